/** What a value is where that can be read off: behind names that never change, and members of literal objects. */
import type { Call, ValueId } from "../../model/facts.js";
import { argumentValue, property } from "./api.js";
import type { Fn, Site } from "./program.js";

const MAXIMUM_HOPS = 4;

/**
 * Where the value is made: for `options.capture` after `const options = { capture: true }`, the `true`. The literal is
 * taken to be as it was written, though JavaScript lets its members change.
 */
export function origin(fn: Fn, value: ValueId, hops = 0): { fn: Fn; value: ValueId; site: Site } | null {
  const site = fn.definition(value);
  if (!site || hops > MAXIMUM_HOPS) return null;
  const { instruction } = site;
  if (instruction.op !== "load") return { fn, value, site };
  if (instruction.place.kind === "binding") {
    const { binding } = instruction.place;
    if (fn.module.binding(binding)?.constant !== true) return null;
    const [only, ...more] = fn.module.bindingStores.get(binding) ?? [];
    return only && more.length === 0 ? origin(only.fn, only.value, hops + 1) : null;
  }
  if (instruction.place.kind !== "field") return null;
  const object = origin(fn, instruction.place.object, hops + 1);
  const member = object && property(object.fn, object.value, instruction.place.name);
  return object && member !== null ? origin(object.fn, member, hops + 1) : null;
}

/** A boolean literal, or a name for one. */
export function booleanOf(fn: Fn, value: ValueId): boolean | null {
  const made = origin(fn, value)?.site.instruction;
  return made?.op === "constant" && made.value.kind === "boolean" ? made.value.value : null;
}

/**
 * An option by its place, `2.passive`, also of options that a constant holds: true or false, null where the call does
 * not give it, "unknown" where the options come from elsewhere or the option's value does.
 */
export function option(fn: Fn, call: Call, argument: string): boolean | "unknown" | null {
  const [position, name] = argument.split(".");
  const options = argumentValue(fn, call, Number(position));
  if (options === null || name === undefined) return null;
  const made = origin(fn, options);
  const definition = made?.site.instruction;
  if (!made || definition?.op !== "collection") return definition?.op === "constant" ? null : "unknown";
  const value = property(made.fn, made.value, name);
  if (value === null) return definition.elements.some((element) => element.spread) ? "unknown" : null;
  return booleanOf(made.fn, value) ?? "unknown";
}

/** The text of a constant string, also by the name of a constant of the file. */
export function constantText(fn: Fn, value: ValueId | null): string | null {
  const definition = value === null ? undefined : fn.definition(value)?.instruction;
  if (definition?.op === "load" && definition.place.kind === "binding" && fn.module.binding(definition.place.binding)?.constant === true) {
    const [only, ...others] = fn.module.bindingStores.get(definition.place.binding) ?? [];
    const made = only && others.length === 0 ? only.fn.definition(only.value)?.instruction : undefined;
    return made?.op === "constant" && made.value.kind === "string" ? made.value.value : null;
  }
  return definition?.op === "constant" && definition.value.kind === "string" ? definition.value.value : null;
}

/** The literal `None`, `null` or `false`. */
export function isFalsy(fn: Fn, value: ValueId): boolean {
  const definition = fn.definition(value)?.instruction;
  return definition?.op === "constant" && (definition.value.kind === "null" || definition.value.kind === "boolean" && !definition.value.value);
}

/** The literal `None` or `null`. */
export function isNothing(fn: Fn, value: ValueId): boolean {
  const definition = fn.definition(value)?.instruction;
  return definition?.op === "constant" && definition.value.kind === "null";
}

/** The literal itself, not a name for it. */
export function isFalse(fn: Fn, value: ValueId): boolean {
  const definition = fn.definition(value)?.instruction;
  return definition?.op === "constant" && definition.value.kind === "boolean" && !definition.value.value;
}
