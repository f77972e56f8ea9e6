/**
 * Which module of the program an import names. Works on the paths that were given to the linter and on what manifests
 * say (`Layout`), so it needs no installation of the project. An import that could mean two modules means none:
 * a wrong link is worse than a missing one.
 */
import { NO_LAYOUT } from "./layout.js";
import type { Layout } from "./layout.js";
import { join, normalPath, parentFolder, parentFolders, starOf } from "./module-paths.js";
import { Packages } from "./packages.js";
import type { Mod } from "./program.js";

const SCRIPT_EXTENSIONS = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".vue", ".svelte"] as const;

/** What bundlers and frameworks take for a source folder without a word in any manifest (Vite's templates, Nuxt, SvelteKit). */
const USUAL_ALIASES: readonly { prefix: string; folders: readonly string[] }[] = [
  { prefix: "@/", folders: ["src", "app", ""] },
  { prefix: "~/", folders: ["src", "app", ""] },
  { prefix: "#/", folders: ["src", "app", ""] },
  { prefix: "$lib/", folders: ["src/lib"] },
];

export class ModuleResolver {
  private readonly byPath = new Map<string, Mod>();
  /** Python modules by every dotted ending of their path: `src/app/db.py` is `src.app.db`, `app.db` and `db`. */
  private readonly byDotted = new Map<string, Mod[]>();
  private readonly packages: Packages;
  private readonly memo = new Map<string, Mod | null>();

  constructor(modules: readonly Mod[], private readonly layout: Layout = NO_LAYOUT) {
    for (const module of modules) {
      this.byPath.set(normalPath(module.path), module);
      if (module.facts.language === "python") this.addDotted(module);
    }
    this.packages = new Packages(layout.packages.values(), (path) => this.script(path));
  }

  resolve(from: Mod, specifier: string): Mod | null {
    const key = `${parentFolder(from.path)}\0${specifier}`;
    const known = this.memo.get(key);
    if (known !== undefined) return known;
    const found = from.facts.language === "python" ? this.resolvePython(from, specifier) : this.resolveScript(from, specifier);
    this.memo.set(key, found);
    return found;
  }

  /** `from package import name` where `name` is a module of the package. */
  resolveInner(from: Mod, specifier: string, name: string): Mod | null {
    if (from.facts.language !== "python") return null;
    return this.resolve(from, /^\.+$/u.test(specifier) ? specifier + name : `${specifier}.${name}`);
  }

  private addDotted(module: Mod): void {
    const parts = normalPath(module.path).replace(/\.pyi?$/u, "").split("/").filter((part) => part !== "");
    if (parts.at(-1) === "__init__") parts.pop();
    for (let start = 0; start < parts.length; start++) {
      const dotted = parts.slice(start).join(".");
      const same = this.byDotted.get(dotted);
      if (same) same.push(module);
      else this.byDotted.set(dotted, [module]);
    }
  }

  private resolvePython(from: Mod, specifier: string): Mod | null {
    const dots = /^\.+/u.exec(specifier)?.[0].length ?? 0;
    if (dots === 0) return this.absolutePython(from, specifier);
    let folder = parentFolder(from.path);
    for (let up = 1; up < dots; up++) folder = parentFolder(folder);
    return this.pythonFile(join(folder, specifier.slice(dots).replaceAll(".", "/")));
  }

  /**
   * Where an absolute name is looked up at run time (`sys.path`) is not known: any folder above the importing file may
   * be such a root, the nearest first, unless it is a package, since a package's own folder is on nobody's path
   * (https://docs.python.org/3/reference/import.html#searching). So `import queue` beside `queue.py` in a package is
   * the standard library's. A dotted name that only one place of the program fits means that place.
   */
  private absolutePython(from: Mod, specifier: string): Mod | null {
    const relative = specifier.replaceAll(".", "/");
    for (const folder of parentFolders(from.path)) {
      if (this.isPackage(folder)) continue;
      const found = this.pythonFile(join(folder, relative)) ?? this.pythonFile(join(join(folder, "src"), relative));
      if (found) return found;
    }
    const candidates = this.byDotted.get(specifier) ?? [];
    if (!specifier.includes(".")) return candidates.find((module) => isTopLevel(module, specifier)) ?? null;
    // A stub stands beside its module.
    const modules = candidates.filter(({ path }) => path.endsWith(".py") || !this.byPath.has(normalPath(path).replace(/\.pyi$/u, ".py")));
    const rooted = modules.filter((module) => !this.isPackage(rootOf(module, specifier)));
    const [only, ...others] = rooted.length > 0 ? rooted : modules;
    return others.length === 0 ? only ?? null : null;
  }

  private isPackage(folder: string): boolean {
    return this.byPath.has(join(folder, "__init__.py"));
  }

  private pythonFile(base: string): Mod | null {
    return this.byPath.get(`${base}.py`) ?? this.byPath.get(join(base, "__init__.py")) ?? this.byPath.get(`${base}.pyi`) ?? null;
  }

  private resolveScript(from: Mod, specifier: string): Mod | null {
    if (specifier.startsWith(".")) return this.script(join(parentFolder(from.path), specifier));
    if (specifier.startsWith("#")) return this.packages.internal(from.path, specifier) ?? this.aliased(from, specifier);
    return this.aliased(from, specifier) ?? this.packages.named(from.path, specifier) ?? this.usualAlias(from, specifier) ?? this.fromSourceRoot(from, specifier);
  }

  /** `import App from "app.vue"`: no package's name; bundlers are told in code to look in the folders around. */
  private fromSourceRoot(from: Mod, specifier: string): Mod | null {
    if (!/\.(?:vue|svelte|[jt]sx)$/u.test(specifier)) return null;
    for (const folder of parentFolders(from.path)) {
      const found = this.byPath.get(join(folder, specifier));
      if (found) return found;
      if (this.layout.packages.has(folder)) break;
    }
    return null;
  }

  /** The nearest compiler configuration's `paths`, an exact pattern before the longest prefix, then its `baseUrl`. */
  private aliased(from: Mod, specifier: string): Mod | null {
    const folder = parentFolders(from.path).find((one) => this.layout.aliases.has(one));
    const aliases = folder === undefined ? undefined : this.layout.aliases.get(folder);
    if (!aliases) return null;
    const fitting = aliases.paths.flatMap(({ pattern, targets }) => {
      const rest = starOf(pattern, specifier);
      return rest === null ? [] : [{ length: pattern.includes("*") ? pattern.indexOf("*") : Infinity, rest, targets }];
    }).sort((a, b) => b.length - a.length);
    for (const target of fitting[0]?.targets ?? []) {
      const found = this.script(target.replace("*", () => fitting[0]?.rest ?? ""));
      if (found) return found;
    }
    return aliases.base === null ? null : this.script(join(aliases.base, specifier));
  }

  private usualAlias(from: Mod, specifier: string): Mod | null {
    const alias = USUAL_ALIASES.find(({ prefix }) => specifier.startsWith(prefix));
    const home = alias && parentFolders(from.path).find((folder) => this.layout.packages.has(folder));
    if (!alias || home === undefined) return null;
    for (const folder of alias.folders) {
      const found = this.script(join(join(home, folder), specifier.slice(alias.prefix.length)));
      if (found) return found;
    }
    // Bundlers are told in code what it means: a folder that holds both files, the outermost first.
    for (const folder of parentFolders(from.path).filter((one) => one.startsWith(`${home}/`) || home === "" && one !== "").reverse()) {
      const found = this.script(join(folder, specifier.slice(alias.prefix.length)));
      if (found) return found;
    }
    return null;
  }

  /** A file by its path as imports spell it: without extension, as a folder with an index, or by the emitted file's name. */
  private script(path: string): Mod | null {
    const base = normalPath(path);
    const exact = this.byPath.get(base);
    if (exact) return exact;
    // TypeScript names the emitted file: "./x.js" is x.ts. But a name may also just have a dot: "./app.js" is app.js.ts to nobody.
    const stem = base.replace(/(?:\.d)?\.[mc]?[jt]sx?$/u, "");
    for (const candidate of stem === base ? [base, join(base, "index")] : [stem, base]) {
      for (const extension of SCRIPT_EXTENSIONS) {
        const found = this.byPath.get(candidate + extension);
        if (found) return found;
      }
    }
    return null;
  }
}

function isTopLevel(module: Mod, name: string): boolean {
  const path = normalPath(module.path);
  return path === `${name}.py` || path === `${name}/__init__.py` || path === `src/${name}/__init__.py`;
}

/** The folder that a dotted name of a module starts from. */
function rootOf(module: Mod, dotted: string): string {
  const path = normalPath(module.path).replace(/(?:\/__init__)?\.pyi?$/u, "");
  return path.slice(0, Math.max(0, path.length - dotted.length - 1));
}
