import { Sandbox } from "../cli/fakes.js";

let box: Sandbox;
beforeEach(() => { box = new Sandbox().write({ "a.py": "leak()\ntimer()\nregex()\nlisten()\n" }); });
afterEach(() => { box.remove(); });

/** The rules that report in a file, in order. */
async function reported(...argv: string[]): Promise<string[]> {
  const { code, out, err } = await box.lint(["--format", "json", ...argv]);
  if (code === 2) throw new Error(err);
  return (JSON.parse(out) as { findings: { rule: string }[] }).findings.map(({ rule }) => rule);
}

async function error(config: unknown, name = "leak-lint.json"): Promise<string> {
  box.write({ [name]: typeof config === "string" ? config : JSON.stringify(config, null, 2) });
  const { code, out, err } = await box.lint([]);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  return err;
}

test("without a configuration the recommended rules run", async () => {
  expect(await reported()).toEqual(["unclosed-file", "timer-leak", "hoist-regex"]);
});

test.each([
  ["leak-lint.json", '{ "select": ["timer-leak"] }'],
  ["leak-lint.jsonc", '// ours\n{ "select": ["timer-leak",] /* only */ }'],
  ["leak-lint.json", '\ufeff{ "select": ["LEAK002"] }'],
  ["package.json", '{ "name": "x", "leak-lint": { "select": ["timer-leak"] } }'],
  ["pyproject.toml", '[project]\nname = "x"\n[tool.leak-lint]\nselect = ["timer-leak"]\n'],
])("%s is read: %j", async (name, text) => {
  box.write({ [name]: text });
  expect(await reported()).toEqual(["timer-leak"]);
});

test("in one folder leak-lint.json comes before .jsonc, package.json and pyproject.toml", async () => {
  box.write({ "pyproject.toml": '[tool.leak-lint]\nselect = ["hoist-regex"]\n', "package.json": '{ "leak-lint": { "select": ["timer-leak"] } }' });
  expect(await reported()).toEqual(["timer-leak"]);
  box.write({ "leak-lint.jsonc": '{ "select": ["listener-leak"] }' });
  expect(await reported()).toEqual(["listener-leak"]);
  box.write({ "leak-lint.json": '{ "select": ["unclosed-file"] }' });
  expect(await reported()).toEqual(["unclosed-file"]);
});

test("the nearest configuration holds for each file, alone; a manifest without our section is not one", async () => {
  box.write({
    "leak-lint.json": '{ "select": ["timer-leak"], "min-severity": "high" }',
    "pkg/a.py": "leak()\n", "pkg/leak-lint.json": '{ "ignore": ["hoist-regex"] }',
    "pkg/deep/a.py": "timer()\n", "pkg/deep/package.json": '{ "name": "deep" }',
  });
  const { out } = await box.lint([]);
  expect(out).toBe("pkg/a.py:1:1 LEAK001 high leak is never undone [safe]\npkg/deep/a.py:1:1 LEAK002 medium timer is never undone [unsafe]\n2 in 3\n");
});

test("the configuration of a folder above the working directory holds", async () => {
  box.write({ "leak-lint.json": '{ "select": ["timer-leak"] }', "sub/a.py": "leak()\n" });
  expect((await box.lint([], { cwd: box.path("sub") })).code).toBe(0);
});

test("a broken manifest that does not speak of leak-lint is nobody's business here", async () => {
  box.write({ "package.json": "{ broken", "pyproject.toml": "[[[" });
  expect((await box.lint([])).code).toBe(1);
});

test("--config replaces every configuration, --isolated does without", async () => {
  box.write({ "leak-lint.json": '{ "select": ["timer-leak"] }', "other/strict.json": '{ "select": ["ALL"], "exclude": ["b.py"] }', "b.py": "leak()\n" });
  expect(await reported("--config", "other/strict.json")).toEqual(["unclosed-file", "timer-leak", "hoist-regex", "listener-leak"]);
  expect(await reported("--isolated")).toHaveLength(4);
  box.write({ "pyproject.toml": "[tool.other]\n# leak-lint\n", "conf.yaml": "" });
  expect((await box.lint(["--config", "pyproject.toml"])).err).toContain("--config pyproject.toml: has no [tool.leak-lint] table");
  expect((await box.lint(["--config", "conf.yaml"])).err).toContain("must be a .json or .jsonc file, or a pyproject.toml");
});

test.each<[string[], string[]]>([
  [["--select", "LEAK01"], ["hoist-regex", "listener-leak"]],
  [["--select", "LEAK01,timer-leak", "--ignore", "listener-leak"], ["timer-leak", "hoist-regex"]],
  [["--select", "ALL", "--ignore", "LEAK0"], []],
  [["--select", "listener-leak", "--ignore", "LEAK01"], ["listener-leak"]],
  [["--extend-select", "listener-leak"], ["unclosed-file", "timer-leak", "hoist-regex", "listener-leak"]],
  [["--ignore", "LEAK001", "--ignore", "LEAK002"], ["hoist-regex"]],
  [["--ignore", "ALL"], []],
])("the more specific name wins, and between equals ignore: %j", async (argv, rules) => {
  expect(await reported(...argv)).toEqual(rules);
});

test("--select replaces the configuration's whole choice, --ignore and --extend-select add to it", async () => {
  box.write({ "leak-lint.json": '{ "select": ["timer-leak"], "ignore": ["hoist-regex"], "severity": { "unclosed-file": "off" } }' });
  expect(await reported()).toEqual(["timer-leak"]);
  expect(await reported("--select", "ALL")).toHaveLength(4);
  expect(await reported("--extend-select", "listener-leak")).toEqual(["timer-leak", "listener-leak"]);
  expect(await reported("--ignore", "timer-leak")).toEqual([]);
});

test("severity fixes a rule's severity, or turns it off; min-severity is the command line's or the configuration's", async () => {
  box.write({ "leak-lint.json": '{ "severity": { "timer-leak": "high", "LEAK001": "off", "unused-suppression": "high" }, "min-severity": "medium" }' });
  expect((await box.lint([])).out).toBe("a.py:2:1 LEAK002 high timer is never undone [unsafe]\n1 in 1\n");
  expect(await reported("--min-severity", "low")).toEqual(["timer-leak", "hoist-regex"]);
  box.write({ "a.py": "ok()  # leak-lint: ignore[timer-leak]\n" });
  expect((await box.lint([])).out).toContain("LEAK000 high unused suppression");
});

test("per-file-ignores leave rules out in files that match, relative to the configuration", async () => {
  box.write({ "pkg/leak-lint.json": '{ "per-file-ignores": { "tests/**": ["LEAK0"], "*_test.py": ["unclosed-file"] } }', "pkg/tests/a.py": "leak()\n", "pkg/src/b_test.py": "leak()\ntimer()\n", "pkg/src/c.py": "leak()\n" });
  expect((await box.lint(["pkg"])).out.match(/^\S+:\d+:\d+ \S+/gmu)).toEqual(["pkg/src/b_test.py:2:1 LEAK002", "pkg/src/c.py:1:1 LEAK001"]);
});

test("pairs reach the analysis of the files that they are for", async () => {
  const pair = { key: "our-pool", rule: "unclosed-connection", noun: "connection", acquire: ["pool.take"], release: ["#give"] };
  box.write({ "pkg/leak-lint.json": JSON.stringify({ pairs: { python: [pair] } }), "pkg/b.py": "leak()\n" });
  const { out } = await box.lint([]);
  expect(out).toContain("pkg/b.py:1:1 LEAK001 high leak is never undone (our-pool)");
  expect(out).toContain("a.py:1:1 LEAK001 high leak is never undone [safe]");
});

test("--show-config prints what holds for a file", async () => {
  box.write({ "src/leak-lint.json": '{ "select": ["timer-leak", "LEAK001"], "severity": { "timer-leak": "low" }, "exclude": ["gen"], "per-file-ignores": { "x.py": ["LEAK001"] } }' });
  const shown = JSON.parse((await box.lint(["--show-config", "src/x.py"])).out) as unknown;
  expect(shown).toMatchObject({ config: box.path("src/leak-lint.json"), rules: { "timer-leak": "low" }, exclude: ["gen"], excluded: false, "min-severity": "low" });
  expect(JSON.parse((await box.lint(["--show-config"])).out)).toMatchObject({ config: null });
});

test("every mistake is named with its file, line and key", async () => {
  expect(await error({ selct: [], ignore: "timer-leak", exclude: ["!a"], severity: { "timer-leak": "hihg" }, "min-severity": 3 })).toBe([
    'leak-lint: leak-lint.json:2: "selct" is not a known key (did you mean "select"?)',
    'leak-lint: leak-lint.json:3: "ignore" must be a list, not a string',
    'leak-lint: leak-lint.json:5: "exclude[0]" is a glob and cannot start with "!" ("!a")',
    'leak-lint: leak-lint.json:8: "severity.timer-leak" must be one of "high", "medium", "low", "off", not "hihg" (did you mean "high"?)',
    'leak-lint: leak-lint.json:10: "min-severity" must be a string, not a number',
    "",
  ].join("\n"));
});

test.each<[string, unknown, string, string]>([
  ["an unknown rule", { select: ["timer-lek"] }, "leak-lint.json", 'leak-lint.json:2: "select": unknown rule "timer-lek" (did you mean "timer-leak"?)'],
  ["an unknown rule among severities", { severity: { nope: "low" } }, "leak-lint.json", 'leak-lint.json:3: "severity": unknown rule "nope"'],
  ["several rules for one severity", { severity: { LEAK0: "low" } }, "leak-lint.json", '"LEAK0" means several rules'],
  ["an unknown rule among per-file-ignores", { "per-file-ignores": { "*.py": ["nope"] } }, "leak-lint.json", '"per-file-ignores.*.py": unknown rule "nope"'],
  ["a list for the whole", [], "leak-lint.json", "leak-lint.json:1: must be an object, not a list"],
  ["an unfinished file", '{ "select": [', "leak-lint.json", "leak-lint.json:1: is not valid JSON: "],
  ["an empty file", "", "leak-lint.json", "leak-lint.json:1: is not valid JSON"],
  ["a mistake in package.json", '{\n  "leak-lint": {\n    "fix": true } }', "package.json", 'package.json:3: "fix" is not a known key'],
  ["a mistake in pyproject.toml", "[tool.leak-lint]\nminSeverity = 'low'\n", "pyproject.toml", 'pyproject.toml: "minSeverity" is not a known key (did you mean "min-severity"?)'],
  ["broken TOML", "[tool.leak-lint]\nselect = [\n", "pyproject.toml", "is not valid TOML"],
  ["a pair with an unknown key", { pairs: { python: [{ key: "a", rule: "unclosed-file", noun: "n", acquire: ["a.b"], release: [], realese: [] }] } }, "leak-lint.json", '"pairs.python[0].realese" is not a known key (did you mean "release"?)'],
  ["a pair that lacks a key", { pairs: { ts: [{ key: "a", rule: "unclosed-file", noun: "n", acquire: ["a.b"] }] } }, "leak-lint.json", '"pairs.ts[0]" lacks "release"'],
  ["a pair that the catalog refuses", { pairs: { ts: [{ key: "a", rule: "unclosed-file", noun: "n", acquire: ["a.??"], release: ["#b"] }] } }, "leak-lint.json", 'leak-lint.json: "pairs": a: acquire: bad pattern'],
])("%s is an error", async (_, config, name, sentence) => {
  expect(await error(config, name)).toContain(sentence);
});
