/** The trees and scopes that ESLint hands to rules lower to the same facts as the CLI's own. */
import * as tsParser from "@typescript-eslint/parser";
import { Linter } from "eslint";
import type { ModuleFacts } from "../../../src/model/facts.js";
import type { Node } from "../../../src/parsers/ts/ast.js";
import { typescript } from "../../../src/parsers/ts/index.js";
import { lowerProgram } from "../../../src/parsers/ts/lower.js";
import type { ScopeManagerLike } from "../../../src/parsers/ts/scopes.js";
import vueParser from "vue-eslint-parser";

function factsInEslint(text: string, path: string, languageOptions: Linter.LanguageOptions): ModuleFacts {
  const lowered: ModuleFacts[] = [];
  const rule = {
    create: ({ sourceCode }: { sourceCode: { ast: unknown; scopeManager: unknown } }) => {
      lowered.push(lowerProgram(sourceCode.ast as Node, sourceCode.scopeManager as ScopeManagerLike, text, path));
      return {};
    },
  };
  const messages = new Linter().verify(text, [{ files: ["**/*.{js,mjs,ts,vue}"], languageOptions, plugins: { own: { rules: { lower: rule as never } } }, rules: { "own/lower": "error" } }], path);
  const [facts] = lowered;
  if (!facts) throw new Error(messages.map((message) => message.message).join());
  return facts;
}

const SCRIPT = "const fs = require('fs'); function P() { const self = this; on(() => { self.x = 1; }); } P.prototype.m = function () { clearInterval(this.x); };"
  + "var w = a?.b ?? [...c]; for (const { d = 1 } of w) { label: try { if (d || !w) break label; } catch { throw d; } finally { fs.closeSync(d); } } exports.P = P;";
const MODULE = "import { x } from 'y'; class A extends x { #t = 1; static s = 2; get v() { return this.#t; } static { f(); } } export default new A(); export const el = 1;";

test.each([
  ["espree, a script", SCRIPT, "a.js", { sourceType: "commonjs" }],
  ["espree, a script with configured globals", SCRIPT, "a.js", { sourceType: "script", globals: { clearInterval: "readonly", require: "readonly" } }],
  ["espree, a module", MODULE, "a.mjs", { sourceType: "module" }],
  ["@typescript-eslint/parser", `${MODULE} enum E { A } function f(this: A, e: E, k: "a" | "b"): void {} using q = <any>f!;`, "a.ts", { parser: tsParser }],
  ["vue-eslint-parser", "<template><p @click=\"go\">{{ n }}</p></template>\n<script setup>\nimport { ref } from 'vue'; const n = ref(0); const go = () => setInterval(() => n.value++, 1);\n</script>\n", "a.vue", { parser: vueParser }],
] as [string, string, string, Linter.LanguageOptions][])("%s", (_what, text, path, options) => {
  expect(factsInEslint(text, path, options)).toEqual(typescript.lower({ path, text }).facts);
});
