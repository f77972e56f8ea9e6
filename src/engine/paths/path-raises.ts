/** What may raise while a handle is held, and what of that loses it. */
import type { BlockId, Call, CatchClause, Instruction, ValueId } from "../../model/facts.js";
import { argumentValue } from "../program/api.js";
import type { Api, CompiledPair } from "../program/api.js";
import type { Exceptions } from "../contexts/exceptions.js";
import type { Fn } from "../program/program.js";
import { neverRejects } from "../contexts/sure-promises.js";
import type { Types } from "../program/types.js";

/** Whatever a call may raise. */
export const ANY = "*";
/** A release gave up waiting. */
export const TIMEOUT = "*timeout";
/** Methods that by their names only adjust what they are called on. */
const ADJUSTS = /^_*(?:set|get|is|has|can|add|remove|on|off|once|ref|unref|pause|resume|enable|disable)(?:_|[A-Z]|$)/u;
/** The task is cancelled while it waits. */
export const CANCELLED = "*cancelled";
/** Methods that by their names only tell something. */
const ASKS = /^_*(?:is|has|can|should)(?:_|[A-Z])/u;

export class PathRaises {
  private readonly python: boolean;

  constructor(
    private readonly fn: Fn, private readonly pair: CompiledPair, private readonly types: Types, private readonly api: Api, private readonly exceptions: Exceptions,
    private readonly isLocalContainer: (value: ValueId) => boolean,
  ) {
    this.python = fn.module.facts.language === "python";
  }

  /** The name of the exception that a value is. */
  nameOf(value: ValueId | null): string | null {
    const definition = value === null ? undefined : this.fn.definition(value)?.instruction;
    if (definition?.op === "call") return definition.path;
    return definition?.op === "load" && definition.place.kind === "global" ? definition.place.name : null;
  }

  mayRaise(instruction: Instruction, isHandle: (value: ValueId) => boolean): boolean {
    switch (instruction.op) {
      case "await": return !neverRejects(this.fn, instruction.value, this.types, this.api);
      // Handed over, it is the receiver's.
      case "yield": return instruction.value === null || !isHandle(instruction.value);
      case "call": return this.python && !this.api.safe.has(this.fn, instruction, this.types) && !ASKS.test(instruction.method ?? "") && this.exceptions.mayRaise(this.fn, instruction) && !(instruction.receiver !== null && this.isLocalContainer(instruction.receiver));
      case "next": return this.python && !this.isDisplay(instruction.value) && !this.isLocalContainer(instruction.value);
      default: return false;
    }
  }

  /** In JavaScript, where a `try` stands around it: a call on the handle itself that does something (`statement.bind(…)`) may refuse. */
  mayRefuse(instruction: Instruction, isHandle: (value: ValueId) => boolean): boolean {
    if (this.python || instruction.op !== "call" || instruction.receiver === null || instruction.method === null) return false;
    return isHandle(instruction.receiver) && !ADJUSTS.test(instruction.method) && !this.api.safe.has(this.fn, instruction, this.types);
  }

  /** `await client.connect()`: where that fails there is nothing to close yet. */
  isStart(instruction: Instruction, isHandle: (value: ValueId) => boolean): boolean {
    const call = instruction.op === "await" ? this.fn.definition(instruction.value)?.instruction : instruction;
    if (call?.op !== "call" || call.receiver === null || call.method === null || !isHandle(call.receiver)) return false;
    // `await transaction.begin()`: what fails to begin needs no end.
    return this.api.startMethods.has(call.method) || instruction.op === "await" && this.pair.handle === "receiver" && this.api.acquired(this.fn, call, this.types).includes(this.pair);
  }

  /** The same, told by a word that means nothing else. */
  isOpening(instruction: Instruction, isHandle: (value: ValueId) => boolean): boolean {
    const call = instruction.op === "await" ? this.fn.definition(instruction.value)?.instruction : undefined;
    return call?.op === "call" && call.method !== null && this.api.openingMethods.has(call.method) && this.isStart(instruction, isHandle);
  }

  /** A loop over a literal's elements: taking the next one cannot fail. */
  private isDisplay(value: ValueId): boolean {
    return this.fn.definition(value)?.instruction.op === "collection";
  }

  /** `child.wait(timeout=5)`: the handle is still held when the time is over. */
  mayTimeOut(call: Call, handler: BlockId | null, isHandle: (value: ValueId) => boolean): boolean {
    if (!this.python) return false;
    const isLimited = this.pair.givesUp ? waitsForAWhile(this.pair, this.fn, call) || this.isAwaited(call) && isInTimedScope(this.fn, handler, this.api, this.types) : handler !== null && call.args.some((one) => one.name?.includes("timeout") === true);
    if (!isLimited && ((handler === null && !this.pair.givesUp) || !this.isWaitedFor(call))) return false;
    const match = this.api.released(this.pair, this.fn, call, this.types);
    return match?.via === "handle" && isHandle(match.value);
  }

  /** The clause takes what a wait raises when its time is up. */
  takesTimeouts({ types }: CatchClause): boolean {
    return types?.some((type) => /timeout/iu.test(type) || this.pair.givesUp?.caught.includes(type) === true) === true;
  }

  private isAwaited(call: Call): boolean {
    return this.fn.uses(call.out).some((use) => use.kind === "instruction" && use.site.instruction.op === "await");
  }

  /** `wait_for(process.communicate(), 5)`: of what ends by itself, the wait is given up and not what is waited for. */
  private isWaitedFor(call: Call): boolean {
    return this.pair.ends === "completes" && this.fn.uses(call.out).some((use) => {
      const user = use.kind === "instruction" ? use.site.instruction : null;
      return user?.op === "call" && user.args.length > 1 && this.api.waits.takes(this.fn, user, call.out, this.types);
    });
  }

  /** The release itself may fail, but then the handle is past saving. */
  releasesNow(instruction: Instruction, isHandle: (value: ValueId) => boolean): boolean {
    if (instruction.op === "await") return isHandle(instruction.value) || this.fn.definition(instruction.value)?.instruction.op === "call" && this.isReleaseResult(instruction.value, isHandle);
    if (instruction.op !== "call") return false;
    if (instruction.receiver !== null && this.pair.raisesReleased?.includes(instruction.method ?? "") === true && isHandle(instruction.receiver)) return true;
    const match = this.api.released(this.pair, this.fn, instruction, this.types);
    return match !== null && (match.via === "all" || isHandle(match.value)) || instruction.args.some((one) => isHandle(one.value) && !this.api.borrows.has(this.fn, instruction, this.types));
  }

  private isReleaseResult(value: ValueId, isHandle: (value: ValueId) => boolean): boolean {
    const definition = this.fn.definition(value)?.instruction;
    if (definition?.op !== "call") return false;
    const match = this.api.released(this.pair, this.fn, definition, this.types);
    return match !== null && isHandle(match.value);
  }
}

/** `child.wait(timeout=5)` of what then raises and goes on. */
export function waitsForAWhile({ givesUp }: CompiledPair, fn: Fn, call: Call): boolean {
  return givesUp?.waits.some(({ method, limit }) => call.method === method && limit.some((one) => {
    const given = argumentValue(fn, call, one);
    const literal = given === null ? undefined : fn.definition(given)?.instruction;
    return given !== null && !(literal?.op === "constant" && literal.value.kind === "null");
  })) === true;
}

/** `async with timeout(5): …`: what an exception that goes to the handler passes first is the end of a scope that limits the time. */
export function isInTimedScope(fn: Fn, handler: BlockId | null, api: Api, types: Types): boolean {
  const seen = new Set<BlockId>();
  for (let at = handler; at !== null && !seen.has(at);) {
    seen.add(at);
    const block = fn.block(at);
    const isTimed = block?.instructions.some((one) => {
      const entered = one.op === "exit" ? fn.definition(one.value)?.instruction : undefined;
      return entered?.op === "call" && api.timedScopes.has(fn, entered, types);
    });
    if (isTimed === true) return true;
    at = block?.end.kind === "rethrow" || block?.end.kind === "jump" ? block.end.to : null;
  }
  return false;
}
