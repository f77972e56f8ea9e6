/** Metrics: a registry keeps a series for every combination of label values that it ever saw. */
import type { CatalogFile } from "../types.js";

const KINDS = ["Counter", "Gauge", "Histogram", "Summary", "Info", "Enum"];
const INSTRUMENTS: [make: string, kind: string, record: string][] = [
  ["create_counter", "Counter", "add"], ["create_up_down_counter", "UpDownCounter", "add"], ["create_histogram", "Histogram", "record"], ["create_gauge", "Gauge", "set"],
];

export const metrics: CatalogFile = {
  language: "python",
  returns: {
    "opentelemetry.metrics.get_meter": "opentelemetry.metrics.Meter",
    "opentelemetry.metrics.MeterProvider#get_meter": "opentelemetry.metrics.Meter",
    "opentelemetry.metrics.get_meter_provider": "opentelemetry.metrics.MeterProvider",
    ...Object.fromEntries(INSTRUMENTS.map(([make, kind]) => [`opentelemetry.metrics.Meter#${make}`, `opentelemetry.metrics.${kind}`])),
  },
  // https://prometheus.io/docs/practices/naming/#labels: "Do not use labels to store dimensions with high cardinality".
  series: {
    calls: [
      ...KINDS.map((kind) => `prometheus_client.${kind}#labels`),
      ...INSTRUMENTS.flatMap(([, kind, record]) => [`opentelemetry.metrics.${kind}#${record}(1)`, `opentelemetry.metrics.${kind}#${record}(attributes=)`]),
    ],
    removers: ["remove", "remove_by_labels", "clear"],
    identities: "(?:^|[_.])(?:user|account|customer|member|visitor|session|request|req|trace|span|message|msg|order|invoice|payment|transaction|txn|correlation|conversation|chat|job|task|run|execution|upload|event)[_.]?id$|(?:^|[_.])(?:e_?mail|e_?mail_address|uuid|guid|session_key|session_token|remote_addr|client_ip|client_addr|ip_address)$",
    sources: {
      members: "^(?:path|url|uri|raw_path|full_path|raw_uri|path_qs|rel_url|base_url|PATH_INFO|REQUEST_URI|RAW_URI)$",
      of: "^_?(?:request|req|scope|environ)$",
      routed: "route|rule|endpoint|template|resolver|match|pattern",
    },
    texts: ["str(0)", "repr(0)", "*#lower", "*#strip", "*#decode", "*#geturl"],
  },
};
