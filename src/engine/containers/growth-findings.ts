/** Which growing containers are worth a finding, how sure that is, and the evidence. */
import type { BindingId } from "../../model/facts.js";
import type { FixIntent } from "../../model/fix-intent.js";
import type { Severity, TrailStep } from "../../model/finding.js";
import type { Span } from "../../model/span.js";
import type { Analysis } from "../analysis.js";
import type { Lifetime } from "./container-life.js";
import type { Container, Evidence, GrowSite } from "./containers.js";
import { origin } from "../program/constants.js";
import { isHot } from "../contexts/contexts.js";
import { isItself } from "./container-sites.js";
import { isDataStore } from "./data-stores.js";
import { at, functionName, repetition } from "../explain.js";
import { canLeave } from "../program/blocks.js";
import { isStart } from "../contexts/starts.js";
import type { Fn } from "../program/program.js";
import { describe } from "../program/refs.js";

export interface GrowthFinding {
  container: Container;
  growth: GrowSite;
  severity: Severity;
  assumed: boolean;
  path: string;
  at: Span;
  trail: TrailStep[];
  help: string;
}

const BOUND = 1024;
/** Steps from an entry point within which what it is given is taken to make the key: itself, and a function it calls. */
const NEAR = 1;

/**
 * "lookup": a table that is filled by key. "accumulation": everything else that grows: lists, sets, marks. One finding for
 * each container, at the statement that grows it most often.
 */
export function* growthFindings(analysis: Analysis, kind: "lookup" | "accumulation"): Generator<GrowthFinding> {
  for (const container of analysis.containers.all()) {
    const evident = container.evidence !== null && isWorthwhile(analysis, container, container.evidence);
    const judged = (evident && container.evidence ? [container.evidence.grow] : container.growth)
      .flatMap((growth) => {
        const severity = evident ? evidentSeverity(analysis, container, growth) : severityOf(analysis, container, growth);
        return severity === null ? [] : [{ growth, severity: severity === "high" && isDataStore(analysis, container) ? "low" as const : severity }];
      })
      .sort((a, b) => RANK[b.severity] - RANK[a.severity] || a.growth.at[0] - b.growth.at[0]);
    const [worst] = judged;
    if (!worst || (isLookup(analysis, container, worst.growth) ? "lookup" : "accumulation") !== kind) continue;
    const { growth, severity } = worst;
    const assumed = !evident && !isSeenToGrow(analysis, container, growth);
    yield { container, growth, severity, assumed, path: growth.fn.module.path, at: growth.at, trail: trail(analysis, container, growth), help: help(analysis, container, growth) };
  }
}

/**
 * Whether ever new entries were seen to come: with requests, in an endless loop, under a key or with a thing that is made
 * for each call. Events of a user interface, mounts and loops over what there is bring the few things that a program has.
 */
function isSeenToGrow(analysis: Analysis, container: Container, growth: GrowSite): boolean {
  if (isEndless(growth) || container.heldByValues) return true;
  if (growth.context.kind === "request" && isOfRequest(analysis, container, growth)) return true;
  if (container.removal.kind !== "none" && container.removal.kind !== "teardown") return true;
  return isOfOneCall(analysis, growth);
}

/** That code runs for every request is no sign of ever new keys: the request must bring them. A list grows by whatever is put in. */
function isOfRequest(analysis: Analysis, container: Container, { fn, key, value }: GrowSite): boolean {
  if (key === null && container.shape !== "set") return true;
  const made = key ?? value;
  return made !== null && analysis.requestData.isIn(fn, made);
}

/** What is seen of single entries. */
const OF_ENTRIES: ReadonlySet<Evidence["kind"]> = new Set(["counted", "locks", "settled", "dead", "over"]);

/** What becomes of single entries matters little in what ends with a request or a turn. */
function isWorthwhile(analysis: Analysis, container: Container, { kind, grow }: Evidence): boolean {
  if (kind === "settled" && container.life === "closure") return analysis.containerLife.isMethodOfClosure(container, grow.fn);
  return !OF_ENTRIES.has(kind) || lifeOf(analysis, container, grow) !== "short" || container.cls !== null && analysis.containerLife.isOfConnection(container.cls);
}

const RANK: Readonly<Record<Severity, number>> = { low: 1, medium: 2, high: 3 };

/**
 * Whether it is a table that is filled by key: a Map, a dict, an object used as one. What only marks its keys (`seen[name] =
 * true`) is a set, an object with a list under each name (`listeners[name] = []`) is lists that grow, and a record that is
 * made only to take something out of it is nothing. A table of somebody else's that gets names made for each call is nobody's cache.
 */
function isLookup(analysis: Analysis, container: Container, { fn, site, value, fresh }: GrowSite): boolean {
  if (container.shape !== "mapping" || container.foreign && fresh || container.removal.kind === "revived") return false;
  const made = value === null || site.instruction.op !== "store" ? undefined : fn.definition(value)?.instruction;
  return made?.op !== "constant" && !(analysis.language === "ts" && made?.op === "collection" && made.shape !== "mapping" && made.elements.length === 0);
}

/** Of entries that should go by what the code itself does. A row's last piece of work is small, and an object that may be of few keys may be of many. */
function evidentSeverity(analysis: Analysis, container: Container, growth: GrowSite): Severity | null {
  if (container.evidence?.kind !== "tail") return container.evidence?.kind === "locks" ? "low" : "medium";
  const life = lifeOf(analysis, container, growth);
  if (life === "short" || isScript(analysis, growth.fn)) return null;
  return life === "unknown" ? "low" : "medium";
}

/** How bad the growth is; null where it is not believed. */
function severityOf(analysis: Analysis, container: Container, growth: GrowSite): Severity | null {
  const { kind } = growth.context;
  const hot = kind === "request" || kind === "event" || kind === "mount" || kind === "render";
  // Events of a user interface, mounts and renders are few, and so are the keys that they bring: what requests and endless
  // loops bring is not.
  const worst: Severity = kind === "request" && isHot(growth.context) && isOfRequest(analysis, container, growth) || isEndless(growth) ? "high" : "medium";
  const life = lifeOf(analysis, container, growth);
  if (life === "short" && !isOfItsTurns(analysis, container, growth) || isPutAnewOnTheWay(analysis, container, growth) || isOfConstruction(container, growth) || isGivenByConstructors(analysis, growth)) return null;
  if (container.life === "instance" && kind !== "iteration" && analysis.containerLife.makers.isOfConstruction(growth.fn)) return null;
  if (growth.byReading && !hot && isDispatch(container)) return null;
  if (container.removal.kind === "failure") return life === "unknown" && !hot ? null : "medium";
  // That something takes entries out says that they are meant to go while the holder lives, whatever its life.
  if (container.removal.kind !== "none" && container.removal.kind !== "teardown") return "medium";
  if (container.heldByValues) return "medium";
  if (container.life === "process") {
    if (analysis.containerLife.isFieldDecorator(growth.fn) || !hot && isScript(analysis, growth.fn)) return null;
    // Even what sets objects up adds to all of them. What is only kept may be little.
    if (!hot && isSetUp(analysis, container, growth)) return !analysis.containers.shared.isTakenForOwn(container) || container.shape === "mapping" && growth.key !== null ? null : container.elementsCalled ? "medium" : "low";
    // That filing code runs for every request is seen, that what it files is new each time is not.
    if ((hot && !isFar(container, growth) || isEndless(growth)) && !isSetUp(analysis, container, growth)) return worst;
    // A table that is asked by key, and nothing says that ever new keys come: it may well be of what the program has few of.
    if (!growth.memo || hot || growth.fresh || analysis.containers.evidence.isByIdentity(growth)) return "medium";
    return growth.key !== null && analysis.containers.keys.isOfServer(growth.fn, growth.key) ? null : "low";
  }
  if (container.life === "closure") {
    if (growth.fn === container.made.fn) return null;
    if (hot && life === "process") return isFar(container, growth) ? "medium" : worst;
    return growth.memo && isComputed(growth) && container.shape === "mapping" ? "medium" : null;
  }
  const registers = isSetUp(analysis, container, growth);
  if (hot) return life === "process" && !isFar(container, growth) ? worst : life === "long" || container.removal.kind === "none" ? "medium" : null;
  if (isOfOneCall(analysis, growth) && (life === "process" || life === "long" || container.removal.kind === "teardown" || container.cls !== null && analysis.containerLife.isOperated(container.cls))) return "medium";
  // Its author says that entries leave, and none does.
  if (analysis.containers.words.isTransit(container.name) && growth.context.kind !== "element" && growth.context.kind !== "instance" && !isConstructor(growth.fn) && growth.fn !== container.made.fn) return "medium";
  if (registers) return isJoined(analysis, container, growth) ? "medium" : null;
  if (life === "process") return "medium";
  if (life === "long") return growth.memo && isComputed(growth) || growth.byReading && !isFiledRead(growth) ? "medium" : null;
  // Of unknown life: a table that inserts what it is merely asked for.
  return container.removal.kind === "teardown" && growth.byReading ? "medium" : null;
}

function lifeOf(analysis: Analysis, container: Container, growth: GrowSite): Lifetime {
  if (container.life === "process") return "process";
  if (container.life === "closure") return analysis.containerLife.ofClosure(container, growth.fn);
  return container.cls ? analysis.containerLife.ofInstances(container.cls) : "unknown";
}

/** What its entries are taken out of turn by turn, and not always, lives for all turns that begin inside its function: the messages of one connection. */
function isOfItsTurns(analysis: Analysis, { life, removal, made }: Container, growth: GrowSite): boolean {
  if (life !== "closure" || removal.kind === "none" || removal.kind === "teardown" || removal.kind === "failure") return false;
  for (let at: Fn | null = growth.fn; at && at !== made.fn; at = at.parent) {
    const { kind, steps } = at === growth.fn ? growth.context : analysis.contexts.of(at);
    const first = steps[0]?.place;
    if ((kind === "event" || kind === "request") && first && first.at[0] > made.at[1] && first.at[1] <= made.fn.facts.at[1]) return true;
  }
  return false;
}

/** Each call of a function that is not the object's start brings another one: a key made for it, or a task, a thread, a waiter. */
function isOfOneCall(analysis: Analysis, growth: GrowSite): boolean {
  const { fn, context } = growth;
  if (context.kind === "element" || context.kind === "instance" || isConstructor(fn) || analysis.api.startMethods.has(fn.facts.name)) return false;
  return growth.fresh && !growth.memo || analysis.containers.evidence.isPassing(growth) || analysis.containers.evidence.isOfOneMessage(growth);
}

/** Every way to the growing statement has put a new container there: `run() { this.seen = {}; …; this.visit() }`. */
function isPutAnewOnTheWay(analysis: Analysis, { made }: Container, { fn }: GrowSite): boolean {
  if (made.fn.facts.kind !== "method" || isConstructor(made.fn)) return false;
  const comes = (to: Fn, depth: number): boolean => {
    const callers = analysis.contexts.callers(to).filter((site) => !analysis.contexts.isTest(site.fn));
    return depth < 5 && callers.length > 0 && analysis.contexts.usedAsCallback(to).length === 0
      && callers.every((site) => (site.fn === made.fn ? site.instruction.at[0] > made.at[1] : comes(site.fn, depth + 1)));
  };
  return fn !== made.fn && comes(fn, 0);
}

/** So many calls lie between the entry point and the table that its keys may have nothing to do with the request. */
function isFar(container: Container, growth: GrowSite): boolean {
  return (container.shape === "mapping" || container.shape === "set") && growth.context.steps.length > NEAR;
}

/** In a loop that ends with the process, or with a stream. */
function isEndless({ fn, site }: GrowSite): boolean {
  for (let loop = fn.block(site.block)?.loop ?? null; loop !== null; loop = fn.facts.loops[loop]?.parent ?? null) {
    const facts = fn.facts.loops[loop];
    // One that tries until it succeeds is left again.
    if (facts?.endless === true && (facts.kind !== "while" || !canLeave(fn, loop))) return true;
  }
  return false;
}

/** A program that is run for one task: it has a main part, and no other module uses it. */
function isScript(analysis: Analysis, fn: Fn): boolean {
  return analysis.scripts.has(fn.module);
}

/** A table of choices with a default, written down with its entries: `defaultdict(lambda: Plain, {"fancy": Fancy})`. What it is asked for are such names. */
function isDispatch({ made, makeAt, growth }: Container): boolean {
  return growth.every((one) => one.byReading) && [...made.fn.sites()].some(({ instruction }) => instruction.op === "call" && instruction.at[0] === makeAt[0] && instruction.args.slice(1).some((one) => {
    const given = made.fn.definition(one.value)?.instruction;
    return one.name !== null || given?.op === "collection" && given.shape === "mapping" && given.elements.length > 0 && given.elements.every(({ key }) => key !== null && made.fn.definition(key)?.instruction.op === "constant");
  }));
}

/** What a read of a missing key made is filled by others, or counted up: neither asks for it again. */
function isFiledRead({ fn, site }: GrowSite): boolean {
  const { instruction } = site;
  if (instruction.op === "store") return instruction.augmented;
  return instruction.op === "load" && fn.uses(instruction.out).some((use) => use.kind === "instruction" && (use.site.instruction.op === "operation" || use.site.instruction.op === "store" && use.site.instruction.value !== instruction.out || use.site.instruction.op === "call" && use.site.instruction.receiver === instruction.out && use.site.instruction.args.length > 0));
}

/** What is stored was made for the key: neither a mark nor what the caller gave. */
function isComputed(growth: GrowSite): boolean {
  const value = growth.value === null ? undefined : growth.fn.definition(growth.value)?.instruction;
  return value !== undefined && value.op !== "constant" && !(value.op === "load" && value.place.kind === "binding" && isGiven(growth.fn, value.place.binding));
}

/** A parameter that has the value the caller gave: nothing else is stored in it but what the base class makes of it. */
function isGiven(fn: Fn, binding: BindingId): boolean {
  return fn.module.binding(binding)?.kind === "parameter" && (fn.module.bindingStores.get(binding) ?? []).every((store) => {
    const made = store.fn.definition(store.value)?.instruction;
    const receiver = made?.op === "call" && made.receiver !== null ? store.fn.definition(made.receiver)?.instruction : undefined;
    return receiver?.op === "load" && receiver.place.kind === "super";
  });
}

/** A function that files away what set-up code gives it: `def register(name, handler): HANDLERS[name] = handler`. */
function isSetUp(analysis: Analysis, container: Container, growth: GrowSite): boolean {
  const { fn, value } = growth;
  const { words, keys } = analysis.containers;
  if (isItself(growth)) return container.shape === "mapping" && !growth.fresh && !hasTeardown(analysis, fn);
  if (growth.byReading || growth.fresh) return false;
  if (analysis.containerLife.isFieldDecorator(fn)) return true;
  // What a start reads from something finite: `boot() { for (const file of files) this.files.push(file); }`.
  if (growth.context.kind === "element" && !isConstructor(fn) && isStart(analysis.api, fn)) return true;
  // An object that ends says so: what it adds when it is made it could remove.
  if (isConstructor(fn) && container.cls === fn.cls && hasTeardown(analysis, fn)) return false;
  for (let scope: Fn | null = fn; scope; scope = scope.parent) {
    if (scope.facts.kind !== "lambda" && words.isFiling(scope.facts.name)) return true;
  }
  if (growth.memo && keys.refusesKnown(fn)) return true;
  // That an answer is one of few says nothing of how many are asked about.
  if (growth.memo && isComputed(growth) && container.shape === "mapping") return value !== null && origin(fn, value)?.site.instruction.op !== "call" && keys.isClosed(fn, value);
  if (container.elementsCalled) return true;
  if (value === null) return false;
  if (keys.isClosed(fn, value) && fn.definition(value)?.instruction.op !== "constant") return true;
  const definition = fn.definition(value)?.instruction;
  const stored = definition?.op === "load" && definition.place.kind === "binding" ? fn.module.binding(definition.place.binding) : undefined;
  if (stored === undefined) {
    // Filled key by key from something finite.
    return growth.context.kind === "element" && container.shape !== "list" && container.shape !== "queue";
  }
  if (stored.kind === "function" || stored.kind === "class" || stored.kind === "import") return true;
  if (growth.context.kind === "element" && container.shape !== "list" && container.shape !== "queue") return true;
  if (stored.kind !== "parameter") return false;
  // A table filled from parameters is filled by whoever sets it up.
  if (container.shape === "mapping") return true;
  // A decorator gives back what it files.
  return fn.facts.blocks.some(({ end }) => {
    const returned = end.kind === "return" && end.value !== null ? fn.definition(end.value)?.instruction : undefined;
    return returned?.op === "load" && returned.place.kind === "binding" && definition?.op === "load" && definition.place.kind === "binding" && returned.place.binding === definition.place.binding;
  });
}

/** A helper inside the constructor, kept in no field, that nothing is seen to call later: as far as can be told it fills the object while it is made. */
function isOfConstruction(container: Container, { fn, context }: GrowSite): boolean {
  if (context.kind !== "unknown" || container.cls === null || container.cls !== fn.cls) return false;
  for (let scope: Fn = fn; !isConstructor(scope); scope = scope.parent) {
    if (scope.facts.kind !== "lambda" && scope.facts.kind !== "function" || scope.parent === null || isKeptInField(scope.parent, scope)) return false;
  }
  return fn !== container.made.fn && !isConstructor(fn);
}

/** A method that nothing calls and that constructors hand on, to be run while the object is made: `self.in_threads(self.load)`. */
function isGivenByConstructors(analysis: Analysis, { fn, context }: GrowSite): boolean {
  if (context.kind !== "unknown" && context.kind !== "element" || fn.cls === null || analysis.contexts.callers(fn).length > 0) return false;
  const uses = analysis.contexts.usedAsCallback(fn);
  return uses.length > 0 && uses.every(({ site }) => isConstructor(site.fn) && site.fn.cls !== null && fn.cls?.related.includes(site.fn.cls) === true && site.instruction.receiver !== null && analysis.refs.of(site.fn, site.instruction.receiver).root.kind === "this");
}

function isKeptInField(outer: Fn, inner: Fn): boolean {
  return [...outer.sites()].some(({ instruction }) => {
    const value = instruction.op === "store" && instruction.place.kind === "field" ? outer.definition(instruction.value)?.instruction : undefined;
    return value?.op === "closure" && value.function === inner.id;
  });
}

function isConstructor(fn: Fn): boolean {
  return fn.facts.kind === "constructor" || fn.facts.name === "__init__";
}

function hasTeardown(analysis: Analysis, fn: Fn): boolean {
  return fn.cls?.methods.some((method) => analysis.api.releaseMethods.has(method.facts.name)) === true;
}

/** Objects of another class hand themselves to the function: `parent.addChild(this)`. */
function isJoined(analysis: Analysis, container: Container, growth: GrowSite): boolean {
  const { fn, value } = growth;
  const definition = value === null ? undefined : fn.definition(value)?.instruction;
  if (container.shape === "mapping" || definition?.op !== "load" || definition.place.kind !== "binding") return false;
  const { binding } = definition.place;
  const position = fn.facts.parameters.filter((parameter) => parameter.binding !== null).findIndex((parameter) => parameter.binding === binding);
  return position >= 0 && analysis.joins.callsWithThis(fn.facts.name, position).some((site) => (site.fn.cls === null || site.fn.cls !== container.cls) && !analysis.contexts.isTest(site.fn));
}

function trail(analysis: Analysis, container: Container, growth: GrowSite): TrailStep[] {
  const name = describe(container.ref);
  const life = container.life === "process" ? "as long as the process" : container.life === "instance" ? `as long as the ${container.cls?.name ?? "object"}` : "as long as the functions that use it";
  const steps: TrailStep[] = container.foreign ? [{ role: "holder", message: `${name} belongs to another module and lives as long as the process`, place: null }] : [{ role: "holder", message: `${name} is made here and lives ${life}`, place: at(container.made.fn, container.made.at) }];
  if (container.life === "instance" && container.cls && lifeOf(analysis, container, growth) === "long") {
    steps.push({ role: "holder", message: `${container.cls.name} is taken to live long: its name says that it serves many, and nothing was seen to make one for each call`, place: at(container.made.fn, container.made.at) });
  }
  return [...steps, ...repetition(growth.fn, growth.context), ...searched(container, growth, name)];
}

function searched(container: Container, growth: GrowSite, name: string): TrailStep[] {
  const { removal, evidence } = container;
  if (evidence?.kind === "ended") return [{ role: "searched", message: `this ends what was put in, and leaves it in ${name}`, place: at(evidence.at.fn, evidence.at.at) }];
  if (evidence?.kind === "dead") return [{ role: "searched", message: `this ends what ${name} has under a key, and leaves it there`, place: at(evidence.at.fn, evidence.at.at) }];
  if (evidence?.kind === "tail") return [{ role: "searched", message: `this waits for what ${name} had under the key before, and nothing takes the last one out when it is over`, place: at(evidence.at.fn, evidence.at.at) }];
  if (evidence?.kind === "emptied") return [{ role: "searched", message: `this takes things out of what ${name} keeps under a key, and nothing takes out the key`, place: at(evidence.at.fn, evidence.at.at) }];
  if (evidence?.kind === "counted") return [{ role: "searched", message: `this counts down again what ${name} has under a key, and nothing takes out the key when nothing is left`, place: at(evidence.at.fn, evidence.at.at) }];
  if (evidence?.kind === "settled") return [{ role: "searched", message: `this settles what waits under a key of ${name}, which happens once, and nothing takes out the key`, place: at(evidence.at.fn, evidence.at.at) }];
  if (evidence?.kind === "locks") return [{ role: "searched", message: `nothing takes a lock out of ${name} when nobody needs it any more`, place: null }];
  if (evidence?.kind === "undone") return [{ role: "searched", message: `this takes something back that ${name} keeps under a key, and nothing takes out the key`, place: at(evidence.at.fn, evidence.at.at) }];
  if (evidence?.kind === "walked") return [{ role: "searched", message: `this ends what is in ${name} and leaves it there, and the next time adds to that`, place: at(evidence.at.fn, evidence.at.at) }];
  if (evidence?.kind === "held") return [{ role: "searched", message: `this takes the object out when it is collected, which ${name} prevents by holding it`, place: at(evidence.at.fn, evidence.at.at) }];
  if (evidence?.kind === "over") return [{ role: "searched", message: `here what was put in is over, and nothing takes it out of ${name}`, place: at(evidence.at.fn, evidence.at.at) }];
  if (evidence?.kind === "beside") return [{ role: "searched", message: `this takes the entry out of ${evidence.name}, and nothing takes it out of ${name}`, place: at(evidence.at.fn, evidence.at.at) }];
  switch (removal.kind) {
    case "none":
      return [{
        role: "searched", place: null,
        message: container.heldByValues ? `the keys of ${name} are weak, but this value leads to its own key and so keeps it` : `looked for anything that removes from ${name}, replaces it, caps its size or checks its length: nothing`,
      }];
    case "teardown": return [{ role: "searched", message: `only this empties ${name}, when its holder ends`, place: at(removal.at.fn, removal.at.at) }];
    case "failure": return [{ role: "searched", message: `only this removes from ${name}, when computing the entry failed`, place: at(removal.at.fn, removal.at.at) }];
    case "rejection": return [{ role: "searched", message: `only this removes from ${name}, when what is waited for is rejected`, place: at(removal.at.fn, removal.at.at) }];
    case "success": return [{ role: "searched", message: `only this removes from ${name}, and it does not run when the promise is rejected`, place: at(removal.at.fn, removal.at.at) }];
    case "timeout": return [{ role: "exit", message: `when this gives up waiting, nothing removes the entry of ${name}`, place: at(removal.at.fn, removal.at.at) }];
    case "error": return [{ role: "exit", message: `when it is given an error, this ends with the entry still in ${name}`, place: at(removal.at.fn, removal.at.at) }];
    case "astray": return [{ role: "searched", message: `this asks ${name} for the entry under another key than it was put in`, place: at(removal.at.fn, removal.at.at) }];
    case "cancelled": return [{ role: "searched", message: `only this takes work out of ${name}, and cancels it: what comes to its end by itself stays`, place: at(removal.at.fn, removal.at.at) }];
    case "revived": return [{ role: "searched", message: "an entry that was removed before is made again here, only to take something out of it", place: at(removal.at.fn, removal.at.at) }];
    case "exit":
      return [{
        role: "exit", place: at(growth.fn, removal.exit.at),
        message: removal.exit.kind === "return" ? `${functionName(growth.fn)} ends here with the entry still in ${name}` : `if this is cancelled or raises, the entry stays in ${name}`,
      }];
  }
}

function help(analysis: Analysis, container: Container, growth: GrowSite): string {
  const python = analysis.language === "python";
  const { removal } = container;
  if (removal.kind === "exit" || removal.kind === "timeout") return `remove the entry in a finally block`;
  if (removal.kind === "error") return "remove the entry before the error is looked at";
  if (removal.kind === "success" || removal.kind === "rejection") return "remove the entry in .finally(…)";
  if (removal.kind === "astray") return "take it out under the key that it was put in";
  if (removal.kind === "cancelled") return "take it out when it is done, too: task.add_done_callback(…)";
  if (removal.kind === "revived") return `ask whether ${container.name} has the entry before taking something out of it`;
  if (container.evidence?.kind === "held") return `hold the objects weakly: ${container.name} = weakref.WeakSet()`;
  if (container.evidence?.kind === "over") return "take it out where it is over";
  if (container.evidence?.kind === "tail") return "when it is over, delete the entry if it is still the last one";
  if (container.heldByValues) return "keep what the value needs of the key, or a weak reference to it, instead of the key";
  if (container.foreign) return growth.fresh ? "use a name that is the same for the same thing, or delete the entry when it is no longer needed" : "take it out where the object ends";
  if (isOneOfSeveral(container)) {
    const bounded = container.shape !== "mapping" ? python ? `collections.deque(maxlen=${String(BOUND)})` : "" : python ? `cachetools.LRUCache(maxsize=${String(BOUND)})` : `new LRUCache({ max: ${String(BOUND)} }) from "lru-cache"`;
    return `${bounded === "" ? "" : `make each that ${container.name.replace("[…]", "")} holds a ${bounded}, or `}delete entries when they are no longer needed`;
  }
  if (container.shape === "mapping") {
    if (growth.byReading) return `ask with \`in\` or .get() first, or delete the entry when it is no longer needed`;
    return python
      ? `bound it: ${container.name} = cachetools.LRUCache(maxsize=${String(BOUND)}) or cachetools.TTLCache(maxsize=${String(BOUND)}, ttl=3600), or delete entries when they are no longer needed`
      : `bound it: const ${container.name} = new LRUCache({ max: ${String(BOUND)} }) from "lru-cache", a WeakMap if the keys are objects, or delete entries when they are no longer needed`;
  }
  if (container.shape === "list" || container.shape === "queue") {
    return python ? `bound it: ${container.name} = collections.deque(maxlen=${String(BOUND)}), or remove entries when they are handled` : `remove entries when they are handled, or keep only the last ${String(BOUND)}`;
  }
  return "remove entries when what they stand for is gone";
}

/** What is wrong with the removal there is, to follow "the entry that f() puts into x"; null where nothing removes while the holder lives. */
export function partialRemoval({ removal, evidence }: Container): string | null {
  switch (removal.kind) {
    case "none": return null;
    case "teardown": return evidence?.kind === "ended" ? "stays when what it gives back ends it" : evidence?.kind === "over" ? "stays when it is over" : null;
    case "failure": return "is removed only when computing it failed";
    case "rejection": return "is removed only when the promise is rejected";
    case "success": return "is not removed when the promise is rejected";
    case "timeout": return "stays when the wait for its answer times out";
    case "error": return "is removed only when the answer is no error";
    case "astray": return "stays: what should take it out asks under another key";
    case "cancelled": return "stays when it comes to its end by itself";
    case "revived": return "may have been removed before: it is made again only to take something out of it";
    case "exit": return removal.exit.kind === "return" ? "is removed further down, but not when it returns early" : "stays when what it waits for raises or is cancelled";
  }
}

/** It stands for each of the tables that a table holds. */
function isOneOfSeveral({ ref }: Container): boolean {
  return ref.fields.at(-1) === "[]";
}

/** Bounding the collection where it is made. */
export function boundFix(container: Container): FixIntent | null {
  if (container.shape === "queue" || isOneOfSeveral(container) || container.life !== "process" || container.foreign || container.removal.kind !== "none" || container.heldByValues || container.evidence?.kind === "tail" || container.evidence?.kind === "over" || container.evidence?.kind === "held") return null;
  if (container.growth[0] && container.growth[0].fn.module !== container.made.fn.module) return null;
  return { kind: "bound", container: container.makeAt, shape: container.shape === "mapping" ? "mapping" : container.shape === "set" ? "set" : "list", limit: BOUND };
}
