/** A defect of ours as a problem: one line that names the file and asks for a report. */
import type { Problem } from "../model/finding.js";
import { ISSUES_URL } from "./package.js";

export function defect(path: string, error: unknown): Problem {
  const isOverflow = String(error).startsWith("RangeError: Maximum call stack");
  const message = isOverflow
    ? "its code is nested too deeply for leak-lint"
    : `leak-lint failed on it (${oneLine(error)}); this is a defect of leak-lint, please report it: ${ISSUES_URL}`;
  return { path, kind: "unreadable", message, region: null };
}

/** As `defect`, where several files fail together and none of them alone. */
export function combinedDefect(first: string, count: number, error: unknown): Problem {
  const message = `leak-lint failed on it together with ${String(count - 1)} other files (${oneLine(error)}) and linted them in parts; this is a defect of leak-lint, please report it: ${ISSUES_URL}`;
  return { path: first, kind: "unreadable", message, region: null };
}

/** An error's name and message without line ends; never its stack. */
export function oneLine(error: unknown): string {
  return String(error).replaceAll(/\s+/gu, " ").slice(0, 300);
}
