/** Methods of the program that are named like a registration, `case.on_skipped(self)`, and are seen not to keep what they are given. */
import type { ValueId } from "../../model/facts.js";
import type { CompiledPair } from "../program/api.js";
import type { CallSite, Holders } from "../contexts/holders.js";
import type { Fn } from "../program/program.js";
import type { Types } from "../program/types.js";

export class OnlyTold {
  constructor(private readonly holders: Holders, private readonly types: Types) {}

  /** Whether every method that the call may run only looks at what it is given, or calls it; of one without a body nothing is known. */
  is(fn: Fn, call: CallSite["instruction"], given: ValueId, pair: CompiledPair): boolean {
    const callee = this.types.calleeOf(fn, call);
    const position = call.args.findIndex((one) => one.value === given);
    if (callee?.kind !== "function" || position < 0 || call.args.some((one) => one.spread)) return false;
    const all = [callee.fn, ...callee.fn.cls?.related.flatMap((cls) => cls.methods.filter((method) => method.cls === cls && method.facts.name === callee.fn.facts.name)) ?? []];
    return all.some((one) => [...one.sites()].some(({ instruction }) => instruction.op === "call" || instruction.op === "store"))
      && all.every((one) => this.looks(one, call, position, pair));
  }

  private looks(callee: Fn, call: CallSite["instruction"], position: number, pair: CompiledPair): boolean {
    const { decorators, generator, parameters } = callee.facts;
    if (decorators.length > 0 || generator || this.holders.fateOfArgument(callee, call, position, pair) !== "borrowed") return false;
    // A function in it that has a parameter may be kept, and `arguments` are all of them.
    return !this.holders.nestedIn(callee).some((inner) => parameters.some(({ binding }) => binding !== null && inner.facts.captures.includes(binding)))
      && ![...callee.sites()].some(({ instruction }) => instruction.op === "load" && instruction.place.kind === "global" && instruction.place.name === "arguments");
  }
}
