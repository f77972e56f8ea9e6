/** What the answer to a question about a handle's own state shows: `conn.connected`, `f.closed`, `state is State.OPEN`. */
import type { Test, ValueId } from "../../model/facts.js";
import type { Fn } from "../program/program.js";

const ASKED = "^_*(?:is|has|was|been)?_*";
/** Words for a thing that is in use, and for one that is over; any other word (`state`, `poll`) tells nothing by itself. */
const OPEN = new RegExp(`${ASKED}(?:open|opened|connected|alive|active|running|established)$`, "iu");
const OVER = new RegExp(`${ASKED}(?:closed|closing|ended|done|destroyed|disposed|finished|terminated|terminating|stopped|dead|disconnected|exited|killed|aborted)$`, "iu");

/** True where the handle is open when the test holds, false where it is open when the test does not; null where neither is shown. */
export function tellsOpen(fn: Fn, test: Test): boolean | null {
  if (test.kind === "truthy") return ofWord(nameOf(fn, test.value));
  if (test.kind !== "equal") return null;
  // Of the states that there are, one is the open one: what does not equal it may be any other.
  for (const value of [test.left, test.right]) if (OPEN.test(nameOf(fn, value) ?? "")) return true;
  return null;
}

function ofWord(name: string | null): boolean | null {
  if (name === null) return null;
  return OPEN.test(name) ? true : OVER.test(name) ? false : null;
}

function nameOf(fn: Fn, value: ValueId): string | null {
  const definition = fn.definition(value)?.instruction;
  if (definition?.op === "call") return definition.args.length === 0 ? definition.method : null;
  if (definition?.op === "constant") return definition.value.kind === "string" ? definition.value.value : null;
  if (definition?.op !== "load") return null;
  const { place } = definition;
  if (place.kind === "field" || place.kind === "static" || place.kind === "global") return place.name;
  return place.kind === "binding" ? fn.module.binding(place.binding)?.name ?? null : null;
}
