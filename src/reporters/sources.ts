/** The report's texts, with their line starts computed once a file. */
import { lineStarts, regionOf } from "../model/span.js";
import type { Region, Span } from "../model/span.js";

export interface Source {
  text: string;
  /** The offset at which each line starts. */
  starts: readonly number[];
}

/** Looks a file's text up by path; null for a file whose text the report does not hold. */
export type Sources = (path: string) => Source | null;

export function sourceOf(text: string): Source {
  return { text, starts: lineStarts(text) };
}

export function sourcesOf(texts: ReadonlyMap<string, string>): Sources {
  const known = new Map<string, Source>();
  return (path) => {
    const before = known.get(path);
    if (before) return before;
    const text = texts.get(path);
    if (text === undefined) return null;
    const source = sourceOf(text);
    known.set(path, source);
    return source;
  };
}

/** Where a span is, for people; null where the file's text is not in the report. */
export function placeOf(sources: Sources, place: { path: string; at: Span }): Region | null {
  const source = sources(place.path);
  return source && regionOf(source.starts, place.at);
}
