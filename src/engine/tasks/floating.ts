/**
 * Calls of asynchronous functions that nobody waits for where they repeat: each starts work whose failure is lost and
 * which nothing bounds. And work that is told to stop and goes on.
 */
import { endlessLoop } from "../program/blocks.js";
import type { Block, Call } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import { CallSet } from "../program/api.js";
import type { Api } from "../program/api.js";
import type { Context, Contexts } from "../contexts/contexts.js";
import { decidesAny, givenBy, reachedWith } from "../program/given.js";
import type { Holders } from "../contexts/holders.js";
import type { Endings } from "../contexts/endings.js";
import type { Cls, Fn, Program, Site } from "../program/program.js";
import { endInputs } from "../program/program.js";
import type { Refs } from "../program/refs.js";
import { mayFail } from "../contexts/sure-promises.js";
import type { Timers } from "../timers/timers.js";
import type { Types } from "../program/types.js";
import { Unread } from "../program/unread.js";

type CallSite = Site<Call & { at: Span }>;

export interface Floating {
  fn: Fn;
  site: CallSite;
  context: Context;
  /** The asynchronous function; null where it is known by its counterpart only. */
  callee: Fn | null;
  /** A call on the same things whose promise somebody waits for. */
  counterpart: Site | null;
  /** What holds the promise, which nothing reads; null where nothing holds it. */
  unread: string | null;
}

/** A loop or a function that calls itself, which its owner's end does not end. */
export interface Unstoppable {
  fn: Fn;
  at: Span;
  /** Where it goes on. */
  goesOn: { fn: Fn; at: Span };
  end: Fn;
}

export class FloatingWork {
  private readonly each = new CallSet<true>();
  private readonly unread: Unread;

  constructor(
    private readonly program: Program, private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly contexts: Contexts,
    private readonly holders: Holders, private readonly owners: Endings, private readonly timers: Timers,
  ) {
    this.unread = new Unread(program);
    for (const file of api.files) for (const call of file.words?.each ?? []) this.each.add(call, true);
  }

  *all(): Generator<Floating> {
    for (const fn of this.program.functions()) {
      if (this.contexts.isTest(fn)) continue;
      for (const site of fn.sites()) {
        if (site.instruction.op !== "call") continue;
        const found = this.floating(fn, site as CallSite);
        if (found) yield found;
      }
    }
  }

  private floating(fn: Fn, site: CallSite): Floating | null {
    const { instruction } = site;
    const callee = this.types.calleeOf(fn, instruction);
    const isAsync = callee?.kind === "function" && callee.fn.facts.async && !callee.fn.facts.generator;
    if (!isAsync && callee) return null;
    if (!this.isDropped(fn, instruction)) return isAsync ? this.unreadWork(fn, site, callee.fn) : null;
    const context = this.contexts.at(fn, site.block);
    if (isAsync) {
      return this.isRepeatedHere(fn, site, context, callee.fn) && this.mayFail(fn, instruction, callee.fn) && !this.isEndOfUnheard(fn, site, context) ? { fn, site, context, callee: callee.fn, counterpart: null, unread: null } : null;
    }
    if (context.kind !== "element" && context.kind !== "iteration" && (fn.block(site.block)?.loop ?? null) === null) return null;
    const counterpart = this.counterpart(fn, site);
    return counterpart ? { fn, site, context, callee: null, counterpart, unread: null } : null;
  }

  /** `this.pending = this.refresh()`, and nothing reads that: for every event anew, or without an end. */
  private unreadWork(fn: Fn, site: CallSite, callee: Fn): Floating | null {
    const uses = fn.uses(site.instruction.out);
    const names = uses.map((use) => (use.kind === "instruction" && use.site.instruction.op === "store" ? this.unread.nameOf(fn, use.site.instruction.place) : null));
    const [name] = names;
    if (name == null || names.includes(null) || !this.mayFail(fn, site.instruction, callee)) return null;
    const context = this.contexts.at(fn, site.block);
    const isLong = context.kind !== "once" && endlessLoop(callee) !== null || this.isRepeatedHere(fn, site, context, callee);
    return isLong ? { fn, site, context, callee, counterpart: null, unread: name } : null;
  }

  /** On the ways that the call's own arguments leave, what the function waits for may fail. */
  private mayFail(fn: Fn, call: Call, callee: Fn): boolean {
    if (endlessLoop(callee) !== null && callee.facts.blocks.some(({ instructions }) => instructions.some(({ op }) => op === "await"))) return true;
    const given = givenBy(callee, fn, call, null);
    const taken = decidesAny(this.refs, callee, given) ? reachedWith(this.refs, callee, given) : null;
    return mayFail(callee, (block) => taken?.has(block) !== false, this.types, this.api);
  }

  /**
   * The last thing that an asynchronous listener does, whose own promise nobody has: to wait for the call would only let the
   * failure, which is as unheard there, pass through one function more.
   */
  private isEndOfUnheard(fn: Fn, site: CallSite, context: Context): boolean {
    if (context.kind !== "event" || !fn.facts.async) return false;
    // Who keeps a listener drops what it returns; a queue that runs a function for each message may wait for it.
    const uses = this.contexts.usedAsCallback(fn);
    if (uses.length === 0 || !uses.every((use) => use.keyword === null && this.api.acquired(use.site.fn, use.site.instruction, this.types).some((pair) => pair.registration !== undefined))) return false;
    const block = fn.block(site.block);
    if (block?.handler !== null || block.loop !== null) return false;
    return this.isOver(fn, block, site.index + 1, 0);
  }

  private isOver(fn: Fn, block: Block, from: number, depth: number): boolean {
    if (depth > 8 || block.instructions.slice(from).some(({ op }) => op !== "operation" && op !== "constant" && op !== "load")) return false;
    if (block.end.kind === "return") return block.end.value === null || fn.definition(block.end.value)?.instruction.op === "constant";
    const next = block.end.kind === "jump" ? fn.block(block.end.to) : undefined;
    return next !== undefined && this.isOver(fn, next, 0, depth + 1);
  }

  /** The statement itself stands in the handler or loop that repeats it, not somewhere below. */
  private isRepeatedHere(fn: Fn, site: CallSite, context: Context, callee: Fn): boolean {
    if ((fn.block(site.block)?.loop ?? null) !== null && context.kind !== "once") return true;
    if (context.kind === "element" || context.kind === "iteration") return this.contexts.usedAsCallback(fn).some((use) => this.each.has(use.site.fn, use.site.instruction, this.types));
    // One call for an event is how interfaces are written: that is news where the handler could have waited, or where
    // the function says itself that it fails, and where nobody sits before it who would see that.
    return context.steps.length <= 1 && (context.kind === "request" || context.kind === "event" && context.interactive !== true && (fn.facts.async || failsByItself(callee)));
  }

  /** `for (const one of all) one.start()` where `all.map((one) => one.stop())` is waited for: the pair is asynchronous. */
  private counterpart(fn: Fn, site: CallSite): Site | null {
    const { receiver, method } = site.instruction;
    if (receiver === null || method === null || !this.api.startMethods.has(method)) return null;
    const { key, fields, root } = this.refs.of(fn, receiver);
    if (fields.at(-1) !== "[]" || root.kind === "value") return null;
    return this.holders.usesOf(key).find((use) => use.as === "receiver" && use.site.instruction.method !== null && this.owners.isEnd(use.site.instruction.method)
      && this.types.calleeOf(use.site.fn, use.site.instruction) === null && this.isWaitedFor(use.site.fn, use.site.instruction))?.site ?? null;
  }

  private isWaitedFor(fn: Fn, call: Call): boolean {
    return fn.uses(call.out).some((use) => {
      if (use.kind === "instruction") return use.site.instruction.op === "await";
      if (use.end.kind !== "return") return false;
      // Returned to a call for each element, whose result is waited for.
      return this.contexts.usedAsCallback(fn).some(({ site }) => site.fn.uses(site.instruction.out).some((outer) =>
        outer.kind === "instruction" && (outer.site.instruction.op === "await" || outer.site.instruction.op === "call" && site.fn.uses(outer.site.instruction.out).some((waiting) => waiting.kind === "instruction" && waiting.site.instruction.op === "await"))));
    });
  }

  /** The promise goes nowhere: a statement, a variable that is never read, a list that is never read, a callback's result that nobody takes. */
  private isDropped(fn: Fn, call: Call, depth = 0): boolean {
    return fn.uses(call.out).every((use) => {
      if (depth > 2) return false;
      if (use.kind === "end") return use.end.kind === "return" && fn.facts.kind === "lambda" && !fn.facts.async && this.isResultDropped(fn);
      const { instruction } = use.site;
      if (instruction.op === "store" && instruction.place.kind === "binding" && instruction.value === call.out) return this.isUnread(fn, instruction.place.binding);
      if (instruction.op === "call" && instruction.receiver !== null && instruction.args.some((one) => one.value === call.out)) {
        const holder = fn.definition(instruction.receiver)?.instruction;
        return holder?.op === "load" && holder.place.kind === "binding" && this.isUnread(fn, holder.place.binding, instruction.receiver) && this.isLocalList(fn, holder.place.binding);
      }
      return false;
    });
  }

  /** What the callback returns is an element of something nobody reads: `names.map((name) => start(name));`. */
  private isResultDropped(fn: Fn): boolean {
    const uses = this.contexts.usedAsCallback(fn);
    return uses.length > 0 && uses.every(({ site }) => this.each.has(site.fn, site.instruction, this.types) && site.fn.uses(site.instruction.out).length === 0);
  }

  private isUnread(fn: Fn, binding: number, except: number | null = null): boolean {
    const info = fn.module.binding(binding);
    if (!info || info.captured || info.owner !== fn.id || fn.facts.kind === "module") return false;
    for (const { instruction } of fn.sites()) {
      if (instruction.op !== "load" || instruction.place.kind !== "binding" || instruction.place.binding !== binding || instruction.out === except) continue;
      if (!fn.uses(instruction.out).every((use) => use.kind === "instruction" && except !== null && this.onlyFills(fn, use.site, instruction.out))) return false;
    }
    return true;
  }

  /** Puts something else into the list, whose result nobody reads, or asks how much is in it. */
  private onlyFills(fn: Fn, { instruction }: Site, list: number): boolean {
    if (instruction.op === "load") return instruction.place.kind === "field" && COUNT.test(instruction.place.name);
    return instruction.op === "call" && instruction.receiver === list && this.api.words.is("stores", instruction) !== null && fn.uses(instruction.out).length === 0;
  }

  private isLocalList(fn: Fn, binding: number): boolean {
    const stores = fn.module.bindingStores.get(binding) ?? [];
    return stores.length === 1 && stores.every((store) => {
      const made = store.fn === fn ? fn.definition(store.value)?.instruction : undefined;
      return made?.op === "collection" || made?.op === "call" && made.isNew && made.path !== null && made.args.length === 0 && this.api.containers.has(made.path);
    });
  }

  /** Endless work that an object starts on itself and that its own end does not end. */
  *unstoppable(): Generator<Unstoppable> {
    for (const cls of this.program.classes()) {
      const ends = cls.functions.filter((method) => method.facts.kind === "method" && method.parent?.facts.kind !== "method" && this.owners.isEnd(method.facts.name));
      const [end] = ends;
      if (!end || this.contexts.isTest(end)) continue;
      for (const method of cls.functions) {
        const found = this.endlessCall(method, end) ?? this.fallsThrough(cls, method, end);
        if (found) yield found;
      }
    }
  }

  /** `this.loop();` of an asynchronous method that is an endless loop without a way out. */
  private endlessCall(fn: Fn, end: Fn): Unstoppable | null {
    for (const site of fn.sites()) {
      const { instruction } = site;
      if (instruction.op !== "call" || fn.uses(instruction.out).some((use) => use.kind !== "instruction" || use.site.instruction.op !== "operation")) continue;
      const callee = this.types.calleeOf(fn, instruction);
      if (callee?.kind !== "function" || !callee.fn.facts.async || callee.fn.cls !== fn.cls) continue;
      const loop = endlessLoop(callee.fn);
      if (loop) return { fn, at: instruction.at, goesOn: { fn: callee.fn, at: [loop.at[0], Math.min(loop.at[1], loop.at[0] + 20)] }, end };
    }
    return null;
  }

  /** `if (!this.running) { … }` without a return, in a function that runs itself again. */
  private fallsThrough(cls: Cls, fn: Fn, end: Fn): Unstoppable | null {
    for (const block of fn.facts.blocks) {
      if (block.end.kind !== "branch" || block.end.test.kind !== "truthy") continue;
      const flag = fn.definition(block.end.test.value)?.instruction;
      if (flag?.op !== "load" || flag.place.kind !== "field") continue;
      const ref = this.refs.field(this.refs.of(fn, flag.place.object), flag.place.name);
      if (ref.root.kind !== "this" || ref.fields.length !== 1) continue;
      const stopped = this.valueAtEnd(ref.key, cls);
      if (stopped === null) continue;
      if (this.owners.isEnd(fn.facts.name)) continue;
      const [arm, other] = stopped ? [block.end.then, block.end.else] : [block.end.else, block.end.then];
      const said = this.lastCall(fn, arm, other);
      if (!said || !this.runsItself(fn)) continue;
      return { fn, at: said, goesOn: { fn, at: block.end.at }, end };
    }
    return null;
  }

  /** What the flag is after the owner's end; null where that says nothing. */
  private valueAtEnd(key: string, cls: Cls): boolean | null {
    for (const store of this.types.fieldStores.get(key) ?? []) {
      const value = store.fn.definition(store.value)?.instruction;
      if (store.fn.cls === cls && this.owners.isEnd(store.fn.facts.name) && value?.op === "constant" && value.value.kind === "boolean") return value.value.value;
    }
    return null;
  }

  /** The arm's last call, where the arm does something and then joins the other way. */
  private lastCall(fn: Fn, arm: number, other: number): Span | null {
    const seen = new Set<number>();
    let last: Span | null = null;
    for (let at = arm; !seen.has(at) && at !== other;) {
      seen.add(at);
      const block = fn.block(at);
      if (!block) return null;
      for (const instruction of block.instructions) {
        if (instruction.op === "await") return null;
        if (instruction.op === "call") last = instruction.at;
      }
      if (block.end.kind === "branch") {
        // Whatever it asks, it comes together again.
        if (endInputs(block.end).length === 0) return null;
        at = block.end.else;
        continue;
      }
      if (block.end.kind !== "jump") return null;
      const { to } = block.end;
      const joined = fn.block(other);
      if (to === other || joined?.instructions.length === 0 && joined.end.kind === "jump" && joined.end.to === to) return last;
      at = to;
    }
    return null;
  }

  /** Through a call, a callback or a timer of its own. */
  private runsItself(fn: Fn): boolean {
    for (const next of this.timers.leadsTo(fn)) if (this.timers.chainTo(next, fn)) return true;
    return false;
  }
}

/** It raises outside of every try. */
function failsByItself(fn: Fn): boolean {
  return fn.facts.blocks.some((block) => block.end.kind === "raise" && block.handler === null);
}

/** A field that tells how much is in a collection. */
const COUNT = /^(?:length|size)$/u;
