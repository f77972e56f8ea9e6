// Runs a build over a folder as a user would and says what that took.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Seconds, and the largest resident set in megabytes. Throws if the run did not come to its end. */
export function measure(build, root) {
  const peak = join(root, ".peak");
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ["--import", new URL("./peak.mjs", import.meta.url).href, build, "--format", "json", "."], {
    cwd: root, env: { ...process.env, PEAK_FILE: peak }, maxBuffer: 1 << 29, encoding: "utf8",
  });
  if (status !== 0 && status !== 1) throw new Error(`${build} ended with ${status}: ${stderr}`);
  return { seconds: (performance.now() - started) / 1000, megabytes: Number(readFileSync(peak, "utf8")) / 1024 };
}
