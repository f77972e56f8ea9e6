/** `try` and `with`: regions with code on their ways out. */
import type { CatchBody } from "../builder.js";
import { assignTarget } from "./assignments.js";
import { typeNames } from "./conditions.js";
import type { FunctionLowering } from "./context.js";
import { expression } from "./expressions.js";
import { pathOf } from "./names.js";
import { statements } from "./statements.js";
import { child, childOfType, hasToken, namedChildren, span, unwrap } from "./tree.js";
import type { SyntaxNode } from "./tree.js";

export function tryStatement(f: FunctionLowering, node: SyntaxNode): void {
  const body = child(node, "body");
  const otherwise = childOfType(node, "else_clause");
  const finalizer = childOfType(node, "finally_clause");
  f.builder.tryStatement({
    at: [node.start, node.start + "try".length],
    body: () => { if (body !== null) statements(f, body); },
    catches: node.children.filter((item) => item.type === "except_clause").map((clause) => exceptClause(f, clause)),
    ...(otherwise === null ? {} : { orElse: () => { statements(f, child(otherwise, "body") ?? otherwise); } }),
    ...(finalizer === null ? {} : { finalizer: () => { for (const part of finalizer.children) statements(f, part); } }),
  });
}

function exceptClause(f: FunctionLowering, clause: SyntaxNode): CatchBody {
  const values = clause.children.filter((item) => item.field === "value");
  const split = values.map(splitAs);
  const names = split.flatMap(({ value }) => typeNames(f, value));
  const target = split.find((item) => item.target !== null)?.target ?? null;
  return {
    types: names.length === 0 || names.includes("BaseException") ? null : names,
    body: () => {
      if (target !== null) assignTarget(f, target, f.builder.value({ op: "caught" }, span(target)));
      const body = childOfType(clause, "block");
      if (body !== null) statements(f, body);
    },
  };
}

/**
 * `value as target`. The grammar lets `as` bind to the last operand of some expressions, so that in
 * `a if b else c as f` only `c` would be what is named: the `as` is looked for along the right edge and taken out.
 */
export function splitAs(node: SyntaxNode): { value: SyntaxNode; target: SyntaxNode | null } {
  if (node.type === "as_pattern") {
    const value = node.children[0];
    return { value: value ?? node, target: child(node, "alias") };
  }
  const inner = unwrap(node);
  if (inner !== node && inner.type === "as_pattern") return splitAs(inner);
  if (!["conditional_expression", "boolean_operator", "not_operator", "lambda", "await", "comparison_operator"].includes(node.type)) return { value: node, target: null };
  const last = node.children[node.children.length - 1];
  if (last === undefined) return { value: node, target: null };
  const { value, target } = splitAs(last);
  if (target === null) return { value: node, target: null };
  return { value: { ...node, end: value.end, children: [...node.children.slice(0, -1), { ...value, field: last.field }] }, target };
}

export function withStatement(f: FunctionLowering, node: SyntaxNode): void {
  const clause = childOfType(node, "with_clause");
  const items = clause === null ? [] : clause.children.filter((item) => item.type === "with_item");
  const body = child(node, "body");
  withItems(f, items, 0, hasToken(node, "async"), () => { if (body !== null) statements(f, body); });
}

/** Each item's exit protects the items after it and the body. */
function withItems(f: FunctionLowering, items: readonly SyntaxNode[], index: number, async: boolean, body: () => void): void {
  const item = items[index];
  if (item === undefined) {
    body();
    return;
  }
  const { builder } = f;
  const at = span(item);
  const { value: given, target } = splitAs(child(item, "value") ?? item);
  const value = expression(f, given);
  const entered = builder.value({ op: "enter", value, async, form: "with" }, at);
  const scope = (): void => {
    builder.scope({
      at, value, async, form: "with",
      body: () => {
        if (target !== null) assignTarget(f, target, entered);
        f.deeper(item, () => { withItems(f, items, index + 1, async, body); }, () => undefined);
      },
    });
  };
  const suppressed = suppressedTypes(f, given);
  if (suppressed === null) scope();
  else builder.tryStatement({ at, body: scope, catches: [{ types: suppressed, body: () => undefined }] });
}

/** `with contextlib.suppress(A, B)` is the language's `try: … except (A, B): pass`. */
function suppressedTypes(f: FunctionLowering, given: SyntaxNode): string[] | null {
  const callee = given.type === "call" ? child(given, "function") : null;
  if (callee === null || pathOf(f.file.scopes, f.scope, callee, f.file.text) !== "contextlib.suppress") return null;
  const args = child(given, "arguments");
  return args === null ? [] : namedChildren(args).flatMap((item) => typeNames(f, item));
}
