/**
 * Lists in which one half keeps what it has bound, and which the other half goes through and leaves as it is:
 * `for (const one of this.bound) one.off()`, and the next `bind()` adds to what was there.
 */
import type { Span } from "../../model/span.js";
import type { Traffic } from "./container-evidence.js";
import type { Evidence, GrowSite } from "./containers.js";
import type { Contexts } from "../contexts/contexts.js";
import { areHalves } from "../program/half-names.js";
import { areOfOneObject } from "../program/class-shapes.js";
import type { Holders } from "../contexts/holders.js";
import type { Fn, Site } from "../program/program.js";
import type { Ref } from "../program/refs.js";

/** How many calls lie between a half and the statement that it comes to. */
const DEPTH = 2;

export class WalkedLists {
  constructor(private readonly contexts: Contexts, private readonly holders: Holders) {}

  of({ candidate, growth, shrinks }: Traffic): Evidence | null {
    if (candidate.type.shape === "mapping" || candidate.life === "process" && candidate.cls !== null || shrinks.length > 0) return null;
    const ends = this.endsOf(candidate.ref);
    if (ends.length === 0) return null;
    for (const grow of growth) {
      const half = ends.find((end) => this.isOtherHalf(grow, end.fn));
      if (half) return { kind: "walked", grow, at: half };
    }
    return null;
  }

  /** Where each element, or a part of it, is ended, called, or given to what takes something off. */
  private endsOf(ref: Ref): { fn: Fn; at: Span }[] {
    const found: { fn: Fn; at: Span }[] = [];
    const element = `${ref.key}.[]`;
    for (const key of [element, ...this.holders.partsOf(element)]) {
      for (const use of this.holders.usesOf(key)) {
        const { fn, instruction: call } = use.site;
        const takesOff = call.method !== null && TAKES_OFF.test(call.method);
        if (use.as === "callee" && call.args.length === 0 || takesOff && use.as !== "callee") found.push({ fn, at: call.at });
      }
    }
    return found;
  }

  /** The function that goes through them, or one that calls it, is the undoing half of what adds, or comes before it each time. */
  private isOtherHalf(grow: GrowSite, walker: Fn): boolean {
    const undoing = this.callersOf(outOfLambdas(walker));
    const doing = this.callersOf(outOfLambdas(grow.fn));
    for (const undo of undoing) {
      for (const made of doing) {
        if (undo === made || !areOfOneObject(undo, made) && !(undo.facts.name !== "" && undo.parent === made.parent && undo.cls === made.cls)) continue;
        if (areHalves(made.facts.name, undo.facts.name) && !ENDS.test(undo.facts.name) || this.isBoth(undo, made)) return true;
      }
    }
    return false;
  }

  /** `refresh() { this.unbind(); this.bind(); }` */
  private isBoth(undo: Fn, made: Fn): boolean {
    const after = this.contexts.callers(made);
    return this.contexts.callers(undo).some((first) => after.some((then) => then.fn === first.fn && comesRightBefore(first, then)));
  }

  private callersOf(fn: Fn): Fn[] {
    const found = new Set([fn]);
    for (let depth = 0; depth < DEPTH; depth++) {
      for (const each of [...found]) for (const site of this.contexts.callers(each)) if (site.fn.cls === fn.cls && site.fn.module === fn.module) found.add(site.fn);
    }
    return [...found];
  }
}

/** Halves that may end the object for good, and with it the list. */
const ENDS = /^_*(?:close|destroy|dispose|shutdown|shut_?[dD]own|tear_?[dD]own|clean_?[uU]p|end|finish|delete)(?![a-z])|^__/u;

/** Names of methods that take off what they are given, or end what they are called on. */
const TAKES_OFF = /^_*(?:off|un[a-z]{3,}|remove|disconnect|detach|cancel|dispose|destroy|stop|close|terminate|revoke)(?![a-z])/u;

/** The function around what runs in it: `list.forEach((each) => each.off())`. */
function outOfLambdas(fn: Fn): Fn {
  let at = fn;
  while (at.facts.kind === "lambda" && at.parent && at.parent.facts.kind !== "module" && at.parent.facts.kind !== "class-body") at = at.parent;
  return at;
}

function comesRightBefore(first: Site, then: Site): boolean {
  return first.block === then.block && first.index < then.index;
}
