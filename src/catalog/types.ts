/**
 * The catalog's shape: API knowledge as data. One entry says what acquires, what the handle is and what releases it.
 *
 * API patterns are strings:
 *   "sqlite3.connect"              a call or `new` whose import-resolved path is this (see `Call.path` in model/facts)
 *   "asyncio.AbstractEventLoop#call_later"   that method on a receiver whose inferred type is this
 *   "*#addEventListener"           that method on any receiver: only for names that mean one thing everywhere
 * Release patterns add:
 *   "#close"                       that method called on the handle itself
 *   "os.close(0)"                  that call with the handle as argument 0
 *   "-#off"                        that method on the registration's target, with a matching event and listener
 *   "()"                           calling the handle (a disposer function)
 *   "await"                        awaiting the handle (a task); where it is no release, `await` passes the handle through
 *   "fs.unwatchFile"               for registrations: that call, with the registration's arguments in the same positions
 * Arguments: "(0)" that position, "(1+)" from there on, "(target=)" that keyword. `T#__call__` is calling an object of
 * type T (`SessionLocal()` where `SessionLocal = sessionmaker()`). pattern.ts holds the grammar and reads it.
 * Of several pairs that a call fits, the most specific holds: a path or a typed receiver before `*`, then one with
 * `imports` before one without, then one with `when` before one without, then the order of the catalog.
 * A `.default` between a module and a further name does not count: `import fs from "fs"; fs.openSync()` has the path
 * `fs.default.openSync` and is meant by "fs.openSync".
 * Python module paths are dotted as imported; Node modules are without `node:`; a default export is `module.default`.
 */

/** The rule that reports an unreleased handle of this pair. */
export type HandleRule =
  | "unclosed-file" | "unclosed-connection" | "listener-leak" | "timer-leak" | "executor-leak" | "orphan-task" | "logger-handler"
  | "unreleased-lock";

export interface Pair {
  /** Unique, kebab-case, e.g. "sqlite3-connection". */
  key: string;
  rule: HandleRule;
  /** What the handle is, for messages: "SQLite connection", "interval timer". */
  noun: string;
  /** Patterns of what acquires. */
  acquire: string[];
  /** Acquire only when an argument is so, e.g. requests.get(stream=True). `name` is a keyword, a position, or an option object's key ("2.once"). */
  when?: {
    argument: string | number;
    /**
     * "function": a closure, a function's or method's name, or a value of unknown type, but no literal, collection or
     * instance; "object": an object literal or a value of unknown type, but no other literal and no function;
     * "closure": a function made on the spot, no method and no other value; "this": the word itself; "string": a text; "varying": a text put together from what the call was given;
     * "result": what a method gave that was given something in turn; "left-out": a key ("0.connection") that an object
     * literal does not have; "kept": what stands in a module's variable or in a field; "mode": a text spelt out that says how a
     * file is opened ("rb", "w+"), as fopen(3) takes it. All of them need the argument to be there.
     */
    is: "true" | "false" | "present" | "absent" | "not-none" | "function" | "closure" | "object" | "this" | "string" | "varying" | "result" | "left-out" | "kept" | "mode";
  }[];
  /**
   * A regular expression that a call's last name must match to acquire; with `acquire: ["*"]`, any such call does. For
   * conventions: VS Code's `onDidChange(listener)` is `^on(?:Did|Will)[A-Z]`.
   */
  acquireName?: string;
  /** With `acquire: ["*"]`, the convention is about plain functions and not about methods: `listen(window, "resize", f)`. Its releases by name are plain functions as well. */
  plain?: boolean;
  /** The pair holds only in files that import one of these modules ("rxjs": it and what is below it; "@lumino/*": any module of the scope): for names that mean other things elsewhere. */
  imports?: string[];
  /** The pair holds only where the file imports one of these names or the class around the call has a member so called: evidence that the file follows the convention. */
  beside?: string[];
  /** A regular expression that the receiver's last name must match: `on_return_callbacks.add(f)` is "callbacks$". */
  receiverName?: string;
  /**
   * What is held: "result" (default) the call's result; "receiver" the object the method is called on (server.listen); "state" what a
   * method does to an object that others hold as well, and that the same function must undo (lock.acquire);
   * "registration" the tuple target + event + listener (+ options), see `registration`; "delivered" the parameter of a
   * callback, see `delivered`.
   */
  handle?: "result" | "receiver" | "state" | "registration" | "delivered";
  /**
   * Node's callback style: the handle is parameter `parameter` of the function given as argument `argument` (negative:
   * from the end). `release` is the parameter that releases it by being called (`done` of `pool.connect`).
   */
  delivered?: { argument: number; parameter: number; release?: number };
  /**
   * The result is a tuple (array) and the handles are these elements of it, each on its own: `os.pipe()` is [0, 1],
   * `asyncio.open_connection()` is [1], its writer. `type` and `release` are then about the element.
   */
  elements?: number[];
  /** Other elements of the tuple that have the handle, too: who gets one of them can release it. */
  standIns?: number[];
  registration?: {
    /** Argument positions; a missing event means the method is about one event only. */
    event?: number;
    /** The one event that the method is about, where a removal would have to name it. */
    named?: string;
    /** Position or keyword; -1 is the last argument. Where it is absent, the first of `callbacks` that is given. */
    listener: number | string;
    options?: number;
    /** Position of an argument that the removal must be given too: the slot's `this` of a signal. */
    context?: number;
    /** Argument position of what is registered with; default the receiver (for a bare call: the global object). */
    target?: number;
    /** A later registration for the same event replaces this one: at most one listener is held per target and event. */
    replaces?: boolean;
    /** What the registering call returns, if that releases: "disposer" a function, "disposable" an object with dispose/unsubscribe/remove, "id" an argument for the release call. */
    returns?: "disposer" | "disposable" | "id" | "none" | "target";
    /** The registration ends by itself after one event (`once`). */
    once?: boolean;
    /** Adding the same listener again does nothing. */
    idempotent?: boolean;
    /** A removal that is not given the listener takes nothing off; elsewhere it takes off all of the event's. */
    exact?: boolean;
    /** Methods that take off what `onRest(listener)` adds, given the same listener; `*` is the rest of its name: "off*". */
    undoneBy?: string[];
  };
  /** Patterns of what releases. */
  release: string[];
  /**
   * Also released when this is called on the owner or target: "-#removeAllListeners", "#destroy". For a result, the
   * target is the receiver it was taken from: `browser.close()` closes the pages of `browser.newPage()`.
   * A path without argument is a call that releases every handle of the pair: `mock.restoreAll()`.
   */
  releaseAll?: string[];
  /** For conventions without fixed names: a regular expression on the method's name that removes, called on the target or given the listener. */
  releaseName?: string;
  /** Base classes outside the program whose own clean-up removes what its subclasses registered; "a.*" is any class directly in `a`, "@scope/*" any of that scope. A base of which nothing is known counts too. */
  clearedByBase?: string[];
  /** Reported, at the lowest severity, even where it runs once: a broker holds the subscription, not the process. */
  evenOnce?: boolean;
  /** As a rule put on for one call and taken off at its end: dropping the handle leaks even on what the call was given. */
  perCall?: boolean;
  /** Methods or properties of the handle whose result, or each of its elements, stands for the handle: `stream.getTracks()` are what is stopped. */
  parts?: string[];
  /** Members that read it to its end, by which it is over: `response.content`. With them, one that no ordinary way reads or releases is reported, though it `completes`. */
  readers?: string[];
  /** Methods of the handle that have released it when they raise: aiohttp's `raise_for_status`. */
  raisesReleased?: string[];
  /** A member that tells by these values (numbers, or paths of names for them) that there is nothing to release: `status` of an answer without a body. */
  overWhere?: { member: string; is: (number | string)[] };
  /** The argument that takes an AbortSignal, whose abort releases the handle (see `CatalogFile.cancellers`): "2.signal". */
  signal?: string | number;
  /** Events of the handle that tell of a failure and leave it alive: a browser's worker goes on after its `error`. */
  survives?: string[];
  /** Events of the handle that may bring what somebody waits for, and after which it goes on: a web socket's `message`. */
  answers?: string[];
  /**
   * Calls after which the handle ends by itself, if one stands in the chain of calls that made the receiver or in their
   * arguments: `source.pipe(take(1)).subscribe()`, `http.get(url).subscribe()`. "T#m" also means reading the member `m`.
   */
  endedBy?: (string | { call: string; when: NonNullable<Pair["when"]> })[];
  /** Beside `endedBy`: what else is known of the receivers that such handles are taken from. */
  sources?: {
    /** Calls, members and types of which it is known that they go on: "rxjs.interval", "@angular/router.Router#events", "rxjs.Subject". */
    lasts: string[];
    /** Methods whose result goes on as long as their receiver: `pipe`. */
    steps: string[];
    /** A regular expression on the names of methods that hand out a stream; what any other unknown method gives is taken to end. */
    streams: string;
    /** Methods by which whoever made a source ends it: `complete`. */
    completes: string[];
    /** Methods that hand out a stream, and the one of the same object that completes it: `monitor`, `stopMonitoring`. */
    stops?: Record<string, string>;
    /** Decorators of the fields that whoever shows a component fills: "@angular/core.Input". */
    inputs?: string[];
    /** Calls whose source goes on as long as what this argument names: "rxjs.fromEvent" -> 0. */
    targets?: Record<string, number>;
  };
  /** The argument whose function reads what is observed: 0 for `reaction(() => this.period, …)`. */
  reads?: number;
  /** Assigning `true` to this attribute of the handle gives it to the process: `thread.daemon = True`. */
  releaseFields?: string[];
  /** Members of the target whose test shows that the statement runs once: `if not logger.handlers:`, `logger.hasHandlers()`. */
  guards?: string[];
  /** The language's scope statement (`with`, `async with`, `using`): does it release? Default "none". "commits": it does not close (sqlite3). */
  scope?: "closes" | "async-closes" | "commits" | "none";
  /** The handle is the name of something on disk, which names made of it lead to (see `CatalogFile.paths`). It is a handle beside others that the same call gives: a descriptor. */
  path?: boolean;
  /** True where releasing must be awaited. */
  awaitRelease?: boolean;
  /**
   * How it ends without a release: "never" (default); "completes" by itself in finite time (one-shot timer, stream read
   * to its end, finished process); "collected" the runtime frees it when unreachable (CPython file, FinalizationRegistry).
   */
  ends?: "never" | "completes" | "collected";
  /** With "collected": a finalizer is its documented end, at the latest when the process ends: an object that keeps it needs none of its own. */
  finalized?: boolean;
  /** The result's type, for receivers of later calls; default the acquire path itself. */
  type?: string;
  /** The runtime keeps it until it is over: dropping it loses only its failure. */
  held?: boolean;
  /** Those of `release` after which the handle goes on, out of the process's way: `timer.unref()`. */
  background?: string[];
  /**
   * Those of `release` that wait without ending what they wait for: after `asyncio.shield(task)` was cancelled, or
   * `asyncio.wait(tasks, timeout=1)` is over, the task goes on. `given`: only with one of these arguments; `whole`: values of
   * them that are no limit; `rest`: the element of the result that has what goes on, to be looked after there.
   */
  soft?: { call: string; given?: string[]; whole?: string[]; rest?: number }[];
  /**
   * Waiting for it with a limit raises when the time is up, and it goes on. `waits`: those methods of `release`, with the
   * position or keyword of the limit; `caught`: names that the exception is caught under, beside those of a timeout.
   */
  givesUp?: { waits: { method: string; limit: (string | number)[] }[]; caught: string[] };
  /** Members by which it can be told to others, who then may end it: a process's `pid`. */
  ids?: string[];
  /** The argument that may be an open file instead of a path: that one is its owner's to close, and what is put over it frees nothing. Told by the name where the type is not known. */
  over?: string | number;
  /** Iterating to the end closes it: a directory iterator. */
  exhausts?: boolean;
  /** The lowest free number: what is opened after others are closed, and kept nowhere, takes their place on purpose. */
  numbered?: boolean;
  /** Calls that name one by its number, with the argument: `os.dup2(0)`. What is opened before and kept nowhere is known by it. */
  byNumber?: string[];
  /** Methods of what the timer is armed at that end it, or go on until that: an object that calls one goes with it, and so does the timer. */
  endedWith?: string[];
  /** Repeats by itself (interval, cron): worse than a one-shot. */
  recurring?: boolean;
  /** Fires at the next turn of the event loop: what else it is given is no delay. */
  soon?: boolean;
  /** Argument positions or keywords whose callback the handle keeps alive. */
  callbacks?: (number | string)[];
  /** A module-level or per-process singleton of it is the recommended use: report only per call or per instance. */
  sharedByDesign?: boolean;
  /**
   * It opens nothing before it is used: on a way out that it is not used on it holds nothing but memory. What is listed are
   * methods that only set it up.
   */
  opensOnUse?: string[];
  /** Fields, as "type#field", of objects that only show the handle: what they are given is still its maker's to release. */
  shownBy?: string[];
  /** It holds little beside what it was taken from, and goes with that: a cursor. Never more than `low`. */
  minor?: boolean;
  /** It stands in an element of the page, and goes when the page is left. */
  ofPage?: boolean;
  /** Arguments that make it not ours to close: `closefd=False`, `{ autoClose: … }`. */
  unless?: { argument: string | number; is: "true" | "false" | "present" | "not-none" | "closure" | "string" | "result" | "left-out" | "kept" | "named"; /** For "named": what it is one of, by import-resolved path. */ names?: string[] }[];
  /** One line for people: what to do instead. `$` is the handle. Default is derived from `release` and `scope`. */
  help?: string;
  /** Where the fact comes from: a documentation page or specification section. */
  source?: string;
}

/** A container kind, by constructor path or by the model's literal shapes. */
export interface ContainerType {
  /** Constructor path (`collections.deque`, `Map`) or literal shape ("literal:list"). */
  make: string[];
  shape: "mapping" | "list" | "set" | "queue";
  /** "unbounded" grows; "bounded" never grows past a size; "weak" drops entries with their keys or values. */
  bound: "unbounded" | "bounded" | "weak";
  /** Bounded only when this argument is given and not None/Infinity (for a queue also not 0): deque(maxlen=…), new LRUCache({max}). */
  boundedBy?: (string | number)[];
  /** Reading a missing key inserts it (defaultdict). */
  insertsOnRead?: boolean;
  /** `x[k] += 1` inserts a missing key (Counter). */
  insertsOnUpdate?: boolean;
  /** A "weak" one whose values are held strongly: a value that leads to its own key keeps the entry for ever. */
  holdsValues?: boolean;
}

/** What the methods of a container of this shape do to its size. */
export interface ContainerMethods {
  shape: ContainerType["shape"];
  /** Methods that put something in, with the positions of the key and the (first) value. */
  grow: Record<string, { key?: number; value?: number }>;
  /** Methods that take something out. */
  shrink: string[];
  /** Those of them that take out everything. */
  empties?: string[];
  /** Methods or properties that tell the size, for bound checks; a property among them that is assigned to cuts the container. */
  size: string[];
  /** Methods that ask for a key or an element. */
  reads: string[];
}

/** A function that remembers another's results: a decorator, or a call that takes the function. */
export interface Memoizer {
  /** A path, or `T#m` for a method of a cache object. */
  path: string;
  /**
   * "never" bounded, always "bounded", or by an argument: as `default` says where it is absent, unbounded where it is None
   * or an empty collection literal (`cachetools.cached({})`), else bounded. `position`: where it may also stand without
   * its name. `or`: further keywords that bound it just as well (`ttl`).
   */
  bound: "never" | "bounded" | { argument: string | number; default: "bounded" | "unbounded"; position?: number; or?: string[] };
  /** On a method, the cache holds `self` through its keys. */
  keepsSelf: boolean;
  /** What bounds it is, or may be, a time: a result does not stay for good. */
  expires?: boolean;
}

/** What besides the containers' own methods tells whether one grows without end. */
export interface Growth {
  /** Calls that put something into that argument: "heapq.heappush(0)". */
  puts?: string[];
  /** Calls that take something out of that argument: "heapq.heappop(0)". */
  takes?: string[];
  /** Calls that tell the size of that argument: "len(0)". */
  sizes?: string[];
  /** Calls whose result takes few values, or as many as there is code: "type", "importlib.import_module". */
  few?: string[];
  /** Attributes with few values, for the same reason: "__class__". */
  fewFields?: string[];
  /** A regular expression on the names of variables and fields of which a program has few values: locales, devices, modes. */
  fewNames?: string;
  /** A regular expression on names of what the program is set up with, of which each entry has few values: `config["exchange"]["name"]`. */
  settings?: string;
  /** Fields that give the server's part of an address: a program talks to a few, if nothing says that its users choose them. */
  serverFields?: string[];
  /** Calls whose result is another one each time: "uuid.uuid4". A key made of one is never asked for by somebody else. */
  fresh?: string[];
  /** Limits that are none: "math.inf", or a call with its text: "float(inf)". */
  limitless?: string[];
  /** Tables of the runtime, as long-lived as the process: "sys.modules". */
  tables?: string[];
  /** Calls that give up waiting after a time: what was registered for the answer is then not answered. */
  timedWaits?: string[];
  /** What is made to be answered once, by somebody else: "asyncio.Future". */
  answered?: string[];
  /**
   * Waits for an argument (or the receiver) that are given up after a time, where one of the `limit` arguments is given, if
   * there are any. `cancels`: what is waited for is then cancelled, and hears of it.
   */
  waits?: { call: string; limit?: (string | number)[]; cancels?: boolean }[];
  /** Calls whose callback runs only when something failed: "*#catch(0)". */
  onFailure?: string[];
  /** Calls whose callback runs only when something succeeded: "*#then(0)". */
  onSuccess?: string[];
  /** A regular expression on names of functions that file away what set-up code gives them: "^register". */
  filing?: string;
  /** A regular expression on names of classes that serve many callers, so that an instance lives long: "Manager$". */
  servants?: string;
  /**
   * Classes that collect what one run of something brings, until it is over: "Reporter$". `ends`: a regular expression on
   * their methods and on the events they listen to, which tell that the run is over: both together say that there is one for each run.
   */
  runs?: { collectors: string; ends: string };
  /** A regular expression on names of functions that are about the end of what they are given: "[rR]emove". */
  endings?: string;
  /** The same for those about the end of their own object: "[dD]isconnect". */
  ownEndings?: string;
  /** First words of methods that set an object going, which then works until it is ended: "connect". */
  starts?: string[];
  /** A regular expression on names of functions that run for each message, request or event: "^on|^handle". */
  perCallNames?: string;
  /** A regular expression on names of values that stand for who or what comes and goes: "[iI]d$". */
  identities?: string;
  /** A regular expression on names of values that are objects which are made and go away again: "[eE]lement$". */
  things?: string;
  /** A regular expression on names of containers for what was ever there, or is counted: "seen|history". */
  lasting?: string;
  /** A regular expression on names of containers for what is under way, and leaves: "pending|in_?flight". */
  transit?: string;
  /** Calls whose result is of one call only: it is answered once and then of no use ("asyncio.Future"). */
  passing?: string[];
  /** A regular expression on names of tables that their author calls a cache. */
  cacheNames?: string;
  /** Class decorators that make one instance for the process. */
  singletons?: string[];
  /** Base classes of which a framework makes an instance for each request, connection or document. */
  perCall?: string[];
  /** Base classes of which a framework makes an instance for each connection, which may go on for long. */
  perConnection?: string[];
  /** Types of what is of one request or unit of work, and so is an object that is made with one: "sqlalchemy.orm.Session". */
  ofOneCall?: string[];
  /** Declared types with few values, or as many as there is code: "bool", "typing.Type". */
  fewTypes?: string[];
  /** Base classes with few instances, which live as long as the program: "enum.Enum". */
  fewBases?: string[];
  /** Base classes whose instances are equal when their contents are. */
  values?: string[];
  /** Methods by which a class says so itself. */
  valueMethods?: string[];
  /** Calls that give the object's identity: a comparison made of one compares no contents. */
  identity?: string[];
  /** Class decorators that do so: a path, or a path with the keyword that must be true: "dataclasses.dataclass(frozen)". */
  valueDecorators?: string[];
}

/** How a function becomes an entry point, and how often it then runs. */
export interface EntryPoint {
  context: "once" | "request" | "event" | "render" | "mount" | "iteration" | "test";
  /** Decorators, bare or called: "*.get" matches any root with that last name; "celery.shared_task" is import-resolved. */
  decorators?: string[];
  /** Functions given as an argument to these calls: "*#get(1+)" any argument from 1 on, "setInterval(0)". */
  callbacks?: string[];
  /**
   * Methods of classes with one of these bases: { bases: ["django.views.View"], methods: ["get", "post"] }; "*" any method
   * not starting with `_`. With `methods`, `decorators` are the class's: { decorators: ["@angular/core.Component"],
   * methods: ["ngOnInit"] }. "constructor" is the constructor. A base "*Servicer" is any
   * whose last name ends so. `methods` with neither are those of any class. A name in `methods` or `exports` may end in `*`.
   */
  bases?: string[];
  methods?: string[];
  /** A regular expression on the names of functions, with `files` or `imports` or both: React components. */
  functions?: string;
  /** Holds only in files that import one of these modules, as in `Pair.imports`. */
  imports?: string[];
  /**
   * For `callbacks`: only calls whose argument is a string that matches: the path of a route. For `decorators`: not where
   * the argument is a string that does not match.
   */
  when?: { argument: number; matches: string }[];
  /** The clean-up that runs before the next run or at the end: the function that the callback returns, or hands to its first parameter. */
  cleanup?: "returned" | "parameter";
  /** What a person does brings it on: a click, a command. */
  interactive?: boolean;
  /** For `methods`: called once for one object: the next connection has another. */
  perObject?: boolean;
  /** Only where what says it runs once itself, like a module's top level. */
  topLevel?: boolean;
  /**
   * What runs it again does not show in the program's files (a router that keeps what it showed, markup that hides): what
   * adds up by it is no more than likely. A class with one of these methods shows that its objects come and go.
   */
  vague?: { unless: string[] };
  /** Its objects are put up again, and keep what they hold: a custom element that is taken out of the document and put in elsewhere. */
  returns?: boolean;
  /** Only functions that take so many arguments: what is called with other ones follows another convention (a factory). */
  takes?: number[];
  /** Exported functions with these names in any file whose path matches: Next.js route handlers, Lambda handlers. */
  exports?: string[];
  files?: string[];
  /** Holds only in files that export one of these, too: what shows that the file follows the convention. */
  beside?: string[];
  /** Holds only in files that export none of these: they show that it follows another one. */
  notBeside?: string[];
  /** What to call it in the trail: "FastAPI route". */
  noun: string;
}

export interface CatalogFile {
  language: "python" | "ts";
  /** Modules of the standard library that packages hand on under their own name: "ssl" is meant by `mypkg.compat.ssl`, too. */
  handedOn?: string[];
  /** Calls that give the module which their first argument names: "importlib.import_module". */
  namedModules?: string[];
  /** Types of what is waited for, that stand for their last argument: "Promise" of `Promise<Client>`. */
  awaited?: string[];
  /** Calls whose result is an instance of the class they are given: "@angular/core.inject(0)". */
  instances?: string[];
  /** Calls that make the one object of the class they are given, for as long as the process lives. */
  roots?: string[];
  /** Class decorators' lists of such classes: "@angular/core.NgModule(bootstrap)". */
  rootLists?: string[];
  /** Class decorators' arguments that name such a class by convention: the selector of an application's root component. */
  rootNames?: { decorator: string; argument: string; is: string }[];
  /** Keys of a call's options under which stands a function that gets the one answer: "success". */
  answers?: string[];
  /** Keys under which an entry of a table of routes has the routes that are shown within it: "children". */
  nests?: string[];
  /** Keys under which a single-file component names the components that its markup shows, and those that are a part of it: "components", "mixins". */
  parts?: string[];
  /** Calls that run the function they are given in another process, such as a page that is driven: "*#evaluate(0)". */
  elsewhere?: string[];
  /** Decorators of classes that stand for a part of an application which a route may load. */
  lateModules?: string[];
  /** Components that a parent keeps while they are not shown: their hooks (methods, and functions that are given one), and the tags of who keeps pages so. */
  keptAlive?: { methods: string[]; calls: string[]; tags: string[] };
  /** What puts files up as routes: packages that a project depends on for it, and words of code that imports whatever a folder has. */
  fileRouters?: { packages: string[]; imports: string[] };
  /** Globs of files that a framework's router puts up at each visit: any in a folder `pages`. */
  pages?: string[];
  /** Globs of files that stay up while a router changes what is in them. They win over `pages`. */
  layouts?: string[];
  pairs?: Pair[];
  containers?: ContainerType[];
  containerMethods?: ContainerMethods[];
  growth?: Growth;
  entryPoints?: EntryPoint[];
  /** Calls that take a handle over: "os.fdopen(0)", "contextlib.closing(0)", "*#enter_context(0)". The handle's fate is then theirs. */
  transfers?: string[];
  /**
   * Calls that define a property by a table of functions, and the key that its getter has there: { "Object.defineProperty(2)": "get" }. `*` is
   * the key of any property.
   */
  descriptors?: Record<string, string>;
  /** Methods that the language's scope statement calls at its end: "__exit__". */
  scopeMethods?: Record<string, "closes" | "async-closes">;
  /** Methods that it calls at its start: "__enter__". Where one fails, the other does not run. */
  enterMethods?: string[];
  /** Methods that put back into an object what another one like it had: "__setstate__". What they take out of their parameter is what the field held there. */
  restoreMethods?: string[];
  /** Base classes that bring no clean-up of their own; "*Emitter" is any whose last name ends so. */
  plainBases?: string[];
  /** Exceptions that mean a mistake in one expression: a clause that names one of them is about that expression alone. */
  slips?: string[];
  /** Types that name a file and are none: what is opened over one is the opener's to close. */
  pathTypes?: string[];
  /** Types that only look like files: what is opened over one holds nothing of the system. */
  inMemory?: string[];
  /** Calls whose result stands for the handle that they are given: "io.TextIOWrapper(0)". Releasing it releases the handle. */
  wraps?: string[];
  /**
   * How names on disk are made of each other. `same`: the result names what the argument or receiver names; `inside`:
   * something below it; `around`: the folder around it. `aroundMembers` lead there without a call. `reading`: a regular expression
   * on names of functions whose result has nothing more to do with what they are given. `removers`: words of commands
   * that remove what follows them.
   */
  paths?: { same: string[]; inside: string[]; around: string[]; aroundMembers: string[]; reading: string; removers: string[] };
  /** Calls that wait for what they are given and give what that gives: "asyncio.wait_for(0)". The handle that comes out is the one that was waited for. */
  waits?: string[];
  /**
   * Names of fields whose holder releases what is pushed or added there: VS Code's `context.subscriptions`. They count
   * where the holder is not the code's own (a parameter, an import); an own field counts if its class empties it.
   */
  bags?: string[];
  /**
   * Names by which code shows that something unknown must be released. `closes`: methods called on it at its end; `opens`: a
   * regular expression on names of calls that open something. Of `closes`, `discards` spare giving it back to a pool.
   * `pools`: regular expressions on the method that takes something from a pool and on the one that gives it back, and on
   * the pool's own name where theirs say too little. `kinds`: what it is, by the names of its variable and its maker.
   * `nouns`: what to call it.
   */
  evidence?: {
    /** `plain`: a regular expression on the names of calls whose results nobody closes, though they can be. */
    closes: string[]; opens: string; plain?: string; discards: string[]; pools: { takes: string; gives: string; receiver?: string }[]; kinds: Partial<Record<HandleRule, string>>;
    nouns: { made: string; pooled: string };
  };
  /** Exceptions whose clause takes whatever a call may raise. */
  catchAll?: string[];
  /** Names under which the cancellation of a task is caught, those of its base classes too. */
  cancellations?: string[];
  /** Exceptions that a failed assertion raises: a mistake in the program, not one of its ways. */
  assertions?: string[];
  /** Calls that use a handle without keeping it: "json.load", "csv.*", "len". Wildcard only as a whole last name. Any argument. */
  borrows?: string[];
  /** Calls that read what they are given to its end: "json.load(0)". */
  drains?: string[];
  /** Calls after which the function does not go on: "sys.exit", "process.exit". */
  neverReturns?: string[];
  /** Of these, the ones that end the process. A function that does so when something fails is the program's own. */
  exits?: string[];
  /** Calls that cannot raise in practice, so that a handle is not thought lost there: "len", "time.time", "console.*", "logging.*". */
  safe?: string[];
  /** Calls that are known to raise when their input is bad: "JSON.parse". In JavaScript no other plain call is taken to. */
  raises?: string[];
  /** What a call returns, for receiver types: "asyncio.get_running_loop" -> "asyncio.AbstractEventLoop"; "A#m" for methods and attributes; Python's `a / b` is "A#__truediv__". */
  returns?: Record<string, string>;
  /** Subtypes: "asyncio.Task" is an "asyncio.Future". */
  extends?: Record<string, string[]>;
  /** Methods by which an owner is expected to release what it holds, by protocol or name: "close", "__exit__", "ngOnDestroy". */
  lifecycle?: {
    release: string[];
    start: string[];
    /** Those that end the owner for good, by name or first word: `close`, `close_spider`, `stopClient`; not `reset` or `hide`. */
    end?: string[];
    /** Those that run again for the same owner: `reconnect`, `restart`. */
    again?: string[];
    /** Those that end what they are called on and nothing else: who calls one on what it made owns that (see engine/shown-handles). */
    closers?: string[];
    /**
     * Of those, the ones that delete a record in its store, where what they are called on is one: `user.save()` beside `user.destroy()`.
     * A thing with a method of `stores` and another of these is one, or whose end is given one of `options`, or that is of one of `types`.
     */
    records?: { ends: string[]; stores: string[]; methods: string[]; options: string[]; types: string[] };
    /** What sets a thing going that an object holds, and what ends that. `of`: a regular expression on the thing's name, for words that mean little by themselves. */
    pairs?: { noun: string; starts: string[]; ends: string[]; of?: string }[];
    /** Flags of an object that say, once true, that it is over: `ended`. */
    over?: string[];
    /** Those of `release` that may only empty the object or call off its work: nobody expects them to close what it holds. */
    partial?: string[];
    /** Regular expressions on the names of classes whose objects, once started, go on until they are stopped, and of those among them that are timers; and what stops each, where the class is not of the program. */
    running?: { name: string; timer: string; stops: string; stopsTimer: string };
    /** First words of methods that set something going, with those of the methods that end it: `startLogging` and `stopLogging`. */
    counterparts?: Record<string, string[]>;
  };
  /** Memo decorators, and in TypeScript functions that wrap their first argument: path -> how it is bounded. "argument:maxsize" bounded unless that is None; "never"; "default" bounded. Zero-argument functions are exempt always. */
  memoizers?: Memoizer[];
  /** Process-lived things: event targets and registries that outlive any instance: "process", "window", "document", "signal". A call's path means its result. */
  longLived?: string[];
  /** Class decorators of which the application has one object for as long as it runs; `argument`: where that one says so. */
  rootServices?: { decorator: string; argument?: string; is?: string }[];
  /**
   * What a framework gives an object and takes away with it: fields with such decorators, things of such types, things of
   * the classes that such an argument of the object's own class decorator lists, parameters by name (regular expressions; `of`: on the function's name), what it gives the functions under such
   * attributes of what the object renders ("ref"). "@angular/core.ViewChild",
   * "@angular/core.ElementRef", "@angular/core.Component(providers)".
   */
  ownParts?: { decorators: string[]; types: string[]; lists: string[]; parameters?: { name: string; of?: string }[]; attributes?: string[] };
  /** Calls that run their callback argument at once, during the call: "*#forEach(0)", "map(0)". `iteration` when once per element. */
  immediate?: { call: string; context: "iteration" | "once" }[];
  /**
   * Calls whose function argument runs when the owner (component, scope, test, process) ends, so that what it releases
   * is released: "vue.onUnmounted(0)", "svelte.onDestroy(0)", "atexit.register(0)".
   */
  cleanups?: string[];
  /** Those of them that find the owner by what is running, a component's set-up: behind an `await` there is none, and they do nothing. */
  ambient?: string[];
  /**
   * Calls that watch the argument named, and that the owner which is current then ends. `member`: the property that has
   * what a source holds. `implied`: the source where the argument is a text, an event's name. `shared`: a regular
   * expression on names of functions that give all components the same thing.
   */
  watchers?: { calls: string[]; noun: string; shared: string; member?: string; implied?: string }[];
  /** Calls whose result is a value that a framework keeps, and the function that has it keep another: "react.useState". */
  stateHooks?: string[];
  /** What a bundler makes of a module imported with this query: of `import Index from "./index?worker"`, `Index` is a `Worker`. */
  importQueries?: Record<string, string>;
  /** Methods that merge the object they are given into a field of their receiver: setState -> state. */
  merges?: Record<string, string>;
  /** Calls that hand their callback the means to settle a promise, during the call: "Promise(0)". */
  executors?: string[];
  /** Events that come at the end of what sends them: its listeners go with it ("close"). */
  terminalEvents?: string[];
  /** Events that come once, at the end of something long-lived, if at all: a one-time listener waits for it all the time ("abort"). */
  lateEvents?: string[];
  /** Those of `terminalEvents` that tell of a beginning, or of an animation: on what lives as long as the process they come all the same. */
  startingEvents?: string[];
  /**
   * Events of one thing that come in turn. `alternate`: between two of one comes the other ("mouseenter", "mouseleave").
   * `precede`: each of the second comes after one of the first, which may come several times ("mousedown", "mouseup").
   * `during`: the first comes any number of times until the second ends what it is a part of ("mousemove", "mouseup").
   */
  turns?: { alternate: [string, string][]; precede: [string, string][]; during: [string, string][] };
  /**
   * Calls that hand out, or give to a callback, one of a stock of things that go back to it and are handed out again:
   * "*#getConnection". `receiver`: a regular expression on the receiver's last name. `event`: only as listener for this one.
   */
  handsOut?: { call: string; receiver?: string; event?: string }[];
  /** Events that tell of a new connection, or of one that is given up to whoever listens: nothing else comes over it later. */
  connectionEvents?: string[];
  /** Members that lead from a thing to what it is a part of, or runs over, which outlives it and is shared: `stream.session`, `request.socket`. */
  upward?: string[];
  /** Events that tell of a failure, beside which another tells of success. */
  errorEvents?: string[];
  /** Members of an event that are what it came to ("currentTarget"). */
  eventTargets?: string[];
  /** Calls that make a weak reference to their first argument. */
  weak?: string[];
  /** Calls that keep their callback weakly: a closure that only they have is gone at once. */
  weakCallbacks?: string[];
  /**
   * What cancels through a token: calling `cancel` on what `make` made releases everything registered with its property
   * `token` (see `Pair.signal`). `self`: calls whose result is a token that fires by itself.
   */
  cancellers?: { make: string[]; token: string; cancel: string[]; self: string[] }[];
  /**
   * Calls whose promise is never rejected: "Promise.allSettled". `passes`: only where the receiver is, or the function that
   * is given fails. `values`: only where it is given a promise that is.
   * `lists`: only where it is given a written list of such.
   * `deferred`: what makes a promise and the means to settle it, with the field that `rejects`: only where that is taken.
   * `given`: the field of what a library gives a function of that name as an argument.
   */
  sure?: { calls: string[]; passes: string[]; values: string[]; lists?: string[]; deferred: { call: string; rejects: string }[]; given?: { to: string; argument: number; field: string }[] };
  /** Calls that settle a future or promise: the receiver, or the argument named; `fails`: with an error or a cancellation. */
  settles?: { call: string; fails: boolean }[];
  /** Names of parameters that are called once, when the work is over: `callback`, `done`. */
  completions?: string[];
  /** A pattern for further such names: `openCallback`, and not `progressCallback`, which is called any number of times. */
  completionNames?: string;
  /**
   * Functions that run in a thread of their own, given to `starts`, and calls in which a thread waits until something comes:
   * without an argument of `limit`, it waits for ever. `never`: one that, false, has it not wait at all. Of what is waited
   * for, `leaves` are methods by which nobody asks whether there is anything. `joins`: methods that, without arguments, wait
   * until a thread is over.
   */
  workers?: { starts: string[]; waits: { call: string; limit: (string | number)[]; never?: (string | number)[] }[]; leaves: string[]; joins: string[] };
  /** Calls after which the first settled wins and the others go on: "Promise.race(0)". */
  races?: string[];
  /**
   * Calls whose promise is settled after the time that they are given first, and cannot be given up by anybody who has no more than
   * the promise. `promisifies`: calls that make such a function of one `of` these. `rejects`: calls whose promise has failed.
   * `names`: a regular expression on helpers that do the same, where the file that they are in is not there.
   */
  delays?: { calls: string[]; promisifies: { calls: string[]; of: string[] }; rejects: string[]; names: string };
  /** Calls that say what time it is. */
  clocks?: string[];
  /** Calls that stop waiting for an argument without ending it: "tornado.gen.with_timeout(1)". */
  abandons?: string[];
  /** Calls that fail where no event loop runs. */
  loopAsks?: string[];
  /**
   * Asynchronous calls that are over at once: they hand the coroutine that they are given to the receiver, which keeps its task.
   * `receiverName`: a regular expression on the receiver, where its type is not known.
   */
  handsOnWork?: { call: string; receiverName?: string }[];
  /** Calls whose result, entered as a scope, raises in it when a time is up. */
  timedScopes?: string[];
  /** Calls that wait for all that they are given until one fails, and leave the others running; not where the argument `unless` is given. */
  together?: { call: string; unless?: string }[];
  /**
   * Calls that wait without failing: for a time, or (`waits`) until the program itself brings something, or (`puts`) while the
   * receiver is full, which a container made without its bound never is.
   */
  idle?: { sleeps: string[]; waits: string[]; puts: string[] };
  /**
   * Generators that go on after a `yield` when the caller's code is done, by the exception that it raised if it did:
   * decorators' paths, and calls that are given such a function, "fastapi.Depends(0)".
   */
  resumed?: { decorators: string[]; callbacks: string[] };
  /** Calls that give the receiver, or another argument, to a callback when it is settled: "*#add_done_callback(0)". */
  settledCallbacks?: string[];
  /** Calls that ask the receiver how it ended, and fail as it did or give its failure: "*#result". */
  outcomes?: string[];
  /** Members that tell whether something is over or still on: `signal.aborted`, `future.done()`. */
  states?: string[];
  /** Those that never change back. */
  finalStates?: string[];
  /** Calls that tell whether an element, their argument, is still in the document: "document.contains(0)". */
  present?: string[];
  /** Calls that switch the collector of cycles off. */
  collectorOff?: string[];
  /**
   * Values that keep all that they were computed from until they are let go. `walks`: calls that go back through the
   * history of the receiver or an argument, which shows that it has one; with an argument of `again` it is gone through more than once.
   * `passes`: calls whose result has the history of what they are given. `cuts`: calls that end it in place. `without`:
   * scopes and decorators in which none is kept; `switches`: calls that say for all that follows whether one is.
   * `results`: a regular expression on names of what is walked, and of what makes it. `noun`, `help`: for messages.
   */
  histories?: {
    imports: string[]; noun: string; help: string; walks: string[]; again: string[]; passes: string[]; cuts: string[]; without: string[]; switches: string[]; results: string;
  };
  /**
   * Calls that make a series of a metric for each new combination of the labels that they are given: all arguments, or the one named
   * (an object's values), until one of `removers` is called on the metric. `identities`: a regular expression on names of
   * labels and values that come and go with a user, a session or a request. `sources`: what the sender of a request chose:
   * `members` of what is named like `of`, unless a name like `routed` stands in between. `texts`: calls that only spell
   * what they are given.
   */
  series?: { calls: string[]; removers: string[]; identities: string; sources: { members: string; of: string; routed: string }; texts: string[] };
  /** Calls that compile a regular expression from their first argument. */
  regexes?: string[];
  /** Those of `regexes` that keep what they compiled: a constant pattern is looked up, not compiled again. */
  cachedRegexes?: string[];
  /** Calls without an effect whose result depends on nothing but their arguments: "re.escape", "*#join". */
  pure?: string[];
  /** Calls that run or hold something until their target is collected: what is held must not reach the target. Positions. */
  finalizers?: { call: string; target: number; holds: number[] }[];
  /** Calls whose result holds the frames of the exception being handled. */
  tracebacks?: string[];
  /**
   * Words of the language's own collections and functions that names are followed through. A method is written "*#values",
   * a call by its path.
   */
  words?: {
    /** The result has the elements of the receiver, or of the only argument: "*#values", "list". */
    copies?: string[];
    /** The result is the last argument in another form: "Number" of a timer's id, "typing.cast". */
    same?: string[];
    /** The result is an element of the receiver: "*#get", "*#pop". */
    takes?: string[];
    /** The first argument is called with each element of the receiver: "*#forEach". */
    each?: string[];
    /** The result is the function given (as receiver or first argument) with arguments bound: "*#bind", "functools.partial". */
    binds?: string[];
    /**
     * The result is the function given, bound, and stands for it wherever listeners are taken off: "$.proxy". The browser's own
     * targets know nothing of that (`registration.exact`).
     */
    twins?: string[];
    /** The result is the receiver: "*#on". */
    chains?: string[];
    /** The function given gets what the receiver stands for: "*#then". */
    continues?: string[];
    /** The function that is given runs for each element, at once or soon after: "*#each" of collections and of selections. */
    turns?: string[];
    /** The function that is given runs once at most: "*#once" of emitters. */
    once?: string[];
    /** An argument becomes an element of the receiver: "*#append". */
    stores?: string[];
    /** The result is the field of the first argument that the second one names: "getattr". */
    members?: string[];
    /** The result is a property name that nothing else has: "Symbol". */
    symbols?: string[];
  };
}
