/**
 * Fields that are read under names which stand in a list: `for name in ("reader", "writer"): getattr(self, name).close()`,
 * `["left", "right"].forEach((side) => clearTimeout(this[side]))`.
 */
import type { BindingId, Instruction, ValueId } from "../../model/facts.js";
import type { Words } from "../program/api.js";
import { constantText, origin } from "../program/constants.js";
import type { Contexts } from "./contexts.js";
import type { Fn } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";

export class NamedFields {
  constructor(private readonly refs: Refs, private readonly words: Words, private readonly contexts: Contexts) {}

  /** The object and the name's value, where a field is read by a name that is a value. */
  read(instruction: Instruction): { object: ValueId; name: ValueId } | null {
    if (instruction.op === "load" && instruction.place.kind === "index") return { object: instruction.place.object, name: instruction.place.key };
    const [object, name] = instruction.op === "call" && this.words.is("members", instruction) === "path" ? instruction.args : [];
    return object && name ? { object: object.value, name: name.value } : null;
  }

  /** The fields that such a read may be of; none where their names are not known. */
  of(fn: Fn, instruction: Instruction): Ref[] {
    const read = this.read(instruction);
    const names = read ? this.namesOf(fn, read.name) : [];
    return read ? names.map((name) => this.refs.field(this.refs.of(fn, read.object), name)) : [];
  }

  private namesOf(fn: Fn, value: ValueId): string[] {
    const own = constantText(fn, value);
    if (own !== null) return [own];
    const load = fn.definition(value)?.instruction;
    if (load?.op !== "load" || load.place.kind !== "binding") return [];
    const names = this.inLoop(fn, load.place.binding) ?? this.inCallback(fn, load.place.binding) ?? [];
    return names.every((name) => name !== null) ? names : [];
  }

  /** What a loop's variable is in turn. */
  private inLoop(fn: Fn, binding: BindingId): (string | null)[] | null {
    const [only, ...others] = fn.module.bindingStores.get(binding) ?? [];
    const turn = only?.fn === fn && others.length === 0 ? fn.definition(only.value)?.instruction : undefined;
    return turn?.op === "next" ? textsIn(fn, turn.value) : null;
  }

  /** What a callback is called with in turn. */
  private inCallback(fn: Fn, binding: BindingId): (string | null)[] | null {
    const { parent } = fn;
    if (fn.facts.parameters[0]?.binding !== binding || !parent) return null;
    for (const { site: { fn: by, instruction }, position } of this.contexts.usedAsCallback(fn)) {
      if (by !== parent || position !== 0 || instruction.receiver === null || this.words.is("each", instruction) !== "method") continue;
      const callback = instruction.args[0] ? parent.definition(instruction.args[0].value)?.instruction : undefined;
      if (callback?.op === "closure") return textsIn(parent, instruction.receiver);
    }
    return null;
  }
}

/** The texts in a list that stands there, or that a name always means. */
function textsIn(fn: Fn, value: ValueId): (string | null)[] | null {
  const made = origin(fn, value);
  const list = made?.site.instruction;
  return made && list?.op === "collection" && list.shape !== "mapping" && !list.comprehension ? list.elements.map((one) => (one.spread ? null : constantText(made.fn, one.value))) : null;
}
