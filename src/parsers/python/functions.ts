/** Functions, lambdas, class bodies and the module itself as `FunctionFacts`. */
import type { Decorator, FunctionFacts, Method, Parameter } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import { FunctionLowering } from "./context.js";
import type { FileLowering } from "./context.js";
import { expression } from "./expressions.js";
import { isMutable, literalOf } from "./literals.js";
import { bindingOf, dottedText, pathOf } from "./names.js";
import type { FunctionDraft, Scope } from "./scopes.js";
import { statements } from "./statements.js";
import { bodies, child, childOfType, hasToken, namedChildren, span, unwrap } from "./tree.js";
import type { SyntaxNode } from "./tree.js";
import { typeOf } from "./types.js";

/** Lowers one function; functions nested in it are lowered on their own. */
export function lowerFunction(file: FileLowering, draft: FunctionDraft): FunctionFacts {
  const f = new FunctionLowering(file, draft);
  const { node } = draft;
  const at = span(node);
  const body = child(node, "body");
  if (draft.kind === "module") statements(f, node);
  else if (draft.kind === "lambda") f.builder.return(body === null ? null : expression(f, body), body === null ? at : span(body));
  else for (const part of bodies(node)) statements(f, part);
  const name = child(node, "name");
  return {
    name: draft.kind === "module" ? "<module>" : draft.kind === "lambda" ? "<lambda>" : name === null ? "" : f.text(name),
    kind: kindOf(file, draft),
    at,
    nameAt: nameSpan(file, draft, name),
    parent: draft.parent,
    class: draft.class,
    static: draft.static,
    async: hasToken(node, "async"),
    generator: draft.generator,
    exported: isExported(file, draft),
    decorators: draft.decorators.flatMap((decorator) => decoratorOf(file, draft.outer, decorator)),
    parameters: draft.kind === "function" || draft.kind === "lambda" ? parametersOf(file, draft) : [],
    returns: typeOf({ scopes: file.scopes, scope: draft.outer, text: file.text }, child(node, "return_type")),
    ...f.builder.finish(at),
    captures: [...(file.scopes.captures[draft.id] ?? [])],
  };
}

function nameSpan(file: FileLowering, draft: FunctionDraft, name: SyntaxNode | null): Span {
  const { node } = draft;
  if (draft.kind === "module") return [0, Math.max(0, file.text.search(/[\r\n]|$/u))];
  if (draft.kind === "lambda") return [node.start, node.start + "lambda".length];
  return name === null ? [node.start, Math.min(node.end, node.start + "def".length)] : span(name);
}

function kindOf(file: FileLowering, draft: FunctionDraft): FunctionFacts["kind"] {
  if (draft.kind !== "function") return draft.kind;
  return draft.methodOf === null ? "function" : methodKind(file, draft);
}

/** What a function in a class body is, by its name and decorators. */
export function methodKind(file: FileLowering, draft: FunctionDraft): Method["kind"] {
  const name = child(draft.node, "name");
  if (name !== null && file.text.slice(name.start, name.end) === "__init__") return "constructor";
  for (const decorator of draft.decorators) {
    const [target] = namedChildren(decorator);
    if (target === undefined) continue;
    const last = /[\w]+$/u.exec(file.text.slice(target.start, target.end))?.[0];
    if (target.type === "attribute" && last === "setter") return "setter";
    if (last === "property" || last === "cached_property" || (target.type === "attribute" && last === "getter")) return "getter";
  }
  return "method";
}

/** Public by Python's convention: at module level or in a class there, and not named with a leading underscore. */
function isExported(file: FileLowering, draft: FunctionDraft): boolean {
  if (draft.kind !== "function") return false;
  const name = child(draft.node, "name");
  if (name === null || !isPublic(file.text.slice(name.start, name.end))) return false;
  if (draft.parent === 0) return true;
  return draft.methodOf !== null && isExportedClass(file, draft.methodOf);
}

export function isExportedClass(file: FileLowering, id: number): boolean {
  const draft = file.scopes.classes[id];
  const name = draft === undefined ? null : child(draft.node, "name");
  return draft?.outer.function === 0 && name !== null && isPublic(file.text.slice(name.start, name.end));
}

export function isPublic(name: string): boolean {
  return !name.startsWith("_") || /^__\w+__$/u.test(name);
}

/** The parameters. A method's first is listed too, but has no binding: it is the place `this` or `class`. */
function parametersOf(file: FileLowering, draft: FunctionDraft): Parameter[] {
  const list = child(draft.node, "parameters");
  const items = list === null ? [] : namedChildren(list);
  const parameters: Parameter[] = [];
  let keywordOnly = false;
  items.forEach((item) => {
    if (item.type === "keyword_separator") keywordOnly = true;
    if (item.type === "keyword_separator" || item.type === "positional_separator") return;
    const parameter = parameterOf(file, draft, item);
    parameters.push(parameter.kind === "plain" && keywordOnly ? { ...parameter, kind: "keyword-only" } : parameter);
    if (parameter.kind === "rest") keywordOnly = true;
  });
  return parameters;
}

function parameterOf(file: FileLowering, draft: FunctionDraft, item: SyntaxNode): Parameter {
  const typed = item.type === "typed_parameter" ? (namedChildren(item)[0] ?? item) : item;
  const kind = typed.type === "list_splat_pattern" ? "rest" : typed.type === "dictionary_splat_pattern" ? "keywords" : "plain";
  const nameNode = child(item, "name") ?? (kind === "plain" ? typed : childOfType(typed, "identifier") ?? typed);
  const isPattern = nameNode.type !== "identifier";
  const value = child(item, "value");
  const type = typeOf({ scopes: file.scopes, scope: draft.outer, text: file.text }, child(item, "type"));
  const binding = isPattern ? null : bindingOf(file.scopes, draft.scope, nameNode, file.text);
  const declared = binding === null ? undefined : file.scopes.bindings[binding];
  if (declared !== undefined && kind === "plain") declared.type ??= type;
  return {
    name: file.text.slice(nameNode.start, nameNode.end),
    binding,
    kind: isPattern ? "pattern" : kind,
    type,
    default: value === null ? "none" : defaultShape(file, value),
    ...literalDefault(file, value),
    ...boundDefault(file, draft, nameNode, value),
  };
}

function defaultShape(file: FileLowering, value: SyntaxNode): Parameter["default"] {
  if (isMutable(value, file.text)) return "mutable";
  const literal = literalOf(value, file.text).kind;
  return literal === "other" ? "other" : "literal";
}

function literalDefault(file: FileLowering, value: SyntaxNode | null): Pick<Parameter, "literal"> {
  const literal = value === null ? null : literalOf(value, file.text);
  return literal === null || literal.kind === "other" || literal.kind === "empty-collection" ? {} : { literal };
}

/** `def stop(task=task)` in a loop keeps this turn's task: nobody is to give another. A lambda's may be called otherwise. */
function boundDefault(file: FileLowering, draft: FunctionDraft, name: SyntaxNode, value: SyntaxNode | null): Pick<Parameter, "bound"> {
  if (value?.type !== "identifier" || draft.parent === null || draft.parent === 0 || draft.methodOf !== null) return {};
  const text = file.text.slice(value.start, value.end);
  if (draft.kind !== "lambda" && text !== file.text.slice(name.start, name.end)) return {};
  const bound = bindingOf(file.scopes, draft.outer, value, file.text);
  return bound === null || file.scopes.bindings[bound]?.owner === 0 ? {} : { bound };
}

/** `@path`, `@path(...)`; any other expression has a text and no path. */
export function decoratorOf(file: FileLowering, scope: Scope, decorator: SyntaxNode): Decorator[] {
  const [given] = namedChildren(decorator);
  if (given === undefined || given.broken) return [];
  const node = unwrap(given);
  const called = node.type === "call";
  const target = called ? child(node, "function") ?? node : node;
  let root = target;
  while (root.type === "attribute") root = child(root, "object") ?? { ...root, type: "" };
  const list = called ? child(node, "arguments") : null;
  const args = list?.type !== "argument_list" ? [] : namedChildren(list).map((item) => {
    const name = item.type === "keyword_argument" ? child(item, "name") : null;
    const value = item.type === "keyword_argument" ? child(item, "value") : item;
    return { name: name === null ? null : file.text.slice(name.start, name.end), value: value === null ? ({ kind: "other" } as const) : literalOf(value, file.text) };
  });
  return [{
    path: pathOf(file.scopes, scope, target, file.text),
    text: dottedText(target, file.text),
    root: bindingOf(file.scopes, scope, root, file.text),
    called, args, at: span(node),
  }];
}
