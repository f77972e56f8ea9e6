/**
 * Paths to files: walks folders in a fixed order and says what it left out. It reads names, kinds and sizes, not texts
 * (`readSource` does), follows no symbolic link in a walk (so no loop can trap it, and a target inside the tree is
 * linted where it lives), and lets a file that is named explicitly win over every ignore rule.
 */
import { existsSync, readdirSync, realpathSync, statSync } from "node:fs";
import type { Dirent, Stats } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import type { Problem } from "../../model/finding.js";
import { displayPath } from "../program/globs.js";
import { GitIgnore } from "./gitignore.js";

export interface DiscoverOptions {
  /** As the user wrote them: files and folders, relative to `cwd`. */
  paths: readonly string[];
  /** Absolute. */
  cwd: string;
  /** With the dot, lower case. */
  extensions: ReadonlySet<string>;
  /** Whether the configuration or the command line excludes an absolute path. */
  excluded: (absolute: string) => boolean;
  /** Whether `.gitignore` files count. */
  gitignore: boolean;
  /** Whether exclusions and skips also hold for files that are named explicitly (pre-commit names every file). */
  forceExclude: boolean;
}

export interface DiscoveredFile {
  /** For reports: relative to `cwd` where possible, with `/`. */
  path: string;
  absolute: string;
  /** The user named this very file: neither size nor looks exclude it. */
  explicit: boolean;
}

export interface Discovery {
  /** Sorted by path, in code unit order; no file twice. */
  files: DiscoveredFile[];
  problems: Problem[];
}

/** Larger files are data or bundles far more often than source; semgrep and biome draw the line here too. */
export const SIZE_LIMIT = 1024 * 1024;

/** Never source of the project itself; left out without a word, wherever a walk meets them. */
const NEVER = new Set([
  "node_modules", "bower_components", "jspm_packages", "site-packages", "dist-packages", "__pypackages__", "__pycache__",
  ".git", ".hg", ".svn", ".jj", ".venv", ".tox", ".nox", ".eggs", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".pytype",
  ".ipynb_checkpoints", ".yarn", ".pnpm-store", ".cache", ".parcel-cache", ".turbo", ".nx", ".leak-lint-cache",
]);

/** Folders that are left out, but said, for now and then a project keeps its own source under such a name. */
const SAID = new Map([
  ...[
    "dist", "build", "out", "_build", "coverage", "htmlcov", ".next", ".nuxt", ".output", ".svelte-kit", ".angular", ".vercel",
    ".netlify", ".serverless", ".aws-sam", ".docusaurus", ".astro", ".vite", ".expo", "storybook-static",
  ].map((name) => [name, "build output"] as const),
  ...["vendor", "vendors", "vendored", "_vendor", "third_party", "third-party", "thirdparty", "3rdparty"].map((name) => [name, "others' code"] as const),
]);

const MINIFIED_NAME = /[.-]min\.[cm]?js$/u;

/** Finds the files to lint. Throws nothing for what it meets on the disk: that becomes a problem. */
export function discover(options: DiscoverOptions): Discovery {
  const walk = new Walk(options);
  for (const path of options.paths) walk.start(path);
  const files = [...walk.files.values()].sort((a, b) => compare(a.path, b.path));
  return { files, problems: walk.problems.sort((a, b) => compare(a.path, b.path)) };
}

class Walk {
  readonly files = new Map<string, DiscoveredFile>();
  readonly problems: Problem[] = [];
  private readonly visited = new Set<string>();

  constructor(private readonly options: DiscoverOptions) {}

  start(path: string): void {
    const absolute = resolve(this.options.cwd, path);
    let stats: Stats;
    try {
      stats = statSync(absolute);
    } catch (error) {
      this.fail(path, missingMessage(path, error));
      return;
    }
    if (stats.isDirectory()) {
      const forced = this.options.forceExclude && this.options.excluded(absolute);
      if (!forced) this.folder(absolute, this.rulesAbove(absolute));
    } else if (stats.isFile()) {
      this.explicitFile(absolute, stats.size);
    } else {
      this.fail(this.shown(absolute), "not a regular file");
    }
  }

  /** A folder that the user names is walked even if its parents' rules ignore it: their rules then do not reach into it. */
  private rulesAbove(folder: string): GitIgnore {
    if (!this.options.gitignore) return GitIgnore.none;
    const rules = GitIgnore.above(folder, this.options.cwd);
    return ancestors(folder).some((at) => rules.ignores(at, true)) ? GitIgnore.none : rules;
  }

  private explicitFile(absolute: string, size: number): void {
    const { extensions, forceExclude, excluded, gitignore, cwd } = this.options;
    if (!extensions.has(extname(absolute).toLowerCase())) {
      this.skip(absolute, "not a Python, TypeScript or JavaScript file");
      return;
    }
    if (forceExclude) {
      const folders = ancestors(dirname(absolute)).filter((at) => at.length >= cwd.length);
      if (folders.some((at) => isNever(at) || SAID.has(basename(at)) || excluded(at))) return;
      if (excluded(absolute)) return;
      const rules = gitignore ? GitIgnore.above(dirname(absolute), cwd).enter(dirname(absolute)) : GitIgnore.none;
      if (rules.ignores(absolute, false) || folders.some((at) => at !== cwd && rules.ignores(at, true))) return;
      this.file(absolute, size);
      return;
    }
    this.files.set(absolute, { path: this.shown(absolute), absolute, explicit: true });
  }

  private folder(absolute: string, rulesAbove: GitIgnore): void {
    // Two arguments may name the same folder, or one inside of the other.
    const real = realpathSync(absolute);
    if (this.visited.has(real)) return;
    this.visited.add(real);
    let entries: Dirent[];
    try {
      entries = readdirSync(absolute, { withFileTypes: true });
    } catch (error) {
      this.fail(this.shown(absolute), reason(error));
      return;
    }
    const rules = this.options.gitignore ? rulesAbove.enter(absolute) : GitIgnore.none;
    for (const entry of entries.sort((a, b) => compare(a.name, b.name))) {
      const path = join(absolute, entry.name);
      if (entry.isDirectory()) this.subfolder(path, entry.name, rules);
      else if (entry.isFile() && this.options.extensions.has(extname(entry.name).toLowerCase())) {
        if (this.files.has(path) || rules.ignores(path, false) || this.options.excluded(path)) continue;
        this.file(path, null);
      }
    }
  }

  private subfolder(path: string, name: string, rules: GitIgnore): void {
    if (NEVER.has(name) || rules.ignores(path, true) || this.options.excluded(path) || isNever(path)) return;
    const taken = SAID.get(name);
    if (taken !== undefined) this.skip(path, `taken for ${taken} (name the folder to have it linted)`);
    else this.folder(path, rules);
  }

  private file(absolute: string, knownSize: number | null): void {
    if (MINIFIED_NAME.test(absolute)) {
      this.skip(absolute, "minified, by its name (name the file to have it linted)");
      return;
    }
    try {
      const size = knownSize ?? statSync(absolute).size;
      if (size > SIZE_LIMIT) {
        this.skip(absolute, "larger than 1 MB (name the file to have it linted)");
        return;
      }
    } catch (error) {
      this.fail(this.shown(absolute), reason(error));
      return;
    }
    this.files.set(absolute, { path: this.shown(absolute), absolute, explicit: false });
  }

  private shown(absolute: string): string {
    return displayPath(absolute, this.options.cwd);
  }

  private skip(absolute: string, message: string): void {
    this.problems.push({ path: this.shown(absolute), kind: "skipped", message, region: null });
  }

  private fail(path: string, message: string): void {
    this.problems.push({ path, kind: "unreadable", message, region: null });
  }
}

/** A virtual environment says what it is by a marker file, whatever its folder is called. */
function isNever(folder: string): boolean {
  return NEVER.has(basename(folder)) || existsSync(join(folder, "pyvenv.cfg"));
}

/** The folder and every folder above it. */
function ancestors(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...ancestors(parent)];
}

function missingMessage(path: string, error: unknown): string {
  const code = errorCode(error);
  if (code !== "ENOENT" && code !== "ENOTDIR") return reason(error);
  const isPattern = /[*?[\]{}]/u.test(path);
  return isPattern ? "no such file or folder; leak-lint takes paths, not patterns: name a folder, or let the shell expand the pattern" : "no such file or folder";
}

/** Read off the shape, not the class: the error may come from another realm (a test's, an editor's). */
function errorCode(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
}

/** The system's own words for what went wrong, without the call and the path that Node adds. */
export function reason(error: unknown): string {
  const words: Record<string, string> = {
    EACCES: "permission denied", EPERM: "operation not permitted", ELOOP: "too many levels of symbolic links",
    ENOENT: "no such file or folder", EISDIR: "it is a folder", ENAMETOOLONG: "the name is too long", EMFILE: "too many open files",
    ENOTDIR: "a part of the path is not a folder", EROFS: "the file system is read-only", ENOSPC: "no space left on the device",
  };
  return words[errorCode(error)] ?? String(error).replace(/^Error: /u, "");
}

/** Code unit order: the same on every machine and in every locale. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
