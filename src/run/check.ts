/** From lowered files to findings: analysis, selection, severities, suppression comments, fixes. Synchronous and pure. */
import { suggestRule } from "../config/selection.js";
import type { Settings } from "../config/settings.js";
import type { RawFinding } from "../engine/analyze.js";
import { compare } from "../engine/files/discover.js";
import { NO_LAYOUT } from "../engine/program/layout.js";
import type { Layout } from "../engine/program/layout.js";
import { suppress, UNUSED_SUPPRESSION } from "../engine/suppress.js";
import { SEVERITY_RANK } from "../model/finding.js";
import type { Finding, Problem } from "../model/finding.js";
import type { RuleInfo } from "../model/report.js";
import { combinedDefect, defect } from "./defect.js";
import { groupBy } from "./group-by.js";
import { ruleUrl } from "./package.js";
import { catalogOf } from "./parts.js";
import type { Engine } from "./parts.js";
import type { LoweredFile } from "./project.js";

/** Of its front end, a check needs only what spells fixes: in ESLint the tree comes from elsewhere. */
export type CheckableFile = Omit<LoweredFile, "language"> & { language: Pick<LoweredFile["language"], "id" | "spell"> };

export interface CheckInput {
  files: readonly CheckableFile[];
  engine: Engine;
  layout?: Layout;
  /** False: each file is judged by itself. */
  link?: boolean;
  /** Every rule, the built-in one included. */
  rules: readonly RuleInfo[];
  settingsOf: (absolute: string) => Settings;
}

export interface Checked {
  /** Sorted by path, then position; fixes are spelt. */
  findings: Finding[];
  suppressed: { finding: Finding; reason: string }[];
  /** Defects of ours. */
  problems: Problem[];
}

interface Analyzed {
  findings: RawFinding[];
  /** Defects of the analysis. */
  problems: Problem[];
  /** Paths of the files that it fails on. */
  failed: string[];
}

export function checkFiles(input: CheckInput): Checked {
  const { findings: raw, problems, failed: failedPaths } = analyzeAll(input);
  const byPath = groupBy(raw, ({ path }) => path);
  const failed = new Set(failedPaths);
  const checked: Checked = { findings: [], suppressed: [], problems };
  for (const file of input.files) {
    if (!failed.has(file.path)) checkFile(file, byPath.get(file.path) ?? [], input, checked);
  }
  checked.findings.sort((a, b) => compare(a.path, b.path) || a.at[0] - b.at[0] || a.at[1] - b.at[1] || compare(a.code, b.code));
  return checked;
}

/**
 * One analysis of all files together for every different set of user pairs, of which only the findings of the files
 * that the pairs are for are kept: nearly always one analysis, and files see each other in any case.
 */
function analyzeAll({ files, engine, layout = NO_LAYOUT, link = true, settingsOf }: CheckInput): Analyzed {
  const groups = groupBy(files, (file) => (link ? JSON.stringify(settingsOf(file.absolute).pairs) : file.path));
  const result: Analyzed = { findings: [], problems: [], failed: [] };
  for (const group of groups.values()) {
    const [first] = group;
    if (!first) continue;
    const paths = new Set(group.map(({ path }) => path));
    const wanted = new Set(group.flatMap((file) => [...settingsOf(file.absolute).rules]));
    const options = {
      // Of pairs that fit a call equally well the first holds: the user knows better.
      catalog: [...catalogOf(settingsOf(first.absolute).pairs), ...engine.catalog],
      rules: engine.rules.filter((rule) => wanted.has(rule.id)),
      url: ruleUrl,
      layout,
    };
    const analyzed = analyzeSafely(link ? files : group, (some) => engine.analyze(some, options));
    result.findings = result.findings.concat(analyzed.findings.filter(({ path }) => paths.has(path)));
    result.problems = result.problems.concat(analyzed.problems.filter(({ path }) => paths.has(path)));
    result.failed = result.failed.concat(analyzed.failed);
  }
  return result;
}

/** Where the analysis itself fails, finds the files it fails on and goes on without them, again all together. */
function analyzeSafely(files: readonly CheckableFile[], run: (files: readonly CheckableFile[]) => RawFinding[]): Analyzed {
  const first = analyzeInParts(files, run);
  const culprits = new Set(first.failed);
  const sound = files.filter(({ path }) => !culprits.has(path));
  if (culprits.size === 0 || sound.length === 0) return first;
  try {
    return { ...first, findings: run(sound) };
  } catch {
    return first;
  }
}

/** One analysis, or, where it fails, one of each half: a file that fails alone is a culprit. */
function analyzeInParts(files: readonly CheckableFile[], run: (files: readonly CheckableFile[]) => RawFinding[]): Analyzed {
  try {
    return { findings: run(files), problems: [], failed: [] };
  } catch (error) {
    const [file] = files;
    if (!file) return { findings: [], problems: [], failed: [] };
    if (files.length === 1) return { findings: [], problems: [defect(file.path, error)], failed: [file.path] };
    const middle = files.length >> 1;
    const halves = [files.slice(0, middle), files.slice(middle)].map((half) => analyzeInParts(half, run));
    const problems = halves.flatMap((half) => half.problems);
    // Neither half fails, so it is their combination that does: what they say apart is still worth having.
    if (problems.length === 0) problems.push(combinedDefect(file.path, files.length, error));
    return { findings: halves.flatMap((half) => half.findings), problems, failed: halves.flatMap((half) => half.failed) };
  }
}

function checkFile(file: CheckableFile, raw: readonly RawFinding[], { rules, settingsOf }: CheckInput, checked: Checked): void {
  const settings = settingsOf(file.absolute);
  const ignored = new Set(settings.perFileIgnores.filter(({ matches }) => matches(file.absolute)).flatMap((entry) => entry.rules));
  const selected = new Set([...settings.rules].filter((rule) => !ignored.has(rule)));
  const wanted = raw.filter(({ rule }) => selected.has(rule)).map((finding) => ({ ...finding, severity: settings.severity.get(finding.rule) ?? finding.severity }));
  const { kept, suppressed, unused } = suppress({
    path: file.path, text: file.text, language: file.language.id, comments: file.comments, findings: wanted, rules, selected,
    complete: file.facts.syntax.length === 0,
    severity: settings.severity.get(UNUSED_SUPPRESSION.id) ?? UNUSED_SUPPRESSION.severity,
    url: ruleUrl(UNUSED_SUPPRESSION.id),
    suggest: (name) => suggestRule(name, rules),
  });
  const isShown = (finding: Finding): boolean => SEVERITY_RANK[finding.severity] >= SEVERITY_RANK[settings.minSeverity];
  checked.suppressed.push(...suppressed.map(({ finding, reason }) => ({ finding: plain(finding), reason })));
  checked.findings.push(...unused.filter(isShown), ...kept.filter(isShown).map((finding) => spelt(finding, file, checked.problems)));
}

/** The finding with its intent carried out in the file's language, or with the reason why there is no fix. */
function spelt(finding: RawFinding, file: CheckableFile, problems: Problem[]): Finding {
  const base = plain(finding);
  if (!finding.intent) return base;
  try {
    const spelling = file.language.spell(finding.intent, { path: file.path, text: file.text });
    if (!spelling.ok) return { ...base, help: `${base.help} (no automatic fix: ${spelling.reason.replace(/\.$/u, "")})` };
    return { ...base, fix: { title: spelling.title, applicability: finding.unsafe ? "unsafe" : "safe", edits: spelling.edits } };
  } catch (error) {
    problems.push(defect(file.path, error));
    return base;
  }
}

/** Without what only the pipeline needs. */
function plain(finding: Finding | RawFinding): Finding {
  const { rule, code, messageId, message, severity, path, at, region, trail, help, fix, url } = finding;
  return { rule, code, messageId, message, severity, path, at, region, trail, help, fix, url };
}
