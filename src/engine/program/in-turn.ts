/** What a loop's variable is in turn, where the list stands there: `for stage in [mill, bake]: Process(target=stage.run)`. */
import type { ValueId } from "../../model/facts.js";
import type { Fn } from "./program.js";

/** The values that a load of a loop's variable may be; none where it is no such variable. */
export function inTurn(fn: Fn, value: ValueId): ValueId[] {
  const definition = fn.definition(value)?.instruction;
  if (definition?.op !== "load" || definition.place.kind !== "binding") return [];
  const [only, ...others] = fn.module.bindingStores.get(definition.place.binding) ?? [];
  const turn = only?.fn === fn && others.length === 0 ? fn.definition(only.value)?.instruction : undefined;
  const list = turn?.op === "next" ? fn.definition(turn.value)?.instruction : undefined;
  return list?.op === "collection" && list.shape !== "mapping" ? list.elements.flatMap((one) => (one.spread ? [] : [one.value])) : [];
}
