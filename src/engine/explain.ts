/**
 * Evidence and advice in words, from the engine's results: what a finding's trail says and what its `help` line says.
 * Rules choose what to report; the sentences that several rules share are here.
 */
import type { FixIntent } from "../model/fix-intent.js";
import type { Severity, TrailStep } from "../model/finding.js";
import type { Span } from "../model/span.js";
import type { CompiledPair } from "./program/api.js";
import type { Context } from "./contexts/contexts.js";
import { isHot } from "./contexts/contexts.js";
import type { Life, Ownership } from "./handles/lifetimes.js";
import type { Fn } from "./program/program.js";
import { describe } from "./program/refs.js";

/** The call in the user's words, e.g. `sqlite3.connect()`. What comes from a file of the project is named as it is written there. */
export function callName(fn: Fn, call: { path: string | null; method: string | null; isNew?: boolean; nameAt: Span }): string {
  const path = call.path !== null && /^\w/u.test(call.path) ? call.path : null;
  const name = path ?? call.method ?? fn.module.text.slice(...call.nameAt);
  return `${call.isNew === true ? "new " : ""}${name}()`;
}

export function at(fn: Fn, span: Span): { path: string; at: Span } {
  return { path: fn.module.path, at: span };
}

/** The trail's steps on repetition; where nothing is known of the callers it says so. */
export function repetition(fn: Fn, context: Context): TrailStep[] {
  if (context.steps.length > 0) return context.steps;
  if (context.kind === "once") return [];
  return [{ role: "repeats", message: `${functionName(fn)} may be called any number of times: no caller was found that limits it`, place: at(fn, fn.facts.nameAt) }];
}

export function functionName(fn: Fn): string {
  if (fn.facts.kind === "module") return "the module's top level";
  if (fn.facts.kind === "lambda") return "this function";
  if (fn.facts.kind === "constructor") return `${fn.cls?.name ?? "the class"}'s constructor`;
  if (fn.facts.kind === "initializer") return `${fn.cls?.name ?? "the class"}'s initialiser`;
  return `${fn.facts.name}()`;
}

/** The severity of a handle that leaks on every path: by how often it is acquired. */
export function severityOf(context: Context): Severity {
  return isHot(context) ? "high" : "medium";
}

/** `high` only where what it rests on is sure. */
export function ifSure(severity: Severity, isSure: boolean): Severity {
  return severity === "high" && !isSure ? "medium" : severity;
}

/** What releases a handle of the pair, as code with the handle's name: `conn.close()`. */
export function releaseText(pair: CompiledPair, handle: string): string {
  const [first] = pair.releases;
  if (!first) return `${handle}.close()`;
  switch (first.kind) {
    case "on-handle": return `${handle}.${first.method}()`;
    case "on-target": return `${first.method}(…)`;
    case "call-handle": return `${handle}()`;
    case "path": return `${first.path}(${handle})`;
    case "method": return `${first.method}(${handle})`;
    case "await": return `await ${handle}`;
  }
}

/** Code that releases `$`, for fixes. */
export function releaseCode(pair: CompiledPair): string {
  return releaseText(pair, "$");
}

/** The one-line advice for a local handle. */
export function localHelp(pair: CompiledPair, language: "python" | "ts", handle: string): string {
  if (pair.help !== undefined) return pair.help.replaceAll(/\$(?!\w)/gu, () => handle);
  const release = releaseText(pair, handle);
  if (language === "python") {
    if (pair.scope === "closes") return `open it in a with statement: \`with … as ${handle}:\``;
    if (pair.scope === "async-closes") return `open it in an async with statement: \`async with … as ${handle}:\``;
    if (pair.scope === "commits") return `wrap it in contextlib.closing(…), or call ${release} in a finally block: its own with statement only ends the transaction`;
  }
  return `call ${pair.awaitRelease === true ? "await " : ""}${release} in a finally block`;
}

/** Steps for what the function does with the handle and where it is lost. */
export function lossSteps(life: Life): TrailStep[] {
  const { fn, pair } = life;
  const still = pair.rule === "unreleased-lock" ? "still held" : pair.path === true ? "still there" : "still open";
  const steps: TrailStep[] = [];
  for (const leak of life.leaks.slice(0, 2)) {
    const place = at(fn, leak.at);
    switch (leak.kind) {
      case "dropped": steps.push({ role: "exit", message: "the result is not kept", place }); break;
      case "exit":
        if (leak.late) steps.push({ role: "exit", message: `this may have run before, and what the ${pair.noun} is put in is looked at by nobody then`, place: leak.late });
        else steps.push({ role: "exit", message: leak.event !== undefined ? `after "${leak.event}" the ${pair.noun} goes on, and nobody waits for it any more` : `${functionName(fn)} ends here with the ${pair.noun} ${still}`, place });
        break;
      case "exception":
        steps.push({ role: "exit", message: `if this raises, the ${pair.noun} is ${still}`, place });
        if (leak.store) steps.push({ role: "exit", message: `what held the ${pair.noun} gets another value here`, place: at(fn, leak.store) });
        break;
      case "overwritten": steps.push({ role: "exit", message: `the only name for the ${pair.noun} gets another value here`, place }); break;
      case "iteration": steps.push({ role: "exit", message: `the next turn of the loop makes another one while this ${pair.noun} is still open`, place }); break;
    }
  }
  return steps;
}

export function searchedLocal(life: Life): TrailStep {
  const found = life.outcome.released;
  const names = releaseNames(life.pair);
  return found.length > 0 && found[0]
    ? { role: "searched", message: "this release is not reached on that path", place: at(life.fn, found[0]) }
    : { role: "searched", message: `looked for ${names} in ${functionName(life.fn)}, in the functions it passes it to and in its closures: none`, place: null };
}

export function releaseNames(pair: CompiledPair): string {
  const names = [...new Set(pair.release.map((text) => (text === "()" ? "a call of it" : `${text.replace(/^-?#|\*#/u, ".").replace(/\(\d+\+?\)$/u, "")}()`)))];
  return names.slice(0, 3).join(", ") + (names.length > 3 ? ", …" : "");
}

/** Steps for a handle that an object or module keeps and nobody releases. */
export function holderSteps(life: Life, owner: Ownership): TrailStep[] {
  const { pair } = life;
  const name = describe(owner.ref);
  const steps: TrailStep[] = [];
  if (owner.cls) {
    steps.push({ role: "holder", message: `${name} keeps the ${pair.noun} as long as the ${owner.cls.name} lives`, place: at(life.fn, owner.at) });
  } else {
    steps.push({ role: "holder", message: `${name} keeps the ${pair.noun}`, place: at(life.fn, owner.at) });
  }
  const [teardown] = owner.teardowns;
  if (owner.skipped && teardown) steps.push({ role: "exit", message: `${functionName(teardown)} returns here, before it releases ${name}`, place: at(teardown, owner.skipped) });
  else if (teardown) steps.push({ role: "exit", message: `${functionName(teardown)} does not release ${name}`, place: at(teardown, teardown.facts.nameAt) });
  steps.push({
    role: "searched",
    message: owner.cls
      ? `looked for ${releaseNames(pair)} on ${name} in ${owner.cls.name}, its bases and subclasses, and wherever the field is named: none`
      : `looked for ${releaseNames(pair)} on ${name} in the program: none`,
    place: null,
  });
  return steps;
}

/** A scope fix where the handle is a plain local that never leaves. */
export function scopeFix(life: Life): FixIntent | null {
  const { outcome, pair } = life;
  if (outcome.escapes.length > 0 || life.through || pair.evidence !== undefined || pair.path === true) return null;
  // A callback is given the handle: what stands beside the call that was given the callback is something else.
  if (pair.handle === "delivered" || outcome.variable !== null && life.fn.module.binding(outcome.variable)?.kind === "parameter") return null;
  // JavaScript's handles with callbacks work on after the function ends: releasing at its end would stop them.
  if (life.fn.module.facts.language === "ts" && worksOn(life)) return null;
  const form = pair.scope === "closes" ? "with" : pair.scope === "async-closes" ? "async-with" : pair.scope === "commits" ? "closing" : "none";
  const scopeForm = life.fn.module.facts.language === "ts" ? "none" : form;
  return { kind: "scope", acquire: life.site.instruction.at, release: releaseCode(pair), scopeForm, lastUse: outcome.lastUse, awaitRelease: pair.awaitRelease ?? false };
}

/** Whether the handle is given functions to call later, is used in closures, or works by itself. */
function worksOn(life: Life): boolean {
  const { fn, pair, outcome } = life;
  if (pair.rule === "executor-leak" || outcome.variable === null) return true;
  if (fn.module.binding(outcome.variable)?.captured === true) return true;
  for (const site of fn.sites()) {
    const { instruction } = site;
    if (instruction.op !== "load" || instruction.place.kind !== "binding" || instruction.place.binding !== outcome.variable) continue;
    for (const use of fn.uses(instruction.out)) {
      if (use.kind !== "instruction") continue;
      const user = use.site.instruction;
      if (user.op === "store" && user.place.kind === "field" && user.place.object === instruction.out) return true;
      if (user.op === "call" && user.args.some((argument) => fn.definition(argument.value)?.instruction.op === "closure")) return true;
    }
  }
  return false;
}

/** The name under which a handle is known in its function, or a word for it. */
export function handleName(life: Life): string {
  const { variable } = life.outcome;
  return (variable === null ? undefined : life.fn.module.binding(variable)?.name) ?? "it";
}
