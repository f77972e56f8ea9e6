/** Measures: callers that wait for a mutex, made here as the package makes it: acquire() gives what gives it back. */
import { run, turns } from "./runner.mjs";

class Mutex {
  #last = Promise.resolve();

  async acquire() {
    let release;
    const before = this.#last;
    this.#last = new Promise((resolve) => { release = resolve; });
    await before;
    return release;
  }
}

const fails = async () => { throw new Error("refused"); };

const leaking = async (mutex) => {
  const release = await mutex.acquire();
  await fails();
  release();
};
const fixed = async (mutex) => {
  const release = await mutex.acquire();
  try {
    await fails();
  } finally {
    release();
  }
};
const early = async (mutex) => {
  const release = await mutex.acquire();
  if (mutex) return;
  release();
};
const late = async (mutex) => {
  const release = await mutex.acquire();
  release();
};

/** How many of n callers after a first one are still waiting. */
const waiting = (book) => async (n) => {
  let left = 0;
  for (let turn = 0; turn < n; turn++) {
    const mutex = new Mutex();
    await book(mutex).catch(() => {});
    let got = false;
    void mutex.acquire().then(() => { got = true; });
    await turns();
    if (!got) left++;
  }
  return left;
};

await run({
  // book_leaks: the job fails, and nobody gets the mutex any more.
  "lost by a rejection": { fixture: "ts/unreleased-lock/basic.ts:book_leaks", leaking: waiting(leaking), fixed: waiting(fixed) },
  // bookUnlessEmpty_leaks: the early return keeps it.
  "lost by an early return": { fixture: "ts/unreleased-lock/basic.ts:bookUnlessEmpty_leaks", leaking: waiting(early), fixed: waiting(late) },
});
