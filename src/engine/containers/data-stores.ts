/**
 * Tables that are the program's data, as a database would be, and no memory of what came by: entry points beside the one that
 * fills them list all entries, and show or change single ones. That they only grow is what they are for.
 */
import type { Analysis } from "../analysis.js";
import type { Container } from "./containers.js";
import { isUnbounded } from "../contexts/contexts.js";
import type { Fn } from "../program/program.js";

export function isDataStore(analysis: Analysis, container: Container): boolean {
  const { ref: { root, key }, growth } = container;
  if (container.life !== "process" || root.kind !== "binding" && root.kind !== "this") return false;
  const filling = new Set(growth.map((one) => one.fn));
  const others = (root.kind === "binding" ? root.module.functions : root.cls.related.flatMap((cls) => cls.functions))
    .filter((fn) => !filling.has(fn) && isUnbounded(analysis.contexts.of(fn).kind));
  return others.some((fn) => lists(analysis, fn, key)) && (others.some((fn) => shows(analysis, fn, key)) || isSeeded(container));
}

/** The function goes through all entries, or hands out a copy of them. */
function lists({ refs }: Analysis, fn: Fn, key: string): boolean {
  return [...fn.sites()].some(({ instruction }) => {
    if (instruction.op === "next") return refs.of(fn, instruction.value).key.replace(/\.\{\}$/u, "") === key;
    return "out" in instruction && instruction.op !== "load" && refs.of(fn, instruction.out).key === `${key}.{}`;
  });
}

/** The function takes a single entry, to show or change it. */
function shows({ refs }: Analysis, fn: Fn, key: string): boolean {
  return [...fn.sites()].some(({ instruction }) => {
    if (instruction.op === "load" || instruction.op === "store") return instruction.place.kind === "index" && refs.of(fn, instruction.place.object).key === key;
    return instruction.op === "call" && refs.of(fn, instruction.out).key === `${key}.[]`;
  });
}

/** It is written with entries to begin with. */
function isSeeded({ made, makeAt }: Container): boolean {
  return [...made.fn.sites()].some(({ instruction }) => instruction.op === "collection" && instruction.at[0] === makeAt[0] && instruction.at[1] === makeAt[1] && instruction.elements.length > 0);
}
