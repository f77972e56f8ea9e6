/**
 * Entries that a class takes out of its own table without closing them, where another of its methods closes what the
 * table holds: `del self._links[key]` beside `for link in self._links.values(): link.close()`.
 *
 * Only a method that works with the entry and then forgets it is believed to forget a live one. What asks about the
 * entry's state, hands it on, or is told of an end knows that it is over.
 */
import type { Instruction } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import { originOf } from "./acquisitions.js";
import type { Api, CompiledPair } from "../program/api.js";
import type { FieldPaths } from "../paths/field-paths.js";
import type { CallSite } from "../contexts/holders.js";
import { inputs } from "../program/program.js";
import type { Cls, Fn, Program } from "../program/program.js";
import { endInputs } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";

export interface Dropped {
  fn: Fn;
  /** What is lost: an element of a table, or what a slot of its own holds. */
  ref: Ref;
  /** How it is known, where the catalog knows it. */
  pair?: CompiledPair;
  at: Span;
  /** The call that makes an entry, and the method that closes one. */
  maker: CallSite;
  closer: string;
}

export class DroppedEntries {
  private readonly closes: ReadonlySet<string>;

  constructor(private readonly program: Program, private readonly refs: Refs, private readonly api: Api, private readonly fieldPaths: FieldPaths) {
    this.closes = new Set(api.files.flatMap((file) => file.evidence?.closes ?? []));
  }

  *all(): Generator<Dropped> {
    if (this.closes.size === 0) return;
    for (const cls of this.program.classes()) {
      const closed = this.closedTables(cls);
      if (closed.size > 0) yield* this.dropsOf(cls, closed);
    }
  }

  /** The tables whose entries some method closes, with the method that is called on an entry. */
  private closedTables(cls: Cls): Map<string, string> {
    const found = new Map<string, string>();
    for (const fn of cls.functions) {
      for (const { instruction } of fn.sites()) {
        if (instruction.op !== "call" || instruction.receiver === null || instruction.method === null || !this.closes.has(instruction.method)) continue;
        const table = tableOf(this.refs.of(fn, instruction.receiver));
        if (table !== null) found.set(table, instruction.method);
      }
    }
    return found;
  }

  private *dropsOf(cls: Cls, closed: ReadonlyMap<string, string>): Generator<Dropped> {
    for (const fn of cls.functions) {
      if (!this.fieldPaths.isOrdinaryMethod(fn) || this.fieldPaths.isToldOfEnd(fn)) continue;
      const done = new Set<string>();
      for (const { instruction } of fn.sites()) {
        const ref = this.dropped(fn, instruction);
        const [table] = ref?.fields ?? [];
        const closer = table === undefined ? undefined : closed.get(table);
        if (!ref || table === undefined || closer === undefined || done.has(table) || !this.worksWith(fn, table)) continue;
        const maker = this.makerOf(cls, table);
        if (!maker) continue;
        done.add(table);
        yield { fn, ref: this.refs.field(ref, "[]"), at: instruction.at, maker, closer };
      }
    }
  }

  /** The table that an instruction takes an entry out of and does not look at it. */
  private dropped(fn: Fn, instruction: Instruction): Ref | null {
    if (instruction.op === "delete" && instruction.place.kind === "index") return ownTable(this.refs.of(fn, instruction.place.object));
    if (instruction.op !== "call" || instruction.receiver === null || this.api.words.is("takes", instruction) !== "method" || instruction.args.length === 0) return null;
    return fn.uses(instruction.out).length === 0 ? ownTable(this.refs.of(fn, instruction.receiver)) : null;
  }

  /** Whether a function calls something on an entry, and neither closes one, asks about one nor hands one on. */
  private worksWith(fn: Fn, table: string): boolean {
    let works = false;
    const isEntry = (value: number): boolean => tableOf(this.refs.of(fn, value)) === table;
    for (const { end, instructions } of fn.facts.blocks) {
      if (end.kind === "return" && end.value !== null && isEntry(end.value)) return false;
      if (end.kind === "branch" && endInputs(end).some((value) => this.asksEntry(fn, value, isEntry, 0))) return false;
      for (const instruction of instructions) {
        if (instruction.op !== "call") continue;
        if (instruction.args.some((one) => isEntry(one.value))) return false;
        if (instruction.receiver === null || instruction.method === null || !isEntry(instruction.receiver)) continue;
        if (this.closes.has(instruction.method) || this.api.releaseMethods.has(instruction.method)) return false;
        works = true;
      }
    }
    return works;
  }

  private asksEntry(fn: Fn, value: number, isEntry: (value: number) => boolean, depth: number): boolean {
    if (isEntry(value)) return true;
    const definition = fn.definition(value)?.instruction;
    return definition !== undefined && definition.op !== "await" && depth < 3 && inputs(definition).some((input) => this.asksEntry(fn, input, isEntry, depth + 1));
  }

  private makerOf(cls: Cls, table: string): CallSite | null {
    for (const fn of cls.functions) {
      for (const { instruction } of fn.sites()) {
        if (instruction.op !== "store" || instruction.place.kind !== "index" || ownTable(this.refs.of(fn, instruction.place.object))?.fields[0] !== table) continue;
        const made = originOf(fn, instruction.value, 0);
        if (made) return made;
      }
    }
    return null;
  }
}

/** The table in a field of the object that a reference is an entry of. */
function tableOf(ref: Ref): string | null {
  return ref.root.kind === "this" && ref.fields.length === 2 && ref.fields[1] === "[]" ? ref.fields[0] ?? null : null;
}

function ownTable(ref: Ref): Ref | null {
  return ref.root.kind === "this" && ref.fields.length === 1 ? ref : null;
}
