/** Files by what they are for: code that only runs under a test runner, code that shows how something is used. */
const TEST_FILE = /(?:^|\/)(?:(?:[\w-]+[-_])?tests?|__tests__|__mocks__|specs?|testing|\.storybook|e2e|cypress|playwright-tests|test_utils)\/|(?:^|\/)(?:test_[^/]*|[^/]*_test|conftest)\.py$|(?:^|\/)(?:vitest|jest)[._-]?[sS]etup\.[cm]?[jt]s$|\.(?:test|spec|e2e|stories|bench|cy)\.[cm]?[jt]sx?$|(?:^|\/)(?:test|tests?-[^/]*|[^/]*(?:[._-]test|[a-z]Tests?))\.[cm]?[jt]sx?$/u;

export function isTestFile(path: string): boolean {
  return TEST_FILE.test(path);
}

/** Folders whose code shows how something is used, and serves nobody. */
const EXAMPLE_FOLDER = /^(?:docs|documentation|examples?|samples?|demos?|tutorials?|quickstarts?|cookbook|snippets|playgrounds?|showcases?|storybook|stories|sandbox)$/u;

/**
 * Which of the files stand in a folder for examples, below the folder that they all share: whoever has the examples
 * themselves looked at means them.
 */
export function exampleFiles(paths: readonly string[]): ReadonlySet<string> {
  const folders = paths.map((path) => path.split("/").slice(0, -1));
  const [first = []] = folders;
  const shared = folders.reduce((length, folder) => {
    const differs = folder.findIndex((name, index) => name !== first[index]);
    return Math.min(length, differs < 0 ? folder.length : differs);
  }, first.length);
  return new Set(paths.filter((_, index) => folders[index]?.slice(shared).some((name) => EXAMPLE_FOLDER.test(name)) === true));
}
