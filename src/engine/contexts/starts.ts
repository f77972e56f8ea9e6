/** Functions that set something up, by their names: they run once, whoever calls them. */
import type { Api } from "../program/api.js";
import type { Fn } from "../program/program.js";

/** A function by whose name it sets something up: `setup_router`, `initLogging`, `activate` of a plugin. */
export function isSetUpFunction(api: Api, fn: Fn): boolean {
  for (let outer: Fn | null = fn; outer; outer = outer.parent) {
    const name = nameOf(outer);
    if (name !== null && (isStartName(api, name) || SETS_SOMETHING_UP.test(firstWord(name)))) return true;
  }
  return false;
}

/** A function, or one inside it, that by its name starts something: `boot`, `initRules`. */
export function isStart(api: Api, fn: Fn): boolean {
  for (let outer: Fn | null = fn; outer; outer = outer.parent) if (isStartName(api, nameOf(outer) ?? "")) return true;
  return false;
}

/** First words of functions that set up once. */
const SET_UP = /^(?:setup|init|initialise|initialize|install|start|bootstrap|configure|boot|enable|activate)$/u;
/** More of them, for functions that belong to no object. */
const SETS_SOMETHING_UP = /^(?:instrument|register|attach|bind|hook|patch|main|mount|listen|add|handle|monitor|track|serve|dev|create|make|wrap|before|after)$/u;
/** Start methods that may well be called again. */
const REPEATABLE = /^(?:run|load|show|play|watch|enter|subscribe|register)$/u;
/** `bindEvents`, `registerHandlers`: all of an object's listeners at once. */
const ALL_LISTENERS = /(?:[lL]isteners|[hH]andlers|[eE]vents|[hH]ooks|[sS]ubscriptions|[bB]indings|[sS]ignals|[cC]ommands)$/u;

/** A function's name, or for one without the name that it is given: of the variable, field or key that it is put under. */
export function nameOf(fn: Fn): string | null {
  if (fn.facts.kind !== "lambda") return fn.facts.name;
  if (fn.facts.name !== "" && !fn.facts.name.includes("<")) return fn.facts.name;
  const { parent } = fn;
  if (!parent) return null;
  for (const site of parent.sites()) {
    if (site.instruction.op !== "closure" || site.instruction.function !== fn.id) continue;
    for (const use of parent.uses(site.instruction.out)) {
      if (use.kind !== "instruction") continue;
      const { instruction } = use.site;
      if (instruction.op === "store" && instruction.place.kind === "field") return instruction.place.name;
      if (instruction.op === "store" && instruction.place.kind === "binding") return fn.module.binding(instruction.place.binding)?.name ?? null;
      if (instruction.op !== "collection") continue;
      const element = instruction.elements.find((one) => one.value === (site.instruction.op === "closure" ? site.instruction.out : -1));
      const key = element?.key == null ? undefined : parent.definition(element.key)?.instruction;
      if (key?.op === "constant" && key.value.kind === "string") return key.value.value;
    }
  }
  return null;
}

/** `_startListening` and `on_start_up` begin with "start". */
function firstWord(name: string): string {
  return name.replace(/^_+/u, "").replace(/^(set)_?[uU](p)/u, "$1u$2").replace(/^on(?:_|(?=[A-Z]))/u, "").split(/_|(?<=[a-z\d])(?=[A-Z])/u)[0]?.toLowerCase() ?? "";
}

/** `start`, and names that begin with such a word: `startListening`, `_init_events`; also `registerCommands`. */
export function isStartName(api: Api, name: string): boolean {
  return SET_UP.test(firstWord(name)) || ALL_LISTENERS.test(name) || /^_*register(?:[A-Z]|_[a-z])/u.test(name) || api.startMethods.has(name) && !REPEATABLE.test(name);
}
