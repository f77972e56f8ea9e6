/**
 * What takes things out of a container, and whether that is enough: it may come only when the holder ends, only on a
 * failure, or not on every way out.
 */
import type { ContainerMethods } from "../../catalog/types.js";
import type { ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import type { AbandonedWaits } from "./abandoned-waits.js";
import type { Api, CompiledPair } from "../program/api.js";
import { endlessLoop, isInLoop, isReachedNormally } from "../program/blocks.js";
import { missedAfterTest, missedExit } from "./container-exits.js";
import type { MissedExit } from "./container-exits.js";
import { origin } from "../program/constants.js";
import type { ContainerKeys } from "./container-keys.js";
import type { Candidate } from "./container-makers.js";
import { isItself } from "./container-sites.js";
import type { ContainerSites, Operations } from "./container-sites.js";
import type { ContainerWaits } from "./container-waits.js";
import type { GrowSite } from "./containers.js";
import type { Contexts } from "../contexts/contexts.js";
import { isWithin } from "../contexts/endings.js";
import type { GrowthWords } from "../program/growth-words.js";
import type { CallSite, Holders } from "../contexts/holders.js";
import type { Fn, Site } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";
import { neverRejects } from "../contexts/sure-promises.js";
import type { Types } from "../program/types.js";
import type { WorkEnds } from "./work-ends.js";

/** How many calls may lie between a loop's turn and the removal. */
const MAXIMUM_DEPTH = 3;

/** What takes things out, where that is not enough by itself. */
export type Removal =
  | { kind: "none" }
  /** Only the end of its holder empties it. */
  | { kind: "teardown"; at: { fn: Fn; at: Span } }
  /** Only when computing the entry failed. */
  | { kind: "failure"; at: { fn: Fn; at: Span } }
  /** Only when what is waited for with the entry is rejected. */
  | { kind: "rejection"; at: { fn: Fn; at: Span } }
  /** The function that puts in takes out again, but not on this way out. */
  | { kind: "exit"; exit: MissedExit }
  /** Only when the awaited thing succeeded. */
  | { kind: "success"; at: { fn: Fn; at: Span } }
  /** The answer takes it out; whoever gives up waiting does not. */
  | { kind: "timeout"; at: { fn: Fn; at: Span } }
  /** The answer takes it out, unless it is an error. */
  | { kind: "error"; at: { fn: Fn; at: Span } }
  /** What takes it out cancels the work that it is, and nothing takes out what is done. */
  | { kind: "cancelled"; at: { fn: Fn; at: Span } }
  /** It asks for the entry under what its key was taken from, not under the key. */
  | { kind: "astray"; at: { fn: Fn; at: Span } }
  /** An entry is made only to take something out of it. */
  | { kind: "revived"; at: { fn: Fn; at: Span } };

/** Something that takes out. `whole`: everything at once. */
export interface Shrink {
  fn: Fn;
  site: Site;
  whole: boolean;
}

export class ContainerRemovals {
  /** Methods by which a canceller cancels. */
  private readonly cancelCalls: ReadonlySet<string>;

  constructor(
    private readonly refs: Refs, private readonly api: Api, private readonly contexts: Contexts, private readonly holders: Holders, private readonly words: GrowthWords,
    private readonly types: Types, private readonly keys: ContainerKeys, private readonly waits: ContainerWaits,
    private readonly abandoned: AbandonedWaits, private readonly work: WorkEnds,
  ) {
    this.cancelCalls = new Set(api.files.flatMap(({ cancellers }) => cancellers ?? []).flatMap(({ cancel }) => cancel.map((text) => text.slice(1))));
  }

  /** Every place that takes something out of what the reference holds. */
  shrinksOf(sites: ContainerSites, operations: Operations, methods: ContainerMethods, ref: Ref): Shrink[] {
    const shrinks: Shrink[] = operations.deletes.map((site) => ({ fn: site.fn, site, whole: false }));
    for (const site of operations.receivers) {
      if (site.instruction.op === "call" && methods.shrink.includes(site.instruction.method ?? "")) shrinks.push({ fn: site.fn, site, whole: site.instruction.args.length === 0 && methods.empties?.includes(site.instruction.method ?? "") === true });
    }
    for (const site of operations.fieldStores) {
      // `list.length = 0`
      if (site.instruction.op === "store" && site.instruction.place.kind === "field" && methods.size.includes(site.instruction.place.name)) shrinks.push({ fn: site.fn, site, whole: site.fn.definition(site.instruction.value)?.instruction.op === "constant" });
    }
    for (const site of operations.fieldLoads) {
      // `future.add_done_callback(pending.discard)`: the method itself is given away.
      if (site.instruction.op === "load" && site.instruction.place.kind === "field" && methods.shrink.includes(site.instruction.place.name)) shrinks.push({ fn: site.fn, site, whole: false });
    }
    for (const site of operations.indexStores) {
      // `x[:] = …` replaces the contents.
      if (site.instruction.op !== "store" || site.instruction.place.kind !== "index") continue;
      const key = site.fn.definition(site.instruction.place.key)?.instruction;
      if (key?.op === "operation" && key.operator === "slice") shrinks.push({ fn: site.fn, site, whole: true });
    }
    for (const use of this.holders.usesOf(ref.key)) {
      if (use.as === "argument" && this.words.isOf("takes", use.site.fn, use.site.instruction, use.value)) shrinks.push({ fn: use.site.fn, site: use.site, whole: false });
    }
    for (const site of operations.drops) shrinks.push({ fn: site.fn, site, whole: true });
    // The holder has another name there: `this.handler.queue.get()`.
    const name = ref.fields.at(-1);
    for (const { site } of name === undefined || ref.root.kind !== "this" ? [] : sites.elsewhere(name)) {
      if (site.instruction.op === "delete" || site.instruction.op === "call" && methods.shrink.includes(site.instruction.method ?? "")) shrinks.push({ fn: site.fn, site, whole: false });
    }
    // `Map.prototype.delete.call(x, …)`
    for (const use of this.holders.usesOf(`${ref.key}.prototype`)) shrinks.push({ fn: use.site.fn, site: use.site, whole: true });
    return shrinks;
  }

  /** `def __del__(self): Class.all.discard(self)`, where the objects put themselves in: a finalizer runs for what nothing holds any more. */
  isFinalizerOf({ fn }: Shrink, growth: readonly GrowSite[]): boolean {
    return fn.facts.name === "__del__" && growth.some((grow) => isItself(grow) && grow.fn.cls !== null && fn.cls?.related.includes(grow.fn.cls) === true);
  }

  /** What the shrinking amounts to, and the growth it leaves; null where it is enough. */
  removalOf(candidate: Candidate, operations: Operations, growth: readonly GrowSite[], shrinks: readonly Shrink[]): { removal: Removal; growth: GrowSite[] } | null {
    for (const one of growth) {
      const abandoned = this.abandoned.of(one, shrinks);
      if (abandoned) return { removal: { kind: "timeout", at: abandoned.at }, growth: [this.filedAt(one, abandoned.filed)] };
    }
    const during = shrinks.filter((shrink) => !(shrink.whole && candidate.life !== "process" && this.isTeardown(shrink.fn)));
    if (during.length === 0) {
      const [first] = shrinks;
      return { removal: first ? { kind: "teardown", at: { fn: first.fn, at: first.site.instruction.at } } : { kind: "none" }, growth: [...growth] };
    }
    const [amiss] = during;
    if (amiss && during.every((shrink) => !shrink.whole && growth.every((one) => this.isAstray(shrink, one)))) return { removal: { kind: "astray", at: { fn: amiss.fn, at: amiss.site.instruction.at } }, growth: [...growth] };
    const revived = growth.filter((one) => this.isRevived(one, operations, candidate.ref));
    if (revived[0]) return { removal: { kind: "revived", at: { fn: revived[0].fn, at: revived[0].at } }, growth: revived };
    if (growth.some((one) => one.byReading) && during.every((shrink) => shrink.whole) && candidate.life === "instance") {
      const reading = growth.filter((one) => one.byReading && this.isOnlyRead(one, operations));
      const [first] = during;
      return reading.length > 0 && first ? { removal: { kind: "teardown", at: { fn: first.fn, at: first.site.instruction.at } }, growth: reading } : null;
    }
    for (const one of growth) {
      const removal = one.key === null && one.value === null ? null : this.partial(one, during);
      if (removal) return { removal, growth: [one] };
    }
    return null;
  }

  /** Emptied as a whole, and by what nobody is seen to call while the holder lives: `clear() { …; this.entries.clear(); }`. */
  isEmptiedAtEnd(growth: readonly GrowSite[], shrinks: readonly Shrink[]): boolean {
    return shrinks.every((shrink) => shrink.whole && !growth.some((one) => one.fn === shrink.fn) && this.isCalledAtEnd(shrink.fn, 0));
  }

  /** By ends only, or by those that pass on a call of that name: `close_channel(self): self.protocol.close_channel()`. */
  private isCalledAtEnd(fn: Fn, depth: number): boolean {
    return this.contexts.callers(fn).every((site) => this.isTeardown(site.fn) || depth < 3 && site.fn !== fn && site.fn.facts.name === fn.facts.name && this.isCalledAtEnd(site.fn, depth + 1));
  }

  /** `calls[request.id] = request` and `calls.pop(request, None)`: what is taken out is the thing, where it went in under a field of it. */
  private isAstray(shrink: Shrink, grow: GrowSite): boolean {
    const { instruction } = shrink.site;
    const taken = instruction.op === "delete" && instruction.place.kind === "index" ? instruction.place.key : instruction.op === "call" ? instruction.args[0]?.value ?? null : null;
    const thing = taken === null ? undefined : shrink.fn.definition(taken)?.instruction;
    const key = grow.key === null ? undefined : grow.fn.definition(grow.key)?.instruction;
    if (thing?.op !== "load" || thing.place.kind !== "binding" || key?.op !== "load" || key.place.kind !== "field") return false;
    const of = grow.fn.definition(key.place.object)?.instruction;
    if (of?.op !== "load" || of.place.kind !== "binding") return false;
    if (of.place.binding === thing.place.binding) return true;
    const [put, out] = [grow.fn.module.binding(of.place.binding), shrink.fn.module.binding(thing.place.binding)];
    const { binding } = thing.place;
    const { name } = key.place;
    // In another function the name alone says little: that it is such a thing is seen where its field is read, too.
    return put?.kind === "parameter" && out?.kind === "parameter" && put.name === out.name && [...shrink.fn.sites()].some(({ instruction: one }) => {
      const object = one.op === "load" && one.place.kind === "field" && one.place.name === name ? shrink.fn.definition(one.place.object)?.instruction : undefined;
      return object?.op === "load" && object.place.kind === "binding" && object.place.binding === binding;
    });
  }

  /** The growth, as the caller sees it that has the waiter filed. */
  private filedAt(grow: GrowSite, filed: Site): GrowSite {
    if (isWithin(grow.fn, filed.fn)) return grow;
    return { ...grow, fn: filed.fn, site: filed, at: filed.instruction.at, context: this.contexts.at(filed.fn, filed.block), key: null, value: null, memo: false };
  }

  private partial(grow: GrowSite, shrinks: readonly Shrink[]): Removal | null {
    const [first] = shrinks;
    // Where reading inserts, the entry that a removal took out may only have been asked for.
    if (!first || grow.byReading) return null;
    const own = this.missedByItself(grow, shrinks);
    if (own) return own;
    const work = this.work.missed(grow, shrinks);
    if (work) return { kind: "success", at: work };
    const single = shrinks.filter((shrink) => !shrink.whole);
    if (shrinks.some((shrink) => shrink.whole && !this.isAfterAnswers(shrink, single))) return null;
    if (single.length < shrinks.length) return this.endsPart(grow.fn) ? null : this.givenUp(grow, single);
    const place = { fn: first.fn, at: first.site.instruction.at };
    if (grow.memo && shrinks.every((shrink) => this.isOnFailure(shrink, grow.fn))) return { kind: "failure", at: place };
    if (shrinks.every((shrink) => shrink.fn.parent === grow.fn && this.isOfEntry(shrink, grow) && this.isOnRejection(shrink, grow))) return { kind: "rejection", at: place };
    if (shrinks.every((shrink) => shrink.fn.parent === grow.fn && this.isOfEntry(shrink, grow) && this.isOnSuccess(shrink.fn))) return { kind: "success", at: place };
    const answer = this.missedByAnswer(grow, shrinks) ?? this.onlyCancelled(grow, shrinks);
    return answer ?? this.givenUp(grow, shrinks);
  }

  /** `tasks[stream] = create_task(work())`, where `tasks.pop(stream).cancel()` is all that takes one out, and the work comes to its end by itself. */
  private onlyCancelled(grow: GrowSite, shrinks: readonly Shrink[]): Removal | null {
    const [first] = shrinks;
    if (!first || grow.value === null) return null;
    const timer = this.timerOf(grow.fn, grow.value);
    // Of a list, each call brings another one, and so it is under a key that is made anew; of work that comes with each call, too.
    // A timer that is put where the one before was, which is stopped first, is one for each of those that there are.
    const isKeyed = grow.key !== null && grow.key !== grow.value;
    const comesAndGoes = grow.fresh || grow.key !== null && (timer ? this.words.isOfOne(grow.fn, grow.key) && !this.stopsOne(grow.fn, timer) : this.words.isPerCall(grow.fn.facts.name));
    if (isKeyed ? !comesAndGoes : !timer) return null;
    return (timer || this.isFiniteWork(grow.fn, grow.value)) && shrinks.every((shrink) => !shrink.whole && this.cancels(shrink, timer, isKeyed)) ? { kind: "cancelled", at: { fn: first.fn, at: first.site.instruction.at } } : null;
  }

  private stopsOne(fn: Fn, timer: CompiledPair): boolean {
    return fn.calls().some(({ instruction }) => this.api.released(timer, fn, instruction, this.types) !== null);
  }

  /** How a timer that fires once is known, where the value is one. */
  private timerOf(fn: Fn, value: ValueId): CompiledPair | null {
    const made = origin(fn, value)?.site.instruction;
    return made?.op === "call" ? this.api.acquired(fn, made, this.types).find(({ rule, recurring }) => rule === "timer-leak" && recurring !== true) ?? null : null;
  }

  /** A task of a function of the program that does not go on for good, or what cancels work that is waited for right here. */
  private isFiniteWork(fn: Fn, value: ValueId): boolean {
    const made = origin(fn, value)?.site.instruction;
    if (made?.op !== "call") return false;
    const canceller = this.api.files.flatMap(({ cancellers }) => cancellers ?? []).find(({ make }) => made.path !== null && make.includes(made.path));
    if (canceller) {
      const token = `${this.refs.of(fn, value).key}.${canceller.token}`;
      return fn.calls().some(({ instruction }) => isAwaited(fn, instruction.out) && instruction.args.some((one) => this.leadsTo(fn, one.value, token, 0)));
    }
    if (!this.api.acquired(fn, made, this.types).some(({ rule, ends }) => rule === "orphan-task" && ends === "completes")) return false;
    return made.args.some((one) => {
      const work = fn.definition(one.value)?.instruction;
      const callee = work?.op === "call" ? this.types.calleeOf(fn, work) : null;
      return callee?.kind === "function" && endlessLoop(callee.fn) === null;
    });
  }

  /** The value by its name, or a literal that has it somewhere. */
  private leadsTo(fn: Fn, value: ValueId, key: string, depth: number): boolean {
    if (this.refs.of(fn, value).key === key) return true;
    const made = origin(fn, value)?.site.instruction;
    return depth < 3 && made?.op === "collection" && made.elements.some((one) => this.leadsTo(fn, one.value, key, depth + 1));
  }

  /** What is taken out, or is there under a key, is told to stop in the same function. */
  private cancels({ fn, site }: Shrink, timer: CompiledPair | null, isKeyed: boolean): boolean {
    const { instruction } = site;
    const table = instruction.op === "call" ? instruction.receiver : instruction.op === "delete" && instruction.place.kind === "index" ? instruction.place.object : null;
    const entry = table === null ? null : `${this.refs.of(fn, table).key}.[]`;
    return fn.calls().some(({ instruction: call }) => {
      const stopped = timer ? this.api.released(timer, fn, call, this.types)?.value ?? null
        : this.words.isCancelling(call) || this.cancelCalls.has(call.method ?? "") ? call.receiver : null;
      return stopped !== null && (!isKeyed || origin(fn, stopped)?.site.instruction === instruction || this.refs.of(fn, stopped).key === entry);
    });
  }

  /** Nobody waits for the entry any more, and it stays. */
  private givenUp(grow: GrowSite, shrinks: readonly Shrink[]): Removal | null {
    const abandoned = this.waits.givesUp(grow, shrinks);
    if (abandoned) return { kind: "timeout", at: abandoned };
    const waiting = this.timedWait(grow.fn);
    if (grow.key !== null && waiting && !shrinks.some((shrink) => this.isAround(shrink.fn, grow.fn))) return { kind: "timeout", at: waiting };
    return null;
  }

  /** What takes the answers in, turn by turn, empties the table once it is over: that comes with the end of a connection. */
  private isAfterAnswers({ fn, site }: Shrink, answers: readonly Shrink[]): boolean {
    return fn.facts.loops.some((loop, id) => loop.kind !== "comprehension" && loop.at[1] <= site.instruction.at[0] && !isInLoop(fn, site.block, id)
      && [...fn.sites()].some((turn) => isInLoop(fn, turn.block, id) && turn.instruction.op === "call" && this.takesOut(turn as CallSite, answers, 0)));
  }

  /** `self.reader.cancel()`, `this.socket.close()`, `self.reset()`: who gives up ends the connection, and all that waits for it with that. */
  private endsPart(grow: Fn): boolean {
    return [grow, ...this.holders.nestedIn(grow)].some((fn) => [...fn.sites()].some(({ instruction }) => {
      if (instruction.op !== "call" || instruction.receiver === null || instruction.method === null || this.refs.of(fn, instruction.receiver).root.kind !== "this") return false;
      return this.api.releaseMethods.has(instruction.method) || this.words.isOwnEnding(instruction.method);
    }));
  }

  private takesOut({ fn, instruction }: CallSite, shrinks: readonly Shrink[], depth: number): boolean {
    if (shrinks.some((shrink) => shrink.site.instruction === instruction)) return true;
    const callee = this.types.calleeOf(fn, instruction);
    return callee?.kind === "function" && callee.fn !== fn && depth < MAXIMUM_DEPTH && [...callee.fn.sites()].some((site) => shrinks.some((shrink) => shrink.site.instruction === site.instruction) || site.instruction.op === "call" && this.takesOut(site as CallSite, shrinks, depth + 1));
  }

  /**
   * The function that puts the entry in takes it out again, but not on every way. Removals elsewhere do not make up for
   * an exception: they come when somebody answers or ends, and who raised or was cancelled here is neither.
   */
  private missedByItself(grow: GrowSite, shrinks: readonly Shrink[]): Removal | null {
    const own = shrinks.filter((shrink) => shrink.fn === grow.fn);
    // One that only a catch clause comes to takes back what failed; the entry is meant to stay otherwise.
    if (!own.some((shrink) => !shrink.whole && this.isOfEntry(shrink, grow) && isReachedNormally(grow.fn, shrink.site.block))) return null;
    const exit = missedExit(grow.fn, grow.site, [...own.map((shrink) => shrink.site), ...this.helped(grow.fn, shrinks)], (value) => neverRejects(grow.fn, value, this.types, this.api),
      // A server calls its handlers off when it shuts down itself, and the entries go with it: what a clause for all failures leaves is no way out.
      grow.context.kind === "request" ? this.api.catchAll : undefined);
    if (!exit) return null;
    const isAlone = shrinks.every((shrink) => shrink.fn === grow.fn && !shrink.whole);
    return isAlone || exit.kind === "exception" ? { kind: "exit", exit } : null;
  }

  /** Calls of functions that take something out. */
  private helped(fn: Fn, shrinks: readonly Shrink[]): Site[] {
    return [...fn.sites()].filter(({ instruction }) => {
      const callee = instruction.op === "call" ? this.types.calleeOf(fn, instruction) : null;
      return callee?.kind === "function" && callee.fn !== fn && shrinks.some((shrink) => shrink.fn === callee.fn);
    });
  }

  /** `load(key, (error, value) => { if (error) return done(error); pending.delete(key); … })`: only the good answer takes it out. */
  private missedByAnswer(grow: GrowSite, shrinks: readonly Shrink[]): Removal | null {
    const [first] = shrinks;
    if (first?.fn.parent !== grow.fn || !shrinks.every((shrink) => shrink.fn === first.fn && this.isOfEntry(shrink, grow))) return null;
    const error = first.fn.facts.parameters[0];
    if (error?.binding == null || this.contexts.usedAsCallback(first.fn).length === 0) return null;
    const exit = missedAfterTest(first.fn, error.binding, shrinks.map((shrink) => shrink.site));
    return exit ? { kind: "error", at: { fn: first.fn, at: exit.at } } : null;
  }

  /** Takes out the very entry that was put in: the same key, or the same element. */
  private isOfEntry(shrink: Shrink, grow: GrowSite): boolean {
    const { instruction } = shrink.site;
    const taken = instruction.op === "delete" && instruction.place.kind === "index" ? instruction.place.key : instruction.op === "call" ? instruction.args[0]?.value ?? null : null;
    const put = grow.key ?? grow.value;
    if (taken === null || put === null) return false;
    if (this.refs.of(shrink.fn, taken).key === this.refs.of(grow.fn, put).key) return true;
    // `waiters.append((ready, result))` and `waiters.remove((ready, result))`
    const shape = shrink.fn === grow.fn ? this.keys.shapeOf(grow.fn, put) : null;
    return shape !== null && this.keys.shapeOf(shrink.fn, taken) === shape;
  }

  /** The function, one around it or one inside it, or a caller of it: code that knows of the wait. */
  private isAround(fn: Fn, grow: Fn): boolean {
    for (let at: Fn | null = fn; at; at = at.parent) if (at === grow || at === grow.parent && at.facts.kind !== "module" && at.facts.kind !== "class-body") return true;
    for (let at: Fn | null = grow; at; at = at.parent) if (this.contexts.callers(at).some((site) => site.fn === fn)) return true;
    return false;
  }

  /** The wait with a limit that the function, or the one whose promise it settles, is in. */
  private timedWait(fn: Fn): { fn: Fn; at: Span } | null {
    for (const scope of fn.parent && fn.facts.kind === "lambda" ? [fn, fn.parent] : [fn]) {
      for (const site of scope.sites()) {
        if (site.instruction.op === "call" && this.words.is("timedWaits", scope, site.instruction)) return { fn: scope, at: site.instruction.at };
      }
    }
    return null;
  }

  private isOnFailure(shrink: Shrink, grow: Fn): boolean {
    if (shrink.fn === grow) return !isReachedNormally(grow, shrink.site.block);
    if (shrink.fn.parent !== grow) return false;
    const uses = this.contexts.usedAsCallback(shrink.fn);
    return uses.length > 0 && uses.every(({ site, position }) => {
      const given = site.instruction.args[position];
      return given !== undefined && this.words.isOf("onFailure", site.fn, site.instruction, given.value);
    });
  }

  /** `waits.add(wait); wait.promise.then(go, (error) => { waits.delete(wait); … })`: the entry is what is waited for, and over in both cases. */
  private isOnRejection(shrink: Shrink, grow: GrowSite): boolean {
    const put = grow.key === null || grow.fresh ? grow.value : null;
    if (put === null || !this.isOnFailure(shrink, grow.fn)) return false;
    const { root } = this.refs.of(grow.fn, put);
    return root.kind === "binding" && this.contexts.usedAsCallback(shrink.fn).every(({ site: { fn, instruction: call } }) => {
      const waited = call.receiver === null ? null : this.refs.of(fn, call.receiver).root;
      return waited?.kind === "binding" && waited.module === root.module && waited.binding === root.binding;
    });
  }

  private isOnSuccess(fn: Fn): boolean {
    const uses = this.contexts.usedAsCallback(fn);
    return uses.length > 0 && uses.every(({ site, position }) => {
      const { instruction: call } = site;
      const given = call.args[position];
      if (given === undefined || call.args.length > 1 || !this.words.isOf("onSuccess", site.fn, call, given.value)) return false;
      // After `.catch(…)` it runs in both cases.
      return call.receiver === null || !neverRejects(site.fn, call.receiver, this.types, this.api);
    });
  }

  /** The holder's own end: a method that releases, or a function nested in one, or the listener of such an event. */
  private isTeardown(fn: Fn): boolean {
    for (let at: Fn | null = fn; at; at = at.parent) {
      if (this.api.releaseMethods.has(at.facts.name) || at.facts.kind !== "lambda" && this.words.isOwnEnding(at.facts.name) || at.facts.kind === "method" && at.facts.name.startsWith("@@")) return true;
      for (const { site } of this.contexts.usedAsCallback(at)) {
        const [event] = site.instruction.args;
        const name = event === undefined ? undefined : site.fn.definition(event.value)?.instruction;
        if (name?.op === "constant" && name.value.kind === "string" && this.api.releaseMethods.has(name.value.value)) return true;
      }
    }
    return false;
  }

  /** `x[id] = x[id] || {}; delete x[id][k]`: the entry is made although there is nothing to take out of it. */
  private isRevived(grow: GrowSite, operations: Operations, ref: Ref): boolean {
    if (grow.key === null || grow.value === null || !grow.memo) return false;
    const { fn } = grow;
    const key = this.refs.of(fn, grow.key).key;
    const loads = operations.indexLoads.filter((site) => site.fn === fn && site.instruction.op === "load" && site.instruction.place.kind === "index" && this.refs.of(fn, site.instruction.place.key).key === key);
    let taken = false;
    for (const site of loads) {
      if (site.instruction.op !== "load") continue;
      for (const use of fn.uses(site.instruction.out)) {
        if (use.kind === "end") {
          if (use.end.kind !== "branch") return false;
        } else if (use.site.instruction.op === "delete") taken = true;
        else if (use.site.instruction.op !== "store" || use.site.instruction.place.kind !== "binding" || fn.module.binding(use.site.instruction.place.binding)?.kind !== "temporary") return false;
      }
    }
    return taken && this.refs.of(fn, grow.value).key !== ref.key;
  }

  /** What a read of a missing key gives is only looked at, and the key is not known to be there. */
  private isOnlyRead(grow: GrowSite, operations: Operations): boolean {
    const { instruction } = grow.site;
    if (instruction.op !== "load" || grow.key === null) return false;
    const { fn } = grow;
    const wanted = this.refs.of(fn, grow.key).key;
    if (operations.tests.some((one) => one.fn === fn && this.refs.of(fn, one.test.item).key === wanted)) return false;
    if (operations.indexStores.some((site) => site.fn === fn)) return false;
    const loads = operations.indexLoads.filter((site) => site.fn === fn && site.instruction.op === "load" && site.instruction.place.kind === "index" && this.refs.of(fn, site.instruction.place.key).key === wanted);
    return loads.every((site) => site.instruction.op !== "load" || fn.uses(site.instruction.out).every((use) => {
      if (use.kind === "end") return use.end.kind === "branch";
      const used = use.site.instruction;
      return used.op === "next" || used.op === "call" && used.receiver !== null && "out" in site.instruction && used.receiver === site.instruction.out && this.isReading(used.method ?? "");
    }));
  }

  /** A method that only looks, whatever the container. */
  isReading(method: string): boolean {
    return [...this.api.containerMethods.values()].some((methods) => methods.reads.includes(method));
  }
}

function isAwaited(fn: Fn, value: ValueId): boolean {
  return fn.uses(value).some((use) => use.kind === "instruction" && use.site.instruction.op === "await");
}
