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
 * list as safe may raise; in JavaScript only an await or a throw is taken to (a synchronous throw is as likely
 * anywhere, and reporting it everywhere would say nothing).
 */
import type { BindingId, BlockId, Call, Instruction, Test, ValueId } from "../model/facts.js";
import type { Span } from "../model/span.js";
import type { Api, CompiledPair } from "./api.js";
import type { CallSite, Holders } from "./holders.js";
import type { Cls, Fn, Site } from "./program.js";
import { endInputs, inputs } from "./program.js";
import type { Ref, Refs } from "./refs.js";
import type { Types } from "./types.js";

/** A handle's start: the call, the pair, and the value that is the handle. */
export interface Acquired {
  fn: Fn;
  site: CallSite;
  pair: CompiledPair;
  value: ValueId;
}

/** A way out on which the handle is still held. */
export interface Leak {
  /**
   * "dropped": nothing ever held it. "exit": the function returns or falls off its end. "exception": an exception
   * leaves. "overwritten": the only variable that held it got another value. "iteration": the loop acquires again.
   */
  kind: "dropped" | "exit" | "exception" | "overwritten" | "iteration";
  at: Span;
  /** For "exception": the statement that may raise. */
  raisedAt: Span | null;
}

/** Where the handle went; its fate is then somebody else's. */
export type Escape =
  | { kind: "field" | "element"; ref: Ref; at: Span; fn: Fn }
  | { kind: "variable"; ref: Ref; at: Span; fn: Fn }
  | { kind: "return" | "yield"; at: Span }
  | { kind: "argument"; call: Call & { at: Span }; at: Span; known: boolean }
  | { kind: "closure"; fn: Fn; at: Span; releases: boolean };

export interface Outcome {
  leaks: Leak[];
  escapes: Escape[];
  /** A release was met on some path. */
  released: Span[];
  /** Last place where the handle is used in its function. */
  lastUse: Span | null;
  /** The local variable that holds it, if one does. */
  variable: BindingId | null;
  /** The bounds were hit: nothing is known. */
  gaveUp: boolean;
}

type Truth = "truthy" | "falsy" | "none" | "not-none";

interface State {
  held: boolean;
  /** Values and variables that are the handle, or hold it (a tuple, a list). */
  values: ReadonlySet<ValueId>;
  variables: ReadonlySet<BindingId>;
  boxed: boolean;
  /** The handle's own state was asked (`if not f.closed`): a path on which it is open is then not believed. */
  asked: boolean;
  facts: ReadonlyMap<string, Truth>;
}

const MAXIMUM_STEPS = 6000;
const MAXIMUM_STATES = 10;

export class Paths {
  constructor(private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly holders: Holders) {}

  follow(acquired: Acquired): Outcome {
    return new Walk(this.refs, this.types, this.api, this.holders, acquired).run();
  }
}

/** One exploration. */
class Walk {
  private readonly outcome: Outcome = { leaks: [], escapes: [], released: [], lastUse: null, variable: null, gaveUp: false };
  private readonly fn: Fn;
  private readonly pair: CompiledPair;
  private readonly seen = new Map<BlockId, Set<string>>();
  private readonly work: { block: BlockId; state: State }[] = [];
  private readonly interesting: ReadonlySet<string>;
  /** The handle's own callbacks: a release in them does not count. */
  private readonly callbacks: ReadonlySet<Fn>;
  private steps = 0;
  private readonly python: boolean;

  constructor(private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly holders: Holders, private readonly acquired: Acquired) {
    this.fn = acquired.fn;
    this.pair = acquired.pair;
    this.python = this.fn.module.facts.language === "python";
    this.interesting = this.interestingFacts();
    this.callbacks = this.ownCallbacks();
  }

  run(): Outcome {
    this.push(0, { held: false, values: new Set(), variables: new Set(), boxed: false, asked: false, facts: new Map() });
    for (let next = this.work.pop(); next; next = this.work.pop()) {
      this.walkBlock(next.block, next.state);
      if (this.steps > MAXIMUM_STEPS) {
        this.outcome.gaveUp = true;
        this.outcome.leaks = [];
        break;
      }
    }
    return this.outcome;
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
    for (const instruction of block.instructions) {
      this.steps++;
      if (state.held && this.mayRaise(instruction, state) && !this.releasesNow(instruction, state)) this.raise(block.handler, state, instruction.at);
      state = this.step(instruction, state);
      if (!state) return;
    }
    const { end } = block;
    switch (end.kind) {
      case "jump": this.push(end.to, state); return;
      case "branch": {
        const { then, otherwise } = this.refine(end.test, state);
        if (then) this.push(end.then, then);
        if (otherwise) this.push(end.else, otherwise);
        return;
      }
      case "return": {
        if (!state.held) return;
        if (end.value !== null && this.isHandle(end.value, state)) {
          this.outcome.escapes.push({ kind: "return", at: end.at });
          return;
        }
        this.leak("exit", end.at, null, state);
        return;
      }
      case "raise": if (state.held) this.raise(block.handler, state, end.at); return;
      case "catch": {
        for (const clause of end.clauses) {
          this.push(clause.to, state);
          if (clause.types === null || clause.types.some((type) => CATCH_ALL.has(type))) return;
        }
        this.raise(end.otherwise, state, end.at);
        return;
      }
      case "rethrow": this.raise(end.to, state, end.at); return;
      case "unreachable": return;
    }
  }

  private raise(handler: BlockId | null, state: State, at: Span): void {
    if (handler !== null) {
      this.raisedAt ??= new Map();
      if (!this.raisedAt.has(handler)) this.raisedAt.set(handler, at);
      this.push(handler, state);
    } else if (state.held) this.leak("exception", at, at, state);
  }

  private raisedAt: Map<BlockId, Span> | null = null;

  private leak(kind: Leak["kind"], at: Span, raisedAt: Span | null, state: State): void {
    if (state.asked) return;
    if (this.outcome.leaks.some((leak) => leak.kind === kind && leak.at[0] === at[0])) return;
    this.outcome.leaks.push({ kind, at, raisedAt });
  }

  private mayRaise(instruction: Instruction, state: State): boolean {
    switch (instruction.op) {
      case "await": case "yield": return true;
      case "call": return this.python ? !this.api.safe.has(this.fn, instruction, this.types) : false;
      // Entering the handle's own scope is the start of its protection.
      case "enter": return this.python && !this.isHandle(instruction.value, state);
      case "next": return this.python;
      default: return false;
    }
  }

  /** The release itself may fail, but then the handle is past saving. */
  private releasesNow(instruction: Instruction, state: State): boolean {
    if (instruction.op === "exit" || instruction.op === "yield") return instruction.op === "exit";
    if (instruction.op === "await") return this.isHandle(instruction.value, state) || this.fn.definition(instruction.value)?.instruction.op === "call" && this.isReleaseResult(instruction.value, state);
    if (instruction.op !== "call") return false;
    const match = this.api.released(this.pair, this.fn, instruction, this.types);
    return match !== null && (match.via === "all" || this.isHandle(match.value, state)) || instruction.args.some((one) => this.isHandle(one.value, state) && !this.api.borrows.has(this.fn, instruction, this.types));
  }

  private isReleaseResult(value: ValueId, state: State): boolean {
    const definition = this.fn.definition(value)?.instruction;
    if (definition?.op !== "call") return false;
    const match = this.api.released(this.pair, this.fn, definition, this.types);
    return match !== null && this.isHandle(match.value, state);
  }

  /** The state after an instruction; null where the path ends for the handle. */
  private step(instruction: Instruction, state: State): State | null {
    if (instruction === this.acquired.site.instruction || ("out" in instruction && instruction.out === this.acquired.value)) return this.acquire(instruction, state);
    if (instruction.op === "call" && this.api.neverReturns.has(this.fn, instruction, this.types)) return null;
    const known = this.learn(instruction, state);
    if (!known.held) {
      // Another copy of the acquiring statement (a finaliser's) is the same handle.
      return known;
    }
    return this.stepHeld(instruction, known);
  }

  private acquire(instruction: Instruction, state: State): State | null {
    if (!("out" in instruction) || instruction.out !== this.acquired.value) return state;
    if (state.held) {
      if (!state.boxed) this.leak("iteration", instruction.at, null, state);
      return null;
    }
    return { ...state, held: true, values: new Set([this.acquired.value]), variables: new Set(), boxed: false, asked: false };
  }

  private stepHeld(instruction: Instruction, state: State): State | null {
    switch (instruction.op) {
      case "load":
        if (instruction.place.kind === "binding" && state.variables.has(instruction.place.binding)) return this.alias(state, instruction.out, instruction.at);
        if (instruction.place.kind === "index" && this.holdsElements(state) && this.isHandle(instruction.place.object, state)) return this.alias(state, instruction.out, instruction.at);
        if (instruction.place.kind === "field" && this.isHandle(instruction.place.object, state)) {
          this.use(instruction.at);
          if (this.pair.parts?.includes(instruction.place.name) === true) return this.alias(state, instruction.out, instruction.at);
        }
        return state;
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
        if (this.pair.releases.some((pattern) => pattern.kind === "await")) return this.released(instruction.at);
        return this.alias(state, instruction.out, instruction.at);
      case "yield":
        if (instruction.value !== null && this.isHandle(instruction.value, state)) {
          // A context manager or fixture hands it over and gets control back; a generator may be left unfinished.
          this.outcome.escapes.push({ kind: "yield", at: instruction.at });
          return null;
        }
        return state;
      case "enter":
        return this.isHandle(instruction.value, state) ? this.alias(state, instruction.out, instruction.at) : state;
      case "exit":
        if (!this.isHandle(instruction.value, state)) return state;
        return this.pair.scope === "closes" || this.pair.scope === "async-closes" || this.pair.scope === undefined && instruction.form === "using" ? this.released(instruction.at) : state;
      case "next":
        return state.boxed && this.isHandle(instruction.value, state) ? this.alias(state, instruction.out, instruction.at) : state;
      case "operation":
        if ((instruction.operator === "unpack" || instruction.operator === "spread" || instruction.operator === "slice") && this.holdsElements(state) && instruction.inputs.some((value) => this.isHandle(value, state))) {
          return this.alias(state, instruction.out, instruction.at);
        }
        return state;
      case "constant": case "class": case "caught": return state;
    }
  }

  private store(instruction: Extract<Instruction, { op: "store" }>, state: State): State | null {
    const { place } = instruction;
    const isHandle = this.isHandle(instruction.value, state);
    if (place.kind === "binding") {
      if (!isHandle) return state.variables.has(place.binding) ? this.overwrite(place.binding, instruction.at, state) : state;
      const binding = this.fn.module.binding(place.binding);
      const variables = new Set(state.variables).add(place.binding);
      if (binding?.kind !== "temporary") this.outcome.variable ??= place.binding;
      if (!binding || binding.owner !== this.fn.id || this.fn.facts.kind === "module") {
        this.outcome.escapes.push({ kind: "variable", ref: this.refs.ofBinding(this.fn.module, place.binding), at: instruction.at, fn: this.fn });
        return null;
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
      // A list or object made here and only known here holds it like a variable does.
      const local = place.kind === "static" ? null : this.localContainer(place.object);
      if (local !== null) return { ...state, variables: new Set(state.variables).add(local), boxed: true };
      const cls: Cls | null = place.kind === "static" ? this.fn.module.cls(place.class) : null;
      const ref = place.kind === "static" ? (cls ? this.refs.ofField(cls, place.name) : null) : place.kind === "field" ? this.refs.field(this.refs.of(this.fn, place.object), place.name) : this.refs.field(this.refs.of(this.fn, place.object), "[]");
      if (ref) this.outcome.escapes.push({ kind: place.kind === "index" ? "element" : "field", ref, at: instruction.at, fn: this.fn });
      return null;
    }
    this.outcome.escapes.push({ kind: "variable", ref: this.refs.of(this.fn, instruction.value), at: instruction.at, fn: this.fn });
    return null;
  }

  /** The local variable that holds a collection made in this function, if the value is one. */
  private localContainer(value: ValueId): BindingId | null {
    const definition = this.fn.definition(value)?.instruction;
    if (definition?.op !== "load" || definition.place.kind !== "binding") return null;
    const id = definition.place.binding;
    const binding = this.fn.module.binding(id);
    if (binding?.owner !== this.fn.id || binding.kind === "parameter" || binding.captured || this.fn.facts.kind === "module") return null;
    const stores = this.fn.module.bindingStores.get(id) ?? [];
    return stores.length > 0 && stores.every((one) => one.fn === this.fn && one.fn.definition(one.value)?.instruction.op === "collection") ? id : null;
  }

  private overwrite(binding: BindingId, at: Span, state: State): State | null {
    if (!state.variables.has(binding)) return state;
    const variables = new Set(state.variables);
    variables.delete(binding);
    if (variables.size === 0) {
      this.leak("overwritten", at, null, state);
      return null;
    }
    return { ...state, variables };
  }

  private call(call: Call & { at: Span }, state: State): State | null {
    const match = this.api.released(this.pair, this.fn, call, this.types);
    if (match && match.via !== "target" && this.isHandle(match.value, state)) return this.released(call.at);
    if (match?.via === "all" || match?.via === "target" && this.targetIsOurs(match.value)) return this.released(call.at);
    const { receiver } = call;
    if (receiver !== null && this.isHandle(receiver, state)) {
      this.use(call.at);
      if (call.args.some((one) => this.isHandle(one.value, state))) return state;
      // Elements taken from a collection that holds it; a builder's `on(…)` returns its receiver.
      if (state.boxed || this.pair.parts?.includes(call.method ?? "") === true || CHAINING.has(call.method ?? "")) return this.alias(state, call.out, call.at);
      return state;
    }
    const given = call.args.find((one) => this.isHandle(one.value, state));
    if (!given) return state;
    this.use(call.at);
    const position = call.args.indexOf(given);
    if (receiver !== null) {
      // items.append(handle): a local list holds it now.
      const local = this.localContainer(receiver);
      if (local !== null && !this.api.transfers.takes(this.fn, call, given.value, this.types)) return { ...state, variables: new Set(state.variables).add(local), boxed: true };
    }
    if (this.api.transfers.takes(this.fn, call, given.value, this.types)) {
      this.outcome.escapes.push({ kind: "argument", call, at: call.at, known: true });
      return null;
    }
    const callee = this.types.calleeOf(this.fn, call);
    if (callee?.kind === "function") {
      switch (this.holders.fateOfArgument(callee.fn, call, position, this.pair)) {
        case "released": return this.released(call.at);
        case "borrowed": return state;
        case "returned": return this.alias(state, call.out, call.at);
        case "kept":
          this.outcome.escapes.push({ kind: "argument", call, at: call.at, known: true });
          return null;
      }
    }
    if (callee === null && this.api.borrows.has(this.fn, call, this.types)) return state;
    if (receiver !== null) {
      const ref = this.refs.of(this.fn, receiver);
      // this.timers.push(handle), REGISTRY.add(handle): an element of something that lives longer.
      if (STORING.has(call.method ?? "") && (ref.root.kind === "this" || ref.root.kind === "binding")) {
        this.outcome.escapes.push({ kind: "element", ref: this.refs.field(ref, "[]"), at: call.at, fn: this.fn });
        return null;
      }
    }
    this.outcome.escapes.push({ kind: "argument", call, at: call.at, known: callee !== null });
    return null;
  }

  /** `-#off` on what the handle was taken from: `browser.close()` for a page of `browser.newPage()`. */
  private targetIsOurs(value: ValueId): boolean {
    const { receiver } = this.acquired.site.instruction;
    return receiver !== null && this.refs.of(this.fn, receiver).key === this.refs.of(this.fn, value).key;
  }

  private closure(instruction: Extract<Instruction, { op: "closure" }>, state: State): State | null {
    const made = this.fn.module.fn(instruction.function);
    if (!made || this.callbacks.has(made)) return state;
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

  private released(at: Span): null {
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

  /** The handle is in a collection or is a tuple itself, so elements of what holds it may be it. */
  private holdsElements(state: State): boolean {
    return state.boxed || this.pair.elements !== undefined;
  }

  private isHandle(value: ValueId, state: State): boolean {
    return state.values.has(value);
  }

  /** What branches are worth remembering about: conditions met twice, and variables set to a constant. */
  private interestingFacts(): ReadonlySet<string> {
    const counts = new Map<string, number>();
    for (const block of this.fn.facts.blocks) {
      if (block.end.kind === "branch") for (const value of endInputs(block.end)) bump(counts, this.factKey(value));
      for (const instruction of block.instructions) {
        if (instruction.op === "store" && instruction.place.kind === "binding" && this.fn.definition(instruction.value)?.instruction.op === "constant") {
          bump(counts, this.refs.ofBinding(this.fn.module, instruction.place.binding).key);
        }
      }
    }
    return new Set([...counts].filter(([, count]) => count > 1).map(([key]) => key).slice(0, 8));
  }

  private factKey(value: ValueId): string | null {
    const definition = this.fn.definition(value)?.instruction;
    if (definition?.op !== "load") return null;
    return this.refs.of(this.fn, value).key;
  }

  private learn(instruction: Instruction, state: State): State {
    if (instruction.op !== "store" || instruction.place.kind !== "binding") return state;
    const { key } = this.refs.ofBinding(this.fn.module, instruction.place.binding);
    if (!this.interesting.has(key)) return state;
    const facts = new Map(state.facts);
    const stored = this.fn.definition(instruction.value)?.instruction;
    const literal = stored?.op === "constant" ? stored.value : null;
    if (literal?.kind === "null") facts.set(key, "none");
    else if (literal?.kind === "boolean") facts.set(key, literal.value ? "truthy" : "falsy");
    else facts.delete(key);
    return { ...state, facts };
  }

  private refine(test: Test, state: State): { then: State | null; otherwise: State | null } {
    const both = { then: state, otherwise: state };
    if (state.held) {
      const asked = endInputs({ kind: "branch", test, then: 0, else: 0, at: [0, 0] }).some((value) => this.asksHandle(value, state));
      if (asked) return { then: { ...state, asked: true }, otherwise: { ...state, asked: true } };
    }
    if (test.kind !== "truthy" && test.kind !== "none") return both;
    if (state.held && this.isHandle(test.value, state) && !state.boxed) return test.kind === "truthy" ? { then: state, otherwise: null } : { then: null, otherwise: state };
    const key = this.factKey(test.value);
    const literal = this.fn.definition(test.value)?.instruction;
    if (literal?.op === "constant" && test.kind === "truthy" && literal.value.kind === "boolean") return literal.value.value ? { then: state, otherwise: null } : { then: null, otherwise: state };
    if (key === null || !this.interesting.has(key)) return both;
    const fact = state.facts.get(key);
    const withFact = (truth: Truth): State => ({ ...state, facts: new Map(state.facts).set(key, truth) });
    if (test.kind === "truthy") {
      return {
        then: fact === "falsy" || fact === "none" ? null : withFact("truthy"),
        otherwise: fact === "truthy" ? null : withFact(fact === "none" ? "none" : "falsy"),
      };
    }
    return {
      then: fact === "truthy" || fact === "not-none" ? null : withFact("none"),
      otherwise: fact === "none" ? null : withFact(fact === "truthy" ? "truthy" : fact === "falsy" ? "falsy" : "not-none"),
    };
  }

  /** `f.closed`, `task.done()`, `proc.poll() is None`: a question to the handle about itself. */
  private asksHandle(value: ValueId, state: State, depth = 0): boolean {
    const definition = this.fn.definition(value)?.instruction;
    if (!definition || depth > 3) return false;
    if (definition.op === "load" && definition.place.kind === "field") return this.isHandle(definition.place.object, state);
    if (definition.op === "call") return definition.receiver !== null && this.isHandle(definition.receiver, state) && definition.args.length === 0;
    if (definition.op === "operation") return inputs(definition).some((input) => this.asksHandle(input, state, depth + 1));
    return false;
  }

  /** Functions given to the acquiring call: the timer's own callback, the listener itself. */
  private ownCallbacks(): ReadonlySet<Fn> {
    const own = new Set<Fn>();
    for (const argument of this.acquired.site.instruction.args) {
      const definition = this.fn.definition(argument.value)?.instruction;
      const made = definition?.op === "closure" ? this.fn.module.fn(definition.function) : null;
      if (made && (this.pair.callbacks ?? [0]).length > 0) own.add(made);
    }
    return this.pair.recurring === true ? new Set() : own;
  }
}

const CATCH_ALL = new Set(["BaseException", "Exception"]);
/** Methods that put an argument into their receiver. Words of the languages' own containers. */
const STORING = new Set(["append", "add", "push", "set", "insert", "unshift", "appendleft", "put", "put_nowait", "setdefault", "extend", "enqueue"]);
/** Methods that return their receiver by long convention. */
const CHAINING = new Set(["on", "once", "unref", "ref", "setTimeout", "setEncoding", "listen", "pipe", "start"]);

function bump(counts: Map<string, number>, key: string | null): void {
  if (key !== null) counts.set(key, (counts.get(key) ?? 0) + 1);
}

function stateKey(state: State): string {
  const facts = [...state.facts].map(([key, truth]) => `${key}=${truth}`).sort().join(",");
  return `${state.held ? "h" : "-"}${state.asked ? "a" : ""}${state.boxed ? "b" : ""}|${[...state.variables].sort((a, b) => a - b).join(",")}|${facts}`;
}

/** The site of an instruction, for callers that hold an instruction only. */
export type { Site };
