/** Reads one discovered file: bytes, text and how to write it back, or a problem that says why not. */
import { readFileSync } from "node:fs";
import type { LanguageId } from "../../model/facts.js";
import type { Problem } from "../../model/finding.js";
import { lineStarts, regionOf } from "../../model/span.js";
import { reason } from "./discover.js";
import type { DiscoveredFile } from "./discover.js";
import { decode } from "./encoding.js";
import type { TextFormat } from "./encoding.js";

/** A file as read. */
export interface ReadFile {
  path: string;
  absolute: string;
  text: string;
  bytes: Buffer;
  format: TextFormat;
}

/** The file and what is to be said about it: `file` is null where there is nothing to lint. */
export interface ReadResult {
  file: ReadFile | null;
  problem: Problem | null;
}

/** A file is taken for a bundle where so much of its text stands in lines so long, unless it is smaller than this. */
const MINIFIED = { share: 0.7, line: 400, smallest: 600 };

/** Beyond this no parser at hand gives a tree, and no hand wrote the file: said of a file that was named, too. */
const LARGEST = 16 * 1024 * 1024;

/** Lines that only the module loaders of webpack, esbuild, Parcel and Browserify begin with, in what they have put together. */
const LOADER = /^(?:\/\*{6}\/[ \t]*)?(?:var __webpack_modules__ = |function __webpack_require__\(|var __commonJS = |parcelRequire = |\(function\(\)\{function r\(e,n,t\)\{)/mu;

/** Reads and decodes. Files that only look minified or binary are skipped with a note; explicitly named ones are tried. */
export function readSource(file: DiscoveredFile, language: LanguageId): ReadResult {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file.absolute);
  } catch (error) {
    return { file: null, problem: problem(file.path, "unreadable", reason(error)) };
  }
  return readBytes(file, bytes, language);
}

/** As `readSource`, for bytes that are already at hand (standard input, an editor's buffer). */
export function readBytes({ path, absolute, explicit }: DiscoveredFile, bytes: Buffer, language: LanguageId): ReadResult {
  if (bytes.length > LARGEST) {
    const [size, limit] = [bytes.length, LARGEST].map((count) => (count / 1024 / 1024).toFixed(0));
    return { file: null, problem: problem(path, "unreadable", `${size ?? ""} MB is more than leak-lint can analyse (${limit ?? ""} MB): lint what it was built from`) };
  }
  const decoded = decode(bytes, language);
  if (!decoded.ok) {
    const kind = decoded.reason === "binary" && !explicit ? "skipped" : "unreadable";
    return { file: null, problem: problem(path, kind, decoded.message) };
  }
  const { text, format, malformed } = decoded;
  if (!explicit && looksMinified(text)) {
    return { file: null, problem: problem(path, "skipped", "minified, by its very long lines (name the file to have it linted)") };
  }
  if (!explicit && language === "ts" && LOADER.test(text)) {
    return { file: null, problem: problem(path, "skipped", "put together by a bundler, by its module loader (name the file to have it linted)") };
  }
  const file = { path, absolute, text, bytes, format };
  if (!malformed) return { file, problem: null };
  const byte = malformed.byte.toString(16).padStart(2, "0");
  const message = `byte 0x${byte} is not valid UTF-8, so the file was read as Latin-1`;
  const region = regionOf(lineStarts(text), [malformed.offset, malformed.offset + 1]);
  return { file, problem: { path, kind: "syntax", message, region } };
}

function looksMinified(text: string): boolean {
  if (text.length < MINIFIED.smallest) return false;
  let inLongLines = 0;
  for (const line of text.split("\n")) if (line.length > MINIFIED.line) inLongLines += line.length;
  return inLongLines > text.length * MINIFIED.share;
}

function problem(path: string, kind: Problem["kind"], message: string): Problem {
  return { path, kind, message, region: null };
}
