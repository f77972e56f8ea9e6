/**
 * Tasks that are timers: `async def later(self): await asyncio.sleep(self.limit); …`. Who forgets one at its end leaves it
 * asleep, with all that it works on, and it acts when the owner is over.
 */
import type { Analysis } from "../analysis.js";
import { CallSet, argumentValue } from "../program/api.js";
import { isWait } from "../program/blocks.js";
import type { Life } from "../handles/lifetimes.js";
import type { Fn } from "../program/program.js";
import type { TaskPaths } from "./task-paths.js";
import type { TimerOwners } from "../timers/timer-owners.js";
import type { Owned } from "../timers/timers.js";

/** Seconds: what sleeps no longer holds its owner briefly. */
const BRIEF = 1;

export class TaskDelays {
  private readonly sleeps = new CallSet<true>();

  constructor(private readonly analysis: Analysis, private readonly paths: TaskPaths, private readonly owners: TimerOwners) {
    for (const file of analysis.api.files) for (const call of file.idle?.sleeps ?? []) this.sleeps.add(call, true);
  }

  /** The field that keeps the sleeping task, which others cancel, and the end of its owner that does not. */
  forgotten(life: Life): { owner: Owned; end: Fn } | null {
    const run = this.paths.runs(life);
    if (!run || !life.fn.cls || !this.sleepsFirst(run)) return null;
    const { timers } = this.analysis;
    const kept = timers.describe(life);
    const given = this.givenTo(life);
    // The wait is what the task is for: it is as long as whoever made it wanted.
    const timer = { ...kept, callbacks: [run, ...given], brief: false, rearm: null };
    for (const owner of kept.owners) {
      if (owner.releasedBy === null || owner.ref.root.kind !== "this" || !this.owners.isItsOwn(owner)) continue;
      const end = this.owners.forgottenBy(timer, owner);
      if (end) return { owner, end };
    }
    return null;
  }

  /** Functions that the task calls when it has slept. */
  private givenTo({ fn, site }: Life): Fn[] {
    const [task] = site.instruction.args;
    const made = task ? fn.definition(task.value)?.instruction : undefined;
    return made?.op === "call" ? made.args.flatMap((one) => this.analysis.contexts.functionsIn(fn, one.value)) : [];
  }

  /** The first thing that it waits for is time, and not a moment. */
  private sleepsFirst(fn: Fn): boolean {
    const waits = [...fn.sites()].filter(({ instruction }) => isWait(instruction));
    const [first] = waits.sort((one, other) => one.instruction.at[0] - other.instruction.at[0]);
    const awaited = first?.instruction.op === "await" ? fn.definition(first.instruction.value)?.instruction : undefined;
    if (awaited?.op !== "call" || !this.sleeps.has(fn, awaited, this.analysis.types)) return false;
    const time = argumentValue(fn, awaited, 0);
    return time !== null && (this.analysis.timers.numbers.of(fn, time) ?? Infinity) > BRIEF;
  }
}
