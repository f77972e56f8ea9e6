/** Methods of the program's own classes that end what a handle, or what it was taken from, stands for. */
import type { Call } from "../../model/facts.js";
import type { Api, CompiledPair } from "../program/api.js";
import type { Fn } from "../program/program.js";
import type { Refs } from "../program/refs.js";
import type { Types } from "../program/types.js";

export class ObjectEnds {
  constructor(private readonly pair: CompiledPair, private readonly refs: Refs, private readonly api: Api, private readonly types: Types) {}

  /**
   * `lock.discard()`, where `lock` may be an object of a class of the program that keeps such a handle, as
   * `return LockFile(path) if writing else open(path)` gives: its method ends what the object keeps.
   */
  endsKept(fn: Fn, call: Call): boolean {
    return call.receiver !== null && this.pair.evidence === undefined && this.types.targetsOf(fn, call).some((method) => method.cls !== null && [...method.sites()].some(({ instruction }) => {
      const match = instruction.op === "call" ? this.api.released(this.pair, method, instruction, this.types) : null;
      const ended = match === null || match.via === "target" ? null : this.refs.of(method, match.value);
      return ended?.root.kind === "this" && ended.fields.length === 1;
    }));
  }

  /** `self.close()`, whose code ends what the handle was taken from, a field of the same object. */
  endsTarget(fn: Fn, call: Call, target: string): boolean {
    const own = call.receiver === null ? undefined : fn.definition(call.receiver)?.instruction;
    if (own?.op !== "load" || own.place.kind !== "this") return false;
    const callee = this.types.calleeOf(fn, call);
    return callee?.kind === "function" && [...callee.fn.sites()].some(({ instruction }) =>
      instruction.op === "call" && this.api.endsTarget(this.pair, instruction, (value) => this.refs.of(callee.fn, value).key === target));
  }
}
