/**
 * Takes the findings that comments suppress out of a file's list, and reports our own comments that suppress nothing.
 * Pure: findings, comments and text in, findings out.
 */
import type { LanguageId } from "../model/facts.js";
import type { Finding, Fix, Severity } from "../model/finding.js";
import type { RuleInfo } from "../model/report.js";
import { lineStarts, regionOf } from "../model/span.js";
import type { Span } from "../model/span.js";
import { isAlone, lineStartOf, readSuppressions } from "./suppression-comments.js";
import type { SourceComment, SuppressedName, Suppression } from "./suppression-comments.js";

/** The built-in rule about suppression comments, without its documentation's address. */
export const UNUSED_SUPPRESSION = {
  id: "unused-suppression",
  code: "LEAK000",
  summary: "A suppression comment that suppresses nothing, or names no rule that exists",
  severity: "low",
  recommended: true,
  fix: "sometimes",
  languages: ["python", "ts"],
  help: [
    "# unused-suppression",
    "",
    "A `leak-lint: ignore[…]` comment that suppresses nothing hides the next real leak on its line, and one that",
    "misspells a rule never worked. The fix removes what is of no use; a misspelt name is left for you to correct.",
    "",
    "Only leak-lint's own comments are checked, and of the rules they name only those that were selected: comments for",
    "ESLint and `# noqa` are the business of those tools. A file with syntax errors is not checked.",
    "",
  ].join("\n"),
} as const satisfies Omit<RuleInfo, "url">;

/** A rule as comments name it. */
export interface NamedRule {
  id: string;
  code: string;
}

export interface SuppressInput<F extends Finding> {
  path: string;
  text: string;
  language: LanguageId;
  comments: readonly SourceComment[];
  /** The file's findings, of selected rules only. */
  findings: readonly F[];
  /** Every rule that exists, the built-in one included. */
  rules: readonly NamedRule[];
  /** Ids of the rules that were run on the file; unused suppressions are reported if theirs is among them. */
  selected: ReadonlySet<string>;
  /** False where findings may be missing (syntax errors, a defect): then nothing is called unused. */
  complete: boolean;
  severity: Severity;
  /** Where the built-in rule is documented. */
  url: string;
  /** ` (did you mean "x"?)` for an unknown rule's name, or the empty string. */
  suggest: (name: string) => string;
}

export interface Suppressed<F extends Finding> {
  kept: F[];
  suppressed: { finding: F | Finding; reason: string }[];
  /** Findings about the comments themselves. */
  unused: Finding[];
}

export function suppress<F extends Finding>(input: SuppressInput<F>): Suppressed<F> {
  const { list, malformed } = readSuppressions(input.comments, input.text, input.language);
  const used = new Set<SuppressedName>();
  const kept: F[] = [];
  const suppressed: Suppressed<F>["suppressed"] = [];
  for (const finding of input.findings) {
    const reasons = suppressing(finding, list, used);
    if (reasons.length === 0) kept.push(finding);
    else suppressed.push({ finding, reason: reasons.find((reason) => reason !== "") ?? "" });
  }
  if (!input.complete || !input.selected.has(UNUSED_SUPPRESSION.id)) return { kept, suppressed, unused: [] };

  const place = new Placer(input);
  const about = [
    ...malformed.map(({ at, message }) => place.finding("malformed", at, `this suppression has no effect: ${message}`, "name the rule in brackets, or delete the comment", null)),
    ...list.filter(({ form }) => form === "own").flatMap((suppression) => [...findingsAbout(suppression, used, input, place)]),
  ];
  const unused: Finding[] = [];
  for (const finding of about) {
    const reasons = suppressing(finding, list, used);
    if (reasons.length === 0) unused.push(finding);
    else suppressed.push({ finding, reason: reasons[0] ?? "" });
  }
  return { kept, suppressed, unused };
}

/** The reasons of all comments that suppress a finding; each name that does is marked as used. */
function suppressing(finding: Finding, list: readonly Suppression[], used: Set<SuppressedName>): string[] {
  return list.flatMap((suppression) => {
    if (!reaches(suppression, finding)) return [];
    const matching = suppression.names.filter(({ name }) => name === finding.rule || name === finding.code);
    for (const name of matching) used.add(name);
    return matching.length > 0 ? [suppression.reason] : [];
  });
}

function reaches({ reach }: Suppression, finding: Finding): boolean {
  switch (reach.kind) {
    case "file": return true;
    case "line": return finding.region.line === reach.line;
    case "range": return finding.at[0] >= reach.from && finding.at[0] < reach.to;
  }
}

function* findingsAbout(suppression: Suppression, used: ReadonlySet<SuppressedName>, input: SuppressInput<Finding>, place: Placer): Iterable<Finding> {
  const idle: SuppressedName[] = [];
  for (const name of suppression.names) {
    const rule = input.rules.find(({ id, code }) => id === name.name || code === name.name);
    if (!rule) {
      yield place.finding("unknown", name.at, `there is no rule "${name.name}"${input.suggest(name.name)}`, "correct the name; `leak-lint rules` lists them all", null);
    } else if (!used.has(name) && input.selected.has(rule.id) && rule.id !== UNUSED_SUPPRESSION.id) {
      idle.push(name);
    }
  }
  if (idle.length === 0) return;
  const where = suppression.reach.kind === "file" ? "in this file" : "here";
  const all = idle.length === suppression.names.length;
  const message = `unused suppression: ${idle.map(({ name }) => name).join(" and ")} ${idle.length === 1 ? "reports" : "report"} nothing ${where}`;
  const title = all ? "Remove the suppression" : `Remove ${idle.map(({ name }) => name).join(" and ")} from the suppression`;
  const edit = all ? { at: removalOf(suppression, input.text), text: "" } : listWithout(suppression, idle, input.text);
  yield place.finding("unused", suppression.at, message, `${title.charAt(0).toLowerCase()}${title.slice(1)}`, { title, applicability: "safe", edits: [edit] });
}

/** The list of names without the idle ones. */
function listWithout(suppression: Suppression, idle: readonly SuppressedName[], text: string): { at: Span; text: string } {
  const first = suppression.names[0]?.at[0] ?? suppression.at[0];
  const last = suppression.names.at(-1)?.at[1] ?? first;
  const comma = text.slice(first, last).includes(", ") ? ", " : ",";
  return { at: [first, last], text: suppression.names.filter((name) => !idle.includes(name)).map(({ name }) => name).join(comma) };
}

/**
 * What to delete: the whole line of a comment that stands alone, the comment with the blanks before it behind code, or
 * only our part of a comment that also speaks to another tool.
 */
function removalOf({ at, comment }: Suppression, text: string): Span {
  const [start, end] = comment.at;
  const before = text.slice(start, at[0]);
  const after = text.slice(at[1], end);
  const isWhole = /^(?:#|\/\/|\/\*)[\s*]*$/u.test(before) && /^[\s*]*(?:\*\/)?$/u.test(after);
  if (!isWhole) {
    const marker = /\s*(?:#|\/\/)\s*$/u.exec(before);
    if (marker && marker.index > 0) return [start + marker.index, at[1]];
    return [at[0], at[1] + (/^\s*(?:#|\/\/)\s*/u.exec(after)?.[0].length ?? 0)];
  }
  if (isAlone(text, comment.at)) {
    const lineStart = lineStartOf(text, start);
    const rest = /^[^\r\n]*(?:\r\n|\r|\n)?/u.exec(text.slice(end))?.[0].length ?? 0;
    return [lineStart, end + rest];
  }
  const blanksBefore = /[ \t]*$/u.exec(text.slice(lineStartOf(text, start), start))?.[0].length ?? 0;
  const endsLine = /^[ \t]*(?:[\r\n]|$)/u.test(text.slice(end));
  if (endsLine) return [start - blanksBefore, end];
  return [start, end + (/^[ \t]*/u.exec(text.slice(end))?.[0].length ?? 0)];
}

/** Makes findings of the built-in rule in one file. */
class Placer {
  private readonly starts: readonly number[];

  constructor(private readonly input: Pick<SuppressInput<Finding>, "path" | "text" | "severity" | "url">) {
    this.starts = lineStarts(input.text);
  }

  finding(messageId: string, at: Span, message: string, help: string, fix: Fix | null): Finding {
    const { path, severity, url } = this.input;
    return {
      rule: UNUSED_SUPPRESSION.id, code: UNUSED_SUPPRESSION.code, messageId, message, severity, path, at,
      region: regionOf(this.starts, at), trail: [], help, fix, url,
    };
  }
}
