/** Files, descriptors, temporary files, streams and object URLs that stay open. */
import { defineRule } from "../src/engine/define-rule.js";
import { handleFindings } from "../src/engine/handles/handle-findings.js";

export default defineRule({
  id: "unclosed-file",
  code: "LEAK004",
  summary: "A file, descriptor, temporary file or stream that is not closed, or removed, on every path",
  severity: "high",
  recommended: true,
  fix: "sometimes",
  languages: ["python", "ts"],
  messages: {
    dropped: "{{api}} opens a {{noun}} and nothing keeps it {{toClose}}",
    neverReleased: "the {{noun}} from {{api}} is never {{closed}} in {{where}}",
    someExits: "the {{noun}} from {{api}} is not {{closed}} on every path through {{where}}",
    onException: "the {{noun}} from {{api}} {{stays}} if {{where}} raises before it is {{closed}}",
    overwritten: "the {{noun}} from {{api}} is replaced before it is {{closed}}",
    ownerForgets: "{{where}} {{leaves}} {{handle}}, the {{noun}} that {{owner}} opened",
    ownerCannot: "{{owner}} keeps a {{noun}} in {{handle}} and nothing {{closes}} it",
    ownerSkips: "{{where}} can return before it {{closes}} {{handle}}, the {{noun}} that {{owner}} opened",
    replaced: "{{where}} puts another {{noun}} into {{handle}} without closing the one before",
    emptied: "{{where}} forgets {{handle}} without closing its {{noun}}",
  },
  *check(analysis) {
    for (const finding of handleFindings(analysis, "unclosed-file")) yield { ...finding, message: finding.loss };
  },
});
