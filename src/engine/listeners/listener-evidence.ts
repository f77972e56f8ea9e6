/**
 * Questions about a registration that several findings share: whose the listener is, whether its function runs once for
 * an object, what the object or function around it has for cleaning up.
 */
import type { Analysis } from "../analysis.js";
import type { ValueId } from "../../model/facts.js";
import { repeats } from "../contexts/contexts.js";
import { describe } from "../program/refs.js";
import type { CallSite } from "../contexts/holders.js";
import { endsOnlyPart } from "../handles/part-ends.js";
import type { Cls, Fn } from "../program/program.js";
import type { Ref } from "../program/refs.js";
import type { Registration } from "./registrations.js";
import { isConstructor, isFactory } from "../contexts/targets.js";
import { isSetUpFunction, isStartName, nameOf } from "../contexts/starts.js";

/** What the listener holds on to: the object or call that registers it, only weakly so, or nothing of theirs. */
export type Belongs = "yes" | "weakly" | "no";

/** A method, a closure over `this`, a parameter or a local belongs to the object or call that registers it. */
export function belongs(analysis: Analysis, one: Registration): Belongs {
  const { fn, listener, listenerFn } = one;
  if (fn.facts.kind === "module") return "no";
  if (listener?.root.kind === "this" || isGivenItself(analysis, one)) return "yes";
  if (!listenerFn) return listener?.root.kind === "binding" && listener.root.module.binding(listener.root.binding)?.owner !== 0 || one.inline === "bind" ? "yes" : "no";
  if (listenerFn.facts.kind !== "lambda" && listenerFn.cls && !listenerFn.facts.static && listenerFn.parent === fn.module.fn(0)) return "yes";
  if (usesThis(listenerFn)) return "yes";
  let weakly = false;
  let strongly = false;
  for (const binding of listenerFn.facts.captures) {
    const found = listenerFn.module.binding(binding);
    if (found === undefined || found.owner === 0) continue;
    if (found.kind === "function") {
      if (captures(listenerFn.module.fn(found.function ?? -1))) return "yes";
      continue;
    }
    if (isWeak(analysis, listenerFn, binding)) weakly = true;
    else strongly = true;
  }
  // Where the object is held weakly, what else is held is small.
  return weakly ? "weakly" : strongly ? "yes" : "no";
}

/** The listener is to be called with the object that registers it: `atexit.register(close, self)`, `partial(close, self)`, `close.bind(null, this)`. */
export function isGivenItself(analysis: Analysis, { fn, site, pair, via }: Registration): boolean {
  if (via !== null || fn.cls === null) return false;
  const given = site.instruction.args.filter((one, position) => pair.callbacks?.includes(one.name ?? position) === true).map((one) => one.value);
  return given.some((value) => isObject(fn, value) || boundTo(analysis, fn, value).some((one) => isObject(fn, one)));
}

/** What a function that is made of another one is called with. */
function boundTo(analysis: Analysis, fn: Fn, value: ValueId): readonly ValueId[] {
  const made = fn.definition(value)?.instruction;
  if (made?.op === "load" && made.place.kind === "binding") {
    const stores = (fn.module.bindingStores.get(made.place.binding) ?? []).filter((store) => store.fn === fn);
    return stores.length === 1 && stores[0] ? boundTo(analysis, fn, stores[0].value) : [];
  }
  return made?.op === "call" && analysis.api.words.is("binds", made) !== null ? made.args.map((one) => one.value) : [];
}

function isObject(fn: Fn, value: ValueId): boolean {
  const made = fn.definition(value)?.instruction;
  return made?.op === "load" && made.place.kind === "this";
}

/** The module's own function or object on a target that is always the same, where adding it again does nothing: at most one is there. */
export function isAddedOnce(one: Registration): boolean {
  const { listener, target } = one;
  return one.pair.registration?.idempotent === true && listener !== null && target !== null && isFixed(target) && isFixed(listener);
}

/** The same thing whenever the function runs: imported, global, or made once at a module's top level. */
function isFixed({ root, fields }: Ref): boolean {
  if (fields.includes("[]")) return false;
  if (root.kind === "global" || root.kind === "import") return true;
  if (fields.length > 0) return false;
  if (root.kind === "closure") return root.fn.parent?.facts.kind === "module";
  return root.kind === "binding" && root.module.binding(root.binding)?.owner === 0 && (root.module.bindingStores.get(root.binding) ?? []).every((store) => store.fn.facts.kind === "module");
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
  if (!listenerFn || listener?.root.kind === "binding" && listener.fields.length > 0) return one.inline !== "bind" && !one.forwarded && listener?.root.kind === "binding" && local(fn, listener.root.binding);
  if (listenerFn.module !== fn.module) return false;
  return listenerFn.facts.captures.some((binding) => local(listenerFn, binding));
}

/** The listener holds, itself or through a local function, a parameter of the call that registers it. */
export function capturesParameter(analysis: Analysis, one: Registration): boolean {
  const isParameter = (of: Fn, binding: number): boolean => of.module.binding(binding)?.kind === "parameter" && analysis.registrations.scopes.isCallLocal(one.fn, of.module.binding(binding)?.owner ?? -1);
  const { listenerFn, listener } = one;
  if (!listenerFn) return listener?.root.kind === "binding";
  const visit = (fn: Fn, depth: number): boolean => fn.facts.captures.some((binding) => {
    const found = fn.module.binding(binding);
    const inner = found?.function == null ? null : fn.module.fn(found.function);
    return isParameter(fn, binding) || depth < 3 && inner !== null && inner !== fn && inner.parent?.facts.kind !== "module" && visit(inner, depth + 1);
  });
  return visit(listenerFn, 0);
}

/** Only set-up code makes objects of the class, or the function's name says that it sets up. */
export function isSingleton(analysis: Analysis, fn: Fn): boolean {
  const { cls } = fn;
  if (!cls) return isSetUpFunction(analysis.api, fn);
  const constructor = cls.method("constructor") ?? cls.method("__init__");
  if (constructor !== null && analysis.contexts.of(constructor).kind === "once" || analysis.containers.words.isFewType(cls.typeName)) return true;
  // A container makes one of it, unless it says how it ends or its base may.
  return cls.facts.decorators.some((decorator) => analysis.api.singletons.has(decorator.text.split(".").at(-1) ?? "")) && cls.facts.bases.length === 0 && teardownOf(analysis, fn) === null;
}

/** The application has one object of the class as long as it runs, or of each of its subclasses: nothing is due at its end. */
export function isRootService(analysis: Analysis, cls: Cls): boolean {
  const isMarked = cls.facts.decorators.some(({ path, args }) => analysis.api.rootServices.some((one) => one.decorator === path
    && (one.argument === undefined || args.some(({ name, value }) => name === one.argument && value.kind === "string" && value.value === one.is))));
  return isMarked || cls.subclasses.length > 0 && cls.subclasses.every((each) => isRootService(analysis, each));
}

/** The program makes the object at one place only, of which nothing says that it runs again. */
export function isMadeAtOnePlace(analysis: Analysis, fn: Fn): boolean {
  const constructor = fn.cls === null || fn.cls.subclasses.length > 0 ? null : fn.cls.method("constructor") ?? fn.cls.method("__init__");
  const sites = constructor === null ? [] : analysis.contexts.callers(constructor).filter((site) => !analysis.contexts.isTest(site.fn));
  const [site] = sites;
  return site !== undefined && sites.length === 1 && !repeats(analysis.contexts.at(site.fn, site.block).kind);
}

/** An object that by its class's name serves many, that nothing is seen to make again and again, and that has no end: there is one, as far as can be told. */
export function isServant(analysis: Analysis, fn: Fn): boolean {
  if (!fn.cls || !analysis.containers.words.isServant(fn.cls.name) || teardownOf(analysis, fn) !== null) return false;
  const constructor = fn.cls.method("constructor") ?? fn.cls.method("__init__");
  return constructor === null || !repeats(analysis.contexts.of(constructor).kind);
}

/** A constructor, a start method, or what only those call: it runs once for each object. `far`: what is taken of callers far away. */
export function runsOncePerObject(analysis: Analysis, fn: Fn, far = true, depth = 0): boolean {
  const { fn: top } = analysis.registrations.scopes.of(fn);
  if (isConstructor(top) || isStartName(analysis.api, nameOf(top) ?? "")) return true;
  if (depth > 3) return far;
  if (top.facts.kind === "module" || top.facts.decorators.some((decorator) => /construct$/iu.test(decorator.text))) return true;
  const callers = analysis.contexts.callers(top);
  return callers.length > 0 && callers.every((site) => site.fn !== top && (site.fn.block(site.block)?.loop ?? null) === null && runsOncePerObject(analysis, site.fn, far, depth + 1));
}

/** The method of the class that releases what its objects hold. */
export function teardownOf(analysis: Analysis, fn: Fn): Fn | null {
  const cls: Cls | null = fn.cls;
  if (!cls || fn.facts.static && !isFactory(analysis.types, fn)) return null;
  const { fn: top } = analysis.registrations.scopes.of(fn);
  // What is taken off screen may come back: only what its showing added is due then. So may what is closed where it can be opened.
  const opens = cls.methods.some((method) => /^_*(?:re)?open(?![a-z])/u.test(method.facts.name));
  const counts = (method: Fn): boolean => undoes(method.facts.name, top.facts.name) && (!isConstructor(top) && !/^_*init/u.test(top.facts.name)
    || !isOtherHalf(analysis, cls, top, method) && !/(?:[dD]etach|[uU]nmount|[dD]isconnectedCallback|[hH]ide|^disable|^deactivate)/u.test(method.facts.name) && !(opens && /^_*close(?![a-z])/u.test(method.facts.name)));
  const ends = analysis.lifetimes.teardownsOf(cls).filter((method) => method !== top && endsObject(method) && counts(method) && !endsOnlyPart(analysis, cls, top, method));
  // What its other methods call, `close()` after `remove()`, is a part of its work: the end is the one that only others call.
  return ends.find((end) => !analysis.contexts.callers(end).some(({ fn: caller }) => caller.cls === cls && !ends.includes(caller))) ?? ends[0] ?? null;
}

/** `stop()` beside a `start()` that the making does not come to: it undoes that, any number of times, and not what the making did. */
function isOtherHalf(analysis: Analysis, cls: Cls, making: Fn, end: Fn): boolean {
  const starts = analysis.api.files.flatMap((file) => Object.entries(file.lifecycle?.counterparts ?? {})).filter(([, stops]) => stops.includes(end.facts.name)).flatMap(([start]) => cls.method(start) ?? []);
  if (starts.length === 0) return false;
  const made = analysis.endings.reach([making], 2);
  return starts.every((start) => !made.has(start) && start.facts.blocks.some((block) => block.instructions.length > 0));
}

/** Words for a state that an object leaves and comes back to, and what brings it there: `disable` need not undo what `render` did. */
const STATES: readonly (readonly [end: RegExp, start: RegExp])[] = [
  [/^_*disable(?![a-z])/u, /^_*(?:enable|activate|start|init|on|set)/iu],
  [/^_*hide(?![a-z])/u, /^_*(?:show|open|display|present|popup|toggle|reveal|start|on)/iu],
];

function undoes(end: string, start: string): boolean {
  return STATES.every(([word, counterpart]) => !word.test(end) || counterpart.test(start));
}

/** A method that is meant for the whole object: no setter, and where its name may mean less, without parameters. */
function endsObject(method: Fn): boolean {
  if (method.facts.kind === "getter" || method.facts.kind === "setter") return false;
  if (/^_*(?:closeAll|stopAll|off|reset|clear|leave|hide|pause|enter|exit|join|free|term|dismiss)$/u.test(method.facts.name)) return false;
  return !/^_*(?:remove|disconnect|unsubscribe|unregister|cancel|abort|finish|end|kill|disable|release|unbind|unlisten|unwatch)$/u.test(method.facts.name) || method.facts.parameters.every((one) => one.binding === null);
}

/** The object ends the target itself: its class calls `close` or the like on it, or on what it is a part of. */
export function endsTarget(analysis: Analysis, one: Registration): boolean {
  const { cls } = one.fn;
  if (!cls || !one.target || isExchanged(analysis, one)) return false;
  const fields = analysis.registrations.fieldsOf(one.target);
  for (const ref of [one.target, ...fields]) {
    if (ref.root.kind !== "this" && ref.root.kind !== "binding") continue;
    for (let { key } = ref, left = ref.fields.length; left >= (ref.root.kind === "this" ? 1 : 0); left--) {
      for (const use of analysis.holders.usesOf(key)) {
        const { fn, instruction: call } = use.site;
        if (use.as === "receiver" && call.method !== null && fn.cls !== null && cls.related.includes(fn.cls) && analysis.api.releaseMethods.has(call.method) && endsWhole(call.method)) return true;
      }
      const last = ref.fields[left - 1];
      if (last === undefined) break;
      key = key.slice(0, -(last.length + 1));
    }
  }
  return false;
}

/** The registering method puts its own parameter in the field it listens to, and is called again after the start: the one before lives on. */
export function isExchanged(analysis: Analysis, one: Registration): boolean {
  const { fn } = one.scope;
  if (one.target?.fields.length !== 1 || isConstructor(fn)) return false;
  const stores = analysis.types.fieldStores.get(one.target.key) ?? [];
  const given = stores.some((store) => {
    const { root } = analysis.refs.of(store.fn, store.value);
    return store.fn === fn && root.kind === "binding" && root.module.binding(root.binding)?.kind === "parameter";
  });
  const callers = analysis.contexts.callers(fn);
  return given && callers.length > 1 && callers.some((site) => !runsOncePerObject(analysis, site.fn));
}

/** Ends what it is called on, and not one listener of it. */
export function endsWhole(method: string): boolean {
  return /^_*(?:close|dispose|destroy|shut_?down|stop|terminate|kill|end|quit|cancel|release|disconnect|tear_?down|clean_?up|abort)/iu.test(method);
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
  return cls.related.some((each) => each.unknownBase) || one.pair.clearedByBase.some((base) => supers.some((type) => (base.endsWith("*") ? type.startsWith(base.slice(0, -1)) : type === base)));
}

/** The function that `fn` returns to be called for cleaning up: it takes nothing, gives nothing, and only undoes. */
export function returnedCleanUp(analysis: Analysis, fn: Fn): Fn | null {
  for (const { end } of fn.facts.blocks) {
    if (end.kind !== "return" || end.value === null) continue;
    const ref = analysis.refs.of(fn, end.value);
    if (ref.root.kind !== "closure" || ref.fields.length > 0) continue;
    const made = ref.root.fn;
    if (made.parent === fn && made.facts.parameters.length === 0 && !made.facts.generator && onlyUndoes(made)) return made;
  }
  return null;
}

/** Every call is a release by its name and every store puts nothing, and there is at least one of them. */
function onlyUndoes(fn: Fn): boolean {
  let undoes = false;
  for (const { instruction } of fn.sites()) {
    if (instruction.op === "call") {
      const name = instruction.method ?? (instruction.callee === null ? "" : fn.module.text.slice(...instruction.nameAt));
      if (!/^_*(?:un|off|remove|clear|clean|dispose|destroy|stop|close|cancel|abort|disconnect|detach|reset|delete|release|end|kill|terminate)/iu.test(name)) return false;
      undoes = true;
    } else if (instruction.op === "store") {
      const stored = fn.definition(instruction.value)?.instruction;
      if (stored?.op !== "constant" || stored.value.kind !== "null" && stored.value.kind !== "boolean" && stored.value.kind !== "other") return false;
      undoes = true;
    } else if (instruction.op === "await") return false;
  }
  return undoes;
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
  for (const key of [ref.key, `${ref.key}.[]`, ...(last === "[]" ? [ref.key.slice(0, -3)] : [])]) {
    for (const use of analysis.holders.usesOf(key)) {
      const call = use.site.instruction;
      const matches = pair.releases.some((pattern) => {
        switch (pattern.kind) {
          case "on-handle": return use.as === "receiver" && pattern.method === call.method;
          case "call-handle": return use.as === "callee" || use.as === "receiver" && call.method !== null && CALLING.test(call.method);
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
const CALLING = /^(?:call|apply)$/u;

/** A call comes to an end that somebody waits for: it awaits, makes a promise, or calls back. */
export function settlesWhenCalled(analysis: Analysis, fn: Fn): boolean {
  if (analysis.registrations.scopes.settles(fn)) return true;
  const { fn: top } = analysis.registrations.scopes.of(fn);
  if (top.facts.kind === "module") return false;
  const keys = new Set(top.facts.parameters.flatMap(({ binding }) => (binding === null ? [] : [analysis.refs.ofBinding(top.module, binding).key])));
  return analysis.settling.within(top).some((each) => keys.has(each.key));
}
