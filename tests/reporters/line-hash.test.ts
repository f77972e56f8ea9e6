import { lineStarts } from "../../src/model/span.js";
import { lineHashes } from "../../src/reporters/line-hash.js";

test("hashes are those that GitHub's upload action computes", () => {
  expect(lineHashes("")).toEqual(["c129715d7a2bc9a3:1"]);
  expect(lineHashes(" a\nb\n  \t\tc\n d")).toEqual(["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"]);
});

test("spaces, tabs and the kind of line break do not change a hash", () => {
  const expected = lineHashes("if a:\nb(c)\n");
  expect(lineHashes("if a:\r\n\tb( c )\r\n")).toEqual(expected);
  expect(lineHashes(" if\ta:\rb(c)  \r")).toEqual(expected);
});

test("equal lines with equal text after them are told apart by their number in the file", () => {
  const after = "x".repeat(200);
  const hashes = lineHashes(`${after}\n${after}\n${after}`);
  const [first = ""] = hashes;
  expect(hashes.slice(0, 3).map((hash) => hash.split(":")[1])).toEqual(["1", "2", "3"]);
  expect(hashes.map((hash) => hash.split(":")[0])).toEqual([1, 2, 3].map(() => first.split(":")[0]));
});

test("every line has one hash, blank lines and the last one included", () => {
  for (const text of ["", "\n", "a\n\n\t\nb", "a\r\n\r\nb\r\n", "a\rb"]) expect(lineHashes(text)).toHaveLength(lineStarts(text).length);
});

test("the arithmetic is that of the definition, modulo 2 to the 64th", () => {
  const text = "größe 名前 🎉\n".repeat(30);
  const kept = [...text.replaceAll(" ", "").split("").map((unit) => unit.charCodeAt(0)), 65535, ...Array<number>(100).fill(0)];
  const heads = [0, ...kept.flatMap((unit, index) => (unit === 10 ? [index + 1] : []))];
  const expected = heads.map((head) => kept.slice(head, head + 100).reduce((sum, unit) => BigInt.asUintN(64, sum * 37n + BigInt(unit)), 0n).toString(16));
  expect(lineHashes(text).map((hash) => hash.split(":")[0])).toEqual(expected);
});
