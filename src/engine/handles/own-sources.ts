/** Whether a subscription and what it is taken from go together, so that nobody has to end it. */
import type { Analysis } from "../analysis.js";
import type { ValueId } from "../../model/facts.js";
import { argumentValue } from "../program/api.js";
import type { Life } from "./lifetimes.js";
import type { Fn } from "../program/program.js";
import type { Ref } from "../program/refs.js";
import { isForeign } from "../contexts/targets.js";

/**
 * What is subscribed to was made by the same object or call, or is a part of that: both go together. What was given to
 * this very call is its caller's to judge.
 */
export function isOwnSource(analysis: Analysis, { fn, site, pair }: Life): boolean {
  if (pair.reads !== undefined) return readsOwn(analysis, fn, argumentValue(fn, site.instruction, pair.reads));
  let value = site.instruction.receiver;
  for (let depth = 0; value !== null && depth < 12; depth++) {
    const definition = fn.definition(value)?.instruction;
    if (definition?.op === "call") {
      // What a call makes on the spot may keep itself going: an interval, a global's events; or go with what it names.
      const target = definition.path === null ? undefined : pair.sources?.targets?.[definition.path];
      value = target === undefined ? definition.receiver : argumentValue(fn, definition, target);
      continue;
    }
    for (let ref: Ref | null = analysis.refs.of(fn, value); ref; ref = analysis.refs.owner(ref)) {
      if (ref.root.kind === "this" && ref.fields.length === 0) return false;
      const life = analysis.registrations.targets.lifeOf(fn, ref, value);
      // What is found in the maker of the object may have been given to that: all of the path counts, and no part of it.
      if (analysis.registrations.targets.isInMaker(fn, ref)) return !isForeign(life) && life !== "unknown";
      if (life === "instance" || life === "local" || life === "parameter") return true;
    }
    value = definition?.op === "load" && definition.place.kind === "field" ? definition.place.object : null;
  }
  return false;
}

/** The object runs or ends what the timer is armed at: `reactor.callLater(…)` beside `reactor.stop()`. Both go together, with the program. */
export function endsWithSource(analysis: Analysis, { fn, site, pair }: Life): boolean {
  const { receiver } = site.instruction;
  if (pair.endedWith === undefined || receiver === null) return false;
  const { key, root } = analysis.refs.of(fn, receiver);
  if (root.kind === "value" || root.kind === "call") return false;
  const ends = new Set(pair.endedWith);
  const around = fn.cls ? fn.cls.related.flatMap((cls) => cls.functions) : fn.module.functions;
  return around.some((other) => [...other.sites()].some(({ instruction }) => instruction.op === "call" && instruction.receiver !== null && ends.has(instruction.method ?? "") && analysis.refs.of(other, instruction.receiver).key === key));
}

/** `reaction(() => this.period, …)`: a function that reads nothing but what this object or call made tells of that alone. */
function readsOwn(analysis: Analysis, fn: Fn, value: ValueId | null): boolean {
  const readers = value === null ? [] : analysis.contexts.functionsIn(fn, value);
  return readers.length > 0 && readers.every((reader) => {
    const inside = [reader, ...analysis.holders.nestedIn(reader)];
    return inside.every((at) => [...at.sites()].every(({ instruction }) => {
      if (instruction.op !== "load" || instruction.place.kind === "this" || instruction.place.kind === "index") return true;
      // What is only called reads what it is given, and that is looked at by itself.
      const isCalled = at.uses(instruction.out).every((use) => use.kind === "instruction" && use.site.instruction.op === "call" && use.site.instruction.callee === instruction.out);
      const ref = analysis.refs.of(at, instruction.out);
      if (isCalled || ref.root.kind === "call" || ref.root.kind === "value" || ref.root.kind === "global") return true;
      // What is only read there, and not looked into, is the object's own field, whatever is in it.
      if (ref.root.kind === "this") return ref.fields.length > 1 || isOwnField(at, ref) && !isLookedInto(at, instruction.out) || !isForeign(analysis.registrations.targets.lifeOf(fn, ref, instruction.out));
      if (ref.root.kind !== "binding") return false;
      const { binding, module } = ref.root;
      return inside.some((one) => one.module === module && module.binding(binding)?.owner === one.id) || ref.fields.length > 0 || !isForeign(analysis.registrations.targets.lifeOf(fn, ref, instruction.out));
    }));
  });
}

/** A field that the class declares, and no property that reads others. */
function isOwnField(fn: Fn, { root, fields: [name] }: Ref): boolean {
  if (root.kind !== "this") return false;
  const classes = fn.cls ? [fn.cls, ...fn.cls.related] : [root.cls];
  return classes.some((cls) => cls.facts.fields.some((field) => field.name === name)) && !classes.some((cls) => cls.facts.methods.some((one) => one.name === name));
}

function isLookedInto(fn: Fn, value: ValueId): boolean {
  return fn.uses(value).some((use) => {
    if (use.kind !== "instruction") return false;
    const { instruction } = use.site;
    return instruction.op === "call" || instruction.op === "operation" && (instruction.operator === "spread" || instruction.operator === "unpack") || instruction.op === "load" && "object" in instruction.place && instruction.place.object === value;
  });
}
