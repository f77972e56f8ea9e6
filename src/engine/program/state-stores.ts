/** Where a framework keeps what a call stores: `setUrl(url)` is a store to the hook's variable, `this.setState({ url })` to a field. */
import type { Call, ValueId } from "../../model/facts.js";
import type { Api } from "./api.js";
import type { Fn } from "./program.js";
import type { Ref, Refs } from "./refs.js";
import type { Types } from "./types.js";

export class StateStores {
  constructor(private readonly refs: Refs, private readonly types: Types, private readonly api: Api) {}

  /** The place under whose name the rest of the program reads what the call is given. `holds`: whether a value is, or has, what is asked for. */
  of(fn: Fn, call: Call, holds: (value: ValueId) => boolean): Ref | null {
    const [given] = call.args;
    if (!given || given.spread || !holds(given.value)) return null;
    if (call.callee !== null && call.receiver === null) return this.variableOf(fn, call.callee);
    const field = call.method === null ? undefined : this.api.merges.get(call.method);
    if (field === undefined || call.receiver === null) return null;
    const object = this.refs.of(fn, call.receiver);
    const made = fn.definition(given.value)?.instruction;
    if (object.root.kind !== "this" || object.fields.length > 0 || made?.op !== "collection") return null;
    const key = made.elements.find((one) => holds(one.value))?.key ?? null;
    const name = key === null ? undefined : fn.definition(key)?.instruction;
    return name?.op === "constant" && name.value.kind === "string" ? this.refs.field(this.refs.field(object, field), name.value.value) : null;
  }

  /** Of `const [url, setUrl] = useState()`, the variable `url` for the value `setUrl`. */
  private variableOf(fn: Fn, setter: ValueId): Ref | null {
    const load = fn.definition(setter)?.instruction;
    if (load?.op !== "load" || load.place.kind !== "binding") return null;
    const [store, ...others] = fn.module.bindingStores.get(load.place.binding) ?? [];
    const element = store && others.length === 0 ? store.fn.definition(store.value)?.instruction : undefined;
    if (!store || element?.op !== "load" || element.place.kind !== "index") return null;
    const { object: tuple } = element.place;
    const hook = store.fn.definition(tuple)?.instruction;
    if (hook?.op !== "call" || !this.api.stateHooks.has(store.fn, hook, this.types)) return null;
    for (const use of store.fn.uses(tuple)) {
      const read = use.kind === "instruction" ? use.site.instruction : undefined;
      if (read?.op !== "load" || read.place.kind !== "index" || read.out === store.value) continue;
      for (const kept of store.fn.uses(read.out)) {
        if (kept.kind === "instruction" && kept.site.instruction.op === "store" && kept.site.instruction.place.kind === "binding") return this.refs.ofBinding(store.fn.module, kept.site.instruction.place.binding);
      }
    }
    return null;
  }
}
