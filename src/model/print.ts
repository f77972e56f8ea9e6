/**
 * Prints a file's facts as text, one line an instruction: what `leak-lint print-model FILE` shows and what the tests of
 * both front ends compare.
 *
 * Values are `%0`, blocks `@0`, loops `L0`, functions `f0`, classes `c0`. A binding is printed by its name; one of an
 * outer function has that function's id behind it (`cache^f0`), and a name that its function declares more than once
 * has the binding's id (`x#7`). Spans end a line: `3:5-12` within one line, `3:5-4:2` over several, columns from 1 and
 * the end exclusive.
 */
import type {
  Argument, Binding, BindingId, Block, ClassFacts, ClassRef, Decorator, FunctionFacts, FunctionId, Instruction, Interface, Literal,
  ModuleFacts, Parameter, Place, Terminator, Test, TypeRef, ValueId,
} from "./facts.js";
import { lineStarts, regionOf } from "./span.js";
import type { Span } from "./span.js";

/** The model of one file as text that ends with a newline; `text` is the file's text, for lines and columns. */
export function printModel(facts: ModuleFacts, text: string): string {
  const printer = new Printer(facts, lineStarts(text));
  return `${printer.module().join("\n")}\n`;
}

/** `string`, `dict[str, int]`, `A | None`: a declared type in one word or a few. */
export function printType(type: TypeRef): string {
  switch (type.kind) {
    case "named": return type.args.length === 0 ? type.name : `${type.name}[${type.args.map(printType).join(", ")}]`;
    case "union": return type.members.map(printType).join(" | ");
    case "literal": return type.text;
    case "function": return type.returns === null ? "function" : `function -> ${printType(type.returns)}`;
    case "other": return "?";
  }
}

function printLiteral(literal: Literal): string {
  switch (literal.kind) {
    case "boolean": case "number": return String(literal.value);
    case "string": return JSON.stringify(literal.value);
    case "null": case "empty-collection": case "other": return literal.kind;
  }
}

const value = (id: ValueId | null): string => (id === null ? "-" : `%${String(id)}`);
const values = (ids: readonly ValueId[]): string => ids.map(value).join(", ");
/** The words that hold, in order, each behind a space. */
const flags = (given: Record<string, boolean>): string => Object.entries(given).filter(([, on]) => on).map(([name]) => ` ${name}`).join("");

class Printer {
  private readonly ambiguous = new Set<BindingId>();

  constructor(private readonly facts: ModuleFacts, private readonly starts: readonly number[]) {
    const seen = new Map<string, BindingId>();
    facts.bindings.forEach((binding, id) => {
      const key = `${String(binding.owner)} ${binding.name}`;
      const other = seen.get(key);
      if (other === undefined) seen.set(key, id);
      else this.ambiguous.add(other).add(id);
    });
  }

  module(): string[] {
    const { facts } = this;
    const lines = [`module ${facts.path} ${facts.language}${flags({ dynamic: facts.dynamic })}`];
    for (const note of facts.syntax) lines.push(`syntax ${JSON.stringify(note.message)} ${this.span(note.at)}`);
    for (const item of facts.imports) {
      const what = item.name === null ? "" : `.${item.name}`;
      lines.push(`import ${item.module}${what} as ${this.binding(item.binding, 0)}${flags({ "type-only": item.typeOnly })} ${this.span(item.at)}`);
    }
    for (const item of facts.exports) {
      const from = item.from === null ? "" : ` from ${item.from.module}.${item.from.name}`;
      lines.push(`export ${item.name} = ${this.binding(item.binding, 0)}${from}`);
    }
    facts.bindings.forEach((binding, id) => lines.push(this.declaration(binding, id)));
    facts.classes.forEach((item, id) => lines.push(...this.class(item, id)));
    for (const item of facts.interfaces) lines.push(this.interface(item));
    for (const item of facts.typeExports) {
      const from = item.from === null ? "" : ` from ${item.from.module}.${item.from.name}`;
      lines.push(`export type ${item.name}${item.local === null ? "" : ` = ${item.local}`}${from}`);
    }
    facts.functions.forEach((item, id) => lines.push(...this.function(item, id)));
    return lines;
  }

  private declaration(binding: Binding, id: BindingId): string {
    const type = binding.type === null ? "" : `: ${printType(binding.type)}`;
    const names = `${binding.function === null ? "" : ` f${String(binding.function)}`}${binding.class === null ? "" : ` c${String(binding.class)}`}`;
    const name = this.binding(id, binding.owner);
    return `binding ${name}${type} ${binding.kind} of f${String(binding.owner)}${names}${flags({ constant: binding.constant, captured: binding.captured })} ${this.span(binding.at)}`;
  }

  private class(item: ClassFacts, id: number): string[] {
    const bases = item.bases.map((base) => this.classRef(base, item.owner)).join(", ");
    const interfaces = item.interfaces.length === 0 ? "" : ` implements ${item.interfaces.map((base) => this.classRef(base, item.owner)).join(", ")}`;
    const lines = [`class c${String(id)} ${item.name}(${bases})${interfaces} of f${String(item.owner)}${flags({ exported: item.exported, abstract: item.abstract })} ${this.span(item.at)}`];
    for (const decorator of item.decorators) lines.push(this.decorator(decorator));
    for (const field of item.fields) {
      const type = field.type === null ? "" : `: ${printType(field.type)}`;
      for (const decorator of field.decorators ?? []) lines.push(this.decorator(decorator));
      lines.push(`  field ${field.name}${type}${flags({ private: field.private === true, static: field.static, readonly: field.readonly })} ${this.span(field.at)}`);
    }
    for (const method of item.methods) lines.push(`  ${method.kind} ${method.name} f${String(method.function)}${flags({ static: method.static })}`);
    if (item.initializer !== null) lines.push(`  initializer f${String(item.initializer)}`);
    if (item.body !== null) lines.push(`  body f${String(item.body)}`);
    return lines;
  }

  private interface(item: Interface): string {
    const bases = item.bases.length === 0 ? "" : ` extends ${item.bases.map(printType).join(", ")}`;
    const members = item.members.map(({ name, method }) => `${name}${method ? "()" : ""}`).join(", ");
    return `interface ${item.name}${bases}${item.class === null ? "" : ` c${String(item.class)}`} { ${members} } ${this.span(item.at)}`;
  }

  private classRef(ref: ClassRef, within: FunctionId): string {
    return ref.path ?? ref.name ?? this.binding(ref.binding, within);
  }

  private decorator(decorator: Decorator): string {
    const args = decorator.args.map((argument) => `${argument.name === null ? "" : `${argument.name}=`}${printLiteral(argument.value)}`).join(", ");
    const path = decorator.path === null ? "" : ` path ${decorator.path}`;
    return `  decorator @${decorator.text}${decorator.called ? `(${args})` : ""}${path} ${this.span(decorator.at)}`;
  }

  private parameter(parameter: Parameter): string {
    const type = parameter.type === null ? "" : `: ${printType(parameter.type)}`;
    const kind = parameter.kind === "plain" ? "" : ` ${parameter.kind}`;
    const fallback = parameter.default === "none" ? "" : ` = ${parameter.default}`;
    return `${parameter.name}${type}${kind}${fallback}`;
  }

  private function(item: FunctionFacts, id: FunctionId): string[] {
    const parent = item.parent === null ? "" : ` in f${String(item.parent)}`;
    const owner = item.class === null ? "" : ` class c${String(item.class)}`;
    const traits = flags({ static: item.static, async: item.async, generator: item.generator, exported: item.exported });
    const returns = item.returns === null ? "" : ` -> ${printType(item.returns)}`;
    const parameters = item.parameters.map((parameter) => this.parameter(parameter)).join(", ");
    const lines = [`function f${String(id)} ${item.kind} ${item.name}(${parameters})${returns}${parent}${owner}${traits} ${this.span(item.at)}`];
    for (const decorator of item.decorators) lines.push(this.decorator(decorator));
    if (item.captures.length > 0) lines.push(`  captures ${item.captures.map((binding) => this.binding(binding, id)).join(", ")}`);
    item.loops.forEach((loop, index) => {
      const parentLoop = loop.parent === null ? "" : ` in L${String(loop.parent)}`;
      const iterates = loop.iterates === null ? "" : ` over ${value(loop.iterates)}`;
      lines.push(`  loop L${String(index)} ${loop.kind}${iterates}${parentLoop}${flags({ endless: loop.endless })} ${this.span(loop.at)}`);
    });
    item.blocks.forEach((block, index) => lines.push(...this.block(block, index, id)));
    return lines;
  }

  private block(block: Block, index: number, within: FunctionId): string[] {
    const loop = block.loop === null ? "" : ` L${String(block.loop)}`;
    const handler = block.handler === null ? "" : ` handler @${String(block.handler)}`;
    return [
      `  @${String(index)}${loop}${handler}`,
      ...block.instructions.map((instruction) => `    ${this.instruction(instruction, within)} ${this.span(instruction.at)}`),
      `    ${this.end(block.end)}`,
    ];
  }

  private end(end: Terminator): string {
    switch (end.kind) {
      case "jump": return `jump @${String(end.to)}`;
      case "branch": return `branch ${printTest(end.test)} ? @${String(end.then)} : @${String(end.else)} ${this.span(end.at)}`;
      case "return": return `return ${value(end.value)} ${this.span(end.at)}`;
      case "raise": return `raise ${value(end.value)} ${this.span(end.at)}`;
      case "catch": {
        const clauses = end.clauses.map((clause) => `${clause.types === null ? "*" : clause.types.join("|")} @${String(clause.to)}`);
        return `catch ${clauses.join(", ")} otherwise ${end.otherwise === null ? "leaves" : `@${String(end.otherwise)}`} ${this.span(end.at)}`;
      }
      case "rethrow": return `rethrow ${end.to === null ? "leaves" : `@${String(end.to)}`} ${this.span(end.at)}`;
      case "unreachable": return "unreachable";
    }
  }

  private instruction(instruction: Instruction, within: FunctionId): string {
    const out = "out" in instruction ? `${value(instruction.out)} = ` : "";
    switch (instruction.op) {
      case "constant": return `${out}constant ${printLiteral(instruction.value)}`;
      case "load": return `${out}load ${this.place(instruction.place, within)}`;
      case "store": return `store ${this.place(instruction.place, within)} = ${value(instruction.value)}${flags({ augmented: instruction.augmented, declares: instruction.declares })}`;
      case "delete": return `delete ${this.place(instruction.place, within)}`;
      case "call": {
        const callee = instruction.method === null ? value(instruction.callee) : `${value(instruction.receiver)}.${instruction.method}`;
        const path = instruction.path === null ? "" : ` path ${instruction.path}`;
        return `${out}${instruction.isNew ? "new" : "call"} ${callee}(${instruction.args.map(printArgument).join(", ")})${path}`;
      }
      case "closure": return `${out}closure f${String(instruction.function)}`;
      case "class": return `${out}class c${String(instruction.class)}`;
      case "collection": {
        const elements = instruction.elements.map((element) => `${element.spread ? "..." : ""}${element.key === null ? "" : `${value(element.key)}: `}${value(element.value)}`);
        return `${out}${instruction.shape} [${elements.join(", ")}]${flags({ comprehension: instruction.comprehension })}`;
      }
      case "await": return `${out}await ${value(instruction.value)}`;
      case "yield": return `${out}yield${flags({ delegate: instruction.delegate })} ${value(instruction.value)}`;
      case "enter": return `${out}enter ${instruction.form} ${value(instruction.value)}${flags({ async: instruction.async })}`;
      case "exit": return `exit ${instruction.form} ${value(instruction.value)}${flags({ async: instruction.async })}`;
      case "next": return `${out}next ${value(instruction.value)}${flags({ async: instruction.async })}`;
      case "caught": return `${out}caught`;
      case "operation": return `${out}operation ${instruction.operator}${instruction.index === undefined ? "" : ` ${String(instruction.index)}`} (${values(instruction.inputs)})${Object.entries(instruction.attributes ?? {}).map(([name, one]) => ` ${name}=${value(one)}`).join("")}`;
    }
  }

  private place(place: Place, within: FunctionId): string {
    switch (place.kind) {
      case "binding": return this.binding(place.binding, within);
      case "global": return `global ${place.name}`;
      case "this": case "class": case "super": return place.kind;
      case "field": return `${value(place.object)}.${place.name}`;
      case "index": return `${value(place.object)}[${value(place.key)}]`;
      case "static": return `c${String(place.class)}.${place.name}`;
    }
  }

  private binding(id: BindingId | null, within: FunctionId): string {
    if (id === null) return "-";
    const binding = this.facts.bindings[id];
    if (binding === undefined) return `?#${String(id)}`;
    const number = this.ambiguous.has(id) ? `#${String(id)}` : "";
    return `${binding.name}${number}${binding.owner === within ? "" : `^f${String(binding.owner)}`}`;
  }

  private span(at: Span): string {
    const { line, column, endLine, endColumn } = regionOf(this.starts, at);
    const start = `${String(line)}:${String(column)}`;
    return line === endLine ? `${start}-${String(endColumn)}` : `${start}-${String(endLine)}:${String(endColumn)}`;
  }
}

function printArgument(argument: Argument): string {
  return `${argument.name === null ? "" : `${argument.name}=`}${argument.spread ? "..." : ""}${value(argument.value)}`;
}

function printTest(test: Test): string {
  switch (test.kind) {
    case "truthy": case "none": return `${test.kind} ${value(test.value)}`;
    case "equal": return `equal ${value(test.left)} ${value(test.right)}`;
    case "compare": return `${value(test.left)} ${test.operator} ${value(test.right)}`;
    case "in": return `${value(test.item)} in ${value(test.container)}`;
    case "instance": return `instance ${value(test.value)} of ${test.types.join("|")}`;
    case "more": return `more ${value(test.iterated)}`;
    case "unknown": return "unknown";
  }
}
