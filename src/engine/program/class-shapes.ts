/** What a class is made of, where that tells what its instances cost, which of its methods ever run or what belongs to one object. */
import type { Api } from "./api.js";
import type { Cls, Fn } from "./program.js";
import type { Refs } from "./refs.js";

/**
 * Nothing is kept in its instances: no field is stored or declared, none is read that is no member of the class, and its
 * bases are of the same kind. An instance is a bundle of methods, and weighs nothing.
 */
export function isStateless(cls: Cls, refs: Refs, api: Api): boolean {
  const family = cls.related;
  const isPlain = (path: string): boolean => api.plainBases.some((plain) => (plain.startsWith("*") ? path.endsWith(plain.slice(1)) : plain === path));
  if (family.some((one) => one.unknownBase || !one.outside.every(isPlain) || one.facts.decorators.length > 0)) return false;
  const members = new Set(family.flatMap((one) => [...one.facts.methods.map(({ name }) => name), ...one.facts.fields.filter((field) => field.static).map(({ name }) => name), ...namesIn(one)]));
  if (family.some((one) => one.facts.fields.some((field) => !members.has(field.name)))) return false;
  return family.flatMap((one) => one.functions).every((fn) => [...fn.sites()].every(({ instruction }) => {
    // `setattr(self, name, value)` and the like
    if (instruction.op === "call") return fn.facts.name !== "__init__" || instruction.args.every((one) => !isThis(fn, one.value, refs));
    if (instruction.op !== "store" && instruction.op !== "load" && instruction.op !== "delete") return true;
    const { place } = instruction;
    if (place.kind !== "field" || !isThis(fn, place.object, refs)) return true;
    return instruction.op === "load" && members.has(place.name);
  }));
}

/** The method never runs on an instance: its class is only meant to be derived from, and all that derive from it replace the method. */
export function isReplacedBelow(fn: Fn): boolean {
  const { cls } = fn;
  return cls !== null && fn.facts.kind === "method" && !fn.facts.static && !fn.facts.name.startsWith("__") && isAbstract(cls) && allReplace(cls, fn.facts.name, new Set());
}

function allReplace(cls: Cls, name: string, seen: Set<Cls>): boolean {
  if (seen.has(cls)) return true;
  seen.add(cls);
  return cls.subclasses.length > 0 && cls.subclasses.every((below) => {
    const own = below.facts.methods.find((one) => one.name === name);
    const replaced = own && below.module.fn(own.function);
    return replaced ? !callsAbove(replaced, name) : isAbstract(below) && allReplace(below, name, seen);
  });
}

/** Declared so, or with a method of its own that only raises. */
function isAbstract(cls: Cls): boolean {
  return cls.facts.abstract || cls.facts.methods.some(({ function: id }) => {
    const fn = cls.module.fn(id);
    return fn !== null && fn.facts.kind === "method" && fn.facts.blocks.some(({ end }) => end.kind === "raise") && fn.facts.blocks.every(({ end }) => end.kind === "raise" || end.kind === "unreachable");
  });
}

/** `super().name(…)` */
function callsAbove(fn: Fn, name: string): boolean {
  return [...fn.sites()].some(({ instruction }) => {
    if (instruction.op !== "call" || instruction.method !== name || instruction.receiver === null) return false;
    const receiver = fn.definition(instruction.receiver)?.instruction;
    return receiver?.op === "call" || receiver?.op === "load" && receiver.place.kind === "super";
  });
}

/** `pass`, `{}`: whoever calls it must find one, and there is nothing to do. */
export function doesNothing(fn: Fn): boolean {
  return [...fn.sites()].every(({ instruction }) => instruction.op === "constant") && fn.facts.blocks.every(({ end }) => end.kind === "return" || end.kind === "jump" || end.kind === "unreachable");
}

/** Names that the class's body gives a value to. */
function namesIn(cls: Cls): string[] {
  const body = cls.facts.body === null ? null : cls.module.fn(cls.facts.body);
  return [...body?.sites() ?? []].flatMap(({ instruction }) => (instruction.op === "store" && instruction.place.kind === "static" ? [instruction.place.name] : []));
}

function isThis(fn: Fn, value: number, refs: Refs): boolean {
  const { root, fields } = refs.of(fn, value);
  return root.kind === "this" && fields.length === 0;
}

/** Functions of one object: of its class, or inside the function whose call makes it. */
export function areOfOneObject(one: Fn, other: Fn): boolean {
  if (one === other) return false;
  if (one.cls !== null || other.cls !== null) return one.cls === other.cls;
  return one.parent !== null && one.parent === other.parent && one.parent.facts.kind !== "module" && one.parent.facts.kind !== "class-body";
}
