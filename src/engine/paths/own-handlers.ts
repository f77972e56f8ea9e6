/**
 * Functions that a handle calls itself: `source.onerror = function () { this.close(); }`. In them `this` and what an event
 * came to are the handle, so they end it without its name.
 */
import type { ValueId } from "../../model/facts.js";
import type { Api, CompiledPair } from "../program/api.js";
import type { Holders } from "../contexts/holders.js";
import type { Fn } from "../program/program.js";
import type { Refs } from "../program/refs.js";

/** The function of the program that is given to the handle, if it ends the handle by one of those. */
export function endingHandler(refs: Refs, api: Api, holders: Holders, pair: CompiledPair, fn: Fn, value: ValueId): Fn | null {
  const { root, fields } = refs.of(fn, value);
  if (root.kind !== "closure" || fields.length > 0) return null;
  const { fn: handler } = root;
  const [first] = handler.facts.parameters;
  for (const at of [handler, ...holders.nestedIn(handler)]) {
    for (const { instruction } of at.sites()) {
      if (instruction.op !== "load") continue;
      const { place } = instruction;
      // In a method, and in what it is handed on to, `this` is the class's.
      const isThis = place.kind === "this" && at.cls === null;
      const isTarget = place.kind === "field" && api.eventTargets.has(place.name) && isFirst(at, place.object, first);
      if ((isThis || isTarget) && holders.fateOfValue(at, instruction.out, pair) === "released") return handler;
      if (isTarget && variablesOf(at, instruction.out).some((binding) => holders.fateOfParameter(at, binding, pair) === "released")) return handler;
    }
  }
  return null;
}

/** The event: the first parameter, or what it is taken apart from. */
function isFirst(fn: Fn, object: ValueId, first: Fn["facts"]["parameters"][number] | undefined): boolean {
  const load = fn.definition(object)?.instruction;
  if (!first || load?.op !== "load" || load.place.kind !== "binding") return false;
  return first.binding === load.place.binding || first.kind === "pattern" && fn.module.binding(load.place.binding)?.kind === "temporary";
}

/** `const socket = event.target`, `({ target }) => …`. */
function variablesOf(fn: Fn, value: ValueId): number[] {
  return fn.uses(value).flatMap((use) => {
    const store = use.kind === "instruction" ? use.site.instruction : null;
    return store?.op === "store" && store.value === value && store.place.kind === "binding" ? [store.place.binding] : [];
  });
}
