import type { Reporter } from "../model/report.js";
import { createPalette } from "./palette.js";
import { shownFindings } from "./select.js";
import { sourcesOf } from "./sources.js";
import { findingLines, groupByCause } from "./text-finding.js";
import { problemLines, statisticsLines, summaryLine, suppressedLines } from "./text-summary.js";

/** For people at a terminal: every finding with its code and its evidence, then notes and a summary. */
export const text: Reporter = (report, options) => {
  const palette = createPalette(options.color);
  const sources = sourcesOf(report.texts);
  const findings = shownFindings(report, options);
  const sections = [
    ...groupByCause(findings).map((group) => findingLines(group, sources, palette)),
    options.showSuppressed ? suppressedLines(report, palette) : [],
    problemLines(report.problems, options.quiet, palette),
    options.statistics ? statisticsLines(findings, palette) : [],
    [summaryLine(report, findings, options, palette)],
  ];
  const filled = sections.filter((lines) => lines.length > 0);
  return `${filled.map((lines) => lines.join("\n")).join("\n\n")}\n`;
};
