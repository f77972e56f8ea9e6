/** The files of one run: read, parsed and lowered; a fix replaces a text and lowers that file again. */
import type { ModuleFacts } from "../model/facts.js";
import type { Problem } from "../model/finding.js";
import { lineStarts, regionOf } from "../model/span.js";
import { NO_LAYOUT } from "../engine/program/layout.js";
import type { Layout } from "../engine/program/layout.js";
import type { ReadFile, ReadResult } from "../engine/files/read-source.js";
import type { Comment, Language } from "../parsers/language.js";
import { defect } from "./defect.js";

/** A file as the engine and the suppression comments need it. */
export interface LoweredFile {
  path: string;
  absolute: string;
  text: string;
  language: Language;
  facts: ModuleFacts;
  comments: readonly Comment[];
}

export class Project {
  /** By path, in the order in which they were added. */
  readonly files = new Map<string, LoweredFile>();
  /** As on the disk, by path: what a fix starts from and what it may overwrite. */
  readonly originals = new Map<string, ReadFile>();
  /** Texts of files that could not be lowered, so that their problems can be shown. */
  readonly texts = new Map<string, string>();
  readonly problems: Problem[] = [];
  layout: Layout = NO_LAYOUT;

  /** Lowers a file that was read, or notes why it was not. */
  add({ file, problem }: ReadResult, language: Language): void {
    if (problem) this.problems.push(problem);
    if (!file) return;
    this.texts.set(file.path, file.text);
    try {
      this.files.set(file.path, lower(file, language));
      this.originals.set(file.path, file);
    } catch (error) {
      this.problems.push(defect(file.path, error));
    }
  }

  /** Puts a fixed text in the place of a file's; false, and nothing changes, where our own front end fails on it. */
  replace(file: LoweredFile, text: string): boolean {
    try {
      this.files.set(file.path, lower({ ...file, text }, file.language));
      this.texts.set(file.path, text);
      return true;
    } catch {
      return false;
    }
  }

  /** Places that the parsers could not read, as problems. */
  syntaxProblems(): Problem[] {
    return [...this.files.values()].flatMap(({ path, text, facts }) => {
      if (facts.syntax.length === 0) return [];
      const starts = lineStarts(text);
      return facts.syntax.map(({ at, message }): Problem => ({ path, kind: "syntax", message, region: regionOf(starts, at) }));
    });
  }
}

function lower({ path, absolute, text }: Pick<LoweredFile, "path" | "absolute" | "text">, language: Language): LoweredFile {
  return { path, absolute, text, language, ...language.lower({ path, text }) };
}
