/**
 * Series of metrics under labels that come and go: a registry keeps one for every combination it ever saw. A label counts
 * where its name or its origin says that new ones keep coming: an identity, what the sender of a request wrote, the text
 * of an exception.
 */
import type { CatalogFile } from "../../catalog/types.js";
import { matchesArgument } from "../../catalog/pattern.js";
import type { Call, ValueId } from "../../model/facts.js";
import { CallSet } from "../program/api.js";
import type { Api } from "../program/api.js";
import type { ContainerKeys } from "../containers/container-keys.js";
import type { Context, Contexts } from "../contexts/contexts.js";
import type { CallSite } from "../contexts/holders.js";
import type { Fn, Program } from "../program/program.js";
import { describe } from "../program/refs.js";
import type { Ref, Refs } from "../program/refs.js";
import type { Scripts } from "../contexts/scripts.js";
import type { Types } from "../program/types.js";

export interface KeptSeries {
  fn: Fn;
  site: CallSite;
  context: Context;
  metric: string;
  /** The label's value, in the code's words. */
  value: string;
  /** Why there is no end of such values. */
  because: string;
}

type Words = NonNullable<CatalogFile["series"]>;

const MAXIMUM_DEPTH = 6;

export class Series {
  private readonly words: Words | null;
  private readonly calls = new CallSet<true>();
  private readonly texts = new CallSet<true>();
  private readonly identity: RegExp;
  private readonly member: RegExp;
  private readonly source: RegExp;
  private readonly routed: RegExp;
  private removed: { keys: Set<string>; names: Set<string> } | null = null;

  constructor(
    private readonly program: Program, private readonly refs: Refs, private readonly types: Types, api: Api, private readonly contexts: Contexts,
    private readonly keys: ContainerKeys, private readonly scripts: Scripts,
  ) {
    this.words = api.files.find(({ series }) => series)?.series ?? null;
    for (const text of this.words?.calls ?? []) this.calls.add(text, true);
    for (const text of this.words?.texts ?? []) this.texts.add(text, true);
    this.identity = new RegExp(this.words?.identities ?? "^$", "u");
    this.member = new RegExp(this.words?.sources.members ?? "^$", "u");
    this.source = new RegExp(this.words?.sources.of ?? "^$", "u");
    this.routed = new RegExp(this.words?.sources.routed ?? "^$", "iu");
  }

  /** One for each metric and function. */
  *all(): Generator<KeptSeries> {
    if (!this.words) return;
    for (const fn of this.program.functions()) {
      if (this.contexts.isTest(fn) || this.scripts.has(fn.module)) continue;
      const seen = new Set<string>();
      for (const site of fn.sites()) {
        const { instruction: call } = site;
        if (call.op !== "call" || call.receiver === null) continue;
        const matches = this.calls.match(fn, call, this.types);
        const metric = matches.length > 0 ? this.refs.of(fn, call.receiver) : null;
        if (!metric || seen.has(metric.key) || !this.isLasting(metric) || this.isRemoved(metric)) continue;
        const context = this.contexts.at(fn, site.block);
        if (context.kind === "once" || context.kind === "test" || context.kind === "instance") continue;
        const found = matches.flatMap(({ argument }) => this.labels(fn, call, argument)).map((label) => ({ label, because: this.endless(fn, label) })).find(({ because }) => because !== null);
        if (found?.because == null) continue;
        seen.add(metric.key);
        yield { fn, site: site as CallSite, context, metric: this.nameOf(fn, call, metric), value: fn.module.text.slice(...(fn.definition(found.label.value)?.instruction.at ?? call.at)), because: found.because };
      }
    }
  }

  private nameOf(fn: Fn, call: Call, metric: Ref): string {
    const receiver = call.receiver === null ? undefined : fn.definition(call.receiver)?.instruction;
    return receiver?.op === "load" ? fn.module.text.slice(...receiver.at) : describe(metric);
  }

  // The metric

  /** A module's, an object's or an import: no one call's own. */
  private isLasting({ root }: Ref): boolean {
    switch (root.kind) {
      case "this": case "import": case "module": return true;
      case "binding": return root.module.binding(root.binding)?.owner === 0;
      case "call": return root.site.fn.facts.kind === "module" || root.site.fn.facts.kind === "class-body";
      default: return false;
    }
  }

  /** Series of it are taken away somewhere. */
  private isRemoved(metric: Ref): boolean {
    if (!this.removed) {
      this.removed = { keys: new Set(), names: new Set() };
      for (const fn of this.program.functions()) {
        for (const { instruction } of fn.sites()) {
          if (instruction.op !== "call" || instruction.receiver === null || this.words?.removers.includes(instruction.method ?? "") !== true) continue;
          const ref = this.refs.of(fn, instruction.receiver);
          this.removed.keys.add(ref.key);
          const name = ref.fields.at(-1);
          if (name !== undefined) this.removed.names.add(name);
        }
      }
    }
    return this.removed.keys.has(metric.key) || this.removed.names.has(metric.fields.at(-1) ?? "");
  }

  // The labels

  private labels(fn: Fn, call: Call, argument: Parameters<typeof matchesArgument>[0]): { name: string | null; value: ValueId }[] {
    return call.args.filter((one, position) => argument === null || matchesArgument(argument, position, one.name)).flatMap((one) => {
      const table = this.tableOf(fn, one.value);
      if (!table) return argument === null && !one.spread ? [{ name: one.name, value: one.value }] : [];
      return table;
    });
  }

  /** The entries of an object or dictionary that is written down in the function. */
  private tableOf(fn: Fn, value: ValueId): { name: string | null; value: ValueId }[] | null {
    const made = this.madeOnce(fn, value);
    const table = made === null ? undefined : fn.definition(made)?.instruction;
    if (table?.op !== "collection" || table.shape !== "mapping") return null;
    return table.elements.flatMap((element) => {
      const key = element.key === null ? undefined : fn.definition(element.key)?.instruction;
      return element.spread ? [] : [{ name: key?.op === "constant" && key.value.kind === "string" ? key.value.value : null, value: element.value }];
    });
  }

  private madeOnce(fn: Fn, value: ValueId): ValueId | null {
    const made = fn.definition(value)?.instruction;
    if (made?.op !== "load" || made.place.kind !== "binding") return value;
    const [only, ...others] = fn.module.bindingStores.get(made.place.binding) ?? [];
    return only && others.length === 0 && only.fn === fn ? only.value : null;
  }

  /** Why new values of the label keep coming; null where that is not seen. */
  private endless(fn: Fn, { name, value }: { name: string | null; value: ValueId }): string | null {
    if (this.keys.isClosed(fn, value)) return null;
    if (name !== null && this.identity.test(name) && this.isTaken(fn, value)) return `${name} is another one for each`;
    return this.endlessValue(fn, value, 0);
  }

  /** Read from somewhere, and not worked out: `bucket(user_id)` may give one of a few. */
  private isTaken(fn: Fn, value: ValueId): boolean {
    const made = fn.definition(value)?.instruction;
    return made?.op === "load" || made?.op === "call" && this.texts.has(fn, made, this.types);
  }

  private endlessValue(fn: Fn, value: ValueId, depth: number): string | null {
    const made = fn.definition(value)?.instruction;
    if (!made || depth > MAXIMUM_DEPTH) return null;
    if (made.op === "caught") return "the text of an exception may be any";
    if (made.op === "call") {
      const inner = this.texts.match(fn, made, this.types).flatMap(({ argument }) => (argument === null ? made.receiver ?? [] : made.args.flatMap((one, position) => (matchesArgument(argument, position, one.name) ? [one.value] : []))));
      return this.anyOf(fn, inner, depth);
    }
    // A text put together from parts: a remainder is closed already.
    if (made.op === "operation") return /^(?:template|f-string|[+%])$/u.test(made.operator) ? this.anyOf(fn, made.inputs, depth) : null;
    if (made.op !== "load") return null;
    const own = this.lastName(fn, value);
    if (made.place.kind === "binding") {
      // `user_id or "unknown"` is as endless as without; a variable that is given a constant may be narrowed by that.
      const isChoice = fn.module.binding(made.place.binding)?.kind === "temporary";
      const stores = (fn.module.bindingStores.get(made.place.binding) ?? []).filter((store) => !isChoice || store.fn.definition(store.value)?.instruction.op !== "constant");
      const of = stores.map((store) => (store.fn === fn || store.fn === fn.parent ? this.endlessValue(store.fn, store.value, depth + 1) : null));
      if (of.length > 0 && of.every((one) => one !== null)) return of[0] ?? null;
      // What something was made of it may be one of a few.
      return own !== null && this.identity.test(own) && stores.every((store) => this.isTaken(store.fn, store.value) || store.fn.definition(store.value)?.instruction.op === "next") ? `${own} is another one for each` : null;
    }
    if (own === null) return null;
    if (this.member.test(own) && this.isOfRequest(fn, value) && !this.isFixedRoute(fn)) return "whoever sends the request chooses it";
    return this.identity.test(own) ? `${own} is another one for each` : null;
  }

  private anyOf(fn: Fn, values: readonly ValueId[], depth: number): string | null {
    for (const value of values) {
      const because = this.keys.isClosed(fn, value) ? null : this.endlessValue(fn, value, depth + 1);
      if (because !== null) return because;
    }
    return null;
  }

  private lastName(fn: Fn, value: ValueId): string | null {
    const made = fn.definition(value)?.instruction;
    if (made?.op !== "load") return null;
    if (made.place.kind === "binding") return fn.module.binding(made.place.binding)?.name ?? null;
    if (made.place.kind === "field") return made.place.name;
    const key = made.place.kind === "index" ? fn.definition(made.place.key)?.instruction : undefined;
    return key?.op === "constant" && key.value.kind === "string" ? key.value.value : null;
  }

  /** `request.url.path`, `scope["path"]`, and not `request.route.path`. */
  private isOfRequest(fn: Fn, value: ValueId): boolean {
    for (let at: ValueId | null = value; at !== null;) {
      const made: ReturnType<Fn["definition"]> = fn.definition(at);
      if (made?.instruction.op !== "load") return false;
      const { place } = made.instruction;
      const name = place.kind === "global" ? place.name : this.lastName(fn, at);
      if (name === null || this.routed.test(name)) return false;
      if (at !== value && this.source.test(name)) return true;
      at = place.kind === "field" || place.kind === "index" ? place.object : null;
    }
    return false;
  }

  /** The function answers one route, whose path has no parameters: what is asked for is always the same. */
  private isFixedRoute(fn: Fn): boolean {
    for (let at: Fn | null = fn; at; at = at.parent) {
      for (const decorator of at.facts.decorators) {
        const path = decorator.args.find((one) => one.value.kind === "string")?.value;
        if (path?.kind === "string" && path.value.startsWith("/") && !/[{<:*]/u.test(path.value)) return true;
      }
    }
    return false;
  }
}
