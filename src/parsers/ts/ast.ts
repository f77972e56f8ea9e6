/**
 * Reading an ESTree without trusting which parser made it: oxc writes `null` and `[]` where typescript-estree has no
 * key and espree never heard of the field, so every field is read through a checking accessor.
 */
import type { Span } from "../../model/span.js";

/** What all of oxc, espree, @typescript-eslint/parser and vue-eslint-parser give. */
export interface Node {
  readonly type: string;
  readonly range?: readonly [number, number] | undefined;
  readonly start?: number | undefined;
  readonly end?: number | undefined;
}

/** Field names that lowering reads; a closed list, so that a misspelt one does not compile. */
export type Field =
  | "abstract" | "accessibility" | "alternate" | "argument" | "arguments" | "async" | "attributes" | "await" | "bigint" | "block"
  | "body" | "callee" | "cases" | "children" | "computed" | "consequent" | "const" | "constraint" | "declaration" | "declarations"
  | "declare" | "decorators" | "delegate" | "directive" | "discriminant" | "elements" | "elementType" | "elementTypes" | "exported"
  | "exportKind" | "expression" | "expressions" | "extends" | "finalizer" | "generator" | "handler" | "id" | "implements" | "importKind" | "imported"
  | "init" | "initializer" | "key" | "kind" | "label" | "left" | "literal" | "local" | "members" | "meta" | "method"
  | "moduleReference" | "name" | "namespace" | "object" | "openingElement" | "operator" | "optional" | "param" | "parameter" | "params"
  | "prefix" | "properties" | "property" | "qualifier" | "quasi" | "quasis" | "readonly" | "regex" | "returnType" | "right" | "shorthand"
  | "source" | "specifiers" | "static" | "superClass" | "tag" | "test" | "typeAnnotation" | "typeArguments" | "typeName"
  | "typeParameters" | "types" | "update" | "value";

function raw(node: Node, field: Field): unknown {
  return (node as unknown as Readonly<Record<string, unknown>>)[field];
}

export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";
}

/** The child in `field`, or null. */
export function one(node: Node, field: Field): Node | null {
  const value = raw(node, field);
  return isNode(value) ? value : null;
}

/** The children in `field`; holes of array patterns are dropped. */
export function many(node: Node, field: Field): Node[] {
  const value = raw(node, field);
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** As `many`, but with null for the holes in `[a, , b]`. */
export function manyOrHoles(node: Node, field: Field): (Node | null)[] {
  const value = raw(node, field);
  return Array.isArray(value) ? value.map((item) => (isNode(item) ? item : null)) : [];
}

export function flag(node: Node, field: Field): boolean {
  return raw(node, field) === true;
}

/** The string in `field`, or the empty string. */
export function word(node: Node, field: Field): string {
  const value = raw(node, field);
  return typeof value === "string" ? value : "";
}

/** A literal's value as the parser computed it. */
export function literalValue(node: Node): unknown {
  return raw(node, "value");
}

export function isRegex(node: Node): boolean {
  return node.type === "Literal" && typeof raw(node, "regex") === "object" && raw(node, "regex") !== null;
}

export function isBigInt(node: Node): boolean {
  return node.type === "Literal" && typeof raw(node, "bigint") === "string";
}

/** The node's offsets; `range` where there is one, because espree's `start` may be missing after other tools touched it. */
export function spanOf(node: Node): Span {
  if (node.range) return [node.range[0], node.range[1]];
  return [node.start ?? 0, node.end ?? 0];
}

const TRANSPARENT = new Set([
  "ParenthesizedExpression", "TSAsExpression", "TSNonNullExpression", "TSTypeAssertion", "TSSatisfiesExpression", "TSInstantiationExpression",
]);

/** True for what only types or groups: `(x)`, `x!`, `x as T`. */
export function isTransparent(node: Node): boolean {
  return TRANSPARENT.has(node.type);
}

/** The expression under parentheses and type assertions. */
export function unwrap(node: Node): Node {
  let inner = node;
  while (TRANSPARENT.has(inner.type)) {
    const next = one(inner, "expression");
    if (!next) return inner;
    inner = next;
  }
  return inner;
}

/** As `unwrap`, but looks into `a?.b` too: for reading names where the short cut does not matter. */
export function unwrapChain(node: Node): Node {
  let inner = unwrap(node);
  while (inner.type === "ChainExpression") {
    const next = one(inner, "expression");
    if (!next) return inner;
    inner = unwrap(next);
  }
  return inner;
}

export function isFunction(node: Node): boolean {
  return node.type === "FunctionDeclaration" || node.type === "FunctionExpression" || node.type === "ArrowFunctionExpression";
}

export function isClass(node: Node): boolean {
  return node.type === "ClassDeclaration" || node.type === "ClassExpression";
}

/** A name; a type of its own, so that asking does not rule everything else out. */
export interface Identifier extends Node {
  readonly type: "Identifier";
}

export function isIdentifier(node: Node | null, name?: string): node is Identifier {
  return node?.type === "Identifier" && (name === undefined || word(node, "name") === name);
}

/** The value of a string literal or of a template without holes, else null. */
export function stringValue(node: Node): string | null {
  if (node.type === "Literal") {
    const value = literalValue(node);
    return typeof value === "string" ? value : null;
  }
  if (node.type === "TemplateLiteral" && many(node, "expressions").length === 0) {
    const quasi = many(node, "quasis")[0];
    const value = quasi ? raw(quasi, "value") : null;
    const cooked = typeof value === "object" && value !== null ? (value as { cooked?: unknown }).cooked : null;
    return typeof cooked === "string" ? cooked : null;
  }
  return null;
}

/**
 * The name of a key that is known without running: `x`, `"x"`, `["x"]`, `#x`, `0`. Null for computed keys.
 * `computed` is the flag of the property or member that holds the key.
 */
export function keyName(key: Node, computed: boolean): string | null {
  if (key.type === "PrivateIdentifier" || key.type === "PrivateName") return `#${word(key, "name")}`;
  if (!computed && (key.type === "Identifier" || key.type === "JSXIdentifier")) return word(key, "name");
  const text = stringValue(key);
  if (text !== null) return text;
  if (!computed && key.type === "Literal") return String(literalValue(key));
  return null;
}

/** The static name that a member expression reads, or null for `a[i]`. Numbers stay indexes. */
export function memberName(node: Node): string | null {
  const property = one(node, "property");
  return property ? keyName(property, flag(node, "computed")) : null;
}

const SKIPPED = new Set(["parent", "loc", "range", "tokens", "comments", "start", "end", "type"]);

/**
 * Visits every node below `root` without recursion. `enter` returns false to leave a subtree out.
 * Used only where a cheap look at the text said that it is worth it.
 */
export function walk(root: Node, enter: (node: Node) => boolean): void {
  const stack: Node[] = [root];
  while (stack.length > 0) {
    const node = stack.pop();
    if (node === undefined || !enter(node)) continue;
    const fields = node as unknown as Readonly<Record<string, unknown>>;
    const children: Node[] = [];
    for (const key in fields) {
      const value = fields[key];
      if (typeof value !== "object" || value === null || SKIPPED.has(key)) continue;
      if (!Array.isArray(value)) {
        if (isNode(value)) children.push(value);
        continue;
      }
      for (const item of value) if (isNode(item)) children.push(item);
    }
    // In the order of the text, whatever order the parser writes its fields in.
    children.sort((a, b) => spanOf(a)[0] - spanOf(b)[0]);
    for (let index = children.length - 1; index >= 0; index--) {
      const child = children[index];
      if (child) stack.push(child);
    }
  }
}
