import { readFileSync } from "node:fs";
import { fakeParts, Sandbox } from "./fakes.js";
import type { Parts } from "../../src/run/parts.js";

let box: Sandbox;
beforeEach(() => { box = new Sandbox(); });
afterEach(() => { box.remove(); });

test("a clean project ends with 0, findings of any severity with 1", async () => {
  box.write({ "clean.py": "ok()\n", "bad.py": "leak()\n", "mild.py": "regex()\n" });
  expect(await box.lint(["clean.py"])).toMatchObject({ code: 0, out: "0 in 1\n", err: "" });
  expect((await box.lint(["bad.py"])).code).toBe(1);
  expect((await box.lint(["mild.py"])).code).toBe(1);
});

test("without paths the working directory is linted", async () => {
  box.write({ "a/b.py": "leak()\n" });
  expect((await box.lint([])).out).toContain("a/b.py:1:1 LEAK001 high");
});

test("--min-severity leaves milder findings out of the report and the exit code", async () => {
  box.write({ "a.py": "regex()\ntimer()\n" });
  expect((await box.lint(["--min-severity", "medium"])).out).toBe("a.py:2:1 LEAK002 medium timer is never undone [unsafe]\n1 in 1\n");
  expect((await box.lint(["--min-severity", "high"])).code).toBe(0);
});

test("--max-warnings allows medium and low findings up to a number, and no high ones", async () => {
  box.write({ "mild.py": "regex()\ntimer()\n", "bad.py": "leak()\n" });
  expect((await box.lint(["mild.py", "--max-warnings", "2"])).code).toBe(0);
  expect(await box.lint(["mild.py", "--max-warnings", "1"])).toMatchObject({ code: 1, err: "leak-lint: 2 medium and low findings are more than --max-warnings 1\n" });
  expect((await box.lint(["bad.py", "--max-warnings", "9"])).code).toBe(1);
});

test("--quiet counts only high findings, but --max-warnings still counts the others", async () => {
  box.write({ "mild.py": "regex()\n" });
  expect((await box.lint(["--quiet"])).code).toBe(0);
  expect((await box.lint(["--quiet", "--max-warnings", "0"])).code).toBe(1);
});

test("a file that does not parse counts as a finding, and its other findings are kept", async () => {
  box.write({ "a.py": "SYNTAX\nleak()\n" });
  expect(await box.lint([])).toMatchObject({ code: 1, out: expect.stringMatching(/LEAK001 high.*\nsyntax: a\.py: unexpected SYNTAX/u) as string });
  box.write({ "a.py": "SYNTAX\n" });
  expect((await box.lint([])).code).toBe(1);
});

test("--exit-zero forgives findings, not failures", async () => {
  box.write({ "a.py": "leak()\nSYNTAX\n" });
  expect((await box.lint(["--exit-zero"])).code).toBe(0);
  expect((await box.lint(["--exit-zero", "a.py", "missing.py"])).code).toBe(2);
});

test("a missing path is named and ends with 2, and the other paths are linted", async () => {
  box.write({ "a.py": "leak()\n" });
  const { code, out } = await box.lint(["missing.py", "a.py"]);
  expect(code).toBe(2);
  expect(out).toContain("unreadable: missing.py: no such file or folder\n");
  expect(out).toContain("a.py:1:1 LEAK001");
  expect((await box.lint(["src/**/*.py"])).out).toContain("takes paths, not patterns");
});

test("a defect of a front end is one line that names the file and asks for a report; other files are linted", async () => {
  box.write({ "a.py": "DEFECT\n", "b.py": "leak()\n" });
  const { code, out } = await box.lint([]);
  expect(code).toBe(2);
  expect(out).toContain("b.py:1:1 LEAK001");
  expect(out.split("\n").filter((line) => line.includes("a.py"))).toEqual([
    "unreadable: a.py: leak-lint failed on it (TypeError: cannot read properties of undefined); this is a defect of leak-lint, please report it: https://github.com/leak-lint/leak-lint/issues",
  ]);
});

test("a defect of the analysis is pinned on the file that causes it; other files are linted", async () => {
  box.write({ "a.py": "CRASH\n", "b.py": "leak()\n", "c.py": "leak()\n" });
  const { code, out } = await box.lint([]);
  expect(code).toBe(2);
  expect(out).toMatch(/unreadable: a\.py: leak-lint failed on it \(Error: no such block\)/u);
  expect(out).toContain("b.py:1:1 LEAK001");
  expect(out).toContain("c.py:1:1 LEAK001");
  expect(out).not.toContain("at ");
});

test("with a machine's report on stdout, failures are named on stderr as well", async () => {
  const { code, err } = await box.lint(["missing.py", "--format", "json"]);
  expect(code).toBe(2);
  expect(err).toBe("leak-lint: missing.py: no such file or folder\n");
});

test("a folder without anything to lint says so and ends with 0", async () => {
  box.write({ "README.md": "text" });
  expect(await box.lint(["."])).toMatchObject({ code: 0, err: "leak-lint: no Python, TypeScript or JavaScript files found\n" });
});

test.each([
  [["--format", "jsn"], 'unknown format "jsn" (did you mean "json"?)'],
  [["--format", "json", "--format", "text"], "only one format can go to standard output"],
  [["--format", "sarif="], 'the file\'s name is missing after "="'],
  [["--format", "json=a.json", "-o", "b.json"], "every --format already has a file of its own"],
  [["--max-warnings", "many"], '"many" is not a whole number'],
  [["--max-warnings", "-1"], '"-1" is not a whole number'],
  [["--min-severity", "hihg"], 'unknown severity "hihg" (did you mean "high"?)'],
  [["--select", "unclosed-fiel"], '--select: unknown rule "unclosed-fiel" (did you mean "unclosed-file"?)'],
  [["--ignore", "LEAK999"], '--ignore: unknown rule "LEAK999"'],
  [["--extend-select", "E501"], '--extend-select: unknown rule "E501"'],
  [["--fxi"], "(Did you mean --fix?)"],
  [["--select"], "argument missing"],
  [["--fix", "--diff"], "choose one"],
  [["--unsafe-fixes"], "needs --fix or --diff"],
  [["--isolated", "--config", "x.json"], "contradict each other"],
  [["--config", "x.json"], "--config x.json: no such file"],
  [["--stdin-filename", "a.py"], "name - as the path"],
  [["-"], "say what standard input holds"],
  [["-", "a.py", "--stdin-filename", "a.py"], "must be the only path"],
  [["-", "--stdin-filename", "notes.txt"], "not the name of a Python, TypeScript or JavaScript file"],
  [["-o", "folder"], "cannot write the report to folder: it is a folder"],
  [["rules", "--format", "xml"], 'unknown format "xml"'],
  [["explain", "timer-leek"], 'there is no rule "timer-leek" (did you mean "timer-leak"?)'],
  [["explain"], "missing required argument"],
  [["print-model", "missing.py"], "missing.py: no such file or folder"],
  [["print-model", "a.txt"], "not a Python"],
])("wrong usage %j ends with 2 and a sentence", async (argv, sentence) => {
  box.write({ "a.py": "ok()\n", "folder/b.py": "" });
  const { code, out, err } = await box.lint(argv);
  expect({ code, out: argv.includes("-o") ? "" : out }).toEqual({ code: 2, out: "" });
  expect(err).toContain(sentence);
  expect(err).toMatch(/^leak-lint: /u);
  expect(err).not.toMatch(/^\s+at /mu);
});

test("--version prints the package's version, --help the flags and the exit codes", async () => {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string };
  expect(await box.lint(["--version"])).toEqual({ code: 0, out: `${version}\n`, err: "" });
  const help = await box.lint(["--help"]);
  expect(help.code).toBe(0);
  expect(help.out).toContain("as errors do in");
  expect(help.out).toContain("--force-exclude");
});

test("files that the analysis fails on only together are linted in parts, and it is said once", async () => {
  const parts = fakeParts();
  const clashing: Parts = {
    ...parts,
    engine: async () => {
      const engine = await parts.engine();
      return {
        ...engine,
        analyze: (files, options) => {
          if (files.filter(({ text }) => text.includes("CLASH")).length > 1) throw new RangeError("Maximum call stack size exceeded");
          return engine.analyze(files, options);
        },
      };
    },
  };
  box.write({ "a.py": "leak()\n", "b.py": "CLASH\nleak()\n", "c.py": "leak()\n", "d.py": "CLASH\n" });
  const { code, out } = await box.lint([], { parts: clashing });
  expect(code).toBe(2);
  expect(out.match(/^\w\.py:\d/gmu)).toEqual(["a.py:1", "b.py:2", "c.py:1"]);
  expect(out.match(/^unreadable: .*/gmu)).toEqual([expect.stringContaining("a.py: leak-lint failed on it together with 3 other files")]);
});
