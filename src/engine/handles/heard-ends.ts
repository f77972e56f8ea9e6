/**
 * Whether somebody listens for the end of what ends by itself: `child.on("close", next)`. Who waits for it that way lets it
 * run to completion, as who awaits it does.
 */
import type { ValueId } from "../../model/facts.js";
import type { Analysis } from "../analysis.js";
import { constantText } from "../program/constants.js";
import type { Life } from "./lifetimes.js";
import type { Fn } from "../program/program.js";
import { loadsOf } from "../program/variables.js";

/** Calls that hand on what they were called on: `spawn(…).on("error", f).on("close", g)`. */
const LONGEST_CHAIN = 8;

export function hearsItsEnd(analysis: Analysis, { fn, site, outcome }: Life): boolean {
  const { variable } = outcome;
  const { holders } = analysis;
  return isHeard(analysis, fn, site.instruction.out, 0)
    || variable !== null && [fn, ...holders.nestedIn(fn)].some((inner) => loadsOf(inner, variable).some((value) => isHeard(analysis, inner, value, 0)));
}

function isHeard(analysis: Analysis, fn: Fn, value: ValueId, depth: number): boolean {
  return depth < LONGEST_CHAIN && fn.uses(value).some((use) => {
    const call = use.kind === "instruction" ? use.site.instruction : null;
    if (call?.op !== "call" || call.receiver !== value) return false;
    const [event] = call.args;
    const name = call.args.length > 1 && event ? constantText(fn, event.value) : null;
    return name !== null && (analysis.api.terminalEvents.has(name) || isHeard(analysis, fn, call.out, depth + 1));
  });
}
