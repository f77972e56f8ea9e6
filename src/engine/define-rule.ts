/**
 * The one way to write a rule: a value with its metadata and a `check` that queries the engine and yields findings.
 *
 * Message ids and their placeholders are inferred from `messages`, so that a wrong id or a missing placeholder does
 * not compile.
 */
import type { FixIntent } from "../model/fix-intent.js";
import type { LanguageId, FunctionId } from "../model/facts.js";
import type { Severity, TrailStep } from "../model/finding.js";
import type { Span } from "../model/span.js";
import type { Analysis } from "./analysis.js";

/** The names in `{{…}}` of a message. */
type Placeholders<Text extends string> = Text extends `${string}{{${infer Name}}}${infer Rest}` ? Name | Placeholders<Rest> : never;

/** A yielded finding: which message with which data, where, and the evidence. */
export type Yielded<Messages extends Record<string, string>> = {
  [Id in keyof Messages & string]: {
    message: Id;
    data: Record<Placeholders<Messages[Id]>, string>;
  };
}[keyof Messages & string] & {
  severity: Severity;
  path: string;
  at: Span;
  /** The function that holds `at`, for contexts and grouping. */
  in?: FunctionId;
  trail: TrailStep[];
  /**
   * Nothing was seen to run the statement again: it is only taken to be called from elsewhere. That is reported for a file
   * that is linted by itself; where the callers can be looked for, it is no evidence.
   */
  assumed?: boolean;
  /** What to do, in one line, with the user's own names. */
  help: string;
  fix?: FixIntent | null;
  /** Set where a fix needs a package or may change behaviour. */
  unsafe?: boolean;
};

export interface RuleDefinition<Messages extends Record<string, string>> {
  /** Names the bad pattern; equals the file, docs, fixture and test name. */
  id: string;
  /** LEAK and three digits; never reused. */
  code: string;
  /** One line, no full stop. */
  summary: string;
  /** The worst severity it reports. */
  severity: Severity;
  recommended: boolean;
  fix: "never" | "sometimes" | "always";
  /** The languages it claims; each needs a fixture folder and an oracle run. */
  languages: readonly LanguageId[];
  messages: Messages;
  check(analysis: Analysis): Iterable<Yielded<Messages>>;
}

/** A rule with its message types forgotten, as the engine runs it. */
export interface Rule extends Omit<RuleDefinition<Record<string, string>>, "check"> {
  check(analysis: Analysis): Iterable<Yielded<Record<string, string>>>;
}

export function defineRule<const Messages extends Record<string, string>>(definition: RuleDefinition<Messages>): Rule {
  return definition;
}

/** Fills `{{name}}` from `data`; "a {{noun}}" becomes "an HTTP session" where the noun asks for it. */
export function fill(message: string, data: Readonly<Record<string, string>>): string {
  return substitute(message.replaceAll(/\ba \{\{(\w+)\}\}/gu, (whole, name: string) => (startsWithVowel(data[name] ?? "") ? `an {{${name}}}` : whole)), data);
}

/** By sound: an abbreviation that is spelt out begins with the name of its first letter. */
function startsWithVowel(noun: string): boolean {
  const first = noun.split(/[\s-]/u)[0] ?? "";
  return /^[A-Z]{2,}$/u.test(first) ? /^[AEFHILMNORSX]/u.test(first) : /^(?!uni|use|eu)[aeiou]/iu.test(first);
}

function substitute(message: string, data: Readonly<Record<string, string>>): string {
  return message.replaceAll(/\{\{(\w+)\}\}/gu, (whole, name: string) => data[name] ?? whole);
}
