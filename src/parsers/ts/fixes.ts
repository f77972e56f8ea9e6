/** Spells the intents of rules as edits of TypeScript and JavaScript, or says why not. */
import type { FixIntent } from "../../model/fix-intent.js";
import type { SourceFile, Spelling } from "../language.js";
import { spellBound } from "./fix-bound.js";
import { spellCleanup } from "./fix-cleanup.js";
import { spellHoist } from "./fix-hoist.js";
import { spellScope } from "./fix-scope.js";
import { applied, draftOf, refused, type Draft } from "./fix-text.js";
import type { Parsed } from "./parse.js";

type Parse = (source: SourceFile) => Parsed;

/** The file that was asked last: all intents of one come in a row. */
let last: { source: SourceFile; parse: Parse; parsed: Parsed } | null = null;

function parsedOnce(source: SourceFile, parse: Parse): Parsed {
  if (last?.source.text !== source.text || last.source.path !== source.path || last.parse !== parse) last = { source, parse, parsed: parse(source) };
  return last.parsed;
}

/** The edits that carry out `intent`. `parse` reads the file; what the edits make must parse as well as it did before. */
export function spell(intent: FixIntent, source: SourceFile, parse: Parse): Spelling {
  if (intent.kind === "replace") {
    return checked({ ok: true, title: intent.title, edits: [{ at: intent.at, text: intent.text }] }, source, parse);
  }
  if (intent.kind === "keep-reference") {
    return refused("What should happen when the promise fails is yours to say: await it, keep it, or give it a catch.");
  }
  const { tree, comments } = parsedOnce(source, parse);
  if (!tree) return refused("The file could not be parsed.");
  return checked(spellParsed(draftOf(source, tree, comments), intent), source, parse);
}

function spellParsed(draft: Draft, intent: Exclude<FixIntent, { kind: "replace" | "keep-reference" }>): Spelling {
  switch (intent.kind) {
    case "scope": return spellScope(draft, intent);
    case "bound": return spellBound(draft, intent);
    case "cleanup": return spellCleanup(draft, intent);
    case "hoist": return spellHoist(draft, intent);
  }
}

function checked(spelling: Spelling, source: SourceFile, parse: Parse): Spelling {
  if (!spelling.ok) return spelling;
  const after = parse({ path: source.path, text: applied(source.text, spelling.edits) });
  if (after.notes.length > parsedOnce(source, parse).notes.length) return refused("The change would not parse here; make it by hand.");
  return spelling;
}
