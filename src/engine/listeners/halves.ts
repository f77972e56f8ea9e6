/**
 * Functions that belong together as doing and undoing: by their names, and by what stands in them. `bindEvents()` and
 * `unbindEvents()`, `setup()` and `reset()`, and the two branches of one function that is called for both.
 */
import type { BlockId } from "../../model/facts.js";
import type { Analysis } from "../analysis.js";
import { canReach } from "../program/blocks.js";
import { areHalves } from "../program/half-names.js";
import type { CallSite } from "../contexts/holders.js";
import { mayCleanUp } from "./listener-outcomes.js";
import type { Fn } from "../program/program.js";
import type { Ref } from "../program/refs.js";
import type { Registration } from "./registrations.js";

/**
 * `function createPlayer() { function setup() { bus.on("x", f); } function reset() { … } setup(); return { reset }; }`: the
 * function that ends what such a call makes. What comes with the call must be called there, or be given out as well.
 */
export function endOfMade(analysis: Analysis, top: Fn): Fn | null {
  const { parent } = top;
  if (!parent || top.cls || parent.facts.kind !== "function" || !/^[A-Z]|^_*(?:create|make|build|new)(?![a-z])/u.test(parent.facts.name) || analysis.contexts.of(parent).kind === "once") return null;
  const given = new Set<Fn>();
  for (const { instruction } of parent.sites()) {
    const values = instruction.op === "collection" ? instruction.elements.map((one) => one.value) : instruction.op === "store" && instruction.place.kind === "field" ? [instruction.value] : [];
    for (const value of values) for (const fn of analysis.contexts.functionsIn(parent, value)) given.add(fn);
  }
  const isMaking = analysis.contexts.callers(top).some((site) => site.fn === parent);
  for (const fn of given) {
    if (fn === top || fn.parent !== parent || fn.facts.parameters.length > 0 || !areHalves(top.facts.name, fn.facts.name) && !(isMaking && ENDS.test(fn.facts.name))) continue;
    if (fn.facts.blocks.every(({ instructions }) => instructions.length === 0) || mayCleanUp(analysis, analysis.endings.reach([fn], 3))) continue;
    return fn;
  }
  return null;
}

const ENDS = /^_*(?:destroy|dispose|teardown|tearDown|unmount|cleanup|cleanUp|shutdown)$/u;

/** The function, or the branch of it, takes off the same target what the doing half of `adds` puts there. */
export function takesOffBeside(analysis: Analysis, adds: Registration, target: Ref | null, isIn: (site: CallSite) => boolean): boolean {
  return analysis.registrations.in(adds.fn).some((beside) => beside !== adds && beside.listener !== null && adds.target?.key === beside.target?.key && (beside.removals.some(isIn)
    || target !== null && analysis.holders.usesOf(beside.listener.key).some(({ as, site }) => as === "argument" && isIn(site) && site.instruction.receiver !== null
      && analysis.refs.of(site.fn, site.instruction.receiver).key === target.key && beside.pair.releases.some((pattern) => pattern.kind === "on-target" && pattern.method === site.instruction.method))));
}

/** Two branches of one function of which only one is taken. */
export function areApart(fn: Fn, one: BlockId, other: BlockId): boolean {
  return one !== other && !canReach(fn, one, other) && !canReach(fn, other, one);
}
