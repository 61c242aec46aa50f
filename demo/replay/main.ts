import { planDay } from "../daily-curve.ts";
import { replayOpenCost } from "./opencost.ts";
import { replayPrometheus } from "./prometheus.ts";
import { NEWEST_RECORDED, openRecordedData } from "./recorded-data.ts";
import { startReplay } from "./server.ts";

// What the exporter asks for when it is not told otherwise.
const JOBS = { kubeStateMetricsJob: "kube-state-metrics" };

/**
 * Serves the day that ends with an hour (epoch seconds, the only argument) until standard input ends. Says where in one line.
 * A process of its own, so that a second core answers while the first one exports.
 */
async function main(): Promise<void> {
  const newest = Number(process.argv[2]);
  if (!Number.isInteger(newest)) throw new Error("usage: main.ts <first second of the newest hour>");
  const day = planDay(newest, NEWEST_RECORDED);
  const data = openRecordedData();
  const server = await startReplay(replayPrometheus(data, day, JOBS), replayOpenCost(data, day));
  const { prometheusUrl, openCostUrl } = server;
  process.stdout.write(`${JSON.stringify({ prometheusUrl, openCostUrl })}\n`);
  for await (const _chunk of process.stdin); // ends with whoever started this
  await server.close();
}

await main();
