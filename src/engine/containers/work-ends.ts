/**
 * Entries for work that goes on by itself: an asynchronous function, started where the entry is put in, takes it out at its
 * end, but not where it fails, and whoever hears of the failure (`.catch(report)`) leaves the entry. What takes it out
 * elsewhere comes when somebody asks for that, and nobody asks for what has failed.
 */
import type { Call, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import type { Api } from "../program/api.js";
import { isReachedNormally } from "../program/blocks.js";
import { missedExit } from "./container-exits.js";
import type { Shrink } from "./container-removals.js";
import type { GrowSite } from "./containers.js";
import type { Contexts } from "../contexts/contexts.js";
import { isWithin } from "../contexts/endings.js";
import type { GrowthWords } from "../program/growth-words.js";
import type { CallSite } from "../contexts/holders.js";
import type { Fn } from "../program/program.js";
import type { Refs } from "../program/refs.js";
import { neverRejects } from "../contexts/sure-promises.js";
import type { Types } from "../program/types.js";

const MAXIMUM_DEPTH = 4;

export class WorkEnds {
  constructor(private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly contexts: Contexts, private readonly words: GrowthWords) {}

  /** Where the work takes the entry out, and does not when it fails. */
  missed(grow: GrowSite, shrinks: readonly Shrink[]): { fn: Fn; at: Span } | null {
    if (grow.key === null && grow.value === null) return null;
    for (const shrink of shrinks) {
      const work = shrink.fn;
      if (shrink.whole || !work.facts.async || work === grow.fn || !isReachedNormally(work, shrink.site.block)) continue;
      const start = this.startOf(work, grow, shrink);
      // Whoever else is told of the end here may take it out.
      if (!start || shrinks.some((other) => other.fn !== work && isWithin(other.fn, grow.fn)) || !this.isHeardToFail(start, shrinks)) continue;
      const own = shrinks.filter((other) => isWithin(other.fn, work));
      if (own.some((other) => other.fn !== work)) continue;
      const exit = missedExit(work, { ...shrink.site, block: 0, index: -1 }, own.map((other) => other.site), (value) => neverRejects(work, value, this.types, this.api));
      if (exit?.kind === "exception") return { fn: work, at: shrink.site.instruction.at };
    }
    return null;
  }

  /** The call that starts the work, for the entry of that key. */
  private startOf(work: Fn, grow: GrowSite, { site }: Shrink): CallSite | null {
    const { instruction } = site;
    const taken = instruction.op === "delete" && instruction.place.kind === "index" ? instruction.place.key : instruction.op === "call" ? instruction.args[0]?.value ?? null : null;
    const put = grow.key ?? grow.value;
    if (taken === null || put === null) return null;
    const [out, into] = [this.refs.of(work, taken), this.refs.of(grow.fn, put)];
    for (const start of [...this.contexts.callers(work), ...this.contexts.usedAsCallback(work).map((use) => use.site)]) {
      if (start.fn !== grow.fn) continue;
      if (out.key === into.key) return start;
      // `this.work(id)`, which takes out what it is given.
      const position = work.facts.parameters.filter((one) => one.binding !== null).findIndex((one) => out.root.kind === "binding" && one.binding === out.root.binding);
      const given = position < 0 || out.fields.length > 0 ? undefined : start.instruction.args[position];
      if (given && this.types.calleeOf(start.fn, start.instruction) !== null && this.refs.of(start.fn, given.value).key === into.key) return start;
    }
    return null;
  }

  /** What the start gives is not waited for, and a function hears of its failure and does not take anything out. */
  private isHeardToFail({ fn, instruction }: CallSite, shrinks: readonly Shrink[]): boolean {
    const heard: Call[] = [];
    const follow = (value: ValueId, depth: number): boolean => depth < MAXIMUM_DEPTH && fn.uses(value).every((use) => {
      if (use.kind === "end") return use.end.kind !== "return" || heard.length > 0;
      const one = use.site.instruction;
      if (one.op === "await") return false;
      if (one.op !== "call" || one.receiver !== value) return true;
      if (one.args.some((given) => this.words.isOf("onFailure", fn, one, given.value))) heard.push(one);
      return follow(one.out, depth + 1);
    });
    return follow(instruction.out, 0) && heard.length > 0 && heard.every((call) => call.args.every(({ value }) => this.contexts.functionsIn(fn, value).every((told) => !this.mayTakeOut(told, shrinks, 0))));
  }

  private mayTakeOut(fn: Fn, shrinks: readonly Shrink[], depth: number): boolean {
    if (shrinks.some((shrink) => isWithin(shrink.fn, fn))) return true;
    return [...fn.sites()].some(({ instruction }) => {
      const callee = instruction.op === "call" ? this.types.calleeOf(fn, instruction) : null;
      return callee?.kind === "function" && (depth > MAXIMUM_DEPTH || callee.fn !== fn && this.mayTakeOut(callee.fn, shrinks, depth + 1));
    });
  }
}
