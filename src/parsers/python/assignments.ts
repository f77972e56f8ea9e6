/** Assignments of every kind, and what their targets store to. */
import type { Place, ValueId } from "../../model/facts.js";
import type { FunctionLowering } from "./context.js";
import { expression, optional, splatOf, subscriptKey } from "./expressions.js";
import { child, namedChildren, span, unwrap } from "./tree.js";
import type { SyntaxNode } from "./tree.js";
import { qualifierOf, typeOf } from "./types.js";

/** `a = b = value`, `x: T = value`, `x: T`. */
export function assignment(f: FunctionLowering, node: SyntaxNode): void {
  const targets: SyntaxNode[] = [];
  let right: SyntaxNode | null = node;
  while (right?.type === "assignment") {
    const left = child(right, "left");
    if (left !== null) {
      targets.push(left);
      declareType(f, left, child(right, "type"), child(right, "right") !== null);
    }
    right = child(right, "right");
  }
  if (right === null) return;
  const [only] = targets;
  if (targets.length === 1 && only !== undefined && assignPairs(f, only, right)) return;
  const value = expression(f, right);
  for (const target of targets) assignTarget(f, target, value);
}

/** Gives a declared type to what the annotation is about: a binding, a class attribute, `self.x`. */
function declareType(f: FunctionLowering, target: SyntaxNode, annotation: SyntaxNode | null, assigned: boolean): void {
  if (target.type === "identifier") {
    const place = f.place(f.text(target));
    const context = { scopes: f.file.scopes, scope: f.scope, text: f.file.text };
    const type = typeOf(context, annotation);
    if (place.kind === "binding") {
      const binding = f.file.scopes.bindings[place.binding];
      if (binding !== undefined) binding.type ??= type;
    } else if (place.kind === "static") {
      const qualifier = qualifierOf(context, annotation);
      // A bare annotation, or any in a data class, describes what instances hold.
      const ofInstances = annotation !== null && qualifier !== "ClassVar" && (!assigned || isDataClass(f, place.class));
      f.file.addField(place.class, { name: place.name, static: !ofInstances, type, readonly: qualifier === "Final", at: span(target) });
    }
    return;
  }
  const owner = f.draft.class;
  if (annotation === null || target.type !== "attribute" || owner === null) return;
  const object = child(target, "object");
  const name = child(target, "attribute");
  if (object?.type !== "identifier" || name === null) return;
  const place = f.place(f.text(object));
  if (place.kind !== "this" && place.kind !== "class") return;
  const context = { scopes: f.file.scopes, scope: f.scope, text: f.file.text };
  f.file.addField(owner, { name: f.text(name), static: place.kind === "class", type: typeOf(context, annotation), readonly: qualifierOf(context, annotation) === "Final", at: span(name) });
}

function isDataClass(f: FunctionLowering, id: number): boolean {
  const draft = f.file.scopes.classes[id];
  return draft?.decorators.some((decorator) => /^@\s*(?:\w+\s*\.\s*)*(?:dataclass|define|frozen|attrs|s)\b/u.test(f.text(decorator))) === true;
}

const SEQUENCES = new Set(["pattern_list", "tuple_pattern", "list_pattern", "tuple", "list", "expression_list"]);

/** `a, b = x, y`: pairs the elements of two displays of equal length, so that each value keeps its name. */
function assignPairs(f: FunctionLowering, target: SyntaxNode, given: SyntaxNode): boolean {
  const right = unwrap(given);
  if (!SEQUENCES.has(target.type) || !SEQUENCES.has(right.type) || right.broken) return false;
  const names = namedChildren(target);
  const values = namedChildren(right);
  if (names.length !== values.length || [...names, ...values].some((item) => splatOf(item) !== null)) return false;
  const ids = values.map((item) => expression(f, item));
  names.forEach((name, index) => {
    const id = ids[index];
    if (id !== undefined) assignTarget(f, name, id);
  });
  return true;
}

/** Stores `value` to a target; a tuple or list of targets takes it apart by `unpack` operations. */
export function assignTarget(f: FunctionLowering, given: SyntaxNode, value: ValueId): void {
  const node = unwrap(given);
  if (node.broken) return;
  if (node.type === "identifier") {
    const place = f.place(f.text(node));
    if (place.kind === "static" && f.scope.kind === "class") f.file.addField(place.class, { name: place.name, static: true, type: null, readonly: false, at: span(node) });
    f.storeName(node, value);
  } else if (node.type === "attribute" || node.type === "subscript") {
    const place = memberPlace(f, node);
    f.builder.emit({ op: "store", place, value, augmented: false, declares: false, at: span(node) });
  } else if (node.type === "as_pattern_target") {
    const [only, ...more] = namedChildren(node);
    if (only !== undefined && more.length === 0) assignTarget(f, only, value);
  } else if (splatOf(node) !== null) {
    const inner = splatOf(node);
    if (inner !== null) assignTarget(f, inner, value);
  } else if (SEQUENCES.has(node.type)) {
    f.deeper(node, () => {
      let starred = false;
      for (const [index, part] of namedChildren(node).entries()) {
        starred ||= splatOf(part) !== null;
        assignTarget(f, part, starred ? f.operation("unpack", [value], span(part)) : f.unpack(value, index, span(part)));
      }
    }, () => undefined);
  }
}

/** The place of `x.f` or `x[k]`; evaluates `x` and `k`. */
export function memberPlace(f: FunctionLowering, node: SyntaxNode): Place {
  if (node.type === "subscript") {
    const object = optional(f, child(node, "value"), node);
    return { kind: "index", object, key: subscriptKey(f, node) };
  }
  const name = child(node, "attribute");
  const target = child(node, "object");
  // `self.__class__` as an object loads the class, see `expression`.
  const object = optional(f, target, node);
  return { kind: "field", object, name: name === null ? "" : f.text(name) };
}

/** `x += value`: the target is evaluated once, loaded, operated on and stored. */
export function augmentedAssignment(f: FunctionLowering, node: SyntaxNode): void {
  const left = child(node, "left");
  const operator = child(node, "operator")?.type.slice(0, -1) ?? "?";
  if (left === null) return;
  const target = unwrap(left);
  const at = span(target);
  if (target.type === "identifier") {
    const old = f.load(f.place(f.text(target)), at);
    const value = optional(f, child(node, "right"), node);
    f.storeName(target, f.operation(operator, [old, value], span(node)), true);
  } else if (target.type === "attribute" || target.type === "subscript") {
    const place = memberPlace(f, target);
    const old = f.load(place, at);
    const value = optional(f, child(node, "right"), node);
    const result = f.operation(operator, [old, value], span(node));
    f.builder.emit({ op: "store", place, value: result, augmented: true, declares: false, at });
  } else {
    optional(f, child(node, "right"), node);
  }
}

/** `del x, y.f, z[k]`. */
export function deletion(f: FunctionLowering, node: SyntaxNode): void {
  const stack = namedChildren(node).reverse();
  for (let given = stack.pop(); given !== undefined; given = stack.pop()) {
    const target = unwrap(given);
    if (target.broken) continue;
    if (target.type === "identifier") f.builder.emit({ op: "delete", place: f.place(f.text(target)), at: span(target) });
    else if (target.type === "attribute" || target.type === "subscript") f.builder.emit({ op: "delete", place: memberPlace(f, target), at: span(target) });
    else stack.push(...namedChildren(target).reverse());
  }
}
