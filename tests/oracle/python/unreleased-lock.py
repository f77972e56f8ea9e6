"""Measures: threads that wait for a lock."""
import threading

from _runner import measured, run, shape

waiting = []


class Refused(Exception):
    pass


def add(amount):
    raise Refused(amount)


def leaking(lock):
    lock.acquire()
    add(1)
    lock.release()


def fixed(lock):
    lock.acquire()
    try:
        add(1)
    finally:
        lock.release()


def early(lock):
    lock.acquire()
    if lock is not None:
        return
    lock.release()


def scoped(lock):
    with lock:
        return


def visitors(book):
    """Whoever comes after the failed booking: waits for ever, or goes through."""
    def action(_turn):
        lock = threading.Lock()
        try:
            book(lock)
        except Refused:
            pass
        visitor = threading.Thread(target=lock.acquire, daemon=True)
        visitor.start()
        visitor.join(0.02)
        if visitor.is_alive():
            waiting.append(visitor)

    return lambda n: measured(lambda: len(waiting), action, n)


# book_leaks: the booking fails, and nobody gets the lock any more.
shape("lost by an exception", "python/unreleased-lock/basic.py:book_leaks", visitors(leaking), visitors(fixed))
# book_unless_empty_leaks: the early return keeps it.
shape("lost by an early return", "python/unreleased-lock/basic.py:book_unless_empty_leaks", visitors(early), visitors(scoped))

run()
