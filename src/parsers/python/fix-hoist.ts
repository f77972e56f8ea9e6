/** Moves a constant expression to module level. */
import type { FixIntent } from "../../model/fix-intent.js";
import type { Spelling } from "../language.js";
import { refuse } from "./fix-document.js";
import type { Document } from "./fix-document.js";
import { insertion } from "./fix-imports.js";
import type { Scope } from "./scopes.js";
import { child, span } from "./tree.js";
import type { SyntaxNode } from "./tree.js";

type Intent = Extract<FixIntent, { kind: "hoist" }>;

/** The whole expression moves, with all its arguments; a name in capitals takes its place. */
export function hoist(document: Document, intent: Intent): Spelling {
  const path = document.pathTo(intent.expression);
  const node = path?.[path.length - 1];
  const top = path?.[1];
  if (path === null || node === undefined || top === undefined) return refuse("the expression was not found");
  const scope = document.scopeOf(path);
  const obstacle = notConstant(document, node, scope, top.start);
  if (obstacle !== null) return refuse(`\`${obstacle}\` is not a constant of the module`);

  const name = document.freshName(baseName(document, path, node));
  return {
    ok: true,
    title: `Move the expression to the module's top level as ${name}`,
    edits: [insertion(document, `${name} = ${document.of(node)}`, Math.min(top.start, intent.before[0]), true), { at: span(node), text: name }],
  };
}

/** The first part of an expression that may differ from one evaluation to the next, or is not known above `before`. */
function notConstant(document: Document, node: SyntaxNode, scope: Scope, before: number): string | null {
  const { scopes } = document;
  const stack = [node];
  for (let current = stack.pop(); current !== undefined; current = stack.pop()) {
    if (["lambda", "yield", "await", "named_expression", "interpolation"].includes(current.type) || current.type.endsWith("_comprehension") || current.type === "generator_expression") return document.of(current);
    // Of calls, only the expression itself.
    if (current.type === "call" && current !== node) return document.of(current);
    if (current.type === "identifier") {
      const meaning = scopes.lookUp(scope, document.of(current));
      if (meaning !== null) {
        const isModuleImport = meaning.kind === "binding" && scopes.bindings[meaning.binding]?.owner === 0 && scopes.paths.has(meaning.binding);
        const place = meaning.kind === "binding" ? scopes.imports.find((item) => item.binding === meaning.binding)?.at[0] : undefined;
        if (!isModuleImport || place === undefined || place > before || !atTopLevel(document, place)) return document.of(current);
      }
    }
    for (const item of current.children) {
      const isLabel = (current.type === "attribute" && item.field === "attribute") || (current.type === "keyword_argument" && item.field === "name");
      if (!isLabel) stack.push(item);
    }
  }
  return null;
}

/** Whether an import at `place` is a statement of the module itself, so that it has run before what is inserted below it. */
function atTopLevel(document: Document, place: number): boolean {
  return document.root.children.some((item) => item.start <= place && place < item.end && item.type.startsWith("import"));
}

/** `WORD` for `word = re.compile(…)`, else `PATTERN`. */
function baseName(document: Document, path: readonly SyntaxNode[], node: SyntaxNode): string {
  const assignment = path.find((item) => item.type === "assignment");
  const left = assignment === undefined ? null : child(assignment, "left");
  const isWhole = assignment !== undefined && child(assignment, "right") === node;
  if (!isWhole || left?.type !== "identifier") return "PATTERN";
  const upper = document.of(left).toUpperCase();
  return upper === document.of(left) || upper.replaceAll("_", "").length < 2 ? "PATTERN" : upper;
}
