/** The TypeScript and JavaScript front end. */
import type { ModuleFacts, SyntaxNote } from "../../model/facts.js";
import type { Language, Lowered, SourceFile } from "../language.js";
import type { Node } from "./ast.js";
import { spell } from "./fixes.js";
import { lowerProgram } from "./lower.js";
import { dialectOf, parse, type Parsed } from "./parse.js";
import type { ScopeManagerLike } from "./scopes.js";
import { blankAround, dialectOfBlocks, isComponentFile, scriptBlocks } from "./sfc.js";

/** Parses a file, or the script blocks of a component file. */
export function parseFile({ path, text }: SourceFile): Parsed {
  if (!isComponentFile(path)) return parse(text, path, dialectOf(path));
  const blocks = scriptBlocks(text, path);
  if (blocks.length === 0) return { tree: null, comments: [], notes: [] };
  return parse(blankAround(text, blocks), path, dialectOfBlocks(blocks));
}

const NOTHING: { program: Node; scopes: ScopeManagerLike } = { program: { type: "Program", range: [0, 0] }, scopes: { scopes: [] } };

function lower(source: SourceFile): Lowered {
  const { tree, comments, notes } = parseFile(source);
  const facts = lowerTree(tree ?? NOTHING, source, notes);
  return { facts, comments };
}

function lowerTree(tree: { program: Node; scopes: ScopeManagerLike }, { path, text }: SourceFile, notes: SyntaxNote[]): ModuleFacts {
  try {
    const facts = lowerProgram(tree.program, tree.scopes, text, path);
    return { ...facts, syntax: [...notes, ...facts.syntax] };
  } catch (error) {
    if (!(error instanceof RangeError) || tree === NOTHING) throw error;
    return lowerTree(NOTHING, { path, text }, [...notes, { at: [0, 0], message: "nested too deeply: the file was not analysed" }]);
  }
}

export const typescript: Language = {
  id: "ts",
  extensions: [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".vue", ".svelte"],
  lower,
  spell: (intent, source) => spell(intent, source, parseFile),
  check: (source) => parseFile(source).notes,
};
