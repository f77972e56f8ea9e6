/** TypeScript annotations as the model's declared types. */
import type { TypeRef } from "../../model/facts.js";
import { flag, isIdentifier, isNode, many, one, spanOf, stringValue, word, type Field, type Node } from "./ast.js";
import type { ModuleContext } from "./context.js";
import { moduleName, pathOf } from "./paths.js";
import { bindingKind } from "./scopes.js";

/** Aliases inside aliases and arguments inside arguments are followed this far. */
const MAXIMUM_DEPTH = 12;

/** Unions with more members are not written out where they are named. */
const MAXIMUM_MEMBERS = 64;

const OTHER: TypeRef = { kind: "other" };

/** The declared type of an identifier, parameter or function (by `field`), or null where nothing is declared. */
export function typeOf(module: ModuleContext, node: Node, field: Field): TypeRef | null {
  const annotation = one(node, field);
  if (!annotation) return null;
  const type = typeRef(module, annotation, 0);
  return flag(node, "optional") && field === "typeAnnotation" ? union([type, { kind: "literal", text: "undefined" }]) : type;
}

/** A type node (or the annotation that holds it) as a TypeRef. */
export function typeRef(module: ModuleContext, node: Node, depth = 0): TypeRef {
  if (depth > MAXIMUM_DEPTH) return OTHER;
  switch (node.type) {
    case "TSTypeAnnotation": case "TSParenthesizedType": case "TSOptionalType": case "TSRestType": return inner(module, node, "typeAnnotation", depth);
    case "TSTypeOperator": return word(node, "operator") === "readonly" ? inner(module, node, "typeAnnotation", depth) : OTHER;
    case "TSNamedTupleMember": return inner(module, node, "elementType", depth);
    case "TSUnionType": return union(many(node, "types").map((member) => typeRef(module, member, depth + 1)));
    case "TSLiteralType": return literal(module, node);
    case "TSNullKeyword": return { kind: "literal", text: "null" };
    case "TSUndefinedKeyword": return { kind: "literal", text: "undefined" };
    case "TSFunctionType": case "TSConstructorType": {
      const returns = one(node, "returnType");
      return { kind: "function", returns: returns ? typeRef(module, returns, depth + 1) : null };
    }
    case "TSArrayType": return { kind: "named", name: "Array", binding: null, args: [inner(module, node, "elementType", depth)] };
    case "TSTupleType": return { kind: "named", name: "Array", binding: null, args: [union(many(node, "elementTypes").map((member) => typeRef(module, member, depth + 1)))] };
    case "TSTypePredicate": return { kind: "named", name: "boolean", binding: null, args: [] };
    case "TSThisType": return { kind: "named", name: "this", binding: null, args: [] };
    case "TSTypeReference": case "TSExpressionWithTypeArguments": case "TSClassImplements": case "TSInterfaceHeritage": return reference(module, node, depth);
    case "TSImportType": return importType(node);
    default: {
      const keyword = /^TS(\w+)Keyword$/u.exec(node.type)?.[1];
      return keyword === undefined ? OTHER : { kind: "named", name: keyword.toLowerCase(), binding: null, args: [] };
    }
  }
}

function inner(module: ModuleContext, node: Node, field: Field, depth: number): TypeRef {
  const child = one(node, field);
  return child ? typeRef(module, child, depth + 1) : OTHER;
}

function union(members: TypeRef[]): TypeRef {
  const flat = members.flatMap((member) => (member.kind === "union" ? member.members : [member]));
  const [only] = flat;
  if (!only) return OTHER;
  return flat.length === 1 ? only : { kind: "union", members: flat };
}

function literal(module: ModuleContext, node: Node): TypeRef {
  const value = one(node, "literal");
  if (!value) return OTHER;
  const [start, end] = spanOf(value);
  return { kind: "literal", text: stringValue(value) ?? module.text.slice(start, end) };
}

function reference(module: ModuleContext, node: Node, depth: number): TypeRef {
  const name = one(node, "typeName") ?? one(node, "expression");
  if (!name) return OTHER;
  const holder = one(node, "typeArguments") ?? one(node, "typeParameters");
  const args = holder ? many(holder, "params").map((argument) => typeRef(module, argument, depth + 1)) : [];
  const [start, end] = spanOf(name);
  const path = pathOf(module, name);
  if (isIdentifier(name)) {
    const variable = module.scopes.variable(name, word(name, "name"));
    if (variable && bindingKind(variable) === null) {
      const alias = variable.defs[0]?.node;
      const named: TypeRef = { kind: "named", name: word(name, "name"), binding: null, args };
      return isNode(alias) && alias.type === "TSTypeAliasDeclaration" && !one(alias, "typeParameters") ? aliased(module, alias, named) : named;
    }
    const binding = variable ? module.bindingOf(variable) : null;
    return { kind: "named", name: path ?? word(name, "name"), binding, args };
  }
  return { kind: "named", name: path ?? module.text.slice(start, end), binding: null, args };
}

function importType(node: Node): TypeRef {
  const argument = one(node, "source") ?? one(node, "argument");
  const source = argument?.type === "TSLiteralType" ? one(argument, "literal") : argument;
  const specifier = source ? stringValue(source) : null;
  if (specifier === null) return OTHER;
  const names: string[] = [];
  for (let part = one(node, "qualifier"); part; part = one(part, "left")) {
    const last = part.type === "TSQualifiedName" ? one(part, "right") : part;
    if (last) names.unshift(word(last, "name"));
    if (part.type !== "TSQualifiedName") break;
  }
  return { kind: "named", name: [moduleName(specifier), ...names].join("."), binding: null, args: [] };
}

/**
 * What a local alias stands for: `type Key = "a" | "b"` is its members, so that a closed set of keys is seen. Large
 * unions and aliases inside themselves keep their name.
 */
function aliased(module: ModuleContext, alias: Node, named: TypeRef): TypeRef {
  const known = module.aliases.get(alias);
  if (known) return known;
  module.aliases.set(alias, named);
  const type = inner(module, alias, "typeAnnotation", 0);
  const kept = type.kind === "other" || (type.kind === "union" && type.members.length > MAXIMUM_MEMBERS) ? named : type;
  module.aliases.set(alias, kept);
  return kept;
}
