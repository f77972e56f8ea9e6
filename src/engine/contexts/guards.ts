/**
 * Whether a statement runs only the first time: it stands behind a question about a flag (`if (this.started) return`),
 * a variable (`if handler is None`) or a container (`if (!seen.has(key))`) that the same function then sets or fills.
 */
import type { BlockId, Call, Test, ValueId } from "../../model/facts.js";
import { isFalsy } from "../program/constants.js";
import type { Fn, Site } from "../program/program.js";
import { push, successorsOf } from "../program/program.js";
import type { Ref, Refs } from "../program/refs.js";

/**
 * `target` is what the statement acts on: a question to its own state (`if (!runner.isStarted)`) is a flag that it keeps
 * itself.
 */
export function asksTarget(refs: Refs, fn: Fn, site: Site, target: Ref): boolean {
  return (target.root.kind !== "this" || target.fields.length > 0) && fn.facts.blocks.some(({ end }, block) => {
    if (end.kind !== "branch") return false;
    if (asksForListeners(refs, fn, end.test, target) && reaches(fn, end.else, site.block, block) !== reaches(fn, end.then, site.block, block)) return true;
    if (end.test.kind !== "truthy") return false;
    const ref = refs.of(fn, end.test.value);
    if (!ref.key.startsWith(`${target.key}.`) || /(?:dispos|destroy|clos|abort)ed$/u.test(ref.key)) return false;
    return reaches(fn, end.else, site.block, block) && !reaches(fn, end.then, site.block, block);
  });
}

/** `if (socket.listenerCount("error") === 0)`, `if not signal.has_listeners()`: the target is asked what is on it. */
function asksForListeners(refs: Refs, fn: Fn, test: Test, target: Ref): boolean {
  const asks = (value: ValueId, depth: number): boolean => {
    const definition = fn.definition(value)?.instruction;
    if (depth > 3 || !definition) return false;
    if (definition.op === "call") {
      if (definition.receiver !== null && LISTENERS.test(definition.method ?? "") && refs.of(fn, definition.receiver).key === target.key) return true;
      return [...(definition.receiver === null ? [] : [definition.receiver]), ...definition.args.map((one) => one.value)].some((one) => asks(one, depth + 1));
    }
    if (definition.op === "operation") return definition.inputs.some((one) => asks(one, depth + 1));
    if (definition.op !== "load") return false;
    if (definition.place.kind === "field") return asks(definition.place.object, depth + 1);
    if (definition.place.kind !== "binding") return false;
    return (fn.module.bindingStores.get(definition.place.binding) ?? []).some((store) => store.fn === fn && asks(store.value, depth + 1));
  };
  switch (test.kind) {
    case "truthy": case "none": case "instance": return asks(test.value, 0);
    case "equal": case "compare": return asks(test.left, 0) || asks(test.right, 0);
    case "in": return asks(test.container, 0);
    case "more": case "unknown": return false;
  }
}

/** Methods that tell which listeners something has, or whether it has any. */
const LISTENERS = /(?:listener|handler|observer|subscriber|callback|receiver)(?:s|count|_count)?(?:for|_for)?$/iu;

/** `isReset` says whether another function takes the flag back, so that the statement runs again. */
export function isGuarded(refs: Refs, fn: Fn, site: Site, isReset: (key: string, by: Fn) => boolean): boolean {
  const marked = marks(refs, fn);
  if (marked.size === 0) return false;
  return fn.facts.blocks.some(({ end }, block) => {
    if (end.kind !== "branch") return false;
    const asked = questions(refs, fn, end.test).filter(({ key }) => marked.has(key) && !isReset(key, fn));
    if (asked.length === 0) return false;
    const [then, otherwise] = [reaches(fn, end.then, site.block, block), reaches(fn, end.else, site.block, block)];
    if (then === otherwise) return false;
    // What was set before the question is no answer for the next time.
    // `if (tries < limit) { tries++; … }` counts: it runs that often.
    const counts = end.test.kind === "compare";
    return asked.some(({ key, first, by }) => (first === null || first === (then ? "then" : "else"))
      && marked.get(key)?.some((mark) => !(counts && mark.augmented) && !isNoAnswer(refs, fn, site, by, mark) && reaches(fn, then ? end.then : end.else, mark.block, block)) === true);
  });
}

/** `if (!out.write(text)) out.once("drain", next)`: the statement itself is a call of what is asked, but about something else. */
function isNoAnswer(refs: Refs, fn: Fn, { instruction: own }: Site, by: Call | null, { call }: Mark): boolean {
  if (own.op !== "call" || by === null || by.args.length === 0 || call?.method !== own.method) return false;
  const given = new Set(call.args.map(({ value }) => keyOf(refs, fn, value)));
  return !by.args.some(({ value }) => given.has(keyOf(refs, fn, value)));
}

function keyOf(refs: Refs, fn: Fn, value: ValueId): string {
  const made = fn.definition(value)?.instruction;
  return made?.op === "constant" && made.value.kind === "string" ? `"${made.value.value}"` : refs.of(fn, value).key;
}

/** Whether what is asked first is a field of the object, and nothing else is: the statement runs once for each object. */
export function isGuardedPerObject(refs: Refs, fn: Fn, site: Site): boolean {
  // A constructor that asks is called again for one and the same object.
  if (fn.facts.static || !fn.cls || fn.facts.kind === "constructor" || fn.facts.name === "__init__") return false;
  const isOwn = (value: ValueId): boolean => {
    const definition = fn.definition(value)?.instruction;
    if (definition?.op !== "load" || definition.place.kind !== "field") return false;
    const object = fn.definition(definition.place.object)?.instruction;
    return object?.op === "load" && object.place.kind === "this";
  };
  let own = false;
  for (const [block, { end }] of fn.facts.blocks.entries()) {
    if (end.kind !== "branch") continue;
    if (reaches(fn, end.then, site.block, block) === reaches(fn, end.else, site.block, block)) continue;
    if ((end.test.kind !== "truthy" && end.test.kind !== "none") || !isOwn(end.test.value)) return false;
    own ||= isGuarded(refs, fn, site, () => false);
  }
  return own;
}

/**
 * Whether the site is reached only where a flag is set that nothing sets before: `if (!disposed) return; disposed = true;
 * remove()` with the question the wrong way round.
 */
export function isNeverReached(refs: Refs, site: Site): boolean {
  const { fn } = site;
  return fn.facts.blocks.some(({ end }, block) => {
    if (end.kind !== "branch" || end.test.kind !== "truthy") return false;
    const ref = refs.of(fn, end.test.value);
    if (ref.root.kind !== "binding" || ref.fields.length > 0) return false;
    const binding = ref.root.module.binding(ref.root.binding);
    if (binding?.kind !== "variable" || binding.owner === fn.id) return false;
    const behind = (to: BlockId): boolean => reaches(fn, end.then, to, block) && !reaches(fn, end.else, to, block);
    const stores = ref.root.module.bindingStores.get(ref.root.binding) ?? [];
    return stores.length > 1 && behind(site.block) && stores.every((store) => isFalsy(store.fn, store.value) || store.fn === fn && behind(store.site.block));
  });
}

interface Question {
  key: string;
  /** The side on which it runs the first time; null where it cannot be told. */
  first: "then" | "else" | null;
  /** The call whose answer it is. */
  by: Call | null;
}

/** What a branch asks about, and on which side it runs the first time (null: cannot be told). */
function questions(refs: Refs, fn: Fn, test: Test): Question[] {
  const named = (value: ValueId, first: Question["first"]): Question[] => {
    const ref = refs.of(fn, value);
    const definition = fn.definition(value)?.instruction;
    // `seen.has(key)`, `map.get(key)`, `isStarted()`: a question to the receiver.
    const receiver = definition?.op === "call" && definition.receiver !== null ? [{ key: refs.of(fn, definition.receiver).key, first, by: definition }] : [];
    // `map[key]`: the container is what the answer comes from.
    const container = definition?.op === "load" && definition.place.kind === "index" ? [{ key: refs.of(fn, definition.place.object).key, first, by: null }] : [];
    return [...(ref.root.kind === "value" ? [] : [{ key: ref.key, first, by: null }]), ...receiver, ...container, ...local(refs, fn, value, first)];
  };
  switch (test.kind) {
    case "truthy": return named(test.value, "else");
    case "none": return named(test.value, "then");
    case "in": return [{ key: refs.of(fn, test.container).key, first: "else", by: null }];
    case "equal": case "compare": return [...named(test.left, null), ...named(test.right, null)];
    case "instance": case "more": case "unknown": return [];
  }
}

/** `const existing = map.get(key); if (existing) …`: the variable stands for the question. */
function local(refs: Refs, fn: Fn, value: ValueId, first: Question["first"]): Question[] {
  const definition = fn.definition(value)?.instruction;
  if (definition?.op !== "load" || definition.place.kind !== "binding") return [];
  const stores = fn.module.bindingStores.get(definition.place.binding) ?? [];
  return stores.filter((store) => store.fn === fn).flatMap((store): Question[] => {
    const made = fn.definition(store.value)?.instruction;
    if (made?.op === "call" && made.receiver !== null) return [{ key: refs.of(fn, made.receiver).key, first, by: made }];
    return made?.op === "load" && made.place.kind === "index" ? [{ key: refs.of(fn, made.place.object).key, first, by: null }] : [];
  });
}

interface Mark {
  block: BlockId;
  /** The call that puts something in. */
  call: Call | null;
  /** `x += 1` */
  augmented: boolean;
}

/** References that the function sets to something, or puts something into, with the blocks where it does. */
function marks(refs: Refs, fn: Fn): ReadonlyMap<string, Mark[]> {
  const marked = new Map<string, Mark[]>();
  for (const { instruction, block } of fn.sites()) {
    const mark = (key: string): void => { push(marked, key, { block, call: instruction.op === "call" ? instruction : null, augmented: instruction.op === "store" && instruction.augmented }); };
    if (instruction.op === "store") {
      if (isFalsy(fn, instruction.value)) continue;
      const { place } = instruction;
      if (place.kind === "field") mark(refs.field(refs.of(fn, place.object), place.name).key);
      else if (place.kind === "index") mark(refs.of(fn, place.object).key);
      else if (place.kind === "binding") {
        // A variable of this very call is new each time.
        if (fn.module.binding(place.binding)?.owner !== fn.id) mark(refs.ofBinding(fn.module, place.binding).key);
      } else if (place.kind === "static") {
        const cls = fn.module.cls(place.class);
        if (cls) mark(refs.ofField(cls, place.name).key);
      } else if (place.kind === "global") mark(`g:${place.name}`);
    } else if (instruction.op === "call" && instruction.receiver !== null && instruction.args.length > 0) {
      const ref = refs.of(fn, instruction.receiver);
      if (ref.root.kind === "this" && ref.fields.length > 0 || ref.root.kind === "binding" && ref.root.module.binding(ref.root.binding)?.owner !== fn.id) mark(ref.key);
    }
  }
  return marked;
}

function reaches(fn: Fn, from: BlockId, to: BlockId, without: BlockId): boolean {
  const seen = new Set<BlockId>([without]);
  const work = [from];
  for (let at = work.pop(); at !== undefined; at = work.pop()) {
    if (at === to) return true;
    if (seen.has(at)) continue;
    seen.add(at);
    const block = fn.block(at);
    if (!block) continue;
    work.push(...successorsOf(block.end));
    if (block.handler !== null) work.push(block.handler);
  }
  return false;
}
