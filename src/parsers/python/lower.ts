/** A Python file's text to its facts. */
import { FACTS_VERSION } from "../../model/facts.js";
import type { Export } from "../../model/facts.js";
import type { Lowered, SourceFile } from "../language.js";
import { lowerClass, protocolOf } from "./classes.js";
import { FileLowering } from "./context.js";
import { lowerFunction } from "./functions.js";
import { parse } from "./parse.js";
import { Scopes } from "./scopes.js";

/** Parses and lowers. Broken places are in `facts.syntax`; the rest of the file is lowered all the same. */
export function lower(source: SourceFile): Lowered {
  const parsed = parse(source.text);
  const scopes = new Scopes(parsed.root, parsed.text);
  const file = new FileLowering(parsed.text, scopes);
  const functions = scopes.functions.map((draft) => lowerFunction(file, draft));
  // A nested function lowered later can still add to what its holders capture.
  functions.forEach((item, id) => { item.captures = [...(scopes.captures[id] ?? [])].sort((a, b) => a - b); });
  const classes = scopes.classes.map((draft) => lowerClass(file, draft));
  return {
    facts: {
      version: FACTS_VERSION,
      path: source.path,
      language: "python",
      imports: scopes.imports,
      exports: exportsOf(scopes),
      bindings: scopes.bindings,
      functions,
      classes,
      interfaces: classes.flatMap((item, id) => protocolOf(item, id) ?? []),
      typeExports: [],
      syntax: [...parsed.notes, ...file.notes].sort((a, b) => a.at[0] - b.at[0]),
      dynamic: file.dynamic,
    },
    comments: parsed.comments,
  };
}

/** Every module-level name can be imported from a Python module, and what it star-imports too. */
function exportsOf(scopes: Scopes): Export[] {
  const named = [...scopes.module.names].flatMap(([name, meaning]): Export[] => (meaning.kind === "binding" ? [{ name, binding: meaning.binding, from: null }] : []));
  const stars = scopes.imports.filter((item) => item.name === "*").map((item): Export => ({ name: "*", binding: null, from: { module: item.module, name: "*" } }));
  return [...named, ...stars];
}
