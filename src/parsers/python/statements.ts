/** Statements that fit in a few lines each; loops, try and with, match and definitions have files of their own. */
import { assignment, augmentedAssignment, deletion } from "./assignments.js";
import { condition } from "./conditions.js";
import type { FunctionLowering } from "./context.js";
import { closure, expression, optional } from "./expressions.js";
import { forStatement, whileStatement } from "./loops.js";
import { matchStatement } from "./match.js";
import { tryStatement, withStatement } from "./protected.js";
import { child, namedChildren, span } from "./tree.js";
import type { SyntaxNode } from "./tree.js";

/** Statements that hold others: a broken one is entered for what it holds. */
const COMPOUND = new Set([
  "if_statement", "while_statement", "for_statement", "try_statement", "with_statement", "match_statement",
  "function_definition", "class_definition", "decorated_definition", "block", "ERROR",
]);

/** Lowers the statements of a block, the module or an error's recovered parts. */
export function statements(f: FunctionLowering, node: SyntaxNode): void {
  for (const item of node.children) statement(f, item);
}

function statement(f: FunctionLowering, node: SyntaxNode): void {
  if (node.missing) return;
  if (node.broken && !COMPOUND.has(node.type) && node.type !== "return_statement" && node.type !== "raise_statement") {
    f.operation("unreadable", [], span(node));
    return;
  }
  f.deeper(node, () => { lower(f, node); }, () => { f.operation("opaque", [], span(node)); });
}

function lower(f: FunctionLowering, node: SyntaxNode): void {
  const { builder } = f;
  const at = span(node);
  switch (node.type) {
    case "expression_statement": expressionStatement(f, node); return;
    case "return_statement": {
      const value = namedChildren(node)[0];
      builder.return(value === undefined ? null : expression(f, value), at);
      return;
    }
    case "raise_statement": raise(f, node); return;
    case "assert_statement": assertion(f, node); return;
    case "delete_statement": deletion(f, node); return;
    case "if_statement": ifStatement(f, node); return;
    case "while_statement": whileStatement(f, node); return;
    case "for_statement": forStatement(f, node); return;
    case "try_statement": tryStatement(f, node); return;
    case "with_statement": withStatement(f, node); return;
    case "match_statement": matchStatement(f, node); return;
    case "break_statement": builder.break(null); return;
    case "continue_statement": builder.continue(null); return;
    case "function_definition": case "class_definition": definition(f, node); return;
    case "decorated_definition": {
      const inner = child(node, "definition");
      for (const item of node.children) if (item.type === "decorator") f.noteNames(item);
      if (inner !== null) definition(f, inner);
      return;
    }
    case "import_statement": case "import_from_statement":
      // Imports bind by what they name, not by a value; but they run code and can raise.
      f.operation("import", [], at);
      return;
    case "print_statement": case "exec_statement": legacy(f, node); return;
    case "block": case "ERROR": statements(f, node); return;
    // pass, global, nonlocal, type aliases and `from __future__` do nothing when run.
    default:
  }
}

/** Evaluates an expression for its effect, or runs the assignment inside. A string is a comment to the interpreter. */
function expressionStatement(f: FunctionLowering, node: SyntaxNode): void {
  const parts = namedChildren(node);
  for (const part of parts) {
    if (part.type === "assignment") assignment(f, part);
    else if (part.type === "augmented_assignment") augmentedAssignment(f, part);
    else if (part.type !== "string" && part.type !== "concatenated_string" && part.type !== "ellipsis") expression(f, part);
    else if (parts.length > 1 || /^\w*[ft]/iu.test(f.text(part).slice(0, 3))) expression(f, part);
  }
}

function raise(f: FunctionLowering, node: SyntaxNode): void {
  const [value] = namedChildren(node).filter((item) => item.field !== "cause");
  const raised = value === undefined ? null : expression(f, value);
  const cause = child(node, "cause");
  if (cause !== null) expression(f, cause);
  f.builder.raise(raised, span(node));
}

function assertion(f: FunctionLowering, node: SyntaxNode): void {
  const { builder } = f;
  const [test, message] = namedChildren(node);
  if (test === undefined) return;
  const holds = builder.block();
  const fails = builder.block();
  condition(f, test, holds, fails);
  builder.switchTo(fails);
  if (message !== undefined) expression(f, message);
  builder.raise(f.load({ kind: "global", name: "AssertionError" }, span(node)), span(node));
  builder.switchTo(holds);
}

/** if / elif / else, one after the other: a chain of elifs nests no deeper than one. */
function ifStatement(f: FunctionLowering, node: SyntaxNode): void {
  const { builder } = f;
  const join = builder.block();
  const arm = (part: SyntaxNode): void => {
    const test = child(part, "condition");
    const body = child(part, "consequence");
    const yes = builder.block();
    const no = builder.block();
    if (test === null) builder.branch({ kind: "unknown" }, yes, no, span(part));
    else condition(f, test, yes, no);
    builder.switchTo(yes);
    if (body !== null) statements(f, body);
    builder.jump(join);
    builder.switchTo(no);
  };
  arm(node);
  for (const part of node.children) {
    if (part.type === "elif_clause") arm(part);
    else if (part.type === "else_clause") statements(f, child(part, "body") ?? part);
    else if (part.type === "ERROR") statements(f, part);
  }
  builder.enter(join);
}

/** `def` and `class`: makes the function or class and stores it under its name. Decorators are data, see facts. */
function definition(f: FunctionLowering, node: SyntaxNode): void {
  const name = child(node, "name");
  const made = f.file.scopes.classOf.get(node);
  const bases = child(node, "superclasses");
  if (bases !== null) f.noteNames(bases);
  const value = made === undefined ? closure(f, node) : f.builder.value({ op: "class", class: made.id }, name === null ? span(node) : span(name));
  if (name !== null) f.storeName(name, value);
}

/** Python 2's `print x, y` and `exec code in scope`. */
function legacy(f: FunctionLowering, node: SyntaxNode): void {
  const name = node.type === "print_statement" ? "print" : "exec";
  if (name === "exec") f.file.dynamic = true;
  const at = span(node);
  const nameAt = [node.start, node.start + name.length] as const;
  const callee = f.load({ kind: "global", name }, nameAt);
  const args = namedChildren(node).map((item) => {
    const inner = item.type === "chevron" ? namedChildren(item)[0] : item;
    return { value: optional(f, inner, item), name: item.type === "chevron" ? "file" : null, spread: false };
  });
  f.builder.value({ op: "call", path: name, callee, receiver: null, method: null, isNew: false, args, nameAt }, at);
}
