/**
 * Intervals that give up by themselves: each turn asks the clock, or counts itself, and stops the timer when that is
 * enough (`if (Date.now() - start > limit) { clearInterval(timer); … }`). Who ends the wait in another way leaves it
 * running for no longer than the wait was allowed to take.
 */
import type { BlockId, ValueId } from "../../model/facts.js";
import { CallSet } from "../program/api.js";
import { canReturnWithout } from "../program/blocks.js";
import type { Fn } from "../program/program.js";
import { limits } from "./timer-counts.js";
import type { TimerPaths } from "./timer-paths.js";
import type { Timer, Timers } from "./timers.js";

const MAXIMUM_DEPTH = 5;

export class TimerClocks {
  private readonly clocks = new CallSet<true>();

  constructor(private readonly timers: Timers, private readonly paths: TimerPaths) {
    for (const file of timers.api.files) for (const call of file.clocks ?? []) this.clocks.add(call, true);
  }

  givesUp({ life, callbacks }: Timer, binding: number): boolean {
    if (life.pair.recurring !== true) return false;
    return callbacks.some((callback) => {
      const stops = this.paths.stopsIn(callback, binding, life.pair);
      return stops.size > 0 && this.questions(callback).some(({ asks, sides }) =>
        !canReturnWithout(callback, 0, new Set([asks, ...stops])) && sides.some((side) => !canReturnWithout(callback, side, stops)));
    });
  }

  /** Where a function asks whether it took long enough, and the two ways on. */
  private questions(fn: Fn): { asks: BlockId; sides: readonly [BlockId, BlockId] }[] {
    const byClock = fn.facts.blocks.flatMap(({ end }, asks) => {
      if (end.kind !== "branch" || end.test.kind !== "compare") return [];
      const { left, right } = end.test;
      return this.isTime(fn, left, 0) !== this.isTime(fn, right, 0) ? [{ asks, sides: [end.then, end.else] as const }] : [];
    });
    return [...byClock, ...limits(this.timers.refs, fn)];
  }

  /** What time it is now, or how much has gone by. */
  private isTime(fn: Fn, value: ValueId, depth: number): boolean {
    const made = fn.definition(value)?.instruction;
    if (!made || depth > MAXIMUM_DEPTH) return false;
    if (made.op === "call") return this.clocks.has(fn, made, this.timers.types) || made.receiver !== null && made.args.length === 0 && this.isTime(fn, made.receiver, depth + 1);
    if (made.op === "operation") return made.inputs.some((input) => this.isTime(fn, input, depth + 1));
    if (made.op !== "load" || made.place.kind !== "binding" || fn.module.binding(made.place.binding)?.owner !== fn.id) return false;
    const [only, ...others] = fn.module.bindingStores.get(made.place.binding) ?? [];
    return only?.fn === fn && others.length === 0 && this.isTime(fn, only.value, depth + 1);
  }
}
