import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ModuleResolver } from "../../src/engine/program/link.js";
import { Mod } from "../../src/engine/program/program.js";
import { readLayout } from "../../src/engine/files/read-layout.js";
import { languageOf } from "../harness/lint.js";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "leak-lint-link-"));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

/** The path that `specifier` leads to from the first file; the others are the rest of the program. */
function resolved(specifier: string, paths: readonly string[], manifests: Record<string, string> = {}): string | null {
  for (const [path, text] of Object.entries(manifests)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const modules = paths.map((path, index) => new Mod(index, languageOf(path)!.lower({ path, text: "" }).facts, ""));
  const resolver = new ModuleResolver(modules, readLayout(paths.map((path) => join(root, path)), root));
  return resolver.resolve(modules[0]!, specifier)?.path ?? null;
}

describe("TypeScript and JavaScript", () => {
  test("relative imports name files, folders and emitted files", () => {
    expect(resolved("./b", ["a.ts", "b.tsx"])).toBe("b.tsx");
    expect(resolved("./b", ["a.ts", "b/index.js"])).toBe("b/index.js");
    expect(resolved("../b.js", ["x/a.ts", "b.ts"])).toBe("b.ts");
    expect(resolved("./user.service", ["a.ts", "user.service.ts"])).toBe("user.service.ts");
    expect(resolved("./b", ["a.ts", "c.ts"])).toBeNull();
  });

  test("a component by its file's name is one of the folders around, up to the package's", () => {
    expect(resolved("app.vue", ["src/main.js", "src/app.vue"])).toBe("src/app.vue");
    expect(resolved("parts/clock.vue", ["src/pages/home.js", "src/parts/clock.vue"])).toBe("src/parts/clock.vue");
    expect(resolved("app.vue", ["web/src/main.js", "app.vue"], { "web/package.json": "{}" })).toBeNull();
  });

  test("the longest pattern of paths wins, an exact one before it, and targets are tried in turn", () => {
    const tsconfig = JSON.stringify({ compilerOptions: { paths: { "*": ["./types/*"], "app/*": ["./gone/*", "./src/*"], "app/main": ["./src/start"] } } });
    const files = ["src/a.ts", "src/db.ts", "src/start.ts", "types/app/db.ts"];
    expect(resolved("app/db", files, { "tsconfig.json": tsconfig })).toBe("src/db.ts");
    expect(resolved("app/main", files, { "tsconfig.json": tsconfig })).toBe("src/start.ts");
  });

  test("a solution's parts speak for its folder", () => {
    const manifests = {
      "tsconfig.json": '{ "files": [], "references": [{ "path": "./tsconfig.app.json" }] }',
      "tsconfig.app.json": '{ "compilerOptions": { "baseUrl": "./src", "paths": { "$/*": ["*"] } } }',
    };
    expect(resolved("$/db", ["src/a.ts", "src/db.ts"], manifests)).toBe("src/db.ts");
  });

  test("broken, circular and missing manifests say nothing", () => {
    expect(resolved("x/db", ["a.ts", "db.ts"], { "tsconfig.json": '{ "extends": "./tsconfig.json", "compilerOptions": { "paths": 1 } }' })).toBeNull();
    expect(resolved("x/db", ["a.ts", "db.ts"], { "tsconfig.json": "{{{{", "package.json": "[]" })).toBeNull();
    expect(resolved("pkg", ["a.ts"], { "package.json": '{ "name": "pkg", "exports": { ".": { "import": [null, { "x": 3 }] } } }' })).toBeNull();
  });

  test("a name that two packages have is the one around the importing file, or none", () => {
    const manifests = { "one/package.json": '{ "name": "kit" }', "two/package.json": '{ "name": "kit" }' };
    expect(resolved("kit", ["one/test/a.ts", "one/index.ts", "two/index.ts"], manifests)).toBe("one/index.ts");
    expect(resolved("kit", ["app/a.ts", "one/index.ts", "two/index.ts"], manifests)).toBeNull();
  });

  test("a subpath that exports does not name is a file of the package", () => {
    const manifests = { "kit/package.json": '{ "name": "@x/kit", "main": "lib/main.js" }' };
    const files = ["a.js", "kit/src/main.ts", "kit/src/pool.ts"];
    expect(resolved("@x/kit", files, manifests)).toBe("kit/src/main.ts");
    expect(resolved("@x/kit/lib/pool", files, manifests)).toBe("kit/src/pool.ts");
    expect(resolved("@x/kit/pool", files, manifests)).toBe("kit/src/pool.ts");
  });
});

describe("Python", () => {
  test("relative imports count dots", () => {
    expect(resolved(".db", ["app/views.py", "app/db.py"])).toBe("app/db.py");
    expect(resolved("..db", ["app/web/views.py", "app/db.py"])).toBe("app/db.py");
    expect(resolved("..", ["app/web/views.py", "app/__init__.py"])).toBe("app/__init__.py");
  });

  test("a folder above the file may be on the path, the nearest first, but no package is", () => {
    expect(resolved("db", ["one/views.py", "one/db.py", "two/db.py"])).toBe("one/db.py");
    expect(resolved("app.db", ["one/app/views.py", "one/app/db.py", "two/app/db.py"])).toBe("one/app/db.py");
    expect(resolved("queue", ["app/views.py", "app/__init__.py", "app/queue.py"])).toBeNull();
  });

  test("src is a root, and a dotted name that only one place fits means it", () => {
    expect(resolved("app.db", ["tests/a.py", "src/app/__init__.py", "src/app/db.py"])).toBe("src/app/db.py");
    expect(resolved("app.db", ["tools/a.py", "service/app/db.py"])).toBe("service/app/db.py");
    expect(resolved("app.db", ["tools/a.py", "one/app/db.py", "two/app/db.py"])).toBeNull();
  });

  test("a stub is its module, and stands in where the module is not at hand", () => {
    expect(resolved("app.db", ["a.py", "x/app/db.py", "x/app/db.pyi"])).toBe("x/app/db.py");
    expect(resolved("app.db", ["a.py", "x/app/db.pyi"])).toBe("x/app/db.pyi");
  });
});
