import { code, entries, facts, functionNamed } from "./model.js";

test("a name that a function stores anywhere is local to all of it", () => {
  expect(code("x = 1\ndef f():\n    a(x)\n    x = 2\n", "f")).toMatch(/load x\n/u);
  expect(code("x = 1\ndef f():\n    a(x)\n", "f")).toContain("load x^f0");
});

test("global and nonlocal reach out, and make a binding where the module has none", () => {
  expect(code("def f():\n    global x\n    x = 1\n", "f")).toContain("store x^f0 = %0");
  const text = "def f():\n    n = 0\n    def g():\n        nonlocal n\n        n += 1\n";
  expect(code(text, "g")).toContain("store n^f1 = %2 augmented");
  expect(entries(text, "binding")).toContain("binding n variable of f1 captured");
});

test("a class body's names are not seen by the functions inside it", () => {
  const text = "class A:\n    limit = 1\n    other = limit\n    def f(self): return limit\n";
  expect(code(text, "A")).toContain("load c0.limit");
  expect(code(text, "f")).toContain("load global limit");
});

test("a comprehension's target belongs to the function around, but not to its name of the same spelling", () => {
  const text = "def f(x):\n    y = [x for x in x]\n    return x\n";
  const module = facts(text);
  const own = module.bindings.filter((item) => item.name === "x");
  expect(own.map((item) => [item.owner, item.kind])).toEqual([[1, "parameter"], [1, "variable"]]);
  const parameter = module.bindings.findIndex((item) => item.kind === "parameter");
  expect(code(text, "f")).toContain(`%0 = list [] comprehension\n  %1 = load x#${String(parameter)}`);
  expect(code(text, "f")).toContain(`load x#${String(parameter)}\n  return`);
});

test("a walrus in a comprehension stores to the function's name", () => {
  const text = "def f(xs):\n    any((hit := x) for x in xs)\n    return hit\n";
  expect(entries(text, "binding")).toContain("binding hit variable of f1 constant");
  expect(code(text, "f")).toMatch(/load hit\n {2}return/u);
});

test("a lambda in a comprehension captures the comprehension's target", () => {
  const text = "def f(xs):\n    return [lambda: x for x in xs]\n";
  expect(entries(text, "captures")).toEqual(["  captures x^f1"]);
});

test("captures pass through the functions between", () => {
  const text = "def f():\n    a = 1\n    def g():\n        def h(): return a\n        return h\n";
  const module = facts(text);
  const a = module.bindings.findIndex((item) => item.name === "a");
  expect(["g", "h", "f"].map((name) => functionNamed(module, name).captures)).toEqual([[a], [a], []]);
});

test.each([
  "@a.mark\n        def h(): pass", "class H(a): pass", "try: pass\n        except a: pass", "if isinstance(1, a.B): pass", "super(a, 1).f()", "match 1:\n            case a(): pass",
])("names that are kept as data are captured like others: %j", (statement) => {
  const text = `def f(a):\n    def g():\n        ${statement}\n`;
  expect(entries(text, "captures")).toEqual(["  captures a^f1"]);
});

test("constant means one store in the file", () => {
  const text = "a = 1\nb = 1\nb = 2\nc: int\nc = 3\nfor d in x: pass\ne = 1\ndel e\nwith f() as g: pass\nh = 1\nh += 1\ntry: pass\nexcept E as i: pass\ndef j(k):\n    k = 1\n";
  const constant = facts(text).bindings.filter((item) => item.constant).map((item) => item.name);
  expect(constant).toEqual(["a", "c", "d", "g", "i", "j"]);
});

test("every kind of target declares a name", () => {
  const text = "import m\na = 1\nfor b in x: pass\nwith y as (c, [d, *e]): pass\ntry: pass\nexcept E as f: pass\n(g := 1)\nmatch z:\n    case [h, *i] | {'k': h, **i}: pass\n    case P(q=j) as k: pass\ntype T[U] = int\ndef fn[V](p): pass\nclass C[W]: pass\n";
  const names = facts(text).exports.map((item) => item.name);
  expect(names.sort()).toEqual(["C", "T", "a", "b", "c", "d", "e", "f", "fn", "g", "h", "i", "j", "k", "m"]);
});

test("a builtin that a parameter shadows has no path", () => {
  expect(code("def f(open):\n    open(1)\n", "f")).toMatch(/call %0\(%1\)$/mu);
  expect(code("def f(p):\n    open(1)\n", "f")).toContain("path open");
});

test("defaults and decorators are evaluated outside of the function", () => {
  expect(code("def f(a=x()):\n    x = 1\n")).toContain("load global x");
});

test("a method's first parameter is this, also in the functions inside it", () => {
  const text = "class A:\n    def f(self):\n        def g(): return lambda: self.x\n        return g\n    async def h(this, *a): return this\n";
  expect(code(text, "<lambda>")).toContain("%0 = load this\n  %1 = load %0.x");
  expect(code(text, "h")).toContain("load this");
  const module = facts(text);
  expect(module.functions.map((item) => item.class)).toEqual([null, 0, 0, 0, 0, 0]);
  expect(functionNamed(module, "f").parameters).toMatchObject([{ name: "self", binding: null }]);
});

test("cls is the class; a static method has neither; a reassigned self is an ordinary parameter", () => {
  const text = "class A:\n    @classmethod\n    def make(cls): return cls()\n    def __new__(cls): return super().__new__(cls)\n    @staticmethod\n    def s(self): return self\n    def w(self):\n        self = wrap(self)\n        return self\n";
  expect(code(text, "make")).toContain("%0 = load class");
  expect(code(text, "__new__")).toContain("%0 = load super\n  %1 = load class\n  %2 = call %0.__new__(%1)");
  expect(code(text, "s")).toContain("%0 = load self");
  expect(code(text, "w")).toContain("store self =");
});

test("the class of self is the class", () => {
  const text = "class A:\n    def f(self):\n        self.__class__.x.append(type(self).y)\n";
  expect(code(text, "f").split("\n").filter((line) => line.includes("load class"))).toHaveLength(2);
});
