/** Applies every fix that findings offer, safe and unsafe, until none is left; for fixtures only. */
import type { RawFinding } from "../../src/engine/analyze.js";
import { applyFixes, fixable, MAX_PASSES } from "../../src/engine/apply-fixes.js";
import type { Layout } from "../../src/engine/program/layout.js";
import type { Finding } from "../../src/model/finding.js";
import { lint, readFile, type ReadFile } from "./lint.js";

/** The files after all fixes. Throws where a fix would break its file, or where fixing never comes to an end. */
export function fixAll(files: readonly ReadFile[], layout: Layout): ReadFile[] {
  let current = [...files];
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const findings = lint(current, layout);
    const next = current.map((file) => fixFile(file, findings.filter((finding) => finding.path === file.path)));
    if (next.every((file, index) => file === current[index])) return current;
    current = next;
  }
  throw new Error(`${current.map((file) => file.path).join(", ")}: still fixable after ${MAX_PASSES} passes`);
}

function fixFile(file: ReadFile, findings: readonly RawFinding[]): ReadFile {
  const fixes = fixable(findings.map((finding) => withFix(finding, file)), true);
  const { text, applied, refused } = applyFixes(file.text, fixes, (candidate) => file.language.check({ path: file.path, text: candidate }).length);
  const [broken] = refused;
  if (broken) throw new Error(`${file.path}:${broken.region.line}: the fix of ${broken.rule} would break the file: ${JSON.stringify(broken.fix.edits)}`);
  return applied.length === 0 ? file : readFile({ path: file.path, text });
}

function withFix(finding: RawFinding, file: ReadFile): Finding {
  const spelling = finding.intent && file.language.spell(finding.intent, file);
  const applicability = finding.unsafe ? "unsafe" : "safe";
  return { ...finding, fix: spelling?.ok === true ? { title: spelling.title, applicability, edits: spelling.edits } : null };
}
