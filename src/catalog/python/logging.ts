/** Handlers and filters of loggers, which live as long as the process, and the files and sockets of handlers. */
import type { CatalogFile } from "../types.js";

const HANDLERS = "https://docs.python.org/3/library/logging.handlers.html";
const LOGGER = "https://docs.python.org/3/library/logging.html";

export const logging: CatalogFile = {
  language: "python",
  pairs: [
    {
      // Every record is written once per handler, and loggers are kept by name for ever.
      key: "log-handler",
      rule: "logger-handler",
      noun: "log handler",
      acquire: ["logging.Logger#addHandler", "logging.root.addHandler", "*#addHandler"],
      imports: ["logging"],
      handle: "registration",
      registration: { listener: 0, returns: "none", idempotent: true },
      release: ["-#removeHandler"],
      guards: ["handlers", "hasHandlers"],
      callbacks: [0],
      help: "Configure handlers once at start-up, test `if not logger.handlers:` first, or call removeHandler($) and $.close().",
      source: `${LOGGER}#logging.Logger.removeHandler`,
    },
    {
      key: "log-filter",
      rule: "logger-handler",
      noun: "log filter",
      acquire: ["logging.Logger#addFilter", "logging.Handler#addFilter", "logging.root.addFilter"],
      handle: "registration",
      registration: { listener: 0, returns: "none", idempotent: true },
      release: ["-#removeFilter"],
      releaseAll: ["-#close"],
      guards: ["filters"],
      callbacks: [0],
      source: `${LOGGER}#logging.Logger.removeFilter`,
    },
    {
      // A logger by its name, where its type is not known: one that another module made.
      key: "named-log-filter",
      rule: "logger-handler",
      noun: "log filter",
      acquire: ["*#addFilter"],
      imports: ["logging"],
      receiverName: "^_*(?:log|logger|LOG|LOGGER)$|(?:_|[a-z](?=L))(?:log|logger|Logger|LOGGER)$",
      handle: "registration",
      registration: { listener: 0, returns: "none", idempotent: true },
      release: ["-#removeFilter"],
      guards: ["filters"],
      callbacks: [0],
      source: `${LOGGER}#logging.Logger.removeFilter`,
    },
    {
      // The registry keeps one logger for each name: safe for names that the code fixes.
      key: "named-logger",
      rule: "logger-handler",
      noun: "named logger",
      acquire: ["logging.getLogger"],
      when: [{ argument: 0, is: "varying" }],
      release: [],
      type: "logging.Logger",
      help: "Use one logger and pass what differs with each record (extra=, a LoggerAdapter): loggers are kept by name for ever.",
      source: `${LOGGER}#logging.getLogger`,
    },
    {
      key: "loguru-sink",
      rule: "logger-handler",
      noun: "log sink",
      acquire: ["loguru.logger.add"],
      handle: "registration",
      registration: { listener: 0, returns: "id" },
      release: ["loguru.logger.remove(0)"],
      releaseAll: ["loguru.logger.remove"],
      callbacks: [0, "sink"],
      help: "Add sinks once at start-up, or keep the number that add() returns and call logger.remove(number).",
      source: "https://loguru.readthedocs.io/en/stable/api/logger.html#loguru._logger.Logger.remove",
    },
    {
      // A logger that is given the handler keeps it: see `transfers`.
      key: "file-log-handler",
      rule: "unclosed-file",
      noun: "log file",
      acquire: ["logging.FileHandler", "logging.handlers.RotatingFileHandler", "logging.handlers.TimedRotatingFileHandler", "logging.handlers.WatchedFileHandler", "concurrent_log_handler.ConcurrentRotatingFileHandler"],
      unless: [{ argument: "delay", is: "true" }],
      release: ["#close"],
      ends: "collected",
      type: "logging.FileHandler",
      source: `${HANDLERS}#logging.FileHandler.close`,
    },
    {
      key: "network-log-handler",
      rule: "unclosed-connection",
      noun: "log connection",
      acquire: ["logging.handlers.SocketHandler", "logging.handlers.DatagramHandler", "logging.handlers.SysLogHandler", "logging.handlers.NTEventLogHandler"],
      release: ["#close"],
      ends: "collected",
      type: "logging.Handler",
      source: `${HANDLERS}#logging.handlers.SocketHandler.close`,
    },
  ],
};
