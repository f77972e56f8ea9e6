/**
 * What a field holds and the class's end forgets, though other methods release it: to make room for the next one, or
 * because a phase is over. Neither is done for an object that ends in between.
 */
import type { ValueId } from "../../model/facts.js";
import type { Api, CompiledPair } from "../program/api.js";
import { canAvoid, canReach } from "../program/blocks.js";
import type { Contexts } from "../contexts/contexts.js";
import { tellsOfEnd } from "../program/end-words.js";
import type { Endings } from "../contexts/endings.js";
import { isThis } from "../contexts/holders.js";
import type { Holders } from "../contexts/holders.js";
import type { Cls, Fn, Site } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";
import type { Types } from "../program/types.js";

export class ForgottenFields {
  constructor(
    private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly contexts: Contexts,
    private readonly holders: Holders, private readonly endings: Endings,
  ) {}

  /** The end of the class that does not come to what the field holds; null where one may, or where another release ends it for good. */
  endOf(pair: CompiledPair, ref: Ref, cls: Cls): Fn | null {
    const [field, ...more] = ref.fields;
    if (ref.root.kind !== "this" || field === undefined || more.length > 0) return null;
    const ends = cls.methods.filter((method) => method.cls === cls && this.endings.isEnd(method.facts.name) && !this.endings.isPartial(method.facts.name) && [...method.sites()].some(({ instruction }) => instruction.op === "call"));
    const [end] = ends;
    if (!end) return null;
    const family = cls.related.flatMap((one) => one.functions);
    if (this.holders.released(pair, ref, (fn) => !family.includes(fn)) !== null) return null;
    const closing = cls.methods.filter((method) => this.endings.isEnd(method.facts.name, true) || this.api.releaseMethods.has(method.facts.name) || tellsOfEnd(method.facts.name));
    const reach = this.endings.reach([...ends, ...closing], 3);
    if ([...reach].some((fn) => this.readsIn(fn, ref, field).length > 0) || this.handsItselfOn(reach)) return null;
    const reads = family.flatMap((fn) => this.readsIn(fn, ref, field));
    const fates = reads.map((read) => this.holders.fateOfValue(read.fn, read.value, pair));
    if (fates.some((fate) => fate === "kept" || fate === "returned")) return null;
    const releases = reads.filter((_, position) => fates[position] === "released");
    return releases.length > 0 && releases.every((one) => this.makesRoom(one.fn, one.site, ref)) ? end : null;
  }

  /** Whether the function releases the one before and then puts another one into the field on every way. */
  private makesRoom(fn: Fn, release: Site, ref: Ref): boolean {
    if (this.isTold(fn)) return false;
    const stores = (this.types.fieldStores.get(ref.key) ?? []).filter((store) => store.fn === fn && this.isMade(fn, store.value));
    return stores.some(({ site }) => {
      if (site.block === release.block) return release.index < site.index;
      return canReach(fn, release.block, site.block) && !canReach(fn, site.block, release.block) && !canAvoid(fn, site.block, () => false, release.block);
    });
  }

  /** Its name, or the event that it hears, tells of an end. */
  private isTold(fn: Fn): boolean {
    for (let at: Fn | null = fn; at && at.facts.kind !== "module"; at = at.parent) {
      if (tellsOfEnd(at.facts.name) || this.api.releaseMethods.has(at.facts.name)) return true;
    }
    return this.contexts.usedAsCallback(fn).length > 0;
  }

  /** The value comes from a call, through awaits and a variable. */
  private isMade(fn: Fn, value: ValueId, depth = 0): boolean {
    const made = fn.definition(value)?.instruction;
    if (!made || depth > 3) return false;
    if (made.op === "call") return true;
    if (made.op === "await") return this.isMade(fn, made.value, depth + 1);
    if (made.op !== "load" || made.place.kind !== "binding") return false;
    const stores = fn.module.bindingStores.get(made.place.binding) ?? [];
    return stores.length > 0 && stores.every((store) => store.fn === fn && this.isMade(fn, store.value, depth + 1));
  }

  private readsIn(fn: Fn, ref: Ref, field: string): { fn: Fn; value: ValueId; site: Site }[] {
    return [...fn.sites()].flatMap((site) => {
      const { instruction } = site;
      return instruction.op === "load" && instruction.place.kind === "field" && instruction.place.name === field && this.refs.of(fn, instruction.out).key === ref.key ? [{ fn, value: instruction.out, site }] : [];
    });
  }

  /** An end gives the object itself to somebody unknown, or reads its fields by name. */
  private handsItselfOn(fns: ReadonlySet<Fn>): boolean {
    return [...fns].some((fn) => [...fn.sites()].some(({ instruction }) => {
      if (instruction.op === "load") return instruction.place.kind === "index" && isThis(fn, instruction.place.object);
      return instruction.op === "call" && !this.types.calleeOf(fn, instruction) && this.api.words.is("binds", instruction) === null && instruction.args.some((one) => isThis(fn, one.value));
    }));
  }
}
