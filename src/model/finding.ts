/** What rules yield and reporters print. */
import type { Region, Span } from "./span.js";

export type Severity = "high" | "medium" | "low";

/** Orders severities: the larger, the worse. */
export const SEVERITY_RANK: Readonly<Record<Severity, number>> = { low: 1, medium: 2, high: 3 };

/** One piece of a finding's evidence. */
export interface TrailStep {
  /**
   * "holder": where the longer-lived holder is made and how long it lives. "repeats": why the statement repeats.
   * "exit": a way out that misses the release. "searched": what was looked for and not found. "note": anything else.
   */
  role: "holder" | "repeats" | "exit" | "searched" | "note";
  message: string;
  /** Where it is; absent for what was not found anywhere. */
  place: { path: string; at: Span } | null;
}

/** A change of one file's text; an insertion has an empty span. */
export interface Edit {
  at: Span;
  text: string;
}

export interface Fix {
  title: string;
  /** "safe" keeps behaviour but for the leak; "unsafe" may change it, needs a package, or needs a reader's judgement. */
  applicability: "safe" | "unsafe";
  edits: Edit[];
}

export interface Finding {
  rule: string;
  /** Stable code, e.g. LEAK003. */
  code: string;
  messageId: string;
  message: string;
  severity: Severity;
  path: string;
  /** One line where possible: what a reviewer would point to. */
  at: Span;
  region: Region;
  trail: TrailStep[];
  /** The fix in one line of words, also where no edit is offered. */
  help: string;
  fix: Fix | null;
  /** Where the rule is documented. */
  url: string;
}

/** Something about a file that is not a finding: it could not be read or parsed, or was skipped. */
export interface Problem {
  path: string;
  /** "syntax" counts as a finding for the exit code; "unreadable" as failure; "skipped" is a note. */
  kind: "syntax" | "unreadable" | "skipped";
  message: string;
  region: Region | null;
}
