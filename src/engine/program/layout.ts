/** What a project's manifests say about where imports lead, as data: `read-layout.ts` reads it, the linker follows it. */

export interface Layout {
  /** By the folder that they are for, as files' paths are shown: "" is the working directory. */
  packages: ReadonlyMap<string, Package>;
  aliases: ReadonlyMap<string, Aliases>;
}

export interface Package {
  folder: string;
  name: string | null;
  /** The package.json fields as written; whatever shape they have, the linker looks before it leaps. */
  exports: unknown;
  imports: unknown;
  /** The files that the package's own name may mean, the likeliest first, relative to the folder. */
  entries: readonly string[];
  /** Names of the packages that it depends on, for whatever purpose. */
  dependencies: ReadonlySet<string>;
}

export interface Aliases {
  /** What a bare specifier may be relative to. */
  base: string | null;
  paths: readonly { pattern: string; targets: readonly string[] }[];
}

export const NO_LAYOUT: Layout = { packages: new Map(), aliases: new Map() };
