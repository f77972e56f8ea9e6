"""Measures: objects that are alive after the last outside reference went, and without the cyclic collector."""
import gc
import sys
import weakref

from _runner import run, shape


def alive_without_collector(make):
    def count(n):
        gc.collect()
        gc.disable()
        try:
            born = weakref.WeakSet()
            for _ in range(n):
                born.add(make())
            return len(born)
        finally:
            gc.enable()

    return count


class Resource:
    """Stands for the socket or the mapping that goes with its owner."""


class Monitor:
    def __init__(self):
        self.resource = Resource()

    def check(self, keep):
        try:
            raise OSError("unreachable")
        except OSError as error:
            self.error = keep(error)


def monitor(keep):
    def make():
        owner = Monitor()
        owner.check(keep)
        return owner.resource

    return make


# MonitorLeaks: object -> exception -> traceback -> frame -> object.
shape("exception on self", "python/circular-reference/basic.py:MonitorLeaks",
      alive_without_collector(monitor(lambda error: error)), alive_without_collector(monitor(str)))
# JobLeaks: sys.exc_info() holds the traceback too.
shape("exc_info on self", "python/circular-reference/basic.py:JobLeaks",
      alive_without_collector(monitor(lambda error: sys.exc_info())), alive_without_collector(monitor(type)))


class Client:
    def __init__(self, callback):
        self.sock = Resource()
        self.on_line = callback(self)

    def show(self, line):
        print(line)


def client(callback):
    return lambda: Client(callback).sock


# LineClientLeaks: a bound method of the object on the object.
shape("bound method on self", "python/circular-reference/basic.py:LineClientLeaks",
      alive_without_collector(client(lambda owner: owner.show)),
      alive_without_collector(client(lambda owner: weakref.WeakMethod(owner.show))))


def finalized(callback):
    class TempTable:
        def __init__(self):
            weakref.finalize(self, *callback(self)).atexit = False

        def drop(self):
            pass

    def count(n):
        born = weakref.WeakSet()
        for _ in range(n):
            born.add(TempTable())
        # Not even the collector gets these: the registry of finalizers is a root.
        gc.collect()
        return len(born)

    return count


# TempTableLeaks: the finalizer holds the object whose end it waits for.
shape("finalize with a bound method", "python/circular-reference/basic.py:TempTableLeaks",
      finalized(lambda table: (table.drop,)), finalized(lambda table: (len, "dropped")))


class Node:
    def __init__(self, parent, hold):
        self.parent = hold(parent) if parent is not None else None
        self.children = []


def tree(hold):
    def make():
        root = Node(None, hold)
        root.children.append(Node(root, hold))
        return root

    return make


# NodeLeaks: with the collector off, parent and child keep each other.
shape("tree with the collector off", "python/circular-reference/gc_disabled.py:NodeLeaks",
      alive_without_collector(tree(lambda parent: parent)), alive_without_collector(tree(weakref.ref)))

run()
