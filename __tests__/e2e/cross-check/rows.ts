import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rowKind } from "../../../agent-src/export/allocation-trust.ts";
import type { AnsweredRow } from "../../../agent-src/export/cross-check/compare.ts";

type Allocation = Readonly<Record<string, unknown>>;

const FALSE_ANSWER = join(
  import.meta.dirname,
  "../../fixtures/opencost/bad-200-prometheus-422-all-idle.json",
);

/** The costs of allocations as OpenCost answers them. */
export function answeredRows(allocations: readonly Allocation[]): AnsweredRow[] {
  return allocations.map((allocation) => {
    const properties = (allocation["properties"] ?? {}) as Readonly<Record<string, string>>;
    return {
      kind: rowKind(allocation),
      namespace: properties["namespace"] ?? "",
      pod: properties["pod"] ?? "",
      container: properties["container"] ?? "",
      cpu: Number(allocation["cpuCost"]),
      memory: Number(allocation["ramCost"]),
      gpu: Number(allocation["gpuCost"]),
      volumes: Number(allocation["pvCost"]),
      total: Number(allocation["totalCost"]),
    };
  });
}

/** What OpenCost answered with 200 for 10:00 while its Prometheus refused the query for the pods: all is idle. */
export function falseAnswer(): AnsweredRow[] {
  const capture = JSON.parse(readFileSync(FALSE_ANSWER, "utf8")) as {
    body: { data: readonly [Readonly<Record<string, Allocation>>] };
  };
  return answeredRows(Object.values(capture.body.data[0]));
}
