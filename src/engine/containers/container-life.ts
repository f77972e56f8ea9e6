/** How long a container lives that an object or a closure holds. */
import type { Decorator } from "../../model/facts.js";
import type { Container } from "./containers.js";
import type { Api } from "../program/api.js";
import { parseDecoratorPattern } from "../../catalog/pattern.js";
import { isPassedBy } from "../program/blocks.js";
import type { Contexts } from "../contexts/contexts.js";
import { constantText } from "../program/constants.js";
import { isUnbounded, repeats } from "../contexts/contexts.js";
import { isWithin } from "../contexts/endings.js";
import type { GrowthWords } from "../program/growth-words.js";
import { Makers } from "../contexts/makers.js";
import type { Cls, Fn, Program } from "../program/program.js";
import { push } from "../program/program.js";
import { providedTypes } from "../contexts/provided.js";
import type { Refs } from "../program/refs.js";
import { runsAsExecutor } from "../contexts/settling.js";
import { isMaking } from "../contexts/targets.js";
import type { Types } from "../program/types.js";
import { loadsIn } from "../program/variables.js";

/** "process": as long as the process; "long": it serves many callers, as far as can be seen; "short": it ends with a request, an event or a loop's turn. */
export type Lifetime = "process" | "long" | "short" | "unknown";

export class ContainerLife {
  /** Functions of the program used as decorators, with the decorated ones. */
  private readonly decorated = new Map<Fn, Fn[]>();
  /** Those used on a class's fields: they and what they return run once, when the class is made. */
  private readonly ofFields = new Set<Fn>();

  private provided: ReadonlySet<string> | null = null;
  readonly makers: Makers;

  constructor(private readonly program: Program, private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly contexts: Contexts, private readonly words: GrowthWords) {
    this.makers = new Makers(contexts, types, api.startMethods, words.starts);
    for (const fn of program.functions()) {
      for (const decorator of fn.facts.decorators) {
        const made = decorator.root === null ? null : program.functionOfBinding(fn.module, decorator.root);
        if (made) push(this.decorated, made, fn);
      }
    }
    for (const cls of program.classes()) {
      for (const decorator of cls.facts.fields.flatMap((field) => field.decorators ?? [])) {
        const made = decorator.root === null ? null : program.functionOfBinding(cls.module, decorator.root);
        if (made) this.ofFields.add(made);
      }
    }
  }

  /** Whether the function runs only while classes are made: in the decorator of a field, outside of accessors that it defines. */
  isFieldDecorator(fn: Fn): boolean {
    for (let at: Fn | null = fn; at; at = at.parent) {
      if (this.ofFields.has(at)) return true;
      if (at.facts.kind !== "lambda" && at.facts.kind !== "function") return false;
    }
    return false;
  }

  /** How long a class's instances live, from where they are made. */
  ofInstances(cls: Cls): Lifetime {
    this.provided ??= providedTypes(this.program, this.types, this.api, this.contexts);
    if (this.provided.has(cls.typeName)) return "short";
    if (cls.related.some((one) => one.facts.decorators.some((decorator) => this.isSingleton(decorator)))) return "process";
    if (this.isOfConnection(cls) || this.words.perCall.some((base) => this.types.isA(cls.typeName, base))) return "short";
    const constructor = cls.method("constructor") ?? cls.method("__init__") ?? (cls.facts.initializer === null ? null : cls.module.fn(cls.facts.initializer));
    const kind = constructor ? this.contexts.of(constructor).kind : "unknown";
    if (kind === "once") return constructor && this.isExchanged(constructor) ? "short" : "process";
    if (repeats(kind) && kind !== "instance" || this.contexts.isMadeAnew(cls) || constructor && this.isExchanged(constructor)) return "short";
    if (kind !== "request" && this.isOfOneRun(cls)) return "short";
    return this.words.isServant(cls.name) && !(constructor && (this.isMadeForCall(constructor) || this.makers.isOfOneCall(constructor))) ? "long" : "unknown";
  }

  /** There is one for each connection: short beside the process, and long beside what comes over it. */
  isOfConnection(cls: Cls): boolean {
    return this.words.perConnection.some((base) => this.types.isA(cls.typeName, base));
  }

  /** A reporter of a test run: `onRunComplete()`, `this.on("runner:end", …)`. */
  private isOfOneRun(cls: Cls): boolean {
    // A base of a package has its path: the class is its last word.
    const names = cls.related.flatMap((one) => [one.name, ...one.outside.map((path) => path.split(".").at(-1) ?? path)]);
    const listened = cls.methods.flatMap((method) => [...method.sites()].flatMap(({ instruction: call }) =>
      (call.op === "call" && call.args.length > 1 ? [constantText(method, call.args[0]?.value ?? null) ?? ""] : [])));
    return this.words.isOfOneRun(names, [...cls.methods.map((method) => method.facts.name), ...listened]);
  }

  /** It is made with what is of one request or unit of work: whatever its name, it serves that alone. */
  private isMadeForCall({ module, facts }: Fn): boolean {
    return facts.parameters.some((one) => one.type !== null && this.types.ofRef(module, one.type).some((type) => this.words.ofOneCall.has(type)));
  }

  /** Whoever holds one puts a new one in its place when he starts anew: `reset() { this.log = new Log(); }`. What the one before held goes with it. */
  private isExchanged(constructor: Fn): boolean {
    const made = new Map<string, { first: boolean; again: boolean }>();
    for (const { fn, block, instruction: { out } } of this.contexts.callers(constructor)) {
      if (this.contexts.isTest(fn)) continue;
      for (const use of fn.uses(out)) {
        if (use.kind === "end" || use.site.instruction.op !== "store" || use.site.instruction.value !== out) return false;
        const { place } = use.site.instruction;
        const ref = place.kind === "field" ? this.refs.field(this.refs.of(fn, place.object), place.name) : place.kind === "binding" ? this.refs.ofBinding(fn.module, place.binding) : null;
        if (ref === null || ref.root.kind === "binding" && ref.root.module.binding(ref.root.binding)?.owner === fn.id && fn.facts.kind !== "module") return false;
        const known = made.get(ref.key) ?? { first: false, again: false };
        made.set(ref.key, known);
        if (isMaking(fn)) known.first = true;
        else known.again ||= this.contexts.firstTimes.of(fn, block) === null && !isPassedBy(fn, block);
      }
    }
    return made.size > 0 && [...made.values()].every((one) => one.first && one.again);
  }

  /** It is set going and brought to an end by name, and works in between: a client, a server, a worker, a session. */
  isOperated(cls: Cls): boolean {
    const names = cls.methods.map((method) => firstWord(method.facts.name));
    return names.some((name) => this.words.starts.has(name)) && cls.methods.some((method) => this.words.isOwnEnding(method.facts.name));
  }

  private isSingleton(decorator: Decorator): boolean {
    return this.words.singletons.some((text) => {
      const pattern = parseDecoratorPattern(text);
      return pattern.kind === "path" ? decorator.path === pattern.path : decorator.text.includes(".") && decorator.text.split(".").at(-1) === pattern.name;
    });
  }

  /** How long the functions live that share the variable. */
  ofClosure(container: Container, user: Fn): Lifetime {
    const outer = container.made.fn;
    if (!this.escapes(outer, user)) return "short";
    const { kind } = this.contexts.of(outer);
    if (isUnbounded(kind) && kind !== "instance") return "short";
    if (kind === "once") return "process";
    const uses = this.decorated.get(outer) ?? this.decorated.get(outer.parent ?? outer) ?? [];
    if (uses.some((fn) => fn.parent?.facts.kind === "module" || fn.parent?.facts.kind === "class-body")) return "process";
    // How often the outer function runs is not known: only code that sets things up is taken to run seldom.
    return this.isSetUpCode(outer, new Set()) || this.words.isCalledCache(outer.facts.name) && this.contexts.callers(outer).length === 0 ? "unknown" : "short";
  }

  /** The function that shares the variable is there for whoever called the one that has it, as a method of an object is. */
  isMethodOfClosure(container: Container, user: Fn): boolean {
    const { kind } = this.contexts.of(container.made.fn);
    return this.escapes(container.made.fn, user) && (!isUnbounded(kind) || kind === "instance");
  }

  /** A constructor, a function named for setting up, or one that only such functions call: the closures then live long. */
  private isSetUpCode(fn: Fn, seen: Set<Fn>): boolean {
    const { kind, name } = fn.facts;
    if (kind === "module" || kind === "class-body" || kind === "constructor" || kind === "initializer" || name === "__init__" || this.words.isFiling(name)) return true;
    if (seen.has(fn)) return false;
    seen.add(fn);
    const callers = this.contexts.callers(fn);
    return callers.length > 0 && callers.every((site) => this.isSetUpCode(site.fn, seen));
  }

  /** Whether the inner function is handed out of the outer one: returned, kept in a field, or part of what is. */
  private escapes(outer: Fn, user: Fn): boolean {
    let inner = user;
    while (inner.parent && inner.parent !== outer) inner = inner.parent;
    return this.isHandedOut(outer, inner, new Set([inner]));
  }

  private isHandedOut(outer: Fn, inner: Fn, seen: Set<Fn>): boolean {
    for (const site of outer.sites()) {
      const { instruction } = site;
      const value = "out" in instruction ? instruction.out : null;
      if (value === null || this.refs.of(outer, value).key !== `fn${inner.key}`) continue;
      if (this.isKept(outer, value, 0)) return true;
    }
    // `socket.onopen = () => resolve({ call })`
    for (const fn of outer.module.functions) {
      if (!isWithin(fn, outer) || fn === outer) continue;
      for (const { instruction } of fn.sites()) if (instruction.op === "load" && this.refs.of(fn, instruction.out).key === `fn${inner.key}` && this.isResolvedWith(fn, instruction.out)) return true;
    }
    // Called by a sibling that is handed out.
    for (const site of this.contexts.callers(inner)) {
      let caller = site.fn;
      while (caller.parent && caller.parent !== outer) caller = caller.parent;
      if (caller.parent !== outer || seen.has(caller)) continue;
      seen.add(caller);
      if (this.isHandedOut(outer, caller, seen)) return true;
    }
    return false;
  }

  private isKept(fn: Fn, value: number, depth: number): boolean {
    if (depth > 4) return false;
    return fn.uses(value).some((use) => {
      if (use.kind === "end") return use.end.kind === "return";
      const { instruction } = use.site;
      switch (instruction.op) {
        case "store":
          if (instruction.value !== value) return false;
          if (instruction.place.kind !== "binding") return true;
          return this.isReturnedBinding(fn, instruction.place.binding, depth);
        case "collection": return this.isKept(fn, instruction.out, depth + 1);
        case "call":
          if (instruction.callee !== null && instruction.callee !== value && this.isResolve(fn, instruction.callee)) return true;
          return instruction.receiver !== value && instruction.callee !== value && this.isKept(fn, instruction.out, depth + 1);
        default: return false;
      }
    });
  }

  private isReturnedBinding(fn: Fn, binding: number, depth: number): boolean {
    if (fn.module.binding(binding)?.owner === 0) return true;
    return loadsIn(fn.module, binding).some((load) => (load.fn === fn ? this.isKept(fn, load.value, depth + 1) : this.isResolvedWith(load.fn, load.value)));
  }

  /** `.then(() => ready({ call, close }))`: whoever waits for the promise gets it. */
  private isResolvedWith(fn: Fn, value: number, depth = 0): boolean {
    return depth < 3 && fn.uses(value).some((use) => {
      if (use.kind === "end") return false;
      const { instruction } = use.site;
      if (instruction.op === "collection") return this.isResolvedWith(fn, instruction.out, depth + 1);
      return instruction.op === "call" && instruction.callee !== null && instruction.callee !== value && this.isResolve(fn, instruction.callee);
    });
  }

  /** What an executor was given to settle its promise, also by the name of a variable that it is stored in. */
  private isResolve(fn: Fn, callee: number, depth = 0): boolean {
    const load = fn.definition(callee)?.instruction;
    if (load?.op !== "load" || load.place.kind !== "binding" || depth > 1) return false;
    const { binding } = load.place;
    const known = fn.module.binding(binding);
    const owner = fn.module.fn(known?.owner ?? -1);
    if (known?.kind === "parameter") return owner !== null && owner.facts.parameters[0]?.binding === binding && runsAsExecutor(owner, this.contexts, this.api, this.types);
    return known?.kind === "variable" && (fn.module.bindingStores.get(binding) ?? []).some((store) => this.isResolve(store.fn, store.value, depth + 1));
  }
}

/** `connect_async` and `connectAsync` are about connecting. */
function firstWord(name: string): string {
  return /^_*([a-z]+|[A-Z][a-z]*)/u.exec(name)?.[1]?.toLowerCase() ?? name;
}
