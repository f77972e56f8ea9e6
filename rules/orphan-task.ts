/** Tasks that nobody holds, awaits or cancels. */
import { defineRule } from "../src/engine/define-rule.js";
import { taskFindings } from "../src/engine/tasks/task-findings.js";

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
    collectable: "nothing keeps the {{noun}} from {{api}}: it can be collected before it ends, and nothing can cancel it",
    unheard: "nobody hears whether the {{noun}} from {{api}} fails, and nothing can cancel it",
    unused: "the {{noun}} in {{handle}} is never awaited, cancelled or kept",
    someExits: "the {{noun}} in {{handle}} is not awaited or cancelled on every way through {{where}}",
    keptForGood: "{{handle}} keeps every {{noun}} for good: nothing awaits or cancels it, or takes it out",
    leftRunning: "{{api}} stops waiting for the {{noun}} without ending it, and nobody else does",
    overwritten: "{{where}} starts a new {{noun}} in {{handle}} without cancelling the one before",
    goesOn: "this goes on after {{where}} of {{owner}}",
    forgotten: "{{where}} does not cancel {{handle}}, the {{noun}} that {{owner}} started",
    floating: "{{api}} starts asynchronous work {{phrase}} and nobody waits for it or handles its failure",
    unread: "nothing ever reads {{handle}}: nobody waits for the work that {{api}} starts, or handles its failure",
  },
  *check(analysis) {
    yield* taskFindings(analysis);
  },
});
