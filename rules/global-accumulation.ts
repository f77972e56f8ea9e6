/** A list, set or table of things that outlives them and only grows. */
import { defineRule } from "../src/engine/define-rule.js";
import { functionName } from "../src/engine/explain.js";
import { boundFix, growthFindings, partialRemoval } from "../src/engine/growth-findings.js";

export default defineRule({
  id: "global-accumulation",
  code: "LEAK002",
  summary: "A long-lived collection that things are added to and never taken from",
  severity: "high",
  recommended: true,
  fix: "sometimes",
  languages: ["python", "ts"],
  messages: {
    grows: "{{where}} adds to {{name}} {{phrase}} and nothing ever takes anything out",
    missed: "what {{where}} puts into {{name}} {{how}}",
  },
  *check(analysis) {
    for (const { container, growth, ...finding } of growthFindings(analysis, "accumulation")) {
      const data = { name: container.name, where: functionName(growth.fn) };
      const how = partialRemoval(container);
      if (how !== null) yield { ...finding, message: "missed", data: { ...data, how } };
      else yield { ...finding, message: "grows", data: { ...data, phrase: growth.context.phrase }, fix: boundFix(container), unsafe: true };
    }
  },
});
