/** Where a variable is read. */
import type { BindingId, ValueId } from "../../model/facts.js";
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

/** The variables that a value is put in where it is made. */
export function namesOf(fn: Fn, value: ValueId): BindingId[] {
  return fn.uses(value).flatMap((use) => (use.kind === "instruction" && use.site.instruction.op === "store" && use.site.instruction.value === value && use.site.instruction.place.kind === "binding" ? [use.site.instruction.place.binding] : []));
}

/** Read only to ask whether there is anything. */
export function isOnlyAsked(fn: Fn, value: ValueId): boolean {
  return fn.uses(value).every((use) => use.kind === "end" && use.end.kind === "branch");
}

/** The name that a value is read under: a variable's, or the last field's. */
export function nameRead(fn: Fn, value: ValueId): string | null {
  const definition = fn.definition(value)?.instruction;
  if (definition?.op !== "load") return null;
  if (definition.place.kind === "field") return definition.place.name;
  return definition.place.kind === "binding" ? fn.module.binding(definition.place.binding)?.name ?? null : null;
}
