/** Bounding a cache: a `Map` becomes an `LRUCache`, everything else needs a decision. */
import type { FixIntent } from "../../model/fix-intent.js";
import type { Edit } from "../../model/finding.js";
import type { Span } from "../../model/span.js";
import type { Spelling } from "../language.js";
import { isIdentifier, many, one, spanOf, word, type Node } from "./ast.js";
import { importEdit, nodeAt, refused, sourceOf, type Draft } from "./fix-text.js";

type Bound = Extract<FixIntent, { kind: "bound" }>;

export function spellBound(draft: Draft, intent: Bound): Spelling {
  const found = nodeAt(draft.tree.program, intent.container, /^(?:New|Object|Array|Call)Expression$/u);
  if (!found) return refused("The container is not made where it is declared; give it a limit where it is made.");
  const { node } = found;
  if (node.type === "ArrayExpression" || intent.shape === "list") return refused("What to drop when the array is full is yours to say: remove the oldest after adding, or keep a fixed number.");
  if (node.type === "ObjectExpression") return refused("A plain object has no limit; make it a Map first, or an LRUCache from lru-cache.");
  const callee = one(node, "callee");
  if (node.type !== "NewExpression" || !isIdentifier(callee)) return refused("Give the container a limit where it is made.");
  const made = word(callee, "name");
  if (made === "Set") return refused("A Set has no limit; what to forget first is yours to say.");
  if (made !== "Map") return refused(`Give the ${made} a limit where it is made.`);
  if (many(node, "arguments").length > 0) return refused("The Map starts with entries; make an LRUCache and add them to it.");

  const renames = annotationEdits(found.ancestors);
  if (renames === null) return refused("The container is declared as another type; declare it as an LRUCache from lru-cache.");
  const imported = importEdit(draft, "LRUCache", "lru-cache");
  if (!imported) return refused("`LRUCache` already names something else in this file.");
  const typeArguments = one(node, "typeArguments") ?? one(node, "typeParameters");
  const text = `new ${imported.local}${typeArguments ? sourceOf(draft, typeArguments) : ""}({ max: ${String(intent.limit)} })`;
  const edits: Edit[] = [
    ...imported.edits, ...renames.map((at): Edit => ({ at, text: imported.local })), { at: spanOf(node), text },
  ];
  return { ok: true, title: `Keep at most ${String(intent.limit)} entries with lru-cache`, edits };
}

/** The `Map` of `const cache: Map<…> = new Map()`, to be renamed; null where the declared type is something else. */
function annotationEdits(ancestors: readonly Node[]): Span[] | null {
  const holder = ancestors.findLast((node) => node.type === "VariableDeclarator" || node.type === "PropertyDefinition");
  const annotated = holder?.type === "VariableDeclarator" ? one(holder, "id") : holder;
  const annotation = annotated ? one(annotated, "typeAnnotation") : null;
  const type = annotation ? one(annotation, "typeAnnotation") : null;
  if (!type) return [];
  const name = type.type === "TSTypeReference" ? one(type, "typeName") : null;
  return name && isIdentifier(name, "Map") ? [spanOf(name)] : null;
}
