/**
 * What holds for one file: the nearest configuration upwards from it, under the command line. Configurations are not
 * merged with those of folders above.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Pair } from "../catalog/types.js";
import { reason } from "../engine/files/discover.js";
import { displayPath, globMatcher } from "../engine/program/globs.js";
import type { PathMatcher } from "../engine/program/globs.js";
import type { Severity } from "../model/finding.js";
import { CONFIG_NAMES, parseConfig } from "./parse.js";
import type { ParsedConfig } from "./parse.js";
import { checkNames, names, selectRules } from "./selection.js";
import type { SelectableRule } from "./selection.js";
import { UserError } from "./user-error.js";
import { validateConfig } from "./validate.js";

/** A configuration file's content, checked against schema.json. */
export interface ConfigFile {
  $schema?: string;
  select?: string[];
  ignore?: string[];
  exclude?: string[];
  severity?: Record<string, Severity | "off">;
  "per-file-ignores"?: Record<string, string[]>;
  "min-severity"?: Severity;
  pairs?: UserPairs;
}

export interface UserPairs {
  python?: Pair[];
  ts?: Pair[];
}

/** What the command line says; it wins over every configuration file. */
export interface CommandLine {
  /** Replaces the configuration's choice of rules altogether. */
  select?: readonly string[];
  extendSelect?: readonly string[];
  ignore?: readonly string[];
  minSeverity?: Severity;
  /** Adds to the configuration's. Relative to the working directory. */
  exclude?: readonly string[];
  /** A configuration file to use for every file, in place of the nearest. */
  config?: string;
  /** Uses no configuration file. */
  isolated?: boolean;
}

/** What holds for the files under one configuration. */
export interface Settings {
  /** The configuration file, absolute; null where there is none. */
  source: string | null;
  /** The source for messages: relative to the working directory. */
  shown: string;
  rules: ReadonlySet<string>;
  severity: ReadonlyMap<string, Severity>;
  minSeverity: Severity;
  excludeGlobs: readonly string[];
  excludes: PathMatcher;
  perFileIgnores: readonly { glob: string; rules: readonly string[]; matches: PathMatcher }[];
  pairs: UserPairs;
}

/** Finds, reads and remembers the configurations of one run. Throws `UserError` for every mistake in one. */
export class SettingsFinder {
  private readonly byFolder = new Map<string, Settings>();
  private readonly fixed: Settings | null;
  private readonly none: Settings;

  /** `checkPairs` returns what is wrong with the user's pairs, a sentence each. */
  constructor(
    private readonly cwd: string,
    private readonly commandLine: CommandLine,
    private readonly rules: readonly SelectableRule[],
    private readonly checkPairs: (pairs: UserPairs, shown: string) => readonly string[],
  ) {
    checkNames(commandLine.select ?? [], rules, "--select");
    checkNames(commandLine.extendSelect ?? [], rules, "--extend-select");
    checkNames(commandLine.ignore ?? [], rules, "--ignore");
    this.none = this.settings(null, {}, cwd);
    this.fixed = commandLine.config === undefined ? (commandLine.isolated === true ? this.none : null) : this.named(commandLine.config);
  }

  /** The settings for an absolute path of a file (or folder): its own folder's configuration, or the nearest above. */
  for(path: string): Settings {
    return this.fixed ?? this.inFolder(dirname(path));
  }

  private inFolder(folder: string): Settings {
    const known = this.byFolder.get(folder);
    if (known) return known;
    const own = CONFIG_NAMES.map((name) => this.load(join(folder, name), folder)).find((settings) => settings !== null);
    const parent = dirname(folder);
    const settings = own ?? (parent === folder ? this.none : this.inFolder(parent));
    this.byFolder.set(folder, settings);
    return settings;
  }

  private named(path: string): Settings {
    const absolute = resolve(this.cwd, path);
    const isKnown = /\.jsonc?$/u.test(path) || basename(path) === "pyproject.toml";
    if (!isKnown) throw new UserError(`--config ${path}: must be a .json or .jsonc file, or a pyproject.toml`);
    if (!existsSync(absolute)) throw new UserError(`--config ${path}: no such file`);
    // As in ESLint and ruff, the globs of a named configuration are relative to where leak-lint was started.
    const settings = this.load(absolute, this.cwd);
    if (!settings) throw new UserError(`--config ${path}: has no ${basename(path) === "package.json" ? '"leak-lint" key' : "[tool.leak-lint] table"}`);
    return settings;
  }

  private load(path: string, base: string): Settings | null {
    if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return null;
    const shown = displayPath(path, this.cwd);
    let text: string;
    try {
      text = readFileSync(path, "utf8");
    } catch (error) {
      throw new UserError(`${shown}: cannot be read: ${reason(error)}`);
    }
    const parsed = parseConfig(path, text, shown);
    return parsed && this.settings(path, this.checked(parsed, shown), base);
  }

  private checked(parsed: ParsedConfig, shown: string): ConfigFile {
    const issues = validateConfig(parsed.value);
    if (issues.length > 0) {
      throw new UserError(issues.map(({ at, message }) => `${placed(shown, parsed.lineOf(at))}: ${keyPath(at)}${message}`).join("\n"));
    }
    const config = parsed.value as ConfigFile;
    const check = (wanted: readonly string[], at: readonly (string | number)[]): void => {
      checkNames(wanted, this.rules, `${placed(shown, parsed.lineOf(at))}: ${keyPath(at).trim()}`);
    };
    check(config.select ?? [], ["select"]);
    check(config.ignore ?? [], ["ignore"]);
    for (const name of Object.keys(config.severity ?? {})) this.checkOneRule(name, `${placed(shown, parsed.lineOf(["severity", name]))}: "severity"`);
    for (const [glob, wanted] of Object.entries(config["per-file-ignores"] ?? {})) check(wanted, ["per-file-ignores", glob]);
    if (config.pairs) {
      const wrong = this.checkPairs(config.pairs, shown);
      if (wrong.length > 0) throw new UserError(wrong.join("\n"));
    }
    return config;
  }

  private settings(source: string | null, config: ConfigFile, base: string): Settings {
    const { select, extendSelect, ignore, minSeverity, exclude } = this.commandLine;
    const severities = Object.entries(config.severity ?? {});
    const off = severities.filter(([, severity]) => severity === "off").map(([name]) => name);
    const chosen = select
      ? { select, extend: extendSelect ?? [], ignore: ignore ?? [] }
      : { select: config.select ?? null, extend: extendSelect ?? [], ignore: [...(config.ignore ?? []), ...off, ...(ignore ?? [])] };
    const excludes = [globMatcher(config.exclude ?? [], base), globMatcher(exclude ?? [], this.cwd)];
    return {
      source,
      shown: source === null ? "" : displayPath(source, this.cwd),
      rules: selectRules(this.rules, chosen),
      severity: this.fixedSeverities(severities),
      minSeverity: minSeverity ?? config["min-severity"] ?? "low",
      excludeGlobs: [...(config.exclude ?? []), ...(exclude ?? [])],
      excludes: (path) => excludes.some((matches) => matches(path)),
      perFileIgnores: Object.entries(config["per-file-ignores"] ?? {}).map(([glob, ignored]) => ({ glob, rules: this.idsOf(ignored), matches: globMatcher([glob], base) })),
      pairs: config.pairs ?? {},
    };
  }

  /** A severity is set for one rule: of two prefixes that overlap, none would be the right one. */
  private checkOneRule(name: string, where: string): void {
    checkNames([name], this.rules, where);
    if (this.idsOf([name]).length > 1) throw new UserError(`${where}: "${name}" means several rules; name one rule by its id or code`);
  }

  private fixedSeverities(entries: readonly (readonly [string, Severity | "off"])[]): Map<string, Severity> {
    return new Map(entries.flatMap(([name, severity]) => (severity === "off" ? [] : this.idsOf([name]).map((id) => [id, severity] as const))));
  }

  private idsOf(wanted: readonly string[]): string[] {
    return this.rules.filter((rule) => wanted.some((name) => names(name, rule))).map((rule) => rule.id);
  }
}

function placed(shown: string, line: number | null): string {
  return line === null ? shown : `${shown}:${String(line)}`;
}

/** `pairs.python[0].key`, followed by a space; empty for the whole file. */
function keyPath(at: readonly (string | number)[]): string {
  const path = at.map((part, index) => (typeof part === "number" ? `[${String(part)}]` : index === 0 ? part : `.${part}`)).join("");
  return path === "" ? "" : `"${path}" `;
}
