/**
 * A timer that several functions look after: the one that arms it and the callbacks that hear how the wait ended. On
 * every way on which the wait is settled the timer must be stopped; a function of the group that settles without
 * stopping leaves it armed.
 */
import type { BlockId, Call, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import { argumentValue } from "../program/api.js";
import type { CompiledPair } from "../program/api.js";
import { constantText } from "../program/constants.js";
import { isWithin } from "../contexts/endings.js";
import { functionsListed } from "../handles/listed-functions.js";
import type { Fn } from "../program/program.js";
import { endInputs, successorsOf } from "../program/program.js";
import type { Settlement } from "../contexts/settling.js";
import type { Timer, Timers } from "./timers.js";

/** A way on which the wait ends and the timer does not. */
export interface Unstopped {
  fn: Fn;
  at: Span;
}

/** The functions that see a timer's variable, and those of them that stop the timer. */
interface Group {
  group: readonly Fn[];
  stoppers: ReadonlySet<Fn>;
}

export class TimerPaths {
  private readonly groups = new WeakMap<Timer, Map<number, Group>>();

  constructor(private readonly timers: Timers) {}

  /** Where the wait that a timer limits is settled without stopping it, though other places stop it. */
  unstopped(timer: Timer, variable: { module: Fn["module"]; binding: number }): Unstopped | null {
    const { group, stoppers } = this.groupOf(timer, variable);
    // What an interval that goes on tells again and again ends nothing.
    const isOver = timer.life.pair.recurring !== true || this.stoppers(timer.callbacks, variable.binding, timer.life.pair).size > 0;
    if (stoppers.size === 0 && !this.waitsForGood(timer, isOver) || [...stoppers].some((fn) => this.hearsTheEnd(fn))) return null;
    const keys = new Set([...stoppers].flatMap((fn) => this.timers.settling.in(fn)).concat(isOver ? this.timers.settledBy(timer) : []).filter((one) => one.last).map((one) => one.key));
    if (keys.size === 0) return null;
    for (const fn of group) {
      if (this.isCovered(fn, stoppers) || this.comesAfterStop(fn, timer, stoppers, variable.binding)) continue;
      const found = this.unstoppedIn(fn, timer, keys, stoppers, variable.binding);
      if (found) return { fn, at: found };
    }
    return null;
  }

  /**
   * An interval that only its own turns stop, when what they wait for has come: who gives the wait up elsewhere leaves it
   * waiting for that. One that can fail by itself gives up by itself, too.
   */
  private waitsForGood({ life, callbacks }: Timer, stopsItself: boolean): boolean {
    if (life.pair.recurring !== true || !stopsItself || !this.timers.settling.isExecutor(life.fn)) return false;
    const settled = callbacks.flatMap((callback) => this.timers.settling.within(callback));
    return settled.length > 0 && !settled.some((one) => one.fails) && callbacks.every((callback) => callback.facts.blocks.every(({ end }) => end.kind !== "raise"));
  }

  /** The functions that see the variable, and those of them that stop the timer. Those that the timer runs do not count. */
  groupOf(timer: Timer, variable: { module: Fn["module"]; binding: number }): Group {
    const known = this.groups.get(timer) ?? new Map<number, Group>();
    this.groups.set(timer, known);
    let group = known.get(variable.binding);
    if (!group) known.set(variable.binding, (group = this.makeGroup(timer, variable)));
    return group;
  }

  private makeGroup(timer: Timer, variable: { module: Fn["module"]; binding: number }): Group {
    const owner = variable.module.fn(variable.module.binding(variable.binding)?.owner ?? 0);
    if (!owner || owner.facts.kind === "module") return { group: [], stoppers: new Set() };
    const own = [...timer.callbacks, ...this.timers.told(timer)];
    const group = [owner, ...this.timers.holders.nestedIn(owner)].filter((fn) => !own.some((callback) => isWithin(fn, callback)));
    return { group, stoppers: this.stoppers(group, variable.binding, timer.life.pair) };
  }

  /** Functions that stop the timer themselves or by calling one that does. */
  stoppers(group: readonly Fn[], binding: number, pair: CompiledPair): Set<Fn> {
    const found = new Set(group.filter((fn) => fn.calls().some(({ instruction }) => this.stops(fn, instruction, binding, pair))));
    for (let before = 0; found.size > before;) {
      before = found.size;
      for (const fn of group) if (!found.has(fn) && fn.calls().some(({ instruction }) => this.calls(fn, instruction, found))) found.add(fn);
    }
    return found;
  }

  /** The blocks of a function in which it stops the timer, itself or by calling one of its own that does. */
  stopsIn(fn: Fn, binding: number, pair: CompiledPair): Set<BlockId> {
    const helpers = this.stoppers([...this.timers.holders.nestedIn(fn), ...fn.parent ? this.timers.holders.nestedIn(fn.parent) : []].filter((one) => one !== fn), binding, pair);
    return new Set(fn.calls().flatMap(({ instruction, block }) => (this.stops(fn, instruction, binding, pair) || this.calls(fn, instruction, helpers) ? [block] : [])));
  }

  /** Whether a call runs one of the functions: by name, as one of those that its variable may hold, or for each element of a list. */
  private calls(fn: Fn, call: Call, which: ReadonlySet<Fn>): boolean {
    const callee = this.timers.types.calleeOf(fn, call);
    if (callee) return callee.kind === "function" && which.has(callee.fn);
    if (this.timers.api.words.is("each", call) === "method" && call.args.some((one) => this.timers.contexts.functionsIn(fn, one.value).some((given) => which.has(given)))) return true;
    if (call.callee === null) return false;
    if (functionsListed(this.timers, fn, call.callee).some((one) => which.has(one))) return true;
    const { root, fields } = this.timers.refs.of(fn, call.callee);
    return root.kind === "binding" && fields.length === 0
      && (root.module.bindingStores.get(root.binding) ?? []).some((store) => this.timers.contexts.functionsIn(store.fn, store.value).some((one) => which.has(one)));
  }

  /** Whether a call stops what the variable holds. */
  private stops(fn: Fn, call: Call, binding: number, pair: CompiledPair): boolean {
    const match = this.timers.api.released(pair, fn, call, this.timers.types);
    if (match && this.isVariable(fn, match.value, binding)) return true;
    return call.args.some((one) => this.isVariable(fn, one.value, binding)) && this.timers.types.calleeOf(fn, call) === null
      && !this.timers.api.borrows.has(fn, call, this.timers.types) && match === null && !this.timers.api.safe.has(fn, call, this.timers.types);
  }

  private isVariable(fn: Fn, value: ValueId, binding: number): boolean {
    const { root } = this.timers.refs.of(fn, value);
    if (root.kind === "binding" && root.binding === binding) return true;
    const definition = fn.definition(value)?.instruction;
    return definition?.op === "load" && definition.place.kind === "binding" && definition.place.binding === binding;
  }

  /** Registered for the event with which everything ends: it runs on every way out. */
  private hearsTheEnd(fn: Fn): boolean {
    return this.timers.contexts.usedAsCallback(fn).some(({ site, position }) => {
      if (this.timers.api.settledCallbacks.has(site.fn, site.instruction, this.timers.types)) return true;
      const event = constantText(site.fn, argumentValue(site.fn, site.instruction, 0));
      return position > 0 && event !== null && this.timers.api.terminalEvents.has(event);
    });
  }

  /** Registered for nothing but that somebody stops it all, which most often never comes: `signal.addEventListener("abort", …)`. */
  hearsOnlyOfStop(fn: Fn): boolean {
    const uses = this.timers.contexts.usedAsCallback(fn);
    return uses.length > 0 && this.timers.contexts.callers(fn).length === 0 && uses.every(({ site, position }) => {
      const event = constantText(site.fn, argumentValue(site.fn, site.instruction, 0));
      return position > 0 && event !== null && this.timers.api.lateEvents.has(event);
    });
  }

  /** A helper whose callers all stop the timer themselves. */
  private isCovered(fn: Fn, stoppers: ReadonlySet<Fn>): boolean {
    const callers = this.timers.contexts.callers(fn);
    return callers.length > 0 && this.timers.contexts.usedAsCallback(fn).length === 0 && callers.every((site) => stoppers.has(site.fn));
  }

  /** `onAnswer = () => { clearTimeout(timer); read().then((text) => resolve(text)); }`: made only where the timer has been stopped. */
  private comesAfterStop(fn: Fn, { life }: Timer, stoppers: ReadonlySet<Fn>, binding: number): boolean {
    for (let at = fn; at.parent && at.parent !== life.fn && at.parent.facts.kind !== "module"; at = at.parent) {
      const { parent, id } = at;
      if (!stoppers.has(parent)) continue;
      const made = [...parent.sites()].find(({ instruction }) => instruction.op === "closure" && instruction.function === id);
      if (made && [...parent.sites()].some((site) => site.instruction.op === "call" && this.stops(parent, site.instruction, binding, life.pair)
        && (site.block === made.block ? site.index < made.index : site.block === 0))) return true;
    }
    return false;
  }

  /** The settlement on a path of the function that stops nothing. */
  private unstoppedIn(fn: Fn, timer: Timer, keys: ReadonlySet<string>, stoppers: ReadonlySet<Fn>, binding: number): Span | null {
    const settlements = this.timers.settling.in(fn).filter((one) => keys.has(one.key) && one.at !== timer.life.site.instruction.at);
    if (settlements.length === 0) return null;
    const start: { block: BlockId; index: number } = fn === timer.life.fn ? { block: timer.life.site.block, index: timer.life.site.index + 1 } : { block: 0, index: 0 };
    const seen = new Set<string>();
    const work: { block: BlockId; index: number; settled: Span | null }[] = [{ ...start, settled: null }];
    for (let at = work.pop(); at; at = work.pop()) {
      const key = `${String(at.block)}:${String(at.settled !== null)}`;
      const block = fn.block(at.block);
      if (!block || seen.has(key)) continue;
      if (at.index === 0) seen.add(key);
      let { settled } = at;
      let stopped = false;
      for (let index = at.index; index < block.instructions.length && !stopped; index++) {
        const instruction = block.instructions[index];
        if (instruction?.op !== "call") continue;
        // Any call may fail where somebody catches.
        if (block.handler !== null && fn.block(block.handler)?.end.kind === "catch") work.push({ block: block.handler, index: 0, settled });
        stopped = this.stops(fn, instruction, binding, timer.life.pair) || this.calls(fn, instruction, stoppers)
          || instruction.args.some((one) => this.timers.contexts.functionsIn(fn, one.value).some((given) => stoppers.has(given) && this.isChained(fn, instruction.receiver)));
        const settlement = settlements.find((one) => one.block === at.block && one.index === index);
        if (settlement && !this.isFollowedUp(fn, settlement, stoppers)) settled ??= settlement.at;
      }
      if (stopped) continue;
      if (block.end.kind === "return") {
        if (settled) return settled;
        continue;
      }
      // Asking for the timer itself is looking after it.
      if (block.end.kind === "branch" && endInputs(block.end).some((value) => this.isVariable(fn, value, binding))) continue;
      // A loop over what is to be run comes to all of it.
      if (block.end.kind === "branch" && block.end.test.kind === "more" && fn.block(block.end.then)?.instructions.some((one) => one.op === "call" && one.callee !== null && functionsListed(this.timers, fn, one.callee).some((listed) => stoppers.has(listed))) === true) continue;
      for (const next of successorsOf(block.end)) work.push({ block: next, index: 0, settled });
    }
    return null;
  }

  /** `work().finally(() => clearTimeout(timer))`: the receiver is itself a call's result. */
  private isChained(fn: Fn, receiver: ValueId | null): boolean {
    return receiver !== null && fn.definition(receiver)?.instruction.op === "call";
  }

  /** `promise.then(resolve, reject).finally(stop)`: the chain goes on to somebody who stops the timer. */
  private isFollowedUp(fn: Fn, settlement: Settlement, stoppers: ReadonlySet<Fn>): boolean {
    if (settlement.how === "call") return false;
    let instruction = fn.block(settlement.block)?.instructions[settlement.index];
    for (let depth = 0; instruction?.op === "call" && depth < 6; depth++) {
      const { out } = instruction;
      const next = fn.uses(out).find((use) => use.kind === "instruction" && use.site.instruction.op === "call" && use.site.instruction.receiver === out);
      if (next?.kind !== "instruction" || next.site.instruction.op !== "call") return false;
      if (next.site.instruction.args.some((one) => this.timers.contexts.functionsIn(fn, one.value).some((given) => stoppers.has(given)))) return true;
      instruction = next.site.instruction;
    }
    return false;
  }

  /**
   * A clean-up that stops the timer only if one of its own parameters, or something that never changes, says so. Null
   * where it always does, or where it asks for something that may go together with the timer.
   */
  conditional(fn: Fn, isStop: (fn: Fn, value: ValueId) => boolean, pair: CompiledPair): Span | null {
    const stopBlocks = new Set<BlockId>();
    for (const site of fn.sites()) {
      if (site.instruction.op !== "call") continue;
      const match = this.timers.api.released(pair, fn, site.instruction, this.timers.types);
      if (match && isStop(fn, match.value)) stopBlocks.add(site.block);
    }
    if (stopBlocks.size === 0) return null;
    const seen = new Set<BlockId>();
    const work: { block: BlockId; asked: Span | null }[] = [{ block: 0, asked: null }];
    for (let at = work.pop(); at; at = work.pop()) {
      if (seen.has(at.block) || stopBlocks.has(at.block)) continue;
      seen.add(at.block);
      const end = fn.block(at.block)?.end;
      if (!end) continue;
      if (end.kind === "return" && at.asked) return at.asked;
      if (end.kind === "branch") {
        if (!endInputs(end).every((value) => this.isGiven(fn, value))) return null;
        for (const next of successorsOf(end)) work.push({ block: next, asked: at.asked ?? end.at });
      } else for (const next of successorsOf(end)) work.push({ block: next, asked: at.asked });
    }
    return null;
  }

  /** A parameter that nothing else is stored in, or a constant. */
  private isGiven(fn: Fn, value: ValueId): boolean {
    const definition = fn.definition(value)?.instruction;
    if (definition?.op === "constant") return true;
    if (definition?.op !== "load" || definition.place.kind !== "binding") return false;
    const binding = fn.module.binding(definition.place.binding);
    return binding !== undefined && binding.constant && (binding.kind === "parameter" || (fn.module.bindingStores.get(definition.place.binding) ?? []).length === 0);
  }
}
