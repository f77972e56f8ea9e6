/**
 * `npm run new-rule -- ID [--summary TEXT] [--root DIR]`: writes a rule's files (rule, a fixture and an oracle run for
 * each language, page, test) with the next free code, and registers it. Its fixtures fail until the rule is written.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fail, readArguments } from "./lib/arguments.mjs";
import { fromTemplate, writeNew } from "./lib/template.mjs";
import { ruleIds } from "./lib/values.mjs";

const { root, summary, positionals: [id] } = readArguments({ summary: { type: "string", default: "Say in one line what leaks" } });
if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)+$/u.test(id ?? "")) {
  fail("Usage: npm run new-rule -- ID [--summary TEXT], where ID names the bad pattern in kebab-case, such as unclosed-file.");
}

// Codes are never reused, so the next one is after the largest, not the first gap.
const codes = ruleIds(root).map((name) => Number(/code: "LEAK(\d{3})"/u.exec(readFileSync(join(root, `rules/${name}.ts`), "utf8"))?.[1] ?? 0));
const code = `LEAK${String(Math.max(0, ...codes) + 1).padStart(3, "0")}`;
const words = { ID: id, CODE: code, SUMMARY: summary };

writeNew(root, {
  [`rules/${id}.ts`]: fromTemplate("rule.ts", words),
  [`fixtures/python/${id}/basic.py`]: fromTemplate("fixture.py", words),
  [`fixtures/ts/${id}/basic.ts`]: fromTemplate("fixture.ts", words),
  [`tests/oracle/python/${id}.py`]: fromTemplate("oracle.py", words),
  [`tests/oracle/ts/${id}.mjs`]: fromTemplate("oracle.mjs", words),
  [`docs/rules/${id}.md`]: fromTemplate("docs.md", words),
  [`tests/rules/${id}.test.ts`]: fromTemplate("test.ts", words),
});
const generated = spawnSync(process.execPath, [fileURLToPath(new URL("generate.mjs", import.meta.url)), "--root", root], { stdio: "inherit" });
process.exitCode = generated.status ?? 1;
