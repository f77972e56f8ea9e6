/** What an object's life owes to whoever makes it: what only its constructor runs, and objects that one call makes for itself. */
import type { Call, ValueId } from "../../model/facts.js";
import type { Contexts } from "./contexts.js";
import { isThis } from "./holders.js";
import type { Fn } from "../program/program.js";
import { isConstructor } from "./targets.js";
import type { Types } from "../program/types.js";

const MAXIMUM_DEPTH = 4;
/** Where a program's long-lived objects are made. */
const MAIN = /^_*(?:main|run|serve|bootstrap|create_?app|make_?app|build_?app)(?:_|$|[A-Z])/iu;

export class Makers {
  constructor(private readonly contexts: Contexts, private readonly types: Types, private readonly startMethods: ReadonlySet<string>, private readonly starts: ReadonlySet<string>) {}

  /**
   * A method that, as far as is seen, only the constructor of its own object comes to: directly, by others of that kind, or
   * by itself. Whoever else has the object may call what is not private.
   */
  isOfConstruction(fn: Fn, seen = new Set<Fn>()): boolean {
    if (seen.has(fn)) return true;
    seen.add(fn);
    if (isConstructor(fn)) return seen.size > 1;
    const { cls, facts } = fn;
    const callers = this.contexts.callers(fn).filter((site) => !this.contexts.isTest(site.fn));
    if (cls === null || facts.kind !== "method" || facts.static || facts.decorators.length > 0 || !this.isPrivate(fn) || callers.length === 0 || this.contexts.usedAsCallback(fn).length > 0) return false;
    return callers.every((site) => site.instruction.receiver !== null && isThis(site.fn, site.instruction.receiver) && site.fn.cls?.related.includes(cls) === true && this.isOfConstruction(site.fn, seen));
  }

  private isPrivate({ cls, facts }: Fn): boolean {
    return /^[_#]/u.test(facts.name) || cls?.facts.methods.find((one) => one.name === facts.name)?.private === true;
  }

  /**
   * Every object of the class is made by a call that keeps it in its own variables and gives it at most to others that it
   * keeps there, too: it goes with that call. What is made to be run is not: `server = Server(); server.serve()`.
   */
  isOfOneCall(constructor: Fn): boolean {
    const makers = this.contexts.callers(constructor).filter((site) => !this.contexts.isTest(site.fn));
    return makers.length > 0 && makers.every(({ fn, instruction }) => {
      const { kind, name, generator } = fn.facts;
      return (kind === "function" || kind === "method") && !generator && !isConstructor(fn) && !MAIN.test(name) && !this.startMethods.has(name)
        && this.contexts.of(fn).kind !== "once" && this.stays(fn, instruction.out, 0);
    });
  }

  /** Nothing gets the value that outlives the function. */
  private stays(fn: Fn, value: ValueId, depth: number): boolean {
    if (depth > MAXIMUM_DEPTH) return false;
    return fn.uses(value).every((use) => {
      if (use.kind === "end") return use.end.kind === "branch";
      const { instruction } = use.site;
      switch (instruction.op) {
        case "load": return true;
        case "await": case "enter": return this.stays(fn, instruction.out, depth + 1);
        case "exit": return true;
        case "store": return instruction.value !== value ? instruction.place.kind !== "index" || instruction.place.key !== value : instruction.place.kind === "binding" && this.variableStays(fn, instruction.place.binding, depth);
        case "call": {
          if (instruction.receiver === value) return instruction.method === null || !this.starts.has(instruction.method) && !MAIN.test(instruction.method);
          // Part of another object, which is the call's own as well.
          return instruction.callee !== value && this.makesObject(fn, instruction) && this.stays(fn, instruction.out, depth + 1);
        }
        default: return false;
      }
    });
  }

  /** Of what is not in the program, the name says that it is a class. */
  private makesObject(fn: Fn, call: Call): boolean {
    const callee = this.types.calleeOf(fn, call);
    return callee === null ? call.isNew || /(?:^|\.)[A-Z]\w*$/u.test(call.path ?? "") : callee.kind === "class";
  }

  private variableStays(fn: Fn, binding: number, depth: number): boolean {
    if (fn.module.binding(binding)?.owner !== fn.id || (fn.module.nested.get(fn.id) ?? []).some((inner) => inner.facts.captures.includes(binding))) return false;
    return [...fn.sites()].every(({ instruction }) => instruction.op !== "load" || instruction.place.kind !== "binding" || instruction.place.binding !== binding || this.stays(fn, instruction.out, depth + 1));
  }
}
