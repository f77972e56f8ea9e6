import picocolors from "picocolors";
import type { Severity } from "../model/finding.js";

export type Paint = (text: string) => string;

/** What the text report paints with; without colour every entry returns its text unchanged. */
export interface Palette {
  severity: Record<Severity, Paint>;
  bold: Paint;
  dim: Paint;
  /** Gutters, arrows and secondary marks of a code frame. */
  frame: Paint;
  good: Paint;
  /** A terminal hyperlink (OSC 8) whose text is the URL itself, so that it also reads where links are not supported. */
  link: Paint;
}

/** The palette for a terminal (`color`) or a plain file. */
export function createPalette(color: boolean): Palette {
  const paints = picocolors.createColors(color);
  return {
    severity: { high: paints.red, medium: paints.yellow, low: paints.cyan },
    bold: paints.bold,
    dim: paints.dim,
    frame: paints.blue,
    good: paints.green,
    link: (url) => (color ? `\u001B]8;;${url}\u001B\\${url}\u001B]8;;\u001B\\` : url),
  };
}
