/**
 * What is special about a handle that is a timer: the functions it will run, how soon, whether they start it again, what
 * they settle, and where it is kept.
 */
import type { BlockId, Call, ValueId } from "../../model/facts.js";
import type { Api, CompiledPair } from "../program/api.js";
import { CallSet, argumentValue } from "../program/api.js";
import type { Context, Contexts } from "../contexts/contexts.js";
import { worse } from "../contexts/contexts.js";
import type { Holders } from "../contexts/holders.js";
import type { Life, Lifetimes, Ownership } from "../handles/lifetimes.js";
import { isWithin } from "../contexts/endings.js";
import type { Endings } from "../contexts/endings.js";
import { EventTurns } from "../contexts/event-turns.js";
import { Numbers } from "../program/numbers.js";
import type { Fn, Program, Site } from "../program/program.js";
import { canAvoid, canReach } from "../program/blocks.js";
import type { Ref, Refs } from "../program/refs.js";
import type { Settlement, Settling } from "../contexts/settling.js";
import type { Types } from "../program/types.js";

export interface Timer {
  life: Life;
  /** The functions that it runs, as far as they are known. */
  callbacks: Fn[];
  /** In the API's unit; null where it is not a constant. */
  delay: number | null;
  /** Fires within a second, or at once: what it holds it holds briefly. */
  brief: boolean;
  rearm: Rearm | null;
  /** Nothing holds it: its call's result is not used, or an executor's arrow returns it to nobody. */
  dropped: boolean;
  /** Where it is kept outside its function. */
  owners: Owned[];
}

export interface Rearm {
  /** From the callback to the function that starts it again. */
  chain: Fn[];
  /** The function starts it on every way through. */
  always: boolean;
  /** How often somebody else sets it going. */
  started: Context;
}

export interface Owned extends Ownership {
  /** A call that stops it. */
  releasedBy: Site | null;
  /** Nobody is seen to release it, and nobody unknown is given it. */
  lost: boolean;
}

const MAXIMUM_CHAIN = 60;
const MAXIMUM_CHAIN_DEPTH = 4;

export class Timers {
  private list: readonly Timer[] | null = null;
  private readonly races = new CallSet<true>();
  readonly turns: EventTurns;
  readonly numbers: Numbers;

  constructor(
    readonly program: Program, readonly refs: Refs, readonly types: Types, readonly api: Api, readonly contexts: Contexts, readonly holders: Holders,
    private readonly lifetimes: Lifetimes, readonly endings: Endings, readonly settling: Settling,
  ) {
    for (const file of api.files) for (const call of file.races ?? []) this.races.add(call, true);
    this.numbers = new Numbers(refs, types);
    this.turns = new EventTurns(program, refs, api, contexts);
  }

  all(): readonly Timer[] {
    return (this.list ??= this.lifetimes.every("timer-leak").map((life) => this.describe(life)));
  }

  /** A handle that is a timer, or is kept like one. */
  describe(life: Life): Timer {
    const { fn, site, pair } = life;
    const callbacks = this.callbacksOf(fn, site.instruction, pair);
    const delay = this.delayOf(fn, site.instruction, pair);
    const owners = life.outcome.escapes.flatMap((escape) => (escape.kind === "field" || escape.kind === "element" || escape.kind === "variable" ? this.owned(escape.ref, escape.at, life) ?? [] : []));
    const perSecond = fn.module.facts.language === "python" ? 1 : 1000;
    const brief = pair.recurring !== true && (pair.soon === true || (delay === null ? site.instruction.args.length < 2 : delay <= perSecond));
    const { escapes } = life.outcome;
    const dropped = life.dropped || escapes.length > 0 && escapes.every((one) => one.kind === "return") && this.settling.isExecutor(fn);
    return { life, dropped, callbacks, delay: delay === null ? null : delay / perSecond, brief, rearm: this.rearmOf(life, callbacks), owners };
  }

  /** The functions that the timer runs; where it is given a parameter, those that the callers give. */
  callbacksOf(fn: Fn, call: Call, pair: CompiledPair): Fn[] {
    const found = new Set<Fn>();
    for (const position of (pair.callbacks ?? [0]).slice(0, 1).concat((pair.callbacks ?? []).filter((one) => typeof one === "string"))) {
      const value = argumentValue(fn, call, position);
      if (value === null) continue;
      for (const one of this.contexts.functionsIn(fn, value)) found.add(one);
      if (found.size === 0) for (const one of this.ofGiven(fn, value)) found.add(one);
      for (const given of this.given(fn, value)) for (const one of this.contexts.functionsIn(given.fn, given.value)) found.add(one);
    }
    return [...found];
  }

  /** The one function that the file puts in a field of what it was given: `api.stats.write = function …`. */
  private ofGiven(fn: Fn, value: ValueId): Fn[] {
    const { root, fields, key } = this.refs.of(fn, value);
    if (root.kind !== "binding" || fields.length === 0 || root.module.binding(root.binding)?.kind !== "parameter") return [];
    const put = root.module.functions.flatMap((one) => [...one.sites()].flatMap(({ instruction }) =>
      (instruction.op === "store" && instruction.place.kind === "field" && instruction.place.name === fields.at(-1)
        && this.refs.field(this.refs.of(one, instruction.place.object), instruction.place.name).key === key ? [{ fn: one, value: instruction.value }] : [])));
    const [only, ...others] = put;
    return only && others.length === 0 ? this.contexts.functionsIn(only.fn, only.value) : [];
  }

  /** What the callers of the function pass for a parameter of it. */
  private given(fn: Fn, value: ValueId): { fn: Fn; value: ValueId }[] {
    const { root, fields } = this.refs.of(fn, value);
    if (root.kind !== "binding" || fields.length > 0) return [];
    const owner = root.module.fn(root.module.binding(root.binding)?.owner ?? -1);
    const position = owner ? this.parameterPosition(owner, root.binding) : -1;
    if (!owner || position < 0) return [];
    return this.contexts.callers(owner).flatMap((site) => {
      const argument = argumentValue(site.fn, site.instruction, position) ?? argumentValue(site.fn, site.instruction, root.module.binding(root.binding)?.name ?? "");
      return argument === null ? [] : [{ fn: site.fn, value: argument }];
    });
  }

  /** Among the arguments that a caller writes: a Python method's receiver does not count. */
  private parameterPosition(fn: Fn, binding: number): number {
    const hasReceiver = fn.facts.parameters[0]?.binding === null && fn.module.facts.language === "python";
    return fn.facts.parameters.findIndex((one) => one.binding === binding) - (hasReceiver ? 1 : 0);
  }

  /** The number that stands next to the callback. */
  private delayOf(fn: Fn, call: Call, pair: CompiledPair): number | null {
    const value = argumentValue(fn, call, callbackPosition(pair) === 0 ? 1 : 0);
    const delay = value === null ? null : this.numbers.of(fn, value);
    // A parameter's default of -1 stands for none, and is no time.
    return delay !== null && delay < 0 ? null : delay;
  }

  private rearmOf(life: Life, callbacks: readonly Fn[]): Rearm | null {
    if (life.pair.recurring === true) return null;
    for (const callback of callbacks) {
      const chain = this.chainTo(callback, life.fn);
      if (chain) return { chain, always: !canAvoid(life.fn, life.site.block) && this.isAlways(chain), started: this.startedFrom(life.fn, new Set(chain)) };
    }
    return null;
  }

  /** The functions by which `from` comes to `to`, by calls and by mentions; null where it does not. */
  chainTo(from: Fn, to: Fn): Fn[] | null {
    const cameFrom = new Map<Fn, Fn | null>([[from, null]]);
    let ring: Fn[] = [from];
    for (let depth = 0; depth <= MAXIMUM_CHAIN_DEPTH && ring.length > 0 && cameFrom.size < MAXIMUM_CHAIN; depth++) {
      const next: Fn[] = [];
      for (const fn of ring) {
        if (fn === to) {
          const chain: Fn[] = [];
          for (let at: Fn | null | undefined = fn; at; at = cameFrom.get(at)) chain.push(at);
          return chain.reverse();
        }
        for (const other of this.leadsTo(fn)) {
          if (cameFrom.has(other)) continue;
          cameFrom.set(other, fn);
          next.push(other);
        }
      }
      ring = next;
    }
    return null;
  }

  /** Each function of the chain comes to the next on every way through it. */
  private isAlways(chain: readonly Fn[]): boolean {
    return chain.every((fn, index) => {
      const next = chain[index + 1];
      if (!next) return true;
      const blocks = new Set<BlockId>();
      for (const site of fn.sites()) {
        const { instruction } = site;
        if (instruction.op === "closure" ? instruction.function === next.id && next.parent === fn : instruction.op === "call" && this.isCallOf(fn, instruction, next)) blocks.add(site.block);
      }
      return [...blocks].some((block) => !canAvoid(fn, block, (value) => this.isGiven(fn, value)));
    });
  }

  /** A member of what the function is given: who arms a timer for a thing of the wrong kind does so never, not at times. */
  private isGiven(fn: Fn, value: ValueId): boolean {
    const definition = fn.definition(value)?.instruction;
    if (definition?.op === "constant") return true;
    const object = definition?.op === "load" && definition.place.kind === "field" ? definition.place.object : definition?.op === "call" && definition.args.length === 0 ? definition.receiver : null;
    if (object === null) return false;
    const { root, fields } = this.refs.of(fn, object);
    return root.kind === "binding" && fields.length === 0 && root.module.binding(root.binding)?.kind === "parameter";
  }

  private isCallOf(fn: Fn, call: Call, target: Fn): boolean {
    const callee = this.types.calleeOf(fn, call);
    return callee?.kind === "function" && (callee.fn === target || call.args.some((one) => this.contexts.functionsIn(fn, one.value).includes(target)));
  }

  /** The functions nested in one, those it calls, and those it hands to functions of the program. */
  *leadsTo(fn: Fn): Generator<Fn> {
    yield* fn.module.nested.get(fn.id) ?? [];
    for (const { instruction } of fn.sites()) {
      if (instruction.op !== "call") continue;
      const callee = this.types.calleeOf(fn, instruction);
      if (callee?.kind === "function") yield callee.fn;
      // `restart(onCrash)` runs it some time; `emitter.off(event, onCrash)` does not.
      if (callee) for (const argument of instruction.args) yield* this.contexts.functionsIn(fn, argument.value);
    }
  }

  /** The context of those who set it going from outside the chain. */
  private startedFrom(fn: Fn, chain: ReadonlySet<Fn>): Context {
    const inside = (one: Fn): boolean => [...chain].some((part) => isWithin(one, part));
    let started: Context | null = null;
    for (const one of [...chain, fn]) {
      for (const site of this.contexts.callers(one)) {
        if (inside(site.fn)) continue;
        const from = this.contexts.at(site.fn, site.block);
        started = started ? worse(started, from) : from;
      }
    }
    if (started) return started;
    const own = this.contexts.of(fn);
    return own.kind === "event" || own.kind === "once" && fn.facts.kind !== "module" ? { kind: "unknown", phrase: "whenever it is called", steps: [] } : own;
  }

  private owned(ref: Ref, at: Ownership["at"], life: Life): Owned | null {
    const { fn, pair, site } = life;
    if (ref.root.kind !== "this" && ref.root.kind !== "binding") return null;
    const cls = ref.root.kind === "this" ? fn.cls ?? ref.root.cls : null;
    const name = ref.fields.findLast((field) => field !== "[]");
    const found = this.holders.released(pair, ref) ?? this.holders.releasedEach(pair, ref) ?? (name === undefined ? null : this.holders.releasedField(pair, name, cls));
    const releasedBy = pair.recurring === true && this.isOnlyReplaced(ref, life) ? null : found;
    let lost = releasedBy === null;
    if (lost && ref.root.kind === "binding" && ref.fields.length === 0) {
      const { module, binding } = ref.root;
      lost = module.binding(binding)?.kind !== "parameter" && !this.holders.releasedInClosure(pair, module, binding);
    }
    if (lost && this.isPassedOn(ref, site)) lost = false;
    return { ref, at, cls, releasedBy, lost, skipped: null, teardowns: cls ? this.lifetimes.teardownsOf(cls) : [] };
  }

  /**
   * All that stops it is the function that arms it, which then arms the next one: the last one is never stopped. A
   * component goes in any state: there the function need not always arm the next, if only the end does not call it.
   */
  private isOnlyReplaced(ref: Ref, life: Life): boolean {
    const { fn, pair, site } = life;
    const name = ref.fields.at(-1);
    if (ref.root.kind !== "this" || name === undefined || name === "[]" || fn.facts.kind === "constructor" || this.holders.releasedField(pair, name, fn.cls)) return false;
    const goesAnyTime = fn.cls !== null && this.contexts.isMounted(fn.cls) && !this.endings.reach(this.lifetimes.teardownsOf(fn.cls), 3).has(fn);
    let replaces = false;
    for (const one of this.program.functions()) {
      if (one.module !== fn.module && !fn.cls?.related.some((cls) => cls.module === one.module)) continue;
      for (const { instruction, block } of one.sites()) {
        if (instruction.op !== "load" || this.refs.of(one, instruction.out).key !== ref.key) continue;
        if (one !== fn) return false;
        if (!one.uses(instruction.out).some((use) => use.kind === "instruction" && use.site.instruction.op === "call")) continue;
        if (block === site.block || canReach(one, block, site.block) && (goesAnyTime || !canAvoid(one, site.block, () => false, block))) replaces = true;
        else return false;
      }
    }
    return replaces;
  }

  /** Whether somebody whose use of it is not known is given what the holder has. */
  private isPassedOn(ref: Ref, site: Site): boolean {
    return this.holders.usesOf(ref.key).some((use) => use.as === "argument" && use.site !== site
      && !this.api.borrows.has(use.site.fn, use.site.instruction, this.types) && !this.api.safe.has(use.site.fn, use.site.instruction, this.types)
      && this.types.calleeOf(use.site.fn, use.site.instruction) === null);
  }

  /** What the timer's callbacks settle when it fires, by the names that its own function has for them. */
  settledBy(timer: Timer): Settlement[] {
    const { fn, site } = timer.life;
    const call = site.instruction;
    const found: Settlement[] = [];
    for (const { value } of call.args) {
      const key = this.settling.keyOf(fn, value);
      if (key) found.push({ ...key, fn, block: site.block, index: site.index, at: call.at, how: "call" });
    }
    for (const callback of timer.callbacks) {
      for (const settlement of this.settling.within(callback)) {
        const [, key] = /^b\d+:(\d+)$/u.exec(settlement.key) ?? [];
        const position = key === undefined ? -1 : this.parameterPosition(callback, Number(key));
        // The callback's own parameter: what the timer is told to pass on.
        const given = position < 0 ? null : call.args[callbackPosition(timer.life.pair) + 1 + position]?.value ?? null;
        const passed = given === null ? null : this.settling.thing(fn, given) ?? this.settling.keyOf(fn, given)?.key ?? null;
        found.push(passed === null ? settlement : { ...settlement, key: passed });
      }
    }
    return [...found, ...found.flatMap((one) => this.toldBy(fn, one.key).flatMap((told) => this.settling.within(told)))];
  }

  /** What runs when the timer has its canceller cancel. */
  told(timer: Timer): Fn[] {
    return timer.callbacks.flatMap((callback) => this.settling.within(callback).flatMap(({ key }) => this.toldBy(timer.life.fn, key)));
  }

  /** `signal.addEventListener("abort", () => reject(late))`: what runs when the canceller of this name cancels. */
  private toldBy(fn: Fn, key: string): Fn[] {
    const [, id] = /^b\d+:(\d+)$/u.exec(key) ?? [];
    const owner = id === undefined ? null : fn.module.fn(fn.module.binding(Number(id))?.owner ?? -1);
    if (!owner || owner.facts.kind === "module") return [];
    const tokens = new Set(this.tokensOf(this.refs.ofBinding(fn.module, Number(id))));
    const listens = (one: Fn): boolean => this.contexts.usedAsCallback(one).some(({ site, position }) => position > 0 && site.instruction.receiver !== null && tokens.has(this.refs.of(site.fn, site.instruction.receiver).key));
    return this.holders.nestedIn(owner).filter(listens);
  }

  /** The names of what a canceller's work is given to be told by: `controller.signal`. */
  tokensOf(canceller: Ref): string[] {
    return this.api.files.flatMap(({ cancellers }) => (cancellers ?? []).map((one) => `${canceller.key}.${one.token}`));
  }

  /** A call that gives the first of several promises. */
  isRace(fn: Fn, call: Call): boolean {
    return this.races.has(fn, call, this.types);
  }

  /** Whether the promise of an executor goes into a race, and who waits for that. */
  raceOf(executor: Fn): Site | null {
    const made = this.settling.promiseOf(executor);
    return made?.instruction.op === "call" ? this.raceOfValue(made.fn, made.instruction.out, 0) : null;
  }

  raceOfValue(fn: Fn, value: ValueId, depth: number): Site | null {
    if (depth > 4) return null;
    for (const use of fn.uses(value)) {
      if (use.kind === "end") continue;
      const { instruction } = use.site;
      if (instruction.op === "call" && this.isRace(fn, instruction)) return use.site;
      if (instruction.op === "collection") {
        const race = this.raceOfValue(fn, instruction.out, depth + 1);
        if (race) return race;
      }
      if (instruction.op === "store" && instruction.place.kind === "binding" && instruction.value === value) {
        const { binding } = instruction.place;
        for (const site of fn.sites()) {
          if (site.instruction.op !== "load" || site.instruction.place.kind !== "binding" || site.instruction.place.binding !== binding) continue;
          const race = this.raceOfValue(fn, site.instruction.out, depth + 1);
          if (race) return race;
        }
      }
    }
    return null;
  }
}

function callbackPosition(pair: CompiledPair): number {
  const [first] = pair.callbacks ?? [0];
  return typeof first === "number" ? first : 0;
}


