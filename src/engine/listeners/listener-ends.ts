/**
 * Listeners that are themselves what ends a handle: `reactor.on("shutdown", pool.stop)`. Such a one has to stay as long as
 * what it ends, which is longer than the call that made both.
 */
import type { Analysis } from "../analysis.js";
import type { CompiledPair } from "../program/api.js";
import { isWithin } from "../contexts/endings.js";
import type { Ref } from "../program/refs.js";
import type { Registration } from "./registrations.js";
import { namesOf } from "../program/variables.js";

/** It ends a handle that the function makes, that does not end by itself, and that the function does not end in another way. */
export function endsOwnHandle({ api, types, refs, holders }: Analysis, one: Registration): boolean {
  const { fn, listener, listenerFn } = one;
  const isEnd = (pair: CompiledPair, handle: Ref): boolean => {
    const method = listener?.fields.at(-1);
    if (listener && method !== undefined && refs.owner(listener)?.key === handle.key) return pair.releases.some((release) => release.kind === "on-handle" && release.method === method);
    return listenerFn?.parent === fn && holders.released(pair, handle, (other) => isWithin(other, listenerFn)) !== null;
  };
  return [...fn.sites()].some(({ instruction }) => instruction.op === "call" && api.acquired(fn, instruction, types).some((pair) => {
    const made = pair.handle === "receiver" ? instruction.receiver : (pair.handle ?? "result") === "result" ? instruction.out : null;
    if (made === null || pair.ends === "completes") return false;
    return [refs.of(fn, made), ...namesOf(fn, made).map((binding) => refs.ofBinding(fn.module, binding))]
      .some((handle) => isEnd(pair, handle) && holders.released(pair, handle, (other) => other !== listenerFn && isWithin(other, fn)) === null);
  }));
}
