/** Which growing containers are worth a finding, how sure that is, and the evidence. */
import type { FixIntent } from "../model/fix-intent.js";
import type { Severity, TrailStep } from "../model/finding.js";
import type { Span } from "../model/span.js";
import type { Analysis } from "./analysis.js";
import type { Container, GrowSite } from "./containers.js";
import { isUnbounded, repeats } from "./contexts.js";
import { at, repetition } from "./explain.js";
import { describe } from "./refs.js";

export interface GrowthFinding {
  container: Container;
  growth: GrowSite;
  severity: Severity;
  path: string;
  at: Span;
  trail: TrailStep[];
  help: string;
}

const BOUND = 1024;

/**
 * "lookup": a table asked by key, filled with what was computed. "accumulation": everything else that grows. One
 * finding for each container, at the statement that grows it most often.
 */
export function* growthFindings(analysis: Analysis, kind: "lookup" | "accumulation"): Generator<GrowthFinding> {
  for (const container of analysis.containers.all()) {
    const judged = container.growth
      .filter((growth) => (isLookup(analysis, container, growth) ? "lookup" : "accumulation") === kind)
      .flatMap((growth) => {
        const severity = severityOf(analysis, container, growth);
        return severity === null ? [] : [{ growth, severity }];
      })
      .sort((a, b) => RANK[b.severity] - RANK[a.severity] || a.growth.at[0] - b.growth.at[0]);
    const [worst] = judged;
    if (!worst) continue;
    const { growth, severity } = worst;
    yield { container, growth, severity, path: growth.fn.module.path, at: growth.at, trail: trail(container, growth), help: help(analysis, container) };
  }
}

const RANK: Readonly<Record<Severity, number>> = { low: 1, medium: 2, high: 3 };

function isLookup(analysis: Analysis, container: Container, growth: GrowSite): boolean {
  if (container.shape !== "mapping" || growth.key === null) return false;
  return growth.memo || growth.byReading || analysis.language === "python";
}

/** How bad the growth is; null where it is not believed. */
function severityOf(analysis: Analysis, container: Container, growth: GrowSite): Severity | null {
  const hot = growth.context.kind === "request" || growth.context.kind === "event" || growth.context.kind === "mount" || growth.context.kind === "render";
  switch (container.life) {
    case "process":
      if (isUnbounded(growth.context.kind)) return isRegistering(container, growth) && !hot ? null : "high";
      return isRegistering(container, growth) ? null : "medium";
    case "instance": {
      if (!container.cls) return null;
      const made = lifetimeOfInstances(analysis, container.cls);
      if (made === "short") return null;
      if (hot) return made === "process" ? "high" : "medium";
      return made === "process" && !isRegistering(container, growth) ? "medium" : null;
    }
    case "closure": {
      const outer = container.made.fn;
      const kind = analysis.contexts.of(outer).kind;
      if (repeats(kind) || growth.fn === outer) return null;
      return hot && kind === "once" ? "high" : null;
    }
  }
}

/** How long a class's instances live, from where they are made: "process" where only set-up code makes them. */
function lifetimeOfInstances(analysis: Analysis, cls: NonNullable<Container["cls"]>): "process" | "short" | "unknown" {
  const constructor = cls.method("constructor") ?? cls.method("__init__") ?? (cls.facts.initializer === null ? null : cls.module.fn(cls.facts.initializer));
  if (!constructor) return "unknown";
  const { kind } = analysis.contexts.of(constructor);
  return kind === "once" ? "process" : kind === "request" || kind === "event" || kind === "iteration" || kind === "element" || kind === "render" ? "short" : "unknown";
}

/** A function that files away what it is given: `def register(name, handler): HANDLERS[name] = handler`. */
function isRegistering(container: Container, growth: GrowSite): boolean {
  if (container.elementsCalled) return true;
  const { fn, value } = growth;
  if (value === null) return growth.byReading;
  const definition = fn.definition(value)?.instruction;
  if (definition?.op === "closure" || definition?.op === "class") return true;
  const stored = definition?.op === "load" && definition.place.kind === "binding" ? fn.module.binding(definition.place.binding) : undefined;
  if (stored === undefined) return definition?.op === "load" && definition.place.kind === "this";
  if (stored.kind === "function" || stored.kind === "class" || stored.kind === "import") return true;
  if (stored.kind !== "parameter") return false;
  // A table filled from parameters, without looking first, is filled by whoever sets it up.
  if (container.shape === "mapping" && !growth.memo) return true;
  // A decorator gives back what it files.
  return fn.facts.blocks.some(({ end }) => {
    const returned = end.kind === "return" && end.value !== null ? fn.definition(end.value)?.instruction : undefined;
    return returned?.op === "load" && returned.place.kind === "binding" && definition?.op === "load" && definition.place.kind === "binding" && returned.place.binding === definition.place.binding;
  });
}

function trail(container: Container, growth: GrowSite): TrailStep[] {
  const name = describe(container.ref);
  const life = container.life === "process" ? "as long as the process" : container.life === "instance" ? `as long as the ${container.cls?.name ?? "object"}` : "as long as the functions that use it";
  return [
    { role: "holder", message: `${name} is made here and lives ${life}`, place: at(container.made.fn, container.made.at) },
    ...repetition(growth.fn, growth.context),
    { role: "searched", message: `looked for anything that removes from ${name}, replaces it, caps its size or checks its length: nothing`, place: null },
  ];
}

function help(analysis: Analysis, container: Container): string {
  const python = analysis.language === "python";
  if (container.shape === "mapping") {
    return python
      ? `bound it: ${container.name} = cachetools.LRUCache(maxsize=${String(BOUND)}) or cachetools.TTLCache(maxsize=${String(BOUND)}, ttl=3600), or delete entries when they are no longer needed`
      : `bound it: const ${container.name} = new LRUCache({ max: ${String(BOUND)} }) from "lru-cache", a WeakMap if the keys are objects, or delete entries when they are no longer needed`;
  }
  if (container.shape === "list" || container.shape === "queue") {
    return python ? `bound it: ${container.name} = collections.deque(maxlen=${String(BOUND)}), or remove entries when they are handled` : `remove entries when they are handled, or keep only the last ${String(BOUND)}`;
  }
  return "remove entries when what they stand for is gone";
}

/** Bounding the collection where it is made. */
export function boundFix(container: Container): FixIntent | null {
  if (container.shape === "queue" || container.life !== "process") return null;
  if (container.growth[0] && container.growth[0].fn.module !== container.made.fn.module) return null;
  return { kind: "bound", container: container.makeAt, shape: container.shape === "mapping" ? "mapping" : container.shape === "set" ? "set" : "list", limit: BOUND };
}

