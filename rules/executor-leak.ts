/** Thread pools, processes, workers and threads that nobody shuts down. */
import { defineRule } from "../src/engine/define-rule.js";
import { handleFindings } from "../src/engine/handle-findings.js";

export default defineRule({
  id: "executor-leak",
  code: "LEAK007",
  summary: "A thread pool, process, worker or thread that is started and never stopped",
  severity: "high",
  recommended: true,
  fix: "sometimes",
  languages: ["python", "ts"],
  messages: {
    dropped: "{{api}} starts a {{noun}} and nothing keeps it to stop it",
    neverReleased: "the {{noun}} from {{api}} is never stopped in {{where}}",
    someExits: "the {{noun}} from {{api}} is not stopped on every path through {{where}}",
    onException: "the {{noun}} from {{api}} keeps running if {{where}} raises before it is stopped",
    overwritten: "the {{noun}} from {{api}} is replaced before it is stopped",
    ownerForgets: "{{where}} does not stop {{handle}}, the {{noun}} that {{owner}} started",
    ownerCannot: "{{owner}} keeps a {{noun}} in {{handle}} and nothing stops it",
    ownerSkips: "{{where}} can return before it stops {{handle}}, the {{noun}} that {{owner}} started",
    replaced: "{{where}} puts another {{noun}} into {{handle}} without stopping the one before",
    emptied: "{{where}} forgets {{handle}} without stopping its {{noun}}",
  },
  *check(analysis) {
    for (const finding of handleFindings(analysis, "executor-leak")) yield { ...finding, message: finding.loss };
  },
});
