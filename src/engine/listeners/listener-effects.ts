/**
 * What an effect of a component adds to a thing that the component does not own: once more at every mount, where what it is
 * added to is provided from outside; and once more whenever the effect runs again for another reason.
 */
import type { Argument, Call } from "../../model/facts.js";
import type { TrailStep } from "../../model/finding.js";
import type { Analysis } from "../analysis.js";
import { at } from "../explain.js";
import type { Fn } from "../program/program.js";
import { describe } from "../program/refs.js";
import type { Ref } from "../program/refs.js";
import type { Registration } from "./registrations.js";

/** Why more than one is on the target at a time, beside what the context says; null where nothing shows it. */
export function addedAgain(analysis: Analysis, one: Registration): TrailStep[] | null {
  const { context, target } = one;
  if (context.kind !== "mount" && context.kind !== "render" || one.once || target === null || target.root.kind === "this") return null;
  if (one.life === "injected" && !isParameter(target)) return [];
  const effect = effectAround(analysis, one.fn);
  if (effect === null || !isStable(analysis, effect.fn, target)) return null;
  const reason = otherReason(analysis, effect, target);
  return reason && [{ role: "repeats", message: reason.message, place: at(effect.fn, reason.at) }];
}

interface Effect {
  /** The function that sets the effect up: the component or the hook. */
  fn: Fn;
  call: Call;
  /** What stands behind the callback. */
  rest: readonly Argument[];
}

function effectAround(analysis: Analysis, fn: Fn): Effect | null {
  for (const { site, position } of analysis.contexts.usedAsCallback(fn)) {
    if (position >= 0 && analysis.contexts.isMount(site.fn, site.instruction)) return { fn: site.fn, call: site.instruction, rest: site.instruction.args.slice(position + 1) };
  }
  return null;
}

function isParameter({ root }: Ref): boolean {
  return root.kind === "binding" && root.module.binding(root.binding)?.kind === "parameter";
}

/** The same thing at every run: a property of the component, or what a hook gives that is asked for nothing in particular. */
function isStable(analysis: Analysis, component: Fn, target: Ref): boolean {
  const { root } = target;
  if (root.kind !== "binding") return false;
  const binding = root.module.binding(root.binding);
  if (binding?.owner !== component.id || root.module !== component.module) return false;
  if (binding.kind === "parameter") return true;
  const [store, ...others] = root.module.bindingStores.get(root.binding) ?? [];
  const made = store && others.length === 0 ? analysis.refs.of(store.fn, store.value).root : null;
  if (made?.kind !== "call" || made.site.instruction.op !== "call") return false;
  return made.site.instruction.args.length === 0 && HOOK.test(made.site.instruction.method ?? made.site.instruction.path?.split(".").at(-1) ?? "");
}

/** What else than the target runs the effect again: no list at all, or a property or a state in it that is no function. */
function otherReason(analysis: Analysis, { fn, call, rest: [list] }: Effect, target: Ref): { message: string; at: readonly [number, number] } | null {
  if (list === undefined) return { message: "it runs after every render, with the same thing", at: call.nameAt };
  const made = fn.definition(list.value)?.instruction;
  if (made?.op !== "collection") return null;
  for (const { value, spread } of made.elements) {
    const ref = analysis.refs.of(fn, value);
    if (spread || ref.key === target.key || !changes(analysis, fn, ref)) continue;
    const load = fn.definition(value)?.instruction;
    if (load && "at" in load) return { message: `it runs again when ${describe(ref)} is another, with the same thing`, at: load.at };
  }
  return null;
}

function changes(analysis: Analysis, component: Fn, { root, fields }: Ref): boolean {
  if (root.kind !== "binding" || root.module !== component.module) return false;
  const binding = root.module.binding(root.binding);
  const name = fields.at(-1) ?? binding?.name ?? "";
  if (binding?.owner !== component.id || CALLED.test(name) || isCalled(analysis, component, root.binding)) return false;
  if (binding.kind === "parameter") return true;
  const [store, ...others] = root.module.bindingStores.get(root.binding) ?? [];
  if (!store || others.length > 0) return false;
  const taken = store.fn.definition(store.value)?.instruction;
  const hook = taken?.op === "load" && taken.place.kind === "index" ? store.fn.definition(taken.place.object)?.instruction : undefined;
  return hook?.op === "call" && analysis.api.stateHooks.has(store.fn, hook, analysis.types);
}

/** The component, or a function in it, calls what the variable holds: a handler that it is given, mostly the same one. */
function isCalled(analysis: Analysis, component: Fn, binding: number): boolean {
  return [component, ...analysis.holders.nestedIn(component)].some((fn) => [...fn.sites()].some(({ instruction }) => {
    const callee = instruction.op === "call" && instruction.callee !== null ? fn.definition(instruction.callee)?.instruction : undefined;
    return callee?.op === "load" && callee.place.kind === "binding" && callee.place.binding === binding;
  }));
}

/** React's convention for hooks: https://react.dev/reference/rules/rules-of-hooks */
const HOOK = /^use(?=[A-Z])/u;

/** Names of what is called and stays the same: setters, dispatchers, handlers. */
const CALLED = /^(?:set|on|handle|dispatch|update|toggle|refetch|fetch|get|is|navigate|t)(?=[A-Z]|$)/u;
