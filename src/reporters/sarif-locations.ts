/** Where things are, in SARIF's terms. */
import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";
import type { ArtifactLocation, Location, Region as SarifRegion } from "sarif";
import type { Region } from "../model/span.js";

/** The base that relative URIs are below; what it stands for is said once, in the run's `originalUriBaseIds`. */
export const ROOT_ID = "%SRCROOT%";

/** Locations of one run. */
export class Locations {
  /** `file:` URI of the run's root, with a final slash. */
  readonly root: string;

  constructor(root: string) {
    this.root = pathToFileURL(root).href.replace(/\/*$/, "/");
  }

  /** Relative to the root where the file is below it, else a `file:` URI: GitHub shows neither `..` nor foreign roots. */
  artifact(path: string): ArtifactLocation {
    if (isAbsolute(path)) return this.#shortest(pathToFileURL(path).href);
    return this.#shortest(new URL(encoded(path), this.root).href);
  }

  /** `region` is null for a file as a whole. */
  location(path: string, region: Region | null): Location {
    return { physicalLocation: { artifactLocation: this.artifact(path), ...(region ? { region: sarifRegion(region) } : {}) } };
  }

  #shortest(uri: string): ArtifactLocation {
    return uri.startsWith(this.root) ? { uri: uri.slice(this.root.length), uriBaseId: ROOT_ID } : { uri };
  }
}

export function sarifRegion({ line, column, endLine, endColumn }: Region): SarifRegion {
  return { startLine: line, startColumn: column, endLine, endColumn };
}

/** Each segment percent-encoded (RFC 3986); a lone surrogate, which has no encoding, becomes U+FFFD. */
function encoded(path: string): string {
  return path.replace(/\p{Cs}/gu, "\uFFFD").split("/").map(encodeURIComponent).join("/");
}
