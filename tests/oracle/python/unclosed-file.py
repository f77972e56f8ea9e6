"""Measures: open descriptors; for a file object that is dropped, CPython's own warning that nobody closed it."""
import os
import tempfile
import warnings

from _runner import measured, open_descriptors, run, shape

folder = tempfile.mkdtemp()
path = os.path.join(folder, "notes.txt")
with open(path, "w") as handle:
    handle.write("one\ntwo\n")
held = []


def unclosed_warnings(action):
    def count(n):
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always", ResourceWarning)
            for turn in range(n):
                action(turn)
            return sum(issubclass(warning.category, ResourceWarning) for warning in seen)

    return count


def read_config(_turn):
    handle = open(path)
    return handle.read()


def read_scoped(_turn):
    with open(path) as handle:
        return handle.read()


# read_config_leaks: the file is left to the collector.
shape("open() without close", "python/unclosed-file/basic.py:read_config_leaks",
      unclosed_warnings(read_config), unclosed_warnings(read_scoped))
# version_leaks: the same, inline.
shape("open().read()", "python/unclosed-file/basic.py:version_leaks",
      unclosed_warnings(lambda _turn: open(path).read()), unclosed_warnings(read_scoped))


def descriptors(action):
    return lambda n: measured(open_descriptors, action, n)


def raw(closes):
    def action(_turn):
        fd = os.open(path, os.O_RDONLY)
        os.read(fd, 4)
        if closes:
            os.close(fd)

    return descriptors(action)


# descriptor_leaks: a number, which no collector closes.
shape("os.open", "python/unclosed-file/basic.py:descriptor_leaks", raw(False), raw(True))


def pipe(both):
    def action(_turn):
        read_end, write_end = os.pipe()
        os.close(write_end)
        if both:
            os.close(read_end)

    return descriptors(action)


# pipe_leaks: one end of two.
shape("one end of a pipe", "python/unclosed-file/basic.py:pipe_leaks", pipe(False), pipe(True))


def scratch(closes):
    def action(_turn):
        fd, name = tempfile.mkstemp(dir=folder)
        if closes:
            os.close(fd)
        os.unlink(name)

    return descriptors(action)


# scratch_name_leaks: mkstemp() hands out an open descriptor.
shape("mkstemp", "python/unclosed-file/basic.py:scratch_name_leaks", scratch(False), scratch(True))


def parse(scoped):
    def action(_turn):
        try:
            if scoped:
                with open(path) as handle:
                    int(handle.read())
            else:
                handle = open(path)
                int(handle.read())
                handle.close()
        except ValueError as error:
            # As an error report would: the traceback holds the frame, and the frame the file.
            held.append(error)

    return descriptors(action)


# parse_leaks: what comes between open and close raises.
shape("raise before close", "python/unclosed-file/paths.py:parse_leaks", parse(False), parse(True))

run()
