/** Which registrations are worth a finding: target outlives the registrar, the registering repeats, nothing takes it off. */
import type { FixIntent } from "../model/fix-intent.js";
import type { Severity, TrailStep } from "../model/finding.js";
import type { Span } from "../model/span.js";
import type { HandleRule } from "../catalog/types.js";
import type { Analysis } from "./analysis.js";
import { isUnbounded, repeats } from "./contexts.js";
import { at, callName, functionName, releaseNames, repetition } from "./explain.js";
import { handleFindings } from "./handle-findings.js";
import type { Cls, Fn } from "./program.js";
import { describe } from "./refs.js";
import type { Mismatch, Registration } from "./registrations.js";

interface Base {
  severity: Severity;
  path: string;
  at: Span;
  trail: TrailStep[];
  help: string;
  fix: FixIntent | null;
}

type ListenerFinding = Base & (
  | { message: "neverRemoved"; data: { where: string; noun: string; target: string; phrase: string } }
  | { message: "cannotMatch"; data: { noun: string; target: string; why: string } }
  | { message: "forgotten"; data: { teardown: string; noun: string; where: string; target: string } }
  | { message: "dropped"; data: { api: string; noun: string } }
  | { message: "neverAborted"; data: { noun: string; target: string } });

/** Findings of the registrations of a rule, and of subscriptions whose handle is a call's result. */
export function* listenerFindings(analysis: Analysis, rule: HandleRule): Generator<ListenerFinding> {
  for (const registration of analysis.registrations.all()) {
    if (registration.pair.rule !== rule) continue;
    const finding = judge(analysis, registration);
    if (finding) yield finding;
  }
  for (const finding of handleFindings(analysis, rule)) {
    const { api, noun, where, handle } = finding.data;
    if (finding.loss === "dropped") yield { ...finding, message: "dropped", data: { api, noun } };
    else if (finding.loss === "ownerForgets") yield { ...finding, message: "forgotten", data: { teardown: where, noun, where: `${finding.data.owner}`, target: handle } };
    else if (finding.loss === "neverReleased" || finding.loss === "ownerCannot") yield { ...finding, message: "dropped", data: { api, noun } };
  }
}

const WHY: Readonly<Record<Mismatch, string>> = {
  "fresh-function": "the removal names another function than the one that was added",
  "bound-copy": "bind() makes a new function each time, so the removal does not name the one that was added",
  capture: "it is added for the capture phase and removed for the other",
  "other-function": "the removal names another function",
};

function judge(analysis: Analysis, one: Registration): ListenerFinding | null {
  const { pair, fn, site, context } = one;
  if (one.removal || one.cancelled === "by-signal") return null;
  if (context.kind === "once" || context.kind === "test") return null;
  const target = one.target ? describe(one.target) : "the global object";
  const base = { path: fn.module.path, at: site.instruction.at, fix: cleanupFix(analysis, one) };
  const { noun } = pair;
  if (one.mismatch && one.life !== "local") {
    return {
      ...base, message: "cannotMatch", data: { noun, target, why: WHY[one.mismatch.why] }, severity: "high",
      trail: [...holder(one, target), ...repetition(fn, context), { role: "exit", message: `this removal does not match: ${WHY[one.mismatch.why]}`, place: at(one.mismatch.site.fn, one.mismatch.site.instruction.at) }],
      help: "keep the function in a variable or field and give the same one, with the same options, to both calls", fix: null,
    };
  }
  if (one.resultKept && keptResult(analysis, one)) return null;
  const teardown = teardownOf(analysis, fn);
  const outlives = one.life === "process" || one.life === "injected";
  if (one.cancelled === "signal-never-aborted" && outlives) {
    return { ...base, message: "neverAborted", data: { noun, target }, severity: "medium", trail: [...holder(one, target), ...repetition(fn, context), searched(one, target)], help: "abort the controller in the clean-up" };
  }
  if (one.once && !isLongWait(one)) return null;
  if (teardown && outlives && belongsToInstance(one)) {
    return {
      ...base, message: "forgotten", data: { teardown: functionName(teardown), noun, where: functionName(fn), target }, severity: one.life === "process" ? "high" : "medium",
      trail: [...holder(one, target), ...repetition(fn, context), { role: "exit", message: `${functionName(teardown)} does not take it off`, place: at(teardown, teardown.facts.nameAt) }, searched(one, target)],
      help: `take it off in ${functionName(teardown)}`,
    };
  }
  const severity = severityOf(analysis, one);
  if (!severity) return null;
  if (one.resultDropped) {
    return {
      ...base, message: "dropped", data: { api: callName(fn, site.instruction), noun }, severity,
      trail: [...holder(one, target), ...repetition(fn, context), { role: "exit", message: "the result is not kept", place: at(fn, site.instruction.at) }],
      help: "keep what it returns and use it when the listener is no longer needed",
    };
  }
  return {
    ...base, message: "neverRemoved", data: { where: functionName(fn), noun, target, phrase: context.phrase }, severity,
    trail: [...holder(one, target), ...repetition(fn, context), searched(one, target)],
    help: `remove it with ${releaseNames(pair)} when it is no longer needed`,
  };
}

/** Severity of a registration that nothing takes off; null where it is not believed to add up. */
function severityOf(analysis: Analysis, one: Registration): Severity | null {
  const { context, life, fn } = one;
  const again = isUnbounded(context.kind);
  switch (life) {
    case "process":
      if (again) return "high";
      // Once per object or call: it adds up if what it holds is of that object or call.
      return belongsToInstance(one) && !isSingleton(analysis, fn) ? "medium" : null;
    case "injected":
      return again && context.kind !== "instance" && one.listenerFn?.facts.kind === "lambda" ? "medium" : null;
    case "parameter":
    case "instance":
    case "local":
    case "unknown":
      return null;
  }
}

/** The listener holds on to the object or call that registers it: a method, a closure over `this`, a parameter or a local. */
function belongsToInstance(one: Registration): boolean {
  const { fn, listener, listenerFn } = one;
  if (fn.facts.kind === "module") return false;
  if (listener?.root.kind === "this") return true;
  if (!listenerFn) return listener?.root.kind === "binding" && listener.root.module.binding(listener.root.binding)?.owner !== 0;
  if (usesThis(listenerFn)) return true;
  return listenerFn.facts.captures.some((binding) => {
    const found = listenerFn.module.binding(binding);
    return found !== undefined && found.owner !== 0 && found.kind !== "function";
  });
}

function usesThis(fn: Fn): boolean {
  for (const site of fn.sites()) if (site.instruction.op === "load" && site.instruction.place.kind === "this") return fn.cls !== null;
  return (fn.module.nested.get(fn.id) ?? []).some((inner) => inner.facts.kind === "lambda" && usesThis(inner));
}

/** Only set-up code makes objects of the class. */
function isSingleton(analysis: Analysis, fn: Fn): boolean {
  const cls = fn.cls;
  if (!cls) return isSetUpFunction(analysis, fn);
  const constructor = cls.method("constructor") ?? cls.method("__init__");
  return constructor !== null && analysis.contexts.of(constructor).kind === "once";
}

/** A function by whose name it runs when the program starts. */
function isSetUpFunction(analysis: Analysis, fn: Fn): boolean {
  for (let outer: Fn | null = fn; outer; outer = outer.parent) {
    if (outer.facts.kind !== "lambda" && analysis.api.startMethods.has(outer.facts.name)) return true;
  }
  return false;
}

/** A one-shot listener that may wait as long as the process: a signal's abort, an exit. */
function isLongWait(one: Registration): boolean {
  return one.event === "abort" || one.event === "exit" || one.event === "beforeExit" || one.event === "SIGTERM" || one.event === "SIGINT";
}

/** What the registration returned is kept where it is used to take the listener off. */
function keptResult(analysis: Analysis, one: Registration): boolean {
  const outcome = analysis.paths.follow({ fn: one.fn, site: one.site, pair: one.pair, value: one.site.instruction.out });
  if (outcome.gaveUp || outcome.released.length > 0) return true;
  for (const escape of outcome.escapes) {
    if (escape.kind === "field" || escape.kind === "element" || escape.kind === "variable") {
      if (escape.ref.root.kind !== "this" || analysis.holders.released(one.pair, escape.ref)) return true;
      continue;
    }
    return true;
  }
  return false;
}

function teardownOf(analysis: Analysis, fn: Fn): Fn | null {
  const cls: Cls | null = fn.cls;
  if (!cls || fn.facts.static) return null;
  return analysis.lifetimes.teardownsOf(cls).find((method) => method !== fn) ?? null;
}

function holder(one: Registration, target: string): TrailStep[] {
  const lives = one.life === "process" ? "lives as long as the process" : one.life === "injected" ? "was given to this object and outlives it" : one.life === "instance" ? "lives as long as this object" : "outlives this call";
  return [{ role: "holder", message: `${target} ${lives}, and keeps the listener and what it refers to`, place: at(one.fn, one.site.instruction.at) }];
}

function searched(one: Registration, target: string): TrailStep {
  const event = one.event === null ? "" : ` for "${one.event}"`;
  return { role: "searched", message: `looked for ${releaseNames(one.pair)} on ${target}${event} with this listener: none`, place: null };
}

/** In an effect or mount hook the clean-up can be written. */
function cleanupFix(analysis: Analysis, one: Registration): FixIntent | null {
  if (one.context.kind !== "mount" || one.fn.facts.kind !== "lambda" || !one.target) return null;
  const isEffect = analysis.contexts.usedAsCallback(one.fn).length > 0;
  const [first] = one.pair.releases;
  if (!isEffect || first?.kind !== "on-target") return null;
  const text = one.fn.module.text;
  const call = one.site.instruction;
  const argument = (value: number): string => {
    const definition = one.fn.definition(value)?.instruction;
    return definition ? text.slice(definition.at[0], definition.at[1]) : "";
  };
  const receiver = call.receiver === null ? null : argument(call.receiver);
  const args = call.args.map((one_) => argument(one_.value));
  if (args.includes("")) return null;
  return { kind: "cleanup", acquire: call.at, release: `${receiver === null ? "" : `${receiver}.`}${first.method}(${args.join(", ")})`, callback: one.fn.facts.at };
}

type LoggerFinding = Base & (
  | { message: "repeated"; data: { where: string; noun: string; target: string; phrase: string } }
  | { message: "forgotten"; data: { teardown: string; noun: string; where: string; target: string } }
  | { message: "neverClosed"; data: { noun: string; api: string; phrase: string } });

/** Handlers added to loggers; a logger lives as long as the process whatever names it. */
export function* loggerFindings(analysis: Analysis): Generator<LoggerFinding> {
  for (const one of analysis.registrations.all()) {
    const { pair, fn, site, context } = one;
    if (pair.rule !== "logger-handler" || one.removal || context.kind === "once" || context.kind === "test") continue;
    if (isGuarded(analysis, one)) continue;
    const target = one.target ? describe(one.target) : "the logger";
    const teardown = teardownOf(analysis, fn);
    const base = { path: fn.module.path, at: site.instruction.at, fix: null, trail: [{ role: "holder" as const, message: `${target} is a logger: the logging module keeps it for the life of the process`, place: at(fn, site.instruction.at) }, ...repetition(fn, context), searched(one, target)] };
    if (teardown) {
      yield { ...base, message: "forgotten", data: { teardown: functionName(teardown), noun: pair.noun, where: functionName(fn), target }, severity: "high", help: `remove it in ${functionName(teardown)}` };
    } else if (repeats(context.kind)) {
      yield { ...base, message: "repeated", data: { where: functionName(fn), noun: pair.noun, target, phrase: context.phrase }, severity: "high", help: "add it once, where logging is set up, or remove it in a finally block" };
    } else if (!isSetUpFunction(analysis, fn) && (fn.facts.kind === "constructor" || fn.facts.name === "__init__" || isOwnLogger(analysis, one))) {
      yield { ...base, message: "repeated", data: { where: functionName(fn), noun: pair.noun, target, phrase: context.phrase }, severity: "medium", help: "add it once, or check logger.handlers first" };
    }
  }
  for (const finding of handleFindings(analysis, "logger-handler")) {
    yield { ...finding, message: "neverClosed", data: { noun: finding.data.noun, api: finding.data.api, phrase: "here" } };
  }
}

/** `if not logger.handlers:`, `logger.hasHandlers()`: added once. */
function isGuarded(analysis: Analysis, one: Registration): boolean {
  if (!one.target) return false;
  const key = one.target.key;
  return one.fn.facts.blocks.some(({ end }) => {
    if (end.kind !== "branch") return false;
    const values = end.test.kind === "truthy" || end.test.kind === "none" ? [end.test.value] : end.test.kind === "in" ? [end.test.container] : end.test.kind === "compare" || end.test.kind === "equal" ? [end.test.left, end.test.right] : [];
    return values.some((value) => mentions(analysis, one.fn, value, key, 0));
  }) || one.fn.module.functions.some((fn) => fn === one.fn && [...fn.sites()].some((site) => site.instruction.op === "store" && site.instruction.place.kind === "field" && analysis.refs.of(fn, site.instruction.place.object).key === key && site.instruction.place.name === "handlers"));
}

function mentions(analysis: Analysis, fn: Fn, value: number, key: string, depth: number): boolean {
  const definition = fn.definition(value)?.instruction;
  if (!definition || depth > 4) return false;
  if (analysis.refs.of(fn, value).key === key) return true;
  if (definition.op === "load" && definition.place.kind === "field") return mentions(analysis, fn, definition.place.object, key, depth + 1);
  if (definition.op === "call") return [...definition.args.map((argument) => argument.value), ...(definition.receiver === null ? [] : [definition.receiver])].some((input) => mentions(analysis, fn, input, key, depth + 1));
  return definition.op === "operation" && definition.inputs.some((input) => mentions(analysis, fn, input, key, depth + 1));
}

/** The logger's name is made from what the function was given: one logger for each call, kept for ever. */
function isOwnLogger(analysis: Analysis, one: Registration): boolean {
  void analysis;
  return one.target?.root.kind === "binding" && one.target.root.module.binding(one.target.root.binding)?.owner !== 0;
}
