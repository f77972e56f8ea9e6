/** Places that nothing of the program ever reads: what is put there is dropped. Only those that nobody else can read. */
import type { Place } from "../../model/facts.js";
import type { Fn, Mod, Program } from "./program.js";
import { loadsIn } from "./variables.js";

/** Files with a template, which reads what the code holds. */
const WITH_TEMPLATE = /\.(?:vue|svelte)$/iu;

export class Unread {
  private names: Set<string> | null = null;

  constructor(private readonly program: Program) {}

  /** The name of a private field or of a variable around that nothing reads; null for any other place. */
  nameOf(fn: Fn, place: Place): string | null {
    if (fn.module.facts.dynamic || WITH_TEMPLATE.test(fn.module.path)) return null;
    if (place.kind === "field") return this.isUnreadField(fn, place) ? `this.${place.name}` : null;
    return place.kind === "binding" ? unreadVariable(fn, place.binding) : null;
  }

  private isUnreadField(fn: Fn, { object, name }: Extract<Place, { kind: "field" }>): boolean {
    const holder = fn.definition(object)?.instruction;
    if (holder?.op !== "load" || holder.place.kind !== "this" || !fn.cls) return false;
    const field = fn.cls.facts.fields.find((one) => one.name === name);
    // A decorator may read it.
    return field?.private === true && (field.decorators ?? []).length === 0 && !(this.names ??= this.readNames()).has(name);
  }

  /** All names of fields that are read anywhere, and all texts that may be such a name. */
  private readNames(): Set<string> {
    const names = new Set<string>();
    for (const fn of this.program.functions()) {
      for (const { instruction } of fn.sites()) {
        if (instruction.op === "load" && instruction.place.kind === "field") names.add(instruction.place.name);
        if (instruction.op === "call" && instruction.method !== null) names.add(instruction.method);
        if (instruction.op === "constant" && instruction.value.kind === "string") names.add(instruction.value.value);
      }
    }
    return names;
  }
}

function unreadVariable(fn: Fn, id: number): string | null {
  const binding = fn.module.binding(id);
  if (binding?.kind !== "variable" || binding.owner === fn.id || isExported(fn.module, id)) return null;
  return loadsIn(fn.module, id).length > 0 ? null : binding.name;
}

function isExported({ facts }: Mod, id: number): boolean {
  return facts.exports.some((one) => one.binding === id);
}
