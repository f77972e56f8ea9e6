/**
 * Handles that no catalog lists, shown to be handles by the code itself: what a function makes it also ends (`free()`,
 * `close()`) on one of its ways, or its class's clean-up ends the field that it goes to, or ends a sibling made the
 * same way.
 *
 * The evidence is about this code only, so it carries little: such a handle is reported where a way misses the release
 * that another way has, never for having none. Whatever the language calls a clean-up counts as a release of it.
 */
import type { BindingId, Call, ValueId } from "../../model/facts.js";
import { continuation } from "./acquisitions.js";
import { loadedName } from "../program/api.js";
import type { Api, CompiledPair, Shown } from "../program/api.js";
import { ElementEnds } from "../paths/element-ends.js";
import type { CallSite, Holders } from "../contexts/holders.js";
import { LocalHolders } from "../program/local-holders.js";
import type { Acquired } from "../paths/paths.js";
import type { Cls, Fn, Mod, Site, Stored } from "../program/program.js";
import { push } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";
import type { StoredRecords } from "../program/stored-records.js";
import type { Types } from "../program/types.js";
import { loadsOf, nameRead } from "../program/variables.js";

/** Where a call's result goes, as far as that is plain. */
interface Goes {
  variable: BindingId | null;
  fields: Stored[];
  /** Variables of functions around. */
  outer: BindingId[];
}

/** Names of calls that make something for their caller. */
const MAKES = /^_*(?:new|create|make|build|open|spawn|connect|launch|acquire|alloc|prepare|fork|duplicate|checkout|borrow|lease|reserve|establish|get_?(?:connection|session|client|cursor|lock|worker)$)/iu;

/** A callback's parameter for what went wrong. */
const ERROR = /^_*(?:e|er|err|error|ex|exc|exception|reason)$|Err(?:or)?$/u;

/** A clean-up that leaves more siblings than this leaves them on purpose. */
const MOST_FORGOTTEN = 2;

export class ShownHandles {
  private readonly closers = new Set<string>();
  private readonly names = new Map<Mod, Map<string, Shown>>();
  private readonly releases: string[];
  private readonly memo = new Map<string, CompiledPair | null>();
  private fields: Map<string, string[]> | null = null;

  constructor(private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly holders: Holders, private readonly records: StoredRecords) {
    for (const file of api.files) for (const name of file.lifecycle?.closers ?? []) this.closers.add(name);
    this.releases = [...api.releaseMethods];
  }

  /** The handle that a call makes, by the code's own word. Only for calls of which nothing else is known. */
  at(fn: Fn, site: CallSite): Acquired | null {
    const call = site.instruction;
    if (this.closers.size === 0 || fn.facts.kind === "module") return null;
    const delivered = this.delivered(fn, site);
    if (delivered) return delivered;
    const isOthers = isMaking(call) && this.types.calleeOf(fn, call)?.kind !== "function";
    // What a function of the program makes is known to be the caller's where that gathers it and ends it all.
    if (!isOthers && !(isMakingByName(fn, call) && this.endedTogether(fn, call))) return null;
    const key = `${fn.key}:${String(call.at[0])}:${String(call.at[1])}`;
    let pair = this.memo.get(key);
    if (pair === undefined) this.memo.set(key, (pair = this.pairOf(fn, call, key, isOthers)));
    if (!pair) return null;
    const next = continuation(fn, call.out, this.api.words);
    return next ? { fn: next.fn, site, pair, value: call.out, entry: { handle: next.handle, error: null, release: null } } : { fn, site, pair, value: call.out };
  }

  /** `connect(options, (error, connection) => …)`. */
  private delivered(fn: Fn, site: CallSite): Acquired | null {
    const call = site.instruction;
    if (!isMaking(call) && !isMakingByName(fn, call)) return null;
    const last = call.args.at(-1);
    const given = last && fn.definition(last.value)?.instruction;
    const callback = given?.op === "closure" ? fn.module.fn(given.function) : null;
    const [first, second, ...more] = callback?.facts.parameters ?? [];
    if (!callback || !first || second?.binding == null || more.length > 0 || !ERROR.test(first.name)) return null;
    const key = `delivered ${fn.key}:${String(call.at[0])}`;
    let pair = this.memo.get(key);
    if (pair === undefined) {
      const goes = this.fromVariable(callback, second.binding);
      const named = this.closedNames(fn.module).get(second.name);
      const shown = this.evidenceOf(callback, goes, call) ?? (named ? { ...named, by: "late" as const } : null);
      this.memo.set(key, (pair = shown ? this.pairFrom(shown, call, key) : null));
    }
    return pair ? { fn: callback, site, pair, value: call.out, entry: { handle: second.binding, error: first.binding, release: null } } : null;
  }

  private evidenceOf(fn: Fn, goes: Goes, call: Call): Shown | null {
    return (goes.variable === null ? null : this.endedHere(fn, goes.variable))
      ?? this.endedTogether(fn, call)
      ?? this.first(goes.fields, (store) => this.endedField(this.refOf(store)))
      ?? this.endedOuter(fn, goes.outer)
      ?? this.first(goes.fields, (store) => this.endedSibling(store, call));
  }

  /** A function beside this one ends the variable around both. */
  private endedOuter(fn: Fn, outer: readonly BindingId[]): Shown | null {
    for (const variable of outer) {
      const owner = fn.module.fn(fn.module.binding(variable)?.owner ?? -1);
      for (const other of owner && owner.facts.kind !== "module" ? this.holders.nestedIn(owner) : []) {
        const shown = other === fn ? null : this.endedHere(other, variable);
        if (shown) return { ...shown, by: "outer" };
      }
    }
    return null;
  }

  /** What a call makes for a variable whose name the file calls a closing method on, wherever that is. */
  byName(fn: Fn, site: CallSite, name: string): CompiledPair | null {
    const call = site.instruction;
    if (!isMaking(call) || this.types.calleeOf(fn, call)?.kind === "function") return null;
    const shown = this.closedNames(fn.module).get(name);
    return shown ? this.pairFrom(shown, call, `name ${fn.key}:${String(call.at[0])}`) : null;
  }

  private closedNames(module: Mod): ReadonlyMap<string, Shown> {
    let known = this.names.get(module);
    if (known) return known;
    known = new Map<string, Shown>();
    this.names.set(module, known);
    for (const fn of module.functions) {
      for (const { instruction: call } of fn.sites()) {
        if (call.op !== "call" || call.receiver === null || call.method === null || !this.isClosing(fn, call)) continue;
        const name = nameRead(fn, call.receiver);
        if (name !== null && !known.has(name)) known.set(name, { by: "name", release: call.method, place: { path: module.path, at: call.at } });
      }
    }
    return known;
  }

  private pairOf(fn: Fn, call: Call, key: string, isOthers: boolean): CompiledPair | null {
    if (!isOthers) {
      const together = this.endedTogether(fn, call);
      return together && this.pairFrom(together, call, key);
    }
    const next = continuation(fn, call.out, this.api.words);
    const goes = next ? this.fromVariable(next.fn, next.handle) : this.goes(fn, call.out);
    if (!goes) return null;
    const shown = this.evidenceOf(next?.fn ?? fn, goes, call);
    return shown ? this.pairFrom(shown, call, key) : null;
  }

  private pairFrom(shown: Shown, call: Call, key: string): CompiledPair {
    const names = [shown.release, ...this.releases.filter((name) => name !== shown.release)];
    return {
      key: `shown ${key}`, rule: "unclosed-connection", noun: nounOf(call), acquire: [], release: names.map((name) => `#${name}`),
      releases: names.map((method) => ({ kind: "on-handle", method })), releaseAlls: [], name: null, receiver: null, releasing: null, streaming: null, shown,
    };
  }

  private first(stores: readonly Stored[], find: (store: Stored) => Shown | null): Shown | null {
    for (const store of stores) {
      const shown = find(store);
      if (shown) return shown;
    }
    return null;
  }

  /** Through an await, into one variable of the function and from there into fields; null where it goes elsewhere first. */
  private goes(fn: Fn, value: ValueId): Goes | null {
    const found: Goes = { variable: null, fields: [], outer: [] };
    for (const use of fn.uses(value)) {
      if (use.kind === "end") return null;
      const { instruction } = use.site;
      if (instruction.op === "await") return this.goes(fn, instruction.out);
      if (instruction.op !== "store" || instruction.value !== value) continue;
      if (instruction.place.kind === "binding") {
        const binding = fn.module.binding(instruction.place.binding);
        if (binding?.kind !== "variable") return null;
        if (binding.owner !== fn.id) {
          found.outer.push(instruction.place.binding);
          continue;
        }
        found.variable = instruction.place.binding;
      } else if (instruction.place.kind === "field") found.fields.push({ fn, value, site: use.site as Stored["site"] });
    }
    return found.variable === null ? found : this.fromVariable(fn, found.variable, found.fields);
  }

  private fromVariable(fn: Fn, variable: BindingId, before: Stored[] = []): Goes {
    const found: Goes = { variable, fields: before, outer: [] };
    for (const load of loadsOf(fn, variable)) {
      for (const use of fn.uses(load)) {
        const store = use.kind === "instruction" ? use.site.instruction : null;
        if (store?.op !== "store" || store.value !== load) continue;
        if (store.place.kind === "binding" && fn.module.binding(store.place.binding)?.owner !== fn.id) found.outer.push(store.place.binding);
        if (use.kind === "instruction" && store.place.kind === "field") found.fields.push({ fn, value: load, site: use.site as Stored["site"] });
      }
    }
    return found;
  }

  private refOf({ fn, site }: Stored): Ref | null {
    const { place } = site.instruction;
    return place.kind === "field" ? this.refs.field(this.refs.of(fn, place.object), place.name) : null;
  }

  private endedHere(fn: Fn, variable: BindingId): Shown | null {
    for (const load of loadsOf(fn, variable)) {
      for (const use of fn.uses(load)) {
        const release = use.kind === "instruction" ? this.closing(use.site, load) : null;
        if (release !== null && use.kind === "instruction") return { by: "here", release, place: { path: fn.module.path, at: use.site.instruction.at } };
      }
    }
    return null;
  }

  /** The function puts it in a collection of its own, and ends all that is in there. */
  private endedTogether(fn: Fn, call: Call): Shown | null {
    if (fn.definition(call.out)?.instruction !== call) return null;
    const ends = new ElementEnds(fn, this.api.words, (inside, one, value) => (one.receiver === value && this.isClosing(inside, one) ? one.method : null));
    const end = ends.of(call.out, new LocalHolders(fn, this.refs, this.types, this.api));
    return end && { by: "together", release: end.release, place: { path: fn.module.path, at: end.at } };
  }

  /** The class ends what the field holds; for a sibling, in its clean-up. */
  private endedField(ref: Ref | null, by: Shown["by"] = "field"): Shown | null {
    if (ref?.root.kind !== "this" || ref.fields.length !== 1) return null;
    for (const use of this.holders.usesOf(ref.key)) {
      const release = use.as === "receiver" ? this.closing(use.site, use.value) : null;
      if (release !== null && (by === "field" || this.holders.inReleaseMethod(use.site.fn))) return { by, release, place: { path: use.site.fn.module.path, at: use.site.instruction.at } };
    }
    return null;
  }

  /** Other fields of the class get instances of the same class, and the clean-up ends those. Where it leaves many, that is the custom. */
  private endedSibling(store: Stored, call: Call): Shown | null {
    const ref = this.refOf(store);
    if (!call.isNew || !store.fn.cls || ref?.root.kind !== "this" || ref.fields.length !== 1) return null;
    const made = this.madeBy(store.fn, call);
    if (made === null) return null;
    const object = ref.key.slice(0, ref.key.lastIndexOf(".") + 1);
    let shown: Shown | null = null;
    let ended = 0;
    let forgotten = 1;
    for (const key of this.fieldsBelow(object)) {
      if (key === ref.key) continue;
      const other = this.types.fieldStores.get(key)?.find((one) => {
        const definition = one.fn.definition(one.value)?.instruction;
        return definition?.op === "call" && definition.isNew && this.madeBy(one.fn, definition) === made;
      });
      if (!other) continue;
      const found = this.endedField(this.refOf(other), "sibling");
      if (found) ended++;
      else forgotten++;
      shown ??= found;
    }
    return forgotten <= Math.min(ended, MOST_FORGOTTEN) ? shown : null;
  }

  /** The fields of an object that are stored to, by its key with the dot. */
  private fieldsBelow(object: string): readonly string[] {
    if (!this.fields) {
      this.fields = new Map();
      for (const key of this.types.fieldStores.keys()) push(this.fields, key.slice(0, key.lastIndexOf(".") + 1), key);
    }
    return this.fields.get(object) ?? [];
  }

  /** What a `new` makes, by import path or class of the program. */
  private madeBy(fn: Fn, call: Call): string | null {
    const callee = this.types.calleeOf(fn, call);
    const cls: Cls | null = callee?.kind === "class" ? callee.cls : null;
    return cls ? cls.typeName : call.path;
  }

  /** The name of the closing method that a call on the value is. */
  private closing(site: Site, value: ValueId): string | null {
    const { instruction } = site;
    return instruction.op === "call" && instruction.receiver === value && this.isClosing(site.fn, instruction) ? instruction.method : null;
  }

  private isClosing(fn: Fn, call: Call): boolean {
    return call.method !== null && this.closers.has(call.method) && !this.records.deletes(fn, call);
  }
}

function isMaking(call: Call): boolean {
  const name = call.method ?? call.path?.split(".").at(-1) ?? "";
  return call.isNew || MAKES.test(name);
}

/** A method of that name, or a function written here or imported. */
export function isMakingByName(fn: Fn, call: Call): boolean {
  return isMaking(call) || call.callee !== null && MAKES.test(loadedName(fn, call.callee));
}

function nounOf(call: Call): string {
  const name = call.path?.split(".").at(-1) ?? "";
  return call.isNew && /^_*[A-Z]/u.test(name) ? name : "object";
}
