/**
 * Values that keep all they were computed from, kept for good or summed up turn by turn: each turn's history stays
 * with them. What has a history is shown by the code itself: it walks back through it, in the same turn.
 *
 * What is given up: values that only their maker's name or a function elsewhere shows to have one.
 */
import type { CatalogFile } from "../../catalog/types.js";
import { matchesArgument } from "../../catalog/pattern.js";
import type { BindingId, Call, LoopId, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import { CallSet, importsOneOf } from "../program/api.js";
import type { Api } from "../program/api.js";
import { isInLoop } from "../program/blocks.js";
import type { Context, Contexts } from "../contexts/contexts.js";
import { HistoryKeepers } from "./history-keepers.js";
import type { Keeper } from "./history-keepers.js";
import type { CallSite } from "../contexts/holders.js";
import type { Fn, Mod, Program, Site } from "../program/program.js";
import type { Refs } from "../program/refs.js";
import type { Types } from "../program/types.js";

export interface KeptHistory {
  fn: Fn;
  at: Span;
  context: Context;
  keeper: Keeper;
  /** What is added, in the code's words. */
  value: string;
  /** The loop that adds turn by turn; null where each call adds one. */
  loop: LoopId | null;
  /** What shows that it has a history. */
  walk: CallSite;
  noun: string;
  help: string;
}

/** What a function walks back through: names, and who makes the values that have them. */
interface Walked {
  names: Map<string, CallSite>;
  makers: Map<string, CallSite>;
}

type Words = NonNullable<CatalogFile["histories"]>;

const ARITHMETIC = /^(?:[-+*/@]|\*\*|\/\/)$/u;
const MAXIMUM_DEPTH = 8;

export class Histories {
  private readonly words: Words | null;
  private readonly sets = { walks: new CallSet<true>(), passes: new CallSet<true>(), cuts: new CallSet<true>(), without: new CallSet<true>(), switches: new CallSet<true>() };
  private readonly result: RegExp;
  private readonly walkedBy = new Map<Fn, Walked>();
  private readonly reaching = new Map<Mod, Set<string>>();
  private readonly keepers: HistoryKeepers;

  constructor(private readonly program: Program, private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly contexts: Contexts) {
    this.words = api.files.find(({ histories }) => histories)?.histories ?? null;
    for (const kind of ["walks", "passes", "cuts", "without", "switches"] as const) for (const text of this.words?.[kind] ?? []) this.sets[kind].add(text, true);
    this.result = new RegExp(this.words?.results ?? "^$", "iu");
    this.keepers = new HistoryKeepers(refs, types, api, contexts);
  }

  *all(): Generator<KeptHistory> {
    const { words } = this;
    if (!words) return;
    for (const module of this.program.modules) {
      if (!importsOneOf(module, words.imports)) continue;
      for (const fn of module.functions) if (!this.contexts.isTest(fn) && !this.isDecorated(fn, words)) yield* this.keptBy(fn, words);
    }
  }

  private *keptBy(fn: Fn, words: Words): Generator<KeptHistory> {
    const walked = this.walked(fn);
    const seen = new Set<string>();
    for (const addition of this.keepers.additions(fn)) {
      const { site, keeper, values } = addition;
      if (seen.has(keeper.name) || this.isWithout(fn, site)) continue;
      const loop = this.keepers.loopOf(fn, addition);
      if (loop === null && !this.keepers.isKeptByCalls(fn, addition)) continue;
      const found = values.map((value) => ({ value, walk: this.historyOf(fn, value, walked, 0) })).find(({ walk }) => walk !== null);
      if (!found?.walk || loop !== null && !this.isOfTurn(found.walk, fn, loop, found.value, walked)) continue;
      if (this.reachesWalk(fn, keeper.key)) continue;
      seen.add(keeper.name);
      const at = fn.definition(found.value)?.instruction.at ?? site.instruction.at;
      const value = fn.module.text.slice(...at);
      yield {
        fn, at: site.instruction.at, context: this.contexts.at(fn, site.block), keeper, loop, walk: found.walk, noun: words.noun,
        value, help: words.help.replaceAll("$", /^[\w.]+$/u.test(value) ? value : `(${value})`),
      };
    }
  }

  /** The walk is in the same turn; or the value is made in this loop by what makes those that are walked elsewhere. */
  private isOfTurn(walk: CallSite, fn: Fn, loop: LoopId, value: ValueId, walked: Walked): boolean {
    return walk.fn !== fn || isInLoop(fn, walk.block, loop) || this.isMadeHere(fn, value, walked, 0);
  }

  // What is walked

  /** Names that the function walks back through, directly, by parts, or in a function that it gives them to. */
  private walked(fn: Fn): Walked {
    const known = this.walkedBy.get(fn);
    if (known) return known;
    const walked: Walked = { names: new Map(), makers: new Map() };
    this.walkedBy.set(fn, walked); // A function that calls itself adds nothing.
    for (const site of fn.sites()) {
      if (site.instruction.op !== "call") continue;
      const call = site.instruction;
      const roots = this.walkedValues(fn, call);
      if (call.args.some((one) => one.name !== null && this.words?.again.includes(one.name))) continue;
      for (const root of roots) this.collect(fn, root, site as CallSite, walked, true, 0);
    }
    return walked;
  }

  private walkedValues(fn: Fn, call: Call): ValueId[] {
    const found = this.given(this.sets.walks, fn, call);
    if (found.length > 0) return found;
    const callee = this.types.calleeOf(fn, call);
    if (callee?.kind !== "function" || callee.fn === fn) return [];
    const { names } = this.walked(callee.fn);
    const parameters = callee.fn.facts.parameters.filter((one) => one.binding !== null);
    return call.args.flatMap((one, position) => {
      const parameter = one.name === null ? parameters[position] : parameters.find(({ name }) => name === one.name);
      return parameter?.binding != null && names.has(bindingKey(callee.fn.module, parameter.binding)) ? [one.value] : [];
    });
  }

  /** What a call of the set is about: the receiver, or the arguments that its entries name. */
  private given(set: CallSet<true>, fn: Fn, call: Call): ValueId[] {
    return set.match(fn, call, this.types).flatMap(({ argument }) => {
      if (argument === null) return call.receiver === null ? [] : [call.receiver];
      return call.args.flatMap((one, position) => (matchesArgument(argument, position, one.name) ? [one.value] : []));
    });
  }

  /** The names that what is walked was made of, and who made it. `direct`: the value itself, not a part of it. */
  private collect(fn: Fn, value: ValueId, walk: CallSite, walked: Walked, direct: boolean, depth: number): void {
    const made = fn.definition(value)?.instruction;
    if (!made || depth > MAXIMUM_DEPTH) return;
    switch (made.op) {
      case "load": {
        const key = this.keepers.keyOf(fn, value);
        if (key === null || walked.names.has(key)) return;
        if (made.place.kind !== "binding") {
          if (direct) walked.names.set(key, walk);
          return;
        }
        const name = fn.module.binding(made.place.binding)?.name ?? "";
        // A part may be a plain number: one that is named for it is none.
        if (direct || this.result.test(name)) walked.names.set(key, walk);
        for (const store of fn.module.bindingStores.get(made.place.binding) ?? []) if (store.fn === fn) this.collect(fn, store.value, walk, walked, direct, depth + 1);
        return;
      }
      case "operation":
        if (ARITHMETIC.test(made.operator)) for (const input of made.inputs) this.collect(fn, input, walk, walked, false, depth + 1);
        return;
      case "enter": this.collect(fn, made.value, walk, walked, direct, depth + 1); return;
      case "call": {
        const passed = this.given(this.sets.passes, fn, made);
        for (const input of passed) this.collect(fn, input, walk, walked, direct, depth + 1);
        const maker = passed.length === 0 ? this.makerOf(fn, made) : null;
        if (maker !== null && !walked.makers.has(maker)) walked.makers.set(maker, walk);
        return;
      }
      default:
    }
  }

  /** Who makes it, where that is named for what is walked. */
  private makerOf(fn: Fn, call: Call): string | null {
    const name = call.method ?? call.path ?? (call.callee === null ? "" : this.nameOf(fn, call.callee));
    if (!this.result.test(name)) return null;
    if (call.path !== null) return call.path;
    if (call.callee !== null) return this.keepers.keyOf(fn, call.callee);
    const receiver = call.receiver === null ? null : this.refs.of(fn, call.receiver).key;
    return receiver === null || call.method === null ? null : `${receiver}.${call.method}`;
  }

  private nameOf(fn: Fn, value: ValueId): string {
    const made = fn.definition(value)?.instruction;
    if (made?.op !== "load") return "";
    return made.place.kind === "binding" ? fn.module.binding(made.place.binding)?.name ?? "" : made.place.kind === "field" ? made.place.name : "";
  }

  // What is added

  /** The walk that shows that a value has a history; null where it is not known to have one. */
  private historyOf(fn: Fn, value: ValueId, walked: Walked, depth: number): CallSite | null {
    const made = fn.definition(value)?.instruction;
    if (!made || depth > MAXIMUM_DEPTH) return null;
    switch (made.op) {
      case "load": {
        const key = this.keepers.keyOf(fn, value);
        const walk = key === null ? undefined : walked.names.get(key);
        if (made.place.kind !== "binding") return walk ?? null;
        if (this.isCut(fn, made.place.binding, key)) return null;
        if (walk) return walk;
        const stores = fn.module.bindingStores.get(made.place.binding) ?? [];
        const [first, ...others] = stores.map((store) => (store.fn === fn ? this.historyOf(fn, store.value, walked, depth + 1) : null));
        return first != null && others.every((one) => one !== null) ? first : null;
      }
      case "operation": return ARITHMETIC.test(made.operator) ? this.first(fn, made.inputs, walked, depth) : null;
      case "collection": return made.comprehension ? null : this.first(fn, made.elements.map((element) => element.value), walked, depth);
      case "call": {
        const passed = this.given(this.sets.passes, fn, made);
        if (passed.length > 0) return this.first(fn, passed, walked, depth);
        const maker = this.makerOf(fn, made);
        const site = fn.definition(value);
        if (maker !== null && walked.makers.has(maker) && site && !this.isWithout(fn, site) && !this.isSwitched(fn)) return walked.makers.get(maker) ?? null;
        return this.returnedHistory(fn, made);
      }
      default: return null;
    }
  }

  private first(fn: Fn, values: readonly ValueId[], walked: Walked, depth: number): CallSite | null {
    for (const value of values) {
      const walk = this.historyOf(fn, value, walked, depth + 1);
      if (walk) return walk;
    }
    return null;
  }

  /** `loss = self.step(batch)` where `step` walks what it returns. */
  private returnedHistory(fn: Fn, call: Call): CallSite | null {
    const callee = this.types.calleeOf(fn, call);
    if (callee?.kind !== "function" || callee.fn.facts.generator || !this.words || this.isDecorated(callee.fn, this.words)) return null;
    const inner = this.walked(callee.fn);
    if (inner.names.size === 0) return null;
    const returned = callee.fn.facts.blocks.flatMap(({ end }) => (end.kind === "return" && end.value !== null ? [end.value] : []));
    const walks = returned.map((value) => (callee.fn.definition(value)?.instruction.op === "collection" ? null : this.historyOf(callee.fn, value, inner, 1)));
    return walks.length > 0 && walks.every((one) => one !== null) ? walks[0] ?? null : null;
  }

  /** Made in place by what makes the walked ones. */
  private isMadeHere(fn: Fn, value: ValueId, walked: Walked, depth: number): boolean {
    const made = fn.definition(value)?.instruction;
    if (!made || depth > MAXIMUM_DEPTH) return false;
    if (made.op === "load" && made.place.kind === "binding") {
      const { binding } = made.place;
      return (fn.module.bindingStores.get(binding) ?? []).filter((store) => store.fn === fn).every((store) => this.isMadeHere(fn, store.value, walked, depth + 1));
    }
    if (made.op === "operation") return made.inputs.some((input) => this.isMadeHere(fn, input, walked, depth + 1));
    if (made.op !== "call") return false;
    const maker = this.makerOf(fn, made);
    return maker !== null && walked.makers.has(maker) || this.given(this.sets.passes, fn, made).some((input) => this.isMadeHere(fn, input, walked, depth + 1)) || this.returnedHistory(fn, made) !== null;
  }

  /** The variable is also given its plain number, or its history is ended in place: `loss = loss.item()`. */
  private isCut(fn: Fn, binding: BindingId, key: string | null): boolean {
    for (const store of fn.module.bindingStores.get(binding) ?? []) {
      const made = store.fn.definition(store.value)?.instruction;
      if (made?.op === "load" && made.place.kind === "field" && this.keepers.keyOf(store.fn, made.place.object) === key) return true;
      if (made?.op !== "call" || this.given(this.sets.passes, store.fn, made).length > 0) continue;
      if ([...made.receiver === null ? [] : [made.receiver], ...made.args.map((one) => one.value)].some((one) => this.keepers.keyOf(store.fn, one) === key)) return true;
    }
    return [...fn.sites()].some(({ instruction }) => instruction.op === "call" && instruction.receiver !== null && this.sets.cuts.has(fn, instruction, this.types) && this.keepers.keyOf(fn, instruction.receiver) === key);
  }

  // Where none is kept

  private isDecorated(fn: Fn, words: Words): boolean {
    for (let at: Fn | null = fn; at; at = at.parent) if (at.facts.decorators.some(({ path }) => path !== null && words.without.includes(path))) return true;
    return false;
  }

  private isSwitched(fn: Fn): boolean {
    return [...fn.sites()].some(({ instruction }) => instruction.op === "call" && this.sets.switches.has(fn, instruction, this.types));
  }

  /** The place lies in a scope in which no history is kept. */
  private isWithout(fn: Fn, place: Site): boolean {
    for (const site of fn.sites()) {
      if (site.instruction.op !== "enter") continue;
      const entered = fn.definition(site.instruction.value)?.instruction;
      if (entered?.op === "call" && this.sets.without.has(fn, entered, this.types) && this.keepers.isInScope(fn, site, place)) return true;
    }
    return false;
  }

  // What is walked later

  /** Something in the module is walked back through that is made of what has this name: several are combined to one. */
  private reachesWalk(fn: Fn, key: string): boolean {
    let known = this.reaching.get(fn.module);
    if (!known) {
      this.reaching.set(fn.module, (known = new Set<string>()));
      for (const one of fn.module.functions) {
        for (const { instruction } of one.sites()) {
          if (instruction.op === "call") for (const root of this.walkedValues(one, instruction)) this.keepers.sources(one, root, known);
        }
      }
    }
    return known.has(key);
  }
}

function bindingKey(module: Mod, binding: BindingId): string {
  return `b${String(module.index)}:${String(binding)}`;
}
