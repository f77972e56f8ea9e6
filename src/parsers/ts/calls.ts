/** Calls, `new`, tagged templates and `import()`. */
import type { Argument, Call, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import {
  flag, isFunction, isIdentifier, keyName, many, memberName, one, spanOf, stringValue, unwrap, unwrapChain, word, type Node,
} from "./ast.js";
import { load, operation, type FunctionContext, type Named } from "./context.js";
import { lowerExpression, lowerReceiver, memberPlace, shortCut } from "./expressions.js";
import { lowerTemplate } from "./literals.js";
import { calleePath, isGlobal, moduleName, withoutComma } from "./paths.js";

/** Functions that take a Vue options object; also `Vue.extend`, `Vue.component` and `new Vue`. */
const VUE_FACTORIES = new Set(["defineComponent", "createApp", "createSSRApp", "defineNuxtComponent", "defineAsyncComponent"]);
const VUE_METHODS = new Set(["extend", "component", "mixin"]);

type Callee = Pick<Call, "path" | "callee" | "receiver" | "method" | "nameAt">;

function lowerCallee(fn: FunctionContext, original: Node, short: boolean): Callee {
  const node = withoutComma(unwrap(original));
  const path = calleePath(fn.module, node);
  if (node.type === "MemberExpression") {
    const property = one(node, "property");
    const nameAt = spanOf(property ?? node);
    const receiver = lowerReceiver(fn, node);
    const method = memberName(node);
    if (method === null) {
      const callee = load(fn, memberPlace(fn, node, receiver), spanOf(node));
      if (short) shortCut(fn, callee, nameAt);
      return { path, callee, receiver: null, method: null, nameAt };
    }
    if (short) shortCut(fn, load(fn, { kind: "field", object: receiver, name: method }, spanOf(node)), nameAt);
    return { path, callee: null, receiver, method, nameAt };
  }
  const callee = lowerExpression(fn, node);
  const at = spanOf(node);
  if (short) shortCut(fn, callee, at);
  return { path, callee, receiver: null, method: null, nameAt: isFunction(node) ? [at[0], Math.min(at[1], at[0] + 1)] : at };
}

function lowerArguments(fn: FunctionContext, node: Node, named: Named | null): Argument[] {
  return many(node, "arguments").map((argument) => {
    const spread = argument.type === "SpreadElement";
    const inner = spread ? one(argument, "argument") ?? argument : argument;
    return { value: lowerExpression(fn, inner, named), name: null, spread };
  });
}

/** True for calls whose object argument is a Vue component's options. */
function takesVueOptions(callee: Node): boolean {
  const node = unwrapChain(callee);
  if (isIdentifier(node)) return VUE_FACTORIES.has(word(node, "name")) || word(node, "name") === "Vue";
  if (node.type !== "MemberExpression") return false;
  const name = memberName(node);
  const object = one(node, "object");
  if (name !== null && VUE_FACTORIES.has(name)) return true;
  return name !== null && VUE_METHODS.has(name) && isIdentifier(object) && /^(?:Vue|app)$/u.test(word(object, "name"));
}

/** Groups of members that the options of a Vue component have and no other table does that a base class is extended with. */
const VUE_GROUPS = new Set(["methods", "computed", "watch"]);

/** `VSelect.extend({ methods: { … } })`, `mixins(A, B).extend({ watch: { … } })`: a component made from another. */
function extendsComponent(callee: Node, call: Node): boolean {
  const node = unwrapChain(callee);
  if (node.type !== "MemberExpression" || memberName(node) !== "extend") return false;
  return many(call, "arguments").some((argument) => argument.type === "ObjectExpression" && many(argument, "properties").some((property) => {
    const [key, value] = [one(property, "key"), one(property, "value")];
    return key !== null && value !== null && VUE_GROUPS.has(keyName(key, flag(property, "computed")) ?? "") && unwrap(value).type === "ObjectExpression";
  }));
}

/** What object literals among the arguments are called: after the variable that the call's result goes to. */
function argumentName(callee: Node | null, call: Node, at: Span, named: Named | null): Named | null {
  if (!callee || !takesVueOptions(callee) && !extendsComponent(callee, call)) return null;
  return { name: named?.name ?? "object", at: named?.at ?? [at[0], at[0]], binding: null, vue: true };
}

export function lowerCall(fn: FunctionContext, node: Node, at: Span, named: Named | null): ValueId {
  const calleeNode = one(node, "callee");
  if (!calleeNode) return operation(fn, "opaque", [], at);
  if (isGlobal(fn.module, calleeNode, "eval")) fn.module.facts.dynamic = true;
  const callee = lowerCallee(fn, calleeNode, flag(node, "optional"));
  const args = lowerArguments(fn, node, argumentName(calleeNode, node, at, named));
  return fn.build.value({ op: "call", ...callee, isNew: false, args }, at);
}

export function lowerNew(fn: FunctionContext, node: Node, at: Span, named: Named | null): ValueId {
  const calleeNode = one(node, "callee");
  if (!calleeNode) return operation(fn, "opaque", [], at);
  if (isGlobal(fn.module, calleeNode, "Function")) fn.module.facts.dynamic = true;
  const callee = lowerCallee(fn, calleeNode, false);
  const args = lowerArguments(fn, node, argumentName(calleeNode, node, at, named));
  return fn.build.value({ op: "call", ...callee, isNew: true, args }, at);
}

export function lowerTaggedTemplate(fn: FunctionContext, node: Node, at: Span): ValueId {
  const [tag, quasi] = [one(node, "tag"), one(node, "quasi")];
  if (!tag || !quasi) return operation(fn, "opaque", [], at);
  const callee = lowerCallee(fn, tag, false);
  const values = many(quasi, "expressions").map((part) => lowerExpression(fn, part));
  const strings = values.length === 0 ? lowerTemplate(fn, quasi) : operation(fn, "template", [], spanOf(quasi));
  const args = [strings, ...values].map((value) => ({ value, name: null, spread: false }));
  return fn.build.value({ op: "call", ...callee, isNew: false, args }, at);
}

/** `import("m")`: a call of the global `import`, and an import if the name is known. */
export function lowerImportExpression(fn: FunctionContext, node: Node, at: Span): ValueId {
  const source = one(node, "source");
  const nameAt: Span = [at[0], Math.min(at[1], at[0] + "import".length)];
  const callee = load(fn, { kind: "global", name: "import" }, nameAt);
  const specifier = source ? stringValue(source) : null;
  if (specifier !== null && !fn.module.facts.imports.some((known) => known.at[0] === at[0])) {
    fn.module.facts.imports.push({ module: moduleName(specifier), name: null, binding: null, typeOnly: false, at });
  }
  const args = source ? [{ value: lowerExpression(fn, source), name: null, spread: false }] : [];
  return fn.build.value({ op: "call", path: "import", callee, receiver: null, method: null, isNew: false, args, nameAt }, at);
}
