/** What a framework gives each object of a class of its own, as the class's decorator lists it: a component's providers. */
import type { Api } from "../program/api.js";
import type { Contexts } from "./contexts.js";
import type { Cls, Program } from "../program/program.js";
import type { Types } from "../program/types.js";

/** The types in those lists of the class's decorators whose names the set has: "path(argument)". */
export function listedBy(cls: Cls, types: Types, lists: ReadonlySet<string>): readonly string[] {
  return cls.facts.decorators.flatMap(({ path, args }) =>
    args.flatMap(({ name, lists: given }) => (given !== undefined && lists.has(`${path ?? ""}(${name ?? ""})`) ? given.flatMap((type) => types.ofRef(cls.module, type)) : [])));
}

/** Types of the program of which nothing but objects that are put up and taken down have one, each its own. */
export function providedTypes(program: Program, types: Types, api: Api, contexts: Contexts): ReadonlySet<string> {
  const own = new Set<string>();
  const shared = new Set<string>();
  if (api.ownLists.size === 0) return own;
  for (const cls of program.classes()) {
    const [first] = cls.functions;
    if (first && contexts.isTest(first)) continue;
    const isOwner = contexts.isMadeAnew(cls);
    for (const { path, args } of cls.facts.decorators) {
      for (const { name, value, lists } of args) {
        // `@Injectable({ providedIn: "root" })` of the class itself: whoever lists none of its own gets the application's.
        if (api.rootServices.some((one) => one.decorator === path && one.argument === name && value.kind === "string" && value.value === one.is)) shared.add(cls.typeName);
        const isOwn = isOwner && api.ownLists.has(`${path ?? ""}(${name ?? ""})`);
        for (const type of lists?.flatMap((each) => types.ofRef(cls.module, each)) ?? []) (isOwn ? own : shared).add(type);
      }
    }
  }
  return new Set([...own].filter((type) => !shared.has(type)));
}
