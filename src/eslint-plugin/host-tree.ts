/** ESLint's source code as the TypeScript front end reads a parsed file; nothing is parsed that ESLint has parsed. */
import type { Linter, Rule } from "eslint";
import type { Comment, SourceFile } from "../parsers/language.js";
import type { Node } from "../parsers/ts/ast.js";
import type { Parsed, Tree } from "../parsers/ts/parse.js";
import type { ScopeManagerLike } from "../parsers/ts/scopes.js";

/** Options of typescript-eslint that start a type checker, which nobody needs to see whether a text parses. */
const WITHOUT_TYPES = { project: null, projectService: false, programs: null };

/** The tree, scopes and comments of a file; null where ESLint found no scopes, as in languages that are not JavaScript. */
export function hostTree({ sourceCode }: Rule.RuleContext): { tree: Tree; comments: Comment[] } | null {
  // Typed as always there, but a parser may leave it out and other languages have none.
  const scopes = sourceCode.scopeManager as ScopeManagerLike | null | undefined;
  if (!scopes) return null;
  return { tree: { program: programOf(sourceCode.ast), scopes }, comments: commentsOf(sourceCode.getAllComments()) };
}

/** svelte-eslint-parser keeps a script's statements below its element. */
function programOf(ast: Node): Node {
  const body = (ast as { body?: readonly Node[] }).body ?? [];
  if (!body.some((node) => node.type.startsWith("Svelte"))) return ast;
  const statements = body.flatMap((node) => (node.type === "SvelteScriptElement" ? (node as { body?: readonly Node[] }).body ?? [] : []));
  const program: Node & { body: readonly Node[] } = { ...ast, body: statements };
  return program;
}

const KINDS: ReadonlyMap<string, Comment["kind"]> = new Map([["Line", "line"], ["Block", "block"]]);

function commentsOf(comments: ReturnType<Rule.RuleContext["sourceCode"]["getAllComments"]>): Comment[] {
  return comments.flatMap(({ type, value, range }): Comment[] => {
    // A hashbang is a comment to ESLint only; its types do not know that it is one.
    const kind = KINDS.get(type);
    return range && kind ? [{ at: [range[0], range[1]], text: value, kind }] : [];
  });
}

/**
 * Stands in for the front end's own parser while a fix is spelt: ESLint's tree for the file as it is, and the user's
 * parser for what a fix would make of it, because that parser is the one that has to read it.
 */
export function hostParser(context: Rule.RuleContext, own: { tree: Tree; comments: Comment[] }): (source: SourceFile) => Parsed {
  return ({ text }) => {
    if (text === context.sourceCode.text) return { ...own, notes: [] };
    const message = syntaxError(context, text);
    return { tree: null, comments: [], notes: message === null ? [] : [{ at: [0, 0], message }] };
  };
}

/** What the user's parser has against a text, or null. Calls it as ESLint does. */
function syntaxError(context: Rule.RuleContext, text: string): string | null {
  const { ecmaVersion, sourceType, parser, parserOptions } = context.languageOptions;
  if (!parser) return "this file has no parser";
  const options: Linter.ParserOptions = {
    ecmaVersion, sourceType, ...parserOptions, ...WITHOUT_TYPES,
    loc: true, range: true, tokens: true, comment: true, eslintVisitorKeys: true, eslintScopeManager: true, filePath: context.physicalFilename,
  };
  try {
    const source = text.replace(/^#!/u, "//");
    if ("parseForESLint" in parser) parser.parseForESLint(source, options);
    else parser.parse(source, options);
    return null;
  } catch (error) {
    return String(error);
  }
}
