/**
 * Threads that a flag should stop and that do not come to look at it: the loop waits without a limit until something
 * comes, and the end of the object sets the flag and does nothing that would end the wait.
 *
 * A queue that anybody asks how much it has, that gets a mark for the end, or a loop that looks at what it got to see
 * whether it is that mark, has another way to end; so does a thread that the end waits for without a limit.
 */
import type { Call, ValueId } from "../../model/facts.js";
import { isFalse, isNothing } from "../program/constants.js";
import { CallSet, argumentValue } from "../program/api.js";
import type { Api } from "../program/api.js";
import { isInLoop } from "../program/blocks.js";
import type { Contexts } from "../contexts/contexts.js";
import type { Endings } from "../contexts/endings.js";
import type { CallSite, Holders } from "../contexts/holders.js";
import type { Cls, Fn, Program } from "../program/program.js";
import { endInputs } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";
import type { Types } from "../program/types.js";

type Wait = NonNullable<Api["files"][number]["workers"]>["waits"][number];

export interface BlockedWorker {
  /** What starts the thread, the function that it runs, and the wait in it. */
  start: CallSite;
  worker: Fn;
  wait: CallSite;
  flag: Ref;
  /** The end that only sets the flag. */
  end: Fn;
}

/** Calls between an end and what it does. */
const REACH = 2;

export class BlockedWorkers {
  private readonly starts = new CallSet<true>();
  private readonly waits = new CallSet<Wait>();
  private readonly leaves = new Set<string>();
  private readonly joins = new Set<string>();

  constructor(
    private readonly program: Program, private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly contexts: Contexts,
    private readonly holders: Holders, private readonly endings: Endings,
  ) {
    for (const { workers } of api.files) {
      for (const call of workers?.starts ?? []) this.starts.add(call, true);
      for (const wait of workers?.waits ?? []) this.waits.add(wait.call, wait);
      for (const name of workers?.leaves ?? []) this.leaves.add(name);
      for (const name of workers?.joins ?? []) this.joins.add(name);
    }
  }

  *all(): Generator<BlockedWorker> {
    if (this.joins.size === 0) return;
    for (const fn of this.program.functions()) {
      if (!fn.cls || this.contexts.isTest(fn)) continue;
      for (const site of fn.sites()) {
        const { instruction } = site;
        if (instruction.op !== "call" || !this.starts.has(fn, instruction, this.types)) continue;
        const given = instruction.args.find((one) => this.starts.takes(fn, instruction, one.value, this.types));
        const [worker] = given ? this.contexts.functionsIn(fn, given.value) : [];
        const blocked = worker && this.blocked(fn.cls, worker);
        if (blocked) yield { start: site as CallSite, worker, ...blocked };
      }
    }
  }

  private blocked(cls: Cls, worker: Fn): Omit<BlockedWorker, "start" | "worker"> | null {
    const inside = this.endings.reach([worker], 1);
    for (const [id, loop] of worker.facts.loops.entries()) {
      if (loop.kind !== "while") continue;
      const wait = this.waitIn(worker, id, inside);
      const on = wait?.instruction.receiver == null ? null : this.refs.of(wait.fn, wait.instruction.receiver);
      if (!wait || !on || !this.isOnlyWaitedFor(on) || this.looksAtResult(wait)) continue;
      for (const flag of this.flagsOf(worker, on)) {
        const ends = cls.methods.filter((method) => this.endings.isEnd(method.facts.name, true) && this.sets(method, flag));
        const [end] = ends;
        if (end && !this.isWoken(cls, on, inside)) return { wait, flag, end };
      }
    }
    return null;
  }

  /** The call in the loop, or in a function called there, that waits without a limit for what a field of the object has. */
  private waitIn(worker: Fn, loop: number, inside: ReadonlySet<Fn>): CallSite | null {
    for (const fn of inside) {
      for (const site of fn.sites()) {
        if (site.instruction.op !== "call" || fn === worker && !isInLoop(fn, site.block, loop) || !this.isEndless(fn, site.instruction)) continue;
        const { root, fields } = this.refs.of(fn, site.instruction.receiver ?? -1);
        if (root.kind === "this" && fields.length === 1) return site as CallSite;
      }
    }
    return null;
  }

  private isEndless(fn: Fn, call: Call): boolean {
    return call.receiver !== null && this.waits.match(fn, call, this.types).some(({ value: wait }) =>
      wait.limit.every((one) => this.isLeftOut(fn, argumentValue(fn, call, one))) && (wait.never ?? []).every((one) => {
        const given = argumentValue(fn, call, one);
        return given === null || !isFalse(fn, given);
      }));
  }

  private isLeftOut(fn: Fn, value: ValueId | null): boolean {
    return value === null || isNothing(fn, value);
  }

  /** Nobody asks whether there is anything, gives it to others, or sets a limit for its waits. */
  private isOnlyWaitedFor(on: Ref): boolean {
    return this.holders.usesOf(on.key).every(({ as, site }) => as === "receiver" && (this.isEndless(site.fn, site.instruction) || this.leaves.has(site.instruction.method ?? "")));
  }

  /** `if item is None: break`, `if item is STOP: return`: what comes may say that it is over. */
  private looksAtResult({ fn, instruction }: CallSite): boolean {
    const key = this.refs.of(fn, instruction.out).key;
    return fn.facts.blocks.some(({ end }) => end.kind === "branch" && endInputs(end).some((value) => this.isMadeOf(fn, value, instruction.out, key, 0)));
  }

  private isMadeOf(fn: Fn, value: ValueId, from: ValueId, key: string, depth: number): boolean {
    if (value === from || this.refs.of(fn, value).key === key) return true;
    const made = fn.definition(value)?.instruction;
    if (!made || depth > 3) return false;
    if (made.op === "load" && made.place.kind === "binding") return (fn.module.bindingStores.get(made.place.binding) ?? []).some((store) => store.fn === fn && store.value === from);
    return made.op === "await" && this.isMadeOf(fn, made.value, from, key, depth + 1);
  }

  /** Fields of the object that the function asks: `while self.running`, `if self.stopped.is_set(): return`. */
  private flagsOf(fn: Fn, on: Ref): Ref[] {
    return fn.facts.blocks.flatMap(({ end }) => (end.kind === "branch" && end.test.kind === "truthy" ? [end.test.value] : [])).flatMap((value) => {
      const made = fn.definition(value)?.instruction;
      const asked = made?.op === "call" && made.receiver !== null && made.args.length === 0 ? made.receiver : value;
      const ref = this.refs.of(fn, asked);
      return ref.root.kind === "this" && ref.fields.length === 1 && ref.key !== on.key ? [ref] : [];
    });
  }

  /** The method gives the flag a truth value, or calls it without arguments: `self.stopped.set()`. */
  private sets(method: Fn, flag: Ref): boolean {
    return [...method.sites()].some(({ instruction }) => {
      if (instruction.op === "call") return instruction.receiver !== null && instruction.args.length === 0 && this.refs.of(method, instruction.receiver).key === flag.key;
      if (instruction.op !== "store" || instruction.place.kind !== "field") return false;
      const value = method.definition(instruction.value)?.instruction;
      return value?.op === "constant" && value.value.kind === "boolean" && this.refs.field(this.refs.of(method, instruction.place.object), instruction.place.name).key === flag.key;
    });
  }

  /** An end works with what is waited for or waits for a thread itself, or a mark for the end is put there somewhere. */
  private isWoken(cls: Cls, on: Ref, inside: ReadonlySet<Fn>): boolean {
    const ends = this.endings.reach(cls.methods.filter((method) => this.endings.isEnd(method.facts.name, true) || this.api.releaseMethods.has(method.facts.name)), REACH);
    for (const fn of ends) {
      for (const { instruction } of fn.sites()) {
        if (instruction.op === "call" && (this.joins.has(instruction.method ?? "") && instruction.args.length === 0 || this.api.neverReturns.has(fn, instruction, this.types))) return true;
        // The end itself may call what others make of it: a base's method, a connection to itself.
        if (instruction.op === "call" && instruction.receiver !== null && isSuper(fn, instruction.receiver)) return true;
      }
    }
    return this.holders.usesOf(on.key).some(({ site }) => {
      if (inside.has(site.fn)) return false;
      return ends.has(site.fn) || site.instruction.args.some((one) => this.isMark(site.fn, one.value));
    });
  }

  /** A constant, or something of the module's or the class's own: what is put there to be told apart. */
  private isMark(fn: Fn, value: ValueId): boolean {
    const made = fn.definition(value)?.instruction;
    if (made?.op === "constant") return true;
    if (made?.op === "collection") return made.elements.some((one) => isNothing(fn, one.value));
    const { root, fields } = this.refs.of(fn, value);
    return root.kind === "binding" && root.module.binding(root.binding)?.owner === 0 || root.kind === "this" && fields.length === 1 || root.kind === "import";
  }
}

function isSuper(fn: Fn, value: ValueId): boolean {
  const made = fn.definition(value)?.instruction;
  return made?.op === "load" && made.place.kind === "super";
}
