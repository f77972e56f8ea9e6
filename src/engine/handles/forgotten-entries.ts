/**
 * Tables of what goes on until it is ended, `this.beats.set(id, setInterval(…))`, also in a record that is the entry: one
 * function ends all of them, and another takes an entry out and leaves what it holds running, where nobody finds it any more.
 *
 * Only for what never ends by itself: an entry of anything else may be over when it is taken out.
 */
import type { Instruction } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import type { Analysis } from "../analysis.js";
import { tellsOfEnd } from "../program/end-words.js";
import { isWithin } from "../contexts/endings.js";
import type { Life } from "./lifetimes.js";
import type { Fn } from "../program/program.js";
import { topOf } from "../program/program.js";
import type { Ref } from "../program/refs.js";

export interface Forgotten {
  fn: Fn;
  at: Span;
  /** The function that ends all of them. */
  ends: { fn: Fn; at: Span };
}

interface Table {
  key: string;
  /** The field of an entry that has the handle; null where the entry is the handle. */
  field: string | null;
}

interface Release {
  fn: Fn;
  at: Span;
  each: boolean;
}

export class ForgottenEntries {
  private readonly shrinks: ReadonlySet<string>;

  constructor(private readonly analysis: Analysis) {
    const { containerMethods } = analysis.api;
    this.shrinks = new Set((["mapping", "set"] as const).flatMap((shape) => containerMethods.get(shape)?.shrink ?? []));
  }

  /**
   * Where an entry is dropped with the handle in it; `runs`: what the handle runs, `tells` whether a failure ends it, of which
   * somebody is told.
   */
  of(life: Life, ref: Ref, runs: readonly Fn[], tells = false): Forgotten | null {
    const at = ref.fields.indexOf("[]");
    const hasName = ref.root.kind === "this" ? at === 1 : ref.root.kind === "binding" && at === 0 && ref.root.module.binding(ref.root.binding)?.kind === "variable";
    if (!hasName || ref.fields.lastIndexOf("[]") !== at) return null;
    const table: Table = { key: ref.key.split(".[]")[0] ?? "", field: ref.fields[at + 1] ?? null };
    const { contexts, endings } = this.analysis;
    const group = this.groupOf(life, ref).filter((fn) => !contexts.isTest(fn));
    const releases = group.flatMap((fn) => this.releaseIn(fn, life, table) ?? []);
    const ends = releases.find((one) => one.each);
    // What is ended alone and stays in the table may have been ended before it is taken out.
    if (!ends || releases.some((one) => !one.each && ![...endings.reach([topOf(one.fn)], 1)].some((fn) => this.removalIn(fn, table) !== null))) return null;
    const run = endings.reach(runs, 2);
    if ([...run].some((fn) => this.releasesAny(fn, life))) return null;
    for (const fn of group) {
      const dropped = this.removalIn(fn, table);
      // What runs knows when it is over.
      if (dropped === null || isWithin(fn, topOf(life.fn)) || runs.some((one) => isWithin(fn, one)) || tells && (contexts.usedAsCallback(fn).length > 0 || tellsOfEnd(fn.facts.name))) continue;
      if (!this.looksAfter(topOf(fn), 2, life, table) && !this.isCalledByWhoLooks(topOf(fn), life, table, 0)) return { fn, at: dropped, ends };
    }
    return null;
  }

  /** The functions that can name the table. */
  private groupOf({ fn }: Life, { root }: Ref): Fn[] {
    if (root.kind !== "this") return [...fn.module.functions];
    return [...new Set(root.cls.related.flatMap((cls) => cls.functions.flatMap((one) => [one, ...this.analysis.holders.nestedIn(one)])))];
  }

  /** Where the function, which names the table, ends something of the kind, and whether it goes through all of the table. */
  private releaseIn(fn: Fn, { pair }: Life, table: Table): Release | null {
    const { api, types, refs, holders } = this.analysis;
    let other: Span | null = null;
    for (const { instruction, block } of fn.sites()) {
      if (instruction.op !== "call") continue;
      const match = api.released(pair, fn, instruction, types);
      if (match && this.isEntry(fn, match.value, table) && (fn.block(block)?.loop != null || this.isForEach(fn, table))) return { fn, at: instruction.at, each: true };
      // `this.beats.forEach(clearInterval)`
      const [given] = instruction.args;
      if (given && instruction.receiver !== null && refs.of(fn, instruction.receiver).key === table.key && holders.isReleasingFunction(pair, fn, given.value)) return { fn, at: instruction.at, each: true };
      if (match) other = instruction.at;
    }
    const names = other !== null && [...topOf(fn).sites(), ...fn.sites()].some(({ fn: one, instruction }) => instruction.op === "load" && refs.of(one, instruction.out).key.startsWith(table.key));
    return names && other !== null ? { fn, at: other, each: false } : null;
  }

  /** The function is called for each entry: `this.beats.forEach((beat) => …)`. */
  private isForEach(fn: Fn, table: Table): boolean {
    const { api, refs, contexts } = this.analysis;
    return contexts.usedAsCallback(fn).some(({ site }) => site.instruction.receiver !== null && api.words.is("each", site.instruction) === "method" && refs.of(site.fn, site.instruction.receiver).key.startsWith(table.key));
  }

  private releasesAny(fn: Fn, { pair }: Life): boolean {
    const { api, types } = this.analysis;
    return [...fn.sites()].some(({ instruction }) => instruction.op === "call" && api.released(pair, fn, instruction, types) !== null);
  }

  /** Where the function takes something out of the table and does not look at it. */
  private removalIn(fn: Fn, table: Table): Span | null {
    for (const { instruction } of fn.sites()) if (this.removes(fn, instruction, table)) return instruction.at;
    return null;
  }

  private removes(fn: Fn, instruction: Instruction, table: Table): boolean {
    const { refs } = this.analysis;
    if (instruction.op === "delete") return instruction.place.kind === "index" && refs.of(fn, instruction.place.object).key === table.key;
    return instruction.op === "call" && instruction.receiver !== null && instruction.method !== null && this.shrinks.has(instruction.method) && fn.uses(instruction.out).length === 0
      && refs.of(fn, instruction.receiver).key === table.key;
  }

  /** The function, or what it calls, ends something of the kind, has to do with what holds it, or gives an entry to somebody who may. */
  private looksAfter(fn: Fn, depth: number, life: Life, table: Table): boolean {
    return [...this.analysis.endings.reach([fn], depth)].some((one) => this.releasesAny(one, life) || this.touches(one, table));
  }

  private touches(fn: Fn, table: Table): boolean {
    const { types } = this.analysis;
    const isEntry = (value: number): boolean => this.isEntry(fn, value, table);
    if (fn.facts.blocks.some(({ end }) => end.kind === "return" && end.value !== null && isEntry(end.value))) return true;
    return [...fn.sites()].some(({ instruction }) => {
      if (instruction.op === "load") return table.field !== null && instruction.place.kind === "field" && instruction.place.name === table.field;
      if (instruction.op === "store") return instruction.place.kind === "field" && instruction.place.name !== table.field && isEntry(instruction.place.object);
      return instruction.op === "call" && types.calleeOf(fn, instruction) === null && (instruction.args.some((one) => isEntry(one.value)) || instruction.receiver !== null && isEntry(instruction.receiver));
    });
  }

  /** Whoever calls it, or the caller's own caller, does so before or after. */
  private isCalledByWhoLooks(fn: Fn, life: Life, table: Table, depth: number): boolean {
    const { contexts } = this.analysis;
    const callers = contexts.callers(fn).map((site) => topOf(site.fn)).filter((one) => one !== fn && !contexts.isTest(one));
    return callers.some((one) => this.looksAfter(one, 0, life, table) || depth < 1 && this.isCalledByWhoLooks(one, life, table, depth + 1));
  }

  /** An entry of the table, or the handle in it. */
  private isEntry(fn: Fn, value: number, { key, field }: Table): boolean {
    const of = this.analysis.refs.of(fn, value).key;
    return of === `${key}.[]` || of.startsWith(`${key}.[].`) && (field === null || of === `${key}.[].${field}`);
  }
}
