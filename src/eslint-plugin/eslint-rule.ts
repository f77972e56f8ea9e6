/** A rule of leak-lint's as a rule of ESLint's: it reports its share of the file's findings. */
import type { Rule } from "eslint";
import { applyFixes } from "../engine/apply-fixes.js";
import type { Edit, Finding, Problem } from "../model/finding.js";
import type { RuleInfo } from "../model/report.js";
import { checkSource } from "./check-source.js";
import { messageOf } from "./message.js";

type Description = Pick<RuleInfo, "id" | "summary" | "recommended" | "url"> & { messageIds: readonly string[] };

/** The id of messages about what went wrong, which are no findings. */
const PROBLEM = "problem";

/**
 * No `meta.languages`: ESLint 10.2 and later would make it an error to switch a rule on, by a preset without `files`,
 * where a project also lints JSON or Markdown. There is no `Program` in such a file, so nothing happens.
 */
export function eslintRule({ id, summary, recommended, url, messageIds }: Description): Rule.RuleModule {
  return {
    meta: {
      type: "problem",
      docs: { description: summary, url, recommended },
      fixable: "code",
      hasSuggestions: true,
      schema: [],
      messages: Object.fromEntries([...messageIds, PROBLEM].map((messageId) => [messageId, "{{text}}"])),
    },
    create: (context) => ({
      Program() {
        const { findings, problems } = checkSource(context);
        for (const problem of problems.splice(0)) reportProblem(context, problem);
        for (const finding of findings.get(id) ?? []) reportFinding(context, finding);
      },
    }),
  };
}

function reportProblem(context: Rule.RuleContext, { message, region }: Problem): void {
  const start = region ? { line: region.line, column: region.column - 1 } : { line: 1, column: 0 };
  const end = region ? { line: region.endLine, column: region.endColumn - 1 } : start;
  context.report({ messageId: PROBLEM, data: { text: message }, loc: { start, end } });
}

function reportFinding(context: Rule.RuleContext, finding: Finding): void {
  const { sourceCode } = context;
  const [start, end] = finding.at;
  const fix = fixOf(finding, sourceCode.text);
  context.report({
    messageId: finding.messageId,
    data: { text: messageOf(finding, (offset) => sourceCode.getLocFromIndex(offset).line) },
    // Not `region`: ESLint counts lines after U+2028 and U+2029 too, and finds its comments by them.
    loc: { start: sourceCode.getLocFromIndex(start), end: sourceCode.getLocFromIndex(end) },
    ...(fix && (finding.fix?.applicability === "safe" ? { fix } : { suggest: [{ desc: finding.fix?.title ?? "", fix }] })),
  });
}

/** The finding's edits in ESLint's form; null where there are none, or none that make sense, which would stop ESLint. */
function fixOf(finding: Finding, text: string): Rule.ReportFixer | null {
  if (!finding.fix || finding.fix.edits.length === 0) return null;
  const { applied } = applyFixes(text, [{ ...finding, fix: finding.fix }], () => 0);
  if (applied.length === 0) return null;
  const lineEnd = /\r\n|\r|\n/u.exec(text)?.[0] ?? "\n";
  const replacement = (edit: Edit): string => edit.text.replaceAll(/\r\n|\r|\n/gu, lineEnd);
  const { edits } = finding.fix;
  return (fixer) => edits.map((edit) => fixer.replaceTextRange([edit.at[0], edit.at[1]], replacement(edit)));
}
