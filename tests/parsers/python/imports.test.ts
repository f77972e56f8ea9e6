import { code, entries, facts } from "./model.js";

test.each([
  ["import a", "a.f()", "a.f"], ["import a.b", "a.b.f()", "a.b.f"], ["import a.b as c", "c.f()", "a.b.f"],
  ["from a import f", "f()", "a.f"], ["from a.b import c as d", "d.e.f()", "a.b.c.e.f"],
  ["from . import m", "m.f()", ".m.f"], ["from .m import f", "f()", ".m.f"], ["from ..p.q import m as n", "n.f()", "..p.q.m.f"],
  ["from a import (b, c as d,)", "d()", "a.c"], ["import os, sys as s", "s.exit()", "sys.exit"],
])("%s; %s calls %s", (statement, call, path) => {
  const line = code(`${statement}\n${call}\n`).split("\n").find((item) => item.includes("= call")) ?? "";
  expect(line.endsWith(` path ${path}`)).toBe(true);
});

test("import records name module, name and binding", () => {
  expect(entries("import a.b as c, d\nimport e.f\nfrom .g import h as i\nfrom j import *\n", "import")).toEqual([
    "import a.b as c", "import d as d", "import e as e", "import e.f as -", "import .g.h as i", "import j.* as -",
  ]);
  expect(facts("from .m import x\n").imports[0]).toMatchObject({ module: ".m", name: "x", typeOnly: false });
});

test("of a fallback the first import counts", () => {
  const text = "try:\n    import simplejson as json\nexcept ImportError:\n    import json\njson.load(f)\n";
  expect(code(text)).toContain("path simplejson.load");
  expect(code("try:\n    from a import f\nexcept ImportError:\n    def f(): pass\nf()\n")).toContain("path a.f");
  expect(code("yaml = None\ntry:\n    import yaml\nexcept ImportError: pass\nyaml.load(f)\n")).toContain("path yaml.load");
});

test("an import in a function is known there only", () => {
  const text = "def f():\n    from a import open\n    open()\ndef g():\n    open()\n";
  expect(code(text, "f")).toContain("path a.open");
  expect(code(text, "g")).toContain("path open");
});

test("an import in a class body is known in that body", () => {
  expect(code("class A:\n    import os\n    x = os.getpid()\n", "A")).toContain("path os.getpid");
});

test("what only type checkers import is marked", () => {
  const text = "import typing as t\nif t.TYPE_CHECKING:\n    from a import B\nelse:\n    from c import D\n";
  expect(facts(text).imports.map((item) => [item.module, item.typeOnly])).toEqual([["typing", false], ["a", true], ["c", false]]);
});

test("paths end where a chain goes through a call or a local", () => {
  const text = "import a\nb = a.f().g()\nb.h()\nself.x()\n";
  expect(code(text).split("\n").filter((line) => line.includes("= call")).map((line) => / path (.*)/u.exec(line)?.[1] ?? null)).toEqual(["a.f", null, null, "self.x"]);
});

test("a module exports all its names, and what it star-imports", () => {
  expect(entries("import a\nfrom b import *\n_c = 1\ndef d(): e = 1\n", "export")).toEqual(["export a = a", "export _c = _c", "export d = d", "export * = - from b.*"]);
});

test("from __future__ imports nothing", () => {
  expect(facts("from __future__ import annotations\n").imports).toEqual([]);
});
