/** What is said of loops that are left while the generator that they read from holds something. */
import type { HandleRule } from "../../catalog/types.js";
import type { Analysis } from "../analysis.js";
import { at, callName, functionName, repetition } from "../explain.js";
import type { HandleFinding } from "./handle-findings.js";
import { SuspendedGenerators } from "./suspended.js";

export interface SuspendedFinding extends Omit<HandleFinding, "loss" | "context" | "data"> {
  message: "suspended";
  data: { api: string; noun: string; owner: string; where: string };
}

export function* suspendedFindings(analysis: Analysis, rule: HandleRule): Generator<SuspendedFinding> {
  const generators = new SuspendedGenerators(analysis.program, analysis.types, analysis.api, analysis.contexts, analysis.lifetimes.acquisitions);
  for (const { fn, call, context, way, generator, pair, held, yields } of generators.all(rule)) {
    const owner = functionName(generator);
    yield {
      message: "suspended", severity: "low", path: fn.module.path, at: call.at,
      data: { api: callName(generator, held), noun: pair.noun, owner, where: functionName(fn) },
      trail: [
        ...repetition(fn, context),
        { role: "holder", message: `${owner} acquires the ${pair.noun} here`, place: at(generator, held.at) },
        { role: "note", message: "and holds it while it waits to go on", place: at(generator, yields) },
        { role: "exit", message: "the loop is left here, and nothing ends the generator", place: at(fn, way) },
      ],
      help: "enter the generator with contextlib.aclosing(…), which ends it as the loop is left", fix: null,
    };
  }
}
