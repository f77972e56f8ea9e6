/**
 * Runs leak-lint once over all cases of a peer and compares the two answers line by line. A place is where one of them
 * reports, or could have: `{ key, ours, theirs, judgement }`.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

/** The bins of a place that was looked at by hand, for peers whose rule asks for style as well. */
export const BINS = ["leak", "exception-only", "closed"];

export function* placesOf(peer, cases, cli, judgements) {
  const reported = lint(peer, cases, cli);
  for (const [index, one] of cases.entries()) {
    const ours = reported[index];
    const lines = one.marks === "somewhere" ? [null] : [...new Set([...one.marks, ...one.sites, ...ours.keys()])].sort((a, b) => a - b);
    // A snippet that both are silent about is one place, too.
    for (const line of lines.length > 0 ? lines : [null]) {
      const key = keyOf(one.code, line);
      const answer = line === null ? [...ours.values()].flat() : ours.get(line) ?? [];
      yield { key, path: one.path, code: one.code, line, findings: answer, ours: answer.length > 0, theirs: one.marks === "somewhere" || line !== null && one.marks.includes(line), judgement: judge(judgements[key]) };
    }
  }
}

/** "ours: reason", "theirs: reason", "out: reason" or, where places are binned, "leak: reason" and its like. */
function judge(text) {
  const [, verdict, reason] = /^([\w-]+)(?:: (.*))?$/u.exec(text ?? "") ?? [];
  return verdict === undefined ? null : { verdict, reason: reason ?? "" };
}

/**
 * A place's name that outlives changes elsewhere in the peer's file, and holds nothing of its text: a hash of the lines
 * around it up to the next empty ones, and its line among them.
 */
export function keyOf(code, line) {
  const lines = code.split("\n");
  if (line === null) return hash(code.trim());
  const isEmpty = (number) => (lines[number - 1] ?? "").trim() === "";
  let start = line;
  while (start > 1 && !isEmpty(start - 1)) start--;
  let end = line;
  while (end < lines.length && !isEmpty(end + 1)) end++;
  return `${hash(lines.slice(start - 1, end).join("\n"))}:${line - start}`;
}

function hash(text) {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

/** For each case, what leak-lint reports by line. */
function lint(peer, cases, cli) {
  const folder = mkdtempSync(join(tmpdir(), "leak-lint-peers-"));
  try {
    const code = join(folder, "code");
    mkdirSync(code);
    const nameOf = (index) => `case${String(index + 1).padStart(4, "0")}.${peer.extension}`;
    for (const [index, one] of cases.entries()) writeFileSync(join(code, nameOf(index)), one.code);
    const output = join(folder, "report.json");
    // Each case is a program by itself.
    const run = spawnSync(process.execPath, [cli, "--isolated", "--no-gitignore", "--no-link", "--format", "json", "--output-file", output, code], { encoding: "utf8" });
    if (run.status !== 0 && run.status !== 1) throw new Error(run.stderr);
    const byName = new Map(JSON.parse(readFileSync(output, "utf8")).map((file) => [basename(file.filePath), file.messages]));
    return cases.map((_, index) => {
      const lines = new Map();
      for (const message of byName.get(nameOf(index)) ?? []) {
        const rule = message.ruleId?.replace("leak-lint/", "");
        if (!peer.rules.includes(rule)) continue;
        if (!lines.has(message.line)) lines.set(message.line, []);
        lines.get(message.line).push({ rule, severity: message.leakLint.severity, message: message.message });
      }
      return lines;
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
