/**
 * Handles that outlive their own failure: one event of the handle is how the wait for it ends well, and its listener ends
 * the handle; another tells of a failure, settles the same wait, and leaves the handle alive. Which failures a handle
 * survives is the catalog's to say. Believed only where both listeners are put on the handle in the function that makes
 * it, and where nothing but the listeners of the first kind ends it.
 *
 * The same the other way round: an answer comes by an event after which the handle goes on, settles the wait, and the way
 * that it takes through its listener does not end the handle, where each other way that settles the wait does.
 */
import type { BindingId, BlockId, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import type { Acquisitions } from "./acquisitions.js";
import { originOf } from "./acquisitions.js";
import type { CompiledPair } from "../program/api.js";
import { canReturnWithout, isReachedWithout } from "../program/blocks.js";
import type { Contexts } from "../contexts/contexts.js";
import type { Endings } from "../contexts/endings.js";
import { isWithin } from "../contexts/endings.js";
import type { CallSite, Holders } from "../contexts/holders.js";
import type { Life } from "./lifetimes.js";
import type { Fn, Program } from "../program/program.js";
import type { Settlement, Settling } from "../contexts/settling.js";
import { loadsOf } from "../program/variables.js";

/** A listener of the handle, by the event. */
interface Listener {
  event: string;
  at: Span;
  fns: readonly Fn[];
  /** What it settles. */
  keys: ReadonlySet<string>;
}

interface Left {
  listener: Listener;
  /** Where the handle is ended otherwise. */
  released: Span[];
}

export class Survivors {
  private list: readonly Life[] | null = null;

  constructor(
    private readonly program: Program, private readonly contexts: Contexts, private readonly holders: Holders,
    private readonly settling: Settling, private readonly endings: Endings, private readonly acquisitions: Acquisitions,
  ) {}

  /** The handles that stay behind, as leaks of the functions that acquire them. */
  all(): readonly Life[] {
    return (this.list ??= [...this.compute()]);
  }

  private *compute(): Generator<Life> {
    for (const module of this.program.modules) {
      for (const [id, stores] of module.bindingStores) {
        const [store, ...others] = stores;
        const binding = module.binding(id);
        if (!store || others.length > 0 || binding?.captured !== true || binding.owner !== store.fn.id || store.fn.facts.kind === "module" || this.contexts.isTest(store.fn)) continue;
        const { fn } = store;
        const site = originOf(fn, store.value, 0);
        const start = site && this.acquisitions.at(fn, site).find(({ pair, acquired }) => (pair.survives !== undefined || pair.answers !== undefined) && acquired.fn === fn && acquired.receiver === undefined);
        const left = start && this.leftBehind(fn, id, start.pair);
        if (!start || !left) continue;
        yield this.lifeOf(fn, site, id, start.pair, left);
      }
    }
  }

  private lifeOf(fn: Fn, site: CallSite, id: BindingId, pair: CompiledPair, { listener, released }: Left): Life {
    const leak = { kind: "exit" as const, at: listener.at, raisedAt: null, explicit: true, event: listener.event };
    return {
      pair, fn, site, through: null, context: this.contexts.at(fn, site.block), dropped: false, source: null, leaks: [leak], unreleased: [], releasedSomewhere: true, replaced: null,
      outcome: { leaks: [leak], escapes: [], released, releasedNormally: [], reads: [], lastUse: null, variable: id, gaveUp: false },
    };
  }

  /** The listener of a failure that settles what another listener settles, without what that one ends. */
  private leftBehind(fn: Fn, id: BindingId, pair: CompiledPair): Left | null {
    const releasing = new Set<Fn>();
    const released: Span[] = [];
    for (const scope of [fn, ...this.holders.nestedIn(fn)]) {
      for (const load of loadsOf(scope, id)) {
        const fate = this.holders.fateOfValue(scope, load, pair);
        if (fate === "released") {
          releasing.add(scope);
          const at = scope.definition(load)?.instruction.at;
          if (at) released.push(at);
        } else if (fate !== "borrowed") return null;
      }
    }
    if (releasing.size === 0 || releasing.has(fn)) return null;
    const listeners = [...this.listenersOn(fn, id)];
    const failing = listeners.filter(({ event }) => pair.survives?.includes(event) === true);
    const others = listeners.filter((one) => !failing.includes(one));
    const answered = this.answered(id, pair, listeners, releasing);
    if (answered) return { listener: answered, released };
    // What else ends it may run after a failure too: a timer, a finally.
    const reach = this.endings.reach(others.flatMap(({ fns }) => fns), 2);
    if ([...releasing].some((one) => !reach.has(one) || !others.some(({ fns }) => fns.some((listener) => one === listener || isWithin(one, listener) || this.isCalledBy([listener], one))))) return null;
    const listener = failing.find((one) => {
      const run = this.endings.reach(one.fns, 3);
      return ![...run].some((each) => releasing.has(each) || loadsOf(each, id).length > 0) && others.some(({ keys }) => [...keys].some((key) => one.keys.has(key)));
    });
    return listener ? { listener, released } : null;
  }

  /** The listener of an answer that settles the wait on a way on which it ends nothing, where all others that settle it end the handle. */
  private answered(id: BindingId, pair: CompiledPair, listeners: readonly Listener[], releasing: ReadonlySet<Fn>): Listener | null {
    if (pair.answers === undefined || [...releasing].some((one) => !listeners.some(({ fns }) => fns.includes(one)) && !this.isCalledBy(listeners.flatMap(({ fns }) => fns), one))) return null;
    const ways = listeners.flatMap((listener) => listener.fns.flatMap((one) => {
      const ends = this.endingBlocks(one, id, pair, releasing);
      return this.settling.in(one).filter(({ how }) => how === "call").map((at) => ({ listener, at, ends: ends.has(at.block) || !isReachedWithout(one, 0, at.block, ends) || !canReturnWithout(one, at.block, ends) }));
    }));
    const [left, ...more] = ways.filter(({ ends }) => !ends);
    if (!left || more.length > 0 || !pair.answers.includes(left.listener.event) || !left.at.fails && !this.givesSomething(left.at)) return null;
    return ways.some(({ ends, at }) => ends && at.key === left.at.key) ? left.listener : null;
  }

  /** The blocks of a listener in which the handle is ended, here or in what they call. */
  private endingBlocks(fn: Fn, id: BindingId, pair: CompiledPair, releasing: ReadonlySet<Fn>): ReadonlySet<BlockId> {
    const blocks = new Set<BlockId>();
    for (const { instruction, block } of fn.sites()) {
      if (instruction.op === "load" && instruction.place.kind === "binding" && instruction.place.binding === id && this.holders.fateOfValue(fn, instruction.out, pair) === "released") blocks.add(block);
      const run = instruction.op === "call" ? instruction.callee : instruction.op === "closure" ? instruction.out : null;
      const called = run === null ? [] : this.contexts.functionsIn(fn, run);
      if (called.length > 0 && [...this.endings.reach(called, 2)].some((one) => releasing.has(one))) blocks.add(block);
    }
    return blocks;
  }

  /** A wait that is over without an answer may be the beginning: `resolve()` says that the stream is ready. */
  private givesSomething({ fn, block, index }: Settlement): boolean {
    const call = fn.block(block)?.instructions[index];
    return call?.op === "call" && call.args.length > 0;
  }

  /** `finish` is called by listeners alone. */
  private isCalledBy(listeners: readonly Fn[], one: Fn): boolean {
    const callers = this.contexts.callers(one);
    return callers.length > 0 && callers.every(({ fn }) => listeners.some((listener) => fn === listener || isWithin(fn, listener))) && this.contexts.usedAsCallback(one).length === 0;
  }

  /** `handle.addEventListener("error", f)`, `handle.on("error", f)`, `handle.onerror = f` in the function itself. */
  private *listenersOn(fn: Fn, id: BindingId): Generator<Listener> {
    const handles = new Set(loadsOf(fn, id));
    for (const { instruction } of fn.sites()) {
      if (instruction.op === "call" && instruction.receiver !== null && handles.has(instruction.receiver)) {
        const [event, listener] = instruction.args;
        const name = event && fn.definition(event.value)?.instruction;
        if (listener && name?.op === "constant" && name.value.kind === "string") yield this.listener(fn, name.value.value, instruction.at, listener.value);
      }
      if (instruction.op === "store" && instruction.place.kind === "field" && handles.has(instruction.place.object) && /^on[a-z]/u.test(instruction.place.name)) {
        yield this.listener(fn, instruction.place.name.slice(2), instruction.at, instruction.value);
      }
    }
  }

  private listener(fn: Fn, event: string, at: Span, value: ValueId): Listener {
    const fns = this.contexts.functionsIn(fn, value);
    const own = this.settling.keyOf(fn, value);
    const keys = [...own ? [own.key] : [], ...fns.flatMap((one) => [...this.endings.reach([one], 1)].flatMap((each) => this.settling.in(each).map(({ key }) => key)))];
    return { event, at, fns, keys: new Set(keys) };
  }
}
