/**
 * Classes from before `class`: a function is a constructor when something is put on its prototype. A pass over the
 * tree, made only where the text mentions a prototype, says which functions are constructors and which are methods;
 * then `this` means the class in all of them.
 */
import type { BindingId, ClassId, ClassRef, FunctionId, Method } from "../../model/facts.js";
import {
  isFunction, isIdentifier, isNode, keyName, flag, many, memberName, one, spanOf, stringValue, unwrap, walk, word, type Node,
} from "./ast.js";
import { classRef, memberKey } from "./classes.js";
import { nameSpan, type ModuleContext } from "./context.js";
import { bindingKind, type VariableLike } from "./scopes.js";

export interface PrototypeClass {
  variable: VariableLike;
  node: Node;
  bases: Node[];
  /** Filled when the class is first met while lowering. */
  binding: BindingId | null;
  id: ClassId | null;
}

export interface PrototypeMethod {
  of: PrototypeClass;
  name: string;
  static: boolean;
  kind: "method" | "getter" | "setter";
}

const MENTION = /\.prototype\b|\b_*(?:inherits|extends)\w*\s*\(/u;

interface Statics {
  variable: VariableLike;
  name: string;
  value: Node;
}

/** Fills `prototypeClasses` and `prototypeMethods` of the module. */
export function findPrototypes(module: ModuleContext): void {
  if (!MENTION.test(module.text)) return;
  const finder = new Finder(module);
  walk(module.program, (node) => {
    finder.visit(node);
    return true;
  });
  finder.finish();
}

class Finder {
  private readonly classes = new Map<VariableLike, PrototypeClass>();
  private readonly statics: Statics[] = [];
  /** `const proto = Foo.prototype` */
  private readonly prototypes = new Map<VariableLike, PrototypeClass>();

  constructor(private readonly module: ModuleContext) {}

  visit(node: Node): void {
    if (node.type === "AssignmentExpression" && word(node, "operator") === "=") this.assignment(node);
    else if (node.type === "CallExpression") this.call(node);
    else if (node.type === "VariableDeclarator") this.declarator(node);
  }

  finish(): void {
    for (const { variable, name, value } of this.statics) {
      const owner = this.classes.get(variable);
      if (owner) this.method(owner, name, value, true);
    }
    for (const found of this.classes.values()) this.module.prototypeClasses.set(found.node, found);
  }

  private declarator(node: Node): void {
    const [id, init] = [one(node, "id"), one(node, "init")];
    const owner = init ? this.prototypeOf(init) : null;
    const variable = owner && id && isIdentifier(id) ? this.module.scopes.variable(id, word(id, "name")) : null;
    if (owner && variable) this.prototypes.set(variable, owner);
  }

  private assignment(node: Node): void {
    const [left, right] = [one(node, "left"), one(node, "right")];
    if (left?.type !== "MemberExpression" || !right) return;
    const object = one(left, "object");
    const name = memberName(left);
    if (!object || name === null) return;
    if (name === "prototype") {
      const owner = this.constructorNamed(object);
      if (owner) this.wholePrototype(owner, unwrap(right));
      return;
    }
    const owner = this.prototypeOf(object);
    if (owner) {
      if (name === "__proto__") this.base(owner, right);
      else if (name !== "constructor") this.method(owner, name, right, false);
      return;
    }
    const target = unwrap(object);
    const variable = isIdentifier(target) ? this.module.scopes.variable(target, word(target, "name")) : null;
    if (variable && isFunction(unwrap(right))) this.statics.push({ variable, name, value: right });
  }

  /** `Foo.prototype = { … }`, `Object.create(Bar.prototype)` or `new Bar()`. */
  private wholePrototype(owner: PrototypeClass, value: Node): void {
    if (value.type === "ObjectExpression") {
      this.methods(owner, value);
    } else if (value.type === "NewExpression") {
      const callee = one(value, "callee");
      if (callee) this.base(owner, callee);
    } else if (value.type === "CallExpression") {
      const callee = one(value, "callee");
      const [first] = many(value, "arguments");
      if (callee?.type === "MemberExpression" && memberName(callee) === "create" && first) this.base(owner, first);
    }
  }

  private call(node: Node): void {
    const callee = one(node, "callee");
    const name = callee?.type === "MemberExpression" ? memberName(callee) : isIdentifier(callee) ? word(callee, "name") : null;
    if (name === null) return;
    const [first, second, third] = many(node, "arguments");
    if (name === "call" && first && callee) this.around(first, one(callee, "object"));
    if (!first || !second) return;
    if (/^_*(?:inherits|extends)(?:Loose)?$/u.test(name)) {
      const owner = this.constructorNamed(first);
      if (owner) this.base(owner, second);
    } else if (name === "setPrototypeOf") {
      const owner = this.prototypeOf(first);
      if (owner) this.base(owner, second);
    } else if (name === "assign") {
      const owner = this.prototypeOf(first);
      if (owner && second.type === "ObjectExpression") this.methods(owner, second);
      else if (owner) this.base(owner, second);
    } else if (name === "defineProperty" && third?.type === "ObjectExpression") {
      const owner = this.prototypeOf(first);
      const property = stringValue(second);
      if (owner && property !== null) this.accessors(owner, property, third);
    }
  }

  /** `(function () { this.draw = function () { … }; }).call(Foo.prototype)` */
  private around(given: Node, called: Node | null): void {
    const inner = called ? unwrap(called) : null;
    const owner = inner?.type === "FunctionExpression" ? this.prototypeOf(given) : null;
    const body = owner && inner ? one(inner, "body") : null;
    if (!owner || !body) return;
    for (const statement of many(body, "body")) {
      let at = statement.type === "ExpressionStatement" ? one(statement, "expression") : null;
      // `this.a = this.b = function () { … }`
      for (; at?.type === "AssignmentExpression"; at = one(at, "right")) {
        const [left, right] = [one(at, "left"), one(at, "right")];
        const name = left?.type === "MemberExpression" && one(left, "object")?.type === "ThisExpression" ? memberName(left) : null;
        if (name !== null && right) this.method(owner, name, right, false);
      }
    }
  }

  private methods(owner: PrototypeClass, object: Node): void {
    for (const property of many(object, "properties")) {
      const value = one(property, "value");
      const kind = word(property, "kind");
      if (value) this.method(owner, memberKey(this.module, property), value, false, kind === "get" ? "getter" : kind === "set" ? "setter" : "method");
    }
  }

  private accessors(owner: PrototypeClass, name: string, descriptor: Node): void {
    for (const property of many(descriptor, "properties")) {
      const [key, value] = [one(property, "key"), one(property, "value")];
      const role = key ? keyName(key, flag(property, "computed")) : null;
      if (!value) continue;
      if (role === "get" || role === "set") this.method(owner, name, value, false, role === "get" ? "getter" : "setter");
      else if (role === "value") this.method(owner, name, value, false);
    }
  }

  private method(owner: PrototypeClass, name: string, value: Node, isStatic: boolean, kind: PrototypeMethod["kind"] = "method"): void {
    let node = unwrap(value);
    // `Foo.prototype.a = Foo.prototype.b = function …`
    while (node.type === "AssignmentExpression") node = unwrap(one(node, "right") ?? node);
    if (isIdentifier(node)) node = this.functionNamed(node) ?? node;
    if (!isFunction(node) || node.type === "ArrowFunctionExpression" || node === owner.node) return;
    if (!this.module.prototypeMethods.has(node)) this.module.prototypeMethods.set(node, { of: owner, name, static: isStatic, kind });
  }

  private base(owner: PrototypeClass, expression: Node): void {
    const node = unwrap(expression);
    const named = node.type === "MemberExpression" && memberName(node) === "prototype" ? one(node, "object") : node;
    if (named && (isIdentifier(named) || named.type === "MemberExpression" || named.type === "CallExpression")) owner.bases.push(named);
  }

  /** The class whose prototype the expression is: `Foo.prototype`, or a variable that holds it. */
  private prototypeOf(expression: Node): PrototypeClass | null {
    const node = unwrap(expression);
    if (isIdentifier(node)) {
      const variable = this.module.scopes.variable(node, word(node, "name"));
      return variable ? this.prototypes.get(variable) ?? null : null;
    }
    // `var proto = Foo.prototype = { … }`
    if (node.type === "AssignmentExpression") {
      const left = one(node, "left");
      return left ? this.prototypeOf(left) : null;
    }
    const object = node.type === "MemberExpression" && memberName(node) === "prototype" ? one(node, "object") : null;
    return object ? this.constructorNamed(object) : null;
  }

  private constructorNamed(expression: Node): PrototypeClass | null {
    const name = unwrap(expression);
    const variable = isIdentifier(name) ? this.module.scopes.variable(name, word(name, "name")) : null;
    const node = variable && isIdentifier(name) ? this.functionNamed(name) : null;
    if (!variable || !node) return null;
    const known = this.classes.get(variable);
    if (known) return known;
    const made: PrototypeClass = { variable, node, bases: [], binding: null, id: null };
    this.classes.set(variable, made);
    return made;
  }

  /** The function that a name is declared as: `function Foo() {}` or `const Foo = function () {}`. */
  private functionNamed(identifier: Node): Node | null {
    const variable = this.module.scopes.variable(identifier, word(identifier, "name"));
    // Overload signatures come before the function itself.
    const definition = variable?.defs.find((one) => isNode(one.node) && isFunction(one.node)) ?? variable?.defs[0];
    if (!variable || !definition || !isNode(definition.node)) return null;
    if (bindingKind(variable) === "function" && isFunction(definition.node)) return definition.node;
    if (definition.type !== "Variable") return null;
    let value = one(definition.node, "init");
    if (value) value = unwrap(value);
    // `var Foo = module.exports = function () { … }`
    while (value?.type === "AssignmentExpression" && word(value, "operator") === "=") value = unwrap(one(value, "right") ?? value);
    return value && isFunction(value) && value.type !== "ArrowFunctionExpression" ? value : null;
  }
}

/** The class's id; its facts are made on first sight, from its constructor or from one of its methods. */
export function prototypeClassId(module: ModuleContext, found: PrototypeClass): ClassId {
  if (found.id !== null) return found.id;
  const id = module.facts.classes.length;
  found.id = id;
  found.binding = module.bindingOf(found.variable);
  const name = found.variable.identifiers[0];
  const bases: ClassRef[] = found.bases.map((base) => classRef(module, base));
  module.facts.classes.push({
    name: found.variable.name, at: spanOf(found.node), nameAt: isNode(name) ? nameSpan(name, found.variable.name) : spanOf(found.node),
    binding: found.binding, owner: module.scopes.owner(found.variable, module.functionAt), bases, interfaces: [], decorators: [],
    methods: [], fields: [], initializer: null, body: null, exported: false, abstract: false,
  });
  return id;
}

export function registerPrototypeMethod(module: ModuleContext, id: ClassId, method: PrototypeMethod, implementation: FunctionId): void {
  const kind: Method["kind"] = method.kind;
  module.facts.classes[id]?.methods.push({ name: method.name, function: implementation, static: method.static, kind });
}
