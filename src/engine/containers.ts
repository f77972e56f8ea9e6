/**
 * Containers that only grow: where each is made and how long it lives, what puts things in, what takes things out, and
 * whether anything bounds it.
 *
 * A container counts when everything that is ever stored under its name is a fresh collection (so nobody else holds it
 * under another name), it lives longer than what is put in, and nothing in the program shrinks, caps or replaces it. A
 * container given to a function nobody can read is left alone. What empties it only when its holder ends, only on a
 * failure, or not on every way out is kept apart (`Removal`): whether that is enough depends on what it is used for.
 */
import type { ContainerMethods, ContainerType } from "../catalog/types.js";
import type { ValueId } from "../model/facts.js";
import type { Span } from "../model/span.js";
import type { Api } from "./api.js";
import { missedExit } from "./container-exits.js";
import type { MissedExit } from "./container-exits.js";
import { ContainerKeys } from "./container-keys.js";
import { ContainerMakers } from "./container-makers.js";
import type { Candidate } from "./container-makers.js";
import { ContainerSites } from "./container-sites.js";
import type { Operations } from "./container-sites.js";
import type { Context, Contexts } from "./contexts.js";
import { GrowthWords } from "./growth-words.js";
import type { Holders } from "./holders.js";
import type { Cls, Fn, Program, Site, Stored } from "./program.js";
import type { Ref, Refs } from "./refs.js";
import type { Types } from "./types.js";

/** A statement that puts something in. */
export interface GrowSite {
  fn: Fn;
  site: Site;
  at: Span;
  context: Context;
  key: ValueId | null;
  value: ValueId | null;
  /** The same function looks the key up first: a cache filled on a miss. */
  memo: boolean;
  /** Reading inserts (defaultdict). */
  byReading: boolean;
  /** The key is another one each time (a random number, a counter). */
  fresh: boolean;
}

/** What takes things out, where that is not enough by itself. */
export type Removal =
  | { kind: "none" }
  /** Only the end of its holder empties it. */
  | { kind: "teardown"; at: { fn: Fn; at: Span } }
  /** Only when computing the entry failed. */
  | { kind: "failure"; at: { fn: Fn; at: Span } }
  /** The function that puts in takes out again, but not on this way out. */
  | { kind: "exit"; exit: MissedExit }
  /** Only when the awaited thing succeeded. */
  | { kind: "success"; at: { fn: Fn; at: Span } }
  /** The answer takes it out; whoever gives up waiting does not. */
  | { kind: "timeout"; at: { fn: Fn; at: Span } }
  /** An entry is made only to take something out of it. */
  | { kind: "revived"; at: { fn: Fn; at: Span } };

export interface Container {
  ref: Ref;
  name: string;
  made: { fn: Fn; at: Span };
  /** The expression that makes it. */
  makeAt: Span;
  shape: ContainerType["shape"];
  /** "process": module level, a class or function attribute, a default argument. "instance": a field. "closure": a variable kept by closures. */
  life: "process" | "instance" | "closure";
  cls: Cls | null;
  growth: GrowSite[];
  removal: Removal;
  /** Entries go with their keys, but the values lead to their own keys. */
  heldByValues: boolean;
  /** Somebody else's: `made` is where it is filled. */
  foreign: boolean;
  /** Something asks for single keys: it is used as a lookup. */
  lookedUp: boolean;
  /** The elements are called or have methods called on: a registry of behaviour. */
  elementsCalled: boolean;
}

/** Something that takes out. `whole`: everything at once. */
interface Shrink {
  fn: Fn;
  site: Site;
  whole: boolean;
}

export class Containers {
  private list: Container[] | null = null;
  readonly words: GrowthWords;
  readonly keys: ContainerKeys;

  constructor(
    private readonly program: Program, private readonly refs: Refs, private readonly types: Types, private readonly api: Api,
    private readonly contexts: Contexts, private readonly holders: Holders,
  ) {
    this.words = new GrowthWords(api, refs, types);
    this.keys = new ContainerKeys(refs, types, this.words, contexts);
  }

  /** Every container that grows and that nothing shrinks or bounds. */
  all(): readonly Container[] {
    return (this.list ??= this.compute());
  }

  private compute(): Container[] {
    const makers = new ContainerMakers(this.program, this.refs, this.types, this.api, this.contexts, this.words);
    const candidates = makers.candidates();
    if (candidates.length === 0) return [];
    const sites = new ContainerSites(this.program, this.refs);
    return [...candidates.flatMap((candidate) => this.judge(candidate, sites) ?? []), ...this.foreign(sites)];
  }

  /**
   * Tables that somebody else made: the runtime's own (`sys.modules`) that get entries under names made for them, and
   * those of imported modules that objects with an end of their own enter themselves into.
   */
  private *foreign(sites: ContainerSites): Generator<Container> {
    const methods = this.api.containerMethods.get("mapping");
    for (const [key, operations] of sites.imported()) {
      const [first] = operations.indexStores;
      if (!first || !methods || operations.deletes.length > 0) continue;
      const { instruction } = first;
      if (instruction.op !== "store" || instruction.place.kind !== "index") continue;
      const ref = this.refs.of(first.fn, instruction.place.object);
      if (this.shrinksOf(sites, operations, methods, ref).length > 0) continue;
      const isTable = this.words.tables.has(key);
      const growth = operations.indexStores.flatMap((site) => {
        const store = site.instruction;
        const context = this.contexts.at(site.fn, site.block);
        if (store.op !== "store" || store.place.kind !== "index" || store.augmented || context.kind === "once" || context.kind === "test") return [];
        const fresh = this.keys.isFresh(site.fn, store.place.key);
        if (isTable ? !fresh : !this.entersItself(site.fn, store.value)) return [];
        return [{ fn: site.fn, site, at: store.at, context, key: store.place.key, value: store.value, byReading: false, memo: false, fresh: isTable && fresh }];
      });
      const [grow] = growth;
      if (!grow) continue;
      const made = { fn: grow.fn, at: grow.at };
      yield {
        ref, name: ref.root.kind === "import" ? ref.root.path.split(".").slice(-2).join(".") : key, life: "process", cls: null, growth, removal: { kind: "none" }, shape: "mapping",
        heldByValues: false, foreign: true, made, makeAt: grow.at, lookedUp: true, elementsCalled: false,
      };
    }
  }

  /** `table[key] = self` in a class that has an end. */
  private entersItself(fn: Fn, value: ValueId): boolean {
    const definition = fn.definition(value)?.instruction;
    return definition?.op === "load" && definition.place.kind === "this" && fn.cls?.methods.some((method) => this.api.releaseMethods.has(method.facts.name)) === true;
  }

  private judge(candidate: Candidate, sites: ContainerSites): Container | null {
    const { ref, type, life, cls, name } = candidate;
    const operations = sites.of(ref.key);
    const methods = this.api.containerMethods.get(type.shape);
    if (!methods || this.isBounded(ref, methods) || this.isShared(ref, operations, life)) return null;
    let growth = this.growthOf(candidate, operations, methods);
    if (type.bound === "weak") growth = growth.filter((one) => this.valueHoldsKey(one));
    if (growth.length === 0) return null;
    const shrinks = [...this.shrinksOf(sites, operations, methods, ref), ...candidate.resets.map((store) => ({ fn: store.fn, site: store.site, whole: true }))];
    const removal = this.removalOf(candidate, operations, growth, shrinks);
    if (removal === null) return null;
    return {
      ref, name, life, cls, growth: removal.growth, removal: removal.removal, shape: type.shape, heldByValues: type.bound === "weak", foreign: false,
      made: candidate.made, makeAt: candidate.makeAt,
      lookedUp: operations.indexLoads.length > 0 || operations.tests.length > 0
        || operations.receivers.some((site) => site.instruction.op === "call" && (methods.reads.includes(site.instruction.method ?? "") || methods.shrink.includes(site.instruction.method ?? "")) && site.instruction.args.length > 0),
      elementsCalled: this.elementsCalled(ref),
    };
  }

  // What takes out

  private shrinksOf(sites: ContainerSites, operations: Operations, methods: ContainerMethods, ref: Ref): Shrink[] {
    const shrinks: Shrink[] = operations.deletes.map((site) => ({ fn: site.fn, site, whole: false }));
    for (const site of operations.receivers) {
      if (site.instruction.op === "call" && methods.shrink.includes(site.instruction.method ?? "")) shrinks.push({ fn: site.fn, site, whole: site.instruction.args.length === 0 && methods.empties?.includes(site.instruction.method ?? "") === true });
    }
    for (const site of operations.fieldStores) {
      // `list.length = 0`
      if (site.instruction.op === "store" && site.instruction.place.kind === "field" && methods.size.includes(site.instruction.place.name)) shrinks.push({ fn: site.fn, site, whole: site.fn.definition(site.instruction.value)?.instruction.op === "constant" });
    }
    for (const site of operations.fieldLoads) {
      // `future.add_done_callback(pending.discard)`: the method itself is given away.
      if (site.instruction.op === "load" && site.instruction.place.kind === "field" && methods.shrink.includes(site.instruction.place.name)) shrinks.push({ fn: site.fn, site, whole: false });
    }
    for (const site of operations.indexStores) {
      // `x[:] = …` replaces the contents.
      if (site.instruction.op !== "store" || site.instruction.place.kind !== "index") continue;
      const key = site.fn.definition(site.instruction.place.key)?.instruction;
      if (key?.op === "operation" && key.operator === "slice") shrinks.push({ fn: site.fn, site, whole: true });
    }
    for (const use of this.holders.usesOf(ref.key)) {
      if (use.as === "argument" && this.words.isOf("takes", use.site.fn, use.site.instruction, use.value)) shrinks.push({ fn: use.site.fn, site: use.site, whole: false });
    }
    for (const site of operations.drops) shrinks.push({ fn: site.fn, site, whole: true });
    // The holder has another name there: `this.handler.queue.get()`.
    const name = ref.fields.at(-1);
    for (const { site } of name === undefined || ref.root.kind !== "this" ? [] : sites.elsewhere(name)) {
      if (site.instruction.op === "delete" || site.instruction.op === "call" && methods.shrink.includes(site.instruction.method ?? "")) shrinks.push({ fn: site.fn, site, whole: false });
    }
    // `Map.prototype.delete.call(x, …)`
    for (const use of this.holders.usesOf(`${ref.key}.prototype`)) shrinks.push({ fn: use.site.fn, site: use.site, whole: true });
    return shrinks;
  }

  /** What the shrinking amounts to, and the growth it leaves; null where it is enough. */
  private removalOf(candidate: Candidate, operations: Operations, growth: readonly GrowSite[], shrinks: readonly Shrink[]): { removal: Removal; growth: GrowSite[] } | null {
    const during = shrinks.filter((shrink) => !(shrink.whole && candidate.life !== "process" && this.isTeardown(shrink.fn)));
    if (during.length === 0) {
      const [first] = shrinks;
      return { removal: first ? { kind: "teardown", at: { fn: first.fn, at: first.site.instruction.at } } : { kind: "none" }, growth: [...growth] };
    }
    const revived = growth.filter((one) => this.isRevived(one, operations, candidate.ref));
    if (revived[0]) return { removal: { kind: "revived", at: { fn: revived[0].fn, at: revived[0].at } }, growth: revived };
    if (growth.some((one) => one.byReading) && during.every((shrink) => shrink.whole) && candidate.life === "instance") {
      const reading = growth.filter((one) => one.byReading && this.isOnlyRead(one, operations));
      const [first] = during;
      return reading.length > 0 && first ? { removal: { kind: "teardown", at: { fn: first.fn, at: first.site.instruction.at } }, growth: reading } : null;
    }
    for (const one of growth) {
      const removal = one.key === null && one.value === null ? null : this.partial(one, during);
      if (removal) return { removal, growth: [one] };
    }
    return null;
  }

  private partial(grow: GrowSite, shrinks: readonly Shrink[]): Removal | null {
    const [first] = shrinks;
    // Where reading inserts, the entry that a removal took out may only have been asked for.
    if (!first || grow.byReading || shrinks.some((shrink) => shrink.whole)) return null;
    const place = { fn: first.fn, at: first.site.instruction.at };
    if (grow.memo && shrinks.every((shrink) => this.isOnFailure(shrink, grow.fn))) return { kind: "failure", at: place };
    if (shrinks.every((shrink) => shrink.fn === grow.fn)) {
      if (!shrinks.some((shrink) => this.isOfEntry(shrink, grow))) return null;
      const exit = missedExit(grow.fn, grow.site, shrinks.map((shrink) => shrink.site));
      return exit ? { kind: "exit", exit } : null;
    }
    if (shrinks.every((shrink) => shrink.fn.parent === grow.fn && this.isOfEntry(shrink, grow) && this.isOnSuccess(shrink.fn))) return { kind: "success", at: place };
    const waiting = this.waits(grow.fn);
    if (grow.key !== null && waiting && !shrinks.some((shrink) => this.isAround(shrink.fn, grow.fn))) return { kind: "timeout", at: waiting };
    return null;
  }

  /** Takes out the very entry that was put in: the same key, or the same element. */
  private isOfEntry(shrink: Shrink, grow: GrowSite): boolean {
    const { instruction } = shrink.site;
    const taken = instruction.op === "delete" && instruction.place.kind === "index" ? instruction.place.key : instruction.op === "call" ? instruction.args[0]?.value ?? null : null;
    const put = grow.key ?? grow.value;
    return taken !== null && put !== null && this.refs.of(shrink.fn, taken).key === this.refs.of(grow.fn, put).key;
  }

  /** The function, one around it or one inside it, or a caller of it: code that knows of the wait. */
  private isAround(fn: Fn, grow: Fn): boolean {
    for (let at: Fn | null = fn; at; at = at.parent) if (at === grow || at === grow.parent && at.facts.kind !== "module" && at.facts.kind !== "class-body") return true;
    for (let at: Fn | null = grow; at; at = at.parent) if (this.contexts.callers(at).some((site) => site.fn === fn)) return true;
    return false;
  }

  /** The wait with a limit that the function, or the one whose promise it settles, is in. */
  private waits(fn: Fn): { fn: Fn; at: Span } | null {
    for (const scope of fn.parent && fn.facts.kind === "lambda" ? [fn, fn.parent] : [fn]) {
      for (const site of scope.sites()) {
        if (site.instruction.op === "call" && this.words.is("timedWaits", scope, site.instruction)) return { fn: scope, at: site.instruction.at };
      }
    }
    return null;
  }

  private isOnFailure(shrink: Shrink, grow: Fn): boolean {
    if (shrink.fn === grow) return isOnlyAfterCatch(grow, shrink.site);
    if (shrink.fn.parent !== grow) return false;
    const uses = this.contexts.usedAsCallback(shrink.fn);
    return uses.length > 0 && uses.every(({ site, position }) => {
      const given = site.instruction.args[position];
      return given !== undefined && this.words.isOf("onFailure", site.fn, site.instruction, given.value);
    });
  }

  private isOnSuccess(fn: Fn): boolean {
    const uses = this.contexts.usedAsCallback(fn);
    return uses.length > 0 && uses.every(({ site, position }) => {
      const { instruction: call } = site;
      const given = call.args[position];
      if (given === undefined || call.args.length > 1 || !this.words.isOf("onSuccess", site.fn, call, given.value)) return false;
      // After `.catch(…)` it runs in both cases.
      const before = call.receiver === null ? undefined : site.fn.definition(call.receiver)?.instruction;
      return !(before?.op === "call" && this.words.is("onFailure", site.fn, before));
    });
  }

  /** The holder's own end: a method that releases, or a function nested in one, or the listener of such an event. */
  private isTeardown(fn: Fn): boolean {
    for (let at: Fn | null = fn; at; at = at.parent) {
      if (this.api.releaseMethods.has(at.facts.name) || at.facts.kind === "method" && at.facts.name.startsWith("@@")) return true;
      for (const { site } of this.contexts.usedAsCallback(at)) {
        const [event] = site.instruction.args;
        const name = event === undefined ? undefined : site.fn.definition(event.value)?.instruction;
        if (name?.op === "constant" && name.value.kind === "string" && this.api.releaseMethods.has(name.value.value)) return true;
      }
    }
    return false;
  }

  /** `x[id] = x[id] || {}; delete x[id][k]`: the entry is made although there is nothing to take out of it. */
  private isRevived(grow: GrowSite, operations: Operations, ref: Ref): boolean {
    if (grow.key === null || grow.value === null || !grow.memo) return false;
    const { fn } = grow;
    const key = this.refs.of(fn, grow.key).key;
    const loads = operations.indexLoads.filter((site) => site.fn === fn && site.instruction.op === "load" && site.instruction.place.kind === "index" && this.refs.of(fn, site.instruction.place.key).key === key);
    let taken = false;
    for (const site of loads) {
      if (site.instruction.op !== "load") continue;
      for (const use of fn.uses(site.instruction.out)) {
        if (use.kind === "end") {
          if (use.end.kind !== "branch") return false;
        } else if (use.site.instruction.op === "delete") taken = true;
        else if (use.site.instruction.op !== "store" || use.site.instruction.place.kind !== "binding" || fn.module.binding(use.site.instruction.place.binding)?.kind !== "temporary") return false;
      }
    }
    return taken && this.refs.of(fn, grow.value).key !== ref.key;
  }

  /** What a read of a missing key gives is only looked at, and the key is not known to be there. */
  private isOnlyRead(grow: GrowSite, operations: Operations): boolean {
    const { instruction } = grow.site;
    if (instruction.op !== "load" || grow.key === null) return false;
    const { fn } = grow;
    const wanted = this.refs.of(fn, grow.key).key;
    if (operations.tests.some((one) => one.fn === fn && this.refs.of(fn, one.test.item).key === wanted)) return false;
    if (operations.indexStores.some((site) => site.fn === fn)) return false;
    const loads = operations.indexLoads.filter((site) => site.fn === fn && site.instruction.op === "load" && site.instruction.place.kind === "index" && this.refs.of(fn, site.instruction.place.key).key === wanted);
    return loads.every((site) => site.instruction.op !== "load" || fn.uses(site.instruction.out).every((use) => {
      if (use.kind === "end") return use.end.kind === "branch";
      const used = use.site.instruction;
      return used.op === "next" || used.op === "call" && used.receiver !== null && "out" in site.instruction && used.receiver === site.instruction.out && this.isReading(used.method ?? "");
    }));
  }

  // What bounds it

  /** Its size is compared with something. */
  private isBounded(ref: Ref, methods: ContainerMethods): boolean {
    const isSize = (fn: Fn, value: ValueId, depth = 0): boolean => {
      const definition = fn.definition(value)?.instruction;
      if (!definition || depth > 3) return false;
      if (definition.op === "load" && definition.place.kind === "field") return methods.size.includes(definition.place.name) && this.refs.of(fn, definition.place.object).key === ref.key;
      if (definition.op === "load" && definition.place.kind === "binding") {
        const stores = fn.module.bindingStores.get(definition.place.binding) ?? [];
        const [only] = stores;
        return stores.length === 1 && only !== undefined && isSize(only.fn, only.value, depth + 1);
      }
      if (definition.op === "call") {
        if (definition.args.some((one) => this.refs.of(fn, one.value).key === ref.key && this.words.isOf("sizes", fn, definition, one.value))) return true;
        return definition.receiver !== null && methods.size.includes(definition.method ?? "") && this.refs.of(fn, definition.receiver).key === ref.key;
      }
      return definition.op === "operation" && definition.inputs.some((input) => isSize(fn, input, depth + 1));
    };
    for (const fn of this.relatedFunctions(ref)) {
      for (const { end } of fn.facts.blocks) {
        if (end.kind !== "branch") continue;
        const { test } = end;
        if (test.kind === "compare" || test.kind === "equal") {
          if (isSize(fn, test.left) && !this.isNoLimit(fn, test.right) || isSize(fn, test.right) && !this.isNoLimit(fn, test.left)) return true;
        } else if (test.kind === "truthy" && fn.definition(test.value)?.instruction.op === "call" && isSize(fn, test.value) && methods.shape === "queue") return true;
      }
    }
    return false;
  }

  /** 0 and 1 ask whether there is anything; a counter that runs up to the size visits the elements. */
  private isNoLimit(fn: Fn, value: ValueId): boolean {
    const definition = fn.definition(value)?.instruction;
    if (definition?.op === "constant") return definition.value.kind === "number" && Math.abs(definition.value.value) <= 1;
    return definition?.op === "load" && definition.place.kind === "binding" && fn.module.binding(definition.place.binding)?.owner === fn.id && this.keys.isCounter(fn, value);
  }

  /** Functions that can name the container: those of its class family, or of its module. */
  private relatedFunctions(ref: Ref): readonly Fn[] {
    const { root } = ref;
    if (root.kind === "this") return root.cls.related.flatMap((cls) => cls.functions);
    if (root.kind === "binding") return root.module.functions;
    return root.kind === "closure" ? root.fn.module.functions : [];
  }

  /** Given to a function that may do anything with it, or kept under another name as well. */
  private isShared(ref: Ref, operations: Operations, life: Candidate["life"]): boolean {
    for (const use of this.holders.usesOf(ref.key)) {
      if (use.as !== "argument") continue;
      const { fn, instruction: call } = use.site;
      if (call.args.some((one) => one.value === use.value && one.spread)) continue;
      if (this.words.isOf("puts", fn, call, use.value) || this.words.isOf("takes", fn, call, use.value) || this.words.isOf("sizes", fn, call, use.value)) continue;
      if (this.api.borrows.has(fn, call, this.types) || this.api.safe.has(fn, call, this.types)) continue;
      if (call.method !== null && call.receiver !== null && this.isReading(call.method)) continue;
      return true;
    }
    if (operations.leaves.length > 0) return true;
    return this.holders.isReturned(ref) && life !== "process";
  }

  private isReading(method: string): boolean {
    return [...this.api.containerMethods.values()].some((methods) => methods.reads.includes(method));
  }

  // What puts in

  private growthOf(candidate: Candidate, operations: Operations, methods: ContainerMethods): GrowSite[] {
    const { type, ref } = candidate;
    const growth: GrowSite[] = [];
    const add = (site: Site, key: ValueId | null, value: ValueId | null, byReading: boolean): void => {
      const { fn } = site;
      if (growth.some((one) => one.at[0] === site.instruction.at[0] && one.fn === fn)) return;
      const context = this.contexts.at(fn, site.block);
      if (context.kind === "once" || context.kind === "test") return;
      if (key !== null && this.keys.isClosed(fn, key)) return;
      // `x[k] = None` lets the value go.
      const stored = value === null ? undefined : fn.definition(value)?.instruction;
      if (key !== null && value !== key && stored?.op === "constant" && stored.value.kind === "null") return;
      growth.push({
        fn, site, at: site.instruction.at, context, key, value, byReading,
        memo: key !== null && this.keys.looksUpFirst(fn, operations, methods, key), fresh: key !== null && this.keys.isFresh(fn, key),
      });
    };
    for (const site of operations.receivers) {
      if (site.instruction.op !== "call" || site.instruction.method === null) continue;
      const spec = Object.hasOwn(methods.grow, site.instruction.method) ? methods.grow[site.instruction.method] : undefined;
      if (!spec) continue;
      let key = spec.key === undefined ? null : site.instruction.args[spec.key]?.value ?? null;
      let value = spec.value === undefined ? null : site.instruction.args[spec.value]?.value ?? null;
      if (value !== null && spec.key === undefined) {
        if (this.keys.isClosed(site.fn, value) && (type.shape === "set" || this.isConstant(site.fn, value))) continue;
        // `table.update({key: value})`
        const given = site.fn.definition(value)?.instruction;
        const [only] = given?.op === "collection" && given.shape === "mapping" ? given.elements : [];
        if (type.shape === "mapping" && only && only.key !== null) [key, value] = [only.key, only.value];
      }
      add(site, key, value, false);
    }
    if (type.shape === "mapping") {
      for (const site of operations.indexStores) {
        if (site.instruction.op !== "store" || site.instruction.place.kind !== "index" || this.refs.symbolName(site.fn, site.instruction.place) !== null) continue;
        if (!site.instruction.augmented || type.insertsOnRead === true || type.insertsOnUpdate === true) add(site, site.instruction.place.key, site.instruction.value, false);
      }
      if (type.insertsOnRead === true) {
        for (const site of operations.indexLoads) if (site.instruction.op === "load" && site.instruction.place.kind === "index") add(site, site.instruction.place.key, null, true);
      }
    }
    for (const store of candidate.growing) add(store.site, null, this.addedValue(store), false);
    for (const use of this.holders.usesOf(ref.key)) {
      const { fn, instruction: call } = use.site;
      if (use.as === "argument" && this.words.isOf("puts", fn, call, use.value)) add(use.site, null, call.args.find((one) => one.value !== use.value)?.value ?? null, false);
    }
    return growth;
  }

  /** What `x = [...x, added]` adds. */
  private addedValue(store: Stored): ValueId | null {
    const made = store.fn.definition(store.value)?.instruction;
    return made?.op === "collection" ? made.elements.find((element) => !element.spread)?.value ?? null : null;
  }

  private isConstant(fn: Fn, value: ValueId): boolean {
    return fn.definition(value)?.instruction.op === "constant";
  }

  /** The value leads to its own key: it is a collection with the key in it, or the object whose field the key is. */
  private valueHoldsKey(grow: GrowSite): boolean {
    if (grow.key === null || grow.value === null) return false;
    const { fn } = grow;
    const key = this.refs.of(fn, grow.key).key;
    const holds = (value: ValueId, depth: number): boolean => {
      if (depth > 3) return false;
      if (depth > 0 && this.refs.of(fn, value).key === key) return true;
      const made = fn.definition(value)?.instruction;
      if (made?.op === "collection") return made.elements.some((element) => holds(element.value, depth + 1));
      if (made?.op === "load" && made.place.kind === "this") {
        return [...fn.sites()].some((site) => site.instruction.op === "store" && site.instruction.place.kind === "field" && this.refs.of(fn, site.instruction.value).key === key && fn.definition(site.instruction.place.object)?.instruction.op === "load");
      }
      return false;
    };
    return holds(grow.value, 0);
  }

  private elementsCalled(ref: Ref): boolean {
    for (const key of [`${ref.key}.[]`, `${ref.key}.[].[]`]) {
      if (this.holders.usesOf(key).some((use) => use.as === "callee")) return true;
    }
    return false;
  }
}

/** Whether the place can be reached only through a catch clause. */
function isOnlyAfterCatch(fn: Fn, site: Site): boolean {
  const seen = new Set<number>([0]);
  const queue = [0];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    if (at === site.block) return false;
    const end = fn.block(at)?.end;
    const next = end === undefined || end.kind === "catch" ? [] : end.kind === "jump" ? [end.to] : end.kind === "branch" ? [end.then, end.else] : [];
    for (const block of next) {
      if (seen.has(block)) continue;
      seen.add(block);
      queue.push(block);
    }
  }
  return true;
}
