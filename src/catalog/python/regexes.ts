/** Regular expressions, finalisers and tracebacks: what the rules on loops and cycles ask. */
import type { CatalogFile } from "../types.js";

export const regexes: CatalogFile = {
  language: "python",
  regexes: ["re.compile", "regex.compile", "re2.compile"],
  // https://docs.python.org/3/library/re.html#re.compile: the most recent patterns are cached.
  cachedRegexes: ["re.compile", "regex.compile"],
  pure: [
    "re.escape", "regex.escape", "str", "map", "len", "sorted", "tuple", "list", "repr", "*#join", "*#format", "*#lower", "*#upper", "*#strip", "*#replace",
    "*#encode", "*#lstrip", "*#rstrip",
  ],
  // https://docs.python.org/3/library/weakref.html#weakref.finalize: callback and arguments are kept until obj is gone.
  finalizers: [
    { call: "weakref.finalize", target: 0, holds: [1, 2, 3, 4, 5] },
    { call: "weakref.ref", target: 0, holds: [1] },
    { call: "weakref.proxy", target: 0, holds: [1] },
  ],
  collectorOff: ["gc.disable"],
  tracebacks: ["sys.exc_info", "sys.last_traceback"],
};
