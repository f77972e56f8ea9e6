/**
 * Reads suppression comments. Forms, each naming at least one rule (there is no blanket form):
 *
 *   # leak-lint: ignore[rule, LEAK001] reason       this line; alone on its line, the next
 *   # leak-lint: ignore-file[rule] reason           the file
 *   // leak-lint-ignore[rule] reason                the same two in the spelling of JavaScript's tools, also in block comments;
 *   // leak-lint-ignore-file[rule] reason           both spellings work in both languages
 *   # noqa: LEAK001                                 this line
 *   // eslint-disable-line leak-lint/rule -- why    and -next-line, and disable … enable for a range
 */
import type { LanguageId } from "../model/facts.js";
import { lineAt, lineStarts } from "../model/span.js";
import type { Span } from "../model/span.js";

/** A comment as a front end gives it: its whole span, and its text without the markers. */
export interface SourceComment {
  at: Span;
  text: string;
  kind: "line" | "block";
}

/** A rule's name inside a suppression and where it stands. */
export interface SuppressedName {
  name: string;
  at: Span;
}

/** What a comment suppresses: findings that start on `line`, anywhere, or from an offset up to another. */
export type Reach = { kind: "line"; line: number } | { kind: "file" } | { kind: "range"; from: number; to: number };

export interface Suppression {
  /** "own" forms are leak-lint's and are reported when they are of no use; the others belong to other tools. */
  form: "own" | "noqa" | "eslint";
  reach: Reach;
  names: SuppressedName[];
  reason: string;
  /** From the first word of the form to the end of its reason. */
  at: Span;
  comment: SourceComment;
}

/** One of our comments that cannot be understood. */
export interface Malformed {
  at: Span;
  message: string;
}

export interface Suppressions {
  list: Suppression[];
  malformed: Malformed[];
}

/** A later comment marker inside a comment starts another tool's remark: `# leak-lint: ignore[x] why  # type: ignore`. */
const OWN = /(?:^[\s*]*|(?:#|\/\/)\s*)(leak-lint(?:\s*:\s*|-)([\w-]+)[ \t]*(?:\[([^\]\n]*)\])?)((?:(?!\s(?:#|\/\/)\s*[a-z][\w-]*\s*[:[]|\s#\s*(?:noqa|nosec)\b)[^\n])*)/giu;
const NOQA = /(?:^\s*|#\s*)(noqa\s*:\s*)([A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*)/giu;
const ESLINT = /^[\s*]*(eslint-(disable-next-line|disable-line|disable|enable))(?=\s|$)([\s\S]*)$/u;

/** Every suppression among a file's comments, in order. */
export function readSuppressions(comments: readonly SourceComment[], text: string, language: LanguageId): Suppressions {
  const found: Suppressions = { list: [], malformed: [] };
  if (!comments.some((comment) => /leak-lint|noqa/iu.test(comment.text))) return found;
  const lines = new Lines(text, comments);
  for (const comment of comments) {
    readOwn(comment, text, lines, found);
    if (language === "python" && comment.kind === "line") readNoqa(comment, text, lines, found);
  }
  readEslint(comments, text, language, lines, found);
  found.list.sort((a, b) => a.at[0] - b.at[0]);
  return found;
}

function readOwn(comment: SourceComment, text: string, lines: Lines, found: Suppressions): void {
  const start = textStart(comment, text);
  for (const match of comment.text.matchAll(OWN)) {
    // A block comment is one remark: a marker further in is an example in prose.
    if (comment.kind === "block" && match.index > 0) continue;
    const [whole, form = "", verb = "", list, tail = ""] = match;
    const from = start + match.index + whole.indexOf(form);
    const at: Span = [from, from + form.length + tail.trimEnd().length];
    const isFile = verb === "ignore-file";
    if (verb !== "ignore" && !isFile) {
      // Prose may start with the tool's name; only what looks like a directive is one.
      if (list !== undefined || verb.startsWith("ignore") || verb.startsWith("disable")) found.malformed.push({ at, message: `"${verb}" is not a suppression; write ignore[rule] or ignore-file[rule]` });
      continue;
    }
    const names = splitNames(list ?? "", from + form.indexOf("[") + 1);
    if (names.length === 0) {
      found.malformed.push({ at, message: `a suppression names the rules it is for: ${verb}[rule]` });
      continue;
    }
    const reach: Reach = isFile ? { kind: "file" } : { kind: "line", line: lines.target(comment) };
    found.list.push({ form: "own", reach, names, reason: cleanReason(tail), at, comment });
  }
}

function readNoqa(comment: SourceComment, text: string, lines: Lines, found: Suppressions): void {
  const start = textStart(comment, text);
  for (const match of comment.text.matchAll(NOQA)) {
    const [whole, head = "", codes = ""] = match;
    const from = start + match.index + whole.length - codes.length;
    const names = splitNames(codes, from).filter(({ name }) => /^LEAK\d/iu.test(name)).map(({ name, at }) => ({ name: name.toUpperCase(), at }));
    if (names.length === 0) continue;
    const at: Span = [from - head.length, from + codes.length];
    found.list.push({ form: "noqa", reach: { kind: "line", line: lines.of(comment.at[0]) }, names, reason: "noqa", at, comment });
  }
}

function readEslint(comments: readonly SourceComment[], text: string, language: LanguageId, lines: Lines, found: Suppressions): void {
  /** Ranges that no `eslint-enable` has ended so far, by rule. */
  const open = new Map<string, Suppression>();
  for (const comment of comments) {
    const match = ESLINT.exec(comment.text);
    if (!match) continue;
    const [, , verb = "", rest = ""] = match;
    const isLine = verb === "disable-line" || verb === "disable-next-line";
    // As in ESLint, a range is switched by block comments only; Python has none, so there any comment will do.
    if (!isLine && comment.kind === "line" && language !== "python") continue;
    const [list = "", ...reasons] = rest.split(/\s-{2,}\s/u);
    const start = textStart(comment, text) + comment.text.length - rest.length;
    const names = splitNames(list, start).filter(({ name }) => name.startsWith("leak-lint/")).map(({ name, at }) => ({ name: name.slice("leak-lint/".length), at }));
    const common = { form: "eslint" as const, reason: reasons.join(" -- ").replaceAll(/\s+/gu, " ").trim(), at: comment.at, comment };
    if (isLine) {
      const line = verb === "disable-line" ? lines.of(comment.at[0]) : lines.of(comment.at[1]) + 1;
      if (names.length > 0) found.list.push({ ...common, reach: { kind: "line", line }, names });
    } else if (verb === "disable") {
      for (const name of names) {
        const suppression: Suppression = { ...common, reach: { kind: "range", from: comment.at[0], to: text.length }, names: [name] };
        if (!open.has(name.name)) open.set(name.name, suppression);
        found.list.push(suppression);
      }
    } else {
      const ended = list.trim() === "" ? [...open.keys()] : names.map(({ name }) => name);
      for (const suppression of found.list) {
        const [name] = suppression.names;
        if (suppression.reach.kind === "range" && suppression.reach.to === text.length && name && ended.includes(name.name)) suppression.reach.to = comment.at[0];
      }
      for (const name of ended) open.delete(name);
    }
  }
}

/** The names of a comma- or space-separated list that starts at `offset`. */
function splitNames(list: string, offset: number): SuppressedName[] {
  return [...list.matchAll(/[^,\s]+/gu)].map((match) => ({ name: match[0], at: [offset + match.index, offset + match.index + match[0].length] }));
}

function cleanReason(tail: string): string {
  return tail.trim().replace(/^(?:--?|—|–|:)\s*/u, "").replace(/\s*\*+$/u, "").trim();
}

/** Where the comment's text without markers starts. */
function textStart(comment: SourceComment, text: string): number {
  const index = text.slice(comment.at[0], comment.at[1]).indexOf(comment.text);
  return comment.at[0] + Math.max(0, index);
}

/** The file by lines: which line a comment speaks of. */
class Lines {
  private readonly starts: readonly number[];
  /** Lines on which nothing but comments stands. */
  private readonly commentOnly = new Map<number, number>();

  constructor(private readonly text: string, comments: readonly SourceComment[]) {
    this.starts = lineStarts(text);
    for (const comment of comments) {
      if (isAlone(text, comment.at)) this.commentOnly.set(this.of(comment.at[0]), this.of(comment.at[1]));
    }
  }

  of(offset: number): number {
    return lineAt(this.starts, offset);
  }

  /** Its own line, or, for a comment alone on its line, the next line that holds more than a comment. */
  target(comment: SourceComment): number {
    const own = this.of(comment.at[0]);
    if (!isAlone(this.text, comment.at)) return own;
    let line = own;
    for (let last = this.commentOnly.get(line); last !== undefined; last = this.commentOnly.get(line)) line = last + 1;
    return line;
  }
}

/** Where the line of an offset begins. */
export function lineStartOf(text: string, offset: number): number {
  let at = offset;
  while (at > 0 && text[at - 1] !== "\n" && text[at - 1] !== "\r") at -= 1;
  return at;
}

/** Whether nothing else stands on the comment's lines; JSX needs braces around a comment, which do not count. */
export function isAlone(text: string, [start, end]: Span): boolean {
  const before = text.slice(Math.max(lineStartOf(text, start), start - 500), start);
  const after = /^[^\r\n]*/u.exec(text.slice(end, end + 500))?.[0] ?? "";
  return (before.trim() === "" && after.trim() === "") || (before.trim() === "{" && after.trim() === "}");
}
