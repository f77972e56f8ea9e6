/**
 * The catalog's pattern language: short strings that say which call is meant, and where in it.
 *
 *   "sqlite3.connect"               path: a call or `new` resolved to this path
 *   "csv.*"                         path: any call directly inside `csv`
 *   "os.fdopen(0)"                  the same, looking at argument 0 only
 *   "setTimeout(1+)"                arguments from 1 on
 *   "threading.Thread(target=)"     the keyword argument `target`
 *   "asyncio.AbstractEventLoop#call_later"   method on a receiver of that type
 *   "*#addEventListener(1)"         method on any receiver
 *   "#close"                        release only: method on the handle
 *   "-#off"                         release only: method on what the handle was registered with or taken from
 *   "()"                            release only: the handle itself is called
 *   "await"                         release only: the handle is awaited (`await` is a keyword in both languages, so no path)
 */

/** Which arguments of the call are meant: positions `from` to `to` (inclusive; null: to the last), or one keyword. */
export interface PatternArgument {
  /** First position, from 0. -1 where `keyword` is set. */
  from: number;
  /** Last position, inclusive; null means all that follow. -1 where `keyword` is set. */
  to: number | null;
  /** A keyword argument's name; positions are then not meant. */
  keyword?: string;
}

/** What a pattern of `acquire`, `transfers`, `borrows` and the like means. */
export type AcquirePattern =
  /** `path` may end in `.*`: any last name. */
  | { kind: "path"; path: string; argument: PatternArgument | null }
  /** `type` is a type's path or "*" for any receiver; `method` may be "*" where the type is named. */
  | { kind: "method"; type: string; method: string; argument: PatternArgument | null };

/** What a pattern of `release` and `releaseAll` means. */
export type ReleasePattern =
  | AcquirePattern
  | { kind: "on-handle"; method: string }
  | { kind: "on-target"; method: string }
  | { kind: "call-handle" }
  | { kind: "await" };

/** What a decorator pattern means: a resolved path, or "*.get": that last name on any root. */
export type DecoratorPattern = { kind: "path"; path: string } | { kind: "last-name"; name: string };

/** A pattern's text does not follow the grammar. The message says what is wrong and shows a right form. */
export class PatternError extends Error {
  override name = "PatternError";
}

/*
 * A name in a path. Beyond identifiers: `/`, `@` and `-` for package names (`@scope/pkg`, `lru-cache`, `fs/promises`).
 * Dots separate names, so `./db.connect` begins with an empty name, which only the first may be.
 */
const PATH = /^(?:\.{0,2}\/)?[\w$@/-]+(?:\.[\w$@/-]+)*(?:\.\*)?$/u;
const METHOD = /^(?:@@)?[A-Za-z_$][\w$]*$/u;
const ARGUMENT = /^(?:(?<from>\d+)(?<rest>\+)?|(?<keyword>[A-Za-z_]\w*)=)$/u;

function fail(text: string, why: string): never {
  throw new PatternError(`${JSON.stringify(text)} is not a pattern: ${why}`);
}

/** Takes "f(0)" apart into "f" and the argument it means. */
function splitArgument(text: string): { head: string; argument: PatternArgument | null } {
  const open = text.indexOf("(");
  if (open < 0) {
    if (text.includes(")")) fail(text, "it has `)` without `(`");
    return { head: text, argument: null };
  }
  if (!text.endsWith(")")) fail(text, "nothing may follow the argument in parentheses");
  const inside = text.slice(open + 1, -1);
  const groups = ARGUMENT.exec(inside)?.groups;
  if (groups === undefined) {
    fail(text, inside === "" ? "leave out the empty parentheses" : "in the parentheses write a position `(0)`, a first position `(1+)` or a keyword `(name=)`");
  }
  const { from, rest, keyword } = groups;
  if (keyword !== undefined) return { head: text.slice(0, open), argument: { from: -1, to: -1, keyword } };
  const first = Number(from);
  return { head: text.slice(0, open), argument: { from: first, to: rest === undefined ? first : null } };
}

/**
 * Reads a pattern that names a call.
 * @throws PatternError if the text is not one; release-only forms (`#close`, `-#off`, `()`) are errors here too.
 */
export function parseApiPattern(text: string): AcquirePattern {
  if (text.trim() !== text || /\s/u.test(text)) fail(text, "it contains white space");
  if (text === "") fail(text, "it is empty; write a path such as `sqlite3.connect`");
  if (text === "()" || text === "await") fail(text, "it says how a handle is released, not which call is meant");
  const { head, argument } = splitArgument(text);
  const hash = head.indexOf("#");
  if (hash < 0) {
    if (head.startsWith("*.")) fail(text, `for a method on any receiver write \`*#${head.slice(2)}\``);
    if (!PATH.test(head)) fail(text, "a path is names joined by dots, with `*` only as the whole last name");
    return { kind: "path", path: head, argument };
  }
  const type = head.slice(0, hash);
  const method = head.slice(hash + 1);
  if (type === "" || type === "-") fail(text, `\`${type}#\` is for releases; name the receiver's type or write \`*#${method}\``);
  if (type !== "*" && (!PATH.test(type) || type.endsWith(".*"))) fail(text, "before `#` write a type's path, or `*` for any receiver");
  if (method === "*") {
    if (type === "*") fail(text, "`*#*` would be every method of everything");
  } else if (!METHOD.test(method)) {
    fail(text, "after `#` write one method name");
  }
  return { kind: "method", type, method, argument };
}

/**
 * Reads a pattern of `release` or `releaseAll`.
 * @throws PatternError if the text is not one.
 */
export function parseReleasePattern(text: string): ReleasePattern {
  if (text === "()") return { kind: "call-handle" };
  if (text === "await") return { kind: "await" };
  const on = text.startsWith("#") ? "on-handle" : text.startsWith("-#") ? "on-target" : null;
  if (on === null) return parseApiPattern(text);
  const method = text.slice(on === "on-handle" ? 1 : 2);
  if (!METHOD.test(method)) fail(text, "after `#` write one method name, without parentheses");
  return { kind: on, method };
}

/**
 * Reads a decorator pattern: "celery.shared_task" or "*.get".
 * @throws PatternError if the text is not one.
 */
export function parseDecoratorPattern(text: string): DecoratorPattern {
  if (text.startsWith("*.")) {
    const name = text.slice(2);
    if (!METHOD.test(name)) fail(text, "after `*.` write one name");
    return { kind: "last-name", name };
  }
  const pattern = parseApiPattern(text);
  if (pattern.kind !== "path" || pattern.argument !== null) fail(text, "a decorator is a path such as `celery.shared_task`, or `*.get`");
  return { kind: "path", path: pattern.path };
}

/** Whether an argument, by its position and keyword (null: positional), is one that the pattern means. No argument in the pattern means any. */
export function matchesArgument(wanted: PatternArgument | null, position: number, keyword: string | null): boolean {
  if (wanted === null) return true;
  if (wanted.keyword !== undefined) return keyword === wanted.keyword;
  return keyword === null && position >= wanted.from && (wanted.to === null || position <= wanted.to);
}

/** Whether a resolved path is the pattern's path; `a.*` takes exactly one more name than `a`. */
export function matchesPath(pattern: string, path: string): boolean {
  if (!pattern.endsWith(".*")) return pattern === path;
  const stem = pattern.slice(0, -1);
  return path.startsWith(stem) && !path.slice(stem.length).includes(".");
}
