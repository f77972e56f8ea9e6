/**
 * Every handle of the program with its fate: released, given away, or leaked, and how that is known.
 *
 * A handle starts at a call that the catalog says acquires, or at a call of a function of the program that returns such
 * a handle unreleased. Its path through the acquiring function is followed by `paths`; what is stored in a field, a
 * module variable or a container is then looked for under that name in the whole program.
 */
import type { Call, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import { Acquisitions, originOf } from "./acquisitions.js";
import type { Start } from "./acquisitions.js";
import type { Api, CompiledPair } from "../program/api.js";
import { ClosedTwins } from "./closed-twins.js";
import type { Context, Contexts } from "../contexts/contexts.js";
import { DroppedEntries } from "./dropped-entries.js";
import { EmptiedSlots } from "./emptied-slots.js";
import { EmptiedTables } from "./emptied-tables.js";
import type { Endings } from "../contexts/endings.js";
import { FieldPaths } from "../paths/field-paths.js";
import type { Held, Replacement } from "../paths/field-paths.js";
import { ForgottenFields } from "./forgotten-fields.js";
import { isThis } from "../contexts/holders.js";
import type { CallSite, Holders } from "../contexts/holders.js";
import type { Escape, Leak, Outcome, Paths } from "../paths/paths.js";
import type { Cls, Fn, Program, Site } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";
import { ShownHandles } from "./shown-handles.js";
import { Sources } from "./sources.js";
import type { SourceFate } from "./sources.js";
import { StartedFields } from "./started-fields.js";
import { Started } from "./started.js";
import { StoredRecords } from "../program/stored-records.js";
import type { Types } from "../program/types.js";

/** Who holds a handle that left its function, and whether anybody releases it there. */
export interface Ownership {
  ref: Ref;
  /** Where it was stored. */
  at: Span;
  /** The class whose instance holds it. */
  cls: Cls | null;
  /** Methods of the class (or its relatives) whose name says that they release what it holds. */
  teardowns: Fn[];
  /** A release exists, in the only one of `teardowns`, but this return stands before it. */
  skipped: Span | null;
  /** A framework's state holds it. */
  state?: true;
  /** The method that put it there, where the acquiring function gave it to one: others may give it theirs. */
  taker?: Fn;
  /** It is still in its variable, which functions that outlive the acquiring one have captured. */
  captured?: boolean;
}

/** A handle that is not safe: `leaks`, `unreleased` or `replaced` say why. */
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
  /** What is known of the end of what it was taken from; null where its kind does not depend on that. */
  source: SourceFate | null;
  /** Ways out of the acquiring function with the handle still held. */
  leaks: Leak[];
  /** Holders outside the function in which nobody releases it. */
  unreleased: Ownership[];
  /** A release exists on some path. */
  releasedSomewhere: boolean;
  /** The field that holds it gets another value, and the handle is lost; `leaks` and `unreleased` are then empty. */
  replaced: Replacement | null;
}

export class Lifetimes {
  private lives: Life[] | null = null;
  readonly acquisitions: Acquisitions;
  readonly shown: ShownHandles;
  private readonly droppedEntries: DroppedEntries;
  private readonly closedTwins: ClosedTwins;
  private readonly emptiedSlots: EmptiedSlots;
  private readonly emptiedTables: EmptiedTables;
  readonly fieldPaths: FieldPaths;
  private readonly forgottenFields: ForgottenFields;
  private readonly sources: Sources;
  private readonly started: Started;
  private readonly startedFields: StartedFields;
  private readonly byRule = new Map<CompiledPair["rule"], readonly Life[]>();

  constructor(
    private readonly program: Program, private readonly refs: Refs, private readonly types: Types, private readonly api: Api,
    private readonly contexts: Contexts, private readonly holders: Holders, private readonly paths: Paths, private readonly endings: Endings,
  ) {
    this.sources = new Sources(refs, types, api, contexts, holders);
    this.fieldPaths = new FieldPaths(refs, types, api, contexts, holders, endings);
    this.forgottenFields = new ForgottenFields(refs, types, api, contexts, holders, endings);
    this.started = new Started(refs, types, api, holders);
    this.startedFields = new StartedFields(refs, types, api, holders, endings);
    const records = new StoredRecords(types, api);
    this.shown = new ShownHandles(refs, types, api, holders, records);
    this.closedTwins = new ClosedTwins(program, types, api, contexts, holders, records);
    this.droppedEntries = new DroppedEntries(program, refs, api, this.fieldPaths);
    this.emptiedTables = new EmptiedTables(program, refs, types, api, contexts, endings, records);
    this.acquisitions = new Acquisitions(refs, types, api, holders, paths, contexts);
    this.emptiedSlots = new EmptiedSlots(program, refs, types, api, contexts, endings, holders, this.acquisitions);
  }

  /** Every handle that is not safe, in source order by module. Test files are left out. */
  all(): readonly Life[] {
    return (this.lives ??= [...this.compute()]);
  }

  /** Every handle of one rule's pairs, the safe ones too: theirs have nothing in `leaks` and `unreleased`. */
  every(rule: CompiledPair["rule"]): readonly Life[] {
    let known = this.byRule.get(rule);
    if (!known) this.byRule.set(rule, (known = [...this.compute(rule)].filter((life) => life.replaced === null)));
    return known;
  }

  /** The pair whose handle a function of the program acquires and returns to its caller; null where it does not. */
  returnsOwned(fn: Fn): CompiledPair | null {
    return this.acquisitions.returnsOwned(fn)[0]?.pair ?? null;
  }

  private *compute(only: CompiledPair["rule"] | null = null): Generator<Life> {
    const held: Held[] = [];
    for (const fn of this.program.functions()) {
      if (this.contexts.isTest(fn)) continue;
      const seen = new Set<number>();
      for (const site of fn.sites()) {
        if (site.instruction.op !== "call" || seen.has(site.instruction.at[0] * 1000003 + site.instruction.at[1])) continue;
        const starts = this.startsAt(fn, site as CallSite).filter((start) => only === null || start.pair.rule === only);
        if (starts.length === 0) continue;
        seen.add(site.instruction.at[0] * 1000003 + site.instruction.at[1]); // A finaliser's copies are one handle.
        for (const start of starts) {
          const life = this.lifeOf(fn, site as CallSite, start, held, only !== null);
          if (life) yield life;
        }
      }
    }
    yield* this.replaced(held);
    if (only === null) yield* this.forgotten();
  }

  private startsAt(fn: Fn, site: CallSite): Start[] {
    const starts = this.acquisitions.at(fn, site);
    const shown = starts.every((start) => start.pair.evidence !== undefined) ? this.shown.at(fn, site) : null;
    const acquired = shown ?? (starts.length === 0 ? this.started.at(fn, site) ?? this.startedFields.at(fn, site) ?? this.closedTwins.at(fn, site) : null);
    return acquired ? [{ pair: acquired.pair, through: null, acquired }] : starts;
  }

  /** Fields that get another value while they hold a live handle. */
  private *replaced(held: readonly Held[]): Generator<Life> {
    for (const { one, replacement } of this.fieldPaths.replacements(held)) {
      yield {
        pair: one.pair, fn: replacement.fn, site: one.site, through: one.through, context: this.contexts.of(replacement.fn), outcome: one.outcome, dropped: false, source: null,
        leaks: [], unreleased: [], releasedSomewhere: true, replaced: replacement,
      };
    }
  }

  /** Entries that a table loses without their being closed, one or all of them, and what is lost from a slot of its own. */
  private *forgotten(): Generator<Life> {
    for (const { fn, ref, at, maker, closer, pair: known } of [...this.droppedEntries.all(), ...this.emptiedTables.all(), ...this.emptiedSlots.all()]) {
      if (this.contexts.isTest(fn)) continue;
      const pair = known ?? this.acquisitions.evidence.ofEntry(maker, closer);
      const outcome: Outcome = { leaks: [], escapes: [], released: [], releasedNormally: [], reads: [], lastUse: null, variable: null, gaveUp: false };
      yield {
        pair, fn, site: maker, through: null, context: this.contexts.of(fn), outcome, dropped: false, leaks: [], unreleased: [], releasedSomewhere: true, source: null,
        replaced: { fn, ref, at, store: at, emptied: true },
      };
    }
  }

  /** What a helper returns to its callers is taken from what ends by itself. */
  private endsInside(helper: Fn, pair: CompiledPair, depth = 0): boolean {
    if (pair.endedBy === undefined || depth > 3) return false;
    const starts = [...helper.sites()].flatMap((site) => (site.instruction.op === "call" ? this.acquisitions.at(helper, site as CallSite).filter((start) => start.pair === pair) : []));
    return starts.length > 0 && starts.every(({ through, acquired }) => {
      if (through) return this.endsInside(through, pair, depth + 1);
      const { instruction } = acquired.site;
      const fate = this.sources.of(helper, instruction, pair);
      return fate === "ends" || fate === "unknown";
    });
  }

  private lifeOf(fn: Fn, site: CallSite, start: Start, held: Held[], safeToo: boolean): Life | null {
    const { pair, through, acquired } = start;
    const context = this.contexts.at(fn, site.block);
    const source = this.sources.of(fn, site.instruction, pair);
    if (source === "ends" || source === "unknown" || start.through && this.endsInside(start.through, pair) || this.endsWithParent(fn, site.instruction, pair, context) || this.acquisitions.cleared.is(fn, site, pair)) return null;
    const outcome = this.paths.follow(acquired);
    if (outcome.gaveUp || outcome.leaks.length > 0 && this.allReleasedInside(fn, pair)) return null;
    const unreleased: Ownership[] = [];
    let releasedSomewhere = outcome.released.length > 0 || outcome.over === true;
    for (const escape of outcome.escapes) {
      if (escape.kind === "field") held.push({ pair, fn, site, through, outcome, ref: escape.ref, at: escape.at });
      const ownership = this.isEndedByOther(escape, fn, outcome) ? "released" : this.ownershipOf(escape, pair, fn, site);
      if (ownership === "released") releasedSomewhere = true;
      else if (ownership) unreleased.push({ ...ownership, ...takerOf(escape, fn) });
      if (escape.kind === "closure" && escape.releases) releasedSomewhere = true;
      else if (escape.kind === "closure" && outcome.variable !== null && fn.facts.kind !== "module") {
        unreleased.push({ ref: this.refs.ofBinding(fn.module, outcome.variable), at: escape.at, cls: null, teardowns: [], skipped: null, captured: true });
      }
    }
    if (!safeToo && outcome.leaks.length === 0 && unreleased.length === 0) return null;
    const dropped = outcome.leaks.length > 0 && acquired.element === undefined && !acquired.entry && acquired.receiver === undefined && !acquired.started && isUnused(fn, site.instruction.out);
    return { pair, fn, site, through, context, outcome, dropped, source, leaks: outcome.leaks, unreleased, releasedSomewhere, replaced: null };
  }

  /** `self.conn = conn; self.stack.enter_context(conn)`: what the field keeps was given, under its other name, to an owner that ends it. */
  private isEndedByOther(escape: Escape, fn: Fn, { variable }: Outcome): boolean {
    return escape.kind === "field" && escape.fn === fn && variable !== null && this.holders.isTransferred(fn, variable);
  }

  /** `connect().then(use).finally(() => library.close())`: a nested function releases all there are. */
  private allReleasedInside(fn: Fn, pair: CompiledPair): boolean {
    if (!pair.releaseAlls.some((pattern) => pattern.kind === "path" && pattern.argument === null)) return false;
    return this.holders.nestedIn(fn).some((inner) => [...inner.sites()].some(({ instruction }) => instruction.op === "call" && this.api.released(pair, inner, instruction, this.types)?.via === "all"));
  }

  /** A cursor or channel ends with its connection; where that is a handle of the same function, it is the one to speak of. */
  private endsWithParent(fn: Fn, call: Call, pair: CompiledPair, context: Context): boolean {
    if (call.receiver === null || !pair.releaseAlls.some((pattern) => pattern.kind === "on-target")) return false;
    const origin = originOf(fn, call.receiver, 0);
    // Of `archive(path).open(name)` at a top level, the variable that may get another value holds the member.
    if (context.kind === "once" && origin?.instruction.out === call.receiver) return false;
    return origin !== null && this.acquisitions.at(fn, origin).some((start) => start.pair.evidence === undefined);
  }

  private ownershipOf(escape: Escape, pair: CompiledPair, fn: Fn, site: CallSite): Ownership | "released" | null {
    if (escape.kind !== "field" && escape.kind !== "element" && escape.kind !== "variable") return null;
    const { ref } = escape;
    // What a class holds for all its instances is no instance's to end: it lives as a module's variable does.
    const by = escape.fn.cls !== null && (!fn.cls?.related.includes(escape.fn.cls)) ? escape.fn.cls : fn.cls;
    const holder = ref.root.kind === "this" ? by ?? ref.root.cls : null;
    const isOfClass = holder !== null && escape.kind === "field" && this.isOfClass(escape.fn, escape.at);
    // Unless the class has an end of its own.
    const ends = holder === null ? [] : this.teardownsOf(holder).filter((end) => !isOfClass || end.facts.static);
    const cls = isOfClass && ends.length === 0 ? null : holder;
    const releasedBy = this.holders.released(pair, ref) ?? this.releasedByName(pair, ref);
    if (releasedBy) {
      const skipped = cls ? this.fieldPaths.skippedRelease(pair, ref, releasedBy.fn) : null;
      if (skipped) return { ref, at: escape.at, cls, teardowns: [releasedBy.fn], skipped };
      const exit = cls && this.endings.isEnd(releasedBy.fn.facts.name) ? this.idleExitOf(cls, releasedBy.fn) : null;
      if (exit) return { ref, at: escape.at, cls, teardowns: [exit], skipped: null };
      const forgetting = cls && escape.kind === "field" && this.forgottenAtEnd(pair, ref, cls, site);
      return forgetting ? { ref, at: escape.at, cls, teardowns: [forgetting], skipped: null } : "released";
    }
    // `tabs.set(key, { page })`: whoever takes the record out ends what is in its field.
    if (escape.kind !== "variable" && escape.parts?.some((part) => this.holders.released(pair, this.refs.field(ref, part)) !== null) === true) return "released";
    if (ref.root.kind === "binding" && ref.fields.length === 0) {
      const { module, binding } = ref.root;
      if (this.holders.releasedInClosure(pair, module, binding)) return "released";
      if (module.binding(binding)?.kind === "parameter") return null;
    }
    // `this` of a function that is no class's method: an object all the same.
    const isObject = ref.root.kind === "value" && ref.root.value < 0;
    if (ref.root.kind !== "this" && ref.root.kind !== "binding" && !isObject) return null;
    // What a component's state holds its methods return to show it.
    const isShown = escape.kind === "field" && escape.state === true && cls !== null;
    if (this.givenAway(ref, site, pair) || !isShown && this.holders.isReturned(ref)) return null;
    if (cls && this.releasesByName(cls)) return null;
    return { ref, at: escape.at, cls, teardowns: cls ? ends : [], skipped: null };
  }

  /** The class's end, where the only releases of the field make room for the next one. */
  private forgottenAtEnd(pair: CompiledPair, ref: Ref, cls: Cls, site: CallSite): Fn | null {
    if (pair.rule === "timer-leak" || this.releasesByName(cls) || this.givenAway(ref, site, pair) || this.holders.isReturned(ref) || this.releasedByName(pair, ref) !== null) return null;
    return this.forgottenFields.endOf(pair, ref, cls);
  }

  /** `with Store() as store:` comes to `__exit__()`, which does nothing, though the class has an end to call. */
  private idleExitOf(cls: Cls, end: Fn): Fn | null {
    if (end.cls === null || !cls.related.includes(end.cls) || cls.unknownBase || this.api.scopeMethods.has(end.facts.name)) return null;
    const exit = cls.methods.find((method) => this.api.scopeMethods.has(method.facts.name)) ?? null;
    // One that calls something may come to it; one that raises wants a subclass's.
    return exit && [...exit.sites()].every(({ instruction }) => instruction.op !== "call") && exit.facts.blocks.every((block) => block.end.kind !== "raise") && exit.facts.decorators.length === 0 && exit.cls?.facts.abstract !== true ? exit : null;
  }

  /** `Class.name = …`, `cls.name = …`, `type(self).name = …`: the store at this place is to a field of the class itself. */
  private isOfClass(fn: Fn, at: Span): boolean {
    return [...fn.sites()].some(({ instruction }) => {
      if (instruction.op !== "store" || instruction.at[0] !== at[0] || instruction.at[1] !== at[1]) return false;
      const { place } = instruction;
      if (place.kind === "static") return true;
      if (place.kind !== "field") return false;
      const object = fn.definition(place.object)?.instruction;
      if (object?.op === "load" && object.place.kind === "class") return true;
      const { root, fields } = this.refs.of(fn, place.object);
      return root.kind === "binding" && fields.length === 0 && this.program.classOfBinding(root.module, root.binding) !== null;
    });
  }

  /** `conn.timer` under another name for `conn`: a release of any field so called, anywhere in the module. */
  private releasedByName(pair: CompiledPair, ref: Ref): Site | null {
    const name = ref.fields.findLast((field) => field !== "[]");
    if (name === undefined) return null;
    return this.holders.releasedField(pair, name, ref.root.kind === "this" ? ref.root.cls : null);
  }

  /** `for name in (…): getattr(self, name).close()`, where it is not known which fields it means. */
  private releasesByName(cls: Cls): boolean {
    return this.teardownsOf(cls).some((method) => [...method.sites()].some(({ instruction }) => {
      if (this.holders.named.of(method, instruction).length > 0) return false;
      if (instruction.op === "load" && instruction.place.kind === "index") return isThis(method, instruction.place.object);
      if (instruction.op !== "call" || instruction.receiver !== null || instruction.args.length < 2) return false;
      const [object, name] = instruction.args;
      return object !== undefined && name !== undefined && instruction.callee !== null && this.types.calleeOf(method, instruction) === null
        && isThis(method, object.value) && method.definition(name.value)?.instruction.op !== "constant";
    }));
  }

  /** Whether the holder, or the list that it is an element of, is passed on to somebody whose use of it is not known. */
  private givenAway(ref: Ref, site: CallSite, pair: CompiledPair): boolean {
    const list = ref.fields.at(-1) === "[]" ? this.refs.owner(ref) : null;
    for (const use of [...this.holders.usesOf(ref.key), ...list ? this.holders.usesOf(list.key) : []]) {
      if (use.as !== "argument" || use.site === site) continue;
      const { fn: user, instruction: call } = use.site;
      if (this.api.borrows.has(user, call, this.types) || !pair.shown && this.api.safe.has(user, call, this.types)) continue;
      if (this.types.calleeOf(user, call)) continue; // Followed by summary in `released`.
      return true;
    }
    return false;
  }

  /** The methods that end the object; one that must be told what to end, and of what, ends something in it: `disconnect(self, sid, namespace)`. */
  teardownsOf(cls: Cls): Fn[] {
    return cls.methods.filter((method) => (this.api.releaseMethods.has(method.facts.name) || this.endings.isEnd(method.facts.name, true) && !this.endings.isPartial(method.facts.name) && callsBase(method)) && takesNothing(cls, method));
  }
}

/** `async def shutdown_all(self): await super().shutdown_all()`: the base runs it when it is over. */
function callsBase(fn: Fn): boolean {
  return [...fn.sites()].some(({ instruction }) => {
    const object = instruction.op === "call" && instruction.method === fn.facts.name && instruction.receiver !== null ? fn.definition(instruction.receiver)?.instruction : undefined;
    return object?.op === "load" && object.place.kind === "super";
  });
}

function takesNothing(cls: Cls, { facts }: Fn): boolean {
  return cls.module.facts.language !== "python" || facts.name.startsWith("__") || facts.parameters.filter((one) => one.kind === "plain" && one.default === "none").length < 3;
}

/** A framework's state, or a plain method that took the handle over from the function that acquired it. */
function takerOf(escape: Escape, fn: Fn): Pick<Ownership, "taker" | "state"> {
  if (escape.kind !== "field") return {};
  if (escape.fn === fn) return escape.state ? { state: true } : {};
  const { kind, name } = escape.fn.facts;
  return kind === "method" && name !== "__init__" ? { taker: escape.fn } : {};
}

/** Whether a value, or what awaiting it gives, is never used. */
function isUnused(fn: Fn, value: ValueId): boolean {
  return fn.uses(value).every((use) => use.kind === "instruction" && (
    use.site.instruction.op === "operation" && use.site.instruction.operator === "void"
    || use.site.instruction.op === "await" && isUnused(fn, use.site.instruction.out)));
}
