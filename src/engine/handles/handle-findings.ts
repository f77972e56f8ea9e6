/**
 * What a rule about handles reports: one shape for files, connections, executors. Decides which unsafe handles are worth
 * a finding and how sure that is.
 */
import type { HandleRule } from "../../catalog/types.js";
import type { Terminator } from "../../model/facts.js";
import type { Severity, TrailStep } from "../../model/finding.js";
import type { FixIntent } from "../../model/fix-intent.js";
import type { Span } from "../../model/span.js";
import type { Analysis } from "../analysis.js";
import { canReturn, endlessLoop, isReachedNormally } from "../program/blocks.js";
import { doesNothing, isReplacedBelow } from "../program/class-shapes.js";
import type { Context } from "../contexts/contexts.js";
import { isHot, isUnbounded, repeats } from "../contexts/contexts.js";
import { at, callName, functionName, handleName, holderSteps, ifSure, localHelp, lossSteps, releaseNames, releaseText, repetition, scopeFix, searchedLocal, severityOf } from "../explain.js";
import { hearsItsEnd } from "./heard-ends.js";
import { isGivenUp } from "./given-up.js";
import type { Life, Ownership } from "./lifetimes.js";
import { isKnownByNumber } from "./numbered.js";
import { endInputs, successorsOf } from "../program/program.js";
import type { Cls, Fn } from "../program/program.js";
import { describe } from "../program/refs.js";
import type { Scope } from "../contexts/scopes.js";
import { loadsIn } from "../program/variables.js";

/** What a call that shows the handle to be one ends. */
const SHOWN = { here: "it on another way", together: "all that are gathered with it", field: "what the field holds", outer: "what the variable holds", sibling: "another field made the same way", name: "what goes by the same name", late: "what goes by the same name", twin: "what others get by the same call" } as const;

/** Shown by other places than the function that acquires: no way of that need end it. */
const SHOWN_ELSEWHERE: ReadonlySet<keyof typeof SHOWN> = new Set(["name", "late", "twin"]);

/** Names of methods that set up a part of their object: `init_pool`, `createChannel`. */
const SETS_UP = /^_*(?:init|initialize|setup|set_up|build|make|create|prepare|configure)(?:_|[A-Z]|$)/u;

/** How the handle is lost. Each rule has a message for each. */
export type HandleLoss = "dropped" | "neverReleased" | "someExits" | "onException" | "overwritten" | "ownerForgets" | "ownerCannot" | "ownerSkips" | "replaced" | "emptied";

export interface HandleFinding {
  loss: HandleLoss;
  data: { api: string; noun: string; handle: string; owner: string; release: string; where: string; /** What its end is called. */ closes: string; closed: string; toClose: string; leaves: string; stays: string };
  severity: Severity;
  /** How often it is acquired. */
  context: Context;
  path: string;
  at: Span;
  trail: TrailStep[];
  help: string;
  fix: FixIntent | null;
}

/** The findings of a handle rule: one for each handle, at the call that acquires. */
export function* handleFindings(analysis: Analysis, rule: HandleRule): Generator<HandleFinding> {
  const taken = new Set<string>();
  for (const life of [...analysis.lifetimes.all(), ...analysis.attempts.all(), ...analysis.failedAnswers.all(), ...analysis.lateArrivals.all(), ...analysis.survivors.all()]) {
    if (life.pair.rule !== rule || isReplacedBelow(life.fn)) continue;
    // What is known by its use in one function says nothing of who holds it elsewhere.
    const finding = life.pair.evidence === undefined ? replaced(analysis, life) ?? local(analysis, life) ?? owned(analysis, life) : byEvidence(analysis, life);
    // An object of the program's own is less sure to be what must be released, and a source of unknown type to go on.
    const unsure = life.pair.holds !== undefined || life.pair.shown !== undefined || life.pair.path === true || life.source === "may" || life.outcome.lent === true;
    const all = [...finding ? [finding] : [], ...finding && life.pair.evidence === undefined && life.leaks.length > 0 ? takenOver(analysis, life) : []];
    for (const one of all) {
      // Several that acquire may give it to one method.
      const key = one.loss === "ownerForgets" || one.loss === "ownerCannot" ? `${one.path}:${String(one.at[0])}` : "";
      if (taken.has(key)) continue;
      if (key !== "") taken.add(key);
      yield { ...one, severity: life.source === "given" || life.pair.minor === true ? "low" : ifSure(one.severity, !unsure) };
    }
  }
}

function byEvidence(analysis: Analysis, life: Life): HandleFinding | null {
  if (life.replaced) return life.pair.evidence === "entry" ? replaced(analysis, life) : null;
  if (life.pair.evidence !== "sibling") return local(analysis, life);
  const finding = owned(analysis, life);
  return finding && { ...finding, severity: "medium" };
}

/** The function ends the process when something fails, and raises nothing itself: `except OSError: sys.exit(1)`. It is the program's own. */
function endsProcess({ api, types }: Analysis, { fn, site }: Life): boolean {
  if (fn.facts.blocks.some(({ end }) => end.kind === "raise" && end.at[0] > site.instruction.at[0])) return false;
  return [...fn.sites()].some(({ instruction, block }) => instruction.op === "call" && instruction.at[0] > site.instruction.at[0] && api.exits.has(fn, instruction, types) && !isReachedNormally(fn, block));
}

function local(analysis: Analysis, found: Life): HandleFinding | null {
  const life = believed(found);
  const { pair, fn, context } = life;
  if (life.dropped && isKnownByNumber(analysis, life)) return null;
  if (life.leaks.length === 0 || pair.shown && !SHOWN_ELSEWHERE.has(pair.shown.by) && !isShownLeak(life)) return null;
  // A generator that goes on after its `yield` only lends what it hands out there.
  const never = !life.releasedSomewhere && life.outcome.escapes.every((escape) => escape.kind === "yield");
  const onlyException = life.leaks.every((leak) => leak.kind === "exception");
  const [first] = life.leaks.filter((leak) => leak.kind !== "exception");
  const loss: HandleLoss = life.dropped ? "dropped" : first?.kind === "overwritten" || first?.kind === "iteration" ? "overwritten"
    : onlyException ? "onException" : never ? "neverReleased" : "someExits";
  // What runs once is closed by the end of the process, whatever it is. Only a handle that is replaced cannot be closed before, unless a registry has it besides.
  // What nobody has looked at is no matter of how often.
  const isUnread = never && pair.elements !== undefined && (life.outcome.variable === null ? life.outcome.lastUse === null : loadsIn(fn.module, life.outcome.variable).length === 0);
  if (context.kind === "once" && !isUnread && (pair.path === true || pair.releaseAlls.some((all) => all.kind === "path") || !(loss === "overwritten" && first?.kind === "overwritten" && pair.ends !== "completes"))) return null;
  if (loss === "onException" && pair.path !== true && !isUnbounded(context.kind) && endsProcess(analysis, life)) return null;
  const severity = context.kind === "once" ? "low" : localSeverity(life, loss, never);
  if (severity === null || never && (endsByItself(analysis, life) || pair.ends === "completes" && hearsItsEnd(analysis, life))) return null;
  const name = handleName(life);
  return {
    loss, severity, context, path: fn.module.path, at: life.site.instruction.at,
    data: { api: apiName(life), noun: pair.noun, handle: name, owner: "", release: releaseText(pair, name), where: functionName(fn), ...ending(pair) },
    trail: [...through(life), ...repetition(fn, context), ...lossSteps(life), searchedLocal(life)],
    help: first?.late !== undefined ? `release it at once where it arrives after the end: ${releaseText(pair, "…")}` : first?.event !== undefined ? `call ${releaseText(pair, name)} in the listener of "${first.event}" too` : life.leaks.some((leak) => leak.store) ? `release it before its field gets another value: ${releaseText(pair, "…")}` : localHelp(pair, fn.module.facts.language, name === "it" ? "handle" : name), fix: isLate(life) ? null : scopeFix(life),
  };
}

/** A thread or process that runs a function of the program, or one that is not known here: over when that is over, unless that is an endless loop. */
function endsByItself({ contexts }: Analysis, { pair, fn, site }: Life): boolean {
  if (pair.ends !== "completes" || pair.rule !== "executor-leak" || pair.callbacks === undefined) return false;
  const given = site.instruction.args.filter((one, position) => pair.callbacks?.includes(one.name ?? position) === true);
  return !given.some((one) => contexts.functionsIn(fn, one.value).some((run) => endlessLoop(run) !== null));
}

/** It is lost only where a wait for it takes too long: a scope statement would go on waiting. */
function isLate({ pair, leaks, outcome }: Life): boolean {
  return pair.givesUp !== undefined && leaks.every((leak) => leak.kind === "exception" && outcome.released.some((one) => one[0] === leak.at[0] && one[1] === leak.at[1]));
}

/** The handle with those of its leaks that what is known of it makes believe. */
function believed(life: Life): Life {
  const { shown, evidence, path } = life.pair;
  if (shown?.by === "twin") return onlyKept(life);
  if (shown?.by === "late") return tooLate(life);
  if (shown?.by === "together" || evidence === "gathered") return lostTogether(life);
  if (path === true) return leftBehind(life);
  return evidence === undefined ? life : proven(life);
}

/**
 * What the code itself shows to be a handle is one only beside the release that shows it: a release on failure alone says
 * that success keeps it, and what may fail before a release is news only where the code says that it fails.
 */
function proven(life: Life): Life {
  const { evidence } = life.pair;
  const leaks = life.leaks.filter((leak) => (leak.kind === "exception" ? leak.explicit || evidence === "pool" || evidence === "started" : life.outcome.releasedNormally.length > 0 || evidence === "pool" || evidence === "field"));
  return { ...life, leaks };
}

/**
 * What a function gathers and ends all together is lost when it does not come to that: a wait fails or is cancelled,
 * making the next one fails, something is raised. Whatever else might raise is not believed to, nor are ways past the end.
 */
function lostTogether(life: Life): Life {
  const { fn, site, outcome } = life;
  const fails = new Set([site.instruction.at[0]]);
  for (const { instruction } of fn.sites()) if (instruction.op === "await" || instruction.op === "next" && instruction.async) fails.add(instruction.at[0]);
  for (const { end } of fn.facts.blocks) if (end.kind === "raise") fails.add(end.at[0]);
  return { ...life, leaks: outcome.releasedNormally.length === 0 ? [] : life.leaks.filter((leak) => leak.kind === "exception" && fails.has(leak.at[0])) };
}

/** What is on disk is lost when the next step fails only where the function removes it when none does. */
function leftBehind(life: Life): Life {
  return life.outcome.releasedNormally.length > 0 ? life : { ...life, leaks: life.leaks.filter((leak) => leak.kind !== "exception") };
}

/** Of what others close that make the same call: where this function has it to itself, and never ends it in any way. */
function onlyKept(life: Life): Life {
  const { released, escapes } = life.outcome;
  return { ...life, leaks: released.length === 0 && escapes.length === 0 ? life.leaks.filter((leak) => leak.kind !== "exception") : [] };
}

/** Of what comes by callback: the ways on which the function asks whether somebody still wants it, where another way hands it on. */
function tooLate(life: Life): Life {
  const inside = life.fn.module.functions;
  return { ...life, leaks: life.outcome.escapes.length > 0 ? life.leaks.filter((leak) => leak.kind === "exit" && inside.some((fn) => isGivenUp(fn, leak.at))) : [] };
}

/**
 * Of a handle that only the code shows to be one: some way ends it or hands it on, and another passes by that. What is
 * done on one early way only (`if (cancelled) return dialog.close()`), or when something failed, is no evidence for the
 * ordinary ways after it.
 */
function isShownLeak({ outcome, leaks }: Life): boolean {
  const handed = outcome.escapes.filter((escape) => escape.kind === "field" || escape.kind === "return" || escape.kind === "variable");
  if (outcome.escapes.length > handed.length) return false;
  const lastOf = (spans: readonly Span[]): number => Math.max(-1, ...spans.map((span) => span[0]), ...handed.map((escape) => escape.at[0]));
  return leaks.every((leak) => leak.kind === "exception" ? (leak.raisedAt ?? leak.at)[0] < lastOf(outcome.released) : leak.kind === "exit" && (handed.some((escape) => escape.kind !== "return") || leak.at[0] < lastOf(outcome.releasedNormally)));
}

/** Behind this release the function only raises. */
function isBeforeRaise(fn: Fn, at: Span): boolean {
  return [...fn.sites()].every((site) => site.instruction.at[0] !== at[0] || site.instruction.at[1] !== at[1] || !canReturn(fn, site.block));
}

/** Null where it is not worth a finding. What the runtime frees, or what ends by itself, costs less. */
function localSeverity(life: Life, loss: HandleLoss, never: boolean): Severity | null {
  const { pair, context } = life;
  if (pair.ends === "completes") {
    // Read to its end it is over, and no ordinary way reads it.
    if (pair.readers !== undefined && !life.dropped && loss !== "onException" && [...life.outcome.releasedNormally, ...life.outcome.reads].every((one) => isBeforeRaise(life.fn, one)) && life.outcome.escapes.length === 0) return "low";
    if (loss === "onException") return life.releasedSomewhere && life.leaks.some((leak) => leak.explicit) ? "low" : null;
    // What somebody started on purpose, and nobody waits for, runs as long as it is wanted; the runtime sees to what is left of it.
    if (life.dropped && pair.rule === "executor-leak" && context.kind === "event") return null;
    // What is read or waited for to its end is released by that.
    return never && repeats(context.kind) && (life.dropped || pair.rule === "executor-leak" || context.kind === "request") ? "low" : null;
  }
  if (loss === "onException") {
    const explicit = life.leaks.some((leak) => leak.explicit);
    if (pair.path === true) return explicit ? "medium" : "low";
    if (pair.ends !== "collected") return "medium";
    return explicit ? "low" : null;
  }
  if (pair.ofPage === true && context.kind === "unknown" && isPageScript(life.fn)) return "low";
  const severity: Severity = never ? severityOf(context) : "medium";
  if (pair.evidence !== undefined) return "medium";
  if (pair.ends !== "collected") return severity;
  // Nobody closes it by custom; what costs is making one again and again.
  if (pair.sharedByDesign === true && pair.scope === undefined) return repeats(context.kind) ? "low" : null;
  if (life.dropped) return repeats(context.kind) ? "medium" : "low";
  return "medium";
}

/** A file that takes nothing from others and gives nothing to them: a page names it, and is loaded with it. */
function isPageScript({ module: { facts } }: Life["fn"]): boolean {
  return facts.language === "ts" && facts.imports.length === 0 && facts.exports.length === 0;
}

/** A field gets another value, or none, while it holds a live handle. */
function replaced(analysis: Analysis, life: Life): HandleFinding | null {
  const { pair, fn, replaced: replacement } = life;
  if (!replacement || pair.ends === "completes" && replacement.emptied || isBaseHook(analysis, life)) return null;
  const name = describe(replacement.ref);
  const release = releaseText(pair, name);
  const where = functionName(fn);
  return {
    loss: replacement.emptied ? "emptied" : "replaced", context: life.context, path: fn.module.path, at: replacement.at, severity: pair.ends === undefined || pair.ends === "never" ? "medium" : "low",
    data: { api: apiName(life), noun: pair.noun, handle: name, owner: fn.cls?.name ?? "the module", release, where, ...ending(pair) },
    trail: [
      { role: "holder", message: `${name} gets the ${pair.noun} from ${apiName(life)} here`, place: at(life.site.fn, life.site.instruction.at) },
      ...repetition(fn, life.context),
      { role: "exit", message: replacement.emptied ? `nothing refers to that ${pair.noun} any more` : `${name} gets another value, and nothing refers to the ${pair.noun} before`, place: at(fn, replacement.store) },
      replacement.late
        ? { role: "searched", message: `this comes too late: there is nothing in ${name} any more`, place: at(fn, replacement.late) }
        : { role: "searched", message: `looked for ${releaseNames(pair)} on ${name} in ${where}, and for a test of it: none`, place: null },
    ],
    help: `call ${release} first`, fix: null,
  };
}

/** Nobody here calls the method, and the class is derived from a library's: it fills in a step of that one's, which sets up the object. */
function isBaseHook(analysis: Analysis, { fn, context }: Life): boolean {
  return fn.cls !== null && context.kind === "unknown" && fn.facts.kind === "method" && analysis.contexts.callers(fn).length === 0 && SETS_UP.test(fn.facts.name)
    && fn.cls.related.some((one) => one.outside.some((base) => !isPlainBase(analysis, base)));
}

/** What a method of the object takes over is the object's to end, whatever may happen to it before. */
function takenOver(analysis: Analysis, life: Life): HandleFinding[] {
  return life.unreleased.filter((owner) => owner.taker !== undefined).flatMap((owner) => fromOwner(analysis, life, owner) ?? []);
}

function owned(analysis: Analysis, life: Life): HandleFinding | null {
  for (const owner of life.unreleased) {
    const found = fromOwner(analysis, life, owner);
    if (found) return found;
  }
  return null;
}

function fromOwner(analysis: Analysis, life: Life, found: Ownership): HandleFinding | null {
  const { pair, fn } = life;
  const { cls } = found;
  const owner = found.skipped ? found : { ...found, teardowns: endsFirst(analysis, found.teardowns.filter((method) => !isEndOfLent(analysis, life, found, method))) };
  // Nothing else ends it, and nobody is seen to make one for each request.
  if (owner.teardowns.length < found.teardowns.length && owner.teardowns.length === 0 && !isHot(life.context)) return null;
  const scope = cls ? null : analysis.scopes.of(found.ref);
  if (scope && scope.ends.length > 0) return fromScope(analysis, life, found, scope);
  if (!cls) {
    if (found.captured === true) return null;
    // A module's variable holds it for the life of the process; only a repeated assignment loses the one before.
    if (!repeats(life.context.kind) || owner.ref.fields.includes("[]") || pair.ends === "completes") return null;
    if (isHolderAsked(analysis, life, owner)) return null;
  } else if (!isReportableOwner(analysis, life, owner)) return null;
  const name = describe(owner.ref);
  const [teardown] = owner.teardowns;
  const loss: HandleLoss = owner.skipped ? "ownerSkips" : teardown ? "ownerForgets" : "ownerCannot";
  const where = teardown ? functionName(teardown) : cls?.name ?? functionName(fn);
  const release = releaseText(pair, name.replaceAll("[…]", ""));
  return {
    loss, context: life.context, ...found.taker ? { path: found.taker.module.path, at: found.at } : { path: fn.module.path, at: life.site.instruction.at }, severity: ownerSeverity(life, owner),
    data: { api: apiName(life), noun: pair.noun, handle: name, owner: cls?.name ?? (scope ? functionName(scope.fn) : "the module"), release, where, ...ending(pair) },
    trail: [...through(life), ...repetition(fn, life.context), ...holderSteps(life, owner)],
    help: owner.skipped ? `call ${release} before the return` : teardown ? `call ${release} in ${where}` : cls ? `give ${cls.name} a method that calls ${release}, and call it where the ${cls.name} ends` : `release the one before with ${release}`,
    fix: null,
  };
}

/** A function's variable holds it for the functions around, and what ends them does not come to it. */
function fromScope(analysis: Analysis, life: Life, owner: Ownership, scope: Scope): HandleFinding | null {
  const { pair, fn } = life;
  const [end] = scope.ends;
  if (!end || pair.ends === "completes" || !analysis.scopes.forgets(scope, owner.ref, pair) || analysis.endings.reach(scope.ends, 2).has(fn)) return null;
  const name = describe(owner.ref);
  const where = end.facts.kind === "lambda" ? "the clean-up" : functionName(end);
  const release = releaseText(pair, name);
  return {
    loss: "ownerForgets", context: life.context, path: fn.module.path, at: life.site.instruction.at, severity: pair.ends === "collected" ? "low" : ownerSeverity(life, owner),
    data: { api: apiName(life), noun: pair.noun, handle: name, owner: functionName(scope.fn), release, where, ...ending(pair) },
    trail: [
      ...through(life), ...repetition(fn, life.context),
      { role: "holder", message: `${name} keeps the ${pair.noun} for ${functionName(scope.fn)}`, place: at(fn, owner.at) },
      { role: "exit", message: `this ends it and does not release ${name}`, place: at(end, end.facts.nameAt) },
      { role: "searched", message: `looked for ${releaseNames(pair)} on ${name} in all functions that see it: none`, place: null },
    ],
    help: `call ${release} there`, fix: null,
  };
}

/**
 * An object that lends what its pool has: `def release(self, connection): self.pool.release(connection)` takes a piece
 * back, and `def disconnect(self): pass` is for whoever is done; the pool is the others'. An end that is called as the
 * pool's own is the pool's.
 */
function isEndOfLent({ refs }: Analysis, { pair }: Life, { cls, ref }: Ownership, end: Fn): boolean {
  if (!cls || pair.sharedByDesign !== true || pair.releases.some((one) => "method" in one && one.method === end.facts.name)) return false;
  const takesBack = (method: Fn): boolean => [...method.sites()].some(({ instruction }) => instruction.op === "call" && instruction.receiver !== null
    && refs.of(method, instruction.receiver).key === ref.key && instruction.args.some((one) => isParameter(method, one.value)));
  return takesBack(end) || doesNothing(end) && cls.methods.some((method) => takesBack(method));
}

function isParameter(fn: Fn, value: number): boolean {
  const made = fn.definition(value)?.instruction;
  return made?.op === "load" && made.place.kind === "binding" && fn.module.binding(made.place.binding)?.kind === "parameter";
}

/** Methods that may be asked for what the object holds, the plainest end first. One that empties it or calls off its work leaves it in use. */
function endsFirst(analysis: Analysis, teardowns: readonly Fn[]): Fn[] {
  const asked = teardowns.filter((method) => !analysis.endings.isPartial(method.facts.name));
  return [...asked.filter((method) => analysis.endings.isEnd(method.facts.name)), ...asked.filter((method) => !analysis.endings.isEnd(method.facts.name))];
}

function ownerSeverity(life: Life, owner: Ownership): Severity {
  const [teardown] = owner.teardowns;
  // The runtime frees it with its owner.
  if (life.pair.ends === "collected") return teardown && !owner.skipped ? "medium" : "low";
  // A table of them is asked for what it has: how many there are is a question of its keys; one that is meant to be shared may be.
  // Of an object without an end of its own, what it holds may well end in another way.
  return teardown !== undefined && !owner.skipped && owner.state !== true && life.pair.sharedByDesign !== true && isHot(life.context) && !owner.ref.fields.includes("[]") ? "high" : "medium";
}

/** A class that keeps a handle is at fault if its clean-up forgets it, or if it has none and is made again and again. */
function isReportableOwner(analysis: Analysis, life: Life, owner: Ownership): boolean {
  const { cls } = owner;
  if (!cls) return false;
  const made = analysis.contexts.of(life.fn);
  // Nobody closes it by custom, and the collector does: what costs is making one again and again.
  if (life.pair.sharedByDesign === true && life.pair.scope === undefined && life.pair.ends === "collected" && !repeats(made.kind)) return false;
  if (owner.teardowns.length > 0) return life.pair.ends !== "completes" && made.kind !== "once";
  if (life.pair.finalized === true) return false;
  // Without any clean-up: the base may have it, the object may be one for the process, the handle may end by itself.
  const neverEnds = life.pair.ends === undefined || life.pair.ends === "never";
  if (cls.unknownBase || !neverEnds && cls.related.some((one) => one.unknownBase || one.outside.some((base) => !isPlainBase(analysis, base) && !one.facts.interfaces.some((listed) => listed.path === base)))) return false;
  if (life.pair.ends === "completes") return false;
  // One for the process is right, and so is one for each object that lives as long; several for one object are not.
  if (life.pair.sharedByDesign === true) return life.pair.ends === undefined && (repeats(made.kind) && made.kind !== "instance" || !life.fn.facts.static && (isMany(life) || !isServant(analysis, cls)));
  return made.kind !== "once";
}

/** One is made for each element of something, and all are kept. */
function isMany(life: Life): boolean {
  return (life.fn.block(life.site.block)?.loop ?? null) !== null;
}

/** Whether a class's name says that its instances serve many, so that there are few of them. */
function isServant(analysis: Analysis, cls: Cls): boolean {
  return analysis.api.servants.some((name) => name.test(cls.name));
}

/** Whether the catalog knows the base as one without a clean-up of its own. */
function isPlainBase(analysis: Analysis, path: string): boolean {
  return analysis.api.plainBases.some((plain) => (plain.startsWith("*") ? path.endsWith(plain.slice(1)) : plain === path));
}

/** `if client is None: client = connect()`: made once. Every way to the call asks about the holder. */
export function isHolderAsked(analysis: Analysis, life: Life, owner: Ownership): boolean {
  const seen = new Set([0]);
  const work = [0];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    if (next === life.site.block) return false;
    const end = life.fn.block(next)?.end;
    if (!end || asks(analysis, life, owner, end)) continue;
    for (const to of successorsOf(end)) {
      if (seen.has(to)) continue;
      seen.add(to);
      work.push(to);
    }
  }
  return true;
}

function asks(analysis: Analysis, life: Life, owner: Ownership, end: Terminator): boolean {
  // `ws.readyState === ws.CLOSED`: what it has is asked for its own state.
  if (end.kind === "branch" && endInputs(end).some((value) => analysis.refs.of(life.fn, value).key.startsWith(`${owner.ref.key}.`))) return true;
  if (end.kind !== "branch" || end.test.kind !== "none" && end.test.kind !== "truthy" && end.test.kind !== "in") return false;
  return analysis.refs.of(life.fn, end.test.kind === "in" ? end.test.container : end.test.value).key === owner.ref.key;
}

/** What is on disk is removed, not closed. */
function ending(pair: Life["pair"]): { closes: string; closed: string; toClose: string; leaves: string; stays: string } {
  return pair.path === true ? { closes: "removes", closed: "removed", toClose: "to remove it", leaves: "does not remove", stays: "stays there" } : { closes: "closes", closed: "closed", toClose: "to close it", leaves: "does not close", stays: "stays open" };
}

function apiName(life: Life): string {
  return callName(life.site.fn, life.site.instruction);
}

function through(life: Life): TrailStep[] {
  const { pair, through: helper } = life;
  const steps: TrailStep[] = helper ? [{ role: "note", message: `${functionName(helper)} acquires the ${pair.noun} and returns it to its caller`, place: at(helper, helper.facts.nameAt) }] : [];
  if (pair.shown) steps.push({ role: "note", message: `${pair.shown.release}() ends ${SHOWN[pair.shown.by]}`, place: pair.shown.place });
  if (pair.holds) steps.push({ role: "note", message: `each ${pair.noun} holds one ${pair.holds.noun} until its ${pair.holds.release}() is called`, place: pair.holds.place });
  return steps;
}
