#!/usr/bin/env node
// How time and memory grow with the code: lints samples of a corpus of growing size, linked as one project each.
//
//   node bench/scale.mjs CORPUS [--sizes 10000,100000,1000000] [--cli dist/cli.js] [--against OTHER/dist/cli.js]
//
// CORPUS is a folder of source, say unpacked packages or checked out repositories. Whole folders of it are taken in the
// order of their names until a sample has the lines wanted, so that files stand with their neighbours and link as they
// do in life. With --against, a second build lints the same sample right after the first.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { measure } from "./lib/measure.mjs";

const SOURCE = new Set([".py", ".pyi", ".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".vue", ".svelte"]);
const MANIFESTS = new Set(["package.json", "tsconfig.json", "jsconfig.json", "tsconfig.base.json"]);
const SKIPPED = new Set(["node_modules", ".git", "dist", "build", "out", "coverage"]);
const LARGEST_FILE = 1024 * 1024;

const here = dirname(fileURLToPath(import.meta.url));
const { values, positionals: [corpus] } = parseArgs({
  allowPositionals: true,
  options: {
    sizes: { type: "string", default: "10000,100000,1000000" },
    cli: { type: "string", default: join(here, "..", "dist", "cli.js") },
    against: { type: "string" },
  },
});
if (corpus === undefined) {
  console.error("usage: node bench/scale.mjs CORPUS [--sizes N,N] [--cli FILE] [--against FILE]");
  process.exit(2);
}

const builds = [values.cli, ...(values.against === undefined ? [] : [values.against])].map((path) => resolve(path));
const files = [...walk(resolve(corpus))];
console.log(["lines", "files", ...builds.flatMap((build, index) => [`seconds ${index + 1}`, "MB", "us/line"])].join("\t"));
for (const size of values.sizes.split(",").map(Number)) {
  const root = mkdtempSync(join(tmpdir(), "leak-lint-scale-"));
  try {
    const sample = copySample(root, size);
    const measured = builds.map((build) => measure(build, root));
    console.log([sample.lines, sample.files, ...measured.flatMap(({ seconds, megabytes }) => [seconds.toFixed(1), megabytes.toFixed(0), (seconds * 1e6 / sample.lines).toFixed(0)])].join("\t"));
    if (sample.lines < size) console.error(`the corpus has only ${sample.lines} lines`);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Source files and manifests, folder by folder. */
function* walk(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !SKIPPED.has(entry.name)) yield* walk(path);
    else if (entry.isFile() && (SOURCE.has(extname(path)) && statSync(path).size <= LARGEST_FILE || MANIFESTS.has(basename(path)))) yield path;
  }
}

function copySample(root, size) {
  const sample = { lines: 0, files: 0 };
  for (const path of files) {
    const isSource = SOURCE.has(extname(path));
    if (isSource && sample.lines >= size) break;
    const to = join(root, path.slice(resolve(corpus).length));
    mkdirSync(dirname(to), { recursive: true });
    cpSync(path, to);
    if (!isSource) continue;
    sample.lines += readFileSync(path, "utf8").split("\n").length;
    sample.files++;
  }
  return sample;
}
