/**
 * Containers that only grow: where each is made and how long it lives, what puts things in, what takes things out, and
 * whether anything bounds it.
 *
 * A container counts when everything that is ever stored under its name is a fresh collection (so nobody else holds it
 * under another name), it lives longer than what is put in, and nothing in the program shrinks, caps or replaces it. A
 * container given to a function nobody can read is left alone.
 */
import type { ContainerMethods, ContainerType } from "../catalog/types.js";
import type { BlockId, Test, ValueId } from "../model/facts.js";
import type { Span } from "../model/span.js";
import { argumentIs } from "./api.js";
import type { Api } from "./api.js";
import type { Context, Contexts } from "./contexts.js";
import type { Holders } from "./holders.js";
import type { Cls, Fn, Program, Site, Stored } from "./program.js";
import type { Ref, Refs } from "./refs.js";
import type { Types } from "./types.js";

/** A statement that puts something in. */
export interface GrowSite {
  fn: Fn;
  site: Site;
  at: Span;
  context: Context;
  key: ValueId | null;
  value: ValueId | null;
  /** The same function looks the key up first: a cache filled on a miss. */
  memo: boolean;
  /** Reading inserts (defaultdict). */
  byReading: boolean;
}

export interface Container {
  ref: Ref;
  name: string;
  made: { fn: Fn; at: Span };
  /** The expression that makes it. */
  makeAt: Span;
  shape: ContainerType["shape"];
  /** "process": module level or a class attribute. "instance": a field. "closure": a variable kept by closures. */
  life: "process" | "instance" | "closure";
  cls: Cls | null;
  growth: GrowSite[];
  /** Something asks for single keys: it is used as a lookup. */
  lookedUp: boolean;
  /** The elements are called or have methods called on: a registry of behaviour. */
  elementsCalled: boolean;
}

interface Operations {
  receivers: Site[];
  indexStores: Site[];
  indexLoads: Site[];
  deletes: Site[];
  fieldLoads: Site[];
  fieldStores: Site[];
  tests: { fn: Fn; block: BlockId; test: Test }[];
}

export class Containers {
  private list: Container[] | null = null;
  private readonly operations = new Map<string, Operations>();

  constructor(
    private readonly program: Program, private readonly refs: Refs, private readonly types: Types, private readonly api: Api,
    private readonly contexts: Contexts, private readonly holders: Holders,
  ) {}

  /** Every container that grows and that nothing shrinks or bounds. */
  all(): readonly Container[] {
    return (this.list ??= [...this.compute()]);
  }

  private *compute(): Generator<Container> {
    const candidates = this.candidates();
    if (candidates.length === 0) return;
    this.indexOperations();
    for (const { ref, stores, life, cls, name } of candidates) {
      const container = this.judge(ref, stores, life, cls, name);
      if (container) yield container;
    }
  }

  private candidates(): { ref: Ref; stores: Stored[]; life: Container["life"]; cls: Cls | null; name: string }[] {
    const found: { ref: Ref; stores: Stored[]; life: Container["life"]; cls: Cls | null; name: string }[] = [];
    for (const module of this.program.modules) {
      const [top] = module.functions;
      if (!top || this.contexts.isTest(top)) continue;
      for (const [id, stores] of module.bindingStores) {
        const binding = module.binding(id);
        if (!binding || binding.kind !== "variable") continue;
        const isModule = binding.owner === 0;
        if (!isModule && !binding.captured) continue;
        if (!stores.some((store) => this.creation(store) !== null)) continue;
        found.push({ ref: this.refs.ofBinding(module, id), stores, life: isModule ? "process" : "closure", cls: null, name: binding.name });
      }
    }
    for (const [key, stores] of this.types.fieldStores) {
      const [first] = stores;
      if (!first || this.contexts.isTest(first.fn)) continue;
      const { place } = first.site.instruction as { place: import("../model/facts.js").Place };
      const ref = place.kind === "field" ? this.refs.field(this.refs.of(first.fn, place.object), place.name) : place.kind === "static" ? this.staticRef(first.fn, place) : null;
      if (!ref || ref.key !== key || ref.root.kind !== "this" || ref.fields.length !== 1) continue;
      if (!stores.some((store) => this.creation(store) !== null)) continue;
      const isStatic = stores.every((store) => store.fn.facts.kind === "class-body" || store.fn.facts.kind === "module");
      found.push({ ref, stores, life: isStatic ? "process" : "instance", cls: first.fn.cls ?? ref.root.cls, name: ref.fields[0] ?? "" });
    }
    return found;
  }

  private staticRef(fn: Fn, place: { class: number; name: string }): Ref | null {
    const cls = fn.module.cls(place.class);
    return cls ? this.refs.ofField(cls, place.name) : null;
  }

  /** The kind of container that a stored value is when it is made on the spot. */
  private creation(store: Stored): ContainerType | null {
    const definition = store.fn.definition(store.value)?.instruction;
    if (definition?.op === "collection") return this.api.containers.get(`literal:${definition.shape}`) ?? null;
    if (definition?.op !== "call" || definition.path === null) return null;
    const type = this.api.containers.get(this.types.pathAlias(definition.path)) ?? null;
    if (type?.boundedBy?.some((argument) => argumentIs(store.fn, definition, argument, "not-none", this.types)) === true) return { ...type, bound: "bounded" };
    return type;
  }

  private indexOperations(): void {
    const of = (key: string): Operations => {
      let found = this.operations.get(key);
      if (!found) this.operations.set(key, (found = { receivers: [], indexStores: [], indexLoads: [], deletes: [], fieldLoads: [], fieldStores: [], tests: [] }));
      return found;
    };
    for (const fn of this.program.functions()) {
      for (const site of fn.sites()) {
        const { instruction } = site;
        switch (instruction.op) {
          case "call":
            if (instruction.receiver !== null) of(this.refs.of(fn, instruction.receiver).key).receivers.push(site);
            break;
          case "store": case "load": case "delete": {
            const { place } = instruction;
            if (place.kind === "index") {
              const operations = of(this.refs.of(fn, place.object).key);
              (instruction.op === "store" ? operations.indexStores : instruction.op === "load" ? operations.indexLoads : operations.deletes).push(site);
            } else if (place.kind === "field") {
              const operations = of(this.refs.of(fn, place.object).key);
              // `delete map.key` and `map.key = v` on an object used as a map.
              (instruction.op === "store" ? operations.fieldStores : instruction.op === "load" ? operations.fieldLoads : operations.deletes).push(site);
            }
            break;
          }
          default: break;
        }
      }
      for (const [block, { end }] of fn.facts.blocks.entries()) {
        if (end.kind !== "branch") continue;
        if (end.test.kind === "in") of(this.refs.of(fn, end.test.container).key).tests.push({ fn, block, test: end.test });
      }
    }
  }

  private judge(ref: Ref, stores: readonly Stored[], life: Container["life"], cls: Cls | null, name: string): Container | null {
    const creations = stores.map((store) => ({ store, type: this.creation(store) }));
    const made = creations.find((one) => one.type !== null);
    if (!made?.type) return null;
    // Something else is stored too, or it is replaced after it was made: a reset, or a container that others know.
    if (creations.some((one) => one.type === null ? !isEmptyish(one.store) : one.type.bound !== "unbounded")) return null;
    if (creations.filter((one) => one.type !== null).some((one) => !isSetUp(one.store.fn, made.store.fn))) return null;
    if (creations.some((one) => one.store.site.instruction.op === "store" && one.store.site.instruction.augmented)) return null;
    const operations = this.operations.get(ref.key);
    if (!operations) return null;
    const methods = this.api.containerMethods.get(made.type.shape);
    if (!methods) return null;
    if (this.shrinks(operations, methods, ref) || this.isBounded(ref, methods) || this.isShared(ref)) return null;
    const growth = this.growthOf(operations, methods, made.type);
    if (growth.length === 0) return null;
    return {
      ref, name, life, cls, growth, shape: made.type.shape,
      made: { fn: made.store.fn, at: made.store.site.instruction.at },
      makeAt: made.store.fn.definition(made.store.value)?.instruction.at ?? made.store.site.instruction.at,
      lookedUp: operations.indexLoads.length > 0 || operations.tests.length > 0 || operations.receivers.some((site) => site.instruction.op === "call" && methods.reads.includes(site.instruction.method ?? "")),
      elementsCalled: this.elementsCalled(ref),
    };
  }

  private shrinks(operations: Operations, methods: ContainerMethods, ref: Ref): boolean {
    if (operations.deletes.length > 0) return true;
    if (operations.fieldStores.some((site) => site.instruction.op === "store" && site.instruction.place.kind === "field" && methods.size.includes(site.instruction.place.name))) return true;
    if (operations.receivers.some((site) => site.instruction.op === "call" && methods.shrink.includes(site.instruction.method ?? ""))) return true;
    // x[:] = … replaces the contents; x[k] = None / undefined gives the value back but not the key.
    return operations.indexStores.some((site) => {
      if (site.instruction.op !== "store" || site.instruction.place.kind !== "index") return false;
      const key = site.fn.definition(site.instruction.place.key)?.instruction;
      return key?.op === "operation" && key.operator === "slice";
    }) || this.holders.usesOf(`${ref.key}.prototype`).length > 0;
  }

  /** Its size is compared with something. */
  private isBounded(ref: Ref, methods: ContainerMethods): boolean {
    const isSize = (fn: Fn, value: ValueId, depth = 0): boolean => {
      const definition = fn.definition(value)?.instruction;
      if (!definition || depth > 3) return false;
      if (definition.op === "load" && definition.place.kind === "field") return methods.size.includes(definition.place.name) && this.refs.of(fn, definition.place.object).key === ref.key;
      if (definition.op === "load" && definition.place.kind === "binding") {
        const stores = fn.module.bindingStores.get(definition.place.binding) ?? [];
        const [only] = stores;
        return stores.length === 1 && only !== undefined && isSize(only.fn, only.value, depth + 1);
      }
      if (definition.op === "call") {
        if (definition.path === "len" && definition.args[0]) return this.refs.of(fn, definition.args[0].value).key === ref.key;
        return definition.receiver !== null && methods.size.includes(definition.method ?? "") && this.refs.of(fn, definition.receiver).key === ref.key;
      }
      return definition.op === "operation" && definition.inputs.some((input) => isSize(fn, input, depth + 1));
    };
    for (const fn of this.relatedFunctions(ref)) {
      for (const { end } of fn.facts.blocks) {
        if (end.kind !== "branch") continue;
        if (end.test.kind === "compare" && (isSize(fn, end.test.left) || isSize(fn, end.test.right))) return true;
        if (end.test.kind === "equal" && (isSize(fn, end.test.left) || isSize(fn, end.test.right))) return true;
      }
    }
    return false;
  }

  /** Functions that can name the container: those of its class family, or of its module. */
  private relatedFunctions(ref: Ref): readonly Fn[] {
    const { root } = ref;
    if (root.kind === "this") return root.cls.related.flatMap((cls) => cls.functions);
    if (root.kind === "binding") return root.module.functions;
    return [];
  }

  /** Given to a function that may do anything with it. */
  private isShared(ref: Ref): boolean {
    for (const use of this.holders.usesOf(ref.key)) {
      if (use.as !== "argument") continue;
      const { fn, instruction: call } = use.site;
      if (this.api.borrows.has(fn, call, this.types) || this.api.safe.has(fn, call, this.types)) continue;
      if (call.method !== null && call.receiver !== null && this.isReading(call.method)) continue;
      return true;
    }
    return this.holders.isReturned(ref) && ref.root.kind === "this";
  }

  private isReading(method: string): boolean {
    return [...this.api.containerMethods.values()].some((methods) => methods.reads.includes(method)) || method === "join" || method === "format";
  }

  private growthOf(operations: Operations, methods: ContainerMethods, type: ContainerType): GrowSite[] {
    const growth: GrowSite[] = [];
    const add = (site: Site, key: ValueId | null, value: ValueId | null, byReading: boolean): void => {
      const { fn } = site;
      if (growth.some((one) => one.at[0] === site.instruction.at[0] && one.fn === fn)) return;
      const context = this.contexts.at(fn, site.block);
      if (context.kind === "once" || context.kind === "test") return;
      if (key !== null && this.isClosedKey(fn, key)) return;
      growth.push({ fn, site, at: site.instruction.at, context, key, value, memo: key !== null && this.looksUpFirst(fn, operations, methods, key), byReading });
    };
    for (const site of operations.receivers) {
      if (site.instruction.op !== "call" || site.instruction.method === null) continue;
      const spec = methods.grow[site.instruction.method];
      if (!spec) continue;
      const key = spec.key === undefined ? null : site.instruction.args[spec.key]?.value ?? null;
      const value = spec.value === undefined ? null : site.instruction.args[spec.value]?.value ?? null;
      if (value !== null && spec.key === undefined && this.isConstant(site.fn, value)) continue;
      add(site, key, value, false);
    }
    if (type.shape === "mapping") {
      for (const site of operations.indexStores) {
        if (site.instruction.op === "store" && site.instruction.place.kind === "index" && !site.instruction.augmented) add(site, site.instruction.place.key, site.instruction.value, false);
      }
      if (type.insertsOnRead === true) {
        for (const site of operations.indexLoads) if (site.instruction.op === "load" && site.instruction.place.kind === "index") add(site, site.instruction.place.key, null, true);
      }
    }
    return growth;
  }

  private isConstant(fn: Fn, value: ValueId): boolean {
    return fn.definition(value)?.instruction.op === "constant";
  }

  /** Keys that can only take a few values: constants, members of an enum, booleans, elements of a constant. */
  private isClosedKey(fn: Fn, key: ValueId): boolean {
    const definition = fn.definition(key)?.instruction;
    if (definition?.op === "constant") return true;
    const types = this.types.of(fn, key);
    if (types.length > 0 && types.every((type) => type === "boolean" || type === "bool" || type === "literal" || this.isEnum(type))) return true;
    if (definition?.op === "load" && definition.place.kind === "field") {
      const base = this.refs.of(fn, key);
      if (base.root.kind === "import" || base.root.kind === "this" && base.fields.length === 1 && this.isEnum(base.root.cls.typeName)) return true;
    }
    // type(x), x.constructor: as many as there are classes.
    if (definition?.op === "call" && (definition.path === "type" || definition.path === "os.getpid")) return true;
    if (definition?.op === "load" && definition.place.kind === "field" && (definition.place.name === "__class__" || definition.place.name === "constructor" || definition.place.name === "__name__")) return true;
    if (definition?.op === "load" && definition.place.kind === "binding") {
      const stores = fn.module.bindingStores.get(definition.place.binding) ?? [];
      return stores.length > 0 && stores.every((store) => {
        const stored = store.fn.definition(store.value)?.instruction;
        if (stored?.op === "next") return this.isConstantCollection(store.fn, stored.value);
        return stored !== undefined && stored.op !== "load" && this.isClosedKey(store.fn, store.value);
      });
    }
    return false;
  }

  private isEnum(type: string): boolean {
    return this.types.isA(type, "enum.Enum") || this.types.isA(type, "enum.IntEnum") || this.types.isA(type, "enum.StrEnum");
  }

  private isConstantCollection(fn: Fn, value: ValueId): boolean {
    const definition = fn.definition(value)?.instruction;
    if (definition?.op === "collection") return definition.elements.every((element) => !element.spread && this.isConstant(fn, element.value));
    if (definition?.op === "load" && definition.place.kind === "binding") {
      const stores = fn.module.bindingStores.get(definition.place.binding) ?? [];
      return stores.length === 1 && stores.every((store) => this.isConstantCollection(store.fn, store.value));
    }
    return false;
  }

  private looksUpFirst(fn: Fn, operations: Operations, methods: ContainerMethods, key: ValueId): boolean {
    const wanted = this.refs.of(fn, key).key;
    const scope = new Set([fn, fn.parent]);
    const same = (site: { fn: Fn }, value: ValueId): boolean => scope.has(site.fn) && this.refs.of(site.fn, value).key === wanted;
    return operations.tests.some((one) => one.test.kind === "in" && same(one, one.test.item))
      || operations.indexLoads.some((site) => site.instruction.op === "load" && site.instruction.place.kind === "index" && same(site, site.instruction.place.key))
      || operations.receivers.some((site) => site.instruction.op === "call" && methods.reads.includes(site.instruction.method ?? "") && site.instruction.args[0] !== undefined && same(site, site.instruction.args[0].value));
  }

  private elementsCalled(ref: Ref): boolean {
    for (const key of [`${ref.key}.[]`, `${ref.key}.[].[]`]) {
      if (this.holders.usesOf(key).some((use) => use.as === "callee")) return true;
    }
    return false;
  }
}

/** Stores besides the making that say nothing: None before the first use. */
function isEmptyish(store: Stored): boolean {
  const definition = store.fn.definition(store.value)?.instruction;
  return definition?.op === "constant";
}

/** Making it in another function than the first, or outside set-up code, is a reset. */
function isSetUp(fn: Fn, first: Fn): boolean {
  if (fn !== first) return false;
  const { kind, name } = fn.facts;
  return kind === "module" || kind === "class-body" || kind === "constructor" || kind === "initializer" || name === "__init__" || name === "__new__" || kind === "function" || kind === "lambda" || kind === "method";
}

