/**
 * What a table keeps for each thing that comes and goes is emptied, one by one, and the table goes on holding the thing:
 * `rooms.get(room).delete(member)`, `this.listenersOf(element).remove(name)`, and nothing that takes out the room, or the
 * element.
 */
import type { Span } from "../../model/span.js";
import type { Api } from "../program/api.js";
import type { Traffic } from "./container-evidence.js";
import type { ContainerSites } from "./container-sites.js";
import type { Evidence, GrowSite } from "./containers.js";
import type { Contexts } from "../contexts/contexts.js";
import type { Holders } from "../contexts/holders.js";
import { tellsOfEnd } from "../program/end-words.js";
import type { GrowthWords } from "../program/growth-words.js";
import type { Fn, Site } from "../program/program.js";
import type { Refs } from "../program/refs.js";
import type { Types } from "../program/types.js";
import { nameRead } from "../program/variables.js";

/** How many calls lie between a method that undoes something and the entry that it comes to. */
const DEPTH = 3;

export class EmptiedEntries {
  constructor(
    private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly contexts: Contexts, private readonly words: GrowthWords,
    private readonly holders: Holders,
  ) {}

  of({ candidate, growth }: Traffic, sites: ContainerSites): Evidence | null {
    if (candidate.type.shape !== "mapping") return null;
    const entry = `${candidate.ref.key}.[]`;
    for (const grow of growth) {
      const name = grow.key === null ? null : nameRead(grow.fn, grow.key);
      if (name === null) continue;
      const isThing = this.words.isThing(name);
      if (!isThing && !this.words.isIdentity(name)) continue;
      const removal = sites.of(entry).receivers.find((site) => site.fn !== grow.fn && this.takesOut(site)) ?? (isThing ? this.givenOut(grow) : null);
      if (removal) return { kind: "emptied", isThing, grow, at: { fn: removal.fn, at: removal.instruction.at } };
      const undoing = isThing ? this.undone(grow, entry) : null;
      if (undoing) return { kind: "undone", grow, at: undoing };
      const dead = this.endedByKey(growth, sites.of(entry).receivers) ?? this.takenOff(grow, entry);
      if (dead) return { kind: "dead", grow, at: dead };
    }
    return null;
  }

  private takesOut({ instruction }: Site): boolean {
    return instruction.op === "call" && instruction.args.length > 0 && [...this.api.containerMethods.values()].some((methods) => methods.shrink.includes(instruction.method ?? ""));
  }

  /** What is put in is emptied by a function that its maker gives back, or by those that get it from its maker. */
  private givenOut({ fn, value }: GrowSite): Site | null {
    if (value === null) return null;
    const { key, root } = this.refs.of(fn, value);
    if (root.kind !== "binding" && root.kind !== "call") return null;
    for (const inner of fn.module.nested.get(fn.id) ?? []) {
      for (const site of inner.sites()) {
        if (site.instruction.op === "call" && site.instruction.receiver !== null && this.takesOut(site) && this.refs.of(inner, site.instruction.receiver).key === key) return site;
      }
    }
    if (!fn.facts.blocks.some(({ end }) => end.kind === "return" && end.value !== null && this.refs.of(fn, end.value).key === key)) return null;
    for (const caller of this.contexts.callers(fn)) {
      const { out } = caller.instruction;
      for (const use of caller.fn.uses(out)) if (use.kind === "instruction" && use.site.instruction.op === "call" && use.site.instruction.receiver === out && this.takesOut(use.site)) return use.site;
    }
    return null;
  }

  /**
   * `endSession(id) { this.sessions.get(id).close(); }`: what is kept under the key is ended, and nothing but its end was
   * asked for. One that can be started again may stay.
   */
  private endedByKey(growth: readonly GrowSite[], calls: readonly Site[]): { fn: Fn; at: Span } | null {
    const named = (site: Site, names: ReadonlySet<string>): boolean => site.instruction.op === "call" && site.instruction.method !== null && names.has(site.instruction.method);
    if (calls.some((site) => named(site, this.api.startMethods))) return null;
    const site = calls.find((one) => named(one, this.api.releaseMethods) && this.takesBack(one.fn) && growth.every(({ fn }) => fn !== one.fn));
    return site ? { fn: site.fn, at: site.instruction.at } : null;
  }

  /** `remove(id) { this.bus.off("change", this.listeners.get(id)); }`: the listener kept under the key is taken off for good. */
  private takenOff(grow: GrowSite, entry: string): { fn: Fn; at: Span } | null {
    const use = this.holders.usesOf(entry).find(({ as, site }) => as === "argument" && site.fn !== grow.fn && this.api.takesOff(site.instruction) && this.takesBack(site.fn));
    return use ? { fn: use.site.fn, at: use.site.instruction.at } : null;
  }

  /** A function beside it that is named for taking something back comes to the entry, for which it is given something. */
  private undone(grow: GrowSite, entry: string): { fn: Fn; at: Span } | null {
    const { cls } = grow.fn;
    const beside = cls ? cls.related.flatMap((one) => one.methods) : grow.fn.module.nested.get(0) ?? [];
    for (const fn of beside) {
      if (fn === grow.fn || !this.takesBack(fn)) continue;
      if (this.comesTo(fn, grow.fn, entry, 0)) return { fn, at: fn.facts.nameAt };
    }
    return null;
  }

  private takesBack(fn: Fn): boolean {
    const { name, kind, parameters } = fn.facts;
    return kind !== "lambda" && kind !== "constructor" && parameters.some((one) => one.binding !== null) && (this.words.isEnding(name) || tellsOfEnd(name) || this.api.releaseMethods.has(name));
  }

  private comesTo(fn: Fn, maker: Fn, entry: string, depth: number): boolean {
    if (fn === maker) return true;
    for (const { instruction } of fn.sites()) {
      if ((instruction.op === "load" || instruction.op === "call") && this.refs.of(fn, instruction.out).key === entry) return true;
      const callee = instruction.op === "call" && depth < DEPTH ? this.types.calleeOf(fn, instruction) : null;
      if (callee?.kind === "function" && callee.fn !== fn && callee.fn.module === fn.module && this.comesTo(callee.fn, maker, entry, depth + 1)) return true;
    }
    return false;
  }
}
