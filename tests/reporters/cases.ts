/** The reports that several formats are tested with. */
import type { Finding } from "../../src/model/finding.js";
import type { Report } from "../../src/model/report.js";
import { findingAt, lines, reportOf, spanOf, step } from "./build-report.js";

const READER = lines(
  "def head(path):",
  '    """The first line, unless the file is empty."""',
  "    handle = open(path)",
  "    first = handle.readline()",
  "    if not first:",
  "        return None",
  "    handle.close()",
  "    return first",
);

/** A file that an early return leaves open; the whole story fits into one frame, and a safe fix is offered. */
export function earlyReturn(): Report {
  const trail = [step("exit", "without closing `handle`", "app/reader.py", spanOf(READER, "return None"))];
  const edits = [
    { at: spanOf(READER, "handle = open(path)"), text: "with open(path) as handle:" },
    { at: spanOf(READER, "    first = handle"), text: "        first = handle" },
  ];
  const fix = { title: "Open it in a `with` statement", applicability: "safe" as const, edits };
  const finding = findingAt("app/reader.py", READER, spanOf(READER, "open(path)"), { trail, fix });
  return reportOf({ "app/reader.py": READER }, [finding]);
}

const CACHE = lines(
  "from app.users import load",
  "",
  "_users = {}",
  "",
  "",
  "def remember(key):",
  '    """Loads a user once."""',
  "",
  "    # Nothing ever leaves this table.",
  "    if key not in _users:",
  "        _users[key] = load(key)",
  "    return _users[key]",
  "",
  "",
  "def refresh(key):",
  "    _users[key] = load(key)",
);
const ROUTES = lines("@app.get('/users/{key}')", "def get_user(key: str):", "    return remember(key)");

/** A cache that two functions fill: evidence in two files, one group, an unsafe fix, notes of every kind. */
export function sharedCache(): Report {
  const holder = step("holder", "module `app.cache`, as long as the process", "app/cache.py", spanOf(CACHE, "_users"));
  const base: Partial<Finding> = { rule: "unbounded-cache", code: "LEAK010", messageId: "grows", help: "bound it, for example with `functools.lru_cache`" };
  const fix = { title: "Cache with `lru_cache`", applicability: "unsafe" as const, edits: [{ at: spanOf(CACHE, "_users = {}"), text: "" }] };
  const findings = [
    findingAt("app/cache.py", CACHE, spanOf(CACHE, "_users[key]"), {
      ...base,
      message: "`_users` gains an entry for every `key` and never loses one",
      trail: [
        holder,
        step("repeats", "the handler of GET /users/{key} calls `remember`", "app/routes.py", spanOf(ROUTES, "remember(key)")),
        step("searched", "`del`, `pop`, `clear` or a size check of `_users`: none in the project"),
      ],
      fix,
    }),
    findingAt("app/cache.py", CACHE, spanOf(CACHE, "_users[key]", 3), {
      ...base,
      severity: "medium",
      message: "`_users` gains an entry for every `key`; who calls `refresh` is unknown",
      trail: [holder],
    }),
  ];
  const skipped = ["a.min.js", "b.min.js", "c.min.js", "d.min.js"].map((path) => ({ path, kind: "skipped" as const, message: "minified", region: null }));
  const region = { line: 3, column: 7, endLine: 3, endColumn: 9 };
  return reportOf({ "app/cache.py": CACHE, "app/routes.py": ROUTES, "app/broken.py": "\n\nx = = 1\n" }, findings, {
    files: ["app/broken.py", "app/cache.py", "app/routes.py", "app/users.py"],
    problems: [
      { path: "app/broken.py", kind: "syntax", message: "unexpected `=`", region },
      { path: "app/secret.py", kind: "unreadable", message: "permission denied", region: null },
      ...skipped,
      { path: "big.ts", kind: "skipped", message: "larger than 1 MB", region: null },
    ],
  });
}

const AWKWARD = [
  "\tconst 名前 = '日本語'; open(path, 'r'); // 🎉 done",
  "register(target, {",
  "  signal: '👩‍👩‍👧',",
  "  once: false,",
  "  passive: true,",
  "  capture: false,",
  "});",
  `const bundle = [${"1234567, ".repeat(60)}open(path), ${"7654321, ".repeat(60)}];`,
  "",
].join("\r\n");

/** Tabs, wide characters, CRLF, a region of several lines, and a line far wider than a terminal. */
export function awkwardText(): Report {
  const path = "web/größe.ts";
  const block: [number, number] = [AWKWARD.indexOf("register("), AWKWARD.indexOf("});") + 2];
  const low = { rule: "compiled-in-loop", code: "LEAK020", severity: "low" as const };
  return reportOf({ [path]: AWKWARD }, [
    findingAt(path, AWKWARD, spanOf(AWKWARD, "open(path, 'r')"), { help: "close it" }),
    findingAt(path, AWKWARD, block, { ...low, message: "a listener is added in a loop", help: "add it once" }),
    findingAt(path, AWKWARD, spanOf(AWKWARD, "open(path)"), { help: "close it in `finally`" }),
  ]);
}
