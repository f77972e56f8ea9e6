/** Timers that outlive what they work for. */
import { defineRule } from "../src/engine/define-rule.js";
import { timerFindings } from "../src/engine/timers/timer-findings.js";

export default defineRule({
  id: "timer-leak",
  code: "LEAK006",
  summary: "A timer that nothing can stop, or that the clean-up forgets",
  severity: "high",
  recommended: true,
  fix: "sometimes",
  languages: ["python", "ts"],
  messages: {
    dropped: "nothing keeps the {{noun}} from {{api}}, so nothing can stop it",
    neverCleared: "the {{noun}} from {{api}} is never stopped",
    someExits: "the {{noun}} from {{api}} is not stopped on every path through {{where}}",
    forgotten: "{{where}} does not stop {{handle}}, the {{noun}} that {{owner}} started",
    ownerCannot: "{{owner}} starts a {{noun}} in {{handle}} and nothing stops it",
    leftArmed: "{{owner}} starts a {{noun}} in {{handle}}, which is stopped now and then, but not when {{owner}} is taken down",
    overwritten: "{{where}} starts a new {{noun}} in {{handle}} without stopping the one before",
    rearmed: "this {{noun}} arms itself again each time and nothing can stop it",
    undone: "this {{noun}} arms itself again each time, also when {{where}} came during the wait before",
    armedLate: "{{handle}} gets the next {{noun}} after {{where}}, when that comes during the wait before",
    raced: "the {{noun}} from {{api}} goes on after the race it was made for is over",
  },
  *check(analysis) {
    yield* timerFindings(analysis);
  },
});
