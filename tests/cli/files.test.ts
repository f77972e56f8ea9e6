import { mkdirSync, symlinkSync } from "node:fs";
import { Sandbox } from "./fakes.js";

let box: Sandbox;
beforeEach(() => { box = new Sandbox(); });
afterEach(() => { box.remove(); });

test("every bad file gets its own answer, and the good one is linted", async () => {
  box.write({
    "good.py": "leak()\n",
    "empty.py": "",
    "binary.ts": Buffer.from("G@\0\0"),
    "klingon.py": "# coding: klingon\n",
    "invalid.py": Buffer.from("ok('\xe9')\n", "latin1"),
    "big.js": "x;\n".repeat(400_000),
    "bundle.js": `${"a(b);".repeat(2000)}\n`,
    "lib.min.js": "leak()",
    "broken.py": "SYNTAX\n",
    "windows.py": "ok()\r\nleak()\r\n",
    "built.js": "/******/ var __webpack_modules__ = ({\n/***/ 1: () => leak(),\n/******/ });\n",
    "old-mac.py": "ok()\rleak()\r",
    "node_modules/x/index.js": "leak()",
  });
  mkdirSync(box.path("folder.py"));
  symlinkSync(box.root, box.path("loop"));
  const { code, out } = await box.lint([]);
  expect(code).toBe(2);
  expect(out.trim().split("\n")).toEqual([
    "good.py:1:1 LEAK001 high leak is never undone [safe]",
    "old-mac.py:2:1 LEAK001 high leak is never undone [safe]",
    "windows.py:2:1 LEAK001 high leak is never undone [safe]",
    "skipped: big.js: larger than 1 MB (name the file to have it linted)",
    "skipped: binary.ts: binary: it holds NUL bytes",
    "syntax: broken.py: unexpected SYNTAX",
    "skipped: built.js: put together by a bundler, by its module loader (name the file to have it linted)",
    "skipped: bundle.js: minified, by its very long lines (name the file to have it linted)",
    "syntax: invalid.py: byte 0xe9 is not valid UTF-8, so the file was read as Latin-1",
    'unreadable: klingon.py: it declares the encoding "klingon", which leak-lint does not know; save it as UTF-8 to have it linted',
    "skipped: lib.min.js: minified, by its name (name the file to have it linted)",
    "3 in 6",
  ]);
});

test("--exclude and the configuration's exclude leave files out; a named file wins unless --force-exclude", async () => {
  box.write({ "a.py": "leak()\n", "gen/b.py": "leak()\n", "tests/c.py": "leak()\n", "leak-lint.json": '{ "exclude": ["gen"] }' });
  const shown = async (...argv: string[]): Promise<string[]> => (await box.lint(["--show-files", ...argv])).out.trim().split("\n");
  expect(await shown()).toEqual(["a.py", "tests/c.py"]);
  expect(await shown("--exclude", "tests", "--exclude", "a.py")).toEqual([""]);
  expect(await shown("gen/b.py")).toEqual(["gen/b.py"]);
  expect(await shown("gen/b.py", "--force-exclude")).toEqual([""]);
  expect(await shown("--isolated")).toEqual(["a.py", "gen/b.py", "tests/c.py"]);
});

test(".gitignore counts unless --no-gitignore", async () => {
  box.write({ "a.py": "", "b.py": "", ".gitignore": "b.py\n" });
  expect((await box.lint(["--show-files"])).out).toBe("a.py\n");
  expect((await box.lint(["--show-files", "--no-gitignore"])).out).toBe("a.py\nb.py\n");
});

test("paths with spaces, quotes and letters of any script are linted and shown as they are", async () => {
  box.write({ "a b/it's é 日.py": "leak()\n", "-dash.py": "leak()\n" });
  expect((await box.lint([])).out).toContain("a b/it's é 日.py:1:1 LEAK001");
  expect((await box.lint(["--", "-dash.py"])).out).toContain("-dash.py:1:1 LEAK001");
});
