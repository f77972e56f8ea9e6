/** Comprehensions and generator expressions as loops that fill a collection. */
import type { ValueId } from "../../model/facts.js";
import { assignTarget } from "./assignments.js";
import { condition } from "./conditions.js";
import type { FunctionLowering } from "./context.js";
import { expression, optional } from "./expressions.js";
import { child, hasToken, namedChildren, span } from "./tree.js";
import type { SyntaxNode } from "./tree.js";

/**
 * `[f(x) for x in xs if x]`: an empty collection, a loop over `xs`, in it `collection.append(f(x))`. A generator
 * expression is lowered as if it ran at once.
 */
export function comprehension(f: FunctionLowering, node: SyntaxNode, shape: "list" | "set" | "mapping"): ValueId {
  const result = f.builder.value({ op: "collection", shape, elements: [], comprehension: true }, span(node));
  const outer = f.scope;
  const clauses = node.children.filter((item) => item.type === "for_in_clause" || item.type === "if_clause");
  clause(f, node, clauses, 0, () => { add(f, node, shape, result); });
  f.scope = outer;
  return result;
}

function clause(f: FunctionLowering, node: SyntaxNode, clauses: readonly SyntaxNode[], index: number, body: () => void): void {
  const current = clauses[index];
  if (current === undefined) {
    body();
    return;
  }
  const rest = (): void => { f.deeper(current, () => { clause(f, node, clauses, index + 1, body); }, () => undefined); };
  if (current.type === "if_clause") {
    const yes = f.builder.block();
    const no = f.builder.block();
    const test = namedChildren(current)[0];
    if (test === undefined) f.builder.jump(yes);
    else condition(f, test, yes, no);
    f.builder.arms(yes, no, rest);
    return;
  }
  const iterated = iterable(f, current);
  // Only the first iterable is evaluated outside of the comprehension's scope.
  f.scope = f.file.scopes.of.get(node) ?? f.scope;
  const target = child(current, "left");
  const at = span(current);
  f.builder.loopStatement({
    kind: "comprehension", at: span(node), iterates: iterated,
    head: (loopBody, exit) => { f.builder.branch({ kind: "more", iterated }, loopBody, exit, at); },
    body: () => {
      const next = f.builder.value({ op: "next", value: iterated, async: hasToken(current, "async") }, target === null ? at : span(target));
      if (target !== null) assignTarget(f, target, next);
      rest();
    },
  });
}

function iterable(f: FunctionLowering, node: SyntaxNode): ValueId {
  const given = node.children.filter((item) => item.field === "right" && item.named);
  const [only] = given;
  if (given.length === 1) return optional(f, only, node);
  // Python 2's `for x in 1, 2`.
  const elements = given.map((item) => ({ key: null, value: expression(f, item), spread: false }));
  return f.builder.value({ op: "collection", shape: "tuple", elements, comprehension: false }, span(node));
}

function add(f: FunctionLowering, node: SyntaxNode, shape: "list" | "set" | "mapping", collection: ValueId): void {
  const body = child(node, "body");
  if (body === null) return;
  const at = span(body);
  if (shape === "mapping") {
    const key = optional(f, child(body, "key"), body);
    const value = optional(f, child(body, "value"), body);
    f.builder.emit({ op: "store", place: { kind: "index", object: collection, key }, value, augmented: false, declares: false, at });
    return;
  }
  const value = expression(f, body);
  const method = shape === "set" ? "add" : "append";
  f.builder.value({ op: "call", path: null, callee: null, receiver: collection, method, isNew: false, args: [{ value, name: null, spread: false }], nameAt: at }, at);
}
