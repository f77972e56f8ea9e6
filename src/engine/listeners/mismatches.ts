/**
 * Removals that look right and take nothing off: of a function that this very call makes anew, of the maker of the
 * listener instead of the listener, of another event.
 */
import type { ValueId } from "../../model/facts.js";
import type { CallScopes } from "../contexts/call-scopes.js";
import type { Holders, CallSite } from "../contexts/holders.js";
import type { Fn } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";
import type { Registration } from "./registrations.js";
import { argumentValue } from "../program/api.js";
import { canReach, isReachedWithout } from "../program/blocks.js";
import { isNull } from "../contexts/targets.js";
import type { Words } from "../program/api.js";

export class Mismatches {
  constructor(private readonly refs: Refs, private readonly words: Words, private readonly holders: Holders, private readonly scopes: CallScopes) {}

  /**
   * `const f = () => …; target.off("x", f); target.on("x", f)`: the removal comes first and names a function that did
   * not exist before this call. In a loop it may be meant for the turn before, where target and function are the same.
   */
  isPremature(one: Registration, removal: CallSite): boolean {
    const { fn, site, listener, target } = one;
    if (removal.fn !== fn || !listener || !this.isMadeAnew(fn, listener)) return false;
    // What takes everything off names no function.
    if (!removal.instruction.args.some((argument) => this.refs.of(fn, argument.value).key === listener.key)) return false;
    const isBefore = removal.block === site.block ? removal.index < site.index : removal.instruction.at[0] < site.instruction.at[0];
    if (!isBefore) return false;
    if (!canReach(fn, site.block, removal.block)) return true;
    return target?.fields.includes("[]") === true || target?.root.kind === "binding" && this.isStoredInLoop(fn, site.block, target.root.binding)
      || listener.root.kind === "binding" && this.isStoredInLoop(fn, site.block, listener.root.binding);
  }

  /** A function, or a bound copy of one, that the call which registers it makes. */
  private isMadeAnew(fn: Fn, listener: Ref): boolean {
    const { root, fields } = listener;
    if (fields.length > 0) return false;
    if (root.kind === "closure") return root.fn.module === fn.module && root.fn.parent !== null && root.fn.parent.facts.kind !== "module" && root.fn.parent.facts.kind !== "class-body" && this.scopes.isCallLocal(fn, root.fn.parent.id);
    if (root.kind !== "binding" || root.module !== fn.module) return false;
    const binding = root.module.binding(root.binding);
    if (binding?.kind !== "variable" || binding.owner === 0 || !this.scopes.isCallLocal(fn, binding.owner)) return false;
    const stores = root.module.bindingStores.get(root.binding) ?? [];
    return stores.length > 0 && stores.every((store) => {
      const made = store.fn.definition(store.value)?.instruction;
      return made?.op === "closure" || made?.op === "call" && this.words.is("binds", made) !== null;
    });
  }

  /**
   * `removeEventListener("x")`, `removeEventListener("x", null)`, `this.f = null; target.off("x", this.f)`: the removal is
   * given no function. So is one that is given what the adding gave, which is nothing: `f = addEventListener("x", …)`.
   */
  namesNothing(one: Registration, removal: CallSite): boolean {
    const shape = one.pair.registration;
    if (!shape || !isByListener(one, removal)) return false;
    const { fn, instruction: call } = removal;
    const removed = argumentValue(fn, call, shape.listener);
    if (removed === null) return shape.exact === true && !call.args.some((argument) => argument.spread);
    const { key } = this.refs.of(fn, removed);
    return shape.exact === true && (isNull(fn, removed) || shape.returns === "none" && one.inline !== null && key === one.resultField?.key) || this.isCleared(fn, removed);
  }

  /** Read after it was set to nothing, with nothing else put there in between. */
  private isCleared(fn: Fn, value: ValueId): boolean {
    const read = fn.definition(value);
    if (read?.instruction.op !== "load" || read.instruction.place.kind !== "field") return false;
    const { key } = this.refs.of(fn, value);
    const stores = [...fn.sites()].filter(({ instruction }) => instruction.op === "store" && instruction.place.kind === "field" && this.refs.field(this.refs.of(fn, instruction.place.object), instruction.place.name).key === key);
    const [store, ...others] = stores;
    if (store?.instruction.op !== "store" || others.length > 0 || !isNull(fn, store.instruction.value)) return false;
    return store.block === read.block ? store.index < read.index && !canReach(fn, read.block, store.block) : !isReachedWithout(fn, 0, read.block, new Set([store.block]));
  }

  private isStoredInLoop(fn: Fn, block: number, binding: number): boolean {
    const loop = fn.block(block)?.loop ?? null;
    return loop !== null && (fn.module.bindingStores.get(binding) ?? []).some((store) => store.fn === fn && (fn.block(store.site.block)?.loop ?? null) === loop);
  }

  /** `on("x", make("x")) … off("x", make)`: the removal names what makes the listener. */
  factory(one: Registration, isRemoval: (site: CallSite) => boolean): CallSite | null {
    if (one.inline !== "call" || one.pair.registration === undefined) return null;
    const made = this.listenerValue(one);
    const call = made === null ? undefined : one.fn.definition(made)?.instruction;
    if (call?.op !== "call") return null;
    const maker = call.callee !== null ? this.refs.of(one.fn, call.callee) : call.receiver !== null && call.method !== null ? this.refs.field(this.refs.of(one.fn, call.receiver), call.method) : null;
    if (!maker || maker.root.kind === "value" || maker.root.kind === "call") return null;
    return this.holders.usesOf(maker.key).find((use) => use.as === "argument" && isRemoval(use.site))?.site ?? null;
  }

  private listenerValue(one: Registration): ValueId | null {
    const { listener } = one.pair.registration ?? { listener: 0 };
    const { args } = one.site.instruction;
    const found = typeof listener === "string" ? args.find((each) => each.name === listener) : args.at(listener);
    return found?.value ?? null;
  }
}

/** The removal is one that names the listener, and not what ends all of them. */
function isByListener(one: Registration, removal: CallSite): boolean {
  return one.pair.releases.some((pattern) => pattern.kind === "on-target" && pattern.method === removal.instruction.method);
}
