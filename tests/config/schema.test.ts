import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { CATALOG } from "../../src/catalog/index.js";
import { validateConfig } from "../../src/config/validate.js";

const schema = JSON.parse(readFileSync(new URL("../../src/config/schema.json", import.meta.url), "utf8")) as Record<string, unknown>;
const accepts = new Ajv({ allowUnionTypes: true, strict: true }).compile(schema);

const pair = { key: "our-pool", rule: "unclosed-connection", noun: "connection", acquire: ["pool.take"], release: ["#give"] };
const pairs = (more: object): unknown => ({ pairs: { python: [{ ...pair, ...more }] } });

test.each<[string, unknown]>([
  ["nothing", {}],
  ["every plain key", { $schema: "x", select: ["ALL"], ignore: [], exclude: ["gen/**"], severity: { "timer-leak": "off" }, "min-severity": "high", "per-file-ignores": { "*.py": ["LEAK0"] } }],
  ["a short pair", pairs({})],
  ["a long pair", pairs({
    when: [{ argument: 0, is: "true" }, { argument: "stream", is: "not-none" }], handle: "registration", releaseAll: ["-#clear"], scope: "async-closes",
    registration: { event: 0, listener: 1, options: 2, returns: "id", once: false }, awaitRelease: true, ends: "completes", type: "pool.Connection",
    recurring: true, callbacks: [0, "callback"], sharedByDesign: false, unless: [{ argument: "closefd", is: "false" }], help: "Give it back.", source: "docs",
  })],
  ["calls that end a handle", pairs({ endedBy: ["rxjs.take", { call: "rxjs.first", when: [{ argument: 0, is: "function" }] }], delivered: { argument: -1, parameter: 1 } })],
  ["pairs of both languages", { pairs: { python: [], ts: [pair] } }],
])("the loader and the published schema accept %s", (_, config) => {
  expect({ loader: validateConfig(config), schema: accepts(config) }).toEqual({ loader: [], schema: true });
});

test.each<[string, unknown]>([
  ["a list", []],
  ["null", null],
  ["a string", "select"],
  ["an unknown key", { Select: [] }],
  ["a camel-case key", { minSeverity: "low" }],
  ["a string for a list", { select: "ALL" }],
  ["a number in a list", { ignore: [1] }],
  ["an empty name", { select: [""] }],
  ["an empty glob", { exclude: [""] }],
  ["a negated glob", { exclude: ["!a"] }],
  ["an unknown severity", { severity: { x: "error" } }],
  ["a number for a severity", { severity: { x: 2 } }],
  ["a list for severities", { severity: [] }],
  ["off as the least severity", { "min-severity": "off" }],
  ["a string for per-file-ignores", { "per-file-ignores": { "*.py": "LEAK001" } }],
  ["pairs of another language", { pairs: { ruby: [] } }],
  ["one pair for a list", { pairs: { python: pair } }],
  ["a pair without a key", { pairs: { python: [{ ...pair, key: undefined }] } }],
  ["a pair's key in camel case", pairs({ key: "ourPool" })],
  ["a pair of an unknown rule", pairs({ rule: "leak" })],
  ["a pair whose end is a number", pairs({ endedBy: [1] })],
  ["a pair whose end has no condition", pairs({ endedBy: [{ call: "rxjs.first" }] })],
  ["a pair with an unknown key", pairs({ relese: [] })],
  ["a pair with a fractional position", pairs({ callbacks: [0.5] })],
  ["a registration without a listener", pairs({ registration: { event: 0 } })],
  ["a registration with a negative position", pairs({ registration: { listener: 0, event: -1 } })],
  ["a condition without a value", pairs({ when: [{ argument: 0 }] })],
  ["a condition that only `when` knows", pairs({ unless: [{ argument: 0, is: "absent" }] })],
])("the loader and the published schema refuse %s", (_, written) => {
  // As from a file: a key whose value is undefined is not there.
  const config = JSON.parse(JSON.stringify(written)) as unknown;
  expect({ loader: validateConfig(config).length > 0, schema: accepts(config) }).toEqual({ loader: true, schema: false });
});

test.each(["python", "ts"] as const)("the schema knows every key that leak-lint's own %s pairs use", (language) => {
  const own = CATALOG.flatMap((file) => (file.language === language ? file.pairs ?? [] : []));
  const config = JSON.parse(JSON.stringify({ pairs: { [language]: own } })) as unknown;
  expect(own.length).toBeGreaterThan(10);
  expect({ loader: validateConfig(config), schema: accepts(config) }).toEqual({ loader: [], schema: true });
});
