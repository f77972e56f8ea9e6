/** The state of one path of a handle through its function. */
import type { BindingId, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import type { Facts } from "./path-facts.js";

export interface State {
  held: boolean;
  /** Values and variables that are the handle, or hold it (a tuple, a list). */
  values: ReadonlySet<ValueId>;
  variables: ReadonlySet<BindingId>;
  boxed: boolean;
  /** The handle's own state was asked (`if not f.closed`): a path on which it is open is then not believed. */
  asked: boolean;
  /** The last loop over the box that holds it has gone through its body. */
  iterated: boolean;
  /**
   * A constructor has put the handle into this field of the object, by its reference's key. From then on only an
   * exception that the constructor itself raises loses it, because nobody gets the object. So does a failure while a
   * scope statement enters the object, because its exit then does not run.
   */
  kept: string | null;
  /** It was no constructor that did: the object is known outside, and only another value in the field loses the handle. */
  known: boolean;
  /** Nothing was done with it that opens what it opens on its first use. */
  unused: boolean;
  /** The exception in flight, or the last one that was caught. */
  thrown: Thrown | null;
  facts: Facts;
}

export interface Thrown {
  at: Span;
  /** What failed first, where a handler raises again. */
  first?: Span;
  explicit: boolean;
  /** "any": whatever a call may raise. "timeout": a release gave up waiting. Otherwise the exception's own name. */
  what: string;
}

/** Before the handle is acquired. */
export const NO_HANDLE: State = { held: false, values: new Set(), variables: new Set(), boxed: false, asked: false, iterated: false, kept: null, known: false, unused: false, thrown: null, facts: new Map() };

/** Equal for equal states. What values are the handle is left out: it follows from the instructions that were passed. */
export function stateKey(state: State): string {
  const facts = [...state.facts].map(([key, truth]) => `${key}=${truth}`).sort().join(",");
  const thrown = state.thrown ? `!${state.thrown.what}${state.thrown.explicit ? "!" : ""}` : "";
  return `${state.held ? "h" : "-"}${state.asked ? "a" : ""}${state.boxed ? "b" : ""}${state.iterated ? "i" : ""}${state.kept ?? ""}${state.known ? "k" : ""}${state.unused ? "u" : ""}${thrown}|${[...state.variables].sort((a, b) => a - b).join(",")}|${facts}`;
}
