/** A text that is to be edited: its tree, its scopes, its layout. */
import type { Span } from "../../model/span.js";
import type { Spelling } from "../language.js";
import { pathOf } from "./names.js";
import { parse } from "./parse.js";
import { Scopes } from "./scopes.js";
import type { Scope } from "./scopes.js";
import { pathTo } from "./tree.js";
import type { SyntaxNode } from "./tree.js";

export function refuse(reason: string): Spelling {
  return { ok: false, reason };
}

export class Document {
  readonly root: SyntaxNode;
  readonly scopes: Scopes;
  /** How many places cannot be read before any edit. */
  readonly notes: number;
  /** The line end that the text uses. */
  readonly lineEnd: string;

  constructor(readonly text: string) {
    const parsed = parse(text);
    this.root = parsed.root;
    this.scopes = new Scopes(parsed.root, parsed.text);
    this.notes = parsed.notes.length;
    this.lineEnd = /\r\n|\r|\n/u.exec(text)?.[0] ?? "\n";
  }

  /** The nodes from the root down to the smallest that has exactly this span; null if none has. */
  pathTo(at: Span): SyntaxNode[] | null {
    const path = pathTo(this.root, at);
    while (path.length > 0) {
      const last = path[path.length - 1];
      if (last?.start === at[0] && last.end === at[1]) return path;
      path.pop();
    }
    return null;
  }

  of(node: SyntaxNode): string {
    return this.text.slice(node.start, node.end);
  }

  lineStart(offset: number): number {
    let start = offset;
    while (start > 0 && !isLineEnd(this.text.charAt(start - 1))) start--;
    return start;
  }

  /** Where the line that holds `offset` ends, before its line end. */
  lineStop(offset: number): number {
    let end = offset;
    while (end < this.text.length && !isLineEnd(this.text.charAt(end))) end++;
    return end;
  }

  /** Where the line after the one that holds `offset` starts, or the end of the text. */
  nextLine(offset: number): number {
    const stop = this.lineStop(offset);
    return stop + (this.text.startsWith("\r\n", stop) ? 2 : stop < this.text.length ? 1 : 0);
  }

  /** The blanks before a statement; null where it does not begin its line. */
  indentation(statement: SyntaxNode): string | null {
    const before = this.text.slice(this.lineStart(statement.start), statement.start);
    return /^[ \t\f]*$/u.test(before) ? before : null;
  }

  /** Whether nothing but a comment shares the statement's lines with it. */
  standsAlone(statement: SyntaxNode): boolean {
    return this.indentation(statement) !== null && /^[ \t]*(?:#.*)?$/u.test(this.text.slice(statement.end, this.lineStop(statement.end)));
  }

  /** One level of indentation as the code around a statement writes it, else as the file's first block does, else four blanks. */
  unit(path: readonly SyntaxNode[]): string {
    for (let index = path.length - 1; index > 0; index--) {
      const [first] = path[index]?.type === "block" ? (path[index]?.children ?? []) : [];
      const header = path[index - 1];
      const outer = header === undefined ? null : /^[ \t]*/u.exec(this.text.slice(this.lineStart(header.start)))?.[0] ?? null;
      const inner = first === undefined ? null : this.indentation(first);
      if (inner !== null && outer !== null && inner.length > outer.length && inner.startsWith(outer)) return inner.slice(outer.length);
    }
    const stack = [this.root];
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      const first = node.type === "block" ? node.children[0] : undefined;
      const blanks = first === undefined ? null : this.indentation(first);
      // The first block in the text is an outermost one, so that its whole indentation is one level.
      if (blanks !== null && blanks !== "") return blanks;
      stack.push(...[...node.children].reverse());
    }
    return "    ";
  }

  /** The scope in which the innermost node of a path is evaluated. */
  scopeOf(path: readonly SyntaxNode[]): Scope {
    for (let index = path.length - 1; index >= 0; index--) {
      const node = path[index];
      const scope = node === undefined ? undefined : this.scopes.of.get(node);
      if (scope !== undefined) return scope;
    }
    return this.scopes.module;
  }

  path(node: SyntaxNode, scope: Scope): string | null {
    return pathOf(this.scopes, scope, node, this.text);
  }

  /** Every use of `name` as a variable inside `node`, in order. */
  uses(node: SyntaxNode, name: string): SyntaxNode[] {
    const found: SyntaxNode[] = [];
    const stack = [node];
    for (let current = stack.pop(); current !== undefined; current = stack.pop()) {
      if (current.type === "identifier" && this.of(current) === name) found.push(current);
      for (let index = current.children.length - 1; index >= 0; index--) {
        const item = current.children[index];
        const isLabel = item !== undefined && ((current.type === "attribute" && item.field === "attribute") || (current.type === "keyword_argument" && item.field === "name"));
        if (item !== undefined && !isLabel) stack.push(item);
      }
    }
    return found;
  }

  /** A name that nothing in the file has: `base`, else `base_2`, `base_3`… Words in strings and comments are no names. */
  freshName(base: string): string {
    const taken = new Set<string>();
    const stack = [this.root];
    for (let current = stack.pop(); current !== undefined; current = stack.pop()) {
      if (current.type === "identifier") taken.add(this.of(current));
      stack.push(...current.children);
    }
    let name = base;
    for (let number = 2; taken.has(name); number++) name = `${base}_${String(number)}`;
    return name;
  }
}

function isLineEnd(character: string): boolean {
  return character === "\n" || character === "\r";
}
