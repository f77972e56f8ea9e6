/** Single-file components: the script blocks of `.vue` and `.svelte` files. */
import type { Span } from "../../model/span.js";
import type { Dialect } from "./parse.js";

export interface ScriptBlock {
  /** What is between the tags. */
  at: Span;
  dialect: Dialect;
  /** Runs once per component: Vue's `<script setup>`, Svelte's script without `module`. */
  perInstance: boolean;
}

export function isComponentFile(path: string): boolean {
  return /\.(?:vue|svelte)$/iu.test(path);
}

const DIALECTS: ReadonlyMap<string, Dialect> = new Map([
  ["", "jsx"], ["js", "jsx"], ["javascript", "jsx"], ["jsx", "jsx"], ["ts", "ts"], ["typescript", "ts"], ["tsx", "tsx"],
]);
const SCRIPT_TYPES = /^(?:module|text\/javascript|application\/javascript|text\/typescript|ts|text\/babel)?$/iu;

/** The component's script blocks in order. Text inside comments, templates, styles and custom blocks is not looked at. */
export function scriptBlocks(text: string, path: string): ScriptBlock[] {
  const svelte = /\.svelte$/iu.test(path);
  const blocks: ScriptBlock[] = [];
  const opening = /<!--|<([A-Za-z][\w:.-]*)/gu;
  for (let match = opening.exec(text); match; match = opening.exec(text)) {
    const name = match[1];
    if (name === undefined) {
      const end = text.indexOf("-->", match.index);
      opening.lastIndex = end < 0 ? text.length : end + 3;
      continue;
    }
    const tag = openingTag(text, opening.lastIndex);
    opening.lastIndex = tag.end;
    if (name.toLowerCase() === "script") {
      const close = closingScript(text, tag.end);
      const block = tag.selfClosing ? null : blockOf(tag.attributes, [tag.end, close.start], svelte);
      if (block) blocks.push(block);
      opening.lastIndex = tag.selfClosing ? tag.end : close.end;
    } else if (!tag.selfClosing && (!svelte || name === "style" || name === "svelte:head")) {
      // A Vue file's root holds blocks only; a Svelte file's root is markup, in which scripts stand freely.
      opening.lastIndex = afterElement(text, tag.end, name);
    }
  }
  return blocks;
}

/** The text with everything but the script blocks blanked, so that offsets and lines stay. */
export function blankAround(text: string, blocks: readonly ScriptBlock[]): string {
  let result = "";
  let from = 0;
  for (const { at: [start, end] } of blocks) {
    result += blank(text.slice(from, start)) + text.slice(start, end);
    from = end;
  }
  return result + blank(text.slice(from));
}

function blank(text: string): string {
  return text.replace(/[^\r\n\u2028\u2029]/gu, (character) => " ".repeat(character.length));
}

interface OpeningTag {
  attributes: Map<string, string>;
  end: number;
  selfClosing: boolean;
}

/** Reads attributes from just after the tag's name; `>` inside quotes does not end the tag. */
function openingTag(text: string, from: number): OpeningTag {
  const attributes = new Map<string, string>();
  const part = /\s+|\/?>|([^\s=>"'/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+)))?|[\s\S]/guy;
  part.lastIndex = from;
  for (let match = part.exec(text); match; match = part.exec(text)) {
    if (match[0] === ">" || match[0] === "/>") return { attributes, end: part.lastIndex, selfClosing: match[0] === "/>" };
    if (match[1] !== undefined) attributes.set(match[1].toLowerCase(), match[2] ?? match[3] ?? match[4] ?? "");
  }
  return { attributes, end: text.length, selfClosing: true };
}

function closingScript(text: string, from: number): { start: number; end: number } {
  const close = /<\/script\s*>/giu;
  close.lastIndex = from;
  const match = close.exec(text);
  return match ? { start: match.index, end: close.lastIndex } : { start: text.length, end: text.length };
}

/** The offset after the element whose opening tag ended at `from`, counting elements of the same name inside it. */
function afterElement(text: string, from: number, name: string): number {
  const escaped = name.replaceAll(".", "\\.");
  const tag = new RegExp(`<!--[\\s\\S]*?-->|<(/?)${escaped}(?=[\\s/>])`, "giu");
  tag.lastIndex = from;
  let depth = 1;
  for (let match = tag.exec(text); match; match = tag.exec(text)) {
    if (match[1] === undefined) continue;
    const rest = openingTag(text, tag.lastIndex);
    if (match[1] === "/") depth--;
    else if (!rest.selfClosing) depth++;
    tag.lastIndex = rest.end;
    if (depth === 0) return rest.end;
  }
  return text.length;
}

function blockOf(attributes: ReadonlyMap<string, string>, at: Span, svelte: boolean): ScriptBlock | null {
  const dialect = DIALECTS.get((attributes.get("lang") ?? "").toLowerCase());
  if (dialect === undefined || attributes.has("src") || !SCRIPT_TYPES.test(attributes.get("type") ?? "")) return null;
  const once = attributes.has("module") || attributes.get("context") === "module";
  return { at, dialect, perInstance: svelte ? !once : attributes.has("setup") };
}

/** One dialect that reads all of the blocks. */
export function dialectOfBlocks(blocks: readonly ScriptBlock[]): Dialect {
  if (blocks.some((block) => block.dialect === "tsx")) return "tsx";
  const ts = blocks.some((block) => block.dialect === "ts");
  return ts ? "ts" : "jsx";
}
