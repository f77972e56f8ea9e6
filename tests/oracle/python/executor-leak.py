"""Measures: live threads and child processes."""
import queue
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from _runner import measured, run, shape

held = []


def workers(shuts_down):
    class Worker:
        def __init__(self):
            self.executor = ThreadPoolExecutor(1)
            self.executor.submit(int).result()

        def close(self):
            if shuts_down:
                self.executor.shutdown()

    def action(_turn):
        worker = Worker()
        worker.close()
        held.append(worker)

    return lambda n: measured(threading.active_count, action, n)


# WorkerLeaks: close() leaves the pool's threads.
shape("pool of a closed owner", "python/executor-leak/basic.py:WorkerLeaks", workers(False), workers(True))


def consumers(ends):
    def drain(jobs):
        while jobs.get() is not None:
            pass

    def action(_turn):
        jobs = queue.Queue()
        thread = threading.Thread(target=drain, args=(jobs,), daemon=True)
        thread.start()
        if ends:
            jobs.put(None)
            thread.join()

    return lambda n: measured(threading.active_count, action, n)


# consume_leaks: a thread a request, whose loop has no end.
shape("endless thread", "python/executor-leak/basic.py:consume_leaks", consumers(False), consumers(True))


def children(kills):
    def count(n):
        started = []
        for _ in range(n):
            child = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(600)"])
            started.append(child)
            try:
                child.communicate(timeout=0.001)
            except subprocess.TimeoutExpired:
                if kills:
                    child.kill()
                    child.wait()
        left = sum(child.poll() is None for child in started)
        for child in started:
            child.kill()
            child.wait()
        return left

    return count


# timeout_leaks: giving up on the wait does not end the child.
shape("child after TimeoutExpired", "python/executor-leak/basic.py:timeout_leaks", children(False), children(True), n=3)

run()
