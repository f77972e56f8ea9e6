/** A cache decorator on a method: the cache's keys hold `self`, so every instance lives as long as the class. */
import type { Analysis } from "../src/engine/analysis.js";
import { isStateless } from "../src/engine/program/class-shapes.js";
import { repeats } from "../src/engine/contexts/contexts.js";
import { defineRule } from "../src/engine/define-rule.js";
import { at } from "../src/engine/explain.js";
import type { Cls } from "../src/engine/program/program.js";

export default defineRule({
  id: "cached-method",
  code: "LEAK012",
  summary: "A cache decorator on a method keeps every instance alive",
  severity: "high",
  recommended: true,
  fix: "never",
  languages: ["python"],
  messages: {
    unbounded: "{{decorator}} on {{cls}}.{{method}} keeps every {{cls}} that ever called it alive",
    bounded: "{{decorator}} on {{cls}}.{{method}} keeps up to its size in {{cls}} instances alive",
  },
  *check({ memos, contexts, types, containers, refs, api }) {
    for (const memo of memos.all()) {
      const { fn, cls } = memo;
      if (!cls || !memo.keepsInstances || contexts.isTest(fn)) continue;
      // Members of an enumeration and classes themselves (a metaclass's instances) live as long as the program anyway.
      if (containers.words.isFewType(cls.typeName) || types.isA(cls.typeName, "type")) continue;
      // Instances that are equal when their contents are: a bounded cache of them is a cache of values.
      if (memo.bounded && containers.words.isValue(cls)) continue;
      // What has no state weighs nothing, and one that is made once for the process stays anyway.
      if (memo.bounded && (isStateless(cls, refs, api) || isMadeOnce(contexts, cls))) continue;
      yield {
        message: memo.bounded ? "bounded" : "unbounded",
        data: { decorator: memo.text, cls: cls.name, method: fn.facts.name },
        // Only a class that is made again and again is seen to add up.
        severity: !memo.bounded && isMadeOften(contexts, cls) ? "high" : "medium",
        path: fn.module.path, at: memo.at, assumed: memo.bounded && memo.expires && makers(contexts, cls).length === 0,
        trail: [
          { role: "holder", message: "one cache is made when the class is defined, and it lives as long as the class", place: at(fn, memo.at) },
          { role: "repeats", message: `each ${cls.name} that calls ${fn.facts.name}() becomes part of a key`, place: at(fn, fn.facts.nameAt) },
          { role: "searched", message: memo.bounded ? "the cache has a bound, so old instances go when it is full" : "looked for a bound on the cache: none", place: null },
        ],
        help: memo.keyParameters === 0
          ? `use functools.cached_property, which keeps the value on the instance`
          : `keep the cache on the instance (make it in __init__: self.${fn.facts.name} = lru_cache(…)(self._${fn.facts.name})), or cache a function that takes the values it needs`,
      };
    }
  },
});

/** Where the program makes one, as far as that is seen, the tests left out. */
function makers(contexts: Analysis["contexts"], cls: Cls): { once: boolean }[] {
  const constructor = cls.method("__init__");
  const calls = constructor === null ? [] : contexts.callers(constructor).filter((site) => !contexts.isTest(site.fn));
  return calls.filter(({ instruction }) => instruction.method !== "__init__").map(({ fn, block }) => ({ once: contexts.at(fn, block).kind === "once" }));
}

function isMadeOnce(contexts: Analysis["contexts"], cls: Cls): boolean {
  const all = cls.subclasses.length > 0 ? [] : makers(contexts, cls);
  return all.length === 1 && all.every(({ once }) => once);
}

function isMadeOften(contexts: Analysis["contexts"], cls: Cls): boolean {
  const constructor = cls.method("__init__");
  return constructor !== null && repeats(contexts.of(constructor).kind);
}
