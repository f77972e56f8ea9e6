/** Containers: which grow, which are bounded, which let go by themselves, and the methods that change their size. */
import type { CatalogFile } from "../types.js";

const CACHES = ["Cache", "LRUCache", "LFUCache", "RRCache", "FIFOCache", "MRUCache", "TTLCache", "TLRUCache"].map((name) => `cachetools.${name}`);

export const containers: CatalogFile = {
  language: "python",
  containers: [
    { make: ["literal:mapping", "dict", "builtins.dict", "collections.OrderedDict", "collections.UserDict", "collections.ChainMap", "dict.fromkeys", "multiprocessing.managers.SyncManager#dict", "sortedcontainers.SortedDict", "boltons.dictutils.OMD", "bidict.bidict"], shape: "mapping", bound: "unbounded" },
    { make: ["collections.defaultdict"], shape: "mapping", bound: "unbounded", insertsOnRead: true },
    { make: ["collections.Counter"], shape: "mapping", bound: "unbounded" },
    { make: ["literal:list", "list", "builtins.list", "collections.UserList", "bytearray", "array.array", "multiprocessing.managers.SyncManager#list", "sortedcontainers.SortedList"], shape: "list", bound: "unbounded" },
    { make: ["literal:set", "set", "builtins.set", "sortedcontainers.SortedSet", "boltons.setutils.IndexedSet"], shape: "set", bound: "unbounded" },
    { make: ["collections.deque"], shape: "list", bound: "unbounded", boundedBy: ["maxlen", 1] },
    {
      make: ["queue.Queue", "queue.LifoQueue", "queue.PriorityQueue", "asyncio.Queue", "asyncio.LifoQueue", "asyncio.PriorityQueue", "multiprocessing.Queue", "multiprocessing.JoinableQueue", "multiprocessing.managers.SyncManager#Queue", "gevent.queue.Queue", "Queue.Queue"],
      shape: "queue", bound: "unbounded", boundedBy: ["maxsize", 0],
    },
    { make: ["queue.SimpleQueue", "multiprocessing.SimpleQueue"], shape: "queue", bound: "unbounded" },
    { make: ["janus.Queue"], shape: "queue", bound: "unbounded", boundedBy: ["maxsize", 0] },
    // A maxsize is required; `cachetools.LRUCache(float("inf"))` is the one way round it.
    { make: [...CACHES, "lru.LRU", "pylru.lrucache", "boltons.cacheutils.LRU", "boltons.cacheutils.LRI", "repoze.lru.LRUCache", "theine.Cache"], shape: "mapping", bound: "bounded" },
    { make: ["expiringdict.ExpiringDict", "cacheout.Cache", "cacheout.LRUCache", "cacheout.TTLCache", "werkzeug.contrib.cache.SimpleCache", "cachelib.SimpleCache", "cachelib.simple.SimpleCache", "diskcache.Cache"], shape: "mapping", bound: "bounded" },
    { make: ["weakref.WeakValueDictionary", "weakref.WeakKeyDictionary"], shape: "mapping", bound: "weak" },
    { make: ["weakref.WeakSet"], shape: "set", bound: "weak" },
    // Per thread, context or class: they end with it, or cannot grow.
    { make: ["frozenset", "tuple", "literal:tuple", "types.MappingProxyType", "frozendict.frozendict", "immutables.Map"], shape: "set", bound: "bounded" },
  ],
  containerMethods: [
    {
      shape: "mapping",
      grow: { setdefault: { key: 0, value: 1 }, update: { value: 0 }, __setitem__: { key: 0, value: 1 }, subtract: { value: 0 }, put: { key: 0, value: 1 } },
      shrink: ["pop", "popitem", "clear", "__delitem__", "expire", "evict"],
      size: ["__len__", "total"],
      reads: ["get", "__getitem__", "__contains__", "keys", "values", "items"],
    },
    {
      shape: "list",
      grow: { append: { value: 0 }, appendleft: { value: 0 }, extend: { value: 0 }, extendleft: { value: 0 }, insert: { key: 0, value: 1 }, add: { value: 0 }, __iadd__: { value: 0 } },
      shrink: ["pop", "popleft", "remove", "clear", "__delitem__", "discard"],
      size: ["__len__"],
      reads: ["index", "count", "__getitem__", "__contains__", "copy"],
    },
    {
      shape: "set",
      grow: { add: { key: 0, value: 0 }, update: { key: 0, value: 0 }, symmetric_difference_update: { value: 0 }, __ior__: { value: 0 } },
      shrink: ["remove", "discard", "pop", "clear", "difference_update", "intersection_update", "__isub__", "__iand__"],
      size: ["__len__"],
      reads: ["__contains__", "issubset", "issuperset", "isdisjoint", "copy", "union", "difference", "intersection"],
    },
    {
      shape: "queue",
      grow: { put: { value: 0 }, put_nowait: { value: 0 }, __lshift__: { value: 0 } },
      shrink: ["get", "get_nowait", "shutdown"],
      size: ["qsize", "full", "empty"],
      reads: ["task_done", "join"],
    },
  ],
};
