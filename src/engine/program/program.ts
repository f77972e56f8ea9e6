/**
 * The linked program: every module's facts with the indexes that the analyses ask. Building it is linear in the code;
 * whatever costs more is computed when first asked and remembered.
 *
 * Identity: a function, class or binding is known by its module and number. Text keys (`Ref.key`) are made of both, so
 * that they compare across modules.
 */
import type {
  Binding, BindingId, Block, BlockId, Call, ClassFacts, ClassId, ClassRef, FunctionFacts, FunctionId, Instruction, ModuleFacts, Place,
  Terminator, ValueId,
} from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import { NO_LAYOUT, type Layout, type Package } from "./layout.js";
import { ModuleResolver } from "./link.js";
import { parentFolders } from "./module-paths.js";

export { successorsOf } from "./blocks.js";

/** Where an instruction stands. */
export interface Site<I extends Instruction = Instruction> {
  fn: Fn;
  block: BlockId;
  index: number;
  instruction: I;
}

/** A value stored somewhere, with the function that stored it. */
export interface Stored {
  fn: Fn;
  value: ValueId;
  site: Site<Extract<Instruction, { op: "store" }>>;
}

/** What a value is used by: an instruction or the end of a block. */
export type Use = { kind: "instruction"; site: Site } | { kind: "end"; block: BlockId; end: Terminator };

/** One function with its definitions and uses. */
export class Fn {
  private definitions: Site[] | null = null;
  private useLists: Map<ValueId, Use[]> | null = null;
  private callList: readonly Site<Call>[] | null = null;
  /** It never runs (see engine/contexts/unrun.ts): what it would do counts for nothing. */
  isIdle = false;
  /** Whoever calls it does not get what it returns: what it returns is lost. */
  losesResult = false;

  constructor(readonly module: Mod, readonly id: FunctionId, readonly facts: FunctionFacts) {}

  get key(): string {
    return `${String(this.module.index)}:${String(this.id)}`;
  }

  get parent(): Fn | null {
    return this.facts.parent === null ? null : this.module.fn(this.facts.parent);
  }

  get cls(): Cls | null {
    return this.facts.class === null ? null : this.module.cls(this.facts.class);
  }

  block(id: BlockId): Block | undefined {
    return this.facts.blocks[id];
  }

  /** The instruction that defines a value; undefined for an id that nothing defines. */
  definition(value: ValueId): Site | undefined {
    this.definitions ??= this.indexDefinitions();
    return this.definitions[value];
  }

  uses(value: ValueId): readonly Use[] {
    this.useLists ??= this.indexUses();
    return this.useLists.get(value) ?? [];
  }

  /** All instructions, block by block. */
  *sites(): Generator<Site> {
    if (this.isIdle) return;
    for (const [block, { instructions }] of this.facts.blocks.entries()) {
      for (const [index, instruction] of instructions.entries()) yield { fn: this, block, index, instruction };
    }
  }

  /** The calls among them, listed once: for what asks them again and again. */
  calls(): readonly Site<Call>[] {
    return this.isIdle ? [] : (this.callList ??= [...this.sites()].filter((site): site is Site<Call> => site.instruction.op === "call"));
  }

  private indexDefinitions(): Site[] {
    const definitions: Site[] = [];
    for (const site of this.sites()) {
      if ("out" in site.instruction) definitions[site.instruction.out] = site;
    }
    return definitions;
  }

  private indexUses(): Map<ValueId, Use[]> {
    const uses = new Map<ValueId, Use[]>();
    const add = (value: ValueId, use: Use): void => {
      const list = uses.get(value);
      if (list) list.push(use);
      else uses.set(value, [use]);
    };
    for (const site of this.sites()) {
      for (const value of inputs(site.instruction)) add(value, { kind: "instruction", site });
    }
    for (const [block, { end }] of this.facts.blocks.entries()) {
      if (end.kind !== "return" || !this.losesResult) for (const value of endInputs(end)) add(value, { kind: "end", block, end });
    }
    return uses;
  }
}

export class Cls {
  /** Bases that are classes of the program. */
  bases: Cls[] = [];
  subclasses: Cls[] = [];
  /** Import-resolved paths of bases outside the program. */
  outside: string[] = [];
  /** A base that is neither: nothing is known of it. */
  unknownBase = false;
  private relatedClasses: Cls[] | null = null;

  constructor(readonly module: Mod, readonly id: ClassId, readonly facts: ClassFacts) {}

  get name(): string {
    return this.facts.name;
  }

  get typeName(): string {
    return `class:${String(this.module.index)}:${String(this.id)}`;
  }

  /** This class, its bases and its subclasses, each once, nearest first. */
  get related(): readonly Cls[] {
    if (this.relatedClasses) return this.relatedClasses;
    const seen = new Set<Cls>([this]);
    const visit = (cls: Cls, next: (of: Cls) => Cls[]): void => {
      for (const other of next(cls)) {
        if (seen.has(other)) continue;
        seen.add(other);
        visit(other, next);
      }
    };
    visit(this, (cls) => cls.bases);
    visit(this, (cls) => cls.subclasses);
    return (this.relatedClasses = [...seen]);
  }

  /** The topmost known base: fields of one family share their keys. */
  get family(): Cls {
    const seen = new Set<Cls>();
    let top: Cls = this; // eslint-disable-line @typescript-eslint/no-this-alias -- walks up from here
    while (top.bases[0] && !seen.has(top)) {
      seen.add(top);
      top = top.bases[0];
    }
    return top;
  }

  /** A method by name: own first, then bases. */
  method(name: string, seen = new Set<Cls>()): Fn | null {
    if (seen.has(this)) return null;
    seen.add(this);
    const own = this.facts.methods.find((method) => method.name === name);
    if (own) return this.module.fn(own.function);
    for (const base of this.bases) {
      const inherited = base.method(name, seen);
      if (inherited) return inherited;
    }
    return null;
  }

  /** The method of that name of each class below this one that has its own. */
  implementations(name: string, seen = new Set<Cls>()): Fn[] {
    return this.subclasses.flatMap((cls) => {
      if (seen.has(cls)) return [];
      seen.add(cls);
      const own = cls.facts.methods.find((one) => one.name === name);
      const fn = own && cls.module.fn(own.function);
      return [...fn ? [fn] : [], ...cls.implementations(name, seen)];
    });
  }

  /** All methods of this class, its bases and subclasses. */
  get methods(): Fn[] {
    return this.related.flatMap((cls) => cls.facts.methods.flatMap((method) => cls.module.fn(method.function) ?? []));
  }

  /** Functions in which `this` is this very class: methods, initialisers, and functions nested in them. */
  get functions(): Fn[] {
    return this.module.functionsOfClass.get(this.id) ?? [];
  }
}

/** One module with its functions and stores by binding. */
export class Mod {
  readonly functions: Fn[];
  readonly classes: Cls[];
  readonly functionsOfClass = new Map<ClassId, Fn[]>();
  /** Everything that is stored in a binding, from any function. */
  readonly bindingStores = new Map<BindingId, Stored[]>();
  readonly nested = new Map<FunctionId, Fn[]>();

  constructor(readonly index: number, readonly facts: ModuleFacts, readonly text: string) {
    this.functions = facts.functions.map((one, id) => new Fn(this, id, one));
    this.classes = facts.classes.map((one, id) => new Cls(this, id, one));
    for (const fn of this.functions) {
      if (fn.facts.class !== null) push(this.functionsOfClass, fn.facts.class, fn);
      if (fn.facts.parent !== null) push(this.nested, fn.facts.parent, fn);
      for (const site of fn.sites()) {
        const { instruction } = site;
        if (instruction.op === "store" && instruction.place.kind === "binding") {
          push(this.bindingStores, instruction.place.binding, { fn, value: instruction.value, site: site as Stored["site"] });
        }
      }
    }
  }

  get path(): string {
    return this.facts.path;
  }

  fn(id: FunctionId): Fn | null {
    return this.functions[id] ?? null;
  }

  cls(id: ClassId): Cls | null {
    return this.classes[id] ?? null;
  }

  binding(id: BindingId): Binding | undefined {
    return this.facts.bindings[id];
  }
}

/** Where a name leads after following imports through the program. */
export type Target =
  | { kind: "binding"; module: Mod; binding: BindingId }
  | { kind: "module"; module: Mod }
  | { kind: "outside"; path: string };

export class Program {
  readonly modules: Mod[];
  private readonly resolver: ModuleResolver;
  private readonly importTargets = new Map<string, Target | null>();
  private readonly byPath: ReadonlyMap<string, Mod>;

  constructor(files: readonly { facts: ModuleFacts; text: string }[], private readonly layout: Layout = NO_LAYOUT) {
    this.modules = files.map((file, index) => new Mod(index, file.facts, file.text));
    this.byPath = new Map(this.modules.map((module) => [module.path, module]));
    this.resolver = new ModuleResolver(this.modules, layout);
    for (const cls of this.classes()) this.linkBases(cls);
  }

  *functions(): Generator<Fn> {
    for (const module of this.modules) yield* module.functions;
  }

  *classes(): Generator<Cls> {
    for (const module of this.modules) yield* module.classes;
  }

  module(path: string): Mod | undefined {
    return this.byPath.get(path);
  }

  /** The module of the program that an import names, if there is one. */
  resolve(from: Mod, specifier: string): Mod | null {
    return this.resolver.resolve(from, specifier);
  }

  /** The packages that the file lies in, the nearest first, as far as manifests were read. */
  packagesOf({ path }: Mod): Package[] {
    return parentFolders(path).flatMap((folder) => this.layout.packages.get(folder) ?? []);
  }

  /** What an import binding stands for, through re-exports; null where the module is not part of the program. "outside": one of the program hands it on. */
  importTarget(module: Mod, binding: BindingId): Target | null {
    const key = `${String(module.index)}:${String(binding)}`;
    const known = this.importTargets.get(key);
    if (known !== undefined) return known;
    this.importTargets.set(key, null); // A cycle of re-exports ends here.
    const found = module.facts.imports.find((one) => one.binding === binding);
    const target = found ? this.exported(module, found.module, found.name, 0) : null;
    this.importTargets.set(key, target);
    return target;
  }

  /** What `name` of `specifier` is, as imported from `from`. */
  exported(from: Mod, specifier: string, name: string | null, depth: number): Target | null {
    const module = this.resolver.resolve(from, specifier);
    if (!module) {
      // `from package import module`
      const inner = name === null || name === "*" ? null : this.resolver.resolveInner(from, specifier, name);
      return inner ? { kind: "module", module: inner } : null;
    }
    if (name === null) return { kind: "module", module };
    const found = this.exportOf(module, name, depth);
    if (found) return found;
    const inner = this.resolver.resolveInner(from, specifier, name);
    return inner ? { kind: "module", module: inner } : null;
  }

  /** What a module exports under a name, through its re-exports. */
  exportOf(module: Mod, name: string, depth = 0): Target | null {
    if (depth > 8) return null;
    const { facts } = module;
    if (facts.language === "python") {
      const id = facts.bindings.findIndex((binding) => binding.owner === 0 && binding.name === name);
      const binding = facts.bindings[id];
      if (binding?.kind === "import") return this.importTarget(module, id) ?? this.outside(module, facts.imports.find((one) => one.binding === id));
      if (binding) return { kind: "binding", module, binding: id };
      for (const star of facts.imports) {
        if (star.name !== "*") continue;
        const target = this.exported(module, star.module, name, depth + 1);
        if (target) return target;
      }
      return null;
    }
    for (const one of facts.exports) {
      if (one.name !== name) continue;
      if (one.from) {
        const name = one.from.name === "*" ? null : one.from.name;
        return this.exported(module, one.from.module, name, depth + 1) ?? this.outside(module, { module: one.from.module, name });
      }
      if (one.binding !== null) {
        return module.binding(one.binding)?.kind === "import"
          ? this.importTarget(module, one.binding) ?? this.outside(module, facts.imports.find(({ binding }) => binding === one.binding))
          : { kind: "binding", module, binding: one.binding };
      }
    }
    for (const one of facts.exports) {
      if (one.name !== "*" || !one.from) continue;
      const target = this.exported(module, one.from.module, name, depth + 1);
      if (target) return target;
    }
    // The default import of a CommonJS module is all of it.
    return name === "default" && facts.exports.some((one) => one.name === "=") ? { kind: "module", module } : null;
  }

  /** What a module of the program hands on that it has from outside: its own `from asyncio import ensure_future`. */
  private outside(module: Mod, imported: { module: string; name: string | null } | undefined): Target | null {
    if (!imported || imported.name === "*" || imported.module.startsWith(".") || this.resolver.resolve(module, imported.module)) return null;
    if (imported.name === null) return { kind: "outside", path: imported.module };
    return this.resolver.resolveInner(module, imported.module, imported.name) ? null : { kind: "outside", path: `${imported.module}.${imported.name}` };
  }

  /** What calling a whole module calls: CommonJS's `module.exports = function () {}`. */
  private wholeOf(target: Target | null): Target | null {
    return target?.kind === "module" ? this.exportOf(target.module, "=") : target;
  }

  /** The class that a reference names, if it is one of the program's. */
  classOf(module: Mod, reference: Pick<ClassRef, "binding" | "path">): Cls | null {
    if (reference.binding !== null) return this.classOfBinding(module, reference.binding);
    // `from . import parts`, `class Whole(parts.Part)`: a member of a module.
    const dot = reference.path?.lastIndexOf(".") ?? -1;
    const target = reference.path === null || dot <= 0 ? null : this.exported(module, reference.path.slice(0, dot), reference.path.slice(dot + 1), 0);
    return target?.kind === "binding" ? this.classOfBinding(target.module, target.binding) : null;
  }

  classOfBinding(module: Mod, id: BindingId): Cls | null {
    const binding = module.binding(id);
    if (!binding) return null;
    if (binding.class !== null) return module.cls(binding.class);
    if (binding.kind !== "import") return null;
    const target = this.wholeOf(this.importTarget(module, id));
    return target?.kind === "binding" ? this.classOfBinding(target.module, target.binding) : null;
  }

  functionOfBinding(module: Mod, id: BindingId): Fn | null {
    const binding = module.binding(id);
    if (!binding) return null;
    if (binding.function !== null) return module.fn(binding.function);
    if (binding.kind === "import") {
      const target = this.wholeOf(this.importTarget(module, id));
      return target?.kind === "binding" ? this.functionOfBinding(target.module, target.binding) : null;
    }
    const stores = module.bindingStores.get(id) ?? [];
    const only = stores.length === 1 ? stores[0] : undefined;
    const made = only?.fn.definition(only.value)?.instruction;
    return made?.op === "closure" ? module.fn(made.function) : null;
  }

  private linkBases(cls: Cls): void {
    for (const reference of [...cls.facts.bases, ...cls.facts.interfaces]) {
      const base = this.classOf(cls.module, reference);
      if (base && base !== cls) {
        cls.bases.push(base);
        base.subclasses.push(cls);
      } else if (reference.path !== null) {
        cls.outside.push(reference.path);
      } else if (!cls.facts.interfaces.includes(reference)) {
        cls.unknownBase = true;
      }
    }
  }
}

/** The values an instruction reads. */
export function inputs(instruction: Instruction): ValueId[] {
  switch (instruction.op) {
    case "constant": case "closure": case "class": case "caught": return [];
    case "load": case "delete": return placeInputs(instruction.place);
    case "store": return [...placeInputs(instruction.place), instruction.value];
    case "call": return callInputs(instruction);
    case "collection": return instruction.elements.flatMap((one) => (one.key === null ? [one.value] : [one.key, one.value]));
    case "await": case "enter": case "exit": case "next": return [instruction.value];
    case "yield": return instruction.value === null ? [] : [instruction.value];
    case "operation": return instruction.inputs;
  }
}

function callInputs(call: Call): ValueId[] {
  const values = call.args.map((argument) => argument.value);
  if (call.receiver !== null) values.unshift(call.receiver);
  if (call.callee !== null) values.unshift(call.callee);
  return values;
}

function placeInputs(place: Place): ValueId[] {
  if (place.kind === "field") return [place.object];
  if (place.kind === "index") return [place.object, place.key];
  return [];
}

/** The values that a block's end reads. */
export function endInputs(end: Terminator): ValueId[] {
  switch (end.kind) {
    case "return": case "raise": return end.value === null ? [] : [end.value];
    case "branch": {
      const { test } = end;
      switch (test.kind) {
        case "truthy": case "none": case "instance": return [test.value];
        case "equal": case "compare": return [test.left, test.right];
        case "in": return [test.item, test.container];
        case "more": return [test.iterated];
        case "unknown": return [];
      }
    }
    // falls through: every test kind returned
    case "jump": case "catch": case "rethrow": case "unreachable": return [];
  }
}

/** Whether `inner` lies in `outer`. */
export function contains(outer: Span, inner: Span): boolean {
  return outer[0] <= inner[0] && inner[1] <= outer[1];
}

export function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** The method or function that a closure is written in, at any depth. */
export function topOf(fn: Fn): Fn {
  let top = fn;
  while (top.parent && top.parent.facts.kind !== "module" && top.parent.facts.kind !== "class-body") top = top.parent;
  return top;
}
