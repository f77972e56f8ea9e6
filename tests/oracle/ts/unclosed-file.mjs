/** Measures: open descriptors. */
import fs from "node:fs";
import { open } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { PassThrough } from "node:stream";
import { once } from "node:events";
import { pipeline } from "node:stream/promises";
import { measured, openDescriptors, run, turns } from "./runner.mjs";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "oracle-"));
const file = path.join(folder, "notes.txt");
fs.writeFileSync(file, "x".repeat(500_000));
const held = [];
const descriptors = (action) => (n) => measured(openDescriptors, action, n);

const head = (closes) => descriptors(() => {
  const fd = fs.openSync(file, "r");
  try {
    fs.readSync(fd, Buffer.alloc(16));
  } finally {
    if (closes) fs.closeSync(fd);
  }
});

const firstLine = (closes) => descriptors(async () => {
  const handle = await open(file);
  held.push(handle);
  await handle.read(Buffer.alloc(16));
  if (closes) await handle.close();
});

const log = (ends) => descriptors(async () => {
  const out = fs.createWriteStream(path.join(folder, "requests.log"), { flags: "a" });
  await new Promise((resolve) => out.write("line\n", resolve));
  if (ends) {
    out.end();
    await once(out, "close");
  }
});

const parse = (inFinally) => descriptors(() => {
  try {
    const fd = fs.openSync(file, "r");
    if (inFinally) {
      try {
        JSON.parse(fs.readFileSync(fd, "utf8"));
      } finally {
        fs.closeSync(fd);
      }
    } else {
      JSON.parse(fs.readFileSync(fd, "utf8"));
      fs.closeSync(fd);
    }
  } catch {
    // The text is not JSON: that is the point.
  }
});

/** The client goes away before the file is sent. */
const download = (byPipeline) => descriptors(async () => {
  const source = fs.createReadStream(file);
  const response = new PassThrough();
  await once(source, "open");
  const sent = byPipeline ? pipeline(source, response).catch(() => {}) : source.pipe(response);
  response.destroy();
  if (byPipeline) {
    await sent;
    while (!source.closed) await turns(1);
  }
  await turns();
});

await run({
  // headLeaks: a number, which no collector closes.
  "openSync": { fixture: "ts/unclosed-file/basic.ts:headLeaks", leaking: head(false), fixed: head(true) },
  // firstLineLeaks: the handle is not closed while anything can reach it.
  "FileHandle": { fixture: "ts/unclosed-file/basic.ts:firstLineLeaks", leaking: firstLine(false), fixed: firstLine(true) },
  // logStreamLeaks: a write stream is open until end().
  "createWriteStream": { fixture: "ts/unclosed-file/basic.ts:logStreamLeaks", leaking: log(false), fixed: log(true) },
  // parseLeaks: what comes between open and close throws.
  "throw before close": { fixture: "ts/unclosed-file/paths.ts:parseLeaks", leaking: parse(false), fixed: parse(true) },
  // downloadLeaks: pipe() does not close the source when the other end goes.
  "pipe to a closed response": { fixture: "ts/unclosed-file/streams.ts:downloadLeaks", leaking: download(false), fixed: download(true) },
});
