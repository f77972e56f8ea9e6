/** Calls that hand over the calling object itself, by the method's name: `parent.registerChild(this)`. */
import type { CallSite } from "./holders.js";
import type { Program } from "../program/program.js";
import { push } from "../program/program.js";

export class Joins {
  private byName: Map<string, CallSite[]> | null = null;

  constructor(private readonly program: Program) {}

  /** Calls of a method of that name with `this` at that position, whatever the receiver is. */
  callsWithThis(name: string, position: number): readonly CallSite[] {
    this.byName ??= this.index();
    return (this.byName.get(name) ?? []).filter(({ fn, instruction }) => {
      const given = instruction.args[position];
      const definition = given === undefined ? undefined : fn.definition(given.value)?.instruction;
      return definition?.op === "load" && definition.place.kind === "this";
    });
  }

  private index(): Map<string, CallSite[]> {
    const found = new Map<string, CallSite[]>();
    for (const fn of this.program.functions()) {
      for (const site of fn.sites()) {
        if (site.instruction.op === "call" && site.instruction.method !== null && site.instruction.args.length > 0) push(found, site.instruction.method, site as CallSite);
      }
    }
    return found;
  }
}
