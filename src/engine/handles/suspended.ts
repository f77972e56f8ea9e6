/**
 * Asynchronous generators that hold something over their `yield` and are left there: Python runs their clean-up only when
 * the collector finds them, later and in a task of its own. (A JavaScript loop ends its generator as it is left, and
 * CPython counts the references of one that is not asynchronous.)
 */
import type { BlockId, Call, LoopId, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import type { Acquisitions } from "./acquisitions.js";
import type { Api, CompiledPair } from "../program/api.js";
import { isInLoop, successorsOf } from "../program/blocks.js";
import type { Context, Contexts } from "../contexts/contexts.js";
import type { CallSite } from "../contexts/holders.js";
import type { Fn, Program } from "../program/program.js";
import type { Types } from "../program/types.js";
import { loadsOf } from "../program/variables.js";

export interface Suspended {
  fn: Fn;
  /** The call that makes the generator. */
  call: Call & { at: Span };
  context: Context;
  /** How the loop is left. */
  way: Span;
  generator: Fn;
  pair: CompiledPair;
  held: Call & { at: Span };
  /** The yield that it is left at. */
  yields: Span;
}

export class SuspendedGenerators {
  private readonly holding = new Map<Fn, Pick<Suspended, "pair" | "held" | "yields"> | null>();

  constructor(private readonly program: Program, private readonly types: Types, private readonly api: Api, private readonly contexts: Contexts, private readonly acquisitions: Acquisitions) {}

  *all(rule: CompiledPair["rule"]): Generator<Suspended> {
    for (const fn of this.program.functions()) {
      if (fn.module.facts.language !== "python" || !fn.facts.async || this.contexts.isTest(fn)) continue;
      for (const site of fn.sites()) {
        const { instruction } = site;
        const loop = fn.block(site.block)?.loop ?? null;
        if (instruction.op !== "next" || !instruction.async || loop === null) continue;
        const made = this.generatorOf(fn, instruction.value);
        const holds = made && this.holdsOverYield(made.generator);
        const way = holds?.pair.rule === rule ? wayOut(fn, loop, instruction.value) : null;
        const context = this.contexts.at(fn, made?.block ?? site.block);
        if (made && holds && way && context.kind !== "once") yield { fn, call: made.call, generator: made.generator, ...holds, context, way };
      }
    }
  }

  /** The call of an asynchronous generator whose result only the loop has. */
  private generatorOf(fn: Fn, value: ValueId): { call: Call & { at: Span }; block: BlockId; generator: Fn } | null {
    const made = fn.definition(value);
    const definition = made?.instruction;
    if (definition?.op === "load" && definition.place.kind === "binding") {
      const { binding } = definition.place;
      const stores = fn.module.bindingStores.get(binding) ?? [];
      return stores.length === 1 && stores[0]?.fn === fn && loadsOf(fn, binding).length === 1 && fn.module.binding(binding)?.captured === false ? this.generatorOf(fn, stores[0].value) : null;
    }
    if (!made || definition?.op !== "call" || fn.uses(value).some((use) => use.kind === "end" && use.end.kind === "return")) return null;
    const callee = this.types.calleeOf(fn, definition);
    const isGenerator = callee?.kind === "function" && callee.fn.facts.async && callee.fn.facts.generator && callee.fn.facts.decorators.length === 0;
    return isGenerator ? { call: definition, block: made.block, generator: callee.fn } : null;
  }

  /** What the function has acquired and not yet ended where it yields. */
  private holdsOverYield(fn: Fn): Pick<Suspended, "pair" | "held" | "yields"> | null {
    let known = this.holding.get(fn);
    if (known === undefined) this.holding.set(fn, (known = this.findHeld(fn)));
    return known;
  }

  private findHeld(fn: Fn): Pick<Suspended, "pair" | "held" | "yields"> | null {
    const yields = [...fn.sites()].filter(({ instruction }) => instruction.op === "yield");
    for (const site of fn.sites()) {
      if (site.instruction.op !== "call") continue;
      for (const { pair } of this.acquisitions.at(fn, site as CallSite)) {
        if (pair.evidence !== undefined || pair.handle !== undefined && pair.handle !== "result") continue;
        const found = yields.find(({ block }) => this.isEndedBehind(fn, fn.block(block)?.handler ?? null, site.instruction as Call, pair));
        if (found) return { pair, held: site.instruction, yields: found.instruction.at };
      }
    }
    return null;
  }

  /** Whether an exception that goes to the handler passes the end of a scope that was entered with the handle. */
  private isEndedBehind(fn: Fn, handler: BlockId | null, acquired: Call, pair: CompiledPair): boolean {
    if (pair.scope !== "closes" && pair.scope !== "async-closes") return false;
    const seen = new Set<BlockId>();
    const work = handler === null ? [] : [handler];
    for (let at = work.pop(); at !== undefined; at = work.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      const block = fn.block(at);
      if (block?.instructions.some((one) => one.op === "exit" && this.isFrom(fn, one.value, acquired.out)) === true) return true;
      work.push(...successorsOf(block?.end ?? { kind: "unreachable" }));
    }
    return false;
  }

  private isFrom(fn: Fn, value: ValueId, made: ValueId): boolean {
    const definition = fn.definition(value)?.instruction;
    if (value === made) return true;
    if (definition?.op === "await") return this.isFrom(fn, definition.value, made);
    if (definition?.op !== "load" || definition.place.kind !== "binding") return false;
    const stores = fn.module.bindingStores.get(definition.place.binding) ?? [];
    return stores.length === 1 && stores.every((store) => store.fn === fn && store.value === made);
  }
}

/** Where the loop is left before there are no more elements: by a return, or a break. */
function wayOut(fn: Fn, loop: LoopId, iterated: ValueId): Span | null {
  for (const [id, block] of fn.facts.blocks.entries()) {
    if (!isInLoop(fn, id, loop)) continue;
    const { end } = block;
    if (end.kind === "return") return end.at;
    const isHead = end.kind === "branch" && end.test.kind === "more" && end.test.iterated === iterated;
    if (isHead || end.kind === "catch" || end.kind === "rethrow" || end.kind === "raise") continue;
    if (successorsOf(end).some((next) => !isInLoop(fn, next, loop))) return block.instructions.at(-1)?.at ?? ("at" in end ? end.at : fn.facts.loops[loop]?.at ?? null);
  }
  return null;
}
