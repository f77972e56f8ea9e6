/** Everything the program does to what it holds under a name, sorted by the kind of access. */
import type { BlockId, Test, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import type { Api } from "../program/api.js";
import type { Fn, Program, Site } from "../program/program.js";
import { push } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";

export interface Operations {
  /** Calls of its methods. */
  receivers: Site[];
  /** `x[k] = v`, `x[k]`, and `x.f = v`, `x.f` on an object used as a map. */
  indexStores: Site[];
  indexLoads: Site[];
  fieldStores: Site[];
  fieldLoads: Site[];
  /** `del x[k]`, `delete x.f`. */
  deletes: Site[];
  /** `k in x`. */
  tests: { fn: Fn; block: BlockId; test: Extract<Test, { kind: "in" }> }[];
  /** `del self.x`: the whole of it is let go. */
  drops: Site[];
  /** Places that make another holder of it: returned, put into a collection, stored under a name that has other values. */
  leaves: Site[];
}

/** Something filed under a key, or taken out by it. */
export interface Filed {
  fn: Fn;
  site: Site;
  at: Span;
  key: ValueId | null;
  value: ValueId | null;
}

export class ContainerSites {
  private readonly operations = new Map<string, Operations>();
  /** Method calls and deletions by the last field's name of what they are done to, for holders that have another name elsewhere. */
  private readonly byField = new Map<string, { ref: Ref; site: Site }[]>();

  constructor(program: Program, private readonly refs: Refs) {
    for (const fn of program.functions()) this.index(fn);
  }

  of(key: string): Operations {
    return this.operations.get(key) ?? { receivers: [], indexStores: [], indexLoads: [], fieldStores: [], fieldLoads: [], deletes: [], drops: [], tests: [], leaves: [] };
  }

  /** Whether anything is done to what has this name. */
  has(key: string): boolean {
    return this.operations.has(key);
  }

  /** All that has a name, with what is done to it. */
  entries(): Iterable<[string, Operations]> {
    return this.operations;
  }

  /** What is done to things of modules outside the program, by their paths. */
  *imported(): Generator<[string, Operations]> {
    for (const [key, operations] of this.operations) if (key.startsWith("i:")) yield [key.slice(2), operations];
  }

  /** What is done to a field of this name of anything but `this`. */
  elsewhere(name: string): readonly { ref: Ref; site: Site }[] {
    return this.byField.get(name) ?? [];
  }

  private note(fn: Fn, value: ValueId, site: Site): void {
    const ref = this.refs.of(fn, value);
    const name = ref.fields.at(-1);
    if (name !== undefined && name !== "[]" && !(ref.root.kind === "this" && ref.fields.length === 1)) push(this.byField, name, { ref, site });
  }

  private drop(key: string, site: Site): void {
    this.byKey(key).drops.push(site);
  }

  private at(fn: Fn, value: ValueId): Operations {
    return this.byKey(this.refs.of(fn, value).key);
  }

  private byKey(key: string): Operations {
    let found = this.operations.get(key);
    if (!found) this.operations.set(key, (found = { receivers: [], indexStores: [], indexLoads: [], fieldStores: [], fieldLoads: [], deletes: [], drops: [], tests: [], leaves: [] }));
    return found;
  }

  private index(fn: Fn): void {
    for (const site of fn.sites()) {
      const { instruction } = site;
      switch (instruction.op) {
        case "call":
          if (instruction.receiver !== null) {
            this.at(fn, instruction.receiver).receivers.push(site);
            this.note(fn, instruction.receiver, site);
          }
          break;
        case "store": case "load": case "delete": {
          const { place } = instruction;
          if (instruction.op === "store" && (place.kind === "field" || place.kind === "index")) this.at(fn, instruction.value).leaves.push(site);
          if (instruction.op === "delete") {
            if (place.kind === "field") this.drop(this.refs.field(this.refs.of(fn, place.object), place.name).key, site);
            else if (place.kind === "binding") this.drop(this.refs.ofBinding(fn.module, place.binding).key, site);
            else if (place.kind === "index") this.note(fn, place.object, site);
          }
          if (place.kind === "index") {
            const operations = this.at(fn, place.object);
            (instruction.op === "store" ? operations.indexStores : instruction.op === "load" ? operations.indexLoads : operations.deletes).push(site);
          } else if (place.kind === "field") {
            const operations = this.at(fn, place.object);
            (instruction.op === "store" ? operations.fieldStores : instruction.op === "load" ? operations.fieldLoads : operations.deletes).push(site);
          }
          break;
        }
        case "collection":
          for (const element of instruction.elements) if (!element.spread) this.at(fn, element.value).leaves.push(site);
          break;
        case "yield":
          if (instruction.value !== null) this.at(fn, instruction.value).leaves.push(site);
          break;
        default: break;
      }
    }
    for (const [block, { end }] of fn.facts.blocks.entries()) {
      if (end.kind === "branch" && end.test.kind === "in") this.at(fn, end.test.container).tests.push({ fn, block, test: end.test });
    }
  }
}

/** What is put in, whatever the shape of the container: it may be made where nobody can see it. */
export function* puts(api: Api, { indexStores, receivers }: Operations): Generator<Filed> {
  for (const site of indexStores) {
    const { fn, instruction } = site;
    if (instruction.op === "store" && instruction.place.kind === "index" && !instruction.augmented) yield { fn, site, at: instruction.at, key: instruction.place.key, value: instruction.value };
  }
  for (const site of receivers) {
    const { fn, instruction } = site;
    if (instruction.op !== "call") continue;
    for (const { grow } of api.containerMethods.values()) {
      const spec = Object.hasOwn(grow, instruction.method ?? "") ? grow[instruction.method ?? ""] : undefined;
      const [key, value] = [spec?.key, spec?.value].map((position) => (position === undefined ? null : instruction.args[position]?.value ?? null));
      if (key != null || value != null) yield { fn, site, at: instruction.at, key: key ?? null, value: value ?? null };
    }
  }
}

/** What is taken out by itself. */
export function* takes(api: Api, { deletes, receivers }: Operations): Generator<Filed> {
  for (const site of deletes) {
    const { fn, instruction } = site;
    if (instruction.op === "delete" && instruction.place.kind === "index") yield { fn, site, at: instruction.at, key: instruction.place.key, value: null };
  }
  for (const site of receivers) {
    const { fn, instruction } = site;
    const [first] = instruction.op === "call" ? instruction.args : [];
    if (instruction.op === "call" && first && [...api.containerMethods.values()].some((methods) => methods.shrink.includes(instruction.method ?? ""))) yield { fn, site, at: instruction.at, key: first.value, value: null };
  }
}

/** The object puts itself in. */
export function isItself({ fn, value }: Pick<Filed, "fn" | "value">): boolean {
  const made = value === null ? undefined : fn.definition(value)?.instruction;
  return made?.op === "load" && made.place.kind === "this";
}
