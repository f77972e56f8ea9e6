/** Tests run on the TypeScript sources as native ES modules; swc only strips types. */
export default {
  testEnvironment: "<rootDir>/tests/harness/environment.mjs",
  roots: ["<rootDir>/tests"],
  reporters: ["default", "<rootDir>/tests/harness/reporter.mjs"],
  testMatch: ["**/*.test.ts"],
  extensionsToTreatAsEsm: [".ts"],
  moduleNameMapper: {
    "^(\\.{1,2}/.*)\\.js$": "$1",
    "^oxc-parser$": "<rootDir>/tests/harness/oxc-parser.cjs",
  },
  moduleFileExtensions: ["ts", "mjs", "js", "cjs", "json", "node"],
  transform: {
    "^.+\\.ts$": ["@swc/jest", { jsc: { target: "es2022", parser: { syntax: "typescript", decorators: true } }, module: { type: "es6" } }],
  },
};
