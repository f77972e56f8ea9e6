/** The command line with the real languages, catalog, rules and reporters, and the built executable where there is one. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { lint, lintText, UserError } from "../../src/index.js";
import { PARTS } from "../../src/run/parts.js";
import { Sandbox } from "./fakes.js";

let box: Sandbox;
beforeEach(() => { box = new Sandbox(); });
afterEach(() => { box.remove(); });

test("the extensions that are known before a language is loaded are its own", async () => {
  for (const entry of PARTS.languages) {
    const language = await entry.load();
    expect([entry.id, entry.extensions]).toEqual([language.id, language.extensions]);
  }
});

const DEPTH = 10_000;

test.each([
  ["brackets.py", `x = ${"[".repeat(DEPTH)}${"]".repeat(DEPTH)}\n`],
  ["calls.py", `${"f(".repeat(DEPTH)}${")".repeat(DEPTH)}\n`],
  ["blocks.py", `${Array.from({ length: 1000 }, (_, depth) => `${" ".repeat(depth)}if x:\n`).join("")}${" ".repeat(1000)}pass\n`],
  ["sum.py", `x = ${"1 + ".repeat(DEPTH)}1\n`],
  ["chain.py", `x${".a()".repeat(DEPTH)}\n`],
  ["brackets.ts", `x = ${"[".repeat(DEPTH)}${"]".repeat(DEPTH)};\n`],
  ["blocks.js", `${"{".repeat(DEPTH)}${"}".repeat(DEPTH)}\n`],
  ["calls.ts", `${"f(".repeat(DEPTH)}${")".repeat(DEPTH)};\n`],
  ["arrows.js", `x = ${"() => ".repeat(DEPTH)}1;\n`],
  ["sum.js", `x = ${"1 + ".repeat(DEPTH)}1;\n`],
  ["chain.js", `x${".a()".repeat(DEPTH)};\n`],
])("code nested thousands of levels deep (%s) is survived, and its neighbour is linted", async (name, text) => {
  box.write({ [name]: text, "zzz.py": "x = 1\n", "zzz.ts": "const x = 1;\n" });
  // Named, or their long lines would be taken for minified code.
  const paths = [name, "zzz.py", "zzz.ts"];
  const { code, out, err } = await box.lint(["--format", "json", ...paths], { parts: PARTS });
  expect(err).toBe("");
  expect(code).toBeLessThan(2);
  expect((await lint({ cwd: box.root, paths })).files).toEqual(paths);
  expect(out).not.toContain("is a defect of leak-lint");
}, 60_000);

test("a pair that the catalog refuses, or that takes a key of ours, is an error with its place", async () => {
  const pair = { key: "our-pool", rule: "unclosed-connection", noun: "connection", acquire: ["pool#"], release: ["#give"] };
  box.write({ "a.py": "", "leak-lint.json": JSON.stringify({ pairs: { python: [pair] } }) });
  const { code, err } = await box.lint([], { parts: PARTS });
  expect(code).toBe(2);
  expect(err).toMatch(/^leak-lint: leak-lint\.json: pairs\.python\[0\]\.acquire\[0\]: /u);
});

test("as a library, a text is linted under a name, its declared encoding notwithstanding, and nothing is written", async () => {
  const text = "# coding: latin-1\nname = 'é'  # leak-lint: ignore[unclosed-file]\n";
  const { findings, fixed, problems } = await lintText(text, { filename: "src/new.py", cwd: box.root, fix: true });
  expect({ findings, problems }).toEqual({ findings: [], problems: [] });
  expect(fixed).toEqual([{ path: "src/new.py", before: text, after: "# coding: latin-1\nname = 'é'\n" }]);
  expect(existsSync(box.path("src/new.py"))).toBe(false);
});

test("as a library, mistakes of the caller reject with a UserError and bad files are problems", async () => {
  await expect(lint({ cwd: box.root, select: ["nope"] })).rejects.toThrow(UserError);
  await expect(lintText("", { filename: "notes.txt", cwd: box.root })).rejects.toThrow("not the name of a Python");
  expect((await lint({ cwd: box.root, paths: ["missing.py"] })).problems).toEqual([{ path: "missing.py", kind: "unreadable", message: "no such file or folder", region: null }]);
});

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const built = existsSync(CLI) ? test : test.skip;

built("the built executable lints, and ends with the exit code of its report", () => {
  box.write({ "a.py": "x = 1\n" });
  const clean = spawnSync(process.execPath, [CLI, "a.py"], { cwd: box.root, encoding: "utf8" });
  expect([clean.status, clean.stderr]).toEqual([0, ""]);
  const missing = spawnSync(process.execPath, [CLI, "missing.py"], { cwd: box.root, encoding: "utf8" });
  expect([missing.status, missing.stderr]).toEqual([2, ""]);
  const stdin = spawnSync(process.execPath, [CLI, "-", "--stdin-filename", "b.ts", "--format", "json"], { cwd: box.root, encoding: "utf8", input: "const x = 1;\n" });
  expect(stdin.status).toBe(0);
});

test("files see each other, and with --no-link they do not", async () => {
  box.write({
    "store.py": "import sqlite3\n\ndef connect():\n    return sqlite3.connect('app.db')\n",
    "report.py": "from store import connect\n\ndef total():\n    db = connect()\n    return db.execute('select 1').fetchone()\n",
  });
  const rulesIn = async (...flags: string[]): Promise<string[]> => {
    const { out } = await box.lint(["--format", "json", ...flags], { parts: PARTS });
    const results = JSON.parse(out) as { filePath: string; messages: { ruleId: string }[] }[];
    return results.flatMap(({ messages }) => messages.map(({ ruleId }) => ruleId));
  };
  expect(await rulesIn()).toEqual(["leak-lint/unclosed-connection"]);
  expect(await rulesIn("--no-link")).toEqual([]);
});
