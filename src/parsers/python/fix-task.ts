/** Keeps a reference to a task until it is done. */
import type { Edit } from "../../model/finding.js";
import type { Span } from "../../model/span.js";
import type { Spelling } from "../language.js";
import { refuse } from "./fix-document.js";
import type { Document } from "./fix-document.js";
import { insertion } from "./fix-imports.js";
import { child, namedChildren, unwrap } from "./tree.js";
import type { SyntaxNode } from "./tree.js";

const TASKS = "_background_tasks";

/**
 * `create_task(f())` as a statement, or `task = create_task(f())`, followed by adding the task to a set of the module
 * from which it removes itself once it is done.
 */
export function keepReference(document: Document, spawn: Span): Spelling {
  const path = document.pathTo(spawn);
  const index = path?.findIndex((node) => node.type === "expression_statement") ?? -1;
  const statement = path?.[index];
  const call = path?.[path.length - 1];
  if (path === null || statement === undefined || call === undefined) return refuse("the task is made inside another expression; keep what it returns in a variable first");
  const indentation = document.indentation(statement);
  if (indentation === null || !document.standsAlone(statement)) return refuse("the statement shares its line with other code");

  const [only, ...more] = namedChildren(statement);
  if (only === undefined || more.length > 0) return refuse("the task is part of a tuple");
  const target = targetName(document, only, call);
  if (target === undefined) return refuse("the task is made inside another expression; keep what it returns in a variable first");
  const name = target === null || document.of(target) === "_" ? document.freshName("task") : document.of(target);
  const tasks = registry(document, path, statement);
  if (tasks === null) return refuse(`the name \`${TASKS}\` is used for something else here`);

  const { lineEnd } = document;
  const edits: Edit[] = [...tasks.edits];
  if (target === null) edits.push({ at: [statement.start, statement.start], text: `${name} = ` });
  else if (document.of(target) === "_") edits.push({ at: [target.start, target.end], text: name });
  const place = document.lineStop(statement.end);
  edits.push({ at: [place, place], text: `${lineEnd}${indentation}${tasks.name}.add(${name})${lineEnd}${indentation}${name}.add_done_callback(${tasks.name}.discard)` });
  return { ok: true, title: "Keep the task in a set until it is done", edits };
}

/** The name that the statement assigns the call to; null for a bare call, undefined for anything else. */
function targetName(document: Document, expression: SyntaxNode, call: SyntaxNode): SyntaxNode | null | undefined {
  if (unwrap(expression) === call) return null;
  if (expression.type !== "assignment") return undefined;
  const left = child(expression, "left");
  const right = child(expression, "right");
  if (left?.type !== "identifier" || right === null || unwrap(right) !== call) return undefined;
  return left;
}

/** The module's set of tasks: the one that is there, or a new one above. */
function registry(document: Document, path: readonly SyntaxNode[], statement: SyntaxNode): { name: string; edits: Edit[] } | null {
  const { scopes } = document;
  const meaning = scopes.lookUp(document.scopeOf(path), TASKS);
  const top = path[1] ?? statement;
  if (meaning === null && !scopes.module.names.has(TASKS)) return { name: TASKS, edits: [insertion(document, `${TASKS} = set()`, top.start, true)] };
  if (meaning?.kind !== "binding" || scopes.bindings[meaning.binding]?.owner !== 0) return null;
  const isSet = document.root.children.some((item) => {
    const [assignment] = item.type === "expression_statement" ? item.children : [];
    const left = assignment === undefined ? null : child(assignment, "left");
    const right = assignment === undefined ? null : child(assignment, "right");
    return left !== null && right !== null && document.of(left) === TASKS && document.of(right) === "set()";
  });
  return isSet ? { name: TASKS, edits: [] } : null;
}
