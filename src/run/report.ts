/** The end of a run: writes fixes and puts together what reporters are handed. */
import { compare } from "../engine/files/discover.js";
import { replaceFile } from "../engine/files/write-file.js";
import type { Problem } from "../model/finding.js";
import type { Report, RuleInfo } from "../model/report.js";
import type { Checked } from "./check.js";
import type { FixedFile } from "./fix.js";
import { version } from "./package.js";
import type { Project } from "./project.js";

/** Writes the fixed files; what could not be written is a problem. */
export function writeFixes(fixed: readonly FixedFile[]): Problem[] {
  return fixed.flatMap(({ path, absolute, original, bytes }) => {
    const failure = replaceFile(absolute, original, bytes);
    return failure === null ? [] : [{ path, kind: "unreadable" as const, message: `its fixes could not be written: ${failure}`, region: null }];
  });
}

/** `more` are problems that neither the project nor the check knows; `root` is absolute, `elapsed` in milliseconds. */
export function reportOf(project: Project, checked: Checked, more: readonly Problem[], about: { rules: readonly RuleInfo[]; root: string; elapsed: number }): Report {
  const problems = [...project.problems, ...project.syntaxProblems(), ...checked.problems, ...more].sort((a, b) => compare(a.path, b.path));
  const trails = checked.findings.flatMap(({ trail }) => trail.flatMap(({ place }) => (place ? [place.path] : [])));
  const shown = new Set([...problems, ...checked.findings, ...checked.suppressed.map(({ finding }) => finding)].map(({ path }) => path).concat(trails));
  return {
    findings: checked.findings,
    suppressed: checked.suppressed,
    problems,
    texts: new Map([...project.texts].filter(([path]) => shown.has(path))),
    files: [...project.files.keys()],
    version: version(),
    ...about,
  };
}
