/** Where the function that holds a handle releases it by its variable's name, and what leads there. */
import type { BindingId, BlockId, Call, Instruction, LoopId, ValueId } from "../../model/facts.js";
import type { Api, CompiledPair } from "../program/api.js";
import { ElementEnds } from "./element-ends.js";
import { waitsForAWhile } from "./path-raises.js";
import type { Fn } from "../program/program.js";
import { successorsOf } from "../program/program.js";
import type { Types } from "../program/types.js";

/** How many tests may stand between a branch and the release that it decides. */
const NEAR = 3;

export class ReleaseFlow {
  /** Blocks with a release of a variable, and the position of the last one in the block. */
  private readonly releases = new Map<BindingId, Map<BlockId, number>>();
  private readonly releasesOfElements = new Map<BindingId, ReadonlyMap<BlockId, number>>();
  private readonly memo = new Map<string, boolean>();
  private headsOfLoops: ReadonlySet<BlockId> | null = null;

  constructor(private readonly fn: Fn, private readonly pair: CompiledPair, private readonly api: Api, private readonly types: Types) {}

  /** Whether the function releases one of the variables after the call, on a way without an exception. */
  releasesLater(call: Call, variables: ReadonlySet<BindingId>): boolean {
    for (const variable of variables) {
      const key = `${String(call.out)}:${String(variable)}`;
      let known = this.memo.get(key);
      if (known === undefined) this.memo.set(key, (known = this.findLater(call, variable)));
      if (known) return true;
    }
    return false;
  }

  private findLater(call: Call, variable: BindingId): boolean {
    const released = new Map([...this.of(variable), ...this.ofElements(variable)]);
    if (released.size === 0) return false;
    const start = this.fn.facts.blocks.findIndex((block) => block.instructions.some((one) => one === call));
    const block = this.fn.block(start);
    if (!block) return false;
    if ((released.get(start) ?? -1) > block.instructions.findIndex((one) => one === call)) return true;
    const seen = new Set<BlockId>();
    const work: BlockId[] = [...this.onward(start)];
    for (let at = work.pop(); at !== undefined; at = work.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      if (released.has(at)) return true;
      work.push(...this.onward(at));
    }
    return false;
  }

  blocksThatRelease(variable: BindingId): BlockId[] {
    return [...this.of(variable).keys()];
  }

  private onward(id: BlockId): BlockId[] {
    const end = this.fn.block(id)?.end;
    return !end || end.kind === "catch" || end.kind === "rethrow" ? [] : successorsOf(end);
  }

  /**
   * Whether a block releases a variable, perhaps behind further tests, and the function then goes on: a test decides who
   * owns it. `continue`, where the other side of the test goes on, is a way out as a return is.
   */
  releasesAndGoesOn(block: BlockId, other: BlockId, variables: ReadonlySet<BindingId>): boolean {
    const more = this.nextTurn(other) === null;
    return [...variables].some((variable) => this.goesOn(block, this.of(variable), more, 0));
  }

  private goesOn(id: BlockId, released: ReadonlyMap<BlockId, number>, more: boolean, depth: number): boolean {
    const block = this.fn.block(id);
    if (!block || depth > NEAR) return false;
    const { end } = block;
    if (released.has(id)) return end.kind === "branch" || end.kind === "jump" && !(more && this.nextTurn(end.to) !== null);
    return end.kind === "branch" && (this.goesOn(end.then, released, more, depth + 1) || this.goesOn(end.else, released, more, depth + 1));
  }

  /** The head of a loop whose next turn is all that follows a block; null where something else follows. */
  private nextTurn(id: BlockId): BlockId | null {
    const seen = new Set<BlockId>();
    for (let at = id; !seen.has(at);) {
      seen.add(at);
      if (this.heads.has(at)) return at;
      const block = this.fn.block(at);
      if (block?.end.kind !== "jump" || block.instructions.length > 0) return null;
      at = block.end.to;
    }
    return null;
  }

  /** Blocks at which loops are entered. */
  private get heads(): ReadonlySet<BlockId> {
    if (this.headsOfLoops) return this.headsOfLoops;
    const found = new Set<BlockId>();
    for (const block of this.fn.facts.blocks) {
      if (block.end.kind === "catch" || block.end.kind === "rethrow") continue;
      for (const to of successorsOf(block.end)) if (this.isEntered(block.loop, this.fn.block(to)?.loop ?? null)) found.add(to);
    }
    return (this.headsOfLoops = found);
  }

  private isEntered(from: LoopId | null, to: LoopId | null): boolean {
    for (let at = from; at !== null; at = this.fn.facts.loops[at]?.parent ?? null) if (at === to) return false;
    return to !== null;
  }

  /** Whether a clause that starts at a block releases a variable before it goes on raising. */
  releasesFrom(block: BlockId, variables: ReadonlySet<BindingId>): boolean {
    const seen = new Set<BlockId>();
    const work = [block];
    for (let at = work.pop(); at !== undefined && seen.size < NEAR * 3; at = work.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      for (const variable of variables) if (this.of(variable).has(at)) return true;
      work.push(...this.onward(at));
    }
    return false;
  }

  /** Whether a block that catches stands around another. */
  isAround(catching: BlockId, inside: BlockId): boolean {
    const seen = new Set<BlockId>();
    for (let at = this.fn.block(inside)?.handler ?? null; at !== null && !seen.has(at);) {
      if (at === catching) return true;
      seen.add(at);
      const block = this.fn.block(at);
      at = block?.end.kind === "catch" ? block.end.otherwise : block?.handler ?? null;
    }
    return false;
  }

  /** `Path(name)` names what `name` does. */
  private named(value: ValueId, depth: number): Instruction | undefined {
    const definition = this.fn.definition(value)?.instruction;
    if (this.pair.path !== true || depth > 2) return definition;
    if (definition?.op === "load" && definition.place.kind === "field" && this.pair.parts?.includes(definition.place.name) === true) return this.named(definition.place.object, depth + 1);
    if (definition?.op !== "call" || !this.api.pathCalls.match(this.fn, definition, this.types).some((one) => one.value === "same")) return definition;
    const from = definition.args[0]?.value ?? definition.receiver;
    return from === null ? definition : this.named(from, depth + 1);
  }

  private of(variable: BindingId): ReadonlyMap<BlockId, number> {
    let known = this.releases.get(variable);
    if (!known) this.releases.set(variable, (known = this.find(variable)));
    return known;
  }

  private find(variable: BindingId): Map<BlockId, number> {
    const found = new Map<BlockId, number>();
    for (const [id, block] of this.fn.facts.blocks.entries()) {
      for (const [position, instruction] of block.instructions.entries()) {
        if (instruction.op === "load" && instruction.place.kind === "field" && this.pair.readers?.includes(instruction.place.name) === true && this.isVariable(instruction.place.object, variable)) found.set(id, position);
        if (instruction.op !== "call") continue;
        if (instruction.receiver !== null && this.pair.readers?.includes(instruction.method ?? "") === true && this.isVariable(instruction.receiver, variable)) found.set(id, position);
        const match = this.api.released(this.pair, this.fn, instruction, this.types);
        // Who only waits for a while may leave the end to others.
        if (!match || match.via === "target" || match.via === "all" || waitsForAWhile(this.pair, this.fn, instruction)) continue;
        if (this.isVariable(match.value, variable)) found.set(id, position);
      }
    }
    return found;
  }

  /** `for (const one of opened) one.close()`: the function releases all that the variable's collection holds. */
  private ofElements(variable: BindingId): ReadonlyMap<BlockId, number> {
    const known = this.releasesOfElements.get(variable);
    if (known) return known;
    const ends = new ElementEnds(this.fn, this.api.words, (fn, call, value) => {
      const match = this.api.released(this.pair, fn, call, this.types);
      return match && match.via !== "target" && match.via !== "all" && match.value === value ? call.method ?? call.path : null;
    });
    const found = new Map([...ends.in(variable)].map((end) => [end.block, Number.MAX_SAFE_INTEGER]));
    this.releasesOfElements.set(variable, found);
    return found;
  }

  private isVariable(value: ValueId, variable: BindingId): boolean {
    const named = this.named(value, 0);
    return named?.op === "load" && named.place.kind === "binding" && named.place.binding === variable;
  }
}
