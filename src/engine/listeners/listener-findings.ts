/** Which registrations are worth a finding: target outlives the registrar, the registering repeats, nothing takes it off. */
import type { TrailStep } from "../../model/finding.js";
import type { HandleRule } from "../../catalog/types.js";
import type { Analysis } from "../analysis.js";
import { repeats, isUnbounded } from "../contexts/contexts.js";
import { isWithin } from "../contexts/endings.js";
import { at, functionName, releaseNames } from "../explain.js";
import { handleFindings } from "../handles/handle-findings.js";
import { areOfOneObject } from "../program/class-shapes.js";
import { areHalves } from "../program/half-names.js";
import { areApart, takesOffBeside } from "./halves.js";
import type { Life } from "../handles/lifetimes.js";
import { bagOf, belongs, capturesParameter, endsTarget, isAddedOnce, isCallScoped, isClearedByBase, isRootService, isServant, isSingleton, runsOncePerObject, settlesWhenCalled } from "./listener-evidence.js";
import { addedAgain } from "./listener-effects.js";
import { emptiedFirst } from "./listener-emptied.js";
import { leftOut } from "./listener-owners.js";
import { Siblings } from "./listener-siblings.js";
import type { ListenerFinding } from "./listener-telling.js";
import { isOwnSource } from "../handles/own-sources.js";
import type { Fn } from "../program/program.js";
import { topOf } from "../program/program.js";
import { replacedObject } from "./replaced-objects.js";
import { describe } from "../program/refs.js";
import type { Ref } from "../program/refs.js";
import type { Mismatch, Registration } from "./registrations.js";
import { isSetUpFunction } from "../contexts/starts.js";
import { isConstruction, isConstructor, isNull } from "../contexts/targets.js";

export type { ListenerFinding } from "./listener-telling.js";

/** Findings of the registrations of a rule, and of subscriptions whose handle is a call's result. */
export function* listenerFindings(analysis: Analysis, rule: HandleRule): Generator<ListenerFinding> {
  for (const registration of analysis.registrations.all()) {
    if (registration.pair.rule !== rule) continue;
    const finding = new Judge(analysis, registration).judge();
    if (finding) yield finding;
  }
  for (const { method, base, one } of leftOut(analysis)) {
    if (one.pair.rule !== rule) continue;
    yield {
      message: "forgotten", data: { teardown: functionName(method), noun: one.pair.noun, where: functionName(one.fn), target: one.target ? describe(one.target) : "the global object" },
      severity: "medium", path: method.module.path, at: method.facts.nameAt, help: `call super.${base.facts.name}()`, fix: null,
      trail: [
        { role: "holder", message: `${functionName(one.fn)} adds it`, place: at(one.fn, one.site.instruction.at) },
        { role: "exit", message: `${base.cls?.name ?? "the base"}'s ${functionName(base)} takes it off, and this override does not call it`, place: at(base, base.facts.nameAt) },
      ],
    };
  }
  const lives = analysis.lifetimes.all().filter((life) => life.pair.rule === rule);
  const unsure = new Set(lives.filter((life) => life.context.kind === "unknown" && life.fn.cls === null && !analysis.registrations.scopes.of(life.fn).inExecutor).map(placeOf));
  const own = new Set(lives.filter((life) => isOwnSource(analysis, life)).map(placeOf));
  // The only object of its class subscribes as it is made: low where a container makes it and may make it again, else it lasts as long as itself.
  const atOnce = lives.filter(({ fn }) => fn.cls !== null && runsOncePerObject(analysis, fn));
  const isOnce = new Set(atOnce.filter(({ fn }) => isSingleton(analysis, fn)).map(placeOf));
  const isRoot = new Set(atOnce.filter(({ fn }) => fn.cls !== null && isRootService(analysis, fn.cls)).map(placeOf));
  const serves = new Set(atOnce.filter(({ fn }) => isServant(analysis, fn)).map(placeOf));
  for (const finding of handleFindings(analysis, rule)) {
    const key = `${finding.path}:${String(finding.at[0])}`;
    // What it listens to goes with the object that would have to take it off.
    if ((finding.loss === "dropped" || finding.loss === "ownerForgets" || finding.loss === "ownerCannot") && own.has(key)) continue;
    // A function of no class that nobody is seen to call may well run once.
    if ((finding.loss === "dropped" || finding.loss === "neverReleased") && unsure.has(key)) continue;
    const { api, noun, where, handle } = finding.data;
    if (finding.loss === "dropped" && (serves.has(key) && !isOnce.has(key) || isRoot.has(key))) continue;
    const severity = isOnce.has(key) ? "low" : finding.severity;
    const assumed = !isUnbounded(finding.context.kind);
    if (finding.loss === "dropped") yield { ...finding, severity, assumed, message: "dropped", data: { api, noun } };
    else if (finding.loss === "ownerForgets") yield { ...finding, message: "forgotten", data: { teardown: where, noun, where: finding.data.owner, target: handle } };
    else if (finding.loss === "overwritten") yield { ...finding, message: "overwritten", data: { noun, holder: handle, where } };
    else if (finding.loss === "someExits" || finding.loss === "onException") yield { ...finding, message: "missedExit", data: { noun, target: handle, where, exit: finding.loss === "onException" ? "raises" : "returns early" } };
    else yield { ...finding, assumed, message: "dropped", data: { api, noun } };
  }
}

function placeOf(life: Life): string {
  return `${life.fn.module.path}:${String(life.site.instruction.at[0])}`;
}

const WHY: Readonly<Record<Mismatch, string>> = {
  "fresh-function": "the removal names another function than the one that was added",
  "bound-copy": "bind() makes a new function each time, so the removal does not name the one that was added",
  capture: "it is added for the capture phase and removed for the other",
  "made-anew": "each call makes the function anew, so the removal before it is of one that was never added",
  "factory": "the removal names the function that makes the listener, not the listener",
  event: "the removal names another event",
  "never-reached": "the removal is reached only once the flag is set that is set behind it",
  nothing: "the removal is given no function",
  target: "the removal is from another target",
  context: "it is added with a context that the removal is not given",
  events: "it is added for events that are not among those it is removed for",
};

/** The target is a part of something else: `connection.closing`, `this.connection.closing`. */
function isPart(one: Registration): boolean {
  return one.target !== null && one.target.fields.length > (one.target.root.kind === "this" ? 1 : 0);
}

/** One registration, asked one question after the other. */
class Judge extends Siblings {
  judge(): ListenerFinding | null {
    const { one, analysis } = this;
    if (one.cancelled === "by-signal" || one.context.kind === "test") return null;
    const again = this.addsAgain();
    if (again) return again;
    if (this.isCleanUpOfEffect()) return null;
    // What fires once, like a window's `load`, is used up by that.
    if (one.mismatch && (this.isTerminal && !this.isLate || isAddedOnce(one))) return null;
    if (one.mismatch?.sure === true && one.context.kind !== "once" && one.life !== "local") return this.cannotMatch(one.mismatch);
    if (one.removals.length > 0) return this.onlyWhereItFails() ?? this.otherwise(one.removals) ?? this.missedExit() ?? this.exchanged() ?? this.toggled() ?? this.emptied() ?? this.madeAnew() ?? this.neglected();
    if (one.context.kind === "once") return one.mismatch && offers(analysis, one.fn, one.mismatch.site.fn) ? this.cannotMatch(one.mismatch) : this.evenOnce();
    if (one.mismatch && one.life !== "local") return this.cannotMatch(one.mismatch);
    const neglected = this.neglected();
    if (neglected) return neglected;
    // `if (conn.connected) … else { conn.once("connect", …); conn.once("error", …) }`: each conn is asked, and each keeps the loser.
    if (one.asked && one.once) return this.loses() ?? this.onlyOneFires();
    if (one.life === "local" || isAddedOnce(one) || isClearedByBase(this.analysis, one)) return null;
    // Asked of the object, the flag lets each object add its own.
    const perObject = one.guardedPerObject && one.life === "process" && one.pair.registration?.replaces !== true;
    if (one.guarded && !(perObject && one.pair.release.length === 0)) return perObject && !one.resultKept && !one.once && (!this.isTerminal || this.isLate) && one.cancelled === null ? this.byTeardown() : null;
    if (!one.resultKept) {
      const overwritten = this.keptRemover();
      if (overwritten || this.isHandedOn()) return overwritten;
    }
    if (one.resultKept) {
      const kept = this.keptResult();
      if (kept !== "lost") return kept;
    }
    if (one.cancelled === "signal-never-aborted" && this.outlives) {
      return this.finding({ message: "neverAborted", data: { noun: this.noun, target: this.target } }, "medium", [this.searched()], "abort the controller in the clean-up");
    }
    return this.byRead() ?? this.settles() ?? this.loses() ?? this.onlyOneFires() ?? this.leftByCall() ?? this.unremoved();
  }

  /** `useEffect(() => hub.addPriceHandler(f))`: what a method of the program returns there is called when the effect is over. */
  private isCleanUpOfEffect(): boolean {
    const { fn, site } = this.one;
    return this.analysis.contexts.of(fn).cleanup === "returned" && this.analysis.types.calleeOf(fn, site.instruction)?.kind === "function" && fn.uses(site.instruction.out).some((use) => use.kind === "end");
  }

  /** Findings for listeners that may fire any number of times and that nothing takes off. */
  private unremoved(): ListenerFinding | null {
    const { one, analysis } = this;
    const shared = this.byPool() ?? this.byUpward();
    if (shared) return shared;
    const twin = this.forgottenTwin();
    if (twin) return twin;
    if (this.isTerminal && !this.isLate) return null;
    const sibling = this.forgottenSibling();
    if (sibling) return sibling;
    if (one.once && !this.isLate) return this.byAttempt() ?? this.byTimeout() ?? this.byWait() ?? this.byLoop() ?? (one.pair.registration?.event === undefined && one.event === null && isPart(one) && one.life === "injected" ? this.byTeardown() : null);
    if (one.forwarded) return null; // Whoever gave it may take it off; the calls of this function are looked at in their own place.
    return this.byAttempt() ?? this.byTeardown() ?? this.exchanged() ?? this.byProcess() ?? this.byLoop() ?? this.byCall() ?? this.byEffect() ?? this.byRestart() ?? (one.resultDropped ? this.byBag(bagOf(analysis, one.fn.cls)) ?? this.byMaking() : null)
      ?? (one.pair.evenOnce === true && this.outlives && belongs(analysis, one) === "yes" ? this.neverRemoved("low") : null);
  }

  /** The object's end has emptied what the removal names before it comes to it. */
  private emptied(): ListenerFinding | null {
    const { one, analysis } = this;
    if (!this.outlives || one.once || one.guarded || one.forwarded || this.isTerminal || one.context.kind === "once" || belongs(analysis, one) !== "yes" || isSingleton(analysis, one.fn)) return null;
    const found = emptiedFirst(analysis, one);
    if (!found || endsTarget(analysis, one)) return null;
    const field = describe(found.field);
    return this.finding(
      { message: "forgotten", data: { teardown: functionName(found.end), noun: this.noun, where: functionName(this.top), target: this.target } }, "medium",
      [{ role: "exit", message: `${field} is emptied before ${functionName(found.end)} comes to what takes the listener off`, place: at(found.fn, found.site.instruction.at) }], `take it off before ${field} is emptied`,
    );
  }

  /** The object that adds it as it is made gives way to another one, and is not ended before. */
  private madeAnew(): ListenerFinding | null {
    const { one, analysis } = this;
    const { cls } = this.top;
    if (!cls || !isConstructor(this.top) || !this.outlives || one.once || one.guarded || one.forwarded || this.isTerminal || belongs(analysis, one) !== "yes") return null;
    // One object is one finding, whatever it listens to.
    if (analysis.registrations.all().find((other) => other.scope.fn === this.top && other.removals.length > 0 && other.pair.rule === one.pair.rule) !== one) return null;
    const found = replacedObject(analysis, cls, new Set(one.removals.map((site) => site.fn)));
    if (!found) return null;
    const { fn, field, again, ended } = found;
    return {
      ...this.finding({ message: "overwritten", data: { noun: this.noun, holder: field, where: functionName(fn) } }, "medium", [
        { role: "holder", message: `each ${cls.name} adds one to ${this.target}`, place: at(one.fn, one.site.instruction.at) }, again,
        { role: "searched", message: `this ends the ${cls.name} in ${field}, and ${functionName(fn)} puts another one there without`, place: at(ended.fn, ended.at) },
      ], `end the one in ${field} first`, null),
      path: fn.module.path, at: found.at,
    };
  }

  private cannotMatch(mismatch: NonNullable<Registration["mismatch"]>): ListenerFinding {
    const why = WHY[mismatch.why];
    const step: TrailStep = { role: "exit", message: `this removal does not match: ${why}`, place: at(mismatch.site.fn, mismatch.site.instruction.at) };
    const { kind, seldom } = this.one.context;
    return this.finding({ message: "cannotMatch", data: { noun: this.noun, target: this.target, why } }, kind === "once" || seldom === true ? "medium" : "high", [step], mismatch.why === "never-reached" ? "turn the question round" : "keep the function in a variable or field and give the same one, with the same options, to both calls", null);
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
    if (!one.target || one.inline || !one.listener || one.life === "local" || one.once) return null;
    const { listener, target } = one;
    const isSame = (other: Registration): boolean => other !== one && other.listener?.key === listener.key && other.inline === null && other.pair.key === one.pair.key;
    const isSameEvent = (other: Registration): boolean => other.event === one.event && other.eventName === one.eventName;
    for (const other of one.removals.length > 0 ? [] : this.analysis.registrations.on(target)) {
      if (!isSame(other) || other.fn === one.fn || !areOfOneObject(one.scope.fn, other.scope.fn)) continue;
      for (const [undo, adds] of [[one, other], [other, one]] as const) {
        const { fn } = undo.scope;
        // Two ways through one function are no doing and undoing.
        if (this.isUndoing(adds.scope.fn) || topOf(adds.fn) === topOf(undo.fn)) continue;
        if (isSameEvent(other) && one.fn.cls !== null && this.isUndoing(fn) || other.removals.length === 0 && areHalves(adds.scope.fn.facts.name, fn.facts.name) && takesOffBeside(this.analysis, adds, undo.target, (site) => site.fn === undo.fn)) return say(fn);
      }
    }
    return this.addsInBoth(isSame, isSameEvent) ? say(one.fn) : null;
  }

  /** `if (element) { element.on("a", f); element.on("b", g); } else { this.element.off("a", f); this.element.on("b", g); }` */
  private addsInBoth(isSame: (other: Registration) => boolean, isSameEvent: (other: Registration) => boolean): boolean {
    const { one, analysis } = this;
    return analysis.registrations.in(one.fn).some((other) => isSame(other) && isSameEvent(other) && areApart(one.fn, one.site.block, other.site.block)
      && ([[one, other], [other, one]] as const).some(([undo, adds]) => takesOffBeside(analysis, adds, undo.target, (site) => site.fn === one.fn && site.block === undo.site.block)));
  }

  /** Registered once, but with something outside that has to be told. */
  private evenOnce(): ListenerFinding | null {
    const { one } = this;
    if (one.pair.evenOnce !== true || one.life !== "process" || one.resultKept) return null;
    return this.finding({ message: "neverRemoved", data: { where: functionName(one.fn), noun: this.noun, target: this.target, phrase: "once" } }, "low", [this.searched()], `remove it with ${releaseNames(one.pair)} at shutdown`);
  }

  /** The target lives as long as the process. */
  private byProcess(): ListenerFinding | null {
    const { one, analysis } = this;
    if (one.life !== "process") return null;
    const held = belongs(analysis, one);
    if (held === "weakly") return one.pair.release.length === 0 || isSingleton(analysis, one.fn) ? null : this.neverRemoved("low");
    if (repeats(one.context.kind) && !one.guarded) return this.neverRemoved(isUnbounded(one.context.kind) && !isReplaced(one.target) ? "high" : "medium");
    // Once per object or call: it adds up if what it holds is of that object or call.
    // A function of no class is taken to be called once, unless what it adds holds what a call gave it.
    if (this.top.cls === null && !settlesWhenCalled(analysis, one.fn) && !capturesParameter(analysis, one)) return null;
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

  /** An effect puts another one on what the component does not own. */
  private byEffect(): ListenerFinding | null {
    const again = addedAgain(this.analysis, this.one);
    return again && this.neverRemoved("medium", again);
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
    if (one.life === "unknown" || one.life === "process") return null;
    if (!isCallScoped(analysis, one)) return this.byOuterCall();
    if (one.scope.inExecutor) {
      if (one.life === "parameter" && this.endsHere() || this.letsGo()) return null;
      return this.neverRemoved(isUnbounded(one.context.kind) ? "high" : "medium");
    }
    // What the call was given may be used up with it, unless the only way to take the listener off is dropped here.
    if (one.life === "parameter" && !(one.resultDropped && one.pair.perCall === true && !isSetUpFunction(analysis.api, one.fn))) return null;
    if (one.life === "instance" && !this.isShared()) return null;
    if (runsOncePerObject(analysis, one.fn) || this.top.facts.kind === "lambda" || this.forwardsForCaller(this.top)) return null;
    return this.neverRemoved(isUnbounded(one.context.kind) && one.context.kind !== "instance" ? "high" : "medium");
  }

  /** `onMessage(fn) { this.line.on("message", (text) => fn(text)) }`: a registering method of its own, for whoever calls it. */
  private forwardsForCaller(fn: Fn): boolean {
    const { listenerFn, site, pair } = this.one;
    const { name } = fn.facts;
    if (name !== site.instruction.method && pair.name?.test(name) !== true && !/^_*(?:on|once|add|subscribe|listen|observe|watch|register|attach)(?![a-z])/u.test(name)) return false;
    return listenerFn !== null && [...listenerFn.sites()].some(({ instruction }) => {
      if (instruction.op !== "call") return false;
      return [...(instruction.callee === null ? [] : [instruction.callee]), ...instruction.args.map((each) => each.value)].some((value) => {
        const { root, fields } = this.analysis.refs.of(listenerFn, value);
        const binding = root.kind === "binding" && fields.length === 0 ? root.module.binding(root.binding) : undefined;
        return binding?.kind === "parameter" && binding.owner === fn.id;
      });
    });
  }

  /** In a function that a method makes for later, what it adds belongs to that method's call. */
  private byOuterCall(): ListenerFinding | null {
    const { one, analysis } = this;
    if (one.life !== "injected" || one.target?.root.kind !== "this" || one.once || one.fn.facts.kind !== "function" && one.fn.facts.kind !== "lambda") return null;
    const outer = topOf(one.fn);
    if (outer === one.fn || outer.cls === null || isConstructor(outer) || runsOncePerObject(analysis, outer) || isSetUpFunction(analysis.api, one.fn)) return null;
    const isOfCall = (binding: number): boolean => {
      const found = outer.module.binding(binding);
      const owner = found === undefined ? null : outer.module.fn(found.owner);
      return found?.kind !== "function" && owner !== null && isWithin(owner, outer);
    };
    if (this.forwardsForCaller(outer) || one.listenerFn?.module !== outer.module || !one.listenerFn.facts.captures.some(isOfCall)) return null;
    return this.neverRemoved("medium");
  }

  /** Handed out by a method of the object, so that several calls may get the same one; or the object's own collection. */
  private isShared(): boolean {
    const { one } = this;
    return one.target?.root.kind === "binding" || one.pair.receiver !== null && one.listener?.root.kind === "binding";
  }

  /** The call, or what goes on once its wait is over, takes the target out of its field, where each is a new one: the listener goes with it. */
  private letsGo(): boolean {
    const { one, analysis } = this;
    if (one.life !== "instance" || one.target?.root.kind !== "this" || one.target.fields.length !== 1) return false;
    const stores = analysis.types.storesIn(one.fn.cls, one.target.key);
    return stores.some((store) => isNull(store.fn, store.value) && isWithin(store.fn, this.top)) && stores.every((store) => isNull(store.fn, store.value) || isConstruction(store.fn, store.value));
  }

  /** The call listens for the end of the target too: what it was given is used up here. */
  private endsHere(): boolean {
    const { one, analysis } = this;
    if (!one.target) return false;
    const { root } = one.target;
    return analysis.registrations.in(one.fn).some((other) => other.target?.root.kind === "binding" && root.kind === "binding" && other.target.root.binding === root.binding && other.eventName !== null && analysis.api.terminalEvents.has(other.eventName))
      || analysis.registrations.on(one.target).some((other) => other.scope.fn === one.scope.fn && other.eventName !== null && analysis.api.terminalEvents.has(other.eventName));
  }
}

/** The function gives its caller the other one, which stands in it: by itself or in an object. */
function offers(analysis: Analysis, fn: Fn, inner: Fn): boolean {
  const leads = (value: number): boolean => {
    const { root, fields } = analysis.refs.of(fn, value);
    if (root.kind === "closure" && fields.length === 0) return root.fn.parent === fn && isWithin(inner, root.fn);
    const made = fn.definition(value)?.instruction;
    return made?.op === "collection" && made.elements.some((element) => leads(element.value));
  };
  return inner !== fn && fn.facts.blocks.some(({ end }) => end.kind === "return" && end.value !== null && leads(end.value));
}

/** A module's variable that functions put something else in: what was in it before goes, with what listens to it. */
function isReplaced(target: Ref | null): boolean {
  if (target?.root.kind !== "binding" || target.fields.length > 0) return false;
  const { module, binding } = target.root;
  return (module.bindingStores.get(binding) ?? []).some((store) => store.fn.facts.kind !== "module" && !isNull(store.fn, store.value));
}
