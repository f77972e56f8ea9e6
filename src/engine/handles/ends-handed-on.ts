/** Ends of an object that leave a part of it to somebody else: to who is given the object itself, or to a subclass. */
import type { Call } from "../../model/facts.js";
import type { Api } from "../program/api.js";
import type { Fn } from "../program/program.js";
import type { Types } from "../program/types.js";

export class EndsHandedOn {
  private readonly takesOut: ReadonlySet<string>;

  constructor(private readonly types: Types, private readonly api: Api) {
    this.takesOut = new Set([...api.containerMethods.values()].flatMap((methods) => methods.shrink));
  }

  /** The functions give the object itself to somebody unknown. */
  itself(fns: ReadonlySet<Fn>): boolean {
    for (const fn of fns) {
      for (const { instruction } of fn.sites()) {
        if (instruction.op !== "call" || this.types.calleeOf(fn, instruction) || this.isHarmless(fn, instruction)) continue;
        if (instruction.args.some((one) => isThis(fn, one.value))) return true;
      }
    }
    return false;
  }

  /** `done.bind(this)` only fixes what a function's own `this` is; who keeps the object in a list or a table forgets it there, and no more. */
  private isHarmless(fn: Fn, call: Call): boolean {
    return isThis(fn, call.receiver) || this.api.words.is("binds", call) !== null || this.api.borrows.has(fn, call, this.types)
      || call.receiver !== null && call.method !== null && this.takesOut.has(call.method) && call.args.length === 1;
  }

  /** An end calls a method that only subclasses have. */
  leftToSubclass(fns: ReadonlySet<Fn>): boolean {
    return [...fns].some((fn) => fn.cls?.facts.abstract === true && [...fn.sites()].some(({ instruction }) =>
      instruction.op === "call" && instruction.method !== null && isThis(fn, instruction.receiver) && this.types.calleeOf(fn, instruction) === null));
  }
}

/** `this.emit(event, this)`: a call of its own, whose listeners are not the ones to stop its timers. */
function isThis(fn: Fn, value: number | null): boolean {
  const definition = value === null ? undefined : fn.definition(value)?.instruction;
  return definition?.op === "load" && definition.place.kind === "this";
}
