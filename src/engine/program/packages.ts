/**
 * The packages of a workspace, as imports name them. A published package leads to built files, which are not linted:
 * what is wanted is the source that they were built from, so a target in an output folder is looked for under `src`.
 */
import type { Package } from "./layout.js";
import { join, parentFolders, starOf } from "./module-paths.js";
import type { Mod } from "./program.js";

/** Conditions of `exports` and `imports`, the likeliest to lead to source first (https://nodejs.org/api/packages.html#conditional-exports). */
const CONDITIONS = ["source", "development", "types", "import", "module", "module-sync", "node", "browser", "require", "default"];

/** Where packages put what they publish. */
const OUTPUT_FOLDER = /^(?:dist|lib|build|out|output|es|esm|cjs)(?:\/(?:es|esm|cjs|src|lib|types|node|browser))*\//u;

export class Packages {
  private readonly byFolder = new Map<string, Package>();
  private readonly byName = new Map<string, Package[]>();

  constructor(packages: Iterable<Package>, private readonly file: (path: string) => Mod | null) {
    for (const one of packages) {
      this.byFolder.set(one.folder, one);
      if (one.name === null) continue;
      const same = this.byName.get(one.name);
      if (same) same.push(one);
      else this.byName.set(one.name, [one]);
    }
  }

  /** `name` or `name/subpath` of a package of the workspace, from the file `path`. */
  named(path: string, specifier: string): Mod | null {
    const name = /^(?:@[^/]+\/)?[^/]+/u.exec(specifier)?.[0];
    const all = name === undefined ? [] : this.byName.get(name) ?? [];
    // Examples and templates repeat a name: the one that the importing file lies in, or the only one.
    const found = all.length === 1 ? all[0] : all.find(({ folder }) => parentFolders(path).includes(folder));
    if (!found || name === undefined) return null;
    const subpath = specifier.slice(name.length + 1);
    const targets = targetsOf(found.exports, subpath === "" ? "." : `./${subpath}`);
    if (subpath === "") return this.first(found, [...targets, ...found.entries, "src/index", "index"]);
    return this.first(found, [...targets, subpath, `src/${subpath}`]);
  }

  /** `#name` by the `imports` of the package that the file `path` lies in. */
  internal(path: string, specifier: string): Mod | null {
    const folder = parentFolders(path).find((one) => this.byFolder.has(one));
    const own = folder === undefined ? undefined : this.byFolder.get(folder);
    return own ? this.first(own, targetsOf(own.imports, specifier)) : null;
  }

  private first({ folder }: Package, targets: readonly string[]): Mod | null {
    for (const target of targets) {
      const plain = target.replace(/^\.\//u, "");
      for (const spelling of [plain, plain.replace(OUTPUT_FOLDER, "src/"), plain.replace(OUTPUT_FOLDER, "")]) {
        const found = this.file(join(folder, spelling));
        if (found) return found;
      }
    }
    return null;
  }
}

/** The files that an `exports` or `imports` map gives for a subpath, in the order in which they are worth trying. */
function targetsOf(map: unknown, subpath: string): string[] {
  if (typeof map !== "object" || map === null || Array.isArray(map)) return subpath === "." ? leaves(map) : [];
  const entries = Object.entries(map as Record<string, unknown>);
  // `exports` may be the conditions of the package itself.
  if (entries.every(([key]) => !key.startsWith(".") && !key.startsWith("#"))) return subpath === "." ? leaves(map) : [];
  const fitting = entries.flatMap(([pattern, value]) => {
    const rest = starOf(pattern, subpath);
    return rest === null ? [] : [{ pattern, rest, value }];
  }).sort((a, b) => b.pattern.length - a.pattern.length);
  const [best] = fitting;
  return best ? leaves(best.value).map((target) => target.replaceAll("*", () => best.rest)) : [];
}

function leaves(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(leaves);
  if (typeof value !== "object" || value === null) return [];
  const rank = (condition: string): number => (CONDITIONS.includes(condition) ? CONDITIONS.indexOf(condition) : CONDITIONS.length);
  return Object.entries(value as Record<string, unknown>).sort(([a], [b]) => rank(a) - rank(b)).flatMap(([, inner]) => leaves(inner));
}
