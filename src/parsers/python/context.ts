/** What the lowering of one file, and of one function in it, carries along. */
import type { BindingId, ClassId, Field, Place, SyntaxNote, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import { FunctionBuilder } from "../builder.js";
import type { FunctionDraft, Meaning, Scope, Scopes } from "./scopes.js";
import { span } from "./tree.js";
import type { SyntaxNode } from "./tree.js";

/**
 * Nested expressions and statements are lowered by recursion down to this depth, far beyond what CPython accepts
 * between brackets (200) and in indentation (100); what lies deeper becomes one opaque operation.
 */
const MAXIMUM_DEPTH = 300;

export class FileLowering {
  readonly notes: SyntaxNote[] = [];
  dynamic: boolean;
  /** Class attributes and annotated instance attributes, by class. */
  readonly fields: Field[][];

  constructor(readonly text: string, readonly scopes: Scopes) {
    this.dynamic = scopes.dynamic;
    this.fields = scopes.classes.map(() => []);
    for (const node of scopes.tooDeep) this.noteTooDeep(node);
  }

  noteTooDeep(node: SyntaxNode): void {
    // One note a place is enough, however many functions and copies of finalisers pass by it.
    if (this.notes.some((note) => note.at[0] === node.start)) return;
    const lineEnd = this.text.slice(node.start, node.end).search(/[\r\n]/u);
    this.notes.push({ at: [node.start, lineEnd > 0 ? node.start + lineEnd : node.end], message: "nested too deeply; rules skip what is inside" });
  }

  /** Adds a field to a class unless the class has one of that name; a later annotation still gives it its type. */
  addField(owner: ClassId, field: Field): void {
    const fields = this.fields[owner];
    const known = fields?.find((candidate) => candidate.name === field.name);
    if (known === undefined) fields?.push(field);
    else known.type ??= field.type;
  }
}

export class FunctionLowering {
  readonly builder = new FunctionBuilder();
  /** The scope that names are looked up in: the function's own, or that of a comprehension inside it. */
  scope: Scope;
  private depth = 0;

  constructor(readonly file: FileLowering, readonly draft: FunctionDraft) {
    this.scope = draft.scope;
  }

  text(node: SyntaxNode): string {
    return this.file.text.slice(node.start, node.end);
  }

  /** Runs `lower` one level deeper, or `instead` (with a note about `node`) where that is too deep. */
  deeper<T>(node: SyntaxNode, lower: () => T, instead: () => T): T {
    if (this.depth >= MAXIMUM_DEPTH) {
      this.file.noteTooDeep(node);
      return instead();
    }
    this.depth++;
    try {
      return lower();
    } finally {
      this.depth--;
    }
  }

  operation(operator: string, inputs: ValueId[], at: Span): ValueId {
    return this.builder.value({ op: "operation", operator, inputs }, at);
  }

  /** The element of a tuple or list at a known place. */
  unpack(value: ValueId, index: number, at: Span): ValueId {
    return this.builder.value({ op: "operation", operator: "unpack", inputs: [value], index }, at);
  }

  load(place: Place, at: Span): ValueId {
    return this.builder.value({ op: "load", place }, at);
  }

  meaning(name: string): Meaning | null {
    return this.file.scopes.use(this.scope, name);
  }

  /** Notes that code uses the names in `node` where they are kept as data (decorators, bases, exception types), not lowered. */
  noteNames(node: SyntaxNode): void {
    const stack = [node];
    for (let current = stack.pop(); current !== undefined; current = stack.pop()) {
      if (current.type === "identifier" && current.field !== "attribute" && current.field !== "name") this.meaning(this.text(current));
      stack.push(...current.children);
    }
  }

  /** The place that a name stands for here. */
  place(name: string): Place {
    const meaning = this.meaning(name);
    switch (meaning?.kind) {
      case undefined: return { kind: "global", name };
      case "binding": return { kind: "binding", binding: meaning.binding };
      case "static": return { kind: "static", class: meaning.class, name };
      case "self": return { kind: meaning.place };
    }
  }

  /** Stores to the place that an identifier names. */
  storeName(node: SyntaxNode, value: ValueId, augmented = false): void {
    const at = span(node);
    const place = this.place(this.text(node));
    const declares = !augmented && place.kind === "binding" && this.file.scopes.bindings[place.binding]?.at[0] === at[0];
    this.builder.emit({ op: "store", place, value, augmented, declares, at });
  }

  /** A compiler-made variable in which the arms of an expression leave their value. */
  temporary(name: string, at: Span): BindingId {
    return this.file.scopes.addBinding(this.scope.function, name, at, "temporary", 2);
  }

  storeTemporary(binding: BindingId, value: ValueId, at: Span): void {
    this.builder.emit({ op: "store", place: { kind: "binding", binding }, value, augmented: false, declares: false, at });
  }
}
