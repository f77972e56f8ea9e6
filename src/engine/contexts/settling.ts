/**
 * What ends a wait: the resolve and reject of a promise's executor, a callback parameter, a future's setters. Two places
 * that settle the same thing race, and what only one of them tidies up stays behind when the other wins.
 */
import { matchesArgument } from "../../catalog/pattern.js";
import type { Call, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import { CallSet } from "../program/api.js";
import type { Api } from "../program/api.js";
import type { Contexts } from "./contexts.js";
import type { Holders } from "./holders.js";
import type { Fn, Site, Stored } from "../program/program.js";
import type { Refs } from "../program/refs.js";
import type { Types } from "../program/types.js";

/** A place that settles something, or hands the means to somebody. */
export interface Settlement {
  /** What is settled; equal keys are the same promise, callback or future. */
  key: string;
  fn: Fn;
  block: number;
  index: number;
  at: Span;
  how: "call" | "pass";
  /** With an error or a cancellation. */
  fails: boolean;
  /** Whoever waits hears of it at once: not a future or controller, whose own listeners may tidy up. */
  last: boolean;
}

export class Settling {
  private readonly settles = new CallSet<boolean>();
  private readonly methods = new Map<string, boolean>();
  private readonly names = new Set<string>();
  private readonly patterns: RegExp[] = [];
  private readonly memo = new Map<Fn, readonly Settlement[]>();
  private readonly executed = new Map<Fn, boolean>();

  constructor(private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly contexts: Contexts, private readonly holders: Holders) {
    for (const file of api.files) {
      for (const { call, fails } of file.settles ?? []) {
        this.settles.add(call, fails);
        const method = /#(\w+)$/u.exec(call)?.[1];
        if (method !== undefined) this.methods.set(method, fails);
      }
      for (const name of file.completions ?? []) this.names.add(name);
      if (file.completionNames !== undefined) this.patterns.push(new RegExp(file.completionNames, "u"));
    }
  }

  /** The function's own settlements, without those of functions nested in it. */
  in(fn: Fn): readonly Settlement[] {
    let known = this.memo.get(fn);
    if (!known) this.memo.set(fn, (known = [...this.compute(fn)]));
    return known;
  }

  /** With those of the functions nested in it. */
  within(fn: Fn): Settlement[] {
    return [fn, ...this.holders.nestedIn(fn)].flatMap((one) => this.in(one));
  }

  private *compute(fn: Fn): Generator<Settlement> {
    for (const site of fn.sites()) {
      const { instruction } = site;
      if (instruction.op !== "call") continue;
      const base = { fn, block: site.block, index: site.index, at: instruction.at };
      if (instruction.callee !== null) {
        const key = this.keyOf(fn, instruction.callee);
        if (key !== null) yield { ...base, ...key, how: "call" };
      }
      for (const settled of this.settled(fn, instruction)) yield { ...base, ...settled, last: false, how: "call" };
      if (this.api.executors.has(fn, instruction, this.types)) continue;
      for (const argument of instruction.args) {
        const key = this.keyOf(fn, argument.value);
        if (key !== null) yield { ...base, ...key, how: "pass" };
      }
    }
  }

  /** What the call itself settles: its receiver, or an argument. */
  private *settled(fn: Fn, call: Call): Generator<{ key: string; fails: boolean }> {
    for (const { value: fails, argument } of this.settles.match(fn, call, this.types)) {
      const value = argument === null ? call.receiver : call.args.find((one, position) => matchesArgument(argument, position, one.name))?.value ?? null;
      const key = value === null ? null : this.thing(fn, value);
      if (key !== null) {
        yield { key, fails };
        return;
      }
    }
  }

  /** What calling the value would settle: an executor's parameter, a parameter named so, or a bound setter. */
  keyOf(fn: Fn, value: ValueId, depth = 0): { key: string; fails: boolean; last: boolean } | null {
    const definition = fn.definition(value)?.instruction;
    if (definition?.op === "load" && definition.place.kind === "field") {
      const fails = this.methods.get(definition.place.name);
      const key = fails === undefined ? null : this.thing(fn, definition.place.object);
      return key === null || fails === undefined ? null : { key, fails, last: false };
    }
    const { root, fields, key } = this.refs.of(fn, value);
    if (root.kind !== "binding" || fields.length > 0 || root.module.binding(root.binding)?.kind !== "parameter") return this.keyOfEither(fn, value, depth);
    const binding = root.module.binding(root.binding);
    const owner = root.module.fn(binding?.owner ?? -1);
    if (!binding || !owner) return null;
    const position = owner.facts.parameters.findIndex((one) => one.binding === root.binding);
    if (this.isExecutor(owner)) return { key: `executor:${owner.key}`, fails: position === 1, last: true };
    return this.names.has(binding.name) || this.patterns.some((one) => one.test(binding.name)) ? { key, fails: false, last: true } : null;
  }

  /** `const done = callback || nothing`: of a variable's two values one is the caller's, and the other a function that stands in for it. */
  private keyOfEither(fn: Fn, value: ValueId, depth: number): { key: string; fails: boolean; last: boolean } | null {
    const definition = fn.definition(value)?.instruction;
    if (definition?.op !== "load" || definition.place.kind !== "binding" || depth > 3) return null;
    const binding = fn.module.binding(definition.place.binding);
    const stores = fn.module.bindingStores.get(definition.place.binding) ?? [];
    if (!binding || binding.kind === "parameter" || binding.kind === "import" || binding.owner === 0 || stores.length > 2 || stores.some((store) => store.fn.id !== binding.owner)) return null;
    const keys = stores.map((store) => this.keyOf(store.fn, store.value, depth + 1));
    return keys.every((one, index) => one !== null || this.isFunction(stores[index])) ? keys.find((one) => one !== null) ?? null : null;
  }

  /** A function of the program, or one that a name from elsewhere stands for. */
  private isFunction(store: Stored | undefined): boolean {
    if (!store) return false;
    const { root } = this.refs.of(store.fn, store.value);
    return root.kind === "import" || root.kind === "global" || this.contexts.functionsIn(store.fn, store.value).length > 0;
  }

  /** A future or deferred that has a name here. */
  thing(fn: Fn, value: ValueId): string | null {
    const ref = this.refs.of(fn, value);
    if (ref.root.kind === "binding") return ref.root.module.binding(ref.root.binding)?.owner === 0 ? null : ref.key;
    return ref.root.kind === "this" && ref.fields.length > 0 ? ref.key : null;
  }

  /** The function is given the means to settle a promise. */
  isExecutor(fn: Fn): boolean {
    let known = this.executed.get(fn);
    if (known === undefined) {
      known = runsAsExecutor(fn, this.contexts, this.api, this.types);
      this.executed.set(fn, known);
    }
    return known;
  }

  /** Where the promise of an executor is made. */
  promiseOf(executor: Fn): Site | null {
    return this.contexts.usedAsCallback(executor).find(({ site }) => this.api.executors.has(site.fn, site.instruction, this.types))?.site ?? null;
  }
}

/** `new Promise(fn)`: for who has no `Settling` yet; others ask `isExecutor`, which remembers. */
export function runsAsExecutor(fn: Fn, contexts: Contexts, api: Api, types: Types): boolean {
  return contexts.usedAsCallback(fn).some(({ site, position }) => api.executors.match(site.fn, site.instruction, types).some(({ argument }) => matchesArgument(argument, position, null)));
}
