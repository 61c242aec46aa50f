import { serviceUrl } from "../parts/ports.ts";
import { s3Env } from "../s3-access.ts";
import { S3_KEYS } from "../versitygw.ts";
import { ensureKubernetes } from "./binaries.ts";
import { SLICE_BUCKET } from "./cluster-stack-checks.ts";
import { adminKubeconfig } from "./kubectl.ts";

const COST_BY_HOUR =
  "SELECT hour_start, count(*) AS rows, round(sum(total_cost), 5) AS cost FROM allocation GROUP BY 1 ORDER BY 1";

/** What a person can do with a slice that was left up: commands to paste, from the project's folder. */
export async function waysToLook(): Promise<string> {
  const { kubectl } = await ensureKubernetes();
  const keys = Object.entries(s3Env(serviceUrl("s3"), S3_KEYS)).map(([name, value]) => `${name}=${value}`);
  const query = `npx container-insights query --sink s3://${SLICE_BUCKET} --s3-force-path-style`;
  return [
    "Left up. What the pod exported, read from outside the cluster:",
    `  env ${keys.join(" ")} \\\n    ${query} "${COST_BY_HOUR}"`,
    "The cluster:",
    `  ${kubectl} --kubeconfig ${adminKubeconfig()} get cronjobs,jobs,pods --all-namespaces`,
    "Stop it, and leave nothing:",
    "  npm run ground -- down",
  ].join("\n");
}
