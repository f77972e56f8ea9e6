/**
 * A one-time listener that settles a promise, `const freed = new Promise((resolve) => pool.once("free", resolve))`, and
 * the ways on which nothing waits for that promise: the listener is there until the event comes for somebody else.
 */
import type { BlockId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import type { Analysis } from "../analysis.js";
import { successorsOf } from "../program/blocks.js";
import type { Fn, Site } from "../program/program.js";
import type { Registration } from "./registrations.js";
import { loadsOf } from "../program/variables.js";

export interface Unwaited {
  fn: Fn;
  at: Span;
  how: "left" | "race";
}

/** Where the promise is given up; "waited" where every way waits for it, null where the listener settles none that has a name. */
export function unwaited(analysis: Analysis, one: Registration): Unwaited | "waited" | null {
  const { fn: top } = one.scope;
  if (!one.once || !one.scope.inExecutor) return null;
  let executor = one.fn;
  while (executor.parent && executor.parent !== top) executor = executor.parent;
  const made = analysis.settling.isExecutor(executor) ? analysis.contexts.usedAsCallback(executor)[0]?.site : undefined;
  if (made?.fn !== top) return null;
  const store = top.uses(made.instruction.out).flatMap((use) => (use.kind === "instruction" && use.site.instruction.op === "store" && use.site.instruction.place.kind === "binding" ? [use.site] : []))[0];
  const binding = store?.instruction.op === "store" && store.instruction.place.kind === "binding" ? store.instruction.place.binding : null;
  const values = [made.instruction.out, ...(binding === null ? [] : loadsOf(top, binding))];
  const race = one.removals.length > 0 ? undefined : values.map((value) => analysis.timers.raceOfValue(top, value, 0)).find((site) => site !== null);
  if (race) return { fn: race.fn, at: race.instruction.at, how: "race" };
  if (!store || binding === null || top.module.binding(binding)?.owner !== top.id || (top.module.bindingStores.get(binding) ?? []).length !== 1) return null;
  const waits = (fn: Fn, site: Site): boolean => {
    const { instruction } = site;
    if (instruction.op === "load") return instruction.place.kind === "binding" && instruction.place.binding === binding;
    // A function that waits for it later, or takes the listener off.
    if (instruction.op === "closure") return [instruction.function, ...nestedIds(analysis, fn, instruction.function)].some((id) => { const inner = fn.module.fn(id); return inner !== null && (loadsOf(inner, binding).length > 0 || one.removals.some((removal) => removal.fn === inner)); });
    return instruction.op === "call" && one.removals.some((removal) => removal.instruction === instruction);
  };
  const left = wayOut(top, store.block, store.index + 1, waits, false);
  if (left) return { fn: top, at: left, how: "left" };
  for (const inner of analysis.holders.nestedIn(top)) {
    // `take().then((job) => { if (job) return job; return freed; })`
    if (inner.facts.kind !== "lambda" || inner === executor || loadsOf(inner, binding).length === 0 || analysis.contexts.usedAsCallback(inner).length === 0) continue;
    const way = wayOut(inner, 0, 0, waits, true);
    if (way) return { fn: inner, at: way, how: "left" };
  }
  return "waited";
}

function nestedIds(analysis: Analysis, fn: Fn, id: number): number[] {
  const made = fn.module.fn(id);
  return made === null ? [] : analysis.holders.nestedIn(made).map((inner) => inner.id);
}

/** The return that is reached without passing what waits; `giving`: only one that returns something. */
function wayOut(fn: Fn, from: BlockId, index: number, waits: (fn: Fn, site: Site) => boolean, giving: boolean): Span | null {
  const passing = new Map<BlockId, number>();
  for (const site of fn.sites()) if (waits(fn, site) && (site.block !== from || site.index >= index)) passing.set(site.block, site.index);
  if (passing.size === 0 || passing.has(from)) return null;
  const seen = new Set<BlockId>([from]);
  const work = [from];
  for (let at = work.pop(); at !== undefined; at = work.pop()) {
    const end = fn.block(at)?.end;
    if (end?.kind === "return" && (!giving || end.value !== null)) return end.at;
    for (const next of successorsOf(end ?? { kind: "unreachable" })) {
      if (passing.has(next) || seen.has(next)) continue;
      seen.add(next);
      work.push(next);
    }
  }
  return null;
}
