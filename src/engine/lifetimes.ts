/**
 * Every handle of the program with its fate: released, given away, or leaked, and how that is known.
 *
 * A handle starts at a call that the catalog says acquires, or at a call of a function of the program that returns such
 * a handle unreleased. Its path through the acquiring function is followed by `paths`; what is stored in a field, a
 * module variable or a container is then looked for under that name in the whole program.
 */
import type { Call, ValueId } from "../model/facts.js";
import type { Span } from "../model/span.js";
import type { Api, CompiledPair } from "./api.js";
import type { Context, Contexts } from "./contexts.js";
import type { CallSite, Holders } from "./holders.js";
import type { Escape, Leak, Outcome, Paths } from "./paths.js";
import type { Cls, Fn, Program, Site } from "./program.js";
import type { Ref, Refs } from "./refs.js";
import type { Types } from "./types.js";

/** Who holds a handle that left its function, and whether anybody releases it there. */
export interface Ownership {
  ref: Ref;
  /** Where it was stored. */
  at: Span;
  /** The class whose instance holds it. */
  cls: Cls | null;
  /** The release that was found; null means that none exists. */
  releasedBy: Site | null;
  /** Methods of the class (or its relatives) whose name says that they release what it holds. */
  teardowns: Fn[];
}

/** A handle that is not safe: exactly one of `leaks` and `ownership` says why. */
export interface Life {
  pair: CompiledPair;
  fn: Fn;
  site: CallSite;
  /** The helper that acquired it, where the handle came out of a function of the program. */
  through: Fn | null;
  context: Context;
  outcome: Outcome;
  /** Nothing held it: the call's result is not used at all. */
  dropped: boolean;
  /** Ways out of the acquiring function with the handle still held. */
  leaks: Leak[];
  /** Holders outside the function in which nobody releases it. */
  unreleased: Ownership[];
  /** A release exists on some path. */
  releasedSomewhere: boolean;
}

export class Lifetimes {
  private lives: Life[] | null = null;
  private readonly owned = new Map<Fn, CompiledPair | null>();

  constructor(
    private readonly program: Program, private readonly refs: Refs, private readonly types: Types, private readonly api: Api,
    private readonly contexts: Contexts, private readonly holders: Holders, private readonly paths: Paths,
  ) {}

  /** Every handle that is not safe, in source order by module. Test files are left out. */
  all(): readonly Life[] {
    return (this.lives ??= [...this.compute()]);
  }

  /** The pair whose handle a function of the program acquires and returns to its caller; null where it does not. */
  returnsOwned(fn: Fn): CompiledPair | null {
    const known = this.owned.get(fn);
    if (known !== undefined) return known;
    this.owned.set(fn, null);
    const found = this.computeOwned(fn);
    this.owned.set(fn, found);
    return found;
  }

  private *compute(): Generator<Life> {
    for (const fn of this.program.functions()) {
      if (this.contexts.isTest(fn)) continue;
      const seen = new Set<number>();
      for (const site of fn.sites()) {
        if (site.instruction.op !== "call" || seen.has(site.instruction.at[0] * 1000003 + site.instruction.at[1])) continue;
        const acquired = this.acquiredBy(fn, site.instruction);
        if (!acquired) continue;
        seen.add(site.instruction.at[0] * 1000003 + site.instruction.at[1]); // A finaliser's copies are one handle.
        const life = this.lifeOf(fn, site as CallSite, acquired.pair, acquired.through);
        if (life) yield life;
      }
    }
  }

  /** The pair that a call acquires as its result. */
  private acquiredBy(fn: Fn, call: Call): { pair: CompiledPair; through: Fn | null } | null {
    for (const pair of this.api.acquired(fn, call, this.types)) {
      if (pair.handle === undefined || pair.handle === "result") return { pair, through: null };
    }
    const callee = this.types.calleeOf(fn, call);
    if (callee?.kind !== "function" || callee.fn.facts.generator || callee.fn.facts.decorators.length > 0) return null;
    const pair = this.returnsOwned(callee.fn);
    return pair ? { pair, through: callee.fn } : null;
  }

  private computeOwned(fn: Fn): CompiledPair | null {
    if (fn.facts.kind === "module" || fn.facts.blocks.length > 200) return null;
    for (const block of fn.facts.blocks) {
      if (block.end.kind !== "return" || block.end.value === null) continue;
      const call = this.originOf(fn, block.end.value, 0);
      if (!call) continue;
      const acquired = this.acquiredBy(fn, call.instruction);
      if (!acquired || acquired.pair.rule === "orphan-task" || acquired.pair.rule === "timer-leak" || acquired.pair.rule === "logger-handler") continue;
      const outcome = this.paths.follow({ fn, site: call, pair: acquired.pair, value: call.instruction.out });
      // Kept anywhere else, it is not the caller's alone.
      if (!outcome.gaveUp && outcome.escapes.some((one) => one.kind === "return") && outcome.escapes.every((one) => one.kind === "return")) return acquired.pair;
    }
    return null;
  }

  /** The call whose result a returned value is, through awaits and variables assigned once. */
  private originOf(fn: Fn, value: ValueId, depth: number): CallSite | null {
    const definition = fn.definition(value);
    if (!definition || depth > 4) return null;
    const { instruction } = definition;
    if (instruction.op === "call") return definition as CallSite;
    if (instruction.op === "await") return this.originOf(fn, instruction.value, depth + 1);
    if (instruction.op === "load" && instruction.place.kind === "binding") {
      for (const store of fn.module.bindingStores.get(instruction.place.binding) ?? []) {
        const origin = store.fn === fn ? this.originOf(fn, store.value, depth + 1) : null;
        if (origin) return origin;
      }
    }
    return null;
  }

  private lifeOf(fn: Fn, site: CallSite, pair: CompiledPair, through: Fn | null): Life | null {
    const value = site.instruction.out;
    const context = this.contexts.at(fn, site.block);
    const endsWell = this.endsBySource(fn, site.instruction, pair);
    if (endsWell) return null;
    const outcome = this.paths.follow({ fn, site, pair, value });
    if (outcome.gaveUp) return null;
    const unreleased: Ownership[] = [];
    let releasedSomewhere = outcome.released.length > 0;
    for (const escape of outcome.escapes) {
      const ownership = this.ownershipOf(escape, pair, fn, site);
      if (ownership === "released") releasedSomewhere = true;
      else if (ownership) unreleased.push(ownership);
      if (escape.kind === "closure" && escape.releases) releasedSomewhere = true;
    }
    if (outcome.leaks.length === 0 && unreleased.length === 0) return null;
    const dropped = outcome.leaks.length > 0 && isUnused(fn, value);
    return { pair, fn, site, through, context, outcome, dropped, leaks: outcome.leaks, unreleased, releasedSomewhere };
  }

  /** `of(1).subscribe()`, `source.pipe(take(1)).subscribe()`: the chain of calls before says that it ends. */
  private endsBySource(fn: Fn, call: Call, pair: CompiledPair): boolean {
    if (!pair.endedBy || call.receiver === null) return false;
    const names = new Set(pair.endedBy.map((one) => (typeof one === "string" ? one : one.call)));
    const visit = (value: ValueId, depth: number): boolean => {
      const definition = fn.definition(value)?.instruction;
      if (!definition || depth > 10) return false;
      if (definition.op === "load" && definition.place.kind === "binding") {
        const stores = fn.module.bindingStores.get(definition.place.binding) ?? [];
        const [store] = stores;
        return stores.length === 1 && store?.fn === fn && visit(store.value, depth + 1);
      }
      if (definition.op === "await") return visit(definition.value, depth + 1);
      if (definition.op !== "call") return false;
      if (definition.path !== null && names.has(definition.path)) return true;
      if (definition.method !== null && definition.receiver !== null) {
        if (names.has(`*#${definition.method}`)) return true;
        for (const type of this.types.of(fn, definition.receiver)) if (names.has(`${type}#${definition.method}`)) return true;
      }
      if (definition.args.some((one) => visit(one.value, depth + 1))) return true;
      return definition.receiver !== null && visit(definition.receiver, depth + 1);
    };
    return visit(call.receiver, 0);
  }

  private ownershipOf(escape: Escape, pair: CompiledPair, fn: Fn, site: CallSite): Ownership | "released" | null {
    if (escape.kind !== "field" && escape.kind !== "element" && escape.kind !== "variable") return null;
    const { ref } = escape;
    const cls = ref.root.kind === "this" ? (fn.cls ?? ref.root.cls) : null;
    const releasedBy = this.holders.released(pair, ref) ?? this.releasedByName(pair, ref);
    if (releasedBy) return "released";
    if (ref.root.kind === "binding" && ref.fields.length === 0) {
      const { module, binding } = ref.root;
      if (this.holders.releasedInClosure(pair, module, binding)) return "released";
      if (module.binding(binding)?.kind === "parameter") return null;
    }
    if (ref.root.kind !== "this" && ref.root.kind !== "binding") return null;
    if (this.givenAway(ref, site)) return null;
    return { ref, at: escape.at, cls, releasedBy: null, teardowns: cls ? this.teardownsOf(cls) : [] };
  }

  /** `conn.timer` under another name for `conn`: a release of any field so called, anywhere in the module. */
  private releasedByName(pair: CompiledPair, ref: Ref): Site | null {
    const name = ref.fields.findLast((field) => field !== "[]");
    if (name === undefined) return null;
    return this.holders.releasedField(pair, name, ref.root.kind === "this" ? ref.root.cls : null);
  }

  /** Whether the holder is read by somebody whose use of it is not known: returned, or passed on. */
  private givenAway(ref: Ref, site: CallSite): boolean {
    for (const use of this.holders.usesOf(ref.key)) {
      if (use.as !== "argument" || use.site === site) continue;
      const { fn: user, instruction: call } = use.site;
      if (this.api.borrows.has(user, call, this.types) || this.api.safe.has(user, call, this.types)) continue;
      if (this.types.calleeOf(user, call)) continue; // Followed by summary in `released`.
      return true;
    }
    return this.holders.isReturned(ref);
  }

  teardownsOf(cls: Cls): Fn[] {
    return cls.methods.filter((method) => this.api.releaseMethods.has(method.facts.name));
  }
}

/** Whether a value, or what awaiting it gives, is never used. */
function isUnused(fn: Fn, value: ValueId): boolean {
  return fn.uses(value).every((use) => use.kind === "instruction" && (
    use.site.instruction.op === "operation" && use.site.instruction.operator === "void"
    || use.site.instruction.op === "await" && isUnused(fn, use.site.instruction.out)));
}
