/**
 * A chain of promises that stops a timer where the wait went well and not where it failed, or the other way round:
 * `Promise.race([work, late]).then((result) => { clearTimeout(timer); return result; }, (reason) => { throw reason; })`.
 */
import type { Call, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import { argumentValue } from "../program/api.js";
import { isWithin } from "../contexts/endings.js";
import type { CallSite } from "../contexts/holders.js";
import type { Fn } from "../program/program.js";
import type { TimerOwners } from "./timer-owners.js";
import type { Owned, Timer, Timers } from "./timers.js";

/** The side of the chain on which the timer goes on. */
export interface OneSided {
  fn: Fn;
  at: Span;
}

/** What a chain does on each side: the functions that are run, and whether one of them stops the timer. */
interface Chain {
  fn: Fn;
  last: CallSite;
  /** What it hangs on is a race of promises. */
  raced: boolean;
  good: Fn[];
  bad: Fn[];
  always: Fn[];
}

const LONGEST = 8;

export class TimerChains {
  constructor(private readonly timers: Timers) {}

  /** The same in the class whose field keeps the timer, where nobody else stops it. */
  inClass(timer: Timer, owner: Owned, owners: TimerOwners): OneSided | null {
    const { cls, ref } = owner;
    const { holders, api, types, endings } = this.timers;
    const { pair } = timer.life;
    if (!cls || ref.root.kind !== "this" || !owners.isItsOwn(owner) || timer.brief || owners.isHarmlessAfterEnd(timer, owner)) return null;
    const stopping = new Set(holders.usesOf(ref.key).filter(({ site }) => api.released(pair, site.fn, site.instruction, types) !== null).map(({ site }) => site.fn));
    return this.oneSided(timer, cls.related.flatMap((one) => one.functions), (fn) => stopping.has(fn), (fn) => owners.touches(endings.reach([fn], 2), owner, pair));
  }

  /** `stops` and `looks` say what a function does for the timer; all that stop it must hang on one chain, which has one side that does not look at it. */
  oneSided(timer: Timer, group: readonly Fn[], stops: (fn: Fn) => boolean, looks: (fn: Fn) => boolean): OneSided | null {
    const stopping = group.filter((fn) => !timer.callbacks.some((callback) => isWithin(fn, callback)) && stops(fn));
    if (stopping.length === 0) return null;
    for (const fn of group) {
      for (const chain of this.chainsIn(fn)) {
        const { good, bad, always } = chain;
        const handlers = [...good, ...bad, ...always];
        if (always.some(looks) || !handlers.some(stops) || !stopping.every((one) => this.isOf(one, handlers, 0))) continue;
        const left = good.some(looks) === bad.some(looks) ? null : good.some(looks) ? this.failing(chain) : this.fulfilled(chain);
        if (left) return left;
      }
    }
    return null;
  }

  /** One of the handlers, something in one, or only called by them. */
  private isOf(fn: Fn, handlers: readonly Fn[], depth: number): boolean {
    if (handlers.some((handler) => isWithin(fn, handler))) return true;
    const { contexts } = this.timers;
    const callers = contexts.callers(fn);
    return depth < 2 && callers.length > 0 && contexts.usedAsCallback(fn).length === 0 && callers.every((site) => this.isOf(site.fn, handlers, depth + 1));
  }

  /** The wait is over with a failure: somebody hears of it and goes on with it, or whoever waits for the race does. */
  private failing({ fn, last, raced, bad }: Chain): OneSided | null {
    const [handler] = bad;
    if (handler) return this.endsIt(handler) ? { fn: handler, at: handler.facts.nameAt } : null;
    return raced && this.isAwaited(fn, last.instruction.out) ? { fn, at: last.instruction.nameAt } : null;
  }

  private fulfilled({ fn, last, good }: Chain): OneSided | null {
    const [handler] = good;
    if (handler) return { fn: handler, at: handler.facts.nameAt };
    return this.isAwaited(fn, last.instruction.out) ? { fn, at: last.instruction.nameAt } : null;
  }

  /** It fails in its turn, or tells whoever waits. */
  private endsIt(fn: Fn): boolean {
    return fn.facts.blocks.some(({ end }) => end.kind === "raise") || this.timers.settling.in(fn).length > 0;
  }

  private isAwaited(fn: Fn, value: ValueId): boolean {
    return fn.uses(value).some((use) => (use.kind === "end" ? use.end.kind === "return" : use.site.instruction.op === "await"));
  }

  /** The chains of a function, each from its first link. One that is given functions that are not seen is none. */
  private *chainsIn(fn: Fn): Generator<Chain> {
    for (const site of fn.sites()) {
      if (site.instruction.op !== "call" || !this.isLink(fn, site.instruction) || site.instruction.receiver === null || this.isLinkValue(fn, site.instruction.receiver)) continue;
      const chain: Chain = { fn, last: site as CallSite, raced: this.isRace(fn, site.instruction.receiver), good: [], bad: [], always: [] };
      let link: CallSite | null = chain.last;
      for (let length = 0; link && length < LONGEST && this.take(fn, link.instruction, chain); length++) {
        chain.last = link;
        link = this.nextLink(fn, link.instruction.out);
      }
      if (!link) yield chain;
    }
  }

  /** Adds a link's functions; false where one is not seen. */
  private take(fn: Fn, call: Call, chain: Chain): boolean {
    const { api, contexts, types } = this.timers;
    const isThen = api.words.is("continues", call) === "method";
    const lists = isThen ? [chain.good, chain.bad] : [api.surePassed.has(fn, call, types) ? chain.always : chain.bad];
    return lists.every((list, position) => {
      const given = argumentValue(fn, call, position);
      if (given === null) return true;
      const made = fn.definition(given)?.instruction;
      if (made?.op === "constant" && made.value.kind === "null") return true;
      const functions = contexts.functionsIn(fn, given);
      list.push(...functions);
      return functions.length > 0;
    });
  }

  private nextLink(fn: Fn, value: ValueId): CallSite | null {
    const next = fn.uses(value).find((use) => use.kind === "instruction" && use.site.instruction.op === "call" && use.site.instruction.receiver === value && this.isLink(fn, use.site.instruction));
    return next?.kind === "instruction" ? next.site as CallSite : null;
  }

  private isLink(fn: Fn, call: Call): boolean {
    const { api, types } = this.timers;
    return api.words.is("continues", call) === "method" || api.surePassed.has(fn, call, types) || api.onFailure.match(fn, call, types).length > 0;
  }

  private isLinkValue(fn: Fn, value: ValueId): boolean {
    const made = fn.definition(value)?.instruction;
    return made?.op === "call" && this.isLink(fn, made);
  }

  private isRace(fn: Fn, value: ValueId): boolean {
    const made = fn.definition(value)?.instruction;
    return made?.op === "call" && this.timers.isRace(fn, made);
  }
}
