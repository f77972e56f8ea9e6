/**
 * Whether something that keeps itself going asks if it should: a flag that others set, a state that says that its owner
 * is over. Then its going on is bounded by one turn.
 */
import type { BlockId, Terminator, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import type { Api } from "../program/api.js";
import type { Fn, Program, Stored } from "../program/program.js";
import { endInputs, push, successorsOf } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";
import { describe } from "../program/refs.js";
import { TurnQuestions } from "./turn-questions.js";
import type { Types } from "../program/types.js";

/** The functions whose setting of a flag says that its owner is over. */
export type Setters = (fn: Fn) => boolean;

interface Question {
  inside: ReadonlySet<Fn>;
  own: string | null;
  ends: Setters | null;
}

export class StopFlags {
  private readonly states = new Set<string>();
  private readonly finalStates = new Set<string>();
  private others: Map<string, Stored[]> | null = null;
  /** Questions whose answer matters: whether something is still there. */
  readonly turns: TurnQuestions;

  constructor(program: Program, private readonly refs: Refs, private readonly types: Types, private readonly api: Api) {
    for (const file of api.files) {
      for (const name of file.states ?? []) this.states.add(name);
      for (const name of file.finalStates ?? []) this.finalStates.add(name);
    }
    this.turns = new TurnQuestions(program, refs, types, api);
  }

  /**
   * Whether one of the functions branches on a flag that a function outside them sets. `own` is no flag: the key of the
   * thing's own holder. With `ends`, an object's flag counts only if it is one of these that sets it.
   */
  asks(chain: readonly Fn[], own: string | null = null, ends: Setters | null = null): boolean {
    const question = { inside: new Set(chain), own, ends };
    return chain.some((fn) => fn.facts.blocks.some(({ end }) =>
      end.kind === "branch" && endInputs(end).some((value) => this.isFlag(fn, value, question, 0))));
  }

  /**
   * Whether the function, when it runs, first asks such a flag and on one of its sides does nothing: then a late run of it
   * is harmless. A flag that decides about a part of its work is none.
   */
  isIdle(fn: Fn, inside: ReadonlySet<Fn>, own: string | null, ends: Setters | null = null): boolean {
    const question = { inside, own, ends };
    return this.askedFirst(fn, (end) => (endInputs(end).some((value) => this.isFlag(fn, value, question, 0)) ? true : null)) !== null;
  }

  /** The same, with the place of the question and the block where the function goes on if it has something to do. */
  idleUnless(fn: Fn, inside: ReadonlySet<Fn>): { at: Span; goesOn: BlockId } | null {
    const question = { inside, own: null, ends: null };
    const end = this.askedFirst(fn, (one) => (endInputs(one).some((value) => this.isFlag(fn, value, question, 0)) ? one : null));
    const [goesOn, ...others] = end ? successorsOf(end).filter((next) => !this.doesNothing(fn, next, false)) : [];
    return end && goesOn !== undefined && others.length === 0 ? { at: end.at, goesOn } : null;
  }

  /** Where the function, before it does anything, asks whether something that `of` names is over for good, and if so does nothing. */
  idleWhenOver(fn: Fn, of: (ref: Ref) => boolean): { at: Span; text: string } | null {
    return this.askedFirst(fn, (end) => {
      const text = endInputs(end).flatMap((value) => this.finalState(fn, value, of, 0) ?? [])[0];
      return text === undefined ? null : { at: end.at, text };
    });
  }

  /** The first answer of the branches that the function comes to before it does anything, and that have a side on which it does nothing. */
  private askedFirst<T>(fn: Fn, asked: (end: Extract<Terminator, { kind: "branch" }>) => T | null): T | null {
    const seen = new Set<BlockId>();
    const work: BlockId[] = [0];
    for (let at = work.pop(); at !== undefined; at = work.pop()) {
      const end = fn.block(at)?.end;
      if (!end || seen.has(at)) continue;
      seen.add(at);
      const answer = end.kind === "branch" ? asked(end) : null;
      if (answer !== null && successorsOf(end).some((next) => this.doesNothing(fn, next))) return answer;
      if (this.isPassive(fn, at)) work.push(...successorsOf(end));
    }
    return null;
  }

  private finalState(fn: Fn, value: ValueId, of: (ref: Ref) => boolean, depth: number): string | null {
    const definition = fn.definition(value)?.instruction;
    if (definition?.op === "operation" && depth < 3) return definition.inputs.map((input) => this.finalState(fn, input, of, depth + 1)).find((one) => one !== null) ?? null;
    if (definition?.op !== "load" || definition.place.kind !== "field" || !this.finalStates.has(bare(definition.place.name))) return null;
    const object = this.refs.of(fn, definition.place.object);
    return of(object) ? `${describe(object)}.${definition.place.name}` : null;
  }

  /** From the block on, a way out on which nothing happens; to raise is such a way, unless the caller says otherwise. */
  private doesNothing(fn: Fn, from: BlockId, raises = true): boolean {
    const seen = new Set<BlockId>();
    const work: BlockId[] = [from];
    for (let at = work.pop(); at !== undefined; at = work.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      const end = fn.block(at)?.end;
      if (!end || !this.isPassive(fn, at)) continue;
      if (end.kind === "return" || raises && end.kind === "raise") return true;
      work.push(...successorsOf(end));
    }
    return false;
  }

  /** Nothing in the block acts on others: it reads, asks, notes something down, or writes a log. */
  private isPassive(fn: Fn, block: BlockId): boolean {
    return (fn.block(block)?.instructions ?? []).every((instruction) => instruction.op !== "call"
      || this.api.safe.has(fn, instruction, this.types) || this.api.borrows.has(fn, instruction, this.types) || fn.uses(instruction.out).length > 0);
  }

  /** Whether the value is, or is made from, such a flag. */
  private isFlag(fn: Fn, value: ValueId, question: Question, depth: number): boolean {
    const { inside, own, ends } = question;
    const definition = fn.definition(value)?.instruction;
    if (!definition || depth > 5) return false;
    switch (definition.op) {
      case "load": {
        const { place } = definition;
        if (place.kind === "field") {
          const ref = this.refs.field(this.refs.of(fn, place.object), place.name);
          // The state of one of many is that one's own affair.
          if (this.states.has(bare(place.name)) && !ref.fields.includes("[]")) return true;
          if (ref.key === own) return false;
          if (ref.root.kind === "this" && ref.fields.length === 1) {
            const stores = this.types.fieldStores.get(ref.key) ?? [];
            if (!ends) return isSetOutside(stores, inside);
            return isSetOutside([...stores.filter((store) => ends(store.fn)), ...this.setByOthers(place.name)], inside);
          }
          return ref.fields.length > 1 && this.isFlag(fn, place.object, question, depth + 1);
        }
        if (place.kind !== "binding") return false;
        const binding = fn.module.binding(place.binding);
        const stores = fn.module.bindingStores.get(place.binding) ?? [];
        if (binding?.owner !== fn.id) return this.refs.ofBinding(fn.module, place.binding).key !== own && isSetOutside(stores.filter((one) => one.fn.id !== binding?.owner), inside);
        return stores.some((store) => store.fn === fn && this.isFlag(fn, store.value, question, depth + 1));
      }
      case "call": {
        const receiver = definition.receiver === null ? null : this.refs.of(fn, definition.receiver);
        if (receiver && definition.method !== null && this.states.has(bare(definition.method)) && !receiver.fields.includes("[]")) return true;
        const callee = this.types.calleeOf(fn, definition);
        if (callee?.kind === "function") return definition.args.length === 0 && this.tells(callee.fn, question, depth + 1);
        // A question to the object itself that nobody can see the answer of.
        return receiver?.root.kind === "this" && receiver.fields.length === 0 && definition.args.length === 0;
      }
      case "operation": return definition.inputs.some((input) => this.isFlag(fn, input, question, depth + 1));
      case "await": return this.isFlag(fn, definition.value, question, depth + 1);
      default: return false;
    }
  }

  /** Stores to a field so called of something that is not the storing function's own object: `this.guest.wanted = false`. */
  private setByOthers(name: string): readonly Stored[] {
    if (!this.others) {
      this.others = new Map();
      for (const store of [...this.types.fieldStores.values()].flat()) {
        const { instruction } = store.site;
        if (instruction.place.kind !== "field") continue;
        const object = store.fn.definition(instruction.place.object)?.instruction;
        if (object?.op !== "load" || object.place.kind !== "this") push(this.others, instruction.place.name, store);
      }
    }
    return this.others.get(name) ?? [];
  }

  private tells(fn: Fn, question: Question, depth: number): boolean {
    return fn.facts.blocks.some(({ end }) => end.kind === "return" && end.value !== null && this.isFlag(fn, end.value, question, depth));
  }
}

/** Set by somebody else than the code that asks and the code that makes the owner. */
function isSetOutside(stores: readonly Stored[], inside: ReadonlySet<Fn>): boolean {
  return stores.some(({ fn }) => !inside.has(fn) && fn.facts.kind !== "constructor" && fn.facts.kind !== "initializer" && fn.facts.kind !== "class-body" && fn.facts.name !== "__init__" && fn.facts.kind !== "module");
}

function bare(name: string): string {
  return name.replace(/^[_#]+/u, "");
}
