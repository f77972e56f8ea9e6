/**
 * Checks catalog data, ours in the tests and the user's own `pairs` when a configuration is loaded. The first fault is
 * an error that names the file, the key path and what would be right.
 */
import { parseApiPattern, parseDecoratorPattern, parseReleasePattern, PatternError } from "./pattern.js";
import type { CatalogFile, Pair } from "./types.js";

/** Catalog data is not as it should be. The message is for people: `where: pairs[3].release[0]: what is wrong`. */
export class CatalogError extends Error {
  override name = "CatalogError";
  constructor(
    /** The file or other source of the data. */
    readonly where: string,
    /** The key path inside it, "" for the whole. */
    readonly path: string,
    /** What is wrong, and where possible what would be right. */
    readonly problem: string,
  ) {
    super(`${where}: ${path === "" ? "" : `${path}: `}${problem}`);
  }
}

/** A value and where it stands. */
interface At {
  where: string;
  path: string;
}

/** Checks one value; throws a CatalogError. */
type Check = (value: unknown, at: At) => void;

function fail(at: At, problem: string): never {
  throw new CatalogError(at.where, at.path, problem);
}

/** What a value is, as a person would say it. */
function describe(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a table";
  return JSON.stringify(value);
}

const string: Check = (value, at) => {
  if (typeof value !== "string" || value.trim() === "") fail(at, `must be a text, not ${describe(value)}`);
};

const boolean: Check = (value, at) => {
  if (typeof value !== "boolean") fail(at, `must be true or false, not ${describe(value)}`);
};

const integer: Check = (value, at) => {
  if (!Number.isInteger(value)) fail(at, `must be a whole number, not ${describe(value)}`);
};

/** An argument: its position from 0, its keyword, or a key of an options object ("2.once"). */
const argument: Check = (value, at) => {
  if (typeof value === "string" && value !== "") return;
  if (Number.isInteger(value) && Number(value) >= -1) return;
  fail(at, `must be an argument's position from 0 (-1: the last) or its name, not ${describe(value)}`);
};

const position: Check = (value, at) => {
  if (!Number.isInteger(value) || Number(value) < 0) fail(at, `must be an argument's position, counted from 0, not ${describe(value)}`);
};

const kebabCase: Check = (value, at) => {
  string(value, at);
  if (!/^[a-z\d]+(?:-[a-z\d]+)*$/u.test(value as string)) fail(at, `must be in kebab-case such as "sqlite3-connection", not ${describe(value)}`);
};

const regularExpression: Check = (value, at) => {
  string(value, at);
  try {
    new RegExp(value as string, "u");
  } catch (error) {
    fail(at, `is no regular expression: ${(error as Error).message}`);
  }
};

function oneOf(...words: string[]): Check {
  return (value, at) => {
    if (typeof value === "string" && words.includes(value)) return;
    const near = typeof value === "string" ? nearest(value, words) : null;
    fail(at, `must be ${listWords(words)}, not ${describe(value)}${near === null ? "" : `; did you mean "${near}"?`}`);
  };
}

function pattern(parse: (text: string) => unknown): Check {
  return (value, at) => {
    string(value, at);
    try {
      parse(value as string);
    } catch (error) {
      if (error instanceof PatternError) fail(at, error.message);
      throw error;
    }
  };
}

const api = pattern(parseApiPattern);
const release = pattern(parseReleasePattern);
const decorator = pattern(parseDecoratorPattern);

function listOf(check: Check): Check {
  return (value, at) => {
    if (!Array.isArray(value)) fail(at, `must be a list, not ${describe(value)}`);
    for (const [index, one] of value.entries()) check(one, { where: at.where, path: `${at.path}[${index}]` });
  };
}

function recordOf(key: Check, check: Check): Check {
  return (value, at) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) fail(at, `must be a table, not ${describe(value)}`);
    for (const [name, one] of Object.entries(value)) {
      const inner = { where: at.where, path: `${at.path}[${JSON.stringify(name)}]` };
      key(name, inner);
      check(one, inner);
    }
  };
}

function either(first: (value: unknown) => boolean, one: Check, other: Check): Check {
  return (value, at) => { (first(value) ? one : other)(value, at); };
}

const isString = (value: unknown): boolean => typeof value === "string";

/**
 * A table with these keys; a `required` one must be there. An unknown key is an error that suggests the nearest known.
 * `also` checks what the keys say together.
 */
function table(required: Record<string, Check>, optional: Record<string, Check>, also: (value: Record<string, unknown>, at: At) => void = () => undefined): Check {
  const checks = new Map([...Object.entries(required), ...Object.entries(optional)]);
  return (value, at) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) fail(at, `must be a table, not ${describe(value)}`);
    const entries = value as Record<string, unknown>;
    const below = (key: string): At => ({ where: at.where, path: at.path === "" ? key : `${at.path}.${key}` });
    for (const key of Object.keys(entries)) {
      if (checks.has(key)) continue;
      const near = nearest(key, [...checks.keys()]);
      fail(below(key), `is no key that is known here${near === null ? `; known are ${listWords([...checks.keys()])}` : `; did you mean "${near}"?`}`);
    }
    for (const key of Object.keys(required)) if (entries[key] === undefined) fail(below(key), "is missing");
    for (const [key, one] of Object.entries(entries)) if (one !== undefined) checks.get(key)?.(one, below(key));
    also(entries, at);
  };
}

const CONDITIONS = ["true", "false", "present", "absent", "not-none", "function", "closure", "object", "this", "string", "varying", "result", "left-out", "kept", "mode"];

const conditions = listOf(table({ argument, is: oneOf(...CONDITIONS) }, {}));

/** Rules that report an unreleased handle. */
const HANDLE_RULES = ["unclosed-file", "unclosed-connection", "listener-leak", "timer-leak", "executor-leak", "orphan-task", "logger-handler", "unreleased-lock"];

const pair = table(
  {
    key: kebabCase,
    rule: oneOf(...HANDLE_RULES),
    noun: string,
    acquire: listOf(either((value) => value === "*", string, api)),
    release: listOf(release),
  },
  {
    when: conditions,
    unless: listOf(table({ argument, is: oneOf("true", "false", "present", "not-none", "closure", "string", "result", "left-out", "kept", "named") }, { names: listOf(api) })),
    acquireName: regularExpression,
    plain: boolean,
    imports: listOf(string),
    beside: listOf(string),
    receiverName: regularExpression,
    handle: oneOf("result", "receiver", "state", "registration", "delivered"),
    delivered: table({ argument: integer, parameter: position }, { release: position }),
    elements: listOf(position),
    standIns: listOf(position),
    registration: table(
      { listener: argument },
      { event: position, named: string, options: position, context: position, target: position, replaces: boolean, once: boolean, idempotent: boolean, exact: boolean, undoneBy: listOf(string), returns: oneOf("disposer", "disposable", "id", "none", "target") },
    ),
    releaseAll: listOf(release),
    releaseName: regularExpression,
    clearedByBase: listOf(string),
    evenOnce: boolean,
    perCall: boolean,
    parts: listOf(string),
    readers: listOf(string),
    raisesReleased: listOf(string),
    overWhere: table({ member: string, is: listOf(either(isString, string, integer)) }, {}),
    held: boolean,
    background: listOf(release),
    givesUp: table({ waits: listOf(table({ method: string, limit: listOf(argument) }, {})), caught: listOf(string) }, {}),
    ids: listOf(string),
    soft: listOf(table({ call: api }, { given: listOf(string), whole: listOf(string), rest: position })),
    signal: argument,
    survives: listOf(string),
    answers: listOf(string),
    endedBy: listOf(either(isString, api, table({ call: api, when: conditions }, {}))),
    reads: position,
    sources: table({ lasts: listOf(api), steps: listOf(string), streams: regularExpression, completes: listOf(string) }, { stops: recordOf(string, string), inputs: listOf(string), targets: recordOf(string, position) }),
    releaseFields: listOf(string),
    shownBy: listOf(string),
    guards: listOf(string),
    scope: oneOf("closes", "async-closes", "commits", "none"),
    path: boolean,
    awaitRelease: boolean,
    ends: oneOf("never", "completes", "collected"),
    type: string,
    over: argument,
    exhausts: boolean,
    numbered: boolean,
    byNumber: listOf(api),
    endedWith: listOf(string),
    recurring: boolean,
    soon: boolean,
    callbacks: listOf(argument),
    sharedByDesign: boolean,
    opensOnUse: listOf(string),
    finalized: boolean,
    minor: boolean,
    ofPage: boolean,
    help: string,
    source: string,
  },
  (value, at) => {
    const acquire = value["acquire"] as string[];
    const below = (key: string): At => ({ where: at.where, path: `${at.path}.${key}` });
    if (acquire.length === 0 && value["acquireName"] === undefined) fail(below("acquire"), "names no call; write one such as \"sqlite3.connect\"");
    if (acquire.includes("*") && value["acquireName"] === undefined) fail(below("acquire"), "`*` is every call; it needs `acquireName` beside it");
    const isReleasable = (value["release"] as string[]).length > 0 || ((value["releaseAll"] as string[] | undefined) ?? []).length > 0 || value["releaseName"] !== undefined || (value["scope"] ?? "none") !== "none";
    if (!isReleasable && value["help"] === undefined) fail(below("release"), "is empty: write how the handle is released, or in `help` what to do instead");
    for (const kind of ["registration", "delivered"]) {
      if (value["handle"] === kind && value[kind] === undefined) fail(below(kind), `is missing: \`handle: "${kind}"\` needs it`);
      if (value["handle"] !== kind && value[kind] !== undefined) fail(below("handle"), `must be "${kind}" where \`${kind}\` is given`);
    }
    const handle = typeof value["handle"] === "string" ? value["handle"] : "result";
    if (value["elements"] !== undefined && handle !== "result") fail(below("elements"), `are elements of a result, but the handle is the ${handle}`);
    if (handle === "receiver" || handle === "state") {
      for (const [index, text] of acquire.entries()) {
        if (text !== "*" && parseApiPattern(text).kind === "path") fail(below(`acquire[${index}]`), "must be a method such as \"threading.Lock#acquire\": the handle is its receiver");
      }
    }
  },
);

const container = table(
  { make: listOf(either((value) => typeof value === "string" && value.startsWith("literal:"), oneOf("literal:list", "literal:set", "literal:mapping", "literal:tuple"), api)), shape: oneOf("mapping", "list", "set", "queue"), bound: oneOf("unbounded", "bounded", "weak") },
  { boundedBy: listOf(argument), insertsOnRead: boolean, insertsOnUpdate: boolean, holdsValues: boolean },
);

const containerMethods = table(
  { shape: oneOf("mapping", "list", "set", "queue"), grow: recordOf(string, table({}, { key: position, value: position })), shrink: listOf(string), size: listOf(string), reads: listOf(string) },
  { empties: listOf(string) },
);

const growth = table({}, {
  puts: listOf(api), takes: listOf(api), sizes: listOf(api), few: listOf(api), fewFields: listOf(string), fewNames: regularExpression, settings: regularExpression, fresh: listOf(api), limitless: listOf(string), tables: listOf(string),
  timedWaits: listOf(api), onFailure: listOf(api), onSuccess: listOf(api), filing: regularExpression, servants: regularExpression, runs: table({ collectors: regularExpression, ends: regularExpression }, {}), cacheNames: regularExpression, endings: regularExpression, ownEndings: regularExpression, starts: listOf(string), perCallNames: regularExpression, identities: regularExpression, things: regularExpression, lasting: regularExpression, transit: regularExpression, passing: listOf(api), answered: listOf(api), waits: listOf(table({ call: api }, { limit: listOf(argument), cancels: boolean })), singletons: listOf(decorator),
  perCall: listOf(string), perConnection: listOf(string), ofOneCall: listOf(string), serverFields: listOf(string), fewTypes: listOf(string), fewBases: listOf(string), values: listOf(string), valueMethods: listOf(string), identity: listOf(api), valueDecorators: listOf(string),
});

/** A base class: a path, or "*Servicer" by the end of its last name. */
const base = either((value) => typeof value === "string" && /^\*\w+$/u.test(value), string, api);

const entryPoint = table(
  { context: oneOf("once", "request", "event", "render", "mount", "iteration", "test"), noun: string },
  {
    decorators: listOf(decorator), callbacks: listOf(api), bases: listOf(base), methods: listOf(string), exports: listOf(string), files: listOf(string),
    functions: regularExpression, imports: listOf(string), when: listOf(table({ argument: position, matches: regularExpression }, {})), cleanup: oneOf("returned", "parameter"), returns: boolean, vague: table({ unless: listOf(string) }, {}), interactive: boolean, perObject: boolean, topLevel: boolean, takes: listOf(position),
    beside: listOf(string), notBeside: listOf(string),
  },
  (value, at) => {
    const names = ["decorators", "callbacks", "bases", "methods", "exports", "functions"];
    if (names.every((name) => value[name] === undefined)) fail(at, `says of no function that it is an entry point: write ${listWords(names)}`);
    if (value["bases"] !== undefined && value["methods"] === undefined) fail({ where: at.where, path: `${at.path}.methods` }, "is missing: `bases` needs it; [\"*\"] means every public method");
    if (value["functions"] !== undefined && value["files"] === undefined && value["imports"] === undefined) fail({ where: at.where, path: `${at.path}.functions` }, "needs `files` or `imports` beside it");
  },
);

const memoizer = table(
  {
    path: api,
    keepsSelf: boolean,
    bound: either(isString, oneOf("never", "bounded"), table({ argument, default: oneOf("bounded", "unbounded") }, { position, or: listOf(string) })),
  },
  { expires: boolean },
);

const catalogFile = table(
  { language: oneOf("python", "ts") },
  {
    pairs: listOf(pair),
    containers: listOf(container),
    containerMethods: listOf(containerMethods),
    growth,
    entryPoints: listOf(entryPoint),
    transfers: listOf(api),
    wraps: listOf(api),
    waits: listOf(api),
    paths: table({ same: listOf(api), inside: listOf(api), around: listOf(api), aroundMembers: listOf(string), reading: regularExpression, removers: listOf(string) }, {}),
    pathTypes: listOf(string),
    inMemory: listOf(string),
    enterMethods: listOf(string),
    restoreMethods: listOf(string),
    plainBases: listOf(string),
    descriptors: recordOf(string, string),
    scopeMethods: recordOf(string, oneOf("closes", "async-closes")),
    slips: listOf(string),
    evidence: table({
      closes: listOf(string), opens: regularExpression, discards: listOf(string), pools: listOf(table({ takes: regularExpression, gives: regularExpression }, { receiver: regularExpression })),
      kinds: recordOf(oneOf(...HANDLE_RULES), regularExpression), nouns: table({ made: string, pooled: string }, {}),
    }, { plain: regularExpression }),
    assertions: listOf(string),
    cancellations: listOf(string),
    catchAll: listOf(string),
    raises: listOf(api),
    borrows: listOf(api), drains: listOf(api),
    neverReturns: listOf(api),
    exits: listOf(api),
    safe: listOf(api),
    returns: recordOf(api, string),
    extends: recordOf(string, listOf(string)),
    lifecycle: table({ release: listOf(string), start: listOf(string) }, { end: listOf(string), again: listOf(string), closers: listOf(string), records: table({ ends: listOf(string), stores: listOf(string), methods: listOf(string), options: listOf(string), types: listOf(string) }, {}), over: listOf(string), pairs: listOf(table({ noun: string, starts: listOf(string), ends: listOf(string) }, { of: regularExpression })), partial: listOf(string), running: table({ name: regularExpression, timer: regularExpression, stops: string, stopsTimer: string }, {}), counterparts: recordOf(string, listOf(string)) }),
    settles: listOf(table({ call: api, fails: boolean }, {})),
    completions: listOf(string),
    completionNames: regularExpression,
    workers: table({ starts: listOf(api), waits: listOf(table({ call: api, limit: listOf(argument) }, { never: listOf(argument) })), leaves: listOf(string), joins: listOf(string) }, {}),
    races: listOf(api),
    delays: table({ calls: listOf(api), promisifies: table({ calls: listOf(api), of: listOf(string) }, {}), rejects: listOf(api), names: regularExpression }, {}),
    clocks: listOf(api),
    abandons: listOf(api),
    loopAsks: listOf(api),
    handsOnWork: listOf(table({ call: api }, { receiverName: regularExpression })),
    timedScopes: listOf(api),
    together: listOf(table({ call: api }, { unless: string })),
    idle: table({ sleeps: listOf(api), waits: listOf(api), puts: listOf(api) }, {}),
    resumed: table({ decorators: listOf(string), callbacks: listOf(api) }, {}),
    settledCallbacks: listOf(api),
    outcomes: listOf(api),
    states: listOf(string),
    finalStates: listOf(string),
    present: listOf(api),
    collectorOff: listOf(api),
    memoizers: listOf(memoizer),
    longLived: listOf(string),
    rootServices: listOf(table({ decorator: api }, { argument: string, is: string })),
    ownParts: table({ decorators: listOf(api), types: listOf(api), lists: listOf(string) }, { parameters: listOf(table({ name: regularExpression }, { of: regularExpression })), attributes: listOf(string) }),
    immediate: listOf(table({ call: api, context: oneOf("iteration", "once") }, {})),
    cleanups: listOf(api),
    ambient: listOf(api),
    watchers: listOf(table({ calls: listOf(api), noun: string, shared: regularExpression }, { member: string, implied: string })),
    stateHooks: listOf(api),
    importQueries: recordOf(string, string),
    merges: recordOf(string, string),
    executors: listOf(api),
    terminalEvents: listOf(string),
    lateEvents: listOf(string),
    errorEvents: listOf(string),
    eventTargets: listOf(string),
    startingEvents: listOf(string),
    sure: table({ calls: listOf(api), passes: listOf(api), values: listOf(api), deferred: listOf(table({ call: api, rejects: string }, {})) }, { lists: listOf(api), given: listOf(table({ to: string, argument: integer, field: string }, {})) }),
    turns: table({ alternate: listOf(listOf(string)), precede: listOf(listOf(string)), during: listOf(listOf(string)) }, {}),
    handsOut: listOf(table({ call: api }, { receiver: regularExpression, event: string })),
    connectionEvents: listOf(string),
    upward: listOf(string),
    weak: listOf(api),
    weakCallbacks: listOf(api),
    handedOn: listOf(string),
    namedModules: listOf(string),
    instances: listOf(api),
    awaited: listOf(api),
    roots: listOf(api),
    rootLists: listOf(string),
    rootNames: listOf(table({ decorator: api, argument: string, is: string }, {})),
    elsewhere: listOf(api),
    lateModules: listOf(string),
    keptAlive: table({ methods: listOf(string), calls: listOf(string), tags: listOf(string) }, {}),
    fileRouters: table({ packages: listOf(string), imports: listOf(string) }, {}),
    answers: listOf(string),
    nests: listOf(string),
    parts: listOf(string),
    pages: listOf(string),
    layouts: listOf(string),
    bags: listOf(string),
    histories: table({
      imports: listOf(string), noun: string, help: string, walks: listOf(api), again: listOf(string), passes: listOf(api), cuts: listOf(api), without: listOf(api),
      switches: listOf(api), results: regularExpression,
    }, {}),
    series: table({
      calls: listOf(api), removers: listOf(string), identities: regularExpression, texts: listOf(api),
      sources: table({ members: regularExpression, of: regularExpression, routed: regularExpression }, {}),
    }, {}),
    regexes: listOf(api),
    cachedRegexes: listOf(api),
    pure: listOf(api),
    finalizers: listOf(table({ call: api, target: position, holds: listOf(position) }, {})),
    tracebacks: listOf(api),
    words: table({}, { copies: listOf(api), same: listOf(api), takes: listOf(api), each: listOf(api), binds: listOf(api), twins: listOf(api), chains: listOf(api), continues: listOf(api), turns: listOf(api), once: listOf(api), stores: listOf(api), members: listOf(api), symbols: listOf(api) }),
    cancellers: listOf(table({ make: listOf(api), token: string, cancel: listOf(release), self: listOf(api) }, {})),
  },
);

/** Two pairs with one key: which of them reports would be unclear. */
function checkKeys(pairs: readonly Pair[], at: At): void {
  const seen = new Map<string, number>();
  for (const [index, { key }] of pairs.entries()) {
    const first = seen.get(key);
    if (first !== undefined) fail({ where: at.where, path: `${at.path}[${index}].key` }, `"${key}" is the key of ${at.path}[${first}] already`);
    seen.set(key, index);
  }
}

/**
 * Checks a whole catalog file and returns it with its type.
 * @param where what to call it in messages: a path.
 * @throws CatalogError at the first fault.
 */
export function validateCatalog(value: unknown, where: string): CatalogFile {
  catalogFile(value, { where, path: "" });
  const file = value as CatalogFile;
  checkKeys(file.pairs ?? [], { where, path: "pairs" });
  return file;
}

/**
 * Checks the pairs of a user's configuration and returns them with their type.
 * @param where what to call the source in messages: the configuration file's path.
 * @param path the list's key path in it.
 * @throws CatalogError at the first fault.
 */
export function validatePairs(value: unknown, where: string, path = "pairs"): Pair[] {
  const at = { where, path };
  listOf(pair)(value, at);
  checkKeys(value as Pair[], at);
  return value as Pair[];
}

/**
 * The first fault of every pair of a user's list, a message each; none where all is well.
 * @param known the keys of the pairs that leak-lint has itself, which a user's pair may not take.
 */
export function pairProblems(value: unknown, where: string, path: string, known: ReadonlySet<string>): string[] {
  const problems = (check: () => void): string[] => {
    try {
      check();
      return [];
    } catch (error) {
      if (error instanceof CatalogError) return [error.message];
      throw error;
    }
  };
  if (!Array.isArray(value)) return problems(() => validatePairs(value, where, path));
  const found = value.flatMap((one: unknown, index) => problems(() => {
    const at = { where, path: `${path}[${index}]` };
    pair(one, at);
    const { key } = one as Pair;
    if (known.has(key)) fail({ where, path: `${at.path}.key` }, `"${key}" is the key of a pair that leak-lint has itself; choose another`);
  }));
  return found.length > 0 ? found : problems(() => { checkKeys(value as Pair[], { where, path }); });
}

function listWords(words: readonly string[]): string {
  const quoted = words.map((word) => `"${word}"`);
  return quoted.length < 2 ? quoted.join("") : `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1) ?? ""}`;
}

/** The word that a typing slip most likely meant; null where none is near. */
function nearest(word: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let least = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const one of known) {
    const distance = editDistance(word.toLowerCase(), one.toLowerCase());
    if (distance < least) [best, least] = [one, distance];
  }
  return best;
}

/** Levenshtein's distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      next.push(Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
