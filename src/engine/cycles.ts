/**
 * Reference cycles that cost something. Both runtimes collect plain cycles, so a cycle alone is no finding: it needs a
 * stored traceback (every frame of the stack and its locals), a native resource that waits for the collector, or a
 * finaliser that itself keeps its target alive.
 */
import type { Place, ValueId } from "../model/facts.js";
import type { Span } from "../model/span.js";
import { CallSet, argumentValue } from "./api.js";
import type { Api, CompiledPair } from "./api.js";
import type { Context, Contexts } from "./contexts.js";
import type { Cls, Fn, Program, Site, Stored } from "./program.js";
import type { Ref, Refs } from "./refs.js";
import { describe } from "./refs.js";
import type { Types } from "./types.js";

export type Cycle = { fn: Fn; at: Span; context: Context } & (
  /** An exception, with its traceback, in something that outlives the handler. */
  | { kind: "traceback"; holder: Ref }
  /** A bound method or closure over `this` on `this`, beside a native resource. */
  | { kind: "native"; holder: Ref; cls: Cls; resource: string; resourceAt: Span; noun: string }
  /** A finaliser that holds its target. */
  | { kind: "finalizer"; target: Ref; through: string }
);

export class Cycles {
  private readonly finalizers = new CallSet<{ target: number; holds: number[] }>();
  private readonly tracebacks = new CallSet<true>();

  constructor(
    private readonly program: Program, private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly contexts: Contexts,
  ) {
    for (const file of api.files) {
      for (const { call, target, holds } of file.finalizers ?? []) this.finalizers.add(call, { target, holds });
      for (const call of file.tracebacks ?? []) this.tracebacks.add(call, true);
    }
  }

  *all(): Generator<Cycle> {
    for (const fn of this.program.functions()) {
      if (this.contexts.isTest(fn)) continue;
      for (const site of fn.sites()) {
        const { instruction } = site;
        if (instruction.op === "store") yield* this.stored(fn, site, instruction.place, instruction.value);
        else if (instruction.op === "call") yield* this.called(fn, site);
      }
    }
  }

  private *stored(fn: Fn, site: Site, place: Place, value: ValueId): Generator<Cycle> {
    const holder = this.holderOf(fn, place);
    if (!holder) return;
    const context = this.contexts.at(fn, site.block);
    if (this.program.modules[0]?.facts.language === "python" && this.isException(fn, value)) {
      if (!this.isCleared(holder) && !this.isRaisedLater(holder)) yield { kind: "traceback", fn, at: site.instruction.at, holder, context };
      return;
    }
    if (holder.root.kind === "this" && holder.fields.length === 1 && fn.cls && this.holdsThis(fn, value)) {
      const native = this.nativeResource(fn.cls);
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

  private isRaisedLater(holder: Ref): boolean {
    for (const fn of holder.root.kind === "this" ? holder.root.cls.related.flatMap((cls) => cls.functions) : []) {
      for (const { end } of fn.facts.blocks) {
        if (end.kind === "raise" && end.value !== null && this.refs.of(fn, end.value).key === holder.key) return true;
      }
    }
    return false;
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
      const held = holds.flatMap((position) => argumentValue(fn, call, position) ?? []).find((value) => this.reaches(fn, value, ref));
      if (held !== undefined) yield { kind: "finalizer", fn, at: call.at, target: ref, through: describe(this.refs.of(fn, held)), context };
    }
    // errors.append(exception)
    if (call.receiver === null || this.program.modules[0]?.facts.language !== "python") return;
    const receiver = this.refs.of(fn, call.receiver);
    const isHolder = receiver.root.kind === "this" && receiver.fields.length > 0 || this.isModuleLevel(receiver) && receiver.fields.length === 0;
    const grows = [...this.api.containerMethods.values()].some((methods) => call.method !== null && call.method in methods.grow);
    if (isHolder && grows && call.args.some((one) => this.isException(fn, one.value)) && receiver.root.kind === "binding") {
      yield { kind: "traceback", fn, at: call.at, holder: receiver, context };
    }
  }

  /** Whether a value is the target, a method bound to it, or a closure over it. */
  private reaches(fn: Fn, value: ValueId, target: Ref): boolean {
    const ref = this.refs.of(fn, value);
    if (ref.key === target.key) return true;
    if (target.root.kind === "this" && target.fields.length === 0) return this.holdsThis(fn, value);
    if (ref.root.kind === "closure" && target.root.kind === "binding") return ref.root.fn.facts.captures.includes(target.root.binding);
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
