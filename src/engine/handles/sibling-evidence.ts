/**
 * Fields whose handles the code shows by their siblings: a class makes two things alike, and its clean-up closes one of
 * them. The other is then one that must be closed, too.
 */
import type { Call, ValueId } from "../../model/facts.js";
import type { Api } from "../program/api.js";
import type { Cls, Fn } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";
import type { Types } from "../program/types.js";

interface Made {
  field: string;
  /** The class or method that makes it, and the last word of its name. */
  maker: string;
  word: string;
  call: Call;
  /** How the clean-up closes it; null where it does not. */
  closer: string | null;
  /** How a method closes the one before, to put the next one in its place; null where none does, or the clean-up does. */
  room: string | null;
}

export class SiblingEvidence {
  private readonly memo = new Map<Cls, readonly Made[]>();

  constructor(private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly closes: ReadonlySet<string>) {}

  /** The method that closes a sibling of what the call gives to a field of its object; null where there is none. */
  of(fn: Fn, call: Call): { closer: string; sibling: string } | null {
    if (!fn.cls || fn.facts.static || this.fieldOf(fn, call.out, 0) === null) return null;
    const all = this.madeBy(fn.cls);
    const own = all.find((one) => one.call.at[0] === call.at[0]);
    if (own?.room != null) return { closer: own.room, sibling: own.field };
    if (!own || all.some((one) => one.field === own.field && one.closer !== null)) return null;
    const sibling = all.find((one) => one.closer !== null && (one.maker === own.maker || one.word.length > 3 && one.word === own.word));
    return sibling?.closer == null || !this.mayHave(fn, call, sibling.closer) ? null : { closer: sibling.closer, sibling: sibling.field };
  }

  /** A class of the program that has no such method, and no base that could, is nothing to close. */
  private mayHave(fn: Fn, call: Call, closer: string): boolean {
    const callee = call.callee === null ? null : this.types.calleeOf(fn, call);
    if (callee?.kind !== "class") return true;
    return callee.cls.related.some((one) => one.unknownBase || one.outside.length > 0 || one.method(closer) !== null);
  }

  /** What the class's methods make and keep in fields. */
  private madeBy(cls: Cls): readonly Made[] {
    const known = this.memo.get(cls);
    if (known) return known;
    const closers = this.closersOf(cls);
    const made: Made[] = [];
    const renewed = closers.size > 0 ? this.renewedOf(cls, closers) : null;
    if (renewed) {
      for (const fn of cls.functions) {
        for (const { instruction } of fn.sites()) {
          if (instruction.op !== "call" || this.isTaking(instruction)) continue;
          const field = this.fieldOf(fn, instruction.out, 0);
          const room = field === null ? null : renewed.get(field) ?? null;
          const maker = field === null ? null : this.makerOf(fn, instruction) ?? (room === null ? null : instruction.method);
          if (field !== null && maker !== null) made.push({ field, maker, word: lastWord(maker), call: instruction, closer: closers.get(field) ?? null, room });
        }
      }
    }
    this.memo.set(cls, made);
    return made;
  }

  private isTaking(call: Call): boolean {
    return this.api.words.is("takes", call) !== null || this.api.words.is("copies", call) !== null;
  }

  /** Fields that a clean-up of the class closes, with the method. */
  private closersOf(cls: Cls): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    for (const fn of cls.methods) {
      if (!this.api.releaseMethods.has(fn.facts.name)) continue;
      for (const [field, method] of this.closedIn(fn)) found.set(field, method);
    }
    return found;
  }

  private closedIn(fn: Fn): Map<string, string> {
    const found = new Map<string, string>();
    for (const { instruction } of fn.sites()) {
      if (instruction.op !== "call" || instruction.receiver === null || instruction.method === null || !this.closes.has(instruction.method)) continue;
      const ref = this.refs.of(fn, instruction.receiver);
      const [field] = ref.fields;
      if (isOwnField(ref) && field !== undefined) found.set(field, instruction.method);
    }
    return found;
  }

  /** Fields that a method closes and fills again, where the clean-up closes others and not these. */
  private renewedOf(cls: Cls, closers: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    for (const fn of cls.methods) {
      if (this.api.releaseMethods.has(fn.facts.name)) continue;
      const closed = this.closedIn(fn);
      if (closed.size === 0) continue;
      for (const { instruction } of fn.sites()) {
        if (instruction.op !== "store" || instruction.place.kind !== "field") continue;
        const ref = this.refs.field(this.refs.of(fn, instruction.place.object), instruction.place.name);
        const closer = closed.get(instruction.place.name);
        if (closer !== undefined && isOwnField(ref) && ref.fields.length === 1 && !closers.has(instruction.place.name)) found.set(instruction.place.name, closer);
      }
    }
    return found;
  }

  /** A class, or a method of the same object: what its results are like is then for the class to know. */
  private makerOf(fn: Fn, call: Call): string | null {
    if (call.path !== null && /^_*[A-Z]/u.test(call.path.split(".").at(-1) ?? "")) return call.path;
    if (call.callee !== null) {
      const callee = this.types.calleeOf(fn, call);
      return callee?.kind === "class" ? callee.cls.name : null;
    }
    const definition = call.receiver === null ? undefined : fn.definition(call.receiver)?.instruction;
    return definition?.op === "load" && definition.place.kind === "this" ? call.method : null;
  }

  /** The field of the object that gets the value, itself or in a collection made for it. */
  private fieldOf(fn: Fn, value: ValueId, depth: number): string | null {
    for (const use of depth > 4 ? [] : fn.uses(value)) {
      if (use.kind !== "instruction") continue;
      const { instruction } = use.site;
      let found: string | null = null;
      if (instruction.op === "await" || instruction.op === "collection") found = this.fieldOf(fn, instruction.out, depth + 1);
      else if (instruction.op === "store" && instruction.value === value) {
        const { place } = instruction;
        if (place.kind === "field") {
          const ref = this.refs.field(this.refs.of(fn, place.object), place.name);
          if (isOwnField(ref) && ref.fields.length === 1) return place.name;
        } else if (place.kind === "index") {
          const made = fn.definition(place.object)?.instruction;
          const ref = this.refs.of(fn, place.object);
          if (made?.op === "collection") found = this.fieldOf(fn, place.object, depth + 1);
          else if (isOwnField(ref) && ref.fields.length === 1) found = ref.fields[0] ?? null;
        }
      } else if (instruction.op === "call" && instruction.receiver !== null && instruction.args.some((one) => one.value === value) && fn.definition(instruction.receiver)?.instruction.op === "collection") {
        found = this.fieldOf(fn, instruction.receiver, depth + 1);
      }
      if (found !== null) return found;
    }
    return null;
  }
}

function isOwnField(ref: Ref): boolean {
  return ref.root.kind === "this" && ref.fields.length > 0;
}

/** The last word of a name: "dispatch" of `init_proxy_dispatch`, "client" of `HttpClient`. */
function lastWord(name: string): string {
  return name.split(".").at(-1)?.replaceAll(/([a-z])([A-Z])/gu, "$1_$2").toLowerCase().split("_").findLast((word) => word !== "") ?? "";
}
