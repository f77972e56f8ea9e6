/**
 * The peers: which public rule tests are read, how the peer's verdict is marked in them, and which of our rules answer
 * the same question. Paths are those of the peer's repository.
 */
import { asyncMarks, plainSites, pylintMarks, ruffMarks, ruleTesterCases } from "./extract.mjs";

const RUFF = "crates/ruff_linter";
const WEB_API = "plugins/eslint-plugin-react-web-api/src/rules";
const FILES = ["unclosed-file", "unclosed-connection", "executor-leak"];

/** A Python fixture with many places in one file; `sites` finds the lines that the peer could have marked. */
function ruff(name, folder, rules, sites) {
  return {
    name: `ruff ${name}`, repository: "astral-sh/ruff", rules, extension: "py",
    *cases(read) {
      const path = `${RUFF}/resources/test/fixtures/${folder}/${name}.py`;
      const code = read(path);
      const snapshot = read(`${RUFF}/src/rules/${folder}/snapshots/ruff_linter__rules__${folder}__tests__${name}_${name}.py.snap`);
      yield { path, code, marks: ruffMarks(snapshot, name), sites: plainSites(code, sites) };
    },
  };
}

function pylint(name, rules) {
  return {
    name: `pylint ${name.replaceAll("_", "-")}`, repository: "pylint-dev/pylint", rules, extension: "py", bins: true,
    *cases(read) {
      const path = `tests/functional/c/consider/${name}.py`;
      const code = read(path);
      const sites = /\b(?:\w*open|\w*TemporaryFile|TemporaryDirectory|\w*ZipFile|TarFile|acquire|Pool|start|Popen|\w+PoolExecutor)\(/u;
      yield { path, code, marks: pylintMarks(read(path.replace(/py$/u, "txt")), "consider-using-with"), sites: plainSites(code, sites) };
    },
  };
}

/** ESLint's RuleTester: each snippet is a case of its own. `about` leaves out those that are about something else. */
function ruleTester(name, repository, path, rules, { extension = "tsx", carets = false, about = () => true } = {}) {
  return {
    name, repository, rules, extension,
    *cases(read) {
      for (const one of ruleTesterCases(path, read(path), carets)) if (about(one.code)) yield one;
    },
  };
}

/** Work that goes on is started: not just a promise that is mentioned or settled already. `test` is the tests' wrapper. */
function startsTask(code) {
  return /\basync\b|\bfetch\(|\bsetTimeout\(|(?:\) ?:|=>) \w*Promise(?:Like)?</u.test(code.replaceAll("async function test()", ""));
}

function react(kind, rules) {
  const name = `no-leaked-${kind}`;
  return ruleTester(`eslint-react ${name}`, "Rel1cx/eslint-react", `${WEB_API}/${name}/${name}.spec.ts`, rules);
}

function listeners(name) {
  return ruleTester(`listeners ${name}`, "foad/eslint-plugin-listeners", `tests/src/rules/${name}.ts`, ["listener-leak"]);
}

export const PEERS = [
  { ...ruff("SIM115", "flake8_simplify", FILES, /\b(?:open|open_code|\w*TemporaryFile|TarFile|ZipFile|LZMAFile|taropen|input|FileInput|open_shelf|TF)\(/u), bins: true },
  ruff("RUF006", "ruff", ["orphan-task"], /\b(?:create_task|ensure_future)\(/u),
  ruff("B019", "flake8_bugbear", ["cached-method"], /^\s*@(?:functools\.)?(?:lru_)?cache(?:d_property)?\b/u),
  pylint("consider_using_with", [...FILES, "orphan-task"]),
  pylint("consider_using_with_open", FILES),
  {
    name: "flake8-async ASYNC300", repository: "python-trio/flake8-async", rules: ["orphan-task"], extension: "py",
    *cases(read) {
      const path = "tests/eval_files/async300.py";
      const code = read(path);
      yield { path, code, marks: asyncMarks(code, "ASYNC300"), sites: plainSites(code, /\b(?:create_task|boo|my_lambda)\(/u) };
    },
  },
  react("event-listener", ["listener-leak"]),
  react("interval", ["timer-leak"]),
  react("timeout", ["timer-leak"]),
  react("resize-observer", ["listener-leak"]),
  react("intersection-observer", ["listener-leak"]),
  react("fetch", ["orphan-task", "unclosed-connection", "listener-leak"]),
  ruleTester("wc require-listener-teardown", "43081j/eslint-plugin-wc", "src/test/rules/require-listener-teardown_test.ts", ["listener-leak"], { extension: "js" }),
  ...["matching-remove-event-listener", "no-inline-function-event-listener", "no-missing-remove-event-listener"].map(listeners),
  ruleTester("rxjs-x no-ignored-subscription", "JasonWeinzierl/eslint-plugin-rxjs-x", "tests/rules/no-ignored-subscription.test.ts", ["listener-leak", "unclosed-connection"], { extension: "ts", carets: true }),
  ruleTester("typescript-eslint no-floating-promises", "typescript-eslint/typescript-eslint", "packages/eslint-plugin/tests/rules/no-floating-promises.test.ts", ["orphan-task"], { extension: "ts", about: startsTask }),
];
