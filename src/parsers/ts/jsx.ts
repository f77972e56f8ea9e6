/** JSX: an element is an operation on its component, attributes and children. A function component is just a function. */
import type { ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import { many, one, spanOf, word, type Node } from "./ast.js";
import { load, type FunctionContext } from "./context.js";
import { lowerExpression, placeOf } from "./expressions.js";

export function lowerJsx(fn: FunctionContext, node: Node, at: Span): ValueId {
  const inputs: ValueId[] = [];
  const attributes: Record<string, ValueId> = {};
  const opening = one(node, "openingElement");
  if (opening) {
    const component = lowerTag(fn, opening);
    if (component !== null) inputs.push(component);
    for (const attribute of many(opening, "attributes")) {
      const value = attribute.type === "JSXSpreadAttribute" ? one(attribute, "argument") : attributeValue(attribute);
      if (!value) continue;
      const name = attributeName(attribute);
      const lowered = lowerExpression(fn, value, name);
      inputs.push(lowered);
      if (name) attributes[name.name] = lowered;
    }
  }
  for (const child of many(node, "children")) {
    const value = contained(child);
    if (value) inputs.push(lowerExpression(fn, value));
  }
  return fn.build.value({ op: "operation", operator: "jsx", inputs, ...Object.keys(attributes).length > 0 ? { attributes } : {} }, at);
}

/** `<Component>` and `<ns.Component>` load the component; `<div>` names none. */
function lowerTag(fn: FunctionContext, opening: Node): ValueId | null {
  const names: Node[] = [];
  let name = one(opening, "name");
  while (name?.type === "JSXMemberExpression") {
    const property = one(name, "property");
    if (property) names.unshift(property);
    name = one(name, "object");
  }
  if (name?.type !== "JSXIdentifier") return null;
  const text = word(name, "name");
  if (names.length === 0 && /^[a-z]/u.test(text)) return null;
  let value = text === "this" ? load(fn, fn.receiver, spanOf(name)) : load(fn, placeOf(fn, name), spanOf(name));
  for (const property of names) value = load(fn, { kind: "field", object: value, name: word(property, "name") }, spanOf(property));
  return value;
}

function attributeName(attribute: Node): { name: string; at: Span; binding: null } | null {
  const name = one(attribute, "name");
  return name?.type === "JSXIdentifier" ? { name: word(name, "name"), at: spanOf(name), binding: null } : null;
}

function attributeValue(attribute: Node): Node | null {
  const value = one(attribute, "value");
  return value ? contained(value) : null;
}

/** The expression inside braces; text and empty braces hold none. */
function contained(node: Node): Node | null {
  switch (node.type) {
    case "JSXText": case "JSXEmptyExpression": return null;
    case "JSXExpressionContainer": case "JSXSpreadChild": {
      const inner = one(node, "expression");
      return inner && inner.type !== "JSXEmptyExpression" ? inner : null;
    }
    default: return node;
  }
}
