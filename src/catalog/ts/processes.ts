/** Child processes and workers. */
import type { CatalogFile } from "../types.js";
import { members, onGlobal } from "./names.js";

export const processes: CatalogFile = {
  language: "ts",
  // https://vite.dev/guide/features#import-with-query-suffixes
  importQueries: { worker: "Worker", sharedworker: "SharedWorker" },
  pairs: [
    {
      key: "child-process",
      rule: "executor-leak",
      noun: "child process",
      acquire: [...members(["child_process"], "spawn", "fork"), "cross-spawn.default", "cross-spawn.spawn", "execa.execa", "execa.default", "execa.execaNode", "node-pty.spawn", "Bun.spawn", "Deno.Command#spawn", "tinyexec.x", "tinyexec.exec"],
      release: ["#kill", "#disconnect", "#unref", "#@@dispose", "await"],
      scope: "closes",
      signal: "2.signal",
      ends: "completes",
      type: "child_process.ChildProcess",
      source: "https://nodejs.org/api/child_process.html#subprocesskillsignal",
    },
    {
      key: "worker-thread",
      rule: "executor-leak",
      noun: "worker",
      acquire: ["worker_threads.Worker", "threads.Worker", "threads.spawn", "jest-worker.Worker"],
      release: ["#terminate", "#unref", "#end", "threads.Thread.terminate(0)", "#@@asyncDispose"],
      scope: "async-closes",
      type: "worker_threads.Worker",
      source: "https://nodejs.org/api/worker_threads.html#workerterminate",
    },
    {
      key: "web-worker",
      rule: "executor-leak",
      noun: "worker",
      acquire: [...onGlobal("Worker"), "web-worker.default"],
      release: ["#terminate", "#unref"],
      // An exception that nobody caught is told, and the worker goes on; one of Node's ends by it.
      survives: ["error", "messageerror"],
      source: "https://html.spec.whatwg.org/multipage/workers.html#runtime-script-errors-2",
    },
    {
      key: "shared-worker",
      rule: "executor-leak",
      noun: "shared worker",
      acquire: onGlobal("SharedWorker"),
      release: ["#close"],
      parts: ["port"],
      source: "https://html.spec.whatwg.org/multipage/workers.html#shared-workers-and-the-sharedworker-interface",
    },
    {
      key: "worker-pool",
      rule: "executor-leak",
      noun: "worker pool",
      acquire: [
        "tinypool.default", "tinypool.Tinypool", "piscina.default", "piscina.Piscina", "workerpool.pool", "workerpool.Pool", "threads.Pool",
        "poolifier.FixedThreadPool", "poolifier.DynamicThreadPool", "poolifier.FixedClusterPool", "poolifier.DynamicClusterPool", "generic-pool.createPool", "tarn.Pool",
        "worker-farm.default",
      ],
      release: ["#destroy", "#terminate", "#close", "#drain", "#clear", "worker-farm.end(0)", "#@@asyncDispose"],
      awaitRelease: true,
      sharedByDesign: true,
      help: "Make one pool per process and close it on shutdown.",
      source: "https://piscinajs.dev/api-reference/Methods/#destroy",
    },
    {
      key: "bundler-context",
      rule: "executor-leak",
      noun: "build context",
      acquire: [
        "esbuild.context", "vite.createServer", "vite.preview", "rollup.rollup", "rollup.watch", "rolldown.rolldown", "rolldown.watch", "vitest/node.createVitest", "@rspack/core.rspack",
        "webpack-dev-server.default", "browser-sync.create", "typescript.createWatchProgram",
      ],
      release: ["#dispose", "#close", "#stop", "#exit", "#@@asyncDispose"],
      awaitRelease: true,
      source: "https://esbuild.github.io/api/#build",
    },
    {
      // WebAssembly or native workers that outlive what refers to them.
      key: "model-worker",
      rule: "executor-leak",
      noun: "worker",
      acquire: [
        "tesseract.js.createWorker", "tesseract.js.createScheduler", "onnxruntime-node.InferenceSession.create", "onnxruntime-web.InferenceSession.create", "@ffmpeg/ffmpeg.FFmpeg",
        "@mlc-ai/web-llm.CreateMLCEngine",
      ],
      release: ["#terminate", "#release", "#exit", "#unload"],
      awaitRelease: true,
      source: "https://github.com/naptha/tesseract.js/blob/master/docs/api.md#workerterminate",
    },
    {
      key: "launched-browser",
      rule: "executor-leak",
      noun: "browser process",
      acquire: ["chrome-launcher.launch", "chrome-launcher.default.launch", "selenium-standalone.start"],
      release: ["#kill", "#destroyTmp"],
      awaitRelease: true,
      source: "https://github.com/GoogleChrome/chrome-launcher#api",
    },
    {
      key: "async-hook",
      rule: "executor-leak",
      noun: "async hook",
      acquire: ["async_hooks.createHook"],
      release: ["#disable"],
      sharedByDesign: true,
      ends: "collected",
      source: "https://nodejs.org/api/async_hooks.html#asynchookdisable",
    },
  ],
};
