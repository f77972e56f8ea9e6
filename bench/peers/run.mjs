/**
 * `npm run peers -- --mirrors DIR`: how leak-lint answers the public rule tests of other linters. README.md says what
 * is read and how the answers are judged.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fail, readArguments } from "../../scripts/lib/arguments.mjs";
import { BINS, placesOf } from "./compare.mjs";
import { PEERS } from "./peers.mjs";

const { root, mirrors, only, show, json } = readArguments({ mirrors: { type: "string" }, only: { type: "string" }, show: { type: "boolean" }, json: { type: "boolean" } });
if (mirrors === undefined) fail("Usage: npm run peers -- --mirrors DIR [--only TEXT] [--show] [--json]; DIR/OWNER+NAME/repo is a bare clone of github.com/OWNER/NAME.");
const cli = join(root, "dist", "cli.js");
if (!existsSync(cli)) fail("Build first: npm run build");
const judgements = JSON.parse(readFileSync(fileURLToPath(new URL("judgements.json", import.meta.url)), "utf8"));

const results = [];
for (const peer of PEERS) {
  if (only !== undefined && !peer.name.includes(only)) continue;
  const repository = join(mirrors, peer.repository.replace("/", "+"), "repo");
  if (!existsSync(repository)) {
    console.error(`${peer.name}: skipped, ${peer.repository} is not among the mirrors`);
    continue;
  }
  const places = [...placesOf(peer, [...peer.cases((path) => readAt(repository, path))], cli, judgements[peer.name] ?? {})];
  results.push({ peer, places, counts: count(places, peer) });
}
if (json) console.log(JSON.stringify(results.map(({ peer, places, counts }) => ({ name: peer.name, counts, places: places.map(({ key, line, ours, theirs }) => ({ key, line, ours, theirs })) })), null, 2));
else print();

function readAt(repository, path) {
  const { status, stdout, stderr } = spawnSync("git", ["-C", repository, "show", `HEAD:${path}`], { encoding: "utf8", maxBuffer: 1 << 26 });
  if (status !== 0) fail(stderr);
  return stdout;
}

function outcomeOf(place, peer) {
  if (place.judgement?.verdict === "out") return "out";
  if (place.ours === place.theirs) return "agreed";
  if (!place.judgement) return "unjudged";
  const { verdict } = place.judgement;
  if (!peer.bins) return verdict === "ours" || verdict === "theirs" ? verdict : "unjudged";
  // What leaks only when something raises is worth a finding or not: house policy, and no mistake either way.
  return verdict === "exception-only" || (verdict === "leak") === place.ours ? "ours" : "theirs";
}

function count(places, peer) {
  const counts = { cases: 0, agreed: 0, ours: 0, theirs: 0, unjudged: 0, out: 0 };
  for (const place of places) {
    place.outcome = outcomeOf(place, peer);
    counts[place.outcome]++;
    if (place.outcome !== "out") counts.cases++;
  }
  return counts;
}

function print() {
  console.log("| Peer's rule | Cases | Agreed | Ours right | Theirs right | Unjudged | Out of scope |\n| --- | --: | --: | --: | --: | --: | --: |");
  const row = (name, counts) => console.log(`| ${name} | ${Object.values(counts).join(" | ")} |`);
  const total = { cases: 0, agreed: 0, ours: 0, theirs: 0, unjudged: 0, out: 0 };
  for (const { peer, counts } of results) {
    row(peer.name, counts);
    for (const key of Object.keys(total)) total[key] += counts[key];
  }
  row("all", total);
  console.log(`\nAgreed or ours right: ${((total.agreed + total.ours) / Math.max(total.cases, 1) * 100).toFixed(1)}%`);
  printBins();
  printReasons();
  if (show) printPlaces();
}

/** Places that were looked at by hand: how many of each bin are reported, by us and by the peer. */
function printBins() {
  const binned = results.filter(({ peer }) => peer.bins);
  if (binned.length === 0) return;
  console.log("\n| By hand | Bin | Places | We report | at high, medium, low | They report |\n| --- | --- | --: | --: | --: | --: |");
  for (const { peer, places } of binned) {
    for (const bin of [...BINS, null]) {
      const here = places.filter(({ judgement }) => (judgement && BINS.includes(judgement.verdict) ? judgement.verdict : null) === bin);
      if (here.length === 0 || here.every(({ outcome }) => outcome === "out")) continue;
      const severities = ["high", "medium", "low"].map((severity) => here.filter(({ findings }) => findings[0]?.severity === severity).length);
      console.log(`| ${peer.name} | ${bin ?? "not binned"} | ${here.length} | ${here.filter(({ ours }) => ours).length} | ${severities.join(", ")} | ${here.filter(({ theirs }) => theirs).length} |`);
    }
  }
}

/** Why the answers differ. */
function printReasons() {
  console.log("\n| Peer's rule | Who is right | Why | Cases |\n| --- | --- | --- | --: |");
  for (const { peer, places } of results) {
    const reasons = new Map();
    for (const { outcome, judgement, ours } of places) {
      if (outcome === "agreed" || outcome === "unjudged") continue;
      const who = `${outcome === "out" ? "out of scope" : outcome} (${ours ? "we report" : "we are silent"})`;
      const key = `${who} | ${peer.bins && outcome !== "out" ? `${judgement.verdict}${judgement.reason && ", "}` : ""}${judgement.reason}`;
      reasons.set(key, (reasons.get(key) ?? 0) + 1);
    }
    for (const [key, times] of reasons) console.log(`| ${peer.name} | ${key} | ${times} |`);
  }
}

/** `--show`: each difference with its code, read from the mirror, for whoever judges it. */
function printPlaces() {
  for (const { peer, places } of results) {
    for (const place of places) {
      if (place.outcome === "agreed" || place.outcome === "out" || place.outcome === "ours") continue;
      console.log(`\n--- ${peer.name}  "${place.key}"  ${place.outcome}  ${place.ours ? "we report" : "they report"}${place.line === null ? "" : `, line ${place.line}`}`);
      for (const { rule, message } of place.findings) console.log(`    ${rule}: ${message}`);
      const lines = place.code.split("\n");
      console.log(place.line === null ? place.code.trim() : lines.slice(Math.max(0, place.line - 4), place.line + 8).join("\n"));
    }
  }
}
