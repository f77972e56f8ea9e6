/**
 * SARIF 2.1.0 as GitHub code scanning reads it (docs.github.com, "SARIF support for code scanning"): one run, every rule
 * once, relative paths, fingerprints of our own, and the trail both as a code flow and as links in the message.
 */
import type { CodeFlow, Fix as SarifFix, Invocation, Location, Log, Notification, Replacement, Result, Run } from "sarif";
import type { Finding, Problem, TrailStep } from "../model/finding.js";
import type { Report, Reporter, ReportOptions } from "../model/report.js";
import { regionOf } from "../model/span.js";
import { lineHashes } from "./line-hash.js";
import { Locations, ROOT_ID, sarifRegion } from "./sarif-locations.js";
import { capitalized, descriptorOf, LEVELS, sentence } from "./sarif-rules.js";
import { mergeEdits, ROLE_WORDS, shownFindings } from "./select.js";
import { placeOf, sourcesOf } from "./sources.js";
import type { Sources } from "./sources.js";

const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const INFORMATION = "https://github.com/leak-lint/leak-lint";
/** GitHub keeps this many results of a run, the most severe first. */
const RESULTS_KEPT = 5000;

/** For GitHub code scanning and SARIF viewers: a log with one run, also where there is nothing to report. */
export const sarif: Reporter = (report, options) => `${JSON.stringify(logOf(report, options), null, 2)}\n`;

function logOf(report: Report, options: ReportOptions): Log {
  const locations = new Locations(report.root);
  const results = new ResultBuilder(report, locations).all(options);
  const run: Run = {
    tool: {
      driver: {
        name: "leak-lint",
        version: report.version,
        semanticVersion: report.version,
        informationUri: INFORMATION,
        rules: report.rules.map(descriptorOf),
      },
    },
    columnKind: "utf16CodeUnits",
    originalUriBaseIds: { [ROOT_ID]: { uri: locations.root } },
    invocations: [invocationOf(report, results.length, locations)],
    results,
  };
  return { $schema: SCHEMA, version: "2.1.0", runs: [run] };
}

function invocationOf(report: Report, results: number, locations: Locations): Invocation {
  const notifications = report.problems.map((problem) => notificationOf(problem, locations));
  if (results > RESULTS_KEPT) {
    const text = `This run has ${results} results; GitHub code scanning keeps the ${RESULTS_KEPT} most severe ones.`;
    notifications.push({ level: "warning", message: { text } });
  }
  return {
    executionSuccessful: !report.problems.some(({ kind }) => kind === "unreadable"),
    workingDirectory: { uri: locations.root },
    toolExecutionNotifications: notifications,
  };
}

const NOTIFICATION_LEVELS: Record<Problem["kind"], "error" | "warning" | "note"> = { unreadable: "error", syntax: "warning", skipped: "note" };
const NOTIFICATION_TEXTS: Record<Problem["kind"], string> = { unreadable: "Cannot read the file", syntax: "Parsing error", skipped: "Skipped" };

function notificationOf({ path, kind, message, region }: Problem, locations: Locations): Notification {
  return {
    level: NOTIFICATION_LEVELS[kind],
    message: { text: sentence(`${NOTIFICATION_TEXTS[kind]}: ${escaped(message)}`) },
    locations: [locations.location(path, region)],
  };
}

/** Results of one report: knows its texts, its rules' order, and the line hashes of the files with results. */
class ResultBuilder {
  readonly #report: Report;
  readonly #locations: Locations;
  readonly #sources: Sources;
  readonly #ruleIndex: ReadonlyMap<string, number>;
  readonly #hashes = new Map<string, string[]>();

  constructor(report: Report, locations: Locations) {
    this.#report = report;
    this.#locations = locations;
    this.#sources = sourcesOf(report.texts);
    this.#ruleIndex = new Map(report.rules.map(({ id }, index) => [id, index]));
  }

  /** Suppressed findings only on request: GitHub ignores `suppressions` and would show them as alerts. */
  all(options: ReportOptions): Result[] {
    const results = shownFindings(this.#report, options).map((finding) => this.#result(finding));
    if (!options.showSuppressed) return results;
    return results.concat(
      this.#report.suppressed.map(({ finding, reason }) => ({
        ...this.#result(finding),
        suppressions: [{ kind: "inSource", ...(reason === "" ? {} : { justification: reason }) }],
      })),
    );
  }

  #result(finding: Finding): Result {
    const { message, related } = this.#message(finding);
    const ruleIndex = this.#ruleIndex.get(finding.rule);
    const hash = this.#lineHash(finding);
    const fix = this.#fix(finding);
    const flow = this.#codeFlow(finding);
    return {
      ruleId: finding.rule,
      ...(ruleIndex === undefined ? {} : { ruleIndex }),
      level: LEVELS[finding.severity],
      message: { text: message },
      locations: [this.#locations.location(finding.path, finding.region)],
      ...(hash === undefined ? {} : { partialFingerprints: { primaryLocationLineHash: hash } }),
      ...(related.length === 0 ? {} : { relatedLocations: related }),
      ...(flow ? { codeFlows: [flow] } : {}),
      ...(fix ? { fixes: [fix] } : {}),
    };
  }

  /** The message and its trail as sentences; GitHub shows a related location only where the message links to it. */
  #message(finding: Finding): { message: string; related: Location[] } {
    const related: Location[] = [];
    const sentences = [sentence(escaped(finding.message))];
    for (const step of finding.trail) {
      const text = escaped(step.message.trim().replace(/\.$/, ""));
      const role = capitalized(ROLE_WORDS[step.role]);
      if (step.place) {
        related.push({ id: related.length + 1, ...this.#stepLocation(step, step.place) });
        sentences.push(`${role}: [${text}](${related.length}).`);
      } else sentences.push(sentence(`${role}: ${text}`));
    }
    return { message: sentences.join(" "), related };
  }

  #codeFlow(finding: Finding): CodeFlow | null {
    const steps = finding.trail.flatMap((step) => (step.place ? [this.#stepLocation(step, step.place)] : []));
    if (steps.length === 0) return null;
    const end = { ...this.#locations.location(finding.path, finding.region), message: { text: sentence(escaped(finding.message)) } };
    return { threadFlows: [{ locations: [...steps, end].map((location) => ({ location })) }] };
  }

  #stepLocation(step: TrailStep, place: NonNullable<TrailStep["place"]>): Location {
    const text = sentence(`${capitalized(ROLE_WORDS[step.role])}: ${escaped(step.message)}`);
    return { ...this.#locations.location(place.path, placeOf(this.#sources, place)), message: { text } };
  }

  #lineHash({ path, region }: Finding): string | undefined {
    const source = this.#sources(path);
    if (!source) return undefined;
    const hashes = this.#hashes.get(path) ?? lineHashes(source.text);
    this.#hashes.set(path, hashes);
    return hashes[region.line - 1];
  }

  #fix({ path, fix }: Finding): SarifFix | null {
    const source = this.#sources(path);
    // Edits that cannot be applied together are no fix; `mergeEdits` is what knows.
    if (!fix || !source || !mergeEdits(source.text, fix.edits)) return null;
    const replacements = fix.edits.map(
      ({ at, text }): Replacement => ({
        deletedRegion: sarifRegion(regionOf(source.starts, at)),
        ...(text === "" ? {} : { insertedContent: { text } }),
      }),
    );
    return {
      description: { text: sentence(escaped(fix.title)) },
      artifactChanges: [{ artifactLocation: this.#locations.artifact(path), replacements }],
      properties: { applicability: fix.applicability },
    };
  }
}

/** SARIF reads `[text](1)` in a message as a link: brackets of our own are escaped (section 3.11.6). */
function escaped(text: string): string {
  return text.replace(/[\\[\]]/g, "\\$&");
}
