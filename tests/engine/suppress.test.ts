import { applyEdits } from "../../src/engine/apply-fixes.js";
import { suppress } from "../../src/engine/suppress.js";
import type { Suppressed } from "../../src/engine/suppress.js";
import type { LanguageId } from "../../src/model/facts.js";
import type { Finding } from "../../src/model/finding.js";
import { lineStarts, regionOf } from "../../src/model/span.js";
import { commentsOf, spansOf } from "../cli/fakes.js";

const RULES = [{ id: "unused-suppression", code: "LEAK000" }, { id: "unclosed-file", code: "LEAK001" }, { id: "timer-leak", code: "LEAK002" }];

/** Every `leak(` is a finding of unclosed-file, every `timer(` one of timer-leak. */
function run(text: string, language: LanguageId = "python", more: { selected?: string[]; complete?: boolean } = {}): Suppressed<Finding> {
  const starts = lineStarts(text);
  const findings = spansOf(text, /\b(?:leak|timer)\b(?=\()/gu).map((at): Finding => {
    const [rule, code] = text.slice(...at) === "leak" ? ["unclosed-file", "LEAK001"] : ["timer-leak", "LEAK002"];
    return { rule, code, messageId: "m", message: "", severity: "high", path: "a", at, region: regionOf(starts, at), trail: [], help: "", fix: null, url: "" };
  });
  return suppress({
    path: "a", text, language, comments: commentsOf(text, language), findings, rules: RULES, selected: new Set(more.selected ?? RULES.map(({ id }) => id)),
    complete: more.complete ?? true, severity: "low", url: "", suggest: (name) => (name === "unclosed-fiel" ? ' (did you mean "unclosed-file"?)' : ""),
  });
}

function summary(...given: Parameters<typeof run>): { kept: string[]; reasons: string[]; unused: string[] } {
  const { kept, suppressed, unused } = run(...given);
  return {
    kept: kept.map(({ rule, region }) => `${String(region.line)} ${rule}`),
    reasons: suppressed.map(({ reason }) => reason),
    unused: unused.map(({ region, message }) => `${String(region.line)} ${message}`),
  };
}

function fixed(text: string, language: LanguageId = "python"): string {
  return applyEdits(text, run(text, language).unused.flatMap(({ fix }) => fix?.edits ?? []));
}

test.each<[string, LanguageId, string, string]>([
  ["a Python comment on the line", "python", "leak()  # leak-lint: ignore[unclosed-file] closed by the caller\n", "closed by the caller"],
  ["a code for the rule", "python", "leak()  # leak-lint: ignore[LEAK001] why\n", "why"],
  ["a Python comment alone on the line above", "python", "# leak-lint: ignore[unclosed-file] -- why\nleak()\n", "why"],
  ["a stack of comments above", "python", "# leak-lint: ignore[unclosed-file] why\n# and more about it\nleak()\n", "why"],
  ["a Python comment for the file", "python", "leak()\n# leak-lint: ignore-file[unclosed-file] a fixture\n", "a fixture"],
  ["noqa", "python", "leak()  # noqa: E501, LEAK001\n", "noqa"],
  ["noqa before another remark", "python", "leak()  # noqa:LEAK001  # pragma: no cover\n", "noqa"],
  ["a comment behind another tool's", "python", "leak()  # type: ignore  # leak-lint: ignore[unclosed-file] see issue #12\n", "see issue #12"],
  ["a comment before another tool's", "python", "leak()  # leak-lint: ignore[unclosed-file] why  # noqa: E501\n", "why"],
  ["a line comment", "ts", "leak(); // leak-lint-ignore[unclosed-file] why\n", "why"],
  ["a line comment above", "ts", "// leak-lint-ignore[unclosed-file]: why\nleak();\n", "why"],
  ["a block comment on the line", "ts", "/* leak-lint-ignore[unclosed-file] why */ leak();\n", "why"],
  ["a block comment above", "ts", "/* leak-lint-ignore[unclosed-file] why\n   and more */\nleak();\n", "why"],
  ["a comment in JSX", "ts", "<div>\n  {/* leak-lint-ignore[unclosed-file] why */}\n  {leak()}\n</div>\n", "why"],
  ["a comment for the file", "ts", "leak();\n/* leak-lint-ignore-file[unclosed-file] why */\n", "why"],
  ["Python's spelling in TypeScript", "ts", "leak(); // leak-lint: ignore[unclosed-file] why\n", "why"],
  ["eslint-disable-line", "ts", "leak(); // eslint-disable-line no-var, leak-lint/unclosed-file -- why\n", "why"],
  ["eslint-disable-next-line", "ts", "// eslint-disable-next-line leak-lint/unclosed-file\nleak();\n", ""],
  ["eslint-disable-next-line in a block", "ts", "/* eslint-disable-next-line\n   leak-lint/unclosed-file -- why */\nleak();\n", "why"],
  ["eslint-disable to the end of the file", "ts", "/* eslint-disable leak-lint/unclosed-file -- why */\n\nleak();\n", "why"],
  ["eslint-disable in Python", "python", "# eslint-disable leak-lint/unclosed-file -- why\nleak()\n", "why"],
])("%s suppresses, and keeps its reason", (_, language, text, reason) => {
  expect(summary(text, language)).toEqual({ kept: [], reasons: [reason], unused: [] });
});

test.each<[string, LanguageId, string]>([
  ["eslint-disable before eslint-enable only", "ts", "/* eslint-disable leak-lint/unclosed-file */\n/* eslint-enable leak-lint/unclosed-file */\nleak();\n"],
  ["eslint-enable without names ends every range", "ts", "/* eslint-disable leak-lint/unclosed-file */\n/* eslint-enable */\nleak();\n"],
  ["eslint-disable in a line comment", "ts", "// eslint-disable leak-lint/unclosed-file\nleak();\n"],
  ["a blanket eslint-disable", "ts", "/* eslint-disable */\nleak(); // leak-lint\n"],
  ["eslint-disable-next-line two lines above", "ts", "// eslint-disable-next-line leak-lint/unclosed-file\n\nleak();\n"],
  ["a blanket noqa", "python", "leak()  # noqa\n"],
  ["noqa on the line above", "python", "# noqa: LEAK001\nleak()\n"],
  ["the text of a comment inside of a string", "python", "leak(\"# leak-lint: ignore[unclosed-file]\")\n"],
  ["another rule's name", "python", "leak()  # noqa: LEAK002\n"],
  ["prose about the tool", "python", "# leak-lint-friendly code\nleak()\n"],
])("%s does not suppress", (_, language, text) => {
  const { kept, unused } = summary(text, language);
  expect({ kept: kept.map((line) => line.split(" ")[1]), unused }).toEqual({ kept: ["unclosed-file"], unused: [] });
});

test("a comment behind code speaks of its own line, not of the next", () => {
  expect(summary("ok()  # leak-lint: ignore[unclosed-file]\nleak()\n")).toEqual({
    kept: ["2 unclosed-file"], reasons: [], unused: ["1 unused suppression: unclosed-file reports nothing here"],
  });
});

test("only the first line of a finding counts, and only the named rule is suppressed", () => {
  expect(summary("leak(\n  timer())  # leak-lint: ignore[unclosed-file, timer-leak]\n")).toEqual({
    kept: ["1 unclosed-file"], reasons: [""], unused: ["2 unused suppression: unclosed-file reports nothing here"],
  });
});

test("a suppression without a rule, or with a misspelt verb, has no effect and says so", () => {
  expect(summary("leak()  # leak-lint: ignore\n").unused).toEqual(["1 this suppression has no effect: a suppression names the rules it is for: ignore[rule]"]);
  expect(summary("leak()  # leak-lint: ignore[] why\n").unused).toHaveLength(1);
  expect(summary("leak()  # leak-lint: ignore-next[unclosed-file]\n").unused).toEqual(['1 this suppression has no effect: "ignore-next" is not a suppression; write ignore[rule] or ignore-file[rule]']);
});

test("an unknown rule is reported at its name, with what it may mean and without a fix", () => {
  const { kept, unused } = run("leak()  # leak-lint: ignore[unclosed-fiel]\n");
  expect(kept).toHaveLength(1);
  expect(unused).toMatchObject([{ rule: "unused-suppression", code: "LEAK000", severity: "low", message: 'there is no rule "unclosed-fiel" (did you mean "unclosed-file"?)', region: { column: 29, endColumn: 42 }, fix: null }]);
});

test("rules that were not selected, incomplete files and other tools' comments are not called unused", () => {
  expect(summary("ok()  # leak-lint: ignore[timer-leak]\n", "python", { selected: ["unused-suppression", "unclosed-file"] }).unused).toEqual([]);
  expect(summary("ok()  # leak-lint: ignore[timer-leak]\n", "python", { complete: false }).unused).toEqual([]);
  expect(summary("ok()  # leak-lint: ignore[timer-leak]\n", "python", { selected: ["timer-leak"] }).unused).toEqual([]);
  expect(summary("ok()  # noqa: LEAK001\n").unused).toEqual([]);
  expect(summary("ok(); // eslint-disable-line leak-lint/timer-leak\n", "ts").unused).toEqual([]);
});

test("an unused suppression can itself be suppressed", () => {
  expect(summary("ok()  # leak-lint: ignore[timer-leak, unused-suppression] only on Windows\n")).toEqual({ kept: [], reasons: ["only on Windows"], unused: [] });
});

test.each<[string, LanguageId, string, string]>([
  ["behind code", "python", "ok()  # leak-lint: ignore[timer-leak] why\r\nok()\r\n", "ok()\r\nok()\r\n"],
  ["at the end of the file", "python", "ok() # leak-lint: ignore[timer-leak]", "ok()"],
  ["alone on its line", "python", "a()\n    # leak-lint: ignore[timer-leak]\n    b()\n", "a()\n    b()\n"],
  ["one of two names", "python", "leak()  # leak-lint: ignore[timer-leak, unclosed-file] why\n", "leak()  # leak-lint: ignore[unclosed-file] why\n"],
  ["in front of another tool's", "python", "ok()  # leak-lint: ignore[timer-leak] why  # noqa: E501\n", "ok()  # noqa: E501\n"],
  ["behind another tool's", "python", "ok()  # noqa: E501  # leak-lint: ignore[timer-leak] why\n", "ok()  # noqa: E501\n"],
  ["inside of code", "ts", "f(/* leak-lint-ignore[timer-leak] */ a);\n", "f(a);\n"],
  ["in JSX", "ts", "<p>\n  {/* leak-lint-ignore[timer-leak] */}\n  text\n</p>\n", "<p>\n  text\n</p>\n"],
  ["for the file", "ts", "// leak-lint-ignore-file[timer-leak] generated\nok();\n", "ok();\n"],
])("the fix removes what is unused %s, and then there is nothing left to fix", (_, language, before, after) => {
  expect(fixed(before, language)).toBe(after);
  expect(fixed(after, language)).toBe(after);
});
