/**
 * A half-open range of a file's text: `[start, end)` in UTF-16 code units from the start of the text, after a byte
 * order mark was dropped. The unit that JavaScript strings, ESLint and SARIF (`columnKind: "utf16CodeUnits"`) share.
 */
export type Span = readonly [start: number, end: number];

/** A place for people: line and column both count from 1, columns in UTF-16 code units, `endColumn` exclusive. */
export interface Region {
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
}

/** The offset at which each line of `text` starts; CR, LF and CRLF end a line. */
export function lineStarts(text: string): number[] {
  const starts = [0];
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit === 13 && text.charCodeAt(index + 1) === 10) continue;
    if (unit === 10 || unit === 13) starts.push(index + 1);
  }
  return starts;
}

/** The 1-based line that holds `offset`, by binary search in `starts`. */
export function lineAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}

/** The region of `span` in a text whose lines start at `starts`. */
export function regionOf(starts: readonly number[], span: Span): Region {
  const line = lineAt(starts, span[0]);
  const endLine = lineAt(starts, span[1]);
  return {
    line,
    column: span[0] - (starts[line - 1] ?? 0) + 1,
    endLine,
    endColumn: span[1] - (starts[endLine - 1] ?? 0) + 1,
  };
}
