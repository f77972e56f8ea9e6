/**
 * Records of a store: `user.destroy()` deletes the user there, and says nothing about who must end what. What is one is
 * known by its class, by what the end is told (`{ transaction }`), or by what else the module does with what has its name.
 */
import type { Call } from "../../model/facts.js";
import type { Api } from "./api.js";
import type { Fn, Mod } from "./program.js";
import type { Types } from "./types.js";
import { nameRead } from "./variables.js";

export class StoredRecords {
  private readonly ends = new Set<string>();
  private readonly stores = new Set<string>();
  private readonly methods = new Set<string>();
  private readonly options = new Set<string>();
  private readonly classes = new Set<string>();
  private readonly memo = new Map<Mod, ReadonlySet<string>>();

  constructor(private readonly types: Types, api: Api) {
    for (const { lifecycle } of api.files) {
      for (const name of lifecycle?.records?.ends ?? []) this.ends.add(name);
      for (const name of lifecycle?.records?.stores ?? []) this.stores.add(name);
      for (const name of lifecycle?.records?.methods ?? []) this.methods.add(name);
      for (const name of lifecycle?.records?.options ?? []) this.options.add(name);
      for (const name of lifecycle?.records?.types ?? []) this.classes.add(name);
    }
  }

  /** Whether the call deletes a record, and does not end what it is called on. */
  deletes(fn: Fn, call: Call): boolean {
    if (call.receiver === null || call.method === null || !this.ends.has(call.method)) return false;
    const name = nameRead(fn, call.receiver);
    return this.isTold(fn, call) || this.isOfClass(fn, call.receiver) || name !== null && this.namesOf(fn.module).has(name);
  }

  private isTold(fn: Fn, call: Call): boolean {
    return call.args.some(({ value }) => {
      const given = fn.definition(value)?.instruction;
      return given?.op === "collection" && given.elements.some(({ key }) => {
        const name = key === null ? undefined : fn.definition(key)?.instruction;
        return name?.op === "constant" && name.value.kind === "string" && this.options.has(name.value.value);
      });
    });
  }

  private isOfClass(fn: Fn, value: number): boolean {
    return this.types.of(fn, value).some((type) => this.classes.has(type) || this.types.classOfType(type)?.related.some((cls) => cls.outside.some((path) => this.classes.has(path))) === true);
  }

  /** Of variables and fields that the module stores, and asks or tells something else that records know. */
  private namesOf(module: Mod): ReadonlySet<string> {
    const known = this.memo.get(module);
    if (known) return known;
    const called = new Map<string, Set<string>>();
    for (const fn of module.functions) {
      for (const { instruction: call } of fn.sites()) {
        if (call.op !== "call" || call.receiver === null || call.method === null || !this.stores.has(call.method) && !this.methods.has(call.method)) continue;
        const name = nameRead(fn, call.receiver);
        if (name !== null) called.set(name, (called.get(name) ?? new Set<string>()).add(call.method));
      }
    }
    const found = new Set([...called].filter(([, methods]) => methods.size > 1 && [...methods].some((one) => this.stores.has(one))).map(([name]) => name));
    this.memo.set(module, found);
    return found;
  }
}
