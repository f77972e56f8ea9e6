/** Fixes over a whole project: passes of apply and check again, until nothing is left to apply. Writes nothing. */
import { encode } from "../engine/files/encoding.js";
import type { TextFormat } from "../engine/files/encoding.js";
import { applyFixes, fixable, MAX_PASSES } from "../engine/apply-fixes.js";
import type { Fixable } from "../engine/apply-fixes.js";
import type { Finding } from "../model/finding.js";
import type { Checked } from "./check.js";
import { groupBy } from "./group-by.js";
import type { LoweredFile, Project } from "./project.js";

export interface FixedFile {
  path: string;
  absolute: string;
  before: string;
  after: string;
  /** The file's bytes before. */
  original: Buffer;
  /** `after` in the file's own encoding, byte order mark included. */
  bytes: Buffer;
  /** How many fixes were applied. */
  fixes: number;
}

export interface FixOutcome {
  /** What is left to report. */
  checked: Checked;
  fixed: FixedFile[];
  /** Sentences about fixes that were dropped. */
  notes: string[];
}

export function fixProject(project: Project, check: () => Checked, unsafe: boolean): FixOutcome {
  const session = new FixSession(project);
  let checked = check();
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    if (!session.pass(fixable(checked.findings, unsafe))) return { checked, fixed: session.fixed(), notes: session.notes };
    checked = check();
  }
  if (session.hasWork(fixable(checked.findings, unsafe))) session.notes.push(`Stopped after ${String(MAX_PASSES)} passes with fixes left to apply; run leak-lint again.`);
  return { checked, fixed: session.fixed(), notes: session.notes };
}

class FixSession {
  readonly notes: string[] = [];
  private readonly counts = new Map<string, number>();
  /** Fixes not to try again. */
  private readonly refused = new Set<string>();

  constructor(private readonly project: Project) {}

  hasWork(fixes: readonly Fixable[]): boolean {
    return fixes.some((fix) => !this.refused.has(identity(fix)));
  }

  /** Applies what it can to every file; whether any text changed. */
  pass(fixes: readonly Fixable[]): boolean {
    let changed = false;
    for (const [path, ofFile] of groupBy(fixes, (fix) => fix.path)) {
      const file = this.project.files.get(path);
      if (file && this.apply(file, ofFile.filter((fix) => !this.refused.has(identity(fix))))) changed = true;
    }
    return changed;
  }

  fixed(): FixedFile[] {
    return [...this.counts].flatMap(([path, fixes]) => {
      const original = this.project.originals.get(path);
      const after = this.project.files.get(path)?.text;
      const bytes = original && after !== undefined ? encode(after, original.format) : null;
      if (!original || after === undefined || !bytes || after === original.text) return [];
      return [{ path, absolute: original.absolute, before: original.text, after, original: original.bytes, bytes, fixes }];
    });
  }

  private apply(file: LoweredFile, fixes: readonly Fixable[]): boolean {
    const original = this.project.originals.get(file.path);
    if (!original || fixes.length === 0) return false;
    // Nothing may change that no fix touches: the file must come back from its own decoding byte for byte.
    if (encode(original.text, original.format)?.equals(original.bytes) !== true) {
      return this.refuse(fixes, `its encoding (${original.format.encoding}) cannot be written back unchanged`);
    }
    const result = applyFixes(file.text, fixes, (text) => countBroken(file, text));
    if (result.refused.length > 0) this.refuse(result.refused, "the result would not parse");
    if (result.applied.length === 0 || result.text === file.text) return false;
    if (!canWrite(result.text, original.format)) return this.refuse(result.applied, `the file's encoding (${original.format.encoding}) cannot hold the new text`);
    if (!this.project.replace(file, result.text)) return this.refuse(result.applied, "leak-lint failed on the result");
    this.counts.set(file.path, (this.counts.get(file.path) ?? 0) + result.applied.length);
    return true;
  }

  private refuse(fixes: readonly Fixable[], why: string): false {
    for (const fix of fixes) {
      this.refused.add(identity(fix));
      this.notes.push(`${place(fix)}: the fix for ${fix.rule} was dropped: ${why}.`);
    }
    return false;
  }
}

function canWrite(text: string, format: TextFormat): boolean {
  return encode(text, format) !== null;
}

/** A defect of the parser counts as a text that does not parse at all. */
function countBroken({ path, language }: LoweredFile, text: string): number {
  try {
    return language.check({ path, text }).length;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** The same fix in a later pass, when other fixes have moved it. */
function identity({ path, rule, message, fix }: Fixable): string {
  return JSON.stringify([path, rule, message, fix.edits.map(({ text, at }) => [text, at[1] - at[0]])]);
}

function place({ path, region }: Finding): string {
  return `${path}:${String(region.line)}:${String(region.column)}`;
}
