/** Which timers are worth a finding. A one-shot timer ends by itself, so it needs more evidence than an interval. */
import type { FixIntent } from "../../model/fix-intent.js";
import type { Severity, TrailStep } from "../../model/finding.js";
import type { Span } from "../../model/span.js";
import type { Analysis } from "../analysis.js";
import { isHot, isUnbounded, repeats } from "../contexts/contexts.js";
import { at, callName, functionName, handleName, holderSteps, ifSure, lossSteps, releaseCode, releaseNames, releaseText, repetition, searchedLocal } from "../explain.js";
import type { Life } from "../handles/lifetimes.js";
import { EndMisses } from "./end-misses.js";
import type { EndMiss } from "./end-misses.js";
import { isWithin } from "../contexts/endings.js";
import { isGuarded } from "../contexts/guards.js";
import { isHolderAsked } from "../handles/handle-findings.js";
import { ForgottenEntries } from "../handles/forgotten-entries.js";
import type { Forgotten } from "../handles/forgotten-entries.js";
import { waitsForRun } from "./lock-retries.js";
import { endsWithSource, isOwnSource } from "../handles/own-sources.js";
import { TimerClocks } from "./timer-clocks.js";
import { countedSeconds, countsDown } from "./timer-counts.js";
import { TimerAwaits } from "./timer-awaits.js";
import { TimerChains } from "./timer-chains.js";
import { TimerGuards } from "./timer-guards.js";
import { TimerOwners } from "./timer-owners.js";
import { TimerPaths } from "./timer-paths.js";
import { TimerRaces } from "./timer-races.js";
import { TimerRecords } from "./timer-records.js";
import { TimerScopes } from "./timer-scopes.js";
import { TimerSiblings } from "./timer-siblings.js";
import { vainStop } from "./vain-stops.js";
import type { Owned, Timer } from "./timers.js";
import type { Ref } from "../program/refs.js";
import { describe } from "../program/refs.js";

interface Base {
  severity: Severity;
  assumed: boolean;
  path: string;
  at: Span;
  trail: TrailStep[];
  help: string;
  fix: FixIntent | null;
}

type TimerFinding = Base & (
  | { message: "dropped" | "neverCleared" | "raced"; data: { noun: string; api: string } }
  | { message: "someExits"; data: { noun: string; api: string; where: string } }
  | { message: "forgotten"; data: { where: string; handle: string; noun: string; owner: string } }
  | { message: "ownerCannot" | "leftArmed"; data: { owner: string; noun: string; handle: string } }
  | { message: "overwritten"; data: { where: string; noun: string; handle: string } }
  | { message: "armedLate"; data: { where: string; noun: string; handle: string } }
  | { message: "rearmed"; data: { noun: string } }
  | { message: "undone"; data: { noun: string; where: string } });

/** Seconds after which a fire-and-forget timer adds up where it is armed again and again. */
const LONG = 30;

export function* timerFindings(analysis: Analysis): Generator<TimerFinding> {
  const findings = new Findings(analysis);
  for (const timer of analysis.timers.all()) {
    const finding = findings.of(timer);
    if (finding) yield finding;
  }
  yield* findings.racedHelpers();
}

class Findings {
  private readonly paths: TimerPaths;
  private readonly owners: TimerOwners;
  private readonly clocks: TimerClocks;
  private readonly awaits: TimerAwaits;
  private readonly chains: TimerChains;
  private readonly scopes: TimerScopes;
  private readonly races: TimerRaces;
  private readonly guards: TimerGuards;
  private readonly records: TimerRecords;
  private readonly siblings: TimerSiblings;
  private readonly entries: ForgottenEntries;
  private readonly misses: EndMisses;

  constructor(private readonly analysis: Analysis) {
    this.paths = new TimerPaths(analysis.timers);
    this.owners = new TimerOwners(analysis.timers, this.paths, analysis.stopFlags);
    this.clocks = new TimerClocks(analysis.timers, this.paths);
    this.awaits = new TimerAwaits(analysis.timers, analysis.stopFlags);
    this.chains = new TimerChains(analysis.timers);
    this.scopes = new TimerScopes(analysis, this.owners);
    this.races = new TimerRaces(analysis.timers);
    this.guards = new TimerGuards(analysis);
    this.records = new TimerRecords(analysis);
    this.siblings = new TimerSiblings(analysis.timers);
    this.entries = new ForgottenEntries(analysis);
    this.misses = new EndMisses(analysis, this.owners);
  }

  of(timer: Timer): TimerFinding | null {
    // It stops itself before long, whoever else forgets it.
    if ((countedSeconds(this.analysis.timers, timer) ?? LONG) < LONG) return null;
    for (const owner of timer.owners) {
      const finding = this.owned(timer, owner) ?? this.missed(timer, owner, this.misses.leftLive(timer, owner));
      if (finding) return finding;
    }
    const { life } = timer;
    const left = this.records.leftBy(timer);
    if (left) return this.leftInRecord(life, left);
    if (life.context.kind === "once" || this.isCalledOnce(life)) return null;
    // A job of a scheduler that the object made for itself goes with it.
    if (timer.dropped && (life.pair.recurring === true && isOwnSource(this.analysis, life) || endsWithSource(this.analysis, life))) return null;
    // `if (!started) { started = true; setInterval(…) }` runs once: for an object's flag once for that object, which is
    // enough for a way out on which a timer that others stop goes on.
    return isGuarded(this.analysis.refs, life.fn, life.site, () => false) ? this.sharedHere(timer) : this.local(timer);
  }

  /** Who ends the wait takes it out of its record, and leaves the timer in it. */
  private leftInRecord(life: Life, { fn, at: place, name }: { fn: Life["fn"]; at: Span; name: string }): TimerFinding {
    return this.make(life, "medium", [
      ...repetition(life.fn, life.context),
      { role: "exit", message: `here the wait is over and ${name} is not stopped`, place: at(fn, place) },
      { role: "searched", message: `others that end the wait stop ${name}, and this does not`, place: at(fn, fn.facts.nameAt) },
    ], `stop it there too: ${releaseText(life.pair, name)}`, { message: "someExits", data: { noun: life.pair.noun, api: callName(life.fn, life.site.instruction), where: functionName(fn) } });
  }

  /** Who takes the entry out leaves it running, and whoever ends all of them does not find it any more. */
  private leftByEntry(life: Life, owner: Owned, { fn, at: place, ends }: Forgotten): TimerFinding {
    const { pair } = life;
    const handle = describe(owner.ref);
    return this.make(life, "medium", [
      ...repetition(life.fn, life.context),
      { role: "holder", message: `${handle} keeps the ${pair.noun}`, place: at(life.fn, owner.at) },
      { role: "exit", message: "here it is taken out and goes on", place: at(fn, place) },
      { role: "searched", message: "this stops what it finds there, and nothing stops what is taken out before", place: at(ends.fn, ends.at) },
    ], `stop it before it is taken out: ${releaseText(pair, handle)}`, { message: "forgotten", data: { where: functionName(fn), handle, noun: pair.noun, owner: owner.cls?.name ?? functionName(life.fn) } });
  }

  /** A callback that the top level gives to one call: `app.listen(port, () => { … })`. */
  private isCalledOnce(life: Life): boolean {
    if (life.context.kind !== "unknown" || life.fn.facts.kind !== "lambda") return false;
    const uses = this.analysis.contexts.usedAsCallback(life.fn);
    return uses.length > 0 && uses.every(({ site }) => this.analysis.contexts.at(site.fn, site.block).kind === "once");
  }

  private owned(timer: Timer, owner: Owned): TimerFinding | null {
    const { life } = timer;
    const { pair, fn } = life;
    const handle = describe(owner.ref);
    const trail = [...repetition(fn, life.context), ...holderSteps(life, owner)];
    const entry = pair.recurring === true && owner.ref.fields.includes("[]") ? this.entries.of(life, owner.ref, timer.callbacks) : null;
    if (entry) return this.leftByEntry(life, owner, entry);
    const ofScope = owner.cls ? null : this.ofScope(timer, owner.ref);
    if (ofScope) return ofScope;
    if (owner.lost) {
      const { root, fields } = owner.ref;
      const returned = root.kind === "binding" && fields.length === 0 ? this.leftByReturned(timer, root.binding, handle) : null;
      if (returned) return returned;
      const [teardown] = owner.teardowns;
      if (owner.cls && teardown && this.owners.isItsOwn(owner) && (pair.recurring === true || !this.owners.isArmedByEnd(timer, owner.teardowns) && this.owners.outlivesEnd(timer, owner))) {
        return this.make(life, pair.recurring === true && pair.evidence === undefined ? "high" : "medium", trail, `stop it in ${functionName(teardown)}: ${releaseText(pair, handle)}`, {
          message: "forgotten", data: { where: functionName(teardown), handle, noun: pair.noun, owner: owner.cls.name },
        });
      }
      if (owner.cls && this.owners.isItsOwn(owner) && pair.recurring === true && life.context.kind !== "once" && !owner.cls.unknownBase) {
        // Where it is stopped before the next one, there is one for an instance, however often it is armed.
        const severity: Severity = repeats(life.context.kind) && !this.owners.isReplaced(timer, owner) ? "high" : "medium";
        return this.make(life, severity, trail, `give ${owner.cls.name} a method that calls ${releaseText(pair, handle)}`, {
          message: "ownerCannot", data: { owner: owner.cls.name, noun: pair.noun, handle },
        });
      }
      if (!owner.cls && pair.recurring === true && repeats(life.context.kind)) {
        if (isHolderAsked(this.analysis, life, owner)) return null;
        return this.make(life, "high", trail, `stop the one before with ${releaseText(pair, handle)}`, { message: "overwritten", data: { where: functionName(fn), noun: pair.noun, handle } });
      }
      return owner.cls && !owner.cls.unknownBase && this.owners.isItsOwn(owner) ? this.guarding(timer) : null;
    }
    const forgetting = this.owners.forgottenBy(timer, owner);
    if (forgetting) {
      const steps: TrailStep[] = [
        ...repetition(fn, life.context),
        { role: "holder", message: `${handle} keeps the ${pair.noun}`, place: at(fn, owner.at) },
        { role: "exit", message: `${functionName(forgetting)} does not stop ${handle}`, place: at(forgetting, forgetting.facts.nameAt) },
        ...owner.releasedBy ? [{ role: "searched" as const, message: `this stops it, but ${functionName(forgetting)} does not come here`, place: at(owner.releasedBy.fn, owner.releasedBy.instruction.at) }] : [],
      ];
      return this.make(life, "medium", steps, `stop it in ${functionName(forgetting)} too: ${releaseText(pair, handle)}`, {
        message: "forgotten", data: { where: functionName(forgetting), handle, noun: pair.noun, owner: owner.cls?.name ?? functionName(fn) },
      });
    }
    const { cls } = owner;
    if (cls && owner.teardowns.length === 0 && !timer.brief && pair.recurring !== true && this.owners.isItsOwn(owner) && !cls.unknownBase && this.analysis.contexts.isMounted(cls) && !this.owners.registersCleanUp(cls) && this.owners.isPaused(timer, owner.ref)
      && !this.owners.isHarmlessAfterEnd(timer, owner)) {
      return this.make(life, "low", trail, `stop it when the component goes: ${releaseText(pair, handle)}`, { message: "leftArmed", data: { owner: cls.name, noun: pair.noun, handle } });
    }
    const deaf = this.owners.deafToEnd(timer, owner, this.siblings);
    if (deaf) return this.deaf(life, deaf, handle);
    const left = this.chains.inClass(timer, owner, this.owners);
    if (left) return this.unstopped(life, left, handle);
    const missed = this.missed(timer, owner, this.misses.of(timer, owner));
    if (missed) return missed;
    const late = this.awaits.armedLate(timer, owner);
    if (late) {
      const steps: TrailStep[] = [
        { role: "note", message: `${functionName(late.end)} may come during this wait`, place: at(fn, late.wait.instruction.at) },
        { role: "exit", message: "it stops the timer before, which has fired already", place: at(late.end, late.end.facts.nameAt) },
        { role: "searched", message: "looked for a flag, a signal or a number that is asked between the wait and the next timer: none", place: null },
      ];
      return this.make(life, "medium", steps, `set a flag in ${functionName(late.end)} and ask it after the wait`, { message: "armedLate", data: { where: functionName(late.end), noun: pair.noun, handle } });
    }
    // What an end arms is armed once for each life of the object, where it asks whether it has run and says so.
    const byEnd = cls && this.owners.isArmedByEnd(timer, cls.methods.filter((method) => this.analysis.endings.isEnd(method.facts.name))) && isGuarded(this.analysis.refs, fn, life.site, () => false);
    const again = byEnd ? null : this.owners.overwrites(timer, owner);
    if (again) {
      const steps: TrailStep[] = [
        { role: "holder", message: `${handle} keeps one ${pair.noun}`, place: at(fn, owner.at) },
        again,
        { role: "searched", message: `looked in ${functionName(fn)} for ${releaseNames(pair)} on ${handle}, or a test of it, before the new one is armed: none`, place: null },
      ];
      // The one before ends by itself, where it is no interval.
      return this.make(life, pair.recurring === true && repeats(life.context.kind) ? "high" : "medium", steps, `stop the one before first: ${releaseText(pair, handle)}`, { message: "overwritten", data: { where: functionName(fn), noun: pair.noun, handle } });
    }
    const { root, fields } = owner.ref;
    return root.kind === "binding" && fields.length === 0 && owner.releasedBy === null ? this.shared(timer, root) : null;
  }

  private missed({ life }: Timer, owner: Owned, missed: EndMiss | null): TimerFinding | null {
    return missed && this.make(life, "medium", [...repetition(life.fn, life.context), ...missed.steps], missed.help, {
      message: "forgotten", data: { where: missed.where, handle: describe(owner.ref), noun: life.pair.noun, owner: owner.cls?.name ?? functionName(life.fn) },
    });
  }

  /** A scope's variable keeps it, and the scope's end does not come to it. */
  private ofScope(timer: Timer, ref: Ref): TimerFinding | null {
    const found = this.scopes.forgotten(timer, ref);
    if (!found) return null;
    const { life } = timer;
    const { pair, fn } = life;
    const { scope, end } = found;
    const handle = describe(ref);
    const steps: TrailStep[] = [
      ...repetition(fn, life.context),
      { role: "holder", message: `${handle} keeps the ${pair.noun} for ${functionName(scope.fn)}`, place: at(scope.fn, scope.fn.facts.nameAt) },
      ...end ? [{ role: "exit" as const, message: `this ends it and does not stop ${handle}`, place: at(end, end.facts.nameAt) }] : [],
      { role: "searched", message: `looked for ${releaseNames(pair)} on ${handle} in what runs when ${functionName(scope.fn)} is over: none`, place: null },
    ];
    const release = releaseText(pair, handle);
    return end
      ? this.make(life, "medium", steps, `stop it there too: ${release}`, { message: "forgotten", data: { where: end.facts.kind === "lambda" ? "the clean-up" : functionName(end), handle, noun: pair.noun, owner: functionName(scope.fn) } })
      : this.make(life, found.paused ? "low" : "medium", steps, `stop it when the component goes: ${release}`, { message: found.paused ? "leftArmed" : "ownerCannot", data: { owner: functionName(scope.fn), noun: pair.noun, handle } });
  }

  /** Kept in a variable, or nowhere. */
  private local(timer: Timer): TimerFinding | null {
    const { life } = timer;
    const { pair, fn, context, outcome } = life;
    const api = callName(fn, life.site.instruction);
    const trail = [...repetition(fn, context), ...lossSteps(life), searchedLocal(life)];
    const help = `keep what ${api} returns and stop it with ${releaseText(pair, "timer")} when its work is over`;
    const around = this.sharedAround(timer);
    if (around) return around;
    if (!timer.dropped && outcome.escapes.some((one) => one.kind !== "closure")) return null;
    const shared = this.sharedHere(timer);
    if (shared) return shared;
    if (life.leaks.length === 0 && !timer.dropped) return null;
    if (life.releasedSomewhere) {
      // Stopped in this function, but not on each way out of it. What fires at once is over before that matters.
      if (pair.soon === true && timer.rearm === null) return null;
      if (outcome.released.length === 0 || outcome.escapes.length > 0 || timer.brief && life.leaks.every((leak) => leak.kind === "exception")) return null;
      return this.owners.isMissedOnAWay(life) ? this.make(life, "medium", trail, `stop it in a finally block: ${releaseText(pair, handleName(life))}`, { message: "someExits", data: { noun: pair.noun, api, where: functionName(fn) } }) : null;
    }
    if (pair.recurring === true) {
      return this.make(life, repeats(context.kind) ? "high" : "medium", trail, help, { message: timer.dropped ? "dropped" : "neverCleared", data: { noun: pair.noun, api } });
    }
    const race = timer.brief ? null : this.races.of(timer);
    if (race) return this.raced(timer, { ...race, message: "when the wait ends here, the timer is still armed" });
    const rearmed = this.rearmed(timer, trail, help);
    if (rearmed) return rearmed;
    const beside = this.scopes.leftBeside(timer);
    if (beside) {
      const handle = handleName(life);
      return this.make(life, "medium", [
        ...repetition(fn, context),
        { role: "exit", message: `this stops the ${beside.noun} that is started beside it, and not ${handle}`, place: at(beside.fn, beside.at) }, searchedLocal(life),
      ], `stop it there too: ${releaseText(pair, handle)}`, { message: "forgotten", data: { where: functionName(beside.fn), handle, noun: pair.noun, owner: functionName(fn) } });
    }
    if ((context.kind === "mount" || context.kind === "render") && !timer.brief && !this.isPause(life) && !this.isLastTurn(timer)) {
      return this.make(life, "medium", trail, help, { message: timer.dropped ? "dropped" : "neverCleared", data: { noun: pair.noun, api } });
    }
    const [end] = this.analysis.endings.endsOf(fn);
    const forgetting = timer.brief || !timer.dropped ? null : this.owners.lateCall(timer);
    if (forgetting) {
      return this.make(life, "medium", [...trail, { role: "exit", message: `${functionName(forgetting)} stops other timers, and has nothing to stop this one with`, place: at(forgetting, forgetting.facts.nameAt) }], help, { message: "dropped", data: { noun: pair.noun, api } });
    }
    if (end && timer.dropped && (context.kind === "event" || context.kind === "request") && (timer.delay ?? 0) >= LONG) {
      return this.make(life, "medium", [...trail, { role: "exit", message: `${functionName(end)} cannot stop it`, place: at(end, end.facts.nameAt) }], help, { message: "dropped", data: { noun: pair.noun, api } });
    }
    return this.guarding(timer);
  }

  private raced({ life }: Timer, race: { fn: Life["fn"]; at: Span; again: boolean; message: string }): TimerFinding {
    const steps: TrailStep[] = [
      ...repetition(life.fn, life.context), ...lossSteps(life),
      { role: "exit", message: race.message, place: at(race.fn, race.at) },
      searchedLocal(life),
    ];
    return this.make(life, race.again ? "high" : "medium", steps, `stop it when the wait is over: ${releaseText(life.pair, "timer")}`, { message: "raced", data: { noun: life.pair.noun, api: callName(life.fn, life.site.instruction) } });
  }

  /** It guards something that may be over first, and nothing stops it then. */
  private guarding(timer: Timer): TimerFinding | null {
    const guard = this.guards.of(timer);
    return guard && this.raced(timer, { ...guard, again: false, message: "this shows that what it guards may be over before, and the timer is still armed then" });
  }

  /** Its callback comes back to where the next one is armed, and on the way asks whether its owner is over: then this one is the last. */
  private isLastTurn(timer: Timer): boolean {
    const { rearm } = timer;
    return rearm !== null && this.asksToGoOn(timer, rearm.chain);
  }

  private asksToGoOn({ life }: Timer, chain: readonly Life["fn"][]): boolean {
    const { stopFlags } = this.analysis;
    return stopFlags.asks(chain) || stopFlags.turns.endsTurns({ chain, armed: life.site });
  }

  /** `new Promise((resolve) => setTimeout(resolve, ms))`: it keeps nothing but whoever waits. */
  private isPause({ fn, site, pair }: Life): boolean {
    const position = pair.callbacks?.[0];
    const callback = typeof position === "number" ? site.instruction.args[position] : undefined;
    const { root, fields } = callback ? this.analysis.refs.of(fn, callback.value) : { root: null, fields: [] };
    return root?.kind === "binding" && fields.length === 0 && root.module.binding(root.binding)?.kind === "parameter" && root.module.binding(root.binding)?.owner === fn.id
      && this.analysis.registrations.scopes.of(fn).inExecutor;
  }

  /** In a variable of the function that arms it, which functions nested in it see. */
  private sharedHere(timer: Timer): TimerFinding | null {
    const { fn, outcome } = timer.life;
    if (!timer.dropped && outcome.escapes.some((one) => one.kind !== "closure")) return null;
    return outcome.variable !== null && (outcome.escapes.length > 0 || outcome.released.length > 0) ? this.shared(timer, { module: fn.module, binding: outcome.variable }) : null;
  }

  /** In a variable of a function around: what stops it on one event of a thing forgets it when that is over. */
  private sharedAround(timer: Timer): TimerFinding | null {
    const [owner, ...others] = timer.owners;
    if (timer.brief || !owner || owner.lost || others.length > 0 || owner.ref.root.kind !== "binding" || owner.ref.fields.length > 0) return null;
    const { group, stoppers } = this.paths.groupOf(timer, owner.ref.root);
    const stops = (one: Life["fn"]): boolean => stoppers.has(one);
    const name = describe(owner.ref);
    const left = this.chains.oneSided(timer, group, stops, stops);
    if (left) return this.unstopped(timer.life, left, name);
    const deaf = this.siblings.forgetful(timer, group, stops);
    return deaf && !isWithin(timer.life.fn, deaf.fn) ? this.deaf(timer.life, deaf, name) : null;
  }

  private rearmed(timer: Timer, trail: TrailStep[], help: string): TimerFinding | null {
    const { life, rearm } = timer;
    if (!rearm || this.asksToGoOn(timer, rearm.chain) || !rearm.always && (countsDown(this.analysis.timers, life) || waitsForRun(this.analysis.refs, life.fn, life.site.block))) return null;
    const ends = this.analysis.endings.endsOf(life.fn, true);
    if (this.isHousekeeping(timer, ends)) return null;
    const [end] = ends;
    const vain = end || timer.brief ? null : vainStop(this.analysis, life);
    if (rearm.started.kind === "once" && !end && !vain) return null;
    if (!end && !vain && (!rearm.always || timer.delay === 0)) return null;
    const steps: TrailStep[] = [
      ...trail,
      { role: "repeats", message: `its callback comes back here${rearm.always ? "" : " on some ways"} and arms the next one`, place: at(life.fn, life.site.instruction.at) },
      ...end ? [{ role: "exit" as const, message: `${functionName(end)} has nothing to stop it with`, place: at(end, end.facts.nameAt) }] : [],
      ...vain ? [{ role: "exit" as const, message: `this stops what ${vain.handle} has, and no timer is ever put there`, place: at(vain.fn, vain.at) }] : [],
    ];
    const undone = this.analysis.stopFlags.turns.undoes({ chain: rearm.chain, armed: life.site });
    if (undone) {
      const told: TrailStep = { role: "exit", message: `${functionName(undone.taker)} may come during the wait before this, which undoes it`, place: at(undone.fn, undone.at) };
      return { ...this.make(life, "medium", [...trail, told], `ask again after the wait, before this`, { message: "undone", data: { noun: life.pair.noun, where: functionName(undone.taker) } }), assumed: false };
    }
    const severity: Severity = rearm.always && end ? "high" : end || vain || life.fn.facts.class === null ? "medium" : "low";
    const found = this.make(life, severity, steps, help, { message: "rearmed", data: { noun: life.pair.noun } });
    // An end of the same owner says that it should end.
    return end || vain ? { ...found, assumed: false } : found;
  }

  /**
   * A module's own turn of work, which its one start sets going: one is armed at a time, for as long as the program runs.
   * What ends all things that the module has does not end the module.
   */
  private isHousekeeping({ life, rearm }: Timer, ends: readonly Life["fn"][]): boolean {
    const { contexts, api } = this.analysis;
    const { fn } = life;
    if (rearm?.chain.length !== 1 || fn.parent?.facts.kind !== "module" || fn.facts.class !== null || ends.some((end) => !/all$/iu.test(end.facts.name))) return false;
    const starts = [...contexts.callers(fn), ...contexts.usedAsCallback(fn).map((use) => use.site)].filter((site) => site.fn !== fn);
    return starts.length === 1 && starts.every((site) => site.fn.parent === fn.parent && api.startMethods.has(site.fn.facts.name) && contexts.callers(site.fn).length === 1 && !repeats(contexts.at(site.fn, site.block).kind));
  }

  /** Held by a variable that other functions see: each way on which the wait ends, and each function that ends the owner, must stop it. */
  private shared(timer: Timer, variable: { module: Life["fn"]["module"]; binding: number }): TimerFinding | null {
    const { life } = timer;
    const { pair, fn, context } = life;
    const api = callName(fn, life.site.instruction);
    const name = variable.module.binding(variable.binding)?.name ?? "it";
    const ofScope = this.ofScope(timer, this.analysis.refs.ofBinding(variable.module, variable.binding));
    if (ofScope) return ofScope;
    const returned = this.leftByReturned(timer, variable.binding, name);
    if (returned) return returned;
    if (pair.recurring === true && (context.kind === "mount" || context.kind === "render")) {
      const cleanup = this.owners.uncertainCleanup(timer, variable.binding);
      if (cleanup) {
        // One that stops itself ends some time.
        return this.make(life, cleanup.byItself === true ? "medium" : "high", [...repetition(fn, context), { role: "exit", message: cleanup.message, place: at(cleanup.fn, cleanup.at) }, searchedLocal(life)],
          `stop it in the clean-up, always: ${releaseText(pair, name)}`, { message: "someExits", data: { noun: pair.noun, api, where: "the component's clean-up" } });
      }
    }
    if (timer.brief) return null;
    const idle = pair.recurring === true ? this.idling(timer, variable) : null;
    if (idle) {
      return this.make(life, "medium", [
        ...repetition(fn, context),
        { role: "exit", message: `when ${idle.text} says that it is over, each turn ends here and the next one comes`, place: at(idle.fn, idle.at) },
        { role: "searched", message: `looked for ${releaseNames(pair)} on ${name} outside of its own turns: none`, place: null },
      ], `stop it when that is over: ${releaseText(pair, name)}`, { message: "someExits", data: { noun: pair.noun, api, where: functionName(idle.fn) } });
    }
    if (this.clocks.givesUp(timer, variable.binding)) return null;
    const { group, stoppers } = this.paths.groupOf(timer, variable);
    const stops = (one: Life["fn"]): boolean => stoppers.has(one);
    const unstopped = this.paths.unstopped(timer, variable) ?? this.chains.oneSided(timer, group, stops, stops);
    if (unstopped) return this.unstopped(life, unstopped, name);
    const deaf = this.siblings.forgetful(timer, group, stops);
    if (deaf) return this.deaf(life, deaf, name);
    const race = stoppers.size > 0 && [...stoppers].every((one) => this.paths.hearsOnlyOfStop(one)) ? this.races.of(timer) : null;
    return race && this.raced(timer, { ...race, message: `when the wait ends here, ${name} is still armed: only who stops everything stops it` });
  }

  /** The function that is returned to end all that goes on does not end this. */
  private leftByReturned(timer: Timer, binding: number, name: string): TimerFinding | null {
    const { life: { fn, pair, context }, life, rearm } = timer;
    if (pair.recurring !== true && (timer.brief || !rearm || this.asksToGoOn(timer, rearm.chain) || countsDown(this.analysis.timers, life))) return null;
    const stop = this.owners.stopThatForgets(timer, binding);
    return stop && this.make(life, pair.recurring === true && repeats(context.kind) ? "high" : "medium", [
      ...repetition(fn, context),
      { role: "exit", message: "the function that is returned to end all this does not stop it", place: at(stop, stop.facts.nameAt) },
      searchedLocal(life),
    ], `stop it there too: ${releaseText(pair, name)}`, { message: "forgotten", data: { where: "the function that is returned", handle: name, noun: pair.noun, owner: functionName(fn) } });
  }

  private unstopped(life: Life, { fn, at: place }: { fn: Life["fn"]; at: Span }, name: string): TimerFinding {
    return this.make(life, "medium", [
      ...repetition(life.fn, life.context),
      { role: "exit", message: `here the wait is over and ${name} is not stopped`, place: at(fn, place) },
      { role: "searched", message: `looked for ${releaseNames(life.pair)} on this way out: none`, place: null },
    ], `stop it on this way out too: ${releaseText(life.pair, name)}`, { message: "someExits", data: { noun: life.pair.noun, api: callName(life.fn, life.site.instruction), where: functionName(isWithin(fn, life.fn) ? fn : life.fn) } });
  }

  /** It works for what the function is given, only its own turns stop it, and a turn that sees that this is over does nothing. */
  private idling(timer: Timer, variable: { module: Life["fn"]["module"]; binding: number }): { fn: Life["fn"]; at: Span; text: string } | null {
    const { life } = timer;
    const { group, stoppers } = this.paths.groupOf(timer, variable);
    if (group.length === 0 || stoppers.size > 0) return null;
    const isGiven = ({ root, fields }: Ref): boolean => root.kind === "binding" && fields.length === 0 && root.module === life.fn.module
      && root.module.binding(root.binding)?.kind === "parameter" && root.module.binding(root.binding)?.owner === life.fn.id;
    for (const fn of timer.callbacks) {
      const found = this.analysis.stopFlags.idleWhenOver(fn, isGiven);
      if (found && this.paths.stoppers([fn], variable.binding, life.pair).size === 0) return { fn, ...found };
    }
    return null;
  }

  /** Stopped when one event comes, and not when the one comes after which that never will. */
  private deaf(life: Life, deaf: { fn: Life["fn"]; at: Span; event: string }, handle: string): TimerFinding {
    return this.make(life, "medium", [
      ...repetition(life.fn, life.context),
      { role: "exit", message: `when "${deaf.event}" comes, ${handle} is not stopped`, place: at(deaf.fn, deaf.fn.facts.nameAt) },
      { role: "searched", message: `looked for ${releaseNames(life.pair)} in the handlers of that event: none`, place: null },
    ], `stop it when "${deaf.event}" comes, too: ${releaseText(life.pair, handle)}`, { message: "someExits", data: { noun: life.pair.noun, api: callName(life.fn, life.site.instruction), where: functionName(deaf.fn) } });
  }

  /** `Promise.race([work, sleep(5000)])` in a loop, or with a failure after the sleep: the helper's timer stays. */
  *racedHelpers(): Generator<TimerFinding> {
    for (const { timer, fn, site, context } of [...this.races.helpers(), ...this.races.limits()]) {
      const own = timer?.life ?? null;
      yield {
        severity: "medium", assumed: false, path: fn.module.path, at: site.instruction.at,
        trail: [
          ...repetition(fn, context),
          { role: "holder", message: `this ${own?.pair.noun ?? "timeout"} runs on after the race is over`, place: at(own?.fn ?? fn, own?.site.instruction.at ?? site.instruction.at) },
          { role: "searched", message: own ? "looked for a way to stop it: the helper keeps no handle" : "looked for a way to stop it: nobody has more of it than its promise", place: null },
        ],
        help: "race against a timer that is stopped in a finally block, or give the work an AbortSignal.timeout(…)", fix: null,
        message: "raced", data: { noun: own?.pair.noun ?? "timeout", api: callName(fn, site.instruction) },
      };
    }
  }

  private make<M extends Pick<TimerFinding, "message" | "data">>(life: Life, severity: Severity, trail: TrailStep[], help: string, text: M): Base & M {
    // A timer that nothing stops is one, unless more of them are started. What forgets it, or passes it by, shows that it should end.
    const assumed = !isUnbounded(life.context.kind) && (text.message === "dropped" || text.message === "neverCleared" || text.message === "ownerCannot" || text.message === "leftArmed" || text.message === "rearmed");
    // An event may come once in the life of a program.
    return { assumed, severity: ifSure(severity, isHot(life.context)), path: life.fn.module.path, at: life.site.instruction.at, trail, help, fix: this.cleanupFix(life), ...text };
  }

  private cleanupFix(life: Life): FixIntent | null {
    if (life.fn.facts.kind !== "lambda" || this.analysis.contexts.of(life.fn).cleanup !== "returned") return null;
    return { kind: "cleanup", acquire: life.site.instruction.at, release: releaseCode(life.pair), callback: life.fn.facts.at };
  }
}
