import { fileURLToPath } from "node:url";
import { AssetType, TerraformAsset, type ITerraformDependable, type TerraformStack } from "cdktf";
import { Release } from "@cdktf/provider-helm/lib/release/index.js";
import type { ChartValuesInput } from "./chart-values.ts";

/** Name of the release and of the chart. */
export const RELEASE_NAME = "container-insights";

const CHART = fileURLToPath(new URL("../charts/container-insights", import.meta.url));

export interface ChartReleaseProps {
  readonly namespace: string;
  readonly values: ChartValuesInput;
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * The Helm release of the chart. The chart travels inside the synthesized folder, under a name made from its content,
 * so that the folder can be moved and a changed template shows in the plan although the chart's version stays.
 */
export function createChartRelease(stack: TerraformStack, props: ChartReleaseProps): Release {
  const chart = new TerraformAsset(stack, "chart", { path: CHART, type: AssetType.DIRECTORY });
  const release = new Release(stack, "container_insights", {
    name: RELEASE_NAME,
    namespace: props.namespace,
    // "./assets/…", not "assets/…": Helm takes a path without a dot for repository and chart.
    chart: `\${path.module}/${chart.path}`,
    // Checks the values against the schema while planning, without a cluster.
    lint: true,
    atomic: true,
    cleanupOnFail: true,
    maxHistory: 10,
    timeout: 300,
    // One string, a value a line, so that a plan shows which value changes. JSON is YAML.
    values: [escapeTemplate(JSON.stringify(props.values, null, 2))],
    dependsOn: [...props.dependsOn],
  });
  release.overrideLogicalId("container_insights");
  return release;
}

/** Text that Terraform takes as it is: `${` and `%{` would begin an expression. */
function escapeTemplate(text: string): string {
  return text.replaceAll(/[$%](?=\{)/g, (sign) => sign + sign);
}
