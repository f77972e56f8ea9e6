/** Every flag and subcommand with its help text. What they do is handed in, so that this reads as the manual. */
import { Command } from "commander";
import type { Flags } from "./options.js";

/** What the commands do. */
export interface Actions {
  lint: (paths: string[], flags: Flags) => Promise<void>;
  rules: (flags: { format: string }) => Promise<void>;
  explain: (rule: string) => Promise<void>;
  init: () => Promise<void>;
  printModel: (file: string) => Promise<void>;
}

const AFTER = `
Exit codes:
  0  nothing to report
  1  findings, or a file that does not parse; with --diff: a fix would change something
  2  could not do the job: wrong usage or configuration, a path that is missing or unreadable

Severities and exit codes:
  Every finding counts, whatever its severity. With --max-warnings N, only high findings count, as errors do in
  ESLint, and medium and low ones are its warnings: exit code 1 if there are more than N of them.

A folder called like a subcommand is named as a path: leak-lint ./rules`;

export function createProgram(actions: Actions, version: string): Command {
  const program = new Command("leak-lint");
  program
    .description("Finds memory and resource leaks in Python and TypeScript/JavaScript.")
    .usage("[options] [paths...]")
    .argument("[paths...]", "files and folders to lint, or - for standard input (default: .)")
    .enablePositionalOptions()
    .optionsGroup("Output:")
    .option("-f, --format <format>", "text, json or sarif; =FILE writes it to a file (repeatable)", collect)
    .option("--output-format <format>", "the same as --format", collect)
    .option("-o, --output-file <file>", "write the report there, not to standard output")
    .option("--statistics", "count findings by rule")
    .option("-q, --quiet", "report only high findings")
    .option("--color", "colour the text report (default: on a terminal)")
    .option("--no-color", "do not colour")
    .optionsGroup("Rules:")
    .option("--select <rules>", "run only these: ids, codes, prefixes of codes or ALL, separated by commas; replaces the configuration's choice", collect)
    .option("--ignore <rules>", "do not run these", collect)
    .option("--extend-select <rules>", "run these as well", collect)
    .option("--min-severity <severity>", "report low, medium or high and what is worse (default: low)")
    .optionsGroup("Fixes:")
    .option("--fix", "apply safe fixes to the files; with - to standard output")
    .option("--unsafe-fixes", "with --fix or --diff: also fixes that may change behaviour")
    .option("--diff", "print what --fix would change, and write nothing")
    .optionsGroup("Files:")
    .option("--exclude <glob>", "leave files and folders out (repeatable)", collect)
    .option("--force-exclude", "leave them out even if they are named as paths")
    .option("--no-gitignore", "lint what .gitignore ignores, too")
    .option("--no-link", "judge each file by itself, as an editor does")
    .option("--stdin-filename <name>", "what standard input would be called")
    .option("--show-files", "list the files that would be linted, and stop")
    .optionsGroup("Configuration:")
    .option("--config <file>", "use this configuration for every file")
    .option("--isolated", "use no configuration file")
    .option("--show-config [file]", "print what holds for a file, and stop")
    .optionsGroup("Exit code:")
    .option("--max-warnings <n>", "allow up to N medium and low findings (see below)")
    .option("--exit-zero", "exit with 0 even if there are findings")
    .optionsGroup("Other:")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .addHelpText("after", AFTER)
    .action((paths: string[], flags: Flags & { outputFormat?: string[] }) => {
      const format = [...(flags.format ?? []), ...(flags.outputFormat ?? [])];
      return actions.lint(paths, format.length > 0 ? { ...flags, format } : flags);
    });

  program.command("rules")
    .description("list the rules")
    .option("-f, --format <format>", "text or json", "text")
    .action(actions.rules);
  program.command("explain <rule>")
    .description("print a rule's documentation")
    .action(actions.explain);
  program.command("init")
    .description("write a leak-lint.json to start from")
    .action(actions.init);
  program.command("print-model <file>")
    .description("print how leak-lint understands a file, one line an effect")
    .action(actions.printModel);
  return program;
}

function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}
