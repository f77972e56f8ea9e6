import type { Pair } from "../../src/catalog/types.js";
import { CatalogError, pairProblems, validateCatalog, validatePairs } from "../../src/catalog/validate.js";

const POOL: Pair = { key: "our-pool", rule: "unclosed-connection", noun: "pooled connection", acquire: ["acme.db.Pool#acquire"], release: ["#release"] };

function faultOf(check: () => unknown): string {
  try {
    check();
  } catch (error) {
    expect(error).toBeInstanceOf(CatalogError);
    return (error as CatalogError).message;
  }
  throw new Error("no fault was found");
}

const faultOfPair = (change: Record<string, unknown>): string => faultOf(() => validatePairs([POOL, { ...POOL, key: "second", ...change }], "leak-lint.toml"));

test("a right pair is returned as it is", () => {
  const pairs = [POOL];
  expect(validatePairs(pairs, "leak-lint.toml")).toBe(pairs);
  expect(pairProblems(pairs, "leak-lint.toml", "pairs.python", new Set())).toEqual([]);
});

test("the message names the file, the key path and the fault", () => {
  expect(faultOfPair({ release: ["#release", "release()"] })).toBe(
    'leak-lint.toml: pairs[1].release[1]: "release()" is not a pattern: leave out the empty parentheses',
  );
});

test("an unknown key is answered with the one that was meant", () => {
  expect(faultOfPair({ aquire: ["x.y"] })).toBe('leak-lint.toml: pairs[1].aquire: is no key that is known here; did you mean "acquire"?');
  expect(faultOfPair({ sharedbydesign: true })).toContain('did you mean "sharedByDesign"?');
  expect(faultOfPair({ zzzzzzzz: 1 })).toContain('known are "key", "rule"');
});

test.each([
  [{ key: "OurPool" }, 'pairs[1].key: must be in kebab-case such as "sqlite3-connection", not "OurPool"'],
  [{ rule: "unclosed-files" }, 'did you mean "unclosed-file"?'],
  [{ noun: "" }, 'pairs[1].noun: must be a text, not ""'],
  [{ noun: undefined }, "pairs[1].noun: is missing"],
  [{ acquire: "acme.connect" }, 'pairs[1].acquire: must be a list, not "acme.connect"'],
  [{ acquire: [] }, "pairs[1].acquire: names no call"],
  [{ acquire: ["*"] }, "needs `acquireName` beside it"],
  [{ acquire: [], acquireName: "(" }, "pairs[1].acquireName: is no regular expression"],
  [{ release: [] }, "pairs[1].release: is empty"],
  [{ scope: "close" }, 'must be "closes", "async-closes", "commits" or "none", not "close"; did you mean "closes"?'],
  [{ awaitRelease: "yes" }, 'pairs[1].awaitRelease: must be true or false, not "yes"'],
  [{ callbacks: [-2] }, "pairs[1].callbacks[0]: must be an argument's position from 0 (-1: the last) or its name, not -2"],
  [{ elements: [0.5] }, "pairs[1].elements[0]: must be an argument's position, counted from 0, not 0.5"],
  [{ when: [{ argument: "stream", is: "yes" }] }, 'pairs[1].when[0].is: must be "true"'],
  [{ when: [{ is: "true" }] }, "pairs[1].when[0].argument: is missing"],
  [{ handle: "registration" }, 'pairs[1].registration: is missing: `handle: "registration"` needs it'],
  [{ registration: { listener: 0 } }, 'pairs[1].handle: must be "registration" where `registration` is given'],
  [{ handle: "registration", registration: { event: 0 } }, "pairs[1].registration.listener: is missing"],
  [{ handle: "receiver", acquire: ["acme.start"] }, "pairs[1].acquire[0]: must be a method"],
  [{ handle: "receiver", elements: [0] }, "pairs[1].elements: are elements of a result, but the handle is the receiver"],
])("%j is refused", (change, message) => {
  expect(faultOfPair(change)).toContain(message);
});

test("a pair that nothing releases must say what to do instead", () => {
  expect(validatePairs([{ ...POOL, release: [], help: "Register once, at start-up." }], "x")).toHaveLength(1);
  expect(validatePairs([{ ...POOL, release: [], scope: "closes" }], "x")).toHaveLength(1);
});

test("two pairs may not have one key", () => {
  expect(faultOf(() => validatePairs([POOL, POOL], "leak-lint.toml"))).toBe('leak-lint.toml: pairs[1].key: "our-pool" is the key of pairs[0] already');
});

test("a list of pairs that is none is refused", () => {
  expect(faultOf(() => validatePairs({ key: "x" }, "leak-lint.toml"))).toBe("leak-lint.toml: pairs: must be a list, not a table");
  expect(faultOf(() => validatePairs(["x"], "leak-lint.toml"))).toBe('leak-lint.toml: pairs[0]: must be a table, not "x"');
});

test("a user hears of every faulty pair at once, under the path it has in the configuration", () => {
  const pairs = [{ ...POOL, rule: "leak" }, { ...POOL, key: "fine" }, { ...POOL, key: "file" }];
  const problems = pairProblems(pairs, "leak-lint.toml", "pairs.python", new Set(["file"]));
  expect(problems).toHaveLength(2);
  expect(problems[0]).toMatch(/^leak-lint\.toml: pairs\.python\[0\]\.rule: must be/u);
  expect(problems[1]).toBe('leak-lint.toml: pairs.python[2].key: "file" is the key of a pair that leak-lint has itself; choose another');
});

test("a user's pair that repeats another's key is told so", () => {
  expect(pairProblems([POOL, POOL], "c.json", "pairs.ts", new Set())).toEqual(['c.json: pairs.ts[1].key: "our-pool" is the key of pairs.ts[0] already']);
  expect(pairProblems("none", "c.json", "pairs.ts", new Set())).toEqual(['c.json: pairs.ts: must be a list, not "none"']);
});

test.each([
  [{}, "language: is missing"],
  [{ language: "ruby" }, 'language: must be "python" or "ts", not "ruby"'],
  [{ language: "python", pair: [] }, 'pair: is no key that is known here; did you mean "pairs"?'],
  [{ language: "python", transfers: ["#close"] }, "transfers[0]:"],
  [{ language: "python", returns: { "a b": "C" } }, 'returns["a b"]: "a b" is not a pattern'],
  [{ language: "python", extends: { A: "B" } }, 'extends["A"]: must be a list'],
  [{ language: "python", memoizers: [{ path: "f", bound: "forever", keepsSelf: true }] }, 'memoizers[0].bound: must be "never" or "bounded"'],
  [{ language: "python", containers: [{ make: ["literal:dict"], shape: "mapping", bound: "unbounded" }] }, "containers[0].make[0]: must be"],
  [{ language: "python", entryPoints: [{ context: "request", noun: "route" }] }, "says of no function"],
  [{ language: "python", entryPoints: [{ context: "request", noun: "view", bases: ["a.View"] }] }, "entryPoints[0].methods: is missing"],
  [{ language: "python", entryPoints: [{ context: "request", noun: "view", functions: "^A" }] }, "needs `files` or `imports`"],
  [{ language: "python", entryPoints: [{ context: "sometimes", noun: "view", methods: ["a"] }] }, "entryPoints[0].context"],
])("the catalog file %j is refused", (file, message) => {
  expect(faultOf(() => validateCatalog(file, "catalog.json"))).toContain(`catalog.json: `);
  expect(faultOf(() => validateCatalog(file, "catalog.json"))).toContain(message);
});
