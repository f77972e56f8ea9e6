/** Words of Python's own collections and functions that a name is followed through. */
import type { CatalogFile } from "../types.js";

export const words: CatalogFile = {
  language: "python",
  scopeMethods: { __exit__: "closes", __aexit__: "async-closes" },
  enterMethods: ["__enter__", "__aenter__"],
  restoreMethods: ["__setstate__"],
  plainBases: ["object", "abc.ABC", "typing.Generic", "typing.Protocol", "*EventEmitter"],
  slips: [
    "KeyError", "IndexError", "LookupError", "AttributeError", "NameError", "TypeError", "StopIteration", "StopAsyncIteration", "ImportError", "ModuleNotFoundError", "ZeroDivisionError",
    "UnicodeDecodeError", "UnicodeEncodeError", "KeyboardInterrupt", "GeneratorExit", "AssertionError", "NotImplementedError",
  ],
  evidence: {
    closes: ["close", "aclose", "disconnect", "shutdown", "terminate", "close_connection", "release_conn", "loseConnection", "abortConnection"],
    opens: "^_*(?:a|async_)?(?:connect|open|create|make|start|spawn|launch|dial|acquire|establish)(?:_|$)|^_*[A-Z]\\w*(?:Client|Connection|Session|Socket|Pool|Server|Channel|Transport|Stream|Executor|Worker|Process|Browser|File|Reader|Writer|Database|Consumer|Producer)$",
    plain: "^_*(?:cursor|execute|executemany)$",
    discards: ["close", "aclose"],
    pools: [
      { takes: "^_*(?:acquire|borrow|checkout|check_out|lease|claim)(?:_\\w+)?$", gives: "^_*(?:release|give_?back|check_?in|return|restore|recycle|free)(?:_\\w+)?$" },
      { takes: "^_*(?:get|take|pop|obtain|fetch|reserve|open)_?(?:free_|new_|idle_|pooled_)?(?:conn|connection|client|sock|socket|session|channel|worker|slot|resource)$", gives: "^_*(?:release|put|return|give_?back|check_?in|free|recycle)(?:_?\\w+)?$" },
      { takes: "^_*(?:get|pop|take|popleft)(?:_nowait)?$", gives: "^_*(?:put|append|appendleft|add|release|give_?back|return_\\w+)(?:_nowait)?$", receiver: "pool$" },
    ],
    kinds: {
      "unclosed-file": "(?:^|_)(?:f|fh|fd|fp|file|files|fileobj|pipe|tmp|temp|tempfile|archive|zip|tar|mmap|shm)(?:$|_|\\W)|file\\b",
      "executor-leak": "executor|thread|worker|process|(?:^|_)proc(?:$|_|\\W)|pool\\b|scheduler|cluster|browser",
    },
    nouns: { made: "resource", pooled: "connection" },
  },
  catchAll: ["BaseException", "Exception"],
  cancellations: [
    "BaseException", "CancelledError", "asyncio.CancelledError", "asyncio.exceptions.CancelledError", "concurrent.futures.CancelledError", "trio.Cancelled", "GeneratorExit", "KeyboardInterrupt",
  ],
  assertions: ["AssertionError"],
  states: [
    "closed", "is_closed", "closing", "is_closing", "is_set", "done", "cancelled", "running", "is_running", "stopped", "finished", "called", "is_alive", "is_connected", "connected", "active",
    "winfo_exists",
  ],
  words: {
    same: ["typing.cast", "typing_extensions.cast"],
    copies: [
      "*#values", "*#keys", "*#items", "*#copy", "list", "tuple", "set", "frozenset", "sorted", "reversed", "iter", "enumerate", "copy.copy", "filter",
    ],
    takes: ["*#get", "*#pop", "*#popleft", "*#popitem"],
    // Entering a scope by hand gives the object itself.
    chains: ["*#__enter__", "*#__aenter__"],
    stores: ["*#append", "*#appendleft", "*#add", "*#insert", "*#extend", "*#put", "*#put_nowait", "*#setdefault"],
    members: ["getattr", "builtins.getattr"],
    binds: ["functools.partial", "functools.partialmethod"],
  },
};
