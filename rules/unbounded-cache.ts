/** A table that is filled by key, outlives what fills it, and that nothing empties or bounds. */
import { isUnbounded } from "../src/engine/contexts/contexts.js";
import { defineRule } from "../src/engine/define-rule.js";
import { at, functionName } from "../src/engine/explain.js";
import { boundFix, growthFindings, partialRemoval } from "../src/engine/containers/growth-findings.js";

export default defineRule({
  id: "unbounded-cache",
  code: "LEAK001",
  summary: "A cache or table that keeps an entry for every key it ever saw",
  severity: "high",
  recommended: true,
  fix: "sometimes",
  languages: ["python", "ts"],
  messages: {
    container: "{{name}} gets an entry for every new key in {{where}} and never loses one",
    reading: "reading a missing key of {{name}} in {{where}} inserts it, and nothing takes it out",
    missed: "the entry that {{where}} puts into {{name}} {{how}}",
    heldKey: "{{name}} has weak keys, but the value that {{where}} stores holds its own key, so the entry never goes",
    memoizer: "{{decorator}} keeps the result of {{where}} for every combination of arguments it ever saw",
  },
  *check(analysis) {
    for (const { container, growth, ...finding } of growthFindings(analysis, "lookup")) {
      const data = { name: container.name, where: functionName(growth.fn) };
      const how = partialRemoval(container);
      const fix = { fix: boundFix(container), unsafe: true };
      if (container.heldByValues) yield { ...finding, message: "heldKey", data };
      else if (how !== null) yield { ...finding, message: "missed", data: { ...data, how } };
      else yield { ...finding, ...fix, message: growth.byReading ? "reading" : "container", data };
    }
    for (const memo of analysis.memos.all()) {
      const { fn } = memo;
      if (memo.bounded || memo.keepsInstances || memo.keyParameters === 0 || memo.isLocal || analysis.contexts.isTest(fn) || analysis.scripts.has(fn.module)) continue;
      if (analysis.memos.hasClosedKeys(fn)) continue;
      // A memo of devices and shapes is what memos are for; of names, it may be.
      const keys = isUnbounded(analysis.contexts.of(fn).kind) ? "open" : analysis.memos.keysOf(fn);
      if (keys === "few" || keys !== "open" && analysis.memos.saysOnce(fn)) continue;
      yield {
        message: "memoizer", data: { decorator: memo.text, where: functionName(fn) },
        severity: keys === "open" ? "medium" : "low", assumed: !analysis.requestData.isGivenTo(fn), path: fn.module.path, at: memo.at,
        trail: [
          { role: "holder", message: "the cache is made once and lives as long as the function", place: at(fn, memo.at) },
          { role: "repeats", message: `each new combination of arguments of ${functionName(fn)} adds an entry`, place: at(fn, fn.facts.nameAt) },
          { role: "searched", message: "looked for a bound (a size, a time to live) where it is made: none", place: null },
        ],
        help: analysis.language === "python" ? "give the cache a bound: functools.lru_cache(maxsize=128)" : "give the cache a bound: keep results in an LRUCache from \"lru-cache\", or in a WeakMap if the argument is an object",
        fix: memo.decorates ? { kind: "bound", container: memo.at, shape: "decorator", limit: 128 } : null, unsafe: true,
      };
    }
  },
});
