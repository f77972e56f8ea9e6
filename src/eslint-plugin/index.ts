/**
 * leak-lint as an ESLint plugin, for ESLint 9 and 10.
 *
 *   import leakLint from "leak-lint/eslint-plugin";
 *   export default [leakLint.configs.recommended];
 */
import type { Linter, Rule } from "eslint";
import { RULES } from "../../rules/index.js";
import { UNUSED_SUPPRESSION } from "../engine/suppress.js";
import { ruleUrl, version } from "../run/package.js";
import { eslintRule } from "./eslint-rule.js";

export interface LeakLintPlugin {
  meta: { name: string; version: string; namespace: string };
  /** Every rule for TypeScript and JavaScript, by id. */
  rules: Record<string, Rule.RuleModule>;
  /** Errors are the rules that report high severity; the others warn. */
  configs: {
    /** The rules that leak-lint runs by itself. */
    recommended: Linter.Config;
    all: Linter.Config;
  };
}

const NAMESPACE = "leak-lint";

/** The rule about leak-lint's own comments comes with the engine, and with fixed messages. */
const BUILT_IN = { ...UNUSED_SUPPRESSION, messageIds: ["malformed", "unknown", "unused"] };

const described = [
  ...RULES.filter(({ languages }) => languages.includes("ts")).map((rule) => ({ ...rule, messageIds: Object.keys(rule.messages) })),
  BUILT_IN,
];

const configs = {
  recommended: preset("recommended", ({ recommended }) => recommended),
  all: preset("all", () => true),
};

const plugin: LeakLintPlugin = {
  meta: { name: "leak-lint", version: version(), namespace: NAMESPACE },
  rules: Object.fromEntries(described.map((rule) => [rule.id, eslintRule({ ...rule, url: ruleUrl(rule.id) })])),
  configs,
};
for (const config of Object.values(configs)) config.plugins = { [NAMESPACE]: plugin };

function preset(name: string, has: (rule: (typeof described)[number]) => boolean): Linter.Config {
  return {
    name: `${NAMESPACE}/${name}`,
    rules: Object.fromEntries(described.filter(has).map(({ id, severity }) => [`${NAMESPACE}/${id}`, severity === "high" ? "error" : "warn"])),
  };
}

export default plugin;
/** What `require` returns: the plugin itself, not a namespace around it. */
export { plugin as "module.exports" };
