/**
 * The syntax tree as plain objects.
 *
 * tree-sitter's own nodes cost a call into WebAssembly for every property and pin their tree; the lowering visits some
 * nodes more than once (finalisers are copied). So the tree is copied once with a cursor, without recursion, and freed.
 */
import type { Span } from "../../model/span.js";
import type { Comment } from "../language.js";
import { loadGrammar } from "./grammar.js";

export interface SyntaxNode {
  type: string;
  start: number;
  end: number;
  /** The name of the role it has in its parent, "" if none. */
  field: string;
  /** False for the operators and words of MEANINGFUL. */
  named: boolean;
  /** True where the parser inserted it to recover from an error; it is empty then. */
  missing: boolean;
  /** True where it is or holds an error. */
  broken: boolean;
  /** Named nodes, and of the anonymous ones those that mean something (operators and words), without comments. */
  children: SyntaxNode[];
}

export interface SyntaxTree {
  root: SyntaxNode;
  comments: Comment[];
  /** Whether a node is an error or was inserted to recover from one. */
  broken: boolean;
}

/** Anonymous tokens that the lowering asks for; all others are punctuation that the named nodes already imply. */
const MEANINGFUL = new Set([
  "async", "not", "is", "in", "and", "or", "from", "*", "**", "_", "|", "if",
  "+", "-", "/", "//", "%", "@", "<<", ">>", "&", "^", "~", "<", "<=", ">", ">=", "==", "!=", "<>", "is not", "not in",
  "+=", "-=", "*=", "/=", "//=", "%=", "@=", "<<=", ">>=", "&=", "^=", "|=", "**=",
]);

/** What is known of each node type by its number, so that a node costs few calls into WebAssembly. */
interface TypeTable {
  names: string[];
  named: boolean[];
  kept: boolean[];
  comment: number;
  content: number;
  continuation: number;
  fields: (string | null)[];
}

let table: TypeTable | null = null;

function typeTable(): TypeTable {
  if (table !== null) return table;
  const { language } = loadGrammar();
  const names: string[] = [];
  const named: boolean[] = [];
  const kept: boolean[] = [];
  const found = { comment: -1, content: -1, continuation: -1 };
  for (let id = 0; id < language.nodeTypeCount; id++) {
    const name = language.nodeTypeForId(id) ?? "";
    names.push(name);
    named.push(language.nodeTypeIsNamed(id));
    kept.push(language.nodeTypeIsNamed(id) || MEANINGFUL.has(name));
    if (name === "comment") found.comment = id;
    if (name === "string_content") found.content = id;
    if (name === "line_continuation") found.continuation = id;
  }
  table = { names, named, kept, ...found, fields: language.fields };
  return table;
}

/** Parses `text` and copies the tree. Any text yields a tree; broken places are `ERROR` nodes or `missing`. */
export function parseTree(text: string): SyntaxTree {
  const types = typeTable();
  const tree = loadGrammar().parser.parse(text);
  if (tree === null) throw new Error("The Python parser returned no tree.");
  const cursor = tree.walk();
  try {
    return copyTree(cursor, types, text);
  } finally {
    cursor.delete();
    tree.delete();
  }
}

type Cursor = ReturnType<NonNullable<ReturnType<ReturnType<typeof loadGrammar>["parser"]["parse"]>>["walk"]>;

function copyTree(cursor: Cursor, types: TypeTable, text: string): SyntaxTree {
  const comments: Comment[] = [];
  const parents: SyntaxNode[] = [];
  let root: SyntaxNode | null = null;
  let broken = false;
  for (;;) {
    const id = cursor.nodeTypeId;
    let descend = false;
    if (id === types.comment) {
      const at: Span = [cursor.startIndex, cursor.endIndex];
      comments.push({ at, text: text.slice(at[0] + 1, at[1]), kind: "line" });
    } else if (id !== types.continuation && (types.kept[id] ?? true)) {
      // The error type's number lies outside the table.
      const type = types.names[id] ?? "ERROR";
      const start = cursor.startIndex;
      const end = cursor.endIndex;
      const missing = start === end && cursor.nodeIsMissing;
      if (missing || type === "ERROR") broken = markBroken(parents);
      const node: SyntaxNode = { type, start, end, field: types.fields[cursor.currentFieldId] ?? "", named: types.named[id] ?? true, missing, broken: missing || type === "ERROR", children: [] };
      const parent = parents[parents.length - 1];
      if (parent === undefined) root = node;
      else parent.children.push(node);
      // What a string holds is read from the text; only its interpolations are nodes of interest.
      descend = id !== types.content && type !== "identifier" && cursor.gotoFirstChild();
      if (descend) parents.push(node);
    } else if (cursor.startIndex === cursor.endIndex && cursor.nodeIsMissing) {
      const parent = parents[parents.length - 1];
      broken = markBroken(parents);
      parent?.children.push({ type: types.names[id] ?? "ERROR", start: cursor.startIndex, end: cursor.endIndex, field: "", named: false, missing: true, broken: true, children: [] });
    }
    if (descend) continue;
    while (!cursor.gotoNextSibling()) {
      if (!cursor.gotoParent()) {
        if (root === null) throw new Error("The Python parser returned an empty tree.");
        return { root, comments, broken };
      }
      parents.pop();
    }
  }
}

/** Says of a node's ancestors that they hold an error. */
function markBroken(parents: SyntaxNode[]): true {
  for (let depth = parents.length - 1; depth >= 0; depth--) {
    const parent = parents[depth];
    if (parent === undefined || parent.broken) break;
    parent.broken = true;
  }
  return true;
}

/** The first child in the role `field`. */
export function child(node: SyntaxNode, field: string): SyntaxNode | null {
  for (const candidate of node.children) if (candidate.field === field) return candidate;
  return null;
}

/** The first child of a type. */
export function childOfType(node: SyntaxNode, type: string): SyntaxNode | null {
  for (const candidate of node.children) if (candidate.type === type) return candidate;
  return null;
}

/** The children that are not mere operators or words, without errors. */
export function namedChildren(node: SyntaxNode): SyntaxNode[] {
  return node.children.filter((candidate) => candidate.named && !candidate.missing && candidate.type !== "ERROR");
}

export function hasToken(node: SyntaxNode, token: string): boolean {
  return childOfType(node, token) !== null;
}

/** The body of a function or class, and what an error kept from being part of it. */
export function bodies(node: SyntaxNode): SyntaxNode[] {
  return node.children.filter((candidate) => candidate.field === "body" || candidate.type === "ERROR");
}

export function span(node: SyntaxNode): Span {
  return [node.start, node.end];
}

/** `(x)` -> `x`, however many parentheses. */
export function unwrap(node: SyntaxNode): SyntaxNode {
  let inner = node;
  while (inner.type === "parenthesized_expression") {
    const next = inner.children[0];
    if (next === undefined) break;
    inner = next;
  }
  return inner;
}

/** The child that holds an offset, and its ancestors from the root down: the path to the smallest node around `at`. */
export function pathTo(root: SyntaxNode, at: Span): SyntaxNode[] {
  const path = [root];
  let node = root;
  for (;;) {
    const next = node.children.find((candidate) => candidate.start <= at[0] && candidate.end >= at[1] && candidate.end > candidate.start);
    if (next === undefined) return path;
    path.push(next);
    node = next;
  }
}
