/** How values and control flow through common calls: what cannot fail, what keeps a handle, what comes back, what lives for good. */
import type { CatalogFile } from "../types.js";
import { members } from "./names.js";

/** Array-like methods that call their first argument at once, for each element. */
const ITERATING = ["forEach", "map", "flatMap", "filter", "reduce", "reduceRight", "some", "every", "find", "findIndex", "findLast", "findLastIndex", "sort", "toSorted", "replace", "replaceAll"];
const LODASH_ITERATING = ["forEach", "each", "eachRight", "map", "flatMap", "filter", "reject", "reduce", "some", "every", "find", "times", "mapValues", "mapKeys", "forOwn", "forIn", "groupBy", "keyBy", "sortBy", "orderBy", "sumBy", "uniqBy", "partition", "pickBy", "omitBy", "remove"];
const FS_CALLS = ["read", "readSync", "readv", "readvSync", "write", "writeSync", "writev", "writevSync", "fstat", "fstatSync", "fsync", "fsyncSync", "fdatasync", "fdatasyncSync", "ftruncate", "ftruncateSync", "futimes", "futimesSync", "fchmod", "fchmodSync", "fchown", "fchownSync", "readFile", "readFileSync", "writeFile", "writeFileSync", "appendFile", "appendFileSync"];

export const flow: CatalogFile = {
  language: "ts",
  answers: ["success", "error", "complete", "done", "fail", "onSuccess", "onError", "onFailure", "onload", "callback"],
  awaited: ["Promise", "PromiseLike"],
  exits: ["process.exit", "process.abort", "process.reallyExit", "Deno.exit"],
  neverReturns: ["process.exit", "process.abort", "process.reallyExit", "Deno.exit", "next/navigation.redirect", "next/navigation.permanentRedirect", "next/navigation.notFound", "@sveltejs/kit.error", "@sveltejs/kit.redirect"],
  safe: [
    "console.*", "Math.*", "Number.*", "Date.now", "Date", "performance.now", "performance.mark", "process.hrtime", "process.hrtime.bigint", "process.uptime", "process.memoryUsage",
    "process.cwd", "process.nextTick", "queueMicrotask", "setTimeout", "setInterval", "setImmediate", "clearTimeout", "clearInterval", "clearImmediate",
    "requestAnimationFrame", "cancelAnimationFrame", "Boolean", "Number", "isNaN", "isFinite", "parseInt", "parseFloat", "Array.isArray", "Array.of", "Array.from", "Object.keys", "Object.values", "Object.entries",
    "Object.is", "Object.hasOwn", "String.fromCharCode", "Promise.resolve", "Promise.reject", "Promise.all", "Promise.allSettled", "Promise.race", "Promise.any", "Promise.withResolvers",
    "Map", "Set", "WeakMap", "WeakSet", "AbortController", "Error", "TypeError", "RangeError", "Symbol", "Symbol.for", "Promise", "Buffer.alloc", "Buffer.allocUnsafe", "Buffer.isBuffer", "Uint8Array", "TextEncoder",
    "crypto.randomUUID", "crypto.randomBytes", ...members(["path"], "join", "resolve", "basename", "dirname", "extname"),
    "*#push", "*#unshift", "*#pop", "*#shift", "*#slice", "*#concat", "*#includes", "*#indexOf", "*#startsWith", "*#endsWith", "*#trim", "*#split", "*#toLowerCase", "*#toUpperCase", "*#toString", "*#padStart", "*#padEnd",
    "*#keys", "*#values", "*#entries", "*#has", "*#set", "*#add", "*#getTime", "*#toISOString", "*#toFixed",
    "*#on", "*#once", "*#off", "*#addListener", "*#removeListener", "*#removeAllListeners", "*#addEventListener", "*#removeEventListener",
    "*#unref", "*#ref", "*#clear",
  ],
  borrows: [
    ...members(["fs", "fs.promises", "fs-extra", "graceful-fs"], ...FS_CALLS),
    // What is given an address does not own what it names.
    "*#setAttribute", "*#setAttributeNS", "window.open", "importScripts", "Audio", "Image",
    "console.*", "JSON.stringify", "Object.keys", "Object.values", "Object.entries", "Object.freeze", "Array.isArray", "Array.from", "String", "Boolean", "Number", "Symbol.for",
    "util.inspect", "util.format", "assert.*", "chai.expect", "expect",
    "events.once", "events.on", "events.getEventListeners", "events.setMaxListeners", "stream.finished", "stream/promises.finished", "stream.isReadable", "stream.isErrored",
    "stream/consumers.*",
    "react.useDebugValue", "rxjs.firstValueFrom", "rxjs.lastValueFrom",
  ],
  raises: ["JSON.parse"],

  transfers: [
    // These end or destroy every stream they are given, on success and on failure.
    "stream.pipeline(0+)", "stream/promises.pipeline(0+)", "stream.compose(0+)", "stream.addAbortSignal(1)", "pump.default(0+)", "pumpify.default(0+)", "duplexify.default(0+)",
    "stream.Readable.from(0)", "stream.Readable.toWeb(0)", "stream.Readable.fromWeb(0)", "stream.Writable.toWeb(0)", "stream.Duplex.from(0)",
    // The end of the source ends the destination.
    "*#pipe(0)", "*#pipeTo(0)", "*#pipeThrough(0)",
    // The stream closes the descriptor it is made on, unless told otherwise.
    "fs.createReadStream(1)", "fs.createWriteStream(1)", "net.Socket(0)", "readline.createInterface(0)",
    // Whoever answers owns what it answers with.
    "Response(0)", "@nestjs/common.StreamableFile(0)", "next/server.NextResponse(0)", "Blob(0)", "ReadableStream(0)",
    "*#postMessage(1)", "structuredClone(1)",
    "Promise.resolve(0)", "Promise.all(0)", "Promise.allSettled(0)", "Promise.race(0)", "Promise.any(0)",
    // These collect what is given and close it with themselves.
    "typeorm.DataSource(0)", "drizzle-orm/node-postgres.drizzle(0)", "drizzle-orm/mysql2.drizzle(0)", "drizzle-orm/better-sqlite3.drizzle(0)", "kysely.Kysely(0)", "@prisma/adapter-pg.PrismaPg(0)",
    "ws.WebSocketServer(0)", "ws.Server(0)", "socket.io.Server(0)", "undici.setGlobalDispatcher(0)", "fs-capacitor.WriteStream(0)",
    "svelte.onDestroy(0)", "vue.onUnmounted(0)", "vue.provide(1)", "vue.markRaw(0)",
  ],
  immediate: [
    ...ITERATING.map((name) => ({ call: `*#${name}(0+)`, context: "iteration" as const })),
    ...members(["lodash", "lodash-es", "underscore"], ...LODASH_ITERATING).map((path) => ({ call: `${path}(1)`, context: "iteration" as const })),
    { call: "Array.from(1)", context: "iteration" },
    { call: "Array.fromAsync(1)", context: "iteration" },
    { call: "Object.groupBy(1)", context: "iteration" },
    { call: "Map.groupBy(1)", context: "iteration" },
    { call: "JSON.parse(1)", context: "iteration" },
    { call: "JSON.stringify(1)", context: "iteration" },
    { call: "Promise(0)", context: "once" },
    { call: "ReadableStream(0)", context: "once" },
    { call: "*#runExclusive(0)", context: "once" },
    { call: "async_hooks.AsyncLocalStorage#run(1)", context: "once" },
    { call: "*#startActiveSpan(1+)", context: "once" },
    { call: "react.startTransition(0)", context: "once" },
    { call: "react-dom.flushSync(0)", context: "once" },
    { call: "react.act(0)", context: "once" },
    { call: "@angular/core.NgZone#run(0)", context: "once" },
    { call: "*#runOutsideAngular(0)", context: "once" },
    { call: "@angular/core.runInInjectionContext(1)", context: "once" },
    { call: "@angular/core.untracked(0)", context: "once" },
    { call: "mobx.runInAction(0)", context: "once" },
    { call: "mobx.untracked(0)", context: "once" },
    { call: "solid-js.batch(0)", context: "once" },
    { call: "solid-js.untrack(0)", context: "once" },
    { call: "vue.effectScope#run(0)", context: "once" },
  ],
  returns: {
    "setInterval": "NodeJS.Timeout", "setTimeout": "NodeJS.Timeout", "setImmediate": "NodeJS.Immediate",
    "document.createElement": "HTMLElement", "document.createElementNS": "HTMLElement", "document.getElementById": "HTMLElement",
    "Image": "HTMLImageElement", "Audio": "HTMLAudioElement", "document.querySelector": "HTMLElement", "document.createDocumentFragment": "DocumentFragment",
    "navigator.mediaDevices.getUserMedia": "MediaStream", "navigator.mediaDevices.getDisplayMedia": "MediaStream",
    "MediaStream#getTracks": "literal:list", "MediaStream#getAudioTracks": "literal:list", "MediaStream#getVideoTracks": "literal:list",
    "fetch": "Response",
    "async_hooks.createHook": "async_hooks.AsyncHook",
    "crypto.createHash": "crypto.Hash",
    "Object.assign": "literal:mapping", "Object.create": "literal:mapping", "Object.fromEntries": "literal:mapping",
    "Array.from": "literal:list", "Array.of": "literal:list", "Object.keys": "literal:list", "Object.values": "literal:list", "Object.entries": "literal:list",
    "Promise": "Promise", "Promise.all": "Promise", "Promise.resolve": "Promise", "Promise.reject": "Promise",
  },
  extends: {
    "Window": ["EventTarget"], "Document": ["Node"], "Node": ["EventTarget"], "Element": ["Node"], "HTMLElement": ["Element"], "SVGElement": ["Element"], "ShadowRoot": ["Node"],
    "HTMLDivElement": ["HTMLElement"], "HTMLInputElement": ["HTMLElement"], "HTMLButtonElement": ["HTMLElement"], "HTMLCanvasElement": ["HTMLElement"],
    "HTMLMediaElement": ["HTMLElement"], "HTMLVideoElement": ["HTMLMediaElement"], "HTMLAudioElement": ["HTMLMediaElement"], "HTMLImageElement": ["HTMLElement"],
    "AbortSignal": ["EventTarget"], "MediaQueryList": ["EventTarget"], "WebSocket": ["EventTarget"], "EventSource": ["EventTarget"], "BroadcastChannel": ["EventTarget"],
    "MessagePort": ["EventTarget"], "Worker": ["EventTarget"], "XMLHttpRequest": ["EventTarget"], "FileReader": ["EventTarget"], "VisualViewport": ["EventTarget"], "MediaStream": ["EventTarget"],
    "lit.LitElement": ["HTMLElement"], "lit-element.LitElement": ["HTMLElement"],
  },
  lifecycle: {
    release: [
      "@@dispose", "@@asyncDispose", "dispose", "disposeAsync", "asyncDispose", "_dispose", "doDispose",
      "close", "closeAll", "stop", "stopAll", "shutdown", "shutDown", "end", "quit", "terminate", "destroy", "_destroy", "destroyed", "disconnect", "disconnectedCallback", "detach", "detached", "detachedCallback",
      "unmount", "unmounted", "beforeUnmount", "componentWillUnmount", "ngOnDestroy", "ionViewWillLeave", "ionViewDidLeave", "beforeDestroy", "deactivated", "onUnmount",
      "willDestroy", "willDestroyElement", "onBeforeDetach", "onAfterDetach", "onCloseRequest", "onDetach", "onRemove", "onDestroy", "onunload", "onClose",
      "deactivate", "onModuleDestroy", "beforeApplicationShutdown", "onApplicationShutdown",
      "teardown", "tearDown", "cleanup", "cleanUp", "dismantle", "remove", "removeListeners", "removeEventListeners", "uninstall", "uninitialize", "unregister", "unsubscribe", "unsubscribeAll", "unbind", "unbindEvents", "unlisten", "unwatch", "unload",
      "kill", "abort", "cancel", "reset", "clear", "free", "release", "off", "exit", "finish", "pause", "disable", "hide", "leave", "dismiss", "deinit", "finalize",
    ],
    end: [
      "@@dispose", "@@asyncDispose", "dispose", "disposeAsync", "close", "stop", "shutdown", "shut", "terminate", "destroy", "destroyed", "disconnect", "disconnectedCallback", "detached",
      "unmount", "unmounted", "beforeUnmount", "beforeDestroy", "componentWillUnmount", "ngOnDestroy", "willDestroy", "onDestroy", "onunload", "onClose", "deactivate", "onModuleDestroy", "onApplicationShutdown",
      "teardown", "tear", "uninstall", "unload", "quit", "end", "kill", "deinit", "detachedCallback", "onBeforeDetach", "onDetach", "beforeApplicationShutdown", "willDestroyElement",
    ],
    closers: ["close", "closeAsync", "closeSync", "destroy", "destroyAsync", "dispose", "disposeAsync", "free", "terminate", "shutdown", "disconnect", "quit", "$disconnect", "@@dispose", "@@asyncDispose"],
    records: {
      ends: ["destroy"],
      stores: ["save", "isNew", "deleteRecord", "destroyRecord", "unloadRecord", "rollbackAttributes", "changedAttributes", "setDataValue", "getDataValue"],
      methods: ["fetch", "get", "set", "unset", "has", "reload", "update", "validate", "toJSON", "increment", "decrement", "restore", "changed", "previous", "populate", "merge", "fill", "refresh"],
      options: ["success", "error", "wait", "transaction", "where", "force", "silent", "useMasterKey", "sessionToken", "require", "transacting", "adapterOptions"],
      types: ["backbone.Model", "Backbone.Model", "sequelize.Model", "sequelize-typescript.Model", "@ember-data/model", "@ember-data/model.default", "parse.Object", "Parse.Object", "objection.Model", "@adonisjs/lucid/orm.BaseModel", "mongoose.Document", "bookshelf.Model"],
    },
    again: ["connect", "reconnect", "restart", "reopen", "reset", "refresh", "reschedule", "reload", "resubscribe", "retry", "rearm", "renew", "touch"],
    over: ["ended", "closed", "destroyed", "disposed", "stopped", "cancelled", "canceled", "finished", "terminated", "isClosed", "isDisposed", "isDestroyed", "isEnded", "isFinished", "isStopped"],
    partial: ["clear", "reset", "cancel"],
    running: {
      name: "(?:Timer|Ticker|Poller|Watcher|Heartbeat|Scheduler|Interval|Refresher|Pinger|KeepAlive|Sampler)(?:Thread|Service|Task)?$", timer: "(?:Timer|Ticker|Interval)(?:Thread|Service|Task)?$",
      stops: "stop", stopsTimer: "cancel",
    },
    counterparts: {
      start: ["stop", "end", "finish"], begin: ["end", "stop", "finish"], enable: ["disable"], activate: ["deactivate"], resume: ["suspend"], attach: ["detach"], open: ["close"],
      show: ["hide"], enter: ["leave", "exit"], subscribe: ["unsubscribe"], watch: ["unwatch"], monitor: ["unmonitor"],
    },
    pairs: [
      { noun: "connection", starts: ["connect", "$connect", "open", "bootstrap", "login", "dial"], ends: ["close", "disconnect", "$disconnect", "end", "quit", "logout", "shutdown", "stop", "terminate", "destroy", "dispose"] },
      {
        noun: "service", starts: ["start", "startup", "launch", "serve", "listen", "initialize", "init", "setup"], ends: ["stop", "shutdown", "close", "end", "terminate", "teardown", "cleanup", "kill", "destroy", "dispose"],
        of: "client|server|service|conn|driver|broker|consumer|producer|publisher|subscriber|scheduler|worker|executor|pool|process|daemon|listener|watcher|observer|bridge|proxy|tunnel|session|channel|engine|transport|runner|queue",
      },
    ],
    start: [
      "open", "start", "connect", "connectedCallback", "attachedCallback", "mount", "mounted", "init", "initialize", "initialise", "_init", "setup", "created", "activate", "activated", "attach", "listen", "run", "resume", "enable", "show", "enter",
      "componentDidMount", "ngOnInit", "ngAfterViewInit", "ngAfterContentInit", "ionViewDidEnter", "ionViewWillEnter", "onModuleInit", "onApplicationBootstrap", "didInsertElement", "firstUpdated", "onAdd", "onAfterAttach", "onAttach",
      "install", "register", "subscribe", "bind", "bindEvents", "addListeners", "addEventListeners", "watch", "load", "begin", "play",
    ],
  },
  descriptors: { "Object.defineProperty(2)": "get", "Reflect.defineProperty(2)": "get", "Object.defineProperties(1)": "*.get", "Object.create(1)": "*.get" },
  longLived: [
    "process", "window", "document", "document.body", "document.documentElement", "document.head", "document.fonts", "globalThis", "global", "self", "navigator", "screen", "history", "location", "visualViewport", "localStorage", "sessionStorage", "performance", "speechSynthesis", "customElements",
    "window.visualViewport", "window.screen", "screen.orientation", "navigator.serviceWorker", "navigator.mediaDevices", "navigator.connection", "navigator.geolocation", "navigator.permissions", "navigator.clipboard", "navigator.usb", "navigator.bluetooth", "navigator.serial", "navigator.virtualKeyboard", "navigation", "cookieStore",
    "matchMedia", "window.matchMedia", "caches", "indexedDB",
    "cluster", "cluster.default", "diagnostics_channel", "process.stdin", "process.stdout", "process.stderr", "process.default", "http.globalAgent", "https.globalAgent", "inspector", "worker_threads.parentPort", "async_hooks",
    "require.cache", "module", "module.exports", "exports",
    "chrome", "browser", "chrome.runtime", "chrome.tabs", "chrome.storage", "electron.app", "electron.ipcMain", "electron.ipcRenderer", "electron.powerMonitor", "electron.nativeTheme", "electron.screen", "electron.autoUpdater",
    "vscode.workspace", "vscode.window", "vscode.commands", "vscode.languages", "vscode.debug", "vscode.extensions", "vscode.tasks", "vscode.env",
    "react-native.AppState", "react-native.Dimensions", "react-native.Keyboard", "react-native.Linking", "react-native.BackHandler", "react-native.DeviceEventEmitter", "react-native.NativeEventEmitter", "react-native.Appearance", "react-native.AccessibilityInfo",
    "next/router.Router.events", "next/router.default.events", "@inertiajs/react.router", "Deno", "Bun", "$rootScope", "mongoose", "mongoose.connection", "mongoose.default", "i18next.default", "winston", "firebase/app", "Backbone", "Vue.prototype", "Vue.config", "gsap", "PIXI.Ticker.shared",
  ],
};
