/** Which registrations are worth a finding: target outlives the registrar, the registering repeats, nothing takes it off. */
import type { FixIntent } from "../model/fix-intent.js";
import type { Severity, TrailStep } from "../model/finding.js";
import type { Span } from "../model/span.js";
import type { HandleRule } from "../catalog/types.js";
import type { Analysis } from "./analysis.js";
import { repeats, isUnbounded } from "./contexts.js";
import { at, callName, functionName, releaseNames, repetition } from "./explain.js";
import { handleFindings } from "./handle-findings.js";
import type { Life } from "./lifetimes.js";
import { bagOf, belongs, capturesParameter, endsTarget, isAddedOnce, isCallScoped, isClearedByBase, isExchanged, isServant, isSetUpFunction, isSingleton, resultReleases, returnedCleanUp, runsOncePerObject, teardownOf } from "./listener-evidence.js";
import { isOwnSource } from "./own-sources.js";
import type { Fn } from "./program.js";
import { describe } from "./refs.js";
import type { Ref } from "./refs.js";
import type { Mismatch, Registration } from "./registrations.js";
import { isConstructor } from "./targets.js";

interface Base {
  severity: Severity;
  path: string;
  at: Span;
  trail: TrailStep[];
  help: string;
  fix: FixIntent | null;
}

export type ListenerFinding = Base & (
  | { message: "neverRemoved"; data: { where: string; noun: string; target: string; phrase: string } }
  | { message: "cannotMatch"; data: { noun: string; target: string; why: string } }
  | { message: "forgotten"; data: { teardown: string; noun: string; where: string; target: string } }
  | { message: "missedExit"; data: { noun: string; target: string; where: string; exit: string } }
  | { message: "addsAgain"; data: { where: string; noun: string; target: string } }
  | { message: "settles"; data: { noun: string; target: string; where: string } }
  | { message: "onlyOneFires"; data: { noun: string; target: string; other: string } }
  | { message: "overwritten"; data: { noun: string; holder: string; where: string } }
  | { message: "dropped"; data: { api: string; noun: string } }
  | { message: "neverAborted"; data: { noun: string; target: string } });

/** Findings of the registrations of a rule, and of subscriptions whose handle is a call's result. */
export function* listenerFindings(analysis: Analysis, rule: HandleRule): Generator<ListenerFinding> {
  for (const registration of analysis.registrations.all()) {
    if (registration.pair.rule !== rule) continue;
    const finding = new Judge(analysis, registration).judge();
    if (finding) yield finding;
  }
  const lives = analysis.lifetimes.all().filter((life) => life.pair.rule === rule);
  const unsure = new Set(lives.filter((life) => life.context.kind === "unknown" && life.fn.cls === null && !analysis.registrations.scopes.of(life.fn).inExecutor).map(placeOf));
  const own = new Set(lives.filter((life) => isOwnSource(analysis, life)).map(placeOf));
  // The only object of its class subscribes as it is made.
  const isOnce = new Set(lives.filter(({ fn }) => fn.cls !== null && (isSingleton(analysis, fn) || isServant(analysis, fn)) && runsOncePerObject(analysis, fn)).map(placeOf));
  for (const finding of handleFindings(analysis, rule)) {
    const key = `${finding.path}:${String(finding.at[0])}`;
    if (finding.loss === "dropped" && own.has(key)) continue;
    // A function of no class that nobody is seen to call may well run once.
    if ((finding.loss === "dropped" || finding.loss === "neverReleased") && unsure.has(key)) continue;
    const { api, noun, where, handle } = finding.data;
    const severity = isOnce.has(key) ? "low" : finding.severity;
    if (finding.loss === "dropped") yield { ...finding, severity, message: "dropped", data: { api, noun } };
    else if (finding.loss === "ownerForgets") yield { ...finding, message: "forgotten", data: { teardown: where, noun, where: finding.data.owner, target: handle } };
    else if (finding.loss === "overwritten") yield { ...finding, message: "overwritten", data: { noun, holder: handle, where } };
    else if (finding.loss === "someExits" || finding.loss === "onException") yield { ...finding, message: "missedExit", data: { noun, target: handle, where, exit: finding.loss === "onException" ? "raises" : "returns early" } };
    else yield { ...finding, message: "dropped", data: { api, noun } };
  }
}

function placeOf(life: Life): string {
  return `${life.fn.module.path}:${String(life.site.instruction.at[0])}`;
}

const WHY: Readonly<Record<Mismatch, string>> = {
  "fresh-function": "the removal names another function than the one that was added",
  "bound-copy": "bind() makes a new function each time, so the removal does not name the one that was added",
  capture: "it is added for the capture phase and removed for the other",
  "never-reached": "the removal is reached only once the flag is set that is set behind it",
  target: "the removal is from another target",
  context: "it is added with a context that the removal is not given",
  events: "it is added for events that are not among those it is removed for",
};

/** A message with its data. */
type Said = ListenerFinding extends infer Each ? Each extends ListenerFinding ? Pick<Each, "message" | "data"> : never : never;

/** The target is a part of something else: `connection.closing`, `this.connection.closing`. */
function isPart(one: Registration): boolean {
  return one.target !== null && one.target.fields.length > (one.target.root.kind === "this" ? 1 : 0);
}

/** The listener is a method of the object itself. */
function listensByMethod(one: Registration): boolean {
  return one.listener?.root.kind === "this" && one.listener.fields.length === 1;
}

/** One registration and what is to be said of it. */
class Judge {
  private readonly target: string;
  private readonly noun: string;
  /** The function whose call adds it. */
  private readonly top: Fn;
  private readonly isTerminal: boolean;
  private readonly isLate: boolean;
  /** The target lives longer than the call, and longer than the object. */
  private readonly outlives: boolean;

  constructor(private readonly analysis: Analysis, private readonly one: Registration) {
    this.target = one.target ? describe(one.target) : "the global object";
    this.noun = one.pair.noun;
    this.top = one.scope.fn;
    const { api } = analysis;
    this.isTerminal = one.eventName !== null && api.terminalEvents.has(one.eventName);
    this.isLate = one.event !== null && api.lateEvents.has(one.event);
    this.outlives = one.life === "process" || one.life === "injected";
  }

  judge(): ListenerFinding | null {
    const { one } = this;
    if (one.cancelled === "by-signal" || one.context.kind === "test") return null;
    const again = this.addsAgain();
    if (again) return again;
    if (one.removals.length > 0) return this.missedExit();
    if (one.context.kind === "once") return this.evenOnce();
    if (one.mismatch && one.life !== "local") return this.cannotMatch(one.mismatch);
    if (one.guarded || one.life === "local" || isAddedOnce(one) || isClearedByBase(this.analysis, one)) return null;
    if (!one.resultKept && this.isHandedOn()) return null;
    if (one.resultKept) {
      const kept = this.keptResult();
      if (kept !== "lost") return kept;
    }
    if (one.cancelled === "signal-never-aborted" && this.outlives) {
      return this.finding({ message: "neverAborted", data: { noun: this.noun, target: this.target } }, "medium", [this.searched()], "abort the controller in the clean-up");
    }
    return this.settles() ?? this.onlyOneFires() ?? this.unremoved();
  }

  /** Findings for listeners that may fire any number of times and that nothing takes off. */
  private unremoved(): ListenerFinding | null {
    const { one, analysis } = this;
    if (this.isTerminal && !this.isLate) return null;
    const sibling = this.forgottenSibling();
    if (sibling) return sibling;
    if (one.once && !this.isLate) return this.byLoop() ?? (one.pair.registration?.event === undefined && one.event === null && isPart(one) && one.life === "injected" ? this.byTeardown() : null);
    if (one.forwarded) return null; // Whoever gave it may take it off; the calls of this function are looked at in their own place.
    return this.byTeardown() ?? this.byProcess() ?? this.byLoop() ?? this.byCall() ?? (one.resultDropped ? this.byBag(bagOf(analysis, one.fn.cls)) : null)
      ?? (one.pair.evenOnce === true && this.outlives && belongs(analysis, one) === "yes" ? this.neverRemoved("low") : null);
  }

  private finding(said: Said, severity: Severity, steps: TrailStep[], help: string, fix: FixIntent | null = this.cleanupFix()): ListenerFinding {
    const { fn, site, context } = this.one;
    const via: TrailStep[] = this.one.via ? [{ role: "note", message: `${functionName(this.one.via)} adds what it is given`, place: at(this.one.via, this.one.via.facts.nameAt) }] : [];
    const trail = [this.holder(), ...via, ...repetition(this.top, context), ...steps];
    // A spread union keeps its members apart, which the compiler does not see.
    return { ...said, severity, path: fn.module.path, at: site.instruction.at, trail, help, fix };
  }

  private cannotMatch(mismatch: NonNullable<Registration["mismatch"]>): ListenerFinding {
    const why = WHY[mismatch.why];
    const step: TrailStep = { role: "exit", message: `this removal does not match: ${why}`, place: at(mismatch.site.fn, mismatch.site.instruction.at) };
    return this.finding({ message: "cannotMatch", data: { noun: this.noun, target: this.target, why } }, "high", [step], mismatch.why === "never-reached" ? "turn the question round" : "keep the function in a variable or field and give the same one, with the same options, to both calls", null);
  }

  /** The method that should take it off adds it once more. */
  private addsAgain(): ListenerFinding | null {
    const { one } = this;
    const names = new Set(one.pair.releases.flatMap((pattern) => ("method" in pattern ? [pattern.method] : [])));
    const say = (where: Fn): ListenerFinding => this.finding(
      { message: "addsAgain", data: { where: functionName(where), noun: this.noun, target: this.target } }, "high",
      [{ role: "exit", message: `${functionName(where)} should take it off and adds it`, place: at(where, where.facts.nameAt) }, this.searched()], `call ${releaseNames(one.pair)} here`, null,
    );
    if (one.forwarded && names.has(this.top.facts.name) && this.top.facts.kind !== "lambda" && one.life !== "local") return say(this.top);
    if (one.removals.length > 0 || !one.target || one.inline || !one.listener || !one.fn.cls || one.life === "local" || one.once) return null;
    for (const other of this.analysis.registrations.on(one.target)) {
      if (other.fn === one.fn || other.event !== one.event || other.eventName !== one.eventName || other.listener?.key !== one.listener.key) continue;
      for (const [undo, adds] of [[one, other], [other, one]] as const) {
        if (this.isUndoing(undo.scope.fn) && !this.isUndoing(adds.scope.fn)) return say(undo.scope.fn);
      }
    }
    return null;
  }

  private isUndoing(fn: Fn): boolean {
    return this.analysis.api.releaseMethods.has(fn.facts.name) || /^_*(?:remove|detach|unbind|unlisten|unsubscribe)/u.test(fn.facts.name);
  }

  /** A removal exists, but a way out of the function misses it. */
  private missedExit(): ListenerFinding | null {
    const { one } = this;
    if (!one.missed || one.context.kind === "once" || one.guarded || one.once && !this.isLate || one.life === "unknown" || this.isTerminal) return null;
    const exit = one.missed.kind === "exit" ? "returns here" : "raises";
    const [removal] = one.removals;
    const steps: TrailStep[] = [{ role: "exit", message: one.missed.kind === "exit" ? `${functionName(one.fn)} returns here with the listener still on` : "if this raises, the listener stays", place: at(one.fn, one.missed.at) }];
    if (removal) steps.push({ role: "searched", message: "this removal is not reached on that path", place: at(removal.fn, removal.instruction.at) });
    return this.finding({ message: "missedExit", data: { noun: this.noun, target: this.target, where: functionName(one.fn), exit } }, "medium", steps, "take it off in a finally block");
  }

  /** Registered once, but with something outside that has to be told. */
  private evenOnce(): ListenerFinding | null {
    const { one } = this;
    if (one.pair.evenOnce !== true || one.life !== "process" || one.resultKept) return null;
    return this.finding({ message: "neverRemoved", data: { where: functionName(one.fn), noun: this.noun, target: this.target, phrase: "once" } }, "low", [this.searched()], `remove it with ${releaseNames(one.pair)} at shutdown`);
  }

  /** A listener for the end of something long-lived, put there by a call that ends earlier. */
  private settles(): ListenerFinding | null {
    const { one, analysis } = this;
    if (!this.isLate || one.life === "unknown" || one.forwarded && one.inline === null || !analysis.registrations.scopes.settles(one.fn)) return null;
    // A process ends when it ends; and what a request brings ends with it.
    if (one.life === "process" && one.target?.root.kind !== "binding" || this.isRequestScoped()) return null;
    return this.finding(
      { message: "settles", data: { noun: this.noun, target: this.target, where: functionName(this.top) } }, repeats(one.context.kind) && one.life !== "parameter" ? "high" : "medium",
      [{ role: "exit", message: `when ${functionName(this.top)} settles, the listener stays on ${this.target}`, place: at(this.top, this.top.facts.nameAt) }, this.searched()],
      `remove it with ${releaseNames(one.pair)} when the call settles`,
    );
  }

  /** `event.request.signal`: it belongs to the request that is being answered. */
  private isRequestScoped(): boolean {
    const { target } = this.one;
    if (target?.root.kind !== "binding" || target.fields.length === 0) return false;
    const name = target.root.module.binding(target.root.binding)?.name ?? "";
    return /^(?:req|request|event|ctx|context|c)$/u.test(name) || target.fields.some((field) => field === "request" || field === "req");
  }

  /** Of two one-time listeners only one fires; the other stays until its own event comes. */
  private onlyOneFires(): ListenerFinding | null {
    const { one, analysis } = this;
    if (!one.once || this.isLate || this.isTerminal || !one.target || one.event === null || one.life === "unknown" || one.forwarded && one.inline === null && !one.scope.inExecutor) return null;
    if (one.life === "instance" && one.target.fields.length > 0) return null;
    // A start method with a callback of the call's own is called as often as there are callers.
    if (!one.scope.inExecutor && (isConstructor(this.top) || runsOncePerObject(analysis, one.fn) && !(one.target.root.kind === "this" && (one.inline === "call" || isCallScoped(analysis, one))))) return null;
    const { errorEvents, terminalEvents } = analysis.api;
    const beside = analysis.registrations.on(one.target).filter((other) => other !== one && other.scope.fn === one.scope.fn && other.event !== null && other.event !== one.event);
    if (beside.some((other) => other.event !== null && terminalEvents.has(other.event))) return null;
    const other = beside.find((each) => each.event !== null && errorEvents.has(each.event) !== errorEvents.has(one.event ?? "") && each.site.block === one.site.block);
    if (!other?.event) return null;
    return this.finding(
      { message: "onlyOneFires", data: { noun: this.noun, target: this.target, other: other.event } }, "medium",
      [{ role: "note", message: `where this "${other.event}" comes first, the listener for "${one.event}" stays`, place: at(other.fn, other.site.instruction.at) }, this.searched()],
      "let each of the two take the other off",
    );
  }

  /** A clean-up beside it takes others off and forgets this one. */
  private forgottenSibling(): ListenerFinding | null {
    const { one, analysis } = this;
    if (this.one.life === "instance" || this.one.life === "unknown" || one.forwarded && one.inline === null) return null;
    if (one.once && !this.isLate && !(one.event !== null && analysis.api.errorEvents.has(one.event))) return null;
    const cleanUp = returnedCleanUp(analysis, one.fn);
    const siblings = analysis.registrations.in(one.fn).filter((other) => other !== one && other.removals.length > 0);
    let where: Fn | null = null;
    if (siblings.length > 0) {
      const counts = new Map<Fn, number>();
      for (const other of siblings) for (const fn of new Set(other.removals.map((site) => site.fn))) if (fn !== one.fn && fn !== one.listenerFn) counts.set(fn, (counts.get(fn) ?? 0) + 1);
      const same = siblings.find((other) => one.listener !== null && !one.inline && other.listener?.key === one.listener.key);
      where = [...counts].find(([fn, count]) => count >= 2 && fn.facts.kind !== "module")?.[0] ?? same?.removals[0]?.fn ?? null;
    }
    where ??= cleanUp;
    if (!where || !this.isBeside(where)) return null;
    return this.finding(
      { message: "forgotten", data: { teardown: where.facts.kind === "lambda" ? "the clean-up" : functionName(where), noun: this.noun, where: functionName(one.fn), target: this.target } },
      repeats(one.context.kind) || one.life === "process" ? "high" : "medium",
      [{ role: "exit", message: "this clean-up does not take it off", place: at(where, where.facts.nameAt) }, this.searched()], "take it off there too",
    );
  }

  /** A function in the registering one, or another method of its class. */
  private isBeside(where: Fn): boolean {
    if (where === this.one.fn) return false;
    for (let at = where.parent; at; at = at.parent) if (at === this.top && this.top.facts.kind !== "module") return true;
    for (let at: Fn | null = this.one.fn; at; at = at.parent) if (at === where) return false;
    return where.cls !== null && where.cls === this.one.fn.cls;
  }

  /** The class has a method that releases what its objects hold, and that method leaves this one. */
  private byTeardown(): ListenerFinding | null {
    const { one, analysis } = this;
    const teardown = teardownOf(analysis, one.fn);
    const held = belongs(analysis, one);
    const beyond = one.life === "unknown" && one.target?.root.kind === "this" && one.target.fields.length > 1 && listensByMethod(one);
    if (!teardown || !this.outlives && !beyond || held === "no" || held === "weakly" && one.pair.release.length === 0) return null;
    if (isSingleton(analysis, one.fn) || one.forwarded || one.life !== "process" && (endsTarget(analysis, one) || this.isLate && this.callsTeardown() || this.followsTarget())) return null;
    return this.finding(
      { message: "forgotten", data: { teardown: functionName(teardown), noun: this.noun, where: functionName(this.top), target: this.target } },
      held === "weakly" ? "low" : one.life === "process" && !this.isLate && !(listensByMethod(one) && analysis.api.releaseMethods.has(one.listener?.fields[0] ?? "")) ? "high" : "medium",
      [{ role: "exit", message: `${functionName(teardown)} does not take it off`, place: at(teardown, teardown.facts.nameAt) }, this.searched()], `take it off in ${functionName(teardown)}`,
    );
  }

  /** The object listens for the end of the target as well: the two end together. */
  private followsTarget(): boolean {
    const { one, analysis } = this;
    return one.target !== null && !isExchanged(analysis, one) && analysis.registrations.on(one.target).some((other) => other !== one && other.fn.cls === one.fn.cls && other.eventName !== null && analysis.api.terminalEvents.has(other.eventName));
  }

  /** The listener ends the object itself: what it waits for is meant to outlast it. */
  private callsTeardown(): boolean {
    const { listenerFn } = this.one;
    if (!listenerFn) return false;
    for (const { instruction } of listenerFn.sites()) if (instruction.op === "call" && instruction.method !== null && this.analysis.api.releaseMethods.has(instruction.method)) return true;
    return false;
  }

  /** An emitter's `on` gives something back that somebody takes: in some libraries it is what removes the listener. */
  private isHandedOn(): boolean {
    const { fn, site, resultField } = this.one;
    if (resultField) return this.analysis.holders.usesOf(resultField.key).length > 0 || this.analysis.holders.isReturned(resultField);
    return fn.uses(site.instruction.out).some((use) => use.kind === "end" ? use.end.kind === "return" && fn.facts.kind !== "lambda" : use.site.instruction.op === "call" && use.site.instruction.receiver !== site.instruction.out || use.site.instruction.op === "collection");
  }

  /** The target lives as long as the process. */
  private byProcess(): ListenerFinding | null {
    const { one, analysis } = this;
    if (one.life !== "process") return null;
    const held = belongs(analysis, one);
    if (held === "weakly") return one.pair.release.length === 0 || isSingleton(analysis, one.fn) ? null : this.neverRemoved("low");
    if (repeats(one.context.kind)) return this.neverRemoved(isUnbounded(one.context.kind) ? "high" : "medium");
    // Once per object or call: it adds up if what it holds is of that object or call.
    // A function of no class is taken to be called once, unless what it adds holds what a call gave it.
    if (this.top.cls === null && !analysis.registrations.scopes.settles(one.fn) && !capturesParameter(analysis, one)) return null;
    return held === "yes" && !isSingleton(analysis, one.fn) ? this.neverRemoved(isServant(analysis, one.fn) && runsOncePerObject(analysis, one.fn) ? "low" : "medium") : null;
  }

  /** Each turn of a loop puts one more on the same target. */
  private byLoop(): ListenerFinding | null {
    const { one } = this;
    const loop = one.fn.block(one.site.block)?.loop ?? null;
    if (loop === null || one.life === "unknown" || !isCallScoped(this.analysis, one) && !this.holdsLoopVariable(loop)) return null;
    if (this.isMadeInLoop(loop) || one.event === null && one.pair.registration?.event !== undefined) return null;
    return this.neverRemoved("medium");
  }

  private holdsLoopVariable(loop: number): boolean {
    return this.one.listenerFn?.facts.captures.some((binding) => this.isStoredInLoop(loop, binding)) === true;
  }

  private isStoredInLoop(loop: number, binding: number): boolean {
    const { fn } = this.one;
    return (fn.module.bindingStores.get(binding) ?? []).some((store) => {
      if (store.fn !== fn) return false;
      for (let inner = fn.block(store.site.block)?.loop ?? null; inner !== null; inner = fn.facts.loops[inner]?.parent ?? null) if (inner === loop) return true;
      return false;
    });
  }

  private isMadeInLoop(loop: number): boolean {
    const root = this.one.target?.root;
    return root === undefined || root.kind === "call" || root.kind === "value" || root.kind === "binding" && this.isStoredInLoop(loop, root.binding);
  }

  /** A function that may be called again adds a listener that holds this very call. */
  private byCall(): ListenerFinding | null {
    const { one, analysis } = this;
    if (one.life === "unknown" || one.life === "process" || !isCallScoped(analysis, one)) return null;
    if (one.scope.inExecutor) {
      if (one.life === "parameter" && this.endsHere()) return null;
      return this.neverRemoved(isUnbounded(one.context.kind) ? "high" : "medium");
    }
    if (one.life === "parameter" || one.life === "instance" && !this.isShared()) return null;
    if (runsOncePerObject(analysis, one.fn) || this.top.facts.kind === "lambda") return null;
    return this.neverRemoved(isUnbounded(one.context.kind) && one.context.kind !== "instance" ? "high" : "medium");
  }

  /** Handed out by a method of the object, so that several calls may get the same one; or the object's own collection. */
  private isShared(): boolean {
    const { one } = this;
    return one.target?.root.kind === "binding" || one.pair.receiver !== null && one.listener?.root.kind === "binding";
  }

  /** The call listens for the end of the target too: what it was given is used up here. */
  private endsHere(): boolean {
    const { one, analysis } = this;
    if (!one.target) return false;
    const { root } = one.target;
    return analysis.registrations.in(one.fn).some((other) => other.target?.root.kind === "binding" && root.kind === "binding" && other.target.root.binding === root.binding && other.eventName !== null && analysis.api.terminalEvents.has(other.eventName))
      || analysis.registrations.on(one.target).some((other) => other.scope.fn === one.scope.fn && other.eventName !== null && analysis.api.terminalEvents.has(other.eventName));
  }

  /** The class collects the handles of other listeners, and this one's is dropped. */
  private byBag(bag: string | null): ListenerFinding | null {
    const { one, analysis } = this;
    if (bag === null || one.life !== "injected" || belongs(analysis, one) !== "yes" || isSingleton(analysis, one.fn) || endsTarget(analysis, one)) return null;
    // Somebody must be there to empty it: a clean-up of its own, or a base that is not known.
    const { cls } = one.fn;
    if (!cls || teardownOf(analysis, one.fn) === null && !cls.related.some((each) => each.unknownBase || each.outside.length > 0)) return null;
    return this.finding(
      { message: "dropped", data: { api: callName(one.fn, one.site.instruction), noun: this.noun } }, "medium",
      [{ role: "exit", message: `${bag} is where ${one.fn.cls?.name ?? "the class"} keeps such handles`, place: at(one.fn, one.site.instruction.at) }], `give what it returns to ${bag}`,
    );
  }

  private neverRemoved(severity: Severity): ListenerFinding {
    const { one } = this;
    if (one.resultDropped) {
      const step: TrailStep = { role: "exit", message: "the result is not kept", place: at(one.fn, one.site.instruction.at) };
      return this.finding({ message: "dropped", data: { api: callName(one.fn, one.site.instruction), noun: this.noun } }, severity, [step], "keep what it returns and use it when the listener is no longer needed");
    }
    const help = one.pair.release.length === 0 && one.pair.help !== undefined ? one.pair.help : `remove it with ${releaseNames(one.pair)} when it is no longer needed`;
    return this.finding({ message: "neverRemoved", data: { where: functionName(this.top), noun: this.noun, target: this.target, phrase: one.context.phrase } }, severity, [this.searched()], help);
  }

  /** What the registration returned is kept: null where it is used to take the listener off, "lost" where it might as well be dropped. */
  private keptResult(): ListenerFinding | null | "lost" {
    const { one, analysis } = this;
    const outcome = analysis.paths.follow({ fn: one.fn, site: one.site, pair: one.pair, value: one.site.instruction.out });
    if (outcome.gaveUp || outcome.released.length > 0 || this.isGivenInList()) return null;
    let lost = outcome.escapes.length === 0;
    // A variable that is read again is read for a reason.
    if (lost && outcome.variable !== null && this.isRead(outcome.variable)) return null;
    for (const escape of outcome.escapes) {
      if (escape.kind !== "field" && escape.kind !== "element" && escape.kind !== "variable") return null;
      const { ref } = escape;
      // `this.slot.value = …`: what the slot does with it is its own affair.
      if (escape.kind === "field" && ref.fields.length > 1) return null;
      const name = ref.fields.findLast((field) => field !== "[]");
      if (name !== undefined && escape.kind === "element" && analysis.api.bags.has(name) && !this.isOwnList(ref)) return null;
      const releases = resultReleases(analysis, one, ref);
      if (releases.length === 0) {
        if (ref.root.kind !== "this" || analysis.holders.released(one.pair, ref) || name !== undefined && analysis.holders.releasedField(one.pair, name, ref.root.cls)) return null;
        lost = true;
        continue;
      }
      return this.replaced(ref, releases);
    }
    return lost ? this.lostResult() : null;
  }

  /** `this.toDispose.pushAll([a.onX(f), b.onY(g)])`: whoever is given the list has the handles. */
  private isGivenInList(): boolean {
    const { fn, site } = this.one;
    return fn.uses(site.instruction.out).some((use) => use.kind === "instruction" && use.site.instruction.op === "collection"
      && fn.uses(use.site.instruction.out).some((list) => list.kind === "instruction" && list.site.instruction.op === "call" && list.site.instruction.args.length > 0));
  }

  private isRead(binding: number): boolean {
    return this.one.fn.module.functions.some((fn) => [...fn.sites()].some(({ instruction }) => instruction.op === "load" && instruction.place.kind === "binding" && instruction.place.binding === binding));
  }

  /** A list that the class itself made, so that it must empty it itself. */
  private isOwnList(ref: Ref): boolean {
    if (ref.root.kind !== "this") return false;
    const stores = this.analysis.types.fieldStores.get(this.analysis.refs.ofField(ref.root.cls, ref.fields[0] ?? "").key) ?? [];
    return stores.some((store) => store.fn.definition(store.value)?.instruction.op === "collection");
  }

  /** Nobody uses the handle: it is lost with the object, or at once. */
  private lostResult(): ListenerFinding | "lost" | null {
    const { one, analysis } = this;
    const field = one.resultField;
    if (field?.root.kind !== "this") return "lost";
    const teardown = teardownOf(analysis, one.fn);
    if (!teardown || this.isTerminal || one.life === "instance" || one.life === "unknown" || isSingleton(analysis, one.fn)) return "lost";
    return this.finding(
      { message: "forgotten", data: { teardown: functionName(teardown), noun: this.noun, where: functionName(this.top), target: this.target } }, "medium",
      [{ role: "exit", message: `${functionName(teardown)} does not use ${describe(field)}`, place: at(teardown, teardown.facts.nameAt) }], `use ${describe(field)} in ${functionName(teardown)}`,
    );
  }

  /** The field is given another handle while the one before is still in use, or is only ever exchanged and never let go. */
  private replaced(ref: Ref, releases: readonly { fn: Fn }[]): ListenerFinding | null {
    const { one, analysis } = this;
    if (ref.root.kind !== "this" || ref.fields.length !== 1 || one.life === "local" || this.isTerminal) return null;
    const stores = analysis.types.fieldStores.get(ref.key) ?? [];
    const storing = new Set(stores.filter((store) => store.fn.definition(store.value)?.instruction.op === "call").map((store) => store.fn));
    const onlyExchanged = releases.every(({ fn }) => storing.has(fn) && !runsOncePerObject(analysis, fn));
    if (onlyExchanged && one.life !== "instance" && (teardownOf(analysis, one.fn) !== null || bagOf(analysis, one.fn.cls) !== null) && !isSingleton(analysis, one.fn) && !releases.some(({ fn }) => fn === one.fn)) {
      return this.finding(
        { message: "overwritten", data: { noun: this.noun, holder: describe(ref), where: functionName(this.top) } }, "medium",
        [{ role: "searched", message: `${describe(ref)} is released only where it gets another ${this.noun}, not at the end of the ${one.fn.cls?.name ?? "object"}`, place: null }], `release ${describe(ref)} with the object too`,
      );
    }
    // A method that is no start: it may run again before the clean-up does.
    if (runsOncePerObject(analysis, one.fn) || releases.some(({ fn }) => fn === one.fn || !this.isUndoing(fn) || analysis.contexts.callers(fn).some((site) => site.fn === one.fn))) return null;
    if (isSetUpFunction(analysis, one.fn) || this.callsRelease(releases)) return null;
    return this.finding(
      { message: "overwritten", data: { noun: this.noun, holder: describe(ref), where: functionName(this.top) } }, "medium",
      [{ role: "exit", message: `a second call of ${functionName(this.top)} loses the ${this.noun} before`, place: at(one.fn, one.site.instruction.at) }], `release ${describe(ref)} before it gets another`,
    );
  }

  /** The function calls one that releases, by whatever name. */
  private callsRelease(releases: readonly { fn: Fn }[]): boolean {
    const names = new Set(releases.map(({ fn }) => fn.facts.name));
    for (const { instruction } of this.one.fn.sites()) if (instruction.op === "call" && instruction.method !== null && names.has(instruction.method)) return true;
    return false;
  }

  private holder(): TrailStep {
    const { one } = this;
    const lives = one.life === "process" ? "lives as long as the process" : one.life === "injected" ? "was given to this object and outlives it" : one.life === "instance" ? "lives as long as this object" : "outlives this call";
    return { role: "holder", message: `${this.target} ${lives}, and keeps the listener and what it refers to`, place: at(one.fn, one.site.instruction.at) };
  }

  private searched(): TrailStep {
    const { event, pair } = this.one;
    const names = releaseNames(pair);
    if (names === "") return { role: "searched", message: `there is no way to remove a ${pair.noun}`, place: null };
    return { role: "searched", message: `looked for ${names} on ${this.target}${event === null ? "" : ` for "${event}"`} with this listener: none`, place: null };
  }

  /** In an effect or mount hook the clean-up can be written. */
  private cleanupFix(): FixIntent | null {
    const { one, analysis } = this;
    if (one.fn.facts.kind !== "lambda" || analysis.contexts.of(one.fn).cleanup !== "returned" || !one.target || one.via) return null;
    const [first] = one.pair.releases;
    if (first?.kind !== "on-target") return null;
    const { text } = one.fn.module;
    const call = one.site.instruction;
    const source = (value: number): string => {
      const definition = one.fn.definition(value)?.instruction;
      return definition ? text.slice(definition.at[0], definition.at[1]) : "";
    };
    const args = call.args.map((each) => source(each.value));
    if (args.includes("")) return null;
    return { kind: "cleanup", acquire: call.at, release: `${call.receiver === null ? "" : `${source(call.receiver)}.`}${first.method}(${args.join(", ")})`, callback: one.fn.facts.at };
  }
}
