/** Where a variable is read. */
import type { BindingId, ValueId } from "../model/facts.js";
import type { Fn, Mod } from "./program.js";

/** The values that are what a variable holds. */
export function loadsOf(fn: Fn, binding: BindingId): ValueId[] {
  const found: ValueId[] = [];
  for (const { instruction } of fn.sites()) if (instruction.op === "load" && instruction.place.kind === "binding" && instruction.place.binding === binding) found.push(instruction.out);
  return found;
}

/** The same in all functions of a module. */
export function loadsIn(module: Mod, binding: BindingId): { fn: Fn; value: ValueId }[] {
  return module.functions.flatMap((fn) => loadsOf(fn, binding).map((value) => ({ fn, value })));
}
