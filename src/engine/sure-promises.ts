/**
 * Promises that are never rejected: nobody has the means to, or every failure of what they stand for is handled before.
 * A wait for one goes on, and what is to run when it succeeds runs in any case.
 */
import { matchesArgument } from "../catalog/pattern.js";
import type { Call, ValueId } from "../model/facts.js";
import type { Api } from "./api.js";
import { leaves } from "./exceptions.js";
import type { Fn } from "./program.js";
import type { Types } from "./types.js";

const DEPTH = 6;

export function neverRejects(fn: Fn, value: ValueId, types: Types, api: Api, depth = 0): boolean {
  const made = fn.definition(value)?.instruction;
  if (!made || depth > DEPTH || fn.module.facts.language !== "ts") return false;
  if (made.op === "load") {
    const [only, ...more] = made.place.kind === "binding" ? fn.module.bindingStores.get(made.place.binding) ?? [] : [];
    return only !== undefined && more.length === 0 && neverRejects(only.fn, only.value, types, api, depth + 1);
  }
  if (made.op !== "call") return false;
  if (isUnrejectable(fn, made, types, api)) return true;
  const callee = types.calleeOf(fn, made);
  if (callee?.kind === "function") return callee.fn.facts.async && failsNowhere(callee.fn, types, api, depth + 1);
  if (api.sure.has(fn, made, types)) return true;
  if (made.receiver === null || made.args.some((one) => one.spread)) return false;
  const handles = made.args.map((given, position) => api.onFailure.match(fn, made, types).some(({ argument }) => matchesArgument(argument, position, given.name)));
  const goesOn = api.words.is("continues", made) === "method" || api.surePassed.has(fn, made, types) || handles.includes(true);
  if (!goesOn || !made.args.every((given, position) => isQuiet(fn, given.value, types, api, handles[position] === true))) return false;
  return handles.includes(true) || neverRejects(fn, made.receiver, types, api, depth + 1);
}

/** `new Promise((resolve) => …)`: nothing was given the means to reject it. */
function isUnrejectable(fn: Fn, call: Call, types: Types, api: Api): boolean {
  if (!call.isNew || !api.executors.has(fn, call, types)) return false;
  const given = call.args[0] && fn.definition(call.args[0].value)?.instruction;
  const executor = given?.op === "closure" ? fn.module.fn(given.function) : null;
  return executor?.facts.parameters.length === 1;
}

/** No failure leaves the asynchronous function: `async () => { try { await work(); } catch (error) { report(error); } }`. */
function failsNowhere(fn: Fn, types: Types, api: Api, depth: number): boolean {
  if (fn.facts.generator || fn.facts.decorators.length > 0 || fn.cls?.subclasses.some((sub) => sub.facts.methods.some(({ name }) => name === fn.facts.name)) === true) return false;
  return fn.facts.blocks.every((block) => {
    const { end } = block;
    if (end.kind === "return" && end.value !== null && fn.definition(end.value)?.instruction.op === "call" && !neverRejects(fn, end.value, types, api, depth + 1)) return false;
    const fails = end.kind === "raise" || block.instructions.some((instruction) =>
      instruction.op === "await" && !neverRejects(fn, instruction.value, types, api, depth + 1)
      || instruction.op === "next" && instruction.async
      || instruction.op === "call" && mayThrow(fn, instruction, types, api));
    return !fails || !leaves(fn, block.handler, null);
  });
}

/** A function of the program with a `throw` in it, or one that is known to raise. */
function mayThrow(fn: Fn, call: Call, types: Types, api: Api): boolean {
  const callee = types.calleeOf(fn, call);
  if (callee?.kind === "function") return !callee.fn.facts.async && callee.fn.facts.blocks.some(({ end, handler }) => end.kind === "raise" && leaves(callee.fn, handler, null));
  return api.raises.has(fn, call, types);
}

/**
 * A function that is given to be run: it does not throw, and waits for nothing that may fail. One that handles a failure
 * is taken to end that unless it is seen to throw; one that goes on after a success must be seen to do nothing that fails.
 */
function isQuiet(fn: Fn, value: ValueId, types: Types, api: Api, handles: boolean): boolean {
  const given = fn.definition(value)?.instruction;
  const binding = given?.op === "load" && given.place.kind === "binding" ? fn.module.binding(given.place.binding) : undefined;
  const id = given?.op === "closure" ? given.function : binding?.function ?? null;
  const inner = id === null ? null : fn.module.fn(id);
  if (!inner) return handles || given?.op === "constant";
  return inner.facts.blocks.every(({ end, handler, instructions }) => {
    if ((end.kind === "raise" || end.kind === "rethrow") && leaves(inner, handler, null)) return false;
    if (end.kind === "return" && end.value !== null && inner.definition(end.value)?.instruction.op === "call" && !handles && !neverRejects(inner, end.value, types, api, DEPTH)) return false;
    return instructions.every((one) => one.op !== "await" && (one.op !== "call" || (handles ? !mayThrow(inner, one, types, api) : api.safe.has(inner, one, types))));
  });
}
