/**
 * Static dotted paths: what `fs.openSync`, `new Pool()` or `window.setTimeout` is called once imports are resolved.
 */
import { flag, isIdentifier, many, memberName, one, stringValue, unwrapChain, word, type Node } from "./ast.js";
import type { ModuleContext } from "./context.js";

/** Global functions and objects for which `window.x` and `globalThis.x` say no more than `x`. */
const WELL_KNOWN = new Set([
  "setTimeout", "setInterval", "setImmediate", "clearTimeout", "clearInterval", "clearImmediate", "queueMicrotask", "structuredClone",
  "requestAnimationFrame", "cancelAnimationFrame", "requestIdleCallback", "cancelIdleCallback", "fetch", "matchMedia", "URL", "WebSocket",
  "EventSource", "BroadcastChannel", "MessageChannel", "Worker", "SharedWorker", "AbortController", "AbortSignal", "AudioContext",
  "ResizeObserver", "IntersectionObserver", "MutationObserver", "PerformanceObserver", "RTCPeerConnection", "XMLHttpRequest", "FileReader",
  "Map", "Set", "WeakMap", "WeakSet", "Promise", "Symbol", "Object", "Array", "JSON", "Math", "RegExp",
  "document", "navigator", "localStorage", "sessionStorage", "console", "performance", "crypto", "process", "indexedDB", "caches",
]);
const GLOBAL_OBJECTS = new Set(["window", "globalThis", "self", "global"]);

/** A module's name as paths carry it: `node:fs` and `fs` are one module. */
export function moduleName(specifier: string): string {
  return specifier.startsWith("node:") ? specifier.slice(5) : specifier;
}

/** The module that `require("m")` or `import("m")` loads, or null. `require` must not be a variable of the file. */
export function requiredModule(module: ModuleContext, node: Node): string | null {
  const call = unwrapChain(node);
  if (call.type === "AwaitExpression") {
    const argument = one(call, "argument");
    return argument && unwrapChain(argument).type === "ImportExpression" ? requiredModule(module, argument) : null;
  }
  if (call.type === "ImportExpression") {
    const source = one(call, "source");
    const name = source ? stringValue(source) : null;
    return name === null ? null : moduleName(name);
  }
  if (call.type !== "CallExpression") return null;
  const callee = one(call, "callee");
  if (!isIdentifier(callee, "require") || module.binding(callee) !== null) return null;
  const argument = many(call, "arguments")[0];
  const name = argument ? stringValue(argument) : null;
  return name === null ? null : moduleName(name);
}

interface Resolved {
  path: string;
  /** The path is a module as a whole, so calling it calls its default export. */
  whole: boolean;
  /** The path starts at a global, not at a module. */
  global: boolean;
}

function resolve(module: ModuleContext, expression: Node): Resolved | null {
  // From the outside in: the names are collected, then the root is resolved, so that long chains cost no stack.
  const names: string[] = [];
  let node = unwrapChain(expression);
  while (node.type === "MemberExpression" || node.type === "TSQualifiedName" || node.type === "JSXMemberExpression") {
    const name = node.type === "TSQualifiedName" ? word(one(node, "right") ?? node, "name") : memberName(node);
    const inner = one(node, node.type === "TSQualifiedName" ? "left" : "object");
    if (name === null || inner === null || name.startsWith("#")) return null;
    names.push(name);
    node = unwrapChain(inner);
  }
  names.reverse();
  const root = resolveRoot(module, node);
  if (!root) return null;
  return { path: [root.path, ...names].join("."), whole: root.whole && names.length === 0, global: root.global };
}

function resolveRoot(module: ModuleContext, node: Node): Resolved | null {
  if (node.type === "MetaProperty") return { path: "import.meta", whole: false, global: true };
  if (node.type === "CallExpression" || node.type === "AwaitExpression") {
    const required = requiredModule(module, node);
    return required === null ? null : { path: required, whole: true, global: false };
  }
  if (node.type !== "Identifier" && node.type !== "JSXIdentifier") return null;
  const variable = module.scopes.variable(node, word(node, "name"));
  if (!variable) return { path: word(node, "name"), whole: false, global: true };
  const binding = module.bindingOf(variable);
  const imported = binding === null ? undefined : module.importPaths.get(binding);
  return imported ? { ...imported, global: false } : null;
}

/** The import-resolved path of an expression or entity name, or null where its root is a local. */
export function pathOf(module: ModuleContext, expression: Node): string | null {
  const resolved = resolve(module, expression);
  return resolved ? shorten(resolved) : null;
}

/** As `pathOf` for a callee: calling a whole module is calling its default export. */
export function calleePath(module: ModuleContext, callee: Node): string | null {
  const resolved = resolve(module, callee);
  if (!resolved) return null;
  const path = shorten(resolved);
  // What this module exports itself is no API: its own functions are found through its exports.
  if (resolved.global && /^(?:module\.)?exports(?:\.|$)/u.test(path)) return null;
  return resolved.whole ? `${path}.default` : path;
}

/** The path and whether it names a module as a whole; for `const x = require("m")` and what is destructured from it. */
export function importedPath(module: ModuleContext, expression: Node): { path: string; whole: boolean } | null {
  const resolved = resolve(module, expression);
  return resolved && !resolved.global ? resolved : null;
}

function shorten({ path, global }: Resolved): string {
  if (!global) return path;
  const [root, next] = path.split(".");
  if (root === undefined || next === undefined || !GLOBAL_OBJECTS.has(root) || !WELL_KNOWN.has(next)) return path;
  return path.slice(root.length + 1);
}

/** `(0, x.f)(…)`, as compiled code calls without a receiver. */
export function withoutComma(node: Node): Node {
  const inner = unwrapChain(node);
  if (inner.type !== "SequenceExpression") return inner;
  const parts = many(inner, "expressions");
  const last = parts[parts.length - 1];
  return last && parts.slice(0, -1).every((part) => part.type === "Literal") ? unwrapChain(last) : inner;
}

/** True for `name` as a global: `isGlobal(m, node, "Symbol")`. */
export function isGlobal(module: ModuleContext, node: Node | null, name: string): boolean {
  return isIdentifier(node, name) && module.scopes.variable(node, name) === null && !flag(node, "optional");
}
