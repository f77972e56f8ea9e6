/**
 * Handles that are numbers, the lowest free one each: whoever opens one and keeps it nowhere may well know which it is.
 * One that was closed before gives its number to it (`os.close(0); os.open(os.devnull, os.O_RDONLY)`), and the statements
 * after it name it by the number (`os.open(tty, os.O_RDWR); os.dup2(0, 1)`), here or in a helper.
 */
import type { Instruction } from "../../model/facts.js";
import type { Analysis } from "../analysis.js";
import { CallSet } from "../program/api.js";
import { canReach } from "../program/blocks.js";
import type { Life } from "./lifetimes.js";
import type { Fn } from "../program/program.js";

export function isKnownByNumber({ api, types, refs }: Analysis, { pair, fn, site }: Life): boolean {
  if (pair.numbered !== true) return false;
  const named = new CallSet<true>();
  for (const call of pair.byNumber ?? []) named.add(call, true);
  const isNumber = (inside: Fn, value: number): boolean => {
    const made = inside.definition(value)?.instruction;
    if (made?.op === "constant") return made.value.kind === "number";
    const { root, fields } = refs.of(inside, value);
    if (root.kind !== "binding" || fields.length > 0) return false;
    const stores = root.module.bindingStores.get(root.binding) ?? [];
    return stores.length > 0 && stores.every((store) => {
      const given = store.fn.definition(store.value)?.instruction;
      return given?.op === "constant" && given.value.kind === "number";
    });
  };
  const closes = (inside: Fn, call: Instruction): boolean => call.op === "call" && api.released(pair, inside, call, types) !== null;
  const names = (inside: Fn, call: Instruction): boolean =>
    call.op === "call" && call.args.some((one) => isNumber(inside, one.value) && named.takes(inside, call, one.value, types));
  const does = (call: Instruction, what: (inside: Fn, call: Instruction) => boolean): boolean => {
    if (call.op !== "call") return false;
    if (what(fn, call)) return true;
    const callee = types.calleeOf(fn, call);
    return callee?.kind === "function" && callee.fn !== fn && [...callee.fn.sites()].some((inner) => what(callee.fn, inner.instruction));
  };
  return [...fn.sites()].some(({ instruction, block, index }) => {
    const isBefore = block === site.block ? index < site.index : canReach(fn, block, site.block);
    const isAfter = block === site.block ? index > site.index : canReach(fn, site.block, block);
    return isBefore && does(instruction, closes) || isAfter && does(instruction, names);
  });
}
