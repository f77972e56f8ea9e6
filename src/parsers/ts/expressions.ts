/** Expressions: each evaluates to one value, in JavaScript's order. */
import { OWN_FUNCTION } from "../../model/facts.js";
import type { Place, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import {
  flag, isClass, isFunction, isTransparent, keyName, literalValue, many, memberName, one, spanOf, unwrap, word, type Node,
} from "./ast.js";
import { lowerAssignment, lowerUpdate } from "./assignments.js";
import { lowerCall, lowerImportExpression, lowerNew, lowerTaggedTemplate } from "./calls.js";
import { lowerClass } from "./classes.js";
import { constantTruth, FALSE, isBoolean, logicalOperands, lowerCondition, NULL, TRUE } from "./conditions.js";
import { deeper, load, operation, store, type FunctionContext, type Named } from "./context.js";
import { lowerClosure } from "./functions.js";
import { lowerJsx } from "./jsx.js";
import { lowerArray, lowerLiteral, lowerTemplate } from "./literals.js";
import { lowerObject } from "./objects.js";
import { isGlobal } from "./paths.js";

/** Lowers an expression for its value. `named` says what a function, class or object made here is called. */
export function lowerExpression(fn: FunctionContext, node: Node, named: Named | null = null): ValueId {
  return deeper(fn, node, () => expression(fn, node, named), () => operation(fn, "opaque", [], spanOf(node)));
}

/** Lowers an expression whose value nobody reads. */
export function lowerDiscarded(fn: FunctionContext, node: Node): void {
  deeper(fn, node, () => { discarded(fn, unwrap(node)); }, () => { operation(fn, "opaque", [], spanOf(node)); });
}

function discarded(fn: FunctionContext, node: Node): void {
  const { build } = fn;
  const at = spanOf(node);
  switch (node.type) {
    case "LogicalExpression": {
      const [left, right] = [one(node, "left"), one(node, "right")];
      if (!left || !right) return;
      const join = build.block();
      const next = build.block();
      const operator = word(node, "operator");
      if (operator === "??") build.branch({ kind: "none", value: lowerExpression(fn, left) }, next, join, spanOf(left));
      else if (operator === "&&") lowerCondition(fn, left, next, join);
      else lowerCondition(fn, left, join, next);
      build.switchTo(next);
      lowerDiscarded(fn, right);
      build.jump(join);
      build.switchTo(join);
      return;
    }
    case "ConditionalExpression": {
      const [test, consequent, alternate] = [one(node, "test"), one(node, "consequent"), one(node, "alternate")];
      if (!test || !consequent || !alternate) return;
      const [yes, no] = [build.block(), build.block()];
      lowerCondition(fn, test, yes, no);
      build.arms(yes, no, () => { lowerDiscarded(fn, consequent); }, () => { lowerDiscarded(fn, alternate); });
      return;
    }
    case "SequenceExpression":
      for (const part of many(node, "expressions")) lowerDiscarded(fn, part);
      return;
    case "ChainExpression": {
      const inner = one(node, "expression");
      if (!inner) return;
      const join = build.block();
      const outer = fn.none;
      fn.none = join;
      lowerExpression(fn, inner);
      fn.none = outer;
      build.jump(join);
      build.switchTo(join);
      return;
    }
    case "UnaryExpression": {
      const argument = one(node, "argument");
      if (word(node, "operator") !== "!" || !argument) break;
      lowerDiscarded(fn, argument);
      return;
    }
    case "UpdateExpression":
      lowerUpdate(fn, node, at, false);
      return;
    default:
  }
  lowerExpression(fn, node);
}

function expression(fn: FunctionContext, node: Node, named: Named | null): ValueId {
  const at = spanOf(node);
  if (isTransparent(node)) return lowerExpression(fn, unwrap(node), named);
  if (isFunction(node)) return lowerClosure(fn, node, named);
  if (isClass(node)) return lowerClass(fn, node, named);
  switch (node.type) {
    case "Identifier": case "JSXIdentifier": return lowerIdentifier(fn, node, at);
    case "Literal": return lowerLiteral(fn, node);
    case "TemplateLiteral": return lowerTemplate(fn, node);
    case "ArrayExpression": return lowerArray(fn, node);
    case "ObjectExpression": return lowerObject(fn, node, named);
    case "ThisExpression": return load(fn, fn.receiver, at);
    case "Super": return load(fn, { kind: "super" }, at);
    case "MemberExpression": return lowerMember(fn, node, at);
    case "ChainExpression": return lowerChain(fn, node, at);
    case "CallExpression": return lowerCall(fn, node, at, named);
    case "NewExpression": return lowerNew(fn, node, at, named);
    case "ImportExpression": return lowerImportExpression(fn, node, at);
    case "TaggedTemplateExpression": return lowerTaggedTemplate(fn, node, at);
    case "AssignmentExpression": return lowerAssignment(fn, node, at, named);
    case "UpdateExpression": return lowerUpdate(fn, node, at, true);
    case "LogicalExpression": return lowerLogical(fn, node, at, named);
    case "ConditionalExpression": return lowerConditional(fn, node, at, named);
    case "BinaryExpression": return lowerBinary(fn, node);
    case "UnaryExpression": return lowerUnary(fn, node, at);
    case "SequenceExpression": return lowerSequence(fn, node, at, named);
    case "AwaitExpression": return fn.build.value({ op: "await", value: child(fn, node, at) }, at);
    case "YieldExpression": {
      const argument = one(node, "argument");
      const value = argument ? lowerExpression(fn, argument) : null;
      return fn.build.value({ op: "yield", value, delegate: flag(node, "delegate") }, at);
    }
    case "JSXElement": case "JSXFragment": return lowerJsx(fn, node, at);
    case "JSXExpressionContainer": return child(fn, node, at, "expression");
    case "MetaProperty": return load(fn, { kind: "global", name: fn.module.text.slice(at[0], at[1]) }, at);
    case "SpreadElement": return operation(fn, "spread", [child(fn, node, at)], at);
    default: return operation(fn, "opaque", [], at);
  }
}

function child(fn: FunctionContext, node: Node, at: Span, field: "argument" | "expression" = "argument"): ValueId {
  const inner = one(node, field);
  return inner ? lowerExpression(fn, inner) : fn.build.value({ op: "constant", value: NULL }, at);
}

/** The place that an identifier names. */
export function placeOf(fn: FunctionContext, identifier: Node): Place {
  const name = word(identifier, "name");
  const variable = fn.module.scopes.variable(identifier, name);
  // `self`, where `const self = this` is its only assignment.
  if (variable && fn.aliases.has(variable)) return fn.facts.static ? { kind: "class" } : { kind: "this" };
  const binding = variable ? fn.module.bindingOf(variable) : null;
  return binding === null ? { kind: "global", name } : { kind: "binding", binding };
}

function lowerIdentifier(fn: FunctionContext, node: Node, at: Span): ValueId {
  const place = placeOf(fn, node);
  if (place.kind === "global" && place.name === "undefined") return fn.build.value({ op: "constant", value: NULL }, at);
  return load(fn, place, at);
}

/** Lowers the receiver of a member expression and takes the short cut of `a?.b`. */
export function lowerReceiver(fn: FunctionContext, member: Node): ValueId {
  const object = one(member, "object");
  const value = object ? lowerExpression(fn, object) : operation(fn, "opaque", [], spanOf(member));
  if (flag(member, "optional")) shortCut(fn, value, spanOf(object ?? member));
  return value;
}

/** In an optional chain: leaves it where `value` is null or undefined. */
export function shortCut(fn: FunctionContext, value: ValueId, at: Span): void {
  if (fn.none === null) return;
  const next = fn.build.block();
  fn.build.branch({ kind: "none", value }, fn.none, next, at);
  fn.build.switchTo(next);
}

/** The place of `object.property`, with the key evaluated where it is computed. */
export function memberPlace(fn: FunctionContext, member: Node, object: ValueId): Place {
  const property = one(member, "property");
  const name = memberName(member);
  if (name !== null) return { kind: "field", object, name };
  return { kind: "index", object, key: property ? lowerExpression(fn, property) : object };
}

function lowerMember(fn: FunctionContext, node: Node, at: Span): ValueId {
  if (!fn.isArrow && memberName(node) === "callee" && isGlobal(fn.module, one(node, "object"), "arguments")) return load(fn, { kind: "global", name: OWN_FUNCTION }, at);
  const object = lowerReceiver(fn, node);
  return load(fn, memberPlace(fn, node, object), at);
}

function lowerChain(fn: FunctionContext, node: Node, at: Span): ValueId {
  const inner = one(node, "expression");
  if (!inner) return operation(fn, "opaque", [], at);
  const result = fn.module.temporary(fn.id, at);
  const none = fn.build.block();
  const join = fn.build.block();
  const outer = fn.none;
  fn.none = none;
  storeResult(fn, result, lowerExpression(fn, inner), at);
  fn.none = outer;
  fn.build.jump(join);
  fn.build.switchTo(none);
  storeResult(fn, result, fn.build.value({ op: "constant", value: NULL }, at), at);
  fn.build.jump(join);
  fn.build.switchTo(join);
  return load(fn, { kind: "binding", binding: result }, at);
}

/** Stores what one arm of a value-yielding branch came to. */
export function storeResult(fn: FunctionContext, temporary: number, value: ValueId, at: Span): void {
  store(fn, { kind: "binding", binding: temporary }, value, at);
}

function lowerLogical(fn: FunctionContext, node: Node, at: Span, named: Named | null): ValueId {
  const { build } = fn;
  const operator = word(node, "operator");
  const result = fn.module.temporary(fn.id, at);
  const join = build.block();
  const operands = logicalOperands(node);
  for (const [index, operand] of operands.entries()) {
    const where = spanOf(operand);
    if (index === operands.length - 1) {
      storeResult(fn, result, lowerExpression(fn, operand, named), where);
      build.jump(join);
      break;
    }
    const next = build.block();
    if (operator !== "??" && isBoolean(operand)) {
      const decided = build.block();
      lowerCondition(fn, operand, operator === "&&" ? next : decided, operator === "&&" ? decided : next);
      build.switchTo(decided);
      storeResult(fn, result, build.value({ op: "constant", value: operator === "&&" ? FALSE : TRUE }, where), where);
      build.jump(join);
    } else {
      const value = lowerExpression(fn, operand, named);
      storeResult(fn, result, value, where);
      if (operator === "??") build.branch({ kind: "none", value }, next, join, where);
      else build.branch({ kind: "truthy", value }, operator === "&&" ? next : join, operator === "&&" ? join : next, where);
    }
    build.switchTo(next);
  }
  build.switchTo(join);
  return load(fn, { kind: "binding", binding: result }, at);
}

function lowerConditional(fn: FunctionContext, node: Node, at: Span, named: Named | null): ValueId {
  const [test, consequent, alternate] = [one(node, "test"), one(node, "consequent"), one(node, "alternate")];
  if (!test || !consequent || !alternate) return operation(fn, "opaque", [], at);
  const known = constantTruth(fn, unwrap(test));
  if (known !== null) return lowerExpression(fn, known ? consequent : alternate, named);
  const result = fn.module.temporary(fn.id, at);
  const [yes, no] = [fn.build.block(), fn.build.block()];
  lowerCondition(fn, test, yes, no);
  const arm = (value: Node) => (): void => { storeResult(fn, result, lowerExpression(fn, value, named), spanOf(value)); };
  fn.build.arms(yes, no, arm(consequent), arm(alternate));
  return load(fn, { kind: "binding", binding: result }, at);
}

/** `a + b + c + …` is nested to the left; it is unrolled, because generated code joins thousands of strings so. */
function lowerBinary(fn: FunctionContext, node: Node): ValueId {
  const spine: Node[] = [];
  let left: Node | null = node;
  while (left?.type === "BinaryExpression") {
    spine.push(left);
    const next: Node | null = one(left, "left");
    left = next ? unwrap(next) : null;
  }
  // `#brand in object` has no value on its left; anything else that cannot be lowered is opaque by itself.
  let value = lowerExpression(fn, left ?? node);
  for (const part of spine.reverse()) {
    const right = one(part, "right");
    const inputs = right ? [value, lowerExpression(fn, right)] : [value];
    value = operation(fn, word(part, "operator"), inputs, spanOf(part));
  }
  return value;
}

function lowerUnary(fn: FunctionContext, node: Node, at: Span): ValueId {
  const operator = word(node, "operator");
  const argument = one(node, "argument");
  if (!argument) return operation(fn, operator, [], at);
  if (operator === "delete") return lowerDelete(fn, argument, at);
  if (operator === "void") {
    const value = lowerExpression(fn, argument);
    return unwrap(argument).type === "Literal" ? fn.build.value({ op: "constant", value: NULL }, at) : operation(fn, "void", [value], at);
  }
  const literal = unwrap(argument);
  if (operator === "-" && literal.type === "Literal") {
    const value = literalValue(literal);
    if (typeof value === "number" && Number.isFinite(value)) return fn.build.value({ op: "constant", value: { kind: "number", value: -value } }, at);
  }
  return operation(fn, operator, [lowerExpression(fn, argument)], at);
}

function lowerDelete(fn: FunctionContext, argument: Node, at: Span): ValueId {
  const target = unwrap(argument);
  const chain = target.type === "ChainExpression" ? one(target, "expression") : null;
  const member = chain ? unwrap(chain) : target;
  const join = chain ? fn.build.block() : null;
  if (member.type === "MemberExpression") {
    const outer = fn.none;
    if (join !== null) fn.none = join;
    const object = lowerReceiver(fn, member);
    fn.build.emit({ op: "delete", place: memberPlace(fn, member, object), at });
    fn.none = outer;
  } else {
    lowerExpression(fn, argument);
  }
  if (join !== null) {
    fn.build.jump(join);
    fn.build.switchTo(join);
  }
  return fn.build.value({ op: "constant", value: TRUE }, at);
}

function lowerSequence(fn: FunctionContext, node: Node, at: Span, named: Named | null): ValueId {
  const parts = many(node, "expressions");
  const last = parts.pop();
  for (const part of parts) lowerDiscarded(fn, part);
  return last ? lowerExpression(fn, last, named) : operation(fn, "opaque", [], at);
}

/** The name that a property's function or value goes by. */
export function propertyNamed(property: Node): Named | null {
  const key = one(property, "key");
  const name = key ? keyName(key, flag(property, "computed")) : null;
  return key && name !== null ? { name, at: spanOf(key), binding: null } : null;
}
