/**
 * Listeners whose neighbours are taken off where they are not, seen from four places: the half of a pair of functions
 * that undoes the other (`enable()` and `disable()`), the exchange of one target for another, the event that ends what the
 * two were added for (a drag), and the function itself, which takes off what it has added the time before.
 */
import type { Analysis } from "../analysis.js";
import { canReach } from "../program/blocks.js";
import { areHalves } from "../program/half-names.js";
import type { CallSite } from "../contexts/holders.js";
import { isCallScoped } from "./listener-evidence.js";
import { mayCleanUp, runOf } from "./listener-outcomes.js";
import type { Fn, Site } from "../program/program.js";
import type { Ref } from "../program/refs.js";
import type { Registration } from "./registrations.js";
import { endsTargetIn } from "./target-ends.js";
import { isConstructor } from "../contexts/targets.js";

export interface Neglect {
  /** What takes the neighbour off. */
  removal: CallSite;
  how: "half" | "exchange" | "turn" | "again";
}

export function neglected(analysis: Analysis, one: Registration): Neglect | null {
  if (one.once || one.forwarded || one.life === "local" || one.target === null) return null;
  const beside = analysis.registrations.in(one.fn).filter((other) => other !== one && !other.once && other.target?.key === one.target?.key && other.pair.key === one.pair.key);
  if (beside.length === 0) return null;
  const found = (removal: CallSite | undefined, how: Neglect["how"]): Neglect | null => (removal ? { removal, how } : null);
  const half = found(byHalf(analysis, one, beside), "half");
  const exchanged = half ?? found(byExchange(analysis, one, beside), "exchange");
  if (exchanged || one.removals.length > 0) return exchanged;
  return found(byTurn(analysis, one, beside), "turn") ?? found(byAgain(analysis, one, beside), "again");
}

/** `enable(box) { box.on("a", f); box.on("b", g); }` and `disable(box) { box.off("a", f); }`, of one class or file. */
function byHalf(analysis: Analysis, one: Registration, beside: readonly Registration[]): CallSite | undefined {
  const { fn: top } = one.scope;
  if (one.fn !== top || top.facts.kind === "module") return undefined;
  const isHalf = (other: Fn): boolean => other.module === top.module && other.cls === top.cls && other.parent === top.parent && areHalves(top.facts.name, other.facts.name);
  const removals = beside.flatMap((other) => other.removals);
  const removal = removals.find(({ fn }) => isHalf(fn));
  if (!removal) return undefined;
  const undoes = removal.fn;
  const isUndone = (other: Registration): boolean => other.removals.some(({ fn }) => fn === undoes);
  // What another function takes off is taken off, unless that function takes off what it, or the one that it undoes, adds.
  if (one.removals.length > 0 && !(beside.every(isUndone) && one.removals.every(({ fn }) => !isHalf(fn) && (addsItself(analysis, one, fn) || beside.length > 1 && undoesOther(analysis, one, fn))))) return undefined;
  const run = analysis.endings.reach([undoes], 3);
  if (one.removals.some((site) => run.has(site.fn)) || mayCleanUp(analysis, run) || endsTargetIn(analysis, one, undoes)) return undefined;
  return removal;
}

/** The function exchanges it: takes it off one target and puts it on another one. */
function addsItself(analysis: Analysis, one: Registration, fn: Fn): boolean {
  return one.listener !== null && analysis.registrations.in(fn).some((other) => other.listener?.key === one.listener?.key);
}

/** `stopEditing` takes off what `startEditing` adds, which is the same as what `startDrawing` adds. */
function undoesOther(analysis: Analysis, one: Registration, fn: Fn): boolean {
  return analysis.registrations.all().some((other) => other.fn !== one.fn && other.listener !== null && other.listener.key === one.listener?.key
    && other.event === one.event && other.eventName === one.eventName && other.fn.cls === fn.cls && areHalves(other.scope.fn.facts.name, fn.facts.name) && other.removals.some((site) => site.fn === fn));
}

/**
 * `swap(next, last) { last.off("a", f); last.off("b", g); next.on("a", f); next.on("b", g); }`: what is taken off the one
 * that goes is what was put on it when it came.
 */
function byExchange(analysis: Analysis, one: Registration, beside: readonly Registration[]): CallSite | undefined {
  const { fn, target } = one;
  const parameterOf = (ref: Ref | null): number => (ref?.root.kind === "binding" && ref.fields.length === 0 ? fn.facts.parameters.findIndex((each) => ref.root.kind === "binding" && each.binding === ref.root.binding) : -1);
  const given = parameterOf(target);
  if (given < 0 || one.removals.some((site) => analysis.endings.reach([fn], 2).has(site.fn))) return undefined;
  const isOfOld = ({ fn: by, instruction: { receiver, args } }: CallSite): boolean => {
    const old = by !== fn || receiver === null || args.length < 2 ? -1 : parameterOf(analysis.refs.of(fn, receiver));
    return old >= 0 && old !== given;
  };
  const removal = beside.flatMap((other) => other.removals).find(isOfOld);
  const old = removal?.instruction.receiver == null ? null : analysis.refs.of(fn, removal.instruction.receiver).key;
  // What is called on the old one may take off more than one listener, or end it.
  const isTakenOff = [...fn.sites()].some(({ instruction }) => instruction.op === "call" && instruction !== removal?.instruction && (instruction.receiver !== null && analysis.refs.of(fn, instruction.receiver).key === old && !beside.some((other) => other.removals.some((site) => site.instruction === instruction))
    || instruction.args.some((each) => analysis.refs.of(fn, each.value).key === old)));
  return isTakenOff ? undefined : removal;
}

/**
 * `document.addEventListener("mousemove", move); document.addEventListener("mouseup", drop)`, where `drop` takes off only
 * one of the two: what goes on until an event is over with that event, and so is waiting for it.
 */
function byTurn(analysis: Analysis, one: Registration, beside: readonly Registration[]): CallSite | undefined {
  const { during } = analysis.api;
  if (one.life === "instance" || one.event === null || one.fn.facts.kind === "module" || isConstructor(one.scope.fn)) return undefined;
  for (const other of beside) {
    if (other.event === null || other.site.block !== one.site.block) continue;
    const [goesOn, ends] = during.get(one.event)?.includes(other.event) === true ? [one, other] : during.get(other.event)?.includes(one.event) === true ? [other, one] : [null, null];
    const listener = ends?.listenerFn ?? null;
    if (!goesOn || !listener) continue;
    const run = runOf(analysis, listener);
    // A listener that also adds the other one stays to do so.
    if (mayCleanUp(analysis, run) || analysis.registrations.all().some((each) => run.has(each.fn) && each.target?.key === one.target?.key)) continue;
    const removal = other.removals.find((site) => run.has(site.fn));
    if (removal) return removal;
  }
  return undefined;
}

/** `box.off("a", f); … box.on("a", f); box.on("b", g);`: who takes off what it is about to add knows that it has run before. */
function byAgain(analysis: Analysis, one: Registration, beside: readonly Registration[]): CallSite | undefined {
  const { fn, target } = one;
  if (one.guarded || one.inline === null && one.pair.registration?.idempotent === true && !isCallScoped(analysis, one)) return undefined;
  for (const other of beside) {
    const isOfBefore = (site: CallSite): boolean => site.fn === fn && site.instruction.receiver !== null && site.instruction.args.length > 1 && analysis.refs.of(fn, site.instruction.receiver).key === target?.key
      && comesBefore(fn, site, other.site) && comesBefore(fn, site, one.site) && !comesBefore(fn, other.site, site);
    if (other.removals.every(isOfBefore)) return other.removals[0];
  }
  return undefined;
}

function comesBefore(fn: Fn, site: Site, other: Site): boolean {
  return site.block === other.block ? site.index < other.index : canReach(fn, site.block, other.block);
}
