/**
 * Waits that are given up: what is to be answered is filed in a container, here or by a function that it is given to or
 * comes back from, and whoever waits for it with a limit leaves it there.
 */
import { argumentValue } from "../program/api.js";
import type { Api } from "../program/api.js";
import type { Call, Instruction, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import { missedExit } from "./container-exits.js";
import type { Shrink } from "./container-removals.js";
import type { GrowSite } from "./containers.js";
import type { Contexts } from "../contexts/contexts.js";
import { isWithin } from "../contexts/endings.js";
import type { GrowthWords } from "../program/growth-words.js";
import type { Fn, Site } from "../program/program.js";
import { successorsOf } from "../program/program.js";
import type { Refs } from "../program/refs.js";
import type { Types } from "../program/types.js";

const MAXIMUM_DEPTH = 4;

/** Where a function gets hold of a waiter that is filed there, and what it is called in it. */
interface Waiting {
  fn: Fn;
  site: Site;
  names: ReadonlySet<string>;
}

/** What files the waiter, and the wait that is given up. */
export interface Abandoned {
  filed: Site;
  at: { fn: Fn; at: Span };
}

export class AbandonedWaits {
  constructor(private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly contexts: Contexts, private readonly words: GrowthWords) {}

  of(grow: GrowSite, shrinks: readonly Shrink[]): Abandoned | null {
    for (const waiting of this.waitings(grow)) {
      for (const site of waiting.fn.sites()) {
        const { instruction } = site;
        if (instruction.op !== "call" || !this.isAgain(waiting, site)) continue;
        const wait = this.words.limitedWait(waiting.fn, instruction);
        if (!wait || !this.mentions(waiting.fn, wait.value, waiting.names, 0)) continue;
        if (!this.isLeft(waiting, { ...site, instruction }, wait.cancels, grow, shrinks)) continue;
        return { filed: waiting.site, at: { fn: waiting.fn, at: instruction.at } };
      }
    }
    return null;
  }

  /** The function that files the waiter, and its callers that give it to that function or get it from there. */
  private *waitings(grow: GrowSite): Generator<Waiting> {
    if (grow.value === null) return;
    const { fn } = grow;
    const executed = this.promisesOf(fn);
    for (const promise of executed) yield* this.holding(promise.fn, promise, this.namesOf(promise));
    if (executed.length > 0) return;
    const names = this.namesIn(fn, grow.value, 0);
    if (this.isWaiter(fn, names)) yield* this.holding(fn, grow.site, names);
  }

  /** The function that has the waiter under these names, and whoever calls it for the waiter or with it. */
  private *holding(fn: Fn, site: Site, names: ReadonlySet<string>): Generator<Waiting> {
    yield { fn, site, names };
    const isReturned = fn.facts.blocks.some(({ end }) => end.kind === "return" && end.value !== null && this.mentions(fn, end.value, names, 0));
    for (const caller of this.contexts.callers(fn)) {
      const own = isReturned ? this.namesOf(caller) : new Set<string>();
      for (const given of this.givenAs(fn, names, caller)) {
        const ref = this.refs.of(caller.fn, given);
        if (ref.root.kind === "binding") own.add(ref.key);
      }
      if (own.size > 0) yield { fn: caller.fn, site: caller, names: own };
    }
  }

  /** Where the promise is made that the function is the executor of. */
  private promisesOf(fn: Fn): Site<Call & { at: Span }>[] {
    return this.contexts.usedAsCallback(fn).flatMap(({ site }) => (this.api.executors.has(site.fn, site.instruction, this.types) ? [site] : []));
  }

  /** What is filed is made to be answered once, here or by a caller, or is heard when it is. */
  private isWaiter(fn: Fn, names: ReadonlySet<string>): boolean {
    const isMade = (from: Fn, value: ValueId): boolean => {
      const made = from.definition(value)?.instruction;
      return made?.op === "call" && this.words.is("answered", from, made);
    };
    const isStored = (key: string): boolean => [...fn.module.bindingStores].some(([id, stores]) => this.refs.ofBinding(fn.module, id).key === key && stores.some((store) => isMade(store.fn, store.value)));
    return this.hasCallback(fn, names) || [...names].some(isStored) || this.contexts.callers(fn).some((caller) => this.givenAs(fn, names, caller).some((given) => {
      const { root } = this.refs.of(caller.fn, given);
      return isMade(caller.fn, given) || root.kind === "binding" && (root.module.bindingStores.get(root.binding) ?? []).some((store) => isMade(store.fn, store.value));
    }));
  }

  /** What a call gives for the parameters of these names. */
  private givenAs(fn: Fn, names: ReadonlySet<string>, caller: Site<Call & { at: Span }>): ValueId[] {
    // Python writes the object itself as the first parameter, without a variable.
    const parameters = fn.facts.parameters.filter((one) => one.binding !== null || fn.module.facts.language === "ts");
    return parameters.flatMap((one, position) => {
      if (one.binding === null || !names.has(this.refs.ofBinding(fn.module, one.binding).key)) return [];
      return argumentValue(caller.fn, caller.instruction, position) ?? argumentValue(caller.fn, caller.instruction, one.name) ?? [];
    });
  }

  /** The variables that a value is or keeps. */
  private namesIn(fn: Fn, value: ValueId, depth: number): Set<string> {
    const found = new Set<string>();
    const definition = fn.definition(value)?.instruction;
    if (!definition || depth > MAXIMUM_DEPTH) return found;
    const inner = definition.op === "collection" ? definition.elements.map((one) => one.value) : definition.op === "call" ? definition.args.map((one) => one.value) : [];
    for (const one of inner) for (const key of this.namesIn(fn, one, depth + 1)) found.add(key);
    if (definition.op === "load" && definition.place.kind === "binding") {
      const ref = this.refs.of(fn, value);
      if (ref.root.kind === "binding" && ref.fields.length === 0 && ref.root.module.binding(ref.root.binding)?.owner !== 0) found.add(ref.key);
    }
    return found;
  }

  /** The names under which a call's result goes on: its own, and those of the variables it is stored in. */
  private namesOf({ fn, instruction }: Site<Call & { at: Span }>): Set<string> {
    const names = new Set<string>();
    this.addNames(fn, instruction.out, names, 0);
    return names;
  }

  private addNames(fn: Fn, value: ValueId, names: Set<string>, depth: number): void {
    names.add(this.refs.of(fn, value).key);
    for (const use of depth > 2 ? [] : fn.uses(value)) {
      if (use.kind !== "instruction") continue;
      const { instruction } = use.site;
      if (instruction.op === "store" && instruction.value === value && instruction.place.kind === "binding") names.add(this.refs.ofBinding(fn.module, instruction.place.binding).key);
      else if (instruction.op === "await") this.addNames(fn, instruction.out, names, depth + 1);
    }
  }

  private mentions(fn: Fn, value: ValueId, names: ReadonlySet<string>, depth: number): boolean {
    const ref = this.refs.of(fn, value);
    if (names.has(ref.key)) return true;
    const definition = fn.definition(value)?.instruction;
    if (!definition || depth > MAXIMUM_DEPTH) return false;
    if (definition.op === "collection") return definition.elements.some((one) => this.mentions(fn, one.value, names, depth + 1));
    if (definition.op === "call") return definition.args.some((one) => this.mentions(fn, one.value, names, depth + 1));
    if (definition.op === "await") return this.mentions(fn, definition.value, names, depth + 1);
    if (definition.op !== "load" || definition.place.kind !== "binding") return false;
    const stores = fn.module.bindingStores.get(definition.place.binding) ?? [];
    return stores.length === 1 && stores.every((store) => store.fn === fn && this.mentions(fn, store.value, names, depth + 1));
  }

  /** Each wait is for a waiter of its own: it does not stand in a loop that the filing is outside of. */
  private isAgain(waiting: Waiting, wait: Site): boolean {
    const { fn, site } = waiting;
    for (let loop = fn.block(site.block)?.loop ?? null, inner = fn.block(wait.block)?.loop ?? null; inner !== null; inner = fn.facts.loops[inner]?.parent ?? null) {
      if (inner === loop) return true;
      if (loop === null) return false;
      let outer: number | null = loop;
      while (outer !== null && outer !== inner) outer = fn.facts.loops[outer]?.parent ?? null;
      if (outer === null) return false;
      loop = outer;
    }
    return true;
  }

  /** Nothing takes the waiter out once the wait is over: neither this function, nor what it calls then, nor the waiter's own callback. */
  private isLeft({ fn, site, names }: Waiting, wait: Site<Call & { at: Span }>, cancels: boolean, grow: GrowSite, shrinks: readonly Shrink[]): boolean {
    const partial = shrinks.filter((shrink) => shrink.fn !== grow.fn || !shrink.whole);
    const own = partial.filter((shrink) => shrink.fn === fn).map((shrink) => shrink.site);
    if (own.length > 0) return cancels && missedExit(fn, site, own)?.kind === "exception";
    if (partial.some((shrink) => isWithin(shrink.fn, fn) && shrink.fn !== fn)) return false;
    if (this.contexts.callers(fn).some((caller) => partial.some((shrink) => shrink.fn === caller.fn))) return false;
    const calls = [...reachable(fn, wait)].flatMap(({ instruction }) => (instruction.op === "call" && instruction !== wait.instruction ? [instruction] : []));
    if (calls.some((call) => this.mayTakeOut(fn, call, names, grow, partial))) return false;
    // A waiter with a callback of its own hears of its cancellation: by the wait itself, or by hand.
    const hears = this.hasCallback(grow.fn, this.namesIn(grow.fn, grow.value ?? -1, 0)) || this.hasCallback(fn, names);
    return !hears || !cancels && !calls.some((call) => this.words.isCancelling(call));
  }

  private hasCallback(fn: Fn, names: ReadonlySet<string>): boolean {
    return [...fn.sites()].some(({ instruction }) => instruction.op === "call" && this.words.isHeard(fn, instruction)
      && [instruction.receiver, ...instruction.args.map((one) => one.value)].some((value) => value !== null && names.has(this.refs.of(fn, value).key)));
  }

  private mayTakeOut(fn: Fn, call: Call, names: ReadonlySet<string>, grow: GrowSite, shrinks: readonly Shrink[]): boolean {
    const callee = this.types.calleeOf(fn, call);
    if (callee?.kind === "function") return callee.fn !== grow.fn && this.reaches(callee.fn, shrinks, 0);
    const receiver = call.receiver === null ? undefined : this.refs.of(fn, call.receiver);
    if (callee === null && receiver?.root.kind === "this" && receiver.fields.length === 0) return true;
    return callee === null && call.path === null && call.args.some((one) => names.has(this.refs.of(fn, one.value).key)) && !this.words.limitedWait(fn, call);
  }

  private reaches(fn: Fn, shrinks: readonly Shrink[], depth: number): boolean {
    if (shrinks.some((shrink) => isWithin(shrink.fn, fn))) return true;
    return depth <= MAXIMUM_DEPTH && [...fn.sites()].some(({ instruction }) => {
      const callee = instruction.op === "call" ? this.types.calleeOf(fn, instruction) : null;
      return callee?.kind === "function" && callee.fn !== fn && this.reaches(callee.fn, shrinks, depth + 1);
    });
  }
}

/** What may run after an instruction, exceptions included. */
function* reachable(fn: Fn, from: Site): Generator<{ instruction: Instruction }> {
  const seen = new Set<number>();
  const queue: { block: number; index: number }[] = [{ block: from.block, index: from.index + 1 }];
  for (let next = queue.pop(); next; next = queue.pop()) {
    const block = fn.block(next.block);
    if (!block) continue;
    for (const instruction of block.instructions.slice(next.index)) yield { instruction };
    for (const to of [...successorsOf(block.end), ...(block.handler === null ? [] : [block.handler])]) {
      if (seen.has(to)) continue;
      seen.add(to);
      queue.push({ block: to, index: 0 });
    }
  }
}
