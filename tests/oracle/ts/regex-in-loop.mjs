/** Measures: how many patterns are built, which should not depend on the number of turns. */
import { run } from "./runner.mjs";

let built = 0;
class CountedRegExp extends RegExp {
  constructor(...args) {
    super(...args);
    built++;
  }
}

const patterns = (search) => (n) => {
  built = 0;
  search(Array.from({ length: n }, (_, turn) => `line ${turn}`));
  return built;
};
const WORDS = ["alpha", "beta", "gamma"];

await run({
  // grepLeaks: the needle is the same in every turn.
  "pattern that no turn changes": {
    fixture: "ts/regex-in-loop/basic.ts:grepLeaks",
    leaking: patterns((lines) => {
      for (const line of lines) new CountedRegExp("\\bline\\b").test(line);
    }),
    fixed: patterns((lines) => {
      const pattern = new CountedRegExp("\\bline\\b");
      for (const line of lines) pattern.test(line);
    }),
  },
  // filterLeaks: a callback for each element is a loop too.
  "pattern in a callback": {
    fixture: "ts/regex-in-loop/basic.ts:filterLeaks",
    leaking: patterns((lines) => lines.filter((line) => new CountedRegExp("line", "i").test(line))),
    fixed: patterns((lines) => {
      const pattern = new CountedRegExp("line", "i");
      return lines.filter((line) => pattern.test(line));
    }),
  },
  // wordsByLinesLeaks: each word is built again for each line.
  "words by lines": {
    fixture: "ts/regex-in-loop/basic.ts:wordsByLinesLeaks",
    each: WORDS.length,
    leaking: patterns((lines) => {
      for (const line of lines) for (const word of WORDS) new CountedRegExp(`\\b${word}\\b`).test(line);
    }),
    fixed: patterns((lines) => {
      const each = WORDS.map((word) => new CountedRegExp(`\\b${word}\\b`));
      for (const line of lines) for (const pattern of each) pattern.test(line);
    }),
  },
});
