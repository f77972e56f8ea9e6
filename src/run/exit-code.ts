/** A report as a process's exit code. */
import type { Report } from "../model/report.js";

export interface ExitOptions {
  /** More medium and low findings than this fail; undefined: any finding fails. */
  maxWarnings?: number | undefined;
  /** Findings do not fail. */
  exitZero: boolean;
  /** Only high findings are reported, so only they fail (and `maxWarnings`, which counts the others). */
  quiet: boolean;
}

/** 0 nothing to report, 1 findings or broken syntax, 2 something could not be read, written or analysed. */
export function exitCode(report: Report, { maxWarnings, exitZero, quiet }: ExitOptions): 0 | 1 | 2 {
  if (report.problems.some(({ kind }) => kind === "unreadable")) return 2;
  if (exitZero) return 0;
  const high = report.findings.filter(({ severity }) => severity === "high").length;
  const warnings = report.findings.length - high;
  const tooMany = maxWarnings === undefined ? warnings > 0 && !quiet : warnings > maxWarnings;
  return high > 0 || tooMany || report.problems.some(({ kind }) => kind === "syntax") ? 1 : 0;
}
