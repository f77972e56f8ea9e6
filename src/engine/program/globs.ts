/**
 * The one meaning of a glob in `exclude`, `--exclude` and `per-file-ignores`: relative to a folder, `/` on every
 * system, `{a,b}` and `**` as usual. A glob without a slash matches at any depth, and a glob that matches a folder
 * takes everything in it.
 */
import { relative, sep } from "node:path";
import picomatch from "picomatch";

/** Says whether an absolute path is matched. */
export type PathMatcher = (absolute: string) => boolean;

/** A matcher for globs that are relative to `base`; no glob, no match. Paths outside of `base` never match. */
export function globMatcher(globs: readonly string[], base: string): PathMatcher {
  if (globs.length === 0) return () => false;
  const matches = picomatch(globs.flatMap(spellings), { dot: true });
  return (absolute) => {
    const path = slashed(relative(base, absolute));
    if (path === "" || path === ".." || path.startsWith("../")) return false;
    return matches(path);
  };
}

function spellings(glob: string): string[] {
  const plain = slashed(glob).replace(/^\.\//u, "").replace(/\/+$/u, "");
  const anchored = plain.startsWith("/") ? plain.slice(1) : plain.includes("/") ? plain : `**/${plain}`;
  return [anchored, `${anchored}/**`];
}

/** Says whether a path lies where the catalog says. */
export type PlaceMatcher = (path: string) => boolean;

/** A matcher for the catalog's globs, which say where a file lies in any project: `**` any folders, `*` any name. */
export function pathGlobs(globs: readonly string[]): PlaceMatcher {
  const regexes = globs.map(globRegex);
  return (path) => regexes.some((regex) => regex.test(path));
}

function globRegex(pattern: string): RegExp {
  const source = pattern.replaceAll(/[.+^$()|[\]\\]/gu, "\\$&").replaceAll(/\{([^}]*)\}/gu, (_, list: string) => `(?:${list.replaceAll(",", "|")})`)
    .replaceAll("**/", "\u0000").replaceAll("**", "\u0001").replaceAll("*", "[^/]*").replaceAll("\u0000", "(?:.*/)?").replaceAll("\u0001", ".*");
  return new RegExp(`(?:^|/)${source}$`, "u");
}

/** The system's separators as `/`. */
export function slashed(path: string): string {
  return sep === "/" ? path : path.replaceAll(sep, "/");
}

/** How a path is shown and linked: relative to `cwd` with `/` where it lies inside, absolute otherwise. */
export function displayPath(absolute: string, cwd: string): string {
  const path = relative(cwd, absolute);
  return path === "" || path.startsWith("..") || /^[A-Za-z]:/u.test(path) ? slashed(absolute) : slashed(path);
}
