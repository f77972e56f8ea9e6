/**
 * Locks that are held, not locks that are made. An acquire without a sure release stops every later holder, whose
 * threads, tasks and what they hold then pile up.
 */
import type { CatalogFile } from "../types.js";

const acquireOf = (types: string[]): string[] => types.map((type) => `${type}#acquire`);

/** Not semaphores: one side often acquires what another releases. */
const PRIMITIVES = ["Lock", "RLock", "Condition"] as const;

export const locks: CatalogFile = {
  language: "python",
  pairs: [
    {
      key: "thread-lock",
      rule: "unreleased-lock",
      noun: "lock",
      acquire: acquireOf(PRIMITIVES.map((name) => `threading.${name}`)),
      handle: "state",
      release: ["#release"],
      scope: "closes",
      source: "https://docs.python.org/3/library/threading.html#using-locks-conditions-and-semaphores-in-the-with-statement",
    },
    {
      key: "process-lock",
      rule: "unreleased-lock",
      noun: "lock",
      acquire: acquireOf(PRIMITIVES.map((name) => `multiprocessing.${name}`)),
      handle: "state",
      release: ["#release"],
      scope: "closes",
      source: "https://docs.python.org/3/library/multiprocessing.html#synchronization-between-processes",
    },
    {
      key: "async-lock",
      rule: "unreleased-lock",
      noun: "lock",
      acquire: acquireOf([
        "asyncio.Lock", "asyncio.Condition", "anyio.Lock", "anyio.Condition", "trio.Lock", "trio.Condition",
      ]),
      handle: "state",
      release: ["#release"],
      scope: "async-closes",
      source: "https://docs.python.org/3/library/asyncio-sync.html#asyncio.Lock",
    },
    {
      key: "file-lock",
      rule: "unreleased-lock",
      noun: "file lock",
      acquire: acquireOf(["filelock.FileLock", "filelock.SoftFileLock", "filelock.UnixFileLock", "portalocker.Lock", "filelock.WindowsFileLock", "fasteners.InterProcessLock"]),
      handle: "state",
      release: ["#release"],
      scope: "closes",
      ends: "collected",
      source: "https://py-filelock.readthedocs.io/en/latest/index.html",
    },
    {
      key: "zookeeper-lock",
      rule: "unreleased-lock",
      noun: "ZooKeeper lock",
      acquire: acquireOf(["kazoo.recipe.lock.Lock"]),
      handle: "state",
      release: ["#release"],
      scope: "closes",
      source: "https://kazoo.readthedocs.io/en/latest/api/recipe/lock.html#kazoo.recipe.lock.Lock.release",
    },
    {
      key: "redis-lock",
      rule: "unreleased-lock",
      noun: "Redis lock",
      acquire: acquireOf(["redis.lock.Lock", "redis_lock.Lock"]),
      handle: "state",
      release: ["#release"],
      scope: "closes",
      source: "https://redis.readthedocs.io/en/stable/lock.html",
    },
    {
      key: "redis-async-lock",
      rule: "unreleased-lock",
      noun: "Redis lock",
      acquire: acquireOf(["redis.asyncio.lock.Lock"]),
      handle: "state",
      release: ["#release"],
      scope: "async-closes",
      awaitRelease: true,
      source: "https://redis.readthedocs.io/en/stable/lock.html",
    },
  ],
};
