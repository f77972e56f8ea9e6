/** Whether a subscription and what it is taken from go together, so that nobody has to end it. */
import type { Analysis } from "./analysis.js";
import type { Life } from "./lifetimes.js";
import type { Ref } from "./refs.js";

/**
 * What is subscribed to was made by the same object or call, or is a part of that: both go together. What was given to
 * this very call is its caller's to judge.
 */
export function isOwnSource(analysis: Analysis, { fn, site }: Life): boolean {
  let value = site.instruction.receiver;
  for (let depth = 0; value !== null && depth < 12; depth++) {
    const definition = fn.definition(value)?.instruction;
    if (definition?.op === "call") {
      // What a call makes on the spot may keep itself going: an interval, a global's events.
      value = definition.receiver;
      continue;
    }
    for (let ref: Ref | null = analysis.refs.of(fn, value); ref; ref = analysis.refs.owner(ref)) {
      if (ref.root.kind === "this" && ref.fields.length === 0) return false;
      const life = analysis.registrations.targets.lifeOf(fn, ref, value);
      if (life === "instance" || life === "local" || life === "parameter") return true;
    }
    value = definition?.op === "load" && definition.place.kind === "field" ? definition.place.object : null;
  }
  return false;
}
