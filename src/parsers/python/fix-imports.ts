/** Names that a fix needs at module level: imports and constants, added below the imports that are there. */
import type { Edit } from "../../model/finding.js";
import type { Document } from "./fix-document.js";
import type { Scope } from "./scopes.js";
import type { SyntaxNode } from "./tree.js";

const IMPORTS = new Set(["import_statement", "import_from_statement", "future_import_statement"]);

/** How to write `module.name` at a place, and the edits that make it known there; null where a local name is in the way. */
export function importedName(document: Document, module: string, name: string, scope: Scope, before: number): { text: string; edits: Edit[] } | null {
  const { scopes } = document;
  for (const [wanted, suffix] of [[`${module}.${name}`, ""], [module, `.${name}`]] as const) {
    for (const item of scopes.imports) {
      const written = item.binding === null ? undefined : scopes.bindings[item.binding];
      if (written?.owner !== 0 || item.typeOnly || item.at[0] > before) continue;
      if (scopes.paths.get(item.binding ?? -1) !== wanted) continue;
      const meaning = scopes.lookUp(scope, written.name);
      if (meaning?.kind === "binding" && meaning.binding === item.binding) return { text: written.name + suffix, edits: [] };
    }
  }
  if (scopes.lookUp(scope, module) !== null || scopes.module.names.has(module)) return null;
  return { text: `${module}.${name}`, edits: [insertion(document, `import ${module}`, before, false)] };
}

/** Inserts a line at module level, after the last import above `before`; `apart` sets a blank line above it. */
export function insertion(document: Document, line: string, before: number, apart: boolean): Edit {
  const { lineEnd } = document;
  const above = document.root.children.filter((item) => item.end <= before);
  const anchor = [...above].reverse().find((item) => IMPORTS.has(item.type)) ?? docstring(document.root, before);
  if (anchor !== null) {
    const place = document.lineStop(anchor.end);
    const isImport = IMPORTS.has(anchor.type);
    return { at: [place, place], text: (apart || !isImport ? lineEnd : "") + lineEnd + line };
  }
  const first = document.root.children.find((item) => item.named);
  const place = first === undefined ? 0 : document.lineStart(first.start);
  return { at: [place, place], text: line + lineEnd + lineEnd };
}

/** The module's docstring, if `before` does not lie in it. */
function docstring(root: SyntaxNode, before: number): SyntaxNode | null {
  const first = root.children.find((item) => item.named);
  const [only] = first?.type === "expression_statement" ? first.children : [];
  return first !== undefined && first.end <= before && (only?.type === "string" || only?.type === "concatenated_string") ? first : null;
}
