/**
 * A field or variable that is emptied while what goes on in it may be armed: `if (this.timer) { this.timer = null; }`. The
 * timer fires all the same, the task runs on, and nobody can stop it any more.
 */
import type { BlockId, ValueId } from "../../model/facts.js";
import { canReach, isReachedWithout } from "../program/blocks.js";
import { isNothing } from "../program/constants.js";
import { isWithin } from "../contexts/endings.js";
import { callsUnseen } from "../contexts/holders.js";
import type { Fn, Stored } from "../program/program.js";
import type { StopFlags } from "../contexts/stop-flags.js";
import { isConstructor } from "../contexts/targets.js";
import type { Owned, Timer, Timers } from "./timers.js";
import { isOnlyAsked } from "../program/variables.js";

export class TimerEmptied {
  constructor(private readonly timers: Timers, private readonly flags: StopFlags) {}

  /** The store of nothing that forgets what goes on; null where nobody is seen to do so. `endless`: a task that never ends by itself. */
  of(timer: Timer, owner: Owned, endless = false): Stored | null {
    const { life, callbacks, rearm, brief } = timer;
    const goesOn = endless || life.pair.recurring === true || rearm !== null;
    // What a wait is given to run is run for somebody who goes on after it: `await new Promise((done) => …); this.timer = null`.
    if (!goesOn && (brief || callbacks.length === 0)) return null;
    const stores = this.storesTo(owner).filter((store) => isNothing(store.fn, store.value) && !this.isOfMaking(store, timer, owner) && !this.isOfNext(store, timer, owner));
    if (stores.length === 0 || this.isMoved(timer, owner)) return null;
    const fired = life.pair.recurring === true ? new Set<Fn>() : new Set([...this.timers.endings.reach(callbacks, 2), ...rearm?.chain ?? []]);
    return stores.find((store) => this.isLive(timer, owner, store, goesOn, fired) && !this.looksAfter(store.fn, timer, owner, fired)
      && !this.isHarmless(timer, fired.has(store.fn) ? owner.ref.key : null)) ?? null;
  }

  private storesTo({ ref: { root, fields, key } }: Owned): readonly Stored[] {
    if (root.kind === "this") return fields.length === 1 ? this.timers.types.fieldStores.get(key) ?? [] : [];
    return root.kind === "binding" && fields.length === 0 ? root.module.bindingStores.get(root.binding) ?? [] : [];
  }

  /** Where the holder is made, or the timer armed, nothing is in it yet, unless it was asked for. */
  private isOfMaking(store: Stored, { life }: Timer, owner: Owned): boolean {
    const { fn, site } = store;
    const { root } = owner.ref;
    if (isConstructor(fn) || fn.facts.kind === "module" || fn.facts.kind === "class-body" || fn.facts.kind === "initializer") return true;
    if (root.kind === "binding" && root.module.binding(root.binding)?.owner === fn.id) return true;
    if (fn === life.fn) return !this.isAsked(owner, store) || life.site.block === site.block || canReach(fn, life.site.block, site.block);
    return isWithin(life.fn, fn);
  }

  /** Another timer's own turn empties the holder that both are put in, one after the other: it has fired. */
  private isOfNext({ fn }: Stored, timer: Timer, owner: Owned): boolean {
    return this.timers.all().some((other) => other !== timer && other.owners.some((one) => one.ref.key === owner.ref.key)
      && other.callbacks.some((callback) => isWithin(fn, callback)) && !timer.callbacks.some((callback) => isWithin(fn, callback)));
  }

  /** The holder was found to have something, on every way to where it is emptied. */
  private isAsked(owner: Owned, { fn, site }: Stored): boolean {
    return fn.facts.blocks.some(({ end }) => {
      if (end.kind !== "branch" || end.test.kind !== "truthy" && end.test.kind !== "none" || this.timers.refs.of(fn, end.test.value).key !== owner.ref.key) return false;
      const there: BlockId = end.test.kind === "truthy" ? end.then : end.else;
      return !isReachedWithout(fn, 0, site.block, new Set([there]));
    });
  }

  /**
   * What is known of the timer where the holder is emptied: it was asked for and there; or the owner's end empties it, of
   * one that comes back; or others that empty it stop the timer first.
   */
  private isLive(timer: Timer, owner: Owned, store: Stored, goesOn: boolean, fired: ReadonlySet<Fn>): boolean {
    const { fn } = store;
    const isAsked = this.isAsked(owner, store);
    // A state that the constructor sets, too, is one in which nothing goes on yet.
    if (!isAsked && this.timers.contexts.callers(fn).some((call) => isConstructor(call.fn))) return false;
    // The timer's own turn finds one that has fired; only who else comes there finds one that is armed.
    if (fired.has(fn)) return isAsked && timer.rearm === null && this.timers.contexts.callers(fn).some((call) => !fired.has(call.fn));
    return isAsked || goesOn && this.timers.endings.isEnd(fn.facts.name) || this.isStoppedElsewhere(timer, owner, fn, fired);
  }

  /** Another function stops the timer and then empties the holder. */
  private isStoppedElsewhere({ life: { pair } }: Timer, owner: Owned, fn: Fn, fired: ReadonlySet<Fn>): boolean {
    const { holders, api, types } = this.timers;
    return holders.usesOf(owner.ref.key).some(({ site, value }) => site.fn !== fn && !fired.has(site.fn) && api.released(pair, site.fn, site.instruction, types)?.value === value
      && this.storesTo(owner).some((store) => store.fn === site.fn && isNothing(store.fn, store.value)));
  }

  /** Who empties the holder, what that calls, or who calls it, does more with the timer than to ask whether there is one. */
  private looksAfter(fn: Fn, { life }: Timer, owner: Owned, fired: ReadonlySet<Fn>): boolean {
    const { endings, contexts, types } = this.timers;
    const around = [...endings.reach([fn], 2), ...contexts.callers(fn).map((site) => site.fn).filter((one) => !fired.has(one) && one !== life.fn)];
    return around.some((one) => this.uses(one, owner).length > 0) || callsUnseen(types, fn);
  }

  /** Reads of the holder that are for more than a question. */
  private uses(fn: Fn, { ref }: Owned): ValueId[] {
    const { refs } = this.timers;
    return [...fn.sites()].flatMap(({ instruction }) => (instruction.op === "load" && refs.of(fn, instruction.out).key === ref.key
      && !isOnlyAsked(fn, instruction.out) ? [instruction.out] : []));
  }

  /** Somebody has the timer under another name. */
  private isMoved({ life: { fn, pair, outcome } }: Timer, owner: Owned): boolean {
    const { holders } = this.timers;
    if (outcome.escapes.length > 1) return true;
    const functions = owner.cls ? owner.cls.related.flatMap((one) => one.functions) : fn.module.functions;
    return functions.some((one) => this.uses(one, owner).some((value) => {
      const fate = holders.fateOfValue(one, value, pair);
      return fate === "kept" || fate === "returned";
    }));
  }

  /** Its callback asks something that others set before it does anything, be it the holder itself. */
  private isHarmless({ callbacks, rearm }: Timer, own: string | null): boolean {
    const inside = new Set([...callbacks, ...rearm?.chain ?? []]);
    return [...inside].some((fn) => this.flags.isIdle(fn, inside, own)) || rearm !== null && this.flags.asks([...inside], own);
  }
}
