/** A lookup table that outlives what fills it, and that nothing empties or bounds. */
import { defineRule } from "../src/engine/define-rule.js";
import { at, functionName } from "../src/engine/explain.js";
import { boundFix, growthFindings } from "../src/engine/growth-findings.js";

export default defineRule({
  id: "unbounded-cache",
  code: "LEAK001",
  summary: "A cache that keeps an entry for every key it ever saw",
  severity: "high",
  recommended: true,
  fix: "sometimes",
  languages: ["python", "ts"],
  messages: {
    container: "{{name}} gets an entry for every new key in {{where}} and never loses one",
    reading: "reading a missing key of {{name}} in {{where}} inserts it, and nothing takes it out",
    memoizer: "{{decorator}} keeps the result of {{where}} for every combination of arguments it ever saw",
  },
  *check(analysis) {
    for (const { container, growth, ...finding } of growthFindings(analysis, "lookup")) {
      yield { ...finding, message: growth.byReading ? "reading" : "container", data: { name: container.name, where: functionName(growth.fn) }, fix: boundFix(container), unsafe: true };
    }
    for (const memo of analysis.memos.all()) {
      const { fn, decorator } = memo;
      if (memo.bounded || memo.keepsInstances || memo.keyParameters === 0 || analysis.contexts.isTest(fn)) continue;
      if (analysis.memos.hasClosedKeys(fn, analysis.types)) continue;
      yield {
        message: "memoizer", data: { decorator: `@${decorator.text}`, where: functionName(fn) },
        severity: "medium", path: fn.module.path, at: decorator.at,
        trail: [
          { role: "holder", message: "the decorator's cache is made once and lives as long as the function", place: at(fn, decorator.at) },
          { role: "repeats", message: `each new combination of arguments of ${functionName(fn)} adds an entry`, place: at(fn, fn.facts.nameAt) },
          { role: "searched", message: "looked for a bound (maxsize, ttl) on the decorator: none", place: null },
        ],
        help: "give the cache a bound: functools.lru_cache(maxsize=128)",
        fix: { kind: "bound", container: decorator.at, shape: "decorator", limit: 128 }, unsafe: true,
      };
    }
  },
});
