/**
 * A call that stops what a field or variable keeps, `clearTimeout(stats.timer)`, where nothing but nothing is ever put
 * there: who wrote it means a timer that goes on to be stopped, and it is not.
 */
import type { Span } from "../../model/span.js";
import type { Analysis } from "../analysis.js";
import { constantText, isNothing } from "../program/constants.js";
import type { Life } from "../handles/lifetimes.js";
import type { Fn } from "../program/program.js";
import type { Ref } from "../program/refs.js";
import { describe } from "../program/refs.js";

export interface VainStop {
  fn: Fn;
  at: Span;
  handle: string;
}

/** A stop of the life's kind in its file, of what is declared there and never filled. */
export function vainStop(analysis: Analysis, { fn, pair }: Life): VainStop | null {
  const { refs, types, api } = analysis.timers;
  for (const one of fn.module.functions) {
    if (analysis.contexts.isTest(one)) continue;
    for (const site of one.sites()) {
      const released = site.instruction.op === "call" ? api.released(pair, one, site.instruction, types) : null;
      const ref = released?.via === "argument" ? refs.of(one, released.value) : null;
      if (ref && isNeverFilled(analysis, fn, ref)) return { fn: one, at: site.instruction.at, handle: describe(ref) };
    }
  }
  return null;
}

/** What it has is said to be nothing, here, and no code puts anything else in what is so called. */
function isNeverFilled({ timers: { program } }: Analysis, fn: Fn, { root, fields }: Ref): boolean {
  const name = fields.at(-1);
  if (name === undefined || name === "[]" || root.kind !== "binding" && root.kind !== "this") return false;
  let isDeclared = false;
  for (const other of program.functions()) {
    for (const { instruction } of other.sites()) {
      const values = instruction.op === "store" && instruction.place.kind === "field" && instruction.place.name === name ? [instruction.value]
        : instruction.op === "collection" ? instruction.elements.flatMap((one) => (one.key !== null && constantText(other, one.key) === name ? [one.value] : [])) : [];
      for (const value of values) {
        if (!isNothing(other, value)) return false;
        isDeclared ||= other.module === fn.module;
      }
    }
  }
  return isDeclared;
}
