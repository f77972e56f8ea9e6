/** Ways out that a function takes because what it did is not wanted any more: `if (this.destroyed) return`. */
import type { BlockId, Test, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import type { Fn } from "../program/program.js";
import { endInputs, successorsOf } from "../program/program.js";

const GIVEN_UP = /^(?:clos|destroy|dispos|cancel|abort|stop|unmount|shut|terminat|kill|ended$|dead$|late$|stale$|expired$|timed$|timedout$)/u;

/** Whether a test for the end of something decides that the function leaves there. */
export function isGivenUp(fn: Fn, at: Span): boolean {
  const blocks = fn.facts.blocks;
  const end = blocks.findIndex((block) => block.end.kind === "return" && block.end.at[0] === at[0] && block.end.at[1] === at[1]);
  const work: BlockId[] = [end];
  const seen = new Set<BlockId>();
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    if (next < 0 || seen.has(next)) continue;
    seen.add(next);
    for (const [id, block] of blocks.entries()) {
      if (block.end.kind === "catch" || block.end.kind === "rethrow" || !successorsOf(block.end).includes(next)) continue;
      if (block.end.kind === "branch") {
        if (asksForEnd(fn, block.end.test)) return true;
      } else work.push(id);
    }
  }
  return false;
}

function asksForEnd(fn: Fn, test: Test): boolean {
  return endInputs({ kind: "branch", test, then: 0, else: 0, at: [0, 0] }).some((value) => names(fn, value).some((name) => words(name).some((word) => GIVEN_UP.test(word))));
}

function names(fn: Fn, value: ValueId): string[] {
  const definition = fn.definition(value)?.instruction;
  if (definition?.op === "call") return definition.method === null ? [] : [definition.method];
  if (definition?.op !== "load") return [];
  const { place } = definition;
  if (place.kind === "binding") return [fn.module.binding(place.binding)?.name ?? ""];
  if (place.kind === "index") return names(fn, place.key);
  return place.kind === "field" || place.kind === "static" || place.kind === "global" ? [place.name] : [];
}

function words(name: string): string[] {
  return name.replaceAll(/([a-z])([A-Z])/gu, "$1_$2").toLowerCase().split(/_+/u);
}
