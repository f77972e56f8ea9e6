/** Functions that a call puts in a list of its own, `stops.push(() => …)`, for whoever runs the whole list. */
import type { ValueId } from "../../model/facts.js";
import type { Api } from "../program/api.js";
import type { Contexts } from "../contexts/contexts.js";
import type { Holders } from "../contexts/holders.js";
import type { Fn } from "../program/program.js";
import type { Refs } from "../program/refs.js";

interface Seen {
  readonly refs: Refs;
  readonly holders: Holders;
  readonly contexts: Contexts;
  readonly api: Api;
}

/** All that the value may be, where it is an element of such a list or of a copy of one: `stops.forEach((stop) => stop())`. */
export function functionsListed({ refs, holders, contexts, api }: Seen, fn: Fn, value: ValueId): Fn[] {
  const { root, fields } = refs.of(fn, value);
  if (root.kind !== "binding" || fields.at(-1) !== "[]" || fields.slice(0, -1).some((field) => field !== "{}") || root.module.binding(root.binding)?.owner === 0) return [];
  const put = holders.usesOf(refs.ofBinding(root.module, root.binding).key).filter(({ as, site }) => as === "receiver" && api.words.is("stores", site.instruction) !== null)
    .flatMap(({ site }) => site.instruction.args.flatMap((argument) => contexts.functionsIn(site.fn, argument.value)));
  const first = (root.module.bindingStores.get(root.binding) ?? []).flatMap((store) => {
    const made = store.fn.definition(store.value)?.instruction;
    return made?.op === "collection" ? made.elements.flatMap((element) => contexts.functionsIn(store.fn, element.value)) : [];
  });
  return [...put, ...first];
}
