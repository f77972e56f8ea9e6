import { spawnSync } from "node:child_process";
import { ROOT } from "./harness/root.js";

test("what npm run docs writes is committed as it would write it now", () => {
  const run = spawnSync(process.execPath, ["scripts/generate.mjs", "--check"], { cwd: ROOT, encoding: "utf8" });
  expect(run.stderr + run.stdout).toBe("");
  expect(run.status).toBe(0);
});
