/** Exports: ES modules, `export =`, and CommonJS. */
import type { BindingId, Export, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import {
  flag, isClass, isFunction, isIdentifier, keyName, many, memberName, one, spanOf, stringValue, unwrap, word, type Node,
} from "./ast.js";
import { store, type FunctionContext, type ModuleContext } from "./context.js";
import { lowerExpression } from "./expressions.js";
import { isGlobal, moduleName } from "./paths.js";
import { declaredIdentifiers, lowerStatement } from "./statements.js";

/** `export …` in any form, at the place where it stands. */
export function lowerExportStatement(fn: FunctionContext, node: Node): void {
  const { module } = fn;
  switch (node.type) {
    case "ExportNamedDeclaration": lowerNamed(fn, node); return;
    case "ExportAllDeclaration": {
      const exported = one(node, "exported");
      const from = sourceOf(node);
      if (from === null || word(node, "exportKind") === "type") return;
      if (exported) addExport(module, { name: keyName(exported, false) ?? "*", binding: null, from: { module: from, name: "*" } });
      else addExport(module, { name: "*", binding: null, from: { module: from, name: "*" } });
      return;
    }
    case "ExportDefaultDeclaration": lowerDefault(fn, node, one(node, "declaration"), "default"); return;
    case "TSExportAssignment": lowerDefault(fn, node, one(node, "expression"), "="); return;
    default:
  }
}

function sourceOf(node: Node): string | null {
  const source = one(node, "source");
  const specifier = source ? stringValue(source) : null;
  return specifier === null ? null : moduleName(specifier);
}

function lowerNamed(fn: FunctionContext, node: Node): void {
  const { module } = fn;
  const declaration = one(node, "declaration");
  if (declaration) {
    lowerStatement(fn, declaration);
    if (flag(declaration, "declare")) return;
    for (const identifier of declaredIdentifiers(declaration)) {
      const binding = module.binding(identifier);
      if (binding !== null) addExport(module, { name: word(identifier, "name"), binding, from: null });
    }
    return;
  }
  if (word(node, "exportKind") === "type") return;
  const from = sourceOf(node);
  for (const specifier of many(node, "specifiers")) {
    const [local, exported] = [one(specifier, "local"), one(specifier, "exported")];
    const name = exported ? keyName(exported, false) : null;
    const inner = local ? keyName(local, false) : null;
    if (!local || name === null || inner === null || word(specifier, "exportKind") === "type") continue;
    if (from !== null) addExport(module, { name, binding: null, from: { module: from, name: inner } });
    else addExport(module, { name, binding: module.binding(local), from: null });
  }
}

/** `export default x` and `export = x`: a name is its own binding, anything else gets a binding of its own. */
function lowerDefault(fn: FunctionContext, node: Node, declaration: Node | null, name: "default" | "="): void {
  if (!declaration) return;
  const { module } = fn;
  const inner = unwrap(declaration);
  if (isIdentifier(inner)) {
    addExport(module, { name, binding: module.binding(inner), from: null });
    return;
  }
  if (/^TS.*Declaration$|^TSDeclareFunction$/u.test(inner.type)) return;
  const id = isFunction(inner) || isClass(inner) ? one(inner, "id") : null;
  if (id && (inner.type === "FunctionDeclaration" || inner.type === "ClassDeclaration")) {
    lowerStatement(fn, inner);
    addExport(module, { name, binding: module.binding(id), from: null });
    return;
  }
  const [start] = spanOf(node);
  const at: Span = [start, Math.min(spanOf(node)[1], start + (name === "=" ? "export" : "export default").length)];
  const binding = module.synthetic("default", "variable", fn.id, at);
  const value = lowerExpression(fn, declaration, { name: "default", at, binding, vue: true });
  store(fn, { kind: "binding", binding }, value, at, { declares: true });
  addExport(module, { name, binding, from: null });
}

function addExport(module: ModuleContext, made: Export): void {
  const known = module.facts.exports.findIndex((item) => item.name === made.name && item.name !== "*");
  if (known >= 0) module.facts.exports[known] = made;
  else module.facts.exports.push(made);
}

/** "=" for `module.exports`, a name for `exports.name` and `module.exports.name`, null for anything else. */
function commonJsName(module: ModuleContext, target: Node): string | null {
  if (target.type !== "MemberExpression") return null;
  const name = memberName(target);
  const object = one(target, "object");
  if (name === null || !object) return null;
  const inner = unwrap(object);
  if (name === "exports" && isGlobal(module, inner, "module")) return "=";
  if (isGlobal(module, inner, "exports")) return name;
  return commonJsName(module, inner) === "=" ? name : null;
}

/** Notes what an assignment at module level exports: `module.exports = …`, `exports.f = …`. `value` is what was assigned. */
export function recordCommonJsExport(fn: FunctionContext, target: Node, source: Node, value: ValueId): void {
  const { module } = fn;
  if (fn.id !== 0) return;
  const name = commonJsName(module, target);
  if (name === null || name === "__esModule") return;
  const inner = unwrap(source);
  addExport(module, { name, binding: exportedBinding(fn, inner, name, value), from: reexport(inner, name, module) });
  if (name === "=" && inner.type === "ObjectExpression") {
    for (const property of many(inner, "properties")) exportProperty(fn, property);
  }
}

/** `module.exports = { a, b: c, d() {} }` also exports each by its name. */
function exportProperty(fn: FunctionContext, property: Node): void {
  const [key, value] = [one(property, "key"), one(property, "value")];
  const name = key ? keyName(key, flag(property, "computed")) : null;
  if (!value || name === null || word(property, "kind") !== "init") return;
  const inner = unwrap(value);
  if (isIdentifier(inner) || isFunction(inner) || isClass(inner)) {
    addExport(fn.module, { name, binding: exportedBinding(fn, inner, name, null), from: reexport(inner, name, fn.module) });
  }
}

/** The variable that is exported, or a new binding that stands for the expression. */
function exportedBinding(fn: FunctionContext, source: Node, name: string, value: ValueId | null): BindingId | null {
  const { module } = fn;
  if (isIdentifier(source)) return module.binding(source);
  if (requiredFrom(source, module) !== null) return null;
  const exportedFunction = isFunction(source) ? module.functionAt.get(source) ?? null : null;
  const exportedClass = isFunction(source) && module.prototypeClasses.get(source) ? null : module.classAt.get(source) ?? null;
  const kind = exportedFunction !== null ? "function" : exportedClass !== null && isClass(source) ? "class" : "variable";
  const at = spanOf(source);
  const binding = module.synthetic(name === "=" ? "default" : name, kind, fn.id, [at[0], Math.min(at[1], at[0] + 1)]);
  const facts = module.facts.bindings[binding];
  if (facts) {
    facts.function = exportedFunction;
    facts.class = exportedClass;
    if (exportedClass !== null && kind === "variable") facts.type = { kind: "named", name: facts.name, binding, args: [] };
  }
  const made = exportedClass === null ? undefined : module.facts.classes[exportedClass];
  if (made) made.binding ??= binding;
  if (value !== null) store(fn, { kind: "binding", binding }, value, at, { declares: true });
  return binding;
}

/** `exports.x = require("m")` and `module.exports = require("./lib")` pass a module on. */
function reexport(source: Node, name: string, module: ModuleContext): Export["from"] {
  const from = requiredFrom(source, module);
  return from === null ? null : { module: from, name: name === "=" ? "=" : "*" };
}

function requiredFrom(source: Node, module: ModuleContext): string | null {
  const callee = source.type === "CallExpression" ? one(source, "callee") : null;
  const [argument] = many(source, "arguments");
  const specifier = callee && isGlobal(module, callee, "require") && argument ? stringValue(argument) : null;
  return specifier === null ? null : moduleName(specifier);
}

/** Marks the functions and classes that exports name. */
export function markExported(module: ModuleContext): void {
  for (const { binding } of module.facts.exports) {
    const facts = binding === null ? undefined : module.facts.bindings[binding];
    if (!facts) continue;
    const exportedFunction = facts.function === null ? undefined : module.facts.functions[facts.function];
    const exportedClass = facts.class === null ? undefined : module.facts.classes[facts.class];
    if (exportedFunction) exportedFunction.exported = true;
    if (exportedClass) exportedClass.exported = true;
  }
}
