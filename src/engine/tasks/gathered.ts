/**
 * Work that is waited for together: the first failure ends the wait, and the others go on. Those that come to an end are
 * lost at most; one that never does is left behind each time.
 *
 * Believed only of functions of the program: one that is an endless loop which no failure leaves, or which waits for what
 * only the program itself brings, beside one that a failure can leave, both started where that repeats.
 */
import type { BlockId, Call, Instruction, LoopId, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import { CallSet, argumentValue } from "../program/api.js";
import type { Api } from "../program/api.js";
import { canLeave, isInLoop, isWait } from "../program/blocks.js";
import { isUnbounded } from "../contexts/contexts.js";
import type { Context, Contexts } from "../contexts/contexts.js";
import { leaves } from "../contexts/exceptions.js";
import type { Fn, Program } from "../program/program.js";
import type { SoftWaits } from "../handles/soft-waits.js";
import { neverRejects } from "../contexts/sure-promises.js";
import type { Types } from "../program/types.js";

/** What one of the things that are waited for together is, and what starts it. */
interface Member {
  fn: Fn;
  started: Call & { at: Span };
}

export interface LeftBehind {
  fn: Fn;
  wait: Call & { at: Span };
  context: Context;
  left: Member;
  /** The loop's head. */
  goesOn: Span;
  fails: { fn: Fn; at: Span; explicit: boolean };
  /** No failure leaves the loop, whatever comes. */
  forGood: boolean;
}

export class Gathered {
  private readonly calls = new CallSet<{ unless?: string }>();
  private readonly sleeps = new CallSet<true>();
  private readonly waits = new CallSet<true>();

  constructor(private readonly program: Program, private readonly types: Types, private readonly api: Api, private readonly contexts: Contexts, private readonly softs: SoftWaits) {
    for (const file of api.files) {
      for (const one of file.together ?? []) this.calls.add(one.call, one);
      for (const call of file.idle?.sleeps ?? []) this.sleeps.add(call, true);
      for (const call of file.idle?.waits ?? []) this.waits.add(call, true);
    }
  }

  *all(): Generator<LeftBehind> {
    if (this.calls.size === 0) return;
    for (const fn of this.program.functions()) {
      if (this.contexts.isTest(fn)) continue;
      for (const site of fn.sites()) {
        const { instruction } = site;
        if (instruction.op !== "call" || !this.endsWithTheFirst(fn, instruction) || !isAwaited(fn, instruction.out)) continue;
        const context = this.contexts.at(fn, site.block);
        if (!isUnbounded(context.kind) || context.seldom === true) continue;
        const members = this.members(fn, instruction);
        for (const left of members) {
          const found = this.leftBehind(left, members);
          if (found) yield { fn, wait: instruction, context, left, ...found };
        }
      }
    }
  }

  private endsWithTheFirst(fn: Fn, call: Call): boolean {
    return this.calls.match(fn, call, this.types).some(({ value }) => value.unless === undefined || argumentValue(fn, call, value.unless) === null);
  }

  /** The functions of the program among what is waited for, started on the spot or just for this wait. */
  private members(fn: Fn, wait: Call): Member[] {
    const values = wait.args.flatMap((one) => {
      const given = fn.definition(one.value)?.instruction;
      return given?.op === "collection" && !one.spread ? given.elements.map((element) => element.value) : one.spread ? [] : [one.value];
    });
    return values.flatMap((value) => this.started(fn, value, wait, 0) ?? []);
  }

  private started(fn: Fn, value: ValueId, wait: Call, depth: number): Member | null {
    const made = fn.definition(value)?.instruction;
    if (depth > 2) return null;
    if (made?.op === "load" && made.place.kind === "binding") {
      const stores = fn.module.bindingStores.get(made.place.binding) ?? [];
      return stores.length === 1 && stores[0]?.fn === fn ? this.started(fn, stores[0].value, wait, depth + 1) : null;
    }
    if (made?.op !== "call") return null;
    const pair = this.api.acquired(fn, made, this.types).find((one) => one.rule === "orphan-task");
    if (pair) {
      const [given] = made.args;
      return given && this.softs.isLeft(fn, made.out, pair, wait, 0) ? this.started(fn, given.value, wait, depth + 1) : null;
    }
    const callee = this.types.calleeOf(fn, made);
    return callee?.kind === "function" && callee.fn.facts.async && !callee.fn.facts.generator && callee.fn.facts.decorators.length === 0 ? { fn: callee.fn, started: made } : null;
  }

  private leftBehind(left: Member, members: readonly Member[]): Pick<LeftBehind, "goesOn" | "fails" | "forGood"> | null {
    const loop = this.endless(left.fn);
    const facts = loop === null ? undefined : left.fn.facts.loops[loop.id];
    if (!loop || !facts) return null;
    for (const other of members) {
      const fails = other.fn === left.fn ? null : this.failure(other.fn);
      if (fails) return { goesOn: [facts.at[0], Math.min(facts.at[1], facts.at[0] + 20)], fails: { fn: other.fn, ...fails }, forGood: loop.forGood };
    }
    return null;
  }

  /** A loop of the function that goes on by itself, or waits for ever once nobody gives it anything any more. */
  private endless(fn: Fn): { id: LoopId; forGood: boolean } | null {
    for (const [id, loop] of fn.facts.loops.entries()) {
      if (!loop.endless || canLeave(fn, id)) continue;
      const inside = (block: BlockId): boolean => isInLoop(fn, block, id);
      let forGood = true;
      let isFed = false;
      for (const [at, block] of fn.facts.blocks.entries()) {
        if (!inside(at)) continue;
        for (const instruction of block.instructions) {
          if (!isWait(instruction)) continue;
          if (instruction.op === "await" && this.isOf(this.waits, fn, instruction.value)) isFed = true;
          else if (!this.isQuiet(fn, instruction) && leaves(fn, block.handler, this.api.catchAll, inside)) forGood = false;
        }
      }
      if (forGood || isFed) return { id, forGood: forGood && !isFed };
    }
    return null;
  }

  /** Where a failure can leave the function: one that it raises itself, or else one of what it waits for. */
  private failure(fn: Fn): { at: Span; explicit: boolean } | null {
    let found: { at: Span; explicit: boolean } | null = null;
    for (const block of fn.facts.blocks) {
      if (!leaves(fn, block.handler, this.api.catchAll)) continue;
      if (block.end.kind === "raise") return { at: block.end.at, explicit: true };
      const waiting = block.instructions.find((one) => isWait(one) && !this.isQuiet(fn, one) && !(one.op === "await" && this.isOf(this.waits, fn, one.value)));
      if (waiting) found ??= { at: waiting.at, explicit: false };
    }
    return found;
  }

  /** Waits for a time and does not fail. */
  private isQuiet(fn: Fn, instruction: Instruction): boolean {
    if (instruction.op !== "await") return false;
    if (this.isOf(this.sleeps, fn, instruction.value) || neverRejects(fn, instruction.value, this.types, this.api)) return true;
    const call = fn.definition(instruction.value)?.instruction;
    const callee = call?.op === "call" ? this.types.calleeOf(fn, call) : null;
    if (callee?.kind !== "function") return false;
    // `sleep(1000)` of the program's own.
    const returned = callee.fn.facts.blocks.flatMap(({ end }) => (end.kind === "return" && end.value !== null ? [end.value] : []));
    return returned.length > 0 && returned.every((value) => neverRejects(callee.fn, value, this.types, this.api));
  }

  private isOf(calls: CallSet<true>, fn: Fn, value: ValueId): boolean {
    const call = fn.definition(value)?.instruction;
    return call?.op === "call" && calls.has(fn, call, this.types);
  }
}

/** Waited for here, or by whoever is returned it; through `.catch(…)` as well. */
function isAwaited(fn: Fn, value: ValueId): boolean {
  return fn.uses(value).some((use) => {
    if (use.kind === "end") return use.end.kind === "return";
    const { instruction } = use.site;
    return instruction.op === "await" || instruction.op === "call" && instruction.receiver === value && isAwaited(fn, instruction.out);
  });
}
