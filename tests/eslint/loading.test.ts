/** What loading the plugin costs and needs: it runs in every editor, and in projects without our parsers. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { ROOT } from "../harness/root.js";

/** Imports that run when a module is loaded; those of types are gone by then. */
const STATIC = /^\s*(?:import|export)\s+(?!type\b)(?:[^;"']*?\sfrom\s*)?["']([^"']+)["']/gmu;

/** Everything that loading a module loads: paths of our own, names of packages. */
function loadedBy(entry: string): { modules: Set<string>; packages: Set<string> } {
  const modules = new Set<string>();
  const packages = new Set<string>();
  const queue = [entry];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (modules.has(path)) continue;
    modules.add(path);
    for (const [, name = ""] of path.endsWith(".json") ? [] : readFileSync(path, "utf8").matchAll(STATIC)) {
      const target = join(dirname(path), name);
      if (!name.startsWith(".")) packages.add(name);
      else queue.push(existsSync(target) ? target : target.replace(/\.js$/u, ".ts"));
    }
  }
  return { modules, packages };
}

test("neither a parser of our own nor the Python front end nor the command line is loaded", () => {
  const { modules, packages } = loadedBy(join(ROOT, "src/eslint-plugin/index.ts"));
  const paths = [...modules].map((path) => path.slice(ROOT.length));
  expect(paths).toEqual(expect.arrayContaining(["src/parsers/ts/lower.ts", "src/engine/analyze.ts", "rules/index.ts"]));
  expect(paths.filter((path) => /parsers\/python|parsers\/ts\/(?:index|parse)\.ts|catalog\/python|src\/cli|src\/run\.ts|reporters/u.test(path))).toEqual([]);
  expect([...packages].filter((name) => /typescript|oxc|tree-sitter|^eslint|commander/u.test(name))).toEqual([]);
});

const PLUGIN = join(ROOT, "dist/eslint-plugin.js");
/** Without a build there is nothing to load; `npm test` builds first. */
const whenBuilt = existsSync(PLUGIN) ? describe : describe.skip;

whenBuilt("the built plugin", () => {
  test("needs nothing but Node to load", () => {
    expect([...loadedBy(PLUGIN).packages].filter((name) => !isBuiltin(name))).toEqual([]);
  });

  test.each(["eslint", "eslint9"])("can be required from CommonJS, and reports and fixes in %s", (eslint) => {
    const script = `
      const plugin = require(${JSON.stringify(PLUGIN)});
      const { Linter } = require(${JSON.stringify(eslint)});
      const text = "import fs from 'fs';\\nexport function size(path) {\\n  const fd = fs.openSync(path, 'r');\\n  const { size } = fs.fstatSync(fd);\\n  return size;\\n}\\n";
      const linter = new Linter({ cwd: "/somewhere" });
      const messages = linter.verify(text, [plugin.configs.recommended], "a.js");
      const { fixed, messages: left } = linter.verifyAndFix(text, [plugin.configs.recommended], "a.js");
      console.log(JSON.stringify({ meta: plugin.meta, rules: messages.map(({ ruleId }) => ruleId), fixed, left }));`;
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=commonjs", "--disable-warning=ExperimentalWarning", "-e", script], { cwd: ROOT, encoding: "utf8" });
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual({
      meta: { name: "leak-lint", version: expect.any(String) as string, namespace: "leak-lint" },
      rules: ["leak-lint/unclosed-file"], fixed: true, left: [],
    });
  });
});
