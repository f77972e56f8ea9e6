/**
 * Attempts that are given up: a timer or a timeout event fails the promise (or calls back with an error), and what was
 * being opened for it stays open, because only success hands it on. That a wait is over does not end what it waited for.
 *
 * Believed only where the same function elsewhere settles the same promise with the handle itself, and where nothing in
 * the function ends the handle at all.
 */
import type { BindingId, Call } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import type { Acquisitions } from "./acquisitions.js";
import { originOf } from "./acquisitions.js";
import type { Api, CompiledPair } from "../program/api.js";
import type { Contexts } from "../contexts/contexts.js";
import type { Endings } from "../contexts/endings.js";
import { isWithin } from "../contexts/endings.js";
import type { CallSite, Holders } from "../contexts/holders.js";
import type { Life } from "./lifetimes.js";
import type { Fn, Mod, Program } from "../program/program.js";
import type { Settling } from "../contexts/settling.js";
import type { ShownHandles } from "./shown-handles.js";
import type { Types } from "../program/types.js";
import { loadsOf } from "../program/variables.js";

const RULES = new Set(["unclosed-file", "unclosed-connection", "executor-leak"]);
/** Events that tell that something took too long. */
const TOO_LATE = /time_?out$/iu;

export class Attempts {
  private list: readonly Life[] | null = null;
  private readonly byOwner = new Map<Mod, Map<number, BindingId[]>>();

  constructor(
    private readonly program: Program, private readonly types: Types, private readonly api: Api, private readonly contexts: Contexts, private readonly holders: Holders,
    private readonly settling: Settling, private readonly endings: Endings, private readonly acquisitions: Acquisitions, private readonly shown: ShownHandles,
  ) {}

  /** The handles that stay behind, as leaks of the functions that acquire them. */
  all(): readonly Life[] {
    return (this.list ??= [...this.compute()]);
  }

  private *compute(): Generator<Life> {
    for (const fn of this.program.functions()) {
      if (fn.facts.kind === "module" || this.contexts.isTest(fn)) continue;
      for (const id of this.captured(fn)) {
        const start = this.acquiredFor(fn, id);
        const at = start && this.givenUp(fn, id, start.pair);
        if (!start || !at) continue;
        const leak = { kind: "exit" as const, at, raisedAt: null, explicit: true };
        yield {
          pair: start.pair, fn, site: start.site, through: null, context: this.contexts.at(fn, start.site.block), dropped: false, source: null, leaks: [leak], unreleased: [], releasedSomewhere: true, replaced: null,
          outcome: { leaks: [leak], escapes: [], released: [], releasedNormally: [], reads: [], lastUse: null, variable: id, gaveUp: false },
        };
      }
    }
  }

  /** Variables of the function that functions nested in it use. */
  private captured(fn: Fn): BindingId[] {
    let known = this.byOwner.get(fn.module);
    if (!known) {
      known = new Map<number, BindingId[]>();
      for (const id of fn.module.bindingStores.keys()) {
        const binding = fn.module.binding(id);
        if (binding?.kind === "variable" && binding.captured) known.set(binding.owner, [...known.get(binding.owner) ?? [], id]);
      }
      this.byOwner.set(fn.module, known);
    }
    return known.get(fn.id) ?? [];
  }

  /** What makes the handle: each store of the variable is a call that acquires, by the catalog or by a name that the file closes. */
  private acquiredFor(fn: Fn, id: BindingId): { site: CallSite; pair: CompiledPair } | null {
    let found: { site: CallSite; pair: CompiledPair } | null = null;
    for (const store of fn.module.bindingStores.get(id) ?? []) {
      if (store.fn !== fn) return null;
      if (fn.definition(store.value)?.instruction.op === "constant") continue;
      const site = originOf(fn, store.value, 0);
      if (!site) return null;
      const start = this.acquisitions.at(fn, site).find(({ pair, acquired }) => RULES.has(pair.rule) && pair.evidence === undefined && acquired.fn === fn && acquired.receiver === undefined);
      const pair = start?.pair ?? this.shown.byName(fn, site, fn.module.binding(id)?.name ?? "");
      if (!pair) return null;
      found = { site, pair };
    }
    return found;
  }

  /** Where the attempt fails for being late, with the handle still open; null where it does not, or something ends the handle. */
  private givenUp(fn: Fn, id: BindingId, pair: CompiledPair): Span | null {
    const inner = this.holders.nestedIn(fn);
    const scopes = [fn, ...inner];
    if (scopes.some((scope) => loadsOf(scope, id).some((load) => this.holders.fateOfValue(scope, load, pair) === "released"))) return null;
    const handed = new Set<string>();
    for (const scope of inner) {
      const loads = new Set(loadsOf(scope, id));
      for (const settlement of loads.size > 0 ? this.settling.in(scope) : []) {
        const call = this.callAt(scope, settlement.block, settlement.index);
        if (settlement.how === "call" && !settlement.fails && call?.args.some((one) => loads.has(one.value))) handed.add(settlement.key);
      }
    }
    if (handed.size === 0) return null;
    for (const late of this.lateCallbacks(scopes)) {
      if (!isWithin(late, fn)) continue;
      // Somebody who is told of the handle there may look after it.
      const reach = this.endings.reach([late], 2);
      if ([...reach].some((one) => loadsOf(one, id).some((load) => this.holders.fateOfValue(one, load, pair) !== "borrowed"))) continue;
      const failing = this.settling.within(late).find((one) => {
        const call = this.callAt(one.fn, one.block, one.index);
        const loads = new Set(loadsOf(one.fn, id));
        return one.how === "call" && handed.has(one.key) && call !== null && call.args.length > 0 && !call.args.some((argument) => loads.has(argument.value)) && (one.fails || !one.key.startsWith("executor"));
      });
      if (failing) return failing.at;
    }
    return null;
  }

  /** Functions that run when something took too long: a timer's, or a listener's of a timeout event. */
  private *lateCallbacks(scopes: readonly Fn[]): Generator<Fn> {
    for (const scope of scopes) {
      for (const { instruction } of scope.sites()) {
        if (instruction.op !== "call" || !this.isLate(scope, instruction)) continue;
        for (const argument of instruction.args) {
          yield* this.contexts.functionsIn(scope, argument.value);
          yield* this.madeBy(scope, argument.value);
        }
      }
    }
  }

  private isLate(fn: Fn, call: Call): boolean {
    if (this.api.acquired(fn, call, this.types).some((pair) => pair.rule === "timer-leak")) return true;
    const event = call.args[0] && fn.definition(call.args[0].value)?.instruction;
    return event?.op === "constant" && event.value.kind === "string" && TOO_LATE.test(event.value.value) && call.args.length > 1;
  }

  /** `onFailure("timeout")`, a function that returns the listener. */
  private madeBy(fn: Fn, value: number): Fn[] {
    const call = fn.definition(value)?.instruction;
    const callee = call?.op === "call" ? this.types.calleeOf(fn, call) : null;
    if (callee?.kind !== "function") return [];
    return callee.fn.facts.blocks.flatMap(({ end }) => (end.kind === "return" && end.value !== null ? this.contexts.functionsIn(callee.fn, end.value) : []));
  }

  private callAt(fn: Fn, block: number, index: number): Call | null {
    const instruction = fn.block(block)?.instructions[index];
    return instruction?.op === "call" ? instruction : null;
  }
}

