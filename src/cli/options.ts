/** The flags: their values as commander hands them over, and the checks that turn them into what `run` takes. */
import type { RunOptions } from "../run.js";
import { didYouMean } from "../config/suggest.js";
import { UserError } from "../config/user-error.js";
import type { Severity } from "../model/finding.js";

export const FORMATS = ["text", "json", "sarif"] as const;
export type Format = (typeof FORMATS)[number];

/** A report to make and where it goes; null is standard output. */
export interface Output {
  format: Format;
  file: string | null;
}

/** As commander parsed them. Lists are as written: one item a flag, commas not yet split. */
export interface Flags {
  format?: string[];
  outputFile?: string;
  select?: string[];
  ignore?: string[];
  extendSelect?: string[];
  minSeverity?: string;
  fix?: true;
  unsafeFixes?: true;
  diff?: true;
  maxWarnings?: string;
  exitZero?: true;
  statistics?: true;
  quiet?: true;
  config?: string;
  isolated?: true;
  exclude?: string[];
  forceExclude?: true;
  /** False for `--no-gitignore`. */
  gitignore: boolean;
  /** False for `--no-link`. */
  link: boolean;
  showFiles?: true;
  /** True without a file. */
  showConfig?: string | true;
  stdinFilename?: string;
  color?: boolean;
}

/** `--format`s and `--output-file` as outputs. Throws `UserError` where two would share standard output. */
export function outputsOf(flags: Flags): Output[] {
  const outputs = (flags.format ?? ["text"]).map((value): Output => {
    const [name = "", ...rest] = value.split("=");
    const format = FORMATS.find((known) => known === name);
    if (!format) throw new UserError(`--format: unknown format "${name}"${didYouMean(name, FORMATS)}; there are ${FORMATS.join(", ")}`);
    const file = rest.length === 0 ? null : rest.join("=");
    if (file === "") throw new UserError(`--format ${value}: the file's name is missing after "="`);
    return { format, file };
  });
  const toStdout = outputs.filter(({ file }) => file === null);
  if (toStdout.length > 1) {
    throw new UserError(`--format: only one format can go to standard output; give the others a file, as in --format ${toStdout.at(-1)?.format ?? "sarif"}=FILE`);
  }
  if (flags.outputFile === undefined) return outputs;
  if (toStdout.length === 0) throw new UserError("--output-file: every --format already has a file of its own");
  return outputs.map((output) => (output.file === null ? { ...output, file: flags.outputFile ?? null } : output));
}

/** The part of the flags that the pipeline takes. Throws `UserError`. */
export function runOptionsOf(paths: readonly string[], flags: Flags, cwd: string): RunOptions {
  if (flags.isolated && flags.config !== undefined) throw new UserError("--isolated and --config contradict each other");
  if (flags.fix && flags.diff) throw new UserError("--fix writes and --diff does not: choose one");
  if (flags.unsafeFixes && !flags.fix && !flags.diff) throw new UserError("--unsafe-fixes needs --fix or --diff");
  const minSeverity = flags.minSeverity === undefined ? undefined : severityOf(flags.minSeverity);
  return {
    paths: paths.length > 0 ? paths : ["."],
    cwd,
    gitignore: flags.gitignore,
    link: flags.link,
    forceExclude: flags.forceExclude ?? false,
    isolated: flags.isolated ?? false,
    ignore: splitNames(flags.ignore ?? []),
    extendSelect: splitNames(flags.extendSelect ?? []),
    exclude: flags.exclude ?? [],
    unsafeFixes: flags.unsafeFixes ?? false,
    ...(flags.select && { select: splitNames(flags.select) }),
    ...(flags.config !== undefined && { config: flags.config }),
    ...(minSeverity && { minSeverity }),
    ...(flags.fix ? { fix: "write" as const } : flags.diff ? { fix: "preview" as const } : {}),
  };
}

/** `--max-warnings` as a number; undefined where it is not given. */
export function maxWarningsOf({ maxWarnings }: Flags): number | undefined {
  if (maxWarnings === undefined) return undefined;
  if (!/^\d{1,9}$/u.test(maxWarnings)) throw new UserError(`--max-warnings: "${maxWarnings}" is not a whole number from 0 on`);
  return Number(maxWarnings);
}

function severityOf(value: string): Severity {
  const severities = ["low", "medium", "high"] as const;
  const severity = severities.find((known) => known === value);
  if (!severity) throw new UserError(`--min-severity: unknown severity "${value}"${didYouMean(value, severities)}; there are ${severities.join(", ")}`);
  return severity;
}

function splitNames(values: readonly string[]): string[] {
  return values.flatMap((value) => value.split(",")).map((name) => name.trim()).filter((name) => name !== "");
}
