/**
 * A timer that is armed after a wait: `await work(); this.timer = setTimeout(…)`. The end that comes during the wait clears
 * the timer before, and the next one is armed behind it, unless something asks in between whether it is over.
 */
import type { ValueId } from "../../model/facts.js";
import { canReach } from "../program/blocks.js";
import type { Fn, Site } from "../program/program.js";
import { endInputs } from "../program/program.js";
import type { StopFlags } from "../contexts/stop-flags.js";
import type { Owned, Timer, Timers } from "./timers.js";

export interface ArmedLate {
  /** The end that clears the timer. */
  end: Fn;
  /** The last wait before the timer is armed. */
  wait: Site;
}

export class TimerAwaits {
  constructor(private readonly timers: Timers, private readonly flags: StopFlags) {}

  armedLate(timer: Timer, owner: Owned): ArmedLate | null {
    const { life, rearm } = timer;
    const { fn, pair } = life;
    if (!rearm || pair.recurring === true || !owner.cls || owner.ref.root.kind !== "this" || owner.ref.fields.length !== 1) return null;
    const wait = [...fn.sites()].filter((site) => site.instruction.op === "await" && this.isBefore(fn, site, life.site)).at(-1);
    if (!wait || this.asksBetween(fn, wait, life.site)) return null;
    const { endings, holders } = this.timers;
    const ends = owner.cls.methods.filter((method) => endings.isEnd(method.facts.name) && method.cls === owner.cls);
    const [end, ...others] = ends.filter((method) => holders.released(pair, owner.ref, (one) => endings.reach([method], 1).has(one)) !== null);
    if (!end || others.length > 0) return null;
    // What the work itself, or the end, tells of a stop is enough: the work then fails, or the next turn does nothing.
    const run = endings.reach([fn, ...rearm.chain], 2);
    return this.flags.asks([...run]) || this.tellsMore(end, owner) ? null : { end, wait };
  }

  private isBefore(fn: Fn, one: Site, other: Site): boolean {
    return one.block === other.block ? one.index < other.index : canReach(fn, one.block, other.block);
  }

  /** Some branch between the two asks anything but what the function itself got. */
  private asksBetween(fn: Fn, wait: Site, arming: Site): boolean {
    return fn.facts.blocks.some((block, id) => {
      const isBetween = (id === wait.block || canReach(fn, wait.block, id)) && id !== arming.block && canReach(fn, id, arming.block);
      return isBetween && block.end.kind === "branch" && endInputs(block.end).some((value) => !this.isOwn(fn, value));
    });
  }

  private isOwn(fn: Fn, value: ValueId): boolean {
    const { root } = this.timers.refs.of(fn, value);
    return root.kind === "binding" && root.module.binding(root.binding)?.owner === fn.id && root.module.binding(root.binding)?.kind === "variable";
  }

  /** The end does more than to clear the timer: it sets a flag, aborts, or closes what the work needs. */
  private tellsMore(end: Fn, owner: Owned): boolean {
    const { api, types, endings, refs } = this.timers;
    const pairs = api.pairs.filter((pair) => pair.rule === "timer-leak");
    return [...endings.reach([end], 2)].some((fn) => [...fn.sites()].some(({ instruction }) => {
      if (instruction.op === "store" && instruction.place.kind !== "binding") {
        const field = instruction.place.kind === "field" ? refs.field(refs.of(fn, instruction.place.object), instruction.place.name).key : "";
        return field !== owner.ref.key;
      }
      if (instruction.op !== "call" || api.safe.has(fn, instruction, types) || types.calleeOf(fn, instruction)?.kind === "function") return false;
      return !pairs.some((pair) => api.released(pair, fn, instruction, types) !== null);
    }));
  }
}
