/** Functions whose results a decorator keeps: what bounds them, and whether the key holds an instance. */
import type { Memoizer } from "../catalog/types.js";
import type { Decorator } from "../model/facts.js";
import type { Api } from "./api.js";
import type { Cls, Fn, Program } from "./program.js";
import type { Types } from "./types.js";

export interface Memo {
  fn: Fn;
  decorator: Decorator;
  bounded: boolean;
  /** The first argument (`self`) is part of the key, so the cache keeps instances alive. */
  keepsInstances: boolean;
  cls: Cls | null;
  /** Parameters that make the key, `self` left out. */
  keyParameters: number;
}

export class Memos {
  constructor(private readonly program: Program, private readonly api: Api) {}

  /** Every parameter can take a few values only: booleans, members of an enumeration, literals. */
  hasClosedKeys(fn: Fn, types: Types): boolean {
    const isMethod = fn.cls !== null && fn.facts.kind === "method" && !fn.facts.decorators.some((one) => one.path === "staticmethod");
    return fn.facts.parameters.slice(isMethod ? 1 : 0).every((parameter) => {
      const names = types.ofRef(fn.module, parameter.type);
      return names.length > 0 && parameter.kind !== "rest" && parameter.kind !== "keywords"
        && names.every((name) => name === "bool" || name === "boolean" || name === "literal" || name === "type" || types.isA(name, "enum.Enum"));
    });
  }

  *all(): Generator<Memo> {
    const memoizers = new Map<string, Memoizer>();
    for (const file of this.api.files) for (const one of file.memoizers ?? []) memoizers.set(one.path, one);
    for (const fn of this.program.functions()) {
      for (const decorator of fn.facts.decorators) {
        const memoizer = decorator.path === null ? undefined : memoizers.get(decorator.path);
        if (!memoizer) continue;
        const isMethod = fn.cls !== null && fn.facts.kind !== "lambda" && fn.parent?.facts.kind === "class-body" || fn.cls !== null && (fn.facts.kind === "method" || fn.facts.kind === "getter");
        const instance = isMethod && !fn.facts.static && !fn.facts.decorators.some((one) => one.path === "staticmethod" || one.path === "classmethod");
        const parameters = fn.facts.parameters.length - (isMethod && !fn.facts.decorators.some((one) => one.path === "staticmethod") ? 1 : 0);
        yield {
          fn, decorator, bounded: isBounded(memoizer, decorator), keepsInstances: instance && memoizer.keepsSelf,
          cls: isMethod ? fn.cls : null, keyParameters: Math.max(0, parameters),
        };
      }
    }
  }
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
