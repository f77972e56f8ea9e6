/**
 * Entries that hold what settles a promise: what an executor was given, or a future. A promise is settled once, so the
 * entry is over when its answer comes. Only under keys that no other call has, or that are named for who or what comes:
 * under the name of an event, the next wait takes the place of the one before.
 */
import type { ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import type { Api } from "../program/api.js";
import { CallSet } from "../program/api.js";
import { constantText, isFalsy } from "../program/constants.js";
import type { Traffic } from "./container-evidence.js";
import type { ContainerSites, Operations } from "./container-sites.js";
import type { GrowSite } from "./containers.js";
import type { Contexts } from "../contexts/contexts.js";
import type { GrowthWords } from "../program/growth-words.js";
import type { Fn } from "../program/program.js";
import { runsAsExecutor } from "../contexts/settling.js";
import type { Types } from "../program/types.js";
import { loadsOf } from "../program/variables.js";

export interface Settled {
  kind: "settled";
  grow: GrowSite;
  /** Where what the entry holds is called. */
  at: { fn: Fn; at: Span };
}

const MAXIMUM_DEPTH = 3;

export class SettledEntries {
  private readonly settling = new CallSet<true>();
  private readonly futures = new Set<string>();

  constructor(private readonly types: Types, private readonly api: Api, private readonly contexts: Contexts, private readonly words: GrowthWords) {
    for (const { call } of api.files.flatMap((file) => file.settles ?? [])) {
      this.settling.add(call, true);
      const type = call.slice(0, Math.max(0, call.indexOf("#")));
      if (type !== "" && type !== "*") this.futures.add(type);
    }
  }

  of({ candidate, growth }: Traffic, sites: ContainerSites): Settled | null {
    if (candidate.type.shape !== "mapping") return null;
    const waits = growth.filter((grow) => grow.key !== null && grow.value !== null && (grow.fresh || this.words.isOfOne(grow.fn, grow.key)) && this.isMeans(grow.fn, grow.value, 0));
    const [grow] = waits;
    if (!grow) return null;
    const operations = sites.of(candidate.ref.key);
    if (this.isForgotten(operations)) return null;
    const at = this.settledAt(operations, waits);
    return at && { kind: "settled", grow, at };
  }

  /** A parameter of a promise's executor, a future, or a record of them; also through the parameter of a helper. */
  private isMeans(fn: Fn, value: ValueId, depth: number): boolean {
    if (depth > MAXIMUM_DEPTH) return false;
    if ([...this.futures].some((type) => this.types.is(fn, value, type))) return true;
    const made = fn.definition(value)?.instruction;
    if (made?.op === "closure") return this.settles(fn.module.fn(made.function), depth);
    if (made?.op === "collection") return !made.comprehension && made.elements.some((element) => !element.spread && this.isMeans(fn, element.value, depth + 1));
    if (made?.op !== "load" || made.place.kind !== "binding") return false;
    const { binding: variable } = made.place;
    const binding = fn.module.binding(variable);
    const owner = fn.module.fn(binding?.owner ?? -1);
    if (binding?.kind !== "parameter" || !owner) return (fn.module.bindingStores.get(variable) ?? []).some((store) => store.fn === fn && this.isMeans(fn, store.value, depth + 1));
    if (runsAsExecutor(owner, this.contexts, this.api, this.types)) return true;
    const position = owner.facts.parameters.findIndex((one) => one.binding === variable);
    const callers = this.contexts.callers(owner);
    return owner === fn && callers.length > 0 && callers.every((site) => {
      const given = site.instruction.args[position];
      return given !== undefined && this.isMeans(site.fn, given.value, depth + 1);
    });
  }

  /** `(answer) => { clearTimeout(timer); resolve(answer); }` */
  private settles(fn: Fn | null, depth: number): boolean {
    return fn !== null && [...fn.sites()].some(({ instruction }) => {
      if (instruction.op !== "call" || instruction.callee === null || instruction.receiver !== null) return false;
      const called = fn.definition(instruction.callee)?.instruction;
      return called?.op === "load" && called.place.kind === "binding" && fn.module.binding(called.place.binding)?.owner !== fn.id && this.isMeans(fn, instruction.callee, depth + 1);
    });
  }

  /** `waits[id] = null`: what the entry held is let go. */
  private isForgotten({ indexStores }: Operations): boolean {
    return indexStores.some(({ fn, instruction }) => instruction.op === "store" && isFalsy(fn, instruction.value));
  }

  /** What stands under a key is called, or told to settle, somewhere else than where it is put there. */
  private settledAt({ indexLoads, receivers }: Operations, waits: readonly GrowSite[]): { fn: Fn; at: Span } | null {
    const names = new Set(waits.flatMap((grow) => this.namesOf(grow)));
    for (const { fn, instruction } of [...indexLoads, ...receivers]) {
      const isRead = instruction.op === "load" || instruction.op === "call" && this.api.words.is("takes", instruction) !== null;
      if (!isRead || waits.some((grow) => grow.fn === fn)) continue;
      const at = this.callOf(fn, instruction.out, 0, names);
      if (at) return { fn, at };
    }
    return null;
  }

  /** The fields of a record that has the means: `{ resolve, reject }`. */
  private namesOf({ fn, value }: GrowSite): string[] {
    const made = value === null ? undefined : fn.definition(value)?.instruction;
    const stores = made?.op === "load" && made.place.kind === "binding" ? (fn.module.bindingStores.get(made.place.binding) ?? []).map((store) => store.fn.definition(store.value)?.instruction) : [made];
    return stores.flatMap((one) => (one?.op === "collection" ? one.elements : [])).flatMap((element) => {
      const name = element.spread || !this.isMeans(fn, element.value, 1) ? null : constantText(fn, element.key);
      return name ?? [];
    });
  }

  private callOf(fn: Fn, value: ValueId, depth: number, names: ReadonlySet<string>): Span | null {
    for (const use of depth > MAXIMUM_DEPTH ? [] : fn.uses(value)) {
      if (use.kind === "end") continue;
      const { instruction } = use.site;
      if (instruction.op === "call" && instruction.callee === value && instruction.receiver === null) return instruction.at;
      if (instruction.op === "call" && instruction.receiver === value && names.has(instruction.method ?? "")) return instruction.at;
      if (instruction.op === "call" && (instruction.receiver === value || instruction.args.some((one) => one.value === value)) && this.settling.has(fn, instruction, this.types)) return instruction.at;
      if (instruction.op === "load" && instruction.place.kind === "field" && instruction.place.object === value) {
        const at = this.callOf(fn, instruction.out, depth + 1, names);
        if (at) return at;
      }
      if (instruction.op === "store" && instruction.value === value && instruction.place.kind === "binding") {
        for (const load of loadsOf(fn, instruction.place.binding)) {
          const at = this.callOf(fn, load, depth + 1, names);
          if (at) return at;
        }
      }
    }
    return null;
  }
}
