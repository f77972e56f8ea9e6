/**
 * Entries that are over where they stand, and stay: a number for each key that goes up and down again, or a lock for
 * each of those that come and go. Only under keys that are named for who or what comes: of the rest a program has few.
 */
import type { Instruction, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import type { Api } from "../program/api.js";
import type { Traffic } from "./container-evidence.js";
import type { ContainerSites } from "./container-sites.js";
import type { Candidate } from "./container-makers.js";
import type { GrowSite } from "./containers.js";
import type { GrowthWords } from "../program/growth-words.js";
import type { Fn, Site } from "../program/program.js";
import type { Refs } from "../program/refs.js";
import type { Types } from "../program/types.js";

export interface Spent {
  kind: "counted" | "locks";
  grow: GrowSite;
  at: { fn: Fn; at: Span };
}

/** A value that is put under a key. */
interface Put {
  site: Site;
  key: ValueId;
  value: ValueId;
}

const MAXIMUM_DEPTH = 5;

export class SpentEntries {
  /** Types of locks. */
  private readonly locks: ReadonlySet<string>;

  constructor(private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly words: GrowthWords) {
    this.locks = new Set(api.pairs.flatMap((pair) => (pair.rule === "unreleased-lock" ? pair.acquire.flatMap((text) => /^([^*#]+)#/u.exec(text)?.[1] ?? []) : [])));
  }

  of(traffic: Traffic, sites: ContainerSites): Spent | null {
    const { candidate, growth } = traffic;
    if (candidate.type.shape !== "mapping") return null;
    const named = growth.filter((grow) => grow.key !== null && this.words.isOfOne(grow.fn, grow.key));
    return named.length === 0 ? null : this.countedDown(candidate, named, sites) ?? this.locked(candidate, named);
  }

  private countedDown(candidate: Candidate, named: readonly GrowSite[], sites: ContainerSites): Spent | null {
    const puts = this.puts(candidate, sites);
    const ups = puts.filter(({ site, value }) => this.counts(candidate, site.fn, value, "+"));
    const down = puts.find(({ site, value }) => this.counts(candidate, site.fn, value, "-"));
    const up = ups[0];
    if (!up || !down) return null;
    const grow = named.find((one) => ups.some(({ site }) => site.fn === one.fn && site.instruction.at[0] === one.at[0])) ?? named[0];
    return grow ? { kind: "counted", grow, at: { fn: down.site.fn, at: down.site.instruction.at } } : null;
  }

  private puts({ ref, type }: Candidate, sites: ContainerSites): Put[] {
    const { indexStores, receivers } = sites.of(ref.key);
    const grow = this.api.containerMethods.get(type.shape)?.grow ?? {};
    return [...indexStores.flatMap((site) => (site.instruction.op === "store" && site.instruction.place.kind === "index" ? [{ site, key: site.instruction.place.key, value: site.instruction.value }] : [])),
      ...receivers.flatMap((site) => {
        const { instruction } = site;
        const spec = instruction.op === "call" && Object.hasOwn(grow, instruction.method ?? "") ? grow[instruction.method ?? ""] : undefined;
        const [key, value] = [spec?.key, spec?.value].map((position) => (position === undefined || instruction.op !== "call" ? null : instruction.args[position]?.value ?? null));
        return key != null && value != null ? [{ site, key, value }] : [];
      })];
  }

  /** The entry itself and one more, or less: `x[k] -= 1`, `x.set(k, (x.get(k) ?? 0) + 1)`. */
  private counts(candidate: Candidate, fn: Fn, value: ValueId, sign: "+" | "-"): boolean {
    const made = fn.definition(value)?.instruction;
    if (made?.op === "load" && made.place.kind === "binding") {
      const stores = (fn.module.bindingStores.get(made.place.binding) ?? []).filter((store) => store.fn === fn);
      return stores.some((store) => this.counts(candidate, fn, store.value, sign));
    }
    // `max(0, x[k] - 1)`
    if (made?.op === "call") return made.args.length === 2 && made.args.some((one) => fn.definition(one.value)?.instruction.op === "operation" && this.counts(candidate, fn, one.value, sign));
    if (made?.op !== "operation" || made.operator !== sign && made.operator !== sign + sign) return false;
    const [number, step] = made.inputs;
    return number !== undefined && this.isEntry(candidate, fn, number, 0) && (step === undefined || isPlain(fn.definition(step)?.instruction));
  }

  private isEntry(candidate: Candidate, fn: Fn, value: ValueId, depth: number): boolean {
    const made = fn.definition(value)?.instruction;
    if (!made || depth > MAXIMUM_DEPTH) return false;
    if (this.refs.of(fn, value).key === `${candidate.ref.key}.[]`) return true;
    if (made.op === "call") return made.receiver !== null && this.refs.of(fn, made.receiver).key === candidate.ref.key;
    if (made.op !== "load" || made.place.kind !== "binding") return false;
    return (fn.module.bindingStores.get(made.place.binding) ?? []).some((store) => store.fn === fn && this.isEntry(candidate, fn, store.value, depth + 1));
  }

  /** An object's table of locks: each is free again once its user is done. */
  private locked(candidate: Candidate, named: readonly GrowSite[]): Spent | null {
    if (candidate.life !== "instance") return null;
    const grow = named.find((one) => (one.value === null ? one.byReading && this.makesLocks(candidate) : this.isLock(one.fn, one.value)));
    return grow ? { kind: "locks", grow, at: { fn: grow.fn, at: grow.at } } : null;
  }

  private isLock(fn: Fn, value: ValueId): boolean {
    return this.types.of(fn, value).some((type) => this.locks.has(type));
  }

  /** `defaultdict(Lock)` */
  private makesLocks({ made }: Candidate): boolean {
    const store = [...made.fn.sites()].find(({ instruction }) => instruction.op === "store" && instruction.at[0] === made.at[0]);
    const call = store?.instruction.op === "store" ? made.fn.definition(store.instruction.value)?.instruction : undefined;
    const [factory] = call?.op === "call" ? call.args : [];
    if (!factory) return false;
    const { root } = this.refs.of(made.fn, factory.value);
    return root.kind === "import" && this.locks.has(root.path);
  }
}

function isPlain(instruction: Instruction | undefined): boolean {
  return instruction?.op === "constant" && instruction.value.kind === "number";
}
