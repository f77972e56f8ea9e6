/**
 * Values that come from whoever sends requests: what an entry point is given, followed through variables, texts made of
 * it and calls. Of those there is no end, whatever else runs for every request.
 */
import type { BindingId, Call, ValueId } from "../../model/facts.js";
import type { Api } from "../program/api.js";
import type { Contexts } from "./contexts.js";
import type { Fn, Mod, Site } from "../program/program.js";

const MAXIMUM_DEPTH = 12;

export class RequestData {
  private readonly memo = new Map<string, boolean>();
  private readonly source: RegExp;

  constructor(private readonly contexts: Contexts, api: Api) {
    this.source = new RegExp(api.files.find(({ series }) => series)?.series?.sources.of ?? "^$", "u");
  }

  /** Whether the value is made of what a request brings. False where that is not seen. */
  isIn(fn: Fn, value: ValueId, depth = 0): boolean {
    const key = `${fn.key}:${String(value)}`;
    const known = this.memo.get(key);
    if (known !== undefined) return known;
    if (depth > MAXIMUM_DEPTH) return false;
    this.memo.set(key, false); // What is made from itself comes from what it began with.
    const found = this.compute(fn, value, depth + 1);
    this.memo.set(key, found);
    return found;
  }

  /** Some call that is seen gives the function such data. */
  isGivenTo(fn: Fn): boolean {
    const { kind, steps } = this.contexts.of(fn);
    return kind === "request" && (steps.length <= 1 || this.contexts.callers(fn).some((site) => site.instruction.args.some((one) => this.isIn(site.fn, one.value))));
  }

  private compute(fn: Fn, value: ValueId, depth: number): boolean {
    const made = fn.definition(value)?.instruction;
    const some = (values: readonly ValueId[]): boolean => values.some((one) => this.isIn(fn, one, depth));
    switch (made?.op) {
      case "load": {
        const { place } = made;
        if (place.kind === "binding") return this.isInVariable(fn.module, place.binding, depth);
        // `self.request.path`
        return (place.kind === "field" || place.kind === "index") && (place.kind === "field" && this.source.test(place.name) || this.isIn(fn, place.object, depth));
      }
      case "call": return some([...made.args.map((one) => one.value), ...(made.receiver === null ? [] : [made.receiver])]);
      case "operation": return some(made.inputs);
      case "collection": return some(made.elements.map((one) => one.value));
      case "await": case "next": return some([made.value]);
      default: return false;
    }
  }

  private isInVariable(module: Mod, binding: BindingId, depth: number): boolean {
    const variable = module.binding(binding);
    const owner = module.fn(variable?.owner ?? -1);
    if (variable === undefined || owner === null) return false;
    if (variable.kind === "import") return this.source.test(variable.name);
    if (variable.kind === "parameter" && this.isGiven(owner, binding, depth)) return true;
    return (module.bindingStores.get(binding) ?? []).some((store) => this.isIn(store.fn, store.value, depth));
  }

  /** An entry point's own parameter, or one that some call gives such data. */
  private isGiven(fn: Fn, binding: BindingId, depth: number): boolean {
    const parameters = fn.facts.parameters.filter((one) => one.binding !== null || fn.module.facts.language === "ts");
    const position = parameters.findIndex((one) => one.binding === binding);
    const parameter = parameters[position];
    if (!parameter) return false;
    const { kind, steps } = this.contexts.of(fn);
    if (kind !== "request") return false;
    if (steps.length <= 1) return true;
    return this.contexts.callers(fn).some((site: Site<Call>) => {
      const { args } = site.instruction;
      const given = args.find((one) => one.name === parameter.name) ?? args.filter((one) => one.name === null)[position];
      return given !== undefined && this.isIn(site.fn, given.value, depth);
    });
  }
}
