/**
 * A rule's claim, executed: each program under python/ and ts/ runs leaking and repaired shapes n and 2n times and
 * prints what was left. What leaks must grow with n, by what one call leaves; what is repaired must not.
 */
import { execFile, spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const FIXTURES = fileURLToPath(new URL("../../fixtures", import.meta.url));
const HELPERS = new Set(["_runner.py", "runner.mjs"]);
const TIMEOUT_MS = 30_000;

interface Shape {
  /** `language/rule/file:function`, under fixtures/. */
  fixture: string;
  n: number;
  /** How many are left by one leaking call. */
  each: number;
  /** Left after n and after 2n calls. */
  leaking: [number, number];
  fixed: [number, number];
}

const LANGUAGES = [
  { folder: "python", extension: ".py", command: "python3", options: ["-X", "utf8"] },
  { folder: "ts", extension: ".mjs", command: process.execPath, options: ["--no-warnings"] },
];

function programsOf(folder: string, extension: string): string[] {
  return readdirSync(join(HERE, folder)).filter((name) => name.endsWith(extension) && !HELPERS.has(name)).sort();
}

async function shapesOf(command: string, args: string[]): Promise<Record<string, Shape>> {
  // Python must not write its cache beside the sources.
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1", NODE_OPTIONS: "" };
  const { stdout } = await promisify(execFile)(command, args, { timeout: TIMEOUT_MS, env });
  return JSON.parse(stdout) as Record<string, Shape>;
}

/** What contradicts the claim of a shape, in sentences; none where it holds. */
function contradictions(name: string, { n, each, leaking, fixed }: Shape): string[] {
  const problems: string[] = [];
  const expected = n * each;
  const rise = leaking[1] - leaking[0];
  if (Math.abs(rise - expected) > expected / 5) {
    problems.push(`${name}: ${String(n)} more leaking calls should leave about ${String(expected)} more, they leave ${String(rise)} (${leaking.join(" -> ")})`);
  }
  if (fixed[1] - fixed[0] > expected / 10) {
    problems.push(`${name}: the repaired form should leave no more after ${String(2 * n)} calls than after ${String(n)}, it leaves ${fixed.join(" -> ")}`);
  }
  return problems;
}

/** Says what is wrong with a shape's reference to the fixture whose claim it executes; null where it stands. */
function danglingFixture(name: string, fixture: string): string | null {
  const [path = "", declared = ""] = fixture.split(":");
  const file = join(FIXTURES, path);
  if (!existsSync(file)) return `${name}: fixtures/${path} does not exist`;
  const text = readFileSync(file, "utf8");
  return new RegExp(`\\b${declared}\\b`, "u").test(text) ? null : `${name}: fixtures/${path} has no ${declared}`;
}

for (const { folder, extension, command, options } of LANGUAGES) {
  const programs = programsOf(folder, extension);
  const missing = spawnSync(command, ["--version"]).error !== undefined;
  if (missing) console.warn(`oracle: ${command} is not installed, so no claim about ${folder} is executed`);

  describe(`oracle for ${folder}`, () => {
    const run = missing ? test.skip : test;
    for (const program of programs) {
      const rule = program.slice(0, -extension.length);
      const title = `${rule}: what leaks grows with the number of calls, what is repaired does not`;
      run(missing ? `${title} (skipped: ${command} is not installed)` : title, async () => {
        const shapes = Object.entries(await shapesOf(command, [...options, join(HERE, folder, program)]));
        expect(shapes.length).toBeGreaterThan(0);
        expect(shapes.flatMap(([name, shape]) => contradictions(name, shape))).toEqual([]);
        expect(shapes.map(([name, shape]) => danglingFixture(name, shape.fixture)).filter((problem) => problem !== null)).toEqual([]);
        expect(shapes.filter(([, shape]) => !shape.fixture.startsWith(`${folder}/${rule}/`)).map(([name]) => name)).toEqual([]);
      }, TIMEOUT_MS);
    }
  });
}
