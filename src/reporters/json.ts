/** The results array of ESLint's formatters, so that each of them, and every tool that reads it, also reads ours. */
import { resolve } from "node:path";
import type { Edit, Finding, Fix, Problem, Severity, TrailStep } from "../model/finding.js";
import type { Report, Reporter } from "../model/report.js";
import { mergeEdits, shownFindings } from "./select.js";
import type { Replacement } from "./select.js";
import { placeOf, sourcesOf } from "./sources.js";
import type { Sources } from "./sources.js";

interface Message {
  ruleId: string | null;
  /** 2 is ESLint's error, 1 its warning. */
  severity: 1 | 2;
  fatal?: true;
  message: string;
  messageId?: string;
  line: number;
  column: number;
  endLine?: number;
  endColumn?: number;
  nodeType: null;
  fix?: Replacement;
  suggestions?: { desc: string; messageId: string; fix: Replacement }[];
  leakLint?: Details;
}

interface SuppressedMessage extends Message {
  suppressions: { kind: "directive"; justification: string }[];
}

/** What ESLint's shape has no place for. */
interface Details {
  code: string;
  severity: Severity;
  trail: Step[];
  help: string;
  url: string;
  fix: { applicability: Fix["applicability"]; title: string; edits: { range: [number, number]; text: string }[] } | null;
}

/** A step without a place has null for it; one in a file whose text the report does not hold has a path only. */
interface Step {
  role: TrailStep["role"];
  message: string;
  path: string | null;
  line: number | null;
  column: number | null;
  endLine: number | null;
  endColumn: number | null;
}

interface Result {
  filePath: string;
  messages: Message[];
  suppressedMessages: SuppressedMessage[];
  errorCount: number;
  fatalErrorCount: number;
  warningCount: number;
  fixableErrorCount: number;
  fixableWarningCount: number;
  source?: string;
  usedDeprecatedRules: [];
}

/** For programs: one line of JSON, an array with one entry for each linted file. */
export const json: Reporter = (report, options) => `${JSON.stringify(resultsOf(report, shownFindings(report, options)))}\n`;

function resultsOf(report: Report, findings: readonly Finding[]): Result[] {
  const sources = sourcesOf(report.texts);
  const messages = new Map<string, Message[]>(report.files.map((path) => [path, []]));
  const suppressed = new Map<string, SuppressedMessage[]>();
  for (const problem of report.problems) {
    if (problem.kind !== "skipped") push(messages, problem.path, fatalMessage(problem));
  }
  for (const finding of findings) push(messages, finding.path, findingMessage(finding, sources));
  for (const { finding, reason } of report.suppressed) {
    const suppressions = [{ kind: "directive" as const, justification: reason }];
    push(suppressed, finding.path, { ...findingMessage(finding, sources), suppressions });
  }
  return [...new Set([...messages.keys(), ...suppressed.keys()])].map((path) =>
    resultOf(resolve(report.root, path), messages.get(path) ?? [], suppressed.get(path) ?? [], report.texts.get(path)),
  );
}

function push<T>(map: Map<string, T[]>, path: string, value: T): void {
  const values = map.get(path);
  if (values) values.push(value);
  else map.set(path, [value]);
}

function resultOf(filePath: string, messages: Message[], suppressedMessages: SuppressedMessage[], source: string | undefined): Result {
  const errors = messages.filter(({ severity }) => severity === 2);
  const warnings = messages.filter(({ severity }) => severity === 1);
  return {
    filePath,
    messages: messages.sort((a, b) => a.line - b.line || a.column - b.column),
    suppressedMessages,
    errorCount: errors.length,
    fatalErrorCount: errors.filter(({ fatal }) => fatal).length,
    warningCount: warnings.length,
    fixableErrorCount: errors.filter(({ fix }) => fix).length,
    fixableWarningCount: warnings.filter(({ fix }) => fix).length,
    ...(messages.length > 0 && source !== undefined ? { source } : {}),
    usedDeprecatedRules: [],
  };
}

function findingMessage(finding: Finding, sources: Sources): Message {
  const text = sources(finding.path)?.text;
  const fix = finding.fix && text !== undefined ? mergeEdits(text, finding.fix.edits) : null;
  return {
    ruleId: `leak-lint/${finding.rule}`,
    severity: finding.severity === "high" ? 2 : 1,
    message: finding.message,
    messageId: finding.messageId,
    ...finding.region,
    nodeType: null,
    ...(fix && finding.fix?.applicability === "safe" ? { fix } : {}),
    ...(fix && finding.fix?.applicability === "unsafe" ? { suggestions: [{ desc: finding.fix.title, messageId: finding.messageId, fix }] } : {}),
    leakLint: detailsOf(finding, sources),
  };
}

/** ESLint tells what it could not read or parse as a fatal error without a rule; without a place it stands at 1:1. */
function fatalMessage(problem: Problem): Message {
  return {
    ruleId: null,
    fatal: true,
    severity: 2,
    message: problem.kind === "syntax" ? `Parsing error: ${problem.message}` : `Cannot read the file: ${problem.message}`,
    ...(problem.region ?? { line: 1, column: 1 }),
    nodeType: null,
  };
}

function detailsOf({ code, severity, trail, help, url, fix }: Finding, sources: Sources): Details {
  return {
    code,
    severity,
    trail: trail.map((step) => stepOf(step, sources)),
    help,
    url,
    fix: fix && { applicability: fix.applicability, title: fix.title, edits: fix.edits.map(editOf) },
  };
}

function editOf({ at, text }: Edit): { range: [number, number]; text: string } {
  return { range: [at[0], at[1]], text };
}

function stepOf({ role, message, place }: TrailStep, sources: Sources): Step {
  const nowhere = { line: null, column: null, endLine: null, endColumn: null };
  return { role, message, path: place?.path ?? null, ...((place && placeOf(sources, place)) ?? nowhere) };
}
