/**
 * What type a value has, as names: catalog types ("asyncio.AbstractEventLoop"), classes of the program
 * ("class:3:5"), literal shapes ("literal:list", "string"). A flow-insensitive union over everything that is stored in
 * a variable or field; empty means unknown.
 */
import { matchesArgument } from "../../catalog/pattern.js";
import type { Call, TypeRef, ValueId } from "../../model/facts.js";
import type { Api } from "./api.js";
import { CallPaths } from "./call-paths.js";
import { Interfaces } from "./interfaces.js";
import type { Cls, Fn, Mod, Program, Site, Stored } from "./program.js";
import { push } from "./program.js";
import type { Refs } from "./refs.js";

const MAXIMUM_DEPTH = 8;

export class Types {
  private readonly memo = new Map<Fn, (readonly string[] | undefined)[]>();
  /** Stores to fields, by reference key. */
  readonly fieldStores = new Map<string, Stored[]>();
  private readonly interfaces: Interfaces;
  private readonly supers = new Map<string, ReadonlySet<string>>();
  private readonly callPaths: CallPaths;

  constructor(private readonly program: Program, private readonly refs: Refs, private readonly api: Api) {
    this.interfaces = new Interfaces(program);
    this.callPaths = new CallPaths(program, refs, api, this.fieldStores);
    for (const fn of program.functions()) {
      for (const site of fn.sites()) {
        const { instruction } = site;
        if (instruction.op !== "store") continue;
        const { place } = instruction;
        if (place.kind === "field") {
          push(this.fieldStores, refs.field(refs.of(fn, place.object), place.name).key, { fn, value: instruction.value, site: site as Stored["site"] });
        } else if (place.kind === "index") {
          const name = refs.symbolName(fn, place);
          if (name !== null) push(this.fieldStores, refs.field(refs.of(fn, place.object), name).key, { fn, value: instruction.value, site: site as Stored["site"] });
        } else if (place.kind === "static") {
          const cls = fn.module.cls(place.class);
          if (cls) push(this.fieldStores, refs.ofField(cls, place.name).key, { fn, value: instruction.value, site: site as Stored["site"] });
        }
      }
    }
  }

  of(fn: Fn, value: ValueId, depth = 0): readonly string[] {
    let known = this.memo.get(fn);
    if (!known) this.memo.set(fn, (known = []));
    const found = known[value];
    if (found) return found;
    if (depth > MAXIMUM_DEPTH) return [];
    known[value] = []; // A recursive definition adds nothing to itself.
    const types = unique(this.compute(fn, value, depth));
    known[value] = types;
    return types;
  }

  /** Whether some type of the value is `type` or a subtype of it. */
  is(fn: Fn, value: ValueId, type: string): boolean {
    return this.of(fn, value).some((one) => this.isA(one, type));
  }

  /** Whether `one` is `type` or below it, by the catalog's `extends` and the program's classes. */
  isA(one: string, type: string): boolean {
    if (one === type) return true;
    return this.supersOfType(one).has(type);
  }

  /** `type` and everything above it. */
  supersOfType(type: string): ReadonlySet<string> {
    let all = this.supers.get(type);
    if (!all) this.supers.set(type, (all = this.supersOf(type)));
    return all;
  }

  /** A call path as the catalog writes it. */
  pathAlias(path: string): string {
    return this.api.typeAlias(path);
  }

  /** The path of a call as the catalog writes it, by whatever name the program calls it. */
  callPath(fn: Fn, call: Call): string | null {
    const path = this.callPaths.of(fn, call);
    return path === null ? null : this.pathAlias(path);
  }

  classOfType(type: string): Cls | null {
    const [kind, module, id] = type.split(":");
    return kind === "class" ? this.program.modules[Number(module)]?.cls(Number(id)) ?? null : null;
  }

  /** The class of the program that the value is an instance of, where all that is known says one. */
  classOf(fn: Fn, value: ValueId): Cls | null {
    for (const type of this.of(fn, value)) {
      const cls = this.classOfType(type);
      if (cls) return cls;
    }
    return null;
  }

  ofRef(module: Mod, type: TypeRef | null): readonly string[] {
    if (!type) return [];
    switch (type.kind) {
      case "named": {
        const cls = this.interfaces.implementer(module, type) ?? (type.binding === null ? null : this.program.classOfBinding(module, type.binding));
        if (cls) return [cls.typeName];
        const awaited = this.api.awaited.has(type.name) ? type.args.at(-1) : undefined;
        return awaited ? this.ofRef(module, awaited) : [this.api.typeAlias(type.name)];
      }
      case "union": return type.members.flatMap((member) => this.ofRef(module, member));
      case "literal": return ["literal"];
      case "function": return ["function"];
      case "other": return [];
    }
  }

  private supersOf(type: string): ReadonlySet<string> {
    const all = new Set<string>();
    const visit = (one: string): void => {
      if (all.has(one)) return;
      all.add(one);
      for (const base of this.api.extends.get(one) ?? []) visit(base);
      const cls = this.classOfType(one);
      for (const base of cls?.bases ?? []) visit(base.typeName);
      for (const outside of cls?.outside ?? []) visit(this.api.typeAlias(outside));
    };
    visit(type);
    return all;
  }

  private compute(fn: Fn, value: ValueId, depth: number): readonly string[] {
    const definition = fn.definition(value);
    if (!definition) return [];
    const { instruction } = definition;
    switch (instruction.op) {
      case "constant": return instruction.value.kind === "null" || instruction.value.kind === "other" ? [] : [instruction.value.kind];
      case "closure": return ["function"];
      case "class": {
        return ["type"];
      }
      case "collection": return [`literal:${instruction.shape}`];
      case "await": return this.of(fn, instruction.value, depth + 1);
      case "enter": return this.of(fn, instruction.value, depth + 1);
      case "call": return this.ofCall(fn, definition, depth);
      case "operation": {
        if (instruction.operator === "/" && instruction.inputs[0] !== undefined) {
          return this.of(fn, instruction.inputs[0], depth + 1).flatMap((type) => this.api.returnsOfMethod(type, "__truediv__", this) ?? []);
        }
        return instruction.operator === "f-string" || instruction.operator === "template" ? ["string"] : [];
      }
      case "load": {
        const { place } = instruction;
        switch (place.kind) {
          case "binding": return this.ofBinding(fn.module, place.binding, depth);
          case "global": return [this.api.typeAlias(place.name)];
          case "this": return fn.cls ? [fn.cls.typeName] : [];
          case "class": case "super": return [];
          case "field": return this.ofField(fn, place.object, place.name, depth);
          case "static": {
            const cls = fn.module.cls(place.class);
            return cls ? this.ofStores(this.fieldStores.get(this.refs.ofField(cls, place.name).key), depth) : [];
          }
          case "index": return this.refs.symbolName(fn, place) === null ? [] : this.ofStores(this.fieldStores.get(this.refs.of(fn, value).key), depth);
        }
      }
      // falls through: every place returned
      default: return [];
    }
  }

  private ofField(fn: Fn, object: ValueId, name: string, depth: number): readonly string[] {
    const owners = this.of(fn, object, depth + 1);
    const types: string[] = [];
    for (const owner of owners) {
      const cls = this.classOfType(owner);
      for (const related of cls?.related ?? []) {
        const field = related.facts.fields.find((one) => one.name === name);
        if (field?.type) types.push(...this.ofRef(related.module, field.type));
        const getter = related.facts.methods.find((one) => one.name === name && one.kind === "getter");
        const made = getter && related.module.fn(getter.function);
        if (made) types.push(...this.ofResult(made, depth + 1));
      }
      if (!cls) types.push(...(this.api.returnsOfMethod(owner, name, this) ?? []));
    }
    const ref = this.refs.field(this.refs.of(fn, object), name);
    if (types.length === 0) types.push(...this.ofStores(this.storesIn(fn.cls, ref.key), depth));
    if (types.length === 0 && ref.root.kind === "binding" && ref.fields.length === 0) types.push(...this.ofBinding(ref.root.module, ref.root.binding, depth + 1));
    if (types.length === 0 && (ref.root.kind === "import" || ref.root.kind === "global")) types.push(this.api.typeAlias(pathOf(ref.root, ref.fields)));
    return types;
  }

  /** The stores to a field that the class can see: two subclasses of one base may each have a field of that name. */
  storesIn(cls: Cls | null, key: string): readonly Stored[] {
    const stores = this.fieldStores.get(key) ?? [];
    return cls === null ? stores : stores.filter((store) => store.fn.cls === null || cls.related.includes(store.fn.cls));
  }

  ofBinding(module: Mod, id: number, depth = 0): readonly string[] {
    const binding = module.binding(id);
    if (!binding || depth > MAXIMUM_DEPTH) return [];
    if (binding.kind === "import") {
      const target = this.program.importTarget(module, id);
      if (target?.kind === "binding" && (target.module !== module || target.binding !== id)) return this.ofBinding(target.module, target.binding, depth + 1);
      if (target?.kind === "outside") return [this.api.typeAlias(target.path)];
      const found = module.facts.imports.find((one) => one.binding === id);
      return found && !target ? [this.api.typeAlias(found.name === null ? found.module : `${found.module}.${found.name}`)] : [];
    }
    if (binding.function !== null) return ["function"];
    const declared = this.ofRef(module, binding.type);
    if (declared.length > 0) return declared;
    return this.ofStores(module.bindingStores.get(id), depth);
  }

  private ofStores(stores: readonly Stored[] | undefined, depth: number): readonly string[] {
    return (stores ?? []).slice(0, 12).flatMap((store) => this.of(store.fn, store.value, depth + 1));
  }

  private ofCall(fn: Fn, site: Site, depth: number): readonly string[] {
    const call = site.instruction;
    if (call.op !== "call") return [];
    if (call.receiver !== null && call.method !== null) {
      for (const type of this.of(fn, call.receiver, depth + 1)) {
        const returned = this.api.returnsOfMethod(type, call.method, this);
        if (returned) return returned;
        const method = this.classOfType(type)?.method(call.method);
        if (method) return this.ofResult(method, depth + 1);
      }
    }
    const made = this.instanceMade(fn, call);
    if (made.length > 0) return made;
    const callee = this.calleeOf(fn, call);
    if (callee?.kind === "class") return [callee.cls.typeName];
    if (callee?.kind === "function") return this.ofResult(callee.fn, depth + 1);
    if (call.path !== null) {
      const path = this.api.typeAlias(call.path);
      const returned = this.api.returns.get(path);
      if (returned !== undefined) return [returned];
      const pairType = this.api.typeOfAcquire(path);
      if (pairType !== null) return [pairType];
      if (call.isNew || /(?:^|\.)_*[A-Z]\w*$/u.test(path)) return [path];
    } else if (call.isNew && call.callee !== null) {
      // A name for a class of another module, or for the global one.
      for (const path of this.of(fn, call.callee, depth + 1)) {
        const pairType = this.api.typeOfAcquire(path);
        if (pairType !== null) return [pairType];
      }
    }
    return [];
  }

  /** `inject(Store)`: an instance of the class that is given. */
  private instanceMade(fn: Fn, call: Call): readonly string[] {
    for (const { argument } of this.api.instances.match(fn, call, this)) {
      for (const given of call.args.filter((one, position) => matchesArgument(argument, position, one.name))) {
        const cls = this.classGiven(fn, given.value);
        if (cls) return [cls.typeName];
        const ref = this.refs.of(fn, given.value);
        if (ref.root.kind === "import") return [this.api.typeAlias(pathOf(ref.root, ref.fields))];
      }
    }
    return [];
  }

  /** The class of the program that a value is, as a value: `AppComponent`. */
  classGiven(fn: Fn, value: ValueId): Cls | null {
    const definition = fn.definition(value)?.instruction;
    return definition?.op === "load" && definition.place.kind === "binding" ? this.program.classOfBinding(fn.module, definition.place.binding) : null;
  }

  /** What a call's plain callee (or `module.name(…)`, or `this.method(…)`) is in the program. */
  calleeOf(fn: Fn, call: { callee: ValueId | null; receiver: ValueId | null; method: string | null }): { kind: "function"; fn: Fn } | { kind: "class"; cls: Cls } | null {
    if (call.callee !== null) {
      const definition = fn.definition(call.callee)?.instruction;
      if (definition?.op === "load" && definition.place.kind === "binding") {
        const cls = this.program.classOfBinding(fn.module, definition.place.binding);
        if (cls) return { kind: "class", cls };
      }
      if (definition?.op === "load" && definition.place.kind === "class" && fn.cls) return { kind: "class", cls: fn.cls };
      if (definition?.op === "load" && definition.place.kind === "super") {
        const base = fn.cls?.bases[0];
        const constructor = base?.method("constructor") ?? null;
        return constructor ? { kind: "function", fn: constructor } : null;
      }
      const ref = this.refs.of(fn, call.callee);
      if (definition?.op === "load" && definition.place.kind === "binding" && ref.root.kind === "module") {
        const whole = this.program.functionOfBinding(fn.module, definition.place.binding);
        if (whole) return { kind: "function", fn: whole };
      }
      if (ref.root.kind === "closure" && ref.fields.length === 0) return { kind: "function", fn: ref.root.fn };
      if (ref.root.kind === "binding" && ref.fields.length === 0) {
        const found = this.program.functionOfBinding(ref.root.module, ref.root.binding);
        if (found) return { kind: "function", fn: found };
        const cls = this.program.classOfBinding(ref.root.module, ref.root.binding);
        if (cls) return { kind: "class", cls };
      }
      return null;
    }
    if (call.receiver === null || call.method === null) return null;
    const receiver = this.refs.of(fn, call.receiver);
    if (receiver.root.kind === "module" && receiver.fields.length === 0) {
      const target = this.program.exportOf(receiver.root.module, call.method);
      if (target?.kind !== "binding") return null;
      const cls = this.program.classOfBinding(target.module, target.binding);
      if (cls) return { kind: "class", cls };
      const found = this.program.functionOfBinding(target.module, target.binding);
      return found ? { kind: "function", fn: found } : null;
    }
    const definition = fn.definition(call.receiver)?.instruction;
    if (definition?.op === "load" && (definition.place.kind === "this" || definition.place.kind === "class") && fn.cls) {
      return method(fn.cls, call.method) ?? this.storedFunction(this.refs.ofField(fn.cls, call.method).key);
    }
    if (definition?.op === "load" && definition.place.kind === "super") {
      for (const base of fn.cls?.bases ?? []) {
        const found = method(base, call.method);
        if (found) return found;
      }
      return null;
    }
    if (receiver.root.kind === "binding" && receiver.fields.length === 0) {
      const cls = this.program.classOfBinding(receiver.root.module, receiver.root.binding);
      if (cls) return method(cls, call.method);
    }
    const cls = this.classOf(fn, call.receiver);
    return cls ? method(cls, call.method) : null;
  }

  /** The functions of the program that the call may run: for a method without a body, those of the subclasses. */
  targetsOf(fn: Fn, call: Call): Fn[] {
    const { method: name, receiver } = call;
    const found = new Set<Fn>();
    for (const type of receiver === null || name === null ? [] : this.of(fn, receiver)) {
      const cls = this.classOfType(type);
      const own = name === null ? null : cls?.method(name);
      for (const target of own ? [own] : cls?.subclasses.map((each) => each.method(name ?? "")) ?? []) if (target) found.add(target);
    }
    const callee = found.size > 0 ? null : this.calleeOf(fn, call);
    return callee?.kind === "function" ? [callee.fn] : [...found];
  }

  private storedFunction(key: string): { kind: "function"; fn: Fn } | null {
    for (const store of this.fieldStores.get(key) ?? []) {
      const ref = this.refs.of(store.fn, store.value);
      if (ref.root.kind === "closure" && ref.fields.length === 0) return { kind: "function", fn: ref.root.fn };
    }
    return null;
  }

  private ofResult(fn: Fn, depth: number): readonly string[] {
    if (depth > MAXIMUM_DEPTH) return [];
    const declared = this.ofRef(fn.module, fn.facts.returns).filter((type) => type !== "literal");
    if (declared.length > 0) return declared;
    const types: string[] = [];
    for (const block of fn.facts.blocks) {
      if (block.end.kind === "return" && block.end.value !== null) types.push(...this.of(fn, block.end.value, depth + 1));
    }
    return types;
  }
}

/**
 * What a call of the method on an instance runs. One that is only declared is what the one subclass that has it says;
 * where several do, or it does nothing and some subclass does something, that is not known.
 */
function method(cls: Cls, name: string): { kind: "function"; fn: Fn } | null {
  const found = cls.method(name);
  const body = found ? bodyOf(found) : "none";
  if (found && body === "own") return { kind: "function", fn: found };
  const [only, ...others] = cls.implementations(name);
  if (!only) return found && !(body === "empty" && isInterface(found)) ? { kind: "function", fn: found } : null;
  return others.length === 0 && body !== "empty" && bodyOf(only) === "own" && !cls.related.some((one) => one.unknownBase) ? { kind: "function", fn: only } : null;
}

/** "none": it only says that others have one, under a decorator or by a raise. "empty": it does nothing, which may be all. */
function bodyOf(fn: Fn): "own" | "none" | "empty" {
  const [first] = fn.facts.blocks;
  if (!first) return "own";
  if (first.end.kind === "raise") return first.instructions.every(({ op }) => op === "constant" || op === "load" || op === "call") ? "none" : "own";
  if (first.end.kind !== "return" || first.end.value !== null || first.instructions.some(({ op }) => op !== "constant")) return "own";
  return fn.facts.decorators.length > 0 ? "none" : "empty";
}

/** A class of nothing but empty methods, below one from outside: a protocol. */
function isInterface(fn: Fn): boolean {
  const { cls } = fn;
  return cls !== null && cls.outside.length > 0 && cls.facts.methods.every((one) => {
    const each = cls.module.fn(one.function);
    return each === null || bodyOf(each) !== "own";
  });
}

function pathOf(root: { kind: "import"; path: string } | { kind: "global"; name: string }, fields: readonly string[]): string {
  return [root.kind === "import" ? root.path : root.name, ...fields].join(".");
}

function unique(types: readonly string[]): readonly string[] {
  return types.length < 2 ? types : [...new Set(types)];
}
