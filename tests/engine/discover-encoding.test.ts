import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode, encode } from "../../src/engine/files/encoding.js";
import { readBytes, readSource } from "../../src/engine/files/read-source.js";
import type { LanguageId } from "../../src/model/facts.js";

function roundTrip(bytes: Buffer, language: LanguageId = "python"): { text: string; encoding: string; back: boolean } {
  const decoded = decode(bytes, language);
  if (!decoded.ok) throw new Error(decoded.message);
  return { text: decoded.text, encoding: decoded.format.encoding, back: encode(decoded.text, decoded.format)?.equals(bytes) === true };
}

test.each([
  ["plain UTF-8", Buffer.from("x = 'é😀'\n"), "x = 'é😀'\n", "utf-8"],
  ["UTF-8 with a mark", Buffer.from("\ufeffx = 1\r\n"), "x = 1\r\n", "utf-8"],
  ["UTF-16 little-endian", Buffer.from("\ufeffx = 'é'\n", "utf16le"), "x = 'é'\n", "utf-16le"],
  ["UTF-16 big-endian", Buffer.from("\ufeffx = 'é'\n", "utf16le").swap16(), "x = 'é'\n", "utf-16be"],
  ["declared Latin-1", Buffer.from("# -*- coding: latin-1 -*-\n'\xe9'\n", "latin1"), "# -*- coding: latin-1 -*-\n'é'\n", "latin-1"],
  ["declared ASCII", Buffer.from("# coding=us-ascii\nx\n"), "# coding=us-ascii\nx\n", "ascii"],
  ["declared cp1252", Buffer.from("#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n'\x80'\n", "latin1"), "#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n'€'\n", "windows-1252"],
  ["declared ISO-8859-15", Buffer.from("# coding: iso-8859-15\n'\xa4'\n", "latin1"), "# coding: iso-8859-15\n'€'\n", "iso-8859-15"],
  ["declared KOI8-R", Buffer.from("# coding: koi8_r\n'\xc1'\n", "latin1"), "# coding: koi8_r\n'а'\n", "koi8-r"],
  ["an empty file", Buffer.alloc(0), "", "utf-8"],
  ["a mark and nothing else", Buffer.from("\ufeff"), "", "utf-8"],
])("%s is read and comes back byte for byte", (_, bytes, text, encoding) => {
  expect(roundTrip(bytes)).toEqual({ text, encoding, back: true });
});

test("Shift JIS is read, but cannot be written", () => {
  const bytes = Buffer.concat([Buffer.from("# coding: cp932\nx = '"), Buffer.from([0x93, 0xfa]), Buffer.from("'\n")]);
  expect(roundTrip(bytes)).toEqual({ text: "# coding: cp932\nx = '日'\n", encoding: "shift_jis", back: false });
});

test("a declaration counts in Python's first two lines only, and only behind a blank or comment line", () => {
  expect(roundTrip(Buffer.from("x = 1\n# coding: latin-1\n")).encoding).toBe("utf-8");
  expect(roundTrip(Buffer.from("\n\n# coding: latin-1\n")).encoding).toBe("utf-8");
  expect(roundTrip(Buffer.from("// coding: latin-1\n"), "ts").encoding).toBe("utf-8");
});

test("an encoding nobody knows is a sentence that names it", () => {
  expect(decode(Buffer.from("# coding: klingon\n"), "python")).toMatchObject({ ok: false, reason: "encoding", message: expect.stringContaining('"klingon"') as string });
});

test("invalid UTF-8 is read as Latin-1, located, and comes back byte for byte", () => {
  const bytes = Buffer.concat([Buffer.from("a = 'é'\nb = '"), Buffer.from([0xe9, 0xff]), Buffer.from("'\n")]);
  const decoded = decode(bytes, "ts");
  expect(decoded).toMatchObject({ ok: true, text: bytes.toString("latin1"), malformed: { offset: 14, byte: 0xe9 } });
  expect(roundTrip(bytes, "ts").back).toBe(true);
  expect(readBytes({ path: "a.ts", absolute: "/a.ts", explicit: false }, bytes, "ts").problem).toEqual({
    path: "a.ts", kind: "syntax", message: "byte 0xe9 is not valid UTF-8, so the file was read as Latin-1", region: { line: 2, column: 6, endLine: 2, endColumn: 7 },
  });
});

test("a replacement character that the author wrote is not taken for a bad byte", () => {
  const bytes = Buffer.concat([Buffer.from("'\ufffd' "), Buffer.from([0xc3])]);
  expect(decode(bytes, "ts")).toMatchObject({ malformed: { offset: 6, byte: 0xc3 } });
});

test("a file that does not fit its encoding any more cannot be written", () => {
  expect(encode("é", { encoding: "windows-1252", bom: false })).toEqual(Buffer.from([0xe9]));
  expect(encode("日", { encoding: "windows-1252", bom: false })).toBeNull();
  expect(encode("日", { encoding: "latin-1", bom: false })).toBeNull();
});

test("NUL bytes make a binary: skipped in a walk, a failure where it is named", () => {
  const bytes = Buffer.from("G@\0\0video");
  const read = (explicit: boolean): unknown => readBytes({ path: "clip.ts", absolute: "/clip.ts", explicit }, bytes, "ts").problem;
  expect(read(false)).toMatchObject({ kind: "skipped", message: "binary: it holds NUL bytes" });
  expect(read(true)).toMatchObject({ kind: "unreadable" });
});

test("a bundle is known by its long lines unless it is named", () => {
  const bundle = Buffer.from(`var a=1;${"f(a);".repeat(1000)}\n`);
  const read = (explicit: boolean): boolean => readBytes({ path: "a.js", absolute: "/a.js", explicit }, bundle, "ts").file !== null;
  expect([read(false), read(true)]).toEqual([false, true]);
});

test("a file that vanished between the walk and the reading is a problem", () => {
  const folder = mkdtempSync(join(tmpdir(), "leak-lint-"));
  writeFileSync(join(folder, "a.py"), "");
  rmSync(folder, { recursive: true });
  expect(readSource({ path: "a.py", absolute: join(folder, "a.py"), explicit: true }, "python")).toEqual({
    file: null, problem: { path: "a.py", kind: "unreadable", message: "no such file or folder", region: null },
  });
});

test("a bundle of 50 MB is refused with its size, also where it was named", () => {
  const { file, problem } = readBytes({ path: "app.js", absolute: "/app.js", explicit: true }, Buffer.alloc(50 * 1024 * 1024, "x;\n"), "ts");
  expect([file, problem?.kind, problem?.message]).toEqual([null, "unreadable", "50 MB is more than leak-lint can analyse (16 MB): lint what it was built from"]);
});
