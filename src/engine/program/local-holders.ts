/** Local variables of a function that hold what this call of it made and nobody else has: what is put there is held like a variable does. */
import type { BindingId, Call, ValueId } from "../../model/facts.js";
import type { Api } from "./api.js";
import type { Fn } from "./program.js";
import type { Refs } from "./refs.js";
import type { Types } from "./types.js";

export class LocalHolders {
  constructor(private readonly fn: Fn, private readonly refs: Refs, private readonly types: Types, private readonly api: Api) {}

  /** The local variable that holds a collection made in this function, if the value is one. */
  container(value: ValueId): BindingId | null {
    const id = this.ownVariable(value);
    if (id === null) return null;
    // `**options` is a new dictionary in each call.
    if (this.fn.module.binding(id)?.kind === "parameter") return this.fn.facts.parameters.some((one) => one.binding === id && (one.kind === "keywords" || one.kind === "rest")) && this.fn.module.facts.language === "python" ? id : null;
    const stores = this.fn.module.bindingStores.get(id) ?? [];
    return stores.length > 0 && stores.every((one) => one.fn === this.fn && this.isCollection(one.value)) ? id : null;
  }

  /** `[]`, `{}`, `new Map()`: it holds what is put in, and does not let it go by itself. */
  private isCollection(value: ValueId): boolean {
    const made = this.fn.definition(value)?.instruction;
    if (made?.op !== "call" || made.path === null || made.args.length > 0) return made?.op === "collection";
    const type = this.api.containers.get(this.types.pathAlias(made.path));
    return type?.bound === "unbounded" && type.shape !== "queue";
  }

  /** A field that only ever gets collections: made there (`self.entries = {}`), or put back when the object is unpickled. */
  isKeptCollection(value: ValueId): boolean {
    const ref = this.refs.of(this.fn, value);
    const stores = ref.root.kind === "this" && ref.fields.length === 1 ? this.types.fieldStores.get(ref.key) ?? [] : [];
    const made = stores.filter((one) => this.isOwnCollection(one.fn, one.value));
    return made.length > 0 && stores.every((one) => made.includes(one) || this.isRestored(one.fn, one.value));
  }

  private isOwnCollection(fn: Fn, value: ValueId): boolean {
    const made = fn.definition(value)?.instruction;
    return made?.op === "collection" || made?.op === "call" && this.makesCollection(fn, made);
  }

  /** `dict()`, `OrderedDict()`: one of the language's own. A queue has a size, and may refuse. */
  private makesCollection(fn: Fn, call: Call): boolean {
    const type = call.path === null ? undefined : this.api.containers.get(this.types.pathAlias(call.path));
    return type !== undefined && type.shape !== "queue" && this.api.safe.has(fn, call, this.types);
  }

  /** `self.entries = state["entries"]` in `__setstate__`. */
  private isRestored(fn: Fn, value: ValueId): boolean {
    const taken = fn.definition(value)?.instruction;
    if (!this.api.restoreMethods.has(fn.facts.name) || fn.facts.kind !== "method") return false;
    const from = taken?.op === "load" && taken.place.kind === "index" ? taken.place.object
      : taken?.op === "call" && this.api.words.is("takes", taken) === "method" ? taken.receiver
        : taken?.op === "operation" && taken.operator === "unpack" ? taken.inputs[0] ?? null : null;
    const state = from === null ? undefined : fn.definition(from)?.instruction;
    return state?.op === "load" && state.place.kind === "binding" && fn.module.binding(state.place.binding)?.kind === "parameter";
  }

  /** The local variable that holds an object of this call only: `link.href = url`. What is given that object is given the handle. */
  object(value: ValueId): BindingId | null {
    const id = this.ownVariable(value);
    if (id === null || this.fn.module.binding(id)?.kind !== "variable") return null;
    const [made, ...more] = this.fn.module.bindingStores.get(id) ?? [];
    if (!made || more.length > 0 || made.fn !== this.fn || this.refs.ofBinding(this.fn.module, id).root.kind !== "binding") return null;
    const maker = this.fn.definition(made.value)?.instruction;
    if (maker?.op !== "call") return null;
    // What a function of the program hands out may be one that somebody keeps.
    const isMade = maker.isNew || this.types.calleeOf(this.fn, maker)?.kind !== "function" && this.types.of(this.fn, made.value).length > 0;
    return isMade ? id : null;
  }

  private ownVariable(value: ValueId): BindingId | null {
    const definition = this.fn.definition(value)?.instruction;
    if (definition?.op !== "load" || definition.place.kind !== "binding" || this.fn.facts.kind === "module") return null;
    const binding = this.fn.module.binding(definition.place.binding);
    return binding?.owner === this.fn.id && !binding.captured ? definition.place.binding : null;
  }
}
