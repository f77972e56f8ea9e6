/** Writes a file so that a reader, or a crash, sees either the old content or the new. */
import { randomBytes } from "node:crypto";
import { accessSync, chmodSync, constants, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { reason } from "./discover.js";

/**
 * Replaces a file's content through a temporary file beside it, keeping its mode and, for a symbolic link, the link.
 * Returns null, or a sentence saying why the file was left as it is: `before` is what it must still hold.
 */
export function replaceFile(path: string, before: Buffer, after: Buffer): string | null {
  let temporary: string | null = null;
  try {
    const target = realpathSync(path);
    accessSync(target, constants.W_OK);
    if (!readFileSync(target).equals(before)) return "it changed while leak-lint was running";
    const { mode } = statSync(target);
    temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString("hex")}.tmp`);
    writeFileSync(temporary, after, { flag: "wx", mode });
    chmodSync(temporary, mode);
    renameSync(temporary, target);
    return null;
  } catch (error) {
    if (temporary !== null) rmSync(temporary, { force: true });
    return reason(error);
  }
}
