import { ESLint } from "eslint";
import type { Report, ReportOptions } from "../../src/model/report.js";
import { REPORTERS } from "../../src/reporters/index.js";
import { mergeEdits } from "../../src/reporters/select.js";
import { findingAt, lines, PLAIN, reportOf, spanOf } from "./build-report.js";
import { awkwardText, earlyReturn, sharedCache } from "./cases.js";

type Parsed = (ESLint.LintResult & { messages: { leakLint?: Record<string, unknown> }[] })[];
const parse = (report: Report, options: Partial<ReportOptions> = {}): Parsed => JSON.parse(REPORTERS.json(report, { ...PLAIN, ...options })) as Parsed;

test("every linted file has an entry with ESLint's keys, also the clean ones", () => {
  const results = parse(reportOf({}, [], { files: ["a.py", "src/b.ts"] }));
  expect(results).toEqual(
    ["/repo/a.py", "/repo/src/b.ts"].map((filePath) => ({
      filePath,
      messages: [],
      suppressedMessages: [],
      errorCount: 0,
      fatalErrorCount: 0,
      warningCount: 0,
      fixableErrorCount: 0,
      fixableWarningCount: 0,
      usedDeprecatedRules: [],
    })),
  );
});

test("a message has ESLint's shape and ours under one key", () => {
  const [result] = parse(earlyReturn());
  expect(result?.errorCount).toBe(1);
  expect(result?.fixableErrorCount).toBe(1);
  expect(result?.source).toContain("def head(path):");
  expect(result?.messages).toEqual([
    {
      ruleId: "leak-lint/unclosed-file",
      severity: 2,
      message: "`open()` is not closed on every path",
      messageId: "onPath",
      line: 3,
      column: 14,
      endLine: 3,
      endColumn: 24,
      nodeType: null,
      fix: { range: [72, 110], text: "with open(path) as handle:\n        first = handle" },
      leakLint: {
        code: "LEAK003",
        severity: "high",
        trail: [{ role: "exit", message: "without closing `handle`", path: "app/reader.py", line: 6, column: 9, endLine: 6, endColumn: 20 }],
        help: "open it in a `with` statement",
        url: "https://example.org/rules/unclosed-file",
        fix: {
          applicability: "safe",
          title: "Open it in a `with` statement",
          edits: [
            { range: [72, 91], text: "with open(path) as handle:" },
            { range: [92, 110], text: "        first = handle" },
          ],
        },
      },
    },
  ]);
});

test("unsafe fixes are suggestions, and do not count as fixable", () => {
  const cache = parse(sharedCache()).find(({ filePath }) => filePath === "/repo/app/cache.py");
  const message = cache?.messages[0];
  expect(message).not.toHaveProperty("fix");
  expect(message?.suggestions).toEqual([{ desc: "Cache with `lru_cache`", messageId: "grows", fix: { range: [28, 39], text: "" } }]);
  expect([cache?.fixableErrorCount, cache?.fixableWarningCount]).toEqual([0, 0]);
  expect(message?.leakLint).toMatchObject({ trail: [{ path: "app/cache.py" }, { path: "app/routes.py", line: 3 }, { path: null, line: null }] });
});

test("what cannot be read or parsed is a fatal error, what was skipped is no result", () => {
  const results = parse(sharedCache());
  const messagesOf = (path: string): unknown => results.find(({ filePath }) => filePath === path)?.messages;
  expect(messagesOf("/repo/app/broken.py")).toMatchObject([{ ruleId: null, fatal: true, severity: 2, message: "Parsing error: unexpected `=`", line: 3, column: 7 }]);
  expect(messagesOf("/repo/app/secret.py")).toMatchObject([{ ruleId: null, fatal: true, severity: 2, line: 1, column: 1 }]);
  expect(results.map(({ filePath }) => filePath)).toEqual(["broken", "cache", "routes", "users", "secret"].map((name) => `/repo/app/${name}.py`));
});

test("suppressed findings are where ESLint puts them", () => {
  const report = earlyReturn();
  const [finding] = report.findings.splice(0, 1);
  report.suppressed.push({ finding: finding!, reason: "closed by the caller" });
  const [result] = parse(report);
  expect(result?.messages).toEqual([]);
  expect(result).not.toHaveProperty("source");
  expect(result?.suppressedMessages).toMatchObject([
    { ruleId: "leak-lint/unclosed-file", suppressions: [{ kind: "directive", justification: "closed by the caller" }] },
  ]);
});

test("quiet leaves out what is not high", () => {
  const count = (options: Partial<ReportOptions>): number => parse(sharedCache(), options).reduce((sum, { warningCount }) => sum + warningCount, 0);
  expect(count({})).toBe(1);
  expect(count({ quiet: true })).toBe(0);
});

test.each(["stylish", "json", "html", "json-with-metadata"])("ESLint's own %s formatter renders it", async (name) => {
  const results = parse(sharedCache());
  // An instance describes rules only for files whose configuration it has looked up.
  const eslint = new ESLint({ cwd: "/repo", overrideConfigFile: true, overrideConfig: { files: ["**/*.*"] } });
  for (const { filePath } of results) await eslint.calculateConfigForFile(filePath);
  const formatter = await eslint.loadFormatter(name);
  const output = await formatter.format(results, { color: false });
  expect(output).toContain("/repo/app/cache.py");
  expect(output).toContain("leak-lint/unbounded-cache");
  expect(output).toContain("Parsing error: unexpected");
  if (name === "stylish") expect(output).toContain("4 problems (3 errors, 1 warning)");
});

test("ESLint applies our merged fix to the very text that it was made for", () => {
  const [result] = parse(earlyReturn());
  const { range, text } = result!.messages[0]!.fix!;
  const source = result!.source!;
  expect(source.slice(0, range[0]) + text + source.slice(range[1])).toContain("    with open(path) as handle:\n        first = handle.readline()\n");
});

test("positions are UTF-16 code units, as ESLint counts them", () => {
  const [result] = parse(awkwardText());
  const { line, column, endColumn } = result!.messages[0]!;
  expect(result!.source!.split("\r\n")[line - 1]!.slice(column - 1, endColumn! - 1)).toBe("open(path, 'r')");
});

describe("merging the edits of a fix", () => {
  const text = lines("one two three");

  test("keeps what stands between them, in the order of the text", () => {
    const edits = [
      { at: spanOf(text, "three"), text: "3" },
      { at: spanOf(text, "one"), text: "1" },
    ];
    expect(mergeEdits(text, edits)).toEqual({ range: [0, 13], text: "1 two 3" });
  });

  test("keeps insertions at one place in the order given", () => {
    const at = [4, 4] as const;
    expect(mergeEdits(text, [{ at, text: "a" }, { at, text: "b" }])).toEqual({ range: [4, 4], text: "ab" });
  });

  test.each([
    ["overlap", [[0, 5], [4, 7]]],
    ["end before they start", [[5, 4]]],
    ["reach beyond the text", [[0, 99]]],
    ["start before the text", [[-1, 2]]],
    ["are none", []],
  ] as const)("refuses edits that %s", (_, spans) => {
    expect(mergeEdits(text, spans.map((at) => ({ at, text: "" })))).toBeNull();
  });

  test("is refused for a finding too: a fix that cannot be applied is not offered", () => {
    const fix = { title: "broken", applicability: "safe" as const, edits: [{ at: [0, 99] as const, text: "" }] };
    const [result] = parse(reportOf({ "a.py": text }, [findingAt("a.py", text, [0, 3], { fix })]));
    expect(result?.messages[0]).not.toHaveProperty("fix");
    expect(result?.fixableErrorCount).toBe(0);
  });
});
