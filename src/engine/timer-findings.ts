/** Which timers are worth a finding. A one-shot timer ends by itself, so it needs more evidence than an interval. */
import type { FixIntent } from "../model/fix-intent.js";
import type { Severity, TrailStep } from "../model/finding.js";
import type { Span } from "../model/span.js";
import type { Analysis } from "./analysis.js";
import { repeats } from "./contexts.js";
import { callName, functionName, holderSteps, lossSteps, releaseCode, releaseText, repetition, searchedLocal } from "./explain.js";
import type { Life, Ownership } from "./lifetimes.js";
import type { Fn } from "./program.js";
import { describe } from "./refs.js";

interface Base {
  severity: Severity;
  path: string;
  at: Span;
  trail: TrailStep[];
  help: string;
  fix: FixIntent | null;
}

type TimerFinding = Base & (
  | { message: "dropped" | "neverCleared" | "raced"; data: { noun: string; api: string } }
  | { message: "someExits"; data: { noun: string; api: string; where: string } }
  | { message: "forgotten"; data: { where: string; handle: string; noun: string; owner: string } }
  | { message: "ownerCannot"; data: { owner: string; noun: string; handle: string } }
  | { message: "overwritten"; data: { where: string; noun: string; handle: string } }
  | { message: "rearmed"; data: { noun: string } });

export function* timerFindings(analysis: Analysis): Generator<TimerFinding> {
  for (const life of analysis.lifetimes.all()) {
    if (life.pair.rule !== "timer-leak") continue;
    const finding = owned(analysis, life) ?? local(analysis, life);
    if (finding) yield finding;
  }
}

function base(analysis: Analysis, life: Life, severity: Severity, trail: TrailStep[], help: string): Base {
  return { severity, path: life.fn.module.path, at: life.site.instruction.at, trail, help, fix: cleanupFix(analysis, life) };
}

function local(analysis: Analysis, life: Life): TimerFinding | null {
  const { pair, fn, context } = life;
  if (life.leaks.length === 0 || life.releasedSomewhere) return null;
  if (life.outcome.escapes.length > 0) return null;
  const api = callName(life.fn, life.site.instruction);
  const help = `keep what ${api} returns and stop it with ${releaseText(pair, "timer")} when its work is over`;
  const trail = [...repetition(fn, context), ...lossSteps(life), searchedLocal(life)];
  const rearms = rearmsItself(analysis, life);
  if (pair.recurring === true) {
    if (context.kind === "once") return null;
    const severity: Severity = repeats(context.kind) ? "high" : "medium";
    return { ...base(analysis, life, severity, trail, help), message: life.dropped ? "dropped" : "neverCleared", data: { noun: pair.noun, api } };
  }
  if (context.kind === "mount" || context.kind === "render") {
    if (isShort(life)) return null;
    return { ...base(analysis, life, "medium", trail, help), message: life.dropped ? "dropped" : "neverCleared", data: { noun: pair.noun, api } };
  }
  if (rearms && teardownOf(analysis, fn)) {
    return { ...base(analysis, life, "high", trail, help), message: "rearmed", data: { noun: pair.noun } };
  }
  return null;
}

function owned(analysis: Analysis, life: Life): TimerFinding | null {
  for (const owner of life.unreleased) {
    const finding = fromOwner(analysis, life, owner);
    if (finding) return finding;
  }
  return null;
}

function fromOwner(analysis: Analysis, life: Life, owner: Ownership): TimerFinding | null {
  const { pair, fn } = life;
  const handle = describe(owner.ref);
  const [teardown] = owner.teardowns;
  const trail = [...repetition(fn, life.context), ...holderSteps(life, owner)];
  if (owner.cls && teardown) {
    return {
      ...base(analysis, life, pair.recurring === true ? "high" : "medium", trail, `stop it in ${functionName(teardown)}: ${releaseText(pair, handle)}`),
      message: "forgotten", data: { where: functionName(teardown), handle, noun: pair.noun, owner: owner.cls.name },
    };
  }
  if (owner.cls && pair.recurring === true && life.context.kind !== "once" && !owner.cls.unknownBase) {
    return {
      ...base(analysis, life, repeats(life.context.kind) ? "high" : "medium", trail, `give ${owner.cls.name} a method that calls ${releaseText(pair, handle)}`),
      message: "ownerCannot", data: { owner: owner.cls.name, noun: pair.noun, handle },
    };
  }
  if (!owner.cls && pair.recurring === true && repeats(life.context.kind)) {
    return { ...base(analysis, life, "high", trail, `stop the one before with ${releaseText(pair, handle)}`), message: "overwritten", data: { where: functionName(fn), noun: pair.noun, handle } };
  }
  return null;
}

/** The timer's callback is, or calls, the function that starts it. */
function rearmsItself(analysis: Analysis, life: Life): boolean {
  const { fn } = life;
  for (const argument of life.site.instruction.args) {
    for (const callback of analysis.contexts.functionsIn(fn, argument.value)) {
      if (callback === fn || analysis.contexts.callers(fn).some((call) => isWithin(call.fn, callback))) return true;
    }
  }
  return false;
}

function isWithin(fn: Fn, outer: Fn): boolean {
  for (let current: Fn | null = fn; current; current = current.parent) if (current === outer) return true;
  return false;
}

function teardownOf(analysis: Analysis, fn: Fn): Fn | null {
  return fn.cls ? analysis.lifetimes.teardownsOf(fn.cls)[0] ?? null : null;
}

/** A constant delay of no more than a second. */
function isShort(life: Life): boolean {
  const delay = life.site.instruction.args.find((one) => {
    const definition = life.fn.definition(one.value)?.instruction;
    return definition?.op === "constant" && definition.value.kind === "number";
  });
  if (!delay) return life.site.instruction.args.length < 2;
  const definition = life.fn.definition(delay.value)?.instruction;
  return definition?.op === "constant" && definition.value.kind === "number" && definition.value.value <= 1000;
}

function cleanupFix(analysis: Analysis, life: Life): FixIntent | null {
  if (life.fn.facts.kind !== "lambda" || analysis.contexts.of(life.fn).cleanup !== "returned") return null;
  return { kind: "cleanup", acquire: life.site.instruction.at, release: releaseCode(life.pair), callback: life.fn.facts.at };
}

