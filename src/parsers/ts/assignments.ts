/** Assignments, updates and destructuring. */
import type { Place, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import { flag, keyName, many, manyOrHoles, one, spanOf, unwrap, word, type Node } from "./ast.js";
import { load, nameSpan, operation, store, type FunctionContext, type Named } from "./context.js";
import { recordCommonJsExport } from "./exports.js";
import { lowerExpression, lowerReceiver, memberPlace, placeOf, storeResult } from "./expressions.js";

/** The place that a plain target (a name or a member) stands for; null for patterns. */
function targetPlace(fn: FunctionContext, target: Node): Place | null {
  const node = unwrap(target);
  if (node.type === "Identifier") return placeOf(fn, node);
  if (node.type === "MemberExpression") return memberPlace(fn, node, lowerReceiver(fn, node));
  return null;
}

/** What a function assigned to `target` is called. */
function targetName(fn: FunctionContext, target: Node): Named | null {
  const node = unwrap(target);
  if (node.type === "Identifier") return { name: word(node, "name"), at: nameSpan(node, word(node, "name")), binding: fn.module.binding(node) };
  const property = node.type === "MemberExpression" ? one(node, "property") : null;
  const name = property ? keyName(property, flag(node, "computed")) : null;
  return property && name !== null ? { name, at: spanOf(property), binding: null } : null;
}

export function lowerAssignment(fn: FunctionContext, node: Node, at: Span, named: Named | null): ValueId {
  const [left, right] = [one(node, "left"), one(node, "right")];
  if (!left || !right) return operation(fn, "opaque", [], at);
  const operator = word(node, "operator");
  if (operator === "=") {
    const alias = noteThisAlias(fn, left, right);
    const place = alias ?? targetPlace(fn, left);
    const value = lowerExpression(fn, right, targetName(fn, left) ?? named);
    if (place) {
      store(fn, place, value, at);
      recordCommonJsExport(fn, unwrap(left), right, value);
    } else {
      assignPattern(fn, left, value, false);
    }
    return value;
  }
  const place = targetPlace(fn, left);
  if (!place) return operation(fn, "opaque", [], at);
  const current = load(fn, place, spanOf(left));
  if (operator !== "&&=" && operator !== "||=" && operator !== "??=") {
    const value = operation(fn, operator.slice(0, -1), [current, lowerExpression(fn, right)], at);
    store(fn, place, value, at, { augmented: true });
    return value;
  }
  const result = fn.module.temporary(fn.id, at);
  const [assign, join] = [fn.build.block(), fn.build.block()];
  storeResult(fn, result, current, spanOf(left));
  if (operator === "??=") fn.build.branch({ kind: "none", value: current }, assign, join, spanOf(left));
  else fn.build.branch({ kind: "truthy", value: current }, operator === "&&=" ? assign : join, operator === "&&=" ? join : assign, spanOf(left));
  fn.build.switchTo(assign);
  const value = lowerExpression(fn, right, targetName(fn, left));
  store(fn, place, value, at);
  storeResult(fn, result, value, at);
  fn.build.jump(join);
  fn.build.switchTo(join);
  return load(fn, { kind: "binding", binding: result }, at);
}

/** Remembers that `target` means `this` from here on, if `target = source` is its only assignment; its own place. */
export function noteThisAlias(fn: FunctionContext, target: Node, source: Node): Place | null {
  const node = unwrap(target);
  if (node.type !== "Identifier" || unwrap(source).type !== "ThisExpression") return null;
  const variable = fn.module.scopes.variable(node, word(node, "name"));
  const binding = variable ? fn.module.bindingOf(variable) : null;
  if (!variable || binding === null || !fn.module.scopes.thisAliases.has(variable)) return null;
  fn.aliases.add(variable);
  return { kind: "binding", binding };
}

/** `x++` and `--o.n`; the value is computed only where somebody reads it. */
export function lowerUpdate(fn: FunctionContext, node: Node, at: Span, valueWanted: boolean): ValueId {
  const argument = one(node, "argument");
  const place = argument ? targetPlace(fn, argument) : null;
  if (!argument || !place) return operation(fn, "opaque", [], at);
  const before = load(fn, place, spanOf(argument));
  const after = operation(fn, word(node, "operator"), [before], at);
  store(fn, place, after, at, { augmented: true });
  return valueWanted && !flag(node, "prefix") ? before : after;
}

/** Stores `value` into a name, member or destructuring pattern, part by part. */
export function assignPattern(fn: FunctionContext, target: Node, value: ValueId, declares: boolean): void {
  const node = unwrap(target);
  const at = spanOf(node);
  switch (node.type) {
    case "Identifier": {
      const name = word(node, "name");
      const binding = declares ? fn.module.binding(node) : null;
      const place: Place = binding === null ? placeOf(fn, node) : { kind: "binding", binding };
      store(fn, place, value, declares ? nameSpan(node, name) : at, { declares });
      return;
    }
    case "MemberExpression": {
      const place = targetPlace(fn, node);
      if (place) store(fn, place, value, at);
      return;
    }
    case "AssignmentPattern": {
      const [left, right] = [one(node, "left"), one(node, "right")];
      if (!left) return;
      assignPattern(fn, left, right ? withDefault(fn, value, right, targetName(fn, left)) : value, declares);
      return;
    }
    case "ObjectPattern":
      for (const property of many(node, "properties")) assignProperty(fn, property, value, declares);
      return;
    case "ArrayPattern":
      for (const [index, element] of manyOrHoles(node, "elements").entries()) {
        if (element) assignElement(fn, element, index, value, declares);
      }
      return;
    case "RestElement": {
      const argument = one(node, "argument");
      if (argument) assignPattern(fn, argument, operation(fn, "unpack", [value], at), declares);
      return;
    }
    default:
  }
}

function assignProperty(fn: FunctionContext, property: Node, value: ValueId, declares: boolean): void {
  if (property.type === "RestElement" || property.type === "ExperimentalRestProperty") {
    const argument = one(property, "argument");
    if (argument) assignPattern(fn, argument, operation(fn, "unpack", [value], spanOf(property)), declares);
    return;
  }
  const [key, target] = [one(property, "key"), one(property, "value")];
  if (!key || !target) return;
  const name = keyName(key, flag(property, "computed"));
  const place: Place = name === null ? { kind: "index", object: value, key: lowerExpression(fn, key) } : { kind: "field", object: value, name };
  assignPattern(fn, target, load(fn, place, spanOf(property)), declares);
}

function assignElement(fn: FunctionContext, element: Node, index: number, value: ValueId, declares: boolean): void {
  const at = spanOf(element);
  if (element.type === "RestElement") {
    assignPattern(fn, element, value, declares);
    return;
  }
  const key = fn.build.value({ op: "constant", value: { kind: "number", value: index } }, at);
  assignPattern(fn, element, load(fn, { kind: "index", object: value, key }, at), declares);
}

/** `value`, or the default where it is undefined. */
export function withDefault(fn: FunctionContext, value: ValueId, fallback: Node, named: Named | null): ValueId {
  const at = spanOf(fallback);
  const result = fn.module.temporary(fn.id, at);
  const [missing, join] = [fn.build.block(), fn.build.block()];
  storeResult(fn, result, value, at);
  fn.build.branch({ kind: "none", value }, missing, join, at);
  fn.build.switchTo(missing);
  storeResult(fn, result, lowerExpression(fn, fallback, named), at);
  fn.build.jump(join);
  fn.build.switchTo(join);
  return load(fn, { kind: "binding", binding: result }, at);
}
