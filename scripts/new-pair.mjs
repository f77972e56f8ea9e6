/**
 * `npm run new-pair -- python|ts RULE KEY [--file NAME] [--root DIR]`: adds an entry to the catalog, and a fixture with
 * one leaking and one clean function. Both agree with each other from the start: put the real API into both.
 *
 * The entry goes to src/catalog/<language>/NAME.ts, by default the file with most of the rule's pairs.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fail, readArguments } from "./lib/arguments.mjs";
import { fromTemplate, writeNew } from "./lib/template.mjs";
import { loadValues } from "./lib/values.mjs";

const { root, file, positionals: [language, rule, key] } = readArguments({ file: { type: "string" } });
if (!["python", "ts"].includes(language) || rule === undefined || !/^[a-z][a-z0-9]*(?:-[a-z0-9]+)+$/u.test(key ?? "")) {
  fail("Usage: npm run new-pair -- python|ts RULE KEY [--file NAME], where KEY is kebab-case, such as sqlite3-connection.");
}

const { catalog } = await loadValues(root);
const pairs = catalog.flatMap((part) => part.pairs ?? []);
const withPairs = [...new Set(pairs.map((pair) => pair.rule))].sort();
if (!withPairs.includes(rule)) fail(`No rule "${rule}" reports pairs; those that do: ${withPairs.join(", ")}.`);
if (pairs.some((pair) => pair.key === key)) fail(`The catalog has a pair "${key}" already.`);

const folder = `src/catalog/${language}`;
const PAIRS_END = /^ {2}pairs: \[\n[\s\S]*?(?=^ {2}\],$)/mu;
const target = `${folder}/${file ?? busiest()}.ts`;
const text = read(target);
const found = PAIRS_END.exec(text);
if (!found) fail(`${target} has no "pairs: [" of its own to add to; name another file with --file.`);
const end = found.index + found[0].length;

const name = language === "python" ? key.replaceAll("-", "_") : key.replaceAll(/-(\w)/gu, (_, letter) => letter.toUpperCase());
const words = { KEY: key, RULE: rule, NAME: name };
const extension = language === "python" ? "py" : "ts";
writeNew(root, { [`fixtures/${language}/${rule}/${key}.${extension}`]: fromTemplate(`pair-fixture.${extension}`, words) });
writeFileSync(join(root, target), text.slice(0, end) + fromTemplate("pair", words) + text.slice(end));
console.log(`Added "${key}" to ${target}. Put the real API into both, then run npm run docs.`);

function read(path) {
  try {
    return readFileSync(join(root, path), "utf8");
  } catch {
    return fail(`There is no ${path}; there are: ${readdirSync(join(root, folder)).join(", ")}.`);
  }
}

/** The catalog file of the language that speaks of the rule most often. */
function busiest() {
  const names = readdirSync(join(root, folder)).filter((entry) => PAIRS_END.test(read(`${folder}/${entry}`)));
  const uses = (entry) => read(`${folder}/${entry}`).split(`rule: "${rule}"`).length;
  return names.sort((a, b) => uses(b) - uses(a))[0]?.replace(/\.ts$/u, "") ?? "";
}
