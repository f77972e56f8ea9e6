/**
 * Owners that lose a listener without a word: a field gets another target while the listener is on the one before, a
 * clean-up runs before the listener is there, an override of a clean-up leaves out the one it overrides.
 */
import type { ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import type { Analysis } from "../analysis.js";
import { isWithin } from "../contexts/endings.js";
import type { CallSite } from "../contexts/holders.js";
import { runOf } from "./listener-outcomes.js";
import type { Cls, Fn, Site } from "../program/program.js";
import type { Ref } from "../program/refs.js";
import type { Registration } from "./registrations.js";
import { isConstructor, isNull } from "../contexts/targets.js";
import { canReach, isReachedWithout } from "../program/blocks.js";

export interface Exchange {
  field: Ref;
  fn: Fn;
  at: Span;
}

/** Where the field that the target is kept in gets another one, or none, with the listener still on it. */
export function exchange(analysis: Analysis, one: Registration): Exchange | null {
  const { cls } = one.fn;
  const field = fieldOf(analysis, one);
  if (!cls || !field || one.once) return null;
  const isAnew = isPutAnew(analysis, one, field);
  if (one.guarded && !isAnew) return null;
  const stores = analysis.types.fieldStores.get(field.key) ?? [];
  const { targets } = analysis.registrations;
  // What the object makes itself goes when it lets go of it; what it was given or has looked up is somebody else's too.
  const removing = one.removals.filter((site) => site.fn.cls !== null && cls.related.includes(site.fn.cls) && site.instruction.args.some((argument) => analysis.refs.of(site.fn, argument.value).key === one.listener?.key));
  const isOthers = stores.some((store) => {
    if (isNull(store.fn, store.value)) return false;
    const made = store.fn.definition(store.value)?.instruction;
    // What a call gave may be new; where the class takes the listener off before it looks up another, it is not.
    if (made?.op === "call") return !made.isNew && isTakenOffBefore(analysis, store.fn, store.site, removing);
    const life = targets.lifeOf(store.fn, analysis.refs.of(store.fn, store.value), store.value);
    return life === "parameter" || life === "process" || life === "pooled";
  });
  if (!isOthers) return null;
  // Where no other exchange takes it off first, whoever calls has to see to that: attach and detach come in turns.
  const isConvention = stores.some((store) => !isNull(store.fn, store.value) && isTakenOffBefore(analysis, store.fn, store.site, removing));
  for (const store of stores) {
    const { fn, site } = store;
    const isLate = fn === one.fn && removing.some((removal) => removal.fn === fn && comesBefore(fn, site, removal) && comesBefore(fn, removal, one.site) && !isOfOneBefore(analysis, removal, field, site));
    const isOfCall = isAnew && fn === one.fn;
    if (!isConvention && !isLate && !isOfCall && !setsTarget(analysis, one, fn)) continue;
    if (fn.cls === null || isConstructor(fn) || fn.facts.kind === "initializer" || fn.facts.kind === "class-body" || !isOfCall && analysis.registrations.isFirstTime(fn, site)) continue;
    if (isTakenOffBefore(analysis, fn, site, removing) || isGivenToSetter(cls, site)) continue;
    if (removing.length > 0 && isCalledAfterRemoval(analysis, fn, removing)) continue;
    return { field, fn, at: site.instruction.at };
  }
  return null;
}

/**
 * `if (this.source) next.off("x", f); next.on("x", f); this.source = next`: where there is one before, the listener is
 * taken off the new one, which never had it, and stays on the one before.
 */
export function takenOffTheNew(analysis: Analysis, one: Registration): Exchange | null {
  const { fn, target, listener, removals } = one;
  if (target?.root.kind !== "binding" || target.fields.length > 0 || !listener || target.root.module.binding(target.root.binding)?.owner !== fn.id) return null;
  const receiverOf = ({ fn: of, instruction: call }: CallSite): string | null => (call.receiver === null ? null : analysis.refs.of(of, call.receiver).key);
  const misplaced = removals.find((site) => site.fn === fn && receiverOf(site) === target.key && comesBefore(fn, site, one.site) && site.instruction.args.some((argument) => analysis.refs.of(fn, argument.value).key === listener.key));
  if (!misplaced || (fn.block(misplaced.block)?.loop ?? null) !== null) return null;
  for (const { slot, at } of slotsOf(analysis, fn, target)) {
    const isAsked = fn.facts.blocks.some(({ end }) => end.kind === "branch" && (end.test.kind === "truthy" || end.test.kind === "none") && holdsSlot(analysis, fn, end.test.value, slot)
      && (end.then !== end.else && [end.then, end.else].some((side) => side === misplaced.block || !isReachedWithout(fn, 0, misplaced.block, new Set([side])))));
    if (!isAsked || removals.some((site) => site !== misplaced && (site.fn !== fn || receiverOf(site) !== target.key) && isSameRun(analysis, fn, site))) continue;
    return { field: slot, fn, at };
  }
  return null;
}

/** The removal stands in the function, or in one that it calls. */
function isSameRun(analysis: Analysis, fn: Fn, site: CallSite): boolean {
  return runOf(analysis, fn).has(site.fn);
}

/** Fields and entries of what the object or the module keeps, that the function puts the target in. */
function slotsOf(analysis: Analysis, fn: Fn, target: Ref): { slot: Ref; at: Span }[] {
  const { refs } = analysis;
  return [...fn.sites()].flatMap(({ instruction }) => {
    if (instruction.op === "store" && instruction.place.kind !== "binding" && "object" in instruction.place && refs.of(fn, instruction.value).key === target.key) {
      const { place } = instruction;
      return [{ slot: refs.field(refs.of(fn, place.object), place.kind === "field" ? place.name : "[]"), at: instruction.at }];
    }
    const isPut = instruction.op === "call" && instruction.receiver !== null && instruction.args.length === 2 && analysis.api.words.is("stores", instruction) !== null;
    return isPut && instruction.receiver !== null && refs.of(fn, instruction.args[1]?.value ?? -1).key === target.key ? [{ slot: refs.field(refs.of(fn, instruction.receiver), "[]"), at: instruction.at }] : [];
  });
}

/** Read from the slot, at once or by way of a variable. */
function holdsSlot(analysis: Analysis, fn: Fn, value: ValueId, slot: Ref): boolean {
  const ref = analysis.refs.of(fn, value);
  if (ref.key === slot.key) return true;
  const [store, ...others] = ref.root.kind === "binding" && ref.fields.length === 0 ? ref.root.module.bindingStores.get(ref.root.binding) ?? [] : [];
  return store?.fn === fn && others.length === 0 && analysis.refs.of(fn, store.value).key === slot.key;
}

function fieldOf(analysis: Analysis, one: Registration): Ref | null {
  const { target } = one;
  if (!target) return null;
  if (target.root.kind === "this") return target.fields.length === 1 ? target : null;
  return analysis.registrations.fieldsOf(target).find((ref) => ref.root.kind === "this" && ref.fields.length === 1) ?? null;
}

/**
 * `update(next) { this.map = next; this.map.on("move", this.draw) }`, where the constructor has added the same to the map
 * before: what the end takes it off is the one that is there then.
 */
function isPutAnew(analysis: Analysis, one: Registration, field: Ref): boolean {
  const { fn, site, listener } = one;
  if (isConstructor(one.scope.fn) || listener === null || one.removals.some((removal) => removal.fn === fn)) return false;
  const isStored = (analysis.types.fieldStores.get(field.key) ?? []).some((store) => store.fn === fn && store.site.block === site.block && comesBefore(fn, store.site, site) && !isNull(fn, store.value));
  return isStored && analysis.registrations.on(field).some((other) => other !== one && isConstructor(other.scope.fn) && other.listener?.key === listener.key && other.event === one.event && other.fn.cls === fn.cls);
}

/** `setMap(map) { this.map = map; map.on("move", this.draw) }` with nothing that would take it off the map before. */
function setsTarget(analysis: Analysis, one: Registration, fn: Fn): boolean {
  if (fn !== one.fn || one.removals.length > 0 || fn.facts.kind !== "setter" && !/^_*set(?:_|[A-Z])/u.test(fn.facts.name)) return false;
  const { target } = one;
  if (!target) return false;
  const field = fieldOf(analysis, one);
  // It does something with the one before, by whatever name: what that does to its listeners is not known.
  if (!field || fn.calls().some(({ instruction: { receiver } }) => receiver !== null && holdsSlot(analysis, fn, receiver, field))) return false;
  const { key } = field;
  const stores = analysis.types.fieldStores.get(key) ?? [];
  return stores.some((store) => store.fn === fn && analysis.refs.of(fn, store.value).root.kind === "binding" && analysis.registrations.targets.lifeOf(fn, analysis.refs.of(fn, store.value), store.value) === "parameter");
}

/** `const before = this.source; this.source = next; before.off("x", f)`: the variable has what was in the field. */
function isOfOneBefore(analysis: Analysis, { fn, instruction: { receiver } }: CallSite, field: Ref, exchanged: Site): boolean {
  const load = receiver === null ? undefined : fn.definition(receiver)?.instruction;
  if (receiver === null || load?.op !== "load" || load.place.kind !== "binding" || !holdsSlot(analysis, fn, receiver, field)) return false;
  const [store, ...others] = fn.module.bindingStores.get(load.place.binding) ?? [];
  return store?.fn === fn && others.length === 0 && comesBefore(fn, store.site, exchanged);
}

/** `this.source = null`, where that runs a setter of the class: what the setter does is looked at in its own place. */
function isGivenToSetter(cls: Cls, { instruction }: Site): boolean {
  const name = instruction.op === "store" && instruction.place.kind === "field" ? instruction.place.name : null;
  return cls.related.some((one) => one.methods.some(({ facts }) => facts.kind === "setter" && facts.name === name));
}

/** The function takes it off, or calls what does, before it puts another target in the field. */
function isTakenOffBefore(analysis: Analysis, fn: Fn, store: Site, removing: readonly CallSite[]): boolean {
  for (const site of fn.sites()) {
    if (site.instruction.op !== "call") continue;
    if (!comesBefore(fn, site, store)) continue;
    if (removing.some((removal) => removal.instruction === site.instruction)) return true;
    const callee = analysis.types.calleeOf(fn, site.instruction);
    const given = site.instruction.args.flatMap((argument) => analysis.contexts.functionsIn(fn, argument.value));
    if ([...(callee?.kind === "function" ? [callee.fn] : []), ...given].some((inner) => takesOff(analysis, inner, removing))) return true;
  }
  return false;
}

function comesBefore(fn: Fn, site: Site, other: Site): boolean {
  return site.block === other.block ? site.index < other.index : canReach(fn, site.block, other.block);
}

function takesOff(analysis: Analysis, fn: Fn, removing: readonly CallSite[]): boolean {
  const run = runOf(analysis, fn);
  return removing.some((removal) => run.has(removal.fn));
}

/** Everybody who calls the function takes the listener off as well. */
function isCalledAfterRemoval(analysis: Analysis, fn: Fn, removing: readonly CallSite[]): boolean {
  const callers = analysis.contexts.callers(fn);
  return callers.length > 0 && callers.every((site) => site.fn !== fn && isTakenOffBefore(analysis, site.fn, site, removing));
}

export interface LateArrival {
  cleanUp: Fn;
}

/**
 * The handle comes after a wait and goes into a variable that only the returned clean-up reads: cleaned up before, it
 * comes to nobody. A question about a flag in between is taken to be about that.
 */
export function lateArrival(analysis: Analysis, one: Registration, releases: readonly { fn: Fn }[]): LateArrival | null {
  const { fn, site, resultField } = one;
  if (resultField?.root.kind !== "binding" || releases.length === 0) return null;
  const binding = resultField.root.module.binding(resultField.root.binding);
  const owner = binding === undefined ? null : fn.module.fn(binding.owner);
  if (!owner || owner === fn || owner.facts.kind === "module" || !isWithin(fn, owner) || !comesLater(analysis, fn, owner, site)) return null;
  const cleanUps = releases.map((release) => returnedFrom(release.fn, owner));
  const [cleanUp] = cleanUps;
  if (!cleanUp || cleanUps.some((each) => each === null)) return null;
  for (let at: Fn | null = fn; at && at !== owner; at = at.parent) if (at.facts.blocks.some(({ end }) => end.kind === "branch" && end.test.kind !== "more")) return null;
  return { cleanUp };
}

/** The function runs when a promise is settled, or has waited before it comes to the site. */
function comesLater(analysis: Analysis, fn: Fn, owner: Fn, site: Site): boolean {
  for (let at: Fn | null = fn; at && at !== owner; at = at.parent) {
    if (analysis.contexts.usedAsCallback(at).some((use) => analysis.api.words.is("continues", use.site.instruction) === "method")) return true;
    if (at.facts.async && at === fn && [...fn.sites()].some((other) => other.instruction.op === "await" && other.instruction.value !== (site.instruction.op === "call" ? site.instruction.out : -1) && (other.block === site.block ? other.index < site.index : canReach(fn, other.block, site.block)))) return true;
  }
  return false;
}

/** The function that `owner` returns in which the release stands. */
function returnedFrom(fn: Fn, owner: Fn): Fn | null {
  let at: Fn | null = fn;
  while (at && at.parent !== owner) at = at.parent;
  if (!at) return null;
  const { id } = at;
  for (const site of owner.sites()) {
    if (site.instruction.op === "closure" && site.instruction.function === id && owner.uses(site.instruction.out).some((use) => use.kind === "end" && use.end.kind === "return")) return at;
  }
  return null;
}

export interface LeftOut {
  /** The method that overrides a clean-up without calling it. */
  method: Fn;
  base: Fn;
  one: Registration;
}

/** Overrides of clean-up methods that take listeners off and are not called by the override. */
export function* leftOut(analysis: Analysis): Generator<LeftOut> {
  const seen = new Set<Fn>();
  for (const one of analysis.registrations.all()) {
    for (const removal of one.removals) {
      const { cls } = removal.fn;
      if (!cls || one.fn.cls === null || one.fn.cls !== cls && !cls.bases.includes(one.fn.cls)) continue;
      for (const base of cls.facts.methods.flatMap(({ function: id }) => cls.module.fn(id) ?? [])) {
        if (!analysis.api.releaseMethods.has(base.facts.name) || base.facts.static || !runOf(analysis, base).has(removal.fn)) continue;
        for (const method of overrides(cls, base)) {
          // Who adds it is overridden as well: of such an object it is never added.
          if (!isConstructor(one.fn) && overrides(one.fn.cls, one.fn).some((other) => other.cls === method.cls && !callsBase(other))) continue;
          if (seen.has(method) || analysis.contexts.isTest(method) || callsBase(method) || runOf(analysis, method).has(removal.fn) || method.facts.blocks.every(({ instructions }) => instructions.length === 0)) continue;
          seen.add(method);
          yield { method, base, one };
        }
      }
    }
  }
}

function overrides(cls: Cls, base: Fn): Fn[] {
  return cls.subclasses.flatMap((sub) => {
    const own = sub.facts.methods.find((each) => each.name === base.facts.name);
    const fn = own === undefined ? null : sub.module.fn(own.function);
    return fn ? [fn] : overrides(sub, base);
  });
}

/** It calls `super`, or the base's method by its class. */
function callsBase(fn: Fn): boolean {
  for (const { instruction } of fn.sites()) {
    if (instruction.op === "load" && instruction.place.kind === "super") return true;
    if (instruction.op === "call" && instruction.args.length > 0 && (instruction.path?.includes(`.${fn.facts.name}`) === true || instruction.method === fn.facts.name)) return true;
  }
  return (fn.module.nested.get(fn.id) ?? []).some(callsBase);
}
