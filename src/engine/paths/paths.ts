/**
 * Follows one handle through its function, path by path: from the call that acquires it to a release, an escape, or a
 * way out on which it is still held.
 *
 * The state of a path is small: which variables hold the handle, whether it is held, and what branches have shown of a
 * few variables (`if conn:`, `opened = True`), so that a release guarded by the same condition as the acquire is seen
 * to match. States are merged only when equal; when a block has collected many, what branches have shown is forgotten,
 * which can only add paths. A function too large to finish is given up silently: no finding.
 *
 * Exceptions: a call, an await or a raise may leave to the block's handler. In Python any call that the catalog does not
 * list as safe may raise; in JavaScript only an await, a throw and the calls that the catalog says refuse bad input are
 * taken to (a synchronous throw is as likely anywhere, and reporting it everywhere would say nothing). Where `except`
 * clauses stand around a call, they are taken to name what it raises.
 */
import type { Block, BlockId, Call, Instruction, Terminator, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import type { Api, CompiledPair } from "../program/api.js";
import type { Contexts } from "../contexts/contexts.js";
import { Exceptions } from "../contexts/exceptions.js";
import type { Holders } from "../contexts/holders.js";
import { Lent } from "./lent.js";
import { PathFacts } from "./path-facts.js";
import { KeptSteps } from "./path-kept.js";
import { ANY, CANCELLED, PathRaises, TIMEOUT } from "./path-raises.js";
import { NO_HANDLE, stateKey, type State } from "./path-state.js";
import { Steps } from "./path-steps.js";
import { PathTests } from "./path-tests.js";
import { Tracked } from "./path-tracked.js";
import type { Acquired, Outcome } from "./path-types.js";
import type { Fn, Program } from "../program/program.js";
import type { Refs } from "../program/refs.js";
import { ReleaseFlow } from "./release-flow.js";
import type { Types } from "../program/types.js";

export type { Acquired, Escape, Leak, Outcome } from "./path-types.js";

const MAXIMUM_STEPS = 6000;
const MAXIMUM_STATES = 10;

export class Paths {
  readonly exceptions: Exceptions;
  private readonly lent: Lent;

  constructor(program: Program, private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly contexts: Contexts, private readonly holders: Holders) {
    this.exceptions = new Exceptions(types, api);
    this.lent = new Lent(program, api, types);
  }

  follow(acquired: Acquired): Outcome {
    const tracked = new Tracked(this.refs, this.types, this.api, this.holders, this.contexts.isResumed(acquired.fn), acquired);
    return new Walk(tracked, this.exceptions, this.lent, this.contexts, () => this.isTakenOver(acquired)).run();
  }

  /** A caller that enters the context manager releases what it is given, or keeps it; so may one that hands the manager on. */
  private isTakenOver({ fn, pair }: Acquired): boolean {
    return this.contexts.callers(fn).some((site) => site.fn.uses(site.instruction.out).some((use) => {
      if (use.kind === "end") return true;
      const { instruction } = use.site;
      if (instruction.op === "exit") return false;
      return instruction.op !== "enter" || ["released", "kept"].includes(this.holders.fateOfValue(site.fn, instruction.out, pair));
    }));
  }
}

/** One exploration: the order of the blocks, and where exceptions go. */
class Walk {
  private readonly fn: Fn;
  private readonly pair: CompiledPair;
  private readonly api: Api;
  private readonly types: Types;
  private readonly outcome: Outcome;
  private readonly acquired: Acquired;
  private readonly seen = new Map<BlockId, Set<string>>();
  private readonly work: { block: BlockId; state: State }[] = [];
  private readonly raises: PathRaises;
  private readonly flow: ReleaseFlow;
  private readonly kept: KeptSteps;
  private readonly transfer: Steps;
  private readonly tests: PathTests;
  private steps = 0;

  constructor(private readonly tracked: Tracked, exceptions: Exceptions, lent: Lent, private readonly contexts: Contexts, private readonly isTakenOver: () => boolean) {
    ({ fn: this.fn, pair: this.pair, api: this.api, types: this.types, outcome: this.outcome, acquired: this.acquired } = tracked);
    const { fn, pair, types, api, refs, locals } = tracked;
    const conditions = new PathFacts(fn, refs, this.acquired.given ?? null);
    this.raises = new PathRaises(fn, pair, types, api, exceptions, (value) => locals.container(value) !== null || locals.isKeptCollection(value));
    this.flow = new ReleaseFlow(fn, pair, api, types);
    this.kept = new KeptSteps(tracked);
    this.transfer = new Steps(tracked, conditions, this.flow, this.kept, lent);
    this.tests = new PathTests(tracked, conditions);
  }

  run(): Outcome {
    this.push(0, this.start());
    for (let next = this.work.pop(); next; next = this.work.pop()) {
      this.walkBlock(next.block, next.state);
      if (this.steps > MAXIMUM_STEPS) {
        this.outcome.gaveUp = true;
        this.outcome.leaks = [];
        break;
      }
    }
    // Who is given it by a `yield`, and is seen to release or keep it, has it for good.
    if (this.tracked.resumed && this.outcome.released.length === 0 && this.outcome.escapes.some((escape) => escape.kind === "yield") && this.isTakenOver()) this.outcome.leaks = [];
    // What opens on its first use has opened nothing where it is not used, if that is another way than the one it was made for.
    this.outcome.leaks = this.outcome.leaks.filter((leak) => !this.tracked.unusedLeaks.has(leak) || leak.kind !== "exception" && this.outcome.used !== true && this.outcome.escapes.length === 0);
    // A list of what is open, emptied in a handler: somebody thought of what may fail.
    if (this.tracked.releasedInHandler) this.outcome.leaks = this.outcome.leaks.filter((leak) => leak.kind !== "exception" || !this.tracked.boxedLeaks.has(leak));
    return this.outcome;
  }

  private start(): State {
    const { entry } = this.acquired;
    if (!entry) return NO_HANDLE;
    this.outcome.variable = entry.handle;
    const { holders } = this.tracked;
    const releasing = holders.releasedInClosure(this.pair, this.fn.module, entry.handle, this.tracked.callbacks)
      ?? (entry.release === null ? null : holders.nestedIn(this.fn).find(({ facts }) => facts.captures.includes(entry.release ?? -1)) ?? null);
    if (releasing) {
      this.outcome.escapes.push({ kind: "closure", fn: releasing, at: this.fn.facts.nameAt, releases: true });
      return NO_HANDLE;
    }
    return { ...NO_HANDLE, held: true, variables: new Set([entry.handle]) };
  }

  private push(block: BlockId, state: State): void {
    let seen = this.seen.get(block);
    if (!seen) this.seen.set(block, (seen = new Set()));
    let next = state;
    if (seen.size >= MAXIMUM_STATES && next.facts.size > 0) next = { ...next, facts: new Map() };
    const key = stateKey(next);
    if (seen.has(key)) return;
    seen.add(key);
    this.work.push({ block, state: next });
  }

  private walkBlock(id: BlockId, start: State): void {
    const block = this.fn.block(id);
    if (!block) return;
    let state: State | null = start;
    // What a handler acquires is reached by exceptions from before there was a handle.
    if (!state.held && block.handler !== null) this.push(block.handler, state);
    for (const instruction of block.instructions) {
      this.steps++;
      state = this.transfer.use(instruction, state);
      if (state.held) this.raiseFrom(instruction, block, state);
      const before: State = state;
      state = this.transfer.step(instruction, state);
      if (!state) return;
      // A start that fails half-way leaves open what it has got so far.
      if (this.acquired.unsafe === true && state.held && !before.held && instruction === this.acquired.site.instruction) this.raise(block.handler, { ...state, thrown: { at: instruction.at, explicit: true, what: ANY } });
    }
    const { end } = block;
    switch (end.kind) {
      case "jump": this.push(end.to, state); return;
      case "branch": {
        const { then, otherwise } = this.tests.refine(end.test, state, id);
        const decides = state.held && (this.pair.evidence !== undefined || this.tracked.names?.isFlag(end.test) === true);
        if (then) this.push(end.then, decides && this.flow.releasesAndGoesOn(end.else, end.then, state.variables) ? { ...then, asked: true } : then);
        if (otherwise) this.push(end.else, decides && this.flow.releasesAndGoesOn(end.then, end.else, state.variables) ? { ...otherwise, asked: true } : otherwise);
        return;
      }
      case "return": {
        if (!state.held || state.kept !== null) return;
        if (end.value !== null && this.tracked.isHandle(end.value, state) && !this.fn.losesResult && !this.isMadeByReading()) {
          this.outcome.escapes.push({ kind: "return", at: end.at, element: this.transfer.elementOf(end.value, state) });
          return;
        }
        if (end.value !== null && this.tracked.names?.leads(end.value) === true) this.tracked.handOver(end.at);
        else this.tracked.leak("exit", end.at, state);
        return;
      }
      case "raise": {
        const name = this.raises.nameOf(end.value);
        // A failed assertion is a mistake in the program, not one of its ways.
        if (state.held) this.raise(block.handler, { ...state, thrown: { at: end.at, explicit: name === null || !this.api.assertions.has(name), what: name ?? state.thrown?.what ?? ANY, first: state.thrown?.first ?? state.thrown?.at ?? end.at } });
        return;
      }
      case "catch": this.catch(id, end, state); return;
      case "rethrow": this.raise(end.to, state); return;
      case "unreachable": return;
    }
  }

  /** A property that makes a text anew each time it is read: who reads a text does not expect to have anything to release. */
  private isMadeByReading(): boolean {
    const property = this.pair.shownBy === undefined ? null : this.contexts.propertyOf(this.fn);
    return property !== null && this.tracked.holders.releasedField(this.pair, property, null) === null;
  }

  private catch(block: BlockId, end: Extract<Terminator, { kind: "catch" }>, state: State): void {
    const what = state.thrown?.what ?? ANY;
    if (what === CANCELLED) {
      this.cancel(end, state);
      return;
    }
    const isOfMaking = what === ANY && state.thrown?.explicit === false && this.flow.isAround(block, this.acquired.site.block);
    for (const clause of end.clauses) {
      const all = clause.types === null || clause.types.some((type) => this.api.catchAll.has(type));
      // A clause for one kind of failure around the call that makes it is about that call.
      if ((this.pair.evidence === "closed" || this.tracked.isGathered()) && !all && isOfMaking) continue;
      const isLate = what === TIMEOUT && this.raises.takesTimeouts(clause);
      if (what !== TIMEOUT || all || isLate) this.push(clause.to, state);
      if (all || isLate || clause.types?.includes(what) === true) return;
    }
    // Somebody thought about what may be raised here: nothing else is taken to be, unless only slips were named.
    const isAnother = isOfMaking && this.tracked.isGathered() && state.thrown?.at !== this.acquired.site.instruction.at;
    const named = isAnother ? [] : end.clauses.flatMap((clause) => clause.types ?? []);
    if (what === TIMEOUT && this.pair.givesUp === undefined || what === ANY && named.some((type) => !this.api.slips.has(type))) return;
    this.raise(end.otherwise, state);
  }

  /**
   * `except Exception: conn.close()` around an await: a cancellation is no `Exception`, and goes past the release. It is
   * followed only there: that everything must be closed when a task is cancelled is seldom thought of.
   */
  private cancel(end: Extract<Terminator, { kind: "catch" }>, state: State): void {
    let skipped = state.thrown?.explicit === true;
    for (const clause of end.clauses) {
      if (clause.types === null || clause.types.some((type) => this.api.cancellations.has(type))) {
        if (skipped) this.push(clause.to, state);
        return;
      }
      skipped ||= this.flow.releasesFrom(clause.to, state.variables);
    }
    if (skipped && state.thrown) this.raise(end.otherwise, { ...state, thrown: { ...state.thrown, explicit: true } });
  }

  private raiseFrom(instruction: Instruction & { at: Span }, { handler }: Block, state: State): void {
    const { started, shared } = this.acquired;
    // Where waiting for the lock fails there is none.
    if ((shared !== undefined || started) && instruction.op === "await" && instruction.value === this.acquired.site.instruction.out) return;
    if (state.kept !== null && handler === null && !this.tracked.isEntering) {
      if (started && instruction.op === "await" && (started.tries || started.flags.size > 0)) this.raise(null, { ...state, thrown: { at: instruction.at, explicit: true, what: ANY } });
      return;
    }
    const isHandle = (value: ValueId): boolean => this.tracked.isHandle(value, state);
    if (instruction.op === "call" && this.raises.mayTimeOut(instruction, handler, isHandle)) this.raise(handler, { ...state, thrown: { at: instruction.at, explicit: true, what: TIMEOUT } });
    // Until it is entered, what may fail is what it waits for, except for the start of the handle itself.
    if (state.kept !== null && this.tracked.isEntering && (instruction.op !== "await" || this.kept.startsKept(instruction.value, state.kept))) return;
    if (instruction.op === "await" && handler !== null && this.tracked.python && !isHandle(instruction.value) && !this.raises.isOpening(instruction, isHandle)) this.push(handler, { ...state, thrown: { at: instruction.at, explicit: false, what: CANCELLED } });
    if (state.known && instruction.op === "call" && !this.concerns(instruction, state)) return;
    // Of a thing on disk, what is thought to fail is the work that is done with it.
    const isWork = this.tracked.names !== null && instruction.op === "call" && !this.api.pathCalls.has(this.fn, instruction, this.types) && instruction.args.some((one) => isHandle(one.value) || this.tracked.names?.leads(one.value) === true);
    if (this.tracked.names && (!isWork || state.boxed) && (instruction.op === "next" || instruction.op === "call" && !this.api.raises.has(this.fn, instruction, this.types))) return;
    if (instruction.op === "await" && this.tracked.lentTo.has(instruction.value) && this.raises.mayRaise(instruction, isHandle)) this.raise(handler, { ...state, thrown: { at: instruction.at, explicit: false, what: ANY } });
    const explicit = instruction.op === "call" ? !isWork && this.api.raises.has(this.fn, instruction, this.types) : instruction.op === "yield" && this.tracked.resumed;
    if ((explicit || (this.raises.mayRaise(instruction, isHandle) || this.isTried(handler) && this.raises.mayRefuse(instruction, isHandle)) && !this.raises.isStart(instruction, isHandle)) && !this.raises.releasesNow(instruction, isHandle)) this.raise(handler, { ...state, thrown: { at: instruction.at, explicit, what: ANY } });
  }

  /** A call that has to do with what the field holds, or of which that is not known. */
  private concerns(call: Call, state: State): boolean {
    if (call.receiver !== null && this.tracked.isHandle(call.receiver, state) || call.args.some((one) => this.tracked.isHandle(one.value, state))) return true;
    const receiver = call.receiver === null ? undefined : this.fn.definition(call.receiver)?.instruction;
    if (receiver?.op !== "load" || receiver.place.kind !== "this") return false;
    const callee = this.types.calleeOf(this.fn, call);
    return callee?.kind !== "function" || [...callee.fn.sites()].some(({ instruction }) => instruction.op === "load" && this.tracked.refs.of(callee.fn, instruction.out).key === state.kept);
  }

  /** Inside a `try` with a `catch`: somebody expects what stands there to fail. */
  private isTried(handler: BlockId | null): boolean {
    return handler !== null && this.fn.block(handler)?.end.kind === "catch";
  }

  private raise(handler: BlockId | null, state: State): void {
    if (handler !== null) this.push(handler, state);
    // While a comprehension or a display is put together, its next element is all that can fail.
    else if (state.held && state.boxed && state.variables.size === 0 && state.thrown?.explicit !== true) return;
    else if (state.held && !state.known && (state.kept === null || state.thrown?.explicit === true || this.tracked.isEntering)) this.tracked.leak("exception", state.thrown?.at ?? this.fn.facts.nameAt, state);
  }
}
