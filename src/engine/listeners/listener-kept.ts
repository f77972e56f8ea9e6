/** Findings on what a registration returned: dropped, overwritten, or kept where nobody uses it. */
import type { Instruction } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import type { Analysis } from "../analysis.js";
import { canReach, isInLoop, successorsOf } from "../program/blocks.js";
import { at, callName, functionName } from "../explain.js";
import { bagOf, belongs, endsTarget, isExchanged, isRootService, isServant, isSingleton, resultReleases, runsOncePerObject, teardownOf } from "./listener-evidence.js";
import { isSetUpFunction } from "../contexts/starts.js";
import { lateArrival } from "./listener-owners.js";
import { Stays } from "./listener-stays.js";
import type { ListenerFinding } from "./listener-telling.js";
import type { Fn } from "../program/program.js";
import { describe } from "../program/refs.js";
import type { Ref } from "../program/refs.js";
import { isConstructor } from "../contexts/targets.js";

/** `const { remove } = emitter.addListener(f)`: the part is kept. */
function isTakenApart(fn: Fn, user: Instruction): boolean {
  return user.op === "load" && (user.place.kind === "field" || user.place.kind === "index")
    && fn.uses(user.out).some((use) => use.kind === "end" || use.site.instruction.op === "store" || use.site.instruction.op === "collection");
}

/** `this.id = nextId++`: a class that numbers its objects has many of them. One that does not may well be made once. */
function countsItself(constructor: Fn): boolean {
  return [...constructor.sites()].some(({ instruction }) => {
    if (instruction.op !== "store" || instruction.place.kind !== "binding" || constructor.module.binding(instruction.place.binding)?.owner !== 0) return false;
    const { binding } = instruction.place;
    const made = constructor.definition(instruction.value)?.instruction;
    return made?.op === "operation" && made.inputs.some((input) => {
      const read = constructor.definition(input)?.instruction;
      return read?.op === "load" && read.place.kind === "binding" && read.place.binding === binding;
    });
  });
}

/** The loop whose turns come to the place without passing a release; what is released before the loop, or in it where it is left, is not of a turn. */
function turnsOf(analysis: Analysis, fn: Fn, block: number, releasing: ReadonlySet<Fn>, releases: readonly { fn: Fn; block?: number }[], depth: number): { fn: Fn; at: Span } | null {
  const loop = fn.block(block)?.loop ?? null;
  if (loop !== null) {
    if (releases.some((one) => one.fn === fn && (one.block === undefined || isInLoop(fn, one.block, loop))) || callsAny(analysis, fn, releasing, (at) => isInLoop(fn, at, loop)) || canBeLeft(fn, block, loop)) return null;
    const [first] = fn.block(block)?.instructions ?? [];
    return first ? { fn, at: first.at } : null;
  }
  if (depth > 3 || releasing.has(fn) || callsAny(analysis, fn, releasing, () => true)) return null;
  const { fn: scope } = analysis.registrations.scopes.of(fn);
  if (scope !== fn) {
    const [use] = analysis.contexts.usedAsCallback(fn);
    // `lanes.forEach((lane) => …)`: each element is a turn.
    const isTurn = use !== undefined && analysis.api.immediate.match(use.site.fn, use.site.instruction, analysis.types).some(({ value }) => value === "iteration");
    return isTurn && use.site.fn === fn.parent ? { fn: use.site.fn, at: use.site.instruction.nameAt } : null;
  }
  for (const site of analysis.contexts.callers(fn)) {
    if (site.fn === fn || analysis.contexts.isTest(site.fn)) continue;
    const found = turnsOf(analysis, site.fn, site.block, releasing, releases, depth + 1);
    if (found) return found;
  }
  return null;
}

/** From the place, the loop is not gone round again: it is left there. */
function canBeLeft(fn: Fn, block: number, loop: number): boolean {
  return !successorsOf(fn.block(block)?.end ?? { kind: "unreachable" }).some((next) => canReach(fn, next, block) && isInLoop(fn, next, loop));
}

/** The function calls, where `counts`, one that releases. */
function callsAny(analysis: Analysis, fn: Fn, releasing: ReadonlySet<Fn>, counts: (block: number) => boolean): boolean {
  return [...fn.sites()].some((site) => {
    const callee = site.instruction.op === "call" && counts(site.block) ? analysis.types.calleeOf(fn, site.instruction) : null;
    return callee?.kind === "function" && releasing.has(callee.fn);
  });
}

export abstract class KeptHandles extends Stays {
  /** What the registration returned is kept: null where it is used to take the listener off, "lost" where it might as well be dropped. */
  protected keptResult(): ListenerFinding | null | "lost" {
    const { one, analysis } = this;
    if (one.resultField?.root.kind === "binding" && one.life !== "instance") {
      const stays = this.otherwise(resultReleases(analysis, one, one.resultField));
      if (stays) return stays;
      const late = lateArrival(analysis, one, resultReleases(analysis, one, one.resultField));
      if (late) {
        return this.finding(
          { message: "missedExit", data: { noun: this.noun, target: this.target, where: functionName(this.top), exit: "is cleaned up before" } }, "medium",
          [{ role: "exit", message: "this clean-up may run before the listener is there, and finds nothing", place: at(late.cleanUp, late.cleanUp.facts.nameAt) }], "let the clean-up set a flag, and ask for it before the listener is added",
        );
      }
    }
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
  protected isGivenInList(): boolean {
    const { fn, site } = this.one;
    return fn.uses(site.instruction.out).some((use) => use.kind === "instruction" && use.site.instruction.op === "collection"
      && fn.uses(use.site.instruction.out).some((list) => list.kind === "instruction" && list.site.instruction.op === "call" && list.site.instruction.args.length > 0));
  }

  protected isRead(binding: number): boolean {
    return this.one.fn.module.functions.some((fn) => [...fn.sites()].some(({ instruction }) => instruction.op === "load" && instruction.place.kind === "binding" && instruction.place.binding === binding));
  }

  /** A list that the class itself made or declares, so that it must empty it itself. */
  protected isOwnList(ref: Ref): boolean {
    if (ref.root.kind !== "this") return false;
    const [name] = ref.fields;
    if (this.one.fn.cls?.facts.fields.some((field) => field.name === name && !field.static) === true) return true;
    const stores = this.analysis.types.fieldStores.get(this.analysis.refs.ofField(ref.root.cls, ref.fields[0] ?? "").key) ?? [];
    return stores.some((store) => store.fn.definition(store.value)?.instruction.op === "collection");
  }

  /** Nobody uses the handle: it is lost with the object, or at once. */
  protected lostResult(): ListenerFinding | "lost" | null {
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
  protected replaced(ref: Ref, releases: readonly { fn: Fn }[]): ListenerFinding | null {
    const { one, analysis } = this;
    if (one.life === "local" || this.isTerminal) return null;
    const looped = this.replacedInLoop(ref, releases);
    if (looped) return looped;
    if (ref.root.kind !== "this" || ref.fields.length !== 1) return null;
    const stores = analysis.types.fieldStores.get(ref.key) ?? [];
    const storing = new Set(stores.filter((store) => store.fn.definition(store.value)?.instruction.op === "call").map((store) => store.fn));
    const onlyExchanged = releases.every(({ fn }) => storing.has(fn) && !runsOncePerObject(analysis, fn));
    if (onlyExchanged && one.life !== "instance" && (teardownOf(analysis, one.fn) !== null || bagOf(analysis, one.fn.cls) !== null) && !isSingleton(analysis, one.fn) && !releases.some(({ fn }) => fn === one.fn)) {
      return this.finding(
        { message: "overwritten", data: { noun: this.noun, holder: describe(ref), where: functionName(this.top) } }, "medium",
        [{ role: "searched", message: `${describe(ref)} is released only where it gets another ${this.noun}, not at the end of the ${one.fn.cls?.name ?? "object"}`, place: null }], `release ${describe(ref)} with the object too`,
      );
    }
    // `if (!this.stop) this.stop = bus.on(…)`: there is none before.
    if (analysis.registrations.isFirstTime(one.fn, one.site)) return null;
    // A method that is no start: it may run again before the clean-up does.
    if (runsOncePerObject(analysis, one.fn) || releases.some(({ fn }) => fn === one.fn || !this.isUndoing(fn) || analysis.contexts.callers(fn).some((site) => site.fn === one.fn))) return null;
    if (isSetUpFunction(analysis.api, one.fn) || this.callsRelease(releases)) return null;
    return this.finding(
      { message: "overwritten", data: { noun: this.noun, holder: describe(ref), where: functionName(this.top) } }, "medium",
      [{ role: "exit", message: `a second call of ${functionName(this.top)} loses the ${this.noun} before`, place: at(one.fn, one.site.instruction.at) }], `release ${describe(ref)} before it gets another`,
    );
  }

  /** `this.stop = this.on("moved", f)`, and `this.stop()` elsewhere: what `on` gives takes the listener off, though most of that name do not. */
  protected keptRemover(): ListenerFinding | null {
    const { one, analysis } = this;
    const field = one.resultField;
    const name = field?.fields[0];
    if (one.resultKept || field?.root.kind !== "this" || name === undefined || field.fields.length > 1 || one.life === "local" || this.isTerminal) return null;
    const calls = [
      ...analysis.holders.usesOf(field.key).filter((use) => use.as === "callee"),
      ...analysis.holders.usesOf(field.key.slice(0, -(name.length + 1))).filter((use) => use.as === "receiver" && use.site.instruction.method === name),
    ].map(({ site }) => site);
    return calls.length === 0 ? null : this.replacedInLoop(field, calls);
  }

  /** A loop comes to the statement in each of its turns, here or in a function that it calls, and lets go of none but the last. */
  private replacedInLoop(ref: Ref, releases: readonly { fn: Fn; block?: number }[]): ListenerFinding | null {
    const { one, analysis } = this;
    const isKept = ref.root.kind === "this" ? ref.fields.length === 1 : ref.root.kind === "binding" && ref.fields.length === 0 && ref.root.module.binding(ref.root.binding)?.owner !== one.fn.id;
    if (!isKept || analysis.registrations.isFirstTime(one.fn, one.site)) return null;
    const again = turnsOf(analysis, one.fn, one.site.block, new Set(releases.map(({ fn }) => fn)), releases, 0);
    return again && this.finding(
      { message: "overwritten", data: { noun: this.noun, holder: describe(ref), where: functionName(this.top) } }, "medium",
      [{ role: "repeats", message: `each turn here puts another one in ${describe(ref)}, and only the last is released`, place: at(again.fn, again.at) }], "keep them in a list, or release the one before in each turn",
    );
  }

  /** The function calls one that releases, by whatever name. */
  protected callsRelease(releases: readonly { fn: Fn }[]): boolean {
    const names = new Set(releases.map(({ fn }) => fn.facts.name));
    for (const { instruction } of this.one.fn.sites()) if (instruction.op === "call" && instruction.method !== null && names.has(instruction.method)) return true;
    return false;
  }

  /** An emitter's `on` gives something back that somebody takes: in some libraries it is what removes the listener. */
  protected isHandedOn(): boolean {
    const { fn, site, resultField } = this.one;
    // `useEffect(() => bus.on(…))`: whoever writes this knows that the result takes it off.
    const isCleanup = this.analysis.contexts.of(fn).cleanup === "returned" && this.one.pair.registration?.returns !== "none";
    if (resultField) return this.analysis.holders.usesOf(resultField.key).length > 0 || this.analysis.holders.isReturned(resultField);
    return fn.uses(site.instruction.out).some((use) => use.kind === "end" ? use.end.kind === "return" && (fn.facts.kind !== "lambda" || isCleanup) : use.site.instruction.op === "call" && use.site.instruction.receiver !== site.instruction.out || use.site.instruction.op === "collection" || isTakenApart(fn, use.site.instruction));
  }

  /** What the object was given as it was made keeps its listener, nobody keeps what would take it off, and the object has no end that could. */
  protected byMaking(): ListenerFinding | null {
    const { one, analysis } = this;
    const { cls } = one.fn;
    const { returns } = one.pair.registration ?? {};
    if (!cls || !one.resultDropped || returns !== "disposable" && returns !== "disposer" || one.life !== "injected" || !isConstructor(this.top) || one.guarded || belongs(analysis, one) !== "yes") return null;
    // With an end, that is asked; what a base does at its end is not seen.
    if (teardownOf(analysis, one.fn) !== null || cls.related.some((each) => each.unknownBase || each.outside.length > 0)) return null;
    if (!countsItself(this.top) || isSingleton(analysis, one.fn) || isServant(analysis, one.fn) || isRootService(analysis, cls) || endsTarget(analysis, one) || this.followsTarget()) return null;
    return this.neverRemoved("medium");
  }

  /** The object listens for the end of the target as well: the two end together. */
  protected followsTarget(): boolean {
    const { one, analysis } = this;
    return one.target !== null && !isExchanged(analysis, one) && analysis.registrations.on(one.target).some((other) => other !== one && other.fn.cls === one.fn.cls && other.eventName !== null && analysis.api.terminalEvents.has(other.eventName));
  }

  /** The class collects the handles of other listeners, and this one's is dropped. */
  protected byBag(bag: string | null): ListenerFinding | null {
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
}
