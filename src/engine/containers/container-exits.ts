/**
 * Ways out of a function that leave an entry behind: it puts something in and takes it out again, but a return, an
 * exception or a cancelled wait lies between.
 */
import type { BindingId, BlockId, Instruction, Terminator, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import type { Fn, Site } from "../program/program.js";
import { successorsOf } from "../program/program.js";

export interface MissedExit {
  kind: "return" | "exception";
  at: Span;
}

/**
 * The first way out after `grow` that passes none of the `shrinks`; null where all do, or where no shrink follows at all.
 * `isSure`: a wait for the value does not fail; `failures`: exceptions whose clause takes every failure, where that is all
 * that may come.
 */
export function missedExit(fn: Fn, grow: Site, shrinks: readonly Site[], isSure: (value: ValueId) => boolean = () => false, failures: ReadonlySet<string> = NONE): MissedExit | null {
  const blocks = new Map<BlockId, number[]>();
  for (const site of shrinks) blocks.set(site.block, [...(blocks.get(site.block) ?? []), site.index]);
  const before = reaching(fn, grow.block);
  const walk = new Walk(fn, blocks, before, isSure, failures);
  walk.all(grow.block, grow.index + 1);
  return walk.shrunk ? walk.missed : null;
}

/**
 * `if (error) return done(error);` before the shrinks: the way out of a callback that its error argument takes, where
 * the other one comes to a shrink. Null where the shrink comes first, or on both ways.
 */
export function missedAfterTest(fn: Fn, argument: BindingId, shrinks: readonly Site[]): MissedExit | null {
  const blocks = new Map<BlockId, number[]>();
  for (const site of shrinks) blocks.set(site.block, [...(blocks.get(site.block) ?? []), site.index]);
  const { end } = fn.block(0) ?? { end: undefined };
  if (end?.kind !== "branch" || blocks.has(0) || end.test.kind !== "truthy" && end.test.kind !== "none") return null;
  const tested = fn.definition(end.test.value)?.instruction;
  if (tested?.op !== "load" || tested.place.kind !== "binding" || tested.place.binding !== argument) return null;
  const [failed, answered] = end.test.kind === "truthy" ? [end.then, end.else] : [end.else, end.then];
  const onError = new Walk(fn, blocks, new Set());
  onError.all(failed, 0);
  const onAnswer = new Walk(fn, blocks, new Set());
  onAnswer.all(answered, 0);
  return onAnswer.shrunk && !onError.shrunk ? onError.missed : null;
}

const NONE: ReadonlySet<string> = new Set();
/** Parts of one condition that are followed: `a and b and c`. */
const MAXIMUM_QUESTIONS = 5;

class Walk {
  missed: MissedExit | null = null;
  shrunk = false;
  private readonly seen = new Set<BlockId>();
  private readonly waiting: BlockId[] = [];

  constructor(
    private readonly fn: Fn, private readonly shrinks: ReadonlyMap<BlockId, readonly number[]>, private readonly before: ReadonlySet<BlockId>,
    private readonly isSure: (value: ValueId) => boolean = () => false, private readonly failures: ReadonlySet<string> = NONE,
  ) {}

  all(block: BlockId, start: number): void {
    this.from(block, start);
    for (let next = this.waiting.pop(); next !== undefined; next = this.waiting.pop()) this.from(next, 0);
  }

  private from(block: BlockId, start: number): void {
    const facts = this.fn.block(block);
    if (!facts) return;
    const stop = (this.shrinks.get(block) ?? []).find((index) => index >= start);
    for (const [index, instruction] of facts.instructions.entries()) {
      if (index < start) continue;
      if (index === stop) {
        this.shrunk = true;
        return;
      }
      if (mayStop(instruction) && !(instruction.op === "await" && this.isSure(instruction.value))) this.raise(facts.handler, instruction.at);
    }
    const { end } = facts;
    if (end.kind === "return") this.missed ??= { kind: "return", at: end.at };
    else if (end.kind === "raise") this.raise(facts.handler, end.at);
    else if (end.kind === "rethrow" && end.to === null) this.missed ??= { kind: "exception", at: end.at };
    else if (end.kind === "catch" && end.otherwise === null && !takesAll(end, this.failures)) this.missed ??= { kind: "exception", at: end.at };
    // `if (list.length === 0) delete map[key]`: whether to take it out is decided there.
    if (end.kind === "branch" && this.guards(end.then, end.else)) {
      this.shrunk = true;
      return;
    }
    for (const next of successorsOf(end)) if (!this.isOver(end, next) && !(end.kind === "catch" && next === end.otherwise && takesAll(end, this.failures))) this.enter(next);
  }

  /** `if (this.closed) throw …`: whoever set the flag has emptied the container. */
  private isOver(end: Terminator, arm: BlockId): boolean {
    if (end.kind !== "branch" || end.test.kind !== "truthy" || arm !== end.then) return false;
    const tested = this.fn.definition(end.test.value)?.instruction;
    if (tested?.op !== "load" || tested.place.kind !== "field" || this.fn.block(arm)?.end.kind !== "raise") return false;
    const object = this.fn.definition(tested.place.object)?.instruction;
    return object?.op === "load" && object.place.kind === "this";
  }

  private enter(block: BlockId): void {
    if (this.before.has(block) || this.seen.has(block)) return;
    this.seen.add(block);
    this.waiting.push(block);
  }

  private raise(handler: BlockId | null, at: Span): void {
    if (handler === null) this.missed ??= { kind: "exception", at };
    else this.enter(handler);
  }

  /** One arm takes it out and both go on at the same place; or one asks further, and goes on there if the answer is no. */
  private guards(then: BlockId, otherwise: BlockId, questions = 0): boolean {
    for (const [arm, other] of [[then, otherwise], [otherwise, then]] as const) {
      const further = this.fn.block(arm)?.end;
      if (further?.kind === "branch" && questions < MAXIMUM_QUESTIONS && (further.then === other || further.else === other) && this.guards(further.then, further.else, questions + 1)) return true;
      if (!this.shrinks.has(arm)) continue;
      const after = successorsOf(this.fn.block(arm)?.end ?? { kind: "unreachable" });
      const beside = successorsOf(this.fn.block(other)?.end ?? { kind: "unreachable" });
      if (after.includes(other) || after.some((next) => beside.includes(next))) return true;
    }
    return false;
  }
}

/** One of the clauses takes whatever may come. */
function takesAll({ clauses }: Extract<Terminator, { kind: "catch" }>, failures: ReadonlySet<string>): boolean {
  return clauses.some(({ types }) => types === null || types.some((type) => failures.has(type)));
}

/** Where a wait may be cancelled or fail, or the caller of a generator may not come back. */
function mayStop(instruction: Instruction): boolean {
  return instruction.op === "await" || instruction.op === "yield" || instruction.op === "next" && instruction.async;
}

/** Blocks from which `target` can be reached: going there again is the next turn of a loop, not a way out. */
function reaching(fn: Fn, target: BlockId): ReadonlySet<BlockId> {
  const predecessors = new Map<BlockId, BlockId[]>();
  for (const [block, { end, handler }] of fn.facts.blocks.entries()) {
    for (const next of [...successorsOf(end), ...(handler === null ? [] : [handler])]) predecessors.set(next, [...(predecessors.get(next) ?? []), block]);
  }
  const found = new Set<BlockId>([target]);
  const queue = [target];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    for (const previous of predecessors.get(at) ?? []) {
      if (found.has(previous)) continue;
      found.add(previous);
      queue.push(previous);
    }
  }
  return found;
}
