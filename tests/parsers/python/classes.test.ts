import { code, entries, facts, functionNamed } from "./model.js";

const SHAPES = `
import abc
from dataclasses import dataclass, field
from typing import ClassVar, Final, Generic, Optional, T
from . import base

@dataclass(frozen=True)
class Point(base.Shape, Generic[T], metaclass=abc.ABCMeta):
    x: int = 0
    tags: list[str] = field(default_factory=list)
    count: ClassVar[int] = 0
    NAME: Final = "p"
    cache = {}

    def __init__(self, y): self.y: Optional[int] = y
    @property
    def size(self): return 1
    @size.setter
    def size(self, value): pass
    @staticmethod
    def origin(): pass
    @classmethod
    def of(cls, x): pass
    async def _load(self): pass
`;

test("a class knows its bases, methods, fields and whether it is abstract", () => {
  const [point] = facts(SHAPES).classes;
  expect(point?.bases.map((item) => item.path)).toEqual([".base.Shape", "typing.Generic"]);
  expect(point?.abstract).toBe(true);
  expect(point?.exported).toBe(true);
  expect(point?.methods.map((item) => [item.name, item.kind, item.static])).toEqual([
    ["__init__", "constructor", false], ["size", "getter", false], ["size", "setter", false], ["origin", "method", true], ["of", "method", true], ["_load", "method", false],
  ]);
  expect(entries(SHAPES, "field")).toEqual([
    "  field x: int", "  field tags: list[str]", "  field count: int static", "  field NAME: typing.Final readonly", "  field cache static", "  field y: int | None",
  ]);
  expect(point?.decorators).toMatchObject([{ path: "dataclasses.dataclass", called: true, args: [{ name: "frozen", value: { kind: "boolean", value: true } }] }]);
});

test("in an ordinary class an annotation with a value is a class attribute, one without is not", () => {
  expect(entries("class A:\n    x: int = 1\n    y: int\n", "field")).toEqual(["  field x: int static", "  field y: int"]);
});

test("a class body runs once, where the class stands, and stores to the class", () => {
  const text = "class A:\n    items = []\n    for x in y: items.append(x)\n    class B: pass\n    def f(self): pass\n";
  expect(code(text)).toBe("@0\n  %0 = class c0\n  store A = %0 declares\n  return -");
  const body = code(text, "A");
  expect(body).toContain("%0 = list []\n  store c0.items = %0");
  expect(body).toContain("store c0.x = ");
  expect(body).toContain("load c0.items");
  expect(body).toContain("class c1\n  store c0.B = ");
  expect(body).toMatch(/closure f\d\n {2}store c0\.f = /u);
  expect(functionNamed(facts(text), "A")).toMatchObject({ kind: "class-body", class: 0, static: true });
});

test("a local class as base is known by its binding", () => {
  const module = facts("class A: pass\nclass B(A): pass\nclass C(make()): pass\n");
  expect(module.classes[1]?.bases).toMatchObject([{ path: null, binding: 0 }]);
  expect(module.classes[2]?.bases).toMatchObject([{ path: null, binding: null }]);
});

test("decorators are data: path, text, root and literal arguments", () => {
  const text = "from functools import lru_cache as memo\nimport app.web as web\napi = web.Router()\n@memo(None, typed=True, x=[], y=f())\n@api.get('/x')\n@web.hook\ndef f(): pass\n";
  const api = facts(text).bindings.findIndex((item) => item.name === "api");
  expect(functionNamed(facts(text), "f").decorators).toMatchObject([
    { path: "functools.lru_cache", text: "memo", called: true, args: [{ name: null, value: { kind: "null" } }, { name: "typed", value: { kind: "boolean", value: true } }, { name: "x", value: { kind: "empty-collection" } }, { name: "y", value: { kind: "other" } }] },
    { path: null, text: "api.get", root: api, called: true, args: [{ value: { kind: "string", value: "/x" } }] },
    { path: "app.web.hook", text: "web.hook", called: false, args: [] },
  ]);
  expect(code(text)).not.toContain("call %0(%1)");
});

test("functions are exported by Python's convention", () => {
  const text = "def a():\n    def b(): pass\ndef _c(): pass\nclass D:\n    def e(self): pass\n    def _f(self): pass\n    def __enter__(self): pass\nclass _G:\n    def h(self): pass\n";
  expect(facts(text).functions.filter((item) => item.exported).map((item) => item.name)).toEqual(["a", "e", "__enter__"]);
});

test("parameters keep kind, type and the shape of their default", () => {
  const text = "def f(a, /, b: int = 1, *args: str, c, d=[], e=g(), **kw) -> bool: pass\n";
  expect(functionNamed(facts(text), "f").parameters.map((item) => [item.name, item.kind, item.default])).toEqual([
    ["a", "plain", "none"], ["b", "plain", "literal"], ["args", "rest", "none"], ["c", "keyword-only", "none"], ["d", "keyword-only", "mutable"], ["e", "keyword-only", "other"], ["kw", "keywords", "none"],
  ]);
  expect(functionNamed(facts(text), "f").returns).toEqual({ kind: "named", name: "bool", binding: null, args: [] });
});

test("async functions and generators are marked, lambdas with a yield too", () => {
  const text = "async def a(): pass\ndef b(): yield\ndef c():\n    def d(): yield 1\n    return d\ne = lambda: (yield)\n";
  expect(facts(text).functions.map((item) => [item.name, item.async, item.generator])).toEqual([
    ["<module>", false, false], ["a", true, false], ["b", false, true], ["c", false, false], ["d", false, true], ["<lambda>", false, true],
  ]);
});
