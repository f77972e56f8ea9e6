/**
 * Names under which a fresh collection is stored, and nothing else: variables, fields, attributes of functions, default
 * arguments, entries of a module's constant table.
 */
import type { ContainerType } from "../../catalog/types.js";
import type { Call, Parameter, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import { argumentValue } from "../program/api.js";
import type { Api } from "../program/api.js";
import { constantText } from "../program/constants.js";
import type { ContainerSites } from "./container-sites.js";
import type { Contexts } from "../contexts/contexts.js";
import type { GrowthWords } from "../program/growth-words.js";
import type { Cls, Fn, Mod, Program, Stored } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";
import type { Types } from "../program/types.js";

export interface Candidate {
  ref: Ref;
  name: string;
  type: ContainerType;
  /** "process": module level, a class or function attribute, a default argument. "instance": a field. "closure": a variable kept by closures. */
  life: "process" | "instance" | "closure";
  cls: Cls | null;
  made: { fn: Fn; at: Span };
  makeAt: Span;
  /** All stores that put a fresh one there, if each is in an ordinary function. */
  anew: Stored[];
  /** Stores that replace it by an empty one, or by none. */
  resets: Stored[];
  /** Stores that replace it by itself and more: `x = [...x, y]`, `x += [y]`. */
  growing: Stored[];
}

type Life = Pick<Candidate, "ref" | "name" | "life" | "cls">;

export class ContainerMakers {
  constructor(
    private readonly program: Program, private readonly refs: Refs, private readonly types: Types, private readonly api: Api,
    private readonly contexts: Contexts, private readonly words: GrowthWords, private readonly sites: ContainerSites,
  ) {}

  candidates(): Candidate[] {
    const found: Candidate[] = [];
    const add = (life: Life, stores: readonly Stored[]): void => {
      const candidate = this.candidate(life, stores);
      if (candidate) found.push(candidate);
    };
    for (const module of this.program.modules) {
      const [top] = module.functions;
      if (!top || this.contexts.isTest(top)) continue;
      for (const [id, stores] of module.bindingStores) {
        const binding = module.binding(id);
        if (binding?.kind !== "variable") continue;
        const isModule = binding.owner === 0;
        if (!isModule && !binding.captured) continue;
        const ref = this.refs.ofBinding(module, id);
        // `module.name = []` in another module assigns it, too.
        add({ ref, life: isModule ? "process" : "closure", cls: null, name: binding.name }, [...stores, ...this.types.fieldStores.get(ref.key) ?? []]);
        if (isModule) for (const inner of this.entries(ref, stores)) add({ ref: inner.ref, life: "process", cls: null, name: `${binding.name}.${inner.name}` }, [inner.store]);
        if (isModule) add({ ref: this.refs.field(ref, "[]"), life: "process", cls: null, name: `${binding.name}[…]` }, this.tables(ref, stores));
      }
      for (const fn of module.functions) for (const parameter of fn.facts.parameters) found.push(...this.defaultArgument(module, fn, parameter));
    }
    for (const [key, stores] of this.types.fieldStores) {
      const [first] = stores;
      if (!first || this.contexts.isTest(first.fn)) continue;
      const ref = this.refOfStore(first);
      if (ref?.key !== key || ref.fields.length !== 1) continue;
      const name = ref.fields[0] ?? "";
      if (ref.root.kind === "closure" && ref.root.fn.parent?.facts.kind === "module") {
        add({ ref, life: "process", cls: null, name: `${ref.root.fn.facts.name}.${name}` }, stores);
      } else if (ref.root.kind === "this") {
        const isStatic = stores.some((store) => store.fn.facts.kind === "class-body" || store.fn.facts.kind === "module") && !stores.some((store) => isConstruction(store.fn));
        add({ ref, life: isStatic ? "process" : "instance", cls: first.fn.cls ?? ref.root.cls, name }, stores);
      }
    }
    return found;
  }

  private refOfStore({ fn, site }: Stored): Ref | null {
    const { place } = site.instruction;
    if (place.kind === "field") return this.refs.field(this.refs.of(fn, place.object), place.name);
    if (place.kind === "index") {
      const name = this.refs.symbolName(fn, place);
      return name === null ? null : this.refs.field(this.refs.of(fn, place.object), name);
    }
    if (place.kind !== "static") return null;
    const cls = fn.module.cls(place.class);
    return cls ? this.refs.ofField(cls, place.name) : null;
  }

  /** `const state = { items: [] }`: the table's own collections. */
  private entries(ref: Ref, stores: readonly Stored[]): { ref: Ref; name: string; store: Stored }[] {
    const [only] = stores;
    const made = stores.length === 1 && only ? only.fn.definition(only.value)?.instruction : undefined;
    if (!only || made?.op !== "collection" || made.shape !== "mapping" || only.fn.module.facts.language !== "ts") return [];
    return made.elements.flatMap((element) => {
      const key = element.key === null ? undefined : only.fn.definition(element.key)?.instruction;
      if (key?.op !== "constant" || key.value.kind !== "string") return [];
      const inner = this.refs.field(ref, key.value.value);
      // One that is assigned later too is a plain field, whose stores are not all known by this name.
      return this.types.fieldStores.has(inner.key) ? [] : [{ ref: inner, name: key.value.value, store: { fn: only.fn, value: element.value, site: only.site } }];
    });
  }

  /**
   * `const cache = { strict: {}, loose: {} }`: the tables that a table of a fixed set of names holds, where it keeps
   * them for good and holds nothing else.
   */
  private tables(ref: Ref, stores: readonly Stored[]): Stored[] {
    const [only] = stores;
    const made = stores.length === 1 && only ? only.fn.definition(only.value)?.instruction : undefined;
    if (!only || made?.op !== "collection" || made.shape !== "mapping" || made.elements.length === 0) return [];
    const names = made.elements.flatMap(({ key }) => constantText(only.fn, key) ?? []);
    if (names.length < made.elements.length || made.elements.some(({ value, spread }) => spread || only.fn.definition(value)?.instruction.op !== "collection")) return [];
    const { indexStores, fieldStores, deletes, drops, receivers, leaves } = this.sites.of(ref.key);
    if ([indexStores, fieldStores, deletes, drops, receivers, leaves].some((list) => list.length > 0)) return [];
    // By its name one of them may be emptied, or given to whom nobody sees.
    if (names.some((name) => this.sites.has(this.refs.field(ref, name).key))) return [];
    return made.elements.map(({ value }) => ({ fn: only.fn, value, site: only.site }));
  }

  /** `def f(x, memo={})`: made once, when the function is. */
  private defaultArgument(module: Mod, fn: Fn, parameter: Parameter): Candidate[] {
    const { binding, name } = parameter;
    if (parameter.default !== "mutable" || binding === null || fn.parent?.facts.kind !== "module" && fn.parent?.facts.kind !== "class-body") return [];
    if ((module.bindingStores.get(binding) ?? []).length > 0) return [];
    // A caller that gives one of its own: then it is not only the default that is filled.
    if (this.contexts.callers(fn).some((site) => site.instruction.args.some((one) => one.name === name || one.spread) || site.instruction.args.length >= fn.facts.parameters.length)) return [];
    const at = module.binding(binding)?.at ?? fn.facts.nameAt;
    return (["mapping", "list", "set"] as const).flatMap((shape) => {
      const type = this.api.containers.get(`literal:${shape}`);
      return type && this.isUsedAs(fn, binding, shape)
        ? [{ ref: this.refs.ofBinding(module, binding), name, type, life: "process" as const, cls: null, made: { fn, at }, makeAt: at, anew: [], resets: [], growing: [] }] : [];
    }).slice(0, 1);
  }

  private isUsedAs(fn: Fn, binding: number, shape: ContainerType["shape"]): boolean {
    const methods = this.api.containerMethods.get(shape);
    return [...fn.sites()].some(({ instruction }) => {
      const object = instruction.op === "store" && instruction.place.kind === "index" ? instruction.place.object
        : instruction.op === "call" && instruction.method !== null && methods && Object.hasOwn(methods.grow, instruction.method) ? instruction.receiver : null;
      const definition = object === null ? undefined : fn.definition(object)?.instruction;
      if (definition?.op !== "load" || definition.place.kind !== "binding" || definition.place.binding !== binding) return false;
      return instruction.op === "call" || shape === "mapping";
    });
  }

  private candidate(life: Life, stores: readonly Stored[]): Candidate | null {
    const resets: Stored[] = [];
    const growing: Stored[] = [];
    const makers: { store: Stored; type: ContainerType }[] = [];
    for (const store of stores) {
      const type = this.creation(store);
      if (this.isGrowing(life.ref, store)) growing.push(store);
      else if (type) makers.push({ store, type });
      else if (this.isNothing(store)) {
        if (!isConstruction(store.fn) && !isTop(store.fn)) resets.push(store);
      } else {
        const op = store.fn.definition(store.value)?.instruction.op;
        // What a call gave is new; anything else may be a container that others know.
        if (op === "call" || op === "await" || op === "operation") resets.push(store);
        else if (op !== "constant") return null;
      }
    }
    const made = makers.find(({ store }) => isConstruction(store.fn) || isTop(store.fn)) ?? makers[0];
    if (!made || makers.some(({ type }) => type.bound === "bounded" || type.bound === "weak" && type.holdsValues !== true || type.shape !== made.type.shape)) return null;
    for (const { store } of makers) if (store !== made.store && store.fn !== made.store.fn) resets.push(store);
    const definition = made.store.fn.definition(made.store.value)?.instruction;
    return {
      ...life, type: made.type, resets, growing, anew: isConstruction(made.store.fn) || isTop(made.store.fn) ? [] : makers.map(({ store }) => store),
      made: { fn: made.store.fn, at: made.store.site.instruction.at }, makeAt: definition?.at ?? made.store.site.instruction.at,
    };
  }

  /** The kind of container that a stored value is when it is made on the spot. */
  private creation(store: Stored): ContainerType | null {
    const { fn } = store;
    const definition = fn.definition(store.value)?.instruction;
    if (definition?.op === "collection") return this.api.containers.get(`literal:${definition.shape}`) ?? null;
    if (definition?.op !== "call" || definition.path === null) return null;
    const type = this.api.containers.get(this.types.pathAlias(definition.path)) ?? null;
    return type && { ...type, bound: this.boundOf(fn, definition, type) };
  }

  private boundOf(fn: Fn, call: Call, type: ContainerType): ContainerType["bound"] {
    if (type.bound === "weak") return "weak";
    const given = (type.boundedBy ?? []).flatMap((argument) => argumentValue(fn, call, argument) ?? []);
    if (given.some((value) => !this.isLimitless(fn, value))) return "bounded";
    // Options that are not written here may hold the limit.
    if (call.args.some((one) => one.spread || isOptions(fn, one.value))) return type.boundedBy ? "bounded" : type.bound;
    if (type.boundedBy) return "unbounded";
    return type.bound === "bounded" && call.args.length > 0 && call.args.every((one) => this.words.isLimitless(fn, one.value)) ? "unbounded" : type.bound;
  }

  private isLimitless(fn: Fn, value: ValueId): boolean {
    const definition = fn.definition(value)?.instruction;
    if (definition?.op === "constant") return definition.value.kind === "null" || definition.value.kind === "number" && definition.value.value <= 0;
    return this.words.isLimitless(fn, value);
  }

  /** None or undefined: not made yet, or let go. */
  private isNothing(store: Stored): boolean {
    const definition = store.fn.definition(store.value)?.instruction;
    return definition?.op === "constant" && definition.value.kind === "null";
  }

  private isGrowing(ref: Ref, store: Stored): boolean {
    const { fn, value, site } = store;
    const made = fn.definition(value)?.instruction;
    // { ...known, ...more } has the keys that the program writes; { ...known, [key]: value } has any.
    if (made?.op === "collection" && made.shape === "mapping") return made.elements.some((element) => !element.spread && element.key !== null && fn.definition(element.key)?.instruction.op !== "constant") && made.elements.some((element) => element.spread && this.refs.of(fn, element.value).key === ref.key);
    if (made?.op === "collection") return made.elements.length > 1 && made.elements.some((element) => element.spread && this.refs.of(fn, element.value).key === ref.key);
    if (made?.op !== "operation" || !made.operator.startsWith("+")) return false;
    return site.instruction.augmented || made.inputs.some((input) => this.refs.of(fn, input).key === ref.key);
  }
}

/** A value that is neither written here nor a plain value: its contents are not known. */
function isOptions(fn: Fn, value: ValueId): boolean {
  const definition = fn.definition(value)?.instruction;
  return definition?.op === "load" && definition.place.kind !== "global" || definition?.op === "call" && definition.path === null;
}

function isTop(fn: Fn): boolean {
  return fn.facts.kind === "module" || fn.facts.kind === "class-body";
}

function isConstruction(fn: Fn): boolean {
  const { kind, name } = fn.facts;
  return kind === "constructor" || kind === "initializer" || name === "__init__" || name === "__new__";
}
