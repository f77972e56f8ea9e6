/** What comes before lowering: dialects, bad syntax, comments, component files, nesting. */
import { typescript } from "../../../src/parsers/ts/index.js";
import { scriptBlocks } from "../../../src/parsers/ts/sfc.js";
import { classNamed, factsOf, functionNamed, paths } from "./lowered.js";

test("bad syntax is a located note and no facts", () => {
  const { facts } = typescript.lower({ path: "a.ts", text: "let x = ;\nf();\n" });
  expect(facts.syntax).toEqual([{ at: [8, 9], message: "Unexpected token" }]);
  expect(facts.functions).toHaveLength(1);
  expect(typescript.check({ path: "a.ts", text: "let x = ;" })).toHaveLength(1);
  expect(typescript.check({ path: "a.ts", text: "let x = 1;" })).toEqual([]);
});

test.each([
  ["a.js", "const x = <div/>; f();"], ["a.js", "if (x) return; f();"], ["a.js", "import x from \"x\"; await x; f();"], ["a.js", "const x: number = 1; f();"],
  ["a.cjs", "if (x) return; f();"], ["a.mts", "const x = <T>y; await f();"], ["a.cts", "import x = require(\"x\"); f();"], ["a.tsx", "const g = <T,>(x: T) => <b>{x}</b>; f();"],
  ["a.ts", "#!/usr/bin/env node\nf();"], ["a.js", "#!/usr/bin/env node\nf();"], ["a.js", "var await = 1; with (a) { f(); }"], ["a.ts", "@dec class A { @d() accessor x = 1 } f();"],
])("%s may hold %s", (path, text) => {
  expect(factsOf(text, path).syntax).toEqual([]);
  expect(paths(text, path)).toContain("f");
});

test("a declaration file has no instructions of its own", () => {
  const facts = factsOf("declare function f(): void; export declare class A { m(): void } export const x: number; declare module \"m\" { export function g(): void }", "a.d.ts");
  expect(facts.syntax).toEqual([]);
  expect(facts.functions).toHaveLength(1);
});

test("comments come with their span and without their markers", () => {
  const text = "// one\nf(); /* two */ \"// three\"";
  expect(typescript.lower({ path: "a.ts", text }).comments).toEqual([
    { at: [0, 6], text: " one", kind: "line" }, { at: [12, 21], text: " two ", kind: "block" },
  ]);
});

test("offsets are UTF-16 code units", () => {
  const text = "/* é😀 */ const s = \"😀\"; open(s);";
  const call = functionNamed(factsOf(text), "").blocks[0]?.instructions.find((instruction) => instruction.op === "call");
  expect(text.slice(...(call?.at ?? [0, 0]))).toBe("open(s)");
});

const VUE = `<template>
  <div v-if="a > b"><template #x><script>no()</script></template></div>
</template>
<!-- <script>no()</script> -->
<script lang="ts">
export default { mounted() { this.t = setInterval(go, 1) }, methods: { go() {} } }
</script>
<style>a { content: "<script>no()</script>" }</style>
<docs><script>no()</script></docs>
`;

test("a Vue file's script lowers with offsets of the file; templates, comments and custom blocks do not count", () => {
  const facts = factsOf(VUE, "src/poll-list.vue");
  expect(facts.syntax).toEqual([]);
  expect(facts.classes).toMatchObject([{ name: "poll-list", bases: [{ path: "vue.Component" }], methods: [{ name: "mounted" }, { name: "go" }] }]);
  const call = functionNamed(facts, "mounted").blocks[0]?.instructions.find((instruction) => instruction.op === "call");
  expect(VUE.slice(...(call?.at ?? [0, 0]))).toBe("setInterval(go, 1)");
  expect(paths(VUE, "a.vue")).toEqual(["setInterval"]);
});

test("script setup is the component's setup: a method that runs per instance", () => {
  const text = "<script>import x from \"x\"; const shared = x();</script>\n<script setup lang=\"ts\" generic=\"T extends A<B>\">\nimport { onMounted } from \"vue\"; const el = shared; onMounted(() => go(el)); function go(y: number) { y; }\n</script>\n";
  const facts = factsOf(text, "timer.vue");
  expect(classNamed(facts, "timer")).toMatchObject({ bases: [{ path: "vue.Component" }], methods: [{ name: "setup", function: 1 }] });
  expect(facts.functions.slice(0, 2)).toMatchObject([{ kind: "module" }, { name: "setup", kind: "method", class: 0, parent: 0 }]);
  expect(Object.fromEntries(facts.bindings.map((binding) => [binding.name, binding.owner]))).toMatchObject({ x: 0, shared: 0, onMounted: 0, el: 1, go: 1 });
  expect(facts.functions.filter((fn) => fn.parent === 1)).toHaveLength(2);
});

test("a Svelte file's module script runs once, its other script per instance", () => {
  const text = "<script context=\"module\">\nlet count = 0;\n</script>\n<p>{count}</p>\n<svelte:head><script>no()</script></svelte:head>\n<script>\n  const id = setInterval(tick, 1);\n</script>\n<Widget on:click={() => a > b} />\n";
  const facts = factsOf(text, "clock.svelte");
  expect(facts.syntax).toEqual([]);
  expect(classNamed(facts, "clock").bases[0]?.path).toBe("svelte.Component");
  expect(Object.fromEntries(facts.bindings.map((binding) => [binding.name, binding.owner]))).toEqual({ count: 0, id: 1 });
});

test("script blocks: attributes in any quotes, other languages and data left out", () => {
  const text = "<script src=\"./x.js\"></script><script type='application/json'>{}</script><script lang=coffee>x</script><SCRIPT lang='tsx' data-x=\"a>b\">y</SCRIPT><script />";
  expect(scriptBlocks(text, "a.svelte").map(({ at, dialect }) => [text.slice(...at), dialect])).toEqual([["y", "tsx"]]);
});

test("a component file without a script is empty, not an error", () => {
  expect(factsOf("<template><p/></template>", "a.vue")).toMatchObject({ syntax: [], functions: [{ kind: "module" }] });
});

const DEEP = 10_000;
test.each([
  ["arrays", `x = ${"[".repeat(DEEP)}${"]".repeat(DEEP)}`],
  ["parentheses", `x = ${"(".repeat(DEEP)}1${")".repeat(DEEP)}`],
  ["functions", `${"function f(){".repeat(DEEP)}${"}".repeat(DEEP)}`],
  ["blocks", `${"{".repeat(DEEP)}${"}".repeat(DEEP)}`],
  ["negations", `x = ${"!".repeat(DEEP)}a`],
  ["sums", `x = 1${" + a".repeat(DEEP)}`],
  ["calls", `x${".f()".repeat(DEEP)}`],
  ["ifs", `${"if (a) ".repeat(DEEP)}b();`],
  ["else-ifs", `${"if (a) {} else ".repeat(DEEP)}b();`],
  ["conditionals", `x = ${"a ? b : ".repeat(DEEP)}c`],
  ["type arguments", `let x: ${"Array<".repeat(DEEP)}a${">".repeat(DEEP)}`],
  ["elements", `x = ${"<a>".repeat(DEEP)}${"</a>".repeat(DEEP)}`],
])("%s nested ten thousand times give a note, not a crash", (_what, text) => {
  expect(factsOf(text, "a.tsx").syntax.map((note) => note.message).join()).toContain("nested too deeply");
});

test.each([
  ["else-ifs", `${"if (a) {} else ".repeat(600)}b();`], ["sums", `x = 1${" + a".repeat(900)}; b();`], ["logical operands", `x = 1${" || a".repeat(900)}; b();`],
])("long chains of %s are no nesting", (_what, text) => {
  expect(factsOf(text).syntax).toEqual([]);
  expect(paths(text)).toContain("b");
});

test("past the depth that is followed, the rest of the file is still analysed", () => {
  const text = `before(); x = ${"[".repeat(600)}${"]".repeat(600)}; after();`;
  const facts = factsOf(text);
  expect(facts.syntax).toMatchObject([{ message: expect.stringContaining("nested too deeply") as string }]);
  expect(paths(text)).toEqual(["before", "after"]);
});
