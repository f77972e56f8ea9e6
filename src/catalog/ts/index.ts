/** The TypeScript and JavaScript catalog. Where two pairs fit one call alike, the earlier file and entry wins. */
import type { CatalogFile } from "../types.js";
import { browsers } from "./browsers.js";
import { clients } from "./clients.js";
import { containers } from "./containers.js";
import { dataStores } from "./data-stores.js";
import { databases } from "./databases.js";
import { disposableEvents } from "./disposable-events.js";
import { disposables } from "./disposables.js";
import { disposers } from "./disposers.js";
import { domEvents } from "./dom-events.js";
import { emitters } from "./emitters.js";
import { entryPointsUi } from "./entry-points-ui.js";
import { entryPoints } from "./entry-points.js";
import { eventBus } from "./event-bus.js";
import { flow } from "./flow.js";
import { locks } from "./locks.js";
import { loggers } from "./loggers.js";
import { media } from "./media.js";
import { messaging } from "./messaging.js";
import { metrics } from "./metrics.js";
import { net } from "./net.js";
import { nodeEvents } from "./node-events.js";
import { objectUrls } from "./object-urls.js";
import { processes } from "./processes.js";
import { regexes } from "./regexes.js";
import { rxjs } from "./rxjs.js";
import { streams } from "./streams.js";
import { temporaryPaths } from "./temporary-paths.js";
import { timers } from "./timers.js";
import { websockets } from "./websockets.js";
import { widgets } from "./widgets.js";
import { words } from "./words.js";

export const TS_CATALOG: CatalogFile[] = [
  domEvents, nodeEvents, eventBus, disposableEvents, disposers, emitters, rxjs, timers,
  streams, temporaryPaths, objectUrls, net, websockets, media, widgets, processes,
  databases, dataStores, clients, messaging, browsers, loggers, metrics, locks, disposables,
  containers, entryPoints, entryPointsUi, flow, regexes, words,
];
