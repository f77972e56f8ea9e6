/**
 * Reactions to a promise that lives long: `Promise.race([work(), this.closed])` leaves one on `this.closed` for each call,
 * and each holds what its call came to until the promise settles, as there is no way to take a reaction off.
 *
 * A promise counts only where it says that it tells of an end, by its name or in that it can only fail: others settle soon.
 */
import type { Call, ValueId } from "../../model/facts.js";
import type { TrailStep } from "../../model/finding.js";
import type { Span } from "../../model/span.js";
import type { Analysis } from "../analysis.js";
import { CallSet } from "../program/api.js";
import type { Context } from "../contexts/contexts.js";
import { promisesEnd } from "../program/end-words.js";
import { isWithin } from "../contexts/endings.js";
import { at, functionName, repetition } from "../explain.js";
import { runsOncePerObject, settlesWhenCalled } from "./listener-evidence.js";
import { runOf } from "./listener-outcomes.js";
import type { ListenerFinding } from "./listener-telling.js";
import type { Fn, Site, Stored } from "../program/program.js";
import { describe } from "../program/refs.js";
import type { Ref } from "../program/refs.js";

interface Reaction {
  fn: Fn;
  at: Span;
  promise: Ref;
  context: Context;
}

export function* reactionFindings(analysis: Analysis): Generator<ListenerFinding> {
  for (const { fn, at: span, promise, context } of new Reactions(analysis).all()) {
    const target = describe(promise);
    const { fn: top } = analysis.registrations.scopes.of(fn);
    const trail: TrailStep[] = [
      { role: "holder", message: `${target} goes on when this call is over, and keeps the reaction and what the call came to`, place: at(fn, span) },
      ...repetition(top, context),
      { role: "searched", message: "there is no way to take a reaction off a promise", place: null },
    ];
    yield {
      message: "neverRemoved", data: { where: functionName(top), noun: "promise reaction", target, phrase: context.kind === "unknown" ? "whenever it is called" : context.phrase },
      severity: "medium", path: fn.module.path, at: span, trail, help: "let what ends it settle the calls under way (a set of their reject functions, or a listener that each call takes off)", fix: null,
    };
  }
}

class Reactions {
  private readonly races = new CallSet<true>();

  constructor(private readonly analysis: Analysis) {
    for (const file of analysis.api.files) for (const call of file.races ?? []) this.races.add(call, true);
  }

  *all(): Generator<Reaction> {
    const { program, contexts, types, api } = this.analysis;
    for (const fn of program.functions()) {
      if (fn.facts.kind === "module" || contexts.isTest(fn)) continue;
      const seen = new Set<number>();
      for (const site of fn.sites()) {
        const { instruction } = site;
        if (instruction.op !== "call" || seen.has(instruction.at[0])) continue;
        const promise = this.races.has(fn, instruction, types) ? this.raced(fn, site, instruction) : api.words.is("continues", instruction) !== null ? this.awaited(fn, site, instruction) : null;
        if (!promise) continue;
        seen.add(instruction.at[0]);
        yield { fn, at: instruction.at, promise, context: contexts.at(fn, site.block) };
      }
    }
  }

  /** The promise among those raced that goes on after the call. */
  private raced(fn: Fn, site: Site, call: Call): Ref | null {
    if (!this.runsAgain(fn, site)) return null;
    const [list] = call.args;
    const made = list ? this.madeOf(fn, list.value) : undefined;
    if (made?.op !== "collection" || made.elements.length < 2) return null;
    for (const { value, spread } of made.elements) {
      const ref = spread ? null : this.lasting(fn, value);
      if (ref) return ref;
    }
    return null;
  }

  /** `given.closed.then((e) => reject(e))` in an executor that something else settles as well. */
  private awaited(fn: Fn, site: Site, call: Call): Ref | null {
    const { settling, contexts, registrations, holders } = this.analysis;
    const [callback] = call.args;
    if (call.receiver === null || callback === undefined || !this.isDropped(fn, call, 0)) return null;
    const ref = this.lasting(fn, call.receiver);
    if (!ref || !this.runsAgain(fn, site)) return null;
    const executor = this.executorOf(fn);
    const own = contexts.functionsIn(fn, callback.value);
    if (executor) {
      const key = `executor:${executor.key}`;
      const ends = settling.keyOf(fn, callback.value)?.key === key || own.some((one) => [...runOf(this.analysis, one)].some((inner) => settling.in(inner).some((each) => each.key === key)));
      const others = [executor, ...holders.nestedIn(executor)].filter((one) => !own.some((inner) => isWithin(one, inner)));
      return ends && others.some((one) => settling.in(one).some((each) => each.key === key && each.at[0] !== call.at[0])) ? ref : null;
    }
    // What the object's own end settles: the callback works on what this call made, and the call is soon over.
    if (ref.root.kind !== "this" || !settlesWhenCalled(this.analysis, fn)) return null;
    const isOfCall = (one: Fn): boolean => one.module === fn.module && one.facts.captures.some((binding) => {
      const found = fn.module.binding(binding);
      return found?.kind === "variable" && registrations.scopes.isCallLocal(fn, found.owner);
    });
    return own.some(isOfCall) ? ref : null;
  }

  private executorOf(fn: Fn): Fn | null {
    const { settling, registrations } = this.analysis;
    const { fn: top } = registrations.scopes.of(fn);
    for (let one: Fn | null = fn; one && one !== top; one = one.parent) if (settling.isExecutor(one)) return one;
    return null;
  }

  /** Nobody reads the promise that the call gives, but perhaps to catch its failure. */
  private isDropped(fn: Fn, call: Call, depth: number): boolean {
    return fn.uses(call.out).every((use) => {
      if (use.kind === "end") return use.end.kind === "return" && this.analysis.settling.isExecutor(fn);
      const { instruction } = use.site;
      if (instruction.op === "operation") return fn.uses(instruction.out).length === 0;
      return depth < 2 && instruction.op === "call" && instruction.receiver === call.out && instruction.args.length > 0 && this.isDropped(fn, instruction, depth + 1);
    });
  }

  private madeOf(fn: Fn, value: ValueId): ReturnType<Fn["definition"]> extends infer Found ? Found extends { instruction: infer Each } ? Each | undefined : undefined : undefined {
    const definition = fn.definition(value)?.instruction;
    if (definition?.op !== "load" || definition.place.kind !== "binding") return definition;
    const stores = fn.module.bindingStores.get(definition.place.binding) ?? [];
    const [only] = stores;
    return only?.fn === fn && stores.length === 1 ? fn.definition(only.value)?.instruction : undefined;
  }

  /** The call is one of many for the same promise: not set-up, and not what waits for the end itself. */
  private runsAgain(fn: Fn, { block }: Site): boolean {
    const { contexts, endings, registrations } = this.analysis;
    const { fn: top } = registrations.scopes.of(fn);
    if (top.facts.kind === "module" || top.facts.kind === "constructor" || top.facts.kind === "initializer") return false;
    if (endings.isEnd(top.facts.name, true) || promisesEnd(top.facts.name)) return false;
    if ((fn.block(block)?.loop ?? null) !== null && fn.facts.loops[fn.block(block)?.loop ?? -1]?.kind === "while") return true;
    return contexts.at(fn, block).kind !== "once" && !runsOncePerObject(this.analysis, fn, false);
  }

  /** A promise that is not this call's and that tells of an end. */
  private lasting(fn: Fn, value: ValueId): Ref | null {
    const { refs, registrations, types, contexts } = this.analysis;
    if (fn.definition(value)?.instruction.op !== "load") return null;
    const ref = refs.of(fn, value);
    const { root, fields } = ref;
    if (fields.includes("[]")) return null;
    if (root.kind === "this") {
      if (fields.length === 0) return null;
      const stores = types.fieldStores.get(ref.key) ?? [];
      // It, or what it is a part of, is made anew for each operation: it goes with that.
      for (let part: Ref | null = ref; part && part.fields.length > 0; part = refs.owner(part)) {
        if ((types.fieldStores.get(part.key) ?? []).some((store) => !isNothing(store) && !runsOncePerObject(this.analysis, store.fn))) return null;
      }
      return this.tells(fields) || stores.length > 0 && stores.every((store) => this.onlyFails(store)) ? ref : null;
    }
    if (root.kind !== "binding") return null;
    const binding = root.module.binding(root.binding);
    if (!binding) return null;
    if (binding.kind === "parameter") return fields.length > 0 && this.tells(fields) ? ref : null;
    if (binding.kind !== "variable" || fields.length > 0 || registrations.scopes.isCallLocal(fn, binding.owner)) return null;
    const stores = root.module.bindingStores.get(root.binding) ?? [];
    const [only] = stores;
    if (!only || stores.length > 1 || binding.owner !== only.fn.id) return null;
    const isAsked = contexts.usedAsCallback(fn).length === 0 || fn.facts.kind !== "lambda";
    return isAsked && this.isPromise(only) && (promisesEnd(binding.name) || this.onlyFails(only)) ? ref : null;
  }

  /** The name, or that of what the promise is a part of: `this.closed`, `token.cancelled.promise`. */
  private tells(fields: readonly string[]): boolean {
    return fields.some(promisesEnd);
  }

  private isPromise(store: Stored): boolean {
    const made = store.fn.definition(store.value)?.instruction;
    return made?.op === "call" && this.analysis.api.executors.has(store.fn, made, this.analysis.types);
  }

  /** `new Promise((_, reject) => …)`: nothing but a failure settles it. */
  private onlyFails(store: Stored): boolean {
    const made = store.fn.definition(store.value)?.instruction;
    if (made?.op !== "call" || !this.isPromise(store)) return false;
    const [given] = made.args;
    const [executor] = given ? this.analysis.contexts.functionsIn(store.fn, given.value) : [];
    const [resolve, reject] = executor?.facts.parameters ?? [];
    if (!executor || resolve?.binding == null || reject?.binding == null) return false;
    const { binding } = resolve;
    return [executor, ...this.analysis.holders.nestedIn(executor)].every((one) => [...one.sites()].every(({ instruction }) =>
      instruction.op !== "load" || instruction.place.kind !== "binding" || instruction.place.binding !== binding));
  }
}

function isNothing(store: Stored): boolean {
  const made = store.fn.definition(store.value)?.instruction;
  return made?.op === "constant";
}
