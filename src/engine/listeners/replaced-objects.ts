/**
 * An object that takes hold of things around it as it is made, and lets go of them when it is ended: `this.drag = new
 * Drag(window)`, while the one before is in the field and nobody ends it. That the field's object has to be ended is what
 * another function says, which does so.
 */
import type { TrailStep } from "../../model/finding.js";
import type { Span } from "../../model/span.js";
import type { Analysis } from "../analysis.js";
import { at, functionName } from "../explain.js";
import { isOfMaking } from "../contexts/once-only.js";
import type { Cls, Fn } from "../program/program.js";
import { Repeats, methodOf } from "../contexts/repeats.js";
import { isConstructor } from "../contexts/targets.js";

export interface Replaced {
  fn: Fn;
  at: Span;
  field: string;
  /** Why the function runs again for the same field. */
  again: TrailStep;
  /** Where another function ends what is in the field. */
  ended: { fn: Fn; at: Span };
}

/** `releases`: the functions that let go of what the constructor of the class has taken hold of. */
export function replacedObject(analysis: Analysis, cls: Cls, releases: ReadonlySet<Fn>): Replaced | null {
  const { contexts, endings, program, refs } = analysis;
  const ends = new Set(cls.methods.filter((method) => !isConstructor(method) && [...endings.reach([method], 1)].some((fn) => releases.has(fn))).map((method) => method.facts.name));
  // What calls its own end, or gives it to somebody, may be over when the next one is made.
  const isEndedInside = cls.functions.some((fn) => [...fn.sites()].some(({ instruction }) =>
    instruction.op === "call" && instruction.method !== null && ends.has(instruction.method) && instruction.receiver !== null && isOwn(fn, instruction.receiver) && !ends.has(methodOf(fn).facts.name)))
    || cls.methods.some((method) => ends.has(method.facts.name) && contexts.usedAsCallback(method).length > 0);
  if (ends.size === 0 || isEndedInside) return null;
  for (const fn of program.functions()) {
    if (contexts.isTest(fn) || fn.facts.kind === "module" || fn.facts.kind === "class-body" || fn.facts.kind === "initializer" || isConstructor(runOf(fn))) continue;
    for (const { instruction } of fn.sites()) {
      if (instruction.op !== "store" || instruction.place.kind !== "field") continue;
      const made = fn.definition(instruction.value)?.instruction;
      const callee = made?.op === "call" ? analysis.types.calleeOf(fn, made) : null;
      if (callee?.kind !== "class" || callee.cls !== cls) continue;
      const { name } = instruction.place;
      const key = refs.field(refs.of(fn, instruction.place.object), name).key;
      const ended = endOf(analysis, key, ends, fn);
      const again = ended && !looksAt(analysis, runOf(fn), name, 2) ? runsAgain(analysis, fn, name) : null;
      if (ended && again) return { fn, at: instruction.at, field: name, again, ended };
    }
  }
  return null;
}

function endOf(analysis: Analysis, key: string, ends: ReadonlySet<string>, maker: Fn): { fn: Fn; at: Span } | null {
  const use = analysis.holders.usesOf(key).find(({ as, site }) => as === "receiver" && site.instruction.method !== null && ends.has(site.instruction.method) && runOf(site.fn) !== runOf(maker) && !analysis.contexts.isTest(site.fn));
  return use ? { fn: use.site.fn, at: use.site.instruction.at } : null;
}

/** Reads a field of that name, itself or in what it calls. */
function looksAt(analysis: Analysis, fn: Fn, name: string, depth: number): boolean {
  return [...analysis.endings.reach([fn], depth)].some((one) => [...one.sites()].some(({ instruction }) => instruction.op === "load" && instruction.place.kind === "field" && instruction.place.name === name));
}

function runsAgain(analysis: Analysis, fn: Fn, name: string): TrailStep | null {
  const { contexts, endings, timers } = analysis;
  const method = runOf(fn);
  const step = (message: string, one: Fn, span: Span): TrailStep => ({ role: "repeats", message, place: at(one, span) });
  const looks = (one: Fn): boolean => looksAt(analysis, runOf(one), name, 1);
  if (contexts.callers(method).some((site) => looks(site.fn)) || isOfMaking(method, contexts)) return null;
  if (endings.isAgain(method.facts.name)) return step(`${functionName(method)} may run again for the same object`, method, method.facts.nameAt);
  const context = contexts.of(fn);
  if (context.perObject === true && fn === method) return null;
  if ((context.kind === "event" || context.kind === "request") && !timers.turns.isUndoneBetween(fn, looks)) return context.steps[0] ?? step(`${functionName(fn)} may run any number of times`, fn, fn.facts.nameAt);
  // What is set going and ended in turn is not set going again in between.
  if (analysis.api.startMethods.has(method.facts.name)) return null;
  const repeat = new Repeats(contexts, endings).of(method, looks);
  return repeat && step(repeat.message, repeat.fn, repeat.at);
}

/** The method around a closure; for one that a constructor makes, itself: it runs when the object is there. */
function runOf(fn: Fn): Fn {
  const method = methodOf(fn);
  return fn !== method && isConstructor(method) ? fn : method;
}

function isOwn(fn: Fn, value: number): boolean {
  const load = fn.definition(value)?.instruction;
  return load?.op === "load" && load.place.kind === "this";
}
