/** The values of our TypeScript sources, for scripts: bundled and imported, so that no build is needed. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { fail } from "./arguments.mjs";

/** The rule ids of a checkout: the files of rules/ but for the generated index. */
export function ruleIds(root) {
  return readdirSync(join(root, "rules"))
    .filter((name) => name.endsWith(".ts") && name !== "index.ts")
    .map((name) => name.slice(0, -".ts".length))
    .sort();
}

/**
 * Rules in the order of their codes and the catalog files of the checkout at `root`.
 * Ends the script where a source does not compile.
 */
export async function loadValues(root) {
  const ids = ruleIds(root);
  const entry = [
    ...ids.map((id, index) => `import rule${index} from "./rules/${id}.ts";`),
    `export const rules = [${ids.map((_, index) => `rule${index}`).join(", ")}];`,
    `export { CATALOG as catalog } from "./src/catalog/index.ts";`,
  ];
  const { outputFiles } = await bundle({
    stdin: { contents: entry.join("\n"), resolveDir: root, loader: "ts" },
    bundle: true, write: false, format: "esm", platform: "node", mainFields: ["module", "main"], logLevel: "silent",
  });
  // A file below the project, not a data URL: what the bundle leaves outside is found from there.
  const folder = join(root, "node_modules/.cache/leak-lint");
  const file = join(folder, `values-${process.pid}.mjs`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, outputFiles[0].contents);
  const { rules, catalog } = await import(pathToFileURL(file).href).finally(() => { rmSync(file); });
  return { rules: rules.sort((a, b) => a.code.localeCompare(b.code)), catalog };
}

async function bundle(options) {
  try {
    return await build(options);
  } catch ({ errors, message }) {
    const where = (error) => (error.location ? `${error.location.file}:${error.location.line}: ` : "");
    return fail(`The rules and the catalog do not compile yet:\n${errors?.map((error) => `${where(error)}${error.text}`).join("\n") ?? message}`);
  }
}
