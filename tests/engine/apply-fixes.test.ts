import { chmodSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyEdits, applyFixes, fixable } from "../../src/engine/apply-fixes.js";
import type { Fixable } from "../../src/engine/apply-fixes.js";
import { replaceFile } from "../../src/engine/files/write-file.js";
import type { Edit } from "../../src/model/finding.js";

function fix(rule: string, ...edits: [start: number, end: number, text: string][]): Fixable {
  return {
    rule, code: "LEAK001", messageId: "m", message: rule, severity: "high", path: "a.py", at: [0, 1], region: { line: 1, column: 1, endLine: 1, endColumn: 2 },
    trail: [], help: "", url: "", fix: { title: rule, applicability: "safe", edits: edits.map(([start, end, text]): Edit => ({ at: [start, end], text })) },
  };
}

const rulesOf = (fixes: readonly Fixable[]): string[] => fixes.map(({ rule }) => rule);
const sound = (): number => 0;

test("edits are applied from the end, so that their offsets hold", () => {
  const result = applyFixes("abcdef", [fix("late", [4, 5, "EEE"]), fix("early", [0, 1, ""], [2, 2, "-"])], sound);
  expect(result.text).toBe("b-cdEEEf");
  expect(rulesOf(result.applied)).toEqual(["early", "late"]);
});

test("a fix that overlaps an earlier one waits, whole, for the next pass", () => {
  const result = applyFixes("abcdef", [fix("first", [0, 3, "X"]), fix("second", [5, 6, "Y"], [2, 4, "Z"]), fix("third", [3, 4, "W"])], sound);
  expect(result.text).toBe("XWef");
  expect(rulesOf(result.applied)).toEqual(["first", "third"]);
  expect(result.refused).toEqual([]);
});

test("two fixes that insert at the same place are not both applied: each may add the same import", () => {
  const result = applyFixes("x", [fix("a", [0, 0, "import os\n"]), fix("b", [0, 0, "import os\n"])], sound);
  expect(result.text).toBe("import os\nx");
});

test("insertions of one fix at one place keep their order", () => {
  expect(applyEdits("x", [{ at: [0, 0], text: "1" }, { at: [0, 0], text: "2" }])).toBe("12x");
});

test("inserted lines end as the file's lines do", () => {
  expect(applyEdits("a\r\nb\r\n", [{ at: [3, 3], text: "x\ny\r\n" }])).toBe("a\r\nx\r\ny\r\nb\r\n");
});

test("a fix after which the text would not parse is refused, and the others are applied", () => {
  const broken = (text: string): number => text.split("!").length - 1;
  const result = applyFixes("a b c", [fix("good", [0, 1, "A"]), fix("bad", [2, 3, "!"]), fix("also-good", [4, 5, "C"])], broken);
  expect(result.text).toBe("A b C");
  expect(rulesOf(result.refused)).toEqual(["bad"]);
});

test("a text that did not parse before may be fixed elsewhere", () => {
  const broken = (text: string): number => text.split("!").length - 1;
  expect(applyFixes("! b", [fix("good", [2, 3, "B"])], broken).text).toBe("! B");
});

test("edits outside of the text or across each other are refused", () => {
  const result = applyFixes("abc", [fix("outside", [2, 9, ""]), fix("backwards", [2, 1, ""]), fix("across", [0, 2, "x"], [1, 3, "y"])], sound);
  expect(result.text).toBe("abc");
  expect(rulesOf(result.refused).sort()).toEqual(["across", "backwards", "outside"]);
});

test("unsafe fixes are taken only where they are asked for", () => {
  const unsafe = fix("unsafe", [0, 1, ""]);
  unsafe.fix.applicability = "unsafe";
  const findings = [fix("safe", [0, 1, ""]), unsafe, { ...fix("none"), fix: null }, fix("empty")];
  expect(fixable(findings, false).map(({ rule }) => rule)).toEqual(["safe"]);
  expect(fixable(findings, true).map(({ rule }) => rule)).toEqual(["safe", "unsafe"]);
});

test("a file is replaced with its mode kept, through a link, leaving nothing beside it", () => {
  const folder = mkdtempSync(join(tmpdir(), "leak-lint-"));
  const path = join(folder, "run.py");
  writeFileSync(path, "old");
  chmodSync(path, 0o751);
  symlinkSync("run.py", join(folder, "link.py"));
  expect(replaceFile(join(folder, "link.py"), Buffer.from("old"), Buffer.from("new"))).toBeNull();
  expect(readFileSync(path, "utf8")).toBe("new");
  expect(statSync(path).mode & 0o777).toBe(0o751);
  expect(readlinkSync(join(folder, "link.py"))).toBe("run.py");
  expect(readdirSync(folder).sort()).toEqual(["link.py", "run.py"]);
  expect(replaceFile(path, Buffer.from("old"), Buffer.from("newer"))).toBe("it changed while leak-lint was running");
  expect(readFileSync(path, "utf8")).toBe("new");
  rmSync(folder, { recursive: true });
});
