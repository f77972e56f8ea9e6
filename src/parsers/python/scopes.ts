/**
 * Which names belong to which scope, as CPython's symbol table decides it before anything runs: a name that a function
 * stores anywhere is local to all of it, a class body's names are not seen by the functions inside it.
 *
 * One walk over the tree, without recursion, in source order. It numbers functions and classes, declares bindings and
 * counts their stores; the lowering then only looks names up.
 */
import type { Binding, BindingId, ClassId, FunctionId, Import } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import { declareImports, isTypeChecking } from "./imports.js";
import { bodies, child, childOfType, hasToken, namedChildren, span } from "./tree.js";
import type { SyntaxNode } from "./tree.js";

/** What a name in a scope stands for. */
export type Meaning =
  | { kind: "binding"; binding: BindingId }
  /** An attribute of the class whose body declares it. */
  | { kind: "static"; class: ClassId }
  /** A method's first parameter. */
  | { kind: "self"; place: "this" | "class"; at: Span };

export interface Scope {
  /** "comprehension" and "type-parameters" hold names of their own, but their code belongs to the function around. */
  kind: "module" | "function" | "class" | "comprehension" | "type-parameters";
  parent: Scope | null;
  /** The function that the scope's code is part of. */
  function: FunctionId;
  /** For kind "class". */
  class: ClassId | null;
  names: Map<string, Meaning>;
  globals: Set<string>;
  nonlocals: Set<string>;
}

/** A function as the walk found it: what there is to lower. */
export interface FunctionDraft {
  id: FunctionId;
  node: SyntaxNode;
  /** The scope that holds the definition, and the function's own. */
  outer: Scope;
  scope: Scope;
  kind: "module" | "function" | "lambda" | "class-body";
  parent: FunctionId | null;
  /** The class whose body directly holds it. */
  methodOf: ClassId | null;
  /** The class that the place `this` is about. */
  class: ClassId | null;
  static: boolean;
  /** What a method's first parameter is; null for anything but a method that has one. */
  self: "this" | "class" | null;
  decorators: SyntaxNode[];
  generator: boolean;
  depth: number;
}

export interface ClassDraft {
  id: ClassId;
  node: SyntaxNode;
  outer: Scope;
  scope: Scope;
  decorators: SyntaxNode[];
  body: FunctionId;
  binding: BindingId | null;
}

/** Deeper nested functions and classes are left out; CPython itself allows 100 levels of indentation. */
const MAXIMUM_NESTING = 100;

export class Scopes {
  readonly bindings: Binding[] = [];
  readonly functions: FunctionDraft[] = [];
  readonly classes: ClassDraft[] = [];
  readonly imports: Import[] = [];
  /** The import-resolved path of bindings that are imports. */
  readonly paths = new Map<BindingId, string>();
  /** The scopes that a node opens: functions, classes, lambdas, comprehensions and type parameter lists. */
  readonly of = new Map<SyntaxNode, Scope>();
  readonly functionOf = new Map<SyntaxNode, FunctionDraft>();
  readonly classOf = new Map<SyntaxNode, ClassDraft>();
  /** Bindings of outer functions, by the function that uses them. */
  readonly captures: Set<BindingId>[] = [];
  readonly module: Scope;
  /** Set by a star import. */
  dynamic = false;
  /** Definitions that were left out because they are nested too deeply. */
  readonly tooDeep: SyntaxNode[] = [];
  private readonly stores: number[] = [];
  private readonly outerStores: { scope: Scope; name: string }[] = [];

  constructor(root: SyntaxNode, readonly text: string) {
    this.module = newScope("module", null, 0, null);
    this.addFunction({
      id: 0, node: root, outer: this.module, scope: this.module, kind: "module", parent: null, methodOf: null, class: null,
      static: false, self: null, decorators: [], generator: false, depth: 0,
    });
    new Walk(this).run(root);
    for (const { scope, name } of this.outerStores) {
      const meaning = this.lookUp(scope, name);
      if (meaning?.kind === "binding") this.stores[meaning.binding] = (this.stores[meaning.binding] ?? 0) + 1;
    }
    this.bindings.forEach((binding, id) => { binding.constant = this.stores[id] === 1; });
  }

  /** What `name` means in code of `scope`; null for a name that no scope declares. */
  lookUp(scope: Scope, name: string): Meaning | null {
    let direct = true;
    for (let current: Scope | null = scope; current !== null; current = current.parent) {
      if (current.globals.has(name)) return this.module.names.get(name) ?? null;
      if (current.kind === "class" && !direct) continue;
      const meaning = current.nonlocals.has(name) ? undefined : current.names.get(name);
      if (meaning !== undefined) return meaning;
      if (current.kind !== "type-parameters") direct = false;
    }
    return null;
  }

  /** As `lookUp`, and notes that `reader` uses a binding of an outer function. */
  use(scope: Scope, name: string): Meaning | null {
    const meaning = this.lookUp(scope, name);
    if (meaning?.kind !== "binding") return meaning;
    const binding = this.bindings[meaning.binding];
    if (binding === undefined || binding.owner === scope.function) return meaning;
    binding.captured = true;
    for (let id: FunctionId | null = scope.function; id !== null && id !== binding.owner; id = this.functions[id]?.parent ?? null) {
      this.captures[id]?.add(meaning.binding);
    }
    return meaning;
  }

  addFunction(draft: FunctionDraft): void {
    this.functions.push(draft);
    this.captures.push(new Set());
    this.functionOf.set(draft.node, draft);
  }

  /** Declares a name where a statement of `scope` stores it; returns its binding unless it is a class attribute or `self`. */
  declare(scope: Scope, name: string, at: Span, kind: Binding["kind"], stores: number): BindingId | null {
    let home = scope;
    if (home.nonlocals.has(name)) {
      if (stores > 0) this.outerStores.push({ scope: home, name });
      return null;
    }
    if (home.globals.has(name)) home = this.module;
    const known = home.names.get(name);
    if (known?.kind === "binding") {
      this.stores[known.binding] = (this.stores[known.binding] ?? 0) + stores;
      const binding = this.bindings[known.binding];
      if (binding !== undefined && kind === "import") binding.kind = kind;
      return known.binding;
    }
    if (known?.kind === "static" && kind !== "import") return null;
    if (home.kind === "class" && home.class !== null && kind !== "import") {
      home.names.set(name, { kind: "static", class: home.class });
      return null;
    }
    // A method that assigns to its own first parameter no longer has a `self`.
    const wasSelf = known?.kind === "self";
    const id = this.addBinding(home.function, name, wasSelf ? known.at : at, wasSelf ? "parameter" : kind, stores + (wasSelf ? 1 : 0));
    home.names.set(name, { kind: "binding", binding: id });
    return id;
  }

  addBinding(owner: FunctionId, name: string, at: Span, kind: Binding["kind"], stores: number): BindingId {
    this.bindings.push({ name, owner, kind, at, constant: stores === 1, captured: false, type: null, function: null, class: null });
    this.stores.push(stores);
    return this.bindings.length - 1;
  }
}

function newScope(kind: Scope["kind"], parent: Scope | null, functionId: FunctionId, classId: ClassId | null): Scope {
  return { kind, parent, function: functionId, class: classId, names: new Map(), globals: new Set(), nonlocals: new Set() };
}

interface Step {
  node: SyntaxNode;
  scope: Scope;
  typeOnly: boolean;
}

class Walk {
  private readonly pending: Step[] = [];

  constructor(private readonly scopes: Scopes) {}

  run(root: SyntaxNode): void {
    this.push(root.children, this.scopes.module, false);
    for (let step = this.pending.pop(); step !== undefined; step = this.pending.pop()) this.visit(step);
  }

  /** Schedules nodes to be visited next, in their order. */
  private push(nodes: readonly (SyntaxNode | null)[], scope: Scope, typeOnly: boolean): void {
    for (let index = nodes.length - 1; index >= 0; index--) {
      const node = nodes[index];
      if (node !== null && node !== undefined && (node.children.length > 0 || node.type === "yield")) this.pending.push({ node, scope, typeOnly });
    }
  }

  private visit({ node, scope, typeOnly }: Step): void {
    switch (node.type) {
      case "decorated_definition": {
        const definition = child(node, "definition");
        const decorators = node.children.filter((item) => item.type === "decorator");
        if (definition?.type === "function_definition") this.function(definition, scope, decorators);
        else if (definition !== null) this.class(definition, scope, decorators);
        this.push(decorators, scope, false);
        return;
      }
      case "function_definition": this.function(node, scope, []); return;
      case "class_definition": this.class(node, scope, []); return;
      case "lambda": this.lambda(node, scope); return;
      case "list_comprehension": case "set_comprehension": case "dictionary_comprehension": case "generator_expression":
        this.comprehension(node, scope);
        return;
      case "assignment": {
        const plain = child(node, "right") !== null;
        this.targets(child(node, "left"), scope, "variable", plain ? 1 : 0);
        break;
      }
      case "augmented_assignment": this.targets(child(node, "left"), scope, "variable", 1); break;
      case "for_statement": this.targets(child(node, "left"), scope, "variable", 1); break;
      case "as_pattern": {
        const target = child(node, "alias");
        if (target !== null) this.targets(target, scope, "variable", 1);
        break;
      }
      case "except_clause": {
        const alias = child(child(node, "value") ?? node, "alias");
        if (alias !== null) this.targets(alias, scope, "exception", 0);
        break;
      }
      case "named_expression": {
        let home = scope;
        while (home.kind === "comprehension" && home.parent !== null) home = home.parent;
        this.targets(child(node, "name"), home, "variable", 1);
        break;
      }
      case "delete_statement": for (const item of node.children) this.targets(item, scope, "variable", 1); break;
      case "case_clause": this.patterns(node, scope); break;
      case "global_statement": for (const name of node.children) this.global(this.text(name), scope, name); return;
      case "nonlocal_statement": for (const name of node.children) scope.nonlocals.add(this.text(name)); return;
      case "import_statement": case "import_from_statement": case "future_import_statement":
        declareImports(this.scopes, node, scope, typeOnly);
        return;
      case "type_alias_statement": this.typeAlias(node, scope); return;
      case "if_statement":
        this.push(node.children.filter((item) => item.field !== "consequence"), scope, typeOnly);
        this.push([child(node, "consequence")], scope, typeOnly || isTypeChecking(child(node, "condition"), this.scopes.text));
        return;
      case "yield": {
        const draft = this.scopes.functions[scope.function];
        if (draft !== undefined) draft.generator = true;
        break;
      }
      // Annotations are no code.
      case "type": return;
      default:
    }
    this.push(node.children, scope, typeOnly);
  }

  private text(node: SyntaxNode): string {
    return this.scopes.text.slice(node.start, node.end);
  }

  /** Declares every plain name of an assignment target. */
  private targets(target: SyntaxNode | null, scope: Scope, kind: Binding["kind"], stores: number): void {
    const stack = target === null ? [] : [target];
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      if (node.type === "identifier") {
        if (!node.missing) this.scopes.declare(scope, this.text(node), span(node), kind, stores);
      } else if (node.type !== "attribute" && node.type !== "subscript" && node.type !== "call") {
        for (let index = node.children.length - 1; index >= 0; index--) stack.push(node.children[index] ?? node);
      }
    }
  }

  private global(name: string, scope: Scope, node: SyntaxNode): void {
    scope.globals.add(name);
    this.scopes.declare(this.scopes.module, name, span(node), "variable", 0);
  }

  /** Declares what a case's pattern captures. */
  private patterns(clause: SyntaxNode, scope: Scope): void {
    const stack = clause.children.filter((item) => item.type === "case_pattern").reverse();
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      const name = capturedName(node);
      if (name !== null) this.scopes.declare(scope, this.text(name), span(name), "variable", 1);
      for (let index = node.children.length - 1; index >= 0; index--) stack.push(node.children[index] ?? node);
    }
  }

  private typeAlias(node: SyntaxNode, scope: Scope): void {
    const left = child(node, "left");
    const name = left === null ? null : firstIdentifier(left);
    if (name !== null) this.scopes.declare(scope, this.text(name), span(name), "variable", 1);
  }

  /** A scope for `[T, *Ts]` between the definition's scope and its own, where there is one. */
  private typeParameters(node: SyntaxNode, scope: Scope): Scope {
    const parameters = child(node, "type_parameters");
    if (parameters === null) return scope;
    const inner = newScope("type-parameters", scope, scope.function, null);
    for (const item of parameters.children) {
      const name = firstIdentifier(item);
      if (name !== null) this.scopes.declare(inner, this.text(name), span(name), "variable", 1);
    }
    this.scopes.of.set(parameters, inner);
    return inner;
  }

  private function(node: SyntaxNode, scope: Scope, decorators: SyntaxNode[]): void {
    const { scopes } = this;
    const nameNode = child(node, "name");
    const name = nameNode === null ? "" : this.text(nameNode);
    const binding = nameNode === null ? null : scopes.declare(scope, name, span(nameNode), "function", 1);
    const outer = this.typeParameters(node, scope);
    const methodOf = scope.kind === "class" ? scope.class : null;
    const marks = decorators.map((decorator) => this.text(decorator).replace(/^@\s*/u, ""));
    const isStatic = marks.includes("staticmethod");
    const isClass = marks.includes("classmethod") || ["__new__", "__init_subclass__", "__class_getitem__"].includes(name);
    const draft = this.newFunction(node, outer, "function", decorators);
    if (draft === null) return;
    if (methodOf !== null) {
      draft.methodOf = methodOf;
      draft.class = methodOf;
      draft.static = isStatic || isClass;
      draft.self = isStatic ? null : isClass ? "class" : "this";
    }
    this.parameters(child(node, "parameters"), draft, scope);
    this.push(bodies(node), draft.scope, false);
    const declared = binding === null ? undefined : scopes.bindings[binding];
    if (declared?.kind === "function") declared.function = draft.id;
  }

  private lambda(node: SyntaxNode, scope: Scope): void {
    const draft = this.newFunction(node, scope, "lambda", []);
    if (draft === null) return;
    this.parameters(child(node, "parameters"), draft, scope);
    this.push([child(node, "body")], draft.scope, false);
  }

  private newFunction(node: SyntaxNode, outer: Scope, kind: FunctionDraft["kind"], decorators: SyntaxNode[]): FunctionDraft | null {
    const { scopes } = this;
    const parent = scopes.functions[outer.function];
    const depth = (parent?.depth ?? 0) + 1;
    if (depth > MAXIMUM_NESTING) {
      scopes.tooDeep.push(node);
      return null;
    }
    const id = scopes.functions.length;
    const draft: FunctionDraft = {
      id, node, outer, scope: newScope("function", outer, id, null), kind, parent: outer.function, methodOf: null,
      class: parent?.class ?? null, static: parent?.static ?? false, self: null, decorators, generator: false, depth,
    };
    scopes.addFunction(draft);
    scopes.of.set(node, draft.scope);
    return draft;
  }

  /** Declares the parameters and schedules their defaults, which are evaluated in the scope around. */
  private parameters(list: SyntaxNode | null, draft: FunctionDraft, outer: Scope): void {
    const items = list === null ? [] : namedChildren(list);
    items.forEach((item, index) => {
      const plain = item.type === "identifier" ? item : item.type === "typed_parameter" ? childOfType(item, "identifier") : null;
      if (index === 0 && draft.self !== null && plain !== null) {
        draft.scope.names.set(this.text(plain), { kind: "self", place: draft.self, at: span(plain) });
        return;
      }
      const target = child(item, "name") ?? childOfType(item, "list_splat_pattern") ?? childOfType(item, "dictionary_splat_pattern") ?? plain ?? item;
      this.targets(target, draft.scope, "parameter", 1);
      this.push([child(item, "value")], outer, false);
    });
    const first = items[0];
    if (draft.self !== null && (first === undefined || (first.type !== "identifier" && first.type !== "typed_parameter") || childOfType(first, "list_splat_pattern") !== null)) draft.self = null;
  }

  private class(node: SyntaxNode, scope: Scope, decorators: SyntaxNode[]): void {
    const { scopes } = this;
    const name = child(node, "name");
    const binding = name === null ? null : scopes.declare(scope, this.text(name), span(name), "class", 1);
    const outer = this.typeParameters(node, scope);
    const body = this.newFunction(node, outer, "class-body", []);
    if (body === null) return;
    const id = scopes.classes.length;
    body.class = id;
    body.static = true;
    body.scope.kind = "class";
    body.scope.class = id;
    scopes.classes.push({ id, node, outer, scope: body.scope, decorators, body: body.id, binding });
    scopes.classOf.set(node, scopes.classes[id] as ClassDraft);
    this.push([child(node, "superclasses")], scope, false);
    this.push(bodies(node), body.scope, false);
    const declared = binding === null ? undefined : scopes.bindings[binding];
    if (declared?.kind === "class") declared.class = id;
  }

  private comprehension(node: SyntaxNode, scope: Scope): void {
    const inner = newScope("comprehension", scope, scope.function, null);
    this.scopes.of.set(node, inner);
    let first = true;
    const rest: SyntaxNode[] = [];
    for (const clause of node.children) {
      if (clause.type !== "for_in_clause") continue;
      this.targets(child(clause, "left"), inner, "variable", 1);
      // The first iterable is evaluated outside of the comprehension.
      const iterables = clause.children.filter((item) => item.field === "right");
      if (first) this.push(iterables, scope, false);
      else rest.push(...iterables);
      first = false;
    }
    this.push([...rest, ...node.children.filter((item) => item.type !== "for_in_clause")], inner, false);
  }
}

/** The identifier that a pattern node itself captures: `x`, `*rest`, `**rest`, `… as x`. */
export function capturedName(node: SyntaxNode): SyntaxNode | null {
  if (node.type === "case_pattern" || node.type === "keyword_pattern") {
    const name = childOfType(node, "dotted_name");
    return name !== null && name.children.length === 1 && !hasToken(node, "_") ? (name.children[0] ?? null) : null;
  }
  if (node.type === "splat_pattern" || node.type === "as_pattern") {
    const name = childOfType(node, "identifier");
    return name;
  }
  return null;
}

function firstIdentifier(node: SyntaxNode): SyntaxNode | null {
  let current: SyntaxNode | undefined = node;
  while (current !== undefined && current.type !== "identifier") current = current.children.find((item) => item.named);
  return current ?? null;
}
