/**
 * What a path knows of the conditions it went through: `if conn:`, `opened = True`, `if is_file(path):`. Only conditions
 * that are met twice are kept, so that a release under the same condition as the acquire is seen to match.
 */
import type { BlockId, Call, Instruction, Place, Test, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import { canReach } from "../program/blocks.js";
import { booleanOf } from "../program/constants.js";
import { answerOf } from "../program/given.js";
import type { Given } from "../program/given.js";
import type { Fn } from "../program/program.js";
import { endInputs } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";

export type Truth = "truthy" | "falsy" | "none" | "not-none";
export type Facts = ReadonlyMap<string, Truth>;

const MAXIMUM_FACTS = 8;
/** How a fact begins that says which constant something is. */
const IS = "is ";
/** Names of what is another one a moment later. */
const CHANGING = /stat(?:e|us)|phase|step|ready|current|result|code|count|errno|length|last|next|type$|kind$/iu;

export class PathFacts {
  private readonly interesting: ReadonlySet<string>;
  /** What is compared with a constant, and again where it was equal to another. */
  private readonly compared: ReadonlySet<string>;

  /** @param given what the one call that is looked at gives the function. */
  constructor(private readonly fn: Fn, private readonly refs: Refs, private readonly given: Given | null = null) {
    this.interesting = this.metTwice();
    this.compared = this.comparedAgain();
  }

  /** The facts after an instruction: a stored constant is remembered, any other value forgotten; what has a member is something. */
  learn(instruction: Instruction, facts: Facts): Facts {
    if (instruction.op === "call") return instruction.receiver === null ? facts : this.something(instruction.receiver, facts);
    if (instruction.op === "load") return instruction.place.kind === "field" ? this.something(instruction.place.object, facts) : facts;
    const key = instruction.op === "store" ? this.flag(instruction.place) : null;
    if (instruction.op !== "store" || key === null) return facts;
    const stale = this.compared.size === 0 ? [] : [...facts.keys()].filter((fact) => fact.startsWith(`${IS}${key}`));
    if (!this.interesting.has(key) && stale.length === 0) return facts;
    const next = new Map(facts);
    for (const fact of stale) next.delete(fact);
    if (!this.interesting.has(key)) return next;
    const stored = this.fn.definition(instruction.value)?.instruction;
    const literal = stored?.op === "constant" ? stored.value : null;
    if (literal?.kind === "null") next.set(key, "none");
    else if (literal?.kind === "boolean") next.set(key, literal.value ? "truthy" : "falsy");
    else next.delete(key);
    return next;
  }

  /** A variable or field that says what has been done: `opened = True`, `self._locked = True`. */
  private flag(place: Place): string | null {
    if (place.kind === "binding") return this.refs.ofBinding(this.fn.module, place.binding).key;
    return place.kind === "field" ? this.refs.field(this.refs.of(this.fn, place.object), place.name).key : null;
  }

  private something(value: ValueId, facts: Facts): Facts {
    const key = this.fn.module.facts.language === "python" ? this.key(value) : null;
    return key === null || !this.interesting.has(key) || facts.has(key) ? facts : new Map(facts).set(key, "not-none");
  }

  /** The facts on both sides of a branch; null for a side that cannot be reached. */
  refine(test: Test, facts: Facts, block: BlockId): { then: Facts | null; otherwise: Facts | null } {
    const answer = this.given && answerOf(this.refs, this.fn, test, this.given);
    if (answer !== null) return answer ? { then: facts, otherwise: null } : { then: null, otherwise: facts };
    const asked = this.compared.size === 0 ? null : this.comparison(test, block);
    if (!asked || !this.compared.has(asked.subject)) return this.refined(test, facts, block);
    const before = `${IS}${asked.subject} = `;
    const known = [...facts.keys()].find((fact) => fact.startsWith(before));
    // `if mode == "unix": …; if mode == "tcp": …`: what is one is not the other.
    if (known !== undefined) return known === before + asked.constant ? { then: facts, otherwise: null } : { then: null, otherwise: facts };
    const { then, otherwise } = this.refined(test, facts, block);
    return { then: then && new Map(then).set(before + asked.constant, "truthy"), otherwise };
  }

  private refined(test: Test, facts: Facts, block: BlockId): { then: Facts | null; otherwise: Facts | null } {
    if (test.kind === "truthy") {
      // `const enabled = false; if (enabled) …` is never entered.
      const constant = booleanOf(this.fn, test.value);
      if (constant !== null) return constant ? { then: facts, otherwise: null } : { then: null, otherwise: facts };
    }
    const key = this.keyOf(test, block);
    if (key === null || !this.interesting.has(key)) return { then: facts, otherwise: facts };
    const fact = facts.get(key);
    const set = (truth: Truth): Facts => new Map(facts).set(key, truth);
    if (test.kind !== "none") {
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

  private metTwice(): ReadonlySet<string> {
    // Places, not blocks: a finaliser's copies are one question.
    const places = new Map<string, Set<number>>();
    const meet = (key: string | null, [start]: Span): void => {
      if (key === null) return;
      const known = places.get(key);
      if (known) known.add(start);
      else places.set(key, new Set([start]));
    };
    for (const [id, { end, instructions }] of this.fn.facts.blocks.entries()) {
      if (end.kind === "branch") {
        if (end.test.kind !== "truthy" && end.test.kind !== "none") for (const value of endInputs(end)) meet(this.key(value), end.at);
        meet(this.keyOf(end.test, id), end.at);
      }
      for (const instruction of instructions) {
        if (instruction.op === "store" && this.fn.definition(instruction.value)?.instruction.op === "constant") meet(this.flag(instruction.place), instruction.at);
      }
    }
    return new Set([...places].filter(([, { size }]) => size > 1).map(([key]) => key).slice(0, MAXIMUM_FACTS));
  }

  private comparedAgain(): ReadonlySet<string> {
    const all = this.fn.facts.blocks.flatMap(({ end }, block) => {
      const asked = end.kind === "branch" ? this.comparison(end.test, block) : null;
      return asked && end.kind === "branch" ? [{ ...asked, block, then: end.then }] : [];
    });
    if (all.length < 2) return new Set();
    return new Set(all.filter((one) => all.some((other) => other !== one && other.subject === one.subject && other.constant !== one.constant
      && (other.block === one.then || canReach(this.fn, one.then, other.block)))).map((one) => one.subject).slice(0, MAXIMUM_FACTS));
  }

  /** What stays what it is, and the constant that a branch compares it with. */
  private comparison(test: Test, block: BlockId): { subject: string; constant: string } | null {
    if (test.kind !== "equal" || (this.fn.block(block)?.loop ?? null) !== null) return null;
    for (const [value, other] of [[test.left, test.right], [test.right, test.left]] as const) {
      const constant = this.fn.definition(other)?.instruction.op === "constant" ? this.stable(other) : null;
      const subject = constant === null || this.fn.definition(value)?.instruction.op === "constant" ? null : this.stable(value) ?? this.setting(value);
      if (constant !== null && subject !== null) return { subject, constant };
    }
    return null;
  }

  /** The path of an entry or field, unless its name says that it changes. */
  private setting(value: ValueId): string | null {
    const definition = this.fn.definition(value)?.instruction;
    if (definition?.op !== "load" || definition.place.kind !== "field" && definition.place.kind !== "index") return null;
    const { root, fields, key } = this.refs.of(this.fn, value);
    return root.kind === "value" || root.kind === "call" || fields.some((name) => name === "[]" || name === "{}" || CHANGING.test(name)) ? null : key;
  }

  private key(value: ValueId): string | null {
    const definition = this.fn.definition(value)?.instruction;
    if (definition?.op !== "load") return null;
    return this.refs.of(this.fn, value).key;
  }

  /** A name for what a branch asks; null where asking again may give another answer. */
  private keyOf(test: Test, block: BlockId): string | null {
    if (test.kind === "truthy" || test.kind === "none") {
      const definition = this.fn.definition(test.value)?.instruction;
      return definition?.op === "call" && test.kind === "truthy" ? this.question(definition, block) : this.key(test.value);
    }
    // Whatever a loop changes, it asks anew each time.
    if ((this.fn.block(block)?.loop ?? null) !== null) return null;
    switch (test.kind) {
      case "instance": return this.named("instance", [test.value], test.types);
      case "equal": return this.named("equal", [test.left, test.right]);
      case "compare": return this.named(`compare${test.operator}`, [test.left, test.right]);
      default: return null;
    }
  }

  /** `is_file(path)`: a function asked about things that stay what they are. */
  private question(call: Call, block: BlockId): string | null {
    if ((this.fn.block(block)?.loop ?? null) !== null || call.args.length === 0 || call.args.some((one) => one.spread)) return null;
    const callee = call.path ?? (call.callee === null ? null : this.refs.of(this.fn, call.callee).key);
    return callee === null || call.callee === null ? null : this.named(`ask ${callee}`, call.args.map((one) => one.value));
  }

  private named(kind: string, values: readonly ValueId[], more: readonly string[] = []): string | null {
    const keys = values.map((value) => this.stable(value));
    return keys.includes(null) ? null : [kind, ...keys, ...more].join(" ");
  }

  /** The key of what does not change while the function runs: a constant, a parameter or variable assigned once, and its type. */
  private stable(value: ValueId): string | null {
    const definition = this.fn.definition(value)?.instruction;
    if (definition?.op === "constant") return "value" in definition.value ? `${definition.value.kind}:${String(definition.value.value)}` : definition.value.kind === "null" ? "null" : null;
    if (definition?.op === "operation" && definition.operator === "typeof") return this.named("typeof", definition.inputs);
    if (definition?.op !== "load" || definition.place.kind !== "binding") return null;
    const ref: Ref = this.refs.of(this.fn, value);
    const stores = this.fn.module.bindingStores.get(definition.place.binding)?.length ?? 0;
    return stores <= (this.fn.module.binding(definition.place.binding)?.kind === "parameter" ? 0 : 1) ? ref.key : null;
  }
}
