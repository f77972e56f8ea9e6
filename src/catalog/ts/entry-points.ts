/** Server-side code that frameworks call: request handlers, message consumers, jobs, functions in the cloud; and tests. */
import type { CatalogFile, EntryPoint } from "../types.js";
import { members, methods, onGlobal } from "./names.js";

/** What a module exports beside its `handler` that yargs runs as a command. */
const COMMAND = ["builder", "command", "desc", "describe"];

const VERBS = ["get", "post", "put", "patch", "delete", "del", "head", "options", "all"];
const HTTP_FRAMEWORKS = ["express", "fastify", "koa", "koa-router", "@koa/router", "hono", "restify", "polka", "connect", "router", "@hapi/hapi", "find-my-way", "itty-router", "elysia", "h3", "@tinyhttp/app", "hyper-express", "uWebSockets.js"];
const APPS = ["express.Express", "express.Application", "express.Router", "fastify.FastifyInstance", "hono.Hono", "@koa/router.default", "koa-router.default", "polka.Polka", "restify.Server", "elysia.Elysia", "itty-router.Router"];
const NEST = "@nestjs/common";

const requests: EntryPoint[] = [
  {
    context: "request",
    callbacks: methods(APPS, ...VERBS).map((method) => `${method}(1+)`),
    noun: "route handler",
  },
  {
    // An untyped `app` or `router`: a path and a function, in a file of a web framework or one that is handed an app.
    context: "request",
    callbacks: VERBS.map((verb) => `*#${verb}(1+)`),
    when: [{ argument: 0, matches: "^(?:/|\\*$)" }],
    noun: "route handler",
  },
  {
    context: "request",
    callbacks: [...methods(APPS, "use").map((method) => `${method}(0+)`), "koa.default#use(0+)", "connect.Server#use(0+)", "@nestjs/common.MiddlewareConsumer#apply(0+)"],
    noun: "middleware",
  },
  { context: "request", callbacks: ["*#use(0+)"], imports: HTTP_FRAMEWORKS, noun: "middleware" },
  { context: "request", callbacks: ["fastify.FastifyInstance#addHook(1)", "*#addHook(1)", "hono.Hono#notFound(0)", "hono.Hono#onError(0)"], imports: ["fastify", "hono"], noun: "request hook" },
  { context: "request", callbacks: ["*#route(0)"], imports: ["fastify", "@hapi/hapi"], noun: "route handler" },
  {
    context: "request",
    callbacks: [
      "http.createServer(0+)", "https.createServer(0+)", "http2.createServer(0+)", "http2.createSecureServer(0+)",
      "net.createServer(0+)", "tls.createServer(0+)", "Bun.serve(0)", "Deno.serve(0+)", "h3.eventHandler(0)", "h3.defineEventHandler(0)",
      "micro.default(0)", "micro.serve(0)", "@hono/node-server.serve(0)",
    ],
    noun: "server callback",
  },
  {
    context: "request",
    decorators: [
      ...members([NEST], "Get", "Post", "Put", "Patch", "Delete", "Head", "Options", "All", "Sse"),
      ...members(["@nestjs/graphql"], "Query", "Mutation", "ResolveField", "Subscription"),
      ...members(["type-graphql"], "Query", "Mutation", "FieldResolver"),
      ...members(["routing-controllers", "tsoa", "@tsed/common", "@loopback/rest", "@midwayjs/core"], "Get", "Post", "Put", "Patch", "Delete", "get", "post", "put", "patch", "del"),
      ...members(["@nestjs/microservices"], "GrpcMethod", "GrpcStreamMethod"),
    ],
    noun: "controller method",
  },
  { context: "request", decorators: [`${NEST}.Injectable`], methods: ["intercept", "canActivate", "transform"], noun: "Nest request hook" },
  { context: "request", decorators: [`${NEST}.Injectable`], methods: ["use"], noun: "Nest middleware" },
  {
    context: "request",
    exports: ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"],
    files: ["**/app/**/route.{ts,tsx,js,jsx,mjs}", "**/routes/**/+server.{ts,js}", "**/pages/**/*.{ts,js}"],
    noun: "route handler",
  },
  { context: "request", exports: ["default", "handler"], files: ["**/pages/api/**/*.{ts,tsx,js,jsx}", "**/server/api/**/*.{ts,js}", "**/server/routes/**/*.{ts,js}"], noun: "API route" },
  { context: "request", exports: ["middleware", "proxy"], files: ["**/middleware.{ts,js}", "**/proxy.{ts,js}"], noun: "middleware" },
  { context: "request", exports: ["getServerSideProps", "getInitialProps", "generateMetadata"], files: ["**/pages/**/*.{ts,tsx,js,jsx}", "**/app/**/*.{ts,tsx,js,jsx}"], noun: "server-side page function" },
  { context: "request", exports: ["load", "actions"], files: ["**/+page.server.{ts,js}", "**/+layout.server.{ts,js}"], noun: "page load function" },
  { context: "request", exports: ["loader", "action"], imports: ["react-router", "@remix-run/*", "@react-router/*"], noun: "route loader" },
  { context: "request", exports: ["handle"], files: ["**/hooks.server.{ts,js}"], noun: "server hook" },
  // Lambda's runtime calls the export for every invocation; the module stays loaded between them.
  { context: "request", exports: ["handler", "lambdaHandler", "lambda_handler"], notBeside: COMMAND, noun: "Lambda handler" },
  // https://github.com/yargs/yargs/blob/main/docs/advanced.md#providing-a-command-module: one command a process.
  { context: "once", exports: ["handler"], beside: COMMAND, noun: "command" },
  {
    context: "request",
    callbacks: [
      ...members(["firebase-functions", "firebase-functions/v1"], "https.onRequest(0)", "https.onCall(0)"),
      ...members(["firebase-functions/v2/https", "firebase-functions/https"], "onRequest(0+)", "onCall(0+)"),
      "@google-cloud/functions-framework.http(1)", "@google-cloud/functions-framework.cloudEvent(1)",
      "@azure/functions.app.http(1)", "@azure/functions.app.get(1)", "@azure/functions.app.post(1)",
      "@middy/core.default(0)", "@trpc/server/adapters/next.createNextApiHandler(0)",
    ],
    noun: "cloud function",
  },
  { context: "request", functions: "^(?:fetch|scheduled|queue)$", files: ["**/worker.{ts,js}", "**/worker/**/*.{ts,js}", "**/workers/**/*.{ts,js}", "**/_worker.js"], noun: "Worker handler" },
  // tRPC: t.procedure.query(fn), .mutation(fn), .subscription(fn).
  { context: "request", callbacks: ["*#query(0)", "*#mutation(0)", "*#subscription(0)"], imports: ["@trpc/server"], noun: "tRPC procedure" },
  {
    context: "request",
    callbacks: ["@apollo/server.ApolloServer(0)", "apollo-server.ApolloServer(0)", "graphql-yoga.createSchema(0)", "@graphql-tools/schema.makeExecutableSchema(0)", "graphql-yoga.createYoga(0)"],
    noun: "GraphQL resolver",
  },
  { context: "request", callbacks: ["@grpc/grpc-js.Server#addService(1)"], noun: "gRPC method" },
  { context: "request", callbacks: ["*#setRequestHandler(1)", "*#tool(1+)", "*#registerTool(2)", "*#registerResource(3)", "*#registerPrompt(2)"], imports: ["@modelcontextprotocol/sdk"], noun: "MCP request handler" },
];

const events: EntryPoint[] = [
  // A page is loaded once.
  { context: "once", callbacks: ["*#addEventListener(1)", "addEventListener(1)"], when: [{ argument: 0, matches: "^(?:load|DOMContentLoaded)$" }], noun: "page load handler" },
  { context: "event", callbacks: ["*#addEventListener(1)", "addEventListener(1)"], noun: "event listener", interactive: true },
  // So is an application or a worker. Not "ready": connections tell of it again.
  { context: "once", callbacks: ["*#on(1)", "*#addListener(1)"], when: [{ argument: 0, matches: "^(?:load|loaded|init|boot|bootstrap|DOMContentLoaded)$" }], topLevel: true, noun: "start-up handler" },
  // A page is ready once, by whatever name a page's own hub tells of it.
  { context: "once", callbacks: ["*#on(1)", "*#once(1)", "*#one(1)", "*#addListener(1)", "*#subscribe(1)", "*#bind(1)"], when: [{ argument: 0, matches: "^(?:dom|DOM|document|doc|page|window)[.:_-]?(?:[rR]eady|[lL]oad(?:ed)?|[iI]nit)$" }], topLevel: true, noun: "page ready handler" },
  {
    context: "event",
    callbacks: ["*#on(1)", "*#addListener(1)", "*#prependListener(1)", "*#$on(1)", "*#subscribe(0+)", "*#addListener(0)", "events.addAbortListener(1)"],
    noun: "event listener",
  },
  {
    context: "request",
    callbacks: ["socket.io.Server#on(1)", "socket.io.Namespace#on(1)", "ws.WebSocketServer#on(1)", "net.Server#on(1)", "http.Server#on(1)"],
    when: [{ argument: 0, matches: "^(?:connect|connection|request|secureConnection|session|stream|upgrade|checkContinue|checkExpectation)$" }],
    noun: "connection handler",
  },
  { context: "event", callbacks: ["rxjs.Observable(0)", "rxjs.Observable.create(0)"], cleanup: "returned", noun: "observable's subscriber" },
  { context: "event", callbacks: ["electron.ipcMain.handle(1)", "electron.ipcMain.on(1)", "electron.ipcRenderer.on(1)"], noun: "IPC handler" },
  {
    context: "event",
    callbacks: ["*#consume(1)", "*#process(0+)", "bullmq.Worker(1)", "*#work(1+)", "*#eachMessage(0)", "*#define(1+)"],
    imports: ["amqplib", "amqp-connection-manager", "bull", "bullmq", "bee-queue", "pg-boss", "agenda", "kafkajs"],
    noun: "message consumer",
  },
  { context: "event", callbacks: ["kafkajs.Client#run(0)", "*#run(0)"], imports: ["kafkajs", "@confluentinc/kafka-javascript"], noun: "message consumer" },
  {
    context: "event",
    decorators: [
      ...members(["@nestjs/microservices"], "MessagePattern", "EventPattern"), ...members(["@nestjs/schedule"], "Cron", "Interval"),
      "@nestjs/event-emitter.OnEvent", "@nestjs/websockets.SubscribeMessage", "@nestjs/bull.Process", "@nestjs/bullmq.OnWorkerEvent",
      "@golevelup/nestjs-rabbitmq.RabbitSubscribe", "@golevelup/nestjs-rabbitmq.RabbitRPC", "@angular/core.HostListener", "lit.eventOptions",
    ],
    noun: "event handler",
  },
  { context: "event", bases: ["@nestjs/bullmq.WorkerHost"], methods: ["process"], noun: "job processor" },
  { context: "event", decorators: ["@nestjs/websockets.WebSocketGateway"], methods: ["handleConnection"], noun: "connection handler" },
  { context: "iteration", callbacks: [...onGlobal("setInterval(0)"), "timers.setInterval(0)"], noun: "interval callback" },
  {
    context: "event",
    callbacks: ["node-cron.schedule(1)", "cron.CronJob(1)", "cron.CronJob.from(0)", "croner.Cron(1+)", "node-schedule.scheduleJob(1+)", "Deno.cron(2)"],
    noun: "scheduled job",
  },
  {
    context: "event",
    callbacks: [
      "MutationObserver(0)", "ResizeObserver(0)", "IntersectionObserver(0)", "PerformanceObserver(0)", ...onGlobal("requestAnimationFrame(0)"),
      "fs.watch(1+)", "fs.watchFile(1+)", "*#onSnapshot(0+)", "firebase/firestore.onSnapshot(1)", "mobx.autorun(0)", "mobx.reaction(1)",
      "vscode.commands.registerCommand(1)",
    ],
    noun: "callback",
  },
  // A command line is answered once in a process.
  { context: "once", callbacks: ["*#action(0)", "*#command(2+)"], imports: ["commander", "cac", "yargs", "sade"], noun: "command" },
  { context: "event", exports: ["activate"], imports: ["vscode"], noun: "extension activation" },
];

const once: EntryPoint[] = [
  { context: "once", callbacks: ["electron.app.on(1)", "electron.app.once(1)"], when: [{ argument: 0, matches: "^(?:ready|will-finish-launching|before-quit|will-quit|quit)$" }], noun: "application start and end" },
  { context: "once", callbacks: ["fastify.default#register(0)", "fastify-plugin.default(0)", "*#listen(1+)", "electron.app.whenReady(0)"], noun: "start-up callback" },
  { context: "once", methods: ["onModuleInit", "onApplicationBootstrap"], noun: "Nest start-up hook" },
  { context: "once", decorators: [`${NEST}.Injectable`, `${NEST}.Controller`, `${NEST}.Module`, `${NEST}.Global`], methods: ["constructor"], noun: "Nest singleton" },
  { context: "once", exports: ["register"], files: ["**/instrumentation.{ts,js}"], noun: "start-up hook" },
  { context: "once", callbacks: ["process.on(1)", "process.once(1)"], when: [{ argument: 0, matches: "^(?:SIG|exit|beforeExit|uncaughtException|unhandledRejection|disconnect)" }], noun: "process exit handler" },
];

const RUNNER_MODULES = ["vitest", "@jest/globals", "mocha", "test", "@playwright/test", "uvu", "tape", "ava"];
const RUNNER_CALLS = ["describe", "it", "test", "suite", "beforeEach", "afterEach", "beforeAll", "afterAll", "before", "after", "bench"];

const tests: EntryPoint[] = [
  { context: "test", callbacks: RUNNER_CALLS.map((name) => `${name}(0+)`), noun: "test" },
  {
    context: "test",
    callbacks: RUNNER_MODULES
      .flatMap((name) => [...RUNNER_CALLS.map((call) => `${name}.${call}(0+)`), `${name}.default(0+)`]),
    noun: "test",
  },
  { context: "test", callbacks: ["describe", "it", "test"].flatMap((name) => members([name], "only(1)", "skip(1)", "concurrent(1)", "serial(1)")), noun: "test" },
];

export const entryPoints: CatalogFile = {
  language: "ts",
  entryPoints: [...requests, ...events, ...once, ...tests],
  returns: {
    "express.default": "express.Express",
    "express.Router": "express.Router",
    "fastify.default": "fastify.FastifyInstance",
    "fastify.fastify": "fastify.FastifyInstance",
    "polka.default": "polka.Polka",
    "connect.default": "connect.Server",
    "itty-router.AutoRouter": "itty-router.Router",
    "commander.program.command": "commander.Command",
    "commander.Command#command": "commander.Command",
    "@nestjs/core.NestFactory.create": "@nestjs/common.INestApplication",
  },
  extends: {
    "express.Express": ["express.Application"],
    "hono.default": ["hono.Hono"],
    "@koa/router.default": ["koa-router.default"],
    "fastify.FastifyInstance": ["fastify.default"],
  },
};
