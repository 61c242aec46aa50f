import { isoSeconds, SECONDS_PER_HOUR } from "../contract/hours.ts";
import type { Finding } from "../agent-src/export/verify-hour.ts";

/** What to do about findings, a sentence each. */
export function adviceFor(findings: readonly Finding[]): string[] {
  const toExport = findings.filter(
    ({ problem }) => !isStray(problem) && !isOfSources(problem) && problem !== "stale",
  );
  const isDamaged = toExport.some(({ problem }) => problem !== "missing-hour");
  const advice: string[] = [];
  if (toExport.length > 0) {
    const command = `npx container-insights export … ${windowFlags(toExport)}${isDamaged ? " --repair" : ""}`;
    const what = isDamaged ? "missing or damaged" : "missing";
    advice.push(
      `"${command}" exports what is ${what}, as long as Prometheus and OpenCost still have these hours.`,
    );
  }
  const toRestate = findings.filter(({ problem }) => isOfSources(problem) && problem !== "no-source-data");
  if (toRestate.length > 0) {
    advice.push(
      `The files are whole but not what the sources say: see OpenCost's log for failed queries, then replace them with "npx container-insights backfill … --restate ${windowFlags(toRestate)}".`,
    );
  }
  const stale = findings.filter(({ problem }) => problem === "stale");
  if (stale.length > 0) {
    const names = [...new Set(stale.flatMap(({ dataset }) => dataset ?? []))].join(",");
    advice.push(
      `What a file was made from was replaced since; "npx container-insights backfill … --restate --datasets ${names} ${windowFlags(stale)}" makes it again from what is committed, without a source.`,
    );
  }
  if (findings.some(({ problem }) => problem === "no-source-data")) {
    advice.push(
      "An hour that the sources no longer have cannot be held to them: narrow --from and --until to their retention.",
    );
  }
  if (findings.some(({ problem }) => problem === "uncommitted-object")) {
    advice.push("A file that no manifest names is not read: export its hour, or delete the file.");
  }
  if (findings.some(({ problem }) => problem === "unknown-object")) {
    advice.push("An object whose key is unknown is none of the export's and is not read: move it elsewhere.");
  }
  return advice;
}

const OF_SOURCES: readonly Finding["problem"][] = [
  "source-sums",
  "missing-containers",
  "missing-gpus",
  "cross-check",
  "no-source-data",
];

/** The files are sound; what they say is not what the sources say. */
function isOfSources(problem: Finding["problem"]): boolean {
  return OF_SOURCES.includes(problem);
}

function isStray(problem: Finding["problem"]): boolean {
  return problem === "uncommitted-object" || problem === "unknown-object";
}

/** The narrowest `--from` and `--until` around the hours of findings. */
function windowFlags(findings: readonly Finding[]): string {
  const hours = findings.flatMap(({ hour }) => hour ?? []);
  const from = hours.reduce((a, b) => Math.min(a, b), Infinity);
  const until = hours.reduce((a, b) => Math.max(a, b), -Infinity) + SECONDS_PER_HOUR;
  return `--from ${isoSeconds(from)} --until ${isoSeconds(until)}`;
}
