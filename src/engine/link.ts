/**
 * Which module of the program an import names. Works on the paths that were given to the linter, so it needs no
 * installation of the project: Python's dotted names against path endings, JavaScript's relative specifiers against
 * files with the usual extensions, and its absolute ones (`src/app/store`, `@/store`) against the folders above the
 * importing file, nearest first, as `baseUrl` and the usual aliases of bundlers mean them.
 */
import type { Mod } from "./program.js";

const SCRIPT_EXTENSIONS = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".vue", ".svelte"] as const;

/** What the aliases `@/`, `~/` and `#/` commonly stand for, below the project's root. */
const ALIAS = /^[@~#]\//u;
const ALIASED = ["", "src/", "app/"] as const;

export class ModuleResolver {
  private readonly byPath = new Map<string, Mod>();
  /** Every folder that holds a module at any depth. */
  private readonly folders = new Set<string>([""]);
  /** Python modules by every dotted ending of their path: `src/app/db.py` is `src.app.db`, `app.db` and `db`. */
  private readonly byDotted = new Map<string, Mod | null>();

  constructor(modules: readonly Mod[]) {
    for (const module of modules) {
      this.byPath.set(normal(module.path), module);
      for (let folder = directory(module.path); !this.folders.has(folder); folder = directory(folder)) this.folders.add(folder);
      if (module.facts.language !== "python") continue;
      const parts = normal(module.path).replace(/\.pyi?$/u, "").split("/").filter((part) => part !== "");
      if (parts.at(-1) === "__init__") parts.pop();
      for (let start = 0; start < parts.length; start++) {
        const dotted = parts.slice(start).join(".");
        // Two modules with the same ending: the name alone does not tell which.
        this.byDotted.set(dotted, this.byDotted.has(dotted) && this.byDotted.get(dotted) !== module ? null : module);
      }
    }
  }

  resolve(from: Mod, specifier: string): Mod | null {
    return from.facts.language === "python" ? this.resolvePython(from, specifier) : this.resolveScript(from, specifier);
  }

  /** `from package import name` where `name` is a module of the package. */
  resolveInner(from: Mod, specifier: string, name: string): Mod | null {
    if (from.facts.language !== "python") return null;
    return this.resolvePython(from, /^\.+$/u.test(specifier) ? specifier + name : `${specifier}.${name}`);
  }

  private resolvePython(from: Mod, specifier: string): Mod | null {
    const dots = /^\.+/u.exec(specifier)?.[0].length ?? 0;
    if (dots === 0) {
      // An absolute name needs at least the package and the module to match, or a file beside the importing one.
      const found = this.byDotted.get(specifier) ?? null;
      if (found && (specifier.includes(".") || directory(found.path) === directory(from.path) || isTopLevel(found, specifier))) return found;
      return this.byPath.get(join(directory(from.path), `${specifier.replaceAll(".", "/")}.py`)) ?? null;
    }
    let folder = directory(from.path);
    for (let up = 1; up < dots; up++) folder = directory(folder);
    const rest = specifier.slice(dots).replaceAll(".", "/");
    const base = rest === "" ? folder : join(folder, rest);
    return this.byPath.get(`${base}.py`) ?? this.byPath.get(join(base, "__init__.py")) ?? this.byPath.get(`${base}.pyi`) ?? null;
  }

  private resolveScript(from: Mod, specifier: string): Mod | null {
    return specifier.startsWith(".") ? this.scriptAt(join(directory(from.path), specifier)) : this.resolveAbsolute(from, specifier);
  }

  /** A path from some folder above: only where that folder has the first name of the path. A single name is a package. */
  private resolveAbsolute(from: Mod, specifier: string): Mod | null {
    const isAlias = ALIAS.test(specifier);
    if (!isAlias && (specifier.startsWith("@") || !specifier.includes("/"))) return null;
    const rest = isAlias ? specifier.slice(2) : specifier;
    const first = rest.split("/")[0] ?? "";
    for (let folder = directory(from.path); ; folder = directory(folder)) {
      for (const below of isAlias ? ALIASED : [""]) {
        const base = join(folder, below);
        if (rest.includes("/") && !this.folders.has(join(base, first))) continue;
        const found = this.scriptAt(join(base, rest));
        if (found && found !== from) return found;
      }
      if (folder === "") return null;
    }
  }

  private scriptAt(base: string): Mod | null {
    const exact = this.byPath.get(base);
    if (exact) return exact;
    // TypeScript names the emitted file: "./x.js" is x.ts.
    const stem = base.replace(/\.([mc]?)jsx?$/u, "");
    for (const candidate of stem === base ? [base, join(base, "index")] : [stem]) {
      for (const extension of SCRIPT_EXTENSIONS) {
        const found = this.byPath.get(candidate + extension);
        if (found) return found;
      }
    }
    return null;
  }
}

function isTopLevel(module: Mod, name: string): boolean {
  const path = normal(module.path);
  return path === `${name}.py` || path === `${name}/__init__.py` || path === `src/${name}/__init__.py`;
}

function normal(path: string): string {
  return path.replace(/^\.\//u, "");
}

function directory(path: string): string {
  const slash = normal(path).lastIndexOf("/");
  return slash < 0 ? "" : normal(path).slice(0, slash);
}

function join(folder: string, relative: string): string {
  const parts = folder === "" ? [] : folder.split("/");
  for (const part of relative.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else parts.push(part);
  }
  return (folder.startsWith("/") ? "/" : "") + parts.filter((part) => part !== "").join("/");
}
