import { CATALOG } from "../../src/catalog/index.js";
import { PYTHON_CATALOG } from "../../src/catalog/python/index.js";
import { TS_CATALOG } from "../../src/catalog/ts/index.js";
import type { CatalogFile } from "../../src/catalog/types.js";
import { validateCatalog } from "../../src/catalog/validate.js";

const LANGUAGES: [string, readonly CatalogFile[]][] = [["python", PYTHON_CATALOG], ["ts", TS_CATALOG]];

test("every catalog file is valid", () => {
  for (const [index, file] of CATALOG.entries()) expect(validateCatalog(file, `${file.language} file ${index}`)).toBe(file);
});

test("the catalog is both languages' files", () => {
  expect(CATALOG).toHaveLength(PYTHON_CATALOG.length + TS_CATALOG.length);
});

describe.each(LANGUAGES)("%s", (language, files) => {
  const pairs = files.flatMap((file) => file.pairs ?? []);

  test("files are of this language", () => {
    expect(new Set(files.map((file) => file.language))).toEqual(new Set([language]));
  });

  test("keys are unique", () => {
    const keys = pairs.map((pair) => pair.key);
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  test("no pair names a call twice", () => {
    for (const pair of pairs) expect({ key: pair.key, acquire: [...new Set(pair.acquire)] }).toEqual({ key: pair.key, acquire: pair.acquire });
  });

  test("containers and memoizers are listed once", () => {
    const made = files.flatMap((file) => file.containers ?? []).flatMap((container) => container.make);
    const memoized = files.flatMap((file) => file.memoizers ?? []).map((memoizer) => memoizer.path);
    expect(made.filter((path, index) => made.indexOf(path) !== index)).toEqual([]);
    expect(memoized.filter((path, index) => memoized.indexOf(path) !== index)).toEqual([]);
  });

  test("every shape of container has its methods", () => {
    const shapes = new Set(files.flatMap((file) => file.containers ?? []).map((container) => container.shape));
    const known = new Set(files.flatMap((file) => file.containerMethods ?? []).map((methods) => methods.shape));
    expect([...shapes].filter((shape) => !known.has(shape))).toEqual([]);
  });

  test("no type is above itself", () => {
    const above = new Map<string, string[]>();
    for (const file of files) for (const [type, bases] of Object.entries(file.extends ?? {})) above.set(type, [...(above.get(type) ?? []), ...bases]);
    const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
      (above.get(from) ?? []).some((base) => base === to || (!seen.has(base) && reaches(base, to, seen.add(base))));
    expect([...above.keys()].filter((type) => reaches(type, type))).toEqual([]);
  });

  test("what is awaited to release is not said to be closed by a plain scope", () => {
    expect(pairs.filter((pair) => language === "python" && pair.awaitRelease === true && pair.scope === "closes").map((pair) => pair.key)).toEqual([]);
  });
});
