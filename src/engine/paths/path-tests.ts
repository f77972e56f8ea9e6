/** What the two ways of a branch tell of the handle. */
import type { BlockId, Test, ValueId } from "../../model/facts.js";
import type { CompiledPair } from "../program/api.js";
import { tellsOpen } from "./path-answers.js";
import type { PathFacts } from "./path-facts.js";
import type { State } from "./path-state.js";
import type { Tracked } from "./path-tracked.js";
import type { Fn } from "../program/program.js";
import { endInputs, inputs } from "../program/program.js";

/** Names of what a handle tells of its own state. */
const ASKING = /^_*(?:is|has|was)_?[A-Z]?|clos|open|done|end|poll|running|active|alive|finish|cancel|connect|destroy|dispose|abort|exit|returncode|state|ready|stop|kill|pending|terminat|shutdown/iu;

export class PathTests {
  private readonly fn: Fn;
  private readonly pair: CompiledPair;

  constructor(private readonly tracked: Tracked, private readonly conditions: PathFacts) {
    ({ fn: this.fn, pair: this.pair } = tracked);
  }

  refine(test: Test, state: State, block: BlockId): { then: State | null; otherwise: State | null } {
    if (state.held) {
      const tested = endInputs({ kind: "branch", test, then: 0, else: 0, at: [0, 0] });
      if (this.showsOver(test, state)) {
        if (!state.thrown) this.tracked.outcome.over = true;
        return { then: null, otherwise: state };
      }
      if (test.kind !== "more" && tested.some((value) => this.tracked.names?.asks(value, (one) => this.tracked.isHandle(one, state)) === true)) return { then: { ...state, asked: true }, otherwise: { ...state, asked: true } };
      const asked = tested.some((value) => this.asksHandle(value, state));
      if (asked) {
        // What ends by itself may be over a moment later.
        const open = this.pair.ends === "completes" ? null : tellsOpen(this.fn, test);
        return { then: { ...state, asked: open !== true }, otherwise: { ...state, asked: open !== false } };
      }
    }
    // `for await` leaves at the end of what it reads from, a directory's iterator is closed there.
    if (test.kind === "more" && state.held && !state.boxed && (this.pair.scope === "async-closes" || this.pair.exhausts === true) && this.tracked.isHandle(test.iterated, state)) return { then: state, otherwise: this.tracked.released(this.fn.facts.nameAt) };
    // A box that holds the handle is not empty.
    if (test.kind === "more" && state.held && state.boxed && this.tracked.isHandle(test.iterated, state)) return { then: state, otherwise: state.iterated ? { ...state, iterated: false } : null };
    // `if tasks == []`: an empty collection does not hold it either.
    if (test.kind === "equal" && state.held && state.boxed && this.tracked.isHandle(test.left, state)) {
      const other = this.fn.definition(test.right)?.instruction;
      if (other?.op === "collection" && other.elements.length === 0 || other?.op === "constant" && other.value.kind === "null") return { then: null, otherwise: state };
    }
    if ((test.kind === "truthy" || test.kind === "none") && state.held && this.tracked.isHandle(test.value, state) && (!state.boxed || test.kind === "truthy" || this.isElement(test.value))) return test.kind === "truthy" ? { then: state, otherwise: null } : { then: null, otherwise: state };
    if ((test.kind === "truthy" || test.kind === "none") && this.saysNoHandle(test)) return test.kind === "truthy" ? { then: null, otherwise: state } : { then: state, otherwise: null };
    const { then, otherwise } = this.conditions.refine(test, state.facts, block);
    return { then: then && { ...state, facts: then }, otherwise: otherwise && { ...state, facts: otherwise } };
  }

  /** `if response.status == 204:`, `in (204, 304)`: by what one of its members is, the handle has nothing to release. */
  private showsOver(test: Test, state: State): boolean {
    if (!this.pair.overWhere) return false;
    if (test.kind === "equal") return this.isTelling(test.left, state) && this.isOver(test.right) || this.isTelling(test.right, state) && this.isOver(test.left);
    const known = test.kind === "in" && this.isTelling(test.item, state) ? this.fn.definition(test.container)?.instruction : undefined;
    return known?.op === "collection" && known.elements.length > 0 && known.elements.every((one) => !one.spread && this.isOver(one.value));
  }

  private isTelling(value: ValueId, state: State): boolean {
    const asked = this.fn.definition(value)?.instruction;
    return asked?.op === "load" && asked.place.kind === "field" && asked.place.name === this.pair.overWhere?.member && !state.boxed && this.tracked.isHandle(asked.place.object, state);
  }

  private isOver(value: ValueId): boolean {
    const made = this.fn.definition(value)?.instruction;
    const known = made?.op === "constant" && made.value.kind === "number" ? [made.value.value] : this.tracked.types.of(this.fn, value);
    return known.some((one) => this.pair.overWhere?.is.includes(one) === true);
  }

  /** `for (const one of [left, right]) if (one !== null) …`: in the turn of the handle the loop's variable is the handle. */
  private isElement(value: ValueId): boolean {
    const definition = this.fn.definition(value)?.instruction;
    if (definition?.op !== "load" || definition.place.kind !== "binding") return this.isOfTurn(value);
    const stores = this.fn.module.bindingStores.get(definition.place.binding) ?? [];
    return stores.length > 0 && stores.every((store) => store.fn === this.fn && this.isOfTurn(store.value));
  }

  private isOfTurn(value: ValueId): boolean {
    const definition = this.fn.definition(value)?.instruction;
    return definition?.op === "next" || definition?.op === "operation" && definition.operator === "unpack" && definition.inputs.every((input) => this.isOfTurn(input));
  }

  /** `if (error)` in a callback: where there is an error there is no handle. */
  private saysNoHandle(test: Extract<Test, { kind: "truthy" | "none" }>): boolean {
    const error = this.tracked.acquired.entry?.error ?? null;
    const definition = this.fn.definition(test.value)?.instruction;
    return error !== null && definition?.op === "load" && definition.place.kind === "binding" && definition.place.binding === error;
  }

  /** `f.closed`, `task.done()`, `proc.poll() is None`: a question to the handle about itself. */
  private asksHandle(value: ValueId, state: State, depth = 0): boolean {
    const definition = this.fn.definition(value)?.instruction;
    if (!definition || depth > 3) return false;
    if (definition.op === "load" && definition.place.kind === "field") return ASKING.test(definition.place.name) && this.tracked.isHandle(definition.place.object, state);
    if (definition.op === "call") return definition.receiver !== null && ASKING.test(definition.method ?? "") && this.tracked.isHandle(definition.receiver, state) && definition.args.length === 0;
    if (definition.op === "operation") return inputs(definition).some((input) => this.asksHandle(input, state, depth + 1));
    return false;
  }
}
