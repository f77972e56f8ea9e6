/**
 * Functions that a framework gives the elements of what an object renders: `<input ref={this.setInput} />`. What such a
 * function puts in a field is the object's own, and goes with it.
 */
import type { Api } from "../program/api.js";
import type { Contexts } from "./contexts.js";
import type { Fn, Stored } from "../program/program.js";
import type { Refs } from "../program/refs.js";

export class ElementRefs {
  private functions: ReadonlySet<Fn> | null = null;

  constructor(private readonly refs: Refs, private readonly api: Api, private readonly contexts: Contexts) {}

  /** What is stored is the element that such a function, which nobody else calls, is given. */
  isGiven({ fn, value }: Stored): boolean {
    const { root, fields } = this.refs.of(fn, value);
    return root.kind === "binding" && fields.length === 0 && fn.facts.parameters[0]?.binding === root.binding && this.all().has(fn)
      && this.contexts.callers(fn).every((site) => this.contexts.isTest(site.fn)) && this.contexts.usedAsCallback(fn).length === 0;
  }

  private all(): ReadonlySet<Fn> {
    if (this.functions) return this.functions;
    const found = new Set<Fn>();
    for (const fn of this.api.ownAttributes.size > 0 ? this.refs.program.functions() : []) {
      for (const { instruction } of fn.sites()) {
        if (instruction.op !== "operation" || !instruction.attributes) continue;
        for (const [name, value] of Object.entries(instruction.attributes)) {
          if (this.api.ownAttributes.has(name)) for (const one of this.contexts.functionsIn(fn, value)) found.add(one);
        }
      }
    }
    this.functions = found;
    return found;
  }
}
