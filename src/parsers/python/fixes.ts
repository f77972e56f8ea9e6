/** Carries out fix intents on a Python text, or says why it does not. */
import type { FixIntent } from "../../model/fix-intent.js";
import type { Edit } from "../../model/finding.js";
import type { SourceFile, Spelling } from "../language.js";
import { bound } from "./fix-bound.js";
import { Document } from "./fix-document.js";
import { hoist } from "./fix-hoist.js";
import { scope } from "./fix-scope.js";
import { keepReference } from "./fix-task.js";
import { parse } from "./parse.js";

/** The file that was asked last: all intents of one come in a row. */
let last: { text: string; document: Document } | null = null;

/** The edits that carry out `intent`. What they make of the text is parsed before they are offered. */
export function spell(intent: FixIntent, source: SourceFile): Spelling {
  if (last?.text !== source.text) last = { text: source.text, document: new Document(source.text) };
  const { document } = last;
  const spelling = spellIntent(intent, document);
  if (!spelling.ok) return spelling;
  const edits = joined(spelling.edits);
  if (parse(applied(source.text, edits)).notes.length > document.notes) return { ok: false, reason: "the edited text would not be valid Python" };
  return { ...spelling, edits };
}

function spellIntent(intent: FixIntent, document: Document): Spelling {
  switch (intent.kind) {
    case "scope": return scope(document, intent);
    case "bound": return bound(document, intent);
    case "keep-reference": return keepReference(document, intent.spawn);
    case "hoist": return hoist(document, intent);
    case "replace": return { ok: true, title: intent.title, edits: [{ at: intent.at, text: intent.text }] };
    case "cleanup": return { ok: false, reason: "Python has no set-up hook that returns its own clean-up" };
  }
}

/** In order, with edits that touch made one, so that no reader has to know which of two comes first. */
function joined(edits: readonly Edit[]): Edit[] {
  const order = edits.map((edit, index) => ({ edit, index })).sort((a, b) => a.edit.at[0] - b.edit.at[0] || a.edit.at[1] - b.edit.at[1] || a.index - b.index);
  const result: Edit[] = [];
  for (const { edit } of order) {
    const last = result[result.length - 1];
    if (last?.at[1] === edit.at[0]) result[result.length - 1] = { at: [last.at[0], edit.at[1]], text: last.text + edit.text };
    else result.push(edit);
  }
  return result;
}

function applied(text: string, edits: readonly Edit[]): string {
  let result = "";
  let position = 0;
  for (const edit of edits) {
    result += text.slice(position, edit.at[0]) + edit.text;
    position = edit.at[1];
  }
  return result + text.slice(position);
}
