"""Measures: entries of the collection."""
import asyncio
from collections import deque

from _runner import run, shape


def append_to(make):
    def count(n):
        history = make()
        for number in range(n):
            history.append(f"event {number}")
        return len(history)

    return count


# log_event_leaks: a list that every event is appended to.
shape("list", "python/global-accumulation/basic.py:log_event_leaks", append_to(list), append_to(lambda: deque(maxlen=8)))


def readers(discards):
    class Reader:
        open_readers = set()

        def __init__(self):
            self.open_readers.add(self)

        def shutdown(self):
            if discards:
                self.open_readers.discard(self)

    def count(n):
        Reader.open_readers.clear()
        for _ in range(n):
            Reader().shutdown()
        return len(Reader.open_readers)

    return count


# ReaderLeaks: instances put themselves into a set of the class and shutdown() leaves them there.
shape("set of the class", "python/global-accumulation/owners.py:ReaderLeaks", readers(False), readers(True))


def pending_calls(in_finally):
    async def call(pending, number):
        future = asyncio.get_running_loop().create_future()
        pending[number] = future
        if not in_finally:
            await asyncio.wait_for(future, 0)
            del pending[number]
            return
        try:
            await asyncio.wait_for(future, 0)
        finally:
            del pending[number]

    async def all_calls(n):
        pending = {}
        await asyncio.gather(*(call(pending, number) for number in range(n)), return_exceptions=True)
        return len(pending)

    return lambda n: asyncio.run(all_calls(n))


# call_leaks: a timeout skips the line that removes the entry.
shape("entry of a call that timed out", "python/global-accumulation/owners.py:call_leaks",
      pending_calls(False), pending_calls(True))

run()
