/**
 * The catalog, compiled: which pair a call acquires or releases, what it returns, whether it keeps, borrows or raises.
 * Lookup is by the call's path or method name, so its cost does not grow with the catalog.
 */
import { matchesArgument, matchesPath, parseApiPattern, parseReleasePattern } from "../../catalog/pattern.js";
import type { AcquirePattern, PatternArgument, ReleasePattern } from "../../catalog/pattern.js";
import type { CatalogFile, ContainerMethods, ContainerType, Memoizer, Pair } from "../../catalog/types.js";
import type { Call, LanguageId, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import { HandedOn } from "./handed-on.js";
import type { Fn, Mod } from "./program.js";
import type { Types } from "./types.js";

/** A list of call patterns that is asked with a call. */
export class CallSet<T> {
  private readonly byPath = new Map<string, Entry<T>[]>();
  private readonly byStem = new Map<string, Entry<T>[]>();
  private readonly byMethod = new Map<string, Entry<T>[]>();
  private readonly anyMethod: Entry<T>[] = [];

  add(text: string, value: T): void {
    this.addPattern(parseApiPattern(text), value);
  }

  addPattern(pattern: AcquirePattern, value: T): void {
    const entry: Entry<T> = { pattern, value };
    if (pattern.kind === "method") {
      if (pattern.method === "*") this.anyMethod.push(entry);
      else insert(this.byMethod, pattern.method, entry);
    } else if (pattern.path.endsWith(".*")) insert(this.byStem, pattern.path.slice(0, -2), entry);
    else insert(this.byPath, pattern.path, entry);
  }

  /** The entries that mean this call, the most specific kind first: paths, typed receivers, any receiver. */
  match(fn: Fn, call: Call, types: Types): { value: T; argument: PatternArgument | null; specific: boolean }[] {
    const found: { value: T; argument: PatternArgument | null; specific: boolean }[] = [];
    const path = types.callPath(fn, call);
    if (path !== null) {
      for (const one of this.byPath.get(path) ?? []) found.push({ value: one.value, argument: one.pattern.argument, specific: true });
      const dot = path.lastIndexOf(".");
      if (dot > 0) for (const one of this.byStem.get(path.slice(0, dot)) ?? []) if (one.pattern.kind === "path" && matchesPath(one.pattern.path, path)) found.push({ value: one.value, argument: one.pattern.argument, specific: true });
    }
    // A name for it: `const Context = window.AudioContext || window.webkitAudioContext; new Context()`.
    if (call.isNew && path === null && call.callee !== null && call.receiver === null) {
      for (const path of types.of(fn, call.callee)) for (const one of this.byPath.get(path) ?? []) found.push({ value: one.value, argument: one.pattern.argument, specific: true });
    }
    const name = call.method ?? (call.path !== null && !call.path.includes(".") ? null : null);
    if (name !== null && call.receiver !== null) {
      const candidates = [...(this.byMethod.get(name) ?? []), ...this.anyMethod];
      if (candidates.length > 0) {
        const typed: typeof found = [];
        const any: typeof found = [];
        for (const one of candidates) {
          if (one.pattern.kind !== "method") continue;
          if (one.pattern.type === "*") any.push({ value: one.value, argument: one.pattern.argument, specific: false });
          else if (types.is(fn, call.receiver, one.pattern.type)) typed.push({ value: one.value, argument: one.pattern.argument, specific: true });
        }
        found.push(...typed, ...any);
      }
    }
    // A factory that is a value: `Session = sessionmaker(); Session()` is "sqlalchemy.orm.sessionmaker#__call__".
    if (call.callee !== null && path === null && this.byMethod.has("__call__")) {
      for (const one of this.byMethod.get("__call__") ?? []) {
        if (one.pattern.kind === "method" && types.is(fn, call.callee, one.pattern.type)) found.push({ value: one.value, argument: one.pattern.argument, specific: true });
      }
    }
    return found;
  }

  has(fn: Fn, call: Call, types: Types): boolean {
    return this.match(fn, call, types).length > 0;
  }

  /** Whether the value is an argument that some entry means. */
  takes(fn: Fn, call: Call, value: ValueId, types: Types): boolean {
    return this.match(fn, call, types).some(({ argument }) =>
      call.args.some((one, position) => one.value === value && matchesArgument(argument, position, one.name)));
  }

  get size(): number {
    return this.byPath.size + this.byMethod.size + this.byStem.size + this.anyMethod.length;
  }
}

type WordKind = keyof NonNullable<CatalogFile["words"]>;

/** The catalog's `words`, asked by name alone: what names are followed through must not depend on types. */
export class Words {
  private readonly kinds = new Map<string, Set<WordKind>>();

  add(file: CatalogFile): void {
    for (const [kind, patterns] of Object.entries(file.words ?? {})) {
      for (const pattern of patterns) {
        const known = this.kinds.get(pattern);
        if (known) known.add(kind as WordKind);
        else this.kinds.set(pattern, new Set([kind as WordKind]));
      }
    }
  }

  /** Whether the call is a word of that kind, as a method or by its path. */
  is(kind: WordKind, call: { path: string | null; receiver: ValueId | null; method: string | null }): "method" | "path" | null {
    // `Object.values(table)` is no method of a thing that is called Object.
    if (call.path !== null && this.kinds.get(call.path)?.has(kind) === true) return "path";
    return call.receiver !== null && call.method !== null && this.kinds.get(`*#${call.method}`)?.has(kind) === true ? "method" : null;
  }
}

interface Entry<T> {
  pattern: AcquirePattern;
  value: T;
}

/** What one name on disk is to another that it was made of. */
export type PathRelation = "same" | "inside" | "around";

/** How a pair that the code shows is known. */
export interface Shown {
  /** "here": the acquiring function ends it; "together": it ends all that it has gathered; "field": the clean-up ends the field it is put in; "outer": another function ends the variable it is put in; "sibling": it ends another field made the same way; "name": the file ends what goes by the same name; "late": so, and the function asks whether it comes too late; "twin": all others that make the same call end what it gives. */
  by: "here" | "together" | "field" | "outer" | "sibling" | "name" | "late" | "twin";
  /** The method that ends it. */
  release: string;
  place: { path: string; at: Span };
}

export interface CompiledPair extends Pair {
  releases: readonly ReleasePattern[];
  releaseAlls: readonly ReleasePattern[];
  /** For a class of the program whose instances are handles: what an instance holds, and the method that releases it. */
  holds?: { noun: string; release: string; place: { path: string; at: Span } };
  /** For what the code itself shows to be a handle (see `Evidence`): it was taken from a pool, is closed on some way, or a sibling field other entries of its table are, the clean-up ends what is started or put into its field, or the function ends all that it has gathered. */
  evidence?: "pool" | "closed" | "sibling" | "entry" | "started" | "field" | "gathered";
  /** For a handle that no catalog lists: how the code shows that it is one. */
  shown?: Shown;
  name: RegExp | null;
  receiver: RegExp | null;
  releasing: RegExp | null;
  /** `sources.streams`. */
  streaming: RegExp | null;
}

/** How a call releases: which of its values is (or stands for) the handle. */
export interface ReleaseMatch {
  via: "handle" | "argument" | "target" | "call" | "all";
  /** The handle, or for "target" the receiver; for "all" (`plt.close("all")`) nothing that matters. */
  value: ValueId;
}

/** One language's catalog, compiled. The engine holds one for each language and asks by the module's. */
export class Api {
  readonly pairs: CompiledPair[] = [];
  readonly acquires = new CallSet<CompiledPair>();
  readonly transfers = new CallSet<true>();
  readonly wraps = new CallSet<true>();
  readonly waits = new CallSet<true>();
  /** What a call makes of the name of something on disk. */
  readonly pathCalls = new CallSet<PathRelation>();
  readonly pathsAround = new Set<string>();
  readonly pathReaders: RegExp[] = [];
  readonly pathRemovers = new Set<string>();
  readonly raises = new CallSet<true>();
  readonly timedScopes = new CallSet<true>();
  readonly borrows = new CallSet<true>();
  readonly drains = new CallSet<true>();
  readonly neverReturns = new CallSet<true>();
  readonly exits = new CallSet<true>();
  readonly safe = new CallSet<true>();
  readonly immediate = new CallSet<"iteration" | "once">();
  readonly cleanups = new CallSet<true>();
  readonly ambient = new CallSet<true>();
  readonly descriptors = new CallSet<string>();
  readonly executors = new CallSet<true>();
  readonly stateHooks = new CallSet<true>();
  readonly memoizers = new Map<string, Memoizer>();
  private readonly importQueries = new Map<string, string>();
  /** Methods that merge what they are given into a field of their receiver. */
  readonly merges = new Map<string, string>();
  readonly weak = new CallSet<true>();
  readonly instances = new CallSet<true>();
  readonly roots = new CallSet<true>();
  /** "decorator(argument)": lists of classes that are such roots. */
  readonly rootLists = new Set<string>();
  readonly rootNames: NonNullable<CatalogFile["rootNames"]> = [];
  readonly nests = new Set<string>();
  readonly answers = new Set<string>();
  readonly parts = new Set<string>();
  readonly awaited = new Set<string>();
  readonly elsewhere = new CallSet<true>();
  readonly weakCallbacks = new CallSet<true>();
  readonly resumed = { decorators: new Set<string>(), callbacks: new CallSet<true>() };
  readonly terminalEvents = new Set<string>();
  readonly lateEvents = new Set<string>();
  readonly errorEvents = new Set<string>();
  readonly eventTargets = new Set<string>();
  readonly startingEvents = new Set<string>();
  /** Calls that run an argument only when something failed. */
  readonly onFailure = new CallSet<true>();
  /** Calls whose promise is never rejected, or only where the receiver is. */
  readonly sure = new CallSet<true>();
  readonly surePassed = new CallSet<true>();
  /** Paths of calls that give the module which they are told. */
  readonly namedModules = new Set<string>();
  readonly sureOf = new CallSet<true>();
  readonly sureLists = new CallSet<true>();
  /** Calls that make a promise together with the means to settle it; by the field that rejects. */
  readonly deferreds = new CallSet<string>();
  /** Fields of what a library gives a function by that name which are such promises. */
  readonly sureGiven: { to: string; argument: number; field: string }[] = [];
  /** By an event, those that come between two of it. */
  readonly turns = new Map<string, string[]>();
  /** By an event that comes any number of times, those that end what it is a part of. */
  readonly during = new Map<string, string[]>();
  readonly upward = new Set<string>();
  /** Calls that hand out what is used again, with what their receiver must be called. */
  readonly handsOut = new CallSet<{ receiver: RegExp | null; event: string | null }>();
  readonly connectionEvents = new Set<string>();
  private requestName = /^$/u;
  readonly bags = new Set<string>();
  /** Last names of class decorators that make one instance for the process. */
  readonly singletons = new Set<string>();
  readonly words = new Words();
  readonly returns = new Map<string, string>();
  readonly extends = new Map<string, string[]>();
  readonly longLived = new Set<string>();
  readonly rootServices: NonNullable<CatalogFile["rootServices"]> = [];
  readonly ownParts = new Set<string>();
  /** Attributes of elements whose function is given the element. */
  readonly ownAttributes = new Set<string>();
  private readonly ownParameters: { name: RegExp; of: RegExp | null }[] = [];
  /** "decorator(argument)": class decorators' lists of what each object gets of its own. */
  readonly ownLists = new Set<string>();
  readonly pathTypes = new Set<string>();
  readonly inMemory = new Set<string>();
  readonly slips = new Set<string>();
  readonly assertions = new Set<string>();
  readonly catchAll = new Set<string>();
  readonly cancellations = new Set<string>();
  readonly enterMethods = new Set<string>();
  readonly restoreMethods = new Set<string>();
  private readonly closers = new Set<string>();
  /** Methods that close what they are called on, by catalog or by custom. */
  readonly closingMethods = new Set<string>();
  /** Calls that give something to run once it is settled, however that comes. */
  readonly settledCallbacks = new CallSet<true>();
  /** What names of classes look like that serve many callers, so that an instance lives long. */
  readonly servants: RegExp[] = [];
  readonly plainBases: string[] = [];
  readonly scopeMethods = new Map<string, "closes" | "async-closes">();
  readonly releaseMethods = new Set<string>();
  readonly startMethods = new Set<string>();
  /** Methods that take a listener off what they are called on: what they are given is named, and not run. */
  private readonly takingOff = new Set<string>();
  private readonly ends = new Set<string>();
  /** Those that open what some other method of the same object closes. */
  readonly openingMethods = new Set<string>();
  readonly containers = new Map<string, ContainerType>();
  readonly containerMethods = new Map<ContainerType["shape"], ContainerMethods>();
  readonly files: readonly CatalogFile[];
  private readonly handedOn: HandedOn;
  private readonly byName: CompiledPair[] = [];

  constructor(readonly language: LanguageId, files: readonly CatalogFile[]) {
    this.files = files.filter((file) => file.language === language);
    for (const file of this.files) this.addFile(file);
    this.handedOn = new HandedOn(this.files);
  }

  private addFile(file: CatalogFile): void {
    for (const pair of file.pairs ?? []) {
      const compiled: CompiledPair = {
        ...pair,
        releases: [...pair.release, ...scopeMethods(pair), ...(file.language === "ts" ? promisified(pair) : [])].map(parseReleasePattern),
        releaseAlls: (pair.releaseAll ?? []).map(parseReleasePattern),
        name: pair.acquireName === undefined ? null : new RegExp(pair.acquireName, "u"),
        receiver: pair.receiverName === undefined ? null : new RegExp(pair.receiverName, "u"),
        releasing: pair.releaseName === undefined ? null : new RegExp(pair.releaseName, "u"),
        streaming: pair.sources === undefined ? null : new RegExp(pair.sources.streams, "u"),
      };
      this.pairs.push(compiled);
      if (pair.handle === "registration") for (const pattern of compiled.releases) if (pattern.kind === "on-target") this.takingOff.add(pattern.method);
      for (const pattern of pair.acquire) {
        if (pattern === "*") this.byName.push(compiled);
        else this.acquires.add(pattern, compiled);
      }
    }
    for (const text of file.transfers ?? []) this.transfers.add(text, true);
    for (const text of file.wraps ?? []) this.wraps.add(text, true);
    for (const text of file.waits ?? []) this.waits.add(text, true);
    this.addPaths(file);
    for (const text of file.raises ?? []) this.raises.add(text, true);
    for (const text of file.timedScopes ?? []) this.timedScopes.add(text, true);
    for (const text of file.borrows ?? []) this.borrows.add(text, true);
    for (const text of file.drains ?? []) this.drains.add(text, true);
    for (const text of file.neverReturns ?? []) this.neverReturns.add(text, true);
    for (const text of file.exits ?? []) this.exits.add(text, true);
    for (const text of file.safe ?? []) this.safe.add(text, true);
    for (const text of file.cleanups ?? []) this.cleanups.add(text, true);
    for (const text of file.ambient ?? []) this.ambient.add(text, true);
    for (const [call, key] of Object.entries(file.descriptors ?? {})) this.descriptors.add(call, key);
    for (const text of file.executors ?? []) this.executors.add(text, true);
    for (const text of file.stateHooks ?? []) this.stateHooks.add(text, true);
    for (const one of file.memoizers ?? []) this.memoizers.set(one.path, one);
    for (const [query, path] of Object.entries(file.importQueries ?? {})) this.importQueries.set(query, path);
    for (const [method, field] of Object.entries(file.merges ?? {})) this.merges.set(method, field);
    for (const text of file.weak ?? []) this.weak.add(text, true);
    for (const text of file.instances ?? []) this.instances.add(text, true);
    for (const text of file.roots ?? []) this.roots.add(text, true);
    for (const list of file.rootLists ?? []) this.rootLists.add(list);
    this.rootNames.push(...file.rootNames ?? []);
    for (const path of file.awaited ?? []) this.awaited.add(path);
    for (const key of file.nests ?? []) this.nests.add(key);
    for (const key of file.answers ?? []) this.answers.add(key);
    for (const key of file.parts ?? []) this.parts.add(key);
    for (const text of file.elsewhere ?? []) this.elsewhere.add(text, true);
    for (const text of file.weakCallbacks ?? []) this.weakCallbacks.add(text, true);
    for (const name of file.terminalEvents ?? []) this.terminalEvents.add(name);
    for (const name of file.lateEvents ?? []) this.lateEvents.add(name);
    for (const name of file.errorEvents ?? []) this.errorEvents.add(name);
    for (const name of file.eventTargets ?? []) this.eventTargets.add(name);
    for (const name of file.startingEvents ?? []) this.startingEvents.add(name);
    for (const text of file.growth?.onFailure ?? []) this.onFailure.add(text, true);
    for (const text of file.sure?.calls ?? []) this.sure.add(text, true);
    for (const text of file.sure?.passes ?? []) this.surePassed.add(text, true);
    for (const path of file.namedModules ?? []) this.namedModules.add(path);
    for (const text of file.sure?.values ?? []) this.sureOf.add(text, true);
    for (const text of file.sure?.lists ?? []) this.sureLists.add(text, true);
    for (const { call, rejects } of file.sure?.deferred ?? []) this.deferreds.add(call, rejects);
    this.sureGiven.push(...file.sure?.given ?? []);
    const { alternate = [], precede = [], during = [] } = file.turns ?? {};
    for (const [event, end] of during) this.during.set(event, [...this.during.get(event) ?? [], end]);
    for (const [event, other] of [...alternate, ...alternate.map(([first, second]): [string, string] => [second, first]), ...precede.map(([first, second]): [string, string] => [second, first])]) {
      this.turns.set(event, [...this.turns.get(event) ?? [], other]);
    }
    for (const name of file.upward ?? []) this.upward.add(name);
    for (const { call, receiver, event } of file.handsOut ?? []) this.handsOut.add(call, { receiver: receiver === undefined ? null : new RegExp(receiver, "iu"), event: event ?? null });
    if (file.series) this.requestName = new RegExp(file.series.sources.of, "u");
    for (const name of file.connectionEvents ?? []) this.connectionEvents.add(name);
    for (const name of file.bags ?? []) this.bags.add(name);
    for (const name of file.growth?.singletons ?? []) this.singletons.add(name.split(".").at(-1) ?? name);
    for (const { call, context } of file.immediate ?? []) this.immediate.add(call, context);
    for (const [call, type] of Object.entries(file.returns ?? {})) this.returns.set(call, type);
    for (const [type, bases] of Object.entries(file.extends ?? {})) this.extends.set(type, [...(this.extends.get(type) ?? []), ...bases]);
    for (const name of file.longLived ?? []) this.longLived.add(name);
    for (const path of [...file.ownParts?.decorators ?? [], ...file.ownParts?.types ?? []]) this.ownParts.add(path);
    this.rootServices.push(...file.rootServices ?? []);
    for (const { name, of } of file.ownParts?.parameters ?? []) this.ownParameters.push({ name: new RegExp(name, "u"), of: of === undefined ? null : new RegExp(of, "u") });
    for (const name of file.ownParts?.attributes ?? []) this.ownAttributes.add(name);
    for (const list of file.ownParts?.lists ?? []) this.ownLists.add(list);
    for (const name of file.pathTypes ?? []) this.pathTypes.add(name);
    for (const name of file.inMemory ?? []) this.inMemory.add(name);
    for (const name of file.slips ?? []) this.slips.add(name);
    if (file.growth?.servants !== undefined) this.servants.push(new RegExp(file.growth.servants, "u"));
    for (const name of file.evidence?.closes ?? []) this.closers.add(name);
    for (const name of [...file.evidence?.closes ?? [], ...file.lifecycle?.closers ?? []]) this.closingMethods.add(name);
    for (const call of file.settledCallbacks ?? []) this.settledCallbacks.add(call, true);
    for (const name of file.enterMethods ?? []) this.enterMethods.add(name);
    for (const name of file.restoreMethods ?? []) this.restoreMethods.add(name);
    for (const name of file.catchAll ?? []) this.catchAll.add(name);
    for (const name of file.cancellations ?? []) this.cancellations.add(name);
    for (const name of file.assertions ?? []) this.assertions.add(name);
    for (const [name, scope] of Object.entries(file.scopeMethods ?? {})) this.scopeMethods.set(name, scope);
    this.plainBases.push(...(file.plainBases ?? []));
    for (const path of file.resumed?.decorators ?? []) this.resumed.decorators.add(path);
    for (const call of file.resumed?.callbacks ?? []) this.resumed.callbacks.add(call, true);
    for (const name of file.lifecycle?.release ?? []) this.releaseMethods.add(name);
    for (const name of file.lifecycle?.start ?? []) this.startMethods.add(name);
    for (const name of file.lifecycle?.end ?? []) this.ends.add(name);
    for (const { starts } of file.lifecycle?.pairs ?? []) for (const name of starts) this.openingMethods.add(name);
    this.words.add(file);
    for (const container of file.containers ?? []) for (const make of container.make) this.containers.set(make, container);
    for (const methods of file.containerMethods ?? []) this.containerMethods.set(methods.shape, methods);
  }

  private addPaths({ paths }: CatalogFile): void {
    if (!paths) return;
    for (const relation of ["same", "inside", "around"] as const) for (const text of paths[relation]) this.pathCalls.add(text, relation);
    for (const name of paths.aroundMembers) this.pathsAround.add(name);
    this.pathReaders.push(new RegExp(paths.reading, "iu"));
    for (const word of paths.removers) this.pathRemovers.add(word);
  }

  /** The pairs that a call acquires, `when`, `unless` and `imports` respected. The first is the most specific. */
  acquired(fn: Fn, call: Call, types: Types): CompiledPair[] {
    const found: CompiledPair[] = [];
    // A module of the program that is called like one that packages hand on is its own.
    if (call.path !== null && this.handedOn.of(call.path) !== null && types.calleeOf(fn, call) !== null) return found;
    const matches = this.acquires.match(fn, call, types);
    const specific = matches.some((match) => match.specific);
    for (const { value: pair, specific: isSpecific } of matches) {
      if (specific && !isSpecific) continue; // A typed receiver says more than a method's name.
      if (!isSpecific && (pair.handle ?? "result") === "result" && givesNothing(types.calleeOf(fn, call))) continue;
      if (!found.includes(pair) && this.holds(pair, fn, call, types)) found.push(pair);
    }
    // For the same kind of leak, what this file imports says more than a convention.
    const imported = found.find((pair) => pair.imports !== undefined);
    if (imported && !specific) return found.filter((pair) => pair.imports !== undefined || pair.rule !== imported.rule);
    if (found.length === 0) {
      const name = call.method ?? call.path?.split(".").at(-1);
      // A convention is about members: `onMounted(…)` from a framework is a hook.
      for (const pair of this.byName) {
        if ((call.receiver === null) !== (pair.plain === true)) continue;
        if (name !== undefined && pair.name?.test(name) === true && this.holds(pair, fn, call, types)) found.push(pair);
      }
    }
    return found;
  }

  /** Whether some pair is about the call, whatever its conditions say. */
  isKnown(fn: Fn, call: Call, types: Types): boolean {
    return this.acquires.match(fn, call, types).some(({ value }) => value.handle === undefined || value.handle === "result");
  }

  private holds(pair: CompiledPair, fn: Fn, call: Call, types: Types): boolean {
    if (pair.imports && !importsOneOf(fn.module, pair.imports)) return false;
    if (pair.beside && !hasBeside(fn, pair.beside)) return false;
    if (pair.receiver && !pair.receiver.test(receiverName(fn, call))) return false;
    if (pair.name && pair.acquire[0] !== "*") {
      const name = call.method ?? call.path?.split(".").at(-1) ?? "";
      if (!pair.name.test(name)) return false;
    }
    if (pair.when?.some((condition) => !argumentIs(fn, call, condition.argument, condition.is, types))) return false;
    return !(pair.unless ?? []).some(({ argument, is, names }) => (is === "named" ? this.isNamed(fn, argumentValue(fn, call, argument), names ?? [], types) : argumentIs(fn, call, argument, is, types)));
  }

  /** The value is something imported, or what a call of it makes: `NullPool`, `Disposition()`. */
  private isNamed(fn: Fn, value: ValueId | null, names: readonly string[], types: Types): boolean {
    return value !== null && types.of(fn, value).some((type) => names.includes(type));
  }

  /** By its name, what somebody asks for: `req`. */
  isRequestName(name: string): boolean {
    return this.requestName.test(name);
  }

  /** How the call hands out what is handed out again later: it or its callback gets it, or the listener for an event. */
  handingOut(fn: Fn, call: Call, types: Types): "call" | "event" | null {
    for (const { value: { receiver, event } } of this.handsOut.match(fn, call, types)) {
      const first = event === null ? undefined : fn.definition(argumentValue(fn, call, 0) ?? -1)?.instruction;
      if (first?.op === "constant" && first.value.kind === "string" && first.value.value === event) return "event";
      if (event === null && (receiver === null || receiver.test(receiverName(fn, call)))) return "call";
    }
    return null;
  }

  /** Whether a method's name starts with a closing word: `close_socket`. */
  isCloser(name: string): boolean {
    return this.closers.has(/^[a-z]+/u.exec(name)?.[0] ?? "");
  }

  /** How the call releases a handle of the pair; null where it does not. `all` asks `releaseAll` too. */
  released(pair: CompiledPair, fn: Fn, call: Call, types: Types, all = true): ReleaseMatch | null {
    const path = types.callPath(fn, call);
    for (const pattern of all ? pair.releaseAlls : []) {
      if (pattern.kind === "path" && pattern.argument === null && path !== null && matchesPath(pattern.path, path)) return { via: "all", value: call.out };
    }
    for (const pattern of all ? [...pair.releases, ...pair.releaseAlls] : pair.releases) {
      switch (pattern.kind) {
        case "on-handle":
          if (call.receiver !== null && call.method === pattern.method) return { via: "handle", value: call.receiver };
          break;
        case "on-target":
          if (call.receiver !== null && call.method === pattern.method) return { via: "target", value: call.receiver };
          if (call.receiver === null && call.path === pattern.method && call.callee !== null) return { via: "target", value: call.callee };
          break;
        case "call-handle":
          if (call.callee !== null) return { via: "call", value: call.callee };
          break;
        case "await": break;
        case "path":
          if (path !== null && matchesPath(pattern.path, path)) {
            const argument = call.args.find((one, position) => matchesArgument(pattern.argument ?? { from: 0, to: 0 }, position, one.name));
            if (argument) return { via: "argument", value: argument.value };
          }
          break;
        case "method":
          if (call.receiver !== null && call.method === pattern.method && (pattern.type === "*" || types.is(fn, call.receiver, pattern.type))) {
            const argument = call.args.find((one, position) => matchesArgument(pattern.argument ?? { from: 0, to: 0 }, position, one.name));
            if (argument) return { via: "argument", value: argument.value };
          }
          break;
      }
    }
    return null;
  }

  /** Whether the call ends what the handle was taken from, and the handle with it. Both may have a method of that name: `connection.close()` for a cursor. */
  endsTarget(pair: CompiledPair, call: Call, isTarget: (value: ValueId) => boolean): boolean {
    const on = call.receiver ?? call.callee;
    const name = call.receiver === null ? call.path : call.method;
    return on !== null && [...pair.releases, ...pair.releaseAlls].some((pattern) => pattern.kind === "on-target" && pattern.method === name) && isTarget(on);
  }

  /** Whether a function's parameter is what a framework makes for it and takes away with it, by its name. */
  isOwnParameter(name: string, of: string): boolean {
    return this.ownParameters.some((one) => one.name.test(name) && one.of?.test(of) !== false);
  }

  /** Whether a call takes off a listener, by its name: what it is given does not run. */
  takesOff(call: Call): boolean {
    return call.receiver !== null && call.method !== null && this.takingOff.has(call.method) && !this.ends.has(call.method);
  }

  /** The names under which calls release handles of the pair, for a quick look whether a call could. */
  typeOfAcquire(path: string): string | null {
    for (const pair of this.pairs) {
      if (pair.handle !== undefined && pair.handle !== "result") continue;
      if (pair.acquire.includes(path)) return pair.type ?? path;
    }
    return null;
  }

  returnsOfMethod(type: string, method: string, types: Types): readonly string[] | null {
    const direct = this.returns.get(`${type}#${method}`);
    if (direct !== undefined) return [direct];
    for (const base of types.supersOfType(type)) {
      const inherited = this.returns.get(`${base}#${method}`);
      if (inherited !== undefined) return [inherited];
    }
    return null;
  }

  /**
   * A path as the catalog writes it: `window.setTimeout` is `setTimeout`, a default import of a module whose named export the
   * catalog lists is that, a module that a package hands on is itself, and what a bundler makes of one by its query is that.
   */
  typeAlias(path: string): string {
    const query = path.includes("?") ? /\?(\w+)(?:&\w+)*\.default$/u.exec(path)?.[1] : undefined;
    const made = query === undefined ? undefined : this.importQueries.get(query);
    if (made !== undefined) return made;
    const known = path.startsWith("window.") || path.startsWith("globalThis.") ? path.slice(path.indexOf(".") + 1) : path;
    return known.includes(".default.") ? known.replace(".default.", ".") : this.handedOn.of(known) ?? known;
  }
}

/** Leaving the scope by hand: `await client.__aexit__(None, None, None)`. */
function scopeMethods(pair: Pair): string[] {
  return pair.scope === "closes" ? ["#__exit__"] : pair.scope === "async-closes" ? ["#__aexit__"] : [];
}

function insert<T>(map: Map<string, Entry<T>[]>, key: string, entry: Entry<T>): void {
  const list = map.get(key);
  if (list) list.push(entry);
  else map.set(key, [entry]);
}

/** Whether the module imports one of the names; "@scope/*" is any module below. */
export function importsOneOf(module: Mod, names: readonly string[]): boolean {
  return module.facts.imports.some((one) => names.some((name) =>
    name.endsWith("/*") ? one.module.startsWith(name.slice(0, -1)) : one.module === name || one.module.startsWith(`${name}/`) || one.module.startsWith(`${name}.`)));
}

/** Whether the file imports one of the names, or the class around the function (or a relative of it) has a member so called. */
function hasBeside(fn: Fn, names: readonly string[]): boolean {
  if (fn.module.facts.imports.some((one) => one.name !== null && names.includes(one.name))) return true;
  return fn.cls?.related.some((cls) => cls.facts.methods.some((one) => names.includes(one.name)) || cls.facts.fields.some((one) => names.includes(one.name))) === true;
}

/** The last name of a call's receiver: `listeners` of `this.events.listeners.add(f)`; "" where it has none. */
export function receiverName(fn: Fn, call: Call): string {
  return call.receiver === null ? "" : loadedName(fn, call.receiver);
}

/** The variable's or member's last name that a value is loaded from; empty for anything else. */
export function loadedName(fn: Fn, value: ValueId): string {
  const definition = fn.definition(value)?.instruction;
  if (definition?.op !== "load") return "";
  const { place } = definition;
  if (place.kind === "field" || place.kind === "static" || place.kind === "global") return place.name;
  return place.kind === "binding" ? fn.module.binding(place.binding)?.name ?? "" : "";
}

/** A name that a function written here has. */
function isLocalFunction(fn: Fn, value: ValueId): boolean {
  const definition = fn.definition(value)?.instruction;
  if (definition?.op !== "load" || definition.place.kind !== "binding") return false;
  const binding = fn.module.binding(definition.place.binding);
  return binding?.function != null && binding.owner !== 0;
}

type Condition = NonNullable<Pair["when"]>[number]["is"];

/** https://man7.org/linux/man-pages/man3/fopen.3.html, https://docs.python.org/3/library/functions.html#open */
const OPEN_MODE = /^[rwax](?:[bt]?\+?|\+[bt])$/u;

/** Whether an argument (position, keyword, or "2.once": a key of the object at position 2) is as the catalog asks. */
export function argumentIs(fn: Fn, call: Call, argument: string | number, is: Condition, types: Types): boolean {
  const value = argumentValue(fn, call, argument);
  if (is === "absent") return value === null;
  if (is === "left-out") return value === null && isLeftOut(fn, call, argument);
  if (value === null) return false;
  const definition = fn.definition(value)?.instruction;
  const literal = definition?.op === "constant" ? definition.value : null;
  switch (is) {
    case "present": return true;
    case "true": return literal?.kind === "boolean" && literal.value;
    case "false": return literal?.kind === "boolean" && !literal.value;
    case "not-none": return literal?.kind !== "null";
    case "function": {
      if (literal || definition?.op === "collection") return false;
      const known = types.of(fn, value);
      return known.length === 0 || known.some((type) => type === "function" || !(type.startsWith("class:") || type.startsWith("literal:") || SCALARS.has(type)));
    }
    case "closure": return definition?.op === "closure" || isLocalFunction(fn, value);
    case "object": {
      if (literal || definition?.op === "closure") return false;
      const known = types.of(fn, value);
      return known.length === 0 || known.some((type) => type === "literal:mapping" || !(type === "function" || type.startsWith("literal:") || SCALARS.has(type)));
    }
    case "mode": return literal?.kind === "string" && OPEN_MODE.test(literal.value);
    case "string": return literal?.kind === "string" || types.of(fn, value).includes("string");
    case "varying": return isVarying(fn, value, 0);
    case "this": return definition?.op === "load" && definition.place.kind === "this";
    case "kept": return definition?.op === "load" && (definition.place.kind === "field" || definition.place.kind === "static" || definition.place.kind === "binding" && fn.module.binding(definition.place.binding)?.owner === 0);
    // What a method gave that was given something in turn, `bell.subscribe(ring)`: a handle, no function.
    case "result": return definition?.op === "call" && definition.path === null && definition.receiver !== null && definition.args.length > 0;
  }
}

/** `client.quitAsync()`: what promisifying all methods of a class adds (Bluebird's `promisifyAll`). */
function promisified(pair: Pair): string[] {
  return pair.release.filter((text) => /^#\w+$/u.test(text)).map((text) => `${text}Async`);
}

/** An object literal that is seen as a whole is given, and has no such key. */
function isLeftOut(fn: Fn, call: Call, argument: string | number): boolean {
  const object = argumentValue(fn, call, Number.parseInt(String(argument), 10));
  const definition = object === null ? undefined : fn.definition(object)?.instruction;
  return definition?.op === "collection" && definition.shape === "mapping" && definition.elements.every((one) => !one.spread && one.key !== null && fn.definition(one.key)?.instruction.op === "constant");
}

/** A text made of parts that differ from call to call: of a parameter, or of a member of one (`req.params.id`). */
function isVarying(fn: Fn, value: ValueId, depth: number): boolean {
  const definition = fn.definition(value)?.instruction;
  if (!definition || depth > 5) return false;
  if (definition.op === "operation") return definition.inputs.some((input) => isVarying(fn, input, depth + 1) || isParameter(fn, input));
  if (definition.op !== "load") return false;
  if (definition.place.kind === "field") return isVarying(fn, definition.place.object, depth + 1) || isParameter(fn, definition.place.object);
  if (definition.place.kind !== "binding" || fn.module.binding(definition.place.binding)?.kind !== "temporary") return false;
  return (fn.module.bindingStores.get(definition.place.binding) ?? []).some((store) => store.fn === fn && isVarying(fn, store.value, depth + 1));
}

function isParameter(fn: Fn, value: ValueId): boolean {
  const definition = fn.definition(value)?.instruction;
  return definition?.op === "load" && definition.place.kind === "binding" && fn.module.binding(definition.place.binding)?.kind === "parameter";
}

const SCALARS = new Set(["string", "number", "boolean"]);

/** The value of an argument named as the catalog names it; null where the call does not give it. */
export function argumentValue(fn: Fn, call: Call, argument: string | number): ValueId | null {
  if (typeof argument === "number") {
    const positional = call.args.filter((one) => one.name === null);
    if (argument < 0) return positional.some((one) => one.spread) ? null : positional.at(argument)?.value ?? null;
    return positional.slice(0, argument + 1).some((one) => one.spread) ? null : positional[argument]?.value ?? null;
  }
  const inside = /^(\d+)\.(.+)$/u.exec(argument);
  if (inside) {
    const object = argumentValue(fn, call, Number(inside[1]));
    return object === null ? null : property(fn, object, inside[2] ?? "");
  }
  return call.args.find((one) => one.name === argument)?.value ?? null;
}

/** The value under a constant key of an object literal. */
export function property(fn: Fn, object: ValueId, name: string): ValueId | null {
  const definition = fn.definition(object)?.instruction;
  if (definition?.op !== "collection") return null;
  for (const element of definition.elements) {
    if (element.key === null) continue;
    const key = fn.definition(element.key)?.instruction;
    if (key?.op === "constant" && key.value.kind === "string" && key.value.value === name) return element.value;
  }
  return null;
}

/** `this.subscribe(source, f)` of a class of the program that keeps the handle itself: what it does is looked at in its own place. */
function givesNothing(callee: ReturnType<Types["calleeOf"]>): boolean {
  if (callee?.kind !== "function" || callee.fn.facts.async || callee.fn.facts.generator) return false;
  const { blocks } = callee.fn.facts;
  return blocks.some(({ instructions }) => instructions.length > 0) && blocks.every(({ end }) => end.kind !== "return" || end.value === null);
}
