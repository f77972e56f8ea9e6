/** Measures: objects that are alive after the collector ran and nothing outside refers to them. */
import v8 from "node:v8";
import vm from "node:vm";
import { run, turns } from "./runner.mjs";

v8.setFlagsFromString("--expose-gc");
const collect = vm.runInNewContext("gc");

/** `make` returns the object whose end is waited for. */
const alive = (make) => async (n) => {
  const born = [];
  // In a function of its own: no register of this frame may hold the last object.
  const fill = () => {
    for (let turn = 0; turn < n; turn++) born.push(new WeakRef(make(turn)));
  };
  fill();
  // A WeakRef holds its target until the job that made it is over.
  for (let round = 0; round < 3; round++) {
    await turns();
    collect();
  }
  return born.filter((each) => each.deref() !== undefined).length;
};

const registry = new FinalizationRegistry(() => {});
const registered = (heldValue) => alive((turn) => {
  const view = { id: `view ${turn}`, close() {} };
  registry.register(view, heldValue(view));
  return view;
});

class Bound {
  constructor(held) {
    registry.register(this, held(this));
  }

  close() {}
}

await run({
  // responseLeaks: the registry holds its held values, and this one reaches back to the target.
  "held value reaches the target": {
    fixture: "ts/circular-reference/basic.ts:responseLeaks",
    leaking: registered((view) => {
      view.body = { owner: view };
      return view.body;
    }),
    fixed: registered((view) => {
      view.body = { owner: new WeakRef(view) };
      return view.body;
    }),
  },
  // closureLeaks: a closure holds what it captures.
  "held value captures the target": {
    fixture: "ts/circular-reference/basic.ts:closureLeaks",
    leaking: registered((view) => () => view.close()),
    fixed: registered((view) => {
      const weak = new WeakRef(view);
      return () => weak.deref()?.close();
    }),
  },
  // wrappedLeaks: an object that holds the target is no better.
  "held value contains the target": { fixture: "ts/circular-reference/basic.ts:wrappedLeaks", leaking: registered((view) => ({ view })), fixed: registered((view) => ({ id: view.id })) },
  // BoundLeaks: a bound method holds its `this`.
  "held value is a bound method": {
    fixture: "ts/circular-reference/basic.ts:BoundLeaks",
    leaking: alive(() => new Bound((owner) => owner.close.bind(owner))),
    fixed: alive(() => new Bound(() => "closed")),
  },
});
