/**
 * What speaks for entries that should have gone, where nothing takes them out: the container next to it loses its entry
 * for the same key, what the entry holds is ended on its own, or it ends by itself and another one comes with each call.
 */
import type { ValueId } from "../../model/facts.js";
import type { Api } from "../program/api.js";
import type { ContainerKeys } from "./container-keys.js";
import { isItself } from "./container-sites.js";
import type { ContainerSites } from "./container-sites.js";
import type { Candidate } from "./container-makers.js";
import { ContainerTails } from "./container-tails.js";
import type { Shrink } from "./container-removals.js";
import type { Evidence, GrowSite } from "./containers.js";
import type { Contexts } from "../contexts/contexts.js";
import { EmptiedEntries } from "./emptied-entries.js";
import { ForgottenBeside } from "./forgotten-beside.js";
import { GivenBackEnds } from "./given-back-ends.js";
import type { GrowthWords } from "../program/growth-words.js";
import type { Fn } from "../program/program.js";
import type { Holders } from "../contexts/holders.js";
import type { Refs } from "../program/refs.js";
import { OverEntries } from "./over-entries.js";
import { SettledEntries } from "./settled-entries.js";
import { SpentEntries } from "./spent-entries.js";
import type { Types } from "../program/types.js";
import { WalkedLists } from "./walked-lists.js";

/** A container with all that puts in and takes out, whether or not that is enough. */
export interface Traffic {
  candidate: Candidate;
  growth: readonly GrowSite[];
  shrinks: readonly Shrink[];
  /** Finalizers of what is put in, which do not run as long as it is in. */
  vain: readonly Shrink[];
}

export class ContainerEvidence {
  private readonly beside: ForgottenBeside;
  private readonly spent: SpentEntries;
  private readonly settled: SettledEntries;
  private readonly givenBack: GivenBackEnds;
  private readonly tails: ContainerTails;
  private readonly entries: EmptiedEntries;
  private readonly walked: WalkedLists;
  private readonly over: OverEntries;

  constructor(
    private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly contexts: Contexts,
    private readonly words: GrowthWords, keys: ContainerKeys, holders: Holders,
  ) {
    this.over = new OverEntries(refs, api, words);
    this.walked = new WalkedLists(contexts, holders);
    this.givenBack = new GivenBackEnds(refs, types, api, contexts);
    this.spent = new SpentEntries(refs, types, api, words);
    this.settled = new SettledEntries(types, api, contexts, words);
    this.beside = new ForgottenBeside(refs, types, api, contexts, words, keys);
    this.tails = new ContainerTails(refs, types, api, contexts, words);
    this.entries = new EmptiedEntries(refs, types, api, contexts, words, holders);
  }

  /** Of a container that nothing takes single entries out of: why its entries should go. `lasts`: nor are all of them taken out while its holder lives. */
  of(traffic: Traffic, sites: ContainerSites, lasts: boolean): Evidence | null {
    const [vain] = traffic.vain;
    const [first] = traffic.growth.filter((grow) => isItself(grow));
    if (vain && first) return { kind: "held", grow: first, at: { fn: vain.fn, at: vain.site.instruction.at } };
    return (lasts ? this.endedAlone(traffic.growth) : null) ?? this.beside.of(traffic, sites) ?? this.entries.of(traffic, sites) ?? this.tail(traffic) ?? this.spent.of(traffic, sites) ?? this.settled.of(traffic, sites) ?? this.walked.of(traffic) ?? this.over.of(traffic.growth);
  }

  /** What the function that puts something in gives back ends that, or the function itself does, and leaves the entry. */
  endedAlone(growth: readonly GrowSite[]): Evidence | null {
    for (const grow of growth) {
      const ended = this.givenBack.of(grow);
      if (ended) return { kind: "ended", grow, ...ended };
    }
    return this.over.of(growth);
  }

  /** `tails.set(key, (tails.get(key) ?? idle).then(work))`: the last of a row, which is never looked for again once it is over. */
  private tail({ candidate, growth }: Traffic): Evidence | null {
    if (candidate.type.shape !== "mapping") return null;
    for (const grow of growth) {
      const at = this.tails.followsAt(candidate.ref, grow, this.isPassing(grow));
      if (at) return { kind: "tail", grow, at };
    }
    return null;
  }

  /** What is put in is of one call: it ends by itself (a task, a thread, a one-shot timer), or is made to be answered once. */
  isPassing(grow: GrowSite): boolean {
    return grow.value !== null && this.isPassingValue(grow.fn, grow.value, 0);
  }

  /** `def on_message(self, message): self.seen[message.client_id] = …`: run for each message, under a key that names who or what sent it. */
  isOfOneMessage(grow: GrowSite): boolean {
    return grow.key !== null && this.words.isPerCall(grow.fn.facts.name) && this.words.isOfOne(grow.fn, grow.key);
  }

  /** The key is named for who or what comes and goes: an id, a host, a session. */
  isByIdentity(grow: GrowSite): boolean {
    return grow.key !== null && this.words.isOfOne(grow.fn, grow.key);
  }

  private isPassingValue(fn: Fn, value: ValueId, depth: number): boolean {
    const definition = fn.definition(value)?.instruction;
    if (!definition || depth > 4) return false;
    if (definition.op === "call") {
      if (this.words.is("passing", fn, definition)) return true;
      return this.api.acquired(fn, definition, this.types).some((pair) => pair.ends === "completes" && (pair.handle ?? "result") === "result" && (pair.rule === "orphan-task" || pair.rule === "executor-leak" || pair.rule === "timer-leak"));
    }
    if (definition.op === "collection") return definition.elements.some((element) => this.isPassingValue(fn, element.value, depth + 1));
    if (definition.op !== "load" || definition.place.kind !== "binding") return false;
    const stores = fn.module.bindingStores.get(definition.place.binding) ?? [];
    return stores.length === 1 && stores.every((store) => store.fn === fn && this.isPassingValue(fn, store.value, depth + 1));
  }
}
