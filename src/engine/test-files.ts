/** Files whose code only runs under a test runner, or that shows how something is used. */
const TEST_FILE = /(?:^|\/)(?:(?:[\w-]+[-_])?tests?|__tests__|__mocks__|specs?|testing|\.storybook|e2e|cypress|playwright-tests|test_utils)\/|(?:^|\/)(?:test_[^/]*|[^/]*_test|conftest)\.py$|(?:^|\/)(?:vitest|jest)[._-]?[sS]etup\.[cm]?[jt]s$|\.(?:test|spec|e2e|stories|bench|cy)\.[cm]?[jt]sx?$|(?:^|\/)(?:test|tests?-[^/]*|[^/]*(?:[._-]test|[a-z]Tests?))\.[cm]?[jt]sx?$/u;

export function isTestFile(path: string): boolean {
  return TEST_FILE.test(path);
}
