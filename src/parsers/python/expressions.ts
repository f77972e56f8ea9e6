/** Expressions to three-address code, in evaluation order. */
import type { Element, ValueId } from "../../model/facts.js";
import { callExpression } from "./calls.js";
import { comprehension } from "./comprehensions.js";
import { condition } from "./conditions.js";
import type { FunctionLowering } from "./context.js";
import { literalOf, stringValue } from "./literals.js";
import { child, namedChildren, span, unwrap } from "./tree.js";
import type { SyntaxNode } from "./tree.js";

/** Lowers an expression and returns its value. What cannot be read, or lies too deep, becomes an opaque operation. */
export function expression(f: FunctionLowering, given: SyntaxNode): ValueId {
  const node = unwrap(given);
  if (node.broken) return f.operation("unreadable", [], span(node));
  return f.deeper(node, () => lower(f, node), () => f.operation("opaque", [], span(node)));
}

/** As `expression`, for a child that a broken tree may lack. */
export function optional(f: FunctionLowering, node: SyntaxNode | null | undefined, around: SyntaxNode): ValueId {
  return node === null || node === undefined ? f.operation("unreadable", [], span(around)) : expression(f, node);
}

function lower(f: FunctionLowering, node: SyntaxNode): ValueId {
  const { builder } = f;
  const at = span(node);
  switch (node.type) {
    case "identifier": return f.load(f.place(f.text(node)), at);
    case "none": case "true": case "false": case "integer": case "float": case "ellipsis":
      return builder.value({ op: "constant", value: literalOf(node, f.file.text) }, at);
    case "string": case "concatenated_string": return string(f, node);
    case "attribute": return attribute(f, node);
    case "subscript": {
      const object = optional(f, child(node, "value"), node);
      return f.load({ kind: "index", object, key: subscriptKey(f, node) }, at);
    }
    case "slice": return f.operation("slice", namedChildren(node).map((part) => expression(f, part)), at);
    case "call": return callExpression(f, node);
    case "list": return collection(f, node, "list");
    case "set": return collection(f, node, "set");
    case "tuple": case "expression_list": case "pattern_list": return collection(f, node, "tuple");
    case "dictionary": return dictionary(f, node);
    case "list_comprehension": case "generator_expression": return comprehension(f, node, "list");
    case "set_comprehension": return comprehension(f, node, "set");
    case "dictionary_comprehension": return comprehension(f, node, "mapping");
    case "lambda": return closure(f, node);
    case "await": {
      const value = optional(f, namedChildren(node)[0], node);
      return builder.value({ op: "await", value }, at);
    }
    case "yield": {
      const given = namedChildren(node)[0];
      const value = given === undefined ? null : expression(f, given);
      return builder.value({ op: "yield", value, delegate: node.children.some((item) => item.type === "from") }, at);
    }
    case "binary_operator": return binary(f, node);
    case "unary_operator": {
      const literal = literalOf(node, f.file.text);
      if (literal.kind === "number") return builder.value({ op: "constant", value: literal }, at);
      return f.operation(f.text(node).charAt(0), [optional(f, child(node, "argument"), node)], at);
    }
    case "not_operator": return f.operation("not", [optional(f, child(node, "argument"), node)], at);
    case "boolean_operator": return boolean(f, node);
    case "comparison_operator": return comparison(f, node);
    case "conditional_expression": return conditional(f, node);
    case "named_expression": {
      const value = optional(f, child(node, "value"), node);
      const name = child(node, "name");
      if (name !== null) f.storeName(name, value);
      return value;
    }
    case "list_splat": case "dictionary_splat": case "list_splat_pattern": case "dictionary_splat_pattern": case "parenthesized_list_splat": {
      const inner = namedChildren(node)[0];
      return f.operation("spread", inner === undefined ? [] : [expression(f, inner)], at);
    }
    default: return f.operation("unreadable", [], at);
  }
}

/** A nested function as a value. */
export function closure(f: FunctionLowering, node: SyntaxNode): ValueId {
  const draft = f.file.scopes.functionOf.get(node);
  if (draft === undefined) return f.operation("opaque", [], span(node));
  const parameters = child(node, "parameters");
  // Defaults are evaluated once, here, where the function is made; plain literals say nothing.
  for (const parameter of parameters === null ? [] : namedChildren(parameters)) {
    const value = child(parameter, "value");
    if (value !== null && literalOf(value, f.file.text).kind === "other") expression(f, value);
    else if (value !== null && literalOf(value, f.file.text).kind === "empty-collection") expression(f, value);
  }
  return f.builder.value({ op: "closure", function: draft.id }, span(node));
}

/** The key of `x[key]`: a tuple where there are several. */
export function subscriptKey(f: FunctionLowering, node: SyntaxNode): ValueId {
  const keys = node.children.filter((item) => item.field === "subscript");
  const [only] = keys;
  if (keys.length === 1 && only !== undefined) return expression(f, only);
  const elements = keys.map((key) => ({ key: null, value: expression(f, key), spread: false }));
  return f.builder.value({ op: "collection", shape: "tuple", elements, comprehension: false }, span(node));
}

function attribute(f: FunctionLowering, node: SyntaxNode): ValueId {
  const at = span(node);
  const objectNode = child(node, "object");
  const nameNode = child(node, "attribute");
  const name = nameNode === null ? "" : f.text(nameNode);
  if (name === "__class__" && objectNode?.type === "identifier" && f.place(f.text(objectNode)).kind === "this") return f.load({ kind: "class" }, at);
  const object = optional(f, objectNode, node);
  return f.load({ kind: "field", object, name }, at);
}

function string(f: FunctionLowering, node: SyntaxNode): ValueId {
  const at = span(node);
  const inputs: ValueId[] = [];
  interpolations(f, node, inputs);
  // `f"{x}"` is no literal even where it has no name in it.
  if (inputs.length > 0 || (node.type === "string" && /^\w*[ft]/iu.test(f.text(node).slice(0, 3)) && stringValue(node, f.file.text) === null)) {
    return f.operation("f-string", inputs, at);
  }
  return f.builder.value({ op: "constant", value: literalOf(node, f.file.text) }, at);
}

function interpolations(f: FunctionLowering, node: SyntaxNode, inputs: ValueId[]): void {
  for (const part of node.children) {
    if (part.type === "interpolation" || part.type === "format_expression") {
      const given = child(part, "expression");
      if (given !== null) inputs.push(expression(f, given));
      const format = child(part, "format_specifier");
      if (format !== null) f.deeper(format, () => { interpolations(f, format, inputs); }, () => undefined);
    } else if (part.type === "string") {
      interpolations(f, part, inputs);
    }
  }
}

export function elements(f: FunctionLowering, nodes: readonly SyntaxNode[]): Element[] {
  return nodes.map((item) => {
    const splat = splatOf(item);
    return { key: null, value: expression(f, splat ?? item), spread: splat !== null };
  });
}

/** What `*x` spreads; null for anything else. */
export function splatOf(given: SyntaxNode): SyntaxNode | null {
  let node: SyntaxNode | undefined = given;
  if (node.type === "parenthesized_list_splat") node = namedChildren(node)[0];
  if (node?.type !== "list_splat" && node?.type !== "list_splat_pattern") return null;
  return namedChildren(node)[0] ?? null;
}

function collection(f: FunctionLowering, node: SyntaxNode, shape: "list" | "set" | "tuple"): ValueId {
  return f.builder.value({ op: "collection", shape, elements: elements(f, namedChildren(node)), comprehension: false }, span(node));
}

function dictionary(f: FunctionLowering, node: SyntaxNode): ValueId {
  const items = namedChildren(node).map((item): Element => {
    if (item.type === "pair") {
      const key = optional(f, child(item, "key"), item);
      return { key, value: optional(f, child(item, "value"), item), spread: false };
    }
    return { key: null, value: optional(f, namedChildren(item)[0], item), spread: true };
  });
  return f.builder.value({ op: "collection", shape: "mapping", elements: items, comprehension: false }, span(node));
}

/** `a + b + c …` leans left as deep as it is long, so its left side is walked, not recursed into. */
function binary(f: FunctionLowering, node: SyntaxNode): ValueId {
  const spine: SyntaxNode[] = [];
  let left: SyntaxNode | null = node;
  while (left?.type === "binary_operator") {
    spine.push(left);
    left = child(left, "left");
  }
  let value = optional(f, left, node);
  for (const part of spine.reverse()) {
    const operator = child(part, "operator");
    const right = optional(f, child(part, "right"), part);
    value = f.operation(operator === null ? "?" : operator.type, [value, right], span(part));
  }
  return value;
}

/** The operands of `a or b or c` and the operator that joins them all; `a or b and c` keeps its `and` as one operand. */
export function operands(node: SyntaxNode): { operator: "and" | "or"; parts: SyntaxNode[] } {
  const operator = child(node, "operator")?.type === "and" ? "and" : "or";
  const parts: SyntaxNode[] = [];
  let left: SyntaxNode = node;
  while (left.type === "boolean_operator" && (child(left, "operator")?.type === "and" ? "and" : "or") === operator) {
    const right = child(left, "right");
    const next = child(left, "left");
    if (right !== null) parts.push(right);
    if (next === null) break;
    left = next;
  }
  if (left !== node) parts.push(left);
  return { operator, parts: parts.reverse() };
}

function boolean(f: FunctionLowering, node: SyntaxNode): ValueId {
  const { builder } = f;
  const at = span(node);
  const { operator, parts } = operands(node);
  const result = f.temporary(`<${operator}>`, at);
  const join = builder.block();
  parts.forEach((part, index) => {
    const value = expression(f, part);
    f.storeTemporary(result, value, span(part));
    if (index === parts.length - 1) return;
    const next = builder.block();
    const test = { kind: "truthy", value } as const;
    if (operator === "or") builder.branch(test, join, next, span(part));
    else builder.branch(test, next, join, span(part));
    builder.switchTo(next);
  });
  builder.enter(join);
  return f.load({ kind: "binding", binding: result }, at);
}

/** A comparison used as a value; a chain is one operation over all its operands. */
function comparison(f: FunctionLowering, node: SyntaxNode): ValueId {
  const operators = node.children.filter((item) => item.field === "operators").map((item) => item.type);
  const inputs = node.children.filter((item) => item.field !== "operators" && item.named).map((item) => expression(f, item));
  return f.operation(operators.join(" "), inputs, span(node));
}

function conditional(f: FunctionLowering, node: SyntaxNode): ValueId {
  const { builder } = f;
  const at = span(node);
  const [yes, test, no] = namedChildren(node);
  if (yes === undefined || test === undefined || no === undefined) return f.operation("unreadable", [], at);
  const result = f.temporary("<if>", at);
  const then = builder.block();
  const otherwise = builder.block();
  condition(f, test, then, otherwise);
  const arm = (part: SyntaxNode) => () => { f.storeTemporary(result, expression(f, part), span(part)); };
  builder.arms(then, otherwise, arm(yes), arm(no));
  return f.load({ kind: "binding", binding: result }, at);
}
