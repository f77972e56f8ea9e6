/** Sums and lists that a function adds to: what is added, in which loop, and whether they are begun anew. */
import type { BindingId, Instruction, LoopId, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import { argumentValue } from "../program/api.js";
import type { Api } from "../program/api.js";
import { isInLoop, successorsOf } from "../program/blocks.js";
import type { Contexts } from "../contexts/contexts.js";
import { isUnbounded } from "../contexts/contexts.js";
import { inputs } from "../program/program.js";
import type { Fn, Site } from "../program/program.js";
import type { Refs } from "../program/refs.js";
import type { Types } from "../program/types.js";

export interface Keeper {
  key: string;
  name: string;
  kind: "sum" | "list";
  /** The variable; null for a field. */
  binding: BindingId | null;
  /** The field's name below what the function's object is. */
  field: string | null;
}

export interface Addition {
  site: Site;
  keeper: Keeper;
  values: ValueId[];
}

export class HistoryKeepers {
  private readonly known = new Map<Fn, readonly Addition[]>();

  constructor(private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly contexts: Contexts) {}

  /** A name that tells apart what `refs` takes for one: the variables that a tuple is unpacked to. */
  keyOf(fn: Fn, value: ValueId): string | null {
    const made = fn.definition(value)?.instruction;
    if (made?.op !== "load") return null;
    if (made.place.kind === "binding") return `b${String(fn.module.index)}:${String(made.place.binding)}`;
    if (made.place.kind !== "field") return null;
    const object = fn.definition(made.place.object)?.instruction;
    const base = object?.op === "load" && object.place.kind === "this" ? fn.cls?.family.typeName ?? null : this.keyOf(fn, made.place.object);
    return base === null ? null : `${base}.${made.place.name}`;
  }

  *additions(fn: Fn): Generator<Addition> {
    for (const site of fn.sites()) {
      const { instruction } = site;
      if (instruction.op === "call" && instruction.receiver !== null && this.api.words.is("stores", instruction) === "method") {
        const keeper = this.keeper(fn, this.base(fn, instruction.receiver), "list");
        if (keeper && this.isList(fn, keeper)) yield { site, keeper, values: instruction.args.map((one) => one.value) };
      }
      if (instruction.op !== "store") continue;
      const held = this.stored(fn, instruction);
      const values = held ? this.addedTo(fn, instruction.value, held.key, 0) : null;
      if (held && values) yield { site, keeper: held, values };
    }
  }

  /** The loop that adds again and again to what is begun before it; null where there is none. */
  loopOf(fn: Fn, { site, keeper }: Addition): LoopId | null {
    const loop = fn.block(site.block)?.loop ?? null;
    if (loop === null || keeper.binding !== null && fn.module.binding(keeper.binding)?.owner !== fn.id) return null;
    return this.starts(fn, keeper).some((start) => start.fn === fn && isInLoop(fn, start.block, loop)) ? null : loop;
  }

  /** A field, or a module's variable, that each call adds to and nothing begins anew. */
  isKeptByCalls(fn: Fn, { site, keeper }: Addition): boolean {
    const { kind } = this.contexts.at(fn, site.block);
    if (kind === "once" || kind === "test" || fn.facts.kind === "constructor" || fn.facts.kind === "module") return false;
    if (keeper.binding !== null && fn.module.binding(keeper.binding)?.owner !== 0) return false;
    if (keeper.binding === null && keeper.field === null || keeper.field !== null && !fn.cls) return false;
    return this.starts(fn, keeper).every((start) => start.fn.facts.kind === "module" || start.fn.facts.kind === "constructor" || start.fn.facts.kind === "class-body") && (isUnbounded(kind) || kind === "unknown" || kind === "element");
  }

  /** Whether a place is reached from a scope's start without its end. */
  isInScope(fn: Fn, enter: Site, place: Site): boolean {
    if (enter.instruction.op !== "enter") return false;
    const { value } = enter.instruction;
    const seen = new Set<number>();
    const work = [{ block: enter.block, from: enter.index + 1 }];
    for (let at = work.pop(); at; at = work.pop()) {
      const block = fn.block(at.block);
      if (!block) continue;
      let open = true;
      for (const [index, instruction] of block.instructions.entries()) {
        if (index < at.from) continue;
        if (at.block === place.block && index === place.index) return true;
        if (instruction.op === "exit" && instruction.value === value) {
          open = false;
          break;
        }
      }
      if (!open) continue;
      for (const next of successorsOf(block.end)) {
        if (seen.has(next)) continue;
        seen.add(next);
        work.push({ block: next, from: 0 });
      }
    }
    return false;
  }

  /** The names that a value is made of, by any way. */
  sources(fn: Fn, value: ValueId, into: Set<string>, seen = new Set<ValueId>()): void {
    if (seen.has(value)) return;
    seen.add(value);
    const made = fn.definition(value)?.instruction;
    if (!made) return;
    const key = this.keyOf(fn, value);
    if (key !== null) into.add(key);
    if (made.op === "load" && made.place.kind === "binding") {
      for (const store of fn.module.bindingStores.get(made.place.binding) ?? []) if (store.fn === fn) this.sources(fn, store.value, into, seen);
      // What is added to a list is a part of what is made of it.
      for (const { keeper, values } of this.additionsOf(fn)) if (keeper.key === key) for (const one of values) this.sources(fn, one, into, seen);
    }
    for (const input of inputs(made)) this.sources(fn, input, into, seen);
  }

  private additionsOf(fn: Fn): readonly Addition[] {
    let found = this.known.get(fn);
    if (!found) this.known.set(fn, (found = [...this.additions(fn)]));
    return found;
  }

  private stored(fn: Fn, { place }: Extract<Instruction, { op: "store" }>): Keeper | null {
    if (place.kind === "binding") {
      const name = fn.module.binding(place.binding)?.name;
      return name === undefined ? null : { key: `b${String(fn.module.index)}:${String(place.binding)}`, name, kind: "sum", binding: place.binding, field: null };
    }
    if (place.kind === "index") return this.keeper(fn, this.base(fn, place.object), "sum");
    if (place.kind !== "field") return null;
    const object = fn.definition(place.object)?.instruction;
    if (object?.op !== "load" || object.place.kind !== "this" || !fn.cls) return null;
    return { key: `${fn.cls.family.typeName}.${place.name}`, name: `self.${place.name}`, kind: "sum", binding: null, field: place.name };
  }

  private keeper(fn: Fn, value: ValueId, kind: Keeper["kind"]): Keeper | null {
    const key = this.keyOf(fn, value);
    const made = fn.definition(value)?.instruction;
    if (key === null || made?.op !== "load") return null;
    if (made.place.kind === "binding") return { key, name: fn.module.binding(made.place.binding)?.name ?? "", kind, binding: made.place.binding, field: null };
    if (made.place.kind !== "field" || this.refs.of(fn, made.place.object).root.kind !== "this" || this.refs.of(fn, made.place.object).fields.length > 0) return null;
    return { key, name: fn.module.text.slice(...made.at), kind, binding: null, field: made.place.name };
  }

  /** `history` of `history["loss"]`. */
  private base(fn: Fn, value: ValueId): ValueId {
    const made = fn.definition(value)?.instruction;
    return made?.op === "load" && made.place.kind === "index" ? this.base(fn, made.place.object) : value;
  }

  /** What it adds, where a value is made of what has the name before. */
  private addedTo(fn: Fn, value: ValueId, key: string, depth: number): ValueId[] | null {
    const made = fn.definition(value)?.instruction;
    if (made?.op !== "operation" || depth > 4 || !/^[-+*/]$/u.test(made.operator)) return null;
    const own = made.inputs.find((input) => this.keyOf(fn, this.base(fn, input)) === key || this.addedTo(fn, input, key, depth + 1) !== null);
    return own === undefined ? null : [...this.addedTo(fn, own, key, depth + 1) ?? [], ...made.inputs.filter((input) => input !== own)];
  }

  /** Everything under the name is a list made without a limit, as far as is seen. */
  private isList(fn: Fn, keeper: Keeper): boolean {
    const starts = this.starts(fn, keeper).filter((start) => start.value !== null);
    return starts.length > 0 && starts.every((start) => start.value !== null && this.isCollection(start.fn, start.value));
  }

  private isCollection(fn: Fn, value: ValueId): boolean {
    const made = fn.definition(value)?.instruction;
    if (made?.op === "collection") return made.shape !== "tuple";
    const type = made?.op === "call" && made.path !== null ? this.api.containers.get(made.path) : undefined;
    return made?.op === "call" && type?.bound === "unbounded" && (type.boundedBy ?? []).every((limit) => argumentValue(fn, made, limit) === null);
  }

  /** Where it is begun: what is stored under the name that is not made of what was there, and what takes things out. */
  private starts(fn: Fn, keeper: Keeper): { fn: Fn; block: number; value: ValueId | null; at: Span }[] {
    const found: { fn: Fn; block: number; value: ValueId | null; at: Span }[] = [];
    const scope = keeper.binding === null ? fn.cls?.related.flatMap((cls) => cls.functions) ?? [] : fn.module.functions;
    for (const one of scope) {
      for (const site of one.sites()) {
        const { instruction } = site;
        if (instruction.op === "store" && instruction.place.kind !== "index") {
          const place = instruction.place.kind === "static" ? instruction.place.name === keeper.field : this.stored(one, instruction)?.key === keeper.key;
          if (place && this.addedTo(one, instruction.value, keeper.key, 0) === null) found.push({ fn: one, block: site.block, value: instruction.value, at: instruction.at });
        } else if (instruction.op === "call" && instruction.receiver !== null && instruction.method !== null && this.isShrinking(instruction.method)) {
          if (this.keyOf(one, this.base(one, instruction.receiver)) === keeper.key) found.push({ fn: one, block: site.block, value: null, at: instruction.at });
        } else if (instruction.op === "delete" && instruction.place.kind === "index" && this.keyOf(one, this.base(one, instruction.place.object)) === keeper.key) {
          found.push({ fn: one, block: site.block, value: null, at: instruction.at });
        } else if (instruction.op === "store" && instruction.place.kind === "index" && keeper.kind === "sum" && this.stored(one, instruction)?.key === keeper.key && this.addedTo(one, instruction.value, keeper.key, 0) === null) {
          found.push({ fn: one, block: site.block, value: null, at: instruction.at });
        }
      }
    }
    return found;
  }

  private isShrinking(method: string): boolean {
    return [...this.api.containerMethods.values()].some((methods) => methods.shrink.includes(method) || methods.empties?.includes(method) === true);
  }
}
