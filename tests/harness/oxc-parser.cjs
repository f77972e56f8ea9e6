/** What `require("oxc-parser")` gives in tests; see environment.mjs. */
module.exports = globalThis.hostRequire("oxc-parser");
