/** `for` and `while`, with their `else`. */
import { assignTarget } from "./assignments.js";
import { condition, constantTruth } from "./conditions.js";
import type { FunctionLowering } from "./context.js";
import { optional } from "./expressions.js";
import { statements } from "./statements.js";
import { child, hasToken, span } from "./tree.js";
import type { SyntaxNode } from "./tree.js";

export function forStatement(f: FunctionLowering, node: SyntaxNode): void {
  const target = child(node, "left");
  const right = child(node, "right");
  const iterated = optional(f, right, node);
  const header = [node.start, (right ?? node).end] as const;
  f.builder.loopStatement({
    kind: "for", at: span(node), iterates: iterated,
    head: (body, exit) => { f.builder.branch({ kind: "more", iterated }, body, exit, header); },
    body: () => {
      const next = f.builder.value({ op: "next", value: iterated, async: hasToken(node, "async") }, target === null ? header : span(target));
      if (target !== null) assignTarget(f, target, next);
      block(f, child(node, "body"));
    },
    orElse: () => { orElse(f, node); },
  });
}

export function whileStatement(f: FunctionLowering, node: SyntaxNode): void {
  const test = child(node, "condition");
  f.builder.loopStatement({
    kind: "while", at: span(node), endless: test !== null && constantTruth(test, f.file.text) === true,
    head: (body, exit) => {
      if (test === null) f.builder.branch({ kind: "unknown" }, body, exit, span(node));
      else condition(f, test, body, exit);
    },
    body: () => { block(f, child(node, "body")); },
    orElse: () => { orElse(f, node); },
  });
}

function orElse(f: FunctionLowering, node: SyntaxNode): void {
  const clause = child(node, "alternative");
  if (clause !== null) block(f, child(clause, "body"));
}

function block(f: FunctionLowering, node: SyntaxNode | null): void {
  if (node !== null) statements(f, node);
}
