/**
 * Retries that wait for somebody who is at work: `if (this.busy) return setTimeout(this.load, 100)`, where the same function
 * says `this.busy = true` and, however its work ends, `this.busy = false`. They are over when that run is.
 */
import type { BlockId } from "../../model/facts.js";
import { isReachedWithout, successorsOf } from "../program/blocks.js";
import { isFalsy } from "../program/constants.js";
import type { Fn, Site } from "../program/program.js";
import type { Refs } from "../program/refs.js";

interface Mark {
  site: Site;
  isSet: boolean;
}

/** The timer is armed only while such a flag is set. */
export function waitsForRun(refs: Refs, fn: Fn, armed: BlockId): boolean {
  return fn.facts.blocks.some(({ end }, asks) => {
    if (end.kind !== "branch" || end.test.kind !== "truthy") return false;
    const question = new Set([asks]);
    if (armed === asks || isReachedWithout(fn, 0, armed, question) || !isReachedWithout(fn, end.then, armed, question) || isReachedWithout(fn, end.else, armed, question)) return false;
    const { key, root, fields } = refs.of(fn, end.test.value);
    // A variable of its own is none that another run sets.
    if (root.kind !== "this" && root.kind !== "binding" || root.kind === "binding" && fields.length === 0 && root.module.binding(root.binding)?.owner === fn.id) return false;
    const marks = marksOf(refs, fn, key);
    const sets = marks.filter((one) => one.isSet);
    return sets.length > 0 && sets.every(({ site }) => !isReachedWithout(fn, end.then, site.block, question) && isAlwaysReset(fn, site, marks));
  });
}

function marksOf(refs: Refs, fn: Fn, key: string): Mark[] {
  return [...fn.sites()].flatMap((site): Mark[] => {
    const { instruction } = site;
    if (instruction.op !== "store") return [];
    const { place } = instruction;
    const name = place.kind === "binding" ? refs.ofBinding(fn.module, place.binding).key : place.kind === "field" ? refs.field(refs.of(fn, place.object), place.name).key : null;
    return name === key ? [{ site, isSet: !isFalsy(fn, instruction.value) }] : [];
  });
}

/** Every way on from the mark, those of failures too, takes it back. */
function isAlwaysReset(fn: Fn, from: Site, marks: readonly Mark[]): boolean {
  const resets = (block: BlockId): number => Math.min(...marks.filter((one) => !one.isSet && one.site.block === block && (block !== from.block || one.site.index > from.index)).map((one) => one.site.index));
  const seen = new Set<BlockId>();
  const work = [from.block];
  for (let at = work.pop(); at !== undefined; at = work.pop()) {
    const block = fn.block(at);
    if (!block || seen.has(at)) continue;
    seen.add(at);
    const reset = resets(at);
    const first = at === from.block ? from.index + 1 : 0;
    const mayFail = block.instructions.some((one, index) => index >= first && index < reset && (one.op === "call" || one.op === "await" || one.op === "yield"));
    if (mayFail && block.handler === null) return false;
    if (mayFail && block.handler !== null) work.push(block.handler);
    if (reset < Infinity) continue;
    if (block.end.kind === "return" || block.end.kind === "raise" || block.end.kind === "rethrow" && block.end.to === null) return false;
    work.push(...successorsOf(block.end));
  }
  return true;
}
