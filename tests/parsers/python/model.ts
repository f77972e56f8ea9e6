/** Shorthands for tests of the Python front end: a snippet in, its printed model out. */
import type { FunctionFacts, ModuleFacts } from "../../../src/model/facts.js";
import { printModel } from "../../../src/model/print.js";
import { python } from "../../../src/parsers/python/index.js";

export function facts(text: string): ModuleFacts {
  return python.lower({ path: "m.py", text }).facts;
}

/** The whole printed model, one line an entry. */
export function printed(text: string): string[] {
  return printModel(facts(text), text).trimEnd().split("\n");
}

/** The lines of the printed model that begin with a word, without their spans. */
export function entries(text: string, word: string): string[] {
  return printed(text).filter((line) => line.trimStart().startsWith(`${word} `)).map(withoutSpan);
}

/** Blocks and instructions of one function (by default the module), without spans, as one text. */
export function code(text: string, name = "<module>"): string {
  const lines = printed(text);
  const start = lines.findIndex((line) => line.startsWith("function ") && line.includes(` ${name}(`));
  if (start < 0) throw new Error(`No function ${name} in:\n${lines.join("\n")}`);
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => !line.startsWith(" "));
  return rest.slice(0, end < 0 ? undefined : end).map((line) => withoutSpan(line).slice(2)).join("\n");
}

export function functionNamed(module: ModuleFacts, name: string): FunctionFacts {
  const found = module.functions.find((item) => item.name === name);
  if (found === undefined) throw new Error(`No function ${name}`);
  return found;
}

function withoutSpan(line: string): string {
  return line.replace(/ \d+:\d+-(?:\d+:)?\d+$/u, "");
}

/** Lines of a template without their common indentation and outer blank lines. */
export function block(parts: TemplateStringsArray): string {
  const lines = (parts[0] ?? "").split("\n");
  while (lines[0]?.trim() === "") lines.shift();
  while (lines[lines.length - 1]?.trim() === "") lines.pop();
  const margin = Math.min(...lines.filter((line) => line.trim() !== "").map((line) => line.length - line.trimStart().length));
  return lines.map((line) => line.slice(margin)).join("\n");
}
