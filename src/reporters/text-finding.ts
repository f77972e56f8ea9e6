/** One finding as the text report tells it: header, code, trail, fix, documentation. */
import type { Finding, TrailStep } from "../model/finding.js";
import type { Region } from "../model/span.js";
import { printable, widthOf } from "./cells.js";
import { frame } from "./frame.js";
import type { FrameOptions, Mark } from "./frame.js";
import type { Palette } from "./palette.js";
import { fixFlag, ROLE_WORDS } from "./select.js";
import { placeOf } from "./sources.js";
import type { Sources } from "./sources.js";

const CONTEXT = 2;
/** Terminal columns of code in a frame, and of a frame's line with its label. */
const CODE_WIDTH = 100;
const LINE_WIDTH = 120;
/** A step of the trail at most this many lines away is drawn into the finding's own frame. */
const NEAR = 6;

/**
 * Findings of one file with one cause: the same rule and message, about the same holder, or where the trail names none,
 * with the same help.
 */
export function groupByCause(findings: readonly Finding[]): [first: Finding, ...rest: Finding[]][] {
  const groups = new Map<string, [Finding, ...Finding[]]>();
  for (const finding of findings) {
    const holder = finding.trail.find(({ role, place }) => role === "holder" && place !== null)?.place;
    const cause = holder ? [holder.path, ...holder.at] : [finding.help];
    const key = JSON.stringify([finding.path, finding.rule, finding.messageId, ...cause]);
    const group = groups.get(key);
    if (group) group.push(finding);
    else groups.set(key, [finding]);
  }
  return [...groups.values()];
}

/** The lines for a group of findings: the first in full, of the others only where they are and what differs. */
export function findingLines([first, ...others]: readonly [Finding, ...Finding[]], sources: Sources, palette: Palette): string[] {
  const { line, column } = first.region;
  const flag = fixFlag(first);
  const { inFrame, below } = divideTrail(first, sources);
  const gutter = gutterOf(first, sources);
  const options = { gutter, width: CODE_WIDTH, dim: palette.frame, accent: palette.severity[first.severity] };
  const source = sources(first.path);
  const marks: Mark[] = [{ at: first.at, kind: "primary", label: "" }, ...inFrame];
  const pad = " ".repeat(gutter);
  return [
    `${palette.severity[first.severity](palette.bold(`${first.code} ${first.rule} [${first.severity}]`))}: ${palette.bold(printable(first.message))}`,
    `${pad}${palette.frame("-->")} ${printable(first.path)}:${line}:${column}`,
    ...(source ? frame(source, marks, { ...options, context: CONTEXT }) : []),
    ...below.flatMap((step) => stepLines(step, sources, palette, options)),
    ...others.map((other) => `  ${palette.bold(`also at line ${other.region.line}`)}${difference(first, other)}`),
    `  ${palette.good("fix")}: ${printable(first.help)}${flag ? ` (${flag})` : ""}`,
    `  ${palette.dim("docs")}: ${palette.link(printable(first.url))}`,
  ];
}

function difference(first: Finding, other: Finding): string {
  const severity = other.severity === first.severity ? "" : ` [${other.severity}]`;
  return severity + (other.message === first.message ? "" : `: ${printable(other.message)}`);
}

/** Steps next to the finding become marks in its frame; the others keep their order below it. */
function divideTrail(finding: Finding, sources: Sources): { inFrame: Mark[]; below: TrailStep[] } {
  const inFrame: Mark[] = [];
  const below: TrailStep[] = [];
  for (const step of finding.trail) {
    const label = `${ROLE_WORDS[step.role]}: ${step.message}`;
    const region = step.place?.path === finding.path ? placeOf(sources, step.place) : null;
    if (step.place && region && isNear(region, finding.region) && region.endColumn + widthOf(label) < LINE_WIDTH) {
      inFrame.push({ at: step.place.at, kind: "secondary", label });
    } else below.push(step);
  }
  return { inFrame, below };
}

function isNear(step: Region, finding: Region): boolean {
  return step.line === step.endLine && step.line >= finding.line - NEAR && step.line <= finding.endLine + NEAR;
}

function stepLines(step: TrailStep, sources: Sources, palette: Palette, options: Omit<FrameOptions, "context">): string[] {
  const label = `  ${palette.frame(ROLE_WORDS[step.role])}: ${printable(step.message)}`;
  if (!step.place) return [label];
  const source = sources(step.place.path);
  const region = placeOf(sources, step.place);
  const line = region ? `:${region.line}` : "";
  const code = source ? frame(source, [{ at: step.place.at, kind: "secondary", label: "" }], { ...options, context: 0 }) : [];
  return [`${label} (${printable(step.place.path)}${line})`, ...code.slice(1)];
}

/** Digits of the largest line number that the finding's frames show. */
function gutterOf(finding: Finding, sources: Sources): number {
  const places = finding.trail.flatMap(({ place }) => (place ? [placeOf(sources, place)?.line ?? 0] : []));
  const context = Math.min(finding.region.endLine + CONTEXT, sources(finding.path)?.starts.length ?? finding.region.endLine);
  return String(Math.max(context, ...places)).length;
}
