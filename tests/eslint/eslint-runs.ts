/** Runs ESLint 9 and 10 with the plugin, and leak-lint itself, on the same text. */
import { extname, join } from "node:path";
import * as tsParser from "@typescript-eslint/parser";
import { ESLint as ESLint10, Linter as Linter10 } from "eslint";
import type { Linter } from "eslint";
import { ESLint as ESLint9, Linter as Linter9 } from "eslint9";
import vueParser from "vue-eslint-parser";
import plugin from "../../src/eslint-plugin/index.js";
import { lintText } from "../../src/index.js";
import type { LintTextOptions } from "../../src/index.js";
import type { Finding } from "../../src/model/finding.js";

/** The two versions; ESLint 9's classes have the shape of ESLint 10's as far as they are used here. */
export const VERSIONS = [
  { version: "ESLint 10", ESLint: ESLint10, Linter: Linter10 },
  { version: "ESLint 9", ESLint: ESLint9 as unknown as typeof ESLint10, Linter: Linter9 as unknown as typeof Linter10 },
] as const;
export type Version = (typeof VERSIONS)[number];

/** Where the texts are said to be: a folder without configuration, whose name means nothing to leak-lint. */
export const CWD = join(import.meta.dirname, "..", "..", "..", "somewhere");

const ALL_FILES = ["**/*.{js,mjs,cjs,jsx,ts,mts,cts,tsx,vue}"];
const jsx = { ecmaFeatures: { jsx: true } };

export const ESPREE: Linter.LanguageOptions = { parserOptions: jsx };
export const TYPESCRIPT: Linter.LanguageOptions = { parser: tsParser, parserOptions: jsx };
export const VUE: Linter.LanguageOptions = { parser: vueParser, parserOptions: { parser: tsParser, ...jsx } };

/** The parser that a project would use for a file; a `.js` file's is ESLint's own. */
export function usualParser(path: string): Linter.LanguageOptions {
  if (path.endsWith(".vue")) return VUE;
  return /^\.[cm]?tsx?$/u.test(extname(path)) ? TYPESCRIPT : ESPREE;
}

export interface EslintRun extends Linter.Config {
  path: string;
  text: string;
}

/** Every rule of the plugin and the file's usual parser, unless `config` says otherwise. */
export function configFor(path: string, config: Linter.Config = {}): Linter.Config[] {
  return [{ ...plugin.configs.all, files: ALL_FILES, languageOptions: usualParser(path), ...config }];
}

/** What ESLint says of a text. */
export function verify({ Linter }: Version, { path, text, ...config }: EslintRun): Linter.LintMessage[] {
  return new Linter({ cwd: CWD }).verify(text, configFor(path, config), join(CWD, path));
}

/** The text after `eslint --fix`. */
export function fixed({ Linter }: Version, { path, text, ...config }: EslintRun): string {
  return new Linter({ cwd: CWD }).verifyAndFix(text, configFor(path, config), join(CWD, path)).output;
}

/** What leak-lint itself does with the same text, by itself in the same place. */
export function command({ path, text }: Pick<EslintRun, "path" | "text">, options: Partial<LintTextOptions> = {}): ReturnType<typeof lintText> {
  return lintText(text, { filename: path, cwd: CWD, isolated: true, select: ["ALL"], ...options });
}

/** A finding or message as both can be compared: rule and range. */
export function placeOf({ rule, region }: Finding): string {
  return `leak-lint/${rule} ${region.line}:${region.column}-${region.endLine}:${region.endColumn}`;
}

export function placeOfMessage({ ruleId, line, column, endLine, endColumn }: Linter.LintMessage): string {
  return `${ruleId ?? "none"} ${line}:${column}-${endLine ?? 0}:${endColumn ?? 0}`;
}
