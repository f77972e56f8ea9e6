/**
 * Listeners and other registrations: a target that keeps a function, and whether the same pair is ever taken apart.
 *
 * A registration leaks when its target outlives what registers, the registering repeats, and no removal can match it.
 * So three questions: how long does the target live (`targets`), is there a removal with this event and this very
 * function (`removals`) on every way out (`removal-paths`), and how often does the statement run (`contexts`).
 */
import type { Call, Instruction, ValueId } from "../../model/facts.js";
import { argumentValue } from "../program/api.js";
import type { Api, CompiledPair } from "../program/api.js";
import { CallScopes } from "../contexts/call-scopes.js";
import type { CallScope } from "../contexts/call-scopes.js";
import { constantText, isFalse, option } from "../program/constants.js";
import type { ContainerKeys } from "../containers/container-keys.js";
import type { Context, Contexts } from "../contexts/contexts.js";
import { asksTarget, isGuarded, isGuardedPerObject } from "../contexts/guards.js";
import type { CallSite, Holders } from "../contexts/holders.js";
import { Mismatches } from "./mismatches.js";
import { OnlyTold } from "./only-told.js";
import type { Fn, Program, Site } from "../program/program.js";
import { push } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";
import { RemovalPaths } from "./removal-paths.js";
import type { MissedExit } from "./removal-paths.js";
import { Removals } from "./removals.js";
import { Slots } from "./slots.js";
import { Targets, isConstructor, isNull } from "../contexts/targets.js";
import type { TargetLife } from "../contexts/targets.js";
import { original } from "../contexts/twins.js";
import type { Types } from "../program/types.js";

/** Why a removal that looks right does not match. */
export type Mismatch = "fresh-function" | "bound-copy" | "capture" | "context" | "events" | "event" | "target" | "factory" | "made-anew" | "never-reached" | "nothing";

export interface Registration {
  pair: CompiledPair;
  fn: Fn;
  site: CallSite;
  /** The helper that adds it for its caller, where `site` is a call of one. */
  via: Fn | null;
  target: Ref | null;
  life: TargetLife;
  /** The event's constant name, or null. */
  event: string | null;
  /** The last name of an event that is a member of an enumeration, or the constant itself. */
  eventName: string | null;
  listener: Ref | null;
  /** The function that is registered, if it is one of the program's. */
  listenerFn: Fn | null;
  /** Written in the call itself, so that no other call can name it: how it is made. */
  inline: "closure" | "bind" | "call" | null;
  /** The listener was given to the function that registers: whoever gave it may take it off. */
  forwarded: boolean;
  /** It ends after one event. */
  once: boolean;
  context: Context;
  scope: CallScope;
  /** Runs only the first time: a flag says so. */
  guarded: boolean;
  /** Guarded only in that the target itself is asked: it runs for each target that says so. */
  asked: boolean;
  /** The flag is a field of the object, so that it runs once for each. */
  guardedPerObject: boolean;
  /** Removals that match. */
  removals: CallSite[];
  /** A way out on which none of them is reached. */
  missed: MissedExit | null;
  /** A removal of the same event from the same target that cannot match, and why. */
  mismatch: { site: CallSite; why: Mismatch; sure?: boolean } | null;
  /** The registering call returns what removes it, and that result is dropped. */
  resultDropped: boolean;
  /** The registering call's result is used. */
  resultKept: boolean;
  /** The field or variable that the result is stored in. */
  resultField: Ref | null;
  /** An AbortSignal or the like ends it. */
  cancelled: "by-signal" | "signal-never-aborted" | null;
}

/** How many calls of one chain are followed. */
const MAXIMUM_LINKS = 20;

type Shape = NonNullable<CompiledPair["registration"]>;

export class Registrations {
  private list: Registration[] | null = null;
  private storedAs: Map<string, Ref[]> | null = null;
  private resetters: ReadonlyMap<string, Fn[]> | null = null;
  private readonly byTarget = new Map<string, Registration[]>();
  private readonly byFunction = new Map<Fn, Registration[]>();
  private readonly slots: Slots;
  private readonly told: OnlyTold;
  readonly scopes: CallScopes;
  readonly targets: Targets;

  constructor(
    private readonly program: Program, private readonly refs: Refs, private readonly types: Types, private readonly api: Api,
    private readonly contexts: Contexts, private readonly holders: Holders, keys: ContainerKeys,
  ) {
    this.slots = new Slots(refs, types, api, keys);
    this.told = new OnlyTold(holders, types);
    this.scopes = new CallScopes(types, api, contexts);
    this.targets = new Targets(refs, types, api, this.scopes, contexts);
  }

  all(): readonly Registration[] {
    return (this.list ??= this.compute());
  }

  /** The registrations on a target, by its reference. */
  on(target: Ref): readonly Registration[] {
    this.all();
    return this.byTarget.get(target.key) ?? [];
  }

  /** Fields that the same value is stored in: `self.connection` for the constructor's `connection`. */
  fieldsOf(target: Ref): readonly Ref[] {
    if (!this.storedAs) {
      this.storedAs = new Map();
      for (const fn of this.program.functions()) {
        for (const { instruction } of fn.sites()) {
          if (instruction.op !== "store" || instruction.place.kind !== "field") continue;
          const ref = this.refs.of(fn, instruction.value);
          if (ref.root.kind === "binding") push(this.storedAs, ref.key, this.refs.field(this.refs.of(fn, instruction.place.object), instruction.place.name));
        }
      }
    }
    return this.storedAs.get(target.key) ?? [];
  }

  /** The registrations in a function. */
  in(fn: Fn): readonly Registration[] {
    this.all();
    return this.byFunction.get(fn) ?? [];
  }

  private compute(): Registration[] {
    const list: Registration[] = [];
    for (const fn of this.program.functions()) {
      if (this.contexts.isTest(fn)) continue;
      const seen = new Set<number>();
      for (const site of fn.sites()) {
        if (site.instruction.op !== "call" || seen.has(site.instruction.at[0] * 1000003 + site.instruction.at[1])) continue;
        const pair = this.api.acquired(fn, site.instruction, this.types).find((one) => one.handle === "registration");
        if (!pair?.registration || pair.registration.replaces === true || this.slots.replaces(fn, site.instruction, this.listenerOf(fn, site.instruction, pair, pair.registration))) continue;
        seen.add(site.instruction.at[0] * 1000003 + site.instruction.at[1]);
        const one = this.describe(fn, site as CallSite, pair, pair.registration);
        if (this.isConvention(one, pair.registration)) list.push(one);
      }
    }
    list.push(...this.decorated());
    for (const one of list) this.index(one);
    const removals = new Removals(this.program, this.refs, this.types, this.api, this.contexts, this.holders, (target) => this.fieldsOf(target), new Mismatches(this.refs, this.api.words, this.holders, this.scopes));
    const paths = new RemovalPaths(this.refs, this.types, this.api);
    const settle = (one: Registration): void => {
      const shape = one.pair.registration;
      if (!shape) return;
      const found = removals.find(one, shape, one.target ? this.byTarget.get(one.target.key) ?? [] : []);
      one.removals = found.removals;
      one.mismatch = found.mismatch;
      // Taken off before it is added: at most one is there.
      const before = found.removals.some((site) => site.fn === one.fn && site.instruction.at[0] < one.site.instruction.at[0]);
      if (found.removals.length > 0 && !before && one.life !== "local") one.missed = this.missedExit(paths, one);
    };
    for (const one of list) settle(one);
    // A helper that a convention names is known without a look into it.
    const known = new Set(list.map((one) => one.site.instruction));
    const lifted = list.flatMap((one) => this.lift(one)).filter((one) => !known.has(one.site.instruction));
    for (const one of lifted) {
      this.index(one);
      settle(one);
    }
    list.push(...lifted);
    return list;
  }

  /** Asked in the function whose call adds it: what stands in a promise's executor is added where the promise is made. */
  private missedExit(paths: RemovalPaths, one: Registration): MissedExit | null {
    const { fn, site, scope, removals } = one;
    if (scope.fn === fn || removals.some((removal) => removal.fn !== scope.fn)) return paths.missedExit(fn, site, removals);
    let inner = fn;
    while (inner.parent && inner.parent !== scope.fn) inner = inner.parent;
    const run = this.contexts.usedAsCallback(inner).find((use) => use.site.fn === scope.fn)?.site;
    return run ? paths.missedExit(scope.fn, run, removals) : null;
  }

  /** Where only the name of the call speaks for it, the listener must be seen to be a function, and a method that is there to keep it. */
  private isConvention(one: Registration, shape: Shape): boolean {
    if (!one.pair.acquire.includes("*")) return true;
    const { receiver } = one.site.instruction;
    const given = this.listenerOf(one.fn, one.site.instruction, one.pair, shape);
    if (given !== null && this.told.is(one.fn, one.site.instruction, given, one.pair)) return false;
    const definition = receiver === null ? undefined : one.fn.definition(receiver)?.instruction;
    if (definition?.op === "load" && definition.place.kind === "super") return false;
    if (one.listenerFn !== null || one.inline === "closure" || one.inline === "bind") return true;
    // `bus.onChange(this.id, f)`: the function is another argument.
    return one.listener?.root.kind === "this" && one.site.instruction.args.every(({ value }) => !this.isFunction(one.fn, value));
  }

  /** Seen to be one of the program's: by itself, or as what a variable was given. */
  private isFunction(fn: Fn, value: ValueId): boolean {
    const { root, fields } = this.refs.of(fn, value);
    const [only, ...more] = root.kind === "binding" && fields.length === 0 ? root.module.bindingStores.get(root.binding) ?? [] : [];
    const given = only && more.length === 0 ? only : { fn, value };
    return this.contexts.functionsIn(given.fn, given.value).length > 0;
  }

  /** `@register def f()` in a function: each call of that function registers another `f`. */
  private decorated(): Registration[] {
    const found: Registration[] = [];
    for (const fn of this.program.functions()) {
      const { parent } = fn;
      if (!parent || fn.facts.decorators.length === 0 || this.contexts.isTest(fn)) continue;
      for (const decorator of fn.facts.decorators) {
        if (decorator.called || decorator.path === null) continue;
        const made = [...parent.sites()].find((site) => site.instruction.op === "closure" && site.instruction.function === fn.id);
        if (made?.instruction.op !== "closure") continue;
        const call: CallSite["instruction"] = { op: "call", at: decorator.at, nameAt: decorator.at, out: made.instruction.out, path: decorator.path, callee: null, receiver: null, method: null, isNew: false, args: [{ value: made.instruction.out, name: null, spread: false }] };
        const pair = this.api.acquired(parent, call, this.types).find((one) => one.handle === "registration");
        if (pair?.registration && pair.registration.replaces !== true && pair.registration.event === undefined) found.push({ ...this.describe(parent, { ...made, instruction: call }, pair, pair.registration), resultDropped: false, resultKept: false, resultField: null });
      }
    }
    return found;
  }

  private index(one: Registration): void {
    if (one.target) push(this.byTarget, one.target.key, one);
    push(this.byFunction, one.fn, one);
  }

  private describe(fn: Fn, site: CallSite, pair: CompiledPair, shape: Shape): Registration {
    const call = site.instruction;
    const targetValue = shape.target === undefined ? this.chained(fn, call.receiver) : argumentValue(fn, call, shape.target);
    const listenerValue = this.listenerOf(fn, call, pair, shape);
    const eventValue = shape.event === undefined ? null : argumentValue(fn, call, shape.event);
    const event = shape.named ?? constantText(fn, eventValue);
    const both = this.pairOf(fn, targetValue, listenerValue, shape.exact === true);
    if (event !== null && this.api.lateEvents.has(event) && both.target && targetValue !== null) both.life = this.targets.lifeOfToken(fn, both.target, targetValue);
    const flagged = this.isGuarded(fn, site) || this.isExecutorGuarded(fn);
    const asked = both.target !== null && asksTarget(this.refs, fn, site, both.target);
    return {
      pair, fn, site, via: null, ...both, event,
      eventName: shape.named ?? (eventValue === null ? (shape.once === true ? null : this.eventOfName(fn, call)) : constantText(fn, eventValue) ?? this.refs.of(fn, eventValue).fields.at(-1) ?? null),
      once: shape.once === true || this.hasOnceOption(fn, call, shape.options),
      context: this.contextOf(fn, site, targetValue, eventValue), scope: this.scopes.of(fn), guarded: flagged || asked, asked: asked && !flagged,
      guardedPerObject: isGuardedPerObject(this.refs, fn, site),
      removals: [], missed: null, mismatch: null,
      ...this.resultOf(fn, site, shape),
      cancelled: this.cancellation(fn, call, pair),
    };
  }

  /** `socket.once("open", go).once("error", stop)`: the second is on what the first was on, which it gives back. */
  private chained(fn: Fn, receiver: ValueId | null): ValueId | null {
    let value = receiver;
    for (let links = 0; value !== null && links < MAXIMUM_LINKS; links++) {
      const made: Instruction | undefined = fn.definition(value)?.instruction;
      if (made?.op !== "call" || made.receiver === null) break;
      const pair = this.api.acquired(fn, made, this.types).find((one) => one.handle === "registration");
      if (pair?.registration?.returns !== "target" || pair.registration.target !== undefined) break;
      value = made.receiver;
    }
    return value;
  }

  /** How often it adds up. A loop over targets or over events puts one on each: only the function around counts. */
  private contextOf(fn: Fn, site: Site, target: ValueId | null, event: ValueId | null): Context {
    const { fn: top } = this.scopes.of(fn);
    const varies = (value: ValueId | null): boolean => value !== null && constantText(fn, value) === null && this.variesInLoop(fn, site, value);
    return varies(target) || varies(event) ? this.contexts.of(top) : this.contexts.at(fn, site.block);
  }

  /** Whether the value is another one in each turn of the loop, or call of the callback, that the site stands in. */
  private variesInLoop(fn: Fn, site: Site, value: ValueId): boolean {
    const ref = this.refs.of(fn, value);
    if (ref.fields.includes("[]")) return true;
    if (ref.root.kind !== "binding") return ref.root.kind === "value" || ref.root.kind === "call" && ref.root.site.block !== 0;
    const binding = ref.root.module.binding(ref.root.binding);
    if (!binding) return false;
    const { fn: top } = this.scopes.of(fn);
    if (binding.owner !== top.id && this.scopes.isCallLocal(fn, binding.owner)) return true;
    const loop = fn.block(site.block)?.loop ?? null;
    return loop !== null && (ref.root.module.bindingStores.get(ref.root.binding) ?? []).some((store) => store.fn === fn && (fn.block(store.site.block)?.loop ?? null) !== null);
  }

  /** The target and the listener, whether they are the call's own or those that a helper was given. */
  private pairOf(fn: Fn, targetValue: ValueId | null, given: ValueId | null, exact: boolean): Pick<Registration, "target" | "life" | "listener" | "listenerFn" | "inline" | "forwarded"> {
    const target = targetValue === null ? null : this.refs.of(fn, targetValue);
    const twin = given === null || exact ? null : original(this.refs, this.api.words, fn, given);
    const listenerValue = twin?.value ?? given;
    const listener = twin?.ref ?? (listenerValue === null ? null : this.refs.of(fn, listenerValue));
    const [listenerFn] = listenerValue === null ? [] : this.contexts.functionsIn(fn, listenerValue);
    return {
      target, life: target === null || targetValue === null ? "process" : this.targets.lifeOf(fn, target, targetValue),
      listener, listenerFn: listenerFn ?? null, inline: listenerValue === null ? null : this.inlineOf(fn, listenerValue),
      forwarded: listener?.root.kind === "binding" && listener.fields.every((field) => field === "[]") && listener.root.module.binding(listener.root.binding)?.kind === "parameter" && !listener.root.module.bindingStores.has(listener.root.binding) && this.scopes.isCallLocal(fn, listener.root.module.binding(listener.root.binding)?.owner ?? -1),
    };
  }

  /** `register(target, listener) { target.on("x", listener) }`: each call of it is a registration of its caller. */
  private lift(one: Registration): Registration[] {
    const { fn, target, listener } = one;
    if (one.removals.length > 0 || one.via || !one.forwarded || listener?.root.kind !== "binding" || fn.facts.kind === "lambda") return [];
    // The target is given as well, or it is the process's.
    const given = one.life === "parameter" && target?.root.kind === "binding" && target.fields.length === 0;
    if (!given && one.life !== "process") return [];
    if (fn.facts.blocks.some(({ end }) => end.kind === "return" && end.value !== null)) return [];
    const position = (ref: Ref): number => (ref.root.kind === "binding" ? fn.facts.parameters.findIndex((each) => ref.root.kind === "binding" && each.binding === ref.root.binding) : -1);
    const [targetAt, listenerAt] = [given ? position(target) : -1, position(listener)];
    if (given && targetAt < 0 || listenerAt < 0) return [];
    // A Python method's own object is listed among its parameters.
    const shift = fn.facts.parameters[0]?.binding === null ? 1 : 0;
    return this.contexts.callers(fn).flatMap((site) => {
      const targetValue = given ? argumentValue(site.fn, site.instruction, targetAt - shift) : null;
      const listenerValue = argumentValue(site.fn, site.instruction, listenerAt - shift);
      if (given && targetValue === null || listenerValue === null || this.contexts.isTest(site.fn)) return [];
      const pair = this.pairOf(site.fn, targetValue, listenerValue, one.pair.registration?.exact === true);
      // What has a name may be taken off by another helper.
      if (!given && pair.inline === null) return [];
      return [{
        ...one, ...pair, ...(given ? {} : { target, life: one.life }), fn: site.fn, site, via: fn,
        context: this.contexts.at(site.fn, site.block), scope: this.scopes.of(site.fn), guarded: this.isGuarded(site.fn, site), asked: false,
        removals: [], missed: null, mismatch: null, resultDropped: false, resultKept: false, resultField: null,
      }];
    });
  }

  private listenerOf(fn: Fn, call: Call, pair: CompiledPair, shape: Shape): ValueId | null {
    const direct = argumentValue(fn, call, shape.listener);
    if (direct !== null) return direct;
    for (const argument of pair.callbacks ?? []) {
      const value = argumentValue(fn, call, argument);
      if (value !== null) return value;
    }
    return null;
  }

  private inlineOf(fn: Fn, value: ValueId): Registration["inline"] {
    const definition = fn.definition(value)?.instruction;
    if (fn.uses(value).length !== 1) return null;
    if (definition?.op === "closure") return "closure";
    if (definition?.op !== "call") return null;
    return definition.method === "bind" ? "bind" : "call";
  }

  /** Whether the statement runs only while a flag, or the very field that it fills, is empty. */
  isFirstTime(fn: Fn, site: Site): boolean {
    return isGuarded(this.refs, fn, site, () => false);
  }

  private isGuarded(fn: Fn, site: Site): boolean {
    if (this.contexts.usedAsCallback(fn).length === 0) {
      // A helper of set-up code that asks before: `if (this.initialized) return; this.initialized = true; this.listen()`.
      const callers = this.contexts.callers(fn).filter((one) => !this.contexts.isTest(one.fn));
      if (callers.length > 0 && callers.every((one) => one.fn !== fn && (isGuardedPerObject(this.refs, one.fn, one) || this.asksOwnFlag(one)))) return true;
    }
    return isGuarded(this.refs, fn, site, (key, by) => !by.facts.static && this.resets().get(key)?.some((other) => other !== by) === true);
  }

  /** Whatever else it asks, a method asks a field of its object, sets it, and nothing that is seen to run takes it back. */
  private asksOwnFlag(site: CallSite): boolean {
    const { fn } = site;
    const { cls } = fn;
    if (!cls || fn.facts.static || isConstructor(fn)) return false;
    return isGuarded(this.refs, fn, site, (key, by) => !key.startsWith(`${cls.family.typeName}.`) || this.resets().get(key)?.some((other) => other !== by && this.contexts.of(other).kind !== "unknown") === true);
  }

  /** Functions that set a field or an outer variable back to nothing, by its reference; its first value does not count. */
  private resets(): ReadonlyMap<string, Fn[]> {
    if (this.resetters) return this.resetters;
    const found = new Map<string, Fn[]>();
    for (const fn of this.program.functions()) {
      if (fn.facts.kind === "module" || fn.facts.kind === "class-body" || isConstructor(fn)) continue;
      for (const { instruction } of fn.sites()) {
        if (instruction.op !== "store" || !isNull(fn, instruction.value) && !isFalse(fn, instruction.value)) continue;
        if (instruction.place.kind === "field") push(found, this.refs.field(this.refs.of(fn, instruction.place.object), instruction.place.name).key, fn);
        else if (instruction.place.kind === "binding" && fn.module.binding(instruction.place.binding)?.owner !== fn.id) push(found, this.refs.ofBinding(fn.module, instruction.place.binding).key, fn);
      }
    }
    return (this.resetters = found);
  }

  /** The flag is asked in the function around a promise's executor. */
  private isExecutorGuarded(fn: Fn): boolean {
    const { fn: top } = this.scopes.of(fn);
    for (let at: Fn = fn; at !== top && at.parent; at = at.parent) {
      const { parent, id } = at;
      for (const site of parent.sites()) if (site.instruction.op === "closure" && site.instruction.function === id && this.isGuarded(parent, site)) return true;
    }
    return false;
  }

  private resultOf(fn: Fn, site: CallSite, shape: Shape): Pick<Registration, "resultDropped" | "resultKept" | "resultField"> {
    const uses = fn.uses(site.instruction.out);
    const used = uses.some((use) => use.kind === "end" || use.site.instruction.op !== "operation" || use.site.instruction.operator !== "void");
    let resultField: Ref | null = null;
    for (const use of uses) {
      if (use.kind !== "instruction" || use.site.instruction.op !== "store") continue;
      const { place } = use.site.instruction;
      if (place.kind === "field") resultField = this.refs.field(this.refs.of(fn, place.object), place.name);
      else if (place.kind === "binding") resultField = this.refs.ofBinding(fn.module, place.binding);
    }
    if (shape.returns === undefined || shape.returns === "none" || shape.returns === "target") return { resultDropped: false, resultKept: false, resultField };
    return { resultDropped: !used, resultKept: used, resultField };
  }

  private hasOnceOption(fn: Fn, call: Call, options: number | undefined): boolean {
    return options !== undefined && option(fn, call, `${String(options)}.once`) === true;
  }

  /** The signal that ends the registration, and whether anybody fires it. */
  private cancellation(fn: Fn, call: Call, pair: CompiledPair): Registration["cancelled"] {
    if (pair.signal === undefined) return null;
    const signal = argumentValue(fn, call, pair.signal);
    if (signal === null) return this.unknownOptions(fn, call, pair) ? "by-signal" : null;
    const ref = this.refs.of(fn, signal);
    for (const file of this.api.files) {
      for (const canceller of file.cancellers ?? []) {
        if (ref.fields.at(-1) !== canceller.token) continue;
        const isMade = (store: { fn: Fn; value: ValueId }): boolean => {
          const made = store.fn.definition(store.value)?.instruction;
          return made?.op === "call" && made.path !== null && canceller.make.includes(made.path);
        };
        const fires = (key: string): boolean => this.holders.usesOf(key).some((use) => use.as === "argument" || use.as === "receiver" && canceller.cancel.some((pattern) => pattern.endsWith(`#${use.site.instruction.method ?? ""}`)));
        if (ref.root.kind === "this" && ref.fields.length === 2) {
          const field = this.refs.ofField(ref.root.cls, ref.fields[0] ?? "");
          const stores = this.types.fieldStores.get(field.key) ?? [];
          if (stores.length !== 1 || !stores.every(isMade)) continue;
          return fires(field.key) || this.holders.isReturned(field) ? "by-signal" : "signal-never-aborted";
        }
        if (ref.root.kind !== "binding") continue;
        const { module, binding } = ref.root;
        const stores = module.bindingStores.get(binding) ?? [];
        if (stores.length !== 1 || !stores.every(isMade)) continue;
        const leaves = module.binding(binding)?.captured === true || this.isStored(fn, binding);
        return fires(this.refs.ofBinding(module, binding).key) || leaves ? "by-signal" : "signal-never-aborted";
      }
    }
    return "by-signal";
  }

  /** Options given as a variable: they may carry a signal. */
  private unknownOptions(fn: Fn, call: Call, pair: CompiledPair): boolean {
    const position = typeof pair.signal === "string" ? Number(pair.signal.split(".")[0]) : pair.signal ?? -1;
    const options = position < 0 ? null : argumentValue(fn, call, position);
    if (options === null) return false;
    return option(fn, call, String(pair.signal)) === "unknown" && this.types.of(fn, options).every((type) => type !== "boolean");
  }

  private isStored(fn: Fn, binding: number): boolean {
    for (const site of fn.sites()) {
      const { instruction } = site;
      if (instruction.op !== "load" || instruction.place.kind !== "binding" || instruction.place.binding !== binding) continue;
      if (fn.uses(instruction.out).some((use) => use.kind === "end" || use.site.instruction.op === "store" || use.site.instruction.op === "collection")) return true;
    }
    return false;
  }

  /** `terminal.onData(f)`, `panel.disposed.connect(f)`: the event stands in a name. */
  private eventOfName(fn: Fn, call: Call): string | null {
    if (call.method === null) return null;
    const name = /^_*on(?:Did|Will)?(?=[A-Z_])_?(?<rest>\w+)$/u.exec(call.method)?.groups?.["rest"];
    if (name !== undefined) return name.replace(/^[A-Z]/u, (letter) => letter.toLowerCase());
    return call.receiver === null ? null : this.refs.of(fn, call.receiver).fields.at(-1) ?? null;
  }
}
