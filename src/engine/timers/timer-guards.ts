/**
 * One-shot timers that guard a work which has other ways to be over: the callback asks whether it is and otherwise fails
 * (`if (!this.done) this.emit("error", late)`), or it ends a thing whose own end is waited for beside it. Who keeps
 * nothing of such a timer cannot stop it when the work is done first: it holds all that it works on until it fires.
 */
import type { BlockId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import type { Analysis } from "../analysis.js";
import { argumentValue } from "../program/api.js";
import { canReach, successorsOf } from "../program/blocks.js";
import { constantText } from "../program/constants.js";
import { isWithin } from "../contexts/endings.js";
import type { Fn, Site } from "../program/program.js";
import type { Timer } from "./timers.js";
import { nameRead } from "../program/variables.js";

/** Seconds: what fires before that holds what it holds briefly. */
const LONG_ENOUGH = 5;

export class TimerGuards {
  private readonly waits: ReadonlySet<string>;

  constructor(private readonly analysis: Analysis) {
    this.waits = new Set(analysis.timers.api.pairs.flatMap((pair) => (pair.givesUp?.waits ?? []).map((wait) => wait.method)));
  }

  /** What shows that the guarded work may be over first; null where nothing does. */
  of(timer: Timer): { fn: Fn; at: Span } | null {
    const { life, brief, delay, rearm } = timer;
    if (life.pair.recurring === true || brief || rearm || delay !== null && delay < LONG_ENOUGH) return null;
    return this.asksAndFails(timer) ?? this.endsWhatIsAwaited(timer);
  }

  /** The callback asks a flag that others set and does nothing where it is set; where it is not, it fails whatever else is. */
  private asksAndFails({ callbacks }: Timer): { fn: Fn; at: Span } | null {
    const run = callbacks.flatMap((callback) => this.throughWrapper(callback));
    for (const fn of run) {
      const asked = this.analysis.stopFlags.idleUnless(fn, new Set(run));
      if (asked && !this.avoids(fn, asked.goesOn, this.failures(fn))) return { fn, at: asked.at };
    }
    return null;
  }

  /** Blocks in which the function fails: it raises, makes an error, or sends the event of one. */
  private failures(fn: Fn): Set<BlockId> {
    const { api } = this.analysis.timers;
    const found = new Set<BlockId>();
    for (const { instruction, block } of fn.sites()) {
      if (instruction.op !== "call") continue;
      const name = instruction.callee === null ? instruction.method : nameRead(fn, instruction.callee) ?? instruction.path?.split(".").at(-1) ?? null;
      const event = instruction.receiver === null || instruction.args.length < 2 ? null : constantText(fn, argumentValue(fn, instruction, 0));
      const isHeard = event !== null && instruction.args.some((one) => this.analysis.contexts.functionsIn(fn, one.value).length > 0);
      if (name !== null && /(?:Error|Exception)$/u.test(name) || event !== null && !isHeard && api.errorEvents.has(event)) found.add(block);
    }
    for (const [id, { end }] of fn.facts.blocks.entries()) if (end.kind === "raise") found.add(id);
    return found;
  }

  /** A way from the block to the function's end that comes to none of the others. */
  private avoids(fn: Fn, from: BlockId, others: ReadonlySet<BlockId>): boolean {
    const seen = new Set<BlockId>();
    const work: BlockId[] = [from];
    for (let at = work.pop(); at !== undefined; at = work.pop()) {
      const end = fn.block(at)?.end;
      if (!end || seen.has(at) || others.has(at)) continue;
      seen.add(at);
      if (end.kind === "return") return true;
      work.push(...successorsOf(end));
    }
    return false;
  }

  /** The callback ends a thing, and who armed the timer waits for that thing to be over. */
  private endsWhatIsAwaited(timer: Timer): { fn: Fn; at: Span } | null {
    const { fn } = timer.life;
    const group = [fn, ...this.analysis.timers.holders.nestedIn(fn)].filter((one) => !timer.callbacks.some((callback) => isWithin(one, callback)));
    for (const key of this.endedBy(timer)) {
      for (const one of group) {
        for (const site of one.sites()) {
          if (site.instruction.op !== "call") continue;
          const heard = this.waitsForEnd(timer, one, site, key, 0);
          if (heard) return heard;
        }
      }
    }
    return null;
  }

  /** What the timer ends when it fires, by the names that its function has for it: `() => child.kill()`, or `child.kill` itself. */
  private *endedBy({ life: { fn, site }, callbacks }: Timer): Generator<string> {
    const { refs } = this.analysis;
    for (const { value } of site.instruction.args) {
      const made = fn.definition(value)?.instruction;
      if (made?.op === "load" && made.place.kind === "field" && this.isEnd(made.place.name)) yield* this.named(fn, made.place.object);
    }
    for (const callback of callbacks) {
      for (const { instruction } of callback.sites()) {
        if (instruction.op !== "call" || instruction.receiver === null || instruction.method === null || !this.isEnd(instruction.method)) continue;
        const { root } = refs.of(callback, instruction.receiver);
        if (root.kind !== "binding" || root.module.binding(root.binding)?.owner !== callback.id) yield* this.named(callback, instruction.receiver);
      }
    }
  }

  private isEnd(name: string): boolean {
    return this.analysis.endings.isEnd(name) || this.analysis.timers.api.releaseMethods.has(name);
  }

  private *named(fn: Fn, value: number): Generator<string> {
    const { root, fields, key } = this.analysis.refs.of(fn, value);
    if (root.kind === "this" && fields.length > 0 || root.kind === "binding" && root.module.binding(root.binding)?.owner !== 0 || root.kind === "call" && root.site.fn.facts.kind !== "module") yield key;
  }

  /** `child.once("exit", resolve)`, `exited(child)` that does so, or `child.wait()` after the timer is armed. */
  private waitsForEnd(timer: Timer, fn: Fn, site: Site, key: string, depth: number): { fn: Fn; at: Span } | null {
    const { refs, timers, settling, contexts } = this.analysis;
    const call = site.instruction;
    if (call.op !== "call") return null;
    const { life } = timer;
    if (call.receiver !== null && refs.of(fn, call.receiver).key === key) {
      if (fn === life.fn && call.method !== null && this.waits.has(call.method) && isAfter(fn, life.site, site)) return { fn, at: call.at };
      const event = constantText(fn, argumentValue(fn, call, 0));
      const [, ...given] = call.args;
      if (event === null || !timers.api.terminalEvents.has(event)) return null;
      const isSettling = given.some(({ value }) => settling.keyOf(fn, value) !== null
        || contexts.functionsIn(fn, value).some((one) => !isWithin(life.fn, one) && settling.within(one).length > 0));
      return isSettling ? { fn, at: call.at } : null;
    }
    const callee = depth === 0 ? timers.types.calleeOf(fn, call) : null;
    const position = callee?.kind === "function" ? call.args.findIndex((one) => refs.of(fn, one.value).key === key) : -1;
    const binding = callee?.kind === "function" ? callee.fn.facts.parameters[position]?.binding ?? null : null;
    if (callee?.kind !== "function" || binding === null || callee.fn === life.fn) return null;
    const inner = refs.ofBinding(callee.fn.module, binding).key;
    for (const one of [callee.fn, ...timers.holders.nestedIn(callee.fn)]) {
      for (const other of one.sites()) {
        // Who hears of the end elsewhere tells whoever waits here.
        if (this.waitsForEnd(timer, one, other, inner, depth + 1)) return { fn, at: call.at };
      }
    }
    return null;
  }

  /** The function, and what it does nothing but call: `() => this.expire()`. */
  private throughWrapper(fn: Fn): Fn[] {
    const calls = [...fn.sites()].flatMap(({ instruction }) => (instruction.op === "call" ? [instruction] : []));
    const [only] = calls;
    const callee = only && calls.length === 1 ? this.analysis.timers.types.calleeOf(fn, only) : null;
    return callee?.kind === "function" ? [fn, callee.fn] : [fn];
  }
}

function isAfter(fn: Fn, site: Site, other: Site): boolean {
  return other.block === site.block ? other.index > site.index : canReach(fn, site.block, other.block);
}
