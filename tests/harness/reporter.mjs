/**
 * A Jest reporter: prints how many leaks the fixtures hold and how many known wrong answers they own up to, and writes
 * the run's totals as JSON to the file that TEST_SUMMARY names, if any.
 */
import { writeFileSync } from "node:fs";

export default class Reporter {
  onRunComplete(_contexts, results) {
    const titles = results.testResults.flatMap((file) => file.testResults).filter((one) => one.status === "passed").map((one) => one.title);
    const count = (kind) => titles.filter((title) => title.startsWith(`${kind} `)).length;
    const wants = titles.map((title) => Number(/ reports (\d+) leaks?$/u.exec(title)?.[1] ?? 0)).reduce((sum, number) => sum + number, 0);
    if (wants > 0) console.error(`Fixtures:    ${wants} leaks found, ${count("known-fn")} known-fn, ${count("known-fp")} known-fp`);
    if (process.env.TEST_SUMMARY) {
      const { numPassedTests: passed, numFailedTests, numRuntimeErrorTestSuites } = results;
      writeFileSync(process.env.TEST_SUMMARY, JSON.stringify({ passed, failed: numFailedTests + numRuntimeErrorTestSuites }));
    }
  }
}
