/**
 * Functions that own what their variables hold: the set-up of a component, a factory that returns the functions which
 * work on what it made. The variables are to them what fields are to an object, and its clean-up is what they register
 * for their end or return under a name that says so.
 */
import type { ValueId } from "../../model/facts.js";
import { matchesArgument } from "../../catalog/pattern.js";
import type { Api, CompiledPair } from "../program/api.js";
import type { Contexts } from "./contexts.js";
import type { Endings } from "./endings.js";
import type { Holders } from "./holders.js";
import type { Fn } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";
import type { Types } from "../program/types.js";

export interface Scope {
  fn: Fn;
  /** What runs when it is over, the plainest first. */
  ends: readonly Fn[];
  /** Those that a framework runs, whenever that is. */
  registered: readonly Fn[];
  /** What may run then as well: given to somebody whose name says something of an end. */
  maybe: readonly Fn[];
  /** The set-up of something that is mounted, and with it begins and ends any number of times. */
  mounted: boolean;
}

const DEPTH = 3;

export class Scopes {
  private readonly memo = new Map<Fn, Scope>();

  constructor(private readonly refs: Refs, private readonly types: Types, private readonly api: Api, private readonly contexts: Contexts, private readonly holders: Holders, private readonly endings: Endings) {}

  /** The scope that a variable belongs to, or what is below it; null at a module's top level and where nothing ends it. */
  of(ref: Ref): Scope | null {
    if (ref.root.kind !== "binding" || ref.fields.length > 1 || ref.fields[0] === "[]") return null;
    const binding = ref.root.module.binding(ref.root.binding);
    const fn = binding?.kind === "variable" ? ref.root.module.fn(binding.owner) : null;
    if (!fn || fn.facts.kind === "module" || fn.facts.kind === "class-body") return null;
    const scope = this.scopeOf(fn);
    return scope.ends.length > 0 || scope.mounted ? scope : null;
  }

  /** Whether the end of the scope, with all that it calls, does not look at what the variable holds, and nobody else is given it. */
  forgets(scope: Scope, ref: Ref, pair: CompiledPair): boolean {
    return ![...this.reach([...scope.ends, ...scope.maybe])].some((fn) => this.reads(fn, ref)) && !this.isGivenAway(scope, ref, pair);
  }

  /** What runs when these do, also by a name for what a call has made of a function: `const cancel = useCallback(() => …)`. */
  private reach(ends: readonly Fn[]): ReadonlySet<Fn> {
    let reach = this.endings.reach(ends, DEPTH);
    for (let round = 0; round < DEPTH; round++) {
      const wrapped = [...reach].flatMap((fn) => [...fn.sites()].flatMap(({ instruction }) => (instruction.op === "call" && instruction.callee !== null ? this.wrapped(fn, instruction.callee) : [])));
      if (wrapped.every((fn) => reach.has(fn))) break;
      reach = this.endings.reach([...reach, ...wrapped], DEPTH);
    }
    return reach;
  }

  private wrapped(fn: Fn, callee: ValueId): Fn[] {
    const load = fn.definition(callee)?.instruction;
    if (load?.op !== "load" || load.place.kind !== "binding") return [];
    return (fn.module.bindingStores.get(load.place.binding) ?? []).flatMap((store) => {
      const made = store.fn.definition(store.value)?.instruction;
      return made?.op === "call" ? made.args.flatMap((one) => this.contexts.functionsIn(store.fn, one.value)) : [];
    });
  }

  private scopeOf(fn: Fn): Scope {
    let known = this.memo.get(fn);
    if (!known) this.memo.set(fn, (known = this.compute(fn)));
    return known;
  }

  private compute(owner: Fn): Scope {
    const ends: Fn[] = [];
    const maybe: Fn[] = [];
    let mounted = ["mount", "render"].includes(this.contexts.of(owner).kind);
    for (const fn of [owner, ...this.holders.nestedIn(owner)]) {
      const { cleanup } = this.contexts.of(fn);
      if (cleanup === "returned") ends.push(...this.returned(fn));
      for (const { instruction: call } of fn.sites()) {
        if (call.op !== "call") continue;
        if (fn === owner && this.contexts.isMount(fn, call)) mounted = true;
        const registered = this.api.cleanups.match(fn, call, this.types);
        const isTold = cleanup === "parameter" && call.callee !== null && this.isParameter(fn, call.callee);
        const name = call.method ?? call.path?.split(".").at(-1) ?? this.nameOf(fn, call.callee);
        // What is taken off a target is not run.
        const isEnd = !this.api.takesOff(call) && name.split(/[^A-Za-z]+|(?<=[a-z])(?=[A-Z])/u).some((word) => this.endings.isEnd(word.toLowerCase()));
        for (const [position, given] of call.args.entries()) {
          const list: Fn[] | null = isTold || registered.some(({ argument }) => matchesArgument(argument, position, given.name)) ? ends : isEnd ? maybe : null;
          list?.push(...this.functionsIn(fn, given.value));
        }
      }
    }
    const registered = new Set(ends);
    ends.push(...this.returnedEnds(owner));
    return { fn: owner, ends: [...new Set(ends)], registered: [...registered], maybe: [...new Set(maybe)], mounted };
  }

  private functionsIn(fn: Fn, value: ValueId): Fn[] {
    const found = this.contexts.functionsIn(fn, value);
    return found.length > 0 ? found : this.wrapped(fn, value);
  }

  /** The functions that a function returns. */
  private returned(fn: Fn): Fn[] {
    return fn.facts.blocks.flatMap(({ end }) => (end.kind === "return" && end.value !== null ? this.functionsIn(fn, end.value) : []));
  }

  /** Of what a function returns, the functions named for an end: `return { stop }`, or put on what is returned. */
  private returnedEnds(owner: Fn): Fn[] {
    const found: Fn[] = [];
    const add = (name: string | null, value: ValueId): void => {
      if (name !== null && this.endings.isEnd(name)) found.push(...this.functionsIn(owner, value));
    };
    for (const { end } of owner.facts.blocks) {
      if (end.kind !== "return" || end.value === null) continue;
      const made = this.collectionBehind(owner, end.value);
      if (made?.shape !== "mapping") continue;
      for (const { key, value } of made.elements) add(key === null ? null : this.text(owner, key), value);
      const { key } = this.refs.of(owner, end.value);
      for (const { instruction } of owner.sites()) {
        if (instruction.op === "store" && instruction.place.kind === "field" && this.refs.of(owner, instruction.place.object).key === key) add(instruction.place.name, instruction.value);
      }
    }
    return found;
  }

  private collectionBehind(fn: Fn, value: ValueId): { shape: string; elements: readonly { key: ValueId | null; value: ValueId }[] } | null {
    const definition = fn.definition(value)?.instruction;
    if (definition?.op === "collection") return definition;
    if (definition?.op !== "load" || definition.place.kind !== "binding") return null;
    const [store, ...others] = fn.module.bindingStores.get(definition.place.binding) ?? [];
    const made = store?.fn === fn && others.length === 0 ? fn.definition(store.value)?.instruction : undefined;
    return made?.op === "collection" ? made : null;
  }

  private text(fn: Fn, value: ValueId): string | null {
    const definition = fn.definition(value)?.instruction;
    return definition?.op === "constant" && definition.value.kind === "string" ? definition.value.value : null;
  }

  private nameOf(fn: Fn, callee: ValueId | null): string {
    const load = callee === null ? undefined : fn.definition(callee)?.instruction;
    return load?.op === "load" && load.place.kind === "binding" ? fn.module.binding(load.place.binding)?.name ?? "" : "";
  }

  private isParameter(fn: Fn, value: ValueId): boolean {
    const { root, fields } = this.refs.of(fn, value);
    return root.kind === "binding" && fields.length === 0 && fn.facts.parameters.some((one) => one.binding === root.binding);
  }

  /** Reads what the variable holds, or hands on the object that has it. */
  private reads(fn: Fn, ref: Ref): boolean {
    for (const { instruction } of fn.sites()) {
      if (instruction.op !== "load") continue;
      const { key } = this.refs.of(fn, instruction.out);
      if (key === ref.key) return true;
      if (key === this.refs.owner(ref)?.key && this.isWhole(fn, instruction.out)) return true;
    }
    return false;
  }

  /** Somebody outside the scope gets what is held, or the object that has it. */
  private isGivenAway(scope: Scope, ref: Ref, pair: CompiledPair): boolean {
    const owner = this.refs.owner(ref);
    return [scope.fn, ...this.holders.nestedIn(scope.fn)].some((fn) => [...fn.sites()].some(({ instruction }) => {
      if (instruction.op !== "load") return false;
      const { key } = this.refs.of(fn, instruction.out);
      if (key === owner?.key) return this.isWhole(fn, instruction.out);
      const fate = key === ref.key ? this.holders.fateOfValue(fn, instruction.out, pair) : "borrowed";
      return fate === "kept" || fate === "returned";
    }));
  }

  /** The value itself goes on: to a call that may keep it, to a caller, into something else. A list of what an effect depends on keeps nothing. */
  private isWhole(fn: Fn, value: ValueId): boolean {
    return fn.uses(value).some((use) => {
      if (use.kind === "end") return use.end.kind === "return";
      const { instruction } = use.site;
      switch (instruction.op) {
        case "call": return instruction.args.some((one) => one.value === value) && !this.api.borrows.has(fn, instruction, this.types);
        case "collection": return !this.isDependencies(fn, instruction.out);
        case "store": return instruction.value === value;
        case "yield": return true;
        default: return false;
      }
    });
  }

  /** `useEffect(() => { … }, [timer])`. */
  private isDependencies(fn: Fn, value: ValueId): boolean {
    const [use, ...others] = fn.uses(value);
    if (use?.kind !== "instruction" || others.length > 0) return false;
    const { instruction } = use.site;
    return instruction.op === "call" && instruction.args[0]?.value !== value && instruction.args.some((one) => one.value === value)
      && instruction.args[0] !== undefined && this.contexts.functionsIn(fn, instruction.args[0].value).length > 0;
  }
}
