/** Rules as people, SARIF and the selection read about them. */
import type { Rule } from "../engine/define-rule.js";
import { UNUSED_SUPPRESSION } from "../engine/suppress.js";
import { compare } from "../engine/files/discover.js";
import type { RuleInfo } from "../model/report.js";
import { rulePage, ruleUrl } from "./package.js";

/** The page's generated header: the text between its two marker comments. */
const HEADER = /^<!-- header:[^>]*-->[\s\S]*?<!-- end of header -->\s*/u;
const MARKER = /^<!--[^>]*-->\n?/gmu;

/** Every rule with its documentation, the built-in one first, in the order of their codes. */
export function ruleInfos(rules: readonly Rule[]): RuleInfo[] {
  const infos = rules.map(({ id, code, summary, severity, recommended, fix, languages }): RuleInfo => ({
    id, code, summary, severity, recommended, fix, languages, url: ruleUrl(id),
    help: (rulePage(id) ?? "").replace(HEADER, "").replaceAll(MARKER, ""),
  }));
  const builtIn = { ...UNUSED_SUPPRESSION, url: ruleUrl(UNUSED_SUPPRESSION.id) };
  return [builtIn, ...infos].sort((a, b) => compare(a.code, b.code));
}

/** A rule's page for a terminal: as written, without marker comments. */
export function explanation(rule: RuleInfo): string {
  return (rulePage(rule.id) ?? rule.help).replaceAll(MARKER, "");
}
