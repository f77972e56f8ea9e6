/** Lowers and checks a file once for all rules that ESLint runs on it. */
import { resolve } from "node:path";
import type { Rule } from "eslint";
import { RULES } from "../../rules/index.js";
import { TS_CATALOG } from "../catalog/ts/index.js";
import { pairProblems } from "../catalog/validate.js";
import { SettingsFinder } from "../config/settings.js";
import type { Settings, UserPairs } from "../config/settings.js";
import { UserError } from "../config/user-error.js";
import { analyze } from "../engine/analyze.js";
import { displayPath } from "../engine/program/globs.js";
import type { Finding, Problem } from "../model/finding.js";
import type { RuleInfo } from "../model/report.js";
import { lineStarts, regionOf } from "../model/span.js";
import type { Comment } from "../parsers/language.js";
import { spell } from "../parsers/ts/fixes.js";
import { lowerProgram } from "../parsers/ts/lower.js";
import { checkFiles } from "../run/check.js";
import { defect } from "../run/defect.js";
import { groupBy } from "../run/group-by.js";
import type { Engine } from "../run/parts.js";
import { ruleInfos } from "../run/rule-infos.js";
import { hostParser, hostTree } from "./host-tree.js";

export interface SourceReport {
  /** By rule, each in the order of the text. */
  findings: ReadonlyMap<string, readonly Finding[]>;
  /** What went wrong. The first rule to report takes them out, since they belong to none. */
  problems: Problem[];
}

const reports = new WeakMap<object, SourceReport>();

const ENGINE: Engine = { analyze, catalog: TS_CATALOG, rules: RULES, checkPairs };

let infos: readonly RuleInfo[] | null = null;

/** The findings in the file of a rule's context. Never throws: a defect of ours is a problem in the report. */
export function checkSource(context: Rule.RuleContext): SourceReport {
  const known = reports.get(context.sourceCode);
  if (known) return known;
  const absolute = resolve(context.cwd, context.filename);
  const path = displayPath(absolute, context.cwd);
  const problems: Problem[] = [];
  let findings: readonly Finding[] = [];
  try {
    findings = findingsOf(context, { path, absolute }, problems);
  } catch (error) {
    problems.push(defect(path, error));
  }
  const report: SourceReport = { findings: groupBy(findings, ({ rule }) => rule), problems };
  reports.set(context.sourceCode, report);
  return report;
}

function findingsOf(context: Rule.RuleContext, file: { path: string; absolute: string }, problems: Problem[]): readonly Finding[] {
  const host = hostTree(context);
  if (!host) return [];
  const { path } = file;
  const { text } = context.sourceCode;
  const facts = lowerProgram(host.tree.program, host.tree.scopes, text, path);
  const starts = lineStarts(text);
  problems.push(...facts.syntax.map(({ at, message }): Problem => ({ path, kind: "syntax", message, region: regionOf(starts, at) })));

  const rules = infos ??= ruleInfos(RULES);
  const settings = settingsFor(file, context.cwd, rules, problems);
  const parse = hostParser(context, host);
  const checked = checkFiles({
    files: [{ ...file, text, facts, comments: withoutEslint(host.comments), language: { id: "ts", spell: (intent, source) => spell(intent, source, parse) } }],
    engine: ENGINE, rules, settingsOf: () => settings,
  });
  problems.push(...checked.problems);
  return checked.findings;
}

/**
 * Of leak-lint's own configuration only the pairs, which say what the code means: which rules run, where, and how
 * severe they are, is said in ESLint's. It is read anew for each file, since an editor's ESLint lives for days.
 */
function settingsFor({ path, absolute }: { path: string; absolute: string }, cwd: string, rules: readonly RuleInfo[], problems: Problem[]): Settings {
  const own = { rules: new Set(rules.map(({ id }) => id)), severity: new Map(), minSeverity: "low", perFileIgnores: [] } as const;
  try {
    return { ...new SettingsFinder(cwd, {}, rules, checkPairs).for(absolute), ...own };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    problems.push({ path, kind: "unreadable", message: error.message, region: null });
    return { ...new SettingsFinder(cwd, { isolated: true }, rules, checkPairs).for(absolute), ...own };
  }
}

function checkPairs(pairs: UserPairs, shown: string): readonly string[] {
  const known = new Set(TS_CATALOG.flatMap((file) => file.pairs ?? []).map(({ key }) => key));
  return pairProblems(pairs.ts ?? [], shown, "pairs.ts", known);
}

/**
 * The comments with ESLint's directives defaced, at the same length: ESLint suppresses by them itself, and would call
 * them unused if their findings were gone before it looks.
 */
function withoutEslint(comments: readonly Comment[]): Comment[] {
  return comments.map((comment) => ({ ...comment, text: comment.text.replace(/^([\s*]*)eslint-(?=disable|enable)/u, "$1eslint ") }));
}
