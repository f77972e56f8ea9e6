/**
 * What happens to a thing that is held under a name: every call that touches a reference, and what a function does with
 * a parameter. This is where "somebody else releases it" is decided.
 */
import type { Call, ValueId } from "../../model/facts.js";
import type { Api, CompiledPair } from "../program/api.js";
import type { Contexts } from "./contexts.js";
import { Fixpoint } from "../program/fixpoint.js";
import { NamedFields } from "./named-fields.js";
import type { Cls, Fn, Program, Site } from "../program/program.js";
import { push } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";
import type { Types } from "../program/types.js";

export type CallSite = Site<Extract<Site["instruction"], { op: "call" }>>;

export interface HolderUse {
  site: CallSite;
  value: ValueId;
  as: "receiver" | "callee" | "argument";
}

/** How often a value is followed from name to name: into a variable, from there into a list, out of it again, into the variable of a loop. */
const COPIES = 9;

/** How a value was come to from the one that was asked about. */
interface Way {
  depth: number;
  /** It is a list or a record that holds the handle. */
  boxed: boolean;
  /** What was looked at on the way, by value and by variable. */
  seen: Set<string>;
}

/** What a function does with a handle it is given. */
export type Fate = "released" | "kept" | "returned" | "borrowed";

export class Holders {
  /** Calls by the reference of their receiver, callee or an argument. */
  private readonly uses = new Map<string, HolderUse[]>();
  private parts: Map<string, string[]> | null = null;
  /** `with x:` by reference. */
  private readonly entered = new Map<string, Site[]>();
  private readonly fates = new Fixpoint<Fate>("borrowed", stronger);
  /** Uses by the last field's name, for holders whose root has another name elsewhere. */
  private readonly byField = new Map<string, HolderUse[]>();
  /** Values that are loads of a reference, wherever it is read. */
  private readonly loads = new Map<string, { fn: Fn; value: ValueId; site: Site }[]>();
  /** Fields that are called, `this.dispose()`, by the field's reference. */
  private readonly calledFields = new Map<string, CallSite[]>();
  readonly named: NamedFields;
  /** References that some function returns. */
  private readonly returned = new Set<string>();

  constructor(private readonly program: Program, private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly contexts: Contexts) {
    this.named = new NamedFields(refs, api.words, contexts);
    for (const fn of program.functions()) {
      for (const site of fn.sites()) {
        const { instruction } = site;
        if (instruction.op === "enter") push(this.entered, refs.of(fn, instruction.value).key, site);
        if (instruction.op === "load") {
          const ref = refs.of(fn, instruction.out);
          if (ref.root.kind !== "value" && ref.fields.length > 0) push(this.loads, ref.key, { fn, value: instruction.out, site });
        }
        // A read that may be of several fields is one of each.
        if ("out" in instruction) for (const ref of this.named.of(fn, instruction)) if (ref.root.kind !== "value") push(this.loads, ref.key, { fn, value: instruction.out, site });
        if (instruction.op !== "call") continue;
        const callSite = site as CallSite;
        const add = (value: ValueId, as: HolderUse["as"]): void => {
          const ref = refs.of(fn, value);
          if (ref.root.kind !== "value") push(this.uses, ref.key, { site: callSite, value, as });
          const name = ref.fields.findLast((field) => field !== "[]" && field !== "{}");
          if (name !== undefined) push(this.byField, name, { site: callSite, value, as });
        };
        if (instruction.receiver !== null) {
          add(instruction.receiver, "receiver");
          const receiver = refs.of(fn, instruction.receiver);
          if (instruction.method !== null && instruction.args.length === 0 && receiver.root.kind === "this") push(this.calledFields, refs.field(receiver, instruction.method).key, callSite);
        }
        if (instruction.callee !== null) add(instruction.callee, "callee");
        for (const argument of instruction.args) add(argument.value, "argument");
      }
      for (const { end } of fn.facts.blocks) {
        if (end.kind === "return" && end.value !== null && fn.facts.kind !== "getter") this.returned.add(refs.of(fn, end.value).key);
      }
    }
  }

  /** Whether some function returns what the reference holds. */
  isReturned(ref: Ref): boolean {
    return this.returned.has(ref.key);
  }

  /**
   * A release of a field of this name, whatever it is a field of; for a class's field, from outside that class's `this`:
   * `worker.lock`, or the same of what another object keeps, `this.workers[name].lock`.
   */
  releasedField(pair: CompiledPair, name: string, cls: Cls | null): CallSite | null {
    for (const use of this.byField.get(name) ?? []) {
      const { root, fields } = this.refs.of(use.site.fn, use.value);
      if (cls && root.kind === "this" && (fields[0] === name || cls.related.includes(root.cls) || !this.isOfClass(use, fields, cls))) continue;
      if (this.isRelease(pair, use)) return use.site;
    }
    return null;
  }

  /** What another object has the field in is one of the class, or one of many that are not known; `this.state.lock` may well be its own. */
  private isOfClass(use: HolderUse, fields: readonly string[], cls: Cls): boolean {
    const { fn } = use.site;
    let read = fn.definition(use.value)?.instruction;
    while (read?.op === "load" && read.place.kind === "index") read = fn.definition(read.place.object)?.instruction;
    if (read?.op !== "load" || read.place.kind !== "field") return false;
    const types = this.types.of(fn, read.place.object);
    return types.length === 0 ? fields.indexOf("[]") < fields.lastIndexOf(read.place.name) && fields.includes("[]") : types.some((type) => this.types.classOfType(type)?.related.includes(cls) === true);
  }

  /** The same in a field of another object, which need not be known: `worker.lock`, `self.workers[0].lock`. */
  isReleasedOfOthers(pair: CompiledPair, name: string): boolean {
    return (this.byField.get(name) ?? []).some((use) => {
      const { root, fields } = this.refs.of(use.site.fn, use.value);
      return (root.kind !== "this" || fields.length > 1) && this.isRelease(pair, use);
    });
  }

  /** The references of the object's own fields that calls touch. */
  fieldsOf(cls: Cls): string[] {
    const object = `${cls.family.typeName}.`;
    return [...this.uses.keys()].filter((key) => key.startsWith(object));
  }

  usesOf(key: string): readonly HolderUse[] {
    return this.uses.get(key) ?? [];
  }

  /** The calls that touch a field of this name, whatever it is a field of. */
  usesOfField(name: string): readonly HolderUse[] {
    return this.byField.get(name) ?? [];
  }

  /** References with uses that are parts of an element: `list.[].target` for `list.[]`. */
  partsOf(element: string): readonly string[] {
    if (!this.parts) {
      this.parts = new Map();
      for (const key of this.uses.keys()) {
        const end = key.lastIndexOf(".[].");
        if (end >= 0) push(this.parts, key.slice(0, end + 3), key);
      }
    }
    return this.parts.get(element) ?? [];
  }

  /**
   * The call that releases what the reference holds: directly, element by element, through a function of the program,
   * or by handing it to an unknown function in a method whose job is to release. `within` limits where to look.
   */
  released(pair: CompiledPair, ref: Ref, within?: (fn: Fn) => boolean): CallSite | Site | null {
    for (const key of [ref.key, `${ref.key}.[]`, `${ref.key}.{}`, ...(pair.parts ?? []).flatMap((part) => [`${ref.key}.${part}`, `${ref.key}.${part}.[]`])]) {
      for (const use of this.usesOf(key)) {
        if (within && !within(use.site.fn)) continue;
        if (this.isRelease(pair, use)) return use.site;
      }
      if (pair.releases.some((pattern) => pattern.kind === "call-handle")) {
        const called = this.calledFields.get(key)?.find((site) => !within || within(site.fn));
        if (called) return called;
      }
      if (pair.scope === "closes" || pair.scope === "async-closes") {
        const scope = this.entered.get(key)?.find((site) => (!within || within(site.fn)) && !this.opensAnother(site));
        if (scope) return scope;
      }
    }
    // `old = this.socket; …; old.close()`, `for (const one of [this.left, this.right]) one.close()`.
    for (const key of [ref.key, `${ref.key}.[]`, `${ref.key}.{}`]) {
      for (const load of this.loads.get(key) ?? []) {
        if ((!within || within(load.fn)) && this.fateOfValue(load.fn, load.value, pair) === "released") return load.site;
      }
    }
    return this.releasedEach(pair, ref);
  }

  /** `async with self.session.get(url):` opens a response; it takes no session out of a table. */
  private opensAnother({ fn, instruction }: Site): boolean {
    const made = instruction.op === "enter" ? fn.definition(instruction.value)?.instruction : undefined;
    return made?.op === "call" && made.receiver !== null && this.api.acquired(fn, made, this.types).length > 0;
  }

  /** Whether a method releases what the field holds, itself or through the object's own methods. */
  reachesRelease(fn: Fn, pair: CompiledPair, ref: Ref, depth = 0): boolean {
    if (this.released(pair, ref, (one) => one === fn || one.parent === fn)) return true;
    if (depth >= 2) return false;
    return [...fn.sites()].some(({ instruction }) => {
      if (instruction.op !== "call" || instruction.receiver === null || !isThis(fn, instruction.receiver)) return false;
      const callee = this.types.calleeOf(fn, instruction);
      return callee?.kind === "function" ? callee.fn !== fn && this.reachesRelease(callee.fn, pair, ref, depth + 1) : instruction.method !== null && this.api.releaseMethods.has(instruction.method);
    });
  }

  /** Whether a function reads what the reference holds and lets it go elsewhere: to another holder, or to its caller. */
  passedOn(pair: CompiledPair, ref: Ref, within: (fn: Fn) => boolean): boolean {
    return (this.loads.get(ref.key) ?? []).some((load) => {
      if (!within(load.fn)) return false;
      const fate = this.fateOfValue(load.fn, load.value, pair);
      return fate === "kept" || fate === "returned" || fate === "released";
    });
  }

  /**
   * `timers.forEach(clearInterval)`: the container of the reference hands each element to the releasing function itself;
   * `endAll(timers)`, `endAll(...timers)`: it is given to a function of the program that releases or keeps what is in it.
   */
  releasedEach(pair: CompiledPair, ref: Ref): CallSite | null {
    if (ref.fields.at(-1) !== "[]") return null;
    return this.usesOf(ref.key.slice(0, -".[]".length)).find(({ as, site, value }) => {
      const { fn, instruction: call } = site;
      if (as === "receiver") return call.args[0] !== undefined && this.isReleasingFunction(pair, fn, call.args[0].value);
      const callee = as === "argument" ? this.types.calleeOf(fn, call) : null;
      if (callee?.kind !== "function") return false;
      const fate = this.fateOfArgument(callee.fn, call, call.args.findIndex((one) => one.value === value), pair, true);
      return fate === "released" || fate === "kept";
    })?.site ?? null;
  }

  private isRelease(pair: CompiledPair, use: HolderUse): boolean {
    const { fn, instruction: call } = use.site;
    const match = this.api.released(pair, fn, call, this.types);
    if (match?.value === use.value) return true;
    if (match?.via === "target" && use.as === "receiver") return true;
    // `timers.forEach(clearInterval)`: the releasing function itself is the callback.
    if (use.as === "receiver" && call.args[0] && this.isReleasingFunction(pair, fn, call.args[0].value)) return true;
    if (use.as === "argument") {
      const position = call.args.findIndex((one) => one.value === use.value);
      const callee = this.types.calleeOf(fn, call);
      if (callee?.kind === "function") {
        const fate = this.fateOfArgument(callee.fn, call, position, pair);
        if (fate === "released" || fate === "kept") return true;
      } else if (callee === null && this.inReleaseMethod(fn) && !this.api.borrows.has(fn, call, this.types) && this.api.acquired(fn, call, this.types).length === 0) {
        return true; // disposeAll(this.things) from a library: it is in the place where releasing is done.
      }
      if (this.api.transfers.takes(fn, call, use.value, this.types)) return true;
    }
    return false;
  }

  /** `timers.forEach(clearInterval)`: the value is a function that releases what it is given. */
  isReleasingFunction(pair: CompiledPair, fn: Fn, value: ValueId): boolean {
    const ref = this.refs.of(fn, value);
    const root = ref.root.kind === "global" ? ref.root.name : ref.root.kind === "import" ? ref.root.path : null;
    const name = root === null ? null : [root, ...ref.fields].join(".");
    return name !== null && pair.releases.some((pattern) => pattern.kind === "path" && pattern.path === name);
  }

  /** Whether the function is, or is nested in, a method that releases what its object holds. */
  inReleaseMethod(fn: Fn): boolean {
    for (let at: Fn | null = fn; at; at = at.parent) {
      if (at.facts.kind !== "lambda" && this.api.releaseMethods.has(at.facts.name)) return true;
    }
    return false;
  }

  /** What a function of the program does with its argument at `position` of a call; `boxed` where that only holds the handle, as a list or a record. */
  fateOfArgument(callee: Fn, call: Call, position: number, pair: CompiledPair, boxed = false): Fate {
    const argument = call.args[position];
    let parameters = callee.facts.parameters;
    // A Python method's first parameter is the receiver.
    if (callee.module.facts.language === "python" && callee.facts.class !== null && callee.facts.kind !== "lambda" && parameters.length > 0 && (call.receiver !== null || call.isNew || callee.facts.name === "__init__") && !isStatic(callee)) parameters = parameters.slice(1);
    const parameter = argument?.name != null
      ? parameters.find((one) => one.name === argument.name)
      : parameters[Math.min(position, Math.max(0, parameters.length - 1))];
    if (!parameter) return "kept";
    if (parameter.binding === null || parameter.kind !== "plain" && parameter.kind !== "keyword-only") return "kept";
    return this.fateOfParameter(callee, parameter.binding, pair, boxed);
  }

  /** `stream.getTracks().forEach((track) => track.stop())`: what a function does with the elements that it is called with. */
  fateOfElements(fn: Fn, call: Call, pair: CompiledPair): Fate {
    const made = this.api.words.is("each", call) === "method" && call.args[0] ? fn.definition(call.args[0].value)?.instruction : undefined;
    const callback = made?.op === "closure" ? fn.module.fn(made.function) : null;
    const element = callback?.facts.parameters[0];
    return callback && element && element.binding !== null ? this.fateOfParameter(callback, element.binding, pair) : "borrowed";
  }

  /** Flow-insensitive: the strongest thing that may happen, also through functions that call each other. */
  fateOfParameter(fn: Fn, binding: number, pair: CompiledPair, boxed = false): Fate {
    return this.fates.solve(`${fn.key}:${String(binding)}:${pair.key}${boxed ? ":boxed" : ""}`, () => this.computeFate(fn, binding, pair, { depth: 0, boxed, seen: new Set() }));
  }

  private computeFate(fn: Fn, binding: number, pair: CompiledPair, way: Way): Fate {
    let fate: Fate = "borrowed";
    const found = (other: Fate): void => {
      fate = stronger(fate, other);
    };
    if (isKnown(way, `${fn.key}:=${String(binding)}`)) return fate;
    const scopes = [fn, ...this.nestedIn(fn)];
    for (const scope of scopes) {
      if (scope !== fn && !scope.facts.captures.includes(binding)) continue;
      for (const site of scope.sites()) {
        const { instruction } = site;
        if (instruction.op !== "load" || instruction.place.kind !== "binding" || instruction.place.binding !== binding) continue;
        found(this.fateOfValue(scope, instruction.out, pair, way));
      }
    }
    return fate;
  }

  /** What becomes of one value, looking at its uses and at those of what it is copied to. */
  fateOfValue(fn: Fn, value: ValueId, pair: CompiledPair, way: Way = { depth: 0, boxed: false, seen: new Set() }): Fate {
    const { boxed } = way;
    if (isKnown(way, `${fn.key}:${String(value)}`)) return "borrowed";
    const next = { ...way, depth: way.depth + 1 };
    let fate: Fate = "borrowed";
    const found = (other: Fate): void => {
      fate = stronger(fate, other);
    };
    for (const use of fn.uses(value)) {
      if (use.kind === "end") {
        if (use.end.kind === "return") found("returned");
        continue;
      }
      const { instruction } = use.site;
      switch (instruction.op) {
        case "call": {
          const relation = pair.path === true ? this.api.pathCalls.match(fn, instruction, this.types)[0]?.value : undefined;
          if (relation !== undefined && instruction.args.some((one) => one.value === value) && way.depth < COPIES) {
            // Removing what is inside leaves it.
            const other = this.fateOfValue(fn, instruction.out, pair, { ...next, seen: new Set(way.seen) });
            found(relation === "inside" && other === "released" ? "borrowed" : other);
          } else if (this.isRelease(pair, { site: use.site as CallSite, value, as: instruction.receiver === value ? "receiver" : instruction.callee === value ? "callee" : "argument" })) {
            found("released");
          } else if (instruction.args.some((one) => one.value === value) && way.depth < COPIES) {
            const callee = this.types.calleeOf(fn, instruction);
            if (callee?.kind === "function") {
              found(this.fateOfArgument(callee.fn, instruction, instruction.args.findIndex((one) => one.value === value), pair, boxed));
            } else if (callee?.kind === "class") found("kept");
            else if (this.api.wraps.takes(fn, instruction, value, this.types) || !pair.releases.some((pattern) => pattern.kind === "await") && this.api.waits.takes(fn, instruction, value, this.types)) found(this.fateOfValue(fn, instruction.out, pair, next));
            else if (this.putsIntoList(fn, instruction) && instruction.receiver !== null) found(this.fateOfValue(fn, instruction.receiver, pair, { ...next, boxed: true }));
            else if (!this.api.borrows.has(fn, instruction, this.types)) found("kept");
          }
          if (instruction.receiver === value) found(this.fateOfElements(fn, instruction, pair));
          // `server.once("close", done).close()`
          if (instruction.receiver === value && way.depth < COPIES && this.api.words.is("chains", instruction) === "method") {
            if (this.fateOfValue(fn, instruction.out, pair, next) === "released") found("released");
          }
          // `record.get("connection")`, `list.pop()`: what is taken out may be the handle.
          if (instruction.receiver === value && way.depth < COPIES && (boxed || isPart(pair, instruction.method))) found(this.fateOfValue(fn, instruction.out, pair, next));
          break;
        }
        case "store":
          if (instruction.value !== value) break;
          if (instruction.place.kind === "binding") {
            if (fn.module.binding(instruction.place.binding)?.owner === fn.id && way.depth < COPIES) found(this.computeFate(fn, instruction.place.binding, pair, next));
            else found("kept");
          } else found("kept");
          break;
        case "collection": found(way.depth < COPIES ? this.fateOfValue(fn, instruction.out, pair, { ...next, boxed: true }) : "kept"); break;
        case "enter": if (pair.scope === "closes" || pair.scope === "async-closes") found("released"); break;
        case "await": if (pair.releases.some((pattern) => pattern.kind === "await")) found("released"); break;
        case "next": if (way.depth < COPIES) found(this.fateOfValue(fn, instruction.out, pair, next)); break;
        case "operation":
          if (way.depth < COPIES && (instruction.operator === "unpack" || instruction.operator === "spread" || instruction.operator === "slice" || instruction.operator === "+" && instruction.inputs.length === 1)) found(this.fateOfValue(fn, instruction.out, pair, next));
          break;
        case "load":
          // A release that is handed on: `stack.callback(sock.close)`.
          if (instruction.place.kind === "field" && instruction.place.object === value) {
            const { name } = instruction.place;
            if (pair.releases.some((pattern) => pattern.kind === "on-handle" && pattern.method === name) && fn.uses(instruction.out).length > 0) found("released");
            else if ((boxed || isPart(pair, name)) && way.depth < COPIES) found(this.fateOfValue(fn, instruction.out, pair, next));
          } else if (instruction.place.kind === "index" && instruction.place.object === value && way.depth < COPIES) {
            found(this.fateOfValue(fn, instruction.out, pair, next));
          }
          break;
        case "yield": if (instruction.value === value) found("kept"); break;
        default: break;
      }
    }
    return fate;
  }

  /** `[task for task in (left, right) if not task.done()]`: a comprehension puts its elements into the list that it gives. */
  private putsIntoList(fn: Fn, call: Call): boolean {
    return call.receiver !== null && fn.definition(call.receiver)?.instruction.op === "collection" && this.api.words.is("stores", call) !== null;
  }

  /** `stack.enter_context(conn)`, `stack.callback(conn.close)`, `stack.defer(() => conn.end())`: whoever ends what it is given gets the variable's handle, or its end. */
  isTransferred(fn: Fn, binding: number): boolean {
    const toOwner = (value: ValueId): boolean => fn.uses(value).some((use) => use.kind === "instruction" && use.site.instruction.op === "call" && this.api.transfers.takes(fn, use.site.instruction, value, this.types));
    return [...fn.sites()].some(({ instruction }) => instruction.op === "closure" ? toOwner(instruction.out) && fn.module.fn(instruction.function)?.facts.captures.includes(binding) === true : instruction.op === "load" && instruction.place.kind === "binding" && instruction.place.binding === binding && (toOwner(instruction.out)
      || fn.uses(instruction.out).some((use) => use.kind === "instruction" && use.site.instruction.op === "load" && use.site.instruction.place.kind === "field" && toOwner(use.site.instruction.out))));
  }

  /** All functions nested in one, at any depth. */
  nestedIn(fn: Fn): Fn[] {
    const all: Fn[] = [];
    const visit = (outer: Fn): void => {
      for (const inner of outer.module.nested.get(outer.id) ?? []) {
        all.push(inner);
        visit(inner);
      }
    };
    visit(fn);
    return all;
  }

  /** A function nested in the binding's owner that releases what the binding holds; `except` the handle's own callbacks. */
  releasedInClosure(pair: CompiledPair, module: Fn["module"], binding: number, except: ReadonlySet<Fn> = new Set()): Fn | null {
    const owner = module.fn(module.binding(binding)?.owner ?? 0);
    if (!owner) return null;
    for (const fn of this.nestedIn(owner)) {
      if (except.has(fn) || !fn.facts.captures.includes(binding)) continue;
      for (const site of fn.sites()) {
        const { instruction } = site;
        if (instruction.op !== "load" || instruction.place.kind !== "binding" || instruction.place.binding !== binding) continue;
        const fate = this.fateOfValue(fn, instruction.out, pair);
        if (fate === "released" || fate === "kept" || fate === "returned") return fn;
      }
    }
    return null;
  }
}

/** Whether it was looked at before, on this way or another one: it is from now on. */
function isKnown({ seen, boxed }: Way, what: string): boolean {
  const key = boxed ? `${what}[]` : what;
  if (seen.has(key)) return true;
  seen.add(key);
  return false;
}

const FATE_RANK: Readonly<Record<Fate, number>> = { borrowed: 0, returned: 1, kept: 2, released: 3 };

function stronger(one: Fate, other: Fate): Fate {
  return FATE_RANK[other] > FATE_RANK[one] ? other : one;
}

/** Whether what a member of the handle gives stands for it. */
function isPart(pair: CompiledPair, name: string | null): boolean {
  return name !== null && pair.parts?.includes(name) === true;
}

function isStatic(fn: Fn): boolean {
  return fn.facts.static && !fn.facts.decorators.some((decorator) => decorator.path === "classmethod");
}

/** Whether a value is the object itself. */
export function isThis(fn: Fn, value: ValueId): boolean {
  const definition = fn.definition(value)?.instruction;
  return definition?.op === "load" && (definition.place.kind === "this" || definition.place.kind === "super");
}

/** It calls a method of its object that is not seen, a base's, which may do anything with the object. */
export function callsUnseen(types: Types, fn: Fn): boolean {
  return [...fn.sites()].some(({ instruction }) => instruction.op === "call" && instruction.receiver !== null && isThis(fn, instruction.receiver) && types.calleeOf(fn, instruction) === null);
}
