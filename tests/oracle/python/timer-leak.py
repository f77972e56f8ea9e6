"""Measures: timers that are still armed."""
import asyncio
import threading

from _runner import measured, run, shape


def armed(loop):
    return sum(not handle.cancelled() for handle in loop._scheduled)


def receives(cancels):
    async def receive(loop):
        future = loop.create_future()
        handle = loop.call_later(3600, future.cancel)
        future.set_result("message")
        await future
        if cancels:
            handle.cancel()

    async def count(n):
        loop = asyncio.get_running_loop()
        for _ in range(n):
            await receive(loop)
        return armed(loop)

    return lambda n: asyncio.run(count(n))


# ReceiverLeaks: the message came, its timeout stays armed and holds the future.
shape("timeout of a finished wait", "python/timer-leak/basic.py:ReceiverLeaks", receives(False), receives(True))


def connectors(stops):
    class Connector:
        def __init__(self, loop):
            self.loop = loop
            self.cleanup()

        def cleanup(self):
            self.handle = self.loop.call_later(0.001, self.cleanup)

        def close(self):
            if stops:
                self.handle.cancel()

    async def count(n):
        loop = asyncio.get_running_loop()
        for _ in range(n):
            Connector(loop).close()
        # Long enough for each to fire and arm itself again.
        await asyncio.sleep(0.05)
        return armed(loop)

    return lambda n: asyncio.run(count(n))


# ConnectorLeaks: it arms itself again, and close() does not end that.
shape("self-arming timer", "python/timer-leak/basic.py:ConnectorLeaks", connectors(False), connectors(True))


def heartbeats(stops):
    def action(_turn):
        timer = threading.Timer(3600, print)
        timer.daemon = True
        timer.start()
        if stops:
            timer.cancel()
            timer.join()

    return lambda n: measured(threading.active_count, action, n)


# HeartbeatLeaks: stop() forgets the timer, and each is a thread.
shape("threading.Timer", "python/timer-leak/basic.py:HeartbeatLeaks", heartbeats(False), heartbeats(True))

run()
