import { readFileSync, writeFileSync } from "node:fs";
import type { Report, ReportOptions } from "../../src/model/report.js";
import { REPORTERS } from "../../src/reporters/index.js";
import { findingAt, lines, PLAIN, reportOf, spanOf, step } from "./build-report.js";
import { awkwardText, earlyReturn, sharedCache } from "./cases.js";

const render = (report: Report, options: Partial<ReportOptions> = {}): string => REPORTERS.text(report, { ...PLAIN, ...options });

/** UPDATE_GOLDENS=1 writes the files anew: read the difference before committing it. */
function expectGolden(name: string, output: string): void {
  const file = new URL(`goldens/${name}.txt`, import.meta.url);
  if (process.env["UPDATE_GOLDENS"]) writeFileSync(file, output);
  expect(output).toBe(readFileSync(file, "utf8"));
}

test("a leak whose evidence is near it is told in one frame", () => {
  expectGolden("early-return", render(earlyReturn()));
});

test("evidence in other places and files follows the frame, equal causes are grouped, and problems are summarised", () => {
  expectGolden("shared-cache", render(sharedCache(), { statistics: true }));
});

test("tabs, wide characters, CRLF, multi-line regions and very long lines keep their marks in place", () => {
  expectGolden("awkward-text", render(awkwardText()));
});

test("a clean run is one line", () => {
  expect(render(reportOf({}, [], { files: Array.from({ length: 40 }, (_, index) => `${index}.py`) }))).toBe("No leaks found in 40 files.\n");
  expect(render(reportOf({}, [], { files: ["a.py"] }))).toBe("No leaks found in 1 file.\n");
});

test("a clean run still says which file it could not read", () => {
  const problems = [{ path: "a.py", kind: "unreadable" as const, message: "permission denied", region: null }];
  expect(render(reportOf({}, [], { files: ["b.py"], problems }))).toBe("cannot read: a.py: permission denied\n\nNo leaks found in 1 file.\n");
});

test("quiet shows high findings only and leaves out what was skipped, but not what failed", () => {
  const output = render(sharedCache(), { quiet: true });
  expect(output).toContain("1 finding (1 high, 0 medium, 0 low) in 1 of 4 files");
  expect(output).not.toContain("also at");
  expect(output).not.toContain("skipped");
  expect(output).toContain("syntax error: app/broken.py:3:7: unexpected `=`");
});

test("quiet does not claim that there are no leaks where it hides some", () => {
  const report = sharedCache();
  report.findings.splice(0, 1);
  expect(render(report, { quiet: true })).toContain("No high-severity leaks found in 4 files.");
});

test("colours and hyperlinks appear only on request, and change nothing that is read", () => {
  const plain = render(sharedCache());
  const coloured = render(sharedCache(), { color: true });
  const url = "https://example.org/rules/unclosed-file";
  expect(plain).not.toContain("\u001B");
  expect(coloured).toContain("\u001B[31m");
  expect(coloured).toContain(`\u001B]8;;${url}\u001B\\${url}\u001B]8;;\u001B\\`);
  expect(coloured.replace(/\u001B\]8;;.*?\u001B\\|\u001B\[\d+m/g, "")).toBe(plain);
});

test("names in linted source cannot send the terminal commands or break the layout", () => {
  const text = "open('\u001B[2J\u202Ex')\n";
  const report = reportOf({ "a\u001B.py": text }, [findingAt("a\u001B.py", text, [0, 4], { message: "opens\nand \u009Bhides" })]);
  const output = render(report);
  expect(output).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E]/);
  expect(output).toContain("open('␛[2J�x')");
  expect(output).toContain(": opens and �hides\n");
});

test("findings about different holders stay apart, although their help is the same", () => {
  const text = lines("a = {}", "b = {}", "a[x] = 1", "b[x] = 1", "a[y] = 2");
  const about = (name: string, nth: number, needle: string): ReturnType<typeof findingAt> =>
    findingAt("m.py", text, spanOf(text, needle, nth), { trail: [step("holder", "module", "m.py", spanOf(text, name))] });
  const output = render(reportOf({ "m.py": text }, [about("a", 1, "a[x]"), about("b", 1, "b[x]"), about("a", 1, "a[y]")]));
  expect(output.match(/^LEAK003/gm)).toHaveLength(2);
  expect(output).toContain("  also at line 5\n");
});

test("a finding whose text is not at hand is told without code", () => {
  const text = "handle = open(path)\n";
  const trail = [step("holder", "the pool", "pool.py", [3, 5])];
  const output = render(reportOf({}, [findingAt("m.py", text, spanOf(text, "open(path)"), { trail })], { files: ["m.py"] }));
  expect(output).toContain("--> m.py:1:10\n  lives in: the pool (pool.py)\n  fix: open it");
});

test("suppressed findings are listed with their reason on request", () => {
  const report = earlyReturn();
  const [finding] = report.findings.splice(0, 1);
  report.suppressed.push({ finding: finding!, reason: "closed by the caller" });
  expect(render(report)).toBe("No leaks found in 1 file.\n");
  expect(render(report, { showSuppressed: true })).toContain("suppressed: app/reader.py:3:14 LEAK003 unclosed-file (closed by the caller)\n");
});

test.each([
  [["safe", "safe", "unsafe"], "; 2 fixable with --fix, 1 more with --unsafe-fixes\n"],
  [["safe"], "; 1 fixable with --fix\n"],
  [["unsafe", "none"], "; 1 fixable with --unsafe-fixes\n"],
  [["none"], " of 1 file\n"],
])("findings with fixes %j end the summary with %j", (kinds, end) => {
  const text = "abcdefgh\n";
  const findings = kinds.map((kind, index) =>
    findingAt("m.py", text, [index, index + 1], {
      fix: kind === "none" ? null : { title: "fix", applicability: kind === "safe" ? "safe" : "unsafe", edits: [{ at: [0, 1], text: "" }] },
    }),
  );
  expect(render(reportOf({ "m.py": text }, findings)).endsWith(end)).toBe(true);
});
