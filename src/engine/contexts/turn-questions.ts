/**
 * What a turn of work asks before it arms the next one: whether its entry is still in a table that somebody else takes it
 * out of, whether its element is still in the document. Then the turns end with the entry, or the element.
 */
import type { BlockId, Call, Terminator, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import type { Api } from "../program/api.js";
import { CallSet } from "../program/api.js";
import { isReachedWithout, isWait } from "../program/blocks.js";
import { isFalsy } from "../program/constants.js";
import type { Fn, Program, Site } from "../program/program.js";
import { push, successorsOf } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";
import type { Setters } from "./stop-flags.js";
import type { Types } from "../program/types.js";
import { isMaking } from "./targets.js";

/** A branch that asks whether something is there, and where it goes if so and if not. */
interface Question {
  block: BlockId;
  there: BlockId;
  gone: BlockId;
  /** The table that it is asked of; null for the document. */
  table: Ref | null;
}

/** The turns of which each arms the next: from the callback to the function that arms, and where that does. */
export interface Turns {
  chain: readonly Fn[];
  armed: Site;
}

export class TurnQuestions {
  private readonly present = new CallSet<true>();
  private readonly reads: ReadonlySet<string>;
  private readonly shrinks: ReadonlySet<string>;
  private readonly grows: ReadonlySet<string>;
  /** Who takes something out of a table, and who puts something in, by its reference. */
  private takers: Map<string, { fn: Fn; block: BlockId }[]> | null = null;

  constructor(private readonly program: Program, private readonly refs: Refs, private readonly types: Types, api: Api) {
    for (const file of api.files) for (const call of file.present ?? []) this.present.add(call, true);
    // What stands in a queue is asked for by taking it out.
    const methods = [...api.containerMethods].flatMap(([shape, one]) => (shape === "queue" ? [] : [one]));
    this.reads = new Set(methods.flatMap((one) => one.reads));
    this.shrinks = new Set(methods.flatMap((one) => one.shrink));
    this.grows = new Set(methods.flatMap((one) => Object.keys(one.grow)));
  }

  /** The next turn is armed only where such a question is answered with yes. With `ends`, it must be one of these that takes the entry out. */
  endsTurns(turns: Turns, ends: Setters | null = null): boolean {
    return this.deciding(turns, ends).some(({ fn, table }) => table === null || this.putBack(fn, table) === null);
  }

  /** Where a turn puts the entry in again, unasked, that somebody may have taken out during its wait: `await work(); this.jobs.set(id, …)`. */
  undoes(turns: Turns): { fn: Fn; taker: Fn; at: Span } | null {
    for (const { fn, table } of this.deciding(turns, null)) {
      const put = table && this.putBack(fn, table);
      const [taker] = put ? this.takersOf(table, turns.chain, null) : [];
      if (put && taker) return { fn, taker, at: put.instruction.at };
    }
    return null;
  }

  /** The questions that decide whether there is a next turn. */
  private deciding({ chain, armed }: Turns, ends: Setters | null): { fn: Fn; table: Ref | null }[] {
    return chain.flatMap((fn, index) => {
      const leads = this.leadsOn(fn, chain[index + 1] ?? null, armed);
      const asked = leads.length === 0 ? [] : this.questionsOf(fn).filter((question) => leads.every((lead) => isOnlyIfThere(fn, question, lead)));
      return asked.filter(({ table }) => table === null || this.takersOf(table, chain, ends).length > 0).map(({ table }) => ({ fn, table }));
    });
  }

  /** Where the function comes to the next of the chain, or arms. */
  private leadsOn(fn: Fn, next: Fn | null, armed: Site): BlockId[] {
    if (next === null) return fn === armed.fn ? [armed.block] : [];
    const found: BlockId[] = [];
    for (const { instruction, block } of fn.sites()) {
      const leads = instruction.op === "closure" ? fn.module.fn(instruction.function) === next
        : instruction.op === "call" && this.comesTo(fn, instruction, next);
      if (leads) found.push(block);
    }
    return found;
  }

  private comesTo(fn: Fn, call: Call, next: Fn): boolean {
    const callee = this.types.calleeOf(fn, call);
    return callee?.kind === "function" && callee.fn === next;
  }

  private questionsOf(fn: Fn): Question[] {
    return fn.facts.blocks.flatMap(({ end }, block): Question[] => {
      const asked = end.kind === "branch" ? this.askedBy(fn, end) : null;
      return asked ? [{ block, ...asked }] : [];
    });
  }

  private askedBy(fn: Fn, { test, then, else: otherwise }: Extract<Terminator, { kind: "branch" }>): Omit<Question, "block"> | null {
    const sides = (isYes: boolean): Pick<Question, "there" | "gone"> => (isYes ? { there: then, gone: otherwise } : { there: otherwise, gone: then });
    if (test.kind === "in") return this.isShared(fn, this.refs.of(fn, test.container)) ? { ...sides(true), table: this.refs.of(fn, test.container) } : null;
    if (test.kind === "equal") {
      // `document.contains(element) === false`
      const answer = fn.definition(test.right)?.instruction;
      const table = answer?.op === "constant" && answer.value.kind === "boolean" ? this.askedOf(fn, test.left, 0) : undefined;
      return table === undefined ? null : { ...sides(!isFalsy(fn, test.right)), table };
    }
    const table = test.kind === "truthy" || test.kind === "none" ? this.askedOf(fn, test.value, 0) : undefined;
    return table === undefined ? null : { ...sides(test.kind === "truthy"), table };
  }

  /** What the value is the answer of: a table that is asked for a key or an element, null for the document; undefined for anything else. */
  private askedOf(fn: Fn, value: ValueId, depth: number): Ref | null | undefined {
    const made = fn.definition(value)?.instruction;
    if (made?.op === "load" && made.place.kind === "index") return this.tableOf(fn, made.place.object);
    if (made?.op === "load" && made.place.kind === "binding" && depth < 2) {
      const [store, ...more] = fn.module.bindingStores.get(made.place.binding) ?? [];
      return store?.fn === fn && more.length === 0 ? this.askedOf(fn, store.value, depth + 1) : undefined;
    }
    if (made?.op !== "call" || made.args.length === 0) return undefined;
    if (this.present.has(fn, made, this.types)) return null;
    return made.receiver !== null && this.reads.has(made.method ?? "") ? this.tableOf(fn, made.receiver) : undefined;
  }

  private tableOf(fn: Fn, value: ValueId): Ref | undefined {
    const table = this.refs.of(fn, value);
    return this.isShared(fn, table) ? table : undefined;
  }

  /** Others see it too: a field, or a variable of a function around. */
  private isShared(fn: Fn, { root, fields }: Ref): boolean {
    if (fields.includes("[]")) return false;
    return root.kind === "this" ? fields.length > 0 : root.kind === "binding" && (fields.length > 0 || root.module.binding(root.binding)?.owner !== fn.id);
  }

  private takersOf({ key }: Ref, chain: readonly Fn[], ends: Setters | null): Fn[] {
    if (!this.takers) {
      this.takers = new Map();
      for (const fn of this.program.functions()) {
        for (const { instruction, block } of fn.sites()) for (const table of this.changedBy(fn, instruction, this.shrinks, "delete")) push(this.takers, table, { fn, block });
      }
    }
    return (this.takers.get(key) ?? []).filter(({ fn, block }) => !chain.includes(fn) && !isMaking(fn) && (ends === null || ends(fn)) && this.isSure(fn, block, key)).map(({ fn }) => fn);
  }

  /** Whoever runs the function comes to the block, unless nothing stands in the table: what goes only when there is no more to do is no end. */
  private isSure(fn: Fn, block: BlockId, table: string): boolean {
    const questions = this.questionsOf(fn).filter((one) => one.table?.key === table);
    const seen = new Set<BlockId>([0, block]);
    const work = block === 0 ? [] : [0];
    for (let at = work.pop(); at !== undefined; at = work.pop()) {
      const end = fn.block(at)?.end;
      if (!end || end.kind === "return") return false;
      for (const next of successorsOf(end)) {
        if (seen.has(next) || questions.some((one) => one.block === at && one.gone === next)) continue;
        seen.add(next);
        work.push(next);
      }
    }
    return true;
  }

  private putBack(fn: Fn, { key }: Ref): Site | null {
    const questions = new Set(this.questionsOf(fn).filter(({ table }) => table?.key === key).map(({ block }) => block));
    const waits = [...fn.sites()].filter(({ instruction }) => isWait(instruction));
    const puts = [...fn.sites()].filter(({ instruction }) => [...this.changedBy(fn, instruction, this.grows, "store")].includes(key));
    return puts.find((put) => isReachedWithout(fn, 0, put.block, questions)
      || waits.some((wait) => (wait.block === put.block ? wait.index < put.index : isReachedWithout(fn, wait.block, put.block, questions)))) ?? null;
  }

  /** The references that an instruction puts something in, or takes something out of. */
  private *changedBy(fn: Fn, instruction: Site["instruction"], methods: ReadonlySet<string>, op: "store" | "delete"): Generator<string> {
    if (instruction.op === "call" && instruction.receiver !== null && methods.has(instruction.method ?? "")) yield this.refs.of(fn, instruction.receiver).key;
    if (instruction.op === op && instruction.place.kind === "index") yield this.refs.of(fn, instruction.place.object).key;
  }
}

/** Every way to the block asks, and comes there with a yes. */
function isOnlyIfThere(fn: Fn, { block, there, gone }: Question, lead: BlockId): boolean {
  const question = new Set([block]);
  return lead !== block && !isReachedWithout(fn, 0, lead, question) && isReachedWithout(fn, there, lead, question) && !isReachedWithout(fn, gone, lead, question);
}
