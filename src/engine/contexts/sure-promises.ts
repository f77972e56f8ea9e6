/**
 * Promises that are never rejected: nobody has the means to, or every failure of what they stand for is handled before.
 * A wait for one goes on, and what is to run when it succeeds runs in any case.
 */
import { matchesArgument } from "../../catalog/pattern.js";
import type { BindingId, Block, Call, ValueId } from "../../model/facts.js";
import type { Api } from "../program/api.js";
import { leaves } from "./exceptions.js";
import type { Fn } from "../program/program.js";
import type { Types } from "../program/types.js";

const DEPTH = 6;

/** `given`: the parameters that got such a promise, or nothing that is one. */
export function neverRejects(fn: Fn, value: ValueId, types: Types, api: Api, depth = 0, given?: ReadonlySet<BindingId>): boolean {
  const made = fn.definition(value)?.instruction;
  if (!made || depth > DEPTH || fn.module.facts.language !== "ts") return false;
  if (made.op === "load") {
    if (isGivenSure(fn, value, api)) return true;
    if (made.place.kind === "field") return isPartOfSure(fn, made.place.object, types, api);
    if (made.place.kind !== "binding") return false;
    if (fn.module.binding(made.place.binding)?.kind === "parameter") return given?.has(made.place.binding) === true;
    // One of several by a condition: `const pause = fast ? Promise.resolve() : sleep(50)`.
    const stores = fn.module.bindingStores.get(made.place.binding) ?? [];
    return stores.length > 0 && stores.every((store) => (stores.length > 1 && isPlain(store.fn, store.value)) || neverRejects(store.fn, store.value, types, api, depth + 1, store.fn === fn ? given : undefined));
  }
  if (made.op !== "call") return false;
  if (isUnrejectable(fn, made, types, api)) return true;
  const callee = types.calleeOf(fn, made);
  if (callee?.kind === "function") return callee.fn.facts.async ? failsNowhere(callee.fn, types, api, depth + 1) : handsOutSure(callee.fn, sureParameters(fn, made, callee.fn, types, api, depth + 1, given), types, api, depth + 1);
  // What is given options may be told to stop: `sleep(50, null, { signal })`.
  if (api.sure.has(fn, made, types)) return !made.args.some((given) => given.spread || isOptions(fn, given.value));
  if (api.sureOf.has(fn, made, types)) return made.args.every((one) => !one.spread && (fn.definition(one.value)?.instruction.op !== "call" || neverRejects(fn, one.value, types, api, depth + 1)));
  if (api.sureLists.has(fn, made, types)) return made.args.length === 1 && made.args.every((one) => isListOfSure(fn, one.value, types, api, depth + 1, given));
  if (made.receiver === null || made.args.some((one) => one.spread)) return false;
  const handles = made.args.map((given, position) => api.onFailure.match(fn, made, types).some(({ argument }) => matchesArgument(argument, position, given.name)));
  const goesOn = api.words.is("continues", made) === "method" || api.surePassed.has(fn, made, types) || handles.includes(true);
  if (!goesOn || !made.args.every((given, position) => isQuiet(fn, given.value, types, api, handles[position] === true))) return false;
  return handles.includes(true) || neverRejects(fn, made.receiver, types, api, depth + 1);
}

/** `[pause, answered]`: a list that is written out, of such promises and of values that are none. */
function isListOfSure(fn: Fn, value: ValueId, types: Types, api: Api, depth: number, given?: ReadonlySet<BindingId>): boolean {
  const made = fn.definition(value)?.instruction;
  return made?.op === "collection" && made.shape === "list" && made.elements.every((one) => !one.spread && (isPlain(fn, one.value) || neverRejects(fn, one.value, types, api, depth, given)));
}

/** `new Promise((resolve) => …)`: nothing was given the means to reject it. */
function isUnrejectable(fn: Fn, call: Call, types: Types, api: Api): boolean {
  if (!call.isNew || !api.executors.has(fn, call, types)) return false;
  const given = call.args[0] && fn.definition(call.args[0].value)?.instruction;
  const executor = given?.op === "closure" ? fn.module.fn(given.function) : null;
  return executor?.facts.parameters.length === 1;
}

function isOptions(fn: Fn, value: ValueId): boolean {
  const made = fn.definition(value)?.instruction;
  return made?.op === "collection" && made.shape === "mapping";
}

/** A function that hands out such a promise on every way: `const pause = (time) => (time < 0 ? Promise.resolve() : new Promise((resolve) => …))`. */
function handsOutSure(fn: Fn, given: ReadonlySet<BindingId>, types: Types, api: Api, depth: number): boolean {
  if (fn.facts.generator || fn.facts.decorators.length > 0 || isOverridden(fn)) return false;
  const returned = fn.facts.blocks.flatMap(({ end }) => (end.kind === "return" && end.value !== null ? [end.value] : []));
  return returned.length > 0 && returned.every((value) => isPlain(fn, value) || neverRejects(fn, value, types, api, depth, given))
    && !fn.facts.blocks.some(({ end, handler, instructions }) => leaves(fn, handler, null) && (end.kind === "raise" || instructions.some((one) => one.op === "call" && mayThrow(fn, one, types, api))));
}

/** The callee's parameters that are sure in this call: `kept(pause(50))`. */
function sureParameters(fn: Fn, call: Call, callee: Fn, types: Types, api: Api, depth: number, given?: ReadonlySet<BindingId>): Set<BindingId> {
  if (call.args.some((one) => one.spread || one.name !== null)) return new Set();
  return new Set(callee.facts.parameters.flatMap(({ binding, kind }, position) => {
    const value = call.args[position]?.value;
    return binding !== null && kind === "plain" && value !== undefined && (isPlain(fn, value) || neverRejects(fn, value, types, api, depth, given)) ? [binding] : [];
  }));
}

/** `const { promise, resolve } = Promise.withResolvers()`: the means to reject it are never taken. */
function isPartOfSure(fn: Fn, object: ValueId, types: Types, api: Api): boolean {
  const made = fn.definition(object)?.instruction;
  if (made?.op === "load" && made.place.kind === "binding") {
    const { binding } = made.place;
    const [only, ...more] = fn.module.bindingStores.get(binding) ?? [];
    if (only?.fn !== fn || more.length > 0 || fn.module.binding(binding)?.captured === true) return false;
    const deferred = only.fn.definition(only.value)?.instruction;
    return deferred?.op === "call" && api.deferreds.has(fn, deferred, types) && isUsedByFields(fn, deferred.out, deferred, types, api, binding)
      && [...fn.sites()].every(({ instruction }) => instruction.op !== "load" || instruction.place.kind !== "binding" || instruction.place.binding !== binding || isUsedByFields(fn, instruction.out, deferred, types, api, null));
  }
  return made?.op === "call" && api.deferreds.has(fn, made, types) && isUsedByFields(fn, object, made, types, api, null);
}

/** A field, or a variable that only ever has it, of what a library gives the function: `async onAdded(key, { removed }) { await removed; }`. */
function isGivenSure(fn: Fn, value: ValueId, api: Api): boolean {
  if (api.sureGiven.length === 0) return false;
  const made = fn.definition(value)?.instruction;
  if (made?.op !== "load") return false;
  if (made.place.kind === "binding") {
    const [only, ...more] = fn.module.bindingStores.get(made.place.binding) ?? [];
    const taken = only?.fn.definition(only.value)?.instruction;
    return only !== undefined && more.length === 0 && taken?.op === "load" && isGivenSure(only.fn, only.value, api);
  }
  if (made.place.kind !== "field") return false;
  const { object, name } = made.place;
  const from = fn.definition(object)?.instruction;
  if (from?.op !== "load" || from.place.kind !== "binding") return false;
  const { binding } = from.place;
  const owner = fn.module.fn(fn.module.binding(binding)?.owner ?? -1);
  const position = owner?.facts.parameters.findIndex((one) => one.binding === binding) ?? -1;
  return owner !== null && position >= 0 && api.sureGiven.some((one) => one.field === name && one.argument === position && one.to === owner.facts.name);
}

/** Nothing is done with the value but to take other fields of it than the one that rejects, or to name it so. */
function isUsedByFields(fn: Fn, value: ValueId, made: Call, types: Types, api: Api, name: BindingId | null): boolean {
  const rejects = api.deferreds.match(fn, made, types).map((one) => one.value);
  return fn.uses(value).every((use) => {
    if (use.kind !== "instruction") return false;
    const { instruction } = use.site;
    if (instruction.op === "store") return name !== null && instruction.place.kind === "binding" && instruction.place.binding === name;
    return instruction.op === "load" && instruction.place.kind === "field" && !rejects.includes(instruction.place.name)
      || instruction.op === "call" && instruction.receiver === value && instruction.method !== null && !rejects.includes(instruction.method);
  });
}

function isPlain(fn: Fn, value: ValueId): boolean {
  return fn.definition(value)?.instruction.op === "constant";
}

function isOverridden(fn: Fn): boolean {
  return fn.cls?.subclasses.some((sub) => sub.facts.methods.some(({ name }) => name === fn.facts.name)) === true;
}

/**
 * Whether a failure of what the asynchronous function waits for can leave it, on the ways that `taken` says it goes. A
 * wait that turns round is not asked whether it fails: it may go on for long.
 */
export function mayFail(fn: Fn, taken: (block: Block) => boolean, types: Types, api: Api): boolean {
  return fn.facts.blocks.some((block) => taken(block) && block.handler === null
    && block.instructions.some((one) => one.op === "await" && (block.loop !== null || !neverRejects(fn, one.value, types, api))))
    || waitsAtAll(fn, taken) && fn.facts.blocks.some((block) => taken(block) && block.handler === null && fails(fn, block, types, api));
}

function waitsAtAll(fn: Fn, taken: (block: Block) => boolean): boolean {
  return fn.facts.blocks.some((block) => taken(block) && block.handler === null && block.instructions.some((one) => one.op === "await"));
}

/** It raises at its end, or hands on a promise that may fail. */
function fails(fn: Fn, { end }: Block, types: Types, api: Api): boolean {
  if (end.kind === "raise") return true;
  const made = end.kind === "return" && end.value !== null ? fn.definition(end.value)?.instruction : undefined;
  if (made?.op !== "call" || end.kind !== "return" || end.value === null) return false;
  const callee = types.calleeOf(fn, made);
  return (callee?.kind !== "function" || callee.fn.facts.async) && !neverRejects(fn, end.value, types, api);
}

/** No failure leaves the asynchronous function: `async () => { try { await work(); } catch (error) { report(error); } }`. */
function failsNowhere(fn: Fn, types: Types, api: Api, depth: number): boolean {
  if (fn.facts.generator || fn.facts.decorators.length > 0 || isOverridden(fn)) return false;
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
