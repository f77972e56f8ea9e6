/** Functions that are members of one object of a module's: `const shop = {}; shop.open = () => …`, `module.exports = shop`. */
import type { Call, ValueId } from "../../model/facts.js";
import { property } from "./api.js";
import type { Fn, Program, Stored } from "./program.js";
import type { Ref, Refs } from "./refs.js";

/** The function that a call of such a member runs; null where the object or the member may be another one. */
export function memberCalled(program: Program, refs: Refs, fieldStores: ReadonlyMap<string, readonly Stored[]>, fn: Fn, call: Call): Fn | null {
  if (call.receiver === null || call.method === null) return null;
  const object = objectOf(program, refs, refs.of(fn, call.receiver));
  if (!object || object.fields.length > 0) return null;
  const found: { fn: Fn; value: ValueId }[] = [];
  if (object.root.kind === "binding") {
    const { module, binding } = object.root;
    const [only, ...more] = module.bindingStores.get(binding) ?? [];
    if (!only || more.length > 0 || module.binding(binding)?.owner !== 0 || only.fn.definition(only.value)?.instruction.op !== "collection") return null;
    const written = property(only.fn, only.value, call.method);
    if (written !== null) found.push({ fn: only.fn, value: written });
    // `var shop = module.exports = {}`: two names for it.
    for (const [name, stores] of module.bindingStores) {
      if (stores.length === 1 && stores[0]?.fn === only.fn && stores[0].value === only.value) found.push(...fieldStores.get(refs.field(refs.ofBinding(module, name), call.method).key) ?? []);
    }
  } else if (object.root.kind === "closure" && object.root.fn.parent?.facts.kind === "module") found.push(...fieldStores.get(refs.field(object, call.method).key) ?? []);
  const [member, ...others] = found;
  const { root, fields } = member && others.length === 0 ? refs.of(member.fn, member.value) : { root: null, fields: [] };
  return root?.kind === "closure" && fields.length === 0 ? root.fn : null;
}

/** A whole module is what it exports. */
function objectOf(program: Program, refs: Refs, ref: Ref): Ref | null {
  if (ref.root.kind !== "module" || ref.fields.length > 0) return ref;
  const { module } = ref.root;
  const target = program.exportOf(module, "=") ?? program.exportOf(module, "default");
  return target?.kind === "binding" ? refs.ofBinding(target.module, target.binding) : null;
}
