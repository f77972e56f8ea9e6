import { regionOf, lineStarts } from "../../../src/model/span.js";
import { python } from "../../../src/parsers/python/index.js";
import { code, facts, functionNamed } from "./model.js";

/** The lines that carry a note. */
function noted(text: string): number[] {
  return facts(text).syntax.map((note) => regionOf(lineStarts(text), note.at).line);
}

test("a broken statement is noted and the rest of the function is still lowered", () => {
  const text = "def f():\n    x = open(1)\n    y = = 3\n    return x\ndef g(): pass\n";
  expect(noted(text)).toEqual([3]);
  expect(facts(text).syntax[0]?.message).toBe("cannot read this as Python; rules skip it");
  expect(code(text, "f")).toContain("path open");
  expect(code(text, "f")).toContain("return %");
  expect(functionNamed(facts(text), "g").kind).toBe("function");
});

test("a bracket that is never closed costs its own line only", () => {
  const text = "import os\nx = [1, 2\ndef f():\n    return os.dup(1)\n";
  expect(noted(text)).toEqual([2]);
  expect(code(text, "f")).toContain("path os.dup");
});

test("a header that cannot be read keeps its body in a block", () => {
  const text = "class A:\n    def f(self:\n        a()\n    def g(self): return 1\n";
  expect(noted(text)).toEqual([2]);
  expect(facts(text).classes[0]?.methods.map((item) => item.name)).toEqual(["g"]);
});

test("notebook commands are noted as such, and what is a remainder stays one", () => {
  const text = "%matplotlib inline\nimport os\n!ls -l\n?os\nx = (5\n  %os.nice(1))\n";
  expect(facts(text).syntax.map((note) => note.message)).toEqual(Array.from({ length: 3 }, () => "a notebook command, not Python; rules skip it"));
  expect(noted(text)).toEqual([1, 3, 4]);
  expect(code(text)).toContain("path os.nice");
});

test("newer syntax that the grammar does not know is read all the same, without a note", () => {
  const text = "lazy import json\nclass A[T = dict[str, int], U = T]:\n    def f[V = int](self): return json.load(x)\n";
  expect(facts(text).syntax).toEqual([]);
  expect(code(text, "f")).toContain("path json.load");
});

test("merge conflict markers are noted one by one", () => {
  const text = "a()\n<<<<<<< HEAD\nb()\n=======\nc()\n>>>>>>> main\nd()\n";
  expect(noted(text)).toEqual([2, 4, 6]);
  expect(["a", "b", "c", "d"].every((name) => code(text).includes(`path ${name}`))).toBe(true);
});

test.each(["", "\n", "   ", "#", "\\", "(((", "'''", "def", "class A", "\u0000", "€ = 2", "@", "lambda", "f'{", "if x:\n", "try:\n  a", "match x:\n"])("any text yields facts: %j", (text) => {
  const lowered = python.lower({ path: "m.py", text });
  expect(lowered.facts.functions[0]?.kind).toBe("module");
  expect(JSON.parse(JSON.stringify(lowered.facts))).toEqual(lowered.facts);
  for (const note of lowered.facts.syntax) {
    expect(note.at[0]).toBeGreaterThanOrEqual(0);
    expect(note.at[1]).toBeLessThanOrEqual(text.length);
  }
});

const DEEP = 10_000;
test.each([
  ["brackets", `x = ${"[".repeat(DEEP)}${"]".repeat(DEEP)}\n`], ["calls", `x = ${"f(".repeat(DEEP)}${")".repeat(DEEP)}\n`], ["a chain of calls", `x = a${".b()".repeat(DEEP)}\n`],
  ["not", `x = ${"not ".repeat(DEEP)}a\n`], ["lambdas", `x = ${"lambda: ".repeat(DEEP)}1\n`], ["conditional expressions", `x = ${"a if b else ".repeat(DEEP)}c\n`],
  ["targets", `${"(".repeat(DEEP)}a,${"),".repeat(DEEP - 1)}) = x\n`], ["case patterns", `match x:\n    case ${"[".repeat(DEEP)}a${"]".repeat(DEEP)}: pass\n`],
])("%s nested ten thousand deep are noted and skipped, and what follows is lowered", (_, text) => {
  const module = facts(`${text}after()\n`);
  expect(module.syntax.some((note) => note.message === "nested too deeply; rules skip what is inside")).toBe(true);
  expect(code(`${text}after()\n`)).toContain("path after");
});

test.each([
  ["a sum", `x = 1${" + a".repeat(DEEP)}\n`], ["an or", `if a${" or a".repeat(DEEP)}: pass\n`], ["parentheses", `x = ${"(".repeat(DEEP)}1${")".repeat(DEEP)}\n`],
  ["elif", `if a: pass\n${"elif b: pass\n".repeat(DEEP)}`], ["chained assignments", `${"a = ".repeat(DEEP)}1\n`], ["strings", `x = ${"'a' ".repeat(DEEP)}\n`],
])("%s ten thousand long is no nesting and lowered in full", (_, text) => {
  expect(facts(`${text}after()\n`).syntax).toEqual([]);
});

test("functions nested a hundred deep are lowered, deeper ones noted", () => {
  const nested = (levels: number): string => Array.from({ length: levels }, (_, depth) => `${" ".repeat(depth)}def f${String(depth)}():\n`).join("") + `${" ".repeat(levels)}pass\n`;
  expect(facts(nested(99)).syntax).toEqual([]);
  expect(facts(nested(99)).functions).toHaveLength(100);
  expect(facts(nested(120)).syntax).toHaveLength(1);
});

test("spans count UTF-16 units, with tabs, CRLF and astral characters before them", () => {
  const text = "def f():\r\n\tx = '😀é'; y = open(x)\r\n";
  const call = functionNamed(facts(text), "f").blocks[0]?.instructions.find((item) => item.op === "call");
  expect(call && text.slice(...call.at)).toBe("open(x)");
  expect(call && regionOf(lineStarts(text), call.at)).toEqual({ line: 2, column: 17, endLine: 2, endColumn: 24 });
});

test("comments come from the tree, never from strings", () => {
  const text = "# one\nx = '# no' # two\ny = '''\n# no\n'''\nf(a, # three\n  b)\n";
  const { comments } = python.lower({ path: "m.py", text });
  expect(comments.map((item) => [item.text, item.kind, text.slice(...item.at)])).toEqual([[" one", "line", "# one"], [" two", "line", "# two"], [" three", "line", "# three"]]);
});

test("check only parses", () => {
  expect(python.check({ path: "m.py", text: "x = 1\n" })).toEqual([]);
  expect(python.check({ path: "m.py", text: "x = = 1\n" })).toHaveLength(1);
});
