/** Containers: which grow, which are bounded, which let go by themselves, and the methods that change their size. */
import { FEW_NAMES, SETTINGS } from "../few-names.js";
import type { CatalogFile } from "../types.js";

const CACHES = ["Cache", "LRUCache", "LFUCache", "RRCache", "FIFOCache", "MRUCache", "TTLCache", "TLRUCache"].map((name) => `cachetools.${name}`);

export const containers: CatalogFile = {
  language: "python",
  containers: [
    { make: ["literal:mapping", "dict", "builtins.dict", "collections.OrderedDict", "collections.UserDict", "collections.ChainMap", "dict.fromkeys", "multiprocessing.managers.SyncManager#dict", "sortedcontainers.SortedDict", "boltons.dictutils.OMD", "bidict.bidict"], shape: "mapping", bound: "unbounded" },
    { make: ["collections.defaultdict"], shape: "mapping", bound: "unbounded", insertsOnRead: true },
    { make: ["collections.Counter"], shape: "mapping", bound: "unbounded", insertsOnUpdate: true },
    { make: ["literal:list", "list", "builtins.list", "collections.UserList", "bytearray", "array.array", "multiprocessing.managers.SyncManager#list", "sortedcontainers.SortedList"], shape: "list", bound: "unbounded" },
    { make: ["literal:set", "set", "builtins.set", "sortedcontainers.SortedSet", "boltons.setutils.IndexedSet"], shape: "set", bound: "unbounded" },
    { make: ["collections.deque"], shape: "list", bound: "unbounded", boundedBy: ["maxlen", 1] },
    {
      make: ["queue.Queue", "queue.LifoQueue", "queue.PriorityQueue", "asyncio.Queue", "asyncio.LifoQueue", "asyncio.PriorityQueue", "multiprocessing.Queue", "multiprocessing.JoinableQueue", "multiprocessing.managers.SyncManager#Queue", "gevent.queue.Queue", "Queue.Queue"],
      shape: "queue", bound: "unbounded", boundedBy: ["maxsize", 0],
    },
    { make: ["queue.SimpleQueue", "multiprocessing.SimpleQueue"], shape: "queue", bound: "unbounded" },
    { make: ["janus.Queue"], shape: "queue", bound: "unbounded", boundedBy: ["maxsize", 0] },
    // A maxsize is required; `cachetools.LRUCache(float("inf"))` is the one way round it.
    { make: [...CACHES, "lru.LRU", "pylru.lrucache", "boltons.cacheutils.LRU", "boltons.cacheutils.LRI", "repoze.lru.LRUCache", "theine.Cache"], shape: "mapping", bound: "bounded" },
    { make: ["expiringdict.ExpiringDict", "cacheout.Cache", "cacheout.LRUCache", "cacheout.TTLCache", "werkzeug.contrib.cache.SimpleCache", "cachelib.SimpleCache", "cachelib.simple.SimpleCache", "diskcache.Cache"], shape: "mapping", bound: "bounded" },
    { make: ["weakref.WeakValueDictionary"], shape: "mapping", bound: "weak" },
    // https://docs.python.org/3/library/weakref.html#weakref.WeakKeyDictionary: only the keys are weak.
    { make: ["weakref.WeakKeyDictionary"], shape: "mapping", bound: "weak", holdsValues: true },
    { make: ["weakref.WeakSet"], shape: "set", bound: "weak" },
    // Per thread, context or class: they end with it, or cannot grow.
    { make: ["frozenset", "tuple", "literal:tuple", "types.MappingProxyType", "frozendict.frozendict", "immutables.Map"], shape: "set", bound: "bounded" },
  ],
  growth: {
    puts: ["heapq.heappush(0)", "bisect.insort(0)", "bisect.insort_left(0)", "bisect.insort_right(0)"],
    takes: ["heapq.heappop(0)"],
    sizes: ["len(0)"],
    few: ["type", "os.getpid", "importlib.import_module", "__import__", "isinstance", "issubclass", "callable", "bool", "platform.system", "inspect.getmodule", "sys.getrecursionlimit"],
    fewNames: FEW_NAMES,
    settings: SETTINGS,
    fewFields: ["type", "kind", "__class__", "__name__", "__qualname__", "__module__", "__code__", "__func__"],
    fresh: ["uuid.uuid4", "uuid.uuid1", "uuid.uuid7", "id", "next", "secrets.token_hex", "secrets.token_urlsafe", "secrets.token_bytes", "time.time", "time.time_ns", "time.monotonic", "time.perf_counter", "tempfile.mktemp", "shortuuid.uuid", "bson.ObjectId", "bson.objectid.ObjectId"],
    limitless: ["math.inf", "numpy.inf", "sys.maxsize", "float(inf)", "float(infinity)", "float(Infinity)"],
    tables: ["sys.modules", "linecache.cache", "builtins.__dict__"],
    timedWaits: ["asyncio.wait_for", "asyncio.timeout", "asyncio.timeout_at", "async_timeout.timeout", "anyio.fail_after", "anyio.move_on_after", "trio.fail_after", "trio.move_on_after", "gevent.Timeout", "eventlet.Timeout"],
    answered: ["asyncio.Future", "asyncio.Event", "*#create_future", "concurrent.futures.Future", "tornado.concurrent.Future", "tornado.locks.Event", "threading.Event", "gevent.event.AsyncResult", "gevent.event.Event", "eventlet.event.Event", "anyio.Event", "trio.Event"],
    waits: [
      { call: "asyncio.wait_for(0)", cancels: true },
      // https://docs.python.org/3/library/asyncio-task.html#asyncio.wait: what is not done is left as it is.
      { call: "asyncio.wait(0)", limit: ["timeout"] },
      { call: "concurrent.futures.wait(0)", limit: ["timeout", 1] },
      { call: "concurrent.futures.Future#result", limit: ["timeout", 0] },
      { call: "threading.Event#wait", limit: ["timeout", 0] },
      { call: "tornado.gen.with_timeout(1)" },
      { call: "tornado.locks.Event#wait", limit: ["timeout", 0] },
      { call: "gevent.event.AsyncResult#get", limit: ["timeout", 1] },
      { call: "gevent.event.Event#wait", limit: ["timeout", 0] },
      { call: "eventlet.event.Event#wait", limit: ["timeout", 0] },
    ],
    filing: "^_*(?!init__)(?:register|add_(?:\\w+_)?(?:plugin|handler|codec|type|route|hook|class|provider|extension|backend|alias|factory|rule|converter|renderer|parser|command|option|processor|filter)|install|define|declare|set_|setup|configure|init|use|include|mount|provide|extend|__init_subclass__|__new__|__set_name__)",
    runs: {
      collectors: "(?:Reporter|Formatter|Results?|Report|Summary)$",
      ends: "^(?:stop_?[tT]est_?[rR]un|pytest_sessionfinish|pytest_unconfigure|pytest_terminal_summary|(?:on_|handle_|after_)?(?:test_)?(?:run|task)_(?:end|ended|finish|finished|complete|completed|stop|stopped|done))$",
    },
    servants: "(?:Manager|Server|Service|Registry|Pool|Agent|Provider|Broker|Dispatcher|Middleware|Scheduler|Supervisor|Hub|Router|Gateway|Coordinator|Engine|Backend|Cache|Jar|Store|Storage|Resolver|Limiter|Processor|Tracker|Monitor|Collector|Transport|Exchange)$",
    cacheNames: "cache|memo",
    endings: "(?:^|_|[a-z](?=[A-Z]))(?:[uU]n(?:register|subscribe|schedule|track|watch|link|follow|observe|attach|bind|mount|listen)|[dD]e(?:register|schedule|activate)|[rR]emoved?|[dD]elete|[dD]iscard|[fF]orget|[lL]eave|[lL]eft|[eE]vict|[eE]nd(?:ed)?|[fF]inish(?:ed)?|[dD]rop(?:ped)?|[fF]ail(?:ed)?|[kK]ill|[cC]ancel(?:led)?|[aA]bort|[rR]elease|[eE]xit|[dD]etach|[lL]ogout|[eE]xpired?)(?![a-z])",
    ownEndings: "^_*(?:(?:on|handle|do|did|will|async|force|a|connection|channel|socket|client|transport|stream|session)_?)*(?:[cC]los(?:e|ed|ing)|[dD]isconnect(?:ed|ion)?|[dD]estroy(?:ed)?|[dD]ispose(?:d)?|[sS]hut_?[dD]own|[tT]ear_?[dD]own|[tT]erminated?|[sS]top(?:ped|ping)?|[lL]ost|[uU]nload|[uU]nmount)(?:_?(?:all|All|async|Async|now|Now|impl|Impl|internal|Internal|everything|Everything|query|Query|connections?|Connections?|session|Session|server|Server|client|Client|service|Service))*$",
    starts: ["start", "run", "serve", "listen", "connect", "reconnect", "launch", "bootstrap", "consume", "subscribe"],
    identities: "(?:^|_|[a-z](?=[A-Z]))(?:[iI]d|ID|[uU]uid|[aA]ddr|[aA]ddress|[hH]ost|[hH]ostname|[iI]p|IP|[pP]eer|[cC]lient|[cC]onn|[cC]onnection|[sS]ession|[uU]ser|[uU]sername|[tT]oken|[tT]opic|[rR]oom|[uU]rl|[uU]ri|[gG]uild|[dD]evice|[tT]ask|[jJ]ob|[rR]equest|[tT]x|[hH]ash|[nN]once)$",
    things: "(?:^|_|[a-z](?=[A-Z]))(?:[eE]l|[eE]lem|[eE]lement|[nN]ode|[tT]arget|[wW]idget|[cC]omponent|[vV]iew|[wW]indow|[iI]nstance|[oO]bj|[oO]bject|[oO]wner|[sS]ender|[eE]mitter|[eE]ditor|[iI]?[fF]rame|[cC]anvas|[sS]ocket|[wW]ebsocket)$",
    perCallNames: "^_*(?:on|handle|receive|recv|process|dispatch|send|publish|emit|request|call|submit|enqueue|execute|accept|track|record|log|report|deliver|route|forward|produce|schedule|spawn|enter|notify)(?:_|$)",
    lasting: "(?:^|_|[a-z](?=[A-Z]))(?:[sS]een|[hH]istory|[kK]nown|[vV]isited|[eE]ver|[tT]otals?|[cC]ount(?:s|er|ers)?|[sS]tat(?:s|istics)?|[lL]ogs?|[mM]etrics|[pP]revious|[lL]ast)(?![a-z])",
    transit: "(?:^|_|[a-z](?=[A-Z]))(?:[pP]ending|[iI]n_?[fF]light|[oO]utstanding|[wW]aiting|[wW]aiters?|[aA]waiting|[uU]nacked|[uU]nconfirmed|[iI]n_?[pP]rogress)(?![a-z])",
    passing: ["threading.Thread", "threading.Timer", "multiprocessing.Process", "subprocess.Popen", "asyncio.create_task", "asyncio.ensure_future", "*#create_task", "asyncio.Future", "asyncio.Event", "*#create_future", "concurrent.futures.Future", "tornado.concurrent.Future", "twisted.internet.defer.Deferred", "threading.Event", "gevent.event.AsyncResult", "gevent.event.Event", "gevent.spawn", "eventlet.spawn", "eventlet.event.Event", "anyio.Event", "trio.Event"],
    perConnection: [
      "asyncio.Protocol", "asyncio.DatagramProtocol", "asyncio.BufferedProtocol", "twisted.internet.protocol.Protocol", "twisted.internet.protocol.DatagramProtocol",
      "twisted.protocols.basic.LineReceiver", "twisted.protocols.basic.LineOnlyReceiver", "tornado.websocket.WebSocketHandler",
    ],
    perCall: [
      "asyncio.SubprocessProtocol", "twisted.internet.protocol.ProcessProtocol", "twisted.web.http.HTTPClient",
      "html.parser.HTMLParser", "xml.sax.handler.ContentHandler", "xml.sax.ContentHandler", "ast.NodeVisitor", "ast.NodeTransformer",
      "socketserver.BaseRequestHandler", "socketserver.StreamRequestHandler", "socketserver.DatagramRequestHandler", "http.server.BaseHTTPRequestHandler", "http.server.SimpleHTTPRequestHandler",
      "tornado.web.RequestHandler", "django.views.View", "django.views.generic.View", "django.views.generic.base.View", "flask.views.View", "flask.views.MethodView",
      "rest_framework.views.APIView", "aiohttp.web.View", "starlette.endpoints.HTTPEndpoint", "starlette.endpoints.WebSocketEndpoint",
      "channels.consumer.AsyncConsumer", "channels.generic.websocket.WebsocketConsumer", "channels.generic.websocket.AsyncWebsocketConsumer", "twisted.python.usage.Options", "argparse.Action", "argparse.Namespace",
    ],
    serverFields: ["netloc", "hostname"],
    ofOneCall: [
      "sqlalchemy.orm.Session", "sqlalchemy.ext.asyncio.AsyncSession", "sqlmodel.ext.asyncio.session.AsyncSession",
      "starlette.requests.Request", "starlette.websockets.WebSocket", "fastapi.Request", "fastapi.WebSocket", "django.http.HttpRequest", "django.http.request.HttpRequest", "rest_framework.request.Request",
      "flask.Request", "werkzeug.Request", "werkzeug.wrappers.Request", "aiohttp.web.Request", "sanic.Request", "sanic.request.Request", "pyramid.request.Request", "tornado.httputil.HTTPServerRequest", "twisted.web.http.Request",
      "graphql.GraphQLResolveInfo", "strawberry.types.Info", "strawberry.Info", "grpc.ServicerContext", "asyncio.StreamWriter",
    ],
    fewTypes: [
      "type", "bool", "typing.Type", "typing.Callable", "collections.abc.Callable", "types.ModuleType", "types.FunctionType", "typing.Literal",
      // What a program's source declares: its tables and their parts, its types, its routes.
      ...["Column", "Table", "MetaData"].flatMap((name) => [`sqlalchemy.${name}`, `sqlalchemy.schema.${name}`, `sqlalchemy.sql.schema.${name}`]),
      ...["Mapper", "RelationshipProperty", "Relationship", "ColumnProperty", "MapperProperty", "InstrumentedAttribute", "QueryableAttribute"].flatMap((name) => [`sqlalchemy.orm.${name}`, `sqlalchemy.orm.attributes.${name}`, `sqlalchemy.orm.relationships.${name}`]),
      "django.db.models.Field", "django.db.models.ForeignKey", "django.db.models.fields.Field", "django.db.models.options.Options", "django.apps.AppConfig",
      "graphql.GraphQLObjectType", "graphql.GraphQLField", "graphql.GraphQLSchema", "graphql.GraphQLNamedType", "pydantic.fields.FieldInfo", "dataclasses.Field", "inspect.Parameter", "fastapi.routing.APIRoute", "starlette.routing.Route", "werkzeug.routing.Rule",
    ],
    // Django makes one command or configuration of the class for the process; what takes over the terminal or the screen is the program.
    fewBases: [
      "code.InteractiveConsole", "code.InteractiveInterpreter", "cmd.Cmd", "cmd2.Cmd", "cmd2.cmd2.Cmd", "tkinter.Tk", "customtkinter.CTk", "wx.App", "kivy.app.App", "textual.app.App", "gi.repository.Gtk.Application", "gi.repository.Gio.Application",
      ...["PyQt5", "PyQt6", "PySide2", "PySide6"].map((qt) => `${qt}.QtWidgets.QApplication`), "gunicorn.app.base.BaseApplication",
      "enum.Enum", "enum.IntEnum", "enum.StrEnum", "django.core.management.base.BaseCommand", "django.core.management.BaseCommand", "django.apps.AppConfig"],
    values: ["typing.NamedTuple", "collections.namedtuple", "tuple", "str", "int", "float", "bytes", "frozenset", "datetime.datetime", "datetime.date", "datetime.timedelta", "pathlib.Path", "pathlib.PurePath"],
    valueMethods: ["__hash__"],
    identity: ["id", "object.__hash__"],
    valueDecorators: ["dataclasses.dataclass(frozen)", "attr.s(frozen)", "attr.attrs(frozen)", "attr.frozen", "attrs.frozen", "attrs.define(frozen)"],
    singletons: ["singleton", "injector.singleton", "*.singleton"],
  },
  // A text made of the elements keeps nothing of the list.
  borrows: ["*#join", "*#format"],
  containerMethods: [
    {
      shape: "mapping",
      grow: { setdefault: { key: 0, value: 1 }, update: { value: 0 }, __setitem__: { key: 0, value: 1 }, subtract: { value: 0 }, put: { key: 0, value: 1 } },
      shrink: ["pop", "popitem", "clear", "__delitem__", "expire", "evict"],
      empties: ["clear"],
      size: ["__len__", "total"],
      reads: ["get", "__getitem__", "__contains__", "keys", "values", "items"],
    },
    {
      shape: "list",
      grow: { append: { value: 0 }, appendleft: { value: 0 }, extend: { value: 0 }, extendleft: { value: 0 }, insert: { key: 0, value: 1 }, add: { value: 0 }, __iadd__: { value: 0 } },
      shrink: ["pop", "popleft", "remove", "clear", "__delitem__", "discard"],
      empties: ["clear"],
      size: ["__len__"],
      reads: ["index", "count", "__getitem__", "__contains__", "copy"],
    },
    {
      shape: "set",
      grow: { add: { key: 0, value: 0 }, update: { key: 0, value: 0 }, symmetric_difference_update: { value: 0 }, __ior__: { value: 0 } },
      shrink: ["remove", "discard", "pop", "clear", "difference_update", "intersection_update", "__isub__", "__iand__"],
      empties: ["clear"],
      size: ["__len__"],
      reads: ["__contains__", "issubset", "issuperset", "isdisjoint", "copy", "union", "difference", "intersection"],
    },
    {
      shape: "queue",
      grow: { put: { value: 0 }, put_nowait: { value: 0 }, __lshift__: { value: 0 } },
      shrink: ["get", "get_nowait", "shutdown"],
      empties: ["shutdown"],
      size: ["qsize", "full", "empty"],
      reads: ["task_done", "join"],
    },
  ],
};
