import { matchesArgument, matchesPath, parseApiPattern, parseDecoratorPattern, parseReleasePattern, PatternError } from "../../src/catalog/pattern.js";

const position = (from: number, to: number | null = from) => ({ from, to });

test.each([
  ["open", { kind: "path", path: "open", argument: null }],
  ["sqlite3.connect", { kind: "path", path: "sqlite3.connect", argument: null }],
  ["csv.*", { kind: "path", path: "csv.*", argument: null }],
  ["os.fdopen(0)", { kind: "path", path: "os.fdopen", argument: position(0) }],
  ["contextlib.ExitStack#callback(1+)", { kind: "method", type: "contextlib.ExitStack", method: "callback", argument: position(1, null) }],
  ["threading.Thread(target=)", { kind: "path", path: "threading.Thread", argument: { from: -1, to: -1, keyword: "target" } }],
  ["asyncio.AbstractEventLoop#call_later", { kind: "method", type: "asyncio.AbstractEventLoop", method: "call_later", argument: null }],
  ["*#addEventListener(1)", { kind: "method", type: "*", method: "addEventListener", argument: position(1) }],
  ["logging.Logger#*", { kind: "method", type: "logging.Logger", method: "*", argument: null }],
  ["@aws-sdk/client-s3.S3Client", { kind: "path", path: "@aws-sdk/client-s3.S3Client", argument: null }],
  ["fs/promises.open", { kind: "path", path: "fs/promises.open", argument: null }],
  ["./db.connect", { kind: "path", path: "./db.connect", argument: null }],
  ["DisposableStack#@@dispose", { kind: "method", type: "DisposableStack", method: "@@dispose", argument: null }],
])("%s names a call", (text, expected) => {
  expect(parseApiPattern(text)).toEqual(expected);
  expect(parseReleasePattern(text)).toEqual(expected);
});

test.each([
  ["#close", { kind: "on-handle", method: "close" }],
  ["#@@asyncDispose", { kind: "on-handle", method: "@@asyncDispose" }],
  ["-#off", { kind: "on-target", method: "off" }],
  ["()", { kind: "call-handle" }],
  ["await", { kind: "await" }],
])("%s is a release only", (text, expected) => {
  expect(parseReleasePattern(text)).toEqual(expected);
  expect(() => parseApiPattern(text)).toThrow(PatternError);
});

test.each([
  ["", "it is empty"],
  ["open ", "white space"],
  ["os.", "names joined by dots"],
  ["os..open", "names joined by dots"],
  ["os.*.open", "names joined by dots"],
  ["os.op*", "names joined by dots"],
  ["*.get", "write `*#get`"],
  ["open()", "leave out the empty parentheses"],
  ["open(first)", "a position `(0)`"],
  ["open(-1)", "a position `(0)`"],
  ["open(0", "nothing may follow"],
  ["open)0", "`)` without `(`"],
  ["open(0).close", "nothing may follow"],
  ["*#*", "every method of everything"],
  ["Socket#a.b", "one method name"],
  ["os.*#close", "a type's path"],
])("%j is refused and the message says why", (text, why) => {
  expect(() => parseApiPattern(text)).toThrow(why);
});

test("a release on the handle takes no argument", () => {
  expect(() => parseReleasePattern("#close(0)")).toThrow("without parentheses");
  expect(() => parseReleasePattern("-#")).toThrow("one method name");
});

test("a decorator is a path or a last name on any root", () => {
  expect(parseDecoratorPattern("*.get")).toEqual({ kind: "last-name", name: "get" });
  expect(parseDecoratorPattern("celery.shared_task")).toEqual({ kind: "path", path: "celery.shared_task" });
  expect(() => parseDecoratorPattern("Celery#task")).toThrow("a decorator is a path");
  expect(() => parseDecoratorPattern("*.a.b")).toThrow("one name");
});

test("a pattern without argument means every argument", () => {
  expect(matchesArgument(null, 7, null)).toBe(true);
  expect(matchesArgument(null, 0, "file")).toBe(true);
});

test("a position means positional arguments only", () => {
  const second = parseApiPattern("f(1)").argument;
  const rest = parseApiPattern("f(1+)").argument;
  expect([0, 1, 2].map((at) => matchesArgument(second, at, null))).toEqual([false, true, false]);
  expect([0, 1, 9].map((at) => matchesArgument(rest, at, null))).toEqual([false, true, true]);
  expect(matchesArgument(second, 1, "mode")).toBe(false);
});

test("a keyword means that keyword wherever it stands", () => {
  const target = parseApiPattern("f(target=)").argument;
  expect(matchesArgument(target, 0, "target")).toBe(true);
  expect(matchesArgument(target, 3, "target")).toBe(true);
  expect(matchesArgument(target, 0, "args")).toBe(false);
  expect(matchesArgument(target, -1, null)).toBe(false);
});

test("a path's star stands for exactly one name", () => {
  expect(matchesPath("csv.*", "csv.reader")).toBe(true);
  expect(matchesPath("csv.*", "csv")).toBe(false);
  expect(matchesPath("csv.*", "csv.reader.line")).toBe(false);
  expect(matchesPath("csv.*", "csvkit.reader")).toBe(false);
  expect(matchesPath("csv.reader", "csv.reader")).toBe(true);
});
