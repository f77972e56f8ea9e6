/** Handlers and transports added to a logger again and again: each message is written once more, and each keeps its file. */
import { defineRule } from "../src/engine/define-rule.js";
import { loggerFindings } from "../src/engine/others/logger-findings.js";

export default defineRule({
  id: "logger-handler",
  code: "LEAK010",
  summary: "A log handler or transport that is added again and again and never removed",
  severity: "high",
  recommended: true,
  fix: "never",
  languages: ["python", "ts"],
  messages: {
    repeated: "{{where}} adds a {{noun}} to {{target}} {{phrase}} and nothing removes it",
    forgotten: "{{teardown}} does not remove the {{noun}} that {{where}} adds to {{target}}",
    cannotMatch: "this {{noun}} on {{target}} cannot be removed: the removal names another one",
    missedExit: "the {{noun}} stays on {{target}} when {{where}} {{exit}}",
    leftOpen: "the {{noun}} is taken off {{target}} and never closed",
    neverClosed: "the {{noun}} from {{api}} is made {{phrase}} and never closed",
  },
  *check(analysis) {
    yield* loggerFindings(analysis);
  },
});
