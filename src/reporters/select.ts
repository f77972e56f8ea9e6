/** What the formats agree on: which findings are shown, what a trail's roles are called, what can be fixed. */
import type { Edit, Finding, Fix, TrailStep } from "../model/finding.js";
import type { Report, ReportOptions } from "../model/report.js";

/** The findings that the options let through, in the report's order. */
export function shownFindings(report: Report, options: ReportOptions): Finding[] {
  return options.quiet ? report.findings.filter((finding) => finding.severity === "high") : report.findings;
}

/** A trail step's role in words; each is followed by a colon and the step's message. */
export const ROLE_WORDS: Readonly<Record<TrailStep["role"], string>> = {
  holder: "lives in",
  repeats: "repeats because",
  exit: "leaves here",
  searched: "looked for",
  note: "note",
};

/** A fix as one replacement: offsets into the text that was linted, and what takes the place of that range. */
export interface Replacement {
  range: [start: number, end: number];
  text: string;
}

/**
 * A fix's edits as one replacement that spans them all, as ESLint merges the edits of one problem. Null where there is
 * no edit, where edits overlap, or where one lies outside of the text: such a fix must not reach anybody's file.
 */
export function mergeEdits(text: string, edits: readonly Edit[]): Replacement | null {
  const sorted = [...edits].sort((a, b) => a.at[0] - b.at[0] || a.at[1] - b.at[1]);
  const start = sorted[0]?.at[0];
  if (start === undefined || start < 0) return null;
  let merged = "";
  let end = start;
  for (const edit of sorted) {
    if (edit.at[0] < end || edit.at[1] < edit.at[0] || edit.at[1] > text.length) return null;
    merged += text.slice(end, edit.at[0]) + edit.text;
    end = edit.at[1];
  }
  return { range: [start, end], text: merged };
}

/** Which flag applies the finding's fix; null where it has none. */
export function fixFlag(finding: { fix: Fix | null }): "--fix" | "--unsafe-fixes" | null {
  if (!finding.fix || finding.fix.edits.length === 0) return null;
  return finding.fix.applicability === "safe" ? "--fix" : "--unsafe-fixes";
}
