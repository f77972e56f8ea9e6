/** Keys of a table: whether they can only take a few values, are made anew each time, or are looked up before they are stored. */
import type { ContainerMethods } from "../../catalog/types.js";
import type { BlockId, Call, Test, ValueId } from "../../model/facts.js";
import { isReachedWithout } from "../program/blocks.js";
import type { Operations } from "./container-sites.js";
import type { Contexts } from "../contexts/contexts.js";
import { constantText } from "../program/constants.js";
import type { GrowthWords } from "../program/growth-words.js";
import type { Fn, Mod, Stored } from "../program/program.js";
import { push, successorsOf } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";
import type { Types } from "../program/types.js";
import { nameRead } from "../program/variables.js";
import { isElementOfWritten } from "../contexts/written-elements.js";

const MAXIMUM_DEPTH = 5;

export class ContainerKeys {
  private readonly visiting = new Set<string>();
  private readonly records = new Map<Mod, Map<string, { fn: Fn; value: ValueId }[]>>();

  constructor(private readonly refs: Refs, private readonly types: Types, private readonly words: GrowthWords, private readonly contexts: Contexts) {}

  /** Keys that can only take a few values: constants, members of an enumeration, booleans, classes, elements of a constant. */
  isClosed(fn: Fn, key: ValueId, depth = 0): boolean {
    const name = `${fn.key}:${String(key)}`;
    // A variable that is made from itself (`key = key.strip()`) is closed if what it began with is.
    if (this.visiting.has(name)) return true;
    this.visiting.add(name);
    const closed = this.computeClosed(fn, key, depth);
    this.visiting.delete(name);
    return closed;
  }

  private computeClosed(fn: Fn, key: ValueId, depth: number): boolean {
    const definition = fn.definition(key)?.instruction;
    if (!definition || depth > MAXIMUM_DEPTH) return false;
    if (definition.op === "constant" || definition.op === "class" || definition.op === "closure") return true;
    const types = this.types.of(fn, key);
    if (types.length > 0 && types.every((type) => this.words.isFewType(type))) return true;
    switch (definition.op) {
      case "collection": return definition.shape === "tuple" && definition.elements.every((element) => this.isClosed(fn, element.value, depth + 1));
      case "call":
        return this.isSetting(fn, key) || this.words.is("few", fn, definition) || definition.receiver !== null && definition.args.every((one) => this.isClosed(fn, one.value, depth + 1)) && this.isClosed(fn, definition.receiver, depth + 1)
          || this.givesFew(fn, definition, depth);
      case "operation": {
        // `value % 64`, `hash % SHARDS`, `code >> 8`, a text made of closed parts, a comparison.
        if (NARROWING.has(definition.operator) && !this.isText(fn, definition.inputs[0])) return definition.inputs[1] !== undefined && this.isNumberOfMany(fn, definition.inputs[1]);
        if (COMPARISONS.has(definition.operator)) return true;
        return definition.inputs.length > 0 && definition.inputs.every((input) => this.isClosed(fn, input, depth + 1));
      }
      case "next": return this.isConstantCollection(fn, definition.value) || this.isStanding(fn, definition.value);
      case "load": {
        const { place } = definition;
        if (place.kind === "class") return true;
        // What is counted up is made from itself, too.
        if (this.isCounter(fn, key)) return false;
        if (this.isSetting(fn, key) || isElementOfWritten(this.refs, this.types, fn, place.kind === "field" ? place.object : key)) return true;
        if (place.kind === "field") {
          if (this.words.hasFewValues(place.name) || this.isFewOfOwner(fn, place.object, place.name)) return true;
          const ref = this.refs.of(fn, key);
          if (ref.root.kind === "import" || ref.root.kind === "this" && ref.fields.length === 1 && this.words.isFewType(ref.root.cls.typeName)) return true;
          return this.types.of(fn, place.object).some((type) => this.types.classOfType(type) !== null && this.words.isFewType(type)) || this.isOfClosedRecords(fn.module, place.name, depth);
        }
        if (place.kind !== "binding") return false;
        if (this.words.isFewName(fn.module.binding(place.binding)?.name ?? "")) return true;
        if (this.isChecked(fn, key) || this.isAlwaysGiven(fn, place.binding, depth)) return true;
        const stores = fn.module.bindingStores.get(place.binding) ?? [];
        return stores.length > 0 && stores.every((store) => this.isClosedStore(store, depth + 1));
      }
      default: return false;
    }
  }

  /** `plugin.name` is a `plugin_name`, and `self.name` in a class of databases a `database_name`. */
  private isFewOfOwner(fn: Fn, object: ValueId, name: string): boolean {
    const load = fn.definition(object)?.instruction;
    const owner = load?.op !== "load" ? "" : load.place.kind === "this" ? fn.cls?.name ?? "" : nameRead(fn, object) ?? "";
    return owner !== "" && this.words.isFewName(`${owner}_${name}`);
  }

  /** The server's part of an address: `urlparse(self.url).netloc`, `new URL(link).origin`. */
  isOfServer(fn: Fn, key: ValueId, depth = 0): boolean {
    const definition = fn.definition(key)?.instruction;
    if (definition?.op !== "load" || depth > 2) return false;
    const { place } = definition;
    if (place.kind === "field") return this.words.serverFields.has(place.name);
    const stores = place.kind === "binding" ? fn.module.bindingStores.get(place.binding) ?? [] : [];
    return stores.length > 0 && stores.every((store) => store.fn === fn && this.isOfServer(fn, store.value, depth + 1));
  }

  /** A field of the container's own object that only its constructor sets: one key for each such container. */
  isOfOwnObject(fn: Fn, key: ValueId, table: Ref): boolean {
    const ref = this.refs.of(fn, key);
    if (ref.root.kind !== "this" || table.root.kind !== "this" || ref.fields.length !== 1 || ref.root.cls !== table.root.cls || this.isCounter(fn, key)) return false;
    const stores = this.types.fieldStores.get(ref.key) ?? [];
    return stores.length > 0 && stores.every((store) => store.fn.facts.kind === "constructor" || store.fn.facts.name === "__init__");
  }

  /**
   * What stands in the program's settings under a constant name, unless that is of a user or thing: `config["db"]["name"]`,
   * `settings.get("mode", "live")`, `this.config.host`.
   */
  private isSetting(fn: Fn, value: ValueId): boolean {
    const entry = this.entryOf(fn, value);
    return entry !== null && !this.words.isIdentity(entry.name) && (this.isNamedSettings(fn, entry.of) || this.isSetting(fn, entry.of));
  }

  private isNamedSettings(fn: Fn, value: ValueId): boolean {
    const definition = fn.definition(value)?.instruction;
    if (definition?.op !== "load") return false;
    const { place } = definition;
    return place.kind === "field" ? this.words.isSettings(place.name) : place.kind === "binding" && this.words.isSettings(fn.module.binding(place.binding)?.name ?? "");
  }

  /** What the value is taken out of by a constant name. */
  private entryOf(fn: Fn, value: ValueId): { of: ValueId; name: string } | null {
    const definition = fn.definition(value)?.instruction;
    if (definition?.op === "call") {
      const name = definition.receiver !== null && definition.args.length > 0 ? constantText(fn, definition.args[0]?.value ?? null) : null;
      return definition.receiver === null || name === null ? null : { of: definition.receiver, name };
    }
    if (definition?.op !== "load") return null;
    const { place } = definition;
    if (place.kind === "field") return { of: place.object, name: place.name };
    const name = place.kind === "index" ? constantText(fn, place.key) : null;
    return place.kind === "index" && name !== null ? { of: place.object, name } : null;
  }

  /** A field that all records made in the module give one of a few values: `const SIZES = { small: { width: 1 }, … }`, also by a function called with constants. */
  private isOfClosedRecords(module: Mod, field: string, depth: number): boolean {
    if (depth >= MAXIMUM_DEPTH || this.words.isIdentity(field)) return false;
    // What copies the field of another record adds nothing; a text, or the one value written here, may be an example of many;
    // what is calculated may count.
    const made = (this.recordsOf(module).get(field) ?? []).map((one) => ({ ...one, definition: one.fn.definition(one.value)?.instruction }))
      .filter(({ definition }) => !(definition?.op === "load" && definition.place.kind === "field" && definition.place.name === field));
    const isMany = made.length > 1 || made[0]?.definition?.op === "load";
    return isMany && made.every(({ fn, value, definition }) => definition?.op !== "operation" && !(definition?.op === "constant" && definition.value.kind === "string") && this.isClosed(fn, value, depth + 1));
  }

  /** What records of the module are made with, and what is stored in fields later, by the field's name. */
  private recordsOf(module: Mod): ReadonlyMap<string, readonly { fn: Fn; value: ValueId }[]> {
    let known = this.records.get(module);
    if (known) return known;
    this.records.set(module, (known = new Map<string, { fn: Fn; value: ValueId }[]>()));
    for (const fn of module.functions) {
      for (const { instruction } of fn.sites()) {
        if (instruction.op === "store" && instruction.place.kind === "field") push(known, instruction.place.name, { fn, value: instruction.value });
        for (const { key, value } of instruction.op === "collection" && instruction.shape === "mapping" ? instruction.elements : []) {
          const name = key === null ? undefined : fn.definition(key)?.instruction;
          if (name?.op === "constant" && name.value.kind === "string") push(known, name.value.value, { fn, value });
        }
      }
    }
    return known;
  }

  /**
   * An element of what lives as long as the container: one that takes it once has no more than that. `ofObject`: the
   * container is its object's, so what the object holds lives as long; else it must be a module's.
   */
  isElementOfLasting(fn: Fn, value: ValueId, ofObject: boolean): boolean {
    return this.isAlwaysOneOf(fn, value, ({ root, fields }) => (root.kind === "this" ? ofObject && fields.length > 0 : root.kind === "binding" && root.module.binding(root.binding)?.owner === 0));
  }

  /** A key of the table itself: `for key in self.store: self.store[key]`. */
  isKeyOf(fn: Fn, key: ValueId, table: Ref): boolean {
    // Of a copy, too: `for key in list(self.store)`.
    return this.isAlwaysOneOf(fn, key, (collection) => collection.key.replace(/\.\{\}$/u, "") === table.key);
  }

  /** A variable that loops alone give a value, each an element of a collection that `test` accepts. */
  private isAlwaysOneOf(fn: Fn, value: ValueId, test: (collection: Ref) => boolean): boolean {
    const definition = fn.definition(value)?.instruction;
    if (definition?.op !== "load" || definition.place.kind !== "binding") return false;
    const stores = fn.module.bindingStores.get(definition.place.binding) ?? [];
    return stores.length > 0 && stores.every((store) => {
      const stored = store.fn.definition(store.value)?.instruction;
      return stored?.op === "next" && test(this.refs.of(store.fn, stored.value));
    });
  }

  /** A function of the program that always returns one of a few values: `shardOf(id)`. */
  private givesFew(fn: Fn, call: Call, depth: number): boolean {
    const callee = this.types.calleeOf(fn, call);
    if (callee?.kind !== "function" || callee.fn.facts.generator) return false;
    const returned = callee.fn.facts.blocks.flatMap(({ end }) => (end.kind === "return" && end.value !== null ? [end.value] : []));
    return returned.length > 0 && returned.every((value) => this.isClosed(callee.fn, value, depth + 2));
  }

  /** What divides: a constant, or a constant's or a setting's name. */
  private isNumberOfMany(fn: Fn, value: ValueId): boolean {
    const definition = fn.definition(value)?.instruction;
    if (definition?.op === "constant") return true;
    if (definition?.op !== "load" || fn.module.facts.language === "python" && definition.place.kind === "binding" && fn.module.binding(definition.place.binding)?.owner === fn.id) return false;
    return definition.place.kind === "binding" || definition.place.kind === "field" || definition.place.kind === "static";
  }

  /** A parameter that every call seen gives one of a few values. */
  private isAlwaysGiven(fn: Fn, binding: number, depth: number): boolean {
    return this.everyGiven(fn.module, binding, (caller, value) => this.isClosed(caller, value, depth + 2), true);
  }

  /** Whether there are calls, and all give the parameter what `test` accepts; `orDefault`: or leave it to its default. */
  private everyGiven(module: Mod, binding: number, test: (caller: Fn, value: ValueId) => boolean, orDefault: boolean): boolean {
    const owner = module.fn(module.binding(binding)?.owner ?? -1);
    if (!owner || module.binding(binding)?.kind !== "parameter" || this.contexts.usedAsCallback(owner).length > 0) return false;
    const parameters = owner.facts.parameters.filter((parameter) => parameter.binding !== null || owner.module.facts.language === "ts");
    const position = parameters.findIndex((parameter) => parameter.binding === binding);
    const parameter = parameters[position];
    const calls = this.contexts.callers(owner);
    if (!parameter || parameter.kind === "rest" || parameter.kind === "keywords" || calls.length === 0) return false;
    return calls.every(({ fn: caller, instruction: call }) => {
      if (call.args.some((one) => one.spread)) return false;
      const given = call.args.find((one) => one.name === parameter.name) ?? call.args.filter((one) => one.name === null)[position];
      return given === undefined ? orDefault && parameter.default !== "none" : test(caller, given.value);
    });
  }

  private isClosedStore(store: Stored, depth: number): boolean {
    return store.fn.definition(store.value) !== undefined && this.isClosed(store.fn, store.value, depth);
  }

  private isText(fn: Fn, value: ValueId | undefined): boolean {
    const definition = value === undefined ? undefined : fn.definition(value)?.instruction;
    return definition?.op === "constant" && definition.value.kind === "string";
  }

  /** The function asks whether the key is one of a constant collection: `if name not in __all__: raise …`. */
  private isChecked(fn: Fn, key: ValueId): boolean {
    const wanted = this.refs.of(fn, key).key;
    return fn.facts.blocks.some(({ end }) => end.kind === "branch" && this.isMembership(fn, end.test, wanted)) || this.isOneOf(fn, key, wanted);
  }

  /** Every way to the use of the key has found it equal to a constant: `if name == "a": … elif name == "b": … else: raise`. */
  private isOneOf(fn: Fn, key: ValueId, wanted: string): boolean {
    const used = fn.definition(key)?.block;
    const known = new Set(fn.facts.blocks.flatMap(({ end }) => {
      if (end.kind !== "branch" || end.test.kind !== "equal") return [];
      const { left, right } = end.test;
      return [[left, right], [right, left]].some(([asked, other]) => asked !== undefined && other !== undefined
        && this.refs.of(fn, asked).key === wanted && fn.definition(other)?.instruction.op === "constant") ? [end.then] : [];
    }));
    return used !== undefined && known.size > 0 && !isReachedWithout(fn, 0, used, known);
  }

  private isMembership(fn: Fn, test: Test, wanted: string): boolean {
    if (test.kind === "in") return this.refs.of(fn, test.item).key === wanted && this.isConstantCollection(fn, test.container);
    if (test.kind !== "truthy") return false;
    // `ALLOWED.includes(name)`, `ALLOWED.has(name)`, `LABELS[name]`
    const call = fn.definition(test.value)?.instruction;
    if (call?.op === "load" && call.place.kind === "index") return this.refs.of(fn, call.place.key).key === wanted && this.isConstantCollection(fn, call.place.object);
    return call?.op === "call" && call.receiver !== null && call.args.length === 1 && call.args[0] !== undefined
      && this.refs.of(fn, call.args[0].value).key === wanted && this.isConstantCollection(fn, call.receiver);
  }

  /** A collection whose elements (or keys) are all constants, or one made from such a one. */
  isConstantCollection(fn: Fn, value: ValueId, depth = 0): boolean {
    const definition = fn.definition(value)?.instruction;
    if (!definition || depth > MAXIMUM_DEPTH) return false;
    if (definition.op === "collection") {
      return definition.elements.length > 0 && definition.elements.every((element) => element.spread
        ? this.isConstantCollection(fn, element.value, depth + 1)
        : fn.definition(element.key ?? element.value)?.instruction.op === "constant" || this.isConstantCollection(fn, element.value, depth + 1));
    }
    if (definition.op === "call") {
      const [only] = definition.args;
      if (definition.receiver !== null && definition.args.length === 0 && definition.path === null) return this.isConstantCollection(fn, definition.receiver, depth + 1);
      return definition.args.length === 1 && only !== undefined && this.isConstantCollection(fn, only.value, depth + 1);
    }
    if (definition.op === "operation") return definition.inputs.length > 0 && definition.inputs.every((input) => this.isConstantCollection(fn, input, depth + 1));
    if (definition.op === "load") {
      const ref = this.refs.of(fn, value);
      const stores = ref.root.kind === "binding" && ref.fields.length === 0 ? ref.root.module.bindingStores.get(ref.root.binding) ?? []
        : ref.root.kind === "this" && ref.fields.length === 1 ? this.types.fieldStores.get(ref.key) ?? [] : [];
      return stores.length === 1 && stores.every((store) => this.isConstantCollection(store.fn, store.value, depth + 1));
    }
    return false;
  }

  /**
   * What stands as long as the program: an attribute that only class bodies set, a module's variable, a parameter that every
   * call seen gives one of these. Its elements are no more than it holds; if it grows, that is its own story. What is given
   * up: a table that outlives entries which the standing one has lost.
   */
  private isStanding(fn: Fn, value: ValueId, depth = 0): boolean {
    const ref = this.refs.of(fn, value);
    const fields = ref.fields.filter((name) => name !== "{}");
    if (ref.root.kind === "binding" && fields.length === 0) {
      const { module, binding } = ref.root;
      const owner = module.fn(module.binding(binding)?.owner ?? -1);
      if (module.binding(binding)?.kind === "variable" && owner?.facts.kind === "module") return (module.bindingStores.get(binding) ?? []).length > 0;
      return depth <= MAXIMUM_DEPTH && this.everyGiven(module, binding, (caller, given) => this.isStanding(caller, given, depth + 2), false);
    }
    if (ref.root.kind !== "this" || fields.length !== 1) return false;
    const stores = this.types.fieldStores.get(ref.key) ?? [];
    return stores.length > 0 && stores.every((store) => store.fn.facts.kind === "class-body");
  }

  /** A key that is another one each time: a random number, a counter, the time, an identity. */
  isFresh(fn: Fn, key: ValueId, depth = 0): boolean {
    const definition = fn.definition(key)?.instruction;
    if (!definition || depth > MAXIMUM_DEPTH) return false;
    switch (definition.op) {
      case "call":
        return this.words.is("fresh", fn, definition) || definition.args.some((one) => this.isFresh(fn, one.value, depth + 1))
          || definition.receiver !== null && this.isFresh(fn, definition.receiver, depth + 1) || this.givesFresh(fn, definition, depth);
      case "operation": return definition.inputs.some((input) => this.isFresh(fn, input, depth + 1)) || this.isCounted(fn, definition.inputs);
      case "load": {
        if (definition.place.kind === "field") return this.isFresh(fn, definition.place.object, depth + 1) || this.isCounter(fn, key) || this.isFreshPart(fn, definition.place.object, definition.place.name, depth);
        if (definition.place.kind !== "binding") return false;
        if (this.isCounter(fn, key)) return true;
        return (fn.module.bindingStores.get(definition.place.binding) ?? []).some((store) => store.fn === fn && this.isFresh(fn, store.value, depth + 1));
      }
      default: return false;
    }
  }

  /** A method that hands out the next number. */
  private givesFresh(fn: Fn, call: Call, depth: number): boolean {
    const callee = this.types.calleeOf(fn, call);
    return callee?.kind === "function" && callee.fn.facts.blocks.some(({ end }) => end.kind === "return" && end.value !== null && this.isFresh(callee.fn, end.value, depth + 1));
  }

  /** A part of a record that the function puts together: `packet = { id: next() }`, `packet.id`. */
  private isFreshPart(fn: Fn, object: ValueId, name: string, depth: number): boolean {
    const load = fn.definition(object)?.instruction;
    if (load?.op !== "load" || load.place.kind !== "binding") return false;
    return (fn.module.bindingStores.get(load.place.binding) ?? []).some((store) => {
      const made = store.fn === fn ? fn.definition(store.value)?.instruction : undefined;
      return made?.op === "collection" && made.elements.some((element) => constantText(fn, element.key) === name && this.isFresh(fn, element.value, depth + 1));
    });
  }

  /** `next_id += 1` somewhere, and used as a key. */
  isCounter(fn: Fn, value: ValueId): boolean {
    const ref = this.refs.of(fn, value);
    const stores = ref.root.kind === "binding" && ref.fields.length === 0 ? ref.root.module.bindingStores.get(ref.root.binding) ?? [] : this.types.fieldStores.get(ref.key) ?? [];
    return stores.some((store) => {
      const { instruction } = store.site;
      const made = store.fn.definition(store.value)?.instruction;
      return instruction.augmented && made?.op === "operation" && made.operator.startsWith("+") && made.inputs.some((input) => store.fn.definition(input)?.instruction.op === "constant" || made.inputs.length === 1);
    });
  }

  private isCounted(fn: Fn, inputs: readonly ValueId[]): boolean {
    return inputs.some((input) => fn.definition(input)?.instruction.op === "load" && this.isCounter(fn, input));
  }

  /** The function (or the one around it) asks for the key before it stores it. */
  looksUpFirst(fn: Fn, operations: Operations, methods: ContainerMethods, key: ValueId): boolean {
    const wanted = this.refs.of(fn, key).key;
    const shape = this.shapeOf(fn, key);
    const scope = new Set([fn, fn.parent]);
    const same = (site: { fn: Fn }, value: ValueId): boolean =>
      scope.has(site.fn) && (this.refs.of(site.fn, value).key === wanted || shape !== null && this.shapeOf(site.fn, value) === shape);
    return operations.tests.some((one) => same(one, one.test.item))
      || operations.indexLoads.some((site) => site.instruction.op === "load" && site.instruction.place.kind === "index" && same(site, site.instruction.place.key))
      || operations.receivers.some((site) => site.instruction.op === "call" && methods.reads.includes(site.instruction.method ?? "") && site.instruction.args[0] !== undefined && same(site, site.instruction.args[0].value));
  }

  /** Comes to the block only where the table has the key: `if key in table:`, `if (table[key] === false) table[key] = true`. */
  isThere(fn: Fn, block: BlockId, operations: Operations, methods: ContainerMethods, key: ValueId): boolean {
    const wanted = this.refs.of(fn, key).key;
    const shape = this.shapeOf(fn, key);
    const same = (value: ValueId): boolean => this.refs.of(fn, value).key === wanted || shape !== null && this.shapeOf(fn, value) === shape;
    const entries = new Set([...operations.indexLoads, ...operations.receivers].flatMap(({ fn: user, instruction }) => {
      if (user !== fn) return [];
      if (instruction.op === "load") return instruction.place.kind === "index" && same(instruction.place.key) ? [instruction.out] : [];
      return instruction.op === "call" && methods.reads.includes(instruction.method ?? "") && instruction.args.length === 1 && instruction.args[0] && same(instruction.args[0].value) ? [instruction.out] : [];
    }));
    const isSomething = (value: ValueId): boolean => {
      const made = fn.definition(value)?.instruction;
      return made?.op === "constant" && made.value.kind !== "null";
    };
    return fn.facts.blocks.some(({ end }, at) => {
      if (end.kind !== "branch" || end.then === end.else) return false;
      const { test } = end;
      const says = test.kind === "in" ? same(test.item) && operations.tests.some((one) => one.fn === fn && one.block === at)
        : test.kind === "truthy" ? entries.has(test.value)
          : test.kind === "equal" && (entries.has(test.left) && isSomething(test.right) || entries.has(test.right) && isSomething(test.left));
      return says && !isReachedWithout(fn, 0, block, new Set([end.then])) && fn.facts.blocks.every((other, id) => id === at || !successorsOf(other.end).includes(end.then));
    });
  }

  /** What is already there is an error: `if (types.has(name)) throw …`. */
  refusesKnown(fn: Fn): boolean {
    return fn.facts.blocks.some(({ end }) => {
      if (end.kind !== "branch" || end.test.kind !== "in" && end.test.kind !== "truthy") return false;
      if (end.test.kind === "truthy" && fn.definition(end.test.value)?.instruction.op !== "call") return false;
      return fn.block(end.then)?.end.kind === "raise";
    });
  }

  /** Text that two ways to write the same expression share: `cache[uri.toString()]` twice. Null for what is not a pure path of calls. */
  shapeOf(fn: Fn, value: ValueId, depth = 0): string | null {
    const definition = fn.definition(value)?.instruction;
    if (!definition || depth > MAXIMUM_DEPTH) return null;
    if (definition.op === "constant") return JSON.stringify(definition.value);
    if (definition.op === "load") return definition.place.kind === "index" ? null : this.refs.of(fn, value).key;
    if (definition.op === "operation" || definition.op === "collection") {
      const inputs = definition.op === "operation" ? definition.inputs : definition.elements.map((element) => element.value);
      const parts = inputs.map((input) => this.shapeOf(fn, input, depth + 1));
      return parts.includes(null) ? null : `${definition.op === "operation" ? definition.operator : definition.shape}(${parts.join(",")})`;
    }
    if (definition.op !== "call") return null;
    const head = definition.receiver === null ? definition.path : this.shapeOf(fn, definition.receiver, depth + 1);
    const parts = definition.args.map((one) => this.shapeOf(fn, one.value, depth + 1));
    return head === null || parts.includes(null) ? null : `${head}.${definition.method ?? ""}(${parts.join(",")})`;
  }
}

/** Of any number they leave a few. */
const NARROWING = new Set(["%", "&", ">>", ">>>"]);

const COMPARISONS = new Set(["==", "===", "!=", "!==", "<", "<=", ">", ">=", "in", "not in", "is", "is not", "not", "!", "instanceof", "typeof"]);
