/**
 * How long the thing lives that a listener is put on, as seen from the function that puts it there. A listener adds up
 * only on something that outlives what it belongs to.
 */
import type { Call, ValueId } from "../../model/facts.js";
import { OWN_THIS } from "../../model/facts.js";
import { argumentValue } from "../program/api.js";
import type { Api } from "../program/api.js";
import type { CallScopes } from "./call-scopes.js";
import type { Contexts } from "./contexts.js";
import { ElementRefs } from "./element-refs.js";
import { MadeBeside } from "./made-beside.js";
import { MakerParts } from "./maker-parts.js";
import { listedBy } from "./provided.js";
import type { Cls, Fn, Stored } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";
import type { Types } from "../program/types.js";
import { isReachedWithout } from "../program/blocks.js";

/**
 * "process": as long as the program. "injected": given to the object (or to the function around), so longer than it.
 * "parameter": given to this call. "instance": made and kept by the same object, so as long as it. "local": made in
 * this very call. "pooled": handed out by a stock that takes it back, so that other calls get the same one. "unknown":
 * cannot be told.
 */
export type TargetLife = "process" | "injected" | "parameter" | "pooled" | "instance" | "local" | "unknown";

const MAXIMUM_DEPTH = 5;

export class Targets {
  private readonly makerParts: MakerParts;
  private readonly elementRefs: ElementRefs;
  private readonly madeBeside: MadeBeside;

  constructor(private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly scopes: CallScopes, private readonly contexts: Contexts) {
    this.makerParts = new MakerParts(refs, types, contexts);
    this.elementRefs = new ElementRefs(refs, api, contexts);
    this.madeBeside = new MadeBeside(refs, types, api, contexts);
  }

  lifeOf(fn: Fn, ref: Ref, value: ValueId, depth = 0): TargetLife {
    const { root, fields } = ref;
    if (depth > MAXIMUM_DEPTH || fields.includes("[]")) return "unknown";
    switch (root.kind) {
      case "global":
        if (root.name === OWN_THIS) return fields.length === 0 ? this.lifeOfCaller(fn, depth) : "unknown";
        return this.api.longLived.has(root.name) || this.api.longLived.has([root.name, ...fields].join(".")) || fields.length === 0 ? "process" : "unknown";
      case "import": case "module": return "process";
      case "closure": case "value": return fields.length === 0 && root.kind === "value" && root.value === -1 ? "instance" : "unknown";
      case "call": {
        const made = root.site.instruction;
        if (made.op !== "call") return "unknown";
        const life = this.lifeOfMade(root.site.fn, made.out, depth + 1);
        return fields.length === 0 || life !== "local" || made.isNew ? life : "unknown";
      }
      case "this": {
        const [name] = fields;
        if (name === undefined) return "instance";
        if (this.isInMaker(fn, ref)) return this.isPartOfMaker(fn, ref, depth) ? "instance" : "injected";
        return this.lifeOfField(fn, root.cls, name, value, depth);
      }
      case "binding": {
        const binding = root.module.binding(root.binding);
        if (!binding) return "unknown";
        if (binding.kind === "parameter") {
          const rebound = fields.length === 0 ? this.lifeOfRebound(fn, root.module.bindingStores.get(root.binding) ?? [], value, depth) : null;
          if (rebound !== null) return rebound;
          if (this.types.ofBinding(root.module, root.binding).some((type) => this.api.ownParts.has(type))) return "instance";
          if (fields.length === 0 && this.api.isOwnParameter(binding.name, root.module.fn(binding.owner)?.facts.name ?? "")) return this.scopes.isCallLocal(fn, binding.owner) ? "local" : "instance";
          if (this.isPooled(root.module.fn(binding.owner), root.binding, depth)) return "pooled";
          if (!this.scopes.isCallLocal(fn, binding.owner)) return "injected";
          // A constructor's parameter was given to the object.
          const owner = root.module.fn(binding.owner);
          if (owner && isConstructor(owner) && (this.isPartOfMaker(fn, ref, depth) || this.madeBeside.has(root.module, root.binding, (of, made) => this.lifeOfMade(of, made, depth + 1)))) return "instance";
          return owner && (isConstructor(owner) || isFactory(this.types, owner)) ? "injected" : "parameter";
        }
        if (binding.owner === 0 && fields.length === 0 && this.isPutAnew(fn, ref, depth, 0)) return "local";
        if (binding.owner === 0) return binding.kind === "import" || fields.length === 0 || this.isPath(root.module.bindingStores.get(root.binding)) ? "process" : "unknown";
        const stores = root.module.bindingStores.get(root.binding) ?? [];
        const given = this.lifeOfMember(fn, ref, stores, depth) ?? this.lifeOfKept(fn, value, stores);
        if (given) return given;
        const lives = stores.filter((store) => !isNull(store.fn, store.value)).map((store) => this.lifeOfMade(store.fn, store.value, depth + 1));
        const life = either(lives);
        if (life !== "local") return fields.length === 0 || life === "process" || life === "injected" || life === "parameter" || life === "pooled" ? life : "unknown";
        if (fields.length > 0 && !stores.every((store) => isConstruction(store.fn, store.value))) return "unknown";
        // What an outer call made lives as long as the closures over it.
        return this.scopes.isCallLocal(fn, binding.owner) ? "local" : "instance";
      }
    }
  }

  /** Whether it is found in the one that makes the object and gives itself, `this.list = new List(this)`, or is that. */
  isInMaker(fn: Fn, ref: Ref): boolean {
    return this.makerParts.leads(fn, ref);
  }

  /** What a thing finds in the one that makes it and gives itself: both end together. */
  private isPartOfMaker(fn: Fn, ref: Ref, depth: number): boolean {
    return this.makerParts.has(fn, ref, {
      ofField: (of, cls, name) => this.lifeOfField(of, cls, name, -1, depth + 1, cls),
      ofMade: (of, value) => this.lifeOfMade(of, value, depth + 1),
    });
  }

  /** `line.on("text", function () { this.once(…); })`: what a function that is called for something has as `this` is that thing. */
  private lifeOfCaller(fn: Fn, depth: number): TargetLife {
    for (let at: Fn | null = fn; at && at.facts.kind !== "module"; at = at.parent) {
      const [use, ...more] = this.contexts.usedAsCallback(at);
      if (!use) continue;
      const { receiver } = use.site.instruction;
      return receiver === null || more.length > 0 ? "unknown" : this.lifeOf(use.site.fn, this.refs.of(use.site.fn, receiver), receiver, depth + 1);
    }
    return "unknown";
  }

  /** A module's variable that this very call puts a new thing in, or everyone who calls it does. */
  private isPutAnew(fn: Fn, ref: Ref, depth: number, callers: number): boolean {
    if (fn.facts.kind === "module" || ref.root.kind !== "binding") return false;
    const stores = [...ref.root.module.bindingStores.get(ref.root.binding) ?? [], ...this.types.fieldStores.get(ref.key) ?? []];
    if (stores.some((store) => store.fn === fn && this.lifeOfMade(store.fn, store.value, depth + 1) === "local")) return true;
    if (callers > 1 || this.contexts.usedAsCallback(fn).length > 0) return false;
    const sites = this.contexts.callers(fn).filter((site) => !this.contexts.isTest(site.fn));
    return sites.length > 0 && sites.every((site) => this.isPutAnew(site.fn, ref, depth, callers + 1));
  }

  /**
   * The life of what tells of an end that somebody else brings about, an abort signal: whoever waits for it has it from
   * elsewhere, in whatever its options were put into (`this.options = new Options(given)`), unless it made the controller.
   */
  lifeOfToken(fn: Fn, ref: Ref, value: ValueId): TargetLife {
    const life = this.lifeOf(fn, ref, value);
    const { root, fields } = ref;
    if (life !== "local" && life !== "unknown" && (life !== "instance" || root.kind !== "this") || fields.length === 0) return life;
    const stores = root.kind === "binding" && fields.length === 1 ? root.module.bindingStores.get(root.binding) ?? []
      : root.kind === "this" && fields.length === 2 ? this.types.storesIn(fn.cls, this.refs.ofField(root.cls, fields[0] ?? "").key) : [];
    const lives = stores.filter((store) => !isNull(store.fn, store.value)).map((store) => this.lifeOfInput(store.fn, store.value, 0));
    if (lives.includes("local")) return life;
    const foreign = lives.find((each) => each !== null && isForeign(each));
    return foreign === undefined || foreign === null ? life : root.kind === "this" && foreign === "parameter" ? "injected" : foreign;
  }

  /** The life of a parameter that the value is made from; "local" where the call makes what can end it, null where nothing is given. */
  private lifeOfInput(fn: Fn, value: ValueId, depth: number): TargetLife | null {
    const made = fn.definition(value)?.instruction;
    if (depth > 2 || !made) return null;
    if (made.op === "await") return this.lifeOfInput(fn, made.value, depth);
    if (made.op === "call" && made.path !== null && this.api.files.some((file) => (file.cancellers ?? []).some((one) => one.make.includes(made.path ?? "")))) return "local";
    const inputs = made.op === "call" ? made.args : made.op === "collection" ? made.elements.filter((one) => one.spread) : [];
    for (const input of inputs) {
      const ref = this.refs.of(fn, input.value);
      const isGiven = ref.root.kind === "binding" && ref.fields.length === 0 && ref.root.module.binding(ref.root.binding)?.kind === "parameter";
      const life = isGiven ? this.lifeOf(fn, ref, input.value) : this.lifeOfInput(fn, input.value, depth + 1);
      if (life !== null && isForeign(life)) return life;
    }
    return null;
  }

  /** `logger = getLogger(logger)`: what comes to the place is no longer what was given. */
  private lifeOfRebound(fn: Fn, stores: readonly Stored[], value: ValueId, depth: number): TargetLife | null {
    const at = fn.definition(value);
    if (!at || stores.length === 0 || stores.some((store) => store.fn !== fn)) return null;
    const [store] = stores.filter(({ site }) => site.block === at.block && site.index < at.index).slice(-1);
    const comes = store ? [store] : isReachedWithout(fn, 0, at.block, new Set(stores.map(({ site }) => site.block))) ? [] : stores;
    const life = either(comes.map((each) => this.lifeOfMade(fn, each.value, depth + 1)));
    return comes.length > 0 && isForeign(life) ? life : null;
  }

  /** `const peer = new Peer(); peer.conn = conn`, `new Peer(conn)`: what a thing made here has in a field is what was put there. */
  private lifeOfMember(fn: Fn, { root, fields }: Ref, stores: readonly Stored[], depth: number): TargetLife | null {
    const [name, ...more] = fields;
    const [made] = stores;
    if (root.kind !== "binding" || name === undefined || more.length > 0 || !made || stores.length > 1) return null;
    if (!isConstruction(made.fn, made.value)) return this.api.upward.has(name) && this.isMadeOfRequest(made.fn, made.value) ? "parameter" : null;
    const holder = this.refs.ofBinding(root.module, root.binding);
    const lives: TargetLife[] = [];
    for (const { instruction } of fn.sites()) {
      if (instruction.op !== "store" || instruction.place.kind !== "field" || instruction.place.name !== name || isNull(fn, instruction.value)) continue;
      if (this.refs.of(fn, instruction.place.object).key === holder.key) lives.push(this.lifeOf(fn, this.refs.of(fn, instruction.value), instruction.value, depth + 1));
    }
    if (lives.length > 0) return isForeign(common(lives)) ? common(lives) : null;
    return this.lifeOfGiven(made.fn, made.value, name, depth) ?? (this.isMadeOfRequest(made.fn, made.value) && this.api.upward.has(name) ? "parameter" : null);
  }

  /** `new Context(this, req, res)`, of a class that is not seen: what it leads up to is what the request leads up to. */
  private isMadeOfRequest(fn: Fn, value: ValueId): boolean {
    const call = fn.definition(value)?.instruction;
    if (call?.op !== "call" || this.types.calleeOf(fn, call) !== null) return false;
    return call.args.some((argument) => {
      const { root, fields } = this.refs.of(fn, argument.value);
      const binding = root.kind === "binding" && fields.length === 0 ? root.module.binding(root.binding) : undefined;
      return binding?.kind === "parameter" && this.api.isRequestName(binding.name) && this.scopes.isCallLocal(fn, binding.owner);
    });
  }

  /** The life of the argument that a class of the program keeps in the field. */
  private lifeOfGiven(fn: Fn, value: ValueId, name: string, depth: number): TargetLife | null {
    const call = fn.definition(value)?.instruction;
    const callee = call?.op === "call" ? this.types.calleeOf(fn, call) : null;
    if (call?.op !== "call" || callee?.kind !== "class") return null;
    const lives: TargetLife[] = [];
    for (const store of this.types.storesIn(callee.cls, this.refs.ofField(callee.cls, name).key)) {
      if (isNull(store.fn, store.value)) continue;
      const { root, fields } = this.refs.of(store.fn, store.value);
      // `this.socket = req.socket`
      const position = root.kind !== "binding" || fields.some((field) => !this.api.upward.has(field)) ? -1 : store.fn.facts.parameters.filter((one) => one.binding !== null).findIndex((one) => one.binding === root.binding);
      const argument = position < 0 || !isConstructor(store.fn) ? null : argumentValue(fn, call, position);
      if (argument === null) return null;
      lives.push(this.lifeOf(fn, this.refs.of(fn, argument), argument, depth + 1));
    }
    return isForeign(common(lives)) ? common(lives) : null;
  }

  /**
   * `let entry = this.entries.get(key); if (!entry) { entry = make(); this.entries.set(key, entry); }`: where control comes
   * without passing what makes it, it is one that was kept before.
   */
  private lifeOfKept(fn: Fn, value: ValueId, stores: readonly Stored[]): TargetLife | null {
    const at = fn.definition(value);
    if (!at || stores.length < 2 || stores.some((store) => store.fn !== fn)) return null;
    const kept = stores.filter((store) => this.refs.of(fn, store.value).fields.at(-1) === "[]" && this.refs.of(fn, store.value).root.kind !== "value");
    const made = stores.filter((store) => !kept.includes(store) && !isNull(fn, store.value));
    if (kept.length === 0 || made.length === 0) return null;
    const passing = new Set(made.map((store) => store.site.block));
    if (!kept.some((store) => store.site.block === at.block || isReachedWithout(fn, store.site.block, at.block, passing))) return null;
    const lives = kept.map((store) => {
      const { root, fields } = this.refs.of(fn, store.value);
      if (root.kind === "this") return "instance";
      return root.kind === "binding" && root.module.binding(root.binding)?.owner === 0 && fields.length === 1 ? "process" : "unknown";
    });
    const life = common(lives);
    return life === "unknown" ? null : life;
  }

  /** The life of a value by what made it. */
  private lifeOfMade(fn: Fn, value: ValueId, depth: number): TargetLife {
    const definition = fn.definition(value)?.instruction;
    if (depth > MAXIMUM_DEPTH || !definition) return "unknown";
    if (definition.op === "await") return this.lifeOfMade(fn, definition.value, depth);
    if (definition.op === "collection") return "local";
    if (definition.op !== "call") {
      const ref = this.refs.of(fn, value);
      return ref.root.kind === "value" ? "unknown" : this.lifeOf(fn, ref, value, depth + 1);
    }
    const path = definition.path === null ? null : this.types.pathAlias(definition.path);
    if (path !== null && this.api.longLived.has(path)) return "process";
    if (this.api.instances.has(fn, definition, this.types)) return "injected";
    if (this.isHandedOut(fn, definition, depth)) return "pooled";
    if (definition.isNew || path !== null && this.api.containers.has(path)) return "local";
    const callee = this.types.calleeOf(fn, definition);
    if (callee?.kind === "class") return "local";
    if (callee?.kind === "function") return this.seenFrom(fn, definition, this.lifeOfResult(callee.fn, depth + 1), depth);
    const targets = this.types.targetsOf(fn, definition);
    if (targets.length > 0) return this.seenFrom(fn, definition, common(targets.map((target) => this.lifeOfResult(target, depth + 1))), depth);
    if (this.types.of(fn, value).length > 0 || MAKING.test(definition.method ?? path?.split(".").at(-1) ?? "")) return "local";
    // `Bus(context).getInstance()`: one for all who ask.
    if (definition.method === "getInstance" && definition.args.length === 0) return "injected";
    return path !== null && this.isImported(fn, definition) && GETTING.test(path.split(".").at(-1) ?? "") ? "injected" : "unknown";
  }

  /** `getEvents()` from another module, or a method of what is imported from there: it has what it gives. */
  private isImported(fn: Fn, call: Call): boolean {
    const callee = call.receiver ?? call.callee;
    const { root } = callee === null ? { root: null } : this.refs.of(fn, callee);
    return root !== null && (root.kind === "import" || root.kind === "module" || root.kind === "binding" && root.module.binding(root.binding)?.kind === "import");
  }

  /** What a method hands out of its own object lives as long as that object, which need not be the caller's. */
  private seenFrom(fn: Fn, call: Call, life: TargetLife, depth: number): TargetLife {
    if (life !== "instance" && life !== "injected" || call.receiver === null) return life;
    const receiver = this.refs.of(fn, call.receiver);
    if (receiver.root.kind === "this" && receiver.fields.length === 0) return life;
    const held = this.lifeOf(fn, receiver, call.receiver, depth + 1);
    // What a table for the whole process has under a key may be taken out of it again.
    if (held === "process" && call.args.length > 0 && TAKING.test(call.method ?? "")) return "injected";
    return life === "instance" || isForeign(held) ? held : life;
  }

  /** By a pool that was there before: the first thing of one that this very call makes is nobody else's yet. */
  private isHandedOut(fn: Fn, call: Call, depth: number): boolean {
    if (this.api.handingOut(fn, call, this.types) !== "call") return false;
    return call.receiver === null || this.lifeOf(fn, this.refs.of(fn, call.receiver), call.receiver, depth + 1) !== "local" && !this.isMadeAround(fn, call.receiver);
  }

  /** The variable is one of a function around, which makes what it holds. */
  private isMadeAround(fn: Fn, value: ValueId): boolean {
    const { root, fields } = this.refs.of(fn, value);
    if (root.kind !== "binding" || fields.length > 0) return false;
    const binding = root.module.binding(root.binding);
    return binding?.kind === "variable" && binding.owner !== 0 && (root.module.bindingStores.get(root.binding) ?? []).some((store) => isConstruction(store.fn, store.value) || this.lifeOfMade(store.fn, store.value, MAXIMUM_DEPTH - 1) === "local");
  }

  /** The parameter of a callback that a pool gives one of its things, or of a function that all its callers give one. */
  private isPooled(owner: Fn | null, binding: number, depth: number): boolean {
    if (!owner || depth > MAXIMUM_DEPTH) return false;
    const position = owner.facts.parameters.findIndex((one) => one.binding === binding);
    if (position < 0) return false;
    // In Node's callbacks the error comes first, and what releases it last.
    if (position === 0 && this.contexts.usedAsCallback(owner).some(({ site }) => this.api.handingOut(site.fn, site.instruction, this.types) === "event")) return true;
    if (position === Math.min(1, owner.facts.parameters.length - 1) && this.contexts.usedAsCallback(owner).some(({ site }) => this.isHandedOut(site.fn, site.instruction, depth))) return true;
    const callers = this.contexts.callers(owner).filter((site) => !this.contexts.isTest(site.fn));
    const shift = owner.facts.parameters[0]?.binding === null ? 1 : 0;
    return callers.length > 0 && !isConstructor(owner) && callers.every((site) => {
      const value = argumentValue(site.fn, site.instruction, position - shift);
      return value !== null && this.lifeOf(site.fn, this.refs.of(site.fn, value), value, depth + 1) === "pooled";
    });
  }

  /** What a function of the program returns: something it made, or something that somebody keeps. */
  private lifeOfResult(fn: Fn, depth: number): TargetLife {
    if (depth > MAXIMUM_DEPTH) return "unknown";
    const lives: TargetLife[] = [];
    for (const { end } of fn.facts.blocks) {
      if (end.kind !== "return" || end.value === null) continue;
      for (const value of this.valuesOf(fn, end.value)) {
        if (isNull(fn, value)) continue;
        const ref = this.refs.of(fn, this.takenFrom(fn, value));
        const [name] = ref.fields;
        // What it was given and hands out again is not its own; an element is one of what it keeps.
        if (ref.root.kind === "this" && name !== undefined) lives.push(!ref.fields.includes("[]") && this.takenFrom(fn, value) === value && this.lifeOfField(fn, ref.root.cls, name, value, depth + 1) === "injected" ? "injected" : "instance");
        else lives.push(this.lifeOfMade(fn, value, depth + 1));
      }
    }
    // A getter that sometimes hands out what it keeps may always do so.
    if (lives.includes("process")) return "process";
    if (lives.includes("instance")) return "instance";
    return lives.includes("injected") ? "injected" : common(lives);
  }

  /** The values that a returned variable may have: of `kept ?? made` both. */
  private valuesOf(fn: Fn, value: ValueId): ValueId[] {
    const definition = fn.definition(value)?.instruction;
    if (definition?.op !== "load" || definition.place.kind !== "binding" || fn.module.binding(definition.place.binding)?.kind === "parameter") return [value];
    const stores = (fn.module.bindingStores.get(definition.place.binding) ?? []).filter((store) => store.fn === fn);
    return stores.length === 0 ? [value] : stores.map((store) => store.value);
  }

  /** What an element was taken out of: `this.runners.find(…)`, `this.runners.splice(i, 1)[0]`. */
  private takenFrom(fn: Fn, value: ValueId): ValueId {
    const definition = fn.definition(value)?.instruction;
    if (definition?.op === "load" && definition.place.kind === "index") return this.takenFrom(fn, definition.place.object);
    return definition?.op === "call" && definition.receiver !== null && TAKING.test(definition.method ?? "") ? definition.receiver : value;
  }

  /** The viewer is the class whose object it is, as far as that is told: another class with a field of that name has another one. */
  private lifeOfField(fn: Fn, cls: Cls, name: string, value: ValueId, depth: number, viewer = fn.cls): TargetLife {
    const stores = this.types.storesIn(viewer, this.refs.ofField(cls, name).key);
    const related = viewer?.related ?? cls.related;
    // A decorated method of Python is stored in the class's body like any other.
    const getter = viewer?.facts.methods.find((one) => one.name === name && one.kind === "getter");
    const made = getter && viewer?.module.fn(getter.function);
    if (made) return this.lifeOfResult(made, depth + 1);
    const declared = related.flatMap((one) => one.facts.fields.filter((field) => field.name === name).map((field) => ({ one, field })));
    const own = new Set(related.flatMap((one) => listedBy(one, this.types, this.api.ownLists)));
    if (declared.some(({ one, field }) => field.decorators?.some(({ path }) => path !== null && this.api.ownParts.has(path)) === true || this.types.ofRef(one.module, field.type).some((type) => this.api.ownParts.has(type) || own.has(type)))) return "instance";
    if (stores.some((store) => this.types.of(store.fn, store.value).some((type) => own.has(type) || this.api.ownParts.has(type)))) return "instance";
    if (stores.length === 0) return declared.length > 0 ? "injected" : "unknown";
    const { fn: call } = this.scopes.of(fn);
    const lives = stores.filter((store) => !isNull(store.fn, store.value)).map((store) => {
      if (this.elementRefs.isGiven(store)) return "instance";
      const isHere = this.scopes.of(store.fn).fn === call && !this.isMadeOnce(fn, store, stores, value);
      if (isHere && (isConstruction(store.fn, store.value) || this.lifeOfMade(store.fn, store.value, depth + 1) === "local")) return "local";
      const life = this.lifeOfMade(store.fn, store.value, depth + 1);
      if (life === "local") return isOfClass(store) ? "process" : "instance";
      return life === "parameter" ? "injected" : life;
    });
    if (lives.includes("local")) return "local"; // Made anew where it is listened to.
    if (lives.length === 0) return "unknown";
    return lives.every((one) => one === "instance") ? "instance" : lives.includes("injected") ? "injected" : common(lives);
  }

  /** `if (!this.worker) this.worker = new Worker()`: the next call finds the one of this call. */
  private isMadeOnce(fn: Fn, store: Stored, stores: readonly Stored[], value: ValueId): boolean {
    const at = fn.definition(value);
    const making = new Set(stores.filter((each) => each.fn === fn && !isNull(fn, each.value)).map((each) => each.site.block));
    return store.fn === fn && at !== undefined && !making.has(at.block) && isReachedWithout(fn, 0, at.block, making);
  }

  private isPath(stores: readonly Stored[] | undefined): boolean {
    return stores !== undefined && stores.length > 0 && stores.every((store) => isConstruction(store.fn, store.value));
  }
}

/** Methods of collections that give one of their elements. They belong to the languages. */
const TAKING = /^(?:find|findLast|splice|at|get|pop|shift|setdefault)$/u;

export function isConstructor(fn: Fn): boolean {
  return fn.facts.kind === "constructor" || fn.facts.kind === "initializer" || fn.facts.name === "__init__";
}

/** Where the first value of a module's, a class's or an object's field is put. */
export function isMaking(fn: Fn): boolean {
  return fn.facts.kind === "module" || fn.facts.kind === "class-body" || isConstructor(fn);
}

/** A static or class method that makes an object of its own class. */
export function isFactory(types: Types, fn: Fn): boolean {
  const { cls } = fn;
  if (!cls || !fn.facts.static) return false;
  for (const { instruction } of fn.sites()) {
    if (instruction.op !== "call") continue;
    const callee = types.calleeOf(fn, instruction);
    if (callee?.kind === "class" && cls.related.includes(callee.cls)) return true;
  }
  return false;
}

/** Names of functions that give what is there, by as long a convention. */
const GETTING = /^get(?=[A-Z_])/u;

/** Names of functions that make what they return, by long convention. */
const MAKING = /^(?:create|open|make|build|connect|spawn|fork|new)(?![a-z])/u;

/** `new Thing()`, `Thing()`, or what awaiting that gives. */
export function isConstruction(fn: Fn, value: ValueId): boolean {
  const definition = fn.definition(value)?.instruction;
  if (definition?.op === "await") return isConstruction(fn, definition.value);
  return definition?.op === "call" && (definition.isNew || /(?:^|\.)_*[A-Z]\w*$/u.test(definition.path ?? ""));
}

/** Somebody else's: it was there before the object or call and is there after it. */
export function isForeign(life: TargetLife): boolean {
  return life === "process" || life === "injected" || life === "parameter" || life === "pooled";
}

/** `options.target ?? window`: somebody else's either way, for as long as the shorter one lives. */
function either(lives: readonly TargetLife[]): TargetLife {
  const foreign = lives.length > 0 && lives.every((one) => one === "process" || one === "injected" || one === "parameter");
  return foreign && new Set(lives).size > 1 ? (lives.includes("parameter") ? "parameter" : "injected") : common(lives);
}

function common(lives: readonly TargetLife[]): TargetLife {
  const [first] = lives;
  return first !== undefined && lives.every((one) => one === first) ? first : "unknown";
}

/** `x = null` before it is made. */
export function isNull(fn: Fn, value: ValueId): boolean {
  const definition = fn.definition(value)?.instruction;
  return definition?.op === "constant" && (definition.value.kind === "null" || definition.value.kind === "other");
}

/** `static shared = new Emitter()`: the class's own, as long as the class. In Python what stands in a class's body may well give each object one of its own. */
function isOfClass({ fn, site }: Stored): boolean {
  return site.instruction.place.kind === "static" && fn.module.facts.language === "ts";
}
