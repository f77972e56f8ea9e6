/** Handlers and transports that are put on a logger again and again, or taken off and left open. */
import type { FixIntent } from "../../model/fix-intent.js";
import type { Severity, TrailStep } from "../../model/finding.js";
import type { Span } from "../../model/span.js";
import { argumentValue } from "../program/api.js";
import type { Analysis } from "../analysis.js";
import { isHot, repeats } from "../contexts/contexts.js";
import { at, callName, functionName, ifSure, releaseNames, repetition } from "../explain.js";
import { handleFindings } from "../handles/handle-findings.js";
import type { HandleLoss } from "../handles/handle-findings.js";
import type { CallSite } from "../contexts/holders.js";
import { belongs, isAddedOnce, isSingleton, runsOncePerObject, teardownOf } from "../listeners/listener-evidence.js";
import { isSetUpFunction } from "../contexts/starts.js";
import type { Fn } from "../program/program.js";
import { describe } from "../program/refs.js";
import type { Registration } from "../listeners/registrations.js";
import { isConstructor } from "../contexts/targets.js";

interface Base {
  severity: Severity;
  path: string;
  at: Span;
  trail: TrailStep[];
  help: string;
  fix: FixIntent | null;
}

export type LoggerFinding = Base & (
  | { message: "repeated"; data: { where: string; noun: string; target: string; phrase: string } }
  | { message: "forgotten"; data: { teardown: string; noun: string; where: string; target: string } }
  | { message: "cannotMatch"; data: { noun: string; target: string } }
  | { message: "missedExit"; data: { noun: string; target: string; where: string; exit: string } }
  | { message: "leftOpen"; data: { noun: string; target: string } }
  | { message: "neverClosed"; data: { noun: string; api: string; phrase: string } });

/** Losses of what no way closes. */
const NEVER_CLOSED: ReadonlySet<HandleLoss> = new Set(["dropped", "neverReleased", "overwritten", "ownerForgets", "ownerCannot"]);

/** Handlers added to loggers; a logger lives as long as the process whatever names it. */
export function* loggerFindings(analysis: Analysis): Generator<LoggerFinding> {
  for (const one of analysis.registrations.all()) {
    if (one.pair.rule !== "logger-handler" || one.context.kind === "test") continue;
    const open = leftOpen(analysis, one);
    if (open) yield open;
    const found = judge(analysis, one);
    if (found) yield found;
  }
  for (const finding of handleFindings(analysis, "logger-handler")) {
    const { noun, api } = finding.data;
    // A registry's loggers and those that are shared by design add up only where they are made again and again.
    const { loss, context } = finding;
    if (!NEVER_CLOSED.has(loss) || !repeats(context.kind) || context.kind === "event") continue;
    yield { ...finding, message: "neverClosed", data: { noun, api, phrase: "again and again" } };
  }
}

/** A function that by its name puts logging in place, which a program does once: `set_stream_logger`, `set_logging_handler`. */
const SETS_LOGGING = /^_*set_?\w*log/iu;

function judge(analysis: Analysis, one: Registration): LoggerFinding | null {
  const { pair, fn, site, context } = one;
  if (context.kind === "once" || one.guarded || one.life === "local" || isAsked(analysis, one) || isOnce(analysis, fn) || isOwn(analysis, one) || isAddedOnce(one)) return null;
  const target = one.target ? describe(one.target) : "the logger";
  const holder: TrailStep = { role: "holder", message: `${target} is a logger: it is kept for the life of the process`, place: at(fn, site.instruction.at) };
  const searched: TrailStep = { role: "searched", message: `looked for ${releaseNames(pair)} on ${target} with this ${pair.noun}: none`, place: null };
  const base = { path: fn.module.path, at: site.instruction.at, fix: null, trail: [holder, ...repetition(fn, context)] };
  if (one.removals.length > 0) {
    if (!one.missed) return null;
    const exit = one.missed.kind === "exit" ? "returns here" : "raises";
    const step: TrailStep = { role: "exit", message: one.missed.kind === "exit" ? `${functionName(fn)} returns here with the ${pair.noun} still on` : `if this raises, the ${pair.noun} stays`, place: at(fn, one.missed.at) };
    return { ...base, message: "missedExit", severity: "medium", data: { noun: pair.noun, target, where: functionName(fn), exit }, trail: [...base.trail, step], help: "remove it in a finally block" };
  }
  // `root.removeHandler(console); root.addHandler(quiet)`: one is put in the other's place.
  const isExchange = one.mismatch !== null && one.mismatch.site.fn === fn && one.mismatch.site.instruction.at[0] < site.instruction.at[0];
  if (one.mismatch && !isExchange) {
    const step: TrailStep = { role: "exit", message: `this removes another ${pair.noun}`, place: at(one.mismatch.site.fn, one.mismatch.site.instruction.at) };
    return { ...base, message: "cannotMatch", severity: ifSure("high", repeats(context.kind)), data: { noun: pair.noun, target }, trail: [...base.trail, step], help: `keep the ${pair.noun} in a variable and remove that one` };
  }
  const trail = [...base.trail, searched];
  const teardown = teardownOf(analysis, fn);
  if (teardown && !isSingleton(analysis, fn)) {
    return { ...base, trail, message: "forgotten", severity: ifSure("high", isHot(context)), data: { teardown: functionName(teardown), noun: pair.noun, where: functionName(fn), target }, help: `remove it in ${functionName(teardown)}` };
  }
  const repeated = (severity: Severity): LoggerFinding => ({
    ...base, trail, message: "repeated", severity, data: { where: functionName(fn), noun: pair.noun, target, phrase: context.phrase },
    help: "add it once, where logging is set up, or remove it in a finally block",
  });
  if (repeats(context.kind) && context.kind !== "instance") return repeated(ifSure("high", isHot(context)));
  if ((isSetUpFunction(analysis.api, fn) || SETS_LOGGING.test(fn.facts.name)) && !isConstructor(fn)) return null;
  const named = isNamedByCaller(one);
  if (isConstructor(fn) || named || one.missed !== null) return isSingleton(analysis, fn) ? null : repeated("medium");
  return belongs(analysis, one) === "yes" && one.inline !== "call" && one.fn.cls !== null && !runsOncePerObject(analysis, fn) ? repeated("medium") : null;
}

/** `if not logger.handlers:`, `logger.hasHandlers()`, or the list is emptied first: at most one of them is there. */
function isAsked(analysis: Analysis, one: Registration): boolean {
  const guards = one.pair.guards ?? [];
  if (!one.target || guards.length === 0) return false;
  const { fn } = one;
  const { key } = one.target;
  const isAbout = (value: number): boolean => analysis.refs.of(fn, value).key === key;
  for (const { instruction } of fn.sites()) {
    if (instruction.op === "load" && instruction.place.kind === "field" && guards.includes(instruction.place.name) && isAbout(instruction.place.object)) return true;
    if (instruction.op === "call" && instruction.method !== null && instruction.receiver !== null && guards.includes(instruction.method) && isAbout(instruction.receiver)) return true;
    if (instruction.op === "store" && instruction.place.kind === "field" && guards.includes(instruction.place.name) && isAbout(instruction.place.object)) return true;
  }
  return false;
}

/** A memoised function: its body runs once for the same arguments. */
function isOnce(analysis: Analysis, fn: Fn): boolean {
  return fn.facts.decorators.length > 0 && [...analysis.memos.all()].some((memo) => memo.fn === fn);
}

/** A logger that was made here by its class, so that no registry keeps it. */
function isOwn(analysis: Analysis, one: Registration): boolean {
  const { target } = one;
  // `module.logger = logging.Logger(name)`: what the function itself puts there.
  const stores = target?.root.kind === "binding" && target.fields.length === 0 ? target.root.module.bindingStores.get(target.root.binding) ?? []
    : target ? (analysis.types.fieldStores.get(target.key) ?? []).filter((store) => store.fn === one.fn) : [];
  return stores.length > 0 && stores.every((store) => {
    const made = store.fn.definition(store.value)?.instruction;
    if (made?.op !== "call" || made.path === null || store.fn !== one.fn) return false;
    const last = made.path.split(".").at(-1) ?? "";
    return made.isNew || /^[A-Z]/u.test(last) && analysis.types.of(store.fn, store.value).includes(made.path);
  });
}

/** The logger comes by a name that the function was given: one handler for each call. */
function isNamedByCaller(one: Registration): boolean {
  const root = one.target?.root;
  return root?.kind === "binding" && root.module.binding(root.binding)?.owner !== 0 && (root.module.binding(root.binding)?.kind !== "parameter" || one.life === "process") && one.fn.facts.parameters.length > 0;
}

/** The handler is taken off somewhere, and what it holds open is closed nowhere. */
function leftOpen(analysis: Analysis, one: Registration): LoggerFinding | null {
  if (one.removals.length === 0) return null;
  const value = argumentValue(one.fn, one.site.instruction, one.pair.registration?.listener ?? 0);
  if (value === null || one.listener === null) return null;
  const { listener } = one;
  const origins = listener.root.kind === "binding" && listener.fields.length === 0 ? listener.root.module.bindingStores.get(listener.root.binding) ?? []
    : listener.root.kind === "this" ? analysis.types.fieldStores.get(listener.key) ?? [] : [];
  for (const { fn, value: stored } of origins) {
    const made = fn.definition(stored);
    if (made?.instruction.op !== "call") continue;
    const held = heldOpen(analysis, made as CallSite, 0);
    if (!held) continue;
    const isClosed = analysis.holders.usesOf(listener.key).some((use) => use.as === "receiver" && held.pair.releases.some((pattern) => pattern.kind === "on-handle" && pattern.method === use.site.instruction.method)
      || use.as === "argument" && use.site.instruction !== one.site.instruction && !one.removals.includes(use.site) && !analysis.api.borrows.has(use.site.fn, use.site.instruction, analysis.types));
    if (isClosed) continue;
    const target = one.target ? describe(one.target) : "the logger";
    const [removal] = one.removals;
    return {
      message: "leftOpen", data: { noun: held.pair.noun, target }, severity: "medium", path: fn.module.path, at: made.instruction.at, fix: null,
      trail: [
        { role: "note", message: `${callName(held.site.fn, held.site.instruction)} opens the ${held.pair.noun}`, place: at(held.site.fn, held.site.instruction.at) },
        ...(removal ? [{ role: "exit" as const, message: "taken off here, and still open", place: at(removal.fn, removal.instruction.at) }] : []),
      ],
      help: "close the handler after it is taken off",
    };
  }
  return null;
}

/** The call that opens what the value keeps open, looking into functions of the program that return it. */
function heldOpen(analysis: Analysis, site: CallSite, depth: number): { pair: Registration["pair"]; site: CallSite } | null {
  const { fn, instruction: call } = site;
  const pair = analysis.api.acquired(fn, call, analysis.types).find((one) => (one.handle === undefined || one.handle === "result") && one.release.length > 0);
  if (pair) return { pair, site };
  const callee = depth > 2 ? null : analysis.types.calleeOf(fn, call);
  if (callee?.kind !== "function") return null;
  for (const inner of callee.fn.sites()) {
    if (inner.instruction.op !== "call") continue;
    const found = isResult(analysis, callee.fn, inner as CallSite) ? heldOpen(analysis, inner as CallSite, depth + 1) : null;
    if (found) return found;
  }
  return null;
}

/** Whether the function returns what the call gives, straight or through a variable. */
function isResult(analysis: Analysis, fn: Fn, site: CallSite): boolean {
  const variables = new Set(fn.uses(site.instruction.out).flatMap((use) => (use.kind === "instruction" && use.site.instruction.op === "store" ? [use.site.instruction.place.kind === "binding" ? analysis.refs.ofBinding(fn.module, use.site.instruction.place.binding).key : ""] : [])));
  return fn.facts.blocks.some(({ end }) => end.kind === "return" && end.value !== null && (end.value === site.instruction.out || variables.has(analysis.refs.of(fn, end.value).key)));
}
