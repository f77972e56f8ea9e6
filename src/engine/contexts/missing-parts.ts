/**
 * What is made as a part of something that was not there yet: `if (!data) data = { pattern: new RegExp(…) }`,
 * `if (!known.has(key)) known.set(key, new Entry(re))`. It is made once for each of those, not in every turn.
 */
import type { BlockId, Call, Place, Test, ValueId } from "../../model/facts.js";
import { isReachedWithout } from "../program/blocks.js";
import type { Fn, Site } from "../program/program.js";
import type { Refs } from "../program/refs.js";

/** A part of a part of it. */
const MAXIMUM_DEPTH = 3;

export function isPartOfMissing(refs: Refs, fn: Fn, call: Call): boolean {
  const names = new Set([...wholes(fn, call.out, 0)].flatMap(({ instruction, block }) => {
    const name = instruction.op === "store" ? nameOfPlace(refs, fn, instruction.place) : instruction.op === "call" && instruction.receiver !== null && instruction.args.length > 1 ? refs.of(fn, instruction.receiver).key : null;
    return name === null ? [] : [`${String(block)} ${name}`];
  }));
  return names.size > 0 && fn.facts.blocks.some(({ end }, asks) => {
    if (end.kind !== "branch") return false;
    const asked = askedFor(refs, fn, end.test);
    return asked !== null && [...names].some((one) => {
      const block = Number(one.slice(0, one.indexOf(" ")));
      return asked.keys.includes(one.slice(one.indexOf(" ") + 1)) && isOnlyBehind(fn, asks, asked.isThere ? end.else : end.then, asked.isThere ? end.then : end.else, block);
    });
  });
}

/** The statements that put the value away, itself or in what is made of it. */
function* wholes(fn: Fn, value: ValueId, depth: number): Generator<Site> {
  if (depth > MAXIMUM_DEPTH) return;
  for (const use of fn.uses(value)) {
    if (use.kind === "end") continue;
    const { instruction } = use.site;
    if (instruction.op === "store" && instruction.value === value || instruction.op === "call" && !instruction.isNew && instruction.receiver !== null && instruction.receiver !== value) yield use.site;
    if (instruction.op === "collection" || instruction.op === "call" && instruction.args.some((one) => one.value === value)) yield* wholes(fn, instruction.out, depth + 1);
  }
}

/** What a test asks whether it is there: a place by its name, or a table by its own name. */
function askedFor(refs: Refs, fn: Fn, test: Test): { keys: string[]; isThere: boolean } | null {
  switch (test.kind) {
    case "truthy": {
      const made = fn.definition(test.value)?.instruction;
      if (made?.op === "call") return made.receiver !== null && made.args.length === 1 ? { keys: [refs.of(fn, made.receiver).key], isThere: true } : null;
      return { keys: [refs.of(fn, test.value).key], isThere: true };
    }
    case "none": return { keys: [refs.of(fn, test.value).key], isThere: false };
    case "in": {
      const { key } = refs.of(fn, test.container);
      return { keys: [key, `${key}.[]`], isThere: true };
    }
    default: return null;
  }
}

function isOnlyBehind(fn: Fn, asks: BlockId, side: BlockId, other: BlockId, block: BlockId): boolean {
  const question = new Set([asks]);
  return isReachedWithout(fn, side, block, question) && !isReachedWithout(fn, other, block, question) && !isReachedWithout(fn, 0, block, question);
}

/** The name of a variable, a field or an element. */
export function nameOfPlace(refs: Refs, fn: Fn, place: Place): string | null {
  if (place.kind === "binding") return refs.ofBinding(fn.module, place.binding).key;
  if (place.kind === "field") return refs.field(refs.of(fn, place.object), place.name).key;
  return place.kind === "index" ? refs.field(refs.of(fn, place.object), "[]").key : null;
}
