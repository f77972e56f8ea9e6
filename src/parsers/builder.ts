/**
 * Builds one function's control-flow graph; shared by both front ends so that `finally`, `with`, loops and exceptions
 * mean the same in both languages.
 *
 * A front end calls `emit` for what is evaluated and the statement methods for control. Code after a jump goes to a
 * block without predecessors, which `finish` drops.
 *
 * Finalisers are inlined: the body of `finally` (and the exit of `with`) is lowered again for every way out of the
 * protected region. That keeps the graph an ordinary one (no "resume where you came from" edges), so a path through
 * it is a path of the program. Nested finalisers multiply; `MAXIMUM_BLOCKS` bounds it: in a function past that size
 * further copies are left out, which can hide a release, and `simplified` says so.
 */
import type {
  Block, BlockId, CatchClause, FunctionFacts, Instruction, Loop, LoopId, Test, ValueId,
} from "../model/facts.js";
import type { Span } from "../model/span.js";

/** Copies are cheap (the exit of a `with` is one instruction), so that only finalisers in finalisers reach this. */
const MAXIMUM_BLOCKS = 20_000;

/** What a jump out of nested statements passes on its way: innermost last. */
type Frame =
  | { kind: "finally"; emit: () => void; handlerOutside: BlockId | null; loopOutside: LoopId | null }
  | { kind: "target"; label: string | null; breakTo: BlockId; continueTo: BlockId | null; loopOutside: LoopId | null };

/** An instruction without its position and result, as `value` takes it. */
export type Draft = DistributiveOmit<Extract<Instruction, { out: ValueId }>, "out" | "at">;
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

export interface CatchBody {
  types: string[] | null;
  body: () => void;
}

export class FunctionBuilder {
  /** True once a finaliser was left out because of MAXIMUM_BLOCKS. */
  simplified = false;
  private readonly blocks: Block[] = [];
  private readonly loops: Loop[] = [];
  private readonly frames: Frame[] = [];
  private current: BlockId;
  private handler: BlockId | null = null;
  private loop: LoopId | null = null;
  private values = 0;

  constructor() {
    this.current = this.block();
  }

  /** A fresh value id, for results that no instruction of this builder defines (rare). */
  fresh(): ValueId {
    return this.values++;
  }

  /** Appends an instruction that has no result. */
  emit(instruction: Instruction): void {
    this.blocks[this.current]?.instructions.push(instruction);
  }

  /** Appends an instruction with a result and returns the result's id. */
  value(draft: Draft, at: Span): ValueId {
    const out = this.values++;
    this.emit({ ...draft, out, at });
    return out;
  }

  /** A new empty block under the handler and loop in force. */
  block(): BlockId {
    this.blocks.push({ instructions: [], end: { kind: "unreachable" }, handler: this.handler, loop: this.loop });
    return this.blocks.length - 1;
  }

  /** Goes on in `block`, falling through from the current block if that is still open. */
  enter(block: BlockId): void {
    this.jump(block);
    this.current = block;
  }

  /** Goes on in `block` without falling through. */
  switchTo(block: BlockId): void {
    this.current = block;
  }

  jump(to: BlockId): void {
    this.end({ kind: "jump", to });
  }

  branch(test: Test, then: BlockId, otherwise: BlockId, at: Span): void {
    this.end({ kind: "branch", test, then, else: otherwise, at });
  }

  /** True where code can still be reached by falling through. */
  get open(): boolean {
    const block = this.blocks[this.current];
    return block?.end.kind === "unreachable" && !this.closed.has(this.current);
  }

  private readonly closed = new Set<BlockId>();

  private end(terminator: Block["end"]): void {
    const block = this.blocks[this.current];
    if (block === undefined || this.closed.has(this.current)) return;
    block.end = terminator;
    this.closed.add(this.current);
  }

  /** After a jump: what follows is unreachable until somebody jumps to a later block. */
  private dead(): void {
    this.current = this.block();
    this.closed.add(this.current);
    const block = this.blocks[this.current];
    if (block) block.end = { kind: "unreachable" };
  }

  if(test: Test, at: Span, then: () => void, otherwise?: () => void): void {
    const yes = this.block();
    const no = this.block();
    this.branch(test, yes, no, at);
    this.arms(yes, no, then, otherwise);
  }

  /** Lowers two arms that a condition already branched to, and joins them. */
  arms(yes: BlockId, no: BlockId, then: () => void, otherwise?: () => void): void {
    const join = this.block();
    this.switchTo(yes);
    then();
    this.jump(join);
    this.switchTo(no);
    otherwise?.();
    this.jump(join);
    this.switchTo(join);
  }

  /**
   * A loop. `head` is lowered at the loop's head inside the loop and branches to the given body or exit block
   * (for `while`: the condition; for `for`: a `more` test). `step` runs on `continue` and at the body's end.
   * `orElse` is Python's `else`, run when the head ends the loop. `label` is JavaScript's.
   */
  loopStatement(options: {
    kind: Loop["kind"]; at: Span; iterates?: ValueId | null; endless?: boolean; label?: string | null;
    head: (body: BlockId, exit: BlockId) => void; body: () => void; step?: () => void; orElse?: () => void;
    /** do-while: the body runs before the head. */
    bodyFirst?: boolean;
  }): void {
    const loopOutside = this.loop;
    const after = this.block();
    const exhausted = this.block();
    this.loops.push({ kind: options.kind, at: options.at, parent: loopOutside, iterates: options.iterates ?? null, endless: options.endless ?? false });
    this.loop = this.loops.length - 1;
    const head = this.block();
    const body = this.block();
    const step = this.block();
    this.jump(options.bodyFirst === true ? body : head);
    this.switchTo(head);
    options.head(body, exhausted);
    this.frames.push({ kind: "target", label: options.label ?? null, breakTo: after, continueTo: step, loopOutside });
    this.switchTo(body);
    options.body();
    this.jump(step);
    this.frames.pop();
    this.switchTo(step);
    options.step?.();
    this.jump(head);
    this.loop = loopOutside;
    this.switchTo(exhausted);
    options.orElse?.();
    this.jump(after);
    this.switchTo(after);
  }

  /** A statement that `break` can leave but `continue` passes through: `switch`, or a labelled block. */
  breakable(label: string | null, body: (exit: BlockId) => void): void {
    const after = this.block();
    this.frames.push({ kind: "target", label, breakTo: after, continueTo: null, loopOutside: this.loop });
    body(after);
    this.jump(after);
    this.frames.pop();
    this.switchTo(after);
  }

  /**
   * try / catch / else / finally. Exceptions of `body` go to the clauses in order, those of the clauses and of
   * `orElse` to the finaliser only.
   */
  tryStatement(options: { at: Span; body: () => void; catches?: CatchBody[]; orElse?: () => void; finalizer?: () => void }): void {
    const handlerOutside = this.handler;
    const loop = this.loop;
    const after = this.block();
    const finalizer = options.finalizer;
    let onException: BlockId | null = handlerOutside;
    if (finalizer) {
      onException = this.block();
      this.frames.push({ kind: "finally", emit: finalizer, handlerOutside, loopOutside: loop });
    }
    this.handler = onException;
    const catches = options.catches ?? [];
    const landing = catches.length > 0 ? this.block() : onException;

    this.handler = landing;
    const body = this.block();
    this.enter(body);
    options.body();
    this.handler = onException;
    if (options.orElse && this.open) {
      this.enter(this.block());
      options.orElse();
    }
    const ends: BlockId[] = [];
    if (this.open) ends.push(this.current);

    if (catches.length > 0 && landing !== null) {
      const clauses: CatchClause[] = [];
      const bodies = catches.map((clause) => {
        const to = this.block();
        clauses.push({ types: clause.types, to });
        return { to, body: clause.body };
      });
      this.switchTo(landing);
      this.end({ kind: "catch", clauses, otherwise: onException, at: options.at });
      for (const clause of bodies) {
        this.switchTo(clause.to);
        clause.body();
        if (this.open) ends.push(this.current);
      }
    }
    this.handler = handlerOutside;
    if (finalizer && onException !== null) {
      this.frames.pop();
      // The exceptional copy.
      const landingBlock = this.blocks[onException];
      if (landingBlock) landingBlock.handler = handlerOutside;
      this.switchTo(onException);
      this.copy(finalizer);
      this.end({ kind: "rethrow", to: handlerOutside, at: options.at });
      // The normal copy, shared by everything that falls out of the statement.
      if (ends.length > 0) {
        const normal = this.block();
        for (const end of ends) {
          this.switchTo(end);
          this.jump(normal);
        }
        this.switchTo(normal);
        this.copy(finalizer);
        this.jump(after);
      }
    } else {
      for (const end of ends) {
        this.switchTo(end);
        this.jump(after);
      }
    }
    this.switchTo(after);
  }

  /** `with value as …: body` and the rest of a block after `using`: `exit` on every way out. */
  scope(options: { at: Span; value: ValueId; async: boolean; form: "with" | "using"; body: () => void }): void {
    const { at, value, async, form } = options;
    this.tryStatement({ at, body: options.body, finalizer: () => { this.emit({ op: "exit", value, async, form, at }); } });
  }

  return(value: ValueId | null, at: Span): void {
    this.leave(0);
    this.end({ kind: "return", value, at });
    this.dead();
  }

  raise(value: ValueId | null, at: Span): void {
    // A raise inside a try goes to that try's landing by way of the block's handler.
    this.end({ kind: "raise", value, at });
    this.dead();
  }

  break(label: string | null): void {
    this.jumpOut((frame) => (label === null ? frame.continueTo !== null || frame.label === null : frame.label === label), "break");
  }

  continue(label: string | null): void {
    this.jumpOut((frame) => frame.continueTo !== null && (label === null || frame.label === label), "continue");
  }

  private jumpOut(matches: (frame: Extract<Frame, { kind: "target" }>) => boolean, how: "break" | "continue"): void {
    for (let depth = this.frames.length - 1; depth >= 0; depth--) {
      const frame = this.frames[depth];
      if (frame?.kind !== "target" || !matches(frame)) continue;
      const to = how === "break" ? frame.breakTo : frame.continueTo;
      this.leave(depth + 1);
      if (to !== null) this.jump(to);
      this.dead();
      return;
    }
    this.dead();
  }

  /** Inlines the finalisers of all frames from the innermost down to `depth`, each under the handler outside its own statement. */
  private leave(depth: number): void {
    const handler = this.handler;
    const loop = this.loop;
    const kept = this.frames.splice(0, this.frames.length);
    for (let index = kept.length - 1; index >= depth; index--) {
      const frame = kept[index];
      if (frame?.kind !== "finally") continue;
      this.frames.push(...kept.slice(0, index));
      this.handler = frame.handlerOutside;
      // The copy runs once, even where the jump starts in a loop inside the protected region.
      this.loop = frame.loopOutside;
      if (this.open) this.enter(this.block());
      this.copy(frame.emit);
      this.frames.length = 0;
    }
    this.frames.push(...kept);
    this.handler = handler;
    this.loop = loop;
  }

  private copy(finalizer: () => void): void {
    if (this.blocks.length > MAXIMUM_BLOCKS) {
      this.simplified = true;
      return;
    }
    finalizer();
  }

  /** Marks the loop that holds the blocks made from here on as endless (`while True`). */
  markEndless(): void {
    const loop = this.loop === null ? undefined : this.loops[this.loop];
    if (loop) loop.endless = true;
  }

  /** Closes the function: falls off its end as `return` without a value, drops unreachable blocks, renumbers. */
  finish(at: Span): Pick<FunctionFacts, "blocks" | "loops" | "values"> {
    if (this.open) this.end({ kind: "return", value: null, at: [at[1], at[1]] });
    const order: BlockId[] = [];
    const renamed = new Map<BlockId, BlockId>();
    const stack: BlockId[] = [0];
    while (stack.length > 0) {
      const id = stack.pop();
      if (id === undefined || renamed.has(id)) continue;
      renamed.set(id, order.length);
      order.push(id);
      const block = this.blocks[id];
      if (!block) continue;
      if (block.handler !== null && canRaise(block)) stack.push(block.handler);
      stack.push(...successors(block.end).reverse());
    }
    const to = (id: BlockId): BlockId => renamed.get(id) ?? 0;
    const blocks = order.map((id) => {
      const block = this.blocks[id] as Block;
      const handler = block.handler !== null && renamed.has(block.handler) ? to(block.handler) : null;
      return { ...block, handler, end: retarget(block.end, to) };
    });
    return { blocks, loops: this.loops, values: this.values };
  }
}

/** Whether an exception can leave the block: it holds an instruction other than a constant, or raises. */
function canRaise(block: Block): boolean {
  return block.end.kind === "raise" || block.instructions.some((instruction) => instruction.op !== "constant");
}

/** The blocks that a terminator names (not the exception handler). */
export function successors(end: Block["end"]): BlockId[] {
  switch (end.kind) {
    case "jump": return [end.to];
    case "branch": return [end.then, end.else];
    case "catch": return [...end.clauses.map((clause) => clause.to), ...(end.otherwise === null ? [] : [end.otherwise])];
    case "rethrow": return end.to === null ? [] : [end.to];
    case "return": case "raise": case "unreachable": return [];
  }
}

function retarget(end: Block["end"], to: (id: BlockId) => BlockId): Block["end"] {
  switch (end.kind) {
    case "jump": return { ...end, to: to(end.to) };
    case "branch": return { ...end, then: to(end.then), else: to(end.else) };
    case "catch": return {
      ...end,
      clauses: end.clauses.map((clause) => ({ ...clause, to: to(clause.to) })),
      otherwise: end.otherwise === null ? null : to(end.otherwise),
    };
    case "rethrow": return { ...end, to: end.to === null ? null : to(end.to) };
    case "return": case "raise": case "unreachable": return end;
  }
}
