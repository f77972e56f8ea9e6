/** Numbers that the source spells out, through constants, arithmetic and what it gives a field or an entry of a record. */
import type { ValueId } from "../../model/facts.js";
import { property } from "./api.js";
import type { Fn } from "./program.js";
import type { Ref, Refs } from "./refs.js";
import type { Types } from "./types.js";

const MAXIMUM_DEPTH = 5;

export class Numbers {
  constructor(private readonly refs: Refs, private readonly types: Types) {}

  of(fn: Fn, value: ValueId, depth = 0): number | null {
    const definition = fn.definition(value)?.instruction;
    if (!definition || depth > MAXIMUM_DEPTH) return null;
    if (definition.op === "constant") return definition.value.kind === "number" ? definition.value.value : null;
    if (definition.op === "load" && definition.place.kind === "binding") {
      const stores = fn.module.bindingStores.get(definition.place.binding) ?? [];
      const [store] = stores;
      if (store && stores.length === 1) return this.of(store.fn, store.value, depth + 1);
      // `options.delay ?? 500`: the default says how long it is meant to be.
      if (fn.module.binding(definition.place.binding)?.kind !== "temporary") return null;
      return stores.reduce<number | null>((found, one) => found ?? this.of(one.fn, one.value, depth + 1), null);
    }
    if (definition.op === "load") return this.ofField(fn, this.refs.of(fn, value), depth);
    if (definition.op !== "operation" || definition.inputs.length !== 2) return null;
    const [left, right] = definition.inputs.map((input) => this.of(fn, input, depth + 1));
    if (left == null || right == null) return null;
    return definition.operator === "*" ? left * right : definition.operator === "+" ? left + right : definition.operator === "-" ? left - right : null;
  }

  /** What a variable or field is given outside the function; null where that is no number, or not always the same. */
  first(ref: Ref, except: Fn): number | null {
    const { root, fields } = ref;
    const all = root.kind === "binding" && fields.length === 0 ? root.module.bindingStores.get(root.binding) : this.types.fieldStores.get(ref.key);
    return only((all ?? []).filter((store) => store.fn !== except).map((store) => this.of(store.fn, store.value)));
  }

  /** `this.delay`, `state.delay`: what everyone who stores there stores, and each literal that the record is made of says. A copy that puts it back to its first state says no other. */
  private ofField(fn: Fn, { root, fields, key }: Ref, depth: number): number | null {
    const [name] = fields;
    if (name === undefined || fields.length > 1 || root.kind !== "this" && root.kind !== "binding") return null;
    const stored = (root.kind === "this" ? this.types.storesIn(fn.cls, key) : this.types.fieldStores.get(key) ?? []).map((store) => (isGiven(store.fn, store.value) ? null : this.of(store.fn, store.value, depth + 1)));
    const written = root.kind === "this" ? [] : (root.module.bindingStores.get(root.binding) ?? []).flatMap((store) => {
      const entry = property(store.fn, store.value, name);
      return entry === null ? [] : [isGiven(store.fn, entry) ? null : this.of(store.fn, entry, depth + 1)];
    });
    return only([...stored, ...written]);
  }
}

/** A parameter's default is what it is where nobody says another. */
function isGiven(fn: Fn, value: ValueId): boolean {
  const definition = fn.definition(value)?.instruction;
  return definition?.op === "load" && definition.place.kind === "binding" && fn.module.binding(definition.place.binding)?.kind === "parameter";
}

function only(numbers: readonly (number | null)[]): number | null {
  const [first, ...more] = new Set(numbers);
  return more.length > 0 ? null : first ?? null;
}
