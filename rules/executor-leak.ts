/** Thread pools, processes, workers and threads that nobody shuts down. */
import { defineRule } from "../src/engine/define-rule.js";
import { repeats } from "../src/engine/contexts/contexts.js";
import { at, functionName, repetition } from "../src/engine/explain.js";
import { handleFindings } from "../src/engine/handles/handle-findings.js";
import { describe } from "../src/engine/program/refs.js";

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
    asleep: "{{teardown}} sets {{flag}}, and {{worker}} waits without a limit, so the thread that {{where}} starts may never look at it",
    emptied: "{{where}} forgets {{handle}} without stopping its {{noun}}",
  },
  *check(analysis) {
    for (const finding of handleFindings(analysis, "executor-leak")) yield { ...finding, message: finding.loss };
    for (const { start, worker, wait, flag, end } of analysis.blockedWorkers.all()) {
      const context = analysis.contexts.at(start.fn, start.block);
      if (context.kind === "once") continue;
      yield {
        message: "asleep", data: { teardown: functionName(end), flag: describe(flag), worker: functionName(worker), where: functionName(start.fn) },
        severity: repeats(context.kind) ? "medium" : "low", path: start.fn.module.path, at: start.instruction.at, help: `have ${functionName(end)} end the wait as well, or wait with a limit`,
        trail: [
          ...repetition(start.fn, context),
          { role: "note", message: "this waits until something comes", place: at(wait.fn, wait.instruction.at) },
          { role: "exit", message: `${functionName(end)} sets the flag and does nothing that ends the wait`, place: at(end, end.facts.nameAt) },
        ],
      };
    }
  },
});
