/**
 * The last step of an end, which also comes by itself: `close()` stops the timer and closes the connection, and
 * `onClose()`, to which that leads, also comes when the other side closes. What only the first of them stops goes on then.
 */
import { tellsOfEnd } from "../program/end-words.js";
import { isWithin } from "../contexts/endings.js";
import type { Fn } from "../program/program.js";
import type { TimerOwners } from "./timer-owners.js";
import type { Owned, Timer, Timers } from "./timers.js";

/** Calls from one function to the next. */
const DEPTH = 3;

export interface LastStep {
  /** The step that does not stop it. */
  last: Fn;
  /** The end that does, and leads there. */
  whole: Fn;
  /** Who comes to the last step without the end. */
  from: Fn;
}

export class LastSteps {
  constructor(private readonly timers: Timers, private readonly owners: TimerOwners) {}

  of(timer: Timer, owner: Owned): LastStep | null {
    const { cls } = owner;
    const { life } = timer;
    if (!cls || owner.ref.root.kind !== "this" || !this.owners.isItsOwn(owner) || timer.brief || this.owners.isHarmlessAfterEnd(timer, owner)) return null;
    const { endings } = this.timers;
    for (const last of cls.methods) {
      if (last.cls !== cls || !tellsOfEnd(last.facts.name)) continue;
      const reach = endings.reach([last], DEPTH);
      // What it starts again, or hands on to others, it does not end; what only goes on is no end.
      if (reach.has(life.fn) || this.owners.touches(reach, owner, life.pair) || !(this.owners.stopsOthers(reach, timer) || endings.marked(cls).some((fn) => reach.has(fn)))) continue;
      const whole = cls.methods.find((method) => method !== last && method.cls === cls && endings.isEnd(method.facts.name) && endings.reach([method], DEPTH).has(last) && this.stops(method, owner, timer));
      const from = whole && this.comesFrom(last, whole, owner, timer);
      if (whole && from) return { last, whole, from };
    }
    return null;
  }

  private stops(end: Fn, owner: Owned, { life }: Timer): boolean {
    const reach = this.timers.endings.reach([end], DEPTH);
    return this.timers.holders.released(life.pair, owner.ref, (fn) => reach.has(fn)) !== null;
  }

  /** A function that comes to the last step and has nothing to do with the end or the timer. */
  private comesFrom(last: Fn, whole: Fn, owner: Owned, timer: Timer): Fn | null {
    const { contexts, endings } = this.timers;
    const inEnd = endings.reach([whole], DEPTH);
    const from = [...contexts.callers(last), ...contexts.usedAsCallback(last).map(({ site }) => site)].map(({ fn }) => fn);
    return from.find((fn) => !inEnd.has(fn) && !timer.callbacks.some((callback) => isWithin(fn, callback)) && !this.owners.touches(endings.reach([fn], 1), owner, timer.life.pair)) ?? null;
  }
}
