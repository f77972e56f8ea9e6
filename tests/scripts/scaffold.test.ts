import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../harness/root.js";

/** A checkout to write into; what the scripts only read is linked. */
let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "leak-lint-scaffold-"));
  for (const path of ["src", "rules", "docs", "fixtures/showcase", "tests/harness", "README.md", "package.json", "tsconfig.json", "eslint.config.js"]) {
    cpSync(join(ROOT, path), join(root, path), { recursive: true });
  }
  for (const path of ["node_modules", "dist"]) if (existsSync(join(ROOT, path))) symlinkSync(join(ROOT, path), join(root, path));
});

afterAll(() => {
  rmSync(root, { recursive: true });
});

/** Runs a script on the copy; what it printed, and its exit code. */
function script(name: string, ...args: string[]): { status: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, "scripts", `${name}.mjs`), ...args, "--root", root], { encoding: "utf8" });
  return { status, text: stdout + stderr };
}

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

test("new-rule writes every file of a rule, registers it, and the result lints", () => {
  const { status, text } = script("new-rule", "stale-subscription", "--summary", "Subscription that nobody ends");
  expect({ status, text }).toEqual({ status: 0, text: expect.stringContaining("rules/stale-subscription.ts") as string });
  const written = text.split("\n").filter((line) => line.startsWith("Wrote ")).flatMap((line) => line.slice("Wrote ".length).replace(/\.$/u, "").split(", "));
  expect(written).toEqual(expect.arrayContaining([
    "rules/stale-subscription.ts", "fixtures/python/stale-subscription/basic.py", "fixtures/ts/stale-subscription/basic.ts",
    "docs/rules/stale-subscription.md", "tests/rules/stale-subscription.test.ts",
    "tests/oracle/python/stale-subscription.py", "tests/oracle/ts/stale-subscription.mjs", "rules/index.ts", "README.md",
  ]));
  for (const path of written) expect(read(path)).not.toMatch(/__[A-Z]+__/u);
  expect(read("rules/index.ts")).toContain('import staleSubscription from "./stale-subscription.js";');
  expect(read("README.md")).toContain("| [stale-subscription](docs/rules/stale-subscription.md) (not by default) | Subscription that nobody ends |");
  const linted = written.filter((path) => /\.(?:ts|mjs)$/u.test(path) && !path.startsWith("fixtures/"));
  const eslint = spawnSync(process.execPath, [join(ROOT, "node_modules/eslint/bin/eslint.js"), ...linted], { cwd: root, encoding: "utf8" });
  expect(eslint.stdout + eslint.stderr).toBe("");
}, 60_000);

test("new-rule overwrites nothing and takes only names that can be files", () => {
  expect(script("new-rule", "stale-subscription")).toEqual({ status: 1, text: expect.stringContaining("exists already") as string });
  expect(script("new-rule", "Stale")).toEqual({ status: 1, text: expect.stringContaining("Usage: npm run new-rule") as string });
});

test("new-pair adds an entry that the catalog takes, and a fixture that agrees with it", () => {
  const { status, text } = script("new-pair", "python", "unclosed-file", "example-handle");
  expect({ status, text }).toEqual({ status: 0, text: expect.stringContaining("Added") as string });
  expect(read("fixtures/python/unclosed-file/example-handle.py")).toContain("def example_handle_leaks():");
  const target = /to (?<path>src\/catalog\/python\/\S+\.ts)\./u.exec(text)?.groups?.["path"] ?? "";
  expect(read(target)).toContain('key: "example-handle"');
  // Read back through the bundler, so the entry is in an array and not beside it.
  expect(script("new-pair", "python", "unclosed-file", "example-handle")).toEqual({ status: 1, text: expect.stringContaining("already") as string });
}, 30_000);

test("new-pair says what it does not know", () => {
  expect(script("new-pair", "python", "circular-reference", "some-key").text).toContain('No rule "circular-reference" reports pairs');
  expect(script("new-pair", "cobol", "unclosed-file", "some-key").text).toContain("Usage: npm run new-pair");
});
