/**
 * What the Python catalog must know, by name. The lists are the union of what other tools look for and of what the
 * standard library and common packages leave open; a renamed or dropped entry fails here.
 */
import { PYTHON_CATALOG } from "../../src/catalog/python/index.js";
import type { Pair } from "../../src/catalog/types.js";

const pairs = PYTHON_CATALOG.flatMap((file) => file.pairs ?? []);

const pairOf = (call: string): Pair | undefined => pairs.find((pair) => pair.acquire.includes(call));

const words = (text: string): string[] => text.trim().split(/\s+/u);

const FILES = words(`
  open builtins.open io.open io.open_code codecs.open bz2.open gzip.open lzma.open lzma.LZMAFile gzip.GzipFile bz2.BZ2File
  tarfile.open tarfile.TarFile tarfile.TarFile.taropen tarfile.TarFile#open tarfile.TarFile#gzopen tarfile.TarFile#bz2open tarfile.TarFile#xzopen
  shelve.open tokenize.open wave.open dbm.open dbm.gnu.open dbm.ndbm.open dbm.dumb.open dbm.sqlite3.open fileinput.input fileinput.FileInput
  tempfile.TemporaryFile tempfile.NamedTemporaryFile tempfile.SpooledTemporaryFile tempfile.TemporaryDirectory tempfile.mkstemp
  pathlib.Path#open zipfile.ZipFile zipfile.PyZipFile zipfile.ZipFile#open os.open os.fdopen os.pipe os.dup os.memfd_create os.openpty os.scandir
  mmap.mmap aiofiles.open anyio.open_file h5py.File netCDF4.Dataset PIL.Image.open rasterio.open fiona.open
  multiprocessing.shared_memory.SharedMemory matplotlib.pyplot.figure matplotlib.pyplot.subplots
  logging.FileHandler logging.handlers.RotatingFileHandler multiprocessing.Queue multiprocessing.SimpleQueue`);

const CONNECTIONS = words(`
  boto3.client boto3.resource pymysql.connect mysql.connector.connect psycopg2.connect pymongo.MongoClient sqlite3.connect
  redis.Redis redis.StrictRedis sqlalchemy.orm.sessionmaker#__call__ peewee.PostgresqlDatabase#connect peewee.MySQLDatabase#connect peewee.SqliteDatabase#connect
  mongoengine.connect http.client.HTTPConnection http.client.HTTPSConnection socket.socket socket.create_connection socket.socketpair sqlite3.Connection#cursor
  httpx.AsyncClient httpx.Client aiohttp.ClientSession sqlalchemy.orm.Session sqlalchemy.create_engine requests.Session requests.get requests.Session#get
  asyncpg.connect asyncpg.create_pool aiomysql.connect aiomysql.create_pool aiosqlite.connect aiopg.connect aiopg.create_pool psycopg.connect
  oracledb.connect pyodbc.connect duckdb.connect redis.asyncio.Redis pika.BlockingConnection aio_pika.connect aio_pika.connect_robust kombu.Connection
  kafka.KafkaProducer kafka.KafkaConsumer confluent_kafka.Consumer nats.connect grpc.insecure_channel grpc.secure_channel grpc.aio.insecure_channel
  paramiko.SSHClient smtplib.SMTP smtplib.SMTP_SSL ftplib.FTP imaplib.IMAP4 imaplib.IMAP4_SSL poplib.POP3 telnetlib.Telnet websockets.connect
  zmq.Context zmq.Context#socket selectors.DefaultSelector asyncio.open_connection asyncio.start_server ssl.SSLContext#wrap_socket
  urllib.request.urlopen urllib3.PoolManager elasticsearch.Elasticsearch motor.motor_asyncio.AsyncIOMotorClient anyio.create_memory_object_stream`);

const EXECUTORS = words(`
  subprocess.Popen multiprocessing.Pool multiprocessing.Process multiprocessing.Manager multiprocessing.managers.BaseManager#start
  multiprocessing.managers.SyncManager#start concurrent.futures.ThreadPoolExecutor concurrent.futures.ProcessPoolExecutor threading.Thread
  asyncio.create_subprocess_exec asyncio.create_subprocess_shell asyncio.new_event_loop`);

const TIMERS = words(`
  threading.Timer asyncio.AbstractEventLoop#call_later asyncio.AbstractEventLoop#call_at tornado.ioloop.IOLoop#add_timeout tornado.ioloop.IOLoop#call_later
  tornado.ioloop.PeriodicCallback twisted.internet.reactor.callLater twisted.internet.task.LoopingCall sched.scheduler#enter sched.scheduler#enterabs
  apscheduler.schedulers.background.BackgroundScheduler#add_job apscheduler.schedulers.background.BackgroundScheduler#start schedule.Job#do`);

const LISTENERS = words(`
  asyncio.AbstractEventLoop#add_reader asyncio.AbstractEventLoop#add_signal_handler atexit.register os.register_at_fork sys.settrace gc.callbacks.append
  asyncio.Future#add_done_callback pyee.EventEmitter#on tkinter.Misc#bind zmq.eventloop.zmqstream.ZMQStream#on_recv signal.signal
  django.db.models.signals.post_save.connect django.dispatch.Signal#connect blinker.Signal#connect watchdog.observers.api.BaseObserver#schedule
  sqlalchemy.event.listen *#subscribe *#on *#add_listener`);

const TASKS = words(`asyncio.create_task asyncio.ensure_future asyncio.AbstractEventLoop#create_task asyncio.run_coroutine_threadsafe asyncio.Task`);

const HANDLERS = words(`logging.Logger#addHandler *#addHandler logging.Logger#addFilter loguru.logger.add`);

const LOCKS = words(`threading.Lock#acquire threading.RLock#acquire asyncio.Lock#acquire multiprocessing.Lock#acquire`);

test.each([
  ["unclosed-file", FILES], ["unclosed-connection", CONNECTIONS], ["executor-leak", EXECUTORS], ["timer-leak", TIMERS],
  ["listener-leak", LISTENERS], ["orphan-task", TASKS], ["logger-handler", HANDLERS], ["unreleased-lock", LOCKS],
])("%s knows every call that it is expected to", (rule, calls) => {
  // A log handler's file and a socket's file are files.
  const missing = calls.filter((call) => pairOf(call)?.rule !== rule);
  expect(missing).toEqual([]);
});

test("making a lock is not acquiring it, and a weak receiver is not a leak", () => {
  for (const call of ["threading.Lock", "asyncio.Lock", "threading.Semaphore"]) expect(pairOf(call)).toBeUndefined();
  expect(pairOf("blinker.Signal#connect")?.when).toEqual([{ argument: "weak", is: "false" }]);
  expect(pairOf("asyncio.TaskGroup#create_task")).toBeUndefined();
  expect(pairOf("*#create_task")?.receiverName).toContain("loop");
});

test("which `with` closes and which only commits", () => {
  const scopes = Object.fromEntries(
    words("sqlite3.connect psycopg2.connect pyodbc.connect psycopg.connect pymysql.connect aiosqlite.connect asyncpg.connect asyncpg.create_pool http.client.HTTPConnection poplib.POP3 multiprocessing.Pool").map(
      (call) => [call, pairOf(call)?.scope ?? "none"],
    ),
  );
  expect(scopes).toEqual({
    "sqlite3.connect": "commits", "psycopg2.connect": "commits", "pyodbc.connect": "commits", "psycopg.connect": "closes", "pymysql.connect": "closes",
    "aiosqlite.connect": "async-closes", "asyncpg.connect": "none", "asyncpg.create_pool": "async-closes", "http.client.HTTPConnection": "none",
    "poplib.POP3": "none", "multiprocessing.Pool": "closes",
  });
});

test("calls that return several things say which of them is held", () => {
  const elements = Object.fromEntries(
    words("os.pipe socket.socketpair tempfile.mkstemp asyncio.open_connection matplotlib.pyplot.subplots anyio.create_memory_object_stream socket.socket#accept").map(
      (call) => [call, pairOf(call)?.elements],
    ),
  );
  expect(elements).toEqual({
    "os.pipe": [0, 1], "socket.socketpair": [0, 1], "tempfile.mkstemp": [0], "asyncio.open_connection": [1], "matplotlib.pyplot.subplots": [0],
    "anyio.create_memory_object_stream": [0, 1], "socket.socket#accept": [0],
  });
});

test("what CPython frees by itself is said to be so, and what a thread or registry holds is not", () => {
  for (const call of ["open", "socket.socket", "sqlite3.connect"]) expect(pairOf(call)?.ends).toBe("collected");
  for (const call of ["aiosqlite.connect", "os.open", "matplotlib.pyplot.figure", "paramiko.SSHClient"]) expect(pairOf(call)?.ends ?? "never").toBe("never");
  for (const call of ["subprocess.Popen", "threading.Timer", "requests.get"]) expect(pairOf(call)?.ends).toBe("completes");
});

test("memoizers know their bound and whether they pin self", () => {
  const memoizers = new Map(PYTHON_CATALOG.flatMap((file) => file.memoizers ?? []).map((one) => [one.path, one]));
  expect(memoizers.get("functools.cache")).toMatchObject({ bound: "never", keepsSelf: true });
  expect(memoizers.get("functools.lru_cache")).toMatchObject({ bound: { argument: "maxsize", position: 0, default: "bounded" }, keepsSelf: true });
  expect(memoizers.get("async_lru.alru_cache")).toMatchObject({ bound: { argument: "maxsize", default: "bounded" }, keepsSelf: true });
  expect(memoizers.get("aiocache.cached")).toMatchObject({ bound: { argument: "ttl", default: "unbounded" } });
  expect(memoizers.get("cachetools.cached")).toMatchObject({ bound: { argument: "cache", position: 0 } });
  expect(memoizers.get("methodtools.lru_cache")?.keepsSelf).toBe(false);
  expect(memoizers.has("joblib.Memory#cache")).toBe(true);
  expect(memoizers.has("functools.cached_property")).toBe(false);
});

test("containers know their bound", () => {
  const containers = PYTHON_CATALOG.flatMap((file) => file.containers ?? []);
  const of = (make: string) => containers.find((container) => container.make.includes(make));
  expect(of("dict")?.bound).toBe("unbounded");
  expect(of("literal:mapping")?.shape).toBe("mapping");
  expect(of("collections.deque")?.boundedBy).toEqual(["maxlen", 1]);
  expect(of("queue.Queue")?.boundedBy).toEqual(["maxsize", 0]);
  expect(of("cachetools.TTLCache")?.bound).toBe("bounded");
  expect(of("weakref.WeakValueDictionary")?.bound).toBe("weak");
  expect(of("collections.defaultdict")?.insertsOnRead).toBe(true);
});

test("ownership is handed over by all that other tools excuse, and by what they miss", () => {
  const transfers = new Set(PYTHON_CATALOG.flatMap((file) => file.transfers ?? []));
  const expected = words(`
    os.fdopen(0) contextlib.closing(0) contextlib.aclosing(0) *#enter_context(0) *#enter_async_context(0) contextlib.ExitStack#push(0) contextlib.ExitStack#callback(0+)
    *#enterContext(0) *#enterClassContext(0) *#enterAsyncContext(0) *#addCleanup(0+) *#addfinalizer(0) atexit.register(0+) weakref.finalize(0+)
    django.http.FileResponse(0) starlette.responses.StreamingResponse(0) socket.socket(fileno=) ssl.SSLContext#wrap_socket(0) *#addHandler(0)`);
  expect(expected.filter((pattern) => !transfers.has(pattern))).toEqual([]);
});

test("a call that may hand its argument back borrows nothing", () => {
  const borrows = new Set(PYTHON_CATALOG.flatMap((file) => file.borrows ?? []));
  for (const call of ["asyncio.wait_for", "asyncio.shield", "typing.cast", "contextlib.closing"]) expect(borrows.has(call)).toBe(false);
  for (const call of ["json.load", "csv.*", "print", "pickle.load", "shutil.copyfileobj", "pandas.read_csv", "select.select"]) expect(borrows.has(call)).toBe(true);
});

test("a task is looked after by being awaited, gathered or cancelled, not by a done callback", () => {
  const task = pairOf("asyncio.create_task");
  expect(task?.release).toEqual(expect.arrayContaining(["await", "#cancel", "asyncio.gather(0+)", "asyncio.wait(0)"]));
  expect(task?.release).not.toContain("#add_done_callback");
});

test("route decorators, tasks, hooks and tests are entry points of their own context", () => {
  const entries = PYTHON_CATALOG.flatMap((file) => file.entryPoints ?? []);
  const contextOf = (decorator: string) => entries.find((entry) => entry.decorators?.includes(decorator))?.context;
  expect(Object.fromEntries(words("*.get *.route *.websocket celery.shared_task dramatiq.actor django.dispatch.receiver *.on_event click.command pytest.fixture").map((one) => [one, contextOf(one)]))).toEqual({
    "*.get": "request", "*.route": "request", "*.websocket": "request", "celery.shared_task": "event", "dramatiq.actor": "event",
    "django.dispatch.receiver": "event", "*.on_event": "once", "click.command": "once", "pytest.fixture": "test",
  });
});
