/** On every fixture, ESLint reports what leak-lint reports, from the tree of whichever parser can read it. */
import { join } from "node:path";
import type { Linter } from "eslint";
import { fixturesIn } from "../harness/fixtures.js";
import { RULES } from "../../rules/index.js";
import { ROOT } from "../harness/root.js";
import { command, ESPREE, fixed, placeOf, placeOfMessage, TYPESCRIPT, usualParser, verify, VERSIONS, VUE } from "./eslint-runs.js";

const FIXTURES = RULES.flatMap((rule) => fixturesIn(join(ROOT, "fixtures/ts", rule.id))
  .flatMap(({ files }) => files.map((file) => ({ ...file, name: `${rule.id}/${file.path}` }))))
  .filter(({ path }) => !path.endsWith(".svelte"));

/** Every parser that might read a file. Espree has no types, which is found out by trying. */
function parsersFor(path: string): [string, Linter.LanguageOptions][] {
  if (path.endsWith(".vue")) return [["vue-eslint-parser", VUE]];
  return [["@typescript-eslint/parser", TYPESCRIPT], ["vue-eslint-parser", VUE], ["espree", ESPREE]];
}

const read = new Map<string, number>();

describe.each(VERSIONS)("$version", (version) => {
  test.each(FIXTURES)("reports the same in $name", async ({ path, text }) => {
    const { findings, problems } = await command({ path, text });
    expect(problems).toEqual([]);
    for (const [parser, languageOptions] of parsersFor(path)) {
      const messages = verify(version, { path, text, languageOptions });
      const isUsual = languageOptions === usualParser(path);
      if (!isUsual && messages.some(({ fatal }) => fatal)) continue;
      read.set(parser, (read.get(parser) ?? 0) + 1);
      expect({ parser, reported: messages.map(placeOfMessage).sort() }).toEqual({ parser, reported: findings.map(placeOf).sort() });
      for (const finding of findings) {
        const message = messages.find((one) => placeOfMessage(one) === placeOf(finding));
        expect(message?.messageId).toBe(finding.messageId);
        expect(message?.message.startsWith(finding.message.replace(/\.$/u, ""))).toBe(true);
        // Where the user's parser takes the fix, there is one; it may refuse what leak-lint's own parser reads.
        if (isUsual) {
          const { fix } = finding;
          expect({ parser, fix: message?.fix !== undefined, suggestions: message?.suggestions?.map(({ desc }) => desc) })
            .toEqual({ parser, fix: fix?.applicability === "safe", suggestions: fix?.applicability === "unsafe" ? [fix.title] : undefined });
        }
      }
    }
  });

  test.each(FIXTURES)("fixes the same in $name", async ({ path, text }) => {
    const after = (await command({ path, text }, { fix: true })).fixed[0]?.after ?? text;
    expect(fixed(version, { path, text })).toBe(after);
  });
});

test("each parser could read fixtures", () => {
  expect([...read.keys()].sort()).toEqual(["@typescript-eslint/parser", "espree", "vue-eslint-parser"]);
});
