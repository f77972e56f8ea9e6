/** Locks and semaphores that a caller must give back. */
import type { CatalogFile } from "../types.js";

export const locks: CatalogFile = {
  language: "ts",
  pairs: [
    {
      key: "async-mutex",
      rule: "unreleased-lock",
      noun: "mutex",
      acquire: ["async-mutex.Mutex#acquire"],
      release: ["()"],
      releaseAll: ["-#release"],
      help: "Use runExclusive(), or release in a finally block.",
      source: "https://github.com/DirtyHairy/async-mutex#manual-locking--releasing",
    },
    {
      // It is the lock itself that is held: the result says nothing, or is a token.
      key: "await-lock",
      rule: "unreleased-lock",
      noun: "lock",
      acquire: ["await-lock.default#acquireAsync", "async-sema.Sema#acquire"],
      handle: "state",
      release: ["#release"],
      help: "Release in a finally block.",
      source: "https://github.com/ide/await-lock#example",
    },
    {
      key: "async-semaphore",
      rule: "unreleased-lock",
      noun: "semaphore",
      acquire: ["async-mutex.Semaphore#acquire"],
      // The result is a pair of the value and the releasing function.
      elements: [1],
      release: ["()"],
      releaseAll: ["-#release"],
      help: "Use runExclusive(), or release in a finally block.",
      source: "https://github.com/DirtyHairy/async-mutex#manual-locking--releasing-1",
    },
    {
      key: "file-lock",
      rule: "unreleased-lock",
      noun: "file lock",
      acquire: ["proper-lockfile.lock", "proper-lockfile.lockSync"],
      release: ["()"],
      releaseAll: ["proper-lockfile.unlock", "proper-lockfile.unlockSync"],
      source: "https://github.com/moxystudio/node-proper-lockfile#lockfile-options",
    },
    {
      key: "redis-lock",
      rule: "unreleased-lock",
      noun: "distributed lock",
      acquire: ["redlock.default#acquire", "redlock.default#lock", "redlock.Redlock#acquire"],
      release: ["#release", "#unlock", "-#release", "-#unlock"],
      ends: "completes",
      awaitRelease: true,
      source: "https://github.com/mike-marcacci/node-redlock#usage",
    },
    {
      // Nobody else can use the mailbox until then.
      key: "mailbox-lock",
      rule: "unreleased-lock",
      noun: "mailbox lock",
      acquire: ["imapflow.ImapFlow#getMailboxLock"],
      release: ["#release"],
      source: "https://imapflow.com/docs/guides/basic-usage",
    },
  ],
};
