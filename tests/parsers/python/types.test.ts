import { printType } from "../../../src/model/print.js";
import { facts } from "./model.js";

const HEAD = "from __future__ import annotations\nimport typing as t\nfrom typing import *\nfrom typing import Optional, Union, Literal, Callable, Annotated\nimport asyncio\nclass Local: pass\n";

function typeOf(annotation: string): string {
  const binding = facts(`${HEAD}subject: ${annotation} = x\n`).bindings.find((item) => item.name === "subject");
  return binding?.type === null || binding === undefined ? "none" : printType(binding.type);
}

test.each([
  ["int", "int"], ["asyncio.Task", "asyncio.Task"], ["asyncio.Task[int]", "asyncio.Task[int]"], ["dict[str, list[int]]", "dict[str, list[int]]"],
  ["Optional[Local]", "Local | None"], ["t.Optional[int]", "int | None"], ["Union[int, str, None]", "int | str | None"], ["int | None", "int | None"], ["Optional[int | str]", "int | str | None"],
  ["Literal['a', 1]", "'a' | 1"], ["t.Literal[True]", "True"], ["None", "None"], ["Annotated[int, 'x']", "int"],
  ["Callable[[int], asyncio.Task]", "function -> asyncio.Task"], ["Callable", "typing.Callable"], ["'Local'", "Local"], ["'Optional[asyncio.Task]'", "asyncio.Task | None"],
  ["list['Local']", "list[Local]"], ["type[Local]", "type[Local]"], ["tuple[int, ...]", "tuple[int, ?]"], ["f(x)", "?"], ["'not a type('", "?"],
])("the annotation %s is %s", (annotation, expected) => {
  expect(typeOf(annotation)).toBe(expected);
});

test("a local class in an annotation is known by its binding", () => {
  const module = facts("class A: pass\ndef f(a: A, b: 'A'): pass\n");
  expect(module.functions.find((item) => item.name === "f")?.parameters.map((item) => item.type)).toEqual([
    { kind: "named", name: "A", binding: 0, args: [] }, { kind: "named", name: "A", binding: 0, args: [] },
  ]);
});

test("a type parameter is a name of the function, not of the module", () => {
  const module = facts("def f[T](a: T) -> T: pass\n");
  expect(module.bindings.map((item) => item.name)).toEqual(["f", "T", "a"]);
  expect(module.functions[1]?.returns).toMatchObject({ name: "T", binding: 1 });
  expect(module.exports.map((item) => item.name)).toEqual(["f"]);
});

test("an annotation deep in itself ends as unknown", () => {
  expect(typeOf("list[".repeat(500) + "int" + "]".repeat(500))).toMatch(/^(?:list\[)+\?\]+$/u);
});
