/** The Python catalog, one file a topic. */
import type { CatalogFile } from "../types.js";
import { asyncio } from "./asyncio.js";
import { caches } from "./caches.js";
import { connections } from "./connections.js";
import { containers } from "./containers.js";
import { dataFiles } from "./data-files.js";
import { databases } from "./databases.js";
import { devices } from "./devices.js";
import { entryPoints } from "./entry-points.js";
import { files } from "./files.js";
import { flow } from "./flow.js";
import { hooks } from "./hooks.js";
import { http } from "./http.js";
import { listeners } from "./listeners.js";
import { locks } from "./locks.js";
import { logging } from "./logging.js";
import { messaging } from "./messaging.js";
import { metrics } from "./metrics.js";
import { processes } from "./processes.js";
import { receivers } from "./receivers.js";
import { regexes } from "./regexes.js";
import { services } from "./services.js";
import { stores } from "./stores.js";
import { temporaryPaths } from "./temporary-paths.js";
import { tensors } from "./tensors.js";
import { threads } from "./threads.js";
import { timers } from "./timers.js";
import { words } from "./words.js";

export const PYTHON_CATALOG: CatalogFile[] = [
  files, temporaryPaths, dataFiles, connections, http, databases, stores, services, devices, messaging, processes, threads, asyncio, locks, listeners, hooks, timers, logging, tensors, metrics,
  caches, containers, entryPoints, flow, receivers, regexes, words,
];
