/** Words of Python's own collections and functions that a name is followed through. */
import type { CatalogFile } from "../types.js";

export const words: CatalogFile = {
  language: "python",
  scopeMethods: { __exit__: "closes", __aexit__: "async-closes" },
  plainBases: ["object", "abc.ABC", "typing.Generic", "typing.Protocol", "*EventEmitter"],
  slips: [
    "KeyError", "IndexError", "LookupError", "AttributeError", "NameError", "TypeError", "StopIteration", "StopAsyncIteration", "ImportError", "ModuleNotFoundError", "ZeroDivisionError",
    "UnicodeDecodeError", "UnicodeEncodeError", "KeyboardInterrupt", "GeneratorExit", "AssertionError", "NotImplementedError",
  ],
  states: [
    "closed", "is_closed", "closing", "is_closing", "is_set", "done", "cancelled", "running", "is_running", "stopped", "finished", "called", "is_alive", "is_connected", "connected", "active",
  ],
  words: {
    copies: [
      "*#values", "*#keys", "*#items", "*#copy", "list", "tuple", "set", "frozenset", "sorted", "reversed", "iter", "enumerate", "copy.copy", "filter",
    ],
    takes: ["*#get", "*#pop", "*#popleft", "*#popitem"],
    // Entering a scope by hand gives the object itself.
    chains: ["*#__enter__", "*#__aenter__"],
    stores: ["*#append", "*#appendleft", "*#add", "*#insert", "*#extend", "*#put", "*#put_nowait", "*#setdefault"],
    binds: ["functools.partial", "functools.partialmethod"],
  },
};
