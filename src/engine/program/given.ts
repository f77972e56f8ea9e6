/**
 * What one call of a function says of the ways through it: where `send(url, "DELETE")` gives a constant for `method`,
 * `if method == "GET":` is not taken. What a call leaves to a literal default is known, too.
 */
import type { BindingId, Block, BlockId, Call, Literal, Test, ValueId } from "../../model/facts.js";
import { property } from "./api.js";
import { successorsOf } from "./blocks.js";
import type { Fn, Site } from "./program.js";
import type { Refs } from "./refs.js";

/** A call's arguments by the parameters that get them. */
export type Given = ReadonlyMap<BindingId, Argument>;
type Argument = { fn: Fn; value: ValueId; within: Given | null } | Literal;

/** What a value always is. Two of one family are the same if their names are; of two families nothing is known. */
interface Constant {
  family: string;
  name: string;
  truth: boolean | null;
  none: boolean;
}

const MAXIMUM_DEPTH = 6;
const LITERAL = "literal";
const NEGATED = new Set(["!=", "!==", "is not", "not in"]);
const EQUALITY = new Set(["==", "===", "is", "!=", "!=="]);
const NOTHING: Literal = { kind: "null" };

/** The arguments of a call, where the call stands in `fn`, itself called with `within`. */
export function givenBy(callee: Fn, fn: Fn, call: Call, within: Given | null): Given {
  const given = new Map<BindingId, Argument>();
  const parameters = callee.facts.parameters.filter((one) => one.binding !== null || callee.module.facts.language === "ts");
  const positional = call.args.filter((one) => one.name === null);
  const isSpread = call.args.some((one) => one.spread);
  for (const [position, parameter] of parameters.entries()) {
    const { binding, name, kind } = parameter;
    if (binding === null || kind === "rest" || kind === "keywords" || isReassigned(callee, binding)) continue;
    const named = name === "" ? undefined : call.args.find((one) => one.name === name);
    const isPlaced = kind !== "keyword-only" && !positional.slice(0, position + 1).some((one) => one.spread);
    const value = (named ?? (isPlaced ? positional[position] : undefined))?.value;
    if (value !== undefined) given.set(binding, { fn, value, within });
    else if (!isSpread) {
      const fallback = defaultOf(callee, binding) ?? parameter.literal ?? (parameter.default === "none" && kind === "plain" && callee.module.facts.language === "ts" ? NOTHING : undefined);
      if (fallback) given.set(binding, fallback);
    }
  }
  return given;
}

/** Whether what a call gives decides a branch of the function. */
export function decidesAny(refs: Refs, fn: Fn, given: Given): boolean {
  return given.size > 0 && fn.facts.blocks.some(({ end }) => end.kind === "branch" && answerOf(refs, fn, end.test, given) !== null);
}

/** The blocks that a call with what is given comes to. */
export function reachedWith(refs: Refs, fn: Fn, given: Given): Set<Block> {
  const reached = new Set<Block>();
  const work: BlockId[] = [0];
  for (let at = work.pop(); at !== undefined; at = work.pop()) {
    const block = fn.block(at);
    if (!block || reached.has(block)) continue;
    reached.add(block);
    if (block.handler !== null) work.push(block.handler);
    const { end } = block;
    const answer = end.kind === "branch" ? answerOf(refs, fn, end.test, given) : null;
    if (end.kind === "branch" && answer !== null) work.push(answer ? end.then : end.else);
    else work.push(...successorsOf(end));
  }
  return reached;
}

/** Whether what a call gives leads past a block of the function. */
export function leadsPast(refs: Refs, callee: Fn, block: BlockId, { fn, instruction }: Site<Call>): boolean {
  const given = givenBy(callee, fn, instruction, null);
  const target = callee.block(block);
  return target !== undefined && decidesAny(refs, callee, given) && !reachedWith(refs, callee, given).has(target);
}

/** Whether a test holds in a function that is called so; null where that is not known. */
export function answerOf(refs: Refs, fn: Fn, test: Test, given: Given): boolean | null {
  const of = (value: ValueId): Constant | null => constantOf(refs, fn, value, given, 0);
  switch (test.kind) {
    case "truthy": return of(test.value)?.truth ?? null;
    case "none": return of(test.value)?.none ?? null;
    case "equal": return same(of(test.left), of(test.right));
    case "in": return oneOf(of(test.item), elementsOf(refs, fn, test.container)?.map((one) => constantOf(refs, one.fn, one.value, given, 0)) ?? null);
    case "compare": case "instance": case "more": case "unknown": return null;
  }
}

function same(one: Constant | null, other: Constant | null): boolean | null {
  return other !== null && one?.family === other.family ? one.name === other.name : null;
}

function oneOf(item: Constant | null, elements: readonly (Constant | null)[] | null): boolean | null {
  const answers = elements?.map((element) => same(item, element)) ?? [null];
  return answers.includes(true) ? true : answers.includes(null) ? null : false;
}

function constantOf(refs: Refs, fn: Fn, value: ValueId, given: Given | null, depth: number): Constant | null {
  const definition = fn.definition(value)?.instruction;
  if (!definition || depth > MAXIMUM_DEPTH) return null;
  if (definition.op === "constant") return ofLiteral(definition.value);
  if (definition.op === "operation") {
    const [left, right] = definition.inputs;
    if (left === undefined || right === undefined || !EQUALITY.has(definition.operator)) return null;
    const answer = same(constantOf(refs, fn, left, given, depth + 1), constantOf(refs, fn, right, given, depth + 1));
    return answer === null ? null : ofLiteral({ kind: "boolean", value: answer !== NEGATED.has(definition.operator) });
  }
  // A function, a list, an object: something, whatever it is.
  if (definition.op === "closure" || definition.op === "class") return { family: `${fn.key}:${String(value)}`, name: "", truth: true, none: false };
  if (definition.op === "collection") return { family: `${fn.key}:${String(value)}`, name: "", truth: fn.module.facts.language === "ts" ? true : null, none: false };
  if (definition.op !== "load") return null;
  const { place } = definition;
  if (place.kind === "binding") {
    const argument = given?.get(place.binding);
    if (argument) return "fn" in argument ? constantOf(refs, argument.fn, argument.value, argument.within, depth + 1) : ofLiteral(argument);
    return ofName(refs, fn, value, given, depth);
  }
  if (place.kind !== "field") return null;
  return ofEntry(refs, fn, place.object, place.name, given, depth) ?? ofMember(refs, fn, place.object, value);
}

/** A variable that gets one value, or one and another in its stead: of this function, or of a module. */
function ofName(refs: Refs, fn: Fn, value: ValueId, given: Given | null, depth: number): Constant | null {
  const load = fn.definition(value)?.instruction;
  const own = load?.op === "load" && load.place.kind === "binding" ? { module: fn.module, binding: load.place.binding } : null;
  const ref = refs.of(fn, value);
  const named = own && fn.module.binding(own.binding)?.owner === fn.id ? own : ref.root.kind === "binding" && ref.fields.length === 0 ? ref.root : own;
  const owner = named?.module.binding(named.binding)?.owner;
  if (!named || owner !== 0 && owner !== fn.id) return null;
  const [only, other, ...more] = named.module.bindingStores.get(named.binding) ?? [];
  // `{ keep = false }`, `keep ?? false`: the second value where there is no first.
  const asked = only && other && more.length === 0 && only.fn === fn ? fn.block(only.site.block)?.end : undefined;
  if (only && other && asked?.kind === "branch" && asked.test.kind === "none" && asked.test.value === only.value && asked.then === other.site.block) {
    const first = constantOf(refs, fn, only.value, given, depth + 1);
    return first?.none === true ? constantOf(refs, fn, other.value, given, depth + 1) : first;
  }
  return only && other === undefined ? constantOf(refs, only.fn, only.value, only.fn === fn ? given : null, depth + 1) : null;
}

/** `options.method`, where the call gives the options as they are written there. */
function ofEntry(refs: Refs, fn: Fn, object: ValueId, name: string, given: Given | null, depth: number): Constant | null {
  const load = fn.definition(object)?.instruction;
  const argument = load?.op === "load" && load.place.kind === "binding" ? given?.get(load.place.binding) : undefined;
  if (!argument || !("fn" in argument)) return null;
  const made = argument.fn.definition(argument.value)?.instruction;
  if (made?.op !== "collection" || made.shape !== "mapping") return null;
  const entry = property(argument.fn, argument.value, name);
  if (entry !== null) return constantOf(refs, argument.fn, entry, argument.within, depth + 1);
  return made.elements.some((element) => element.spread || element.key === null) || fn.module.facts.language !== "ts" ? null : ofLiteral(NOTHING);
}

/** `Method.GET`: a member of a class by the class's name, not of an object, which may be set otherwise. */
function ofMember(refs: Refs, fn: Fn, object: ValueId, value: ValueId): Constant | null {
  const load = fn.definition(object)?.instruction;
  if (load?.op !== "load" || load.place.kind !== "binding" && load.place.kind !== "field") return null;
  const owner = refs.of(fn, object);
  const member = refs.of(fn, value);
  const name = member.fields.at(-1) ?? (member.root.kind === "import" ? member.root.path.split(".").at(-1) : undefined);
  const isClass = owner.root.kind === "binding" && owner.fields.length === 0 && refs.program.classOfBinding(owner.root.module, owner.root.binding) !== null
    || owner.root.kind === "import" && owner.fields.length === 0 && /(?:^|[./])[A-Z]\w*$/u.test(owner.root.path);
  return isClass && name !== undefined && /^[A-Z]/u.test(name) ? { family: owner.key, name, truth: null, none: false } : null;
}

function ofLiteral(literal: Literal): Constant | null {
  switch (literal.kind) {
    case "null": return { family: LITERAL, name: "null", truth: false, none: true };
    case "boolean": return { family: LITERAL, name: String(literal.value), truth: literal.value, none: false };
    case "number": return { family: LITERAL, name: String(literal.value), truth: literal.value !== 0, none: false };
    case "string": return { family: LITERAL, name: `"${literal.value}"`, truth: literal.value !== "", none: false };
    case "empty-collection": case "other": return null;
  }
}

/** What stands in a list that is written here or kept under a name. */
function elementsOf(refs: Refs, fn: Fn, container: ValueId): { fn: Fn; value: ValueId }[] | null {
  const { root, fields } = refs.of(fn, container);
  const stores = root.kind === "binding" && fields.length === 0 ? root.module.bindingStores.get(root.binding) ?? [] : [];
  const [only, ...more] = stores;
  const made = only && more.length === 0 ? only : { fn, value: container };
  const definition = made.fn.definition(made.value)?.instruction;
  if (definition?.op !== "collection" || definition.comprehension || definition.elements.some((element) => element.spread)) return null;
  return definition.elements.map((element) => ({ fn: made.fn, value: element.key ?? element.value }));
}

/** Whether the function gives a parameter another value, but for its default. */
function isReassigned(callee: Fn, binding: BindingId): boolean {
  return (callee.module.bindingStores.get(binding) ?? []).some((store) => !isDefault(callee, binding, store.site.instruction.at[0]));
}

/** Where the language's front end says a default by a store, that stands at the parameter. */
function isDefault(callee: Fn, binding: BindingId, at: number): boolean {
  return callee.module.facts.language === "ts" && callee.module.binding(binding)?.at[0] === at;
}

function defaultOf(callee: Fn, binding: BindingId): Argument | undefined {
  const [only] = callee.module.bindingStores.get(binding) ?? [];
  return only?.fn === callee ? { fn: callee, value: only.value, within: null } : undefined;
}
