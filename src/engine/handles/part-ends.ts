/**
 * Ends that are only of a part: `start() { listen(); if (asked) connect(); }` and `disconnect()`, where `connect()` also runs
 * without `start()`. What `start` did besides, such an end need not undo.
 */
import type { Analysis } from "../analysis.js";
import { areHalves } from "../program/half-names.js";
import type { Cls, Fn } from "../program/program.js";

const DEPTH = 3;

export function endsOnlyPart({ endings, contexts }: Analysis, cls: Cls, making: Fn, end: Fn): boolean {
  const parts = cls.methods.filter((method) => method.cls === cls && method !== end && areHalves(method.facts.name, end.facts.name));
  if (parts.length === 0 || parts.some((part) => part === making || endings.reach([part], DEPTH).has(making))) return false;
  return parts.some((part) => {
    const makers = cls.methods.filter((method) => {
      if (method === part) return false;
      const reached = endings.reach([method], DEPTH);
      return reached.has(part) && reached.has(making);
    });
    const others = contexts.callers(part).filter((site) => !makers.includes(site.fn));
    return makers.length > 0 && (others.length > 0 || contexts.usedAsCallback(part).length > 0);
  });
}
