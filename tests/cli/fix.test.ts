import { execFileSync } from "node:child_process";
import { chmodSync, readFileSync, readdirSync, statSync } from "node:fs";
import { fakeParts, Sandbox } from "./fakes.js";
import type { Parts } from "../../src/run/parts.js";

let box: Sandbox;
beforeEach(() => { box = new Sandbox(); });
afterEach(() => { box.remove(); });

const text = (name: string): string => readFileSync(box.path(name), "utf8");

test("--fix applies safe fixes, reports what is left, and a second run has nothing to do", async () => {
  box.write({ "a.py": "leak()\ntimer()\nleak()\n" });
  expect(await box.lint(["--fix"])).toEqual({ code: 1, out: "a.py:2:1 LEAK002 medium timer is never undone [unsafe]\n1 in 1\n", err: "Applied 2 fixes in 1 file.\n" });
  expect(text("a.py")).toBe("safeleak()\ntimer()\nsafeleak()\n");
  expect(await box.lint(["--fix"])).toMatchObject({ code: 1, err: "" });
});

test("--unsafe-fixes applies the others as well, and everything fixed ends with 0", async () => {
  box.write({ "a.py": "leak()\ntimer()\n" });
  expect((await box.lint(["--fix", "--unsafe-fixes"])).code).toBe(0);
  expect(text("a.py")).toBe("safeleak()\nsafetimer()\n");
});

test("fixes of our own suppressions go along with the others, in as many passes as it takes", async () => {
  box.write({ "a.py": "leak()  # leak-lint: ignore[timer-leak]\n" });
  expect((await box.lint(["--fix"])).code).toBe(0);
  expect(text("a.py")).toBe("safeleak()\n");
});

test("byte order mark, line ends, encoding and mode stay as they are", async () => {
  box.write({
    "bom.py": "\ufeff# é\r\nleak()\r\n",
    "latin.py": Buffer.from("# coding: latin-1\n# \xe9\nleak()\n", "latin1"),
    "wide.py": Buffer.from("\ufeffleak()\n", "utf16le"),
    "invalid.py": Buffer.from("# \xe9\nleak()\n", "latin1"),
  });
  chmodSync(box.path("bom.py"), 0o755);
  expect((await box.lint(["--fix"])).err).toBe("Applied 4 fixes in 4 files.\n");
  expect(text("bom.py")).toBe("\ufeff# é\r\nsafeleak()\r\n");
  expect(statSync(box.path("bom.py")).mode & 0o777).toBe(0o755);
  expect(readFileSync(box.path("latin.py"), "latin1")).toBe("# coding: latin-1\n# \xe9\nsafeleak()\n");
  expect(readFileSync(box.path("wide.py"), "utf16le")).toBe("\ufeffsafeleak()\n");
  expect(readFileSync(box.path("invalid.py"), "latin1")).toBe("# \xe9\nsafeleak()\n");
  expect(readdirSync(box.root).sort()).toEqual(["bom.py", "invalid.py", "latin.py", "wide.py"]);
});

test("a file in an encoding that cannot be written is left alone, and said", async () => {
  const bytes = Buffer.concat([Buffer.from("# coding: cp932\n# "), Buffer.from([0x93, 0xfa]), Buffer.from("\nleak()\n")]);
  box.write({ "a.py": bytes });
  const { code, err } = await box.lint(["--fix"]);
  expect(code).toBe(1);
  expect(err).toBe("a.py:3:1: the fix for unclosed-file was dropped: its encoding (shift_jis) cannot be written back unchanged.\n");
  expect(readFileSync(box.path("a.py"))).toEqual(bytes);
});

test("a fix after which the file would not parse is dropped, said once, and its finding stays", async () => {
  box.write({ "a.py": "leak(\"broken\")\nleak()\n" });
  const { code, out, err } = await box.lint(["--fix"]);
  expect(text("a.py")).toBe("leak(\"broken\")\nsafeleak()\n");
  expect(err).toBe("a.py:1:1: the fix for unclosed-file was dropped: the result would not parse.\nApplied 1 fix in 1 file.\n");
  expect([code, out]).toEqual([1, "a.py:1:1 LEAK001 high leak is never undone [safe]\n1 in 1\n"]);
});

test("fixes that undo each other end after ten passes, and say so", async () => {
  const parts = fakeParts();
  const restless: Parts = {
    ...parts,
    engine: async () => {
      const engine = await parts.engine();
      return {
        ...engine,
        analyze: (files, options) => engine.analyze(files.map((file) => ({ ...file, text: "leak()\n" })), options)
          .map((finding, index) => ({ ...finding, message: String(files[index]?.text.length), intent: { kind: "replace", at: [0, 0], title: "Grow", text: "x" } })),
      };
    },
  };
  box.write({ "a.py": "leak()\n" });
  expect((await box.lint(["--fix"], { parts: restless })).err).toContain("Stopped after 10 passes with fixes left to apply; run leak-lint again.\nApplied 10 fixes in 1 file.\n");
});

test("--diff prints a patch that git applies, writes nothing, and ends with 1", async () => {
  box.write({ "src/a.py": "one()\nleak()\n", "b.py": "ok()\n" });
  const { code, out, err } = await box.lint(["--diff"]);
  expect([code, err]).toEqual([1, "Would apply 1 fix in 1 file.\n"]);
  expect(out).toBe("--- a/src/a.py\n+++ b/src/a.py\n@@ -1,2 +1,2 @@\n one()\n-leak()\n+safeleak()\n");
  expect(text("src/a.py")).toBe("one()\nleak()\n");
  box.write({ "fix.patch": out });
  execFileSync("git", ["apply", "fix.patch"], { cwd: box.root });
  expect(text("src/a.py")).toBe("one()\nsafeleak()\n");
});

test("--diff ends with 0 where there is nothing to change, whatever else there is to report", async () => {
  box.write({ "a.py": "timer()\n" });
  expect(await box.lint(["--diff"])).toEqual({ code: 0, out: "", err: "" });
  expect((await box.lint(["--diff", "--unsafe-fixes"])).code).toBe(1);
  expect((await box.lint(["--diff", "missing.py"])).code).toBe(2);
});

test("--diff takes standard input, too", async () => {
  expect((await box.lint(["-", "--stdin-filename", "n.py", "--diff"], { stdin: "leak()\n" })).out).toContain("-leak()\n+safeleak()\n");
});
