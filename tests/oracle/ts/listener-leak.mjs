/** Measures: listeners of the target. */
import { EventEmitter, getEventListeners } from "node:events";
import { run } from "./runner.mjs";

EventEmitter.defaultMaxListeners = 0;

const live = (removes) => (n) => {
  const bus = new EventEmitter();
  for (let turn = 0; turn < n; turn++) {
    const request = new EventEmitter();
    const forward = () => {};
    bus.on("price", forward);
    if (removes) request.on("close", () => bus.off("price", forward));
    request.emit("close");
  }
  return bus.listenerCount("price");
};

const shutdownHook = (removes) => (n) => {
  const before = process.listenerCount("beforeExit");
  for (let turn = 0; turn < n; turn++) {
    const stop = () => {};
    process.on("beforeExit", stop);
    if (removes) process.off("beforeExit", stop);
  }
  return process.listenerCount("beforeExit") - before;
};

const target = (add, remove) => (n) => {
  const window = new EventTarget();
  for (let turn = 0; turn < n; turn++) {
    const owner = { draw() {}, onKey: () => {} };
    add(window, owner);
    remove(window, owner);
  }
  return getEventListeners(window, "resize").length;
};

/** An aborted signal takes its listeners off; one that nobody aborts does not. */
const controllers = (aborts) => (n) => {
  const window = new EventTarget();
  for (let turn = 0; turn < n; turn++) {
    const controller = new AbortController();
    window.addEventListener("resize", () => {}, { signal: controller.signal });
    if (aborts) controller.abort();
  }
  return getEventListeners(window, "resize").length;
};

const signals = (inFinally) => async (n) => {
  const { signal } = new AbortController();
  const work = async () => {
    throw new Error("failed");
  };
  const abortable = async () => {
    const onAbort = () => {};
    signal.addEventListener("abort", onAbort);
    try {
      await work();
      signal.removeEventListener("abort", onAbort);
    } finally {
      if (inFinally) signal.removeEventListener("abort", onAbort);
    }
  };
  for (let turn = 0; turn < n; turn++) await abortable().catch(() => {});
  return getEventListeners(signal, "abort").length;
};

/** Two `once`, of which one fires. */
const asks = (removesOther) => async (n) => {
  const socket = new EventEmitter();
  for (let turn = 0; turn < n; turn++) {
    const answer = new Promise((resolve, reject) => {
      const onData = (data) => {
        if (removesOther) socket.off("error", reject);
        resolve(data);
      };
      socket.once("data", onData);
      socket.once("error", reject);
    });
    socket.emit("data", turn);
    await answer;
  }
  return socket.listenerCount("error");
};

await run({
  // liveLeaks: a listener a request on an emitter that lives as long as the process.
  "listener a request": { fixture: "ts/listener-leak/emitters.ts:liveLeaks", leaking: live(false), fixed: live(true) },
  // shutdownHookLeaks: the same on the process.
  "process.on a request": { fixture: "ts/listener-leak/emitters.ts:shutdownHookLeaks", leaking: shutdownHook(false), fixed: shutdownHook(true) },
  // FreshFunctionLeaks: removal of a function written again.
  "removal of a fresh function": {
    fixture: "ts/listener-leak/removal.ts:FreshFunctionLeaks",
    leaking: target((window, owner) => window.addEventListener("resize", () => owner.draw()), (window, owner) => window.removeEventListener("resize", () => owner.draw())),
    fixed: target((window, owner) => window.addEventListener("resize", owner.onKey), (window, owner) => window.removeEventListener("resize", owner.onKey)),
  },
  // BindLeaks: bind() makes a new function each time.
  "removal of a fresh bind": {
    fixture: "ts/listener-leak/removal.ts:BindLeaks",
    leaking: target((window, owner) => window.addEventListener("resize", owner.draw.bind(owner)), (window, owner) => window.removeEventListener("resize", owner.draw.bind(owner))),
    fixed: target((window, owner) => window.addEventListener("resize", (owner.bound = owner.draw.bind(owner))), (window, owner) => window.removeEventListener("resize", owner.bound)),
  },
  // CaptureLeaks: the capture flag is part of a listener's identity. (Node 20 takes a bare `true` at the removal for
  // no capture, where browsers take it for capture; the repaired form is spelt so that both agree.)
  "removal without the capture flag": {
    fixture: "ts/listener-leak/removal.ts:CaptureLeaks",
    leaking: target((window, owner) => window.addEventListener("resize", owner.onKey, true), (window, owner) => window.removeEventListener("resize", owner.onKey)),
    fixed: target((window, owner) => window.addEventListener("resize", owner.onKey, { capture: true }), (window, owner) => window.removeEventListener("resize", owner.onKey, { capture: true })),
  },
  // NeverAbortedLeaks: a controller that nobody aborts.
  "controller never aborted": { fixture: "ts/listener-leak/removal.ts:NeverAbortedLeaks", leaking: controllers(false), fixed: controllers(true) },
  // onSuccessLeaks: a rejection skips the removal.
  "removal on success only": { fixture: "ts/listener-leak/removal.ts:onSuccessLeaks", leaking: signals(false), fixed: signals(true) },
  // askLeaks: the one of two that did not fire stays.
  "the other once": { fixture: "ts/listener-leak/emitters.ts:askLeaks", leaking: asks(false), fixed: asks(true) },
});
