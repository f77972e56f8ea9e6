/**
 * The pipeline, in order: settings, discover, read and lower, check (analyse, select, suppress, spell fixes), fix,
 * report. Everything that can go wrong with a file is a problem in the report; what the user got wrong before any file
 * was read (an unknown rule, a mistake in a configuration file) is a thrown `UserError`.
 */
import type { Problem } from "./model/finding.js";
import type { Report } from "./model/report.js";
import { compare } from "./engine/discover.js";
import { replaceFile } from "./engine/write-file.js";
import { checkFiles } from "./run/check.js";
import type { Checked } from "./run/check.js";
import { fixProject } from "./run/fix.js";
import type { FixedFile } from "./run/fix.js";
import { version } from "./run/package.js";
import { PARTS } from "./run/parts.js";
import type { Parts } from "./run/parts.js";
import { findFiles, prepare, readProject } from "./run/prepare.js";
import type { SourceOptions } from "./run/prepare.js";
import type { Project } from "./run/project.js";

export interface RunOptions extends SourceOptions {
  /** "write" changes files, "preview" only says what it would change. Default: no fixes. */
  fix?: "write" | "preview";
  /** Also applies fixes that may change behaviour. */
  unsafeFixes?: boolean;
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
  const prepared = await prepare(options, parts);
  const project = await readProject(findFiles(options, prepared, parts), options, parts);
  const check = (): Checked => checkFiles({ ...prepared, files: [...project.files.values()], settingsOf: (path) => prepared.settings.for(path) });
  const { checked, fixed, notes } = options.fix ? fixProject(project, check, options.unsafeFixes ?? false) : { checked: check(), fixed: [], notes: [] };
  const unwritten = options.fix === "write" && !options.buffer ? write(fixed) : [];
  const report: Report = {
    findings: checked.findings,
    suppressed: checked.suppressed,
    problems: [...project.problems, ...project.syntaxProblems(), ...checked.problems, ...unwritten].sort((a, b) => compare(a.path, b.path)),
    texts: textsOf(project, checked),
    files: [...project.files.keys()],
    rules: prepared.rules,
    version: version(),
    root: options.cwd,
    elapsed: performance.now() - started,
  };
  return { report, fixed, notes };
}

/** Writes the fixed files; what could not be written is a problem. */
function write(fixed: readonly FixedFile[]): Problem[] {
  return fixed.flatMap(({ path, absolute, original, bytes }) => {
    const failure = replaceFile(absolute, original, bytes);
    return failure === null ? [] : [{ path, kind: "unreadable" as const, message: `its fixes could not be written: ${failure}`, region: null }];
  });
}

/** The texts that a report can show a place in. */
function textsOf(project: Project, { findings, problems }: Checked): Map<string, string> {
  const shown = new Set([...project.problems, ...project.syntaxProblems(), ...problems].map(({ path }) => path));
  for (const { path, trail } of findings) {
    shown.add(path);
    for (const { place } of trail) if (place) shown.add(place.path);
  }
  return new Map([...project.texts].filter(([path]) => shown.has(path)));
}
