import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import type { Manifest } from "../contract/manifest.ts";
import { DEFAULT_KEY_PREFIX } from "../contract/object-keys.ts";
import { formatBytes, formatCount, formatCounted } from "../cli/format.ts";
import type { Colors } from "../cli/terminal.ts";
import { isDeno } from "./runtime.ts";
import { DEMO_CLUSTER_ARN, sinkUrl, type DemoPlaces } from "./steps.ts";

const WIDTH = 32;

/** What a finished demo says: what was made, and what to try next. */
export function lastScreen(
  places: DemoPlaces,
  manifests: readonly Manifest[],
  seconds: number,
  color: Colors,
): string {
  const rows = sum(manifests, ({ rows }) => rows);
  const bytes = sum(manifests, ({ object }) => object?.bytes ?? 0);
  const cost = sum(manifests, ({ totals }) => totals["total_cost_precise"] ?? 0);
  const hours = new Set(manifests.map(({ hourStart }) => hourStart)).size;
  const report = pathToFileURL(join(places.out, "report.html")).href;
  const line = (path: string, what: string): string => `  ${path.padEnd(WIDTH)}${what}`;
  const here = (path: string): string => relative(places.root, path);
  return [
    "",
    color.bold(`Done in ${seconds.toFixed(0)} s. What was made:`),
    line(here(join(places.out, "report.html")), `cost report: ${color.cyan(report)}`),
    line(
      `${here(join(places.out, DEFAULT_KEY_PREFIX))}/`,
      `${formatCounted(hours, "hour")}, ${formatCount(rows)} rows, ${formatBytes(bytes)} of Parquet, $${formatCount(Math.round(cost))} of cost`,
    ),
    line("cdktf.out/", 'Terraform of an account and of the cluster "lab"; nothing was applied,'),
    line("", "`npm run synth` writes that of your own configuration in its place"),
    "",
    color.yellow("All of it is simulated: the report says how."),
    "",
    ...tryNext(places, color),
    "",
  ].join("\n");
}

/** The report's costs by namespace, as a query: its sums are those of the report's table. */
export const COST_BY_NAMESPACE =
  "SELECT CASE row_kind WHEN 'workload' THEN namespace ELSE row_kind END AS namespace, round(sum(total_cost_precise), 2) AS cost FROM allocation GROUP BY 1 ORDER BY 2 DESC";

/** How a person starts the command line. Deno may have come with `npm ci` and be on no path, so npx finds it. */
export function cliCommand(underDeno: boolean): string {
  return underDeno ? "npx deno task cli" : "node cli/bin.mjs";
}

function tryNext(places: DemoPlaces, color: Colors): string[] {
  const sink = sinkUrl(places);
  const cli = cliCommand(isDeno());
  return [
    color.bold("Try next:"),
    "  ask the files what the report says by namespace",
    color.cyan(`    ${cli} query --sink ${sink} \\
      "${COST_BY_NAMESPACE}"`),
    "  damage one, and see it found",
    color.cyan(`    rm "$(find ${relative(places.root, places.out)} -name '*.parquet' | head -1)"
    ${cli} verify --cluster-arn ${DEMO_CLUSTER_ARN} --sink ${sink}`),
    "  see which columns there are, and where each comes from",
    color.cyan(`    ${cli} schema container`),
    "",
    color.bold("Your own cluster, nothing installed in it (names of the services may differ):"),
    color.cyan(`    kubectl -n monitoring port-forward svc/prometheus-server 9090:80 & \\
    kubectl -n opencost port-forward svc/opencost 9003:9003 & sleep 3; \\
    ${cli} export --prometheus-url http://127.0.0.1:9090 --opencost-url http://127.0.0.1:9003 \\
      --cluster-arn arn:aws:eks:<region>:<account>:cluster/<name> --sink "file://$PWD/my-cluster" && \\
    ${cli} report --sink "file://$PWD/my-cluster"`),
  ];
}

function sum(manifests: readonly Manifest[], value: (manifest: Manifest) => number): number {
  return manifests.reduce((total, manifest) => total + value(manifest), 0);
}
