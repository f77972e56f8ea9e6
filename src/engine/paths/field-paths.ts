/**
 * Paths through methods for a handle that a field holds: a clean-up that may return before it releases, and a method that
 * puts another value into the field while it may still hold the handle before.
 *
 * Both look for evidence only: a method that asks anything about the object's own state first is believed to know.
 */
import type { BlockId, Instruction, Terminator, Test, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import { isNothing, origin } from "../program/constants.js";
import { EmptiedFields } from "./emptied-first.js";
import type { Api, CompiledPair } from "../program/api.js";
import { canReach, isReachedNormally } from "../program/blocks.js";
import type { Contexts } from "../contexts/contexts.js";
import type { Endings } from "../contexts/endings.js";
import { isThis } from "../contexts/holders.js";
import type { CallSite, Holders } from "../contexts/holders.js";
import type { Outcome } from "./path-types.js";
import type { Cls, Fn, Site, Stored } from "../program/program.js";
import { endInputs, inputs, successorsOf } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";
import { Repeats } from "../contexts/repeats.js";
import { isConstructor } from "../contexts/targets.js";
import type { Types } from "../program/types.js";

/** A handle that was stored in a field. */
export interface Held {
  pair: CompiledPair;
  fn: Fn;
  site: CallSite;
  through: Fn | null;
  outcome: Outcome;
  ref: Ref;
  /** The store. */
  at: Span;
}

/** A store that loses the handle that a field holds. */
export interface Replacement {
  /** The method that stores. */
  fn: Fn;
  ref: Ref;
  /** Where a finding stands: the call that acquires the next handle, or the store of nothing. */
  at: Span;
  store: Span;
  /** True where the field gets None or null, and no other handle. */
  emptied: boolean;
  /** Where the field is emptied too early: the release that then finds nothing. */
  late?: Span;
}

/** Methods that by their names replace what there is: `reconnect`, `reload`, and no other words that begin so. */
const REPLACING = /^_*(?:re(?!gist|ad|quest|ceiv|nder|cord|leas|quir|port|solv|turn|spon|sult|mov|mot|ply|pli|ctif|fer|gex|cogn|late|ject|act|al|duc|venue|cipe|gion|main|tain|triev)[a-z]|reset|rotate|configure|reconfigure|change|switch|update|set|roll)/iu;
/** Methods that make an object ready before anything else is done with it. */
const FIRST = /^_*(?:(?:init|initiali[sz]e|set_?[uU]p)(?![a-z])|(?:construct|created?|compose)$)/u;
/** Words in the names of methods that are told of an end: what they forget has ended. */
const ENDS = /^(?:clos|lost|disconnect|end|exit|finish|done|eof|abort|clear|reset|tear|shut|stop|cancel|detach|release|destroy|dispose|drop|kill|terminat|quit|unload|clean|logout|fork|getstate|setstate|pickle|copy)/u;
/** Names of things that are counted. */
const COUNTED = /^(?:\w*count|num|length|len|size|total|items|rows)$/u;

export class FieldPaths {
  private readonly stores = new Map<string, Stored[]>();
  private readonly repeats: Repeats;
  readonly emptiedFields: EmptiedFields;

  constructor(private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly contexts: Contexts, private readonly holders: Holders, endings: Endings) {
    this.repeats = new Repeats(contexts, endings);
    this.emptiedFields = new EmptiedFields(refs, types, api, holders);
    for (const [key, stores] of types.fieldStores) this.stores.set(key, stores);
  }

  /** The return by which a clean-up may leave before its release, decided by a count that has nothing to do with the handle, or by what the handle, which lives, says. */
  skippedRelease(pair: CompiledPair, ref: Ref, teardown: Fn): Span | null {
    if (!this.api.releaseMethods.has(teardown.facts.name) || teardown.facts.kind !== "method") return null;
    const seen = new Set<BlockId>([0]);
    const work: { block: BlockId; counted: boolean }[] = [{ block: 0, counted: false }];
    for (let next = work.pop(); next; next = work.pop()) {
      const block = teardown.block(next.block);
      if (!block || block.instructions.some((one) => this.touches(teardown, one, pair, ref))) continue;
      const { end } = block;
      if (end.kind === "return") {
        if (next.counted) return end.at;
        continue;
      }
      if (end.kind === "catch" || end.kind === "rethrow" || end.kind === "raise") continue;
      const counted = end.kind === "branch" && (this.isCount(teardown, end.test) || pair.rule === "unclosed-file" && this.isToldByHandle(teardown, end, ref));
      // Some other condition: it may be the handle's. What the caller says besides changes nothing in that.
      if (end.kind === "branch" && !counted && !(next.counted && endInputs(end).every((value) => isParameter(teardown, value)))) continue;
      for (const to of successorsOf(end)) {
        if (seen.has(to)) continue;
        seen.add(to);
        work.push({ block: to, counted: next.counted || counted });
      }
    }
    return null;
  }

  /** `if self.count == 0`, for a count that the method itself does not change (that would be a count of users). */
  private isCount(fn: Fn, test: Test): boolean {
    if (test.kind !== "equal" && test.kind !== "compare" && test.kind !== "truthy") return false;
    return endInputs({ kind: "branch", test, then: 0, else: 0, at: [0, 0] }).some((value) => {
      const ref = this.refs.of(fn, value);
      const name = ref.fields.at(-1);
      if (ref.root.kind !== "this" || name === undefined || !words(name).some((word) => COUNTED.test(word))) return false;
      return !(this.stores.get(ref.key) ?? []).some((store) => store.fn === fn);
    });
  }

  /** `size = self.file.tell()`, `if size == 0`: what a method of the handle gave, other than whether it is still open. */
  private isToldByHandle(fn: Fn, end: Extract<Terminator, { kind: "branch" }>, ref: Ref): boolean {
    return (end.test.kind === "equal" || end.test.kind === "compare") && endInputs(end).some((value) => {
      const made = origin(fn, value)?.site.instruction;
      return made?.op === "call" && made.receiver !== null && this.refs.of(fn, made.receiver).key === ref.key;
    });
  }

  /** Fields that get another value while they may hold a handle. */
  *replacements(held: readonly Held[]): Generator<{ one: Held; replacement: Replacement }> {
    const byKey = new Map<string, Held[]>();
    for (const one of held) {
      if (one.ref.root.kind !== "this" || one.ref.fields.length !== 1) continue;
      byKey.set(one.ref.key, [...byKey.get(one.ref.key) ?? [], one]);
    }
    for (const [key, holders] of byKey) {
      const done = new Set<Fn>();
      const [one] = holders;
      const early = one ? this.emptiedFields.of(one.pair, one.ref) : null;
      if (one && early) {
        const { fn, site } = early.store;
        done.add(fn);
        yield { one, replacement: { fn, ref: one.ref, at: site.instruction.at, store: site.instruction.at, emptied: true, late: early.late } };
      }
      for (const store of this.stores.get(key) ?? []) {
        if (done.has(store.fn) || !this.isOrdinaryMethod(store.fn)) continue;
        const own = holders.find((one) => one.at[0] === store.site.instruction.at[0] && one.fn === store.fn);
        const first = own ?? holders[0];
        if (!first) continue;
        const emptied = isNothing(store.fn, store.value);
        // Where the handle was acquired in the same function, its path has told what a handler's store loses.
        if (holders.some((one) => one.fn === store.fn) && !isReachedNormally(store.fn, store.site.block)) continue;
        if (own ? !this.isRepeated(own, holders) : !emptied || isToldOfEnd(store.fn.facts.name) || this.isBeginning(store.fn) && !this.isBehindWork(store)) continue;
        // What a getter does with the field once it has filled it is with the new handle.
        if (this.knows(store.fn, first.pair, first.ref, own && store.fn.facts.kind === "getter" ? store.site : null)) continue;
        done.add(store.fn);
        yield { one: first, replacement: { fn: store.fn, ref: first.ref, at: own ? own.site.instruction.at : store.site.instruction.at, store: store.site.instruction.at, emptied } };
      }
    }
  }

  /**
   * The object is only made ready there, as in a constructor: all who call it have just made the object, or are its
   * constructor; where nobody is seen to call it, its name says so. What it sets to nothing was nothing before.
   */
  private isBeginning(fn: Fn, depth = 0): boolean {
    const callers = this.contexts.callers(fn).filter((site) => !this.contexts.isTest(site.fn));
    if (callers.length === 0) return FIRST.test(fn.facts.name);
    return depth < 3 && callers.every((site) => isConstructor(site.fn) || this.isJustMade(site)
      || site.fn !== fn && site.fn.facts.kind === "method" && site.fn.cls !== null && site.fn.cls === fn.cls && this.isBeginning(site.fn, depth + 1));
  }

  /** Before the store the method waits, or has another method of the object work, which may fill the field. */
  private isBehindWork({ fn, site: store }: Stored): boolean {
    return [...fn.sites()].some(({ instruction, block, index }) => (instruction.op === "await" || instruction.op === "call" && instruction.receiver !== null && isThis(fn, instruction.receiver))
      && (block === store.block ? index < store.index : canReach(fn, block, store.block)));
  }

  /** `this.clock = new Clock(); this.clock.init()`: the receiver was made right before, in the same function. */
  private isJustMade({ fn, block, index, instruction: { receiver } }: CallSite): boolean {
    if (receiver === null) return false;
    const { key, root, fields } = this.refs.of(fn, receiver);
    const isMade = (value: ValueId): boolean => {
      const made = fn.definition(value)?.instruction;
      return made?.op === "call" && this.types.calleeOf(fn, made)?.kind === "class";
    };
    if (isMade(receiver)) return true;
    const stores = root.kind === "binding" && fields.length === 0 ? root.module.bindingStores.get(root.binding) ?? [] : this.stores.get(key) ?? [];
    return stores.some((store) => store.fn === fn && isMade(store.value) && (store.site.block === block ? store.site.index < index : canReach(fn, store.site.block, block)));
  }

  /** A method that is called, and not one that the clean-up or an event calls. */
  isOrdinaryMethod(fn: Fn): boolean {
    return (fn.facts.kind === "method" || fn.facts.kind === "getter") && !fn.facts.static && !this.api.releaseMethods.has(fn.facts.name) && !fn.facts.name.startsWith("__") && this.contexts.usedAsCallback(fn).length === 0;
  }

  /** Whether a method is told of an end by its name: what it forgets is over. */
  isToldOfEnd(fn: Fn): boolean {
    return isToldOfEnd(fn.facts.name);
  }

  /** Whether the acquiring method runs while the field is full: the constructor filled it, its name says so, or a retry calls it. */
  private isRepeated(own: Held, all: readonly Held[]): boolean {
    // A sibling's constructor fills the sibling's field.
    if (all.some((one) => (one.fn.facts.kind === "constructor" || one.fn.facts.kind === "initializer") && one.fn.cls !== null && own.fn.cls !== null && isBaseOf(one.fn.cls, own.fn.cls))) return true;
    const { name } = own.fn.facts;
    if (this.contexts.of(own.fn).perObject === true) return false;
    if (this.repeats.of(own.fn, (caller) => this.knows(caller, own.pair, own.ref))) return true;
    if (this.api.startMethods.has(name)) {
      const callers = this.contexts.callers(own.fn).filter((site) => site.fn.cls === own.fn.cls);
      return callers.some((site) => site.fn !== own.fn && site.fn.facts.kind === "method" && !this.api.startMethods.has(site.fn.facts.name) && !this.knows(site.fn, own.pair, own.ref) && this.uses(site.fn, own.ref));
    }
    return REPLACING.test(name) && !this.isPartOfMaking(own.fn);
  }

  /** Only constructors call the method, each once and for the new object: nothing is in the field before. */
  private isPartOfMaking(fn: Fn): boolean {
    const callers = this.contexts.callers(fn).filter((site) => !this.contexts.isTest(site.fn));
    return callers.length > 0 && callers.every((site) => (site.fn.facts.kind === "constructor" || site.fn.facts.name === "__init__") && site.fn.cls?.related.includes(fn.cls ?? site.fn.cls) === true
      && site.instruction.receiver !== null && isThis(site.fn, site.instruction.receiver) && site.fn.block(site.block)?.loop === null && callers.filter((one) => one.fn === site.fn).length === 1);
  }

  /** Whether a function works with what the field holds, or is named for trying again. */
  private uses(fn: Fn, ref: Ref): boolean {
    return REPLACING.test(fn.facts.name) || [...fn.sites()].some(({ instruction }) => instruction.op === "call" && instruction.receiver !== null && this.refs.of(fn, instruction.receiver).key === ref.key);
  }

  /** Whether a method releases or moves what the field holds, asks about it, or asks about the object at all. */
  private knows(fn: Fn, pair: CompiledPair, ref: Ref, until: Site | null = null): boolean {
    const nested = new Set([fn, ...this.holders.nestedIn(fn)]);
    if (this.holders.released(pair, ref, (one) => nested.has(one)) || until === null && this.holders.passedOn(pair, ref, (one) => nested.has(one))) return true;
    return fn.facts.blocks.some((block, id) => {
      const isWhole = until === null || id !== until.block && canReach(fn, id, until.block);
      if (!isWhole && id !== until.block) return false;
      // What a loop asks before each turn is when to give up.
      if (isWhole && block.end.kind === "branch" && !isTurnTest(fn, id) && endInputs(block.end).some((value) => this.asksObject(fn, value, 0))) return true;
      return (isWhole ? block.instructions : block.instructions.slice(0, until.index)).some((one) => this.touches(fn, one, pair, ref));
    });
  }

  private asksObject(fn: Fn, value: ValueId, depth: number): boolean {
    const ref = this.refs.of(fn, value);
    if (ref.root.kind === "this" && ref.fields.length > 0) return true;
    const definition = fn.definition(value)?.instruction;
    return definition !== undefined && depth < 3 && inputs(definition).some((input) => this.asksObject(fn, input, depth + 1));
  }

  /** An instruction that releases the field or enters a method of the object that does. */
  private touches(fn: Fn, instruction: Instruction, pair: CompiledPair, ref: Ref): boolean {
    if (instruction.op === "load" && instruction.place.kind === "field") return this.refs.of(fn, instruction.out).key === ref.key && this.holders.fateOfValue(fn, instruction.out, pair) !== "borrowed";
    if (instruction.op !== "call") return false;
    const match = this.api.released(pair, fn, instruction, this.types);
    if (match && (match.via === "all" || this.refs.of(fn, match.value).key === ref.key)) return true;
    const callee = this.types.calleeOf(fn, instruction);
    if (callee?.kind === "function") return this.holders.reachesRelease(callee.fn, pair, ref);
    // A method of the object that is not known: an inherited close.
    return instruction.receiver !== null && isThis(fn, instruction.receiver) && instruction.method !== null && this.api.releaseMethods.has(instruction.method);
  }
}

/** The first block of a `while` loop, which asks whether there is another turn. */
function isTurnTest(fn: Fn, id: BlockId): boolean {
  const loop = fn.block(id)?.loop ?? null;
  return loop !== null && fn.facts.loops[loop]?.kind === "while" && fn.facts.blocks.findIndex((block) => block.loop === loop) === id;
}

function isParameter(fn: Fn, value: ValueId): boolean {
  const definition = fn.definition(value)?.instruction;
  return definition?.op === "constant" || definition?.op === "load" && definition.place.kind === "binding" && fn.module.binding(definition.place.binding)?.kind === "parameter";
}

function isToldOfEnd(name: string): boolean {
  return words(name).some((word) => ENDS.test(word));
}

function words(name: string): string[] {
  return name.replaceAll(/([a-z])([A-Z])/gu, "$1_$2").toLowerCase().split(/_+/u);
}

/** Whether a class is another or one that it extends. */
function isBaseOf(base: Cls, cls: Cls, depth = 0): boolean {
  return base === cls || depth < 12 && cls.bases.some((one) => isBaseOf(base, one, depth + 1));
}
