/**
 * Moving a regular expression out of a loop: to the top of the module if it is made of constants only, else to just
 * before the loop if nothing that it is made of changes there.
 */
import type { FixIntent } from "../../model/fix-intent.js";
import type { Edit } from "../../model/finding.js";
import type { Span } from "../../model/span.js";
import type { Spelling } from "../language.js";
import { isIdentifier, isNode, isRegex, many, one, spanOf, stringValue, walk, word, type Node } from "./ast.js";
import {
  aboveComments, contains, freshName, indentAt, nodeAt, pathTo, referenceSpan, refused, restOfLine, sourceOf, startsLine, statementsOf,
  wholeLine, type Draft,
} from "./fix-text.js";
import { isConstant, type ReferenceLike } from "./scopes.js";

type Hoist = Extract<FixIntent, { kind: "hoist" }>;

const STATEFUL = "With the g or y flag the expression remembers where it stopped; sharing one would change what it finds.";
const VARIES = "The expression depends on values of the loop; make it once per value, outside the loop.";

export function spellHoist(draft: Draft, intent: Hoist): Spelling {
  const found = nodeAt(draft.tree.program, intent.expression, /^(?:Literal|NewExpression|CallExpression)$/u);
  if (!found) return refused("Make the expression once, outside the loop.");
  const { node, ancestors } = found;
  const made = composition(node);
  if (made === null) return refused(VARIES);
  if (/[gy]/u.test(made.flags)) return refused(STATEFUL);
  return made.constant ? toModule(draft, node, ancestors) : beforeLoop(draft, intent.before, node, ancestors);
}

function toModule(draft: Draft, node: Node, ancestors: readonly Node[]): Spelling {
  const statement = ancestors[1];
  if (!statement) return refused("The expression is already at the top of the module.");
  const at = aboveComments(draft, statement);
  const name = freshName(draft.text, constantName(ancestors));
  const declaration = `const ${name} = ${sourceOf(draft, node)}${draft.semicolon}${draft.newline}${indentAt(draft.text, at)}`;
  return {
    ok: true, title: `Make the expression once, as \`${name}\``,
    edits: [{ at: [at, at], text: declaration }, { at: spanOf(node), text: name }],
  };
}

/** The expression before the statement that holds the loop, with its declaration if it has one of its own. */
function beforeLoop(draft: Draft, before: Span, node: Node, ancestors: readonly Node[]): Spelling {
  const { text, newline, semicolon } = draft;
  const path = pathTo(draft.tree.program, before);
  const holder = path.findLastIndex((candidate) => statementsOf(candidate) !== null && spanOf(candidate)[0] < before[0]);
  const statement = path[(holder < 0 ? 0 : holder) + 1];
  if (!statement || !startsLine(text, spanOf(statement)[0])) return refused("Make the expression once, before the loop.");
  if (changesWithin(draft, spanOf(statement), node)) return refused(VARIES);
  const [start] = spanOf(statement);
  const indent = indentAt(text, start);
  const declaration = ownDeclaration(draft, ancestors);
  if (declaration) {
    const end = restOfLine(draft, spanOf(declaration)[1]);
    const moved = wholeLine(draft, declaration);
    const edits: Edit[] = [
      { at: [start, start], text: `${text.slice(spanOf(declaration)[0], end ?? spanOf(declaration)[1])}${newline}${indent}` },
      { at: end !== null && end > moved[1] ? [lineBreakBefore(text, moved[0]), end] : moved, text: "" },
    ];
    return { ok: true, title: "Make the expression once, before the loop", edits };
  }
  const name = freshName(text, "pattern");
  return {
    ok: true, title: `Make the expression once, as \`${name}\``,
    edits: [{ at: [start, start], text: `const ${name} = ${sourceOf(draft, node)}${semicolon}${newline}${indent}` }, { at: spanOf(node), text: name }],
  };
}

/** The offset of the line break and indentation that stand directly before `offset`. */
function lineBreakBefore(text: string, offset: number): number {
  return /(?:\r\n|\r|\n)[ \t]*$/u.exec(text.slice(0, offset))?.index ?? offset;
}

/** The declaration of a constant that is this expression and nothing else, if its name is declared only once in the file. */
function ownDeclaration(draft: Draft, ancestors: readonly Node[]): Node | null {
  const [statement, declarator] = ancestors.slice(-2);
  if (declarator?.type !== "VariableDeclarator" || statement?.type !== "VariableDeclaration" || many(statement, "declarations").length !== 1) return null;
  const id = one(declarator, "id");
  if (!isIdentifier(id) || word(statement, "kind") !== "const" || !startsLine(draft.text, spanOf(statement)[0])) return null;
  const name = word(id, "name");
  const declared = draft.tree.scopes.scopes.flatMap((scope) => scope.variables).filter((variable) => variable.name === name && variable.defs.length > 0);
  return declared.length === 1 && declared[0] && isConstant(declared[0]) ? statement : null;
}

/** Whether anything that the expression reads is declared or written inside `region`, or cannot be followed. */
function changesWithin(draft: Draft, region: Span, node: Node): boolean {
  const opaque: Node[] = [];
  const callee = one(node, "callee");
  const names = new Set<Node>();
  walk(node, (part) => {
    if (part === callee) return false;
    if (isIdentifier(part)) names.add(part);
    else if (part !== node && !/^(?:TemplateLiteral|TemplateElement|Literal|BinaryExpression)$/u.test(part.type)) opaque.push(part);
    return opaque.length === 0;
  });
  if (opaque.length > 0) return true;
  const known = new Map<Node, ReferenceLike>();
  for (const scope of draft.tree.scopes.scopes) {
    for (const reference of scope.references) if (isNode(reference.identifier)) known.set(reference.identifier, reference);
  }
  return [...names].some((name) => {
    const variable = known.get(name)?.resolved;
    if (!variable) return true;
    const places = [...variable.references.filter((reference) => reference.isWrite()).map(referenceSpan), ...variable.identifiers.filter(isNode).map(spanOf)];
    return places.some((place) => contains(region, place));
  });
}

/** A regular expression's flags and whether it is made of constants only; null where its flags are not known. */
function composition(node: Node): { flags: string; constant: boolean } | null {
  if (isRegex(node)) return { flags: (node as unknown as { regex: { flags: string } }).regex.flags, constant: true };
  const callee = one(node, "callee");
  const [pattern, flags] = many(node, "arguments");
  if (!isIdentifier(callee, "RegExp") || !pattern) return null;
  const given = flags ? stringValue(flags) : null;
  if (flags && given === null) return null;
  if (isRegex(pattern)) return { flags: given ?? composition(pattern)?.flags ?? "", constant: true };
  // A pattern in a variable may be a regular expression whose flags are taken over.
  if (given === null && isIdentifier(pattern)) return null;
  return { flags: given ?? "", constant: stringValue(pattern) !== null };
}

/** `const wordPattern = /…/` becomes `WORD_PATTERN`. */
function constantName(ancestors: readonly Node[]): string {
  const declarator = ancestors[ancestors.length - 1];
  const id = declarator?.type === "VariableDeclarator" ? one(declarator, "id") : null;
  if (!isIdentifier(id)) return "PATTERN";
  const name = word(id, "name").replaceAll(/([a-z\d])([A-Z])/gu, "$1_$2").toUpperCase();
  return /^[A-Z][A-Z\d_]*$/u.test(name) ? name : "PATTERN";
}
