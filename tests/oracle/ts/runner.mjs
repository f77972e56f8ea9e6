/**
 * Runs the shapes of one oracle program and prints what they measured, as JSON.
 *
 * A shape is a pair of functions: `leaking(n)` does the leaking thing n times and returns (or promises) how many of
 * what it leaks are left: descriptors, listeners, timers, entries, threads. `fixed(n)` does the repaired thing n times
 * and returns the same. `fixture` names the function under fixtures/ whose claim the shape executes; `each` is how
 * many are left by one leaking call.
 */
import fs from "node:fs";

/** How many descriptors this process has open (the listing's own one is in every count). */
export function openDescriptors() {
  return fs.readdirSync("/dev/fd").length;
}

/** How many resources of these kinds keep the process alive. */
export function activeResources(...kinds) {
  return process.getActiveResourcesInfo().filter((kind) => kinds.includes(kind)).length;
}

/** How much `count()` rose over n calls of `action(turn)`, one after the other. */
export async function measured(count, action, n) {
  const before = await count();
  for (let turn = 0; turn < n; turn++) await action(turn);
  return (await count()) - before;
}

/** Turns of the event loop, so that what was closed is really gone. */
export async function turns(number = 3) {
  for (let turn = 0; turn < number; turn++) await new Promise((resolve) => setImmediate(resolve));
}

export async function run(shapes) {
  const report = {};
  for (const [name, { fixture, n = 20, each = 1, leaking, fixed }] of Object.entries(shapes)) {
    report[name] = {
      fixture,
      n,
      each,
      leaking: [await leaking(n), await leaking(2 * n)],
      fixed: [await fixed(n), await fixed(2 * n)],
    };
  }
  // What leaked must not keep the process waiting.
  process.stdout.write(JSON.stringify(report), () => process.exit(0));
}
