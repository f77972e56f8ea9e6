/** Expressions in a condition: short circuits and comparisons become branches that say what they tested. */
import type { BlockId, Test, ValueId } from "../../model/facts.js";
import type { FunctionLowering } from "./context.js";
import { expression, operands, optional } from "./expressions.js";
import { literalOf } from "./literals.js";
import { dottedText, pathOf } from "./names.js";
import { child, namedChildren, span, unwrap } from "./tree.js";
import type { SyntaxNode } from "./tree.js";

/** Branches to `yes` where the condition holds, else to `no`. Leaves no open block: the caller goes on in either. */
export function condition(f: FunctionLowering, given: SyntaxNode, yes: BlockId, no: BlockId): void {
  const node = unwrap(given);
  if (node.broken) {
    f.builder.branch({ kind: "unknown" }, yes, no, span(node));
    return;
  }
  f.deeper(node, () => { lower(f, node, yes, no); }, () => { f.builder.branch({ kind: "unknown" }, yes, no, span(node)); });
}

/** Whether a condition is always or never true, as in `while True` and `while 1`. */
export function constantTruth(given: SyntaxNode, text: string): boolean | null {
  const node = unwrap(given);
  if (node.type !== "true" && node.type !== "false" && node.type !== "integer") return null;
  const literal = literalOf(node, text);
  return literal.kind === "boolean" ? literal.value : literal.kind === "number" ? literal.value !== 0 : null;
}

function lower(f: FunctionLowering, node: SyntaxNode, yes: BlockId, no: BlockId): void {
  const { builder } = f;
  const at = span(node);
  const known = constantTruth(node, f.file.text);
  if (known !== null) {
    builder.jump(known ? yes : no);
    return;
  }
  switch (node.type) {
    case "not_operator": {
      const argument = child(node, "argument");
      if (argument !== null) {
        condition(f, argument, no, yes);
        return;
      }
      break;
    }
    case "boolean_operator": {
      const { operator, parts } = operands(node);
      parts.forEach((part, index) => {
        if (index === parts.length - 1) {
          condition(f, part, yes, no);
          return;
        }
        const next = builder.block();
        if (operator === "and") condition(f, part, next, no);
        else condition(f, part, yes, next);
        builder.switchTo(next);
      });
      return;
    }
    case "comparison_operator": comparison(f, node, yes, no); return;
    case "call": {
      const test = instanceTest(f, node);
      if (test !== null) {
        builder.branch(test, yes, no, at);
        return;
      }
      break;
    }
    default:
  }
  const value = expression(f, node);
  builder.branch({ kind: "truthy", value }, yes, no, at);
}

/** `a < b < c` tests one pair after the other; each operand is evaluated once. */
function comparison(f: FunctionLowering, node: SyntaxNode, yes: BlockId, no: BlockId): void {
  const { builder } = f;
  const sides = node.children.filter((item) => item.field !== "operators" && item.named);
  const operators = node.children.filter((item) => item.field === "operators").map((item) => item.type);
  const [first] = sides;
  let left = optional(f, first, node);
  let leftNode = first ?? node;
  operators.forEach((operator, index) => {
    const rightNode = sides[index + 1] ?? node;
    const last = index === operators.length - 1;
    const next = last ? yes : builder.block();
    const { test, negated, right } = pair(f, operator, left, leftNode, rightNode);
    if (negated) builder.branch(test, no, next, span(node));
    else builder.branch(test, next, no, span(node));
    if (!last) builder.switchTo(next);
    left = right;
    leftNode = rightNode;
  });
}

function pair(f: FunctionLowering, operator: string, left: ValueId, leftNode: SyntaxNode, rightNode: SyntaxNode): { test: Test; negated: boolean; right: ValueId } {
  const isNone = (node: SyntaxNode): boolean => unwrap(node).type === "none";
  const right = expression(f, rightNode);
  const negated = operator === "!=" || operator === "<>" || operator === "is not" || operator === "not in";
  switch (operator) {
    case "in": case "not in": return { test: { kind: "in", item: left, container: right }, negated, right };
    case "<": case "<=": case ">": case ">=": return { test: { kind: "compare", operator, left, right }, negated, right };
    default:
      if (isNone(rightNode)) return { test: { kind: "none", value: left }, negated, right };
      if (isNone(leftNode)) return { test: { kind: "none", value: right }, negated, right };
      return { test: { kind: "equal", left, right }, negated, right };
  }
}

function instanceTest(f: FunctionLowering, node: SyntaxNode): Test | null {
  const callee = child(node, "function");
  const given = child(node, "arguments");
  if (callee?.type !== "identifier" || given?.type !== "argument_list") return null;
  if (pathOf(f.file.scopes, f.scope, callee, f.file.text) !== "isinstance") return null;
  const [subject, types, ...rest] = namedChildren(given);
  if (subject === undefined || types === undefined || rest.length > 0 || subject.type.endsWith("splat")) return null;
  return { kind: "instance", value: expression(f, subject), types: typeNames(f, types) };
}

/** The classes that `isinstance` or `except` names, import-resolved: `A`, `(A, b.C)`, `A | B`. */
export function typeNames(f: FunctionLowering, given: SyntaxNode): string[] {
  const names: string[] = [];
  const stack = [given];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const inner = unwrap(node);
    const isUnion = inner.type === "binary_operator" && child(inner, "operator")?.type === "|";
    if (inner.type === "tuple" || inner.type === "expression_list" || isUnion) stack.push(...namedChildren(inner).reverse());
    else {
      f.noteNames(inner);
      names.push(pathOf(f.file.scopes, f.scope, inner, f.file.text) ?? dottedText(inner, f.file.text));
    }
  }
  return names;
}
