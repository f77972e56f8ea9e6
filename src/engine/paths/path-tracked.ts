/** The handle that is followed through its function: what is known of it before the first step, and what comes out of all steps. */
import type { ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import type { Api, CompiledPair } from "../program/api.js";
import type { Holders } from "../contexts/holders.js";
import { LocalHolders } from "../program/local-holders.js";
import { PathNames } from "./path-names.js";
import type { State } from "./path-state.js";
import type { Acquired, Leak, Outcome } from "./path-types.js";
import type { Fn } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";
import type { Types } from "../program/types.js";

export class Tracked {
  readonly outcome: Outcome = { leaks: [], escapes: [], released: [], releasedNormally: [], reads: [], lastUse: null, variable: null, gaveUp: false };
  readonly fn: Fn;
  readonly pair: CompiledPair;
  readonly python: boolean;
  readonly locals: LocalHolders;
  /** Where the handle is the name of something on disk: the names that are made of it. */
  readonly names: PathNames | null;
  /** The scope statement's entry: where it fails, the exit does not run. */
  readonly isEntering: boolean;
  /** The handle's own callbacks: a release in them does not count. */
  readonly callbacks: ReadonlySet<Fn>;
  /** The field that the object keeps it in. */
  keptRef: Ref | null = null;
  releasedInHandler = false;
  /** What calls give that are made on, or with, what the function ends with the others that it has gathered. */
  readonly lentTo = new Set<ValueId>();
  /** Those of `outcome.leaks` at which a list or a tuple held it. */
  readonly boxedLeaks = new Set<Leak>();
  /** Those before which nothing was done with it that would open what it opens on its first use. */
  readonly unusedLeaks = new Set<Leak>();

  /** @param resumed whether the function goes on after each `yield`: a context manager's, a fixture's. */
  constructor(readonly refs: Refs, readonly types: Types, readonly api: Api, readonly holders: Holders, readonly resumed: boolean, readonly acquired: Acquired) {
    this.fn = acquired.fn;
    this.pair = acquired.pair;
    this.python = this.fn.module.facts.language === "python";
    this.locals = new LocalHolders(this.fn, refs, types, api);
    this.callbacks = this.ownCallbacks();
    this.isEntering = acquired.entering === true || api.enterMethods.has(this.fn.facts.name) && this.fn.facts.kind === "method";
    this.names = this.pair.path === true ? new PathNames(this.fn, this.pair, api, types, holders) : null;
  }

  isHandle(value: ValueId, state: State): boolean {
    return state.values.has(value) || state.held && this.acquired.shared !== undefined && this.refs.of(this.fn, value).key === this.acquired.shared;
  }

  leak(kind: Leak["kind"], at: Span, state: State, store: Span | null = null): void {
    if (state.asked) return;
    const { thrown } = state;
    // What a module's variable holds lives as long as the process, unless the variable gets another value.
    if (this.fn.facts.kind === "module" && state.variables.size > 0 && (kind !== "overwritten" || thrown)) return;
    // Caught here and then forgotten is as good as raised here.
    const leak: Leak = thrown ? { kind: "exception", at: thrown.at, raisedAt: thrown.first ?? thrown.at, explicit: !state.boxed && (thrown.explicit || kind !== "exception") } : { kind, at, raisedAt: null, explicit: true };
    const same = this.outcome.leaks.find((other) => other.kind === leak.kind && other.at[0] === leak.at[0]);
    if (store) leak.store = store;
    if (!same) {
      this.outcome.leaks.push(leak);
      if (state.boxed) this.boxedLeaks.add(leak);
      if (state.unused) this.unusedLeaks.add(leak);
      return;
    }
    same.explicit ||= leak.explicit;
    if (!state.unused) this.unusedLeaks.delete(same);
  }

  released(at: Span, state?: State): null {
    if (state?.thrown) this.releasedInHandler = true;
    else this.outcome.releasedNormally.push(at);
    if (!this.outcome.released.some((other) => other[0] === at[0])) this.outcome.released.push(at);
    this.use(at);
    return null;
  }

  alias(state: State, out: ValueId, at: Span): State {
    this.use(at);
    return { ...state, values: new Set(state.values).add(out) };
  }

  use(at: Span): void {
    if (!this.outcome.lastUse || at[1] > this.outcome.lastUse[1]) this.outcome.lastUse = at;
  }

  /** Somebody else has a name of it, and may still need it. */
  handOver(at: Span): void {
    this.outcome.escapes.push({ kind: "argument", call: this.acquired.site.instruction, at, known: true });
  }

  /** The function gathers what it makes in a collection, and ends all that is in there. */
  isGathered(): boolean {
    return this.pair.evidence === "gathered" || this.pair.shown?.by === "together";
  }

  isConstructor(): boolean {
    return this.fn.facts.kind === "constructor" || this.isEntering;
  }

  /** Waiting for the handle ends it: a task. */
  isAwaited(): boolean {
    return this.pair.releases.some((pattern) => pattern.kind === "await");
  }

  isReleaseName(name: string): boolean {
    return this.pair.releases.some((pattern) => pattern.kind === "on-handle" && pattern.method === name);
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
