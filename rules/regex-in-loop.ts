/** A regular expression compiled again in every turn of a loop that does not change it. */
import { defineRule } from "../src/engine/define-rule.js";
import { at, callName, repetition } from "../src/engine/explain.js";

export default defineRule({
  id: "regex-in-loop",
  code: "LEAK009",
  summary: "A regular expression that a loop compiles again although it never changes",
  severity: "low",
  recommended: true,
  fix: "sometimes",
  languages: ["python", "ts"],
  messages: {
    constant: "{{api}} compiles the same pattern again in every turn of this loop",
    invariant: "{{api}} compiles a pattern in every turn of this loop, from values that the loop does not change",
  },
  *check({ patterns }) {
    for (const { fn, site, loopAt, calledAt, constant, context } of patterns.all()) {
      yield {
        message: constant ? "constant" : "invariant",
        data: { api: callName(fn, site.instruction) },
        severity: "low", path: fn.module.path, at: site.instruction.at,
        trail: [
          ...repetition(fn, context).slice(0, -1),
          { role: "repeats", message: "this loop runs it again on every turn", place: calledAt ? at(calledAt.fn, calledAt.instruction.at) : at(fn, [loopAt[0], Math.min(loopAt[1], site.instruction.at[0])]) },
          { role: "searched", message: "looked for anything the loop changes in the pattern: nothing", place: null },
        ],
        help: constant ? "compile it once, in a module-level constant" : "compile it once, before the loop",
        fix: calledAt ? null : { kind: "hoist", expression: site.instruction.at, before: loopAt },
      };
    }
  },
});
