/** Which tasks and promises are worth a finding. */
import type { FixIntent } from "../model/fix-intent.js";
import type { Severity, TrailStep } from "../model/finding.js";
import type { Span } from "../model/span.js";
import type { Analysis } from "./analysis.js";
import { repeats } from "./contexts.js";
import { at, callName, functionName, handleName, holderSteps, lossSteps, releaseText, repetition, searchedLocal } from "./explain.js";
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

type TaskFinding = Base & (
  | { message: "dropped"; data: { noun: string; api: string } }
  | { message: "unused"; data: { noun: string; handle: string } }
  | { message: "forgotten"; data: { where: string; handle: string; noun: string; owner: string } }
  | { message: "floating"; data: { api: string; phrase: string } });

export function* taskFindings(analysis: Analysis): Generator<TaskFinding> {
  for (const life of analysis.lifetimes.all()) {
    const { pair, fn, context } = life;
    if (pair.rule !== "orphan-task") continue;
    const path = { path: fn.module.path, at: life.site.instruction.at };
    const [owner] = life.unreleased;
    if (owner?.cls) {
      const [teardown] = owner.teardowns;
      if (!teardown || owner.ref.fields.includes("[]")) continue;
      const handle = describe(owner.ref);
      yield {
        ...path, message: "forgotten", data: { where: functionName(teardown), handle, noun: pair.noun, owner: owner.cls.name }, severity: "medium",
        trail: [...repetition(fn, context), ...holderSteps(life, owner)], help: `cancel it in ${functionName(teardown)}: ${releaseText(pair, handle)}`, fix: null,
      };
      continue;
    }
    if (life.leaks.length === 0 || life.releasedSomewhere || life.outcome.escapes.length > 0) continue;
    const trail = [...repetition(fn, context), ...lossSteps(life).slice(0, 1), searchedLocal(life)];
    const severity: Severity = repeats(context.kind) ? "high" : "medium";
    const fix: FixIntent | null = life.dropped ? { kind: "keep-reference", spawn: life.site.instruction.at } : null;
    if (life.dropped) {
      yield { ...path, message: "dropped", data: { noun: pair.noun, api: callName(life.fn, life.site.instruction) }, severity, trail, fix, help: "keep the task in a set until it is done (tasks.add(task); task.add_done_callback(tasks.discard)), or use a TaskGroup" };
    } else {
      yield { ...path, message: "unused", data: { noun: pair.noun, handle: handleName(life) }, severity, trail, fix, help: "await it, keep it where it is cancelled later, or use a TaskGroup" };
    }
  }
  if (analysis.language === "ts") yield* floatingPromises(analysis);
}

/** A call of an async function of the program, as a statement, where it repeats: nobody waits and nobody catches. */
function* floatingPromises(analysis: Analysis): Generator<TaskFinding> {
  for (const fn of analysis.program.functions()) {
    if (analysis.contexts.isTest(fn)) continue;
    for (const site of fn.sites()) {
      const { instruction } = site;
      if (instruction.op !== "call" || fn.uses(instruction.out).length > 0) continue;
      const callee = analysis.types.calleeOf(fn, instruction);
      if (callee?.kind !== "function" || !callee.fn.facts.async || callee.fn.facts.generator) continue;
      const loop = fn.block(site.block)?.loop ?? null;
      if (loop === null || catchesAll(callee.fn)) continue;
      const context = analysis.contexts.at(fn, site.block);
      if (context.kind === "once" || context.kind === "test") continue;
      yield {
        message: "floating", data: { api: callName(fn, instruction), phrase: context.phrase }, severity: "medium", path: fn.module.path, at: instruction.at,
        trail: [
          ...repetition(fn, context),
          { role: "note", message: `${functionName(callee.fn)} is async: its work goes on after the call returns`, place: at(callee.fn, callee.fn.facts.nameAt) },
          { role: "searched", message: "looked for await, return, .catch() or void on the promise: none", place: null },
        ],
        help: "collect the promises and await Promise.all(…) after the loop, or await each one", fix: null,
      };
    }
  }
}

/** The whole body is in a try with a catch. */
function catchesAll(fn: Fn): boolean {
  return fn.facts.blocks.some((block, index) => index > 0 && block.handler !== null) && fn.facts.blocks.filter((block) => block.handler === null && block.instructions.some((one) => one.op === "await")).length === 0;
}
