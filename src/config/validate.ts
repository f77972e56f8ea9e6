/**
 * Checks a value against `schema.json`, in the words of a person. The schema is the only description of the
 * configuration, so the loader cannot drift from what editors are told; this reads the part of JSON Schema it uses.
 */
import schema from "./schema.json" with { type: "json" };
import { didYouMean } from "./suggest.js";

/** One thing wrong: the keys and indices that lead to it, and a sentence about it. */
export interface Issue {
  at: readonly (string | number)[];
  message: string;
}

interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: string[];
  pattern?: string;
  minLength?: number;
  minimum?: number;
  items?: Schema;
  anyOf?: Schema[];
  required?: string[];
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
}

/** Everything wrong with a configuration, in its own order; empty if it is good. */
export function validateConfig(value: unknown): Issue[] {
  return [...issues(value, schema, [])];
}

function* issues(value: unknown, given: Schema, at: Issue["at"]): Iterable<Issue> {
  const expected = resolved(given);
  if (expected.anyOf) {
    // What is wrong with the alternative that it resembles: the one of its type, or else the first.
    const tried = expected.anyOf.map((option) => ({ option: resolved(option), wrong: [...issues(value, option, at)] }));
    if (tried.some(({ wrong }) => wrong.length === 0)) return;
    yield* (tried.find(({ option }) => hasType(value, String(option.type))) ?? tried[0])?.wrong ?? [];
    return;
  }
  const types = [expected.type ?? []].flat();
  if (types.length > 0 && !types.some((type) => hasType(value, type))) {
    yield { at, message: `must be ${types.map(typeWords).join(" or ")}, not ${typeWords(typeOf(value))}` };
    return;
  }
  if (typeof value === "string") yield* stringIssues(value, expected, at);
  if (typeof value === "number" && expected.minimum !== undefined && value < expected.minimum) yield { at, message: `must be at least ${String(expected.minimum)}` };
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* issues(item, expected.items ?? {}, [...at, index]);
  } else if (isObject(value)) {
    yield* objectIssues(value, expected, at);
  }
}

function* stringIssues(value: string, expected: Schema, at: Issue["at"]): Iterable<Issue> {
  if (expected.enum && !expected.enum.includes(value)) {
    yield { at, message: `must be one of ${expected.enum.map((word) => `"${word}"`).join(", ")}, not "${value}"${didYouMean(value, expected.enum)}` };
  } else if (value.length < (expected.minLength ?? 0)) {
    yield { at, message: "must not be empty" };
  } else if (expected.pattern !== undefined && !new RegExp(expected.pattern, "u").test(value)) {
    const meaning = expected.pattern === "^[^!]" ? 'is a glob and cannot start with "!"' : "must be kebab-case: lower-case words joined by hyphens";
    yield { at, message: `${meaning} ("${value}")` };
  }
}

function* objectIssues(value: Record<string, unknown>, expected: Schema, at: Issue["at"]): Iterable<Issue> {
  for (const key of expected.required ?? []) {
    if (!Object.hasOwn(value, key)) yield { at, message: `lacks "${key}"` };
  }
  const known = expected.properties ?? {};
  for (const [key, item] of Object.entries(value)) {
    const property = Object.hasOwn(known, key) ? known[key] : undefined;
    if (property) yield* issues(item, property, [...at, key]);
    else if (expected.additionalProperties === false) yield { at: [...at, key], message: `is not a known key${didYouMean(key, Object.keys(known))}` };
    else if (typeof expected.additionalProperties === "object") yield* issues(item, expected.additionalProperties, [...at, key]);
  }
}

function resolved(given: Schema): Schema {
  if (given.$ref === undefined) return given;
  const definitions: Record<string, Schema> = schema.definitions;
  return definitions[given.$ref.replace("#/definitions/", "")] ?? {};
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function typeOf(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
}

function hasType(value: unknown, type: string): boolean {
  return type === "integer" ? Number.isInteger(value) : type === "object" ? isObject(value) : typeOf(value) === type;
}

function typeWords(type: string): string {
  const words: Record<string, string> = { array: "a list", object: "an object", string: "a string", integer: "a whole number", boolean: "true or false", number: "a number", null: "null" };
  return words[type] ?? `a ${type}`;
}
