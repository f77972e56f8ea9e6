import { block, code, entries, facts } from "./model.js";

test("if, elif and else are arms that meet again", () => {
  expect(code("if a:\n    b()\nelif c:\n    d()\nelse:\n    e()\n")).toBe(block`
    @0
      %0 = load global a
      branch truthy %0 ? @1 : @3
    @1
      %1 = load global b
      %2 = call %1() path b
      jump @2
    @2
      return -
    @3
      %3 = load global c
      branch truthy %3 ? @4 : @5
    @4
      %4 = load global d
      %5 = call %4() path d
      jump @2
    @5
      %6 = load global e
      %7 = call %6() path e
      jump @2
  `);
});

test("a while loop's else runs when its condition fails, but not after a break", () => {
  expect(code("while a:\n    if b: break\nelse:\n    c()\nd()\n")).toBe(block`
    loop L0 while
    @0
      jump @1
    @1 L0
      %0 = load global a
      branch truthy %0 ? @2 : @8
    @2 L0
      %1 = load global b
      branch truthy %1 ? @3 : @5
    @3 L0
      jump @4
    @4
      %4 = load global d
      %5 = call %4() path d
      return -
    @5 L0
      jump @6
    @6 L0
      jump @7
    @7 L0
      jump @1
    @8
      %2 = load global c
      %3 = call %2() path c
      jump @4
  `);
});

test.each(["while True:\n    a()\n", "while 1:\n    a()\n"])("a loop that nothing ends is endless and has no way out: %j", (text) => {
  const [module] = facts(text).functions;
  expect(module?.loops).toMatchObject([{ kind: "while", endless: true }]);
  expect(module?.blocks.some((item) => item.end.kind === "return")).toBe(false);
});

test("a for loop asks for more, takes the next element and stores it", () => {
  expect(code("for x in xs:\n    f(x)\nelse:\n    g()\n")).toBe(block`
    loop L0 for over %0
    @0
      %0 = load global xs
      jump @1
    @1 L0
      branch more %0 ? @2 : @4
    @2 L0
      %1 = next %0
      store x = %1 declares
      %2 = load global f
      %3 = load x
      %4 = call %2(%3) path f
      jump @3
    @3 L0
      jump @1
    @4
      %5 = load global g
      %6 = call %5() path g
      jump @5
    @5
      return -
  `);
});

test("async for is marked where it takes the next element", () => {
  expect(code("async def f():\n    async for x in y: pass\n", "f")).toContain("= next %0 async");
});

test("assert branches and raises, and evaluates its message only then", () => {
  expect(code("assert a, b\n")).toBe(block`
    @0
      %0 = load global a
      branch truthy %0 ? @1 : @2
    @1
      return -
    @2
      %1 = load global b
      %2 = load global AssertionError
      raise %2
  `);
});

test("raise evaluates its cause, and a bare raise has no value", () => {
  expect(code("raise A(b) from c\n")).toContain("%3 = load global c\n  raise %2");
  expect(code("try:\n    a()\nexcept:\n    raise\n")).toContain("raise -");
});

test("del takes away names, fields and entries", () => {
  expect(code("del a, b.c, (d[e],)\n")).toBe(block`
    @0
      delete a
      %0 = load global b
      delete %0.c
      %1 = load global d
      %2 = load global e
      delete %1[%2]
      return -
  `);
});

test("a swap keeps which value goes where", () => {
  expect(code("a, b = b, a\n")).toBe(block`
    @0
      %0 = load b
      %1 = load a
      store a = %0 declares
      store b = %1 declares
      return -
  `);
});

test("a value taken apart is unpacked once for each target, nested and starred", () => {
  expect(code("(a, *b), c.d = x\n")).toBe(block`
    @0
      %0 = load global x
      %1 = operation unpack 0 (%0)
      %2 = operation unpack 0 (%1)
      store a = %2 declares
      %3 = operation unpack (%1)
      store b = %3 declares
      %4 = operation unpack 1 (%0)
      %5 = load global c
      store %5.d = %4
      return -
  `);
});

test("a chained assignment evaluates its value once", () => {
  expect(code("a = b[0] = c()\n")).toBe(block`
    @0
      %0 = load global c
      %1 = call %0() path c
      store a = %1 declares
      %2 = load global b
      %3 = constant 0
      store %2[%3] = %1
      return -
  `);
});

test("an augmented assignment loads, operates and stores, with its target evaluated once", () => {
  expect(code("f().y += 1\n")).toBe(block`
    @0
      %0 = load global f
      %1 = call %0() path f
      %2 = load %1.y
      %3 = constant 1
      %4 = operation + (%2, %3)
      store %1.y = %4 augmented
      return -
  `);
});

test("a match asks about each pattern in turn, with captures before the guard", () => {
  expect(code("match a:\n    case 1 | None: b()\n    case m.P(x=0, y=yy) if yy: c()\n    case [first, *_]: d()\n    case Color.RED: e()\n    case other: f()\n")).toBe(block`
    @0
      %0 = load global a
      %1 = constant 1
      branch equal %0 %1 ? @1 : @4
    @1
      jump @2
    @2
      %2 = load global b
      %3 = call %2() path b
      jump @3
    @3
      return -
    @4
      branch none %0 ? @5 : @6
    @5
      jump @2
    @6
      branch instance %0 of m.P ? @7 : @10
    @7
      %4 = load %0.x
      %5 = constant 0
      branch equal %4 %5 ? @8 : @10
    @8
      %6 = load %0.y
      store yy = %6 declares
      %7 = load yy
      branch truthy %7 ? @9 : @10
    @9
      %8 = load global c
      %9 = call %8() path c
      jump @3
    @10
      branch unknown ? @11 : @12
    @11
      %10 = operation unpack (%0)
      store first = %10 declares
      %11 = operation unpack (%0)
      %12 = load global d
      %13 = call %12() path d
      jump @3
    @12
      %14 = load global Color
      %15 = load %14.RED
      branch equal %0 %15 ? @13 : @14
    @13
      %16 = load global e
      %17 = call %16() path e
      jump @3
    @14
      store other = %0 declares
      %18 = load global f
      %19 = call %18() path f
      jump @3
  `);
});

test("the module's main guard is an ordinary comparison", () => {
  expect(code("if __name__ == \"__main__\":\n    main()\n")).toContain('%1 = constant "__main__"\n  branch equal %0 %1 ?');
});

test("docstrings and bare strings leave nothing behind, f-strings are evaluated", () => {
  expect(code('"""doc"""\n"x"\n...\n')).toBe("@0\n  return -");
  expect(code('f"{g()}"\n')).toContain("call %0() path g");
});

test("Python 2's print and exec statements are calls", () => {
  expect(code('print "a", b\n')).toContain('call %0(%1, %2) path print');
  const module = facts('exec "a" in b\n');
  expect(module.dynamic).toBe(true);
  expect(module.syntax).toEqual([]);
});

test("a function's mutable and computed defaults are evaluated where it is made", () => {
  const text = "def f(a=[], b=g(), c=1, *d, e: int = {}, **k): pass\n";
  expect(code(text)).toBe(block`
    @0
      %0 = list []
      %1 = load global g
      %2 = call %1() path g
      %3 = mapping []
      %4 = closure f1
      store f = %4 declares
      return -
  `);
  expect(entries(text, "function")[1]).toBe("function f1 function f(a = mutable, b = other, c = literal, d rest, e: int keyword-only = mutable, k keywords) in f0 exported");
});

test("a file that looks up names at run time says so", () => {
  expect(["eval(x)", "exec(x)", "globals()['a'] = 1", "from m import *"].map((text) => facts(text).dynamic)).toEqual([true, true, true, true]);
  expect(facts("self.eval(x)\ndef exec(x): pass\nexec(1)\n").dynamic).toBe(false);
});
