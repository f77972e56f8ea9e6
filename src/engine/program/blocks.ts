/** How control goes from block to block of a function. */
import type { BlockId, Instruction, LoopId, Terminator, ValueId } from "../../model/facts.js";
import type { Fn } from "./program.js";
import { endInputs } from "./program.js";

/** The blocks that control can go to from a block's end, exceptions aside. */
export function successorsOf(end: Terminator): BlockId[] {
  switch (end.kind) {
    case "jump": return [end.to];
    case "branch": return [end.then, end.else];
    case "catch": return [...end.clauses.map((clause) => clause.to), ...(end.otherwise === null ? [] : [end.otherwise])];
    case "rethrow": return end.to === null ? [] : [end.to];
    case "return": case "raise": case "unreachable": return [];
  }
}

/** Whether control can come from one place to another. */
export function canReach(fn: Fn, from: BlockId, to: BlockId): boolean {
  const seen = new Set<BlockId>();
  const work = successorsOf(fn.block(from)?.end ?? { kind: "unreachable" });
  for (let at = work.pop(); at !== undefined; at = work.pop()) {
    if (at === to) return true;
    if (seen.has(at)) continue;
    seen.add(at);
    const block = fn.block(at);
    work.push(...successorsOf(block?.end ?? { kind: "unreachable" }), ...(block?.handler == null ? [] : [block.handler]));
  }
  return false;
}

/** Whether control can come from a block to a return with no exception on the way. */
export function canReturn(fn: Fn, from: BlockId): boolean {
  const seen = new Set<BlockId>();
  const work = [from];
  for (let at = work.pop(); at !== undefined; at = work.pop()) {
    const end = fn.block(at)?.end;
    if (seen.has(at) || !end || end.kind === "catch" || end.kind === "rethrow") continue;
    if (end.kind === "return") return true;
    seen.add(at);
    work.push(...successorsOf(end));
  }
  return false;
}

/** Whether control can come from a block to a return with no exception on the way but one that goes on in a finaliser, and none of some blocks passed. */
export function canReturnWithout(fn: Fn, from: BlockId, without: ReadonlySet<BlockId>): boolean {
  const seen = new Set<BlockId>(without);
  const work = [from];
  for (let at = work.pop(); at !== undefined; at = work.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    const end = fn.block(at)?.end;
    if (end?.kind === "return") return true;
    if (end && end.kind !== "catch") work.push(...successorsOf(end));
  }
  return false;
}

/** Whether control can come from one block to another without passing any of some others. */
export function isReachedWithout(fn: Fn, from: BlockId, to: BlockId, without: ReadonlySet<BlockId>): boolean {
  if (without.has(from)) return false;
  const seen = new Set<BlockId>([from]);
  const work = [from];
  for (let at = work.pop(); at !== undefined; at = work.pop()) {
    if (at === to) return true;
    const block = fn.block(at);
    for (const next of [...successorsOf(block?.end ?? { kind: "unreachable" }), ...(block?.handler == null ? [] : [block.handler])]) {
      if (without.has(next) || seen.has(next)) continue;
      seen.add(next);
      work.push(next);
    }
  }
  return false;
}

/**
 * Whether the function may pass the block by and go on: the block is behind a condition, and both sides come together
 * again. What a guard leaves out by returning or raising is no such way.
 */
export function isPassedBy(fn: Fn, block: BlockId): boolean {
  const after = new Set<BlockId>();
  const work = successorsOf(fn.block(block)?.end ?? { kind: "unreachable" });
  for (let at = work.pop(); at !== undefined; at = work.pop()) {
    if (after.has(at) || at === block) continue;
    after.add(at);
    work.push(...successorsOf(fn.block(at)?.end ?? { kind: "unreachable" }));
  }
  const without = new Set([block]);
  return block !== 0 && [...after].some((join) => isReachedWithout(fn, 0, join, without));
}

/** Whether a block is reached without an exception: what only a catch clause leads to is not. */
export function isReachedNormally(fn: Fn, block: BlockId): boolean {
  const seen = new Set<BlockId>([0]);
  const work: BlockId[] = [0];
  for (let at = work.pop(); at !== undefined; at = work.pop()) {
    if (at === block) return true;
    for (const next of successorsOf(fn.block(at)?.end ?? { kind: "unreachable" })) {
      if (seen.has(next)) continue;
      seen.add(next);
      work.push(next);
    }
  }
  return false;
}

/** Whether the function may rest there: an await, or an asynchronous loop's next turn. */
export function isWait(instruction: Instruction): boolean {
  return instruction.op === "await" || instruction.op === "next" && instruction.async;
}

/** A loop of the function that goes on for ever: no test ends it, and nothing leaves it. */
export function endlessLoop(fn: Fn): Fn["facts"]["loops"][number] | null {
  return fn.facts.loops.find((one, id) => one.endless && !canLeave(fn, id)) ?? null;
}

/** Whether the block is in the loop, or in one within it. */
export function isInLoop(fn: Fn, block: BlockId, loop: LoopId): boolean {
  for (let at = fn.block(block)?.loop ?? null; at !== null; at = fn.facts.loops[at]?.parent ?? null) if (at === loop) return true;
  return false;
}

/** Some block of the loop is left without an exception. */
export function canLeave(fn: Fn, loop: LoopId): boolean {
  const inside = (id: BlockId): boolean => isInLoop(fn, id, loop);
  return fn.facts.blocks.some((block, id) => inside(id) && (block.end.kind === "return" || block.end.kind === "raise" || successorsOf(block.end).some((next) => !inside(next) && fn.block(next)?.end.kind !== "unreachable")));
}

/** `while (true) { try { db = connect(); break } catch { … } }`: once the one thing that may fail here is done, the loop is over. */
export function isPastItsLoop(fn: Fn, block: BlockId): boolean {
  return (fn.block(block)?.instructions.filter(({ op }) => op === "call").length ?? 0) <= 1 && !canReach(fn, block, block);
}

/** Whether a way leads from a block (the entry) out of the function that does not touch the other; a branch on what `isSettled` holds of goes towards it. */
export function canAvoid(fn: Fn, block: BlockId, isSettled: (value: ValueId) => boolean = () => false, from: BlockId = 0): boolean {
  const seen = new Set<BlockId>([block]);
  const work: BlockId[] = block === from ? [] : [from];
  for (let at = work.pop(); at !== undefined; at = work.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    const end = fn.block(at)?.end;
    if (!end) continue;
    if (end.kind === "return") return true;
    const next = successorsOf(end);
    const isFixed = end.kind === "branch" && endInputs(end).every(isSettled);
    work.push(...isFixed ? next.filter((one) => one === block || canReach(fn, one, block)) : next);
  }
  return false;
}
