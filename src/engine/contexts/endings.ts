/**
 * Who ends a thing, and what that end reaches: the closing methods of a class, or for code without classes the function
 * so called that stands beside it.
 */
import type { Api } from "../program/api.js";
import type { Cls, Fn } from "../program/program.js";
import type { Types } from "../program/types.js";

const MAXIMUM_REACH = 300;

export class Endings {
  private readonly ends = new Set<string>();
  private readonly again = new Set<string>();
  private readonly over = new Set<string>();
  private readonly partial = new Set<string>();
  private readonly callees = new Map<Fn, readonly Fn[]>();

  constructor(private readonly types: Types, api: Api) {
    for (const { lifecycle } of api.files) {
      for (const name of lifecycle?.end ?? []) this.ends.add(name);
      for (const name of lifecycle?.again ?? []) this.again.add(name);
      for (const name of lifecycle?.over ?? []) this.over.add(name);
      for (const name of lifecycle?.partial ?? []) this.partial.add(name);
    }
  }

  /** Whether a name says that its owner is over. `loosely`: `close_spider` and `stopClient` too. */
  isEnd(name: string, loosely = false): boolean {
    return this.ends.has(bare(name)) || this.ends.has(name) || loosely && firstWord(name) !== "end" && this.ends.has(firstWord(name));
  }

  /** Whether a name says that its function runs more than once for one owner. */
  isAgain(name: string): boolean {
    return this.again.has(bare(name));
  }

  /** Whether a name says that its object is emptied, or what it does called off, and that it may well go on. */
  isPartial(name: string): boolean {
    return this.partial.has(bare(name));
  }

  /** Functions of the class that note down that the object is over: `this.ended = true`. */
  marked(cls: Cls): Fn[] {
    return cls.functions.filter((fn) => [...fn.sites()].some(({ instruction }) => {
      if (instruction.op !== "store" || instruction.place.kind !== "field" || !this.over.has(bare(instruction.place.name))) return false;
      const object = fn.definition(instruction.place.object)?.instruction;
      const value = fn.definition(instruction.value)?.instruction;
      return object?.op === "load" && object.place.kind === "this" && value?.op === "constant" && value.value.kind === "boolean" && value.value.value;
    }));
  }

  /** The functions that end what the function belongs to: its class, or the factory around it; at a module's top level, what the module exports. */
  endsOf(fn: Fn, loosely = false): Fn[] {
    if (fn.cls) {
      const methods = fn.cls.methods.filter((method) => this.isEnd(method.facts.name, loosely));
      if (methods.length > 0) return methods;
    }
    for (let around = fn.parent; around; around = around.parent) {
      const isModule = around.facts.kind === "module";
      const beside = (isModule ? around.module.nested.get(around.id) ?? [] : nestedIn(around)).filter((one) =>
        !isWithin(one, fn) && one.facts.class === null && this.isEnd(one.facts.name, loosely && !isModule) && (!isModule || one.facts.exported));
      if (beside.length > 0) return beside;
    }
    return [];
  }

  /** The functions that run when one of these does: themselves, what is nested in them, and what they call, so many calls deep. */
  reach(fns: readonly Fn[], depth: number): ReadonlySet<Fn> {
    const seen = new Set<Fn>();
    const add = (fn: Fn): void => {
      if (seen.has(fn)) return;
      seen.add(fn);
      for (const inner of fn.module.nested.get(fn.id) ?? []) add(inner);
    };
    for (const fn of fns) add(fn);
    for (let level = 0; level < depth && seen.size < MAXIMUM_REACH; level++) {
      for (const fn of [...seen]) for (const callee of this.calleesOf(fn)) add(callee);
    }
    return seen;
  }

  private calleesOf(fn: Fn): readonly Fn[] {
    let known = this.callees.get(fn);
    if (!known) {
      const found: Fn[] = [];
      for (const { instruction } of fn.sites()) {
        const callee = instruction.op === "call" ? this.types.calleeOf(fn, instruction) : null;
        if (callee?.kind !== "function") continue;
        found.push(callee.fn);
        // A subclass may do it in its own way.
        if (callee.fn.cls && callee.fn.facts.kind !== "constructor") for (const sub of callee.fn.cls.subclasses) found.push(...overridesIn(sub, callee.fn.facts.name, 0));
      }
      this.callees.set(fn, (known = found));
    }
    return known;
  }
}

function overridesIn(cls: Cls, name: string, depth: number): Fn[] {
  const own = cls.facts.methods.filter((method) => method.name === name).flatMap((method) => cls.module.fn(method.function) ?? []);
  return depth > 3 ? own : [...own, ...cls.subclasses.flatMap((sub) => overridesIn(sub, name, depth + 1))];
}

function nestedIn(fn: Fn): Fn[] {
  return (fn.module.nested.get(fn.id) ?? []).flatMap((one) => [one, ...nestedIn(one)]);
}

/** Whether the function is another, or nested in it. */
export function isWithin(fn: Fn, outer: Fn): boolean {
  for (let at: Fn | null = fn; at; at = at.parent) if (at === outer) return true;
  return false;
}

/** The function that a nested one runs for. */
export function outOfLambdas(fn: Fn): Fn {
  let at = fn;
  while (at.facts.kind === "lambda" && at.parent) at = at.parent;
  return at;
}

/** Without the marks of privacy. */
function bare(name: string): string {
  return name.replace(/^(?:_(?!_)|#)+/u, "");
}

function firstWord(name: string): string {
  return /^[a-z]+|^[A-Z][a-z]*/u.exec(bare(name))?.[0].toLowerCase() ?? "";
}
