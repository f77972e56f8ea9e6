/** Regular expressions and finalisers: what the rules on loops and cycles ask. */
import type { CatalogFile } from "../types.js";

export const regexes: CatalogFile = {
  language: "ts",
  regexes: ["RegExp"],
  pure: ["String", "lodash.escapeRegExp", "escape-string-regexp.default", "*#join", "*#replace", "*#replaceAll", "*#toLowerCase", "*#toUpperCase", "*#trim", "*#toString", "*#concat"],
  // https://developer.mozilla.org/docs/Web/JavaScript/Reference/Global_Objects/FinalizationRegistry/register: the held value is kept strongly.
  finalizers: [{ call: "FinalizationRegistry#register", target: 0, holds: [1] }],
};
