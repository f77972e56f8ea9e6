/** Words of JavaScript's own collections and functions that a name is followed through. */
import type { CatalogFile } from "../types.js";

export const words: CatalogFile = {
  language: "ts",
  scopeMethods: { "@@dispose": "closes", "@@asyncDispose": "async-closes" },
  plainBases: ["*EventEmitter", "EventTarget", "Object"],
  completions: ["cb", "callback", "done", "resolve", "reject", "fulfill", "onDone", "onComplete", "onFinish", "onError", "onEnd", "next"],
  completionNames: "^(?!_*(?:on)?(?:progress|event|message|data|update|change|status|log|tick|state|each|step|chunk|row|line|item|frame|render|animation|filter|map|sort|compare|key|value|get|set|add|remove|load)).*(?:Callback|Cb|_callback|_cb)\\d*$",
  states: [
    "aborted", "closed", "destroyed", "disposed", "stopped", "running", "cancelled", "canceled", "connected", "isClosed", "isDisposed", "isDestroyed", "isRunning", "isConnected", "isStopped",
    "done", "finished", "unmounted", "isMounted", "mounted", "readyState", "throwIfAborted",
  ],
  finalStates: ["aborted", "closed", "destroyed", "disposed", "cancelled", "canceled", "isClosed", "isDisposed", "isDestroyed", "unmounted", "readyState"],
  words: {
    copies: ["*#values", "*#keys", "*#entries", "*#slice", "*#filter", "*#toReversed", "*#toSorted", "Array.from", "Object.values", "Object.entries"],
    same: ["Number", "vue.toRaw", "vue.markRaw", "vue.unref", "vue.toValue", "Object.freeze"],
    takes: ["*#get", "*#pop", "*#shift", "*#at"],
    each: ["*#forEach", "*#map", "*#filter", "*#some", "*#every", "*#find", "*#flatMap"],
    binds: ["*#bind"],
    // https://api.jquery.com/jQuery.proxy/
    twins: ["*#proxy", "$.proxy", "jQuery.proxy", "jquery.proxy", "jquery.default.proxy", "Zepto.proxy"],
    turns: ["*#each", "*#eachRight", "*#forOwn", "*#forIn", "*#eachSeries", "*#eachLimit", "*#traverse"],
    continues: ["*#then"],
    once: ["*#once", "*#prependOnceListener"],
    symbols: ["Symbol", "Symbol.for"],
    // Emitters, streams and timers return themselves from these.
    chains: ["*#on", "*#once", "*#addListener", "*#unref", "*#ref", "*#setEncoding", "*#setTimeout", "*#listen", "*#start"],
    stores: ["*#push", "*#unshift", "*#add", "*#set", "*#insert", "*#enqueue", "*#put", "*#append"],
  },
};
