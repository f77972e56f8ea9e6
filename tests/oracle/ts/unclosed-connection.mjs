/** Measures: sockets that keep the process alive, or their descriptors; connections a pool has lent and not got back. */
import dgram from "node:dgram";
import { once } from "node:events";
import net from "node:net";
import { activeResources, measured, openDescriptors, run, turns } from "./runner.mjs";

const server = net.createServer((socket) => socket.on("error", () => {}).resume());
server.listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address();

const connected = async () => {
  const socket = net.connect(port, "127.0.0.1");
  socket.on("error", () => {});
  await once(socket, "connect");
  return socket;
};
/** Both ends are ours: the client's and the server's. */
const sockets = async () => {
  await turns(20);
  return activeResources("TCPSocketWrap");
};

const ping = (closes) => (n) => measured(sockets, async () => {
  const socket = await connected();
  socket.write("ping");
  if (closes) socket.destroy();
}, n);

class Link {
  constructor(closesFirst) {
    this.closesFirst = closesFirst;
  }

  async connect() {
    if (this.closesFirst) this.close();
    this.socket = await connected();
  }

  close() {
    this.socket?.destroy();
  }
}
const reconnect = (closesFirst) => async (n) => {
  const link = new Link(closesFirst);
  await link.connect();
  const rise = await measured(sockets, () => link.connect(), n);
  link.close();
  return rise;
};

const announce = (closes) => (n) => measured(openDescriptors, async () => {
  const socket = dgram.createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  if (closes) {
    socket.close();
    await once(socket, "close");
  }
}, n);

/** What a database pool does: it lends clients and waits for them to be released. */
class Pool {
  lent = 0;

  async connect() {
    this.lent++;
    return {
      query: async (sql) => {
        if (sql === "bad") throw new Error("syntax error");
        return [];
      },
      release: () => this.lent--,
    };
  }
}
const transfer = (inFinally) => async (n) => {
  const pool = new Pool();
  const once = async () => {
    const client = await pool.connect();
    if (!inFinally) {
      await client.query("bad");
      client.release();
      return;
    }
    try {
      await client.query("bad");
    } finally {
      client.release();
    }
  };
  for (let turn = 0; turn < n; turn++) await once().catch(() => {});
  return pool.lent;
};

await run({
  // pingLeaks: the socket is made, used and forgotten.
  "net.connect": { fixture: "ts/unclosed-connection/basic.ts:pingLeaks", each: 2, leaking: ping(false), fixed: ping(true) },
  // LinkLeaks: each connect() loses the socket before it.
  "reconnect": { fixture: "ts/unclosed-connection/paths.ts:LinkLeaks", each: 2, leaking: reconnect(false), fixed: reconnect(true) },
  // announceLeaks: a datagram socket is open until it is closed.
  "dgram.createSocket": { fixture: "ts/unclosed-connection/basic.ts:announceLeaks", leaking: announce(false), fixed: announce(true) },
  // transferLeaks: a query that throws skips release(); the pool never gets the client back.
  "client of a pool": { fixture: "ts/unclosed-connection/paths.ts:transferLeaks", leaking: transfer(false), fixed: transfer(true) },
});
