/**
 * What an object sets going in a field of its own, `await this.driver.connect()`, where its clean-up ends the same field,
 * `this.driver.disconnect()`: the class says itself that the two belong together. Where the method that starts it fails
 * further on, the object never gets ready, and who waits for it has nothing to end.
 *
 * A caller may still call the clean-up. So only this counts as losing it: the method itself raises, a scope's start
 * fails (its end then does not run), the method ends it for one failure and not for another, or the clean-up does nothing
 * before a flag is set that the method sets last.
 */
import type { BlockId, Call } from "../../model/facts.js";
import type { Api, CompiledPair } from "../program/api.js";
import { isThis } from "../contexts/holders.js";
import type { CallSite, Holders } from "../contexts/holders.js";
import type { Acquired } from "../paths/path-types.js";
import type { Fn } from "../program/program.js";
import { successorsOf } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";
import type { Types } from "../program/types.js";

interface Verbs {
  noun: string;
  starts: ReadonlySet<string>;
  ends: ReadonlySet<string>;
  of: RegExp | null;
}

/** How far into a clause its clean-up may stand. */
const NEAR = 12;

export class Started {
  private readonly verbs: Verbs[] = [];
  private readonly firstWords = new Set<string>();
  private readonly memo = new Map<string, CompiledPair | null>();

  constructor(private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly holders: Holders) {
    for (const { lifecycle } of api.files) {
      for (const { noun, starts, ends, of } of lifecycle?.pairs ?? []) {
        this.verbs.push({ noun, starts: new Set(starts), ends: new Set(ends), of: of === undefined ? null : new RegExp(of, "iu") });
        for (const name of starts) this.firstWords.add(name);
      }
    }
  }

  /** The field that a call sets going, in a method that makes its object ready; null where the class does not say so. */
  at(fn: Fn, site: CallSite): Acquired | null {
    const call = site.instruction;
    if (call.receiver === null || call.method === null || fn.cls === null || fn.facts.kind !== "method" || fn.facts.static) return null;
    const ref = this.refs.of(fn, call.receiver);
    if (ref.root.kind !== "this" || ref.fields.length !== 1 || !this.makesReady(fn) || !isStatement(fn, call)) return null;
    const name = bare(call.method);
    const verbs = this.verbs.find((one) => one.starts.has(name) && (one.of?.test(ref.fields[0] ?? "") ?? true));
    const end = verbs && this.endIn(ref, verbs);
    if (!end) return null;
    return { fn, site, pair: this.pairOf(fn, call, ref, verbs, end.name), value: call.out, started: { ref, flags: this.flagsOf(fn, ref, end.fn), tries: this.tries(fn, ref, verbs) } };
  }

  /** A method that is called before its object is used, by its name. */
  private makesReady(fn: Fn): boolean {
    const { name } = fn.facts;
    return this.api.enterMethods.has(name) || this.api.startMethods.has(name) || this.firstWords.has(bare(name).split(/_|(?=[A-Z])/u)[0] ?? "");
  }

  /** The call of the class's clean-up that ends what the field holds. */
  private endIn(ref: Ref, verbs: Verbs): { fn: Fn; name: string } | null {
    for (const { as, site: { fn, instruction: { method } } } of this.holders.usesOf(ref.key)) {
      if (as === "receiver" && method !== null && verbs.ends.has(bare(method)) && this.holders.inReleaseMethod(fn)) return { fn, name: method };
    }
    return null;
  }

  private pairOf(fn: Fn, call: Call & { at: readonly [number, number] }, ref: Ref, verbs: Verbs, end: string): CompiledPair {
    const key = `started ${fn.key}:${String(call.at[0])}`;
    const known = this.memo.get(key);
    if (known) return known;
    const names = [...new Set([end, ...verbs.ends])];
    const pair: CompiledPair = {
      key, rule: "unclosed-connection", noun: verbs.noun, acquire: [], release: names.map((name) => `#${name}`), releases: names.map((method) => ({ kind: "on-handle", method })),
      releaseAlls: [], callbacks: [], name: null, receiver: null, releasing: null, streaming: null, evidence: "started",
      help: `call ${end}() on ${ref.fields[0] ?? "it"} before this fails`,
    };
    this.memo.set(key, pair);
    return pair;
  }

  /** Fields that the clean-up asks about before it does anything, and that the starting method sets so that it does. */
  private flagsOf(fn: Fn, ref: Ref, cleanup: Fn): ReadonlySet<string> {
    const flags = new Set<string>();
    let block = cleanup.block(0);
    for (let steps = 0; block?.end.kind === "jump" && steps < NEAR; steps++) block = cleanup.block(block.end.to);
    if (block?.end.kind !== "branch" || block.end.test.kind !== "truthy" && block.end.test.kind !== "none") return flags;
    const { test, then, else: otherwise } = block.end;
    const flag = this.refs.of(cleanup, test.value);
    if (flag.root.kind !== "this" || flag.fields.length !== 1 || flag.key === ref.key) return flags;
    const leavesWhenSet = this.leaves(cleanup, test.kind === "truthy" ? then : otherwise);
    if (!leavesWhenSet && !this.leaves(cleanup, test.kind === "truthy" ? otherwise : then)) return flags;
    for (const store of this.types.fieldStores.get(flag.key) ?? []) {
      const stored = store.fn.definition(store.value)?.instruction;
      const empty = stored?.op === "constant" && (stored.value.kind === "null" || stored.value.kind === "boolean" && !stored.value.value);
      if (store.fn === fn && empty === leavesWhenSet) flags.add(flag.key);
    }
    return flags;
  }

  /** Whether a way leads straight out of a function. */
  private leaves(fn: Fn, start: BlockId): boolean {
    let block = fn.block(start);
    for (let steps = 0; block?.end.kind === "jump" && steps < NEAR; steps++) block = fn.block(block.end.to);
    return (block?.end.kind === "return" || block?.end.kind === "raise") && block.instructions.every((one) => one.op !== "await");
  }

  /** Whether the method ends the field where something fails: a clause of it does. */
  private tries(fn: Fn, ref: Ref, verbs: Verbs): boolean {
    const seen = new Set<BlockId>();
    const work = fn.facts.blocks.flatMap(({ end }) => (end.kind === "catch" ? end.clauses.map((clause) => clause.to) : []));
    for (let at = work.pop(); at !== undefined && seen.size < NEAR; at = work.pop()) {
      const block = seen.has(at) ? undefined : fn.block(at);
      if (!block) continue;
      seen.add(at);
      if (block.instructions.some((one) => one.op === "call" && this.ends(fn, one, ref, verbs))) return true;
      if (block.end.kind !== "catch" && block.end.kind !== "rethrow") work.push(...successorsOf(block.end));
    }
    return false;
  }

  private ends(fn: Fn, call: Call, ref: Ref, verbs: Verbs): boolean {
    if (call.receiver === null || call.method === null) return false;
    if (this.refs.of(fn, call.receiver).key === ref.key) return verbs.ends.has(bare(call.method));
    if (!isThis(fn, call.receiver)) return false;
    const callee = this.types.calleeOf(fn, call);
    return callee?.kind === "function" && this.holders.usesOf(ref.key).some((use) => use.site.fn === callee.fn && verbs.ends.has(bare(use.site.instruction.method ?? "")));
  }
}

/** Whether nobody looks at what a call gives, but to wait for it. */
function isStatement(fn: Fn, call: Call): boolean {
  return fn.uses(call.out).every((use) => use.kind === "instruction" && use.site.instruction.op === "await" && fn.uses(use.site.instruction.out).length === 0);
}

/** Without the marks of privacy, and without what only says that it is waited for. */
function bare(name: string): string {
  return name.replace(/^(?:_(?!_)|#)+/u, "").replace(/_async$|Async$|^async_/u, "");
}
