/** What a rule may ask: one language's linked program and the analyses over it, each computed when first asked. */
import { Attempts } from "./handles/attempts.js";
import type { CatalogFile } from "../catalog/types.js";
import type { LanguageId, ModuleFacts } from "../model/facts.js";
import { Api } from "./program/api.js";
import { BlockedWorkers } from "./handles/blocked-workers.js";
import { ContainerLife } from "./containers/container-life.js";
import { Containers } from "./containers/containers.js";
import { Contexts } from "./contexts/contexts.js";
import { Cycles } from "./others/cycles.js";
import { DeadCode } from "./contexts/dead-code.js";
import { Endings } from "./contexts/endings.js";
import { FailedAnswers } from "./handles/failed-answers.js";
import { Histories } from "./others/histories.js";
import { Holders } from "./contexts/holders.js";
import { Joins } from "./contexts/joins.js";
import type { Layout } from "./program/layout.js";
import { LateArrivals } from "./handles/late-arrivals.js";
import { Lifetimes } from "./handles/lifetimes.js";
import { Memos } from "./contexts/memos.js";
import { Paths } from "./paths/paths.js";
import { Patterns } from "./others/patterns.js";
import { Program } from "./program/program.js";
import { Refs } from "./program/refs.js";
import { RequestData } from "./contexts/request-data.js";
import { Registrations } from "./listeners/registrations.js";
import { Scopes } from "./contexts/scopes.js";
import { Scripts } from "./contexts/scripts.js";
import { Series } from "./others/series.js";
import { Settling } from "./contexts/settling.js";
import { StopFlags } from "./contexts/stop-flags.js";
import { Survivors } from "./handles/survivors.js";
import { Timers } from "./timers/timers.js";
import { Types } from "./program/types.js";
import { UnrunCleanups } from "./contexts/unrun.js";

export class Analysis {
  /** Several files are looked at together, so that callers in other files can be seen. */
  readonly isWhole: boolean;
  readonly program: Program;
  readonly api: Api;
  readonly refs: Refs;
  readonly types: Types;
  readonly contexts: Contexts;
  /** Functions that nobody runs. */
  readonly deadCode: DeadCode;
  /** Clean-ups that never run. */
  readonly unrun: UnrunCleanups;
  readonly holders: Holders;
  readonly paths: Paths;
  /** Handles that are the result of a call. */
  readonly lifetimes: Lifetimes;
  /** Who ends what. */
  readonly endings: Endings;
  /** Functions that own what their variables hold. */
  readonly scopes: Scopes;
  readonly stopFlags: StopFlags;
  /** Handles that a given-up attempt leaves behind. */
  readonly attempts: Attempts;
  /** Handles that an answer which tells of a failure leaves behind. */
  readonly failedAnswers: FailedAnswers;
  /** Handles that arrive when nobody looks after them any more. */
  readonly lateArrivals: LateArrivals;
  /** Handles that a failure of their own leaves behind. */
  readonly survivors: Survivors;
  /** Threads that wait where they cannot be told to stop. */
  readonly blockedWorkers: BlockedWorkers;
  /** What ends a wait. */
  readonly settling: Settling;
  /** Timers, with what their callbacks do. */
  readonly timers: Timers;
  /** Listeners and other registrations. */
  readonly registrations: Registrations;
  /** Containers that only grow. */
  readonly containers: Containers;
  readonly containerLife: ContainerLife;
  /** What comes from whoever sends requests. */
  readonly requestData: RequestData;
  /** Values that keep all they were computed from. */
  readonly histories: Histories;
  /** Series of metrics under labels that come and go. */
  readonly series: Series;
  /** Objects that hand themselves to another. */
  readonly joins: Joins;
  readonly scripts: Scripts;
  /** Memoised functions and methods. */
  readonly memos: Memos;
  /** Regular expressions compiled in loops. */
  readonly patterns: Patterns;
  /** Reference cycles with evidence of cost. */
  readonly cycles: Cycles;

  constructor(readonly language: LanguageId, files: readonly { facts: ModuleFacts; text: string }[], catalog: readonly CatalogFile[], layout?: Layout) {
    this.isWhole = files.length > 1;
    this.api = new Api(language, catalog);
    this.program = new Program(files, layout);
    this.refs = new Refs(this.program, this.api.words);
    this.types = new Types(this.program, this.refs, this.api);
    this.contexts = new Contexts(this.program, this.refs, this.types, this.api);
    this.deadCode = new DeadCode(this.program, this.contexts);
    this.unrun = new UnrunCleanups(this.program, this.contexts, this.types, this.api);
    this.holders = new Holders(this.program, this.refs, this.types, this.api, this.contexts);
    this.paths = new Paths(this.program, this.refs, this.types, this.api, this.contexts, this.holders);
    this.endings = new Endings(this.types, this.api);
    this.lifetimes = new Lifetimes(this.program, this.refs, this.types, this.api, this.contexts, this.holders, this.paths, this.endings);
    this.scopes = new Scopes(this.refs, this.types, this.api, this.contexts, this.holders, this.endings);
    this.stopFlags = new StopFlags(this.program, this.refs, this.types, this.api);
    this.settling = new Settling(this.refs, this.types, this.api, this.contexts, this.holders);
    this.attempts = new Attempts(this.program, this.types, this.api, this.contexts, this.holders, this.settling, this.endings, this.lifetimes.acquisitions, this.lifetimes.shown);
    this.survivors = new Survivors(this.program, this.contexts, this.holders, this.settling, this.endings, this.lifetimes.acquisitions);
    this.failedAnswers = new FailedAnswers(this.program, this.types, this.api, this.contexts, this.holders, this.endings, this.lifetimes.acquisitions);
    this.lateArrivals = new LateArrivals(this.program, this.refs, this.api, this.contexts, this.holders, this.paths, this.endings, this.scopes, this.lifetimes.acquisitions);
    this.blockedWorkers = new BlockedWorkers(this.program, this.refs, this.types, this.api, this.contexts, this.holders, this.endings);
    this.timers = new Timers(this.program, this.refs, this.types, this.api, this.contexts, this.holders, this.lifetimes, this.endings, this.settling);
    this.containers = new Containers(this.program, this.refs, this.types, this.api, this.contexts, this.holders);
    this.registrations = new Registrations(this.program, this.refs, this.types, this.api, this.contexts, this.holders, this.containers.keys);
    this.containerLife = new ContainerLife(this.program, this.refs, this.types, this.api, this.contexts, this.containers.words);
    this.requestData = new RequestData(this.contexts, this.api);
    this.histories = new Histories(this.program, this.refs, this.types, this.api, this.contexts);
    this.joins = new Joins(this.program);
    this.scripts = new Scripts(this.program);
    this.series = new Series(this.program, this.refs, this.types, this.api, this.contexts, this.containers.keys, this.scripts);
    this.memos = new Memos(this.program, this.api, this.refs, this.types, this.containers.words);
    this.patterns = new Patterns(this.program, this.refs, this.types, this.contexts, this.api);
    this.cycles = new Cycles(this.program, this.refs, this.types, this.api, this.contexts);
  }
}
