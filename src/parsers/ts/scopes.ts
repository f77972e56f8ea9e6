/**
 * Which variable an identifier names, asked of a scope manager: typescript-eslint's in the CLI, ESLint's own in the
 * plugin. Only the shape that both share is used.
 */
import type { Binding, FunctionId } from "../../model/facts.js";
import { isFunction, isNode, one, type Node } from "./ast.js";

export interface ScopeLike {
  readonly type: string;
  readonly block: object;
  readonly upper: ScopeLike | null;
  readonly variables: readonly VariableLike[];
  readonly references: readonly ReferenceLike[];
  readonly set: ReadonlyMap<string, VariableLike>;
}

export interface DefinitionLike {
  readonly type: string;
  readonly name: object;
  readonly node: object;
}

export interface VariableLike {
  readonly name: string;
  readonly defs: readonly DefinitionLike[];
  readonly identifiers: readonly object[];
  readonly references: readonly ReferenceLike[];
  readonly scope: ScopeLike;
}

export interface ReferenceLike {
  readonly identifier: object;
  readonly resolved: VariableLike | null;
  readonly from: ScopeLike;
  readonly init?: boolean | undefined;
  readonly writeExpr?: object | null | undefined;
  isWrite(): boolean;
}

export interface ScopeManagerLike {
  readonly scopes: readonly ScopeLike[];
}

const KINDS: Readonly<Record<string, Binding["kind"]>> = {
  CatchClause: "exception", ClassName: "class", FunctionName: "function", ImportBinding: "import", Parameter: "parameter",
  TSEnumName: "class", TSModuleName: "variable", Variable: "variable",
};

/** The definition that makes a variable a value (an interface or type alias does not), or null. */
export function valueDefinition(variable: VariableLike): DefinitionLike | null {
  return variable.defs.find((definition) => KINDS[definition.type] !== undefined) ?? null;
}

/** How a variable came to be; null for mere types and for globals that a configuration declared. */
export function bindingKind(variable: VariableLike): Binding["kind"] | null {
  const definition = valueDefinition(variable);
  return definition ? KINDS[definition.type] ?? null : null;
}

/**
 * True where nothing writes the variable after its declaration. A declaration without a value that is assigned once
 * elsewhere is not constant: that assignment may run many times.
 */
export function isConstant(variable: VariableLike): boolean {
  if (variable.defs.length > 1 && variable.defs.filter((definition) => definition.type === "FunctionName").length > 1) return false;
  let writes = 0;
  for (const reference of variable.references) {
    if (!reference.isWrite()) continue;
    if (reference.init !== true) return false;
    writes++;
  }
  return writes <= 1;
}

/** Declared by `let`, `const` or the like inside a block or the head of a loop. */
export function isOfBlock({ scope }: VariableLike): boolean {
  return scope.type === "block" || scope.type === "for" || scope.type === "switch";
}

export class ScopeIndex {
  /** Variables whose only assignment is `this`, by every non-arrow function that reads them from inside. */
  readonly thisAliasReaders = new Map<Node, Set<VariableLike>>();
  readonly thisAliases = new Set<VariableLike>();
  private readonly byIdentifier = new Map<object, VariableLike>();
  private readonly outerClass = new Map<object, VariableLike>();
  private readonly topLevel: ScopeLike[];

  constructor(manager: ScopeManagerLike) {
    this.topLevel = manager.scopes.filter((scope) => scope.type === "global" || scope.type === "module");
    const candidates = new Set<VariableLike>();
    for (const scope of manager.scopes) {
      for (const variable of scope.variables) {
        for (const identifier of variable.identifiers) {
          // A class declares its name twice, outside and inside itself: the outer variable is the binding.
          if (scope.type !== "class" || !this.byIdentifier.has(identifier)) this.byIdentifier.set(identifier, variable);
        }
        const definition = variable.defs[0];
        if (definition?.type === "ClassName" && scope.type !== "class") this.outerClass.set(definition.node, variable);
      }
      for (const reference of scope.references) {
        if (reference.resolved) this.byIdentifier.set(reference.identifier, reference.resolved);
        if (reference.isWrite() && isNode(reference.writeExpr) && reference.writeExpr.type === "ThisExpression") {
          const variable = this.variable(reference.identifier as Node, "");
          if (variable) candidates.add(variable);
        }
      }
    }
    for (const variable of candidates) this.noteAlias(variable);
  }

  /**
   * The variable that `identifier` declares or names. `name` serves references that the scope manager left unresolved
   * though the top level of a script declares them.
   */
  variable(identifier: Node, name: string): VariableLike | null {
    let found = this.byIdentifier.get(identifier) ?? null;
    if (!found && name !== "") {
      for (const scope of this.topLevel) found ??= scope.set.get(name) ?? null;
    }
    if (!found || found.defs.length === 0) return null;
    if (found.scope.type === "class") return this.outerClass.get(found.defs[0]?.node ?? found) ?? found;
    return found;
  }

  /** The function whose scope holds the variable, by the functions known so far. */
  owner(variable: VariableLike, functionAt: ReadonlyMap<object, FunctionId>): FunctionId {
    for (let scope: ScopeLike | null = variable.scope; scope; scope = scope.upper) {
      const id = functionAt.get(scope.block);
      if (id !== undefined) return id;
    }
    return 0;
  }

  private noteAlias(variable: VariableLike): void {
    const writes = variable.references.filter((reference) => reference.isWrite());
    const written = writes[0]?.writeExpr;
    if (variable.defs.length !== 1 || variable.defs[0]?.type !== "Variable" || writes.length !== 1) return;
    if (!isNode(written) || written.type !== "ThisExpression" || !isPlainAssignment(variable, written)) return;
    this.thisAliases.add(variable);
    for (const reference of variable.references) {
      for (let scope: ScopeLike | null = reference.from; scope && scope !== variable.scope; scope = scope.upper) {
        if (scope.type !== "function" || !isNode(scope.block) || !isFunction(scope.block)) continue;
        if (scope.block.type === "ArrowFunctionExpression") continue;
        const readers = this.thisAliasReaders.get(scope.block) ?? new Set<VariableLike>();
        readers.add(variable);
        this.thisAliasReaders.set(scope.block, readers);
      }
    }
  }
}

/** False for `const { x } = this`, whose write expression is `this` as well. */
function isPlainAssignment(variable: VariableLike, written: Node): boolean {
  const declarator = variable.defs[0]?.node;
  if (!isNode(declarator) || declarator.type !== "VariableDeclarator") return false;
  const target = one(declarator, "id");
  return target?.type === "Identifier" && (one(declarator, "init") ?? written).type === "ThisExpression";
}
