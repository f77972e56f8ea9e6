/** What an instruction does to a path's state: the handle is acquired, named, handed on, released or lost. */
import type { BindingId, Call, Instruction, Place, ValueId } from "../../model/facts.js";
import type { Span } from "../../model/span.js";
import { Adoption } from "./adoption.js";
import type { Api, CompiledPair } from "../program/api.js";
import { constantText } from "../program/constants.js";
import { FirstUse } from "./first-use.js";
import type { Holders } from "../contexts/holders.js";
import type { PathFacts } from "./path-facts.js";
import type { Lent } from "./lent.js";
import { ObjectEnds } from "./object-ends.js";
import { endingHandler } from "./own-handlers.js";
import { KeptSteps } from "./path-kept.js";
import { afresh, isOnItsWay } from "./path-moves.js";
import type { Named } from "./path-names.js";
import type { State } from "./path-state.js";
import type { Tracked } from "./path-tracked.js";
import type { Acquired, Outcome } from "./path-types.js";
import type { Cls, Fn } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";
import type { ReleaseFlow } from "./release-flow.js";
import { StateStores } from "../program/state-stores.js";
import { isTold } from "./told.js";
import type { Types } from "../program/types.js";
import { loadsOf } from "../program/variables.js";

/** Python's operators whose result holds what their operands hold. */
const JOINING = new Set(["+", "|"]);
/** Functions that by their names only look at or adjust what they are given: `set_nonblocking(fd)`. */
const BORROWING = /^_*(?:set|get|is|has|check|validate|log|print|describe|format|assert|dump|verify|test|enable|disable|configure|tune)(?:_|[A-Z])/u;

export class Steps {
  private readonly fn: Fn;
  private readonly pair: CompiledPair;
  private readonly api: Api;
  private readonly types: Types;
  private readonly refs: Refs;
  private readonly holders: Holders;
  private readonly outcome: Outcome;
  private readonly acquired: Acquired;
  private readonly adoption: Adoption;
  private readonly states: StateStores;
  private readonly firstUse: FirstUse;
  private readonly objects: ObjectEnds;
  /** Where the handle is an element of what the call gives: the values and variables that are the whole tuple. */
  private readonly tuples = new Set<ValueId>();
  private readonly tupleVariables = new Set<BindingId>();
  /** Under what names an object that is local to the function holds the handle. */
  private readonly boxFields = new Set<string>();

  constructor(private readonly tracked: Tracked, private readonly conditions: PathFacts, private readonly flow: ReleaseFlow, private readonly kept: KeptSteps, private readonly lent: Lent) {
    ({ fn: this.fn, pair: this.pair, api: this.api, types: this.types, refs: this.refs, holders: this.holders, outcome: this.outcome, acquired: this.acquired } = tracked);
    const { refs, types, api } = tracked;
    this.adoption = new Adoption(refs, types, api);
    this.states = new StateStores(refs, types, api);
    this.objects = new ObjectEnds(this.pair, refs, api, types);
    this.firstUse = new FirstUse(this.pair, api, types);
  }

  /** The state after an instruction; null where the path ends for the handle. */
  step(instruction: Instruction & { at: Span }, state: State): State | null {
    const { site, value, entry } = this.acquired;
    if (!entry && (instruction === site.instruction || (this.acquired.receiver === undefined && "out" in instruction && instruction.out === value))) return this.acquire(instruction, state);
    if (instruction.op === "call" && this.api.neverReturns.has(this.fn, instruction, this.types)) return null;
    const facts = this.conditions.learn(instruction, state.facts);
    const known = facts === state.facts ? state : { ...state, facts };
    if (!known.held) {
      // Another copy of the acquiring statement (a finaliser's) is the same handle.
      return known;
    }
    return known.kept === null ? this.stepHeld(instruction, known) : this.kept.step(instruction, known, known.kept);
  }

  private acquire(instruction: Instruction & { at: Span }, state: State): State | null {
    const { value, element, receiver } = this.acquired;
    if (receiver === undefined && (!("out" in instruction) || instruction.out !== value)) return state;
    if (state.held) {
      if (!state.boxed && state.kept === null && receiver === undefined) this.tracked.leak("iteration", instruction.at, state);
      return null;
    }
    if (element !== undefined) this.tuples.add(value);
    if (receiver !== undefined && receiver !== null) this.outcome.variable ??= receiver;
    const started = this.acquired.started ?? null;
    if (started) this.tracked.keptRef = started.ref;
    return { ...state, held: true, values: new Set([value]), variables: new Set(receiver === undefined || receiver === null ? [] : [receiver]), boxed: false, asked: false, iterated: false, kept: started?.ref.key ?? null, known: false, unused: this.pair.opensOnUse !== undefined && this.acquired.opened !== true, thrown: null };
  }

  /** The state in which an instruction may raise: what it uses is open then. */
  use(instruction: Instruction, state: State): State {
    if (!state.unused) return state;
    if (!this.firstUse.isUse(this.fn, instruction, (value) => this.tracked.isHandle(value, state))) return state;
    this.outcome.used = true;
    return { ...state, unused: false };
  }

  private stepHeld(instruction: Instruction & { at: Span }, before: State): State | null {
    const state = afresh(instruction, before);
    const named = this.tracked.names?.see(instruction, (value) => this.tracked.isHandle(value, state)) ?? null;
    if (named !== null) return this.stepNamed(named, instruction, state);
    switch (instruction.op) {
      case "load": return this.load(instruction, state);
      case "store": return this.store(instruction, state);
      case "delete":
        return instruction.place.kind === "binding" ? this.overwrite(instruction.place.binding, instruction.at, state) : state;
      case "call": return this.call(instruction, state);
      case "closure": return this.closure(instruction, state);
      case "collection":
        for (const element of instruction.elements) if (this.tracked.isHandle(element.value, state)) this.boxFields.add(constantText(this.fn, element.key) ?? "");
        if (instruction.elements.some((element) => this.tracked.isHandle(element.value, state))) return { ...this.tracked.alias(state, instruction.out, instruction.at), boxed: true };
        return state;
      case "await":
        if (!this.tracked.isHandle(instruction.value, state)) return state;
        if (this.tracked.isAwaited()) return this.tracked.released(instruction.at);
        if (this.tuples.has(instruction.value)) this.tuples.add(instruction.out);
        return this.tracked.alias(state, instruction.out, instruction.at);
      case "yield":
        // `yield from connect()`: what it gives is the result, as of an await.
        if (instruction.delegate && instruction.value !== null && this.tracked.isHandle(instruction.value, state)) return this.tracked.alias(state, instruction.out, instruction.at);
        if (instruction.value !== null && this.tracked.isHandle(instruction.value, state)) {
          // A context manager hands it over and goes on with it; any other generator may be left unfinished.
          if (!this.outcome.escapes.some((escape) => escape.kind === "yield")) this.outcome.escapes.push({ kind: "yield", at: instruction.at });
          return this.tracked.resumed ? state : null;
        }
        return state;
      // Once it is entered, a scope that closes does so on every way, whatever becomes of the handle's names.
      case "enter":
        if (!this.tracked.isHandle(instruction.value, state)) return state;
        return this.scopeCloses(instruction.form) ? this.tracked.released(instruction.at) : this.tracked.alias(state, instruction.out, instruction.at);
      case "exit":
        return this.tracked.isHandle(instruction.value, state) && this.scopeCloses(instruction.form) || this.closesTarget(instruction.value) ? this.tracked.released(instruction.at) : state;
      case "next":
        if (this.pair.readers !== undefined && !state.boxed && this.tracked.isHandle(instruction.value, state)) this.outcome.reads.push(instruction.at);
        // `for await` ends with what it reads from.
        if (instruction.async && !state.boxed && this.pair.scope === "async-closes" && this.tracked.isHandle(instruction.value, state)) return this.tracked.released(instruction.at);
        return state.boxed && this.tracked.isHandle(instruction.value, state) ? { ...this.tracked.alias(state, instruction.out, instruction.at), iterated: true } : state;
      case "operation":
        if ((instruction.operator === "unpack" || instruction.operator === "spread" || instruction.operator === "slice") && instruction.inputs.some((value) => this.tracked.isHandle(value, state))) {
          if (instruction.inputs.some((value) => this.tuples.has(value))) return this.takeElement(instruction, instruction.index ?? null, state);
          return state.boxed ? this.tracked.alias(state, instruction.out, instruction.at) : state;
        }
        // `clearInterval(+timer)`
        if (instruction.operator === "+" && instruction.inputs.length === 1 && instruction.inputs.some((value) => this.tracked.isHandle(value, state))) return this.tracked.alias(state, instruction.out, instruction.at);
        return this.tracked.python && JOINING.has(instruction.operator) && instruction.inputs.some((value) => this.tracked.isHandle(value, state)) ? this.join(instruction, state) : state;
      case "constant": case "class": case "caught": return state;
    }
  }

  private scopeCloses(form: "with" | "using"): boolean {
    return this.pair.scope === "closes" || this.pair.scope === "async-closes" || this.pair.scope === undefined && form === "using";
  }

  /** After what concerns the name of the thing on disk, or names that are made of it. */
  private stepNamed(named: NonNullable<Named>, instruction: Instruction & { at: Span }, state: State): State | null {
    switch (named) {
      case "same": return "out" in instruction ? this.tracked.alias(state, instruction.out, instruction.at) : state;
      case "removed": return this.tracked.released(instruction.at, state);
      case "seen":
        this.tracked.use(instruction.at);
        return state;
      case "kept":
        if (instruction.op === "yield" && this.tracked.resumed) {
          if (!this.outcome.escapes.some((escape) => escape.kind === "yield")) this.outcome.escapes.push({ kind: "yield", at: instruction.at });
          return state;
        }
        this.tracked.handOver(instruction.at);
        return null;
    }
  }

  /** `tasks += [task]`: the sum of two collections holds it. `bag |= task`: what the operator of some object does with it is not known. */
  private join(instruction: Extract<Instruction, { op: "operation" }> & { at: Span }, state: State): State | null {
    if (state.boxed) return this.tracked.alias(state, instruction.out, instruction.at);
    this.outcome.escapes.push({ kind: "variable", ref: this.refs.of(this.fn, instruction.out), at: instruction.at, fn: this.fn });
    return null;
  }

  private load(instruction: Extract<Instruction, { op: "load" }> & { at: Span }, state: State): State | null {
    const { place } = instruction;
    if (place.kind === "binding" && state.variables.has(place.binding)) {
      if (this.tupleVariables.has(place.binding)) this.tuples.add(instruction.out);
      return this.tracked.alias(state, instruction.out, instruction.at);
    }
    if (place.kind === "index" && this.tracked.isHandle(place.object, state)) {
      if (this.tuples.has(place.object)) return this.takeElement(instruction, this.indexOf(place.key), state);
      // `client["shop"]` is a view of the connection.
      return state.boxed || this.pair.rule === "unclosed-connection" ? this.tracked.alias(state, instruction.out, instruction.at) : state;
    }
    if (place.kind !== "field" || !this.tracked.isHandle(place.object, state)) return state;
    this.tracked.use(instruction.at);
    // `link.href = url; …; revoke(link.href)`
    if (state.boxed && this.boxFields.has(place.name)) return this.tracked.alias(state, instruction.out, instruction.at);
    if (this.pair.ids?.includes(place.name) === true && isTold(this.fn, instruction.out, this.tracked.api, this.tracked.types)) {
      this.tracked.handOver(instruction.at);
      return null;
    }
    if (this.pair.readers?.includes(place.name) === true) this.outcome.reads.push(instruction.at);
    if (this.pair.parts?.includes(place.name) === true) return this.tracked.alias(state, instruction.out, instruction.at);
    // `stack.callback(sock.close)`, `response.close = file.close`: what releases it is handed to somebody.
    if (!state.boxed && this.tracked.isReleaseName(place.name) && this.fn.uses(instruction.out).length > 0) {
      this.outcome.escapes.push({ kind: "closure", fn: this.fn, at: instruction.at, releases: true });
      return null;
    }
    return state;
  }

  /** An element of the tuple that the call gave: the handle, or something else. A whole slice of it stays a tuple. */
  private takeElement(instruction: Extract<Instruction, { op: "load" | "operation" }> & { at: Span }, index: number | null, state: State): State {
    if (index === null) this.tuples.add(instruction.out);
    else if (index !== this.acquired.element && this.pair.standIns?.includes(index) !== true) return state;
    return this.tracked.alias(state, instruction.out, instruction.at);
  }

  private indexOf(key: ValueId): number | null {
    const definition = this.fn.definition(key)?.instruction;
    return definition?.op === "constant" && definition.value.kind === "number" ? definition.value.value : null;
  }

  /** The position at which a returned tuple holds the handle. */
  elementOf(value: ValueId, state: State): number | null {
    if (this.tuples.has(value)) return this.acquired.element ?? null;
    const definition = this.fn.definition(value)?.instruction;
    if (definition?.op !== "collection" || definition.shape === "mapping") return null;
    const index = definition.elements.findIndex((element) => this.tracked.isHandle(element.value, state));
    return index < 0 ? null : index;
  }

  private store(instruction: Extract<Instruction, { op: "store" }> & { at: Span }, state: State): State | null {
    const { place } = instruction;
    const isHandle = this.tracked.isHandle(instruction.value, state) || this.isKept(place, state);
    if (place.kind === "binding") {
      if (!isHandle) return state.variables.has(place.binding) ? this.overwrite(place.binding, instruction.at, state, isOnItsWay(this.fn, instruction, state)) : state;
      const binding = this.fn.module.binding(place.binding);
      const variables = new Set(state.variables).add(place.binding);
      if (this.tuples.has(instruction.value)) this.tupleVariables.add(place.binding);
      if (binding?.kind !== "temporary") this.outcome.variable ??= place.binding;
      if (binding?.owner !== this.fn.id || this.fn.facts.kind === "module") {
        this.outcome.escapes.push({ kind: "variable", ref: this.refs.ofBinding(this.fn.module, place.binding), at: instruction.at, fn: this.fn });
        return this.isOnlyOfTopLevel(place.binding) ? { ...state, variables } : null;
      }
      if (binding.captured) {
        const releasing = this.holders.releasedInClosure(this.pair, this.fn.module, place.binding, this.tracked.callbacks);
        if (releasing) {
          this.outcome.escapes.push({ kind: "closure", fn: releasing, at: instruction.at, releases: true });
          return null;
        }
      }
      return { ...state, variables };
    }
    if (place.kind === "field" && this.pair.releaseFields?.includes(place.name) === true && this.tracked.isHandle(place.object, state)) return this.tracked.released(instruction.at);
    if (!isHandle) return place.kind === "field" && this.tracked.isHandle(place.object, state) ? this.handler(instruction.value, instruction.at, state) : state;
    if (place.kind === "field" || place.kind === "static" || place.kind === "index") {
      if (place.kind !== "static" && this.tracked.isHandle(place.object, state)) return state;
      if (place.kind === "field" && this.isOnlyShown(place.object, place.name)) return state;
      // A comprehension's result holds it.
      if (place.kind === "index" && this.fn.definition(place.object)?.instruction.op === "collection") return { ...this.tracked.alias(state, place.object, instruction.at), boxed: true };
      // A list or object made here and only known here holds it like a variable does.
      const local = place.kind === "static" ? null : this.tracked.locals.container(place.object) ?? (place.kind === "field" ? this.tracked.locals.object(place.object) : null);
      if (local !== null && place.kind === "field") this.boxFields.add(place.name);
      if (local !== null) return { ...state, variables: new Set(state.variables).add(local), boxed: true };
      const set = place.kind === "field" ? this.adoption.bySetter(this.fn, place.object, place.name, this.pair) : undefined;
      if (set !== undefined) {
        this.outcome.escapes.push(set ? { kind: "field", ref: set.ref, at: set.at, fn: set.fn } : { kind: "variable", ref: this.refs.of(this.fn, instruction.value), at: instruction.at, fn: this.fn });
        return null;
      }
      const cls: Cls | null = place.kind === "static" ? this.fn.module.cls(place.class) : null;
      const ref = place.kind === "static" ? (cls ? this.refs.ofField(cls, place.name) : null) : place.kind === "field" ? this.refs.field(this.refs.of(this.fn, place.object), place.name) : this.refs.field(this.refs.of(this.fn, place.object), "[]");
      // Of a thing on disk, a table or a file object is only one that has its name.
      if (this.tracked.names && (place.kind === "index" || this.pair.parts !== undefined || this.tracked.names.isFromOutside(instruction.value))) {
        this.tracked.handOver(instruction.at);
        return null;
      }
      if (ref) this.outcome.escapes.push({ kind: place.kind === "index" ? "element" : "field", ref, at: instruction.at, fn: this.fn, ...this.inRecord(state) });
      if (ref?.root.kind !== "this" || ref.fields.length !== 1 || place.kind !== "field") return null;
      this.tracked.keptRef = ref;
      return { ...state, kept: ref.key, known: !this.tracked.isConstructor() || this.isFinalized(ref) };
    }
    this.outcome.escapes.push({ kind: "variable", ref: this.refs.of(this.fn, instruction.value), at: instruction.at, fn: this.fn });
    return null;
  }

  /** The object's own finalizer ends what is in the field, also where its constructor raised. */
  private isFinalized(ref: Ref): boolean {
    const finalizer = ref.root.kind === "this" ? ref.root.cls.method("__del__") : null;
    return finalizer !== null && this.holders.reachesRelease(finalizer, this.pair, ref);
  }

  /** `links[connect(host)] = host`: Python's mappings hold their keys. One whose keys nobody ends only notes something about what a variable holds. */
  private isKept(place: Place, state: State): boolean {
    if (!this.tracked.python || place.kind !== "index" || !this.tracked.isHandle(place.key, state) || this.tracked.isHandle(place.object, state)) return false;
    if (state.variables.size === 0) return true;
    const local = this.tracked.locals.container(place.object);
    if (local !== null) return loadsOf(this.fn, local).some((load) => this.fn.uses(load).some((use) => use.kind === "end" || use.site.instruction.op === "next" || use.site.instruction.op === "call"));
    return this.holders.released(this.pair, this.refs.field(this.refs.of(this.fn, place.object), "[]")) !== null;
  }

  /** What the handle is given to call, as `this`: it may end it. */
  private handler(value: ValueId, at: Span, state: State): State | null {
    const ending = endingHandler(this.refs, this.api, this.holders, this.pair, this.fn, value);
    if (!ending || this.tracked.callbacks.has(ending)) return state;
    this.outcome.escapes.push({ kind: "closure", fn: ending, at, releases: true });
    return null;
  }

  /** The object loads what its field names; nothing reads it there to release it. */
  private isOnlyShown(object: ValueId, name: string): boolean {
    return this.pair.shownBy?.some((pattern) => {
      const [type = "", field] = pattern.split("#");
      return field === name && this.types.is(this.fn, object, type);
    }) === true && this.holders.releasedField(this.pair, name, null) === null;
  }

  /** A module's variable that no function of it releases or hands on: only another value can lose what it holds. */
  private isOnlyOfTopLevel(binding: BindingId): boolean {
    if (this.fn.facts.kind !== "module") return false;
    return this.fn.module.binding(binding)?.captured === false || this.holders.releasedInClosure(this.pair, this.fn.module, binding, this.tracked.callbacks) === null;
  }

  private overwrite(binding: BindingId, at: Span, state: State, isMoved = false): State | null {
    if (!state.variables.has(binding)) return state;
    const variables = new Set(state.variables);
    variables.delete(binding);
    if (variables.size === 0 && !isMoved) {
      this.tracked.leak("overwritten", at, state);
      return null;
    }
    return { ...state, variables };
  }

  /** `connect().catch(log)`, `connect().finally(done)`: when all goes well it is a promise of the same handle. */
  private isSamePromise(call: Call): boolean {
    return this.api.surePassed.has(this.fn, call, this.types) || this.api.words.is("continues", call) === null && this.api.onFailure.match(this.fn, call, this.types).length > 0;
  }

  private call(call: Call & { at: Span }, state: State): State | null {
    const match = this.api.released(this.pair, this.fn, call, this.types);
    if (match && match.via !== "target" && this.tracked.isHandle(match.value, state)) return this.tracked.released(call.at, state);
    if (call.callee !== null && this.isReleaseParameter(call.callee)) return this.tracked.released(call.at, state);
    if (match?.via === "all" || this.endsTarget(call)) return this.tracked.released(call.at, state);
    const { receiver } = call;
    if (receiver !== null && this.tracked.isHandle(receiver, state)) {
      if (!state.boxed && this.objects.endsKept(this.fn, call)) return this.tracked.released(call.at, state);
      if (this.pair.readers?.includes(call.method ?? "") === true) this.outcome.reads.push(call.at);
      // connect().then((conn) => …): whoever continues has it.
      if (this.api.words.is("continues", call) === "method" && call.args.some((one) => this.fn.definition(one.value)?.instruction.op === "closure") && !this.tracked.isAwaited()) {
        this.outcome.escapes.push({ kind: "argument", call, at: call.at, known: true });
        return null;
      }
      this.tracked.use(call.at);
      if (this.holders.fateOfElements(this.fn, call, this.pair) === "released") return this.tracked.released(call.at, state);
      if (call.args.some((one) => this.handler(one.value, call.at, state) === null)) return null;
      if (call.args.some((one) => this.tracked.isHandle(one.value, state))) return state;
      if (this.isOneOfMany(call, state)) this.tracked.lentTo.add(call.out);
      // Elements taken from a collection that holds it; a builder's `on(…)` returns its receiver.
      if (state.boxed || this.pair.parts?.includes(call.method ?? "") === true || this.api.words.is("chains", call) !== null || this.isSamePromise(call)) return this.tracked.alias(state, call.out, call.at);
      return state;
    }
    const given = call.args.find((one) => this.tracked.isHandle(one.value, state));
    if (!given) return state;
    this.tracked.use(call.at);
    const position = call.args.indexOf(given);
    if (this.pair.readers !== undefined && this.api.drains.takes(this.fn, call, given.value, this.types)) this.outcome.reads.push(call.at);
    if (receiver !== null) {
      // items.append(handle): a local list holds it now.
      // What a comprehension puts together is held by its result.
      if (this.fn.definition(receiver)?.instruction.op === "collection") return { ...this.tracked.alias(state, receiver, call.at), boxed: true };
      const local = this.tracked.locals.container(receiver);
      if (local !== null && !this.api.transfers.takes(this.fn, call, given.value, this.types)) return { ...state, variables: new Set(state.variables).add(local), boxed: true };
    }
    const kept = this.states.of(this.fn, call, (one) => this.tracked.isHandle(one, state));
    if (kept) {
      this.outcome.escapes.push({ kind: "field", ref: kept, at: call.at, fn: this.fn, state: true });
      return null;
    }
    if (this.api.wraps.takes(this.fn, call, given.value, this.types)) return this.tracked.alias(state, call.out, call.at);
    if (!this.tracked.isAwaited() && this.api.waits.takes(this.fn, call, given.value, this.types)) {
      if (this.tuples.has(given.value)) this.tuples.add(call.out);
      return this.tracked.alias(state, call.out, call.at);
    }
    if (this.api.transfers.takes(this.fn, call, given.value, this.types)) {
      this.outcome.escapes.push({ kind: "argument", call, at: call.at, known: true });
      return null;
    }
    // `list(links)`: the same elements once more.
    if (state.boxed && this.api.words.is("copies", call) === "path") return this.tracked.alias(state, call.out, call.at);
    // Who is given one of many, or all of them, need not end what this function ends with the others.
    if (this.isOneOfMany(call, state)) {
      this.tracked.lentTo.add(call.out);
      return state;
    }
    const callee = this.types.calleeOf(this.fn, call);
    if (callee?.kind === "function") {
      const adopted = this.adoption.of(this.fn, call, given.value, this.pair);
      if (adopted) {
        this.outcome.escapes.push({ kind: "field", ref: adopted.ref, at: adopted.at, fn: adopted.fn });
        return null;
      }
      switch (this.holders.fateOfArgument(callee.fn, call, position, this.pair, state.boxed)) {
        case "released": return this.isLentTo(callee.fn, call, position) ? this.lend(state) : this.tracked.released(call.at, state);
        case "borrowed": return state;
        case "returned": return this.tracked.alias(state, call.out, call.at);
        case "kept":
          this.outcome.escapes.push({ kind: "argument", call, at: call.at, known: true });
          return null;
      }
    }
    if (callee === null && (this.api.borrows.has(this.fn, call, this.types) || receiver === null && BORROWING.test(call.path?.split(".").at(-1) ?? ""))) return state;
    if (receiver !== null) {
      const ref = this.refs.of(this.fn, receiver);
      // this.timers.push(handle), REGISTRY.add(handle): an element of something that lives longer.
      if (this.tracked.names === null && this.api.words.is("stores", call) !== null && (ref.root.kind === "this" || ref.root.kind === "binding")) {
        this.outcome.escapes.push({ kind: "element", ref: this.refs.field(ref, "[]"), at: call.at, fn: this.fn, ...this.inRecord(state) });
        return null;
      }
    }
    if (callee === null && !state.boxed && (this.lent.isShown(this.pair, call, this.fn) || this.lent.isLoan(this.pair, call, this.fn, state.variables))) return this.lend(state);
    // What this function releases itself further on was only lent; who gets what the call made of it is taken to have it.
    if (this.flow.releasesLater(call, state.variables)) return this.tracked.alias(state, call.out, call.at);
    // A timer or a task that a new object wraps is that object's to end, by methods that others call.
    const field = callee?.kind === "class" && !state.boxed && this.pair.rule !== "timer-leak" && this.pair.rule !== "orphan-task" ? this.adoption.byConstructor(this.fn, call, given.value, this.pair) : null;
    this.outcome.escapes.push(field ? { kind: "field", ref: field.ref, at: field.at, fn: field.fn } : { kind: "argument", call, at: call.at, known: callee !== null });
    return null;
  }

  /** The function ends it after the call, with all others that it has gathered. */
  private isOneOfMany(call: Call, state: State): boolean {
    return state.boxed && this.tracked.isGathered() && this.flow.releasesLater(call, state.variables);
  }

  private inRecord(state: State): { parts?: readonly string[] } {
    const parts = state.boxed ? [...this.boxFields].filter((name) => name !== "") : [];
    return parts.length === 0 ? {} : { parts };
  }

  private lend(state: State): State {
    this.outcome.lent = true;
    return state;
  }

  private isLentTo(callee: Fn, call: Call, position: number): boolean {
    const parameters = callee.facts.parameters.filter((one) => one.binding !== null);
    const name = call.args[position]?.name ?? null;
    const parameter = name === null ? parameters[position] : parameters.find((one) => one.name === name);
    return parameter?.binding != null && parameter.kind === "plain" && this.lent.isReleasedByRaising(this.pair, callee, parameter.binding);
  }

  /** The end of `with closing(connection):`, for its cursor. */
  private closesTarget(scope: ValueId): boolean {
    const { receiver } = this.acquired.site.instruction;
    const made = this.fn.definition(scope)?.instruction;
    if (receiver === null || made?.op !== "call" || !this.pair.releaseAlls.some((pattern) => pattern.kind === "on-target")) return false;
    const target = this.refs.of(this.fn, receiver).key;
    return made.args.some((one) => this.api.transfers.takes(this.fn, made, one.value, this.types) && this.refs.of(this.fn, one.value).key === target);
  }

  /** `done()` of a callback that was given both. */
  private isReleaseParameter(callee: ValueId): boolean {
    const release = this.acquired.entry?.release ?? null;
    const definition = this.fn.definition(callee)?.instruction;
    return release !== null && definition?.op === "load" && definition.place.kind === "binding" && definition.place.binding === release;
  }

  /** What the handle was taken from is ended: `browser.close()` for a page of `browser.newPage()`. */
  private endsTarget(call: Call): boolean {
    const { receiver } = this.acquired.site.instruction;
    if (receiver === null || !this.pair.releaseAlls.some((pattern) => pattern.kind === "on-target")) return false;
    const target = this.refs.of(this.fn, receiver).key;
    return this.api.endsTarget(this.pair, call, (value) => this.refs.of(this.fn, value).key === target) || this.objects.endsTarget(this.fn, call, target);
  }

  private closure(instruction: Extract<Instruction, { op: "closure" }>, state: State): State | null {
    const made = this.fn.module.fn(instruction.function);
    if (!made || made.isIdle || this.tracked.callbacks.has(made)) return state;
    const captured = [...state.variables].filter((binding) => made.facts.captures.includes(binding));
    if (captured.length === 0) return state;
    this.tracked.use(instruction.at);
    for (const binding of captured) {
      if (this.holders.releasedInClosure(this.pair, this.fn.module, binding, this.tracked.callbacks)) {
        this.outcome.escapes.push({ kind: "closure", fn: made, at: instruction.at, releases: true });
        return null;
      }
    }
    // A closure that only uses it is no owner, unless the closure itself goes where nobody can see.
    const goes = this.fn.uses(instruction.out).some((use) => {
      if (use.kind === "end") return true;
      const { instruction: user } = use.site;
      if (user.op === "collection") return true;
      return user.op === "store" && user.value === instruction.out && (user.place.kind === "field" || user.place.kind === "static" || user.place.kind === "index") && !("object" in user.place && this.tracked.isHandle(user.place.object, state));
    });
    if (!goes) return state;
    this.outcome.escapes.push({ kind: "closure", fn: made, at: instruction.at, releases: false });
    return null;
  }
}
