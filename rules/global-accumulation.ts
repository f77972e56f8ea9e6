/** A list, set or queue of things that outlives them and only grows. */
import { isHot } from "../src/engine/contexts/contexts.js";
import { defineRule } from "../src/engine/define-rule.js";
import { at, functionName, repetition } from "../src/engine/explain.js";
import { describe } from "../src/engine/program/refs.js";
import { boundFix, growthFindings, partialRemoval } from "../src/engine/containers/growth-findings.js";

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
    keepsMaking: "{{where}} adds {{value}} to {{name}} with its {{noun}}, which then stays as well",
    series: "{{where}} makes another series of {{name}} for each {{value}}, and all of them stay",
    rebound: "what {{where}} puts into {{name}} stays: what should take it out takes {{variable}} as it is by then",
    missed: "what {{where}} puts into {{name}} {{how}}",
  },
  *check(analysis) {
    for (const { container, growth, ...finding } of growthFindings(analysis, "accumulation")) {
      const data = { name: container.name, where: functionName(growth.fn) };
      const how = partialRemoval(container);
      if (how !== null) yield { ...finding, message: "missed", data: { ...data, how } };
      else yield { ...finding, message: "grows", data: { ...data, phrase: growth.context.phrase }, fix: boundFix(container), unsafe: true };
    }
    for (const { fn, keeper, value, loop, walk, noun, help, context, at: place } of analysis.histories.all()) {
      const around = loop === null ? undefined : fn.facts.loops[loop];
      yield {
        message: "keepsMaking", data: { where: functionName(fn), value, name: keeper.name, noun }, severity: "medium", path: fn.module.path, at: place, help,
        trail: [
          ...around ? [{ role: "repeats" as const, message: "each turn of this loop adds one", place: at(fn, [around.at[0], Math.min(around.at[1], place[0])]) }] : repetition(fn, context),
          { role: "note", message: `this goes back through the ${noun}, so the value has one`, place: at(walk.fn, walk.instruction.at) },
          { role: "searched", message: `looked for anything that leaves the ${noun} behind before it is added: nothing`, place: null },
        ],
      };
    }
    for (const { fn, container, variable, loop, removal, at: place } of analysis.containers.rebound()) {
      const name = container.fields.at(-1) ?? describe(container);
      yield {
        message: "rebound", data: { where: functionName(fn), name, variable }, severity: "medium", path: fn.module.path, at: place,
        trail: [
          { role: "holder", message: `${describe(container)} lives longer than the loop`, place: null },
          { role: "repeats", message: `each turn of this loop puts one in, under the same variable ${variable}`, place: at(fn, [loop[0], Math.min(loop[1], place[0])]) },
          { role: "searched", message: `this runs later and takes out the ${variable} of the last turn`, place: at(removal.fn, removal.at) },
        ],
        help: analysis.language === "python" ? "take out what the callback is given, or bind the variable: lambda _, one=" + variable + ": …" : `declare ${variable} with const inside the loop`,
      };
    }
    for (const { fn, site, context, metric, value, because } of analysis.series.all()) {
      yield {
        message: "series", data: { where: functionName(fn), name: metric, value }, severity: isHot(context) ? "medium" : "low", path: fn.module.path, at: site.instruction.at,
        trail: [
          { role: "holder", message: `${metric} keeps a series for every combination of labels as long as the process`, place: null },
          ...repetition(fn, context),
          { role: "note", message: because, place: at(fn, site.instruction.at) },
          { role: "searched", message: `looked for anything that takes series out of ${metric}: nothing`, place: null },
        ],
        help: "use a label with few values (the route's template, a kind of error), and put the rest into a log or a trace",
      };
    }
  },
});
