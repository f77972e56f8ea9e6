/** One-shot timers that limit a wait and that nobody stops when the wait ends first. */
import type { Span } from "../../model/span.js";
import type { Context } from "../contexts/contexts.js";
import { isWithin } from "../contexts/endings.js";
import type { CallSite } from "../contexts/holders.js";
import type { Fn, Site } from "../program/program.js";
import type { Settlement } from "../contexts/settling.js";
import { canReach } from "../program/blocks.js";
import { origin } from "../program/constants.js";
import { TimerLimits } from "./timer-limits.js";
import type { Timer, Timers } from "./timers.js";

/** Where the wait may end first. */
export interface Race {
  fn: Fn;
  at: Span;
  /** In a loop that goes on, or in a function that calls itself: the timers add up. */
  again: boolean;
}

/** A wait that goes on after the race that it is made for; with the timer of the helper that it calls, where that is the program's. */
interface RacedWait {
  timer: Timer | null;
  fn: Fn;
  site: CallSite;
  context: Context;
}

/** Milliseconds: what a helper's timer holds for no longer it holds briefly. */
const BRIEF = 1000;

export class TimerRaces {
  constructor(private readonly timers: Timers) {}

  /** The place that may end the wait before the timer does; null where nothing else can. */
  of(timer: Timer): Race | null {
    const { fn, site } = timer.life;
    if (this.timers.settling.isExecutor(fn)) {
      const race = this.timers.raceOf(fn);
      if (race) return { fn: race.fn, at: race.instruction.at, again: this.comesAgain(race) };
    }
    for (const settlement of this.timers.settledBy(timer)) {
      const other = this.otherEnd(timer, settlement);
      if (other) return { fn: other.fn, at: other.at, again: this.comesAgain(site) };
    }
    const other = this.otherRun(timer);
    return other && { ...other, again: this.comesAgain(site) };
  }

  /**
   * `const finish = (result) => resolve(result)`: the function beside the timer with which it ends the wait is run by
   * others, too. In an executor, whose promise is the wait.
   */
  private otherRun(timer: Timer): { fn: Fn; at: Span } | null {
    const { life: { fn, site }, callbacks } = timer;
    const { contexts, settling, types } = this.timers;
    if (!settling.isExecutor(fn)) return null;
    const key = `executor:${fn.key}`;
    const called = callbacks.flatMap((callback) => [...callback.sites()].flatMap(({ instruction }) => {
      const callee = instruction.op === "call" ? types.calleeOf(callback, instruction) : null;
      return callee?.kind === "function" ? [callee.fn] : [];
    }));
    for (const finish of new Set([...callbacks, ...called])) {
      if (finish.parent !== fn || !settling.within(finish).some((one) => one.key === key)) continue;
      const runs = [...contexts.callers(finish), ...contexts.usedAsCallback(finish).map((use) => use.site)];
      const other = runs.find((run) => run.instruction !== site.instruction && !callbacks.some((callback) => isWithin(run.fn, callback)) && !isWithin(run.fn, finish)
        && (run.fn === fn ? this.isAfter(fn, site, run) : isWithin(run.fn, fn)));
      if (other) return { fn: other.fn, at: other.instruction.at };
    }
    return null;
  }

  /** Another place where the same thing is, or may be, settled. */
  private otherEnd(timer: Timer, settlement: Settlement): { fn: Fn; at: Span } | null {
    const { fn, site } = timer.life;
    const [, binding] = /^b\d+:(\d+)/u.exec(settlement.key) ?? [];
    const [, executor] = /^executor:\d+:(\d+)$/u.exec(settlement.key) ?? [];
    const owner = executor !== undefined ? fn.module.fn(Number(executor)) : binding !== undefined ? fn.module.fn(fn.module.binding(Number(binding))?.owner ?? -1) : fn;
    if (!owner || owner.facts.kind === "module") return null;
    const group = [owner, ...this.timers.holders.nestedIn(owner)].filter((one) => !timer.callbacks.some((callback) => isWithin(one, callback)));
    for (const one of group) {
      for (const other of this.timers.settling.in(one)) {
        if (other.key !== settlement.key || other.at === site.instruction.at) continue;
        // What was settled before the timer was armed was settled instead of it.
        if (one === fn && other.how === "call" && !this.isAfter(fn, site, other)) continue;
        if (one !== fn && isWithin(fn, one) && other.how === "call") continue;
        if (this.isInstead(fn, site, one, other)) continue;
        return { fn: one, at: other.at };
      }
    }
    return binding === undefined || executor !== undefined ? null : this.leaves(timer, owner, Number(binding), settlement, group);
  }

  /** `if (bad) { setTimeout(done, 5000); return; } work().then(done)`: no way leads to both of them. */
  private isInstead(fn: Fn, site: Site, one: Fn, other: Settlement): boolean {
    let made = one;
    while (made.parent && made !== fn && made.parent !== fn) made = made.parent;
    if (made !== fn && made.parent !== fn) return false;
    const { id } = made;
    const places = made === fn ? [other] : [...fn.sites()].filter(({ instruction }) => instruction.op === "closure" && instruction.function === id);
    return places.length > 0 && places.every((place) => !this.isAfter(fn, site, place) && !this.isAfter(fn, place, site));
  }

  private isAfter(fn: Fn, site: { block: number; index: number }, other: { block: number; index: number }): boolean {
    return other.block === site.block ? other.index > site.index : canReach(fn, site.block, other.block);
  }

  /**
   * A future that others know: stored, handed on, or given by the caller. Only where the timer ends it as a failure, or
   * asks whether it is over: a timer that delivers the result is what the future waits for.
   */
  private leaves(timer: Timer, owner: Fn, binding: number, settlement: Settlement, group: readonly Fn[]): { fn: Fn; at: Span } | null {
    const { fn } = timer.life;
    const isGiven = owner.module.binding(binding)?.kind === "parameter";
    if (!settlement.fails && !(isGiven && this.asks(timer, binding))) return this.isStored(timer, group, binding);
    if (isGiven) return { fn: owner, at: owner.facts.nameAt };
    const stored = this.isStored(timer, group, binding);
    if (stored) return stored;
    return fn === owner ? this.waitsWith(timer, binding) : null;
  }

  /** Made here, and the wait that is given its token is over here, or is the caller's: `await fetch(url, { signal: controller.signal })`. */
  private waitsWith({ life: { fn, site } }: Timer, binding: number): { fn: Fn; at: Span } | null {
    const tokens = new Set(this.timers.tokensOf(this.timers.refs.ofBinding(fn.module, binding)));
    for (const one of fn.sites()) {
      const { instruction } = one;
      if (instruction.op !== "call" || !this.isAfter(fn, site, one) || !instruction.args.some(({ value }) => this.has(fn, value, tokens, 0))) continue;
      if (fn.uses(instruction.out).some((use) => (use.kind === "instruction" ? use.site.instruction.op === "await" : use.end.kind === "return"))) return { fn, at: instruction.at };
    }
    return null;
  }

  /** The value, or something in the literal that it is. */
  private has(fn: Fn, value: number, keys: ReadonlySet<string>, depth: number): boolean {
    if (keys.has(this.timers.refs.of(fn, value).key)) return true;
    const made = origin(fn, value)?.site.instruction;
    return depth < 3 && made?.op === "collection" && made.elements.some((one) => this.has(fn, one.value, keys, depth + 1));
  }

  /** Kept by something that outlives the call. */
  private isStored(timer: Timer, group: readonly Fn[], binding: number): { fn: Fn; at: Span } | null {
    for (const one of group) {
      for (const { instruction } of one.sites()) {
        if (instruction.op !== "load" || instruction.place.kind !== "binding" || instruction.place.binding !== binding) continue;
        for (const use of this.usesThrough(one, instruction.out, 0)) {
          if (use.instruction === timer.life.site.instruction) continue;
          if (use.instruction.op === "store" && (use.instruction.place.kind === "field" || use.instruction.place.kind === "index")) return { fn: one, at: use.instruction.at };
          if (use.instruction.op !== "call" || use.instruction.receiver === null) continue;
          const holder = this.timers.refs.of(one, use.instruction.receiver);
          if (holder.root.kind === "this" && holder.fields.length > 0 && use.instruction.args.length > 0) return { fn: one, at: use.instruction.at };
        }
      }
    }
    return null;
  }

  /** The uses of a value as an argument or stored value, and those of collections it is put in. */
  private *usesThrough(fn: Fn, value: number, depth: number): Generator<Site> {
    for (const use of fn.uses(value)) {
      if (use.kind === "end") continue;
      const { instruction } = use.site;
      if (instruction.op === "collection") {
        if (depth < 2) yield* this.usesThrough(fn, instruction.out, depth + 1);
      } else if (instruction.op === "store" && instruction.value === value) yield use.site;
      else if (instruction.op === "call" && instruction.args.some((one) => one.value === value)) yield use.site;
    }
  }

  /** The callback asks the future for its state before it settles it. */
  private asks(timer: Timer, binding: number): boolean {
    const key = this.timers.refs.ofBinding(timer.life.fn.module, binding).key;
    return timer.callbacks.some((callback) => {
      for (const { instruction } of callback.sites()) {
        if (instruction.op === "call" && instruction.receiver !== null && instruction.args.length === 0 && this.timers.refs.of(callback, instruction.receiver).key === key) return true;
      }
      return false;
    });
  }

  /** In a `while` loop, or in a function that calls itself: not once for each element of something finite. */
  private comesAgain(site: Site): boolean {
    for (let loop = site.fn.block(site.block)?.loop ?? null; loop !== null; loop = site.fn.facts.loops[loop]?.parent ?? null) {
      if (site.fn.facts.loops[loop]?.kind === "while") return true;
    }
    for (let fn: Fn | null = site.fn; fn && fn.facts.kind !== "module"; fn = fn.parent) {
      const outer = fn;
      if (this.timers.contexts.callers(fn).some((call) => isWithin(call.fn, outer))) return true;
    }
    return false;
  }

  /** Races in a loop against a helper's promise that only a timer settles, which nobody can stop; where it settles it as a failure, any race. */
  *helpers(): Generator<RacedWait> {
    for (const [timer, made] of this.helperTimers()) {
      const settled = this.timers.settledBy(timer);
      const fails = settled.length > 0 && settled.every((one) => one.fails);
      for (const site of this.timers.contexts.callers(made)) {
        const race = this.timers.contexts.isTest(site.fn) ? null : this.timers.raceOfValue(site.fn, site.instruction.out, 0);
        const context = this.timers.contexts.at(site.fn, site.block);
        if (race && (this.comesAgain(race) || fails && context.kind !== "once" && !this.isBrief(site))) yield { timer, fn: site.fn, site, context };
      }
    }
  }

  /** The same for a delay that is not the program's own, and for what is made of one: `Promise.race([work, delay(5000).then(() => { throw late; })])`. */
  *limits(): Generator<RacedWait> {
    const { program, refs, types, api, contexts } = this.timers;
    const helpers = new Map([...this.helperTimers()].map(([timer, made]) => [made, timer]));
    const limits = new TimerLimits(refs, types, api, contexts, new Set(helpers.keys()));
    for (const fn of program.functions()) {
      if (contexts.isTest(fn)) continue;
      for (const { site, value, fails } of limits.in(fn)) {
        const context = contexts.at(fn, site.block);
        const callee = types.calleeOf(fn, site.instruction);
        const timer = callee?.kind === "function" ? helpers.get(callee.fn) ?? null : null;
        if (this.isBrief(site) || timer && value === site.instruction.out) continue;
        const race = this.timers.raceOfValue(fn, value, 0);
        if (race && (this.comesAgain(race) || fails && context.kind !== "once")) yield { timer, fn, site, context };
      }
    }
  }

  /** Functions that hand out a promise which only a timer settles, of which they keep nothing. */
  private *helperTimers(): Generator<[Timer, Fn]> {
    for (const timer of this.timers.all()) {
      const { fn } = timer.life;
      if (!timer.dropped || timer.life.pair.recurring === true || !this.timers.settling.isExecutor(fn)) continue;
      const made = this.timers.settling.promiseOf(fn);
      if (made && returns(made)) yield [timer, made.fn];
    }
  }

  /** The time that a helper is told is over before long. */
  private isBrief({ fn, instruction }: CallSite): boolean {
    return instruction.args.some((one) => (this.timers.numbers.of(fn, one.value) ?? Infinity) <= BRIEF);
  }
}

/** The function returns what the call gives. */
function returns(site: Site): boolean {
  return site.instruction.op === "call" && site.fn.uses(site.instruction.out).some((use) => use.kind === "end" && use.end.kind === "return");
}
