/** Modules that are programs of their own, run for one task: what they keep ends with the task. */
import type { Mod, Program } from "../program/program.js";

/** The first line of an executable, or Python's main part. */
const MAIN = /^#!|^if __name__ == ["']__main__["']:|^if \(require\.main === module\)|^if \(import\.meta\.main\)/mu;

export class Scripts {
  private readonly modules: ReadonlySet<Mod>;

  constructor(program: Program) {
    const used = new Set<Mod>();
    for (const module of program.modules) {
      for (const one of module.facts.imports) {
        const target = program.exported(module, one.module, one.name, 0);
        if (target && target.kind !== "outside" && target.module !== module) used.add(target.module);
      }
    }
    this.modules = new Set(program.modules.filter((module) => !used.has(module) && MAIN.test(module.text)));
  }

  has(module: Mod): boolean {
    return this.modules.has(module);
  }
}
