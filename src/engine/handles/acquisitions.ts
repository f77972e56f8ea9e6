/**
 * Where handles start: at a call that the catalog says acquires, or at a call of a function of the program that returns
 * such a handle unreleased. One call may start several: the two ends of a pipe.
 */
import type { BindingId, Call, TypeRef, ValueId } from "../../model/facts.js";
import { argumentValue, loadedName } from "../program/api.js";
import type { Api, CompiledPair, Words } from "../program/api.js";
import { ClearedBefore } from "./cleared-before.js";
import type { Contexts } from "../contexts/contexts.js";
import { isWithin } from "../contexts/endings.js";
import { Evidence } from "./evidence.js";
import { decidesAny, givenBy } from "../program/given.js";
import type { Given } from "../program/given.js";
import type { CallSite, Holders } from "../contexts/holders.js";
import { Owners } from "./owners.js";
import type { Owner } from "./owners.js";
import type { Acquired, Paths } from "../paths/paths.js";
import { push } from "../program/program.js";
import type { Cls, Fn, Program } from "../program/program.js";
import type { Refs } from "../program/refs.js";
import type { Types } from "../program/types.js";
import { loadsIn, namesOf } from "../program/variables.js";

export interface Start {
  pair: CompiledPair;
  acquired: Acquired;
  /** The helper that acquired it, where the handle came out of a function of the program. */
  through: Fn | null;
}

/** A handle that a function gives to its caller, whole or as an element of a tuple. */
export interface Owned {
  pair: CompiledPair;
  element: number | null;
  /** Where the function gets it. */
  starts: readonly Start[];
}

/** Names of functions that are given to make something, where only the declared result says what. */
const MAKING = /factory|create|make|build|open|spawn|connect|^new/iu;
/** Rules whose handles are commonly returned for other reasons than to hand them over. */
const NOT_OWNED = new Set(["orphan-task", "timer-leak", "logger-handler"]);

/** `open_database`, `openDatabase`. */
const SEVERAL_WORDS = /^_*[a-z]+(?:_[a-z]|[A-Z])/u;

/** Rules whose handles are followed into the callback that a promise hands them to. */
const CONTINUED = new Set(["unclosed-file", "unclosed-connection", "executor-leak", "unreleased-lock"]);

export class Acquisitions {
  private readonly owned = new Map<Fn, readonly Owned[]>();
  /** All of them, also where a caller gets one of several. */
  private readonly all = new Map<Fn, readonly Owned[]>();

  private methods: ReadonlyMap<string, readonly Fn[]> | null = null;
  private readonly owners: Owners;
  readonly evidence: Evidence;
  readonly cleared: ClearedBefore;

  constructor(private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly holders: Holders, private readonly paths: Paths, private readonly contexts: Contexts) {
    this.owners = new Owners(refs, api, paths, holders, (fn, site) => this.at(fn, site));
    this.evidence = new Evidence(refs, types, api, holders);
    this.cleared = new ClearedBefore(api, types);
  }

  /** The handles that a call starts: what is known to be one, or else what the code around it treats as one. */
  at(fn: Fn, site: CallSite): Start[] {
    const known = this.known(fn, site);
    if (known.length > 0) return known;
    const pair = this.evidence.of(fn, site);
    return pair ? [{ pair, through: null, acquired: { fn, site, pair, value: site.instruction.out } }] : [];
  }

  /** An open file, or bytes in memory, by its name: `ZipFile(stream)`, `Image.open(request.files["file"])`. */
  private isOpenFile(fn: Fn, value: ValueId | null): boolean {
    const definition = value === null ? undefined : fn.definition(value)?.instruction;
    if (value === null || !definition) return false;
    const known = this.types.of(fn, value);
    if (known.length > 0 && known.every((type) => type === "string" || this.api.pathTypes.has(type))) return false;
    if (definition.op === "call") return OPEN_FILE.test(definition.method ?? definition.path?.split(".").at(-1) ?? "");
    if (definition.op !== "load" || definition.place.kind !== "index") return OPEN_FILE.test(loadedName(fn, value));
    const key = fn.definition(definition.place.key)?.instruction;
    return key?.op === "constant" && key.value.kind === "string" && OPEN_FILE.test(key.value.value);
  }

  /**
   * What a method of the program makes is told by its code; a method's name and its arguments say it of others' only, and
   * nothing of a function that stands in a module: `atlas.open(folder, mode="r")` may give anything.
   */
  private isNoSuchMethod(fn: Fn, call: Call, pair: CompiledPair): boolean {
    if (pair.rule !== "unclosed-file" || !pair.acquire.every((text) => text.startsWith("*#"))) return false;
    return this.types.calleeOf(fn, call)?.kind === "function" || fn.module.facts.imports.some((one) => one.name === null && call.path === `${one.module}.${call.method ?? ""}`);
  }

  private known(fn: Fn, site: CallSite): Start[] {
    const call = site.instruction;
    const pairs = this.api.acquired(fn, call, this.types);
    for (const [index, pair] of pairs.entries()) {
      if (pair.handle === "registration" || this.isNoSuchMethod(fn, call, pair) || pair.over !== undefined && this.isOpenFile(fn, argumentValue(fn, call, pair.over))) continue;
      if (call.args.some((one) => this.types.of(fn, one.value).some((type) => this.api.inMemory.has(type)))) return [];
      const starts = this.ofPair(fn, site, pair);
      // What is on disk stays there whatever becomes of the descriptor.
      if (starts) return [...starts, ...pairs.slice(index + 1).flatMap((other) => (other.path === true ? this.ofPair(fn, site, other) ?? [] : []))];
    }
    const callee = this.types.calleeOf(fn, call);
    if (callee === null) {
      const pair = this.madeByFactory(fn, call);
      const named = pair ? null : this.byNameAlone(fn, call);
      return pair || named ? [{ pair: pair ?? named?.pair, through: named?.fn ?? null, acquired: { fn, site, pair: pair ?? named?.pair, value: call.out } } as Start] : [];
    }
    if (callee.kind === "class") {
      const owner = this.owners.of(callee.cls) ?? this.adopted(fn, call, callee.cls);
      if (!owner || owner.conditional && call.args.length > 0) return [];
      return [{ pair: owner.pair, through: null, acquired: { fn, site, pair: owner.pair, value: call.out } }];
    }
    if (callee.fn.facts.generator || callee.fn.facts.decorators.length > 0) return [];
    const opened = this.opened(fn, site, callee.fn);
    if (opened) return [opened];
    return this.ownedBy(fn, call, callee.fn, null).map(({ pair, element, starts }) => ({ pair, through: callee.fn, acquired: { fn, site, pair, value: call.out, ...(element === null ? {} : { element }), ...(this.isOpened(pair, starts) ? { opened: true } : {}) } }));
  }

  /** What opens on its first use was used before it was handed out. */
  private isOpened(pair: CompiledPair, starts: readonly Start[]): boolean {
    return pair.opensOnUse !== undefined && starts.some(({ acquired }) => acquired.opened === true || this.paths.follow(acquired).used === true);
  }

  /** `conn.connect()` on an object made here that nobody else has yet, where its class keeps in it what that opens. */
  private opened(fn: Fn, site: CallSite, method: Fn): Start | null {
    const { receiver } = site.instruction;
    const definition = receiver === null ? undefined : fn.definition(receiver)?.instruction;
    if (receiver === null || definition?.op !== "load" || definition.place.kind !== "binding" || fn.facts.kind === "module") return null;
    const id = definition.place.binding;
    const binding = fn.module.binding(id);
    if (binding?.owner !== fn.id || binding.kind !== "variable") return null;
    const opening = this.owners.openedBy(method);
    if (!opening || binding.captured && this.holders.releasedInClosure(opening.pair, fn.module, id)) return null;
    const stores = fn.module.bindingStores.get(id) ?? [];
    if (stores.length === 0 || !stores.every((store) => store.fn === fn && this.isMadeOf(fn, store.value))) return null;
    // Followed from where it is made, it needs no second look.
    if (stores.some((store) => this.startsFrom(fn, store.value))) return null;
    const isGiven = [...fn.sites()].some(({ instruction }) => instruction.op === "load" && instruction.place.kind === "binding" && instruction.place.binding === id
      && instruction.at[0] < site.instruction.at[0] && this.holders.fateOfValue(fn, instruction.out, opening.pair) !== "borrowed");
    return isGiven ? null : { pair: opening.pair, through: null, acquired: { fn, site, pair: opening.pair, value: receiver, receiver: id, unsafe: opening.unsafe } };
  }

  private startsFrom(fn: Fn, value: ValueId): boolean {
    const maker = originOf(fn, value, 0);
    return maker !== null && this.at(fn, maker).length > 0;
  }

  /** Whether a value is a new instance of a class of the program. */
  private isMadeOf(fn: Fn, value: ValueId): boolean {
    const call = originOf(fn, value, 0)?.instruction;
    return call !== undefined && this.types.calleeOf(fn, call)?.kind === "class";
  }

  /** `Wrapper(sock)` where the socket is a handle of this function and the wrapper's own clean-up closes it. */
  private adopted(fn: Fn, call: Call, cls: Cls): Owner | null {
    for (const [position, { value, name, spread }] of call.args.entries()) {
      const origin = spread ? null : originOf(fn, value, 0);
      // A release of what is inside is one of the whole.
      if (!origin || origin.instruction === call || this.releasesHere(fn, value)) continue;
      for (const start of this.at(fn, origin)) {
        const pair = start.pair.evidence === undefined && start.acquired.element === undefined ? this.owners.adopting(cls, position, name, start.pair) : null;
        if (pair) return { pair, conditional: false };
      }
    }
    return null;
  }

  /** Whether the function itself closes the variable that a value is read from, or gives it to somebody else, too. */
  private releasesHere(fn: Fn, value: ValueId): boolean {
    const definition = fn.definition(value)?.instruction;
    if (definition?.op !== "load" || definition.place.kind !== "binding") return false;
    const { binding } = definition.place;
    const isIt = (other: ValueId): boolean => {
      const load = other === value ? undefined : fn.definition(other)?.instruction;
      return load?.op === "load" && load.place.kind === "binding" && load.place.binding === binding;
    };
    return [...fn.sites()].some(({ instruction }) => {
      if (instruction.op === "collection") return instruction.elements.some((element) => isIt(element.value));
      if (instruction.op !== "call") return false;
      if (instruction.receiver !== null && instruction.method !== null && this.api.releaseMethods.has(instruction.method) && isIt(instruction.receiver)) return true;
      return instruction.args.some((one) => isIt(one.value)) && !this.api.borrows.has(fn, instruction, this.types);
    });
  }

  private ofPair(fn: Fn, site: CallSite, pair: CompiledPair): Start[] | null {
    const { out } = site.instruction;
    switch (pair.handle) {
      case "receiver": {
        const acquired = this.receiver(fn, site, pair);
        return acquired ? [{ pair, through: null, acquired }] : null;
      }
      case "state": {
        const acquired = this.state(fn, site, pair);
        return acquired ? [{ pair, through: null, acquired }] : null;
      }
      case "delivered": {
        const acquired = this.delivered(fn, site, pair);
        return acquired ? [{ pair, through: null, acquired }] : null;
      }
      case "registration": return null;
      default:
        if (CONTINUED.has(pair.rule) && !pair.elements && !pair.releases.some((pattern) => pattern.kind === "await")) {
          const next = continuation(fn, out, this.api.words) ?? this.resolvedTo(fn, out);
          if (next) return [{ pair, through: null, acquired: { fn: next.fn, site, pair, value: out, entry: { handle: next.handle, error: null, release: null } } }];
        }
        if (pair.elements) return pair.elements.map((element) => ({ pair, through: null, acquired: { fn, site, pair, value: out, element } }));
        return [{ pair, through: null, acquired: { fn, site, pair, value: out } }];
    }
  }

  /** `load().then((blob) => open(blob)).then((handle) => …)`: what a promise's callback returns is what the next one is given. */
  private resolvedTo(fn: Fn, value: ValueId): { fn: Fn; handle: BindingId } | null {
    const [use, ...others] = fn.uses(value);
    if (use?.kind !== "end" || use.end.kind !== "return" || others.length > 0) return null;
    const [given, ...more] = this.contexts.usedAsCallback(fn);
    if (!given || more.length > 0 || given.position !== 0 || this.api.words.is("continues", given.site.instruction) !== "method") return null;
    return continuation(given.site.fn, given.site.instruction.out, this.api.words);
  }

  /** `server.listen()` on a local that nobody else has got, or at the end of the chain that makes it: `const server = create().once(…).listen()`. */
  private receiver(fn: Fn, site: CallSite, pair: CompiledPair): Acquired | null {
    const { receiver, out } = site.instruction;
    if (receiver === null) return null;
    const definition = fn.definition(receiver)?.instruction;
    const isChain = definition?.op === "call" && this.api.words.is("chains", site.instruction) === "method" && this.isMadeInChain(fn, receiver);
    const id = definition?.op === "load" && definition.place.kind === "binding" ? definition.place.binding : isChain ? namesOf(fn, out)[0] ?? null : null;
    if (id === null) return null;
    const binding = fn.module.binding(id);
    if (binding?.owner !== fn.id || binding.kind !== "variable" || fn.facts.kind === "module") return null;
    const fate = this.holders.fateOfParameter(fn, id, pair);
    if (fate === "kept" || fate === "returned") return null;
    if (binding.captured && this.holders.releasedInClosure(pair, fn.module, id)) return null;
    // What makes it must be here too: a lookup may give the same object twice.
    const stores = fn.module.bindingStores.get(id) ?? [];
    if (isChain) return stores.length === 1 ? { fn, site, pair, value: out } : null;
    const isMade = stores.every((store) => store.fn === fn && isConstruction(fn, store.value));
    return isMade && stores.length > 0 ? { fn, site, pair, value: receiver, receiver: id } : null;
  }

  private isMadeInChain(fn: Fn, value: ValueId): boolean {
    const call = fn.definition(value)?.instruction;
    if (call?.op !== "call") return false;
    return call.receiver !== null && this.api.words.is("chains", call) === "method" ? this.isMadeInChain(fn, call.receiver) : isConstruction(fn, value);
  }

  /**
   * `self._lock.acquire()` as a statement of its own, so that it waits until it has it, where this function gives it back
   * further on or nobody in the program does. A class whose one method takes it and another gives it back means that.
   */
  private state(fn: Fn, site: CallSite, pair: CompiledPair): Acquired | null {
    const { receiver, out, args } = site.instruction;
    if (receiver === null || args.length > 0 || fn.facts.kind === "module" || !isStatement(fn, out)) return null;
    const { key, root } = this.refs.of(fn, receiver);
    const outlives = root.kind === "this" || root.kind === "import" || root.kind === "binding" && root.module.binding(root.binding)?.owner !== fn.id;
    if (!outlives) return null;
    const releases = this.holders.usesOf(key).filter((use) => this.api.released(pair, use.site.fn, use.site.instruction, this.types) !== null);
    if (releases.length > 0 && !releases.some((use) => use.site.fn === fn)) return null;
    // `runner.go.release()` of an object that nothing tells the type of: who lets the other one go on.
    if (releases.length === 0 && this.isGivenBackElsewhere(pair, fn, receiver)) return null;
    return { fn, site, pair, value: receiver, receiver: null, shared: key };
  }

  /** Somebody gives back what stands in a field of that name, of another object than their own. */
  private isGivenBackElsewhere(pair: CompiledPair, fn: Fn, receiver: ValueId): boolean {
    const name = this.refs.of(fn, receiver).fields.at(-1);
    return name !== undefined && this.holders.isReleasedOfOthers(pair, name);
  }

  /** Node's callback style: the handle is a parameter of the function that is given. */
  private delivered(fn: Fn, site: CallSite, pair: CompiledPair): Acquired | null {
    const { delivered } = pair;
    const args = site.instruction.args.filter((one) => one.name === null && !one.spread);
    const given = delivered ? args.at(delivered.argument) : undefined;
    const definition = given ? fn.definition(given.value)?.instruction : undefined;
    const callback = definition?.op === "closure" ? fn.module.fn(definition.function) : null;
    if (!delivered || !callback) return null;
    const parameter = (position: number | undefined): BindingId | null => (position === undefined ? null : callback.facts.parameters[position]?.binding ?? null);
    const handle = parameter(delivered.parameter);
    if (handle === null) return null;
    // `const request = get(url, (response) => { …; request.destroy(); })`: whoever has what the call returns may give up by it.
    if (namesOf(fn, site.instruction.out).some((binding) => loadsIn(fn.module, binding).some((load) => isWithin(load.fn, callback)))) return null;
    const entry = { handle, error: delivered.parameter > 0 ? parameter(0) : null, release: parameter(delivered.release) };
    return { fn: callback, site, pair, value: site.instruction.out, entry };
  }

  /** `this.workerFactory()` where that is declared to be `() => Worker`. */
  /**
   * `self.state.open_database()` on an object of which nothing is known, where all methods of the program that have this
   * name hand out the same. Only names of several words: `open` and `connect` are other classes' as well.
   */
  private byNameAlone(fn: Fn, call: Call): { fn: Fn; pair: CompiledPair } | null {
    if (call.receiver === null || call.method === null || call.path !== null || !SEVERAL_WORDS.test(call.method) || this.types.of(fn, call.receiver).length > 0) return null;
    this.methods ??= methodsByName(this.refs.program);
    const all = (this.methods.get(call.method) ?? []).filter((method) => method !== fn);
    const [first] = all;
    if (!first || all.some(({ facts }) => facts.generator || facts.decorators.length > 0 || facts.static)) return null;
    const pairs = all.map((method) => this.returnsOwned(method));
    const pair = pairs[0]?.[0]?.pair;
    return pair && pairs.every((one) => one.length === 1 && one[0]?.element === null && one[0].pair.key === pair.key) ? { fn: first, pair } : null;
  }

  private madeByFactory(fn: Fn, call: Call): CompiledPair | null {
    if (call.path !== null) return null;
    let name = call.method;
    let declared: TypeRef | null = null;
    if (call.receiver !== null && call.method !== null) {
      const cls = this.types.classOf(fn, call.receiver);
      declared = cls?.related.flatMap((one) => one.facts.fields).find((field) => field.name === call.method)?.type ?? null;
    } else if (call.callee !== null) {
      const definition = fn.definition(call.callee)?.instruction;
      const binding = definition?.op === "load" && definition.place.kind === "binding" ? fn.module.binding(definition.place.binding) : undefined;
      declared = binding?.type ?? null;
      name = binding?.name ?? null;
    }
    if (declared?.kind !== "function" || name === null || !MAKING.test(name)) return null;
    const [type, ...others] = this.types.ofRef(fn.module, declared.returns);
    if (type === undefined || others.length > 0) return null;
    return this.api.pairs.find((pair) => (pair.handle === undefined || pair.handle === "result") && !pair.when && pair.acquire.includes(type)) ?? null;
  }

  /** The handles that a function of the program acquires and returns to its caller. */
  returnsOwned(fn: Fn): readonly Owned[] {
    const known = this.owned.get(fn);
    if (known) return known;
    this.owned.set(fn, []); // A recursive call adds nothing.
    const all = this.computeOwned(fn);
    const found = oneOfWhole(all);
    this.all.set(fn, all);
    this.owned.set(fn, found);
    return found;
  }

  /** Those that this very call is given: a constant argument may lead past the place where others come from. */
  private ownedBy(fn: Fn, call: Call, callee: Fn, within: Given | null): readonly Owned[] {
    this.returnsOwned(callee);
    const owned = this.all.get(callee) ?? [];
    if (owned.length === 0) return owned;
    const given = givenBy(callee, fn, call, within);
    const decides = decidesAny(this.refs, callee, given);
    return oneOfWhole(owned.filter((one) => one.starts.some(({ pair, through, acquired }) => {
      if (decides && !this.paths.follow({ ...acquired, given }).escapes.some((escape) => escape.kind === "return")) return false;
      return through === null || given.size === 0 || this.ownedBy(callee, acquired.site.instruction, through, given).some((other) => other.pair === pair);
    })));
  }

  private computeOwned(fn: Fn): Owned[] {
    if (fn.facts.kind === "module" || fn.facts.blocks.length > 200) return [];
    const found: Owned[] = [];
    for (const { end } of fn.facts.blocks) {
      if (end.kind !== "return" || end.value === null) continue;
      const definition = fn.definition(end.value)?.instruction;
      const values = definition?.op === "collection" && definition.shape !== "mapping" ? definition.elements.map((element) => element.value) : [end.value];
      for (const value of values) {
        const call = originOf(fn, value, 0);
        for (const start of call ? this.at(fn, call) : []) {
          if (call === null || NOT_OWNED.has(start.pair.rule) || this.cleared.is(fn, call, start.pair) || start.pair.evidence !== undefined || start.acquired.fn !== fn || start.acquired.receiver !== undefined) continue;
          const { gaveUp, escapes } = this.paths.follow(start.acquired);
          // Kept anywhere else, it is not the caller's alone.
          const [first] = escapes;
          if (gaveUp || first?.kind !== "return" || !escapes.every((one) => one.kind === "return" && one.element === first.element)) continue;
          const same = found.findIndex((one) => one.pair === start.pair && one.element === first.element);
          const known = found[same];
          if (known) found[same] = { ...known, starts: [...known.starts, start] };
          else found.push({ pair: start.pair, element: first.element, starts: [start] });
        }
      }
    }
    return found;
  }
}

/** Several whole results are branches of one function: the caller gets one of them. */
function oneOfWhole(found: readonly Owned[]): readonly Owned[] {
  return found.some((one) => one.element === null) ? found.filter((one) => one.element === null).slice(0, 1) : found;
}

/** `connect().then((conn) => …)`: the parameter that gets what the promise stands for, where nothing else has the promise. */
export function continuation(fn: Fn, value: ValueId, words: Words): { fn: Fn; handle: BindingId } | null {
  const [use, ...others] = fn.uses(value);
  if (use?.kind !== "instruction" || others.length > 0) return null;
  const { instruction: call } = use.site;
  if (call.op !== "call" || call.receiver !== value || words.is("continues", call) !== "method" || !call.args[0]) return null;
  const given = fn.definition(call.args[0].value)?.instruction;
  const next = given?.op === "closure" ? fn.module.fn(given.function) : null;
  const [parameter] = next?.facts.parameters ?? [];
  return next && parameter?.kind === "plain" && parameter.binding !== null ? { fn: next, handle: parameter.binding } : null;
}

/** Whether a value was made by a call with a name like a class's or a maker's. */
function isConstruction(fn: Fn, value: ValueId): boolean {
  const call = originOf(fn, value, 0)?.instruction;
  if (!call) return false;
  const name = call.method ?? call.path?.split(".").at(-1) ?? "";
  return call.isNew || /^_*[A-Z]/u.test(name) || MAKING.test(name);
}

/**
 * The call whose result a value is, through awaits, unpacking and variables. Each variable is asked once: a generated
 * parser has hundreds of stores in each, from one another.
 */
export function originOf(fn: Fn, value: ValueId, depth: number, asked = new Set<BindingId>()): CallSite | null {
  const definition = fn.definition(value);
  if (!definition || depth > 4) return null;
  const { instruction } = definition;
  if (instruction.op === "call") return definition as CallSite;
  if (instruction.op === "yield" && instruction.delegate && instruction.value !== null) return originOf(fn, instruction.value, depth + 1, asked);
  if (instruction.op === "await" || instruction.op === "enter") return originOf(fn, instruction.value, depth + 1, asked);
  if (instruction.op === "operation" && instruction.operator === "unpack" && instruction.inputs[0] !== undefined) return originOf(fn, instruction.inputs[0], depth + 1, asked);
  if (instruction.op === "load" && instruction.place.kind === "binding" && !asked.has(instruction.place.binding)) {
    asked.add(instruction.place.binding);
    for (const store of fn.module.bindingStores.get(instruction.place.binding) ?? []) {
      const origin = store.fn === fn ? originOf(fn, store.value, depth + 1, asked) : null;
      if (origin) return origin;
    }
  }
  return null;
}

/** Whether nobody looks at what a call gives, nor at what awaiting it gives. */
function isStatement(fn: Fn, value: ValueId): boolean {
  return fn.uses(value).every((use) => use.kind === "instruction" && use.site.instruction.op === "await" && fn.uses(use.site.instruction.out).length === 0);
}

/** Last words of names of open files and of bytes in memory; `file_path` and `filename` are none. */
const OPEN_FILE = /(?:^|_|(?<=[a-z])(?=[A-Z]))(?:[fF]ile|[fF]ileobj|fp|fd|fh|f|[sS]tream|[bB]uf|[bB]uffer|[bB]ytes|[bB]ytesIO|BytesIO|io|IO|[mM]emory|[dD]ata|[cC]ontents?|[uU]pload|[bB]ody|[rR]esponse|[rR]aw|[bB]lob)$/u;

function methodsByName(program: Program): ReadonlyMap<string, readonly Fn[]> {
  const found = new Map<string, Fn[]>();
  for (const cls of program.classes()) for (const method of cls.methods) if (method.cls === cls) push(found, method.facts.name, method);
  return found;
}
