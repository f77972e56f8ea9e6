/** Measures: timers that keep the process alive. */
import { activeResources, measured, run, turns } from "./runner.mjs";

const timers = (action) => (n) => measured(() => activeResources("Timeout"), action, n);

const heartbeat = (clears) => timers(() => {
  const timer = setInterval(() => {}, 30_000);
  if (clears) clearInterval(timer);
});

class Poller {
  constructor(clears, clearsFirst) {
    this.clears = clears;
    this.clearsFirst = clearsFirst;
  }

  start() {
    if (this.clearsFirst) clearInterval(this.timer);
    this.timer = setInterval(() => {}, 30_000);
  }

  stop() {
    if (this.clears) clearInterval(this.timer);
  }
}
const owner = (clears) => timers(() => {
  const poller = new Poller(clears, false);
  poller.start();
  poller.stop();
});
const restarted = (clearsFirst) => (n) => {
  const poller = new Poller(true, clearsFirst);
  poller.start();
  return timers(() => poller.start())(n);
};

const race = (clears) => timers(async () => {
  let timer;
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("slow")), 60_000);
  });
  try {
    await Promise.race([Promise.resolve("read"), late]);
  } finally {
    if (clears) clearTimeout(timer);
  }
});

const ask = (always) => timers(async () => {
  await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("no answer")), 60_000);
    setImmediate(() => {
      if (always) clearTimeout(timer);
      reject(new Error("refused"));
    });
  }).catch(() => {});
});

class Refresher {
  constructor(stops) {
    this.stops = stops;
  }

  refresh() {
    this.timer = setTimeout(() => this.refresh(), 1);
  }

  stop() {
    if (this.stops) clearTimeout(this.timer);
  }
}
const selfArming = (stops) => async (n) => {
  const before = activeResources("Timeout");
  for (let turn = 0; turn < n; turn++) {
    const refresher = new Refresher(stops);
    refresher.refresh();
    refresher.stop();
  }
  await turns(10);
  return activeResources("Timeout") - before;
};

await run({
  // heartbeatLeaks: an interval a connection, whose id nobody has.
  "dropped interval": { fixture: "ts/timer-leak/basic.ts:heartbeatLeaks", leaking: heartbeat(false), fixed: heartbeat(true) },
  // PollerLeaks: stop() forgets the interval.
  "interval of a stopped owner": { fixture: "ts/timer-leak/basic.ts:PollerLeaks", leaking: owner(false), fixed: owner(true) },
  // ReconnectLeaks: each start loses the interval before it. One is armed in either case.
  "overwritten interval": { fixture: "ts/timer-leak/basic.ts:ReconnectLeaks", leaking: restarted(false), fixed: restarted(true) },
  // readLeaks: the read won the race; its timeout is armed for another minute.
  "timeout that lost a race": { fixture: "ts/timer-leak/basic.ts:readLeaks", leaking: race(false), fixed: race(true) },
  // askLeaks: the error path settles without clearing.
  "timeout cleared on success only": { fixture: "ts/timer-leak/paths.ts:askLeaks", leaking: ask(false), fixed: ask(true) },
  // RefresherLeaks: it arms itself again, and stop() does not end that.
  "self-arming timeout": { fixture: "ts/timer-leak/basic.ts:RefresherLeaks", leaking: selfArming(false), fixed: selfArming(true) },
});
