/**
 * What a function does for its callers, as short predicates on the named function: `returns-owned(connection)`,
 * `releases(conn)`, `keeps(handler)`, `registers(bus)`, `grows(self.jobs)`, `may-raise`, `never-returns`. The analyses ask the same questions through `Lifetimes` and
 * `Holders`; this prints the answers, so that fixtures can assert a summary before any rule depends on it.
 */
import type { Analysis } from "./analysis.js";
import type { CompiledPair } from "./program/api.js";
import type { Fn } from "./program/program.js";
import { successorsOf } from "./program/program.js";
import { describe } from "./program/refs.js";
import type { Ref } from "./program/refs.js";

/** What a rule's handles are called in summaries. */
const KINDS: Readonly<Record<string, string>> = {
  "unclosed-file": "file", "unclosed-connection": "connection", "executor-leak": "executor", "timer-leak": "timer", "orphan-task": "task",
  "listener-leak": "subscription", "logger-handler": "log-handler", "unreleased-lock": "lock",
};

/** The summary of one function, sorted. */
export function summaryOf(analysis: Analysis, fn: Fn): string[] {
  const facts = new Set<string>();
  const owned = analysis.lifetimes.returnsOwned(fn);
  if (owned) facts.add(`returns-owned(${KINDS[owned.rule] ?? owned.rule})`);
  for (const parameter of fn.facts.parameters) {
    if (parameter.binding === null) continue;
    for (const pair of resultPairs(analysis)) {
      const fate = analysis.holders.fateOfParameter(fn, parameter.binding, pair);
      if (fate === "released") facts.add(`releases(${parameter.name})`);
    }
    const [any] = resultPairs(analysis);
    if (any && !facts.has(`releases(${parameter.name})`)) {
      const fate = analysis.holders.fateOfParameter(fn, parameter.binding, any);
      if (fate === "kept") facts.add(`keeps(${parameter.name})`);
      if (fate === "returned") facts.add(`returns(${parameter.name})`);
    }
  }
  for (const one of analysis.registrations.in(fn)) if (one.target) facts.add(`registers(${describe(one.target)})`);
  for (const target of unregistered(analysis, fn)) facts.add(`unregisters(${describe(target)})`);
  const changes = analysis.containers.changes().get(fn);
  for (const name of changes?.grows ?? []) facts.add(`grows(${name})`);
  for (const name of changes?.shrinks ?? []) facts.add(`shrinks(${name})`);
  if (neverReturns(analysis, fn)) facts.add("never-returns");
  if (analysis.paths.exceptions.mayLeave(fn)) facts.add("may-raise");
  return [...facts].sort();
}

/** The summaries of the functions declared on a line (1-based) of a file; for tests. */
export function summariesAt(analysis: Analysis, path: string, line: number, lineOf: (path: string, offset: number) => number): string[] {
  return analysis.program.modules.filter((module) => module.path === path)
    .flatMap((module) => module.functions.filter((fn) => fn.id !== 0 && lineOf(path, fn.facts.nameAt[0]) === line))
    .flatMap((fn) => summaryOf(analysis, fn));
}

/** Whether every path of the function raises or ends the process. */
export function neverReturns(analysis: Analysis, fn: Fn): boolean {
  if (fn.facts.generator || fn.facts.kind === "module") return false;
  const seen = new Set<number>();
  const work = [0];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const block = fn.block(next);
    if (!block) continue;
    if (block.instructions.some((one) => one.op === "call" && analysis.api.neverReturns.has(fn, one, analysis.types))) continue;
    if (block.end.kind === "return") return false;
    if (block.handler !== null) work.push(block.handler);
    work.push(...successorsOf(block.end));
  }
  return true;
}

/** The targets that the function takes a listener off, of those that somebody adds one to. */
function unregistered(analysis: Analysis, fn: Fn): Ref[] {
  const pairs = analysis.api.pairs.filter(({ registration }) => registration !== undefined);
  return [...fn.sites()].flatMap(({ instruction }) => {
    if (instruction.op !== "call") return [];
    return pairs.flatMap((pair) => {
      const match = analysis.api.released(pair, fn, instruction, analysis.types);
      const target = match?.via === "target" ? analysis.refs.of(fn, match.value) : null;
      return target && analysis.registrations.on(target).some((one) => one.pair === pair) ? [target] : [];
    });
  });
}

function resultPairs(analysis: Analysis): readonly CompiledPair[] {
  return analysis.api.pairs.filter((pair) => (pair.handle ?? "result") === "result" && pair.rule in KINDS && pair.releases.length > 0);
}
