/** Expressions as three-address code. */
import { body, calls, factsOf, instructions } from "./lowered.js";

test("an optional chain takes one short cut out of all its links", () => {
  expect(body("const v = a?.b[c]?.(d);")).toEqual([
    "@0",
    "  %0 = load global a",
    "  branch none %0 ? @1 : @3",
    "@1",
    "  %6 = constant null",
    "  store $0 = %6",
    "  jump @2",
    "@2",
    "  %7 = load $0",
    "  store v = %7 declares",
    "  return -",
    "@3",
    "  %1 = load %0.b",
    "  %2 = load global c",
    "  %3 = load %1[%2]",
    "  branch none %3 ? @1 : @4",
    "@4",
    "  %4 = load global d",
    "  %5 = call %3(%4)",
    "  store $0 = %5",
    "  jump @2",
  ]);
});

test("an optional method call asks the method, then calls it on the receiver", () => {
  expect(body("a.close?.();")).toEqual([
    "@0",
    "  %0 = load global a",
    "  %1 = load %0.close",
    "  branch none %1 ? @1 : @2",
    "@1",
    "  return -",
    "@2",
    "  %2 = call %0.close() path a.close",
    "  jump @1",
  ]);
});

test("a chain in a condition goes to the falsy side without a value", () => {
  expect(body("if (a?.b) f();").join("\n")).not.toContain("store");
});

test.each([["&&", "truthy %0 ? @1 : @2"], ["||", "truthy %0 ? @2 : @1"], ["??", "none %0 ? @1 : @2"]])("the value of %s is what the deciding operand was", (operator, branch) => {
  const text = body(`const v = a ${operator} b;`).join("\n");
  const [yes, no] = /\? (@\d) : (@\d)/u.exec(branch)?.slice(1) ?? [];
  expect(text).toContain(`branch ${branch.split(" ? ")[0] ?? ""} ? `);
  expect(text).toContain("store $0 = %0");
  expect([yes, no].sort()).toEqual(["@1", "@2"]);
});

test("of a && b with a comparison on the left, the other outcome is false", () => {
  expect(body("const v = a > 1 && b;")).toContain("  %2 = constant false");
});

test("a discarded && runs its right side behind a branch and stores nothing", () => {
  expect(body("a && b();")).toEqual([
    "@0", "  %0 = load global a", "  branch truthy %0 ? @1 : @2", "@1", "  %1 = load global b", "  %2 = call %1() path b", "  jump @2", "@2", "  return -",
  ]);
});

test("destructuring loads fields and indexes, with defaults behind a branch", () => {
  expect(body("const { a, b: { c = 1 }, [k]: d, ...r } = o;")).toEqual([
    "@0",
    "  %0 = load global o",
    "  %1 = load %0.a",
    "  store a = %1 declares",
    "  %2 = load %0.b",
    "  %3 = load %2.c",
    "  store $0 = %3",
    "  branch none %3 ? @1 : @2",
    "@1",
    "  %4 = constant 1",
    "  store $0 = %4",
    "  jump @2",
    "@2",
    "  %5 = load $0",
    "  store c = %5 declares",
    "  %6 = load global k",
    "  %7 = load %0[%6]",
    "  store d = %7 declares",
    "  %8 = operation unpack (%0)",
    "  store r = %8 declares",
    "  return -",
  ]);
  expect(body("[a.x, , b, ...c] = f();")).toEqual([
    "@0",
    "  %0 = load global f",
    "  %1 = call %0() path f",
    "  %2 = constant 0",
    "  %3 = load %1[%2]",
    "  %4 = load global a",
    "  store %4.x = %3",
    "  %5 = constant 2",
    "  %6 = load %1[%5]",
    "  store global b = %6",
    "  %7 = operation unpack (%1)",
    "  store global c = %7",
    "  return -",
  ]);
});

test("compound assignments store augmented, logical ones store behind a branch", () => {
  expect(body("let x = 0; x += 2; o.n++;")).toEqual([
    "@0",
    "  %0 = constant 0",
    "  store x = %0 declares",
    "  %1 = load x",
    "  %2 = constant 2",
    "  %3 = operation + (%1, %2)",
    "  store x = %3 augmented",
    "  %4 = load global o",
    "  %5 = load %4.n",
    "  %6 = operation ++ (%5)",
    "  store %4.n = %6 augmented",
    "  return -",
  ]);
  const text = body("o.c ??= f();").join("\n");
  expect(text).toMatch(/branch none %1 \? @1 : @2\n@1\n {2}%2 = load global f\n {2}%3 = call %2\(\) path f\n {2}store %0\.c = %3/u);
});

test("the value of x++ is the old one, of ++x the new one", () => {
  expect(body("let x = 0; const a = x++;")).toContain("  store a = %1 declares");
  expect(body("let x = 0; const a = ++x;")).toContain("  store a = %2 declares");
});

test("the target of a member assignment is evaluated before the value", () => {
  expect(body("a().b = c();").slice(1, 6)).toEqual([
    "  %0 = load global a", "  %1 = call %0() path a", "  %2 = load global c", "  %3 = call %2() path c", "  store %1.b = %3",
  ]);
});

test("literals: what JSON cannot carry is another literal, a regular expression an operation", () => {
  const values = instructions(factsOf("f(1, 'a', true, null, undefined, 1e999, 10n, -2, `t`, /x/g);"))
    .flatMap((instruction): unknown[] => (instruction.op === "constant" ? [instruction.value] : instruction.op === "operation" ? [instruction.operator] : []));
  expect(values).toEqual([
    { kind: "number", value: 1 }, { kind: "string", value: "a" }, { kind: "boolean", value: true }, { kind: "null" }, { kind: "null" },
    { kind: "other" }, { kind: "other" }, { kind: "number", value: -2 }, { kind: "string", value: "t" }, "regex",
  ]);
});

test("templates, tags and operators are operations on their parts", () => {
  expect(body("`a${b}`; tag`x${c}`; #h in d; typeof e; void f(); !g; delete h.i;").slice(1, -1)).toEqual([
    "  %0 = load global b", "  %1 = operation template (%0)",
    "  %2 = load global tag", "  %3 = load global c", "  %4 = operation template ()", "  %5 = call %2(%4, %3) path tag",
    "  %6 = operation opaque ()", "  %7 = load global d", "  %8 = operation in (%6, %7)",
    "  %9 = load global e", "  %10 = operation typeof (%9)",
    "  %11 = load global f", "  %12 = call %11() path f", "  %13 = operation void (%12)",
    "  %14 = load global g",
    "  %15 = load global h", "  delete %15.i", "  %16 = constant true",
  ]);
});

test("arrays and objects are collections with spread elements and named keys", () => {
  expect(body("const x = [a, , ...b], y = { k: 1, 'l': 2, [m]: 3, ...n, o };").filter((line) => /list|mapping/u.test(line))).toEqual([
    "  %2 = list [%0, ...%1]",
    "  %12 = mapping [%3: %4, %5: %6, %7: %8, ...%9, %10: %11]",
  ]);
});

test("await, yield, delegation and dynamic import", () => {
  expect(body("async function* f() { await a; yield b; yield* c; yield; }", "f").filter((line) => /await|yield/u.test(line))).toEqual([
    "  %1 = await %0", "  %3 = yield %2", "  %5 = yield delegate %4", "  %6 = yield -",
  ]);
  const facts = factsOf("const p = import('./m.js');");
  expect(facts.imports).toEqual([{ module: "./m.js", name: null, binding: null, typeOnly: false, at: [10, 26] }]);
  expect(calls(facts)[0]?.path).toBe("import");
});

test("types around an expression leave no trace", () => {
  expect(body("(<any>a!).b(c as T, d satisfies U);")).toEqual(body("a.b(c, d);"));
});

test("JSX lowers its component, attributes and children", () => {
  expect(body("const x = <Foo.Bar a={b} {...c} on={() => d()}>{e}text<i title=\"t\" /></Foo.Bar>;", "", "a.tsx")).toEqual([
    "@0",
    "  %0 = load global Foo",
    "  %1 = load %0.Bar",
    "  %2 = load global b",
    "  %3 = load global c",
    "  %4 = closure f1",
    "  %5 = load global e",
    "  %6 = constant \"t\"",
    "  %7 = operation jsx (%6) title=%6",
    "  %8 = operation jsx (%1, %2, %3, %4, %5, %7) a=%2 on=%4",
    "  store x = %8 declares",
    "  return -",
  ]);
});

test("parameters: defaults behind a branch, patterns taken apart, rest", () => {
  const facts = factsOf("function f(a, b = 1, { c }: O, [d] = e, ...r: string[]) {}");
  expect(facts.functions[1]?.parameters.map(({ name, kind, default: fallback }) => [name, kind, fallback])).toEqual([
    ["a", "plain", "none"], ["b", "plain", "literal"], ["", "pattern", "none"], ["", "pattern", "other"], ["r", "rest", "none"],
  ]);
  const pattern = facts.functions[1]?.parameters[2];
  expect(facts.bindings[pattern?.binding ?? -1]?.kind).toBe("temporary");
  expect(body("function f({ c }) {}", "f")).toEqual(["@0", "  %0 = load $0", "  %1 = load %0.c", "  store c = %1 declares", "  return -"]);
});

test("spans of calls underline the callee's last name", () => {
  const text = "a.b.close(x); new ns.Pool(); f();";
  expect(calls(factsOf(text)).map((call) => text.slice(...call.nameAt))).toEqual(["close", "Pool", "f"]);
});
