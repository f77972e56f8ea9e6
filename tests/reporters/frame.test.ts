import type { Span } from "../../src/model/span.js";
import { cellsOf, printable, widthOf } from "../../src/reporters/cells.js";
import { frame } from "../../src/reporters/frame.js";
import type { FrameOptions, Mark } from "../../src/reporters/frame.js";
import { sourceOf } from "../../src/reporters/sources.js";
import { lines, spanOf } from "./build-report.js";

const same = (text: string): string => text;
const OPTIONS: FrameOptions = { context: 0, gutter: 1, width: 60, dim: same, accent: same };

const primary = (at: Span, label = ""): Mark => ({ at, kind: "primary", label });
const secondary = (at: Span, label = ""): Mark => ({ at, kind: "secondary", label });
const draw = (text: string, marks: Mark[], options: Partial<FrameOptions> = {}): string[] => frame(sourceOf(text), marks, { ...OPTIONS, ...options });

test("carets stand under the region's text, and nothing else", () => {
  const text = "x = open(p)\n";
  expect(draw(text, [primary(spanOf(text, "open(p)"))])).toEqual(["  |", "1 | x = open(p)", "  |     ^^^^^^^"]);
});

test("tabs before and inside of the region go to stops of four columns", () => {
  const text = "\tif a:\tb(\tc)\n";
  expect(draw(text, [primary(spanOf(text, "b(\tc)"))])).toEqual(["  |", "1 |     if a:   b(  c)", "  |             ^^^^^^"]);
});

test.each([
  ["CJK", "名前 = f(x)", "f(x)", "  |        ^^^^"],
  ["an emoji of several code points", "'👩‍👩‍👧', f(x)", "f(x)", "  |       ^^^^"],
  ["a combining accent", "'e\u0301', f(x)", "f(x)", "  |      ^^^^"],
  ["full-width text inside of the region", "f('日本')", "'日本'", "  |   ^^^^^^"],
  ["a text-style sign", "'✔', f(x)", "f(x)", "  |      ^^^^"],
])("%s is as wide as a terminal shows it", (_, text, needle, marks) => {
  expect(draw(text, [primary(spanOf(text, needle))])).toEqual(["  |", `1 | ${text}`, marks]);
});

test("a region that starts inside of a grapheme is marked from that grapheme on", () => {
  const text = "'👩‍👩‍👧' + x";
  expect(draw(text, [primary([2, 4])]).at(-1)).toBe("  |  ^^");
});

test("CRLF and CR end lines and are not part of them", () => {
  const text = "a = 1\r\nb = 2\rc = 3\n";
  expect(draw(text, [primary(spanOf(text, "2"))], { context: 1 })).toEqual(["  |", "1 | a = 1", "2 | b = 2", "  |     ^", "3 | c = 3"]);
});

test("an insertion point and the end of the text get one caret", () => {
  expect(draw("abc\n", [primary([1, 1])])).toEqual(["  |", "1 | abc", "  |  ^"]);
  expect(draw("abc", [primary([3, 3])])).toEqual(["  |", "1 | abc", "  |    ^"]);
  expect(draw("", [primary([0, 0])])).toEqual(["  |", "1 |", "  | ^"]);
});

test("a region that takes in its line break stays on its line", () => {
  expect(draw("abc\ndef\n", [primary([0, 4])])).toEqual(["  |", "1 | abc", "  | ^^^"]);
});

test("context stops at the text's ends, and blank lines at the frame's edge are left out", () => {
  const text = lines("", "one", "two", "", "", "six");
  expect(draw(text, [primary(spanOf(text, "two"))], { context: 2 })).toEqual(["  |", "2 | one", "3 | two", "  | ^^^"]);
});

test("a region of several lines that starts its line has a rail beside it", () => {
  const text = lines("  on(a, () => {", "    go();", "  });", "end();");
  expect(draw(text, [primary([2, text.indexOf("end") - 2])], { context: 1 })).toEqual([
    "  |",
    "1 | /   on(a, () => {",
    "2 | |     go();",
    "3 | |   });",
    "  | |____^",
    "4 |   end();",
  ]);
});

test("a region of several lines that starts inside of a line is led to from below it", () => {
  const text = lines("x = on(a, {", "  go,", "})");
  expect(draw(text, [primary([4, text.length - 1], "here")])).toEqual(["  |", "1 |   x = on(a, {", "  |  _____^", "2 | |   go,", "3 | | })", "  | |__^ here"]);
});

test("of a long region the head and the tail are shown", () => {
  const text = lines("on({", ...Array.from({ length: 20 }, (_, index) => `  k${index},`), "})");
  expect(draw(text, [primary([0, text.length - 1])], { gutter: 2 })).toEqual(["   |", " 1 | / on({", " 2 | |   k0,", " 3 | |   k1,", "...  |", "22 | | })", "   | |__^"]);
});

test("a secondary region of several lines is marked on its first line", () => {
  const text = lines("  if a {", "  }");
  expect(draw(text, [secondary([2, text.length - 1], "why")])).toEqual(["  |", "1 |   if a {", "  |   ------ why"]);
});

test("marks on several lines share a frame, and what is between them is left out", () => {
  const text = lines("a", "b", "c", "d", "e", "f", "g");
  const marks = [primary(spanOf(text, "a")), secondary(spanOf(text, "c"), "near"), secondary(spanOf(text, "g"), "far")];
  expect(draw(text, marks)).toEqual(["  |", "1 | a", "  | ^", "2 | b", "3 | c", "  | - near", "...", "7 | g", "  | - far"]);
});

test("marks on one line are drawn one below the other, unless they are of the same text", () => {
  const text = "items.append(open(p))\n";
  const marks = [secondary(spanOf(text, "items"), "lives in"), primary(spanOf(text, "open(p)")), secondary(spanOf(text, "open(p)"), "repeats")];
  expect(draw(text, marks)).toEqual(["  |", "1 | items.append(open(p))", "  |              ^^^^^^^ repeats", "  | ----- lives in"]);
});

describe("lines wider than the frame", () => {
  const long = `${"a".repeat(80)}REGION${"b".repeat(80)}`;

  test("are clipped at both ends around the region", () => {
    const [, code = "", marks = ""] = draw(long, [primary(spanOf(long, "REGION"))], { width: 30 });
    expect(code).toBe("1 | …aaaaaaaaaaaREGIONbbbbbbbbbbb…");
    expect(marks).toBe("  |             ^^^^^^");
  });

  test("are clipped at the end only, when the region is near the start", () => {
    expect(draw(long, [primary([0, 3])], { width: 12 })).toEqual(["  |", "1 | aaaaaaaaaaa…", "  | ^^^"]);
  });

  test("keep their end, when the region is there", () => {
    expect(draw(long, [primary([long.length - 2, long.length])], { width: 12 })).toEqual(["  |", "1 | …bbbbbbbbbb", "  |          ^^"]);
  });

  test("show the start of a region that does not fit itself", () => {
    expect(draw(long, [primary([80, 166])], { width: 12 })).toEqual(["  |", "1 | …REGIONbbbb…", "  |  ^^^^^^^^^^"]);
  });

  test("are cut between wide characters, never inside of one", () => {
    const text = "あ".repeat(40) + "x" + "い".repeat(40);
    const [, code = "", marks = ""] = draw(text, [primary(spanOf(text, "x"))], { width: 15 });
    expect(widthOf(code.slice(4))).toBeLessThanOrEqual(15);
    expect(widthOf(code.slice(4, code.indexOf("x")))).toBe(marks.indexOf("^") - 4);
  });

  test("can hold megabytes: the region is found far inside of them", () => {
    const text = "🎉".repeat(300_000) + "REGION" + "é".repeat(300_000);
    const [, code = "", marks = ""] = draw(text, [primary(spanOf(text, "REGION"))], { width: 30 });
    expect(code).toMatch(/^1 \| …(🎉)+REGIONé+…$/u);
    expect(widthOf(code.slice(0, code.indexOf("REGION")))).toBe(marks.indexOf("^^^^^^"));
  });
});

test("cells cover a line without gaps or overlaps, whatever is in it", () => {
  const line = "a\t日\u0301🎉\u0000\u200Bz\uD800";
  const cells = cellsOf(line);
  expect(cells.map(({ start, end }) => line.slice(start, end)).join("")).toBe(line);
  expect(cells.every((cell, index) => index === 0 || cell.column === cells[index - 1]!.column + cells[index - 1]!.width)).toBe(true);
});

test("printable keeps ordinary text of any language and defuses the rest", () => {
  expect(printable("größe 名前 🎉")).toBe("größe 名前 🎉");
  expect(printable("a\r\nb\u001B[0m\u2066c\u007F")).toBe("a b␛[0m�c␡");
});
