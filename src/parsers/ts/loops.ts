/** Loops. A C-style `for` is a `while` with a step; `for…of` and `for…in` iterate. */
import type { ValueId } from "../../model/facts.js";
import { flag, many, one, spanOf, unwrap, word, type Node } from "./ast.js";
import { assignPattern } from "./assignments.js";
import { constantTruth, lowerCondition } from "./conditions.js";
import { operation, type FunctionContext } from "./context.js";
import { lowerDiscarded, lowerExpression } from "./expressions.js";
import { enterUsing, isUsing, lowerDeclaration, lowerStatement } from "./statements.js";

export function lowerLoop(fn: FunctionContext, node: Node, label: string | null): void {
  if (node.type === "ForOfStatement" || node.type === "ForInStatement") lowerIteration(fn, node, label);
  else lowerWhile(fn, node, label);
}

function lowerWhile(fn: FunctionContext, node: Node, label: string | null): void {
  const init = one(node, "init");
  const test = one(node, "test");
  const update = one(node, "update");
  const body = one(node, "body");
  if (init?.type === "VariableDeclaration") lowerDeclaration(fn, init);
  else if (init) lowerDiscarded(fn, init);
  const endless = test === null ? node.type === "ForStatement" : constantTruth(fn, unwrap(test)) === true;
  fn.build.loopStatement({
    kind: "while", at: spanOf(node), endless, label, bodyFirst: node.type === "DoWhileStatement",
    head: (into, exit) => {
      if (test) lowerCondition(fn, test, into, exit);
      else fn.build.jump(into);
    },
    body: () => { if (body) lowerStatement(fn, body); },
    ...(update && { step: (): void => { lowerDiscarded(fn, update); } }),
  });
}

function lowerIteration(fn: FunctionContext, node: Node, label: string | null): void {
  const [left, right, body] = [one(node, "left"), one(node, "right"), one(node, "body")];
  if (!left || !right) return;
  const subject = lowerExpression(fn, right);
  const iterated = node.type === "ForInStatement" ? operation(fn, "keys", [subject], spanOf(right)) : subject;
  const run = (): void => { if (body) lowerStatement(fn, body); };
  fn.build.loopStatement({
    kind: "for", at: spanOf(node), iterates: iterated, label,
    head: (into, exit) => { fn.build.branch({ kind: "more", iterated }, into, exit, spanOf(right)); },
    body: () => {
      const element = fn.build.value({ op: "next", value: iterated, async: flag(node, "await") }, spanOf(left));
      bindElement(fn, left, element, run);
    },
  });
}

function bindElement(fn: FunctionContext, left: Node, element: ValueId, run: () => void): void {
  const declares = left.type === "VariableDeclaration";
  const declarator = declares ? many(left, "declarations")[0] : null;
  const target = declarator ? one(declarator, "id") : left;
  if (target && declares && isUsing(left)) {
    enterUsing(fn, left, left, target, element, run);
    return;
  }
  if (target) assignPattern(fn, target, element, declares && word(left, "kind") !== "");
  run();
}
