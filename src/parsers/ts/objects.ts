/**
 * Object literals. One whose methods use `this` is a class of one instance: a Vue component's options, or
 * `module.exports = { start() { this.timer = … }, stop() { … } }`. Its methods then share a ClassFacts.
 */
import type { ClassId, Element, Field, FunctionId, Method, ValueId } from "../../model/facts.js";
import {
  flag, isFunction, keyName, many, one, spanOf, stringValue, unwrap, walk, word, type Node,
} from "./ast.js";
import { fileName } from "./names.js";
import type { FunctionContext, Named } from "./context.js";
import { lowerExpression, propertyNamed } from "./expressions.js";
import { declareFunction } from "./functions.js";

/** Option names of Vue components that hold methods of the same instance. */
const VUE_METHOD_GROUPS = new Set(["methods", "computed", "watch", "filters", "hooks"]);
/** Names that tell a Vue options object from any other exported object. */
const VUE_OPTIONS = new Set([
  "methods", "computed", "watch", "data", "template", "components", "props", "setup", "render", "mounted", "created", "beforeMount",
  "beforeCreate", "beforeDestroy", "destroyed", "beforeUnmount", "unmounted", "activated", "deactivated", "mixins", "directives", "emits",
]);
/** The base of a synthesised class for a Vue options object, for the catalog's entry points. */
const VUE_BASE = "vue.Component";

/** The class whose methods an object literal's functions are, and whether it is Vue's. */
interface Shared {
  id: ClassId;
  vue: boolean;
}

export function lowerObject(fn: FunctionContext, node: Node, named: Named | null): ValueId {
  return lowerMembers(fn, node, sharedClass(fn, node, named));
}

function lowerMembers(fn: FunctionContext, node: Node, shared: Shared | null): ValueId {
  const elements: Element[] = [];
  for (const property of many(node, "properties")) {
    if (property.type === "SpreadElement" || property.type === "ExperimentalSpreadProperty") {
      const argument = one(property, "argument");
      if (argument) elements.push({ key: null, value: lowerExpression(fn, argument), spread: true });
      continue;
    }
    const [key, value] = [one(property, "key"), one(property, "value")];
    if (!key || !value) continue;
    const name = keyName(key, flag(property, "computed"));
    const keyValue = name === null
      ? lowerExpression(fn, key)
      : fn.build.value({ op: "constant", value: { kind: "string", value: name } }, spanOf(key));
    elements.push({ key: keyValue, value: lowerMember(fn, property, value, name, shared), spread: false });
  }
  return fn.build.value({ op: "collection", shape: "mapping", elements, comprehension: false }, spanOf(node));
}

function lowerMember(fn: FunctionContext, property: Node, value: Node, name: string | null, shared: Shared | null): ValueId {
  const inner = unwrap(value);
  if (shared && isFunction(inner) && inner.type !== "ArrowFunctionExpression") return lowerMethod(fn, property, inner, name, shared);
  if (shared?.vue === true && name !== null && VUE_METHOD_GROUPS.has(name) && inner.type === "ObjectExpression") {
    return lowerMembers(fn, inner, shared);
  }
  // `watch: { query: { handler() {} } }`, `computed: { full: { get() {}, set() {} } }`
  if (shared?.vue === true && inner.type === "ObjectExpression" && isAccessorGroup(inner)) return lowerMembers(fn, inner, shared);
  return lowerExpression(fn, value, propertyNamed(property));
}

function isAccessorGroup(node: Node): boolean {
  return many(node, "properties").some((property) => {
    const [key, value] = [one(property, "key"), one(property, "value")];
    const name = key ? keyName(key, flag(property, "computed")) : null;
    return value !== null && isFunction(value) && (name === "handler" || name === "get" || name === "set");
  });
}

function lowerMethod(fn: FunctionContext, property: Node, value: Node, name: string | null, shared: Shared): ValueId {
  const facts = fn.module.facts.classes[shared.id];
  const accessor = word(property, "kind");
  const kind: Method["kind"] = accessor === "get" ? "getter" : accessor === "set" ? "setter" : "method";
  const key = one(property, "key");
  const known = fn.module.functionAt.get(value);
  const id: FunctionId = declareFunction(fn, value, {
    name: name ?? "@@computed", nameAt: spanOf(key ?? value), kind, class: shared.id, static: false,
  });
  if (known === undefined) facts?.methods.push({ name: name ?? "@@computed", function: id, static: false, kind });
  return fn.build.value({ op: "closure", function: id }, spanOf(value));
}

function sharedClass(fn: FunctionContext, node: Node, named: Named | null): Shared | null {
  const { module } = fn;
  const known = module.classAt.get(node);
  const vue = named?.vue === true && isVueOptions(node);
  if (known !== undefined) return { id: known, vue };
  const [start, end] = spanOf(node);
  if (module.nextThis(start) >= end || !methodsUseThis(module.prototypeMethods, node, vue)) return null;
  const id = module.facts.classes.length;
  const ownName = vue ? optionName(node) : null;
  const isExport = named?.name === "default" || named?.name === "exports";
  const generic = named === null || named.name === "object" || isExport;
  const fallback = vue || isExport ? fileName(module.facts.path) : "object";
  module.facts.classes.push({
    name: ownName ?? (generic ? fallback : named.name), at: [start, end], nameAt: named?.at ?? [start, start + 1],
    binding: named?.binding ?? null, owner: fn.id, bases: vue ? [{ path: VUE_BASE, binding: null, at: [start, start + 1] }] : [],
    interfaces: [], decorators: [], methods: [], fields: vue ? dataFields(node) : [], initializer: null, body: null,
    exported: false, abstract: false,
  });
  module.classAt.set(node, id);
  const binding = named?.binding == null ? undefined : module.facts.bindings[named.binding];
  if (binding && named?.binding != null && binding.kind !== "parameter") {
    // The variable is the only instance: its type is the class that it names.
    binding.class = id;
    binding.type ??= { kind: "named", name: binding.name, binding: named.binding, args: [] };
  }
  return { id, vue };
}

function isVueOptions(node: Node): boolean {
  return many(node, "properties").some((property) => {
    const key = one(property, "key");
    const name = key ? keyName(key, flag(property, "computed")) : null;
    return name !== null && VUE_OPTIONS.has(name);
  });
}

/** Whether some function property that is not an arrow reads `this`; functions inside it have a `this` of their own. */
function methodsUseThis(elsewhere: ReadonlyMap<Node, unknown>, node: Node, vue: boolean): boolean {
  return many(node, "properties").some((property) => {
    const value = one(property, "value");
    if (!value) return false;
    const inner = unwrap(value);
    if (vue && inner.type === "ObjectExpression") return methodsUseThis(elsewhere, inner, vue);
    if (!isFunction(inner) || inner.type === "ArrowFunctionExpression" || elsewhere.has(inner)) return false;
    let found = false;
    walk(inner, (child) => {
      if (child.type === "ThisExpression") found = true;
      return !found && (child === inner || child.type === "ArrowFunctionExpression" || !/^(?:Function|Class)/u.test(child.type));
    });
    return found;
  });
}

/** A Vue component's `name: "…"`. */
function optionName(node: Node): string | null {
  const value = optionValue(node, "name");
  return value ? stringValue(value) : null;
}

function optionValue(node: Node, option: string): Node | null {
  for (const property of many(node, "properties")) {
    const [key, value] = [one(property, "key"), one(property, "value")];
    if (key && value && keyName(key, flag(property, "computed")) === option) return unwrap(value);
  }
  return null;
}

/** The keys of what `data()` returns: the fields of the component. */
function dataFields(node: Node): Field[] {
  const data = optionValue(node, "data");
  const object = data && (data.type === "ObjectExpression" ? data : returnedObject(data));
  if (!object) return [];
  return many(object, "properties").flatMap((property) => {
    const key = one(property, "key");
    const name = key ? keyName(key, flag(property, "computed")) : null;
    return key && name !== null ? [{ name, static: false, type: null, readonly: false, at: spanOf(key) }] : [];
  });
}

function returnedObject(data: Node): Node | null {
  if (!isFunction(data)) return null;
  const body = one(data, "body");
  if (!body) return null;
  const returned = body.type === "BlockStatement"
    ? many(body, "body").find((statement) => statement.type === "ReturnStatement")
    : null;
  const object = body.type === "BlockStatement" ? (returned ? one(returned, "argument") : null) : body;
  const inner = object ? unwrap(object) : null;
  return inner?.type === "ObjectExpression" ? inner : null;
}
