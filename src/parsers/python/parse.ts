/**
 * Parses a Python text and keeps a broken place from taking the rest of the file with it.
 *
 * Where the tree has errors, the text is parsed again with the offending places masked by harmless code of the same
 * length, so that all spans stay true: newer syntax that the grammar does not know yet, notebook commands, then
 * line by line what cannot be read at all. Every masked place that is not valid Python becomes a note.
 */
import type { SyntaxNote } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import type { Comment } from "../language.js";
import { parseTree, pathTo, span } from "./tree.js";
import type { SyntaxNode, SyntaxTree } from "./tree.js";

export interface Parsed {
  root: SyntaxNode;
  comments: Comment[];
  notes: SyntaxNote[];
  /** What the tree was made of: the given text, but for masked places. */
  text: string;
}

const UNREADABLE = "cannot read this as Python; rules skip it";
const NOTEBOOK = "a notebook command, not Python; rules skip it";

/** These bound the work on a file that is not Python at all; the second is in characters. */
const MAXIMUM_PARSES = 80;
const MAXIMUM_REPARSED = 4_000_000;
const MAXIMUM_SUSPECTS = 4;

export function parse(text: string): Parsed {
  const first = parseTree(text);
  if (!first.broken) return { root: first.root, comments: first.comments, notes: [], text };
  let state: State = { tree: first, text, size: brokenSize(first.root), notes: [] };
  state = better(state, maskNewSyntax(state.text), []);
  state = maskNotebookCommands(state);
  state = maskBrokenLines(state);
  const notes = [...state.notes, ...remainingNotes(state.tree.root, state.text)].sort((a, b) => a.at[0] - b.at[0]);
  return { root: state.tree.root, comments: state.tree.comments, notes, text: state.text };
}

interface State {
  tree: SyntaxTree;
  text: string;
  /** How much of the text is inside errors. */
  size: number;
  notes: SyntaxNote[];
}

/** The state after masking if that left less broken than before, else the state as it was. */
function better(state: State, text: string, notes: SyntaxNote[]): State {
  if (text === state.text) return state;
  const tree = parseTree(text);
  const size = tree.broken ? brokenSize(tree.root) : 0;
  return size < state.size ? { tree, text, size, notes: [...state.notes, ...notes] } : state;
}

/** The innermost errors in order: an error around others only says that something inside could not be read. */
function errors(root: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  const stack = root.broken ? [root] : [];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const inner = node.children.filter((item) => item.broken);
    if (inner.length === 0) found.push(node);
    else stack.push(...inner.reverse());
  }
  return found;
}

/** How much of the text the lowering would lose: errors without the statements that were still recognised inside. */
function brokenSize(root: SyntaxNode): number {
  let size = 0;
  const stack = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.missing) size++;
    else if (node.type === "ERROR") size += 1 + node.end - node.start;
    for (const item of node.children) {
      if (node.type === "ERROR" && isStatement(item)) size -= item.end - item.start;
      if (item.broken) stack.push(item);
    }
  }
  return size;
}

function isStatement(node: SyntaxNode): boolean {
  return node.type.endsWith("_statement") || node.type.endsWith("_definition") || node.type === "block";
}

/** `class A[T = int]` (3.13) and `lazy import m` (3.15): valid, so no note. */
function maskNewSyntax(text: string): string {
  return text
    .replaceAll(/^lazy (?=import\b|from\b)/gmu, "pass;")
    .replaceAll(/^([ \t]*(?:class|def|async def|type)[ \t]+\w+[ \t]*\[)([^\n]*?)(\][ \t]*[(:=])/gmu,
      (_, head: string, parameters: string, tail: string) => head + blankDefaults(parameters) + tail);
}

/** `T = dict[str, int], U` -> the same length without the default. */
function blankDefaults(parameters: string): string {
  let depth = 0;
  let inDefault = false;
  let result = "";
  for (const character of parameters) {
    if (character === "[" || character === "(") depth++;
    if (character === "]" || character === ")") depth--;
    if (character === "=" && depth === 0) inDefault = true;
    if (character === "," && depth === 0) inDefault = false;
    result += inDefault ? " ".repeat(character.length) : character;
  }
  return result;
}

/** Lines that begin as IPython's commands do: `%time`, `%%bash`, `!ls`, `?name`. */
function maskNotebookCommands(state: State): State {
  if (!state.tree.broken) return state;
  const notes: SyntaxNote[] = [];
  const text = state.text.replaceAll(/^([ \t]*)((?:%{1,2}[A-Za-z]|!{1,2}[A-Za-z./~]|\?{1,2}[A-Za-z])[^\r\n]*)/gmu, (_, indent: string, command: string, at: number) => {
    const place = at + indent.length;
    if (!isInBrokenStatement(state.tree.root, place)) return indent + command;
    notes.push({ at: [place, place + command.length], message: NOTEBOOK });
    return indent + harmless(command);
  });
  return better(state, text, notes);
}

/** Whether the statement around `place` is broken; a `%` that begins a line may as well be an operator. */
function isInBrokenStatement(root: SyntaxNode, place: number): boolean {
  const path = pathTo(root, [place, place + 1]);
  if (path.some((node) => node.type === "string")) return false;
  const inner = path.findLastIndex((node) => node.type === "module" || node.type === "block");
  return path[inner + 1]?.broken ?? true;
}

/** Code of the same length that does nothing: keeps a block from being empty and a header's body in a block. */
function harmless(code: string): string {
  const header = /:\s*(?:#.*)?$/u.test(code);
  const replacement = header ? "if 0:" : "pass";
  return code.length < replacement.length ? " ".repeat(code.length) : replacement.padEnd(code.length);
}

/** Masks one line of an error after the other, each time the one that leaves least broken, as long as that helps. */
function maskBrokenLines(given: State): State {
  let state = given;
  let from = 0;
  // Each try parses the whole text again.
  let tries = Math.min(MAXIMUM_PARSES, Math.max(4, Math.floor(MAXIMUM_REPARSED / given.text.length)));
  while (state.tree.broken && tries > 0) {
    const start = from;
    const error = errors(state.tree.root).find((candidate) => candidate.start >= start);
    if (error === undefined) break;
    const previous = state;
    for (const line of suspects(previous.tree.root, error, previous.text)) {
      const code = previous.text.slice(line[0], line[1]);
      for (const mask of new Set([harmless(code), " ".repeat(code.length)])) {
        tries--;
        const next = better(previous, previous.text.slice(0, line[0]) + mask + previous.text.slice(line[1]), [{ at: line, message: UNREADABLE }]);
        if (next.size < state.size) state = next;
      }
      if (!state.tree.broken) return state;
    }
    if (state === previous) from = error.start + 1;
  }
  return state;
}

/** The lines that may cause an error: where it or an error around it begins, and where something in it is no whole statement. */
function suspects(root: SyntaxNode, error: SyntaxNode, text: string): Span[] {
  const around = pathTo(root, span(error)).filter((node) => node.type === "ERROR");
  const offsets = [...around.map((node) => node.start), error.start, ...error.children.filter((item) => !isStatement(item)).map((item) => item.start)];
  const lines = new Map<number, Span>();
  for (const offset of offsets) {
    const line = lineAround(text, offset);
    if (line[0] < line[1] && text.charAt(line[0]) !== "#") lines.set(line[0], line);
  }
  return [...lines.values()].slice(0, MAXIMUM_SUSPECTS);
}

/** The line that holds `offset`, without indentation and line end. */
function lineAround(text: string, offset: number): Span {
  let start = offset;
  while (start > 0 && !/[\r\n]/u.test(text.charAt(start - 1))) start--;
  let end = offset;
  while (end < text.length && !/[\r\n]/u.test(text.charAt(end))) end++;
  while (start < end && /\s/u.test(text.charAt(start))) start++;
  return [start, end];
}

function remainingNotes(root: SyntaxNode, text: string): SyntaxNote[] {
  return errors(root).map((error) => {
    let start = error.start;
    while (start < error.end - 1 && /\s/u.test(text.charAt(start))) start++;
    const lineEnd = text.slice(start, error.end).search(/[\r\n]/u);
    const end = lineEnd > 0 ? start + lineEnd : error.end;
    const at: Span = start < end ? [start, end] : [Math.max(0, start - 1), start];
    return { at, message: error.missing ? "something is missing here; rules skip this statement" : UNREADABLE };
  });
}
