/** The values of our TypeScript sources, for scripts: bundled in memory and imported, so that no build is needed. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
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
    bundle: true, write: false, format: "esm", platform: "node", packages: "external", logLevel: "silent",
  });
  const code = Buffer.from(outputFiles[0].contents).toString("base64");
  const { rules, catalog } = await import(`data:text/javascript;base64,${code}`);
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
