/**
 * Handlers of one object's events: what one of them stops, the one for the object's end or failure must stop too. An
 * object that ends need not have told of success before.
 */
import type { Span } from "../../model/span.js";
import { argumentValue } from "../program/api.js";
import { constantText } from "../program/constants.js";
import { isWithin } from "../contexts/endings.js";
import type { Fn } from "../program/program.js";
import type { Timer, Timers } from "./timers.js";

interface Handler {
  fn: Fn;
  event: string;
  /** What sends the event. */
  target: string;
  /** Who registers it, and where. */
  by: Fn;
  at: Span;
}

export class TimerSiblings {
  constructor(private readonly timers: Timers) {}

  /**
   * The handler that hears of an end and stops nothing, though a sibling stops the timer. `group` are the functions that
   * see the timer, `stops` says which of them stop it, by themselves or by what they call.
   */
  forgetful(timer: Timer, group: readonly Fn[], stops: (fn: Fn) => boolean): { fn: Fn; at: Span; event: string } | null {
    const handlers = this.handlersIn(timer, group);
    const stopping = handlers.filter((one) => stops(one.fn));
    if (stopping.length === 0 || stopping.some(({ event }) => this.isEnd(event))) return null;
    const hearsFailure = stopping.some(({ event }) => this.timers.api.errorEvents.has(event));
    for (const one of handlers) {
      if (stopping.includes(one) || !this.isEnd(one.event) && (hearsFailure || !this.timers.api.errorEvents.has(one.event))) continue;
      // The timer is about what sends the event: it acts on it, or another of its events stops it, or one of a part of it.
      if (!stopping.some(({ target }) => target === one.target || target.startsWith(`${one.target}.`)) && !this.actsOn(timer, one.target)) continue;
      // Registered once the timer is stopped, or only passing the news on to a handler that stops it.
      if (stopping.some((other) => isWithin(one.by, other.fn)) || this.tellsAnother(one, stopping)) continue;
      if (this.isAlreadyStopped(one, handlers, stops)) continue;
      return { fn: one.fn, at: one.at, event: one.event };
    }
    return null;
  }

  private isEnd(event: string): boolean {
    return this.timers.api.terminalEvents.has(event) || this.timers.api.lateEvents.has(event);
  }

  private handlersIn(timer: Timer, group: readonly Fn[]): Handler[] {
    const handlers: Handler[] = [];
    for (const fn of group) {
      if (timer.callbacks.some((callback) => isWithin(fn, callback))) continue;
      for (const use of this.timers.contexts.usedAsCallback(fn)) {
        const { site, position } = use;
        const call = site.instruction;
        if (position === 0 || call.receiver === null || !group.includes(site.fn)) continue;
        const event = constantText(site.fn, argumentValue(site.fn, call, 0));
        if (event !== null) handlers.push({ fn, event, by: site.fn, at: call.at, target: this.timers.refs.of(site.fn, call.receiver).key });
      }
    }
    return [...handlers, ...this.propertiesIn(timer, group)];
  }

  /** `socket.onclose = () => { … }`. */
  private *propertiesIn(timer: Timer, group: readonly Fn[]): Generator<Handler> {
    for (const by of group) {
      for (const { instruction } of by.sites()) {
        if (instruction.op !== "store" || instruction.place.kind !== "field" || !/^on[a-z]/u.test(instruction.place.name)) continue;
        const target = this.timers.refs.of(by, instruction.place.object).key;
        for (const fn of this.timers.contexts.functionsIn(by, instruction.value)) {
          if (group.includes(fn) && !timer.callbacks.some((callback) => isWithin(fn, callback))) yield { fn, event: instruction.place.name.slice(2), target, by, at: instruction.at };
        }
      }
    }
  }

  /** The timer's own callback uses the object, or something of it. */
  private actsOn(timer: Timer, target: string): boolean {
    return timer.callbacks.some((callback) => [callback, ...this.timers.holders.nestedIn(callback)].some((fn) => {
      for (const { instruction } of fn.sites()) {
        if (instruction.op !== "load") continue;
        const { key } = this.timers.refs.of(fn, instruction.out);
        if (key === target || key.startsWith(`${target}.`)) return true;
      }
      return false;
    }));
  }

  /** Sends an event itself, or calls an end of the target whose handler stops the timer. */
  private tellsAnother(one: Handler, stopping: readonly Handler[]): boolean {
    for (const { instruction } of one.fn.sites()) {
      if (instruction.op !== "call" || this.timers.api.takesOff(instruction)) continue;
      const text = constantText(one.fn, argumentValue(one.fn, instruction, 0));
      if (text !== null && stopping.some(({ event }) => event === text)) return true;
    }
    return false;
  }

  /** Another handler of the very same event stops it. */
  private isAlreadyStopped(one: Handler, handlers: readonly Handler[], stops: (fn: Fn) => boolean): boolean {
    return handlers.some((other) => other !== one && other.target === one.target && other.event === one.event && stops(other.fn));
  }
}
