/**
 * What is behind a type that only says what others have: the one class of the program that implements it. Types are met
 * by shape, so that is known only where one class says that it implements the type and nothing else of the program
 * would do: no other class and no object literal with the same members, and nothing from outside is given under its name.
 */
import type { Interface, TypeRef, ValueId } from "../../model/facts.js";
import { push } from "./program.js";
import type { Cls, Fn, Mod, Program } from "./program.js";
import { isTestFile } from "./test-files.js";

type Named = Extract<TypeRef, { kind: "named" }>;

interface Declared {
  module: Mod;
  facts: Interface;
  /** What it extends, of the program. */
  bases: Declared[];
  /** Classes that say they implement it, or one that extends it. */
  implementers: Set<Cls>;
  only?: Cls | null;
}

/** Re-exports of re-exports are followed this far. */
const MAXIMUM_DEPTH = 8;

export class Interfaces {
  private readonly declared = new Map<Interface, Declared>();
  private readonly memo = new Map<Named, Declared | null>();
  private shapes: Map<string, Set<Cls | string>> | null = null;
  private outside: Set<Declared> | null = null;

  constructor(private readonly program: Program) {
    for (const module of program.modules) for (const facts of module.facts.interfaces) this.declared.set(facts, { module, facts, bases: [], implementers: new Set() });
    if (this.declared.size === 0) return;
    for (const one of this.declared.values()) one.bases = one.facts.bases.flatMap((base) => (base.kind === "named" ? this.named(one.module, base) ?? [] : []));
    for (const cls of program.classes()) {
      if (isTestFile(cls.module.path)) continue;
      for (const { path, binding, name } of cls.facts.interfaces) {
        const found = this.named(cls.module, { kind: "named", name: name ?? path ?? "", binding, args: [] });
        for (const one of found ? [found, ...above(found)] : []) one.implementers.add(cls);
      }
    }
    for (const one of this.declared.values()) {
      const cls = one.facts.class === null ? null : one.module.cls(one.facts.class);
      for (const below of cls ? allBelow(cls) : []) if (!isTestFile(below.module.path) && !this.isDeclared(below)) one.implementers.add(below);
    }
  }

  /** The class that a value of the type is an instance of; null where that is not known, and for any other type. */
  implementer(module: Mod, type: Named): Cls | null {
    if (this.declared.size === 0) return null;
    const found = this.named(module, type);
    if (!found || found.implementers.size === 0) return null;
    if (found.only === undefined) {
      found.only = null;
      found.only = this.onlyOf(found);
    }
    return found.only;
  }

  private onlyOf(one: Declared): Cls | null {
    const [cls, ...others] = [...one.implementers].filter((candidate) => !candidate.bases.some((base) => reaches(base, one.implementers)));
    if (!cls || others.length > 0) return null;
    const members = [one, ...above(one)].flatMap(({ facts }) => facts.members);
    const methods = members.filter(({ method }) => method);
    if (methods.length === 0 || methods.some(({ name }) => bodiesOf(cls, name) !== 1)) return null;
    const family = new Set(allBelow(cls).concat(cls));
    for (const other of this.fitting(new Set(members.map(({ name }) => name)))) {
      if (typeof other === "string" || !family.has(other)) return null;
    }
    return this.givenFromOutside().has(one) ? null : cls;
  }

  /** Classes and object literals that have all of the members. */
  private fitting(names: ReadonlySet<string>): (Cls | string)[] {
    this.shapes ??= this.indexShapes();
    const having = [...names].map((name) => this.shapes?.get(name) ?? new Set<Cls | string>()).sort((a, b) => a.size - b.size);
    const [first, ...others] = having;
    return [...first ?? []].filter((candidate) => others.every((set) => set.has(candidate)));
  }

  /** By the name of a member, the classes and the object literals that have it. A literal that takes in another may have any. */
  private indexShapes(): Map<string, Set<Cls | string>> {
    const shapes = new Map<string, Set<Cls | string>>();
    const add = (name: string, owner: Cls | string): void => { shapes.set(name, (shapes.get(name) ?? new Set()).add(owner)); };
    for (const cls of this.program.classes()) {
      if (isTestFile(cls.module.path) || this.isDeclared(cls)) continue;
      for (const name of namesOf(cls)) add(name, cls);
    }
    for (const fn of this.program.functions()) {
      if (fn.module.facts.language !== "ts" || isTestFile(fn.module.path)) continue;
      for (const { instruction } of fn.sites()) {
        if (instruction.op !== "collection" || instruction.shape !== "mapping") continue;
        for (const { key, value } of instruction.elements) {
          const made = key === null ? undefined : fn.definition(key)?.instruction;
          if (made?.op !== "constant" || made.value.kind !== "string" || fn.definition(value)?.instruction.op === "constant") continue;
          add(made.value.value, `${fn.key}:${String(instruction.out)}`);
        }
      }
    }
    return shapes;
  }

  /** Interfaces under whose name something is stored or returned that a library made. */
  private givenFromOutside(): ReadonlySet<Declared> {
    if (this.outside) return this.outside;
    const found = this.outside = new Set<Declared>();
    const given = (module: Mod, type: TypeRef | null, values: readonly { fn: Fn; value: ValueId }[]): void => {
      if (values.length === 0 || !values.some(({ fn, value }) => this.isFromOutside(fn, value))) return;
      for (const one of this.in(module, type)) found.add(one);
    };
    for (const module of this.program.modules) {
      if (isTestFile(module.path)) continue;
      for (const [id, { type }] of module.facts.bindings.entries()) if (type) given(module, type, module.bindingStores.get(id) ?? []);
      for (const fn of module.functions) {
        if (fn.facts.returns) given(module, fn.facts.returns, fn.facts.blocks.flatMap(({ end }) => (end.kind === "return" && end.value !== null ? [{ fn, value: end.value }] : [])));
      }
      for (const cls of module.classes) this.fieldsOf(cls, given);
    }
    return found;
  }

  private fieldsOf(cls: Cls, given: (module: Mod, type: TypeRef | null, values: readonly { fn: Fn; value: ValueId }[]) => void): void {
    const stores = new Map<string, { fn: Fn; value: ValueId }[]>();
    for (const fn of cls.facts.fields.some(({ type }) => type !== null) ? cls.functions : []) {
      for (const { instruction } of fn.sites()) if (instruction.op === "store" && instruction.place.kind === "field") push(stores, instruction.place.name, { fn, value: instruction.value });
    }
    for (const { name, type } of cls.facts.fields) given(cls.module, type, stores.get(name) ?? []);
  }

  private isFromOutside(fn: Fn, value: ValueId): boolean {
    const made = fn.definition(value)?.instruction;
    if (made?.op === "await") return this.isFromOutside(fn, made.value);
    if (made?.op !== "call" || made.path === null) return false;
    const loaded = fn.definition(made.callee ?? made.receiver ?? -1)?.instruction;
    return loaded?.op !== "load" || loaded.place.kind !== "binding" || (this.program.importTarget(fn.module, loaded.place.binding)?.kind ?? "outside") === "outside";
  }

  private *in(module: Mod, type: TypeRef | null): Generator<Declared> {
    if (type?.kind === "union") for (const member of type.members) yield* this.in(module, member);
    if (type?.kind !== "named") return;
    const found = this.named(module, type);
    if (found) yield* [found, ...above(found)];
    for (const argument of type.args) yield* this.in(module, argument);
  }

  private isDeclared(cls: Cls): boolean {
    return cls.module.facts.interfaces.some((one) => one.class === cls.id);
  }

  private named(module: Mod, type: Named): Declared | null {
    const known = this.memo.get(type);
    if (known !== undefined) return known;
    const found = this.find(module, type);
    this.memo.set(type, found);
    return found;
  }

  private find(module: Mod, { name, binding }: Named): Declared | null {
    if (module.facts.language === "python") {
      const cls = binding === null ? null : this.program.classOfBinding(module, binding);
      const facts = cls?.module.facts.interfaces.find((one) => one.class === cls.id);
      return facts ? this.declared.get(facts) ?? null : null;
    }
    if (binding !== null && module.binding(binding)?.kind === "import") return this.imported(module, binding, 0);
    const own = this.own(module, name);
    const dot = name.lastIndexOf(".");
    return own ?? (dot > 0 ? this.exported(module, name.slice(0, dot), name.slice(dot + 1), 0) : null);
  }

  private own(module: Mod, name: string): Declared | null {
    const facts = module.facts.interfaces.find((one) => one.name === name);
    return facts ? this.declared.get(facts) ?? null : null;
  }

  private imported(module: Mod, binding: number, depth: number): Declared | null {
    const found = module.facts.imports.find((one) => one.binding === binding);
    return found && found.name !== null ? this.exported(module, found.module, found.name, depth) : null;
  }

  /** What a module hands on as a type under a name, through its re-exports. */
  private exported(from: Mod, specifier: string, name: string, depth: number): Declared | null {
    const module = depth > MAXIMUM_DEPTH ? null : this.program.resolve(from, specifier);
    if (!module) return null;
    const { typeExports, exports } = module.facts;
    for (const one of typeExports) {
      if (one.name !== name) continue;
      if (one.from) return this.exported(module, one.from.module, one.from.name, depth + 1);
      if (one.local === null) continue;
      const own = this.own(module, one.local);
      if (own) return own;
      const imported = module.facts.imports.find(({ binding }) => binding !== null && module.binding(binding)?.name === one.local);
      if (imported?.binding != null) return this.imported(module, imported.binding, depth + 1);
    }
    for (const one of [...typeExports, ...exports]) {
      if (one.name !== "*" || !one.from) continue;
      const found = this.exported(module, one.from.module, name, depth + 1);
      if (found) return found;
    }
    return null;
  }
}

function above(one: Declared, seen = new Set<Declared>()): Declared[] {
  return one.bases.flatMap((base) => {
    if (seen.has(base)) return [];
    seen.add(base);
    return [base, ...above(base, seen)];
  });
}

/** Whether the class or one above it is among those. */
function reaches(cls: Cls, those: ReadonlySet<Cls>, seen = new Set<Cls>()): boolean {
  if (those.has(cls)) return true;
  if (seen.has(cls)) return false;
  seen.add(cls);
  return cls.bases.some((base) => reaches(base, those, seen));
}

function allBelow(cls: Cls, seen = new Set<Cls>()): Cls[] {
  return cls.subclasses.flatMap((below) => {
    if (seen.has(below)) return [];
    seen.add(below);
    return [below, ...allBelow(below, seen)];
  });
}

/** How many classes of the family say what a method does. */
function bodiesOf(cls: Cls, name: string): number {
  const own = cls.method(name) ?? (cls.facts.fields.some((field) => field.name === name) ? cls : null);
  const below = cls.implementations(name).filter((fn) => !isTestFile(fn.module.path));
  return (own ? 1 : 0) + below.length;
}

function namesOf(cls: Cls, seen = new Set<Cls>()): Set<string> {
  if (seen.has(cls)) return new Set();
  seen.add(cls);
  return new Set([...cls.facts.methods.map(({ name }) => name), ...cls.facts.fields.map(({ name }) => name), ...cls.bases.flatMap((base) => [...namesOf(base, seen)])]);
}
