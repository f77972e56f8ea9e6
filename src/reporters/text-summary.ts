/** What the text report says after the findings: suppressed ones, problems, statistics and the closing line. */
import { SEVERITY_RANK } from "../model/finding.js";
import type { Finding, Problem, Severity } from "../model/finding.js";
import type { Report, ReportOptions } from "../model/report.js";
import { printable } from "./cells.js";
import type { Palette } from "./palette.js";
import { fixFlag } from "./select.js";

const SEVERITIES = (Object.keys(SEVERITY_RANK) as Severity[]).sort((a, b) => SEVERITY_RANK[b] - SEVERITY_RANK[a]);
/** Skipped files named per reason, and reasons listed. */
const EXAMPLES = 3;
const REASONS = 5;

export function suppressedLines(report: Report, palette: Palette): string[] {
  return report.suppressed.map(({ finding, reason }) => {
    const where = `${printable(finding.path)}:${finding.region.line}:${finding.region.column}`;
    return `${palette.dim("suppressed")}: ${where} ${finding.code} ${finding.rule} (${reason === "" ? "no reason given" : printable(reason)})`;
  });
}

/**
 * One line for every file that could not be read or parsed; skipped files are counted by reason. `quiet` leaves out
 * only the skipped ones: the others decide the exit code, so they may not go unsaid.
 */
export function problemLines(problems: readonly Problem[], quiet: boolean, palette: Palette): string[] {
  const failed = problems.flatMap(({ kind, path, message, region }) => {
    if (kind === "skipped") return [];
    const place = region ? `:${region.line}:${region.column}` : "";
    const label = kind === "syntax" ? "syntax error" : "cannot read";
    return [`${palette.severity.high(label)}: ${printable(path)}${place}: ${printable(message)}`];
  });
  return quiet ? failed : [...failed, ...skippedLines(problems, palette)];
}

function skippedLines(problems: readonly Problem[], palette: Palette): string[] {
  const byReason = new Map<string, string[]>();
  for (const { kind, path, message } of problems) {
    if (kind !== "skipped") continue;
    const paths = byReason.get(message) ?? [];
    byReason.set(message, [...paths, printable(path)]);
  }
  const reasons = [...byReason].sort(([, a], [, b]) => b.length - a.length);
  const lines = reasons.slice(0, REASONS).map(([reason, paths]) => {
    const more = paths.length > EXAMPLES ? ` and ${paths.length - EXAMPLES} more` : "";
    return `${palette.dim("skipped")}: ${count(paths.length, "file")}, ${printable(reason)}: ${paths.slice(0, EXAMPLES).join(", ")}${more}`;
  });
  const left = reasons.slice(REASONS).flatMap(([, paths]) => paths).length;
  return left === 0 ? lines : [...lines, `${palette.dim("skipped")}: ${count(left, "file")} more for other reasons`];
}

/** A table of the rules that reported something, those with most findings first; empty when none did. */
export function statisticsLines(findings: readonly Finding[], palette: Palette): string[] {
  const byRule = new Map<string, Finding[]>();
  for (const finding of findings) {
    const same = byRule.get(finding.rule);
    if (same) same.push(finding);
    else byRule.set(finding.rule, [finding]);
  }
  if (byRule.size === 0) return [];
  const rows = [...byRule]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([rule, found]) => [
      rule,
      found[0]?.code ?? "",
      ...SEVERITIES.map((severity) => String(found.filter((one) => one.severity === severity).length)),
      String(found.filter((one) => fixFlag(one) === "--fix").length),
      String(found.filter((one) => fixFlag(one) === "--unsafe-fixes").length),
    ]);
  const table = [["rule", "code", ...SEVERITIES, "--fix", "--unsafe-fixes"], ...rows];
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) => row.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join("  "));
  return lines.map((line, index) => (index === 0 ? palette.bold(line) : line));
}

/** The last line: how many findings, where, and how many of them leak-lint can fix. */
export function summaryLine(report: Report, findings: readonly Finding[], options: ReportOptions, palette: Palette): string {
  const files = count(report.files.length, "file");
  if (findings.length === 0) return palette.good(`No ${options.quiet ? "high-severity " : ""}leaks found in ${files}.`);
  const severities = SEVERITIES.map((severity) => `${findings.filter((one) => one.severity === severity).length} ${severity}`).join(", ");
  const paths = new Set(findings.map(({ path }) => path)).size;
  return palette.bold(`${count(findings.length, "finding")} (${severities}) in ${paths} of ${files}${fixable(findings)}`);
}

function fixable(findings: readonly Finding[]): string {
  const safe = findings.filter((one) => fixFlag(one) === "--fix").length;
  const unsafe = findings.filter((one) => fixFlag(one) === "--unsafe-fixes").length;
  if (safe > 0) return `; ${safe} fixable with --fix${unsafe > 0 ? `, ${unsafe} more with --unsafe-fixes` : ""}`;
  return unsafe > 0 ? `; ${unsafe} fixable with --unsafe-fixes` : "";
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? "" : "s"}`;
}
