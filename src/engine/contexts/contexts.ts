/**
 * How often a function runs, and why: from the catalog's entry points (decorators, callbacks, framework classes) and
 * along the program's own calls. The answer carries its evidence as trail steps.
 *
 * What is given up: calls through values the program builds at run time. A function nobody is seen to call is
 * "unknown", never "once": the only code known to run once is a module's top level and what is called from there.
 */
import { matchesArgument, parseDecoratorPattern } from "../../catalog/pattern.js";
import type { EntryPoint } from "../../catalog/types.js";
import type { BlockId, Call, Decorator, ValueId } from "../../model/facts.js";
import type { TrailStep } from "../../model/finding.js";
import { asksWhatChanged } from "./change-questions.js";
import { constantText } from "../program/constants.js";
import { canLeave, isPassedBy, isPastItsLoop, isReachedWithout } from "../program/blocks.js";
import { CallSet, argumentValue, importsOneOf } from "../program/api.js";
import type { Api } from "../program/api.js";
import { FirstTimes } from "./first-times.js";
import { leadsPast } from "../program/given.js";
import { LoopWays } from "./loop-ways.js";
import { pathGlobs, type PlaceMatcher } from "../program/globs.js";
import { inTurn } from "../program/in-turn.js";
import { isMemoizedOnce } from "./memos.js";
import { memberCalled } from "../program/members.js";
import { Mounts } from "./mounts.js";
import type { Cls, Fn, Program, Site } from "../program/program.js";
import { push } from "../program/program.js";
import { listedBy } from "./provided.js";
import type { Refs } from "../program/refs.js";
import { StartRoots } from "./start-roots.js";
import { isConstructor } from "./targets.js";
import { isTestFile } from "../program/test-files.js";
import type { Types } from "../program/types.js";

export type ContextKind = "once" | "request" | "event" | "render" | "mount" | "instance" | "iteration" | "element" | "unknown" | "test";

export interface Context {
  kind: ContextKind;
  /**
   * It repeats a few times only, as far as is seen: a mount of a component that nothing shows to be put up again, an endless
   * loop that is left (one that tries until it succeeds), a call that its caller may pass by (`if (isFirst) startJobs()`).
   */
  seldom?: true;
  /** What would run it again is not seen: it may be once. */
  vague?: true;
  /** What a person does brings it on. */
  interactive?: true;
  /** Each time it is another object: whoever calls it does so once for one. */
  perObject?: true;
  /** In words, to follow "runs": "for every request". */
  phrase: string;
  /** "repeats" steps, from the entry point to the statement. */
  steps: TrailStep[];
  /** The clean-up function that whoever calls this one runs later: what it returns, or what it gives its first parameter. */
  cleanup?: "returned" | "parameter";
}

/** A function given as an argument. */
export interface CallbackUse {
  site: Site<Call & { at: readonly [number, number] }>;
  position: number;
  /** The keyword it is given by. */
  keyword: string | null;
}

const RANK: Readonly<Record<ContextKind, number>> = { test: 0, once: 1, unknown: 2, element: 2.5, instance: 3, mount: 4, render: 4, iteration: 5, event: 6, request: 7 };

const PHRASES: Readonly<Record<ContextKind, string>> = {
  once: "once", request: "for every request", event: "for every event", render: "on every render", mount: "on every mount",
  instance: "for every instance", iteration: "on every iteration", element: "for every element", unknown: "whenever it is called", test: "in a test",
};

/** The classes of the program that are above one, as imports name them. */
function writtenBases(cls: Cls, seen = new Set<Cls>()): string[] {
  if (seen.has(cls)) return [];
  seen.add(cls);
  return [...cls.facts.bases.flatMap(({ path }) => path ?? []), ...cls.bases.flatMap((base) => writtenBases(base, seen))];
}

/** Build and packaging scripts: a process for each run. */
const TOOL_FILE = /(?:^|\/)(?:setup|noxfile|conf|fabfile|versioneer|wscript)\.py$|(?:^|\/)(?:gulpfile|gruntfile|[\w.-]+\.config|karma\.conf)\.[cm]?[jt]s$/iu;

export class Contexts {
  private readonly memo = new Map<Fn, Context>();
  private readonly byBlock = new Map<string, Context>();
  private readonly running = new Set<Fn>();
  private readonly callersOf = new Map<Fn, Site<Extract<Site["instruction"], { op: "call" }>>[]>();
  private readonly callbackUses = new Map<Fn, CallbackUse[]>();
  private readonly decorated: { match: (decorator: Decorator) => boolean; entry: EntryPoint }[] = [];
  private readonly callbacks = new CallSet<EntryPoint>();
  private readonly classEntries: EntryPoint[] = [];
  private readonly functionEntries: { entry: EntryPoint; name: RegExp }[] = [];
  private readonly exportEntries: EntryPoint[] = [];
  private readonly roots: StartRoots;
  private readonly elsewhere = new Set<Fn>();
  private readonly files = new Map<EntryPoint, PlaceMatcher>();
  private readonly mounts: Mounts;
  /** Classes of which each object of another class gets one of its own, by what its decorator lists; and the step that says so. */
  private provided: ReadonlyMap<string, TrailStep> | null = null;
  readonly firstTimes: FirstTimes;
  private readonly loopWays: LoopWays;

  constructor(private readonly program: Program, private readonly refs: Refs, private readonly types: Types, private readonly api: Api) {
    for (const file of api.files) for (const entry of file.entryPoints ?? []) this.addEntry(entry);
    this.roots = new StartRoots(program, refs, types, api);
    this.mounts = new Mounts(program, types, api, this.roots.all, ({ path }) => isTestFile(path));
    this.firstTimes = new FirstTimes(program, refs, types);
    this.loopWays = new LoopWays(types, api);
    this.indexCalls();
  }

  /** Whether it is test code, or code that runs in another process, a page that is driven: nothing in it outlives that. */
  isTest(fn: Fn): boolean {
    if (isTestFile(fn.module.path)) return true;
    if (this.elsewhere.size > 0) for (let at: Fn | null = fn; at; at = at.parent) if (this.elsewhere.has(at)) return true;
    return false;
  }

  of(fn: Fn): Context {
    const known = this.memo.get(fn);
    if (known) return known;
    if (this.running.has(fn)) return context("unknown", []);
    this.running.add(fn);
    const found = this.compute(fn);
    this.running.delete(fn);
    this.memo.set(fn, found);
    return found;
  }

  /** The context of a block: the function's, or its loop's where that repeats more. */
  at(fn: Fn, block: BlockId): Context {
    const starter = this.endedFirst(fn, block);
    if (starter) return this.at(starter.fn, starter.block);
    const outer = this.comingTo(fn, block);
    if (outer.kind !== "once" && outer.kind !== "test" && this.firstTimes.of(fn, block) === "process") return this.inLoop(fn, block, context("once", []));
    return this.inLoop(fn, block, outer.kind === "render" && asksWhatChanged(fn, block) ? { ...outer, vague: true } : outer);
  }

  /**
   * The function's, without the calls that never come to the block: `stop()` does not come to what `if (!wait)` guards where
   * `wait = true`, and a coroutine's call not to where no loop runs.
   */
  private comingTo(fn: Fn, block: BlockId): Context {
    if (block === 0) return this.of(fn);
    const key = `${fn.key}:${String(block)}`;
    const known = this.byBlock.get(key);
    if (known) return known;
    const needsNoLoop = this.loopWays.needNone(fn, block);
    const past = new Set(needsNoLoop || fn.facts.parameters.length === 0 ? [] : this.callers(fn).filter((site) => leadsPast(this.refs, fn, block, site)));
    if (!needsNoLoop && past.size === 0 || this.running.has(fn)) return this.of(fn);
    this.running.add(fn);
    const found = needsNoLoop ? this.outsideLoops(fn, new Set()) ?? context("once", []) : this.compute(fn, past);
    this.running.delete(fn);
    this.byBlock.set(key, found);
    return found;
  }

  /** The function's, without the calls that come from a coroutine; null where no other comes. */
  private outsideLoops(fn: Fn, seen: ReadonlySet<Fn>): Context | null {
    if (fn.facts.async || seen.has(fn)) return null;
    const way = new Set(seen).add(fn);
    const found = this.compute(fn, new Set(), (site) => {
      const outer = this.outsideLoops(site.fn, way);
      return outer && this.inLoop(site.fn, site.block, outer);
    });
    return found.kind === "unknown" && found.steps.length === 0 && this.callers(fn).some((site) => !this.isTest(site.fn)) ? null : found;
  }

  private inLoop(fn: Fn, block: BlockId, outer: Context): Context {
    const loop = fn.block(block)?.loop ?? null;
    const facts = loop === null ? undefined : fn.facts.loops[loop];
    if (!facts || outer.kind === "test" || isPastItsLoop(fn, block)) return outer;
    // At a module's top level only an endless loop repeats without bound; the rest is set-up.
    if (outer.kind === "once" && !facts.endless) return outer;
    // Only a loop without an end of its own goes on as long as the process; any other runs over something finite.
    const kind = facts.endless ? "iteration" : "element";
    if (RANK[outer.kind] >= RANK[kind]) return outer;
    const turn = context(kind, [...outer.steps, step(fn, facts.at, `this ${facts.kind === "while" ? "while loop runs it again on every iteration" : "for loop runs it again for every element"}`)]);
    return loop !== null && facts.endless && facts.kind === "while" && canLeave(fn, loop) ? { ...turn, seldom: true } : turn;
  }

  /** The call that repeats the callback, where every way to the block has ended that: `const id = setInterval(() => { clearInterval(id); …` */
  private endedFirst(fn: Fn, block: BlockId): Site | null {
    const uses = fn.facts.kind === "lambda" ? this.usedAsCallback(fn) : [];
    const [use] = uses;
    if (!use || uses.length > 1) return null;
    const pairs = this.api.acquired(use.site.fn, use.site.instruction, this.types).filter((pair) => pair.recurring === true);
    const ends = new Set([...fn.sites()].flatMap(({ instruction, block: at }) =>
      (instruction.op === "call" && pairs.some((pair) => this.api.released(pair, fn, instruction, this.types)?.via === "argument") ? [at] : [])));
    return ends.size > 0 && (ends.has(block) || !isReachedWithout(fn, 0, block, ends)) ? use.site : null;
  }

  /** The block runs the first time only, for each object: behind a flag of the object, or in a helper of what is, or of its constructor. */
  isOncePerObject(fn: Fn, block: BlockId, depth = 0): boolean {
    if (fn.cls === null || fn.facts.static) return false;
    if (this.firstTimes.of(fn, block) === "object") return true;
    const { decorators, kind, name } = fn.facts;
    const callers = this.callers(fn).filter((site) => !this.isTest(site.fn));
    if (depth > 2 || kind !== "method" || name === "__init__" || decorators.length > 0 || callers.length === 0 || this.usedAsCallback(fn).length > 0) return false;
    const isOwn = ({ fn: caller, instruction }: (typeof callers)[number]): boolean =>
      instruction.receiver !== null && caller.cls?.related.includes(fn.cls as Cls) === true && caller.definition(instruction.receiver)?.instruction.op === "load" && this.refs.of(caller, instruction.receiver).key === caller.cls.family.typeName;
    const repeated = callers.filter((site) => this.at(site.fn, site.block).kind !== "once");
    return repeated.length > 0 && repeated.every((site) => isOwn(site) && (site.fn.facts.kind === "constructor" || site.fn.facts.name === "__init__" || this.isOncePerObject(site.fn, site.block, depth + 1)));
  }

  callers(fn: Fn): readonly Site<Extract<Site["instruction"], { op: "call" }>>[] {
    return this.callersOf.get(fn) ?? [];
  }

  /** Where the function is given away as an argument. */
  usedAsCallback(fn: Fn): readonly CallbackUse[] {
    return this.callbackUses.get(fn) ?? [];
  }

  /** A call that gives its callback to be run whenever something is mounted. */
  isMount(fn: Fn, call: Call): boolean {
    return this.callbacks.match(fn, call, this.types).some(({ value: entry }) => entry.context === "mount" && this.holds(entry, fn));
  }

  /** A generator into which its caller's exception is raised, where it waits in a `yield`. */
  isResumed(fn: Fn): boolean {
    if (!fn.facts.generator) return false;
    return fn.facts.decorators.some(({ path }) => path !== null && this.api.resumed.decorators.has(path))
      || this.usedAsCallback(fn).some(({ site, position, keyword }) => this.api.resumed.callbacks.match(site.fn, site.instruction, this.types).some(({ argument }) => matchesArgument(argument, position, keyword)));
  }

  private addEntry(entry: EntryPoint): void {
    const ofClass = entry.methods !== undefined;
    for (const text of ofClass ? [] : entry.decorators ?? []) {
      const pattern = parseDecoratorPattern(text);
      const when = (entry.when ?? []).map(({ argument, matches }) => ({ argument, matches: new RegExp(matches, "u") }));
      this.decorated.push({ entry, match: (decorator) => matchesDecorator(pattern, decorator) && when.every(({ argument, matches }) => {
        const given = decorator.args.filter((one) => one.name === null)[argument]?.value;
        return given?.kind !== "string" || matches.test(given.value);
      }) });
    }
    for (const text of entry.callbacks ?? []) this.callbacks.add(text, entry);
    if (ofClass) this.classEntries.push(entry);
    if (entry.functions !== undefined) this.functionEntries.push({ entry, name: new RegExp(entry.functions, "u") });
    if (entry.exports) this.exportEntries.push(entry);
  }

  private indexCalls(): void {
    for (const fn of this.program.functions()) {
      for (const site of fn.sites()) {
        const { instruction } = site;
        if (instruction.op !== "call") continue;
        const callee = this.types.calleeOf(fn, instruction);
        const called = callee?.kind === "function" ? callee.fn : callee ? null : memberCalled(this.program, this.refs, this.types.fieldStores, fn, instruction);
        if (called) push(this.callersOf, called, site as Site<typeof instruction>);
        if (callee?.kind === "class") {
          const constructor = callee.cls.method("constructor") ?? callee.cls.method("__init__");
          if (constructor) push(this.callersOf, constructor, site as Site<typeof instruction>);
          const initializer = callee.cls.facts.initializer === null ? null : callee.cls.module.fn(callee.cls.facts.initializer);
          if (initializer) push(this.callersOf, initializer, site as Site<typeof instruction>);
        }
        if (!this.isTest(fn)) this.roots.add(fn, instruction);
        for (const { argument } of this.api.elsewhere.match(fn, instruction, this.types)) {
          for (const given of instruction.args.filter((one, position) => matchesArgument(argument, position, one.name))) {
            for (const other of this.functionsIn(fn, given.value)) this.elsewhere.add(other);
          }
        }
        for (const [position, argument] of instruction.args.entries()) {
          for (const given of this.functionsIn(fn, argument.value)) {
            push(this.callbackUses, given, { site: site as CallbackUse["site"], position, keyword: argument.name });
          }
        }
      }
    }
  }

  /** The functions that a value is: a closure, a named function, a method of `this`, one of an object literal's values, `partial(f)`, `f.bind(this)`. */
  functionsIn(fn: Fn, value: number, depth = 0): Fn[] {
    const ref = this.refs.of(fn, value);
    if (ref.root.kind === "closure" && ref.fields.length === 0) return [ref.root.fn];
    if (ref.root.kind === "this" && ref.fields.length === 1 && ref.fields[0] !== undefined) {
      for (const cls of fn.cls ? [fn.cls, ...fn.cls.related] : [ref.root.cls]) {
        const method = cls.method(ref.fields[0]);
        if (method) return [method];
      }
      // `onPeer = (peer) => …`: a field that is a function.
      const made = (this.types.fieldStores.get(ref.key) ?? []).flatMap((store) => {
        const stored = store.fn.definition(store.value)?.instruction;
        return stored?.op === "closure" ? store.fn.module.fn(stored.function) ?? [] : [];
      });
      if (made.length > 0) return made;
    }
    const definition = fn.definition(value)?.instruction;
    if (depth > 2) return [];
    const turns = inTurn(fn, value);
    if (turns.length > 0) return turns.flatMap((one) => this.functionsIn(fn, one, depth + 1));
    if (definition?.op === "load" && definition.place.kind === "field") {
      const { name } = definition.place;
      return inTurn(fn, definition.place.object).flatMap((one) => {
        const { root, fields } = this.refs.of(fn, one);
        const target = root.kind === "module" && fields.length === 0 ? this.program.exportOf(root.module, name) : null;
        return target?.kind === "binding" ? this.program.functionOfBinding(target.module, target.binding) ?? [] : [];
      });
    }
    if (definition?.op === "collection" && definition.shape === "mapping") return definition.elements.flatMap((one) => this.functionsIn(fn, one.value, depth + 1));
    if (definition?.op === "call") {
      const binds = this.api.words.is("binds", definition);
      if (binds === "method" && definition.receiver !== null) return this.functionsIn(fn, definition.receiver, depth + 1);
      if (binds === "path" && definition.args[0]) return this.functionsIn(fn, definition.args[0].value, depth + 1);
    }
    return [];
  }

  /** A component that is mounted once, or a hook that only such a one uses. */
  private isRoot(fn: Fn, depth = 0): boolean {
    if (this.roots.all.has(fn)) return true;
    const callers = this.callers(fn);
    return depth < 3 && callers.length > 0 && callers.every((site) => this.isRoot(site.fn, depth + 1));
  }

  /** @param past calls that say nothing of the place that is asked about. @param contextOf that of a call; null where it says nothing either. */
  private compute(fn: Fn, past: ReadonlySet<Site> = new Set(), contextOf = (site: Site): Context | null => this.at(site.fn, site.block)): Context {
    if (this.isTest(fn)) return context("test", []);
    const { facts } = fn;
    if (facts.kind === "module" || TOOL_FILE.test(fn.module.path)) return context("once", []);
    if (isMemoizedOnce(fn, this.api, this.types)) return context("once", []);
    if (facts.kind === "class-body") return fn.parent ? this.of(fn.parent) : context("once", []);
    const candidates: Context[] = [];
    for (const { match, entry } of this.decorated) {
      const decorator = facts.decorators.find(match);
      if (decorator && this.holds(entry, fn)) candidates.push(entered(entry, fn, step(fn, decorator.at, says(entry))));
    }
    candidates.push(...this.fromClass(fn), ...this.fromName(fn), ...this.fromCallbacks(fn));
    if (facts.kind === "initializer") {
      const constructor = fn.cls?.method("constructor");
      if (constructor && constructor !== fn) candidates.push(this.of(constructor));
    }
    for (const site of this.callers(fn)) {
      if (past.has(site) || this.isTest(site.fn)) continue; // That tests call it says nothing about how often the program does.
      const from = contextOf(site);
      if (!from) continue;
      const called = step(site.fn, site.instruction.at, `${isConstructor(fn) ? `${fn.cls?.name ?? "it"} is constructed` : `${facts.name}() is called`} here${site.fn.facts.kind === "module" ? " at the module's top level" : `, in ${site.fn.facts.name}()`}`);
      const { perObject, ...outer } = from;
      const isOwn = perObject === true && (site.fn.block(site.block)?.loop ?? null) === null && this.isOnItself(site);
      candidates.push({ ...outer, steps: [...from.steps, called], ...(isOwn ? { perObject } : {}), ...(isPassedBy(site.fn, site.block) ? { seldom: true } : {}) });
    }
    const best = candidates.sort((a, b) => RANK[b.kind] - RANK[a.kind] || Number(a.perObject ?? false) - Number(b.perObject ?? false) || Number(a.seldom ?? false) - Number(b.seldom ?? false))[0];
    if (!best) return context("unknown", []);
    const mount = best.kind === "mount" ? best.steps[0]?.place : undefined;
    const module = mount && this.program.module(mount.path);
    if (module && this.roots.files.has(module)) return context("once", []);
    return module && this.mounts.isSeldom(module) ? { ...best, seldom: true } : best;
  }

  /** `self.greet()`: of the same object. */
  private isOnItself({ fn, instruction: { receiver } }: Site<Call>): boolean {
    const ref = receiver === null ? null : this.refs.of(fn, receiver);
    return ref?.root.kind === "this" && ref.fields.length === 0;
  }

  /** A property's getter, also one that a table of property descriptors holds: `defineProperty(object, "x", { get: () => … })`. */
  isGetter(fn: Fn): boolean {
    return this.propertyOf(fn) !== null;
  }

  /** The property that a function is the getter of; an empty name where that is made up as the program runs. */
  propertyOf(fn: Fn): string | null {
    if (fn.facts.kind === "getter") return fn.facts.name;
    for (const { site } of this.usedAsCallback(fn)) {
      for (const { value: key, argument } of this.api.descriptors.match(site.fn, site.instruction, this.types)) {
        const position = site.instruction.args.findIndex((given, index) => matchesArgument(argument, index, given.name));
        const table = site.instruction.args[position];
        const name = table ? this.nameUnder(site.fn, table.value, key.split("."), fn) : null;
        if (name !== null) return name === "" ? constantText(site.fn, site.instruction.args[position - 1]?.value ?? null) ?? "" : name;
      }
    }
    return null;
  }

  /** Where the function stands under the keys of the table that the value is: what `*` among them is there, if any. */
  private nameUnder(fn: Fn, value: number, [key, ...keys]: readonly string[], inner: Fn): string | null {
    if (key === undefined) return this.functionsIn(fn, value).includes(inner) ? "" : null;
    const table = fn.definition(value)?.instruction;
    for (const one of table?.op === "collection" ? table.elements : []) {
      const name = constantText(fn, one.key);
      const found = key === "*" || name === key ? this.nameUnder(fn, one.value, keys, inner) : null;
      if (found !== null) return key === "*" ? name ?? "" : found;
    }
    return null;
  }

  /** Whether a framework puts up and takes down objects of the class. */
  isMounted(cls: Cls): boolean {
    return this.mountOf(cls) !== null;
  }

  /** Whether each mount has an object of its own: what it holds goes with it. */
  isMadeAnew(cls: Cls): boolean {
    const entry = this.mountOf(cls);
    return entry !== null && entry.returns !== true;
  }

  private mountOf(cls: Cls): EntryPoint | null {
    if (this.roots.all.has(cls)) return null;
    return this.classEntries.find((entry) => entry.context === "mount" && this.isOf(entry, cls)) ?? null;
  }

  /** The class is one that the entry speaks of: by a base, or by a decorator. */
  private isOf(entry: EntryPoint, cls: Cls): boolean {
    // In a library's own files, its classes are as they are to others.
    const bases = [...this.types.supersOfType(cls.typeName), ...writtenBases(cls).map((path) => this.types.pathAlias(path))];
    if (entry.bases?.some((base) => bases.some((type) => matchesBase(base, type))) === true) return true;
    return entry.decorators?.some((text) => cls.facts.decorators.some((decorator) => {
      if (!matchesDecorator(parseDecoratorPattern(text), decorator)) return false;
      // Told nothing, `@Directive()` only lets a base class ask for what it needs: it is what its subclasses are.
      return !decorator.called || decorator.args.length > 0 || cls.subclasses.length === 0 || cls.subclasses.some((one) => this.isOf(entry, one));
    })) === true;
  }

  private fromClass(fn: Fn): Context[] {
    const { cls } = fn;
    if (!cls || fn.facts.kind === "lambda") return [];
    const names = new Set([fn.facts.name, ...(fn.facts.kind === "constructor" ? ["constructor"] : [])]);
    const found: Context[] = [];
    const provided = isConstructor(fn) ? this.providers().get(cls.typeName) : undefined;
    if (provided) found.push(context("mount", [provided]));
    for (const entry of this.classEntries) {
      if (!entry.methods?.some((pattern) => [...names].some((name) => matchesName(pattern, name)))) continue;
      if (!this.holds(entry, fn)) continue;
      if (!entry.bases && !entry.decorators || this.isOf(entry, cls)) {
        if (entry.context === "mount" && this.roots.all.has(cls)) return [context("once", [])];
        found.push(entered(entry, fn, step(fn, fn.facts.nameAt, says(entry))));
      }
    }
    return found;
  }

  private providers(): ReadonlyMap<string, TrailStep> {
    if (this.provided) return this.provided;
    const found = new Map<string, TrailStep>();
    for (const cls of this.api.ownLists.size > 0 ? this.program.classes() : []) {
      if (this.roots.all.has(cls) || isTestFile(cls.module.path)) continue;
      for (const type of listedBy(cls, this.types, this.api.ownLists)) {
        found.set(type, { role: "repeats", message: `each ${cls.name} gets one of its own: made on every mount`, place: { path: cls.module.path, at: cls.facts.at } });
      }
    }
    this.provided = found;
    return found;
  }

  private fromName(fn: Fn): Context[] {
    const found: Context[] = [];
    const isTop = fn.parent?.facts.kind === "module";
    for (const { entry, name } of this.functionEntries) {
      if (isTop && name.test(fn.facts.name) && this.holds(entry, fn)) found.push(entered(entry, fn, step(fn, fn.facts.nameAt, says(entry))));
    }
    if (fn.facts.exported) {
      for (const entry of this.exportEntries) {
        if (entry.exports?.some((pattern) => matchesName(pattern, fn.facts.name)) === true && this.holds(entry, fn)) {
          found.push(entered(entry, fn, step(fn, fn.facts.nameAt, says(entry))));
        }
      }
    }
    return found;
  }

  private fromCallbacks(fn: Fn): Context[] {
    const found: Context[] = [];
    for (const { site, position, keyword } of this.usedAsCallback(fn)) {
      const call = site.instruction;
      const immediate = this.api.immediate.match(site.fn, call, this.types).find(({ argument }) => matchesArgument(argument, position, keyword));
      if (immediate) {
        const outer = this.at(site.fn, site.block);
        const again = immediate.value === "iteration" && RANK[outer.kind] > RANK.once && RANK[outer.kind] < RANK.element;
        found.push(again ? context("element", [...outer.steps, step(site.fn, call.at, "runs once for every element")]) : outer);
        continue;
      }
      // `ready.then(() => …)` goes on at most as often as it is said; what it waits for may also fail.
      if (this.api.words.is("continues", call) === "method") found.push({ ...this.at(site.fn, site.block), seldom: true });
      // `app.once("started", () => …)` runs no more often than it is said.
      if (this.api.words.is("once", call) === "method" && call.args.length > 1) {
        found.push(this.at(site.fn, site.block));
        continue;
      }
      for (const { value: entry, argument } of this.callbacks.match(site.fn, call, this.types)) {
        if (!matchesArgument(argument, position, keyword)) continue;
        if (!this.holds(entry, site.fn) || !this.matchesRoute(entry, site.fn, call)) continue;
        // What the component that is mounted once does when it is mounted; an effect with dependencies, or without a list of
        // them, does it again.
        const others = call.args.slice(position + 1);
        if (entry.context === "mount" && this.isRoot(site.fn) && (others.length > 0 ? others.every((one) => isEmptyList(site.fn, one.value)) : entry.cleanup !== "returned")) {
          found.push(context("once", []));
          break;
        }
        const started = entered(entry, fn, step(site.fn, call.at, says(entry)));
        found.push({ ...started, ...entry.cleanup && { cleanup: entry.cleanup }, ...entry.interactive === true && { interactive: true } });
        break;
      }
    }
    return found;
  }

  private matchesRoute(entry: EntryPoint, fn: Fn, call: Call): boolean {
    return (entry.when ?? []).every(({ argument, matches }) => {
      const value = argumentValue(fn, call, argument);
      const definition = value === null ? undefined : fn.definition(value)?.instruction;
      return definition?.op === "constant" && definition.value.kind === "string" && new RegExp(matches, "u").test(definition.value.value);
    });
  }

  private holds(entry: EntryPoint, fn: Fn): boolean {
    if (entry.imports && !importsOneOf(fn.module, entry.imports) || entry.topLevel === true && fn.facts.kind !== "module" && this.of(fn).kind !== "once") return false;
    const exportsOneOf = (names: readonly string[]): boolean => fn.module.facts.exports.some((one) => names.includes(one.name));
    if (entry.beside && !exportsOneOf(entry.beside) || entry.notBeside && exportsOneOf(entry.notBeside)) return false;
    if (entry.takes && !takesOneOf(fn, entry.takes)) return false;
    if (!entry.files) return true;
    let matches = this.files.get(entry);
    if (!matches) this.files.set(entry, (matches = pathGlobs(entry.files)));
    return matches(fn.module.path);
  }
}

/** Whether what runs in this context adds up: it repeats without a bound that the program knows. */
export function repeats(kind: ContextKind): boolean {
  return RANK[kind] > RANK.unknown;
}

/** The entry point and so many calls from there: each one more may be behind a condition that holds once, or not be the one that is run. */
const SURE_STEPS = 3;

/**
 * Whether it is sure to go on repeating: for requests, mounts, objects, turns of a loop, near to what repeats. An event may
 * come once in the life of a program (it has started, it is told to stop), which the code that handles it does not show.
 */
export function isHot({ kind, steps, seldom, vague }: Context): boolean {
  // What a hook calls to set up may be the whole application's; what the hook itself adds is the component's.
  return isUnbounded(kind) && kind !== "event" && seldom !== true && vague !== true && steps.length <= (kind === "mount" ? 1 : SURE_STEPS);
}

/** Whether it repeats as long as the process lives: more than once for each element of something finite. */
export function isUnbounded(kind: ContextKind): boolean {
  return RANK[kind] > RANK.element;
}

/** The worse of two. */
export function worse(a: Context, b: Context): Context {
  return RANK[b.kind] > RANK[a.kind] ? b : a;
}

function isEmptyList(fn: Fn, value: ValueId): boolean {
  const definition = fn.definition(value)?.instruction;
  return definition?.op === "collection" && definition.elements.length === 0;
}

/** What an entry point says of the function. */
function entered(entry: EntryPoint, fn: Fn, at: TrailStep): Context {
  const isVague = entry.vague !== undefined && !entry.vague.unless.some((name) => fn.cls !== null && fn.cls.method(name) !== null);
  return { ...context(entry.context, [at]), ...(isVague ? { vague: true } : {}), ...(entry.perObject === true ? { perObject: true } : {}) };
}

function says({ noun, context: kind }: EntryPoint): string {
  return `${noun}: runs ${PHRASES[kind]}`;
}

function context(kind: ContextKind, steps: TrailStep[]): Context {
  return { kind, phrase: PHRASES[kind], steps };
}

function step(fn: Fn, at: readonly [number, number], message: string): TrailStep {
  return { role: "repeats", message, place: { path: fn.module.path, at } };
}

function matchesDecorator(pattern: ReturnType<typeof parseDecoratorPattern>, decorator: Decorator): boolean {
  if (pattern.kind === "last-name") return decorator.text.includes(".") && decorator.text.split(".").at(-1) === pattern.name;
  return decorator.path === pattern.path;
}

function matchesName(pattern: string, name: string): boolean {
  if (pattern === "*") return !name.startsWith("_");
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}

function matchesBase(pattern: string, type: string): boolean {
  return pattern.startsWith("*") ? type.endsWith(pattern.slice(1)) : pattern === type;
}

/** Whether a function can be called with one of these numbers of arguments, and names its parameters. */
function takesOneOf({ facts, module, cls }: Fn, counts: readonly number[]): boolean {
  const given = facts.parameters.slice(cls !== null && module.facts.language === "python" ? 1 : 0);
  const named = given.filter((one) => one.kind === "plain");
  const needed = named.filter((one) => one.default === "none").length;
  return counts.some((count) => needed > 0 && needed <= count && count <= named.length);
}
