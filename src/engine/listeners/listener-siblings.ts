/** Findings on a clean-up that forgets one of several listeners, and on targets that are shared by many calls. */
import type { TrailStep } from "../../model/finding.js";
import { constantText } from "../program/constants.js";
import { isUnbounded, repeats } from "../contexts/contexts.js";
import { canReach } from "../program/blocks.js";
import { at, functionName, releaseNames } from "../explain.js";
import { endOfMade } from "./halves.js";
import { belongs, endsTarget, isCallScoped, isGivenItself, isMadeAtOnePlace, isSingleton, returnedCleanUp, runsOncePerObject, settlesWhenCalled, teardownOf } from "./listener-evidence.js";
import { KeptHandles } from "./listener-kept.js";
import { runOf } from "./listener-outcomes.js";
import { neglected } from "./listener-neighbours.js";
import { counterpartThatLeaves } from "./listener-restarts.js";
import type { ListenerFinding } from "./listener-telling.js";
import type { Analysis } from "../analysis.js";
import type { CallSite } from "../contexts/holders.js";
import type { Fn, Site } from "../program/program.js";
import { endInputs } from "../program/program.js";
import type { Registration } from "./registrations.js";
import { describe } from "../program/refs.js";
import { endsTargetIn } from "./target-ends.js";
import { isConstructor, isNull } from "../contexts/targets.js";

/** `if (this.model) this.model.off("a", f); this.model = model; model.on("a", f); model.on("b", g);`: taken off the one that goes. */
function isOfOneBefore(analysis: Analysis, one: Registration, removal: CallSite): boolean {
  const { fn, target } = one;
  const { receiver } = removal.instruction;
  if (removal.fn !== fn || receiver === null || !target) return false;
  const { key, root } = analysis.refs.of(fn, receiver);
  if (root.kind !== "this" || isConstructor(fn)) return false;
  return (analysis.types.fieldStores.get(key) ?? []).some(({ fn: by, site, value }) => by === fn && !isNull(fn, value) && (target.key === key || analysis.refs.of(fn, value).key === target.key)
    && comesBefore(fn, removal, site) && !comesBefore(fn, site, removal));
}

function comesBefore(fn: Fn, site: Site, other: Site): boolean {
  return site.block === other.block ? site.index < other.index : canReach(fn, site.block, other.block);
}

/** The listener is a method of the object itself. */
function listensByMethod(one: Registration): boolean {
  return one.listener?.root.kind === "this" && one.listener.fields.length === 1;
}

/** `const stopEditing = () => …` has a name as well. */
function calledFunction({ facts }: Fn, otherwise: string): string {
  return /^[\w$#]+$/u.test(facts.name) ? `${facts.name}()` : otherwise;
}

export abstract class Siblings extends KeptHandles {
  /** A clean-up beside it takes others off and forgets this one. */
  protected forgottenSibling(): ListenerFinding | null {
    const { one, analysis } = this;
    if (this.one.life === "instance" || this.one.life === "unknown") return null;
    if (one.once && !this.isLate && !(one.event !== null && analysis.api.errorEvents.has(one.event))) return null;
    const cleanUp = returnedCleanUp(analysis, one.fn);
    const siblings = analysis.registrations.in(one.fn).filter((other) => other !== one && other.removals.length > 0);
    // What the caller gives is the caller's to take off, unless what this function returns takes it off elsewhere.
    const isCallers = one.forwarded && one.inline === null;
    if (isCallers && (one.listener === null || !siblings.some((other) => other.listener?.key === one.listener?.key && other.removals.some((site) => site.fn === cleanUp)))) return null;
    let where: Fn | null = null;
    if (siblings.length > 0) {
      const counts = new Map<Fn, number>();
      for (const other of siblings) for (const fn of new Set(other.removals.map((site) => site.fn))) if (fn !== one.fn && fn !== one.listenerFn) counts.set(fn, (counts.get(fn) ?? 0) + 1);
      const same = siblings.find((other) => one.listener !== null && !one.inline && other.listener?.key === one.listener.key);
      where = [...counts].find(([fn, count]) => count >= 2 && fn.facts.kind !== "module")?.[0] ?? same?.removals[0]?.fn ?? null;
    }
    where ??= cleanUp;
    if (!where || !this.isBeside(where) || this.isTargetsEnd(where) || endsTargetIn(analysis, one, where)) return null;
    return this.finding(
      { message: "forgotten", data: { teardown: where.facts.kind === "lambda" ? "the clean-up" : functionName(where), noun: this.noun, where: functionName(one.fn), target: this.target } },
      repeats(one.context.kind) || one.life === "process" ? "high" : "medium",
      [{ role: "exit", message: "this clean-up does not take it off", place: at(where, where.facts.nameAt) }, this.searched()], "take it off there too",
    );
  }

  /** `connection.on("close", () => socket.destroy())`: what runs when the target itself is over has nothing to take off it. */
  private isTargetsEnd(where: Fn): boolean {
    const { one, analysis } = this;
    return one.target !== null && analysis.registrations.on(one.target).some((other) => other.listenerFn === where && other.eventName !== null && analysis.api.terminalEvents.has(other.eventName));
  }

  /** A clean-up takes another listener off the very same target and forgets this one: the target goes on. */
  protected forgottenTwin(): ListenerFinding | null {
    const { one, analysis } = this;
    if (!one.target || one.forwarded || one.inline !== null && one.inline !== "bind" || one.guarded || one.event !== null && analysis.api.errorEvents.has(one.event)) return null;
    if (one.once && !this.isLate && !this.isTerminal || belongs(analysis, one) === "no") return null;
    const twins = analysis.registrations.in(one.fn).filter((other) => other !== one && other.target?.key === one.target?.key && other.pair.key === one.pair.key && !other.once);
    for (const twin of twins) {
      const removal = twin.removals.find((site) => site.instruction.args.length >= 2 && site.fn !== twin.listenerFn && site.fn !== one.listenerFn && (this.isBeside(site.fn) || isOfOneBefore(analysis, one, site)));
      if (!removal || endsTargetIn(analysis, one, removal.fn)) continue;
      // What is made and kept by the same object goes with it, unless it is listened to again.
      if (one.life === "instance" && this.isOncePerObject()) continue;
      const [step, help]: [TrailStep, string] = [{ role: "exit", message: "this takes another one off the same target", place: at(removal.fn, removal.instruction.at) }, "take it off there too"];
      if (removal.fn === one.fn && removal.instruction.receiver !== null) return this.finding({ message: "exchanged", data: { noun: this.noun, target: describe(analysis.refs.of(one.fn, removal.instruction.receiver)), where: functionName(one.fn) } }, "medium", [step, this.searched()], help);
      return this.finding(
        { message: "forgotten", data: { teardown: removal.fn.facts.kind === "lambda" ? "the clean-up" : functionName(removal.fn), noun: this.noun, where: functionName(one.fn), target: this.target } },
        "medium", [step, this.searched()], help,
      );
    }
    return this.forgottenByEnd();
  }

  /** The end of the object takes off what another method adds to the very same target, of which nobody sees where the object has it from. */
  private forgottenByEnd(): ListenerFinding | null {
    const { one, analysis } = this;
    const { cls } = one.fn;
    if (!cls || one.life !== "unknown" || one.target?.root.kind !== "this" || this.isTerminal || isSingleton(analysis, one.fn)) return null;
    const teardown = teardownOf(analysis, one.fn);
    if (!teardown || endsTargetIn(analysis, one, teardown) || analysis.types.storesIn(cls, one.target.key).length > 0) return null;
    const run = analysis.endings.reach([teardown], 3);
    const twin = analysis.registrations.on(one.target).find((other) => other.fn !== one.fn && other.fn.cls === cls && other.pair.key === one.pair.key && !other.once && other.removals.some((site) => run.has(site.fn)));
    const removal = twin?.removals.find((site) => run.has(site.fn));
    return removal ? this.finding(
      { message: "forgotten", data: { teardown: functionName(teardown), noun: this.noun, where: functionName(this.top), target: this.target } }, "medium",
      [{ role: "exit", message: "this takes another one off the same target", place: at(removal.fn, removal.instruction.at) }, this.searched()], "take it off there too",
    ) : null;
  }

  /** A function that is seen to undo what this one does, or to have run before it, takes a neighbour off and forgets this one. */
  protected neglected(): ListenerFinding | null {
    const { one, analysis } = this;
    if (this.isTerminal && !this.isLate || one.event !== null && analysis.api.errorEvents.has(one.event)) return null;
    const found = neglected(analysis, one);
    if (!found) return null;
    const { fn, instruction } = found.removal;
    const where = calledFunction(one.fn, functionName(one.fn));
    const step = (message: string): TrailStep[] => [{ role: "exit", message, place: at(fn, instruction.at) }, this.searched()];
    switch (found.how) {
      case "exchange": {
        const old = instruction.receiver === null ? this.target : describe(analysis.refs.of(fn, instruction.receiver));
        return this.finding({ message: "missedExit", data: { noun: this.noun, target: old, where, exit: `turns to ${this.target}` } }, "medium", step(`this takes another one off ${old}`), "take it off there too");
      }
      case "again": return this.finding({ message: "missedExit", data: { noun: this.noun, target: this.target, where, exit: "runs again" } }, "medium", step("this takes off another one, which the time before has added"), "take it off there too");
      case "half": case "turn": return this.finding({ message: "forgotten", data: { teardown: calledFunction(fn, "the clean-up"), noun: this.noun, where, target: this.target } }, "medium", step("this takes off another one that was added with it"), "take it off there too");
    }
  }

  /** Added where the object is made, or in the hook of a component that each mount makes anew. */
  private isOncePerObject(): boolean {
    const { fn } = this.one.scope;
    const { kind, steps } = this.one.context;
    return isConstructor(fn) || kind === "mount" && steps.length === 1 && fn.cls !== null && this.analysis.contexts.isMadeAnew(fn.cls);
  }

  /**
   * `setOpen(open) { if (open) document.addEventListener("x", this.f); else document.removeEventListener("x", this.f); }`:
   * only the same function takes it off, and the object may end before it is called for that.
   */
  protected toggled(): ListenerFinding | null {
    const { one, analysis } = this;
    const { cls } = one.fn;
    if (!cls || !this.outlives || one.once || one.forwarded || one.guarded || this.isTerminal || belongs(analysis, one) !== "yes" || isConstructor(this.top)) return null;
    // A removal that comes before or after it in the same run is no switch.
    const isSwitch = one.removals.every((removal) => removal.fn === one.fn && removal.block !== one.site.block && !canReach(one.fn, removal.block, one.site.block) && !canReach(one.fn, one.site.block, removal.block));
    if (!isSwitch || isSingleton(analysis, one.fn) || endsTarget(analysis, one)) return null;
    const teardown = teardownOf(analysis, one.fn);
    if (!teardown) {
      if (!analysis.contexts.isMounted(cls)) return null;
      return this.finding(
        { message: "missedExit", data: { noun: this.noun, target: this.target, where: functionName(this.top), exit: `is not called again before the ${cls.name} goes` } }, "medium",
        [this.searched()], "take it off when the component goes, too",
      );
    }
    if (this.reaches(teardown)) return null;
    return this.finding(
      { message: "forgotten", data: { teardown: functionName(teardown), noun: this.noun, where: functionName(this.top), target: this.target } }, "medium",
      [{ role: "exit", message: `${functionName(teardown)} does not take it off where ${functionName(this.top)} has not done so`, place: at(teardown, teardown.facts.nameAt) }], `take it off in ${functionName(teardown)}`,
    );
  }

  /** The clean-up calls the function, or assigns to the property that it is the setter of. */
  private reaches(teardown: Fn): boolean {
    const { name } = this.top.facts;
    return [...runOf(this.analysis, teardown)].some((fn) => fn === this.one.fn || [...fn.sites()].some(({ instruction }) =>
      instruction.op === "call" && instruction.method === name || instruction.op === "store" && instruction.place.kind === "field" && (instruction.place.name === name || this.top.facts.kind !== "method")));
  }

  /**
   * `on("a", f); once("b", () => …); try { await work(); } finally { off("a", f); }`: the end of the call takes a
   * neighbour off, and not this one, which nobody can name.
   */
  protected leftByCall(): ListenerFinding | null {
    const { one, analysis } = this;
    if (one.inline !== "closure" || one.life === "unknown" || one.life === "local" || one.target?.root.kind === "global" || this.isTerminal || !settlesWhenCalled(analysis, one.fn)) return null;
    const awaits = [...one.fn.sites()].filter((site) => site.instruction.op === "await");
    const neighbour = analysis.registrations.in(one.fn).find((other) => other !== one && other.site.block === one.site.block && !other.once && other.removals.some((removal) =>
      removal.fn === one.fn && awaits.some((wait) => canReach(one.fn, one.site.block, wait.block) && (wait.block === removal.block || canReach(one.fn, wait.block, removal.block)))));
    const removal = neighbour?.removals.find((each) => each.fn === one.fn);
    if (!removal) return null;
    return this.finding(
      { message: "settles", data: { noun: this.noun, target: this.target, where: functionName(this.top) } }, "medium",
      [{ role: "exit", message: "this takes another one off at the end of the call", place: at(removal.fn, removal.instruction.at) }, this.searched()], `remove it with ${releaseNames(one.pair)} there too`,
    );
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
    const { fields } = one.target ?? { fields: [] };
    const leads = (name: string | undefined): boolean => name !== undefined && analysis.api.upward.has(name.replace(/^[_#]+|_+$/gu, ""));
    // The object was given it: only what is two steps up is surely shared with others, and only an object with an end of its own may end before.
    const isGiven = one.life === "injected" && isConstructor(this.top) && one.target?.root.kind === "binding" && fields.length > 1 && fields.every(leads) && teardownOf(analysis, one.fn) !== null && !endsTarget(analysis, one);
    if (!isGiven && one.life !== "parameter" || !leads(fields.at(-1)) || one.forwarded || this.isPayload() || this.isGivenUp()) return null;
    const { eventName } = one;
    // Of what others have had before, the start may have been told already, and the end need not come.
    if (one.once && !this.isLate && !(eventName !== null && (analysis.api.terminalEvents.has(eventName) || analysis.api.startingEvents.has(eventName) && !this.asksTarget()))) return null;
    // An emitter calls a function as often as it was added, whatever that holds.
    const heaps = !one.once && one.pair.registration?.idempotent !== true && (isUnbounded(one.context.kind) || this.isOfRequest());
    const isOwn = belongs(analysis, one) === "yes";
    if (!isOwn && !heaps || !isGiven && (!heaps && !isCallScoped(analysis, one) && this.top.cls === null || runsOncePerObject(analysis, one.fn))) return null;
    return this.neverRemoved(isOwn && isUnbounded(one.context.kind) ? "high" : "medium");
  }

  /** What the call was given is a request, or what was made of one: `req.socket`, `new Context(req).socket`. */
  private isOfRequest(): boolean {
    const { target } = this.one;
    const binding = target?.root.kind === "binding" ? target.root.module.binding(target.root.binding) : undefined;
    return binding !== undefined && (binding.kind !== "parameter" || this.analysis.api.isRequestName(binding.name));
  }

  /** `server.on("upgrade", (req) => …)`: no other request comes over the connection that this listener is given. */
  private isGivenUp(): boolean {
    const root = this.one.target?.root;
    const owner = root?.kind === "binding" ? root.module.fn(root.module.binding(root.binding)?.owner ?? -1) : null;
    return owner !== null && this.analysis.contexts.usedAsCallback(owner).some(({ site }) => {
      const event = constantText(site.fn, site.instruction.args[0]?.value ?? null);
      return event !== null && this.analysis.api.connectionEvents.has(event);
    });
  }

  /** The function asks the target how it is before: `if (socket.connecting) socket.once("connect", …)`. */
  private asksTarget(): boolean {
    const { fn, target } = this.one;
    return target !== null && fn.facts.blocks.some(({ end }) => end.kind === "branch" && endInputs(end).some((value) => this.analysis.refs.of(fn, value).key.startsWith(`${target.key}.`)));
  }

  /** A getter runs whenever it is read, and nobody who reads it expects it to leave something behind. */
  protected byRead(): ListenerFinding | null {
    const { one, analysis } = this;
    if (one.life === "unknown" || one.forwarded || one.inline === null || belongs(analysis, one) === "no" || !analysis.contexts.isGetter(this.top)) return null;
    return this.finding(
      { message: "neverRemoved", data: { where: functionName(this.top), noun: this.noun, target: this.target, phrase: "each time it is read" } }, "medium",
      [{ role: "repeats", message: "runs each time the property is read", place: at(this.top, this.top.facts.nameAt) }, this.searched()], "add it once, where the object is made, or keep what the getter makes",
    );
  }

  /** `event.socket`: an event or a table of options says of what is new, not what it is a part of. */
  protected isPayload(): boolean {
    const root = this.one.target?.root;
    const binding = root?.kind === "binding" ? root.module.binding(root.binding) : undefined;
    // What the call itself made of a request is no message, whatever it is called; nor is what leads to one.
    if (binding?.kind === "variable" || this.one.target?.fields.slice(0, -1).some((field) => this.analysis.api.isRequestName(field)) === true) return false;
    const name = binding?.name;
    return name === undefined || /^(?:e|ev|evt|event|msg|message|data|opts?|options|config|settings|params|args|props|info|result|context|ctx)$|(?:Event|Options|Config)$/u.test(name);
  }

  /** The class, or the function that makes the object, has one that releases what its objects hold, and that leaves this one. */
  protected byTeardown(): ListenerFinding | null {
    const { one, analysis } = this;
    const made = endOfMade(analysis, this.top);
    const teardown = made ?? teardownOf(analysis, one.fn);
    const held = belongs(analysis, one);
    const beyond = one.life === "unknown" && one.target?.root.kind === "this" && one.target.fields.length > 1 && listensByMethod(one);
    if (!teardown || !this.outlives && !beyond || held === "no" || held === "weakly" && one.pair.release.length === 0) return null;
    if (!made && isSingleton(analysis, one.fn) || one.forwarded || one.life !== "process" && (endsTarget(analysis, one) || this.followsTarget())) return null;
    return this.finding(
      { message: "forgotten", data: { teardown: functionName(teardown), noun: this.noun, where: functionName(this.top), target: this.target } },
      held === "weakly" || one.life !== "process" && isMadeAtOnePlace(analysis, one.fn) ? "low" : one.life === "process" && !one.guarded && !this.isLate && !isGivenItself(analysis, one) && !(listensByMethod(one) && analysis.api.releaseMethods.has(one.listener?.fields[0] ?? "")) ? "high" : "medium",
      [{ role: "exit", message: `${functionName(teardown)} does not take it off`, place: at(teardown, teardown.facts.nameAt) }, this.searched()], `take it off in ${functionName(teardown)}`,
    );
  }

  /** The method that stops what the registering one starts leaves it, so that the next start adds another one. */
  protected byRestart(): ListenerFinding | null {
    const stop = counterpartThatLeaves(this.analysis, this.one);
    return stop && this.finding(
      { message: "forgotten", data: { teardown: functionName(stop), noun: this.noun, where: functionName(this.top), target: this.target } }, "medium",
      [{ role: "exit", message: `${functionName(stop)} leaves it, and the next ${functionName(this.top)} adds another one`, place: at(stop, stop.facts.nameAt) }, this.searched()], `take it off in ${functionName(stop)}`,
    );
  }

  /** The listener ends the object itself: what it waits for is meant to outlast it. */
  protected callsTeardown(): boolean {
    const { listenerFn } = this.one;
    if (!listenerFn) return false;
    for (const { instruction } of listenerFn.sites()) if (instruction.op === "call" && instruction.method !== null && this.analysis.api.releaseMethods.has(instruction.method)) return true;
    return false;
  }
}
