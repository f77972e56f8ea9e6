import { existsSync, readFileSync } from "node:fs";
import { Sandbox } from "./fakes.js";

let box: Sandbox;
beforeEach(() => { box = new Sandbox().write({ "a.py": "leak()\n" }); });
afterEach(() => { box.remove(); });

test("a format with =FILE goes to the file, another one to stdout", async () => {
  const { code, out } = await box.lint(["--format", "sarif=out/report.sarif", "--output-format", "text"]);
  expect(code).toBe(1);
  expect(out).toContain("LEAK001");
  expect(readFileSync(box.path("out/report.sarif"), "utf8")).toBe('{"version":"2.1.0"}');
});

test("--output-file takes the report away from stdout", async () => {
  const { out } = await box.lint(["-f", "json", "-o", "report.json"]);
  expect(out).toBe("");
  expect(JSON.parse(readFileSync(box.path("report.json"), "utf8"))).toMatchObject({ findings: [{ rule: "unclosed-file" }] });
});

test("colour follows the flag, then NO_COLOR and FORCE_COLOR, then the terminal", async () => {
  const last = async (argv: string[], more = {}): Promise<string> => (await box.lint(argv, more)).out.trim().split("\n").at(-1) ?? "";
  expect(await last([])).toBe("1 in 1");
  expect(await last([], { terminal: true })).toBe("colour 1 in 1");
  expect(await last([], { terminal: true, env: { NO_COLOR: "1" } })).toBe("1 in 1");
  expect(await last([], { env: { FORCE_COLOR: "1" } })).toBe("colour 1 in 1");
  expect(await last(["--no-color"], { terminal: true })).toBe("1 in 1");
  expect(await last(["--color"], { env: { NO_COLOR: "1" } })).toBe("colour 1 in 1");
  await box.lint(["--color", "-o", "report.txt"]);
  expect(readFileSync(box.path("report.txt"), "utf8")).not.toContain("colour");
});

test("--statistics reaches the reporter", async () => {
  expect((await box.lint(["--statistics"])).out).toContain("statistics 1 in 1");
});

test("standard input is linted under the name it is given, and by that name's configuration", async () => {
  expect((await box.lint(["-", "--stdin-filename", "src/new.py"], { stdin: "leak()\n" })).out).toContain("src/new.py:1:1 LEAK001");
  box.write({ "src/leak-lint.json": '{ "ignore": ["unclosed-file"] }' });
  expect((await box.lint(["-", "--stdin-filename", "src/new.py"], { stdin: "leak()\n" })).code).toBe(0);
});

test("--fix with standard input prints the fixed text, and the report to stderr", async () => {
  const { code, out, err } = await box.lint(["-", "--stdin-filename", "new.py", "--fix"], { stdin: "\ufeffleak()\r\ntimer()\r\n" });
  expect(out).toBe("\ufeffsafeleak()\r\ntimer()\r\n");
  expect(err).toContain("new.py:2:1 LEAK002");
  expect(code).toBe(1);
  expect(existsSync(box.path("new.py"))).toBe(false);
});

test("--fix with standard input that is excluded or clean prints it unchanged", async () => {
  expect((await box.lint(["-", "--stdin-filename", "new.py", "--fix"], { stdin: "ok()\n" })).out).toBe("ok()\n");
  const excluded = await box.lint(["-", "--stdin-filename", "new.py", "--fix", "--exclude", "new.py", "--force-exclude"], { stdin: "leak()\n" });
  expect(excluded).toMatchObject({ code: 0, out: "leak()\n" });
});

test("rules lists every rule, the built-in one included", async () => {
  const text = await box.lint(["rules"]);
  expect(text.out.split("\n")[0]).toMatch(/^LEAK000 {2}unused-suppression/u);
  expect(text.out).toMatch(/LEAK012 {2}listener-leak .* not by default/u);
  const json = JSON.parse((await box.lint(["rules", "--format", "json"])).out) as unknown;
  expect(json).toContainEqual(expect.objectContaining({ id: "timer-leak", code: "LEAK002", url: expect.stringContaining("docs/rules/timer-leak.md") as string }));
});

test("explain prints a page for an id and for a code", async () => {
  expect((await box.lint(["explain", "unused-suppression"])).out).toContain("# unused-suppression");
  expect((await box.lint(["explain", "leak000"])).out).toContain("# unused-suppression");
});

test("init writes a configuration that the loader takes, and refuses to overwrite one", async () => {
  expect(await box.lint(["init"])).toMatchObject({ code: 0, out: "Wrote leak-lint.json.\n" });
  expect((await box.lint([])).code).toBe(1);
  const before = readFileSync(box.path("leak-lint.json"), "utf8");
  expect(before).toContain('"$schema": "https://unpkg.com/leak-lint@');
  expect(await box.lint(["init"])).toMatchObject({ code: 2, err: "leak-lint: leak-lint.json exists already; leak-lint init does not overwrite it\n" });
  expect(readFileSync(box.path("leak-lint.json"), "utf8")).toBe(before);
});

test("init does not hide a configuration in pyproject.toml", async () => {
  box.write({ "pyproject.toml": '[tool.leak-lint]\nmin-severity = "high"\n' });
  expect((await box.lint(["init"])).err).toContain("pyproject.toml already configures leak-lint");
});

test("print-model prints the facts of one file", async () => {
  expect(await box.lint(["print-model", "a.py"])).toMatchObject({ code: 0, out: expect.stringContaining("a.py") as string });
});

test("--show-files lists what would be linted and lints nothing", async () => {
  box.write({ "b.js": "leak()\n", "node_modules/c.js": "" });
  expect(await box.lint(["--show-files"])).toEqual({ code: 0, out: "a.py\nb.js\n", err: "" });
});

test("where a language has no edit for what a rule wants, the finding's help says why", async () => {
  box.write({ "a.py": "listen()\n" });
  const { out } = await box.lint(["--select", "ALL", "-f", "json"]);
  expect(JSON.parse(out)).toMatchObject({ findings: [{ rule: "listener-leak", fix: null, help: "Undo it. (no automatic fix: There is no edit for this)" }] });
});
