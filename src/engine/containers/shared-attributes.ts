/**
 * Collections of a class that its objects use as if each had one of its own: `observers = []` in the class's body and
 * `self.observers.append(callback)` in a method. What one object adds, all have, and it stays when the object goes.
 *
 * A table of the class that is meant as one is read or filled through the class somewhere, or its name is a constant's.
 */
import type { ContainerMethods } from "../../catalog/types.js";
import type { ValueId } from "../../model/facts.js";
import type { Candidate } from "./container-makers.js";
import type { ContainerSites } from "./container-sites.js";
import type { Contexts } from "../contexts/contexts.js";
import type { Cls, Fn, Program, Site } from "../program/program.js";
import type { Refs } from "../program/refs.js";
import type { Types } from "../program/types.js";

const CONSTANT = /^_*[A-Z][A-Z\d_]*$/u;

export class SharedAttributes {
  private readonly memo = new Map<string, boolean>();

  constructor(private readonly program: Program, private readonly refs: Refs, private readonly types: Types, private readonly contexts: Contexts) {}

  /** Whether objects take the class's own collection for theirs. */
  isTakenForOwn({ ref, name, cls, life, made }: Pick<Candidate, "ref" | "name" | "cls" | "life" | "made">): boolean {
    if (life !== "process" || !cls || made.fn.facts.kind !== "class-body" || ref.root.kind !== "this" || ref.fields.length !== 1) return false;
    let known = this.memo.get(ref.key);
    if (known === undefined) this.memo.set(ref.key, (known = this.compute(cls, name, ref.key)));
    return known;
  }

  /** `self.handlers[event].append(f)`: what goes into the collections that a shared table keeps, where nothing comes out of them. */
  nested(candidate: Candidate, sites: ContainerSites, methods: ReadonlyMap<string, ContainerMethods>): { site: Site; value: ValueId | null }[] {
    if (candidate.type.shape !== "mapping" || !this.isTakenForOwn(candidate)) return [];
    const inner = [...methods.values()].filter(({ shape }) => shape === "list" || shape === "set");
    const { deletes, receivers: elements } = sites.of(`${candidate.ref.key}.[]`);
    const receivers = [...elements, ...sites.of(candidate.ref.key).receivers.flatMap((site) => chained(site))];
    const isOne = (site: Site, kind: "shrink" | "grow"): boolean => site.instruction.op === "call"
      && inner.some((one) => (kind === "shrink" ? one.shrink.includes(methodOf(site)) : Object.hasOwn(one.grow, methodOf(site))));
    if (deletes.length > 0 || receivers.some((site) => isOne(site, "shrink"))) return [];
    return receivers.filter((site) => isOne(site, "grow")).map((site) => ({ site, value: site.instruction.op === "call" ? site.instruction.args[0]?.value ?? null : null }));
  }

  private compute(cls: Cls, name: string, key: string): boolean {
    if (CONSTANT.test(name) || this.isOneOfAKind(cls)) return false;
    // A framework that reads the annotated attributes of its classes may give each object a copy.
    if (cls.related.some((one) => (one.unknownBase || one.outside.length > 0) && one.facts.fields.some((field) => field.name === name && field.type !== null))) return false;
    let through = false;
    for (const fn of this.around(cls)) {
      for (const { instruction } of fn.sites()) {
        // `self.__dict__.update(observers=[])`
        if (instruction.op === "call" && instruction.args.some((one) => one.name === name)) return false;
        const place = instruction.op === "load" || instruction.op === "store" || instruction.op === "delete" ? instruction.place : null;
        if (place?.kind === "static" && place.name === name && fn.facts.kind !== "class-body") return false;
        if (instruction.op !== "load" || place?.kind !== "field" || place.name !== name || this.refs.of(fn, instruction.out).key !== key) continue;
        const object = fn.definition(place.object)?.instruction;
        if (object?.op !== "load" || object.place.kind !== "this" || this.isOfClass(fn)) return false;
        through = true;
      }
    }
    return through;
  }

  /** Functions that can name the attribute: those of the classes, and of their modules. */
  private around(cls: Cls): ReadonlySet<Fn> {
    return new Set(cls.related.flatMap((one) => one.module.functions));
  }

  private isOfClass(fn: Fn): boolean {
    for (let at: Fn | null = fn; at && at.facts.kind !== "class-body"; at = at.parent) if (at.facts.static) return true;
    return fn.facts.kind === "class-body";
  }

  /** The class makes and keeps its only object, makes classes, or is made where the program starts. */
  private isOneOfAKind(cls: Cls): boolean {
    const constructor = cls.method("__init__") ?? cls.method("constructor");
    if (cls.method("__new__") !== null || cls.outside.includes("type") || constructor && this.contexts.of(constructor).kind === "once") return true;
    for (const fn of this.around(cls)) {
      for (const { instruction } of fn.sites()) {
        if (instruction.op !== "store") continue;
        const { place } = instruction;
        const isKept = place.kind === "static" || place.kind === "global" || place.kind === "binding" && fn.module.binding(place.binding)?.owner === 0
          || place.kind === "field" && this.isClassItself(fn, place.object);
        if (isKept && this.makes(fn, instruction.value, cls)) return true;
      }
    }
    return false;
  }

  private isClassItself(fn: Fn, value: ValueId): boolean {
    const object = fn.definition(value)?.instruction;
    if (object?.op !== "load") return false;
    return object.place.kind === "class" || object.place.kind === "binding" && this.program.classOfBinding(fn.module, object.place.binding) !== null;
  }

  private makes(fn: Fn, value: ValueId, cls: Cls): boolean {
    const made = fn.definition(value)?.instruction;
    const callee = made?.op === "call" ? this.types.calleeOf(fn, made) : null;
    return callee?.kind === "class" && cls.related.includes(callee.cls);
  }
}

/** `table.setdefault(key, []).append(f)`: the calls on what a call gives. */
function chained({ fn, instruction }: Site): Site[] {
  if (instruction.op !== "call") return [];
  return fn.uses(instruction.out).flatMap((use) => (use.kind === "instruction" && use.site.instruction.op === "call" && use.site.instruction.receiver === instruction.out ? [use.site] : []));
}

function methodOf({ instruction }: Site): string {
  return instruction.op === "call" ? instruction.method ?? "" : "";
}
