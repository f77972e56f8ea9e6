/** From facts to findings: link, summarise, run the rules. Pure; knows no file system and no parser. */
import type { CatalogFile } from "../catalog/types.js";
import type { LanguageId, ModuleFacts } from "../model/facts.js";
import type { Finding, TrailStep } from "../model/finding.js";
import type { FixIntent } from "../model/fix-intent.js";
import { lineStarts, regionOf } from "../model/span.js";
import { Analysis } from "./analysis.js";
import { fill } from "./define-rule.js";
import type { Rule } from "./define-rule.js";
import type { Layout } from "./program/layout.js";
import { exampleFiles } from "./program/test-files.js";

/** A finding before its fix was spelt: `fix` is null and `intent` says what the rule wants changed. */
export interface RawFinding extends Finding {
  intent: FixIntent | null;
  unsafe: boolean;
}

export interface AnalyzeOptions {
  catalog: readonly CatalogFile[];
  rules: readonly Rule[];
  /** What manifests say of imports; without it, only relative imports and Python's names are followed. */
  layout?: Layout;
  /** Turns a rule id into its documentation's URL. */
  url: (rule: string) => string;
}

export interface AnalyzedFile {
  facts: ModuleFacts;
  /** For regions. */
  text: string;
}

/** Why what would be grave elsewhere is not. */
const EXAMPLE: TrailStep = { role: "note", message: "the file stands in a folder for examples or documentation", place: null };

const LANGUAGES: readonly LanguageId[] = ["python", "ts"];

/** All findings of the files together, sorted by path and position. The two languages do not link to each other. */
export function analyze(files: readonly AnalyzedFile[], options: AnalyzeOptions): RawFinding[] {
  const findings: RawFinding[] = [];
  for (const language of LANGUAGES) {
    const own = files.filter((file) => file.facts.language === language);
    if (own.length > 0) findings.push(...analyzeLanguage(language, own, options));
  }
  return findings.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.at[0] - b.at[0] || a.code.localeCompare(b.code)));
}

function analyzeLanguage(language: LanguageId, files: readonly AnalyzedFile[], options: AnalyzeOptions): RawFinding[] {
  const analysis = new Analysis(language, files, options.catalog, options.layout);
  const examples = exampleFiles(files.map((file) => file.facts.path));
  const starts = new Map(files.map((file) => [file.facts.path, lineStarts(file.text)]));
  const findings: RawFinding[] = [];
  for (const rule of options.rules) {
    if (!rule.languages.includes(language)) continue;
    const seen = new Set<string>();
    for (const found of rule.check(analysis)) {
      const yielded = analysis.unrun.explain(rule.id, found);
      if (analysis.isWhole && (yielded.assumed === true || analysis.deadCode.holds(yielded.path, yielded.at))) continue;
      const place = `${yielded.path}:${String(yielded.at[0])}`;
      if (seen.has(place)) continue; // One leak, one finding.
      seen.add(place);
      findings.push({
        rule: rule.id, code: rule.code, messageId: yielded.message, message: fill(rule.messages[yielded.message] ?? "", yielded.data),
        severity: examples.has(yielded.path) ? "low" : yielded.severity, path: yielded.path, at: yielded.at, region: regionOf(starts.get(yielded.path) ?? [0], yielded.at),
        trail: examples.has(yielded.path) ? [...yielded.trail, EXAMPLE] : yielded.trail, help: yielded.help, fix: null, url: options.url(rule.id),
        intent: yielded.fix ?? null, unsafe: yielded.unsafe ?? false,
      });
    }
  }
  return findings;
}
