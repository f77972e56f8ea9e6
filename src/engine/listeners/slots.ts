/**
 * Places with room for one: a function that does nothing with what it is given but put it in a field, or in a table under a
 * name that it was given too (`this.handlers[name] = handler`). What is put there next takes the place of what was there.
 */
import type { Call, ValueId } from "../../model/facts.js";
import { argumentValue } from "../program/api.js";
import type { Api } from "../program/api.js";
import type { ContainerKeys } from "../containers/container-keys.js";
import type { Fn, Use } from "../program/program.js";
import type { Refs } from "../program/refs.js";
import type { Types } from "../program/types.js";

const MAXIMUM_DEPTH = 4;

/** Where a parameter is kept: the positions of those that its place is named by, none for a field. Null: elsewhere, or not at all. */
type Slot = ReadonlySet<number> | null;

export class Slots {
  private readonly known = new Map<Fn, Map<number, Slot>>();

  constructor(private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly keys: ContainerKeys) {}

  /** The call puts the value where the next call of it puts its own: its keys, if there are any, are of a few. */
  replaces(fn: Fn, call: Call, value: ValueId | null): boolean {
    const position = call.args.findIndex((one) => one.value === value && one.name === null);
    const callee = this.types.calleeOf(fn, call);
    if (position < 0 || callee?.kind !== "function" || call.args.some((one) => one.spread)) return false;
    const shift = shiftOf(callee.fn);
    const slot = this.slotOf(callee.fn, position + shift);
    return slot !== null && [...slot].every((each) => {
      const key = argumentValue(fn, call, each - shift);
      return key !== null && this.keys.isClosed(fn, key);
    });
  }

  private slotOf(fn: Fn, position: number): Slot {
    let slots = this.known.get(fn);
    if (!slots) this.known.set(fn, (slots = new Map<number, Slot>()));
    const known = slots.get(position);
    if (known !== undefined) return known;
    const slot = this.find(fn, position);
    slots.set(position, slot);
    return slot;
  }

  private find(fn: Fn, position: number): Slot {
    const given = fn.facts.parameters[position];
    if (given?.kind !== "plain" || given.binding === null || fn.module.bindingStores.has(given.binding)) return null;
    const keys = new Set<number>();
    let isKept = false;
    // What is made inside may only compare it: `return () => { if (this.handlers[name] === handler) delete … }`.
    for (const at of fn.module.functions) {
      for (const { instruction } of at.sites()) {
        if (instruction.op !== "load" || instruction.place.kind !== "binding" || instruction.place.binding !== given.binding) continue;
        for (const use of at.uses(instruction.out)) {
          if (isAsked(use)) continue;
          const names = at === fn ? this.placeOf(fn, instruction.out, use, 0) : null;
          if (!names) return null;
          for (const name of names) keys.add(name);
          isKept = true;
        }
      }
    }
    return isKept ? keys : null;
  }

  /** The parameters that name the place which this use of the value, or of a record made of it, puts it in. */
  private placeOf(fn: Fn, value: ValueId, use: Use, depth: number): Slot {
    if (use.kind === "end" || depth > MAXIMUM_DEPTH) return null;
    const { instruction } = use.site;
    if (instruction.op === "collection") {
      // `{ next: this.first, handler }` leads on to the one before.
      const isRecord = !instruction.comprehension && instruction.elements.every((one) => !one.spread && (one.value === value || this.isPlain(fn, one.value)));
      const [only, ...more] = fn.uses(instruction.out);
      return isRecord && only && more.length === 0 ? this.placeOf(fn, instruction.out, only, depth + 1) : null;
    }
    if (instruction.op === "store" && instruction.value === value) {
      if (instruction.place.kind === "field") return this.isLasting(fn, instruction.place.object) ? new Set() : null;
      return instruction.place.kind === "index" ? this.inTable(fn, instruction.place.object, instruction.place.key) : null;
    }
    if (instruction.op !== "call" || instruction.receiver === null || instruction.method === null) return null;
    // `this.handlers.set(name, handler)`
    const spec = Object.hasOwn(this.api.containerMethods.get("mapping")?.grow ?? {}, instruction.method) ? this.api.containerMethods.get("mapping")?.grow[instruction.method] : undefined;
    if (spec?.key === undefined || spec.value === undefined || argumentValue(fn, instruction, spec.value) !== value) return null;
    const key = argumentValue(fn, instruction, spec.key);
    return key === null ? null : this.inTable(fn, instruction.receiver, key);
  }

  private inTable(fn: Fn, table: ValueId, key: ValueId): Slot {
    return this.isLasting(fn, table) ? this.namesIn(fn, key, 0) : null;
  }

  /** Something that was there before the call, and not one of several: `this`, its field, a module's variable. */
  private isLasting(fn: Fn, value: ValueId): boolean {
    const { root, fields } = this.refs.of(fn, value);
    if (fields.includes("[]")) return false;
    return root.kind === "this" || root.kind === "module" || root.kind === "binding" && root.module.binding(root.binding)?.owner === 0;
  }

  /** The positions of the parameters that a key is made of, if of nothing else but constants. */
  private namesIn(fn: Fn, key: ValueId, depth: number): Slot {
    const made = fn.definition(key)?.instruction;
    if (made?.op === "constant") return new Set();
    if (made?.op === "operation" && depth < MAXIMUM_DEPTH) {
      const found = made.inputs.map((input) => this.namesIn(fn, input, depth + 1));
      return found.includes(null) ? null : new Set(found.flatMap((one) => [...one ?? []]));
    }
    const position = made?.op === "load" ? parameterOf(fn, key) : -1;
    return position < 0 ? null : new Set([position]);
  }

  private isPlain(fn: Fn, value: ValueId): boolean {
    return fn.definition(value)?.instruction.op === "constant" || parameterOf(fn, value) >= 0;
  }
}

/** The place of the parameter that is loaded and that nothing else is stored in; -1 for all else. */
function parameterOf(fn: Fn, value: ValueId): number {
  const load = fn.definition(value)?.instruction;
  if (load?.op !== "load" || load.place.kind !== "binding" || fn.module.bindingStores.has(load.place.binding)) return -1;
  const { binding } = load.place;
  return fn.facts.parameters.findIndex((one) => one.kind === "plain" && one.binding === binding);
}

/** A Python method's own object is listed among its parameters. */
function shiftOf(fn: Fn): number {
  return fn.facts.parameters[0]?.binding === null ? 1 : 0;
}

/** It is compared, or asked whether it is there. */
function isAsked(use: Use): boolean {
  if (use.kind === "end") return use.end.kind === "branch";
  return use.site.instruction.op === "operation" && ASKING.has(use.site.instruction.operator);
}

const ASKING = new Set(["===", "!==", "==", "!=", "is", "is not", "!", "not", "typeof"]);
