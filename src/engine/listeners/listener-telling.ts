/** What is said of a registration: the kinds of findings, and the words and evidence that all of them share. */
import type { FixIntent } from "../../model/fix-intent.js";
import type { Severity, TrailStep } from "../../model/finding.js";
import type { Span } from "../../model/span.js";
import type { Analysis } from "../analysis.js";
import { isHot, isUnbounded } from "../contexts/contexts.js";
import { at, callName, functionName, ifSure, releaseNames, repetition } from "../explain.js";
import type { Fn } from "../program/program.js";
import { areOfOneObject } from "../program/class-shapes.js";
import { describe } from "../program/refs.js";
import type { Registration } from "./registrations.js";

interface Base {
  severity: Severity;
  assumed?: boolean;
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
  | { message: "exchanged"; data: { noun: string; target: string; where: string } }
  | { message: "overwritten"; data: { noun: string; holder: string; where: string } }
  | { message: "dropped"; data: { api: string; noun: string } }
  | { message: "ownerless"; data: { api: string; noun: string; source: string } }
  | { message: "neverAborted"; data: { noun: string; target: string } });

/** A message with its data. */
type Said = ListenerFinding extends infer Each ? Each extends ListenerFinding ? Pick<Each, "message" | "data"> : never : never;

/** One registration and what can be said of it. */
export abstract class Telling {
  protected readonly target: string;
  protected readonly noun: string;
  /** The function whose call adds it. */
  protected readonly top: Fn;
  protected readonly isTerminal: boolean;
  protected readonly isLate: boolean;
  /** The target lives longer than the call, and longer than the object. */
  protected readonly outlives: boolean;

  constructor(protected readonly analysis: Analysis, protected readonly one: Registration) {
    this.target = one.target ? describe(one.target) : "the global object";
    this.noun = one.pair.noun;
    this.top = one.scope.fn;
    const { api } = analysis;
    // What the process itself, or the page, tells of an end comes once in its life, if at all.
    const isGlobal = one.life === "process" && one.target?.root.kind === "global" && one.eventName !== null && !api.startingEvents.has(one.eventName);
    this.isTerminal = one.eventName !== null && api.terminalEvents.has(one.eventName) && one.life !== "pooled" && !isGlobal;
    this.isLate = one.event !== null && api.lateEvents.has(one.event);
    this.outlives = one.life === "process" || one.life === "injected";
  }

  protected finding(said: Said, severity: Severity, steps: TrailStep[], help: string, fix: FixIntent | null = this.cleanupFix()): ListenerFinding {
    const { fn, site, context } = this.one;
    const via: TrailStep[] = this.one.via ? [{ role: "note", message: `${functionName(this.one.via)} adds what it is given`, place: at(this.one.via, this.one.via.facts.nameAt) }] : [];
    const trail = [this.holder(), ...via, ...repetition(this.top, context), ...steps];
    // Where the target is not known to outlive everything, it may go with what listens to it: a component's own elements.
    const isSure = (this.one.life === "process" || this.one.life === "pooled") && isHot(context);
    // A spread union keeps its members apart, which the compiler does not see.
    return { ...said, severity: ifSure(severity, isSure), assumed: this.isAssumed(said.message), path: fn.module.path, at: site.instruction.at, trail, help, fix };
  }

  /**
   * That nothing takes it off is a leak if more of them come. What the code itself says of the end of this one (a removal
   * that does not match, a clean-up beside it, the end of an object that leaves it on the page) needs no more.
   */
  private isAssumed(message: ListenerFinding["message"]): boolean {
    return !isUnbounded(this.one.context.kind) && (message === "neverRemoved" || message === "dropped");
  }

  protected neverRemoved(severity: Severity, steps: readonly TrailStep[] = []): ListenerFinding {
    const { one } = this;
    if (one.resultDropped && one.pair.registration?.returns !== "id") {
      const step: TrailStep = { role: "exit", message: "the result is not kept", place: at(one.fn, one.site.instruction.at) };
      return this.finding({ message: "dropped", data: { api: callName(one.fn, one.site.instruction), noun: this.noun } }, severity, [...steps, step], "keep what it returns and use it when the listener is no longer needed");
    }
    const help = one.pair.release.length === 0 && one.pair.help !== undefined ? one.pair.help : `remove it with ${releaseNames(one.pair)} when it is no longer needed`;
    return this.finding({ message: "neverRemoved", data: { where: functionName(this.top), noun: this.noun, target: this.target, phrase: one.context.phrase } }, severity, [...steps, this.searched()], help);
  }

  private holder(): TrailStep {
    const { one } = this;
    const lives = one.life === "process" ? "lives as long as the process" : one.life === "injected" ? "was given to this object and outlives it" : one.life === "instance" ? "lives as long as this object" : "outlives this call";
    return { role: "holder", message: `${this.target} ${lives}, and keeps the listener and what it refers to`, place: at(one.fn, one.site.instruction.at) };
  }

  protected searched(): TrailStep {
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
    const call = one.site.instruction;
    // What is known by its name only need not have the method that others take listeners off with.
    if (first?.kind !== "on-target" || one.pair.name?.test(call.method ?? "") === true) return null;
    const { text } = one.fn.module;
    const source = (value: number): string => {
      const definition = one.fn.definition(value)?.instruction;
      return definition ? text.slice(definition.at[0], definition.at[1]) : "";
    };
    const args = call.args.map((each) => source(each.value));
    if (args.includes("")) return null;
    return { kind: "cleanup", acquire: call.at, release: `${call.receiver === null ? "" : `${source(call.receiver)}.`}${first.method}(${args.join(", ")})`, callback: one.fn.facts.at };
  }

  protected isUndoing(fn: Fn): boolean {
    return this.analysis.api.releaseMethods.has(fn.facts.name) || /^_*(?:remove|detach|unbind|unlisten|unsubscribe|unregister|deregister)/u.test(fn.facts.name);
  }

  /** A function in the registering one, another method of its class, or another one of the function that makes the object. */
  protected isBeside(where: Fn): boolean {
    if (where === this.one.fn) return false;
    for (let at = where.parent; at; at = at.parent) if (at === this.top && this.top.facts.kind !== "module") return true;
    for (let at: Fn | null = this.one.fn; at; at = at.parent) if (at === where) return false;
    return where.cls !== null && where.cls === this.one.fn.cls || where.cls === null && areOfOneObject(this.top, where);
  }
}
