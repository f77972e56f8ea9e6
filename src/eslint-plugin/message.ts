/** A finding as one ESLint message. */
import { lineAt, lineStarts } from "../model/span.js";
import type { Finding } from "../model/finding.js";

/**
 * What leaks, the first holder or way out, and what to do. One line, because ESLint's formatters and the problem
 * matchers that read them take a line for a message; the whole trail is the command line's.
 */
export function messageOf(finding: Finding, text: string): string {
  const evidence = finding.trail.find(({ role }) => role === "holder" || role === "exit");
  const place = evidence?.place?.path === finding.path ? lineAt(lineStarts(text), evidence.place.at[0]) : finding.region.line;
  const where = place === finding.region.line ? "" : `line ${place}: `;
  const sentences = [finding.message, ...(evidence ? [`${where}${evidence.message}`] : []), `fix: ${finding.help}`];
  return sentences.map((sentence) => sentence.replace(/[.\s]+$/u, "")).join(". ").replaceAll(/\s+/gu, " ");
}
