/** What keeps a container small: questions about its size, and being filled only while it is empty. */
import type { ContainerMethods } from "../../catalog/types.js";
import type { ValueId } from "../../model/facts.js";
import { isReachedWithout } from "../program/blocks.js";
import type { ContainerKeys } from "./container-keys.js";
import type { GrowthWords } from "../program/growth-words.js";
import type { Fn, Site } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";

export class ContainerBounds {
  constructor(private readonly refs: Refs, private readonly words: GrowthWords, private readonly keys: ContainerKeys) {}

  /** Its size is compared with something. */
  isBounded(ref: Ref, methods: ContainerMethods): boolean {
    for (const fn of relatedFunctions(ref)) {
      for (const { end } of fn.facts.blocks) {
        if (end.kind !== "branch") continue;
        const { test } = end;
        const isSize = (value: ValueId): boolean => this.isSize(ref, methods, fn, value);
        if (test.kind === "compare" || test.kind === "equal") {
          if (isSize(test.left) && !this.isNoLimit(fn, test.right) || isSize(test.right) && !this.isNoLimit(fn, test.left)) return true;
        } else if (test.kind === "truthy" && fn.definition(test.value)?.instruction.op === "call" && isSize(test.value) && methods.shape === "queue") return true;
      }
    }
    return false;
  }

  /** Every way to the site has found it empty: `if not snippets: snippets.append(await load())`. What one such call puts in is all there is. */
  isEmptyAt(ref: Ref, methods: ContainerMethods, { fn, block }: Site): boolean {
    const isThis = (value: ValueId): boolean => this.refs.of(fn, value).key === ref.key;
    const empty = new Set(fn.facts.blocks.flatMap(({ end }) => {
      if (end.kind !== "branch") return [];
      const { test } = end;
      // In JavaScript an empty array is true.
      if (test.kind === "truthy") return isThis(test.value) ? (fn.module.facts.language === "python" ? [end.else] : []) : this.isSize(ref, methods, fn, test.value) ? [end.else] : [];
      if (test.kind !== "equal") return [];
      const { left, right } = test;
      return [[left, right], [right, left]].some(([size, zero]) => size !== undefined && zero !== undefined && this.isSize(ref, methods, fn, size) && isZero(fn, zero)) ? [end.then] : [];
    }));
    return empty.size > 0 && !isReachedWithout(fn, 0, block, empty);
  }

  /** `len(container)`, `container.size`, and what is calculated from it. */
  private isSize(ref: Ref, methods: ContainerMethods, fn: Fn, value: ValueId, depth = 0): boolean {
    const definition = fn.definition(value)?.instruction;
    if (!definition || depth > 3) return false;
    if (definition.op === "load" && definition.place.kind === "field") return methods.size.includes(definition.place.name) && this.refs.of(fn, definition.place.object).key === ref.key;
    if (definition.op === "load" && definition.place.kind === "binding") {
      const stores = fn.module.bindingStores.get(definition.place.binding) ?? [];
      const [only] = stores;
      return stores.length === 1 && only !== undefined && this.isSize(ref, methods, only.fn, only.value, depth + 1);
    }
    if (definition.op === "call") {
      if (definition.args.some((one) => this.refs.of(fn, one.value).key === ref.key && this.words.isOf("sizes", fn, definition, one.value))) return true;
      return definition.receiver !== null && methods.size.includes(definition.method ?? "") && this.refs.of(fn, definition.receiver).key === ref.key;
    }
    return definition.op === "operation" && definition.inputs.some((input) => this.isSize(ref, methods, fn, input, depth + 1));
  }

  /** 0 and 1 ask whether there is anything; a counter that runs up to the size visits the elements. */
  private isNoLimit(fn: Fn, value: ValueId): boolean {
    const definition = fn.definition(value)?.instruction;
    if (definition?.op === "constant") return definition.value.kind === "number" && Math.abs(definition.value.value) <= 1;
    return definition?.op === "load" && definition.place.kind === "binding" && fn.module.binding(definition.place.binding)?.owner === fn.id && this.keys.isCounter(fn, value);
  }
}

function isZero(fn: Fn, value: ValueId): boolean {
  const definition = fn.definition(value)?.instruction;
  return definition?.op === "constant" && definition.value.kind === "number" && definition.value.value === 0;
}

/** Functions that can name the container: those of its class family, or of its module. */
function relatedFunctions({ root }: Ref): readonly Fn[] {
  if (root.kind === "this") return root.cls.related.flatMap((cls) => cls.functions);
  if (root.kind === "binding") return root.module.functions;
  return root.kind === "closure" ? root.fn.module.functions : [];
}
