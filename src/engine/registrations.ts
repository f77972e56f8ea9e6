/**
 * Listeners and other registrations: a target that keeps a function, and whether the same pair is ever taken apart.
 *
 * A registration leaks when its target outlives what registers, the registering repeats, and no removal can match it.
 * So three questions: how long does the target live, is there a removal with this event and this very function, and
 * how often does the statement run.
 */
import type { Call, ValueId } from "../model/facts.js";
import { argumentIs, argumentValue, property } from "./api.js";
import type { Api, CompiledPair } from "./api.js";
import type { Context, Contexts } from "./contexts.js";
import type { CallSite, Holders } from "./holders.js";
import type { Fn, Program } from "./program.js";
import type { Ref, Refs } from "./refs.js";
import type { Types } from "./types.js";

/**
 * How long the target lives, as seen from the registering function.
 * "process": as long as the program. "injected": given to the object, so longer than it. "parameter": given to the
 * function. "instance": made and kept by the same object. "local": made in this very call. "unknown": cannot be told.
 */
export type TargetLife = "process" | "injected" | "parameter" | "instance" | "local" | "unknown";

/** Why a removal that looks right does not match. */
export type Mismatch = "fresh-function" | "bound-copy" | "capture" | "other-function";

export interface Registration {
  pair: CompiledPair;
  fn: Fn;
  site: CallSite;
  target: Ref | null;
  life: TargetLife;
  /** The event's constant name, or null. */
  event: string | null;
  listener: Ref | null;
  /** The function that is registered, if it is one of the program's. */
  listenerFn: Fn | null;
  /** It ends after one event. */
  once: boolean;
  context: Context;
  /** A removal that matches. */
  removal: CallSite | null;
  /** A removal of the same event from the same target that cannot match, and why. */
  mismatch: { site: CallSite; why: Mismatch } | null;
  /** The registering call returns what removes it, and that result is dropped. */
  resultDropped: boolean;
  /** The registering call's result is kept somewhere. */
  resultKept: boolean;
  /** An AbortSignal or the like ends it. */
  cancelled: "by-signal" | "signal-never-aborted" | null;
}

export class Registrations {
  private list: Registration[] | null = null;

  constructor(
    private readonly program: Program, private readonly refs: Refs, private readonly types: Types, private readonly api: Api,
    private readonly contexts: Contexts, private readonly holders: Holders,
  ) {}

  all(): readonly Registration[] {
    return (this.list ??= [...this.compute()]);
  }

  private *compute(): Generator<Registration> {
    for (const fn of this.program.functions()) {
      if (this.contexts.isTest(fn)) continue;
      const seen = new Set<number>();
      for (const site of fn.sites()) {
        if (site.instruction.op !== "call" || seen.has(site.instruction.at[0] * 1000003 + site.instruction.at[1])) continue;
        const pair = this.api.acquired(fn, site.instruction, this.types).find((one) => one.handle === "registration");
        if (!pair?.registration || pair.registration.replaces === true) continue;
        seen.add(site.instruction.at[0] * 1000003 + site.instruction.at[1]);
        yield this.describe(fn, site as CallSite, pair, pair.registration);
      }
    }
  }

  private describe(fn: Fn, site: CallSite, pair: CompiledPair, shape: NonNullable<CompiledPair["registration"]>): Registration {
    const call = site.instruction;
    const targetValue = shape.target === undefined ? call.receiver : argumentValue(fn, call, shape.target);
    const listenerValue = argumentValue(fn, call, shape.listener);
    const target = targetValue === null ? null : this.refs.of(fn, targetValue);
    const listener = listenerValue === null ? null : this.refs.of(fn, listenerValue);
    const [listenerFn] = listenerValue === null ? [] : this.contexts.functionsIn(fn, listenerValue);
    const registration: Registration = {
      pair, fn, site, target, listener, listenerFn: listenerFn ?? null,
      life: target === null || targetValue === null ? "process" : this.lifeOf(fn, target, targetValue),
      event: shape.event === undefined ? null : constantText(fn, argumentValue(fn, call, shape.event)),
      once: shape.once === true || this.hasOnceOption(fn, call, shape.options),
      context: this.contexts.at(fn, site.block),
      removal: null, mismatch: null,
      ...this.resultOf(fn, site, shape),
      cancelled: this.cancellation(fn, call, pair),
    };
    this.findRemoval(registration, shape);
    return registration;
  }

  private resultOf(fn: Fn, site: CallSite, shape: NonNullable<CompiledPair["registration"]>): { resultDropped: boolean; resultKept: boolean } {
    if (shape.returns === undefined || shape.returns === "none" || shape.returns === "target") return { resultDropped: false, resultKept: false };
    const used = fn.uses(site.instruction.out).some((use) => use.kind === "end" || use.site.instruction.op !== "operation" || use.site.instruction.operator !== "void");
    return { resultDropped: !used, resultKept: used };
  }

  private hasOnceOption(fn: Fn, call: Call, options: number | undefined): boolean {
    return options !== undefined && argumentIs(fn, call, `${String(options)}.once`, "true", this.types);
  }

  /** How long the target of a registration lives. */
  lifeOf(fn: Fn, ref: Ref, value: ValueId): TargetLife {
    const { root, fields } = ref;
    switch (root.kind) {
      case "global": return this.api.longLived.has(root.name) || fields.length === 0 ? "process" : "unknown";
      case "import": return "process";
      case "module": return "process";
      case "closure": return "unknown";
      case "call": {
        const made = root.site.instruction;
        if (made.op !== "call") return "unknown";
        if (made.path !== null && this.api.longLived.has(made.path)) return "process";
        return made.isNew || this.types.of(fn, value).length > 0 ? "local" : "unknown";
      }
      case "value": return "unknown";
      case "this": {
        if (fields.length === 0) return "instance";
        const [name] = fields;
        return name === undefined || fields.length > 1 ? "unknown" : this.lifeOfField(fn, root.cls, name);
      }
      case "binding": {
        const binding = root.module.binding(root.binding);
        if (!binding) return "unknown";
        if (binding.kind === "parameter") {
          // The element of a loop or a callback's own argument lives as its event does.
          return binding.owner === fn.id ? "parameter" : "parameter";
        }
        if (binding.owner === 0) return binding.kind === "import" ? "process" : fields.length === 0 ? "process" : "unknown";
        const stores = root.module.bindingStores.get(root.binding) ?? [];
        if (fields.length === 0 && stores.length > 0 && stores.every((store) => this.makes(store.fn, store.value))) return "local";
        return "unknown";
      }
    }
  }

  private lifeOfField(fn: Fn, cls: Fn["cls"] & object, name: string): TargetLife {
    const stores = this.types.fieldStores.get(this.refs.ofField(cls, name).key) ?? [];
    if (stores.length === 0) {
      const declared = cls.related.some((one) => one.facts.fields.some((field) => field.name === name));
      return declared ? "injected" : "unknown";
    }
    if (stores.some((store) => store.fn === fn)) return "local"; // Made anew where it is listened to.
    if (stores.every((store) => this.makes(store.fn, store.value) || isNull(store.fn, store.value))) return "instance";
    if (stores.some((store) => this.comesFromParameter(store.fn, store.value))) return "injected";
    return "unknown";
  }

  /** Whether the value is something made here: a construction, or a call that gives a thing of known type. */
  private makes(fn: Fn, value: ValueId): boolean {
    const definition = fn.definition(value)?.instruction;
    if (definition?.op === "await") return this.makes(fn, definition.value);
    if (definition?.op === "collection") return true;
    return definition?.op === "call" && (definition.isNew || this.types.of(fn, value).length > 0 || /^create|^open|^make|^build|^connect/u.test(definition.method ?? definition.path?.split(".").at(-1) ?? ""));
  }

  private comesFromParameter(fn: Fn, value: ValueId): boolean {
    const ref = this.refs.of(fn, value);
    return ref.root.kind === "binding" && ref.root.module.binding(ref.root.binding)?.kind === "parameter";
  }

  /** The signal that ends the registration, and whether anybody fires it. */
  private cancellation(fn: Fn, call: Call, pair: CompiledPair): Registration["cancelled"] {
    if (pair.signal === undefined) return null;
    const signal = argumentValue(fn, call, pair.signal);
    if (signal === null) return this.unknownOptions(fn, call, pair) ? "by-signal" : null;
    const ref = this.refs.of(fn, signal);
    for (const file of this.api.files) {
      for (const canceller of file.cancellers ?? []) {
        if (ref.fields.at(-1) !== canceller.token || ref.root.kind !== "binding") continue;
        const { module, binding } = ref.root;
        const stores = module.bindingStores.get(binding) ?? [];
        const made = stores.length === 1 && stores[0] ? stores[0].fn.definition(stores[0].value)?.instruction : undefined;
        if (made?.op !== "call" || made.path === null || !canceller.make.includes(made.path)) continue;
        const holder = this.refs.ofBinding(module, binding).key;
        const used = this.holders.usesOf(holder);
        const cancelled = used.some((use) => use.as === "argument" || use.as === "receiver" && canceller.cancel.some((pattern) => pattern.endsWith(`#${use.site.instruction.method ?? ""}`)));
        const leaves = used.some((use) => use.as === "argument") || module.binding(binding)?.captured === true || this.isStored(fn, binding);
        return cancelled || leaves ? "by-signal" : "signal-never-aborted";
      }
    }
    return "by-signal";
  }

  /** Options given as a variable: they may carry a signal. */
  private unknownOptions(fn: Fn, call: Call, pair: CompiledPair): boolean {
    const position = typeof pair.signal === "string" ? Number(pair.signal.split(".")[0]) : pair.signal ?? -1;
    const options = argumentValue(fn, call, position);
    if (options === null) return false;
    const definition = fn.definition(options)?.instruction;
    return definition?.op !== "constant" && definition?.op !== "collection";
  }

  private isStored(fn: Fn, binding: number): boolean {
    for (const site of fn.sites()) {
      const { instruction } = site;
      if (instruction.op !== "load" || instruction.place.kind !== "binding" || instruction.place.binding !== binding) continue;
      if (fn.uses(instruction.out).some((use) => use.kind === "end" || use.site.instruction.op === "store" || use.site.instruction.op === "collection")) return true;
    }
    return false;
  }

  private findRemoval(registration: Registration, shape: NonNullable<CompiledPair["registration"]>): void {
    const { pair, target, listener } = registration;
    // The listener by name is taken off somewhere, whatever the target is called there.
    if (listener && isNamed(listener)) {
      for (const use of this.holders.usesOf(listener.key)) {
        if (use.as !== "argument" || use.site.instruction === registration.site.instruction) continue;
        if (!this.isRemovalCall(pair, use.site)) continue;
        if (target && !this.sameEvent(registration, use.site, shape)) continue;
        if (this.captureOf(registration.fn, registration.site.instruction, shape) !== this.captureOf(use.site.fn, use.site.instruction, shape) && this.sameTarget(target, use.site)) {
          registration.mismatch ??= { site: use.site, why: "capture" };
          continue;
        }
        registration.removal = use.site;
        registration.mismatch = null;
        return;
      }
    }
    const uses = target ? this.holders.usesOf(target.key) : [];
    for (const use of uses) {
      if (use.as !== "receiver" && shape.target === undefined) continue;
      const { fn, instruction: call } = use.site;
      if (call === registration.site.instruction) continue;
      if (pair.releaseAlls.some((pattern) => "method" in pattern && pattern.method === call.method || pattern.kind === "path" && pattern.path === call.path)) {
        // removeAllListeners("event") for another event does not help.
        const event = constantText(fn, argumentValue(fn, call, 0));
        if (event === null || registration.event === null || event === registration.event) {
          registration.removal = use.site;
          return;
        }
        continue;
      }
      if (!this.isRemovalCall(pair, use.site) || !this.sameEvent(registration, use.site, shape)) continue;
      const removed = argumentValue(fn, call, shape.listener);
      if (removed === null) {
        registration.removal = use.site; // off("event"): all of them
        return;
      }
      registration.mismatch ??= { site: use.site, why: this.whyNot(registration, fn, removed) };
    }
    // A removal that loops over a record of listeners, or takes the listener from a variable, may be the one.
    if (registration.mismatch?.why === "other-function") registration.mismatch = null;
  }

  private whyNot(registration: Registration, fn: Fn, removed: ValueId): Mismatch {
    const definition = fn.definition(removed)?.instruction;
    const { fn: adder, site } = registration;
    const added = argumentValue(adder, site.instruction, registration.pair.registration?.listener ?? 0);
    const addedBy = added === null ? undefined : adder.definition(added)?.instruction;
    if (definition?.op === "closure" && definition.function !== undefined && addedBy?.op !== "load") return "fresh-function";
    if (definition?.op === "closure" && fn.uses(definition.out).length === 1) return "fresh-function";
    if (definition?.op === "call" && definition.method === "bind") return "bound-copy";
    const removedRef = this.refs.of(fn, removed);
    if (addedBy?.op === "call" && addedBy.method === "bind" && addedBy.receiver !== null && this.refs.of(adder, addedBy.receiver).key === removedRef.key) return "bound-copy";
    if (addedBy?.op === "closure" && adder.uses(addedBy.out).length === 1 && this.isFunctionRef(fn, removed)) return "fresh-function";
    return "other-function";
  }

  private isFunctionRef(fn: Fn, value: ValueId): boolean {
    const ref = this.refs.of(fn, value);
    return ref.root.kind === "closure" && ref.fields.length === 0 || this.contexts.functionsIn(fn, value).length > 0;
  }

  private isRemovalCall(pair: CompiledPair, site: CallSite): boolean {
    const { instruction: call } = site;
    return pair.releases.some((pattern) => {
      if (pattern.kind === "on-target") return pattern.method === call.method || call.receiver === null && pattern.method === call.path;
      if (pattern.kind === "path") return call.path !== null && this.types.pathAlias(call.path) === pattern.path;
      if (pattern.kind === "method") return pattern.method === call.method;
      return false;
    });
  }

  private sameTarget(target: Ref | null, site: CallSite): boolean {
    const { receiver } = site.instruction;
    return target === null ? receiver === null : receiver !== null && this.refs.of(site.fn, receiver).key === target.key;
  }

  private sameEvent(registration: Registration, site: CallSite, shape: NonNullable<CompiledPair["registration"]>): boolean {
    if (shape.event === undefined) return true;
    const added = argumentValue(registration.fn, registration.site.instruction, shape.event);
    const removed = argumentValue(site.fn, site.instruction, shape.event);
    if (added === null || removed === null) return true;
    const [a, b] = [constantText(registration.fn, added), constantText(site.fn, removed)];
    if (a !== null && b !== null) return a === b;
    const [refA, refB] = [this.refs.of(registration.fn, added), this.refs.of(site.fn, removed)];
    // Two names nobody can read (a loop over event names) may be the same.
    return refA.key === refB.key || refA.root.kind !== "import" || refB.root.kind !== "import";
  }

  private captureOf(fn: Fn, call: Call, shape: NonNullable<CompiledPair["registration"]>): boolean {
    if (shape.options === undefined) return false;
    if (argumentIs(fn, call, shape.options, "true", this.types)) return true;
    const options = argumentValue(fn, call, shape.options);
    if (options === null) return false;
    const capture = property(fn, options, "capture");
    const definition = capture === null ? undefined : fn.definition(capture)?.instruction;
    return definition?.op === "constant" && definition.value.kind === "boolean" && definition.value.value;
  }
}

/** Whether two mentions of the reference are the same function: a name, not something made on the spot. */
function isNamed(ref: Ref): boolean {
  return ref.root.kind !== "value" && ref.root.kind !== "call";
}

function isNull(fn: Fn, value: ValueId): boolean {
  const definition = fn.definition(value)?.instruction;
  return definition?.op === "constant" && (definition.value.kind === "null" || definition.value.kind === "other");
}

/** The text of a constant string. */
export function constantText(fn: Fn, value: ValueId | null): string | null {
  const definition = value === null ? undefined : fn.definition(value)?.instruction;
  return definition?.op === "constant" && definition.value.kind === "string" ? definition.value.value : null;
}
