/** Classes: bases, methods and fields. */
import type { ClassFacts, ClassId, ClassRef, Interface, Method, TypeRef } from "../../model/facts.js";
import type { FileLowering } from "./context.js";
import { decoratorOf, isExportedClass, methodKind } from "./functions.js";
import { bindingOf, pathOf } from "./names.js";
import type { ClassDraft } from "./scopes.js";
import { child, namedChildren, span } from "./tree.js";
import type { SyntaxNode } from "./tree.js";

const PROTOCOL = new Set(["typing.Protocol", "typing_extensions.Protocol"]);
const ABSTRACT = new Set(["abc.ABC", "abc.ABCMeta", ...PROTOCOL]);

/** The facts of one class; its functions must have been lowered before, for they add annotated `self` attributes. */
export function lowerClass(file: FileLowering, draft: ClassDraft): ClassFacts {
  const { node } = draft;
  const name = child(node, "name");
  const superclasses = child(node, "superclasses");
  const given = superclasses === null ? [] : namedChildren(superclasses);
  const bases = given.filter((item) => item.type !== "keyword_argument").map((item) => classRef(file, draft, item));
  const metaclass = given.filter((item) => item.type === "keyword_argument").map((item) => child(item, "value"));
  const abstract = [...bases.map((base) => base.path), ...metaclass.map((item) => (item === null ? null : classRef(file, draft, item).path))];
  return {
    name: name === null ? "" : file.text.slice(name.start, name.end),
    at: span(node),
    nameAt: name === null ? [node.start, node.start + "class".length] : span(name),
    binding: draft.binding,
    owner: draft.outer.function,
    bases,
    interfaces: [],
    decorators: draft.decorators.flatMap((decorator) => decoratorOf(file, draft.outer, decorator)),
    methods: methodsOf(file, draft),
    fields: file.fields[draft.id] ?? [],
    initializer: null,
    body: draft.body,
    exported: isExportedClass(file, draft.id),
    abstract: abstract.some((path) => path !== null && ABSTRACT.has(path)),
  };
}

/** The interface that a protocol is, or null for any other class. */
export function protocolOf(facts: ClassFacts, id: ClassId): Interface | null {
  if (!facts.bases.some(({ path }) => path !== null && PROTOCOL.has(path))) return null;
  const members = [...facts.methods.map(({ name }) => ({ name, method: true })), ...facts.fields.map(({ name }) => ({ name, method: false }))];
  const bases = facts.bases.flatMap(({ path, binding }): TypeRef[] => (path !== null && PROTOCOL.has(path) || binding === null ? [] : [{ kind: "named", name: path ?? "", binding, args: [] }]));
  return { name: facts.name, at: facts.at, class: id, members, bases };
}

/** A base class; `Generic[T]` is `Generic`, and what a call returns is unknown. */
function classRef(file: FileLowering, draft: ClassDraft, given: SyntaxNode): ClassRef {
  const node = given.type === "subscript" ? child(given, "value") ?? given : given;
  return {
    path: pathOf(file.scopes, draft.outer, node, file.text),
    binding: bindingOf(file.scopes, draft.outer, node, file.text),
    at: span(given),
  };
}

function methodsOf(file: FileLowering, draft: ClassDraft): Method[] {
  return file.scopes.functions.filter((candidate) => candidate.methodOf === draft.id && candidate.kind === "function").map((candidate) => {
    const name = child(candidate.node, "name");
    return {
      name: name === null ? "" : file.text.slice(name.start, name.end),
      function: candidate.id,
      static: candidate.static,
      kind: methodKind(file, candidate),
    };
  });
}
