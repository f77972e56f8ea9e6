/**
 * The expectation grammar: what a fixture says, in its own comments, that leak-lint must find in it.
 *
 *   handle = open(p)   # want unclosed-file "is not closed"      a finding on this line, whose message contains the text
 *   #        ^^^^^^^                                             its exact columns, where they matter
 *   def opener(p):     # want fact returns-owned(file)           a summary of the function declared on this line
 *   timer = start()    # want +2 timer-leak                      the line it means is two below
 *   return early       # trail 1 "leaves here"                   nth placed step of the trail of the want above it
 *   cache = {}         # trail 1 of fill_leaks "lives as long"   the same for the want inside that function
 *   h = open(p)        # known-fn unclosed-file: why             should be reported, is not; fails once it is
 *   h = opener2()      # known-fp unclosed-file: why             is reported, should not be; fails once it is not
 *
 * The comments are those of the language's own parser, so a string that looks like an expectation never counts.
 * Several items on one line are separated by `;`. This module reads marks and judges their spelling only; what they
 * mean for findings is `compare.ts`.
 */
import type { Comment } from "../../src/parsers/language.js";
import { lineAt, lineStarts } from "../../src/model/span.js";

/** Where a mark is written and which line it speaks of; both count from 1. */
interface Placed {
  path: string;
  line: number;
  writtenAt: number;
}

export interface Want extends Placed {
  kind: "want";
  rule: string;
  text: string | null;
  /** From 1, end exclusive, as in `Region`. */
  columns: { start: number; end: number } | null;
}
export interface WantFact extends Placed {
  kind: "fact";
  fact: string;
}
export interface WantTrail extends Placed {
  kind: "trail";
  /** Counts the steps that have a place, from 1. */
  step: number;
  text: string;
  /** The function that holds the want this belongs to; null for the nearest one. */
  of: string | null;
}
export interface Known extends Placed {
  kind: "known-fn" | "known-fp";
  rule: string;
  why: string;
}
export type Mark = Want | WantFact | WantTrail | Known;

/** What names may stand in a mark. A name outside it is an error: a dead mark would pass for ever. */
export interface Vocabulary {
  rules: ReadonlySet<string>;
  facts: ReadonlySet<string>;
}

export interface MarkedFile {
  path: string;
  text: string;
  comments: readonly Comment[];
}

export interface Marks {
  marks: Mark[];
  /** Misspelt marks, as `path:line: what is wrong and what is meant`. */
  errors: string[];
}

const KEYWORDS = ["want", "trail", "known-fn", "known-fp"];
const ITEM_BREAK = /;\s*(?=(?:want|trail|known-f[np])\b)/u;
const WANT_FACT = /^want (?:\+(?<offset>\d+) )?fact (?<fact>(?<name>[a-z-]+)(?:\([^()]*\))?)$/u;
const WANT = /^want (?:\+(?<offset>\d+) )?(?<rule>[\w-]+)(?: "(?<text>[^"]+)")?$/u;
const TRAIL = /^trail (?:\+(?<offset>\d+) )?(?<step>[1-9]\d*) (?:of (?<of>\w+) )?"(?<text>[^"]+)"$/u;
const KNOWN = /^(?<kind>known-f[np]) (?:\+(?<offset>\d+) )?(?<rule>[\w-]+): (?<why>\S.*)$/u;
const CARETS = /^\s*\^+(?:\s+\^+)*\s*$/u;

/** Reads every mark of a file; marks that are misspelt become errors and are left out. */
export function parseMarks(file: MarkedFile, vocabulary: Vocabulary): Marks {
  const starts = lineStarts(file.text);
  const marks: Mark[] = [];
  const errors: string[] = [];
  for (const comment of file.comments) {
    const line = lineAt(starts, comment.at[0]);
    const fail = (message: string): void => { errors.push(`${file.path}:${line}: ${message}`); };
    if (CARETS.test(comment.text)) {
      const column = comment.at[0] - (starts[line - 1] ?? 0) + 1;
      const problem = attachCarets(marks, file.text.slice(...comment.at), { path: file.path, line, column });
      if (problem !== null) fail(problem);
      continue;
    }
    for (const item of itemsOf(comment.text)) {
      const mark = parseItem(item, { path: file.path, line }, vocabulary);
      if (typeof mark === "string") fail(mark);
      else if (mark !== null) marks.push(mark);
    }
  }
  return { marks, errors };
}

/** The text without its marks, as a fix leaves it to a reader; a line that held nothing else goes too. */
export function withoutMarks({ text, comments }: Pick<MarkedFile, "text" | "comments">): string {
  const marks = comments.filter((comment) => CARETS.test(comment.text) || /^\s*(?:want|trail|known-f[np])\s/u.test(comment.text));
  return marks.toReversed().reduce((rest, { at: [start, end] }) => {
    const before = rest.slice(0, start).replace(/[ \t]+$/u, "");
    const after = rest.slice(end);
    return before === "" || before.endsWith("\n") ? before + after.replace(/^\r?\n/u, "") : before + after;
  }, text);
}

/** The items of a comment; semicolons inside quotes separate nothing. */
function itemsOf(text: string): string[] {
  // Quoted text is masked with as many spaces, so that positions stay.
  const masked = text.replaceAll(/"[^"]*"/gu, (quoted) => "_".repeat(quoted.length));
  const items: string[] = [];
  let from = 0;
  for (const piece of masked.split(ITEM_BREAK)) {
    items.push(text.slice(from, from + piece.length).trim());
    from += piece.length;
    from += /^;\s*/u.exec(masked.slice(from))?.[0].length ?? 0;
  }
  return items;
}

/** A mark, null for an ordinary comment, or what is wrong with it. */
function parseItem(item: string, place: { path: string; line: number }, vocabulary: Vocabulary): Mark | string | null {
  const first = /^[\w-]+/u.exec(item)?.[0] ?? "";
  if (!KEYWORDS.includes(first)) return misspelling(item, first, vocabulary);
  const at = (offset: string | undefined): Placed => ({ path: place.path, line: place.line + Number(offset ?? 0), writtenAt: place.line });
  const fact = WANT_FACT.exec(item)?.groups;
  if (fact) {
    if (!vocabulary.facts.has(fact["name"] ?? "")) return unknown("fact", fact["name"] ?? "", vocabulary.facts);
    return { kind: "fact", fact: fact["fact"] ?? "", ...at(fact["offset"]) };
  }
  const trail = TRAIL.exec(item)?.groups;
  if (trail) return { kind: "trail", step: Number(trail["step"]), text: trail["text"] ?? "", of: trail["of"] ?? null, ...at(trail["offset"]) };
  const ruled = (WANT.exec(item) ?? KNOWN.exec(item))?.groups;
  if (!ruled) return `"${item}" is not an expectation; ${form(first)}`;
  const rule = ruled["rule"] ?? "";
  if (!vocabulary.rules.has(rule)) return unknown("rule", rule, vocabulary.rules);
  if (first === "want") return { kind: "want", rule, text: ruled["text"] ?? null, columns: null, ...at(ruled["offset"]) };
  return { kind: first === "known-fn" ? "known-fn" : "known-fp", rule, why: ruled["why"] ?? "", ...at(ruled["offset"]) };
}

function form(keyword: string): string {
  switch (keyword) {
    case "want": return 'write: want [+N] RULE ["text"], or: want [+N] fact NAME(ARG)';
    case "trail": return 'write: trail N [of FUNCTION] "text"';
    default: return `write: ${keyword} [+N] RULE: why`;
  }
}

function unknown(what: "rule" | "fact", name: string, names: ReadonlySet<string>): string {
  return `there is no ${what} "${name}"; there are: ${[...names].sort().join(", ")}`;
}

/**
 * Comments that were surely meant as marks: a keyword in the middle, or a keyword with a typing mistake before what looks
 * like the rest of a mark. Prose that starts with "what" or "wait" stays prose.
 */
function misspelling(item: string, first: string, { rules }: Vocabulary): string | null {
  const inside = /(?:#|\/\/|\/\*)\s*(?:want|trail|known-f[np])\b/u.exec(item);
  if (inside) return `"${inside[0]}" stands inside another comment and would be ignored; give it the whole comment`;
  const { rest = "", name = "" } = /^[:\s]*(?:\+\d+ )?(?<rest>(?<name>[\w-]*).*)/su.exec(item.slice(first.length))?.groups ?? {};
  const looksLikeMark = name === "fact" || /^\d+ (?:of \w+ )?"/u.test(rest) || [...rules].some((rule) => distance(name, rule) <= 2);
  const meant = KEYWORDS.find((keyword) => distance(first.toLowerCase(), keyword) <= 2);
  return looksLikeMark && meant !== undefined ? `"${first}" is not a keyword; did you mean "${meant}"?` : null;
}

/** Edits (insert, drop, replace, swap neighbours) from one word to the other. */
function distance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((rows[i - 1]?.[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (rows[i - 1]?.[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, (rows[i - 2]?.[j - 2] ?? 0) + 1);
      row.push(best);
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? 0;
}

/** Gives the wants written on the line above their columns, left to right; returns what is wrong, if anything. */
function attachCarets(marks: Mark[], comment: string, place: { path: string; line: number; column: number }): string | null {
  const wants = marks.filter((mark): mark is Want => mark.kind === "want" && mark.writtenAt === place.line - 1);
  const runs = [...comment.matchAll(/\^+/gu)];
  if (runs.length > wants.length) return `${runs.length} runs of ^ but ${wants.length} wants on the line above`;
  for (const [index, run] of runs.entries()) {
    const want = wants[index];
    if (want) want.columns = { start: place.column + run.index, end: place.column + run.index + run[0].length };
  }
  return null;
}
