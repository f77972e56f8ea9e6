/** What following a handle starts from and what it gives. */
import type { BindingId, Call, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import type { CompiledPair } from "../program/api.js";
import type { CallSite } from "../contexts/holders.js";
import type { Given } from "../program/given.js";
import type { Fn } from "../program/program.js";
import type { Ref } from "../program/refs.js";

/** A handle's start: the call, the pair, and the value that is the handle. */
export interface Acquired {
  fn: Fn;
  site: CallSite;
  pair: CompiledPair;
  value: ValueId;
  /** The value is a tuple and the handle is this element of it. */
  element?: number;
  /** The handle is a parameter of `fn`, held when it is entered: `site` then stands in another function. */
  entry?: Entry;
  /** The call puts its receiver into the state that must be ended; this local variable is the receiver. */
  receiver?: BindingId | null;
  /** The call changes an object that lives outside of the function, under this reference's key. */
  shared?: string;
  /** The call, if it fails, may leave what it has opened so far in the receiver. */
  unsafe?: boolean;
  /** Where it comes from has used it, which opened it if it opens on its first use. */
  opened?: boolean;
  /** The function is followed for what its own failure leaves in its object. */
  entering?: boolean;
  /** What one call of the function gives, which decides ways through it. */
  given?: Given;
  /** The call sets going what the object holds in this field (see `Started`). */
  started?: StartedField;
}

export interface StartedField {
  ref: Ref;
  /** Fields without which the object's clean-up does nothing. */
  flags: ReadonlySet<string>;
  /** The function ends it where something else fails. */
  tries: boolean;
}

/** A handle that a callback is given. */
export interface Entry {
  handle: BindingId;
  /** The parameter that says that there is no handle, because acquiring it failed. */
  error: BindingId | null;
  /** The parameter that releases the handle by being called. */
  release: BindingId | null;
}

/** A way out on which the handle is still held. */
export interface Leak {
  /**
   * "dropped": nothing ever held it. "exit": the function returns or falls off its end. "exception": an exception
   * leaves. "overwritten": the only variable that held it got another value. "iteration": the loop acquires again.
   */
  kind: "dropped" | "exit" | "exception" | "overwritten" | "iteration";
  at: Span;
  /** For "exception": the statement that failed; a handler that raises again is where it leaves, not where it failed. */
  raisedAt: Span | null;
  /** The handle's own event that tells of a failure and leaves it alive. */
  event?: string;
  /** The clean-up that may have run before the handle arrives. */
  late?: { path: string; at: Span };
  /** For "exception": the code itself raises, or calls what is known to refuse bad input; not just any call. */
  explicit: boolean;
  /** The store of another value into the field that held it. */
  store?: Span;
}

/** Where the handle went; its fate is then somebody else's. */
export type Escape =
  | { kind: "field" | "element"; ref: Ref; at: Span; fn: Fn; /** A framework keeps it under this name. */ state?: true; /** The fields of a record that hold it, where that is what is kept. */ parts?: readonly string[] }
  | { kind: "variable"; ref: Ref; at: Span; fn: Fn }
  | { kind: "return"; at: Span; /** It is returned in a tuple, as this element. */ element: number | null }
  | { kind: "yield"; at: Span }
  | { kind: "argument"; call: Call & { at: Span }; at: Span; known: boolean }
  | { kind: "closure"; fn: Fn; at: Span; releases: boolean };

export interface Outcome {
  leaks: Leak[];
  escapes: Escape[];
  /** A release was met on some path. */
  released: Span[];
  /** Those of `released` that were met with no exception on the way. */
  releasedNormally: Span[];
  /** Last place where the handle is used in its function. */
  lastUse: Span | null;
  /** The local variable that holds it, if one does. */
  variable: BindingId | null;
  /** Where it is read to its end, as far as it has one. */
  reads: Span[];
  /** It was given to a function that only the program's use of it shows not to take it. */
  lent?: true;
  /** Some way does something with it that opens it, where it opens on its first use. */
  used?: true;
  /** Some ordinary way shows that there is nothing to release, by what the handle tells of itself. */
  over?: true;
  /** The bounds were hit: nothing is known. */
  gaveUp: boolean;
}
