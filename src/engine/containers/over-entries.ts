/**
 * Entries whose thing is over, and that stay: the function that puts a connection in ends it itself, or listens for its
 * end, and nothing ever takes single things out. `clients.set(id, socket); socket.on("close", () => log(id));`
 *
 * Of tables only under keys that come and go with the things: what is put under the same few names again replaces itself.
 */
import type { Call, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import type { Api } from "../program/api.js";
import { canReach, isReachedNormally } from "../program/blocks.js";
import { constantText, origin } from "../program/constants.js";
import type { GrowSite } from "./containers.js";
import type { GrowthWords } from "../program/growth-words.js";
import type { Fn, Site } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";

export interface Over {
  kind: "over";
  grow: GrowSite;
  at: { fn: Fn; at: Span };
}

export class OverEntries {
  constructor(private readonly refs: Refs, private readonly api: Api, private readonly words: GrowthWords) {}

  of(growth: readonly GrowSite[]): Over | null {
    for (const grow of growth) {
      const { fn, site } = grow;
      const thing = grow.value === null ? null : this.refs.of(fn, grow.value);
      if (!thing || thing.root.kind === "value" || thing.root.kind === "this" && thing.fields.length === 0 || !this.comesAndGoes(grow, thing)) continue;
      const end = fn.calls().find((one) => one.instruction.receiver !== null && this.refs.of(fn, one.instruction.receiver).key === thing.key && (this.hearsEnd(fn, one.instruction) || this.ends(one) && isBehind(fn, site, one)));
      if (end) return { kind: "over", grow, at: { fn, at: end.instruction.at } };
    }
    return null;
  }

  /** The key is named for who or what comes, is made anew each time, or is read from the thing itself. */
  private comesAndGoes({ fn, key, fresh }: GrowSite, thing: Ref): boolean {
    if (key === null || fresh || this.words.isOfOne(fn, key)) return true;
    return this.isReadFrom(fn, key, thing, 0);
  }

  private isReadFrom(fn: Fn, value: ValueId, thing: Ref, depth: number): boolean {
    if (depth > 3) return false;
    const { key } = this.refs.of(fn, value);
    if (key === thing.key || key.startsWith(`${thing.key}.`)) return true;
    const made = origin(fn, value)?.site.instruction;
    return made?.op === "call" && made.receiver !== null && this.isReadFrom(fn, made.receiver, thing, depth + 1);
  }

  /** An end that comes only where something failed says little of the ways on which nothing does, if there are any. */
  private ends({ fn, block, instruction }: Site<Call>): boolean {
    if (instruction.method === null || !this.api.releaseMethods.has(instruction.method) || instruction.args.length > 0) return false;
    return isReachedNormally(fn, block) || !fn.facts.blocks.some(({ end }, at) => end.kind === "return" && isReachedNormally(fn, at));
  }

  private hearsEnd(fn: Fn, call: Call): boolean {
    if (call.args.length < 2 || this.api.takesOff(call)) return false;
    const event = constantText(fn, call.args[0]?.value ?? null);
    return event !== null && this.api.terminalEvents.has(event) && !this.api.startingEvents.has(event);
  }
}

function isBehind(fn: Fn, one: Site, other: Site): boolean {
  return one.block === other.block ? one.index < other.index : canReach(fn, one.block, other.block);
}
