/**
 * Reference cycles that cost something. Both runtimes collect plain cycles, so a cycle alone is no finding: it needs a
 * stored traceback (every frame of the stack and its locals), a native resource that waits for the collector, or a
 * finaliser that itself keeps its target alive.
 */
import type { Call, Place, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import { CallSet, argumentValue } from "../program/api.js";
import type { Api, CompiledPair } from "../program/api.js";
import type { Context, Contexts } from "../contexts/contexts.js";
import type { Cls, Fn, Mod, Program, Site, Stored } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";
import { describe } from "../program/refs.js";
import { ClosureCycles } from "./closure-cycles.js";
import type { ClosureCycle } from "./closure-cycles.js";
import { RaisedLater } from "../handles/raised-later.js";
import type { Types } from "../program/types.js";

export type Cycle = { fn: Fn; at: Span; context: Context } & (
  | { kind: "closure"; cycle: ClosureCycle }
  /** Where the module has switched the collector off: objects that refer to each other. */
  | { kind: "uncollected"; holder: Ref }
  /** An exception, with its traceback, in something that outlives the handler. */
  | { kind: "traceback"; holder: Ref }
  /** An exception that a variable holds and that is raised from the same frame: the traceback's first frame is this one. */
  | { kind: "raised"; holder: Ref }
  /** A bound method or closure over `this` on `this`, beside a native resource. */
  | { kind: "native"; holder: Ref; cls: Cls; resource: string; resourceAt: Span; noun: string }
  /** A finaliser that holds its target. */
  | { kind: "finalizer"; target: Ref; through: string }
);

export class Cycles {
  private readonly finalizers = new CallSet<{ target: number; holds: number[] }>();
  private readonly tracebacks = new CallSet<true>();
  private readonly collectorOff = new CallSet<true>();
  private readonly withoutCollector = new Set<Mod>();
  private readonly raisedLater: RaisedLater;

  constructor(
    private readonly program: Program, private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly contexts: Contexts,
  ) {
    this.raisedLater = new RaisedLater(program, refs, types);
    for (const file of api.files) {
      for (const { call, target, holds } of file.finalizers ?? []) this.finalizers.add(call, { target, holds });
      for (const call of file.tracebacks ?? []) this.tracebacks.add(call, true);
      for (const call of file.collectorOff ?? []) this.collectorOff.add(call, true);
    }
  }

  *all(): Generator<Cycle> {
    for (const cycle of new ClosureCycles(this.program, this.refs, this.types, this.api, this.contexts).all()) {
      yield { kind: "closure", fn: cycle.fn, at: cycle.at, context: this.contexts.of(cycle.fn), cycle };
    }
    this.findModulesWithoutCollector();
    for (const fn of this.program.functions()) {
      if (this.contexts.isTest(fn)) continue;
      if (fn.module.facts.language === "python") yield* this.raised(fn);
      for (const site of fn.sites()) {
        const { instruction } = site;
        if (instruction.op === "store") yield* this.stored(fn, site, instruction.place, instruction.value);
        else if (instruction.op === "call") yield* this.called(fn, site);
      }
    }
  }

  /**
   * `reply = self.read()`, `if isinstance(reply, ReplyError): raise reply`: the variable keeps the exception, whose
   * traceback keeps the frame of the variable. What was made to be raised is raised once; what came as a value may come often.
   */
  private *raised(fn: Fn): Generator<Cycle> {
    for (const { end } of fn.facts.blocks) {
      const raised = end.kind === "raise" && end.value !== null ? fn.definition(end.value)?.instruction : undefined;
      if (end.kind !== "raise" || end.value === null || raised?.op !== "load" || raised.place.kind !== "binding") continue;
      const { binding } = raised.place;
      if (fn.module.binding(binding)?.kind !== "variable" || fn.module.binding(binding)?.owner !== fn.id) continue;
      const holder = this.refs.ofBinding(fn.module, binding);
      const isTested = fn.facts.blocks.some((block) => block.end.kind === "branch" && block.end.test.kind === "instance" && isLoadOf(fn, block.end.test.value, binding));
      const isReceived = (fn.module.bindingStores.get(binding) ?? []).every((store) => {
        const made = store.fn.definition(store.value)?.instruction;
        return made?.op === "await" || made?.op === "call" && this.types.calleeOf(store.fn, made)?.kind !== "class";
      });
      const isLetGo = [...fn.sites()].some(({ instruction }) => (instruction.op === "delete" && instruction.place.kind === "binding" && instruction.place.binding === binding) || instruction.op === "store" && instruction.place.kind === "binding" && instruction.place.binding === binding && isNull(fn, instruction.value));
      if (isTested && isReceived && !isLetGo) yield { kind: "raised", fn, at: end.at, holder, context: this.contexts.of(fn) };
    }
  }

  private findModulesWithoutCollector(): void {
    for (const module of this.program.modules) {
      const [top] = module.functions;
      for (const { instruction } of top?.sites() ?? []) {
        if (top && instruction.op === "call" && this.collectorOff.has(top, instruction, this.types)) this.withoutCollector.add(module);
      }
    }
  }

  private *stored(fn: Fn, site: Site, place: Place, value: ValueId): Generator<Cycle> {
    const holder = this.holderOf(fn, place);
    if (!holder) return;
    const context = this.contexts.at(fn, site.block);
    if (this.program.modules[0]?.facts.language === "python" && this.isException(fn, value)) {
      if (!this.isCleared(holder) && !this.raisedLater.has(holder, this.ownerOf(fn, place), fn)) yield { kind: "traceback", fn, at: site.instruction.at, holder, context };
      return;
    }
    if (holder.root.kind === "this" && holder.fields.length === 1 && fn.cls && this.holdsThis(fn, value)) {
      if (this.withoutCollector.has(fn.module)) yield { kind: "uncollected", fn, at: site.instruction.at, holder, context };
      // A collector that traces finds a cycle as soon as anything else: it costs nothing there.
      const native = fn.module.facts.language === "python" ? this.nativeResource(fn.cls) : null;
      if (native && native.name !== holder.fields[0]) {
        yield { kind: "native", fn, at: site.instruction.at, holder, cls: fn.cls, resource: native.name, resourceAt: native.at, noun: native.pair.noun, context };
      }
    }
  }

  /** A holder that outlives the call: a field of `this`, a module's variable. */
  private holderOf(fn: Fn, place: Place): Ref | null {
    if (place.kind === "field") {
      const ref = this.refs.field(this.refs.of(fn, place.object), place.name);
      return ref.root.kind === "this" || this.isModuleLevel(ref) ? ref : null;
    }
    if (place.kind === "binding") {
      const binding = fn.module.binding(place.binding);
      return binding?.owner === 0 && fn.facts.kind !== "module" ? this.refs.ofBinding(fn.module, place.binding) : null;
    }
    return null;
  }

  private ownerOf(fn: Fn, place: Place): Cls | null {
    if (place.kind !== "field") return null;
    const { root, fields } = this.refs.of(fn, place.object);
    return root.kind === "this" && fields.length === 0 ? root.cls : this.types.classOf(fn, place.object);
  }

  private isModuleLevel(ref: Ref): boolean {
    return ref.root.kind === "binding" && ref.root.module.binding(ref.root.binding)?.owner === 0;
  }

  private isException(fn: Fn, value: ValueId, depth = 0): boolean {
    const definition = fn.definition(value)?.instruction;
    if (!definition || depth > 4) return false;
    if (definition.op === "caught") return true;
    if (definition.op === "call") return this.tracebacks.has(fn, definition, this.types);
    if (definition.op !== "load") return false;
    const { place } = definition;
    if (place.kind === "field") return place.name === "__traceback__" && this.isException(fn, place.object, depth + 1);
    if (place.kind !== "binding") return false;
    const stores = fn.module.bindingStores.get(place.binding) ?? [];
    return stores.length > 0 && stores.length < 4 && stores.some((store) => store.fn === fn && this.isException(fn, store.value, depth + 1));
  }

  /** The holder gets None or another constant somewhere outside set-up: the exception is let go. */
  private isCleared(holder: Ref): boolean {
    const stores = this.storesOf(holder);
    return stores.some((store) => {
      const definition = store.fn.definition(store.value)?.instruction;
      return definition?.op === "constant" && store.fn.facts.name !== "__init__" && store.fn.facts.kind !== "module" && store.fn.facts.kind !== "class-body";
    });
  }

  private storesOf(holder: Ref): readonly Stored[] {
    if (holder.fields.length > 0) return this.types.fieldStores.get(holder.key) ?? [];
    return holder.root.kind === "binding" ? holder.root.module.bindingStores.get(holder.root.binding) ?? [] : [];
  }

  private *called(fn: Fn, site: Site): Generator<Cycle> {
    const call = site.instruction;
    if (call.op !== "call") return;
    const context = this.contexts.at(fn, site.block);
    for (const { value: { target, holds } } of this.finalizers.match(fn, call, this.types)) {
      const targetValue = argumentValue(fn, call, target);
      if (targetValue === null) continue;
      const ref = this.refs.of(fn, targetValue);
      const held = holds.flatMap((position) => argumentValue(fn, call, position) ?? []).find((value) => this.reaches(fn, value, ref) || this.isWorkingPart(fn, call, value, ref));
      if (held !== undefined) yield { kind: "finalizer", fn, at: call.at, target: ref, through: describe(this.refs.of(fn, held)), context };
    }
    if (fn.module.facts.language === "python") yield* this.wrapped(fn, call, context);
    // errors.append(exception)
    if (call.receiver === null || this.program.modules[0]?.facts.language !== "python") return;
    const receiver = this.refs.of(fn, call.receiver);
    if (this.withoutCollector.has(fn.module) && receiver.root.kind === "this" && receiver.fields.length === 1 && call.args.some((one) => this.knowsThis(fn, one.value))) {
      yield { kind: "uncollected", fn, at: call.at, holder: receiver, context };
    }
    yield* this.handedOn(fn, call, context);
    const grows = [...this.api.containerMethods.values()].some((methods) => call.method !== null && call.method in methods.grow);
    if (grows && this.isKeptBatch(fn, receiver) && call.args.some((one) => this.hasException(fn, one.value))) {
      yield { kind: "traceback", fn, at: call.at, holder: receiver, context };
      return;
    }
    const isHolder = receiver.root.kind === "this" && receiver.fields.length > 0 || this.isModuleLevel(receiver) && receiver.fields.length === 0;
    if (isHolder && grows && call.args.some((one) => this.isException(fn, one.value)) && receiver.root.kind === "binding") {
      yield { kind: "traceback", fn, at: call.at, holder: receiver, context };
    }
  }

  /** A container of an object that has an end of its own: what it holds waits for a later turn. */
  private isKeptBatch(fn: Fn, receiver: Ref): boolean {
    return receiver.root.kind === "this" && receiver.fields.length === 1 && fn.cls?.methods.some((method) => this.api.releaseMethods.has(method.facts.name)) === true;
  }

  /** A tuple with the caught exception in it: `(event, key, error)`. */
  private hasException(fn: Fn, value: ValueId): boolean {
    const made = fn.definition(value)?.instruction;
    return made?.op === "collection" && made.elements.length > 1 && made.elements.some((element) => this.isException(fn, element.value));
  }

  /**
   * `future.set_exc_info(sys.exc_info())` of a future that this function made and returns: the traceback's first frame is
   * this one, and its variable is the future.
   */
  private *handedOn(fn: Fn, call: Call & { at: Span }, context: Context): Generator<Cycle> {
    const given = call.args.map((one) => fn.definition(one.value)?.instruction).find((one) => one?.op === "call" && this.tracebacks.has(fn, one, this.types));
    if (!given || call.receiver === null) return;
    const ref = this.refs.of(fn, call.receiver);
    if (ref.root.kind !== "binding" || ref.fields.length > 0 || ref.root.module.binding(ref.root.binding)?.owner !== fn.id) return;
    const { binding } = ref.root;
    const stores = fn.module.bindingStores.get(binding) ?? [];
    const isMade = stores.length > 0 && stores.some((store) => fn.definition(store.value)?.instruction.op === "call");
    // Emptied on the way out, the cycle is cut.
    const isCut = stores.some((store) => isNull(fn, store.value)) || [...fn.sites()].some(({ instruction }) => instruction.op === "delete" && instruction.place.kind === "binding" && instruction.place.binding === binding);
    if (isMade && !isCut) yield { kind: "traceback", fn, at: call.at, holder: ref, context };
  }

  /**
   * `return Description(address, error=error)` in a handler, where the caller stores the result: the object keeps the
   * exception, and the exception's frames keep what was stored before.
   */
  private *wrapped(fn: Fn, call: Call & { at: Span }, context: Context): Generator<Cycle> {
    const caught = call.args.find((one) => one.name !== null && this.isException(fn, one.value));
    if (!caught || !fn.uses(call.out).some((use) => use.kind === "end" && use.end.kind === "return")) return;
    if (this.isStripped(fn, caught.value)) return;
    for (const site of this.contexts.callers(fn)) {
      for (const use of site.fn.uses(site.instruction.out)) {
        if (use.kind !== "instruction" || use.site.instruction.op !== "store" || use.site.instruction.place.kind !== "field") continue;
        const holder = this.holderOf(site.fn, use.site.instruction.place);
        if (holder && !this.raisedLater.has(holder, this.ownerOf(site.fn, use.site.instruction.place), site.fn)) {
          yield { kind: "traceback", fn, at: call.at, holder, context };
          return;
        }
      }
    }
  }

  /** The function gives the exception to something of its own first, or takes its traceback away. */
  private isStripped(fn: Fn, value: ValueId): boolean {
    const definition = fn.definition(value)?.instruction;
    const binding = definition?.op === "load" && definition.place.kind === "binding" ? definition.place.binding : null;
    if (binding === null) return false;
    for (const { instruction } of fn.sites()) {
      if (instruction.op === "store" && instruction.place.kind === "field" && instruction.place.name === "__traceback__") return true;
      if (instruction.op !== "call" || this.types.calleeOf(fn, instruction)?.kind !== "function") continue;
      if (instruction.args.length === 1 && instruction.args.some((one) => {
        const given = fn.definition(one.value)?.instruction;
        return given?.op === "load" && given.place.kind === "binding" && given.place.binding === binding;
      })) return true;
    }
    return false;
  }

  /** What is made here and given `this`, and keeps it. */
  private knowsThis(fn: Fn, value: ValueId, depth = 0): boolean {
    const definition = fn.definition(value)?.instruction;
    if (!definition || depth > 3) return false;
    if (definition.op === "load" && definition.place.kind === "binding") {
      return (fn.module.bindingStores.get(definition.place.binding) ?? []).some((store) => store.fn === fn && this.knowsThis(fn, store.value, depth + 1));
    }
    return definition.op === "call" && this.types.calleeOf(fn, definition)?.kind === "class" && definition.args.some((one) => {
      const given = fn.definition(one.value)?.instruction;
      return given?.op === "load" && given.place.kind === "this";
    });
  }

  /** Whether a value is the target, a method bound to it, a closure over it, a part of it, or a collection with one of these. */
  private reaches(fn: Fn, value: ValueId, target: Ref, depth = 0): boolean {
    const ref = this.refs.of(fn, value);
    if (ref.key === target.key) return true;
    const definition = fn.definition(value)?.instruction;
    if (depth < 3 && definition?.op === "collection") return definition.elements.some((element) => this.reaches(fn, element.value, target, depth + 1));
    if (depth < 3 && definition?.op === "call" && definition.receiver !== null && this.api.words.is("binds", definition) !== null) {
      return definition.args.some((one) => this.refs.of(fn, one.value).key === target.key);
    }
    if (target.root.kind === "this" && target.fields.length === 0) return this.holdsThis(fn, value);
    if (ref.root.kind === "closure" && target.root.kind === "binding") return ref.root.fn.facts.captures.includes(target.root.binding);
    return false;
  }

  /**
   * A part of the target that the finaliser does more with than read: something with methods knows, more often than not,
   * whom it belongs to.
   */
  private isWorkingPart(fn: Fn, call: Call, value: ValueId, target: Ref): boolean {
    const { key } = this.refs.of(fn, value);
    if (!key.startsWith(`${target.key}.`) && !this.isPartOfStored(fn, key, target)) return false;
    const registry = call.receiver === null ? null : this.refs.of(fn, call.receiver);
    if (registry?.root.kind !== "binding") return false;
    for (const store of registry.root.module.bindingStores.get(registry.root.binding) ?? []) {
      const made = store.fn.definition(store.value)?.instruction;
      if (made?.op !== "call") continue;
      for (const argument of made.args) {
        for (const callback of this.contexts.functionsIn(store.fn, argument.value)) if (this.callsMethodOf(callback)) return true;
      }
    }
    return false;
  }

  /** `target.state = inner` stands here, and the value is inside `inner`. */
  private isPartOfStored(fn: Fn, key: string, target: Ref): boolean {
    for (const { instruction } of fn.sites()) {
      if (instruction.op !== "store" || instruction.place.kind !== "field" && instruction.place.kind !== "index") continue;
      if (this.refs.of(fn, instruction.place.object).key === target.key && key.startsWith(`${this.refs.of(fn, instruction.value).key}.`)) return true;
    }
    return false;
  }

  private callsMethodOf(callback: Fn): boolean {
    const binding = callback.facts.parameters[0]?.binding ?? null;
    for (const { instruction } of callback.sites()) {
      if (instruction.op !== "call" || instruction.receiver === null) continue;
      const receiver = callback.definition(instruction.receiver)?.instruction;
      if (binding !== null && receiver?.op === "load" && receiver.place.kind === "binding" && receiver.place.binding === binding) return true;
    }
    return false;
  }

  /** A method of `this` taken as a value, or a function that uses `this`. */
  private holdsThis(fn: Fn, value: ValueId): boolean {
    const ref = this.refs.of(fn, value);
    if (ref.root.kind === "this" && ref.fields.length === 1 && ref.fields[0] !== undefined && fn.cls) {
      const method = fn.cls.method(ref.fields[0]);
      return method !== null && !method.facts.static && method.facts.kind === "method";
    }
    if (ref.root.kind !== "closure" || ref.fields.length > 0) return false;
    for (const site of ref.root.fn.sites()) {
      if (site.instruction.op === "load" && site.instruction.place.kind === "this") return true;
    }
    return false;
  }

  /** A field of the class that holds a descriptor or connection. */
  private nativeResource(cls: Cls): { name: string; at: Span; pair: CompiledPair } | null {
    for (const method of cls.functions) {
      for (const site of method.sites()) {
        const { instruction } = site;
        if (instruction.op !== "store" || instruction.place.kind !== "field") continue;
        const ref = this.refs.of(method, instruction.place.object);
        const made = method.definition(instruction.value)?.instruction;
        if (ref.root.kind !== "this" || ref.fields.length > 0 || made?.op !== "call") continue;
        const pair = this.api.acquired(method, made, this.types).find((one) => (one.handle ?? "result") === "result" && (one.rule === "unclosed-file" || one.rule === "unclosed-connection" || one.rule === "executor-leak"));
        if (pair) return { name: instruction.place.name, at: instruction.at, pair };
      }
    }
    return null;
  }
}

function isNull(fn: Fn, value: ValueId): boolean {
  const definition = fn.definition(value)?.instruction;
  return definition?.op === "constant" && definition.value.kind === "null";
}

function isLoadOf(fn: Fn, value: ValueId, binding: number): boolean {
  const definition = fn.definition(value)?.instruction;
  return definition?.op === "load" && definition.place.kind === "binding" && definition.place.binding === binding;
}
