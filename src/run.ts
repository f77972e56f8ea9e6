/**
 * The pipeline, in order: settings, discover, read and lower, check (analyse, select, suppress, spell fixes), fix,
 * report. Everything that can go wrong with a file is a problem in the report; what the user got wrong before any file
 * was read (an unknown rule, a mistake in a configuration file) is a thrown `UserError`.
 */
import type { Report } from "./model/report.js";
import { checkFiles } from "./run/check.js";
import type { Checked } from "./run/check.js";
import { fixProject } from "./run/fix.js";
import type { FixedFile } from "./run/fix.js";
import { PARTS } from "./run/parts.js";
import type { Parts } from "./run/parts.js";
import { findFiles, prepare, readProject } from "./run/prepare.js";
import type { SourceOptions } from "./run/prepare.js";
import { reportOf, writeFixes } from "./run/report.js";

export interface RunOptions extends SourceOptions {
  /** "write" changes files, "preview" only says what it would change. Default: no fixes. */
  fix?: "write" | "preview";
  /** Also applies fixes that may change behaviour. */
  unsafeFixes?: boolean;
  /** Whether files see each other; default true. */
  link?: boolean;
}

export interface RunResult {
  report: Report;
  /** Files that fixes changed, or would change. */
  fixed: FixedFile[];
  /** Sentences about fixes that were dropped. */
  notes: string[];
}

export async function run(options: RunOptions, parts: Parts = PARTS): Promise<RunResult> {
  const started = performance.now();
  const { cwd, fix, unsafeFixes = false, link = true, buffer } = options;
  const prepared = await prepare(options, parts);
  const { rules, settings } = prepared;
  const found = findFiles(options, prepared, parts);
  const project = await readProject(found, options, parts);
  const check = (): Checked => checkFiles({ ...prepared, files: [...project.files.values()], layout: project.layout, link, settingsOf: (path) => settings.for(path) });
  const { checked, fixed, notes } = fix ? fixProject(project, check, unsafeFixes) : { checked: check(), fixed: [], notes: [] };
  const unwritten = fix === "write" && !buffer ? writeFixes(fixed) : [];
  const report = reportOf(project, checked, unwritten, { rules, root: cwd, elapsed: performance.now() - started });
  return { report, fixed, notes };
}
