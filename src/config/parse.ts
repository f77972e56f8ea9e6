/** One configuration file's text to a value, with places for error messages. No configuration file is ever executed. */
import { basename } from "node:path";
import { findNodeAtLocation, getNodeValue, parseTree, printParseErrorCode } from "jsonc-parser";
import type { Node, ParseError } from "jsonc-parser";
import { parse as parseToml, TomlError } from "smol-toml";
import { lineAt, lineStarts } from "../model/span.js";
import { UserError } from "./user-error.js";

/** The file names that are looked for in each folder; the first that holds a configuration wins. */
export const CONFIG_NAMES = ["leak-lint.json", "leak-lint.jsonc", "package.json", "pyproject.toml"] as const;

/** A configuration as written, before any check. */
export interface ParsedConfig {
  value: unknown;
  /** The line of a key or item, from 1; null where the format does not tell. */
  lineOf: (at: readonly (string | number)[]) => number | null;
}

/**
 * Reads `text` as the kind of file that its name says. Null: the file is a package.json or pyproject.toml without a
 * section for leak-lint. Throws `UserError` for a file that cannot be parsed, naming `shown` and the line.
 */
export function parseConfig(path: string, text: string, shown: string): ParsedConfig | null {
  const name = basename(path);
  // Test fixtures are full of deliberately broken manifests: one that does not speak of leak-lint is not ours to refuse.
  if ((name === "package.json" || name === "pyproject.toml") && !text.includes("leak-lint")) return null;
  if (name === "pyproject.toml") return parsePyproject(text, shown);
  return parseJson(text, shown, name === "package.json" ? ["leak-lint"] : []);
}

function parseJson(text: string, shown: string, section: string[]): ParsedConfig | null {
  const plain = text.startsWith("\ufeff") ? ` ${text.slice(1)}` : text;
  const errors: ParseError[] = [];
  const root = parseTree(plain, errors, { allowTrailingComma: true });
  const starts = lineStarts(plain);
  const [error] = errors;
  if (error || !root) {
    const what = error ? printParseErrorCode(error.error).replaceAll(/(?<=[a-z])[A-Z]/gu, (letter) => ` ${letter.toLowerCase()}`).toLowerCase() : "it is empty";
    throw new UserError(`${shown}:${String(lineAt(starts, error?.offset ?? 0))}: is not valid JSON: ${what}`);
  }
  const node = section.length === 0 ? root : findNodeAtLocation(root, section);
  if (!node) return null;
  return {
    value: getNodeValue(node) as unknown,
    lineOf: (at) => lineAt(starts, keyOffset(findNodeAtLocation(root, [...section, ...at]) ?? node)),
  };
}

/** A property's value stands after its key, which is what a person looks for. */
function keyOffset(node: Node): number {
  return node.parent?.type === "property" ? node.parent.offset : node.offset;
}

function parsePyproject(text: string, shown: string): ParsedConfig | null {
  try {
    const { tool } = parseToml(text.replace(/^\ufeff/u, ""));
    const section = typeof tool === "object" && "leak-lint" in tool ? tool["leak-lint"] : undefined;
    return section === undefined ? null : { value: section, lineOf: () => null };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [first = ""] = error.message.split("\n");
    throw new UserError(`${shown}:${String(error.line)}: is not valid TOML: ${first.replace(/^Invalid TOML document: /u, "")}`);
  }
}
