// Loaded into a measured process: writes its largest resident set, in kilobytes, to the file that PEAK_FILE names.
import { writeFileSync } from "node:fs";

process.on("exit", () => {
  if (process.env.PEAK_FILE) writeFileSync(process.env.PEAK_FILE, String(process.resourceUsage().maxRSS));
});
