/** Which tasks and promises are worth a finding. */
import type { FixIntent } from "../../model/fix-intent.js";
import type { Severity, TrailStep } from "../../model/finding.js";
import type { Span } from "../../model/span.js";
import type { Analysis } from "../analysis.js";
import { isHot } from "../contexts/contexts.js";
import { at, callName, functionName, handleName, holderSteps, lossSteps, releaseText, repetition, searchedLocal } from "../explain.js";
import { EndMisses } from "../timers/end-misses.js";
import { ForgottenEntries } from "../handles/forgotten-entries.js";
import { FloatingWork } from "./floating.js";
import { Gathered } from "./gathered.js";
import { handedBack } from "./handed-back.js";
import { HeardFailures } from "./heard-failures.js";
import type { CallSite } from "../contexts/holders.js";
import type { Life } from "../handles/lifetimes.js";
import { describe } from "../program/refs.js";
import { TaskDelays } from "./task-delays.js";
import { TaskPaths } from "./task-paths.js";
import { TimerOwners } from "../timers/timer-owners.js";
import { TimerPaths } from "../timers/timer-paths.js";

const KEEP = "keep the task in a set until it is done (tasks.add(task); task.add_done_callback(tasks.discard)), or use a TaskGroup";

interface Base {
  severity: Severity;
  path: string;
  at: Span;
  trail: TrailStep[];
  help: string;
  fix: FixIntent | null;
}

type TaskFinding = Base & (
  | { message: "dropped" | "collectable" | "unheard"; data: { noun: string; api: string } }
  | { message: "unused"; data: { noun: string; handle: string } }
  | { message: "someExits"; data: { noun: string; handle: string; where: string } }
  | { message: "keptForGood"; data: { noun: string; handle: string } }
  | { message: "leftRunning"; data: { api: string; noun: string } }
  | { message: "forgotten"; data: { where: string; handle: string; noun: string; owner: string } }
  | { message: "overwritten"; data: { where: string; noun: string; handle: string } }
  | { message: "unread"; data: { api: string; handle: string } }
  | { message: "floating"; data: { api: string; phrase: string } }
  | { message: "goesOn"; data: { where: string; owner: string } });

export function* taskFindings(analysis: Analysis): Generator<TaskFinding> {
  const paths = new TaskPaths(analysis.program, analysis.refs, analysis.types, analysis.api, analysis.contexts, analysis.holders, analysis.stopFlags);
  const owners = new TimerOwners(analysis.timers, new TimerPaths(analysis.timers), analysis.stopFlags);
  const entries = new ForgottenEntries(analysis);
  const misses = new EndMisses(analysis, owners);
  const delays = new TaskDelays(analysis, paths, owners);
  const heard = new HeardFailures(analysis.program, analysis.types, analysis.api, analysis.contexts);
  for (const life of analysis.lifetimes.every("orphan-task")) {
    if (paths.isNoNewTask(life)) continue;
    const finding = lost(life, owners, paths, heard) ?? keptForGood(analysis, life) ?? left(life, paths) ?? leftByEnd(analysis, life, paths) ?? leftAsleep(life, delays) ?? emptied(life, paths, misses, analysis) ?? leftByEntry(life, paths, entries) ?? overwritten(analysis, life, owners);
    if (finding) yield finding;
    else yield* droppedByCallers(analysis, life, paths, heard);
  }
  for (const { fn, call, context } of paths.abandoned()) {
    yield {
      message: "leftRunning", data: { api: callName(fn, call), noun: "operation" }, severity: "medium", path: fn.module.path, at: call.at,
      trail: [...repetition(fn, context), { role: "note", message: "when the time is up it stops waiting; what it waited for goes on", place: at(fn, call.nameAt) }],
      help: "use a wait that cancels what it waits for, or close what comes late", fix: null,
    };
  }
  for (const { fn, call, left: made, context } of paths.unnamed()) {
    yield {
      message: "leftRunning", data: { api: callName(fn, call), noun: `task that it makes of ${callName(fn, made)}` }, severity: "medium", path: fn.module.path, at: made.at,
      trail: [
        ...repetition(fn, context),
        { role: "exit", message: "the wait is over when the first is done, or the time is up", place: at(fn, call.nameAt) },
        { role: "searched", message: "looked for anything that gets hold of what is not done yet: nothing", place: null },
      ],
      help: "make tasks of them first and cancel those that are not done, or take the second part of the result and cancel what is in it", fix: null,
    };
  }
  for (const { fn, wait, context, left, goesOn, fails, forGood } of new Gathered(analysis.program, analysis.types, analysis.api, analysis.contexts, paths.softs).all()) {
    yield {
      message: "leftRunning", data: { api: callName(fn, wait), noun: `work of ${functionName(left.fn)}` }, severity: forGood && fails.explicit ? "medium" : "low", path: fn.module.path, at: left.started.at,
      trail: [
        ...repetition(fn, context),
        { role: "exit", message: `if ${functionName(fails.fn)} fails here, the wait is over for all`, place: at(fails.fn, fails.at) },
        { role: "note", message: forGood ? `${functionName(left.fn)} goes on: nothing leaves this loop` : `${functionName(left.fn)} waits for what nobody brings any more`, place: at(left.fn, goesOn) },
        { role: "searched", message: `looked for something that ends ${functionName(left.fn)} when the others fail: nothing`, place: null },
      ],
      help: "start them in a group that cancels the others when one fails, or make them tasks and cancel these in a finally block", fix: null,
    };
  }
  yield* promises(analysis);
}

/** Lost at once, on some way, or by the owner's end. */
function lost(life: Life, owners: TimerOwners, paths: TaskPaths, heard: HeardFailures): TaskFinding | null {
  const { pair, fn, context, outcome } = life;
  const path = { path: fn.module.path, at: life.site.instruction.at };
  const [owner] = life.unreleased;
  if (owner?.cls) {
    const [teardown] = owner.teardowns;
    if (!teardown || owner.ref.fields.includes("[]") || paths.endsByItself(life)) return null;
    const handle = describe(owner.ref);
    return {
      ...path, message: "forgotten", data: { where: functionName(teardown), handle, noun: pair.noun, owner: owner.cls.name }, severity: "medium",
      trail: [...repetition(fn, context), ...holderSteps(life, owner)], help: `cancel it in ${functionName(teardown)}: ${releaseText(pair, handle)}`, fix: null,
    };
  }
  if (life.leaks.length === 0 || outcome.escapes.length > 0 || paths.isOneStep(life)) return null;
  const trail = [...repetition(fn, context), ...lossSteps(life).slice(0, 1), searchedLocal(life)];
  if (life.releasedSomewhere) {
    if (outcome.released.length === 0 || !owners.isMissedOnAWay(life, false)) return null;
    return {
      ...path, message: "someExits", data: { noun: pair.noun, handle: handleName(life), where: functionName(fn) }, severity: "medium", trail, fix: null,
      help: `use a TaskGroup, or cancel ${handleName(life)} in a finally block that begins right after it is made`,
    };
  }
  const isEndless = paths.isEndless(life);
  const runs = isEndless ? null : paths.runs(life);
  const takesFailures = runs !== null && heard.isHeard(runs);
  if (pair.held === true) {
    // What comes to its end is only unheard of when it fails.
    if (takesFailures) return null;
    return { ...path, message: "unheard", data: { noun: pair.noun, api: callName(fn, life.site.instruction) }, severity: isEndless ? "medium" : "low", trail, fix: null, help: pair.help?.replaceAll("$", handleName(life)) ?? "keep it and ask for its result" };
  }
  // A task that comes to its end is lost at most; those that never do add up.
  const severity: Severity = isHot(context) && isEndless ? "high" : "medium";
  const fix: FixIntent | null = life.dropped ? { kind: "keep-reference", spawn: life.site.instruction.at } : null;
  if (takesFailures || !isEndless && heard.isAskedFor(fn, life.site.instruction.out)) {
    return {
      ...path, message: "collectable", data: { noun: pair.noun, api: callName(fn, life.site.instruction) }, severity: "low", fix,
      trail: [...repetition(fn, context), { role: "note", message: `its failures are taken; nothing here keeps the ${pair.noun} itself`, place: at(fn, life.site.instruction.at) }, searchedLocal(life)], help: KEEP,
    };
  }
  return life.dropped
    ? { ...path, message: "dropped", data: { noun: pair.noun, api: callName(fn, life.site.instruction) }, severity, trail, fix, help: KEEP }
    : { ...path, message: "unused", data: { noun: pair.noun, handle: handleName(life) }, severity, trail, fix, help: "await it, keep it where it is cancelled later, or use a TaskGroup" };
}

/** Given back by the function that makes it, to callers that drop it: said where it is made, or at the one call of several that drops it. */
function* droppedByCallers(analysis: Analysis, life: Life, paths: TaskPaths, heard: HeardFailures): Generator<TaskFinding> {
  const back = handedBack(analysis, life);
  const [first, ...others] = back?.calls ?? [];
  if (!back || !first || paths.isOneStep(life)) return;
  const { fn, pair, site } = life;
  const runs = paths.runs(life);
  const isHeard = runs !== null && heard.isHeard(runs) || heard.isAskedFor(fn, site.instruction.out);
  const isHere = back.all || others.length > 0;
  const place = isHere ? { fn, at: site.instruction.at } : { fn: first.fn, at: first.instruction.at };
  const keep = `keep it in ${functionName(fn)} in a set until it is done (tasks.add(task); task.add_done_callback(tasks.discard))`;
  yield {
    message: isHeard ? "collectable" : "dropped", data: { noun: pair.noun, api: isHere ? callName(fn, site.instruction) : callName(first.fn, first.instruction) },
    severity: isHeard ? "low" : "medium", path: place.fn.module.path, at: place.at, fix: null, help: isHere ? keep : `take what it gives back, or ${keep}`,
    trail: [
      ...repetition(first.fn, analysis.contexts.at(first.fn, first.block)),
      ...isHere ? [] : [{ role: "note" as const, message: `${functionName(fn)} makes the ${pair.noun}`, place: at(fn, site.instruction.at) }],
      ...back.calls.slice(0, 3).map((call): TrailStep => ({ role: "exit", message: `${functionName(fn)} gives it back, and nothing takes it here`, place: at(call.fn, call.instruction.at) })),
    ],
  };
}

/** Put in a collection of the module that nobody ever looks into again. */
function keptForGood(analysis: Analysis, life: Life): TaskFinding | null {
  const { fn, pair, context } = life;
  for (const escape of life.outcome.escapes) {
    if (escape.kind !== "element" || escape.ref.root.kind !== "binding" || escape.ref.fields.length !== 1) continue;
    const { module, binding } = escape.ref.root;
    if (module.binding(binding)?.owner !== 0 || module.facts.exports.some((one) => one.binding === binding) && analysis.language === "ts") continue;
    const container = analysis.refs.ofBinding(module, binding);
    const fills = (call: Parameters<typeof analysis.api.words.is>[1]): boolean => analysis.api.words.is("stores", call) !== null;
    const isOnlyFilled = module.functions.every((other) => [...other.sites()].every(({ instruction }) =>
      instruction.op !== "load" || instruction.place.kind !== "binding" || instruction.place.binding !== binding
      || other.uses(instruction.out).every((use) => use.kind === "instruction" && use.site.instruction.op === "call" && use.site.instruction.receiver === instruction.out && fills(use.site.instruction))));
    // Another module's uses, as far as they are calls.
    if (!isOnlyFilled || analysis.holders.usesOf(container.key).some((use) => use.as !== "receiver" || !fills(use.site.instruction))) continue;
    return {
      message: "keptForGood", data: { noun: pair.noun, handle: describe(container) }, severity: "medium", path: fn.module.path, at: life.site.instruction.at,
      trail: [
        ...repetition(fn, context),
        { role: "holder", message: `${describe(container)} lives as long as the process`, place: at(fn, escape.at) },
        { role: "searched", message: `looked for anything that reads ${describe(container)} or takes something out: nothing`, place: null },
      ],
      help: `take it out when it is done: task.add_done_callback(${describe(container)}.discard)`, fix: null,
    };
  }
  return null;
}

/** Waited for by something that does not end it. */
function left(life: Life, paths: TaskPaths): TaskFinding | null {
  const waiting = paths.leftBy(life);
  if (!waiting || life.context.kind === "once") return null;
  const { fn, context, pair } = life;
  return {
    // Most of what is raced ends by itself some time.
    message: "leftRunning", data: { api: callName(fn, waiting.call), noun: pair.noun }, severity: "medium", path: fn.module.path, at: life.site.instruction.at,
    trail: [
      ...repetition(fn, context),
      { role: "exit", message: `the only wait for the ${pair.noun}: when it is cut short, the ${pair.noun} goes on and nobody holds it`, place: at(fn, waiting.at) },
      { role: "searched", message: `looked for cancel(), for another await and for a place that keeps the ${pair.noun}: none`, place: null },
    ],
    help: "cancel it when the wait is cut short, or keep it in a set that the owner's close() cancels", fix: null,
  };
}

/** The owner's end cancels others of its fields, but not this task, which other methods do cancel. */
function leftByEnd(analysis: Analysis, life: Life, paths: TaskPaths): TaskFinding | null {
  const { fn, pair } = life;
  const { cls } = fn;
  const stops = pair.releases.flatMap((pattern) => (pattern.kind === "on-handle" && analysis.api.releaseMethods.has(pattern.method) ? [pattern.method] : []));
  for (const escape of life.outcome.escapes) {
    if (!cls || escape.kind !== "field" || escape.ref.root.kind !== "this" || escape.ref.fields.length !== 1 || paths.endsByItself(life)) continue;
    const { key } = escape.ref;
    const isStop = (use: { as: string; site: CallSite }): boolean => use.as === "receiver" && use.site.instruction.method !== null && stops.includes(use.site.instruction.method);
    if (!analysis.holders.usesOf(key).some(isStop)) continue;
    const ends = cls.methods.filter((method) => method.cls === cls && analysis.endings.isEnd(method.facts.name));
    const reach = analysis.endings.reach(ends, 3);
    const name = escape.ref.fields[0];
    const mentions = [...reach].some((one) => [...one.sites()].some(({ instruction }) => instruction.op === "load" && instruction.place.kind === "field" && instruction.place.name === name));
    if (mentions) continue;
    const sibling = analysis.holders.fieldsOf(cls).flatMap((other) => [...analysis.holders.usesOf(other)]).find((use) => isStop(use) && reach.has(use.site.fn));
    const end = ends.find((one) => sibling && analysis.endings.reach([one], 3).has(sibling.site.fn));
    if (!sibling || !end) continue;
    const handle = describe(escape.ref);
    return {
      message: "forgotten", data: { where: functionName(end), handle, noun: pair.noun, owner: cls.name }, severity: "medium", path: fn.module.path, at: life.site.instruction.at,
      trail: [
        { role: "holder", message: `${handle} keeps the ${pair.noun}`, place: at(fn, escape.at) },
        { role: "exit", message: `${functionName(end)} cancels this and not ${handle}`, place: at(sibling.site.fn, sibling.site.instruction.at) },
      ],
      help: `end it in ${functionName(end)}: ${handle}.${stops[0] ?? ""}()`, fix: null,
    };
  }
  return null;
}

/** A task that waits for its time is a timer: the owner's end forgets it, which others do cancel. */
function leftAsleep(life: Life, delays: TaskDelays): TaskFinding | null {
  const found = delays.forgotten(life);
  if (!found) return null;
  const { fn, pair, context } = life;
  const { owner, end } = found;
  const handle = describe(owner.ref);
  return {
    message: "forgotten", data: { where: functionName(end), handle, noun: pair.noun, owner: owner.cls?.name ?? functionName(fn) }, severity: "medium", path: fn.module.path, at: life.site.instruction.at,
    trail: [
      ...repetition(fn, context),
      { role: "holder", message: `${handle} keeps the ${pair.noun}, which waits for its time`, place: at(fn, owner.at) },
      { role: "exit", message: `${functionName(end)} does not cancel ${handle}`, place: at(end, end.facts.nameAt) },
      ...owner.releasedBy ? [{ role: "searched" as const, message: `this cancels it, but ${functionName(end)} does not come here`, place: at(owner.releasedBy.fn, owner.releasedBy.instruction.at) }] : [],
    ],
    help: `cancel it in ${functionName(end)} too: ${releaseText(pair, handle)}`, fix: null,
  };
}

/** The field is emptied before the task in it is cancelled, or it is not cancelled then, and never ends by itself. */
function emptied(life: Life, paths: TaskPaths, misses: EndMisses, { timers }: Analysis): TaskFinding | null {
  const kept = timers.describe(life);
  const runs = paths.isEndless(life) ? paths.runs(life) : null;
  for (const owner of kept.owners) {
    const missed = misses.emptied(life, owner) ?? (runs && misses.leftLive({ ...kept, callbacks: [runs] }, owner, true));
    if (!missed) continue;
    const { fn, pair, context } = life;
    return {
      message: "forgotten", data: { where: missed.where, handle: describe(owner.ref), noun: pair.noun, owner: owner.cls?.name ?? functionName(fn) }, severity: "medium", path: fn.module.path, at: life.site.instruction.at,
      trail: [...repetition(fn, context), ...missed.steps], help: missed.help, fix: null,
    };
  }
  return null;
}

/** Whoever takes the entry out leaves the task running, and what cancels all of them does not find it any more. */
function leftByEntry(life: Life, paths: TaskPaths, entries: ForgottenEntries): TaskFinding | null {
  const { fn, pair, context } = life;
  const runs = paths.runs(life);
  if (runs === null || !paths.isEndless(life)) return null;
  for (const escape of life.outcome.escapes) {
    const found = escape.kind === "element" || escape.kind === "field" ? entries.of(life, escape.ref, [runs], true) : null;
    if (!found || escape.kind !== "element" && escape.kind !== "field") continue;
    const handle = describe(escape.ref);
    return {
      message: "forgotten", data: { where: functionName(found.fn), handle, noun: pair.noun, owner: fn.cls?.name ?? functionName(fn) }, severity: "medium", path: fn.module.path, at: life.site.instruction.at,
      trail: [
        ...repetition(fn, context),
        { role: "holder", message: `${handle} keeps the ${pair.noun}`, place: at(fn, escape.at) },
        { role: "exit", message: "here it is taken out and goes on", place: at(found.fn, found.at) },
        { role: "searched", message: "this cancels what it finds there, and nothing cancels what is taken out before", place: at(found.ends.fn, found.ends.at) },
      ],
      help: `cancel it before it is taken out: ${releaseText(pair, handle)}`, fix: null,
    };
  }
  return null;
}

/** A second start forgets the task of the first. */
function overwritten(analysis: Analysis, life: Life, owners: TimerOwners): TaskFinding | null {
  const { fn, pair } = life;
  const kept = analysis.timers.describe(life);
  for (const owner of kept.owners) {
    if (owner.lost || !owner.cls) continue;
    const again = owners.overwrites(kept, owner);
    if (!again) continue;
    const handle = describe(owner.ref);
    return {
      message: "overwritten", data: { where: functionName(fn), noun: pair.noun, handle }, severity: "medium", path: fn.module.path, at: life.site.instruction.at,
      trail: [
        { role: "holder", message: `${handle} keeps one ${pair.noun}`, place: at(fn, owner.at) }, again,
        { role: "searched", message: `looked in ${functionName(fn)} for a cancel() or a test of ${handle} before the new one is made: none`, place: null },
      ],
      help: `cancel the one before first: ${handle}.cancel()`, fix: null,
    };
  }
  return null;
}

/** Asynchronous calls that nobody waits for, and work that goes on after its owner's end. */
function* promises(analysis: Analysis): Generator<TaskFinding> {
  if (analysis.language !== "ts") return;
  const work = new FloatingWork(analysis.program, analysis.refs, analysis.types, analysis.api, analysis.contexts, analysis.holders, analysis.endings, analysis.timers);
  for (const { fn, site, context, callee, counterpart, unread } of work.all()) {
    const api = callName(fn, site.instruction);
    yield {
      ...unread === null ? { message: "floating", data: { api, phrase: context.phrase } } : { message: "unread", data: { api, handle: unread } }, severity: context.kind === "event" || unread !== null ? "low" : "medium", path: fn.module.path, at: site.instruction.at,
      trail: [
        ...repetition(fn, context),
        ...callee ? [{ role: "note" as const, message: `${functionName(callee)} is async: its work goes on after the call returns`, place: at(callee, callee.facts.nameAt) }] : [],
        ...counterpart ? [{ role: "note" as const, message: "its counterpart is waited for here, so it is asynchronous too", place: at(counterpart.fn, counterpart.instruction.at) }] : [],
        { role: "searched", message: unread === null ? "looked for await, return, .catch() or void on the promise: none" : `looked for anything that reads ${unread}: nothing`, place: null },
      ],
      help: "await it, collect the promises and await Promise.all(…), or end it with .catch(…)", fix: null,
    };
  }
  for (const { fn, at: place, goesOn, end } of work.unstoppable()) {
    yield {
      message: "goesOn", data: { where: functionName(end), owner: fn.cls?.name ?? "its owner" }, severity: "medium", path: fn.module.path, at: place,
      trail: [
        { role: "repeats", message: "this goes on by itself", place: at(goesOn.fn, goesOn.at) },
        { role: "exit", message: `${functionName(end)} does not end it`, place: at(end, end.facts.nameAt) },
        { role: "searched", message: "looked for a return or break when the owner is over: none", place: null },
      ],
      help: `leave when ${functionName(end)} was called: return as soon as the flag says so`, fix: null,
    };
  }
}
