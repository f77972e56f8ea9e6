/** Classes and enums. */
import type { BindingId, ClassFacts, ClassId, ClassRef, FunctionId, Method, Parameter, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import { flag, isFunction, isIdentifier, keyName, many, memberName, one, spanOf, unwrap, unwrapChain, word, type Node } from "./ast.js";
import { load, store, type FunctionContext, type ModuleContext, type Named } from "./context.js";
import { decoratorsOf } from "./decorators.js";
import { lowerExpression } from "./expressions.js";
import { contextFor, declareFunction, finish, newFunction } from "./functions.js";
import { headSpan, ownName } from "./names.js";
import { isGlobal, pathOf } from "./paths.js";
import { lowerStatements } from "./statements.js";
import { typeOf } from "./types.js";

/** The base that enums get, the one that Python's have: their members are a closed set. */
const ENUM_BASE = "enum.Enum";

const METHOD_KINDS: ReadonlyMap<string, Method["kind"]> = new Map([["constructor", "constructor"], ["get", "getter"], ["set", "setter"]]);

/** A class declaration or expression: its facts, its methods in the queue, and the instruction that makes it. */
export function lowerClass(fn: FunctionContext, node: Node, named: Named | null): ValueId {
  const { module } = fn;
  const base = one(node, "superClass");
  const at = spanOf(node);
  // Only a base that runs something is worth a value: `extends mixin(Base)`.
  if (base && !isIdentifier(unwrap(base)) && unwrap(base).type !== "MemberExpression") lowerExpression(fn, base);
  const known = module.classAt.get(node);
  if (known !== undefined) return fn.build.value({ op: "class", class: known }, at);

  const own = ownName(node);
  const name = own?.name ?? named?.name ?? "";
  const id = module.facts.classes.length;
  const binding = own ? bindClass(module, one(node, "id"), id) : null;
  const facts: ClassFacts = {
    name, at, nameAt: own?.at ?? (name === "" ? headSpan(node, module.text) : named?.at) ?? at, binding: binding ?? named?.binding ?? null,
    owner: fn.id, bases: base ? [classRef(module, base)] : [],
    interfaces: many(node, "implements").map((item) => classRef(module, one(item, "expression") ?? item)),
    decorators: decoratorsOf(module, node), methods: [], fields: [], initializer: null, body: null, exported: false,
    abstract: flag(node, "abstract"),
  };
  module.facts.classes.push(facts);
  module.classAt.set(node, id);
  const holder = named?.binding == null ? undefined : module.facts.bindings[named.binding];
  if (holder?.constant === true && holder.kind === "variable") Object.assign(holder, { kind: "class", class: id });
  const body = one(node, "body");
  if (body && !flag(node, "declare")) lowerMembers(fn, many(body, "body"), facts, id);
  return fn.build.value({ op: "class", class: id }, at);
}

function bindClass(module: ModuleContext, name: Node | null, id: ClassId): BindingId | null {
  const binding = name ? module.binding(name) : null;
  const facts = binding === null ? undefined : module.facts.bindings[binding];
  if (facts) facts.class ??= id;
  return binding;
}

/** A base or interface: a binding and path where it is a name, neither where it is computed. */
export function classRef(module: ModuleContext, expression: Node): ClassRef {
  const node = unwrapChain(expression);
  const binding = isIdentifier(node) ? module.binding(node) : null;
  const path = pathOf(module, node);
  return { path, binding, ...isIdentifier(node) && binding === null && path === null && { name: word(node, "name") }, at: spanOf(node) };
}

/** A method's or field's name as the model spells it. */
export function memberKey(module: ModuleContext, member: Node): string {
  const key = one(member, "key");
  if (!key) return "@@computed";
  const name = keyName(key, flag(member, "computed"));
  if (name !== null) return name;
  const symbol = unwrap(key);
  const well = symbol.type === "MemberExpression" && isGlobal(module, one(symbol, "object"), "Symbol") ? memberName(symbol) : null;
  return well === null ? "@@computed" : `@@${well}`;
}

function lowerMembers(fn: FunctionContext, members: Node[], facts: ClassFacts, id: ClassId): void {
  const instanceFields: Node[] = [];
  const staticParts: Node[] = [];
  for (const member of members) {
    switch (member.type) {
      case "MethodDefinition": case "TSAbstractMethodDefinition":
        lowerMethod(fn, member, facts, id);
        break;
      case "PropertyDefinition": case "AccessorProperty": case "TSAbstractPropertyDefinition": case "TSAbstractAccessorProperty":
        addField(fn.module, member, facts);
        if (one(member, "value")) (flag(member, "static") ? staticParts : instanceFields).push(member);
        break;
      case "StaticBlock":
        staticParts.push(member);
        break;
      default:
    }
  }
  if (instanceFields.length > 0) facts.initializer = declareInitializer(fn, facts, id, instanceFields);
  if (staticParts.length > 0) facts.body = declareClassBody(fn, facts, id, staticParts);
}

function lowerMethod(fn: FunctionContext, member: Node, facts: ClassFacts, id: ClassId): void {
  const { module } = fn;
  const value = one(member, "value");
  const key = one(member, "key");
  if (key && flag(member, "computed") && keyName(key, true) === null && memberKey(module, member) === "@@computed") lowerExpression(fn, key);
  // An overload's signature and an abstract method have no body.
  if (!value || !isFunction(value) || !one(value, "body")) return;
  const name = memberKey(module, member);
  const kind = METHOD_KINDS.get(word(member, "kind")) ?? "method";
  const isStatic = flag(member, "static");
  const method = declareFunction(fn, value, {
    name, nameAt: spanOf(key ?? member), kind, class: id, static: isStatic, decorated: member,
  });
  facts.methods.push({ name, function: method, static: isStatic, kind, ...isPrivate(member) ? { private: true } : {} });
  if (kind === "constructor") addParameterFields(module, many(value, "params"), facts);
}

function addField(module: ModuleContext, member: Node, facts: ClassFacts): void {
  const decorators = decoratorsOf(module, member);
  facts.fields.push({
    ...decorators.length > 0 ? { decorators } : {}, ...isPrivate(member) ? { private: true } : {}, name: memberKey(module, member), static: flag(member, "static"), type: typeOf(module, member, "typeAnnotation"),
    readonly: flag(member, "readonly"), at: spanOf(one(member, "key") ?? member),
  });
}

function isPrivate(member: Node): boolean {
  return word(member, "accessibility") === "private" || one(member, "key")?.type.startsWith("Private") === true;
}

function addParameterFields(module: ModuleContext, parameters: Node[], facts: ClassFacts): void {
  for (const parameter of parameters) {
    const inner = parameter.type === "TSParameterProperty" ? one(parameter, "parameter") : null;
    const target = inner?.type === "AssignmentPattern" ? one(inner, "left") : inner;
    if (!target) continue;
    const type: Parameter["type"] = typeOf(module, target, "typeAnnotation");
    facts.fields.push({ ...isPrivate(parameter) ? { private: true } : {}, name: word(target, "name"), static: false, type, readonly: flag(parameter, "readonly"), at: spanOf(target) });
  }
}

/** Instance field initialisers: one function of the model that runs for every construction. */
function declareInitializer(fn: FunctionContext, facts: ClassFacts, id: ClassId, members: Node[]): FunctionId {
  return declarePart(fn, facts, "initializer", { class: id, static: false }, members, (part, member, value) => {
    const object = load(part, part.receiver, spanOf(member));
    store(part, { kind: "field", object, name: memberKey(part.module, member) }, value, spanOf(member));
  });
}

/** Static field initialisers and static blocks: one function that runs once, with the class. */
function declareClassBody(fn: FunctionContext, facts: ClassFacts, id: ClassId, members: Node[]): FunctionId {
  return declarePart(fn, facts, "class-body", { class: id, static: true }, members, (part, member, value) => {
    store(part, { kind: "static", class: id, name: memberKey(part.module, member) }, value, spanOf(member));
  });
}

function declarePart(
  fn: FunctionContext, facts: ClassFacts, kind: "initializer" | "class-body", of: { class: ClassId; static: boolean }, members: Node[],
  keep: (part: FunctionContext, member: Node, value: ValueId) => void,
): FunctionId {
  const { module } = fn;
  const id = module.facts.functions.length;
  const at: Span = facts.at;
  const part = newFunction(module, fn.id, at, { name: facts.name, nameAt: facts.nameAt, kind, ...of });
  for (const member of members) {
    if (member.type === "StaticBlock") module.functionAt.set(member, id);
  }
  module.queue.push(() => {
    const context = contextFor(module, id, part, of.static ? { kind: "class" } : { kind: "this" }, new Set());
    for (const member of members) {
      const value = one(member, "value");
      if (member.type === "StaticBlock") lowerStatements(context, many(member, "body"));
      else if (value) keep(context, member, lowerInitialiser(context, member, value));
    }
    finish(context, at);
  });
  return id;
}

function lowerInitialiser(fn: FunctionContext, member: Node, value: Node): ValueId {
  const key = one(member, "key");
  return lowerExpression(fn, value, { name: memberKey(fn.module, member), at: spanOf(key ?? member), binding: null });
}

/** An enum is a class with static members, as in Python: its members are a closed set of values. */
export function lowerEnum(fn: FunctionContext, node: Node): void {
  const { module } = fn;
  const name = one(node, "id");
  if (!name || flag(node, "declare")) return;
  const at = spanOf(node);
  const known = module.classAt.get(node);
  const id = known ?? module.facts.classes.length;
  const binding = bindClass(module, name, id);
  if (known === undefined) {
    const facts: ClassFacts = {
      name: word(name, "name"), at, nameAt: spanOf(name), binding, owner: fn.id, bases: [{ path: ENUM_BASE, binding: null, at: spanOf(name) }],
      interfaces: [], decorators: [], methods: [], fields: [], initializer: null, body: null, exported: false, abstract: false,
    };
    module.facts.classes.push(facts);
    module.classAt.set(node, id);
    const body = one(node, "body");
    for (const member of many(body ?? node, "members")) {
      const key = one(member, "id");
      const text = key ? keyName(key, false) : null;
      if (key && text !== null) facts.fields.push({ name: text, static: true, type: null, readonly: true, at: spanOf(key) });
    }
  }
  const value = fn.build.value({ op: "class", class: id }, at);
  if (binding !== null) store(fn, { kind: "binding", binding }, value, spanOf(name), { declares: true });
}
