/** Ends of an object that do not stop a timer of it, though the code for that stands there, or on the way to it. */
import type { TrailStep } from "../../model/finding.js";
import type { Analysis } from "../analysis.js";
import { at, functionName, releaseNames, releaseText } from "../explain.js";
import { LastSteps } from "./last-steps.js";
import type { Life } from "../handles/lifetimes.js";
import { TimerEmptied } from "./timer-emptied.js";
import type { TimerOwners } from "./timer-owners.js";
import type { Owned, Timer } from "./timers.js";
import { describe } from "../program/refs.js";

export interface EndMiss {
  where: string;
  steps: TrailStep[];
  help: string;
}

export class EndMisses {
  private readonly lastSteps: LastSteps;
  private readonly emptiedLive: TimerEmptied;

  constructor(private readonly analysis: Analysis, owners: TimerOwners) {
    this.lastSteps = new LastSteps(analysis.timers, owners);
    this.emptiedLive = new TimerEmptied(analysis.timers, analysis.stopFlags);
  }

  of(timer: Timer, owner: Owned): EndMiss | null {
    return (timer.brief ? null : this.emptied(timer.life, owner)) ?? this.atLast(timer, owner);
  }

  /** `this.timer = null` stands before `clearTimeout(this.timer)`. */
  emptied({ pair, fn }: Life, owner: Owned): EndMiss | null {
    const early = this.analysis.lifetimes.fieldPaths.emptiedFields.of(pair, owner.ref);
    if (!early) return null;
    const handle = describe(owner.ref);
    const where = functionName(early.store.fn);
    return {
      where, help: `stop it before the field is emptied: ${releaseText(pair, handle)}`,
      steps: [
        { role: "holder", message: `${handle} keeps the ${pair.noun}`, place: at(fn, owner.at) },
        { role: "exit", message: `here ${handle} is emptied, and nothing else refers to the ${pair.noun}`, place: at(early.store.fn, early.store.site.instruction.at) },
        { role: "searched", message: `this comes too late: there is nothing in ${handle} any more`, place: at(early.store.fn, early.late) },
      ],
    };
  }

  /** `if (this.timer) { this.timer = null; }`, and nothing else. */
  leftLive(timer: Timer, owner: Owned, endless = false): EndMiss | null {
    const store = this.emptiedLive.of(timer, owner, endless);
    if (!store) return null;
    const { pair, fn } = timer.life;
    const handle = describe(owner.ref);
    const where = functionName(store.fn);
    return {
      where, help: `stop it before ${handle} is emptied: ${releaseText(pair, handle)}`,
      steps: [
        { role: "holder", message: `${handle} keeps the ${pair.noun}`, place: at(fn, owner.at) },
        { role: "exit", message: `here ${handle} is emptied, and the ${pair.noun} goes on`, place: at(store.fn, store.site.instruction.at) },
        { role: "searched", message: `looked for ${releaseNames(pair)} on ${handle} in ${where}: none`, place: null },
      ],
    };
  }

  /** The last step of the end also comes by itself. */
  private atLast(timer: Timer, owner: Owned): EndMiss | null {
    const step = this.lastSteps.of(timer, owner);
    if (!step) return null;
    const { pair, fn } = timer.life;
    const handle = describe(owner.ref);
    const where = functionName(step.last);
    return {
      where, help: `stop it in ${where}: ${releaseText(pair, handle)}`,
      steps: [
        { role: "holder", message: `${handle} keeps the ${pair.noun}`, place: at(fn, owner.at) },
        { role: "exit", message: `${where} also comes from here, and does not stop ${handle}`, place: at(step.from, step.from.facts.nameAt) },
        { role: "searched", message: `${functionName(step.whole)}, which leads to ${where} too, stops it`, place: at(step.whole, step.whole.facts.nameAt) },
      ],
    };
  }
}
