/** Interfaces and names of object types: what others implement, and under which names modules hand types on. */
import type { Interface, TypeRef } from "../../model/facts.js";
import { flag, keyName, many, one, spanOf, stringValue, word, type Field, type Node } from "./ast.js";
import type { ModuleContext } from "./context.js";
import { moduleName } from "./paths.js";
import { typeRef } from "./types.js";

/** Reads a module's own statements; a type inside of a function is that function's business. */
export function lowerInterfaces(module: ModuleContext, statements: readonly Node[]): void {
  for (const statement of statements) {
    const source = one(statement, "source");
    const from = source ? stringValue(source) : null;
    switch (statement.type) {
      case "ExportAllDeclaration":
        if (from !== null && word(statement, "exportKind") === "type" && !one(statement, "exported")) exportType(module, "*", null, { module: moduleName(from), name: "*" });
        break;
      case "ExportNamedDeclaration": {
        const declaration = one(statement, "declaration");
        const name = declaration ? declare(module, declaration) : null;
        if (name !== null) exportType(module, name, name, null);
        if (!declaration) handOn(module, statement, from);
        break;
      }
      case "ExportDefaultDeclaration": {
        const declaration = one(statement, "declaration");
        const name = declaration?.type === "Identifier" ? word(declaration, "name") : declaration ? declare(module, declaration) : null;
        if (name !== null) exportType(module, "default", name, null);
        break;
      }
      default: declare(module, statement);
    }
  }
}

/** `export type { A as B } from "m"`; one without the word may name a type as well. */
function handOn(module: ModuleContext, statement: Node, from: string | null): void {
  for (const specifier of many(statement, "specifiers")) {
    const [local, exported] = [one(specifier, "local"), one(specifier, "exported")];
    const [inner, outer] = [local && keyName(local, false), exported && keyName(exported, false)];
    if (inner === null || outer === null) continue;
    if (from === null) exportType(module, outer, inner, null);
    else exportType(module, outer, null, { module: moduleName(from), name: inner });
  }
}

function exportType(module: ModuleContext, name: string, local: string | null, from: { module: string; name: string } | null): void {
  module.facts.typeExports.push({ name, local, from });
}

/** Notes an interface or the alias of an object type; its name. */
function declare(module: ModuleContext, node: Node): string | null {
  const id = one(node, "id");
  if (!id || node.type !== "TSInterfaceDeclaration" && node.type !== "TSTypeAliasDeclaration") return null;
  const name = word(id, "name");
  const made: Interface = { name, at: spanOf(node), class: null, members: [], bases: [] };
  if (node.type === "TSInterfaceDeclaration") {
    const body = one(node, "body");
    made.members.push(...membersOf(body ?? node, "body"));
    made.bases.push(...many(node, "extends").map((base) => typeRef(module, base)));
  } else if (!addParts(module, one(node, "typeAnnotation"), made)) {
    return null;
  }
  // Declarations of one name are one interface.
  const known = module.facts.interfaces.find((one) => one.name === name);
  if (known) {
    known.members.push(...made.members);
    known.bases.push(...made.bases);
  } else {
    module.facts.interfaces.push(made);
  }
  return name;
}

/** `{ … }` and `Base & { … }`; false for any other type. */
function addParts(module: ModuleContext, type: Node | null, made: Interface): boolean {
  if (type?.type === "TSTypeLiteral") {
    made.members.push(...membersOf(type, "members"));
    return true;
  }
  if (type?.type !== "TSIntersectionType") return false;
  const parts = many(type, "types");
  if (!parts.every((part) => part.type === "TSTypeLiteral" || part.type === "TSTypeReference")) return false;
  for (const part of parts) {
    if (part.type === "TSTypeLiteral") made.members.push(...membersOf(part, "members"));
    else made.bases.push(typeRef(module, part) satisfies TypeRef);
  }
  return true;
}

/** What an implementer must have. */
function membersOf(holder: Node, field: Field): Interface["members"] {
  return many(holder, field).flatMap((member) => {
    const key = one(member, "key");
    const name = key && keyName(key, flag(member, "computed"));
    if (name === null || flag(member, "optional")) return [];
    const annotation = one(member, "typeAnnotation");
    const type = annotation && one(annotation, "typeAnnotation");
    const isMethod = member.type === "TSMethodSignature" && !/^[gs]et$/u.test(word(member, "kind")) || type?.type === "TSFunctionType";
    return [{ name, method: isMethod }];
  });
}
