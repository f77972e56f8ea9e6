/** Measures: worker threads and child processes that are alive. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { run } from "./runner.mjs";

const alive = new Set();
const IDLE = "require('node:worker_threads').parentPort.on('message', (value) => { require('node:worker_threads').parentPort.postMessage(value); });";

const startWorker = () => {
  const worker = new Worker(IDLE, { eval: true });
  alive.add(worker);
  worker.once("exit", () => alive.delete(worker));
  return worker;
};
const startChild = () => {
  const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 600_000)"], { stdio: "ignore" });
  alive.add(child);
  child.once("exit", () => alive.delete(child));
  return child;
};

/** Counts what is alive, then ends it, so that the next measurement starts from none. */
const left = (action) => async (n) => {
  for (let turn = 0; turn < n; turn++) await action();
  const count = alive.size;
  await Promise.all([...alive].map((each) => {
    const gone = once(each, "exit");
    if (each instanceof Worker) void each.terminate();
    else each.kill("SIGKILL");
    return gone;
  }));
  return count;
};

const perRequest = (terminates) => left(async () => {
  const worker = startWorker();
  worker.postMessage("resize");
  await once(worker, "message");
  if (terminates) await worker.terminate();
});

class Backend {
  constructor() {
    this.worker = startWorker();
  }

  async close(terminates) {
    if (terminates) await this.worker.terminate();
  }
}
const owner = (terminates) => left(() => new Backend().close(terminates));

const restarted = (kills) => left(async () => {
  const child = startChild();
  if (kills) {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
});

await run({
  // workerPerRequestLeaks: the answer came, the thread stays.
  "worker a request": { fixture: "ts/executor-leak/basic.ts:workerPerRequestLeaks", n: 3, leaking: perRequest(false), fixed: perRequest(true) },
  // BackendLeaks: nothing of the owner ends its worker.
  "worker of a closed owner": { fixture: "ts/executor-leak/basic.ts:BackendLeaks", n: 3, leaking: owner(false), fixed: owner(true) },
  // WatcherLeaks: a restart loses the process before it.
  "child lost by a restart": { fixture: "ts/executor-leak/basic.ts:WatcherLeaks", n: 3, leaking: restarted(false), fixed: restarted(true) },
});
