/** The fast parser and TypeScript's own tree give the same facts: over snippets and over real files. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { typescript } from "../../../src/parsers/ts/index.js";
import { lowerByReference } from "../../../src/parsers/ts/reference.js";

test.each([
  ["a.ts", "import d, { a as b, type T } from 'm'; import type { Q } from 'q'; import eq = require('eq'); export { b as c }; export * as ns from 'n'; export default d;"],
  ["a.ts", "abstract class A<T> extends B<T> implements C, D.E { #p = 1; static s?: string = 'x'; declare z: number; constructor(private readonly x: T, public y = 1) { super(); } abstract q(): void; get v(): T { return this.x; } [Symbol.dispose]() {} static { this.s = ''; } @dec() m(@inject() k: string) {} accessor acc = 1; }"],
  ["a.ts", "enum E { A, B = 'b', 'c' = 3 } const enum F { G } namespace N.M { export const q = 1; } declare global { interface Window { x: 1 } } declare module 'm' { const y: number; }"],
  ["a.ts", "function f(this: Window, a: Map<string, import('x').Y[]>, b?: () => void, ...c: readonly [x: number, y?: string][]): asserts a is any {} function g<const T extends keyof U>(x: T extends string ? 1 : 2): x is T { return true; }"],
  ["a.ts", "const x = <any>y!, z = (w as unknown as V) satisfies U, q = f<string>, r = new Map<string, number>(); let u: typeof x, t: `a${string}`, s: unique symbol;"],
  ["a.ts", "using a = f(); await using b = g(); for await (const x of y) { label: for (const k in x) continue label; } switch (a) { case 1: default: }"],
  ["a.ts", "a?.b?.[c]?.(d)?.e!.f; delete a?.b; (a?.b).c; a ??= b; a &&= c || d; const { x = 1, y: { z }, ...w } = v; [p, , ...q] = o; import('m').then(({ default: d }) => d);"],
  ["a.tsx", "const C = <T,>({ a, ...b }: P<T>) => <A.B {...b} c='d' e={f} g><>{...h}</>{/* none */} text <i:j k-l={() => 1}/></A.B>;"],
  ["a.js", "#!/usr/bin/env node\n'use strict'; var self = this; function P() { this.x = 1 } P.prototype = { m() { return this.x } }; module.exports = { P, go: async () => { for (;;) await 1 } }; exports.q = /r/gu; 10n; 1_000;"],
  ["a.js", "class A { static async *[k]() { yield* this; } 'x' = 1; 2 = 3; #y; has(o) { return #y in o && new.target; } } tag`a${1}b`; with_: { break with_; } try {} catch {} finally {} if (1); else throw import.meta.url; do ; while (0)"],
  ["a.vue", "<template><p/></template>\n<script setup lang=\"ts\">\nimport { ref } from 'vue'; const x = ref<number | null>(null);\n</script>"],
])("both parsers give the same facts and comments for %s: %s", (path, text) => {
  const lowered = typescript.lower({ path, text });
  expect(lowered.facts.syntax).toEqual([]);
  expect(lowered).toEqual(lowerByReference({ path, text }));
});

const MODULES = join(import.meta.dirname, "../../../node_modules");
const MAXIMUM_SIZE = 60_000;
const FILES = 150;

/** Source files of installed packages in the order of their paths, every so many, so that many packages are seen. */
function realFiles(): string[] {
  const found = readdirSync(MODULES, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.[cm]?[jt]sx?$/u.test(name) && !/\.d\.[cm]?ts$/u.test(name))
    .sort()
    .map((name) => join(MODULES, name))
    .filter((path) => { const stat = statSync(path); return stat.isFile() && stat.size <= MAXIMUM_SIZE; });
  const step = Math.max(1, Math.floor(found.length / FILES));
  return found.filter((_path, index) => index % step === 0).slice(0, FILES);
}

test("both parsers give the same facts for real files", () => {
  const files = realFiles();
  expect(files).toHaveLength(FILES);
  const different = files.filter((path) => {
    const text = readFileSync(path, "utf8").replace(/^\uFEFF/u, "");
    const lowered = typescript.lower({ path, text });
    let reference;
    try {
      reference = lowerByReference({ path, text });
    } catch {
      // A file that TypeScript cannot read either, such as a test fixture of another tool.
      return lowered.facts.syntax.length === 0;
    }
    return JSON.stringify(lowered) !== JSON.stringify(reference);
  });
  expect(different).toEqual([]);
}, 120_000);
