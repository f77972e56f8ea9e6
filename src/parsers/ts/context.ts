/**
 * What lowering a module and lowering one function of it carry around. Functions are lowered from a queue, not by
 * recursion, so that nesting of functions costs no stack and outer scopes are known before inner ones.
 */
import { FACTS_VERSION } from "../../model/facts.js";
import type {
  Binding, BindingId, ClassId, FunctionFacts, FunctionId, ModuleFacts, Place, TypeRef, ValueId,
} from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import type { FunctionBuilder } from "../builder.js";
import { spanOf, word, type Node } from "./ast.js";
import type { PrototypeClass, PrototypeMethod } from "./prototypes.js";
import { bindingKind, isConstant, isOfBlock, valueDefinition, ScopeIndex, type ScopeManagerLike, type VariableLike } from "./scopes.js";
import { typeOf } from "./types.js";

/** What a name that holds a function, class or object literal is called where it is made. */
export interface Named {
  name: string;
  /** The name's span. */
  at: Span;
  binding: BindingId | null;
  /** True where an object literal would be a Vue options object. */
  vue?: boolean;
}

export class ModuleContext {
  readonly facts: ModuleFacts;
  readonly scopes: ScopeIndex;
  readonly queue: (() => void)[] = [];
  /** Functions, static blocks and field initialisers that are functions of the model, by node. */
  readonly functionAt = new Map<object, FunctionId>();
  readonly classAt = new Map<object, ClassId>();
  /** Import-resolved paths of bindings: `pg` or `pg.Pool`. `whole` where the binding is the module itself. */
  readonly importPaths = new Map<BindingId, { path: string; whole: boolean }>();
  /** Functions that `X.prototype.m = …` makes methods. */
  readonly prototypeMethods = new Map<Node, PrototypeMethod>();
  /** Functions that are constructors by their prototype. */
  readonly prototypeClasses = new Map<Node, PrototypeClass>();
  /** What local type aliases stand for, by declaration. */
  readonly aliases = new Map<Node, TypeRef>();
  /** The part of a component file that runs per instance, as a function of its own. */
  instance: { at: Span; function: FunctionId } | null = null;
  private readonly bindingIds = new Map<VariableLike, BindingId>();
  private readonly uses: Set<BindingId>[] = [];
  private temporaries = 0;
  private searched = { from: 0, found: -1 };

  constructor(readonly program: Node, manager: ScopeManagerLike, readonly text: string, path: string) {
    this.scopes = new ScopeIndex(manager);
    this.facts = {
      version: FACTS_VERSION, path, language: "ts", imports: [], exports: [], bindings: [], functions: [], classes: [], interfaces: [], typeExports: [],
      syntax: [], dynamic: false,
    };
  }

  /** The binding that an identifier declares or names, made on first sight; null for globals and mere types. */
  binding(identifier: Node): BindingId | null {
    const variable = this.scopes.variable(identifier, word(identifier, "name"));
    return variable ? this.bindingOf(variable) : null;
  }

  bindingOf(variable: VariableLike): BindingId | null {
    const known = this.bindingIds.get(variable);
    if (known !== undefined) return known;
    const kind = bindingKind(variable);
    const definition = valueDefinition(variable);
    if (kind === null || !definition) return null;
    const id = this.facts.bindings.length;
    const name = definition.name as Node;
    const at = nameSpan(name, variable.name);
    this.facts.bindings.push({
      name: variable.name, owner: this.ownerOf(variable, kind, at), kind, at,
      constant: isConstant(variable), captured: false, ...isOfBlock(variable) ? { ofBlock: true } : {}, type: null, function: null, class: null,
    });
    this.bindingIds.set(variable, id);
    const binding = this.facts.bindings[id];
    if (binding) binding.type = typeOf(this, name, "typeAnnotation");
    return id;
  }

  private ownerOf(variable: VariableLike, kind: Binding["kind"], at: Span): FunctionId {
    const owner = this.scopes.owner(variable, this.functionAt);
    const inside = this.instance !== null && at[0] >= this.instance.at[0] && at[0] < this.instance.at[1];
    return owner === 0 && inside && kind !== "import" ? this.instance?.function ?? 0 : owner;
  }

  /** A binding that no identifier of the file declares: a short-circuit's result, a default export. */
  synthetic(name: string, kind: "temporary" | "variable" | "function" | "class", owner: FunctionId, at: Span): BindingId {
    this.facts.bindings.push({ name, owner, kind, at, constant: kind !== "temporary", captured: false, type: null, function: null, class: null });
    return this.facts.bindings.length - 1;
  }

  temporary(owner: FunctionId, at: Span): BindingId {
    return this.synthetic(`$${String(this.temporaries++)}`, "temporary", owner, at);
  }

  /** Notes that a function reads or writes a binding, for captures. */
  use(by: FunctionId, binding: BindingId): void {
    (this.uses[by] ??= new Set()).add(binding);
  }

  /** Fills `captures` and `captured` once all functions are lowered. */
  closeCaptures(): void {
    const captures = this.facts.functions.map(() => new Set<BindingId>());
    for (const [by, bindings] of this.uses.entries()) {
      for (const id of (bindings as Set<BindingId> | undefined) ?? []) {
        const binding = this.facts.bindings[id];
        if (!binding || binding.owner === by) continue;
        binding.captured = true;
        for (let at: FunctionId | null = by; at !== null && at !== binding.owner; at = this.facts.functions[at]?.parent ?? null) {
          captures[at]?.add(id);
        }
      }
    }
    for (const [id, set] of captures.entries()) {
      const facts = this.facts.functions[id];
      if (facts) facts.captures = [...set].sort((a, b) => a - b);
    }
  }

  /** The offset of the next `this` at or after `start`, or the text's length; remembered, so that a file is searched once. */
  nextThis(start: number): number {
    if (start < this.searched.from || start > this.searched.found) {
      const found = this.text.indexOf("this", start);
      this.searched = { from: start, found: found < 0 ? this.text.length : found };
    }
    return this.searched.found;
  }

  note(at: Span, message: string): void {
    if (!this.facts.syntax.some((note) => note.at[0] === at[0] && note.message === message)) this.facts.syntax.push({ at, message });
  }
}

/** TypeScript identifiers include their annotation; a name's span does not. */
export function nameSpan(identifier: Node, name: string): Span {
  const [start, end] = spanOf(identifier);
  return identifier.type === "Identifier" ? [start, Math.min(end, start + name.length)] : [start, end];
}

/** One function while it is lowered. */
export interface FunctionContext {
  readonly module: ModuleContext;
  readonly id: FunctionId;
  readonly facts: FunctionFacts;
  readonly build: FunctionBuilder;
  /** What `this` lowers to here. */
  readonly receiver: Place;
  /** Variables that mean `this` here; shared with arrows. */
  readonly aliases: Set<VariableLike>;
  /** It has no `arguments` of its own. */
  readonly isArrow: boolean;
  /** Where `a?.b` goes when `a` is null or undefined; null outside an optional chain. */
  none: number | null;
  depth: number;
}

/** Loads a place, noting the use of a binding. */
export function load(fn: FunctionContext, place: Place, at: Span): ValueId {
  if (place.kind === "binding") fn.module.use(fn.id, place.binding);
  return fn.build.value({ op: "load", place }, at);
}

export function store(fn: FunctionContext, place: Place, value: ValueId, at: Span, how: { augmented?: boolean; declares?: boolean } = {}): void {
  if (place.kind === "binding") fn.module.use(fn.id, place.binding);
  fn.build.emit({ op: "store", place, value, augmented: how.augmented ?? false, declares: how.declares ?? false, at });
}

export function operation(fn: FunctionContext, operator: string, inputs: ValueId[], at: Span): ValueId {
  return fn.build.value({ op: "operation", operator, inputs }, at);
}

/** Nesting of expressions and statements inside one function that is followed; a stack frame is only so large. */
const MAXIMUM_DEPTH = 400;

/** Runs `lower` one level deeper, or gives up on this subtree with a note. */
export function deeper<T>(fn: FunctionContext, node: Node, lower: () => T, otherwise: () => T): T {
  if (fn.depth >= MAXIMUM_DEPTH) {
    fn.module.note(spanOf(node), "nested too deeply: what is inside was not analysed");
    return otherwise();
  }
  fn.depth++;
  try {
    return lower();
  } finally {
    fn.depth--;
  }
}
