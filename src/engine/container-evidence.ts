/**
 * What speaks for entries that should have gone, where nothing takes them out: the container next to it loses its entry
 * for the same key, what the entry holds is ended on its own, or it ends by itself and another one comes with each call.
 */
import type { Span } from "../model/span.js";
import type { ValueId } from "../model/facts.js";
import type { Api } from "./api.js";
import type { ContainerKeys } from "./container-keys.js";
import type { ContainerSites } from "./container-sites.js";
import type { Candidate } from "./container-makers.js";
import type { Shrink } from "./container-removals.js";
import type { Evidence, GrowSite } from "./containers.js";
import type { Contexts } from "./contexts.js";
import type { GrowthWords } from "./growth-words.js";
import type { Fn } from "./program.js";
import type { Ref, Refs } from "./refs.js";
import type { Types } from "./types.js";

/** A container with all that puts in and takes out, whether or not that is enough. */
export interface Traffic {
  candidate: Candidate;
  growth: readonly GrowSite[];
  shrinks: readonly Shrink[];
}

export class ContainerEvidence {
  constructor(
    private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly contexts: Contexts,
    private readonly words: GrowthWords, private readonly keys: ContainerKeys,
  ) {}

  /** Of a container that nothing takes single entries out of: why its entries should go. */
  of(traffic: Traffic, all: readonly Traffic[], sites: ContainerSites): Evidence | null {
    for (const grow of traffic.growth) {
      const ended = this.endedAlone(grow);
      if (ended) return { kind: "ended", grow, ...ended };
    }
    return this.forgottenBeside(traffic, all) ?? this.emptied(traffic, sites);
  }

  /**
   * `this.clients.set(id, …); this.topics.set(id, …)` and only `this.clients.delete(id)` where the client leaves: the
   * function that takes one out is named for an end, so that what stays behind is not meant to.
   */
  private forgottenBeside({ candidate, growth, shrinks }: Traffic, all: readonly Traffic[]): Evidence | null {
    const owner = ownerOf(candidate.ref);
    if (owner === null || shrinks.some((shrink) => !shrink.whole)) return null;
    for (const grow of growth) {
      const put = grow.key ?? (candidate.type.shape === "set" ? grow.value : null);
      if (put === null) continue;
      const wanted = this.nameOf(grow.fn, put);
      for (const other of all) {
        if (other.candidate === candidate || ownerOf(other.candidate.ref) !== owner || other.candidate.life !== candidate.life) continue;
        const beside = other.growth.find((one) => one.fn === grow.fn && wanted !== null && this.nameOf(one.fn, one.key ?? one.value ?? put) === wanted && (one.key ?? one.value) !== null);
        const removal = beside && other.shrinks.find((shrink) => !shrink.whole && shrink.fn !== grow.fn && this.isEndOfOne(shrink, grow.fn));
        if (removal) return { kind: "beside", grow, at: { fn: removal.fn, at: removal.site.instruction.at }, name: other.candidate.name };
      }
    }
    return null;
  }

  /** The function ends what it is given, and takes out the entry under that; or it is the listener of such an event. */
  private isEndOfOne({ fn, site }: Shrink, filler: Fn): boolean {
    const { instruction } = site;
    const key = instruction.op === "delete" && instruction.place.kind === "index" ? instruction.place.key : instruction.op === "call" ? instruction.args[0]?.value ?? null : null;
    if (key === null) return false;
    if (fn.facts.kind === "lambda") return fn.parent === filler && this.contexts.usedAsCallback(fn).some((use) => this.isTerminal(use.site.fn, use.site.instruction.args[0]?.value ?? null));
    const { root } = this.refs.of(fn, key);
    return this.words.isEnding(fn.facts.name) && root.kind === "binding" && root.module.binding(root.binding)?.kind === "parameter" && root.module.binding(root.binding)?.owner === fn.id;
  }

  private isTerminal(fn: Fn, event: ValueId | null): boolean {
    const name = event === null ? undefined : fn.definition(event)?.instruction;
    return name?.op === "constant" && name.value.kind === "string" && this.api.terminalEvents.has(name.value.value);
  }

  private nameOf(fn: Fn, value: ValueId): string | null {
    return this.keys.shapeOf(fn, value);
  }

  /** `list.push(subscription); return () => subscription.unsubscribe();`: what ends the one does not take it off. */
  private endedAlone(grow: GrowSite): { at: { fn: Fn; at: Span } } | null {
    if (grow.value === null) return null;
    const held = this.refs.of(grow.fn, grow.value);
    if (held.root.kind === "value" && held.fields.length === 0) return null;
    for (const nested of grow.fn.module.nested.get(grow.fn.id) ?? []) {
      if (!this.isGivenBack(grow.fn, nested)) continue;
      for (const site of nested.sites()) {
        const { instruction } = site;
        if (instruction.op !== "call") continue;
        const isEnd = instruction.receiver !== null && instruction.method !== null && this.api.releaseMethods.has(instruction.method) && this.refs.of(nested, instruction.receiver).key === held.key
          || instruction.callee !== null && instruction.args.length === 0 && this.refs.of(nested, instruction.callee).key === held.key;
        if (isEnd && ![...nested.sites()].some((one) => one.instruction.op === "call" && one !== site && this.types.calleeOf(nested, one.instruction) !== null)) return { at: { fn: nested, at: instruction.at } };
      }
    }
    return null;
  }

  /** The function returns the nested one, alone or in an object. */
  private isGivenBack(fn: Fn, nested: Fn): boolean {
    return fn.facts.blocks.some(({ end }) => end.kind === "return" && end.value !== null && this.contexts.functionsIn(fn, end.value).includes(nested));
  }

  /** What is put in is of one call: it ends by itself (a task, a thread, a one-shot timer), or is made to be answered once. */
  isPassing(grow: GrowSite): boolean {
    return grow.value !== null && this.isPassingValue(grow.fn, grow.value, 0);
  }

  /** `def on_message(self, message): self.seen[message.client_id] = …`: run for each message, under a key that names who or what sent it. */
  isOfOneMessage(grow: GrowSite): boolean {
    const key = grow.key ?? null;
    if (key === null || !this.words.isPerCall(grow.fn.facts.name)) return false;
    const name = this.lastNameOf(grow.fn, key);
    return name !== null && this.words.isIdentity(name);
  }

  /** The name that a value is read under: a variable's, or the last field's. */
  private lastNameOf(fn: Fn, value: ValueId): string | null {
    const definition = fn.definition(value)?.instruction;
    if (definition?.op !== "load") return null;
    if (definition.place.kind === "field") return definition.place.name;
    return definition.place.kind === "binding" ? fn.module.binding(definition.place.binding)?.name ?? null : null;
  }

  /**
   * `rooms.get(room).delete(member)` and nothing that takes out the room: the inner collections are emptied one by one
   * under keys that name who or what came, and stay behind empty.
   */
  private emptied({ candidate, growth }: Traffic, sites: ContainerSites): Evidence | null {
    if (candidate.type.shape !== "mapping") return null;
    for (const grow of growth) {
      const name = grow.key === null ? null : this.lastNameOf(grow.fn, grow.key);
      if (name === null || !this.words.isIdentity(name)) continue;
      const removal = sites.of(`${candidate.ref.key}.[]`).receivers.find(({ fn, instruction }) =>
        instruction.op === "call" && instruction.args.length > 0 && fn !== grow.fn && [...this.api.containerMethods.values()].some((methods) => methods.shrink.includes(instruction.method ?? "")));
      if (removal) return { kind: "emptied", grow, at: { fn: removal.fn, at: removal.instruction.at } };
    }
    return null;
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

/** What holds the container: a class's objects, or a module. */
function ownerOf({ root }: Ref): string | null {
  if (root.kind === "this") return `class ${root.cls.typeName}`;
  return root.kind === "binding" ? `module ${String(root.module.index)}` : null;
}
