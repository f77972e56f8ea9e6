/**
 * What an object is given by the function that makes it, and that this function has made right there, for this object:
 * `const line = await open(peer); new Session(line)`. Both end together, whoever sees to that.
 */
import type { BindingId, BlockId, Call, ValueId } from "../../model/facts.js";
import type { Api } from "../program/api.js";
import type { Contexts } from "./contexts.js";
import { givenFor } from "./maker-parts.js";
import type { Fn, Mod } from "../program/program.js";
import type { Refs } from "../program/refs.js";
import { isConstruction, isConstructor, isNull } from "./targets.js";
import type { TargetLife } from "./targets.js";
import type { Types } from "../program/types.js";

const MAXIMUM_DEPTH = 4;

/** Names of functions that give something new for what they are given, once somebody has waited for it. They are few by convention. */
const MAKING_LATER = /^_*(?:create|open|make|build|connect|spawn|fork|new|attach|acquire|launch|accept|establish|dial)(?![a-z])/u;

/** How long what a call in the function gives lives. */
type LifeOfMade = (fn: Fn, value: ValueId) => TargetLife;

export class MadeBeside {
  constructor(private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly contexts: Contexts) {}

  /** Everyone who makes the object gives for the parameter what was made for it; nobody seen is nobody known. */
  has(module: Mod, binding: BindingId, lifeOf: LifeOfMade, depth = 0): boolean {
    const owner = module.fn(module.binding(binding)?.owner ?? -1);
    if (!owner || depth > MAXIMUM_DEPTH || !isConstructor(owner) && this.contexts.usedAsCallback(owner).length > 0) return false;
    const makers = givenFor(this.contexts, module, binding);
    return makers.length > 0 && makers.every(({ site, value }) => value !== null && site.fn !== owner && this.isMadeFor(site.fn, value, site.block, lifeOf, depth + 1));
  }

  /** The function makes the value, in the same turn of the same loop as what stands in the block. */
  private isMadeFor(fn: Fn, value: ValueId, user: BlockId, lifeOf: LifeOfMade, depth: number, awaited = false): boolean {
    const made = fn.definition(value);
    if (!made || depth > 2 * MAXIMUM_DEPTH) return false;
    const { instruction } = made;
    switch (instruction.op) {
      case "await": return this.isMadeFor(fn, instruction.value, user, lifeOf, depth, true);
      case "load": {
        if (instruction.place.kind !== "binding") return false;
        const { binding: id } = instruction.place;
        const binding = fn.module.binding(id);
        if (binding?.owner !== fn.id) return false;
        if (binding.kind === "parameter") return this.has(fn.module, id, lifeOf, depth + 1);
        const stores = (fn.module.bindingStores.get(id) ?? []).filter((store) => !isNull(store.fn, store.value));
        return stores.length > 0 && stores.every((store) => store.fn === fn && this.isMadeFor(fn, store.value, user, lifeOf, depth + 1, awaited));
      }
      case "call": return fn.block(made.block)?.loop === fn.block(user)?.loop && this.makes(fn, instruction, user, lifeOf, depth, awaited);
      default: return false;
    }
  }

  private makes(fn: Fn, call: Call, user: BlockId, lifeOf: LifeOfMade, depth: number, awaited: boolean): boolean {
    const callee = this.types.calleeOf(fn, call);
    if (callee?.kind === "class" || isConstruction(fn, call.out)) return lifeOf(fn, call.out) === "local";
    // `line.api()`: what a thing made here hands out of itself. What a function of the program makes is seen there.
    const isPart = callee?.kind === "function" ? handsOutItsOwn(this.refs, callee.fn) : call.receiver !== null && call.args.length === 0 && !this.api.upward.has(call.method ?? "");
    if (isPart && call.receiver !== null && this.isMadeFor(fn, call.receiver, user, lifeOf, depth + 1)) return true;
    if (callee?.kind === "function") return !isPart && lifeOf(fn, call.out) === "local";
    return awaited && MAKING_LATER.test(call.method ?? call.path?.split(".").at(-1) ?? "") && [call.receiver, ...call.args.map((one) => one.value)].some((one) => one !== null && isOfCall(this.refs, fn, one));
  }
}

/** A method that gives a field of its object, whatever is in it. */
function handsOutItsOwn(refs: Refs, fn: Fn): boolean {
  return fn.facts.blocks.some(({ end }) => end.kind === "return" && end.value !== null && refs.of(fn, end.value).root.kind === "this");
}

/** A variable or parameter of this very call, or a part of one: what is made for it is made for this call. */
function isOfCall(refs: Refs, fn: Fn, value: ValueId): boolean {
  const { root } = refs.of(fn, value);
  return root.kind === "binding" && root.module.binding(root.binding)?.owner === fn.id;
}
