/**
 * Update hooks that are told what was before or what changed, and ask it: `componentDidUpdate(prev) { if (prev.id ===
 * this.props.id) return; … }`, `updated(changed) { if (changed.has("id")) … }`. What follows runs for a change, which may
 * come once or never, and not on every update.
 */
import type { BlockId, Test, ValueId } from "../../model/facts.js";
import { isReachedWithout, successorsOf } from "../program/blocks.js";
import { isNothing } from "../program/constants.js";
import type { Fn } from "../program/program.js";

/** Loads, operations and variables between the question and the parameter. */
const MAXIMUM_DEPTH = 6;
const NONE: ReadonlySet<BlockId> = new Set();

/** Every way to the block passes an answer that says that something changed. */
export function asksWhatChanged(fn: Fn, block: BlockId): boolean {
  if (fn.cls === null || fn.facts.kind !== "method" || !fn.facts.parameters.some((one) => one.binding !== null)) return false;
  const seen = new Set<BlockId>([0]);
  const work: BlockId[] = [0];
  let asked = false;
  for (let at = work.pop(); at !== undefined; at = work.pop()) {
    if (at === block) return false;
    const one = fn.block(at);
    if (!one) continue;
    const changed = one.end.kind === "branch" ? changedSide(fn, one.end.test, one.end.then, one.end.else, block) : null;
    asked ||= changed !== null;
    for (const next of [...successorsOf(one.end), ...(one.handler === null ? [] : [one.handler])]) {
      if (next === changed || seen.has(next)) continue;
      seen.add(next);
      work.push(next);
    }
  }
  return asked;
}

/** The side on which something changed; of a question that is no comparison, the one that alone comes to the block. */
function changedSide(fn: Fn, test: Test, then: BlockId, otherwise: BlockId, block: BlockId): BlockId | null {
  switch (test.kind) {
    case "equal": return isTold(fn, test.left, 0) !== isTold(fn, test.right, 0) || isTold(fn, test.left, 0) && isNothing(fn, test.right) ? otherwise : null;
    case "truthy": case "none": case "instance": return isTold(fn, test.value, 0) ? onlySide(fn, then, otherwise, block) : null;
    case "compare": return isTold(fn, test.left, 0) || isTold(fn, test.right, 0) ? onlySide(fn, then, otherwise, block) : null;
    case "in": return isTold(fn, test.container, 0) ? then : null;
    default: return null;
  }
}

function onlySide(fn: Fn, then: BlockId, otherwise: BlockId, block: BlockId): BlockId | null {
  const [first, second] = [isReachedWithout(fn, then, block, NONE), isReachedWithout(fn, otherwise, block, NONE)];
  return first === second ? null : first ? then : otherwise;
}

/** A part of what the hook is given, or made from one. */
function isTold(fn: Fn, value: ValueId, depth: number): boolean {
  const made = fn.definition(value)?.instruction;
  if (!made || depth > MAXIMUM_DEPTH) return false;
  switch (made.op) {
    case "load": {
      const { place } = made;
      if (place.kind === "field" || place.kind === "index") return isTold(fn, place.object, depth + 1);
      if (place.kind !== "binding") return false;
      if (fn.facts.parameters.some((one) => one.binding === place.binding)) return true;
      const binding = fn.module.binding(place.binding);
      return binding?.owner === fn.id && (binding.kind === "parameter" || (fn.module.bindingStores.get(place.binding) ?? []).some((store) => store.fn === fn && isTold(fn, store.value, depth + 1)));
    }
    case "operation": return made.inputs.some((input) => isTold(fn, input, depth + 1));
    case "call": return [...(made.receiver === null ? [] : [made.receiver]), ...made.args.map((one) => one.value)].some((input) => isTold(fn, input, depth + 1));
    default: return false;
  }
}
