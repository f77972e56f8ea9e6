import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import ts from "typescript";
import { CATALOG } from "../src/catalog/index.js";
import { ROOT } from "./harness/root.js";

/** What each area may import besides itself. `*` stands for everything but the areas after `but`. */
const MAY_IMPORT: Record<string, { areas: string[] | "*"; but?: string[] }> = {
  "src/model": { areas: [] },
  "src/catalog": { areas: ["src/model"] },
  "src/parsers": { areas: ["src/model"] },
  "src/parsers/python": { areas: ["src/model", "src/parsers"] },
  "src/parsers/ts": { areas: ["src/model", "src/parsers"] },
  // The catalog's shape and its pattern language, never its data: that arrives as an argument.
  "src/engine": { areas: ["src/model", "src/catalog/types", "src/catalog/pattern"] },
  "rules": { areas: ["src/engine", "src/model"] },
  "src/reporters": { areas: ["src/model"] },
  "src/cli": { areas: "*", but: ["src/eslint-plugin"] },
  "src/eslint-plugin": { areas: "*", but: ["src/cli"] },
};

/** The engine's folders, each with what stands on the ones before it. What judges and words findings (the files beside the folders) knows them all. */
const LAYERS = ["program", "contexts", "paths", "handles", "timers", "containers", "listeners", "tasks", "others"];
/** Layers that hold answers only: nothing in them knows of findings. */
const ANSWERS = new Set(["program", "contexts", "paths"]);

/** Words that catalog entries happen to share with the engine's own vocabulary, each with what it means there. */
const OWN_WORDS = new Map([
  ["__init__", "Python's constructor, and the file that makes a folder a package"],
  ["__new__", "Python's constructor"],
  ["__del__", "Python's finalizer"],
  ["__truediv__", "what the operator / calls"],
  ["__call__", "what calling a value calls"],
  ["raises", "a verb of messages"],
  ["each", "a kind of the catalog's words"],
  ["connection", "a kind of handle in summaries"],
  ["task", "a kind of handle in summaries"],
  ["subscription", "a kind of handle in summaries"],
  ["lock", "a kind of handle in summaries"],
  ["type", "the language's type of types"],
  ["str", "Python's type of texts"],
  ["bind", "JavaScript's way to make a function from a function"],
  ["self", "what messages call `this` in Python"],
  ["window", "a name of the global object"],
  ["globalThis", "a name of the global object"],
  ["unpack", "an operator of the model"],
  ["slice", "an operator of the model"],
  ["timer", "a noun of messages"],
  ["it", "a pronoun of messages"],
  ["build", "a folder that discovery skips"],
  ["src", "a folder of Python projects that is no package"],
  ["info", "git's folder of local ignore rules"],
  ["main", "a field of package.json"],
  ["browser", "a field of package.json, and a condition of its exports"],
  ["exports", "a field of package.json"],
  ["extends", "a field of tsconfig.json"],
  ["require", "a condition of package.json's exports"],
  ["default", "a condition of package.json's exports, and the name of a module's default export"],
  ["app", "a folder that frameworks keep source in"],
  ["ascii", "a text encoding"],
  ["disable", "a word of suppression comments"],
  ["range", "a form of suppression comment"],
]);

/** Fields of the catalog that hold words of ours, not names of APIs. */
const WORDS = new Set(["language", "key", "rule", "noun", "help", "source", "handle", "scope", "ends", "shape", "bound", "context", "is", "argument"]);
/** Fields whose keys are names of APIs. */
const MAPS = new Set(["returns", "extends", "grow"]);

interface Source {
  path: string;
  lines: number;
  /** Specifiers; relative ones as paths from the root, without extension. */
  imports: string[];
  /** String literals that are values, not types and not specifiers. */
  literals: string[];
  /** Literals in types: the words of closed unions. */
  types: string[];
}

const sources = ["src", "rules"].flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts")).map((name) => readSource(`${folder}/${name}`)));

function readSource(path: string): Source {
  const text = readFileSync(join(ROOT, path), "utf8");
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const literals: string[] = [];
  const types: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) {
      (ts.isLiteralTypeNode(node.parent) ? types : literals).push(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  const imports = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => (
    fileName.startsWith(".") ? normalize(join(dirname(path), fileName)).replace(/\.js$/u, "") : fileName));
  return { path, lines: text.split("\n").length - 1, imports, literals, types };
}

function isIn(path: string, area: string): boolean {
  return path === area || path.startsWith(`${area}/`) || path === `${area}.ts`;
}

/** The most specific area that holds a path; null for those that may import everything (run, config, index). */
function areaOf(path: string): string | null {
  return Object.keys(MAY_IMPORT).filter((area) => isIn(path, area)).sort((a, b) => b.length - a.length)[0] ?? null;
}

test("each part imports only what it may know of", () => {
  const wrong = sources.flatMap(({ path, imports }) => {
    const area = areaOf(path);
    const may = area === null ? null : MAY_IMPORT[area];
    if (area === null || may === null || may === undefined) return [];
    const { areas, but = [] } = may;
    return imports.filter((name) => isIn(name, "src") || isIn(name, "rules")).filter((name) => {
      if (areaOf(name) === area) return false;
      if (areas === "*") return but.some((other) => isIn(name, other));
      // `src/parsers` allows the files directly in it, not the other language's folder.
      return !areas.some((other) => isIn(name, other) && !(other === "src/parsers" && areaOf(name) !== other));
    }).map((name) => `${path} imports ${name}`);
  });
  expect(wrong).toEqual([]);
});

test("each folder of the engine stands on the ones before it", () => {
  const layerOf = (path: string): number => LAYERS.findIndex((layer) => isIn(path, `src/engine/${layer}`));
  const wrong = sources.flatMap(({ path, imports }) => {
    const layer = layerOf(path);
    if (layer < 0) return [];
    return imports.filter((name) => isIn(name, "src/engine")).filter((name) => {
      const other = layerOf(name);
      return other < 0 ? ANSWERS.has(LAYERS[layer] ?? "") || isIn(name, "src/engine/files") : other > layer;
    }).map((name) => `${path} imports ${name}`);
  });
  expect(wrong).toEqual([]);
  expect(LAYERS.filter((_, layer) => !sources.some(({ path }) => layerOf(path) === layer))).toEqual([]);
});

test("eslint is named only by its adapter", () => {
  const wrong = sources.filter(({ path, imports }) => !isIn(path, "src/eslint-plugin") && imports.some((name) => /^eslint\b|^@eslint\//u.test(name)));
  expect(wrong.map(({ path }) => path)).toEqual([]);
});

/** Every pattern in the catalog, also the names of its maps: `returns`, `grow`. */
function patternsOf(value: unknown, field = ""): string[] {
  if (WORDS.has(field)) return [];
  if (typeof value === "string") return [value.replace(/\(.*\)$/u, "")];
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item) => patternsOf(item, field));
  const own = MAPS.has(field) ? Object.keys(value) : [];
  return [...own, ...Object.entries(value).flatMap(([key, item]) => patternsOf(item, key))];
}

test("no rule and no part of the engine names an API: that is what the catalog is for", () => {
  const patterns = CATALOG.flatMap((file) => patternsOf(file)).filter((pattern) => !pattern.startsWith("literal:"));
  const names = new Set(patterns.flatMap((pattern) => [pattern, pattern.split(/[#.]/u).at(-1) ?? ""]).filter((name) => /\w/u.test(name)));
  // The words of the closed unions that the engine is written in.
  const unions = new Set(sources.filter(({ path }) => ["src/model", "src/catalog/types", "src/engine"].some((area) => isIn(path, area))).flatMap(({ types }) => types));
  const ours = sources.filter(({ path }) => isIn(path, "rules") || isIn(path, "src/engine"));
  const wrong = ours.flatMap(({ path, literals }) => literals
    .filter((literal) => names.has(literal) && !unions.has(literal) && !OWN_WORDS.has(literal))
    .map((literal) => `${path}: "${literal}"`));
  expect([...new Set(wrong)]).toEqual([]);
  const used = new Set(ours.flatMap(({ literals }) => literals));
  expect([...OWN_WORDS.keys()].filter((word) => !used.has(word) || !names.has(word))).toEqual([]);
});

test("the pipeline fits on a screen and no file outgrows its reader", () => {
  const long = sources.filter(({ path, lines }) => lines > (path === "src/run.ts" ? 60 : 800));
  expect(long.map(({ path, lines }) => `${path}: ${lines} lines`)).toEqual([]);
  expect(sources.map(({ path }) => path)).toContain("src/run.ts");
});
