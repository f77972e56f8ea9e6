/**
 * A wait that only limits another and that nothing can end: `Promise.race([work, delay(5000).then(() => { throw late; })])`.
 * When the work is done first, the delay's timer runs on, with all that its promise holds.
 */
import type { Call, ValueId } from "../../model/facts.js";
import type { Api } from "../program/api.js";
import { CallSet } from "../program/api.js";
import type { Contexts } from "../contexts/contexts.js";
import type { Fn, Site } from "../program/program.js";
import type { Refs } from "../program/refs.js";
import type { Types } from "../program/types.js";
import { loadsIn, nameRead } from "../program/variables.js";

/** The call that waits, and the promise that is settled after it. */
interface Limit {
  site: Site & { instruction: Call };
  value: ValueId;
  /** It is settled with a failure: the wait is there for nothing else. */
  fails: boolean;
}

export class TimerLimits {
  private readonly delays = new CallSet<true>();
  private readonly rejects = new CallSet<true>();
  private readonly promisifies = new CallSet<true>();
  private readonly promisified = new Set<string>();
  private readonly names: RegExp[] = [];

  /** `helpers`: functions of the program that hand out the promise of a timer which only settles it. */
  constructor(private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly contexts: Contexts, private readonly helpers: ReadonlySet<Fn>) {
    for (const { delays } of api.files) {
      if (!delays) continue;
      for (const call of delays.calls) this.delays.add(call, true);
      for (const call of delays.rejects) this.rejects.add(call, true);
      for (const call of delays.promisifies.calls) this.promisifies.add(call, true);
      for (const name of delays.promisifies.of) this.promisified.add(name);
      this.names.push(new RegExp(delays.names, "u"));
    }
  }

  /** The waits of a function that nothing can end, and what it makes of them. */
  *in(fn: Fn): Generator<Limit> {
    if (this.names.length === 0) return;
    for (const site of fn.sites()) {
      const { instruction } = site;
      if (instruction.op !== "call" || !this.isDelay(fn, instruction)) continue;
      const then = this.onlyUse(fn, instruction.out)?.instruction;
      if (then?.op !== "call" || this.api.words.is("continues", then) !== "method") {
        if (then) yield { site: { ...site, instruction }, value: instruction.out, fails: false };
        continue;
      }
      const [callback, ...more] = then.args;
      const run = callback && more.length === 0 ? this.contexts.functionsIn(fn, callback.value) : [];
      yield { site: { ...site, instruction }, value: then.out, fails: run.length > 0 && run.every((one) => this.alwaysFails(one)) };
    }
  }

  /** A wait for a time, of which nobody has more than the promise: no signal and no options are given to it. */
  private isDelay(fn: Fn, call: Call): boolean {
    const [time, ...others] = call.args;
    if (call.isNew || !time || others.some((one) => one.spread || fn.definition(one.value)?.instruction.op !== "constant")) return false;
    const callee = this.types.calleeOf(fn, call);
    if (callee) return callee.kind === "function" && this.helpers.has(callee.fn);
    return this.delays.has(fn, call, this.types) || this.isPromisified(fn, call) || this.isNamed(fn, call);
  }

  /** `const sleep = promisify(setTimeout)`, here or in the file that it comes from. */
  private isPromisified(fn: Fn, call: Call): boolean {
    if (call.callee === null) return false;
    const { root, fields } = this.refs.of(fn, call.callee);
    if (fields.length > 0) return false;
    // `module.exports = promisify(setTimeout)` is what the whole module is to who requires it.
    const whole = root.kind === "module" ? this.refs.program.exportOf(root.module, "=") : null;
    const named = root.kind === "binding" ? root : whole?.kind === "binding" ? whole : null;
    const stores = named?.module.bindingStores.get(named.binding) ?? [];
    const made = root.kind === "call" ? root.site : stores.length === 1 && stores[0] ? stores[0].fn.definition(stores[0].value) : null;
    if (made?.instruction.op !== "call" || !this.promisifies.has(made.fn, made.instruction, this.types)) return false;
    const [given] = made.instruction.args;
    const of = given ? this.refs.of(made.fn, given.value) : null;
    return of?.root.kind === "global" && this.promisified.has([of.root.name, ...of.fields].join(".")) || of?.root.kind === "import" && this.promisified.has(this.types.pathAlias([of.root.path, ...of.fields].join(".")));
  }

  /** A helper of a file that is not here, and is called what it does: it is given a time, and nothing else. */
  private isNamed(fn: Fn, call: Call): boolean {
    if (call.callee === null || call.args.length !== 1 || call.path?.startsWith(".") !== true) return false;
    const name = nameRead(fn, call.callee);
    return name !== null && this.refs.of(fn, call.callee).root.kind === "import" && this.names.some((one) => one.test(name));
  }

  /** What is done with a promise, itself or by the name of a variable; null where more than one thing is. */
  private onlyUse(fn: Fn, value: ValueId): Site | null {
    const [use, ...others] = fn.uses(value);
    if (use?.kind !== "instruction" || others.length > 0) return null;
    const { instruction } = use.site;
    if (instruction.op !== "store" || instruction.place.kind !== "binding") return use.site;
    const { binding } = instruction.place;
    const [load, ...more] = loadsIn(fn.module, binding);
    return load?.fn === fn && more.length === 0 && (fn.module.bindingStores.get(binding) ?? []).length === 1 ? this.onlyUse(fn, load.value) : null;
  }

  /** Each way through it ends in a failure. */
  private alwaysFails(fn: Fn): boolean {
    let fails = false;
    for (const { end } of fn.facts.blocks) {
      if (end.kind === "raise") fails = true;
      if (end.kind !== "return") continue;
      const made = end.value === null ? undefined : fn.definition(end.value)?.instruction;
      if (made?.op !== "call" || !this.rejects.has(fn, made, this.types)) return false;
      fails = true;
    }
    return fails;
  }
}
