/**
 * What a call calls, as a path of a package or the platform, by whatever name the program has for it: what a module of the
 * program hands on, a variable (`const make = URL.createObjectURL`), a member of a constant table, or a field that nothing
 * else is ever stored in (`Player.make = URL.createObjectURL`).
 */
import type { Call, ValueId } from "../../model/facts.js";
import { property } from "./api.js";
import type { Api } from "./api.js";
import { constantText, origin } from "./constants.js";
import type { Fn, Program, Stored } from "./program.js";
import type { Ref, Refs } from "./refs.js";

/** Names for names. */
const MAXIMUM_DEPTH = 3;

export class CallPaths {
  private readonly memo = new WeakMap<Call, string | null>();

  constructor(private readonly program: Program, private readonly refs: Refs, private readonly api: Api, private readonly fieldStores: ReadonlyMap<string, Stored[]>) {}

  of(fn: Fn, call: Call): string | null {
    let known = this.memo.get(call);
    if (known === undefined) this.memo.set(call, (known = this.given(fn, call) ?? (call.path === null ? null : this.handedOn(fn, call) ?? call.path)));
    return known;
  }

  private given(fn: Fn, call: Call): string | null {
    if (call.receiver === null || call.method === null) return call.path === null && call.callee !== null ? outside(this.refs.of(fn, call.callee)) : null;
    const stores = this.fieldStores.get(this.refs.field(this.refs.of(fn, call.receiver), call.method).key) ?? [];
    const [path = null, ...others] = stores.map((store) => outside(this.refs.of(store.fn, store.value)));
    if (stores.length > 0) return others.every((one) => one === path) ? path : null;
    const table = call.path === null ? origin(fn, call.receiver) : null;
    const member = table && property(table.fn, table.value, call.method);
    if (table && member !== null) return outside(this.refs.of(table.fn, member));
    return call.path === null ? this.ofEither(fn, call.receiver, call.method) : null;
  }

  /** `const client = secure ? https : http; client.get(…)`: packages that stand in for one another; the first one's name says it. */
  private ofEither(fn: Fn, receiver: ValueId, method: string): string | null {
    const asked = new Set<string>();
    /** The first package that is put in a variable; null if anything else is. */
    const first = (value: ValueId, within: Fn, depth: number): string | null => {
      const { root, fields, key } = this.refs.of(within, value);
      if (fields.length > 0) return null;
      if (root.kind === "import") return root.path;
      const named = this.namedModule(within, value);
      if (named !== null) return named;
      const stores = root.kind === "binding" && depth <= MAXIMUM_DEPTH ? root.module.bindingStores.get(root.binding) ?? [] : [];
      asked.add(key);
      let found: string | null = null;
      for (const store of stores) {
        if (asked.has(this.refs.of(store.fn, store.value).key)) continue;
        const path = first(store.value, store.fn, depth + 1);
        if (path === null) return null;
        found ??= path;
      }
      return found;
    };
    const path = first(receiver, fn, 0);
    return path === null ? null : `${path}.${method}`;
  }

  /** `importlib.import_module("select")` */
  private namedModule(fn: Fn, value: ValueId): string | null {
    const made = fn.definition(value)?.instruction;
    return made?.op === "call" && made.path !== null && this.api.namedModules.has(made.path) ? constantText(fn, made.args[0]?.value ?? null) : null;
  }

  /** What a module of the program only hands on is called as it is outside. */
  private handedOn(fn: Fn, { path, callee, receiver, method }: Call): string | null {
    const named = callee ?? receiver;
    if (named === null) return null;
    const { root, fields } = this.refs.of(fn, named);
    if (root.kind === "module" && method !== null && fields.length === 0) {
      const target = this.program.exportOf(root.module, method);
      return target?.kind === "outside" ? target.path : null;
    }
    if (root.kind !== "import" || path?.startsWith(root.path) === true) return null;
    const whole = [root.path, ...fields].join(".");
    if (callee !== null) return whole;
    return method === null ? null : `${whole}.${method}`;
  }
}

/** The path of something that the program did not make. */
function outside({ root, fields }: Ref): string | null {
  return (root.kind === "import" || root.kind === "global") && !fields.includes("[]") ? [root.kind === "import" ? root.path : root.name, ...fields].join(".") : null;
}
