/**
 * Handles that no catalog knows, which the code itself shows to be some: what a function takes from a pool that the same
 * module gives things back to (`self._get_conn()` beside `self._put_conn(conn)`), what a function made by an unknown
 * call and closes on one of its ways (`response.close()` in a handler), and the sibling of what a class closes.
 *
 * What is shown is that somebody must release it, so only a way out beside such a release is a finding: a function that
 * closes nothing says nothing about an unknown thing.
 */
import { parseReleasePattern } from "../../catalog/pattern.js";
import type { HandleRule } from "../../catalog/types.js";
import type { BindingId, Call, ValueId } from "../../model/facts.js";
import { isNothing } from "../program/constants.js";
import { loadedName, receiverName } from "../program/api.js";
import type { Api, CompiledPair } from "../program/api.js";
import { ElementEnds } from "../paths/element-ends.js";
import type { CallSite, Holders } from "../contexts/holders.js";
import { LocalHolders } from "../program/local-holders.js";
import type { Fn, Mod } from "../program/program.js";
import type { Refs } from "../program/refs.js";
import { SiblingEvidence } from "./sibling-evidence.js";
import type { Types } from "../program/types.js";

export class Evidence {
  private readonly closes = new Set<string>();
  private opens = /^$/u;
  private plain = /^$/u;
  private readonly discards = new Set<string>();
  private nouns = { made: "object", pooled: "object" };
  private readonly pools: { takes: RegExp; gives: RegExp; receiver: RegExp | null }[] = [];
  private readonly kinds: { rule: HandleRule; name: RegExp }[] = [];
  /** Of a module, the methods whose results some call gives back, with the methods that do. */
  private readonly given = new Map<Mod, ReadonlyMap<string, readonly string[]>>();
  private readonly memo = new Map<Fn, Map<number, CompiledPair | null>>();

  private readonly siblings: SiblingEvidence;

  constructor(private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly holders: Holders) {
    for (const { evidence } of api.files) {
      if (!evidence) continue;
      this.nouns = evidence.nouns;
      this.opens = new RegExp(evidence.opens, "u");
      if (evidence.plain !== undefined) this.plain = new RegExp(evidence.plain, "u");
      for (const name of evidence.closes) this.closes.add(name);
      for (const name of evidence.discards) this.discards.add(name);
      for (const pool of evidence.pools) this.pools.push({ takes: new RegExp(pool.takes, "u"), gives: new RegExp(pool.gives, "u"), receiver: pool.receiver === undefined ? null : new RegExp(pool.receiver, "u") });
      for (const [rule, name] of Object.entries(evidence.kinds)) this.kinds.push({ rule: rule as HandleRule, name: new RegExp(name, "iu") });
    }
    this.siblings = new SiblingEvidence(refs, types, api, this.closes);
  }

  /** The pair of what a call gives, by the module's own evidence; null where there is none. */
  of(fn: Fn, site: CallSite): CompiledPair | null {
    if (fn.facts.kind === "module" || this.closes.size === 0) return null;
    let known = this.memo.get(fn);
    if (!known) this.memo.set(fn, (known = new Map<number, CompiledPair | null>()));
    const [start] = site.instruction.at;
    let pair = known.get(start);
    if (pair === undefined) known.set(start, (pair = this.taken(fn, site.instruction) ?? this.closed(fn, site.instruction) ?? this.fielded(fn, site.instruction) ?? this.gathered(fn, site.instruction) ?? this.sibling(fn, site.instruction)));
    return pair;
  }

  /** `conn = pool.acquire()` where some `pool.release(conn)` is in the module. */
  private taken(fn: Fn, call: Call & { at: readonly [number, number] }): CompiledPair | null {
    if (call.method === null || call.receiver === null || !this.isTaking(fn, call) || this.heldBy(fn, call.out).length === 0) return null;
    const gives = this.givenIn(fn.module).get(call.method);
    if (!gives) return null;
    // Closed, it needs no giving back; reset or disconnected, it does.
    return this.make(fn, call, "unclosed-connection", this.nouns.pooled, [...gives.map((name) => `*#${name}(0+)`), ...[...this.discards].map((name) => `#${name}`)], "pool");
  }

  private isTaking(fn: Fn, call: Call): boolean {
    return this.pools.some((pool) => pool.takes.test(call.method ?? "") && (pool.receiver === null || pool.receiver.test(receiverName(fn, call))));
  }

  private givenIn(module: Mod): ReadonlyMap<string, readonly string[]> {
    let known = this.given.get(module);
    if (!known) this.given.set(module, (known = this.findGiven(module)));
    return known;
  }

  private findGiven(module: Mod): ReadonlyMap<string, readonly string[]> {
    const found = new Map<string, string[]>();
    for (const fn of module.functions) {
      for (const site of fn.sites()) {
        const { instruction } = site;
        if (instruction.op !== "call" || instruction.method === null || instruction.receiver === null || instruction.args.length === 0) continue;
        const { method } = instruction;
        for (const pool of this.pools) {
          if (!pool.gives.test(method) || pool.receiver !== null && !pool.receiver.test(receiverName(fn, instruction))) continue;
          for (const { value } of instruction.args) {
            for (const taking of this.makersOf(fn, value)) {
              if (taking.method === null || taking.receiver === null || !pool.takes.test(taking.method)) continue;
              if (this.refs.of(fn, taking.receiver).key !== this.refs.of(fn, instruction.receiver).key) continue;
              const gives = found.get(taking.method) ?? [];
              if (!gives.includes(method)) found.set(taking.method, [...gives, method]);
            }
          }
        }
      }
    }
    return found;
  }

  /** The calls of the same function that a variable's value may come from. */
  private makersOf(fn: Fn, value: ValueId): Call[] {
    const definition = fn.definition(value)?.instruction;
    if (definition?.op !== "load" || definition.place.kind !== "binding") return [];
    return (fn.module.bindingStores.get(definition.place.binding) ?? []).filter((store) => store.fn === fn).flatMap((store) => {
      const call = callBehind(fn, store.value);
      return call ? [call] : [];
    });
  }

  /** `thing = make()` where the same function closes `thing`. */
  private closed(fn: Fn, call: Call & { at: readonly [number, number] }): CompiledPair | null {
    if (!this.isMaking(fn, call)) return null;
    const names = new Set<string>();
    for (const variable of this.heldBy(fn, call.out)) {
      const stores = fn.module.bindingStores.get(variable) ?? [];
      // Another origin may be somebody else's: the function then asks whose it is.
      if (!stores.every((store) => store.fn === fn && (isNothing(fn, store.value) || this.isMade(fn, store.value)))) continue;
      for (const { instruction } of fn.sites()) {
        if (instruction.op !== "call" || instruction.receiver === null || instruction.method === null || !this.closes.has(instruction.method)) continue;
        const receiver = fn.definition(instruction.receiver)?.instruction;
        if (receiver?.op === "load" && receiver.place.kind === "binding" && receiver.place.binding === variable) names.add(instruction.method);
      }
    }
    if (names.size === 0) return null;
    const text = `${this.variableName(fn, call.out)} ${call.method ?? call.path ?? ""}`;
    return this.make(fn, call, this.ruleFor(text), this.nouns.made, [...names].map((name) => `#${name}`), "closed");
  }

  /** `conn = await connect()`, which then goes into a field that the class's clean-up closes: until it is there, only this function has it. */
  private fielded(fn: Fn, call: Call & { at: readonly [number, number] }): CompiledPair | null {
    if (fn.cls === null || !this.opens.test(call.method ?? call.path?.split(".").at(-1) ?? "") || !this.isMaking(fn, call)) return null;
    for (const variable of this.heldBy(fn, call.out)) {
      if ((fn.module.bindingStores.get(variable) ?? []).length !== 1) continue;
      for (const { instruction } of fn.sites()) {
        if (instruction.op !== "store" || instruction.place.kind !== "field") continue;
        const value = fn.definition(instruction.value)?.instruction;
        if (value?.op !== "load" || value.place.kind !== "binding" || value.place.binding !== variable) continue;
        const { key, root } = this.refs.field(this.refs.of(fn, instruction.place.object), instruction.place.name);
        const closing = root.kind === "this" ? this.holders.usesOf(key).find(({ as, site }) => as === "receiver" && this.closes.has(site.instruction.method ?? "") && this.holders.inReleaseMethod(site.fn)) : undefined;
        if (!closing) continue;
        const names = [...new Set([closing.site.instruction.method ?? "", ...this.closes])];
        return this.make(fn, call, this.ruleFor(`${this.variableName(fn, call.out)} ${call.method ?? call.path ?? ""}`), this.nouns.made, names.map((name) => `#${name}`), "field");
      }
    }
    return null;
  }

  /** `links.append(await connect(host))` where the function closes all of `links` further on. */
  private gathered(fn: Fn, call: Call & { at: readonly [number, number] }): CompiledPair | null {
    if (!this.opens.test(calledName(fn, call)) || !this.isMaking(fn, call)) return null;
    const ends = new ElementEnds(fn, this.api.words, (_, one, value) => (one.receiver === value && one.method !== null && this.closes.has(one.method) ? one.method : null));
    const end = ends.of(call.out, new LocalHolders(fn, this.refs, this.types, this.api));
    return end ? this.make(fn, call, this.ruleFor(`${this.variableName(fn, call.out)} ${call.method ?? call.path ?? ""}`), this.nouns.made, [...new Set([end.release, ...this.closes])].map((name) => `#${name}`), "gathered") : null;
  }

  private isMade(fn: Fn, value: ValueId): boolean {
    const call = callBehind(fn, value);
    return call !== null && this.isMaking(fn, call);
  }

  /** `self.second = Client()` where the class closes `self.first = Client()`. */
  private sibling(fn: Fn, call: Call & { at: readonly [number, number] }): CompiledPair | null {
    const found = this.siblings.of(fn, call);
    return found ? this.make(fn, call, this.ruleFor(`${call.method ?? ""} ${call.path ?? ""}`), this.nouns.made, [...new Set([found.closer, ...this.closes])].map((name) => `#${name}`), "sibling") : null;
  }

  /** The pair of what a table's entries are made by, where the class closes some. */
  ofEntry(maker: CallSite, closer: string): CompiledPair {
    const call = maker.instruction;
    return this.make(maker.fn, call, this.ruleFor(`${call.method ?? ""} ${call.path ?? ""}`), this.nouns.pooled, [`#${closer}`], "entry");
  }

  private ruleFor(names: string): HandleRule {
    return this.kinds.find((kind) => kind.name.test(names))?.rule ?? "unclosed-connection";
  }

  /** Whether the call may make something: it is no lookup, and what it gives is not known to be something else. */
  private isMaking(fn: Fn, call: Call): boolean {
    if (this.api.words.is("takes", call) !== null || this.api.words.is("copies", call) !== null || this.api.words.is("chains", call) !== null) return false;
    if (call.method === null && call.path === null && call.callee === null) return false;
    // Where the catalog knows the call and took it for no handle, as a compressor over a buffer, its word counts.
    if (this.api.isKnown(fn, call, this.types) || this.plain.test(call.method ?? call.path?.split(".").at(-1) ?? "")) return false;
    if (this.types.of(fn, call.out).some((type) => [...this.types.supersOfType(type)].some((one) => this.api.inMemory.has(one)))) return false;
    const callee = this.types.calleeOf(fn, call);
    return callee?.kind !== "function" || callee.fn.facts.decorators.length === 0 && !callee.fn.facts.generator;
  }

  /** The local variables that get the call's result, through awaits. */
  private heldBy(fn: Fn, value: ValueId, depth = 0): BindingId[] {
    return fn.uses(value).flatMap((use) => {
      if (use.kind !== "instruction" || depth > 3) return [];
      const { instruction } = use.site;
      if (instruction.op === "await" || instruction.op === "yield") return this.heldBy(fn, instruction.out, depth + 1);
      if (instruction.op !== "store" || instruction.value !== value || instruction.place.kind !== "binding") return [];
      const binding = fn.module.binding(instruction.place.binding);
      return binding?.owner === fn.id && binding.kind === "variable" && !binding.captured ? [instruction.place.binding] : [];
    });
  }

  private variableName(fn: Fn, value: ValueId): string {
    return this.heldBy(fn, value).map((id) => fn.module.binding(id)?.name ?? "").join(" ");
  }

  private make(fn: Fn, call: Call & { at: readonly [number, number] }, rule: HandleRule, noun: string, release: readonly string[], evidence: NonNullable<CompiledPair["evidence"]>): CompiledPair {
    return {
      key: `evidence of ${fn.key}:${String(call.at[0])}`, rule, noun, acquire: [], release: [...release], scope: "closes",
      releases: [...release, "#__exit__", "#__aexit__"].map(parseReleasePattern), releaseAlls: [], callbacks: [],
      name: null, receiver: null, releasing: null, streaming: null, evidence, help: evidence === "pool" ? "give $ back in a finally block" : "close $ in a finally block",
    };
  }
}

/** The last name of what is called, a local function's too. */
function calledName(fn: Fn, call: Call): string {
  return call.method ?? call.path?.split(".").at(-1) ?? (call.callee === null ? "" : loadedName(fn, call.callee));
}

/** The call that a value is the result of, through awaits. */
function callBehind(fn: Fn, value: ValueId, depth = 0): Call | null {
  const definition = fn.definition(value)?.instruction;
  if (definition?.op === "call") return definition;
  if ((definition?.op === "await" || definition?.op === "yield") && definition.value !== null && depth < 3) return callBehind(fn, definition.value, depth + 1);
  return null;
}
