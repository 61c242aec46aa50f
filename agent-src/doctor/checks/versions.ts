import { ok, skipped, warning, type Check, type Finding } from "../check.ts";

/** Versions that this project is tested against, on real servers; see docs/prometheus-servers.md and docs/proving-ground.md. */
const TESTED = {
  prometheus: { text: "2.42, 3.5 and VictoriaMetrics 1.110", majors: ["2", "3"] },
  opencost: { text: "dev-20251219, a build of the series 1.x", majors: ["1", "dev-20251219"] },
} as const;

/** What the adapter names VictoriaMetrics, which keeps its version to itself. */
const VICTORIA_METRICS = "victoria-metrics";

/** Prometheus before this has not all functions of the dictionary's queries (`present_over_time`, 2.26; `@`, 2.25). */
const LEAST_PROMETHEUS_2 = 26;

/** Whether Prometheus is of a version whose answers were compared. */
export const prometheusVersion: Check = {
  id: "prometheus-version",
  title: "Prometheus: a version that was tested",
  about: ["prometheus"],
  needs: ["prometheus-api"],
  run: async ({ prometheus }) => [judgePrometheus((await prometheus.identify()).version ?? "unknown")],
};

function judgePrometheus(version: string): Finding {
  if (version === "unknown") {
    return ok(
      "the server does not tell its version, as self-built ones do; its answers are read the same way",
    );
  }
  if (version === VICTORIA_METRICS) return ok(`${version}, which does not tell its version; tested as 1.110`);
  const [major = "", minor = ""] = version.replace(/^v/, "").split(/[.+-]/);
  if (major === "2" && Number(minor) < LEAST_PROMETHEUS_2) {
    return warning(
      `Prometheus ${version} is older than 2.${LEAST_PROMETHEUS_2}; queries may be refused`,
      `use one of ${TESTED.prometheus.text}, or a later 2 or 3`,
    );
  }
  return judge("Prometheus", version, major, TESTED.prometheus);
}

/** Whether OpenCost is of a version whose answers are known. */
export const openCostVersion: Check = {
  id: "opencost-version",
  title: "OpenCost: a version that was tested",
  about: ["opencost"],
  needs: ["opencost-api"],
  run: async ({ openCost }) => {
    if (!openCost) return [skipped("no OpenCost is named")];
    const version = (await openCost.identify()).version ?? "unknown";
    if (version === "unknown") return [ok("OpenCost does not tell its version")];
    const major = version.startsWith("dev-")
      ? (version.split(" ")[0] ?? "")
      : (version.replace(/^v/, "").split(".")[0] ?? "");
    return [judge("OpenCost", version, major, TESTED.opencost)];
  },
};

function judge(
  name: string,
  version: string,
  major: string,
  tested: { readonly text: string; readonly majors: readonly string[] },
): Finding {
  if (tested.majors.includes(major)) return ok(`${name} ${version}; tested are ${tested.text}`);
  return warning(
    `${name} ${version} is of a series that was never tested; tested are ${tested.text}`,
    `compare a few hours with "container-insights verify", or use a tested version`,
  );
}
