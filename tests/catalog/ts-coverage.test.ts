/** What the TypeScript catalog must know: one row an API, as people would ask for it. */
import { TS_CATALOG } from "../../src/catalog/ts/index.js";
import type { HandleRule, Pair } from "../../src/catalog/types.js";

const PAIRS: Pair[] = TS_CATALOG.flatMap((file) => file.pairs ?? []);

function pairsFor(acquire: string): Pair[] {
  return PAIRS.filter((pair) => pair.acquire.includes(acquire));
}

const COVERED: [acquire: string, release: string, rule: HandleRule][] = [
  // Events.
  ["*#addEventListener", "-#removeEventListener", "listener-leak"],
  ["addEventListener", "-#removeEventListener", "listener-leak"],
  ["*#on", "-#off", "listener-leak"],
  ["*#on", "-#removeListener", "listener-leak"],
  ["*#addListener", "-#removeListener", "listener-leak"],
  ["*#prependListener", "-#off", "listener-leak"],
  ["*#once", "-#off", "listener-leak"],
  ["process.on", "-#off", "listener-leak"],
  ["*#$on", "-#$off", "listener-leak"],
  ["*#$once", "-#$off", "listener-leak"],
  ["mitt.Emitter#on", "-#off", "listener-leak"],
  ["MediaQueryList#addListener", "-#removeListener", "listener-leak"],
  ["AbortSignal#addEventListener", "-#removeEventListener", "listener-leak"],
  ["MutationObserver", "#disconnect", "listener-leak"],
  ["ResizeObserver", "#disconnect", "listener-leak"],
  ["IntersectionObserver", "#disconnect", "listener-leak"],
  ["PerformanceObserver", "#disconnect", "listener-leak"],
  ["*#subscribe", "#unsubscribe", "listener-leak"],
  ["*#subscribe", "()", "listener-leak"],
  ["redux.Store#subscribe", "()", "listener-leak"],
  ["zustand.StoreApi#subscribe", "()", "listener-leak"],
  ["@lumino/signaling.ISignal#connect", "-#disconnect", "listener-leak"],
  ["mobx.autorun", "()", "listener-leak"],
  ["navigator.geolocation.watchPosition", "navigator.geolocation.clearWatch(0)", "listener-leak"],
  // Timers.
  ["setInterval", "clearInterval(0)", "timer-leak"],
  ["window.setInterval", "window.clearInterval(0)", "timer-leak"],
  ["setInterval", "clearTimeout(0)", "timer-leak"],
  ["timers.setInterval", "#unref", "timer-leak"],
  ["setTimeout", "clearTimeout(0)", "timer-leak"],
  ["setImmediate", "clearImmediate(0)", "timer-leak"],
  ["requestAnimationFrame", "cancelAnimationFrame(0)", "timer-leak"],
  ["requestIdleCallback", "cancelIdleCallback(0)", "timer-leak"],
  ["node-cron.schedule", "#stop", "timer-leak"],
  // Files and streams.
  ["fs.openSync", "fs.closeSync(0)", "unclosed-file"],
  ["fs.open", "fs.close(0)", "unclosed-file"],
  ["fs/promises.open", "#close", "unclosed-file"],
  ["fs.promises.open", "#close", "unclosed-file"],
  ["fs.opendirSync", "#closeSync", "unclosed-file"],
  ["fs.createReadStream", "#destroy", "unclosed-file"],
  ["fs.createWriteStream", "#end", "unclosed-file"],
  ["fs.watch", "#close", "unclosed-connection"],
  ["fs.watchFile", "fs.unwatchFile", "unclosed-connection"],
  ["chokidar.watch", "#close", "unclosed-connection"],
  ["readline.createInterface", "#close", "unclosed-file"],
  ["zlib.createGzip", "#destroy", "unclosed-file"],
  ["*#getReader", "#releaseLock", "unclosed-file"],
  ["URL.createObjectURL", "URL.revokeObjectURL(0)", "unclosed-file"],
  // Network.
  ["net.connect", "#destroy", "unclosed-connection"],
  ["net.createConnection", "#end", "unclosed-connection"],
  ["net.Socket", "#destroy", "unclosed-connection"],
  ["tls.connect", "#end", "unclosed-connection"],
  ["http.Server#listen", "#close", "unclosed-connection"],
  ["http.Agent", "#destroy", "unclosed-connection"],
  ["http2.connect", "#close", "unclosed-connection"],
  ["dgram.createSocket", "#close", "unclosed-connection"],
  ["WebSocket", "#close", "unclosed-connection"],
  ["ws.WebSocket", "#terminate", "unclosed-connection"],
  ["ws.WebSocketServer", "#close", "unclosed-connection"],
  ["EventSource", "#close", "unclosed-connection"],
  ["BroadcastChannel", "#close", "unclosed-connection"],
  ["MessageChannel", "#close", "unclosed-connection"],
  ["RTCPeerConnection", "#close", "unclosed-connection"],
  ["socket.io-client.io", "#disconnect", "unclosed-connection"],
  ["navigator.mediaDevices.getUserMedia", "#stop", "unclosed-connection"],
  ["AudioContext", "#close", "unclosed-connection"],
  ["navigator.wakeLock.request", "#release", "unclosed-connection"],
  ["nodemailer.createTransport", "#close", "unclosed-connection"],
  ["ldapjs.createClient", "#unbind", "unclosed-connection"],
  // Databases and brokers.
  ["pg.Client", "#end", "unclosed-connection"],
  ["pg.Pool", "#end", "unclosed-connection"],
  ["pg.Pool#connect", "#release", "unclosed-connection"],
  ["mysql2.createConnection", "#end", "unclosed-connection"],
  ["mysql2/promise.createPool", "#end", "unclosed-connection"],
  ["mysql2.Pool#getConnection", "#release", "unclosed-connection"],
  ["mssql.connect", "#close", "unclosed-connection"],
  ["mongodb.MongoClient", "#close", "unclosed-connection"],
  ["mongoose.createConnection", "#close", "unclosed-connection"],
  ["redis.createClient", "#quit", "unclosed-connection"],
  ["ioredis.default", "#disconnect", "unclosed-connection"],
  ["better-sqlite3.default", "#close", "unclosed-connection"],
  ["sqlite.DatabaseSync", "#close", "unclosed-connection"],
  ["knex.default", "#destroy", "unclosed-connection"],
  ["knex.Knex#transaction", "#rollback", "unclosed-connection"],
  ["*#createQueryRunner", "#release", "unclosed-connection"],
  ["@prisma/client.PrismaClient", "#$disconnect", "unclosed-connection"],
  ["cassandra-driver.Client", "#shutdown", "unclosed-connection"],
  ["neo4j-driver.Driver#session", "#close", "unclosed-connection"],
  ["@elastic/elasticsearch.Client", "#close", "unclosed-connection"],
  ["amqplib.connect", "#close", "unclosed-connection"],
  ["amqplib.Connection#createChannel", "#close", "unclosed-connection"],
  ["kafkajs.Kafka#consumer", "#disconnect", "unclosed-connection"],
  ["bullmq.Worker", "#close", "unclosed-connection"],
  ["mqtt.connect", "#end", "unclosed-connection"],
  ["nats.connect", "#drain", "unclosed-connection"],
  ["puppeteer.launch", "#close", "unclosed-connection"],
  ["playwright.chromium.launch", "#close", "unclosed-connection"],
  ["playwright.Browser#newPage", "#close", "unclosed-connection"],
  // Processes, workers, loggers, locks.
  ["child_process.spawn", "#kill", "executor-leak"],
  ["child_process.fork", "#kill", "executor-leak"],
  ["Worker", "#terminate", "executor-leak"],
  ["worker_threads.Worker", "#terminate", "executor-leak"],
  ["SharedWorker", "#close", "executor-leak"],
  ["piscina.Piscina", "#destroy", "executor-leak"],
  ["workerpool.pool", "#terminate", "executor-leak"],
  ["winston.createLogger", "#close", "logger-handler"],
  ["winston.Logger#add", "-#remove", "logger-handler"],
  ["pino.transport", "#end", "logger-handler"],
  ["async-mutex.Mutex#acquire", "()", "unreleased-lock"],
];

test.each(COVERED)("%s is released by %s (%s)", (acquire, release, rule) => {
  const fitting = pairsFor(acquire).filter((pair) => pair.release.includes(release) && pair.rule === rule);
  expect(fitting.map((pair) => pair.key)).not.toEqual([]);
});

test("what ends by itself is told apart from what does not", () => {
  const ends = (key: string): string => PAIRS.find((pair) => pair.key === key)?.ends ?? "never";
  expect(["timeout", "immediate", "animation-frame", "read-stream", "child-process", "dom-listener-once"].map(ends)).toEqual(Array(6).fill("completes"));
  expect(["interval", "write-stream", "file-descriptor", "dom-listener", "process-listener-once", "abort-listener", "websocket"].map(ends)).toEqual(Array(7).fill("never"));
});

test("an interval repeats and keeps its callback", () => {
  const interval = PAIRS.find((pair) => pair.key === "interval");
  expect([interval?.recurring, interval?.callbacks]).toEqual([true, [0]]);
});

test.each([
  "rxjs.take", "rxjs.first", "rxjs.takeUntil", "rxjs/operators.takeUntil", "@angular/core/rxjs-interop.takeUntilDestroyed",
  "@ngneat/until-destroy.untilDestroyed", "@angular/common/http.HttpClient#get", "@angular/common/http.HttpClient#post", "rxjs.of", "rxjs.forkJoin",
])("a subscription behind %s ends by itself", (call) => {
  for (const pair of pairsFor("rxjs.Observable#subscribe")) expect(pair.endedBy).toContain(call);
});

test("a timer observable ends only when it has no period", () => {
  const [pair] = pairsFor("rxjs.Observable#subscribe");
  expect(pair?.endedBy).toContainEqual({ call: "rxjs.timer", when: [{ argument: 1, is: "absent" }] });
  expect(pair?.endedBy).not.toContain("rxjs.interval");
});

test("an abort signal is looked for where the platform takes one", () => {
  const signal = (key: string): string | number | undefined => PAIRS.find((pair) => pair.key === key)?.signal;
  expect([signal("dom-listener"), signal("file-watcher"), signal("listening-server")]).toEqual(["2.signal", "1.signal", "0.signal"]);
  expect(TS_CATALOG.flatMap((file) => file.cancellers ?? []).some((one) => one.make.includes("AbortController") && one.cancel.includes("#abort"))).toBe(true);
});

test.each(["process", "window", "document", "globalThis", "navigator", "matchMedia", "cluster"])("%s lives as long as the process", (name) => {
  expect(TS_CATALOG.flatMap((file) => file.longLived ?? [])).toContain(name);
});

test.each([
  "DisposableStack#use(0)", "AsyncDisposableStack#adopt(0)", "*#_register(0)", "stream.pipeline(0+)", "*#pipe(0)", "rxjs.Subscription#add(0)",
])("%s takes over what it is given", (call) => {
  expect(TS_CATALOG.flatMap((file) => file.transfers ?? [])).toContain(call);
});

test.each([
  "@@dispose", "@@asyncDispose", "dispose", "close", "destroy", "stop", "componentWillUnmount", "ngOnDestroy", "disconnectedCallback", "beforeDestroy", "beforeUnmount",
  "unmounted", "onModuleDestroy", "deactivate", "teardown", "unsubscribe",
])("%s is a method that releases", (name) => {
  expect(TS_CATALOG.flatMap((file) => file.lifecycle?.release ?? [])).toContain(name);
});

test.each([
  ["*#get(1+)", "request"], ["express.Express#use(0+)", "request"], ["http.createServer(0+)", "request"], ["*#on(1)", "event"], ["*#addEventListener(1)", "event"],
  ["setInterval(0)", "iteration"], ["node-cron.schedule(1)", "event"], ["react.useEffect(0)", "mount"], ["vue.onMounted(0)", "mount"], ["svelte.onMount(0)", "mount"],
  ["describe(0+)", "test"], ["it(0+)", "test"],
])("the function given to %s runs per %s", (call, context) => {
  const contexts = TS_CATALOG.flatMap((file) => file.entryPoints ?? []).filter((entry) => entry.callbacks?.includes(call)).map((entry) => entry.context);
  expect(contexts).toContain(context);
});

test.each(["@nestjs/common.Get", "@nestjs/microservices.MessagePattern", "@nestjs/schedule.Cron", "@angular/core.HostListener"])("a method under @%s is an entry point", (decorator) => {
  expect(TS_CATALOG.flatMap((file) => file.entryPoints ?? []).some((entry) => entry.decorators?.includes(decorator) === true && !entry.methods)).toBe(true);
});

test("an effect's returned function is its clean-up", () => {
  const effects = TS_CATALOG.flatMap((file) => file.entryPoints ?? []).filter((entry) => entry.callbacks?.some((call) => call.endsWith(".useEffect(0)")) === true);
  expect(effects.map((entry) => entry.cleanup)).toEqual(["returned"]);
});

test.each([
  ["Map", "unbounded"], ["Set", "unbounded"], ["literal:list", "unbounded"], ["literal:mapping", "unbounded"], ["WeakMap", "weak"], ["WeakSet", "weak"],
  ["lru-cache.LRUCache", "bounded"], ["quick-lru.default", "bounded"], ["lru_map.LRUMap", "bounded"], ["node-cache.default", "bounded"], ["@isaacs/ttlcache.default", "bounded"],
])("%s is %s", (make, bound) => {
  expect(TS_CATALOG.flatMap((file) => file.containers ?? []).find((one) => one.make.includes(make))?.bound).toBe(bound);
});

test("memoizers say how they are bounded", () => {
  const bound = (path: string): unknown => TS_CATALOG.flatMap((file) => file.memoizers ?? []).find((one) => one.path === path)?.bound;
  expect(bound("lodash.memoize")).toBe("never");
  expect(bound("memoizee.default")).toMatchObject({ argument: "1.max", default: "unbounded" });
  expect(bound("react.cache")).toBe("bounded");
});
