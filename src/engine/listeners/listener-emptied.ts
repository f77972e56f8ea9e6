/**
 * A removal that the object's end comes to with nothing in hand: `destroy() { this.listener = null; this.target = null; }`
 * where the setter of `target` takes `this.listener` off. What is emptied first, in the end or in what it calls before,
 * names nothing any more.
 */
import type { Analysis } from "../analysis.js";
import { canAvoid, isReachedWithout } from "../program/blocks.js";
import { argumentValue } from "../program/api.js";
import type { CallSite } from "../contexts/holders.js";
import type { Fn, Site } from "../program/program.js";
import type { Ref } from "../program/refs.js";
import type { Registration } from "./registrations.js";
import { isNull } from "../contexts/targets.js";

export interface Emptied {
  /** The object's end. */
  end: Fn;
  /** Where the field gets nothing. */
  fn: Fn;
  site: Site;
  field: Ref;
}

const DEPTH = 2;

/** Where each removal that the object's ends come to has lost its listener or its target by then; null where one has not. */
export function emptiedFirst(analysis: Analysis, one: Registration): Emptied | null {
  const { cls } = one.fn;
  if (!cls) return null;
  const ends = cls.related.flatMap((each) => each.methods.filter((method) => analysis.endings.isEnd(method.facts.name)));
  const search = new Search(analysis);
  let found: Emptied | null = null;
  for (const removal of one.removals) {
    // Elsewhere, somebody else takes it off.
    if (removal.fn.cls === null || !cls.related.includes(removal.fn.cls)) return null;
    const reaching = ends.filter((end) => end === removal.fn || search.leadsTo(end, removal.fn, DEPTH));
    for (const end of reaching) {
      const emptied = end === removal.fn ? null : search.emptied(end, removal, namesIn(analysis, one, removal), DEPTH);
      if (!emptied) return null;
      found ??= { end, ...emptied };
    }
  }
  return found;
}

/** The object's fields that the removal reads its target and its listener from. */
function namesIn(analysis: Analysis, one: Registration, { fn, instruction }: CallSite): Ref[] {
  const listener = one.pair.registration ? argumentValue(fn, instruction, one.pair.registration.listener) : null;
  return [instruction.receiver, listener].flatMap((value) => {
    const ref = value === null ? null : analysis.refs.of(fn, value);
    return ref?.root.kind === "this" && ref.fields.length === 1 && fn.definition(value ?? -1)?.instruction.op === "load" ? [ref] : [];
  });
}

class Search {
  constructor(private readonly analysis: Analysis) {}

  leadsTo(from: Fn, to: Fn, depth: number): boolean {
    return [...from.sites()].some((site) => {
      const callee = this.enters(from, site);
      return callee === to || callee !== null && depth > 0 && callee !== from && this.leadsTo(callee, to, depth - 1);
    });
  }

  /** The method of the object, or setter, that the instruction runs. */
  private enters(fn: Fn, { instruction }: Site): Fn | null {
    if (instruction.op === "call") {
      const callee = this.analysis.types.calleeOf(fn, instruction);
      return callee?.kind === "function" && callee.fn.cls !== null && fn.cls?.related.includes(callee.fn.cls) === true ? callee.fn : null;
    }
    if (instruction.op !== "store" || instruction.place.kind !== "field") return null;
    const { name, object } = instruction.place;
    const { root, fields } = this.analysis.refs.of(fn, object);
    if (root.kind !== "this" || fields.length > 0) return null;
    return fn.cls?.related.flatMap((cls) => cls.functions).find((one) => one.facts.kind === "setter" && one.facts.name === name) ?? null;
  }

  /** On each way from the function to the removal one of the fields is emptied before. */
  emptied(from: Fn, removal: CallSite, fields: readonly Ref[], depth: number): Omit<Emptied, "end"> | null {
    let found: Omit<Emptied, "end"> | null = null;
    for (const site of from.sites()) {
      const callee = this.enters(from, site);
      if (callee === null || callee === from || callee !== removal.fn && (depth === 0 || !this.leadsTo(callee, removal.fn, depth - 1))) continue;
      const here = fields.map((field) => this.before(from, site, field)).find((one) => one !== null) ?? (callee === removal.fn ? null : this.emptied(callee, removal, fields, depth - 1));
      if (!here) return null;
      found ??= here;
    }
    return found;
  }

  private before(fn: Fn, site: Site, field: Ref): Omit<Emptied, "end"> | null {
    for (const each of fn.sites()) {
      const isBefore = each.block === site.block ? each.index < site.index : !isReachedWithout(fn, 0, site.block, new Set([each.block]));
      if (!isBefore) continue;
      if (this.empties(fn, each, field)) return { fn, site: each, field };
      const callee = each === site ? null : this.enters(fn, each);
      const inner = callee === null || callee === fn ? undefined : [...callee.sites()].find((one) => this.empties(callee, one, field) && !canAvoid(callee, one.block));
      if (callee && inner) return { fn: callee, site: inner, field };
    }
    return null;
  }

  /** The only thing that the function puts in the field is nothing. */
  private empties(fn: Fn, site: Site, field: Ref): boolean {
    const isStore = ({ instruction }: Site): boolean => instruction.op === "store" && instruction.place.kind === "field" && this.analysis.refs.field(this.analysis.refs.of(fn, instruction.place.object), instruction.place.name).key === field.key;
    return isStore(site) && [...fn.sites()].every((one) => !isStore(one) || one.instruction.op === "store" && isNull(fn, one.instruction.value));
  }
}
