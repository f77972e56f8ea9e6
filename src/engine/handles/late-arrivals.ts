/**
 * Handles that arrive when the component is gone: an effect waits for one and puts it where the clean-up looks for it, and
 * the clean-up, which a framework may run at any time, releases what is there by then. What comes later stays.
 *
 * Believed only where the clean-up releases the handle and leaves no word that the waiting function asks for, and where
 * that function releases nothing itself.
 */
import type { Span } from "../../model/span.js";
import type { Acquisitions, Start } from "./acquisitions.js";
import type { Api, CompiledPair } from "../program/api.js";
import type { Contexts } from "../contexts/contexts.js";
import type { Endings } from "../contexts/endings.js";
import type { CallSite, Holders } from "../contexts/holders.js";
import type { Life } from "./lifetimes.js";
import type { Paths } from "../paths/paths.js";
import type { Fn, Program } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";
import type { Scopes } from "../contexts/scopes.js";
import { isBehindWait } from "../contexts/unrun.js";
import { loadsOf } from "../program/variables.js";

const RULES = new Set(["unclosed-file", "unclosed-connection"]);
const DEPTH = 2;

export class LateArrivals {
  private list: readonly Life[] | null = null;

  constructor(
    private readonly program: Program, private readonly refs: Refs, private readonly api: Api, private readonly contexts: Contexts, private readonly holders: Holders,
    private readonly paths: Paths, private readonly endings: Endings, private readonly scopes: Scopes, private readonly acquisitions: Acquisitions,
  ) {}

  /** The handles that stay behind, as leaks of the functions that wait for them. */
  all(): readonly Life[] {
    return (this.list ??= [...this.compute()]);
  }

  private *compute(): Generator<Life> {
    for (const fn of this.program.functions()) {
      if (fn.module.facts.language !== "ts" || fn.facts.kind === "module" || this.contexts.isTest(fn)) continue;
      for (const site of fn.sites()) {
        if (site.instruction.op !== "call") continue;
        for (const start of this.acquisitions.at(fn, site as CallSite)) {
          const life = this.lateLife(site as CallSite, start);
          if (life) yield life;
        }
      }
    }
  }

  private lateLife(site: CallSite, { pair, through, acquired }: Start): Life | null {
    const { fn } = acquired;
    if (!RULES.has(pair.rule) || pair.evidence !== undefined || pair.path === true || pair.ends !== undefined && pair.ends !== "never" || !isAwaited(site) && acquired.entry === undefined && !isBehindWait(site)) return null;
    const outcome = this.paths.follow(acquired);
    const [escape, ...others] = outcome.escapes;
    if (outcome.gaveUp || outcome.leaks.length > 0 || outcome.released.length > 0 || escape === undefined || others.length > 0) return null;
    const ref = escape.kind === "field" && escape.fn === fn ? escape.ref : escape.kind === "closure" || escape.kind === "variable" ? this.variableAt(fn, escape.at) : null;
    const ends = ref ? this.endsOf(ref) : [];
    const [end] = ends;
    const reach = this.endings.reach(ends, DEPTH);
    if (!ref || !end || reach.has(fn) || !this.isReleasedIn(reach, ref, pair) || this.asksFor(fn, ref, reach)) return null;
    const leak = { kind: "exit" as const, at: escape.at, raisedAt: null, explicit: true, late: { path: end.module.path, at: end.facts.nameAt } };
    return {
      pair, fn, site, through, context: this.contexts.at(site.fn, site.block), dropped: false, source: null, leaks: [leak], unreleased: [], releasedSomewhere: true, replaced: null,
      outcome: { leaks: [leak], escapes: [], released: [], releasedNormally: [], reads: [], lastUse: null, variable: outcome.variable, gaveUp: false },
    };
  }

  /** The variable of a function around that is stored to here. */
  private variableAt(fn: Fn, at: Span): Ref | null {
    for (const { instruction } of fn.sites()) {
      if (instruction.op === "store" && instruction.at[0] === at[0] && instruction.place.kind === "binding" && fn.module.binding(instruction.place.binding)?.owner !== fn.id) return this.refs.ofBinding(fn.module, instruction.place.binding);
    }
    return null;
  }

  /** What a framework runs at the end of what the reference belongs to. */
  private endsOf(ref: Ref): readonly Fn[] {
    if (ref.root.kind === "this") return this.contexts.isMounted(ref.root.cls) ? ref.root.cls.methods.filter(({ facts }) => this.endings.isEnd(facts.name)) : [];
    return this.scopes.of(ref)?.registered ?? [];
  }

  private isReleasedIn(reach: ReadonlySet<Fn>, ref: Ref, pair: CompiledPair): boolean {
    if (this.holders.released(pair, ref, (one) => reach.has(one)) !== null) return true;
    const { root, fields } = ref;
    return root.kind === "binding" && fields.length === 0 && [...reach].some((fn) => loadsOf(fn, root.binding).some((load) => this.holders.fateOfValue(fn, load, pair) === "released"));
  }

  /** The clean-up leaves word that it has run, and the function reads that; or it waits for what is still to come. */
  private asksFor(waiting: Fn, ref: Ref, reach: ReadonlySet<Fn>): boolean {
    const words = new Set<string>();
    for (const fn of reach) {
      for (const { instruction } of fn.sites()) {
        if (instruction.op === "await") return true;
        if (instruction.op === "call") {
          if (this.api.words.is("continues", instruction) !== null) return true;
          if (instruction.receiver !== null) words.add(this.refs.of(fn, instruction.receiver).key);
        }
        if (instruction.op === "store" && instruction.place.kind === "binding") words.add(this.refs.ofBinding(fn.module, instruction.place.binding).key);
        if (instruction.op === "store" && instruction.place.kind === "field") words.add(this.refs.field(this.refs.of(fn, instruction.place.object), instruction.place.name).key);
      }
    }
    words.delete(ref.key);
    const around = this.refs.owner(ref)?.key;
    // `stream.value = undefined` writes the same box that the handle is put in.
    if (around !== undefined) words.delete(around);
    for (let fn: Fn | null = waiting; fn && !isSetUp(fn, reach); fn = fn.parent) {
      for (const { instruction } of fn.sites()) if (instruction.op === "load" && words.has(this.refs.of(fn, instruction.out).key)) return true;
    }
    return false;
  }
}

function isAwaited({ fn, instruction }: CallSite): boolean {
  return fn.uses(instruction.out).some((use) => use.kind === "instruction" && use.site.instruction.op === "await");
}

/** The function around that makes the clean-up as well. */
function isSetUp(fn: Fn, reach: ReadonlySet<Fn>): boolean {
  return fn.facts.kind === "module" || [...reach].some((one) => one.parent === fn);
}
