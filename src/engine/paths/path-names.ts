/**
 * Names of things on disk that are made of each other, beside one walk: of a temporary directory's name, the names of
 * what is in it, texts that contain it, and objects that were given such a name. None of them is the directory. Removing
 * one does not remove it, and lending one gives nobody the task; but whoever is returned or keeps one may still need it.
 *
 * What names stand for is collected as the walk meets it and never forgotten: a name too many is only silence.
 */
import type { BindingId, Call, Instruction, Test, ValueId } from "../../model/facts.js";
import type { Api, CompiledPair, PathRelation } from "../program/api.js";
import type { Holders } from "../contexts/holders.js";
import type { Fn } from "../program/program.js";
import type { Types } from "../program/types.js";

/** What an instruction means for the thing on disk: its result names it too; it is removed; somebody else has its name; nothing more. Null: nothing that is known here. */
export type Named = "same" | "removed" | "kept" | "seen" | null;

/** What a value is beside the handle: a name below it, a text with its name somewhere, or an object that has such a name. */
type Kind = "inside" | "text" | "holder";

const TEXTS = new Set(["f-string", "template", "+", "%"]);
const PARTS = new Set(["unpack", "spread", "slice"]);
/** A text that begins with the name: `f"{`, `${`. */
const OPENING = 3;

export class PathNames {
  private readonly values = new Map<ValueId, Kind>();
  private readonly variables = new Map<BindingId, Kind>();

  constructor(private readonly fn: Fn, private readonly pair: CompiledPair, private readonly api: Api, private readonly types: Types, private readonly holders: Holders) {}

  /** Whether whoever gets the value has the name of something in it. */
  leads(value: ValueId): boolean {
    return this.values.has(value);
  }

  see(instruction: Instruction & { at: readonly [number, number] }, isHandle: (value: ValueId) => boolean): Named {
    switch (instruction.op) {
      case "load": return this.load(instruction);
      case "store": return this.store(instruction);
      case "closure": return this.fn.module.fn(instruction.function)?.facts.captures.some((binding) => this.variables.has(binding)) === true ? "kept" : null;
      case "collection": {
        if (instruction.elements.some((element) => isHandle(element.value))) return instruction.elements.some((element) => this.isRemover(element.value)) ? "removed" : null;
        return this.pass(instruction.out, instruction.elements.map((element) => element.value));
      }
      case "operation": return this.operation(instruction, isHandle);
      case "await": case "enter": case "next": return this.pass(instruction.out, [instruction.value]);
      case "yield": return instruction.value !== null && this.leads(instruction.value) ? "kept" : null;
      case "call": return this.call(instruction, isHandle);
      default: return null;
    }
  }

  /** Whether a test asks about the thing on disk: `os.path.exists(path)`. */
  asks(value: ValueId, isHandle: (value: ValueId) => boolean, depth = 0): boolean {
    const definition = this.fn.definition(value)?.instruction;
    if (definition?.op === "operation" && depth < 3) return definition.inputs.some((input) => this.asks(input, isHandle, depth + 1));
    return definition?.op === "call" && (definition.receiver !== null && isHandle(definition.receiver) || definition.args.some((one) => isHandle(one.value)));
  }

  /** `directory = directory or mkdtemp()`: a parameter that got a default may hold somebody else's. */
  isFromOutside(value: ValueId): boolean {
    const definition = this.fn.definition(value)?.instruction;
    if (definition?.op === "call") return definition.args.some((one) => this.isFromOutside(one.value));
    return definition?.op === "load" && definition.place.kind === "binding" && this.fn.module.binding(definition.place.binding)?.kind !== "variable";
  }

  /** `if not keep:`: a test of a variable or field by itself. */
  isFlag(test: Test): boolean {
    const definition = test.kind === "truthy" ? this.fn.definition(test.value)?.instruction : undefined;
    return definition?.op === "load" || definition?.op === "operation" && definition.operator === "not";
  }

  private load({ place, out }: Extract<Instruction, { op: "load" }>): Named {
    if (place.kind === "binding") return this.mark(out, this.variables.get(place.binding));
    if (place.kind !== "field" && place.kind !== "index") return null;
    const kind = this.values.get(place.object);
    if (kind === "inside" && place.kind === "field" && this.api.pathsAround.has(place.name)) return "same";
    return place.kind === "index" ? this.mark(out, kind) : null;
  }

  private store({ place, value }: Extract<Instruction, { op: "store" }>): Named {
    const kind = this.values.get(value);
    if (kind === undefined) return null;
    const local = place.kind === "binding" ? place.binding : place.kind === "field" || place.kind === "index" ? this.localOf(place.object) : null;
    if (local === undefined) return "seen";
    const binding = local === null ? undefined : this.fn.module.binding(local);
    if (local === null || binding?.owner !== this.fn.id || binding.captured || this.fn.facts.kind === "module") return "kept";
    this.variables.set(local, place.kind === "binding" ? kind : "holder");
    return "seen";
  }

  private operation(instruction: Extract<Instruction, { op: "operation" }> & { at: readonly [number, number] }, isHandle: (value: ValueId) => boolean): Named {
    const { operator, inputs, out } = instruction;
    if (PARTS.has(operator)) return this.pass(out, inputs);
    const [first] = inputs;
    if (first === undefined || !inputs.some((input) => isHandle(input) || this.leads(input))) return null;
    if (operator === "/") return this.mark(out, "inside");
    if (!TEXTS.has(operator)) return null;
    // A name at the start makes a name; anywhere else it may be a command that removes it.
    const begins = (isHandle(first) || this.values.get(first) === "inside") && (operator === "+" || operator === "%" || this.startOf(first) - instruction.at[0] <= OPENING);
    return this.mark(out, begins ? "inside" : "text");
  }

  private startOf(value: ValueId): number {
    return (this.fn.definition(value)?.instruction as { at?: readonly [number, number] } | undefined)?.at?.[0] ?? Infinity;
  }

  private call(call: Call, isHandle: (value: ValueId) => boolean): Named {
    const match = this.api.released(this.pair, this.fn, call, this.types);
    if (match && isHandle(match.value)) return null;
    const given = call.args.map((one) => one.value);
    const isHandleIn = call.receiver !== null && isHandle(call.receiver) || given.some(isHandle);
    const relation = this.relationOf(call, (value) => isHandle(value) || this.values.get(value) === "inside");
    if (isHandleIn) {
      // `to_thread(shutil.rmtree, path)`: what removes it is handed on with it.
      if (given.some((value) => this.isRemover(value) || this.holders.isReleasingFunction(this.pair, this.fn, value))) return "removed";
      if (relation === "same") return "same";
      return relation === null ? null : relation === "inside" ? this.mark(call.out, "inside") : "seen";
    }
    const kinds = [call.receiver, ...given].flatMap((value) => (value === null ? [] : this.values.get(value) ?? []));
    if (kinds.length === 0) return null;
    if (relation !== null) return relation === "around" ? "same" : this.mark(call.out, "inside");
    return this.lend(call, kinds);
  }

  /** A call that is given a name, and does not make another one of it. */
  private lend(call: Call, kinds: readonly Kind[]): Named {
    const isBorrowed = this.api.borrows.has(this.fn, call, this.types) || this.api.safe.has(this.fn, call, this.types);
    const position = call.args.findIndex((one) => this.leads(one.value));
    if (position < 0) return this.api.acquired(this.fn, call, this.types).length > 0 ? this.mark(call.out, "holder") : "seen";
    const callee = this.types.calleeOf(this.fn, call);
    if (callee?.kind === "function") {
      const fate = callee.fn.facts.generator ? "returned" : this.holders.fateOfArgument(callee.fn, call, position, this.pair);
      return fate === "kept" ? "kept" : fate === "released" ? "removed" : fate === "returned" ? this.mark(call.out, "holder") : "seen";
    }
    if (kinds.includes("text")) return isBorrowed ? "seen" : "kept";
    // Built-in functions copy or look.
    if (isBorrowed) return call.path?.includes(".") === false ? this.pass(call.out, call.args.map((one) => one.value)) : "seen";
    if (call.receiver !== null && callee === null) {
      const local = this.localOf(call.receiver);
      if (local === null && this.api.words.is("stores", call) !== null) return "kept";
      if (typeof local === "number") this.variables.set(local, "holder");
    }
    const name = call.method ?? call.path?.split(".").at(-1) ?? "";
    return callee === null && this.api.pathReaders.some((reader) => reader.test(name)) ? "seen" : this.mark(call.out, "holder");
  }

  private relationOf(call: Call, isName: (value: ValueId) => boolean): PathRelation | null {
    for (const { value, argument } of this.api.pathCalls.match(this.fn, call, this.types)) {
      const named = argument === null ? call.receiver !== null && isName(call.receiver) : call.args.some((one, at) => isName(one.value) && (argument.keyword === undefined ? one.name === null && at >= argument.from && (argument.to === null || at <= argument.to) : one.name === argument.keyword));
      // With more behind it the name is only the beginning of another.
      if (named) return value === "same" && argument !== null && call.path !== null && call.args.length > 1 && this.api.pathCalls.match(this.fn, call, this.types).some((other) => other.value === "inside") ? "inside" : value;
    }
    return null;
  }

  /** The local variable of an object that only this function has; undefined for one that a display just makes, null for any other. */
  private localOf(object: ValueId): BindingId | null | undefined {
    const definition = this.fn.definition(object)?.instruction;
    if (definition?.op === "collection") {
      this.values.set(object, "holder");
      return undefined;
    }
    if (definition?.op !== "load" || definition.place.kind !== "binding") return null;
    const binding = this.fn.module.binding(definition.place.binding);
    return binding?.owner === this.fn.id && binding.kind === "variable" && this.fn.facts.kind !== "module" ? definition.place.binding : null;
  }

  private isRemover(value: ValueId): boolean {
    const definition = this.fn.definition(value)?.instruction;
    return definition?.op === "constant" && definition.value.kind === "string" && this.api.pathRemovers.has(definition.value.value);
  }

  private pass(out: ValueId, from: readonly ValueId[]): Named {
    return this.mark(out, from.map((value) => this.values.get(value)).find((kind) => kind !== undefined));
  }

  private mark(out: ValueId, kind: Kind | undefined): Named {
    if (kind === undefined) return null;
    this.values.set(out, kind);
    return "seen";
  }
}
