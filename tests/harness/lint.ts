/**
 * Lints texts in memory as a project of their own, with every rule, and sees to it on the way that what has to be JSON
 * is: a file's facts travel through `JSON.stringify` and back before the engine sees them.
 */
import { extname } from "node:path";
import { RULES } from "../../rules/index.js";
import { CATALOG } from "../../src/catalog/index.js";
import { Analysis } from "../../src/engine/analysis.js";
import { analyze, type RawFinding } from "../../src/engine/analyze.js";
import { NO_LAYOUT } from "../../src/engine/program/layout.js";
import { summariesAt } from "../../src/engine/summaries.js";
import { lineAt, lineStarts } from "../../src/model/span.js";
import type { ClassFacts, FunctionFacts, ModuleFacts } from "../../src/model/facts.js";
import type { Comment, Language, SourceFile } from "../../src/parsers/language.js";
import { python } from "../../src/parsers/python/index.js";
import { typescript } from "../../src/parsers/ts/index.js";
import type { FactLookup, Found, Scope } from "./compare.js";
import type { Vocabulary } from "./want.js";

export const LANGUAGES: readonly Language[] = [python, typescript];

/** What marks may name. The facts are the words of a printed summary. */
export const VOCABULARY: Vocabulary = {
  rules: new Set(RULES.map((rule) => rule.id)),
  facts: new Set(["returns-owned", "releases", "keeps", "registers", "unregisters", "grows", "shrinks", "never-returns", "may-raise"]),
};

export interface ReadFile extends SourceFile {
  language: Language;
  facts: ModuleFacts;
  comments: Comment[];
}

/** The language of a path by its extension, or null for what nobody lints. */
export function languageOf(path: string): Language | null {
  return LANGUAGES.find((language) => language.extensions.includes(extname(path).toLowerCase())) ?? null;
}

/** Parses and lowers; throws where no language takes the file or its syntax is broken, since a fixture shows neither. */
export function readFile(source: SourceFile): ReadFile {
  const language = languageOf(source.path);
  if (language === null) throw new Error(`${source.path}: no language has this extension`);
  const { facts, comments } = language.lower(source);
  const [note] = facts.syntax;
  if (note) throw new Error(`${source.path}:${lineAt(lineStarts(source.text), note.at[0])}: ${note.message}`);
  const travelled = JSON.parse(JSON.stringify(facts)) as ModuleFacts;
  expect(travelled).toEqual(facts);
  return { ...source, language, facts: travelled, comments };
}

/** `layout`: what the manifests of a project of several files say of imports. */
export function lint(files: readonly ReadFile[], layout = NO_LAYOUT): RawFinding[] {
  return analyze(files, { layout, catalog: CATALOG, rules: RULES, url: (rule) => `docs/rules/${rule}.md` });
}

/** The summaries of the functions declared on a line, as `want fact` names them. */
export function summaryFacts(files: readonly ReadFile[], layout = NO_LAYOUT): FactLookup {
  const starts = new Map(files.map((file) => [file.path, lineStarts(file.text)]));
  const lineOf = (path: string, offset: number): number => lineAt(starts.get(path) ?? [0], offset);
  const analyses = new Map<Language["id"], Analysis>();
  return (path, line) => {
    const file = files.find((one) => one.path === path);
    if (!file) return [];
    const { id } = file.language;
    let analysis = analyses.get(id);
    if (!analysis) analyses.set(id, (analysis = new Analysis(id, files.filter((one) => one.language.id === id), CATALOG, layout)));
    return summariesAt(analysis, path, line, lineOf);
  };
}

/** Findings as marks speak of them: places by line. */
export function asFound(findings: readonly RawFinding[], files: readonly ReadFile[]): Found[] {
  const starts = new Map(files.map((file) => [file.path, lineStarts(file.text)]));
  return findings.map((finding) => ({
    ...finding,
    trail: finding.trail.map(({ message, place }) => ({
      message,
      place: place && { path: place.path, line: lineAt(starts.get(place.path) ?? [0], place.at[0]) },
    })),
  }));
}

/** The named functions and classes of a file, with their decorators, by which marks tell their story; outer before inner. */
export function scopesOf({ path, text, facts }: ReadFile): Scope[] {
  const starts = lineStarts(text);
  const scope = (kind: Scope["kind"], { name, at, decorators }: ClassFacts | FunctionFacts): Scope => (
    { path, name, kind, line: lineAt(starts, Math.min(at[0], ...decorators.map((decorator) => decorator.at[0]))), endLine: lineAt(starts, at[1]) }
  );
  const named = facts.functions.filter(({ kind }) => kind === "function" || kind === "method" || kind === "lambda");
  return [...facts.classes.map((item) => scope("class", item)), ...named.map((item) => scope("function", item))]
    .filter(({ name }) => /^\w+$/u.test(name))
    .sort((a, b) => a.line - b.line || b.endLine - a.endLine);
}
