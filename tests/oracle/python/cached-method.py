"""Measures: instances that are alive although nothing else refers to them."""
import functools
import gc
import weakref

from _runner import run, shape


def alive(make):
    def count(n):
        born = weakref.WeakSet()
        owner = make()
        for _ in range(n):
            client = owner()
            client.headers()
            born.add(client)
        del client
        gc.collect()
        return len(born)

    return count


def cached(decorator):
    def make():
        class Client:
            @decorator
            def headers(self):
                return {"user-agent": "oracle"}

        return Client

    return make


def own_attribute():
    class Client:
        @functools.cached_property
        def _headers(self):
            return {"user-agent": "oracle"}

        def headers(self):
            return self._headers

    return Client


# ApiClientLeaks: the class's cache holds every self.
shape("lru_cache(maxsize=None)", "python/cached-method/basic.py:ApiClientLeaks",
      alive(cached(functools.lru_cache(maxsize=None))), alive(own_attribute))
# CatalogLeaks: the default bound of 128 instances is still 128 instances.
shape("lru_cache within its bound", "python/cached-method/basic.py:CatalogLeaks",
      alive(cached(functools.lru_cache)), alive(own_attribute))


def memo_outside(decorator):
    def make():
        @decorator
        def rate(region):
            return region.upper()

        class Client:
            region = "eu"

            def headers(self):
                return rate(self.region)

        return Client

    return make


# CsvLeaks against DelegatesOk: caching on what the method needs, not on self.
shape("cache", "python/cached-method/basic.py:CsvLeaks",
      alive(cached(functools.cache)), alive(memo_outside(functools.cache)))

run()
