/**
 * Entries that what their own function gives back should take out: it ends what was put in, or takes back what the function
 * did for it, and leaves the entry. `this.entries.add(entry); return () => target.removeEventListener(type, listener);`
 */
import type { BindingId, Call, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import type { Api, CompiledPair } from "../program/api.js";
import type { GrowSite } from "./containers.js";
import type { Contexts } from "../contexts/contexts.js";
import type { Fn } from "../program/program.js";
import { inputs } from "../program/program.js";
import type { Refs } from "../program/refs.js";
import type { Types } from "../program/types.js";

const MAXIMUM_DEPTH = 5;

export class GivenBackEnds {
  constructor(private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly contexts: Contexts) {}

  of(grow: GrowSite): { at: { fn: Fn; at: Span } } | null {
    if (grow.value === null) return null;
    const { fn, value } = grow;
    const held = this.refs.of(fn, value);
    const name = held.root.kind === "value" && held.fields.length === 0 ? null : held.key;
    const parts = new Set<BindingId>();
    this.addParts(fn, value, parts, 0);
    if (grow.key !== null) this.addParts(fn, grow.key, parts, 0);
    const done = [...fn.sites()].flatMap(({ instruction }) => (instruction.op === "call" ? this.api.acquired(fn, instruction, this.types) : []));
    for (const nested of fn.module.nested.get(fn.id) ?? []) {
      if (!this.isGivenBack(fn, nested)) continue;
      for (const site of nested.sites()) {
        const { instruction } = site;
        if (instruction.op !== "call") continue;
        const isEnd = name !== null && this.endsIt(nested, instruction, name) || this.undoes(nested, instruction, done, parts);
        if (isEnd && ![...nested.sites()].some((one) => one.instruction.op === "call" && one !== site && this.mayTellOthers(nested, one.instruction))) return { at: { fn: nested, at: instruction.at } };
      }
    }
    return null;
  }

  /** It ends the very thing that was put in. */
  private endsIt(nested: Fn, call: Call, held: string): boolean {
    return call.receiver !== null && call.method !== null && this.api.releaseMethods.has(call.method) && this.refs.of(nested, call.receiver).key === held
      || call.callee !== null && call.args.length === 0 && this.refs.of(nested, call.callee).key === held;
  }

  /** It takes back what the function did, for a part of what was put in. */
  private undoes(nested: Fn, call: Call, done: readonly CompiledPair[], parts: ReadonlySet<BindingId>): boolean {
    return done.some((pair) => this.api.released(pair, nested, call, this.types) !== null
      // That the event is the same says nothing about what was put in.
      && [call.receiver, ...call.args.flatMap((one, position) => (position === pair.registration?.event ? [] : [one.value]))].some((value) => value !== null && this.isPart(nested, value, parts, 0)));
  }

  /** What calls itself on to the program, or on its own object, may take the entry out there. */
  private mayTellOthers(nested: Fn, call: Call): boolean {
    if (this.types.calleeOf(nested, call) !== null) return true;
    const receiver = call.receiver === null ? undefined : this.refs.of(nested, call.receiver);
    return receiver?.root.kind === "this" && receiver.fields.length === 0;
  }

  /** The variables of the function that a value is made of: itself, its elements, what a closure in it holds, and the lists of the function that it is put into as well. */
  private addParts(fn: Fn, value: ValueId, parts: Set<BindingId>, depth: number): void {
    const definition = fn.definition(value)?.instruction;
    if (!definition || depth > MAXIMUM_DEPTH) return;
    if (definition.op === "load" && definition.place.kind === "binding") {
      const { binding } = definition.place;
      if (parts.has(binding) || fn.module.binding(binding)?.owner !== fn.id) return;
      parts.add(binding);
      for (const store of fn.module.bindingStores.get(binding) ?? []) if (store.fn === fn && fn.definition(store.value)?.instruction.op !== "call") this.addParts(fn, store.value, parts, depth + 1);
      for (const { instruction } of fn.sites()) {
        if (instruction.op !== "call" || instruction.receiver === null || !instruction.args.some((one) => fn.definition(one.value)?.instruction === definition || this.isLoad(fn, one.value, binding))) continue;
        const list = fn.definition(instruction.receiver)?.instruction;
        if (list?.op === "load" && list.place.kind === "binding" && fn.module.binding(list.place.binding)?.owner === fn.id && this.isPutIn(instruction)) parts.add(list.place.binding);
      }
    } else if (definition.op === "collection") for (const element of definition.elements) this.addParts(fn, element.value, parts, depth + 1);
    else if (definition.op === "closure") for (const captured of fn.module.fn(definition.function)?.facts.captures ?? []) if (fn.module.binding(captured)?.owner === fn.id) parts.add(captured);
  }

  private isLoad(fn: Fn, value: ValueId, binding: BindingId): boolean {
    const definition = fn.definition(value)?.instruction;
    return definition?.op === "load" && definition.place.kind === "binding" && definition.place.binding === binding;
  }

  private isPutIn(call: Call): boolean {
    return [...this.api.containerMethods.values()].some(({ grow }) => Object.hasOwn(grow, call.method ?? ""));
  }

  /** The value comes from one of the variables. */
  private isPart(fn: Fn, value: ValueId, parts: ReadonlySet<BindingId>, depth: number): boolean {
    const definition = fn.definition(value)?.instruction;
    if (!definition || depth > MAXIMUM_DEPTH) return false;
    if (definition.op === "load" && definition.place.kind === "binding") {
      const { binding } = definition.place;
      return parts.has(binding) || fn.module.binding(binding)?.owner === fn.id && (fn.module.bindingStores.get(binding) ?? []).some((store) => store.fn === fn && this.isPart(fn, store.value, parts, depth + 1));
    }
    return definition.op !== "closure" && inputs(definition).some((input) => this.isPart(fn, input, parts, depth + 1));
  }

  /** The function returns the nested one, alone, in an object, or in what is made for it: `return new Disposable(() => …)`. */
  private isGivenBack(fn: Fn, nested: Fn): boolean {
    return fn.facts.blocks.some(({ end }) => {
      if (end.kind !== "return" || end.value === null) return false;
      const made = fn.definition(end.value)?.instruction;
      const [only, ...others] = made?.op === "call" ? made.args : [];
      return this.contexts.functionsIn(fn, only && others.length === 0 ? only.value : end.value).includes(nested);
    });
  }
}
