/**
 * Removals that name a variable which has another value by the time they run: a loop puts one thing after the other in,
 * `tasks.add(task)`, and gives each a callback that takes out whatever `task` is then. The last one goes, the others stay.
 *
 * The container may be made where nobody can see it: that the removal was meant for what was put in is seen here.
 */
import type { BindingId, LoopId, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import type { Api } from "../program/api.js";
import { canReach, isInLoop } from "../program/blocks.js";
import { puts, takes } from "./container-sites.js";
import type { ContainerSites, Filed } from "./container-sites.js";
import type { Contexts } from "../contexts/contexts.js";
import { isWithin } from "../contexts/endings.js";
import type { CallSite } from "../contexts/holders.js";
import type { Fn } from "../program/program.js";
import { inputs, topOf } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";
import type { Types } from "../program/types.js";

export interface Rebound {
  fn: Fn;
  /** What is put in. */
  at: Span;
  container: Ref;
  /** The variable that the callback names. */
  variable: string;
  loop: Span;
  removal: { fn: Fn; at: Span };
}

/** A variable, and the fields below it: `job.id`. */
interface Named {
  binding: BindingId;
  fields: string;
}

const MAXIMUM_DEPTH = 6;

export class ReboundRemovals {
  constructor(private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly contexts: Contexts) {}

  *all(sites: ContainerSites): Generator<Rebound> {
    for (const [, operations] of sites.entries()) {
      const taken = [...takes(this.api, operations)];
      if (taken.length === 0) continue;
      const filed = [...puts(this.api, operations)];
      for (const put of filed) {
        const found = this.contexts.isTest(put.fn) ? null : this.of(put, taken.filter((take) => isWithin(take.fn, put.fn) || !filed.some((one) => isWithin(take.fn, topOf(one.fn)))));
        if (found) {
          yield found;
          break;
        }
      }
    }
  }

  private of(put: Filed, taken: readonly Filed[]): Rebound | null {
    const { fn, site } = put;
    const { instruction } = site;
    const object = instruction.op === "call" ? instruction.receiver : instruction.op === "store" && instruction.place.kind === "index" ? instruction.place.object : null;
    const container = object === null ? null : this.refs.of(fn, object);
    const wanted = this.named(fn, put.key ?? put.value);
    // What the function itself has goes with its call.
    if (container === null || wanted === null || container.root.kind === "value" || container.root.kind === "call" || container.root.kind === "binding" && container.root.module.binding(container.root.binding)?.owner === fn.id && fn.facts.kind !== "module") return null;
    const loop = this.rebinding(fn, wanted.binding, fn.block(site.block)?.loop ?? null);
    if (loop === null || !canReach(fn, site.block, site.block) || this.isAwaited(fn, loop, wanted.binding, put.value)) return null;
    for (const take of taken) {
      const named = this.named(take.fn, take.key);
      if (take.fn.parent !== fn || named?.binding !== wanted.binding || named.fields !== wanted.fields || !this.runsAtItsEnd(take.fn, put, wanted.binding)) continue;
      // Another one that takes out what it is given is enough, unless that is for what its own function puts in.
      if (taken.some((other) => other !== take && other.fn !== fn && this.named(other.fn, other.key)?.binding !== wanted.binding)) return null;
      return { fn, at: put.at, container, variable: fn.module.binding(wanted.binding)?.name ?? "", loop: fn.facts.loops[loop]?.at ?? put.at, removal: { fn: take.fn, at: take.at } };
    }
    return null;
  }

  private named(fn: Fn, value: ValueId | null): Named | null {
    const definition = value === null ? undefined : fn.definition(value)?.instruction;
    if (definition?.op !== "load") return null;
    if (definition.place.kind === "binding") return { binding: definition.place.binding, fields: "" };
    const inner = definition.place.kind === "field" ? this.named(fn, definition.place.object) : null;
    return inner && definition.place.kind === "field" ? { ...inner, fields: `${inner.fields}.${definition.place.name}` } : null;
  }

  /** The innermost loop around that gives the one variable a new value at each turn; null where each turn has its own. */
  private rebinding(fn: Fn, variable: BindingId, inner: LoopId | null): LoopId | null {
    const binding = fn.module.binding(variable);
    const stores = (fn.module.bindingStores.get(variable) ?? []).filter((store) => store.fn === fn);
    for (let loop = inner; loop !== null; loop = fn.facts.loops[loop]?.parent ?? null) {
      const facts = fn.facts.loops[loop];
      if (!binding || !facts || facts.kind === "comprehension") return null;
      if (binding.ofBlock === true && binding.at[0] >= facts.at[0] && binding.at[1] <= facts.at[1]) return null;
      const around = loop;
      if (stores.some((store) => isInLoop(fn, store.site.block, around))) return loop;
    }
    return null;
  }

  /** Each turn waits for its own before the next one comes: by the time, the variable is still the same. */
  private isAwaited(fn: Fn, loop: LoopId, variable: BindingId, value: ValueId | null): boolean {
    const held = this.named(fn, value)?.binding;
    return [...fn.sites()].some((site) => site.instruction.op === "await" && isInLoop(fn, site.block, loop) && this.mentions(fn, site.instruction.value, (one) => one === variable || one === held, 0));
  }

  /** The callback is given to what was put in, or to what leads to it: `task.add_done_callback(…)`, `this.run(job).finally(…)`. */
  private runsAtItsEnd(callback: Fn, put: Filed, variable: BindingId): boolean {
    const held = this.named(put.fn, put.value)?.binding;
    const isIt = (one: BindingId): boolean => one === variable || one === held;
    return this.contexts.usedAsCallback(callback).some(({ site }) => {
      if (site.fn !== put.fn) return false;
      const { instruction: call } = site;
      if (call.receiver !== null && this.mentions(put.fn, call.receiver, isIt, 0)) return true;
      return call.args.some((one) => this.contexts.functionsIn(put.fn, one.value).length === 0 && this.mentions(put.fn, one.value, isIt, 0)) || this.isKept(site, put) || this.api.acquired(put.fn, call, this.types).length > 0;
    });
  }

  /** What the call gives is what was put in. */
  private isKept({ fn, instruction: call }: CallSite, put: Filed): boolean {
    if (put.value === null) return false;
    const held = this.named(fn, put.value)?.binding;
    return put.value === call.out || held !== undefined && (fn.module.bindingStores.get(held) ?? []).some((store) => store.fn === fn && store.value === call.out);
  }

  private mentions(fn: Fn, value: ValueId, is: (binding: BindingId) => boolean, depth: number): boolean {
    const definition = fn.definition(value)?.instruction;
    if (!definition || depth > MAXIMUM_DEPTH) return false;
    if (definition.op === "load" && definition.place.kind === "binding") return is(definition.place.binding);
    return inputs(definition).some((input) => this.mentions(fn, input, is, depth + 1));
  }
}
