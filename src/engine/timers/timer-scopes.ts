/** What becomes of a timer that a variable keeps for the functions of a scope: a component's set-up, a factory. */
import type { ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import type { Analysis } from "../analysis.js";
import { isWithin } from "../contexts/endings.js";
import type { Fn } from "../program/program.js";
import type { Ref } from "../program/refs.js";
import type { Scope } from "../contexts/scopes.js";
import { countsDown } from "./timer-counts.js";
import type { TimerOwners } from "./timer-owners.js";
import type { Timer } from "./timers.js";

export interface Forgotten {
  scope: Scope;
  /** The end that does not come to the timer; null where the scope has none. */
  end: Fn | null;
  /** It ends by itself, and others stop it meanwhile, but not when the scope is over. */
  paused: boolean;
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
    const goesOn = life.pair.recurring === true || timer.rearm !== null && !countsDown(this.analysis.timers, life);
    const paused = scope.mounted && this.owners.isPaused(timer, ref) && handsOutNothing(scope.fn);
    if (!goesOn && (timer.brief || !end && !paused)) return null;
    if (!scopes.forgets(scope, ref, life.pair) || this.isHarmless(timer, ref)) return null;
    return { scope, end: end ?? null, paused: !goesOn && !end };
  }

  /**
   * A timer that a variable keeps and nobody looks at, beside another that a function which is given away or returned
   * stops: `give(() => { clearInterval(turns); })` is there to end what this function started.
   */
  leftBeside(timer: Timer): { fn: Fn; at: Span; noun: string } | null {
    const { life: { fn, site, pair, outcome }, brief, dropped, callbacks } = timer;
    if (brief || dropped || outcome.variable === null || pair.recurring === true || callbacks.length === 0) return null;
    const { timers, holders, contexts, api, types, refs } = this.analysis;
    for (const other of timers.all()) {
      const { life } = other;
      if (life.fn !== fn || life === timer.life || life.site.block !== site.block || life.outcome.variable === null || life.outcome.variable === outcome.variable) continue;
      const { key } = refs.ofBinding(fn.module, life.outcome.variable);
      for (const use of holders.usesOf(key)) {
        const end = use.site.fn;
        const isOfTurns = [...callbacks, ...other.callbacks].some((callback) => isWithin(end, callback));
        if (isOfTurns || !isWithin(end, fn) || end === fn || end.parent !== fn || api.released(life.pair, end, use.site.instruction, types)?.value !== use.value) continue;
        // What is called by name may be one step of several.
        if (contexts.callers(end).length === 0) return { fn: end, at: use.site.instruction.at, noun: life.pair.noun };
      }
    }
    return null;
  }

  /** Whether its callback asks if the scope is over, before it does anything. */
  private isHarmless(timer: Timer, ref: Ref): boolean {
    const { callbacks, rearm } = timer;
    const { stopFlags } = this.analysis;
    const inside = new Set([...callbacks, ...rearm?.chain ?? []]);
    // What a component is given to call, it calls for somebody who does not know that it is gone.
    if (callbacks.length === 0) return this.analysis.settling.isExecutor(timer.life.fn);
    return callbacks.some((fn) => stopFlags.isIdle(fn, inside, ref.key)) || rearm !== null && (stopFlags.asks([...inside], ref.key) || stopFlags.turns.endsTurns({ chain: rearm.chain, armed: timer.life.site }));
  }
}

/** It returns what it shows, if anything: nobody outside can stop what it started. */
function handsOutNothing(fn: Fn): boolean {
  const isPlain = (value: ValueId, depth: number): boolean => {
    const made = fn.definition(value)?.instruction;
    if (made?.op === "operation" || made?.op === "constant") return true;
    if (made?.op !== "load" || made.place.kind !== "binding" || depth > 3) return false;
    const stores = fn.module.bindingStores.get(made.place.binding) ?? [];
    return stores.length > 0 && stores.every((store) => store.fn === fn && isPlain(store.value, depth + 1));
  };
  return fn.facts.blocks.every(({ end }) => end.kind !== "return" || end.value === null || isPlain(end.value, 0));
}
