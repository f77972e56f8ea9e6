/**
 * A field that is emptied just before what it held is to be ended: `this.timer = null; if (this.timer)
 * clearTimeout(this.timer)`. What ends it then finds nothing there, and what it held goes on.
 */
import type { Span } from "../../model/span.js";
import type { Api, CompiledPair } from "../program/api.js";
import { canReach, isWait } from "../program/blocks.js";
import { isNothing } from "../program/constants.js";
import { isThis } from "../contexts/holders.js";
import type { Holders } from "../contexts/holders.js";
import type { Fn, Site, Stored } from "../program/program.js";
import { successorsOf } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";
import { isConstructor } from "../contexts/targets.js";
import type { Types } from "../program/types.js";
import { isOnlyAsked } from "../program/variables.js";

/** The store of nothing, and the end that comes too late. */
export interface EmptiedFirst {
  store: Stored;
  late: Span;
}

export class EmptiedFields {
  constructor(private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly holders: Holders) {}

  /** Null where what was in the field has been read before: it was ended then, or moved. */
  of(pair: CompiledPair, ref: Ref): EmptiedFirst | null {
    if (ref.root.kind !== "this" || ref.fields.length !== 1) return null;
    for (const store of this.types.fieldStores.get(ref.key) ?? []) {
      if (!isNothing(store.fn, store.value) || isConstructor(store.fn)) continue;
      const late = this.endAfter(pair, ref, store);
      if (late && !this.isReadBefore(ref, store)) return { store, late };
    }
    return null;
  }

  /** The end of what the field holds that the store comes to, if nothing is put in between. */
  private endAfter(pair: CompiledPair, ref: Ref, { fn, site: store }: Stored): Span | null {
    const ends = new Map<number, Span>();
    for (const { site, value } of this.holders.usesOf(ref.key)) {
      if (site.fn === fn && this.api.released(pair, fn, site.instruction, this.types)?.value === value) ends.set(value, site.instruction.at);
    }
    if (ends.size === 0) return null;
    const seen = new Set<number>();
    const work = [{ block: store.block, index: store.index + 1 }];
    for (let at = work.pop(); at; at = work.pop()) {
      const block = fn.block(at.block);
      if (!block) continue;
      let open = true;
      for (const instruction of block.instructions.slice(at.index)) {
        if (instruction.op === "load" && ends.has(instruction.out)) return ends.get(instruction.out) ?? null;
        if (isWait(instruction) || instruction.op === "yield" || this.fills(fn, { ...store, instruction }, ref)) {
          open = false;
          break;
        }
      }
      if (!open) continue;
      for (const next of successorsOf(block.end)) {
        if (seen.has(next)) continue;
        seen.add(next);
        work.push({ block: next, index: 0 });
      }
    }
    return null;
  }

  /** Puts something into the field, here or in a method of the object. */
  private fills(fn: Fn, { instruction }: Site, ref: Ref): boolean {
    if (instruction.op === "store") return instruction.place.kind === "field" && instruction.place.name === ref.fields[0];
    if (instruction.op !== "call") return false;
    const callee = this.types.calleeOf(fn, instruction);
    if (callee?.kind === "function") return this.mentions(callee.fn, ref, true, 2);
    return instruction.receiver !== null && isThis(fn, instruction.receiver);
  }

  /** What the field holds was read before it is emptied, for more than to ask whether something is there. */
  private isReadBefore(ref: Ref, { fn, site: store }: Stored): boolean {
    return [...fn.sites()].some(({ instruction, block, index }) => {
      if (block === store.block ? index >= store.index && !canReach(fn, block, block) : !canReach(fn, block, store.block)) return false;
      if (instruction.op === "load" && instruction.place.kind === "field" && instruction.place.name === ref.fields[0]) return !isOnlyAsked(fn, instruction.out);
      const callee = instruction.op === "call" ? this.types.calleeOf(fn, instruction) : null;
      if (callee?.kind === "function") return this.mentions(callee.fn, ref, false, 2);
      // Of a method that is not seen nobody knows.
      return instruction.op === "call" && callee === null && instruction.receiver !== null && isThis(fn, instruction.receiver);
    });
  }

  private mentions(fn: Fn, ref: Ref, stores: boolean, depth: number): boolean {
    return [...fn.sites()].some(({ instruction }) => {
      if ((instruction.op === "store" || instruction.op === "load" && !stores) && instruction.place.kind === "field" && instruction.place.name === ref.fields[0]) return true;
      const callee = depth > 0 && instruction.op === "call" ? this.types.calleeOf(fn, instruction) : null;
      return callee?.kind === "function" && this.mentions(callee.fn, ref, stores, depth - 1);
    });
  }
}
