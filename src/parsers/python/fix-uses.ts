/** Where a handle is used, and whether a `with` around these uses is enough. */
import type { Span } from "../../model/span.js";
import type { Document } from "./fix-document.js";
import type { Region } from "./fix-scope.js";
import { child, namedChildren, unwrap } from "./tree.js";
import type { SyntaxNode } from "./tree.js";

/** Methods and functions whose result no longer depends on the handle they read from. */
const PLAIN_READS = new Set([
  "read", "readline", "readlines", "tell", "fetchone", "fetchall", "fetchmany", "getvalue", "recv", "load", "safe_load", "len", "decode",
]);

/** Why the handle must outlive the block, as far as its own text tells; null if nothing speaks against it. */
export function ownershipObstacle(document: Document, region: Region): string | null {
  const { name, holder, statement, block } = region;
  const uses = document.uses(holder, name).filter((use) => use.start < statement.start || use.start >= statement.end);
  const blockEnd = block.end;
  for (const use of uses) {
    const path = document.pathTo([use.start, use.end]);
    if (path === null) return `a use of \`${name}\` was not found again`;
    const inner = path.slice(path.indexOf(holder) + 1);
    if (inner.some((node) => node.type === "global_statement" || node.type === "nonlocal_statement")) return `\`${name}\` belongs to an outer scope`;
    if (inner.some((node) => node.type === "parameters" || node.type === "lambda_parameters")) continue;
    if (use.start < statement.start) {
      const isInLoop = path.some((node) => (node.type === "for_statement" || node.type === "while_statement") && node.start < statement.start && statement.end <= node.end);
      const isInBlock = path.includes(block);
      if (isInLoop || !isInBlock) return `\`${name}\` is used in another block than the one that assigns it`;
      continue;
    }
    if (use.start >= blockEnd || !path.includes(block)) return `\`${name}\` is used in another block than the one that assigns it`;
    if (inner.some((node) => node.type === "function_definition" || node.type === "lambda" || node.type === "class_definition")) return `\`${name}\` is used by a nested function`;
    const escape = escapes(document, path, use);
    if (escape !== null) return escape;
  }
  return null;
}

/** How one use hands the handle on to something that may outlive the block; null if it does not. */
function escapes(document: Document, path: readonly SyntaxNode[], use: SyntaxNode): string | null {
  const name = document.of(use);
  for (let index = path.length - 2; index >= 0; index--) {
    const node = path[index];
    const below = path[index + 1];
    if (node === undefined || below === undefined) return null;
    switch (node.type) {
      case "return_statement": return `\`${name}\` is returned`;
      case "yield": return `\`${name}\` is yielded`;
      case "assignment": {
        const left = child(node, "left");
        if (below === left) return null;
        return left === null || below === child(node, "right") ? `\`${name}\` is stored elsewhere` : null;
      }
      case "named_expression": return below === child(node, "value") ? `\`${name}\` is stored elsewhere` : null;
      // The handle in a display, a branch or brackets goes where these go.
      case "list": case "tuple": case "set": case "pair": case "dictionary": case "expression_list": case "parenthesized_expression":
      case "conditional_expression": case "boolean_operator": case "list_splat":
        continue;
      case "argument_list": case "keyword_argument": return keptByCall(document, path, index, name);
      default: return null;
    }
  }
  return null;
}

/** `self.reader = Reader(f)`: what a call makes of the handle is stored where it outlives the block. */
function keptByCall(document: Document, path: readonly SyntaxNode[], from: number, name: string): string | null {
  for (let index = from; index > 0; index--) {
    const node = path[index];
    if (node?.type === "call" && isPlainRead(document, node)) return null;
    if (node?.type === "return_statement" || node?.type === "yield") return `what is made of \`${name}\` is handed out`;
    if (node?.type === "assignment") {
      const left = child(node, "left");
      return left?.type === "attribute" || left?.type === "subscript" ? `what is made of \`${name}\` is stored in \`${document.of(left)}\`` : null;
    }
    if (node !== undefined && (node.type.endsWith("_statement") && node.type !== "expression_statement")) return null;
  }
  return null;
}

/** `f.read()`, `json.load(f)`: the last name of the call says that it reads all it returns at once. */
function isPlainRead(document: Document, call: SyntaxNode): boolean {
  const callee = child(call, "function");
  const last = callee?.type === "attribute" ? child(callee, "attribute") : callee;
  return last !== null && PLAIN_READS.has(document.of(last));
}

/**
 * How many of the statements after the acquiring one must be inside: up to the last use of the handle, and of what was
 * made from it and may still need it (`rows = csv.reader(f)`). Or why that cannot be said.
 */
export function regionEnd(document: Document, region: Region, lastUse: Span | null): number | string {
  const { after, name } = region;
  const names = new Set([name]);
  let end = 0;
  for (let index = 0; index < after.length; index++) {
    const statement = after[index];
    if (statement === undefined) break;
    if (assigns(document, statement, name)) {
      if (document.uses(statement, name).length > 1) return `\`${name}\` is assigned from itself`;
      break;
    }
    if (assignsInside(document, statement, name)) return `\`${name}\` is assigned again under a condition`;
    const uses = [...names].some((one) => document.uses(statement, one).length > 0);
    const isLast = lastUse !== null && statement.start <= lastUse[0] && lastUse[1] <= statement.end;
    if (!uses && !isLast) continue;
    end = index + 1;
    for (const derived of derivedNames(document, statement, names)) names.add(derived);
  }
  return end;
}

/** Whether a statement of the block itself gives the name a new value. */
function assigns(document: Document, statement: SyntaxNode, name: string): boolean {
  const [assignment] = statement.type === "expression_statement" ? statement.children : [];
  const left = assignment?.type === "assignment" ? child(assignment, "left") : null;
  return left !== null && targetNames(document, left).includes(name);
}

/** Whether something inside a statement gives the name a new value. */
function assignsInside(document: Document, statement: SyntaxNode, name: string): boolean {
  const stack = [statement];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const target = node.type === "for_statement" || node.type === "augmented_assignment" || node.type === "assignment" || node.type === "for_in_clause" ? child(node, "left")
      : node.type === "named_expression" ? child(node, "name") : node.type === "as_pattern" ? child(node, "alias") : null;
    if (target !== null && targetNames(document, target).includes(name)) return true;
    stack.push(...node.children);
  }
  return false;
}

function targetNames(document: Document, target: SyntaxNode): string[] {
  if (target.type === "identifier") return [document.of(target)];
  if (target.type === "attribute" || target.type === "subscript") return [];
  return target.children.flatMap((item) => targetNames(document, item));
}

/** Names that a statement assigns from something that involves one of `names`, unless it is read to its end at once. */
function derivedNames(document: Document, statement: SyntaxNode, names: ReadonlySet<string>): string[] {
  const found: string[] = [];
  const stack = [statement];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.type === "assignment" || node.type === "named_expression") {
      const target = child(node, "left") ?? child(node, "name");
      const value = child(node, "right") ?? child(node, "value");
      if (target !== null && value !== null && dependsOn(document, value, names)) found.push(...targetNames(document, target));
    }
    stack.push(...namedChildren(node));
  }
  return found;
}

function dependsOn(document: Document, given: SyntaxNode, names: ReadonlySet<string>): boolean {
  const value = unwrap(given);
  if (value.type === "call" && isPlainRead(document, value)) return false;
  if (value.type === "comparison_operator" || value.type === "list_comprehension" || value.type === "set_comprehension" || value.type === "dictionary_comprehension") return false;
  return [...names].some((name) => document.uses(value, name).length > 0);
}
