/** Every output format by the name that `--format` takes. A format is a pure function of a report: add a file and a line here. */
import type { Reporter } from "../model/report.js";
import { json } from "./json.js";
import { sarif } from "./sarif.js";
import { text } from "./text.js";

export const REPORTERS: Record<"text" | "json" | "sarif", Reporter> = { text, json, sarif };
