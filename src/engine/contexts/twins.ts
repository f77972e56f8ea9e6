/** Bound copies of functions that count as the function itself where listeners are taken off: `target.off("x", proxy(f, this))`. */
import type { Call, ValueId } from "../../model/facts.js";
import type { Words } from "../program/api.js";
import { constantText } from "../program/constants.js";
import type { CallSite } from "./holders.js";
import type { Fn } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";

/** The function that a copy stands for: `proxy(f, this)`, `proxy(this, "f")`. Null for what is no copy. */
export function original(refs: Refs, words: Words, fn: Fn, value: ValueId): { ref: Ref; value: ValueId } | null {
  const made = fn.definition(value)?.instruction;
  if (made?.op !== "call" || words.is("twins", made) === null) return null;
  const [first, second] = made.args;
  if (!first) return null;
  const name = second ? constantText(fn, second.value) : null;
  const of = refs.of(fn, first.value);
  return { value: first.value, ref: name === null ? of : refs.field(of, name) };
}

/** The calls that are given the copy which the call makes. */
export function sitesOfCopy(words: Words, fn: Fn, call: Call & { out: ValueId }): CallSite[] {
  if (words.is("twins", call) === null) return [];
  return fn.uses(call.out).flatMap((use) => (use.kind === "instruction" && use.site.instruction.op === "call" && use.site.instruction.args.some((one) => one.value === call.out) ? [use.site as CallSite] : []));
}
