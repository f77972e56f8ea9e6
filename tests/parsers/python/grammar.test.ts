import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";

const ROOT = join(import.meta.dirname, "..", "..", "..");

/** The front end as it is shipped: one bundle with the grammar beside it, web-tree-sitter left outside. */
function bundleInto(folder: string): void {
  mkdirSync(folder, { recursive: true });
  buildSync({
    entryPoints: [join(ROOT, "src", "parsers", "python", "index.ts")], outfile: join(folder, "python.mjs"),
    bundle: true, format: "esm", platform: "node", external: ["web-tree-sitter"], logLevel: "error",
  });
  copyFileSync(join(ROOT, "node_modules", "tree-sitter-python", "tree-sitter-python.wasm"), join(folder, "tree-sitter-python.wasm"));
}

function run(folder: string, script: string): unknown {
  const file = join(folder, "main.mjs");
  writeFileSync(file, script);
  return JSON.parse(execFileSync(process.execPath, [file], { encoding: "utf8" }));
}

test("the bundle parses synchronously in the main thread and in workers", () => {
  const folder = join(ROOT, "node_modules", ".cache", `leak-lint-python-${String(process.pid)}`);
  try {
    bundleInto(folder);
    const result = run(folder, `
      import { Worker, isMainThread, parentPort } from "node:worker_threads";
      import { fileURLToPath } from "node:url";
      import { python } from "./python.mjs";
      const names = python.lower({ path: "m.py", text: "def a(): pass\\nclass B:\\n    def c(self): pass\\n" }).facts.functions.map((item) => item.name);
      if (!isMainThread) parentPort.postMessage(names);
      else {
        const workers = [1, 2].map(() => new Promise((resolve, reject) => new Worker(fileURLToPath(import.meta.url)).on("message", resolve).on("error", reject)));
        console.log(JSON.stringify([names, ...await Promise.all(workers)]));
      }
    `);
    const names = ["<module>", "a", "B", "c"];
    expect(result).toEqual([names, names, names]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("nothing is loaded before the first parse, and a missing package is named", () => {
  const folder = mkdtempSync(join(tmpdir(), "leak-lint-python-"));
  try {
    bundleInto(folder);
    // A package of that name without an entry: whatever else this machine has installed is not found.
    mkdirSync(join(folder, "node_modules", "web-tree-sitter"), { recursive: true });
    writeFileSync(join(folder, "node_modules", "web-tree-sitter", "package.json"), '{ "exports": {} }');
    const result = run(folder, `
      import { python } from "./python.mjs";
      let message = "";
      try { python.lower({ path: "m.py", text: "" }); } catch (error) { message = error.message; }
      console.log(JSON.stringify([python.extensions, message]));
    `);
    expect(result).toEqual([[".py", ".pyi"], "The package web-tree-sitter, which reads Python, is missing. Install leak-lint again."]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
