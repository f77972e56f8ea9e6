/** Tests as control flow: what a branch asked, with `&&`, `||`, `!` and `?.` turned into edges. */
import type { BlockId, Literal, Test } from "../../model/facts.js";
import { flag, isIdentifier, literalValue, many, one, spanOf, stringValue, unwrap, word, type Node } from "./ast.js";
import { deeper, type FunctionContext } from "./context.js";
import { lowerDiscarded, lowerExpression } from "./expressions.js";
import { isGlobal, pathOf } from "./paths.js";

/** Ends the current block by going to `yes` or `no`. */
export function lowerCondition(fn: FunctionContext, node: Node, yes: BlockId, no: BlockId): void {
  deeper(fn, node, () => { condition(fn, unwrap(node), yes, no); }, () => { fn.build.branch({ kind: "unknown" }, yes, no, spanOf(node)); });
}

function condition(fn: FunctionContext, node: Node, yes: BlockId, no: BlockId): void {
  const known = constantTruth(fn, node);
  if (known !== null) {
    fn.build.jump(known ? yes : no);
    return;
  }
  switch (node.type) {
    case "LogicalExpression": {
      const operator = word(node, "operator");
      if (operator === "??") break;
      const operands = logicalOperands(node);
      for (const [index, operand] of operands.entries()) {
        if (index === operands.length - 1) {
          lowerCondition(fn, operand, yes, no);
        } else {
          const next = fn.build.block();
          lowerCondition(fn, operand, operator === "&&" ? next : yes, operator === "&&" ? no : next);
          fn.build.switchTo(next);
        }
      }
      return;
    }
    case "UnaryExpression": {
      const argument = one(node, "argument");
      if (word(node, "operator") !== "!" || !argument) break;
      lowerCondition(fn, argument, no, yes);
      return;
    }
    case "ConditionalExpression": {
      const [test, consequent, alternate] = [one(node, "test"), one(node, "consequent"), one(node, "alternate")];
      if (!test || !consequent || !alternate) break;
      const then = fn.build.block();
      const otherwise = fn.build.block();
      lowerCondition(fn, test, then, otherwise);
      fn.build.switchTo(then);
      lowerCondition(fn, consequent, yes, no);
      fn.build.switchTo(otherwise);
      lowerCondition(fn, alternate, yes, no);
      return;
    }
    case "SequenceExpression": {
      const parts = many(node, "expressions");
      const last = parts.pop();
      if (!last) break;
      for (const part of parts) lowerDiscarded(fn, part);
      lowerCondition(fn, last, yes, no);
      return;
    }
    case "ChainExpression": {
      const expression = one(node, "expression");
      if (!expression) break;
      // A short-cut chain is undefined, so it takes the falsy way.
      const outer = fn.none;
      fn.none = no;
      const value = lowerExpression(fn, expression);
      fn.none = outer;
      fn.build.branch({ kind: "truthy", value }, yes, no, spanOf(node));
      return;
    }
    case "BinaryExpression":
      if (comparison(fn, node, yes, no)) return;
      break;
    default:
  }
  fn.build.branch({ kind: "truthy", value: lowerExpression(fn, node) }, yes, no, spanOf(node));
}

/** The operands of `a && b && c`, however it is nested to the left. */
export function logicalOperands(node: Node): Node[] {
  const operator = word(node, "operator");
  const operands: Node[] = [];
  let left: Node | null = node;
  while (left?.type === "LogicalExpression" && word(left, "operator") === operator) {
    const right = one(left, "right");
    if (right) operands.push(right);
    const next: Node | null = one(left, "left");
    left = next ? unwrap(next) : null;
  }
  if (left) operands.push(left);
  return operands.reverse();
}

function comparison(fn: FunctionContext, node: Node, yes: BlockId, no: BlockId): boolean {
  const operator = word(node, "operator");
  const [left, right] = [one(node, "left"), one(node, "right")];
  if (!left || !right) return false;
  const at = spanOf(node);
  const branch = (test: Test, holds = true): true => {
    fn.build.branch(test, holds ? yes : no, holds ? no : yes, at);
    return true;
  };
  switch (operator) {
    case "==": case "===": case "!=": case "!==": {
      const holds = !operator.startsWith("!");
      const asked = noneOperand(fn, left, right) ?? noneOperand(fn, right, left);
      if (asked) return branch({ kind: "none", value: lowerExpression(fn, asked) }, holds);
      const first = lowerExpression(fn, left);
      return branch({ kind: "equal", left: first, right: lowerExpression(fn, right) }, holds);
    }
    case "<": case "<=": case ">": case ">=": {
      const first = lowerExpression(fn, left);
      return branch({ kind: "compare", operator, left: first, right: lowerExpression(fn, right) });
    }
    case "in": {
      if (left.type === "PrivateIdentifier" || left.type === "PrivateName") return false;
      const item = lowerExpression(fn, left);
      return branch({ kind: "in", item, container: lowerExpression(fn, right) });
    }
    case "instanceof": {
      const value = lowerExpression(fn, left);
      const [start, end] = spanOf(right);
      return branch({ kind: "instance", value, types: [pathOf(fn.module, right) ?? fn.module.text.slice(start, end)] });
    }
    default: return false;
  }
}

/** What is compared with null or undefined, if `against` is that: `x === null`, `typeof x === "undefined"`. */
function noneOperand(fn: FunctionContext, against: Node, asked: Node): Node | null {
  const other = unwrap(against);
  const subject = unwrap(asked);
  if (other.type === "Literal" && fn.module.text.slice(...spanOf(other)) === "null") return asked;
  if (isGlobal(fn.module, other, "undefined")) return asked;
  if (other.type === "UnaryExpression" && word(other, "operator") === "void" && one(other, "argument")?.type === "Literal") return asked;
  if (stringValue(other) === "undefined" && subject.type === "UnaryExpression" && word(subject, "operator") === "typeof") {
    return one(subject, "argument");
  }
  return null;
}

/** Whether the expression is always true or always false, if a literal says so. */
export function constantTruth(fn: FunctionContext, node: Node): boolean | null {
  if (node.type === "Literal") {
    if (fn.module.text.slice(...spanOf(node)) === "null") return false;
    const value = literalValue(node);
    return typeof value === "boolean" || typeof value === "number" || typeof value === "string" ? Boolean(value) : null;
  }
  if (isIdentifier(node) && isGlobal(fn.module, node, "undefined")) return false;
  return null;
}

/** For expressions that are true or false and nothing else: their value as a literal on either way out. */
export function isBoolean(node: Node): boolean {
  const inner = unwrap(node);
  if (inner.type === "UnaryExpression") return word(inner, "operator") === "!";
  if (inner.type === "BinaryExpression") return /^(?:[!=]==?|[<>]=?|in|instanceof)$/u.test(word(inner, "operator"));
  if (inner.type === "LogicalExpression" && word(inner, "operator") !== "??") return logicalOperands(inner).every((operand) => isBoolean(operand));
  return inner.type === "Literal" && typeof literalValue(inner) === "boolean" && !flag(inner, "computed");
}

export const TRUE: Literal = { kind: "boolean", value: true };
export const FALSE: Literal = { kind: "boolean", value: false };
export const NULL: Literal = { kind: "null" };
