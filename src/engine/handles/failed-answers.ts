/**
 * Answers that tell of a failure: `connection.query(text, (error, rows) => { if (error) return done(error); … })` ends
 * what the function around has opened for a good answer and not for a bad one; `.then(rows => { connection.release(); … })`
 * alone is not run when the promise before it fails.
 *
 * Believed only where all that ends the handle is in the answering callback, in one around or inside it, or in a function
 * that these call: whatever ends it elsewhere (a `finally`, a listener, the last step of a series) may run after a failure.
 */
import type { BindingId, BlockId, Call, Instruction, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import type { Acquisitions, Start } from "./acquisitions.js";
import type { Api, CompiledPair } from "../program/api.js";
import { successorsOf } from "../program/blocks.js";
import type { Contexts } from "../contexts/contexts.js";
import type { Endings } from "../contexts/endings.js";
import { isWithin } from "../contexts/endings.js";
import type { CallSite, Holders } from "../contexts/holders.js";
import type { Life } from "./lifetimes.js";
import type { Leak } from "../paths/path-types.js";
import type { Fn, Program } from "../program/program.js";
import { neverRejects } from "../contexts/sure-promises.js";
import type { Types } from "../program/types.js";
import { loadsOf } from "../program/variables.js";

const RULES = new Set(["unclosed-file", "unclosed-connection"]);
/** A callback's parameter for what went wrong. */
const ERROR = /^_*(?:e|er|err|error|ex|exc|exception|fail|failure|reason)\d*$|Err(?:or)?\d*$/u;
/** Methods by which a handle begins: where they fail there is none. */
const BEGINS = /^_*(?:connect|open|listen|bind|start|launch|ready)/iu;

/** A handle in a variable that functions nested in its own one use. */
interface Kept {
  fn: Fn;
  id: BindingId;
  /** A parameter that gives it back when it is called. */
  release: BindingId | null;
  pair: CompiledPair;
}

export class FailedAnswers {
  private list: readonly Life[] | null = null;

  constructor(
    private readonly program: Program, private readonly types: Types, private readonly api: Api, private readonly contexts: Contexts, private readonly holders: Holders,
    private readonly endings: Endings, private readonly acquisitions: Acquisitions,
  ) {}

  /** The handles that stay behind, as leaks of the functions that acquire them. */
  all(): readonly Life[] {
    return (this.list ??= [...this.compute()]);
  }

  private *compute(): Generator<Life> {
    for (const fn of this.program.functions()) {
      if (fn.module.facts.language !== "ts" || this.contexts.isTest(fn)) continue;
      for (const site of fn.sites()) {
        if (site.instruction.op !== "call") continue;
        for (const start of this.acquisitions.at(fn, site as CallSite)) {
          const kept = this.keptFrom(start);
          const leaks = kept ? this.leaksOf(kept) : [];
          if (!kept || leaks.length === 0) continue;
          yield {
            pair: start.pair, fn: kept.fn, site: site as CallSite, through: start.through, context: this.contexts.of(kept.fn), dropped: false, source: null, leaks, unreleased: [], releasedSomewhere: true, replaced: null,
            outcome: { leaks, escapes: [], released: this.endsOf(kept).flatMap(({ at }) => (at ? [at] : [])), releasedNormally: [], reads: [], lastUse: null, variable: kept.id, gaveUp: false },
          };
        }
      }
    }
  }

  private keptFrom({ pair, acquired }: Start): Kept | null {
    const { fn, entry } = acquired;
    if (!RULES.has(pair.rule) || pair.evidence !== undefined || pair.path === true || pair.ends !== undefined && pair.ends !== "never" || acquired.element !== undefined || acquired.receiver !== undefined || acquired.started) return null;
    const id = entry ? entry.handle : this.variableOf(fn, acquired.value);
    const isCaptured = (one: BindingId | null): boolean => one !== null && fn.module.binding(one)?.captured === true;
    return id !== null && (isCaptured(id) || isCaptured(entry?.release ?? null)) && fn.module.binding(id)?.owner === fn.id && fn.facts.kind !== "module" ? { fn, id, release: entry?.release ?? null, pair } : null;
  }

  /** The only variable that a value, or what awaiting it gives, is put in. */
  private variableOf(fn: Fn, value: ValueId): BindingId | null {
    const [use, ...others] = fn.uses(value);
    if (use?.kind !== "instruction" || others.length > 0) return null;
    const { instruction } = use.site;
    if (instruction.op === "await") return this.variableOf(fn, instruction.out);
    if (instruction.op !== "store" || instruction.place.kind !== "binding") return null;
    return fn.module.bindingStores.get(instruction.place.binding)?.length === 1 ? instruction.place.binding : null;
  }

  private leaksOf(kept: Kept): Leak[] {
    // What its own function does with it otherwise is for whoever follows it there.
    if (this.isGone(kept.fn, kept)) return [];
    const ends = new Set(this.endsOf(kept).map(({ fn }) => fn));
    if (ends.size === 0) return [];
    const passed = this.onlyFulfilled(kept, ends);
    if (passed) return [{ kind: "exception", at: passed, raisedAt: null, explicit: false }];
    return this.holders.nestedIn(kept.fn).flatMap((callback): Leak[] => {
      const error = this.errorOf(callback, kept);
      const chain = [...ends].every((end) => isWithin(end, callback) || isWithin(callback, end) || this.isCalledWithin(end, callback));
      const at = error !== null && chain && [...ends].some((end) => isWithin(end, callback) || this.isCalledWithin(end, callback)) ? this.failingExit(callback, error, kept) : null;
      return at ? [{ kind: "exit", at, raisedAt: null, explicit: true }] : [];
    });
  }

  /** Functions nested in that of the handle that end it, or hand it on. */
  private endsOf(kept: Kept): { fn: Fn; at: Span | null }[] {
    return this.holders.nestedIn(kept.fn).flatMap((fn) => {
      const gone = this.isGone(fn, kept);
      return gone ? [{ fn, at: gone.at }] : [];
    });
  }

  private isGone(fn: Fn, { id, release, pair }: Kept): { at: Span | null } | null {
    const load = loadsOf(fn, id).find((one) => this.holders.fateOfValue(fn, one, pair) !== "borrowed") ?? (release === null ? undefined : loadsOf(fn, release)[0]);
    return load === undefined ? null : { at: fn.definition(load)?.instruction.at ?? null };
  }

  /** A local function that is called by name, from within the callback alone. */
  private isCalledWithin(fn: Fn, callback: Fn): boolean {
    const callers = this.contexts.callers(fn);
    return callers.length > 0 && callers.every((caller) => isWithin(caller.fn, callback)) && this.contexts.usedAsCallback(fn).length === 0;
  }

  /** The parameter for the failure of what answers once, by calling this function; null where it is no such callback. */
  private errorOf(callback: Fn, kept: Kept): BindingId | null {
    const [use, ...others] = this.contexts.usedAsCallback(callback);
    const [first] = callback.facts.parameters;
    if (!use || others.length > 0 || this.contexts.callers(callback).length > 0 || first?.binding == null || !ERROR.test(first.name)) return null;
    const { fn, instruction: call } = use.site;
    if (use.position !== call.args.length - 1 || this.api.words.is("continues", call) !== null || this.isListening(fn, call)) return null;
    const own = new Set(loadsOf(fn, kept.id));
    const isOwn = call.receiver !== null && own.has(call.receiver);
    return isOwn && BEGINS.test(call.method ?? "") || this.isEnding(fn, call, own, kept) ? null : first.binding;
  }

  private isListening(fn: Fn, call: Call): boolean {
    return this.api.acquired(fn, call, this.types).some((pair) => pair.rule === "listener-leak") || /^(?:on|once|add(?:Event)?Listener|prepend(?:Once)?Listener|subscribe|each|map|forEach)$/u.test(call.method ?? "");
  }

  private isEnding(fn: Fn, call: Call, own: ReadonlySet<ValueId>, { pair }: Kept): boolean {
    const match = this.api.released(pair, fn, call, this.types);
    return match !== null && (match.via === "all" || own.has(match.value));
  }

  /** Where the callback returns for a failure and nobody has ended the handle, nor gone on with it. */
  private failingExit(callback: Fn, error: BindingId, kept: Kept): Span | null {
    const seen = new Set<string>();
    const work: { block: BlockId; failed: boolean }[] = [{ block: 0, failed: false }];
    for (let next = work.pop(); next; next = work.pop()) {
      const { block: id, failed } = next;
      const block = callback.block(id);
      if (!block || seen.has(`${String(id)}${String(failed)}`)) continue;
      seen.add(`${String(id)}${String(failed)}`);
      if (block.instructions.some((one) => this.looksAfter(callback, one, kept))) continue;
      const { end } = block;
      if (end.kind === "return" && failed) return end.at;
      if (end.kind === "catch" || end.kind === "rethrow") continue;
      const asks = end.kind === "branch" && (end.test.kind === "truthy" || end.test.kind === "none") && loadsOf(callback, error).includes(end.test.value) ? end.test.kind : null;
      if (end.kind === "branch" && asks !== null) {
        const [fails, goes] = asks === "truthy" ? [end.then, end.else] : [end.else, end.then];
        work.push({ block: fails, failed: true });
        if (!failed) work.push({ block: goes, failed });
      } else work.push(...successorsOf(end).map((to) => ({ block: to, failed })));
    }
    return null;
  }

  /** The instruction ends the handle, hands it on, or gives somebody the means to go on with it. */
  private looksAfter(fn: Fn, instruction: Instruction, kept: Kept): boolean {
    const uses = (one: Fn): boolean => loadsOf(one, kept.id).length > 0 || kept.release !== null && loadsOf(one, kept.release).length > 0;
    switch (instruction.op) {
      case "load": return instruction.place.kind === "binding" && (instruction.place.binding === kept.release || instruction.place.binding === kept.id && this.holders.fateOfValue(fn, instruction.out, kept.pair) !== "borrowed");
      case "closure": {
        const made = fn.module.fn(instruction.function);
        return made !== null && [...this.endings.reach([made], 2)].some(uses);
      }
      case "call": {
        if (this.api.neverReturns.has(fn, instruction, this.types)) return true;
        const called = [...instruction.callee === null ? [] : this.contexts.functionsIn(fn, instruction.callee), ...instruction.args.flatMap((one) => this.contexts.functionsIn(fn, one.value))];
        return called.length > 0 && [...this.endings.reach(called, 2)].some(uses);
      }
      default: return false;
    }
  }

  /** All that ends it is told of success alone, by promises that may fail: the place of the first of these. */
  private onlyFulfilled(kept: Kept, ends: ReadonlySet<Fn>): Span | null {
    let at: Span | null = null;
    for (const end of ends) {
      const [use, ...others] = this.contexts.usedAsCallback(end);
      if (!use || others.length > 0 || use.position !== 0 || this.contexts.callers(end).length > 0 || !isWithin(use.site.fn, kept.fn)) return null;
      const { fn, instruction: call } = use.site;
      const promise = call.receiver;
      if (call.args.length !== 1 || promise === null || this.api.words.is("continues", call) !== "method" || !this.mayReject(fn, promise)) return null;
      at ??= fn.definition(promise)?.instruction.at ?? null;
    }
    return at;
  }

  /** A call's promise, of whose failure nobody has heard before. */
  private mayReject(fn: Fn, promise: ValueId): boolean {
    const call = fn.definition(promise)?.instruction;
    if (call?.op !== "call" || neverRejects(fn, promise, this.types, this.api)) return false;
    for (let at: Instruction | undefined = call; at?.op === "call" && at.receiver !== null; at = fn.definition(at.receiver)?.instruction) {
      const hears = this.api.words.is("continues", at) === "method" ? at.args.length > 1 : this.api.onFailure.match(fn, at, this.types).length > 0;
      if (hears) return false;
    }
    return true;
  }
}
