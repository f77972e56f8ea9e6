/** Values that are the handle when variables change places, and when a loop comes to them again. */
import type { Instruction } from "../../model/facts.js";
import type { State } from "./path-state.js";
import type { Fn } from "../program/program.js";

/** `front, back = back, front`: what the variable of the first store had was read before, and is put somewhere else next. */
export function isOnItsWay(fn: Fn, store: Extract<Instruction, { op: "store" }>, { values }: State): boolean {
  const here = fn.uses(store.value).flatMap((use) => (use.kind === "instruction" && use.site.instruction === store ? [use.site] : []))[0];
  if (!here) return false;
  return [...values].some((value) => {
    const read = fn.definition(value);
    if (read?.block === here.block && read.index > here.index) return false;
    return fn.uses(value).some((use) => use.kind === "instruction" && use.site.block === here.block && use.site.index > here.index
      && use.site.instruction.op === "store" && use.site.instruction.value === value);
  });
}

/** In the next turn of a loop an instruction gives another value: that it gave the handle in the last one says nothing. */
export function afresh(instruction: Instruction, state: State): State {
  if (!("out" in instruction) || !state.values.has(instruction.out)) return state;
  const values = new Set(state.values);
  values.delete(instruction.out);
  return { ...state, values };
}
