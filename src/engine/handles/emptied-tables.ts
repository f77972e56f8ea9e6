/**
 * A table of things that must be closed, and an end that only empties it: `stop()` puts an empty list in the field, or
 * clears it, where another function closes each of what the same field holds before it gives that up.
 *
 * An end that does anything else with the table, that the closing function calls, or that is called beside it, is
 * believed to know that they are closed.
 */
import type { Instruction, ValueId } from "../../model/facts.js";
import { isNothing } from "../program/constants.js";
import { originOf } from "./acquisitions.js";
import type { Api } from "../program/api.js";
import type { Contexts } from "../contexts/contexts.js";
import type { Dropped } from "./dropped-entries.js";
import { outOfLambdas } from "../contexts/endings.js";
import type { Endings } from "../contexts/endings.js";
import type { CallSite } from "../contexts/holders.js";
import type { Fn, Program } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";
import type { StoredRecords } from "../program/stored-records.js";
import type { Types } from "../program/types.js";

/** What the program does with one table. */
interface Table {
  closings: { fn: Fn; method: string }[];
  emptyings: { fn: Fn; ref: Ref; at: Instruction["at"] }[];
  makers: CallSite[];
  /** Functions that work with it in any other way than asking whether, or how much, there is. */
  users: Set<Fn>;
}

/** Calls between an end and what closes. */
const REACH = 2;

export class EmptiedTables {
  private readonly clears: ReadonlySet<string>;
  private readonly sizes: ReadonlySet<string>;

  constructor(
    private readonly program: Program, private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly contexts: Contexts,
    private readonly endings: Endings, private readonly records: StoredRecords,
  ) {
    this.clears = new Set([...api.containerMethods.values()].flatMap((methods) => (methods.shape === "queue" ? [] : methods.empties ?? [])));
    this.sizes = new Set([...api.containerMethods.values()].flatMap((methods) => methods.size));
  }

  *all(): Generator<Dropped> {
    if (this.api.closingMethods.size === 0) return;
    for (const table of this.index().values()) {
      const [maker] = table.makers;
      const [closing] = table.closings;
      if (!maker || !closing) continue;
      for (const { fn, ref, at } of table.emptyings) {
        if (this.isEnd(fn) && !this.isClosedAround(fn, table)) yield { fn, ref: this.refs.field(ref, "[]"), at, maker, closer: closing.method };
      }
    }
  }

  private isEnd(fn: Fn): boolean {
    const { kind, name } = fn.facts;
    return (kind === "method" || kind === "function") && !fn.facts.static && this.endings.isEnd(name, true) && !this.endings.isPartial(name) && this.contexts.usedAsCallback(fn).length === 0;
  }

  /** The end, what it calls, or who calls it works with the table, or closes what is in it on the way. */
  private isClosedAround(end: Fn, { closings, users }: Table): boolean {
    const reached = this.endings.reach([end], REACH);
    if ([...users].some((fn) => reached.has(fn))) return true;
    const closers = new Set(closings.map(({ fn }) => outOfLambdas(fn)));
    const callers = this.contexts.callers(end).map((site) => site.fn);
    return callers.some((fn) => closers.has(outOfLambdas(fn)) || [...this.endings.reach([outOfLambdas(fn)], 1)].some((one) => closers.has(one)));
  }

  private index(): ReadonlyMap<string, Table> {
    const tables = new Map<string, Table>();
    const of = (key: string): Table => {
      let found = tables.get(key);
      if (!found) tables.set(key, (found = { closings: [], emptyings: [], makers: [], users: new Set() }));
      return found;
    };
    for (const fn of this.program.functions()) {
      for (const { instruction } of fn.sites()) {
        const emptied = this.emptied(fn, instruction);
        if (emptied) of(emptied.key).emptyings.push({ fn, ref: emptied, at: instruction.at });
        else this.use(fn, instruction, of);
      }
    }
    return tables;
  }

  /** The table that an instruction leaves empty. */
  private emptied(fn: Fn, instruction: Instruction): Ref | null {
    if (instruction.op === "call") return instruction.receiver !== null && instruction.args.length === 0 && this.clears.has(instruction.method ?? "") ? tableOf(this.refs.of(fn, instruction.receiver)) : null;
    // `sockets.length = 0`
    if (instruction.op === "store" && instruction.place.kind === "field" && this.sizes.has(instruction.place.name)) return tableOf(this.refs.of(fn, instruction.place.object));
    return instruction.op === "store" && !instruction.augmented && this.isEmpty(fn, instruction.value) ? this.stored(fn, instruction) : null;
  }

  private stored(fn: Fn, { place }: Extract<Instruction, { op: "store" }>): Ref | null {
    if (place.kind === "field") return tableOf(this.refs.field(this.refs.of(fn, place.object), place.name));
    return place.kind === "binding" ? tableOf(this.refs.ofBinding(fn.module, place.binding)) : null;
  }

  /** An empty collection, or none. */
  private isEmpty(fn: Fn, value: ValueId): boolean {
    const made = fn.definition(value)?.instruction;
    if (made?.op === "collection") return made.elements.length === 0 && !made.comprehension;
    if (made?.op === "call") return made.args.length === 0 && made.path !== null && this.api.containers.has(made.path);
    return isNothing(fn, value);
  }

  private use(fn: Fn, instruction: Instruction, of: (key: string) => Table): void {
    if (instruction.op === "store") {
      const own = this.stored(fn, instruction);
      if (own) of(own.key).makers.push(...this.makersOf(fn, instruction.value));
      const into = instruction.place.kind === "index" ? tableOf(this.refs.of(fn, instruction.place.object)) : null;
      if (into) of(into.key).makers.push(...this.originsOf(fn, instruction.value));
    }
    if (instruction.op === "call" && instruction.receiver !== null) {
      const ref = this.refs.of(fn, instruction.receiver);
      const element = elementsOf(ref);
      if (element && instruction.method !== null && this.api.closingMethods.has(instruction.method) && !this.records.deletes(fn, instruction)) of(element.key).closings.push({ fn, method: instruction.method });
      const table = tableOf(ref);
      // `self.sockets.append(connect())`
      if (table && this.api.words.is("stores", instruction) === "method") for (const { value } of instruction.args) of(table.key).makers.push(...this.originsOf(fn, value));
    }
    if (instruction.op !== "load") return;
    const table = tableOf(this.refs.of(fn, instruction.out));
    if (table && !this.isOnlyAsked(fn, instruction.out)) of(table.key).users.add(fn);
  }

  /** What makes the table's contents: a call that gives all of them, or one for each. */
  private makersOf(fn: Fn, value: ValueId): CallSite[] {
    const made = fn.definition(value)?.instruction;
    if (made?.op !== "collection") return this.originsOf(fn, value);
    const added = fn.uses(value).flatMap((use) => (made.comprehension && use.kind === "instruction" && use.site.instruction.op === "call" && use.site.instruction.receiver === value ? use.site.instruction.args : []));
    return [...made.elements, ...added].flatMap((one) => this.originsOf(fn, one.value));
  }

  private originsOf(fn: Fn, value: ValueId): CallSite[] {
    const origin = originOf(fn, value, 0);
    return origin ? [origin] : [];
  }

  private isOnlyAsked(fn: Fn, value: ValueId): boolean {
    return fn.uses(value).every((use) => {
      if (use.kind === "end") return use.end.kind === "branch";
      const { instruction } = use.site;
      if (instruction.op === "call") return instruction.receiver === value ? instruction.args.length === 0 && this.clears.has(instruction.method ?? "") : this.api.borrows.has(fn, instruction, this.types);
      return (instruction.op === "load" || instruction.op === "store") && instruction.place.kind === "field" && this.sizes.has(instruction.place.name);
    });
  }
}

/** A table in a field of the object, or in a variable of the module. */
function tableOf(ref: Ref): Ref | null {
  const { root, fields } = ref;
  if (root.kind === "this") return fields.length === 1 && fields[0] !== "[]" ? ref : null;
  return root.kind === "binding" && fields.length === 0 && root.module.binding(root.binding)?.owner === 0 ? ref : null;
}

/** The table that a reference is an element of. */
function elementsOf({ root, fields, key }: Ref): Ref | null {
  return fields.at(-1) === "[]" ? tableOf({ root, fields: fields.slice(0, -1), key: key.slice(0, -".[]".length) }) : null;
}
