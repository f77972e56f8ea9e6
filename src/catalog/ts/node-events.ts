/**
 * Listeners of Node's emitters and of everything shaped like them.
 *
 * `on`, `once`, `addListener` with an event and a function mean one thing nearly everywhere, so the patterns take any
 * receiver; whether it outlives the listener is the engine's question. The function in second place keeps out
 * `lodash.once(fn)`, `events.once(emitter, name)` and query builders' `.on(column, column)`.
 */
import type { CatalogFile, Pair } from "../types.js";

const EVENTS = "https://nodejs.org/api/events.html#class-eventemitter";
const RELEASE = ["-#off", "-#removeListener"];
// An emitter that is cleared or destroyed lets everything go.
const RELEASE_ALL = ["-#removeAllListeners", "-#clear", "-#destroy", "-#dispose"];
const EVENT_AND_FUNCTION: NonNullable<Pair["when"]> = [{ argument: 1, is: "function" }];

export const nodeEvents: CatalogFile = {
  language: "ts",
  pairs: [
    {
      key: "emitter-listener",
      rule: "listener-leak",
      noun: "event listener",
      acquire: ["*#on", "*#addListener", "*#prependListener"],
      when: EVENT_AND_FUNCTION,
      handle: "registration",
      registration: { event: 0, listener: 1, returns: "target" },
      release: RELEASE,
      releaseAll: RELEASE_ALL,
      callbacks: [1],
      source: EVENTS,
    },
    {
      key: "emitter-listener-once",
      rule: "listener-leak",
      noun: "one-time event listener",
      acquire: ["*#once", "*#prependOnceListener"],
      when: EVENT_AND_FUNCTION,
      handle: "registration",
      registration: { event: 0, listener: 1, returns: "target", once: true },
      release: RELEASE,
      releaseAll: RELEASE_ALL,
      ends: "completes",
      callbacks: [1],
      source: EVENTS,
    },
    {
      key: "process-listener",
      rule: "listener-leak",
      noun: "process listener",
      acquire: ["process.on", "process.addListener", "process.prependListener"],
      handle: "registration",
      registration: { event: 0, listener: 1, returns: "target" },
      release: RELEASE,
      releaseAll: RELEASE_ALL,
      callbacks: [1],
      sharedByDesign: true,
      source: "https://nodejs.org/api/process.html#process-events",
    },
    {
      // Signals and `exit` come once in a process's life, if at all: until then each registration stays.
      key: "process-listener-once",
      rule: "listener-leak",
      noun: "process listener",
      acquire: ["process.once", "process.prependOnceListener"],
      handle: "registration",
      registration: { event: 0, listener: 1, returns: "target" },
      release: RELEASE,
      releaseAll: RELEASE_ALL,
      callbacks: [1],
      sharedByDesign: true,
      source: "https://nodejs.org/api/process.html#process-events",
    },
    {
      // `listen` puts its callback on "listening" once; an attempt that fails leaves it there.
      key: "server-listening-callback",
      rule: "listener-leak",
      noun: "listening callback",
      acquire: ["*#listen", "net.Server#listen", "http.Server#listen", "https.Server#listen", "tls.Server#listen"],
      when: [{ argument: 0, is: "present" }, { argument: 1, is: "present" }, { argument: -1, is: "function" }],
      handle: "registration",
      registration: { listener: -1, returns: "target", once: true, named: "listening" },
      release: RELEASE,
      releaseAll: RELEASE_ALL,
      ends: "completes",
      callbacks: [0, 1, 2, 3],
      source: "https://nodejs.org/api/net.html#serverlisten",
    },
    {
      key: "diagnostics-channel",
      rule: "listener-leak",
      noun: "diagnostics channel subscription",
      acquire: ["diagnostics_channel.subscribe"],
      handle: "registration",
      registration: { event: 0, listener: 1, returns: "none" },
      release: ["-#unsubscribe", "diagnostics_channel.unsubscribe"],
      callbacks: [1],
      source: "https://nodejs.org/api/diagnostics_channel.html#diagnostics_channelsubscribename-onmessage",
    },
    {
      key: "diagnostics-channel-object",
      rule: "listener-leak",
      noun: "diagnostics channel subscription",
      acquire: ["diagnostics_channel.Channel#subscribe", "diagnostics_channel.TracingChannel#subscribe"],
      handle: "registration",
      registration: { listener: 0, returns: "none" },
      release: ["-#unsubscribe"],
      callbacks: [0],
      source: "https://nodejs.org/api/diagnostics_channel.html#channelunsubscribeonmessage",
    },
  ],
  executors: ["Promise(0)", "bluebird(0)", "bluebird.default(0)"],
  weak: ["WeakRef"],
  terminalEvents: [
    "close", "closed", "end", "ended", "finish", "finished", "exit", "disconnect", "disconnected", "disconnecting", "dispose", "disposed", "willDispose", "destroy", "destroyed", "complete", "done", "terminate", "terminated",
    "aborted", "cancellationRequested", "load", "loadend", "DOMContentLoaded", "prerenderingchange", "transitionend", "animationend", "Close", "End", "Exit", "Disconnect", "Destroy",
  ],
  lateEvents: ["abort", "exit", "beforeExit", "SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR2"],
  startingEvents: ["open", "ready", "connect", "listening", "spawn", "online", "load", "loadend", "DOMContentLoaded", "prerenderingchange", "transitionend", "animationend"],
  turns: {
    alternate: [
      ["mouseenter", "mouseleave"], ["pointerenter", "pointerleave"], ["mouseover", "mouseout"], ["pointerover", "pointerout"], ["focus", "blur"], ["focusin", "focusout"],
      ["compositionstart", "compositionend"], ["pageshow", "pagehide"], ["online", "offline"], ["connect", "disconnect"], ["gotpointercapture", "lostpointercapture"],
    ],
    precede: [
      ["mousedown", "mouseup"], ["pointerdown", "pointerup"], ["touchstart", "touchend"], ["keydown", "keyup"], ["dragenter", "dragleave"], ["dragstart", "dragend"], ["play", "pause"], ["playing", "waiting"],
    ],
    during: [["mousemove", "mouseup"], ["pointermove", "pointerup"], ["touchmove", "touchend"], ["pointermove", "pointercancel"], ["touchmove", "touchcancel"], ["drag", "dragend"], ["dragover", "drop"], ["dragover", "dragend"]],
  },
  handsOut: [
    // MySQL, Oracle, SQL Server drivers; generic-pool; Knex, Sequelize and TypeORM drivers; the MongoDB driver.
    { call: "*#getConnection" }, { call: "*#acquireConnection" }, { call: "*#acquireRawConnection" }, { call: "*#checkOut" }, { call: "*#checkout", receiver: "pool" }, { call: "*#withConnection", receiver: "pool" },
    // An agent keeps a client's sockets alive: https://nodejs.org/api/http.html#event-socket
    ...["on", "once", "addListener", "prependListener"].map((method) => ({ call: `*#${method}`, event: "socket" })),
    ...["acquire", "borrow", "take", "lease", "connect", "get", "getClient", "use"].map((method) => ({ call: `*#${method}`, receiver: "pools?$" })),
  ],
  connectionEvents: ["connection", "connect", "secureConnection", "upgrade", "session", "open"],
  upward: ["session", "socket", "sock", "connection", "conn", "client", "server", "pool", "manager", "parent", "parentNode", "parentElement", "ownerDocument", "defaultView", "cluster", "topology", "agent", "app", "bus", "broker"],
  eventTargets: ["target", "currentTarget", "srcElement"],
  errorEvents: ["error", "clientError", "connect_error", "uncaughtException"],
  extends: {
    "process": ["events.EventEmitter"],
    "events.default": ["events.EventEmitter"],
    "events": ["events.EventEmitter"],
    "NodeJS.EventEmitter": ["events.EventEmitter"],
    "NodeJS.Process": ["events.EventEmitter"],
    "eventemitter3.default": ["events.EventEmitter"],
    "eventemitter3.EventEmitter": ["events.EventEmitter"],
    "eventemitter2.EventEmitter2": ["events.EventEmitter"],
    "stream.Readable": ["stream.Stream"],
    "stream.Writable": ["stream.Stream"],
    "stream.Duplex": ["stream.Readable", "stream.Writable"],
    "stream.Transform": ["stream.Duplex"],
    "stream.PassThrough": ["stream.Transform"],
    "stream.Stream": ["events.EventEmitter"],
    "fs.ReadStream": ["stream.Readable"],
    "fs.WriteStream": ["stream.Writable"],
    "net.Socket": ["stream.Duplex"],
    "net.Server": ["events.EventEmitter"],
    "tls.TLSSocket": ["net.Socket"],
    "tls.Server": ["net.Server"],
    "http.Server": ["net.Server"],
    "https.Server": ["tls.Server", "http.Server"],
    "http.IncomingMessage": ["stream.Readable"],
    "http.ServerResponse": ["stream.Writable"],
    "http.ClientRequest": ["stream.Writable"],
    "http2.Http2Session": ["events.EventEmitter"],
    "http2.ClientHttp2Session": ["http2.Http2Session"],
    "dgram.Socket": ["events.EventEmitter"],
    "child_process.ChildProcess": ["events.EventEmitter"],
    "worker_threads.Worker": ["events.EventEmitter"],
    "worker_threads.MessagePort": ["events.EventEmitter"],
    "cluster.Worker": ["events.EventEmitter"],
    "readline.Interface": ["events.EventEmitter"],
    "fs.FSWatcher": ["events.EventEmitter"],
    "ws.WebSocket": ["events.EventEmitter"],
    "ws.WebSocketServer": ["events.EventEmitter"],
  },
};
