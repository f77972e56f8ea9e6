/** Measures: transports of the logger, copies of one line, loggers that a container keeps, open descriptors. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { measured, openDescriptors, run } from "./runner.mjs";

/** What the usual logging packages do: a logger keeps its transports, and writes each line to each of them. */
class Logger {
  transports = [];

  add(transport) {
    this.transports.push(transport);
  }

  remove(transport) {
    this.transports = this.transports.filter((each) => each !== transport);
  }

  info(line) {
    for (const transport of this.transports) transport.write(line);
  }
}
class Container {
  loggers = new Map();

  get(name) {
    if (!this.loggers.has(name)) this.loggers.set(name, new Logger());
    return this.loggers.get(name);
  }
}

const perRequest = (handler) => async (n) => {
  const logger = new Logger();
  for (let turn = 0; turn < n; turn++) await handler(logger).catch(() => {});
  let copies = 0;
  for (const transport of logger.transports) transport.write = () => copies++;
  logger.info("one line");
  return copies;
};
const transport = () => ({ write() {} });
const query = async () => {
  throw new Error("no such table");
};

const names = (nameOf) => (n) => {
  const container = new Container();
  for (let turn = 0; turn < n; turn++) container.get(nameOf(turn)).info("asked");
  return container.loggers.size;
};

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "oracle-"));
const ownLogger = (closes) => (n) => measured(openDescriptors, (turn) => {
  const fd = fs.openSync(path.join(folder, `${turn}.log`), "a");
  const own = new Logger();
  own.add({ write: (line) => fs.writeSync(fd, line) });
  own.info("asked");
  if (closes) fs.closeSync(fd);
}, n);

await run({
  // orderLeaks: one transport a request; a line is written as often as there were requests.
  "transport a request": {
    fixture: "ts/logger-handler/basic.ts:orderLeaks",
    leaking: perRequest(async (logger) => logger.add(transport())),
    fixed: perRequest(async (logger) => {
      if (logger.transports.length === 0) logger.add(transport());
    }),
  },
  // tracedLeaks: a failing query skips the removal.
  "removal on success only": {
    fixture: "ts/logger-handler/basic.ts:tracedLeaks",
    leaking: perRequest(async (logger) => {
      const trace = transport();
      logger.add(trace);
      await query();
      logger.remove(trace);
    }),
    fixed: perRequest(async (logger) => {
      const trace = transport();
      logger.add(trace);
      try {
        await query();
      } finally {
        logger.remove(trace);
      }
    }),
  },
  // freshTransportLeaks: what is removed was never added.
  "removal of a fresh transport": {
    fixture: "ts/logger-handler/basic.ts:freshTransportLeaks",
    leaking: perRequest(async (logger) => {
      logger.add(transport());
      logger.remove(transport());
    }),
    fixed: perRequest(async (logger) => {
      const own = transport();
      logger.add(own);
      logger.remove(own);
    }),
  },
  // containerLeaks: the container never forgets a name.
  "logger a name": { fixture: "ts/logger-handler/basic.ts:containerLeaks", leaking: names((turn) => `job ${turn}`), fixed: names(() => "jobs") },
  // perRequestLoggerLeaks: each logger opens its own file.
  "file a logger": { fixture: "ts/logger-handler/basic.ts:perRequestLoggerLeaks", leaking: ownLogger(false), fixed: ownLogger(true) },
});
