import { cellsOf } from "./cells.js";

/** A line as it is printed, and where its text went. */
export interface Clipped {
  text: string;
  /** The printed column, from 0, at which the character at a UTF-16 offset of the line starts. */
  columnOf(offset: number): number;
  /** The printed column, from 0, after the character that ends at or holds the unit before a UTF-16 offset. */
  endColumnOf(offset: number): number;
}

const ELLIPSIS = "…";

/**
 * A line's text for a terminal: tabs as spaces, control characters visible, and at most `width` columns, of which `…`
 * takes one at each end where text was left out. `focus`, UTF-16 offsets in the line, stays in view, its start first.
 */
export function clip(line: string, focus: { from: number; to: number } | null, width: number): Clipped {
  const { piece, offset } = neighbourhood(line, focus?.from ?? 0, width);
  const cells = cellsOf(piece);
  const last = cells.at(-1);
  const total = last ? last.column + last.width : 0;
  const columnIn = (at: number): number => cells.find((cell) => cell.end > at - offset)?.column ?? total;
  const endColumnIn = (at: number): number => {
    const cell = cells.findLast(({ start }) => start < at - offset);
    return cell ? cell.column + cell.width : 0;
  };
  const before = offset > 0;
  const after = offset + piece.length < line.length;
  if (!before && !after && total <= width) {
    return { text: cells.map(({ text }) => text).join(""), columnOf: columnIn, endColumnOf: endColumnIn };
  }

  const from = focus ? columnIn(focus.from) : 0;
  const to = focus ? endColumnIn(focus.to) : 0;
  const room = width - 2;
  const centred = from - Math.floor((room - Math.min(to - from, room)) / 2);
  const left = !before && to < width ? 0 : Math.max(0, Math.min(centred, total - room));
  const lead = before || left > 0 ? ELLIPSIS : "";
  const kept = cells.filter((cell) => cell.column >= left && cell.column + cell.width <= left + (lead ? room : width - 1));
  const firstColumn = kept[0]?.column ?? 0;
  const final = kept.at(-1);
  const endColumn = final ? final.column + final.width : 0;
  const shift = (column: number): number => Math.max(0, Math.min(column, endColumn) - firstColumn) + lead.length;
  return {
    text: lead + kept.map(({ text }) => text).join("") + (after || final !== last ? ELLIPSIS : ""),
    columnOf: (at) => shift(columnIn(at)),
    endColumnOf: (at) => shift(endColumnIn(at)),
  };
}

/** A bundle's single line can hold megabytes: only a piece around the focus is measured. */
function neighbourhood(line: string, from: number, width: number): { piece: string; offset: number } {
  const reach = 8 * width;
  if (line.length <= reach) return { piece: line, offset: 0 };
  let offset = Math.max(0, from - 2 * width);
  if (isLowSurrogate(line.charCodeAt(offset))) offset++;
  let end = offset + reach;
  if (isLowSurrogate(line.charCodeAt(end))) end++;
  return { piece: line.slice(offset, end), offset };
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
