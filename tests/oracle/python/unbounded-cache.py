"""Measures: entries of the cache."""
import functools
import weakref
from collections import defaultdict

from _runner import run, shape


def memo(bound):
    results = {}

    def search(query):
        if query not in results:
            if bound is not None and len(results) >= bound:
                results.pop(next(iter(results)))
            results[query] = query.upper()
        return results[query]

    return results, search


def fill_memo(bound):
    def count(n):
        results, search = memo(bound)
        for number in range(n):
            search(f"query {number}")
        return len(results)

    return count


# search_leaks: a dictionary keyed by what the client sends.
shape("memo dictionary", "python/unbounded-cache/basic.py:search_leaks", fill_memo(None), fill_memo(8))


def fill_decorator(decorator):
    def count(n):
        slug = decorator(lambda title: title.lower())
        for number in range(n):
            slug(f"Title {number}")
        return slug.cache_info().currsize

    return count


# slug_leaks: a cache decorator without a bound.
shape("cache decorator", "python/unbounded-cache/basic.py:slug_leaks",
      fill_decorator(functools.cache), fill_decorator(functools.lru_cache(maxsize=8)))
# route_leaks: lru_cache(maxsize=None) is the same thing.
shape("lru_cache(maxsize=None)", "python/unbounded-cache/basic.py:route_leaks",
      fill_decorator(functools.lru_cache(maxsize=None)), fill_decorator(functools.lru_cache()), n=256)


def read_inserts(n):
    locks = defaultdict(object)
    for number in range(n):
        assert locks[number]
    return len(locks)


def get_does_not(n):
    locks = defaultdict(object)
    for number in range(n):
        assert locks.get(number) is None
    return len(locks)


# debit_leaks: reading a missing key of a defaultdict stores it.
shape("defaultdict read", "python/unbounded-cache/basic.py:debit_leaks", read_inserts, get_does_not)


class Session:
    pass


def contexts(value_of):
    def count(n):
        kept = weakref.WeakKeyDictionary()
        for _ in range(n):
            session = Session()
            kept[session] = value_of(session)
            del session
        return len(kept)

    return count


# context_leaks: the value holds the key, so the weak key never dies.
shape("weak keys held by their values", "python/unbounded-cache/owners.py:context_leaks",
      contexts(lambda session: {"session": session}), contexts(lambda session: {"session": weakref.ref(session)}))

run()
