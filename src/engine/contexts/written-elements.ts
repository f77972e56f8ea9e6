/** Elements of collections that the program has written out, `const PRESETS = [{ id: "a" }, …]`: there are no more of them than stand there. */
import type { ValueId } from "../../model/facts.js";
import type { Fn, Stored } from "../program/program.js";
import type { Refs } from "../program/refs.js";
import { isNull } from "./targets.js";
import type { Types } from "../program/types.js";

const MAXIMUM_DEPTH = 6;

/** Methods of collections that give one of their elements, and leave it there. They belong to the languages. */
const GIVING = /^(?:find|findLast|at|get)$/u;

/** Whatever else it may be is nothing: `PRESETS.find(…) ?? PRESETS[0]`, a function that gives one, a field that only gets such. */
export function isElementOfWritten(refs: Refs, types: Types, fn: Fn, value: ValueId, depth = 0): boolean {
  const made = fn.definition(value)?.instruction;
  if (!made || depth > MAXIMUM_DEPTH) return false;
  const every = (stores: readonly Stored[]): boolean => {
    const some = stores.filter((store) => !isNull(store.fn, store.value));
    return some.length > 0 && some.every((store) => isElementOfWritten(refs, types, store.fn, store.value, depth + 1));
  };
  switch (made.op) {
    case "next": return isWritten(refs, fn, made.value);
    case "load": {
      const { place } = made;
      if (place.kind === "index") return isWritten(refs, fn, place.object);
      if (place.kind === "binding") return fn.module.binding(place.binding)?.kind !== "parameter" && every(fn.module.bindingStores.get(place.binding) ?? []);
      const { root, fields, key } = refs.of(fn, value);
      return place.kind === "field" && root.kind === "this" && fields.length === 1 && every(types.fieldStores.get(key) ?? []);
    }
    case "call": {
      if (made.receiver !== null && GIVING.test(made.method ?? "") && isWritten(refs, fn, made.receiver)) return true;
      const callee = types.calleeOf(fn, made);
      if (callee?.kind !== "function" || callee.fn.facts.generator) return false;
      const returned = callee.fn.facts.blocks.flatMap(({ end }) => (end.kind === "return" && end.value !== null && !isNull(callee.fn, end.value) ? [end.value] : []));
      return returned.length > 0 && returned.every((one) => isElementOfWritten(refs, types, callee.fn, one, depth + 1));
    }
    default: return false;
  }
}

/** A module's variable with one value, a collection that is written there, also frozen: `Object.freeze([…])`, `tuple([…])`. */
function isWritten(refs: Refs, fn: Fn, value: ValueId): boolean {
  const { root, fields } = refs.of(fn, value);
  if (root.kind !== "binding" || fields.length > 0 || root.module.binding(root.binding)?.owner !== 0) return false;
  const [only, ...more] = root.module.bindingStores.get(root.binding) ?? [];
  if (!only || more.length > 0) return false;
  const made = only.fn.definition(only.value)?.instruction;
  const [given, ...others] = made?.op === "call" ? made.args : [];
  const collection = given && others.length === 0 ? only.fn.definition(given.value)?.instruction : made;
  return collection?.op === "collection" && !collection.comprehension && collection.elements.length > 1 && collection.elements.every((element) => !element.spread);
}
