/**
 * The reference: the same lowering over typescript-estree's tree, which TypeScript itself makes. Tests assert that it
 * and the fast parser give the same facts. A development dependency, and not part of the package.
 */
import { AST_TOKEN_TYPES, parse } from "@typescript-eslint/typescript-estree";
import type { Comment, Lowered, SourceFile } from "../language.js";
import { lowerProgram } from "./lower.js";
import { dialectOf, scopesOf } from "./parse.js";
import { blankAround, dialectOfBlocks, isComponentFile, scriptBlocks } from "./sfc.js";

/** As `typescript.lower`; throws typescript-estree's error where the text does not parse. */
export function lowerByReference({ path, text }: SourceFile): Lowered {
  const blocks = isComponentFile(path) ? scriptBlocks(text, path) : null;
  const dialect = blocks ? dialectOfBlocks(blocks) : dialectOf(path);
  const program = parse(blocks ? blankAround(text, blocks) : text, {
    range: true, comment: true, jsx: dialect === "tsx" || dialect === "jsx" || dialect === "js", jsDocParsingMode: "none",
    filePath: blocks ? `${path}.${dialect}` : path, suppressDeprecatedPropertyWarnings: true,
  });
  const comments = program.comments.map((comment): Comment => ({
    at: [comment.range[0], comment.range[1]], text: comment.value, kind: comment.type === AST_TOKEN_TYPES.Line ? "line" : "block",
  }));
  return { facts: lowerProgram(program, scopesOf(program), text, path), comments };
}
