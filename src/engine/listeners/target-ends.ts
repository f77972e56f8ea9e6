/** Functions that end what a listener is on: the listener goes with it. */
import type { Call } from "../../model/facts.js";
import type { Analysis } from "../analysis.js";
import { endsWhole } from "./listener-evidence.js";
import type { Fn } from "../program/program.js";
import type { Registration } from "./registrations.js";

/** The function, or one that it calls, ends the target or what it is a part of, or hands it to a function that does. */
export function endsTargetIn(analysis: Analysis, one: Registration, fn: Fn): boolean {
  const { target } = one;
  if (!target) return false;
  return [...analysis.endings.reach([fn], 2)].some((each) => [...each.sites()].some(({ instruction }) => {
    if (instruction.op !== "call") return false;
    if (instruction.args.some((given, position) => analysis.refs.of(each, given.value).key === target.key && endsArgument(analysis, each, instruction, position, 0))) return true;
    if (instruction.receiver === null || instruction.method === null || !endsWhole(instruction.method)) return false;
    const { key, fields, root } = analysis.refs.of(each, instruction.receiver);
    return (fields.length > 0 || root.kind !== "this") && (target.key === key || target.key.startsWith(`${key}.`));
  }));
}

/** `destroyStream(zip)`: the function ends what it is given; one that is not seen does so by its name. */
function endsArgument(analysis: Analysis, fn: Fn, call: Call, position: number, depth: number): boolean {
  const callee = analysis.types.calleeOf(fn, call);
  if (callee?.kind !== "function") return callee === null && call.receiver === null && endsWhole(fn.module.text.slice(...call.nameAt));
  const given = callee.fn.facts.parameters.filter((one) => one.binding !== null)[position]?.binding ?? null;
  if (given === null || depth > 2) return false;
  const { key } = analysis.refs.ofBinding(callee.fn.module, given);
  return [...callee.fn.sites()].some(({ instruction }) => {
    if (instruction.op !== "call") return false;
    if (instruction.receiver !== null && instruction.method !== null && endsWhole(instruction.method) && analysis.refs.of(callee.fn, instruction.receiver).key === key) return true;
    return instruction.args.some((one, at) => analysis.refs.of(callee.fn, one.value).key === key && endsArgument(analysis, callee.fn, instruction, at, depth + 1));
  });
}
