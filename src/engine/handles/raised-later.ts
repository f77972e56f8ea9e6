/**
 * Failures that a field only hands over: a thread or a task keeps what it caught, and whoever waits for it raises that
 * again (`if worker.error: raise worker.error`), or tells where it came from (`report(task.exc_info[2])`): the traceback is
 * kept for that. One slot of each, which the next failure replaces.
 */
import type { Instruction, ValueId } from "../../model/facts.js";
import type { Cls, Fn, Program } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";
import type { Types } from "../program/types.js";

interface Raise {
  fn: Fn;
  /** The object whose field is raised. */
  object: ValueId;
  key: string;
}

const MAXIMUM_DEPTH = 4;
/** Where an exception has its traceback, and at which position the triple of an exception does. */
const TRACEBACK = "__traceback__";
const TRACEBACK_AT = 2;

export class RaisedLater {
  /** By the field's name. */
  private raises: Map<string, Raise[]> | null = null;

  constructor(private readonly program: Program, private readonly refs: Refs, private readonly types: Types) {}

  /** Whether what `holder` keeps is raised or told somewhere; `owner` is the class whose field it is, where that is known. */
  has(holder: Ref, owner: Cls | null, fn: Fn): boolean {
    const name = holder.fields.at(-1);
    if (name === undefined) return false;
    const isRead = (one: Raise): boolean => {
      if (one.key === holder.key) return true;
      const cls = this.types.classOf(one.fn, one.object);
      return cls && owner ? owner.related.includes(cls) : one.fn.module === fn.module;
    };
    if ((this.all().get(name) ?? []).some(isRead)) return true;
    return this.gettersOf(holder, owner).some((getter) => (this.all().get(getter) ?? []).some((one) => isRead(one) || this.types.classOf(one.fn, one.object) === null && this.isOnlyOf(getter, owner)));
  }

  /** Properties that give what the field holds. */
  private gettersOf(holder: Ref, owner: Cls | null): string[] {
    return (owner?.related ?? []).flatMap((cls) => cls.methods).filter((fn) => (fn.facts.kind === "getter" || fn.facts.decorators.some((one) => one.path === "property"))
      && fn.facts.blocks.some(({ end }) => end.kind === "return" && end.value !== null && this.refs.of(fn, end.value).key === holder.key)).map((fn) => fn.facts.name);
  }

  /** No other class of the program has a member of the name. */
  private isOnlyOf(name: string, owner: Cls | null): boolean {
    return [...this.program.classes()].every((cls) => owner?.related.includes(cls) === true || !cls.facts.methods.some((one) => one.name === name) && !cls.facts.fields.some((one) => one.name === name));
  }

  private all(): Map<string, Raise[]> {
    if (this.raises) return this.raises;
    this.raises = new Map();
    for (const fn of this.program.functions()) {
      for (const { end } of fn.facts.blocks) {
        if (end.kind === "raise" && end.value !== null) this.add(fn, end.value, 0);
      }
      for (const { instruction } of fn.sites()) if (instruction.op === "load") this.addTraceback(fn, instruction);
    }
    return this.raises;
  }

  /** `task.exc_info[2]`, `task.error.__traceback__` */
  private addTraceback(fn: Fn, { place }: Extract<Instruction, { op: "load" }>): void {
    if (place.kind === "field" && place.name === TRACEBACK) this.add(fn, place.object, 1);
    if (place.kind !== "index") return;
    const key = fn.definition(place.key)?.instruction;
    if (key?.op === "constant" && key.value.kind === "number" && key.value.value === TRACEBACK_AT) this.add(fn, place.object, 1);
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
