/**
 * Finds fixtures and turns them into tests.
 *
 * A fixture is a file of fixtures/<language>/<rule>/, or a folder of it that is a project of several files. Every rule
 * sees every fixture, so a finding of another rule than the folder's must be wanted too.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { NO_LAYOUT, type Layout } from "../../src/engine/program/layout.js";
import { readLayout } from "../../src/engine/files/read-layout.js";
import type { SourceFile } from "../../src/parsers/language.js";
import { compare, misnamed, type FactLookup, type Outcome } from "./compare.js";
import { fixAll } from "./fix.js";
import { asFound, languageOf, lint, readFile, scopesOf, summaryFacts, VOCABULARY, type ReadFile } from "./lint.js";
import { ROOT } from "./root.js";
import { parseMarks, withoutMarks, type Known, type Mark } from "./want.js";

export interface Fixture {
  /** The file's or folder's name. */
  title: string;
  /** Paths are relative to the fixture, so that no folder of ours is taken for a sign (`tests/`, `fixtures/`). */
  files: SourceFile[];
  /** By the path of the file that it is the fixed form of. */
  fixed: Map<string, string>;
  layout: Layout;
}

const FIXED = /\.fixed(?=\.\w+$)/u;

/** The fixtures of one folder, by name; none where there is no such folder. */
export function fixturesIn(folder: string): Fixture[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder).sort().filter((name) => !FIXED.test(name));
  return entries.map((title) => {
    const path = join(folder, title);
    if (statSync(path).isDirectory()) return { ...load(title, path, filesUnder(path)), layout: readLayout(filesUnder(path), path) };
    const own = readdirSync(folder).filter((name) => name.replace(FIXED, "") === title);
    return load(title, folder, own.map((name) => join(folder, name)));
  });
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).sort().map((name) => join(folder, name)).filter((path) => statSync(path).isFile());
}

function load(title: string, base: string, paths: readonly string[]): Fixture {
  const files: SourceFile[] = [];
  const fixed = new Map<string, string>();
  for (const full of paths) {
    const path = relative(base, full).replaceAll(sep, "/");
    const text = readFileSync(full, "utf8");
    if (FIXED.test(path)) fixed.set(path.replace(FIXED, ""), text);
    else if (languageOf(path) !== null) files.push({ path, text });
  }
  return { title, files, fixed, layout: NO_LAYOUT };
}

/** What a fixture says of itself; throws, with every place, where its marks are misspelt. */
export function marksOf(files: readonly ReadFile[]): Mark[] {
  const all = files.map((file) => parseMarks(file, VOCABULARY));
  const errors = all.flatMap((one) => one.errors);
  if (errors.length > 0) throw new Error(errors.join("\n"));
  return all.flatMap((one) => one.marks);
}

/**
 * Declares the tests of one rule: one for each fixture, one for each fixed form, and one for each known wrong answer,
 * whose name starts with the mark so that `npm run quality` can count them.
 */
export function fixtureTests(rule: string, facts?: FactLookup): void {
  for (const language of ["python", "ts"]) {
    for (const fixture of fixturesIn(join(ROOT, "fixtures", language, rule))) {
      declare(`${language}/${fixture.title}`, fixture, facts);
    }
  }
}

function declare(name: string, fixture: Fixture, facts: FactLookup | undefined): void {
  let files: ReadFile[];
  let marks: Mark[];
  try {
    files = fixture.files.map(readFile);
    marks = marksOf(files);
  } catch (error) {
    // The marks name the tests, so they are read before any test runs; what is wrong with them is one failing test.
    test(name, () => { throw error; });
    return;
  }
  const scopes = files.flatMap(scopesOf);
  let outcome: Outcome | null = null;
  const compared = (): Outcome => outcome ??= compare(marks, { findings: asFound(lint(files, fixture.layout), files), scopes, facts: facts ?? summaryFacts(files, fixture.layout) });

  const leaks = marks.filter((mark) => mark.kind === "want").length;
  test(`${name} ${leaks === 0 ? "stays silent" : `reports ${leaks} ${leaks === 1 ? "leak" : "leaks"}`}`, () => {
    const { missing, noisy } = compared();
    const problems = Object.entries({ misnamed: misnamed(fixture.title, marks, scopes), missing, noisy })
      .flatMap(([outcome, places]) => places.map((place) => `${outcome.padEnd("misnamed".length)} ${place}`));
    // The places are in the fixture; a frame of this file around the failure would only hide them.
    if (problems.length > 0) throw Object.assign(new Error(problems.join("\n")), { stack: problems.join("\n") });
  });
  if (files.length > 1) {
    test(`${name} reports the same in any order of its files`, () => {
      expect(lint(files.toReversed(), fixture.layout)).toEqual(lint(files, fixture.layout));
    });
  }
  for (const mark of marks.filter((one): one is Known => one.kind === "known-fn" || one.kind === "known-fp")) {
    test(`${mark.kind} ${name} line ${mark.line}: ${mark.why}`, () => {
      expect(compared().known.get(mark)).toBeNull();
    });
  }
  test(`${name} ${fixture.fixed.size > 0 ? "is fixed as written beside it" : "can be fixed to the end where it can be fixed"}`, () => {
    // Also without a text to compare: the fixed files parse, and fixing comes to an end with nothing fixable left.
    const after = new Map(fixAll(files, fixture.layout).map((file) => [file.path, withoutMarks(file)]));
    for (const [path, text] of fixture.fixed) expect(after.get(path)).toBe(text);
  });
}
