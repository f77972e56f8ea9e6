/**
 * Clean-ups that never run: one that is registered when its owner is no longer the current one, and one that is
 * returned where nobody takes it.
 *
 * A framework knows whose clean-up `onUnmounted(stop)` is by which set-up is running. Behind an `await` in an
 * asynchronous function, or in a callback that comes later, none is, and the call does nothing. An asynchronous effect
 * returns a promise, not the function in it; a helper whose result is dropped returns it to nobody.
 *
 * What is given up: a function that is used in any other way as well; a call that is told its owner by a further argument.
 */
import type { Call, Instruction, ValueId } from "../../model/facts.js";
import { matchesArgument } from "../../catalog/pattern.js";
import type { HandleRule } from "../../catalog/types.js";
import type { Severity, TrailStep } from "../../model/finding.js";
import type { FixIntent } from "../../model/fix-intent.js";
import type { Span } from "../../model/span.js";
import type { Api } from "../program/api.js";
import { isReachedWithout, isWait } from "../program/blocks.js";
import type { Contexts } from "./contexts.js";
import { isWithin } from "./endings.js";
import type { Fn, Program, Site } from "../program/program.js";
import type { Types } from "../program/types.js";
import { loadsIn } from "../program/variables.js";

interface Unrun {
  /** Null for the means of one that is returned itself: a handle, `subscription.unsubscribe`. */
  cleanup: Fn | null;
  /** The function that registers or returns it. */
  fn: Fn;
  at: Span;
  why: string;
  help: string;
  /** The rules about what it would have released, as far as they are known. */
  rules: ReadonlySet<HandleRule> | null;
}

interface Explained {
  path: string;
  at: Span;
  severity: Severity;
  trail: TrailStep[];
  help: string | null;
  fix?: FixIntent | null;
}

const DEPTH = 3;

export class UnrunCleanups {
  private readonly list: readonly Unrun[];

  constructor(program: Program, private readonly contexts: Contexts, private readonly types: Types, private readonly api: Api) {
    this.list = [...program.functions()].flatMap((fn) => (fn.module.facts.language === "ts" && !contexts.isTest(fn) ? [...this.registeredLate(fn), ...this.returnedToNobody(fn)] : []));
    // From here on they are as good as empty, and so is what is nested in them.
    const silence = (fn: Fn): void => {
      fn.isIdle = true;
      for (const inner of fn.module.nested.get(fn.id) ?? []) silence(inner);
    };
    for (const { cleanup } of this.list) if (cleanup) silence(cleanup);
  }

  /** Whether the call comes when no owner is the current one: behind an `await`, in a callback for later, or in a function that is only called there. */
  isLate(site: Site, depth = 0): boolean {
    const { fn } = site;
    if (fn.facts.kind === "module" || depth > DEPTH) return false;
    if (isBehindWait(site)) return true;
    const uses = this.contexts.usedAsCallback(fn);
    const callers = this.contexts.callers(fn);
    if (uses.length > 0) {
      return callers.length === 0 && uses.every((use) => this.api.words.is("continues", use.site.instruction) !== null
        || this.api.immediate.match(use.site.fn, use.site.instruction, this.types).some(({ argument, value }) => value === "iteration" && matchesArgument(argument, use.position, use.keyword)) && this.isLate(use.site, depth + 1));
    }
    return callers.length > 0 && !fn.facts.exported && !fn.facts.async && callers.every((caller) => caller.fn !== fn && this.isLate(caller, depth + 1));
  }

  /** What to add to a finding whose clean-up is there and does not run, and how sure it then is at most. */
  explain<F extends Explained>(rule: string, finding: F): F {
    const all = this.list.filter((one) => one.fn.module.path === finding.path && (one.rules === null || (one.rules as ReadonlySet<string>).has(rule)) && this.isAround(one, finding.at));
    const found = all.find((one) => one.at[0] > finding.at[0]) ?? all[0];
    if (!found) return finding;
    const step: TrailStep = { role: "exit", message: `${found.cleanup ? "this clean-up never runs" : "what would end it gets lost"}: ${found.why}`, place: { path: finding.path, at: found.at } };
    const last = finding.trail.findIndex(({ role }) => role === "searched");
    const trail = last < 0 ? [...finding.trail, step] : finding.trail.toSpliced(last, 0, step);
    return { ...finding, severity: finding.severity === "high" ? "medium" : finding.severity, trail, help: found.help, fix: null };
  }

  private isAround({ fn, cleanup }: Unrun, at: Span): boolean {
    const isIn = (outer: Fn): boolean => outer.facts.at[0] <= at[0] && at[1] <= outer.facts.at[1];
    return isIn(fn) || cleanup !== null && fn.parent !== null && fn.parent.facts.kind !== "module" && isIn(fn.parent) && !isIn(cleanup);
  }

  private registeredLate(fn: Fn): Unrun[] {
    return [...fn.sites()].flatMap((site) => {
      const { instruction: call } = site;
      if (call.op !== "call") return [];
      const matches = this.api.ambient.match(fn, call, this.types);
      if (matches.length === 0 || !this.isLate(site)) return [];
      // A further argument may name the owner, unless it only says something of warnings.
      if (call.args.some((given, position) => !matches.some(({ argument }) => matchesArgument(argument, position, given.name)) && !isFlag(fn, given.value))) return [];
      const why = `it is registered ${isBehindWait(site) ? "behind an await" : "later"}, when no component's set-up is running any more`;
      return call.args.flatMap((given) => this.unrun(fn, given.value, call.at, why, "register the clean-up before the first await"));
    });
  }

  private returnedToNobody(fn: Fn): Unrun[] {
    if (this.contexts.of(fn).cleanup === "returned" && fn.facts.async && this.contexts.callers(fn).length === 0) {
      fn.losesResult = true;
      const why = "an async function returns a promise, not the function in it";
      const help = "return the clean-up from a function that is not async, and do the waiting in one inside it";
      const functions = this.returned(fn, why, help);
      return functions.length > 0 ? functions : fn.facts.blocks.flatMap(({ end }) => (end.kind === "return" && end.value !== null ? [{ cleanup: null, fn, at: end.at, why, help, rules: null }] : []));
    }
    if (!this.isResultDropped(fn)) return [];
    const name = fn.facts.kind === "lambda" ? "this function" : `${fn.facts.name}()`;
    return this.returned(fn, `nobody takes what ${name} returns`, `call it at the end of what calls ${name}`);
  }

  private returned(fn: Fn, why: string, help: string): Unrun[] {
    return fn.facts.blocks.flatMap(({ end }) => (end.kind === "return" && end.value !== null ? this.unrun(fn, end.value, end.at, why, help) : []));
  }

  /** A local function that is called here and there, or once something is there, and nobody looks at what it returns. */
  private isResultDropped(fn: Fn): boolean {
    const { kind, parent, exported } = fn.facts;
    if (kind !== "function" && kind !== "lambda" || parent === null || parent === 0 || exported || fn.facts.generator) return false;
    const holder = fn.parent;
    const made = holder === null ? undefined : [...holder.sites()].find((site) => site.instruction.op === "closure" && site.instruction.function === fn.id);
    if (holder === null || made?.instruction.op !== "closure") return false;
    const { out } = made.instruction;
    const binding = bindingOf(holder, out);
    // `(async () => { … })()`, `load().then(() => { … })`
    if (binding === null) return holder.uses(out).length === 1 && this.isOnlyCalled(holder, out);
    if ((fn.module.bindingStores.get(binding) ?? []).length !== 1) return false;
    const loads = loadsIn(fn.module, binding);
    return loads.length > 0 && loads.every((load) => this.isOnlyCalled(load.fn, load.value));
  }

  /** Called, or given to what calls it when something is there, and what comes of it not used. */
  private isOnlyCalled(fn: Fn, value: ValueId): boolean {
    const uses = fn.uses(value);
    return uses.length > 0 && uses.every((use) => use.kind === "instruction" && use.site.instruction.op === "call"
      && (use.site.instruction.callee === value || this.api.words.is("continues", use.site.instruction) === "method" && use.site.instruction.args[0]?.value === value) && this.isDropped(fn, use.site.instruction));
  }

  /** Awaited at most, or asked for its failure. */
  private isDropped(fn: Fn, { out }: Extract<Instruction, { out: ValueId }>, depth = 0): boolean {
    return depth < 5 && fn.uses(out).every((use) => {
      if (use.kind === "end") return false;
      const { instruction } = use.site;
      const goesOn = instruction.op === "await" || instruction.op === "operation" && instruction.operator === "void"
        || instruction.op === "call" && instruction.receiver === out && this.onlyHearsOfFailure(fn, instruction);
      return goesOn && this.isDropped(fn, instruction, depth + 1);
    });
  }

  private onlyHearsOfFailure(fn: Fn, call: Call): boolean {
    const matches = this.api.onFailure.match(fn, call, this.types);
    return call.args.every((given, position) => matches.some(({ argument }) => matchesArgument(argument, position, given.name)));
  }

  /** The function that the value is, if it is used for nothing else. */
  private unrun(fn: Fn, value: ValueId, at: Span, why: string, help: string): Unrun[] {
    const definition = fn.definition(value)?.instruction;
    const binding = definition?.op === "load" && definition.place.kind === "binding" ? definition.place.binding : null;
    if (definition?.op !== "closure" && binding === null || fn.uses(value).length > 1) return [];
    const [cleanup, ...others] = this.contexts.functionsIn(fn, value);
    if (!cleanup || others.length > 0 || cleanup.module !== fn.module || cleanup.facts.exported) return [];
    if (binding !== null && (fn.module.binding(binding)?.owner === 0 || loadsIn(cleanup.module, binding).length !== 1)) return [];
    return [{ cleanup, fn, at, why, help, rules: this.rulesOf(cleanup) }];
  }

  private rulesOf(cleanup: Fn): ReadonlySet<HandleRule> {
    const rules = new Set<HandleRule>();
    for (const fn of cleanup.module.functions) {
      if (!isWithin(fn, cleanup)) continue;
      for (const { instruction } of fn.sites()) {
        if (instruction.op !== "call") continue;
        for (const pair of this.api.pairs) if (!rules.has(pair.rule) && this.api.released(pair, fn, instruction, this.types) !== null) rules.add(pair.rule);
      }
    }
    return rules;
  }
}

/** Whether each way to the place, in an asynchronous function, has waited before. */
export function isBehindWait({ fn, block, index }: Site): boolean {
  if (!fn.facts.async || fn.facts.generator) return false;
  const waits = new Set<number>();
  for (const site of fn.sites()) {
    if (!isWait(site.instruction)) continue;
    if (site.block !== block) waits.add(site.block);
    else if (site.index < index) return true;
  }
  return waits.size > 0 && !isReachedWithout(fn, 0, block, waits);
}

function isFlag(fn: Fn, value: ValueId): boolean {
  const definition = fn.definition(value)?.instruction;
  return definition?.op === "constant" && definition.value.kind === "boolean";
}

/** The variable that a function is put in, or that its declaration names. */
function bindingOf(holder: Fn, value: ValueId): number | null {
  const [use, ...others] = holder.uses(value);
  if (use?.kind !== "instruction" || others.length > 0) return null;
  const { instruction } = use.site;
  return instruction.op === "store" && instruction.place.kind === "binding" ? instruction.place.binding : null;
}
