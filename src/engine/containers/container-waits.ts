/**
 * Waits that end without their answer: a timer or an abort settles what the stored entry was to settle, and leaves the
 * entry where it is. Whoever answers takes it out; whoever gives up does not.
 */
import { argumentValue } from "../program/api.js";
import type { Api } from "../program/api.js";
import type { Span } from "../../model/span.js";
import type { BindingId, Call, ValueId } from "../../model/facts.js";
import { origin } from "../program/constants.js";
import type { Shrink } from "./container-removals.js";
import type { GrowSite } from "./containers.js";
import type { Contexts } from "../contexts/contexts.js";
import type { Fn } from "../program/program.js";
import type { Refs } from "../program/refs.js";
import type { Types } from "../program/types.js";

const MAXIMUM_DEPTH = 4;

export class ContainerWaits {
  constructor(private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly contexts: Contexts) {}

  /** The timer, or the abort's listener, that gives up on the entry; null where there is none, or where it takes the entry out. */
  givesUp(grow: GrowSite, shrinks: readonly Shrink[]): { fn: Fn; at: Span } | null {
    if (grow.value === null) return null;
    // Of a timer that is filed itself, what it runs is not what waits.
    const made = origin(grow.fn, grow.value)?.site.instruction;
    if (made?.op === "call" && this.api.acquired(grow.fn, made, this.types).some(({ rule }) => rule === "timer-leak")) return null;
    const inside = this.around(grow.fn);
    const settled = this.bindingsIn(grow.fn, grow.value, 0);
    if (settled.size === 0 || shrinks.some((shrink) => inside.has(shrink.fn) && !this.isPartOf(shrink.fn, grow))) return null;
    for (const fn of inside) {
      const at = this.givenUpIn(fn, inside, settled, shrinks, 0);
      if (at) return { fn, at };
    }
    return null;
  }

  /** The call in the function that has the entry given up later: it starts the timer, or is a helper's that is given the waiter. */
  private givenUpIn(fn: Fn, inside: ReadonlySet<Fn>, settled: ReadonlySet<BindingId>, shrinks: readonly Shrink[], depth: number): Span | null {
    for (const { instruction } of fn.sites()) {
      if (instruction.op !== "call") continue;
      for (const { value, isRun } of this.endings(fn, instruction, 0)) {
        if (isRun && this.isOneOf(fn, value, settled)) return instruction.at;
        for (const callback of this.contexts.functionsIn(fn, value)) {
          if (inside.has(callback) && this.settles(callback, settled) && !this.mayReach(callback, shrinks, 0)) return instruction.at;
        }
      }
      const callee = depth < 2 ? this.types.calleeOf(fn, instruction) : null;
      if (callee?.kind !== "function" || inside.has(callee.fn)) continue;
      const given = this.parametersGiven(fn, instruction, callee.fn, settled);
      const within = this.around(callee.fn);
      if (given.size > 0 && [...within].some((one) => this.givenUpIn(one, within, given, shrinks, depth + 1) !== null)) return instruction.at;
    }
    return null;
  }

  private isOneOf(fn: Fn, value: ValueId, settled: ReadonlySet<BindingId>): boolean {
    const definition = fn.definition(value)?.instruction;
    return definition?.op === "load" && definition.place.kind === "binding" && settled.has(definition.place.binding);
  }

  /** The variables of the called function that are what is settled. */
  private parametersGiven(fn: Fn, call: Call, callee: Fn, settled: ReadonlySet<BindingId>): Set<BindingId> {
    const parameters = callee.facts.parameters.filter((one) => one.binding !== null || callee.module.facts.language === "ts");
    return new Set(parameters.flatMap((one, position) => {
      const value = argumentValue(fn, call, position) ?? argumentValue(fn, call, one.name);
      return one.binding !== null && value !== null && this.isOneOf(fn, value, settled) ? [one.binding] : [];
    }));
  }

  /** The function, the one whose promise it settles, and all that is nested in them. */
  private around(fn: Fn): ReadonlySet<Fn> {
    const top = fn.facts.kind === "lambda" && fn.parent && fn.parent.facts.kind !== "module" && fn.parent.facts.kind !== "class-body" ? fn.parent : fn;
    const found = new Set<Fn>();
    const visit = (one: Fn): void => {
      found.add(one);
      for (const nested of one.module.nested.get(one.id) ?? []) visit(nested);
    };
    visit(top);
    return found;
  }

  /** What a call runs once, later, when the answer did not come: a timer's callback, a listener of an abort or an error, also through a helper that only hands it on; and what that is given. */
  private endings(fn: Fn, call: Call, depth: number): { value: ValueId; isRun: boolean }[] {
    const pairs = this.api.acquired(fn, call, this.types);
    const positions = pairs.flatMap((pair) => pair.rule === "timer-leak" && pair.ends === "completes" ? pair.callbacks ?? [] : pair.registration && this.isFailure(fn, call, pair.registration.event) ? [pair.registration.listener] : []);
    const own = positions.flatMap((position, index) => {
      const value = argumentValue(fn, call, position);
      return value === null ? [] : [{ value, isRun: index === 0 }];
    });
    const callee = own.length === 0 && depth < 2 ? this.types.calleeOf(fn, call) : null;
    if (callee?.kind !== "function" || callee.fn === fn) return own;
    const parameters = callee.fn.facts.parameters.filter((one) => one.binding !== null || callee.fn.module.facts.language === "ts");
    const handed = [...callee.fn.sites()].flatMap(({ instruction }) => (instruction.op === "call" ? this.endings(callee.fn, instruction, depth + 1) : []));
    return parameters.flatMap((one, position) => {
      const { binding } = one;
      const uses = binding === null ? [] : handed.filter(({ value }) => this.isOneOf(callee.fn, value, new Set([binding])));
      const value = uses.length === 0 ? null : argumentValue(fn, call, position) ?? argumentValue(fn, call, one.name);
      return value === null ? [] : [{ value, isRun: uses.some(({ isRun }) => isRun) }];
    });
  }

  private isFailure(fn: Fn, call: Call, event: number | undefined): boolean {
    const value = event === undefined ? null : argumentValue(fn, call, event);
    const name = value === null ? undefined : fn.definition(value)?.instruction;
    return name?.op === "constant" && name.value.kind === "string" && (this.api.errorEvents.has(name.value.value) || this.api.lateEvents.has(name.value.value));
  }

  /** Variables that the stored value is or keeps: `{ resolve, reject }`, a closure that calls `done`. */
  private bindingsIn(fn: Fn, value: ValueId, depth: number): Set<BindingId> {
    const found = new Set<BindingId>();
    const definition = fn.definition(value)?.instruction;
    if (!definition || depth > MAXIMUM_DEPTH) return found;
    const add = (more: ReadonlySet<BindingId>): void => more.forEach((one) => found.add(one));
    if (definition.op === "load" && definition.place.kind === "binding") {
      found.add(definition.place.binding);
      for (const store of fn.module.bindingStores.get(definition.place.binding) ?? []) if (store.fn === fn && fn.definition(store.value)?.instruction.op !== "load") add(this.bindingsIn(fn, store.value, depth + 1));
    } else if (definition.op === "collection") for (const element of definition.elements) add(this.bindingsIn(fn, element.value, depth + 1));
    else if (definition.op === "closure") for (const captured of fn.module.fn(definition.function)?.facts.captures ?? []) found.add(captured);
    else if (definition.op === "call") for (const one of definition.args) add(this.bindingsIn(fn, one.value, depth + 1));
    return found;
  }

  /** It calls one of the variables, or a method of one. */
  private settles(callback: Fn, settled: ReadonlySet<BindingId>): boolean {
    return [...callback.sites()].some(({ instruction }) => {
      if (instruction.op !== "call") return false;
      const used = instruction.callee ?? instruction.receiver;
      const definition = used === null ? undefined : callback.definition(used)?.instruction;
      return definition?.op === "load" && definition.place.kind === "binding" && settled.has(definition.place.binding) && callback.module.binding(definition.place.binding)?.owner !== callback.id;
    });
  }

  /** Whether it takes something out, itself or through what it calls; what its own object's unknown methods do is not known. */
  private mayReach(fn: Fn, shrinks: readonly Shrink[], depth: number): boolean {
    if (shrinks.some((shrink) => shrink.fn === fn)) return true;
    if (depth > MAXIMUM_DEPTH) return true;
    return [...fn.sites()].some(({ instruction }) => {
      if (instruction.op !== "call") return false;
      const callee = this.types.calleeOf(fn, instruction);
      if (callee?.kind === "function") return this.mayReach(callee.fn, shrinks, depth + 1);
      const receiver = instruction.receiver === null ? undefined : this.refs.of(fn, instruction.receiver);
      return callee === null && receiver?.root.kind === "this" && receiver.fields.length === 0;
    });
  }

  /** The function is, or is inside, what was stored. */
  private isPartOf(fn: Fn, grow: GrowSite): boolean {
    const stored = grow.value === null ? [] : this.contexts.functionsIn(grow.fn, grow.value);
    for (let at: Fn | null = fn; at; at = at.parent) if (stored.includes(at)) return true;
    return false;
  }
}
