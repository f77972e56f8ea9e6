/**
 * Handles that a function gathers in a collection of its own and ends all together: `for (const one of opened)
 * one.close()`, `gather(*(one.close() for one in opened))`. That the elements are ended one by one shows what was put in.
 */
import type { BindingId, BlockId, Call, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import type { Words } from "../program/api.js";
import type { LocalHolders } from "../program/local-holders.js";
import { successorsOf } from "../program/program.js";
import type { Fn } from "../program/program.js";
import { loadsOf } from "../program/variables.js";

const MAXIMUM_DEPTH = 4;

export interface ElementEnd {
  release: string;
  at: Span;
  /** Where the function comes to it. */
  block: BlockId;
}

/** One turn of what goes through a collection: a loop's body, or a callback. */
interface Turn {
  fn: Fn;
  from: BlockId;
  /** Of a callback: where it is given. */
  within: BlockId | null;
}

/** How a call ends a value that it gets; null where it does not. */
export type Ending = (fn: Fn, call: Call, value: ValueId) => string | null;

export class ElementEnds {
  constructor(private readonly fn: Fn, private readonly words: Words, private readonly ending: Ending) {}

  /** Where the function ends the elements of a collection of its own that it puts a value in. */
  of(value: ValueId, locals: LocalHolders): ElementEnd | null {
    for (const box of this.boxesOf(value, locals, 0)) for (const end of this.in(box)) return end;
    return null;
  }

  /** Where the function ends the elements of a variable's collection. */
  *in(box: BindingId, depth = 0): Generator<ElementEnd> {
    for (const load of loadsOf(this.fn, box)) yield* this.from(load, depth);
  }

  /** The local collections that a value is put in, itself or in a record. */
  private boxesOf(value: ValueId, locals: LocalHolders, depth: number): BindingId[] {
    if (depth > MAXIMUM_DEPTH) return [];
    return this.fn.uses(value).flatMap((use) => {
      if (use.kind !== "instruction") return [];
      const { instruction } = use.site;
      switch (instruction.op) {
        case "await": return this.boxesOf(instruction.out, locals, depth + 1);
        // `[connect(a), connect(b)]` is one itself, `{ name, link }` is put in one.
        case "collection": return [...this.variablesOf(instruction.out), ...this.boxesOf(instruction.out, locals, depth + 1)];
        case "call": return instruction.receiver === null || instruction.receiver === value || this.words.is("stores", instruction) === null ? [] : this.boxAt(instruction.receiver, locals);
        case "store": {
          const { place } = instruction;
          if (place.kind === "index" && place.key === value && this.fn.module.facts.language === "python") return this.boxAt(place.object, locals);
          if (instruction.value !== value) return [];
          if (place.kind === "index") return this.boxAt(place.object, locals);
          if (place.kind !== "binding" || !this.isOwn(place.binding) || this.fn.module.bindingStores.get(place.binding)?.length !== 1) return [];
          return loadsOf(this.fn, place.binding).flatMap((load) => this.boxesOf(load, locals, depth + 1));
        }
        default: return [];
      }
    });
  }

  /** The variable that has the collection, or is about to get it from a comprehension. */
  private boxAt(value: ValueId, locals: LocalHolders): BindingId[] {
    const local = locals.container(value);
    if (local !== null) return [local];
    const made = this.fn.definition(value)?.instruction;
    return made?.op === "collection" && made.comprehension ? this.variablesOf(value) : [];
  }

  private variablesOf(value: ValueId): BindingId[] {
    return this.fn.uses(value).flatMap((use) => {
      const store = use.kind === "instruction" ? use.site.instruction : null;
      return store?.op === "store" && store.value === value && store.place.kind === "binding" && this.isOwn(store.place.binding) ? [store.place.binding] : [];
    });
  }

  private isOwn(id: BindingId): boolean {
    const binding = this.fn.module.binding(id);
    return binding?.owner === this.fn.id && binding.kind !== "parameter" && !binding.captured;
  }

  /** From a collection to each of its elements. */
  private *from(box: ValueId, depth: number): Generator<ElementEnd> {
    for (const use of depth > MAXIMUM_DEPTH ? [] : this.fn.uses(box)) {
      if (use.kind !== "instruction") continue;
      const { instruction, block } = use.site;
      switch (instruction.op) {
        case "next": yield* this.ofElement({ fn: this.fn, from: block, within: null }, instruction.out, 0); break;
        case "call":
          if (instruction.receiver === box) yield* this.ofEach(instruction, block);
          // `links.values()`, `list(links)`, `Object.values(links)`
          if (instruction.receiver === box || instruction.path !== null && instruction.args.length === 1) yield* this.from(instruction.out, depth + 1);
          break;
        case "collection": if (instruction.elements.some((one) => one.spread && one.value === box)) yield* this.from(instruction.out, depth + 1); break;
        case "operation": if (instruction.operator === "spread" || instruction.operator === "slice") yield* this.from(instruction.out, depth + 1); break;
        case "store": if (instruction.value === box && instruction.place.kind === "binding" && this.isOwn(instruction.place.binding)) yield* this.in(instruction.place.binding, depth + 1); break;
        default: break;
      }
    }
  }

  /** `opened.forEach((one) => one.close())` */
  private *ofEach(call: Call, block: BlockId): Generator<ElementEnd> {
    const given = this.words.is("each", call) === "method" && call.args[0] ? this.fn.definition(call.args[0].value)?.instruction : undefined;
    const callback = given?.op === "closure" ? this.fn.module.fn(given.function) : null;
    const element = callback?.facts.parameters[0];
    if (callback && element?.binding != null) for (const load of loadsOf(callback, element.binding)) yield* this.ofElement({ fn: callback, from: 0, within: block }, load, 1);
  }

  /** Where each element, or what it is a record of, is ended. */
  private *ofElement(turn: Turn, value: ValueId, depth: number): Generator<ElementEnd> {
    const { fn, from, within } = turn;
    for (const use of depth > MAXIMUM_DEPTH ? [] : fn.uses(value)) {
      if (use.kind !== "instruction") continue;
      const { instruction, block } = use.site;
      if (instruction.op === "call") {
        const release = this.ending(fn, instruction, value);
        if (release !== null && isOfEach(fn, from, block)) yield { release, at: instruction.at, block: within ?? block };
      } else if (instruction.op === "store" && instruction.value === value && instruction.place.kind === "binding" && fn.module.binding(instruction.place.binding)?.owner === fn.id) {
        for (const load of loadsOf(fn, instruction.place.binding)) yield* this.ofElement(turn, load, depth + 1);
      } else if (instruction.op === "operation" && instruction.operator === "unpack" || instruction.op === "load" && (instruction.place.kind === "field" || instruction.place.kind === "index") && instruction.place.object === value) {
        yield* this.ofElement(turn, instruction.out, depth + 1);
      }
    }
  }
}

/** No turn passes by the end, but for an element that is the chosen one or is not there: `if (one !== chosen) one.close()`. */
function isOfEach(fn: Fn, from: BlockId, end: BlockId): boolean {
  const seen = new Set<BlockId>([end]);
  const work = [from];
  for (let at = work.pop(); at !== undefined; at = work.pop()) {
    const block = fn.block(at);
    if (!block || seen.has(at)) continue;
    seen.add(at);
    if (block.end.kind === "return" || block.end.kind === "branch" && block.end.test.kind === "more") return false;
    if (block.end.kind === "branch" && (block.end.test.kind === "equal" || block.end.test.kind === "none")) continue;
    if (block.end.kind !== "catch" && block.end.kind !== "rethrow") work.push(...successorsOf(block.end));
  }
  return true;
}
