/**
 * Where the program puts up the custom elements that it defines, by their tags: in markup, by a call, or by a name that
 * is handed on. Markup is text to the front ends (a template literal, a single-file component), so it is searched as text.
 */
import type { CatalogFile } from "../catalog/types.js";
import type { Call } from "../model/facts.js";
import { constantText } from "./constants.js";
import { push } from "./program.js";
import type { Fn, Mod, Program, Site } from "./program.js";

/**
 * "markup": wherever the module's own markup is shown. "once": made by a module's top level, or by what the top level
 * hands to whoever starts the page, or only where none is there yet. "again": by a function that may run any number of
 * times. "given": by whoever is given the tag, who may keep the one that was made first.
 */
export interface ElementUse {
  module: Mod;
  how: "markup" | "once" | "again" | "given";
}

/** A tag as markup begins it, or as a text by itself: custom elements have a hyphen in their names (HTML, 4.13.3). */
const MENTION = /<(?<markup>[a-z][\w.]*-[\w.-]*)|(?<quote>["'`])(?<named>[a-z][\w.]*-[\w.-]*)\k<quote>/gu;
/** What a call or key says of the text in it: `customElements.define("my-tag"`, `"my-tag": MyTag`. */
const CALLED = /(?<name>[\w$]+)(?:<[\w\s.,|]*>)?\(\s*$/u;
const IS_KEY = /^\??\s*:/u;

export class Elements {
  private defined: ReadonlyMap<Mod, readonly string[]> | null = null;
  private uses = new Map<string, ElementUse[]>();
  private readonly starting: ReadonlySet<string>;
  private readonly words: { defines: ReadonlySet<string>; makes: ReadonlySet<string>; finds: ReadonlySet<string> };

  /** @param usesOf the calls of a function, and those that it is given to. */
  constructor(private readonly program: Program, files: readonly CatalogFile[], private readonly isTest: (module: Mod) => boolean, private readonly usesOf: (fn: Fn) => readonly Site<Call>[]) {
    this.starting = new Set(files.flatMap((file) => file.startingEvents ?? []));
    const all = (of: "defines" | "makes" | "finds"): Set<string> => new Set(files.flatMap((file) => file.elements?.[of] ?? []));
    this.words = { defines: all("defines"), makes: all("makes"), finds: all("finds") };
  }

  /** All places that put up an element which the module defines. Empty where it defines none, or nobody in the program names them. */
  usesIn(module: Mod): readonly ElementUse[] {
    this.defined ??= this.index();
    return (this.defined.get(module) ?? []).flatMap((tag) => this.uses.get(tag) ?? []);
  }

  private index(): ReadonlyMap<Mod, readonly string[]> {
    const mentions = this.program.modules.filter((module) => module.facts.language === "ts" && !this.isTest(module)).map((module) => ({ module, found: this.mentionsIn(module) }));
    const defined = new Map(mentions.map(({ module, found }) => [module, found.filter(({ call }) => this.words.defines.has(call)).map(({ tag }) => tag)] as const).filter(([, tags]) => tags.length > 0));
    const tags = new Set([...defined.values()].flat());
    for (const { module, found } of mentions) {
      for (const { tag, call, at } of found) {
        if (!tags.has(tag) || this.words.defines.has(call) || this.words.finds.has(call) || call === "" && defined.get(module)?.includes(tag) === true) continue;
        const asked = found.some((other) => other.tag === tag && this.words.finds.has(other.call) && innermost(module, other.at) === innermost(module, at));
        const how = call === "<" ? "markup" : !this.words.makes.has(call) ? "given" : asked || this.isOfStart(module.functions[innermost(module, at)], 0) ? "once" : "again";
        push(this.uses, tag, { module, how });
      }
    }
    return defined;
  }

  /**
   * Run as the page starts: the top level, a function that it keeps no name for (`window.onload = () => …`, `(async () =>
   * …)()`), or one that is only called there, or named to be called when the page is there.
   */
  private isOfStart(fn: Fn | undefined, depth: number): boolean {
    if (!fn || fn.facts.kind === "module") return true;
    if (depth > 6) return false;
    const uses = this.usesOf(fn);
    if (uses.some(({ fn: by, instruction }) => { const event = constantText(by, instruction.args[0]?.value ?? null); return event !== null && !this.starting.has(event); })) return false;
    if (fn.facts.kind === "lambda" && fn.parent && !isKept(fn, fn.parent)) return this.isOfStart(fn.parent, depth + 1);
    return uses.length > 0 && uses.every((site) => this.isOfStart(site.fn, depth + 1));
  }

  /** `call`: the name of the call that the text is the first argument of, "<" for markup, "" for none. */
  private mentionsIn({ text }: Mod): { tag: string; call: string; at: number }[] {
    return [...text.matchAll(MENTION)].flatMap(({ index, groups, 0: whole }) => {
      const shown = groups?.["markup"];
      if (shown !== undefined) return [{ tag: shown, call: "<", at: index }];
      if (IS_KEY.test(text.slice(index + whole.length, index + whole.length + 8))) return [];
      return [{ tag: groups?.["named"] ?? "", call: CALLED.exec(text.slice(Math.max(0, index - 60), index))?.groups?.["name"] ?? "", at: index }];
    });
  }
}

/** A variable of the function around has it, so that it may be called by that name. */
function isKept(fn: Fn, around: Fn): boolean {
  return [...around.sites()].some(({ instruction }) => {
    const stored = instruction.op === "store" && instruction.place.kind === "binding" ? around.definition(instruction.value)?.instruction : undefined;
    return stored?.op === "closure" && stored.function === fn.id;
  });
}

/** The function whose text the offset is in; 0 is the module's top level. */
function innermost(module: Mod, offset: number): number {
  let best = 0;
  for (const [id, { facts }] of module.functions.entries()) {
    const [start, end] = facts.at;
    const [from, to] = module.functions[best]?.facts.at ?? [0, 0];
    if (start <= offset && offset < end && (best === 0 || end - start < to - from)) best = id;
  }
  return best;
}
