/** Reference cycles that cost something: a stored traceback, a native resource, a finaliser that holds its target. */
import type { Cycle } from "../src/engine/others/cycles.js";
import { defineRule } from "../src/engine/define-rule.js";
import { at, repetition } from "../src/engine/explain.js";
import { describe } from "../src/engine/program/refs.js";

export default defineRule({
  id: "circular-reference",
  code: "LEAK011",
  summary: "A reference cycle that keeps a traceback, a native resource or a finaliser's target alive",
  severity: "medium",
  recommended: true,
  fix: "never",
  languages: ["python", "ts"],
  messages: {
    traceback: "{{holder}} keeps an exception, and with its traceback the locals of every frame it passed",
    raised: "{{holder}} is an exception that is raised from the frame that holds it, so its traceback and this frame keep each other",
    native: "{{holder}} refers back to its own object, so {{resource}} (a {{noun}}) waits for the cycle collector",
    callback: "the callback of {{target}} holds {{target}} itself, although it is given it",
    patched: "{{target}}.{{field}} holds {{through}}, a bound method of the same object",
    recursive: "{{name}}() refers to itself through its own closure and keeps {{holds}} until the cycle collector comes by",
    uncollected: "{{holder}} and its object refer to each other, and this module has switched the cycle collector off",
    finalizer: "the finaliser holds {{target}} through {{through}}, so it never runs",
  },
  *check({ cycles }) {
    for (const cycle of cycles.all()) {
      const base = { path: cycle.fn.module.path, at: cycle.at };
      switch (cycle.kind) {
        case "traceback":
          yield {
            ...base, message: "traceback", data: { holder: describe(cycle.holder) }, severity: "low",
            trail: [...holder(cycle, describe(cycle.holder)), ...repetition(cycle.fn, cycle.context), { role: "searched", message: `looked for ${describe(cycle.holder)} being reset: nothing`, place: null }],
            help: "keep str(error), or error.with_traceback(None), or reset it when it was handled",
          };
          break;
        case "raised":
          yield {
            ...base, message: "raised", data: { holder: describe(cycle.holder) }, severity: "low",
            trail: [...holder(cycle, describe(cycle.holder)), ...repetition(cycle.fn, cycle.context), { role: "searched", message: `looked for ${describe(cycle.holder)} being deleted on the way out: nothing`, place: null }],
            help: `raise it in a try whose finally deletes the name: del ${describe(cycle.holder)}`,
          };
          break;
        case "closure": yield { ...base, ...closure(cycle), severity: "low" }; break;
        case "uncollected":
          yield {
            ...base, message: "uncollected", data: { holder: describe(cycle.holder) }, severity: "medium",
            trail: [...holder(cycle, describe(cycle.holder)), ...repetition(cycle.fn, cycle.context)],
            help: "hold one of the two through weakref.ref, or take the reference away when it is done with",
          };
          break;
        case "native":
          yield {
            ...base, message: "native", data: { holder: describe(cycle.holder), resource: cycle.resource, noun: cycle.noun }, severity: "low",
            trail: [...holder(cycle, describe(cycle.holder)), { role: "note", message: `${cycle.resource} is a ${cycle.noun}`, place: at(cycle.fn, cycle.resourceAt) }],
            help: "hold the object through weakref.WeakMethod or weakref.ref, or close the resource before dropping the object",
          };
          break;
        case "finalizer":
          yield {
            ...base, message: "finalizer", data: { target: describe(cycle.target), through: cycle.through }, severity: "medium",
            trail: [{ role: "holder", message: "the finaliser's registry lives as long as the process and holds what it is given", place: at(cycle.fn, cycle.at) }],
            help: "give the finaliser only what it needs to clean up (a path, an id, a descriptor), not the object itself",
          };
          break;
      }
    }
  },
});

/** What is said of a cycle through a closure. */
function closure({ cycle }: Extract<Cycle, { kind: "closure" }>) {
  switch (cycle.kind) {
    case "callback": return {
      message: "callback" as const, data: { target: describe(cycle.target) }, help: "use the callback's argument",
      trail: [{ role: "holder" as const, message: `this callback captures ${describe(cycle.target)}, which keeps the callback`, place: at(cycle.callback, cycle.callback.facts.nameAt) }],
    };
    case "patched": return {
      message: "patched" as const, data: { target: describe(cycle.target), field: cycle.field, through: cycle.through }, help: "take the plain function (method.__func__), or reach the object through weakref.ref",
      trail: [{ role: "holder" as const, message: `${cycle.through} holds ${describe(cycle.target)}, which holds it here`, place: at(cycle.fn, cycle.at) }],
    };
    case "recursive": return {
      message: "recursive" as const, data: { name: cycle.name, holds: cycle.holds }, help: `make ${cycle.name}() a function of the module and give it ${cycle.holds} as an argument`,
      trail: [{ role: "holder" as const, message: `each call of ${cycle.fn.facts.name}() makes a function that holds itself and ${cycle.holds}`, place: at(cycle.fn, cycle.at) }],
    };
  }
}

function holder(cycle: Cycle, name: string): { role: "holder"; message: string; place: { path: string; at: readonly [number, number] } }[] {
  return [{ role: "holder", message: `${name} outlives the statement`, place: at(cycle.fn, cycle.at) }];
}
