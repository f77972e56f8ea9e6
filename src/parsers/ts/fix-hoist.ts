/** Moving a constant regular expression out of a loop, to the top of the module. */
import type { FixIntent } from "../../model/fix-intent.js";
import type { Spelling } from "../language.js";
import { isIdentifier, isRegex, many, one, spanOf, stringValue, word, type Node } from "./ast.js";
import { aboveComments, freshName, indentAt, nodeAt, refused, sourceOf, type Draft } from "./fix-text.js";

type Hoist = Extract<FixIntent, { kind: "hoist" }>;

export function spellHoist(draft: Draft, intent: Hoist): Spelling {
  const found = nodeAt(draft.tree.program, intent.expression, /^(?:Literal|NewExpression|CallExpression)$/u);
  if (!found) return refused("Make the expression once, outside the loop.");
  const { node, ancestors } = found;
  const flags = flagsOf(node);
  if (flags === null) return refused("The expression depends on values of the loop; make it once per value, outside the loop.");
  if (/[gy]/u.test(flags)) return refused("With the g or y flag the expression remembers where it stopped; sharing one would change what it finds.");
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

/** The flags of a regular expression made of constants only, else null. */
function flagsOf(node: Node): string | null {
  if (isRegex(node)) return (node as unknown as { regex: { flags: string } }).regex.flags;
  const callee = one(node, "callee");
  if (!isIdentifier(callee, "RegExp")) return null;
  const args = many(node, "arguments").map((argument) => (isRegex(argument) ? "" : stringValue(argument)));
  if (args.length === 0 || args.some((argument) => argument === null)) return null;
  const first = many(node, "arguments")[0];
  return args[1] ?? (first && isRegex(first) ? flagsOf(first) : "");
}

/** `const wordPattern = /…/` becomes `WORD_PATTERN`. */
function constantName(ancestors: readonly Node[]): string {
  const declarator = ancestors[ancestors.length - 1];
  const id = declarator?.type === "VariableDeclarator" ? one(declarator, "id") : null;
  if (!isIdentifier(id)) return "PATTERN";
  const name = word(id, "name").replaceAll(/([a-z\d])([A-Z])/gu, "$1_$2").toUpperCase();
  return /^[A-Z][A-Z\d_]*$/u.test(name) ? name : "PATTERN";
}
