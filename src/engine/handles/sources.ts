/**
 * Whether what is subscribed to ends by itself: a request's stream completes with its answer, a router's events go on.
 *
 * The answer follows the chain of calls that made the source (`source.pipe(take(1))`), variables, fields, and functions of
 * the program by what they return. A method nobody here can see is taken to answer once, as requests do, unless its name
 * says that it hands out a stream of events. What is given up: a service of another package that streams under a plain name.
 */
import type { Call, ValueId } from "../../model/facts.js";
import { argumentIs } from "../program/api.js";
import type { Api, CompiledPair } from "../program/api.js";
import { isReachedWithout, isWait } from "../program/blocks.js";
import { tellsOfEnd } from "../program/end-words.js";
import type { Contexts } from "../contexts/contexts.js";
import type { Holders } from "../contexts/holders.js";
import type { Cls, Fn, Site, Stored } from "../program/program.js";
import type { Refs } from "../program/refs.js";
import type { Types } from "../program/types.js";

/**
 * "ends" by itself; "lasts": it is known to go on; "given": whoever shows the component gave it, often one of its own that
 * goes with it, or it tells of an end; "may": it looks like one that goes on; "unknown": nothing says so.
 */
export type SourceFate = "ends" | "lasts" | "given" | "may" | "unknown";

const MAXIMUM_DEPTH = 14;

interface Said {
  fate: "ends" | "lasts";
  when: NonNullable<CompiledPair["when"]>;
}

export class Sources {
  private readonly said = new Map<CompiledPair, ReadonlyMap<string, readonly Said[]>>();
  private readonly results = new Map<string, SourceFate | null>();

  constructor(private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly contexts: Contexts, private readonly holders: Holders) {}

  /** The fate of what the call takes its handle from; null where the pair does not ask. */
  of(fn: Fn, call: Call, pair: CompiledPair): SourceFate | null {
    if (!pair.endedBy || call.receiver === null) return null;
    return this.visit(fn, call.receiver, pair, 0) ?? "unknown";
  }

  /** Null where a definition leads back to itself, which says nothing. */
  private visit(fn: Fn, value: ValueId, pair: CompiledPair, depth: number): SourceFate | null {
    const definition = fn.definition(value);
    if (!definition || depth > MAXIMUM_DEPTH) return "unknown";
    const { instruction } = definition;
    switch (instruction.op) {
      case "await": return this.visit(fn, instruction.value, pair, depth + 1);
      case "call": return this.ofCall(fn, definition as Site<Call & Site["instruction"]>, pair, depth);
      case "load": return this.ofLoad(fn, value, instruction.place, pair, depth);
      case "constant": return null; // `source = null`: never subscribed to.
      default: return "unknown";
    }
  }

  private ofLoad(fn: Fn, value: ValueId, place: Extract<Site["instruction"], { op: "load" }>["place"], pair: CompiledPair, depth: number): SourceFate | null {
    if (place.kind === "binding") {
      const ref = this.refs.of(fn, value);
      if (ref.root.kind === "import") return this.ofPath([ref.root.path, ...ref.fields].join("."), pair) ?? "may";
      if (fn.module.binding(place.binding)?.kind === "parameter") return this.ofType(fn, value, pair) ?? "may";
      if (this.isCompletedHere(fn, value, pair)) return "ends";
      const stores = fn.module.bindingStores.get(place.binding) ?? [];
      if (stores.length > 0) return this.ofStores(comingTo(fn, value, stores), pair, depth);
    }
    if (place.kind !== "field") return this.ofType(fn, value, pair) ?? "may";
    // What tells of an end does so once, and then nobody holds it.
    if (this.isInput(fn, place.object, place.name, pair) || tellsOfEnd(place.name)) return "given";
    const holder = fn.definition(place.object)?.instruction;
    if (holder?.op === "load" && holder.place.kind === "field" && this.isInput(fn, holder.place.object, holder.place.name, pair)) return "given";
    if (this.isOfComponent(fn, place.object)) return "given";
    for (const type of this.types.of(fn, place.object)) {
      const said = this.ofMember(type, place.name, pair);
      if (said) return said;
    }
    const owner = this.types.classOf(fn, place.object);
    const key = owner ? this.refs.ofField(owner, place.name).key : this.refs.of(fn, value).key;
    if (this.isCompletedElsewhere(key, pair)) return "ends";
    const known = this.ofType(fn, value, pair);
    if (known) return known;
    const stores = this.types.storesIn(owner, key);
    if (stores.length > 0) return this.ofStores(comingTo(fn, value, stores), pair, depth);
    const getter = owner && this.getterOf(owner, place.name);
    // A property that nothing here fills is a stream by habit: what answers once is a method.
    return getter ? this.ofResult(getter, pair, depth) ?? "may" : "may";
  }

  private ofCall(fn: Fn, site: Site<Call & Site["instruction"]>, pair: CompiledPair, depth: number): SourceFate | null {
    const call = site.instruction;
    const said = this.ofSaid(fn, call, pair);
    if (said === "ends" || said === "lasts" && (this.isStopped(fn, call, pair) || call.args.some((one) => this.endsHere(fn, one.value, pair, call.receiver !== null, depth)))) return "ends";
    if (said) return said;
    if (call.isNew && this.completesItself(fn, call, pair)) return "ends";
    const methods = this.types.targetsOf(fn, call);
    if (methods.length > 0) {
      // A class of the program that another package extends may do anything; what is seen of it counts.
      const fate = worst(methods.map((method) => this.ofResult(method, pair, depth)));
      if (fate !== "unknown") return fate;
    }
    // `pipe(takeUntil(gone))`, `race(stop, source)`: one argument that ends it ends all.
    if (call.args.some((one) => this.endsHere(fn, one.value, pair, call.receiver !== null, depth))) return "ends";
    const known = this.ofType(fn, call.out, pair);
    if (known) return known;
    const name = call.method ?? call.path?.split(".").at(-1) ?? "";
    if (pair.sources?.steps.includes(name) === true && call.receiver !== null) return this.visit(fn, call.receiver, pair, depth + 1);
    if (call.receiver !== null) {
      const before = fn.definition(call.receiver)?.instruction;
      if (before?.op === "call" && this.visit(fn, call.receiver, pair, depth + 1) === "ends") return "ends";
    }
    return pair.streaming?.test(name) === false ? "unknown" : "may";
  }

  /** An argument that is a call which ends the stream, or for an operator, a function of the program that makes one. */
  private endsHere(fn: Fn, value: ValueId, pair: CompiledPair, isOperator: boolean, depth: number): boolean {
    const definition = fn.definition(value);
    if (definition?.instruction.op !== "call") return false;
    if (this.ofSaid(fn, definition.instruction, pair) === "ends") return true;
    return isOperator && definition.instruction.callee !== null && this.types.targetsOf(fn, definition.instruction).some((method) => this.ofResult(method, pair, depth + 1) === "ends");
  }

  /** What the catalog says of the call itself. */
  private ofSaid(fn: Fn, call: Call, pair: CompiledPair): "ends" | "lasts" | null {
    const names: string[] = [];
    if (call.path !== null) names.push(this.types.pathAlias(call.path));
    if (call.receiver !== null && call.method !== null) {
      names.push(`*#${call.method}`);
      for (const type of this.types.of(fn, call.receiver)) for (const each of this.types.supersOfType(type)) names.push(`${each}#${call.method}`);
    }
    for (const name of names) {
      const said = this.tableOf(pair).get(name)?.find((one) => one.when.every((condition) => argumentIs(fn, call, condition.argument, condition.is, this.types)));
      if (said) return said.fate;
    }
    return null;
  }

  /** `focus.monitor(element)`, and `focus.stopMonitoring(element)` somewhere: that completes it. */
  private isStopped(fn: Fn, call: Call, pair: CompiledPair): boolean {
    const stop = call.method === null ? undefined : pair.sources?.stops?.[call.method];
    if (stop === undefined || call.receiver === null) return false;
    const { key } = this.refs.of(fn, call.receiver);
    const names = [key];
    // What a constructor was given and keeps: `this.focus = focus`.
    for (const { instruction } of fn.sites()) {
      if (instruction.op === "store" && instruction.place.kind === "field" && this.refs.of(fn, instruction.value).key === key) names.push(this.refs.field(this.refs.of(fn, instruction.place.object), instruction.place.name).key);
    }
    return names.some((name) => this.holders.usesOf(name).some((use) => use.as === "receiver" && use.site.instruction.method === stop));
  }

  private ofMember(type: string, name: string, pair: CompiledPair): "ends" | "lasts" | null {
    for (const each of this.types.supersOfType(type)) {
      const [said] = this.tableOf(pair).get(`${each}#${name}`) ?? [];
      if (said) return said.fate;
    }
    return null;
  }

  private ofPath(path: string, pair: CompiledPair): "ends" | "lasts" | null {
    return this.tableOf(pair).get(path)?.[0]?.fate ?? null;
  }

  /** Where the type alone says that it goes on. */
  private ofType(fn: Fn, value: ValueId, pair: CompiledPair): "lasts" | null {
    for (const type of this.types.of(fn, value)) {
      for (const each of this.types.supersOfType(type)) {
        if (this.ofPath(each, pair) === "lasts") return "lasts";
      }
    }
    return null;
  }

  /** A local subject that the function, or one nested in it, completes. */
  private isCompletedHere(fn: Fn, value: ValueId, pair: CompiledPair): boolean {
    const ref = this.refs.of(fn, value);
    if (ref.root.kind !== "binding" || ref.fields.length > 0 || ref.root.module.binding(ref.root.binding)?.owner === 0) return false;
    return this.holders.usesOf(ref.key).some((use) => use.as === "receiver" && use.site.instruction.method !== null && pair.sources?.completes.includes(use.site.instruction.method) === true);
  }

  /** A subject in a field that some method completes when its work is done; one that does so at the object's end says nothing. */
  private isCompletedElsewhere(key: string, pair: CompiledPair): boolean {
    return this.holders.usesOf(key).some((use) => use.as === "receiver" && use.site.instruction.method !== null && pair.sources?.completes.includes(use.site.instruction.method) === true
      && !this.holders.inReleaseMethod(use.site.fn));
  }

  /** `new Observable((observer) => { …; observer.complete(); })`. */
  private completesItself(fn: Fn, call: Call, pair: CompiledPair): boolean {
    return call.args.some((argument) => {
      const made = fn.definition(argument.value)?.instruction;
      const inner = made?.op === "closure" ? fn.module.fn(made.function) : null;
      const binding = inner?.facts.parameters[0]?.binding ?? null;
      if (!inner || binding === null) return false;
      return this.holders.usesOf(this.refs.ofBinding(inner.module, binding).key).some((use) =>
        use.as !== "receiver" || use.site.instruction.method !== null && pair.sources?.completes.includes(use.site.instruction.method) === true);
    });
  }

  private ofStores(stores: readonly Stored[], pair: CompiledPair, depth: number): SourceFate | null {
    return worst(stores.slice(0, 12).map((store) => this.visit(store.fn, store.value, pair, depth + 1)));
  }

  /** What a function of the program returns. */
  private ofResult(fn: Fn, pair: CompiledPair, depth: number): SourceFate | null {
    const key = `${fn.key}:${pair.key}`;
    const known = this.results.get(key);
    if (known !== undefined) return known;
    this.results.set(key, null);
    const values = fn.facts.blocks.flatMap(({ end }) => (end.kind === "return" && end.value !== null ? [end.value] : []));
    const fate = values.length === 0 ? "unknown" : worst(values.map((value) => {
      // An operator: `() => (source) => source.pipe(take(1))`.
      const made = fn.definition(value)?.instruction;
      const inner = made?.op === "closure" && depth < MAXIMUM_DEPTH ? fn.module.fn(made.function) : null;
      return inner ? this.ofResult(inner, pair, depth + 1) : this.visit(fn, value, pair, depth + 1);
    }));
    this.results.set(key, fate);
    return fate;
  }

  /** `@Input() refresh: EventEmitter<void>`, or `form: FormGroup` that the class itself never fills: whoever shows it gives it. */
  private isInput(fn: Fn, object: ValueId, name: string, pair: CompiledPair): boolean {
    const inputs = pair.sources?.inputs ?? [];
    const cls = this.types.classOf(fn, object);
    if (!cls || inputs.length === 0) return false;
    const declared = cls.related.flatMap(({ facts }) => facts.fields.filter((field) => field.name === name));
    if (declared.some((field) => field.decorators?.some(({ path }) => path !== null && inputs.includes(path)) === true)) return true;
    return declared.length > 0 && declared.every(({ decorators }) => (decorators ?? []).length === 0) && this.types.storesIn(cls, this.refs.ofField(cls, name).key).length === 0;
  }

  /** `constructor(panel: Panel) { panel.opened.subscribe(f) }`: a component around this one or inside of it, often one that goes with it. */
  private isOfComponent(fn: Fn, object: ValueId): boolean {
    return this.types.of(fn, object).some((type) => {
      const cls = this.types.classOfType(type);
      return cls !== null && fn.cls?.related.includes(cls) !== true && this.contexts.isMadeAnew(cls);
    });
  }

  private getterOf(cls: Cls, name: string): Fn | null {
    for (const each of cls.related) {
      const getter = each.facts.methods.find((one) => one.name === name && one.kind === "getter");
      const made = getter && each.module.fn(getter.function);
      if (made) return made;
    }
    return null;
  }

  /** The pair's `endedBy` and `lasts`, by the text of the call or member that they mean. */
  private tableOf(pair: CompiledPair): ReadonlyMap<string, readonly Said[]> {
    const known = this.said.get(pair);
    if (known) return known;
    const table = new Map<string, Said[]>();
    for (const [list, fate] of [[pair.endedBy ?? [], "ends"], [pair.sources?.lasts ?? [], "lasts"]] as const) {
      for (const one of list) {
        const [text, when] = typeof one === "string" ? [one, []] : [one.call, one.when];
        const said: Said = { fate, when };
        const same = table.get(text);
        if (same) same.push(said);
        else table.set(text, [said]);
      }
    }
    this.said.set(pair, table);
    return table;
  }
}

/** Of several values that it may be, what goes on counts. */
function worst(fates: readonly (SourceFate | null)[]): SourceFate | null {
  for (const fate of ["lasts", "may", "given", "unknown", "ends"] as const) if (fates.includes(fate)) return fate;
  return null;
}

/**
 * The stores whose value a load in the function may find: where each way to it passes one of the function's own, with no
 * wait after that, what other functions put there is not it. `this.view = this.api.load(id); this.view.subscribe(f)`.
 */
function comingTo(fn: Fn, value: ValueId, stores: readonly Stored[]): readonly Stored[] {
  const load = fn.definition(value);
  const own = stores.filter((store) => store.fn === fn);
  if (!load || own.length === 0 || fn.facts.kind === "module") return stores;
  const lastOf = (some: readonly Stored[]): Stored[] => some.reduce<Stored[]>((found, one) => (found[0] && found[0].site.index > one.site.index ? found : [one]), []);
  const [before] = lastOf(own.filter(({ site }) => site.block === load.block && site.index < load.index));
  if (before) return fn.block(load.block)?.instructions.slice(before.site.index, load.index).some(isWait) === true ? stores : [before];
  const passing = new Set(own.map(({ site }) => site.block));
  if (passing.has(load.block) || isReachedWithout(fn, 0, load.block, passing)) return stores;
  if (fn.facts.blocks.some(({ instructions }) => instructions.some(isWait))) return stores;
  // The last store of each block from which the load is reached with no other store on the way.
  return [...passing].flatMap((block) => {
    const others = new Set([...passing].filter((other) => other !== block));
    return isReachedWithout(fn, block, load.block, others) ? lastOf(own.filter(({ site }) => site.block === block)) : [];
  });
}
