/**
 * A small language and analysis for tests of everything around the engine: `leak(…)` is a high finding of
 * unclosed-file, `timer(…)` a medium one of timer-leak, `regex(…)` a low one of hoist-regex. A fix puts `safe` before the
 * call's name; `timer` has an unsafe one. Broken syntax is the word SYNTAX, a defect of the front end is DEFECT, and
 * one of the analysis is CRASH.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { main } from "../../src/cli/main.js";
import type { Pair } from "../../src/catalog/types.js";
import type { RawFinding } from "../../src/engine/analyze.js";
import type { Rule } from "../../src/engine/define-rule.js";
import type { LanguageId, ModuleFacts } from "../../src/model/facts.js";
import { lineStarts, regionOf } from "../../src/model/span.js";
import type { Span } from "../../src/model/span.js";
import type { Comment, Language } from "../../src/parsers/language.js";
import type { Engine, Parts } from "../../src/run/parts.js";

function fakeRule(id: string, code: string, recommended = true): Rule {
  return { id, code, summary: `Finds ${id}`, severity: "high", recommended, fix: "sometimes", languages: ["python", "ts"], messages: {}, check: () => [] };
}

export const FAKE_RULES: readonly Rule[] = [
  fakeRule("unclosed-file", "LEAK001"),
  fakeRule("timer-leak", "LEAK002"),
  fakeRule("hoist-regex", "LEAK011"),
  fakeRule("listener-leak", "LEAK012", false),
];

const CALLS = { leak: ["unclosed-file", "high"], timer: ["timer-leak", "medium"], regex: ["hoist-regex", "low"], listen: ["listener-leak", "high"] } as const;

export function spansOf(text: string, pattern: RegExp): Span[] {
  return [...text.matchAll(pattern)].map((match) => [match.index, match.index + match[0].length]);
}

/** Comments outside of strings, for both comment styles. */
export function commentsOf(text: string, id: LanguageId): Comment[] {
  const pattern = id === "python" ? /"[^"\n]*"|(#[^\r\n]*)/gu : /"[^"\n]*"|(\/\/[^\r\n]*|\/\*[\s\S]*?\*\/)/gu;
  return [...text.matchAll(pattern)].flatMap((match): Comment[] => {
    const whole = match[1];
    if (whole === undefined) return [];
    const at: Span = [match.index, match.index + whole.length];
    if (whole.startsWith("/*")) return [{ at, text: whole.slice(2, -2), kind: "block" }];
    return [{ at, text: whole.slice(whole.startsWith("#") ? 1 : 2), kind: "line" }];
  });
}

function factsOf(path: string, text: string, language: LanguageId): ModuleFacts {
  const syntax = spansOf(text, /SYNTAX/gu).map((at) => ({ at, message: "unexpected SYNTAX" }));
  return { version: 1, path, language, imports: [], exports: [], bindings: [], functions: [], classes: [], interfaces: [], typeExports: [], syntax, dynamic: false };
}

function fakeLanguage(id: LanguageId, extensions: readonly string[]): Language {
  return {
    id,
    extensions,
    lower({ path, text }) {
      if (text.includes("DEFECT")) throw new TypeError("cannot read\nproperties of undefined");
      return { facts: factsOf(path, text, id), comments: commentsOf(text, id) };
    },
    spell: (intent) => (intent.kind === "replace"
      ? { ok: true, title: intent.title, edits: [{ at: intent.at, text: intent.text }] }
      : { ok: false, reason: "There is no edit for this." }),
    check: ({ path, text }) => factsOf(path, text, id).syntax,
  };
}

const fakeAnalyze: Engine["analyze"] = (files, { rules, catalog, url }) => {
  if (files.some(({ text }) => text.includes("CRASH"))) throw new Error("no such block");
  const own = catalog.flatMap(({ pairs = [] }) => pairs);
  return files.flatMap(({ facts, text }) => {
    const starts = lineStarts(text);
    return [...text.matchAll(/(?<![a-z])(leak|timer|regex|listen)(?=\()/gu)].flatMap((match): RawFinding[] => {
      const name = match[1] as keyof typeof CALLS;
      const [rule, severity] = CALLS[name];
      const found = rules.find(({ id }) => id === rule);
      if (!found) return [];
      const at: Span = [match.index, match.index + name.length];
      const broken = text.slice(match.index, match.index + 14).includes('leak("broken"');
      return [{
        rule, code: found.code, messageId: "found", severity, path: facts.path, at, region: regionOf(starts, at), trail: [], url: url(rule), fix: null,
        message: `${name} is never undone${own.length > 0 ? ` (${own.map(({ key }) => key).join(", ")})` : ""}`,
        help: "Undo it.",
        unsafe: name === "timer",
        intent: name === "listen"
          ? { kind: "keep-reference", spawn: at }
          : { kind: "replace", at, title: "Make it safe", text: broken ? "SYNTAX" : `safe${name}` },
      }];
    });
  });
};

export function fakeParts(): Parts {
  const python = fakeLanguage("python", [".py"]);
  const ts = fakeLanguage("ts", [".ts", ".tsx", ".js"]);
  const checkPair = (pair: Pair): string[] => (pair.acquire.some((pattern) => pattern.includes("??")) ? [`${pair.key}: acquire: bad pattern`] : []);
  return {
    languages: [python, ts].map(({ id, extensions }) => ({ id, extensions, load: () => Promise.resolve(id === "python" ? python : ts) })),
    engine: () => Promise.resolve({
      analyze: fakeAnalyze, catalog: [], rules: FAKE_RULES,
      checkPairs: (pairs, shown) => [...(pairs.python ?? []), ...(pairs.ts ?? [])].flatMap(checkPair).map((message) => `${shown}: "pairs": ${message}`),
    }),
    reporters: () => Promise.resolve({
      text: (report, { color, statistics }) => [
        ...report.findings.map(({ path, region, code, severity, message, fix }) => `${path}:${String(region.line)}:${String(region.column)} ${code} ${severity} ${message}${fix ? ` [${fix.applicability}]` : ""}`),
        ...report.problems.map(({ path, kind, message }) => `${kind}: ${path}: ${message}`),
        `${color ? "colour " : ""}${statistics ? "statistics " : ""}${String(report.findings.length)} in ${String(report.files.length)}`,
        "",
      ].join("\n"),
      json: ({ findings, problems, suppressed }) => JSON.stringify({ findings, problems, suppressed }),
      sarif: () => '{"version":"2.1.0"}',
    }),
  };
}

export interface Outcome {
  code: number;
  out: string;
  err: string;
}

/** A temporary folder with files in it, and the command line run there. */
export class Sandbox {
  /** Resolved: on macOS the temporary folder is a symbolic link. */
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), "leak-lint-")));

  path(name: string): string {
    return join(this.root, name);
  }

  write(files: Readonly<Record<string, string | Buffer>>): this {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(this.path(name)), { recursive: true });
      writeFileSync(this.path(name), content);
    }
    return this;
  }

  async lint(argv: readonly string[], more: { stdin?: string | Buffer; env?: Record<string, string>; terminal?: boolean; parts?: Parts; cwd?: string } = {}): Promise<Outcome> {
    const out: Buffer[] = [];
    let err = "";
    const code = await main(argv, {
      cwd: more.cwd ?? this.root,
      env: more.env ?? {},
      stdout: (chunk) => { out.push(Buffer.from(chunk as string)); },
      stderr: (chunk) => { err += chunk; },
      stdoutIsTerminal: more.terminal ?? false,
      stderrIsTerminal: false,
      stdin: () => Promise.resolve(Buffer.from((more.stdin ?? "") as string)),
    }, more.parts ?? fakeParts());
    return { code, out: Buffer.concat(out).toString("utf8"), err };
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
