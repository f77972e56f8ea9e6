/** What is done with a handle that opens nothing before it is used: whether an instruction uses it, or only names it, sets it up, wraps it. */
import type { BindingId, Call, Instruction, ValueId } from "../../model/facts.js";
import type { Api, CompiledPair } from "../program/api.js";
import type { Fn } from "../program/program.js";
import type { Types } from "../program/types.js";
import { loadsOf } from "../program/variables.js";

const MAXIMUM_DEPTH = 3;

export class FirstUse {
  constructor(private readonly pair: CompiledPair, private readonly api: Api, private readonly types: Types) {}

  isUse(fn: Fn, instruction: Instruction, isHandle: (value: ValueId) => boolean, depth = 0): boolean {
    if (instruction.op === "enter" || instruction.op === "await") return isHandle(instruction.value);
    if (instruction.op !== "call") return false;
    if (instruction.receiver !== null && isHandle(instruction.receiver) && this.pair.opensOnUse?.includes(instruction.method ?? "") !== true) return true;
    return instruction.args.some(({ value }, position) => isHandle(value) && !this.api.wraps.takes(fn, instruction, value, this.types) && this.isUsedBy(fn, instruction, position, depth));
  }

  /** What a call does with its argument: a function of the program may only set it up. */
  private isUsedBy(fn: Fn, call: Call, position: number, depth: number): boolean {
    const callee = this.types.calleeOf(fn, call);
    const argument = call.args[position];
    if (callee?.kind !== "function" || !argument || argument.spread || depth > MAXIMUM_DEPTH) return true;
    const { parameters } = callee.fn.facts;
    const own = callee.fn.cls !== null && callee.fn.module.facts.language === "python" ? 1 : 0;
    const parameter = argument.name === null ? parameters[position + own] : parameters.find((one) => one.name === argument.name);
    return parameter?.binding == null || parameter.kind !== "plain" || this.isUsedIn(callee.fn, parameter.binding, depth + 1);
  }

  private isUsedIn(fn: Fn, binding: BindingId, depth: number): boolean {
    if (fn.module.binding(binding)?.captured !== false) return true;
    const values = new Set(loadsOf(fn, binding));
    return [...values].some((value) => fn.uses(value).some((use) => {
      if (use.kind === "end") return false;
      const { instruction } = use.site;
      return instruction.op === "call" ? this.isUse(fn, instruction, (one) => values.has(one), depth) : instruction.op !== "load";
    }));
  }
}
