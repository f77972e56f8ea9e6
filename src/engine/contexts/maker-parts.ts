/**
 * Objects that are made by the one that they are given: `this.list = new List(this)`. What such an object finds in its
 * maker, and the maker itself, ends with the maker, and so does the object, which the maker makes once.
 */
import type { BindingId, ValueId } from "../../model/facts.js";
import type { Contexts } from "./contexts.js";
import type { CallSite } from "./holders.js";
import type { Cls, Fn, Mod, Stored } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";
import { isConstructor, isNull } from "./targets.js";
import type { TargetLife } from "./targets.js";
import type { Types } from "../program/types.js";

const MAXIMUM_DEPTH = 4;

/** Who calls the function that has the parameter, but for tests, and what each gives for it, where that is seen. */
export function givenFor(contexts: Contexts, module: Mod, binding: BindingId): { site: CallSite; value: ValueId | null }[] {
  const variable = module.binding(binding);
  const owner = variable?.kind === "parameter" ? module.fn(variable.owner) : null;
  if (!owner || (module.bindingStores.get(binding) ?? []).length > 0) return [];
  const position = owner.facts.parameters.filter((one) => one.binding !== null).findIndex((one) => one.binding === binding);
  return contexts.callers(owner).filter((site) => !contexts.isTest(site.fn)).map((site) => {
    const { args } = site.instruction;
    const given = position < 0 || args.some((one) => one.spread) ? undefined : args.find((one) => one.name !== null && one.name === variable?.name) ?? args.filter((one) => one.name === null)[position];
    return { site, value: given?.value ?? null };
  });
}

interface Maker {
  fn: Fn;
  cls: Cls;
}

/** How long the value lives that a class has in a field, and what a value that is made there does, as whoever asks sees it. */
export interface Lives {
  ofField: (fn: Fn, cls: Cls, name: string) => TargetLife;
  ofMade: (fn: Fn, value: ValueId) => TargetLife;
}

export class MakerParts {
  constructor(private readonly refs: Refs, private readonly types: Types, private readonly contexts: Contexts) {}

  /** Whether the path leads, through a constructor's parameter or a field that keeps one, to what the maker made itself. */
  has(fn: Fn, ref: Ref, lives: Lives): boolean {
    const { makers, path } = this.found(fn, ref);
    return makers.length > 0 && makers.every((maker) => this.isOwn(maker, path, lives));
  }

  /** Whether it is the maker, or is looked up in it. */
  leads(fn: Fn, ref: Ref): boolean {
    return this.found(fn, ref).makers.length > 0;
  }

  private found(fn: Fn, { root, fields }: Ref): { makers: Maker[]; path: readonly string[] } {
    if (root.kind === "binding") return { makers: this.makersOf(root.module, root.binding, 0), path: fields };
    return root.kind === "this" ? { makers: this.keptMakers(fn, root.cls, fields[0]), path: fields.slice(1) } : { makers: [], path: [] };
  }

  /** Everyone who makes the object gives itself for the parameter, where it is made itself; else nobody. */
  private makersOf(module: Mod, binding: BindingId, depth: number): Maker[] {
    const owner = module.fn(module.binding(binding)?.owner ?? -1);
    if (!owner || depth > MAXIMUM_DEPTH || !isConstructor(owner)) return [];
    const makers = givenFor(this.contexts, module, binding).map(({ site, value }): Maker[] => {
      if (value === null) return [];
      const { root, fields } = this.refs.of(site.fn, value);
      if (fields.length > 0) return [];
      // A subclass hands on what it was given: `super(owner)`.
      if (root.kind === "binding") return this.makersOf(root.module, root.binding, depth + 1);
      return root.kind === "this" && isConstructor(site.fn) && site.fn.cls !== null ? [{ fn: site.fn, cls: site.fn.cls }] : [];
    });
    return makers.every((each) => each.length > 0) ? makers.flat() : [];
  }

  /** `this.owner`, which keeps such a parameter and nothing else. */
  private keptMakers(fn: Fn, cls: Cls, name: string | undefined): Maker[] {
    if (name === undefined) return [];
    const makers = this.types.storesIn(fn.cls, this.refs.ofField(cls, name).key).filter((store) => !isNull(store.fn, store.value)).map((store): Maker[] => {
      const { root, fields } = this.refs.of(store.fn, store.value);
      return root.kind === "binding" && fields.length === 0 ? this.makersOf(root.module, root.binding, 0) : [];
    });
    return makers.every((each) => each.length > 0) ? makers.flat() : [];
  }

  /** The maker made what is in the field, and so did each part of it what is in the next, as far as is seen. */
  private isOwn({ fn, cls }: Maker, [name, ...rest]: readonly string[], lives: Lives): boolean {
    if (name === undefined) return true;
    const life = lives.ofField(fn, cls, name);
    if (life !== "instance" && life !== "local") return false;
    return this.storesOf(cls, name).every((store) => this.isOwnWithin(store.fn, store.value, rest, lives));
  }

  private storesOf(cls: Cls, name: string): Stored[] {
    return this.types.storesIn(cls, this.refs.ofField(cls, name).key).filter((store) => !isNull(store.fn, store.value));
  }

  /** `{ moved: new Subject(), bus }`: of a table's entries each is asked; of an object, its class and what that has in the field. */
  private isOwnWithin(fn: Fn, value: ValueId, fields: readonly string[], lives: Lives): boolean {
    const [name, ...rest] = fields;
    const made = fn.definition(value)?.instruction;
    if (name === undefined || !made) return true;
    if (made.op === "collection") {
      const element = made.elements.find(({ key }) => {
        const constant = key === null ? undefined : fn.definition(key)?.instruction;
        return constant?.op === "constant" && constant.value.kind === "string" && constant.value.value === name;
      });
      if (!element) return true;
      const within = fn.definition(element.value)?.instruction;
      if (within?.op === "collection") return this.isOwnWithin(fn, element.value, rest, lives);
      const life = lives.ofMade(fn, element.value);
      return (life === "local" || life === "instance" || life === "unknown") && this.isOwnWithin(fn, element.value, rest, lives);
    }
    const callee = made.op === "call" ? this.types.calleeOf(fn, made) : null;
    if (callee?.kind !== "class") return true;
    const life = lives.ofField(fn, callee.cls, name);
    return (life === "local" || life === "instance" || life === "unknown") && this.storesOf(callee.cls, name).every((store) => this.isOwnWithin(store.fn, store.value, rest, lives));
  }
}
