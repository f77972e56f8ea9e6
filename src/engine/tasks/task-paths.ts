/** Tasks that somebody waits for, but not so that the task is over afterwards. */
import type { BlockId, Call, Instruction } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import { CallSet, receiverName } from "../program/api.js";
import type { Api } from "../program/api.js";
import type { Context, Contexts } from "../contexts/contexts.js";
import type { Holders } from "../contexts/holders.js";
import type { Life } from "../handles/lifetimes.js";
import { canLeave, endlessLoop, isInLoop, isWait } from "../program/blocks.js";
import { isWithin } from "../contexts/endings.js";
import type { Fn, Program, Site } from "../program/program.js";
import type { Refs } from "../program/refs.js";
import { RoomyQueues } from "./roomy-queues.js";
import { SoftWaits, withoutSoft } from "../handles/soft-waits.js";
import type { StopFlags } from "../contexts/stop-flags.js";
import type { Types } from "../program/types.js";

export class TaskPaths {
  readonly softs: SoftWaits;
  private readonly queues: RoomyQueues;
  private readonly abandoning = new CallSet<true>();
  private readonly waits = new CallSet<true>();
  private readonly handingOn = new CallSet<{ receiver: RegExp | null }>();

  constructor(
    private readonly program: Program, private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly contexts: Contexts, private readonly holders: Holders,
    private readonly flags: StopFlags,
  ) {
    this.softs = new SoftWaits(types, api, refs);
    this.queues = new RoomyQueues(refs, types, api);
    for (const file of api.files) for (const call of file.abandons ?? []) this.abandoning.add(call, true);
    for (const file of api.files) for (const call of file.idle?.waits ?? []) this.waits.add(call, true);
    for (const file of api.files) for (const { call, receiverName: name } of file.handsOnWork ?? []) this.handingOn.add(call, { receiver: name === undefined ? null : new RegExp(name, "u") });
  }

  /** `ensure_future(task)` of something that is a task already gives the same one. */
  isNoNewTask(life: Life): boolean {
    const [given] = life.site.instruction.args;
    if (given === undefined || given.spread) return false;
    if (life.pair.type !== undefined && this.types.is(life.fn, given.value, life.pair.type)) return true;
    // A coroutine is used up by the call; what is stored or handed on besides is a future.
    const definition = life.fn.definition(given.value)?.instruction;
    if (definition?.op !== "load" || definition.place.kind !== "binding") return false;
    return this.loads(life.fn, definition.place.binding).some((load) => load !== given.value && life.fn.uses(load).some((use) =>
      use.kind === "end" || use.site.instruction.op === "call" && use.site.instruction.args.some((one) => one.value === load)));
  }

  /** What it runs is seen to go on for ever: an endless loop without a way out. */
  isEndless(life: Life): boolean {
    const fn = this.runs(life);
    const loop = fn && endlessLoop(fn);
    return fn !== null && loop !== null && !this.endsByException(fn, fn.facts.loops.indexOf(loop));
  }

  /** `try: while True: await anext(source) … except StopAsyncIteration: return`: an exception that is waited for by name. */
  private endsByException(fn: Fn, loop: number): boolean {
    return fn.facts.blocks.some((block, id) => {
      if (block.handler === null || !isInLoop(fn, id, loop) || isInLoop(fn, block.handler, loop)) return false;
      const end = fn.block(block.handler)?.end;
      return end?.kind === "catch" && end.clauses.some(({ types }) => types?.some((type) => !this.api.catchAll.has(type) && !this.api.cancellations.has(type)) === true);
    });
  }

  /** No wait in it: it runs to its end in one step of the event loop, which holds it until then. */
  isOneStep(life: Life): boolean {
    if (this.handsOn(life) || this.putsOnly(life)) return true;
    const fn = this.runs(life);
    return fn !== null && fn.facts.async && !fn.facts.generator && [...fn.sites()].every(({ instruction }) =>
      !isWait(instruction) && (instruction.op !== "enter" || !instruction.async));
  }

  /** It only gives a group what the group then keeps: `create_task(group.spawn(work()))`. */
  private handsOn(life: Life): boolean {
    const made = this.coroutine(life);
    return made?.op === "call" && this.handingOn.match(life.fn, made, this.types).some(({ value: { receiver } }) => receiver === null || receiver.test(receiverName(life.fn, made)));
  }

  /** `create_task(queue.put(line))`, where the queue is never full. */
  private putsOnly(life: Life): boolean {
    const made = this.coroutine(life);
    return made?.op === "call" && this.queues.isPut(life.fn, made);
  }

  /** What makes the coroutine that the task is given. */
  private coroutine({ fn, site }: Life): Instruction | undefined {
    const [given] = site.instruction.args;
    const definition = given && fn.definition(given.value)?.instruction;
    if (definition?.op !== "load" || definition.place.kind !== "binding") return definition;
    const stores = fn.module.bindingStores.get(definition.place.binding) ?? [];
    const only = stores.length === 1 ? stores[0] : undefined;
    return only?.fn === fn ? fn.definition(only.value)?.instruction : undefined;
  }

  /** The function of the program whose coroutine the task is. */
  runs(life: Life): Fn | null {
    const made = this.coroutine(life);
    const callee = made?.op === "call" ? this.types.calleeOf(life.fn, made) : null;
    return callee?.kind === "function" ? callee.fn : null;
  }

  /** What it runs is seen to come to an end, or to ask whether it should. */
  endsByItself(life: Life): boolean {
    if (this.handsOn(life)) return true;
    const fn = this.runs(life);
    if (fn === null) return false;
    return fn.facts.loops.every((loop, id) => loop.kind !== "while" || canLeave(fn, id) && (loop.endless || this.flags.asks([fn])));
  }

  /** The call that waits for the task and may leave it running, where nothing else ends the task; null where something does. */
  leftBy(life: Life): { fn: Fn; at: Span; call: Call } | null {
    const { fn, pair, outcome, site } = life;
    if (!pair.soft || outcome.released.length === 0 || outcome.escapes.length > 0) return null;
    let last: { fn: Fn; at: Span; call: Call } | null = null;
    for (const span of outcome.released) {
      const waiting = this.callAt(fn, span);
      if (!waiting || isWaitedForAgain(fn, site.block, waiting.block)) return null;
      if (!this.softs.isSoft(fn, waiting.instruction, fn.block(waiting.block)?.handler ?? null)) return this.softs.isLeftByHelper(fn, site.instruction.out, waiting.instruction, pair) ? { fn, at: span, call: waiting.instruction } : null;
      last = { fn, at: span, call: waiting.instruction };
    }
    // Any ending of it, wherever it stands: in a finally block, a callback, a helper.
    const hard = withoutSoft(pair);
    const isEnded = last?.call.args.some((one) => {
      const ref = this.refs.of(fn, one.value);
      return ref.root.kind === "binding" && this.holders.released(hard, ref, (other) => isWithin(other, fn)) !== null;
    });
    return isEnded === true || this.holders.fateOfValue(fn, site.instruction.out, hard) === "released" ? null : last;
  }

  private callAt(fn: Fn, span: Span): Site<Call & { at: Span }> | null {
    for (const site of fn.sites()) {
      const { instruction } = site;
      if (instruction.op === "call" && instruction.at[0] === span[0] && instruction.at[1] === span[1]) return { ...site, instruction };
    }
    return null;
  }

  private loads(fn: Fn, binding: number): number[] {
    const found: number[] = [];
    for (const { instruction } of fn.sites()) if (instruction.op === "load" && instruction.place.kind === "binding" && instruction.place.binding === binding) found.push(instruction.out);
    return found;
  }

  /**
   * `await asyncio.wait([work(), closed.wait()], return_when=FIRST_COMPLETED)`: tasks are made of the coroutines that nobody
   * else has, and what is not done goes on. Only where the rest of the result is not looked at.
   */
  *unnamed(): Generator<{ fn: Fn; call: Call & { at: Span }; left: Call & { at: Span }; context: Context }> {
    for (const fn of this.program.functions()) {
      if (this.contexts.isTest(fn)) continue;
      for (const site of fn.sites()) {
        const { instruction } = site;
        if (instruction.op !== "call") continue;
        const given = this.softs.leavesRest(fn, instruction);
        const list = given === null ? undefined : fn.definition(given)?.instruction;
        if (list?.op !== "collection") continue;
        const [left] = list.elements.flatMap((one) => this.coroutineIn(fn, one.value) ?? []);
        const context = this.contexts.at(fn, site.block);
        if (left && list.elements.length > 1 && context.kind !== "once") yield { fn, call: instruction, left, context };
      }
    }
  }

  /** A call whose result is a coroutine: of an asynchronous function of the program, or of a wait of the library. */
  private coroutineIn(fn: Fn, value: number): (Call & { at: Span }) | null {
    const call = fn.definition(value)?.instruction;
    if (call?.op !== "call") return null;
    const callee = this.types.calleeOf(fn, call);
    return (callee ? callee.kind === "function" && callee.fn.facts.async && !callee.fn.facts.generator : this.waits.has(fn, call, this.types)) ? call : null;
  }

  /** In a loop, a wait that gives up on what it waits for without ending it: each turn leaves one more behind. */
  *abandoned(): Generator<{ fn: Fn; call: Call & { at: Span }; context: Context }> {
    if (this.abandoning.size === 0) return;
    for (const fn of this.program.functions()) {
      if (this.contexts.isTest(fn)) continue;
      for (const site of fn.sites()) {
        const { instruction } = site;
        if (instruction.op !== "call" || (fn.block(site.block)?.loop ?? null) === null || !this.abandoning.has(fn, instruction, this.types)) continue;
        const given = instruction.args[1];
        if (given && this.isMadeInLoop(fn, given.value)) yield { fn, call: instruction, context: this.contexts.at(fn, site.block) };
      }
    }
  }

  /** Started anew in each turn: the call that gives it, or that its variable holds, stands in a loop. */
  private isMadeInLoop(fn: Fn, value: number, depth = 0): boolean {
    const definition = fn.definition(value);
    if (!definition || depth > 3) return false;
    const { instruction } = definition;
    if (instruction.op === "call") return (fn.block(definition.block)?.loop ?? null) !== null;
    if (instruction.op !== "load" || instruction.place.kind !== "binding") return false;
    return (fn.module.bindingStores.get(instruction.place.binding) ?? []).some((store) => store.fn === fn && this.isMadeInLoop(fn, store.value, depth + 1));
  }
}

/** The wait stands in a loop that what it waits for was made before: the next turn waits for the same. */
function isWaitedForAgain(fn: Fn, made: BlockId, waiting: BlockId): boolean {
  const loop = fn.block(waiting)?.loop ?? null;
  return loop !== null && !isInLoop(fn, made, loop);
}
