/**
 * Functions that nobody runs: exported, and imported by files that do nothing with the name. Their call was taken out, or
 * never put in. What such a function would leave behind is left by nobody.
 *
 * What is given up: a name that may be used in a way that is not followed, a whole-module import, a re-export, a string
 * with the name in it, counts as used. A function that nobody imports may be a library's own, for others to call.
 */
import type { Import } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import type { Contexts } from "./contexts.js";
import { isWithin } from "./endings.js";
import { MARKUP } from "./mounts.js";
import type { Fn, Mod, Program, Target } from "../program/program.js";
import { contains } from "../program/program.js";
import { isTestFile } from "../program/test-files.js";
import { loadsIn } from "../program/variables.js";

interface Imported {
  module: Mod;
  facts: Import;
  target: Target | null;
}

export class DeadCode {
  private readonly memo = new Map<Fn, boolean>();
  private importList: readonly Imported[] | null = null;
  private stringWords: ReadonlySet<string> | null = null;

  constructor(private readonly program: Program, private readonly contexts: Contexts) {}

  /** Whether a place lies in a function that nobody runs. */
  holds(path: string, at: Span): boolean {
    const module = this.program.module(path);
    const top = module?.nested.get(0)?.find((fn) => contains(fn.facts.at, at));
    return top !== undefined && this.isDead(top);
  }

  private isDead(fn: Fn): boolean {
    let known = this.memo.get(fn);
    if (known === undefined) this.memo.set(fn, (known = this.compute(fn)));
    return known;
  }

  private compute(fn: Fn): boolean {
    const { module, facts, cls } = fn;
    if (cls !== null || facts.decorators.length > 0 || module.facts.dynamic || MARKUP.test(module.path) || this.contexts.of(fn).kind !== "unknown") return false;
    if (this.contexts.callers(fn).length > 0 || this.contexts.usedAsCallback(fn).length > 0) return false;
    const binding = module.facts.bindings.findIndex((one, id) => one.owner === 0 && one.kind !== "import" && this.program.functionOfBinding(module, id) === fn);
    if (binding < 0 || loadsIn(module, binding).some((load) => !isWithin(load.fn, fn))) return false;
    const names = new Set(module.facts.exports.filter((one) => one.binding === binding).map((one) => one.name));
    if (names.size === 0 || [...names, facts.name].some((name) => this.strings().has(name)) || this.isHandedOn(module, names)) return false;
    let importers = 0;
    for (const one of this.imports()) {
      const { target } = one;
      if (target?.kind === "binding" && target.module === module && target.binding === binding) {
        if (this.isUsed(one)) return false;
        if (!isTestFile(one.module.path)) importers++;
      } else if (this.mayBe(one, module, names)) return false;
    }
    return importers > 0;
  }

  /** An import that may lead to the function without its name: of the whole module, or of a name from what was not found. */
  private mayBe({ module, facts, target }: Imported, of: Mod, names: ReadonlySet<string>): boolean {
    if (target?.kind === "module") return target.module === of;
    if (facts.name === null || facts.name === "*") return this.program.resolve(module, facts.module) === of;
    return target?.kind !== "binding" && names.has(facts.name);
  }

  /** The importing file does anything with the name, or others may have it from there. */
  private isUsed({ module, facts: { binding } }: Imported): boolean {
    const { facts, path } = module;
    if (binding === null || facts.dynamic || MARKUP.test(path) || loadsIn(module, binding).length > 0) return true;
    if ([...facts.functions, ...facts.classes].some(({ decorators }) => decorators.some(({ root }) => root === binding))) return true;
    if (facts.language === "ts") return facts.exports.some((one) => one.binding === binding);
    return /(?:^|\/)__init__\.pyi?$/u.test(path) || this.imports().some((one) => (one.target?.kind === "module" ? one.target.module : one.facts.name === null || one.facts.name === "*" ? this.program.resolve(one.module, one.facts.module) : null) === module);
  }

  /** `export { start } from "../worker"`: for others to use. */
  private isHandedOn(of: Mod, names: ReadonlySet<string>): boolean {
    return this.program.modules.some((module) => module.facts.exports.some(({ from }) => from && (from.name === "*" || names.has(from.name)) && this.program.resolve(module, from.module) === of));
  }

  private imports(): readonly Imported[] {
    return (this.importList ??= this.program.modules.flatMap((module) => module.facts.imports.filter((one) => !one.typeOnly)
      .map((facts) => ({ module, facts, target: facts.binding === null ? null : this.program.importTarget(module, facts.binding) }))));
  }

  /** The words of the program's strings: names by which something may be looked up. */
  private strings(): ReadonlySet<string> {
    if (this.stringWords) return this.stringWords;
    const found = new Set<string>();
    for (const fn of this.program.functions()) {
      for (const { instruction } of fn.sites()) {
        if (instruction.op === "constant" && instruction.value.kind === "string") for (const word of instruction.value.value.match(/[\w$]+/gu) ?? []) found.add(word);
      }
    }
    this.stringWords = found;
    return found;
  }
}
