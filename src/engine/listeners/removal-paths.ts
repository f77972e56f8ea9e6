/**
 * Whether every way out of a function passes the removal of what it registered, asked where all that removes stands in
 * the function itself (or is a function that it returns). Branches that ask the same question twice are taken to answer
 * the same, so that `if (signal) add… if (signal) remove…` matches.
 */
import type { BindingId, BlockId, Call, Instruction, Test, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import type { Api } from "../program/api.js";
import type { CallSite } from "../contexts/holders.js";
import type { Fn } from "../program/program.js";
import { contains } from "../program/program.js";
import type { Refs } from "../program/refs.js";
import { neverRejects } from "../contexts/sure-promises.js";
import type { Types } from "../program/types.js";

export interface MissedExit {
  kind: "exit" | "exception";
  at: Span;
}

const MAXIMUM_STEPS = 4000;

export class RemovalPaths {
  constructor(private readonly refs: Refs, private readonly types: Types, private readonly api: Api) {}

  /**
   * The first way out that misses every removal; null where there is none, or where a removal stands in a function
   * that runs at another time and may come on any path.
   */
  missedExit(fn: Fn, site: CallSite, removals: readonly CallSite[]): MissedExit | null {
    if (fn.facts.kind === "module" || fn.facts.blocks.length > 300) return null;
    const here = new Set<Instruction>();
    const returned = new Set<Fn>();
    for (const removal of removals) {
      if (removal.fn === fn) here.add(removal.instruction);
      else {
        const made = this.returnedClosure(fn, removal.fn);
        if (!made) return null;
        returned.add(made);
      }
    }
    // A finaliser's copies are the same call.
    const isRemoval = (call: Call & { at: Span }): boolean => here.has(call) || removals.some((one) => one.fn === fn && one.instruction.at[0] === call.at[0] && one.instruction.at[1] === call.at[1]);
    const asked = this.askedTwice(fn);
    const found: MissedExit[] = [];
    const seen = new Set<string>();
    const work: { block: BlockId; from: number; facts: ReadonlyMap<string, boolean>; held: boolean }[] = [{ block: 0, from: 0, facts: new Map(), held: false }];
    let steps = 0;
    // A removal that cannot come after is the other half of a switch, not a clean-up.
    let met = returned.size > 0;
    for (let next = work.pop(); next; next = work.pop()) {
      const block = fn.block(next.block);
      if (!block) continue;
      let { held } = next;
      const go = (to: BlockId, facts: ReadonlyMap<string, boolean>): void => {
        const key = `${String(to)}|${String(held)}|${[...facts].map(([name, truth]) => `${name}=${String(truth)}`).sort().join()}`;
        if (seen.has(key)) return;
        seen.add(key);
        work.push({ block: to, from: 0, facts, held });
      };
      let gone = false;
      for (const instruction of block.instructions) {
        if (++steps > MAXIMUM_STEPS) return null;
        if (instruction === site.instruction) {
          held = true;
          continue;
        }
        if (!held) continue;
        if (instruction.op === "call" && isRemoval(instruction)) {
          met = true;
          gone = true;
          break;
        }
        if (instruction.op === "call" && this.api.neverReturns.has(fn, instruction, this.types)) {
          gone = true;
          break;
        }
        if (this.mayRaise(fn, instruction)) {
          if (block.handler === null) found.push({ kind: "exception", at: instruction.at });
          else go(block.handler, next.facts);
        }
      }
      if (gone) continue;
      const { end } = block;
      switch (end.kind) {
        case "jump": go(end.to, next.facts); break;
        case "branch": {
          const key = this.questionOf(fn, end.test);
          const known = key !== null && asked.has(key) ? next.facts.get(key) : undefined;
          // A loop over what is to be removed is taken to run.
          if (end.test.kind === "more" && held && this.removesInLoop(fn, end.then, removals)) {
            met = true;
            break;
          }
          // What is closed already has let its listeners go.
          if (held && this.asksForEnd(fn, end.test)) {
            go(end.else, next.facts);
            break;
          }
          const learn = (truth: boolean): ReadonlyMap<string, boolean> => (key !== null && asked.has(key) ? new Map(next.facts).set(key, truth) : next.facts);
          if (known !== false) go(end.then, learn(true));
          if (known !== true) go(end.else, learn(false));
          break;
        }
        case "return":
          if (held && !(end.value !== null && this.isReturned(fn, end.value, returned))) found.push({ kind: "exit", at: end.at });
          break;
        case "raise": if (held) { if (block.handler === null) found.push({ kind: "exception", at: end.at }); else go(block.handler, next.facts); } break;
        case "catch":
          for (const clause of end.clauses) go(clause.to, next.facts);
          if (end.otherwise !== null) go(end.otherwise, next.facts);
          else if (held && !end.clauses.some((clause) => clause.types === null)) found.push({ kind: "exception", at: end.at });
          break;
        case "rethrow": if (end.to !== null) go(end.to, next.facts); else if (held) found.push({ kind: "exception", at: end.at }); break;
        case "unreachable": break;
      }
    }
    if (!met) return null;
    return found.find((exit) => exit.kind === "exit") ?? found[0] ?? null;
  }

  /** `if (this.isDisposed)`, `if conn.is_closed()`: where it holds the target is no more. */
  private asksForEnd(fn: Fn, test: Test): boolean {
    if (test.kind !== "truthy") return false;
    const definition = fn.definition(test.value)?.instruction;
    const name = definition?.op === "call" ? definition.method : this.refs.of(fn, test.value).fields.at(-1);
    return name != null && /(?:dispos|destroy|clos|stopp|abort)ed$/iu.test(name);
  }

  private removesInLoop(fn: Fn, body: BlockId, removals: readonly CallSite[]): boolean {
    const loop = fn.block(body)?.loop ?? null;
    if (loop === null) return false;
    return removals.some((site) => {
      if (site.fn !== fn) return false;
      for (let at = fn.block(site.block)?.loop ?? null; at !== null; at = fn.facts.loops[at]?.parent ?? null) if (at === loop) return true;
      return false;
    });
  }

  private mayRaise(fn: Fn, instruction: Instruction): boolean {
    if (instruction.op === "await") return !neverRejects(fn, instruction.value, this.types, this.api);
    if (fn.module.facts.language !== "python") return false;
    if (instruction.op === "yield") return true;
    return instruction.op === "call" && !this.api.safe.has(fn, instruction, this.types);
  }

  /** The closure made in `fn` and given back by it that holds the removal. */
  private returnedClosure(fn: Fn, inner: Fn): Fn | null {
    let at: Fn | null = inner;
    while (at && at.parent !== fn) at = at.parent;
    if (!at) return null;
    const made = at;
    return fn.facts.blocks.some(({ end }) => end.kind === "return" && end.value !== null && this.isReturned(fn, end.value, new Set([made]))) && this.onlyReturned(fn, made) ? made : null;
  }

  /** Nobody but the caller gets the closure, or what is made of it. */
  private onlyReturned(fn: Fn, made: Fn): boolean {
    const goesOn = (value: ValueId, depth: number): boolean => fn.uses(value).every((use) => {
      if (use.kind === "end") return true;
      const { instruction } = use.site;
      if (depth > 3) return false;
      if (instruction.op === "store" && instruction.place.kind === "binding" && fn.module.binding(instruction.place.binding)?.owner === fn.id) {
        const { binding } = instruction.place;
        return [...fn.sites()].every((site) => site.instruction.op !== "load" || site.instruction.place.kind !== "binding" || site.instruction.place.binding !== binding || goesOn(site.instruction.out, depth + 1));
      }
      return (instruction.op === "collection" || instruction.op === "call" && instruction.args.some((one) => one.value === value)) && fn.uses(instruction.out).length > 0 && goesOn(instruction.out, depth + 1);
    });
    return [...fn.sites()].every((site) => site.instruction.op !== "closure" || site.instruction.function !== made.id || goesOn(site.instruction.out, 0));
  }

  private isReturned(fn: Fn, value: ValueId, made: ReadonlySet<Fn>, seen = new Set<BindingId>()): boolean {
    const ref = this.refs.of(fn, value);
    if (ref.root.kind === "closure" && ref.fields.length === 0) {
      const { fn: closure } = ref.root;
      return [...made].some((one) => one === closure || one.module === closure.module && contains(closure.facts.at, one.facts.at));
    }
    const definition = fn.definition(value)?.instruction;
    // An object with the removing function in it, or a call that is given it.
    if (definition?.op === "collection") return definition.elements.some((one) => this.isReturned(fn, one.value, made, seen));
    if (definition?.op === "call") return definition.args.some((one) => this.isReturned(fn, one.value, made, seen));
    return definition?.op === "load" && [...made].some((one) => fn.uses(value).length > 0 && one.parent === fn && this.storedIn(fn, value, one, seen));
  }

  private storedIn(fn: Fn, value: ValueId, made: Fn, seen: Set<BindingId>): boolean {
    const definition = fn.definition(value)?.instruction;
    if (definition?.op !== "load" || definition.place.kind !== "binding" || seen.has(definition.place.binding)) return false;
    // A variable may be made from itself: `stops = [...stops, stop]`.
    seen.add(definition.place.binding);
    return (fn.module.bindingStores.get(definition.place.binding) ?? []).some((store) => store.fn === fn && this.isReturned(fn, store.value, new Set([made]), seen));
  }

  /** What a branch asks, where asking it again gives the same answer. */
  private questionOf(fn: Fn, test: Test): string | null {
    if (test.kind !== "truthy" && test.kind !== "none") return null;
    const ref = this.refs.of(fn, test.value);
    return ref.root.kind === "value" || ref.root.kind === "call" ? null : `${test.kind}:${ref.key}`;
  }

  /** The question is of what the call was given, and nothing changes that. */
  private isGiven(fn: Fn, test: Test): boolean {
    if (test.kind !== "truthy" && test.kind !== "none") return false;
    const { root, fields } = this.refs.of(fn, test.value);
    return root.kind === "binding" && fields.length === 0 && root.module.binding(root.binding)?.kind === "parameter" && !root.module.bindingStores.has(root.binding);
  }

  private askedTwice(fn: Fn): ReadonlySet<string> {
    const once = new Set<string>();
    const twice = new Set<string>();
    for (const { end, loop } of fn.facts.blocks) {
      const key = end.kind === "branch" ? this.questionOf(fn, end.test) : null;
      if (key === null) continue;
      // A loop asks in each turn.
      if (once.has(key) || loop !== null && end.kind === "branch" && this.isGiven(fn, end.test)) twice.add(key);
      once.add(key);
    }
    return twice;
  }
}
