/**
 * What a front end says of one file: the leak model before any API knowledge.
 *
 * The facts are a small three-address code over a control-flow graph, the same for Python and TypeScript. They hold
 * no syntax and no judgement: whether a call acquires, releases or registers is decided by the engine with the catalog,
 * because it depends on types and summaries that one file does not know. Everything here is JSON: no cycles, no
 * classes, no undefined in arrays, so that a file's facts can be cached by its content and travel between threads.
 *
 * Conventions that both front ends keep:
 * - Expressions are lowered in evaluation order; every instruction with an `out` defines a value exactly once.
 * - `and`, `or`, `not`, `?:`, `??`, `?.` and comparisons in a test become branches, so that a path knows what it tested.
 *   Where such an expression yields a value, the arms store it in a compiler-made binding that is loaded afterwards.
 * - `finally`, `with` and `using` are copied to every way out (fall through, return, break, continue, exception); the
 *   copies share their spans.
 * - Comprehensions are loops of the function that holds them. A nested function is a `closure` instruction in the
 *   holder and a `FunctionFacts` of its own.
 * - A Python method's first parameter lowers to the place `this` (for a classmethod: `class`), in nested functions
 *   too. A JavaScript variable whose only assignment is `this` (`const self = this`) lowers to the place `this`.
 */
import type { Span } from "./span.js";

/** Bumped whenever a front end's output for the same text changes; part of every cache key. */
export const FACTS_VERSION = 1;

/** The name of the global that a plain function's own `this` is, where it also has that of a function around it. */
export const OWN_THIS = "this";

/** The name of the global that the function itself is, where it speaks of itself without a name: `arguments.callee`. */
export const OWN_FUNCTION = "arguments.callee";

export type LanguageId = "python" | "ts";

/** Index into `ModuleFacts.functions`; 0 is the module's own top level. */
export type FunctionId = number;
/** Index into `ModuleFacts.classes`. */
export type ClassId = number;
/** Index into `ModuleFacts.bindings`. */
export type BindingId = number;
/** A value of one function: defined by exactly one instruction (or by a parameter load), numbered from 0. */
export type ValueId = number;
/** Index into `FunctionFacts.blocks`; 0 is the entry. */
export type BlockId = number;
/** Index into `FunctionFacts.loops`. */
export type LoopId = number;

export interface ModuleFacts {
  version: number;
  /** Path as discovered: relative to the working directory where possible, forward slashes. */
  path: string;
  language: LanguageId;
  imports: Import[];
  exports: Export[];
  bindings: Binding[];
  functions: FunctionFacts[];
  classes: ClassFacts[];
  interfaces: Interface[];
  /** TypeScript's: names of types that another module can import from this one, and of values that it may hand on as types. */
  typeExports: TypeExport[];
  /** Places the parser could not read. The rest of the file's facts hold; instructions inside such a place are left out. */
  syntax: SyntaxNote[];
  /** Places that look up names at run time (`eval`, star imports of unknown modules): names below are uncertain. */
  dynamic: boolean;
}

export interface SyntaxNote {
  at: Span;
  message: string;
}

/**
 * `import a.b as c` -> { module: "a.b", name: null }; `from .m import f as g` -> { module: ".m", name: "f" };
 * `import d from "m"` -> name "default"; `import * as ns from "m"` and `const ns = require("m")` -> name null;
 * `const { f } = require("m")` -> name "f"; `from m import *` -> name "*" and binding null;
 * `import a.b` binds `a`, so it is { module: "a", name: null } and a second import of "a.b" without a binding. `node:` prefixes are dropped.
 */
export interface Import {
  module: string;
  name: string | null;
  binding: BindingId | null;
  typeOnly: boolean;
  at: Span;
}

/** What another module can import from this one. Python modules export every module-level binding. */
export interface Export {
  /** "default", "*" (re-export of everything in `from`), "=" (`module.exports = x`) or the exported name. */
  name: string;
  /** The binding that is exported, if it is one of this module's. */
  binding: BindingId | null;
  /** `export { a as b } from "m"`: the module and the name in it. */
  from: { module: string; name: string } | null;
}

export interface Binding {
  name: string;
  /** The function whose scope declares it; 0 for module level. */
  owner: FunctionId;
  kind: "variable" | "parameter" | "import" | "function" | "class" | "exception" | "temporary";
  /** Where it is declared (the name). */
  at: Span;
  /** True where the language forbids or the file shows no second assignment. */
  constant: boolean;
  /** Read or written by a function nested in the owner. */
  captured: boolean;
  /** TypeScript's: it is of a block of its owner (`let`, `const`), so that each turn of a loop around it has another one. */
  ofBlock?: true;
  type: TypeRef | null;
  /** For kind "function"/"class": what it names. */
  function: FunctionId | null;
  class: ClassId | null;
}

/** A declared type, import-resolved as call paths are (see `Call.path`). Optional and nullable become unions with `literal`. */
export type TypeRef =
  | { kind: "named"; name: string; binding: BindingId | null; args: TypeRef[] }
  | { kind: "union"; members: TypeRef[] }
  | { kind: "literal"; text: string }
  | { kind: "function"; returns: TypeRef | null }
  | { kind: "other" };

export interface Parameter {
  name: string;
  binding: BindingId | null;
  /** "rest" is `*args` or `...rest`, "keywords" is `**kwargs`, "pattern" a destructured parameter. */
  kind: "plain" | "rest" | "keywords" | "keyword-only" | "pattern";
  type: TypeRef | null;
  /** The default's shape where it matters: a mutable container made once in Python, or a literal. */
  default: "none" | "mutable" | "literal" | "other";
  /** Python's: what the literal is. TypeScript's defaults are stores at the start of the function. */
  literal?: Literal;
  /** Python's: the variable of the function around it whose value it holds, `def stop(task=task)`, `lambda t=task: …`. */
  bound?: BindingId;
}

/** A literal that a decorator or keyword carries, enough to read `maxsize=None`; anything else is `{ kind: "other" }`. */
export type Literal =
  | { kind: "null" }
  | { kind: "boolean"; value: boolean }
  | { kind: "number"; value: number }
  | { kind: "string"; value: string }
  | { kind: "empty-collection" }
  | { kind: "other" };

export interface Decorator {
  /** Import-resolved path, as `Call.path`; null where the root is a local name. */
  path: string | null;
  /** The dotted text, e.g. `app.get`. */
  text: string;
  /** The binding at the root of the dotted text, if it is one. */
  root: BindingId | null;
  /** True for `@name(...)`, false for bare `@name`. */
  called: boolean;
  /** `lists`: the names of classes that the argument is a list of, `[Cart, { provide: Store, … }]`. */
  args: { name: string | null; value: Literal; lists?: TypeRef[] }[];
  at: Span;
}

export interface FunctionFacts {
  name: string;
  /**
   * "module": the top level. "class-body": a Python class body or TS static initialisers, run once with the class.
   * "initializer": TS instance field initialisers, run per construction before the constructor's body.
   * "lambda" is any anonymous function or arrow.
   */
  kind: "module" | "function" | "method" | "constructor" | "getter" | "setter" | "lambda" | "class-body" | "initializer";
  at: Span;
  /** The name, or the `lambda` / `=>` head: one line, for messages. */
  nameAt: Span;
  parent: FunctionId | null;
  /** The class whose instance (or, if `static`, which itself) the place `this` means here; inherited by arrows and Python closures. */
  class: ClassId | null;
  static: boolean;
  async: boolean;
  generator: boolean;
  exported: boolean;
  decorators: Decorator[];
  /** A Python method's `self` or `cls` is listed, with a null binding: it is the place `this` or `class`. */
  parameters: Parameter[];
  returns: TypeRef | null;
  /** Raw docstring/JSDoc is not kept. */
  blocks: Block[];
  loops: Loop[];
  /** Number of values defined: ids are 0..values-1. */
  values: number;
  /** Bindings of outer functions that this one reads or writes, itself or through its nested functions. */
  captures: BindingId[];
}

export interface Loop {
  kind: "for" | "while" | "comprehension";
  at: Span;
  parent: LoopId | null;
  /** The value iterated over (for and comprehension). */
  iterates: ValueId | null;
  /** `while True`, `for (;;)`. */
  endless: boolean;
}

export interface ClassFacts {
  name: string;
  at: Span;
  nameAt: Span;
  /** The binding that names it, if any. */
  binding: BindingId | null;
  /** The function in whose scope the class statement stands. */
  owner: FunctionId;
  bases: ClassRef[];
  interfaces: ClassRef[];
  decorators: Decorator[];
  methods: Method[];
  fields: Field[];
  initializer: FunctionId | null;
  body: FunctionId | null;
  exported: boolean;
  abstract: boolean;
}

/** A type that says what others have: TypeScript's interface, its alias of an object type, Python's protocol. */
export interface Interface {
  name: string;
  at: Span;
  /** Python's: the class that says it. */
  class: ClassId | null;
  /** What an implementer must have. */
  members: { name: string; method: boolean }[];
  /** Other types that it takes in. */
  bases: TypeRef[];
}

export interface TypeExport {
  /** As `Export.name`. */
  name: string;
  /** What the module itself calls it: an interface of it or an import. */
  local: string | null;
  from: { module: string; name: string } | null;
}

/** A class named by another: a binding of this module (local class or import) or an import-resolved path. */
export interface ClassRef {
  path: string | null;
  binding: BindingId | null;
  /** For a mere type of this module: its name. */
  name?: string;
  at: Span;
}

export interface Method {
  name: string;
  /** `[Symbol.dispose]` is named "@@dispose", `[Symbol.asyncDispose]` "@@asyncDispose", other computed names "@@computed". */
  function: FunctionId;
  static: boolean;
  kind: "method" | "constructor" | "getter" | "setter";
  /** Only the class itself can call it: TypeScript's `private`, `#name`. */
  private?: true;
}

export interface Field {
  name: string;
  static: boolean;
  type: TypeRef | null;
  readonly: boolean;
  /** Only the class itself can read it: TypeScript's `private`, `#name`. */
  private?: true;
  /** TypeScript's only. */
  decorators?: Decorator[];
  at: Span;
}

/** A run of instructions that only its last can leave, but for exceptions. */
export interface Block {
  instructions: Instruction[];
  end: Terminator;
  /** Where an exception raised inside goes: a block ending in `catch`, or a finaliser's copy; null leaves the function. */
  handler: BlockId | null;
  /** The innermost loop that holds the block. */
  loop: LoopId | null;
}

export type Terminator =
  | { kind: "jump"; to: BlockId }
  | { kind: "branch"; test: Test; then: BlockId; else: BlockId; at: Span }
  | { kind: "return"; value: ValueId | null; at: Span }
  | { kind: "raise"; value: ValueId | null; at: Span }
  /** Tries the clauses in order; an exception none of them takes goes to `otherwise` (null: it leaves the function). */
  | { kind: "catch"; clauses: CatchClause[]; otherwise: BlockId | null; at: Span }
  /** After a finaliser's exceptional copy: the exception goes on. */
  | { kind: "rethrow"; to: BlockId | null; at: Span }
  | { kind: "unreachable" };

export interface CatchClause {
  /** Import-resolved exception names; null takes everything (`except:`, `except BaseException`, JavaScript's `catch`). */
  types: string[] | null;
  to: BlockId;
}

/** What a branch asked. `then` is taken when the test holds. Negations are folded in by swapping `then` and `else`. */
export type Test =
  | { kind: "truthy"; value: ValueId }
  /** `is None`, `== null`, `=== undefined`, `typeof x === "undefined"`. */
  | { kind: "none"; value: ValueId }
  | { kind: "equal"; left: ValueId; right: ValueId }
  /** One of `<`, `<=`, `>`, `>=`. */
  | { kind: "compare"; operator: string; left: ValueId; right: ValueId }
  | { kind: "in"; item: ValueId; container: ValueId }
  | { kind: "instance"; value: ValueId; types: string[] }
  /** A loop head: holds while there is another element (for) */
  | { kind: "more"; iterated: ValueId }
  | { kind: "unknown" };

export type Place =
  /** A variable of this function, or of an outer one (`binding.owner` tells). */
  | { kind: "binding"; binding: BindingId }
  /** A name no scope declares: builtins, `window`, implicit globals. */
  | { kind: "global"; name: string }
  /** `this`, or a Python method's first parameter. */
  | { kind: "this" }
  /** `cls` of a classmethod; `this` in a static method; `super()` lowers to a load of `super`. */
  | { kind: "class" }
  | { kind: "super" }
  | { kind: "field"; object: ValueId; name: string }
  | { kind: "index"; object: ValueId; key: ValueId }
  /** A class attribute assigned in the class body. */
  | { kind: "static"; class: ClassId; name: string };

export type Instruction = { at: Span } & (
  | { op: "constant"; out: ValueId; value: Literal }
  | { op: "load"; out: ValueId; place: Place }
  /** `augmented`: `x += v` (the load and the operation stand before it). `declares`: the statement declares the binding. */
  | { op: "store"; place: Place; value: ValueId; augmented: boolean; declares: boolean }
  /** `del x[k]`, `del x.f`, `del x`, `delete o[k]`, `delete o.f`. */
  | { op: "delete"; place: Place }
  | Call
  | { op: "closure"; out: ValueId; function: FunctionId }
  | { op: "class"; out: ValueId; class: ClassId }
  /** A literal or comprehension result. A comprehension makes its collection empty, then calls `append`/`add` or stores by index in its loop. */
  | { op: "collection"; out: ValueId; shape: "list" | "tuple" | "set" | "mapping"; elements: Element[]; comprehension: boolean }
  | { op: "await"; out: ValueId; value: ValueId }
  | { op: "yield"; out: ValueId; value: ValueId | null; delegate: boolean }
  /** `with value as out`, `using out = value`. The matching `exit` names the same `value`. */
  | { op: "enter"; out: ValueId; value: ValueId; async: boolean; form: "with" | "using" }
  | { op: "exit"; value: ValueId; async: boolean; form: "with" | "using" }
  /** At a for loop's body head: the next element. */
  | { op: "next"; out: ValueId; value: ValueId; async: boolean }
  /** In a catch clause: the exception. */
  | { op: "caught"; out: ValueId }
  /** Everything else that makes a value from values: arithmetic, f-strings, comparisons used as values, `void`, `typeof`, spread, slice, template, regex. */
  | {
    op: "operation"; out: ValueId; operator: string; inputs: ValueId[];
    /** For "unpack": which element of its input, counted from 0; absent for a starred target and for what comes after one. */
    index?: number;
    /** For "jsx": the values of its attributes by their names, which are among its inputs. */
    attributes?: Record<string, ValueId>;
  }
);

export interface Element {
  /** The key's value for mappings; for object literals the static name is a string constant. */
  key: ValueId | null;
  value: ValueId;
  spread: boolean;
}

export type Call = {
  at: Span;
  op: "call";
  out: ValueId;
  /**
   * The callee as a static dotted path where its root is an import or an undeclared global: `asyncio.create_task`,
   * `fs.openSync`, `document.addEventListener`, `open`, `./db.connect`, `pg.Pool`. Import aliases are resolved
   * (`import { Pool as P } from "pg"; new P()` is `pg.Pool`); a default import is `module.default`, and so is the
   * bare call of a whole-module import (`require("x")()`). Null where the root is a local, `this` or a call's result.
   */
  path: string | null;
  /** For a plain callee (a name or any expression): its value. Null for a method call. */
  callee: ValueId | null;
  /** For `receiver.method(...)`: both, whether or not `path` is known. */
  receiver: ValueId | null;
  method: string | null;
  isNew: boolean;
  args: Argument[];
  /** The span of the callee's last name: what a message underlines. */
  nameAt: Span;
};

export interface Argument {
  value: ValueId;
  /** Keyword name (Python), `**` for a spread mapping. JavaScript option objects are `mapping` collections. */
  name: string | null;
  spread: boolean;
}
