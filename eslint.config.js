import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig(
  { ignores: ["dist/", "docs/", "fixtures/", "coverage/", "bench/corpora/"] },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Numbers read well in messages and cannot print as "[object Object]".
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // A one-line arrow around a void call is how callbacks are written here.
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      // `switch` over a closed union must name every member, so that a new one does not compile unseen.
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      // It asks for `!`, which no-non-null-assertion forbids; an assertion to a type at least names it.
      "@typescript-eslint/non-nullable-type-assertion-style": "off",
      // Intersections and unions of object types read better as types; both forms stay.
      "@typescript-eslint/consistent-type-definitions": "off",
    },
  },
  {
    // Scripts are plain JavaScript, run before anything is built; there are no types to check them with.
    files: ["**/*.mjs", "**/*.js"],
    extends: [tseslint.configs.strict, tseslint.configs.stylistic],
  },
  {
    files: ["tests/**"],
    rules: {
      // A missing value fails the test at that line, which is what a test is for.
      "@typescript-eslint/no-non-null-assertion": "off",
      // Handlers and timers of made-up programs do nothing, and repairs delete entries.
      "@typescript-eslint/no-empty-function": "off",
      "@typescript-eslint/no-dynamic-delete": "off",
    },
  },
);
