/** Decorators that remember results, and how they are bounded. */
import type { CatalogFile, Memoizer } from "../types.js";

/** The standard library's form: `maxsize` by name or first, 128 without it, None for no bound. */
const byMaxsize = (path: string): Memoizer => ({ path, bound: { argument: "maxsize", position: 0, default: "bounded" }, keepsSelf: true });

/** aiocache keys are strings made of the arguments; entries in its default, in-memory cache go only by `ttl`, or `key` makes them one. */
const byTtl = (path: string): Memoizer => ({ path, bound: { argument: "ttl", position: 0, default: "unbounded", or: ["cache", "key"] }, keepsSelf: false });

/** The cache is an argument: a dict never forgets, `LRUCache(100)` does. */
const byCache = (path: string, argument: string): Memoizer => ({ path, bound: { argument, position: 0, default: "bounded" }, keepsSelf: true, expires: true });

export const caches: CatalogFile = {
  language: "python",
  extends: { "enum.IntEnum": ["enum.Enum"], "enum.StrEnum": ["enum.Enum"], "enum.Flag": ["enum.Enum"], "enum.IntFlag": ["enum.Enum"], "django.db.models.TextChoices": ["enum.Enum"], "django.db.models.IntegerChoices": ["enum.Enum"] },
  memoizers: [
    { path: "functools.cache", bound: "never", keepsSelf: true },
    byMaxsize("functools.lru_cache"),
    byMaxsize("backports.functools_lru_cache.lru_cache"),
    byMaxsize("django.utils.lru_cache.lru_cache"),
    byMaxsize("fastcache.clru_cache"),
    byMaxsize("fastcache.lru_cache"),
    byMaxsize("async_lru.alru_cache"),
    byMaxsize("asyncstdlib.lru_cache"),
    byMaxsize("asyncstdlib.functools.lru_cache"),
    { path: "asyncstdlib.cache", bound: "never", keepsSelf: true },
    { path: "asyncstdlib.functools.cache", bound: "never", keepsSelf: true },
    byTtl("aiocache.cached"),
    byTtl("aiocache.cached_stampede"),
    byTtl("aiocache.multi_cached"),
    byTtl("aiocache.decorators.cached"),
    byTtl("aiocache.decorators.cached_stampede"),
    byTtl("aiocache.decorators.multi_cached"),
    byCache("cachetools.cached", "cache"),
    // The cache is found on the instance and dies with it.
    { path: "cachetools.cachedmethod", bound: "bounded", keepsSelf: false },
    byMaxsize("cachetools.func.lru_cache"),
    byMaxsize("cachetools.func.lfu_cache"),
    byMaxsize("cachetools.func.rr_cache"),
    byMaxsize("cachetools.func.fifo_cache"),
    byMaxsize("cachetools.func.mru_cache"),
    { ...byMaxsize("cachetools.func.ttl_cache"), expires: true },
    // On disk: the functions that it wraps hold nothing in memory.
    { path: "joblib.Memory#cache", bound: "bounded", keepsSelf: false },
    { path: "joblib.memory.Memory#cache", bound: "bounded", keepsSelf: false },
    { path: "diskcache.Cache#memoize", bound: "bounded", keepsSelf: false },
    { path: "cachier.cachier", bound: "bounded", keepsSelf: false },
    // One cache per instance, which dies with it.
    { path: "methodtools.lru_cache", bound: { argument: "maxsize", position: 0, default: "bounded" }, keepsSelf: false },
    { path: "memoization.cached", bound: { argument: "max_size", default: "unbounded", or: ["ttl"] }, keepsSelf: true },
    { path: "toolz.memoize", bound: "never", keepsSelf: true },
    { path: "toolz.functoolz.memoize", bound: "never", keepsSelf: true },
    { path: "cytoolz.memoize", bound: "never", keepsSelf: true },
    { path: "funcy.memoize", bound: "never", keepsSelf: true },
    { path: "funcy.cache", bound: { argument: "timeout", position: 0, default: "unbounded" }, keepsSelf: true },
    byCache("boltons.cacheutils.cached", "cache"),
    { path: "boltons.cacheutils.cachedmethod", bound: "bounded", keepsSelf: false },
    { path: "ring.lru", bound: { argument: "maxsize", default: "bounded" }, keepsSelf: false },
    { path: "ring.dict", bound: { argument: "expire", default: "unbounded", or: ["maxsize"] }, keepsSelf: false },
    { path: "flask_caching.Cache#cached", bound: "bounded", keepsSelf: false },
    { path: "flask_caching.Cache#memoize", bound: "bounded", keepsSelf: false },
    { path: "streamlit.cache_data", bound: { argument: "max_entries", default: "unbounded", or: ["ttl"] }, keepsSelf: false },
    { path: "streamlit.cache_resource", bound: { argument: "max_entries", default: "unbounded", or: ["ttl"] }, keepsSelf: false },
  ],
};
