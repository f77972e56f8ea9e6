/** asyncio, anyio and trio: tasks, streams, servers, transports, event loops. */
import type { CatalogFile, Pair } from "../types.js";

const LIBRARY = "https://docs.python.org/3/library";

/** Names of event loops. */
const LOOP = "^_*(?:io_?|event_?|async_?|aio_?|main_?)?loop$";
const TRANSPORTS = ["create_connection", "create_unix_connection", "create_datagram_endpoint", "connect_accepted_socket", "connect_read_pipe", "connect_write_pipe", "subprocess_exec", "subprocess_shell"];

/** What waits for a task, or ends it. Being given to these, alone or in a list, is being looked after. */
const TASK_RELEASE = [
  "await", "#__await__", "#cancel",
  "asyncio.gather(0+)", "asyncio.wait(0)", "asyncio.wait_for(0)", "asyncio.shield(0)", "asyncio.as_completed(0)",
  "asyncio.run(0)", "*#run_until_complete(0)",
];

/** https://docs.python.org/3/library/asyncio-task.html#asyncio.shield, #asyncio.wait: neither cancels. */
const SOFT: Pair["soft"] = [
  { call: "asyncio.shield(0)" },
  { call: "asyncio.wait(0)", given: ["timeout", "return_when"], whole: ["asyncio.ALL_COMPLETED", "asyncio.tasks.ALL_COMPLETED"], rest: 1 },
];

export const asyncio: CatalogFile = {
  language: "python",
  settles: [
    ...["*#set_result", "*#callback", "tornado.concurrent.future_set_result_unless_cancelled(0)"].map((call) => ({ call, fails: false })),
    ...[
      "*#set_exception", "*#set_exc_info", "*#errback", "asyncio.Future#cancel", "asyncio.Task#cancel", "concurrent.futures.Future#cancel", "tornado.concurrent.Future#cancel",
      "tornado.concurrent.future_set_exception_unless_cancelled(0)", "tornado.concurrent.future_set_exc_info(0)",
    ].map((call) => ({ call, fails: true })),
  ],
  settledCallbacks: ["*#add_done_callback(0)", "tornado.concurrent.future_add_done_callback(1)"],
  outcomes: ["*#result", "*#exception"],
  // https://www.tornadoweb.org/en/stable/gen.html#tornado.gen.with_timeout: the wrapped future is not cancelled.
  abandons: ["tornado.gen.with_timeout(1)"],
  // https://docs.python.org/3/library/asyncio-eventloop.html#asyncio.get_running_loop: raises a RuntimeError.
  loopAsks: ["asyncio.get_running_loop", "asyncio.events.get_running_loop"],
  // https://aiorpcx.readthedocs.io/, https://curio.readthedocs.io/en/latest/reference.html#task-groups
  handsOnWork: [...["aiorpcx.TaskGroup#spawn", "aiorpcx.curio.TaskGroup#spawn", "curio.TaskGroup#spawn"].map((call) => ({ call })), { call: "*#spawn", receiverName: "(?:^|_)(?:task_?)?group$" }],
  timedScopes: ["asyncio.timeout", "asyncio.timeout_at", "asyncio.timeouts.timeout", "async_timeout.timeout", "async_timeout.timeout_at", "anyio.fail_after", "trio.fail_after"],
  // https://docs.python.org/3/library/asyncio-task.html#asyncio.gather: the others won't be cancelled and will continue to run.
  together: [{ call: "asyncio.gather", unless: "return_exceptions" }, { call: "asyncio.tasks.gather", unless: "return_exceptions" }],
  idle: {
    sleeps: ["asyncio.sleep", "anyio.sleep", "trio.sleep"],
    waits: ["asyncio.Queue#get", "asyncio.PriorityQueue#get", "asyncio.LifoQueue#get", "asyncio.Event#wait", "asyncio.Condition#wait"],
    puts: ["asyncio.Queue#put", "asyncio.PriorityQueue#put", "asyncio.LifoQueue#put"],
  },
  pairs: [
    {
      // The loop holds tasks weakly: one that nothing refers to can vanish, its exception unseen. Task groups hold their own.
      key: "task",
      rule: "orphan-task",
      noun: "task",
      acquire: [
        "asyncio.create_task", "asyncio.ensure_future", "asyncio.tasks.create_task", "asyncio.tasks.ensure_future",
        "asyncio.AbstractEventLoop#create_task", "asyncio.Task", "asyncio.tasks.Task",
      ],
      release: TASK_RELEASE,
      soft: SOFT,
      ends: "completes",
      callbacks: [0],
      type: "asyncio.Task",
      help: "Keep $ where it lives as long as the task and await or cancel it there, or start it in an asyncio.TaskGroup.",
      source: `${LIBRARY}/asyncio-task.html#asyncio.create_task`,
    },
    {
      // A loop by its name, where its type is not written down.
      key: "loop-task",
      rule: "orphan-task",
      noun: "task",
      acquire: ["*#create_task"],
      receiverName: LOOP,
      release: [...TASK_RELEASE, "#result", "#exception"], // Asked for when it is over.
      soft: SOFT,
      ends: "completes",
      callbacks: [0],
      type: "asyncio.Task",
      help: "Keep $ where it lives as long as the task and await or cancel it there, or start it in an asyncio.TaskGroup.",
      source: `${LIBRARY}/asyncio-eventloop.html#asyncio.loop.create_task`,
    },
    {
      key: "cross-thread-task",
      rule: "orphan-task",
      noun: "task",
      acquire: ["asyncio.run_coroutine_threadsafe", "asyncio.tasks.run_coroutine_threadsafe"],
      held: true,
      release: [...TASK_RELEASE, "#result", "#exception", "#add_done_callback", "asyncio.wrap_future(0)", "concurrent.futures.wait(0)", "concurrent.futures.as_completed(0)"],
      ends: "completes",
      callbacks: [0],
      type: "concurrent.futures.Future",
      help: "Ask $ for its result() or exception(), or add a done callback that logs it: otherwise its exception is lost.",
      source: `${LIBRARY}/asyncio-task.html#asyncio.run_coroutine_threadsafe`,
    },
    {
      key: "background-greenlet",
      rule: "orphan-task",
      noun: "task",
      // Tornado's spawn_callback is made for being forgotten: the loop keeps the work and logs its failure.
      acquire: ["curio.spawn"],
      release: [...TASK_RELEASE, "#join"],
      ends: "completes",
      callbacks: [0],
      source: "https://curio.readthedocs.io/en/latest/reference.html#tasks",
    },
    {
      key: "stream-writer",
      rule: "unclosed-connection",
      noun: "stream",
      acquire: ["asyncio.open_connection", "asyncio.open_unix_connection", "asyncio.streams.open_connection"],
      elements: [1],
      release: ["#close"],
      ends: "collected",
      type: "asyncio.StreamWriter",
      help: "Call $.close() in a `finally`, then await $.wait_closed().",
      source: `${LIBRARY}/asyncio-stream.html#asyncio.StreamWriter.close`,
    },
    {
      key: "transport",
      rule: "unclosed-connection",
      noun: "transport",
      acquire: TRANSPORTS.map((method) => `asyncio.AbstractEventLoop#${method}`),
      elements: [0],
      // The protocol has the transport, too.
      standIns: [1],
      release: ["#close", "#abort"],
      type: "asyncio.BaseTransport",
      source: `${LIBRARY}/asyncio-protocol.html#asyncio.BaseTransport.close`,
    },
    {
      // By name, where what the loop is comes from elsewhere.
      key: "loop-transport",
      rule: "unclosed-connection",
      noun: "transport",
      acquire: TRANSPORTS.map((method) => `*#${method}`),
      receiverName: LOOP,
      imports: ["asyncio"],
      elements: [0],
      standIns: [1],
      release: ["#close", "#abort"],
      type: "asyncio.BaseTransport",
      source: `${LIBRARY}/asyncio-eventloop.html#asyncio.loop.create_connection`,
    },
    {
      key: "async-server",
      rule: "unclosed-connection",
      noun: "server",
      acquire: ["asyncio.start_server", "asyncio.start_unix_server", "asyncio.AbstractEventLoop#create_server", "asyncio.AbstractEventLoop#create_unix_server"],
      // serve_forever closes the server when it is cancelled.
      release: ["#close", "#serve_forever", "#abort_clients", "#close_clients"],
      scope: "async-closes",
      type: "asyncio.Server",
      source: `${LIBRARY}/asyncio-eventloop.html#asyncio.Server.close`,
    },
    {
      // A selector and a socket pair per loop.
      key: "event-loop",
      rule: "executor-leak",
      noun: "event loop",
      acquire: ["asyncio.new_event_loop", "asyncio.SelectorEventLoop", "asyncio.ProactorEventLoop", "uvloop.new_event_loop", "asyncio.events.new_event_loop"],
      release: ["#close"],
      ends: "collected",
      type: "asyncio.AbstractEventLoop",
      help: "Use asyncio.run() or `with asyncio.Runner()`, or call $.close() in a `finally`.",
      source: `${LIBRARY}/asyncio-eventloop.html#asyncio.loop.close`,
    },
    {
      key: "runner",
      rule: "executor-leak",
      noun: "runner",
      acquire: ["asyncio.Runner"],
      release: ["#close"],
      scope: "closes",
      ends: "collected",
      source: `${LIBRARY}/asyncio-runner.html#asyncio.Runner.close`,
    },
    {
      key: "memory-stream",
      rule: "unclosed-connection",
      noun: "memory stream",
      acquire: ["anyio.create_memory_object_stream", "trio.open_memory_channel"],
      elements: [0, 1],
      release: ["#close", "#aclose"],
      // Both `with` and `async with` close it.
      scope: "closes",
      ends: "collected",
      source: "https://anyio.readthedocs.io/en/stable/streams.html#memory-object-streams",
    },
    {
      key: "anyio-stream",
      rule: "unclosed-connection",
      noun: "stream",
      acquire: ["anyio.connect_tcp", "anyio.connect_unix", "anyio.create_tcp_listener", "anyio.create_unix_listener", "anyio.create_udp_socket", "trio.open_tcp_stream", "trio.open_ssl_over_tcp_stream", "trio.open_unix_socket"],
      release: ["#aclose"],
      scope: "async-closes",
      awaitRelease: true,
      ends: "collected",
      source: "https://anyio.readthedocs.io/en/stable/networking.html",
    },
    {
      key: "tornado-server",
      rule: "unclosed-connection",
      noun: "server",
      acquire: ["tornado.httpserver.HTTPServer#listen", "tornado.tcpserver.TCPServer#listen"],
      handle: "receiver",
      release: ["#stop"],
      sharedByDesign: true,
      source: "https://www.tornadoweb.org/en/stable/tcpserver.html#tornado.tcpserver.TCPServer.stop",
    },
    {
      key: "loop-server",
      rule: "unclosed-connection",
      noun: "server",
      acquire: ["*#create_server", "*#create_unix_server"],
      receiverName: LOOP,
      imports: ["asyncio"],
      release: ["#close", "#serve_forever", "#abort_clients", "#close_clients"],
      scope: "async-closes",
      type: "asyncio.Server",
      source: `${LIBRARY}/asyncio-eventloop.html#asyncio.Server.close`,
    },
    ...watchers("reader"),
    ...watchers("writer"),
  ],
};

/** What a loop calls when a descriptor is ready; by the loop's type, or by its name where that is not known. */
function watchers(kind: "reader" | "writer"): Pair[] {
  const pair: Omit<Pair, "key" | "acquire"> = {
    rule: "listener-leak",
    noun: `${kind} callback`,
    handle: "registration",
    registration: { event: 0, listener: 1, replaces: true, returns: "none" },
    release: [`-#remove_${kind}`],
    releaseAll: ["-#close"],
    callbacks: [1, 2, 3, 4],
    source: `${LIBRARY}/asyncio-eventloop.html#asyncio.loop.add_${kind}`,
  };
  return [
    { key: `loop-${kind}`, acquire: [`asyncio.AbstractEventLoop#add_${kind}`], ...pair },
    { key: `loop-${kind}-untyped`, acquire: [`*#add_${kind}`], receiverName: LOOP, imports: ["asyncio"], ...pair },
  ];
}
