/**
 * Outcomes that leave a listener behind although another outcome takes it off: of two one-time listeners the loser, of
 * the places that settle a wait the one that does not tidy up, the failure of what only its success tidies up after.
 */
import type { Call } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import type { Analysis } from "../analysis.js";
import { isWithin } from "../contexts/endings.js";
import { functionsListed } from "../handles/listed-functions.js";
import { endsWhole, isCallScoped } from "./listener-evidence.js";
import type { Fn, Site } from "../program/program.js";
import type { Ref } from "../program/refs.js";
import type { Registration } from "./registrations.js";
import type { Settlement } from "../contexts/settling.js";
import { neverRejects } from "../contexts/sure-promises.js";
import { isConstructor } from "../contexts/targets.js";
import { canReach } from "../program/blocks.js";

/** Where the wait is over with the listener still on. */
export interface Outcome {
  fn: Fn;
  at: Span;
  how: "settles" | "fails" | "again";
}

const MAXIMUM_RUN = 60;
const MAXIMUM_CHAIN = 6;

/**
 * The one-time listener that fires instead: `one`'s own function takes that one off, so its author knows that only one
 * of the two events comes, and that one's function does not take `one` off.
 */
export function winner(analysis: Analysis, one: Registration): Registration | null {
  if (!one.once || !one.target || one.event === null || !one.listenerFn) return null;
  const { listenerFn } = one;
  return analysis.registrations.on(one.target).find((other) =>
    other !== one && other.once && other.scope.fn === one.scope.fn && other.event !== null && other.event !== one.event
    && other.listenerFn !== null && other.listenerFn !== listenerFn && takesOff(analysis, listenerFn, other) && !takesOff(analysis, other.listenerFn, one)) ?? null;
}

function takesOff(analysis: Analysis, fn: Fn, one: Registration): boolean {
  const run = runOf(analysis, fn);
  return one.removals.some((site) => run.has(site.fn));
}

/** Where a wait that takes the listener off when it ends in one way ends in another. */
export function otherOutcome(analysis: Analysis, one: Registration): Outcome | null {
  if (one.removals.length === 0 && !one.once || one.removals.some((site) => site.fn === one.fn)) return null;
  const unit = unitOf(analysis, one);
  if (!unit) return null;
  const inside = analysis.holders.nestedIn(unit.fn);
  if (!one.removals.every((site) => site.fn !== unit.fn && isWithin(site.fn, unit.fn))) return null;
  // Handed to the caller, or kept under a name of the object: somebody else may call it.
  if (one.removals.some((site) => isGivenAway(analysis, site.fn, unit.fn))) return null;
  // Without a removal, the listener must be one of the ways in which the wait ends: else the others may come of it.
  const ownRun = one.listenerFn === null ? new Set<Fn>() : runOf(analysis, one.listenerFn);
  if (one.removals.length === 0 && ![...ownRun].some((fn) => analysis.settling.in(fn).some((each) => each.key === unit.key)) && !isMeans(analysis, one, unit.key)) return null;
  const tidies = (fn: Fn): boolean => {
    const run = runOf(analysis, fn);
    return one.removals.some((site) => run.has(site.fn));
  };
  for (const root of inside) {
    if (ownRun.has(root) && root !== one.listenerFn || around(root, unit.fn).some((outer) => outer === one.listenerFn && one.once || tidies(outer))) continue;
    if (analysis.contexts.usedAsCallback(root).length === 0 || root === one.listenerFn && one.once || isWithin(one.fn, root)) continue;
    const run = runOf(analysis, root);
    if (run.has(one.fn) || one.removals.some((site) => run.has(site.fn)) || mayCleanUp(analysis, run)) continue;
    if ([root, ...around(root, unit.fn)].some((outer) => isFollowed(analysis, outer, tidies))) continue;
    if ([root, ...around(root, unit.fn)].some((outer) => endsTarget(analysis, one, outer, runOf(analysis, outer)))) continue;
    const settled = [...run].flatMap((fn) => analysis.settling.in(fn)).find((each) => each.key === unit.key && each.how === "call");
    if (settled) return { fn: settled.fn, at: settled.at, how: "settles" };
  }
  return handedOn(analysis, one, unit);
}

/** `work().then(root).catch(report).finally(tidy)`: the chain that runs the function goes on to one that tidies up, whatever comes of this one. */
function isFollowed(analysis: Analysis, root: Fn, tidies: (fn: Fn) => boolean): boolean {
  const { words } = analysis.containers;
  const [use, ...more] = analysis.contexts.usedAsCallback(root);
  if (!use || more.length > 0 || !isLink(analysis, use.site.fn, use.site.instruction)) return false;
  const { fn } = use.site;
  let link: Call = use.site.instruction;
  for (let length = 0; length < MAXIMUM_CHAIN; length++) {
    const { out } = link;
    const next = fn.uses(out).flatMap((one) => (one.kind === "instruction" && one.site.instruction.op === "call" && one.site.instruction.receiver === out ? [one.site.instruction] : []))[0];
    if (!next || !isLink(analysis, fn, next)) return false;
    const [given] = next.args;
    const runs = given !== undefined && (analysis.api.surePassed.has(fn, next, analysis.types) || words.isOf("onSuccess", fn, next, given.value));
    if (runs && analysis.contexts.functionsIn(fn, given.value).some(tidies)) return true;
    link = next;
  }
  return false;
}

function isLink(analysis: Analysis, fn: Fn, call: Call): boolean {
  const { words } = analysis.containers;
  return analysis.api.surePassed.has(fn, call, analysis.types) || call.args.some((one) => words.isOf("onSuccess", fn, call, one.value) || words.isOf("onFailure", fn, call, one.value));
}

/** The functions between one and another around it. */
function around(fn: Fn, outer: Fn): Fn[] {
  const found: Fn[] = [];
  for (let at = fn.parent; at && at !== outer; at = at.parent) found.push(at);
  return found;
}

/** `once("x", resolve)`: the listener is itself what ends the wait. */
function isMeans(analysis: Analysis, one: Registration, key: string): boolean {
  return analysis.settling.in(one.fn).some((each) => each.key === key && each.how === "pass" && each.at[0] === one.site.instruction.at[0]);
}

/** `setTimeout(reject, 1000)`, `other.once("error", reject)`: the means to settle is itself the callback. */
function handedOn(analysis: Analysis, one: Registration, unit: { fn: Fn; key: string }): Outcome | null {
  for (const fn of [unit.fn, ...analysis.holders.nestedIn(unit.fn)]) {
    for (const each of analysis.settling.in(fn)) {
      if (each.key !== unit.key || each.how !== "pass" || isWithin(one.fn, fn) && fn !== one.fn) continue;
      const registration = analysis.registrations.in(fn).find((other) => other.site.instruction.at[0] === each.at[0]);
      const isTimer = analysis.timers.all().some((timer) => timer.life.fn === fn && timer.life.site.instruction.at[0] === each.at[0]);
      // What an unknown function does with it is its own affair.
      if (!isTimer && (!registration || registration === one || isEndOf(analysis, registration, one))) continue;
      if (fn === one.fn && !isAfter(fn, one.site, each)) continue;
      return { fn, at: each.at, how: "settles" };
    }
  }
  return null;
}

function isAfter(fn: Fn, site: Site, other: Settlement): boolean {
  return fn.facts.loops.length > 0 || other.at[0] > site.instruction.at[0];
}

/**
 * Where the function that adds it runs again, by a call or timer of its own, with the listener of this time still on.
 * What is exchanged between two times is not looked at.
 */
export function nextAttempt(analysis: Analysis, one: Registration): Outcome | null {
  const { fn, target, listenerFn } = one;
  if (fn.facts.kind === "module" || !target || !isCallScoped(analysis, one) && listenerFn?.parent !== fn) return null;
  const outcome = outlastsAttempt(analysis, one) ? startsAgain(analysis, one, target, fn) : null;
  if (outcome || target.root.kind !== "binding" || target.fields.length > 0) return outcome;
  // `const get = () => { request(() => { out.on("x", f); … setTimeout(get) }) }`: a callback of what runs again, on what is outside of it.
  const owner = target.root.module === fn.module ? fn.module.fn(target.root.module.binding(target.root.binding)?.owner ?? -1) : null;
  if (!owner || owner.facts.kind === "module" || one.once && listenerFn !== null) return null;
  for (let at = fn.parent; at && at !== owner && isWithin(at, owner); at = at.parent) {
    const found = startsAgain(analysis, one, target, at);
    if (found) return found;
  }
  return null;
}

/** Where `attempt`, in which the listener is added, is started again from within. */
function startsAgain(analysis: Analysis, one: Registration, target: Ref, attempt: Fn): Outcome | null {
  const { listenerFn } = one;
  const calls = analysis.contexts.callers(attempt).map((site) => ({ fn: site.fn, block: site.block, index: site.index, at: site.instruction.at }));
  const given = analysis.contexts.usedAsCallback(attempt).filter(({ site }) => analysis.timers.all().some((timer) => timer.life.site.instruction === site.instruction))
    .map(({ site }) => ({ fn: site.fn, block: site.block, index: site.index, at: site.instruction.at }));
  for (const call of [...calls, ...given]) {
    if (!isWithin(call.fn, attempt) || call.fn === attempt && call.at[0] < one.site.instruction.at[0]) continue;
    // Its own event has come, or it is a tree that is walked.
    if (one.once && listenerFn !== null && isWithin(call.fn, listenerFn) || call.fn === attempt && !given.includes(call)) continue;
    const isTakenOff = [...call.fn.sites()].some((site) => {
      const isBefore = site.block === call.block ? site.index < call.index : canReach(call.fn, site.block, call.block);
      if (!isBefore || site.instruction.op !== "call") return false;
      const callee = analysis.types.calleeOf(call.fn, site.instruction);
      return one.removals.some((removal) => removal.instruction === site.instruction) || callee?.kind === "function" && takesOff(analysis, callee.fn, one);
    });
    const ends = analysis.registrations.on(target).some((other) => other.listenerFn !== null && isWithin(call.fn, other.listenerFn) && isEndOf(analysis, other, one));
    if (!isTakenOff && !ends && !mayCleanUp(analysis, new Set([call.fn]))) return { fn: call.fn, at: call.at, how: "again" };
  }
  return null;
}

/** The next attempt finds the same target: it is the object itself, the process, or what the constructor put in a field. */
function outlastsAttempt(analysis: Analysis, one: Registration): boolean {
  const { target, life } = one;
  if (!target) return false;
  if (life === "process" && target.root.kind !== "binding") return true;
  if (target.root.kind === "this") {
    if (target.fields.length === 0) return true;
    const stores = analysis.types.fieldStores.get(analysis.refs.ofField(target.root.cls, target.fields[0] ?? "").key) ?? [];
    return target.fields.length === 1 && stores.length > 0 && stores.every((store) => isConstructor(store.fn));
  }
  return life === "injected" && target.root.kind === "binding" && target.fields.length === 0;
}

/** The function whose call waits, and what ends the wait: a promise's executor, or a function with a callback to call. */
function unitOf(analysis: Analysis, one: Registration): { fn: Fn; key: string } | null {
  for (let fn: Fn | null = one.fn; fn && fn.facts.kind !== "module"; fn = fn.parent) {
    if (analysis.settling.isExecutor(fn)) return { fn, key: `executor:${fn.key}` };
    for (const { binding } of fn.facts.parameters) {
      if (binding === null) continue;
      const { key } = analysis.refs.ofBinding(fn.module, binding);
      if (analysis.settling.within(fn).some((each) => each.key === key && each.how === "call" && each.fn !== fn)) return { fn, key };
    }
  }
  return null;
}

/** The function ends something, of which the target may be a part, or runs when the target ends. */
function endsTarget(analysis: Analysis, one: Registration, root: Fn, run: ReadonlySet<Fn>): boolean {
  const { target } = one;
  if (!target) return false;
  for (const fn of run) {
    for (const { instruction } of fn.sites()) {
      if (instruction.op !== "call" || instruction.receiver === null || instruction.method === null || !endsWhole(instruction.method)) continue;
      const { root, fields } = analysis.refs.of(fn, instruction.receiver);
      if (root.kind !== "this" || fields.length > 0) return true;
    }
  }
  return analysis.registrations.on(target).some((other) => other.listenerFn !== null && run.has(other.listenerFn) && other.listenerFn === root && isEndOf(analysis, other, one));
}

/** The event says that the target, which both are on, is over or broken. */
function isEndOf(analysis: Analysis, other: Registration, one: Registration): boolean {
  const { terminalEvents, errorEvents } = analysis.api;
  return other.target?.key === one.target?.key && other.eventName !== null && (terminalEvents.has(other.eventName) || errorEvents.has(other.eventName));
}

/** The function, or one around it below `unit`, is stored or returned. */
function isGivenAway(analysis: Analysis, fn: Fn, unit: Fn): boolean {
  for (let at: Fn | null = fn; at && at !== unit; at = at.parent) {
    const { parent } = at;
    if (!parent) return false;
    const { id } = at;
    for (const site of parent.sites()) {
      if (site.instruction.op !== "closure" || site.instruction.function !== id) continue;
      if (parent.uses(site.instruction.out).some((use) => use.kind === "end" || use.site.instruction.op === "collection" || use.site.instruction.op === "store" && use.site.instruction.place.kind !== "binding")) return true;
    }
    const named = at.module.facts.bindings.findIndex((binding) => binding.function === id);
    if (named < 0) continue;
    for (const inner of [unit, ...analysis.holders.nestedIn(unit)]) {
      for (const { instruction } of inner.sites()) {
        if (instruction.op !== "load" || instruction.place.kind !== "binding" || instruction.place.binding !== named) continue;
        if (inner.uses(instruction.out).some((use) => use.kind === "end" || use.site.instruction.op === "collection" || use.site.instruction.op === "store" && use.site.instruction.place.kind !== "binding")) return true;
      }
    }
  }
  return false;
}

/** What runs when the function is called: itself, what it calls, and the callbacks that run meanwhile. */
export function runOf(analysis: Analysis, root: Fn): ReadonlySet<Fn> {
  const found = new Set<Fn>([root]);
  for (const fn of found) {
    if (found.size > MAXIMUM_RUN) break;
    for (const { instruction } of fn.sites()) {
      if (instruction.op !== "call") continue;
      const callee = analysis.types.calleeOf(fn, instruction);
      if (callee?.kind === "function") found.add(callee.fn);
      else if (callee === null && instruction.callee !== null) for (const each of assigned(analysis, fn, instruction.callee)) found.add(each);
    }
    for (const inner of fn.module.nested.get(fn.id) ?? []) {
      const scope = analysis.registrations.scopes.of(inner);
      if (inner.facts.kind === "lambda" && scope.fn !== inner && !scope.inExecutor) found.add(inner);
    }
  }
  return found;
}

/** The functions that a variable is given, also wrapped: `let done = () => {}; … done = once(() => …)`; of a list's element, all that are put in. */
function assigned(analysis: Analysis, fn: Fn, value: number): Fn[] {
  const { root, fields } = analysis.refs.of(fn, value);
  if (root.kind !== "binding") return [];
  if (fields.length > 0) return functionsListed(analysis, fn, value);
  return (root.module.bindingStores.get(root.binding) ?? []).flatMap((store) => {
    const made = store.fn.definition(store.value)?.instruction;
    return made?.op === "call" ? made.args.flatMap((argument) => analysis.contexts.functionsIn(store.fn, argument.value)) : analysis.contexts.functionsIn(store.fn, store.value);
  });
}

/** A call that cleans up by its name, in a function that is not seen. */
export function mayCleanUp(analysis: Analysis, run: ReadonlySet<Fn>): boolean {
  return [...run].some((fn) => [...fn.sites()].some(({ instruction }) => {
    if (instruction.op !== "call" || analysis.types.calleeOf(fn, instruction) !== null) return false;
    const name = instruction.method ?? (instruction.callee === null ? "" : fn.module.text.slice(...instruction.nameAt));
    return /^_*(?:clean|tear|dispose|destroy|unsub|unlisten|unbind|detach|stop|close|removeAll|finish|settle)/iu.test(name);
  }));
}

/** The listener, or what would take it off, is used up only where a promise succeeds, and nothing does so where it fails. */
export function onlyOnSuccess(analysis: Analysis, one: Registration, releases: readonly { fn: Fn; instruction: { at: Span } }[]): Outcome | null {
  const { words } = analysis.containers;
  const others = releases.filter((site) => one.listenerFn === null || !isWithin(site.fn, one.listenerFn));
  if (others.length === 0) return null;
  for (const { fn } of others) {
    const uses = analysis.contexts.usedAsCallback(fn);
    const isSuccess = uses.length === 1 && uses.every(({ site }) => {
      const call = site.instruction;
      const given = call.args.find((argument) => analysis.contexts.functionsIn(site.fn, argument.value).includes(fn));
      if (given === undefined || call.args.length > 1 || !words.isOf("onSuccess", site.fn, call, given.value)) return false;
      // A failure that is handled before goes on as a success.
      return call.receiver === null || !neverRejects(site.fn, call.receiver, analysis.types, analysis.api);
    });
    if (!isSuccess) return null;
  }
  const [first] = others;
  const site = first === undefined ? undefined : analysis.contexts.usedAsCallback(first.fn)[0]?.site;
  return site ? { fn: site.fn, at: site.instruction.nameAt, how: "fails" } : null;
}
