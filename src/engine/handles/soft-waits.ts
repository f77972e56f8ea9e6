/**
 * Waits that may be over before what they wait for is: they stop at a time, at the first result, or when whoever waits is
 * cancelled. What goes on is handed out again by some of them; asking how much that is looks after nothing.
 */
import type { BlockId, Call, ValueId } from "../../model/facts.js";
import { CallSet, argumentValue } from "../program/api.js";
import type { Api, CompiledPair } from "../program/api.js";
import { isInTimedScope } from "../paths/path-raises.js";
import type { Fn } from "../program/program.js";
import type { Refs } from "../program/refs.js";
import type { Types } from "../program/types.js";

type Soft = NonNullable<CompiledPair["soft"]>[number];

const MAXIMUM_DEPTH = 4;

export class SoftWaits {
  private readonly calls = new CallSet<Soft>();
  private readonly sizes = new CallSet<true>();

  constructor(private readonly types: Types, private readonly api: Api, private readonly refs: Refs) {
    for (const pair of api.pairs) for (const soft of pair.soft ?? []) this.calls.add(soft.call, soft);
    for (const { growth } of api.files) for (const call of growth?.sizes ?? []) this.sizes.add(call, true);
  }

  /** Whether the call only waits, and may leave what it waits for running: by itself, or because its time is up in the scope whose `handler` is given. */
  isSoft(fn: Fn, call: Call, handler: BlockId | null = null): boolean {
    if (this.calls.has(fn, call, this.types) && isInTimedScope(fn, handler, this.api, this.types)) return true;
    return this.calls.match(fn, call, this.types).some(({ value: soft }) => {
      if (soft.given && !soft.given.some((name) => this.limits(fn, argumentValue(fn, call, name), soft))) return false;
      return soft.rest === undefined || !this.looksAtRest(fn, call.out, soft.rest, 0);
    });
  }

  /** What a wait is given that stops at a time or at the first result and whose result is not asked for the rest; null for other calls. */
  leavesRest(fn: Fn, call: Call): ValueId | null {
    return this.calls.match(fn, call, this.types).some(({ value: soft }) => soft.rest !== undefined) && this.isSoft(fn, call) ? call.args[0]?.value ?? null : null;
  }

  /** Whether the call gives the value to a function of the program that only waits for it so, and nothing else is done with it here. */
  isLeftByHelper(fn: Fn, value: ValueId, call: Call, pair: CompiledPair): boolean {
    const callee = this.types.calleeOf(fn, call);
    if (callee?.kind !== "function") return false;
    const waitedFor = callee.fn.facts.parameters.flatMap(({ binding }) => (binding !== null && this.isWaitedFor(callee.fn, binding) ? [binding] : []));
    const hard = withoutSoft(pair);
    return waitedFor.length > 0 && waitedFor.every((binding) => this.loads(callee.fn, binding).every((load) => this.isLeft(callee.fn, load, hard, null, 0))) && this.isLeft(fn, value, hard, call, 0);
  }

  private isWaitedFor(fn: Fn, binding: number): boolean {
    const loads = new Set(this.loads(fn, binding));
    return [...fn.sites()].some(({ instruction }) => instruction.op === "call" && this.calls.has(fn, instruction, this.types)
      && instruction.args.some((one) => loads.has(one.value) || this.elements(fn, one.value).some((element) => loads.has(element))));
  }

  private elements(fn: Fn, value: ValueId): ValueId[] {
    const definition = fn.definition(value)?.instruction;
    return definition?.op === "collection" ? definition.elements.map((one) => one.value) : [];
  }

  /** Outside of loops, a value is waited for softly (or by the call of a helper that is known to), asked, and nothing else. */
  isLeft(fn: Fn, value: ValueId, hard: CompiledPair, waiting: Call | null, depth: number): boolean {
    return depth < MAXIMUM_DEPTH && fn.uses(value).every((use) => {
      if (use.kind === "end") return use.end.kind === "branch" && use.end.test.kind !== "more";
      const { instruction } = use.site;
      if (instruction.op === "collection") return this.isLeft(fn, instruction.out, hard, waiting, depth + 1);
      if (instruction.op === "store" && instruction.place.kind === "binding") {
        const { binding } = instruction.place;
        const declared = fn.module.binding(binding);
        return declared?.owner === fn.id && !declared.captured && this.loads(fn, binding).every((load) => this.isLeft(fn, load, hard, waiting, depth + 1));
      }
      if (instruction === waiting) return true;
      if (instruction.op !== "call" || (fn.block(use.site.block)?.loop ?? null) !== null) return false;
      if (instruction.receiver === value) return this.api.released(hard, fn, instruction, this.types) === null && this.api.words.is("copies", instruction) === null && instruction.args.every((one) => one.value !== value);
      return this.calls.has(fn, instruction, this.types) ? this.isSoft(fn, instruction) : this.isOnlyAsked(fn, instruction.out, 0) && this.api.borrows.has(fn, instruction, this.types);
    });
  }

  /** The argument is there and says more than that there is no limit. */
  private limits(fn: Fn, value: ValueId | null, soft: Soft): boolean {
    if (value === null) return false;
    const definition = fn.definition(value)?.instruction;
    if (definition?.op === "constant" && definition.value.kind === "null") return false;
    const { root, fields } = this.refs.of(fn, value);
    const path = root.kind === "import" ? root.path : null;
    return path === null || soft.whole?.includes([path, ...fields].join(".")) !== true;
  }

  /** Whether the element of the result that has what goes on is read. A result that is not taken apart may be. */
  private looksAtRest(fn: Fn, value: ValueId, rest: number, depth: number): boolean {
    if (depth > MAXIMUM_DEPTH) return true;
    return fn.uses(value).some((use) => {
      if (use.kind === "end") return true;
      const { instruction } = use.site;
      switch (instruction.op) {
        case "await": return this.looksAtRest(fn, instruction.out, rest, depth + 1);
        case "load": {
          if (instruction.place.kind !== "index") return true;
          const key = fn.definition(instruction.place.key)?.instruction;
          if (key?.op === "constant" && key.value.kind === "number" && key.value.value !== rest) return false;
          return this.isRead(fn, instruction.out);
        }
        case "operation": return instruction.operator !== "unpack" || instruction.index === undefined || instruction.index === rest && this.isRead(fn, instruction.out);
        case "store": {
          if (instruction.place.kind !== "binding") return true;
          return this.loads(fn, instruction.place.binding).some((load) => this.looksAtRest(fn, load, rest, depth + 1));
        }
        default: return true;
      }
    });
  }

  private isRead(fn: Fn, value: ValueId): boolean {
    return fn.uses(value).some((use) => {
      if (use.kind === "end" || use.site.instruction.op !== "store" || use.site.instruction.place.kind !== "binding") return !this.isOnlyAsked(fn, value, 0);
      const { binding } = use.site.instruction.place;
      return fn.module.binding(binding)?.captured === true || this.loads(fn, binding).some((load) => !this.isOnlyAsked(fn, load, 0));
    });
  }

  /** `if pending:`, `len(pending)`, a message about it: nobody gets hold of what is in it. */
  private isOnlyAsked(fn: Fn, value: ValueId, depth: number): boolean {
    if (depth > MAXIMUM_DEPTH) return false;
    return fn.uses(value).every((use) => {
      if (use.kind === "end") return use.end.kind === "branch" && use.end.test.kind !== "more";
      const { instruction } = use.site;
      if (instruction.op === "operation") return instruction.operator !== "unpack" && instruction.operator !== "spread" && this.isOnlyAsked(fn, instruction.out, depth + 1);
      if (instruction.op !== "call" || instruction.receiver === value) return false;
      return this.sizes.takes(fn, instruction, value, this.types) ? this.isOnlyAsked(fn, instruction.out, depth + 1) : fn.uses(instruction.out).length === 0 && this.api.borrows.has(fn, instruction, this.types);
    });
  }

  private loads(fn: Fn, binding: number): ValueId[] {
    const found: ValueId[] = [];
    for (const { instruction } of fn.sites()) if (instruction.op === "load" && instruction.place.kind === "binding" && instruction.place.binding === binding) found.push(instruction.out);
    return found;
  }
}

/** The pair, released only by what ends the handle or waits for its end. */
export function withoutSoft(pair: CompiledPair): CompiledPair {
  return { ...pair, key: `${pair.key}:hard`, releases: pair.releases.filter((pattern) => !pair.soft?.some((soft) => pattern.kind === "path" && soft.call.startsWith(`${pattern.path}(`))) };
}
