/**
 * Containers that only grow: where each is made and how long it lives, what puts things in, what takes things out, and
 * whether anything bounds it.
 *
 * A container counts when everything that is ever stored under its name is a fresh collection (so nobody else holds it
 * under another name), it lives longer than what is put in, and nothing in the program shrinks, caps or replaces it. A
 * container given to a function nobody can read is left alone. What empties it only when its holder ends, only on a
 * failure, or not on every way out is kept apart (`Removal`): whether that is enough depends on what it is used for.
 */
import type { ContainerMethods, ContainerType } from "../../catalog/types.js";
import type { ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import { AbandonedWaits } from "./abandoned-waits.js";
import type { Api } from "../program/api.js";
import { ContainerBounds } from "./container-bounds.js";
import { ContainerEvidence } from "./container-evidence.js";
import type { Traffic } from "./container-evidence.js";
import { ContainerKeys } from "./container-keys.js";
import { ContainerMakers } from "./container-makers.js";
import type { Candidate } from "./container-makers.js";
import { ContainerRemovals } from "./container-removals.js";
import type { Removal, Shrink } from "./container-removals.js";
import { ContainerSites, isItself } from "./container-sites.js";
import type { Operations } from "./container-sites.js";
import { ContainerWaits } from "./container-waits.js";
import type { Context, Contexts } from "../contexts/contexts.js";
import { GrowthWords } from "../program/growth-words.js";
import type { Holders } from "../contexts/holders.js";
import type { Cls, Fn, Program, Site, Stored } from "../program/program.js";
import { ReboundRemovals } from "./rebound-removals.js";
import type { Rebound } from "./rebound-removals.js";
import { Rebuilt } from "./rebuilt.js";
import { describe } from "../program/refs.js";
import type { Ref, Refs } from "../program/refs.js";
import { SharedAttributes } from "./shared-attributes.js";
import type { Types } from "../program/types.js";
import { WorkEnds } from "./work-ends.js";

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

/** Why entries that nothing takes out should go. */
export type Evidence = { grow: GrowSite; at: { fn: Fn; at: Span } } & (
  /** The function that ends what the entry holds leaves the entry. */
  | { kind: "ended" }
  /** What is kept under a key is ended here, and stays under it. */
  | { kind: "dead" }
  /** Under each key it keeps the last of a row of work, which waits here for the one before. */
  | { kind: "tail" }
  /** The number under each key goes up and down, here, and the key stays. */
  | { kind: "counted" }
  /** A lock is kept for each of those that come and go. */
  | { kind: "locks" }
  /** What is waited for under the key is settled here, which happens once, and the key stays. */
  | { kind: "settled" }
  /** What is kept under each key is emptied here, one by one, and the key stays. */
  | { kind: "emptied"; /** The key is an object that the table keeps alive. */ isThing: boolean }
  /** What takes something back comes here to what is kept under a key, and leaves the key. */
  | { kind: "undone" }
  /** The half that undoes it ends what is in the list here, and leaves it there. */
  | { kind: "walked" }
  /** Its own finalizer takes an object out, which does not run as long as it is in. */
  | { kind: "held" }
  /** The function that puts something in ends it here, or listens for its end, and leaves it. */
  | { kind: "over" }
  /** Another container of the same owner, filled under the same key, loses its entry here. */
  | { kind: "beside"; name: string });

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
  /** For a container that nothing takes single entries out of. */
  evidence: Evidence | null;
}

/** The names of the containers that a function changes. */
interface Changes {
  grows: Set<string>;
  shrinks: Set<string>;
}

export class Containers {
  private list: Container[] | null = null;
  private changeList: ReadonlyMap<Fn, Changes> | null = null;
  readonly words: GrowthWords;
  readonly keys: ContainerKeys;
  private readonly bounds: ContainerBounds;
  readonly evidence: ContainerEvidence;
  readonly shared: SharedAttributes;
  private readonly removals: ContainerRemovals;
  private readonly rebuilt: Rebuilt;
  private siteIndex: ContainerSites | null = null;

  constructor(
    private readonly program: Program, private readonly refs: Refs, private readonly types: Types, private readonly api: Api,
    private readonly contexts: Contexts, private readonly holders: Holders,
  ) {
    this.words = new GrowthWords(api, refs, types);
    this.keys = new ContainerKeys(refs, types, this.words, contexts);
    this.shared = new SharedAttributes(program, refs, types, contexts);
    this.bounds = new ContainerBounds(refs, this.words, this.keys);
    this.evidence = new ContainerEvidence(refs, types, api, contexts, this.words, this.keys, holders);
    this.rebuilt = new Rebuilt(types, api, contexts);
    this.removals = new ContainerRemovals(refs, api, contexts, holders, this.words, types, this.keys, new ContainerWaits(refs, types, api, contexts), new AbandonedWaits(refs, types, api, contexts, this.words), new WorkEnds(refs, types, api, contexts, this.words));
  }

  /** Every container that grows and that nothing shrinks or bounds. */
  all(): readonly Container[] {
    return (this.list ??= this.compute());
  }

  /** Removals that name a variable which has another value by then. */
  rebound(): Iterable<Rebound> {
    return new ReboundRemovals(this.refs, this.types, this.api, this.contexts).all(this.sites());
  }

  private sites(): ContainerSites {
    return (this.siteIndex ??= new ContainerSites(this.program, this.refs));
  }

  /** What each function puts into containers that outlive it and takes out of them, bounded or not: for summaries. */
  changes(): ReadonlyMap<Fn, Changes> {
    return (this.changeList ??= this.computeChanges());
  }

  private computeChanges(): ReadonlyMap<Fn, Changes> {
    const changes = new Map<Fn, Changes>();
    const of = (fn: Fn): Changes => {
      let found = changes.get(fn);
      if (!found) changes.set(fn, (found = { grows: new Set(), shrinks: new Set() }));
      return found;
    };
    const makers = new ContainerMakers(this.program, this.refs, this.types, this.api, this.contexts, this.words, this.sites());
    const sites = this.sites();
    for (const candidate of makers.candidates()) {
      const methods = this.api.containerMethods.get(candidate.type.shape);
      if (!methods) continue;
      const operations = sites.of(candidate.ref.key);
      for (const grow of this.growthOf(candidate, sites, methods)) of(grow.fn).grows.add(describe(candidate.ref));
      for (const shrink of this.removals.shrinksOf(sites, operations, methods, candidate.ref)) of(shrink.fn).shrinks.add(describe(candidate.ref));
    }
    return changes;
  }

  private compute(): Container[] {
    const makers = new ContainerMakers(this.program, this.refs, this.types, this.api, this.contexts, this.words, this.sites());
    const candidates = makers.candidates();
    if (candidates.length === 0) return [];
    const sites = this.sites();
    const judged = candidates.flatMap((candidate) => this.judge(candidate, sites) ?? []);
    for (const { container, traffic } of judged) {
      if (container.removal.kind === "none" || container.removal.kind === "teardown") container.evidence = this.evidence.of(traffic, sites, this.removals.isEmptiedAtEnd(traffic.growth, traffic.shrinks));
    }
    return [...judged.map(({ container }) => container), ...this.foreign(sites)];
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
      if (this.removals.shrinksOf(sites, operations, methods, ref).length > 0) continue;
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
        heldByValues: false, foreign: true, made, makeAt: grow.at, lookedUp: true, elementsCalled: false, evidence: null,
      };
    }
  }

  /** `table[key] = self` in a class that has an end. */
  private entersItself(fn: Fn, value: ValueId): boolean {
    return isItself({ fn, value }) && fn.cls?.methods.some((method) => this.api.releaseMethods.has(method.facts.name)) === true;
  }

  private judge(candidate: Candidate, sites: ContainerSites): { container: Container; traffic: Traffic } | null {
    const { ref, type, life, cls, name } = candidate;
    const operations = sites.of(ref.key);
    const methods = this.api.containerMethods.get(type.shape);
    if (!methods || this.bounds.isBounded(ref, methods)) return null;
    let growth = this.growthOf(candidate, sites, methods);
    if (type.bound === "weak") growth = growth.filter((one) => this.valueHoldsKey(one));
    if (growth.length === 0) return null;
    const all = [...this.removals.shrinksOf(sites, operations, methods, ref), ...candidate.resets.map((store) => ({ fn: store.fn, site: store.site, whole: true }))];
    const vain = type.bound === "weak" || life !== "process" ? [] : all.filter((shrink) => this.removals.isFinalizerOf(shrink, growth));
    const shrinks = all.filter((shrink) => !vain.includes(shrink));
    const own = { candidate, growth, shrinks, vain };
    const isShared = this.isShared(ref, operations, life);
    const removal = this.neverRemoved(own, sites) ?? this.removals.removalOf(candidate, operations, growth, shrinks) ?? this.untilEmptied(growth, shrinks);
    // Whoever else has it may take things out, but is not told of a wait that is given up here.
    if (removal === null || isShared && removal.removal.kind !== "timeout") return null;
    const container: Container = {
      ref, name, life, cls, growth: removal.growth, removal: removal.removal, shape: type.shape, heldByValues: type.bound === "weak", foreign: false,
      made: candidate.made, makeAt: candidate.makeAt,
      lookedUp: operations.indexLoads.length > 0 || operations.tests.length > 0
        || operations.receivers.some((site) => site.instruction.op === "call" && (methods.reads.includes(site.instruction.method ?? "") || methods.shrink.includes(site.instruction.method ?? "")) && site.instruction.args.length > 0),
      elementsCalled: this.elementsCalled(ref), evidence: null,
    };
    return { container, traffic: own };
  }

  /** Where what waits under a key is settled, or what is put in is to take itself out when nothing holds it, and nothing else takes a single entry out: a wait that is given up is not what is wrong. */
  private neverRemoved(traffic: Traffic, sites: ContainerSites): { removal: Removal; growth: GrowSite[] } | null {
    const { growth, shrinks } = traffic;
    const [first] = shrinks;
    if (!this.removals.isEmptiedAtEnd(growth, shrinks) || !shrinks.every(leavesNothing)) return null;
    const kind = this.evidence.of(traffic, sites, true)?.kind;
    if (kind !== "settled" && kind !== "held") return null;
    return { removal: first ? { kind: "teardown", at: { fn: first.fn, at: first.site.instruction.at } } : { kind: "none" }, growth: [...growth] };
  }

  /** That all entries go at once is not enough for one whose own end leaves it. */
  private untilEmptied(growth: readonly GrowSite[], shrinks: readonly Shrink[]): { removal: Removal; growth: GrowSite[] } | null {
    const [first] = shrinks;
    const ended = first && this.removals.isEmptiedAtEnd(growth, shrinks) ? this.evidence.endedAlone(growth) : null;
    return first && ended ? { removal: { kind: "teardown", at: { fn: first.fn, at: first.site.instruction.at } }, growth: [ended.grow] } : null;
  }

  /** Given to a function that may do anything with it, or kept under another name as well. */
  private isShared(ref: Ref, operations: Operations, life: Candidate["life"]): boolean {
    for (const use of this.holders.usesOf(ref.key)) {
      if (use.as !== "argument") continue;
      const { fn, instruction: call } = use.site;
      if (call.args.some((one) => one.value === use.value && one.spread)) continue;
      if (this.words.isOf("puts", fn, call, use.value) || this.words.isOf("takes", fn, call, use.value) || this.words.isOf("sizes", fn, call, use.value)) continue;
      if (this.api.borrows.has(fn, call, this.types) || this.api.safe.has(fn, call, this.types)) continue;
      if (call.method !== null && call.receiver !== null && this.removals.isReading(call.method)) continue;
      return true;
    }
    if (operations.leaves.length > 0) return true;
    return this.holders.isReturned(ref) && life !== "process";
  }

  // What puts in

  private growthOf(candidate: Candidate, sites: ContainerSites, methods: ContainerMethods): GrowSite[] {
    const { type, ref } = candidate;
    const operations = sites.of(ref.key);
    const growth: GrowSite[] = [];
    const add = (site: Site, key: ValueId | null, value: ValueId | null, byReading: boolean): void => {
      const { fn } = site;
      if (growth.some((one) => one.at[0] === site.instruction.at[0] && one.fn === fn)) return;
      const context = this.contexts.at(fn, site.block);
      if (context.kind === "once" || context.kind === "test" || this.bounds.isEmptyAt(ref, methods, site)) return;
      if (candidate.life === "instance" && this.contexts.isOncePerObject(fn, site.block)) return;
      if (key !== null && (this.keys.isClosed(fn, key) || this.keys.isKeyOf(fn, key, ref) || candidate.life === "instance" && this.keys.isOfOwnObject(fn, key, ref))) return;
      if (key !== null && this.keys.isThere(fn, site.block, operations, methods, key)) return;
      // Filled where it has just been made anew: what was in it before is gone.
      const isDefault = ref.root.kind === "binding" && ref.root.module.binding(ref.root.binding)?.kind === "parameter";
      if (!isDefault && fn.facts.kind !== "module" && candidate.made.fn === fn && candidate.made.at[0] < site.instruction.at[0]) return;
      if (candidate.anew.length > 0 && this.rebuilt.isIn(candidate.anew, fn, site)) return;
      // `x[k] = None` lets the value go.
      const stored = value === null ? undefined : fn.definition(value)?.instruction;
      if (key !== null && value !== key && stored?.op === "constant" && stored.value.kind === "null") return;
      growth.push({
        fn, site, at: site.instruction.at, context, key, value, byReading,
        memo: key !== null && this.keys.looksUpFirst(fn, operations, methods, key), fresh: key !== null && this.keys.isFresh(fn, key),
      });
    };
    for (const { site, value } of this.shared.nested(candidate, sites, this.api.containerMethods)) add(site, null, value, false);
    for (const site of operations.receivers) {
      if (site.instruction.op !== "call" || site.instruction.method === null) continue;
      const spec = Object.hasOwn(methods.grow, site.instruction.method) ? methods.grow[site.instruction.method] : undefined;
      if (!spec) continue;
      let key = spec.key === undefined ? null : site.instruction.args[spec.key]?.value ?? null;
      let value = spec.value === undefined ? null : site.instruction.args[spec.value]?.value ?? null;
      // `if x not in known: known.append(x)`
      if (value !== null && type.shape !== "mapping" && this.keys.isElementOfLasting(site.fn, value, candidate.life === "instance") && (type.shape === "set" || this.keys.looksUpFirst(site.fn, operations, methods, value))) continue;
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

/** It empties, and makes no choice of what stays. */
function leavesNothing({ fn, site: { instruction } }: Shrink): boolean {
  const made = instruction.op === "store" ? fn.definition(instruction.value)?.instruction : undefined;
  return instruction.op !== "store" || made?.op === "collection" && made.elements.length === 0;
}
