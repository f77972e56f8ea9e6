/** Tasks that nobody holds, awaits or cancels. */
import { defineRule } from "../src/engine/define-rule.js";
import { taskFindings } from "../src/engine/task-findings.js";

export default defineRule({
  id: "orphan-task",
  code: "LEAK008",
  summary: "A task or promise that nobody holds, awaits or cancels",
  severity: "high",
  recommended: true,
  fix: "sometimes",
  languages: ["python", "ts"],
  messages: {
    dropped: "nothing keeps the {{noun}} from {{api}}: it can be collected before it ends, its errors are lost, and nothing can cancel it",
    unused: "the {{noun}} in {{handle}} is never awaited, cancelled or kept",
    forgotten: "{{where}} does not cancel {{handle}}, the {{noun}} that {{owner}} started",
    floating: "{{api}} starts asynchronous work {{phrase}} and nobody waits for it or handles its failure",
  },
  *check(analysis) {
    yield* taskFindings(analysis);
  },
});
