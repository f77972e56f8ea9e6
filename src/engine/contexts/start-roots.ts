/**
 * What start-up code makes the only one of: the class whose object a container makes first, the component that is mounted
 * once, the single-file component that the top level of a module mounts.
 */
import { matchesArgument } from "../../catalog/pattern.js";
import type { Call, ValueId } from "../../model/facts.js";
import type { Api } from "../program/api.js";
import { MARKUP } from "./mounts.js";
import type { Cls, Fn, Mod, Program } from "../program/program.js";
import { listedBy } from "./provided.js";
import type { Refs } from "../program/refs.js";
import { isTestFile } from "../program/test-files.js";
import type { Types } from "../program/types.js";

export class StartRoots {
  /** Classes of which there is one object, and function components that are mounted once. */
  readonly all = new Set<Cls | Fn>();
  /** Single-file components. */
  readonly files = new Set<Mod>();

  constructor(private readonly program: Program, private readonly refs: Refs, private readonly types: Types, private readonly api: Api) {
    for (const cls of api.rootLists.size > 0 ? program.classes() : []) {
      if (isTestFile(cls.module.path)) continue;
      if (cls.facts.decorators.some(({ path, args }) => api.rootNames.some((one) => one.decorator === path && args.some(({ name, value }) => name === one.argument && value.kind === "string" && value.value === one.is)))) this.all.add(cls);
      for (const type of listedBy(cls, types, api.rootLists)) {
        const root = types.classOfType(type);
        if (root) this.all.add(root);
      }
    }
  }

  /** Takes in what a call starts, if it is one that does. */
  add(fn: Fn, call: Call): void {
    for (const { argument } of this.api.roots.match(fn, call, this.types)) {
      for (const given of call.args.filter((one, position) => matchesArgument(argument, position, one.name))) {
        for (const root of this.given(fn, given.value)) this.all.add(root);
        const file = fn.facts.kind === "module" || fn.parent?.facts.kind === "module" && fn.facts.kind === "lambda" ? this.fileOf(fn, given.value) : null;
        if (file) this.files.add(file);
      }
    }
  }

  /** The single-file component that an import gives its name to. */
  private fileOf(fn: Fn, value: ValueId): Mod | null {
    const load = fn.definition(value)?.instruction;
    const binding = load?.op === "load" && load.place.kind === "binding" ? load.place.binding : null;
    const from = binding === null ? undefined : fn.module.facts.imports.find((one) => one.binding === binding);
    const file = from ? this.program.resolve(fn.module, from.module) : null;
    return file && MARKUP.test(file.path) ? file : null;
  }

  /** What the call is given to mount: a class, or the components of an element that the top level of a module writes. */
  private given(fn: Fn, value: ValueId): (Cls | Fn)[] {
    const definition = fn.definition(value)?.instruction;
    // `render(() => <App />, element)`
    if (definition?.op === "closure" && fn.facts.kind === "module") {
      const made = fn.module.fn(definition.function);
      return made?.facts.blocks.flatMap(({ end }) => (end.kind === "return" && end.value !== null ? this.elementsIn(made, end.value) : [])) ?? [];
    }
    return definition?.op === "operation" && fn.facts.kind !== "module" ? [] : this.elementsIn(fn, value);
  }

  /** The class or component that a value names; of an element, its own and those of the elements in it. */
  private elementsIn(fn: Fn, value: ValueId): (Cls | Fn)[] {
    const definition = fn.definition(value)?.instruction;
    if (definition?.op === "operation") return definition.inputs.flatMap((input) => this.elementsIn(fn, input));
    const cls = this.types.classGiven(fn, value);
    if (cls) return [cls];
    const { root, fields } = this.refs.of(fn, value);
    return root.kind === "closure" && fields.length === 0 ? [root.fn] : [];
  }
}
