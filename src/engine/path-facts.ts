/**
 * What a path knows of the conditions it went through: `if conn:`, `opened = True`. Only conditions that are met twice
 * are kept, so that a release under the same condition as the acquire is seen to match.
 */
import type { Instruction, Test, ValueId } from "../model/facts.js";
import type { Fn } from "./program.js";
import { endInputs } from "./program.js";
import type { Refs } from "./refs.js";

export type Truth = "truthy" | "falsy" | "none" | "not-none";
export type Facts = ReadonlyMap<string, Truth>;

const MAXIMUM_FACTS = 8;

export class PathFacts {
  private readonly interesting: ReadonlySet<string>;

  constructor(private readonly fn: Fn, private readonly refs: Refs) {
    this.interesting = this.metTwice();
  }

  /** The facts after an instruction: a stored constant is remembered, any other value forgotten. */
  learn(instruction: Instruction, facts: Facts): Facts {
    if (instruction.op !== "store" || instruction.place.kind !== "binding") return facts;
    const { key } = this.refs.ofBinding(this.fn.module, instruction.place.binding);
    if (!this.interesting.has(key)) return facts;
    const next = new Map(facts);
    const stored = this.fn.definition(instruction.value)?.instruction;
    const literal = stored?.op === "constant" ? stored.value : null;
    if (literal?.kind === "null") next.set(key, "none");
    else if (literal?.kind === "boolean") next.set(key, literal.value ? "truthy" : "falsy");
    else next.delete(key);
    return next;
  }

  /** The facts on both sides of a branch; null for a side that cannot be reached. */
  refine(test: Extract<Test, { kind: "truthy" | "none" }>, facts: Facts): { then: Facts | null; otherwise: Facts | null } {
    const constant = this.booleanOf(test.value);
    if (constant !== null && test.kind === "truthy") return constant ? { then: facts, otherwise: null } : { then: null, otherwise: facts };
    const key = this.key(test.value);
    if (key === null || !this.interesting.has(key)) return { then: facts, otherwise: facts };
    const fact = facts.get(key);
    const set = (truth: Truth): Facts => new Map(facts).set(key, truth);
    if (test.kind === "truthy") {
      return {
        then: fact === "falsy" || fact === "none" ? null : set("truthy"),
        otherwise: fact === "truthy" ? null : set(fact === "none" ? "none" : "falsy"),
      };
    }
    return {
      then: fact === "truthy" || fact === "not-none" ? null : set("none"),
      otherwise: fact === "none" ? null : set(fact === "truthy" || fact === "falsy" ? fact : "not-none"),
    };
  }

  /** A literal, or a constant that is one: `const enabled = false; if (enabled) …` is never entered. */
  private booleanOf(value: ValueId): boolean | null {
    let definition = this.fn.definition(value)?.instruction;
    if (definition?.op === "load" && definition.place.kind === "binding" && this.fn.module.binding(definition.place.binding)?.constant === true) {
      const [only, ...more] = this.fn.module.bindingStores.get(definition.place.binding) ?? [];
      definition = only && more.length === 0 ? only.fn.definition(only.value)?.instruction : undefined;
    }
    return definition?.op === "constant" && definition.value.kind === "boolean" ? definition.value.value : null;
  }

  private metTwice(): ReadonlySet<string> {
    const counts = new Map<string, number>();
    const count = (key: string | null): void => {
      if (key !== null) counts.set(key, (counts.get(key) ?? 0) + 1);
    };
    for (const block of this.fn.facts.blocks) {
      if (block.end.kind === "branch") for (const value of endInputs(block.end)) count(this.key(value));
      for (const instruction of block.instructions) {
        if (instruction.op === "store" && instruction.place.kind === "binding" && this.fn.definition(instruction.value)?.instruction.op === "constant") {
          count(this.refs.ofBinding(this.fn.module, instruction.place.binding).key);
        }
      }
    }
    return new Set([...counts].filter(([, times]) => times > 1).map(([key]) => key).slice(0, MAXIMUM_FACTS));
  }

  private key(value: ValueId): string | null {
    const definition = this.fn.definition(value)?.instruction;
    if (definition?.op !== "load") return null;
    return this.refs.of(this.fn, value).key;
  }
}
