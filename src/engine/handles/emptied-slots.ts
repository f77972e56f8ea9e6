/**
 * One thing that must be closed in a slot (a field of an object, a variable of a module or a factory), and an end that only
 * forgets it: `terminate()` puts nothing in the slot, where another function closes what is there first.
 *
 * What of a variable is a handle by the catalog needs no such other function. An end that does anything else with the slot
 * than ask whether it is full, or that runs together with what does, is believed to know.
 */
import type { Instruction } from "../../model/facts.js";
import type { Acquisitions } from "./acquisitions.js";
import { originOf } from "./acquisitions.js";
import type { Api } from "../program/api.js";
import { isNothing } from "../program/constants.js";
import type { Contexts } from "../contexts/contexts.js";
import type { Dropped } from "./dropped-entries.js";
import { outOfLambdas } from "../contexts/endings.js";
import type { Endings } from "../contexts/endings.js";
import { callsUnseen } from "../contexts/holders.js";
import type { CallSite, Holders } from "../contexts/holders.js";
import type { Fn, Program } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";
import { isMakingByName } from "./shown-handles.js";
import { isConstructor } from "../contexts/targets.js";
import type { Types } from "../program/types.js";
import { isOnlyAsked } from "../program/variables.js";

/** What the program does with one slot. */
interface Slot {
  ref: Ref;
  /** Calls that make what is put there. */
  makers: CallSite[];
  /** Something is put there that may be somebody else's. */
  given: boolean;
  closings: { fn: Fn; method: string }[];
  emptyings: { fn: Fn; at: Instruction["at"] }[];
  /** Functions that do more with what is there than ask whether there is anything. */
  users: Set<Fn>;
}

/** Calls between an end and what closes. */
const REACH = 2;

export class EmptiedSlots {
  constructor(
    private readonly program: Program, private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly contexts: Contexts,
    private readonly endings: Endings, private readonly holders: Holders, private readonly acquisitions: Acquisitions,
  ) {}

  *all(): Generator<Dropped> {
    if (this.api.closingMethods.size === 0) return;
    for (const slot of this.index().values()) {
      const [maker] = slot.makers;
      if (!maker || slot.given || slot.emptyings.length === 0 || this.holders.isReturned(slot.ref)) continue;
      const how = this.howClosed(slot, maker);
      if (how === null) continue;
      for (const { fn, at } of slot.emptyings) {
        if (!this.isEnd(fn) || this.isClosedAround(fn, slot) || this.endsItsOwner(fn, maker)) continue;
        yield { fn, ref: slot.ref, at, maker, ...how };
        break;
      }
    }
  }

  /** How what is in the slot is closed before it is given up, or by an end; for a variable's, also what the catalog says. */
  private howClosed({ ref, closings, emptyings, makers }: Slot, maker: CallSite): Pick<Dropped, "closer" | "pair"> | null {
    const [known] = this.acquisitions.at(maker.fn, maker);
    if (known) {
      // A field of an object is followed from where it is acquired.
      const { pair } = known;
      return ref.root.kind !== "this" && pair.evidence === undefined && pair.rule === "unclosed-connection" && (pair.ends === undefined || pair.ends === "never") ? { closer: "", pair } : null;
    }
    if (!makers.every((one) => isMakingByName(one.fn, one.instruction) && !this.api.isKnown(one.fn, one.instruction, this.types))) return null;
    const closing = closings.find(({ fn }) => this.endings.isEnd(fn.facts.name, true) || this.api.releaseMethods.has(fn.facts.name) || emptyings.some((one) => one.fn === fn));
    return closing ? { closer: closing.method } : null;
  }

  private isEnd(fn: Fn): boolean {
    const { kind, name } = fn.facts;
    return (kind === "method" || kind === "function") && this.endings.isEnd(name, true) && !this.endings.isPartial(name) && this.contexts.usedAsCallback(fn).length === 0;
  }

  /** The end, what it calls, or who calls it works with the slot, closes what is in it on the way, or is told that it is over. */
  private isClosedAround(end: Fn, { closings, users }: Slot): boolean {
    const reached = this.endings.reach([end], REACH);
    if ([...users].some((fn) => reached.has(fn)) || [...reached].some((fn) => callsUnseen(this.types, fn))) return true;
    const closers = new Set(closings.map(({ fn }) => outOfLambdas(fn)));
    const callers = this.contexts.callers(end).map((site) => site.fn);
    return callers.some((fn) => fn.facts.kind === "lambda" || closers.has(outOfLambdas(fn)) || [...this.endings.reach([outOfLambdas(fn)], 1)].some((one) => closers.has(one)));
  }

  /** `new Line(this.agent)`, and the end stops the agent: what it was made for may well end it. */
  private endsItsOwner(end: Fn, { fn, instruction: { args } }: CallSite): boolean {
    const owners = new Set(args.map((one) => this.refs.of(fn, one.value)).flatMap(({ key, root }) => (root.kind === "this" || root.kind === "binding" ? [key] : [])));
    return owners.size > 0 && [...end.sites()].some(({ instruction }) => instruction.op === "call" && instruction.receiver !== null && instruction.method !== null
      && (this.api.closingMethods.has(instruction.method) || this.api.releaseMethods.has(instruction.method)) && owners.has(this.refs.of(end, instruction.receiver).key));
  }

  private index(): ReadonlyMap<string, Slot> {
    const slots = new Map<string, Slot>();
    const of = (ref: Ref): Slot => {
      let found = slots.get(ref.key);
      if (!found) slots.set(ref.key, (found = { ref, makers: [], given: false, closings: [], emptyings: [], users: new Set() }));
      return found;
    };
    for (const fn of this.program.functions()) {
      if (this.contexts.isTest(fn)) continue;
      for (const { instruction } of fn.sites()) {
        if (instruction.op === "store") this.store(fn, instruction, of);
        if (instruction.op === "call" && instruction.receiver !== null && instruction.method !== null && this.api.closingMethods.has(instruction.method)) {
          const closed = slotOf(this.refs.of(fn, instruction.receiver));
          if (closed) of(closed).closings.push({ fn, method: instruction.method });
        }
        if (instruction.op !== "load") continue;
        const read = slotOf(this.refs.of(fn, instruction.out));
        if (read && !isOnlyAsked(fn, instruction.out)) of(read).users.add(fn);
      }
    }
    return slots;
  }

  private store(fn: Fn, { place, value, at }: Extract<Instruction, { op: "store" }>, of: (ref: Ref) => Slot): void {
    const ref = place.kind === "field" ? slotOf(this.refs.field(this.refs.of(fn, place.object), place.name)) : place.kind === "binding" ? slotOf(this.refs.ofBinding(fn.module, place.binding)) : null;
    if (!ref) return;
    const slot = of(ref);
    if (isNothing(fn, value)) {
      if (!isFirst(fn, ref)) slot.emptyings.push({ fn, at });
      return;
    }
    const origin = originOf(fn, value, 0);
    if (origin) slot.makers.push(origin);
    else slot.given = true;
  }
}

/** A field of the object itself, or a variable that is not of one call. */
function slotOf(ref: Ref): Ref | null {
  const { root, fields } = ref;
  if (root.kind === "this") return fields.length === 1 && fields[0] !== "[]" ? ref : null;
  if (root.kind !== "binding" || fields.length > 0) return null;
  const binding = root.module.binding(root.binding);
  return binding?.kind === "variable" && (binding.owner === 0 || binding.captured) ? ref : null;
}

/** Where the slot begins: the constructor, the place where the variable is declared. */
function isFirst(fn: Fn, { root }: Ref): boolean {
  return root.kind === "binding" ? root.module.binding(root.binding)?.owner === fn.id : isConstructor(fn);
}
