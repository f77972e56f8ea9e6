import { createProgress } from "../../src/cli/progress.js";
import type { Io } from "../../src/cli/io.js";

/** What is written to stderr for updates at given times, in milliseconds. */
function written(terminal: boolean, updates: readonly [time: number, done: number][]): string[] {
  const out: string[] = [];
  let time = 0;
  const io = { stderrIsTerminal: terminal, stderr: (text: string) => { out.push(text); } } as Io;
  const progress = createProgress(io, () => time);
  for (const [at, done] of updates) {
    time = at;
    progress.update(done, 100);
  }
  progress.clear();
  return out;
}

test("nothing is said in the first second", () => {
  expect(written(true, [[10, 1], [999, 100]])).toEqual([]);
});

test("nothing is said where stderr is no terminal", () => {
  expect(written(false, [[2000, 50]])).toEqual([]);
});

test("later, one line is rewritten now and then, and removed at the end", () => {
  expect(written(true, [[1500, 10], [1550, 20], [1700, 30], [1710, 100]])).toEqual([
    "\r\u001b[Kleak-lint: read 10 of 100 files", "\r\u001b[Kleak-lint: read 30 of 100 files", "\r\u001b[Kleak-lint: analysing 100 files", "\r\u001b[K",
  ]);
});
