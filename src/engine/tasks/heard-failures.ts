/** Tasks whose failures are taken without anybody who waits: the coroutine takes them itself, or a callback asks the task when it is done. */
import { matchesArgument } from "../../catalog/pattern.js";
import type { BlockId, ValueId } from "../../model/facts.js";
import { CallSet } from "../program/api.js";
import type { Api } from "../program/api.js";
import { isWait } from "../program/blocks.js";
import { origin } from "../program/constants.js";
import type { Contexts } from "../contexts/contexts.js";
import { Exceptions, leaves } from "../contexts/exceptions.js";
import type { Fn, Program } from "../program/program.js";
import { successorsOf } from "../program/program.js";
import type { Types } from "../program/types.js";

export class HeardFailures {
  private readonly exceptions: Exceptions;
  private readonly outcomes = new CallSet<true>();

  constructor(private readonly program: Program, private readonly types: Types, private readonly api: Api, private readonly contexts: Contexts) {
    this.exceptions = new Exceptions(types, api);
    for (const { outcomes } of api.files) for (const call of outcomes ?? []) this.outcomes.add(call, true);
  }

  /** The task gets a callback that asks for its result, or what it failed with: `add_done_callback(lambda done: answer.set_result(done.result()))`. */
  isAskedFor(fn: Fn, task: ValueId): boolean {
    return [...fn.sites()].some(({ instruction }) => instruction.op === "call" && this.api.settledCallbacks.match(fn, instruction, this.types).some(({ argument }) => {
      if (argument === null || instruction.receiver === null || origin(fn, instruction.receiver)?.value !== task) return false;
      const given = instruction.args.filter((one, position) => matchesArgument(argument, position, one.name));
      return given.some((one) => this.contexts.functionsIn(fn, one.value).some((callback) => this.asks(callback)));
    }));
  }

  private asks(callback: Fn): boolean {
    const done = callback.facts.parameters.at(-1)?.binding ?? null;
    return done !== null && [...callback.sites()].some(({ instruction }) => {
      if (instruction.op !== "call" || instruction.receiver === null || !this.outcomes.has(callback, instruction, this.types)) return false;
      const asked = callback.definition(instruction.receiver)?.instruction;
      return asked?.op === "load" && asked.place.kind === "binding" && asked.place.binding === done;
    });
  }

  /** All that it waits for stands in a `try` whose clause takes everything, or a decorator of the program's has it in one. */
  isHeard(fn: Fn): boolean {
    return this.takesAll(fn) || fn.facts.decorators.some(({ root }) => {
      const decorator = root === null ? null : this.program.functionOfBinding(fn.module, root);
      return decorator !== null && this.isAround(decorator);
    });
  }

  /** Of a decorator: the coroutine function that stands for the decorated one, at any depth. */
  private isAround(decorator: Fn): boolean {
    return (decorator.module.nested.get(decorator.id) ?? []).some((inner) => inner.facts.async && this.takesAll(inner) || this.isAround(inner));
  }

  private takesAll(fn: Fn): boolean {
    let waits = false;
    for (const block of fn.facts.blocks) {
      const isWaiting = block.instructions.some((one) => isWait(one) || one.op === "enter" && one.async);
      waits ||= isWaiting;
      // Calls of nobody's functions outside of it are the lines that say that it starts and ends.
      const mayFail = isWaiting || block.instructions.some((one) => one.op === "call" && this.types.calleeOf(fn, one) !== null && this.exceptions.mayRaise(fn, one));
      if (mayFail && leaves(fn, block.handler, this.api.catchAll, (clause) => this.isTold(fn, clause))) return false;
    }
    return waits;
  }

  /** The exception ends in the clause, or the clause does something for its effect before it goes on: `log.exception(…); raise`. */
  private isTold(fn: Fn, clause: BlockId): boolean {
    let goesOn = false;
    let tells = false;
    const seen = new Set<BlockId>();
    const work = [clause];
    for (let at = work.pop(); at !== undefined; at = work.pop()) {
      const block = fn.block(at);
      if (seen.has(at) || !block) continue;
      seen.add(at);
      tells ||= block.instructions.some((one) => one.op === "call" && fn.uses(one.out).length === 0);
      goesOn ||= block.end.kind === "raise" || block.end.kind === "rethrow" && block.end.to === null;
      work.push(...successorsOf(block.end));
    }
    return tells || !goesOn;
  }
}
