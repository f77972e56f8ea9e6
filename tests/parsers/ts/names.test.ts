/** Import-resolved paths of calls, imports, exports, bindings and captures. */
import { body, calls, factsOf, functionNamed, paths } from "./lowered.js";

test("ES module imports resolve to module and name", () => {
  expect(paths("import d, { a as b } from \"m\"; import * as ns from \"node:fs\"; d(); d.x(); b(); new b.C(); ns.open(); ns.promises.readFile(); ns[\"stat\"]();"))
    .toEqual(["m.default", "m.default.x", "m.a", "m.a.C", "fs.open", "fs.promises.readFile", "fs.stat"]);
});

test("require resolves as an import does, also destructured, chained and inside functions", () => {
  expect(paths("const fs = require(\"node:fs\"), { Pool: P, a: { b } } = require(\"pg\"); const E = require(\"events\").EventEmitter;"
    + "fs.open(); new P(); b(); new E(); fs(); require(\"z\").q(); require(\"z\")(); function f() { const x = require(\"x\"); x.y(); }", "a.js").filter((path) => path !== "require"))
    .toEqual(["fs.open", "pg.Pool", "pg.a.b", "events.EventEmitter", "fs.default", "z.q", "z.default", "x.y"]);
});

test("awaited dynamic imports and import = resolve too", () => {
  expect(paths("import eq = require(\"eq\"); const { v } = await import(\"dyn\"); const m = await import(\"m\"); eq.z(); eq(); v(); m.w();").filter((path) => path !== "import"))
    .toEqual(["eq.z", "eq.default", "dyn.v", "m.w"]);
});

test("what a constant takes from an imported module keeps its path", () => {
  expect(paths("import pg from \"pg\"; const { Pool } = pg; new Pool(); const Client = pg.Client; new Client();")).toEqual(["pg.default.Pool", "pg.default.Client"]);
});

test("locals, this, call results and reassigned requires have no path", () => {
  expect(paths("let l = require(\"l\"); l = 1; l(); function g(document) { document.addEventListener(); this.a(); g().b(); }", "a.js").slice(1)).toEqual([null, null, null, null, null]);
  expect(paths("function f(require) { require(\"m\").x(); }", "a.js")).toEqual([null, null]);
});

test("globals are their own path; window and globalThis say no more than the well-known global", () => {
  expect(paths("setInterval(f); window.setTimeout(f); globalThis.process.on(e); self.fetch(u); document.addEventListener(e); window.addEventListener(e); window.document.body.append(x); new window.WebSocket(u); globalThis.mine();"))
    .toEqual(["setInterval", "setTimeout", "process.on", "fetch", "document.addEventListener", "window.addEventListener", "document.body.append", "WebSocket", "globalThis.mine"]);
});

test("a module's own exports object is no API", () => {
  expect(paths("exports.go(); module.exports.go();", "a.js")).toEqual([null, null]);
});

test("paths see through optional calls, assertions and the comma of compiled code", () => {
  expect(paths("import * as m from \"m\"; m?.a(); m!.b(); (m as any).c(); (0, m.d)();").sort()).toEqual(["m.a", "m.b", "m.c", "m.d"]);
});

test("imports are listed with name, binding and kind", () => {
  const facts = factsOf("import d, { a as b, type T } from \"m\"; import * as ns from \"node:n\"; import \"side\"; import type { Q } from \"q\";");
  expect(facts.imports.map(({ module, name, binding, typeOnly }) => [module, name, binding === null ? null : facts.bindings[binding]?.name, typeOnly])).toEqual([
    ["m", "default", "d", false], ["m", "a", "b", false], ["m", "T", "T", true], ["n", null, "ns", false], ["side", null, null, false], ["q", "Q", "Q", true],
  ]);
});

test("exports of every ES form", () => {
  const facts = factsOf("export const a = 1, { b, c: [d] } = o; export function f() {} export class K {} export { a as x, default as y } from \"m\"; export * from \"n\"; export * as ns from \"node:o\"; export { f as g }; export default class extends K {} export type T = 1; export enum E { A }");
  expect(facts.exports.map(({ name, binding, from }) => [name, binding === null ? null : facts.bindings[binding]?.name, from && `${from.module} ${from.name}`])).toEqual([
    ["a", "a", null], ["b", "b", null], ["d", "d", null], ["f", "f", null], ["K", "K", null], ["x", null, "m a"], ["y", null, "m default"],
    ["*", null, "n *"], ["ns", null, "o *"], ["g", "f", null], ["default", "default", null], ["E", "E", null],
  ]);
  expect(facts.functions.find((fn) => fn.name === "f")?.exported).toBe(true);
  expect(facts.classes.map(({ name, exported }) => [name, exported])).toEqual([["K", true], ["default", true], ["E", true]]);
});

test("CommonJS exports: the whole object, its properties and single names", () => {
  const facts = factsOf("function a() {} module.exports = { a, b: () => 1, n: 3 }; exports.c = function () {}; module.exports.d = a; function g() { exports.no = 1; }", "a.js");
  const named = facts.exports.map(({ name, binding }) => [name, facts.bindings[binding ?? -1]?.kind]);
  expect(named).toEqual([["=", "variable"], ["a", "function"], ["b", "function"], ["c", "function"], ["d", "function"]]);
  expect(facts.functions.filter((fn) => fn.exported).map((fn) => fn.name)).toEqual(["a", "b", "c"]);
});

test("module.exports = require(…) passes the module on", () => {
  expect(factsOf("module.exports = require(\"./lib\"); exports.x = require(\"./x\");", "a.js").exports).toEqual([
    { name: "=", binding: null, from: { module: "./lib", name: "=" } }, { name: "x", binding: null, from: { module: "./x", name: "*" } },
  ]);
});

test("export = and export default of a name export that binding", () => {
  const facts = factsOf("class A {} export = A;");
  expect(facts.exports).toEqual([{ name: "=", binding: 0, from: null }]);
  expect(factsOf("const a = 1; export default a;").exports).toEqual([{ name: "default", binding: 0, from: null }]);
});

test("an anonymous default export has a binding that names its function", () => {
  const facts = factsOf("export default () => 1;");
  expect(facts.bindings).toMatchObject([{ name: "default", kind: "function", function: 1 }]);
});

test("bindings: kind, owner, constancy and what they name", () => {
  const facts = factsOf("let a = 1; a = 2; let b = 3; let late; late = 4; const f = () => {}; function g(p, q = 1) { try {} catch (e) { e; } p = 2; } class K {}");
  const summary = Object.fromEntries(facts.bindings.map((binding) => [binding.name, [binding.kind, binding.owner, binding.constant]]));
  expect(summary).toMatchObject({
    a: ["variable", 0, false], b: ["variable", 0, true], late: ["variable", 0, false], f: ["function", 0, true], g: ["function", 0, true],
    p: ["parameter", 1, false], q: ["parameter", 1, true], K: ["class", 0, true],
  });
});

test("captures go through the functions in between", () => {
  const facts = factsOf("function outer() { const h = open(); return () => () => h.close(); }");
  const h = facts.bindings.findIndex((binding) => binding.name === "h");
  expect(facts.bindings[h]?.captured).toBe(true);
  expect(facts.functions.map((fn) => fn.captures.includes(h))).toEqual([false, false, true, true]);
});

test("recursion of a named function expression resolves to itself", () => {
  const facts = factsOf("on(function again() { again(); });");
  const again = facts.bindings.find((binding) => binding.name === "again");
  expect(again).toMatchObject({ kind: "function", function: functionNamed(facts, "again") === facts.functions[1] ? 1 : -1 });
});

test("names are underlined without their annotation", () => {
  const text = "const value: Map<string, number> = f(); function g(param: string) {}";
  expect(factsOf(text).bindings.map((binding) => text.slice(...binding.at))).toEqual(["g", "value", "param"]);
});

test("declared types are import-resolved, aliases of literals are written out", () => {
  const facts = factsOf("import { Pool as P } from \"pg\"; import type D from \"d\"; class L {} enum E { A } type Key = \"a\" | \"b\"; interface I {} "
    + "function f(p: P, d: D, l: L, e: E, k: Key, m: Map<Key, P[]>, i: I, cb: (x: number) => void, o?: string, n: P | null = null, r: readonly string[] = [], t: import(\"q\").R = x) {}");
  const [, f] = facts.functions;
  const types = f?.parameters.map((parameter) => parameter.type) ?? [];
  const key = { kind: "union", members: [{ kind: "literal", text: "a" }, { kind: "literal", text: "b" }] };
  const pool = { kind: "named", name: "pg.Pool", args: [] };
  expect(types).toMatchObject([
    pool, { name: "d.default" }, { name: "L" }, { name: "E" }, key,
    { name: "Map", binding: null, args: [key, { name: "Array", args: [pool] }] }, { name: "I", binding: null }, { kind: "function", returns: { name: "void" } },
    { kind: "union", members: [{ name: "string" }, { kind: "literal", text: "undefined" }] },
    { kind: "union", members: [pool, { kind: "literal", text: "null" }] }, { name: "Array" }, { name: "q.R" },
  ]);
  const local = types[2];
  expect(local?.kind === "named" && local.binding !== null ? facts.bindings[local.binding]?.kind : null).toBe("class");
});

test("an assertion declares the type of its variable", () => {
  expect(factsOf("const x = y as Foo; const z = y as any;").bindings.map((binding) => binding.type)).toEqual([{ kind: "named", name: "Foo", binding: null, args: [] }, null]);
});

test("a script's top-level variables are variables of the module", () => {
  expect(calls(factsOf("var x = f(); x.go();", "a.js")).map((call) => call.path)).toEqual(["f", null]);
});

test("a destructured require still stores what it loads", () => {
  expect(body("const { Pool } = require(\"pg\");", "", "a.js").at(-2)).toBe("  store Pool = %3 declares");
});
