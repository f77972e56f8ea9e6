/** How the front end's tests look at a snippet: its facts, or one function's instructions as text without positions. */
import type { Call, ClassFacts, FunctionFacts, Instruction, ModuleFacts } from "../../../src/model/facts.js";
import { printModel } from "../../../src/model/print.js";
import { typescript } from "../../../src/parsers/ts/index.js";

export function factsOf(text: string, path = "a.ts"): ModuleFacts {
  return typescript.lower({ path, text }).facts;
}

/** The printed instructions of the function called `name` (the module's top level by default), without spans. */
export function body(text: string, name = "", path = "a.ts"): string[] {
  const facts = factsOf(text, path);
  const lines = printModel(facts, text).split("\n").map((line) => line.replace(/ \d+:\d+-(?:\d+:)?\d+$/u, ""));
  const id = facts.functions.findIndex((candidate) => candidate.name === name);
  const start = lines.findIndex((line) => line.startsWith(`function f${String(id)} `));
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => line.startsWith("function "));
  return rest.slice(0, end < 0 ? -1 : end).map((line) => line.trimEnd().replace(/^ {2}/u, ""));
}

export function functionNamed(facts: ModuleFacts, name: string): FunctionFacts {
  const found = facts.functions.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`no function ${name}`);
  return found;
}

export function classNamed(facts: ModuleFacts, name: string): ClassFacts {
  const found = facts.classes.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`no class ${name}`);
  return found;
}

export function instructions(facts: ModuleFacts): Instruction[] {
  return facts.functions.flatMap((fn) => fn.blocks.flatMap((block) => block.instructions));
}

export function calls(facts: ModuleFacts): Call[] {
  return instructions(facts).filter((instruction): instruction is Extract<Instruction, { op: "call" }> => instruction.op === "call");
}

/** The import-resolved paths of all calls, in the order of lowering. */
export function paths(text: string, path = "a.ts"): (string | null)[] {
  return calls(factsOf(text, path)).map((call) => call.path);
}
