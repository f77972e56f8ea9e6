/**
 * Tasks that a function of the program makes and gives back, and that those who call it do not take: what looks like a
 * task somebody has is one that nobody has.
 *
 * Only where the program's own calls are seen: what another package calls may well keep it.
 */
import type { Analysis } from "../analysis.js";
import type { ValueId } from "../../model/facts.js";
import type { CallSite } from "../contexts/holders.js";
import type { Life } from "../handles/lifetimes.js";
import type { Fn } from "../program/program.js";

/** The calls that get the task and drop it. */
export interface HandedBack {
  calls: readonly CallSite[];
  /** No call of the program takes it. */
  all: boolean;
}

export function handedBack({ contexts }: Analysis, { fn, pair, outcome }: Life): HandedBack | null {
  if (pair.held === true || fn.facts.generator || fn.facts.decorators.length > 0) return null;
  if (outcome.escapes.length === 0 || !outcome.escapes.every((escape) => escape.kind === "return" && escape.element === null)) return null;
  const callers = contexts.callers(fn).filter((site) => !contexts.isTest(site.fn));
  // Given to somebody as a function, it is called by whom nobody sees.
  if (contexts.usedAsCallback(fn).length > 0) return null;
  const calls = callers.filter((site) => isDropped(site.fn, site.instruction.out, fn.facts.async));
  return calls.length === 0 ? null : { calls: calls, all: calls.length === callers.length };
}

/** Nothing is done with what the call gives, or with what the wait for it gives. */
function isDropped(fn: Fn, value: ValueId, isAwaited: boolean): boolean {
  const uses = fn.uses(value);
  if (!isAwaited) return uses.length === 0;
  return uses.length > 0 && uses.every((use) => use.kind === "instruction" && use.site.instruction.op === "await" && fn.uses(use.site.instruction.out).length === 0);
}
