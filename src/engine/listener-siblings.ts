/** Findings on a clean-up that forgets one of several listeners, and on targets that are shared by many calls. */
import { isUnbounded, repeats } from "./contexts.js";
import { at, functionName } from "./explain.js";
import { belongs, endsTarget, endsTargetIn, isCallScoped, isExchanged, isSingleton, returnedCleanUp, runsOncePerObject, teardownOf } from "./listener-evidence.js";
import { KeptHandles } from "./listener-kept.js";
import type { ListenerFinding } from "./listener-telling.js";
import type { Fn } from "./program.js";
import type { Registration } from "./registrations.js";
import { isConstructor } from "./targets.js";

/** The listener is a method of the object itself. */
function listensByMethod(one: Registration): boolean {
  return one.listener?.root.kind === "this" && one.listener.fields.length === 1;
}

export abstract class Siblings extends KeptHandles {
  /** A clean-up beside it takes others off and forgets this one. */
  protected forgottenSibling(): ListenerFinding | null {
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

  /** A clean-up takes another listener off the very same target and forgets this one: the target goes on. */
  protected forgottenTwin(): ListenerFinding | null {
    const { one, analysis } = this;
    if (!one.target || one.forwarded || one.inline !== null && one.inline !== "bind" || one.guarded || one.event !== null && analysis.api.errorEvents.has(one.event)) return null;
    if (one.once && !this.isLate && !this.isTerminal || belongs(analysis, one) === "no") return null;
    const twins = analysis.registrations.in(one.fn).filter((other) => other !== one && other.target?.key === one.target?.key && other.pair.key === one.pair.key && !other.once);
    for (const twin of twins) {
      const removal = twin.removals.find((site) => site.instruction.args.length >= 2 && site.fn !== twin.listenerFn && site.fn !== one.listenerFn && this.isBeside(site.fn));
      if (!removal || endsTargetIn(analysis, one, removal.fn)) continue;
      // What is made and kept by the same object goes with it, unless it is listened to again.
      if (one.life === "instance" && isConstructor(one.scope.fn)) continue;
      return this.finding(
        { message: "forgotten", data: { teardown: removal.fn.facts.kind === "lambda" ? "the clean-up" : functionName(removal.fn), noun: this.noun, where: functionName(one.fn), target: this.target } },
        "medium",
        [{ role: "exit", message: "this takes another one off the same target", place: at(removal.fn, removal.instruction.at) }, this.searched()], "take it off there too",
      );
    }
    return null;
  }

  /** What a pool hands out is handed out again, with the listeners of those who had it before. */
  protected byPool(): ListenerFinding | null {
    const { one, analysis } = this;
    if (one.life !== "pooled" || one.forwarded || one.once && !this.isLate && !(one.eventName !== null && analysis.api.errorEvents.has(one.eventName))) return null;
    return this.neverRemoved("high");
  }

  /** `stream.session.socket`: what the call was given is one of many on it. */
  protected byUpward(): ListenerFinding | null {
    const { one, analysis } = this;
    const last = one.target?.fields.at(-1);
    if (one.life !== "parameter" || last === undefined || !analysis.api.upward.has(last) || one.forwarded || this.isPayload()) return null;
    if (one.once && !this.isLate && !(one.eventName !== null && analysis.api.terminalEvents.has(one.eventName))) return null;
    if (belongs(analysis, one) !== "yes" || !isCallScoped(analysis, one) && this.top.cls === null || runsOncePerObject(analysis, one.fn)) return null;
    return this.neverRemoved(isUnbounded(one.context.kind) ? "high" : "medium");
  }

  /** `event.socket`: an event or a table of options says of what is new, not what it is a part of. */
  protected isPayload(): boolean {
    const root = this.one.target?.root;
    const name = root?.kind === "binding" ? root.module.binding(root.binding)?.name : undefined;
    return name === undefined || /^(?:e|ev|evt|event|msg|message|data|opts?|options|config|settings|params|args|props|info|result|context|ctx)$|(?:Event|Options|Config)$/u.test(name);
  }

  /** The class has a method that releases what its objects hold, and that method leaves this one. */
  protected byTeardown(): ListenerFinding | null {
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
  protected followsTarget(): boolean {
    const { one, analysis } = this;
    return one.target !== null && !isExchanged(analysis, one) && analysis.registrations.on(one.target).some((other) => other !== one && other.fn.cls === one.fn.cls && other.eventName !== null && analysis.api.terminalEvents.has(other.eventName));
  }

  /** The listener ends the object itself: what it waits for is meant to outlast it. */
  protected callsTeardown(): boolean {
    const { listenerFn } = this.one;
    if (!listenerFn) return false;
    for (const { instruction } of listenerFn.sites()) if (instruction.op === "call" && instruction.method !== null && this.analysis.api.releaseMethods.has(instruction.method)) return true;
    return false;
  }
}
