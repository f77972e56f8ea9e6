/** What is put in a queue that was made without a limit: the asynchronous call neither waits nor fails. */
import type { Call, ValueId } from "../../model/facts.js";
import { CallSet, argumentValue } from "../program/api.js";
import type { Api } from "../program/api.js";
import type { Fn, Stored } from "../program/program.js";
import type { Refs } from "../program/refs.js";
import type { Types } from "../program/types.js";

export class RoomyQueues {
  private readonly puts = new CallSet<true>();

  constructor(private readonly refs: Refs, private readonly types: Types, private readonly api: Api) {
    for (const file of api.files) for (const call of file.idle?.puts ?? []) this.puts.add(call, true);
  }

  isPut(fn: Fn, call: Call): boolean {
    if (call.receiver === null || !this.puts.has(fn, call, this.types)) return false;
    const made = this.stores(fn, call.receiver);
    return made.length > 0 && made.every((store) => this.isRoomy(store.fn, store.value));
  }

  /** Everything that the variable, or the field of objects of the program, is seen to get. */
  private stores(fn: Fn, value: ValueId): readonly Stored[] {
    const load = fn.definition(value)?.instruction;
    if (load?.op !== "load") return [];
    const { place } = load;
    if (place.kind === "binding") return fn.module.bindingStores.get(place.binding) ?? [];
    if (place.kind !== "field") return [];
    return this.types.of(fn, place.object).flatMap((type) => {
      const cls = this.types.classOfType(type);
      return cls ? this.types.storesIn(cls, this.refs.ofField(cls, place.name).key) : [];
    });
  }

  private isRoomy(fn: Fn, value: ValueId): boolean {
    const made = fn.definition(value)?.instruction;
    if (made?.op !== "call" || made.path === null || made.args.some((one) => one.spread)) return false;
    const type = this.api.containers.get(this.types.pathAlias(made.path));
    return type?.bound === "unbounded" && (type.boundedBy ?? []).every((limit) => isNoLimit(fn, argumentValue(fn, made, limit)));
  }
}

/** Not given, or the number that stands for none. */
function isNoLimit(fn: Fn, value: ValueId | null): boolean {
  const given = value === null ? undefined : fn.definition(value)?.instruction;
  return value === null || given?.op === "constant" && given.value.kind === "number" && given.value.value <= 0;
}
