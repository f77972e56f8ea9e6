/**
 * Cycles that a closure makes through what it captures: a future whose callback names the future, an object whose own
 * method is put on it again, a nested function that calls itself and captures what it works on.
 */
import { matchesArgument } from "../../catalog/pattern.js";
import type { Call, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import type { Api } from "../program/api.js";
import type { Contexts } from "../contexts/contexts.js";
import type { Fn, Program, Site } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";
import { describe } from "../program/refs.js";
import type { Types } from "../program/types.js";

export type ClosureCycle = { fn: Fn; at: Span } & (
  /** The callback of a future uses the future's name, although it is given the future. */
  | { kind: "callback"; target: Ref; callback: Fn }
  /** A bound method of the object, or a function that holds one, in a field of the object. */
  | { kind: "patched"; target: Ref; field: string; through: string }
  /** A nested function that refers to itself and captures what its outer function was given to work through. */
  | { kind: "recursive"; name: string; holds: string });

export class ClosureCycles {
  private readonly methodNames = new Set<string>();

  constructor(private readonly program: Program, private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly contexts: Contexts) {
    for (const file of api.files) {
      for (const pair of file.pairs ?? []) for (const release of pair.release) {
        const [, method] = /#([a-z_]+)$/iu.exec(release) ?? [];
        if (method !== undefined) this.methodNames.add(method);
      }
      for (const { call } of file.settles ?? []) {
        const [, method] = /#([a-z_]+)$/iu.exec(call) ?? [];
        if (method !== undefined) this.methodNames.add(method);
      }
    }
  }

  *all(): Generator<ClosureCycle> {
    for (const fn of this.program.functions()) {
      if (this.contexts.isTest(fn)) continue;
      for (const site of fn.sites()) {
        const { instruction } = site;
        if (instruction.op === "call") yield* this.called(fn, instruction);
        else if (instruction.op === "store" && instruction.place.kind === "field") yield* this.patched(fn, site, instruction.place.object, instruction.place.name, instruction.value);
        else if (instruction.op === "closure") yield* this.recursive(fn, instruction.function);
      }
    }
  }

  private *called(fn: Fn, call: Call & { at: Span }): Generator<ClosureCycle> {
    for (const { argument } of this.api.settledCallbacks.match(fn, call, this.types)) {
      const given = call.args.find((one, position) => matchesArgument(argument, position, one.name));
      // The future is the receiver, or for a function the other argument.
      const target = call.receiver !== null && call.path === null ? call.receiver : call.args.find((one) => one !== given)?.value ?? call.receiver;
      if (!given || target == null) continue;
      const ref = this.refs.of(fn, target);
      if (ref.root.kind !== "binding" || ref.fields.length > 0 || ref.root.module.binding(ref.root.binding)?.owner !== fn.id) continue;
      const callback = this.refs.of(fn, given.value).root;
      if (this.isTask(fn, ref.root.binding)) continue;
      // One that takes no argument cannot be given the future.
      if (callback.kind !== "closure" || !callback.fn.facts.captures.includes(ref.root.binding) || callback.fn.facts.parameters.length === 0) continue;
      yield { kind: "callback", fn, at: given.value === call.out ? call.at : spanOf(fn, given.value) ?? call.at, target: ref, callback: callback.fn };
      return;
    }
  }

  /** Started by an event loop, which lets go of a task's callbacks as soon as it has run them. */
  private isTask(fn: Fn, binding: number): boolean {
    const stores = fn.module.bindingStores.get(binding) ?? [];
    return stores.length > 0 && stores.every((store) => {
      const made = store.fn.definition(store.value)?.instruction;
      return made?.op === "call" && this.api.acquired(store.fn, made, this.types).some(({ rule }) => rule === "orphan-task");
    });
  }

  /** `future.get = future.result`, `self.run = wrap(self.run)` where what wrap returns calls its argument. */
  private *patched(fn: Fn, site: Site, object: ValueId, field: string, value: ValueId): Generator<ClosureCycle> {
    const target = this.refs.of(fn, object);
    if (target.root.kind === "this" && fn.cls !== null && fn.facts.kind !== "lambda") return; // A class's own fields: see `Cycles`.
    if (target.root.kind !== "binding" && target.root.kind !== "value" || target.fields.length > 0) return;
    if (target.root.kind === "binding" && target.root.module.binding(target.root.binding)?.owner === 0) return;
    const taken = this.memberOf(fn, value, target);
    if (taken !== null) {
      if (taken !== field && this.methodNames.has(taken)) yield { kind: "patched", fn, at: site.instruction.at, target, field, through: `${describe(target)}.${taken}` };
      return;
    }
    const made = fn.definition(value)?.instruction;
    if (made?.op !== "call") return;
    const callee = this.types.calleeOf(fn, made);
    if (callee?.kind !== "function") return;
    for (const [position, argument] of made.args.entries()) {
      const name = this.memberOf(fn, argument.value, target);
      if (name === null || !this.wraps(callee.fn, position)) continue;
      yield { kind: "patched", fn, at: site.instruction.at, target, field, through: `${describe(target)}.${name}` };
      return;
    }
  }

  /** The name of the member of the target that the value is. */
  private memberOf(fn: Fn, value: ValueId, target: Ref): string | null {
    const definition = fn.definition(value)?.instruction;
    return definition?.op === "load" && definition.place.kind === "field" && this.refs.of(fn, definition.place.object).key === target.key ? definition.place.name : null;
  }

  /** The function returns a closure that calls the parameter. */
  private wraps(fn: Fn, position: number): boolean {
    const binding = fn.facts.parameters[position]?.binding ?? null;
    if (binding === null) return false;
    for (const { end } of fn.facts.blocks) {
      if (end.kind !== "return" || end.value === null) continue;
      const { root } = this.refs.of(fn, end.value);
      if (root.kind !== "closure" || !root.fn.facts.captures.includes(binding)) continue;
      for (const { instruction } of root.fn.sites()) {
        if (instruction.op !== "call" || instruction.callee === null) continue;
        const callee = root.fn.definition(instruction.callee)?.instruction;
        if (callee?.op === "load" && callee.place.kind === "binding" && callee.place.binding === binding) return true;
      }
    }
    return false;
  }

  /**
   * `def walk(node): … walk(child) …` inside a function is in a cycle with its own cell, and so is all it captures until
   * the collector comes by. That costs where it captures data its outer function was given: what the outer function
   * itself goes through, element by element.
   */
  private *recursive(fn: Fn, id: number): Generator<ClosureCycle> {
    const inner = fn.module.fn(id);
    if (!inner || fn.module.facts.language !== "python" || fn.facts.kind === "module" || inner.facts.kind !== "function" || inner.facts.decorators.length > 0) return;
    const own = fn.module.facts.bindings.findIndex((binding) => binding.owner === fn.id && binding.function === id);
    if (own < 0 || !inner.facts.captures.includes(own)) return;
    for (const captured of inner.facts.captures) {
      const binding = fn.module.binding(captured);
      if (binding?.owner !== fn.id || binding.kind !== "parameter" || !this.isGoneThrough(fn, captured) || !this.isLookedUp(inner, captured)) continue;
      yield { kind: "recursive", fn, at: inner.facts.nameAt, name: inner.facts.name, holds: binding.name };
      return;
    }
  }

  /** The function iterates over the parameter or its items. */
  private isGoneThrough(fn: Fn, binding: number): boolean {
    const name = this.refs.ofBinding(fn.module, binding).key;
    // `items()` gives a copy of the same elements.
    return fn.facts.loops.some((loop) => loop.iterates !== null && [name, `${name}.{}`].includes(this.refs.of(fn, loop.iterates).key));
  }

  /** The function asks the collection for elements. */
  private isLookedUp(fn: Fn, binding: number): boolean {
    const is = (value: ValueId): boolean => {
      const definition = fn.definition(value)?.instruction;
      return definition?.op === "load" && definition.place.kind === "binding" && definition.place.binding === binding;
    };
    return fn.facts.blocks.some(({ end, instructions }) =>
      end.kind === "branch" && end.test.kind === "in" && is(end.test.container)
      || instructions.some((one) => one.op === "load" && one.place.kind === "index" && is(one.place.object) || one.op === "operation" && one.inputs.some(is) || one.op === "call" && one.receiver !== null && is(one.receiver)));
  }
}

function spanOf(fn: Fn, value: ValueId): Span | null {
  return fn.definition(value)?.instruction.at ?? null;
}
