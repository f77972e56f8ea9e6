/**
 * Holds a fixture's marks against what was found. Pure: marks, findings and names in, sentences out, so that the
 * harness itself is tested with made-up findings.
 *
 * Surplus and missing both count: a finding that no mark announces is "noisy", a mark that no finding meets is "missing".
 */
import type { Finding } from "../../src/model/finding.js";
import type { Known, Mark, Want, WantTrail } from "./want.js";

/** The part of a finding that marks speak of. */
export type Found = Pick<Finding, "rule" | "message" | "path" | "region"> & {
  trail: { message: string; place: { path: string; line: number } | null }[];
};

/** A named function or class of a fixture; both lines belong to it. */
export interface Scope {
  path: string;
  name: string;
  kind: "function" | "class";
  line: number;
  endLine: number;
}

/** The printed summaries, as in `want fact`, of the functions declared on a line. */
export type FactLookup = (path: string, line: number) => string[];

export interface Observed {
  findings: readonly Found[];
  scopes: readonly Scope[];
  facts: FactLookup;
}

export interface Outcome {
  missing: string[];
  noisy: string[];
  /** The known-wrong marks, each with null while it holds, or with why it must go. */
  known: Map<Known, string | null>;
}

/** Compares all files of one fixture at once, since a trail may lead into another file. */
export function compare(marks: readonly Mark[], observed: Observed): Outcome {
  const left = new Set(observed.findings);
  const take = (mark: Want | Known): Found | undefined => {
    const found = [...left].find((finding) => meets(finding, mark));
    if (found) left.delete(found);
    return found;
  };
  const missing: string[] = [];
  const met = new Map<Want, Found>();
  // A want with a text is choosier than one without, so it chooses first.
  const wants = marks.filter((mark) => mark.kind === "want");
  for (const want of [...wants.filter((mark) => mark.text !== null), ...wants.filter((mark) => mark.text === null)]) {
    const found = take(want);
    if (found) met.set(want, found);
    else missing.push(`${where(want)}: want ${want.rule}${want.text === null ? "" : ` "${want.text}"`}${nearby(want, left)}`);
    const columns = found === undefined ? null : wrongColumns(want, found);
    if (columns !== null) missing.push(`${where(want)}: ${columns}`);
  }
  const known = new Map<Known, string | null>();
  for (const mark of marks) {
    switch (mark.kind) {
      case "want": break;
      case "fact": {
        const facts = observed.facts(mark.path, mark.line);
        if (!facts.includes(mark.fact)) missing.push(`${where(mark)}: want fact ${mark.fact}; the function has: ${facts.join(", ") || "none"}`);
        break;
      }
      case "trail": {
        const problem = wrongTrail(mark, { wants, met, scopes: observed.scopes });
        if (problem !== null) missing.push(`${where(mark)}: ${problem}`);
        break;
      }
      case "known-fp":
        known.set(mark, take(mark) ? null : "no longer reported: drop the mark");
        break;
      case "known-fn":
        known.set(mark, take(mark) ? "is reported now: make it a want" : null);
        break;
    }
  }
  const noisy = [...left].map((finding) => `${finding.path}:${finding.region.line}:${finding.region.column}: ${finding.rule} "${finding.message}"`);
  return { missing, noisy, known };
}

function where(mark: Mark): string {
  return `${mark.path}:${mark.line}`;
}

function meets(finding: Found, mark: Want | Known): boolean {
  return finding.rule === mark.rule && finding.path === mark.path && finding.region.line === mark.line
    && (mark.kind !== "want" || mark.text === null || finding.message.includes(mark.text));
}

/** The finding that was probably meant: the same rule nearby, or the same line with another rule or text. */
function nearby(want: Want, left: ReadonlySet<Found>): string {
  const near = [...left].find((finding) => finding.path === want.path
    && (finding.region.line === want.line || (finding.rule === want.rule && Math.abs(finding.region.line - want.line) <= 3)));
  return near ? `; near it is ${near.rule} on line ${near.region.line}: "${near.message}"` : "";
}

/** A finding over several lines is held against its first line, up to the line's end. */
function wrongColumns(want: Want, { region }: Found): string | null {
  if (want.columns === null) return null;
  const end = region.endLine === region.line ? region.endColumn : Infinity;
  if (region.column === want.columns.start && (end === want.columns.end || (end === Infinity && want.columns.end > want.columns.start))) return null;
  return `want ${want.rule} at columns ${want.columns.start}-${want.columns.end}, is at ${region.column}-${end === Infinity ? "the line's end" : end}`;
}

function wrongTrail(mark: WantTrail, { wants, met, scopes }: { wants: readonly Want[]; met: ReadonlyMap<Want, Found>; scopes: readonly Scope[] }): string | null {
  const want = wantOf(mark, wants, scopes);
  if (want === undefined) return mark.of === null ? "trail belongs to no want: none stands above it" : `trail names ${mark.of}, which holds no want`;
  const found = met.get(want);
  // The missing want is reported already.
  if (found === undefined) return null;
  const placed = found.trail.flatMap(({ message, place }) => (place === null ? [] : [{ message, ...place }]));
  const step = placed[mark.step - 1];
  if (step?.path === mark.path && step.line === mark.line && step.message.includes(mark.text)) return null;
  const are = placed.map(({ path, line, message }, index) => `${index + 1} ${path}:${line} "${message}"`);
  return `trail ${mark.step} "${mark.text}" of the want on line ${want.line}; its trail is: ${are.join("; ") || "empty"}`;
}

/**
 * The want a trail belongs to: the named function's; else the nearest above in the same function, then the nearest
 * below in it (a holder is often made before the leak); else the nearest above in the file, then the first below.
 */
function wantOf(mark: WantTrail, wants: readonly Want[], scopes: readonly Scope[]): Want | undefined {
  const within = (want: Want, scope: Scope | undefined): boolean =>
    want.path === scope?.path && want.line >= scope.line && want.line <= scope.endLine;
  const nearest = (candidates: readonly Want[]): Want | undefined =>
    candidates.findLast((want) => want.writtenAt <= mark.writtenAt) ?? candidates[0];
  if (mark.of !== null) return wants.find((want) => scopes.some((scope) => scope.name === mark.of && within(want, scope)));
  const here = wants.filter((want) => want.path === mark.path);
  const outermost = scopes.find((scope) => scope.path === mark.path && mark.line >= scope.line && mark.line <= scope.endLine);
  const same = here.filter((want) => within(want, outermost));
  return nearest(same.length > 0 ? same : here);
}

const LEAKS = /(?:_leaks|Leaks|^leaks)$/u;
const OK = /(?:_ok|Ok|^ok)$/u;

/**
 * Names must tell the story: a want stands in something called `..._leaks`, never in something called `..._ok`, and
 * what is called `..._leaks` holds one. `title` is the fixture's own name: a folder or file called `..._leaks` speaks
 * for functions whose names a framework dictates (Next.js' GET).
 */
export function misnamed(title: string, marks: readonly Mark[], scopes: readonly Scope[]): string[] {
  const problems: string[] = [];
  const leaks = marks.filter((mark): mark is Want | Known => mark.kind === "want" || mark.kind === "known-fn");
  const promises = marks.some((mark) => mark.kind !== "trail");
  const stem = title.replace(/\.[a-z.]+$/u, "");
  if (!promises && !OK.test(stem)) problems.push(`${title}: expects nothing, so its name must end in _ok`);
  const [leak] = leaks;
  if (leak && OK.test(stem)) problems.push(`${where(leak)}: a leak in ${title}, whose name says there is none`);
  for (const mark of leaks) {
    const around = scopes.filter((scope) => scope.path === mark.path && mark.line >= scope.line && mark.line <= scope.endLine);
    const ok = around.find((scope) => OK.test(scope.name));
    if (ok) problems.push(`${where(mark)}: ${mark.kind} ${mark.rule} inside ${ok.name}, whose name says there is none`);
    else if (around.length > 0 && !LEAKS.test(stem) && !around.some((scope) => LEAKS.test(scope.name))) {
      problems.push(`${where(mark)}: ${mark.kind} ${mark.rule} inside ${around.map((scope) => scope.name).join(", ")}: name one of them ..._leaks or ...Leaks`);
    }
  }
  for (const scope of scopes) {
    if (!LEAKS.test(scope.name)) continue;
    const holds = leaks.some((mark) => mark.path === scope.path && mark.line >= scope.line && mark.line <= scope.endLine);
    if (!holds) problems.push(`${scope.path}:${scope.line}: ${scope.name} holds no want, and so nothing would notice if its leak went unreported`);
  }
  return problems;
}
