/** Everything that leak-lint knows of APIs, in both languages. */
import { PYTHON_CATALOG } from "./python/index.js";
import { TS_CATALOG } from "./ts/index.js";
import type { CatalogFile } from "./types.js";

export const CATALOG: readonly CatalogFile[] = [...PYTHON_CATALOG, ...TS_CATALOG];
