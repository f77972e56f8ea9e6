/** What the plugin does in ESLint besides finding leaks: fixes, comments, presets, configuration, and its own failures. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as tsParser from "@typescript-eslint/parser";
import type { ESLint, Linter } from "eslint";
import { RuleTester as RuleTester10 } from "eslint";
import { RuleTester as RuleTester9 } from "eslint9";
import { RULES } from "../../rules/index.js";
import plugin from "../../src/eslint-plugin/index.js";
import { lint } from "../../src/index.js";
import { command, configFor, CWD, fixed, placeOf, placeOfMessage, TYPESCRIPT, verify, VERSIONS, VUE } from "./eslint-runs.js";

const OPEN = `import fs from "node:fs";

export function head(path: string) {
  const fd = fs.openSync(path, "r");
  const buffer = Buffer.alloc(16);
  fs.readSync(fd, buffer);
  return buffer;
}
`;

const GROWS = `import express from "express";

const app = express();
const pages = new Map<string, string>();

app.get("/page", (request, response) => {
  let page = pages.get(request.url);
  if (page === undefined) {
    page = request.url.toUpperCase();
    pages.set(request.url, page);
  }
  response.send(page);
});
`;

const CLOCK = `<script setup lang="ts">
import { onMounted, ref } from "vue";

const now = ref<number>(Date.now());

onMounted(() => {
  setInterval((): void => { now.value = Date.now(); }, 1000);
});
</script>

<template>
  <b>{{ now }}</b>
</template>
`;

describe("presets", () => {
  test("the plugin names itself, and has every rule for TypeScript and no other", () => {
    expect(plugin.meta).toEqual({ name: "leak-lint", version: expect.stringMatching(/^\d+\.\d+\.\d+/u) as string, namespace: "leak-lint" });
    expect(Object.keys(plugin.rules).sort()).toEqual([...RULES.filter(({ languages }) => languages.includes("ts")).map(({ id }) => id), "unused-suppression"].sort());
  });

  test("every rule is documented where people look it up", () => {
    for (const [id, { meta }] of Object.entries(plugin.rules)) {
      expect(meta?.docs?.url).toMatch(/^https:\/\/.*\.md/u);
      expect(meta?.docs?.description).not.toBe("");
      expect({ id, type: meta?.type, schema: meta?.schema }).toEqual({ id, type: "problem", schema: [] });
    }
  });

  test("recommended holds what the command runs by itself, all holds everything, and the worst are errors", () => {
    const inTypescript = RULES.filter(({ languages }) => languages.includes("ts"));
    const levels = (rules: typeof inTypescript): Record<string, string> => Object.fromEntries(rules.map(({ id, severity }) => [`leak-lint/${id}`, severity === "high" ? "error" : "warn"]));
    const builtIn = { "leak-lint/unused-suppression": "warn" };
    expect(plugin.configs.recommended.rules).toEqual({ ...levels(inTypescript.filter(({ recommended }) => recommended)), ...builtIn });
    expect(plugin.configs.all.rules).toEqual({ ...levels(inTypescript), ...builtIn });
    for (const config of Object.values(plugin.configs)) expect(config.plugins?.["leak-lint"]).toBe(plugin);
  });
});

describe.each(VERSIONS)("$version", (version) => {
  test("says in one line what leaks, where it leaves, and what to do", async () => {
    const [message, ...others] = verify(version, { path: "head.ts", text: OPEN });
    const [finding] = (await command({ path: "head.ts", text: OPEN })).findings;
    expect(others).toEqual([]);
    expect(message).toMatchObject({ ruleId: "leak-lint/unclosed-file", severity: 2, line: 4, column: 14, endLine: 4 });
    expect(message?.message).not.toContain("\n");
    expect(message?.message.startsWith(`${finding!.message}. Line `)).toBe(true);
    expect(message?.message.endsWith(`. Fix: ${finding!.help}`)).toBe(true);
  });

  test("a safe fix is applied by --fix", () => {
    const after = fixed(version, { path: "head.ts", text: OPEN });
    expect(after).toContain("} finally {\n    fs.closeSync(fd);\n  }");
    expect(verify(version, { path: "head.ts", text: after })).toEqual([]);
  });

  test("a fix keeps the file's line ends and its byte order mark", () => {
    const text = `\ufeff${OPEN.replaceAll("\n", "\r\n")}`;
    const after = fixed(version, { path: "head.ts", text });
    expect(after).toBe(`\ufeff${fixed(version, { path: "head.ts", text: OPEN }).replaceAll("\n", "\r\n")}`);
  });

  test("a fix that may change behaviour is a suggestion, with its title", async () => {
    const [message] = verify(version, { path: "app.ts", text: GROWS });
    const { findings: [finding] } = await command({ path: "app.ts", text: GROWS });
    expect(finding?.fix?.applicability).toBe("unsafe");
    expect(message).toMatchObject({ ruleId: "leak-lint/unbounded-cache", suggestions: [{ desc: finding?.fix?.title }] });
    expect(message?.fix).toBeUndefined();
    expect(fixed(version, { path: "app.ts", text: GROWS })).toBe(GROWS);
    const [{ fix: { range, text } }] = message!.suggestions as [Linter.LintSuggestion];
    const after = GROWS.slice(0, range[0]) + text + GROWS.slice(range[1]);
    // The new import and what uses it are two edits of one suggestion.
    expect(after).toBe((await command({ path: "app.ts", text: GROWS }, { fix: true, unsafeFixes: true })).fixed[0]?.after);
    expect(finding?.fix?.edits.length).toBeGreaterThan(1);
  });

  test("a fix that the project's own parser cannot read is not offered", () => {
    const old: Linter.Parser = {
      parseForESLint(text: string, options?: Linter.ParserOptions) {
        if (text.includes("finally")) throw new SyntaxError("no finally here");
        return tsParser.parseForESLint(text, options) as unknown as Linter.ESLintParseResult;
      },
    };
    const [message] = verify(version, { path: "head.ts", text: OPEN, languageOptions: { parser: old } });
    expect(message).toMatchObject({ ruleId: "leak-lint/unclosed-file", message: expect.stringContaining("would not parse") as string });
    expect(message?.fix).toBeUndefined();
  });

  test("reads a Vue component with <script setup lang=\"ts\">, at the lines of the file", async () => {
    const messages = verify(version, { path: "clock.vue", text: CLOCK, languageOptions: VUE });
    expect(messages.map(placeOfMessage)).toEqual((await command({ path: "clock.vue", text: CLOCK })).findings.map(placeOf));
    expect(messages).toMatchObject([{ ruleId: "leak-lint/timer-leak", line: 7 }]);
  });

  test("a hashbang is no obstacle", async () => {
    const text = `#!/usr/bin/env node\n${OPEN}`;
    expect(fixed(version, { path: "head.ts", text })).toBe((await command({ path: "head.ts", text }, { fix: true })).fixed[0]?.after);
  });

  describe("suppression", () => {
    const withComment = (comment: string): string => OPEN.replace("  const fd", `  ${comment}\n  const fd`);

    test("ESLint's own comments are left to ESLint, which knows that they are of use", () => {
      const text = withComment("// eslint-disable-next-line leak-lint/unclosed-file -- closed elsewhere");
      expect(verify(version, { path: "head.ts", text, linterOptions: { reportUnusedDisableDirectives: "error" } })).toEqual([]);
      const inline = OPEN.replace("\"r\");", "\"r\"); // eslint-disable-line leak-lint/unclosed-file");
      expect(verify(version, { path: "head.ts", text: inline, linterOptions: { reportUnusedDisableDirectives: "error" } })).toEqual([]);
      const file = `/* eslint-disable leak-lint/unclosed-file */\n${OPEN}`;
      expect(verify(version, { path: "head.ts", text: file, linterOptions: { reportUnusedDisableDirectives: "error" } })).toEqual([]);
      expect(verify(version, { path: "head.ts", text: file, linterOptions: { noInlineConfig: true } }).filter(({ ruleId }) => ruleId !== null)).toHaveLength(1);
    });

    test("what ESLint suppressed, it lists with the reason", async () => {
      const text = withComment("// eslint-disable-next-line leak-lint/unclosed-file -- closed elsewhere");
      const eslint = new version.ESLint({ cwd: dirname(CWD), overrideConfigFile: true, overrideConfig: configFor("head.ts") });
      const [result] = await eslint.lintText(text, { filePath: "head.ts" }) as [ESLint.LintResult];
      expect(result.suppressedMessages).toMatchObject([{ ruleId: "leak-lint/unclosed-file", suppressions: [{ kind: "directive", justification: "closed elsewhere" }] }]);
    });

    test("an unused comment of ESLint's is ESLint's to report", () => {
      const text = OPEN.replace("  const buffer", "  // eslint-disable-next-line leak-lint/unclosed-file\n  const buffer");
      const messages = verify(version, { path: "head.ts", text, linterOptions: { reportUnusedDisableDirectives: "error" } });
      expect(messages.map(({ ruleId, line }) => [ruleId, line])).toEqual([["leak-lint/unclosed-file", 4], [null, 5]]);
    });

    test("leak-lint's comments work as in the command", async () => {
      const text = withComment("// leak-lint-ignore[unclosed-file] closed elsewhere");
      expect(verify(version, { path: "head.ts", text })).toEqual([]);
      expect((await command({ path: "head.ts", text })).suppressed).toHaveLength(1);
    });

    test("one of them that is of no use is reported and removed", async () => {
      const text = `// leak-lint-ignore-file[timer-leak] there were timers once\n${OPEN}`;
      const messages = verify(version, { path: "head.ts", text });
      expect(messages.map(placeOfMessage)).toEqual((await command({ path: "head.ts", text })).findings.map(placeOf));
      expect(messages[0]).toMatchObject({ ruleId: "leak-lint/unused-suppression", severity: 1, messageId: "unused" });
      expect(fixed(version, { path: "head.ts", text })).toBe(fixed(version, { path: "head.ts", text: OPEN }));
    });

    test("one that names no rule is reported with what it may have meant", () => {
      const [message] = verify(version, { path: "head.ts", text: withComment("// leak-lint-ignore[unclosed-fil] closed elsewhere") });
      expect(message).toMatchObject({ messageId: "unknown", message: expect.stringContaining("did you mean \"unclosed-file\"?") as string });
    });
  });

  test("lowers a file once for all rules", () => {
    let asked = 0;
    const once: Linter.Config = {
      plugins: {
        spy: {
          rules: {
            count: {
              create({ sourceCode }) {
                const prototype = Object.getPrototypeOf(sourceCode) as { getAllComments: () => unknown };
                const { getAllComments } = prototype;
                prototype.getAllComments = function (this: unknown) {
                  asked++;
                  return getAllComments.call(this);
                };
                return { "Program:exit": () => { prototype.getAllComments = getAllComments; } };
              },
            },
          },
        },
      },
      rules: { "spy/count": "error" },
    };
    const config = configFor("head.ts");
    const messages = new version.Linter({ cwd: CWD }).verify(OPEN, [{ files: ["**/*.ts"], ...once }, ...config], join(CWD, "head.ts"));
    expect(messages).toHaveLength(1);
    expect(asked).toBe(1);
  });

  test("a rule that is on alone reports its own findings only", () => {
    const text = `${GROWS}\n${OPEN}`;
    const of = (rules: Linter.RulesRecord): (string | null)[] => verify(version, { path: "app.ts", text, rules }).map(({ ruleId }) => ruleId);
    expect(of({ "leak-lint/unclosed-file": "warn" })).toEqual(["leak-lint/unclosed-file"]);
    expect(of({ "leak-lint/timer-leak": "warn" })).toEqual([]);
  });

  test("the presets may be used without `files` beside languages that are not JavaScript", () => {
    const ast = { type: "Root", range: [0, 5], loc: { start: { line: 1, column: 1 }, end: { line: 1, column: 6 } } };
    const sourceCode = {
      ast, text: "words", lines: ["words"],
      getLoc: () => ast.loc, getRange: () => ast.range, getParent: () => undefined, *traverse() { yield { kind: 1, target: ast, phase: 1, args: [ast] }; },
    };
    const language = { fileType: "text", lineStart: 1, columnStart: 1, nodeTypeKey: "type", validateLanguageOptions: () => undefined, parse: () => ({ ok: true, ast }), createSourceCode: () => sourceCode };
    const config = [plugin.configs.recommended, { files: ["**/*.txt"], plugins: { own: { languages: { words: language } } }, language: "own/words" }] as Linter.Config[];
    expect(new version.Linter({ cwd: CWD }).verify("words", config, join(CWD, "a.txt"))).toEqual([]);
  });

  describe("on disk", () => {
    let folder: string;
    const write = (path: string, text: string): void => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    };
    const eslint = (options: ESLint.Options = {}): ESLint => new version.ESLint({
      cwd: folder, overrideConfigFile: true, ...options,
      overrideConfig: [plugin.configs.recommended, { files: ["**/*.ts"], languageOptions: TYPESCRIPT }, { files: ["**/*.vue"], languageOptions: VUE }],
    });
    beforeEach(() => { folder = mkdtempSync(join(tmpdir(), "leak-lint-eslint-")); });
    afterEach(() => { rmSync(folder, { recursive: true }); });

    test("a project is linted and fixed like by the command", async () => {
      write("src/head.ts", OPEN);
      write("src/app.ts", GROWS);
      write("src/clock.vue", CLOCK);
      write("src/plain.js", "const fs = require('fs');\nfunction head(path) {\n  const fd = fs.openSync(path, 'r');\n  return fs.fstatSync(fd).size;\n}\nmodule.exports = head;\n");
      const results = await eslint().lintFiles(["."]);
      const expected = await lint({ cwd: folder });
      const found = results.flatMap(({ filePath, messages }) => messages.map((message) => `${filePath} ${placeOfMessage(message)}`));
      expect(found.sort()).toEqual(expected.findings.map((finding) => `${join(folder, finding.path)} ${placeOf(finding)}`).sort());
      expect(new Set(results.filter(({ messages }) => messages.length > 0).map(({ filePath }) => filePath)).size).toBe(4);
      const outputs = (await eslint({ fix: true }).lintFiles(["."])).flatMap(({ filePath, output }) => (output === undefined ? [] : [[filePath, output]]));
      const { fixed: changed } = await lint({ cwd: folder, fix: "preview" });
      expect(outputs.sort()).toEqual(changed.map(({ path, after }) => [join(folder, path), after]).sort());
    });

    const LEASE = "import { lease } from \"our-pool\";\n\nexport function use(): number {\n  const held = lease();\n  return held.size;\n}\n";
    const PAIR = { key: "our-pool", rule: "unclosed-connection", noun: "lease", acquire: ["our-pool.lease"], release: ["#end"], scope: "closes" };

    test("the project's own pairs count as in the command, from the nearest configuration", async () => {
      write("src/use.ts", LEASE);
      expect((await eslint().lintFiles(["."])).flatMap(({ messages }) => messages)).toEqual([]);
      write("leak-lint.json", JSON.stringify({ pairs: { ts: [PAIR] }, ignore: ["unclosed-connection"], "min-severity": "high" }));
      const [result] = await eslint().lintFiles(["."]) as [ESLint.LintResult];
      const { findings } = await lint({ cwd: folder, select: ["unclosed-connection"], minSeverity: "low" });
      expect(findings).toHaveLength(1);
      // Which rules run is said in ESLint's configuration, so that `ignore` and `min-severity` do not count here.
      expect(result.messages.map(placeOfMessage)).toEqual(findings.map(placeOf));
    });

    test("a mistake in that configuration is said once for each file, beside the findings", async () => {
      write("leak-lint.json", JSON.stringify({ pairs: { ts: [{ ...PAIR, acquire: "our-pool.lease" }] } }));
      write("head.ts", OPEN);
      const [result] = await eslint().lintFiles(["."]) as [ESLint.LintResult];
      expect(result.messages).toMatchObject([
        { messageId: "problem", line: 1, column: 1, message: expect.stringMatching(/^leak-lint\.json.*acquire/u) as string },
        { ruleId: "leak-lint/unclosed-file" },
      ]);
    });
  });
});

test("what leak-lint cannot analyse is said, and does not stop ESLint", () => {
  const deep = `export const odd = ${"!".repeat(500)}1;\n`;
  const [message, ...others] = verify(VERSIONS[0], { path: "deep.js", text: deep });
  expect(others).toEqual([]);
  expect(message).toMatchObject({ messageId: "problem", message: expect.stringContaining("nested too deeply") as string });
});

const fixture = {
  valid: ["const word = /a/g;\nfor (const line of lines) word.test(line);"],
  invalid: [{
    code: "export function find(lines, needle) {\n  for (const line of lines) {\n    const word = new RegExp(`^${needle}`);\n    if (word.test(line)) return line;\n  }\n}",
    output: "export function find(lines, needle) {\n  const word = new RegExp(`^${needle}`);\n  for (const line of lines) {\n    if (word.test(line)) return line;\n  }\n}",
    errors: [{ messageId: "invariant", line: 3, column: 18 }],
  }],
};
new RuleTester10().run("regex-in-loop", plugin.rules["regex-in-loop"]!, fixture);
new RuleTester9().run("regex-in-loop in ESLint 9", plugin.rules["regex-in-loop"] as never, fixture);
