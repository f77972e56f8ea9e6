/** `match`: each pattern becomes tests on the subject and stores of what it captures. */
import type { BlockId, ValueId } from "../../model/facts.js";
import { condition } from "./conditions.js";
import type { FunctionLowering } from "./context.js";
import { expression } from "./expressions.js";
import { literalOf } from "./literals.js";
import { dottedText, pathOf } from "./names.js";
import { capturedName } from "./scopes.js";
import { statements } from "./statements.js";
import { child, childOfType, namedChildren, span } from "./tree.js";
import type { SyntaxNode } from "./tree.js";

export function matchStatement(f: FunctionLowering, node: SyntaxNode): void {
  const { builder } = f;
  const subjects = node.children.filter((item) => item.field === "subject");
  const [only] = subjects;
  const subject = subjects.length === 1 && only !== undefined
    ? expression(f, only)
    : builder.value({ op: "collection", shape: "tuple", elements: subjects.map((item) => ({ key: null, value: expression(f, item), spread: false })), comprehension: false }, span(node));
  const join = builder.block();
  for (const clause of child(node, "body")?.children ?? []) {
    if (clause.type !== "case_clause") continue;
    const next = builder.block();
    casePatterns(f, clause, subject, next);
    const guard = child(clause, "guard");
    const test = guard === null ? undefined : namedChildren(guard)[0];
    if (test !== undefined) {
      const body = builder.block();
      condition(f, test, body, next);
      builder.switchTo(body);
    }
    const body = child(clause, "consequence");
    if (body !== null) statements(f, body);
    builder.jump(join);
    builder.switchTo(next);
  }
  builder.enter(join);
}

/** `case a, b:` has several patterns without a bracket. */
function casePatterns(f: FunctionLowering, clause: SyntaxNode, subject: ValueId, otherwise: BlockId): void {
  const patterns = clause.children.filter((item) => item.type === "case_pattern");
  const [only] = patterns;
  if (patterns.length === 1 && only !== undefined && !f.text(clause).slice(only.end - clause.start).trimStart().startsWith(",")) pattern(f, only, subject, otherwise);
  else sequence(f, clause, patterns, subject, otherwise);
}

/** Goes on in the current block where `value` matches, and to `otherwise` where not. */
function pattern(f: FunctionLowering, node: SyntaxNode, value: ValueId, otherwise: BlockId): void {
  f.deeper(node, () => { lower(f, node, value, otherwise); }, () => undefined);
}

function lower(f: FunctionLowering, node: SyntaxNode, value: ValueId, otherwise: BlockId): void {
  const captured = node.type === "as_pattern" || node.type === "keyword_pattern" ? null : capturedName(node);
  if (captured !== null) {
    f.storeName(captured, value);
    return;
  }
  const children = namedChildren(node);
  const [first] = children;
  switch (node.type) {
    case "case_pattern":
      // Without a child it is `_`; `-1` has its sign beside the number.
      if (first !== undefined) pattern(f, first, value, otherwise);
      return;
    case "as_pattern": {
      if (first !== undefined) pattern(f, first, value, otherwise);
      const name = childOfType(node, "identifier");
      if (name !== null) f.storeName(name, value);
      return;
    }
    case "union_pattern": {
      const matched = f.builder.block();
      children.forEach((alternative, index) => {
        const next = index === children.length - 1 ? otherwise : f.builder.block();
        pattern(f, alternative, value, next);
        f.builder.jump(matched);
        if (next !== otherwise) f.builder.switchTo(next);
      });
      f.builder.switchTo(matched);
      return;
    }
    case "class_pattern": {
      const name = childOfType(node, "dotted_name");
      const types = name === null ? [] : [pathOf(f.file.scopes, f.scope, name, f.file.text) ?? dottedText(name, f.file.text)];
      if (name !== null) f.noteNames(name);
      check(f, { kind: "instance", value, types }, otherwise, node);
      for (const part of children) {
        if (part.type !== "case_pattern") continue;
        const isKeyword = part.children[0]?.type === "keyword_pattern";
        pattern(f, part, isKeyword ? value : f.operation("unpack", [value], span(part)), otherwise);
      }
      return;
    }
    case "keyword_pattern": {
      const name = childOfType(node, "identifier");
      const inner = children.find((item) => item !== name);
      const attribute = f.load({ kind: "field", object: value, name: name === null ? "" : f.text(name) }, span(node));
      const captures = capturedName(node);
      if (captures !== null) f.storeName(captures, attribute);
      else if (inner !== undefined) pattern(f, inner, attribute, otherwise);
      return;
    }
    case "list_pattern": case "tuple_pattern":
      // `(p)` only groups.
      if (node.type === "tuple_pattern" && children.length === 1 && first !== undefined && !/,\s*\)$/u.test(f.text(node))) pattern(f, first, value, otherwise);
      else sequence(f, node, children, value, otherwise);
      return;
    case "dict_pattern":
      check(f, { kind: "unknown" }, otherwise, node);
      for (const part of children) if (part.field !== "key") pattern(f, part, f.operation("unpack", [value], span(part)), otherwise);
      return;
    case "splat_pattern": return;
    case "none": check(f, { kind: "none", value }, otherwise, node); return;
    case "dotted_name": check(f, { kind: "equal", left: value, right: dottedValue(f, node) }, otherwise, node); return;
    default: {
      const right = f.builder.value({ op: "constant", value: literalOf(node, f.file.text) }, span(node));
      check(f, { kind: "equal", left: value, right }, otherwise, node);
    }
  }
}

function sequence(f: FunctionLowering, node: SyntaxNode, parts: readonly SyntaxNode[], value: ValueId, otherwise: BlockId): void {
  check(f, { kind: "unknown" }, otherwise, node);
  for (const part of parts) pattern(f, part, f.operation("unpack", [value], span(part)), otherwise);
}

function check(f: FunctionLowering, test: Parameters<FunctionLowering["builder"]["branch"]>[0], otherwise: BlockId, node: SyntaxNode): void {
  const yes = f.builder.block();
  f.builder.branch(test, yes, otherwise, span(node));
  f.builder.switchTo(yes);
}

/** A constant named by its path: `Color.RED`. */
function dottedValue(f: FunctionLowering, node: SyntaxNode): ValueId {
  const [root, ...rest] = node.children;
  if (root === undefined) return f.operation("unreadable", [], span(node));
  let value = f.load(f.place(f.text(root)), span(root));
  for (const part of rest) value = f.load({ kind: "field", object: value, name: f.text(part) }, [node.start, part.end]);
  return value;
}
