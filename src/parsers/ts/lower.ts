/** Lowers a syntax tree to the model. The tree may come from oxc, typescript-estree, espree or vue-eslint-parser. */
import type { ModuleFacts } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import { many, spanOf, type Node } from "./ast.js";
import { ModuleContext, type FunctionContext } from "./context.js";
import { markExported } from "./exports.js";
import { contextFor, finish, newFunction } from "./functions.js";
import { lowerImports } from "./imports.js";
import { lowerInterfaces } from "./interfaces.js";
import { fileName } from "./names.js";
import { findPrototypes } from "./prototypes.js";
import type { ScopeManagerLike } from "./scopes.js";
import { isComponentFile, scriptBlocks } from "./sfc.js";
import { lowerStatements } from "./statements.js";

/**
 * The facts of one module. Pure: reads the tree's `range`s (or `start` and `end`), never `loc`, and changes nothing.
 * `scopeManager` is typescript-eslint's or ESLint's own for this very tree; `text` is what the ranges index, for a
 * `.vue` or `.svelte` file the whole file.
 * Throws RangeError only where the caller's own stack is nearly used up.
 */
export function lowerProgram(program: Node, scopeManager: ScopeManagerLike, text: string, path: string): ModuleFacts {
  const module = new ModuleContext(program, scopeManager, text, path);
  const { facts } = module;
  const top = newFunction(module, null, [0, text.length], { name: "", nameAt: [0, 0], kind: "module", class: null, static: false });
  module.functionAt.set(program, 0);
  const statements = many(program, "body");
  const perInstance = instanceStatements(statements, text, path);
  const fn = contextFor(module, 0, top, { kind: "this" }, new Set());
  if (perInstance) declareInstance(module, perInstance.at);
  lowerImports(module, statements);
  lowerInterfaces(module, statements);
  findPrototypes(module);
  lowerStatements(fn, perInstance ? perInstance.others : statements);
  if (perInstance) lowerInstance(fn, perInstance.inside, perInstance.at);
  finish(fn, top.at);
  // The queue grows while it is worked off.
  for (const lowerNext of module.queue) lowerNext();
  module.closeCaptures();
  markExported(module);
  facts.syntax.sort((a, b) => a.at[0] - b.at[0]);
  return facts;
}

/** The statements of a component that run for every instance of it, and the others. */
function instanceStatements(statements: Node[], text: string, path: string): { at: Span; inside: Node[]; others: Node[] } | null {
  if (!isComponentFile(path)) return null;
  const block = scriptBlocks(text, path).find((candidate) => candidate.perInstance);
  if (!block) return null;
  const isInside = (node: Node): boolean => spanOf(node)[0] >= block.at[0] && spanOf(node)[0] < block.at[1];
  return { at: block.at, inside: statements.filter(isInside), others: statements.filter((node) => !isInside(node)) };
}

/**
 * `<script setup>` is the body of the component's `setup`, and a Svelte instance script is the same thing: a method of
 * a class with the framework's component as base.
 */
function declareInstance(module: ModuleContext, at: Span): void {
  const { facts } = module;
  const name = fileName(facts.path);
  const nameAt: Span = [at[0], at[0]];
  const base = /\.svelte$/iu.test(facts.path) ? "svelte.Component" : "vue.Component";
  const setup = newFunction(module, 0, at, { name: "setup", nameAt, kind: "method", class: 0, static: false });
  facts.classes.push({
    name, at, nameAt, binding: null, owner: 0, bases: [{ path: base, binding: null, at: nameAt }], interfaces: [], decorators: [],
    methods: [{ name: "setup", function: facts.functions.indexOf(setup), static: false, kind: "method" }], fields: [], initializer: null,
    body: null, exported: true, abstract: false,
  });
  module.instance = { at, function: facts.functions.indexOf(setup) };
}

function lowerInstance(top: FunctionContext, statements: Node[], at: Span): void {
  const { module } = top;
  const id = module.instance?.function;
  const facts = id === undefined ? undefined : module.facts.functions[id];
  if (id === undefined || !facts) return;
  top.build.value({ op: "class", class: 0 }, [at[0], at[0]]);
  const fn = contextFor(module, id, facts, { kind: "this" }, new Set());
  lowerStatements(fn, statements);
  finish(fn, at);
}
