/**
 * Parses TypeScript and JavaScript with oxc, and resolves scopes. Bad syntax is a value: oxc gives no tree at all for
 * text that it cannot parse, and a tree with located errors for what is merely not allowed.
 */
import { createRequire } from "node:module";
import { analyze } from "@typescript-eslint/scope-manager";
import type { OxcError, ParserOptions, ParseResult } from "oxc-parser";
import type { SyntaxNote } from "../../model/facts.js";
import type { Comment } from "../language.js";
import { isNode, type Node } from "./ast.js";
import { tooDeep } from "./nesting.js";
import type { ScopeManagerLike } from "./scopes.js";

/** The dialects, by what they allow. */
export type Dialect = "js" | "jsx" | "ts" | "tsx" | "dts";

export interface Tree {
  program: Node;
  scopes: ScopeManagerLike;
}

export interface Parsed {
  /** Null where the text could not be read at all; `notes` says why. */
  tree: Tree | null;
  comments: Comment[];
  notes: SyntaxNote[];
}

type Parse = (filename: string, text: string, options: ParserOptions) => ParseResult;

let native: Parse | null = null;

/** Loads the native parser on first use: `--version` must not pay for it, and callers must not wait. */
function parser(): Parse {
  native ??= (createRequire(import.meta.url)("oxc-parser") as { parseSync: Parse }).parseSync;
  return native;
}

/** The dialect that a path's extension says. Plain `.js` may hold JSX. */
export function dialectOf(path: string): Dialect {
  const lower = path.toLowerCase();
  if (/\.d(?:\.[\w-]+)?\.[cm]?ts$/u.test(lower)) return "dts";
  if (lower.endsWith(".tsx")) return "tsx";
  return /\.[cm]?ts$/u.test(lower) ? "ts" : "jsx";
}

interface Attempt {
  lang: Dialect;
  sourceType: "module" | "commonjs" | "unambiguous";
}

/** How to read a file, likeliest first: `return` at the top is CommonJS, type annotations in `.js` are Flow or TypeScript. */
function attempts(path: string, dialect: Dialect): Attempt[] {
  const first: Attempt = { lang: dialect, sourceType: /\.c[jt]s$/iu.test(path) ? "commonjs" : /\.m[jt]s$/iu.test(path) ? "module" : "unambiguous" };
  const others: Attempt[] = [{ lang: dialect, sourceType: "commonjs" }];
  if (dialect === "js" || dialect === "jsx") others.push({ lang: "tsx", sourceType: "unambiguous" });
  return [first, ...others];
}

/** Parses `text`. `path` serves as name and for what its extension says of modules. Never throws for bad input. */
export function parse(text: string, path: string, dialect: Dialect = dialectOf(path)): Parsed {
  const deep = tooDeep(text);
  if (deep) return { tree: null, comments: [], notes: [{ at: deep, message: "nested too deeply: the file was not analysed" }] };
  let best: ParseResult | null = null;
  for (const attempt of attempts(path, dialect)) {
    const result = parser()(path, text, { ...attempt, astType: "ts", range: true, preserveParens: false });
    if (result.errors.length === 0) return finish(result, text);
    best ??= result;
  }
  return best ? finish(best, text) : { tree: null, comments: [], notes: [] };
}

function finish(result: ParseResult, text: string): Parsed {
  const notes = result.errors.map((error) => noteOf(error, text));
  const comments = result.comments.map((comment): Comment => ({
    at: [comment.start, comment.end], text: comment.value, kind: comment.type === "Line" ? "line" : "block",
  }));
  try {
    const program: unknown = result.program;
    if (!isNode(program)) return { tree: null, comments, notes };
    if (result.program.body.length === 0 && notes.length > 0) return { tree: null, comments, notes };
    return { tree: { program, scopes: scopesOf(program) }, comments, notes };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { tree: null, comments, notes: [...notes, { at: [0, 0], message: "nested too deeply: the file was not analysed" }] };
  }
}

/**
 * The scopes of a tree, all of it read as a module: a script's top-level variables are then known as well.
 * Throws RangeError where the tree nests deeper than the stack.
 */
export function scopesOf(program: Node): ScopeManagerLike {
  // oxc's tree and typescript-estree's agree in what the scope manager reads; the types are two libraries' own.
  const tree = program as unknown as Parameters<typeof analyze>[0];
  return analyze(tree, { sourceType: "module", lib: [], jsxPragma: null });
}

function noteOf(error: OxcError, text: string): SyntaxNote {
  const label = error.labels[0];
  const start = Math.min(label?.start ?? 0, text.length);
  const end = Math.min(Math.max(label?.end ?? start, start), text.length);
  const help = error.helpMessage === null ? "" : ` (${error.helpMessage})`;
  return { at: [start, end], message: `${error.message}${help}` };
}
