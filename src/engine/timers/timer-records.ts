/**
 * A wait that is kept in a record together with the timer that limits it, `pending.set(id, { resolve, reject, timer })`
 * or `entry.pending = { resolve, reject }; entry.timer = …`: whoever ends the wait by the record must stop its timer.
 */
import type { Instruction, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import type { Analysis } from "../analysis.js";
import { argumentValue } from "../program/api.js";
import { isWithin } from "../contexts/endings.js";
import type { Fn } from "../program/program.js";
import { constantText } from "../program/constants.js";
import type { Timer } from "./timers.js";
import { loadsOf } from "../program/variables.js";

type Collection = Extract<Instruction, { op: "collection" }>;

/** A record with a timer in it. */
interface Kept {
  fn: Fn;
  /** The timer's name in the record. */
  timer: string;
  /** The names under which it has the means to end the wait. */
  means: ReadonlySet<string>;
  /** Whether a reference names what has the means. */
  isRecord: (key: string, last: string | undefined) => boolean;
}

interface Ending {
  fn: Fn;
  at: Span;
}

export class TimerRecords {
  constructor(private readonly analysis: Analysis) {}

  /** Where the wait is ended and the timer of its record is not stopped, though others who end it do so. */
  leftBy(timer: Timer): (Ending & { name: string }) | null {
    const { life, callbacks, brief } = timer;
    if (brief || life.pair.recurring === true) return null;
    for (const kept of this.recordsOf(timer)) {
      const endings = this.endingsOf(kept).filter((one) => !callbacks.some((callback) => isWithin(one.fn, callback) || this.analysis.endings.reach([callback], 2).has(one.fn)));
      const looking = endings.filter((one) => this.looksAfter(one.fn, kept));
      if (!looking.some((one) => this.stops(one.fn, kept, timer))) continue;
      const left = endings.find((one) => !looking.includes(one) && !this.isFollowed(one.fn, looking));
      if (left) return { ...left, name: kept.timer };
    }
    return null;
  }

  /** The records that the timer is put into. */
  private *recordsOf({ life: { fn, site } }: Timer): Generator<Kept> {
    const { refs } = this.analysis;
    for (const value of this.valuesOf(fn, site.instruction.out)) {
      for (const use of fn.uses(value)) {
        if (use.kind !== "instruction") continue;
        const { instruction } = use.site;
        if (instruction.op === "store" && instruction.place.kind === "field" && instruction.value === value) yield* this.besideField(fn, refs.of(fn, instruction.place.object).key, instruction.place.name);
        if (instruction.op === "collection" && instruction.shape === "mapping") yield* this.inLiteral(fn, instruction, value);
      }
    }
  }

  /** The timer's value, also by the name of a variable. */
  private valuesOf(fn: Fn, out: ValueId): ValueId[] {
    return [out, ...fn.uses(out).flatMap((use) =>
      (use.kind === "instruction" && use.site.instruction.op === "store" && use.site.instruction.place.kind === "binding" ? loadsOf(fn, use.site.instruction.place.binding) : []))];
  }

  /** `entry.pending = { resolve, reject }` beside `entry.timer = …`. */
  private *besideField(fn: Fn, object: string, timer: string): Generator<Kept> {
    const { refs } = this.analysis;
    const { fn: top } = this.analysis.registrations.scopes.of(fn);
    for (const place of new Set([fn, top])) {
      for (const { instruction } of place.sites()) {
        if (instruction.op !== "store" || instruction.place.kind !== "field" || refs.of(place, instruction.place.object).key !== object) continue;
        const made = place.definition(instruction.value)?.instruction;
        const means = made?.op === "collection" && made.shape === "mapping" ? this.meansIn(place, made) : null;
        const { name } = instruction.place;
        if (means) yield { fn, timer, means, isRecord: (_key, last) => last === name };
      }
    }
  }

  /** `{ resolve, reject, timer }`, in a table, or in a field. */
  private *inLiteral(fn: Fn, made: Collection, value: ValueId): Generator<Kept> {
    const timer = this.keyOf(fn, made, value);
    const means = timer === null ? null : this.meansIn(fn, made);
    if (timer === null || !means) return;
    const { refs } = this.analysis;
    for (const record of this.valuesOf(fn, made.out)) {
      for (const use of fn.uses(record)) {
        if (use.kind !== "instruction") continue;
        const { instruction } = use.site;
        let keeper: string | null = null;
        if (instruction.op === "store" && instruction.place.kind === "field") keeper = refs.field(refs.of(fn, instruction.place.object), instruction.place.name).key;
        else if (instruction.op === "store" && instruction.place.kind === "index") keeper = `${refs.of(fn, instruction.place.object).key}.[]`;
        else if (instruction.op === "call" && instruction.receiver !== null && instruction.args.some((one) => one.value === record)) keeper = `${refs.of(fn, instruction.receiver).key}.[]`;
        if (keeper === null) continue;
        const kept = keeper;
        yield { fn, timer, means, isRecord: (key) => key === kept || key.startsWith(`${kept}.[]`) };
      }
    }
  }

  private keyOf(fn: Fn, made: Collection, value: ValueId): string | null {
    const element = made.elements.find((one) => one.value === value);
    return element?.key == null ? null : constantText(fn, element.key);
  }

  /** The keys under which a literal has what ends the wait of the promise that is made around it. */
  private meansIn(fn: Fn, made: Collection): ReadonlySet<string> | null {
    const names = made.elements.flatMap((one) => {
      const key = one.key === null || this.analysis.settling.keyOf(fn, one.value)?.last !== true ? null : constantText(fn, one.key);
      return key === null ? [] : [key];
    });
    return names.length > 0 ? new Set(names) : null;
  }

  /** Calls of the means by way of the record. */
  private endingsOf({ fn, means, isRecord }: Kept): Ending[] {
    const { refs } = this.analysis;
    const found: Ending[] = [];
    for (const one of fn.module.functions) {
      if (this.analysis.contexts.isTest(one)) continue;
      for (const { instruction } of one.sites()) {
        if (instruction.op !== "call" || found.some((other) => other.fn === one)) continue;
        if (instruction.method !== null && instruction.receiver !== null && means.has(instruction.method)) {
          const { key, fields } = refs.of(one, instruction.receiver);
          if (isRecord(key, fields.at(-1))) found.push({ fn: one, at: instruction.at });
        } else if (instruction.callee !== null) {
          const { key, fields } = refs.of(one, instruction.callee);
          const name = fields.at(-1);
          if (name !== undefined && means.has(name) && isRecord(key.slice(0, -(name.length + 1)), fields.at(-2))) found.push({ fn: one, at: instruction.at });
        }
      }
    }
    return found;
  }

  /** The function, what it calls, or what calls it, has to do with the timer, or gives the record to somebody who may. */
  private looksAfter(fn: Fn, kept: Kept): boolean {
    const { endings, contexts, registrations } = this.analysis;
    const { fn: top } = registrations.scopes.of(fn);
    const callers = contexts.callers(fn).filter((site) => !contexts.isTest(site.fn));
    return [...endings.reach([fn, top], 2)].some((one) => this.mentions(one, kept))
      || callers.length > 0 && contexts.usedAsCallback(fn).length === 0 && callers.every((site) => site.fn !== fn && [...endings.reach([site.fn], 2)].some((one) => this.mentions(one, kept)));
  }

  private mentions(fn: Fn, { timer, isRecord }: Kept): boolean {
    const { refs, types, api } = this.analysis;
    return [...fn.sites()].some(({ instruction }) => {
      if (instruction.op === "load") return instruction.place.kind === "field" && instruction.place.name === timer;
      return instruction.op === "call" && !api.borrows.has(fn, instruction, types) && types.calleeOf(fn, instruction) === null && instruction.args.some((one) => {
        const { key, fields } = refs.of(fn, one.value);
        return isRecord(key, fields.at(-1));
      });
    });
  }

  private stops(fn: Fn, { timer }: Kept, { life }: Timer): boolean {
    const { api, types, endings } = this.analysis;
    return [...endings.reach([fn], 2)].some((one) => [...one.sites()].some(({ instruction }) => {
      const released = instruction.op === "call" ? api.released(life.pair, one, instruction, types) : null;
      const load = released ? one.definition(released.value)?.instruction : undefined;
      return load?.op === "load" && (load.place.kind === "field" && load.place.name === timer || this.analysis.refs.of(one, load.out).fields.at(-1) === timer);
    }));
  }

  /** It ends what then tells of that end, and who hears it looks after the timer: `child.kill()` in the handler of an error. */
  private isFollowed(fn: Fn, looking: readonly Ending[]): boolean {
    const { api, contexts, endings } = this.analysis;
    const ends = [...fn.sites()].some(({ instruction }) => instruction.op === "call" && instruction.receiver !== null && instruction.method !== null && endings.isEnd(instruction.method));
    return ends && looking.some((one) => contexts.usedAsCallback(one.fn).some(({ site }) => {
      const event = constantText(site.fn, argumentValue(site.fn, site.instruction, 0));
      return event !== null && api.terminalEvents.has(event);
    }));
  }
}
