/** Dotted names resolved through imports: `import numpy as np`, then `np.fft.fft` is `numpy.fft.fft`. */
import type { BindingId } from "../../model/facts.js";
import type { Scope, Scopes } from "./scopes.js";
import { child } from "./tree.js";
import type { SyntaxNode } from "./tree.js";

/**
 * The import-resolved path of a plain or dotted name: its root is an import, or no scope declares it (builtins).
 * Null where the root is a local name, or the expression is no dotted name.
 */
export function pathOf(scopes: Scopes, scope: Scope, node: SyntaxNode, text: string): string | null {
  let tail = "";
  let current = node;
  while (current.type === "attribute") {
    const attribute = child(current, "attribute");
    const object = child(current, "object");
    if (attribute === null || object === null) return null;
    tail = `.${text.slice(attribute.start, attribute.end)}${tail}`;
    current = object;
  }
  // An annotation's dotted name may come as a plain list of its parts.
  if (current.type === "dotted_name") {
    const [root, ...rest] = current.children.map((part) => text.slice(part.start, part.end));
    if (root === undefined) return null;
    const base = rootPath(scopes, scope, root);
    return base === null ? null : [base, ...rest].join(".") + tail;
  }
  if (current.type !== "identifier") return null;
  const base = rootPath(scopes, scope, text.slice(current.start, current.end));
  return base === null ? null : base + tail;
}

function rootPath(scopes: Scopes, scope: Scope, name: string): string | null {
  const meaning = scopes.lookUp(scope, name);
  if (meaning === null) return name;
  return meaning.kind === "binding" ? scopes.paths.get(meaning.binding) ?? null : null;
}

/** The binding that a plain name stands for; null for dotted names and undeclared ones. */
export function bindingOf(scopes: Scopes, scope: Scope, node: SyntaxNode, text: string): BindingId | null {
  if (node.type === "dotted_name" ? node.children.length !== 1 : node.type !== "identifier") return null;
  const meaning = scopes.lookUp(scope, text.slice(node.start, node.end));
  return meaning?.kind === "binding" ? meaning.binding : null;
}

/** A dotted name's text without blanks; other expressions on one line, cut where they are long. */
export function dottedText(node: SyntaxNode, text: string): string {
  const written = text.slice(node.start, Math.min(node.end, node.start + 200));
  const dense = written.replaceAll(/\s+/gu, node.type === "identifier" || node.type === "attribute" ? "" : " ");
  return dense.length > 80 ? `${dense.slice(0, 79)}…` : dense;
}
