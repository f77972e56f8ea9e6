/**
 * What fills a container in a run that begins with making it anew: `rows = []; list.forEach((row) => rows.push(row))`.
 * It holds what the last run put in.
 *
 * The filling may stand in a function inside that runs during the call or once after it (for each element, with the
 * answer), or in a helper that only such runs call. A listener goes on when the run is over, and what it adds stays.
 */
import type { Api } from "../program/api.js";
import { isInLoop, isReachedWithout } from "../program/blocks.js";
import { constantText } from "../program/constants.js";
import type { Contexts } from "../contexts/contexts.js";
import { matchesArgument } from "../../catalog/pattern.js";
import type { Fn, Site } from "../program/program.js";
import type { Types } from "../program/types.js";

/** Calls and closures between the statement and what makes the container anew. */
const REACH = 4;

export class Rebuilt {
  constructor(private readonly types: Types, private readonly api: Api, private readonly contexts: Contexts) {}

  /** Every run that comes to the site has made the container anew before. */
  isIn(made: readonly { fn: Fn; site: Site }[], fn: Fn, site: Site): boolean {
    return this.asks(made, fn, site, new Set()) === true;
  }

  /** Null where the function only comes back to itself. */
  private asks(made: readonly { fn: Fn; site: Site }[], fn: Fn, site: Site, seen: ReadonlySet<Fn>): boolean | null {
    if (seen.has(fn)) return null;
    if (fn.facts.kind === "module" || seen.size > REACH) return false;
    const own = made.filter((one) => one.fn === fn);
    // Before it in its block, or in blocks that no way goes round.
    if (own.some((one) => one.site.block === site.block && one.site.instruction.at[0] < site.instruction.at[0])) return true;
    const others = new Set(own.map((one) => one.site.block));
    if (others.size > 0 && !others.has(site.block) && !isInEndless(fn, site, own) && !isReachedWithout(fn, 0, site.block, others)) return true;
    const found = (this.runsOf(fn) ?? [null]).map((one) => one !== null && this.asks(made, one.fn, one.site, new Set([...seen, fn])));
    return found.includes(false) ? false : found.includes(true) ? true : found.length > 0 && null;
  }

  /** Where the function is run from, each time once or for each element; null where something else may run it. */
  private runsOf(fn: Fn): { fn: Fn; site: Site }[] | null {
    const uses = this.contexts.usedAsCallback(fn).filter((use) => !this.contexts.isTest(use.site.fn));
    const callers = this.contexts.callers(fn).filter((one) => !this.contexts.isTest(one.fn));
    if (!uses.every((use) => this.isOfOneRun(fn, use))) return null;
    return [...uses.map(({ site }) => ({ fn: site.fn, site })), ...callers.map((site) => ({ fn: site.fn, site }))];
  }

  private isOfOneRun(fn: Fn, { site, position, keyword }: ReturnType<Contexts["usedAsCallback"]>[number]): boolean {
    const call = site.instruction;
    if (this.api.immediate.match(site.fn, call, this.types).some(({ argument }) => matchesArgument(argument, position, keyword))) return true;
    if (this.api.words.is("continues", call) === "method" || this.api.words.is("once", call) === "method" || this.api.words.is("turns", call) === "method") return true;
    // `load({ success: (answer) => … })`
    const options = site.fn.definition(call.args[position]?.value ?? -1)?.instruction;
    return options?.op === "collection" && options.elements.some(({ key, value }) => this.api.answers.has(constantText(site.fn, key) ?? "") && this.contexts.functionsIn(site.fn, value).includes(fn));
  }
}

/** The site is in a loop that goes on, and what makes the container anew is not. */
function isInEndless(fn: Fn, site: Site, made: readonly { site: Site }[]): boolean {
  for (let loop = fn.block(site.block)?.loop ?? null; loop !== null; loop = fn.facts.loops[loop]?.parent ?? null) {
    const inside = loop;
    if (fn.facts.loops[loop]?.endless === true && !made.some((one) => isInLoop(fn, one.site.block, inside))) return true;
  }
  return false;
}
