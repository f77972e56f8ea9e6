/**
 * Bytes to text and back, so that a fixed file keeps its byte order mark, its encoding and every byte that no fix
 * touched. Python files may declare an encoding (PEP 263); everything else is UTF-8 unless a mark says UTF-16.
 */
import { isUtf8 } from "node:buffer";
import type { LanguageId } from "../../model/facts.js";

/** How a file's bytes were read; what `encode` needs to write it back. */
export interface TextFormat {
  /** A lower-case name: "utf-8", "latin-1", "ascii", "utf-16le", "utf-16be", or a label that `TextDecoder` knows. */
  encoding: string;
  /** A byte order mark stood in front. It is not part of the text. */
  bom: boolean;
}

export type Decoded =
  | { ok: true; text: string; format: TextFormat; malformed: Malformed | null }
  /** "binary": it holds NUL bytes. "encoding": it declares an encoding that nobody here can read. */
  | { ok: false; reason: "binary" | "encoding"; message: string };

/** The first byte that is not valid UTF-8: an offset into the text as decoded (then Latin-1, one unit a byte). */
export interface Malformed {
  offset: number;
  byte: number;
}

/** PEP 263: a comment in the first two lines; the second counts only if the first is blank or a comment. */
const CODING = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/u;
const BLANK_OR_COMMENT = /^[ \t\f]*(?:#|$)/u;

/** Windows-1252 from 0x80 to 0x9f; elsewhere it is Latin-1. By hand: Node 20's `TextDecoder` takes it for Latin-1 altogether. */
const WINDOWS_1252 = "\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178";

/** Decodes a file. Never throws: what cannot be decoded is a value with a sentence for people. */
export function decode(bytes: Buffer, language: LanguageId): Decoded {
  if (startsWith(bytes, 0xef, 0xbb, 0xbf)) return decodeUtf8(bytes.subarray(3), true);
  // UTF-32's little-endian mark begins like UTF-16's.
  if (startsWith(bytes, 0xff, 0xfe) && !startsWith(bytes, 0xff, 0xfe, 0, 0)) return decodeAs("utf-16le", bytes.subarray(2), true);
  if (startsWith(bytes, 0xfe, 0xff)) return decodeAs("utf-16be", bytes.subarray(2), true);
  if (bytes.includes(0)) return { ok: false, reason: "binary", message: "binary: it holds NUL bytes" };
  const declared = language === "python" ? declaredEncoding(bytes) : null;
  if (declared === null) return decodeUtf8(bytes, false);
  const encoding = normalEncoding(declared);
  if (encoding === "utf-8") return decodeUtf8(bytes, false);
  const decoded = decodeAs(encoding, bytes, false);
  if (decoded.ok) return decoded;
  return { ok: false, reason: "encoding", message: `it declares the encoding "${declared}", which leak-lint does not know; save it as UTF-8 to have it linted` };
}

/**
 * The bytes of `text` in the format it was read in, or null where that encoding cannot hold it or cannot be written
 * (the multi-byte East Asian ones).
 */
export function encode(text: string, format: TextFormat): Buffer | null {
  const body = encodeBody(text, format.encoding);
  if (body === null) return null;
  if (!format.bom) return body;
  const mark = { "utf-8": [0xef, 0xbb, 0xbf], "utf-16le": [0xff, 0xfe], "utf-16be": [0xfe, 0xff] }[format.encoding];
  return mark === undefined ? body : Buffer.concat([Buffer.from(mark), body]);
}

function decodeUtf8(bytes: Buffer, bom: boolean): Decoded {
  if (bytes.includes(0)) return { ok: false, reason: "binary", message: "binary: it holds NUL bytes" };
  if (isUtf8(bytes)) return { ok: true, text: bytes.toString("utf8"), format: { encoding: "utf-8", bom }, malformed: null };
  // Latin-1 gives every byte one unit: offsets hold, and the file can be written back byte for byte.
  const offset = firstInvalidByte(bytes);
  const text = bytes.toString("latin1");
  // The mark itself cannot be written by a Latin-1 encoder; it stays as three characters of the text.
  const format = { encoding: "latin-1", bom: false };
  return bom
    ? { ok: true, text: `\u00ef\u00bb\u00bf${text}`, format, malformed: { offset: offset + 3, byte: bytes[offset] ?? 0 } }
    : { ok: true, text, format, malformed: { offset, byte: bytes[offset] ?? 0 } };
}

function decodeAs(encoding: string, bytes: Buffer, bom: boolean): Decoded {
  const format = { encoding, bom };
  if (encoding === "latin-1" || encoding === "ascii") return { ok: true, text: bytes.toString("latin1"), format, malformed: null };
  if (encoding === "windows-1252") {
    const text = bytes.toString("latin1").replaceAll(/[\u0080-\u009f]/gu, (unit) => WINDOWS_1252.charAt(unit.charCodeAt(0) - 0x80));
    return { ok: true, text, format, malformed: null };
  }
  try {
    const text = new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes);
    if (bom && text.includes("\0")) return { ok: false, reason: "binary", message: "binary: it holds NUL characters" };
    return { ok: true, text, format, malformed: null };
  } catch (error) {
    return { ok: false, reason: "encoding", message: String(error) };
  }
}

/** The encoding that a Python file's first two lines declare, as written; null where they declare none. */
function declaredEncoding(bytes: Buffer): string | null {
  const [first = "", second = ""] = bytes.subarray(0, 1024).toString("latin1").split(/\r\n|[\r\n]/u, 2);
  const match = CODING.exec(first) ?? (BLANK_OR_COMMENT.test(first) ? CODING.exec(second) : null);
  return match?.[1] ?? null;
}

/** Python's spelling of an encoding to ours. Python ignores case, takes `_` for `-`, and knows code pages as `cpNNN`. */
function normalEncoding(declared: string): string {
  const name = declared.toLowerCase().replaceAll("_", "-");
  if (/^(?:utf-?8|utf-8-.*|utf8-sig|u8)$/u.test(name)) return "utf-8";
  if (/^(?:latin-?1|l1|iso-?8859-?1|iso-latin-1|iso-8859-1-.*|latin-1-.*)$/u.test(name)) return "latin-1";
  if (/^(?:us-)?ascii$|^646$/u.test(name)) return "ascii";
  const codePage = /^(?:cp|windows-?)(125\d|874)$/u.exec(name);
  if (codePage) return `windows-${codePage[1] ?? ""}`;
  const named: Record<string, string> = { cp932: "shift_jis", ms932: "shift_jis", sjis: "shift_jis", cp936: "gbk", cp949: "euc-kr", cp950: "big5", cp866: "ibm866", "mac-roman": "macintosh" };
  return named[name] ?? name;
}

function encodeBody(text: string, encoding: string): Buffer | null {
  switch (encoding) {
    case "utf-8": return Buffer.from(text, "utf8");
    case "utf-16le": return Buffer.from(text, "utf16le");
    case "utf-16be": return Buffer.from(text, "utf16le").swap16();
    case "latin-1": case "ascii": return encodeSingleBytes(text, (unit) => (unit <= 0xff ? unit : undefined));
    case "windows-1252": return encodeSingleBytes(text, (unit) => {
      const special = WINDOWS_1252.indexOf(String.fromCharCode(unit));
      return special >= 0 ? special + 0x80 : unit <= 0xff && (unit < 0x80 || unit >= 0xa0) ? unit : undefined;
    });
    default: {
      const table = singleByteTable(encoding);
      return table && encodeSingleBytes(text, (unit) => table.get(unit));
    }
  }
}

function encodeSingleBytes(text: string, byteOf: (unit: number) => number | undefined): Buffer | null {
  const bytes = Buffer.alloc(text.length);
  for (let index = 0; index < text.length; index++) {
    const byte = byteOf(text.charCodeAt(index));
    if (byte === undefined) return null;
    bytes[index] = byte;
  }
  return bytes;
}

/** UTF-16 unit to byte, read off the decoder itself; null for an encoding whose characters may take several bytes. */
function singleByteTable(encoding: string): Map<number, number> | null {
  const decoded = [...Array(256).keys()].map((byte) => new TextDecoder(encoding, { ignoreBOM: true }).decode(Uint8Array.of(byte)));
  if (decoded.some((text, byte) => text.length !== 1 || (text === "\ufffd" && byte < 0x80))) return null;
  const undefinedHigh = decoded.filter((text) => text === "\ufffd").length;
  // A lead byte of a multi-byte encoding decodes alone to U+FFFD: more than a handful of these is no single-byte table.
  if (undefinedHigh > 48) return null;
  return new Map(decoded.flatMap((text, byte) => (text === "\ufffd" ? [] : [[text.charCodeAt(0), byte] as const])));
}

/** Where decoding first had to substitute: everything before it decoded to as many bytes as it came from. */
function firstInvalidByte(bytes: Buffer): number {
  const lossy = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  for (let at = lossy.indexOf("\ufffd"); at !== -1; at = lossy.indexOf("\ufffd", at + 1)) {
    const offset = Buffer.byteLength(lossy.slice(0, at), "utf8");
    // A U+FFFD that the author wrote is valid and takes its three bytes.
    if (!startsWith(bytes.subarray(offset), 0xef, 0xbf, 0xbd)) return offset;
  }
  return 0;
}

function startsWith(bytes: Buffer, ...prefix: number[]): boolean {
  return prefix.every((byte, index) => bytes[index] === byte);
}
