/** Bounds a container or a memo decorator. */
import type { FixIntent } from "../../model/fix-intent.js";
import type { Edit } from "../../model/finding.js";
import type { Spelling } from "../language.js";
import { refuse } from "./fix-document.js";
import type { Document } from "./fix-document.js";
import { importedName } from "./fix-imports.js";
import { child, childOfType, namedChildren, span, unwrap } from "./tree.js";
import type { SyntaxNode } from "./tree.js";

type Intent = Extract<FixIntent, { kind: "bound" }>;

export function bound(document: Document, intent: Intent): Spelling {
  const path = document.pathTo(intent.container);
  const node = path?.[path.length - 1];
  if (path === null || node === undefined) return refuse("the code that makes the container was not found");
  switch (intent.shape) {
    case "mapping": return mapping(document, path, node, intent.limit);
    case "list": return list(document, path, node, intent.limit);
    case "set": return refuse("no set of Python's standard library is bounded; remove entries that are no longer needed");
    case "decorator": return decorator(document, path, node, intent.limit);
  }
}

/** Whether a node is `{}`, `[]`, `dict()` or `list()`. */
function isEmpty(document: Document, node: SyntaxNode, builtin: string): boolean {
  if (node.type !== "call") return node.children.length === 0;
  const made = child(node, "function");
  return made !== null && document.of(made) === builtin && child(node, "arguments")?.children.length === 0;
}

function mapping(document: Document, path: SyntaxNode[], node: SyntaxNode, limit: number): Spelling {
  const isDictionary = node.type === "dictionary" || node.type === "call";
  if (!isDictionary || !isEmpty(document, node, "dict")) return refuse("only an empty dict can be replaced by a bounded one");
  const made = importedName(document, "cachetools", "LRUCache", document.scopeOf(path), topStart(path));
  if (made === null) return refuse("the name `cachetools` is used for something else here");
  return {
    ok: true, title: `Keep at most ${String(limit)} entries with cachetools.LRUCache`,
    edits: [...made.edits, { at: span(node), text: `${made.text}(maxsize=${String(limit)})` }],
  };
}

function list(document: Document, path: SyntaxNode[], node: SyntaxNode, limit: number): Spelling {
  const isList = node.type === "list" || (node.type === "call" && isEmpty(document, node, "list"));
  if (!isList) return refuse("only a list that is written here can be replaced by a bounded one");
  const obstacle = listOnlyUse(document, path);
  if (obstacle !== null) return refuse(obstacle);
  const made = importedName(document, "collections", "deque", document.scopeOf(path), topStart(path));
  if (made === null) return refuse("the name `collections` is used for something else here");
  const initial = isEmpty(document, node, "list") ? "" : `${document.of(node)}, `;
  return {
    ok: true, title: `Keep at most ${String(limit)} items with collections.deque`,
    edits: [...made.edits, { at: span(node), text: `${made.text}(${initial}maxlen=${String(limit)})` }],
  };
}

/** What the file does with the list that a deque cannot do: a sentence, or null. */
function listOnlyUse(document: Document, path: readonly SyntaxNode[]): string | null {
  const assignment = path.find((item) => item.type === "assignment");
  const target = assignment === undefined ? null : child(assignment, "left");
  const label = target?.type === "attribute" ? child(target, "attribute") : target;
  if (label === null) return "the list is not assigned to a name, so its uses are not known";
  const name = document.of(label);
  const stack = [document.root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const object = node.type === "subscript" ? child(node, "value") : node.type === "attribute" ? child(node, "object") : null;
    if (object !== null && lastName(document, object) === name) {
      if (node.type === "subscript" && childOfType(node, "slice") !== null) return `\`${name}\` is sliced, which a deque does not support`;
      const method = child(node, "attribute");
      if (node.type === "attribute" && method !== null && document.of(method) === "sort") return `\`${name}\` is sorted in place, which a deque does not support`;
    }
    stack.push(...node.children);
  }
  return null;
}

function lastName(document: Document, node: SyntaxNode): string {
  return document.of(node).replace(/^.*\.\s*/su, "");
}

/** The start of the module-level statement that holds the innermost node. */
function topStart(path: readonly SyntaxNode[]): number {
  return path[1]?.start ?? 0;
}

function decorator(document: Document, path: SyntaxNode[], given: SyntaxNode, limit: number): Spelling {
  const inner = given.type === "decorator" ? namedChildren(given)[0] : given;
  if (inner === undefined || !path.some((item) => item.type === "decorator")) return refuse("the decorator was not found");
  const node = unwrap(inner);
  const title = `Keep at most ${String(limit)} results`;
  const target = node.type === "call" ? child(node, "function") : node;
  if (target === null) return refuse("the decorator was not found");
  const holder = path.slice(0, path.findIndex((item) => item.type === "decorator" || item === given));
  const scope = document.scopeOf(holder);
  const resolved = document.path(target, scope);

  if (resolved === "functools.cache") {
    const name = target.type === "attribute" ? child(target, "attribute") : null;
    const argument = `(maxsize=${String(limit)})`;
    if (name !== null) return { ok: true, title, edits: [{ at: [name.start, node.end], text: `lru_cache${argument}` }] };
    const made = bareOrQualified(document, scope, topStart(path));
    if (made === null) return refuse("the name `functools` is used for something else here");
    return { ok: true, title, edits: [...made.edits, { at: span(node), text: made.text + argument }] };
  }
  if (node.type !== "call") return refuse("this decorator takes no size here; call it with `maxsize`");
  const args = namedChildren(child(node, "arguments") ?? node);
  const size = args.find((item) => item.type === "keyword_argument" && document.of(child(item, "name") ?? item) === "maxsize");
  const value = size === undefined ? args.find((item, index) => index === 0 && item.type === "none") : child(size, "value");
  if (value?.type === "none") return { ok: true, title, edits: [{ at: span(value), text: String(limit) }] };

  // `@cached({})`, `@cached(cache={})` of cachetools.
  const store = args.find((item) => item.type === "keyword_argument" && document.of(child(item, "name") ?? item) === "cache");
  const container = store === undefined ? args[0] : child(store, "value");
  if (container?.type === "dictionary") return mapping(document, [...path, container], container, limit);
  return refuse("this decorator has no `maxsize=None` to replace");
}

/** `lru_cache` as it can be written here; imported by name like the `cache` that it replaces, if it is not known yet. */
function bareOrQualified(document: Document, scope: Parameters<typeof importedName>[3], before: number): { text: string; edits: Edit[] } | null {
  const { scopes } = document;
  const known = importedName(document, "functools", "lru_cache", scope, before);
  if (known !== null && known.edits.length === 0) return known;
  // `from functools import cache`: one more name in that statement.
  const statement = document.root.children.find((item) => item.type === "import_from_statement" && item.end <= before
    && document.of(child(item, "module_name") ?? item) === "functools" && item.children.some((part) => part.field === "name"));
  const last = statement?.children.filter((part) => part.field === "name").at(-1);
  if (last === undefined || scopes.lookUp(scope, "lru_cache") !== null) return known;
  return { text: "lru_cache", edits: [{ at: [last.end, last.end], text: ", lru_cache" }] };
}
