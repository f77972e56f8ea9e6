import { block, code, facts, functionNamed } from "./model.js";

test("with enters before it protects, and exits on return and on an exception", () => {
  expect(code("def f():\n    with a() as x:\n        return x\n", "f")).toBe(block`
    @0
      %0 = load global a
      %1 = call %0() path a
      %2 = enter with %1
      jump @1
    @1 handler @3
      store x = %2 declares
      %3 = load x
      jump @2
    @2
      exit with %1
      return %3
    @3
      exit with %1
      rethrow leaves
  `);
});

test("the items of an async with protect those after them", () => {
  expect(code("async def f():\n    async with a() as x, b():\n        await c(x)\n", "f")).toBe(block`
    @0
      %0 = load global a
      %1 = call %0() path a
      %2 = enter with %1 async
      jump @1
    @1 handler @7
      store x = %2 declares
      %3 = load global b
      %4 = call %3() path b
      %5 = enter with %4 async
      jump @2
    @2 handler @8
      %6 = load global c
      %7 = load x
      %8 = call %6(%7) path c
      %9 = await %8
      jump @3
    @3 handler @7
      exit with %4 async
      jump @4
    @4 handler @7
      jump @5
    @5
      exit with %1 async
      jump @6
    @6
      return -
    @7
      exit with %1 async
      rethrow leaves
    @8 handler @7
      exit with %4 async
      rethrow @7
  `);
});

test.each([
  "with (a() as f, b() as g): use(f, g)\n",
  "with (\n    a() as f,\n    b() as g,\n): use(f, g)\n",
  "with a() as f:\n    with b() as g: use(f, g)\n",
])("several items are nested withs, however they are written: %j", (text) => {
  const lines = code(text).split("\n").map((line) => line.trim());
  expect(lines.filter((line) => /enter|exit|store/u.test(line))).toEqual([
    "%2 = enter with %1", "store f = %2 declares", "%5 = enter with %4", "store g = %5 declares",
    "exit with %4", "exit with %1", "exit with %1", "exit with %4",
  ]);
});

test("with a choice of managers, the choice as a whole is entered", () => {
  expect(code("with a if b else nullcontext(c) as f:\n    f()\n")).toBe(block`
    @0
      %0 = load global b
      branch truthy %0 ? @1 : @7
    @1
      %1 = load global a
      store <if> = %1
      jump @2
    @2
      %5 = load <if>
      %6 = enter with %5
      jump @3
    @3 handler @6
      store f = %6 declares
      %7 = load f
      %8 = call %7()
      jump @4
    @4
      exit with %5
      jump @5
    @5
      return -
    @6
      exit with %5
      rethrow leaves
    @7
      %2 = load global nullcontext
      %3 = load global c
      %4 = call %2(%3) path nullcontext
      store <if> = %4
      jump @2
  `);
});

test("continue and break leave a with through its exit, return too", () => {
  const text = "def f(p):\n    for x in p:\n        with open(x) as h:\n            if h: continue\n            if x: return 1\n            break\n";
  const exits = functionNamed(facts(text), "f").blocks.filter((item) => item.instructions.some((one) => one.op === "exit"));
  expect(exits.map((item) => item.end.kind).sort()).toEqual(["jump", "jump", "rethrow", "return"]);
});

test("try, except, else and finally: the clauses in order, the finaliser on every way out", () => {
  expect(code(block`
    def f():
        try:
            a()
        except (ValueError, os.error) as e:
            b(e)
        except Exception:
            return 1
        else:
            c()
        finally:
            d()
  `, "f")).toBe(block`
    @0
      jump @1
    @1 handler @6
      %0 = load global a
      %1 = call %0() path a
      jump @2
    @2 handler @5
      %2 = load global c
      %3 = call %2() path c
      jump @3
    @3
      %13 = load global d
      %14 = call %13() path d
      jump @4
    @4
      return -
    @5
      %11 = load global d
      %12 = call %11() path d
      rethrow leaves
    @6 handler @5
      catch ValueError|os.error @7, Exception @8 otherwise @5
    @7 handler @5
      %4 = caught
      store e = %4 declares
      %5 = load global b
      %6 = load e
      %7 = call %5(%6) path b
      jump @3
    @8 handler @5
      %8 = constant 1
      jump @9
    @9
      %9 = load global d
      %10 = call %9() path d
      return %8
  `);
});

test.each([
  ["except:", "*"], ["except BaseException:", "*"], ["except (A, BaseException):", "*"],
  ["except A:", "A"], ["except (A, m.B):", "A|module.B"], ["except A, m.B:", "A|module.B"], ["except* A as g:", "A"], ["except E as e:", "E"],
])("%s takes %s", (clause, types) => {
  expect(code(`import module as m\nclass E(Exception): pass\ntry:\n    a()\n${clause}\n    b()\n`)).toContain(`catch ${types} @`);
});

test("contextlib.suppress catches what it names, after its exit", () => {
  const text = "from contextlib import suppress as quiet\nwith quiet(OSError, m.E):\n    a()\nb()\n";
  const lines = code(text).split("\n").map((line) => line.trim());
  expect(lines.find((line) => line.startsWith("catch"))).toMatch(/^catch OSError\|m\.E @\d+ otherwise leaves$/u);
  expect(lines.filter((line) => line.startsWith("exit"))).toHaveLength(2);
});

test("a fallback import can fail, so that its except clause is reached", () => {
  const text = "try:\n    import a\nexcept ImportError:\n    a = None\n";
  expect(code(text)).toContain("catch ImportError @");
  expect(code(text)).toContain("store a = ");
});

test("an exception in a nested function does not reach the holder's handler", () => {
  const text = "def f():\n    try:\n        def g(): h()\n    except E:\n        pass\n";
  expect(functionNamed(facts(text), "g").blocks.every((item) => item.handler === null)).toBe(true);
});
