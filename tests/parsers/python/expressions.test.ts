import { block, code, entries, facts } from "./model.js";

test("and, or and not in a condition become branches", () => {
  expect(code("if a and not (b or c is None):\n    d()\n")).toBe(block`
    @0
      %0 = load global a
      branch truthy %0 ? @1 : @2
    @1
      %1 = load global b
      branch truthy %1 ? @2 : @4
    @2
      jump @3
    @3
      return -
    @4
      %2 = load global c
      %3 = constant null
      branch none %2 ? @2 : @5
    @5
      %4 = load global d
      %5 = call %4() path d
      jump @3
  `);
});

test("or as a value leaves its value in a temporary binding", () => {
  expect(code("x = a or b\n")).toBe(block`
    @0
      %0 = load global a
      store <or> = %0
      branch truthy %0 ? @1 : @2
    @1
      %2 = load <or>
      store x = %2 declares
      return -
    @2
      %1 = load global b
      store <or> = %1
      jump @1
  `);
  expect(entries("x = a or b\n", "binding")).toContain("binding <or> temporary of f0");
});

test.each([
  ["a == b", "branch equal %0 %1 ? @1"], ["a != b", "branch equal %0 %1 ? @2"], ["a is b", "branch equal %0 %1 ? @1"],
  ["a is None", "branch none %0 ? @1"], ["a is not None", "branch none %0 ? @2"], ["None == a", "branch none %1 ? @1"],
  ["a in b", "branch %0 in %1 ? @1"], ["not a in b", "branch %0 in %1 ? @2"], ["a not in b", "branch %0 in %1 ? @2"],
  ["a >= b", "branch %0 >= %1 ? @1"], ["isinstance(a, (int, b.C))", "branch instance %0 of int|b.C ? @1"], ["not isinstance(a, int | str)", "branch instance %0 of int|str ? @2"],
  ["(((a)))", "branch truthy %0 ? @1"], ["(a := b)", "branch truthy %0 ? @1"],
])("the condition %s", (condition, expected) => {
  // The two arms are told apart by what they do: the first block numbered is the one taken first.
  const text = code(`if ${condition}:\n    yes()\nelse:\n    no()\n`);
  const wanted = expected.endsWith("@1") ? "yes" : "no";
  const branch = text.split("\n").find((line) => line.includes("branch")) ?? "";
  expect(branch).toContain(expected.slice(0, expected.indexOf(" ?")));
  const target = /\? (@\d+)/u.exec(branch)?.[1] ?? "";
  const after = text.slice(text.indexOf(`\n${target}\n`));
  expect(after.split("\n")[2]).toContain(`load global ${wanted}`);
});

test("a chained comparison tests pair after pair and evaluates each operand once", () => {
  const lines = code("if 1 < f() <= b: c\n").split("\n").map((line) => line.trim());
  expect(lines.filter((line) => /call|branch/u.test(line))).toEqual(["%2 = call %1() path f", "branch %0 < %2 ? @1 : @4", "branch %2 <= %3 ? @2 : @4"]);
});

test("comparisons and not as values are operations", () => {
  expect(code("x = not a\ny = a in b\nz = a < b < c\n")).toContain("operation not (%0)");
  expect(code("y = a not in b\n")).toContain("operation not in (%0, %1)");
  expect(code("z = a < b < c\n")).toContain("operation < < (%0, %1, %2)");
});

test("a conditional expression evaluates one arm", () => {
  expect(code("x = a if b else c\n")).toBe(block`
    @0
      %0 = load global b
      branch truthy %0 ? @1 : @3
    @1
      %1 = load global a
      store <if> = %1
      jump @2
    @2
      %3 = load <if>
      store x = %3 declares
      return -
    @3
      %2 = load global c
      store <if> = %2
      jump @2
  `);
});

test("a list comprehension fills an empty list in a loop", () => {
  expect(code("y = [f(x) for x in xs if x]\n")).toBe(block`
    loop L0 comprehension over %1
    @0
      %0 = list [] comprehension
      %1 = load global xs
      jump @1
    @1 L0
      branch more %1 ? @2 : @7
    @2 L0
      %2 = next %1
      store x = %2 declares
      %3 = load x
      branch truthy %3 ? @3 : @6
    @3 L0
      %4 = load global f
      %5 = load x
      %6 = call %4(%5) path f
      %7 = call %0.append(%6)
      jump @4
    @4 L0
      jump @5
    @5 L0
      jump @1
    @6 L0
      jump @4
    @7
      jump @8
    @8
      store y = %0 declares
      return -
  `);
});

test("set and dictionary comprehensions add and store, a generator expression is lowered as a list", () => {
  expect(code("{f(x) for x in xs}\n")).toContain("call %0.add(%5)");
  expect(code("{k: v for k, v in xs}\n")).toContain("store %0[%5] = %6");
  expect(code("sum(x async for x in xs)\n")).toMatch(/%1 = list \[\] comprehension[^]*= next %2 async[^]*call %1\.append\(%4\)[^]*call %0\(%1\) path sum/u);
});

test("the clauses of a comprehension nest as loops do", () => {
  expect(facts("[y for x in a for y in x]\n").functions[0]?.loops.map((loop) => loop.parent)).toEqual([null, 0]);
});

test("calls keep receiver, method, keywords and spreads", () => {
  expect(code("a.b.f(c, *d, k=e, **g)\n")).toBe(block`
    @0
      %0 = load global a
      %1 = load %0.b
      %2 = load global c
      %3 = load global d
      %4 = load global e
      %5 = load global g
      %6 = call %1.f(%2, ...%3, k=%4, **=...%5) path a.b.f
      return -
  `);
  expect(code("f()(x)\n")).toContain("%3 = call %1(%2)");
});

test("what a call's message underlines is the callee's last name", () => {
  const text = "x = a . b(c).connect(d)";
  const calls = facts(text).functions[0]?.blocks[0]?.instructions.flatMap((item) => (item.op === "call" ? [text.slice(...item.nameAt)] : []));
  expect(calls).toEqual(["b", "connect"]);
});

test("displays keep keys, values and spreads", () => {
  expect(code("x = {1: a, **b}\n")).toContain("mapping [%0: %1, ...%2]");
  expect(code("x = [a, *b]\n")).toContain("list [%0, ...%1]");
  expect(code("x = a,\n")).toContain("tuple [%0]");
  expect(code("x = {a}\n")).toContain("set [%0]");
});

test("a subscript by a slice or several keys is an entry with that key", () => {
  expect(code("x[a:b, c] = y\n")).toBe(block`
    @0
      %0 = load global y
      %1 = load global x
      %2 = load global a
      %3 = load global b
      %4 = operation slice (%2, %3)
      %5 = load global c
      %6 = tuple [%4, %5]
      store %1[%6] = %0
      return -
  `);
});

test("f-strings name what goes into them, also in a format", () => {
  expect(code('x = f"{a!r:>{b}} {c}" "d"\n')).toContain("operation f-string (%0, %1, %2)");
});

test("literals keep the value that rules read", () => {
  const text = 'f(None, True, -1, 0x1F, 1_000, 0o17, "a\\n\\x41\\u00e9", r"\\n", "x" \'y\', b"z", "", 1.5, 2j, ...)\n';
  const constants = facts(text).functions[0]?.blocks[0]?.instructions.flatMap((item) => (item.op === "constant" ? [item.value] : []));
  expect(constants?.map((item) => ("value" in item ? item.value : item.kind))).toEqual([null, true, -1, 31, 1000, 15, "a\nAé", "\\n", "xy", "other", "", 1.5, "other", "other"].map((item) => item ?? "null"));
});

test("yield, yield from and await have values of their own", () => {
  expect(code("async def f():\n    x = yield a\n    await b\n", "f")).toBe(block`
    @0
      %0 = load global a
      %1 = yield %0
      store x = %1 declares
      %2 = load global b
      %3 = await %2
      return -
  `);
  expect(code("def f():\n    yield from a\n    yield\n", "f")).toContain("yield delegate %0\n  %2 = yield -");
});

test("a walrus stores and gives the value on", () => {
  expect(code("f(x := g())\n")).toContain("store x = %2 declares\n  %3 = call %0(%2) path f");
});

test("a lambda is a closure that returns its expression", () => {
  expect(code("f = lambda a, *b: a.c()\n", "<lambda>")).toBe(block`
    @0
      %0 = load a
      %1 = call %0.c()
      return %1
  `);
});
