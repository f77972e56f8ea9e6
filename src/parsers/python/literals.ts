/** Literals: the little of them that rules read, such as `maxsize=None` or an event's name. */
import type { Literal } from "../../model/facts.js";
import { child, childOfType, unwrap } from "./tree.js";
import type { SyntaxNode } from "./tree.js";

/** Longer strings are texts, not names or options; they would only swell the facts. */
const MAXIMUM_STRING = 200;

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n", t: "\t", r: "\r", "\\": "\\", "'": "'", '"': '"', a: "\x07", b: "\b", f: "\f", v: "\v", "0": "\0", "\n": "",
};

/** The value of a node as a literal; anything that is none is `{ kind: "other" }`. */
export function literalOf(given: SyntaxNode, text: string): Literal {
  const node = unwrap(given);
  switch (node.type) {
    case "none": return { kind: "null" };
    case "true": return { kind: "boolean", value: true };
    case "false": return { kind: "boolean", value: false };
    case "integer": case "float": return numberOf(text.slice(node.start, node.end), 1);
    case "unary_operator": {
      const argument = child(node, "argument");
      const negative = text.charAt(node.start) === "-";
      if (negative && (argument?.type === "integer" || argument?.type === "float")) return numberOf(text.slice(argument.start, argument.end), -1);
      return { kind: "other" };
    }
    case "string": case "concatenated_string": {
      const value = stringValue(node, text);
      return value === null || value.length > MAXIMUM_STRING ? { kind: "other" } : { kind: "string", value };
    }
    case "list": case "tuple": case "dictionary":
      return node.children.length === 0 ? { kind: "empty-collection" } : { kind: "other" };
    case "call": {
      const made = child(node, "function");
      const given = child(node, "arguments");
      const empty = made?.type === "identifier" && given?.children.length === 0 && ["list", "dict", "set", "tuple"].includes(text.slice(made.start, made.end));
      return empty ? { kind: "empty-collection" } : { kind: "other" };
    }
    default: return { kind: "other" };
  }
}

function numberOf(written: string, sign: 1 | -1): Literal {
  const value = Number(written.replaceAll("_", "").replace(/^0[oO]?(?=[0-7]+$)/u, "0o").replace(/^0o$/u, "0"));
  // Complex numbers and Python 2's long ones are not needed by any rule.
  return Number.isFinite(value) ? { kind: "number", value: sign * value } : { kind: "other" };
}

/** What a string literal says; null for bytes and for strings with interpolations. */
export function stringValue(node: SyntaxNode, text: string): string | null {
  if (node.type === "concatenated_string") {
    let all = "";
    for (const part of node.children) {
      const value = part.type === "string" ? stringValue(part, text) : null;
      if (value === null) return null;
      all += value;
    }
    return all;
  }
  const start = childOfType(node, "string_start");
  const end = childOfType(node, "string_end");
  if (start === null || end === null || childOfType(node, "interpolation") !== null) return null;
  const prefix = text.slice(start.start, start.end).replaceAll(/["']/gu, "").toLowerCase();
  if (prefix.includes("b")) return null;
  const content = text.slice(start.end, end.start);
  return prefix.includes("r") ? content : unescape(content);
}

function unescape(content: string): string {
  if (!content.includes("\\")) return content;
  return content.replaceAll(/\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(\r\n|[\s\S]))/gu,
    (whole, two?: string, four?: string, eight?: string, one?: string) => {
      const code = two ?? four ?? eight;
      if (code !== undefined) {
        const point = Number.parseInt(code, 16);
        return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
      }
      return one === "\r\n" ? "" : ESCAPES[one ?? ""] ?? whole;
    });
}

/** Whether evaluating the node makes a new mutable container. */
export function isMutable(given: SyntaxNode, text: string): boolean {
  const node = unwrap(given);
  if (["list", "dictionary", "set", "list_comprehension", "set_comprehension", "dictionary_comprehension"].includes(node.type)) return true;
  const made = node.type === "call" ? child(node, "function") : null;
  if (made === null) return false;
  const name = text.slice(made.start, made.end).replace(/^.*\./su, "");
  return ["list", "dict", "set", "bytearray", "defaultdict", "OrderedDict", "Counter", "deque"].includes(name);
}
