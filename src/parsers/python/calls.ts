/** Calls: the callee's path, its receiver, and the arguments. */
import type { Argument, ValueId } from "../../model/facts.js";
import type { FunctionLowering } from "./context.js";
import { expression, optional, splatOf } from "./expressions.js";
import { pathOf } from "./names.js";
import { child, namedChildren, span, unwrap } from "./tree.js";
import type { SyntaxNode } from "./tree.js";

/** Builtins that run text as code or hand out a scope as a mapping. */
const DYNAMIC = new Set(["eval", "exec", "globals", "__import__"]);

export function callExpression(f: FunctionLowering, node: SyntaxNode): ValueId {
  const at = span(node);
  const target = child(node, "function");
  if (target === null) return f.operation("unreadable", [], at);
  const callee = unwrap(target);
  const given = child(node, "arguments");
  // `create_stream[Message](1)`: the brackets name types.
  const named = callee.type === "subscript" ? child(callee, "value") : null;
  const path = pathOf(f.file.scopes, f.scope, named ? unwrap(named) : callee, f.file.text);
  if (path !== null && DYNAMIC.has(path)) f.file.dynamic = true;
  // `super()` and `super(Class, self)` are where methods are looked up, not calls of interest.
  if (path === "super") {
    if (given !== null) f.noteNames(given);
    return f.load({ kind: "super" }, at);
  }
  if (path === "type" && given !== null && isThis(f, namedChildren(given))) return f.load({ kind: "class" }, at);

  if (callee.type === "attribute") {
    const name = child(callee, "attribute");
    const receiver = optional(f, child(callee, "object"), callee);
    const method = name === null ? "" : f.text(name);
    return f.builder.value({ op: "call", path, callee: null, receiver, method, isNew: false, args: callArguments(f, given), nameAt: span(name ?? callee) }, at);
  }
  const value = expression(f, callee);
  return f.builder.value({ op: "call", path, callee: value, receiver: null, method: null, isNew: false, args: callArguments(f, given), nameAt: span(callee) }, at);
}

function isThis(f: FunctionLowering, args: SyntaxNode[]): boolean {
  const [only] = args;
  return args.length === 1 && only?.type === "identifier" && f.place(f.text(only)).kind === "this";
}

/** The arguments in order. `**kwargs` is a spread argument named `**`. */
function callArguments(f: FunctionLowering, node: SyntaxNode | null): Argument[] {
  if (node === null) return [];
  if (node.type === "generator_expression") return [{ value: expression(f, node), name: null, spread: false }];
  return namedChildren(node).map((item): Argument => {
    if (item.type === "keyword_argument") {
      const name = child(item, "name");
      return { value: optional(f, child(item, "value"), item), name: name === null ? "" : f.text(name), spread: false };
    }
    if (item.type === "dictionary_splat") return { value: optional(f, namedChildren(item)[0], item), name: "**", spread: true };
    const splat = splatOf(item);
    return { value: expression(f, splat ?? item), name: null, spread: splat !== null };
  });
}
