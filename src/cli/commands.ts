/** The subcommands. Each returns its exit code or throws `UserError`. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import { CONFIG_NAMES, parseConfig } from "../config/parse.js";
import { suggestRule } from "../config/selection.js";
import { didYouMean } from "../config/suggest.js";
import { UserError } from "../config/user-error.js";
import { reason } from "../engine/files/discover.js";
import { displayPath } from "../engine/program/globs.js";
import { readSource } from "../engine/files/read-source.js";
import { printModel as print } from "../model/print.js";
import { defect } from "../run/defect.js";
import { version } from "../run/package.js";
import type { Parts } from "../run/parts.js";
import { explanation, ruleInfos } from "../run/rule-infos.js";
import type { Io } from "./io.js";

/** `leak-lint rules` */
export async function listRules(format: string, io: Io, parts: Parts): Promise<number> {
  const rules = ruleInfos((await parts.engine()).rules);
  if (format === "json") {
    // The documentation is `explain`'s.
    io.stdout(`${JSON.stringify(rules.map((rule) => ({ ...rule, help: undefined })), null, 2)}\n`);
  } else if (format === "text") {
    const rows = rules.map((rule) => [rule.code, rule.id, rule.severity, rule.languages.join(" "), rule.recommended ? "" : "not by default", rule.summary]);
    const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
    io.stdout(rows.map((row) => `${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd()}\n`).join(""));
  } else {
    throw new UserError(`rules --format: unknown format "${format}"${didYouMean(format, ["text", "json"])}; there are text and json`);
  }
  return 0;
}

/** `leak-lint explain RULE` */
export async function explain(name: string, io: Io, parts: Parts): Promise<number> {
  const rules = ruleInfos((await parts.engine()).rules);
  const rule = rules.find(({ id, code }) => id === name || code === name.toUpperCase());
  if (!rule) throw new UserError(`there is no rule "${name}"${suggestRule(name, rules)}; \`leak-lint rules\` lists them all`);
  const page = explanation(rule).trim();
  io.stdout(`${page === "" ? `# ${rule.id}\n\n${rule.summary}.\n\n${rule.url}` : page}\n`);
  return 0;
}

/** `leak-lint init` */
export function init(io: Io): number {
  for (const name of CONFIG_NAMES) {
    const path = join(io.cwd, name);
    if (!existsSync(path)) continue;
    if (name.startsWith("leak-lint.")) throw new UserError(`${name} exists already; leak-lint init does not overwrite it`);
    if (parseConfig(path, readFileSync(path, "utf8"), name) !== null) throw new UserError(`${name} already configures leak-lint; a leak-lint.json beside it would hide that`);
  }
  const local = "./node_modules/leak-lint/dist/leak-lint.schema.json";
  const schema = existsSync(join(io.cwd, local)) ? local : `https://unpkg.com/leak-lint@${version()}/dist/leak-lint.schema.json`;
  const config = { $schema: schema, "min-severity": "low", exclude: [], ignore: [], severity: {}, "per-file-ignores": {} };
  try {
    writeFileSync(join(io.cwd, "leak-lint.json"), `${JSON.stringify(config, null, 2)}\n`, { flag: "wx" });
  } catch (error) {
    throw new UserError(`cannot write leak-lint.json: ${reason(error)}`);
  }
  io.stdout("Wrote leak-lint.json.\n");
  return 0;
}

/** `leak-lint print-model FILE` */
export async function printModel(file: string, io: Io, parts: Parts): Promise<number> {
  const absolute = resolve(io.cwd, file);
  const entry = parts.languages.find(({ extensions }) => extensions.includes(extname(absolute).toLowerCase()));
  if (!entry) throw new UserError(`${file}: not a Python, TypeScript or JavaScript file`);
  const path = displayPath(absolute, io.cwd);
  const read = readSource({ path, absolute, explicit: true }, entry.id);
  if (!read.file) throw new UserError(`${file}: ${read.problem?.message ?? "it cannot be read"}`);
  const language = await entry.load();
  try {
    io.stdout(print(language.lower({ path, text: read.file.text }).facts, read.file.text));
    return 0;
  } catch (error) {
    throw new UserError(`${file}: ${defect(path, error).message}`);
  }
}
