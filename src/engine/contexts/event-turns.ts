/**
 * Events that come in turn: between two `mouseleave` of one thing it was entered. What a handler of the one does is
 * undone by that of the other before it is done again.
 */
import { argumentValue } from "../program/api.js";
import type { Api } from "../program/api.js";
import { constantText } from "../program/constants.js";
import type { Contexts } from "./contexts.js";
import type { Fn, Program } from "../program/program.js";
import { push } from "../program/program.js";
import type { Refs } from "../program/refs.js";

interface Heard {
  /** Who sends it, and its name. */
  target: string;
  event: string;
}

export class EventTurns {
  private handlers: ReadonlyMap<string, Fn[]> | null = null;

  constructor(private readonly program: Program, private readonly refs: Refs, private readonly api: Api, private readonly contexts: Contexts) {}

  /** Before each next run of the handler comes an event of the same sender that a function hears for which `undoes` holds. */
  isUndoneBetween(fn: Fn, undoes: (other: Fn) => boolean): boolean {
    const heard = this.heardBy(fn);
    const [only] = heard;
    if (!only || heard.length > 1 || this.contexts.callers(fn).length > 0) return false;
    return (this.api.turns.get(only.event) ?? []).some((event) => this.hearers({ ...only, event }).some((other) => other !== fn && undoes(other)));
  }

  private hearers(heard: Heard): readonly Fn[] {
    if (!this.handlers) {
      const handlers = new Map<string, Fn[]>();
      for (const fn of this.program.functions()) for (const one of this.heardBy(fn)) push(handlers, keyOf(one), fn);
      this.handlers = handlers;
    }
    return this.handlers.get(keyOf(heard)) ?? [];
  }

  /** The events that run the function: `box.on("mouseleave", f)`, `box.on({ mouseleave: f })`, `@HostListener("mouseleave")`. */
  private heardBy(fn: Fn): Heard[] {
    const found: Heard[] = [];
    for (const { site, position } of this.contexts.usedAsCallback(fn)) {
      const call = site.instruction;
      const target = call.receiver === null ? "" : this.senderOf(site.fn, call.receiver);
      const given = call.args[position]?.value;
      const table = given === undefined ? undefined : site.fn.definition(given)?.instruction;
      const events = table?.op === "collection"
        ? table.elements.filter((one) => this.contexts.functionsIn(site.fn, one.value).includes(fn)).map((one) => constantText(site.fn, one.key) ?? "")
        : [position === 0 ? call.method ?? "" : constantText(site.fn, argumentValue(site.fn, call, 0)) ?? ""];
      // `"mouseleave.tip blur.tip"`
      for (const event of events.flatMap((text) => text.trim().split(/\s+/u))) found.push({ target, event: event.replace(/\..*$/u, "") });
    }
    for (const { args } of fn.cls ? fn.facts.decorators : []) {
      const [text] = args;
      const [, of, event] = text?.value.kind === "string" ? /^(?:(\w+):)?(\w+)$/u.exec(text.value.value) ?? [] : [];
      if (event !== undefined) found.push({ target: `${fn.cls?.typeName ?? ""}@${of ?? ""}`, event });
    }
    return found;
  }

  /** Two calls that look the same thing up find the same: `$(box)` is what `$(box)` is. */
  private senderOf(fn: Fn, value: number, links = 0): string {
    const { key, root, fields } = this.refs.of(fn, value);
    const made = fn.definition(value)?.instruction;
    if (made?.op !== "call" || made.isNew || links > MAXIMUM_LINKS || root.kind !== "call" && root.kind !== "value" || fields.length > 0) return key;
    // `$(box).mouseenter(f).mouseleave(g)`
    if (made.receiver !== null && made.args.some((one) => this.contexts.functionsIn(fn, one.value).length > 0)) return this.senderOf(fn, made.receiver, links + 1);
    const parts = [made.receiver, ...made.args.map((one) => one.value)].map((part) => (part === null ? "" : constantText(fn, part) ?? this.senderOf(fn, part, links + 1)));
    return `${made.path ?? made.method ?? key}(${parts.join(",")})`;
  }
}

/** How many calls of one chain are followed. */
const MAXIMUM_LINKS = 8;

function keyOf({ target, event }: Heard): string {
  return `${event} of ${target}`;
}
