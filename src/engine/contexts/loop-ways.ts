/**
 * Ways that are taken only where no event loop runs: `try: loop = get_running_loop()`, `except RuntimeError: loop =
 * new_event_loop()`. What a coroutine calls never takes them.
 */
import type { BlockId } from "../../model/facts.js";
import { CallSet } from "../program/api.js";
import type { Api } from "../program/api.js";
import { successorsOf } from "../program/blocks.js";
import type { Fn } from "../program/program.js";
import type { Types } from "../program/types.js";

export class LoopWays {
  private readonly asking = new CallSet<true>();
  /** The blocks that a function comes to where it gets its loop; null where it asks for none. */
  private readonly withLoop = new Map<Fn, ReadonlySet<BlockId> | null>();

  constructor(private readonly types: Types, api: Api) {
    for (const file of api.files) for (const call of file.loopAsks ?? []) this.asking.add(call, true);
  }

  /** Every way to the block leads by the failure of a call that asks for the loop. */
  needNone(fn: Fn, block: BlockId): boolean {
    if (this.asking.size === 0) return false;
    let reached = this.withLoop.get(fn);
    if (reached === undefined) this.withLoop.set(fn, (reached = this.blocksWithLoop(fn)));
    return reached !== null && !reached.has(block);
  }

  private blocksWithLoop(fn: Fn): ReadonlySet<BlockId> | null {
    const asks = fn.facts.blocks.map(({ instructions }) => instructions.some((one) => one.op === "call" && this.asking.has(fn, one, this.types)));
    if (!asks.includes(true)) return null;
    const seen = new Set<BlockId>();
    const work: BlockId[] = [0];
    for (let at = work.pop(); at !== undefined; at = work.pop()) {
      const found = fn.block(at);
      if (!found || seen.has(at)) continue;
      seen.add(at);
      work.push(...successorsOf(found.end), ...(found.handler === null || asks[at] === true ? [] : [found.handler]));
    }
    return seen;
  }
}
