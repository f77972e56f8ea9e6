import type { Comment } from "../../src/parsers/language.js";
import { compare, misnamed, type Found, type Observed } from "./compare.js";
import { parseMarks, withoutMarks, type Mark, type Marks } from "./want.js";

const VOCABULARY = { rules: new Set(["unclosed-file", "timer-leak"]), facts: new Set(["returns-owned", "releases"]) };

/** Comments by a scan for `#`, which is enough for made-up texts. */
function commentsOf(text: string): Comment[] {
  return [...text.matchAll(/#(?<text>.*)/gu)].map((match) => (
    { at: [match.index, match.index + match[0].length], text: match.groups?.["text"] ?? "", kind: "line" }
  ));
}

function marksOf(text: string): Marks {
  return parseMarks({ path: "a.py", text, comments: commentsOf(text) }, VOCABULARY);
}

function found(rule: string, line: number, extra: Partial<Found> = {}): Found {
  return { rule, message: "file is not closed", path: "a.py", region: { line, column: 5, endLine: line, endColumn: 9 }, trail: [], ...extra };
}

function outcome(text: string, findings: Found[], extra: Partial<Observed> = {}) {
  const { marks, errors } = marksOf(text);
  expect(errors).toEqual([]);
  const { missing, noisy, known } = compare(marks, { findings, scopes: [], facts: () => [], ...extra });
  return { missing, noisy, known: [...known.values()] };
}

test("every kind of mark is read with its line, offset and text", () => {
  expect(marksOf('x # want unclosed-file "not; closed"; want +2 timer-leak\n# want fact returns-owned(file)\n# trail 2 of f_leaks "here"\n# known-fp +1 timer-leak: why; and how')).toEqual({
    errors: [],
    marks: [
      { kind: "want", rule: "unclosed-file", text: "not; closed", columns: null, path: "a.py", line: 1, writtenAt: 1 },
      { kind: "want", rule: "timer-leak", text: null, columns: null, path: "a.py", line: 3, writtenAt: 1 },
      { kind: "fact", fact: "returns-owned(file)", path: "a.py", line: 2, writtenAt: 2 },
      { kind: "trail", step: 2, text: "here", of: "f_leaks", path: "a.py", line: 3, writtenAt: 3 },
      { kind: "known-fp", rule: "timer-leak", why: "why; and how", path: "a.py", line: 5, writtenAt: 4 },
    ],
  });
});

test("a mark that nothing would ever check is an error", () => {
  const errorsOf = (text: string): string => marksOf(text).errors.join("\n");
  expect(errorsOf("x # want unclosed-flie")).toMatch(/a\.py:1: there is no rule "unclosed-flie"; there are: timer-leak, unclosed-file/u);
  expect(errorsOf("x # want fact return-owned(file)")).toMatch(/there is no fact "return-owned"/u);
  expect(errorsOf("x # wnat unclosed-file")).toMatch(/did you mean "want"/u);
  expect(errorsOf("x # Want: unclosed-file")).toMatch(/did you mean "want"/u);
  expect(errorsOf("x # know-fp unclosed-file: why")).toMatch(/did you mean "known-f[np]"/u);
  expect(errorsOf("x # trial 1 \"here\"")).toMatch(/did you mean "trail"/u);
  expect(errorsOf("x # known-fn unclosed-file")).toMatch(/write: known-fn \[\+N\] RULE: why/u);
  expect(errorsOf("x # want unclosed-file 'text'")).toMatch(/is not an expectation/u);
  expect(errorsOf("x # the old one  # want unclosed-file")).toMatch(/inside another comment/u);
  expect(errorsOf("x # want unclosed-file; wnat timer-leak")).not.toBe("");
});

test("prose that begins like a keyword stays prose", () => {
  expect(marksOf("# what the handler owns\n# wait: 5 seconds\n# wants well-known names\n# trails off\n# known issue")).toEqual({ marks: [], errors: [] });
});

test("a want is met by its rule on its line with its text, and by nothing else", () => {
  expect(outcome('x # want unclosed-file "not closed"', [found("unclosed-file", 1)])).toEqual({ missing: [], noisy: [], known: [] });
  expect(outcome("x # want unclosed-file", [found("timer-leak", 1)])).toEqual({
    missing: ['a.py:1: want unclosed-file; near it is timer-leak on line 1: "file is not closed"'],
    noisy: ['a.py:1:5: timer-leak "file is not closed"'],
    known: [],
  });
  expect(outcome('x # want unclosed-file "never ends"', [found("unclosed-file", 1)]).missing).toHaveLength(1);
  expect(outcome("x # want +1 unclosed-file\ny", [found("unclosed-file", 2)]).missing).toEqual([]);
});

test("two findings on a line need two wants", () => {
  const twice = [found("unclosed-file", 1), found("unclosed-file", 1, { message: "socket" })];
  expect(outcome("x # want unclosed-file", twice).noisy).toHaveLength(1);
  expect(outcome('x # want unclosed-file; want unclosed-file "file is"', twice)).toEqual({ missing: [], noisy: [], known: [] });
});

test("carets on the next line give the exact columns", () => {
  expect(outcome("abc def() # want unclosed-file\n#   ^^^^", [found("unclosed-file", 1)]).missing).toEqual([]);
  expect(outcome("abc def() # want unclosed-file\n#   ^^^", [found("unclosed-file", 1)]).missing).toEqual(["a.py:1: want unclosed-file at columns 5-8, is at 5-9"]);
  expect(marksOf("abc\n#   ^^^").errors).toEqual(["a.py:2: 1 runs of ^ but 0 wants on the line above"]);
});

test("a fact is looked up on the function's line", () => {
  const facts = (_path: string, line: number): string[] => (line === 1 ? ["returns-owned(file)"] : []);
  expect(outcome("def f(): # want fact returns-owned(file)", [], { facts }).missing).toEqual([]);
  expect(outcome("def f(): # want fact releases(0)", [], { facts }).missing).toEqual(["a.py:1: want fact releases(0); the function has: returns-owned(file)"]);
});

test("a trail mark speaks of the want above it, in the same function, or of the function it names", () => {
  const trail = [{ message: "no place", place: null }, { message: "leaves here", place: { path: "a.py", line: 2 } }];
  const findings = [found("unclosed-file", 1, { trail })];
  expect(outcome('x # want unclosed-file\ny # trail 1 "leaves"', findings).missing).toEqual([]);
  expect(outcome('x # want unclosed-file\ny # trail 1 "stays"', findings).missing).toEqual([
    'a.py:2: trail 1 "stays" of the want on line 1; its trail is: 1 a.py:2 "leaves here"',
  ]);
  const scopes = [{ path: "a.py", name: "f_leaks", kind: "function", line: 1, endLine: 1 }] as const;
  expect(outcome('x # want unclosed-file\ny # trail 1 of f_leaks "leaves"', findings, { scopes }).missing).toEqual([]);
  expect(outcome('x # want unclosed-file\ny # trail 1 of g_leaks "leaves"', findings, { scopes }).missing).toEqual(["a.py:2: trail names g_leaks, which holds no want"]);
});

test("a known wrong answer fails on the day it is right", () => {
  expect(outcome("x # known-fn unclosed-file: why", []).known).toEqual([null]);
  expect(outcome("x # known-fn unclosed-file: why", [found("unclosed-file", 1)])).toEqual({ missing: [], noisy: [], known: ["is reported now: make it a want"] });
  expect(outcome("x # known-fp unclosed-file: why", [found("unclosed-file", 1)])).toEqual({ missing: [], noisy: [], known: [null] });
  expect(outcome("x # known-fp unclosed-file: why", []).known).toEqual(["no longer reported: drop the mark"]);
});

test("a fixed text is compared without its marks, and with all other comments", () => {
  const text = "a # why\nb  # want unclosed-file\n#^^^\n  # trail 1 \"x\"\nc\n";
  expect(withoutMarks({ text, comments: commentsOf(text) })).toBe("a # why\nb\nc\n");
});

test("names must agree with the marks", () => {
  const want: Mark = { kind: "want", rule: "unclosed-file", text: null, columns: null, path: "a.py", line: 2, writtenAt: 2 };
  const scope = (name: string) => ({ path: "a.py", name, kind: "function", line: 1, endLine: 3 }) as const;
  expect(misnamed("a.py", [want], [scope("open_leaks")])).toEqual([]);
  expect(misnamed("a.py", [want], [])).toEqual([]);
  expect(misnamed("a.py", [want], [scope("open_file")])).toEqual(["a.py:2: want unclosed-file inside open_file: name one of them ..._leaks or ...Leaks"]);
  expect(misnamed("route_leaks", [want], [scope("GET")])).toEqual([]);
  expect(misnamed("a.py", [want], [scope("open_ok"), scope("TestLeaks")])).toEqual(["a.py:2: want unclosed-file inside open_ok, whose name says there is none"]);
  expect(misnamed("a.py", [], [])).toEqual(["a.py: expects nothing, so its name must end in _ok"]);
  expect(misnamed("a_ok.py", [], [scope("open_ok")])).toEqual([]);
  expect(misnamed("a_ok.py", [want], [scope("open_leaks")])).toEqual(["a.py:2: a leak in a_ok.py, whose name says there is none"]);
  expect(misnamed("b_ok.py", [], [scope("open_leaks")])).toEqual(["a.py:1: open_leaks holds no want, and so nothing would notice if its leak went unreported"]);
});
