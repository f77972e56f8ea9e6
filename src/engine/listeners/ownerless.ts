/**
 * Watchers that nobody owns: a framework stops what a component's set-up watches when the component goes, and it knows
 * whose a watcher is by which set-up is running. Behind an `await` none is (see engine/contexts/unrun.ts), so that the watcher
 * goes on as long as what it watches.
 *
 * What is given up: a source that is not seen to outlive the component. The component's own state goes with it, and takes
 * the watcher along.
 */
import { matchesArgument } from "../../catalog/pattern.js";
import type { PatternArgument } from "../../catalog/pattern.js";
import type { CatalogFile } from "../../catalog/types.js";
import type { Call, ValueId } from "../../model/facts.js";
import type { Analysis } from "../analysis.js";
import { CallSet } from "../program/api.js";
import type { Context } from "../contexts/contexts.js";
import { at, callName, repetition } from "../explain.js";
import type { ListenerFinding } from "./listener-telling.js";
import type { Fn } from "../program/program.js";
import { describe } from "../program/refs.js";
import type { Ref } from "../program/refs.js";

type Watchers = NonNullable<CatalogFile["watchers"]>[number];

export function* ownerlessFindings(analysis: Analysis): Generator<ListenerFinding> {
  yield* new Ownerless(analysis).all();
}

class Ownerless {
  private readonly calls = new CallSet<Watchers & { shows: RegExp }>();

  constructor(private readonly analysis: Analysis) {
    for (const file of analysis.api.files) {
      for (const one of file.watchers ?? []) {
        const compiled = { ...one, shows: new RegExp(one.shared, "u") };
        for (const call of one.calls) this.calls.add(call, compiled);
      }
    }
  }

  *all(): Generator<ListenerFinding> {
    const { program, contexts, types, unrun } = this.analysis;
    for (const fn of program.functions()) {
      if (fn.facts.kind === "module" || contexts.isTest(fn)) continue;
      for (const site of fn.sites()) {
        const { instruction: call } = site;
        // Who keeps what it returns can stop it.
        if (call.op !== "call" || fn.uses(call.out).length > 0) continue;
        const [match] = this.calls.match(fn, call, types);
        if (!match || !unrun.isLate(site)) continue;
        const context = this.setUpAround(fn);
        const source = context && this.lasting(fn, call, match.argument, match.value);
        if (!context || source === null) continue;
        const api = callName(fn, call);
        yield {
          message: "ownerless", data: { api, noun: match.value.noun, source }, severity: context.seldom === true ? "low" : "medium", path: fn.module.path, at: call.at, fix: null,
          help: `call ${api} before the first await, or keep what it returns and call that when the component goes`,
          trail: [
            { role: "holder", message: `${source} goes on when the component is gone, and keeps the ${match.value.noun}`, place: at(fn, call.at) },
            ...repetition(fn, context),
            { role: "exit", message: "no component's set-up is running any more when this is called, so that no component stops it", place: at(fn, call.nameAt) },
          ],
        };
      }
    }
  }

  /** How often the component, hook or composable around is set up; null where there is none. */
  private setUpAround(fn: Fn): Context | null {
    for (let around: Fn | null = fn; around && around.facts.kind !== "module"; around = around.parent) {
      const context = this.analysis.contexts.of(around);
      if (context.kind === "mount" || context.kind === "render") return context;
    }
    return null;
  }

  /** What is watched and outlives the component, by name. */
  private lasting(fn: Fn, call: Call, argument: PatternArgument | null, watchers: Watchers & { shows: RegExp }): string | null {
    const given = call.args.find((one, position) => matchesArgument(argument, position, one.name));
    if (!given) return null;
    const definition = fn.definition(given.value)?.instruction;
    if (definition?.op === "constant" && definition.value.kind === "string") return watchers.implied ?? null;
    const values = definition?.op === "collection" && definition.shape === "list" ? definition.elements.map((one) => one.value) : [given.value];
    for (const value of values) {
      const readers = this.analysis.contexts.functionsIn(fn, value);
      const found = readers.length > 0 ? this.read(readers, watchers) : this.nameOf(fn, value, this.analysis.refs.of(fn, value), watchers, true);
      if (found !== null) return found;
    }
    return null;
  }

  private read(readers: readonly Fn[], watchers: Watchers & { shows: RegExp }): string | null {
    const inside = readers.flatMap((reader) => [reader, ...this.analysis.holders.nestedIn(reader)]);
    for (const reader of inside) {
      for (const { instruction } of reader.sites()) {
        if (instruction.op !== "load" || instruction.place.kind !== "field") continue;
        const ref = this.analysis.refs.of(reader, instruction.out);
        const found = this.nameOf(reader, instruction.out, ref, watchers, ref.fields.length === 1 && ref.fields[0] === watchers.member);
        if (found !== null) return found;
      }
    }
    return null;
  }

  /** A thing of the module's, of another or of the page that is watched as a whole, or a part of what is shared by all components. */
  private nameOf(fn: Fn, value: ValueId, ref: Ref, { shows, member }: Watchers & { shows: RegExp }, isWhole: boolean): string | null {
    const whole = { ...ref, fields: ref.fields.at(-1) === member ? ref.fields.slice(0, -1) : ref.fields };
    if (ref.root.kind === "closure" || ref.root.kind === "value" || ref.root.kind === "this") return null;
    if (isWhole && this.analysis.registrations.targets.lifeOf(fn, whole, value) === "process") return describe(whole);
    if (ref.root.kind !== "binding") return null;
    const stores = ref.root.module.bindingStores.get(ref.root.binding) ?? [];
    const isShared = stores.length > 0 && stores.every((store) => {
      const made = store.fn.definition(store.value)?.instruction;
      return made?.op === "call" && shows.test(store.fn.module.text.slice(...made.nameAt));
    });
    return isShared ? describe({ ...ref, fields: [] }) : null;
  }
}

