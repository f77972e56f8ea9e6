/** How a line of source looks in a terminal: which columns each of its characters takes. */

/** Columns between tab stops. */
const TAB = 4;

/** One printed character (a grapheme) of a line. */
export interface Cell {
  /** What is printed: tabs as spaces, control characters as visible signs. */
  text: string;
  /** UTF-16 offsets in the line, `[start, end)`. */
  start: number;
  end: number;
  /** First terminal column, from 0. */
  column: number;
  /** Columns taken: 0, 1 or 2; a tab up to 4. */
  width: number;
}

const PLAIN = /^[\u0020-\u007E]*$/;
const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
const INVISIBLE = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;
// Bidirectional controls would let source text reorder the report around them (CVE-2021-42574).
const UNSAFE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;
const EMOJI = /\p{Emoji_Presentation}|\p{Emoji}\uFE0F/u;

/** First and last code point of the ranges whose East_Asian_Width is Wide or Fullwidth, emoji aside (UAX #11, merged coarsely). */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x17000, 0x18cff],
  [0x1b000, 0x1b2ff],
  [0x20000, 0x3fffd],
];

/**
 * Text that is safe to print on one line: a line break becomes a space, other control and direction characters become
 * visible signs, so that a name in linted source can neither break the layout nor send the terminal commands.
 */
export function printable(text: string): string {
  return PLAIN.test(text) ? text : text.replace(/\r\n|[\r\n\u2028\u2029\t]/g, " ").replace(UNSAFE, visible);
}

function visible(unit: string): string {
  const code = unit.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? "\u2421" : "\uFFFD";
}

/** The cells of one line, which holds no line break. */
export function cellsOf(line: string): Cell[] {
  const cells: Cell[] = [];
  let column = 0;
  const add = (text: string, start: number, end: number, width: number): void => {
    cells.push({ text, start, end, column, width });
    column += width;
  };
  if (PLAIN.test(line)) {
    for (let index = 0; index < line.length; index++) add(line.charAt(index), index, index + 1, 1);
    return cells;
  }
  for (const { segment, index } of segmenter.segment(line)) {
    if (segment === "\t") {
      const width = TAB - (column % TAB);
      add(" ".repeat(width), index, index + 1, width);
    } else {
      const text = segment.replace(UNSAFE, visible);
      add(text, index, index + segment.length, graphemeWidth(text));
    }
  }
  return cells;
}

/** The terminal columns that `text` takes when printed. */
export function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  const last = cellsOf(text).at(-1);
  return last ? last.column + last.width : 0;
}

function graphemeWidth(grapheme: string): number {
  const code = grapheme.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (EMOJI.test(grapheme)) return 2;
  if (INVISIBLE.test(grapheme)) return 0;
  return WIDE.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}
