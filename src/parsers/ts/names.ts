/** What things without a name of their own are called. */
import type { Span } from "../../model/span.js";
import { isFunction, one, spanOf, word, type Node } from "./ast.js";
import { nameSpan } from "./context.js";

/** The file's name without folder and extension: what a Vue component or a default export goes by. */
export function fileName(path: string): string {
  const base = path.slice(path.lastIndexOf("/") + 1);
  const dot = base.indexOf(".");
  return dot > 0 ? base.slice(0, dot) : base;
}

/** The name of a declaration or named expression itself. */
export function ownName(node: Node): { name: string; at: Span } | null {
  const id = one(node, "id");
  if (id?.type !== "Identifier") return null;
  const name = word(id, "name");
  return { name, at: nameSpan(id, name) };
}

/** What a message underlines for a function without a name: its head, up to `=>` or the body's brace, on one line. */
export function headSpan(node: Node, text: string): Span {
  const [start, end] = spanOf(node);
  const body = one(node, "body");
  const bodyStart = body ? spanOf(body)[0] : end;
  let stop = bodyStart;
  if (isFunction(node) && node.type === "ArrowFunctionExpression") {
    const arrow = text.lastIndexOf("=>", bodyStart);
    if (arrow >= start) stop = arrow + 2;
  } else {
    while (stop > start && /\s/u.test(text[stop - 1] ?? "")) stop--;
  }
  const line = /[\r\n]/u.exec(text.slice(start, stop));
  return [start, line ? start + line.index : Math.max(stop, start)];
}
