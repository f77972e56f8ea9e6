import { lineStarts, regionOf } from "../../src/model/span.js";

test("a region counts lines and columns from 1 and ends exclusively, over CR, LF and CRLF", () => {
  const text = "a\r\nbc\rd\ne";
  const starts = lineStarts(text);
  expect(starts).toEqual([0, 3, 6, 8]);
  expect(regionOf(starts, [4, 5])).toEqual({ line: 2, column: 2, endLine: 2, endColumn: 3 });
  expect(regionOf(starts, [3, 7])).toEqual({ line: 2, column: 1, endLine: 3, endColumn: 2 });
});
