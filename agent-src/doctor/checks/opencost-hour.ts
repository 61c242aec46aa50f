import { isoSeconds } from "../../../contract/hours.ts";
import { UntrustedAnswerError } from "../../export/errors.ts";
import { evaluationTime, renderPromql } from "../../export/promql.ts";
import { ok, problem, skipped, warning, type Check, type Finding } from "../check.ts";
import type { DoctorContext, OpenCostProbe } from "../context.ts";
import { counted } from "../counted.ts";

/** Half a unit of OpenCost's fifth decimal for each of cpu, ram and gpu. */
const ROUNDING = 1.5e-5;

/** Idle beyond this share of the hour's cost is more often a broken query than an idle cluster. */
const MUCH_IDLE = 0.95;

/** What an hour of rows adds up to. */
interface HourSums {
  readonly rows: number;
  readonly workload: number;
  readonly idle: number;
  readonly total: number;
  readonly warnings: readonly string[];
  readonly clusterIds: readonly string[];
}

/** Whether OpenCost's answer for the newest closed hour would be exported. */
export const openCostHour: Check = {
  id: "opencost-hour",
  title: "OpenCost: its answer for the newest closed hour can be trusted",
  about: ["opencost", "prometheus"],
  needs: ["opencost-api", "prometheus-api"],
  run: async ({ openCost, settings }) => {
    if (!openCost) return [skipped("no OpenCost is named")];
    try {
      const sums = await readHour(openCost);
      return [describe(sums, isoSeconds(settings.hour)), ...judgeIdle(sums), ...sums.warnings.map(asWarning)];
    } catch (error) {
      if (!(error instanceof UntrustedAnswerError)) throw error;
      return [problem(error.message, "see the reason; such hours stay missing until OpenCost answers well")];
    }
  },
};

async function readHour(openCost: OpenCostProbe): Promise<HourSums> {
  const { answer, clusterIds } = openCost.openHour();
  const sums = { rows: 0, workload: 0, idle: 0, total: 0 };
  for await (const row of answer.rows) {
    const cost = Number(row["total_cost"] ?? 0);
    sums.rows++;
    sums.total += cost;
    if (row["row_kind"] === "idle") sums.idle += cost;
    if (row["row_kind"] === "workload") sums.workload += cost;
  }
  return { ...sums, warnings: answer.summary().warnings, clusterIds: [...clusterIds()] };
}

function describe({ rows, total, clusterIds }: HourSums, hour: string): Finding {
  const ids = clusterIds.map((id) => `"${id}"`).join(", ");
  return ok(
    `${rows} rows for ${hour}, ${total.toFixed(2)} in all, cluster ${ids === "" ? "without an id" : ids}`,
  );
}

function judgeIdle({ idle, total, workload }: HourSums): Finding[] {
  if (idle < -ROUNDING) {
    return [
      problem(
        `idle costs ${idle.toFixed(5)}, less than 0: workloads are charged more than the nodes cost`,
        "look at the checks of duplicates: something is scraped twice, or a node's price is",
      ),
    ];
  }
  if (total > 0 && workload > 0 && idle / total > MUCH_IDLE) {
    return [
      warning(
        `${((100 * idle) / total).toFixed(1)} % of the cost is idle; the limit of what is usual is ${MUCH_IDLE * 100} %`,
        "compare with the requests of the cluster's pods; if they are higher, see OpenCost's log for refused queries",
      ),
    ];
  }
  return [];
}

function asWarning(text: string): Finding {
  return warning(text, "the hour is exported with this warning in its manifest");
}

/** Whether nodes have prices, and prices the currency that is claimed. */
export const prices: Check = {
  id: "opencost-prices",
  title: "OpenCost: nodes have prices, in the currency that is named",
  about: ["opencost", "prometheus"],
  needs: ["prometheus-api"],
  run: async (context) => {
    if (!context.openCost) return [skipped("no OpenCost is named")];
    return [await judgePrices(context), ...(await judgeGpuPrices(context)), ...judgeCurrency(context)];
  },
};

async function count({ prometheus, settings }: DoctorContext, template: string): Promise<number> {
  const [found] = await prometheus.ask(renderPromql(template, settings.jobs), evaluationTime(settings.hour));
  return found?.value ?? 0;
}

const PRICE_FIX =
  "give OpenCost its price list: AWS pricing needs egress to the price API; or custom prices (CONFIG_PATH, default.json)";

async function judgePrices(context: DoctorContext): Promise<Finding> {
  const nodes = await count(context, "count(group by (node) (node_cpu_hourly_cost{$all}))");
  if (nodes === 0) {
    return warning(
      `"node_cpu_hourly_cost" has no series: costs keep OpenCost's rounding, and cannot be told from missing prices`,
      "let Prometheus scrape OpenCost (port 9003, /metrics), and keep node_.*_hourly_cost",
    );
  }
  const free = await count(
    context,
    "count(max by (node) (node_cpu_hourly_cost{$all}) == 0 and max by (node) (node_ram_hourly_cost{$all}) == 0)",
  );
  if (free === nodes) return problem(`${counted(nodes, "node")} and every price is 0`, PRICE_FIX);
  if (free > 0) return warning(`${free} of ${counted(nodes, "node")} at the price 0`, PRICE_FIX);
  return ok(`prices of ${counted(nodes, "node")}`);
}

/** OpenCost's custom prices make a node that is spot and has GPUs cost 0 (seen in 2025-12). */
async function judgeGpuPrices(context: DoctorContext): Promise<Finding[]> {
  const free = await count(
    context,
    "count((max by (node) (node_gpu_count{$all}) > 0) and (max by (node) (node_gpu_hourly_cost{$all}) == 0))",
  );
  if (free === 0) return [];
  return [
    warning(
      `${counted(free, "node")} with GPUs at a GPU price of 0`,
      "set GPU and gpuLabel in OpenCost's custom prices; a node that is both spot and GPU is priced 0 by them",
    ),
  ];
}

/** AWS' price lists: yuan in China, dollars anywhere else. Nothing converts. */
function judgeCurrency({ settings }: DoctorContext): Finding[] {
  const { currency, cluster } = settings;
  const listed = cluster.partition === "aws-cn" ? "CNY" : "USD";
  if (currency === listed) return [];
  return [
    warning(
      `--currency is "${currency}", while AWS' price list for ${cluster.region} is in ${listed}; nothing is converted`,
      `use ${listed}, unless OpenCost has custom prices in ${currency}`,
    ),
  ];
}
