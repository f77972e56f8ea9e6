/**
 * `startRecording()` and `stopRecording()` of one object: what one sets going, the other ends, any number of times. What
 * the start adds each time to something that lives on, the stop must take off.
 */
import type { Analysis } from "../analysis.js";
import { belongs, isSingleton } from "./listener-evidence.js";
import { endsTargetIn } from "./target-ends.js";
import { mayCleanUp } from "./listener-outcomes.js";
import type { Cls, Fn } from "../program/program.js";
import type { Ref } from "../program/refs.js";
import type { Registration } from "./registrations.js";
import { isConstructor } from "../contexts/targets.js";

/** The method that ends what the registering one has set going, and that leaves the listener where it is. */
export function counterpartThatLeaves(analysis: Analysis, one: Registration): Fn | null {
  const { fn: top } = one.scope;
  const { cls, facts } = top;
  const target = one.target && keptUnder(analysis, one.target);
  if (!cls || !target || one.once || one.guarded || one.forwarded || one.resultKept || facts.static || isConstructor(top)) return null;
  // The same function on the same target is there once.
  if (one.inline === null && one.pair.registration?.idempotent === true || belongs(analysis, one) !== "yes" || isSingleton(analysis, one.fn)) return null;
  const stop = counterpartOf(analysis, cls, facts.name);
  if (!stop || stop === top) return null;
  const run = analysis.endings.reach([stop], 3);
  if (mayCleanUp(analysis, run) || endsTargetIn(analysis, one, stop) || [...run].some((fn) => endsAny(analysis, fn, target))) return null;
  const exchanged = [...run, ...analysis.endings.reach([top], 2)].some((fn) => [...fn.sites()].some(({ instruction }) =>
    instruction.op === "store" && instruction.place.kind === "field" && isAtOrAbove(analysis.refs.field(analysis.refs.of(fn, instruction.place.object), instruction.place.name).key, target.key)));
  return exchanged ? null : stop;
}

/** What the object keeps: a field of it, or what a method of its own hands out of one. */
function keptUnder(analysis: Analysis, target: Ref): Ref | null {
  const { root, fields } = target;
  if (root.kind === "this") return fields.length > 0 ? target : null;
  if (root.kind !== "binding") return null;
  const [store, ...others] = root.module.bindingStores.get(root.binding) ?? [];
  let made = store && others.length === 0 ? store.fn.definition(store.value)?.instruction : undefined;
  if (made?.op === "await") made = store?.fn.definition(made.value)?.instruction;
  const callee = store && made?.op === "call" ? analysis.types.calleeOf(store.fn, made) : null;
  if (callee?.kind !== "function" || callee.fn.cls === null || store?.fn.cls?.related.includes(callee.fn.cls) !== true) return null;
  for (const { end } of callee.fn.facts.blocks) {
    if (end.kind !== "return" || end.value === null) continue;
    const given = analysis.refs.of(callee.fn, end.value);
    if (given.root.kind === "this" && given.fields.length > 0) return fields.reduce((ref, name) => analysis.refs.field(ref, name), given);
  }
  return null;
}

/** By their names, with the same rest: the catalog knows which words belong together. */
function counterpartOf(analysis: Analysis, cls: Cls, name: string): Fn | null {
  const [, marks = "", rest = ""] = /^(_*)(.*)$/u.exec(name) ?? [];
  for (const [start, stops] of analysis.api.files.flatMap((file) => Object.entries(file.lifecycle?.counterparts ?? {}))) {
    if (!rest.startsWith(start) || /^[a-z]/u.test(rest.slice(start.length))) continue;
    for (const stop of stops) {
      const found = cls.method(`${marks}${stop}${rest.slice(start.length)}`);
      if (found?.facts.blocks.some((block) => block.instructions.length > 0) === true) return found;
    }
  }
  return null;
}

/** Whether the function calls an end of what the target is, or is a part of. */
function endsAny(analysis: Analysis, fn: Fn, target: Ref): boolean {
  return [...fn.sites()].some(({ instruction }) => instruction.op === "call" && instruction.receiver !== null && instruction.method !== null
    && (analysis.endings.isEnd(instruction.method) || analysis.api.releaseMethods.has(instruction.method)) && isAtOrAbove(analysis.refs.of(fn, instruction.receiver).key, target.key));
}

function isAtOrAbove(key: string, target: string): boolean {
  return key === target || target.startsWith(`${key}.`);
}
