/** What a run needs before it reads a file: rules, settings, and which files there are. */
import { extname, resolve } from "node:path";
import { SettingsFinder } from "../config/settings.js";
import type { CommandLine } from "../config/settings.js";
import { UserError } from "../config/user-error.js";
import { discover } from "../engine/files/discover.js";
import type { Discovery } from "../engine/files/discover.js";
import { displayPath } from "../engine/program/globs.js";
import { readLayout } from "../engine/files/read-layout.js";
import { readBytes, readSource } from "../engine/files/read-source.js";
import type { RuleInfo } from "../model/report.js";
import type { Language } from "../parsers/language.js";
import type { Engine, LanguageEntry, Parts } from "./parts.js";
import { Project } from "./project.js";
import { ruleInfos } from "./rule-infos.js";

/** Where the files come from and how they are chosen. */
export interface SourceOptions extends CommandLine {
  /** Files and folders, relative to `cwd`. */
  paths: readonly string[];
  /** Absolute. */
  cwd: string;
  /** Lints these bytes under that name in place of `paths`; nothing of that name needs to exist. */
  buffer?: { bytes: Buffer; filename: string };
  /** Exclusions also hold for files that are named explicitly. */
  forceExclude?: boolean;
  /** Default true. */
  gitignore?: boolean;
  /** Called after each file that was read. */
  onProgress?: (done: number, total: number) => void;
}

export interface Prepared {
  engine: Engine;
  rules: RuleInfo[];
  settings: SettingsFinder;
}

/** Loads rules and catalog, and checks the command line's rule names. Throws `UserError`. */
export async function prepare(options: CommandLine & { cwd: string }, parts: Parts): Promise<Prepared> {
  const engine = await parts.engine();
  const rules = ruleInfos(engine.rules);
  return { engine, rules, settings: new SettingsFinder(options.cwd, options, rules, engine.checkPairs) };
}

/** The files to lint. Throws `UserError` for a mistake in a configuration file on the way. */
export function findFiles(options: SourceOptions, { settings }: Prepared, parts: Parts): Discovery {
  const { cwd, paths, buffer, gitignore = true, forceExclude = false } = options;
  if (buffer) {
    const absolute = resolve(cwd, buffer.filename);
    if (!languageEntry(absolute, parts)) throw new UserError(`${buffer.filename}: not the name of a Python, TypeScript or JavaScript file`);
    const isExcluded = forceExclude && settings.for(absolute).excludes(absolute);
    return { files: isExcluded ? [] : [{ path: displayPath(absolute, cwd), absolute, explicit: true }], problems: [] };
  }
  return discover({
    paths, cwd, gitignore, forceExclude,
    extensions: new Set(parts.languages.flatMap(({ extensions }) => extensions)),
    excluded: (absolute) => settings.for(absolute).excludes(absolute),
  });
}

/** Reads and lowers every file, loading only the languages that occur. */
export async function readProject({ files, problems }: Discovery, options: SourceOptions, parts: Parts): Promise<Project> {
  const project = new Project();
  project.problems.push(...problems);
  if (!options.buffer) project.layout = readLayout(files.map(({ absolute }) => absolute), options.cwd);
  const loaded = new Map<LanguageEntry, Language>();
  for (const [index, file] of files.entries()) {
    const entry = languageEntry(file.absolute, parts);
    if (!entry) continue;
    const language = loaded.get(entry) ?? await entry.load();
    loaded.set(entry, language);
    project.add(options.buffer ? readBytes(file, options.buffer.bytes, entry.id) : readSource(file, entry.id), language);
    options.onProgress?.(index + 1, files.length);
  }
  return project;
}

function languageEntry(path: string, parts: Parts): LanguageEntry | null {
  return parts.languages.find(({ extensions }) => extensions.includes(extname(path).toLowerCase())) ?? null;
}
