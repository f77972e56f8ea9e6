/** Locks, mutexes and file locks that are taken and not given back on every path. Making a lock is no taking. */
import { defineRule } from "../src/engine/define-rule.js";
import { handleFindings } from "../src/engine/handles/handle-findings.js";

export default defineRule({
  id: "unreleased-lock",
  code: "LEAK013",
  summary: "A lock that is taken and not given back on every path",
  severity: "high",
  recommended: true,
  fix: "sometimes",
  languages: ["python", "ts"],
  messages: {
    dropped: "{{api}} takes a {{noun}} and drops what would give it back",
    neverReleased: "the {{noun}} from {{api}} is never released in {{where}}",
    someExits: "the {{noun}} from {{api}} is not released on every path through {{where}}",
    onException: "the {{noun}} from {{api}} stays locked if {{where}} raises before it is released",
    overwritten: "the {{noun}} from {{api}} is replaced before it is released",
    ownerForgets: "{{where}} does not release {{handle}}, the {{noun}} that {{owner}} took",
    ownerCannot: "{{owner}} keeps a {{noun}} in {{handle}} and nothing releases it",
    ownerSkips: "{{where}} can return before it releases {{handle}}, the {{noun}} that {{owner}} took",
    replaced: "{{where}} puts another {{noun}} into {{handle}} without releasing the one before",
    emptied: "{{where}} forgets {{handle}} without releasing its {{noun}}",
  },
  *check(analysis) {
    for (const finding of handleFindings(analysis, "unreleased-lock")) yield { ...finding, message: finding.loss };
  },
});
