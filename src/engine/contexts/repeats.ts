/**
 * Why a method runs more than once for one object: its name says so, it is a property that is read, it is told what to
 * work on, or several methods of the object call it.
 */
import type { Span } from "../../model/span.js";
import type { Contexts } from "./contexts.js";
import type { Endings } from "./endings.js";
import type { Cls, Fn } from "../program/program.js";

export interface Repeat {
  message: string;
  fn: Fn;
  at: Span;
}

export class Repeats {
  constructor(private readonly contexts: Contexts, private readonly endings: Endings) {}

  /** `asks`: whether a caller looks after what the last run left. */
  of(method: Fn, asks: (fn: Fn) => boolean): Repeat | null {
    const { facts, cls } = method;
    if (!cls || facts.static || facts.kind !== "method" && facts.kind !== "getter") return null;
    const step = (message: string, fn: Fn = method): Repeat => ({ message, fn, at: fn.facts.nameAt });
    if (facts.kind === "getter") return step(`${facts.name} is made anew whenever it is read`);
    const callers = [...new Set(this.contexts.callers(method).map((site) => methodOf(site.fn)))].filter((fn) => fn !== method);
    if (callers.some(asks)) return null;
    const own = callers.filter((fn) => fn.cls !== null && isRelated(fn.cls, cls) && fn.facts.kind === "method");
    if (own.length > 1) return step(`${own.map((fn) => `${fn.facts.name}()`).slice(0, 2).join(" and ")} both run it for the same object`);
    if (this.endings.isEnd(facts.name)) return step(`${facts.name}() may be called again before the object is over`);
    // One that is private by its name is called by a base or a subclass, when these see fit.
    return callers.length === 0 && !/^[_#]/u.test(facts.name) && this.isTold(method) ? step(`${facts.name}() is told what to work on, so it runs again for the next`) : null;
  }

  /** A parameter that it needs, and no callback by its kind. */
  private isTold(method: Fn): boolean {
    return method.facts.parameters.some((one) => one.binding !== null && one.kind === "plain" && one.default === "none");
  }
}

function isRelated(one: Cls, other: Cls): boolean {
  return one === other || one.related.includes(other);
}

/** The method around a closure, or the function itself. */
export function methodOf(fn: Fn): Fn {
  let current = fn;
  while (current.facts.kind === "lambda" && current.parent && current.parent.facts.kind !== "module") current = current.parent;
  return current;
}
