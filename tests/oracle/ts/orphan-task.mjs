/** Measures: async work that runs after its caller is done, and failures that nobody sees. */
import { run, turns } from "./runner.mjs";

let running = 0;
let unseen = 0;
process.on("unhandledRejection", () => unseen++);

const slow = async () => {
  running++;
  await turns(5);
  running--;
};
const audit = async () => {
  await null;
  throw new Error("audit failed");
};

/** How much work is in flight when the handlers have returned. */
const inFlight = (handler) => async (n) => {
  while (running > 0) await turns();
  for (let turn = 0; turn < n; turn++) await handler();
  return running;
};

const failures = (handler) => async (n) => {
  unseen = 0;
  for (let turn = 0; turn < n; turn++) await handler();
  await turns();
  return unseen;
};

class Sync {
  stopped = false;

  constructor(asks) {
    this.asks = asks;
  }

  start() {
    void this.loop();
  }

  async loop() {
    loops.add(this);
    // A limit on turns, so that this program ends.
    for (let turn = 0; turn < 50; turn++) {
      if (this.asks && this.stopped) break;
      await turns(1);
    }
    loops.delete(this);
  }

  stop() {
    this.stopped = true;
  }
}
const loops = new Set();
const stopped = (asks) => async (n) => {
  while (loops.size > 0) await turns();
  for (let turn = 0; turn < n; turn++) {
    const sync = new Sync(asks);
    sync.start();
    sync.stop();
  }
  await turns(5);
  return loops.size;
};

const startAll = (gathers) => async (n) => {
  while (running > 0) await turns();
  const work = Array.from({ length: n }, () => slow());
  if (gathers) await Promise.all(work);
  return running;
};

await run({
  // orderLeaks: the handler answered, its audit still runs.
  "dropped promise": { fixture: "ts/orphan-task/basic.ts:orderLeaks", leaking: inFlight(async () => void slow()), fixed: inFlight(slow) },
  // mailLeaks: and when it fails nobody is told.
  "unseen failure": { fixture: "ts/orphan-task/basic.ts:mailLeaks", leaking: failures(async () => void audit()), fixed: failures(() => audit().catch(() => {})) },
  // neverGatheredLeaks: the promises are collected and nobody waits for them.
  "never gathered": { fixture: "ts/orphan-task/basic.ts:neverGatheredLeaks", leaking: startAll(false), fixed: startAll(true) },
  // SyncLeaks: stop() sets a flag that the loop never asks for.
  "endless loop": { fixture: "ts/orphan-task/basic.ts:SyncLeaks", leaking: stopped(false), fixed: stopped(true) },
});
