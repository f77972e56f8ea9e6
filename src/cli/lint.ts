/** The main command: lints, fixes, prints, and says how it went. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { UserError } from "../config/user-error.js";
import { reason } from "../engine/files/discover.js";
import type { Report } from "../model/report.js";
import { run } from "../run.js";
import type { RunOptions, RunResult } from "../run.js";
import { exitCode } from "../run/exit-code.js";
import type { FixedFile } from "../run/fix.js";
import type { Parts } from "../run/parts.js";
import { findFiles, prepare } from "../run/prepare.js";
import { wantsColor } from "./io.js";
import type { Io } from "./io.js";
import { maxWarningsOf, outputsOf, runOptionsOf } from "./options.js";
import type { Flags, Output } from "./options.js";
import { createProgress } from "./progress.js";

/** Returns the exit code. Throws `UserError` for what the user can put right before anything was linted. */
export async function lint(paths: readonly string[], flags: Flags, io: Io, parts: Parts): Promise<number> {
  const outputs = outputsOf(flags);
  const maxWarnings = maxWarningsOf(flags);
  const options = runOptionsOf(paths, flags, io.cwd);
  if (flags.showConfig !== undefined) return showConfig(flags.showConfig === true ? "." : flags.showConfig, options, io, parts);
  await readStdin(options, flags, io);
  if (flags.showFiles) return showFiles(options, io, parts);

  const progress = createProgress(io);
  let result: RunResult;
  try {
    result = await run({ ...options, onProgress: progress.update }, parts);
  } finally {
    progress.clear();
  }
  const { report, fixed, notes } = result;
  for (const note of notes) io.stderr(`${note}\n`);
  if (flags.diff) return printDiff(result, flags.exitZero ?? false, io);

  const fixesStdin = options.buffer !== undefined && flags.fix === true;
  if (options.buffer && fixesStdin) io.stdout(fixed[0]?.bytes ?? options.buffer.bytes);
  if (flags.fix && fixed.length > 0) io.stderr(`${fixesLine("Applied", fixed)}\n`);
  await print(report, outputs, flags, fixesStdin ? { ...io, stdout: (text) => { io.stderr(String(text)); } } : io, parts);
  if (report.files.length === 0 && report.problems.length === 0) io.stderr("leak-lint: no Python, TypeScript or JavaScript files found\n");
  if (maxWarnings !== undefined) {
    const warnings = report.findings.filter(({ severity }) => severity !== "high").length;
    if (warnings > maxWarnings) io.stderr(`leak-lint: ${String(warnings)} medium and low findings are more than --max-warnings ${String(maxWarnings)}\n`);
  }
  return exitCode(report, { maxWarnings, exitZero: flags.exitZero ?? false, quiet: flags.quiet ?? false });
}

async function readStdin(options: RunOptions, flags: Flags, io: Io): Promise<void> {
  const isStdin = options.paths.includes("-");
  if (!isStdin && flags.stdinFilename !== undefined) throw new UserError("--stdin-filename is for standard input: name - as the path");
  if (!isStdin) return;
  if (options.paths.length > 1) throw new UserError("- stands for standard input and must be the only path");
  if (flags.stdinFilename === undefined) throw new UserError("say what standard input holds, as in --stdin-filename app.py");
  options.buffer = { bytes: await io.stdin(), filename: flags.stdinFilename };
}

async function print(report: Report, outputs: readonly Output[], flags: Flags, io: Io, parts: Parts): Promise<void> {
  const reporters = await parts.reporters();
  const common = { quiet: flags.quiet ?? false, statistics: flags.statistics ?? false, showSuppressed: false };
  for (const { format, file } of outputs) {
    const text = reporters[format](report, { ...common, color: file === null && wantsColor(flags.color, io) });
    if (file === null) io.stdout(text.endsWith("\n") || text === "" ? text : `${text}\n`);
    else writeReport(file, text, io);
  }
  // The text report names every failure itself; a machine's report must not be the only place that does.
  if (outputs.some((output) => output.format === "text" && output.file === null)) return;
  for (const problem of report.problems) {
    if (problem.kind === "unreadable") io.stderr(`leak-lint: ${problem.path}: ${problem.message}\n`);
  }
}

function writeReport(file: string, text: string, io: Io): void {
  const path = resolve(io.cwd, file);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  } catch (error) {
    throw new UserError(`cannot write the report to ${file}: ${reason(error)}`);
  }
}

/** A unified diff that `git apply` and `patch -p1` take. */
async function printDiff({ report, fixed }: RunResult, exitZero: boolean, io: Io): Promise<number> {
  const { createTwoFilesPatch, FILE_HEADERS_ONLY } = await import("diff");
  for (const { path, before, after } of fixed) {
    io.stdout(createTwoFilesPatch(`a/${path}`, `b/${path}`, before, after, undefined, undefined, { context: 3, headerOptions: FILE_HEADERS_ONLY }));
  }
  if (fixed.length > 0) io.stderr(`${fixesLine("Would apply", fixed)}\n`);
  const failures = report.problems.filter(({ kind }) => kind === "unreadable");
  for (const { path, message } of failures) io.stderr(`leak-lint: ${path}: ${message}\n`);
  return failures.length > 0 ? 2 : fixed.length > 0 && !exitZero ? 1 : 0;
}

function fixesLine(verb: string, fixed: readonly FixedFile[]): string {
  const fixes = fixed.reduce((sum, file) => sum + file.fixes, 0);
  return `${verb} ${String(fixes)} ${fixes === 1 ? "fix" : "fixes"} in ${String(fixed.length)} ${fixed.length === 1 ? "file" : "files"}.`;
}

async function showFiles(options: RunOptions, io: Io, parts: Parts): Promise<number> {
  const { files, problems } = findFiles(options, await prepare(options, parts), parts);
  io.stdout(files.map(({ path }) => `${path}\n`).join(""));
  for (const { path, message } of problems) io.stderr(`${path}: ${message}\n`);
  return problems.some(({ kind }) => kind === "unreadable") ? 2 : 0;
}

async function showConfig(file: string, options: RunOptions, io: Io, parts: Parts): Promise<number> {
  const { rules, settings } = await prepare(options, parts);
  // For a folder, what holds for a file in it.
  const absolute = resolve(io.cwd, file, /\.\w+$/u.test(file) ? "" : "file");
  const found = settings.for(absolute);
  const ignored = new Set(found.perFileIgnores.filter(({ matches }) => matches(absolute)).flatMap((entry) => entry.rules));
  const active = rules.filter(({ id }) => found.rules.has(id) && !ignored.has(id));
  const shown = {
    config: found.source,
    "min-severity": found.minSeverity,
    rules: Object.fromEntries(active.map(({ id, severity }) => [id, found.severity.get(id) ?? `up to ${severity}`])),
    exclude: found.excludeGlobs,
    excluded: found.excludes(absolute),
    "per-file-ignores": Object.fromEntries(found.perFileIgnores.map((entry) => [entry.glob, entry.rules])),
    pairs: found.pairs,
  };
  io.stdout(`${JSON.stringify(shown, null, 2)}\n`);
  return 0;
}
