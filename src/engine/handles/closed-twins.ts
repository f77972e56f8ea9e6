/**
 * Handles that only the other callers show to be ones: what a function or class gives is closed by each of its other callers
 * (`link = dial(); try: … finally: link.close()`), and this one neither closes it nor hands it on.
 */
import type { BindingId, Call, ValueId } from "../../model/facts.js";
import type { Api, CompiledPair, Shown } from "../program/api.js";
import type { Contexts } from "../contexts/contexts.js";
import type { CallSite, Holders } from "../contexts/holders.js";
import type { Acquired } from "../paths/path-types.js";
import type { Fn, Program } from "../program/program.js";
import { push } from "../program/program.js";
import type { StoredRecords } from "../program/stored-records.js";
import type { Types } from "../program/types.js";
import { loadsOf } from "../program/variables.js";

/** A call whose result one local variable gets, and nothing else. */
interface Held {
  fn: Fn;
  site: CallSite;
  variable: BindingId;
}

/** So many others must close it. */
const OTHERS = 2;

export class ClosedTwins {
  private makers: ReadonlyMap<string, readonly Held[]> | null = null;
  private readonly memo = new Map<string, { site: CallSite; pair: CompiledPair } | null>();

  constructor(private readonly program: Program, private readonly types: Types, private readonly api: Api, private readonly contexts: Contexts, private readonly holders: Holders, private readonly records: StoredRecords) {}

  /** The handle that the call gives, by the word of all others that make the same call. */
  at(fn: Fn, site: CallSite): Acquired | null {
    if (fn.facts.kind === "module" || variableFor(fn, site.instruction.out, 0) === null) return null;
    const maker = this.makerOf(fn, site.instruction);
    if (maker === null) return null;
    let odd = this.memo.get(maker);
    if (odd === undefined) this.memo.set(maker, (odd = this.oddOne(maker)));
    return odd?.site.instruction === site.instruction ? { fn, site, pair: odd.pair, value: site.instruction.out } : null;
  }

  /** The one call that does not close what all others close. */
  private oddOne(maker: string): { site: CallSite; pair: CompiledPair } | null {
    const all = (this.makers ??= this.index()).get(maker) ?? [];
    if (all.length <= OTHERS) return null;
    const shown: Shown[] = [];
    const open: Held[] = [];
    for (const held of all) {
      const closing = this.closingOf(held);
      if (closing) shown.push(closing);
      else open.push(held);
    }
    const [only, ...more] = open;
    const [first] = shown;
    if (!only || more.length > 0 || !first || shown.length < OTHERS || shown.some(({ release }) => release !== first.release)) return null;
    const key = `twin ${only.fn.key}:${String(only.site.instruction.at[0])}`;
    const names = [...new Set([first.release, ...this.api.closingMethods, ...this.api.releaseMethods])];
    const pair: CompiledPair = {
      key, rule: "unclosed-connection", noun: "object", acquire: [], release: names.map((name) => `#${name}`), scope: "closes",
      releases: [...names, ...this.api.scopeMethods.keys()].map((method) => ({ kind: "on-handle", method })), releaseAlls: [], callbacks: [], name: null, receiver: null, releasing: null, streaming: null, shown: first,
    };
    return { site: only.site, pair };
  }

  /** How the function closes what its variable got. */
  private closingOf({ fn, variable }: Held): Shown | null {
    for (const scope of [fn, ...this.holders.nestedIn(fn)]) {
      for (const load of loadsOf(scope, variable)) {
        for (const use of scope.uses(load)) {
          if (use.kind !== "instruction" || use.site.instruction.op !== "call") continue;
          const { instruction } = use.site;
          if (instruction.receiver === load && instruction.method !== null && this.api.closingMethods.has(instruction.method) && !this.records.deletes(scope, instruction)) return { by: "twin", release: instruction.method, place: { path: scope.module.path, at: instruction.at } };
        }
      }
    }
    return null;
  }

  private index(): ReadonlyMap<string, readonly Held[]> {
    const makers = new Map<string, Held[]>();
    if (this.api.closingMethods.size === 0) return makers;
    for (const fn of this.program.functions()) {
      if (fn.facts.kind === "module" || this.contexts.isTest(fn)) continue;
      const seen = new Set<number>();
      for (const site of fn.sites()) {
        const { instruction } = site;
        if (instruction.op !== "call" || seen.has(instruction.at[0])) continue;
        const variable = variableFor(fn, instruction.out, 0);
        const maker = variable === null ? null : this.makerOf(fn, instruction);
        if (variable === null || maker === null) continue;
        seen.add(instruction.at[0]);
        push(makers, maker, { fn, site: site as CallSite, variable });
      }
    }
    return makers;
  }

  /** What is called, where that is a function or class of the program, or one that is imported and not known to be anything else. */
  private makerOf(fn: Fn, call: Call): string | null {
    if (this.api.isKnown(fn, call, this.types)) return null;
    const callee = this.types.calleeOf(fn, call);
    if (callee?.kind === "function") return callee.fn.facts.generator ? null : `function ${callee.fn.key}`;
    if (callee?.kind === "class") return `class ${callee.cls.typeName}`;
    return call.path !== null && call.path.includes(".") && call.receiver === null ? call.path : null;
  }
}

/** The local variable that gets the value, through awaits, and nothing else ever. */
function variableFor(fn: Fn, value: ValueId, depth: number): BindingId | null {
  const [use, ...others] = fn.uses(value);
  if (use?.kind !== "instruction" || others.length > 0 || depth > 1) return null;
  const { instruction } = use.site;
  if (instruction.op === "await") return variableFor(fn, instruction.out, depth + 1);
  if (instruction.op !== "store" || instruction.place.kind !== "binding") return null;
  const binding = fn.module.binding(instruction.place.binding);
  return binding?.kind === "variable" && binding.owner === fn.id && (fn.module.bindingStores.get(instruction.place.binding) ?? []).length === 1 ? instruction.place.binding : null;
}
