/**
 * Statements that run the first time only, whoever calls their function: they stand behind a question whether something
 * is there yet (`if _client is None:`, `if (this.loaded) return`), and every way on from them sets what was asked. What is
 * a module's or a class's is so once in the process, what is a field of the object once for each object.
 *
 * What a function that is called there always sets counts, too.
 *
 * Stricter than `guards`, which asks what its author meant: nothing in the program may take the answer back, and an answer
 * for one key (`if key not in clients`) is none for the next.
 */
import type { BlockId, Call, Place, Test, ValueId } from "../../model/facts.js";
import { canReturnWithout, isReachedWithout } from "../program/blocks.js";
import { isFalsy } from "../program/constants.js";
import type { Fn, Program, Site } from "../program/program.js";
import { push } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";
import { isMaking } from "./targets.js";
import type { Types } from "../program/types.js";

export type FirstTime = "process" | "object";

/** Functions that call others are followed this far. */
const MAXIMUM_DEPTH = 2;

interface Guard {
  /** The block that asks, and the side on which nothing is there yet. */
  asks: BlockId;
  first: BlockId;
  other: BlockId;
  /** The blocks that set it. */
  sets: ReadonlySet<BlockId>;
  of: FirstTime;
  ref: Ref;
}

interface Mark {
  block: BlockId;
  of: FirstTime;
}

export class FirstTimes {
  private readonly memo = new Map<Fn, readonly Guard[]>();
  private resetters: ReadonlySet<string> | null = null;

  constructor(private readonly program: Program, private readonly refs: Refs, private readonly types: Types) {}

  /** Once for what the block runs, or null. */
  of(fn: Fn, block: BlockId): FirstTime | null {
    const found = this.guardsOf(fn).filter((guard) => isBehind(fn, guard, block));
    return found.some((one) => one.of === "process") ? "process" : found.length > 0 ? "object" : null;
  }

  private guardsOf(fn: Fn): readonly Guard[] {
    const known = this.memo.get(fn);
    if (known) return known;
    const found = fn.facts.kind === "module" || fn.facts.kind === "class-body" ? [] : this.compute(fn);
    this.memo.set(fn, found);
    return found;
  }

  private compute(fn: Fn): Guard[] {
    let marks: ReadonlyMap<string, Mark[]> | null = null;
    return fn.facts.blocks.flatMap(({ end }, asks): Guard[] => {
      if (end.kind !== "branch") return [];
      const asked = this.asked(fn, end.test);
      if (!asked) return [];
      marks ??= this.marks(fn);
      const set = marks.get(asked.ref.key);
      const [mark] = set ?? [];
      if (!set || !mark || this.resets().has(asked.ref.key)) return [];
      // A constructor that asks is called again for one and the same object.
      if (mark.of === "object" && (fn.facts.kind === "constructor" || fn.facts.name === "__init__")) return [];
      return [{ asks, first: asked.isThere ? end.else : end.then, other: asked.isThere ? end.then : end.else, sets: new Set(set.map((one) => one.block)), of: mark.of, ref: asked.ref }];
    });
  }

  /** What a branch asks whether it is there; `isThere`: the first side is where it is. */
  private asked(fn: Fn, test: Test): { ref: Ref; isThere: boolean } | null {
    if (test.kind === "truthy" || test.kind === "none") {
      const ref = this.lasting(fn, test.value);
      return ref && { ref, isThere: test.kind === "truthy" };
    }
    if (test.kind === "equal") {
      // `if loaded == False`, `=== undefined`
      const ref = isFalsy(fn, test.right) ? this.lasting(fn, test.left) : isFalsy(fn, test.left) ? this.lasting(fn, test.right) : null;
      return ref && { ref, isThere: false };
    }
    if (test.kind !== "in") return null;
    const key = fn.definition(test.item)?.instruction;
    const table = this.lasting(fn, test.container);
    return table && key?.op === "constant" && key.value.kind === "string" ? { ref: this.refs.field(table, key.value.value), isThere: true } : null;
  }

  /** The name of what outlives the call and is not one of many: no element, and nothing that the call made or was given. */
  private lasting(fn: Fn, value: ValueId): Ref | null {
    const definition = fn.definition(value)?.instruction;
    if (definition?.op !== "load") return null;
    const ref = this.refs.of(fn, value);
    if (ref.fields.some((name) => name === "[]" || name === "{}")) return null;
    if (ref.root.kind === "this") return ref.fields.length > 0 ? ref : null;
    if (ref.root.kind === "global") return ref.fields.length > 0 || definition.place.kind !== "global" ? ref : null;
    return ref.root.kind === "binding" && ref.root.module.binding(ref.root.binding)?.owner === 0 ? ref : null;
  }

  /** What the function sets to something, by its reference: itself, or by a function that it calls. */
  private marks(fn: Fn, depth = 0): ReadonlyMap<string, Mark[]> {
    const found = new Map<string, Mark[]>();
    for (const { instruction, block } of fn.sites()) {
      if (instruction.op === "call" && depth < MAXIMUM_DEPTH) for (const [key, of] of this.marksOfCall(fn, instruction, depth + 1)) push(found, key, { block, of });
      if (instruction.op !== "store" || instruction.augmented || isFalsy(fn, instruction.value)) continue;
      const key = this.keyOf(fn, instruction);
      if (key === null) continue;
      push(found, key, { block, of: this.isOfObject(fn, instruction.place) ? "object" : "process" });
    }
    return found;
  }

  /** What a function sets on every way through it: `if (!view) openView()`. Of an object, only where it is the same one. */
  private marksOfCall(fn: Fn, call: Call, depth: number): [string, FirstTime][] {
    const callee = this.types.calleeOf(fn, call);
    if (callee?.kind !== "function" || callee.fn === fn || callee.fn.facts.generator || callee.fn.facts.decorators.length > 0) return [];
    const isSame = call.receiver !== null && callee.fn.cls === fn.cls && isItself(fn, call.receiver);
    return [...this.marks(callee.fn, depth)].flatMap(([key, marks]): [string, FirstTime][] => {
      const [{ of } = { of: "object" as const }] = marks;
      const sets = new Set(marks.map((one) => one.block));
      return (of === "process" || isSame) && !canReturnWithout(callee.fn, 0, sets) ? [[key, of]] : [];
    });
  }

  private keyOf(fn: Fn, { place }: Extract<Site["instruction"], { op: "store" | "delete" }>): string | null {
    switch (place.kind) {
      case "binding": return this.refs.ofBinding(fn.module, place.binding).key;
      case "field": return this.refs.field(this.refs.of(fn, place.object), place.name).key;
      case "static": {
        const cls = fn.module.cls(place.class);
        return cls ? this.refs.ofField(cls, place.name).key : null;
      }
      case "index": {
        const key = fn.definition(place.key)?.instruction;
        return key?.op === "constant" && key.value.kind === "string" ? this.refs.field(this.refs.of(fn, place.object), key.value.value).key : null;
      }
      default: return null;
    }
  }

  /** Below `self` or `this`; what is reached by the class's own name, or in a class's own method, is one for all objects. */
  private isOfObject(fn: Fn, place: Place): boolean {
    if (fn.facts.static || place.kind !== "field" && place.kind !== "index") return false;
    const { root, fields } = this.refs.of(fn, place.object);
    if (root.kind !== "this") return false;
    const object = fn.definition(place.object)?.instruction;
    if (object?.op !== "load" || fields.length === 0) return object?.op === "load" && object.place.kind === "this";
    return object.place.kind === "binding" || this.isOfObject(fn, object.place);
  }

  /** What is set back to nothing, deleted, or may be emptied, anywhere but where it is made first. */
  private resets(): ReadonlySet<string> {
    if (this.resetters) return this.resetters;
    const found = new Set<string>();
    for (const fn of this.program.functions()) {
      if (isMaking(fn)) continue;
      for (const { instruction } of fn.sites()) {
        if (instruction.op !== "delete" && (instruction.op !== "store" || !isFalsy(fn, instruction.value))) continue;
        const key = this.keyOf(fn, instruction);
        if (key !== null) found.add(key);
      }
    }
    return (this.resetters = found);
  }
}

/** The block is reached on the first side only, and every way past it sets what was asked, or fails. */
function isBehind(fn: Fn, { asks, first, other, sets }: Guard, block: BlockId): boolean {
  const question = new Set([asks]);
  if (block === asks || isReachedWithout(fn, 0, block, question) || isReachedWithout(fn, other, block, question) || !isReachedWithout(fn, first, block, question)) return false;
  return sets.has(block) || !isReachedWithout(fn, first, block, sets) || !canReturnWithout(fn, block, sets);
}

/** `self` and `this`. */
function isItself(fn: Fn, value: ValueId): boolean {
  const object = fn.definition(value)?.instruction;
  if (object?.op !== "load") return false;
  return object.place.kind === "this" || object.place.kind === "binding" && fn.facts.parameters[0]?.binding === object.place.binding && fn.module.facts.language === "python";
}
