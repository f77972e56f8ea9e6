/**
 * Whether an exception can leave a function of the program: the summary `may-raise`, solved bottom-up over the call
 * graph. A call of nobody's function may raise: only what is seen to be quiet is called quiet.
 *
 * As everywhere in the engine, JavaScript's calls of unknown functions are taken to return: in that language only
 * `throw`, a rejected `await` and what leads to them count.
 */
import type { Block, BlockId, Call, Instruction } from "../../model/facts.js";
import type { Api } from "../program/api.js";
import { Fixpoint } from "../program/fixpoint.js";
import type { Cls, Fn } from "../program/program.js";
import { successorsOf } from "../program/program.js";
import type { Types } from "../program/types.js";

export class Exceptions {
  private readonly answers = new Fixpoint(false);

  constructor(private readonly types: Types, private readonly api: Api) {}

  /** Whether an exception can leave the function when it is called. */
  mayLeave(fn: Fn): boolean {
    return this.answers.solve(fn.key, () => fn.facts.generator || fn.facts.blocks.some((block) => this.raisesIn(fn, block) && leaves(fn, block.handler, null)));
  }

  /** Whether a call may raise, as far as its function is one of the program's: a call of anybody else's may. */
  mayRaise(fn: Fn, call: Call): boolean {
    const callee = this.types.calleeOf(fn, call);
    if (callee === null) return true;
    if (callee.kind === "class") return this.mayFail(callee.cls);
    // A decorator may do anything; what a coroutine function raises, its await raises.
    if (callee.fn.facts.decorators.length > 0 || this.isOverridden(callee.fn)) return true;
    return !callee.fn.facts.async && this.mayLeave(callee.fn);
  }

  private mayFail(cls: Cls): boolean {
    if (cls.unknownBase || cls.outside.length > 0 || cls.facts.decorators.length > 0) return true;
    const makers = [cls.method("constructor"), cls.method("__init__"), cls.method("__new__"), cls.facts.initializer === null ? null : cls.module.fn(cls.facts.initializer)];
    return makers.some((one) => one !== null && this.mayLeave(one));
  }

  /** A method that a subclass defines again is not known by its own body. */
  private isOverridden(fn: Fn): boolean {
    return fn.cls?.subclasses.some((sub) => sub.facts.methods.some(({ name }) => name === fn.facts.name)) === true;
  }

  private raisesIn(fn: Fn, block: Block): boolean {
    if (block.end.kind === "raise") return true;
    return block.instructions.some((instruction) => this.raises(fn, instruction));
  }

  private raises(fn: Fn, instruction: Instruction): boolean {
    const isPython = fn.module.facts.language === "python";
    switch (instruction.op) {
      case "await": return true;
      case "next": return isPython && fn.definition(instruction.value)?.instruction.op !== "collection";
      // A key that is not there.
      case "load": return isPython && instruction.place.kind === "index";
      case "enter": return isPython;
      case "call":
        if (this.api.safe.has(fn, instruction, this.types)) return false;
        return isPython ? this.mayRaise(fn, instruction) : this.types.calleeOf(fn, instruction) !== null && this.mayRaise(fn, instruction);
      default: return false;
    }
  }
}

/**
 * Whether an exception that goes to `handler` can leave the function (or where it is taken is not `within`): no clause on
 * its way takes everything. `catchAll`: names of exceptions whose clause is taken to.
 */
export function leaves(fn: Fn, handler: BlockId | null, catchAll: ReadonlySet<string> | null, within?: (block: BlockId) => boolean): boolean {
  const seen = new Set<BlockId>();
  const work: (BlockId | null)[] = [handler];
  for (let at = work.pop(); at !== undefined; at = work.pop()) {
    if (at === null) return true;
    if (seen.has(at)) continue;
    seen.add(at);
    const end = fn.block(at)?.end;
    if (!end) continue;
    if (end.kind === "catch") {
      const taken = end.clauses.find(({ types }) => types === null || types.some((type) => catchAll?.has(type) === true));
      if (!taken) work.push(end.otherwise);
      else if (within?.(taken.to) === false) return true;
    } else if (end.kind === "rethrow") work.push(end.to);
    else work.push(...successorsOf(end));
  }
  return false;
}
