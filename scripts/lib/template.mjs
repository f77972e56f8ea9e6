/** Fills the files of scripts/template. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fail } from "./arguments.mjs";

/** The text of scripts/template/NAME.txt with every `__WORD__` of `words` replaced. */
export function fromTemplate(name, words) {
  let text = readFileSync(new URL(`../template/${name}.txt`, import.meta.url), "utf8");
  for (const [word, value] of Object.entries(words)) text = text.replaceAll(`__${word}__`, value);
  return text;
}

/** Writes new files, by path from `root`; writes none where one of them exists. */
export function writeNew(root, files) {
  const taken = Object.keys(files).filter((path) => existsSync(join(root, path)));
  if (taken.length > 0) fail(`Nothing was written: ${taken.join(", ")} exists already.`);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    console.log(`Wrote ${path}`);
  }
}
