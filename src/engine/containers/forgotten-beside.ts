/**
 * Entries whose twin goes: one owner files the same thing in two containers, and the function for its end takes it out of
 * one of them. The twin may be made where nobody can see it (in a base class): what is done to it is enough.
 */
import type { ValueId } from "../../model/facts.js";
import type { Api } from "../program/api.js";
import type { Traffic } from "./container-evidence.js";
import type { ContainerKeys } from "./container-keys.js";
import { puts, takes } from "./container-sites.js";
import type { ContainerSites, Filed } from "./container-sites.js";
import type { Evidence, GrowSite } from "./containers.js";
import type { Contexts } from "../contexts/contexts.js";
import type { GrowthWords } from "../program/growth-words.js";
import type { Fn } from "../program/program.js";
import type { Refs } from "../program/refs.js";
import type { Types } from "../program/types.js";

/** Another container of the owner. */
interface Twin {
  name: string;
  key: string;
  puts: Filed[];
  takes: Filed[];
}

const MAXIMUM_DEPTH = 3;

export class ForgottenBeside {
  private twins: ReadonlyMap<string, readonly Twin[]> | null = null;

  constructor(
    private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly contexts: Contexts,
    private readonly words: GrowthWords, private readonly keys: ContainerKeys,
  ) {}

  of({ candidate, growth, shrinks }: Traffic, sites: ContainerSites): Evidence | null {
    const owner = ownerOf(candidate.ref.key);
    if (owner === null || candidate.life === "closure" || shrinks.some((shrink) => !shrink.whole) || this.words.isLasting(candidate.name)) return null;
    this.twins ??= this.index(sites);
    for (const grow of growth) {
      for (const twin of this.twins.get(owner) ?? []) {
        if (twin.key === candidate.ref.key) continue;
        const removal = twin.takes.find((take) => take.fn !== grow.fn && twin.puts.some((put) => this.isSame(grow, put, take)));
        if (removal) return { kind: "beside", grow, at: { fn: removal.fn, at: removal.at }, name: twin.name };
      }
    }
    return null;
  }

  /** Both get the same thing: in one function under the same key (or the one's key is the other's value), or in two that call it the same. */
  private isSame(grow: GrowSite, put: Filed, take: Filed): boolean {
    if (put.fn === grow.fn) {
      const own = this.namesOf(grow.fn, grow);
      return this.namesOf(put.fn, put).some((name) => own.includes(name)) && this.isEndOfOne(take, put.fn, grow.fresh);
    }
    const subject = this.subjectOf(grow.fn, grow.value);
    return subject !== null && put.fn.cls === grow.fn.cls && this.subjectOf(put.fn, put.value) === subject && this.subjectOf(take.fn, take.key) === subject && this.isEndOfOne(take, put.fn);
  }

  private namesOf(fn: Fn, { key, value }: Pick<Filed, "key" | "value">): string[] {
    return [key, value].flatMap((one) => (one === null || fn.definition(one)?.instruction.op === "constant" ? [] : this.keys.shapeOf(fn, one) ?? []));
  }

  /** The parameter of the function that a value is, or is made of. */
  private subjectOf(fn: Fn, value: ValueId | null, depth = 0): string | null {
    const definition = value === null ? undefined : fn.definition(value)?.instruction;
    if (value === null || !definition || depth > MAXIMUM_DEPTH) return null;
    if (definition.op === "call") {
      const [only, ...others] = [...(definition.receiver === null || definition.path !== null ? [] : [definition.receiver]), ...definition.args.map((one) => one.value)];
      return only !== undefined && others.length === 0 ? this.subjectOf(fn, only, depth + 1) : null;
    }
    if (definition.op !== "load") return null;
    const { root } = this.refs.of(fn, value);
    const binding = root.kind === "binding" ? root.module.binding(root.binding) : undefined;
    return binding?.kind === "parameter" && binding.owner === fn.id ? binding.name : null;
  }

  /**
   * The function ends what it is given, and takes it out; or it was made with the entry, to run at its end. Under a key that
   * was made for one call nobody comes back, so there any taking out is the end.
   */
  private isEndOfOne({ fn, key }: Filed, filler: Fn, fresh = false): boolean {
    if (this.isMadeWith(fn, filler)) return true;
    return fn.facts.kind !== "lambda" && (fresh || this.words.isEnding(fn.facts.name)) && this.subjectOf(fn, key) !== null;
  }

  /** Inside the function that files it: what it returns, or a listener of the end. */
  private isMadeWith(fn: Fn, filler: Fn): boolean {
    if (fn.parent !== filler) return false;
    if (filler.facts.blocks.some(({ end }) => end.kind === "return" && end.value !== null && this.contexts.functionsIn(filler, end.value).includes(fn))) return true;
    return this.contexts.usedAsCallback(fn).some(({ site }) => this.words.isHeard(site.fn, site.instruction) || this.isTerminal(site.fn, site.instruction.args[0]?.value ?? null));
  }

  private isTerminal(fn: Fn, event: ValueId | null): boolean {
    const name = event === null ? undefined : fn.definition(event)?.instruction;
    return name?.op === "constant" && name.value.kind === "string" && this.api.terminalEvents.has(name.value.value);
  }

  private index(sites: ContainerSites): ReadonlyMap<string, readonly Twin[]> {
    const found = new Map<string, Twin[]>();
    for (const [key, operations] of sites.entries()) {
      const owner = ownerOf(key);
      if (owner === null) continue;
      const twin: Twin = { name: key.slice(key.lastIndexOf(".") + 1), key, puts: [...puts(this.api, operations)], takes: [...takes(this.api, operations)] };
      const [put] = twin.puts;
      if (!put || twin.takes.length === 0) continue;
      if (key.startsWith("b")) twin.name = put.fn.module.binding(Number(key.split(":")[1]))?.name ?? twin.name;
      found.set(owner, [...(found.get(owner) ?? []), twin]);
    }
    return found;
  }
}

/** What holds the container: a class's objects, or a module; null for what is further down. */
function ownerOf(key: string): string | null {
  if (key.startsWith("class:")) return key.split(".").length === 2 ? key.slice(0, key.indexOf(".")) : null;
  return /^b\d+:\d+$/u.test(key) ? key.slice(0, key.indexOf(":")) : null;
}
