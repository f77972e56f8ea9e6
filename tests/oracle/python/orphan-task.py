"""Measures: tasks that are pending after their caller is done with them."""
import asyncio

from _runner import run, shape


def left_pending(action):
    async def count(n):
        before = len(asyncio.all_tasks())
        for turn in range(n):
            await action(turn)
            await asyncio.sleep(0)
        return len(asyncio.all_tasks()) - before

    return lambda n: asyncio.run(count(n))


async def keep_alive():
    await asyncio.sleep(3600)


async def dropped(_turn):
    asyncio.create_task(keep_alive())


async def cancelled(_turn):
    pinger = asyncio.create_task(keep_alive())
    try:
        await asyncio.sleep(0)
    finally:
        pinger.cancel()


# live_leaks: one keep-alive task a connection, which nobody can cancel.
shape("dropped task", "python/orphan-task/basic.py:live_leaks", left_pending(dropped), left_pending(cancelled))


class Listener:
    def __init__(self, cancels):
        self.cancels = cancels

    def start(self):
        self.reader = asyncio.create_task(keep_alive())

    def close(self):
        if self.cancels:
            self.reader.cancel()


def listener(cancels):
    async def action(_turn):
        owner = Listener(cancels)
        owner.start()
        await asyncio.sleep(0)
        owner.close()

    return left_pending(action)


# ListenerLeaks: close() leaves the task that start() made.
shape("task of a closed owner", "python/orphan-task/basic.py:ListenerLeaks", listener(False), listener(True))


def race(cancels):
    async def action(_turn):
        first = asyncio.create_task(asyncio.sleep(0))
        second = asyncio.create_task(keep_alive())
        _, pending = await asyncio.wait({first, second}, return_when=asyncio.FIRST_COMPLETED)
        if cancels:
            for task in pending:
                task.cancel()

    return left_pending(action)


# race_leaks: the loser of the race runs on.
shape("loser of a race", "python/orphan-task/paths.py:race_leaks", race(False), race(True))


def background(discards):
    async def count(n):
        kept = set()
        for _ in range(n):
            task = asyncio.create_task(asyncio.sleep(0))
            kept.add(task)
            if discards:
                task.add_done_callback(kept.discard)
        await asyncio.sleep(0.01)
        return len(kept)

    return lambda n: asyncio.run(count(n))


# set_without_discard_leaks: the tasks are done, the set still holds them.
shape("set of finished tasks", "python/orphan-task/basic.py:set_without_discard_leaks", background(False), background(True))

run()
