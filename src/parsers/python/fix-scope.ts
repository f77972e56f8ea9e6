/** Releases a handle at the end of a `with` or `try/finally` around its uses. */
import type { FixIntent } from "../../model/fix-intent.js";
import type { Edit } from "../../model/finding.js";
import type { Spelling } from "../language.js";
import { refuse } from "./fix-document.js";
import type { Document } from "./fix-document.js";
import { importedName } from "./fix-imports.js";
import { ownershipObstacle, regionEnd } from "./fix-uses.js";
import { child, hasToken, namedChildren, unwrap } from "./tree.js";
import type { SyntaxNode } from "./tree.js";

type Intent = Extract<FixIntent, { kind: "scope" }>;

/** `name = acquire(…)` and the statements after it in its block that the new statement takes in. */
export interface Region {
  path: SyntaxNode[];
  /** The function (or module) that holds the statement. */
  holder: SyntaxNode;
  block: SyntaxNode;
  statement: SyntaxNode;
  target: SyntaxNode;
  name: string;
  /** The right side: the call, or the await around it. */
  value: SyntaxNode;
  /** The statements of the block after the acquiring one. */
  after: SyntaxNode[];
}

export function scope(document: Document, intent: Intent): Spelling {
  const region = findRegion(document, intent);
  if (typeof region === "string") return refuse(region);
  const obstacle = ownershipObstacle(document, region);
  if (obstacle !== null) return refuse(obstacle);
  const end = regionEnd(document, region, intent.lastUse);
  if (typeof end === "string") return refuse(end);
  const body = region.after.slice(0, end);
  if (body.some((statement) => holdsLongString(document, statement))) return refuse("a string over several lines is among the uses; indenting it would change it");
  if (body.some((statement) => document.indentation(statement) === null)) return refuse("a use shares its line with other code");
  const last = body[body.length - 1];
  if (last !== undefined && !/^[ \t]*(?:#.*)?$/u.test(document.text.slice(last.end, document.lineStop(last.end)))) return refuse("the last use shares its line with other code");

  const release = intent.release.replaceAll(/\$(?!\w)/gu, () => region.name);
  if (last !== undefined && body.length === 1 && isRelease(document, last, release)) return refuse("it is released right after it is made");
  const edits = header(document, intent, region, release);
  if (typeof edits === "string") return refuse(edits);
  if (edits.form === "finally" && holdsRelease(document, body, release)) return refuse(`\`${release}\` is also called under a condition; releasing twice may fail`);
  return { ok: true, title: edits.title, edits: [...edits.edits, ...indent(document, region, body, release, edits)] };
}

/** The acquiring statement and what surrounds it, or why it is not of the simple kind. */
function findRegion(document: Document, intent: Intent): Region | string {
  const path = document.pathTo(intent.acquire);
  const index = path?.findIndex((node) => node.type === "expression_statement") ?? -1;
  const statement = path?.[index];
  const block = path?.[index - 1];
  const call = path?.[path.length - 1];
  if (path === null || statement === undefined || block === undefined || call === undefined) return "what it returns is not kept in a variable first";
  const [assignment] = statement.children;
  const target = assignment?.type === "assignment" ? child(assignment, "left") : null;
  const right = assignment?.type === "assignment" ? child(assignment, "right") : null;
  if (target?.type !== "identifier" || right === null) return "what it returns is not kept in a plain variable first";
  const value = unwrap(right);
  const isWhole = value === call || (value.type === "await" && value.children.some((item) => unwrap(item) === call));
  if (!isWhole) return "what it returns is not kept in a variable first";
  if (!document.standsAlone(statement)) return "the statement shares its line with other code";
  const holder = path.slice(0, index).reverse().find((node) => ["function_definition", "class_definition", "module"].includes(node.type)) ?? document.root;
  if (holder.type === "class_definition") return "a class attribute lives as long as the class";
  return { path: path.slice(0, index + 1), holder, block, statement, target, name: document.of(target), value, after: namedChildren(block).filter((item) => item.start >= statement.end) };
}

function holdsLongString(document: Document, node: SyntaxNode): boolean {
  if (node.type === "string" && /[\r\n]/u.test(document.of(node))) return true;
  return node.children.some((item) => holdsLongString(document, item));
}

/** Whether the release is written inside a nested block, where the new `finally` would repeat it. */
function holdsRelease(document: Document, body: readonly SyntaxNode[], release: string): boolean {
  return body.some((statement) => !isRelease(document, statement, release) && document.of(statement).includes(release));
}

/** Whether a statement is the release itself, awaited or not. */
function isRelease(document: Document, statement: SyntaxNode, release: string): boolean {
  return document.of(statement).replace(/^await\s+/u, "") === release;
}

interface Header {
  form: "with" | "finally";
  title: string;
  edits: Edit[];
  /** For "finally": the releasing statement. */
  release: string;
}

/** The edits of the acquiring statement. */
function header(document: Document, intent: Intent, region: Region, release: string): Header | string {
  const { statement, value, name } = region;
  const isAsync = region.holder.type === "function_definition" && hasToken(region.holder, "async");
  const awaited = value.type === "await";
  const withHeader = (keyword: string, open: string, close: string, more: Edit[]): Header => ({
    form: "with", title: `Release it with \`${keyword}\``, release: "",
    edits: [...more, { at: [statement.start, value.start], text: `${keyword} ${open}` }, { at: [value.end, statement.end], text: `${close} as ${name}:` }],
  });
  if (intent.scopeForm === "with") return withHeader("with", "", "", []);
  if (intent.scopeForm === "async-with") {
    if (!isAsync) return "`async with` needs an async function";
    // Whether the awaited result or the call itself is the context manager differs between libraries.
    if (awaited) return "the handle is awaited; whether to write `async with` or `async with await` depends on its library";
    return withHeader("async with", "", "", []);
  }
  const method = /^(\w+)\.(\w+)\(\)$/u.exec(release)?.[2];
  const closer = method === "close" && !intent.awaitRelease ? "closing" : method === "aclose" && intent.awaitRelease && isAsync ? "aclosing" : null;
  if (intent.scopeForm === "closing" && closer !== null) {
    const made = importedName(document, "contextlib", closer, document.scopeOf(region.path), region.path[1]?.start ?? 0);
    if (made === null) return "the name `contextlib` is used for something else here";
    return withHeader(closer === "closing" ? "with" : "async with", `${made.text}(`, ")", made.edits);
  }
  if (intent.awaitRelease && !isAsync) return "the release must be awaited, which needs an async function";
  return { form: "finally", title: "Release it in a `finally`", edits: [], release: `${intent.awaitRelease ? "await " : ""}${release}` };
}

/** Indents the body, drops a release at its end, and adds what the form needs around it. */
function indent(document: Document, region: Region, body: readonly SyntaxNode[], release: string, form: Header): Edit[] {
  const { text, lineEnd } = document;
  const outer = document.indentation(region.statement) ?? "";
  const unit = document.unit(region.path);
  const edits: Edit[] = [];
  const last = body[body.length - 1];
  const redundant = last !== undefined && isRelease(document, last, release) ? last : undefined;
  const kept = redundant === undefined ? body : body.slice(0, -1);
  const headerEnd = document.lineStop(region.statement.end);
  const stop = last?.end ?? region.statement.end;

  if (form.form === "finally" && kept.length > 0) edits.push({ at: [headerEnd, headerEnd], text: `${lineEnd}${outer}try:` });
  if (form.form === "with" && kept.length === 0) edits.push({ at: [headerEnd, headerEnd], text: `${lineEnd}${outer}${unit}pass` });
  for (let line = document.nextLine(headerEnd); line < stop; line = document.nextLine(line)) {
    const isRedundant = redundant !== undefined && line <= redundant.start && redundant.start <= document.lineStop(line);
    if (isRedundant) edits.push(...dropped(document, redundant, unit));
    else if (text.slice(line, document.lineStop(line)).trim() !== "") edits.push({ at: [line, line], text: unit });
  }
  if (form.form === "finally") {
    const lines = kept.length > 0 ? `${lineEnd}${outer}finally:${lineEnd}${outer}${unit}${form.release}` : `${lineEnd}${outer}${form.release}`;
    const hasComment = redundant !== undefined && text.slice(redundant.end, document.lineStop(redundant.end)).includes("#");
    const where = redundant === undefined || hasComment ? document.lineStop(stop) : lineStopBefore(document, redundant);
    edits.push({ at: [where, where], text: lines });
  }
  return edits;
}

/** Removes the statement's line, or only the statement where a comment stands behind it. */
function dropped(document: Document, statement: SyntaxNode, unit: string): Edit[] {
  const start = document.lineStart(statement.start);
  const stop = document.lineStop(statement.end);
  const comment = /#.*$/u.exec(document.text.slice(statement.end, stop));
  if (comment !== null) return [{ at: [start, start], text: unit }, { at: [statement.start, statement.end + comment.index], text: "" }];
  // With the line end before it, so that a last line without one stays so.
  return [{ at: [lineStopBefore(document, statement), stop], text: "" }];
}

/** Where the line before a statement's own ends. */
function lineStopBefore(document: Document, statement: SyntaxNode): number {
  const start = document.lineStart(statement.start);
  return start >= 2 && document.text.startsWith("\r\n", start - 2) ? start - 2 : Math.max(0, start - 1);
}
