/** Where what only names a thing (a process's number) goes: to somebody who may end it, or into a text that is written down. */
import type { BindingId, ValueId } from "../../model/facts.js";
import type { Api } from "../program/api.js";
import type { Fn } from "../program/program.js";
import type { Types } from "../program/types.js";
import { loadsOf } from "../program/variables.js";

const MAXIMUM_DEPTH = 4;

/** `os.killpg(process.pid, …)`, `return process.pid`; not `log.info("started %d", process.pid)`. */
export function isTold(fn: Fn, value: ValueId, api: Api, types: Types, depth = 0): boolean {
  return depth > MAXIMUM_DEPTH || fn.uses(value).some((use) => {
    if (use.kind === "end") return use.end.kind === "return";
    const { instruction } = use.site;
    if (instruction.op === "call") return !api.safe.has(fn, instruction, types);
    if (instruction.op === "store") return instruction.place.kind !== "binding" || isVariableTold(fn, instruction.place.binding, api, types, depth + 1);
    return (instruction.op === "operation" || instruction.op === "collection") && isTold(fn, instruction.out, api, types, depth + 1);
  });
}

function isVariableTold(fn: Fn, binding: BindingId, api: Api, types: Types, depth: number): boolean {
  if (fn.module.binding(binding)?.captured === true) return true;
  return loadsOf(fn, binding).some((value) => isTold(fn, value, api, types, depth));
}
