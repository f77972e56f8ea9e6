/** What becomes of a timer that a variable keeps for the functions of a scope: a component's set-up, a factory. */
import type { Analysis } from "./analysis.js";
import type { Fn } from "./program.js";
import type { Ref } from "./refs.js";
import type { Scope } from "./scopes.js";
import type { TimerOwners } from "./timer-owners.js";
import type { Timer } from "./timers.js";

export interface Forgotten {
  scope: Scope;
  /** The end that does not come to the timer; null where the scope has none. */
  end: Fn | null;
}

export class TimerScopes {
  constructor(private readonly analysis: Analysis, private readonly owners: TimerOwners) {}

  /** The scope at whose end the timer that the reference holds goes on. */
  forgotten(timer: Timer, ref: Ref): Forgotten | null {
    const { scopes, endings } = this.analysis;
    const { life } = timer;
    const scope = scopes.of(ref);
    if (!scope || endings.reach(scope.ends, 2).has(life.fn)) return null;
    const [end] = scope.ends;
    const goesOn = life.pair.recurring === true || timer.rearm !== null && !this.owners.countsDown(life);
    if (!goesOn && (timer.brief || !end)) return null;
    if (!scopes.forgets(scope, ref, life.pair) || this.isHarmless(timer, ref)) return null;
    return { scope, end: end ?? null };
  }

  /** Whether its callback asks if the scope is over, before it does anything. */
  private isHarmless(timer: Timer, ref: Ref): boolean {
    const { callbacks, rearm } = timer;
    const { stopFlags } = this.analysis;
    const inside = new Set([...callbacks, ...rearm?.chain ?? []]);
    return callbacks.length === 0 || callbacks.some((fn) => stopFlags.isIdle(fn, inside, ref.key)) || rearm !== null && stopFlags.asks([...inside], ref.key);
  }
}
