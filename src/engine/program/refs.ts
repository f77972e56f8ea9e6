/**
 * References: what a value is, as a path from something nameable. `this.pool.timer` in two methods of one class is one
 * reference; so is a variable and the closure that captures it, or a module's variable and another module's import of it.
 *
 * Two values with the same `key` are taken to be the same thing. That is name-based aliasing with look-through for
 * variables assigned once: cheap, linear, and what a reader does. It is not a points-to analysis; where two names may
 * mean one object the engine finds no release and says what it looked for.
 */
import { OWN_FUNCTION } from "../../model/facts.js";
import type { BindingId, Call, Place, ValueId } from "../../model/facts.js";
import type { Words } from "./api.js";
import type { Cls, Fn, Mod, Program, Site } from "./program.js";

export type Root =
  | { kind: "this"; cls: Cls }
  | { kind: "binding"; module: Mod; binding: BindingId }
  | { kind: "global"; name: string }
  /** Something imported from outside the program. */
  | { kind: "import"; path: string }
  | { kind: "module"; module: Mod }
  | { kind: "call"; site: Site }
  | { kind: "closure"; fn: Fn }
  | { kind: "value"; fn: Fn; value: ValueId };

export interface Ref {
  root: Root;
  /** Field names below the root; "[]" stands for any element, a last "{}" for a copy: another container of the same elements. */
  fields: readonly string[];
  key: string;
}

const MAXIMUM_DEPTH = 12;

export class Refs {
  private readonly memo = new Map<Fn, (Ref | undefined)[]>();
  /** By class and name: the field that a property or method of that name only hands out. */
  private readonly shown = new Map<string, string | null>();

  constructor(readonly program: Program, private readonly words: Words) {}

  /** What a value is. Never fails: an unknown value is its own root. */
  of(fn: Fn, value: ValueId): Ref {
    return this.at(fn, value, 0);
  }

  /** `of` at a depth of look-through: past the limit, and where a definition leads back to itself, a value is its own root. */
  private at(fn: Fn, value: ValueId, depth: number): Ref {
    let known = this.memo.get(fn);
    if (!known) this.memo.set(fn, (known = []));
    const found = known[value];
    if (found) return found;
    if (depth > MAXIMUM_DEPTH) return make({ kind: "value", fn, value }, []);
    known[value] = make({ kind: "value", fn, value }, []);
    const ref = this.compute(fn, value, depth);
    known[value] = ref;
    return ref;
  }

  /** The same below a field; `Class.name` is the class's field, as where it is read. */
  field(ref: Ref, name: string): Ref {
    if ((ref.root.kind === "module" || ref.root.kind === "global") && ref.fields.length === 0) return this.fieldRef(ref, name, 0);
    const cls = ref.root.kind === "binding" && ref.fields.length === 0 ? this.program.classOfBinding(ref.root.module, ref.root.binding) : null;
    return cls ? this.ofField(cls, name) : ref.root.kind === "this" && ref.fields.length === 0 ? this.ofField(ref.root.cls, name) : make(ref.root, [...ref.fields, name]);
  }

  /** What the last field is a field of; null for a root. */
  owner(ref: Ref): Ref | null {
    return ref.fields.length === 0 ? null : make(ref.root, ref.fields.slice(0, -1));
  }

  ofBinding(module: Mod, binding: BindingId): Ref {
    return this.bindingRef(module, binding, 0);
  }

  ofField(cls: Cls, name: string): Ref {
    return make({ kind: "this", cls: cls.family }, [this.shownBy(cls.family, name, "getter") ?? name]);
  }

  /**
   * `@property def pool(self): …; return self._pool`, `get pool() { return this.#pool }`: the one field that all properties
   * of that name return, wherever they return anything. The same of methods without parameters: `self.get_pool()`.
   */
  private shownBy(family: Cls, name: string, kind: "getter" | "method"): string | null {
    const key = `${family.typeName}.${name}.${kind}`;
    const known = this.shown.get(key);
    if (known !== undefined) return known;
    this.shown.set(key, null); // What leads back to itself hands out nothing.
    const getters = family.methods.filter(({ facts }) => facts.kind === kind && facts.name === name);
    const found = getters.map((getter) => this.shownIn(getter, family));
    const [only] = found;
    const shown = only != null && only !== name && found.every((one) => one === only) ? only : null;
    this.shown.set(key, shown);
    return shown;
  }

  private shownIn(fn: Fn, family: Cls): string | null {
    if (fn.facts.static || fn.facts.generator || fn.facts.parameters.length > (fn.module.facts.language === "python" ? 1 : 0)) return null;
    const names = new Set<string | null>();
    for (const { end } of fn.facts.blocks) {
      if (end.kind !== "return" || end.value === null) continue;
      const value = fn.definition(end.value)?.instruction;
      if (value?.op === "constant" && value.value.kind === "null") continue;
      const { root, fields } = this.at(fn, end.value, 0);
      names.add(root.kind === "this" && root.cls === family && fields.length === 1 ? fields[0] ?? null : null);
    }
    return names.size === 1 ? [...names][0] ?? null : null;
  }

  /**
   * The name of a property whose key is a symbol: `this[kClients]` with `const kClients = Symbol()` is the field
   * "[kClients]". A key imported from outside the program counts where the object is `this`: what else would a name
   * made elsewhere be for. Null where the key is any other value.
   */
  symbolName(fn: Fn, place: Extract<Place, { kind: "index" }>): string | null {
    const key = fn.definition(place.key)?.instruction;
    if (fn.module.facts.language !== "ts" || key?.op !== "load" || key.place.kind !== "binding") return null;
    const target = this.program.importTarget(fn.module, key.place.binding);
    const module = target?.kind === "binding" ? target.module : fn.module;
    const id = target?.kind === "binding" ? target.binding : key.place.binding;
    const binding = module.binding(id);
    if (binding?.owner !== 0) return null;
    const isName = binding.kind === "import" ? this.isThis(fn, place.object) : this.isSymbol(module, id);
    return isName ? `[${binding.name}]` : null;
  }

  private isThis(fn: Fn, value: ValueId): boolean {
    const definition = fn.definition(value)?.instruction;
    return definition?.op === "load" && definition.place.kind === "this";
  }

  private isSymbol(module: Mod, id: BindingId): boolean {
    const stores = module.bindingStores.get(id) ?? [];
    return stores.length === 1 && stores.every((store) => {
      const made = store.fn.definition(store.value)?.instruction;
      return made?.op === "call" && this.words.is("symbols", made) === "path";
    });
  }

  private compute(fn: Fn, value: ValueId, depth: number): Ref {
    const own = (): Ref => make({ kind: "value", fn, value }, []);
    const definition = fn.definition(value);
    if (!definition) return own();
    const { instruction } = definition;
    switch (instruction.op) {
      case "load": {
        const { place } = instruction;
        switch (place.kind) {
          case "binding": return this.bindingRef(fn.module, place.binding, depth);
          case "global": return place.name === OWN_FUNCTION && fn.facts.kind !== "module" ? make({ kind: "closure", fn }, []) : make({ kind: "global", name: place.name }, []);
          case "this": case "class": case "super": return fn.cls ? make({ kind: "this", cls: fn.cls.family }, []) : make({ kind: "value", fn: outermostThis(fn), value: -1 }, []);
          case "static": {
            const cls = fn.module.cls(place.class);
            return cls ? this.ofField(cls, place.name) : own();
          }
          case "field": return this.fieldRef(this.at(fn, place.object, depth + 1), place.name, depth + 1);
          case "index": {
            const base = this.at(fn, place.object, depth + 1);
            return make(base.root, [...base.fields, this.symbolName(fn, place) ?? elementName(fn, place.key)]);
          }
        }
      }
      // falls through: every place returned
      case "await": return this.at(fn, instruction.value, depth + 1);
      case "next": {
        const base = this.at(fn, instruction.value, depth + 1);
        return make(base.root, [...base.fields, "[]"]);
      }
      case "enter": return this.at(fn, instruction.value, depth + 1);
      case "call": {
        const given = instruction.args.at(-1);
        if (given && this.words.is("same", instruction) === "path") return this.at(fn, given.value, depth + 1);
        const shown = this.shownByCall(fn, instruction, depth);
        if (shown) return shown;
        // list(x), x.values() are the elements of x again.
        const copy = this.words.is("copies", instruction);
        if (copy === "method" && instruction.receiver !== null) return copyOf(this.at(fn, instruction.receiver, depth + 1));
        if (copy === "path" && instruction.args.length === 1 && instruction.args[0]) return copyOf(this.at(fn, instruction.args[0].value, depth + 1));
        if (instruction.receiver !== null && this.words.is("takes", instruction) === "method" && instruction.args.length <= 2) {
          const base = this.at(fn, instruction.receiver, depth + 1);
          if (base.root.kind !== "call" && base.root.kind !== "import") return make(base.root, [...base.fields, "[]"]);
        }
        return make({ kind: "call", site: definition }, []);
      }
      case "closure": {
        const made = fn.module.fn(instruction.function);
        return made ? make({ kind: "closure", fn: made }, []) : own();
      }
      case "operation":
        if ((instruction.operator === "spread" || instruction.operator === "slice" || instruction.operator === "unpack") && instruction.inputs[0] !== undefined) {
          const base = this.at(fn, instruction.inputs[0], depth + 1);
          return instruction.operator === "unpack" ? make(base.root, [...base.fields, "[]"]) : base;
        }
        // `clearInterval(+timer)`
        return instruction.operator === "+" && instruction.inputs.length === 1 && instruction.inputs[0] !== undefined ? this.at(fn, instruction.inputs[0], depth + 1) : own();
      case "collection": {
        // [...x] has the elements of x.
        const [only, ...others] = instruction.elements;
        return only?.spread === true && others.length === 0 && instruction.shape !== "mapping" ? copyOf(this.at(fn, only.value, depth + 1)) : own();
      }
      default: return own();
    }
  }

  /** `this.getPool()`, where that only hands out a field. */
  private shownByCall(fn: Fn, call: Call, depth: number): Ref | null {
    if (call.receiver === null || call.method === null || call.args.length > 0) return null;
    const { root, fields } = this.at(fn, call.receiver, depth + 1);
    const name = root.kind === "this" && fields.length === 0 ? this.shownBy(root.cls, call.method, "method") : null;
    return name !== null && root.kind === "this" ? make(root, [name]) : null;
  }

  /** A field of a reference, where `module.name` and `Class.name` lead to what they name. */
  private fieldRef(base: Ref, name: string, depth: number): Ref {
    if (base.fields.length === 0) {
      if (base.root.kind === "module") {
        const target = this.program.exportOf(base.root.module, name);
        if (target?.kind === "binding") return this.bindingRef(target.module, target.binding, depth);
        if (target?.kind === "module") return make({ kind: "module", module: target.module }, []);
        if (target?.kind === "outside") return make({ kind: "import", path: target.path }, []);
      }
      if (base.root.kind === "binding") {
        const cls = this.program.classOfBinding(base.root.module, base.root.binding);
        if (cls) return this.ofField(cls, name);
      }
      if (base.root.kind === "this") return this.ofField(base.root.cls, name);
      if (base.root.kind === "import") return make({ kind: "import", path: `${base.root.path}.${name}` }, []);
      if (base.root.kind === "global" && (base.root.name === "window" || base.root.name === "globalThis")) return make({ kind: "global", name }, []);
    }
    return make(base.root, [...base.fields, name]);
  }

  private bindingRef(module: Mod, id: BindingId, depth: number): Ref {
    const itself = make({ kind: "binding", module, binding: id }, []);
    const binding = module.binding(id);
    if (!binding || depth > MAXIMUM_DEPTH) return itself;
    if (binding.kind === "import") {
      const target = this.program.importTarget(module, id);
      if (target?.kind === "binding") return target.module === module && target.binding === id ? itself : this.bindingRef(target.module, target.binding, depth + 1);
      if (target?.kind === "module") return make({ kind: "module", module: target.module }, []);
      if (target?.kind === "outside") return make({ kind: "import", path: target.path }, []);
      const found = module.facts.imports.find((one) => one.binding === id);
      return found ? make({ kind: "import", path: found.name === null ? found.module : `${found.module}.${found.name}` }, []) : itself;
    }
    if (binding.function !== null) {
      const fn = module.fn(binding.function);
      return fn ? make({ kind: "closure", fn }, []) : itself;
    }
    if (binding.kind === "parameter") {
      const bound = module.fn(binding.owner)?.facts.parameters.find((one) => one.binding === id)?.bound;
      return bound === undefined ? this.callbackParameter(module, id, depth) ?? itself : this.bindingRef(module, bound, depth + 1);
    }
    const stores = module.bindingStores.get(id) ?? [];
    // A variable assigned once is what it was assigned, where that is a path; a loop variable is an element.
    // A finaliser's copies are one store.
    const only = stores.every((one) => one.fn === stores[0]?.fn && one.site.instruction.at[0] === stores[0].site.instruction.at[0]) ? stores[0] : undefined;
    if (!only) return itself;
    const definition = only.fn.definition(only.value);
    const op = definition?.instruction.op;
    if (op === "load" || op === "next" || op === "closure" || op === "await" || op === "enter" || op === "call" || op === "operation" || op === "collection") {
      const stored = this.at(only.fn, only.value, depth + 1);
      // A call's result is a new thing each time: the variable is its name.
      return stored.root.kind === "call" || stored.root.kind === "value" ? itself : stored;
    }
    return itself;
  }

  /** `items.forEach((item, index, all) => …)`: the first parameter is an element of `items`, the third is `items`. */
  private callbackParameter(module: Mod, id: BindingId, depth: number): Ref | null {
    const owner = module.fn(module.binding(id)?.owner ?? -1);
    const position = owner?.facts.parameters.findIndex((parameter) => parameter.binding === id);
    if (!owner?.parent || position !== 0 && position !== 2) return null;
    for (const site of owner.parent.sites()) {
      if (site.instruction.op !== "closure" || site.instruction.function !== owner.id) continue;
      for (const use of owner.parent.uses(site.instruction.out)) {
        if (use.kind !== "instruction" || use.site.instruction.op !== "call") continue;
        const call = use.site.instruction;
        if (call.receiver === null || this.words.is("each", call) !== "method") continue;
        const base = this.at(owner.parent, call.receiver, depth + 1);
        return position === 2 ? base : make(base.root, [...base.fields, "[]"]);
      }
    }
    return null;
  }
}

/** A constant string key is a field (`timers["tick"]` is `timers.tick`); any other is an element. */
function elementName(fn: Fn, key: ValueId): string {
  const definition = fn.definition(key)?.instruction;
  return definition?.op === "constant" && definition.value.kind === "string" ? definition.value.value : "[]";
}

/** The function whose `this` a nested arrow shares, for `this` outside any class. */
function outermostThis(fn: Fn): Fn {
  let at = fn;
  while (at.facts.kind === "lambda" && at.parent && at.parent.facts.kind !== "module") at = at.parent;
  return at;
}

/** `list(x)`, `x.copy()`: growing or emptying it does nothing to x. */
function copyOf(ref: Ref): Ref {
  return ref.root.kind === "call" || ref.root.kind === "value" ? ref : make(ref.root, [...ref.fields, "{}"]);
}

function make(root: Root, path: readonly string[]): Ref {
  // An element of a copy is an element.
  const fields = path.includes("{}") ? path.filter((name, index) => name !== "{}" || index === path.length - 1) : path;
  return { root, fields, key: [rootKey(root), ...fields].join(".") };
}

function rootKey(root: Root): string {
  switch (root.kind) {
    case "this": return root.cls.typeName;
    case "binding": return `b${String(root.module.index)}:${String(root.binding)}`;
    case "global": return `g:${root.name}`;
    case "import": return `i:${root.path}`;
    case "module": return `m${String(root.module.index)}`;
    case "call": return `call${root.site.fn.key}:${String(root.site.instruction.at[0])}`;
    case "closure": return `fn${root.fn.key}`;
    case "value": return `v${root.fn.key}:${String(root.value)}`;
  }
}

/** The variable that the value of a conditional expression goes to: `const target = given ?? window`. */
function variableOf(module: Mod, temporary: BindingId): string | null {
  for (const [binding, [store, ...others]] of module.bindingStores) {
    const made = store && others.length === 0 ? store.fn.definition(store.value)?.instruction : undefined;
    if (made?.op === "load" && made.place.kind === "binding" && made.place.binding === temporary) return module.binding(binding)?.name ?? null;
  }
  return null;
}

/** A reference in the user's words: `self.pool.timer`, `document`. */
export function describe(ref: Ref): string {
  const fields = ref.fields.map((name) => (name === "{}" ? "" : name === "[]" ? "[…]" : `.${name}`)).join("");
  switch (ref.root.kind) {
    case "this": return (ref.root.cls.module.facts.language === "python" ? "self" : "this") + fields;
    case "binding": {
      const binding = ref.root.module.binding(ref.root.binding);
      return (binding === undefined ? "the value" : binding.kind === "temporary" ? variableOf(ref.root.module, ref.root.binding) ?? "the value" : binding.name) + fields;
    }
    case "global": return ref.root.name + fields;
    case "import": return (ref.root.path.split("/").at(-1) ?? "") + fields;
    case "module": return (ref.root.module.path.split("/").at(-1) ?? "").replace(/\.\w+$/u, "") + fields;
    case "closure": return ref.root.fn.facts.name + fields;
    case "call": {
      const call = ref.root.site.instruction;
      const name = call.op === "call" ? call.path ?? call.method ?? "call" : "value";
      return `${name}()${fields}`;
    }
    case "value": return fields === "" ? "the value" : `this${fields}`;
  }
}
