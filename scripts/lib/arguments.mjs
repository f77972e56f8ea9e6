/** What the scripts of this folder share of their command line. */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

/** Ends the script with a sentence for the person who started it. */
export function fail(message) {
  console.error(message);
  process.exit(1);
}

/**
 * The root of the checkout to work on (`--root DIR`, else this one), the given flags, and what stands beside them.
 * `options` as in node:util's parseArgs.
 */
export function readArguments(options = {}) {
  try {
    const { values, positionals } = parseArgs({ options: { root: { type: "string" }, ...options }, allowPositionals: true });
    return { ...values, root: resolve(values.root ?? fileURLToPath(new URL("../..", import.meta.url))), positionals };
  } catch (error) {
    return fail(error.message);
  }
}
