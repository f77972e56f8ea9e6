/** Annotations as `TypeRef`: names import-resolved, the `typing` forms spelt out, strings read as what they quote. */
import type { TypeRef } from "../../model/facts.js";
import { stringValue } from "./literals.js";
import { bindingOf, dottedText, pathOf } from "./names.js";
import type { Scope, Scopes } from "./scopes.js";
import { child, childOfType, namedChildren, unwrap } from "./tree.js";
import type { SyntaxNode } from "./tree.js";
import { parseTree } from "./tree.js";

export interface TypeContext {
  scopes: Scopes;
  scope: Scope;
  /** The text that the nodes' positions are about: the file's, or that of a quoted annotation. */
  text: string;
}

const OTHER: TypeRef = { kind: "other" };
const MAXIMUM_DEPTH = 40;

/** The declared type of an annotation; null where there is none. */
export function typeOf(context: TypeContext, node: SyntaxNode | null): TypeRef | null {
  return node === null ? null : read(context, node, 0);
}

/** Whether an annotation is `Final`, `Final[…]`, `ClassVar[…]` and the like: the last name of its outermost part. */
export function qualifierOf(context: TypeContext, node: SyntaxNode | null): string | null {
  if (node === null) return null;
  const inner = node.type === "type" ? node.children[0] : node;
  if (inner === undefined) return null;
  const head = inner.type === "generic_type" ? childOfType(inner, "identifier") : inner.type === "subscript" ? child(inner, "value") : inner;
  return head === null ? null : lastName(pathOf(context.scopes, context.scope, head, context.text) ?? "");
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}

function read(context: TypeContext, given: SyntaxNode, depth: number): TypeRef {
  const node = unwrap(given);
  if (depth > MAXIMUM_DEPTH || node.broken) return OTHER;
  switch (node.type) {
    case "type": case "constrained_type": {
      const inner = namedChildren(node)[0];
      return inner === undefined ? OTHER : read(context, inner, depth + 1);
    }
    case "identifier": case "attribute": return named(context, node, []);
    case "generic_type": {
      const head = namedChildren(node)[0];
      const parameters = childOfType(node, "type_parameter");
      return head === undefined ? OTHER : generic(context, head, parameters === null ? [] : namedChildren(parameters), depth);
    }
    case "subscript": {
      const head = child(node, "value");
      return head === null ? OTHER : generic(context, head, node.children.filter((item) => item.field === "subscript"), depth);
    }
    case "union_type": case "binary_operator": {
      if (node.type === "binary_operator" && childOfType(node, "|") === null) return OTHER;
      return union(namedChildren(node).map((member) => read(context, member, depth + 1)));
    }
    case "none": return { kind: "literal", text: "None" };
    case "string": case "concatenated_string": return quoted(context, node, depth);
    default: return OTHER;
  }
}

function named(context: TypeContext, node: SyntaxNode, args: TypeRef[]): TypeRef {
  const path = pathOf(context.scopes, context.scope, node, context.text);
  if (path === null && node.type !== "identifier" && node.type !== "attribute") return OTHER;
  return { kind: "named", name: path ?? dottedText(node, context.text), binding: bindingOf(context.scopes, context.scope, node, context.text), args };
}

function generic(context: TypeContext, head: SyntaxNode, args: SyntaxNode[], depth: number): TypeRef {
  const type = (node: SyntaxNode | undefined): TypeRef => (node === undefined ? OTHER : read(context, node, depth + 1));
  // `X[A, B]` in an expression is a subscript by a tuple.
  const [only] = args;
  const flat = args.length === 1 && only?.type === "tuple" ? namedChildren(only) : args;
  switch (lastName(pathOf(context.scopes, context.scope, head, context.text) ?? "")) {
    case "Optional": return union([type(flat[0]), { kind: "literal", text: "None" }]);
    case "Union": return union(flat.map(type));
    case "Literal": return union(flat.map((item) => ({ kind: "literal", text: context.text.slice(item.start, item.end) })));
    case "Annotated": case "ClassVar": case "Final": case "Required": case "NotRequired": case "ReadOnly": case "InitVar": return type(flat[0]);
    case "Callable": return { kind: "function", returns: flat.length > 1 ? type(flat[flat.length - 1]) : null };
    default: return named(context, head, flat.map(type));
  }
}

/** A union without unions inside; of one member it is that member. */
function union(members: TypeRef[]): TypeRef {
  const flat = members.flatMap((member) => (member.kind === "union" ? member.members : [member]));
  const [only] = flat;
  return flat.length === 1 && only !== undefined ? only : { kind: "union", members: flat };
}

/** `"Node | None"`: a forward reference. */
function quoted(context: TypeContext, node: SyntaxNode, depth: number): TypeRef {
  const written = stringValue(node, context.text);
  if (written === null || written.length > 500) return OTHER;
  const text = written.trim();
  if (/^[A-Za-z_]\w*$/u.test(text)) {
    return named({ ...context, text }, { type: "identifier", start: 0, end: text.length, field: "", named: true, missing: false, broken: false, children: [] }, []);
  }
  const statement = parseTree(text).root.children[0];
  const expression = statement?.type === "expression_statement" ? statement.children[0] : undefined;
  return expression === undefined ? OTHER : read({ ...context, text }, expression, depth + 1);
}
