/** Undoing in the clean-up of an effect what the effect registered. */
import type { FixIntent } from "../../model/fix-intent.js";
import type { Edit } from "../../model/finding.js";
import type { Span } from "../../model/span.js";
import type { Spelling } from "../language.js";
import { flag, isFunction, isIdentifier, many, memberName, one, spanOf, unwrap, walk, word, type Node } from "./ast.js";
import { freshName, indentAt, nodeAt, refused, sourceOf, startsLine, statementsOf, type Draft } from "./fix-text.js";

type Cleanup = Extract<FixIntent, { kind: "cleanup" }>;

/** Calls that register a listener: `$` stands for the listener then, or for the target where a member of it is called. */
const REGISTERS = new Set(["addEventListener", "addListener", "on", "once", "prependListener", "$on", "subscribe", "bind"]);
/** What a dropped result is called, by what made it. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ["setInterval", "interval"], ["setTimeout", "timeout"], ["setImmediate", "immediate"], ["requestAnimationFrame", "frame"],
  ["requestIdleCallback", "idle"], ["subscribe", "subscription"], ["watch", "watcher"], ["createObjectURL", "url"], ["watchPosition", "watchId"],
]);

export function spellCleanup(draft: Draft, intent: Cleanup): Spelling {
  const { program } = draft.tree;
  const callback = nodeAt(program, intent.callback, /Function/u)?.node;
  const call = nodeAt(program, intent.acquire, /^(?:Call|New)Expression$/u);
  const body = callback ? one(callback, "body") : null;
  if (!callback || !isFunction(callback) || !body || !call) return refused("The effect's callback is not written in place; undo this in the clean-up that it returns.");
  if (flag(callback, "async")) return refused("An async callback returns a promise, so it cannot return a clean-up; do the waiting in a function inside it.");
  if (flag(callback, "generator")) return refused("A generator cannot return a clean-up.");
  if (body.type !== "BlockStatement") return spellExpressionBody(draft, intent, body, call.node);
  const statement = call.ancestors.find((node, index) => call.ancestors[index - 1] === body);
  if (!statement) return refused("This does not stand in the effect's callback itself; undo it where the effect can reach it.");
  const statements = many(body, "body");
  if (returnsBetween(statements, statement)) return refused("The callback returns early after this; its clean-up has to be returned there too.");
  const handle = handleOf(draft, intent, call.node, call.ancestors, statement);
  if ("reason" in handle) return refused(handle.reason);
  const end = cleanupEdit(draft, body, statements, `${handle.release}${draft.semicolon}`);
  if (end === null) return refused("The callback returns something that is no function; return a clean-up from it by hand.");
  return { ok: true, title: "Undo it in the effect's clean-up", edits: [...handle.edits, end] };
}

/** `useEffect(() => emitter.on("x", f))`: what it returned was no clean-up. The body becomes a block. */
function spellExpressionBody(draft: Draft, intent: Cleanup, body: Node, call: Node): Spelling {
  const inner = unwrap(body);
  if (inner !== call) return refused("The callback is one expression; give it a body that returns a clean-up.");
  const [start] = spanOf(body);
  const indent = indentAt(draft.text, lineOf(draft.text, start));
  const { newline, step, semicolon } = draft;
  const handle = releaseOf(draft, intent, call, freshName(draft.text, baseName(call)));
  if ("reason" in handle) return refused(handle.reason);
  const source = draft.text.slice(...spanOf(body));
  const shift = -start;
  const moved = handle.edits.map((edit): Edit => ({ at: [edit.at[0] + shift, edit.at[1] + shift], text: edit.text }));
  const first = `${handle.named === null ? "" : `const ${handle.named} = `}${replaceIn(source, moved.filter((edit) => edit.at[0] >= 0))}`;
  const hoisted = handle.hoisted === null ? "" : `${newline}${indent}${step}${handle.hoisted}${semicolon}`;
  const returned = cleanupFunction(draft, `${handle.release}${semicolon}`, `${indent}${step}`);
  const text = `{${hoisted}${newline}${indent}${step}${first}${semicolon}${newline}${indent}${step}${returned}${newline}${indent}}`;
  const parens = parenthesised(draft.text, spanOf(body));
  return { ok: true, title: "Undo it in the effect's clean-up", edits: [{ at: parens, text }] };
}

/** An offset on the line of `offset` after its indentation. */
function lineOf(text: string, offset: number): number {
  const start = Math.max(text.lastIndexOf("\n", offset - 1), text.lastIndexOf("\r", offset - 1)) + 1;
  return start + (/^[ \t]*/u.exec(text.slice(start))?.[0].length ?? 0);
}

function parenthesised(text: string, [start, end]: Span): Span {
  const before = /\(\s*$/u.exec(text.slice(0, start));
  const after = /^\s*\)/u.exec(text.slice(end));
  const arrow = /=>\s*\(\s*$/u.test(text.slice(0, start));
  return before && after && arrow ? [before.index, end + after[0].length] : [start, end];
}

interface Handle {
  /** The code that releases. */
  release: string;
  edits: Edit[];
  /** The name to give to the call's result; null where it has one or needs none. */
  named: string | null;
  /** A declaration that must stand before the call. */
  hoisted: string | null;
}

/** How to name what is released, given how the call's result is kept. */
function handleOf(draft: Draft, intent: Cleanup, call: Node, ancestors: readonly Node[], statement: Node): Handle | { reason: string } {
  const above = ancestors.slice(ancestors.indexOf(statement) + 1).filter((node) => node.type !== "ChainExpression" && !node.type.startsWith("TS"));
  const indent = indentAt(draft.text, spanOf(statement)[0]);
  const declare = (handle: Handle): Handle => {
    const [start] = spanOf(statement);
    const edits = [...handle.edits];
    if (handle.hoisted !== null) edits.push({ at: [start, start], text: `${handle.hoisted}${draft.semicolon}${draft.newline}${indent}${handle.named === null ? "" : `const ${handle.named} = `}` });
    else if (handle.named !== null) edits.push({ at: [start, start], text: `const ${handle.named} = ` });
    return { ...handle, edits };
  };
  if (statement.type === "ExpressionStatement" && above.length === 0) {
    const handle = releaseOf(draft, intent, call, freshName(draft.text, baseName(call)));
    return "reason" in handle ? handle : declare(handle);
  }
  const holder = above[above.length - 1];
  const name = holder?.type === "VariableDeclarator" ? one(holder, "id")
    : holder?.type === "AssignmentExpression" && word(holder, "operator") === "=" && above.length === 1 ? one(holder, "left") : null;
  if (!name || !(isIdentifier(name) || (name.type === "MemberExpression" && !flag(name, "computed")))) {
    return { reason: "The result is used at once; keep it in a variable and undo it in the clean-up." };
  }
  if (holder?.type === "VariableDeclarator" && statement.type !== "VariableDeclaration" && !above.some((node) => node.type === "VariableDeclaration" && word(node, "kind") === "var")) {
    return { reason: "The variable is one of a block inside; declare it where the clean-up can see it." };
  }
  const kept = isIdentifier(name) ? word(name, "name") : sourceOf(draft, name);
  const handle = releaseOf(draft, intent, call, kept);
  return "reason" in handle ? handle : declare({ ...handle, named: null });
}

/** The release with `$` filled in. A listener written in place is given a name first. */
function releaseOf(draft: Draft, intent: Cleanup, call: Node, resultName: string): Handle | { reason: string } {
  const release = intent.release.replace(/;\s*$/u, "");
  const callee = unwrap(one(call, "callee") ?? call);
  const method = callee.type === "MemberExpression" ? memberName(callee) : isIdentifier(callee) ? word(callee, "name") : null;
  const target = callee.type === "MemberExpression" ? one(callee, "object") : null;
  const registers = method !== null && REGISTERS.has(method);
  const ofTarget = /^-?#?([A-Za-z_$][\w$]*)$/u.exec(release)?.[1];
  if (!registers || (method === "subscribe" && ofTarget === undefined)) {
    const needsName = release.includes("$");
    return { release: release.replaceAll(/\$(?!\w)/gu, () => resultName), edits: [], named: needsName ? resultName : null, hoisted: null };
  }
  const args = many(call, "arguments");
  const listener = args.findLast((argument) => isFunction(unwrap(argument))) ?? args[1] ?? args[0];
  if (!listener) return { reason: "The call names no listener." };
  const inline = !isIdentifier(unwrap(listener)) && unwrap(listener).type !== "MemberExpression";
  const name = inline ? freshName(draft.text, "handler") : sourceOf(draft, listener);
  const edits: Edit[] = inline ? [{ at: spanOf(listener), text: name }] : [];
  const hoisted = inline ? `const ${name} = ${sourceOf(draft, listener)}` : null;
  if (ofTarget !== undefined) {
    const given = args.map((argument) => (argument === listener ? name : sourceOf(draft, argument))).join(", ");
    return { release: `${target ? `${sourceOf(draft, target)}.` : ""}${ofTarget}(${given})`, edits, named: null, hoisted };
  }
  const filled = release.replaceAll(/\$(\.)?/gu, (_whole, dot: string | undefined) => (dot === undefined ? name : target ? `${sourceOf(draft, target)}.` : ""));
  // A release that names the listener as it was written, in place, would remove another function.
  const text = inline ? filled.replaceAll(sourceOf(draft, listener), () => name) : filled;
  return { release: text, edits, named: null, hoisted };
}

function baseName(call: Node): string {
  const callee = unwrap(one(call, "callee") ?? call);
  const method = callee.type === "MemberExpression" ? memberName(callee) : isIdentifier(callee) ? word(callee, "name") : null;
  if (method === null) return "handle";
  const known = NAMES.get(method);
  if (known !== undefined) return known;
  return call.type === "NewExpression" ? `${method.slice(0, 1).toLowerCase()}${method.slice(1)}` : "handle";
}

/** Whether the callback can leave between the acquiring statement and its last statement. */
function returnsBetween(statements: readonly Node[], statement: Node): boolean {
  const from = statements.indexOf(statement);
  return statements.slice(from).some((candidate, index) => {
    const isLast = from + index === statements.length - 1;
    if (isLast && candidate.type === "ReturnStatement") return false;
    let found = false;
    walk(candidate, (node) => {
      if (node.type === "ReturnStatement") found = true;
      return !found && !isFunction(node) && node.type !== "ClassBody";
    });
    return found;
  });
}

/** Adds `release` to the returned clean-up, or returns one; null where something else is returned. */
function cleanupEdit(draft: Draft, body: Node, statements: readonly Node[], release: string): Edit | null {
  const { text, newline, step } = draft;
  const last = statements[statements.length - 1];
  if (last?.type === "ReturnStatement") {
    const argument = one(last, "argument");
    if (!argument) return { at: spanOf(last), text: cleanupFunction(draft, release, indentAt(text, lineOf(text, spanOf(last)[0]))) };
    const returned = unwrap(argument);
    const inner = isFunction(returned) ? one(returned, "body") : null;
    if (!inner) return null;
    return inner.type === "BlockStatement" ? intoBlock(draft, inner, release) : aroundExpression(draft, inner, release);
  }
  const [start, end] = spanOf(body);
  if (!last) {
    const indent = indentAt(text, lineOf(text, start));
    return { at: [start, end], text: `{${newline}${indent}${step}${cleanupFunction(draft, release, indent + step)}${newline}${indent}}` };
  }
  const at = spanOf(last)[1];
  if (!startsLine(text, spanOf(last)[0])) {
    const separator = /[;}]$/u.test(text.slice(0, at)) ? "" : ";";
    return { at: [at, at], text: `${separator} return () => { ${release.replace(/;$/u, "")}; };` };
  }
  const line = /^[^\r\n]*/u.exec(text.slice(at, end - 1))?.[0].length ?? 0;
  const indent = indentAt(text, spanOf(last)[0]);
  return { at: [at + line, at + line], text: `${newline}${indent}${cleanupFunction(draft, release, indent)}` };
}

/** The statement that returns the clean-up; a block, so that what the release returns is not returned too. */
function cleanupFunction({ newline, step, semicolon }: Draft, release: string, indent: string): string {
  return `return () => {${newline}${indent}${step}${release}${newline}${indent}}${semicolon}`;
}

function intoBlock(draft: Draft, block: Node, release: string): Edit {
  const { text, newline, step } = draft;
  const statements = statementsOf(block) ?? [];
  const [start, end] = spanOf(block);
  const first = statements[0];
  if (first && startsLine(text, spanOf(first)[0])) {
    const at = spanOf(first)[0];
    return { at: [at, at], text: `${release}${newline}${indentAt(text, at)}` };
  }
  if (first) return { at: [spanOf(first)[0], spanOf(first)[0]], text: `${release.endsWith(";") ? release : `${release};`} ` };
  const indent = indentAt(text, lineOf(text, start));
  return { at: [start, end], text: `{${newline}${indent}${step}${release}${newline}${indent}}` };
}

function aroundExpression(draft: Draft, body: Node, release: string): Edit {
  const { text, newline, step, semicolon } = draft;
  const indent = indentAt(text, lineOf(text, spanOf(body)[0]));
  const at = parenthesised(text, spanOf(body));
  return { at, text: `{${newline}${indent}${step}${release}${newline}${indent}${step}${text.slice(...spanOf(body))}${semicolon}${newline}${indent}}` };
}

function replaceIn(source: string, edits: readonly Edit[]): string {
  return edits.reduceRight((text, edit) => text.slice(0, edit.at[0]) + edit.text + text.slice(edit.at[1]), source);
}
