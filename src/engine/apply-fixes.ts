/**
 * Carries out fixes on one file's text: edits sorted, overlaps refused (the later fix waits for the next pass),
 * applied from the end, and the result must still parse. Pure; `src/run/fix.ts` runs the passes and writes.
 */
import type { Edit, Finding, Fix } from "../model/finding.js";

/** The most passes over the project; a pass that applies nothing ends earlier. As in ESLint. */
export const MAX_PASSES = 10;

/** A finding with a fix that may be applied. */
export type Fixable = Finding & { fix: Fix };

export interface ApplyResult {
  text: string;
  applied: Fixable[];
  /** Would leave a text that does not parse, or has edits that make no sense; never to be tried again. */
  refused: Fixable[];
}

/** The findings whose fixes may be applied: safe ones, or all of them. */
export function fixable(findings: readonly Finding[], unsafe: boolean): Fixable[] {
  return findings.filter((finding): finding is Fixable => finding.fix !== null && finding.fix.edits.length > 0 && (unsafe || finding.fix.applicability === "safe"));
}

/** One pass over one text. `broken` parses a text and counts the places it could not read. */
export function applyFixes(text: string, fixes: readonly Fixable[], broken: (text: string) => number): ApplyResult {
  const ordered = [...fixes].sort((a, b) => firstOffset(a.fix) - firstOffset(b.fix));
  const sound = ordered.filter(({ fix }) => isSound(fix, text));
  const chosen = withoutConflicts(sound);
  const refused = ordered.filter((fix) => !sound.includes(fix));
  if (chosen.length === 0) return { text, applied: [], refused };
  const before = broken(text);
  const parses = (candidate: string): boolean => broken(candidate) <= before;
  const all = applyEdits(text, chosen.flatMap(({ fix }) => fix.edits));
  if (parses(all)) return { text: all, applied: chosen, refused };

  // One of them breaks the text: find out which, by adding one at a time.
  const applied: Fixable[] = [];
  for (const candidate of chosen) {
    const edits = [...applied, candidate].flatMap(({ fix }) => fix.edits);
    if (parses(applyEdits(text, edits))) applied.push(candidate);
    else refused.push(candidate);
  }
  return { text: applyEdits(text, applied.flatMap(({ fix }) => fix.edits)), applied, refused };
}

/** Applies edits that do not overlap. Inserted line ends are those of the text. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const lineEnd = /\r\n|\r|\n/u.exec(text)?.[0] ?? "\n";
  let result = text;
  // Insertions at one place keep their order: the sort is stable, and the last one is put in first.
  for (const { at, text: replacement } of [...edits].sort(byPlace).reverse()) {
    result = result.slice(0, at[0]) + replacement.replaceAll(/\r\n|\r|\n/gu, lineEnd) + result.slice(at[1]);
  }
  return result;
}

/** Takes fixes in order and leaves out each that touches an edit taken before. */
function withoutConflicts(fixes: readonly Fixable[]): Fixable[] {
  const taken: Edit[] = [];
  return fixes.filter(({ fix }) => {
    if (fix.edits.some((edit) => taken.some((other) => conflicts(edit, other)))) return false;
    taken.push(...fix.edits);
    return true;
  });
}

/** Two insertions at one place conflict too: both may add the same import, and the next pass will know. */
function conflicts({ at: a }: Edit, { at: b }: Edit): boolean {
  const touch = a[0] <= b[1] && b[0] <= a[1];
  const isInsertion = a[0] === a[1] || b[0] === b[1];
  return isInsertion ? touch : a[0] < b[1] && b[0] < a[1];
}

/** Edits inside of the text that do not overlap one another. */
function isSound(fix: Fix, text: string): boolean {
  let end = 0;
  return [...fix.edits].sort(byPlace).every(({ at }) => {
    const isFree = at[0] >= end && at[1] >= at[0] && at[1] <= text.length;
    end = at[1];
    return isFree;
  });
}

function byPlace(a: Edit, b: Edit): number {
  return a.at[0] - b.at[0] || a.at[1] - b.at[1];
}

function firstOffset(fix: Fix): number {
  return Math.min(...fix.edits.map(({ at }) => at[0]));
}
