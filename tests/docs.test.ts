import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { RULES } from "../rules/index.js";
import { lint, readFile } from "./harness/lint.js";
import { ROOT } from "./harness/root.js";

interface Example {
  language: string;
  correct: boolean;
  path: string;
  line: number;
  text: string;
}

const FENCE = /^```(?<language>python|tsx?|jsx?) (?<verdict>correct|incorrect)(?: file=(?<file>\S+))?\n(?<text>[\s\S]*?)^```$/gmu;

/** The code blocks of a page that promise to be right or wrong, as CONTRIBUTING.md describes them. */
function examplesOf(page: string): Example[] {
  return [...page.matchAll(FENCE)].map((match) => {
    const { language = "", verdict, file, text = "" } = match.groups ?? {};
    return {
      language: language === "python" ? "python" : "ts",
      correct: verdict === "correct",
      path: file ?? `example.${language === "python" ? "py" : language}`,
      line: page.slice(0, match.index).split("\n").length,
      text,
    };
  });
}

describe.each(RULES.map((rule) => [rule.id, rule] as const))("docs/rules/%s.md", (id, rule) => {
  const page = readFileSync(join(ROOT, `docs/rules/${id}.md`), "utf8");
  const examples = examplesOf(page);

  test("shows what is wrong and what is right in each language it claims", () => {
    const shown = examples.map(({ language, correct }) => `${language} ${correct ? "correct" : "incorrect"}`);
    expect(shown).toEqual(expect.arrayContaining(rule.languages.flatMap((language) => [`${language} incorrect`, `${language} correct`])));
  });

  for (const example of examples) {
    test(`${example.path} on line ${example.line} is ${example.correct ? "correct" : "incorrect"}`, () => {
      const reported = [...new Set(lint([readFile(example)]).map((finding) => finding.rule))];
      if (example.correct) expect(reported).toEqual([]);
      else expect(reported).toContain(id);
    });
  }
});

test("links between our own pages and files lead somewhere", () => {
  const pages = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", ...RULES.map((rule) => `docs/rules/${rule.id}.md`)];
  const dead = pages.flatMap((page) => [...readFileSync(join(ROOT, page), "utf8").matchAll(/\]\((?<target>[^)#\s]+)(?:#[^)]*)?\)/gu)]
    .map((match) => match.groups?.["target"] ?? "")
    .filter((target) => !/^https?:/u.test(target) && !existsSync(join(ROOT, dirname(page), target)))
    .map((target) => `${page}: ${target}`));
  expect(dead).toEqual([]);
});
