/** Findings on a listener that is taken off in one outcome, or goes by itself in one, and stays in another. */
import type { BindingId } from "../../model/facts.js";
import type { TrailStep } from "../../model/finding.js";
import type { Analysis } from "../analysis.js";
import { constantText } from "../program/constants.js";
import { repeats } from "../contexts/contexts.js";
import { isWithin } from "../contexts/endings.js";
import { at, functionName, releaseNames } from "../explain.js";
import type { CallSite } from "../contexts/holders.js";
import { endsOwnHandle } from "./listener-ends.js";
import { belongs, endsWhole, isCallScoped, runsOncePerObject, settlesWhenCalled } from "./listener-evidence.js";
import { nextAttempt, onlyOnSuccess, otherOutcome, winner } from "./listener-outcomes.js";
import { exchange, takenOffTheNew } from "./listener-owners.js";
import { Telling } from "./listener-telling.js";
import type { ListenerFinding } from "./listener-telling.js";
import { unwaited } from "./listener-waits.js";
import type { Mod } from "../program/program.js";
import { describe } from "../program/refs.js";
import { isConstructor } from "../contexts/targets.js";

export abstract class Stays extends Telling {
  /** A removal exists, but a way out of the function misses it. */
  protected missedExit(): ListenerFinding | null {
    const { one } = this;
    if (!one.missed || one.context.kind === "once" || one.guarded || one.life === "unknown" || this.isTerminal) return null;
    // What fires while it is waited for has taken itself off.
    if (one.missed.kind === "exit" && unwaited(this.analysis, one) === "waited") return null;
    const exit = one.missed.kind === "exit" ? "returns here" : "raises";
    const [removal] = one.removals;
    const steps: TrailStep[] = [{ role: "exit", message: one.missed.kind === "exit" ? `${functionName(one.fn)} returns here with the listener still on` : "if this raises, the listener stays", place: at(one.fn, one.missed.at) }];
    if (removal) steps.push({ role: "searched", message: "this removal is not reached on that path", place: at(removal.fn, removal.instruction.at) });
    return this.finding({ message: "missedExit", data: { noun: this.noun, target: this.target, where: functionName(one.fn), exit } }, "medium", steps, "take it off in a finally block");
  }

  /** What is handed out again later is only tidied up where something fails: `request.on("abort", () => socket.off("close", f))`. */
  protected onlyWhereItFails(): ListenerFinding | null {
    const { one, analysis } = this;
    if (one.life !== "pooled" || one.guarded || one.once && !this.isTerminal) return null;
    const { errorEvents, lateEvents } = analysis.api;
    const fails = (site: CallSite): boolean => analysis.contexts.callers(site.fn).length === 0 && analysis.contexts.usedAsCallback(site.fn).every((use) => {
      const event = constantText(use.site.fn, use.site.instruction.args[0]?.value ?? null);
      return event !== null && (errorEvents.has(event) || lateEvents.has(event));
    });
    const [removal] = one.removals;
    if (!removal || !one.removals.every((site) => site.fn !== one.fn && site.fn !== one.listenerFn && analysis.contexts.usedAsCallback(site.fn).length > 0 && fails(site))) return null;
    return this.finding(
      { message: "missedExit", data: { noun: this.noun, target: this.target, where: functionName(this.top), exit: "goes well" } }, "medium",
      [{ role: "exit", message: "only a failure takes it off", place: at(removal.fn, removal.instruction.at) }], "take it off whichever way it ends",
    );
  }

  /** It is taken off in one outcome and stays in another. */
  protected otherwise(releases: readonly CallSite[]): ListenerFinding | null {
    const { one, analysis } = this;
    if (one.context.kind === "once" || one.life === "local" || one.guarded || this.isEndedByItself(releases)) return null;
    const loses = this.loses();
    if (loses) return loses;
    const outcome = onlyOnSuccess(analysis, one, releases) ?? nextAttempt(analysis, one) ?? (one.life === "unknown" && one.target?.root.kind !== "this" ? null : otherOutcome(analysis, one));
    if (!outcome) return null;
    const [removal] = releases;
    const steps: TrailStep[] = [{ role: "exit", message: outcome.how === "fails" ? "if this fails, the listener stays" : `${functionName(this.top)} ${outcome.how === "again" ? "starts again" : "is over"} here with the listener still on`, place: at(outcome.fn, outcome.at) }];
    if (removal) steps.push({ role: "searched", message: "this removal is not reached then", place: at(removal.fn, removal.instruction.at) });
    return this.finding({ message: "missedExit", data: { noun: this.noun, target: this.target, where: functionName(this.top), exit: outcome.how === "fails" ? "fails" : outcome.how === "again" ? "starts again" : "ends another way" } }, "medium", steps, "take it off whichever way it ends");
  }

  /**
   * `ask((answer) => { answer.on("error", () => answer.destroy()); answer.on("end", done); … })`: all that ends what a
   * callback was given is one of its own listeners, when it hears of something. That is no sign that the others should
   * come off when all goes well.
   */
  private isEndedByItself(releases: readonly CallSite[]): boolean {
    const { one, analysis } = this;
    const { target } = one;
    if (one.life !== "parameter" || target?.root.kind !== "binding" || target.fields.length > 0) return false;
    if (!isGivenToCallback(analysis, target.root.module, target.root.binding)) return false;
    const own = analysis.registrations.on(target).flatMap((other) => other.listenerFn ?? []);
    return releases.every((site) => own.some((listener) => isWithin(site.fn, listener)) && site.instruction.method !== null && endsWhole(site.instruction.method));
  }

  /** Another target takes the place of the one that the listener is on. */
  protected exchanged(): ListenerFinding | null {
    const { one, analysis } = this;
    if (one.context.kind === "once" || one.life === "local" && one.removals.length === 0 || this.isTerminal || belongs(analysis, one) !== "yes") return null;
    const found = exchange(analysis, one) ?? takenOffTheNew(analysis, one);
    if (!found) return null;
    return this.finding(
      { message: "exchanged", data: { noun: this.noun, target: describe(found.field), where: functionName(found.fn) } }, "medium",
      [{ role: "exit", message: `${functionName(found.fn)} puts something else in ${describe(found.field)} with the listener still on what was there`, place: at(found.fn, found.at) }], `take it off before ${describe(found.field)} is exchanged`,
    );
  }

  /** Another one-time listener, which this one takes off when it wins, does not take this one off. */
  protected loses(): ListenerFinding | null {
    const { one, analysis } = this;
    if (one.life === "local" || one.life === "unknown") return null;
    const other = winner(analysis, one);
    if (other?.event == null) return null;
    return this.finding(
      { message: "onlyOneFires", data: { noun: this.noun, target: this.target, other: other.event } }, "medium",
      [{ role: "note", message: `where this "${other.event}" comes first, the listener for "${one.event ?? ""}" stays`, place: at(other.fn, other.site.instruction.at) }], "let each of the two take the other off",
    );
  }

  /** A listener for the end of something long-lived, put there by a call that ends earlier. */
  protected settles(): ListenerFinding | null {
    const { one, analysis } = this;
    if (!this.isLate || one.life === "unknown" || one.forwarded && one.inline === null || !settlesWhenCalled(analysis, one.fn)) return null;
    // A process ends when it ends; and what a request brings ends with it.
    if (one.life === "process" && one.target?.root.kind !== "binding" || this.isRequestScoped() || endsOwnHandle(analysis, one)) return null;
    return this.finding(
      { message: "settles", data: { noun: this.noun, target: this.target, where: functionName(this.top) } }, repeats(one.context.kind) && one.life !== "parameter" ? "high" : "medium",
      [{ role: "exit", message: `when ${functionName(this.top)} settles, the listener stays on ${this.target}`, place: at(this.top, this.top.facts.nameAt) }, this.searched()],
      `remove it with ${releaseNames(one.pair)} when the call settles`,
    );
  }

  /** `event.request.signal`: it belongs to the request that is being answered. */
  protected isRequestScoped(): boolean {
    const { target } = this.one;
    if (target?.root.kind !== "binding" || target.fields.length === 0) return false;
    const name = target.root.module.binding(target.root.binding)?.name ?? "";
    return /^(?:req|request|event|ctx|context|c)$/u.test(name) || target.fields.some((field) => field === "request" || field === "req");
  }

  /** Of two one-time listeners only one fires; the other stays until its own event comes. */
  protected onlyOneFires(): ListenerFinding | null {
    const { one, analysis } = this;
    if (!one.once || this.isLate || this.isTerminal || !one.target || one.event === null || one.life === "unknown" || one.forwarded && one.inline === null && !one.scope.inExecutor) return null;
    if (one.life === "instance" && one.target.fields.length > 0) return null;
    // A start method with a callback of the call's own is called as often as there are callers.
    if (!one.scope.inExecutor && (isConstructor(this.top) || runsOncePerObject(analysis, one.fn) && !(one.target.root.kind === "this" && (one.inline === "call" || isCallScoped(analysis, one))))) return null;
    const { errorEvents, terminalEvents } = analysis.api;
    const beside = analysis.registrations.on(one.target).filter((other) => other !== one && other.scope.fn === one.scope.fn && other.event !== null && other.event !== one.event);
    if (beside.some((other) => other.event !== null && terminalEvents.has(other.event))) return null;
    const other = beside.find((each) => each.once && each.event !== null && errorEvents.has(each.event) !== errorEvents.has(one.event ?? "") && each.site.block === one.site.block);
    if (!other?.event) return null;
    return this.finding(
      { message: "onlyOneFires", data: { noun: this.noun, target: this.target, other: other.event } }, "medium",
      [{ role: "note", message: `where this "${other.event}" comes first, the listener for "${one.event}" stays`, place: at(other.fn, other.site.instruction.at) }, this.searched()],
      "let each of the two take the other off",
    );
  }

  /** The function runs again, by its own doing, and adds another one. */
  protected byAttempt(): ListenerFinding | null {
    const outcome = nextAttempt(this.analysis, this.one);
    if (!outcome) return null;
    const steps: TrailStep[] = [{ role: "repeats", message: `${functionName(this.top)} starts again here`, place: at(outcome.fn, outcome.at) }, this.searched()];
    return this.finding({ message: "neverRemoved", data: { where: functionName(this.top), noun: this.noun, target: this.target, phrase: "on every attempt" } }, "medium", steps, `remove it with ${releaseNames(this.one.pair)} before the next attempt`);
  }

  /** It settles a promise that one way out of the call, or a race that another wins, does not wait for. */
  protected byWait(): ListenerFinding | null {
    const { one, analysis } = this;
    const isKept = one.life === "injected" || one.life === "process" || one.life === "pooled" || one.life === "instance" && one.target?.root.kind === "this";
    if (!isKept || this.isTerminal || this.isLate || one.event !== null && analysis.api.startingEvents.has(one.event) || one.context.kind === "once" || isConstructor(this.top) || runsOncePerObject(analysis, one.fn, false)) return null;
    const way = unwaited(analysis, one);
    if (way === null || way === "waited") return null;
    return this.finding(
      { message: "settles", data: { noun: this.noun, target: this.target, where: functionName(this.top) } }, "medium",
      [{ role: "exit", message: way.how === "race" ? "where another wins here, the listener stays until the event comes" : "nothing waits for the event on this way out, and the listener stays until it comes", place: at(way.fn, way.at) }, this.searched()],
      "add it only where it is waited for, or take it off again",
    );
  }

  /** A one-time listener for an answer that the call does not wait for any longer. */
  protected byTimeout(): ListenerFinding | null {
    const { one, analysis } = this;
    if (one.life !== "injected" && one.life !== "process" && !(one.life === "instance" && one.target?.root.kind === "this") || one.event !== null && analysis.api.startingEvents.has(one.event)) return null;
    const outcome = otherOutcome(analysis, one);
    if (!outcome) return null;
    return this.finding(
      { message: "settles", data: { noun: this.noun, target: this.target, where: functionName(this.top) } }, "medium",
      [{ role: "exit", message: `${functionName(this.top)} is over here with the listener still on`, place: at(outcome.fn, outcome.at) }, this.searched()], `remove it with ${releaseNames(one.pair)} whichever way it ends`,
    );
  }
}

/** A parameter of a callback that nobody else calls, or of a helper that such callbacks hand theirs: `ask((answer) => read(answer, done))`. */
function isGivenToCallback(analysis: Analysis, module: Mod, binding: BindingId, depth = 0): boolean {
  const owner = module.fn(module.binding(binding)?.owner ?? -1);
  if (!owner || depth > 2) return false;
  const { contexts } = analysis;
  const callers = contexts.callers(owner);
  if (callers.length === 0) return contexts.usedAsCallback(owner).length > 0;
  const position = owner.facts.parameters.findIndex((one) => one.binding === binding);
  return contexts.usedAsCallback(owner).length === 0 && callers.every(({ fn, instruction }) => {
    if (instruction.args.slice(0, position + 1).some((one) => one.spread || one.name !== null)) return false;
    const given = fn.definition(instruction.args[position]?.value ?? -1)?.instruction;
    return given?.op === "load" && given.place.kind === "binding" && fn.module.binding(given.place.binding)?.kind === "parameter"
      && isGivenToCallback(analysis, fn.module, given.place.binding, depth + 1);
  });
}
