/** What is plugged into the pipeline. Everything heavy is imported when it is needed: `--version` needs none of it. */
import type { CatalogFile } from "../catalog/types.js";
import type { UserPairs } from "../config/settings.js";
import type { analyze } from "../engine/analyze.js";
import type { Rule } from "../engine/define-rule.js";
import type { LanguageId } from "../model/facts.js";
import type { Reporter } from "../model/report.js";
import type { Language } from "../parsers/language.js";

export interface LanguageEntry {
  id: LanguageId;
  /** The same as the loaded language's, known before it is loaded. */
  extensions: readonly string[];
  load: () => Promise<Language>;
}

/** The analysis with its data. */
export interface Engine {
  analyze: typeof analyze;
  catalog: readonly CatalogFile[];
  rules: readonly Rule[];
  /** What is wrong with the pairs of the configuration file `shown`, a sentence each. */
  checkPairs: (pairs: UserPairs, shown: string) => readonly string[];
}

export interface Parts {
  languages: readonly LanguageEntry[];
  engine: () => Promise<Engine>;
  reporters: () => Promise<Record<"text" | "json" | "sarif", Reporter>>;
}

/** The real ones. */
export const PARTS: Parts = {
  languages: [
    { id: "python", extensions: [".py", ".pyi"], load: async () => (await import("../parsers/python/index.js")).python },
    { id: "ts", extensions: [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".vue", ".svelte"], load: async () => (await import("../parsers/ts/index.js")).typescript },
  ],
  engine: async () => {
    const [engine, catalog, validate, rules] = await Promise.all([
      import("../engine/analyze.js"), import("../catalog/index.js"), import("../catalog/validate.js"), import("../../rules/index.js"),
    ]);
    return {
      analyze: engine.analyze,
      catalog: catalog.CATALOG,
      rules: rules.RULES,
      checkPairs: (pairs, shown) => (["python", "ts"] as const).flatMap((language) => {
        const known = new Set(catalog.CATALOG.flatMap((file) => (file.language === language ? file.pairs ?? [] : [])).map(({ key }) => key));
        return validate.pairProblems(pairs[language] ?? [], shown, `pairs.${language}`, known);
      }),
    };
  },
  reporters: async () => (await import("../reporters/index.js")).REPORTERS,
};

/** The user's pairs as catalog files. */
export function catalogOf(pairs: UserPairs): CatalogFile[] {
  return (["python", "ts"] as const).flatMap((language) => {
    const own = pairs[language] ?? [];
    return own.length > 0 ? [{ language, pairs: own }] : [];
  });
}
