/**
 * Timers that count their own turns and stop at a number: `if (++tries > 30) clearInterval(timer)`. Such a timer is over
 * soon, whoever forgets it.
 */
import type { BlockId, ValueId } from "../../model/facts.js";
import { canReturnWithout, isReachedWithout } from "../program/blocks.js";
import type { Fn } from "../program/program.js";
import { endInputs } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";
import type { Timer, Timers } from "./timers.js";

const STEPS = new Set(["+", "-", "++", "--"]);

interface Counter {
  ref: Ref;
  /** How much it changes in a turn, either way; null where that is not a number of the source. */
  step: number | null;
  /** The blocks that change it. */
  blocks: ReadonlySet<BlockId>;
}

interface Limit {
  counter: Counter;
  /** The block that asks. */
  asks: BlockId;
  sides: readonly [BlockId, BlockId];
  /** What it is compared with; null for nothing left. */
  with: ValueId | null;
}

/** Turns times their length, in seconds, until an interval's own callback has stopped it for having counted enough; null where nothing says so. */
export function countedSeconds(timers: Timers, { life, callbacks, delay, owners }: Timer): number | null {
  const { pair, fn, outcome } = life;
  if (pair.recurring !== true || delay === null) return null;
  const names = new Set(owners.map(({ ref }) => ref.key));
  if (outcome.variable !== null) names.add(timers.refs.ofBinding(fn.module, outcome.variable).key);
  for (const callback of callbacks) {
    const stops = new Set([...callback.sites()].flatMap(({ instruction, block }) => {
      const released = instruction.op === "call" ? timers.api.released(pair, callback, instruction, timers.types) : null;
      return released && names.has(timers.refs.of(callback, released.value).key) ? [block] : [];
    }));
    if (stops.size === 0) continue;
    for (const limit of limits(timers.refs, callback)) {
      // Each turn that does not stop it counts, and asks.
      if (canReturnWithout(callback, 0, new Set([...limit.counter.blocks, ...stops])) || canReturnWithout(callback, 0, new Set([limit.asks, ...stops]))) continue;
      if (!limit.sides.some((side) => !canReturnWithout(callback, side, stops))) continue;
      const turns = turnsOf(timers, callback, limit);
      if (turns !== null) return turns * delay;
    }
  }
  return null;
}

/** A retry that counts: whether to arm the next timer is asked of one of the function's own parameters, or of a number that it counts itself. */
export function countsDown({ refs }: Timers, { fn, site }: Timer["life"]): boolean {
  const isParameter = (value: ValueId): boolean => {
    const { root, fields } = refs.of(fn, value);
    return root.kind === "binding" && fields.length === 0 && root.module.binding(root.binding)?.kind === "parameter";
  };
  if (fn.facts.blocks.some(({ end }) => end.kind === "branch" && (end.test.kind === "compare" || end.test.kind === "equal") && endInputs(end).some(isParameter))) return true;
  return limits(refs, fn).some(({ asks, sides: [one, other] }) => {
    const question = new Set([asks]);
    return !isReachedWithout(fn, 0, site.block, question) && isReachedWithout(fn, one, site.block, question) !== isReachedWithout(fn, other, site.block, question);
  });
}

/** Where a function asks for what it counts. */
export function limits(refs: Refs, fn: Fn): Limit[] {
  const counters = countersOf(refs, fn);
  if (counters.length === 0) return [];
  return fn.facts.blocks.flatMap(({ end }, asks): Limit[] => {
    if (end.kind !== "branch") return [];
    const { test } = end;
    const sides = [end.then, end.else] as const;
    const counted = (value: ValueId): Counter | undefined => counters.find(({ ref }) => isOf(refs, fn, value, ref.key));
    if (test.kind === "truthy") {
      const counter = counted(test.value);
      return counter ? [{ counter, asks, sides, with: null }] : [];
    }
    if (test.kind !== "compare" && test.kind !== "equal") return [];
    const [left, right] = [counted(test.left), counted(test.right)];
    const counter = left ?? right;
    return counter && !(left && right) ? [{ counter, asks, sides, with: left ? test.right : test.left }] : [];
  });
}

/** What the function only ever counts up, or down: what it sets back counts nothing. */
function countersOf(refs: Refs, fn: Fn): Counter[] {
  const steps = new Map<string, { ref: Ref; step: number | null; blocks: Set<BlockId> }>();
  const others = new Set<string>();
  for (const { instruction, block } of fn.sites()) {
    if (instruction.op !== "store") continue;
    const { place } = instruction;
    const ref = place.kind === "binding" ? refs.ofBinding(fn.module, place.binding) : place.kind === "field" ? refs.field(refs.of(fn, place.object), place.name) : null;
    // A variable of its own is made in each turn.
    if (ref === null || place.kind === "binding" && fn.module.binding(place.binding)?.owner === fn.id) continue;
    const { key } = ref;
    const made = fn.definition(instruction.value)?.instruction;
    if (made?.op !== "operation" || !isOf(refs, fn, instruction.value, key)) {
      others.add(key);
      continue;
    }
    const known = steps.get(key) ?? { step: null, blocks: new Set<BlockId>() };
    const constant = made.inputs.map((input) => fn.definition(input)?.instruction).find((one) => one?.op === "constant");
    steps.set(key, { ref, step: constant?.op === "constant" && constant.value.kind === "number" ? constant.value.value : made.inputs.length === 1 ? 1 : null, blocks: known.blocks.add(block) });
  }
  return [...steps].filter(([key]) => !others.has(key)).map(([, one]) => one);
}

/** The counter, or what it has just become. */
function isOf(refs: Refs, fn: Fn, value: ValueId, key: string): boolean {
  if (refs.of(fn, value).key === key) return true;
  const made = fn.definition(value)?.instruction;
  return made?.op === "operation" && STEPS.has(made.operator) && made.inputs.every((input) => refs.of(fn, input).key === key || fn.definition(input)?.instruction.op === "constant")
    && made.inputs.some((input) => refs.of(fn, input).key === key);
}

function turnsOf(timers: Timers, fn: Fn, { counter, with: limit }: Limit): number | null {
  const { step } = counter;
  const bound = limit === null ? 0 : timers.numbers.of(fn, limit);
  if (step === null || step === 0 || bound === null) return null;
  const first = timers.numbers.first(counter.ref, fn);
  if (first === null && bound === 0) return null;
  return Math.abs(bound - (first ?? 0)) / Math.abs(step) + 1;
}
