/** Each intent as edits in the file's own style, or refused with a sentence. */
import type { FixIntent } from "../../../src/model/fix-intent.js";
import type { Span } from "../../../src/model/span.js";
import { applied } from "../../../src/parsers/ts/fix-text.js";
import { typescript } from "../../../src/parsers/ts/index.js";

function at(text: string, part: string): Span {
  const start = text.indexOf(part);
  if (start < 0) throw new Error(`"${part}" is not in the text`);
  return [start, start + part.length];
}

/** The text after the fix, or `refused: ` and the reason. What is fixed must still parse. */
function fixed(text: string, intent: FixIntent, path = "a.ts"): string {
  const spelling = typescript.spell(intent, { path, text });
  if (!spelling.ok) return `refused: ${spelling.reason}`;
  const result = applied(text, spelling.edits);
  expect(typescript.check({ path, text: result })).toEqual([]);
  return result;
}

function scope(text: string, acquire: string, options: Partial<Extract<FixIntent, { kind: "scope" }>> = {}, path = "a.ts"): string {
  return fixed(text, { kind: "scope", acquire: at(text, acquire), release: "fs.closeSync($)", scopeForm: "none", lastUse: null, awaitRelease: false, ...options }, path);
}

const block = (...lines: string[]): string => `${lines.join("\n")}\n`;

test("scope: try and finally around what follows, up to the last use", () => {
  expect(scope(block(
    "function read(path) {",
    "  const fd = fs.openSync(path);",
    "  const size = fs.fstatSync(fd).size; // bytes",
    "",
    "  if (size > 0) {",
    "    use(fd);",
    "  }",
    "  done();",
    "  return size;",
    "}",
  ), "fs.openSync(path)")).toBe(block(
    "function read(path) {",
    "  const fd = fs.openSync(path);",
    "  try {",
    "    const size = fs.fstatSync(fd).size; // bytes",
    "",
    "    if (size > 0) {",
    "      use(fd);",
    "    }",
    "    done();",
    "    return size;",
    "  } finally {",
    "    fs.closeSync(fd);",
    "  }",
    "}",
  ));
});

test("scope: what comes after the last use stays outside", () => {
  expect(scope(block("{", "\tlet fd = fs.openSync(p)", "\tfs.writeSync(fd, x)", "\tlog()", "}"), "fs.openSync(p)")).toBe(block(
    "{", "\tlet fd = fs.openSync(p)", "\ttry {", "\t\tfs.writeSync(fd, x)", "\t} finally {", "\t\tfs.closeSync(fd)", "\t}", "\tlog()", "}",
  ));
});

test("scope: releases that the finally block makes double are taken out", () => {
  expect(scope(block(
    "function f() {", "  const fd = fs.openSync(p);", "  if (x) {", "    fs.closeSync(fd);", "    return;", "  }", "  use(fd);", "  fs.closeSync(fd);", "}",
  ), "fs.openSync(p)")).toBe(block(
    "function f() {", "  const fd = fs.openSync(p);", "  try {", "    if (x) {", "      return;", "    }", "    use(fd);", "  } finally {", "    fs.closeSync(fd);", "  }", "}",
  ));
});

test("scope: a handle that nothing uses is released at once", () => {
  expect(scope("const fd = fs.openSync(p);\ndone();\n", "fs.openSync(p)")).toBe("const fd = fs.openSync(p);\nfs.closeSync(fd);\ndone();\n");
});

test("scope: a release that must be awaited is awaited in async functions only", () => {
  const text = (keyword: string): string => block(`${keyword}function f() {`, "  const h = open();", "  use(h);", "}");
  const options = { release: "$.close()", awaitRelease: true };
  expect(scope(text("async "), "open()", options)).toContain("  } finally {\n    await h.close();\n  }");
  expect(scope(text(""), "open()", options)).toBe("refused: Releasing must be awaited, and the function is not async.");
});

test("scope: an awaited acquisition, and the file's line breaks", () => {
  expect(scope("async function f() {\r\n  const h = await open(p);\r\n  await h.read();\r\n}\r\n", "open(p)", { release: "await $.close()" })).toBe(
    "async function f() {\r\n  const h = await open(p);\r\n  try {\r\n    await h.read();\r\n  } finally {\r\n    await h.close();\r\n  }\r\n}\r\n",
  );
});

test("scope: using, where the catalog says that it closes", () => {
  const text = block("function f() {", "  const h = open();", "  use(h);", "  h.close();", "}");
  expect(scope(text, "open()", { release: "$.close()", scopeForm: "with" })).toBe(block("function f() {", "  using h = open();", "  use(h);", "}"));
  expect(scope(text.replace("function", "async function"), "open()", { release: "$.close()", scopeForm: "async-with" })).toContain("await using h = open();");
  expect(scope(text, "open()", { release: "$.close()", scopeForm: "async-with" })).toMatch(/^refused: The function is not async/u);
});

test.each([
  ["returned", "function f() {\n  const h = open();\n  return h;\n}\n", "handed on"],
  ["stored", "function f() {\n  const h = open();\n  this.h = h;\n}\n", "handed on"],
  ["put in an object", "function f() {\n  const h = open();\n  g({ h });\n}\n", "handed on"],
  ["used in a closure", "function f() {\n  const h = open();\n  on(() => h.read());\n}\n", "nested function"],
  ["assigned again", "function f() {\n  let h = open();\n  h = other;\n}\n", "assigned again"],
  ["taken apart", "function f() {\n  const { h } = open();\n  h;\n}\n", "taken apart"],
  ["a field", "class A { m() {\n  this.h = open();\n} }\n", "variable of its own"],
  ["an argument", "use(open());\n", "variable of its own"],
  ["one of two", "const h = open(), i = 1;\nuse(h);\n", "declared together"],
  ["used outside its block", "if (x) {\n  var h = open();\n}\nuse(h);\n", "outside the block"],
  ["sharing its line", "const h = open(); use(h);\n", "lines of its own"],
  ["followed by a template over lines", "const h = open();\nuse(h, `a\n  b`);\n", "spans lines"],
  ["followed by an export", "const h = open();\nexport const x = use(h);\n", "import or export"],
  ["released inside an expression", "const h = open();\nuse(h) && fs.closeSync(h);\n", "already released"],
])("scope: a handle that is %s is refused", (_what, text, reason) => {
  expect(scope(text, "open()")).toMatch(new RegExp(`^refused: .*${reason}`, "u"));
});

function bound(text: string, container: string, shape: "mapping" | "list" | "set" = "mapping", path = "a.ts"): string {
  return fixed(text, { kind: "bound", container: at(text, container), shape, limit: 500 }, path);
}

test("bound: a Map becomes an LRUCache, imported as the file imports", () => {
  expect(bound("import x from 'x';\n\nconst cache = new Map<string, X>();\n", "new Map<string, X>()")).toBe(
    "import x from 'x';\nimport { LRUCache } from 'lru-cache';\n\nconst cache = new LRUCache<string, X>({ max: 500 });\n",
  );
  expect(bound("'use strict'\nconst fs = require('fs')\nconst cache = new Map()\nmodule.exports = cache\n", "new Map()", "mapping", "a.js")).toBe(
    "'use strict'\nconst fs = require('fs')\nconst { LRUCache } = require('lru-cache')\nconst cache = new LRUCache({ max: 500 })\nmodule.exports = cache\n",
  );
  expect(bound("// about\nexport const cache: Map<K, V> = new Map();\n", "new Map()")).toBe(
    "import { LRUCache } from \"lru-cache\";\n// about\nexport const cache: LRUCache<K, V> = new LRUCache({ max: 500 });\n",
  );
  expect(bound("import { LRUCache as L } from \"lru-cache\";\nclass A { static c = new Map(); }\n", "new Map()")).toBe(
    "import { LRUCache as L } from \"lru-cache\";\nclass A { static c = new L({ max: 500 }); }\n",
  );
});

test.each([
  ["const c = {};", "{}", "plain object"], ["const c = [];", "[]", "array"], ["const c = new Set();", "new Set()", "Set has no limit"],
  ["const c = new Map(x);", "new Map(x)", "starts with entries"], ["const c: Cache = new Map();", "new Map()", "another type"],
  ["class LRUCache {} const c = new Map();", "new Map()", "already names"], ["const c = new Deque();", "new Deque()", "Give the Deque"],
])("bound: %s is refused", (text, container, reason) => {
  expect(bound(text, container)).toMatch(new RegExp(`^refused: .*${reason}`, "u"));
});

function cleanup(text: string, acquire: string, release: string, callback: string): string {
  return fixed(text, { kind: "cleanup", acquire: at(text, acquire), release, callback: at(text, callback) }, "a.tsx");
}

test("cleanup: a dropped timer gets a name and a clean-up", () => {
  const callback = "() => {\n    setInterval(tick, 1000);\n  }";
  expect(cleanup(`function C() {\n  useEffect(${callback}, []);\n}\n`, "setInterval(tick, 1000)", "clearInterval($)", callback)).toBe(block(
    "function C() {", "  useEffect(() => {", "    const interval = setInterval(tick, 1000);", "    return () => {", "      clearInterval(interval);", "    };", "  }, []);", "}",
  ));
});

test("cleanup: a kept handle keeps its name, a taken name is avoided", () => {
  const kept = "() => {\n  ref.current = setTimeout(f);\n}";
  expect(cleanup(`useEffect(${kept});\n`, "setTimeout(f)", "clearTimeout($)", kept)).toContain("\n  return () => {\n    clearTimeout(ref.current);\n  };\n");
  const named = "function () {\n  const t = setTimeout(f)\n  g(t)\n}";
  expect(cleanup(`useEffect(${named})\n`, "setTimeout(f)", "clearTimeout($)", named)).toBe("useEffect(function () {\n  const t = setTimeout(f)\n  g(t)\n  return () => {\n    clearTimeout(t)\n  }\n})\n");
  const taken = "() => {\n  setTimeout(timeout);\n}";
  expect(cleanup(`useEffect(${taken});\n`, "setTimeout(timeout)", "clearTimeout($)", taken)).toContain("const timeout2 = setTimeout(timeout);");
});

test("cleanup: a listener written in place gets a name first", () => {
  const callback = "() => {\n  window.addEventListener(\"resize\", () => measure(), { passive: true });\n}";
  const acquire = "window.addEventListener(\"resize\", () => measure(), { passive: true })";
  const expected = "useEffect(() => {\n  const handler = () => measure();\n  window.addEventListener(\"resize\", handler, { passive: true });\n  return () => {\n    window.removeEventListener(\"resize\", handler";
  const text = `useEffect(${callback}, []);\n`;
  expect(cleanup(text, acquire, "window.removeEventListener(\"resize\", $)", callback)).toBe(`${expected});\n  };\n}, []);\n`);
  expect(cleanup(text, acquire, "removeEventListener", callback)).toBe(`${expected}, { passive: true });\n  };\n}, []);\n`);
  expect(cleanup(text, acquire, "$.removeEventListener(\"resize\", () => measure())", callback)).toBe(`${expected});\n  };\n}, []);\n`);
});

test("cleanup: a named listener is removed by its name", () => {
  const callback = "() => {\n  bus.on('x', onX);\n}";
  expect(cleanup(`useEffect(${callback});\n`, "bus.on('x', onX)", "-#off", callback)).toContain("  return () => {\n    bus.off('x', onX);\n  };\n");
});

test("cleanup: an existing clean-up gets the release as well", () => {
  const withBlock = "() => {\n  const t = setInterval(f);\n  return () => {\n    other();\n  };\n}";
  expect(cleanup(`useEffect(${withBlock});\n`, "setInterval(f)", "clearInterval($)", withBlock)).toContain("  return () => {\n    clearInterval(t);\n    other();\n  };");
  const withExpression = "() => {\n  const t = setInterval(f);\n  return () => other();\n}";
  expect(cleanup(`useEffect(${withExpression});\n`, "setInterval(f)", "clearInterval($)", withExpression)).toContain("  return () => {\n    clearInterval(t);\n    other();\n  };");
});

test("cleanup: an effect that is one expression gets a body", () => {
  const callback = "() => setInterval(f, 1)";
  expect(cleanup(`  useEffect(${callback}, []);\n`, "setInterval(f, 1)", "clearInterval($)", callback)).toBe(
    "  useEffect(() => {\n    const interval = setInterval(f, 1);\n    return () => {\n      clearInterval(interval);\n    };\n  }, []);\n",
  );
});

test.each([
  ["async () => {\n  setInterval(f);\n}", "async callback"],
  ["() => {\n  if (x) setInterval(f);\n}", "used at once|result"],
  ["() => {\n  setInterval(f);\n  if (x) return;\n  g();\n}", "returns early"],
  ["() => {\n  setInterval(f);\n  return x;\n}", "no function"],
  ["() => {\n  use(setInterval(f));\n}", "used at once"],
])("cleanup: %j is refused", (callback, reason) => {
  expect(cleanup(`useEffect(${callback});\n`, "setInterval(f)", "clearInterval($)", callback)).toMatch(new RegExp(`^refused: .*(?:${reason})`, "u"));
});

function hoist(text: string, expression: string): string {
  return fixed(text, { kind: "hoist", expression: at(text, expression), before: [0, text.length] });
}

test("hoist: a constant regular expression moves above the statement and its comment", () => {
  expect(hoist("import x from \"x\";\n\n/** Reads words. */\nexport function f(xs) {\n  for (const x of xs) {\n    const wordStart = /\\b\\w/u;\n    wordStart.test(x);\n  }\n}\n", "/\\b\\w/u")).toBe(
    "import x from \"x\";\n\nconst WORD_START = /\\b\\w/u;\n/** Reads words. */\nexport function f(xs) {\n  for (const x of xs) {\n    const wordStart = WORD_START;\n    wordStart.test(x);\n  }\n}\n",
  );
  expect(hoist("const PATTERN = 1;\nfor (;;) { new RegExp(\"a+\", \"i\").test(x); }\n", "new RegExp(\"a+\", \"i\")")).toBe(
    "const PATTERN = 1;\nconst PATTERN_2 = new RegExp(\"a+\", \"i\");\nfor (;;) { PATTERN_2.test(x); }\n",
  );
});

function beforeLoop(text: string, expression: string, loop: string): string {
  return fixed(text, { kind: "hoist", expression: at(text, expression), before: at(text, loop) });
}

test("hoist: an expression of values that do not change moves before the loop, with its declaration", () => {
  const expression = "new RegExp(`^${name}`, \"u\")";
  const loop = `for (const x of xs) {\n    const start = ${expression}; // slow\n    start.test(x);\n  }`;
  expect(beforeLoop(`function f(xs, name) {\n  ${loop}\n}\n`, expression, loop)).toBe(
    `function f(xs, name) {\n  const start = ${expression}; // slow\n  for (const x of xs) {\n    start.test(x);\n  }\n}\n`,
  );
  const inline = `xs.map((x) => ${expression}.test(x))`;
  expect(beforeLoop(`function f(xs, name) {\n  return ${inline};\n}\n`, expression, inline)).toBe(
    "function f(xs, name) {\n  const pattern = new RegExp(`^${name}`, \"u\");\n  return xs.map((x) => pattern.test(x));\n}\n",
  );
});

test.each(["new RegExp(x + name)", "new RegExp(name(), \"u\")", "new RegExp(name, flags)", "new RegExp(name)", "new RegExp(`${count}`, \"u\")"])("hoist: %s depends on the loop or may", (expression) => {
  const loop = `for (const x of xs) {\n    count++;\n    ${expression}.test(x);\n  }`;
  expect(beforeLoop(`function f(xs, name, flags, count) {\n  ${loop}\n}\n`, expression, loop)).toMatch(/^refused: .*depends on values/u);
});

test.each([["/a/g", "g or y"], ["/a/y", "g or y"], ["new RegExp(x)", "depends on values"], ["new RegExp(\"a\", \"g\")", "g or y"]])("hoist: %s stays", (expression, reason) => {
  expect(hoist(`for (;;) { f(${expression}); }\n`, expression)).toMatch(new RegExp(`^refused: .*${reason}`, "u"));
});

test("replace is taken as it is, unless the file would not parse any more", () => {
  expect(fixed("f(a);", { kind: "replace", at: [2, 3], text: "a, { once: true }", title: "Once" })).toBe("f(a, { once: true });");
  expect(fixed("f(a);", { kind: "replace", at: [2, 3], text: "a,,", title: "Broken" })).toMatch(/^refused: The change would not parse/u);
});

test("a floating promise is refused: what to do on failure is the author's to say", () => {
  expect(fixed("f();", { kind: "keep-reference", spawn: [0, 3] })).toMatch(/^refused: .*yours to say/u);
});

test("fixes in a component file stay inside its script", () => {
  const text = "<template><p/></template>\n<script>\nexport default {\n  created() {\n    const fd = fs.openSync(p);\n    use(fd);\n  },\n};\n</script>\n";
  expect(scope(text, "fs.openSync(p)", {}, "a.vue")).toContain("    try {\n      use(fd);\n    } finally {\n      fs.closeSync(fd);\n    }\n  },");
});
