/**
 * Tables that keep under each key the last piece of work of a row of them: the tail of a queue, the promise of a lock.
 * Each new one waits for the one before and takes its place, so what stays under a key when the row has ended is of no
 * use: such an entry is no answer that is kept to be asked again.
 */
import type { BindingId, BlockId, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import type { Api } from "../program/api.js";
import { canReach } from "../program/blocks.js";
import type { GrowSite } from "./containers.js";
import type { Contexts } from "../contexts/contexts.js";
import type { GrowthWords } from "../program/growth-words.js";
import type { Fn } from "../program/program.js";
import { endInputs } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";
import type { Types } from "../program/types.js";

/** What the function that puts a new entry in knows of the one before. */
interface Before {
  fn: Fn;
  /** The reference to an entry of the table. */
  entry: string;
  table: string;
  /** Variables that hold it. */
  variables: ReadonlySet<BindingId>;
}

const DEPTH = 5;

export class ContainerTails {
  constructor(private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly contexts: Contexts, private readonly words: GrowthWords) {}

  /** Where the work that is put in waits for what was under its key before; null where it does not, or where it is put in only if nothing was there. */
  followsAt(table: Ref, grow: GrowSite, isPassing: boolean): { fn: Fn; at: Span } | null {
    const { fn, value, site } = grow;
    if (grow.key === null || value === null || grow.fresh || grow.byReading) return null;
    const before: Before = { fn, entry: `${table.key}.[]`, table: table.key, variables: this.variablesOf(fn, `${table.key}.[]`) };
    const at = this.follows(before, fn, 0);
    if (!at || !isPassing && !this.isWork(before, fn, value, 0)) return null;
    return this.isOnlyForMissing(before, site.block) ? null : at;
  }

  /** The function's variables that are given the entry: `const before = tails.get(key) ?? Promise.resolve()`. */
  private variablesOf(fn: Fn, entry: string): ReadonlySet<BindingId> {
    const found = new Set<BindingId>();
    for (let size = -1; size < found.size;) {
      size = found.size;
      for (const { instruction } of fn.sites()) {
        if (instruction.op === "store" && instruction.place.kind === "binding" && this.isEntry({ fn, entry, table: "", variables: found }, fn, instruction.value)) found.add(instruction.place.binding);
      }
    }
    return found;
  }

  private isEntry({ entry, variables }: Before, fn: Fn, value: ValueId): boolean {
    const definition = fn.definition(value)?.instruction;
    if (definition?.op === "load" && definition.place.kind === "binding" && variables.has(definition.place.binding)) return true;
    return (definition?.op === "load" || definition?.op === "call") && this.refs.of(fn, value).key === entry;
  }

  /** It is waited for, or something is to go on when it is over: in the function, or in what is nested in it. */
  private follows(before: Before, fn: Fn, depth: number): { fn: Fn; at: Span } | null {
    for (const { instruction } of fn.sites()) {
      if (instruction.op === "await" && this.leads(before, fn, instruction.value)) return { fn, at: instruction.at };
      if (instruction.op === "call" && this.continues(before, fn, instruction.out)) return { fn, at: instruction.at };
    }
    for (const inner of depth < 2 ? fn.module.nested.get(fn.id) ?? [] : []) {
      const found = this.follows(before, inner, depth + 1);
      if (found) return found;
    }
    return null;
  }

  /** `before`, or a wait for it among others: `Promise.allSettled([before])`. */
  private leads(before: Before, fn: Fn, value: ValueId): boolean {
    if (this.isEntry(before, fn, value)) return true;
    const made = fn.definition(value)?.instruction;
    if (made?.op !== "call") return false;
    const given = made.args.flatMap((one) => {
      const listed = fn.definition(one.value)?.instruction;
      return listed?.op === "collection" ? listed.elements.map((element) => element.value) : [one.value];
    });
    return given.some((one) => this.isEntry(before, fn, one));
  }

  /** `before.then(work)`, `before.catch(() => {}).finally(work)`. */
  private continues(before: Before, fn: Fn, value: ValueId, depth = 0): boolean {
    const made = fn.definition(value)?.instruction;
    if (made?.op !== "call" || depth > DEPTH) return false;
    if (made.receiver === null || made.args.length === 0) return false;
    const isContinued = this.api.words.is("continues", made) === "method" || this.words.is("onFailure", fn, made) || this.words.isHeard(fn, made);
    return isContinued && (this.isEntry(before, fn, made.receiver) || this.continues(before, fn, made.receiver, depth + 1));
  }

  /** What is put in is work under way. */
  private isWork(before: Before, fn: Fn, value: ValueId, depth: number): boolean {
    const made = fn.definition(value)?.instruction;
    if (!made || depth > DEPTH) return false;
    if (made.op === "load" && made.place.kind === "binding") {
      const stores = (fn.module.bindingStores.get(made.place.binding) ?? []).filter((store) => store.fn === fn);
      return stores.some((store) => this.isWork(before, fn, store.value, depth + 1));
    }
    if (made.op !== "call") return false;
    if (this.continues(before, fn, value)) return true;
    const callee = this.types.calleeOf(fn, made);
    if (callee?.kind === "function") return callee.fn.facts.async;
    return made.callee !== null && this.contexts.functionsIn(fn, made.callee).some((one) => one.facts.async);
  }

  /** The function asks for the entry, and comes to the statement on one side of the question only. */
  private isOnlyForMissing(before: Before, block: BlockId): boolean {
    const { fn } = before;
    return fn.facts.blocks.some(({ end }) => {
      if (end.kind !== "branch") return false;
      const asks = end.test.kind === "in" ? this.refs.of(fn, end.test.container).key === before.table : endInputs(end).some((value) => this.asks(before, value));
      return asks && this.comes(fn, end.then, block) !== this.comes(fn, end.else, block);
    });
  }

  private asks(before: Before, value: ValueId): boolean {
    const { fn } = before;
    if (this.isEntry(before, fn, value)) return true;
    const made = fn.definition(value)?.instruction;
    return made?.op === "call" && made.receiver !== null && this.refs.of(fn, made.receiver).key === before.table;
  }

  private comes(fn: Fn, from: BlockId, to: BlockId): boolean {
    return from === to || canReach(fn, from, to);
  }
}
