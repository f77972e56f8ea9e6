/**
 * What calls do with a handle that they are given, which calls cannot raise or return, and how owners are expected to
 * start and stop.
 */
import type { CatalogFile } from "../types.js";

/** Built-in functions that read their argument and keep nothing. */
const READING_BUILTINS = [
  "print", "len", "str", "repr", "bytes", "isinstance", "issubclass", "type", "id", "hash", "bool", "int", "callable", "dir", "vars", "hasattr", "getattr",
  "next", "sum", "min", "max", "any", "all", "sorted", "list", "tuple", "set", "dict", "frozenset", "bytearray", "format", "input", "ascii", "super", "delattr",
];

const JSON_LIKE = ["json", "simplejson", "ujson", "orjson", "rapidjson", "pickle", "_pickle", "cPickle", "cloudpickle", "dill", "marshal", "plistlib", "tomllib", "tomli", "toml", "tomlkit", "msgpack", "yaml", "joblib", "torch", "numpy", "cbor2", "ijson"];

export const flow: CatalogFile = {
  language: "python",
  awaited: ["typing.Awaitable", "typing.Coroutine", "collections.abc.Awaitable", "collections.abc.Coroutine"],

  // https://docs.python.org/3/library/contextlib.html#contextlib.contextmanager, https://fastapi.tiangolo.com/tutorial/dependencies/dependencies-with-yield/
  resumed: {
    decorators: ["contextlib.contextmanager", "contextlib.asynccontextmanager", "contextlib2.contextmanager", "async_generator.asynccontextmanager"],
    callbacks: ["fastapi.Depends(0)", "fastapi.Security(0)", "fastapi.params.Depends(0)", "fastapi.Depends(dependency=)"],
  },

  drains: [
    "json.load(0)", "pickle.load(0)", "shutil.copyfileobj(0)", "yaml.load(0)", "yaml.safe_load(0)", "tomllib.load(0)", "plistlib.load(0)", "xml.etree.ElementTree.parse(0)", "xml.etree.cElementTree.parse(0)",
    "lxml.etree.parse(0)", "lxml.html.parse(0)", "xml.dom.minidom.parse(0)", "bs4.BeautifulSoup(0)", "html5lib.parse(0)", "feedparser.parse(0)", "list(0)",
  ],
  borrows: [
    ...READING_BUILTINS,
    ...READING_BUILTINS.map((name) => `builtins.${name}`),
    ...JSON_LIKE.flatMap((module) => [`${module}.load`, `${module}.loads`, `${module}.dump`, `${module}.dumps`]),
    "yaml.safe_load", "yaml.safe_load_all", "yaml.full_load", "yaml.unsafe_load", "yaml.load_all", "yaml.safe_dump", "yaml.dump_all", "yaml.safe_dump_all",
    "msgpack.unpack", "msgpack.pack", "json.JSONDecoder#decode", "ruamel.yaml.YAML#load", "ruamel.yaml.YAML#dump",
    // Text and records. A reader refers to the file but does not own it: when the function ends, both go.
    "csv.*", "configparser.ConfigParser#read_file", "configparser.ConfigParser#write", "configparser.RawConfigParser#read_file", "configparser.RawConfigParser#write",
    "string.Template", "textwrap.*", "re.*", "struct.*", "binascii.*", "base64.*", "hashlib.*", "zlib.*", "hmac.*", "itertools.*", "enumerate", "zip", "map", "filter", "reversed", "iter", "range", "slice",
    "xml.etree.ElementTree.parse", "xml.etree.ElementTree.iterparse", "xml.etree.ElementTree.ElementTree#write", "xml.dom.minidom.parse", "xml.sax.parse",
    "lxml.etree.parse", "lxml.etree.iterparse", "lxml.html.parse", "bs4.BeautifulSoup", "email.message_from_file", "email.message_from_binary_file",
    "ast.parse", "ast.literal_eval", "tokenize.generate_tokens", "tokenize.tokenize", "compile", "exec", "eval", "linecache.*",
    // Copying and the operating system.
    "shutil.copyfileobj", "shutil.copy", "shutil.copy2", "shutil.copyfile", "shutil.move", "shutil.disk_usage", "os.fstat", "os.stat", "os.fsync", "os.fdatasync",
    "os.read", "os.write", "os.readv", "os.writev", "os.pread", "os.pwrite", "os.sendfile", "os.splice", "os.lseek", "os.ftruncate", "os.truncate", "os.isatty",
    "os.set_blocking", "os.get_blocking", "os.set_inheritable", "os.get_inheritable", "os.fchmod", "os.fchown", "os.dup2", "os.ttyname", "os.tcgetpgrp", "os.tcsetpgrp",
    "os.posix_fadvise", "os.posix_fallocate", "os.fspath", "os.path.*", "os.get_terminal_size", "os.listdir", "os.utime", "os.chmod", "os.replace", "os.rename", "os.link", "os.symlink",
    "fcntl.*", "termios.*", "tty.*", "msvcrt.*", "select.select", "select.poll#register", "select.poll#unregister", "select.epoll#register", "select.epoll#unregister", "select.epoll#modify",
    "selectors.DefaultSelector#register", "selectors.DefaultSelector#unregister", "selectors.DefaultSelector#modify",
    "mmap.mmap", "filecmp.*", "mimetypes.*", "imghdr.what", "sndhdr.what", "fnmatch.*", "glob.*", "stat.*", "pprint.*", "copy.copy", "copy.deepcopy", "operator.*", "inspect.*", "traceback.*", "warnings.*",
    // A child inherits a copy of the descriptor; the parent's stays the parent's to close.
    "subprocess.run", "subprocess.call", "subprocess.check_call", "subprocess.check_output", "subprocess.Popen", "asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell",
    "multiprocessing.connection.wait", "os.waitpid", "os.kill", "os.killpg", "signal.set_wakeup_fd",
    // Archives and compressed streams leave the file that they are given open.
    "zipfile.is_zipfile", "tarfile.is_tarfile", "zipfile.ZipFile", "tarfile.open", "gzip.GzipFile", "gzip.open", "bz2.BZ2File", "lzma.LZMAFile", "zipfile.ZipFile#writestr", "zipfile.ZipFile#write", "tarfile.TarFile#addfile", "tarfile.TarFile#add",
    // Data frames, arrays, images.
    ...["read_csv", "read_table", "read_json", "read_excel", "read_parquet", "read_feather", "read_hdf", "read_pickle", "read_sql", "read_sql_query", "read_sql_table", "read_fwf", "read_html", "read_xml", "read_stata", "read_sas", "read_orc"].map((name) => `pandas.${name}`),
    ...["csv", "json", "excel", "parquet", "feather", "hdf", "pickle", "sql", "html", "latex", "markdown", "stata", "string", "xml", "clipboard"].map((name) => `*#to_${name}`),
    "polars.read_csv", "polars.read_json", "polars.read_parquet", "polars.read_database", "polars.read_excel", "pyarrow.parquet.read_table", "pyarrow.parquet.write_table",
    "numpy.save", "numpy.savez", "numpy.savez_compressed", "numpy.savetxt", "numpy.loadtxt", "numpy.genfromtxt", "numpy.fromfile", "numpy.frombuffer", "numpy.array", "numpy.asarray", "numpy.ndarray",
    "torch.from_file", "soundfile.read", "soundfile.write", "scipy.io.wavfile.read", "scipy.io.wavfile.write", "scipy.io.loadmat", "scipy.io.savemat", "imageio.imread", "imageio.imwrite", "matplotlib.image.imread",
    "cv2.imencode", "cv2.imdecode", "PIL.ImageDraw.Draw", "PIL.ImageOps.*", "PIL.ImageChops.*", "PIL.ImageStat.Stat", "PIL.Image.Image#paste", "PIL.Image.Image#save", "PIL.Image.merge", "PIL.Image.blend", "PIL.Image.alpha_composite",
    "matplotlib.pyplot.savefig", "matplotlib.pyplot.imshow", "matplotlib.pyplot.figure", "matplotlib.pyplot.sca", "*#savefig", "*#imshow",
    // HTTP sends the body while the call lasts.
    ...["get", "post", "put", "patch", "delete", "head", "options", "request"].flatMap((name) => [`requests.${name}`, `requests.Session#${name}`, `httpx.${name}`, `httpx.Client#${name}`, `httpx.AsyncClient#${name}`, `aiohttp.ClientSession#${name}`]),
    "urllib.request.urlopen", "urllib3.PoolManager#request", "boto3.client#upload_fileobj", "*#upload_fileobj", "*#download_fileobj", "*#put_object", "*#upload_blob", "*#upload_from_file", "*#download_to_file",
    "ftplib.FTP#storbinary", "ftplib.FTP#storlines", "paramiko.SFTPClient#putfo", "paramiko.SFTPClient#getfo", "*#send_file", "*#sendfile",
    // Databases.
    "sqlite3.Connection#backup", "psycopg2.extras.execute_values", "psycopg2.extras.execute_batch", "psycopg2.extras.register_uuid", "psycopg2.extras.register_hstore", "*#copy_from", "*#copy_to", "*#copy_expert",
    "sqlalchemy.inspect", "sqlalchemy.text", "alembic.context.configure", "alembic.migration.MigrationContext.configure", "*#create_all", "*#drop_all", "*#reflect",
    // Not `asyncio.wait_for` and its like, see `waits`.
    "asyncio.sleep", "asyncio.iscoroutine", "asyncio.isfuture", "asyncio.set_event_loop", "asyncio.timeout", "asyncio.current_task", "asyncio.all_tasks",
    "concurrent.futures.wait", "concurrent.futures.as_completed", "time.sleep", "random.*", "math.*", "functools.reduce", "contextlib.redirect_stdout", "contextlib.redirect_stderr", "contextlib.suppress", "contextlib.nullcontext",
    "threading.current_thread",
    // Logging takes the text of its arguments, later at most.
    "logging.debug", "logging.info", "logging.warning", "logging.error", "logging.critical", "logging.exception", "logging.log", "logging.getLogger",
    "*#debug", "*#info", "*#warning", "*#error", "*#critical", "*#exception",
    "tqdm.tqdm", "tqdm.wrapattr", "pytest.raises", "gc.*", "sys.getsizeof", "sys.getrefcount", "weakref.ref", "weakref.proxy",
  ],

  pathTypes: ["str", "bytes", "os.PathLike", "pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath", "pathlib.WindowsPath", "upath.UPath"],
  inMemory: ["io.BytesIO", "io.StringIO", "StringIO.StringIO", "cStringIO.StringIO", "html.parser.HTMLParser", "HTMLParser.HTMLParser", "xml.etree.ElementTree.XMLPullParser", "email.feedparser.FeedParser", "tarfile.ExFileObject"],

  // Closing the outer stream closes the one inside.
  wraps: [
    "io.TextIOWrapper(0)", "io.BufferedReader(0)", "io.BufferedWriter(0)", "io.BufferedRandom(0)", "io.BufferedRWPair(0+)",
    "codecs.StreamReaderWriter(0)", "codecs.EncodedFile(0)", "asyncio.StreamWriter(0)",
  ],
  waits: ["asyncio.wait_for(0)", "asyncio.shield(0)"],

  raises: [
    "json.loads", "json.load", "pickle.load", "pickle.loads", "yaml.safe_load", "yaml.load", "toml.load", "toml.loads", "tomllib.load", "tomllib.loads", "xml.etree.ElementTree.parse", "ast.literal_eval",
    "int", "float", "open", "io.open", "os.open", "subprocess.check_call", "subprocess.check_output", "subprocess.Popen", "csv.reader", "csv.DictReader",
    "socket.socket#connect", "socket.socket#bind", "socket.socket#listen", "socket.socket#do_handshake", "ssl.SSLContext#load_cert_chain", "ssl.SSLContext#load_verify_locations", "ssl.match_hostname",
  ],

  transfers: [
    // Descriptors and raw streams become part of the object that is made.
    "os.fdopen(0)", "open(0)", "io.open(0)", "io.FileIO(0)", "socket.socket(fileno=)", "socket.socket(3)", "multiprocessing.connection.Connection(0)",
    "ssl.wrap_socket(0)", "ssl.SSLContext#wrap_socket(0)", "ssl.SSLSocket(0)", "asyncio.open_connection(sock=)", "asyncio.start_server(sock=)",
    "asyncio.AbstractEventLoop#create_connection(sock=)", "asyncio.AbstractEventLoop#create_server(sock=)", "asyncio.AbstractEventLoop#connect_read_pipe(1)", "asyncio.AbstractEventLoop#connect_write_pipe(1)", "asyncio.StreamWriter(0)",
    "paramiko.Transport(0)", "paramiko.SSHClient#connect(sock=)", "paramiko.SFTPClient.from_transport(0)", "http.client.HTTPResponse(0)",
    // Context managers and stacks.
    "contextlib.closing(0)", "contextlib.aclosing(0)", "async_generator.aclosing(0)", "contextlib.ExitStack#push(0)", "contextlib.ExitStack#callback(0+)", "contextlib.AsyncExitStack#push(0)", "contextlib.AsyncExitStack#callback(0+)",
    "*#enter_context(0)", "*#enter_async_context(0)", "*#push_async_exit(0)", "*#push_async_callback(0+)", "*#enterContext(0)", "*#enterClassContext(0)", "*#enterAsyncContext(0)", "unittest.enterModuleContext(0)",
    "*#addCleanup(0+)", "*#addClassCleanup(0+)", "*#addAsyncCleanup(0+)", "unittest.addModuleCleanup(0+)", "*#addfinalizer(0)", "*#add_cleanup(0+)",
    "atexit.register(0+)", "weakref.finalize(0+)", "*#add_close_callback(0)", "*#call_on_close(0)", "*#on_teardown(0+)", "signal.signal(1)",
    // Responses close what they stream.
    "django.http.FileResponse(0)", "django.http.StreamingHttpResponse(0)", "flask.send_file(0)", "flask.Response(0)", "quart.send_file(0)", "werkzeug.wsgi.wrap_file(1)", "werkzeug.wrappers.Response(0)", "werkzeug.wsgi.FileWrapper(0)",
    "fastapi.responses.StreamingResponse(0)", "starlette.responses.StreamingResponse(0)", "fastapi.responses.FileResponse(0)", "starlette.responses.FileResponse(0)", "wsgiref.util.FileWrapper(0)", "sanic.response.file_stream(0)",
    "django.core.files.File(0)", "django.core.files.base.File(0)", "django.core.files.images.ImageFile(0)",
    // Owners.
    "*#addHandler(0)", "logging.StreamHandler(0)", "logging.handlers.MemoryHandler(target=)", "aiohttp.ClientSession(connector=)", "httpx.Client(transport=)", "httpx.AsyncClient(transport=)",
    "elasticsearch.Elasticsearch(connection_class=)", "redis.Redis.from_pool(0)", "redis.asyncio.Redis.from_pool(0)", "asyncio.Runner(loop_factory=)", "kombu.pools.producers(0)",
    "*#set_default_executor(0)", "sqlalchemy.create_engine(creator=)", "tempfile._TemporaryFileWrapper(0)", "tarfile.TarFile(fileobj=)", "trio.SocketStream(0)", "trio.SSLStream(0)",
  ],

  cleanups: [
    "atexit.register(0)", "weakref.finalize(1)", "contextlib.ExitStack#callback(0)", "contextlib.AsyncExitStack#callback(0)", "*#push_async_callback(0)", "*#addCleanup(0)",
    "*#addClassCleanup(0)", "*#addAsyncCleanup(0)", "unittest.addModuleCleanup(0)", "*#addfinalizer(0)", "*#add_cleanup(0)", "*#call_on_close(0)", "*#register_shutdown_handler(0)", "*#async_on_remove(0)", "*#async_on_unload(0)",
  ],

  exits: ["sys.exit", "os._exit", "os.abort", "exit", "quit", "builtins.exit", "builtins.quit", "posix._exit"],
  neverReturns: [
    "sys.exit", "os._exit", "os.abort", "exit", "quit", "builtins.exit", "builtins.quit", "posix._exit",
    "os.execl", "os.execle", "os.execlp", "os.execlpe", "os.execv", "os.execve", "os.execvp", "os.execvpe",
    "typing.assert_never", "typing_extensions.assert_never", "pytest.fail", "pytest.skip", "pytest.exit", "pytest.xfail", "unittest.TestCase#fail", "unittest.TestCase#skipTest",
    "flask.abort", "werkzeug.exceptions.abort", "quart.abort", "bottle.abort", "bottle.redirect", "sanic.exceptions.abort", "aiohttp.web.run_app",
    "argparse.ArgumentParser#error", "argparse.ArgumentParser#exit", "optparse.OptionParser#error", "click.Context#exit", "click.Context#fail", "click.Context#abort", "absl.logging.fatal",
  ],

  safe: [
    "len", "isinstance", "issubclass", "id", "type", "print", "callable", "hasattr", "repr", "bool", "super", "list", "dict", "set", "tuple", "frozenset", "object", "range", "enumerate", "zip", "reversed", "locals", "globals",
    "time.time", "time.time_ns", "time.monotonic", "time.monotonic_ns", "time.perf_counter", "time.perf_counter_ns", "time.process_time", "time.thread_time",
    "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today", "uuid.uuid4", "random.random", "os.getpid", "os.getppid", "os.cpu_count", "sys.exc_info", "sys.getrefcount",
    "threading.get_ident", "threading.current_thread", "threading.active_count", "threading.Lock", "threading.RLock", "threading.Event", "threading.Condition",
    "asyncio.Lock", "asyncio.Event", "asyncio.Queue", "asyncio.create_task", "asyncio.ensure_future", "asyncio.get_running_loop", "asyncio.set_event_loop", "queue.Queue", "collections.deque", "collections.defaultdict", "collections.OrderedDict", "collections.Counter", "io.StringIO", "io.BytesIO",
    "logging.debug", "logging.info", "logging.warning", "logging.warn", "logging.error", "logging.critical", "logging.exception", "logging.log", "logging.getLogger", "logging.Formatter", "logging.StreamHandler", "logging.NullHandler",
    "logging.Logger#*", "logging.Handler#setFormatter", "logging.Handler#setLevel", "logging.Handler#addFilter", "structlog.get_logger", "loguru.logger.*",
    "*#debug", "*#info", "*#warning", "*#error", "*#critical", "*#exception", "*#setFormatter", "*#setLevel", "*#addHandler", "*#removeHandler",
    "functools.partial", "weakref.ref", "weakref.WeakSet", "contextlib.nullcontext", "contextlib.suppress", "contextlib.ExitStack", "contextlib.AsyncExitStack", "contextlib.closing", "contextlib.aclosing", "typing.cast",
    "gc.collect", "warnings.warn", "traceback.print_exc", "traceback.format_exc", "pathlib.Path", "pathlib.PurePath", "os.path.join", "os.path.basename", "os.path.dirname", "os.path.exists", "os.path.isfile", "os.path.isdir", "os.path.splitext",
    "threading.Event#set", "threading.Event#is_set", "threading.Event#clear", "threading.Condition#wait", "threading.Condition#notify", "threading.Condition#notify_all", "threading.Condition#notifyAll", "asyncio.Event#set", "asyncio.Event#is_set", "asyncio.Event#clear", "asyncio.Task#cancel", "asyncio.TimerHandle#cancel", "threading.Timer#cancel",
    // On an open descriptor or socket these do not fail in practice.
    "os.dup2", "os.fstat", "os.set_blocking", "os.set_inheritable", "os.get_inheritable", "os.isatty", "fcntl.fcntl", "*#settimeout", "*#setblocking", "*#setsockopt", "*#getsockopt", "*#set_inheritable", "*#getsockname", "*#gettimeout",
    "*#startswith", "*#endswith", "*#strip", "*#lstrip", "*#rstrip", "*#lower", "*#upper", "*#casefold", "*#splitlines", "*#is_set", "*#fileno", "*#items", "*#keys", "*#values", "*#copy",
  ],

  lifecycle: {
    release: [
      "close", "aclose", "stop", "shutdown", "dispose", "cleanup", "clean_up", "teardown", "tear_down", "tearDown", "tearDownClass", "asyncTearDown", "teardown_method", "teardown_class",
      "terminate", "disconnect", "__exit__", "__aexit__", "__del__", "release", "finish", "finalize", "end", "quit", "exit", "kill", "cancel", "destroy", "deinit", "deinitialize",
      "uninstall", "unregister", "unsubscribe", "detach", "unload", "reset", "clear", "on_shutdown", "on_close", "on_stop", "on_exit", "on_disconnect", "on_finish", "connection_lost", "connectionLost", "closeEvent",
      "close_connection", "close_connections", "close_all", "close_session", "close_client", "stop_async", "async_stop", "async_close", "async_shutdown", "async_unload", "cog_unload", "async_will_remove_from_hass", "stop_listening", "stopService", "destroy_node", "term", "join", "aclose_all", "wait_closed", "shutdown_async",
    ],
    end: [
      "close", "aclose", "stop", "shutdown", "dispose", "terminate", "disconnect", "__exit__", "__aexit__", "destroy", "teardown", "tear", "uninstall", "quit", "end", "deinit", "unload", "cog_unload",
      "on_close", "on_shutdown", "connection_lost", "connectionLost", "stopService", "wait_closed", "aclose_all", "finalize", "async_will_remove_from_hass", "closeEvent", "close_all", "shutdown_async", "async_close", "async_stop",
    ],
    again: ["connect", "reconnect", "restart", "reopen", "reset", "refresh", "reschedule", "reload", "resubscribe", "retry", "rearm", "renew", "touch"],
    over: ["ended", "closed", "destroyed", "disposed", "stopped", "cancelled", "canceled", "finished", "terminated", "is_closed", "is_finished", "is_stopped"],
    partial: ["clear", "reset", "cancel"],
    running: {
      name: "(?:Timer|Ticker|Poller|Watcher|Heartbeat|Scheduler|Interval|Refresher|Pinger|KeepAlive|Sampler)(?:Thread|Service|Task)?$", timer: "(?:Timer|Ticker|Interval)(?:Thread|Service|Task)?$",
      stops: "stop", stopsTimer: "cancel",
    },
    pairs: [
      { noun: "connection", starts: ["connect", "open", "bootstrap", "login", "dial"], ends: ["close", "aclose", "disconnect", "quit", "logout", "shutdown", "stop", "terminate", "destroy"] },
      {
        noun: "service", starts: ["start", "startup", "launch", "serve", "listen", "initialize", "init", "setup"], ends: ["stop", "shutdown", "close", "aclose", "terminate", "teardown", "cleanup", "kill", "wait_closed"],
        of: "client|server|service|conn|driver|broker|consumer|producer|publisher|subscriber|scheduler|worker|executor|pool|process|daemon|listener|watcher|observer|bridge|proxy|tunnel|session|channel|engine|transport|runner",
      },
      { noun: "context", starts: ["__enter__", "__aenter__"], ends: ["__exit__", "__aexit__", "close", "aclose"] },
    ],
    start: [
      "__init__", "__enter__", "__aenter__", "__post_init__", "__new__", "start", "run", "open", "connect", "setup", "set_up", "setUp", "setUpClass", "asyncSetUp", "setup_method", "init", "initialize", "begin", "listen", "serve",
      "attach", "install", "load", "register", "subscribe", "activate", "resume", "on_startup", "on_start", "on_open", "on_connect", "connection_made", "connectionMade", "async_setup", "async_start", "async_added_to_hass", "startService", "reconnect", "restart",
    ],
  },

  longLived: [
    "atexit", "signal", "sys", "gc", "gc.callbacks", "threading", "builtins", "os", "os.environ", "sys.modules", "sys.path", "sys.meta_path", "sys.path_hooks", "warnings.filters",
    "logging", "logging.root", "logging.getLogger", "logging.Logger", "loguru.logger", "asyncio.get_event_loop", "asyncio.get_running_loop", "asyncio.set_event_loop", "asyncio.AbstractEventLoop", "tornado.ioloop.IOLoop", "tornado.ioloop.IOLoop.current",
    "twisted.internet.reactor", "schedule", "matplotlib.pyplot", "pubsub.pub", "kivy.clock.Clock", "pyglet.clock", "keyboard", "mouse", "codecs", "sqlalchemy.event", "django.db.models.signals", "django.core.signals", "django.dispatch.Signal",
    "blinker.signal", "blinker.Signal", "celery.signals", "flask.signals", "django.core.cache.cache", "prometheus_client.REGISTRY", "mimetypes", "copyreg", "multiprocessing", "concurrent.futures",
  ],

  immediate: [
    ...["map(0)", "filter(0)", "sorted(key=)", "min(key=)", "max(key=)", "functools.reduce(0)", "itertools.takewhile(0)", "itertools.dropwhile(0)", "itertools.filterfalse(0)", "itertools.starmap(0)", "itertools.groupby(1)", "itertools.groupby(key=)",
      "*#sort(key=)", "re.sub(1)", "re.subn(1)", "heapq.nlargest(key=)", "heapq.nsmallest(key=)", "*#apply(0)", "*#applymap(0)", "*#transform(0)", "*#agg(0)", "numpy.vectorize(0)", "numpy.apply_along_axis(0)", "timeit.timeit(0)", "timeit.repeat(0)",
    ].map((call) => ({ call, context: "iteration" as const })),
    ...["iter(0)", "functools.singledispatch(0)", "asyncio.to_thread(0)", "anyio.to_thread.run_sync(0)", "starlette.concurrency.run_in_threadpool(0)", "fastapi.concurrency.run_in_threadpool(0)", "asyncio.AbstractEventLoop#run_in_executor(1)", "django.db.transaction.atomic(0)", "django.db.transaction.on_commit(0)"].map(
      (call) => ({ call, context: "once" as const }),
    ),
  ],
};
