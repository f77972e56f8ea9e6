/**
 * `.gitignore` as git reads it: one file a folder, the deepest that says anything wins, patterns relative to their own
 * folder. Git itself is not called, so that leak-lint works in an image without it. Read: every `.gitignore` from the
 * repository's root (or, outside of a repository, the working directory) down, and `.git/info/exclude`.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import ignore from "ignore";
import { slashed } from "../program/globs.js";

interface Level {
  folder: string;
  rules: ignore.Ignore;
}

/** The ignore rules in force in one folder, deepest first. */
export class GitIgnore {
  private constructor(private readonly levels: readonly Level[]) {}

  static readonly none = new GitIgnore([]);

  /** The rules in force in `folder` from the folders above it; `cwd` is where to start outside of a repository. */
  static above(folder: string, cwd: string): GitIgnore {
    const folders: string[] = [];
    for (let at = folder; ; at = dirname(at)) {
      folders.unshift(at);
      if (existsSync(join(at, ".git")) || dirname(at) === at) break;
    }
    const inRepository = existsSync(join(folders[0] ?? folder, ".git"));
    const inside = (at: string): boolean => inRepository || at === cwd || at.startsWith(cwd.endsWith(sep) ? cwd : cwd + sep);
    // The folder's own file is read by `enter`, as for every folder of the walk.
    return folders.filter((at) => inside(at) && at !== folder).reduce((rules, at) => rules.enter(at), GitIgnore.none);
  }

  /** The rules in force inside of `folder`. */
  enter(folder: string): GitIgnore {
    const texts = [join(folder, ".gitignore"), join(folder, ".git", "info", "exclude")].map(readText).filter((text) => text !== null);
    if (texts.length === 0) return this;
    const rules = ignore({ ignorecase: false });
    // info/exclude is weaker than .gitignore, so it comes first.
    for (const text of texts.reverse()) rules.add(text);
    return new GitIgnore([{ folder, rules }, ...this.levels]);
  }

  ignores(absolute: string, isFolder: boolean): boolean {
    for (const { folder, rules } of this.levels) {
      const path = slashed(relative(folder, absolute));
      if (path === "" || path.startsWith("..")) continue;
      const result = rules.test(isFolder ? `${path}/` : path);
      if (result.ignored) return true;
      if (result.unignored) return false;
    }
    return false;
  }
}

/** A file that is missing or unreadable ignores nothing, as in git. */
function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
