/** Measures: entries of the collection. */
import { EventEmitter } from "node:events";
import { run } from "./runner.mjs";

const history = (limit) => (n) => {
  const lines = [];
  for (let turn = 0; turn < n; turn++) {
    lines.push(`event ${turn}`);
    if (lines.length > limit) lines.shift();
  }
  return lines.length;
};

const accept = (removes) => (n) => {
  const server = new EventEmitter();
  const clients = new Set();
  server.on("connection", (socket) => {
    clients.add(socket);
    if (removes) socket.on("close", () => clients.delete(socket));
  });
  for (let turn = 0; turn < n; turn++) {
    const socket = new EventEmitter();
    server.emit("connection", socket);
    socket.emit("close");
  }
  return clients.size;
};

const rooms = (deletesKey) => (n) => {
  const members = {};
  for (let turn = 0; turn < n; turn++) {
    const room = `room ${turn}`;
    (members[room] ??= []).push("ada");
    members[room] = members[room].filter((name) => name !== "ada");
    if (deletesKey && members[room].length === 0) delete members[room];
  }
  return Object.keys(members).length;
};

const calls = (always) => async (n) => {
  const pending = new Map();
  const call = async (id) => {
    try {
      await new Promise((resolve, reject) => {
        pending.set(id, resolve);
        setImmediate(() => reject(new Error("no answer")));
      });
      pending.delete(id);
    } finally {
      if (always) pending.delete(id);
    }
  };
  await Promise.allSettled(Array.from({ length: n }, (_, id) => call(id)));
  return pending.size;
};

await run({
  // logEventLeaks: an array that every event is pushed to.
  "array": { fixture: "ts/global-accumulation/basic.ts:logEventLeaks", leaking: history(Infinity), fixed: history(8) },
  // acceptLeaks: sockets that closed stay in the collection.
  "closed sockets": { fixture: "ts/global-accumulation/basic.ts:acceptLeaks", leaking: accept(false), fixed: accept(true) },
  // RoomsLeaks: the room is emptied, its key stays.
  "keys of empty rooms": { fixture: "ts/global-accumulation/owners.ts:RoomsLeaks", leaking: rooms(false), fixed: rooms(true) },
  // callLeaks: an answer removes the entry, a timeout does not.
  "entry of a call that timed out": { fixture: "ts/global-accumulation/owners.ts:callLeaks", leaking: calls(false), fixed: calls(true) },
});
