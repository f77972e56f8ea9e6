/**
 * Questions about a registration that several findings share: whose the listener is, whether its function runs once for
 * an object, what the object or function around it has for cleaning up.
 */
import type { Analysis } from "./analysis.js";
import { describe } from "./refs.js";
import type { CallSite } from "./holders.js";
import type { Cls, Fn } from "./program.js";
import type { Ref } from "./refs.js";
import type { Registration } from "./registrations.js";
import { isConstructor, isFactory } from "./targets.js";

/** What the listener holds on to: the object or call that registers it, only weakly so, or nothing of theirs. */
export type Belongs = "yes" | "weakly" | "no";

/** A method, a closure over `this`, a parameter or a local belongs to the object or call that registers it. */
export function belongs(analysis: Analysis, one: Registration): Belongs {
  const { fn, listener, listenerFn } = one;
  if (fn.facts.kind === "module") return "no";
  if (listener?.root.kind === "this") return "yes";
  if (!listenerFn) return listener?.root.kind === "binding" && listener.root.module.binding(listener.root.binding)?.owner !== 0 || one.inline === "bind" ? "yes" : "no";
  if (listenerFn.facts.kind !== "lambda" && listenerFn.cls && !listenerFn.facts.static && listenerFn.parent === fn.module.fn(0)) return "yes";
  if (usesThis(listenerFn)) return "yes";
  let weakly = false;
  for (const binding of listenerFn.facts.captures) {
    const found = listenerFn.module.binding(binding);
    if (found === undefined || found.owner === 0) continue;
    if (found.kind === "function") {
      if (captures(listenerFn.module.fn(found.function ?? -1))) return "yes";
      continue;
    }
    if (!isWeak(analysis, listenerFn, binding)) return "yes";
    weakly = true;
  }
  return weakly ? "weakly" : "no";
}

/** A local function that itself holds something of the call around it. */
function captures(fn: Fn | null): boolean {
  return fn !== null && (usesThis(fn) || fn.facts.captures.some((binding) => {
    const found = fn.module.binding(binding);
    return found !== undefined && found.owner !== 0 && found.kind !== "function";
  }));
}

/** A variable that only ever holds a weak reference. */
function isWeak(analysis: Analysis, fn: Fn, binding: number): boolean {
  const stores = fn.module.bindingStores.get(binding) ?? [];
  return stores.length > 0 && stores.every((store) => {
    const made = store.fn.definition(store.value)?.instruction;
    return made?.op === "call" && analysis.api.weak.has(store.fn, made, analysis.types);
  });
}

function usesThis(fn: Fn): boolean {
  for (const site of fn.sites()) if (site.instruction.op === "load" && site.instruction.place.kind === "this") return fn.cls !== null;
  return (fn.module.nested.get(fn.id) ?? []).some((inner) => inner.facts.kind === "lambda" && usesThis(inner));
}

/** The listener holds a variable of the very call that registers it, so that each call adds another one. */
export function isCallScoped(analysis: Analysis, one: Registration): boolean {
  const { fn, listener, listenerFn } = one;
  const local = (of: Fn, binding: number): boolean => {
    const found = of.module.binding(binding);
    return found !== undefined && found.owner !== 0 && found.kind !== "function" && analysis.registrations.scopes.isCallLocal(fn, found.owner);
  };
  if (!listenerFn) return one.inline !== "bind" && !one.forwarded && listener?.root.kind === "binding" && local(fn, listener.root.binding);
  if (listenerFn.module !== fn.module) return false;
  return listenerFn.facts.captures.some((binding) => local(listenerFn, binding));
}

/** Only set-up code makes objects of the class, or the function's name says that it sets up. */
export function isSingleton(analysis: Analysis, fn: Fn): boolean {
  const { cls } = fn;
  if (!cls) return isSetUpFunction(analysis, fn);
  const constructor = cls.method("constructor") ?? cls.method("__init__");
  return constructor !== null && analysis.contexts.of(constructor).kind === "once";
}

/** A function by whose name it sets something up: `setup_router`, `initLogging`, `startServer`. */
export function isSetUpFunction(analysis: Analysis, fn: Fn): boolean {
  for (let outer: Fn | null = fn; outer; outer = outer.parent) {
    if (outer.facts.kind !== "lambda" && isStartName(analysis, outer.facts.name)) return true;
  }
  return false;
}

/** First words of functions that set up, and of start methods that may well be called again. */
const SET_UP = /^_*(?:on_?)?(?:set_?up|init|initiali[sz]e|install|start|bootstrap|configure|boot|enable|activate|create)(?![a-z])/iu;
const REPEATABLE = /^(?:run|load|show|play|watch|enter|subscribe|register)$/u;
/** `bindEvents`, `_register_handlers`: all of an object's listeners at once. */
const ALL_LISTENERS = /(?:listeners|handlers|events|hooks|subscriptions|bindings|signals)$/iu;

/** `start`, and names that begin with such a word: `startListening`, `_init_events`. */
function isStartName(analysis: Analysis, name: string): boolean {
  return SET_UP.test(name) || ALL_LISTENERS.test(name) || analysis.api.startMethods.has(name) && !REPEATABLE.test(name);
}

/** A constructor, a start method, or what only those call: it runs once for each object. */
export function runsOncePerObject(analysis: Analysis, fn: Fn, depth = 0): boolean {
  const { fn: top } = analysis.registrations.scopes.of(fn);
  if (isConstructor(top) || isStartName(analysis, top.facts.name)) return true;
  if (depth > 3 || top.facts.kind === "module") return true;
  if (top.facts.decorators.some((decorator) => SET_UP.test((decorator.text.split(".").at(-1) ?? "").replace(/^post/u, "on")) || /construct$/iu.test(decorator.text))) return true;
  const callers = analysis.contexts.callers(top);
  return callers.length > 0 && callers.every((site) => site.fn !== top && (site.fn.block(site.block)?.loop ?? null) === null && runsOncePerObject(analysis, site.fn, depth + 1));
}

/** The method of the class that releases what its objects hold. */
export function teardownOf(analysis: Analysis, fn: Fn): Fn | null {
  const cls: Cls | null = fn.cls;
  if (!cls || fn.facts.static && !isFactory(analysis.types, fn)) return null;
  return analysis.lifetimes.teardownsOf(cls).find((method) => method !== fn && method !== analysis.registrations.scopes.of(fn).fn) ?? null;
}

/** What the class collects the handles of its listeners in: a field by such a name, or a method that takes them over. */
export function bagOf(analysis: Analysis, cls: Cls | null): string | null {
  if (!cls) return null;
  for (const fn of cls.functions) {
    for (const { instruction } of fn.sites()) {
      if (instruction.op === "load" && instruction.place.kind === "field" && analysis.api.bags.has(instruction.place.name)) {
        const ref = analysis.refs.of(fn, instruction.out);
        if (ref.root.kind === "this" && ref.fields.length === 1) return describe(ref);
      }
      if (instruction.op === "call" && instruction.receiver !== null && instruction.args.length > 0 && analysis.api.transfers.has(fn, instruction, analysis.types)) {
        const ref = analysis.refs.of(fn, instruction.receiver);
        if (ref.root.kind === "this" && ref.fields.length === 0) return `${describe(ref)}.${instruction.method ?? ""}()`;
      }
    }
  }
  return null;
}

/** A base outside the program whose clean-up takes such listeners off. */
export function isClearedByBase(analysis: Analysis, one: Registration): boolean {
  const { cls } = one.fn;
  if (!cls || !one.pair.clearedByBase) return false;
  const supers = [...analysis.types.supersOfType(cls.typeName), ...cls.related.flatMap((each) => each.outside)];
  return one.pair.clearedByBase.some((base) => supers.some((type) => (base.endsWith(".*") ? type.startsWith(base.slice(0, -1)) : type === base)));
}

/** The function that `fn` returns to be called for cleaning up: it takes nothing and gives nothing. */
export function returnedCleanUp(analysis: Analysis, fn: Fn): Fn | null {
  for (const { end } of fn.facts.blocks) {
    if (end.kind !== "return" || end.value === null) continue;
    const ref = analysis.refs.of(fn, end.value);
    if (ref.root.kind !== "closure" || ref.fields.length > 0) continue;
    const made = ref.root.fn;
    if (made.parent !== fn || made.facts.parameters.length > 0 || made.facts.generator) continue;
    const [first] = made.facts.blocks;
    if (!first || first.instructions.length === 0 || made.facts.blocks.some((block) => block.end.kind === "return" && block.end.value !== null && !isDiscarded(made, block.end.value))) continue;
    return made;
  }
  return null;
}

/** `() => stop()`: an arrow gives back what its one call returns. */
function isDiscarded(fn: Fn, value: number): boolean {
  const definition = fn.definition(value)?.instruction;
  return definition?.op === "call" || definition?.op === "constant" && definition.value.kind === "null";
}

/** Where what the registration returned is used to take the listener off, found by the field that keeps it. */
export function resultReleases(analysis: Analysis, one: Registration, ref: Ref): CallSite[] {
  const { pair } = one;
  const found: CallSite[] = [];
  const last = ref.fields.at(-1);
  if (last !== undefined && last !== "[]" && pair.releases.some((pattern) => pattern.kind === "call-handle")) {
    // `self.stop()` where the field `stop` holds the function reads like a method.
    for (const use of analysis.holders.usesOf(ref.key.slice(0, -(last.length + 1)))) if (use.as === "receiver" && use.site.instruction.method === last) found.push(use.site);
  }
  for (const key of [ref.key, `${ref.key}.[]`]) {
    for (const use of analysis.holders.usesOf(key)) {
      const call = use.site.instruction;
      const matches = pair.releases.some((pattern) => {
        switch (pattern.kind) {
          case "on-handle": return use.as === "receiver" && pattern.method === call.method;
          case "call-handle": return use.as === "callee" || use.as === "receiver" && call.method !== null && CALLING.has(call.method);
          case "on-target": return use.as === "argument" && pattern.method === call.method;
          case "path": return use.as === "argument" && call.path !== null && analysis.types.pathAlias(call.path) === pattern.path;
          default: return false;
        }
      });
      if (matches || use.as === "argument" && analysis.api.transfers.takes(use.site.fn, call, use.value, analysis.types)) found.push(use.site);
      // `stop?.forEach((each) => each())`, or given to a function in the place where releasing is done.
      else if (use.as === "argument" && (analysis.holders.inReleaseMethod(use.site.fn) || use.site.fn !== one.fn)) found.push(use.site);
    }
  }
  return found;
}

/** Ways to call a function that is a value; they belong to the language. */
const CALLING = new Set(["call", "apply"]);
