/**
 * Metrics: a registry keeps a series for every combination of label values that it ever saw. OpenTelemetry's JavaScript
 * SDK is not here: it stops at 2000 of them by itself.
 */
import type { CatalogFile } from "../types.js";

const KINDS = ["Counter", "Gauge", "Histogram", "Summary"];
const METHODS = ["labels", "inc(0)", "dec(0)", "set(0)", "observe(0)", "startTimer(0)"];

export const metrics: CatalogFile = {
  language: "ts",
  // https://github.com/siimon/prom-client#labels and https://prometheus.io/docs/practices/naming/#labels
  series: {
    calls: KINDS.flatMap((kind) => METHODS.map((method) => `prom-client.${kind}#${method}`)),
    removers: ["remove", "reset"],
    identities: "(?:^|[_.]|[a-z](?=[A-Z]))(?:[uU]ser|[aA]ccount|[cC]ustomer|[mM]ember|[vV]isitor|[sS]ession|[rR]equest|[rR]eq|[tT]race|[sS]pan|[mM]essage|[mM]sg|[oO]rder|[iI]nvoice|[pP]ayment|[tT]ransaction|[cC]orrelation|[cC]onversation|[cC]hat|[jJ]ob|[tT]ask|[rR]un|[eE]xecution|[uU]pload|[eE]vent)_?(?:id|Id|ID)$|(?:^|[_.]|[a-z](?=[A-Z]))(?:[eE]-?[mM]ail|[eE]mailAddress|[uU]uid|[gG]uid|[rR]emoteAddress|[cC]lientIp|[iI]pAddress)$",
    sources: {
      members: "^(?:path|url|originalUrl|href|pathname)$",
      of: "^_?(?:request|req|ctx|nextUrl)$",
      routed: "route|pattern|template|match",
    },
    texts: ["String(0)", "*#toString", "*#toLowerCase", "*#trim"],
  },
};
