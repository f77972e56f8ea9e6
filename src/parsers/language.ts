/**
 * The interface between the pipeline and a language. A front end knows its grammar and the model; nothing else knows
 * its grammar.
 */
import type { FixIntent } from "../model/fix-intent.js";
import type { ModuleFacts, SyntaxNote } from "../model/facts.js";
import type { Edit } from "../model/finding.js";
import type { Span } from "../model/span.js";

/** A file as read: `text` is decoded and has no byte order mark. `path` is relative to the working directory, with `/`. */
export interface SourceFile {
  path: string;
  text: string;
}

/** A comment's whole span and its text without the markers (`#`, `//`, `/*`), not trimmed. */
export interface Comment {
  at: Span;
  text: string;
  kind: "line" | "block";
}

/** A file that was read: its facts and its comments. Broken places are `facts.syntax`; parsing never throws for bad input. */
export interface Lowered {
  facts: ModuleFacts;
  comments: Comment[];
}

/** The edits that carry out an intent, or why there are none (a sentence for the finding's help line). */
export type Spelling = { ok: true; title: string; edits: Edit[] } | { ok: false; reason: string };

export interface Language {
  id: ModuleFacts["language"];
  /** With the dot, lower case. */
  extensions: readonly string[];
  /** Parses and lowers. Bad syntax is reported in `facts.syntax`; only a defect of ours throws. */
  lower(source: SourceFile): Lowered;
  /** Spells a fix in this language. Parses again: trees are not kept. */
  spell(intent: FixIntent, source: SourceFile): Spelling;
  /** Parses only, for the check that a fixed text still parses. */
  check(source: SourceFile): SyntaxNote[];
}
