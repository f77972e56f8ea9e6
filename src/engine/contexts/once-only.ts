/** What runs once for each run of a function around it, or once for each object, however often that one runs or is made. */
import type { Api } from "../program/api.js";
import type { Contexts } from "./contexts.js";
import type { Fn } from "../program/program.js";
import { methodOf } from "./repeats.js";
import type { Settling } from "./settling.js";

const MAXIMUM_DEPTH = 3;

/**
 * `return new Promise((resolve) => { clock = setTimeout(…) })`: one run of the function for each of `outer`, whose
 * variables are others each time.
 */
export function runsOnceIn(fn: Fn, outer: Fn, { contexts, settling, api }: { contexts: Contexts; settling: Settling; api: Api }): boolean {
  let at = fn;
  while (at !== outer) {
    const { parent } = at;
    const uses = contexts.usedAsCallback(at).map((use) => use.site);
    const [site, ...more] = [...uses, ...contexts.callers(at)];
    if (!parent || !site || more.length > 0 || site.fn !== parent || (parent.block(site.block)?.loop ?? null) !== null) return false;
    if (uses.length > 0 && !settling.isExecutor(at) && api.words.is("continues", site.instruction) === null) return false;
    at = parent;
  }
  return true;
}

/** Only the constructor of its own class calls it, once: an object that is being made has nothing yet. */
export function isOfMaking(method: Fn, contexts: Contexts, depth = 0): boolean {
  const callers = contexts.callers(method);
  if (depth > MAXIMUM_DEPTH || callers.length !== 1 || method.cls === null || contexts.usedAsCallback(method).length > 0) return false;
  return callers.every(({ fn, block }) => fn.cls === method.cls && (fn.block(block)?.loop ?? null) === null
    && (fn.facts.kind === "constructor" || fn.facts.name === "__init__" || fn === methodOf(fn) && isOfMaking(fn, contexts, depth + 1)));
}
