/** Decorators, as far as they are names with literals and lists of names as arguments. */
import type { Decorator, TypeRef } from "../../model/facts.js";
import { isIdentifier, keyName, flag, many, one, spanOf, unwrap, unwrapChain, word, type Node } from "./ast.js";
import type { ModuleContext } from "./context.js";
import { literalArgument } from "./literals.js";
import { pathOf } from "./paths.js";

export function decoratorsOf(module: ModuleContext, node: Node): Decorator[] {
  return many(node, "decorators").flatMap((decorator) => {
    const expression = one(decorator, "expression");
    return expression ? [decoratorOf(module, decorator, unwrap(expression))] : [];
  });
}

function decoratorOf(module: ModuleContext, decorator: Node, expression: Node): Decorator {
  const called = expression.type === "CallExpression";
  const callee = called ? one(expression, "callee") ?? expression : expression;
  const root = rootOf(callee);
  return {
    path: pathOf(module, callee), text: module.text.slice(...spanOf(callee)), root: root ? module.binding(root) : null, called,
    args: called ? many(expression, "arguments").flatMap((argument) => argumentsOf(module, argument)) : [], at: spanOf(decorator),
  };
}

function rootOf(expression: Node): Node | null {
  let node = unwrapChain(expression);
  while (node.type === "MemberExpression") {
    const object = one(node, "object");
    if (!object) return null;
    node = unwrapChain(object);
  }
  return isIdentifier(node) && word(node, "name") !== "" ? node : null;
}

/** Positional arguments as they are; an options object as one named argument per key, as Python's keywords. */
function argumentsOf(module: ModuleContext, argument: Node): Decorator["args"] {
  const node = unwrap(argument);
  if (node.type !== "ObjectExpression" || many(node, "properties").length === 0) return [{ name: null, value: literalArgument(node) }];
  return many(node, "properties").flatMap((property) => {
    const [key, value] = [one(property, "key"), one(property, "value")];
    const name = key ? keyName(key, flag(property, "computed")) : null;
    const lists = value ? listed(module, value) : [];
    return value && name !== null ? [{ name, value: literalArgument(value), ...lists.length > 0 ? { lists } : {} }] : [];
  });
}

/** The names in a list, and those that objects in it are about: their first property's. */
function listed(module: ModuleContext, value: Node): TypeRef[] {
  const node = unwrap(value);
  if (node.type !== "ArrayExpression") return [];
  return many(node, "elements").flatMap((element) => {
    const inner = unwrap(element);
    if (inner.type === "ArrayExpression") return listed(module, inner);
    const [first] = inner.type === "ObjectExpression" ? many(inner, "properties") : [];
    const name = first ? one(first, "value") : inner;
    return name && isIdentifier(name) ? [{ kind: "named" as const, name: pathOf(module, name) ?? word(name, "name"), binding: module.binding(name), args: [] }] : [];
  });
}
