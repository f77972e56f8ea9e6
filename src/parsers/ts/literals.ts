/** Literals, arrays and templates. */
import type { Element, Literal, ValueId } from "../../model/facts.js";
import { isBigInt, isRegex, literalValue, many, manyOrHoles, one, spanOf, stringValue, unwrap, word, type Node } from "./ast.js";
import { operation, type FunctionContext } from "./context.js";
import { lowerExpression } from "./expressions.js";

/** A literal node's value; regular expressions, big integers and what JSON cannot carry are "other". */
export function literalOf(node: Node): Literal {
  const text = stringValue(node);
  if (text !== null) return { kind: "string", value: text };
  if (node.type !== "Literal" || isRegex(node) || isBigInt(node)) return { kind: "other" };
  const value = literalValue(node);
  if (value === null) return { kind: "null" };
  if (typeof value === "boolean") return { kind: "boolean", value };
  if (typeof value === "number" && Number.isFinite(value)) return { kind: "number", value };
  return { kind: "other" };
}

/** What a decorator's argument says, as far as it is a literal. */
export function literalArgument(node: Node): Literal {
  const inner = unwrap(node);
  if (inner.type === "ArrayExpression" && many(inner, "elements").length === 0) return { kind: "empty-collection" };
  if (inner.type === "ObjectExpression" && many(inner, "properties").length === 0) return { kind: "empty-collection" };
  if (inner.type === "UnaryExpression" && word(inner, "operator") === "-") {
    const argument = one(inner, "argument");
    const literal = argument ? literalOf(argument) : null;
    return literal?.kind === "number" ? { kind: "number", value: -literal.value } : { kind: "other" };
  }
  return literalOf(inner);
}

export function lowerLiteral(fn: FunctionContext, node: Node): ValueId {
  if (isRegex(node)) return operation(fn, "regex", [], spanOf(node));
  return fn.build.value({ op: "constant", value: literalOf(node) }, spanOf(node));
}

export function lowerArray(fn: FunctionContext, node: Node): ValueId {
  const elements: Element[] = [];
  for (const element of manyOrHoles(node, "elements")) {
    if (!element) continue;
    const spread = element.type === "SpreadElement";
    const inner = spread ? one(element, "argument") : element;
    if (inner) elements.push({ key: null, value: lowerExpression(fn, inner), spread });
  }
  return fn.build.value({ op: "collection", shape: "list", elements, comprehension: false }, spanOf(node));
}

export function lowerTemplate(fn: FunctionContext, node: Node): ValueId {
  const text = stringValue(node);
  if (text !== null) return fn.build.value({ op: "constant", value: { kind: "string", value: text } }, spanOf(node));
  return operation(fn, "template", many(node, "expressions").map((part) => lowerExpression(fn, part)), spanOf(node));
}
