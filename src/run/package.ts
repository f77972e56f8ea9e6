/** What leak-lint knows of its own package: version, documentation, addresses. Works from the sources and from dist. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const REPOSITORY = "https://github.com/leak-lint/leak-lint";

/** Where to report a defect. */
export const ISSUES_URL = `${REPOSITORY}/issues`;

/** The nearest folder above this module with leak-lint's package.json. */
export function packageRoot(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest) && readName(manifest) === "leak-lint") return folder;
    if (dirname(folder) === folder) throw new Error("leak-lint is not installed completely: its package.json is missing");
  }
}

export function version(): string {
  const { version: own } = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")) as { version: string };
  return own;
}

/** The page about a rule. The built-in rule is described with the comments that it is about. */
export function ruleUrl(rule: string): string {
  return `${REPOSITORY}/blob/main/docs/${rule === "unused-suppression" ? "configuration.md#suppression-comments" : `rules/${rule}.md`}`;
}

/** The rule's page as written, or null where there is none. */
export function rulePage(rule: string): string | null {
  const root = packageRoot();
  const path = [join(root, "docs", "rules", `${rule}.md`), join(root, "dist", "rules-docs", `${rule}.md`)].find((candidate) => existsSync(candidate));
  return path === undefined ? null : readFileSync(path, "utf8");
}

function readName(manifest: string): unknown {
  return (JSON.parse(readFileSync(manifest, "utf8")) as { name?: unknown }).name;
}
