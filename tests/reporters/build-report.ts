/** Builds reports by hand, with places named by the text that stands there. */
import type { Finding, TrailStep } from "../../src/model/finding.js";
import type { Report, ReportOptions, RuleInfo } from "../../src/model/report.js";
import { lineStarts, regionOf } from "../../src/model/span.js";
import type { Span } from "../../src/model/span.js";

export const PLAIN: ReportOptions = { color: false, quiet: false, statistics: false, showSuppressed: false };

/** The span of the `nth` (from 1) occurrence of `needle`; a test that names a text that is not there is wrong. */
export function spanOf(text: string, needle: string, nth = 1): Span {
  let start = -1;
  for (let found = 0; found < nth; found++) {
    start = text.indexOf(needle, start + 1);
    if (start < 0) throw new Error(`occurrence ${nth} of ${JSON.stringify(needle)} is not in the text`);
  }
  return [start, start + needle.length];
}

export function lines(...all: string[]): string {
  return all.join("\n") + "\n";
}

export function findingAt(path: string, text: string, at: Span, more: Partial<Finding> = {}): Finding {
  return {
    rule: "unclosed-file",
    code: "LEAK003",
    messageId: "onPath",
    message: "`open()` is not closed on every path",
    severity: "high",
    path,
    at,
    region: regionOf(lineStarts(text), at),
    trail: [],
    help: "open it in a `with` statement",
    fix: null,
    url: "https://example.org/rules/unclosed-file",
    ...more,
  };
}

export function step(role: TrailStep["role"], message: string, path?: string, at?: Span): TrailStep {
  return { role, message, place: path !== undefined && at ? { path, at } : null };
}

export function ruleInfo(id: string, code: string, more: Partial<RuleInfo> = {}): RuleInfo {
  return {
    id,
    code,
    summary: `What ${id} finds, in one line`,
    severity: "high",
    recommended: true,
    fix: "sometimes",
    languages: ["python", "ts"],
    help: `Why ${id} matters, see [the guide](https://example.org/guide).\n\n## Example\n\n\`\`\`python\nhandle = open(path)\n\`\`\`\n`,
    url: `https://example.org/rules/${id}`,
    ...more,
  };
}

export const RULES: readonly RuleInfo[] = [
  ruleInfo("unclosed-file", "LEAK003"),
  ruleInfo("unbounded-cache", "LEAK010", { severity: "medium" }),
  ruleInfo("compiled-in-loop", "LEAK020", { severity: "low", languages: ["python"], recommended: false }),
];

export function reportOf(texts: Record<string, string>, findings: Finding[], more: Partial<Report> = {}): Report {
  return {
    findings,
    problems: [],
    texts: new Map(Object.entries(texts)),
    files: Object.keys(texts),
    suppressed: [],
    rules: RULES,
    version: "1.2.3",
    root: "/repo",
    elapsed: 12,
    ...more,
  };
}
