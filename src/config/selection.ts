/**
 * Which rules run: names to rules. A name is a rule's id, its code, a prefix of codes (`LEAK0`), or `ALL`. The more
 * specific name wins (ALL, then a prefix, longer before shorter, then an id or a code); between equals, ignore wins.
 */
import { nearest } from "./suggest.js";
import { UserError } from "./user-error.js";

/** What selection needs to know of a rule. */
export interface SelectableRule {
  id: string;
  code: string;
  recommended: boolean;
}

/** How one layer (a configuration file, the command line) chooses. `select: null` keeps to the recommended rules. */
export interface Choice {
  select: readonly string[] | null;
  extend: readonly string[];
  ignore: readonly string[];
}

/** The ids of the chosen rules. Names must have been checked by `checkNames`. */
export function selectRules(rules: readonly SelectableRule[], choice: Choice): Set<string> {
  const chosen = rules.filter((rule) => {
    const by = (names: readonly string[]): number => Math.max(-1, ...names.map((name) => specificity(name, rule)));
    const byDefault = choice.select === null && rule.recommended ? 0 : -1;
    const selected = Math.max(byDefault, by(choice.select ?? []), by(choice.extend));
    return selected >= 0 && selected > by(choice.ignore);
  });
  return new Set(chosen.map((rule) => rule.id));
}

/** Whether a name means the rule. */
export function names(name: string, rule: SelectableRule): boolean {
  return specificity(name, rule) >= 0;
}

/** Throws a `UserError` for the first name that means no rule; `where` says who wrote it ("--select", "a.json: ignore"). */
export function checkNames(wanted: readonly string[], rules: readonly SelectableRule[], where: string): void {
  for (const name of wanted) {
    if (rules.some((rule) => names(name, rule))) continue;
    throw new UserError(`${where}: unknown rule "${name}"${suggestRule(name, rules)}; \`leak-lint rules\` lists them all`);
  }
}

/** ` (did you mean "x"?)` for a rule's name, or the empty string. */
export function suggestRule(name: string, rules: readonly SelectableRule[]): string {
  const suggestion = nearest(name, [...rules.flatMap((rule) => [rule.id, rule.code]), "ALL"]) ?? rules.find((rule) => name.length > 3 && rule.id.includes(name))?.id;
  return suggestion === undefined ? "" : ` (did you mean "${suggestion}"?)`;
}

/** How closely the name means the rule: -1 not at all, 0 ALL, up to 99 a prefix by its length, 100 the rule itself. */
function specificity(name: string, rule: SelectableRule): number {
  if (name === rule.id || name === rule.code) return 100;
  if (name === "ALL") return 0;
  return /^LEAK\d*$/u.test(name) && rule.code.startsWith(name) ? name.length : -1;
}
