/**
 * GitHub code scanning's `primaryLocationLineHash`, by which it tells that an alert moved rather than went and came.
 * The definition is that of github/codeql-action's `src/fingerprints.ts`; it has to match exactly, because an upload
 * that computes the hash itself would otherwise see two alerts.
 *
 * A line's hash is a base-37 polynomial modulo 2^64 of the 100 UTF-16 units from the line's first unit on, also past its
 * end, where spaces and tabs are dropped and every line break is one LF. The end of the text counts as the unit 65535,
 * what is missing after it as zeros. Equal hashes of one file are told apart by their occurrence number.
 */
const WINDOW = 100;
const BASE = 37;
const WORD = 0x1_0000_0000;
const END_OF_TEXT = 65535;
const [TAB, LF, CR, SPACE] = [9, 10, 13, 32];

/** The hash of every line of `text`, the first line's at index 0, as `<hexadecimal>:<occurrence>`. */
export function lineHashes(text: string): string[] {
  const { units, heads } = keptUnits(text);
  const seen = new Map<string, number>();
  return heads.map((head) => {
    const hash = windowHash(units, head);
    const occurrence = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, occurrence);
    return `${hash}:${occurrence}`;
  });
}

/** The units that count, and where among them each line starts. */
function keptUnits(text: string): { units: Uint16Array; heads: number[] } {
  const units = new Uint16Array(text.length + 1 + WINDOW);
  const heads: number[] = [];
  let length = 0;
  let atLineStart = true;
  let afterCarriageReturn = false;
  const keep = (unit: number): void => {
    if (atLineStart) heads.push(length);
    atLineStart = unit === LF;
    units[length++] = unit;
  };
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    const dropped = unit === SPACE || unit === TAB || (afterCarriageReturn && unit === LF);
    afterCarriageReturn = unit === CR;
    if (!dropped) keep(unit === CR ? LF : unit);
  }
  keep(END_OF_TEXT);
  return { units, heads };
}

/** Horner's rule on two 32-bit halves: faster than BigInt, and no intermediate exceeds 2^53. */
function windowHash(units: Uint16Array, head: number): string {
  let high = 0;
  let low = 0;
  for (const unit of units.subarray(head, head + WINDOW)) {
    const sum = low * BASE + unit;
    low = sum % WORD;
    high = (high * BASE + Math.floor(sum / WORD)) % WORD;
  }
  return high === 0 ? low.toString(16) : high.toString(16) + low.toString(16).padStart(8, "0");
}
