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
import type { BindingId, Block, BlockId, Call, Instruction, Terminator, Test, ValueId } from "../model/facts.js";
import type { Span } from "../model/span.js";
import type { Api, CompiledPair } from "./api.js";
import { Adoption } from "./adoption.js";
import type { Contexts } from "./contexts.js";
import { PathNames } from "./path-names.js";
import type { Named } from "./path-names.js";
import type { Holders } from "./holders.js";
import { Exceptions } from "./exceptions.js";
import { LocalHolders } from "./local-holders.js";
import { tellsOpen } from "./path-answers.js";
import { PathFacts } from "./path-facts.js";
import type { Facts } from "./path-facts.js";
import { ANY, CANCELLED, PathRaises, TIMEOUT } from "./path-raises.js";
import type { Acquired, Leak, Outcome } from "./path-types.js";
import { ReleaseFlow } from "./release-flow.js";
import { StateStores } from "./state-stores.js";
import type { Cls, Fn } from "./program.js";
import { endInputs, inputs } from "./program.js";
import type { Ref, Refs } from "./refs.js";
import type { Types } from "./types.js";

export type { Acquired, Escape, Leak, Outcome } from "./path-types.js";

interface State {
  held: boolean;
  /** Values and variables that are the handle, or hold it (a tuple, a list). */
  values: ReadonlySet<ValueId>;
  variables: ReadonlySet<BindingId>;
  boxed: boolean;
  /** The handle's own state was asked (`if not f.closed`): a path on which it is open is then not believed. */
  asked: boolean;
  /** The last loop over the box that holds it has gone through its body. */
  iterated: boolean;
  /**
   * A constructor has put the handle into this field of the object, by its reference's key. From then on only an
   * exception that the constructor itself raises loses it, because nobody gets the object. So does a failure while a
   * scope statement enters the object, because its exit then does not run.
   */
  kept: string | null;
  /** It was no constructor that did: the object is known outside, and only another value in the field loses the handle. */
  known: boolean;
  /** The exception in flight, or the last one that was caught. */
  thrown: Thrown | null;
  facts: Facts;
}

interface Thrown {
  at: Span;
  explicit: boolean;
  /** "any": whatever a call may raise. "timeout": a release gave up waiting. Otherwise the exception's own name. */
  what: string;
}

const MAXIMUM_STEPS = 6000;
const MAXIMUM_STATES = 10;

export class Paths {
  readonly exceptions: Exceptions;

  constructor(private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly contexts: Contexts, private readonly holders: Holders) {
    this.exceptions = new Exceptions(types, api);
  }

  follow(acquired: Acquired): Outcome {
    return new Walk(this.refs, this.types, this.api, this.holders, this.exceptions, this.contexts.isResumed(acquired.fn), acquired).run();
  }
}

/** One exploration. */
class Walk {
  private readonly outcome: Outcome = { leaks: [], escapes: [], released: [], releasedNormally: [], lastUse: null, variable: null, gaveUp: false };
  private readonly fn: Fn;
  private readonly pair: CompiledPair;
  private readonly seen = new Map<BlockId, Set<string>>();
  private readonly work: { block: BlockId; state: State }[] = [];
  private readonly conditions: PathFacts;
  private readonly raises: PathRaises;
  private readonly flow: ReleaseFlow;
  private readonly adoption: Adoption;
  private readonly states: StateStores;
  private readonly locals: LocalHolders;
  /** Where the handle is the name of something on disk: the names that are made of it. */
  private readonly names: PathNames | null;
  /** The scope statement's entry: where it fails, the exit does not run. */
  private readonly isEntering: boolean;
  /** The handle's own callbacks: a release in them does not count. */
  private readonly callbacks: ReadonlySet<Fn>;
  /** Where the handle is an element of what the call gives: the values and variables that are the whole tuple. */
  private readonly tuples = new Set<ValueId>();
  private readonly tupleVariables = new Set<BindingId>();
  private steps = 0;
  private releasedInHandler = false;
  /** The field that the object keeps it in. */
  private keptRef: Ref | null = null;
  private readonly boxedLeaks = new Set<Leak>();
  private readonly python: boolean;

  constructor(
    private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly holders: Holders, exceptions: Exceptions,
    private readonly resumed: boolean, private readonly acquired: Acquired,
  ) {
    this.fn = acquired.fn;
    this.pair = acquired.pair;
    this.python = this.fn.module.facts.language === "python";
    this.locals = new LocalHolders(this.fn, refs, types);
    this.conditions = new PathFacts(this.fn, refs);
    this.raises = new PathRaises(this.fn, this.pair, types, api, exceptions, (value) => this.locals.container(value) !== null);
    this.callbacks = this.ownCallbacks();
    this.isEntering = acquired.entering === true || api.enterMethods.has(this.fn.facts.name) && this.fn.facts.kind === "method";
    this.adoption = new Adoption(refs, types, api);
    this.states = new StateStores(refs, types, api);
    this.flow = new ReleaseFlow(this.fn, this.pair, api, types);
    this.names = this.pair.path === true ? new PathNames(this.fn, this.pair, api, types, holders) : null;
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
    // Who is given it by a `yield`, and nobody releases it afterwards, has it for good.
    if (this.resumed && this.outcome.released.length === 0 && this.outcome.escapes.some((escape) => escape.kind === "yield")) this.outcome.leaks = [];
    // A list of what is open, emptied in a handler: somebody thought of what may fail.
    if (this.releasedInHandler) this.outcome.leaks = this.outcome.leaks.filter((leak) => leak.kind !== "exception" || !this.boxedLeaks.has(leak));
    return this.outcome;
  }

  private start(): State {
    const empty: State = { held: false, values: new Set(), variables: new Set(), boxed: false, asked: false, iterated: false, kept: null, known: false, thrown: null, facts: new Map() };
    const { entry } = this.acquired;
    if (!entry) return empty;
    this.outcome.variable = entry.handle;
    const releasing = this.holders.releasedInClosure(this.pair, this.fn.module, entry.handle, this.callbacks);
    if (releasing) {
      this.outcome.escapes.push({ kind: "closure", fn: releasing, at: this.fn.facts.nameAt, releases: true });
      return empty;
    }
    return { ...empty, held: true, variables: new Set([entry.handle]) };
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
      if (state.held) this.raiseFrom(instruction, block, state);
      const before: State = state;
      state = this.step(instruction, state);
      if (!state) return;
      // A start that fails half-way leaves open what it has got so far.
      if (this.acquired.unsafe === true && state.held && !before.held && instruction === this.acquired.site.instruction) this.raise(block.handler, { ...state, thrown: { at: instruction.at, explicit: true, what: ANY } });
    }
    const { end } = block;
    switch (end.kind) {
      case "jump": this.push(end.to, state); return;
      case "branch": {
        const { then, otherwise } = this.refine(end.test, state, id);
        const decides = state.held && (this.pair.evidence !== undefined || this.names?.isFlag(end.test) === true);
        if (then) this.push(end.then, decides && this.flow.releasesAndGoesOn(end.else, end.then, state.variables) ? { ...then, asked: true } : then);
        if (otherwise) this.push(end.else, decides && this.flow.releasesAndGoesOn(end.then, end.else, state.variables) ? { ...otherwise, asked: true } : otherwise);
        return;
      }
      case "return": {
        if (!state.held || state.kept !== null) return;
        if (end.value !== null && this.isHandle(end.value, state) && !this.fn.losesResult) {
          this.outcome.escapes.push({ kind: "return", at: end.at, element: this.elementOf(end.value, state) });
          return;
        }
        if (end.value !== null && this.names?.leads(end.value) === true) this.handOver(end.at);
        else this.leak("exit", end.at, state);
        return;
      }
      case "raise": {
        const name = this.raises.nameOf(end.value);
        // A failed assertion is a mistake in the program, not one of its ways.
        if (state.held) this.raise(block.handler, { ...state, thrown: { at: end.at, explicit: name === null || !this.api.assertions.has(name), what: name ?? state.thrown?.what ?? ANY } });
        return;
      }
      case "catch": this.catch(id, end, state); return;
      case "rethrow": this.raise(end.to, state); return;
      case "unreachable": return;
    }
  }

  private catch(block: BlockId, end: Extract<Terminator, { kind: "catch" }>, state: State): void {
    const what = state.thrown?.what ?? ANY;
    if (what === CANCELLED) {
      this.cancel(end, state);
      return;
    }
    for (const clause of end.clauses) {
      const all = clause.types === null || clause.types.some((type) => this.api.catchAll.has(type));
      // A clause for one kind of failure around the call that makes it is about that call.
      if (this.pair.evidence === "closed" && !all && what === ANY && state.thrown?.explicit === false && this.flow.isAround(block, this.acquired.site.block)) continue;
      if (what !== TIMEOUT || all || clause.types?.some((type) => /timeout/iu.test(type)) === true) this.push(clause.to, state);
      if (all || clause.types?.includes(what) === true) return;
    }
    // Somebody thought about what may be raised here: nothing else is taken to be, unless only slips were named.
    const named = end.clauses.flatMap((clause) => clause.types ?? []);
    if (what === TIMEOUT || what === ANY && named.some((type) => !this.api.slips.has(type))) return;
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
    if (state.kept !== null && handler === null && !this.isEntering) {
      if (started && instruction.op === "await" && (started.tries || started.flags.size > 0)) this.raise(null, { ...state, thrown: { at: instruction.at, explicit: true, what: ANY } });
      return;
    }
    const isHandle = (value: ValueId): boolean => this.isHandle(value, state);
    if (instruction.op === "call" && handler !== null && this.raises.mayTimeOut(instruction, isHandle)) this.raise(handler, { ...state, thrown: { at: instruction.at, explicit: true, what: TIMEOUT } });
    // Until it is entered, what may fail is what it waits for, except for the start of the handle itself.
    if (state.kept !== null && this.isEntering && (instruction.op !== "await" || this.startsKept(instruction.value, state.kept))) return;
    if (instruction.op === "await" && handler !== null && this.python && !isHandle(instruction.value) && !this.raises.isOpening(instruction, isHandle)) this.push(handler, { ...state, thrown: { at: instruction.at, explicit: false, what: CANCELLED } });
    if (state.known && instruction.op === "call" && !this.concerns(instruction, state)) return;
    // Of a thing on disk, what is thought to fail is the work that is done with it.
    const isWork = this.names !== null && instruction.op === "call" && !this.api.pathCalls.has(this.fn, instruction, this.types) && instruction.args.some((one) => isHandle(one.value) || this.names?.leads(one.value) === true);
    if (this.names && (!isWork || state.boxed) && (instruction.op === "next" || instruction.op === "call" && !this.api.raises.has(this.fn, instruction, this.types))) return;
    const explicit = instruction.op === "call" ? !isWork && this.api.raises.has(this.fn, instruction, this.types) : instruction.op === "yield" && this.resumed;
    if ((explicit || (this.raises.mayRaise(instruction, isHandle) || this.isTried(handler) && this.raises.mayRefuse(instruction, isHandle)) && !this.raises.isStart(instruction, isHandle)) && !this.raises.releasesNow(instruction, isHandle)) this.raise(handler, { ...state, thrown: { at: instruction.at, explicit, what: ANY } });
  }

  /** A call that has to do with what the field holds, or of which that is not known. */
  private concerns(call: Call, state: State): boolean {
    if (call.receiver !== null && this.isHandle(call.receiver, state) || call.args.some((one) => this.isHandle(one.value, state))) return true;
    const receiver = call.receiver === null ? undefined : this.fn.definition(call.receiver)?.instruction;
    if (receiver?.op !== "load" || receiver.place.kind !== "this") return false;
    const callee = this.types.calleeOf(this.fn, call);
    return callee?.kind !== "function" || [...callee.fn.sites()].some(({ instruction }) => instruction.op === "load" && this.refs.of(callee.fn, instruction.out).key === state.kept);
  }

  /** Inside a `try` with a `catch`: somebody expects what stands there to fail. */
  private isTried(handler: BlockId | null): boolean {
    return handler !== null && this.fn.block(handler)?.end.kind === "catch";
  }

  private raise(handler: BlockId | null, state: State): void {
    if (handler !== null) this.push(handler, state);
    // While a comprehension or a display is put together, its next element is all that can fail.
    else if (state.held && state.boxed && state.variables.size === 0 && state.thrown?.explicit !== true) return;
    else if (state.held && !state.known && (state.kept === null || state.thrown?.explicit === true || this.isEntering)) this.leak("exception", state.thrown?.at ?? this.fn.facts.nameAt, state);
  }

  private leak(kind: Leak["kind"], at: Span, state: State, store: Span | null = null): void {
    if (state.asked) return;
    const { thrown } = state;
    // What a module's variable holds lives as long as the process, unless the variable gets another value.
    if (this.fn.facts.kind === "module" && state.variables.size > 0 && (kind !== "overwritten" || thrown)) return;
    // Caught here and then forgotten is as good as raised here.
    const leak: Leak = thrown ? { kind: "exception", at: thrown.at, raisedAt: thrown.at, explicit: !state.boxed && (thrown.explicit || kind !== "exception") } : { kind, at, raisedAt: null, explicit: true };
    const same = this.outcome.leaks.find((other) => other.kind === leak.kind && other.at[0] === leak.at[0]);
    if (store) leak.store = store;
    if (!same) {
      this.outcome.leaks.push(leak);
      if (state.boxed) this.boxedLeaks.add(leak);
    } else same.explicit ||= leak.explicit;
  }

  /** The state after an instruction; null where the path ends for the handle. */
  private step(instruction: Instruction & { at: Span }, state: State): State | null {
    const { site, value, entry } = this.acquired;
    if (!entry && (instruction === site.instruction || (this.acquired.receiver === undefined && "out" in instruction && instruction.out === value))) return this.acquire(instruction, state);
    if (instruction.op === "call" && this.api.neverReturns.has(this.fn, instruction, this.types)) return null;
    const facts = this.conditions.learn(instruction, state.facts);
    const known = facts === state.facts ? state : { ...state, facts };
    if (!known.held) {
      // Another copy of the acquiring statement (a finaliser's) is the same handle.
      return known;
    }
    return known.kept === null ? this.stepHeld(instruction, known) : this.stepKept(instruction, known, known.kept);
  }

  private acquire(instruction: Instruction & { at: Span }, state: State): State | null {
    const { value, element, receiver } = this.acquired;
    if (receiver === undefined && (!("out" in instruction) || instruction.out !== value)) return state;
    if (state.held) {
      if (!state.boxed && state.kept === null && receiver === undefined) this.leak("iteration", instruction.at, state);
      return null;
    }
    if (element !== undefined) this.tuples.add(value);
    if (receiver !== undefined && receiver !== null) this.outcome.variable ??= receiver;
    const started = this.acquired.started ?? null;
    if (started) this.keptRef = started.ref;
    return { ...state, held: true, values: new Set([value]), variables: new Set(receiver === undefined || receiver === null ? [] : [receiver]), boxed: false, asked: false, iterated: false, kept: started?.ref.key ?? null, known: false, thrown: null };
  }

  /** After the object got the handle. */
  private stepKept(instruction: Instruction & { at: Span }, state: State, kept: string): State | null {
    switch (instruction.op) {
      case "load":
        // `stack.callback(self.client.close)`: what ends it is handed to somebody.
        if (instruction.place.kind === "field" && this.isHandle(instruction.place.object, state) && this.isReleaseName(instruction.place.name) && this.fn.uses(instruction.out).length > 0) return null;
        if (instruction.place.kind === "binding" ? !state.variables.has(instruction.place.binding) : this.refs.of(this.fn, instruction.out).key !== kept) return state;
        return { ...state, values: new Set(state.values).add(instruction.out) };
      case "store": return this.storeKept(instruction, state, kept);
      case "call": return this.callKept(instruction, state, kept);
      // Somebody else has it, too: a variable outside, a container, a closure's result.
      case "collection": return instruction.elements.some((element) => this.isHandle(element.value, state)) ? null : state;
      default: return state;
    }
  }

  private storeKept(instruction: Extract<Instruction, { op: "store" }> & { at: Span }, state: State, kept: string): State | null {
    const { place } = instruction;
    if (this.isHandle(instruction.value, state)) return place.kind === "binding" && this.fn.module.binding(place.binding)?.owner === this.fn.id ? { ...state, variables: new Set(state.variables).add(place.binding) } : place.kind === "field" && this.fieldKey(place) === kept ? state : null;
    // From now on the clean-up works.
    if (place.kind === "field" && this.acquired.started?.flags.has(this.fieldKey(place)) === true) return null;
    // Whoever keeps it in a variable may still end it.
    if (place.kind !== "field" || this.fieldKey(place) !== kept || state.thrown === null || state.variables.size > 0) return state;
    this.leak("overwritten", instruction.at, state, instruction.at);
    return null;
  }

  /** Waiting for the handle ends it: a task. */
  private isAwaited(): boolean {
    return this.pair.releases.some((pattern) => pattern.kind === "await");
  }

  private isReleaseName(name: string): boolean {
    return this.pair.releases.some((pattern) => pattern.kind === "on-handle" && pattern.method === name);
  }

  private fieldKey(place: { object: ValueId; name: string }): string {
    return this.refs.field(this.refs.of(this.fn, place.object), place.name).key;
  }

  private callKept(call: Call & { at: Span }, state: State, kept: string): State | null {
    const match = this.api.released(this.pair, this.fn, call, this.types);
    if (match && (match.via === "all" || match.via === "target" || this.isHandle(match.value, state) || this.refs.of(this.fn, match.value).key === kept)) return this.released(call.at, state);
    const isThis = (value: ValueId): boolean => {
      const definition = this.fn.definition(value)?.instruction;
      return definition?.op === "load" && (definition.place.kind === "this" || definition.place.kind === "super");
    };
    // The object is known elsewhere, or one of its methods may clean up.
    if (call.args.some((one) => isThis(one.value))) return null;
    if (call.receiver !== null && isThis(call.receiver) && call.method !== null && (this.api.releaseMethods.has(call.method) || this.mayEnd(call, state))) return null;
    if (!state.known) return state;
    // By another name (`abort`), or by whoever is given it.
    if (call.receiver !== null && this.isHandle(call.receiver, state) && this.api.releaseMethods.has(call.method ?? "")) return null;
    return call.args.some((one) => this.isHandle(one.value, state)) && !this.api.borrows.has(this.fn, call, this.types) ? null : state;
  }

  /** A method of the object that ends what the field holds, or of which that is not known. */
  private mayEnd(call: Call, state: State): boolean {
    const callee = this.types.calleeOf(this.fn, call);
    if (callee?.kind !== "function" || this.keptRef === null) return state.known;
    // What ends it somewhere deep down does so for reasons of its own.
    return this.holders.reachesRelease(callee.fn, this.pair, this.keptRef, 1);
  }

  private stepHeld(instruction: Instruction & { at: Span }, state: State): State | null {
    const named = this.names?.see(instruction, (value) => this.isHandle(value, state)) ?? null;
    if (named !== null) return this.stepNamed(named, instruction, state);
    switch (instruction.op) {
      case "load": return this.load(instruction, state);
      case "store": return this.store(instruction, state);
      case "delete":
        return instruction.place.kind === "binding" ? this.overwrite(instruction.place.binding, instruction.at, state) : state;
      case "call": return this.call(instruction, state);
      case "closure": return this.closure(instruction, state);
      case "collection":
        if (instruction.elements.some((element) => this.isHandle(element.value, state))) return { ...this.alias(state, instruction.out, instruction.at), boxed: true };
        return state;
      case "await":
        if (!this.isHandle(instruction.value, state)) return state;
        if (this.isAwaited()) return this.released(instruction.at);
        if (this.tuples.has(instruction.value)) this.tuples.add(instruction.out);
        return this.alias(state, instruction.out, instruction.at);
      case "yield":
        // `yield from connect()`: what it gives is the result, as of an await.
        if (instruction.delegate && instruction.value !== null && this.isHandle(instruction.value, state)) return this.alias(state, instruction.out, instruction.at);
        if (instruction.value !== null && this.isHandle(instruction.value, state)) {
          // A context manager hands it over and goes on with it; any other generator may be left unfinished.
          if (!this.outcome.escapes.some((escape) => escape.kind === "yield")) this.outcome.escapes.push({ kind: "yield", at: instruction.at });
          return this.resumed ? state : null;
        }
        return state;
      case "enter":
        return this.isHandle(instruction.value, state) ? this.alias(state, instruction.out, instruction.at) : state;
      case "exit":
        if (!this.isHandle(instruction.value, state)) return state;
        return this.pair.scope === "closes" || this.pair.scope === "async-closes" || this.pair.scope === undefined && instruction.form === "using" ? this.released(instruction.at) : state;
      case "next":
        // `for await` ends with what it reads from.
        if (instruction.async && !state.boxed && this.pair.scope === "async-closes" && this.isHandle(instruction.value, state)) return this.released(instruction.at);
        return state.boxed && this.isHandle(instruction.value, state) ? { ...this.alias(state, instruction.out, instruction.at), iterated: true } : state;
      case "operation":
        if ((instruction.operator === "unpack" || instruction.operator === "spread" || instruction.operator === "slice") && instruction.inputs.some((value) => this.isHandle(value, state))) {
          if (instruction.inputs.some((value) => this.tuples.has(value))) return this.takeElement(instruction, instruction.index ?? null, state);
          return state.boxed ? this.alias(state, instruction.out, instruction.at) : state;
        }
        return this.python && JOINING.has(instruction.operator) && instruction.inputs.some((value) => this.isHandle(value, state)) ? this.join(instruction, state) : state;
      case "constant": case "class": case "caught": return state;
    }
  }

  /** After what concerns the name of the thing on disk, or names that are made of it. */
  private stepNamed(named: NonNullable<Named>, instruction: Instruction & { at: Span }, state: State): State | null {
    switch (named) {
      case "same": return "out" in instruction ? this.alias(state, instruction.out, instruction.at) : state;
      case "removed": return this.released(instruction.at, state);
      case "seen":
        this.use(instruction.at);
        return state;
      case "kept":
        if (instruction.op === "yield" && this.resumed) {
          if (!this.outcome.escapes.some((escape) => escape.kind === "yield")) this.outcome.escapes.push({ kind: "yield", at: instruction.at });
          return state;
        }
        this.handOver(instruction.at);
        return null;
    }
  }

  /** Somebody else has a name of it, and may still need it. */
  private handOver(at: Span): void {
    this.outcome.escapes.push({ kind: "argument", call: this.acquired.site.instruction, at, known: true });
  }

  /** `tasks += [task]`: the sum of two collections holds it. `bag |= task`: what the operator of some object does with it is not known. */
  private join(instruction: Extract<Instruction, { op: "operation" }> & { at: Span }, state: State): State | null {
    if (state.boxed) return this.alias(state, instruction.out, instruction.at);
    this.outcome.escapes.push({ kind: "variable", ref: this.refs.of(this.fn, instruction.out), at: instruction.at, fn: this.fn });
    return null;
  }

  private load(instruction: Extract<Instruction, { op: "load" }> & { at: Span }, state: State): State | null {
    const { place } = instruction;
    if (place.kind === "binding" && state.variables.has(place.binding)) {
      if (this.tupleVariables.has(place.binding)) this.tuples.add(instruction.out);
      return this.alias(state, instruction.out, instruction.at);
    }
    if (place.kind === "index" && this.isHandle(place.object, state)) {
      if (this.tuples.has(place.object)) return this.takeElement(instruction, this.indexOf(place.key), state);
      // `client["shop"]` is a view of the connection.
      return state.boxed || this.pair.rule === "unclosed-connection" ? this.alias(state, instruction.out, instruction.at) : state;
    }
    if (place.kind !== "field" || !this.isHandle(place.object, state)) return state;
    this.use(instruction.at);
    if (this.pair.parts?.includes(place.name) === true) return this.alias(state, instruction.out, instruction.at);
    // `stack.callback(sock.close)`, `response.close = file.close`: what releases it is handed to somebody.
    if (!state.boxed && this.isReleaseName(place.name) && this.fn.uses(instruction.out).length > 0) {
      this.outcome.escapes.push({ kind: "closure", fn: this.fn, at: instruction.at, releases: true });
      return null;
    }
    return state;
  }

  /** An element of the tuple that the call gave: the handle, or something else. A whole slice of it stays a tuple. */
  private takeElement(instruction: Extract<Instruction, { op: "load" | "operation" }> & { at: Span }, index: number | null, state: State): State {
    if (index === null) this.tuples.add(instruction.out);
    else if (index !== this.acquired.element && this.pair.standIns?.includes(index) !== true) return state;
    return this.alias(state, instruction.out, instruction.at);
  }

  private indexOf(key: ValueId): number | null {
    const definition = this.fn.definition(key)?.instruction;
    return definition?.op === "constant" && definition.value.kind === "number" ? definition.value.value : null;
  }

  /** The position at which a returned tuple holds the handle. */
  private elementOf(value: ValueId, state: State): number | null {
    if (this.tuples.has(value)) return this.acquired.element ?? null;
    const definition = this.fn.definition(value)?.instruction;
    if (definition?.op !== "collection" || definition.shape === "mapping") return null;
    const index = definition.elements.findIndex((element) => this.isHandle(element.value, state));
    return index < 0 ? null : index;
  }

  private store(instruction: Extract<Instruction, { op: "store" }> & { at: Span }, state: State): State | null {
    const { place } = instruction;
    const isHandle = this.isHandle(instruction.value, state);
    if (place.kind === "binding") {
      if (!isHandle) return state.variables.has(place.binding) ? this.overwrite(place.binding, instruction.at, state) : state;
      const binding = this.fn.module.binding(place.binding);
      const variables = new Set(state.variables).add(place.binding);
      if (this.tuples.has(instruction.value)) this.tupleVariables.add(place.binding);
      if (binding?.kind !== "temporary") this.outcome.variable ??= place.binding;
      if (binding?.owner !== this.fn.id || this.fn.facts.kind === "module") {
        this.outcome.escapes.push({ kind: "variable", ref: this.refs.ofBinding(this.fn.module, place.binding), at: instruction.at, fn: this.fn });
        return this.isOnlyOfTopLevel(place.binding) ? { ...state, variables } : null;
      }
      if (binding.captured) {
        const releasing = this.holders.releasedInClosure(this.pair, this.fn.module, place.binding, this.callbacks);
        if (releasing) {
          this.outcome.escapes.push({ kind: "closure", fn: releasing, at: instruction.at, releases: true });
          return null;
        }
      }
      return { ...state, variables };
    }
    if (place.kind === "field" && this.pair.releaseFields?.includes(place.name) === true && this.isHandle(place.object, state)) return this.released(instruction.at);
    if (!isHandle) return state;
    if (place.kind === "field" || place.kind === "static" || place.kind === "index") {
      if (place.kind !== "static" && this.isHandle(place.object, state)) return state;
      // A comprehension's result holds it.
      if (place.kind === "index" && this.fn.definition(place.object)?.instruction.op === "collection") return { ...this.alias(state, place.object, instruction.at), boxed: true };
      // A list or object made here and only known here holds it like a variable does.
      const local = place.kind === "static" ? null : this.locals.container(place.object) ?? (place.kind === "field" ? this.locals.object(place.object) : null);
      if (local !== null) return { ...state, variables: new Set(state.variables).add(local), boxed: true };
      const set = place.kind === "field" ? this.adoption.bySetter(this.fn, place.object, place.name, this.pair) : undefined;
      if (set !== undefined) {
        this.outcome.escapes.push(set ? { kind: "field", ref: set.ref, at: set.at, fn: set.fn } : { kind: "variable", ref: this.refs.of(this.fn, instruction.value), at: instruction.at, fn: this.fn });
        return null;
      }
      const cls: Cls | null = place.kind === "static" ? this.fn.module.cls(place.class) : null;
      const ref = place.kind === "static" ? (cls ? this.refs.ofField(cls, place.name) : null) : place.kind === "field" ? this.refs.field(this.refs.of(this.fn, place.object), place.name) : this.refs.field(this.refs.of(this.fn, place.object), "[]");
      // Of a thing on disk, a table or a file object is only one that has its name.
      if (this.names && (place.kind === "index" || this.pair.parts !== undefined || this.names.isFromOutside(instruction.value))) {
        this.handOver(instruction.at);
        return null;
      }
      if (ref) this.outcome.escapes.push({ kind: place.kind === "index" ? "element" : "field", ref, at: instruction.at, fn: this.fn });
      if (ref?.root.kind !== "this" || ref.fields.length !== 1 || place.kind !== "field") return null;
      this.keptRef = ref;
      return { ...state, kept: ref.key, known: !this.isConstructor() };
    }
    this.outcome.escapes.push({ kind: "variable", ref: this.refs.of(this.fn, instruction.value), at: instruction.at, fn: this.fn });
    return null;
  }

  /** A module's variable that no function of it releases or hands on: only another value can lose what it holds. */
  private isOnlyOfTopLevel(binding: BindingId): boolean {
    if (this.fn.facts.kind !== "module") return false;
    return this.fn.module.binding(binding)?.captured === false || this.holders.releasedInClosure(this.pair, this.fn.module, binding, this.callbacks) === null;
  }

  private isConstructor(): boolean {
    return this.fn.facts.kind === "constructor" || this.isEntering;
  }

  /** `await self.session.connect()`: where that fails there may be nothing to close. */
  private startsKept(value: ValueId, kept: string): boolean {
    const call = this.fn.definition(value)?.instruction;
    return call?.op !== "call" || call.receiver !== null && this.refs.of(this.fn, call.receiver).key.startsWith(kept);
  }

  private overwrite(binding: BindingId, at: Span, state: State): State | null {
    if (!state.variables.has(binding)) return state;
    const variables = new Set(state.variables);
    variables.delete(binding);
    if (variables.size === 0) {
      this.leak("overwritten", at, state);
      return null;
    }
    return { ...state, variables };
  }

  private call(call: Call & { at: Span }, state: State): State | null {
    const match = this.api.released(this.pair, this.fn, call, this.types);
    if (match && match.via !== "target" && this.isHandle(match.value, state)) return this.released(call.at, state);
    if (call.callee !== null && this.isReleaseParameter(call.callee)) return this.released(call.at, state);
    if (match?.via === "all" || match?.via === "target" && this.targetIsOurs(match.value)) return this.released(call.at, state);
    const { receiver } = call;
    if (receiver !== null && this.isHandle(receiver, state)) {
      // connect().then((conn) => …): whoever continues has it.
      if (this.api.words.is("continues", call) === "method" && call.args.some((one) => this.fn.definition(one.value)?.instruction.op === "closure") && !this.isAwaited()) {
        this.outcome.escapes.push({ kind: "argument", call, at: call.at, known: true });
        return null;
      }
      this.use(call.at);
      if (this.holders.fateOfElements(this.fn, call, this.pair) === "released") return this.released(call.at, state);
      if (call.args.some((one) => this.isHandle(one.value, state))) return state;
      // Elements taken from a collection that holds it; a builder's `on(…)` returns its receiver.
      if (state.boxed || this.pair.parts?.includes(call.method ?? "") === true || this.api.words.is("chains", call) !== null) return this.alias(state, call.out, call.at);
      return state;
    }
    const given = call.args.find((one) => this.isHandle(one.value, state));
    if (!given) return state;
    this.use(call.at);
    const position = call.args.indexOf(given);
    if (receiver !== null) {
      // items.append(handle): a local list holds it now.
      // What a comprehension puts together is held by its result.
      if (this.fn.definition(receiver)?.instruction.op === "collection") return { ...this.alias(state, receiver, call.at), boxed: true };
      const local = this.locals.container(receiver);
      if (local !== null && !this.api.transfers.takes(this.fn, call, given.value, this.types)) return { ...state, variables: new Set(state.variables).add(local), boxed: true };
    }
    const kept = this.states.of(this.fn, call, (one) => this.isHandle(one, state));
    if (kept) {
      this.outcome.escapes.push({ kind: "field", ref: kept, at: call.at, fn: this.fn, state: true });
      return null;
    }
    if (this.api.wraps.takes(this.fn, call, given.value, this.types)) return this.alias(state, call.out, call.at);
    if (!this.isAwaited() && this.api.waits.takes(this.fn, call, given.value, this.types)) {
      if (this.tuples.has(given.value)) this.tuples.add(call.out);
      return this.alias(state, call.out, call.at);
    }
    if (this.api.transfers.takes(this.fn, call, given.value, this.types)) {
      this.outcome.escapes.push({ kind: "argument", call, at: call.at, known: true });
      return null;
    }
    const callee = this.types.calleeOf(this.fn, call);
    if (callee?.kind === "function") {
      const adopted = this.adoption.of(this.fn, call, given.value, this.pair);
      if (adopted) {
        this.outcome.escapes.push({ kind: "field", ref: adopted.ref, at: adopted.at, fn: adopted.fn });
        return null;
      }
      switch (this.holders.fateOfArgument(callee.fn, call, position, this.pair, state.boxed)) {
        case "released": return this.released(call.at, state);
        case "borrowed": return state;
        case "returned": return this.alias(state, call.out, call.at);
        case "kept":
          this.outcome.escapes.push({ kind: "argument", call, at: call.at, known: true });
          return null;
      }
    }
    if (callee === null && (this.api.borrows.has(this.fn, call, this.types) || receiver === null && BORROWING.test(call.path?.split(".").at(-1) ?? ""))) return state;
    if (receiver !== null) {
      const ref = this.refs.of(this.fn, receiver);
      // this.timers.push(handle), REGISTRY.add(handle): an element of something that lives longer.
      if (this.names === null && this.api.words.is("stores", call) !== null && (ref.root.kind === "this" || ref.root.kind === "binding")) {
        this.outcome.escapes.push({ kind: "element", ref: this.refs.field(ref, "[]"), at: call.at, fn: this.fn });
        return null;
      }
    }
    // What this function releases itself further on was only lent; who gets what the call made of it is taken to have it.
    if (this.flow.releasesLater(call, state.variables)) return this.alias(state, call.out, call.at);
    this.outcome.escapes.push({ kind: "argument", call, at: call.at, known: callee !== null });
    return null;
  }

  /** `done()` of a callback that was given both. */
  private isReleaseParameter(callee: ValueId): boolean {
    const release = this.acquired.entry?.release ?? null;
    const definition = this.fn.definition(callee)?.instruction;
    return release !== null && definition?.op === "load" && definition.place.kind === "binding" && definition.place.binding === release;
  }

  /** `-#off` on what the handle was taken from: `browser.close()` for a page of `browser.newPage()`. */
  private targetIsOurs(value: ValueId): boolean {
    const { receiver } = this.acquired.site.instruction;
    return receiver !== null && this.refs.of(this.fn, receiver).key === this.refs.of(this.fn, value).key;
  }

  private closure(instruction: Extract<Instruction, { op: "closure" }>, state: State): State | null {
    const made = this.fn.module.fn(instruction.function);
    if (!made || made.isIdle || this.callbacks.has(made)) return state;
    const captured = [...state.variables].filter((binding) => made.facts.captures.includes(binding));
    if (captured.length === 0) return state;
    this.use(instruction.at);
    for (const binding of captured) {
      if (this.holders.releasedInClosure(this.pair, this.fn.module, binding, this.callbacks)) {
        this.outcome.escapes.push({ kind: "closure", fn: made, at: instruction.at, releases: true });
        return null;
      }
    }
    // A closure that only uses it is no owner, unless the closure itself goes where nobody can see.
    const goes = this.fn.uses(instruction.out).some((use) => {
      if (use.kind === "end") return true;
      const { instruction: user } = use.site;
      if (user.op === "collection") return true;
      return user.op === "store" && user.value === instruction.out && (user.place.kind === "field" || user.place.kind === "static" || user.place.kind === "index") && !("object" in user.place && this.isHandle(user.place.object, state));
    });
    if (!goes) return state;
    this.outcome.escapes.push({ kind: "closure", fn: made, at: instruction.at, releases: false });
    return null;
  }

  private released(at: Span, state?: State): null {
    if (state?.thrown) this.releasedInHandler = true;
    else this.outcome.releasedNormally.push(at);
    if (!this.outcome.released.some((other) => other[0] === at[0])) this.outcome.released.push(at);
    this.use(at);
    return null;
  }

  private alias(state: State, out: ValueId, at: Span): State {
    this.use(at);
    return { ...state, values: new Set(state.values).add(out) };
  }

  private use(at: Span): void {
    if (!this.outcome.lastUse || at[1] > this.outcome.lastUse[1]) this.outcome.lastUse = at;
  }

  private isHandle(value: ValueId, state: State): boolean {
    return state.values.has(value) || state.held && this.acquired.shared !== undefined && this.refs.of(this.fn, value).key === this.acquired.shared;
  }

  private refine(test: Test, state: State, block: BlockId): { then: State | null; otherwise: State | null } {
    if (state.held) {
      const tested = endInputs({ kind: "branch", test, then: 0, else: 0, at: [0, 0] });
      if (test.kind !== "more" && tested.some((value) => this.names?.asks(value, (one) => this.isHandle(one, state)) === true)) return { then: { ...state, asked: true }, otherwise: { ...state, asked: true } };
      const asked = tested.some((value) => this.asksHandle(value, state));
      if (asked) {
        // What ends by itself may be over a moment later.
        const open = this.pair.ends === "completes" ? null : tellsOpen(this.fn, test);
        return { then: { ...state, asked: open !== true }, otherwise: { ...state, asked: open !== false } };
      }
    }
    // `for await` leaves at the end of what it reads from, a directory's iterator is closed there.
    if (test.kind === "more" && state.held && !state.boxed && (this.pair.scope === "async-closes" || this.pair.exhausts === true) && this.isHandle(test.iterated, state)) return { then: state, otherwise: this.released(this.fn.facts.nameAt) };
    // A box that holds the handle is not empty.
    if (test.kind === "more" && state.held && state.boxed && this.isHandle(test.iterated, state)) return { then: state, otherwise: state.iterated ? { ...state, iterated: false } : null };
    // `if tasks == []`: an empty collection does not hold it either.
    if (test.kind === "equal" && state.held && state.boxed && this.isHandle(test.left, state)) {
      const other = this.fn.definition(test.right)?.instruction;
      if (other?.op === "collection" && other.elements.length === 0 || other?.op === "constant" && other.value.kind === "null") return { then: null, otherwise: state };
    }
    if ((test.kind === "truthy" || test.kind === "none") && state.held && this.isHandle(test.value, state) && (!state.boxed || test.kind === "truthy")) return test.kind === "truthy" ? { then: state, otherwise: null } : { then: null, otherwise: state };
    if ((test.kind === "truthy" || test.kind === "none") && this.saysNoHandle(test)) return test.kind === "truthy" ? { then: null, otherwise: state } : { then: state, otherwise: null };
    const { then, otherwise } = this.conditions.refine(test, state.facts, block);
    return { then: then && { ...state, facts: then }, otherwise: otherwise && { ...state, facts: otherwise } };
  }

  /** `if (error)` in a callback: where there is an error there is no handle. */
  private saysNoHandle(test: Extract<Test, { kind: "truthy" | "none" }>): boolean {
    const error = this.acquired.entry?.error ?? null;
    const definition = this.fn.definition(test.value)?.instruction;
    return error !== null && definition?.op === "load" && definition.place.kind === "binding" && definition.place.binding === error;
  }

  /** `f.closed`, `task.done()`, `proc.poll() is None`: a question to the handle about itself. */
  private asksHandle(value: ValueId, state: State, depth = 0): boolean {
    const definition = this.fn.definition(value)?.instruction;
    if (!definition || depth > 3) return false;
    if (definition.op === "load" && definition.place.kind === "field") return ASKING.test(definition.place.name) && this.isHandle(definition.place.object, state);
    if (definition.op === "call") return definition.receiver !== null && ASKING.test(definition.method ?? "") && this.isHandle(definition.receiver, state) && definition.args.length === 0;
    if (definition.op === "operation") return inputs(definition).some((input) => this.asksHandle(input, state, depth + 1));
    return false;
  }

  /** Functions given to the acquiring call: the timer's own callback, the listener itself. */
  private ownCallbacks(): ReadonlySet<Fn> {
    const own = new Set<Fn>();
    if (this.acquired.entry) return own;
    for (const argument of this.acquired.site.instruction.args) {
      const definition = this.fn.definition(argument.value)?.instruction;
      const made = definition?.op === "closure" ? this.fn.module.fn(definition.function) : null;
      if (made && (this.pair.callbacks ?? [0]).length > 0) own.add(made);
    }
    return this.pair.recurring === true ? new Set() : own;
  }
}

/** Python's operators whose result holds what their operands hold. */
const JOINING = new Set(["+", "|"]);
/** Names of what a handle tells of its own state. */
const ASKING = /^_*(?:is|has|was)_?[A-Z]?|clos|open|done|end|poll|running|active|alive|finish|cancel|connect|destroy|dispose|abort|exit|returncode|state|ready|stop|kill|pending|terminat|shutdown/iu;
/** Functions that by their names only look at or adjust what they are given: `set_nonblocking(fd)`. */
const BORROWING = /^_*(?:set|get|is|has|check|validate|log|print|describe|format|assert|dump|verify|test|enable|disable|configure|tune)(?:_|[A-Z])/u;
function stateKey(state: State): string {
  const facts = [...state.facts].map(([key, truth]) => `${key}=${truth}`).sort().join(",");
  const thrown = state.thrown ? `!${state.thrown.what}${state.thrown.explicit ? "!" : ""}` : "";
  return `${state.held ? "h" : "-"}${state.asked ? "a" : ""}${state.boxed ? "b" : ""}${state.iterated ? "i" : ""}${state.kept ?? ""}${state.known ? "k" : ""}${thrown}|${[...state.variables].sort((a, b) => a - b).join(",")}|${facts}`;
}
