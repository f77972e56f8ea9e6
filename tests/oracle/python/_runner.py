"""Runs the shapes of one oracle program and prints what they measured, as JSON.

A shape is a pair of functions: `leaking(n)` does the leaking thing n times and returns how many of what it leaks are
left (descriptors, live objects, entries, threads, ...); `fixed(n)` does the repaired thing n times and returns the
same. `fixture` names the function under fixtures/ whose claim the shape executes.
"""
import gc
import json
import os
import sys

SHAPES = []
SELF_FDS = "/dev/fd"


def shape(name, fixture, leaking, fixed, n=20, each=1):
    """Registers a shape; `each` is how many are left by one leaking call."""
    SHAPES.append((name, fixture, leaking, fixed, n, each))


def open_descriptors():
    """How many descriptors this process has open (the listing's own one is in every count)."""
    return len(os.listdir(SELF_FDS))


def measured(count, action, n):
    """How much `count()` rose over n calls of `action(turn)`."""
    gc.collect()
    before = count()
    for turn in range(n):
        action(turn)
    return count() - before


def run():
    report = {}
    for name, fixture, leaking, fixed, n, each in SHAPES:
        report[name] = {
            "fixture": fixture,
            "n": n,
            "each": each,
            "leaking": [leaking(n), leaking(2 * n)],
            "fixed": [fixed(n), fixed(2 * n)],
        }
    json.dump(report, sys.stdout)
    sys.stdout.flush()
    # What leaked (threads, timers, exit hooks) must not keep the process waiting.
    os._exit(0)
