/**
 * `npm run quality`: runs every rule's fixtures and prints, as a Markdown table, what they hold: leaks that are found,
 * clean files that stay silent, and the known wrong answers.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fail, readArguments } from "./lib/arguments.mjs";

const { root } = readArguments();
const folder = mkdtempSync(join(tmpdir(), "leak-lint-quality-"));
const summary = join(folder, "summary.json");
const run = spawnSync("npm", ["run", "-s", "jest", "--", "tests/rules", "--silent", "--json", `--outputFile=${summary}`], { cwd: root, encoding: "utf8" });
let results;
try {
  results = JSON.parse(readFileSync(summary, "utf8")).testResults;
} catch {
  fail(run.stderr);
} finally {
  rmSync(folder, { recursive: true });
}

console.log("| Rule | Leaks found | Silent fixtures | known-fn | known-fp | Failing |\n| --- | --: | --: | --: | --: | --: |");
const rows = results.map(({ name, assertionResults }) => {
  const passed = assertionResults.filter((one) => one.status === "passed").map((one) => one.title);
  const count = (pattern) => passed.filter((title) => pattern.test(title)).length;
  const leaks = passed.map((title) => Number(/ reports (\d+) leaks?$/u.exec(title)?.[1] ?? 0)).reduce((sum, number) => sum + number, 0);
  return [basename(name, ".test.ts"), leaks, count(/ stays silent$/u), count(/^known-fn /u), count(/^known-fp /u), assertionResults.length - passed.length];
}).sort((a, b) => a[0].localeCompare(b[0]));
const total = rows.reduce((sums, row) => sums.map((sum, index) => (index === 0 ? sum : sum + row[index])), ["all", 0, 0, 0, 0, 0]);
for (const row of [...rows, total]) console.log(`| ${row.join(" | ")} |`);
process.exitCode = run.status ?? 1;
