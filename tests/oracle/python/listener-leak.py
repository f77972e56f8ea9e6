"""Measures: callbacks, or objects through them, that the longer-lived side still holds."""
import asyncio
import atexit
import gc
import weakref

from _runner import run, shape


class Broker:
    """What pyee, a message broker or a signal does: it keeps the callbacks it was given."""

    def __init__(self):
        self.callbacks = []

    def subscribe(self, topic, callback):
        self.callbacks.append((topic, callback))

    def unsubscribe(self, topic, callback):
        self.callbacks = [each for each in self.callbacks if each != (topic, callback)]


def handlers(close):
    class Handler:
        def __init__(self, broker):
            self.broker = broker
            broker.subscribe("topic", self.on_message)

        def on_message(self, message):
            print(message)

    def count(n):
        broker = Broker()
        for _ in range(n):
            close(Handler(broker))
        return len(broker.callbacks)

    return count


# MessageHandlerLeaks: the broker keeps the bound method, and with it the handler.
shape("subscribe in __init__", "python/listener-leak/seed_topic.py:MessageHandlerLeaks",
      handlers(lambda handler: None),
      handlers(lambda handler: handler.broker.unsubscribe("topic", handler.on_message)))
# FreshLambdaLeaks: a lambda written again is another function.
shape("removal of another function", "python/listener-leak/paths.py:FreshLambdaLeaks",
      handlers(lambda handler: handler.broker.unsubscribe("topic", lambda message: handler.on_message(message))),
      handlers(lambda handler: handler.broker.unsubscribe("topic", handler.on_message)))


def exit_hooks(unregisters):
    class Context:
        def __init__(self):
            atexit.register(self.finish)

        def finish(self):
            pass

        def close(self):
            if unregisters:
                atexit.unregister(self.finish)

    def count(n):
        born = weakref.WeakSet()
        for _ in range(n):
            context = Context()
            born.add(context)
            context.close()
        del context
        gc.collect()
        return len(born)

    return count


# ContextLeaks: the exit hook holds the instance until the process ends.
shape("atexit.register(self.method)", "python/listener-leak/basic.py:ContextLeaks", exit_hooks(False), exit_hooks(True))


def done_callbacks(removes):
    class Channel:
        def __init__(self, closing):
            self.closing = closing
            closing.add_done_callback(self.on_closed)

        def on_closed(self, future):
            pass

        def close(self):
            if removes:
                self.closing.remove_done_callback(self.on_closed)

    async def channels(n):
        closing = asyncio.get_running_loop().create_future()
        for _ in range(n):
            Channel(closing).close()
        left = closing._callbacks or []
        return len(left)

    return lambda n: asyncio.run(channels(n))


# ChannelLeaks: done callbacks on a future of the connection, which outlives its channels.
shape("add_done_callback", "python/listener-leak/basic.py:ChannelLeaks", done_callbacks(False), done_callbacks(True))

run()
