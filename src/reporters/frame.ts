/**
 * Code frames: a few lines of source with marks under the exact text, as compilers draw them.
 *
 * ```
 *    |
 * 12 |     handle = open(path)
 *    |              ^^^^^^^^^^
 * 13 |     if empty:
 * 14 |         return None
 *    |         ----------- leaves here: without closing `handle`
 * ```
 */
import { regionOf } from "../model/span.js";
import type { Span } from "../model/span.js";
import { clip } from "./clip.js";
import type { Clipped } from "./clip.js";
import { printable } from "./cells.js";
import type { Paint } from "./palette.js";
import type { Source } from "./sources.js";

export interface Mark {
  at: Span;
  /**
   * "primary" is drawn with carets, gets lines of context, and may span lines; "secondary" is drawn with dashes, on its
   * first line only. A frame has one primary mark at most.
   */
  kind: "primary" | "secondary";
  /** Said beside the mark; empty for none. */
  label: string;
}

export interface FrameOptions {
  /** Lines shown above and below the primary mark; blank ones at the frame's edge are left out. */
  context: number;
  /** Digits of the widest line number. */
  gutter: number;
  /** Terminal columns of code that fit; longer lines are clipped around their mark. */
  width: number;
  /** Paints gutters and secondary marks. */
  dim: Paint;
  /** Paints the primary mark. */
  accent: Paint;
}

/** Lines of a multi-line mark shown before the rest is left out, and those shown at its end. */
const BODY = { head: 3, tail: 1 };

/** A mark by line numbers (from 1) and UTF-16 offsets in its first and its last line. */
interface Placed {
  mark: Mark;
  first: number;
  last: number;
  from: number;
  to: number;
}

/** The lines of a frame, without line breaks; the first is an empty gutter. Empty when there is no mark. */
export function frame(source: Source, marks: readonly Mark[], options: FrameOptions): string[] {
  const placed = marks.map((mark) => place(source, mark));
  const block = placed.find(({ first, last }) => last > first) ?? null;
  const numbers = shownLines(source, placed, options.context);
  if (numbers.length === 0) return [];
  const { dim } = options;
  const bar = dim(`${" ".repeat(options.gutter)} |`);
  const lines = [bar];
  let before = numbers[0] ?? 0;
  for (const number of numbers) {
    const within = block !== null && number >= block.first && number <= block.last;
    if (number > before + 1) {
      const rail = within ? " ".repeat(Math.max(0, options.gutter - 1)) + options.accent("|") : "";
      lines.push(dim("...") + (rail && ` ${rail}`));
    }
    before = number;
    const text = lineText(source, number);
    const onLine = placed.filter((one) => one.first === number && one !== block);
    const clipped = clip(text, focusOf(text, number, onLine, block), options.width);
    const rail = block ? railOf(number, block, text, options.accent) : "";
    lines.push(`${dim(`${String(number).padStart(options.gutter)} |`)} ${rail}${clipped.text}`.trimEnd());
    for (const drawn of [...blockMarks(number, text, clipped, block, options), ...lineMarks(clipped, onLine, block !== null, options)]) {
      lines.push(`${bar} ${drawn}`);
    }
  }
  return lines;
}

function place(source: Source, mark: Mark): Placed {
  const region = regionOf(source.starts, mark.at);
  let last = region.endLine;
  let to = region.endColumn - 1;
  // A span that takes in a line break ends, for the eye, where that line's text ends.
  if (last > region.line && (to === 0 || mark.kind === "secondary")) {
    last = mark.kind === "secondary" ? region.line : last - 1;
    to = lineText(source, last).length;
  }
  return { mark, first: region.line, last, from: region.column - 1, to };
}

/** The text of a line without its line break. */
function lineText(source: Source, number: number): string {
  const start = source.starts[number - 1] ?? source.text.length;
  let end = source.starts[number] ?? source.text.length;
  while (end > start && (source.text[end - 1] === "\n" || source.text[end - 1] === "\r")) end--;
  return source.text.slice(start, end);
}

/** Line numbers in order: marked lines, context, and single lines between two of them. */
function shownLines(source: Source, placed: readonly Placed[], context: number): number[] {
  const marked = new Set<number>();
  const shown = new Set<number>();
  for (const { mark, first, last } of placed) {
    const omitted = last - first + 1 > BODY.head + BODY.tail + 1;
    for (let number = first; number <= last; number++) {
      if (!omitted || number < first + BODY.head || number > last - BODY.tail) marked.add(number);
    }
    if (mark.kind !== "primary") continue;
    for (let step = 1; step <= context; step++) {
      if (first - step >= 1) shown.add(first - step);
      if (last + step <= source.starts.length) shown.add(last + step);
    }
  }
  const numbers = [...new Set([...marked, ...shown])].sort((a, b) => a - b);
  const isBlank = (number: number | undefined): boolean => number !== undefined && !marked.has(number) && lineText(source, number).trim() === "";
  while (isBlank(numbers[0])) numbers.shift();
  while (isBlank(numbers.at(-1))) numbers.pop();
  return numbers.flatMap((number, index) => (numbers[index - 1] === number - 2 ? [number - 1, number] : [number]));
}

/** The part of a line that clipping must keep in view. */
function focusOf(text: string, number: number, onLine: readonly Placed[], block: Placed | null): { from: number; to: number } | null {
  const one = onLine.find(({ mark }) => mark.kind === "primary") ?? onLine[0];
  if (one) return one;
  if (number === block?.first) return { from: block.from, to: text.length };
  return number === block?.last ? { from: Math.max(0, block.to - 1), to: block.to } : null;
}

/** Whether a multi-line mark starts at its line's first character, so that its rail can start beside the line. */
function startsAtIndent(text: string, block: Placed): boolean {
  return text.slice(0, block.from).trim() === "";
}

/** The two columns before a line's code where a multi-line mark is drawn. */
function railOf(number: number, block: Placed, text: string, accent: Paint): string {
  if (number === block.first) return startsAtIndent(text, block) ? `${accent("/")} ` : "  ";
  return number > block.first && number <= block.last ? `${accent("|")} ` : "  ";
}

/** The corner lines of a multi-line mark under its first and its last line. */
function blockMarks(number: number, text: string, clipped: Clipped, block: Placed | null, options: FrameOptions): string[] {
  if (!block) return [];
  if (number === block.first && !startsAtIndent(text, block)) return [options.accent(` ${"_".repeat(clipped.columnOf(block.from) + 1)}^`)];
  if (number !== block.last) return [];
  const corner = `|${"_".repeat(Math.max(1, clipped.endColumnOf(block.to)))}^`;
  return [options.accent(withLabel(corner, block.mark.label))];
}

/** One line for each mark on a line; marks of the same text share the first one's line, whose label is still free. */
function lineMarks(clipped: Clipped, onLine: readonly Placed[], hasRail: boolean, options: FrameOptions): string[] {
  const indent = hasRail ? "  " : "";
  const rank = ({ mark }: Placed): number => (mark.kind === "primary" ? 0 : 1);
  const drawn: string[] = [];
  for (const { mark, from, to } of joined([...onLine].sort((a, b) => rank(a) - rank(b) || a.from - b.from))) {
    const start = clipped.columnOf(from);
    const length = Math.max(1, clipped.endColumnOf(to) - start);
    const primary = mark.kind === "primary";
    const paint = primary ? options.accent : options.dim;
    drawn.push(indent + " ".repeat(start) + paint(withLabel((primary ? "^" : "-").repeat(length), mark.label)));
  }
  return drawn;
}

function joined(marks: readonly Placed[]): Placed[] {
  const result: Placed[] = [];
  for (const one of marks) {
    const free = result.findIndex((other) => other.from === one.from && other.to === one.to && other.mark.label === "");
    const other = result[free];
    if (other) result[free] = { ...other, mark: { ...other.mark, label: one.mark.label } };
    else result.push(one);
  }
  return result;
}

function withLabel(drawing: string, label: string): string {
  return label === "" ? drawing : `${drawing} ${printable(label)}`;
}
