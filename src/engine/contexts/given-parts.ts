/**
 * What functions take apart of what they are given: `add({ name, heard })` and `remove({ name, heard })` name the same
 * `heard` where both are called with the same object.
 */
import { argumentValue } from "../program/api.js";
import type { Contexts } from "./contexts.js";
import type { Fn } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";

interface Part {
  of: Fn;
  /** Which parameter it is taken out of. */
  position: number;
  name: string;
}

/** Both are the part of one name of what two functions take apart, and some call of each, if any is seen, gives the same object. */
export function isSamePart(refs: Refs, contexts: Contexts, a: Ref, b: Ref): boolean {
  const [one, other] = [partOf(a), partOf(b)];
  if (!one || one.name !== other?.name) return false;
  const [given, alsoGiven] = [givenFor(refs, contexts, one), givenFor(refs, contexts, other)];
  return given.size === 0 || alsoGiven.size === 0 || [...given].some((key) => alsoGiven.has(key));
}

/** The variable of a parameter's pattern, which nothing else is stored in. */
function partOf({ root, fields }: Ref): Part | null {
  if (root.kind !== "binding" || fields.length > 0) return null;
  const [only, ...more] = root.module.bindingStores.get(root.binding) ?? [];
  if (!only || more.length > 0) return null;
  const taken = only.fn.definition(only.value)?.instruction;
  if (taken?.op !== "load" || taken.place.kind !== "field") return null;
  const whole = only.fn.definition(taken.place.object)?.instruction;
  if (whole?.op !== "load" || whole.place.kind !== "binding") return null;
  const { binding } = whole.place;
  const position = only.fn.facts.parameters.findIndex((each) => each.kind === "pattern" && each.binding === binding);
  return position < 0 ? null : { of: only.fn, position, name: taken.place.name };
}

/** What the calls give in that place, by its reference. */
function givenFor(refs: Refs, contexts: Contexts, { of, position }: Part): ReadonlySet<string> {
  return new Set(contexts.callers(of).flatMap((site) => {
    const value = contexts.isTest(site.fn) ? null : argumentValue(site.fn, site.instruction, position);
    return value === null ? [] : [refs.of(site.fn, value).key];
  }));
}
