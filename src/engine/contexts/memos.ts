/** Functions whose results are kept, by a decorator or a call that takes them: what bounds that, and whether the key holds an instance. */
import type { Memoizer } from "../../catalog/types.js";
import type { Call, Decorator, Parameter, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import { argumentValue } from "../program/api.js";
import type { Api } from "../program/api.js";
import type { GrowthWords } from "../program/growth-words.js";
import type { Cls, Fn, Program, Site } from "../program/program.js";
import type { Refs } from "../program/refs.js";
import type { Types } from "../program/types.js";

/** Names of functions that tell people something. */
const SAYS = /(?:^|_|(?<=[a-z]))(?:warn(?:ing|ed)?|deprecat(?:e|ed|ion)|notify|report|log|once)(?:_|$|[A-Z])/iu;

export interface Memo {
  fn: Fn;
  /** The decorator's or the call's text, for messages: "@lru_cache", "memoize()". */
  text: string;
  at: Span;
  /** A decorator: its edit is known. */
  decorates: boolean;
  bounded: boolean;
  /** Entries go by themselves after a while. */
  expires: boolean;
  /** The first argument (`self`) is part of the key, so the cache keeps instances alive. */
  keepsInstances: boolean;
  cls: Cls | null;
  /** Parameters that make the key, `self` left out. */
  keyParameters: number;
  /** The cache is made anew by each call of a function around it. */
  isLocal: boolean;
}

export class Memos {
  constructor(private readonly program: Program, private readonly api: Api, private readonly refs: Refs, private readonly types: Types, private readonly words: GrowthWords) {}

  /** Every parameter can take a few values only: booleans, members of an enumeration, literals, functions, classes. */
  hasClosedKeys(fn: Fn): boolean {
    return fn.facts.parameters.slice(isMethod(fn) && !isStatic(fn) ? 1 : 0).every((parameter) => {
      const names = this.types.ofRef(fn.module, parameter.type);
      return names.length > 0 && parameter.kind !== "rest" && parameter.kind !== "keywords"
        && names.every((name) => this.words.isFewType(name));
    });
  }

  /**
   * What the parameters that make the key say of how many there are. "open": one is named for what ever new ones come of,
   * an id, a host, a session, a URL; "text": one is a text, or of no written type; "few": numbers and objects of the
   * program, as devices and shapes are, and what is named for what a program has few of, a scheme, a locale.
   */
  keysOf(fn: Fn): "open" | "text" | "few" {
    const parameters = fn.facts.parameters.slice(isMethod(fn) && !isStatic(fn) && fn.module.facts.language === "python" ? 1 : 0);
    if (parameters.some((one) => this.words.isIdentity(one.name) && !this.words.isFewName(one.name))) return "open";
    // Whoever need not say anything seldom does.
    if (parameters.every((one) => one.default !== "none")) return "few";
    const isText = (one: Parameter): boolean => !this.words.isFewName(one.name) && (one.kind === "rest" || one.type === null || this.types.ofRef(fn.module, one.type).some((name) => name === "string" || name === "str"));
    return parameters.some(isText) ? "text" : "few";
  }

  /** `@cache def warn_about(name): log(…)`: it gives nothing back, and is kept so that it says a thing once. There are few such things to say. */
  saysOnce({ facts }: Fn): boolean {
    return SAYS.test(facts.name) && !facts.generator && facts.blocks.every(({ end }) => {
      const value = end.kind === "return" && end.value !== null ? facts.blocks.flatMap(({ instructions }) => instructions).find((one) => "out" in one && one.out === end.value) : null;
      return value == null ? end.kind !== "return" || end.value === null : value.op === "constant" && value.value.kind === "null";
    });
  }

  *all(): Generator<Memo> {
    for (const fn of this.program.functions()) {
      for (const decorator of fn.facts.decorators) {
        const found = this.ofDecorator(fn, decorator);
        if (found) yield this.memo(fn, found.memoizer, `@${decorator.text}`, decorator.at, true, found.bounded, isMethod(fn) ? fn.cls : null, !isTop(fn.parent));
      }
      for (const site of fn.sites()) {
        if (site.instruction.op === "call") yield* this.ofCall(site as Site<Call & { at: Span }>);
      }
    }
  }

  private memo(fn: Fn, memoizer: Memoizer, text: string, at: Span, decorates: boolean, bounded: boolean, cls: Cls | null, isLocal: boolean): Memo {
    const instance = cls !== null && !fn.facts.static && !isStatic(fn) && !isOfClass(fn);
    const parameters = fn.facts.parameters.length - (cls !== null && !isStatic(fn) && fn.module.facts.language === "python" ? 1 : 0);
    return { fn, text, at, decorates, bounded, expires: memoizer.expires === true, keepsInstances: instance && memoizer.keepsSelf, cls, keyParameters: Math.max(0, parameters), isLocal };
  }

  private ofDecorator(fn: Fn, decorator: Decorator): { memoizer: Memoizer; bounded: boolean } | null {
    const memoizer = decorator.path === null ? undefined : this.api.memoizers.get(this.types.pathAlias(decorator.path));
    if (memoizer) return { memoizer, bounded: isBounded(memoizer, decorator) };
    if (decorator.called || decorator.root === null || decorator.text.includes(".")) return null;
    // `bounded = lru_cache(maxsize=64)` and `@bounded`
    const stores = fn.module.bindingStores.get(decorator.root) ?? [];
    const [only] = stores;
    const made = stores.length === 1 && only ? only.fn.definition(only.value)?.instruction : undefined;
    const known = made?.op === "call" && made.path !== null ? this.api.memoizers.get(this.types.pathAlias(made.path)) : undefined;
    return known && made?.op === "call" && only ? { memoizer: known, bounded: this.isBoundedCall(known, only.fn, made) } : null;
  }

  /** `memoize(f)`, `lru_cache(maxsize=None)(f)`, where the result is kept: at the top level or in a class body. */
  private *ofCall(site: Site<Call & { at: Span }>): Generator<Memo> {
    const { fn, instruction: call } = site;
    if (fn.facts.kind !== "module" && fn.facts.kind !== "class-body") return;
    let made: Call & { at: Span } = call;
    if (call.path === null && call.callee !== null) {
      const factory = fn.definition(call.callee)?.instruction;
      if (factory?.op !== "call") return;
      made = factory;
    }
    const memoizer = made.path === null ? undefined : this.api.memoizers.get(this.types.pathAlias(made.path));
    const [first] = call.args;
    const given = first && memoizer ? this.functionOf(fn, first.value) : null;
    if (!memoizer || !given || !first) return;
    const text = `${fn.module.text.slice(made.nameAt[0], made.nameAt[1])}()`;
    const isOwn = fn.facts.kind === "class-body" && given.parent === fn;
    // A second argument that is a function makes the key: it may fold many arguments into few.
    const bounded = this.isBoundedCall(memoizer, fn, made) || made === call && call.args.length > 1 && memoizer.bound === "never";
    yield this.memo(given, memoizer, text, call.at, false, bounded, isOwn ? given.cls : null, !isTop(fn));
  }

  private functionOf(fn: Fn, value: ValueId): Fn | null {
    const ref = this.refs.of(fn, value);
    if (ref.root.kind === "closure" && ref.fields.length === 0) return ref.root.fn;
    const definition = fn.definition(value)?.instruction;
    return definition?.op === "load" && definition.place.kind === "static" ? this.methodOf(fn, definition.place.class, definition.place.name) : null;
  }

  private methodOf(fn: Fn, cls: number, name: string): Fn | null {
    return fn.module.cls(cls)?.method(name) ?? null;
  }

  private isBoundedCall(memoizer: Memoizer, fn: Fn, call: Call): boolean {
    const { bound } = memoizer;
    if (bound === "never" || bound === "bounded") return bound === "bounded";
    const given = [bound.argument, ...(bound.position === undefined ? [] : [bound.position]), ...(bound.or ?? [])].flatMap((argument) => argumentValue(fn, call, argument) ?? []);
    if (given.length > 0) {
      return given.some((value) => {
        const definition = fn.definition(value)?.instruction;
        return !(definition?.op === "constant" && definition.value.kind === "null" || definition?.op === "collection" && definition.elements.length === 0);
      });
    }
    // Options that are not written here may hold the limit.
    const options = call.args.slice(1).some((one) => fn.definition(one.value)?.instruction.op === "load");
    return options || bound.default === "bounded";
  }
}

function isMethod(fn: Fn): boolean {
  return fn.cls !== null && (fn.facts.kind === "method" || fn.facts.kind === "getter" || fn.facts.kind !== "lambda" && fn.parent?.facts.kind === "class-body");
}

function isStatic(fn: Fn): boolean {
  return fn.facts.decorators.some((one) => one.path === "staticmethod");
}

/** A function without parameters whose result is kept for good: it runs once. By a decorator. */
export function isMemoizedOnce({ facts, cls }: Fn, api: Api, types: Types): boolean {
  return facts.parameters.length === 0 && (cls === null || facts.kind === "function") && facts.decorators.some((decorator) => {
    const memoizer = decorator.path === null ? undefined : api.memoizers.get(types.pathAlias(decorator.path));
    return memoizer !== undefined && (!isBounded(memoizer, decorator) || typeof memoizer.bound === "object" && memoizer.bound.default === "bounded" && memoizer.expires !== true);
  });
}

/** The module's top level, or the body of a class that stands there. */
function isTop(fn: Fn | null): boolean {
  if (!fn || fn.facts.kind === "module") return true;
  return fn.facts.kind === "class-body" && isTop(fn.parent);
}

/** A class method by its decorator, or by what its first parameter is called: a property of the class. Classes are few. */
function isOfClass(fn: Fn): boolean {
  return fn.facts.decorators.some((one) => one.path === "classmethod") || fn.facts.parameters[0]?.name === "cls";
}

function isBounded(memoizer: Memoizer, decorator: Decorator): boolean {
  const { bound } = memoizer;
  if (bound === "never") return false;
  if (bound === "bounded") return true;
  const positional = decorator.args.filter((one) => one.name === null);
  const position = typeof bound.argument === "number" ? bound.argument : bound.position;
  const argument = decorator.args.find((one) => one.name === bound.argument) ?? (position === undefined ? undefined : positional[position]);
  if (bound.or?.some((name) => decorator.args.some((one) => one.name === name && one.value.kind !== "null")) === true) return true;
  if (!argument) return bound.default === "bounded";
  return argument.value.kind !== "null" && argument.value.kind !== "empty-collection";
}
