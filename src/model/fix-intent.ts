/**
 * What a rule wants changed, in words that both languages share; each front end's `fixes` spells it as edits, or
 * refuses with a reason. All spans are in the finding's file.
 */
import type { Span } from "./span.js";

export type FixIntent =
  /**
   * Release a resource at the end of its scope. `acquire` is the acquiring call, `release` the releasing code with `$`
   * for the handle (`$.close()`, `fs.closeSync($)`), `scopeForm` what the catalog says: "with" the language's scope
   * statement closes it (Python `with`, JavaScript `using`), "async-with" its asynchronous form, "closing" Python's
   * contextlib.closing is needed, "none" only try/finally. `lastUse` is the last use of the handle in its function,
   * `awaitRelease` whether the release must be awaited.
   */
  | { kind: "scope"; acquire: Span; release: string; scopeForm: "with" | "async-with" | "closing" | "none"; lastUse: Span | null; awaitRelease: boolean }
  /** Bound a cache or an accumulator. `container` is the collection's creation (its expression). `shape` as in the model. */
  | { kind: "bound"; container: Span; shape: "mapping" | "list" | "set" | "decorator"; limit: number }
  /** Keep a task's reference: `spawn` is the call whose result is dropped. */
  | { kind: "keep-reference"; spawn: Span }
  /** Undo a registration or timer made in an effect or set-up hook. `acquire` the call, `release` as above with `$` for the handle. `callback` is the effect function's span. */
  | { kind: "cleanup"; acquire: Span; release: string; callback: Span }
  /** Move a constant regular expression out of a loop: `expression` is what moves, `before` the loop or function it moves out of. */
  | { kind: "hoist"; expression: Span; before: Span }
  /** Replace `at` by `text`: for fixes that are the same in any language (an argument, an option). */
  | { kind: "replace"; at: Span; text: string; title: string };
