import type { FixIntent } from "../../../src/model/fix-intent.js";
import type { Edit } from "../../../src/model/finding.js";
import type { Span } from "../../../src/model/span.js";
import { python } from "../../../src/parsers/python/index.js";

function apply(text: string, edits: readonly Edit[]): string {
  return [...edits].sort((a, b) => b.at[0] - a.at[0]).reduce((result, { at, text: inserted }) => result.slice(0, at[0]) + inserted + result.slice(at[1]), text);
}

/** The text after the fix, or `refused: reason`. The intent is about the first occurrence of `part` (the text between « and »). */
function fixed(marked: string, intent: (at: Span) => FixIntent): string {
  const start = marked.indexOf("«");
  const end = marked.indexOf("»") - 1;
  const text = marked.replace("«", "").replace("»", "");
  const spelling = python.spell(intent([start, end]), { path: "m.py", text });
  if (!spelling.ok) return `refused: ${spelling.reason}`;
  const result = apply(text, spelling.edits);
  expect(python.check({ path: "m.py", text: result })).toEqual([]);
  return result;
}

type Scope = Extract<FixIntent, { kind: "scope" }>;
const scope = (more: Partial<Scope> = {}) => (acquire: Span): FixIntent =>
  ({ kind: "scope", acquire, release: "$.close()", scopeForm: "with", lastUse: null, awaitRelease: false, ...more });
const bound = (shape: "mapping" | "list" | "set" | "decorator") => (container: Span): FixIntent => ({ kind: "bound", container, shape, limit: 128 });
const keep = (spawn: Span): FixIntent => ({ kind: "keep-reference", spawn });
const hoist = (expression: Span): FixIntent => ({ kind: "hoist", expression, before: expression });

describe("scope", () => {
  test("the uses go into a with, the close that it replaces goes away, comments and blank lines stay", () => {
    expect(fixed("def f(p):\n    h = «open(p)»  # text\n\n    # all of it\n    data = h.read()\n    h.close()\n    return data\n", scope()))
      .toBe("def f(p):\n    with open(p) as h:  # text\n\n        # all of it\n        data = h.read()\n    return data\n");
  });

  test("tabs and CRLF are kept, and so is a comment behind the dropped close", () => {
    expect(fixed("def f(p):\r\n\th = «open(p)»\r\n\tx = h.read()\r\n\th.close()  # done\r\n\treturn x\r\n", scope()))
      .toBe("def f(p):\r\n\twith open(p) as h:\r\n\t\tx = h.read()\r\n\t\t# done\r\n\treturn x\r\n");
  });

  test("two blanks stay two blanks, and a call over several lines stays as it is", () => {
    expect(fixed("def f(p):\n  h = «open(\n    p,\n  )»\n  h.write(\n    'x')", scope()))
      .toBe("def f(p):\n  with open(\n    p,\n  ) as h:\n    h.write(\n      'x')");
  });

  test("what was made of the handle stays inside, what was read from it need not", () => {
    expect(fixed("def f(p):\n    h = «open(p)»\n    rows = csv.reader(h)\n    for row in rows:\n        use(row)\n    done()\n", scope()))
      .toBe("def f(p):\n    with open(p) as h:\n        rows = csv.reader(h)\n        for row in rows:\n            use(row)\n    done()\n");
    expect(fixed("def f(p):\n    h = «open(p)»\n    data = json.load(h)\n    return data\n", scope()))
      .toBe("def f(p):\n    with open(p) as h:\n        data = json.load(h)\n    return data\n");
  });

  test("the last use that the analysis knows of is inside", () => {
    const text = "def f(p):\n    h = «open(p)»\n    h.read()\n    other()\n    return 1\n";
    const plain = text.replace("«", "").replace("»", "");
    const at = plain.indexOf("other()");
    expect(fixed(text, scope({ lastUse: [at, at + 7] }))).toBe("def f(p):\n    with open(p) as h:\n        h.read()\n        other()\n    return 1\n");
  });

  test("a handle that nobody uses is still opened", () => {
    expect(fixed("def f(p):\n    h = «open(p, 'w')»\n    return 1\n", scope())).toBe("def f(p):\n    with open(p, 'w') as h:\n        pass\n    return 1\n");
  });

  test("a second value of the same name is not touched", () => {
    expect(fixed("def f():\n    h = «open('x')»\n    h.read()\n    h = open('y')\n    h.read()\n", scope()))
      .toBe("def f():\n    with open('x') as h:\n        h.read()\n    h = open('y')\n    h.read()\n");
  });

  test("closing is imported below the imports, or written as it is known", () => {
    expect(fixed('"""doc"""\nimport sqlite3\n\ndef f(p):\n    c = «sqlite3.connect(p)»\n    c.execute("x")\n', scope({ scopeForm: "closing" })))
      .toBe('"""doc"""\nimport sqlite3\nimport contextlib\n\ndef f(p):\n    with contextlib.closing(sqlite3.connect(p)) as c:\n        c.execute("x")\n');
    expect(fixed("from contextlib import closing as shut\ndef f(p):\n    c = «make(p)»\n    c.go()\n", scope({ scopeForm: "closing" })))
      .toBe("from contextlib import closing as shut\ndef f(p):\n    with shut(make(p)) as c:\n        c.go()\n");
    expect(fixed("async def f(p):\n    c = await «make(p)»\n    await c.go()\n    await c.aclose()\n", scope({ scopeForm: "closing", release: "$.aclose()", awaitRelease: true })))
      .toBe("import contextlib\n\nasync def f(p):\n    async with contextlib.aclosing(await make(p)) as c:\n        await c.go()\n");
  });

  test("without a scope form it is try and finally", () => {
    expect(fixed("def f(p):\n    c = «make(p)»\n    c.go()\n\nx = 1\n", scope({ scopeForm: "none", release: "release($)" })))
      .toBe("def f(p):\n    c = make(p)\n    try:\n        c.go()\n    finally:\n        release(c)\n\nx = 1\n");
    expect(fixed("async def f(p):\n    c = «make(p)»\n    await c.go()\n    await c.stop()\n    return 1\n", scope({ scopeForm: "none", release: "$.stop()", awaitRelease: true })))
      .toBe("async def f(p):\n    c = make(p)\n    try:\n        await c.go()\n    finally:\n        await c.stop()\n    return 1\n");
  });

  test("async with needs an async function", () => {
    expect(fixed("async def f(p):\n    s = «Session()»\n    await s.get(p)\n", scope({ scopeForm: "async-with" }))).toBe("async def f(p):\n    async with Session() as s:\n        await s.get(p)\n");
    expect(fixed("def f(p):\n    s = «Session()»\n    s.get(p)\n", scope({ scopeForm: "async-with" }))).toBe("refused: `async with` needs an async function");
  });

  test.each([
    ["returned", "def f(p):\n    h = «open(p)»\n    return h\n", "`h` is returned"],
    ["returned in a tuple", "def f(p):\n    h = «open(p)»\n    return 1, [h]\n", "`h` is returned"],
    ["yielded", "def f(p):\n    h = «open(p)»\n    yield h\n", "`h` is yielded"],
    ["stored", "def f(self, p):\n    h = «open(p)»\n    self.h = h\n", "`h` is stored elsewhere"],
    ["wrapped and stored", "def f(self, p):\n    h = «open(p)»\n    self.r = Reader(h)\n", "what is made of `h` is stored in `self.r`"],
    ["closed over", "def f(p):\n    h = «open(p)»\n    return lambda: h.read()\n", "`h` is used by a nested function"],
    ["global", "def f(p):\n    global h\n    h = «open(p)»\n", "`h` belongs to an outer scope"],
    ["used after its block", "def f(p):\n    if p:\n        h = «open(p)»\n    h.read()\n", "`h` is used in another block than the one that assigns it"],
    ["used before it in the loop", "def f(ps):\n    for p in ps:\n        if p: h.read()\n        h = «open(p)»\n", "`h` is used in another block than the one that assigns it"],
    ["assigned again under a condition", "def f(p):\n    h = «open(p)»\n    if p:\n        h = open(q)\n    h.read()\n", "`h` is assigned again under a condition"],
    ["not in a variable", "def f(p):\n    return json.load(«open(p)»)\n", "what it returns is not kept in a variable first"],
    ["in a field", "def f(self, p):\n    self.h = «open(p)»\n", "what it returns is not kept in a plain variable first"],
    ["one of several targets", "def f(p):\n    a, h = 1, «open(p)»\n", "what it returns is not kept in a plain variable first"],
    ["on one line with others", "def f(p): h = «open(p)»; h.read()\n", "the statement shares its line with other code"],
    ["used in a string over lines", "def f(p):\n    h = «open(p)»\n    h.write('''a\nb''')\n", "a string over several lines is among the uses; indenting it would change it"],
    ["in a class body", "class A:\n    h = «open(p)»\n", "a class attribute lives as long as the class"],
    ["closed at once", "def f(p):\n    h = «open(p)»\n    h.close()\n", "it is released right after it is made"],
  ])("refused where the handle is %s", (_, text, reason) => {
    expect(fixed(text, scope())).toBe(`refused: ${reason}`);
  });
});

describe("bound", () => {
  test("an empty dict becomes an LRU cache, imported where it is not", () => {
    expect(fixed("import os\n\n_cache: dict[str, int] = «{}»\n", bound("mapping"))).toBe("import os\nimport cachetools\n\n_cache: dict[str, int] = cachetools.LRUCache(maxsize=128)\n");
    expect(fixed("# licence\nfrom cachetools import LRUCache as L\n_cache = «dict()»\n", bound("mapping"))).toBe("# licence\nfrom cachetools import LRUCache as L\n_cache = L(maxsize=128)\n");
    expect(fixed("# licence\n_cache = «{}»\n", bound("mapping"))).toBe("# licence\nimport cachetools\n\n_cache = cachetools.LRUCache(maxsize=128)\n");
    expect(fixed("_cache = «{1: 2}»\n", bound("mapping"))).toMatch(/^refused: only an empty dict/u);
  });

  test("a list becomes a deque with its items, unless it is used as only a list can be", () => {
    expect(fixed("from __future__ import annotations\nlog = «[a]»\n", bound("list"))).toBe("from __future__ import annotations\nimport collections\nlog = collections.deque([a], maxlen=128)\n");
    expect(fixed("import collections as c\nclass A:\n    def __init__(self): self.log = «[]»\n", bound("list"))).toBe("import collections as c\nclass A:\n    def __init__(self): self.log = c.deque(maxlen=128)\n");
    expect(fixed("log = «[]»\nprint(log[:3])\n", bound("list"))).toBe("refused: `log` is sliced, which a deque does not support");
    expect(fixed("class A:\n    def f(self):\n        self.log = «[]»\n        self.log.sort()\n", bound("list"))).toBe("refused: `log` is sorted in place, which a deque does not support");
  });

  test("a set is left to its owner", () => {
    expect(fixed("s = «set()»\n", bound("set"))).toMatch(/^refused: no set/u);
  });

  test.each([
    ["import functools\n@«functools.cache»\ndef f(x): pass\n", "import functools\n@functools.lru_cache(maxsize=128)\ndef f(x): pass\n"],
    ["from functools import cache, wraps\n@«cache»\ndef f(x): pass\n", "from functools import cache, wraps, lru_cache\n@lru_cache(maxsize=128)\ndef f(x): pass\n"],
    ["from functools import cache, lru_cache\n@«cache»\ndef f(x): pass\n", "from functools import cache, lru_cache\n@lru_cache(maxsize=128)\ndef f(x): pass\n"],
    ["import functools as ft\nclass A:\n    @«ft.lru_cache(maxsize=None, typed=True)»\n    def f(x): pass\n", "import functools as ft\nclass A:\n    @ft.lru_cache(maxsize=128, typed=True)\n    def f(x): pass\n"],
    ["from functools import lru_cache\n@«lru_cache(None)»\ndef f(x): pass\n", "from functools import lru_cache\n@lru_cache(128)\ndef f(x): pass\n"],
    ["import cachetools\n@«cachetools.cached(cache={})»\ndef f(x): pass\n", "import cachetools\n@cachetools.cached(cache=cachetools.LRUCache(maxsize=128))\ndef f(x): pass\n"],
    ["@«other»\ndef f(x): pass\n", "refused: this decorator takes no size here; call it with `maxsize`"],
  ])("a memo decorator gets a size: %j", (text, expected) => {
    expect(fixed(text, bound("decorator"))).toBe(expected);
  });
});

describe("keep-reference", () => {
  test("a dropped task goes into a set of the module and leaves it when it is done", () => {
    expect(fixed("import asyncio\n\nasync def main():\n    «asyncio.create_task(go())»  # later\n    return 1\n", keep)).toBe(
      "import asyncio\n\n_background_tasks = set()\n\nasync def main():\n    task = asyncio.create_task(go())  # later\n    _background_tasks.add(task)\n    task.add_done_callback(_background_tasks.discard)\n    return 1\n",
    );
  });

  test("names that are there are used or avoided", () => {
    expect(fixed("import asyncio\n_background_tasks = set()\nasync def main(task):\n\tjob = «asyncio.create_task(go(task))»\n", keep)).toBe(
      "import asyncio\n_background_tasks = set()\nasync def main(task):\n\tjob = asyncio.create_task(go(task))\n\t_background_tasks.add(job)\n\tjob.add_done_callback(_background_tasks.discard)\n",
    );
    expect(fixed("import asyncio\nasync def main(task):\n    _ = «asyncio.create_task(go(task))»\n", keep)).toContain("    task_2 = asyncio.create_task(go(task))\n    _background_tasks.add(task_2)\n");
    expect(fixed("import asyncio\n_background_tasks = {}\nasync def main():\n    «asyncio.create_task(go())»\n", keep)).toBe("refused: the name `_background_tasks` is used for something else here");
  });

  test.each(["f = lambda: «create_task(go())»\n", "wait(«create_task(go())»)\n", "def f(): «create_task(go())»\n"])("refused where there is no statement of its own: %j", (text) => {
    expect(fixed(text, keep)).toMatch(/^refused: /u);
  });
});

describe("hoist", () => {
  test("a pattern moves to module level with all its flags, under a name in capitals", () => {
    expect(fixed("import re\n\ndef f(xs):\n    for x in xs:\n        word = «re.compile(r'a', re.I | re.M)»\n        word.match(x)\n", hoist)).toBe(
      "import re\n\nWORD = re.compile(r'a', re.I | re.M)\n\ndef f(xs):\n    for x in xs:\n        word = WORD\n        word.match(x)\n",
    );
    expect(fixed("import re\nPATTERN = 1\ndef f(xs):\n    return [«re.compile('x')».match(x) for x in xs]\n", hoist)).toBe(
      "import re\n\nPATTERN_2 = re.compile('x')\nPATTERN = 1\ndef f(xs):\n    return [PATTERN_2.match(x) for x in xs]\n",
    );
  });

  test.each([
    ["import re\ndef f(xs):\n    for x in xs: «re.compile(x)».match(x)\n", "x"],
    ["import re\ndef f(xs):\n    for x in xs: «re.compile(f'{x}a')».match(x)\n", "{x}"],
    ["def f(xs):\n    import re\n    for x in xs: «re.compile('a')».match(x)\n", "re"],
    ["import re\nFLAGS = re.I\ndef f(xs):\n    for x in xs: «re.compile('a', FLAGS)».match(x)\n", "FLAGS"],
    ["try:\n    import re2 as re\nexcept ImportError:\n    import re\ndef f(xs):\n    for x in xs: «re.compile('a')».match(x)\n", "re"],
  ])("refused where it is not constant: %j", (text, part) => {
    expect(fixed(text, hoist)).toBe(`refused: \`${part}\` is not a constant of the module`);
  });
});

test("replace puts in the text that it is given, and nothing that would break the file", () => {
  expect(fixed("f(a, «b»)\n", (at) => ({ kind: "replace", at, text: "c", title: "Use c" }))).toBe("f(a, c)\n");
  expect(fixed("f(a, «b»)\n", (at) => ({ kind: "replace", at, text: "(", title: "Break it" }))).toBe("refused: the edited text would not be valid Python");
});

test("Python has no clean-up function to return", () => {
  expect(fixed("f(«a»)\n", (at) => ({ kind: "cleanup", acquire: at, release: "$()", callback: at }))).toMatch(/^refused: /u);
});
