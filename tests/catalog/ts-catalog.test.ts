/** The TypeScript catalog is well formed: every pattern parses, nothing is said twice, and overlaps are told apart. */
import { parseApiPattern, parseDecoratorPattern, parseReleasePattern } from "../../src/catalog/pattern.js";
import { TS_CATALOG } from "../../src/catalog/ts/index.js";
import type { CatalogFile, Pair } from "../../src/catalog/types.js";

const PAIRS: Pair[] = TS_CATALOG.flatMap((file) => file.pairs ?? []);
const ENTRY_POINTS = TS_CATALOG.flatMap((file) => file.entryPoints ?? []);

/** The texts that are no pattern, with the reason, to show all of them at once. */
function unreadable(texts: Iterable<string>, parse: (text: string) => unknown): string[] {
  const bad: string[] = [];
  for (const text of texts) {
    try {
      parse(text);
    } catch (error) {
      bad.push(String(error));
    }
  }
  return bad;
}

function repeated(texts: readonly string[]): string[] {
  return [...new Set(texts.filter((text, index) => texts.indexOf(text) !== index))];
}

function all(field: "transfers" | "borrows" | "safe" | "neverReturns" | "cleanups" | "longLived" | "bags"): string[] {
  return TS_CATALOG.flatMap((file: CatalogFile) => file[field] ?? []);
}

test("every file is TypeScript's and says something", () => {
  for (const file of TS_CATALOG) {
    expect(file.language).toBe("ts");
    expect(Object.keys(file).length).toBeGreaterThan(1);
  }
});

test("pair keys are unique and kebab-case", () => {
  expect(repeated(PAIRS.map((pair) => pair.key))).toEqual([]);
  expect(PAIRS.map((pair) => pair.key).filter((key) => !/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/u.test(key))).toEqual([]);
});

test("every acquire pattern parses, and `*` stands alone for a name convention", () => {
  const texts = PAIRS.filter((pair) => pair.acquireName === undefined).flatMap((pair) => pair.acquire);
  expect(unreadable(texts, parseApiPattern)).toEqual([]);
  for (const pair of PAIRS.filter((one) => one.acquireName !== undefined)) expect(pair.acquire).toEqual(["*"]);
});

test("every release pattern parses, and every pair has one, or says that nothing releases it", () => {
  expect(unreadable(PAIRS.flatMap((pair) => [...pair.release, ...(pair.releaseAll ?? [])]), parseReleasePattern)).toEqual([]);
  expect(PAIRS.filter((pair) => pair.release.length === 0 && pair.help === undefined).map((pair) => pair.key)).toEqual([]);
});

test("every pair says where its fact comes from", () => {
  expect(PAIRS.filter((pair) => !/^https?:\/\/\S+$/u.test(pair.source ?? "")).map((pair) => pair.key)).toEqual([]);
});

test("a registration names its listener, and nothing else does", () => {
  for (const pair of PAIRS) expect([pair.key, pair.registration !== undefined]).toEqual([pair.key, pair.handle === "registration"]);
});

test("a delivered handle says which parameter it is, and nothing else does", () => {
  for (const pair of PAIRS) expect([pair.key, pair.delivered !== undefined]).toEqual([pair.key, pair.handle === "delivered"]);
});

test("a registration that is released by its result says what the result is", () => {
  const byResult = PAIRS.filter((pair) => pair.registration !== undefined && pair.release.some((text) => text === "()" || text.startsWith("#")));
  expect(byResult.filter((pair) => !["disposer", "disposable"].includes(pair.registration?.returns ?? "none")).map((pair) => pair.key)).toEqual([]);
  const disposers = PAIRS.filter((pair) => pair.registration?.returns === "disposer");
  expect(disposers.filter((pair) => !pair.release.includes("()")).map((pair) => pair.key)).toEqual([]);
});

test("a one-time registration is one that completes", () => {
  for (const pair of PAIRS.filter((one) => one.registration?.once === true)) expect([pair.key, pair.ends]).toEqual([pair.key, "completes"]);
});

test("names come from the sources, not from a mistyped word: no white space and no full stop in nouns", () => {
  expect(PAIRS.filter((pair) => pair.noun.trim() !== pair.noun || pair.noun.endsWith(".") || pair.noun === "").map((pair) => pair.key)).toEqual([]);
});

test("where pairs share a pattern, all but the last are conditional, so that the first that fits is the right one", () => {
  const byPattern = new Map<string, Pair[]>();
  for (const pair of PAIRS) {
    for (const pattern of pair.acquire) if (pattern !== "*") byPattern.set(pattern, [...(byPattern.get(pattern) ?? []), pair]);
  }
  const unclear: string[] = [];
  for (const [pattern, pairs] of byPattern) {
    for (const pair of pairs.slice(0, -1)) {
      if (!pair.when && !pair.unless && !pair.imports) unclear.push(`${pattern}: ${pair.key} hides ${pairs.at(-1)?.key ?? ""}`);
    }
  }
  expect(unclear).toEqual([]);
});

test("no pattern stands twice in one pair", () => {
  for (const pair of PAIRS) {
    expect([pair.key, repeated(pair.acquire)]).toEqual([pair.key, []]);
    expect([pair.key, repeated([...pair.release, ...(pair.releaseAll ?? [])])]).toEqual([pair.key, []]);
  }
});

test("methods of any receiver are guarded by a condition, but for names that only one interface has", () => {
  const alone = new Set([
    "*#addEventListener", "*#getReader", "*#createQueryRunner", "*#requestVideoFrameCallback",
  ]);
  const bare = PAIRS.filter((pair) => !pair.when && !pair.imports && pair.receiverName === undefined).flatMap((pair) => pair.acquire.filter((text) => text.startsWith("*#") && !alone.has(text)).map((text) => `${pair.key} ${text}`));
  expect(bare).toEqual([]);
});

test("the convention `onDidX` takes event functions and no other names", () => {
  const convention = new RegExp(PAIRS.find((pair) => pair.key === "event-function")?.acquireName ?? "$^", "u");
  const ofLibrary = new RegExp(PAIRS.find((pair) => pair.key === "event-function-of-library")?.acquireName ?? "$^", "u");
  expect(["onDidChange", "onWillSave"].every((name) => convention.test(name))).toBe(true);
  expect(["onChange", "once", "on", "onDiddle", "didChange"].filter((name) => convention.test(name))).toEqual([]);
  expect(["onData", "onDidChange"].every((name) => ofLibrary.test(name))).toBe(true);
  expect(["once", "on", "only", "one"].filter((name) => ofLibrary.test(name))).toEqual([]);
});

test("the flow tables parse and do not contradict each other", () => {
  for (const field of ["transfers", "borrows", "safe", "neverReturns", "cleanups"] as const) expect([field, unreadable(all(field), parseApiPattern)]).toEqual([field, []]);
  expect(unreadable(TS_CATALOG.flatMap((file) => (file.immediate ?? []).map((one) => one.call)), parseApiPattern)).toEqual([]);
  const keeps = new Set(all("transfers").map((text) => text.replace(/\(.*$/u, "")));
  expect(all("borrows").filter((text) => keeps.has(text))).toEqual([]);
  expect(repeated(all("longLived"))).toEqual([]);
  expect(repeated(all("safe"))).toEqual([]);
  expect(repeated(all("bags"))).toEqual([]);
});

test("what a call returns is said once", () => {
  const calls = TS_CATALOG.flatMap((file) => Object.entries(file.returns ?? {}));
  const contradictions = calls.filter(([call, type]) => calls.some(([other, otherType]) => other === call && otherType !== type));
  expect(contradictions).toEqual([]);
  expect(unreadable(calls.map(([call]) => call), parseApiPattern)).toEqual([]);
});

test("no type is its own ancestor", () => {
  const bases = new Map<string, string[]>();
  for (const file of TS_CATALOG) for (const [type, supers] of Object.entries(file.extends ?? {})) bases.set(type, [...(bases.get(type) ?? []), ...supers]);
  const reaches = (from: string, wanted: string, seen: Set<string>): boolean => (bases.get(from) ?? []).some((base) => {
    if (base === wanted) return true;
    if (seen.has(base)) return false;
    seen.add(base);
    return reaches(base, wanted, seen);
  });
  expect([...bases.keys()].filter((type) => reaches(type, type, new Set()))).toEqual([]);
});

test("the entry points' patterns, names and regular expressions can be read", () => {
  expect(unreadable(ENTRY_POINTS.flatMap((entry) => entry.callbacks ?? []), parseApiPattern)).toEqual([]);
  expect(unreadable(ENTRY_POINTS.flatMap((entry) => entry.decorators ?? []), parseDecoratorPattern)).toEqual([]);
  expect(unreadable(ENTRY_POINTS.flatMap((entry) => [...(entry.functions === undefined ? [] : [entry.functions]), ...(entry.when ?? []).map((one) => one.matches)]), (text) => new RegExp(text, "u"))).toEqual([]);
  for (const entry of ENTRY_POINTS) {
    expect([entry.noun, [entry.callbacks, entry.decorators, entry.bases, entry.methods, entry.exports, entry.functions].some((one) => one !== undefined)]).toEqual([entry.noun, true]);
  }
});

test("functions are named with the files or modules they count in", () => {
  expect(ENTRY_POINTS.filter((entry) => entry.functions !== undefined && !entry.files && !entry.imports).map((entry) => entry.noun)).toEqual([]);
});

test("a container is listed once, and every shape has its methods", () => {
  const containers = TS_CATALOG.flatMap((file) => file.containers ?? []);
  expect(repeated(containers.flatMap((one) => one.make))).toEqual([]);
  const shapes = TS_CATALOG.flatMap((file) => (file.containerMethods ?? []).map((one) => one.shape));
  expect([...shapes].sort()).toEqual(["list", "mapping", "queue", "set"]);
  expect(containers.filter((one) => one.boundedBy !== undefined && one.bound !== "bounded")).toEqual([]);
});

test("a memoizer is listed once", () => {
  expect(repeated(TS_CATALOG.flatMap((file) => (file.memoizers ?? []).map((one) => one.path)))).toEqual([]);
});

test("an option argument is a position and a key", () => {
  const options = PAIRS.flatMap((pair) => [...(pair.when ?? []), ...(pair.unless ?? [])].map((one) => one.argument).concat(pair.signal ?? []));
  expect(options.filter((one) => typeof one === "string" && !/^\d+\.\w+$/u.test(one))).toEqual([]);
});

test("the catalog is plain data: it survives JSON", () => {
  expect(JSON.parse(JSON.stringify(TS_CATALOG))).toEqual(TS_CATALOG);
});
