/** Imports: ES modules, `require`, `import x = require()`, and what is destructured from them. */
import type { BindingId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import { flag, isIdentifier, keyName, many, one, spanOf, stringValue, unwrap, word, type Node } from "./ast.js";
import { store, type FunctionContext, type ModuleContext } from "./context.js";
import { lowerExpression } from "./expressions.js";
import { importedPath, moduleName, pathOf, requiredModule } from "./paths.js";

/** Reads the import declarations: they are hoisted, so every path below can be resolved. */
export function lowerImports(module: ModuleContext, statements: readonly Node[]): void {
  for (const statement of statements) {
    if (statement.type !== "ImportDeclaration") continue;
    const source = one(statement, "source");
    const specifier = source ? stringValue(source) : null;
    if (specifier === null) continue;
    const from = moduleName(specifier);
    const specifiers = many(statement, "specifiers");
    const typeOnly = word(statement, "importKind") === "type";
    if (specifiers.length === 0) addImport(module, from, null, null, typeOnly, spanOf(statement));
    for (const item of specifiers) lowerSpecifier(module, item, from, typeOnly);
  }
}

function lowerSpecifier(module: ModuleContext, item: Node, from: string, typeOnly: boolean): void {
  const local = one(item, "local");
  if (!local) return;
  const imported = one(item, "imported");
  const name = item.type === "ImportNamespaceSpecifier" ? null
    : item.type === "ImportDefaultSpecifier" || !imported ? "default"
      : keyName(imported, false) ?? "default";
  addImport(module, from, name, module.binding(local), typeOnly || word(item, "importKind") === "type", spanOf(item));
}

function addImport(module: ModuleContext, from: string, name: string | null, binding: BindingId | null, typeOnly: boolean, at: Span): void {
  if (module.facts.imports.some((known) => known.at[0] === at[0] && known.binding === binding && binding !== null)) return;
  module.facts.imports.push({ module: from, name, binding, typeOnly, at });
  if (binding !== null) module.importPaths.set(binding, { path: name === null ? from : `${from}.${name}`, whole: name === null });
}

/**
 * `const fs = require("fs")`, `const { Pool } = require("pg")`, `const Pool = require("pg").Pool`, `await import("m")`,
 * and `const { Pool } = pg` where `pg` is imported: the variables are imports too. Only for variables that nothing
 * assigns again.
 */
export function declareRequired(fn: FunctionContext, target: Node, init: Node, kind: string): void {
  const { module } = fn;
  const required = requiredRoot(module, init);
  const source = required ?? (kind === "const" || kind === "var" ? importedSource(module, init) : null);
  if (source) declareFrom(module, target, source);
}

interface Source {
  module: string;
  /** What of the module, null for all of it. */
  name: string | null;
}

function requiredRoot(module: ModuleContext, init: Node): Source | null {
  let node = unwrap(init);
  const names: string[] = [];
  while (node.type === "MemberExpression") {
    const [object, property] = [one(node, "object"), one(node, "property")];
    const name = property ? keyName(property, flag(node, "computed")) : null;
    if (!object || name === null) return null;
    names.unshift(name);
    node = unwrap(object);
  }
  const required = requiredModule(module, node);
  // An unawaited `import()` is a promise, not a module.
  if (required === null || node.type === "ImportExpression") return null;
  return { module: required, name: names.length === 0 ? null : names.join(".") };
}

/** The module and name behind an imported binding or a member of one. */
function importedSource(module: ModuleContext, init: Node): Source | null {
  const path = importedPath(module, init);
  if (!path) return null;
  const known = module.facts.imports.find((item) => path.path === item.module || path.path.startsWith(`${item.module}.`));
  if (!known) return null;
  return { module: known.module, name: path.path === known.module ? null : path.path.slice(known.module.length + 1) };
}

function declareFrom(module: ModuleContext, target: Node, source: Source): void {
  if (target.type === "ObjectPattern") {
    for (const property of many(target, "properties")) {
      const [key, value] = [one(property, "key"), one(property, "value")];
      const name = key ? keyName(key, flag(property, "computed")) : null;
      const local = value?.type === "AssignmentPattern" ? one(value, "left") : value;
      if (local && name !== null) declareFrom(module, local, { module: source.module, name: source.name === null ? name : `${source.name}.${name}` });
    }
    return;
  }
  if (!isIdentifier(target)) return;
  const binding = module.binding(target);
  const facts = binding === null ? undefined : module.facts.bindings[binding];
  if (binding === null || !facts?.constant || (facts.kind !== "variable" && facts.kind !== "import")) return;
  facts.kind = "import";
  addImport(module, source.module, source.name, binding, false, spanOf(target));
}

/** `import fs = require("fs")`, `import Pool = pg.Pool`. */
export function lowerImportEquals(fn: FunctionContext, node: Node): void {
  const { module } = fn;
  const [id, reference] = [one(node, "id"), one(node, "moduleReference")];
  if (!id || !reference) return;
  const binding = module.binding(id);
  if (reference.type === "TSExternalModuleReference") {
    const source = one(reference, "expression");
    const specifier = source ? stringValue(source) : null;
    if (specifier !== null) addImport(module, moduleName(specifier), null, binding, word(node, "importKind") === "type", spanOf(node));
    return;
  }
  const path = pathOf(module, reference);
  if (binding === null) return;
  if (path !== null) module.importPaths.set(binding, { path, whole: false });
  store(fn, { kind: "binding", binding }, lowerExpression(fn, reference), spanOf(id), { declares: true });
}
