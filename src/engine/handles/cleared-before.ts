/**
 * What is made only after all of its kind were ended: `plt.close("all")` at the head of a function that draws. Whatever
 * becomes of the one that is made then, the next call ends it, so that there is never more than one call's share of them.
 */
import type { BlockId, Call } from "../../model/facts.js";
import type { Api, CompiledPair } from "../program/api.js";
import { isReachedWithout, successorsOf } from "../program/blocks.js";
import type { CallSite } from "../contexts/holders.js";
import type { Fn } from "../program/program.js";
import type { Types } from "../program/types.js";

export class ClearedBefore {
  constructor(private readonly api: Api, private readonly types: Types) {}

  /** Whether every way to the call, from the function's start and from the call before it, passes a release of all there are. */
  is(fn: Fn, { block, index }: CallSite, pair: CompiledPair): boolean {
    if (!pair.releaseAlls.some((pattern) => pattern.kind === "path" && pattern.argument === null)) return false;
    const here = fn.block(block)?.instructions ?? [];
    if (here.some((instruction, at) => at < index && instruction.op === "call" && this.clears(fn, instruction, pair, 0))) return true;
    const clearing = this.clearingBlocks(fn, pair, 0);
    const others = new Set([...clearing].filter((one) => one !== block));
    if (others.size === 0 || isReachedWithout(fn, 0, block, others)) return false;
    return clearing.has(block) || successorsOf(fn.block(block)?.end ?? { kind: "unreachable" }).every((next) => next !== block && !isReachedWithout(fn, next, block, clearing));
  }

  private clearingBlocks(fn: Fn, pair: CompiledPair, depth: number): ReadonlySet<BlockId> {
    const found = new Set<BlockId>();
    for (const { instruction, block } of fn.sites()) if (instruction.op === "call" && this.clears(fn, instruction, pair, depth)) found.add(block);
    return found;
  }

  /** All there are, and not one that is named: `plt.close(figure)`. A function of the program may do it first thing. */
  private clears(fn: Fn, call: Call, pair: CompiledPair, depth: number): boolean {
    if (this.api.released(pair, fn, call, this.types)?.via === "all") return call.args.every((one) => fn.definition(one.value)?.instruction.op === "constant");
    const callee = depth < 2 ? this.types.calleeOf(fn, call) : null;
    if (callee?.kind !== "function" || callee.fn === fn || callee.fn.facts.generator) return false;
    const clearing = this.clearingBlocks(callee.fn, pair, depth + 1);
    return clearing.size > 0 && callee.fn.facts.blocks.every(({ end }, id) => end.kind !== "return" || clearing.has(id) || !isReachedWithout(callee.fn, 0, id, clearing));
  }
}
