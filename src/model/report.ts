/** What the pipeline hands to a reporter. Reporters are pure: a report in, a string out. */
import type { Finding, Problem, Severity } from "./finding.js";

/** A rule as people and SARIF read about it. */
export interface RuleInfo {
  id: string;
  /** LEAK001… */
  code: string;
  /** One line, no full stop. */
  summary: string;
  /** The worst severity that the rule reports. */
  severity: Severity;
  recommended: boolean;
  fix: "never" | "sometimes" | "always";
  languages: readonly ("python" | "ts")[];
  /** Markdown of docs/rules/<id>.md, without its generated header; empty where it could not be read. */
  help: string;
  url: string;
}

export interface Report {
  /** Sorted by path, then position. */
  findings: Finding[];
  problems: Problem[];
  /** Text of every file that has a finding (suppressed ones too) or problem, or that a trail leads into, by path, as linted; what is missing is reported without code. */
  texts: ReadonlyMap<string, string>;
  /** Every file that was linted, in order, also the clean ones. */
  files: readonly string[];
  /** Findings that a comment in the file suppressed, with that comment's reason. */
  suppressed: { finding: Finding; reason: string }[];
  rules: readonly RuleInfo[];
  /** leak-lint's own version. */
  version: string;
  /** Absolute path of the working directory that `path`s are relative to. */
  root: string;
  /** Milliseconds of the whole run. */
  elapsed: number;
}

export interface ReportOptions {
  /** ANSI colours and hyperlinks. */
  color: boolean;
  /** Only severity "high" (`--quiet`). */
  quiet: boolean;
  statistics: boolean;
  showSuppressed: boolean;
}

export type Reporter = (report: Report, options: ReportOptions) => string;
