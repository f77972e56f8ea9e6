import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { NO_LAYOUT } from "../../src/engine/program/layout.js";
import { fixturesIn, marksOf } from "./fixtures.js";
import { readFile, scopesOf } from "./lint.js";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "leak-lint-fixtures-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

test("a fixture is a file or a folder, and a fixed text belongs to the file it is beside", () => {
  write("a.py", "x = 1\n");
  write("a.fixed.py", "x = 2\n");
  write("b.py", "y = 1\n");
  write("shop/app/main.py", "z = 1\n");
  write("shop/app/main.fixed.py", "z = 2\n");
  write("shop/readme.md", "not linted");
  expect(fixturesIn(folder)).toEqual([
    { title: "a.py", files: [{ path: "a.py", text: "x = 1\n" }], fixed: new Map([["a.py", "x = 2\n"]]), layout: NO_LAYOUT },
    { title: "b.py", files: [{ path: "b.py", text: "y = 1\n" }], fixed: new Map(), layout: NO_LAYOUT },
    { title: "shop", files: [{ path: "app/main.py", text: "z = 1\n" }], fixed: new Map([["app/main.py", "z = 2\n"]]), layout: NO_LAYOUT },
  ]);
  expect(fixturesIn(join(folder, "nowhere"))).toEqual([]);
});

test("marks come from comments of either language, never from strings", () => {
  const python = readFile({ path: "a.py", text: 'text = "# want unclosed-file"\nother = 1  # want fact releases(0)\n' });
  const tsx = readFile({ path: "a.tsx", text: 'const text = "// want unclosed-file";\nexport const view = <b>{/* want fact releases(0) */ text}</b>;\n' });
  expect(marksOf([python, tsx])).toEqual([
    { kind: "fact", fact: "releases(0)", path: "a.py", line: 2, writtenAt: 2 },
    { kind: "fact", fact: "releases(0)", path: "a.tsx", line: 2, writtenAt: 2 },
  ]);
  expect(() => marksOf([readFile({ path: "a.py", text: "x = 1  # want no-such-rule\n" })])).toThrow('a.py:1: there is no rule "no-such-rule"');
});

test("the scopes of a file are its named functions and classes in both languages", () => {
  const python = readFile({ path: "a.py", text: "class Shop:\n    def open(self):\n        pass\n\n@cache\ndef close():\n    pass\n" });
  const ts = readFile({ path: "a.ts", text: "class Shop {\n  open() {\n  }\n}\nconst close = () => {\n};\nfunction reopen() {}\n" });
  const lines = (file: typeof python): string[] => scopesOf(file).map(({ kind, name, line, endLine }) => `${kind} ${name} ${line}-${endLine}`);
  expect(lines(python)).toEqual(["class Shop 1-3", "function open 2-3", "function close 5-7"]);
  expect(lines(ts)).toEqual(["class Shop 1-4", "function open 2-3", "function close 5-6", "function reopen 7-7"]);
});

test("a fixture that does not parse is an error, as is a file that nobody lints", () => {
  expect(() => readFile({ path: "a.py", text: "def (:\n" })).toThrow(/^a\.py:1: /u);
  expect(() => readFile({ path: "a.rb", text: "" })).toThrow("a.rb: no language has this extension");
});
