import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { discover, SIZE_LIMIT } from "../../src/engine/files/discover.js";
import type { DiscoverOptions, Discovery } from "../../src/engine/files/discover.js";
import { globMatcher } from "../../src/engine/program/globs.js";

let root: string;
beforeEach(() => { root = realpathSync(mkdtempSync(join(tmpdir(), "leak-lint-"))); });
afterEach(() => { rmSync(root, { recursive: true, force: true }); });

function write(...names: string[]): void {
  for (const name of names) writeText(name, "");
}

function writeText(name: string, text: string): void {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), text);
}

function find(paths: string[] = ["."], more: Partial<DiscoverOptions> = {}): Discovery {
  return discover({ paths, cwd: root, extensions: new Set([".py", ".ts", ".js"]), excluded: () => false, gitignore: true, forceExclude: false, ...more });
}

function paths(...given: Parameters<typeof find>): string[] {
  return find(...given).files.map(({ path }) => path);
}

test("files come in code unit order, once each, however they are named", () => {
  write("b.py", "a/z.ts", "B.py", "a.py", "a/é.js", "notes.txt");
  expect(paths(["b.py", ".", "a", "./b.py"])).toEqual(["B.py", "a.py", "a/z.ts", "a/é.js", "b.py"]);
});

test("dependencies, caches and virtual environments are left out without a word, wherever they are", () => {
  write("src/a.py", "node_modules/x/a.js", "pkg/node_modules/y.js", "__pycache__/a.py", "lib/site-packages/b.py", ".git/c.py", "my-env/pyvenv.cfg", "my-env/lib/d.py");
  expect(find()).toEqual({ files: [expect.objectContaining({ path: "src/a.py" })], problems: [] });
});

test("build output is left out with a note, and linted where it is named", () => {
  write("a.js", "dist/a.js", "pkg/coverage/b.js");
  const { files, problems } = find();
  expect(files.map(({ path }) => path)).toEqual(["a.js"]);
  expect(problems).toEqual(["dist", "pkg/coverage"].map((path) => expect.objectContaining({ path, kind: "skipped" }) as unknown));
  expect(paths(["dist"])).toEqual(["dist/a.js"]);
});

test("folders of others' code are skipped with a note, and walked where they are named", () => {
  write("a.js", "vendor/b.js", "third_party/c.py");
  const { files, problems } = find();
  expect(files.map(({ path }) => path)).toEqual(["a.js"]);
  expect(problems.map(({ path, message }) => [path, message])).toEqual([
    ["third_party", "taken for others' code (name the folder to have it linted)"],
    ["vendor", "taken for others' code (name the folder to have it linted)"],
  ]);
  expect(paths(["vendor"])).toEqual(["vendor/b.js"]);
});

test("minified and large files are skipped with a note, and linted where they are named", () => {
  write("jquery.min.js", "a.js");
  writeText("big.py", "#".repeat(SIZE_LIMIT + 1));
  const { files, problems } = find();
  expect(files.map(({ path }) => path)).toEqual(["a.js"]);
  expect(problems.map(({ path, kind, message }) => [path, kind, message])).toEqual([
    ["big.py", "skipped", "larger than 1 MB (name the file to have it linted)"],
    ["jquery.min.js", "skipped", "minified, by its name (name the file to have it linted)"],
  ]);
  expect(paths(["jquery.min.js", "big.py"])).toEqual(["big.py", "jquery.min.js"]);
});

test("nested .gitignore files hold as in git: the deepest that says something wins", () => {
  writeText(".gitignore", "*.gen.ts\n/top.py\nlogs/\n");
  writeText("pkg/.gitignore", "!keep.gen.ts\n/local.py\n");
  write("a.gen.ts", "top.py", "pkg/top.py", "pkg/keep.gen.ts", "pkg/other.gen.ts", "pkg/local.py", "pkg/deep/local.py", "logs/x.py", "pkg/logs/x.py");
  expect(paths()).toEqual(["pkg/deep/local.py", "pkg/keep.gen.ts", "pkg/top.py"]);
  expect(paths(["."], { gitignore: false })).toContain("pkg/logs/x.py");
});

test("a .gitignore above the named folder holds too, up to the repository's root and no further", () => {
  writeText(".gitignore", "*.py\n");
  mkdirSync(join(root, "repo/.git/info"), { recursive: true });
  writeText("repo/.gitignore", "gen/\n");
  writeText("repo/.git/info/exclude", "private.py\n");
  write("repo/src/a.py", "repo/src/private.py", "repo/src/gen/b.py");
  expect(paths(["repo/src"])).toEqual(["repo/src/a.py"]);
});

test("a named folder that is itself ignored is walked", () => {
  writeText(".gitignore", "generated/\n*.py\n");
  write("generated/a.py");
  expect(paths(["generated"])).toEqual(["generated/a.py"]);
});

test("a named file wins over .gitignore and exclusions, unless they are forced", () => {
  writeText(".gitignore", "ignored.py\n");
  write("ignored.py", "excluded.py", "node_modules/x.js", "dist/y.js", "a.min.js", "a.py");
  const named = ["ignored.py", "excluded.py", "node_modules/x.js", "dist/y.js", "a.min.js", "a.py"];
  const excluded = globMatcher(["excluded.py"], root);
  expect(paths(named, { excluded })).toHaveLength(6);
  expect(paths(named, { excluded, forceExclude: true })).toEqual(["a.py"]);
});

test("symbolic links are not followed in a walk, so that loops end; a named link is", () => {
  write("src/a.py");
  symlinkSync(root, join(root, "src/loop"));
  symlinkSync(join(root, "src/a.py"), join(root, "link.py"));
  expect(paths()).toEqual(["src/a.py"]);
  expect(paths(["link.py"])).toEqual(["link.py"]);
});

test("a link to itself, a missing path and something that is no file are problems, one each", () => {
  symlinkSync(join(root, "self.py"), join(root, "self.py"));
  expect(find(["self.py", "gone.py", "/dev/null"]).problems.map(({ path, kind, message }) => [path, kind, message])).toEqual([
    ["/dev/null", "unreadable", "not a regular file"],
    ["gone.py", "unreadable", "no such file or folder"],
    ["self.py", "unreadable", "too many levels of symbolic links"],
  ]);
});

test("a named file of another language is a note", () => {
  write("README.md");
  expect(find(["README.md"])).toEqual({ files: [], problems: [expect.objectContaining({ path: "README.md", kind: "skipped" })] });
});

/** root reads everything, whatever the mode says. */
const asUser = process.getuid?.() === 0 ? test.skip : test;

asUser("a folder that may not be read is a problem, and its neighbours are walked", () => {
  write("a/x.py", "b/y.py");
  chmodSync(join(root, "a"), 0);
  const { files, problems } = find();
  chmodSync(join(root, "a"), 0o755);
  expect(files.map(({ path }) => path)).toEqual(["b/y.py"]);
  expect(problems).toEqual([{ path: "a", kind: "unreadable", message: "permission denied", region: null }]);
});

test("a path outside of the working directory is shown as absolute", () => {
  write("a/x.py", "b/y.py");
  const { files } = find([join(root, "b")], { cwd: join(root, "a") });
  expect(files.map(({ path }) => path)).toEqual([`${root}/b/y.py`]);
});

test.each([
  ["tests", "pkg/tests/a.py", true],
  ["*.gen.{ts,js}", "a/b.gen.js", true],
  ["src/gen/**", "src/gen/a.py", true],
  ["src/gen", "src/gen/deep/a.py", true],
  ["src/gen", "other/src/gen/a.py", false],
  ["/a.py", "pkg/a.py", false],
  ["./a.py", "a.py", true],
  ["tests/", "tests/a.py", true],
  ["*.py", "src/.hidden/a.py", true],
  ["a.py", "aapy", false],
])("the glob %s against %s", (glob, path, expected) => {
  expect(globMatcher([glob], "/base")(`/base/${path}`)).toBe(expected);
});

test("a glob says nothing about paths outside of its folder", () => {
  expect(globMatcher(["**"], "/base")("/other/a.py")).toBe(false);
});
