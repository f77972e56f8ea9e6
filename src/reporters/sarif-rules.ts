/** The rules of a SARIF log, as GitHub code scanning asks for them: non-empty texts of at most 1,024 characters. */
import type { ReportingDescriptor } from "sarif";
import type { Severity } from "../model/finding.js";
import type { RuleInfo } from "../model/report.js";

const LIMIT = 1024;
const LANGUAGE_TAGS: Record<RuleInfo["languages"][number], string[]> = { python: ["python"], ts: ["javascript", "typescript"] };
const PROBLEM_SEVERITY: Record<Severity, string> = { high: "error", medium: "warning", low: "recommendation" };

/** SARIF's level of a severity. */
export const LEVELS: Record<Severity, "error" | "warning" | "note"> = { high: "error", medium: "warning", low: "note" };

export function descriptorOf(rule: RuleInfo): ReportingDescriptor {
  const summary = sentence(rule.summary || rule.id);
  const help = rule.help.trim() || `${summary}\n\n${rule.url}`;
  return {
    id: rule.id,
    name: rule.id.split("-").map(capitalized).join(""),
    shortDescription: { text: limited(summary) },
    fullDescription: { text: limited(firstParagraph(rule.help) ?? summary) },
    helpUri: rule.url,
    help: { text: help, markdown: help },
    defaultConfiguration: { level: LEVELS[rule.severity], enabled: rule.recommended },
    properties: {
      code: rule.code,
      // No `security-severity`: a leak is a quality alert, and that key would make it a security alert.
      tags: ["reliability", "resource-leak", ...rule.languages.flatMap((language) => LANGUAGE_TAGS[language])],
      precision: rule.severity === "high" ? "high" : "medium",
      "problem.severity": PROBLEM_SEVERITY[rule.severity],
    },
  };
}

/** The text with a full stop, unless it already ends like a sentence. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

/** The text with a capital first letter. */
export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function limited(text: string): string {
  return text.length <= LIMIT ? text : `${text.slice(0, LIMIT - 1).replace(/\p{Cs}$/u, "")}…`;
}

/** The first paragraph of prose, its Markdown links and emphasis as plain text; null where there is none. */
function firstParagraph(markdown: string): string | null {
  const prose = markdown.replace(/^(`{3,}|~{3,}).*?^\1/gms, "").split(/\r?\n[ \t]*\r?\n/);
  const paragraph = prose.map((part) => part.trim()).find((part) => part !== "" && !/^[#|<>*+-]|^\d+\./.test(part));
  if (paragraph === undefined) return null;
  const plain = paragraph.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/\*\*|__/g, "").replace(/\s+/g, " ");
  return sentence(plain);
}
