/** The catalog's `growth`, compiled: what the analysis of containers asks of single calls, values and names. */
import type { Growth } from "../../catalog/types.js";
import type { Call, ValueId } from "../../model/facts.js";
import { matchesArgument } from "../../catalog/pattern.js";
import { CallSet, argumentValue } from "./api.js";
import type { Api } from "./api.js";
import type { Cls, Fn } from "./program.js";
import type { Refs } from "./refs.js";
import type { Types } from "./types.js";
import { nameRead } from "./variables.js";

type CallKind = "puts" | "takes" | "sizes" | "few" | "fresh" | "timedWaits" | "onFailure" | "onSuccess" | "identity" | "passing" | "answered";
const CALL_KINDS: readonly CallKind[] = ["puts", "takes", "sizes", "few", "fresh", "timedWaits", "onFailure", "onSuccess", "identity", "passing", "answered"];

export class GrowthWords {
  private readonly calls = new Map<CallKind, CallSet<true>>();
  private readonly waits = new CallSet<{ limit: readonly (string | number)[]; cancels: boolean }>();
  /** Methods that settle a future with a failure, by their names alone. */
  private readonly cancellingMethods = new Set<string>();
  private readonly limitless = new Set<string>();
  private readonly fewFields = new Set<string>();
  readonly serverFields = new Set<string>();
  private readonly fewNames: RegExp[] = [];
  private readonly settings: RegExp[] = [];
  readonly tables = new Set<string>();
  readonly singletons: string[] = [];
  /** First words of methods that set an object going. */
  readonly starts = new Set<string>();
  readonly perCall: string[] = [];
  readonly perConnection: string[] = [];
  readonly ofOneCall = new Set<string>();
  /** Besides the model's own words for types with few values. */
  private readonly fewTypes = new Set(["literal", "function"]);
  private readonly fewBases: string[] = [];
  private readonly values: string[] = [];
  private readonly valueMethods: string[] = [];
  private readonly valueDecorators = new Set<string>();
  private readonly filing: RegExp[] = [];
  private readonly servants: RegExp[] = [];
  private readonly runs: { collectors: RegExp; ends: RegExp }[] = [];
  private readonly cacheNames: RegExp[] = [];
  private readonly endings: RegExp[] = [];
  private readonly ownEndings: RegExp[] = [];
  private readonly perCallNames: RegExp[] = [];
  private readonly identities: RegExp[] = [];
  private readonly things: RegExp[] = [];
  private readonly lasting: RegExp[] = [];
  private readonly transit: RegExp[] = [];

  constructor(private readonly api: Api, private readonly refs: Refs, private readonly types: Types) {
    for (const kind of CALL_KINDS) this.calls.set(kind, new CallSet<true>());
    for (const { growth, settles } of api.files) {
      if (growth) this.add(growth);
      for (const { call, fails } of settles ?? []) {
        const method = /#(\w+)$/u.exec(call)?.[1];
        if (fails && method !== undefined) this.cancellingMethods.add(method);
      }
    }
  }

  private add(growth: Growth): void {
    for (const kind of CALL_KINDS) for (const text of growth[kind] ?? []) this.calls.get(kind)?.add(text, true);
    for (const { call, limit, cancels } of growth.waits ?? []) this.waits.add(call, { limit: limit ?? [], cancels: cancels === true });
    for (const text of growth.limitless ?? []) this.limitless.add(text);
    for (const name of growth.fewFields ?? []) this.fewFields.add(name);
    for (const name of growth.serverFields ?? []) this.serverFields.add(name);
    if (growth.fewNames !== undefined) this.fewNames.push(new RegExp(growth.fewNames, "u"));
    if (growth.settings !== undefined) this.settings.push(new RegExp(growth.settings, "u"));
    for (const path of growth.tables ?? []) this.tables.add(path);
    for (const word of growth.starts ?? []) this.starts.add(word);
    this.singletons.push(...growth.singletons ?? []);
    this.perCall.push(...growth.perCall ?? []);
    this.perConnection.push(...growth.perConnection ?? []);
    for (const type of growth.ofOneCall ?? []) this.ofOneCall.add(type);
    for (const type of growth.fewTypes ?? []) this.fewTypes.add(type);
    this.fewBases.push(...growth.fewBases ?? []);
    this.values.push(...growth.values ?? []);
    this.valueMethods.push(...growth.valueMethods ?? []);
    for (const text of growth.valueDecorators ?? []) this.valueDecorators.add(text);
    if (growth.filing !== undefined) this.filing.push(new RegExp(growth.filing, "u"));
    if (growth.runs !== undefined) this.runs.push({ collectors: new RegExp(growth.runs.collectors, "u"), ends: new RegExp(growth.runs.ends, "u") });
    if (growth.servants !== undefined) this.servants.push(new RegExp(growth.servants, "u"));
    if (growth.endings !== undefined) this.endings.push(new RegExp(growth.endings, "u"));
    if (growth.ownEndings !== undefined) this.ownEndings.push(new RegExp(growth.ownEndings, "u"));
    if (growth.identities !== undefined) this.identities.push(new RegExp(growth.identities, "u"));
    if (growth.things !== undefined) this.things.push(new RegExp(growth.things, "u"));
    if (growth.lasting !== undefined) this.lasting.push(new RegExp(growth.lasting, "u"));
    if (growth.transit !== undefined) this.transit.push(new RegExp(growth.transit, "u"));
    if (growth.perCallNames !== undefined) this.perCallNames.push(new RegExp(growth.perCallNames, "u"));
    if (growth.cacheNames !== undefined) this.cacheNames.push(new RegExp(growth.cacheNames, "iu"));
  }

  is(kind: CallKind, fn: Fn, call: Call): boolean {
    return this.calls.get(kind)?.has(fn, call, this.types) === true;
  }

  /** Whether the call does it to this argument. */
  isOf(kind: CallKind, fn: Fn, call: Call, value: ValueId): boolean {
    return this.calls.get(kind)?.takes(fn, call, value, this.types) === true;
  }

  /** A wait that is given up after a time: what it waits for, and whether that is then cancelled. */
  limitedWait(fn: Fn, call: Call): { value: ValueId; cancels: boolean } | null {
    for (const { value: wait, argument } of this.waits.match(fn, call, this.types)) {
      if (wait.limit.length > 0 && wait.limit.every((one) => argumentValue(fn, call, one) === null)) continue;
      const value = argument === null ? call.receiver : call.args.find((one, position) => matchesArgument(argument, position, one.name))?.value ?? null;
      if (value !== null) return { value, cancels: wait.cancels };
    }
    return null;
  }

  /** The call gives a future a function to run once it is settled, however that comes. */
  isHeard(fn: Fn, call: Call): boolean {
    return this.api.settledCallbacks.has(fn, call, this.types);
  }

  /** The call is by a name under which futures are settled with a failure. */
  isCancelling(call: Call): boolean {
    return call.receiver !== null && this.cancellingMethods.has(call.method ?? "");
  }

  /** Whether a name is that of a property with few values. */
  hasFewValues(field: string): boolean {
    return this.fewFields.has(field) || this.isFewName(field);
  }

  /** Whether a variable or field is named for what a program has few of. */
  isFewName(name: string): boolean {
    return this.fewNames.some((pattern) => pattern.test(name));
  }

  /** Whether a variable or field is named for what the program is set up with. */
  isSettings(name: string): boolean {
    return this.settings.some((pattern) => pattern.test(name));
  }

  /** The function is named as one that files away what set-up code gives it. */
  isFiling(name: string): boolean {
    return this.filing.some((pattern) => pattern.test(name));
  }

  /** The function is named for an end: of its object, or of what it is given. */
  isEnding(name: string): boolean {
    return this.isOwnEnding(name) || this.endings.some((pattern) => pattern.test(name));
  }

  /** The function is named for the end of its own object. */
  isOwnEnding(name: string): boolean {
    return this.ownEndings.some((pattern) => pattern.test(name));
  }

  /** The function is named as one that runs for each message, request or event. */
  isPerCall(name: string): boolean {
    return this.perCallNames.some((pattern) => pattern.test(name));
  }

  /** The name is one of who or what comes and goes: an id, a host, a session. */
  isIdentity(name: string): boolean {
    return this.identities.some((pattern) => pattern.test(name));
  }

  /** The key is read under such a name. */
  isOfOne(fn: Fn, key: ValueId): boolean {
    const name = nameRead(fn, key);
    return name !== null && this.isIdentity(name);
  }

  /** The name is one of a thing that is made and goes away again, and that a table of such keys keeps alive: an element, a node. */
  isThing(name: string): boolean {
    return this.things.some((pattern) => pattern.test(name));
  }

  /** The container is named for what was ever there, or for what is counted. */
  isLasting(name: string): boolean {
    return this.lasting.some((pattern) => pattern.test(name));
  }

  /** The container is named for what is under way: its entries are meant to leave. */
  isTransit(name: string): boolean {
    return this.transit.some((pattern) => pattern.test(name));
  }

  /** The class, or one that it is made of, is named for collecting what a run brings, and is told by one of the names that the run is over. */
  isOfOneRun(classes: readonly string[], told: Iterable<string>): boolean {
    const names = [...told];
    return this.runs.some(({ collectors, ends }) => classes.some((name) => collectors.test(name)) && names.some((name) => ends.test(name)));
  }

  /** The class is named as one whose instances serve many callers. */
  isServant(name: string): boolean {
    return this.servants.some((pattern) => pattern.test(name));
  }

  /** A type with few values: by its name, or members of an enumeration. */
  isFewType(type: string): boolean {
    return this.fewTypes.has(type) || this.fewBases.some((base) => this.types.isA(type, base));
  }

  /** Instances of the class are equal when their contents are: as keys they are values, not objects. */
  isValue(cls: Cls): boolean {
    if (this.values.some((type) => this.types.isA(cls.typeName, type)) || this.valueMethods.some((name) => this.comparesContents(cls, name))) return true;
    return cls.facts.decorators.some(({ path, args }) => path !== null && (this.valueDecorators.has(path)
      || args.some((one) => one.name !== null && one.value.kind === "boolean" && one.value.value && this.valueDecorators.has(`${path}(${one.name})`))));
  }

  /** The method is there and does more than give the object's identity: `def __hash__(self): return id(self)`. */
  private comparesContents(cls: Cls, name: string): boolean {
    const method = cls.method(name);
    return method !== null && !method.facts.blocks.some(({ end }) => {
      const returned = end.kind === "return" && end.value !== null ? method.definition(end.value)?.instruction : undefined;
      if (returned?.op !== "call") return false;
      if (this.is("identity", method, returned)) return true;
      const receiver = returned.receiver === null ? undefined : method.definition(returned.receiver)?.instruction;
      return receiver?.op === "load" && receiver.place.kind === "super" && returned.method === name;
    });
  }

  /** Its author calls it a cache. */
  isCalledCache(name: string): boolean {
    return this.cacheNames.some((pattern) => pattern.test(name));
  }

  /** A limit that is none: infinity, by whatever name. */
  isLimitless(fn: Fn, value: ValueId): boolean {
    const definition = fn.definition(value)?.instruction;
    if (definition?.op === "call" && definition.path !== null) {
      const [first] = definition.args;
      const given = first === undefined ? undefined : fn.definition(first.value)?.instruction;
      return given?.op === "constant" && given.value.kind === "string" && this.limitless.has(`${definition.path}(${given.value.value})`);
    }
    const ref = this.refs.of(fn, value);
    const path = ref.root.kind === "import" ? ref.root.path : ref.root.kind === "global" ? ref.root.name : null;
    return path !== null && this.limitless.has([path, ...ref.fields].join("."));
  }
}
