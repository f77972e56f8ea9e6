/** From arguments to an exit code. Nothing here ends the process or throws: `src/cli.ts` does the former. */
import { CommanderError } from "commander";
import { UserError } from "../config/user-error.js";
import { ISSUES_URL, version } from "../run/package.js";
import { oneLine } from "../run/defect.js";
import { PARTS } from "../run/parts.js";
import type { Parts } from "../run/parts.js";
import type { Io } from "./io.js";
import { createProgram } from "./program.js";

/** Runs the command line `argv` (without the runtime and the script). Returns the exit code: 0, 1 or 2. */
export async function main(argv: readonly string[], io: Io, parts: Parts = PARTS): Promise<number> {
  let code = 0;
  const program = createProgram({
    lint: async (paths, flags) => { code = await (await import("./lint.js")).lint(paths, flags, io, parts); },
    rules: async ({ format }) => { code = await (await import("./commands.js")).listRules(format, io, parts); },
    explain: async (rule) => { code = await (await import("./commands.js")).explain(rule, io, parts); },
    init: async () => { code = (await import("./commands.js")).init(io); },
    printModel: async (file) => { code = await (await import("./commands.js")).printModel(file, io, parts); },
  }, version());
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({ writeOut: io.stdout, writeErr: io.stderr, outputError: (text, write) => { write(text.replace(/^error: /u, "leak-lint: ")); } });
  }
  try {
    await program.parseAsync([...argv], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof UserError) io.stderr(error.message.split("\n").map((line) => `leak-lint: ${line}\n`).join(""));
    else io.stderr(`leak-lint: failed (${oneLine(error)}); this is a defect of leak-lint, please report it: ${ISSUES_URL}\n`);
    return 2;
  }
}
