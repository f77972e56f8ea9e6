/** What becomes of a timer that its owner keeps: forgotten at the end, overwritten by the next, left out of a stop function. */
import type { TrailStep } from "../../model/finding.js";
import type { Span } from "../../model/span.js";
import { argumentValue } from "../program/api.js";
import type { CompiledPair } from "../program/api.js";
import { constantText } from "../program/constants.js";
import { at, functionName } from "../explain.js";
import { isOfMaking, runsOnceIn } from "../contexts/once-only.js";
import { tellsOfEnd } from "../program/end-words.js";
import { isWithin } from "../contexts/endings.js";
import { EndsHandedOn } from "../handles/ends-handed-on.js";
import type { Cls, Fn, Site } from "../program/program.js";
import { endInputs } from "../program/program.js";
import { Repeats, methodOf } from "../contexts/repeats.js";
import type { Ref } from "../program/refs.js";
import type { Setters, StopFlags } from "../contexts/stop-flags.js";
import type { TimerPaths } from "./timer-paths.js";
import { canAvoid, canReach } from "../program/blocks.js";
import type { TimerSiblings } from "./timer-siblings.js";
import type { Owned, Timer, Timers } from "./timers.js";

export class TimerOwners {
  private readonly repeats: Repeats;
  private readonly handedOn: EndsHandedOn;

  constructor(private readonly timers: Timers, private readonly paths: TimerPaths, private readonly flags: StopFlags) {
    this.repeats = new Repeats(timers.contexts, timers.endings);
    this.handedOn = new EndsHandedOn(timers.types, timers.api);
  }

  /** Kept in a field of the object itself, not in one of something that it knows. */
  isItsOwn(owner: Owned): boolean {
    return this.pathIn(owner).filter((name) => name !== "[]").length === 1;
  }

  /** The fields that lead to it from the object; what `setState()` merges into `state` is as good as a field of its own. */
  private pathIn({ ref: { fields } }: Owned): readonly string[] {
    const [first] = fields;
    return fields.length > 1 && first !== undefined && [...this.timers.api.merges.values()].includes(first) ? fields.slice(1) : fields;
  }

  /** A one-shot timer that would act on an owner that is over. */
  outlivesEnd(timer: Timer, owner: Owned): boolean {
    const isOver = owner.teardowns.some((method) => this.timers.endings.isEnd(method.facts.name));
    return isOver && !timer.brief && !this.isHarmlessAfterEnd(timer, owner);
  }

  /** Somebody else than who arms it stops it meanwhile: its author knows that it may have to be stopped. */
  isPaused(timer: Timer, ref: Ref): boolean {
    const { fn, pair } = timer.life;
    return this.timers.holders.usesOf(ref.key).some(({ site }) => !isWithin(site.fn, fn) && this.timers.api.released(pair, site.fn, site.instruction, this.timers.types) !== null
      && !timer.callbacks.some((callback) => isWithin(site.fn, callback)));
  }

  /** The class gives somebody a function to be run at its end. */
  registersCleanUp(cls: Cls): boolean {
    const { api, types } = this.timers;
    return cls.related.some((one) => one.functions.some((fn) => [...fn.sites()].some(({ instruction }) => instruction.op === "call" && api.cleanups.match(fn, instruction, types).length > 0)));
  }

  /** Some way out misses the release: a return, a failed await, or (with `calls`) any failure where nothing is protected. */
  isMissedOnAWay(life: Timer["life"], calls = true): boolean {
    const { fn } = life;
    const isProtected = fn.facts.blocks.some((block) => block.handler !== null && block.instructions.length > 0);
    return life.leaks.some((leak) => {
      if (leak.kind === "iteration") return false;
      if (leak.kind !== "exception") return true;
      const raising = leak.raisedAt ?? leak.at;
      for (const { instruction } of fn.sites()) if ((instruction.op === "await" || instruction.op === "yield") && instruction.at[0] === raising[0]) return true;
      return calls && !isProtected;
    });
  }

  /** Whether firing after the owner's end does nothing: the callback asks, or has nothing to do with the owner. */
  isHarmlessAfterEnd(timer: Timer, owner: Owned): boolean {
    if (timer.callbacks.length === 0) return false;
    // The timer is what ends the owner.
    if ([...this.timers.endings.reach(timer.callbacks, 1)].some((fn) => fn.cls === owner.cls && this.timers.endings.isEnd(fn.facts.name))) return true;
    const run = timer.callbacks.flatMap((callback) => this.throughWrapper(callback));
    const inside = new Set([...run, ...timer.rearm?.chain ?? []]);
    const setters = this.settersOf(owner.cls);
    return run.some((fn) => this.flags.isIdle(fn, inside, owner.ref.key, setters)) || timer.rearm !== null && (this.flags.asks([...run, ...timer.rearm.chain], owner.ref.key, setters)
      || this.flags.turns.endsTurns({ chain: timer.rearm.chain, armed: timer.life.site }, setters));
  }

  /**
   * Whose setting of a flag tells that the object is over: its ends and what they call, what hears of an end, and code of
   * other classes. What `hover()` sets is asked for another reason. Null where the object has no end to set anything.
   */
  private settersOf(cls: Owned["cls"]): Setters | null {
    const { endings } = this.timers;
    const ends = cls === null ? [] : [...cls.related.flatMap((one) => one.methods.filter((method) => endings.isEnd(method.facts.name, true))), ...endings.marked(cls)];
    if (cls === null || ends.length === 0) return null;
    const reached = endings.reach(ends, 3);
    return (fn) => reached.has(fn) || fn.cls === null || !cls.related.includes(fn.cls) || this.hearsOfEnd(fn);
  }

  /** The function, and what it does nothing but call: `() => this.fire()`. */
  private throughWrapper(fn: Fn): Fn[] {
    const calls = [...fn.sites()].flatMap(({ instruction }) => (instruction.op === "call" ? [instruction] : []));
    const [only] = calls;
    const callee = only && calls.length === 1 ? this.timers.types.calleeOf(fn, only) : null;
    return callee?.kind === "function" ? [fn, callee.fn] : [fn];
  }

  /**
   * The method that ends the owner and does not come to any of the places that stop the timer. Null where one of them
   * does, or where the timer is stopped by something that the end may set off.
   */
  forgottenBy(timer: Timer, owner: Owned): Fn | null {
    const { life } = timer;
    const { pair } = life;
    if (!owner.cls || owner.ref.root.kind !== "this" || owner.ref.fields.length === 0) return null;
    const named = owner.cls.methods.filter((method) => this.timers.endings.isEnd(method.facts.name) && method.cls === owner.cls && hasBody(method));
    const ends = named.length > 0 ? named : this.timers.endings.marked(owner.cls).filter((fn) => fn.facts.kind !== "lambda" || !timer.callbacks.some((callback) => isWithin(fn, callback)));
    const [end] = ends;
    if (!end || this.isArmedByEnd(timer, ends)) return null;
    const [field = ""] = this.pathIn(owner);
    const reach = this.timers.endings.reach([...ends, ...owner.cls.methods.filter((method) => this.timers.endings.isEnd(method.facts.name, true))], 3);
    // Whoever the end gives the object to is not there to stop timers where it stops some itself.
    if (timer.brief && timer.rearm?.always !== true || this.touches(reach, owner, pair) || this.handedOn.itself(this.timers.endings.reach(ends, 0)) && !this.stopsOthers(this.timers.endings.reach(ends, 0), timer) || this.handedOn.leftToSubclass(reach)) {
      const uncertain = this.isSoleEnd(ends, owner, pair);
      return pair.recurring === true && uncertain ? uncertain : null;
    }
    if (this.timers.holders.releasedField(pair, field, owner.cls)) return null; // Somebody outside takes care.
    if (this.stoppedByEvent(timer, owner) || this.isSwitch(timer, owner)) return null;
    if (this.isHarmlessAfterEnd(timer, owner)) return null;
    return timer.callbacks.length > 0 && !timer.callbacks.some((callback) => this.usesOwner(callback)) ? null : end;
  }

  /** `stop() { …; this.late = setTimeout(() => this.link.end(), 2000); }`: a one-shot that the end itself leaves to do the rest. */
  isArmedByEnd({ life, rearm }: Timer, ends: readonly Fn[]): boolean {
    return life.pair.recurring !== true && !rearm && ends.includes(life.fn);
  }

  /**
   * The function stops the one before and then, on some ways, arms no other: calling it in another state is how the timer
   * is stopped. Where the next one is always armed, the stop before it ends nothing for good; nor is who unmounts a
   * component with an interval seen to call it in that state first.
   */
  private isSwitch(timer: Timer, owner: Owned): boolean {
    const { fn, pair, site } = timer.life;
    if (timer.callbacks.some((callback) => isWithin(fn, callback)) || pair.recurring === true && owner.cls && this.timers.contexts.isMounted(owner.cls)) return false;
    return this.timers.holders.usesOf(owner.ref.key).some((use) => use.site.fn === fn && use.site.block !== site.block && this.timers.api.released(pair, fn, use.site.instruction, this.timers.types) !== null
      && canReach(fn, use.site.block, site.block) && canAvoid(fn, site.block, () => false, use.site.block));
  }

  /** Only one method ends the owner, and it stops the timer on one of its ways only. */
  private isSoleEnd(ends: readonly Fn[], owner: Owned, pair: CompiledPair): Fn | null {
    const [end] = ends;
    if (!end || ends.length > 1) return null;
    return this.paths.conditional(end, (fn, value) => this.timers.refs.of(fn, value).key === owner.ref.key, pair) ? end : null;
  }

  /** Some function mentions what keeps the timer. */
  touches(fns: ReadonlySet<Fn>, owner: Owned, pair: CompiledPair): boolean {
    if (this.timers.holders.released(pair, owner.ref, (fn) => fns.has(fn))) return true;
    const [name] = this.pathIn(owner);
    for (const fn of fns) {
      for (const { instruction } of fn.sites()) {
        if (instruction.op === "load" && instruction.place.kind === "field" && instruction.place.name === name) return true;
      }
    }
    return false;
  }

  /** Stopped by a function whose name, or whose event, says that it hears of the end, or by what that calls. */
  private stoppedByEvent(timer: Timer, owner: Owned): boolean {
    const { cls } = owner;
    const { pair } = timer.life;
    const isOwn = (fn: Fn): boolean => timer.callbacks.some((callback) => isWithin(fn, callback));
    const stopped = this.timers.holders.usesOf(owner.ref.key).some(({ site }) => this.timers.api.released(pair, site.fn, site.instruction, this.timers.types) !== null && !isOwn(site.fn) && this.hearsOfEnd(site.fn));
    if (stopped || cls === null) return stopped;
    const hearers = cls.related.flatMap((one) => one.functions).filter((fn) => !isOwn(fn) && this.hearsOfEnd(fn));
    // What comes back to where the next one is armed stops the one before, and not the last.
    const reached = [...this.timers.endings.reach(hearers, 3)].filter((fn) => !isOwn(fn) && fn !== timer.life.fn && timer.rearm?.chain.includes(fn) !== true);
    return this.touches(new Set(reached), owner, pair);
  }

  private hearsOfEnd(fn: Fn): boolean {
    for (let around: Fn | null = fn; around && around.facts.kind !== "module"; around = around.parent) {
      if (tellsOfEnd(around.facts.name)) return true;
      for (const { site } of this.timers.contexts.usedAsCallback(around)) {
        const event = constantText(site.fn, argumentValue(site.fn, site.instruction, 0));
        if (event !== null && tellsOfEnd(event)) return true;
      }
    }
    return false;
  }

  private usesOwner(callback: Fn): boolean {
    if (callback.facts.kind !== "lambda" && callback.cls) return true;
    return [callback, ...this.timers.holders.nestedIn(callback)].some((fn) => {
      for (const { instruction } of fn.sites()) if (instruction.op === "load" && instruction.place.kind === "this") return true;
      return false;
    });
  }

  /** Why the function that arms the timer runs again while the one before is armed; null where it cannot, or looks after that one. */
  overwrites(timer: Timer, owner: Owned): TrailStep | null {
    const { life } = timer;
    const { fn } = life;
    if (owner.ref.fields.includes("[]")) return null;
    if (owner.ref.fields.length === 0) return this.overwritesVariable(timer, owner);
    if (timer.callbacks.some((callback) => isWithin(fn, callback) || callback === fn) || timer.rearm) return null;
    const method = methodOf(fn);
    if (method.facts.kind === "constructor" || method.facts.kind === "initializer" || method.facts.kind === "module" || method.facts.kind === "class-body" || method.facts.name === "__init__") return null;
    if (fn === method ? this.looksAfterBefore(life, owner) : this.looksAfter(method, owner) || this.looksAfter(fn, owner)) return null;
    const callers = this.timers.contexts.callers(method);
    if (callers.length > 0 && callers.every((site) => this.mentions(site.fn, owner)) || isOfMaking(method, this.timers.contexts)) return null;
    return this.runsAgain(timer, owner, fn, method);
  }

  /** `socket.on("close", () => { retry = setInterval(…) })`: a variable of the function around, and no question about it. */
  private overwritesVariable(timer: Timer, owner: Owned): TrailStep | null {
    const { fn } = timer.life;
    const { root } = owner.ref;
    if (root.kind !== "binding" || timer.rearm || timer.brief || timer.callbacks.some((callback) => isWithin(fn, callback))) return null;
    const declared = root.module.binding(root.binding);
    if (declared?.kind !== "variable" || declared.owner === fn.id) return null;
    const scope = root.module.fn(declared.owner);
    if (scope && runsOnceIn(fn, scope, this.timers)) return null;
    const context = this.timers.contexts.of(fn);
    if (context.kind !== "event" && context.kind !== "request") return null;
    const uses = this.timers.contexts.usedAsCallback(fn);
    // Heard at most once: of the same object there is no second time.
    if (uses.length === 0 || uses.every(({ site }) => this.timers.api.acquired(site.fn, site.instruction, this.timers.types).some((pair) => pair.registration?.once === true))) return null;
    const asks = (by: Fn): boolean => [...this.timers.endings.reach([by], 2)].some((one) => [...one.sites()].some(({ instruction }) => instruction.op === "load" && instruction.place.kind === "binding" && instruction.place.binding === root.binding
      && one.module === root.module && !timer.callbacks.some((callback) => isWithin(one, callback))));
    return asks(fn) || this.timers.turns.isUndoneBetween(fn, asks) ? null : context.steps[0] ?? { role: "repeats", message: `${functionName(fn)} may run any number of times`, place: at(fn, fn.facts.nameAt) };
  }

  private runsAgain(timer: Timer, owner: Owned, fn: Fn, method: Fn): TrailStep | null {
    const { name } = method.facts;
    const { endings, contexts } = this.timers;
    const step = (message: string, one: Fn, span: Span): TrailStep => ({ role: "repeats", message, place: at(one, span) });
    if (fn !== method && fn.facts.kind !== "lambda" && fn.facts.class === null && endings.isAgain(fn.facts.name)) return step(`${functionName(fn)} may run any number of times`, fn, fn.facts.nameAt);
    if (endings.isAgain(name)) return step(`${functionName(method)} may run again for the same object`, method, method.facts.nameAt);
    const again = contexts.callers(method).find((site) => site.fn !== method && endings.isAgain(methodOf(site.fn).facts.name));
    if (again) return step(`${functionName(methodOf(again.fn))} runs it again for the same object`, again.fn, again.instruction.at);
    const context = contexts.of(fn);
    if (context.perObject === true && fn === method) return null;
    const isHeard = !timer.brief && (context.kind === "event" || context.kind === "request") && !this.stoppedByEvent(timer, owner)
      && !this.timers.turns.isUndoneBetween(fn, (other) => this.touches(endings.reach([other], 2), owner, timer.life.pair));
    if (isHeard) return context.steps[0] ?? step(`${functionName(fn)} may run any number of times`, fn, fn.facts.nameAt);
    // One that fires once ends by itself; only while its owner is ended it is in the way.
    if (timer.life.pair.recurring !== true && (timer.brief || timer.delay === null || !endings.isEnd(name))) return null;
    const repeat = this.repeats.of(method, (one) => this.mentions(one, owner));
    return repeat && step(repeat.message, repeat.fn, repeat.at);
  }

  /** The same for a timer that the method arms itself, on the ways that lead there. */
  private looksAfterBefore({ fn, site }: Timer["life"], owner: Owned): boolean {
    const isBefore = (one: Site): boolean => (one.block === site.block ? one.index < site.index : canReach(fn, one.block, site.block));
    const name = owner.ref.fields.at(-1);
    for (const one of fn.sites()) {
      if (!isBefore(one)) continue;
      const { instruction } = one;
      if (instruction.op === "load" && instruction.place.kind === "field" && instruction.place.name === name) return true;
      const callee = instruction.op === "call" ? this.timers.types.calleeOf(fn, instruction) : null;
      if (callee?.kind === "function" && callee.fn !== fn && this.looksAfter(callee.fn, owner)) return true;
    }
    return this.timers.holders.nestedIn(fn).some((one) => this.mentions(one, owner));
  }

  /** Stops, tests or empties what keeps the timer: in its own text, or in a function that it calls at once. */
  private looksAfter(fn: Fn, owner: Owned): boolean {
    if ([fn, ...this.timers.holders.nestedIn(fn)].some((one) => this.mentions(one, owner))) return true;
    const called = new Set<Fn>([fn]);
    for (let depth = 0; depth < 2; depth++) {
      for (const one of [...called]) {
        for (const { instruction } of one.sites()) {
          const callee = instruction.op === "call" ? this.timers.types.calleeOf(one, instruction) : null;
          if (callee?.kind === "function") called.add(callee.fn);
        }
      }
    }
    return [...called].some((one) => this.mentions(one, owner));
  }

  private mentions(fn: Fn, owner: Owned): boolean {
    const name = owner.ref.fields.at(-1);
    for (const { instruction } of fn.sites()) if (instruction.op === "load" && instruction.place.kind === "field" && instruction.place.name === name) return true;
    return false;
  }

  /** Stopped by the function that arms it, before it arms the next. */
  isReplaced(timer: Timer, owner: Owned): boolean {
    return this.timers.holders.usesOf(owner.ref.key).some(({ site }) => site.fn === timer.life.fn && this.timers.api.released(timer.life.pair, site.fn, site.instruction, this.timers.types) !== null);
  }

  /** A handler in the owner's class that hears of an end and does not come to the timer, where a sibling stops it. */
  deafToEnd(timer: Timer, owner: Owned, siblings: TimerSiblings): { fn: Fn; at: Span; event: string } | null {
    const { pair } = timer.life;
    if (!owner.cls || owner.ref.root.kind !== "this" || !this.isItsOwn(owner) || timer.brief || this.isHarmlessAfterEnd(timer, owner)) return null;
    const named = owner.cls.methods.filter((method) => this.timers.endings.isEnd(method.facts.name, true));
    if (this.touches(this.timers.endings.reach(named, 3), owner, pair) || this.stoppedByEvent(timer, owner)) return null;
    const group = owner.cls.related.flatMap((cls) => cls.functions);
    return siblings.forgetful(timer, group, (fn) => this.touches(this.timers.endings.reach([fn], 3), owner, pair));
  }

  /**
   * A timer that nothing keeps and whose callback works on an owner that may be over by then, where the owner's end does
   * stop other timers. Null for one that the end itself arms, or whose callback asks whether the owner is over.
   */
  lateCall(timer: Timer): Fn | null {
    const { fn } = timer.life;
    const { cls } = fn;
    if (!cls || timer.callbacks.length === 0 || !timer.callbacks.every((callback) => this.usesOwner(callback))) return null;
    const ends = cls.methods.filter((method) => this.timers.endings.isEnd(method.facts.name) && method.cls === cls && hasBody(method));
    const reach = this.timers.endings.reach(ends, 3);
    if (ends.length === 0 || this.timers.endings.reach(ends, 1).has(fn)) return null;
    const run = timer.callbacks.flatMap((callback) => this.throughWrapper(callback));
    const inside = new Set(run);
    if (run.some((one) => this.timers.endings.isEnd(one.facts.name) || this.flags.isIdle(one, inside, null, this.settersOf(cls)))) return null;
    return this.stopsOthers(reach, timer) ? ends[0] ?? null : null;
  }

  /** By a call that is given a timer, or by releasing what keeps one. */
  stopsOthers(reach: ReadonlySet<Fn>, timer: Timer): boolean {
    const pairs = this.timers.api.pairs.filter((pair) => pair.rule === timer.life.pair.rule);
    const byCall = [...reach].some((one) => [...one.sites()].some(({ instruction }) =>
      instruction.op === "call" && pairs.some((pair) => this.timers.api.released(pair, one, instruction, this.timers.types)?.via === "argument")));
    return byCall || this.timers.all().some((other) => other.owners.some((owner) => owner.cls === timer.life.fn.cls && owner.ref.fields.length > 0 && this.touches(reach, owner, other.life.pair)));
  }

  /** The function that is returned to end things by the one whose variable keeps the timer, where it ends other things made there and not the timer. */
  stopThatForgets(timer: Timer, binding: number): Fn | null {
    const { fn: { module }, pair } = timer.life;
    const fn = module.fn(module.binding(binding)?.owner ?? -1);
    if (!fn || fn.facts.kind === "module") return null;
    const background = new Set(pair.background ?? []);
    const hard: CompiledPair = { ...pair, key: `${pair.key}:hard`, releases: pair.releases.filter((pattern) => !(pattern.kind === "on-handle" && background.has(`#${pattern.method}`))) };
    for (const { end } of fn.facts.blocks) {
      if (end.kind !== "return" || end.value === null) continue;
      const { root, fields } = this.timers.refs.of(fn, end.value);
      if (root.kind !== "closure" || fields.length > 0 || root.fn.parent !== fn) continue;
      const group = [fn, ...this.timers.holders.nestedIn(fn)];
      const stoppers = this.paths.stoppers(group, binding, hard);
      if (!stoppers.has(root.fn) && this.endsSomething(root.fn, fn)) return root.fn;
    }
    return null;
  }

  /** Calls something whose name says that it ends what it is called on, or what a call gave for that: `unsubscribe()`. */
  private endsSomething(fn: Fn, around: Fn): boolean {
    for (const { instruction } of fn.sites()) {
      if (instruction.op !== "call") continue;
      if (instruction.method !== null && instruction.receiver !== null && this.timers.endings.isEnd(instruction.method)) return true;
      const callee = instruction.callee === null ? undefined : fn.definition(instruction.callee)?.instruction;
      if (callee?.op !== "load" || callee.place.kind !== "binding") continue;
      const named = fn.module.binding(callee.place.binding);
      const [given, ...others] = fn.module.bindingStores.get(callee.place.binding) ?? [];
      const isKept = named?.owner === around.id && this.tellsOfRelease(named.name) && others.length === 0;
      if (isKept && given && around.definition(given.value)?.instruction.op === "call") return true;
    }
    return false;
  }

  private tellsOfRelease(name: string): boolean {
    const { endings, api } = this.timers;
    const [first = ""] = name.split(/[^A-Za-z]+|(?<=[a-z])(?=[A-Z])/u);
    return endings.isEnd(name, true) || api.releaseMethods.has(name) || api.releaseMethods.has(first.toLowerCase());
  }

  /** For a timer of a mounted component: only its own callback stops it, or its clean-up does so on one branch only. */
  uncertainCleanup(timer: Timer, binding: number): { fn: Fn; at: Span; message: string; byItself?: boolean } | null {
    const { fn, pair } = timer.life;
    const others = this.timers.holders.nestedIn(fn).filter((one) => !timer.callbacks.some((callback) => isWithin(one, callback)));
    const stoppers = this.paths.stoppers(others, binding, pair);
    if (stoppers.size === 0) {
      const own = timer.life.outcome.released.length > 0 ? fn : timer.callbacks[0];
      return own && fn.facts.blocks.every(({ end }) => end.kind !== "return" || end.value === null || !this.isFunction(fn, end.value)) ? { fn: own, at: own.facts.nameAt, message: "only here it is stopped, and not when the component goes", byItself: own !== fn } : null;
    }
    const isTimer = (one: Fn, value: number): boolean => {
      const { root } = this.timers.refs.of(one, value);
      return root.kind === "binding" && root.binding === binding;
    };
    for (const one of stoppers) {
      if (stoppers.size > 1 || !fn.facts.blocks.some(({ end }) => end.kind === "return" && end.value !== null && this.isFunction(fn, end.value, one))) continue;
      const asked = this.paths.conditional(one, isTimer, pair);
      if (asked && !this.isAskedBefore(timer, one, asked)) return { fn: one, at: asked, message: "the clean-up stops it only if this says so" };
    }
    return null;
  }

  /** `if (real) return; const timer = …; return () => !real && clearInterval(timer)`: it is only there if the answer is yes. */
  private isAskedBefore({ life }: Timer, cleanUp: Fn, at: Span): boolean {
    const questions = (fn: Fn, test: (block: number, span: Span) => boolean): string[] => fn.facts.blocks.flatMap(({ end }, id) =>
      (end.kind === "branch" && test(id, end.at) ? endInputs(end).map((value) => this.timers.refs.of(fn, value).key) : []));
    const before = new Set(questions(life.fn, (block) => canReach(life.fn, block, life.site.block)));
    return questions(cleanUp, (_, span) => span[0] === at[0] && span[1] === at[1]).some((key) => before.has(key));
  }

  private isFunction(fn: Fn, value: number, which?: Fn): boolean {
    const { root, fields } = this.timers.refs.of(fn, value);
    return root.kind === "closure" && fields.length === 0 && (which === undefined || root.fn === which);
  }
}

function hasBody(fn: Fn): boolean {
  return fn.facts.blocks.some((block) => block.instructions.length > 0);
}
