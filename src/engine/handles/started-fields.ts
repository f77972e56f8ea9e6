/**
 * What an object makes, keeps in a field and sets going (`self.poller.start()`), where the object's end stops or closes
 * others of its fields and never comes to this one. What goes on by itself again and again is known by its class, if that
 * is of the program and has a way to stop it, or by what the class is called.
 */
import type { Call } from "../../model/facts.js";
import type { Api, CompiledPair } from "../program/api.js";
import type { Endings } from "../contexts/endings.js";
import { isThis } from "../contexts/holders.js";
import type { CallSite, Holders } from "../contexts/holders.js";
import type { Acquired } from "../paths/path-types.js";
import type { Cls, Fn } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";
import type { Types } from "../program/types.js";

/** Its parent ends it. */
const PARENTED = /^Q[A-Z]/u;
const STARTS = /^(?:start|begin|schedule|start_?(?:polling|watching|timer))$/iu;
const STOPS = /^_*(?:stop|close|cancel|shut_?down|terminate|disconnect|dispose|destroy|quit|join|end|kill|aclose)(?:$|_|[A-Z])/u;

export class StartedFields {
  private readonly memo = new Map<Cls, ReadonlySet<Fn> | null>();
  private readonly pairs = new Map<string, CompiledPair>();
  private readonly words = new Map<string, { name: RegExp; timer: RegExp; stops: string; stopsTimer: string }>();

  constructor(private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly holders: Holders, private readonly endings: Endings) {
    for (const { language, lifecycle } of api.files) {
      if (lifecycle?.running) this.words.set(language, { ...lifecycle.running, name: new RegExp(lifecycle.running.name, "u"), timer: new RegExp(lifecycle.running.timer, "u") });
    }
  }

  at(fn: Fn, site: CallSite): Acquired | null {
    const call = site.instruction;
    const { cls } = fn;
    const name = this.className(fn, call);
    const words = this.words.get(fn.module.facts.language);
    if (cls === null || fn.facts.static || name === null || !words?.name.test(name) || PARENTED.test(name) || this.api.isKnown(fn, call, this.types)) return null;
    const callee = this.types.calleeOf(fn, call);
    const release = callee?.kind === "class" ? this.stopOf(callee.cls, words) : words.timer.test(name) ? words.stopsTimer : words.stops;
    const field = release !== null ? this.fieldOf(fn, call) : null;
    if (field === null || release === null || !this.isOnlyStarted(field)) return null;
    const reached = this.endOf(cls);
    if (!reached || [...reached].some((one) => this.mentions(one, field))) return null;
    return { fn, site, pair: this.pairOf(fn, site, name, words.timer.test(name), release), value: call.out };
  }

  private pairOf(fn: Fn, { instruction }: CallSite, name: string, isTimer: boolean, release: string): CompiledPair {
    const key = `running ${fn.key}:${String(instruction.at[0])}`;
    const known = this.pairs.get(key);
    if (known) return known;
    const names = [...new Set([release, ...this.api.releaseMethods])];
    const pair: CompiledPair = {
      key, rule: isTimer ? "timer-leak" : "executor-leak", noun: name, acquire: [], release: names.map((one) => `#${one}`), releases: names.map((method) => ({ kind: "on-handle", method })),
      releaseAlls: [], callbacks: [], name: null, receiver: null, releasing: null, streaming: null, recurring: true, evidence: "sibling",
    };
    this.pairs.set(key, pair);
    return pair;
  }

  private className(fn: Fn, call: Call): string | null {
    const callee = this.types.calleeOf(fn, call);
    if (callee?.kind === "function") return null;
    const name = callee?.kind === "class" ? callee.cls.name : call.path?.split(".").at(-1) ?? "";
    return /^_*[A-Z]/u.test(name) ? name : null;
  }

  private stopOf(cls: Cls, words: { stops: string; stopsTimer: string }): string | null {
    const stop = cls.methods.find(({ facts }) => STOPS.test(facts.name) && this.endings.isEnd(facts.name, true) || facts.name === words.stopsTimer);
    return stop?.facts.name ?? (cls.unknownBase || cls.outside.length > 0 ? words.stops : null);
  }

  /** The field of the object that gets it at once. */
  private fieldOf(fn: Fn, call: Call): Ref | null {
    for (const use of fn.uses(call.out)) {
      if (use.kind !== "instruction" || use.site.instruction.op !== "store" || use.site.instruction.place.kind !== "field") continue;
      const { place } = use.site.instruction;
      const ref = this.refs.field(this.refs.of(fn, place.object), place.name);
      if (ref.root.kind === "this" && ref.fields.length === 1) return ref;
    }
    return null;
  }

  /** Somebody starts it, nobody stops it, and nobody else gets it. */
  private isOnlyStarted(ref: Ref): boolean {
    const uses = this.holders.usesOf(ref.key);
    return !this.holders.isReturned(ref) && uses.some(({ site }) => STARTS.test(site.instruction.method ?? ""))
      && uses.every(({ as, site }) => as === "receiver" && !STOPS.test(site.instruction.method ?? ""));
  }

  /** What the class's end comes to, where it ends some other field. */
  private endOf(cls: Cls): ReadonlySet<Fn> | null {
    const known = this.memo.get(cls);
    if (known !== undefined) return known;
    const ends = cls.methods.filter(({ facts, cls: own }) => own === cls && this.endings.isEnd(facts.name) && !this.endings.isPartial(facts.name));
    const closing = cls.methods.filter(({ facts }) => this.endings.isEnd(facts.name, true) || this.api.releaseMethods.has(facts.name));
    const reached = this.endings.reach([...ends, ...closing], 3);
    const found = !this.handsItselfOn(reached) && ends.some((fn) => [...fn.sites()].some(({ instruction: one }) =>
      one.op === "call" && one.receiver !== null && STOPS.test(one.method ?? "") && this.isOwnField(this.refs.of(fn, one.receiver))));
    this.memo.set(cls, found ? reached : null);
    return found ? reached : null;
  }

  private isOwnField({ root, fields }: Ref): boolean {
    return root.kind === "this" && fields.length === 1;
  }

  private mentions(fn: Fn, ref: Ref): boolean {
    return [...fn.sites()].some(({ instruction }) => instruction.op === "load" && instruction.place.kind === "field" && instruction.place.name === ref.fields[0]);
  }

  /** The end gives the object itself to somebody, or goes through its fields by name. */
  private handsItselfOn(fns: ReadonlySet<Fn>): boolean {
    return [...fns].some((fn) => [...fn.sites()].some(({ instruction }) => {
      if (instruction.op === "load") return instruction.place.kind === "index" && isThis(fn, instruction.place.object);
      return instruction.op === "call" && !this.types.calleeOf(fn, instruction) && instruction.args.some((one) => isThis(fn, one.value));
    }));
  }
}
