/**
 * Functions that a handle is only lent to, by what the program shows: one outside of it that other code gives such a
 * handle and releases it afterwards, and one of its own that releases it only where it then raises.
 */
import type { BindingId, Call } from "../../model/facts.js";
import type { Api, CompiledPair } from "../program/api.js";
import { canReach, canReturn } from "../program/blocks.js";
import type { CallSite } from "../contexts/holders.js";
import type { Fn, Program } from "../program/program.js";
import { push } from "../program/program.js";
import { ReleaseFlow } from "./release-flow.js";
import type { Types } from "../program/types.js";
import { loadsOf } from "../program/variables.js";

export class Lent {
  private byPath: ReadonlyMap<string, readonly CallSite[]> | null = null;
  private readonly memo = new Map<string, boolean>();

  constructor(private readonly program: Program, private readonly api: Api, private readonly types: Types) {}

  /** `verify(response)` here, and `verify(response); await response.json()` elsewhere: who verifies does not take it. */
  isShown(pair: CompiledPair, call: Call, here: Fn): boolean {
    // Who gets a task, a timer or a child process may see to its end while others still have it.
    if (call.path === null || call.isNew || pair.rule !== "unclosed-connection" && pair.rule !== "unclosed-file") return false;
    const key = `${pair.key}:${call.path}`;
    let known = this.memo.get(key);
    if (known === undefined) this.memo.set(key, (known = this.calls().get(call.path)?.some((site) => site.fn !== here && this.isReleasedAfter(pair, site)) === true));
    return known;
  }

  /** `def with_connection(use): conn = connect(); use(conn); conn.commit()`: the caller's function works with what this one still has, and works with again. */
  isLoan(pair: CompiledPair, call: Call, fn: Fn, variables: ReadonlySet<BindingId>): boolean {
    const here = fn.definition(call.out);
    const callee = call.callee === null || pair.rule !== "unclosed-connection" && pair.rule !== "unclosed-file" ? undefined : fn.definition(call.callee)?.instruction;
    if (callee?.op !== "load" || callee.place.kind !== "binding") return false;
    const { binding } = callee.place;
    if (!here || !fn.facts.parameters.some((one) => one.binding === binding) || (fn.module.bindingStores.get(binding) ?? []).length > 0) return false;
    return fn.calls().some((site) => {
      const { receiver } = site.instruction;
      const on = receiver === null ? undefined : fn.definition(receiver)?.instruction;
      return on?.op === "load" && on.place.kind === "binding" && variables.has(on.place.binding) && (site.block === here.block ? site.index > here.index : canReach(fn, here.block, site.block));
    });
  }

  private isReleasedAfter(pair: CompiledPair, { fn, instruction: call }: CallSite): boolean {
    const given = new Set(call.args.flatMap((one) => {
      const made = fn.definition(one.value)?.instruction;
      return made?.op === "load" && made.place.kind === "binding" && fn.module.binding(made.place.binding)?.owner === fn.id ? [made.place.binding] : [];
    }));
    return given.size > 0 && new ReleaseFlow(fn, pair, this.api, this.types).releasesLater(call, given);
  }

  private calls(): ReadonlyMap<string, readonly CallSite[]> {
    if (this.byPath) return this.byPath;
    const found = new Map<string, CallSite[]>();
    for (const fn of this.program.functions()) {
      for (const site of fn.sites()) if (site.instruction.op === "call" && site.instruction.path !== null && site.instruction.args.length > 0) push(found, site.instruction.path, site as CallSite);
    }
    return (this.byPath = found);
  }

  /** `if response.status != 200: raise Failed(await response.text())`: who gave it and goes on still has it. */
  isReleasedByRaising(pair: CompiledPair, callee: Fn, binding: BindingId): boolean {
    const key = `${pair.key}:${callee.key}:${String(binding)}`;
    let known = this.memo.get(key);
    if (known === undefined) this.memo.set(key, (known = this.computeRaising(pair, callee, binding)));
    return known;
  }

  private computeRaising(pair: CompiledPair, callee: Fn, binding: BindingId): boolean {
    const released = new ReleaseFlow(callee, pair, this.api, this.types).blocksThatRelease(binding);
    if (released.length === 0 || yields(callee) || callee.module.binding(binding)?.captured === true || !canReturn(callee, 0) || released.some((block) => canReturn(callee, block))) return false;
    return loadsOf(callee, binding).every((value) => callee.uses(value).every((use) => {
      if (use.kind === "end") return use.end.kind === "branch";
      const { instruction } = use.site;
      return instruction.op === "call" ? instruction.receiver === value || this.api.borrows.has(callee, instruction, this.types) : instruction.op === "load" || released.includes(use.site.block);
    }));
  }
}

/** A generator that hands out values, where one that only waits (`yield from`) is a coroutine. */
function yields(fn: Fn): boolean {
  return [...fn.sites()].some(({ instruction }) => instruction.op === "yield" && !instruction.delegate);
}
