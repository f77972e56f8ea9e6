/**
 * Failures that a field only hands over: a thread or a task keeps what it caught, and whoever waits for it raises that
 * again (`if worker.error: raise worker.error`). One slot of each, which the next failure replaces.
 */
import type { ValueId } from "../model/facts.js";
import type { Cls, Fn, Program } from "./program.js";
import type { Ref, Refs } from "./refs.js";
import type { Types } from "./types.js";

interface Raise {
  fn: Fn;
  /** The object whose field is raised. */
  object: ValueId;
  key: string;
}

const MAXIMUM_DEPTH = 4;

export class RaisedLater {
  /** By the field's name. */
  private raises: Map<string, Raise[]> | null = null;

  constructor(private readonly program: Program, private readonly refs: Refs, private readonly types: Types) {}

  /** Whether what `holder` keeps is raised somewhere; `owner` is the class whose field it is, where that is known. */
  has(holder: Ref, owner: Cls | null, fn: Fn): boolean {
    const name = holder.fields.at(-1);
    if (name === undefined) return false;
    return (this.all().get(name) ?? []).some((one) => {
      if (one.key === holder.key) return true;
      const cls = this.types.classOf(one.fn, one.object);
      return cls && owner ? owner.related.includes(cls) : one.fn.module === fn.module;
    });
  }

  private all(): Map<string, Raise[]> {
    if (this.raises) return this.raises;
    this.raises = new Map();
    for (const fn of this.program.functions()) {
      for (const { end } of fn.facts.blocks) {
        if (end.kind === "raise" && end.value !== null) this.add(fn, end.value, 0);
      }
    }
    return this.raises;
  }

  /** `raise self.error`, `raise self.exc_info[1]`, `raise task.error.at(tb)`, `error = task.error` and `raise error`. */
  private add(fn: Fn, value: ValueId, depth: number): void {
    const made = fn.definition(value)?.instruction;
    if (depth > MAXIMUM_DEPTH || !made) return;
    if (made.op === "call" && made.receiver !== null) this.add(fn, made.receiver, depth + 1);
    if (made.op !== "load") return;
    const { place } = made;
    if (place.kind === "index") this.add(fn, place.object, depth + 1);
    else if (place.kind === "field") {
      const known = this.raises?.get(place.name) ?? [];
      known.push({ fn, object: place.object, key: this.refs.field(this.refs.of(fn, place.object), place.name).key });
      this.raises?.set(place.name, known);
    } else if (place.kind === "binding") {
      for (const store of fn.module.bindingStores.get(place.binding) ?? []) if (store.fn === fn) this.add(fn, store.value, depth + 1);
    }
  }
}
