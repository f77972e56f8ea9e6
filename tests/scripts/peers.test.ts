import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ROOT } from "../harness/root.js";

interface Result {
  name: string;
  counts: Record<string, number>;
  places: { key: string; line: number | null; ours: boolean; theirs: boolean }[];
}

let mirrors: string;

beforeAll(() => {
  mirrors = mkdtempSync(join(tmpdir(), "leak-lint-mirrors-"));
});

afterAll(() => {
  rmSync(mirrors, { recursive: true });
});

/** A repository with these files, where the runner looks for it. */
function mirror(name: string, files: Record<string, string>): void {
  const folder = join(mirrors, name, "repo");
  const git = (...args: string[]): void => {
    const { status, stderr } = spawnSync("git", ["-C", folder, "-c", "user.name=test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false", ...args], { encoding: "utf8" });
    expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  git("init", "--quiet");
  git("add", "--all");
  git("commit", "--quiet", "--message", "sample");
}

function peers(...args: string[]): { results: Result[]; skipped: string } {
  const { stdout, stderr } = spawnSync(process.execPath, [join(ROOT, "bench/peers/run.mjs"), "--mirrors", mirrors, "--json", ...args], { encoding: "utf8" });
  return { results: JSON.parse(stdout) as Result[], skipped: stderr };
}

/** Which lines are places, as "line: who reports". */
function answers(result: Result | undefined): string[] {
  return (result?.places ?? []).map(({ line, ours, theirs }) => `${line ?? "any"}: ${[ours && "ours", theirs && "theirs"].filter(Boolean).join(" and ") || "nobody"}`);
}

test("Python fixtures: the peer's marks, our findings, and the lines on which both are silent", () => {
  const fixture = ["import asyncio", "", "async def start(work):", "    asyncio.create_task(work())", "", "async def wait(work):", "    task = asyncio.create_task(work())", "    await task", ""].join("\n");
  const snapshot = ["---", "source: mod.rs", "---", "RUF006 Store a reference", " --> RUF006.py:4:5", "  |", "RUF999 Another rule", " --> RUF006.py:7:12", ""].join("\n");
  mirror("astral-sh+ruff", {
    "crates/ruff_linter/resources/test/fixtures/ruff/RUF006.py": fixture,
    "crates/ruff_linter/src/rules/ruff/snapshots/ruff_linter__rules__ruff__tests__RUF006_RUF006.py.snap": snapshot,
  });
  const { results } = peers("--only", "RUF006");
  expect(answers(results[0])).toEqual(["4: ours and theirs", "7: nobody"]);
});

test("RuleTester tables: strings and templates, line numbers or none, skipped cases left out", () => {
  mirror("43081j+eslint-plugin-wc", {
    "src/test/rules/require-listener-teardown_test.ts": `
      const extra = { code: "computed()" };
      tester.run("rule", rule, {
        valid: ["class A {}", { code: \`class B {}\`, skip: true }, extra, ...others],
        invalid: [
          { code: \`class C {
  connectedCallback() { window.addEventListener("x", () => this.draw()); }
}\`, errors: [{ messageId: "a", line: 2 }] },
          { code: "class D {}", errors: [{ messageId: "a" }] },
        ],
      });`,
  });
  const { results } = peers("--only", "wc");
  expect(answers(results[0])).toEqual(["any: nobody", "2: ours and theirs", "any: theirs"]);
  expect(results[0]?.counts).toMatchObject({ cases: 3, agreed: 2, unjudged: 1 });
});

test("marks below the lines of a template are no code", () => {
  mirror("JasonWeinzierl+eslint-plugin-rxjs-x", {
    "tests/rules/no-ignored-subscription.test.ts": `
      tester({ types: true }).run("rule", rule, {
        valid: [stripIndent\`
          const kept = source.subscribe();
        \`],
        invalid: [fromFixture("ignored", stripIndent\`
          import { source } from "./source";
          source.subscribe();
                 ~~~~~~~~~ [forbidden]
          source.count();
        \`)],
      });`,
  });
  const { results } = peers("--only", "rxjs");
  expect(answers(results[0])).toEqual(["any: nobody", "2: theirs"]);
});

test("a key outlives changes elsewhere in the file, and a missing mirror is skipped", () => {
  const key = (head: string): string | undefined => {
    const path = "tests/eval_files/async300.py";
    mirror("python-trio+flake8-async", { [path]: `${head}import asyncio\n\nasync def start(work):\n    asyncio.create_task(work())  # ASYNC300: 4\n` });
    return peers("--only", "ASYNC300").results[0]?.places[0]?.key;
  };
  const first = key("");
  expect(first).toMatch(/^[0-9a-f]{12}:1$/u);
  expect(key("# a comment\n\n")).toBe(first);
  expect(peers("--only", "pylint").skipped).toContain("pylint-dev/pylint is not among the mirrors");
});
