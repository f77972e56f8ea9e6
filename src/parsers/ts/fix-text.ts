/** What the fixes share: finding nodes by span, and writing code as the file writes it. */
import type { Edit } from "../../model/finding.js";
import type { Span } from "../../model/span.js";
import type { Comment, SourceFile, Spelling } from "../language.js";
import { isFunction, isNode, many, one, spanOf, walk, word, type Node } from "./ast.js";
import type { Tree } from "./parse.js";
import type { ReferenceLike, VariableLike } from "./scopes.js";

/** A parsed file and its style. */
export interface Draft {
  source: SourceFile;
  text: string;
  tree: Tree;
  comments: readonly Comment[];
  /** One step of indentation. */
  step: string;
  newline: string;
  /** `;` where the file ends its statements so, else nothing. */
  semicolon: string;
  quote: "'" | "\"";
  commonJs: boolean;
}

export function draftOf(source: SourceFile, tree: Tree, comments: readonly Comment[]): Draft {
  const { text } = source;
  const body = many(tree.program, "body");
  const modules = body.some((statement) => /^(?:Import|Export)/u.test(statement.type));
  return {
    source, text, tree, comments, newline: text.includes("\r\n") ? "\r\n" : "\n",
    step: indentStep(text), semicolon: endsStatements(text, tree.program) ? ";" : "",
    quote: (text.match(/'/gu)?.length ?? 0) > (text.match(/"/gu)?.length ?? 0) ? "'" : "\"",
    commonJs: !modules && /\brequire\s*\(|\bmodule\.exports\b|\bexports\./u.test(text),
  };
}

/** The least indentation that any line has. */
function indentStep(text: string): string {
  if (/^\t/mu.test(text)) return "\t";
  let least = 0;
  for (const match of text.matchAll(/^( +)[^\s*]/gmu)) {
    const width = match[1]?.length ?? 0;
    if (width > 1 && (least === 0 || width < least)) least = width;
  }
  return " ".repeat(least === 0 ? 2 : Math.min(least, 8));
}

const ENDED = /^(?:Expression|Return|Throw)Statement$|^VariableDeclaration$|^ImportDeclaration$/u;

function endsStatements(text: string, program: Node): boolean {
  let ended = 0;
  let open = 0;
  walk(program, (node) => {
    if (ENDED.test(node.type)) {
      if (text[spanOf(node)[1] - 1] === ";") ended++;
      else open++;
    }
    return ended + open < 200;
  });
  return ended >= open;
}

/** The nodes from the program down to the innermost one that covers `span`, that one last. */
export function pathTo(program: Node, span: Span): Node[] {
  const path: Node[] = [];
  walk(program, (node) => {
    const [start, end] = spanOf(node);
    const covers = node === program || (start <= span[0] && end >= span[1]);
    if (!covers) return false;
    // In `{ h }` the key and the value stand in the same place: the value is meant.
    if (path[path.length - 1]?.type === "Identifier") path.pop();
    path.push(node);
    return true;
  });
  return path;
}

/** The node with exactly that span and one of those types, with its ancestors; null where there is none. */
export function nodeAt(program: Node, span: Span, types: RegExp): { node: Node; ancestors: Node[] } | null {
  const path = pathTo(program, span);
  for (let index = path.length - 1; index >= 0; index--) {
    const node = path[index];
    if (!node) continue;
    const at = spanOf(node);
    if (at[0] === span[0] && at[1] === span[1] && types.test(node.type)) return { node, ancestors: path.slice(0, index) };
  }
  return null;
}

/** The statements of a block, program or function body. */
export function statementsOf(node: Node): Node[] | null {
  return node.type === "Program" || node.type === "BlockStatement" || node.type === "StaticBlock" ? many(node, "body") : null;
}

/** The innermost function that holds the last of `ancestors`, or null at the top level. */
export function functionAround(ancestors: readonly Node[]): Node | null {
  return ancestors.findLast((node) => isFunction(node)) ?? null;
}

export function sourceOf(draft: Draft, node: Node): string {
  return draft.text.slice(...spanOf(node));
}

/** The white space that the line of `offset` starts with. */
export function indentAt(text: string, offset: number): string {
  const start = lineStart(text, offset);
  return /^[ \t]*/u.exec(text.slice(start, offset))?.[0] ?? "";
}

export function lineStart(text: string, offset: number): number {
  return Math.max(text.lastIndexOf("\n", offset - 1), text.lastIndexOf("\r", offset - 1)) + 1;
}

/** True where only white space stands before `offset` on its line. */
export function startsLine(text: string, offset: number): boolean {
  return text.slice(lineStart(text, offset), offset).trim() === "";
}

/** The end of the line of `offset` if only a comment follows there, else null. */
export function restOfLine(draft: Draft, offset: number): number | null {
  const newline = /[\r\n]/u.exec(draft.text.slice(offset));
  const end = newline ? offset + newline.index : draft.text.length;
  let at = offset;
  for (const comment of draft.comments) {
    if (comment.at[0] < at || comment.at[0] >= end || draft.text.slice(at, comment.at[0]).trim() !== "") continue;
    if (comment.at[1] > end) return null;
    at = comment.at[1];
  }
  return draft.text.slice(at, end).trim() === "" ? end : null;
}

/** A name that nothing in the file uses: `interval`, else `interval2`, and so on. */
export function freshName(text: string, base: string): string {
  const taken = (name: string): boolean => new RegExp(`(?<![\\w$])${name.replaceAll("$", "\\$")}(?![\\w$])`, "u").test(text);
  for (let count = 1; ; count++) {
    const name = count === 1 ? base : `${base}${base.endsWith("_") || /[A-Z]$/u.test(base) ? "_" : ""}${String(count)}`;
    if (!taken(name)) return name;
  }
}

/** The variable that `identifier` declares, asked of the scopes. */
export function declaredVariable(tree: Tree, identifier: Node): VariableLike | null {
  for (const scope of tree.scopes.scopes) {
    const found = scope.variables.find((variable) => variable.identifiers.includes(identifier));
    if (found && found.defs.length > 0) return found;
  }
  return null;
}

/** A reference's place in the text. */
export function referenceSpan(reference: ReferenceLike): Span {
  return isNode(reference.identifier) ? spanOf(reference.identifier) : [0, 0];
}

export function contains(outer: Span, inner: Span): boolean {
  return outer[0] <= inner[0] && inner[1] <= outer[1];
}

/** True where the same function runs both: no function boundary between `ancestor` and the node at `span`. */
export function runsIn(program: Node, functionNode: Node | null, span: Span): boolean {
  const path = pathTo(program, span);
  return (path.findLast((node) => isFunction(node)) ?? null) === functionNode;
}

/** True in an async function, and at the top level of an ES module. */
export function mayAwait(draft: Draft, functionNode: Node | null): boolean {
  if (functionNode) return (functionNode as { async?: unknown }).async === true;
  return !draft.commonJs && many(draft.tree.program, "body").some((statement) => /^(?:Import|Export)/u.test(statement.type));
}

export function refused(reason: string): Spelling {
  return { ok: false, reason };
}

/** The statement with its line's indentation and line break, if it has the line to itself. */
export function wholeLine(draft: Draft, statement: Node): Span {
  const [start, end] = spanOf(statement);
  if (!startsLine(draft.text, start) || draft.text.slice(end).search(/[\r\n]|$/u) !== draft.text.slice(end).search(/\S|[\r\n]|$/u)) return [start, end];
  const lineBreak = /(?:\r\n|\r|\n)[ \t]*$/u.exec(draft.text.slice(0, start));
  return lineBreak ? [lineBreak.index, end] : [start, end];
}

/** The text after `edits`; their order does not matter. */
export function applied(text: string, edits: readonly Edit[]): string {
  let result = text;
  for (const { at, text: replacement } of [...edits].sort((a, b) => b.at[0] - a.at[0] || b.at[1] - a.at[1])) {
    result = result.slice(0, at[0]) + replacement + result.slice(at[1]);
  }
  return result;
}

/** Where a new top-level statement goes before `statement`: above the comments that belong to it. */
export function aboveComments(draft: Draft, statement: Node): number {
  let at = spanOf(statement)[0];
  for (const comment of draft.comments.toReversed()) {
    if (comment.at[1] > at) continue;
    const between = draft.text.slice(comment.at[1], at);
    if (between.trim() !== "" || /\n\s*\n|\r\n\s*\r\n/u.test(between) || !startsLine(draft.text, comment.at[0])) break;
    at = comment.at[0];
  }
  return at;
}

/** An import of `name` from `from`, written as the file writes its imports; no edit where it is imported already. */
export function importEdit(draft: Draft, name: string, from: string): { local: string; edits: Edit[] } | null {
  const body = many(draft.tree.program, "body");
  const existing = importedAs(draft, name, from);
  if (existing !== null) return { local: existing, edits: [] };
  if (new RegExp(`(?<![\\w$.])${name}(?![\\w$])`, "u").test(draft.text)) return null;
  const { quote, semicolon, newline } = draft;
  const module = `${quote}${from}${quote}`;
  const line = draft.commonJs ? `const { ${name} } = require(${module})${semicolon}` : `import { ${name} } from ${module}${semicolon}`;
  const last = body.findLast((statement) => (draft.commonJs ? /^(?:const|let|var)\b.*\brequire\s*\(/u.test(sourceOf(draft, statement)) : statement.type === "ImportDeclaration"));
  if (last) {
    const end = restOfLine(draft, spanOf(last)[1]) ?? spanOf(last)[1];
    return { local: name, edits: [{ at: [end, end], text: `${newline}${indentAt(draft.text, spanOf(last)[0])}${line}` }] };
  }
  const first = body.find((statement) => word(statement, "directive") === "");
  if (!first) return null;
  const start = aboveComments(draft, first);
  return { local: name, edits: [{ at: [start, start], text: `${line}${newline}${indentAt(draft.text, start)}` }] };
}

function importedAs(draft: Draft, name: string, from: string): string | null {
  for (const statement of many(draft.tree.program, "body")) {
    const source = statement.type === "ImportDeclaration" ? one(statement, "source") : null;
    if (!source || sourceOf(draft, source).slice(1, -1) !== from || word(statement, "importKind") === "type") continue;
    for (const specifier of many(statement, "specifiers")) {
      const [imported, local] = [one(specifier, "imported"), one(specifier, "local")];
      if (imported && local && word(imported, "name") === name && word(specifier, "importKind") !== "type") return word(local, "name");
    }
  }
  const required = new RegExp(`\\{[^}]*\\b${name}\\b(?!\\s*:)[^}]*\\}\\s*=\\s*require\\s*\\(\\s*["']${from}["']`, "u");
  return required.test(draft.text) ? name : null;
}
