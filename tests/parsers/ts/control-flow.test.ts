/** Statements and conditions as blocks and edges. */
import { body, factsOf, functionNamed } from "./lowered.js";

test("an if with a logical condition branches once per operand", () => {
  expect(body("if (a && !b) f(); else g();")).toEqual([
    "@0",
    "  %0 = load global a",
    "  branch truthy %0 ? @1 : @2",
    "@1",
    "  %1 = load global b",
    "  branch truthy %1 ? @2 : @4",
    "@2",
    "  %4 = load global g",
    "  %5 = call %4() path g",
    "  jump @3",
    "@3",
    "  return -",
    "@4",
    "  %2 = load global f",
    "  %3 = call %2() path f",
    "  jump @3",
  ]);
});

test.each([
  ["x === null", "none %0 ? yes : no"],
  ["undefined !== x", "none %0 ? no : yes"],
  ["x != void 0", "none %0 ? no : yes"],
  ["typeof x === \"undefined\"", "none %0 ? yes : no"],
  ["x >= y", "%0 >= %1 ? yes : no"],
  ["x !== y", "equal %0 %1 ? no : yes"],
  ["x in y", "%0 in %1 ? yes : no"],
  ["!(x instanceof Error)", "instance %0 of Error ? no : yes"],
  ["(f(), x)", "truthy %2 ? yes : no"],
])("the test %s becomes the branch %s", (condition, branch) => {
  const lines = body(`if (${condition}) yes(); else no();`);
  const found = lines.find((line) => line.includes("branch ")) ?? "";
  const targets = new Map<string, string>();
  for (const [index, line] of lines.entries()) {
    const called = /path (yes|no)$/u.exec(line)?.[1];
    const block = lines.slice(0, index).findLast((candidate) => candidate.startsWith("@"));
    if (called !== undefined && block !== undefined) targets.set(block.split(" ")[0] ?? "", called);
  }
  expect(found.trim().replace("branch ", "").replaceAll(/@\d+/gu, (block) => targets.get(block) ?? block)).toBe(branch);
});

test("instanceof names the class as imported", () => {
  expect(body("import { Pool } from \"pg\"; if (x instanceof Pool) f();").join("\n")).toContain("branch instance %0 of pg.Pool");
});

test("a ternary in a condition and one for its value", () => {
  expect(body("const v = c ? a : b;")).toEqual([
    "@0",
    "  %0 = load global c",
    "  branch truthy %0 ? @1 : @3",
    "@1",
    "  %1 = load global a",
    "  store $0 = %1",
    "  jump @2",
    "@2",
    "  %3 = load $0",
    "  store v = %3 declares",
    "  return -",
    "@3",
    "  %2 = load global b",
    "  store $0 = %2",
    "  jump @2",
  ]);
  expect(body("if (c ? a : b) f();").filter((line) => line.includes("branch"))).toHaveLength(3);
});

test("conditions that literals decide are no branches", () => {
  const facts = factsOf("while (true) { f(); } ");
  expect(facts.functions[0]?.loops).toMatchObject([{ kind: "while", endless: true, iterates: null }]);
  expect(body("if (false) f(); const v = 1 ? a : b;").join("\n")).not.toContain("branch");
});

test("for-of iterates and takes the next element at its body's head", () => {
  expect(body("for (const x of xs) { if (x) continue; break; }")).toEqual([
    "loop L0 for over %0",
    "@0",
    "  %0 = load global xs",
    "  jump @1",
    "@1 L0",
    "  branch more %0 ? @2 : @8",
    "@2 L0",
    "  %1 = next %0",
    "  store x = %1 declares",
    "  %2 = load x",
    "  branch truthy %2 ? @3 : @5",
    "@3 L0",
    "  jump @4",
    "@4 L0",
    "  jump @1",
    "@5 L0",
    "  jump @6",
    "@6 L0",
    "  jump @7",
    "@7",
    "  return -",
    "@8",
    "  jump @7",
  ]);
});

test("for-in iterates over the keys, for-await takes elements asynchronously", () => {
  expect(body("for (const k in o) f(k);")).toContain("  %1 = operation keys (%0)");
  expect(body("for await (const x of xs) f(x);")).toContain("  %1 = next %0 async");
});

test("a C-style for runs its step on continue", () => {
  expect(body("for (let i = 0; i < n; i++) { if (i) continue; f(); }")).toEqual([
    "loop L0 while",
    "@0",
    "  %0 = constant 0",
    "  store i = %0 declares",
    "  jump @1",
    "@1 L0",
    "  %1 = load i",
    "  %2 = load global n",
    "  branch %1 < %2 ? @2 : @7",
    "@2 L0",
    "  %3 = load i",
    "  branch truthy %3 ? @3 : @5",
    "@3 L0",
    "  jump @4",
    "@4 L0",
    "  %6 = load i",
    "  %7 = operation ++ (%6)",
    "  store i = %7 augmented",
    "  jump @1",
    "@5 L0",
    "  jump @6",
    "@6 L0",
    "  %4 = load global f",
    "  %5 = call %4() path f",
    "  jump @4",
    "@7",
    "  jump @8",
    "@8",
    "  return -",
  ]);
});

test("do-while runs its body before it asks", () => {
  const lines = body("do { f(); } while (x);");
  expect(lines.indexOf("  %2 = call %1() path f")).toBeLessThan(lines.findIndex((line) => line.includes("branch truthy")));
});

test("switch falls through, breaks and has a default in the middle", () => {
  expect(body("switch (x) { case 1: a(); default: b(); break; case 2: c(); }")).toEqual([
    "@0",
    "  %0 = load global x",
    "  %1 = constant 1",
    "  branch equal %0 %1 ? @1 : @4",
    "@1",
    "  %3 = load global a",
    "  %4 = call %3() path a",
    "  jump @2",
    "@2",
    "  %5 = load global b",
    "  %6 = call %5() path b",
    "  jump @3",
    "@3",
    "  return -",
    "@4",
    "  %2 = constant 2",
    "  branch equal %0 %2 ? @5 : @6",
    "@5",
    "  %7 = load global c",
    "  %8 = call %7() path c",
    "  jump @3",
    "@6",
    "  jump @2",
  ]);
});

test("switch (true) asks its cases as conditions", () => {
  expect(body("switch (true) { case a && b: f(); }").filter((line) => line.includes("branch truthy"))).toHaveLength(2);
});

test("labels: continue and break of an outer loop, break of a block", () => {
  const facts = factsOf("outer: for (;;) { for (const x of y) { if (x) continue outer; break outer; } } f();");
  const [top] = facts.functions;
  expect(top?.loops).toMatchObject([{ endless: true, parent: null }, { kind: "for", parent: 0 }]);
  expect(body("label: { if (a) break label; f(); } g();")).toContain("  %4 = call %3() path g");
  expect(body("done: switch (x) { case 1: for (;;) { break done; } } g();").join("\n")).toContain("path g");
});

test("finally runs on every way out: the end, a return and an exception", () => {
  const lines = body("function f() { try { if (a) return b; c(); } finally { d(); } }", "f");
  expect(lines.filter((line) => line.includes("path d"))).toHaveLength(3);
  expect(lines.join("\n")).toMatch(/path d\n {2}rethrow leaves/u);
  expect(lines.join("\n")).toMatch(/path d\n {2}return %\d/u);
});

test("catch takes everything, and its parameter may be taken apart", () => {
  const lines = body("try { f(); } catch ({ message }) { g(message); }");
  expect(lines).toContain("  catch * @4 otherwise leaves");
  expect(lines).toContain("  %2 = caught");
  expect(lines).toContain("  store message = %3 declares");
});

test("a function written in a finally block is one function however often the block is copied", () => {
  const facts = factsOf("function f() { try { if (a) return; g(); } finally { on(() => h()); class K {} } }");
  expect(facts.functions.map((fn) => fn.name)).toEqual(["", "f", ""]);
  expect(facts.classes).toHaveLength(1);
});

test("using is left in the opposite order on every way out of the rest of its block", () => {
  const lines = body("async function f() { using a = g(); await using b = h(); if (x) return a; k(); }", "f");
  expect(lines).toContain("  %2 = enter using %1");
  expect(lines).toContain("  %5 = enter using %4 async");
  const text = lines.join("\n");
  expect(text).toMatch(/exit using %4 async\n {2}jump @\d+\n@\d+\n {2}exit using %1\n {2}return %7/u);
  expect(lines.filter((line) => line.includes("exit using %1"))).toHaveLength(3);
});

test("using in a loop's head is left in every round", () => {
  const facts = factsOf("for (using r of rs) { r.go(); }");
  const blocks = functionNamed(facts, "").blocks.filter((block) => block.instructions.some((instruction) => instruction.op === "exit"));
  expect(blocks.map((block) => block.loop)).toEqual([0, 0]);
});

test("function declarations are hoisted to the top of their block", () => {
  expect(body("f(); function f() {}").slice(0, 3)).toEqual(["@0", "  %0 = closure f1", "  store f = %0 declares"]);
});

test("throw and return end a path; what follows is left out", () => {
  expect(body("function f() { return 1; g(); }", "f")).toEqual(["@0", "  %0 = constant 1", "  return %0"]);
  expect(body("function f() { throw e; }", "f")).toEqual(["@0", "  %0 = load global e", "  raise %0"]);
});

test("with and eval make names uncertain", () => {
  expect(factsOf("with (a) { b(); }", "a.cjs").dynamic).toBe(true);
  expect(factsOf("eval('x')").dynamic).toBe(true);
  expect(factsOf("new Function('x')").dynamic).toBe(true);
  expect(factsOf("function g(eval_) { eval_('x'); }").dynamic).toBe(false);
});
