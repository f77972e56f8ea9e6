/** Words of Python's own collections and functions that a name is followed through. */
import type { CatalogFile } from "../types.js";

export const words: CatalogFile = {
  language: "python",
  words: {
    copies: [
      "*#values", "*#keys", "*#items", "*#copy", "list", "tuple", "set", "frozenset", "sorted", "reversed", "iter", "enumerate", "copy.copy", "filter",
    ],
    takes: ["*#get", "*#pop", "*#popleft", "*#popitem"],
    binds: ["functools.partial", "functools.partialmethod"],
  },
};
