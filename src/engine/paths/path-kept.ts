/** What an instruction does to a path's state after an object got the handle in a field. */
import type { Call, Instruction, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import type { Api } from "../program/api.js";
import type { State } from "./path-state.js";
import type { Tracked } from "./path-tracked.js";
import type { Fn } from "../program/program.js";
import type { Refs } from "../program/refs.js";
import type { Types } from "../program/types.js";

export class KeptSteps {
  private readonly fn: Fn;
  private readonly api: Api;
  private readonly types: Types;
  private readonly refs: Refs;

  constructor(private readonly tracked: Tracked) {
    ({ fn: this.fn, api: this.api, types: this.types, refs: this.refs } = tracked);
  }

  /** After the object got the handle. */
  step(instruction: Instruction & { at: Span }, state: State, kept: string): State | null {
    switch (instruction.op) {
      case "load":
        // `stack.callback(self.client.close)`: what ends it is handed to somebody.
        if (instruction.place.kind === "field" && this.tracked.isHandle(instruction.place.object, state) && this.tracked.isReleaseName(instruction.place.name) && this.fn.uses(instruction.out).length > 0) return null;
        if (instruction.place.kind === "binding" ? !state.variables.has(instruction.place.binding) : this.refs.of(this.fn, instruction.out).key !== kept) return state;
        return { ...state, values: new Set(state.values).add(instruction.out) };
      case "store": return this.store(instruction, state, kept);
      case "call": return this.call(instruction, state, kept);
      // Somebody else has it, too: a variable outside, a container, a closure's result.
      case "collection": return instruction.elements.some((element) => this.tracked.isHandle(element.value, state)) ? null : state;
      default: return state;
    }
  }

  private store(instruction: Extract<Instruction, { op: "store" }> & { at: Span }, state: State, kept: string): State | null {
    const { place } = instruction;
    if (this.tracked.isHandle(instruction.value, state)) return place.kind === "binding" && this.fn.module.binding(place.binding)?.owner === this.fn.id ? { ...state, variables: new Set(state.variables).add(place.binding) } : place.kind === "field" && this.fieldKey(place) === kept ? state : null;
    // From now on the clean-up works.
    if (place.kind === "field" && this.tracked.acquired.started?.flags.has(this.fieldKey(place)) === true) return null;
    // Whoever keeps it in a variable may still end it.
    if (place.kind !== "field" || this.fieldKey(place) !== kept || state.thrown === null || state.variables.size > 0) return state;
    this.tracked.leak("overwritten", instruction.at, state, instruction.at);
    return null;
  }

  private fieldKey(place: { object: ValueId; name: string }): string {
    return this.refs.field(this.refs.of(this.fn, place.object), place.name).key;
  }

  private call(call: Call & { at: Span }, state: State, kept: string): State | null {
    const match = this.api.released(this.tracked.pair, this.fn, call, this.types);
    if (match && (match.via === "all" || match.via === "target" || this.tracked.isHandle(match.value, state) || this.refs.of(this.fn, match.value).key === kept)) return this.tracked.released(call.at, state);
    const isThis = (value: ValueId): boolean => {
      const definition = this.fn.definition(value)?.instruction;
      return definition?.op === "load" && (definition.place.kind === "this" || definition.place.kind === "super");
    };
    // The object is known elsewhere, or one of its methods may clean up.
    if (call.args.some((one) => isThis(one.value))) return null;
    if (call.receiver !== null && isThis(call.receiver) && call.method !== null && (this.api.releaseMethods.has(call.method) || this.mayEnd(call, state))) return null;
    if (!state.known) return state;
    // By another name (`abort`), or by whoever is given it.
    if (call.receiver !== null && this.tracked.isHandle(call.receiver, state) && this.api.releaseMethods.has(call.method ?? "")) return null;
    return call.args.some((one) => this.tracked.isHandle(one.value, state)) && !this.api.borrows.has(this.fn, call, this.types) ? null : state;
  }

  /** A method of the object that ends what the field holds, or of which that is not known. */
  private mayEnd(call: Call, state: State): boolean {
    const callee = this.types.calleeOf(this.fn, call);
    if (callee?.kind !== "function" || this.tracked.keptRef === null) return state.known;
    // What ends it somewhere deep down does so for reasons of its own.
    return this.tracked.holders.reachesRelease(callee.fn, this.tracked.pair, this.tracked.keptRef, 1);
  }

  /** `await self.session.connect()`: where that fails there may be nothing to close. */
  startsKept(value: ValueId, kept: string): boolean {
    const call = this.fn.definition(value)?.instruction;
    return call?.op !== "call" || call.receiver !== null && this.refs.of(this.fn, call.receiver).key.startsWith(kept);
  }
}
