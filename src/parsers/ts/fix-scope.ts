/** Releasing at the end of a scope: `using`, or `try { … } finally { release }` after the acquiring statement. */
import type { FixIntent } from "../../model/fix-intent.js";
import type { Edit } from "../../model/finding.js";
import type { Span } from "../../model/span.js";
import type { Spelling } from "../language.js";
import { flag, isFunction, isIdentifier, many, one, spanOf, unwrap, walk, word, type Node } from "./ast.js";
import {
  contains, declaredVariable, functionAround, indentAt, mayAwait, nodeAt, pathTo, referenceSpan, refused, restOfLine, runsIn, startsLine,
  statementsOf, wholeLine, type Draft,
} from "./fix-text.js";
import { isConstant, type VariableLike } from "./scopes.js";

type Scope = Extract<FixIntent, { kind: "scope" }>;

/** The statement that acquires, and what it names the handle. */
interface Acquisition {
  statement: Node;
  /** The statements among which it stands. */
  siblings: Node[];
  holder: Node;
  index: number;
  functionNode: Node | null;
  name: string;
  variable: VariableLike;
}

export function spellScope(draft: Draft, intent: Scope): Spelling {
  const found = acquisition(draft, intent.acquire);
  if (typeof found === "string") return refused(found);
  const trouble = escapes(draft, found, intent);
  if (trouble !== null) return refused(trouble);
  if (intent.scopeForm === "with" || intent.scopeForm === "async-with") return spellUsing(draft, intent, found);
  return spellFinally(draft, intent, found);
}

function acquisition(draft: Draft, acquire: Span): Acquisition | string {
  const found = nodeAt(draft.tree.program, acquire, /^(?:Call|New|Await|TaggedTemplate)/u);
  const declaratorIndex = found ? found.ancestors.findLastIndex((node) => node.type === "VariableDeclarator") : -1;
  const declarator = found?.ancestors[declaratorIndex];
  const between = found?.ancestors.slice(declaratorIndex + 1) ?? [];
  if (!found || !declarator || !between.every((node) => /^(?:AwaitExpression|TS\w+|ChainExpression)$/u.test(node.type))) {
    return "The handle is not held by a variable of its own; give it one and release it in a finally block.";
  }
  const statement = found.ancestors[declaratorIndex - 1];
  const holder = found.ancestors[declaratorIndex - 2];
  const id = one(declarator, "id");
  if (!statement || !holder || statement.type !== "VariableDeclaration" || many(statement, "declarations").length !== 1) {
    return "The handle is declared together with others; declare it alone first.";
  }
  if (!isIdentifier(id)) return "The handle is taken apart where it is made; keep it in a variable so that it can be released.";
  const siblings = statementsOf(holder);
  const variable = declaredVariable(draft.tree, id);
  if (!siblings || !variable) return "The handle is declared where no block follows; release it in a finally block.";
  if (!isConstant(variable)) return "The variable is assigned again later, so what it holds at the end is not certain.";
  const functionNode = functionAround(found.ancestors);
  return { statement, siblings, holder, index: siblings.indexOf(statement), functionNode, name: word(id, "name"), variable };
}

/** Why the handle may outlive its block, in a sentence; null where it does not. */
function escapes(draft: Draft, found: Acquisition, intent: Scope): string | null {
  const { program } = draft.tree;
  const last = found.siblings[found.siblings.length - 1] ?? found.statement;
  const block: Span = [spanOf(found.statement)[0], spanOf(last)[1]];
  if (intent.lastUse && !contains(block, intent.lastUse)) return `\`${found.name}\` is used outside the block that declares it.`;
  for (const reference of found.variable.references) {
    const at = referenceSpan(reference);
    if (at[0] >= spanOf(found.statement)[0] && at[1] <= spanOf(found.statement)[1]) continue;
    if (!contains(block, at)) return `\`${found.name}\` is used outside the block that declares it.`;
    if (!runsIn(program, found.functionNode, at)) return `\`${found.name}\` is used in a nested function, which may run after the block ends.`;
    if (leaves(pathTo(program, at))) return `\`${found.name}\` is handed on, so whoever receives it has to release it.`;
  }
  return null;
}

/** Whether the identifier that ends the path is returned, stored or collected rather than used. */
function leaves(path: readonly Node[]): boolean {
  const [parent, node] = [path[path.length - 2], path[path.length - 1]];
  if (!parent || !node) return false;
  switch (parent.type) {
    case "ReturnStatement": case "YieldExpression": case "ThrowStatement": case "ArrayExpression": case "SpreadElement": case "ExportSpecifier":
    case "ExportDefaultDeclaration": case "ArrowFunctionExpression": return true;
    case "Property": return one(parent, "value") === node;
    case "AssignmentExpression": return one(parent, "right") === node;
    case "VariableDeclarator": return one(parent, "init") === node;
    case "ConditionalExpression": return one(parent, "test") !== node;
    default: return false;
  }
}

function spellUsing(draft: Draft, intent: Scope, found: Acquisition): Spelling {
  const isAsync = intent.scopeForm === "async-with";
  const keyword = word(found.statement, "kind");
  if (isAsync && !mayAwait(draft, found.functionNode)) return refused("The function is not async, so it cannot use `await using`.");
  if (keyword === "var" && found.variable.scope.block !== found.functionNode) return refused("Declare the handle with `const` first.");
  if (found.holder.type === "Program" && draft.commonJs) return refused("A script's top level has no scope to end.");
  const [start] = spanOf(found.statement);
  const edits: Edit[] = [{ at: [start, start + keyword.length], text: isAsync ? "await using" : "using" }];
  const release = releaseCode(intent, found.name);
  const last = found.siblings.findLast((statement) => uses(found, spanOf(statement)));
  if (last && last !== found.statement && isRelease(draft, last, release)) edits.push({ at: wholeLine(draft, last), text: "" });
  return { ok: true, title: `Declare \`${found.name}\` with \`${isAsync ? "await using" : "using"}\``, edits };
}

function spellFinally(draft: Draft, intent: Scope, found: Acquisition): Spelling {
  const { text, newline, step, semicolon } = draft;
  const awaits = intent.awaitRelease && !/^await\b/u.test(intent.release);
  if ((intent.awaitRelease || /^await\b/u.test(intent.release)) && !mayAwait(draft, found.functionNode)) {
    return refused("Releasing must be awaited, and the function is not async.");
  }
  const bare = releaseCode(intent, found.name);
  const release = `${awaits ? "await " : ""}${bare}${semicolon}`;
  const from = restOfLine(draft, spanOf(found.statement)[1]);
  if (from === null || !startsLine(text, spanOf(found.statement)[0])) return refused("Other code stands on the acquiring line; put it on lines of its own first.");
  const indent = indentAt(text, spanOf(found.statement)[0]);
  const region = regionAfter(found, intent.lastUse);
  if (typeof region === "string") return refused(region);
  const title = `Release \`${found.name}\` in a finally block`;
  const [first, last] = [region[0], region[region.length - 1]];
  if (!first || !last) return { ok: true, title: `Release \`${found.name}\``, edits: [{ at: [from, from], text: `${newline}${indent}${release}` }] };

  const to = restOfLine(draft, spanOf(last)[1]);
  if (to === null) return refused("Other code stands on the line of the last use; put it on a line of its own first.");
  const trouble = unmovable(draft, region);
  if (trouble !== null) return refused(trouble);
  const redundant = redundantReleases(draft, found, region, bare);
  if (typeof redundant === "string") return refused(redundant);
  const body = indented(text, [from, to], redundant, step);
  if (body.trim() === "") return { ok: true, title: `Release \`${found.name}\``, edits: [{ at: [from, to], text: `${newline}${indent}${release}` }] };
  const replacement = `${newline}${indent}try {${body}${newline}${indent}} finally {${newline}${indent}${step}${release}${newline}${indent}}`;
  return { ok: true, title, edits: [{ at: [from, to], text: replacement }] };
}

/** `$` becomes the handle's name. */
function releaseCode(intent: Scope, name: string): string {
  return intent.release.replaceAll(/\$(?!\w)/gu, () => name).replace(/;\s*$/u, "");
}

function uses(found: Acquisition, span: Span): boolean {
  return found.variable.references.some((reference) => contains(span, referenceSpan(reference)));
}

/**
 * The statements from the acquiring one to the last use, and on to the last use of what they declare: a name declared
 * in the try block is not known after it.
 */
function regionAfter(found: Acquisition, lastUse: Span | null): Node[] | string {
  const after = found.siblings.slice(found.index + 1);
  let end = after.findLastIndex((statement) => uses(found, spanOf(statement)) || (lastUse !== null && contains(spanOf(statement), lastUse)));
  for (let at = 0; at <= end; at++) {
    const statement = after[at];
    if (!statement) continue;
    if (/^(?:Import|Export|TSExport|TSImport)/u.test(statement.type)) return "An import or export stands between, which cannot be inside a try block.";
    for (const variable of declaredIn(found, statement)) {
      const spans = variable.references.map(referenceSpan);
      if (spans.some((span) => span[0] < spanOf(found.statement)[0])) return `\`${variable.name}\` is declared between and used before.`;
      end = Math.max(end, after.findLastIndex((other) => spans.some((span) => contains(spanOf(other), span))));
    }
  }
  return after.slice(0, end + 1);
}

/** The variables that a statement declares for the statements after it. */
function declaredIn(found: Acquisition, statement: Node): VariableLike[] {
  const at = spanOf(statement);
  return found.variable.scope.variables.filter((variable) => variable.defs.some((definition) => {
    const name = definition.name as Node;
    return contains(at, spanOf(name)) && (statement.type === "VariableDeclaration" || /^(?:Function|Class|TSEnum)Declaration$/u.test(statement.type));
  }));
}

/** Why the statements cannot be indented, in a sentence. */
function unmovable(draft: Draft, region: readonly Node[]): string | null {
  let trouble: string | null = null;
  for (const statement of region) {
    walk(statement, (node) => {
      const isText = node.type === "TemplateElement" || (node.type === "Literal" && typeof (node as { value?: unknown }).value === "string");
      if (isText && /[\r\n]/u.test(draft.text.slice(...spanOf(node)))) trouble = "A string that spans lines stands between; indenting it would change it.";
      return trouble === null;
    });
  }
  return trouble;
}

function isRelease(draft: Draft, statement: Node, release: string): boolean {
  if (statement.type !== "ExpressionStatement") return false;
  const plain = (code: string): string => code.replace(/^await\s+/u, "").replaceAll(/\s|\?(?=\.)|;$/gu, "");
  const expression = one(statement, "expression");
  return expression !== null && plain(draft.text.slice(...spanOf(expression))) === plain(release);
}

/** The statements that release already and that the finally block makes double; a sentence where one cannot be taken out. */
function redundantReleases(draft: Draft, found: Acquisition, region: readonly Node[], release: string): Span[] | string {
  const spans: Span[] = [];
  const trouble: string[] = [];
  const plain = release.replace(/^await\s+/u, "").replaceAll(/\s/gu, "");
  for (const statement of region) {
    walk(statement, (node) => {
      if (isFunction(node)) return false;
      if (isRelease(draft, node, release)) {
        const parent = pathTo(draft.tree.program, spanOf(node)).findLast((candidate) => spanOf(candidate)[0] < spanOf(node)[0]);
        if (parent && (statementsOf(parent) !== null || parent.type === "SwitchCase")) spans.push(wholeLine(draft, node));
        else trouble.push(`\`${found.name}\` is already released on one of the ways; move that into a finally block.`);
        return false;
      }
      const isOther = node.type === "CallExpression" && draft.text.slice(...spanOf(node)).replaceAll(/\s/gu, "") === plain && !flag(node, "optional");
      if (isOther && !isAwaitedRelease(draft, node, release)) trouble.push(`\`${found.name}\` is already released on one of the ways; move that into a finally block.`);
      return trouble.length === 0;
    });
  }
  return trouble[0] ?? spans;
}

function isAwaitedRelease(draft: Draft, call: Node, release: string): boolean {
  return pathTo(draft.tree.program, spanOf(call)).some((node) => isRelease(draft, unwrap(node), release));
}

/** The text of `span` without `dropped`, every line one step deeper. */
function indented(text: string, span: Span, dropped: readonly Span[], step: string): string {
  let kept = "";
  let from = span[0];
  for (const [start, end] of [...dropped].sort((a, b) => a[0] - b[0])) {
    kept += text.slice(from, Math.max(from, start));
    from = Math.max(from, end);
  }
  kept += text.slice(from, span[1]);
  return kept.replaceAll(/(\r\n|\r|\n)(?![\r\n]|$)/gu, (lineBreak) => lineBreak + step).replaceAll(/[ \t]+(?=\r?\n)/gu, "");
}
