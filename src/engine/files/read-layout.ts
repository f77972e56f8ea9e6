/**
 * Reads the manifests of a project for the linker: path aliases of tsconfig.json and jsconfig.json, and the names, entries
 * and subpaths of the packages of a workspace. Read once a run. A manifest that is missing, broken or larger than any real
 * one says nothing: an import that nobody explains leads out of the program, which is the safe answer.
 *
 * Sources: TypeScript's handbook, "Module Resolution" (paths, baseUrl) and TSConfig reference (extends, references);
 * Node's documentation, "Modules: Packages" (exports, imports, conditions).
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parse as parseJsonc } from "jsonc-parser";
import { displayPath } from "../program/globs.js";
import type { Aliases, Layout, Package } from "../program/layout.js";

const COMPILER_CONFIGS = ["tsconfig.json", "jsconfig.json"];
const ENTRY_FIELDS = ["source", "types", "typings", "module", "main", "browser"];
const DEPENDENCY_FIELDS = ["dependencies", "devDependencies", "peerDependencies"];
const MAXIMUM_BYTES = 1024 * 1024;
const MAXIMUM_EXTENDS = 16;

/** Reads the manifests of the folders of `files` (absolute paths) and of the folders above them, up to a repository's root. */
export function readLayout(files: Iterable<string>, cwd: string): Layout {
  const packages = new Map<string, Package>();
  const aliases = new Map<string, Aliases>();
  const seen = new Set<string>();
  for (const file of files) {
    for (let folder = dirname(file); !seen.has(folder); folder = dirname(folder)) {
      seen.add(folder);
      const shown = shownFolder(folder, cwd);
      const own = readPackage(folder, shown);
      if (own) packages.set(shown, own);
      const mapped = readAliases(folder, cwd);
      if (mapped) aliases.set(shown, mapped);
      if (existsSync(join(folder, ".git"))) break;
    }
  }
  return { packages, aliases };
}

function shownFolder(folder: string, cwd: string): string {
  return folder === cwd ? "" : displayPath(folder, cwd);
}

function readPackage(folder: string, shown: string): Package | null {
  const manifest = readObject(join(folder, "package.json"));
  if (!manifest) return null;
  const entries = ENTRY_FIELDS.flatMap((field) => (typeof manifest[field] === "string" ? [manifest[field]] : []));
  return { folder: shown, name: textOr(manifest["name"], null), exports: manifest["exports"], imports: manifest["imports"], entries, dependencies: new Set(DEPENDENCY_FIELDS.flatMap((field) => Object.keys(objectOr(manifest[field]) ?? {}))) };
}

interface CompilerPaths {
  /** Absolute. */
  base: string | null;
  paths: { pattern: string; targets: string[] }[] | null;
}

function readAliases(folder: string, cwd: string): Aliases | null {
  const file = COMPILER_CONFIGS.map((name) => join(folder, name)).find((path) => existsSync(path));
  if (!file) return null;
  const read = compilerPaths(file, 0) ?? { base: null, paths: null };
  // A solution file names its parts and has no options of its own; the parts beside it are for the same folder.
  const found = read.paths ? read : referenced(file).find((one) => one.paths) ?? read;
  return {
    base: found.base === null ? null : shownFolder(found.base, cwd),
    paths: (found.paths ?? []).map(({ pattern, targets }) => ({ pattern, targets: targets.map((target) => displayPath(target, cwd)) })),
  };
}

/** `paths` and `baseUrl` of a configuration, with what it extends; a nearer one replaces, it does not merge. */
function compilerPaths(file: string, depth: number): CompilerPaths | null {
  const config = depth > MAXIMUM_EXTENDS ? null : readObject(file);
  if (!config) return null;
  const result: CompilerPaths = { base: null, paths: null };
  for (const parent of listOf(config["extends"])) {
    const path = typeof parent === "string" ? extendedFile(parent, dirname(file)) : null;
    const inherited = path === null ? null : compilerPaths(path, depth + 1);
    if (!inherited) continue;
    result.base = inherited.base ?? result.base;
    result.paths = inherited.paths ?? result.paths;
  }
  const options = objectOr(config["compilerOptions"]);
  if (!options) return result;
  const baseUrl = textOr(options["baseUrl"], null);
  if (baseUrl !== null) result.base = resolve(dirname(file), baseUrl);
  const paths = objectOr(options["paths"]);
  if (paths) {
    // Without a baseUrl, targets are relative to the file that lists them.
    const from = result.base ?? dirname(file);
    result.paths = Object.entries(paths).map(([pattern, targets]) => ({
      pattern, targets: listOf(targets).flatMap((target) => (typeof target === "string" ? [resolve(from, target)] : [])),
    }));
  }
  return result;
}

function referenced(file: string): CompilerPaths[] {
  const folder = dirname(file);
  return listOf(readObject(file)?.["references"]).flatMap((reference) => {
    const path = textOr(objectOr(reference)?.["path"], null);
    if (path === null || dirname(resolve(folder, path)) !== folder || !path.endsWith(".json")) return [];
    return compilerPaths(resolve(folder, path), 0) ?? [];
  });
}

/** What `extends` names: a file, or one in an installed package. */
function extendedFile(name: string, folder: string): string | null {
  const spellings = (path: string): string[] => [path, `${path}.json`, join(path, "tsconfig.json")];
  if (name.startsWith(".") || name.startsWith("/")) return spellings(resolve(folder, name)).find(isFile) ?? null;
  for (let up = folder; ; up = dirname(up)) {
    const found = spellings(join(up, "node_modules", name)).find(isFile);
    if (found !== undefined || dirname(up) === up) return found ?? null;
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** The object that a JSON file with comments holds; null for anything else, whatever the reason. */
function readObject(path: string): Record<string, unknown> | null {
  try {
    const size = statSync(path, { throwIfNoEntry: false })?.size;
    if (size === undefined || size > MAXIMUM_BYTES) return null;
    return objectOr(parseJsonc(readFileSync(path, "utf8").replace(/^\ufeff/u, ""), [], { allowTrailingComma: true }));
  } catch {
    return null;
  }
}

function objectOr(value: unknown): Record<string, unknown> | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : null;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
}

function textOr(value: unknown, other: null): string | null {
  return typeof value === "string" ? value : other;
}
