/**
 * Modules that packages hand on under their own names: what `from mypkg.compat import ssl` gives is the standard library's
 * `ssl`, and `gevent.subprocess.Popen` is closed like the one that it stands for.
 */
import { parseReleasePattern } from "../../catalog/pattern.js";
import type { CatalogFile } from "../../catalog/types.js";

export class HandedOn {
  private readonly known = new Set<string>();
  /** What the catalog knows in one of the modules. */
  private readonly inside = new Set<string>();

  constructor(files: readonly CatalogFile[]) {
    const modules = files.flatMap((file) => file.handedOn ?? []);
    if (modules.length === 0) return;
    for (const file of files) {
      for (const pair of file.pairs ?? []) for (const text of [...pair.acquire, ...pair.release, ...(pair.releaseAll ?? [])]) this.add(text);
      for (const path of Object.keys(file.returns ?? {})) this.add(path);
      for (const text of file.borrows ?? []) this.add(text);
    }
    for (const path of this.known) if (modules.some((module) => path.startsWith(`${module}.`))) this.inside.add(path);
  }

  private add(text: string): void {
    if (text === "*") return;
    const pattern = parseReleasePattern(text);
    if (pattern.kind === "path") this.known.add(pattern.path);
  }

  /** The path as the catalog has it, where its tail is the name of something in one of the modules; null where it is known as it stands. */
  of(path: string): string | null {
    if (this.inside.size === 0 || this.known.has(path)) return null;
    for (let dot = path.indexOf("."); dot >= 0; dot = path.indexOf(".", dot + 1)) {
      const tail = path.slice(dot + 1);
      if (this.inside.has(tail)) return tail;
    }
    return null;
  }
}
