/**
 * Classes of the program that hold a handle from their constructor on and have a method that releases it. Their
 * instances are handles themselves: who makes one has to call that method.
 */
import type { BlockId } from "../../model/facts.js";
import { parseReleasePattern } from "../../catalog/pattern.js";
import type { Start } from "./acquisitions.js";
import type { Api, CompiledPair } from "../program/api.js";
import type { CallSite, Holders } from "../contexts/holders.js";
import type { Paths } from "../paths/paths.js";
import type { Cls, Fn } from "../program/program.js";
import { successorsOf } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";

export interface Owner {
  pair: CompiledPair;
  /** The constructor may end without the handle: what it is given decides. */
  conditional: boolean;
}

/** What a method of a class opens for its object. */
export interface Opening {
  pair: CompiledPair;
  /** Where it fails after that, it does not close it again. */
  unsafe: boolean;
}

const RULES = new Set(["unclosed-file", "unclosed-connection", "executor-leak"]);

export class Owners {
  private readonly memo = new Map<Cls, Owner | null>();
  private readonly openings = new Map<Fn, Opening | null>();

  constructor(private readonly refs: Refs, private readonly api: Api, private readonly paths: Paths, private readonly holders: Holders, private readonly startsAt: (fn: Fn, site: CallSite) => Start[]) {}

  /** The pair by which instances of the class are handles; null where they hold nothing that is known. */
  of(cls: Cls): Owner | null {
    const known = this.memo.get(cls);
    if (known !== undefined) return known;
    this.memo.set(cls, null); // A class that makes its own kind adds nothing.
    const found = this.compute(cls);
    this.memo.set(cls, found);
    return found;
  }

  /** The pair of an object that is given a handle, keeps it in a field and has a method that releases it there. */
  adopting(cls: Cls, position: number, keyword: string | null, inner: CompiledPair): CompiledPair | null {
    if (!RULES.has(inner.rule) || inner.ends === "completes" || cls.unknownBase || cls.facts.abstract) return null;
    const constructor = cls.method("constructor") ?? cls.method("__init__");
    const parameters = constructor?.facts.parameters.filter((one) => one.binding !== null) ?? [];
    const parameter = keyword === null ? parameters[position] : parameters.find((one) => one.name === keyword);
    if (!constructor || parameter?.binding == null) return null;
    for (const { instruction } of constructor.sites()) {
      if (instruction.op !== "store" || instruction.place.kind !== "field") continue;
      const value = constructor.definition(instruction.value)?.instruction;
      const object = constructor.definition(instruction.place.object)?.instruction;
      if (value?.op !== "load" || value.place.kind !== "binding" || value.place.binding !== parameter.binding || object?.op !== "load" || object.place.kind !== "this") continue;
      const names = this.releasingMethods(cls, inner, this.refs.ofField(cls, instruction.place.name), true);
      const [first] = names;
      if (first !== undefined) return this.derived(cls, inner, first, names);
    }
    return null;
  }

  /** What a method called to make its object ready, `conn.connect()`, opens and keeps in it; null where it keeps nothing that is known. */
  openedBy(method: Fn): Opening | null {
    const known = this.openings.get(method);
    if (known !== undefined) return known;
    this.openings.set(method, null);
    const found = this.api.startMethods.has(method.facts.name) && !this.api.enterMethods.has(method.facts.name) && method.facts.kind === "method" && !method.facts.static ? this.computeOpening(method) : null;
    this.openings.set(method, found);
    return found;
  }

  private computeOpening(method: Fn): Opening | null {
    const { cls } = method;
    if (!cls || cls.unknownBase || cls.outside.length > 0) return null;
    for (const site of method.sites()) {
      if (site.instruction.op !== "call") continue;
      for (const start of this.startsAt(method, site as CallSite)) {
        const owner = this.fromStart(cls, method, site as CallSite, start);
        if (owner) return { pair: owner.pair, unsafe: this.paths.follow({ ...start.acquired, entering: true }).leaks.length > 0 };
      }
    }
    return null;
  }

  private compute(cls: Cls): Owner | null {
    // A base outside the program may bring its own clean-up and its own caller of it.
    if (cls.unknownBase || cls.outside.length > 0 || cls.facts.abstract) return null;
    for (const fn of [cls.method("constructor") ?? cls.method("__init__"), cls.facts.initializer === null ? null : cls.module.fn(cls.facts.initializer)]) {
      for (const site of fn?.sites() ?? []) {
        if (!fn || site.instruction.op !== "call") continue;
        for (const start of this.startsAt(fn, site as CallSite)) {
          const owner = this.fromStart(cls, fn, site as CallSite, start);
          if (owner) return owner;
        }
      }
    }
    return null;
  }

  private fromStart(cls: Cls, fn: Fn, site: CallSite, { pair, acquired }: Start): Owner | null {
    if (!RULES.has(pair.rule) || pair.ends === "completes" || acquired.entry || acquired.receiver !== undefined) return null;
    const { escapes, gaveUp } = this.paths.follow(acquired);
    const [field] = escapes;
    if (gaveUp || field?.kind !== "field" || field.ref.root.kind !== "this") return null;
    const { ref } = field;
    // One store that several ways come to is one.
    if (escapes.some((other) => other.kind !== "field" || other.ref.key !== ref.key)) return null;
    const names = this.releasingMethods(cls, pair, ref, false);
    const [first] = names;
    if (first === undefined) return null;
    return { conditional: !isAlways(fn, site.block), pair: this.derived(cls, pair, first, names) };
  }

  /** Names of the methods of the class that release what a field of it holds; those of the scope statement last. `loosely`: `close_socket`, too. */
  private releasingMethods(cls: Cls, pair: CompiledPair, ref: Ref, loosely: boolean): readonly string[] {
    const teardowns = cls.methods.filter((method) => method.cls !== null && (method.cls === cls || !method.cls.bases.includes(cls)) && (this.api.releaseMethods.has(method.facts.name) || loosely && this.api.isCloser(method.facts.name)) && this.holders.reachesRelease(method, pair, ref));
    const names = [...new Set(teardowns.map((method) => method.facts.name))].filter((name) => this.api.scopeMethods.has(name) || !name.startsWith("__"));
    return [...names.filter((name) => !this.api.scopeMethods.has(name)), ...names.filter((name) => this.api.scopeMethods.has(name))];
  }

  /** The pair of the class: `new Store()` acquires, `store.close()` releases. */
  private derived(cls: Cls, inner: CompiledPair, first: string, names: readonly string[]): CompiledPair {
    const scopes = [...this.api.scopeMethods].filter(([name]) => cls.method(name) !== null).map(([, scope]) => scope);
    const release = [first, ...names.filter((name) => name !== first)].map((name) => `#${name}`);
    const teardown = cls.method(first);
    return {
      key: `${inner.key} of ${cls.typeName}`, rule: inner.rule, noun: cls.name, acquire: [], release, scope: scopes[0] ?? "none", awaitRelease: teardown?.facts.async ?? false,
      ...(inner.ends === undefined ? {} : { ends: inner.ends }), ...(inner.sharedByDesign === undefined ? {} : { sharedByDesign: inner.sharedByDesign }),
      callbacks: [], releases: release.map(parseReleasePattern), releaseAlls: [], name: null, receiver: null, releasing: null, streaming: null,
      holds: { noun: inner.holds?.noun ?? inner.noun, release: first, place: { path: cls.module.path, at: cls.facts.nameAt } },
    };
  }
}

/** Whether every way through the function passes the block. */
function isAlways(fn: Fn, block: BlockId): boolean {
  const seen = new Set<BlockId>([0]);
  const work: BlockId[] = [0];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    const end = next === block ? undefined : fn.block(next)?.end;
    if (!end) continue;
    if (end.kind === "return") return false;
    for (const to of successorsOf(end)) {
      if (seen.has(to)) continue;
      seen.add(to);
      work.push(to);
    }
  }
  return true;
}
