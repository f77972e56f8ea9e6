/**
 * Objects that take over what they are given: a method, a setter or a constructor that does nothing with its parameter but
 * work with it and put it into a field of the object.
 */
import type { Call, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import type { Api, CompiledPair } from "../program/api.js";
import type { Fn } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";
import type { Types } from "../program/types.js";

export interface Adopted {
  /** The field, as of the object that the call is made on. */
  ref: Ref;
  /** The function that stores. */
  fn: Fn;
  at: Span;
}

const MAXIMUM_DEPTH = 3;

export class Adoption {
  constructor(private readonly refs: Refs, private readonly types: Types, private readonly api: Api) {}

  /** The field of its own object in which a call leaves an argument; null where it, or some other holder, is not known. */
  of(fn: Fn, call: Call, value: ValueId, pair: CompiledPair): Adopted | null {
    return this.through(fn, call, value, pair, 0);
  }

  /** The field in which the setter of a property of its own object puts a value; undefined where the property has no setter. */
  bySetter(fn: Fn, object: ValueId, name: string, pair: CompiledPair): Adopted | null | undefined {
    const load = fn.definition(object)?.instruction;
    if (fn.cls === null || load?.op !== "load" || load.place.kind !== "this") return undefined;
    const method = fn.cls.related.flatMap((cls) => cls.facts.methods.map((one) => ({ one, fn: cls.module.fn(one.function) }))).find(({ one }) => one.kind === "setter" && one.name === name);
    const parameter = method?.fn?.facts.parameters.at(-1);
    if (!method?.fn || parameter?.binding == null) return method === undefined ? undefined : null;
    return this.within(method.fn, parameter.binding, pair, 0);
  }

  /** The field of a new object of the program in which its constructor leaves an argument; null where it, or some other holder, is not known. */
  byConstructor(fn: Fn, call: Call, value: ValueId, pair: CompiledPair): Adopted | null {
    const callee = this.types.calleeOf(fn, call);
    if (callee?.kind !== "class" || callee.cls.unknownBase || callee.cls.outside.length > 0) return null;
    const constructor = callee.cls.method("constructor") ?? callee.cls.method("__init__");
    const position = call.args.findIndex((one) => one.value === value);
    return constructor ? this.asParameter(constructor, call, position, position, pair, 0) : null;
  }

  private through(fn: Fn, call: Call, value: ValueId, pair: CompiledPair, depth: number): Adopted | null {
    if (depth >= MAXIMUM_DEPTH) return null;
    const callee = this.types.calleeOf(fn, call);
    if (callee?.kind !== "function" || callee.fn.cls === null || callee.fn.facts.static || callee.fn.facts.generator) return null;
    const explicit = this.isOwnObject(fn, call, callee.fn);
    if (explicit === null) return null;
    const position = call.args.findIndex((one) => one.value === value);
    return this.asParameter(callee.fn, call, position, position - explicit, pair, depth);
  }

  /** @param given of the argument in the call. @param place of the parameter, the receiver not counted. */
  private asParameter(callee: Fn, call: Call, given: number, place: number, pair: CompiledPair, depth: number): Adopted | null {
    const argument = call.args[given];
    const parameters = callee.facts.parameters.slice(callee.module.facts.language === "python" ? 1 : 0);
    const parameter = argument?.name != null ? parameters.find((one) => one.name === argument.name) : parameters[place];
    if (argument?.spread !== false || parameter?.binding == null || parameter.kind !== "plain" && parameter.kind !== "keyword-only") return null;
    return this.within(callee, parameter.binding, pair, depth);
  }

  /** How many arguments before the value stand for the object: 1 for `Base.__init__(self, conn)`; null where the object is another one. */
  private isOwnObject(fn: Fn, call: Call, callee: Fn): number | null {
    const isThis = (value: ValueId): boolean => {
      const definition = fn.definition(value)?.instruction;
      if (definition?.op === "call") return definition.path === "super" || definition.method === null && definition.callee !== null && this.isSuper(fn, definition.callee);
      return definition?.op === "load" && (definition.place.kind === "this" || definition.place.kind === "super");
    };
    const [first] = call.args;
    if (fn.cls === null || fn.cls.family !== callee.cls?.family) return null;
    if (first && fn.module.facts.language === "python" && isThis(first.value) && callee.facts.name === "__init__") return 1;
    if (call.receiver !== null && isThis(call.receiver)) return 0;
    return call.callee !== null && this.isSuper(fn, call.callee) ? 0 : null;
  }

  private isSuper(fn: Fn, value: ValueId): boolean {
    const definition = fn.definition(value)?.instruction;
    return definition?.op === "load" && (definition.place.kind === "super" || definition.place.kind === "global" && definition.place.name === "super");
  }

  private within(fn: Fn, parameter: number, pair: CompiledPair, depth: number): Adopted | null {
    let found: Adopted | null = null;
    for (const { instruction } of fn.sites()) {
      if (instruction.op !== "load" || instruction.place.kind !== "binding" || instruction.place.binding !== parameter) continue;
      for (const use of fn.uses(instruction.out)) {
        if (use.kind === "end") {
          if (use.end.kind === "return") return null;
          continue;
        }
        const user = use.site.instruction;
        if (user.op === "store" && user.value === instruction.out) {
          const object = user.place.kind === "field" ? fn.definition(user.place.object)?.instruction : undefined;
          if (user.place.kind !== "field" || object?.op !== "load" || object.place.kind !== "this") return null;
          found ??= { ref: this.refs.field(this.refs.of(fn, user.place.object), user.place.name), fn, at: use.site.instruction.at };
        } else if (user.op === "call" && this.api.released(pair, fn, user, this.types)?.value === instruction.out) return null;
        else if (user.op === "call" && user.args.some((one) => one.value === instruction.out)) {
          if (this.api.borrows.has(fn, user, this.types)) continue;
          const next = this.through(fn, user, instruction.out, pair, depth + 1);
          if (!next) return null;
          found ??= next;
        } else if (user.op === "collection" || user.op === "yield" || user.op === "enter") return null;
      }
    }
    return found && (fn.module.nested.get(fn.id) ?? []).every((inner) => this.onlyWorksWith(inner, parameter)) ? found : null;
  }

  /** A function made there does nothing with it but call it. */
  private onlyWorksWith(fn: Fn, parameter: number): boolean {
    if (!fn.facts.captures.includes(parameter)) return true;
    for (const { instruction } of fn.sites()) {
      if (instruction.op !== "load" || instruction.place.kind !== "binding" || instruction.place.binding !== parameter) continue;
      const isWork = fn.uses(instruction.out).every((use) => use.kind === "instruction" && use.site.instruction.op === "call" && use.site.instruction.receiver === instruction.out
        && (use.site.instruction.method === null || !this.api.releaseMethods.has(use.site.instruction.method)));
      if (!isWork) return false;
    }
    return (fn.module.nested.get(fn.id) ?? []).every((inner) => this.onlyWorksWith(inner, parameter));
  }
}
