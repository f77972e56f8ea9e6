/** Words of JavaScript's own collections and functions that a name is followed through. */
import type { CatalogFile } from "../types.js";

export const words: CatalogFile = {
  language: "ts",
  scopeMethods: { "@@dispose": "closes", "@@asyncDispose": "async-closes" },
  plainBases: ["*EventEmitter", "EventTarget", "Object"],
  words: {
    copies: ["*#values", "*#keys", "*#entries", "*#slice", "Array.from", "Object.values", "Object.entries"],
    takes: ["*#get", "*#pop", "*#shift", "*#at"],
    each: ["*#forEach", "*#map", "*#filter", "*#some", "*#every", "*#find", "*#flatMap"],
    binds: ["*#bind"],
    continues: ["*#then"],
    symbols: ["Symbol", "Symbol.for"],
    // Emitters, streams and timers return themselves from these.
    chains: ["*#on", "*#once", "*#addListener", "*#unref", "*#ref", "*#setEncoding", "*#setTimeout", "*#listen", "*#start"],
    stores: ["*#push", "*#unshift", "*#add", "*#set", "*#insert", "*#enqueue", "*#put", "*#append"],
  },
};
