/**
 * Finds what takes a listener off again, and says why something that looks like it does not.
 *
 * A removal names the same function for the same event. What the target is called where it is removed is allowed to
 * differ (`connection` here, `self.channel.connection` there) unless both names are known to mean two things.
 */
import type { Call, ValueId } from "../../model/facts.js";
import { argumentValue } from "../program/api.js";
import type { Api, CompiledPair } from "../program/api.js";
import { booleanOf, constantText, option } from "../program/constants.js";
import type { Contexts } from "../contexts/contexts.js";
import { isSamePart } from "../contexts/given-parts.js";
import { isNeverReached } from "../contexts/guards.js";
import type { CallSite, Holders } from "../contexts/holders.js";
import type { Mismatches } from "./mismatches.js";
import type { Fn, Program, Site } from "../program/program.js";
import { push } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";
import type { Mismatch, Registration } from "./registrations.js";
import { original, sitesOfCopy } from "../contexts/twins.js";
import type { Types } from "../program/types.js";

type Shape = NonNullable<CompiledPair["registration"]>;

export interface RemovalSearch {
  /** Every removal that may match, the surest first. */
  removals: CallSite[];
  /** `sure`: it was meant for this very registration, whatever else takes it off. */
  mismatch: { site: CallSite; why: Mismatch; sure?: boolean } | null;
}

export class Removals {
  /** Calls by the name of their method, for names that remove. */
  private readonly byMethod = new Map<string, CallSite[]>();
  /** Removing methods that are given away as values: `finalize(self, target.remove, listener)`. */
  private readonly asValue = new Map<string, { site: Site; call: CallSite }[]>();
  /** Whole-program removals by path that name an owner. */
  private readonly ownerReleases: CallSite[] = [];

  constructor(
    program: Program, private readonly refs: Refs, private readonly types: Types, private readonly api: Api,
    private readonly contexts: Contexts, private readonly holders: Holders, private readonly fieldsOf: (target: Ref) => readonly Ref[],
    private readonly mismatches: Mismatches,
  ) {
    const names = new Set<string>();
    const paths = new Set<string>();
    for (const pair of api.pairs) {
      if (pair.handle !== "registration") continue;
      for (const pattern of [...pair.releases, ...pair.releaseAlls]) {
        if (pattern.kind === "on-target" || pattern.kind === "on-handle") names.add(pattern.method);
        if (pattern.kind === "path" && pattern.argument !== null) paths.add(pattern.path);
      }
    }
    for (const fn of program.functions()) {
      for (const site of fn.sites()) {
        const { instruction } = site;
        if (instruction.op === "call") {
          if (instruction.method !== null && names.has(instruction.method)) push(this.byMethod, instruction.method, site as CallSite);
          if (instruction.path !== null && paths.has(types.pathAlias(instruction.path))) this.ownerReleases.push(site as CallSite);
        } else if (instruction.op === "load" && instruction.place.kind === "field" && names.has(instruction.place.name)) {
          for (const use of fn.uses(instruction.out)) {
            if (use.kind === "instruction" && use.site.instruction.op === "call" && use.site.instruction.args.some((one) => one.value === instruction.out)) push(this.asValue, instruction.place.name, { site, call: use.site as CallSite });
          }
        }
      }
    }
  }

  /** `others` are the registrations of the program on the same target, by `Ref.key`. */
  find(one: Registration, shape: Shape, others: readonly Registration[]): RemovalSearch {
    const found: RemovalSearch = { removals: [], mismatch: null };
    this.byListener(one, shape, others, found);
    this.byTarget(one, shape, others, found);
    this.byOwner(one, found);
    this.byReceiver(one, shape, found);
    this.byTeardown(one, found);
    this.byValue(one, found);
    if (found.removals.length === 0 && !found.mismatch) this.byName(one, shape, found);
    const anew = found.removals.find((site) => this.mismatches.isPremature(one, site));
    if (anew) {
      found.removals = found.removals.filter((site) => !this.mismatches.isPremature(one, site));
      found.mismatch = { site: anew, why: "made-anew" };
    }
    const factory = this.mismatches.factory(one, (site) => this.isRemovalCall(one.pair, site) && this.sameEvent(one, site, shape));
    if (factory) found.mismatch = { site: factory, why: "factory", sure: true };
    found.removals = found.removals.filter((site) => {
      if (this.contexts.isTest(site.fn)) return false;
      if (this.mismatches.namesNothing(one, site)) {
        found.mismatch ??= { site, why: "nothing" };
        return false;
      }
      if (isNeverReached(this.refs, site)) {
        found.mismatch ??= { site, why: "never-reached" };
        return false;
      }
      return !this.neverRuns(site.fn);
    });
    if (found.removals.length > 0 && found.mismatch?.sure !== true) found.mismatch = null;
    return found;
  }

  /** The listener by name is taken off somewhere, whatever the target is called there. */
  private byListener(one: Registration, shape: Shape, others: readonly Registration[], found: RemovalSearch): void {
    const { pair, target, listener } = one;
    const keys = [listener && isNamed(listener) ? listener.key : null, one.resultField?.key ?? null, ...this.storedAs(one, shape).map((ref) => ref.key)];
    for (const key of keys) {
      if (key === null) continue;
      for (const use of this.mentions(key, shape)) {
        if (use.site.instruction === one.site.instruction) continue;
        if (one.via && this.removesGiven(pair, use.site)) {
          found.removals.push(use.site);
          continue;
        }
        if (!this.isRemovalCall(pair, use.site) && !isCounterpart(one, use.site)) continue;
        if (this.forgetsEvents(one, use.site, shape)) {
          found.mismatch ??= { site: use.site, why: "events" };
          continue;
        }
        if (!this.sameEvent(one, use.site, shape)) {
          if (this.isMeantFor(one, use.site, shape, others)) found.mismatch ??= { site: use.site, why: "event" };
          continue;
        }
        if (target && this.isOther(target, use.site, shape)) {
          found.mismatch ??= { site: use.site, why: "target" };
          continue;
        }
        if (this.sameTarget(target, use.site, shape)) {
          const [added, removed] = [this.captureOf(one.fn, one.site.instruction, shape), this.captureOf(use.site.fn, use.site.instruction, shape)];
          if (added !== null && removed !== null && added !== removed) {
            found.mismatch ??= { site: use.site, why: "capture" };
            continue;
          }
          if (shape.context !== undefined && (argumentValue(one.fn, one.site.instruction, shape.context) === null) !== (argumentValue(use.site.fn, use.site.instruction, shape.context) === null)) {
            found.mismatch ??= { site: use.site, why: "context" };
            continue;
          }
        }
        found.removals.push(use.site);
      }
    }
  }

  /** Calls that are given the function, or a copy that stands for it. */
  private mentions(key: string, shape: Shape): { site: CallSite }[] {
    return this.holders.usesOf(key).filter((use) => use.as === "argument").flatMap((use) => [use, ...(shape.exact === true ? [] : sitesOfCopy(this.api.words, use.site.fn, use.site.instruction).map((site) => ({ site })))]);
  }

  /** The very listener is taken off the very target for an event that it was never added for. */
  private isMeantFor(one: Registration, site: CallSite, shape: Shape, others: readonly Registration[]): boolean {
    if (one.event === null || one.inline !== null || shape.event === undefined || !this.sameTarget(one.target, site, shape)) return false;
    const event = constantText(site.fn, argumentValue(site.fn, site.instruction, shape.event));
    if (event === null || !SIMPLE_EVENT.test(event) || !SIMPLE_EVENT.test(one.event)) return false;
    return !others.some((other) => (other.event === null || other.event === event) && other.listener?.key === one.listener?.key);
  }

  /** `target.on("x", this.listener = () => …)`, `state.onMove = move`, `current = move` of a function around: the field, entry or variable is the function's name. */
  private storedAs(one: Registration, shape: Shape): Ref[] {
    const { fn, listener } = one;
    const value = argumentValue(fn, one.site.instruction, shape.listener);
    const isLocal = listener?.root.kind === "binding" && listener.fields.length === 0 || listener?.root.kind === "closure";
    const around = listener?.root.kind === "binding" ? listener.root.module.fn(listener.root.module.binding(listener.root.binding)?.owner ?? 0) : listener?.root.kind === "closure" ? listener.root.fn.parent : null;
    const found: Ref[] = [];
    if (value === null && !one.via) return found;
    for (const at of around && around !== fn && around.facts.kind !== "module" ? [fn, around] : [fn]) {
      for (const { instruction } of at.sites()) {
        if (instruction.op !== "store" || instruction.place.kind !== "field" && instruction.place.kind !== "index" && instruction.place.kind !== "binding") continue;
        if ((at !== fn || instruction.value !== value) && !(isLocal && this.refs.of(at, instruction.value).key === listener.key)) continue;
        const { place } = instruction;
        if (place.kind !== "binding") found.push(this.refs.field(this.refs.of(at, place.object), place.kind === "field" ? place.name : "[]"));
        else if (at.module.binding(place.binding)?.owner !== at.id) found.push(this.refs.ofBinding(at.module, place.binding));
      }
    }
    return found;
  }

  /** A call of a function that takes off what it is given: `function off(target, event, f) { target.removeEventListener(event, f); }`. */
  private removesGiven(pair: CompiledPair, site: CallSite): boolean {
    const callee = this.types.calleeOf(site.fn, site.instruction);
    if (callee?.kind !== "function") return false;
    const position = pair.registration?.listener ?? 0;
    return [...callee.fn.sites()].some((inner) => {
      if (inner.instruction.op !== "call" || !this.isRemovalCall(pair, inner as CallSite)) return false;
      const removed = argumentValue(callee.fn, inner.instruction, position);
      const root = removed === null ? null : this.refs.of(callee.fn, removed).root;
      return root?.kind === "binding" && root.module.binding(root.binding)?.kind === "parameter";
    });
  }

  private byTarget(one: Registration, shape: Shape, others: readonly Registration[], found: RemovalSearch): void {
    const { pair, target } = one;
    if (!target) return;
    for (const use of [target, ...this.otherNamesOf(target)].flatMap((name) => this.holders.usesOf(name.key))) {
      if (use.as !== "receiver" && shape.target === undefined) continue;
      const { fn, instruction: call } = use.site;
      if (call === one.site.instruction || this.contexts.isTest(fn)) continue;
      if (pair.releaseAlls.some((pattern) => "method" in pattern && pattern.method === call.method || pattern.kind === "path" && pattern.argument === null && pattern.path === call.path)) {
        // removeAllListeners("event") for another event does not help.
        const event = constantText(fn, argumentValue(fn, call, 0));
        if (event === null || one.event === null || event === one.event) found.removals.push(use.site);
        continue;
      }
      if (use.as === "receiver" && call.method !== null && pair.releasing?.test(call.method) === true) {
        if (this.isOfAnother(one, fn, call)) continue;
        found.removals.push(use.site);
        continue;
      }
      if (!this.isRemovalCall(pair, use.site)) continue;
      const removed = argumentValue(fn, call, shape.listener);
      if (removed !== null && this.refs.of(fn, removed).fields.includes("[]") && this.sameEvent(one, use.site, shape) && this.isFiled(one, shape)) {
        found.removals.push(use.site);
        continue;
      }
      if (!this.sameEvent(one, use.site, shape, true)) continue;
      if (removed === null && !this.mismatches.namesNothing(one, use.site)) {
        found.removals.push(use.site); // off("event"): all of them
        continue;
      }
      const why = removed === null || this.mismatches.namesNothing(one, use.site) ? "nothing" : this.whyNot(one, fn, removed, others);
      if (why && !others.some((other) => other !== one && isNearer(other.fn, one.fn, fn))) found.mismatch ??= { site: use.site, why };
    }
  }

  /** `this.source` for the parameter `source` that a function keeps there, and the other way round. */
  private otherNamesOf(target: Ref): readonly Ref[] {
    const { root, fields } = target;
    if (root.kind === "binding") return fields.length > 0 || root.module.binding(root.binding)?.owner === 0 ? [] : this.fieldsOf(target).filter((ref) => ref.root.kind === "this");
    if (root.kind !== "this" || fields.length !== 1) return [];
    return (this.types.fieldStores.get(target.key) ?? []).map((store) => this.refs.of(store.fn, store.value)).filter((ref) => ref.root.kind === "binding" && ref.fields.length === 0 && ref.root.module.binding(ref.root.binding)?.kind === "parameter");
  }

  /** The listener is put into a collection where it is added: `added.push([event, handler])`; what takes off the elements of one takes it off. */
  private isFiled({ fn, site, listener }: Registration, shape: Shape): boolean {
    const value = argumentValue(fn, site.instruction, shape.listener);
    if (value === null || !listener) return false;
    return [...fn.sites()].some(({ instruction }) => {
      const given = instruction.op === "collection" ? instruction.elements.map((one) => one.value)
        : instruction.op === "call" && instruction !== site.instruction && instruction.receiver !== null && this.api.words.is("stores", instruction) !== null ? instruction.args.map((one) => one.value) : [];
      return given.some((one) => one === value || this.refs.of(fn, one).key === listener.key);
    });
  }

  /** What it names are functions of the program, and the listener is none of them. */
  private isOfAnother(one: Registration, fn: Fn, call: Call): boolean {
    const known = call.args.flatMap((argument) => this.contexts.functionsIn(fn, argument.value));
    return one.listenerFn !== null && known.length > 0 && !known.includes(one.listenerFn);
  }

  /** `Signal.clearData(this)`: everything that the owner registered. */
  private byOwner(one: Registration, found: RemovalSearch): void {
    const { cls } = one.fn;
    if (!cls) return;
    for (const site of this.ownerReleases) {
      const { instruction: call } = site;
      if (site.fn.cls === null || !cls.related.includes(site.fn.cls)) continue;
      const path = call.path === null ? null : this.types.pathAlias(call.path);
      const pattern = one.pair.releaseAlls.find((each) => each.kind === "path" && each.argument !== null && each.path === path);
      const [first] = call.args;
      if (pattern && first && this.refs.of(site.fn, first.value).root.kind === "this") found.removals.push(site);
    }
  }

  /** `this.listenTo(bus, "x", f)`, and `this.stopListening()` somewhere in its class: all that the receiver listens to. */
  private byReceiver(one: Registration, shape: Shape, found: RemovalSearch): void {
    const { receiver } = one.site.instruction;
    if (shape.target === undefined || receiver === null) return;
    const listening = this.refs.of(one.fn, receiver);
    for (const pattern of one.pair.releaseAlls) {
      for (const site of pattern.kind === "on-handle" ? this.byMethod.get(pattern.method) ?? [] : []) {
        if (site.instruction.receiver === null || site.instruction.args.length > 0 || this.contexts.isTest(site.fn)) continue;
        const ref = this.refs.of(site.fn, site.instruction.receiver);
        const isOwn = ref.root.kind === "this" && listening.root.kind === "this" && ref.fields.length === 0 && listening.fields.length === 0;
        if (isOwn ? site.fn.cls !== null && one.fn.cls?.related.includes(site.fn.cls) === true : ref.key === listening.key) found.removals.push(site);
      }
    }
  }

  /** For conventions: a clean-up that hands the same listener to the target, or to what it is a part of. */
  private byTeardown(one: Registration, found: RemovalSearch): void {
    const { pair, listener, target } = one;
    if (!pair.releasing || !listener || !target) return;
    for (const use of this.holders.usesOf(listener.key)) {
      const { receiver } = use.site.instruction;
      if (use.as !== "argument" || receiver === null || !this.holders.inReleaseMethod(use.site.fn)) continue;
      const { key } = this.refs.of(use.site.fn, receiver);
      if (target.key === key || target.key.startsWith(`${key}.`)) found.removals.push(use.site);
    }
  }

  /** The removing method itself is handed to something that calls it, together with the listener. */
  private byValue(one: Registration, found: RemovalSearch): void {
    for (const pattern of one.pair.releases) {
      if (pattern.kind !== "on-target") continue;
      for (const { call } of this.asValue.get(pattern.method) ?? []) {
        const gives = call.instruction.args.some((argument) => {
          const ref = this.refs.of(call.fn, argument.value);
          return one.listener !== null && (ref.key === one.listener.key || isNamed(one.listener) && lastName(ref) !== null && lastName(ref) === lastName(one.listener));
        });
        if (gives) found.removals.push(call);
      }
    }
  }

  /** In the same file, a removal that has only the last name in common: of the listener, or of the target. */
  private byName(one: Registration, shape: Shape, found: RemovalSearch): void {
    const { pair, target, listener, fn } = one;
    const names = new Set([listener ? this.nameOf(listener) : null, ...this.storedAs(one, shape).map((ref) => lastName(ref))]);
    names.delete(null);
    const targetName = target ? lastName(target) : null;
    if (names.size === 0 && targetName === null) return;
    for (const pattern of pair.releases) {
      if (pattern.kind !== "on-target") continue;
      for (const site of this.byMethod.get(pattern.method) ?? []) {
        // Two classes that have nothing to do with each other have each their own.
        if (fn.cls && site.fn.cls && !fn.cls.related.includes(site.fn.cls)) continue;
        if (site.fn.module !== fn.module || site.instruction.receiver === null || !this.sameEvent(one, site, shape)) continue;
        if (site.instruction === one.site.instruction || target && this.isOther(target, site, shape)) continue;
        const removed = argumentValue(site.fn, site.instruction, shape.listener);
        if (removed === null) continue;
        const ref = this.refs.of(site.fn, removed);
        const known = this.contexts.functionsIn(site.fn, removed);
        // Both are functions of the program: they are the same or they are not.
        if (one.listenerFn && known.length > 0 && !known.includes(one.listenerFn)) continue;
        if (one.inline && known.length > 0) continue;
        // Two functions' own variables are two things, whatever they are called, unless both are taken out of the same.
        const sameListener = !one.inline && (names.has(this.nameOf(ref)) && !(listener !== null && isVariable(listener) && isVariable(ref)) || listener !== null && isSamePart(this.refs, this.contexts, listener, ref));
        const onTarget = targetName !== null && targetName === lastName(this.refs.of(site.fn, site.instruction.receiver));
        if (sameListener || onTarget && !one.inline && known.length === 0 && listener?.root.kind !== "this") found.removals.push(site);
      }
    }
  }

  private nameOf(ref: Ref): string | null {
    const name = lastName(ref);
    if (name !== null) return name;
    if (ref.root.kind === "binding") return ref.root.module.binding(ref.root.binding)?.name ?? null;
    // `const fit = () => …`
    return ref.root.kind === "closure" && /^[\w$]+$/u.test(ref.root.fn.facts.name) ? ref.root.fn.facts.name : null;
  }

  private whyNot(one: Registration, fn: Fn, given: ValueId, others: readonly Registration[]): Mismatch | null {
    const twin = one.pair.registration?.exact === true ? null : original(this.refs, this.api.words, fn, given);
    const removed = twin?.value ?? given;
    const definition = fn.definition(removed)?.instruction;
    if (definition?.op === "closure" && fn.uses(definition.out).length === 1 && (one.inline || one.listenerFn !== null)) return "fresh-function";
    const removedRef = twin?.ref ?? this.refs.of(fn, removed);
    const isBindCall = definition?.op === "call" && definition.method === "bind";
    if (isBindCall && definition.receiver !== null && this.sameFunction(one, this.refs.of(fn, definition.receiver))) return "bound-copy";
    if (this.isForAnother(one, fn, removed, removedRef)) return "fresh-function";
    if (!one.inline || removedRef.fields.includes("[]")) return null;
    // A function written in the call can be named by no other call: this removal is meant for it unless it fits another.
    if (others.some((other) => other !== one && (other.event === null || other.event === one.event) && other.listener?.key === removedRef.key)) return null;
    // `socket.off("error", this.report); socket.on("error", () => {})`: it was added under another name for the target.
    if (this.isAddedElsewhere(one, fn, removedRef)) return null;
    if (one.inline === "bind") return "bound-copy";
    const { root } = removedRef;
    if (root.kind === "binding" && removedRef.fields.length === 0 && root.module.binding(root.binding)?.kind === "parameter") return null;
    return "fresh-function";
  }

  /** Another function adds it, to what has another name there: a field of the object, or of one that is handed from function to function (`peer.greet`). */
  private isAddedElsewhere(one: Registration, fn: Fn, removed: Ref): boolean {
    const name = lastName(removed);
    const uses = removed.root.kind === "this" ? this.holders.usesOf(removed.key) : removed.root.kind === "binding" && removed.fields.length > 0 && name !== null ? this.holders.usesOfField(name) : [];
    return uses.some(({ as, site }) => as === "argument" && site.fn !== fn && !this.contexts.isTest(site.fn) && this.api.acquired(site.fn, site.instruction, this.types).some((pair) => pair.handle === "registration"
      && (removed.root.kind === "this" || pair.registration !== undefined && this.sameEvent(one, site, pair.registration))));
  }

  /** Both are functions of the program, and nobody adds the one that is removed: it was meant to be the one that is added. */
  private isForAnother(one: Registration, fn: Fn, removed: ValueId, removedRef: Ref): boolean {
    if (one.inline || !one.listenerFn || !one.listener || !isNamed(removedRef)) return false;
    const functions = this.contexts.functionsIn(fn, removed);
    if (functions.length === 0 || functions.includes(one.listenerFn)) return false;
    const isTaken = (key: string): boolean => this.holders.usesOf(key).some((use) => use.as === "argument" && this.isRemovalCall(one.pair, use.site));
    return !isTaken(one.listener.key) && this.holders.usesOf(removedRef.key).every((use) => use.as !== "argument" || this.isRemovalCall(one.pair, use.site));
  }

  /** Whether the registered function is the one named, or a bound copy of it. */
  private sameFunction(one: Registration, ref: Ref): boolean {
    if (one.listener?.key === ref.key) return true;
    const { fn, site, pair } = one;
    const added = argumentValue(fn, site.instruction, pair.registration?.listener ?? 0);
    const definition = added === null ? undefined : fn.definition(added)?.instruction;
    return definition?.op === "call" && definition.receiver !== null && this.refs.of(fn, definition.receiver).key === ref.key;
  }

  isRemovalCall(pair: CompiledPair, site: CallSite): boolean {
    const { instruction: call } = site;
    const name = pair.plain === true && call.receiver === null ? (call.path ?? site.fn.module.text.slice(...call.nameAt)).split(".").at(-1) ?? "" : call.method;
    if (name !== null && pair.releasing?.test(name) === true) return true;
    return pair.releases.some((pattern) => {
      if (pattern.kind === "on-target") return pattern.method === call.method || call.receiver === null && pattern.method === call.path;
      if (pattern.kind === "path") return call.path !== null && this.types.pathAlias(call.path) === pattern.path;
      if (pattern.kind === "method") return pattern.method === call.method;
      return false;
    });
  }

  /** What a removing call removes from. */
  private targetOf(site: CallSite, shape: Shape): ValueId | null {
    return shape.target === undefined ? site.instruction.receiver : argumentValue(site.fn, site.instruction, shape.target);
  }

  private sameTarget(target: Ref | null, site: CallSite, shape: Shape): boolean {
    const receiver = this.targetOf(site, shape);
    if (target === null || receiver === null) return target === null && receiver === null;
    const { key } = this.refs.of(site.fn, receiver);
    // `this.changed` is the constructor's `changed`.
    return key === target.key || this.fieldsOf(target).some((field) => field.key === key);
  }

  /** Whether the call's target is known to be another thing: two globals, two imports, the results of two different calls. */
  private isOther(target: Ref, site: CallSite, shape: Shape): boolean {
    const receiver = this.targetOf(site, shape);
    if (receiver === null) return false;
    const ref = this.refs.of(site.fn, receiver);
    if (ref.key === target.key) return false;
    if (ref.root.kind === target.root.kind && (ref.root.kind === "global" || ref.root.kind === "import")) return true;
    const [a, b] = [this.madeBy(target), this.madeBy(ref)];
    return a !== null && b !== null && a.path === b.path && a.args !== b.args;
  }

  /** For `getLogger("x")` and a variable that holds it: the call with its arguments as text. */
  private madeBy(ref: Ref): { path: string; args: string } | null {
    if (ref.fields.length > 0) return null;
    let made: Site | undefined;
    if (ref.root.kind === "call") made = ref.root.site;
    else if (ref.root.kind === "binding") {
      const stores = ref.root.module.bindingStores.get(ref.root.binding) ?? [];
      made = stores.length === 1 && stores[0] ? stores[0].fn.definition(stores[0].value) : undefined;
    }
    if (made?.instruction.op !== "call" || made.instruction.path === null || made.instruction.isNew) return null;
    const { fn, instruction: call } = made;
    const args: string[] = [];
    for (const { value } of call.args) {
      const definition = fn.definition(value)?.instruction;
      if (definition?.op === "constant" && definition.value.kind === "string") args.push(definition.value.value);
      else if (definition?.op === "load" && definition.place.kind === "global") args.push(`${definition.place.name} of ${fn.module.path}`);
      else return null;
    }
    return { path: call.path ?? "", args: args.join(",") };
  }

  /** `strictly`: the events are known to be the same; else they are not known to differ. */
  private sameEvent(one: Registration, site: CallSite, shape: Shape, strictly = false): boolean {
    if (shape.event === undefined) return true;
    const added = argumentValue(one.fn, one.site.instruction, shape.event);
    const removed = argumentValue(site.fn, site.instruction, shape.event);
    // What a helper was given is not known by its name here.
    if (one.via) return !strictly;
    if (added === null || removed === null) return true;
    const [a, b] = [constantText(one.fn, added), constantText(site.fn, removed)];
    if (a !== null && b !== null) return a === b;
    const [refA, refB] = [this.refs.of(one.fn, added), this.refs.of(site.fn, removed)];
    if (refA.key === refB.key) return true;
    if (strictly) return false;
    // A text and a member of an enumeration are two events, unless the member is that text.
    if (a !== null && isShared(refB) && refB.fields.length > 0 || b !== null && isShared(refA) && refA.fields.length > 0) return a === lastName(refB) || b === lastName(refA);
    // Two members of one enumeration are two events; two names nobody can read (a loop over event names) may be the same.
    if (lastName(refA) !== null && lastName(refB) !== null && refA.fields.length === refB.fields.length && !refA.fields.includes("[]") && !refB.fields.includes("[]") && isShared(refA) && isShared(refB)) return false;
    if (refA.root.kind === "global" && refB.root.kind === "global" && refA.fields.length === 0 && refB.fields.length === 0) return false;
    return refA.root.kind !== "import" || refB.root.kind !== "import";
  }

  /** It is added for each event of one list and removed for each of another, which lacks some of them. */
  private forgetsEvents(one: Registration, site: CallSite, shape: Shape): boolean {
    if (shape.event === undefined || one.via) return false;
    const [added, removed] = [argumentValue(one.fn, one.site.instruction, shape.event), argumentValue(site.fn, site.instruction, shape.event)];
    if (added === null || removed === null) return false;
    const [from, to] = [this.refs.of(one.fn, added), this.refs.of(site.fn, removed)];
    if (from.key === to.key) return false;
    const [adds, removes] = [elementTexts(from), elementTexts(to)];
    return adds !== null && removes !== null && adds.some((event) => !removes.includes(event));
  }

  /** Null where the options are not known. */
  private captureOf(fn: Fn, call: Call, shape: Shape): boolean | null {
    if (shape.options === undefined) return false;
    const options = argumentValue(fn, call, shape.options);
    if (options === null) return false;
    const capture = booleanOf(fn, options) ?? option(fn, call, `${String(shape.options)}.capture`);
    return capture === "unknown" ? null : capture ?? false;
  }

  /** A closure that only a weak registry has: it is gone before it could run. */
  private neverRuns(fn: Fn): boolean {
    if (fn.facts.kind !== "lambda" || !fn.parent) return false;
    for (const site of fn.parent.sites()) {
      if (site.instruction.op !== "closure" || site.instruction.function !== fn.id) continue;
      const uses = fn.parent.uses(site.instruction.out);
      const { out } = site.instruction;
      if (uses.length === 1 && uses[0]?.kind === "instruction" && uses[0].site.instruction.op === "call") return this.api.weakCallbacks.takes(fn.parent, uses[0].site.instruction, out, this.types);
    }
    return false;
  }
}

/** For an element of a list that is written down and never changes: the texts in it. */
function elementTexts(ref: Ref): string[] | null {
  if (ref.root.kind !== "binding" || ref.fields.length !== 1 || ref.fields[0] !== "[]") return null;
  const { module, binding } = ref.root;
  const [only, ...more] = module.bindingStores.get(binding) ?? [];
  const made = only && more.length === 0 ? only.fn.definition(only.value)?.instruction : undefined;
  if (!only || made?.op !== "collection" || module.binding(binding)?.constant !== true) return null;
  const texts = made.elements.map((element) => (element.spread ? null : constantText(only.fn, element.value)));
  return texts.every((text) => text !== null) ? texts : null;
}

/** `bus.offChange(f)` for `bus.onChange(f)`: named by the event, as what adds it is. */
function isCounterpart({ pair, site }: Registration, { instruction }: CallSite): boolean {
  const rest = /^_*on(?=[A-Z_])_?(?<rest>\w+)$/u.exec(site.instruction.method ?? "")?.groups?.["rest"];
  return rest !== undefined && pair.registration?.undoneBy?.some((name) => name.replace("*", rest) === instruction.method) === true;
}

/** One event, and not several of them or one with a namespace. */
const SIMPLE_EVENT = /^[\w:-]+$/u;

/** Whether two mentions of the reference are the same function: a name, not something made on the spot. */
function isNamed(ref: Ref): boolean {
  return ref.root.kind !== "value" && ref.root.kind !== "call";
}

function isShared(ref: Ref): boolean {
  return ref.root.kind === "import" || ref.root.kind === "global" || ref.root.kind === "module" || ref.root.kind === "binding" && ref.root.module.binding(ref.root.binding)?.owner === 0;
}

/** A variable by itself, or the function that it names. */
function isVariable({ root, fields }: Ref): boolean {
  return fields.length === 0 && (root.kind === "binding" || root.kind === "closure" && root.fn.facts.kind === "lambda");
}

function lastName(ref: Ref): string | null {
  return ref.fields.findLast((field) => field !== "[]") ?? null;
}

/** A removal that fits nothing was meant for what its own class, or else its own file, adds: `one` stands nearer to it than `other`. */
function isNearer(one: Fn, other: Fn, removal: Fn): boolean {
  const isOfClass = (fn: Fn): boolean => removal.cls !== null && fn.cls?.related.includes(removal.cls) === true;
  return isOfClass(one) && !isOfClass(other) || one.module === removal.module && other.module !== removal.module;
}
