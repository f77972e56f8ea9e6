/**
 * `npm run build`: bundles src/ into dist/, so that users install two packages and not thirty.
 *
 *   cli.js, index.js, eslint-plugin.js   the entry points, and chunks beside them: `--version` loads little
 *   types/                               declarations
 *   tree-sitter-python.wasm, leak-lint.schema.json, rules-docs/, THIRD-PARTY-LICENSES.txt
 */
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import ts from "typescript";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, "dist");
/** Installed beside us, or the user's own; everything else is bundled. */
const EXTERNAL = ["oxc-parser", "web-tree-sitter", "eslint", "@typescript-eslint/typescript-estree"];

const sources = { "cli": "src/cli.ts", "index": "src/index.ts", "eslint-plugin": "src/eslint-plugin/index.ts" };
const entryPoints = Object.fromEntries(Object.entries(sources).filter(([, path]) => existsSync(join(root, path))));

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints,
  outdir: dist,
  bundle: true,
  splitting: true,
  // Beside the entry points: the Python front end looks for its grammar next to its own file.
  chunkNames: "[name]-[hash]",
  format: "esm",
  platform: "node",
  target: "node20.19",
  // Prefer ES modules where a package has both: what their CommonJS wrappers require by computed names is not bundled.
  mainFields: ["module", "main"],
  external: EXTERNAL,
  metafile: true,
  logLevel: "warning",
  // Bundled CommonJS packages call `require` for Node's own modules.
  banner: { js: `import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);` },
});
chmodSync(join(dist, "cli.js"), 0o755);

cpSync(join(root, "node_modules/tree-sitter-python/tree-sitter-python.wasm"), join(dist, "tree-sitter-python.wasm"));
cpSync(join(root, "src/config/schema.json"), join(dist, "leak-lint.schema.json"));
if (existsSync(join(root, "docs/rules"))) cpSync(join(root, "docs/rules"), join(dist, "rules-docs"), { recursive: true });
writeFileSync(join(dist, "THIRD-PARTY-LICENSES.txt"), licenses());
emitDeclarations();

/** Declarations of what the entry points export; type errors are `npm run typecheck`'s business. */
function emitDeclarations() {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: ["src/index.ts"] }, ts.sys, root);
  const rootNames = Object.entries(entryPoints).filter(([name]) => name !== "cli").map(([, path]) => join(root, path));
  const program = ts.createProgram(rootNames, { ...options, noEmit: false, declaration: true, emitDeclarationOnly: true, rootDir: root, outDir: join(dist, "types"), types: ["node"] });
  const { diagnostics } = program.emit();
  if (diagnostics.length > 0) {
    console.error(ts.formatDiagnostics(diagnostics, { getCanonicalFileName: (name) => name, getCurrentDirectory: () => root, getNewLine: () => "\n" }));
    process.exitCode = 1;
  }
}

/** The licence texts of every package whose code went into the bundle, and of the grammar that is copied. */
function licenses() {
  const bundled = Object.keys(metafile.inputs).map((input) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//u.exec(input)?.[1]);
  const packages = [...new Set([...bundled, "tree-sitter-python"])].filter((name) => name !== undefined).sort();
  return packages.map((name) => {
    const folder = join(root, "node_modules", name);
    const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/iu.test(entry));
    const text = file === undefined ? `${license} licence` : readFileSync(join(folder, file), "utf8").trim();
    return `${name} ${version}\n\n${text}\n`;
  }).join(`\n${"-".repeat(80)}\n\n`);
}
