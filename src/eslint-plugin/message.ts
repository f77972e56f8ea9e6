/** A finding as one ESLint message. */
import type { Finding } from "../model/finding.js";

/**
 * What leaks, the first holder or way out, and what to do. One line, because ESLint's formatters and the problem
 * matchers that read them take a line for a message; the whole trail is the command line's. `lineOf` tells an offset's
 * line.
 */
export function messageOf(finding: Finding, lineOf: (offset: number) => number): string {
  const evidence = finding.trail.find(({ role }) => role === "holder" || role === "exit");
  const line = evidence?.place?.path === finding.path ? lineOf(evidence.place.at[0]) : null;
  const where = line === null || line === lineOf(finding.at[0]) ? "" : `Line ${line}: `;
  const sentences = [finding.message, ...(evidence ? [`${where}${evidence.message}`] : []), `Fix: ${finding.help}`];
  return sentences.map((sentence) => sentence.replace(/[.\s]+$/u, "")).join(". ").replaceAll(/\s+/gu, " ");
}
