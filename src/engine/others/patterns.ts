/**
 * Regular expressions that a loop compiles again although no turn changes them.
 *
 * A pattern is invariant in a loop when nothing it is made of is assigned there to something the loop changes. A nested
 * loop's variable counts as invariant in the outer loop if the inner loop runs over something invariant: each element
 * is then compiled again for every turn outside.
 */
import type { BindingId, BlockId, Call, LoopId, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import { CallSet } from "../program/api.js";
import type { Api } from "../program/api.js";
import type { Context, Contexts } from "../contexts/contexts.js";
import type { CallSite } from "../contexts/holders.js";
import type { Fn, Program } from "../program/program.js";
import { successorsOf } from "../program/program.js";
import { isPartOfMissing, nameOfPlace } from "../contexts/missing-parts.js";
import type { Refs } from "../program/refs.js";
import type { Types } from "../program/types.js";

export interface RepeatedPattern {
  fn: Fn;
  site: CallSite;
  /** The loop in which the pattern is invariant, or the callback that runs for every element. */
  loopAt: Span;
  /** All arguments are constants. */
  constant: boolean;
  /** The call in a loop of another function that runs this one in every turn; null where the loop is around the pattern. */
  calledAt: CallSite | null;
  context: Context;
}

export class Patterns {
  private readonly compilers = new CallSet<true>();
  private readonly cached = new CallSet<true>();
  private readonly pure = new CallSet<true>();
  private readonly purePaths = new Set<string>();

  constructor(
    private readonly program: Program, private readonly refs: Refs, private readonly types: Types, private readonly contexts: Contexts, private readonly api: Api,
  ) {
    for (const file of api.files) {
      for (const call of file.regexes ?? []) this.compilers.add(call, true);
      for (const call of file.cachedRegexes ?? []) this.cached.add(call, true);
      for (const call of file.pure ?? []) {
        this.pure.add(call, true);
        if (!call.includes("#")) this.purePaths.add(call);
      }
    }
  }

  *all(): Generator<RepeatedPattern> {
    if (this.compilers.size === 0) return;
    for (const fn of this.program.functions()) {
      if (this.contexts.isTest(fn)) continue;
      const seen = new Set<number>();
      for (const site of fn.sites()) {
        const { instruction } = site;
        if (instruction.op !== "call" || seen.has(instruction.at[0]) || !this.compilers.has(fn, instruction, this.types)) continue;
        seen.add(instruction.at[0]);
        const around = this.isStateful(fn, instruction) ? null : this.invariantLoop(fn, site.block, instruction);
        const calling = around || this.isStateful(fn, instruction) ? null : this.callingLoop(fn, site.block, instruction);
        const loopAt = around ?? calling?.loopAt;
        const constant = instruction.args.every((one) => isConstant(fn, one.value));
        const [pattern] = instruction.args;
        if (pattern && fn.definition(pattern.value)?.instruction.op === "constant" && this.cached.has(fn, instruction, this.types)) continue; // Looked up, not compiled again.
        if (loopAt) yield { fn, site: site as CallSite, loopAt, calledAt: calling?.site ?? null, constant, context: this.contexts.at(fn, site.block) };
      }
    }
  }

  private invariantLoop(fn: Fn, block: BlockId, call: Call): Span | null {
    const inputs = call.args.map((one) => one.value);
    let loop = fn.block(block)?.loop ?? null;
    if (loop !== null && !returnsTo(fn, block)) loop = null;
    if (loop !== null && this.isLazy(fn, call)) return null;
    for (; loop !== null; loop = fn.facts.loops[loop]?.parent ?? null) {
      const inside: LoopId = loop;
      const facts = fn.facts.loops[inside];
      // The top level's own set-up loops run once each.
      if (fn.facts.kind === "module" && facts?.endless !== true) return null;
      if (inputs.every((value) => !this.varies(fn, value, inside, 0)) && facts) return facts.at;
    }
    const callback = fn.facts.kind === "lambda" || fn.facts.kind === "function" ? this.elementCallback(fn) : null;
    return callback && inputs.every((value) => !this.variesByCall(fn, value, 0)) ? callback : null;
  }

  /** What is compiled is given a position or the like: each turn needs its own. */
  private isStateful(fn: Fn, call: Call): boolean {
    const { binding } = fn.uses(call.out).flatMap((use) => (use.kind === "instruction" && use.site.instruction.op === "store" && use.site.instruction.place.kind === "binding" ? [use.site.instruction.place] : []))[0] ?? {};
    if (binding === undefined) return false;
    for (const { instruction } of fn.sites()) {
      if (instruction.op !== "store" || instruction.place.kind !== "field") continue;
      const object = fn.definition(instruction.place.object)?.instruction;
      if (object?.op === "load" && object.place.kind === "binding" && object.place.binding === binding) return true;
    }
    return false;
  }

  /** A call of the function from a loop that passes the same pattern in every turn. */
  private callingLoop(fn: Fn, block: BlockId, call: Call): { site: CallSite; loopAt: Span } | null {
    const patterns = call.args.map((one) => fn.definition(one.value)?.instruction);
    if (this.isLazy(fn, call) || fn.facts.decorators.length > 0 || !patterns.every((one) => one?.op === "constant" || one?.op === "load" && one.place.kind === "binding")) return null;
    for (const site of this.contexts.callers(fn)) {
      const loop = site.fn.block(site.block)?.loop ?? null;
      const facts = loop === null ? undefined : site.fn.facts.loops[loop];
      if (loop === null || !facts || site.fn.facts.kind === "module" || this.contexts.isTest(site.fn) || isWithinLoopOf(fn, block)) continue;
      const parameters = fn.facts.parameters.filter((one) => one.binding !== null);
      const isSame = patterns.some((one) => one?.op === "load") && patterns.every((one) => {
        if (one?.op !== "load" || one.place.kind !== "binding") return true;
        const { binding } = one.place;
        const position = parameters.findIndex((parameter) => parameter.binding === binding);
        const given = position < 0 || fn.module.bindingStores.has(binding) ? undefined : site.instruction.args[position];
        return given?.name === null && !this.varies(site.fn, given.value, loop, 0);
      });
      if (isSame) return { site, loopAt: facts.at };
    }
    return null;
  }

  /** `if pattern is None: pattern = re.compile(…)`: compiled once. */
  private isLazy(fn: Fn, call: Call): boolean {
    const stored = fn.uses(call.out).flatMap((use) => (use.kind === "instruction" && use.site.instruction.op === "store" ? [use.site.instruction] : []));
    return stored.some(({ place }) => {
      if (place.kind === "index") return true; // cache[key] = re.compile(key)
      const name = nameOfPlace(this.refs, fn, place);
      return name !== null && fn.facts.blocks.some(({ end }) => end.kind === "branch" && (end.test.kind === "none" || end.test.kind === "truthy") && this.refs.of(fn, end.test.value).key === name);
    }) || isPartOfMissing(this.refs, fn, call);
  }

  private varies(fn: Fn, value: ValueId, loop: LoopId, depth: number): boolean {
    const definition = fn.definition(value);
    if (!definition || depth > 12) return true;
    const { instruction } = definition;
    switch (instruction.op) {
      case "constant": case "closure": case "class": return false;
      case "load": {
        const { place } = instruction;
        if (place.kind === "global" || place.kind === "this" || place.kind === "class") return false;
        if (place.kind === "field") return this.varies(fn, place.object, loop, depth + 1) || this.isStoredIn(fn, loop, this.refs.field(this.refs.of(fn, place.object), place.name).key);
        if (place.kind === "index") return this.varies(fn, place.object, loop, depth + 1) || this.varies(fn, place.key, loop, depth + 1);
        if (place.kind !== "binding") return true;
        for (const store of fn.module.bindingStores.get(place.binding) ?? []) {
          if (store.fn !== fn) return true;
          if (!isInLoop(fn, store.site.block, loop)) continue;
          const stored = fn.definition(store.value)?.instruction;
          if (stored?.op === "next") {
            if (innermost(fn, store.site.block) === loop || this.varies(fn, stored.value, loop, depth + 1)) return true;
          } else if (this.varies(fn, store.value, loop, depth + 1)) return true;
        }
        return false;
      }
      case "operation": return instruction.inputs.some((input) => this.varies(fn, input, loop, depth + 1));
      case "collection": return instruction.comprehension || instruction.elements.some((element) => this.varies(fn, element.value, loop, depth + 1));
      case "call": return !this.isPure(fn, instruction) || [...instruction.args.map((one) => one.value), ...(instruction.receiver === null ? [] : [instruction.receiver])].some((input) => this.varies(fn, input, loop, depth + 1));
      case "next": return true;
      default: return true;
    }
  }

  /** For a callback: whether the value changes from call to call. */
  private variesByCall(fn: Fn, value: ValueId, depth: number): boolean {
    const instruction = fn.definition(value)?.instruction;
    if (!instruction || depth > 12) return true;
    switch (instruction.op) {
      case "constant": return false;
      case "load":
        if (instruction.place.kind === "binding" && fn.module.binding(instruction.place.binding)?.kind === "temporary") {
          return (fn.module.bindingStores.get(instruction.place.binding) ?? []).some((store) => this.variesByCall(fn, store.value, depth + 1));
        }
        if (instruction.place.kind === "field") {
          const { key } = this.refs.field(this.refs.of(fn, instruction.place.object), instruction.place.name);
          return this.variesByCall(fn, instruction.place.object, depth + 1) || (this.types.fieldStores.get(key) ?? []).some((store) => store.fn === fn && this.variesByCall(fn, store.value, depth + 1));
        }
        if (instruction.place.kind === "binding") return fn.module.binding(instruction.place.binding)?.owner === fn.id || this.isSetByCall(fn, instruction.place.binding, depth);
        return instruction.place.kind !== "this" && instruction.place.kind !== "global";
      case "operation": return instruction.inputs.some((input) => this.variesByCall(fn, input, depth + 1));
      case "call": return !this.isPure(fn, instruction) || [...instruction.args.map((one) => one.value), ...(instruction.receiver === null ? [] : [instruction.receiver])].some((input) => this.variesByCall(fn, input, depth + 1));
      default: return true;
    }
  }

  /** A variable from around the callback that it sets anew from its element, or that another function may set meanwhile. */
  private isSetByCall(fn: Fn, binding: BindingId, depth: number): boolean {
    return (fn.module.bindingStores.get(binding) ?? []).some((store) => (store.fn === fn ? this.variesByCall(fn, store.value, depth + 1) : !isAround(store.fn, fn)));
  }

  private isPure(fn: Fn, call: Call): boolean {
    if (this.pure.has(fn, call, this.types)) return true;
    // `words.map(escape)`: what each element becomes depends on nothing else.
    const [given] = call.args;
    if (this.api.words.is("each", call) === null || !given || call.args.length > 1) return false;
    const { root, fields } = this.refs.of(fn, given.value);
    const name = root.kind === "import" ? [root.path, ...fields].join(".") : root.kind === "global" ? [root.name, ...fields].join(".") : null;
    return name !== null && this.purePaths.has(name);
  }

  private isStoredIn(fn: Fn, loop: LoopId, key: string): boolean {
    return (this.types.fieldStores.get(key) ?? []).some((store) => store.fn === fn && isInLoop(fn, store.site.block, loop));
  }

  /** The call that runs this function once for every element. */
  private elementCallback(fn: Fn): Span | null {
    for (const { site, position } of this.contexts.usedAsCallback(fn)) {
      const match = this.api.immediate.match(site.fn, site.instruction, this.types).find((one) => one.value === "iteration" && (one.argument === null || one.argument.from === position));
      if (match) return site.instruction.at;
    }
    return null;
  }
}

function isConstant(fn: Fn, value: ValueId): boolean {
  const instruction = fn.definition(value)?.instruction;
  return instruction?.op === "constant" || instruction?.op === "load" && (instruction.place.kind === "global" || instruction.place.kind === "field");
}

function innermost(fn: Fn, block: BlockId): LoopId | null {
  return fn.block(block)?.loop ?? null;
}

function isInLoop(fn: Fn, block: BlockId, loop: LoopId): boolean {
  for (let at = innermost(fn, block); at !== null; at = fn.facts.loops[at]?.parent ?? null) if (at === loop) return true;
  return false;
}

function isAround(outer: Fn, fn: Fn): boolean {
  for (let at = fn.parent; at; at = at.parent) if (at === outer) return true;
  return false;
}

function isWithinLoopOf(fn: Fn, block: BlockId): boolean {
  return innermost(fn, block) !== null;
}

/** Whether control can come back to the block. */
function returnsTo(fn: Fn, block: BlockId): boolean {
  const seen = new Set<BlockId>();
  const work = successorsOf(fn.block(block)?.end ?? { kind: "unreachable" });
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    if (next === block) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    work.push(...successorsOf(fn.block(next)?.end ?? { kind: "unreachable" }));
  }
  return false;
}
