/**
 * Which functions run as part of one call, and whether that call settles: a promise's executor and the callback of
 * `forEach` run during the call that makes them, so what is local there is local to that call.
 */
import { matchesArgument } from "../../catalog/pattern.js";
import type { Api } from "../program/api.js";
import type { Contexts } from "./contexts.js";
import type { Fn } from "../program/program.js";
import type { Types } from "../program/types.js";

export interface CallScope {
  /** The function whose call this is. */
  fn: Fn;
  /** Between it and the asked function lies a callback that is handed the means to settle (a promise's executor). */
  inExecutor: boolean;
}

export class CallScopes {
  private readonly memo = new Map<Fn, CallScope>();

  constructor(private readonly types: Types, private readonly api: Api, private readonly contexts: Contexts) {}

  of(fn: Fn): CallScope {
    const known = this.memo.get(fn);
    if (known) return known;
    const scope: CallScope = { fn, inExecutor: false };
    this.memo.set(fn, scope);
    for (let at: Fn = fn; at.parent && (at.facts.kind === "lambda" || at.facts.kind === "function"); ) {
      const runs = this.runsDuringCall(at);
      // A function with a name may run otherwise, too, but for the one that an executor is.
      if (runs === null || at.facts.kind === "function" && (runs !== "executor" || this.contexts.callers(at).length > 0)) break;
      if (runs === "executor") scope.inExecutor = true;
      scope.fn = at = at.parent;
    }
    return scope;
  }

  /** Whether `outer` is the function itself or one around it whose variables are made anew for each of its calls. */
  isCallLocal(fn: Fn, owner: number): boolean {
    const { fn: top } = this.of(fn);
    for (let at: Fn | null = fn; at; at = at.parent) {
      if (at.id === owner) return true;
      if (at === top) return false;
    }
    return false;
  }

  /**
   * Whether a call of the function comes to an end that its caller waits for: it is asynchronous and awaits, or it
   * makes a promise. A function that only sets something up is not one.
   */
  settles(fn: Fn): boolean {
    const { fn: top, inExecutor } = this.of(fn);
    if (inExecutor) return true;
    if (top.facts.async && [...top.sites()].some((site) => site.instruction.op === "await")) return true;
    return (top.module.nested.get(top.id) ?? []).some((inner) => this.runsDuringCall(inner) === "executor");
  }

  private runsDuringCall(fn: Fn): "executor" | "immediate" | null {
    const uses = this.contexts.usedAsCallback(fn);
    if (uses.length === 0) return null;
    let found: "executor" | "immediate" | null = null;
    for (const { site, position, keyword } of uses) {
      const call = site.instruction;
      const given = (set: Api["immediate"] | Api["executors"]): boolean => set.match(site.fn, call, this.types).some(({ argument }) => matchesArgument(argument, position, keyword));
      if (given(this.api.executors)) found = "executor";
      else if (given(this.api.immediate)) found ??= "immediate";
      else return null;
    }
    return found;
  }
}
