/** Object URLs keep their blob until they are revoked or the document is gone. */
import type { CatalogFile } from "../types.js";
import { onGlobal } from "./names.js";

export const objectUrls: CatalogFile = {
  language: "ts",
  pairs: [
    {
      key: "object-url",
      rule: "unclosed-file",
      noun: "object URL",
      acquire: [...onGlobal("URL.createObjectURL"), "url.URL.createObjectURL", "webkitURL.createObjectURL", "window.webkitURL.createObjectURL"],
      release: [...onGlobal("URL.revokeObjectURL(0)"), "url.URL.revokeObjectURL(0)", "webkitURL.revokeObjectURL(0)", "window.webkitURL.revokeObjectURL(0)"],
      // An element loads what its attribute names, and revokes nothing.
      shownBy: ["HTMLElement#src", "HTMLElement#href", "HTMLElement#data"],
      source: "https://w3c.github.io/FileAPI/#dfn-createObjectURL",
    },
  ],
};
