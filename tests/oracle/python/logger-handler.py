"""Measures: handlers of the logger, loggers of the process, open descriptors of handlers."""
import io
import logging
import os
import tempfile

from _runner import measured, open_descriptors, run, shape

folder = tempfile.mkdtemp()


def handlers_of(name, action):
    log = logging.getLogger(name)

    def count(n):
        log.handlers.clear()
        for turn in range(n):
            action(log, turn)
        return len(log.handlers)

    return count


def add(log, _turn):
    log.addHandler(logging.StreamHandler(io.StringIO()))


def add_guarded(log, _turn):
    if not log.handlers:
        log.addHandler(logging.StreamHandler(io.StringIO()))


# get_logger_leaks: getLogger() gives the same logger each time, with one more handler.
shape("handler a call", "python/logger-handler/basic.py:get_logger_leaks", handlers_of("a", add), handlers_of("b", add_guarded))


def query(fails):
    if fails:
        raise ValueError("no such table")


def traced(in_finally):
    def action(log, _turn):
        handler = logging.StreamHandler(io.StringIO())
        log.addHandler(handler)
        try:
            if in_finally:
                try:
                    query(fails=True)
                finally:
                    log.removeHandler(handler)
            else:
                query(fails=True)
                log.removeHandler(handler)
        except ValueError:
            pass

    return handlers_of(f"traced {in_finally}", action)


# traced_leaks: an exception skips the removal.
shape("removal skipped by an exception", "python/logger-handler/paths.py:traced_leaks", traced(False), traced(True))


def file_handlers(closes):
    log = logging.getLogger("files")
    held = []

    def action(turn):
        handler = logging.FileHandler(os.path.join(folder, f"{turn}.log"))
        log.addHandler(handler)
        log.removeHandler(handler)
        if closes:
            handler.close()
        held.append(handler)

    return lambda n: measured(open_descriptors, action, n)


# not_closed_leaks: off the logger, but the file stays open.
shape("removed but not closed", "python/logger-handler/paths.py:not_closed_leaks", file_handlers(False), file_handlers(True))


def loggers(name_of):
    def count(n):
        before = len(logging.root.manager.loggerDict)
        for turn in range(n):
            logging.getLogger(name_of(turn, n)).disabled = True
        return len(logging.root.manager.loggerDict) - before

    return count


# logger_per_id_leaks: the logging module never forgets a name.
shape("logger a name", "python/logger-handler/basic.py:logger_per_id_leaks",
      loggers(lambda turn, n: f"jobs{n}-{turn}"), loggers(lambda turn, n: "files"))

run()
