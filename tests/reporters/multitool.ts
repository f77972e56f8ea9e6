/** Microsoft's SARIF validator, run as its binary: the npm wrapper splits `Sarif;Ghas` at the semicolon. */
import { accessSync, chmodSync, constants, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execFileSync } from "node:child_process";
import type { Log } from "sarif";

const require = createRequire(import.meta.url);
const PACKAGE = `@microsoft/sarif-multitool-${process.platform}`;

/** The folder of the validator's package for this platform, where it is installed. */
function folder(): string | null {
  try {
    return dirname(require.resolve(`${PACKAGE}/package.json`));
  } catch {
    return null;
  }
}

const home = folder();

/** Why the validator cannot run here; null where it can. */
export const unavailable: string | null =
  home === null ? `${PACKAGE} is not installed` : process.arch === "x64" ? null : `the multitool is built for x64, this is ${process.arch}`;

/** The SARIF 2.1.0 schema that ships with the validator; null where its package is not installed. */
export function readSchema(): object | null {
  return home === null ? null : (JSON.parse(readFileSync(join(home, "sarif-2.1.0.json"), "utf8")) as object);
}

/** What the validator finds wrong with a log, as "rule id: where"; its exit code is 0 whatever it finds. */
export function multitoolFindings(log: string): string[] {
  if (home === null) throw new Error(`${PACKAGE} is not installed`);
  const windows = join(home, "Sarif.Multitool.exe");
  const binary = existsSync(windows) ? windows : join(home, "Sarif.Multitool");
  makeExecutable(binary);
  const work = mkdtempSync(join(tmpdir(), "leak-lint-sarif-"));
  try {
    const [input, output] = [join(work, "log.sarif"), join(work, "report.sarif")];
    writeFileSync(input, log);
    execFileSync(binary, ["validate", input, "-o", output, "--log", "ForceOverwrite", "--rule-kind", "Sarif;Ghas", "--level", "Error;Warning"], { stdio: "pipe" });
    const report = JSON.parse(readFileSync(output, "utf8").replace(/^\uFEFF/, "")) as Log;
    return report.runs.flatMap(({ results, invocations }) => [
      ...(results ?? []).map(({ ruleId, message, locations }) => `${ruleId ?? "?"}: ${(message.arguments ?? [message.text]).join(" | ")} at ${locations?.[0]?.physicalLocation?.region?.startLine}`),
      ...(invocations ?? []).flatMap(({ toolExecutionNotifications = [] }) => toolExecutionNotifications.map(({ message }) => `notification: ${message.text ?? ""}`)),
    ]);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Its install script sets the bit, where install scripts may run. */
function makeExecutable(binary: string): void {
  try {
    accessSync(binary, constants.X_OK);
  } catch {
    chmodSync(binary, statSync(binary).mode | 0o111);
  }
}
