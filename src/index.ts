/**
 * leak-lint as a library.
 *
 *   import { lint, lintText } from "leak-lint";
 *   const { findings, problems } = await lint({ paths: ["src"] });
 */
import { resolve } from "node:path";
import { run } from "./run.js";
import type { RunResult } from "./run.js";
import type { Finding, Problem, Severity } from "./model/finding.js";

export type { Edit, Finding, Fix, Problem, Severity, TrailStep } from "./model/finding.js";
export type { Region, Span } from "./model/span.js";
export type { ConfigFile } from "./config/settings.js";
export type { Pair } from "./catalog/types.js";
/** What `lint` and `lintText` reject with for a mistake of the caller's: an unknown rule, a broken configuration. */
export { UserError } from "./config/user-error.js";

/** Which configuration and which rules hold; the names are those of the command line's flags. */
export interface LintSettings {
  /** Default: the process's working directory. Paths in results are relative to it. */
  cwd?: string;
  /** Ids, codes, prefixes of codes or "ALL". */
  select?: readonly string[];
  ignore?: readonly string[];
  extendSelect?: readonly string[];
  minSeverity?: Severity;
  /** A configuration file to use for every file. */
  config?: string;
  /** Uses no configuration file. */
  isolated?: boolean;
}

export interface LintOptions extends LintSettings {
  /** Files and folders; default: `cwd`. */
  paths?: readonly string[];
  exclude?: readonly string[];
  forceExclude?: boolean;
  gitignore?: boolean;
  /** "write" applies fixes to the files, "preview" only computes them. */
  fix?: "write" | "preview";
  unsafeFixes?: boolean;
}

export interface LintTextOptions extends LintSettings {
  /** What the text would be called; decides its language and its configuration. Need not exist. */
  filename: string;
  fix?: boolean;
  unsafeFixes?: boolean;
}

export interface LintResult {
  /** Sorted by path, then position; after fixes, what is left. */
  findings: Finding[];
  /** Files that could not be read or parsed, or were skipped. */
  problems: Problem[];
  /** Findings that comments suppressed. */
  suppressed: { finding: Finding; reason: string }[];
  /** Every file that was linted. */
  files: readonly string[];
  /** Texts that fixes changed, by path. */
  fixed: { path: string; before: string; after: string }[];
}

/** Lints files. Rejects with `UserError` for what the caller can put right; a bad file is a problem in the result. */
export async function lint(options: LintOptions = {}): Promise<LintResult> {
  const { paths = ["."], cwd = process.cwd(), ...rest } = options;
  return resultOf(await run({ ...rest, paths, cwd: resolve(cwd) }));
}

/** Lints a text as if it were the file `filename`; the disk is read for configuration only, and never written. */
export async function lintText(text: string, options: LintTextOptions): Promise<LintResult> {
  const { filename, fix = false, cwd = process.cwd(), ...rest } = options;
  // With a byte order mark, a comment in the text that declares another encoding is not believed.
  const buffer = { bytes: Buffer.from(text.startsWith("\ufeff") ? text : `\ufeff${text}`, "utf8"), filename };
  return resultOf(await run({ ...rest, paths: [], cwd: resolve(cwd), buffer, ...(fix && { fix: "preview" }) }));
}

function resultOf({ report, fixed }: RunResult): LintResult {
  const { findings, problems, suppressed, files } = report;
  return { findings, problems, suppressed, files, fixed: fixed.map(({ path, before, after }) => ({ path, before, after })) };
}
