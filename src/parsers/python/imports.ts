/** Import statements: the bindings they declare and the module paths these stand for. */
import type { BindingId } from "../../model/facts.js";
import type { Scope, Scopes } from "./scopes.js";
import { child, childOfType, namedChildren, span } from "./tree.js";
import type { SyntaxNode } from "./tree.js";

/** `("a.b", "c")` -> `a.b.c`; `(".", "m")` -> `.m`: relative modules keep their leading dots. */
export function joinModule(module: string, name: string): string {
  return module.endsWith(".") ? module + name : `${module}.${name}`;
}

/** Whether an `if` asks for `TYPE_CHECKING`, so that its body only serves type checkers. */
export function isTypeChecking(condition: SyntaxNode | null, text: string): boolean {
  return condition !== null && /^(?:\w+\.)?TYPE_CHECKING$/u.test(text.slice(condition.start, condition.end));
}

/** Declares what an import statement binds in `scope`, and adds its `Import` records. */
export function declareImports(scopes: Scopes, node: SyntaxNode, scope: Scope, typeOnly: boolean): void {
  if (node.type === "import_statement") plainImport(scopes, node, scope, typeOnly);
  else if (node.type === "future_import_statement") return;
  else fromImport(scopes, node, scope, typeOnly);
}

/** A module's or name's dotted text without blanks and comments between its parts. */
function dotted(node: SyntaxNode, text: string): string {
  if (node.children.length === 0) return text.slice(node.start, node.end);
  return node.children.map((part) => text.slice(part.start, part.end)).join(".");
}

/** The binding that `path` is imported to; the first import of a name decides what it stands for. */
function bind(scopes: Scopes, scope: Scope, name: SyntaxNode, path: string): BindingId | null {
  const binding = scopes.declare(scope, scopes.text.slice(name.start, name.end), span(name), "import", 1);
  if (binding !== null && !scopes.paths.has(binding)) scopes.paths.set(binding, path);
  return binding;
}

function plainImport(scopes: Scopes, node: SyntaxNode, scope: Scope, typeOnly: boolean): void {
  for (const item of namedChildren(node)) {
    const at = span(item);
    if (item.type === "aliased_import") {
      const name = child(item, "name");
      const alias = child(item, "alias");
      if (name === null || alias === null) continue;
      const module = dotted(name, scopes.text);
      scopes.imports.push({ module, name: null, binding: bind(scopes, scope, alias, module), typeOnly, at });
      continue;
    }
    const module = dotted(item, scopes.text);
    const root = item.children[0];
    if (root === undefined) continue;
    const top = scopes.text.slice(root.start, root.end);
    // `import a.b` binds `a`, and imports both.
    scopes.imports.push({ module: top, name: null, binding: bind(scopes, scope, root, top), typeOnly, at });
    if (module !== top) scopes.imports.push({ module, name: null, binding: null, typeOnly, at });
  }
}

function fromImport(scopes: Scopes, node: SyntaxNode, scope: Scope, typeOnly: boolean): void {
  const moduleNode = child(node, "module_name");
  if (moduleNode === null) return;
  const module = moduleName(moduleNode, scopes.text);
  const star = childOfType(node, "wildcard_import");
  if (star !== null) {
    scopes.dynamic = true;
    scopes.imports.push({ module, name: "*", binding: null, typeOnly, at: span(star) });
    return;
  }
  for (const item of node.children) {
    if (item.field !== "name") continue;
    const nameNode = item.type === "aliased_import" ? child(item, "name") : item;
    const alias = item.type === "aliased_import" ? child(item, "alias") : item;
    if (nameNode === null || alias === null || nameNode.missing) continue;
    const name = dotted(nameNode, scopes.text);
    scopes.imports.push({ module, name, binding: bind(scopes, scope, alias, joinModule(module, name)), typeOnly, at: span(item) });
  }
}

function moduleName(node: SyntaxNode, text: string): string {
  if (node.type !== "relative_import") return dotted(node, text);
  const dots = childOfType(node, "import_prefix");
  const rest = childOfType(node, "dotted_name");
  return (dots === null ? "" : text.slice(dots.start, dots.end).replaceAll(/\s/gu, "")) + (rest === null ? "" : dotted(rest, text));
}
