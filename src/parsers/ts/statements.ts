/** Statements other than loops: control flow goes to the shared builder. */
import type { ValueId } from "../../model/facts.js";
import { flag, isFunction, isIdentifier, many, one, spanOf, unwrap, word, type Node } from "./ast.js";
import { assignPattern, noteThisAlias } from "./assignments.js";
import { lowerClass, lowerEnum } from "./classes.js";
import { lowerCondition, NULL } from "./conditions.js";
import { deeper, load, nameSpan, operation, store, type FunctionContext, type Named } from "./context.js";
import { lowerExportStatement } from "./exports.js";
import { lowerDiscarded, lowerExpression } from "./expressions.js";
import { lowerClosure } from "./functions.js";
import { declareRequired, lowerImportEquals } from "./imports.js";
import { lowerLoop } from "./loops.js";
import { typeRef } from "./types.js";

/** Lowers the statements of a block; function declarations first, as they are hoisted. */
export function lowerStatements(fn: FunctionContext, statements: readonly Node[]): void {
  for (const statement of statements) hoist(fn, statement);
  lowerFrom(fn, statements, 0);
}

function hoist(fn: FunctionContext, statement: Node): void {
  const exported = statement.type === "ExportNamedDeclaration" || statement.type === "ExportDefaultDeclaration" ? one(statement, "declaration") : null;
  const node = exported ?? statement;
  if (node.type !== "FunctionDeclaration" || !one(node, "body") || flag(node, "declare")) return;
  const id = one(node, "id");
  if (!id) return;
  const binding = fn.module.binding(id);
  const value = lowerClosure(fn, node, null);
  if (binding !== null) store(fn, { kind: "binding", binding }, value, nameSpan(id, word(id, "name")), { declares: true });
}

/** From `index` on; what follows a `using` declaration is inside its scope. */
function lowerFrom(fn: FunctionContext, statements: readonly Node[], index: number): void {
  for (let at = index; at < statements.length; at++) {
    const statement = statements[at];
    if (!statement) continue;
    if (statement.type === "VariableDeclaration" && isUsing(statement)) {
      lowerUsing(fn, statement, many(statement, "declarations"), () => { lowerFrom(fn, statements, at + 1); });
      return;
    }
    lowerStatement(fn, statement);
  }
}

export function isUsing(declaration: Node): boolean {
  const kind = word(declaration, "kind");
  return kind === "using" || kind === "await using";
}

/** `using a = f(), b = g(); rest`: each is entered in turn, and left in the opposite order on every way out of the rest. */
function lowerUsing(fn: FunctionContext, declaration: Node, declarators: Node[], rest: () => void): void {
  const [first, ...others] = declarators;
  const [target, init] = first ? [one(first, "id"), one(first, "init")] : [null, null];
  if (!first || !target || !init) {
    rest();
    return;
  }
  const value = lowerExpression(fn, init, declaredName(fn, target));
  deeper(fn, declaration, () => { enterUsing(fn, declaration, first, target, value, () => { lowerUsing(fn, declaration, others, rest); }); }, rest);
}

/** Enters `value`, stores it into `target` and runs `body` in its scope. */
export function enterUsing(fn: FunctionContext, declaration: Node, at: Node, target: Node, value: ValueId, body: () => void): void {
  const isAsync = word(declaration, "kind") === "await using";
  const entered = fn.build.value({ op: "enter", value, async: isAsync, form: "using" }, spanOf(at));
  assignPattern(fn, target, entered, true);
  fn.build.scope({ at: spanOf(at), value, async: isAsync, form: "using", body });
}

export function lowerStatement(fn: FunctionContext, node: Node, label: string | null = null): void {
  deeper(fn, node, () => { statement(fn, node, label); }, () => { operation(fn, "opaque", [], spanOf(node)); });
}

function statement(fn: FunctionContext, node: Node, label: string | null): void {
  const { build } = fn;
  const at = spanOf(node);
  switch (node.type) {
    case "ExpressionStatement": {
      const expression = one(node, "expression");
      if (expression && word(node, "directive") === "") lowerDiscarded(fn, expression);
      return;
    }
    case "VariableDeclaration": lowerDeclaration(fn, node); return;
    case "ReturnStatement": {
      const argument = one(node, "argument");
      build.return(argument ? lowerExpression(fn, argument) : null, at);
      return;
    }
    case "ThrowStatement": {
      const argument = one(node, "argument");
      build.raise(argument ? lowerExpression(fn, argument) : null, at);
      return;
    }
    case "IfStatement": lowerIf(fn, node); return;
    case "ForStatement": case "ForInStatement": case "ForOfStatement": case "WhileStatement": case "DoWhileStatement":
      lowerLoop(fn, node, label);
      return;
    case "BlockStatement":
      if (label === null) lowerStatements(fn, many(node, "body"));
      else build.breakable(label, () => { lowerStatements(fn, many(node, "body")); });
      return;
    case "LabeledStatement": lowerLabeled(fn, node); return;
    case "BreakStatement": build.break(labelOf(node)); return;
    case "ContinueStatement": build.continue(labelOf(node)); return;
    case "SwitchStatement": lowerSwitch(fn, node); return;
    case "TryStatement": lowerTry(fn, node); return;
    case "ClassDeclaration": {
      if (flag(node, "declare")) return;
      const id = one(node, "id");
      const value = lowerClass(fn, node, null);
      const binding = id ? fn.module.binding(id) : null;
      if (id && binding !== null) store(fn, { kind: "binding", binding }, value, spanOf(id), { declares: true });
      return;
    }
    case "ExportNamedDeclaration": case "ExportDefaultDeclaration": case "ExportAllDeclaration": case "TSExportAssignment":
      lowerExportStatement(fn, node);
      return;
    case "TSImportEqualsDeclaration": lowerImportEquals(fn, node); return;
    case "TSEnumDeclaration": lowerEnum(fn, node); return;
    case "TSModuleDeclaration": lowerNamespace(fn, node); return;
    case "WithStatement": {
      const [object, body] = [one(node, "object"), one(node, "body")];
      fn.module.facts.dynamic = true;
      if (object) lowerExpression(fn, object);
      if (body) lowerStatement(fn, body);
      return;
    }
    // Declarations that were hoisted, imports that were read first, and what only types.
    default:
  }
}

function labelOf(node: Node): string | null {
  const label = one(node, "label");
  return label ? word(label, "name") : null;
}

/** What a declarator's function, class or object is called. */
function declaredName(fn: FunctionContext, target: Node): Named | null {
  if (!isIdentifier(target)) return null;
  const name = word(target, "name");
  return { name, at: nameSpan(target, name), binding: fn.module.binding(target) };
}

/** `let`, `const` and `var`; `using` in a place that opens no block (a loop's head) lowers as `const`. */
export function lowerDeclaration(fn: FunctionContext, node: Node): void {
  if (flag(node, "declare")) return;
  for (const declarator of many(node, "declarations")) {
    const [target, init] = [one(declarator, "id"), one(declarator, "init")];
    if (!target) continue;
    if (!init) {
      if (word(node, "kind") !== "var") assignPattern(fn, target, fn.build.value({ op: "constant", value: NULL }, spanOf(declarator)), true);
      continue;
    }
    declareRequired(fn, target, init, word(node, "kind"));
    noteThisAlias(fn, target, init);
    typeFromAssertion(fn, target, init);
    assignPattern(fn, target, lowerExpression(fn, init, declaredName(fn, target)), true);
  }
}

/** `const x = y as Foo` declares as much as `const x: Foo = y`. */
function typeFromAssertion(fn: FunctionContext, target: Node, init: Node): void {
  if (init.type !== "TSAsExpression" && init.type !== "TSTypeAssertion" && init.type !== "TSSatisfiesExpression") return;
  const annotation = one(init, "typeAnnotation");
  const binding = isIdentifier(target) ? fn.module.binding(target) : null;
  const facts = binding === null ? undefined : fn.module.facts.bindings[binding];
  if (!annotation || facts?.type !== null) return;
  const type = typeRef(fn.module, annotation);
  if (type.kind === "other" || (type.kind === "named" && ["any", "unknown", "const", "never"].includes(type.name))) return;
  facts.type = type;
}

/** `else if` chains are long in generated code, so they are a loop here. */
function lowerIf(fn: FunctionContext, first: Node): void {
  const { build } = fn;
  const join = build.block();
  let node: Node | null = first;
  while (node) {
    const [test, consequent, alternate]: (Node | null)[] = [one(node, "test"), one(node, "consequent"), one(node, "alternate")];
    const [yes, no] = [build.block(), build.block()];
    if (test) lowerCondition(fn, test, yes, no);
    build.switchTo(yes);
    if (consequent) lowerStatement(fn, consequent);
    build.jump(join);
    build.switchTo(no);
    if (alternate?.type === "IfStatement") {
      node = alternate;
      continue;
    }
    if (alternate) lowerStatement(fn, alternate);
    node = null;
  }
  build.jump(join);
  build.switchTo(join);
}

function lowerLabeled(fn: FunctionContext, node: Node): void {
  const label = labelOf(node);
  const body = one(node, "body");
  if (!body) return;
  if (/^(?:For|While|DoWhile|Block)/u.test(body.type)) lowerStatement(fn, body, label);
  else fn.build.breakable(label, () => { lowerStatement(fn, body); });
}

function lowerSwitch(fn: FunctionContext, node: Node): void {
  const { build } = fn;
  const discriminant = one(node, "discriminant");
  if (!discriminant) return;
  const cases = many(node, "cases");
  const subject = unwrap(discriminant);
  // `switch (true)` asks each case as a condition of its own.
  const asksConditions = subject.type === "Literal" && fn.module.text.slice(...spanOf(subject)) === "true";
  const value = asksConditions ? null : lowerExpression(fn, discriminant);
  build.breakable(null, (exit) => {
    const bodies = cases.map(() => build.block());
    let fallback = exit;
    for (const [index, branch] of cases.entries()) {
      const test = one(branch, "test");
      const body = bodies[index] ?? exit;
      if (!test) {
        fallback = body;
        continue;
      }
      const next = build.block();
      if (value === null) lowerCondition(fn, test, body, next);
      else build.branch({ kind: "equal", left: value, right: lowerExpression(fn, test) }, body, next, spanOf(test));
      build.switchTo(next);
    }
    build.jump(fallback);
    for (const branch of cases) {
      for (const inner of many(branch, "consequent")) hoist(fn, inner);
    }
    for (const [index, branch] of cases.entries()) {
      const body = bodies[index];
      if (body === undefined) continue;
      build.switchTo(body);
      lowerFrom(fn, many(branch, "consequent"), 0);
      build.jump(bodies[index + 1] ?? exit);
    }
  });
}

function lowerTry(fn: FunctionContext, node: Node): void {
  const [block, handler, finalizer] = [one(node, "block"), one(node, "handler"), one(node, "finalizer")];
  if (!block) return;
  const at = spanOf(node);
  fn.build.tryStatement({
    at,
    body: () => { lowerStatement(fn, block); },
    ...(handler && { catches: [{ types: null, body: (): void => { lowerCatch(fn, handler); } }] }),
    ...(finalizer && { finalizer: (): void => { lowerStatement(fn, finalizer); } }),
  });
}

function lowerCatch(fn: FunctionContext, clause: Node): void {
  const [parameter, body] = [one(clause, "param"), one(clause, "body")];
  if (parameter) assignPattern(fn, parameter, fn.build.value({ op: "caught" }, spanOf(parameter)), true);
  if (body) lowerStatement(fn, body);
}

/** A namespace runs its body once, here; what it exports is also a field of the namespace. */
function lowerNamespace(fn: FunctionContext, node: Node): void {
  const [id, body] = [one(node, "id"), one(node, "body")];
  if (!id || flag(node, "declare") || body?.type !== "TSModuleBlock" || id.type === "Literal") return;
  const binding = isIdentifier(id) ? fn.module.binding(id) : null;
  const at = spanOf(id);
  const object = fn.build.value({ op: "collection", shape: "mapping", elements: [], comprehension: false }, at);
  // `namespace A.B` declares no name that a scope holds; what is inside runs all the same.
  if (binding !== null) store(fn, { kind: "binding", binding }, object, at, { declares: true });
  const statements = many(body, "body");
  lowerStatements(fn, statements.map((inner) => (inner.type === "ExportNamedDeclaration" ? one(inner, "declaration") ?? inner : inner)));
  for (const inner of statements) {
    const declaration = inner.type === "ExportNamedDeclaration" ? one(inner, "declaration") : null;
    for (const declared of declaration ? declaredIdentifiers(declaration) : []) {
      const member = fn.module.binding(declared);
      const text = word(declared, "name");
      if (member === null) continue;
      const value = load(fn, { kind: "binding", binding: member }, spanOf(declared));
      store(fn, { kind: "field", object, name: text }, value, spanOf(declared));
    }
  }
}

/** The names that a declaration statement declares, destructured ones too. */
export function declaredIdentifiers(declaration: Node): Node[] {
  if (declaration.type !== "VariableDeclaration") {
    const id = one(declaration, "id");
    return id && (isFunction(declaration) || /^(?:Class|TSEnum|TSModule)/u.test(declaration.type)) && id.type === "Identifier" ? [id] : [];
  }
  return many(declaration, "declarations").flatMap((declarator) => {
    const id = one(declarator, "id");
    return id ? patternIdentifiers(id) : [];
  });
}

function patternIdentifiers(pattern: Node): Node[] {
  switch (pattern.type) {
    case "Identifier": return [pattern];
    case "ObjectPattern": return many(pattern, "properties").flatMap((property) => {
      const target = one(property, "value") ?? one(property, "argument");
      return target ? patternIdentifiers(target) : [];
    });
    case "ArrayPattern": return many(pattern, "elements").flatMap((element) => patternIdentifiers(element));
    case "AssignmentPattern": case "RestElement": {
      const inner = one(pattern, pattern.type === "RestElement" ? "argument" : "left");
      return inner ? patternIdentifiers(inner) : [];
    }
    default: return [];
  }
}
