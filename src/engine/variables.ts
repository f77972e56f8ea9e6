/** Where a variable is read. */
import type { BindingId, ValueId } from "../model/facts.js";
import type { Fn } from "./program.js";

/** The values that are what a variable holds. */
export function loadsOf(fn: Fn, binding: BindingId): ValueId[] {
  const found: ValueId[] = [];
  for (const { instruction } of fn.sites()) if (instruction.op === "load" && instruction.place.kind === "binding" && instruction.place.binding === binding) found.push(instruction.out);
  return found;
}
