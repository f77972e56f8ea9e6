import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { Log, Result, Run } from "sarif";
import type { Problem } from "../../src/model/finding.js";
import type { Report, ReportOptions } from "../../src/model/report.js";
import { REPORTERS } from "../../src/reporters/index.js";
import { lineHashes } from "../../src/reporters/line-hash.js";
import { findingAt, lines, PLAIN, reportOf, ruleInfo, step } from "./build-report.js";
import { awkwardText, earlyReturn, sharedCache } from "./cases.js";
import { multitoolFindings, readSchema, unavailable } from "./multitool.js";

const render = (report: Report, options: Partial<ReportOptions> = {}): string => REPORTERS.sarif(report, { ...PLAIN, ...options });
const runOf = (report: Report, options: Partial<ReportOptions> = {}): Run => (JSON.parse(render(report, options)) as Log).runs[0]!;
const firstOf = (report: Report): Result => runOf(report).results![0]!;

function suppressedReport(): Report {
  const report = earlyReturn();
  const [finding] = report.findings.splice(0, 1);
  report.suppressed.push({ finding: finding!, reason: "closed by the caller" }, { finding: finding!, reason: "" });
  return report;
}

const VALID: [name: string, log: string][] = [
  ["no results", render(reportOf({}, []))],
  ["one result with a fix", render(earlyReturn())],
  ["evidence in several files, and problems", render(sharedCache())],
  ["wide characters and percent-encoded paths", render(awkwardText())],
  ["suppressed results", render(suppressedReport(), { showSuppressed: true })],
];

type Mutation = (run: Run) => void;
/** Mutants that a gate has to refuse: each validator misses what the other one finds. */
const BROKEN_FOR_SCHEMA: [name: string, mutate: Mutation][] = [
  ["a level that SARIF does not know", (run) => Object.assign(run.results![0]!, { level: "bad" })],
  ["a line number that is text", (run) => Object.assign(run.results![0]!.locations![0]!.physicalLocation!.region!, { startLine: "1" })],
  ["a result without a message", (run) => Object.assign(run.results![0]!, { message: undefined })],
];
const BROKEN_FOR_MULTITOOL: [name: string, ruleId: string, mutate: Mutation][] = [
  ["a rule index out of range", "SARIF1009", (run) => Object.assign(run.results![0]!, { ruleIndex: 99 })],
  ["a result without a location", "GH1015", (run) => Object.assign(run.results![0]!, { locations: [] })],
  ["a rule without help", "GH2012", (run) => Object.assign(run.tool.driver.rules![0]!, { help: undefined })],
];

function broken(mutate: Mutation): string {
  const log = JSON.parse(render(sharedCache())) as Log;
  mutate(log.runs[0]!);
  return JSON.stringify(log);
}

describe("the SARIF 2.1.0 schema", () => {
  const schema = readSchema();
  if (schema === null) {
    console.warn(`The SARIF schema is not checked: ${unavailable ?? "it is missing"}.`);
    test.skip(`is not checked: ${unavailable ?? "it is missing"}`, () => undefined);
    return;
  }
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  const validate = ajv.compile(schema);

  test.each(VALID)("accepts a log with %s", (_, log) => {
    validate(JSON.parse(log));
    expect(validate.errors ?? []).toEqual([]);
  });

  test.each(BROKEN_FOR_SCHEMA)("refuses %s", (_, mutate) => {
    expect(validate(JSON.parse(broken(mutate)))).toBe(false);
  });
});

describe("Microsoft's validator with GitHub's rules", () => {
  if (unavailable !== null) {
    console.warn(`Microsoft's SARIF validator does not run: ${unavailable}.`);
    test.skip(`does not run: ${unavailable}`, () => undefined);
    return;
  }

  test.each(VALID)("has no error and no warning for a log with %s", (_, log) => {
    expect(multitoolFindings(log)).toEqual([]);
  }, 60_000);

  test.each(BROKEN_FOR_MULTITOOL)("refuses %s as %s", (_, ruleId, mutate) => {
    expect(multitoolFindings(broken(mutate)).join("\n")).toContain(ruleId);
  }, 60_000);
});

test("a result has a place, a level, its rule's index and GitHub's line hash", () => {
  const report = sharedCache();
  const result = firstOf(report);
  expect(result).toMatchObject({
    ruleId: "unbounded-cache",
    ruleIndex: 1,
    level: "error",
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: "app/cache.py", uriBaseId: "%SRCROOT%" },
          region: { startLine: 11, startColumn: 9, endLine: 11, endColumn: 20 },
        },
      },
    ],
    partialFingerprints: { primaryLocationLineHash: lineHashes(report.texts.get("app/cache.py")!)[10] },
  });
  expect(runOf(report).results!.map(({ level }) => level)).toEqual(["error", "warning"]);
});

test("the message links to every place of the trail, and tells what has no place", () => {
  const { message, relatedLocations } = firstOf(sharedCache());
  expect(message.text).toBe(
    "`_users` gains an entry for every `key` and never loses one. " +
      "Lives in: [module `app.cache`, as long as the process](1). " +
      "Repeats because: [the handler of GET /users/{key} calls `remember`](2). " +
      "Looked for: `del`, `pop`, `clear` or a size check of `_users`: none in the project.",
  );
  expect(relatedLocations?.map(({ id, physicalLocation }) => [id, physicalLocation?.artifactLocation?.uri, physicalLocation?.region?.startLine])).toEqual([
    [1, "app/cache.py", 3],
    [2, "app/routes.py", 3],
  ]);
});

test("brackets in names do not become links", () => {
  const text = "cache[key] = 1\n";
  const trail = [step("holder", "made as `a[0]`", "m.py", [0, 5])];
  const { message } = firstOf(reportOf({ "m.py": text }, [findingAt("m.py", text, [0, 10], { message: "`cache[key]` grows", trail })]));
  expect(message.text).toBe("`cache\\[key\\]` grows. Lives in: [made as `a\\[0\\]`](1).");
});

test("the code flow follows the trail and ends at the finding", () => {
  const { codeFlows } = firstOf(sharedCache());
  const flow = codeFlows![0]!.threadFlows[0]!.locations;
  expect(flow.map(({ location }) => [location?.physicalLocation?.artifactLocation?.uri, location?.physicalLocation?.region?.startLine])).toEqual([
    ["app/cache.py", 3],
    ["app/routes.py", 3],
    ["app/cache.py", 11],
  ]);
  expect(flow[0]?.location?.message?.text).toBe("Lives in: module `app.cache`, as long as the process.");
});

test("a finding without a placed trail has no code flow and no related locations", () => {
  const text = "open(p)\n";
  const result = firstOf(reportOf({ "m.py": text }, [findingAt("m.py", text, [0, 7])]));
  expect(result).not.toHaveProperty("codeFlows");
  expect(result).not.toHaveProperty("relatedLocations");
});

test("a fix is told as replacements by line and column", () => {
  expect(firstOf(earlyReturn()).fixes).toEqual([
    {
      description: { text: "Open it in a `with` statement." },
      artifactChanges: [
        {
          artifactLocation: { uri: "app/reader.py", uriBaseId: "%SRCROOT%" },
          replacements: [
            { deletedRegion: { startLine: 3, startColumn: 5, endLine: 3, endColumn: 24 }, insertedContent: { text: "with open(path) as handle:" } },
            { deletedRegion: { startLine: 4, startColumn: 1, endLine: 4, endColumn: 19 }, insertedContent: { text: "        first = handle" } },
          ],
        },
      ],
      properties: { applicability: "safe" },
    },
  ]);
});

test.each([
  ["web/größe.ts", "web/gr%C3%B6%C3%9Fe.ts", "%SRCROOT%"],
  ["a b/c#d?e%.py", "a%20b/c%23d%3Fe%25.py", "%SRCROOT%"],
  ["./x.py", "x.py", "%SRCROOT%"],
  ["/repo/sub/x.py", "sub/x.py", "%SRCROOT%"],
  ["../other/x.py", "file:///other/x.py", undefined],
  ["/elsewhere/x.py", "file:///elsewhere/x.py", undefined],
  ["bad\uD800.py", "bad%EF%BF%BD.py", "%SRCROOT%"],
])("the path %j is written %j", (path, uri, uriBaseId) => {
  const result = firstOf(reportOf({ [path]: "x\n" }, [findingAt(path, "x\n", [0, 1])]));
  expect(result.locations![0]!.physicalLocation!.artifactLocation).toEqual(uriBaseId === undefined ? { uri } : { uri, uriBaseId });
});

test("every rule of the report is described once, in the lengths that GitHub takes", () => {
  const paragraph = "word ".repeat(400);
  const rules = [ruleInfo("unclosed-file", "LEAK003"), ruleInfo("long-story", "LEAK099", { severity: "low", summary: paragraph, help: `# Title\n\n${paragraph}` }), ruleInfo("no-page", "LEAK100", { help: "" })];
  const described = runOf(reportOf({}, [], { rules })).tool.driver.rules!;
  expect(described.map(({ id, name }) => [id, name])).toEqual([
    ["unclosed-file", "UnclosedFile"],
    ["long-story", "LongStory"],
    ["no-page", "NoPage"],
  ]);
  for (const { shortDescription, fullDescription, help, properties } of described) {
    for (const text of [shortDescription!.text, fullDescription!.text]) expect([text.length > 0, text.length <= 1024]).toEqual([true, true]);
    expect(help!.text).not.toBe("");
    expect(help!.markdown).not.toBe("");
    expect(properties!.tags!.length).toBeLessThanOrEqual(10);
  }
  expect(described[0]).toMatchObject({
    fullDescription: { text: "Why unclosed-file matters, see the guide." },
    defaultConfiguration: { level: "error", enabled: true },
    properties: { precision: "high", "problem.severity": "error" },
  });
  expect(described[1]).toMatchObject({ defaultConfiguration: { level: "note" }, properties: { "problem.severity": "recommendation" } });
  expect(described[2]!.help!.text).toBe("What no-page finds, in one line.\n\nhttps://example.org/rules/no-page");
});

test("problems are notifications, and only an unreadable file fails the run", () => {
  const invocation = (report: Report): NonNullable<Run["invocations"]>[number] => runOf(report).invocations![0]!;
  const found = invocation(sharedCache());
  expect(found.executionSuccessful).toBe(false);
  expect(found.workingDirectory).toEqual({ uri: "file:///repo/" });
  expect(found.toolExecutionNotifications!.map(({ level, message }) => [level, message.text])).toEqual([
    ["warning", "Parsing error: unexpected `=`."],
    ["error", "Cannot read the file: permission denied."],
    ...Array.from({ length: 4 }, () => ["note", "Skipped: minified."]),
    ["note", "Skipped: larger than 1 MB."],
  ]);
  const syntaxOnly: Problem[] = [{ path: "a.py", kind: "syntax", message: "unexpected `=`", region: null }];
  expect(invocation(reportOf({}, [], { problems: syntaxOnly })).executionSuccessful).toBe(true);
});

test("suppressed findings appear on request only, with their reason", () => {
  expect(runOf(suppressedReport()).results).toEqual([]);
  const results = runOf(suppressedReport(), { showSuppressed: true }).results!;
  expect(results.map(({ suppressions }) => suppressions)).toEqual([[{ kind: "inSource", justification: "closed by the caller" }], [{ kind: "inSource" }]]);
});

test("more results than GitHub keeps are announced", () => {
  const text = lines("open(p)");
  const many = (count: number): Report => reportOf({ "m.py": text }, Array.from({ length: count }, () => findingAt("m.py", text, [0, 7])));
  const warnings = (report: Report): (string | undefined)[] => runOf(report).invocations![0]!.toolExecutionNotifications!.map(({ message }) => message.text);
  expect(warnings(many(5000))).toEqual([]);
  expect(warnings(many(5001))).toEqual(["This run has 5001 results; GitHub code scanning keeps the 5000 most severe ones."]);
});

test("an upload's category is left to the uploader", () => {
  expect(runOf(sharedCache())).not.toHaveProperty("automationDetails");
});

test("a fix whose edits cannot be applied together is left out", () => {
  const text = "abc\n";
  const fix = { title: "broken", applicability: "safe" as const, edits: [{ at: [0, 2] as const, text: "" }, { at: [1, 3] as const, text: "" }] };
  expect(firstOf(reportOf({ "m.py": text }, [findingAt("m.py", text, [0, 1], { fix })]))).not.toHaveProperty("fixes");
});
