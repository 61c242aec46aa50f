import { expect, test } from "@jest/globals";
import { parseClusterArn } from "../../../contract/cluster-arn.ts";
import { UntrustedAnswerError } from "../../../agent-src/export/errors.ts";
import { findingsOf, type Changes } from "../../fakes/doctor-context.ts";
import { sample } from "../../fakes/fake-instant-source.ts";

const CHINA = "arn:aws-cn:eks:cn-north-1:123456789012:cluster/prod";
const counts = (pattern: RegExp, value: number): Changes => ({ answers: [[pattern, [sample({}, value)]]] });
const rows = (workload: number, idle: number): Changes => ({
  rows: [
    { row_kind: "workload", total_cost: workload },
    { row_kind: "idle", total_cost: idle },
  ],
});
const throwing = (error: Error): Changes => ({
  openCost: {
    openHour: () => {
      throw error;
    },
  },
});

test.each<[string, string, Changes, string, RegExp, RegExp]>([
  [
    "a good hour",
    "opencost-hour",
    { clusterIds: ["lab"] },
    "ok",
    /2 rows for 2026-11-22T10:00:00Z, 3.00 in all, cluster "lab"/,
    /^$/,
  ],
  [
    "an hour that an export would refuse",
    "opencost-hour",
    throwing(new UntrustedAnswerError("OpenCost's answer cannot be trusted: it is empty")),
    "problem",
    /it is empty/,
    /stay missing/,
  ],
  [
    "an OpenCost that gives up",
    "opencost-hour",
    throwing(new Error("OpenCost failed with status 500")),
    "warning",
    /cannot tell: OpenCost failed with status 500/,
    /see the reason/,
  ],
  [
    "idle below 0",
    "opencost-hour",
    rows(10, -0.5),
    "problem",
    /idle costs -0.50000, less than 0/,
    /duplicates/,
  ],
  [
    "nearly everything idle",
    "opencost-hour",
    rows(1, 99),
    "warning",
    /99.0 % of the cost is idle; the limit of what is usual is 95 %/,
    /requests/,
  ],
  [
    "a warning of the hour",
    "opencost-hour",
    { warnings: ["OpenCost has 40 workload rows while 41 containers ran"] },
    "warning",
    /40 workload rows while 41/,
    /manifest/,
  ],
  ["prices", "opencost-prices", {}, "ok", /prices of 3 nodes/, /^$/],
  [
    "all prices 0",
    "opencost-prices",
    counts(/node_cpu_hourly_cost\) == 0/, 3),
    "problem",
    /3 nodes and every price is 0/,
    /price list/,
  ],
  [
    "some prices 0",
    "opencost-prices",
    counts(/node_cpu_hourly_cost\) == 0/, 1),
    "warning",
    /1 of 3 nodes at the price 0/,
    /price list/,
  ],
  [
    "no prices in Prometheus",
    "opencost-prices",
    { answers: [[/^count\(group by \(node\)/, []]] },
    "warning",
    /"node_cpu_hourly_cost" has no series/,
    /9003/,
  ],
  [
    "GPUs for nothing",
    "opencost-prices",
    counts(/node_gpu_count/, 2),
    "warning",
    /2 nodes with GPUs at a GPU price of 0/,
    /gpuLabel/,
  ],
  [
    "a currency that is not the price list's",
    "opencost-prices",
    { settings: { currency: "EUR" } },
    "warning",
    /--currency is "EUR".*eu-west-1 is in USD; nothing is converted/,
    /use USD/,
  ],
  [
    "dollars in China",
    "opencost-prices",
    { settings: { cluster: parseClusterArn(CHINA) } },
    "warning",
    /cn-north-1 is in CNY/,
    /use CNY/,
  ],
])("%s: %s", async (_name, id, changes, level, text, fix) => {
  const findings = await findingsOf(id, changes);
  const finding = findings.find((one) => one.level === level);
  expect(finding).toMatchObject({ level, text: expect.stringMatching(text) });
  expect(finding?.fix ?? "").toMatch(fix);
});
