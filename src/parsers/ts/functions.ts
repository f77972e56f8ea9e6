/** Functions: the closure in the holder, and the function of its own with its parameters. */
import type { ClassId, FunctionFacts, FunctionId, Parameter, Place, ValueId } from "../../model/facts.js";
import { OWN_THIS } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import { FunctionBuilder } from "../builder.js";
import { flag, many, one, spanOf, unwrap, word, type Node } from "./ast.js";
import { assignPattern, withDefault } from "./assignments.js";
import { load, store, type FunctionContext, type ModuleContext, type Named } from "./context.js";
import { decoratorsOf } from "./decorators.js";
import { lowerExpression } from "./expressions.js";
import { headSpan, ownName } from "./names.js";
import { prototypeClassId, registerPrototypeMethod } from "./prototypes.js";
import type { VariableLike } from "./scopes.js";
import { lowerStatements } from "./statements.js";
import { typeOf } from "./types.js";

export interface Role {
  name: string;
  nameAt: Span;
  kind: FunctionFacts["kind"];
  /** The class that `this` means; null where unknown. Arrows and aliased functions inherit theirs instead. */
  class: ClassId | null;
  static: boolean;
  /** Decorators of the method that holds the function. */
  decorated?: Node;
}

/** A new function of the model, with empty blocks. `at` and everything else is filled in by whoever lowers it. */
export function newFunction(module: ModuleContext, parent: FunctionId | null, at: Span, role: Role): FunctionFacts {
  const facts: FunctionFacts = {
    name: role.name, kind: role.kind, at, nameAt: role.nameAt, parent, class: role.class, static: role.static, async: false,
    generator: false, exported: false, decorators: [], parameters: [], returns: null, blocks: [], loops: [], values: 0, captures: [],
  };
  module.facts.functions.push(facts);
  return facts;
}

/** Starts lowering a function: a fresh builder, under the same module. */
export function contextFor(module: ModuleContext, id: FunctionId, facts: FunctionFacts, receiver: Place, aliases: Set<VariableLike>, isArrow = false): FunctionContext {
  return { module, id, facts, build: new FunctionBuilder(), receiver, aliases, isArrow, none: null, depth: 0 };
}

/** Takes over what the builder made. */
export function finish(fn: FunctionContext, at: Span): void {
  Object.assign(fn.facts, fn.build.finish(at));
  if (fn.build.simplified) fn.module.note(fn.facts.nameAt, "too many ways through nested finally blocks: some were left out");
}

/** The function's id; it is lowered later, once. A function in a copied `finally` is met several times. */
export function declareFunction(holder: FunctionContext, node: Node, role: Role): FunctionId {
  const { module } = holder;
  const known = module.functionAt.get(node);
  if (known !== undefined) return known;
  const id = module.facts.functions.length;
  const facts = newFunction(module, holder.id, spanOf(node), role);
  facts.async = flag(node, "async");
  facts.generator = flag(node, "generator");
  facts.decorators = role.decorated ? decoratorsOf(module, role.decorated) : [];
  module.functionAt.set(node, id);
  module.queue.push(() => { lowerFunction(holder, id, facts, node); });
  return id;
}

/** A function expression or declaration as a value: a closure, or a class if its prototype makes it one. */
export function lowerClosure(fn: FunctionContext, node: Node, named: Named | null): ValueId {
  const { module } = fn;
  const at = spanOf(node);
  const own = ownName(node);
  const name = own?.name ?? named?.name ?? "";
  const nameAt = own?.at ?? (name === "" ? headSpan(node, module.text) : named?.at) ?? at;
  const prototypeClass = module.prototypeClasses.get(node);
  if (prototypeClass) {
    const id = prototypeClassId(module, prototypeClass);
    const known = module.functionAt.get(node);
    const constructor = declareFunction(fn, node, { name, nameAt, kind: "constructor", class: id, static: false });
    const facts = module.facts.classes[id];
    if (known === undefined) facts?.methods.unshift({ name: "constructor", function: constructor, static: false, kind: "constructor" });
    bindFunction(module, own ? one(node, "id") : null, constructor);
    const binding = prototypeClass.binding === null ? undefined : module.facts.bindings[prototypeClass.binding];
    if (binding) Object.assign(binding, { kind: "class", class: id, function: constructor });
    return fn.build.value({ op: "class", class: id }, at);
  }
  const method = module.prototypeMethods.get(node);
  if (method) {
    const id = prototypeClassId(module, method.of);
    const known = module.functionAt.get(node);
    const kind = method.kind;
    const methodId = declareFunction(fn, node, { name: method.name, nameAt: named?.at ?? nameAt, kind, class: id, static: method.static });
    if (known === undefined) registerPrototypeMethod(module, id, method, methodId);
    bindFunction(module, own ? one(node, "id") : null, methodId);
    return fn.build.value({ op: "closure", function: methodId }, at);
  }
  const anonymous = node.type === "ArrowFunctionExpression" || (node.type === "FunctionExpression" && own === null);
  const id = declareFunction(fn, node, {
    name, nameAt, kind: anonymous ? "lambda" : "function", class: null, static: false,
  });
  bindFunction(module, own ? one(node, "id") : null, id);
  const holder = named?.binding == null ? undefined : module.facts.bindings[named.binding];
  // `const f = () => …` names the function as a declaration would.
  if (holder?.constant === true && holder.kind === "variable") Object.assign(holder, { kind: "function", function: id });
  return fn.build.value({ op: "closure", function: id }, at);
}

function bindFunction(module: ModuleContext, name: Node | null, id: FunctionId): void {
  const binding = name ? module.binding(name) : null;
  const facts = binding === null ? undefined : module.facts.bindings[binding];
  if (facts?.kind === "function") facts.function = id;
}

function lowerFunction(holder: FunctionContext, id: FunctionId, facts: FunctionFacts, node: Node): void {
  const { module } = holder;
  const { receiver, aliases } = meaningOfThis(holder, facts, node);
  const fn = contextFor(module, id, facts, receiver, aliases, node.type === "ArrowFunctionExpression");
  facts.returns = typeOf(module, node, "returnType");
  lowerParameters(fn, many(node, "params"));
  const body = one(node, "body");
  if (body?.type === "BlockStatement") lowerStatements(fn, many(body, "body"));
  else if (body) fn.build.return(lowerExpression(fn, body), spanOf(body));
  finish(fn, facts.at);
}

/**
 * What `this` is inside: an arrow's is its holder's. A plain function that reads `self` (of `const self = this`) is
 * seen as part of that class, and its own `this`, which nobody uses then, is a global.
 */
function meaningOfThis(holder: FunctionContext, facts: FunctionFacts, node: Node): { receiver: Place; aliases: Set<VariableLike> } {
  if (node.type === "ArrowFunctionExpression") {
    facts.class = holder.facts.class;
    facts.static = holder.facts.static;
    return { receiver: holder.receiver, aliases: holder.aliases };
  }
  if (facts.class !== null) return { receiver: facts.static ? { kind: "class" } : { kind: "this" }, aliases: new Set() };
  const read = [...(holder.module.scopes.thisAliasReaders.get(node) ?? [])].filter((variable) => holder.aliases.has(variable));
  if (read.length === 0) return { receiver: { kind: "this" }, aliases: new Set() };
  facts.class = holder.facts.class;
  facts.static = holder.facts.static;
  return { receiver: { kind: "global", name: OWN_THIS }, aliases: new Set(read) };
}

function lowerParameters(fn: FunctionContext, parameters: Node[]): void {
  for (const parameter of parameters) {
    const property = parameter.type === "TSParameterProperty" ? one(parameter, "parameter") : null;
    const node = property ?? parameter;
    // `function f(this: Foo)` declares no parameter.
    if (node.type === "Identifier" && word(node, "name") === "this") continue;
    const facts = lowerParameter(fn, node);
    fn.facts.parameters.push(facts);
    if (!property || facts.binding === null) continue;
    // `constructor(private pool: Pool)` declares the parameter and assigns the field.
    const at = spanOf(property);
    const object = load(fn, fn.receiver, at);
    store(fn, { kind: "field", object, name: facts.name }, load(fn, { kind: "binding", binding: facts.binding }, at), at);
  }
}

function lowerParameter(fn: FunctionContext, node: Node): Parameter {
  const at = spanOf(node);
  if (node.type === "RestElement") {
    const argument = one(node, "argument");
    const type = typeOf(fn.module, node, "typeAnnotation") ?? (argument ? typeOf(fn.module, argument, "typeAnnotation") : null);
    if (argument?.type === "Identifier") {
      return { name: word(argument, "name"), binding: fn.module.binding(argument), kind: "rest", type, default: "none" };
    }
    return { ...patternParameter(fn, argument ?? node, null), kind: "rest", type };
  }
  const target = node.type === "AssignmentPattern" ? one(node, "left") ?? node : node;
  const fallback = node.type === "AssignmentPattern" ? one(node, "right") : null;
  if (target.type !== "Identifier") return patternParameter(fn, target, fallback);
  const name = word(target, "name");
  const binding = fn.module.binding(target);
  const type = typeOf(fn.module, target, "typeAnnotation");
  if (fallback && binding !== null) {
    const place: Place = { kind: "binding", binding };
    const value = load(fn, place, at);
    const given = fn.build.block();
    const missing = fn.build.block();
    fn.build.branch({ kind: "none", value }, missing, given, at);
    fn.build.switchTo(missing);
    store(fn, place, lowerExpression(fn, fallback, { name, at, binding: null }), at);
    fn.build.jump(given);
    fn.build.switchTo(given);
  }
  return { name, binding, kind: "plain", type, default: defaultShape(fallback) };
}

/** A destructured parameter: the argument is a compiler-made binding, taken apart at the function's start. */
function patternParameter(fn: FunctionContext, pattern: Node, fallback: Node | null): Parameter {
  const at = spanOf(pattern);
  const binding = fn.module.temporary(fn.id, at);
  const given = load(fn, { kind: "binding", binding }, at);
  assignPattern(fn, pattern, fallback ? withDefault(fn, given, fallback, null) : given, true);
  const facts: Parameter = {
    name: "", binding, kind: "pattern", type: typeOf(fn.module, pattern, "typeAnnotation"), default: defaultShape(fallback),
  };
  return facts;
}

function defaultShape(fallback: Node | null): Parameter["default"] {
  if (!fallback) return "none";
  const node = unwrap(fallback);
  return node.type === "Literal" || node.type === "TemplateLiteral" ? "literal" : "other";
}
